/* Rows drawn for an iteration. */
#include "base/run.h"
#include "boost/fit.h"
#include "support/check_main.h"

enum { N = 1000, OUTPUTS = 2 };

typedef struct rows_of {
    float pairs[2 * OUTPUTS * N], before[2 * OUTPUTS * N];
    int32_t times[N];
    uint32_t drawn[N];
    double sum_g[OUTPUTS], sum_h[OUTPUTS];
    ca_boost_rows rows;
} rows_of;

static uint64_t noise_state;
static double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

static void fill(rows_of *r, bool ties) {
    noise_state = 5;
    for (int i = 0; i < 2 * OUTPUTS * N; i++) {
        double u = noise() * noise() - 0.3;
        r->pairs[i] = (float)(i % 2 ? fabs(u) + 0.1 : ties ? floor(u * 3) : u);
        if (ties && i % 2) r->pairs[i] = 1;
    }
    for (int i = 0; i < N; i++) r->times[i] = 1 + i % 3;
    memcpy(r->before, r->pairs, sizeof r->pairs);
    r->rows = (ca_boost_rows){ N, OUTPUTS, N, r->pairs, r->times };
}

static double size_of(const rows_of *r, uint32_t row) {
    double sum = 0;
    for (int c = 0; c < OUTPUTS; c++)
        sum +=
            fabs((double)r->before[2 * (c * N + (int)row)] * (double)r->before[2 * (c * N + (int)row) + 1]);
    return sum;
}

/* The largest fifth, and a tenth of all among the others, which count eightfold. */
START_TEST(largest_gradients_and_some_others) {
    static rows_of r;
    cauce_run run;
    ca_run_begin(&run);
    ca_boost_plan plan = { .one_side = true, .top_rate = 0.2, .other_rate = 0.1, .learning_rate = 1 };
    for (int ties = 0; ties < 2; ties++)
        for (int64_t iteration = 1; iteration <= 20; iteration++) {
            int64_t n, large = 0, other = 0;
            double least = HUGE_VAL, most = 0, sum_g = 0, sum_h = 0;
            static bool kept[N];
            memset(kept, 0, sizeof kept);
            fill(&r, ties);
            ck_assert_int_eq(ca_boosting_draw(&run, &plan, iteration, &r.rows, r.drawn, &n, r.sum_g, r.sum_h),
                             CAUCE_OK);
            ck_assert_int_eq(n, 300);
            for (int64_t i = 0; i < n; i++) {
                uint32_t row = r.drawn[i];
                ck_assert(i == 0 || row > r.drawn[i - 1]);
                float factor = r.pairs[2 * row + 1] / r.before[2 * row + 1];
                kept[row] = factor < 1.5f;
                large += factor < 1.5f;
                other += factor > 7.9f && factor < 8.1f;
                if (kept[row] && size_of(&r, row) < least) least = size_of(&r, row);
                sum_g += fabs((double)r.pairs[2 * row]) * r.times[row];
                sum_h += (double)r.pairs[2 * (N + row) + 1] * r.times[row];
            }
            ck_assert_int_eq(large, 200);
            ck_assert_int_eq(other, 100);
            for (uint32_t row = 0; row < N; row++)
                if (!kept[row] && size_of(&r, row) > most) most = size_of(&r, row);
            ck_assert_double_le(most, least * (1 + 1e-6)); /* ranked in single precision */
            ck_near(r.sum_g[0], sum_g, 1e-12);
            ck_near(r.sum_h[1], sum_h, 1e-12);
        }
    ca_run_end(&run);
}
END_TEST

/* On average the sums are those of all rows. */
START_TEST(sums_are_kept_on_average) {
    static rows_of r;
    cauce_run run;
    ca_run_begin(&run);
    enum { TIMES = 2000 };
    ca_boost_plan plan = { .one_side = true, .top_rate = 0.1, .other_rate = 0.2, .learning_rate = 1 };
    double whole = 0, sum = 0;
    fill(&r, false);
    for (int i = 0; i < N; i++) whole += (double)r.before[2 * i];
    for (int64_t iteration = 1; iteration <= TIMES; iteration++) {
        int64_t n;
        memcpy(r.pairs, r.before, sizeof r.pairs);
        ck_assert_int_eq(ca_boosting_draw(&run, &plan, iteration, &r.rows, r.drawn, &n, r.sum_g, r.sum_h),
                         CAUCE_OK);
        for (int64_t i = 0; i < n; i++) sum += (double)r.pairs[2 * r.drawn[i]] / TIMES;
    }
    ck_near(sum, whole, 0.01);
    ca_run_end(&run);
}
END_TEST

/* The first 1 / learning_rate iterations see all rows, as they are. */
START_TEST(all_rows_at_first) {
    static rows_of r;
    cauce_run run;
    ca_run_begin(&run);
    ca_boost_plan plan = { .one_side = true, .top_rate = 0.2, .other_rate = 0.1, .learning_rate = 0.1 };
    for (int64_t iteration = 0; iteration <= 10; iteration++) {
        int64_t n;
        fill(&r, false);
        r.sum_g[0] = -1;
        ca_boosting_draw(&run, &plan, iteration, &r.rows, r.drawn, &n, r.sum_g, r.sum_h);
        ck_assert_int_eq(n, iteration < 10 ? N : 300);
        ck_assert_int_eq(memcmp(r.pairs, r.before, sizeof r.pairs) == 0, iteration < 10);
        ck_assert_int_eq(r.sum_g[0] < 0, iteration < 10);
    }
    ca_run_end(&run);
}
END_TEST

START_TEST(alike) {
    static rows_of r;
    static int often[N];
    cauce_run run;
    ca_run_begin(&run);
    ca_boost_plan plan = { .subsample = 0.25 };
    fill(&r, false);
    memset(often, 0, sizeof often);
    for (int64_t iteration = 0; iteration < 400; iteration++) {
        int64_t n;
        ca_boosting_draw(&run, &plan, iteration, &r.rows, r.drawn, &n, r.sum_g, r.sum_h);
        ck_assert_int_eq(n, 250);
        for (int64_t i = 0; i < n; i++) often[r.drawn[i]]++;
    }
    for (int i = 0; i < N; i++) ck_assert(often[i] > 50 && often[i] < 150); /* 100, s.d. 8.7 */
    plan.subsample = 1e-9;
    int64_t n;
    ca_boosting_draw(&run, &plan, 0, &r.rows, r.drawn, &n, r.sum_g, r.sum_h);
    ck_assert_int_eq(n, 1);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("boosting draws", TEST(largest_gradients_and_some_others), TEST(sums_are_kept_on_average),
          TEST(all_rows_at_first), TEST(alike))
