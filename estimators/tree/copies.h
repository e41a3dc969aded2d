/* Parts of the tree whose rows lie together. What the nodes of a part read of its rows is copied once and
 * read from the copies, which stay in the cache: a block of some thousands of rows, in it parts of few rows
 * (few_rows.h). The rows of a block come from records where there are any (records.h), else column by column:
 * of a table whose records no cache would hold from another block around it, which takes less time then, and
 * the memory of a block instead of the table's. */
#ifndef CA_TREE_COPIES_H
#define CA_TREE_COPIES_H

#include "tree/split.h"

typedef struct ca_copies {
    bool made;
    ca_row_data outside;    /* what was read by row before */
    ca_bin_column *columns; /* NULL: never made. Their codes have places of their own. */
    double *weights;
    int32_t *classes;
    ca_pair *pairs;
    uint32_t *packs;
} ca_copies;

/* When the search has begun: memory for copies of n rows, but for their codes: columns are those of the
 * table. */
cauce_status ca_copies_begin(cauce_run *run, const ca_search *search, int64_t n, ca_copies *copies);

/* The rows of the loaded node, whose codes have been copied, get new numbers. Until ca_copies_leave only
 * these rows may be looked at. */
void ca_copies_enter(ca_search *search, uint32_t *rows, ca_copies *copies);
void ca_copies_leave(ca_search *search, ca_copies *copies);

/* Blocks inside of each other. */
enum { CA_BLOCKS = 2 };

struct ca_block {
    ca_copies copies;
    int64_t most; /* rows of a node that is copied; 0: none is */
};

/* When the search has begun. needed: whether it enters any. */
cauce_status ca_blocks_begin(cauce_run *run, ca_search *search, bool needed);

/* After the node has been loaded: copies it when that pays. */
void ca_blocks_enter(ca_search *search, uint32_t *rows);

#endif
