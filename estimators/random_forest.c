/* Random forests: many trees on bootstrap samples, each split chosen among a few columns drawn at random.
 * L. Breiman, "Random forests", Machine Learning 45, 2001, doi:10.1023/A:1010933404324.
 *
 * Parameters, defaults and the meaning of both are scikit-learn's. Unlike there, columns are compared in
 * double, equal gains go to the lowest column, and the result does not depend on the number of threads. With
 * rng=sklearn the trees are scikit-learn's (tree/sklearn.h). */
#include "tree/forest.h"

static const cauce_param classifier_params[] = { CA_FOREST_PARAMS(CA_CLASS_CRITERIA, "sqrt", CA_BOOTSTRAP_ON),
                                                 CA_FOREST_CLASS_WEIGHT, CAUCE_END };
static const cauce_param regressor_params[] = { CA_FOREST_PARAMS(CA_NUMBER_CRITERIA, "1.0", CA_BOOTSTRAP_ON),
                                                CA_FOREST_QUANTILE, CAUCE_END };

static const cauce_state classifier_state[] = { CA_FOREST_STATE(ca_forest), CA_IMPORTANCE_STATE,
                                                CA_OOB_CLASS_STATE, CAUCE_STATE_END };
static const cauce_state regressor_state[] = { CA_FOREST_STATE(ca_forest), CA_IMPORTANCE_STATE,
                                               CA_OOB_NUMBER_STATE, CA_QUANTILE_STATE, CAUCE_STATE_END };

#define REFERENCE "Breiman, Random forests, Machine Learning 45, 2001, doi:10.1023/A:1010933404324"

const cauce_component cauce_random_forest_classifier = {
    .name = "random_forest_classifier",
    .summary = "Average of the class shares of many trees, each grown on a bootstrap sample.",
    .reference = REFERENCE,
    .role = CAUCE_CLASSIFIER,
    .tags = CA_TREE_TAGS | CAUCE_TAG_GOES_ON,
    .check = ca_forest_check,
    CA_FOREST_COMPONENT(classifier_params, classifier_state, ca_forest_fit),
};

const cauce_component cauce_random_forest_regressor = {
    .name = "random_forest_regressor",
    .summary = "Average of many regression trees, each grown on a bootstrap sample.",
    .reference = REFERENCE,
    .role = CAUCE_REGRESSOR,
    .tags = CA_TREE_TAGS | CAUCE_TAG_GOES_ON,
    .check = ca_forest_check,
    CA_FOREST_COMPONENT(regressor_params, regressor_state, ca_forest_fit),
    .quantiles = ca_forest_quantiles,
    .apply_quantiles = ca_forest_apply_quantiles,
};
