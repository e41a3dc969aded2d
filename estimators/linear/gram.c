#include "linear/gram.h"

#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "math/blas.h"
#include "math/gram.h"
#include "math/lanes.h"

enum { COLUMNS = 192, MOST_OF_MANY = 8, LEAST_OF_MANY = 5 };

/* The jobs of one chunk, in this order: pairs of dense column tiles (I >= J), dense tiles with all one-hot
 * blocks, pairs of one-hot blocks (a >= b). Each writes a region of its own. */
static int64_t pairs(int64_t n) {
    return n * (n + 1) / 2;
}

static void pair_of(int64_t index, int64_t *i, int64_t *j) {
    int64_t row = 0;
    while (index > row) index -= ++row;
    *i = row;
    *j = index;
}

/* Matrices at a time: their partial results take a thirty-second of what the rows take, at most. */
static int64_t matrices_at_once(const ca_design *d, ca_chunks chunks, int64_t matrices) {
    int64_t room = d->n / (32 * chunks.count * (d->q > 0 ? d->q : 1));
    return room < 1 ? 1 : room < matrices ? room : matrices;
}

static ca_chunks chunks_of(const ca_design *d, int64_t count) {
    enum { STEP = 256 };
    const int64_t rows = ((d->n + count - 1) / count + STEP - 1) / STEP * STEP;
    return (ca_chunks){ (d->n + rows - 1) / rows, rows };
}

/* Of several matrices fewer chunks, so that there is room for more at a time: as many as take the fewest
 * passes over the rows. */
static ca_chunks larger_chunks(const ca_design *d, ca_chunks chunks, int64_t matrices) {
    if (chunks.count <= LEAST_OF_MANY) return chunks;
    ca_chunks best = { 0 };
    int64_t fewest = INT64_MAX;
    for (int64_t count = MOST_OF_MANY; count >= LEAST_OF_MANY; count--) {
        if (count > chunks.count) continue;
        const ca_chunks now = chunks_of(d, count);
        const int64_t most = matrices_at_once(d, now, matrices), passes = (matrices + most - 1) / most;
        if (passes >= fewest) continue;
        fewest = passes;
        best = now;
    }
    return best;
}

cauce_status ca_gram_open_many(cauce_run *run, const ca_design *design, int64_t matrices, ca_gram *gram) {
    const ca_design *d = design;
    *gram = (ca_gram){ .design = d, .chunks = ca_design_chunks(d, d->q * d->q) };
    gram->tiles = (d->n_packed + COLUMNS - 1) / COLUMNS;
    gram->jobs = pairs(gram->tiles) + (d->n_onehot > 0 ? gram->tiles : 0) + pairs(d->n_onehot);
    if (matrices > 1) gram->chunks = larger_chunks(d, gram->chunks, matrices);
    gram->most = matrices_at_once(d, gram->chunks, matrices);
    gram->partial =
        cauce_scratch(run, gram->chunks.count * gram->most, (size_t)(d->q * d->q) * sizeof(double));
    return gram->partial ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_gram_open(cauce_run *run, const ca_design *design, ca_gram *gram) {
    return ca_gram_open_many(run, design, 1, gram);
}

bool ca_gram_in_one(const ca_design *design) {
    return design->n_packed <= COLUMNS && design->n_onehot == 0;
}

static int64_t tile_width(const ca_gram *g, int64_t tile) {
    int64_t left = g->design->n_packed - tile * COLUMNS;
    return left < COLUMNS ? left : COLUMNS;
}

/* h of some rows for one of the matrices, in `room` where it has to be computed; NULL for all 1. */
static const double *factors(const ca_gram *g, int64_t matrix, ca_gram_rows rows, double *room) {
    if (!g->factor) return g->h ? g->h + rows.row : NULL;
    g->factor(g->payload, g->first + matrix, rows, room);
    return room;
}

static const double *roots(int64_t rows, const double *h, double *root) {
    for (int64_t r = 0; r < rows; r++) root[r] = sqrt(h[r]);
    return root;
}

static void scale_rows(int64_t rows, int64_t columns, int64_t ld, const double *factor, const double *z,
                       double *out) {
    for (int64_t j = 0; j < columns; j++) ca_times(rows, z + j * ld, factor, out + j * ld);
}

/* Columns that are neither shifted nor scaled nor weighted are multiplied where they lie. */
static bool lie_ready(const ca_gram *g, int64_t first, int64_t wide) {
    const ca_design *d = g->design;
    if (g->h || g->factor || d->step || !ca_gram_narrow(wide)) return false;
    for (int64_t j = first; j < first + wide; j++)
        if (d->dense[j] && (d->shift[j] != 0 || d->inverse[j] != 1)) return false;
    return true;
}

static void in_place(const ca_gram *g, int64_t tile, int64_t start, int64_t end, double *c) {
    const ca_design *d = g->design;
    int64_t first = tile * COLUMNS, wide = tile_width(g, tile);
    const double *columns[CA_GRAM_COLUMNS];
    double ones[2 * CA_GRAM_ROWS];
    for (int64_t r = 0; r < CA_GRAM_ROWS; r++) ones[r] = 1;
    for (int64_t row = start; row < end; row += CA_GRAM_ROWS) {
        int64_t rows = end - row < CA_GRAM_ROWS ? end - row : CA_GRAM_ROWS;
        for (int64_t j = 0; j < wide; j++)
            columns[j] = d->dense[first + j] ? d->dense[first + j] + row : ones;
        int64_t left = end - row - rows, ahead = left < CA_GRAM_ROWS ? left : CA_GRAM_ROWS;
        ca_gram_columns(wide, rows, columns, ahead, row == start ? 0 : 1, c, d->q);
    }
}

/* Rows of tiles i and j of the columns, packed; scaled: room for those of j times h. */
struct panel {
    int64_t wide_i, wide_j, rows, ld;
    double *zi, *zj, *scaled, *given;
};

static cauce_status panel_open(cauce_run *run, const ca_gram *g, int64_t i, int64_t j, struct panel *p) {
    *p = (struct panel){ .wide_i = tile_width(g, i), .wide_j = tile_width(g, j) };
    p->ld = ca_tile_rows(p->wide_i + (i == j ? 0 : p->wide_j));
    if (i == j && p->ld > CA_GRAM_ROWS) p->ld = CA_GRAM_ROWS;
    p->zi = p->zj = cauce_scratch(run, p->ld * p->wide_i, sizeof *p->zi);
    if (i != j) p->zj = cauce_scratch(run, p->ld * p->wide_j, sizeof *p->zj);
    p->scaled = g->many > 1 ? cauce_scratch(run, p->ld * p->wide_j, sizeof *p->scaled) : p->zj;
    if (g->prepare) p->given = cauce_scratch(run, g->numbers * p->ld, sizeof *p->given);
    return p->zi && p->zj && p->scaled && (p->given || !g->prepare) ? CAUCE_OK : CA_NOMEM(run);
}

/* Square roots of h on both sides of a triangle, so that one is enough. */
static void panel_add(const ca_gram *g, const struct panel *p, const double *h, double beta, double *c) {
    const int64_t q = g->design->q;
    const bool triangle = p->zi == p->zj;
    double root[CA_MOST_TILE_ROWS];
    const double *zj = h ? p->scaled : p->zj;
    if (h) scale_rows(p->rows, p->wide_j, p->ld, triangle ? roots(p->rows, h, root) : h, p->zj, p->scaled);
    if (triangle)
        ca_gram_t(p->wide_j, p->rows, zj, p->ld, beta, c, q);
    else
        ca_gemm(true, false, p->wide_i, p->wide_j, p->rows, 1, p->zi, p->ld, zj, p->ld, beta, c, q);
}

static cauce_status dense_pair(cauce_run *run, const ca_gram *g, int64_t pair, int64_t start, int64_t end,
                               double *out) {
    const ca_design *d = g->design;
    int64_t i, j;
    pair_of(pair, &i, &j);
    double *c = out + i * COLUMNS + j * COLUMNS * d->q, room[CA_MOST_TILE_ROWS];
    if (i == j && lie_ready(g, i * COLUMNS, tile_width(g, i))) {
        in_place(g, i, start, end, c);
        return CAUCE_OK;
    }
    struct panel p;
    CA_TRY(panel_open(run, g, i, j, &p));
    for (int64_t row = start; row < end; row += p.ld) {
        p.rows = end - row < p.ld ? end - row : p.ld;
        ca_design_pack(d, row, p.rows, i * COLUMNS, p.wide_i, p.zi, p.ld);
        if (i != j) ca_design_pack(d, row, p.rows, j * COLUMNS, p.wide_j, p.zj, p.ld);
        const ca_gram_rows rows = { row, p.rows, p.ld, ca_gram_in_one(d) ? p.zi : NULL, p.given };
        if (g->prepare) g->prepare(g->payload, rows);
        for (int64_t k = 0; k < g->many; k++)
            panel_add(g, &p, factors(g, k, rows, room), row == start ? 0 : 1, c + k * d->q * d->q);
    }
    return CAUCE_OK;
}

static void clear(const ca_gram *g, double *c, int64_t rows, int64_t columns) {
    const int64_t q = g->design->q;
    for (int64_t k = 0; k < g->many; k++)
        for (int64_t j = 0; j < columns; j++) memset(c + (k * q + j) * q, 0, (size_t)rows * sizeof *c);
}

/* sums[code] += h z for the rows of a tile, `wide` numbers (a multiple of 4) for each row and for each level.
 */
CA_WIDE static void add_to_levels(int64_t rows, int64_t wide, const int32_t *codes, const double *h,
                                  const double *restrict z, double *restrict sums) {
    for (int64_t r = 0; r < rows; r++, z += wide) {
        if (codes[r] < 0) continue;
        double *sum = sums + codes[r] * wide;
        const double by = h ? h[r] : 1;
        for (int64_t j = 0; j < wide; j += 4)
            for (int l = 0; l < 4; l++) sum[j + l] += by * z[j + l];
    }
}

/* From columns to rows; ld: of the columns. */
static void transpose(int64_t rows, int64_t columns, const double *z, int64_t ld, double *out, int64_t wide) {
    for (int64_t r = 0; r < rows; r++)
        for (int64_t j = 0; j < columns; j++) out[r * wide + j] = z[j * ld + r];
}

/* A dense tile with all one-hot blocks, whose levels follow each other: row by row, so that a level's sums
 * lie side by side. */
static cauce_status mixed_tile(cauce_run *run, const ca_gram *g, int64_t tile, int64_t start, int64_t end,
                               double *out) {
    const ca_design *d = g->design;
    const int64_t columns = tile_width(g, tile), wide = (columns + 3) / 4 * 4, levels = d->q - d->n_packed;
    const int64_t most = ca_tile_rows(2 * wide);
    double *z = cauce_scratch(run, most * columns, sizeof *z), room[CA_MOST_TILE_ROWS];
    double *by_rows = cauce_scratch(run, most * wide, sizeof *by_rows);
    double *sums = cauce_scratch(run, g->many * levels, (size_t)wide * sizeof *sums);
    if (!z || !by_rows || !sums) return CA_NOMEM(run);
    for (int64_t row = start; row < end; row += most) {
        int64_t rows = end - row < most ? end - row : most;
        ca_design_pack(d, row, rows, tile * COLUMNS, columns, z, most);
        transpose(rows, columns, z, most, by_rows, wide);
        for (int64_t k = 0; k < g->many; k++) {
            const double *h = factors(g, k, (ca_gram_rows){ .row = row, .rows = rows }, room);
            for (int64_t a = 0; a < d->n_onehot; a++)
                add_to_levels(rows, wide, d->onehot[a].codes + row, h, by_rows,
                              sums + (k * levels + d->onehot[a].first - d->n_packed) * wide);
        }
    }
    double *c = out + d->n_packed + tile * COLUMNS * d->q;
    for (int64_t k = 0; k < g->many; k++)
        for (int64_t j = 0; j < columns; j++)
            for (int64_t level = 0; level < levels; level++)
                c[(k * d->q + j) * d->q + level] = sums[(k * levels + level) * wide + j];
    return CAUCE_OK;
}

static void hot_pair(const ca_gram *g, int64_t pair, int64_t start, int64_t end, double *out) {
    const ca_design *d = g->design;
    int64_t i, j;
    pair_of(pair, &i, &j);
    const ca_onehot *a = &d->onehot[i], *b = &d->onehot[j];
    double *c = out + a->first + b->first * d->q, room[CA_MOST_TILE_ROWS];
    clear(g, c, a->width, b->width);
    for (int64_t row = start; row < end; row += CA_MOST_TILE_ROWS) {
        int64_t rows = end - row < CA_MOST_TILE_ROWS ? end - row : CA_MOST_TILE_ROWS;
        for (int64_t k = 0; k < g->many; k++) {
            const double *h = factors(g, k, (ca_gram_rows){ .row = row, .rows = rows }, room);
            double *ck = c + k * d->q * d->q;
            for (int64_t r = 0; r < rows; r++) {
                int32_t at = a->codes[row + r], column = b->codes[row + r];
                if (at >= 0 && column >= 0) ck[at + column * d->q] += h ? h[r] : 1;
            }
        }
    }
}

static cauce_status gram_task(cauce_run *run, int64_t index, void *payload) {
    const ca_gram *g = payload;
    const ca_design *d = g->design;
    int64_t chunk = index / g->jobs, job = index % g->jobs;
    int64_t start = chunk * g->chunks.rows, end = ca_chunk_end(d, g->chunks, chunk);
    double *out = g->partial + chunk * g->many * d->q * d->q;
    if (job < pairs(g->tiles)) return dense_pair(run, g, job, start, end, out);
    job -= pairs(g->tiles);
    const int64_t mixed = d->n_onehot > 0 ? g->tiles : 0;
    if (job < mixed) return mixed_tile(run, g, job, start, end, out);
    hot_pair(g, job - mixed, start, end, out);
    return CAUCE_OK;
}

static cauce_status sum_up(cauce_run *run, ca_gram *gram) {
    CA_TRY(cauce_parallel(run, gram->chunks.count * gram->jobs, gram_task, gram));
    ca_chunks_sum(gram->chunks, gram->many * gram->design->q * gram->design->q, gram->partial);
    return CAUCE_OK;
}

cauce_status ca_gram_sum(cauce_run *run, ca_gram *gram, const double *h) {
    gram->h = h;
    gram->factor = NULL;
    gram->many = 1;
    return sum_up(run, gram);
}

cauce_status ca_gram_sum_many(cauce_run *run, ca_gram *gram, int64_t first, int64_t many,
                              ca_gram_factor *factor, const void *payload) {
    gram->factor = factor;
    gram->payload = payload;
    gram->first = first;
    gram->many = many;
    return sum_up(run, gram);
}

/* ---- One pass for means, scales and products ----------------------------------------------------------- */

enum { SAMPLE = 64 };

/* Means of some rows: near enough to the true ones that sums of squares about them keep their digits. Where 0
 * is as near, the columns need not be moved at all. */
static void shift_to_sample(ca_design *d) {
    int64_t rows = d->n < SAMPLE ? d->n : SAMPLE, every = d->n / rows;
    for (int64_t j = 0; j < d->n_packed; j++) {
        if (ca_design_is_ones(d, j)) continue;
        double mean = 0, square = 0;
        for (int64_t r = 0; r < rows; r++) mean += ca_design_number(d, j, r * every) / (double)rows;
        for (int64_t r = 0; r < rows; r++) {
            double off = ca_design_number(d, j, r * every) - mean;
            square += off * off / (double)rows;
        }
        d->shift[j] = mean * mean <= 8 * square ? 0 : mean;
    }
}

/* Numbers of which one is not finite have no finite sum of squares. */
static bool squares_finite(const ca_design *d, const double *g) {
    for (int64_t j = 0; j < d->n_dense; j++)
        if (!isfinite(g[j + j * d->q])) return false;
    return true;
}

/* Whether the squares about the sample's means lose less than two digits to those about the true ones. A
 * column that varies less than its rounding, or beyond what squares can hold, is left to the careful way. */
static bool sample_was_near(const ca_design *d, const double *g, double total) {
    int64_t q = d->q, ones = d->n_packed - 1;
    for (int64_t j = 0; j < ones; j++) {
        double rest = g[ones + j * q] / total, square = g[j + j * q] / total;
        if (!(square < 1e200) || rest * rest > 0.99 * square) return false;
        if (j >= d->n_dense) continue;
        double scale = sqrt(square - rest * rest);
        if (!(scale > 1e-100 && scale > 1e-12 * fabs(d->shift[j]))) return false;
    }
    return true;
}

/* From columns about the sample's means to standardised ones: of the design and of its Gram matrix. */
static void restandardise(ca_design *d, double *g, double total) {
    int64_t q = d->q, ones = d->n_packed - 1;
    for (int64_t j = 0; j < ones; j++) {
        double rest = g[ones + j * q] / total;
        if (j < d->n_dense) d->inverse[j] = 1 / sqrt(g[j + j * q] / total - rest * rest);
        d->shift[j] += rest;
    }
    for (int64_t j = 0; j < ones; j++) { /* the row of ones is read until its column is done, then 0 */
        double rest = g[ones + j * q] / total;
        for (int64_t i = j; i < q; i++) {
            if (i == ones) continue;
            double sum = i < ones ? g[ones + i * q] : g[i + ones * q];
            g[i + j * q] = (g[i + j * q] - rest * sum) * d->inverse[j] * (i < ones ? d->inverse[i] : 1);
        }
        g[ones + j * q] = 0;
    }
}

cauce_status ca_gram_standardised(cauce_run *run, ca_design *design, bool centre, ca_gram *gram) {
    CA_TRY(ca_gram_open(run, design, gram));
    if (centre && design->n >= SAMPLE) {
        shift_to_sample(design);
        CA_TRY(ca_gram_sum(run, gram, design->weight));
        double total = gram->partial[(design->n_packed - 1) * (design->q + 1)];
        if (squares_finite(design, gram->partial)) ca_run_looked(run, design->rows);
        if (sample_was_near(design, gram->partial, total)) {
            restandardise(design, gram->partial, total);
            return CAUCE_OK;
        }
    }
    CA_TRY(ca_run_look(run, design->rows));
    CA_TRY(ca_design_standardise(run, design, centre, true));
    return ca_gram_sum(run, gram, design->weight);
}
