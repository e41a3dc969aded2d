/* Offsets: what an estimator adds to its linear part, with the coefficient 1. A column with the role OFFSET
 * holds them, one with the role EXPOSURE numbers whose logarithms they are. It is the last input of a model;
 * no component sees it among the columns: it goes beside them (cauce_batch.offset). */
#ifndef CA_CORE_OFFSET_H
#define CA_CORE_OFFSET_H

#include "data/batch.h"
#include "data/table.h"

/* The column of a table, -1: none. SCHEMA when there are two. */
cauce_status ca_offset_column(cauce_run *run, const cauce_table *table, int64_t *column);
/* UNSUPPORTED when there is an offset (an exposure) and the estimator does not take it. */
cauce_status ca_offset_taken(cauce_run *run, const cauce_component *component, bool offset, bool exposure);
/* Takes the last block off a batch of `inputs` and makes it the batch's offset; nothing unless role is OFFSET
 * or EXPOSURE. room: n_rows numbers for an EXPOSURE. DATA for a number that is not finite, or is no exposure.
 */
cauce_status ca_offset_take(cauce_run *run, const cauce_schema *inputs, cauce_role role, double *room,
                            cauce_batch *batch);

#endif
