/* Selectors that ask an estimator: what it says about the columns, and fits on some of them. The estimator is
 * not kept. */
#ifndef CA_COMPOSE_IMPORTANCE_H
#define CA_COMPOSE_IMPORTANCE_H

#include "compose/inside.h"

/* Fits to the columns of a training set that `support` has, and says how important each of these is:
 * feature_importances, or the coefficients of a column over the classes, their norm of `order` (0: the sum of
 * their squares). `getter`: "auto", or the path of the array in the estimator (step__coef). */
cauce_status ca_importances(cauce_run *run, const cauce_recipe *estimator, const char *getter, double order,
                            const cauce_train *train, const uint8_t *support, double *importance);
/* The columns of a training set that `support` has, as one of its own. Memory from the run. */
typedef struct ca_columns {
    cauce_train train;
    cauce_schema schema;
    cauce_batch x;
} ca_columns;
cauce_status ca_some_columns(cauce_run *run, const cauce_train *train, const uint8_t *support,
                             ca_columns *columns);

/* SHAPE without columns, KIND for a target that the estimator cannot learn. */
cauce_status ca_selector_check(cauce_run *run, const ca_node *node, const cauce_train *train);
/* How many columns to keep: null is half, a fraction is that share, rounded down; 1 at least. */
int64_t ca_selector_count(const cauce_value *value, int64_t n_columns);
cauce_status ca_selector_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part);
void ca_selector_mark_used(const ca_node *node, const uint8_t *support, bool *used);
cauce_status ca_selector_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                               cauce_batch *out, void *scratch);

#define CA_SELECTOR_SLOT                                                                                     \
    {                                                                                                        \
        "estimator", CA_SLOT_ONE, CAUCE_CLASSIFIER | CAUCE_REGRESSOR, NULL,                                  \
            "Who says what the columns are worth; it is not kept."                                           \
    }
#define CA_IMPORTANCE_GETTER(T)                                                                              \
    CAUCE_TEXT_PARAM(T, importance_getter, "auto",                                                           \
                     "The array of the estimator that says it; auto: feature_importances or coef of the "    \
                     "estimator itself, a path such as ridge__coef for one in a pipeline.")

#endif
