/* Predictions from the nearest training rows, found exactly by math/neighbours.c: the share of each class
 * among them, or the mean of their targets (Cover, Hart: Nearest neighbor pattern classification, IEEE
 * Transactions on Information Theory 13 (1967), doi:10.1109/TIT.1967.1053964). The training rows are the
 * state. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/numeric.h"
#include "math/neighbours.h"

typedef struct neighbours_params {
    int64_t n_neighbors;
    int weights, metric;
    double p;
} neighbours_params;

enum { UNIFORM, BY_DISTANCE };

static const cauce_param param_rows[] = {
    CAUCE_INT(neighbours_params, n_neighbors, 5, 1, 9e15,
              "How many training rows a prediction is made of, a row of weight 2 being two of them; of rows "
              "equally far away those that come first."),
    CAUCE_CHOICE(
        neighbours_params, weights, "uniform", "uniform|distance",
        "uniform: all of them count the same; distance: in inverse proportion to their distance, and "
        "rows at distance 0 alone."),
    CAUCE_CHOICE(neighbours_params, metric, "minkowski",
                 "minkowski|euclidean|l2|manhattan|l1|cityblock|chebyshev",
                 "How far apart two rows are: the root of the sum of the p-th powers of the differences "
                 "(minkowski), of their squares (euclidean, l2), the sum (manhattan, l1, cityblock) or the "
                 "largest (chebyshev) of the differences."),
    CAUCE_REAL(neighbours_params, p, 2, 1, HUGE_VAL,
               "For metric=minkowski: the power; 1 is manhattan, 2 is euclidean, inf is chebyshev."),
    CAUCE_END
};

static ca_metric metric_of(const neighbours_params *params) {
    static const ca_metric metrics[] = { CA_MINKOWSKI, CA_EUCLIDEAN, CA_EUCLIDEAN, CA_MANHATTAN,
                                         CA_MANHATTAN, CA_MANHATTAN, CA_CHEBYSHEV };
    return metrics[params->metric];
}

typedef struct neighbours_state {
    int64_t n_rows, n_columns, n_labels, n_targets, n_weights;
    double *rows, *target, *weight;
    int32_t *label;
} neighbours_state;

#define COMMON_ROWS                                                                                          \
    CAUCE_MATRIX(neighbours_state, rows, CAUCE_F64, n_rows, n_columns, "The training rows."),                \
        CAUCE_ARRAY(neighbours_state, weight, CAUCE_F64, n_weights, "Their weights, if they have any.")

static const cauce_state classifier_state_rows[] = {
    COMMON_ROWS, CAUCE_ARRAY(neighbours_state, label, CAUCE_I32, n_labels, "The class of each training row."),
    CAUCE_STATE_END
};

static const cauce_state regressor_state_rows[] = {
    COMMON_ROWS,
    CAUCE_ARRAY(neighbours_state, target, CAUCE_F64, n_targets, "The target of each training row."),
    CAUCE_STATE_END
};

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status check_enough(cauce_run *run, const neighbours_params *params, const cauce_train *train) {
    double total = 0;
    for (int64_t r = 0; r < train->n_rows; r++) total += train->weight ? train->weight[r] : 1;
    if (total >= (double)params->n_neighbors) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "n_neighbors=%lld is more than the %lld rows to learn from%s",
                      (long long)params->n_neighbors, (long long)train->n_rows,
                      train->weight ? " weigh together" : "");
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    neighbours_state *state = state_out;
    int64_t n = train->n_rows, cells;
    CA_TRY(check_enough(run, params, train));
    if (__builtin_mul_overflow(n, train->schema->width, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %lld columns are too many", (long long)n,
                          (long long)train->schema->width);
    state->n_rows = n;
    state->n_columns = train->schema->width;
    state->n_weights = train->weight ? n : 0;
    state->n_labels = train->y_class ? n : 0;
    state->n_targets = train->y_class ? 0 : n;
    state->rows = cauce_keep(run, cells, sizeof *state->rows);
    if (state->n_weights) state->weight = cauce_keep(run, n, sizeof *state->weight);
    if (state->n_labels) state->label = cauce_keep(run, n, sizeof *state->label);
    if (state->n_targets) state->target = cauce_keep(run, n, sizeof *state->target);
    if (run->error.status != CAUCE_OK) return run->error.status;
    ca_numeric_rows(train->schema, train->x, 0, n, state->rows);
    if (state->weight) memcpy(state->weight, train->weight, (size_t)n * sizeof *state->weight);
    if (state->label) memcpy(state->label, train->y_class, (size_t)n * sizeof *state->label);
    if (state->target) memcpy(state->target, train->y, (size_t)n * sizeof *state->target);
    return CAUCE_OK;
}

static bool all_finite(const double *x, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const neighbours_state *state = self->state;
    int64_t n = state->n_rows;
    bool classifier = self->component->role == CAUCE_CLASSIFIER;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    if (n < 1 || (classifier ? state->n_labels : state->n_targets) != n ||
        (state->n_weights != 0 && state->n_weights != n))
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld training rows, but not as many targets and weights",
                          (long long)n);
    if (!all_finite(state->rows, n * state->n_columns))
        return cauce_fail(run, CAUCE_E_FORMAT, "a training row has a cell that is not finite");
    for (int64_t r = 0; r < state->n_weights; r++)
        if (!(state->weight[r] > 0 && isfinite(state->weight[r])))
            return cauce_fail(run, CAUCE_E_FORMAT, "training row %lld weighs %g", (long long)r,
                              state->weight[r]);
    for (int64_t r = 0; r < state->n_labels; r++)
        if (state->label[r] < 0 || state->label[r] >= self->n_classes)
            return cauce_fail(run, CAUCE_E_FORMAT, "training row %lld is of class %d", (long long)r,
                              state->label[r]);
    if (!all_finite(state->target, state->n_targets))
        return cauce_fail(run, CAUCE_E_FORMAT, "a training row has a target that is not finite");
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

typedef struct neighbours_bound {
    ca_points points;
    int64_t most; /* rows that a prediction can be made of */
} neighbours_bound;

/* Rows at a time: as many as share a pass over the training rows, as long as what is found for them stays in
 * a cache. */
enum { MOST_ROWS = 256, MOST_BYTES = 1 << 20 };

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const neighbours_params *params = self->params;
    const neighbours_state *state = self->state;
    neighbours_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    CA_TRY(ca_points_prepare(run, &bound->points, state->rows, state->n_rows, state->n_columns,
                             metric_of(params), params->p, false));
    CA_TRY(ca_neighbours_needed(run, state->weight, state->n_rows, params->n_neighbors, &bound->most));
    size_t row = (size_t)state->n_columns * sizeof(double) + sizeof(ca_wish) +
                 (size_t)bound->most * sizeof(ca_neighbour) + ca_points_scratch(&bound->points, 1);
    binding->block_rows = row * MOST_ROWS <= MOST_BYTES ? MOST_ROWS
                          : row < MOST_BYTES            ? (int64_t)(MOST_BYTES / row)
                                                        : 1;
    binding->scratch = ca_align((size_t)(binding->block_rows * state->n_columns) * sizeof(double)) +
                       ca_align((size_t)binding->block_rows * sizeof(ca_wish)) +
                       ca_align((size_t)(binding->block_rows * bound->most) * sizeof(ca_neighbour)) +
                       ca_points_scratch(&bound->points, binding->block_rows);
    binding->bound = bound;
    return CAUCE_OK;
}

/* The nearest rows of each, in place of distances what they count. */
static ca_wish *find(const cauce_fitted *self, const cauce_batch *in, void *scratch) {
    const neighbours_bound *bound = self->bound;
    int64_t n = in->n_rows;
    char *memory = scratch;
    double *rows = ca_take(&memory, (size_t)(n * self->in->width) * sizeof *rows);
    ca_wish *wishes = ca_take(&memory, (size_t)n * sizeof *wishes);
    ca_neighbour *found = ca_take(&memory, (size_t)(n * bound->most) * sizeof *found);
    ca_numeric_rows(self->in, in, 0, n, rows);
    for (int64_t r = 0; r < n; r++)
        wishes[r] =
            (ca_wish){ .query = r, .column = -1, .most = bound->most, .found = found + r * bound->most };
    ca_points_find(&bound->points, rows, n, wishes, n, memory);
    return wishes;
}

static cauce_status apply_classifier(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                     cauce_batch *out, void *scratch) {
    (void)run;
    const neighbours_params *params = self->params;
    const neighbours_state *state = self->state;
    ca_wish *wishes = find(self, in, scratch);
    double *proba = cauce_block_values(&out->blocks[0]);
    int64_t stride = out->blocks[0].stride;
    for (int64_t r = 0; r < in->n_rows; r++) {
        ca_wish *wish = &wishes[r];
        double total =
            ca_neighbours_count(wish, state->weight, params->n_neighbors, params->weights == BY_DISTANCE);
        for (int64_t c = 0; c < self->n_classes; c++) proba[r + c * stride] = 0;
        for (int64_t i = 0; i < wish->n_found; i++)
            proba[r + state->label[wish->found[i].row] * stride] += wish->found[i].distance;
        for (int64_t c = 0; c < self->n_classes; c++) proba[r + c * stride] /= total;
    }
    return CAUCE_OK;
}

static cauce_status apply_regressor(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                    cauce_batch *out, void *scratch) {
    (void)run;
    const neighbours_params *params = self->params;
    const neighbours_state *state = self->state;
    ca_wish *wishes = find(self, in, scratch);
    double *prediction = cauce_block_values(&out->blocks[0]);
    for (int64_t r = 0; r < in->n_rows; r++) {
        ca_wish *wish = &wishes[r];
        double total =
            ca_neighbours_count(wish, state->weight, params->n_neighbors, params->weights == BY_DISTANCE);
        double sum = 0;
        for (int64_t i = 0; i < wish->n_found; i++)
            sum += wish->found[i].distance * state->target[wish->found[i].row];
        prediction[r] = sum / total;
    }
    return CAUCE_OK;
}

static const char reference[] = "Cover, Hart: Nearest neighbor pattern classification, IEEE Transactions on "
                                "Information Theory 13 (1967), doi:10.1109/TIT.1967.1053964";

const cauce_component cauce_k_neighbors_classifier = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "k_neighbors_classifier",
    .summary = "Predicts the shares of the classes among the nearest training rows.",
    .reference = reference,
    .role = CAUCE_CLASSIFIER,
    .params_size = sizeof(neighbours_params),
    .params = param_rows,
    .state_size = sizeof(neighbours_state),
    .state = classifier_state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply_classifier,
    .verify = verify,
};

const cauce_component cauce_k_neighbors_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "k_neighbors_regressor",
    .summary = "Predicts the mean target of the nearest training rows.",
    .reference = reference,
    .role = CAUCE_REGRESSOR,
    .params_size = sizeof(neighbours_params),
    .params = param_rows,
    .state_size = sizeof(neighbours_state),
    .state = regressor_state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply_regressor,
    .verify = verify,
};
