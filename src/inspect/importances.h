/* What a model that says how important its columns are says of them. */
#ifndef CA_INSPECT_IMPORTANCES_H
#define CA_INSPECT_IMPORTANCES_H

#include "core/model.h"

/* A row for each input of the model, or for each column that reaches the estimator: "column", then a column
 * for each kind of importance that the model has. NULL: failure recorded. */
cauce_table *ca_feature_importances(cauce_run *run, const cauce_model *model, const char *options);

#endif
