/* Cuts each column into bins: of the same number of rows (quantile), of the same width (uniform), or around
 * the centers that k-means finds (kmeans: Lloyd, Least squares quantization in PCM, IEEE Transactions on
 * Information Theory 28 (1982), doi:10.1109/TIT.1982.1056489, started at the centers of the uniform bins).
 *
 * Bin i holds edge[i] <= x < edge[i + 1]; numbers beyond the edges fall into the first or the last bin. As in
 * scikit-learn, a bin that is at most 1e-8 wide is joined to the next one (quantile, kmeans). */
#include <math.h>
#include <stdio.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/categories.h"
#include "data/numeric.h"
#include "math/quantile.h"
#include "math/sort.h"
#include "math/stats.h"

typedef struct bins_params {
    int64_t n_bins;
    int encode, strategy;
} bins_params;

enum { ONEHOT, ORDINAL };
enum { QUANTILE, UNIFORM, KMEANS };

static const cauce_param param_rows[] = {
    CAUCE_INT(bins_params, n_bins, 5, 2, 65535, "Most bins of each column."),
    CAUCE_CHOICE(bins_params, encode, "onehot", "onehot|ordinal",
                 "Make one 0/1 column of each bin, or one column with the number of the bin (from 0)."),
    CAUCE_CHOICE(bins_params, strategy, "quantile", "quantile|uniform|kmeans",
                 "Bins of the same number of rows, of the same width, or around k-means centers."),
    CAUCE_END,
};

typedef struct bins_state {
    int64_t n_bounds, n_edges; /* n_bounds: columns + 1 */
    int64_t *first;
    double *bin_edges;
} bins_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(bins_state, first, CAUCE_I64, n_bounds,
                "The edges of column j are first[j] to first[j + 1] - 1; one more than its bins."),
    CAUCE_ARRAY(bins_state, bin_edges, CAUCE_F64, n_edges, "Edges of the bins of all columns, ascending."),
    CAUCE_STATE_END,
};

/* ---- k-means on a line --------------------------------------------------------------------------------- */

typedef struct clusters {
    const ca_sorted *points;
    int64_t k;
    double *center; /* ascending while points are assigned */
    double *moved;  /* the next centers */
    double *held;   /* weight of each cluster */
    int32_t *label, *before;
    double *distance; /* of each point from its center, negative for the largest first */
    double *left;     /* weight of each point that is not yet a center of its own */
    int64_t *order;
} clusters;

static double weight_of(const clusters *c, int64_t i) {
    const double *cumulative = c->points->cumulative;
    if (!cumulative) return 1;
    return i ? cumulative[i] - cumulative[i - 1] : cumulative[0];
}

/* The nearest center of each point, the lower one in a tie. True when nothing changed. */
static bool assign(clusters *c) {
    int64_t at = 0;
    bool same = true;
    for (int64_t i = 0; i < c->points->n; i++) {
        double x = c->points->values[i];
        for (int64_t next = at + 1; next < c->k; next++) { /* points ascend, and so do their centers */
            double here = fabs(x - c->center[at]), there = fabs(x - c->center[next]);
            if (there > here) break;
            if (there < here) at = next;
        }
        same = same && c->before[i] == (int32_t)at;
        c->label[i] = (int32_t)at;
    }
    return same;
}

/* Clusters without points get the points farthest from their centers, one row each. */
static cauce_status relocate(cauce_run *run, clusters *c) {
    int64_t next = 0, n = c->points->n;
    bool sorted = false;
    for (int64_t k = 0; k < c->k; k++) {
        if (c->held[k] > 0) continue;
        if (!sorted) {
            for (int64_t i = 0; i < n; i++) {
                c->distance[i] = -fabs(c->points->values[i] - c->center[c->label[i]]);
                c->left[i] = weight_of(c, i);
            }
            CA_TRY(ca_argsort(run, c->distance, n, c->order));
            sorted = true;
        }
        while (next < n && !(c->left[c->order[next]] > 0)) next++;
        if (next == n) break;
        int64_t i = c->order[next];
        double row = c->left[i] < 1 ? c->left[i] : 1, x = c->points->values[i];
        c->left[i] -= row;
        c->moved[c->label[i]] -= row * x;
        c->held[c->label[i]] -= row;
        c->moved[k] = row * x;
        c->held[k] = row;
    }
    return CAUCE_OK;
}

/* The means of the clusters; `shift`: how far the centers moved, squared and added. */
static cauce_status move_centers(cauce_run *run, clusters *c, double *shift) {
    for (int64_t k = 0; k < c->k; k++) c->moved[k] = c->held[k] = 0;
    for (int64_t i = 0; i < c->points->n; i++) {
        c->moved[c->label[i]] += weight_of(c, i) * c->points->values[i];
        c->held[c->label[i]] += weight_of(c, i);
    }
    CA_TRY(relocate(run, c));
    *shift = 0;
    for (int64_t k = 0; k < c->k; k++) {
        double center = c->held[k] > 0 ? c->moved[k] / c->held[k] : c->center[k];
        *shift += (center - c->center[k]) * (center - c->center[k]);
        c->moved[k] = center;
    }
    for (int64_t k = 0; k < c->k; k++) c->center[k] = c->moved[k];
    return ca_sort(run, c->center, c->k);
}

/* Stops as scikit-learn's KMeans does: after 300 rounds, when no point changes its cluster, or when the
 * centers move by less than 1e-4 of the variance. */
static cauce_status k_means(cauce_run *run, clusters *c, double variance) {
    enum { ROUNDS = 300 };
    for (int64_t i = 0; i < c->points->n; i++) c->before[i] = -1;
    for (int round = 0; round < ROUNDS; round++) {
        double shift;
        CA_TRY(cauce_check_cancel(run));
        bool same = assign(c);
        CA_TRY(move_centers(run, c, &shift));
        if (same || shift <= 1e-4 * variance) break;
        int32_t *label = c->label;
        c->label = c->before;
        c->before = label;
    }
    return CAUCE_OK;
}

/* From the edges of the uniform bins to those between the centers. */
static cauce_status k_means_edges(cauce_run *run, const ca_sorted *sorted, double variance, int64_t n_bins,
                                  double *edge) {
    int64_t n = sorted->n;
    clusters c = { .points = sorted, .k = n_bins };
    c.center = cauce_scratch(run, n_bins, sizeof(double));
    c.moved = cauce_scratch(run, n_bins, sizeof(double));
    c.held = cauce_scratch(run, n_bins, sizeof(double));
    c.label = cauce_scratch(run, n, sizeof(int32_t));
    c.before = cauce_scratch(run, n, sizeof(int32_t));
    c.distance = cauce_scratch(run, n, sizeof(double));
    c.left = cauce_scratch(run, n, sizeof(double));
    c.order = cauce_scratch(run, n, sizeof(int64_t));
    if (!c.center || !c.moved || !c.held || !c.label || !c.before || !c.distance || !c.left || !c.order)
        return run->error.status;
    for (int64_t k = 0; k < n_bins; k++) c.center[k] = edge[k] / 2 + edge[k + 1] / 2;
    CA_TRY(k_means(run, &c, variance));
    for (int64_t k = 1; k < n_bins; k++) edge[k] = c.center[k - 1] / 2 + c.center[k] / 2;
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const bins_params *params;
    double *edges;    /* n_bins + 1 for each column */
    int64_t *n_edges; /* how many of them are used */
} fit_job;

static cauce_status find_edges(cauce_run *run, const bins_params *params, const ca_numeric *column,
                               const double *weight, const ca_sorted *sorted, double *edge) {
    int64_t n_bins = params->n_bins;
    double low = sorted->values[0], high = sorted->values[sorted->n - 1];
    double step = (high - low) / (double)n_bins;
    for (int64_t i = 0; i < n_bins; i++)
        edge[i] = params->strategy == QUANTILE ? ca_sorted_quantile(sorted, (double)i / (double)n_bins)
                                               : low + (double)i * step;
    edge[n_bins] = high;
    if (params->strategy == KMEANS && isfinite(step)) {
        double variance = ca_moments_of(column->x, weight, column->n_rows).var;
        CA_TRY(k_means_edges(run, sorted, variance, n_bins, edge));
    }
    for (int64_t i = 0; i <= n_bins; i++) {
        char name[CA_NUMERIC_NAME];
        if (!isfinite(edge[i]))
            return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for bins",
                              ca_numeric_name(column, name));
    }
    return CAUCE_OK;
}

/* Leaves out edges too near to the one before; returns how many are left. */
static int64_t join_narrow(double *edge, int64_t n_bins) {
    int64_t kept = 1;
    double before = edge[0];
    for (int64_t i = 1; i <= n_bins; i++) {
        double here = edge[i];
        if (here - before > 1e-8) edge[kept++] = here;
        before = here;
    }
    return kept;
}

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    int64_t n_bins = job->params->n_bins, kept = n_bins + 1;
    double *edge = job->edges + column->j * (n_bins + 1);
    char name[CA_NUMERIC_NAME];
    ca_sorted sorted;
    CA_TRY(ca_sorted_of(run, column->x, train->weight, column->n_rows, &sorted));
    bool constant = sorted.n == 0 || sorted.values[0] == sorted.values[sorted.n - 1];
    if (!constant) {
        CA_TRY(find_edges(run, job->params, column, train->weight, &sorted, edge));
        if (job->params->strategy != UNIFORM) kept = join_narrow(edge, n_bins);
    }
    if (constant || kept < 2) {
        cauce_warn(run, "one_bin", "column '%s' is constant, or nearly so: all its numbers are in one bin",
                   ca_numeric_name(column, name));
        edge[0] = -HUGE_VAL;
        edge[1] = HUGE_VAL;
        kept = 2;
    } else if (kept < n_bins + 1) {
        cauce_warn(run, "fewer_bins",
                   "column '%s' has %lld bins instead of %lld: the others would be narrower than 1e-8",
                   ca_numeric_name(column, name), (long long)kept - 1, (long long)n_bins);
    }
    job->n_edges[column->j] = kept;
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const bins_params *params = params_in;
    bins_state *state = state_out;
    int64_t n = train->schema->width, most = params->n_bins + 1, at = 0;
    fit_job job = { params, cauce_scratch(run, n, (size_t)most * sizeof(double)),
                    cauce_scratch(run, n, sizeof(int64_t)) };
    if (!job.edges || !job.n_edges) return run->error.status;
    CA_TRY(ca_numeric_fit_each(run, train, fit_column, &job));
    state->n_bounds = n + 1;
    for (int64_t j = 0; j < n; j++) state->n_edges += job.n_edges[j];
    state->first = cauce_keep(run, n + 1, sizeof *state->first);
    state->bin_edges = cauce_keep(run, state->n_edges, sizeof *state->bin_edges);
    if (!state->first || !state->bin_edges) return run->error.status;
    for (int64_t j = 0; j < n; j++) {
        state->first[j] = at;
        for (int64_t i = 0; i < job.n_edges[j]; i++) state->bin_edges[at++] = job.edges[j * most + i];
    }
    state->first[n] = at;
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const bins_state *state = self->state;
    int64_t n = state->n_bounds - 1;
    CA_TRY(ca_numeric_verify(run, self, n));
    if (state->first[0] != 0 || state->first[n] != state->n_edges)
        return cauce_fail(run, CAUCE_E_FORMAT, "the edges of the bins do not belong to the columns");
    for (int64_t j = 0; j < n; j++) {
        int64_t first = state->first[j], last = state->first[j + 1];
        if (first < 0 || last > state->n_edges || last <= first || last - first < 2 || last - first > 65536)
            return cauce_fail(run, CAUCE_E_FORMAT, "column %lld has the edges from %lld to before %lld",
                              (long long)j, (long long)first, (long long)last);
        for (int64_t i = first; i + 1 < last; i++)
            if (!(state->bin_edges[i] <= state->bin_edges[i + 1]))
                return cauce_fail(run, CAUCE_E_FORMAT, "the edges of column %lld do not ascend",
                                  (long long)j);
    }
    return CAUCE_OK;
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

static cauce_status bind_column(cauce_run *run, const cauce_field *field, int64_t c, int64_t n_bins,
                                cauce_field *out) {
    const char **texts = cauce_scratch(run, n_bins, sizeof *texts);
    char(*rooms)[8] = cauce_scratch(run, n_bins, sizeof *rooms);
    if (!texts || !rooms) return run->error.status;
    for (int64_t i = 0; i < n_bins; i++) {
        snprintf(rooms[i], sizeof rooms[i], "%d", (int)i);
        texts[i] = rooms[i];
    }
    out->name = ca_field_column(run, field, c);
    out->form = CAUCE_ONEHOT;
    out->width = n_bins;
    out->labels = cauce_levels_keep(run, texts, (int32_t)n_bins);
    return out->name && out->labels ? CAUCE_OK : run->error.status;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    const bins_params *params = self->params;
    const bins_state *state = self->state;
    const cauce_schema *in = self->in;
    bool ordinal = params->encode == ORDINAL;
    int64_t j = 0;
    cauce_field *fields = cauce_bind_fields(run, binding, ordinal ? in->n_fields : in->width);
    if (!fields) return run->error.status;
    for (int64_t f = 0; f < in->n_fields; f++) {
        if (ordinal) fields[f] = in->fields[f];
        for (int64_t c = 0; !ordinal && c < in->fields[f].width; c++, j++)
            CA_TRY(
                bind_column(run, &in->fields[f], c, state->first[j + 1] - state->first[j] - 1, &fields[j]));
    }
    return CAUCE_OK;
}

/* How many of n ascending edges are <= x: the bin, when the outer edges are left out. */
static inline int32_t bin_of(const double *edge, int32_t n, double x) {
    int32_t at = 0;
    while (n > 0) {
        int32_t half = n / 2;
        bool above = edge[at + half] <= x;
        at = above ? at + half + 1 : at;
        n = above ? n - half - 1 : half;
    }
    return at;
}

static cauce_status map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column, double *z) {
    (void)run;
    const bins_state *state = self->state;
    int64_t first = state->first[column->j];
    int32_t n = (int32_t)(state->first[column->j + 1] - first) - 2;
    for (int64_t r = 0; r < column->n_rows; r++) z[r] = bin_of(state->bin_edges + first + 1, n, column->x[r]);
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const bins_state *state = self->state;
    if (((const bins_params *)self->params)->encode == ORDINAL)
        return ca_numeric_map_each(run, self, in, out, map);
    int64_t j = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            const double *x = in->blocks[f].values + c * in->blocks[f].stride;
            int32_t *codes = cauce_block_codes(&out->blocks[j]);
            int64_t first = state->first[j];
            int32_t n = (int32_t)(state->first[j + 1] - first) - 2;
            for (int64_t r = 0; r < in->n_rows; r++) codes[r] = bin_of(state->bin_edges + first + 1, n, x[r]);
        }
    return CAUCE_OK;
}

const cauce_component cauce_k_bins_discretizer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "k_bins_discretizer",
    .summary = "Cuts every number column into bins.",
    .role = CAUCE_TRANSFORMER,
    .params_size = sizeof(bins_params),
    .params = param_rows,
    .state_size = sizeof(bins_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
