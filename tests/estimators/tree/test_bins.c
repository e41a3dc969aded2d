#include "support/check_main.h"
#include "support/failing.h"
#include <math.h>
#include "base/alloc.h"
#include "base/run.h"
#include "tree/bins.h"

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int64_t code_at(const ca_bin_column *column, int64_t row) {
    switch (column->type) {
    case CA_BIN_U8: return ((const uint8_t *)column->codes)[row];
    case CA_BIN_U16: return ((const uint16_t *)column->codes)[row];
    case CA_BIN_U32: return ((const uint32_t *)column->codes)[row];
    default: return ((const int32_t *)column->codes)[row] == column->level;
    }
}

static cauce_train table_of(const cauce_schema *schema, cauce_batch *batch, int64_t n) {
    *batch = (cauce_batch){ .n_rows = n, .n_blocks = schema->n_fields, .blocks = batch->blocks };
    return (cauce_train){ .n_rows = n, .schema = schema, .x = batch };
}

/* As many distinct values as asked for, shuffled, negative ones and both zeros among them: multiples of a
 * unit, which single precision may hold. */
static void fill(double *x, int64_t n, int64_t distinct, double unit) {
    for (int64_t r = 0; r < n; r++) {
        int64_t k = r * 7919 % distinct;
        x[r] = (double)(k - distinct / 2) * unit;
        if (x[r] == 0 && r % 2) x[r] = -0.0;
    }
}

START_TEST(codes_are_ranks) {
    static const struct {
        int64_t n, distinct;
        ca_bin_type type;
    } cases[] = { { 1, 1, CA_BIN_U8 },          { 50, 7, CA_BIN_U8 },        { 600, 256, CA_BIN_U8 },
                  { 900, 257, CA_BIN_U16 },     { 900, 300, CA_BIN_U16 },    { 70000, 65536, CA_BIN_U16 },
                  { 80000, 65537, CA_BIN_U32 }, { 80000, 70000, CA_BIN_U32 } };
    for (size_t k = 0; k < 2 * sizeof cases / sizeof *cases; k++) {
        size_t i = k / 2;
        int64_t n = cases[i].n;
        double *x = malloc((size_t)n * sizeof *x), *sorted = malloc((size_t)n * sizeof *sorted);
        fill(x, n, cases[i].distinct, k % 2 ? 0.37 : 0.25);
        memcpy(sorted, x, (size_t)n * sizeof *x);
        qsort(sorted, (size_t)n, sizeof *sorted, ascending);
        cauce_field field = { .name = "x", .form = CAUCE_DENSE, .width = 1 };
        cauce_schema schema = { 1, &field, 1 };
        cauce_block block = { .values = x, .stride = n };
        cauce_batch batch = { .blocks = &block };
        cauce_train train = table_of(&schema, &batch, n);
        cauce_run run;
        ca_run_begin(&run);
        ca_bins bins;
        ck_assert_int_eq(ca_bins_make(&run, &train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
        const ca_bin_column *column = &bins.columns[0];
        ck_assert_int_eq(column->n_values, cases[i].distinct);
        ck_assert_int_eq(column->type, cases[i].type);
        int64_t at = 0;
        for (int64_t r = 0; r < n; r++)
            if (r == 0 || sorted[r] != sorted[r - 1])
                ck_assert_double_eq(ca_bin_value(column, at++), sorted[r]);
        ck_assert_int_eq(at, column->n_values);
        ck_assert_int_eq(column->singles != NULL, k % 2 == 0 && cases[i].distinct > 4096);
        for (int64_t r = 0; r < n; r++) {
            ck_assert_double_eq(ca_bin_value(column, code_at(column, r)), x[r]);
            ck_assert_double_eq(ca_bins_value(column, r), x[r]);
        }
        ca_bins_free(&bins);
        ca_run_end(&run);
        free(x);
        free(sorted);
    }
}
END_TEST

START_TEST(extreme_values_keep_their_order) {
    double x[] = { 1e308, -1e308, 5e-324, -5e-324, 0, -0.0, 1, 1 + 0x1p-52, 1e308 };
    cauce_field field = { .name = "x", .form = CAUCE_DENSE, .width = 1 };
    cauce_schema schema = { 1, &field, 1 };
    cauce_block block = { .values = x, .stride = 9 };
    cauce_batch batch = { .blocks = &block };
    cauce_train train = table_of(&schema, &batch, 9);
    cauce_run run;
    ca_run_begin(&run);
    ca_bins bins;
    ck_assert_int_eq(ca_bins_make(&run, &train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    static const int64_t expected[] = { 6, 0, 3, 1, 2, 2, 4, 5, 6 };
    for (int r = 0; r < 9; r++) ck_assert_int_eq(code_at(&bins.columns[0], r), expected[r]);
    ca_bins_free(&bins);
    ca_run_end(&run);
}
END_TEST

START_TEST(missing_numbers_come_last) {
    double x[] = { 3, (double)NAN, -1, 3, (double)NAN, HUGE_VAL }, none[] = { (double)NAN, (double)NAN };
    static const int64_t expected[] = { 1, 3, 0, 1, 3, 2 };
    cauce_run run;
    ca_run_begin(&run);
    ca_bin_column column = { 0 };
    ck_assert_int_eq(ca_bins_code(&run, x, 6, &column), CAUCE_OK);
    ck_assert(column.missing && column.n_values == 3);
    for (int r = 0; r < 6; r++) ck_assert_int_eq(code_at(&column, r), expected[r]);
    ck_assert(isnan(ca_bins_value(&column, 1)));
    ck_assert_double_eq(ca_bins_value(&column, 5), HUGE_VAL);
    ca_free(column.memory);
    column = (ca_bin_column){ 0 };
    ck_assert_int_eq(ca_bins_code(&run, none, 2, &column), CAUCE_OK);
    ck_assert(column.missing && column.n_values == 0 && isnan(ca_bins_value(&column, 0)));
    ca_free(column.memory);
    ca_run_end(&run);
}
END_TEST

/* A byte holds 256 codes: with missing rows one of them is taken. */
START_TEST(the_missing_code_fits) {
    double x[257];
    for (int r = 0; r < 256; r++) x[r] = r;
    x[256] = (double)NAN;
    cauce_run run;
    ca_run_begin(&run);
    ca_bin_column column = { 0 };
    ck_assert_int_eq(ca_bins_code(&run, x, 257, &column), CAUCE_OK);
    ck_assert_int_eq(column.type, CA_BIN_U16);
    ck_assert_int_eq(code_at(&column, 256), 256);
    ca_free(column.memory);
    ca_run_end(&run);
}
END_TEST

START_TEST(categories_are_ranked_and_one_hot_is_borrowed) {
    int32_t codes[4] = { 2, -1, 0, 2 };
    cauce_field field = { .name = "city", .form = CAUCE_ONEHOT, .width = 3 };
    cauce_schema schema = { 1, &field, 3 };
    cauce_block block = { .codes = codes };
    cauce_batch batch = { .blocks = &block };
    cauce_train train = table_of(&schema, &batch, 4);
    cauce_run run;
    ca_run_begin(&run);
    ca_bins bins;
    ck_assert_int_eq(ca_bins_make(&run, &train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    for (int32_t j = 0; j < 3; j++) {
        ck_assert_ptr_eq(bins.columns[j].codes, codes);
        for (int r = 0; r < 4; r++) ck_assert_double_eq(ca_bins_value(&bins.columns[j], r), codes[r] == j);
    }
    ca_bins_free(&bins);
    ca_bins_free(&bins);
    static const char *const texts[] = { "Bern", "Oslo", "Rome" };
    double y[4] = { 5, 0, 7, 3 }; /* Rome has mean 4, Bern 7, Oslo no row: mean of all, 5 */
    ca_keep keep = { 0 };
    run.keep = &keep;
    field.form = CAUCE_CODES;
    field.width = 1;
    field.levels = cauce_levels_keep(&run, texts, 3);
    schema.width = 1;
    train.y = y;
    ck_assert_int_eq(ca_bins_make(&run, &train, NULL, CA_BINS_WITH_VALUES, &bins), CAUCE_OK);
    static const int32_t ranks[] = { 2, 1, 0 };
    static const int64_t expected[] = { 0, 3, 2, 0 };
    ck_assert_int_eq(bins.n_levels, 3);
    for (int k = 0; k < 3; k++) ck_assert_int_eq(bins.level_rank[k], ranks[k]);
    for (int r = 0; r < 4; r++) ck_assert_int_eq(code_at(&bins.columns[0], r), expected[r]);
    ck_assert(bins.columns[0].missing);
    ca_bins_free(&bins);
    ca_run_end(&run);
    ca_arena_free(&keep.arena);
}
END_TEST

/* Values that are hardly ever met again, and one that is missing behind all that are tried. */
START_TEST(missing_among_values_that_all_differ) {
    enum { N = 30000 };
    double *x = malloc(N * sizeof *x);
    fill(x, N, N, 0.25);
    x[N - 7] = (double)NAN;
    cauce_run run;
    ca_run_begin(&run);
    ca_bin_column column = { 0 };
    ck_assert_int_eq(ca_bins_code(&run, x, N, &column), CAUCE_OK);
    ck_assert(column.missing);
    ck_assert_int_eq(column.n_values, N - 1);
    ck_assert_int_eq(code_at(&column, N - 7), N - 1);
    for (int64_t r = 0; r < N; r++)
        if (r != N - 7) ck_assert_double_eq(ca_bins_value(&column, r), x[r]);
    ca_free(column.memory);
    ca_run_end(&run);
    free(x);
}
END_TEST

TEST_MAIN("bins", TEST(codes_are_ranks), TEST(missing_among_values_that_all_differ),
          TEST(extreme_values_keep_their_order), TEST(missing_numbers_come_last), TEST(the_missing_code_fits),
          TEST(categories_are_ranked_and_one_hot_is_borrowed))
