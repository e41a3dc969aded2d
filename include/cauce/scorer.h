/* The scorer: one row at a time through a model, without allocation, lock or thread start.
 *
 * A scorer belongs to one thread; any number of them share a model, which must outlive them.
 */
#ifndef CAUCE_SCORER_H
#define CAUCE_SCORER_H

#include "cauce/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_scorer cauce_scorer;

/* Owned. Errors: UNSUPPORTED for a model without an estimator; NOMEM. */
CAUCE_API cauce_scorer *cauce_scorer_new(const cauce_model *model);
CAUCE_API void cauce_scorer_free(cauce_scorer *scorer);

/* Makes every input missing. */
CAUCE_API void cauce_scorer_clear(cauce_scorer *scorer);
/* Sets input i (cauce_model_input_name order) of the row. number: NaN = missing; set_text: NULL = missing; of
 * a number input the text is parsed, of a category looked up (unknown ones are treated as the model was
 * told). Errors: ARGUMENT for i out of range, KIND, DATA for a text that is no number. Allocates nothing. */
CAUCE_API cauce_status cauce_scorer_set_number(cauce_scorer *scorer, int64_t i, double value);
CAUCE_API cauce_status cauce_scorer_set_text(cauce_scorer *scorer, int64_t i, const char *text);
/* Scores the row that was set: n_classes probabilities (or decision values, see cauce_decision; of two
 * classes -d and d), or one value for each target; borrowed until the next call on the scorer. NULL on
 * failure. Same bits as cauce_predict (dummy_classifier strategy=stratified, which draws by the number of the
 * row, gives those of the first row). Allocates nothing. */
CAUCE_API const double *cauce_scorer_run(cauce_scorer *scorer);
/* Class of the last row: the one of the largest number, lowest on ties; -1 for regression. */
CAUCE_API int64_t cauce_scorer_class(const cauce_scorer *scorer);

#ifdef __cplusplus
}
#endif
#endif
