/* Rows in an order in which neighbours lie together, tile by tile, and boxes around ever smaller groups of
 * tiles (Bentley: Multidimensional binary search trees used for associative searching, Communications of the
 * ACM 18 (1975), doi:10.1145/361002.361007). */
#ifndef CA_MATH_BOXES_H
#define CA_MATH_BOXES_H

#include <stdint.h>

#include "base/run.h"

/* Of so many columns at most; more than there are levels for 2^63 tiles. */
enum { CA_BOX_COLUMNS = 15, CA_BOX_DEPTH = 64 };

/* Node 0 holds all tiles. One of the tiles first .. end - 1, two or more, has the tiles up to the middle in
 * the next node and the others in node + 2 * (middle - first). */
static inline int64_t ca_box_middle(int64_t first, int64_t end) {
    return first + (end - first) / 2;
}

typedef struct ca_boxes {
    int64_t *order;      /* n rows, place by place, tile_rows to a tile */
    double *boxes;       /* the least cells of a node, then the largest, for 2 * tiles - 1 nodes */
    int64_t *least_rows; /* of each node */
} ca_boxes;

/* In keep memory. */
cauce_status ca_boxes_make(cauce_run *run, const double *rows, int64_t n, int64_t width, int64_t tile_rows,
                           ca_boxes *out);

#endif
