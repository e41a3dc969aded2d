/* Importances of the columns, means over the trees.
 *
 * Of impurity: the shares of the columns in all that a tree decreases; a tree without splits does not count.
 *
 * Corrected: columns of many values are split on more often by chance, so the decrease of impurity favours
 * them. A second forest grows beside a copy of every column whose rows are shuffled, all copies in one order;
 * what a copy wins is chance, and is taken off what the column wins: S. Nembrini, I. Koenig, M. Wright, "The
 * revival of the Gini importance?", Bioinformatics 34, 2018, doi:10.1093/bioinformatics/bty373. A column that
 * says nothing has 0 on average, and may be below. The forest that predicts knows nothing of the copies.
 *
 * Permutation: how much worse a tree is on the rows that it did not draw when one column is in another order:
 * L. Breiman, "Random forests", Machine Learning 45, 2001, doi:10.1023/A:1010933404324. Each tree has one
 * order, in which the columns are put one by one. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "data/table.h"
#include "tree/forest.h"
#include "tree/records.h"

/* ---- Averages over the trees --------------------------------------------------------------------------- */

/* What tree t says of the columns, in worth[0 .. n_features-1], zeroed; false in *counts: nothing. */
typedef cauce_status tree_view(cauce_run *run, void *payload, int64_t t, double *worth, bool *counts);

enum { TREES = 64 }; /* that are looked at before their numbers are added, in their order */

typedef struct view_task {
    tree_view *view;
    void *payload; /* its own */
    int64_t p, first;
    double *worth; /* TREES x n_features */
    bool counts[TREES];
} view_task;

static cauce_status view_tree(cauce_run *run, int64_t i, void *payload) {
    view_task *task = payload;
    double *worth = task->worth + i * task->p;
    memset(worth, 0, (size_t)task->p * sizeof *worth);
    task->counts[i] = false;
    return task->view(run, task->payload, task->first + i, worth, &task->counts[i]);
}

/* The mean over the trees that count, in memory of the model, and the row of sums that it is made of. */
static cauce_status average(cauce_run *run, const ca_forest_job *fit, tree_view *view, void *payload,
                            double *sums, double **mean) {
    int64_t p = fit->forest->n_features, n_trees = fit->params->n_estimators;
    view_task task = { .view = view, .payload = payload, .p = p, .first = fit->n_start };
    task.worth = cauce_scratch(run, n_trees < TREES ? n_trees : TREES, (size_t)p * sizeof(double));
    *mean = cauce_keep(run, p, sizeof **mean);
    if (!task.worth || !*mean) return CA_NOMEM(run);
    for (; task.first < n_trees; task.first += TREES) {
        int64_t n = n_trees - task.first < TREES ? n_trees - task.first : TREES;
        CA_TRY(cauce_parallel(run, n, view_tree, &task));
        for (int64_t i = 0; i < n; i++) {
            sums[p] += task.counts[i];
            for (int64_t j = 0; task.counts[i] && j < p; j++) sums[j] += task.worth[i * p + j];
        }
    }
    for (int64_t j = 0; sums[p] > 0 && j < p; j++) (*mean)[j] = sums[j] / sums[p];
    return CAUCE_OK;
}

/* ---- Impurity ------------------------------------------------------------------------------------------ */

static cauce_status keep_sums(cauce_run *run, const ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    forest->n_sums = 1 + fit->params->corrected_importances + fit->params->permutation_importances;
    forest->n_sum_columns = forest->n_features + 1;
    size_t size = (size_t)forest->n_sum_columns * sizeof *forest->importance_sums;
    forest->importance_sums = cauce_keep(run, forest->n_sums, size);
    if (!forest->importance_sums) return CA_NOMEM(run);
    if (fit->start)
        memcpy(forest->importance_sums, fit->start->importance_sums, (size_t)forest->n_sums * size);
    return CAUCE_OK;
}

cauce_status ca_forest_share_impurity(cauce_run *run, const ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    const int64_t p = fit->bins.n_columns;
    forest->n_features = p;
    CA_TRY(keep_sums(run, fit));
    forest->feature_importances = cauce_keep(run, p, sizeof *forest->feature_importances);
    if (!forest->feature_importances) return CA_NOMEM(run);
    double *sums = forest->importance_sums, total = 0;
    for (int64_t t = fit->n_start; t < fit->params->n_estimators; t++) {
        const ca_packed_tree *tree = &fit->packed[t];
        sums[p] += tree->n_shares > 0;
        for (int64_t i = 0; i < tree->n_shares; i++) sums[tree->share_column[i]] += tree->share[i];
    }
    for (int64_t j = 0; j < p; j++) total += sums[j];
    for (int64_t j = 0; total > 0 && j < p; j++) forest->feature_importances[j] = sums[j] / total;
    return CAUCE_OK;
}

/* ---- Shuffled copies ----------------------------------------------------------------------------------- */

/* A random order of n things. */
static void shuffle(uint32_t *order, int64_t n, cauce_rng *rng) {
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)cauce_rng_below(rng, (uint64_t)i + 1);
        uint32_t moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
}

typedef struct copying {
    const cauce_train *train;
    const uint32_t *order;   /* row r of a copy is row order[r] */
    const cauce_block *once; /* one for each field, */
    cauce_block *copies;     /* and its copy */
} copying;

static cauce_status copy_field(cauce_run *run, int64_t f, void *payload) {
    (void)run;
    const copying *c = payload;
    const cauce_block *from = &c->once[f];
    const cauce_block *to = &c->copies[f];
    int64_t n = c->train->n_rows;
    for (int64_t k = 0; !from->codes && k < c->train->schema->fields[f].width; k++)
        for (int64_t r = 0; r < n; r++)
            ((double *)to->room)[k * n + r] = from->values[k * from->stride + c->order[r]];
    for (int64_t r = 0; from->codes && r < n; r++) ((int32_t *)to->room)[r] = from->codes[c->order[r]];
    return CAUCE_OK;
}

/* The numbers of a field that have not been read. */
static cauce_status read_field(cauce_run *run, int64_t f, int64_t n, cauce_block *block) {
    const ca_unread *unread = run->unread;
    double *values = cauce_scratch(run, n, sizeof *values);
    if (!values) return CA_NOMEM(run);
    block->values = ca_table_read(unread->table, unread->column[f], 0, n, values);
    return CAUCE_OK;
}

/* The training rows with every field twice: as it is, and with its rows in another order. Copies are coded
 * like any column: a category's levels are put in the order that suits the copy. */
static cauce_status double_fields(cauce_run *run, const ca_forest_job *fit, cauce_train *train) {
    const cauce_schema *once = fit->train->schema;
    int64_t n = fit->train->n_rows, fields = once->n_fields;
    uint32_t *order = cauce_scratch(run, n, sizeof *order);
    cauce_field *twice = cauce_scratch(run, 2 * fields, sizeof *twice);
    cauce_block *blocks = cauce_scratch(run, 2 * fields, sizeof *blocks);
    cauce_schema *schema = cauce_scratch(run, 1, sizeof *schema);
    cauce_batch *batch = cauce_scratch(run, 1, sizeof *batch);
    cauce_rng rng;
    if (!order || !twice || !blocks || !schema || !batch) return CA_NOMEM(run);
    for (int64_t r = 0; r < n; r++) order[r] = (uint32_t)r;
    cauce_rng_init(&rng, fit->seed, "forest copies", 0);
    shuffle(order, n, &rng);
    for (int64_t f = 0; f < fields; f++) {
        bool codes = once->fields[f].form != CAUCE_DENSE;
        cauce_block *copy = &blocks[fields + f];
        twice[f] = twice[fields + f] = once->fields[f];
        blocks[f] = fit->train->x->blocks[f];
        if (!codes && !blocks[f].values) CA_TRY(read_field(run, f, n, &blocks[f]));
        copy->room =
            cauce_scratch(run, n, codes ? sizeof(int32_t) : (size_t)once->fields[f].width * sizeof(double));
        if (!copy->room) return CA_NOMEM(run);
        copy->stride = n;
        if (codes)
            copy->codes = copy->room;
        else
            copy->values = copy->room;
    }
    *schema = (cauce_schema){ 2 * fields, twice, 2 * once->width };
    *batch = (cauce_batch){ n, 2 * fields, blocks, fit->train->x->first_row, NULL };
    *train = *fit->train;
    train->schema = schema;
    train->x = batch;
    copying c = { fit->train, order, blocks, blocks + fields };
    return cauce_parallel(run, fields, copy_field, &c);
}

/* A copy is bound as its column is. */
static cauce_status double_constraints(cauce_run *run, int64_t p, ca_grow_plan *plan) {
    size_t size = (size_t)(p * plan->interactions.words) * sizeof *plan->interactions.sets;
    if (plan->monotonic) {
        int8_t *both = cauce_scratch(run, 2 * p, sizeof *both);
        if (!both) return CA_NOMEM(run);
        memcpy(both, plan->monotonic, (size_t)p);
        memcpy(both + p, plan->monotonic, (size_t)p);
        plan->monotonic = both;
    }
    if (!plan->interactions.sets) return CAUCE_OK;
    char *both = cauce_scratch(run, 2, size);
    if (!both) return CA_NOMEM(run);
    memcpy(both, plan->interactions.sets, size);
    memcpy(both + size, plan->interactions.sets, size);
    plan->interactions =
        (ca_interactions){ 2 * p, plan->interactions.words, (const uint64_t *)(const void *)both };
    return CAUCE_OK;
}

/* Equal gains go to the lowest column. That would favour the columns over their copies, were the copies not
 * the first ones in every other tree. */
typedef struct second_forest {
    ca_forest_job fit[2]; /* of even and odd trees; they share the array of trees */
    cauce_train train;
} second_forest;

/* Grows a tree on columns and copies; what it says is in shares of all that it decreases. */
static cauce_status view_decrease(cauce_run *run, void *payload, int64_t t, double *worth, bool *counts) {
    ca_forest_job *fit = &((second_forest *)payload)->fit[t % 2];
    ca_tree *tree = &fit->trees[t];
    int32_t p = (int32_t)fit->forest->n_features;
    double total = 0;
    CA_TRY(ca_forest_grow_one(run, t, fit));
    for (int64_t i = 0; i < tree->n_splits; i++) {
        int32_t j = tree->feature[i];
        bool is_copy = (j >= p) != (t % 2);
        worth[j < p ? j : j - p] += is_copy ? -tree->decrease[i] : tree->decrease[i];
        total += tree->decrease[i];
    }
    *counts = total > 0 && isfinite(total);
    for (int32_t j = 0; j < p; j++) worth[j] = *counts ? worth[j] / total : 0;
    ca_tree_free(tree);
    return CAUCE_OK;
}

static cauce_status grow_second(cauce_run *run, const ca_forest_job *fit, second_forest *second) {
    ca_forest *forest = fit->forest;
    int64_t p = fit->bins.n_columns;
    ca_forest_job *even = &second->fit[0], *odd = &second->fit[1];
    even->plan.bins = &even->bins;
    odd->plan.bins = &odd->bins;
    CA_TRY(double_constraints(run, p, &even->plan));
    odd->plan.monotonic = even->plan.monotonic;
    odd->plan.interactions = even->plan.interactions;
    CA_TRY(double_fields(run, fit, &second->train));
    CA_TRY(ca_bins_make(run, &second->train, NULL, CA_BINS_WITH_VALUES, &even->bins));
    CA_TRY(ca_records_make(run, &even->bins));
    odd->bins = even->bins;
    odd->bins.columns = cauce_scratch(run, 2 * p, sizeof *odd->bins.columns);
    if (!odd->bins.columns) return CA_NOMEM(run);
    for (int64_t j = 0; j < p; j++) {
        odd->bins.columns[j] = even->bins.columns[p + j];
        odd->bins.columns[p + j] = even->bins.columns[j];
    }
    CA_TRY(average(run, fit, view_decrease, second, forest->importance_sums + forest->n_sum_columns,
                   &forest->corrected_importances));
    forest->n_corrected = p;
    return CAUCE_OK;
}

static cauce_status correct(cauce_run *run, const ca_forest_job *fit) {
    second_forest second = { { *fit, *fit }, *fit->train };
    int64_t n_trees = fit->params->n_estimators;
    ca_tree *trees = cauce_scratch(run, n_trees, sizeof *trees);
    if (!trees) return CA_NOMEM(run);
    for (int k = 0; k < 2; k++) {
        second.fit[k].trees = trees;
        second.fit[k].packed = NULL;
        second.fit[k].bins = (ca_bins){ 0 };
    }
    cauce_status status = grow_second(run, fit, &second);
    for (int64_t t = 0; t < n_trees; t++) ca_tree_free(&trees[t]);
    ca_bins_free(&second.fit[0].bins);
    return status;
}

/* ---- Permuted columns ---------------------------------------------------------------------------------- */

/* The error of a leaf on a row. */
static double error_of(const ca_forest_job *fit, const double *leaf, int64_t row) {
    int32_t k = fit->train->n_classes, best = 0;
    if (k == 0) {
        double off = leaf[0] - fit->train->y[row];
        return fit->plan.criterion == CA_ABSOLUTE_ERROR ? fabs(off) : off * off;
    }
    for (int32_t c = 1; c < k; c++)
        if (leaf[c] > leaf[best]) best = c;
    return best != fit->train->y_class[row];
}

/* The columns on the way of a row down a tree, each once. seen[j] is `stamp` when column j is among them. */
static int64_t columns_on_path(const ca_forest_job *fit, const ca_tree *tree, int64_t row, int64_t stamp,
                               int64_t *seen, int32_t *columns) {
    int64_t n = 0;
    for (int32_t at = tree->n_splits ? 0 : -1; at >= 0;) {
        int32_t j = tree->feature[at];
        if (seen[j] != stamp) columns[n++] = j;
        seen[j] = stamp;
        at = ca_forest_below(fit, tree, at, row);
    }
    return n;
}

/* A column that is not on the way of a row changes nothing for it. */
static cauce_status permute_tree(cauce_run *run, const ca_forest_job *fit, int64_t t, const ca_tree *tree,
                                 double *worth, bool *counts) {
    int64_t n = fit->train->n_rows, p = fit->bins.n_columns, n_out = 0;
    uint32_t *times = cauce_scratch(run, n, sizeof *times);
    double total = 0;
    uint32_t *out = cauce_scratch(run, n, sizeof *out), *other = cauce_scratch(run, n, sizeof *other);
    int64_t *seen = cauce_scratch(run, p, sizeof *seen);
    int32_t *columns = cauce_scratch(run, p, sizeof *columns);
    cauce_rng rng;
    if (!times || !out || !other || !seen || !columns) return CA_NOMEM(run);
    ca_forest_draw(fit, t, times);
    for (int64_t r = 0; r < n; r++)
        if (times[r] == 0) out[n_out++] = (uint32_t)r;
    memcpy(other, out, (size_t)n_out * sizeof *out);
    cauce_rng_init(&rng, fit->seed, "forest permutation", (uint64_t)t);
    shuffle(other, n_out, &rng);
    for (int64_t i = 0; i < n_out; i++) {
        double weight = fit->train->weight ? fit->train->weight[out[i]] : 1;
        double as_is = error_of(fit, ca_forest_leaf_of(fit, tree, out[i], -1, 0), out[i]);
        int64_t n_columns = columns_on_path(fit, tree, out[i], i + 1, seen, columns);
        for (int64_t k = 0; k < n_columns; k++) {
            const double *leaf = ca_forest_leaf_of(fit, tree, out[i], columns[k], other[i]);
            worth[columns[k]] += weight * (error_of(fit, leaf, out[i]) - as_is);
        }
        total += weight;
    }
    *counts = n_out > 0;
    for (int64_t j = 0; n_out && j < p; j++) worth[j] /= total;
    return CAUCE_OK;
}

static cauce_status view_permuted(cauce_run *run, void *payload, int64_t t, double *worth, bool *counts) {
    const ca_forest_job *fit = payload;
    ca_tree tree = { 0 };
    cauce_status status = ca_forest_tree(run, fit->forest, t, &tree);
    if (status == CAUCE_OK) status = permute_tree(run, fit, t, &tree, worth, counts);
    ca_tree_free(&tree);
    return status;
}

static cauce_status permute(cauce_run *run, ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    double *sums = forest->importance_sums + (forest->n_sums - 1) * forest->n_sum_columns;
    CA_TRY(average(run, fit, view_permuted, fit, sums, &forest->permutation_importances));
    forest->n_permuted = forest->n_features;
    if (!(sums[forest->n_features] > 0))
        cauce_warn(run, "out_of_bag", "every tree has drawn all rows: permutation_importances says nothing");
    return CAUCE_OK;
}

cauce_status ca_forest_importances(cauce_run *run, ca_forest_job *fit) {
    if (fit->params->permutation_importances) CA_TRY(permute(run, fit));
    return fit->params->corrected_importances ? correct(run, fit) : CAUCE_OK;
}
