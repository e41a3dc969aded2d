/* Quantiles of a forest: a row's leaves hold training rows, each tree's with 1 in all; the quantile q is the
 * least target up to which the trees have a share of q. N. Meinshausen, "Quantile regression forests", JMLR
 * 7, 2006. The rows of a leaf are those that the tree drew, as often as it drew them: their mean is what the
 * forest predicts. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "math/sort.h"
#include "tree/forest.h"
#include "tree/quantile_list.h"

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct keeping {
    const ca_forest_job *fit;
    const int64_t *order;   /* rows by target */
    const uint32_t *target; /* of each row, among the distinct ones */
    int64_t *entries;       /* of each tree; then of all before it */
    bool weighted;          /* entries have weights */
} keeping;

static cauce_status count_tree(cauce_run *run, int64_t i, void *payload) {
    keeping *k = payload;
    int64_t n = k->fit->train->n_rows, t = k->fit->n_start + i;
    uint32_t *times = cauce_scratch(run, n, sizeof *times);
    if (!times) return CA_NOMEM(run);
    ca_forest_draw(k->fit, t, times);
    for (int64_t r = 0; r < n; r++) k->entries[t] += k->weighted ? times[r] > 0 : (int64_t)times[r];
    return CAUCE_OK;
}

static cauce_status fill_leaves(cauce_run *run, const keeping *k, int64_t t, const ca_tree *tree) {
    const cauce_train *train = k->fit->train;
    ca_forest *forest = k->fit->forest;
    int64_t n = train->n_rows, *next = forest->leaf_start + forest->tree_offset[t] + t;
    uint32_t *times = cauce_scratch(run, n, sizeof *times);
    int64_t *leaf = cauce_scratch(run, n, sizeof *leaf), *at = cauce_scratch(run, tree->n_leaves, sizeof *at);
    if (!times || !leaf || !at) return CA_NOMEM(run);
    ca_forest_draw(k->fit, t, times);
    for (int64_t r = 0; r < n; r++) {
        if (times[r] == 0) continue;
        const double *value = ca_forest_leaf_of(k->fit, tree, r, -1, 0);
        leaf[r] = (value - tree->value) / tree->n_outputs;
        at[leaf[r]] += k->weighted ? 1 : (int64_t)times[r];
    }
    for (int64_t i = 0, first = k->entries[t]; i < tree->n_leaves; i++) {
        int64_t entries = at[i];
        next[i] = at[i] = first;
        first += entries;
    }
    for (int64_t i = 0; i < n; i++) {
        int64_t r = k->order[i];
        if (k->weighted && times[r] > 0)
            forest->leaf_weight[at[leaf[r]]] = times[r] * (k->fit->weight ? k->fit->weight[r] : 1);
        if (k->weighted) times[r] = times[r] > 0;
        for (int64_t c = 0; c < (int64_t)times[r]; c++) forest->leaf_target[at[leaf[r]]++] = k->target[r];
    }
    return CAUCE_OK;
}

static cauce_status fill_tree(cauce_run *run, int64_t number, void *payload) {
    const keeping *k = payload;
    int64_t t = k->fit->n_start + number;
    ca_tree tree = { 0 };
    cauce_status status = ca_forest_tree(run, k->fit->forest, t, &tree);
    if (status == CAUCE_OK) status = fill_leaves(run, k, t, &tree);
    ca_tree_free(&tree);
    return status;
}

/* The distinct targets, which of them each row has, and where those of an earlier fit are among them. */
static cauce_status rank_targets(cauce_run *run, const ca_forest_job *fit, int64_t *order, uint32_t *target,
                                 uint32_t **earlier) {
    int64_t n = fit->train->n_rows, m = fit->start ? fit->start->n_targets : 0, distinct = 0, rows = 0;
    double *all = cauce_scratch(run, n + m, sizeof *all);
    int64_t *sorted = cauce_scratch(run, n + m, sizeof *sorted);
    *earlier = cauce_scratch(run, m, sizeof **earlier);
    if (!all || !sorted || !*earlier) return CA_NOMEM(run);
    memcpy(all, fit->train->y, (size_t)n * sizeof *all);
    if (m) memcpy(all + n, fit->start->targets, (size_t)m * sizeof *all);
    CA_TRY(ca_argsort(run, all, n + m, sorted));
    for (int64_t i = 0; i < n + m; i++) {
        int64_t at = sorted[i];
        distinct += i == 0 || all[at] > all[sorted[i - 1]];
        if (at < n) order[rows++] = at;
        *(at < n ? &target[at] : &(*earlier)[at - n]) = (uint32_t)(distinct - 1);
    }
    fit->forest->targets = cauce_keep(run, distinct, sizeof(double));
    if (!fit->forest->targets) return CA_NOMEM(run);
    fit->forest->n_targets = distinct;
    for (int64_t i = 0; i < m; i++) fit->forest->targets[(*earlier)[i]] = all[n + i];
    for (int64_t r = 0; r < n; r++) fit->forest->targets[target[r]] = all[r];
    return CAUCE_OK;
}

/* Leaves of an earlier fit keep what they have. */
static void keep_earlier(const keeping *k, const uint32_t *earlier) {
    const ca_forest *start = k->fit->start;
    ca_forest *forest = k->fit->forest;
    if (!start) return;
    memcpy(forest->leaf_start, start->leaf_start, (size_t)(start->n_starts - 1) * sizeof *start->leaf_start);
    for (int64_t i = 0; i < start->n_entries; i++) {
        forest->leaf_target[i] = earlier[start->leaf_target[i]];
        if (k->weighted) forest->leaf_weight[i] = start->n_weights ? start->leaf_weight[i] : 1;
    }
}

cauce_status ca_forest_keep_targets(cauce_run *run, const ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    int64_t n = fit->train->n_rows, n_trees = fit->params->n_estimators;
    int64_t entries = fit->start ? fit->start->n_entries : 0;
    int64_t *order = cauce_scratch(run, n, sizeof *order);
    uint32_t *target = cauce_scratch(run, n, sizeof *target), *earlier;
    keeping k = { fit, order, target, cauce_scratch(run, n_trees, sizeof *k.entries),
                  fit->weight || (fit->start && fit->start->n_weights) };
    if (!order || !target || !k.entries) return CA_NOMEM(run);
    CA_TRY(rank_targets(run, fit, order, target, &earlier));
    CA_TRY(cauce_parallel(run, n_trees - fit->n_start, count_tree, &k));
    for (int64_t t = fit->n_start; t < n_trees; t++) {
        int64_t own = k.entries[t];
        k.entries[t] = entries;
        entries += own;
    }
    forest->n_starts = ca_forest_leaves(forest) + 1;
    forest->n_entries = entries;
    forest->n_weights = k.weighted ? entries : 0;
    forest->leaf_start = cauce_keep(run, forest->n_starts, sizeof *forest->leaf_start);
    forest->leaf_target = cauce_keep(run, entries, sizeof *forest->leaf_target);
    forest->leaf_weight = cauce_keep(run, forest->n_weights, sizeof *forest->leaf_weight);
    if (!forest->leaf_start || !forest->leaf_target || !forest->leaf_weight) return CA_NOMEM(run);
    forest->leaf_start[forest->n_starts - 1] = entries;
    keep_earlier(&k, earlier);
    return cauce_parallel(run, n_trees - fit->n_start, fill_tree, &k);
}

/* ---- Files --------------------------------------------------------------------------------------------- */

cauce_status ca_forest_verify_targets(cauce_run *run, const ca_forest *forest) {
    int64_t leaves = ca_forest_leaves(forest);
    if (forest->n_starts != leaves + 1 || forest->leaf_start[0] != 0 ||
        forest->leaf_start[leaves] != forest->n_entries)
        return cauce_fail(run, CAUCE_E_FORMAT, "the targets of the leaves do not cover the leaves");
    if (forest->n_weights && forest->n_weights != forest->n_entries)
        return cauce_fail(run, CAUCE_E_FORMAT, "leaf_weight has %lld entries, leaf_target %lld",
                          (long long)forest->n_weights, (long long)forest->n_entries);
    for (int64_t i = 0; i < leaves; i++)
        if (forest->leaf_start[i] >= forest->leaf_start[i + 1])
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf %lld has no targets", (long long)i);
    for (int64_t i = 0; i < forest->n_entries; i++) {
        if (forest->leaf_target[i] >= forest->n_targets)
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf_target %lld is %u of %lld", (long long)i,
                              forest->leaf_target[i], (long long)forest->n_targets);
        if (forest->n_weights && !(forest->leaf_weight[i] > 0 && isfinite(forest->leaf_weight[i])))
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf_weight %lld is %g", (long long)i,
                              forest->leaf_weight[i]);
    }
    for (int64_t i = 0; i < forest->n_targets; i++)
        if (!isfinite(forest->targets[i]) || (i && forest->targets[i] <= forest->targets[i - 1]))
            return cauce_fail(run, CAUCE_E_FORMAT, "targets do not ascend at %lld", (long long)i);
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

/* Shares of the targets for one row: a set of those that have one, so that no others are looked at. */
typedef struct shares {
    const ca_forest *forest;
    const cauce_value *q; /* ascending */
    int64_t n_q;
    double **out;  /* of each */
    double *share; /* n_targets, undefined where not in the set */
    uint64_t *set;
} shares;

static int64_t set_words(const ca_forest *forest) {
    return (forest->n_targets + 63) / 64;
}

size_t ca_forest_quantile_scratch(const ca_forest *forest) {
    size_t size = (size_t)forest->n_targets * sizeof(double) + (size_t)set_words(forest) * sizeof(uint64_t);
    return (size + 63) & ~(size_t)63;
}

static void add_leaf(const shares *s, uint64_t leaf) {
    const ca_forest *f = s->forest;
    int64_t first = f->leaf_start[leaf], end = f->leaf_start[leaf + 1];
    double total = (double)(end - first);
    if (f->n_weights) total = 0;
    for (int64_t i = first; f->n_weights && i < end; i++) total += f->leaf_weight[i];
    for (int64_t i = first; i < end; i++) {
        uint32_t target = f->leaf_target[i];
        uint64_t *word = &s->set[target / 64], bit = UINT64_C(1) << target % 64;
        double share = (f->n_weights ? f->leaf_weight[i] : 1) / total;
        s->share[target] = *word & bit ? s->share[target] + share : share;
        *word |= bit;
    }
}

/* The sums are of rounded numbers: what is as good as the share that is looked for is it. */
static void tell_row(int64_t row, const uint64_t *leaves, void *payload) {
    const shares *s = payload;
    int64_t n_trees = s->forest->n_offsets - 1, words = set_words(s->forest), i = 0, last = 0;
    double sum = 0;
    for (int64_t t = 0; t < n_trees; t++) add_leaf(s, leaves[t]);
    for (int64_t w = 0; w < words; w++) {
        for (uint64_t left = s->set[w]; left; left &= left - 1) {
            last = w * 64 + __builtin_ctzll(left);
            sum += s->share[last];
            while (i < s->n_q && sum >= s->q[i].real * (double)n_trees * (1 - 1e-12))
                s->out[i++][row] = s->forest->targets[last];
        }
        s->set[w] = 0;
    }
    while (i < s->n_q) s->out[i++][row] = s->forest->targets[last];
}

static cauce_status tell_rows(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                              const cauce_value *q, int64_t n_q, double **out, void *scratch) {
    const ca_scored_forest *scored = self->bound;
    const ca_forest *forest = scored->forest;
    double *share = scratch;
    uint64_t *set = (uint64_t *)(void *)(share + forest->n_targets);
    shares s = { forest, q, n_q, out, share, set };
    memset(set, 0, (size_t)set_words(forest) * sizeof *set);
    return ca_forest_visit(run, scored, self->in, in, tell_row, &s,
                           (char *)scratch + ca_forest_quantile_scratch(forest));
}

static const cauce_value *quantile_of(const cauce_fitted *self) {
    return &((const ca_forest_params *)self->params)->quantile;
}

cauce_status ca_forest_middle_quantile(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                       double *values, void *scratch) {
    const cauce_value *q = quantile_of(self);
    if (q->type == CAUCE_V_LIST) q = &q->items[ca_middle_quantile(q)];
    return tell_rows(run, self, in, q, 1, &values, scratch);
}

int64_t ca_forest_quantiles(const cauce_fitted *self, double *levels, int64_t most) {
    const cauce_value *q = quantile_of(self);
    if (q->type != CAUCE_V_LIST) return 0;
    for (int64_t i = 0; i < q->n_items && i < most; i++) levels[i] = q->items[i].real;
    return q->n_items;
}

cauce_status ca_forest_apply_quantiles(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                       cauce_batch *out, void *scratch) {
    const cauce_value *q = quantile_of(self);
    double *values[CA_MOST_QUANTILES];
    for (int64_t i = 0; i < q->n_items; i++) values[i] = cauce_block_values(&out->blocks[i]);
    return tell_rows(run, self, in, q->items, q->n_items, values, scratch);
}
