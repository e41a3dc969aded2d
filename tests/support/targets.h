/* The table of tests/reference/targets.h: columns x0 to x7 of diabetes, and three targets. */
#ifndef TESTS_SUPPORT_TARGETS_H
#define TESTS_SUPPORT_TARGETS_H

#include "support/check_main.h"
#include "support/tables.h"

#include "reference/linear.h"
#include "reference/targets.h"

static const char *const target_names[3] = { "y", "s5", "s6" };

/* The first n rows. width 9: x8 is x0 - 2 x2. weighted: a column w of weights. The cells are borrowed: *cells
 * is to be freed after the table. */
static inline cauce_table *table_of_targets(int64_t n, int width, bool weighted, double **cells) {
    cauce_table *table = cauce_table_new(n);
    double *x = *cells = malloc((size_t)n * 13 * sizeof *x);
    for (int64_t i = 0; i < n; i++) {
        const double *row = ref_diabetes_x + i * 10;
        for (int j = 0; j < 8; j++) x[i + j * n] = row[j];
        x[i + 8 * n] = row[0] - 2 * row[2];
        x[i + 9 * n] = ref_diabetes_y[i];
        x[i + 10 * n] = 100 * row[8];
        x[i + 11 * n] = 100 * row[9];
        x[i + 12 * n] = (double)((7 * i) % 3 + 1);
    }
    for (int j = 0; j < width; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", j);
        ck_assert_int_eq(cauce_table_add_f64(table, name, x + j * n, 1), CAUCE_OK);
    }
    for (int t = 0; t < 3; t++)
        ck_assert_int_eq(cauce_table_add_f64(table, target_names[t], x + (9 + t) * n, 1), CAUCE_OK);
    if (weighted) {
        ck_assert_int_eq(cauce_table_add_f64(table, "w", x + 12 * n, 1), CAUCE_OK);
        ck_assert_int_eq(cauce_table_set_role(table, "w", CAUCE_WEIGHT), CAUCE_OK);
    }
    ck_assert_int_eq(cauce_table_set_targets(table, target_names, 3), CAUCE_OK);
    return table;
}

#endif
