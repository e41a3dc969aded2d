#include "linear/design.h"

#include <float.h>
#include <math.h>

#include "data/batch.h"
#include "math/lanes.h"

enum {
    MOST_CHUNKS = 64,
    LEAST_ROWS = 2048,
    LEAST_NUMBERS = 1 << 17,
    FEW_CHUNKS = 4,
    CHUNK_STEP = 256,
    PARTIAL_DOUBLES = 1 << 23, /* 64 MiB of partial results at most */
    TILE_DOUBLES = 1 << 16,    /* a tile fits the second-level cache */
    SHORT = 1 << 14,           /* so does a column of so many rows */
    TASK_COLUMNS = 16,
    COPY_COLUMNS = 32,
    FEW_ROWS = 32,    /* their lines stay in the first-level cache from column to column, */
    MOST_BESIDE = 64, /* and those of so many columns where they go */
    PIECE = 256
};

int64_t ca_tile_rows(int64_t columns) {
    int64_t rows = TILE_DOUBLES / (columns > 0 ? columns : 1) / 32 * 32;
    return rows > CA_MOST_TILE_ROWS ? CA_MOST_TILE_ROWS : rows < 32 ? 32 : rows;
}

static void count_fields(const cauce_schema *schema, ca_design *d) {
    for (int64_t f = 0; f < schema->n_fields; f++) {
        d->p += schema->fields[f].width;
        if (schema->fields[f].form == CAUCE_ONEHOT)
            d->n_onehot++;
        else
            d->n_dense += schema->fields[f].width;
    }
}

static void place_fields(const cauce_train *train, ca_design *d) {
    int64_t dense = 0, onehot = 0, feature = 0, at = d->n_packed;
    for (int64_t f = 0; f < train->schema->n_fields; f++) {
        const cauce_field *field = &train->schema->fields[f];
        const cauce_block *block = &train->x->blocks[f];
        if (field->form == CAUCE_ONEHOT) {
            d->onehot[onehot++] = (ca_onehot){ block->codes, field->width, at, field->name };
            for (int64_t j = 0; j < field->width; j++) d->feature[at++] = feature++;
            continue;
        }
        for (int64_t j = 0; j < field->width; j++) {
            if (block->single)
                d->single[dense] = block->singles + j * block->stride;
            else
                d->dense[dense] = block->values + j * block->stride;
            d->dense_name[dense] = field->name;
            if (d->step) d->step[dense] = ca_block_step(block);
            d->feature[dense++] = feature++;
        }
    }
}

static void how_it_lies(const cauce_train *train, bool *apart, bool *single) {
    *apart = *single = false;
    for (int64_t f = 0; f < train->schema->n_fields; f++) {
        if (train->schema->fields[f].form != CAUCE_DENSE) continue;
        *single = *single || train->x->blocks[f].single;
        *apart = *apart || train->x->blocks[f].step > 1;
    }
}

static cauce_status open_steps(cauce_run *run, const cauce_train *train, ca_design *d) {
    bool apart, single;
    how_it_lies(train, &apart, &single);
    if (!apart && !single) return CAUCE_OK;
    d->step = cauce_scratch(run, d->n_packed, sizeof *d->step);
    if (single) d->single = cauce_scratch(run, d->n_packed, sizeof *d->single);
    if (!d->step || (single && !d->single)) return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_packed; j++) d->step[j] = 1;
    return CAUCE_OK;
}

cauce_status ca_design_open(cauce_run *run, const cauce_train *train, const double *extra,
                            const double *weight, bool ones, ca_design *design) {
    CA_TRY(ca_run_look(run, train->x));
    CA_TRY(ca_design_open_unseen(run, train, extra, weight, ones, design));
    return design->n_packed >= design->n ? ca_design_gather(run, design) : CAUCE_OK;
}

static cauce_status open_unseen(cauce_run *run, const cauce_train *train, const double *extra,
                                int64_t n_extra, const double *weight, bool ones, ca_design *d) {
    *d = (ca_design){ .n = train->n_rows, .weight = weight, .rows = train->x };
    count_fields(train->schema, d);
    d->n_packed = d->n_dense + n_extra + (ones ? 1 : 0);
    d->q = d->p + d->n_packed - d->n_dense;
    d->dense = cauce_scratch(run, d->n_packed, sizeof *d->dense);
    d->dense_name = cauce_scratch(run, d->n_dense, sizeof *d->dense_name);
    d->shift = cauce_scratch(run, d->n_packed, sizeof *d->shift);
    d->inverse = cauce_scratch(run, d->n_packed, sizeof *d->inverse);
    d->onehot = cauce_scratch(run, d->n_onehot, sizeof *d->onehot);
    d->feature = cauce_scratch(run, d->q, sizeof *d->feature);
    if (!d->dense || !d->dense_name || !d->shift || !d->inverse || !d->onehot || !d->feature)
        return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_packed; j++) {
        d->inverse[j] = 1;
        d->feature[j] = -1;
    }
    for (int64_t t = 0; t < n_extra; t++) d->dense[d->n_dense + t] = extra + t * d->n;
    CA_TRY(open_steps(run, train, d));
    place_fields(train, d);
    d->weight_sum = (double)d->n;
    if (weight) {
        d->weight_sum = 0;
        for (int64_t i = 0; i < d->n; i++) d->weight_sum += weight[i];
    }
    d->tile = ca_tile_rows(d->n_packed);
    return CAUCE_OK;
}

cauce_status ca_design_open_unseen(cauce_run *run, const cauce_train *train, const double *extra,
                                   const double *weight, bool ones, ca_design *design) {
    return open_unseen(run, train, extra, extra ? 1 : 0, weight, ones, design);
}

cauce_status ca_design_open_targets(cauce_run *run, const cauce_train *train, bool ones, ca_design *design) {
    return open_unseen(run, train, train->y, cauce_n_targets(train->targets), train->weight, ones, design);
}

ca_chunks ca_design_chunks(const ca_design *design, int64_t size) {
    const int64_t numbers = design->n * design->n_packed;
    int64_t count = (design->n + LEAST_ROWS - 1) / LEAST_ROWS,
            more = (design->n + CHUNK_STEP - 1) / CHUNK_STEP;
    int64_t room = PARTIAL_DOUBLES / (size > 0 ? size : 1);
    /* of few rows with many numbers smaller chunks, if their results are small beside them */
    if (more > numbers / LEAST_NUMBERS) more = numbers / LEAST_NUMBERS;
    if (more > numbers / (8 * (size > 0 ? size : 1))) more = numbers / (8 * (size > 0 ? size : 1));
    if (count < more) count = more;
    if (count > MOST_CHUNKS) count = MOST_CHUNKS;
    if (count > room) count = room;
    if (count < 1) count = 1;
    int64_t rows = (design->n + count - 1) / count;
    rows = (rows + CHUNK_STEP - 1) / CHUNK_STEP * CHUNK_STEP;
    return (ca_chunks){ (design->n + rows - 1) / rows, rows };
}

ca_chunks ca_design_few_chunks(const ca_design *design, int64_t size) {
    const ca_chunks chunks = ca_design_chunks(design, size);
    int64_t most = ca_design_bytes(design) / 16 / ((size > 0 ? size : 1) * (int64_t)sizeof(double));
    if (most < FEW_CHUNKS) most = FEW_CHUNKS;
    if (chunks.count <= most) return chunks;
    const int64_t rows = ((design->n + most - 1) / most + CHUNK_STEP - 1) / CHUNK_STEP * CHUNK_STEP;
    return (ca_chunks){ (design->n + rows - 1) / rows, rows };
}

void ca_chunks_sum(ca_chunks chunks, int64_t size, double *partial) {
    for (int64_t c = 1; c < chunks.count; c++) {
        const double *from = partial + c * size;
        for (int64_t i = 0; i < size; i++) partial[i] += from[i];
    }
}

/* ---- Rows that lie apart, and floats ------------------------------------------------------------------- */

static bool is_next(const ca_design *d, int64_t j, int64_t k) {
    const float *single = ca_design_single(d, j);
    if (d->step[k] != d->step[j]) return false;
    return single ? d->single[k] == single + (k - j) : d->dense[k] == d->dense[j] + (k - j);
}

/* Columns from j on that lie side by side in the same rows. */
static int64_t side_by_side(const ca_design *d, int64_t j, int64_t end) {
    int64_t many = 1;
    while (many < d->step[j] && many < MOST_BESIDE && j + many < end && is_next(d, j, j + many)) many++;
    return many;
}

/* Floats that follow each other in their column. */
static bool is_stretch(const ca_design *d, int64_t j) {
    return ca_design_single(d, j) && d->step[j] == 1;
}

/* Few rows of all columns at a time, so that the lines in which the rows lie are fetched once. packed:
 * shifted and scaled. */
static void copy_apart(const ca_design *d, bool packed, int64_t row, int64_t rows, int64_t first,
                       int64_t columns, double *out, int64_t ld) {
    for (int64_t at = 0; at < rows; at += FEW_ROWS) {
        const int64_t many = rows - at < FEW_ROWS ? rows - at : FEW_ROWS;
        for (int64_t j = first, beside = 1; j < first + columns; j += beside) {
            const float *single = ca_design_single(d, j);
            const int64_t step = d->step[j];
            double *to = out + (j - first) * ld + at;
            beside = 1;
            if (ca_design_is_ones(d, j) || is_stretch(d, j)) continue;
            beside = side_by_side(d, j, first + columns);
            const double *shift = packed ? d->shift + j : NULL, *scale = packed ? d->inverse + j : NULL;
            if (single)
                ca_turn_single(many, beside, single + (row + at) * step, step, shift, scale, to, ld);
            else
                ca_turn(many, beside, d->dense[j] + (row + at) * step, step, shift, scale, to, ld);
        }
    }
}

static void copy_rows(const ca_design *d, bool packed, int64_t row, int64_t rows, int64_t first,
                      int64_t columns, double *out, int64_t ld) {
    copy_apart(d, packed, row, rows, first, columns, out, ld);
    for (int64_t j = first; j < first + columns; j++)
        if (is_stretch(d, j))
            ca_shift_scale_single(rows, d->single[j] + row, packed ? d->shift[j] : 0,
                                  packed ? d->inverse[j] : 1, out + (j - first) * ld);
}

struct gathering {
    const ca_design *design;
    double *copy;
};

static cauce_status gather_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct gathering *g = payload;
    const ca_design *d = g->design;
    const int64_t row = index * PIECE, left = d->n - row;
    copy_rows(d, false, row, left < PIECE ? left : PIECE, 0, d->n_dense, g->copy + row, d->n);
    return CAUCE_OK;
}

static cauce_status open_copy(cauce_run *run, const ca_design *d, double **copy) {
    size_t cells;
    if (__builtin_mul_overflow((size_t)d->n, (size_t)d->n_dense * sizeof **copy, &cells))
        return CA_NOMEM(run);
    *copy = ca_arena_cells(&run->scratch, cells);
    return *copy ? CAUCE_OK : CA_NOMEM(run);
}

static void use_copy(ca_design *d, const double *copy) {
    for (int64_t j = 0; j < d->n_dense; j++) d->dense[j] = copy + j * d->n;
    d->step = NULL;
    d->single = NULL;
}

cauce_status ca_design_gather(cauce_run *run, ca_design *design) {
    if (!design->step) return CAUCE_OK;
    struct gathering g = { design, NULL };
    CA_TRY(open_copy(run, design, &g.copy));
    CA_TRY(cauce_parallel(run, (design->n + PIECE - 1) / PIECE, gather_task, &g));
    use_copy(design, g.copy);
    return CAUCE_OK;
}

/* ---- Means and scales ---------------------------------------------------------------------------------- */

struct moments {
    const ca_design *design;
    ca_chunks chunks;
    double *partial; /* for each chunk: n_packed sums of x - shift, n_packed sums of its square */
    bool centre;
    /* of short columns: those of a task; where wanted, room for a copy, and for products with a target */
    int64_t columns;
    double *copy, *product, *target;
};

static void moments_end(const ca_moments *sums, double *first, double *second) {
    *first = (sums->a[0] + sums->a[1]) + (sums->a[2] + sums->a[3]);
    *second = (sums->b[0] + sums->b[1]) + (sums->b[2] + sums->b[3]);
}

static void column_moments(const double *x, const double *weight, int64_t rows, double shift, double *first,
                           double *second) {
    ca_moments sums = { { 0 }, { 0 } };
    ca_moments_add(rows, x, weight, shift, &sums);
    moments_end(&sums, first, second);
}

/* Where the columns lie apart their rows are brought together piece by piece. */
static cauce_status moments_apart(cauce_run *run, const struct moments *m, int64_t start, int64_t rows,
                                  double *first, double *second) {
    const ca_design *d = m->design;
    ca_moments *sums = cauce_scratch(run, d->n_packed, sizeof *sums);
    double *z = cauce_scratch(run, d->n_packed, PIECE * sizeof *z);
    if (!sums || !z) return CA_NOMEM(run);
    for (int64_t row = start; row < start + rows; row += PIECE) {
        const int64_t many = start + rows - row < PIECE ? start + rows - row : PIECE;
        copy_rows(d, false, row, many, 0, d->n_packed, z, PIECE);
        for (int64_t j = 0; j < d->n_packed; j++)
            if (!ca_design_is_ones(d, j))
                ca_moments_add(many, z + j * PIECE, d->weight ? d->weight + row : NULL, d->shift[j],
                               &sums[j]);
    }
    for (int64_t j = 0; j < d->n_packed; j++)
        if (!ca_design_is_ones(d, j)) moments_end(&sums[j], &first[j], &second[j]);
    return CAUCE_OK;
}

static cauce_status moments_task(cauce_run *run, int64_t index, void *payload) {
    const struct moments *m = payload;
    const ca_design *d = m->design;
    int64_t start = index * m->chunks.rows, rows = ca_chunk_end(d, m->chunks, index) - start;
    double *sum = m->partial + index * 2 * d->n_packed, *square = sum + d->n_packed;
    if (d->step) return moments_apart(run, m, start, rows, sum, square);
    for (int64_t j = 0; j < d->n_packed; j++)
        if (d->dense[j])
            column_moments(d->dense[j] + start, d->weight ? d->weight + start : NULL, rows, d->shift[j],
                           &sum[j], &square[j]);
    return CAUCE_OK;
}

/* The same of a column, whose numbers are x, over all chunks, into the first of them. */
static void moments_of_column(const struct moments *m, int64_t j, const double *x) {
    const ca_design *d = m->design;
    double sum = 0, square = 0;
    for (int64_t c = 0; c < m->chunks.count; c++) {
        int64_t start = c * m->chunks.rows, rows = ca_chunk_end(d, m->chunks, c) - start;
        double first, second;
        column_moments(x + start, d->weight ? d->weight + start : NULL, rows, d->shift[j], &first, &second);
        sum = c > 0 ? sum + first : first;
        square = c > 0 ? square + second : second;
    }
    m->partial[j] = sum;
    m->partial[d->n_packed + j] = square;
}

/* The sum of squares of a column becomes its variance. */
static void finish_moments(const struct moments *m, int64_t j) {
    const ca_design *d = m->design;
    double rest = m->partial[j] / d->weight_sum, *square = &m->partial[d->n_packed + j];
    *square /= d->weight_sum;
    if (!m->centre) return;
    d->shift[j] += rest; /* what rounding left over */
    *square -= rest * rest;
}

static void moments_of_short(const struct moments *m, int64_t j, const double *x) {
    const ca_design *d = m->design;
    if (m->centre) {
        d->shift[j] = x[0];
        moments_of_column(m, j, x);
        d->shift[j] += m->partial[j] / d->weight_sum;
    }
    moments_of_column(m, j, x);
    finish_moments(m, j);
}

/* Short columns stay in the cache from their copy on, between the passes for their means and for their
 * squares, to their products. */
static cauce_status short_columns_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct moments *m = payload;
    const ca_design *d = m->design;
    const int64_t first = index * m->columns,
                  end = first + m->columns < d->n_dense ? first + m->columns : d->n_dense;
    if (m->copy) copy_rows(d, false, 0, d->n, first, end - first, m->copy + first * d->n, d->n);
    for (int64_t j = first; j < end; j++) {
        const double *x = m->copy ? m->copy + j * d->n : d->dense[j];
        moments_of_short(m, j, x);
        if (m->product) m->product[j] = ca_dot_shifted(d->n, x, d->shift[j], m->target);
    }
    return CAUCE_OK;
}

static cauce_status moments_pass(cauce_run *run, struct moments *m) {
    CA_TRY(cauce_parallel(run, m->chunks.count, moments_task, m));
    ca_chunks_sum(m->chunks, 2 * m->design->n_packed, m->partial);
    return CAUCE_OK;
}

/* 1 / scale of a column; 0 where the column is constant up to the rounding of its mean. */
static cauce_status invert_scale(cauce_run *run, ca_design *d, int64_t j, double variance) {
    double scale = sqrt(variance > 0 ? variance : 0);
    if (!isfinite(variance) || !isfinite(d->shift[j])) {
        CA_TRY(ca_run_look(run, d->rows)); /* a number that is not finite has the better message */
        return cauce_fail(run, CAUCE_E_NUMERIC,
                          "column '%s': numbers so large that their squares overflow; scale it first",
                          d->dense_name[j] ? d->dense_name[j] : "?");
    }
    d->inverse[j] = scale <= 10 * DBL_EPSILON * fabs(d->shift[j]) || scale < 1e-150 ? 0 : 1 / scale;
    return CAUCE_OK;
}

/* Starting from the first value, so that a large mean costs no digits. */
static cauce_status long_columns(cauce_run *run, ca_design *d, struct moments *m) {
    if (m->centre) {
        for (int64_t j = 0; j < d->n_packed; j++)
            if (!ca_design_is_ones(d, j)) d->shift[j] = ca_design_number(d, j, 0);
        CA_TRY(moments_pass(run, m));
        for (int64_t j = 0; j < d->n_packed; j++)
            if (!ca_design_is_ones(d, j)) d->shift[j] += m->partial[j] / d->weight_sum;
    }
    CA_TRY(moments_pass(run, m));
    for (int64_t j = 0; j < d->n_packed; j++)
        if (!ca_design_is_ones(d, j)) finish_moments(m, j);
    return CAUCE_OK;
}

/* The extra column as it is multiplied with others: its mean out, weighted. */
static void set_target(const ca_design *d, double *target) {
    const double *y = d->dense[d->n_dense];
    for (int64_t r = 0; r < d->n; r++)
        target[r] = (d->weight ? d->weight[r] : 1) * (y[r] - d->shift[d->n_dense]);
}

/* The extra columns come first: the products of the others are with one of them. */
static cauce_status short_columns(cauce_run *run, ca_design *d, struct moments *m) {
    for (int64_t j = d->n_dense; j < d->n_packed; j++)
        if (d->dense[j]) moments_of_short(m, j, d->dense[j]);
    if (m->target) set_target(d, m->target);
    m->columns = m->copy ? COPY_COLUMNS : TASK_COLUMNS;
    CA_TRY(cauce_parallel(run, (d->n_dense + m->columns - 1) / m->columns, short_columns_task, m));
    if (m->copy) use_copy(d, m->copy);
    return CAUCE_OK;
}

static cauce_status standardise(cauce_run *run, ca_design *d, bool scale, struct moments *m) {
    m->chunks = ca_design_chunks(d, 2 * d->n_packed);
    m->partial = cauce_scratch(run, m->chunks.count * 2 * d->n_packed, sizeof *m->partial);
    if (!m->partial) return CA_NOMEM(run);
    if (d->n <= SHORT && (!d->step || m->copy)) {
        CA_TRY(short_columns(run, d, m));
    } else {
        CA_TRY(long_columns(run, d, m));
    }
    for (int64_t j = 0; j < d->n_dense && scale; j++)
        CA_TRY(invert_scale(run, d, j, m->partial[d->n_packed + j]));
    return CAUCE_OK;
}

cauce_status ca_design_standardise(cauce_run *run, ca_design *design, bool centre, bool scale) {
    struct moments m = { .design = design, .centre = centre };
    return scale || centre ? standardise(run, design, scale, &m) : CAUCE_OK;
}

cauce_status ca_design_scale(cauce_run *run, ca_design *design, double *mean) {
    struct moments m = { .design = design };
    CA_TRY(standardise(run, design, true, &m));
    for (int64_t j = 0; j < design->n_packed; j++) mean[j] = m.partial[j] / design->weight_sum;
    return CAUCE_OK;
}

static cauce_status products_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct moments *m = payload;
    const ca_design *d = m->design;
    m->product[index] = ca_dot_shifted(d->n, d->dense[index], d->shift[index], m->target);
    return CAUCE_OK;
}

/* Columns that are not short are gone through once more for each of the three. */
cauce_status ca_design_standardise_columns(cauce_run *run, ca_design *design, bool centre, double *product) {
    ca_design *d = design;
    const bool brief = d->n <= SHORT;
    struct moments m = { .design = d, .centre = centre };
    m.product = product;
    m.target = cauce_scratch(run, d->n, sizeof *m.target);
    if (!m.target) return CA_NOMEM(run);
    if (d->step && brief)
        CA_TRY(open_copy(run, d, &m.copy));
    else
        CA_TRY(ca_design_gather(run, d));
    CA_TRY(standardise(run, d, true, &m));
    if (!brief) {
        set_target(d, m.target);
        CA_TRY(cauce_parallel(run, d->n_dense, products_task, &m));
    }
    for (int64_t j = 0; j < d->n_dense; j++) product[j] *= d->inverse[j];
    return CAUCE_OK;
}

struct levels_pass {
    const ca_design *design;
    double *sums;
};

static cauce_status levels_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct levels_pass *pass = payload;
    const ca_design *d = pass->design;
    const ca_onehot *hot = &d->onehot[index];
    double *sums = pass->sums + (hot->first - d->n_packed);
    for (int64_t j = 0; j < hot->width; j++) sums[j] = 0;
    for (int64_t r = 0; r < d->n; r++)
        if (hot->codes[r] >= 0) sums[hot->codes[r]] += d->weight ? d->weight[r] : 1;
    return CAUCE_OK;
}

cauce_status ca_design_level_weights(cauce_run *run, const ca_design *design, double *sums) {
    struct levels_pass pass = { design, sums };
    return cauce_parallel(run, design->n_onehot, levels_task, &pass);
}

/* ---- Packing ------------------------------------------------------------------------------------------- */

void ca_design_pack(const ca_design *design, int64_t row, int64_t rows, int64_t first, int64_t columns,
                    double *out, int64_t ld) {
    if (design->step) copy_rows(design, true, row, rows, first, columns, out, ld);
    for (int64_t j = first; j < first + columns; j++, out += ld) {
        if (ca_design_is_ones(design, j))
            for (int64_t r = 0; r < rows; r++) out[r] = 1;
        else if (!design->step)
            ca_shift_scale(rows, design->dense[j] + row, design->shift[j], design->inverse[j], out);
    }
}

void ca_design_pack_all(const ca_design *design, int64_t row, int64_t rows, double *out, int64_t ld) {
    ca_design_pack(design, row, rows, 0, design->n_packed, out, ld);
    for (int64_t a = 0; a < design->n_onehot; a++) {
        const ca_onehot *hot = &design->onehot[a];
        double *at = out + hot->first * ld;
        for (int64_t j = 0; j < hot->width; j++)
            for (int64_t r = 0; r < rows; r++) at[r + j * ld] = hot->codes[row + r] == j ? 1 : 0;
    }
}
