/* A fitted model and the rows it is looked at with. */
#ifndef CA_INSPECT_VIEW_H
#define CA_INSPECT_VIEW_H

#include "core/model.h"

typedef struct ca_view {
    const cauce_model *model;
    cauce_table *table; /* the rows that count */
    ca_input input;     /* matched to them; in the run's scratch memory */
} ca_view;

/* UNSUPPORTED for a model without an estimator, SHAPE or DATA for a table without rows that count, SCHEMA and
 * KIND as for predicting. */
cauce_status ca_view_open(cauce_run *run, const cauce_model *model, const cauce_table *table, ca_view *view);
void ca_view_close(ca_view *view); /* also after a failure */

#endif
