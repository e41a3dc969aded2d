/* What a model says on average when one input has the same value in all rows: J. Friedman, Greedy Function
 * Approximation: A Gradient Boosting Machine, Annals of Statistics 29 (2001), doi:10.1214/aos/1013203451. */
#ifndef CA_INSPECT_PARTIAL_DEPENDENCE_H
#define CA_INSPECT_PARTIAL_DEPENDENCE_H

#include "core/model.h"

/* A row for each point of the grid: "value", and "prediction" or a column for each class. NULL: failure
 * recorded. */
cauce_table *ca_partial_dependence(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                   const char *column, const char *options);

#endif
