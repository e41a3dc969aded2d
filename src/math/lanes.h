/* Sums and updates of vectors in eight fixed lanes without fused multiply-adds: the same bits on every CPU,
 * whatever the width of its registers. */
#ifndef CA_MATH_LANES_H
#define CA_MATH_LANES_H

#include <stdbool.h>
#include <stdint.h>

double ca_dot(int64_t n, const double *x, const double *y);
/* Sum of (x - shift) y. */
double ca_dot_shifted(int64_t n, const double *x, double shift, const double *y);
/* y += a x, and y += a (x - shift). */
void ca_axpy(int64_t n, double a, const double *x, double *y);
void ca_axpy_shifted(int64_t n, double a, const double *x, double shift, double *y);
/* out = x - shift in units of the return value, rounded to whole numbers up to CA_COARSEST; *error and *size:
 * sums of squares of what rounding lost and of what is left, in the same measure as x. 0: all are 0. */
enum { CA_COARSEST = 2047 };
double ca_coarsen(int64_t n, const double *x, double shift, int16_t *out, double *error, double *size);
/* Inner product of such numbers. */
int64_t ca_dot_coarse(int64_t n, const int16_t *x, const int16_t *y);
/* y -= a[0] x[0] + .. + a[3] x[3], of vectors ld apart. */
void ca_minus_four(int64_t n, const double a[4], const double *x, int64_t ld, double *y);
/* x = c x + s y, y = c y - s x. */
void ca_rotate(int64_t n, double c, double s, double *x, double *y);
/* Adds sums of w (x - shift) and of w (x - shift)^2, in four lanes (weight NULL: w = 1), of some rows: all
 * calls for a column but the last one take a multiple of 4. */
typedef struct ca_moments {
    double a[4], b[4];
} ca_moments;
void ca_moments_add(int64_t n, const double *x, const double *weight, double shift, ca_moments *sums);
/* out[r + j ld] = (x[r step + j] - shift[j]) scale[j], columns that lie side by side in rows, one after the
 * other; shift and scale NULL: as they are. */
void ca_turn(int64_t rows, int64_t columns, const double *x, int64_t step, const double *shift,
             const double *scale, double *out, int64_t ld);
void ca_turn_single(int64_t rows, int64_t columns, const float *x, int64_t step, const double *shift,
                    const double *scale, double *out, int64_t ld);
/* out = (x - shift) scale, a piece of a column of which the next is n further on, and out = x y; out may be
 * x. */
void ca_shift_scale(int64_t n, const double *x, double shift, double scale, double *out);
void ca_shift_scale_single(int64_t n, const float *x, double shift, double scale, double *out);
void ca_times(int64_t n, const double *x, const double *y, double *out);
bool ca_all_finite(const double *x, int64_t n);
bool ca_all_finite_single(const float *x, int64_t n);

#endif
