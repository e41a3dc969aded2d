/* Cross-validation of one recipe: the folds are made once, each fold is a fit and a score. */
#ifndef CA_SELECT_CROSS_VALIDATE_H
#define CA_SELECT_CROSS_VALIDATE_H

#include "cauce/select.h"
#include "select/score.h"
#include "split/splitter.h"

/* What all folds and candidates share. */
typedef struct ca_cv_plan {
    cauce_table *table;     /* the rows that count: those of weight 0 are left out. Held */
    int64_t n_all;          /* rows of the table that was given */
    const int64_t *row_of;  /* row of the given table for each row of `table`; NULL: the same */
    cauce_model *reference; /* classes of the table; nothing is fitted in it */
    ca_labels labels;       /* of the table */
    ca_metric_list metrics;
    ca_folds folds;
    int64_t n_tested; /* rows that are in a test part */
    ca_arena arena;   /* of the folds */
    bool train_scores, keep_predictions, keep_models;
} ca_cv_plan;

struct cauce_cv {
    ca_arena arena;
    int64_t n_folds, n_metrics, n_rows, n_tested;
    const char **metric;
    double *score, *train_score; /* n_metrics x n_folds */
    double *fit_seconds, *score_seconds;
    const char **error; /* of each fold; NULL when it went well */
    const char **why;   /* like score: why there is none; NULL: there is, or the fold failed */
    cauce_model **model;
    cauce_model *reference; /* owned when predictions are kept */
    double *prediction;     /* n_rows x (n_classes, or a number for each target), column by column */
    double *fold_of_row;    /* NaN: in no test fold */
};

/* Labels, metrics and folds for a recipe and a table; checks all that can be known before work starts. */
cauce_status ca_cv_plan_make(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                             const char *folds, const char *metrics, ca_cv_plan *plan);
void ca_cv_plan_free(ca_cv_plan *plan);
/* Results without scores yet. NULL: NOMEM. */
cauce_cv *ca_cv_new(cauce_run *run, const ca_cv_plan *plan);
/* Fits and scores one fold; a failure of the fold is recorded in cv. Folds of one cv may run at the same
 * time. */
cauce_status ca_cv_fold(cauce_run *run, const ca_cv_plan *plan, const cauce_recipe *recipe, cauce_cv *cv,
                        int64_t fold);
void ca_cv_free(cauce_cv *cv);
/* Why the first fold without a score of this metric has none; NULL: all have. */
const char *ca_cv_why(const cauce_cv *cv, int64_t metric);
double ca_cv_mean(const cauce_cv *cv, int64_t metric);
/* DATA failure with the first fold's reason when no fold has a score. */
cauce_status ca_cv_check(cauce_run *run, const cauce_cv *cv);

#endif
