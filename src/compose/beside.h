/* What composites with children side by side share. */
#ifndef CA_COMPOSE_BESIDE_H
#define CA_COMPOSE_BESIDE_H

#include "core/node.h"

/* Puts "branch__" before the name of a field; the text is kept. */
cauce_status ca_beside_name(cauce_run *run, const char *branch, cauce_field *field);
/* Calls fitted child i "slot-i", from 1: one of several fits of the child in that slot. */
cauce_status ca_beside_number(cauce_run *run, const char *slot, int64_t i, ca_part *part);
/* SCHEMA when two output columns have the same name. */
cauce_status ca_beside_check(cauce_run *run, const cauce_field *fields, int64_t n);

/* Part i is given what the composite is given; `drop` too, though it looks at nothing. */
cauce_status ca_beside_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part);
/* The fields that one of the children uses. */
void ca_beside_mark_used(const ca_node *node, bool *used);
/* The rows of a block become enough for each child; what is returned is the scratch memory of the one that
 * needs most. */
size_t ca_beside_room(const ca_node *node, cauce_binding *binding);
/* KIND unless the target is one that a classifier (or regressor) learns. */
cauce_status ca_beside_target(cauce_run *run, const ca_node *node, const cauce_train *train);
/* Fits all children to the same rows, in parallel. `frames`: NULL, or one for each child, zeroed. */
cauce_status ca_beside_fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *frames);

/* `drop` in a list: its place is empty. */
bool ca_is_dropped(const cauce_recipe *recipe);
/* PARAM when every place of the list `key` is. */
cauce_status ca_beside_some(cauce_run *run, const cauce_recipe *recipe, const char *key);
/* FORMAT unless each fitted child (of a file, perhaps) puts out what an estimator does. */
cauce_status ca_beside_predict(cauce_run *run, const ca_node *node);

/* What a composite has to have, and does not need. */
typedef struct ca_nothing {
    int64_t unused;
} ca_nothing;
extern const cauce_state ca_no_state[];
cauce_status ca_fit_by_children(cauce_run *run, const void *params, const cauce_train *train, void *state);
cauce_status ca_verify_nothing(cauce_run *run, const cauce_fitted *self);

#endif
