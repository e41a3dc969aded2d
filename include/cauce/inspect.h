/* Looking into models: what they go by, and how. */
#ifndef CAUCE_INSPECT_H
#define CAUCE_INSPECT_H

#include "cauce/model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Permutation importance: how much worse the metric (NULL: accuracy or r2) becomes when the cells of one
 * input column are put in another order among the rows of `table`, which must have the target; its weights
 * count. The columns are those that the model is given, whatever becomes of them inside: texts, categories
 * and numbers alike, one-hot columns as the one they come from. More is more important, also with metrics of
 * which less is better; below 0: the model did no better with the column than without. Of columns that say
 * the same, each looks unimportant, as the other one is still there. Rows that the model was not fitted to
 * tell what helps; its training rows only what it looks at. `options` (NULL: none): "n_repeats=5" (orders
 * tried for each column) "random_state=0". Owned: a table with a row for each input of the model, in its
 * order: "column", "importance" (mean of the repeats), "std" (of the repeats, population), "repeat_1",
 * "repeat_2", ... . A column that nothing uses has exactly 0. Errors: PARAM; otherwise as of cauce_score. */
CAUCE_API cauce_table *cauce_permutation_importance(const cauce_model *model, const cauce_table *table,
                                                    const char *metric, const char *options);

#ifdef __cplusplus
}
#endif
#endif
