/* Ranks against counting. */
#include "math/ranks.h"

#include <stdlib.h>

#include "base/run.h"
#include "support/check_main.h"

enum { MOST = 3000 };

static uint64_t state = 5;
static double noise(void) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) * 0x1p-53;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Evenly spread, skewed, crowded in one place, over all magnitudes, next to each other, with ends that no
 * difference can be taken of. */
static double number_of(int shape) {
    double u = noise();
    switch (shape) {
    case 0: return u;
    case 1: return -log(u);
    case 2: return noise() < 0.01 ? 1e6 * u : 1e-3 * u;
    case 3: return (noise() < 0.5 ? -1 : 1) * exp(1400 * u - 700);
    case 4: return 1 + floor(200 * u) * 0x1p-52;
    case 5: return noise() < 0.01 ? (noise() < 0.5 ? -HUGE_VAL : HUGE_VAL) : u;
    case 6: return (noise() < 0.5 ? -1 : 1) * 1.7e308 * u;
    default: return floor(40 * u) - 20;
    }
}

static int64_t make_numbers(int shape, int64_t wanted, double *numbers) {
    int64_t n = 0;
    for (int64_t i = 0; i < wanted; i++) numbers[i] = number_of(shape);
    qsort(numbers, (size_t)wanted, sizeof *numbers, ascending);
    for (int64_t i = 0; i < wanted; i++)
        if (n == 0 || numbers[i] > numbers[n - 1]) numbers[n++] = numbers[i];
    return n;
}

static uint32_t count_below(const double *numbers, int64_t n, double x) {
    uint32_t below = 0;
    for (int64_t i = 0; i < n; i++) below += numbers[i] < x;
    return below;
}

static void check_one(const ca_ranks *ranks, const double *numbers, double x) {
    ck_assert_uint_eq(ca_rank(ranks, x), count_below(numbers, ranks->n, x));
}

static void check(const ca_ranks *ranks, const double *numbers, int shape) {
    double x[21];
    uint32_t rank[21];
    static const double ends[] = { HUGE_VAL, -HUGE_VAL, 0.0, -0.0, 1.7e308, -1.7e308, (double)NAN };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) check_one(ranks, numbers, ends[i]);
    for (int64_t i = 0; i < ranks->n; i += 1 + ranks->n / 50) {
        check_one(ranks, numbers, numbers[i]);
        check_one(ranks, numbers, nextafter(numbers[i], HUGE_VAL));
        check_one(ranks, numbers, nextafter(numbers[i], -HUGE_VAL));
    }
    for (int64_t n = 0; n <= 20; n++) {
        rank[n] = 77;
        for (int64_t i = 0; i < n; i++) x[i] = noise() < 0.05 ? (double)NAN : number_of(shape);
        ca_ranks_of(ranks, x, n, rank);
        for (int64_t i = 0; i < n; i++) ck_assert_uint_eq(rank[i], count_below(numbers, ranks->n, x[i]));
        ck_assert_uint_eq(rank[n], 77);
    }
}

START_TEST(ranks_count) {
    static const int64_t sizes[] = { 0, 1, 2, 3, 7, 8, 9, 31, 100, 1000, MOST };
    double *numbers = malloc(MOST * sizeof *numbers);
    for (int shape = 0; shape < 8; shape++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            cauce_run run;
            ca_keep keep = { .lock = 0 };
            ca_ranks ranks;
            int64_t n = make_numbers(shape, sizes[i], numbers);
            ca_run_begin(&run);
            run.keep = &keep;
            ck_assert_int_eq(ca_ranks_make(&run, numbers, n, &ranks), CAUCE_OK);
            ck_assert_int_eq(ranks.n, n);
            check(&ranks, numbers, shape);
            ca_run_end(&run);
            ca_arena_free(&keep.arena);
        }
    free(numbers);
}
END_TEST

/* Even numbers are found in few looks, however many there are. */
START_TEST(even_numbers_need_few_looks) {
    double *numbers = malloc(MOST * sizeof *numbers);
    cauce_run run;
    ca_keep keep = { .lock = 0 };
    ca_ranks ranks;
    for (int i = 0; i < MOST; i++) numbers[i] = 3 + 0.25 * i;
    ca_run_begin(&run);
    run.keep = &keep;
    ck_assert_int_eq(ca_ranks_make(&run, numbers, MOST, &ranks), CAUCE_OK);
    ck_assert_int_le(ranks.half, 1);
    ca_run_end(&run);
    ca_arena_free(&keep.arena);
    free(numbers);
}
END_TEST

TEST_MAIN("ranks", TEST(ranks_count), TEST(even_numbers_need_few_looks))
