#include "math/boxes.h"

typedef struct builder {
    const double *rows;
    int64_t n, width, tile_rows;
    ca_boxes *out;
    cauce_rng rng;
} builder;

/* By a cell, then by number: no two rows are equal. */
static bool before(const builder *b, int64_t column, int64_t r, int64_t s) {
    double x = b->rows[r * b->width + column], y = b->rows[s * b->width + column];
    return x < y || (x == y && r < s);
}

/* Puts the rows that come first at the places below `at`. Random pivots: no order of the rows is a bad one.
 */
static void separate(builder *b, int64_t column, int64_t low, int64_t high, int64_t at) {
    int64_t *order = b->out->order;
    while (high - low > 1) {
        int64_t drawn = low + (int64_t)cauce_rng_below(&b->rng, (uint64_t)(high - low)), pivot = order[drawn];
        order[drawn] = order[high - 1];
        int64_t place = low;
        for (int64_t i = low; i < high - 1; i++) {
            int64_t row = order[i];
            if (!before(b, column, row, pivot)) continue;
            order[i] = order[place];
            order[place++] = row;
        }
        order[high - 1] = order[place];
        order[place] = pivot;
        if (place == at) return;
        if (place < at)
            low = place + 1;
        else
            high = place;
    }
}

static void build(builder *b, int64_t node, int64_t first, int64_t end) {
    int64_t from = first * b->tile_rows, to = end * b->tile_rows < b->n ? end * b->tile_rows : b->n,
            widest = 0;
    const int64_t *order = b->out->order;
    double *low = b->out->boxes + 2 * node * b->width, *high = low + b->width;
    int64_t *least_row = &b->out->least_rows[node];
    *least_row = order[from];
    for (int64_t i = from + 1; i < to; i++)
        if (order[i] < *least_row) *least_row = order[i];
    for (int64_t j = 0; j < b->width; j++) {
        low[j] = high[j] = b->rows[order[from] * b->width + j];
        for (int64_t i = from + 1; i < to; i++) {
            double x = b->rows[order[i] * b->width + j];
            if (x < low[j]) low[j] = x;
            if (x > high[j]) high[j] = x;
        }
        if (high[j] - low[j] > high[widest] - low[widest]) widest = j;
    }
    if (end - first == 1) return;
    int64_t middle = ca_box_middle(first, end);
    separate(b, widest, from, to, middle * b->tile_rows);
    build(b, node + 1, first, middle);
    build(b, node + 2 * (middle - first), middle, end);
}

cauce_status ca_boxes_make(cauce_run *run, const double *rows, int64_t n, int64_t width, int64_t tile_rows,
                           ca_boxes *out) {
    int64_t n_tiles = (n + tile_rows - 1) / tile_rows, n_nodes = 2 * n_tiles - 1;
    builder b = { .rows = rows, .n = n, .width = width, .tile_rows = tile_rows, .out = out };
    out->order = cauce_keep(run, n, sizeof *out->order);
    out->boxes = cauce_keep(run, 2 * n_nodes * width, sizeof *out->boxes);
    out->least_rows = cauce_keep(run, n_nodes, sizeof *out->least_rows);
    if (!out->order || !out->boxes || !out->least_rows) return run->error.status;
    cauce_rng_init(&b.rng, 0, "boxes", 0);
    for (int64_t r = 0; r < n; r++) out->order[r] = r;
    build(&b, 0, 0, n_tiles);
    return CAUCE_OK;
}
