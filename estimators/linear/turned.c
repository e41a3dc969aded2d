#include "linear/turned.h"

#include <math.h>
#include <string.h>

#include "linear/scaled.h"

/* Deviations from 0 beyond which a column is far: up to there products lose half of their digits at most. */
#define FAR 1e4

enum { PIECE = 256 };

struct turning {
    ca_turned *to;
    ca_design centred; /* the columns less their means */
    double **values;   /* n columns that are made */
    double weight_sum;
};

/* Root mean squares and means are known: what remains are the deviations. */
static bool is_far(const ca_design *d, const double *mean, int64_t j) {
    double off = fabs(mean[j]) * d->inverse[j];
    return d->inverse[j] > 0 && 1 - off * off < 1 / (FAR * FAR);
}

static bool is_constant(const ca_design *d, int64_t j) {
    const double first = ca_design_number(d, j, 0);
    for (int64_t r = 1; r < d->n; r++)
        if (ca_design_number(d, j, r) != first) return false;
    return true;
}

const char *ca_far_name(const ca_design *design, const double *mean) {
    for (int64_t j = 0; j < design->n_dense; j++)
        if (is_far(design, mean, j) && !is_constant(design, j)) return design->dense_name[j];
    return NULL;
}

static cauce_status open_columns(cauce_run *run, const ca_design *d, const double *mean, double constant,
                                 ca_turned *t) {
    int64_t n = 0;
    for (int64_t j = 0; j < d->n_dense; j++) n += is_far(d, mean, j);
    if (n == 0 || (n == 1 && constant == 0)) return CAUCE_OK;
    t->column = cauce_scratch(run, n + 1, sizeof *t->column);
    t->mean = cauce_scratch(run, n + 1, sizeof *t->mean);
    t->direction = cauce_scratch(run, n + 1, sizeof *t->direction);
    if (!t->column || !t->mean || !t->direction) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_dense; j++)
        if (is_far(d, mean, j)) t->column[t->n++] = j;
    if (constant != 0) t->column[t->n++] = d->n_packed - 1;
    return CAUCE_OK;
}

/* The coordinate that gets the direction of the mean comes last: the constant, or without one the column that
 * is the farthest. */
static void choose_last(const double *mean, ca_turned *t) {
    if (t->constant != 0) return;
    int64_t most = 0;
    for (int64_t k = 1; k < t->n; k++)
        if (fabs(mean[t->column[k]]) > fabs(mean[t->column[most]])) most = k;
    int64_t column = t->column[most];
    t->column[most] = t->column[t->n - 1];
    t->column[t->n - 1] = column;
}

/* I - 2 w w' takes the means m to base = -sign(m_last) |m| in the last coordinate: w is m / |m| with that
 * sign added there, so that nothing cancels. */
static void set_direction(const double *mean, ca_turned *t) {
    double largest = 0, squares = 0;
    const int64_t last = t->n - 1;
    for (int64_t k = 0; k < t->n; k++) {
        t->mean[k] = k == last && t->constant != 0 ? t->constant : mean[t->column[k]];
        largest = fmax(largest, fabs(t->mean[k]));
    }
    for (int64_t k = 0; k < t->n; k++) squares += t->mean[k] / largest * (t->mean[k] / largest);
    t->length = largest * sqrt(squares);
    t->base = t->mean[last] < 0 ? t->length : -t->length;
    for (int64_t k = 0; k < t->n; k++) t->direction[k] = t->mean[k] / t->length;
    const double size = sqrt(2 + 2 * fabs(t->direction[last]));
    t->direction[last] += t->mean[last] < 0 ? -1 : 1;
    for (int64_t k = 0; k < t->n; k++) t->direction[k] /= size;
}

static cauce_status turn_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct turning *g = payload;
    const ca_turned *t = g->to;
    const int64_t row = index * PIECE, left = t->design.n - row, rows = left < PIECE ? left : PIECE;
    const int64_t moving = t->constant != 0 ? t->n - 1 : t->n;
    double along[PIECE] = { 0 };
    for (int64_t k = 0; k < t->n; k++) {
        double *z = g->values[k] + row;
        if (k < moving) ca_design_pack(&g->centred, row, rows, t->column[k], 1, z, rows);
        for (int64_t r = 0; r < rows && k < moving; r++) along[r] += t->direction[k] * z[r];
    }
    for (int64_t k = 0; k < t->n; k++) {
        const double base = k == t->n - 1 ? t->base : 0;
        double *z = g->values[k] + row;
        for (int64_t r = 0; r < rows; r++) z[r] = base + (z[r] - 2 * t->direction[k] * along[r]);
    }
    return CAUCE_OK;
}

static cauce_status scale_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct turning *g = payload;
    ca_design *d = &g->to->design;
    const double *z = g->values[index];
    double squares = 0;
    for (int64_t r = 0; r < d->n; r++) squares += (d->weight ? d->weight[r] : 1) * z[r] * z[r];
    const double scale = sqrt(squares / g->weight_sum);
    d->inverse[g->to->column[index]] = scale < 1e-150 ? 0 : 1 / scale;
    return CAUCE_OK;
}

static void *copy_of(cauce_run *run, const void *from, int64_t n, size_t size) {
    void *to = cauce_scratch(run, n, size);
    if (to && n > 0) memcpy(to, from, (size_t)n * size);
    return to;
}

/* The design with columns of its own, and the one that takes the means off. */
static cauce_status open_designs(cauce_run *run, const ca_design *d, const double *mean, struct turning *g) {
    ca_design *t = &g->to->design, *c = &g->centred;
    const int64_t n = d->n_packed;
    *c = *d;
    c->shift = copy_of(run, mean, n, sizeof *c->shift);
    c->inverse = cauce_scratch(run, n, sizeof *c->inverse);
    t->dense = copy_of(run, d->dense, n, sizeof *t->dense);
    t->inverse = copy_of(run, d->inverse, n, sizeof *t->inverse);
    if (d->single) t->single = copy_of(run, d->single, n, sizeof *t->single);
    if (d->step) t->step = copy_of(run, d->step, n, sizeof *t->step);
    if (!c->shift || !c->inverse || !t->dense || !t->inverse || (d->single && !t->single) ||
        (d->step && !t->step))
        return CA_NOMEM(run);
    for (int64_t j = 0; j < n; j++) c->inverse[j] = 1;
    for (int64_t k = 0; k < g->to->n; k++) {
        const int64_t j = g->to->column[k];
        g->values[k] = cauce_scratch(run, d->n, sizeof **g->values);
        if (!g->values[k]) return CA_NOMEM(run);
        t->dense[j] = g->values[k];
        if (t->single) t->single[j] = NULL;
        if (t->step) t->step[j] = 1;
    }
    return CAUCE_OK;
}

cauce_status ca_turned_open(cauce_run *run, const ca_design *design, const double *mean, double constant,
                            ca_turned *turned) {
    *turned = (ca_turned){ .design = *design, .constant = constant };
    struct turning g = { .to = turned, .weight_sum = design->weight_sum };
    CA_TRY(open_columns(run, design, mean, constant, turned));
    if (turned->n == 0) return CAUCE_OK;
    g.values = cauce_scratch(run, turned->n, sizeof *g.values);
    if (!g.values) return CA_NOMEM(run);
    choose_last(mean, turned);
    set_direction(mean, turned);
    CA_TRY(open_designs(run, design, mean, &g));
    CA_TRY(cauce_parallel(run, (design->n + PIECE - 1) / PIECE, turn_task, &g));
    return cauce_parallel(run, turned->n, scale_task, &g);
}

double *ca_turned_penalty(cauce_run *run, const ca_turned *turned, double strength) {
    const ca_design *d = &turned->design;
    double *penalty = ca_scaled_penalty(run, d, strength);
    if (!penalty || turned->constant == 0) return penalty;
    const int64_t ones = d->n_packed - 1;
    penalty[ones] = turned->n > 0 ? d->inverse[ones] * d->inverse[ones] * strength
                                  : strength / (turned->constant * turned->constant);
    return penalty;
}

/* Turning back costs digits beside the largest coordinate, which the large means would multiply: what the
 * rows get at the mean is set right along the mean, where that changes the coefficients least, and then by
 * the constant. */
static void correct(const ca_turned *t, double at_mean, double *c) {
    const int64_t last = t->n - 1;
    for (int round = 0; round < 2; round++) {
        double off = at_mean;
        for (int64_t k = 0; k < t->n; k++) off -= c[k] * t->mean[k];
        for (int64_t k = 0; k < t->n; k++)
            if (round == 0) c[k] += off / t->length * (t->mean[k] / t->length);
        if (round == 1 && t->constant != 0) c[last] += off / t->constant;
    }
}

cauce_status ca_turned_back(cauce_run *run, const ca_turned *turned, const double *v, double *coef,
                            double *intercept) {
    const ca_turned *t = turned;
    const ca_design *d = &t->design;
    ca_scaled_back(d, v, NULL, t->constant != 0, coef, intercept, NULL);
    if (t->n == 0) return CAUCE_OK;
    double *c = cauce_scratch(run, t->n, sizeof *c), along = 0;
    if (!c) return CA_NOMEM(run);
    for (int64_t k = 0; k < t->n; k++) {
        c[k] = d->inverse[t->column[k]] * v[t->column[k]];
        along += t->direction[k] * c[k];
    }
    const double last = c[t->n - 1];
    for (int64_t k = 0; k < t->n; k++) c[k] -= 2 * t->direction[k] * along;
    correct(t, t->base * last, c);
    for (int64_t k = 0; k < t->n; k++) {
        if (d->feature[t->column[k]] >= 0)
            coef[d->feature[t->column[k]]] = c[k];
        else
            *intercept = t->constant * c[k];
    }
    return CAUCE_OK;
}
