#include "linear/logistic.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "linear/dummies.h"
#include "linear/margin.h"
#include "linear/prox_newton.h"
#include "linear/scaled.h"
#include "math/special.h"

enum { LEAST_SAMPLE = 4096 };

cauce_status ca_logistic_check(cauce_run *run, int penalty, int solver, bool has_ratio) {
    if (penalty == CA_PENALTY_NET && !has_ratio)
        return cauce_fail(run, CAUCE_E_PARAM, "penalty=elasticnet needs l1_ratio, a number from 0 to 1");
    if (penalty != CA_PENALTY_L1 && penalty != CA_PENALTY_NET) return CAUCE_OK;
    if (solver == CA_SOLVER_AUTO) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM,
                      "solver=%s minimises smooth objectives only; penalty=%s is for solver=auto",
                      solver == CA_SOLVER_NEWTON ? "newton-cholesky" : "lbfgs",
                      penalty == CA_PENALTY_L1 ? "l1" : "elasticnet");
}

/* ---- Minimising ---------------------------------------------------------------------------------------- */

struct search {
    const double *penalty, *l1; /* l1: NULL without a penalty on sizes */
    int32_t n_classes;
    bool newton;
};

static cauce_status descend(cauce_run *run, const struct search *search, const ca_design *d, const int32_t *y,
                            const double *penalty, const double *l1, ca_descent *descent, double *v,
                            double *gradient) {
    ca_loss loss;
    ca_prox_loss of = { .y = y, .n_classes = search->n_classes };
    if (l1) return ca_prox_newton(run, d, &of, penalty, l1, descent, v, gradient);
    CA_TRY(ca_loss_open(run, d, y, search->n_classes, penalty, search->newton, &loss));
    return search->newton ? ca_newton(run, &loss, descent, v, gradient)
                          : ca_lbfgs(run, &loss, descent, v, gradient);
}

/* Starts many rows from the optimum of a sample of them: roughly right coefficients save most of the passes
 * over all rows. The optimum is the same; where the sample has none, the start stays at 0. */
static cauce_status start_from_sample(cauce_run *run, const struct search *search, const ca_design *d,
                                      const int32_t *y, double *v, double *gradient) {
    int64_t vectors = search->n_classes > 2 ? search->n_classes : 1, size = d->q * vectors;
    int64_t rows = d->n / 16;
    if (rows < LEAST_SAMPLE) rows = LEAST_SAMPLE;
    if (rows < 20 * size) rows = 20 * size;
    int64_t every = d->n / rows;
    if (every < 4) return CAUCE_OK;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    ca_design sample;
    int32_t *y_sample;
    CA_TRY(ca_design_sample(run, d, y, every, &sample, &y_sample));
    double *penalty = cauce_scratch(run, d->q, sizeof *penalty);
    double *l1 = cauce_scratch(run, search->l1 ? d->q : 0, sizeof *l1);
    if (!penalty || !l1) return CA_NOMEM(run);
    double share = sample.weight_sum / d->weight_sum;
    for (int64_t j = 0; j < d->q; j++) {
        penalty[j] = search->penalty[j] * share;
        if (search->l1) l1[j] = search->l1[j] * share;
    }
    /* a hundredth of a standard deviation is as near as a sample can tell */
    ca_descent rough = { .max_iter = search->newton ? 15 : 100, .tol = search->newton ? 10 : 1e3 };
    CA_TRY(descend(run, search, &sample, y_sample, penalty, search->l1 ? l1 : NULL, &rough, v, gradient));
    if (rough.ending != CA_CONVERGED) memset(v, 0, (size_t)size * sizeof *v);
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* Of more columns than rows the rows say little about the Hessian, which takes longest; the penalty says the
 * rest, so that cheap steps arrive. */
static bool newton_is_quick(const ca_design *d, int64_t unknowns, bool penalised) {
    enum { SMALL = 500 };
    return unknowns <= SMALL || (unknowns <= CA_MOST_NEWTON && (d->q <= d->n || !penalised));
}

static cauce_status minimise(cauce_run *run, const struct search *search, const ca_design *d,
                             const int32_t *y, bool fresh, ca_descent *descent, double *v, double *gradient) {
    if (fresh) CA_TRY(start_from_sample(run, search, d, y, v, gradient));
    return descend(run, search, d, y, search->penalty, search->l1, descent, v, gradient);
}

/* The same in coordinates where columns of 0 and 1 are levels: much less to multiply for a Hessian. The
 * optimum is where it was, for the penalty on squares leaves but one. */
static cauce_status minimise_by_levels(cauce_run *run, const struct search *search, const ca_dummies *dummies,
                                       const int32_t *y, bool fresh, ca_descent *descent, double *v,
                                       double *gradient) {
    const int64_t q = dummies->from->q, vectors = search->n_classes > 2 ? search->n_classes : 1;
    struct search there = *search;
    double *penalty = cauce_scratch(run, q, sizeof *penalty);
    double *u = cauce_scratch(run, q * vectors, sizeof *u),
           *slope = cauce_scratch(run, q * vectors, sizeof *u);
    if (!penalty || !u || !slope) return CA_NOMEM(run);
    ca_dummies_penalty(dummies, search->penalty, penalty);
    there.penalty = penalty;
    ca_dummies_go(dummies, vectors, v, u);
    CA_TRY(minimise(run, &there, &dummies->design, y, fresh, descent, u, slope));
    ca_dummies_back(dummies, vectors, u, slope, v, gradient);
    return CAUCE_OK;
}

cauce_status ca_logistic_minimise(cauce_run *run, const ca_logistic *logistic, const ca_design *design,
                                  const int32_t *y, int32_t n_classes, bool fresh, ca_descent *descent,
                                  double *v, double *gradient) {
    const ca_logistic *p = logistic;
    int64_t unknowns = design->q * (n_classes > 2 ? n_classes : 1);
    double share = p->penalty == CA_PENALTY_L1 ? 1 : p->penalty == CA_PENALTY_NET ? p->l1_ratio : 0;
    double strength = p->penalty == CA_PENALTY_NONE ? 0 : 1 / p->C;
    struct search search = { ca_scaled_penalty(run, design, strength * (1 - share)), NULL, n_classes, true };
    if (!search.penalty) return CA_NOMEM(run);
    if (share > 0) {
        search.l1 = ca_scaled_sizes(run, design, strength * share);
        if (!search.l1) return CA_NOMEM(run);
    } else {
        search.newton = p->solver == CA_SOLVER_NEWTON ||
                        (p->solver == CA_SOLVER_AUTO && newton_is_quick(design, unknowns, strength > 0));
    }
    *descent = (ca_descent){ .max_iter = search.newton ? p->max_iter : 50 * p->max_iter, .tol = p->tol };
    bool levels = search.newton && !search.l1 && strength > 0 && p->fit_intercept;
    ca_dummies dummies;
    if (levels) CA_TRY(ca_dummies_find(run, design, &dummies, &levels));
    return levels ? minimise_by_levels(run, &search, &dummies, y, fresh, descent, v, gradient)
                  : minimise(run, &search, design, y, fresh, descent, v, gradient);
}

/* The classes' coefficients sum to 0 (what rounding left is taken away). */
static void centre_classes(int64_t q, int64_t vectors, double *v) {
    for (int64_t j = 0; j < q; j++) {
        double sum = 0;
        for (int64_t c = 0; c < vectors; c++) sum += v[c * q + j];
        for (int64_t c = 0; c < vectors; c++) v[c * q + j] -= sum / (double)vectors;
    }
}

void ca_logistic_back(const ca_logistic *logistic, const ca_design *design, int64_t vectors, double *v,
                      const double *gradient, double *coef, double *intercept, double *norm) {
    int64_t q = design->q;
    bool sizes = logistic->penalty == CA_PENALTY_L1 || logistic->penalty == CA_PENALTY_NET;
    if (vectors > 1 && !sizes) centre_classes(q, vectors, v);
    double sum = 0;
    for (int64_t c = 0; c < vectors; c++) {
        ca_scaled_back(design, v + c * q, gradient + c * q, logistic->fit_intercept, coef + c * design->p,
                       &intercept[c], norm);
        sum += intercept[c];
    }
    /* the sizes say where the coefficients lie, and nothing where the constants do */
    for (int64_t c = 0; c < vectors && vectors > 1 && sizes && logistic->fit_intercept; c++)
        intercept[c] -= sum / (double)vectors;
}

void ca_logistic_tell(cauce_run *run, const ca_descent *descent) {
    if (descent->ending == CA_OUT_OF_STEPS)
        cauce_warn(run, "no_convergence",
                   "the optimum was not reached within %lld steps; raise max_iter or scale the features",
                   (long long)descent->n_iter);
    if (descent->ending == CA_SEPARATED)
        cauce_warn(run, "separation",
                   "the features tell some classes apart perfectly: without a (stronger) penalty the "
                   "coefficients have no finite optimum; large ones are kept");
}

/* ---- Probabilities ------------------------------------------------------------------------------------- */

static cauce_status apply_two(cauce_run *run, const ca_linear_classes *s, const cauce_schema *schema,
                              const cauce_batch *in, double *out, int64_t stride) {
    double *first = out, *second = out + stride;
    ca_margin(schema, in, s->coef, s->intercept[0], second);
    CA_TRY(ca_margin_check(run, schema, in, second));
    for (int64_t r = 0; r < in->n_rows; r++) first[r] = -second[r];
    ca_expit_many(in->n_rows, first, first);
    ca_expit_many(in->n_rows, second, second);
    return CAUCE_OK;
}

static cauce_status apply_many(cauce_run *run, const ca_linear_classes *s, const cauce_schema *schema,
                               const cauce_batch *in, double *out, int64_t stride, double *top,
                               double *total) {
    int64_t rows = in->n_rows;
    for (int64_t c = 0; c < s->n_rows; c++) {
        double *margin = out + c * stride;
        ca_margin(schema, in, s->coef + c * s->n_features, s->intercept[c], margin);
        CA_TRY(ca_margin_check(run, schema, in, margin));
        for (int64_t r = 0; r < rows; r++) top[r] = c == 0 || margin[r] > top[r] ? margin[r] : top[r];
    }
    for (int64_t r = 0; r < rows; r++) total[r] = 0;
    for (int64_t c = 0; c < s->n_rows; c++) {
        double *p = out + c * stride;
        for (int64_t r = 0; r < rows; r++) p[r] -= top[r];
        ca_exp_many(rows, p, p);
        for (int64_t r = 0; r < rows; r++) total[r] += p[r];
    }
    for (int64_t c = 0; c < s->n_rows; c++)
        for (int64_t r = 0; r < rows; r++) out[c * stride + r] /= total[r];
    return CAUCE_OK;
}

/* Where all classes are ruled out, none is likelier than another. */
static cauce_status apply_rest(cauce_run *run, const ca_linear_classes *s, const cauce_schema *schema,
                               const cauce_batch *in, double *out, int64_t stride, double *total) {
    int64_t rows = in->n_rows;
    for (int64_t r = 0; r < rows; r++) total[r] = 0;
    for (int64_t c = 0; c < s->n_rows; c++) {
        double *p = out + c * stride;
        ca_margin(schema, in, s->coef + c * s->n_features, s->intercept[c], p);
        CA_TRY(ca_margin_check(run, schema, in, p));
        ca_expit_many(rows, p, p);
        for (int64_t r = 0; r < rows; r++) total[r] += p[r];
    }
    for (int64_t c = 0; c < s->n_rows; c++)
        for (int64_t r = 0; r < rows; r++) {
            double *p = &out[c * stride + r];
            *p = total[r] > 0 ? *p / total[r] : 1 / (double)s->n_rows;
        }
    return CAUCE_OK;
}

cauce_status ca_logistic_probabilities(cauce_run *run, const ca_linear_classes *s, bool one_vs_rest,
                                       const cauce_schema *schema, const cauce_batch *in, double *out,
                                       int64_t stride, double *scratch) {
    if (s->n_rows == 1) return apply_two(run, s, schema, in, out, stride);
    return one_vs_rest ? apply_rest(run, s, schema, in, out, stride, scratch)
                       : apply_many(run, s, schema, in, out, stride, scratch, scratch + in->n_rows);
}

cauce_status ca_logistic_bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    cauce_field *field = cauce_bind_fields(run, binding, 1);
    if (!field) return CA_NOMEM(run);
    field->name = "probability";
    field->width = self->n_classes;
    field->labels = self->classes;
    binding->block_rows = 256;
    binding->scratch = (size_t)(2 * binding->block_rows) * sizeof(double);
    return CAUCE_OK;
}
