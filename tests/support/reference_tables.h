/* scikit-learn's tables as they stand in tests/reference/linear.h: diabetes in its units, breast cancer and
 * wine with all columns to mean 0 and deviation 1. Columns are x0, x1, ...; the target is y. */
#ifndef TESTS_SUPPORT_REFERENCE_TABLES_H
#define TESTS_SUPPORT_REFERENCE_TABLES_H

#include "reference/linear.h"
#include "support/check_main.h"
#include "support/tables.h"

/* The first `width` of p columns. The cells are borrowed: *cells is to be freed after the table. */
static inline cauce_table *reference_columns(const double *rows, int64_t n, int64_t p, int64_t width,
                                             bool scaled, double **cells) {
    cauce_table *table = cauce_table_new(n);
    double *x = *cells = malloc((size_t)(n * width) * sizeof *x);
    for (int64_t j = 0; j < width; j++) {
        long double mean = 0, square = 0;
        for (int64_t i = 0; i < n; i++) mean += x[i + j * n] = rows[i * p + j];
        mean /= n;
        for (int64_t i = 0; i < n; i++) square += (x[i + j * n] - mean) * (x[i + j * n] - mean);
        square = sqrtl(square / n);
        for (int64_t i = 0; scaled && i < n; i++) x[i + j * n] = (double)((x[i + j * n] - mean) / square);
        char name[16];
        snprintf(name, sizeof name, "x%d", (int)j);
        ck_assert_int_eq(cauce_table_add_f64(table, name, x + j * n, 1), CAUCE_OK);
    }
    return table;
}

static inline cauce_table *reference_classes(const double *rows, int64_t n, int64_t p, int64_t width,
                                             const int *y, double **cells) {
    static const char *const names[] = { "c0", "c1", "c2" };
    cauce_table *table = reference_columns(rows, n, p, width, true, cells);
    const char **texts = malloc((size_t)n * sizeof *texts);
    for (int64_t i = 0; i < n; i++) texts[i] = names[y[i]];
    ck_assert_int_eq(cauce_table_add_text(table, "y", texts), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    free(texts);
    return table;
}

static inline cauce_table *reference_diabetes(double **cells) {
    cauce_table *table = reference_columns(ref_diabetes_x, 442, 10, 10, false, cells);
    ck_assert_int_eq(cauce_table_add_f64(table, "y", ref_diabetes_y, 1), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    return table;
}

#endif
