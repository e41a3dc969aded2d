#include "math/sort.h"
#include "support/check_main.h"
#include "support/failing.h"

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* `kind` of numbers: few distinct, wide, denormal and infinite, already sorted. */
static double make(int kind, int64_t i, cauce_rng *rng) {
    switch (kind) {
    case 0: return (double)cauce_rng_below(rng, 9) - 4;
    case 1: return ldexp(cauce_rng_uniform(rng) - 0.5, (int)cauce_rng_below(rng, 600) - 300);
    case 2: {
        static const double odd[] = {
            0.0, -0.0, 5e-324, -5e-324, (double)INFINITY, -(double)INFINITY, 1, -1
        };
        return odd[cauce_rng_below(rng, 8)];
    }
    default: return (double)i;
    }
}

static const int64_t lengths[] = { 0, 1, 2, 3, 47, 48, 49, 50, 300, 5000, 70000 };

START_TEST(argsort) {
    cauce_run run;
    ca_run_begin(&run);
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "sort", 0);
    double *values = malloc(70000 * sizeof *values);
    int64_t *order = malloc(70000 * sizeof *order);
    char *seen = malloc(70000);
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
        for (int kind = 0; kind < 8; kind++) {
            int64_t n = lengths[l];
            for (int64_t i = 0; i < n; i++) {
                values[i] = make(kind % 4, i, &rng);
                if (kind >= 4 && cauce_rng_below(&rng, 10) == 0)
                    values[i] = cauce_rng_below(&rng, 2) ? (double)NAN : -(double)NAN;
            }
            ck_assert_int_eq(ca_argsort(&run, values, n, order), CAUCE_OK);
            memset(seen, 0, 70000);
            for (int64_t i = 0; i < n; i++) {
                ck_assert(order[i] >= 0 && order[i] < n && !seen[order[i]]);
                seen[order[i]] = 1;
                if (i == 0) continue;
                double a = values[order[i - 1]], b = values[order[i]];
                bool equal = a == b || (isnan(a) && isnan(b));
                ck_assert(equal ? order[i - 1] < order[i] : isnan(b) || a < b);
            }
        }
    free(values);
    free(order);
    free(seen);
    ca_run_end(&run);
}
END_TEST

START_TEST(sort) {
    cauce_run run;
    ca_run_begin(&run);
    cauce_rng rng;
    cauce_rng_init(&rng, 2, "sort", 0);
    double *values = malloc(70000 * sizeof *values), *expected = malloc(70000 * sizeof *values);
    for (size_t l = 0; l < sizeof lengths / sizeof *lengths; l++)
        for (int kind = 0; kind < 4; kind++) {
            int64_t n = lengths[l];
            for (int64_t i = 0; i < n; i++) values[i] = expected[i] = make(kind, i, &rng);
            qsort(expected, (size_t)n, sizeof *expected, by_value);
            ck_assert_int_eq(ca_sort(&run, values, n), CAUCE_OK);
            for (int64_t i = 0; i < n; i++) {
                ck_assert(values[i] == expected[i]);
                if (i && values[i] == 0 && values[i - 1] == 0) /* -0 before 0, for every input order */
                    ck_assert(signbit(values[i - 1]) || !signbit(values[i]));
            }
        }
    free(values);
    free(expected);
    ca_run_end(&run);
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    FAILING_EACH(pass) {
        static double values[1000], copy[1000];
        static int64_t order[1000];
        for (int i = 0; i < 1000; i++) values[i] = copy[i] = (i * 37) % 1000;
        cauce_run run;
        ca_run_begin(&run);
        cauce_status status = ca_argsort(&run, values, 1000, order);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_forgive(&run);
        status = ca_sort(&run, values, 1000);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        if (status != CAUCE_OK) ck_assert_mem_eq(values, copy, sizeof copy);
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("sort", TEST(argsort), TEST(sort), TEST(without_memory))
