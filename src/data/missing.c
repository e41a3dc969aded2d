#include "data/missing.h"

#include "data/batch.h"
#include "data/categories.h"
#include "math/stats.h"

static bool cell_missing(const cauce_field *field, const cauce_block *block, int64_t c, double sentinel,
                         int64_t r) {
    switch (field->form) {
    case CAUCE_ONEHOT: return false;
    case CAUCE_CODES: return block->codes[r] == CAUCE_MISSING;
    case CAUCE_DENSE: break;
    }
    return ca_is_missing(block->values[r + c * block->stride], sentinel);
}

void ca_missing_flags(const cauce_schema *schema, const cauce_batch *batch, double sentinel, uint8_t *flag) {
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, flag++) {
            int64_t r = 0;
            while (r < batch->n_rows && !cell_missing(&schema->fields[f], &batch->blocks[f], c, sentinel, r))
                r++;
            *flag = r < batch->n_rows;
        }
}

cauce_status ca_fill_number(cauce_run *run, ca_fill fill, const double *x, const double *weight, int64_t n,
                            double *value) {
    int64_t m = 0;
    if (fill == CA_FILL_MEAN) {
        *value = ca_moments_of(x, weight, n).mean;
        return CAUCE_OK;
    }
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *values = cauce_scratch(run, n, sizeof *values);
    double *weights = weight ? cauce_scratch(run, n, sizeof *weights) : NULL;
    if (!values || (weight && !weights)) return run->error.status;
    CA_TRY(ca_sort_present(run, x, weight, n, values, weights, &m));
    *value = m == 0                   ? (double)NAN
             : fill == CA_FILL_MEDIAN ? ca_sorted_median(values, weights, m)
                                      : ca_sorted_mode(values, weights, m);
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

cauce_status ca_fill_level(cauce_run *run, const cauce_levels *levels, const int32_t *codes,
                           const double *weight, int64_t n, int32_t *code) {
    int32_t n_levels = cauce_levels_count(levels), best = -1;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *count = cauce_scratch(run, n_levels, sizeof *count);
    if (!count) return run->error.status;
    for (int64_t r = 0; r < n; r++)
        if (codes[r] >= 0) count[codes[r]] += weight ? weight[r] : 1;
    for (int32_t i = 0; i < n_levels; i++)
        if (count[i] > 0 && (best < 0 || count[i] > count[best])) best = i;
    *code = best;
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* ---- 0/1 columns --------------------------------------------------------------------------------------- */

cauce_status ca_indicator_make(cauce_run *run, const cauce_schema *in, const uint8_t *flag, uint8_t wanted,
                               ca_indicator *indicator) {
    int64_t n = 0, j = 0;
    for (int64_t i = 0; i < in->width; i++) n += !flag || flag[i] == wanted;
    int64_t *place = cauce_keep(run, 2 * n, sizeof *place);
    if (!place) return run->error.status;
    *indicator = (ca_indicator){ n, place };
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < in->fields[f].width; c++, j++) {
            if (flag && flag[j] != wanted) continue;
            *place++ = f;
            *place++ = c;
        }
    return CAUCE_OK;
}

cauce_status ca_indicator_field(cauce_run *run, const cauce_schema *in, const ca_indicator *indicator,
                                cauce_field *field) {
    const char **names = cauce_scratch(run, indicator->n, sizeof *names);
    if (!names) return run->error.status;
    for (int64_t i = 0; i < indicator->n; i++) {
        names[i] = ca_field_column(run, &in->fields[indicator->place[2 * i]], indicator->place[2 * i + 1]);
        if (!names[i]) return run->error.status;
    }
    field->name = "missingindicator";
    field->width = indicator->n;
    field->labels = cauce_levels_keep(run, names, (int32_t)indicator->n);
    return field->labels ? CAUCE_OK : run->error.status;
}

void ca_indicator_trace(const ca_indicator *indicator, const cauce_schema *in_schema, const double *out,
                        double *in) {
    int64_t first = 0, f = 0; /* places are in order */
    for (int64_t i = 0; i < indicator->n; i++) {
        while (f < indicator->place[2 * i]) first += in_schema->fields[f++].width;
        in[first + indicator->place[2 * i + 1]] += out[i];
    }
}

bool ca_indicator_missing(const ca_indicator *indicator, const cauce_schema *in, const cauce_batch *batch,
                          double sentinel, int64_t i, int64_t r) {
    int64_t f = indicator->place[2 * i], c = indicator->place[2 * i + 1];
    return cell_missing(&in->fields[f], &batch->blocks[f], c, sentinel, r);
}

void ca_indicator_write(const ca_indicator *indicator, const cauce_schema *in, const cauce_batch *batch,
                        double sentinel, cauce_block *to) {
    double *values = cauce_block_values(to);
    for (int64_t i = 0; i < indicator->n; i++)
        for (int64_t r = 0; r < batch->n_rows; r++)
            values[r + i * to->stride] = ca_indicator_missing(indicator, in, batch, sentinel, i, r);
}

/* ---- Columns that are kept ----------------------------------------------------------------------------- */

void ca_kept_find(const cauce_schema *in, const double *fill, ca_kept *parts, int64_t *n) {
    int64_t first = 0;
    *n = 0;
    for (int64_t f = 0; f < in->n_fields; first += in->fields[f++].width) {
        int64_t width = in->fields[f].width, left = 0;
        for (int64_t c = 0; c < width; c++) left += !isnan(fill[first + c]);
        int64_t step = left == width ? width : 1;
        for (int64_t c = 0; c < width; c += step)
            if (!isnan(fill[first + c])) parts[(*n)++] = (ca_kept){ f, c, step, first + c };
    }
}

cauce_status ca_kept_field(cauce_run *run, const cauce_schema *in, const ca_kept *part, cauce_field *field) {
    const cauce_field *whole = &in->fields[part->block];
    *field = *whole;
    field->optional = false;
    if (part->width == whole->width) return CAUCE_OK;
    field->name = ca_field_column(run, whole, part->column);
    field->width = part->width;
    field->labels = NULL;
    return field->name ? CAUCE_OK : run->error.status;
}

const double *ca_kept_trace(const ca_kept *part, const double *out, double *in) {
    for (int64_t c = 0; c < part->width; c++) in[part->first + c] += out[c];
    return out + part->width;
}

void ca_kept_warn(cauce_run *run, const cauce_field *field, int64_t column) {
    char name[128];
    ca_field_column_name(field, column, name, sizeof name);
    cauce_warn(run, "all_missing",
               "column '%s' has no value: it is left out (keep_empty_features=true keeps it)", name);
}
