/* Fits inside of a composite: on some of its training rows, of children that are not kept. What such a fit
 * sees are its own rows alone: categories and classes that do not occur in them are not there. */
#ifndef CA_COMPOSE_INSIDE_H
#define CA_COMPOSE_INSIDE_H

#include "compose/reading.h"
#include "metrics/metric.h"
#include "split/splitter.h"

/* Some rows of a training set as one of its own. Memory from the run's scratch and keep. */
typedef struct ca_some {
    cauce_train train;
    cauce_schema schema;
    cauce_batch x;
    const cauce_train *whole;
    int32_t **code;          /* of each CODES field: its code of each code of the whole; NULL for others */
    const int32_t *class_of; /* class of the whole of each of its classes */
} ca_some;
cauce_status ca_some_rows(cauce_run *run, const cauce_train *whole, const int64_t *rows, int64_t n,
                          ca_some *some);
/* Other rows of the whole, as the fit on `some` sees them: their new categories are unknown. */
cauce_status ca_other_rows(cauce_run *run, const ca_some *some, const int64_t *rows, int64_t n,
                           cauce_batch *x);

/* A fit that is looked at and given back. `keep` zeroed. */
typedef struct ca_trial {
    ca_keep keep;
    ca_node *node;
} ca_trial;
cauce_status ca_trial_fit(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                          ca_trial *trial);
void ca_trial_free(ca_trial *trial);

/* Width of what an estimator puts out for this target: its classes, or 1. */
static inline int64_t ca_output_width(const cauce_train *train) {
    return train->n_classes ? train->n_classes : 1;
}
/* Fits to the training rows of a fold and writes the output for its test rows: to row r (its number in the
 * whole) of out, which is ca_output_width columns of `stride` rows. A class that the training rows do not
 * have gets the probability 0, or the least decision value. `what`: of a classifier. */
cauce_status ca_fold_output(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                            const ca_fold *fold, ca_reading what, double *out, int64_t stride);

/* The score of a fit to the training rows of a fold on its test rows: larger is better, whatever the metric.
 */
cauce_status ca_fold_score(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                           const ca_fold *fold, const ca_metric *metric, double *score);
/* The metric of a parameter (NULL: accuracy or r2), which has to be one for the estimator. */
cauce_status ca_inner_metric(cauce_run *run, const char *text, const cauce_recipe *estimator,
                             const ca_metric **metric);

/* The folds of a parameter cv: a number of them (whole groups where there are groups, else even in the
 * classes of a classifier), or the text of a splitter. */
cauce_status ca_inner_folds(cauce_run *run, const char *owner, const cauce_value *cv,
                            const cauce_train *train, ca_folds *folds);
/* PARAM unless every row is tested, once. */
cauce_status ca_folds_partition(cauce_run *run, const char *owner, const ca_folds *folds, int64_t n_rows);
#define CA_INNER_CV(T)                                                                                       \
    CAUCE_MIXED(T, cv, "5", CAUCE_V_INT | CAUCE_V_TEXT, 2, 2147483647, 0, 0, NULL,                           \
                "The folds inside of the training rows: how many, or a splitter as a text; a number makes "  \
                "folds of whole groups where the table has groups, else even in the classes.")

#endif
