/* A single decision tree, as CART grows it: every cut of every column, the best one wins, and again in both
 * parts. L. Breiman, J. Friedman, R. Olshen, C. Stone, "Classification and Regression Trees", 1984; cost-
 * complexity pruning is chapter 3 there.
 *
 * The kernel is that of the forests. Unlike scikit-learn's, columns are looked at in their order, and equal
 * gains go to the lowest column: the tree does not depend on random_state unless max_features or
 * splitter=random make it. With rng=sklearn it is scikit-learn's (tree/sklearn.h). */
#include "tree/forest.h"

#define ONE_TREE_PARAMS(criteria)                                                                            \
    criteria,                                                                                                \
        CAUCE_CHOICE(ca_forest_params, splitter, "best", "best|random",                                      \
                     "best: all cuts of a column are tried; random: one cut, drawn uniformly."),             \
        CA_TREE_PARAMS("null"),                                                                              \
        CAUCE_BOOL(ca_forest_params, pruning_path, false,                                                    \
                   "Whether to keep the path of cost-complexity pruning of the tree before it is cut back: " \
                   "ccp_alphas and impurities.")

static const cauce_param classifier_params[] = {
    ONE_TREE_PARAMS(CA_CLASS_CRITERIA),
    CAUCE_MIXED(ca_forest_params, class_weight, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0,
                0, "balanced",
                "Weights of the classes: null (all 1), balanced, or a list of \"label:weight\"."),
    CAUCE_END
};
static const cauce_param regressor_params[] = { ONE_TREE_PARAMS(CA_NUMBER_CRITERIA), CAUCE_END };

#define ONE_TREE_STATE                                                                                       \
    CA_FOREST_STATE(ca_forest),                                                                              \
        CAUCE_ARRAY(ca_forest, ccp_alphas, CAUCE_F64, n_path,                                                \
                    "With pruning_path: the ccp_alpha from which on each further node is cut back; the "     \
                    "first is 0, the whole tree."),                                                          \
        CAUCE_ARRAY(ca_forest, impurities, CAUCE_F64, n_path,                                                \
                    "With pruning_path: the impurity of all leaves of the tree at each of ccp_alphas.")

static const cauce_state classifier_state[] = { ONE_TREE_STATE, CAUCE_STATE_END };
static const cauce_state regressor_state[] = { ONE_TREE_STATE, CAUCE_STATE_END };

static cauce_status fit_one(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_forest_params p = *(const ca_forest_params *)params;
    p.n_estimators = 1;
    p.alone = true;
    p.max_samples.type = CAUCE_V_NULL;
    return ca_forest_fit(run, &p, train, state);
}

#define REFERENCE "Breiman, Friedman, Olshen, Stone, Classification and Regression Trees, 1984"

const cauce_component cauce_decision_tree_classifier = {
    .name = "decision_tree_classifier",
    .summary = "One tree of yes-or-no questions about single columns; a leaf gives class shares.",
    .reference = REFERENCE,
    .role = CAUCE_CLASSIFIER,
    .tags = CA_TREE_TAGS,
    CA_FOREST_COMPONENT(classifier_params, classifier_state, fit_one),
};

const cauce_component cauce_decision_tree_regressor = {
    .name = "decision_tree_regressor",
    .summary = "One tree of yes-or-no questions about single columns; a leaf gives a number.",
    .reference = REFERENCE,
    .role = CAUCE_REGRESSOR,
    .tags = CA_TREE_TAGS,
    CA_FOREST_COMPONENT(regressor_params, regressor_state, fit_one),
};
