/* Extra trees: forests whose cuts are drawn, not searched. Each column that is tried in a node gets one
 * threshold, uniform between its least and largest value there, and the best of these is the split.
 * P. Geurts, D. Ernst, L. Wehenkel, "Extremely randomized trees", Machine Learning 63, 2006,
 * doi:10.1007/s10994-006-6226-1. */
#include "tree/forest.h"

static const cauce_param classifier_params[] = {
    CA_FOREST_PARAMS(CA_CLASS_CRITERIA, "sqrt", CA_BOOTSTRAP_OFF), CA_FOREST_CLASS_WEIGHT, CAUCE_END
};
static const cauce_param regressor_params[] = { CA_FOREST_PARAMS(CA_NUMBER_CRITERIA, "1.0", CA_BOOTSTRAP_OFF),
                                                CA_FOREST_QUANTILE, CAUCE_END };

static const cauce_state classifier_state[] = { CA_FOREST_STATE(ca_forest), CA_IMPORTANCE_STATE,
                                                CA_OOB_CLASS_STATE, CAUCE_STATE_END };
static const cauce_state regressor_state[] = { CA_FOREST_STATE(ca_forest), CA_IMPORTANCE_STATE,
                                               CA_OOB_NUMBER_STATE, CA_QUANTILE_STATE, CAUCE_STATE_END };

static cauce_status fit_extra(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    ca_forest_params p = *(const ca_forest_params *)params;
    p.splitter = CA_RANDOM_CUTS;
    return ca_forest_fit(run, &p, train, state);
}

#define REFERENCE                                                                                            \
    "Geurts, Ernst, Wehenkel, Extremely randomized trees, Machine Learning 63, 2006, "                       \
    "doi:10.1007/s10994-006-6226-1"

const cauce_component cauce_extra_trees_classifier = {
    .name = "extra_trees_classifier",
    .summary = "Average of the class shares of many trees whose cuts are drawn at random.",
    .reference = REFERENCE,
    .role = CAUCE_CLASSIFIER,
    .tags = CA_TREE_TAGS | CAUCE_TAG_GOES_ON,
    .check = ca_forest_check,
    CA_FOREST_COMPONENT(classifier_params, classifier_state, fit_extra),
};

const cauce_component cauce_extra_trees_regressor = {
    .name = "extra_trees_regressor",
    .summary = "Average of many regression trees whose cuts are drawn at random.",
    .reference = REFERENCE,
    .role = CAUCE_REGRESSOR,
    .tags = CA_TREE_TAGS | CAUCE_TAG_GOES_ON,
    .check = ca_forest_check,
    CA_FOREST_COMPONENT(regressor_params, regressor_state, fit_extra),
    .quantiles = ca_forest_quantiles,
    .apply_quantiles = ca_forest_apply_quantiles,
};
