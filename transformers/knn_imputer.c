/* Fills each missing cell with the mean of its column over the nearest training rows that have it, where two
 * rows are as far apart as the coordinates that both have (Troyanskaya et al.: Missing value estimation
 * methods for DNA microarrays, Bioinformatics 17 (2001), doi:10.1093/bioinformatics/17.6.520). As
 * scikit-learn's, but only rows with a coordinate in common are neighbours, and the 0/1 columns are the same
 * for every table. */
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/missing.h"
#include "data/numeric.h"
#include "math/neighbours.h"
#include "math/stats.h"

typedef struct imputer_params {
    cauce_value missing_values;
    int64_t n_neighbors;
    int weights, metric;
    bool add_indicator, keep_empty_features;
} imputer_params;

enum { UNIFORM, BY_DISTANCE };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(imputer_params, missing_values, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL,
                HUGE_VAL, NULL,
                "A number that stands for a missing one (such as -999), besides empty cells."),
    CAUCE_INT(
        imputer_params, n_neighbors, 5, 1, 9e15,
        "How many training rows a cell is filled from, a row of weight 2 being two of them; where fewer "
        "have the column, all of them."),
    CAUCE_CHOICE(
        imputer_params, weights, "uniform", "uniform|distance",
        "uniform: all of them count the same; distance: in inverse proportion to their distance, and "
        "rows at distance 0 alone."),
    CAUCE_CHOICE(imputer_params, metric, "nan_euclidean", "nan_euclidean",
                 "How far apart two rows are: euclidean over the columns that both have, scaled up to all."),
    CAUCE_BOOL(imputer_params, add_indicator, false,
               "Add a 0/1 column missingindicator_NAME for each column with missing cells at fit."),
    CAUCE_BOOL(imputer_params, keep_empty_features, false,
               "Keep columns without any value at fit (filled with 0) instead of leaving them out."),
    CAUCE_END
};

typedef struct imputer_state {
    int64_t n_rows, n_columns, n_weights;
    double *rows, *weight, *mean;
    uint8_t *missing;
} imputer_state;

static const cauce_state state_rows[] = {
    CAUCE_MATRIX(imputer_state, rows, CAUCE_F64, n_rows, n_columns,
                 "The training rows; missing cells are nan."),
    CAUCE_ARRAY(imputer_state, weight, CAUCE_F64, n_weights, "Their weights, if they have any."),
    CAUCE_ARRAY(imputer_state, mean, CAUCE_F64, n_columns,
                "Mean of each input column, for rows without a neighbour; nan: the column is left out."),
    CAUCE_ARRAY(imputer_state, missing, CAUCE_U8, n_columns,
                "1 where a column had missing cells at fit, otherwise 0."),
    CAUCE_STATE_END
};

/* Rows of a batch, row after row, NaN where missing. An infinite cell has no distance. */
static cauce_status read_rows(cauce_run *run, const imputer_params *params, const cauce_schema *schema,
                              const cauce_batch *batch, double *rows) {
    double sentinel = ca_missing_sentinel(&params->missing_values);
    ca_numeric_rows(schema, batch, 0, batch->n_rows, rows);
    for (int64_t r = 0; r < batch->n_rows; r++)
        for (int64_t j = 0; j < schema->width; j++) {
            double *cell = &rows[r * schema->width + j];
            if (ca_is_missing(*cell, sentinel)) *cell = (double)NAN;
            if (!isinf(*cell)) continue;
            char name[128];
            ca_schema_column_name(schema, j, name, sizeof name);
            return cauce_fail(
                run, CAUCE_E_DATA,
                "column '%s', row %lld: an infinite value, which has no distance; make it missing "
                "or finite",
                name, (long long)(batch->first_row + r + 1));
        }
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status fit_column(cauce_run *run, const imputer_params *params, const cauce_train *train,
                               int64_t f, int64_t c, int64_t j, imputer_state *state, double *column) {
    for (int64_t r = 0; r < state->n_rows; r++) {
        column[r] = state->rows[r * state->n_columns + j];
        if (isnan(column[r])) state->missing[j] = 1;
    }
    ca_moments moments = ca_moments_of(column, train->weight, state->n_rows);
    state->mean[j] = moments.mean;
    if (moments.weight > 0 && isfinite(moments.mean)) return CAUCE_OK;
    if (moments.weight > 0)
        return cauce_fail(run, CAUCE_E_DATA, "column '%s' has numbers so large that their mean overflows",
                          train->schema->fields[f].name);
    state->mean[j] = params->keep_empty_features ? 0 : (double)NAN;
    if (!params->keep_empty_features) ca_kept_warn(run, &train->schema->fields[f], c);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    imputer_state *state = state_out;
    const cauce_schema *schema = train->schema;
    int64_t n = train->n_rows, cells, j = 0;
    if (__builtin_mul_overflow(n, schema->width, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %lld columns are too many", (long long)n,
                          (long long)schema->width);
    state->n_rows = n;
    state->n_columns = schema->width;
    state->n_weights = train->weight ? n : 0;
    state->rows = cauce_keep(run, cells, sizeof *state->rows);
    if (state->n_weights) state->weight = cauce_keep(run, n, sizeof *state->weight);
    state->mean = cauce_keep(run, schema->width, sizeof *state->mean);
    state->missing = cauce_keep(run, schema->width, sizeof *state->missing);
    double *column = cauce_scratch(run, n, sizeof *column);
    if (run->error.status != CAUCE_OK || !column) return run->error.status;
    if (state->weight) memcpy(state->weight, train->weight, (size_t)n * sizeof *state->weight);
    CA_TRY(read_rows(run, params, schema, train->x, state->rows));
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++)
            CA_TRY(fit_column(run, params, train, f, c, j, state, column));
    return cauce_check_cancel(run);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const imputer_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    if (state->n_rows < 1 || (state->n_weights != 0 && state->n_weights != state->n_rows))
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld training rows and %lld weights",
                          (long long)state->n_rows, (long long)state->n_weights);
    for (int64_t i = 0; i < state->n_rows * state->n_columns; i++)
        if (isinf(state->rows[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "an infinite cell of a training row");
    for (int64_t r = 0; r < state->n_weights; r++)
        if (!(state->weight[r] > 0 && isfinite(state->weight[r])))
            return cauce_fail(run, CAUCE_E_FORMAT, "training row %lld weighs %g", (long long)r,
                              state->weight[r]);
    for (int64_t j = 0; j < state->n_columns; j++)
        if (isinf(state->mean[j]) || state->missing[j] > 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "column %lld cannot be filled with %g", (long long)j,
                              state->mean[j]);
    return CAUCE_OK;
}

/* ---- Bind ---------------------------------------------------------------------------------------------- */

typedef struct imputer_bound {
    ca_points points;
    int64_t most; /* rows that a cell can be filled from */
    int64_t n_parts;
    ca_kept *parts;
    bool *filled; /* of each column: is there a training row to fill it from? */
    ca_indicator indicator;
} imputer_bound;

/* Rows at a time: as many as share a pass over the training rows, as long as what is found for them stays in
 * a cache. */
enum { MOST_ROWS = 256, MOST_BYTES = 1 << 20 };

static size_t row_size(const imputer_bound *bound, int64_t width) {
    size_t cell = sizeof(double) + sizeof(ca_wish) + (size_t)bound->most * sizeof(ca_neighbour), bytes;
    if (__builtin_mul_overflow(cell, (size_t)width, &bytes)) return SIZE_MAX / 4;
    return bytes + ca_points_scratch(&bound->points, 1);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const imputer_params *params = self->params;
    const imputer_state *state = self->state;
    int64_t width = state->n_columns;
    imputer_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    CA_TRY(ca_points_prepare(run, &bound->points, state->rows, state->n_rows, width, CA_EUCLIDEAN, 2, true));
    CA_TRY(ca_neighbours_needed(run, state->weight, state->n_rows, params->n_neighbors, &bound->most));
    bound->parts = cauce_keep(run, width, sizeof *bound->parts);
    bound->filled = cauce_keep(run, width, sizeof *bound->filled);
    if (!bound->parts || !bound->filled) return run->error.status;
    for (int64_t i = 0; i < state->n_rows * width; i++)
        if (!isnan(state->rows[i]) && !isnan(state->mean[i % width])) bound->filled[i % width] = true;
    ca_kept_find(self->in, state->mean, bound->parts, &bound->n_parts);
    if (params->add_indicator) CA_TRY(ca_indicator_make(run, self->in, state->missing, 1, &bound->indicator));
    cauce_field *fields = cauce_bind_fields(run, binding, bound->n_parts + (bound->indicator.n > 0));
    if (!fields) return run->error.status;
    for (int64_t i = 0; i < bound->n_parts; i++)
        CA_TRY(ca_kept_field(run, self->in, &bound->parts[i], &fields[i]));
    if (bound->indicator.n > 0)
        CA_TRY(ca_indicator_field(run, self->in, &bound->indicator, &fields[bound->n_parts]));
    size_t row = row_size(bound, width);
    int64_t rows = row * MOST_ROWS <= MOST_BYTES ? MOST_ROWS
                   : row < MOST_BYTES            ? (int64_t)(MOST_BYTES / row)
                                                 : 1;
    if (row >= SIZE_MAX / 8)
        return cauce_fail(run, CAUCE_E_LIMIT, "n_neighbors=%lld of %lld columns do not fit into memory",
                          (long long)params->n_neighbors, (long long)width);
    binding->block_rows = rows;
    binding->scratch = row * (size_t)rows + 4 * 64;
    binding->bound = bound;
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static bool any_missing(const ca_kept *part, const double *rows, int64_t n, int64_t width) {
    for (int64_t r = 0; r < n; r++)
        for (int64_t c = 0; c < part->width; c++)
            if (isnan(rows[r * width + part->first + c])) return true;
    return false;
}

static void write_part(const ca_kept *part, const double *rows, int64_t n, int64_t width, cauce_block *to) {
    double *values = cauce_block_values(to);
    for (int64_t c = 0; c < part->width; c++)
        for (int64_t r = 0; r < n; r++) values[r + c * to->stride] = rows[r * width + part->first + c];
}

static double mean_of(const cauce_fitted *self, ca_wish *wish) {
    const imputer_params *params = self->params;
    const imputer_state *state = self->state;
    if (wish->n_found == 0) return state->mean[wish->column];
    double sum = 0;
    double total =
        ca_neighbours_count(wish, state->weight, params->n_neighbors, params->weights == BY_DISTANCE);
    for (int64_t i = 0; i < wish->n_found; i++)
        sum += wish->found[i].distance * state->rows[wish->found[i].row * state->n_columns + wish->column];
    return sum / total;
}

/* Fills the missing cells of rows that are there row after row. */
static void fill(const cauce_fitted *self, double *rows, int64_t n, char *memory) {
    const imputer_bound *bound = self->bound;
    const imputer_state *state = self->state;
    int64_t width = state->n_columns, n_wishes = 0;
    ca_wish *wishes = ca_take(&memory, (size_t)(n * width) * sizeof *wishes);
    ca_neighbour *found = ca_take(&memory, (size_t)(n * width * bound->most) * sizeof *found);
    for (int64_t r = 0; r < n; r++)
        for (int64_t j = 0; j < width; j++) {
            if (!isnan(rows[r * width + j]) || !bound->filled[j]) continue;
            wishes[n_wishes] = (ca_wish){
                .query = r, .column = j, .most = bound->most, .found = found + n_wishes * bound->most
            };
            n_wishes++;
        }
    ca_points_find(&bound->points, rows, n, wishes, n_wishes, memory);
    for (int64_t i = 0; i < n_wishes; i++)
        rows[wishes[i].query * width + wishes[i].column] = mean_of(self, &wishes[i]);
    for (int64_t i = 0; i < n * width; i++)
        if (isnan(rows[i])) rows[i] = state->mean[i % width];
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const imputer_bound *bound = self->bound;
    const imputer_params *params = self->params;
    int64_t n = in->n_rows, width = self->in->width;
    char *memory = scratch;
    double *rows = ca_take(&memory, (size_t)(n * width) * sizeof *rows);
    CA_TRY(read_rows(run, params, self->in, in, rows));
    bool any = false;
    for (int64_t i = 0; i < bound->n_parts; i++) any |= any_missing(&bound->parts[i], rows, n, width);
    if (any) fill(self, rows, n, memory);
    for (int64_t i = 0; i < bound->n_parts; i++)
        write_part(&bound->parts[i], rows, n, width, &out->blocks[i]);
    if (bound->indicator.n > 0)
        ca_indicator_write(&bound->indicator, self->in, in, ca_missing_sentinel(&params->missing_values),
                           &out->blocks[bound->n_parts]);
    return CAUCE_OK;
}

static void trace(const cauce_fitted *self, const double *out, double *in) {
    const imputer_bound *bound = self->bound;
    for (int64_t i = 0; i < bound->n_parts; i++) out = ca_kept_trace(&bound->parts[i], out, in);
    ca_indicator_trace(&bound->indicator, self->in, out, in);
}

const cauce_component cauce_knn_imputer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "knn_imputer",
    .summary = "Fills missing numbers with the mean of the nearest training rows that have them.",
    .reference = "Troyanskaya et al.: Missing value estimation methods for DNA microarrays, Bioinformatics "
                 "17 (2001), doi:10.1093/bioinformatics/17.6.520",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(imputer_params),
    .params = param_rows,
    .state_size = sizeof(imputer_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = trace,
};
