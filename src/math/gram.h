/* A'A of a tall and narrow A. */
#ifndef CA_MATH_GRAM_H
#define CA_MATH_GRAM_H

#include <stdint.h>

/* Rows at a time with which ca_gram_t works best. */
enum { CA_GRAM_ROWS = 240 };

/* Lower triangle of C (n x n) = A'A + beta * C; A is k x n, column-major. The upper one is left alone. */
void ca_gram_t(int64_t n, int64_t k, const double *a, int64_t lda, double beta, double *c, int64_t ldc);

#endif
