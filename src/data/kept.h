/* Transformers that keep some columns and leave the others out. */
#ifndef CA_DATA_KEPT_H
#define CA_DATA_KEPT_H

#include "cauce/sys/component.h"

/* What their state begins with, so that the functions below serve all of them. Codes count as one column. */
typedef struct ca_selector {
    int64_t n_columns; /* of the input */
    uint8_t *support;
} ca_selector;
#define CA_SELECTOR_SUPPORT                                                                                  \
    CAUCE_ARRAY(ca_selector, support, CAUCE_U8, n_columns, "1 where a column is kept, otherwise 0.")

/* FORMAT unless there is a 0 or 1 for each column of the input, and a 1 somewhere. */
cauce_status ca_selector_verify(cauce_run *run, const cauce_fitted *self);
/* Blocks that are kept as a whole stay what they are; of others, each column that is kept becomes a block,
 * but one-hot columns with labels stay one. */
cauce_status ca_selector_bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding);
cauce_status ca_selector_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                               cauce_batch *out, void *scratch);
void ca_selector_trace(const cauce_fitted *self, const double *out, double *in);
/* The same by hand: the fields (room for in->width of them; names and labels are kept) and the plan. */
typedef struct ca_selection ca_selection;
cauce_status ca_selection_plan(cauce_run *run, const cauce_schema *in, const uint8_t *support,
                               cauce_field *fields, int64_t *n, ca_selection **plan);
void ca_selection_take(const ca_selection *plan, int64_t n_fields, const cauce_batch *in, cauce_batch *out);

#endif
