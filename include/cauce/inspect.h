/* Looking into models: what they go by, and how. */
#ifndef CAUCE_INSPECT_H
#define CAUCE_INSPECT_H

#include "cauce/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a model of trees says of its columns. `options` (NULL: none): "by=source": a row for each input of the
 * model, in its order; what comes of an input on its way to the estimator is summed up, and what is made of
 * several inputs is shared out among them in equal parts. "by=feature": a row for each column that reaches
 * the estimator. Owned: a table of "column" and those of the following that the model has:
 *  - "impurity": share of the column in the decrease of impurity, on the training rows ("gain": of the
 *    loss of boosting); favours columns of many values
 *  - "corrected": the same less the share of a shuffled copy: about 0, or below, for a column that says
 *    nothing (parameter corrected_importances of forests)
 *  - "permutation": increase of a tree's error on the rows that it did not draw when the column is in another
 *    order (parameter permutation_importances of forests)
 *  - "splits": splits of all trees that look at the column
 *  - "importance": what another estimator calls feature_importances
 * Errors: UNSUPPORTED for a model that says nothing of the kind; PARAM. */
CAUCE_API cauce_table *cauce_feature_importances(const cauce_model *model, const char *options);

/* Permutation importance: how much worse the metric (NULL: accuracy or r2) becomes when the cells of one
 * input column are put in another order among the rows of `table`, which must have the target; its weights
 * count. The columns are those that the model is given, whatever becomes of them inside: texts, categories
 * and numbers alike, one-hot columns as the one they come from. More is more important, also with metrics of
 * which less is better; below 0: the model did no better with the column than without. Of columns that say
 * the same, each looks unimportant, as the other one is still there. Rows that the model was not fitted to
 * tell what helps; its training rows only what it looks at. `options` (NULL: none): "n_repeats=5" (orders
 * tried for each column) "random_state=0" "rng=sklearn" (the orders of scikit-learn's permutation_importance
 * of this random_state, for rows that all weigh something). Owned: a table with a row for each input of the
 * model, in its order: "column", "importance" (mean of the repeats), "std" (of the repeats, population),
 * "repeat_1", "repeat_2", ... . A column that nothing uses has exactly 0. Errors: PARAM; otherwise as of
 * cauce_score. */
CAUCE_API cauce_table *cauce_permutation_importance(const cauce_model *model, const cauce_table *table,
                                                    const char *metric, const char *options);

/* Partial dependence: what the model says on average over the rows of `table`, weighted, if all of them had
 * the same value in input `column`, for each of several values. It shows how the output moves with a column;
 * it also makes rows that cannot be, where columns go together.
 * `options` (NULL: none): "grid_resolution=100" "percentiles=[0.05, 0.95]". A number column that has fewer
 * different values than grid_resolution gets each of them; otherwise so many even steps between these two
 * quantiles (as of numpy.quantile; where they are the same number, from the least to the greatest). A
 * category or boolean gets each level that is there and that the model knows; missing cells are no point.
 * Owned: a table with a row for each point: "value"; "prediction" for numbers, for classes the columns of
 * cauce_predict_proba or cauce_decision. The target need not be in `table`. Errors: SCHEMA for a column that
 * is no input, or that nothing in the model uses; KIND for free text; DATA for a column without a value;
 * PARAM; otherwise as of cauce_predict. */
CAUCE_API cauce_table *cauce_partial_dependence(const cauce_model *model, const cauce_table *table,
                                                const char *column, const char *options);

#ifdef __cplusplus
}
#endif
#endif
