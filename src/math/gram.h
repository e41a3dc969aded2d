/* A'A of a tall and narrow A. */
#ifndef CA_MATH_GRAM_H
#define CA_MATH_GRAM_H

#include <stdbool.h>
#include <stdint.h>

/* Rows at a time with which these work best, and columns up to which they work in registers. */
enum { CA_GRAM_ROWS = 480, CA_GRAM_COLUMNS = 128 };

/* Lower triangle of C (n x n) = A'A + beta * C; A is k x n, column-major. The upper one is left alone. */
void ca_gram_t(int64_t n, int64_t k, const double *a, int64_t lda, double beta, double *c, int64_t ldc);
/* The same of columns that lie anywhere: worth it where ca_gram_narrow(n), and for n <= CA_GRAM_COLUMNS only.
 * ahead: so many rows, which lie after these, come next. */
bool ca_gram_narrow(int64_t n);
void ca_gram_columns(int64_t n, int64_t k, const double *const *columns, int64_t ahead, double beta,
                     double *c, int64_t ldc);

#endif
