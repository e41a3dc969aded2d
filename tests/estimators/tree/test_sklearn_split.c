#include "estimators/sklearn_support.h"
#include "tree/sklearn.h"

static void check_sorted(ca_sk_row *rows, int64_t n) {
    bool *seen = calloc((size_t)n + 1, sizeof *seen);
    ca_sk_sort(rows, n);
    for (int64_t i = 0; i < n; i++) {
        ck_assert(i == 0 || rows[i - 1].x <= rows[i].x);
        ck_assert(!seen[rows[i].row]);
        seen[rows[i].row] = true;
    }
    free(seen);
}

START_TEST(sorted) {
    ca_sk_row rows[700];
    noise_state = 3;
    for (int64_t n = 0; n < 700; n += n < 20 ? 1 : 97)
        for (int levels = 1; levels < 2000; levels *= 7) {
            for (uint32_t i = 0; i < n; i++) rows[i] = (ca_sk_row){ (float)floor(noise() * levels), i };
            check_sorted(rows, n);
        }
}
END_TEST

/* Keys on which the sort goes too deep and becomes another. */
START_TEST(sorted_where_quicksort_goes_deep) {
    ca_sk_row rows[200];
    for (uint32_t i = 0; i < 200; i++) rows[i] = (ca_sk_row){ (float)sklearn_deep[i], i };
    check_sorted(rows, 200);
}
END_TEST

/* Sums of 1/3, 1/4, ... as numpy has them; added one by one they end in other digits. */
START_TEST(sums_are_numpys) {
    static const struct {
        int64_t n;
        double sum;
    } known[] = { { 7, 1.3289682539682539 },   { 8, 1.4289682539682538 },   { 9, 1.5198773448773446 },
                  { 100, 3.7070824293072571 }, { 128, 3.9485913382659761 }, { 129, 3.956224926052236 },
                  { 130, 3.9638006836279933 }, { 300, 4.7892973977138622 }, { 1000, 5.9874678655413618 } };
    double x[1000];
    for (int i = 0; i < 1000; i++) x[i] = 1 / (i + 3.0);
    ck_assert_double_eq(ca_sk_sum(x, 0), 0);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        ck_assert_double_eq(ca_sk_sum(x, known[i].n), known[i].sum);
}
END_TEST

TEST_MAIN("sklearn_split", TEST(sorted), TEST(sorted_where_quicksort_goes_deep), TEST(sums_are_numpys))
