#include "linear/rows.h"

#include <math.h>

#include "data/batch.h"
#include "math/blas.h"

void ca_plain_rows(const ca_plain *plain, int64_t row, int64_t rows, double *out, int64_t ld) {
    const cauce_train *train = plain->train;
    int64_t column = 0;
    for (int64_t f = 0; f < train->schema->n_fields; f++) {
        const cauce_block *block = &train->x->blocks[f];
        for (int64_t j = 0; j < train->schema->fields[f].width; j++, column++) {
            double mean = plain->mean[column], *to = out + column * ld;
            if (train->schema->fields[f].form == CAUCE_ONEHOT)
                for (int64_t r = 0; r < rows; r++) to[r] = (block->codes[row + r] == j ? 1 : 0) - mean;
            else
                for (int64_t r = 0; r < rows; r++) to[r] = ca_block_number(block, row + r, j) - mean;
        }
    }
    for (int64_t r = 0; r < rows; r++) out[column * ld + r] = train->y[row + r] - plain->y_mean;
    if (!train->weight) return;
    for (int64_t j = 0; j <= column; j++)
        for (int64_t r = 0; r < rows; r++) out[j * ld + r] *= sqrt(train->weight[row + r]);
}

enum {
    MOST_ROWS = 512,
    STEP = 16
}; /* of a tile: large ones repack less, small ones leave work for threads */

struct outer {
    const double *x;
    int64_t n, p, rows; /* rows of a tile */
    double *k;
};

static cauce_status outer_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct outer *o = payload;
    int64_t i = 0, j = index;
    while (j > i) j -= ++i;
    int64_t from_i = i * o->rows, from_j = j * o->rows;
    int64_t rows_i = o->n - from_i < o->rows ? o->n - from_i : o->rows;
    int64_t rows_j = o->n - from_j < o->rows ? o->n - from_j : o->rows;
    double *k = o->k + from_i + from_j * o->n;
    if (i == j)
        ca_syrk(rows_i, o->p, 1, o->x + from_i, o->n, 0, k, o->n);
    else
        ca_gemm(false, true, rows_i, rows_j, o->p, 1, o->x + from_i, o->n, o->x + from_j, o->n, 0, k, o->n);
    return CAUCE_OK;
}

cauce_status ca_outer_products(cauce_run *run, int64_t n, int64_t p, const double *x, double *k) {
    if (n <= 0) return CAUCE_OK;
    int64_t tiles = (n + MOST_ROWS - 1) / MOST_ROWS, rows = (n + tiles - 1) / tiles;
    struct outer outer = { x, n, p, (rows + STEP - 1) / STEP * STEP, k };
    tiles = (n + outer.rows - 1) / outer.rows;
    return cauce_parallel(run, tiles * (tiles + 1) / 2, outer_task, &outer);
}
