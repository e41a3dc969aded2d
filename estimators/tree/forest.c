#include "tree/forest.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/rng.h"
#include "base/run.h"
#include "tree/monotone.h"
#include "tree/predict.h"
#include "tree/prune.h"
#include "tree/quantile_list.h"
#include "tree/records.h"
#include "core/seed.h"
#include "tree/sklearn.h"
#include "tree/thresholds.h"

/* ---- Parameters as numbers ----------------------------------------------------------------------------- */

static int64_t limit_of(const cauce_value *value) {
    return value->type == CAUCE_V_INT ? value->integer : INT64_MAX;
}

/* A number of rows, or a fraction of n rounded up. */
static int64_t rows_of(const cauce_value *value, int64_t n) {
    return value->type == CAUCE_V_INT ? value->integer : (int64_t)ceil(value->real * (double)n);
}

static int64_t columns_of(const cauce_value *value, int64_t p) {
    int64_t n = p;
    if (value->type == CAUCE_V_INT) n = value->integer;
    if (value->type == CAUCE_V_REAL) n = (int64_t)(value->real * (double)p);
    if (value->type == CAUCE_V_TEXT)
        n = (int64_t)(strcmp(value->text, "sqrt") == 0 ? sqrt((double)p) : log2((double)p));
    return n < 1 ? 1 : n;
}

static int64_t drawn_of(const cauce_value *value, int64_t n) {
    if (value->type == CAUCE_V_NULL) return n;
    if (value->type == CAUCE_V_INT) return value->integer;
    int64_t drawn = (int64_t)rint(value->real * (double)n);
    return drawn < 1 ? 1 : drawn;
}

cauce_status ca_forest_check(cauce_run *run, const void *params) {
    const ca_forest_params *p = params;
    if (p->oob_score && !p->bootstrap)
        return cauce_fail(run, CAUCE_E_PARAM, "oob_score=true needs bootstrap=true");
    if (p->weighted_bootstrap && !p->bootstrap)
        return cauce_fail(run, CAUCE_E_PARAM, "weighted_bootstrap=true needs bootstrap=true");
    if (p->permutation_importances && !p->bootstrap)
        return cauce_fail(run, CAUCE_E_PARAM, "permutation_importances=true needs bootstrap=true");
    if (p->max_samples.type != CAUCE_V_NULL && !p->bootstrap)
        return cauce_fail(run, CAUCE_E_PARAM, "max_samples needs bootstrap=true");
    return p->quantile.type == CAUCE_V_LIST ? ca_check_quantiles(run, &p->quantile) : CAUCE_OK;
}

static bool is_word(const cauce_value *value, const char *word) {
    return value->type == CAUCE_V_TEXT && strcmp(value->text, word) == 0;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status check_poisson(cauce_run *run, const cauce_train *train) {
    double sum = 0;
    for (int64_t r = 0; r < train->n_rows; r++) {
        if (train->y[r] < 0)
            return cauce_fail(run, CAUCE_E_DATA,
                              "target %g in row %lld; criterion=poisson takes targets >= 0", train->y[r],
                              (long long)r + 1);
        sum += train->y[r];
    }
    if (sum > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "all targets are 0; criterion=poisson needs one above 0");
}

/* Weights count either when rows are drawn or in the trees. */
static cauce_status plan_weights(cauce_run *run, ca_forest_job *fit) {
    const double *weight = fit->train->weight;
    if (!weight || !fit->params->weighted_bootstrap) {
        fit->weight = weight;
        return CAUCE_OK;
    }
    double *cumulative = cauce_scratch(run, fit->train->n_rows, sizeof *cumulative), sum = 0;
    if (!cumulative) return CA_NOMEM(run);
    for (int64_t r = 0; r < fit->train->n_rows; r++) cumulative[r] = sum += weight[r];
    fit->cumulative = cumulative;
    return CAUCE_OK;
}

/* Weights of the classes, in all trees alike. scikit-learn balances numbers of rows, not weights, and
 * balances trees only where they have samples. */
static cauce_status plan_class_weights(cauce_run *run, ca_forest_job *fit) {
    const ca_forest_params *p = fit->params;
    cauce_train train = *fit->train;
    fit->balance_trees = is_word(&p->class_weight, "balanced_subsample") && (p->bootstrap || !p->rng);
    if (fit->balance_trees || p->class_weight.type == CAUCE_V_NULL) return CAUCE_OK;
    double *per_class = cauce_scratch(run, train.n_classes, sizeof *per_class);
    if (!per_class) return CA_NOMEM(run);
    fit->class_weight = per_class;
    if (p->rng) train.weight = NULL;
    return cauce_class_weights(run, &p->class_weight, &train, per_class);
}

static cauce_status plan_fit(cauce_run *run, ca_forest_job *fit) {
    const ca_forest_params *p = fit->params;
    const cauce_train *train = fit->train;
    int64_t n = train->n_rows, leaf = rows_of(&p->min_samples_leaf, n);
    int64_t split = rows_of(&p->min_samples_split, n);
    fit->plan = (ca_grow_plan){
        .bins = &fit->bins,
        .n_classes = train->n_classes,
        .y_class = train->y_class,
        .y = train->y,
        .max_depth = limit_of(&p->max_depth),
        .max_leaf_nodes = limit_of(&p->max_leaf_nodes),
        .min_samples_split = split < 2 ? 2 : split,
        .min_samples_leaf = leaf,
        .min_weight_fraction_leaf = p->min_weight_fraction_leaf,
        .min_impurity_decrease = p->min_impurity_decrease,
        .max_features = columns_of(&p->max_features, train->schema->width),
        .random_cuts = p->splitter == CA_RANDOM_CUTS,
        .keep_values = p->ccp_alpha > 0 || p->pruning_path,
    };
    CA_TRY(plan_weights(run, fit));
    CA_TRY(ca_monotone_read(run, &p->monotonic_cst, train, &fit->plan.monotonic));
    CA_TRY(ca_read_interactions(run, &p->interaction_cst, train->schema, &fit->plan.interactions));
    fit->seed = ca_seed_of(&p->random_state);
    fit->n_drawn = drawn_of(&p->max_samples, n);
    if (fit->n_drawn > n)
        return cauce_fail(run, CAUCE_E_PARAM, "max_samples=%lld is more than the %lld training rows",
                          (long long)fit->n_drawn, (long long)n);
    if (train->n_classes == 0) {
        static const ca_criterion criteria[] = { CA_SQUARED_ERROR, CA_SQUARED_ERROR, CA_ABSOLUTE_ERROR,
                                                 CA_POISSON };
        fit->plan.criterion = criteria[p->criterion];
        return fit->plan.criterion == CA_POISSON ? check_poisson(run, train) : CAUCE_OK;
    }
    fit->plan.criterion = p->criterion == 0 ? CA_GINI : CA_ENTROPY;
    if (p->criterion != 0) CA_TRY(ca_xlogx_make(run, n < 65536 ? n + 1 : 65536, &fit->plan.logs));
    return plan_class_weights(run, fit);
}

/* A row in proportion to its weight: the first up to which there is more than u. */
static int64_t draw_weighted(const ca_forest_job *fit, cauce_rng *rng) {
    int64_t low = 0, high = fit->train->n_rows - 1;
    double u = cauce_rng_uniform(rng) * fit->cumulative[high];
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (fit->cumulative[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* What cauce_rng_below(rng, n) says so many times (n is below 2^31), from words in bulk. */
static void draw_evenly(cauce_rng *rng, int64_t n, int64_t n_drawn, uint32_t *times) {
    enum { WORDS = 1024 };
    uint32_t words[WORDS], bound = (uint32_t)n, threshold = (0u - bound) % bound;
    for (int64_t drawn = 0; drawn < n_drawn;) {
        int64_t most = n_drawn - drawn < WORDS ? n_drawn - drawn : WORDS;
        ca_rng_words(rng, words, most);
        for (int64_t i = 0; i < most; i++) {
            uint64_t product = (uint64_t)words[i] * bound;
            if ((uint32_t)product < threshold) continue;
            times[product >> 32] += 1;
            drawn++;
        }
    }
}

void ca_forest_draw(const ca_forest_job *fit, int64_t t, uint32_t *times) {
    int64_t n = fit->train->n_rows;
    bool all = !fit->params->bootstrap;
    for (int64_t r = 0; r < n; r++) times[r] = all;
    if (all) return;
    if (fit->sklearn) {
        ca_sklearn_draw(fit, t, times);
        return;
    }
    cauce_rng rng;
    cauce_rng_init(&rng, fit->seed, "forest rows", (uint64_t)t);
    if (!fit->cumulative) {
        draw_evenly(&rng, n, fit->n_drawn, times);
        return;
    }
    for (int64_t i = 0; i < fit->n_drawn; i++) times[draw_weighted(fit, &rng)] += 1;
}

/* Every class drawn gets the same total weight. */
static cauce_status balance(cauce_run *run, const ca_forest_job *fit, double *weight) {
    int32_t k = fit->train->n_classes, present = 0;
    double *count = cauce_scratch(run, k, sizeof *count), total = 0;
    if (!count) return CA_NOMEM(run);
    for (int64_t r = 0; r < fit->train->n_rows; r++) {
        count[fit->train->y_class[r]] += weight[r];
        total += weight[r];
    }
    for (int32_t c = 0; c < k; c++) present += count[c] > 0;
    for (int64_t r = 0; r < fit->train->n_rows; r++)
        if (weight[r] > 0) weight[r] *= total / (present * count[fit->train->y_class[r]]);
    return CAUCE_OK;
}

static cauce_status keep_path(cauce_run *run, const ca_forest_job *fit, const uint32_t *rows, int64_t n,
                              const double *weight, const ca_tree *tree) {
    ca_forest *forest = fit->forest;
    const double *value = tree->n_splits ? tree->split_value : tree->value;
    double impurity = ca_impurity_of(&fit->plan, rows, n, weight, value);
    forest->ccp_alphas = cauce_keep(run, tree->n_splits + 1, sizeof *forest->ccp_alphas);
    forest->impurities = cauce_keep(run, tree->n_splits + 1, sizeof *forest->impurities);
    if (!forest->ccp_alphas || !forest->impurities) return CA_NOMEM(run);
    return ca_tree_pruning_path(run, tree, impurity, forest->ccp_alphas, forest->impurities, &forest->n_path);
}

/* Whether rows count in a tree as often as it drew them, and nothing else is asked of their weights. */
static bool counts_times(const ca_forest_job *fit) {
    return !fit->weight && !fit->class_weight && !fit->balance_trees && !fit->sklearn &&
           !fit->params->pruning_path;
}

/* How often a tree drew each row becomes the row's weight in it. */
static cauce_status weigh(cauce_run *run, const ca_forest_job *fit, const uint32_t *times, double *weight) {
    const cauce_train *train = fit->train;
    for (int64_t r = 0; r < train->n_rows; r++) weight[r] = times[r];
    if (fit->sklearn) return ca_sklearn_weigh(run, fit, weight);
    for (int64_t r = 0; r < train->n_rows; r++) {
        if (fit->weight) weight[r] *= fit->weight[r];
        if (fit->class_weight) weight[r] *= fit->class_weight[train->y_class[r]];
    }
    return fit->balance_trees ? balance(run, fit, weight) : CAUCE_OK;
}

static uint64_t key_of(const ca_forest_job *fit, int64_t t) {
    cauce_rng rng;
    uint32_t words[2];
    cauce_rng_init(&rng, fit->seed, "forest columns", (uint64_t)t);
    ca_rng_words(&rng, words, 2);
    return (uint64_t)words[1] << 32 | words[0];
}

static cauce_status grow_weighted(cauce_run *run, const ca_forest_job *fit, int64_t t, const uint32_t *times,
                                  ca_tree *tree) {
    int64_t n = fit->train->n_rows, used = 0;
    double *weight = cauce_scratch(run, n, sizeof *weight);
    if (!weight) return CA_NOMEM(run);
    CA_TRY(weigh(run, fit, times, weight));
    for (int64_t r = 0; r < n; r++) used += weight[r] > 0;
    if (used == 0)
        return cauce_fail(run, CAUCE_E_DATA, "all rows drawn for tree %lld have weight 0", (long long)t);
    uint32_t *rows = cauce_scratch(run, used, sizeof *rows), *next = rows;
    if (!rows) return CA_NOMEM(run);
    for (int64_t r = 0; r < n; r++)
        if (weight[r] > 0) *next++ = (uint32_t)r;
    if (fit->sklearn)
        CA_TRY(ca_sk_grow(run, fit, t, rows, used, weight, tree));
    else
        CA_TRY(ca_tree_grow(run, &fit->plan, key_of(fit, t), rows, used, weight, tree));
    return fit->params->pruning_path ? keep_path(run, fit, rows, used, weight, tree) : CAUCE_OK;
}

/* Threads that the trees still to begin leave without work help with this one: which has begun before the
 * last ones, but may end after them. How many they are is for speed alone. */
static void share_threads(cauce_run *run, const ca_forest_job *fit) {
    int64_t waiting = fit->n_all - __atomic_fetch_add(fit->n_begun, 1, __ATOMIC_RELAXED);
    if (waiting >= 2 * run->threads) run->threads = 1;
}

/* Grows it on the rows that it draws. */
static cauce_status grow_drawn(cauce_run *run, const ca_forest_job *fit, int64_t t, ca_tree *tree) {
    uint32_t *times = cauce_scratch(run, fit->train->n_rows, sizeof *times);
    if (!times) return CA_NOMEM(run);
    ca_forest_draw(fit, t, times);
    if (!counts_times(fit)) return grow_weighted(run, fit, t, times, tree);
    return ca_tree_grow_times(run, &fit->plan, key_of(fit, t), times, tree);
}

/* Working memory for so many rows is worth giving back before the tree is packed. */
enum { MANY_ROWS = 1 << 16 };

cauce_status ca_forest_grow_one(cauce_run *run, int64_t t, void *payload) {
    ca_forest_job *fit = payload;
    ca_tree *tree = &fit->trees[t];
    const ca_arena_mark here = ca_arena_here(&run->scratch);
    share_threads(run, fit);
    CA_TRY(grow_drawn(run, fit, t, tree));
    if (fit->train->n_rows >= MANY_ROWS) ca_arena_back(&run->scratch, here);
    if (fit->params->ccp_alpha > 0) CA_TRY(ca_tree_prune(run, tree, fit->params->ccp_alpha));
    CA_TRY(ca_tree_by_level(run, tree));
    if (fit->packed) {
        CA_TRY(ca_tree_pack(run, tree, fit->bins.n_columns, &fit->packed[t]));
        ca_tree_free(tree);
    }
    cauce_progress(run, "trees", __atomic_add_fetch(fit->n_grown, 1, __ATOMIC_RELAXED), fit->n_all);
    return CAUCE_OK;
}

static cauce_status grow_next(cauce_run *run, int64_t i, void *payload) {
    return ca_forest_grow_one(run, ((const ca_forest_job *)payload)->n_start + i, payload);
}

/* What trees read of rows beside the columns. */
static cauce_status lay_rows(cauce_run *run, ca_forest_job *fit) {
    CA_TRY(ca_random_table_make(run, &fit->plan, &fit->random));
    fit->plan.random = fit->random.rows ? &fit->random : NULL;
    return fit->random.rows ? CAUCE_OK : ca_records_make(run, &fit->bins);
}

/* Whether grown trees are asked about training rows, which they read by their codes. */
static bool asks_training_rows(const ca_forest_params *p) {
    return p->oob_score || p->permutation_importances || ca_forest_has_quantile(p);
}

/* Cuts are drawn between values, and scikit-learn's trees read them. */
static ca_bins_form form_of(const ca_forest_params *p) {
    const bool values = p->rng || p->splitter == CA_RANDOM_CUTS || asks_training_rows(p);
    return values ? CA_BINS_WITH_VALUES : CA_BINS_BARE;
}

static cauce_status grow_all(cauce_run *run, ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    int64_t n_trees = fit->params->n_estimators;
    CA_TRY(ca_forest_restore(run, fit));
    CA_TRY(ca_bins_make(run, fit->train, fit->start ? fit->start->level_rank : NULL, form_of(fit->params),
                        &fit->bins));
    if (fit->plan.criterion == CA_ABSOLUTE_ERROR && !fit->params->rng)
        CA_TRY(ca_bins_code(run, fit->train->y, fit->train->n_rows, &fit->plan.target));
    if (fit->params->rng)
        CA_TRY(ca_sklearn_begin(run, fit));
    else
        CA_TRY(lay_rows(run, fit));
    CA_TRY(cauce_parallel(run, n_trees - fit->n_start, grow_next, fit));
    ca_bins_drop_records(&fit->bins);
    CA_TRY(ca_thresholds_find(run, &fit->bins, fit->packed + fit->n_start, n_trees - fit->n_start));
    if (!asks_training_rows(fit->params)) ca_bins_drop_codes(&fit->bins);
    CA_TRY(ca_forest_share_impurity(run, fit));
    CA_TRY(ca_forest_join(run, fit->packed, n_trees, &fit->bins, forest));
    ca_give_back_pages();
    CA_TRY(ca_forest_keep_missing(run, fit));
    if (fit->params->oob_score) CA_TRY(ca_forest_score_oob(run, fit));
    if (ca_forest_has_quantile(fit->params)) CA_TRY(ca_forest_keep_targets(run, fit));
    return ca_forest_importances(run, fit);
}

cauce_status ca_forest_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    int64_t n_grown = 0, n_begun = 0;
    ca_forest_job fit = {
        .params = params, .train = train, .forest = state, .n_grown = &n_grown, .n_begun = &n_begun
    };
    CA_TRY(plan_fit(run, &fit));
    if (fit.params->rng) CA_TRY(ca_sklearn_check(run, &fit));
    CA_TRY(ca_forest_start(run, &fit));
    fit.n_all = (fit.params->n_estimators - fit.n_start) * (1 + fit.params->corrected_importances);
    fit.trees = cauce_scratch(run, fit.params->n_estimators, sizeof *fit.trees);
    fit.packed = cauce_scratch(run, fit.params->n_estimators, sizeof *fit.packed);
    if (!fit.trees || !fit.packed) return CA_NOMEM(run);
    cauce_status status = grow_all(run, &fit);
    for (int64_t t = 0; t < fit.params->n_estimators; t++) {
        ca_tree_free(&fit.trees[t]);
        ca_packed_free(&fit.packed[t]);
    }
    ca_bins_free(&fit.bins);
    ca_random_table_free(&fit.random);
    ca_free(fit.plan.target.memory);
    return status;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

cauce_status ca_forest_bind_step(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    ca_scored_forest *scored;
    CA_TRY(ca_forest_bind(run, self->state, self->in, &scored, &binding->scratch));
    binding->block_rows = CA_SCORE_ROWS;
    binding->scratch += ca_forest_quantile_scratch(self->state);
    binding->bound = scored;
    return CAUCE_OK;
}

cauce_status ca_forest_ready_step(cauce_run *run, const cauce_fitted *self) {
    return ca_forest_ready(run, self->in, (ca_scored_forest *)(uintptr_t)self->bound);
}

cauce_status ca_forest_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch) {
    double *values = cauce_block_values(&out->blocks[0]);
    if (ca_forest_has_quantile(self->params))
        return ca_forest_middle_quantile(run, self, in, values, scratch);
    return ca_forest_score(run, self->bound, self->in, in, values, out->blocks[0].stride, scratch);
}

cauce_status ca_forest_verify_step(cauce_run *run, const cauce_fitted *self) {
    const ca_forest *forest = self->state;
    CA_TRY(ca_forest_verify(run, forest, self->in, self->n_classes ? self->n_classes : 1));
    if (ca_forest_has_quantile(self->params) && !forest->n_starts)
        return cauce_fail(run, CAUCE_E_FORMAT, "the targets of the leaves are missing");
    return forest->n_starts ? ca_forest_verify_targets(run, forest) : CAUCE_OK;
}
