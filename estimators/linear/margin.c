#include "linear/margin.h"

#include <math.h>

#include "base/run.h"
#include "data/batch.h"

static void add_dense(const cauce_block *block, int64_t width, int64_t rows, const double *coef,
                      double *out) {
    for (int64_t j = 0; j < width; j++) {
        const double c = coef[j];
        if (c == 0) continue; /* most columns of a lasso */
        if (block->step > 1 || block->single) {
            for (int64_t r = 0; r < rows; r++) out[r] += c * ca_block_number(block, r, j);
            continue;
        }
        const double *x = block->values + j * block->stride;
        for (int64_t r = 0; r < rows; r++) out[r] += c * x[r];
    }
}

void ca_margin(const cauce_schema *schema, const cauce_batch *in, const double *coef, double intercept,
               double *out) {
    for (int64_t r = 0; r < in->n_rows; r++) out[r] = intercept;
    for (int64_t f = 0; f < schema->n_fields; f++) {
        const cauce_field *field = &schema->fields[f];
        const cauce_block *block = &in->blocks[f];
        if (field->form == CAUCE_ONEHOT) {
            for (int64_t r = 0; r < in->n_rows; r++)
                if (block->codes[r] >= 0) out[r] += coef[block->codes[r]];
        } else {
            add_dense(block, field->width, in->n_rows, coef, out);
        }
        coef += field->width;
    }
}
