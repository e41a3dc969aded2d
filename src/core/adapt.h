/* Bringing blocks to what a component takes: booleans to numbers, one-hot blocks to dense columns. */
#ifndef CA_CORE_ADAPT_H
#define CA_CORE_ADAPT_H

#include "core/node.h"

/* Sets node->f.in from node->given by the component's tags. KIND for a category that the component cannot
 * take. */
cauce_status ca_adapt_schema(cauce_run *run, ca_node *node);
/* Bytes of an adapted batch of n rows (SIZE_MAX: too many). */
size_t ca_adapt_size(const ca_node *node, int64_t n);
/* The batch as the component takes it, laid out in memory of that size; blocks that fit are shared. */
void ca_adapt_batch(const ca_node *node, const cauce_batch *given, cauce_batch *adapted, char *memory);

#endif
