/* What decision trees, random forests and extra trees have in common: parameters, training, scoring. The
 * components differ in the rows of their parameter tables and in two switches. */
#ifndef CA_TREE_FOREST_H
#define CA_TREE_FOREST_H

#include <math.h>

#include "tree/grow.h"
#include "tree/packed.h"
#include "tree/predict.h"
#include "tree/random_rows.h"
#include "tree/tree.h"

/* Parameters that a component has no row for are set by its fit function. */
typedef struct ca_forest_params {
    int64_t n_estimators;
    int criterion; /* position in CA_CLASS_CRITERIA or CA_NUMBER_CRITERIA */
    int splitter;  /* 0: best, 1: random */
    int rng;       /* 0: native, 1: sklearn */
    bool alone;    /* one tree by itself: no row */
    cauce_value max_depth, min_samples_split, min_samples_leaf;
    double min_weight_fraction_leaf;
    cauce_value max_features, max_leaf_nodes;
    double min_impurity_decrease, ccp_alpha;
    bool bootstrap, weighted_bootstrap, oob_score, pruning_path, corrected_importances,
        permutation_importances;
    cauce_value random_state, max_samples, class_weight, monotonic_cst, interaction_cst, quantile;
} ca_forest_params;

#define CA_CLASS_CRITERIA                                                                                    \
    CAUCE_CHOICE(ca_forest_params, criterion, "gini", "gini|entropy|log_loss",                               \
                 "What a split is to decrease; log_loss is another name of entropy.")

#define CA_NUMBER_CRITERIA                                                                                   \
    CAUCE_CHOICE(ca_forest_params, criterion, "squared_error",                                               \
                 "squared_error|friedman_mse|absolute_error|poisson",                                        \
                 "What a split is to decrease: variance (squared_error and, as it ranks splits alike, "      \
                 "friedman_mse), distance from the median (absolute_error; leaves give the median), or "     \
                 "Poisson deviance (targets >= 0).")

#define CA_TREE_PARAMS(default_features)                                                                     \
    CAUCE_MIXED(ca_forest_params, max_depth, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 1e9, 0, 0, NULL,         \
                "Most splits between the root and a leaf; null: no limit."),                                 \
        CAUCE_MIXED(ca_forest_params, min_samples_split, "2", CAUCE_V_INT | CAUCE_V_REAL, 2, 1e18, 0, 1,     \
                    NULL, "A node with fewer rows is not split; a fraction is of the training rows."),       \
        CAUCE_MIXED(ca_forest_params, min_samples_leaf, "1", CAUCE_V_INT | CAUCE_V_REAL, 1, 1e18, 0, 1,      \
                    NULL, "Fewest rows of a leaf; a fraction is of the training rows."),                     \
        CAUCE_REAL(ca_forest_params, min_weight_fraction_leaf, 0, 0, 0.5,                                    \
                   "Least weight of a leaf as a share of the weight of all rows of the tree."),              \
        CAUCE_MIXED(ca_forest_params, max_features, default_features,                                        \
                    CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_TEXT, 1, 1e18, 0, 1, "sqrt|log2",    \
                    "Columns tried for each split: a number, a fraction, sqrt, log2 or null (all)."),        \
        CAUCE_MIXED(ca_forest_params, max_leaf_nodes, "null", CAUCE_V_NULL | CAUCE_V_INT, 2, 1e9, 0, 0,      \
                    NULL, "Most leaves of a tree, which is then grown best split first; null: no limit."),   \
        CAUCE_REAL(ca_forest_params, min_impurity_decrease, 0, 0, HUGE_VAL,                                  \
                   "A split must decrease the weighted impurity by at least this much."),                    \
        CAUCE_REAL(ca_forest_params, ccp_alpha, 0, 0, HUGE_VAL,                                              \
                   "Grown trees are cut back where the splits below a node decrease the impurity by no "     \
                   "more than this much each, on average (cost-complexity pruning); 0: not at all."),        \
        CAUCE_MIXED(ca_forest_params, monotonic_cst, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,  \
                    "Directions in which columns may act: a list of \"column:1\" (the prediction, or the "   \
                    "share of the second class, never falls with it) and \"column:-1\" (never rises), or "   \
                    "of -1, 0 or 1 for each column."),                                                       \
        CA_INTERACTION_PARAM(ca_forest_params),                                                              \
        CAUCE_MIXED(ca_forest_params, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0,     \
                    NULL, "Seed of the random numbers; null means 0."),                                      \
        CAUCE_CHOICE(ca_forest_params, rng, "native", "native|sklearn",                                      \
                     "Whose trees random_state gives: ours, or node by node those of scikit-learn 1.2.1 "    \
                     "(slower; numbers only, none missing, compared in 32 bits).")

#define CA_BOOTSTRAP_HELP "Whether each tree sees rows drawn with replacement."
#define CA_BOOTSTRAP_ON   CAUCE_BOOL(ca_forest_params, bootstrap, true, CA_BOOTSTRAP_HELP)
#define CA_BOOTSTRAP_OFF  CAUCE_BOOL(ca_forest_params, bootstrap, false, CA_BOOTSTRAP_HELP)

/* Forests: their number of trees, the criteria, what single trees have, and sampling. */
#define CA_FOREST_PARAMS(criteria, default_features, bootstrap)                                              \
    CAUCE_INT(ca_forest_params, n_estimators, 100, 1, 1e7, "Number of trees."), criteria,                    \
        CA_TREE_PARAMS(default_features), bootstrap,                                                         \
        CAUCE_BOOL(ca_forest_params, weighted_bootstrap, false,                                              \
                   "Whether rows are drawn in proportion to their weights and then count alike; otherwise "  \
                   "all are drawn alike and weights count in the trees."),                                   \
        CAUCE_BOOL(ca_forest_params, oob_score, false,                                                       \
                   "Whether to score each row by the trees that did not see it."),                           \
        CAUCE_BOOL(ca_forest_params, corrected_importances, false,                                           \
                   "Whether to grow the trees a second time, beside a shuffled copy of every column, for "   \
                   "importances that do not favour columns of many values."),                                \
        CAUCE_BOOL(ca_forest_params, permutation_importances, false,                                         \
                   "Whether to measure how much worse each tree is on the rows that it did not see when "    \
                   "the values of a column are put in another order."),                                      \
        CAUCE_MIXED(ca_forest_params, max_samples, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1,     \
                    1e18, 0, 1, NULL,                                                                        \
                    "Rows drawn for each tree: a number, a fraction, or null (as many as there are).")

#define CA_FOREST_CLASS_WEIGHT                                                                               \
    CAUCE_MIXED(ca_forest_params, class_weight, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, \
                0, "balanced|balanced_subsample",                                                            \
                "Weights of the classes: null (all 1), balanced, balanced_subsample (anew for each tree), "  \
                "or a list of \"label:weight\".")

#define CA_FOREST_QUANTILE                                                                                   \
    CAUCE_MIXED(ca_forest_params, quantile, "null", CAUCE_V_NULL | CAUCE_V_REAL | CAUCE_V_LIST, 0, 0, 0, 1,  \
                NULL,                                                                                        \
                "The quantile of the training targets in the leaves of a row that is predicted, not their "  \
                "mean, or an ascending list of several, of which the middle one is; the leaves keep their "  \
                "targets (quantile regression forest).")

/* Rows of the fitted state beside CA_FOREST_STATE. */
#define CA_QUANTILE_STATE                                                                                    \
    CAUCE_ARRAY(ca_forest, targets, CAUCE_F64, n_targets,                                                    \
                "The distinct training targets, ascending; empty without quantile."),                        \
        CAUCE_ARRAY(ca_forest, leaf_start, CAUCE_I64, n_starts,                                              \
                    "First entry of each leaf in leaf_target, and the number of entries."),                  \
        CAUCE_ARRAY(ca_forest, leaf_target, CAUCE_U32, n_entries,                                            \
                    "Targets of the rows of each leaf, ascending, as positions in targets."),                \
        CAUCE_ARRAY(ca_forest, leaf_weight, CAUCE_F64, n_weights,                                            \
                    "Weights of the entries; empty when each is 1.")

#define CA_IMPORTANCE_STATE                                                                                  \
    CAUCE_MATRIX(ca_forest, importance_sums, CAUCE_F64, n_sums, n_sum_columns,                               \
                 "For going on with the fit: the sums that feature_importances, corrected_importances and "  \
                 "permutation_importances are made of, in each row of the columns, then the trees."),        \
        CAUCE_ARRAY(                                                                                         \
            ca_forest, corrected_importances, CAUCE_F64, n_corrected,                                        \
            "Share of each column in the decrease of impurity less that of its shuffled copy; empty "        \
            "without the parameter of this name."),                                                          \
        CAUCE_ARRAY(ca_forest, permutation_importances, CAUCE_F64, n_permuted,                               \
                    "Increase of the error on out-of-bag rows (share of wrong classes; mean squared, for "   \
                    "absolute_error mean absolute error) when the column is permuted, averaged over the "    \
                    "trees; empty without the parameter of this name.")

#define CA_OOB_CLASS_STATE                                                                                   \
    { "oob_decision_function",                                                                               \
      CAUCE_F64,                                                                                             \
      offsetof(ca_forest, oob_prediction),                                                                   \
      CAUCE_OFFSET_(ca_forest, n_oob, int64_t),                                                              \
      CAUCE_OFFSET_(ca_forest, n_outputs, int64_t),                                                          \
      "Class shares of each training row by the trees that did not see it; empty without oob_score." },      \
        CAUCE_NUMBER_REAL(ca_forest, oob_score, "Accuracy on out-of-bag rows; 0 without oob_score.")

#define CA_OOB_NUMBER_STATE                                                                                  \
    CAUCE_ARRAY(ca_forest, oob_prediction, CAUCE_F64, n_oob,                                                 \
                "Prediction of each training row by the trees that did not see it; empty without "           \
                "oob_score."),                                                                               \
        CAUCE_NUMBER_REAL(ca_forest, oob_score, "R2 on out-of-bag rows; 0 without oob_score.")

/* Functions of the descriptors; params: ca_forest_params, state: ca_forest. */
cauce_status ca_forest_check(cauce_run *run, const void *params);
cauce_status ca_forest_fit(cauce_run *run, const void *params, const cauce_train *train, void *state);
cauce_status ca_forest_bind_step(cauce_run *run, const cauce_fitted *self, cauce_binding *binding);
cauce_status ca_forest_ready_step(cauce_run *run, const cauce_fitted *self);
cauce_status ca_forest_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch);
cauce_status ca_forest_verify_step(cauce_run *run, const cauce_fitted *self);

#define CA_TREE_TAGS                                                                                         \
    (CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_RANDOM | CAUCE_TAG_UNREAD)

/* What the descriptors share; `fit` sets the parameters that have no row, then calls ca_forest_fit. */
#define CA_FOREST_COMPONENT(param_rows, state_rows, fit_function)                                            \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI, .params_size = sizeof(ca_forest_params),    \
    .params = param_rows, .state_size = sizeof(ca_forest), .state = state_rows, .state_version = 2,          \
    .oldest_state = 1, .fit = fit_function, .bind = ca_forest_bind_step, .apply = ca_forest_apply,           \
    .verify = ca_forest_verify_step, .ready = ca_forest_ready_step

/* A forest being trained. */
typedef struct ca_forest_job {
    const ca_forest_params *params;
    const cauce_train *train;
    ca_forest *forest; /* the result */
    ca_bins bins;
    ca_random_table random;
    ca_grow_plan plan;
    uint64_t seed;
    int64_t n_drawn;
    const double *weight;       /* of the rows in the trees; NULL: all 1 */
    const double *cumulative;   /* weighted_bootstrap: of the rows up to each; NULL: all are drawn alike */
    const double *class_weight; /* NULL: all 1, or anew for each tree */
    bool balance_trees;
    struct ca_sklearn *sklearn; /* rng=sklearn: see sklearn.h; NULL: native */
    const ca_forest *start;     /* an earlier fit that this one goes on from; NULL: none */
    int64_t n_start;            /* its trees, which are the first ones */
    ca_tree *trees;             /* n_estimators, those under way; all when they are not packed */
    ca_packed_tree *packed;     /* n_estimators; NULL: they are not */
    int64_t *n_grown;           /* trees finished so far, of n_all: for progress */
    int64_t *n_begun;           /* trees begun so far, of n_all */
    int64_t n_all;
} ca_forest_job;

/* more.c: takes the earlier fit of job->train, or refuses it; its trees; that columns had missing numbers. */
cauce_status ca_forest_start(cauce_run *run, ca_forest_job *job);
cauce_status ca_forest_restore(cauce_run *run, ca_forest_job *job);
cauce_status ca_forest_keep_missing(cauce_run *run, const ca_forest_job *job);

/* A component without the parameter has none. */
static inline bool ca_forest_has_quantile(const ca_forest_params *params) {
    return params->quantile.type == CAUCE_V_REAL || params->quantile.type == CAUCE_V_LIST;
}

/* How often tree t draws each row: a pure function of the seed, so that out-of-bag scoring can ask again. */
void ca_forest_draw(const ca_forest_job *fit, int64_t t, uint32_t *times);

/* Grows tree t of the job into job->trees[t], or job->packed[t]. `payload`: the job. */
cauce_status ca_forest_grow_one(cauce_run *run, int64_t t, void *payload);

/* Where a training row goes from split `at` of a grown tree: to a split, or to leaf ~i. Its value is read
 * through the codes, between which thresholds lie. */
static inline int32_t ca_forest_below(const ca_forest_job *fit, const ca_tree *tree, int32_t at,
                                      int64_t row) {
    double x = ca_bins_value(&fit->bins.columns[tree->feature[at]], row);
    bool right = isnan(x) ? tree->missing[at] : x > tree->threshold[at];
    return right ? tree->right[at] : tree->left[at];
}

/* What a grown tree says of a training row. In the column `moved` (-1: none) it sees the row `other`. */
const double *ca_forest_leaf_of(const ca_forest_job *fit, const ca_tree *tree, int64_t row, int32_t moved,
                                int64_t other);

/* importance.c: of impurity, of packed trees, and when these are joined what the parameters ask for. */
cauce_status ca_forest_share_impurity(cauce_run *run, const ca_forest_job *fit);
cauce_status ca_forest_importances(cauce_run *run, ca_forest_job *fit);

/* quantile.c: keeps the targets of the leaves in the forest; checks them when they come from a file. */
cauce_status ca_forest_keep_targets(cauce_run *run, const ca_forest_job *fit);
cauce_status ca_forest_verify_targets(cauce_run *run, const ca_forest *forest);
/* Bytes in front of those that ca_forest_bind asks for. */
size_t ca_forest_quantile_scratch(const ca_forest *forest);
/* What is predicted, the middle one of several, into values. */
cauce_status ca_forest_middle_quantile(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                       double *values, void *scratch);
int64_t ca_forest_quantiles(const cauce_fitted *self, double *levels, int64_t most);
cauce_status ca_forest_apply_quantiles(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                       cauce_batch *out, void *scratch);

/* oob.c: scores each row by the trees that did not draw it. Of trees that were grown on other rows nothing is
 * known: they do not take part. */
cauce_status ca_forest_score_oob(cauce_run *run, const ca_forest_job *fit);

#endif
