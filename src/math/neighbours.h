/* The nearest of n rows to each of some others, exactly: the same neighbours and the same distances however
 * many rows are asked for at a time. Equal distances are put in the order of the rows. */
#ifndef CA_MATH_NEIGHBOURS_H
#define CA_MATH_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/run.h"
#include "math/distance.h"

/* The rows that are looked among, prepared. */
typedef struct ca_points {
    int64_t n, width;
    ca_metric metric;
    double p;           /* of CA_MINKOWSKI */
    bool holes;         /* cells may be missing (NaN): nan-euclidean distances */
    const double *rows; /* n x width, row after row; borrowed */
    double scale, slack, stretch, usual, coarse_scale;
    const double *centre, *reach;
    const float *tiles, *masks;
    const int16_t *coarse; /* NULL: there is no cheaper look */
    const int32_t *squares;
    const int64_t *order;      /* of the rows in the tiles; NULL: as they come */
    const double *boxes;       /* around groups of tiles; NULL: every tile is looked at */
    const int64_t *least_rows; /* in each box */
} ca_points;

/* p = 1, 2 and infinity of CA_MINKOWSKI become the metrics that they are. `holes` is for CA_EUCLIDEAN alone:
 * the squares of the coordinates that two rows have in common are scaled up to all coordinates (Dixon:
 * Pattern recognition with partly missing data, IEEE Transactions on Systems, Man and Cybernetics 9 (1979),
 * doi:10.1109/TSMC.1979.4310090). Memory from cauce_keep. */
cauce_status ca_points_prepare(cauce_run *run, ca_points *points, const double *rows, int64_t n,
                               int64_t width, ca_metric metric, double p, bool holes);

typedef struct ca_neighbour {
    double distance;
    int64_t row;
} ca_neighbour;

/* What is asked for one row: the nearest `most` rows of those that have column `column` (-1: of all). Rows
 * without a coordinate in common are no neighbours. */
typedef struct ca_wish {
    int64_t query;       /* number of the row; wishes come in the order of their queries */
    int64_t column;      /* or -1 */
    int64_t most;        /* 1 or more */
    ca_neighbour *found; /* room for `most`; ascending when done */
    int64_t n_found;
    double radius; /* inside */
} ca_wish;

/* Bytes of scratch memory for n_queries rows at a time, 64-byte aligned; SIZE_MAX: too many for an address.
 */
size_t ca_points_scratch(const ca_points *points, int64_t n_queries);
/* Answers the wishes for `queries` (n_queries x width, row after row; NaN only with holes). */
void ca_points_find(const ca_points *points, const double *queries, int64_t n_queries, ca_wish *wishes,
                    int64_t n_wishes, void *scratch);

/* How many rows the nearest `k` can be, where a row of weight 2 is two rows: the lightest rows that weigh k
 * together, or all. weight NULL: k, or n. */
cauce_status ca_neighbours_needed(cauce_run *run, const double *weight, int64_t n, int64_t k, int64_t *most);
/* Turns the distances of an answered wish into what each row counts among the nearest k: 1 (its weight, the
 * last one cut to k in all), with by_distance in inverse proportion to its distance. Rows at distance 0 then
 * count alone. Returns the sum. */
double ca_neighbours_count(ca_wish *wish, const double *weight, int64_t k, bool by_distance);

#endif
