/* Parting the rows of a node: the loop that touches every row of every split. */
#ifndef CA_TREE_PARTITION_H
#define CA_TREE_PARTITION_H

#include <stdint.h>

enum { CA_PARTITION_SLACK = 16 }; /* items behind the end of `right` that may be written */

/* Rows whose code is at most `cut` move to the front of rows[0 .. n-1], the others to `right`, both in their
 * old order. *below: the largest code that goes left (0: none), *above: the smallest one that goes right
 * (UINT32_MAX: none). Returns how many go left. */
typedef int64_t ca_partition(uint32_t *rows, const uint32_t *codes, int64_t n, uint32_t cut, uint32_t *right,
                             uint32_t *below, uint32_t *above);

ca_partition ca_partition_plain;
ca_partition *ca_partition_fastest(void);

#endif
