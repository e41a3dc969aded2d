#include "linear/coordinate.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "linear/centred.h"
#include "linear/cholesky.h"

enum {
    MOST_GRAM = 4000,  /* columns whose Gram matrix is kept: 128 MB */
    MOST_POLISH = 1500 /* columns left in whose system is solved */
};
/* Multiplications for the products of the columns left in, where no Gram matrix is kept: some seconds. */
#define MOST_PRODUCTS 1e10

/* Columns are the scaled ones of `c`; the penalties are scaled to match. Either the Gram matrix is kept, and
 * `gradient` with it, or the residuals are, one for each row: y - X x = residual + offset, where the offset
 * stands for the means of the one-hot columns, which are subtracted from all rows at once. */
struct descent {
    const ca_net *net;
    ca_centred c;
    bool gram;
    double *x;           /* p */
    double *gradient;    /* p: X'W (y - X x), kept with the Gram matrix, else computed for the gap */
    double *size;        /* p: x_j' W x_j */
    double *l1, *l2;     /* p */
    double *residual;    /* n */
    double offset, yy;   /* yy: y'Wy */
    int64_t **level_end; /* rows of the levels of each one-hot block: */
    int64_t **level_row; /* those of level k are level_row[level_end[k - 1] .. level_end[k]) */
    const ca_onehot **block;
    int64_t *level; /* p: level of a one-hot column; -1: dense */
};

/* ---- Columns as they are ------------------------------------------------------------------------------- */

static double row_weight(const ca_design *d, int64_t row) {
    return d->weight ? d->weight[row] : 1;
}

/* X_j' W (residual + offset); the dense columns have mean 0, so that the offset does not matter to them. */
static double column_gradient(const struct descent *s, int64_t j) {
    const ca_design *d = &s->c.design;
    int64_t column = s->c.column[j], level = s->level[column];
    double sum = 0;
    if (level < 0) {
        const double *x = d->dense[column], *w = d->weight, shift = d->shift[column];
        double lane[4] = { 0 };
        for (int64_t r = 0; r < d->n; r++) {
            double product = (x[r] - shift) * s->residual[r];
            lane[r % 4] += w ? w[r] * product : product;
        }
        return d->inverse[column] * ((lane[0] + lane[1]) + (lane[2] + lane[3]));
    }
    int64_t a = s->block[column] - d->onehot;
    for (int64_t k = level > 0 ? s->level_end[a][level - 1] : 0; k < s->level_end[a][level]; k++) {
        int64_t row = s->level_row[a][k];
        sum += row_weight(d, row) * (s->residual[row] + s->offset);
    }
    return sum;
}

/* residual -= delta X_j */
static void column_move(struct descent *s, int64_t j, double delta) {
    const ca_design *d = &s->c.design;
    int64_t column = s->c.column[j], level = s->level[column];
    if (level < 0) {
        const double *x = d->dense[column], shift = d->shift[column], step = delta * d->inverse[column];
        for (int64_t r = 0; r < d->n; r++) s->residual[r] -= step * (x[r] - shift);
        return;
    }
    int64_t a = s->block[column] - d->onehot;
    for (int64_t k = level > 0 ? s->level_end[a][level - 1] : 0; k < s->level_end[a][level]; k++)
        s->residual[s->level_row[a][k]] -= delta;
    s->offset += delta * s->c.mean[j];
}

/* The rows of every level, by counting. */
static cauce_status open_levels(cauce_run *run, struct descent *s) {
    const ca_design *d = &s->c.design;
    s->level = cauce_scratch(run, d->q, sizeof *s->level);
    s->block = cauce_scratch(run, d->q, sizeof(void *));
    s->level_end = cauce_scratch(run, d->n_onehot, sizeof *s->level_end);
    s->level_row = cauce_scratch(run, d->n_onehot, sizeof *s->level_row);
    if (!s->level || !s->block || !s->level_end || !s->level_row) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_packed; j++) s->level[j] = -1;
    for (int64_t a = 0; a < d->n_onehot; a++) {
        const ca_onehot *hot = &d->onehot[a];
        int64_t *end = s->level_end[a] = cauce_scratch(run, hot->width + 1, sizeof *end);
        int64_t *row = s->level_row[a] = cauce_scratch(run, d->n, sizeof *row);
        if (!end || !row) return CA_NOMEM(run);
        for (int64_t k = 0; k < hot->width; k++) {
            s->level[hot->first + k] = k;
            s->block[hot->first + k] = hot;
        }
        for (int64_t r = 0; r < d->n; r++)
            if (hot->codes[r] >= 0) end[hot->codes[r] + 1]++;
        for (int64_t k = 0; k < hot->width; k++) end[k + 1] += end[k];
        for (int64_t r = 0; r < d->n; r++) /* end[k] starts as the start of level k */
            if (hot->codes[r] >= 0) row[end[hot->codes[r]]++] = r;
    }
    return CAUCE_OK;
}

/* Sizes from moving each column onto nothing would need a pass each; they are known in closed form. */
static cauce_status open_columns(cauce_run *run, struct descent *s) {
    const ca_design *d = &s->c.design;
    CA_TRY(open_levels(run, s));
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    s->residual = cauce_scratch(run, d->n, sizeof *s->residual);
    if (!levels || !s->residual) return CA_NOMEM(run);
    CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t j = 0; j < s->c.p; j++) {
        int64_t column = s->c.column[j];
        if (s->level[column] < 0) { /* 1 in standard deviations; constant columns are zeros */
            s->size[j] = s->c.scale[j] > 0 ? d->weight_sum : 0;
        } else {
            double total = levels[column - d->n_packed], mean = s->c.mean[j];
            s->size[j] = mean > 0 ? total * (1 - mean) : total;
            if (s->size[j] <= total * 4 * DBL_EPSILON) s->size[j] = 0;
        }
    }
    for (int64_t i = 0; i < d->n; i++) {
        s->residual[i] = d->dense[d->n_dense][i] - s->c.y_mean;
        s->yy += row_weight(d, i) * s->residual[i] * s->residual[i];
    }
    return CAUCE_OK;
}

/* ---- Descent ------------------------------------------------------------------------------------------- */

static cauce_status descent_open(cauce_run *run, const cauce_train *train, struct descent *s) {
    int64_t p = train->schema->width;
    s->gram = p <= train->n_rows && p <= MOST_GRAM;
    CA_TRY(ca_centred_open(run, train, s->net->fit_intercept, s->gram, &s->c));
    s->x = cauce_scratch(run, p, sizeof *s->x);
    s->gradient = cauce_scratch(run, p, sizeof *s->x);
    s->size = cauce_scratch(run, p, sizeof *s->x);
    s->l1 = cauce_scratch(run, p, sizeof *s->x);
    s->l2 = cauce_scratch(run, p, sizeof *s->x);
    if (!s->x || !s->gradient || !s->size || !s->l1 || !s->l2) return CA_NOMEM(run);
    double total = s->c.design.weight_sum * s->net->alpha;
    for (int64_t j = 0; j < p; j++) {
        s->l1[j] = total * s->net->l1_ratio * s->c.scale[j];
        s->l2[j] = total * (1 - s->net->l1_ratio) * s->c.scale[j] * s->c.scale[j];
    }
    if (!s->gram) return open_columns(run, s);
    memcpy(s->gradient, s->c.b, (size_t)p * sizeof *s->x);
    s->yy = s->c.yy;
    for (int64_t j = 0; j < p; j++) {
        double size = s->c.a[j + j * p];
        s->size[j] =
            size > s->c.design.weight_sum * 1e-14 || s->c.column[j] >= s->c.design.n_packed ? size : 0;
    }
    return CAUCE_OK;
}

static void move(struct descent *s, int64_t j, double delta) {
    s->x[j] += delta;
    if (!s->gram) {
        column_move(s, j, delta);
        return;
    }
    const double *a = s->c.a + j * s->c.p;
    for (int64_t i = 0; i < s->c.p; i++) s->gradient[i] -= delta * a[i];
}

/* One pass over the columns. True: the largest change is small beside the largest coefficient. */
static bool descend(struct descent *s, double tol) {
    double most = 0, largest = 0;
    for (int64_t j = 0; j < s->c.p; j++) {
        if (!(s->size[j] > 0)) continue;
        double pull = (s->gram ? s->gradient[j] : column_gradient(s, j)) + s->size[j] * s->x[j];
        double above = fabs(pull) - s->l1[j], to = 0;
        if (above > 0 && !(s->net->positive && pull < 0))
            to = copysign(above / (s->size[j] + s->l2[j]), pull);
        double delta = to - s->x[j];
        if (delta != 0) move(s, j, delta);
        s->x[j] = to;
        most = fmax(most, fabs(delta) * s->c.scale[j]);
        largest = fmax(largest, fabs(to) * s->c.scale[j]);
    }
    return most <= tol * largest;
}

/* Upper bound of how far the objective (times W) lies above its optimum. Two points of the dual problem give
 * one each: the residuals shrunk until no column exceeds the L1 penalty, and, where squares are penalised,
 * the residuals themselves. */
static double duality_gap(struct descent *s) {
    double l1 = s->c.design.weight_sum * s->net->alpha * s->net->l1_ratio;
    double l2 = s->c.design.weight_sum * s->net->alpha * (1 - s->net->l1_ratio);
    double fit = 0, norm1 = 0, norm2 = 0, most = 0, beyond = 0, descent_y = 0;
    for (int64_t j = 0; j < s->c.p; j++) {
        if (!(s->size[j] > 0)) continue;
        if (!s->gram) s->gradient[j] = column_gradient(s, j);
        double coef = s->x[j] * s->c.scale[j], g = s->gradient[j] / s->c.scale[j], rest = g - l2 * coef;
        if (s->gram) {
            fit += s->x[j] * (s->c.b[j] + s->gradient[j]);
            descent_y += s->x[j] * s->c.b[j];
        } else {
            fit += s->x[j] * s->gradient[j]; /* (X x)'W residual */
        }
        norm1 += fabs(coef);
        norm2 += coef * coef;
        most = fmax(most, s->net->positive ? rest : fabs(rest));
        double over = (s->net->positive ? g : fabs(g)) - l1;
        if (over > 0) beyond += over * over;
    }
    double squares = s->yy - fit, with_y = s->yy - descent_y;
    if (!s->gram) {
        squares = 0;
        for (int64_t i = 0; i < s->c.design.n; i++) {
            double r = s->residual[i] + s->offset;
            squares += row_weight(&s->c.design, i) * r * r;
        }
        with_y = squares + fit; /* y = X x + residual */
    }
    double share = most > l1 ? l1 / most : 1;
    double gap = 0.5 * squares * (1 + share * share) + l1 * norm1 - share * with_y +
                 0.5 * l2 * (1 + share * share) * norm2;
    if (l2 > 0) gap = fmin(gap, squares - with_y + l1 * norm1 + 0.5 * l2 * norm2 + beyond / (2 * l2));
    return gap > 0 ? gap : 0;
}

/* ---- The optimum --------------------------------------------------------------------------------------- */

/* Products of the columns left in; without the Gram matrix, by moving the residuals along each. */
static cauce_status products(cauce_run *run, struct descent *s, int64_t m, const int64_t *in, double *a) {
    if (s->gram) {
        for (int64_t k = 0; k < m; k++)
            for (int64_t i = 0; i < m; i++) a[i + k * m] = s->c.a[in[i] + in[k] * s->c.p];
        return CAUCE_OK;
    }
    double *kept = s->residual, offset = s->offset;
    s->residual = cauce_scratch(run, s->c.design.n, sizeof *kept);
    bool room = s->residual != NULL;
    for (int64_t k = 0; k < m && room; k++) {
        memset(s->residual, 0, (size_t)s->c.design.n * sizeof *kept);
        s->offset = 0;
        column_move(s, in[k], -1);
        for (int64_t i = k; i < m; i++) a[i + k * m] = column_gradient(s, in[i]);
    }
    s->residual = kept;
    s->offset = offset;
    return room ? CAUCE_OK : CA_NOMEM(run);
}

/* With the columns and the signs that descent found, the optimum is the solution of a linear system. Moves
 * there when the signs agree; *moved tells. */
static cauce_status polish(cauce_run *run, struct descent *s, bool *moved) {
    int64_t m = 0, *in = cauce_scratch(run, s->c.p, sizeof *in);
    *moved = false;
    if (!in) return CA_NOMEM(run);
    for (int64_t j = 0; j < s->c.p; j++)
        if (s->x[j] != 0) in[m++] = j;
    if (m == 0 || m > MOST_POLISH) return CAUCE_OK;
    if (!s->gram && (double)m * (double)m / 2 * (double)s->c.design.n > MOST_PRODUCTS) return CAUCE_OK;
    double *a = cauce_scratch(run, m, (size_t)m * sizeof *a), *b = cauce_scratch(run, m, sizeof *b);
    if (!a || !b) return CA_NOMEM(run);
    CA_TRY(products(run, s, m, in, a));
    for (int64_t k = 0; k < m; k++) { /* the step: what is left of the gradient, which keeps all digits */
        double g = s->gram ? s->gradient[in[k]] : column_gradient(s, in[k]);
        a[k + k * m] += s->l2[in[k]];
        b[k] = g - s->l2[in[k]] * s->x[in[k]] - copysign(s->l1[in[k]], s->x[in[k]]);
    }
    bool solved;
    CA_TRY(ca_spd_solve(run, m, a, b, 1e-10, &solved));
    for (int64_t k = 0; k < m && solved; k++) solved = (s->x[in[k]] + b[k]) * s->x[in[k]] > 0;
    for (int64_t k = 0; k < m && solved; k++) move(s, in[k], b[k]);
    *moved = solved;
    return CAUCE_OK;
}

/* Descends until the gap is small, then jumps. A jump that misses (a column ought still to enter or leave)
 * costs nothing: descent goes on from there, ten times finer each time. */
static cauce_status minimise(cauce_run *run, struct descent *s, ca_linear *linear, bool *converged) {
    double tol = s->net->tol, exact = 1e-13 * s->yy;
    *converged = !(s->yy > 0);
    for (int64_t finer = 0; linear->n_iter < s->net->max_iter && s->yy > 0;) {
        CA_TRY(cauce_check_cancel(run));
        bool still = descend(s, tol);
        linear->n_iter++;
        if (!still && linear->n_iter < s->net->max_iter) continue;
        linear->dual_gap = duality_gap(s);
        *converged = *converged || linear->dual_gap <= s->net->tol * s->yy;
        if (linear->dual_gap > tol * s->yy && still) tol /= 10; /* the columns move slowly: look closer */
        if (!*converged) continue;
        ca_arena_mark here = ca_arena_here(&run->scratch);
        bool moved;
        CA_TRY(polish(run, s, &moved));
        ca_arena_back(&run->scratch, here);
        linear->dual_gap = duality_gap(s);
        if ((moved && linear->dual_gap <= exact) || finer++ == 6) break;
        tol = fmin(tol, s->net->tol) / 10;
    }
    return CAUCE_OK;
}

cauce_status ca_coordinate_fit(cauce_run *run, const ca_net *net, const cauce_train *train,
                               ca_linear *linear) {
    struct descent s = { .net = net };
    CA_TRY(ca_linear_open(run, train, linear));
    CA_TRY(descent_open(run, train, &s));
    bool converged;
    CA_TRY(minimise(run, &s, linear, &converged));
    linear->dual_gap /= s.c.design.weight_sum;
    if (!converged)
        cauce_warn(
            run, "no_convergence",
            "the duality gap is still %.3g (wanted: %.3g) after %lld passes; raise max_iter, scale the "
            "columns or penalise more",
            linear->dual_gap, net->tol * s.yy / s.c.design.weight_sum, (long long)linear->n_iter);
    ca_centred_finish(&s.c, s.x, linear->coef, &linear->intercept);
    return ca_linear_finite(run, linear);
}
