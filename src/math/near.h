/* Which rows of a tile are near: the inner loops of math/neighbours.c, on floats, in vectors where the CPU
 * has them. A tile is CA_TILE rows, column after column. Sums are rounded in an order that depends on the
 * CPU. */
#ifndef CA_MATH_NEAR_H
#define CA_MATH_NEAR_H

#include <stdint.h>

enum { CA_TILE = 32 };

/* sums[i]: of the squares of the differences, of their sizes, or the largest size, between the n cells of a
 * row and row i of the tile, for two rows at a time: the second one's are sums[CA_TILE + i]. Bit i of the
 * result: sums[i] is not above the row's limit. */
uint64_t ca_near_squares(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                         float sums[2 * CA_TILE]);
uint64_t ca_near_sizes(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                       float sums[2 * CA_TILE]);
uint64_t ca_near_largest(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                         float sums[2 * CA_TILE]);
/* For one row: the squares of columns[0 .. n-1] alone, without the cells of the tile whose mask is 0 (all
 * bits or none). */
uint32_t ca_near_holes(int64_t n, const float *cells, const int32_t *columns, const float *tile,
                       const float *masks, float limit, float sums[CA_TILE]);

/* A cheaper look: whole numbers of 16 bits, two columns next to each other. left[CA_TILE * q + i] is the
 * square of row i of the tile (squares[i]) minus twice its product with row q; without the square of row q,
 * what it is away. Bit as above: left is not above the row's limit. All squares are below 2^29. */
uint64_t ca_near_coarse(int64_t n_pairs, const int32_t *const cells[2], const int16_t *tile,
                        const int32_t *squares, const int32_t limit[2], int32_t left[2 * CA_TILE]);

#endif
