/* Random forests: many trees on bootstrap samples, each split chosen among a few columns drawn at random.
 * L. Breiman, "Random forests", Machine Learning 45, 2001, doi:10.1023/A:1010933404324.
 *
 * Parameters, defaults and the meaning of both are scikit-learn's. Unlike there, columns are compared in
 * double, equal gains go to the lowest column, and the result does not depend on the number of threads. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/grow.h"
#include "tree/predict.h"
#include "tree/tree.h"

typedef struct forest_params {
    int64_t n_estimators;
    int criterion;
    cauce_value max_depth, min_samples_split, min_samples_leaf;
    double min_weight_fraction_leaf;
    cauce_value max_features, max_leaf_nodes;
    double min_impurity_decrease;
    bool bootstrap, oob_score;
    cauce_value random_state, max_samples, class_weight;
} forest_params;

#define SHARED_PARAMS(T, default_features)                                                                   \
    CAUCE_MIXED(T, max_depth, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 1e9, 0, 0, NULL,                        \
                "Most splits between the root and a leaf; null: no limit."),                                 \
        CAUCE_MIXED(T, min_samples_split, "2", CAUCE_V_INT | CAUCE_V_REAL, 2, 1e18, 0, 1, NULL,              \
                    "A node with fewer rows is not split; a fraction is of the training rows."),             \
        CAUCE_MIXED(T, min_samples_leaf, "1", CAUCE_V_INT | CAUCE_V_REAL, 1, 1e18, 0, 1, NULL,               \
                    "Fewest rows of a leaf; a fraction is of the training rows."),                           \
        CAUCE_REAL(T, min_weight_fraction_leaf, 0, 0, 0.5,                                                   \
                   "Least weight of a leaf as a share of the weight of all rows of the tree."),              \
        CAUCE_MIXED(T, max_features, default_features,                                                       \
                    CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_TEXT, 1, 1e18, 0, 1, "sqrt|log2",    \
                    "Columns tried for each split: a number, a fraction, sqrt, log2 or null (all)."),        \
        CAUCE_MIXED(T, max_leaf_nodes, "null", CAUCE_V_NULL | CAUCE_V_INT, 2, 1e9, 0, 0, NULL,               \
                    "Most leaves of a tree, which is then grown best split first; null: no limit."),         \
        CAUCE_REAL(T, min_impurity_decrease, 0, 0, HUGE_VAL,                                                 \
                   "A split must decrease the weighted impurity by at least this much."),                    \
        CAUCE_BOOL(T, bootstrap, true, "Whether each tree sees rows drawn with replacement."),               \
        CAUCE_BOOL(T, oob_score, false, "Whether to score each row by the trees that did not see it."),      \
        CAUCE_MIXED(T, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0, NULL,              \
                    "Seed of the random numbers; null means 0."),                                            \
        CAUCE_MIXED(T, max_samples, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1, 1e18, 0, 1, NULL,  \
                    "Rows drawn for each tree: a number, a fraction, or null (as many as there are).")

static const cauce_param classifier_params[] = {
    CAUCE_INT(forest_params, n_estimators, 100, 1, 1e7, "Number of trees."),
    CAUCE_CHOICE(forest_params, criterion, "gini", "gini|entropy|log_loss",
                 "What a split is to decrease; log_loss is another name of entropy."),
    SHARED_PARAMS(forest_params, "sqrt"),
    CAUCE_MIXED(
        forest_params, class_weight, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0,
        "balanced|balanced_subsample",
        "Weights of the classes: null (all 1), balanced, balanced_subsample (anew for each tree), or a "
        "list of \"label:weight\"."),
    CAUCE_END
};

static const cauce_param regressor_params[] = {
    CAUCE_INT(forest_params, n_estimators, 100, 1, 1e7, "Number of trees."),
    CAUCE_CHOICE(forest_params, criterion, "squared_error", "squared_error|poisson",
                 "What a split is to decrease: variance, or Poisson deviance (targets >= 0)."),
    SHARED_PARAMS(forest_params, "1.0"), CAUCE_END
};

static const cauce_state classifier_state[] = {
    CA_FOREST_STATE(ca_forest),
    { "oob_decision_function", CAUCE_F64, offsetof(ca_forest, oob_prediction),
      CAUCE_OFFSET_(ca_forest, n_oob, int64_t), CAUCE_OFFSET_(ca_forest, n_outputs, int64_t),
      "Class shares of each training row by the trees that did not see it; empty without oob_score." },
    CAUCE_NUMBER_REAL(ca_forest, oob_score, "Accuracy on out-of-bag rows; 0 without oob_score."),
    CAUCE_STATE_END
};

static const cauce_state regressor_state[] = {
    CA_FOREST_STATE(ca_forest),
    CAUCE_ARRAY(ca_forest, oob_prediction, CAUCE_F64, n_oob,
                "Prediction of each training row by the trees that did not see it; empty without oob_score."),
    CAUCE_NUMBER_REAL(ca_forest, oob_score, "R2 on out-of-bag rows; 0 without oob_score."), CAUCE_STATE_END
};

/* ---- Parameters as numbers ------------------------------------------------------------------------------
 */

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

static cauce_status check_params(cauce_run *run, const void *params) {
    const forest_params *p = params;
    if (p->oob_score && !p->bootstrap)
        return cauce_fail(run, CAUCE_E_PARAM, "oob_score=true needs bootstrap=true");
    if (p->max_samples.type != CAUCE_V_NULL && !p->bootstrap)
        return cauce_fail(run, CAUCE_E_PARAM, "max_samples needs bootstrap=true");
    return CAUCE_OK;
}

static bool is_word(const cauce_value *value, const char *word) {
    return value->type == CAUCE_V_TEXT && strcmp(value->text, word) == 0;
}

/* ---- Fit ------------------------------------------------------------------------------------------------
 */

typedef struct forest_fit {
    const forest_params *params;
    const cauce_train *train;
    ca_bins bins;
    ca_grow_plan plan;
    uint64_t seed;
    int64_t n_drawn;
    const double *class_weight; /* NULL: all 1, or anew for each tree */
    bool balance_trees;
    ca_tree *trees;  /* n_estimators */
    int64_t n_grown; /* trees finished so far: for progress */
} forest_fit;

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

static cauce_status plan_fit(cauce_run *run, forest_fit *fit) {
    const forest_params *p = fit->params;
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
    };
    fit->seed = p->random_state.type == CAUCE_V_INT ? (uint64_t)p->random_state.integer : 0;
    fit->n_drawn = drawn_of(&p->max_samples, n);
    if (fit->n_drawn > n)
        return cauce_fail(run, CAUCE_E_PARAM, "max_samples=%lld is more than the %lld training rows",
                          (long long)fit->n_drawn, (long long)n);
    if (train->n_classes == 0) {
        fit->plan.criterion = p->criterion == 0 ? CA_SQUARED_ERROR : CA_POISSON;
        return p->criterion == 1 ? check_poisson(run, train) : CAUCE_OK;
    }
    fit->plan.criterion = p->criterion == 0 ? CA_GINI : CA_ENTROPY;
    if (p->criterion != 0) CA_TRY(ca_xlogx_make(run, n < 65536 ? n + 1 : 65536, &fit->plan.logs));
    fit->balance_trees = is_word(&p->class_weight, "balanced_subsample");
    if (fit->balance_trees || p->class_weight.type == CAUCE_V_NULL) return CAUCE_OK;
    double *per_class = cauce_scratch(run, train->n_classes, sizeof *per_class);
    if (!per_class) return CA_NOMEM(run);
    fit->class_weight = per_class;
    return cauce_class_weights(run, &p->class_weight, train, per_class);
}

/* How often tree t draws each row: a pure function of the seed, so that out-of-bag scoring can ask again. */
static void draw_rows(const forest_fit *fit, int64_t t, double *times) {
    int64_t n = fit->train->n_rows;
    bool all = !fit->params->bootstrap;
    for (int64_t r = 0; r < n; r++) times[r] = all;
    if (all) return;
    cauce_rng rng;
    cauce_rng_init(&rng, fit->seed, "forest rows", (uint64_t)t);
    for (int64_t i = 0; i < fit->n_drawn; i++) times[cauce_rng_below(&rng, (uint64_t)n)] += 1;
}

/* Every class drawn gets the same total weight. */
static cauce_status balance(cauce_run *run, const forest_fit *fit, double *weight) {
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

static cauce_status grow_one(cauce_run *run, int64_t t, void *payload) {
    forest_fit *fit = payload;
    const cauce_train *train = fit->train;
    int64_t n = train->n_rows, used = 0;
    double *weight = cauce_scratch(run, n, sizeof *weight);
    uint32_t *rows = cauce_scratch(run, n, sizeof *rows);
    if (!weight || !rows) return CA_NOMEM(run);
    draw_rows(fit, t, weight);
    for (int64_t r = 0; r < n; r++) {
        if (train->weight) weight[r] *= train->weight[r];
        if (fit->class_weight) weight[r] *= fit->class_weight[train->y_class[r]];
        if (weight[r] > 0) rows[used++] = (uint32_t)r;
    }
    if (used == 0)
        return cauce_fail(run, CAUCE_E_DATA, "all rows drawn for tree %lld have weight 0", (long long)t);
    if (fit->balance_trees) CA_TRY(balance(run, fit, weight));
    cauce_rng rng;
    cauce_rng_init(&rng, fit->seed, "forest columns", (uint64_t)t);
    CA_TRY(ca_tree_grow(run, &fit->plan, &rng, rows, used, weight, &fit->trees[t]));
    cauce_progress(run, "trees", __atomic_add_fetch(&fit->n_grown, 1, __ATOMIC_RELAXED),
                   fit->params->n_estimators);
    return CAUCE_OK;
}

/* ---- Out-of-bag scores ----------------------------------------------------------------------------------
 */

/* Leaf of a coded row: column values are read through the codes, thresholds lie between them. */
static const double *leaf_of(const forest_fit *fit, const ca_tree *tree, int64_t row) {
    int32_t at = tree->n_splits ? 0 : -1;
    while (at >= 0) {
        double x = ca_bins_value(&fit->bins.columns[tree->feature[at]], row);
        at = x <= tree->threshold[at] ? tree->left[at] : tree->right[at];
    }
    return tree->value + (int64_t)~at * tree->n_outputs;
}

enum { OOB_ROWS = 4096 };

typedef struct oob_task {
    const forest_fit *fit;
    int64_t tree;
    const double *times; /* how often the tree drew each row */
    double *sum;         /* n_rows x n_outputs */
    int64_t *count;      /* trees that did not draw the row */
} oob_task;

static cauce_status add_oob(cauce_run *run, int64_t block, void *payload) {
    (void)run;
    const oob_task *task = payload;
    const ca_tree *tree = &task->fit->trees[task->tree];
    int64_t n = task->fit->train->n_rows, k = tree->n_outputs, end = (block + 1) * OOB_ROWS;
    for (int64_t r = block * OOB_ROWS; r < n && r < end; r++) {
        if (task->times[r] > 0) continue;
        const double *leaf = leaf_of(task->fit, tree, r);
        for (int64_t c = 0; c < k; c++) task->sum[r + c * n] += leaf[c];
        task->count[r]++;
    }
    return CAUCE_OK;
}

/* Share of rows whose most likely class is theirs. */
static double oob_accuracy(const forest_fit *fit, const oob_task *task) {
    int64_t n = fit->train->n_rows, right = 0, scored = 0;
    for (int64_t r = 0; r < n; r++) {
        int32_t best = 0;
        if (!task->count[r]) continue;
        for (int32_t c = 1; c < fit->train->n_classes; c++)
            if (task->sum[r + c * n] > task->sum[r + best * n]) best = c;
        right += best == fit->train->y_class[r];
        scored++;
    }
    return scored ? (double)right / (double)scored : 0;
}

static double oob_r2(const forest_fit *fit, const oob_task *task) {
    const double *y = fit->train->y;
    int64_t n = fit->train->n_rows, scored = 0;
    double mean = 0, residual = 0, spread = 0;
    for (int64_t r = 0; r < n; r++)
        if (task->count[r]) {
            mean += y[r];
            scored++;
        }
    mean /= scored ? (double)scored : 1;
    for (int64_t r = 0; r < n; r++)
        if (task->count[r]) {
            residual += (y[r] - task->sum[r]) * (y[r] - task->sum[r]);
            spread += (y[r] - mean) * (y[r] - mean);
        }
    return spread > 0 ? 1 - residual / spread : 0;
}

/* Rows that every tree has seen have no out-of-bag prediction: missing in the array, left out of the score.
 */
static void finish_oob(cauce_run *run, const forest_fit *fit, oob_task *task, int64_t k) {
    int64_t n = fit->train->n_rows, without = 0;
    for (int64_t r = 0; r < n; r++) {
        without += task->count[r] == 0;
        for (int64_t c = 0; c < k; c++)
            task->sum[r + c * n] =
                task->count[r] ? task->sum[r + c * n] / (double)task->count[r] : (double)NAN;
    }
    if (without)
        cauce_warn(run, "out_of_bag",
                   "%lld of %lld rows were drawn by every tree and have no out-of-bag score",
                   (long long)without, (long long)n);
}

static cauce_status score_oob(cauce_run *run, const forest_fit *fit, ca_forest *forest) {
    int64_t n = fit->train->n_rows, k = forest->n_outputs;
    double *times = cauce_scratch(run, n, sizeof *times);
    double *sum = cauce_scratch(run, n, (size_t)k * sizeof *sum);
    int64_t *count = cauce_scratch(run, n, sizeof *count);
    forest->oob_prediction = cauce_keep(run, n, (size_t)k * sizeof *sum);
    if (!times || !sum || !count || !forest->oob_prediction) return CA_NOMEM(run);
    forest->n_oob = n;
    oob_task task = { fit, 0, times, sum, count };
    for (; task.tree < fit->params->n_estimators; task.tree++) {
        draw_rows(fit, task.tree, times);
        CA_TRY(cauce_parallel(run, (n + OOB_ROWS - 1) / OOB_ROWS, add_oob, &task));
    }
    finish_oob(run, fit, &task, k);
    forest->oob_score = fit->train->n_classes ? oob_accuracy(fit, &task) : oob_r2(fit, &task);
    for (int64_t r = 0; r < n; r++)
        for (int64_t c = 0; c < k; c++) forest->oob_prediction[r * k + c] = sum[r + c * n];
    return CAUCE_OK;
}

static cauce_status grow_all(cauce_run *run, forest_fit *fit, ca_forest *forest) {
    int64_t n_trees = fit->params->n_estimators;
    CA_TRY(ca_bins_make(run, fit->train, &fit->bins));
    CA_TRY(cauce_parallel(run, n_trees, grow_one, fit));
    CA_TRY(ca_forest_join(run, fit->trees, n_trees, fit->bins.n_columns, forest));
    return fit->params->oob_score ? score_oob(run, fit, forest) : CAUCE_OK;
}

static cauce_status fit_forest(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    forest_fit fit = { .params = params, .train = train };
    CA_TRY(plan_fit(run, &fit));
    fit.trees = cauce_scratch(run, fit.params->n_estimators, sizeof *fit.trees);
    if (!fit.trees) return CA_NOMEM(run);
    cauce_status status = grow_all(run, &fit, state);
    for (int64_t t = 0; t < fit.params->n_estimators; t++) ca_tree_free(&fit.trees[t]);
    ca_bins_free(&fit.bins);
    return status;
}

/* ---- Apply ----------------------------------------------------------------------------------------------
 */

static cauce_status bind_forest(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    ca_scored_forest *scored;
    CA_TRY(ca_forest_bind(run, self->state, self->in, &scored, &binding->scratch));
    binding->block_rows = CA_SCORE_ROWS;
    binding->bound = scored;
    return CAUCE_OK;
}

static cauce_status apply_forest(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, void *scratch) {
    (void)run;
    double *values = cauce_block_values(&out->blocks[0]);
    ca_forest_score(self->bound, self->in, in, values, out->blocks[0].stride, scratch);
    return CAUCE_OK;
}

static cauce_status verify_forest(cauce_run *run, const cauce_fitted *self) {
    return ca_forest_verify(run, self->state, self->in, self->n_classes ? self->n_classes : 1);
}

#define REFERENCE "Breiman, Random forests, Machine Learning 45, 2001, doi:10.1023/A:1010933404324"

const cauce_component cauce_random_forest_classifier = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "random_forest_classifier",
    .summary = "Average of the class shares of many trees, each grown on a bootstrap sample.",
    .reference = REFERENCE,
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_RANDOM,
    .params_size = sizeof(forest_params),
    .params = classifier_params,
    .state_size = sizeof(ca_forest),
    .state = classifier_state,
    .state_version = 1,
    .check = check_params,
    .fit = fit_forest,
    .bind = bind_forest,
    .apply = apply_forest,
    .verify = verify_forest,
};

const cauce_component cauce_random_forest_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "random_forest_regressor",
    .summary = "Average of many regression trees, each grown on a bootstrap sample.",
    .reference = REFERENCE,
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_RANDOM,
    .params_size = sizeof(forest_params),
    .params = regressor_params,
    .state_size = sizeof(ca_forest),
    .state = regressor_state,
    .state_version = 1,
    .check = check_params,
    .fit = fit_forest,
    .bind = bind_forest,
    .apply = apply_forest,
    .verify = verify_forest,
};
