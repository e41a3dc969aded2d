/* Whether the numbers that a component is given are finite. */
#ifndef CA_CORE_FINITE_H
#define CA_CORE_FINITE_H

#include "core/node.h"

/* Refuses numbers of some rows that are missing or infinite, in the name of the node's component. Allocates
 * nothing. */
cauce_status ca_finite_check(cauce_run *run, const ca_node *node, const cauce_batch *in);
/* The same of all training rows, in parallel. */
cauce_status ca_finite_look(cauce_run *run, const ca_node *node, const cauce_batch *in);
/* The same when it is asked for (ca_run_look). Node and rows have to outlive it. */
ca_unseen ca_finite_later(const ca_node *node, const cauce_batch *in);

#endif
