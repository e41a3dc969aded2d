#include "linear/margin.h"

#include <math.h>

#include "base/run.h"
#include "data/batch.h"
#include "math/lanes.h"

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

static cauce_status overflows(cauce_run *run, const cauce_schema *schema, const cauce_batch *in,
                              int64_t row) {
    char name[128] = "";
    double most = 0;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t j = 0; schema->fields[f].form == CAUCE_DENSE && j < schema->fields[f].width; j++) {
            const double x = ca_block_number(&in->blocks[f], row, j);
            if (!(fabs(x) > fabs(most))) continue;
            most = x;
            ca_field_column_name(&schema->fields[f], j, name, sizeof name);
        }
    if (most == 0)
        return cauce_fail(run, CAUCE_E_NUMERIC, "row %lld: the prediction overflows",
                          (long long)(in->first_row + row + 1));
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "column '%s', row %lld: %g is so large that the prediction overflows; it takes numbers "
                      "about as large as those of the training rows",
                      name, (long long)(in->first_row + row + 1), most);
}

cauce_status ca_margin_check(cauce_run *run, const cauce_schema *schema, const cauce_batch *in,
                             const double *out) {
    if (ca_all_finite(out, in->n_rows)) return CAUCE_OK;
    int64_t row = 0;
    while (isfinite(out[row])) row++;
    return overflows(run, schema, in, row);
}
