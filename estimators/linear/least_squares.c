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
    int64_t n_targets;
    bool centre;
    double *mean;   /* p, schema order; zeros without centre */
    double *y_mean; /* n_targets; likewise */
};

/* Targets of one penalty: they share what is factorised. */
struct share {
    double alpha;
    int64_t n;
    int64_t *target;
};

/* d: as opened. gram: where the Gram matrix is wanted too, otherwise NULL. */
static cauce_status problem_open(cauce_run *run, const cauce_train *train, bool centre, ca_design *d,
                                 ca_gram *gram, struct problem *problem) {
    const int64_t n_targets = cauce_n_targets(train->targets);
    *problem = (struct problem){ train, n_targets, centre, NULL, NULL };
    if (gram) {
        CA_TRY(ca_gram_standardised(run, d, centre, gram));
    } else {
        CA_TRY(ca_run_look(run, train->x));
        CA_TRY(ca_design_standardise(run, d, centre, true));
    }
    problem->mean = cauce_scratch(run, d->p, sizeof *problem->mean);
    problem->y_mean = cauce_scratch(run, n_targets, sizeof *problem->y_mean);
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    if (!problem->mean || !problem->y_mean || !levels) return CA_NOMEM(run);
    if (!centre) return CAUCE_OK;
    CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t t = 0; t < n_targets && d->n_dense + t < d->n_packed; t++)
        problem->y_mean[t] = d->shift[d->n_dense + t];
    for (int64_t j = 0; j < d->q; j++)
        if (d->feature[j] >= 0)
            problem->mean[d->feature[j]] =
                j < d->n_packed ? d->shift[j] : levels[j - d->n_packed] / d->weight_sum;
    return CAUCE_OK;
}

/* ---- Normal equations, p x p --------------------------------------------------------------------------- */

/* The border of the Gram matrix (the column of ones) takes the means out of the one-hot columns, and what
 * rounding left in the others. Columns of the system: the feature columns in design order. b: p numbers for
 * each target of the share. */
static void normal_equations(const ca_design *d, const double *g, const struct problem *problem,
                             const struct share *share, const int64_t *column, double *a, double *b) {
    int64_t q = d->q, p = d->p, ones = d->n_packed - 1;
    double total = problem->centre ? ca_gram_at(g, q, ones, ones) : 1;
    for (int64_t k = 0; k < p; k++) {
        int64_t j = column[k];
        double part = problem->centre ? ca_gram_at(g, q, ones, j) / total : 0;
        for (int64_t i = k; i < p; i++) {
            double border = problem->centre ? ca_gram_at(g, q, ones, column[i]) : 0;
            a[i + k * p] = ca_gram_at(g, q, column[i], j) - part * border;
        }
        for (int64_t t = 0; t < share->n; t++) {
            const int64_t target = d->n_dense + share->target[t];
            b[k + t * p] =
                ca_gram_at(g, q, target, j) - part * (problem->centre ? ca_gram_at(g, q, ones, target) : 0);
        }
        double inverse = j < d->n_packed ? d->inverse[j] : 1;
        a[k + k * p] += share->alpha * inverse * inverse;
        if (inverse == 0) a[k + k * p] = 1; /* a column of zeros */
    }
}

static cauce_status by_cholesky(cauce_run *run, const ca_design *d, const ca_gram *gram,
                                const struct problem *problem, const struct share *share, double *coef,
                                bool *solved) {
    int64_t *column = cauce_scratch(run, d->p, sizeof *column), p = 0;
    double *a = cauce_scratch(run, d->p, (size_t)d->p * sizeof *a);
    double *b = cauce_scratch(run, d->p, (size_t)share->n * sizeof *b);
    if (!column || !a || !b) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->q; j++)
        if (d->feature[j] >= 0) column[p++] = j;
    normal_equations(d, gram->partial, problem, share, column, a, b);
    CA_TRY(ca_spd_solve_many(run, p, share->n, a, b, LEAST_INDEPENDENT, solved));
    for (int64_t t = 0; t < share->n && *solved; t++)
        for (int64_t k = 0; k < p; k++) {
            int64_t j = column[k];
            coef[share->target[t] * p + d->feature[j]] = b[k + t * p] * (j < d->n_packed ? d->inverse[j] : 1);
        }
    return CAUCE_OK;
}

/* ---- The rows as they are ------------------------------------------------------------------------------ */

/* sqrt(w) (x - mean) of some rows in schema order, then sqrt(w) (y - mean) of every target. */
static void plain_rows(const struct problem *problem, int64_t row, int64_t rows, double *out, int64_t ld) {
    const cauce_train *train = problem->train;
    const ca_plain plain = { train, problem->mean, problem->y_mean[0] };
    ca_plain_rows(&plain, row, rows, out, ld);
    for (int64_t t = 1; t < problem->n_targets; t++) {
        const double *y = train->y + t * train->n_rows + row;
        double *to = out + (train->schema->width + t) * ld;
        for (int64_t r = 0; r < rows; r++)
            to[r] = (y[r] - problem->y_mean[t]) * (train->weight ? sqrt(train->weight[row + r]) : 1);
    }
}

/* Columns `share` of a matrix (rows x targets, leading dimension ld_from), side by side. */
static void take_targets(const struct share *share, const double *from, int64_t ld_from, int64_t rows,
                         double *to, int64_t ld) {
    for (int64_t t = 0; t < share->n; t++)
        memcpy(to + t * ld, from + share->target[t] * ld_from, (size_t)rows * sizeof *to);
}

static void put_coef(const struct share *share, int64_t p, const double *from, int64_t ld, double *coef) {
    for (int64_t t = 0; t < share->n; t++)
        memcpy(coef + share->target[t] * p, from + t * ld, (size_t)p * sizeof *coef);
}

/* ---- More columns than rows: n x n --------------------------------------------------------------------- */

/* coef = X' (X X' + alpha I)^-1 y. x: n x (p + targets), the last columns are y. outer: X X', which is
 * destroyed for the last share. */
static cauce_status by_dual(cauce_run *run, int64_t n, int64_t p, const double *x, double *outer, bool last,
                            const struct share *share, double *coef, bool *solved) {
    double *k = last ? outer : cauce_scratch(run, n, (size_t)n * sizeof *k);
    double *c = cauce_scratch(run, share->n, (size_t)n * sizeof *c);
    if (!k || !c) return CA_NOMEM(run);
    if (!last) memcpy(k, outer, (size_t)(n * n) * sizeof *k);
    for (int64_t i = 0; i < n; i++) k[i + i * n] += share->alpha;
    take_targets(share, x + n * p, n, n, c, n);
    CA_TRY(ca_spd_solve_many(run, n, share->n, k, c, LEAST_INDEPENDENT, solved));
    for (int64_t t = 0; t < share->n && *solved; t++)
        ca_gemv(true, n, p, 1, x, n, c + t * n, 0, coef + share->target[t] * p);
    return CAUCE_OK;
}

/* Least norm of [coef, u] with X coef + sqrt(alpha) u = y: that is the ridge solution, and for alpha = 0 the
 * one of least norm. */
static cauce_status wide_svd(cauce_run *run, int64_t n, int64_t p, const double *x, const struct share *share,
                             double *coef) {
    const double alpha = share->alpha;
    int64_t columns = alpha > 0 ? p + n : p, rank, ld = columns > n ? columns : n;
    double *a = cauce_scratch(run, n, (size_t)columns * sizeof *a);
    double *b = cauce_scratch(run, ld, (size_t)share->n * sizeof *b);
    if (!a || !b) return CA_NOMEM(run);
    memcpy(a, x, (size_t)(n * p) * sizeof *a);
    for (int64_t i = 0; i < n && alpha > 0; i++) a[i + (p + i) * n] = sqrt(alpha);
    take_targets(share, x + n * p, n, n, b, ld);
    if (ca_lstsq_many(run, n, columns, share->n, a, b, 2.3e-16 * (double)columns, &rank) != 0)
        return cauce_fail(run, CAUCE_E_NUMERIC, "the singular values of the %lld x %lld rows do not converge",
                          (long long)n, (long long)columns);
    put_coef(share, p, b, ld, coef);
    return CAUCE_OK;
}

static cauce_status solve_wide(cauce_run *run, const struct problem *problem, const struct share *shares,
                               int64_t n_shares, bool svd, double *coef) {
    int64_t n = problem->train->n_rows, p = problem->train->schema->width;
    double *x = cauce_scratch(run, n, (size_t)(p + problem->n_targets) * sizeof *x), *outer = NULL;
    if (!x) return CA_NOMEM(run);
    plain_rows(problem, 0, n, x, n);
    for (int64_t i = 0; i < n_shares; i++) {
        bool solved = false, dual = !svd && shares[i].alpha > 0;
        if (dual && !outer) {
            outer = cauce_scratch(run, n, (size_t)n * sizeof *outer);
            if (!outer) return CA_NOMEM(run);
            CA_TRY(ca_outer_products(run, n, p, x, outer));
        }
        ca_arena_mark here = ca_arena_here(&run->scratch);
        if (dual) CA_TRY(by_dual(run, n, p, x, outer, i + 1 == n_shares, &shares[i], coef, &solved));
        if (!solved) CA_TRY(wide_svd(run, n, p, x, &shares[i], coef));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

/* ---- The orthogonal way: R of [X y] chunk by chunk, then the SVD of R ---------------------------------- */

struct reduction {
    const struct problem *problem;
    const ca_design *design;
    int64_t columns; /* p and the targets */
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
    int64_t columns = red->columns, most = stack_rows(columns);
    int64_t ld = columns + most, end = ca_chunk_end(red->design, red->chunks, index);
    double *stack = cauce_scratch(run, ld, (size_t)columns * sizeof *stack);
    if (!stack) return CA_NOMEM(run);
    for (int64_t row = index * red->chunks.rows; row < end; row += most) {
        int64_t rows = end - row < most ? end - row : most;
        plain_rows(red->problem, row, rows, stack + columns, ld);
        CA_TRY(absorb(run, columns, rows, stack, ld));
    }
    double *r = red->r + index * columns * columns;
    for (int64_t j = 0; j < columns; j++)
        memcpy(r + j * columns, stack + j * ld, (size_t)columns * sizeof *r);
    return CAUCE_OK;
}

/* The triangles of the chunks, in order, become one, the upper half of the stack. */
static cauce_status join_triangles(cauce_run *run, const struct reduction *red, double *stack) {
    const int64_t columns = red->columns, ld = 2 * columns;
    for (int64_t c = 0; c < red->chunks.count; c++) {
        for (int64_t j = 0; j < columns; j++)
            memcpy(stack + columns + j * ld, red->r + (c * columns + j) * columns,
                   (size_t)columns * sizeof *stack);
        CA_TRY(absorb(run, columns, columns, stack, ld));
    }
    return CAUCE_OK;
}

/* The penalty is rows sqrt(alpha) I below the triangle, which is left as it is. */
static cauce_status by_svd(cauce_run *run, const struct reduction *red, const double *triangle,
                           const struct share *share, double *coef) {
    const int64_t columns = red->columns, ld = 2 * columns, p = red->design->p, n = red->design->n;
    const double root = sqrt(share->alpha);
    double *stack = cauce_scratch(run, ld, (size_t)columns * sizeof *stack);
    double *a = cauce_scratch(run, p, (size_t)p * sizeof *a);
    double *b = cauce_scratch(run, columns, (size_t)share->n * sizeof *b);
    int64_t rank;
    if (!stack || !a || !b) return CA_NOMEM(run);
    memcpy(stack, triangle, (size_t)(ld * columns) * sizeof *stack);
    for (int64_t j = 0; j < columns && root > 0; j++)
        for (int64_t i = 0; i < columns; i++) stack[columns + i + j * ld] = i == j && j < p ? root : 0;
    if (root > 0) CA_TRY(absorb(run, columns, columns, stack, ld));
    for (int64_t j = 0; j < p; j++) memcpy(a + j * p, stack + j * ld, (size_t)p * sizeof *a);
    take_targets(share, stack + p * ld, ld, p, b, p);
    double rcond = 2.3e-16 * (double)(n > p ? n : p);
    if (ca_lstsq_many(run, p, p, share->n, a, b, rcond < 1e-13 ? rcond : 1e-13, &rank) != 0)
        return cauce_fail(run, CAUCE_E_NUMERIC, "the singular values of the columns do not converge");
    put_coef(share, p, b, p, coef);
    return CAUCE_OK;
}

/* ---- Shares -------------------------------------------------------------------------------------------- */

/* Solves for each share by the normal equations, and by the orthogonal way for those that are too nearly
 * singular: the rows are gone through once for each of the ways. gram: NULL to take the second one alone. */
static cauce_status solve_tall(cauce_run *run, const ca_design *d, const ca_gram *gram,
                               const struct problem *problem, const struct share *shares, int64_t n_shares,
                               double *coef) {
    const int64_t columns = d->p + problem->n_targets;
    struct reduction red = { problem, d, columns, { 0 }, NULL };
    double *triangle = NULL;
    for (int64_t i = 0; i < n_shares; i++) {
        bool solved = false;
        ca_arena_mark here = ca_arena_here(&run->scratch);
        if (gram) CA_TRY(by_cholesky(run, d, gram, problem, &shares[i], coef, &solved));
        ca_arena_back(&run->scratch, here);
        if (solved) continue;
        if (!triangle) {
            red.chunks = ca_design_chunks(d, columns * columns);
            red.r = cauce_scratch(run, red.chunks.count * columns, (size_t)columns * sizeof *red.r);
            triangle = cauce_scratch(run, 2 * columns, (size_t)columns * sizeof *triangle);
            if (!red.r || !triangle) return CA_NOMEM(run);
            CA_TRY(cauce_parallel(run, red.chunks.count, reduce_task, &red));
            CA_TRY(join_triangles(run, &red, triangle));
        }
        here = ca_arena_here(&run->scratch);
        CA_TRY(by_svd(run, &red, triangle, &shares[i], coef));
        ca_arena_back(&run->scratch, here);
    }
    return CAUCE_OK;
}

/* Targets of equal penalties together, in the order in which the penalties come first. */
static cauce_status make_shares(cauce_run *run, int64_t n, const double *alpha, struct share **shares,
                                int64_t *n_shares) {
    struct share *list = cauce_scratch(run, n, sizeof *list);
    int64_t *targets = cauce_scratch(run, n, sizeof *targets);
    bool *done = cauce_scratch(run, n, sizeof *done);
    if (!list || !targets || !done) return CA_NOMEM(run);
    *n_shares = 0;
    for (int64_t t = 0; t < n; t++) {
        if (done[t]) continue;
        struct share *one = &list[(*n_shares)++];
        *one = (struct share){ .alpha = alpha[t], .target = targets };
        for (int64_t u = t; u < n; u++)
            if (alpha[u] == alpha[t]) done[u] = true, one->target[one->n++] = u;
        targets += one->n;
    }
    *shares = list;
    return CAUCE_OK;
}

static double constant_of(const ca_design *d, const double *mean, double y_mean, const double *coef) {
    double constant = y_mean;
    for (int64_t j = 0; j < d->p; j++) constant -= coef[j] * mean[j];
    return constant;
}

cauce_status ca_least_squares_each(cauce_run *run, const cauce_train *train, const double *alpha,
                                   bool fit_intercept, bool svd, double *coef, double *intercept) {
    ca_design d;
    ca_gram gram;
    struct problem problem;
    struct share *shares = NULL;
    int64_t n_shares = 0, n_targets = cauce_n_targets(train->targets);
    CA_TRY(ca_design_open_targets(run, train, fit_intercept, &d));
    CA_TRY(make_shares(run, n_targets, alpha, &shares, &n_shares));
    bool conjugate = !svd && ca_conjugate_suits(&d);
    bool normal = !svd && !conjugate && d.p <= d.n;
    CA_TRY(problem_open(run, train, fit_intercept, &d, normal ? &gram : NULL, &problem));
    if (!conjugate && d.p > d.n)
        CA_TRY(solve_wide(run, &problem, shares, n_shares, svd, coef));
    else if (!conjugate)
        CA_TRY(solve_tall(run, &d, normal ? &gram : NULL, &problem, shares, n_shares, coef));
    for (int64_t t = 0; t < n_targets; t++) {
        const ca_target target = { .y = train->y + t * train->n_rows };
        if (conjugate)
            CA_TRY(ca_conjugate(run, &d, &target, problem.mean, problem.y_mean[t], alpha[t], coef + t * d.p));
        intercept[t] = constant_of(&d, problem.mean, problem.y_mean[t], coef + t * d.p);
    }
    return CAUCE_OK;
}

cauce_status ca_least_squares(cauce_run *run, const cauce_train *train, double alpha, bool fit_intercept,
                              bool svd, double *coef, double *intercept) {
    const int64_t n = cauce_n_targets(train->targets);
    double *each = cauce_scratch(run, n, sizeof *each);
    if (!each) return CA_NOMEM(run);
    for (int64_t t = 0; t < n; t++) each[t] = alpha;
    return ca_least_squares_each(run, train, each, fit_intercept, svd, coef, intercept);
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
    CA_TRY(problem_open(run, train, fit_intercept, &d, NULL, &problem));
    const double y_mean = fit_intercept ? class_mean(train, &target, d.weight_sum) : 0;
    CA_TRY(ca_conjugate(run, &d, &target, problem.mean, y_mean, alpha, coef));
    *intercept = constant_of(&d, problem.mean, y_mean, coef);
    return CAUCE_OK;
}
