/* Splitters, cross-validation and searches.
 *
 * Folds are a text: "k_fold n_splits=5 shuffle=true random_state=0" (with stratify_bins=10: even in a target
 * of numbers), "stratified_k_fold ...", both of them repeated ("repeated_k_fold n_repeats=10 ..."),
 * "shuffle_split test_size=0.1 ..." and "stratified_shuffle_split ..." (each fold drawn by itself),
 * "leave_one_out", "leave_p_out p=2", "time_series_split test_size=7 gap=1 ..." (by the column with role
 * TIME, otherwise by rows), "group_k_fold ...", "stratified_group_k_fold ...", "group_shuffle_split ..." and
 * "leave_one_group_out", "leave_p_groups_out n_groups=2" (whole groups of the column with role GROUP),
 * "predefined_split" (the column with role FOLD) or "predefined_split file=PATH" (a number per line). With
 * "rng=sklearn" those that draw make the folds that scikit-learn makes of the same random_state. NULL:
 * predefined_split when the table has a FOLD column, group_k_fold when it has a GROUP column, otherwise
 * stratified_k_fold for classifiers and k_fold for regressors. Metrics are a text: "roc_auc, log_loss"; NULL:
 * accuracy or r2.
 */
#ifndef CAUCE_SELECT_H
#define CAUCE_SELECT_H

#include "cauce/model.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_cv cauce_cv;
typedef struct cauce_search cauce_search;

/* Names of the splitters (i from 0; NULL past the end) and what one does (NULL: unknown). Static texts. */
CAUCE_API const char *cauce_splitter_name(int64_t i);
CAUCE_API const char *cauce_splitter_summary(const char *name);

/* Fits `recipe` on the training rows of each fold and scores its test rows, folds in parallel. `options`
 * (NULL: none): "train_scores=false" "predictions=false" (keep the out-of-fold predictions) "models=false"
 * (keep the fitted models). A fold that fails is recorded and scores NaN; all failing is an error. Owned. */
CAUCE_API cauce_cv *cauce_cross_validate(const cauce_recipe *recipe, const cauce_table *table,
                                         const char *folds, const char *metrics, const char *options);
CAUCE_API void cauce_cv_free(cauce_cv *cv);
CAUCE_API int64_t cauce_cv_folds(const cauce_cv *cv);
CAUCE_API int64_t cauce_cv_metrics(const cauce_cv *cv);
CAUCE_API const char *cauce_cv_metric(const cauce_cv *cv, int64_t metric); /* name, borrowed */
/* Score on the test (train: training) rows of a fold; NaN when it failed, when its rows do not define the
 * metric (a warning "no_score" says why), or out of range. */
CAUCE_API double cauce_cv_score(const cauce_cv *cv, int64_t metric, int64_t fold);
CAUCE_API double cauce_cv_train_score(const cauce_cv *cv, int64_t metric, int64_t fold);
/* Mean and population standard deviation over the folds that have a score. */
CAUCE_API double cauce_cv_mean(const cauce_cv *cv, int64_t metric);
CAUCE_API double cauce_cv_std(const cauce_cv *cv, int64_t metric);
CAUCE_API double cauce_cv_fit_seconds(const cauce_cv *cv, int64_t fold);
CAUCE_API double cauce_cv_score_seconds(const cauce_cv *cv, int64_t fold);
CAUCE_API int64_t cauce_cv_rows(const cauce_cv *cv);                    /* rows that were in a test fold */
CAUCE_API const char *cauce_cv_error(const cauce_cv *cv, int64_t fold); /* why the fold failed, or NULL */
/* Out-of-fold predictions of all rows (columns "fold", "prediction" or prediction_<target>, "proba_<class>"
 * or "decision_<class>" as of cauce_decision; missing where a row was in no test fold). Owned. Needs
 * predictions=true. */
CAUCE_API cauce_table *cauce_cv_predictions(const cauce_cv *cv);
/* Model of a fold; borrowed. Needs models=true. */
CAUCE_API const cauce_model *cauce_cv_model(const cauce_cv *cv, int64_t fold);

/* Every combination of the values in `grid` ("forest__max_depth=[4, 8, 16] strategy=[mean, median]", or a
 * JSON object of lists, or a JSON list of such objects), cross-validated on the same folds; candidates and
 * folds in parallel. Keys in alphabetical order, the last fastest. `metrics`: the first one (or "refit=NAME"
 * in `options`) chooses; the best recipe is fitted to all rows unless options say "refit=false".
 * "select=one_standard_error" takes, instead of the best, the first candidate in this order that is at most
 * one standard error of the best's mean worse: list the simplest values first. "train_scores=true". A failing
 * candidate is recorded, scores NaN and ranks last. Owned. Errors: PARAM for a grid that does not fit the
 * recipe, before any work. */
CAUCE_API cauce_search *cauce_grid_search_with(const cauce_recipe *recipe, const cauce_table *table,
                                               const char *grid, const char *folds, const char *metrics,
                                               const char *options);
#define cauce_grid_search(recipe, table, grid, folds, metrics)                                               \
    cauce_grid_search_with(recipe, table, grid, folds, metrics, NULL)
/* Does the grid fit the recipe? `drawn`: for a random search, it may hold distributions. Errors: PARAM. */
CAUCE_API cauce_status cauce_grid_check(const cauce_recipe *recipe, const char *grid, bool drawn);
/* n_iter candidates (1 to 1,000,000) drawn from a space: the texts of a grid, in which a value may also be a
 * distribution: uniform(0, 1), log_uniform(1e-3, 1e3), integers(10, 500) or log_integers(1, 1000), both ends
 * included. With lists alone no combination is drawn twice; there being no more than n_iter, all are tried.
 * Options as of the grid search, and "random_state=0": equal seeds draw equal candidates. Owned. */
CAUCE_API cauce_search *cauce_random_search_with(const cauce_recipe *recipe, const cauce_table *table,
                                                 const char *space, int64_t n_iter, const char *folds,
                                                 const char *metrics, const char *options);
#define cauce_random_search(recipe, table, space, n_iter, folds, metrics)                                    \
    cauce_random_search_with(recipe, table, space, n_iter, folds, metrics, NULL)
/* Both searches take "halving=true" among their options: successive halving. All candidates are tried with
 * few resources, one in "factor=3" goes on with as many times more, until one is left or all resources are
 * used; the best comes from the last round. "resource=n_samples" gives rows of each fold (a later round has
 * those of the earlier ones), another the path of a whole-number parameter ("forest__n_estimators", with
 * "max_resources=300"). "min_resources=exhaust" (grids), "smallest" (random searches) or a number,
 * "max_resources=auto" or a number, "aggressive_elimination=false", "random_state=0". A candidate is listed
 * once for each round that it was in; those of later rounds rank before those of earlier ones. */
CAUCE_API void cauce_search_free(cauce_search *search);
/* The refitted best model; borrowed: lives as long as the search. NULL without refit. */
CAUCE_API const cauce_model *cauce_search_best(const cauce_search *search);
CAUCE_API int64_t cauce_search_best_index(const cauce_search *search);
CAUCE_API int64_t cauce_search_candidates(const cauce_search *search);
/* Parameters of a candidate in the text grammar, and as a JSON object (borrowed). */
CAUCE_API const char *cauce_search_params(const cauce_search *search, int64_t candidate);
CAUCE_API const char *cauce_search_params_json(const cauce_search *search, int64_t candidate);
/* Cross-validation of a candidate; borrowed. */
CAUCE_API const cauce_cv *cauce_search_cv(const cauce_search *search, int64_t candidate);
/* 1 is best; equal means share a rank; failed ones come last. */
CAUCE_API int64_t cauce_search_rank(const cauce_search *search, int64_t metric, int64_t candidate);
/* Of successive halving: the round of a listed candidate, from 0, and its resources; otherwise -1. */
CAUCE_API int64_t cauce_search_round(const cauce_search *search, int64_t candidate);
CAUCE_API int64_t cauce_search_resources(const cauce_search *search, int64_t candidate);
/* Why a fold of the candidate has no score at all: it failed, or defines none of the metrics. Or NULL. */
CAUCE_API const char *cauce_search_error(const cauce_search *search, int64_t candidate);
/* All candidates as a table: a column for each parameter, (of halving before them round and resources), then
 * mean_, std_, rank_<metric>, mean_fit_seconds, error. */
CAUCE_API cauce_table *cauce_search_table(const cauce_search *search);

/* A sound recipe for a table that ends in `estimator`, a component text (NULL: a random forest for the kind
 * of the target, or poisson_regressor where there is an offset or an exposure). Estimators that take missing
 * values and categories get the columns as they are; before others come median imputing and scaling of
 * numbers, most frequent imputing and one-hot coding of categories; where `estimator` has statistics=true,
 * numbers are not scaled and the first level of a category is the one that the others are compared with.
 * Owned. Errors: SCHEMA without a target. */
CAUCE_API cauce_recipe *cauce_auto_recipe(const cauce_table *table, const char *estimator);
/* "classification" when the target of the table is a category, a boolean or whole numbers of at most 10
 * different values, otherwise "regression". Static text; NULL without a target. */
CAUCE_API const char *cauce_task(const cauce_table *table);

#ifdef __cplusplus
}
#endif
#endif
