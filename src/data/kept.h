/* Transformers that keep some columns and leave the others out. */
#ifndef CA_DATA_KEPT_H
#define CA_DATA_KEPT_H

#include "cauce/sys/component.h"

/* FORMAT unless `support` has a 0 or 1 for each column of the input, and a 1 somewhere. Codes count as one
 * column. */
cauce_status ca_kept_verify(cauce_run *run, const cauce_fitted *self, const uint8_t *support,
                            int64_t n_columns);
/* The output fields, and the plan of ca_kept_apply as binding->bound. Blocks that are kept as a whole stay
 * what they are; of others, each column that is kept becomes a block, but one-hot columns with labels stay
 * one. */
cauce_status ca_kept_bind(cauce_run *run, const cauce_fitted *self, const uint8_t *support,
                          cauce_binding *binding);
void ca_kept_apply(const cauce_fitted *self, const cauce_batch *in, cauce_batch *out);
/* The same by hand: the fields (room for in->width of them; names and labels are kept) and the plan. */
typedef struct ca_kept ca_kept;
cauce_status ca_kept_plan(cauce_run *run, const cauce_schema *in, const uint8_t *support, cauce_field *fields,
                          int64_t *n, ca_kept **plan);
void ca_kept_take(const ca_kept *plan, int64_t n_fields, const cauce_batch *in, cauce_batch *out);

/* Column j of a batch of DENSE and ONEHOT blocks as numbers: the cells themselves, or copied to `room`. */
const double *ca_kept_column(const cauce_schema *schema, const cauce_batch *batch, int64_t j, double *room);

#endif
