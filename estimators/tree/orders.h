/* Parts of some hundred rows in trees that look at most columns of a node: each column is sorted once, and
 * the order of its rows is handed down. The nodes of the part need no codes, no histogram and no sorting: a
 * column costs a running sum, and a pass that parts the order. After the attribute lists of SPRINT (Shafer,
 * Agrawal, Mehta, VLDB 1996), for rows that stay in the first cache. */
#ifndef CA_TREE_ORDERS_H
#define CA_TREE_ORDERS_H

#include "tree/copies.h"

enum { CA_ORDER_ROWS = 512, CA_ORDER_CUTS = 1024 };

typedef struct ca_whole_pair {
    int64_t s, w;
} ca_whole_pair;

struct ca_orders {
    ca_copies copies;      /* made: the node lies in such a part */
    const uint32_t *start; /* the rows of the part begin here */
    int64_t stride;        /* of keys and codes: the next column */
    uint32_t *keys;        /* of each column in its order: rank of the code among those of the part << 16 |
                              number of the row * CA_ORDER_STEP */
    uint32_t *codes;       /* of each rank of each column */
    int64_t n_left;        /* rows left of the cut that was found last */

    ca_whole_pair pairs[CA_ORDER_ROWS]; /* of each row, for the node */
    ca_whole_pair left[CA_ORDER_CUTS];  /* what is left of cuts that wait to be scored, */
    uint64_t where[CA_ORDER_CUTS];      /* and which they are: column << 32 | rows left of it - 1 */
    uint32_t spare[CA_ORDER_ROWS + 16];
};

enum { CA_ORDER_STEP = sizeof(ca_whole_pair) };

/* When the search has begun: s->orders stays NULL where parts are not sorted. */
cauce_status ca_orders_begin(cauce_run *run, ca_search *search);

/* After the node has been loaded: sorts its columns if it is small enough, and its rows get new numbers. */
void ca_orders_enter(ca_search *search, uint32_t *rows);

static inline bool ca_orders_made(const ca_search *search) {
    return search->orders && search->orders->copies.made;
}

/* Then, instead of looking at codes: the best cut of features[0 .. n-1], all that are not known to be
 * constant. Those that turn out to be constant come to the front; returns how many. */
int64_t ca_orders_find(ca_search *search, int32_t *features, int64_t n, ca_cut *best);

/* Parts the rows and orders of the node at the cut that was found. *below, *above: the codes next to it.
 * Returns how many rows go left. */
int64_t ca_orders_part(ca_search *search, const ca_cut *cut, uint32_t *rows, uint32_t *below,
                       uint32_t *above);

/* orders_lanes.c; false: this machine has no such vectors, and there are no orders. */
bool ca_orders_lanes(void);
int64_t ca_orders_find_lanes(ca_search *search, int32_t *features, int64_t n, ca_cut *best);
void ca_orders_part_lanes(ca_search *search, const ca_cut *cut, uint32_t *rows);

#endif
