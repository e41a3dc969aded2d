/* Models: fitted recipes. Immutable, shared by any number of threads; saved to one file, loaded from it. */
#ifndef CAUCE_MODEL_H
#define CAUCE_MODEL_H

#include <stddef.h>
#include <stdint.h>

#include "cauce/recipe.h"
#include "cauce/table.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_model cauce_model;

/* Fits `recipe` (left as it is) to the feature columns of `table`; the target, weights, groups and
 * offsets are the columns with these roles. Owned. Errors: PARAM, SCHEMA, KIND, DATA, NUMERIC with the chain
 * of places; CANCELLED; NOMEM. Runs in parallel under the current context; the same bits for any number of
 * threads. */
CAUCE_API cauce_model *cauce_fit(const cauce_recipe *recipe, const cauce_table *table);

/* As cauce_fit, with rows that are looked at and not learned from: the last estimator has to be one that
 * learns step by step (hist_gradient_boosting_classifier and _regressor). It keeps its loss on them after
 * each step (array validation_loss) and stops when that gets no better, unless early_stopping=false.
 * `validation` has the target and, by name, the columns of `table`; its weight column counts too. A level
 * that `table` does not have is an unknown one, as when predicting, and a warning. Errors: also UNSUPPORTED
 * for another estimator; DATA for a class that `table` does not have, with its row; SHAPE without rows. */
CAUCE_API cauce_model *cauce_fit_validated(const cauce_recipe *recipe, const cauce_table *table,
                                           const cauce_table *validation);

/* Goes on with a fit (a warm start): a new model, the last estimator of which begins where `model` is and
 * learns from `table`; `changes` ("max_iter=300 learning_rate=0.05"; NULL: none) are parameters of it, and
 * the steps before it stay as they are. validation: as above, or NULL. With the rows that `model` was fitted
 * to and max_iter alone changed, the result is that of a fit with the larger max_iter, to the bit, unless it
 * stopped early. sgd_classifier and sgd_regressor go on with the next step of their schedule and take
 * max_iter passes over `table`: fitted with "max_iter=1 tol=null" to a first table and then to one after the
 * other, they learn from a stream (partial_fit in scikit-learn), and with shuffle=false they learn from the
 * tables what they would from all rows at once. Forests (random_forest_*, extra_trees_*; no validation table)
 * grow trees up to n_estimators in all, on `table`; with the rows of `model` the result is again that of one
 * fit, to the bit. On other rows the first trees stay as they are, and so does the order of the levels of
 * categories; each tree adds to the importances what it learned from its own rows; out-of-bag scores are of
 * the rows of `table`, by the trees that were grown on them. The classes are those of the first table. Owned.
 * Errors: as of cauce_fit; UNSUPPORTED as above; DATA for a class that the model does not know; PARAM for
 * parameters of other steps; of boosting also for another loss, or a max_iter below the iterations that there
 * are; of forests for fewer trees than there are, another criterion, and for scores, importances or quantiles
 * that were asked for in one of both fits alone. */
CAUCE_API cauce_model *cauce_fit_more(const cauce_model *model, const cauce_table *table,
                                      const cauce_table *validation, const char *changes);

/* Predictions for every row of `table`, whose columns are matched by name (any order; extra ones are noted as
 * a warning). predict: one column "prediction" (class labels, or numbers), of
 * several targets one prediction_<target> for each. predict_proba: n_classes number
 * columns "proba_<class>". decision: of classifiers that give decision values and no probabilities
 * (ridge_classifier), columns "decision_<class>", the largest of which decides; of two classes only that of
 * the positive one, which is predicted where its value is above 0. transform: the output of the transformers
 * (all but a last estimator). Owned tables. Errors: SCHEMA naming the columns that are missing or of another
 * kind; UNSUPPORTED for what the model does not give; DATA with the row. */
CAUCE_API cauce_table *cauce_predict(const cauce_model *model, const cauce_table *table);
CAUCE_API cauce_table *cauce_predict_proba(const cauce_model *model, const cauce_table *table);
CAUCE_API cauce_table *cauce_decision(const cauce_model *model, const cauce_table *table);
CAUCE_API cauce_table *cauce_transform(const cauce_model *model, const cauce_table *table);

/* Stages that the last estimator adds up: the iterations of boosting; 0 for models without stages. */
CAUCE_API int64_t cauce_model_stages(const cauce_model *model);
/* What the model gives after the first stages[i] of its stages, for n_stages ascending numbers from 0 (what
 * boosting starts from) to all: number columns prediction_after_<stage>, or proba_after_<stage>_<class> for
 * every class. After all stages the bits are those of cauce_predict. Each stage is added once. Owned. Errors:
 * as of cauce_predict; UNSUPPORTED for a model without stages or of several quantiles; ARGUMENT for numbers
 * that do not ascend. */
CAUCE_API cauce_table *cauce_predict_staged(const cauce_model *model, const cauce_table *table,
                                            const int64_t *stages, int64_t n_stages);

/* Quantiles of the target that the model was fitted to, several at once (hist_gradient_boosting_regressor
 * loss=quantile quantile=[0.1, 0.5, 0.9]; random_forest_regressor and extra_trees_regressor with such a
 * quantile): how many, and in levels (room for `most`; NULL: not wanted) which, ascending. 0 for other
 * models. */
CAUCE_API int64_t cauce_model_quantiles(const cauce_model *model, double *levels, int64_t most);
/* Number columns quantile_<level> for all of them. Boosting estimates each by itself and puts the values of a
 * row in order, so that none is below that of a lower level; those of a forest are of one distribution.
 * cauce_predict gives the one in the middle. Owned. Errors: as of cauce_predict; UNSUPPORTED for a model
 * without quantiles. */
CAUCE_API cauce_table *cauce_predict_quantiles(const cauce_model *model, const cauce_table *table);

/* The metric (NULL: accuracy or r2; with parameters: "fbeta beta=2") of the predictions against the target
 * column of `table`, weighted by its weight column. Of several targets the mean of the metric of each
 * (multioutput="uniform_average" of scikit-learn). */
CAUCE_API cauce_status cauce_score(const cauce_model *model, const cauce_table *table, const char *metric,
                                   double *value);
/* A table about the predictions of a classifier: "confusion normalize=true", "report", "roc", ...; all of
 * them in cauce/metrics.h, where their columns are told. Classes are called by their labels. Owned. Errors:
 * PARAM; DATA where it is not defined; otherwise as cauce_score. */
CAUCE_API cauce_table *cauce_score_table(const cauce_model *model, const cauce_table *table,
                                         const char *what);

/* Saves to a file: all or nothing, synced. Same model, same bytes. Errors: IO, NOMEM. */
CAUCE_API cauce_status cauce_save(const cauce_model *model, const char *path);
/* Loads and checks a file. Owned. Errors: IO; FORMAT (naming what the file is when it is something else, and
 * what is broken otherwise); VERSION. Nothing in a file is ever executed. */
CAUCE_API cauce_model *cauce_load(const char *path);
/* The same without a copy: the file is mapped, every byte is checked as by cauce_load, and the arrays of the
 * model are the system's pages of the file, which all processes that map it share. For files that are
 * replaced, as cauce_save does, and never written to where they lie: what was checked could change, and
 * whoever cuts the file ends the process. The file may be removed or replaced while the model lives. Errors
 * as of cauce_load. */
CAUCE_API cauce_model *cauce_load_mapped(const char *path);
/* The same bytes in memory; save: owned, free with cauce_bytes_free. */
CAUCE_API cauce_status cauce_save_bytes(const cauce_model *model, void **bytes, size_t *size);
CAUCE_API cauce_model *cauce_load_bytes(const void *bytes, size_t size);
CAUCE_API void cauce_bytes_free(void *bytes);
CAUCE_API void cauce_model_free(cauce_model *model);

/* The recipe inside (owned copy), and everything about the model as JSON (header, schema, recipe, arrays with
 * path, shape and dtype; free with cauce_text_free). */
CAUCE_API cauce_recipe *cauce_model_recipe(const cauce_model *model);
CAUCE_API char *cauce_model_inspect(const cauce_model *model);

/* Inputs in the order of the model: names (NULL past the end), kinds, whether anything uses them. */
CAUCE_API int64_t cauce_model_inputs(const cauce_model *model);
CAUCE_API const char *cauce_model_input_name(const cauce_model *model, int64_t i);
CAUCE_API cauce_kind cauce_model_input_kind(const cauce_model *model, int64_t i);
CAUCE_API int cauce_model_input_used(const cauce_model *model, int64_t i);
/* FEATURE; OFFSET or EXPOSURE of the column with that role at fit, which is the last input and has to be
 * there at prediction too, in whatever role. IGNORE past the end. */
CAUCE_API cauce_role cauce_model_input_role(const cauce_model *model, int64_t i);
/* Name of the target column ("" without one); number of classes (0: regression); label of class i; index of
 * the positive class (-1 unless there are two classes). Borrowed. */
CAUCE_API const char *cauce_model_target(const cauce_model *model);
/* How many targets there are (0: none), and the name of target i, in the order of the predictions; NULL past
 * the end. Borrowed. cauce_model_target is the first. */
CAUCE_API int64_t cauce_model_targets(const cauce_model *model);
CAUCE_API const char *cauce_model_target_at(const cauce_model *model, int64_t i);
CAUCE_API int64_t cauce_model_classes(const cauce_model *model);
CAUCE_API const char *cauce_model_class(const cauce_model *model, int64_t i);
CAUCE_API int64_t cauce_model_positive(const cauce_model *model);
/* Names of the columns that reach the last estimator (or leave a transformer): i from 0. The text is written
 * to `name` (cut at size); returns its full length, or -1 past the end. */
CAUCE_API int64_t cauce_model_feature_name(const cauce_model *model, int64_t i, char *name, size_t size);

/* A fitted array by path ("forest__feature_importances", "prep__num__standard_scaler__mean"), as doubles. The
 * shape is n_rows x n_cols, row after row; borrowed from the model when it is f64, otherwise converted on
 * first use and kept with the model. The end of a path that fits exactly one array will do. Errors: PARAM
 * listing the arrays there are. */
CAUCE_API const double *cauce_get_array(const cauce_model *model, const char *path, int64_t *n_rows,
                                        int64_t *n_cols);

/* Reads a CSV file by the schema of the model: nothing is inferred again, columns are matched by name, a
 * target column is read when it is there. `options` (NULL: none):
 *   on_error=stop|missing  what a cell that does not fit its kind does: DATA, or it counts as missing
 *   separator=  decimal=  thousands=  missing=[...]   as for cauce_read_csv; without them the markers of the
 * training file need_target=false      true: SCHEMA when the target column is not there weight= a column of
 * row weights keep=[a, b]            columns carried along as text Owned. Errors as of cauce_read_csv, and
 * SCHEMA naming the columns that are missing. */
CAUCE_API cauce_table *cauce_model_read_csv(const cauce_model *model, const char *path, const char *options);

/* Predicts a CSV file or stream in constant memory (paths "-": standard input and output). `options`:
 * "proba=false" (adds the probability of each class), "decision=false" (its decision value),
 * "quantiles=false" (all of them, in place of the prediction), "keep=[id, name]", "on_error=stop|missing",
 * "separator=", "decimal=", "thousands=", "missing=[...]", "strict=false" (true: extra columns are errors). A
 * file appears whole or not at all; on a pipe only complete lines. *rows (may be NULL): rows predicted. */
CAUCE_API cauce_status cauce_predict_csv(const cauce_model *model, const char *input, const char *output,
                                         const char *options, int64_t *rows);
/* The columns of cauce_transform in the same way; `options` without proba, decision and quantiles. */
CAUCE_API cauce_status cauce_transform_csv(const cauce_model *model, const char *input, const char *output,
                                           const char *options, int64_t *rows);

#ifdef __cplusplus
}
#endif
#endif
