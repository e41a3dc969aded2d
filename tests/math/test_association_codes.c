/* Scores of one-hot columns by their codes, against the same columns written out, and scikit-learn. */
#include "cauce/context.h"
#include "math/association_codes.h"
#include "math/stats.h"
#include "reference/one_hot.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/noise.h"

enum { MOST_ROWS = 400, MOST_WIDTH = 60 };

static int32_t codes[MOST_ROWS], y_class[MOST_ROWS];
static double y[MOST_ROWS], weight[MOST_ROWS], x[MOST_ROWS];

static double unit(void) {
    return noise(1u << 30) / (double)(1u << 30);
}

/* Which numbers, and how the codes depend on them. */
typedef struct shape {
    int64_t n;
    int32_t width, classes;
    int codes;   /* 0: of any kind, 1: one holds most rows, 2: like the class, 3: by the size of y, 4: all one
                  */
    int values;  /* of y: 0: all differ, else so many different ones; -1: some far out */
    int weights; /* 0: none, 1: whole numbers, 2: any, 3: from 1e-9 to 1e9 */
} shape;

static double number(const shape *s) {
    if (s->values > 0) return noise((uint32_t)s->values) - 3.5;
    if (s->values < 0 && noise(30) == 0) return unit() * exp(20 * unit());
    return unit() + unit() - 0.7;
}

static ca_associated make(const shape *s, bool numbers) {
    for (int64_t r = 0; r < s->n; r++) {
        const uint32_t width = (uint32_t)s->width;
        y[r] = number(s);
        y_class[r] = (int32_t)noise((uint32_t)s->classes);
        weight[r] = s->weights == 1 ? 1 + noise(4) : s->weights == 2 ? 0.1 + unit() : exp(41 * unit() - 20.5);
        codes[r] = (int32_t)noise(width + 1) - 1;
        if (s->codes == 1 && noise(20)) codes[r] = s->width / 2;
        if (s->codes == 2 && noise(50)) codes[r] = y_class[r] % s->width;
        if (s->codes == 3) codes[r] = (int32_t)fmin(s->width - 1, fabs(floor(2 * y[r])));
        if (s->codes == 4) codes[r] = s->width - 1;
    }
    return (ca_associated){ s->n, numbers ? NULL : y_class, numbers ? 0 : s->classes, numbers ? y : NULL,
                            s->weights ? weight : NULL };
}

static void column(const shape *s, int32_t j) {
    for (int64_t r = 0; r < s->n; r++) x[r] = codes[r] == j;
}

static const shape shapes[] = {
    { 1, 1, 1, 0, 0, 0 },    { 2, 1, 2, 0, 0, 0 },     { 7, 3, 2, 0, 0, 0 },       { 40, 5, 3, 0, 0, 1 },
    { 200, 60, 4, 0, 0, 0 }, { 400, 13, 40, 0, 0, 2 }, { 400, 4, 2, 1, 0, 2 },     { 300, 5, 5, 2, 0, 0 },
    { 300, 5, 5, 2, 0, 3 },  { 400, 9, 3, 3, 0, 0 },   { 400, 9, 3, 3, 0, 2 },     { 60, 2, 3, 4, 0, 1 },
    { 400, 9, 3, 0, 8, 0 },  { 400, 3, 2, 3, 8, 0 },   { 400, 6, 2, 0, -1, 0 },    { 400, 40, 2, 3, -1, 3 },
    { 400, 2, 2, 1, 30, 0 }, { 33, 11, 9, 0, 1, 0 },   { 400, 60, 300, 0, 60, 1 }, { 100, 7, 2, 2, -1, 0 },
};

/* Scores from few rows that nearly cancel have as many digits as their largest terms; so have the p-values of
 * these. */
static void same(const shape *s, ca_association got, ca_association expected, double tolerance) {
    const double scale = fabs(expected.score) > 1e-3 ? fabs(expected.score) : 1e-3;
    ck_assert_msg(got.score == expected.score || (isnan(got.score) && isnan(expected.score)) ||
                      fabs(got.score - expected.score) <= tolerance * scale,
                  "shape %d: %.17g, not %.17g", (int)(s - shapes), got.score, expected.score);
    ck_assert_msg(got.pvalue == expected.pvalue || (isnan(got.pvalue) && isnan(expected.pvalue)) ||
                      fabs(got.pvalue - expected.pvalue) <=
                          1e3 * tolerance * (1e-300 + expected.pvalue * (1 + fabs(log(expected.pvalue)))),
                  "shape %d: p %.17g, not %.17g", (int)(s - shapes), got.pvalue, expected.pvalue);
}

static void compare(cauce_run *run, const shape *s, ca_scoring scoring, const ca_associated *target,
                    int64_t k) {
    ca_association found[MOST_WIDTH], alone;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ck_assert_int_eq(ca_score_codes(run, scoring, target, codes, s->width, k, found), CAUCE_OK);
    for (int32_t j = 0; j < s->width; j++) {
        column(s, j);
        switch (scoring) {
        case CA_SCORE_ANOVA: ck_assert_int_eq(ca_anova(run, target, x, &alone), CAUCE_OK); break;
        case CA_SCORE_CHI2: ck_assert_int_eq(ca_chi2(run, target, x, &alone), CAUCE_OK); break;
        case CA_SCORE_F_REGRESSION:
            ck_assert_int_eq(ca_f_regression(run, target, x, &alone), CAUCE_OK);
            break;
        case CA_SCORE_INFORMATION:
            ck_assert_int_eq(ca_mutual_information(run, target, x, k, &alone), CAUCE_OK);
        }
        same(s, found[j], alone, scoring == CA_SCORE_CHI2 ? 0 : 1e-9);
    }
    ca_arena_back(&run->scratch, mark);
}

START_TEST(like_columns_written_out) {
    cauce_run run;
    ca_run_begin(&run);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        for (int again = 0; again < 12; again++) {
            const shape *s = &shapes[i];
            ca_associated target = make(s, false);
            compare(&run, s, CA_SCORE_ANOVA, &target, 0);
            compare(&run, s, CA_SCORE_CHI2, &target, 0);
            target.weight = NULL;
            for (int64_t k = 1; k < 60; k = 2 * k + 1) compare(&run, s, CA_SCORE_INFORMATION, &target, k);
            target = make(s, true);
            compare(&run, s, CA_SCORE_F_REGRESSION, &target, 0);
            target.weight = NULL;
            for (int64_t k = 1; k < 60; k = 2 * k + 1) compare(&run, s, CA_SCORE_INFORMATION, &target, k);
        }
    ca_run_end(&run);
}
END_TEST

START_TEST(variances_like_columns_written_out) {
    cauce_run run;
    ca_run_begin(&run);
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
        const shape *s = &shapes[i];
        const ca_associated target = make(s, true);
        double variance[MOST_WIDTH];
        bool differs[MOST_WIDTH];
        ck_assert_int_eq(ca_variance_codes(&run, codes, target.weight, s->n, s->width, variance, differs),
                         CAUCE_OK);
        for (int32_t j = 0; j < s->width; j++) {
            int64_t ones = 0;
            column(s, j);
            for (int64_t r = 0; r < s->n; r++) ones += codes[r] == j;
            ck_assert_int_eq(differs[j], ones > 0 && ones < s->n);
            ck_near(variance[j], ca_moments_of(x, target.weight, s->n).var, 1e-13);
        }
    }
    ca_run_end(&run);
}
END_TEST

START_TEST(like_the_reference) {
    enum { N = sizeof ref_coded / sizeof *ref_coded, WIDTH = 12 };
    cauce_run run;
    ca_run_begin(&run);
    ca_association found[WIDTH];
    double variance[WIDTH];
    bool differs[WIDTH];
    for (int r = 0; r < N; r++) codes[r] = ref_coded[r], y_class[r] = ref_coded_class[r];
    ca_associated classes = { N, y_class, 4, NULL, NULL }, numbers = { N, NULL, 0, ref_coded_y, NULL };
    ck_assert_int_eq(ca_score_codes(&run, CA_SCORE_ANOVA, &classes, codes, WIDTH, 0, found), CAUCE_OK);
    for (int j = 0; j < WIDTH; j++) {
        ck_close(found[j].score, ref_coded_f[j], 1e-10);
        ck_close(found[j].pvalue, ref_coded_f_p[j], 1e-10);
    }
    ck_assert_int_eq(ca_score_codes(&run, CA_SCORE_CHI2, &classes, codes, WIDTH, 0, found), CAUCE_OK);
    for (int j = 0; j < WIDTH; j++) {
        ck_close(found[j].score, ref_coded_chi2[j], 1e-12);
        ck_close(found[j].pvalue, ref_coded_chi2_p[j], 1e-10);
    }
    ck_assert_int_eq(ca_score_codes(&run, CA_SCORE_F_REGRESSION, &numbers, codes, WIDTH, 0, found), CAUCE_OK);
    for (int j = 0; j < WIDTH; j++) {
        ck_close(found[j].score, ref_coded_regression[j], 1e-10);
        ck_close(found[j].pvalue, ref_coded_regression_p[j], 1e-9);
    }
    ck_assert_int_eq(ca_variance_codes(&run, codes, NULL, N, WIDTH, variance, differs), CAUCE_OK);
    for (int j = 0; j < WIDTH; j++) ck_close(variance[j], ref_coded_variances[j], 1e-14);
    ca_run_end(&run);
}
END_TEST

/* More columns than one task takes. */
START_TEST(any_number_of_threads) {
    enum { N = 30000, WIDTH = 5000 };
    int32_t *code = calloc(N, sizeof *code), *class = calloc(N, sizeof *class);
    double *number = calloc(N, sizeof *number);
    ca_association *found = calloc(WIDTH, sizeof *found), *first = calloc(WIDTH, sizeof *first);
    for (int r = 0; r < N; r++) {
        code[r] = (int32_t)noise(WIDTH);
        class[r] = (int32_t)noise(5);
        number[r] = unit() + 0.1 * (code[r] % 7);
    }
    const ca_associated classes = { N, class, 5, NULL, NULL }, numbers = { N, NULL, 0, number, NULL };
    for (int which = 0; which < 5; which++) {
        static const int threads[] = { 1, 2, 7 };
        for (int t = 0; t < 3; t++) {
            cauce_run run;
            cauce_context *context = cauce_context_new();
            cauce_context_set_threads(context, threads[t]);
            cauce_context *before = cauce_context_use(context);
            ca_run_begin(&run);
            ck_assert_int_eq(ca_score_codes(&run, (ca_scoring)(which < 4 ? which : 3),
                                            which == 1 || which == 4 ? &numbers : &classes, code, WIDTH, 3,
                                            t ? found : first),
                             CAUCE_OK);
            ck_assert(t == 0 || memcmp(found, first, WIDTH * sizeof *found) == 0);
            ca_run_end(&run);
            cauce_context_use(before);
            cauce_context_free(context);
        }
    }
    free(code), free(class), free(number), free(found), free(first);
}
END_TEST

START_TEST(allocations_fail) {
    const shape *s = &shapes[6];
    ca_association found[MOST_WIDTH];
    const ca_associated classes = make(s, false), numbers = { s->n, NULL, 0, y, weight };
    failing_install();
    FAILING_EACH(pass) {
        cauce_run run;
        ca_run_begin(&run);
        cauce_status status = ca_score_codes(&run, CA_SCORE_ANOVA, &classes, codes, s->width, 0, found);
        if (status == CAUCE_OK)
            status = ca_score_codes(&run, CA_SCORE_F_REGRESSION, &numbers, codes, s->width, 0, found);
        if (status == CAUCE_OK)
            status = ca_score_codes(&run, CA_SCORE_INFORMATION, &numbers, codes, s->width, 3, found);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("association_codes", TEST(like_columns_written_out), TEST(variances_like_columns_written_out),
          TEST(like_the_reference), TEST(any_number_of_threads), TEST(allocations_fail))
