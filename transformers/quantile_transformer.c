/* Replaces each number by its rank among the training rows, from 0 to 1, or by the number of the same rank in
 * the normal distribution.
 *
 * A number between two of the learned quantiles is interpolated; one that is a quantile several times gets
 * the middle of their ranks; the smallest becomes 0 and the largest 1, as do all beyond them. All rows are
 * used: there is no subsample. Where scikit-learn sends everything within 1e-7 of the ends to the ends of the
 * normal distribution, only the ends themselves go there, whatever the unit of the column. */
#include <float.h>
#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/numeric.h"
#include "math/normal.h"
#include "math/tails.h"
#include "math/quantile.h"

typedef struct rank_params {
    int64_t n_quantiles;
    int output_distribution;
} rank_params;

enum { UNIFORM, NORMAL };

static const cauce_param param_rows[] = {
    CAUCE_INT(rank_params, n_quantiles, 1000, 1, 1000000,
              "Most quantiles that are learned of each column; never more than there are rows."),
    CAUCE_CHOICE(rank_params, output_distribution, "uniform", "uniform|normal",
                 "What the numbers are spread like: evenly over 0 to 1, or normally."),
    CAUCE_END,
};

typedef struct rank_state {
    int64_t n_columns, n_quantiles;
    double *quantiles;
} rank_state;

static const cauce_state state_rows[] = {
    CAUCE_MATRIX(rank_state, quantiles, CAUCE_F64, n_columns, n_quantiles,
                 "Quantiles of each column at even steps from 0 to 1; nan without a number."),
    CAUCE_STATE_END,
};

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const rank_state *state = payload;
    int64_t n = state->n_quantiles;
    double *quantile = state->quantiles + column->j * n;
    ca_sorted sorted;
    CA_TRY(ca_numeric_finite(run, column));
    CA_TRY(ca_sorted_of(run, column->x, train->weight, column->n_rows, &sorted));
    if (sorted.n == 0) ca_numeric_empty(run, column, "it stays missing");
    for (int64_t i = 0; i < n; i++) {
        double q = n > 1 ? (double)i / (double)(n - 1) : 0;
        quantile[i] = sorted.n > 0 ? ca_sorted_quantile(&sorted, q) : (double)NAN;
        /* Interpolation may round below the value before. */
        if (i > 0 && quantile[i] < quantile[i - 1]) quantile[i] = quantile[i - 1];
    }
    return CAUCE_OK;
}

/* Rows, weight 2 being two; with weights that are not whole, the rows themselves. */
static double count_rows(const cauce_train *train) {
    double total = 0;
    for (int64_t r = 0; train->weight && r < train->n_rows; r++) {
        if (train->weight[r] != floor(train->weight[r])) return (double)train->n_rows;
        total += train->weight[r];
    }
    return train->weight ? total : (double)train->n_rows;
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const rank_params *params = params_in;
    rank_state *state = state_out;
    double rows = count_rows(train);
    state->n_columns = train->schema->width;
    state->n_quantiles = rows < (double)params->n_quantiles ? (int64_t)rows : params->n_quantiles;
    state->quantiles = cauce_keep(run, state->n_columns, (size_t)state->n_quantiles * sizeof(double));
    if (!state->quantiles) return run->error.status;
    return ca_numeric_fit_each(run, train, fit_column, state);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const rank_state *state = self->state;
    CA_TRY(ca_numeric_verify(run, self, state->n_columns));
    if (state->n_quantiles < 1) return cauce_fail(run, CAUCE_E_FORMAT, "there are no quantiles");
    for (int64_t j = 0; j < state->n_columns; j++) {
        const double *quantile = state->quantiles + j * state->n_quantiles;
        bool empty = isnan(quantile[0]);
        for (int64_t i = 0; i < state->n_quantiles; i++)
            if (empty ? !isnan(quantile[i])
                      : !isfinite(quantile[i]) || (i > 0 && quantile[i] < quantile[i - 1]))
                return cauce_fail(run, CAUCE_E_FORMAT, "the quantiles of column %lld do not ascend",
                                  (long long)j);
    }
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

/* First of n ascending quantiles that is >= x, or > x. */
static inline int64_t first_at(const double *quantile, int64_t n, double x, bool above) {
    int64_t low = 0;
    while (n > 0) {
        int64_t half = n / 2;
        bool before = above ? quantile[low + half] <= x : quantile[low + half] < x;
        low = before ? low + half + 1 : low;
        n = before ? n - half - 1 : half;
    }
    return low;
}

/* Rank of a number that is not missing; the column has numbers. */
static double rank_of(const double *quantile, int64_t n, double x) {
    if (x <= quantile[0]) return 0;
    if (x >= quantile[n - 1]) return 1;
    int64_t from = first_at(quantile, n, x, false); /* >= 1 */
    double last = (double)(n - 1);
    if (quantile[from] == x) {
        int64_t to = first_at(quantile, n, x, true) - 1;
        return 0.5 * ((double)from / last + (double)to / last);
    }
    double low = quantile[from - 1], high = quantile[from], width = high - low;
    double part = isfinite(width) ? (x - low) / width : (x / 2 - low / 2) / (high / 2 - low / 2);
    return ((double)(from - 1) + part) / last;
}

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    const rank_params *params = self->params;
    const rank_state *state = self->state;
    const double *quantile = state->quantiles + column->j * state->n_quantiles;
    double most = -ca_normal_quantile(1e-7 - DBL_EPSILON); /* where the ends go: 5.2 */
    for (int64_t r = 0; r < column->n_rows; r++) {
        double x = column->x[r];
        if (isnan(x) || isnan(quantile[0])) {
            z[r] = (double)NAN;
            continue;
        }
        z[r] = rank_of(quantile, state->n_quantiles, x);
        if (params->output_distribution == UNIFORM) continue;
        double normal = ca_normal_quantile(z[r]);
        z[r] = normal < -most ? -most : normal > most ? most : normal;
    }
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    return ca_numeric_map_each(run, self, in, out, map);
}

static cauce_status unmap(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *x) {
    (void)run;
    const rank_params *params = self->params;
    const rank_state *state = self->state;
    const double *quantile = state->quantiles + column->j * state->n_quantiles;
    double last = (double)(state->n_quantiles - 1);
    for (int64_t r = 0; r < column->n_rows; r++) {
        double z = column->x[r], tail = 0.5 * ca_normal_two_sided(z);
        double p = params->output_distribution == UNIFORM ? z : z < 0 ? tail : 1 - tail;
        x[r] = isnan(p) ? p : p <= 0 ? quantile[0] : quantile[state->n_quantiles - 1];
        if (!(p > 0 && p < 1)) continue;
        int64_t below = (int64_t)floor(p * last);
        double part = p * last - (double)below;
        x[r] = part > 0 ? quantile[below] * (1 - part) + quantile[below + 1] * part : quantile[below];
    }
    return CAUCE_OK;
}

static cauce_status inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to) {
    return ca_numeric_map_each(run, self, from, to, unmap);
}

const cauce_component cauce_quantile_transformer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "quantile_transformer",
    .summary = "Replaces every number by its rank among the training rows, evenly or normally spread.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(rank_params),
    .params = param_rows,
    .state_size = sizeof(rank_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .apply = apply,
    .verify = verify,
    .inverse = inverse,
};
