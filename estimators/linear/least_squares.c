#include "linear/least_squares.h"

#include <math.h>
#include <string.h>

#include "linear/cholesky.h"
#include "linear/conjugate.h"
#include "linear/gram.h"
#include "linear/rows.h"
#include "math/blas.h"

/* Normal equations square the condition number: below this share of a column that the others do not explain
 * (1 - R^2) the orthogonal way is taken. */
#define LEAST_INDEPENDENT 1e-9

struct problem {
    const cauce_train *train;
    double alpha;
    bool centre;
    double *mean; /* p, schema order; zeros without centre */
    double y_mean;
};

/* d: as opened. gram: where the Gram matrix is wanted too, otherwise NULL. */
static cauce_status problem_open(cauce_run *run, const cauce_train *train, double alpha, bool centre,
                                 ca_design *d, ca_gram *gram, struct problem *problem) {
    *problem = (struct problem){ train, alpha, centre, NULL, 0 };
    if (gram) {
        CA_TRY(ca_gram_standardised(run, d, centre, gram));
    } else {
        CA_TRY(ca_run_look(run, train->x));
        CA_TRY(ca_design_standardise(run, d, centre, true));
    }
    problem->mean = cauce_scratch(run, d->p, sizeof *problem->mean);
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    if (!problem->mean || !levels) return CA_NOMEM(run);
    if (!centre) return CAUCE_OK;
    CA_TRY(ca_design_level_weights(run, d, levels));
    problem->y_mean = d->shift[d->n_dense];
    for (int64_t j = 0; j < d->q; j++)
        if (d->feature[j] >= 0)
            problem->mean[d->feature[j]] =
                j < d->n_packed ? d->shift[j] : levels[j - d->n_packed] / d->weight_sum;
    return CAUCE_OK;
}

/* ---- Normal equations, p x p --------------------------------------------------------------------------- */

/* The border of the Gram matrix (the column of ones) takes the means out of the one-hot columns, and what
 * rounding left in the others. Columns of the system: the feature columns in design order. */
static void normal_equations(const ca_design *d, const double *g, const struct problem *problem,
                             const int64_t *column, double *a, double *b) {
    int64_t q = d->q, p = d->p, target = d->n_dense, ones = d->n_packed - 1;
    double total = problem->centre ? ca_gram_at(g, q, ones, ones) : 1;
    for (int64_t k = 0; k < p; k++) {
        int64_t j = column[k];
        double share = problem->centre ? ca_gram_at(g, q, ones, j) / total : 0;
        for (int64_t i = k; i < p; i++) {
            double border = problem->centre ? ca_gram_at(g, q, ones, column[i]) : 0;
            a[i + k * p] = ca_gram_at(g, q, column[i], j) - share * border;
        }
        b[k] = ca_gram_at(g, q, target, j) - share * (problem->centre ? ca_gram_at(g, q, ones, target) : 0);
        double inverse = j < d->n_packed ? d->inverse[j] : 1;
        a[k + k * p] += problem->alpha * inverse * inverse;
        if (inverse == 0) a[k + k * p] = 1; /* a column of zeros */
    }
}

static cauce_status by_cholesky(cauce_run *run, const ca_design *d, const ca_gram *gram,
                                const struct problem *problem, double *coef, bool *solved) {
    int64_t *column = cauce_scratch(run, d->p, sizeof *column), p = 0;
    double *a = cauce_scratch(run, d->p, (size_t)d->p * sizeof *a), *b = cauce_scratch(run, d->p, sizeof *b);
    if (!column || !a || !b) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->q; j++)
        if (d->feature[j] >= 0) column[p++] = j;
    normal_equations(d, gram->partial, problem, column, a, b);
    CA_TRY(ca_spd_solve(run, p, a, b, LEAST_INDEPENDENT, solved));
    for (int64_t k = 0; k < p && *solved; k++) {
        int64_t j = column[k];
        coef[d->feature[j]] = b[k] * (j < d->n_packed ? d->inverse[j] : 1);
    }
    return CAUCE_OK;
}

/* ---- More columns than rows: n x n --------------------------------------------------------------------- */

/* coef = X' (X X' + alpha I)^-1 y. x: n x (p + 1), the last column is y. */
static cauce_status by_dual(cauce_run *run, int64_t n, int64_t p, const double *x, double alpha, double *coef,
                            bool *solved) {
    double *k = cauce_scratch(run, n, (size_t)n * sizeof *k), *c = cauce_scratch(run, n, sizeof *c);
    if (!k || !c) return CA_NOMEM(run);
    CA_TRY(ca_outer_products(run, n, p, x, k));
    for (int64_t i = 0; i < n; i++) k[i + i * n] += alpha;
    memcpy(c, x + n * p, (size_t)n * sizeof *c);
    CA_TRY(ca_spd_solve(run, n, k, c, LEAST_INDEPENDENT, solved));
    if (*solved) ca_gemv(true, n, p, 1, x, n, c, 0, coef);
    return CAUCE_OK;
}

/* Least norm of [coef, u] with X coef + sqrt(alpha) u = y: that is the ridge solution, and for alpha = 0 the
 * one of least norm. */
static cauce_status wide_svd(cauce_run *run, int64_t n, int64_t p, const double *x, double alpha,
                             double *coef) {
    int64_t columns = alpha > 0 ? p + n : p, rank;
    double *a = cauce_scratch(run, n, (size_t)columns * sizeof *a);
    double *b = cauce_scratch(run, columns > n ? columns : n, sizeof *b);
    if (!a || !b) return CA_NOMEM(run);
    memcpy(a, x, (size_t)(n * p) * sizeof *a);
    for (int64_t i = 0; i < n && alpha > 0; i++) a[i + (p + i) * n] = sqrt(alpha);
    memcpy(b, x + n * p, (size_t)n * sizeof *b);
    if (ca_lstsq(run, n, columns, a, b, 2.3e-16 * (double)columns, &rank) != 0)
        return cauce_fail(run, CAUCE_E_NUMERIC, "the singular values of the %lld x %lld rows do not converge",
                          (long long)n, (long long)columns);
    memcpy(coef, b, (size_t)p * sizeof *b);
    return CAUCE_OK;
}

static cauce_status solve_wide(cauce_run *run, const struct problem *problem, bool svd, double *coef) {
    int64_t n = problem->train->n_rows, p = problem->train->schema->width;
    double *x = cauce_scratch(run, n, (size_t)(p + 1) * sizeof *x);
    if (!x) return CA_NOMEM(run);
    ca_plain plain = { problem->train, problem->mean, problem->y_mean };
    ca_plain_rows(&plain, 0, n, x, n);
    bool solved = false;
    if (!svd && problem->alpha > 0) CA_TRY(by_dual(run, n, p, x, problem->alpha, coef, &solved));
    return solved ? CAUCE_OK : wide_svd(run, n, p, x, problem->alpha, coef);
}

/* ---- The orthogonal way: R of [X y] chunk by chunk, then the SVD of R -----------------------------------
 */

struct reduction {
    const struct problem *problem;
    const ca_design *design;
    ca_chunks chunks;
    double *r; /* chunks.count triangles, columns x columns */
};

/* Appends `rows` rows at stack + columns (leading dimension ld) to the triangle above them. */
static cauce_status absorb(cauce_run *run, int64_t columns, int64_t rows, double *stack, int64_t ld) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    if (ca_qr(run, columns + rows, columns, stack, ld) != 0)
        return cauce_fail(run, CAUCE_E_NUMERIC, "the orthogonal reduction of the rows failed");
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

static int64_t stack_rows(int64_t columns) {
    return columns > 512 ? columns : 512;
}

static cauce_status reduce_task(cauce_run *run, int64_t index, void *payload) {
    const struct reduction *red = payload;
    int64_t columns = red->problem->train->schema->width + 1, most = stack_rows(columns);
    int64_t ld = columns + most, end = ca_chunk_end(red->design, red->chunks, index);
    ca_plain plain = { red->problem->train, red->problem->mean, red->problem->y_mean };
    double *stack = cauce_scratch(run, ld, (size_t)columns * sizeof *stack);
    if (!stack) return CA_NOMEM(run);
    for (int64_t row = index * red->chunks.rows; row < end; row += most) {
        int64_t rows = end - row < most ? end - row : most;
        ca_plain_rows(&plain, row, rows, stack + columns, ld);
        CA_TRY(absorb(run, columns, rows, stack, ld));
    }
    double *r = red->r + index * columns * columns;
    for (int64_t j = 0; j < columns; j++)
        memcpy(r + j * columns, stack + j * ld, (size_t)columns * sizeof *r);
    return CAUCE_OK;
}

/* The triangles of the chunks, in order, and the penalty as rows sqrt(alpha) I, become one triangle. */
static cauce_status join_triangles(cauce_run *run, const struct reduction *red, int64_t columns,
                                   double **triangle) {
    int64_t ld = 2 * columns;
    double *stack = cauce_scratch(run, ld, (size_t)columns * sizeof *stack);
    if (!stack) return CA_NOMEM(run);
    double root = sqrt(red->problem->alpha);
    for (int64_t c = 0; c < red->chunks.count + (root > 0 ? 1 : 0); c++) {
        for (int64_t j = 0; j < columns; j++)
            for (int64_t i = 0; i < columns; i++)
                stack[columns + i + j * ld] = c < red->chunks.count ? red->r[(c * columns + j) * columns + i]
                                                                    : (i == j && j < columns - 1 ? root : 0);
        CA_TRY(absorb(run, columns, columns, stack, ld));
    }
    *triangle = stack;
    return CAUCE_OK;
}

static cauce_status by_svd(cauce_run *run, const ca_design *d, const struct problem *problem, double *coef) {
    int64_t p = problem->train->schema->width, columns = p + 1, rank;
    struct reduction red = { problem, d, ca_design_chunks(d, columns * columns), NULL };
    red.r = cauce_scratch(run, red.chunks.count * columns, (size_t)columns * sizeof *red.r);
    if (!red.r) return CA_NOMEM(run);
    CA_TRY(cauce_parallel(run, red.chunks.count, reduce_task, &red));
    double *stack = NULL;
    CA_TRY(join_triangles(run, &red, columns, &stack));
    double *a = cauce_scratch(run, p, (size_t)p * sizeof *a), *b = cauce_scratch(run, columns, sizeof *b);
    if (!a || !b) return CA_NOMEM(run);
    for (int64_t j = 0; j < p; j++) memcpy(a + j * p, stack + j * 2 * columns, (size_t)p * sizeof *a);
    memcpy(b, stack + p * 2 * columns, (size_t)p * sizeof *b);
    double rcond = 2.3e-16 * (double)(d->n > p ? d->n : p);
    if (ca_lstsq(run, p, p, a, b, rcond < 1e-13 ? rcond : 1e-13, &rank) != 0)
        return cauce_fail(run, CAUCE_E_NUMERIC, "the singular values of the columns do not converge");
    memcpy(coef, b, (size_t)p * sizeof *b);
    return CAUCE_OK;
}

static double constant_of(const ca_design *d, const struct problem *problem, const double *coef) {
    double constant = problem->y_mean;
    for (int64_t j = 0; j < d->p; j++) constant -= coef[j] * problem->mean[j];
    return constant;
}

cauce_status ca_least_squares(cauce_run *run, const cauce_train *train, double alpha, bool fit_intercept,
                              bool svd, double *coef, double *intercept) {
    ca_design d;
    ca_gram gram;
    struct problem problem;
    CA_TRY(ca_design_open_unseen(run, train, train->y, train->weight, fit_intercept, &d));
    bool conjugate = !svd && ca_conjugate_suits(&d);
    bool normal = !svd && !conjugate && d.p <= d.n;
    CA_TRY(problem_open(run, train, alpha, fit_intercept, &d, normal ? &gram : NULL, &problem));
    bool solved = conjugate;
    if (conjugate) {
        const ca_target target = { .y = train->y };
        CA_TRY(ca_conjugate(run, &d, &target, problem.mean, problem.y_mean, alpha, coef));
    } else if (d.p > d.n) {
        CA_TRY(solve_wide(run, &problem, svd, coef));
        solved = true;
    }
    if (normal) CA_TRY(by_cholesky(run, &d, &gram, &problem, coef, &solved));
    if (!solved) CA_TRY(by_svd(run, &d, &problem, coef));
    *intercept = constant_of(&d, &problem, coef);
    return CAUCE_OK;
}

/* ---- Targets of 1 and -1 ------------------------------------------------------------------------------- */

static double class_mean(const cauce_train *train, const ca_target *target, double weight_sum) {
    double sum = 0;
    for (int64_t i = 0; i < train->n_rows; i++)
        sum += (train->weight ? train->weight[i] : 1) * ca_target_at(target, i);
    return sum / weight_sum;
}

static cauce_status as_numbers(cauce_run *run, const cauce_train *train, const ca_target *target,
                               double alpha, bool fit_intercept, bool svd, double *coef, double *intercept) {
    cauce_train numbers = *train;
    double *y = cauce_scratch(run, train->n_rows, sizeof *y);
    if (!y) return CA_NOMEM(run);
    for (int64_t i = 0; i < train->n_rows; i++) y[i] = ca_target_at(target, i);
    numbers.y = y;
    return ca_least_squares(run, &numbers, alpha, fit_intercept, svd, coef, intercept);
}

cauce_status ca_least_squares_class(cauce_run *run, const cauce_train *train, int32_t mine, double alpha,
                                    bool fit_intercept, bool svd, double *coef, double *intercept) {
    const ca_target target = { .y_class = train->y_class, .mine = mine };
    ca_design d;
    struct problem problem;
    CA_TRY(ca_design_open_unseen(run, train, NULL, train->weight, fit_intercept, &d));
    if (svd || !ca_conjugate_suits(&d))
        return as_numbers(run, train, &target, alpha, fit_intercept, svd, coef, intercept);
    CA_TRY(problem_open(run, train, alpha, fit_intercept, &d, NULL, &problem));
    problem.y_mean = fit_intercept ? class_mean(train, &target, d.weight_sum) : 0;
    CA_TRY(ca_conjugate(run, &d, &target, problem.mean, problem.y_mean, alpha, coef));
    *intercept = constant_of(&d, &problem, coef);
    return CAUCE_OK;
}
