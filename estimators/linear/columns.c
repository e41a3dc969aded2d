#include "linear/columns.h"

#include <float.h>
#include <math.h>
#include <string.h>

#include "math/blas.h"
#include "math/lanes.h"

enum { TASK_COLUMNS = 16, TASK_ROWS = 1024 };

static double row_weight(const ca_design *d, int64_t row) {
    return d->weight ? d->weight[row] : 1;
}

static int64_t level_of(const ca_columns *s, int64_t j) {
    return s->c->column[j] - s->c->design.onehot[s->block[j]].first;
}

static int64_t level_start(const ca_columns *s, int64_t a, int64_t level) {
    return level > 0 ? s->level_end[a][level - 1] : 0;
}

/* ---- Opening ------------------------------------------------------------------------------------------- */

/* The rows of every level, by counting. */
static cauce_status open_levels(cauce_run *run, ca_columns *s) {
    const ca_design *d = &s->c->design;
    s->block = cauce_scratch(run, d->p, sizeof *s->block);
    s->level_end = cauce_scratch(run, d->n_onehot, sizeof *s->level_end);
    s->level_row = cauce_scratch(run, d->n_onehot, sizeof *s->level_row);
    if (!s->block || !s->level_end || !s->level_row) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->p; j++) s->block[j] = -1;
    for (int64_t a = 0; a < d->n_onehot; a++) {
        const ca_onehot *hot = &d->onehot[a];
        int64_t *end = s->level_end[a] = cauce_scratch(run, hot->width + 1, sizeof *end);
        int64_t *row = s->level_row[a] = cauce_scratch(run, d->n, sizeof *row);
        if (!end || !row) return CA_NOMEM(run);
        for (int64_t k = 0; k < hot->width; k++) s->block[d->feature[hot->first + k]] = a;
        for (int64_t r = 0; r < d->n; r++)
            if (hot->codes[r] >= 0) end[hot->codes[r] + 1]++;
        for (int64_t k = 0; k < hot->width; k++) end[k + 1] += end[k];
        for (int64_t r = 0; r < d->n; r++) /* end[k] starts as the start of level k */
            if (hot->codes[r] >= 0) row[end[hot->codes[r]]++] = r;
    }
    return CAUCE_OK;
}

/* Sizes from moving each column onto nothing would need a pass each; they are known in closed form. */
cauce_status ca_columns_open(cauce_run *run, const ca_centred *c, ca_columns *columns) {
    const ca_design *d = &c->design;
    ca_columns *s = columns;
    *s = (ca_columns){ .c = c };
    CA_TRY(open_levels(run, s));
    double *levels = cauce_scratch(run, d->q - d->n_packed, sizeof *levels);
    s->size = cauce_scratch(run, d->p, sizeof *s->size);
    s->residual = cauce_scratch(run, d->n, sizeof *s->residual);
    s->weighted = cauce_scratch(run, d->n, sizeof *s->weighted);
    if (!levels || !s->size || !s->residual || !s->weighted) return CA_NOMEM(run);
    CA_TRY(ca_design_level_weights(run, d, levels));
    for (int64_t j = 0; j < c->p; j++) {
        if (s->block[j] < 0) { /* 1 in standard deviations; constant columns are zeros */
            s->size[j] = c->scale[j] > 0 ? d->weight_sum : 0;
        } else {
            double total = levels[c->column[j] - d->n_packed], mean = c->mean[j];
            s->size[j] = mean > 0 ? total * (1 - mean) : total;
            if (s->size[j] <= total * 4 * DBL_EPSILON) s->size[j] = 0;
        }
    }
    for (int64_t i = 0; i < d->n; i++) {
        s->residual[i] = d->dense[d->n_dense][i] - c->y_mean;
        s->yy += row_weight(d, i) * s->residual[i] * s->residual[i];
    }
    return CAUCE_OK;
}

/* ---- One column ---------------------------------------------------------------------------------------- */

/* The dense columns have mean 0, so that the offset does not matter to them. */
double ca_columns_gradient(const ca_columns *s, int64_t j) {
    const ca_design *d = &s->c->design;
    double sum = 0;
    if (s->block[j] < 0) {
        int64_t column = s->c->column[j];
        const double *x = d->dense[column], *w = d->weight, shift = d->shift[column];
        if (!w) return d->inverse[column] * ca_dot_shifted(d->n, x, shift, s->residual);
        double lane[4] = { 0 };
        for (int64_t r = 0; r < d->n; r++) lane[r % 4] += w[r] * ((x[r] - shift) * s->residual[r]);
        return d->inverse[column] * ((lane[0] + lane[1]) + (lane[2] + lane[3]));
    }
    int64_t a = s->block[j], level = level_of(s, j);
    for (int64_t k = level_start(s, a, level); k < s->level_end[a][level]; k++) {
        int64_t row = s->level_row[a][k];
        sum += row_weight(d, row) * (s->residual[row] + s->offset);
    }
    return sum;
}

void ca_columns_move(ca_columns *s, int64_t j, double delta) {
    const ca_design *d = &s->c->design;
    if (s->block[j] < 0) {
        int64_t column = s->c->column[j];
        ca_axpy_shifted(d->n, -delta * d->inverse[column], d->dense[column], d->shift[column], s->residual);
        return;
    }
    int64_t a = s->block[j], level = level_of(s, j);
    for (int64_t k = level_start(s, a, level); k < s->level_end[a][level]; k++)
        s->residual[s->level_row[a][k]] -= delta;
    s->offset += delta * s->c->mean[j];
}

void ca_columns_pack(const ca_columns *s, int64_t j, double *out) {
    const ca_design *d = &s->c->design;
    if (s->block[j] < 0) {
        ca_design_pack(d, 0, d->n, s->c->column[j], 1, out, d->n);
    } else {
        int64_t a = s->block[j], level = level_of(s, j);
        for (int64_t r = 0; r < d->n; r++) out[r] = -s->c->mean[j];
        for (int64_t k = level_start(s, a, level); k < s->level_end[a][level]; k++)
            out[s->level_row[a][k]] += 1;
    }
    for (int64_t r = 0; r < d->n && d->weight; r++) out[r] *= sqrt(d->weight[r]);
}

/* ---- All columns --------------------------------------------------------------------------------------- */

static void weigh(ca_columns *s) {
    for (int64_t r = 0; r < s->c->design.n; r++)
        s->weighted[r] = row_weight(&s->c->design, r) * (s->residual[r] + s->offset);
}

struct gradients {
    const ca_columns *columns;
    const bool *wanted;
    double *gradient;
    int64_t pieces; /* of the columns; the one-hot blocks come after them */
};

static cauce_status gradients_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct gradients *g = payload;
    const ca_columns *s = g->columns;
    const ca_design *d = &s->c->design;
    if (index < g->pieces) {
        int64_t end = (index + 1) * TASK_COLUMNS < d->n_dense ? (index + 1) * TASK_COLUMNS : d->n_dense;
        for (int64_t j = index * TASK_COLUMNS; j < end; j++) {
            int64_t feature = d->feature[j];
            if (!(s->size[feature] > 0) || (g->wanted && !g->wanted[feature])) continue;
            g->gradient[feature] =
                d->inverse[j] * ca_dot_shifted(d->n, d->dense[j], d->shift[j], s->weighted);
        }
        return CAUCE_OK;
    }
    const ca_onehot *hot = &d->onehot[index - g->pieces];
    for (int64_t k = 0; k < hot->width; k++) g->gradient[d->feature[hot->first + k]] = 0;
    for (int64_t r = 0; r < d->n; r++)
        if (hot->codes[r] >= 0) g->gradient[d->feature[hot->first + hot->codes[r]]] += s->weighted[r];
    return CAUCE_OK;
}

cauce_status ca_columns_gradients(cauce_run *run, ca_columns *columns, const bool *wanted, double *gradient) {
    const ca_design *d = &columns->c->design;
    weigh(columns);
    struct gradients g = { columns, wanted, gradient, (d->n_dense + TASK_COLUMNS - 1) / TASK_COLUMNS };
    return cauce_parallel(run, g.pieces + d->n_onehot, gradients_task, &g);
}

/* ---- All columns, coarsely ----------------------------------------------------------------------------- */

static cauce_status coarsen_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const ca_columns *s = payload;
    const ca_design *d = &s->c->design;
    int64_t end = (index + 1) * TASK_COLUMNS < d->n_dense ? (index + 1) * TASK_COLUMNS : d->n_dense;
    for (int64_t j = index * TASK_COLUMNS; j < end; j++) {
        if (!(s->size[d->feature[j]] > 0)) continue;
        double error, norm, scale = d->inverse[j];
        s->unit[j] = scale * ca_coarsen(d->n, d->dense[j], d->shift[j], s->coarse + j * d->n, &error, &norm);
        s->error[j] = scale * sqrt(error);
        s->norm[j] = scale * sqrt(norm);
    }
    return CAUCE_OK;
}

cauce_status ca_columns_coarsen(cauce_run *run, ca_columns *columns) {
    const ca_design *d = &columns->c->design;
    columns->coarse =
        ca_arena_cells(&run->scratch, (size_t)d->n_dense * (size_t)d->n * sizeof *columns->coarse);
    columns->coarse_weighted = cauce_scratch(run, d->n, sizeof *columns->coarse_weighted);
    columns->unit = cauce_scratch(run, d->n_dense, sizeof *columns->unit);
    columns->error = cauce_scratch(run, d->n_dense, sizeof *columns->error);
    columns->norm = cauce_scratch(run, d->n_dense, sizeof *columns->norm);
    if (!columns->coarse || !columns->coarse_weighted || !columns->unit || !columns->error || !columns->norm)
        return CA_NOMEM(run);
    return cauce_parallel(run, (d->n_dense + TASK_COLUMNS - 1) / TASK_COLUMNS, coarsen_task, columns);
}

struct look {
    const ca_columns *columns;
    const bool *wanted;
    double *gradient, *blur, unit, size, error; /* of the residuals: norm, and norm of what rounding lost */
};

static cauce_status look_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct look *p = payload;
    const ca_columns *s = p->columns;
    const ca_design *d = &s->c->design;
    int64_t end = (index + 1) * TASK_COLUMNS < d->n_dense ? (index + 1) * TASK_COLUMNS : d->n_dense;
    for (int64_t j = index * TASK_COLUMNS; j < end; j++) {
        int64_t feature = d->feature[j];
        if (!p->wanted[feature] || !(s->size[feature] > 0)) continue;
        p->gradient[feature] =
            p->unit * s->unit[j] * (double)ca_dot_coarse(d->n, s->coarse + j * d->n, s->coarse_weighted);
        p->blur[feature] = (1 + 1e-9) * (s->error[j] * p->size + s->norm[j] * p->error);
    }
    return CAUCE_OK;
}

cauce_status ca_columns_look(cauce_run *run, ca_columns *columns, const bool *wanted, double *gradient,
                             double *blur) {
    const ca_design *d = &columns->c->design;
    weigh(columns);
    struct look look = { columns, wanted, gradient, blur, 0, 0, 0 };
    double error, size;
    look.unit = ca_coarsen(d->n, columns->weighted, 0, columns->coarse_weighted, &error, &size);
    look.error = sqrt(error);
    look.size = sqrt(ca_dot(d->n, columns->weighted, columns->weighted));
    return cauce_parallel(run, (d->n_dense + TASK_COLUMNS - 1) / TASK_COLUMNS, look_task, &look);
}

/* ---- The residuals ------------------------------------------------------------------------------------- */

double ca_columns_squares(const ca_columns *s) {
    double squares = 0;
    for (int64_t i = 0; i < s->c->design.n; i++) {
        double r = s->residual[i] + s->offset;
        squares += row_weight(&s->c->design, i) * r * r;
    }
    return squares;
}

double ca_columns_moved(const ca_columns *s, double *before) {
    double squares = 0;
    for (int64_t i = 0; i < s->c->design.n; i++) {
        double now = s->residual[i] + s->offset, by = now - before[i];
        squares += row_weight(&s->c->design, i) * by * by;
        before[i] = now;
    }
    return sqrt(squares);
}

struct reset {
    ca_columns *columns;
    int64_t m, each;
    double *const *packed;
    const double *x;
};

static cauce_status reset_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct reset *p = payload;
    const ca_centred *c = p->columns->c;
    const ca_design *d = &c->design;
    int64_t row = index * TASK_ROWS, rows = d->n - row < TASK_ROWS ? d->n - row : TASK_ROWS;
    double *residual = p->columns->residual + row;
    memset(residual, 0, (size_t)rows * sizeof *residual);
    for (int64_t k = 0; k < p->m; k += p->each)
        ca_gemv(false, rows, p->m - k < p->each ? p->m - k : p->each, -1, p->packed[k / p->each] + row, d->n,
                p->x + k, 1, residual);
    for (int64_t r = 0; r < rows; r++) {
        if (d->weight) residual[r] /= sqrt(d->weight[row + r]);
        residual[r] += d->dense[d->n_dense][row + r] - c->y_mean;
    }
    return CAUCE_OK;
}

cauce_status ca_columns_reset(cauce_run *run, ca_columns *columns, int64_t m, int64_t each,
                              double *const *packed, const double *x) {
    struct reset reset = { columns, m, each, packed, x };
    columns->offset = 0;
    return cauce_parallel(run, (columns->c->design.n + TASK_ROWS - 1) / TASK_ROWS, reset_task, &reset);
}
