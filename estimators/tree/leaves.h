/* The distinct leaf values of a forest: leaves of classification trees repeat a few shares, most of them 0
 * and 1, so that two bytes a leaf and a short table hold what would take eight bytes a class. */
#ifndef CA_TREE_LEAVES_H
#define CA_TREE_LEAVES_H

#include "cauce/sys/component.h"

enum { CA_MOST_LEAF_VALUES = 1 << 16 };

typedef struct ca_leaf_table {
    double *values; /* n of them, each of `width` numbers, in the order in which they came */
    uint32_t n, most;
    int64_t width;
    uint32_t *slots; /* 1 + number of the value, 0 = free */
    int bits;        /* 1 << bits slots */
} ca_leaf_table;

/* A table for up to so many values, in scratch memory. Errors: NOMEM. */
cauce_status ca_leaves_begin(cauce_run *run, int64_t most, int64_t width, ca_leaf_table *table);

/* The number of a value, which is added if it is new. false: there are `most` others. */
bool ca_leaves_number(ca_leaf_table *table, const double *value, uint16_t *number);
/* The number of a value that is in the table. */
uint16_t ca_leaves_find(const ca_leaf_table *table, const double *value);

#endif
