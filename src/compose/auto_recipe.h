/* A sound recipe made by looking at a table. */
#ifndef CA_COMPOSE_AUTO_RECIPE_H
#define CA_COMPOSE_AUTO_RECIPE_H

#include "core/model.h"

/* See cauce_auto_recipe. */
cauce_recipe *ca_auto_recipe(cauce_run *run, const cauce_table *table, const char *estimator);
/* Is predicting the target a matter of classes? SCHEMA without a target. */
cauce_status ca_task_classes(cauce_run *run, const cauce_table *table, bool *classes);

#endif
