/* The columns of an iterative_imputer at work: read with a first fill, handed to its models, written back. */
#include <string.h>

#include "compose/iterative.h"
#include "math/normal.h"
#include "math/tails.h"

cauce_status ca_iterative_lay_out(cauce_run *run, const cauce_schema *in, const ca_iterative_state *state,
                                  ca_iterative_layout *layout) {
    ca_iterative_column *columns = cauce_keep(run, in->width, sizeof *columns);
    if (!columns) return run->error.status;
    *layout = (ca_iterative_layout){ .columns = columns };
    int64_t j = 0;
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < in->fields[f].width; c++, j++) {
            cauce_form form = in->fields[f].form;
            int64_t *next = form == CAUCE_DENSE   ? &layout->n_numbers
                            : form == CAUCE_CODES ? &layout->n_categories
                                                  : &layout->n_onehots;
            bool there = !isnan(state->fill[j]) && (form != CAUCE_ONEHOT || c == 0);
            columns[j] = (ca_iterative_column){ f, c, form, there ? (*next)++ : -1 };
        }
    return CAUCE_OK;
}

static size_t cells_size(int64_t columns, int64_t n, size_t cell) {
    size_t bytes;
    if (__builtin_mul_overflow((size_t)columns, (size_t)n, &bytes) ||
        __builtin_mul_overflow(bytes, cell, &bytes) || bytes > SIZE_MAX / 8)
        return SIZE_MAX / 8;
    return ca_align(bytes);
}

size_t ca_iterative_rows_size(const ca_iterative_layout *layout, int64_t n) {
    return cells_size(layout->n_numbers, n, sizeof(double)) +
           cells_size(layout->n_categories, n, sizeof(int32_t));
}

size_t ca_iterative_gather_size(const ca_iterative_layout *layout, int64_t n) {
    int64_t coded = layout->n_categories + layout->n_onehots;
    return cells_size(layout->n_numbers, n, sizeof(double)) + cells_size(coded, n, sizeof(int32_t)) +
           ca_blocks_size(coded + 1);
}

static cauce_status read_numbers(cauce_run *run, const cauce_schema *schema, int64_t j, const double *x,
                                 double fill, double sentinel, const cauce_batch *in, double *to) {
    for (int64_t r = 0; r < in->n_rows; r++) {
        to[r] = ca_is_missing(x[r], sentinel) ? fill : x[r];
        if (!isinf(x[r]) || x[r] == sentinel) continue;
        char name[128];
        ca_schema_column_name(schema, j, name, sizeof name);
        return cauce_fail(run, CAUCE_E_DATA,
                          "column '%s', row %lld: an infinite value; make it missing or finite", name,
                          (long long)(in->first_row + r + 1));
    }
    return CAUCE_OK;
}

cauce_status ca_iterative_read(cauce_run *run, const ca_iterative_layout *layout, const cauce_schema *schema,
                               const ca_iterative_state *state, double sentinel, const cauce_batch *in,
                               char *memory, ca_iterative_rows *rows) {
    int64_t n = in->n_rows;
    *rows = (ca_iterative_rows){ .n = n, .in = in };
    rows->numbers = ca_take(&memory, cells_size(layout->n_numbers, n, sizeof(double)));
    rows->codes = ca_take(&memory, cells_size(layout->n_categories, n, sizeof(int32_t)));
    for (int64_t j = 0; j < state->n_columns; j++) {
        const ca_iterative_column *column = &layout->columns[j];
        const cauce_block *block = &in->blocks[column->block];
        if (column->slot < 0 || column->form == CAUCE_ONEHOT) continue;
        if (column->form == CAUCE_DENSE) {
            CA_TRY(read_numbers(run, schema, j, block->values + column->place * block->stride, state->fill[j],
                                sentinel, in, rows->numbers + column->slot * n));
            continue;
        }
        int32_t *codes = rows->codes + column->slot * n;
        for (int64_t r = 0; r < n; r++)
            codes[r] = block->codes[r] == CAUCE_MISSING ? (int32_t)state->fill[j] : block->codes[r];
    }
    return CAUCE_OK;
}

void ca_iterative_gather(const ca_iterative_layout *layout, const ca_iterative_state *state, int64_t m,
                         const ca_iterative_rows *rows, const int64_t *index, int64_t n, char *memory,
                         cauce_batch *batch) {
    int64_t coded = layout->n_categories + layout->n_onehots, n_numbers = 0, n_blocks = 0;
    cauce_block *blocks = ca_take(&memory, ca_blocks_size(coded + 1));
    double *numbers = ca_take(&memory, cells_size(layout->n_numbers, n, sizeof(double)));
    int32_t *codes = ca_take(&memory, cells_size(coded, n, sizeof(int32_t)));
    for (int64_t j = 0; j < state->n_columns; j++) {
        const ca_iterative_column *column = &layout->columns[j];
        if (column->form != CAUCE_DENSE || column->slot < 0 || !ca_iterative_looks(state, m, j)) continue;
        const double *x = rows->numbers + column->slot * rows->n;
        double *to = numbers + n_numbers++ * n;
        for (int64_t i = 0; i < n; i++) to[i] = x[index[i]];
    }
    if (n_numbers) blocks[n_blocks++] = (cauce_block){ .values = numbers, .stride = n };
    for (int64_t j = 0; j < state->n_columns; j++) {
        const ca_iterative_column *column = &layout->columns[j];
        if (column->form == CAUCE_DENSE || column->slot < 0 || state->target[m] == j) continue;
        const int32_t *from = column->form == CAUCE_CODES ? rows->codes + column->slot * rows->n
                                                          : rows->in->blocks[column->block].codes;
        for (int64_t i = 0; i < n; i++) codes[i] = from[index[i]] < 0 ? -1 : from[index[i]];
        blocks[n_blocks++] = (cauce_block){ .codes = codes, .stride = n };
        codes += n;
    }
    *batch = (cauce_batch){ n, n_blocks, blocks, 0, NULL };
}

int64_t ca_iterative_find(const ca_iterative_column *column, double sentinel, const cauce_batch *in,
                          bool missing, int64_t *index) {
    const cauce_block *block = &in->blocks[column->block];
    int64_t n = 0;
    for (int64_t r = 0; r < in->n_rows; r++) {
        bool is;
        if (column->form == CAUCE_CODES) /* a level that is not known is neither */
            is = missing ? block->codes[r] == CAUCE_MISSING : block->codes[r] >= 0;
        else
            is = ca_is_missing(block->values[r + column->place * block->stride], sentinel) == missing;
        if (is) index[n++] = r;
    }
    return n;
}

static double limit_of(const cauce_value *value, int64_t j, double otherwise) {
    if (value->type == CAUCE_V_NULL) return otherwise;
    return value->type == CAUCE_V_LIST ? value->items[j].real : value->real;
}

void ca_iterative_limits(const ca_iterative_params *params, int64_t j, double limits[2]) {
    limits[0] = limit_of(&params->min_value, j, -HUGE_VAL);
    limits[1] = limit_of(&params->max_value, j, HUGE_VAL);
}

/* The class of the largest value, the first of several. */
static int32_t decide(const cauce_block *output, int64_t i, int64_t n_classes) {
    int32_t best = 0;
    for (int32_t k = 1; k < n_classes; k++)
        if (output->values[i + k * output->stride] > output->values[i + best * output->stride]) best = k;
    return best;
}

/* ---- Draws --------------------------------------------------------------------------------------------- */

/* Above 0 and below 1. */
static double draw(const ca_iterative_params *params, int64_t m, int64_t row) {
    cauce_rng rng;
    cauce_rng_init(&rng, ca_iterative_seed(params), "iterative_posterior",
                   (uint64_t)m << 40 | ((uint64_t)row & (((uint64_t)1 << 40) - 1)));
    double u = cauce_rng_uniform(&rng) + 0x1p-54;
    return u < 1 ? u : 1 - 0x1p-53;
}

static double below(double z) {
    double outside = ca_normal_two_sided(z) / 2;
    return z < 0 ? outside : 1 - outside;
}

/* A standard normal number between two, by the inverse of its distribution: in the lower tail, where that has
 * all its digits. */
static double draw_between(double low, double high, double u) {
    if (low > 0) return -draw_between(-high, -low, 1 - u);
    double from = low > -HUGE_VAL ? below(low) : 0, to = high < HUGE_VAL ? below(high) : 1;
    double z = ca_normal_quantile(from + u * (to - from));
    return z < low ? low : z > high ? high : z;
}

static double draw_number(double mean, double deviation, const double limits[2], double u) {
    if (mean < limits[0]) return limits[0];
    if (mean > limits[1]) return limits[1];
    if (!(deviation > 0)) return mean;
    double x =
        mean + deviation * draw_between((limits[0] - mean) / deviation, (limits[1] - mean) / deviation, u);
    return x < limits[0] ? limits[0] : x > limits[1] ? limits[1] : x;
}

/* A class with the chance that it has. */
static int32_t draw_class(const cauce_block *output, int64_t i, int64_t n_classes, double u) {
    int32_t k = 0;
    for (; k + 1 < n_classes; k++)
        if ((u -= output->values[i + k * output->stride]) < 0) break;
    return k;
}

/* ---- Back ---------------------------------------------------------------------------------------------- */

void ca_iterative_put(const ca_iterative_layout *layout, const ca_iterative_state *state,
                      const ca_iterative_params *params, int64_t m, const cauce_block *output,
                      const double *deviation, const int64_t *index, int64_t n,
                      const ca_iterative_rows *rows) {
    int64_t j = state->target[m], first_row = rows->in->first_row;
    const ca_iterative_column *column = &layout->columns[j];
    bool drawn = params->sample_posterior;
    if (column->form == CAUCE_CODES) {
        const int32_t *code = state->class_code + state->first_class[j];
        int64_t n_classes = state->first_class[j + 1] - state->first_class[j];
        for (int64_t i = 0; i < n; i++)
            rows->codes[column->slot * rows->n + index[i]] =
                code[drawn ? draw_class(output, i, n_classes, draw(params, m, first_row + index[i]))
                           : decide(output, i, n_classes)];
        return;
    }
    double limits[2];
    ca_iterative_limits(params, j, limits);
    for (int64_t i = 0; i < n; i++) {
        double x = output->values[i];
        if (drawn)
            x = draw_number(x, deviation[i], limits, draw(params, m, first_row + index[i]));
        else if (x < limits[0])
            x = limits[0];
        else if (x > limits[1])
            x = limits[1];
        rows->numbers[column->slot * rows->n + index[i]] = x;
    }
}
