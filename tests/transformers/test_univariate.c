/* Selection of columns one by one: who is kept, in which order, under which names. */
#include "reference/one_hot.h"
#include "reference/univariate.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"

extern const cauce_component cauce_select_k_best, cauce_select_percentile, cauce_select_fpr, cauce_select_fdr,
    cauce_select_fwe;

static const char *const classes[] = { "a", "b", "c", NULL };

static frame *made_frame(void) {
    frame *f = frame_new(50);
    frame_wide(f, "x", 20, ref_made, NULL);
    return f;
}

static int32_t made_y[50];

static frame_target made_target(void) {
    for (int r = 0; r < 50; r++) made_y[r] = ref_made_y[r];
    return (frame_target){ .y_class = made_y, .classes = classes };
}

START_TEST(like_the_reference) {
    static const struct {
        const cauce_component *component;
        const char *params;
        const int *support;
    } rows[] = { { &cauce_select_k_best, "k=3", ref_made_k3 },
                 { &cauce_select_k_best, "k=1", ref_made_k1 },
                 { &cauce_select_k_best, "k=18", ref_made_k18 },
                 { &cauce_select_k_best, "k=19", ref_made_k19 },
                 { &cauce_select_percentile, "", ref_made_p10 },
                 { &cauce_select_percentile, "percentile=5", ref_made_p5 },
                 { &cauce_select_percentile, "percentile=33", ref_made_p33 },
                 { &cauce_select_percentile, "percentile=7", ref_made_p7 },
                 { &cauce_select_percentile, "percentile=95", ref_made_p95 },
                 { &cauce_select_fpr, "", ref_made_fpr },
                 { &cauce_select_fdr, "", ref_made_fdr },
                 { &cauce_select_fdr, "alpha=0.2", ref_made_fdr2 },
                 { &cauce_select_fwe, "", ref_made_fwe } };
    frame *train = made_frame();
    frame_target target = made_target();
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fitted t;
        ck_assert_msg(fitted_learn(&t, rows[i].component, rows[i].params, train, &target, NULL) == CAUCE_OK,
                      "%s", t.run.error.message);
        const uint8_t *support = fitted_array(&t, "support");
        for (int j = 0; j < 20; j++)
            ck_assert_msg(support[j] == rows[i].support[j], "%s %s: column %d", rows[i].component->name,
                          rows[i].params, j);
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(cells_and_names) {
    frame *train = frame_new(6);
    frame_numbers(train, "bad", (const double[]){ 1, 2, 3, 1, 2, 3 });
    frame_wide(train, "w", 2, (const double[]){ 0, 0, 1, 5, 5, 6, 2, 2, 2, 2, 2, 2 }, NULL);
    static const int32_t codes[] = { 0, 0, 0, 2, 2, 1 };
    frame_onehot(train, "o", 3, codes);
    static const int32_t y[] = { 0, 0, 0, 1, 1, 1 };
    frame_target target = { .y_class = y, .classes = (const char *const[]){ "n", "y", NULL } };
    fitted t;
    ck_assert_int_eq(fitted_learn(&t, &cauce_select_k_best, "k=3", train, &target, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "w0, o0, o2");
    ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
    for (int64_t r = 0; r < 6; r++) {
        ck_assert(fitted_cell(&t, r, 0) == (r < 2 ? 0 : r == 2 ? 1 : r < 5 ? 5 : 6));
        ck_assert(fitted_cell(&t, r, 1) == (r < 3));
        ck_assert(fitted_cell(&t, r, 2) == (r == 3 || r == 4));
    }
    fitted_end(&t);
    ck_assert_int_eq(fitted_learn(&t, &cauce_select_k_best, "k=9", train, &target, NULL), CAUCE_OK);
    ck_assert_str_eq(fitted_names(&t), "bad, w0, w1, o0, o1, o2");
    ck_assert(fitted_warned(&t, "few_columns", "k=9 of 6"));
    fitted_end(&t);
    ck_assert_int_eq(fitted_learn(&t, &cauce_select_k_best, "k=all", train, &target, NULL), CAUCE_OK);
    ck_assert_int_eq(t.out.width, 6);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* One-hot columns by their codes: scikit-learn selects the same of them. */
static const char *const twelve[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };

static frame *coded_frame(const char *const *labels) {
    enum { N = sizeof ref_coded / sizeof *ref_coded };
    int32_t codes[N];
    for (int r = 0; r < N; r++) codes[r] = ref_coded[r];
    frame *f = frame_new(N);
    frame_onehot_of(f, "o", 12, codes, labels);
    return f;
}

START_TEST(one_hot_like_the_reference) {
    enum { N = sizeof ref_coded / sizeof *ref_coded };
    static int32_t y[N];
    for (int r = 0; r < N; r++) y[r] = ref_coded_class[r];
    const frame_target kinds = { .y_class = y, .classes = (const char *const[]){ "a", "b", "c", "d", NULL } };
    const frame_target numbers = { .y = ref_coded_y };
    const struct {
        const cauce_component *component;
        const char *params;
        const frame_target *target;
        const int *support;
        const double *scores;
    } rows[] = { { &cauce_select_k_best, "k=5", &kinds, ref_coded_k5, ref_coded_f },
                 { &cauce_select_k_best, "k=4 score_func=chi2", &kinds, ref_coded_chi2_k4, ref_coded_chi2 },
                 { &cauce_select_percentile, "percentile=50 score_func=f_regression", &numbers, ref_coded_p50,
                   ref_coded_regression } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (int labelled = 0; labelled < 2; labelled++) {
            frame *train = coded_frame(labelled ? twelve : NULL);
            fitted t;
            ck_assert_msg(fitted_learn(&t, rows[i].component, rows[i].params, train, rows[i].target, NULL) ==
                              CAUCE_OK,
                          "%s", t.run.error.message);
            const uint8_t *support = fitted_array(&t, "support");
            const double *scores = fitted_array(&t, "scores");
            int kept = 0;
            for (int j = 0; j < 12; j++) {
                ck_assert_int_eq(support[j], rows[i].support[j]);
                ck_close(scores[j], rows[i].scores[j], 1e-10);
                kept += support[j];
            }
            ck_assert_int_eq(t.out.n_fields, labelled ? 1 : kept);
            ck_assert_int_eq(t.out.fields[0].form, CAUCE_ONEHOT);
            ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
            for (int j = 0, to = 0; j < 12; to += support[j++])
                for (int r = 0; r < N && support[j]; r++)
                    ck_assert(fitted_cell(&t, r, to) == (ref_coded[r] == j));
            fitted_end(&t);
            frame_free(train);
        }
}
END_TEST

/* Written out, these columns would take hours and 320 GB. */
START_TEST(two_hundred_thousand_columns) {
    enum { N = 200000 };
    int32_t *codes = calloc(N, sizeof *codes), *y = calloc(N, sizeof *y);
    double *numbers = calloc(N, sizeof *numbers);
    const char **labels = calloc(N, sizeof *labels);
    char(*texts)[8] = calloc(N, sizeof *texts);
    for (int r = 0; r < N; r++) {
        codes[r] = r < 3000 ? 77 : r;
        y[r] = r < 2500 || r % 3 == 0;
        numbers[r] = y[r] + r % 1000 * 0.001;
        snprintf(texts[r], sizeof texts[r], "%06d", r);
        labels[r] = texts[r];
    }
    frame *train = frame_new(N);
    frame_onehot_of(train, "o", N, codes, labels);
    const frame_target two = { .y_class = y, .classes = (const char *const[]){ "n", "y", NULL } },
                       number = { .y = numbers };
    for (int i = 0; i < 5; i++) {
        static const char *const params[] = { "f_classif", "chi2", "mutual_info_classif", "f_regression",
                                              "mutual_info_regression" };
        char text[60];
        fitted t;
        snprintf(text, sizeof text, "k=1 score_func=%s", params[i]);
        ck_assert_int_eq(fitted_learn(&t, &cauce_select_k_best, text, train, i < 3 ? &two : &number, NULL),
                         CAUCE_OK);
        ck_assert_str_eq(fitted_names(&t), "o_000077");
        fitted_end(&t);
    }
    frame_free(train);
    free(codes), free(y), free(numbers), free((void *)labels), free(texts);
}
END_TEST

static void refused(const cauce_component *c, const char *params, const frame *train,
                    const frame_target *target, const double *weight, cauce_status status,
                    const char *piece) {
    fitted t;
    ck_assert_int_eq(fitted_learn(&t, c, params, train, target, weight), status);
    ck_assert_msg(strstr(t.run.error.message, piece) != NULL, "%s", t.run.error.message);
    fitted_end(&t);
}

START_TEST(refusals) {
    frame *train = frame_new(4);
    frame_numbers(train, "a", (const double[]){ 1, -2, 3, 4 });
    static const int32_t y[] = { 0, 1, 0, 1 }, one[] = { 0, 0, 0, 0 };
    frame_target two = { .y_class = y, .classes = classes },
                 numbers = { .y = (const double[]){ 1, 2, 3, 4 } };
    frame_target alone = { .y_class = one, .classes = (const char *const[]){ "a", NULL } }, none = { 0 };
    static const double weight[] = { 1, 2, 1, 1 };
    const cauce_component *best = &cauce_select_k_best;
    refused(best, "score_func=chi2", train, &two, NULL, CAUCE_E_DATA,
            "column 'a', row 2: -2; chi2 takes counts");
    refused(best, "", train, &numbers, NULL, CAUCE_E_KIND,
            "f_classif needs a target of classes; f_regression takes");
    refused(best, "score_func=f_regression", train, &two, NULL, CAUCE_E_KIND,
            "needs a target of numbers; f_classif");
    refused(best, "", train, &none, NULL, CAUCE_E_KIND, "no target");
    refused(best, "", train, &alone, NULL, CAUCE_E_DATA, "the target has one");
    refused(best, "score_func=mutual_info_classif", train, &two, weight, CAUCE_E_UNSUPPORTED,
            "no row weights");
    refused(&cauce_select_fpr, "", train, &two, NULL, CAUCE_E_DATA,
            "none of 1 columns is kept: the best, 'a'");
    refused(&cauce_select_fwe, "", train, &two, NULL, CAUCE_E_DATA, "alpha / columns");
    refused(&cauce_select_fdr, "", train, &two, NULL, CAUCE_E_DATA, "rank's share");
    refused(&cauce_select_percentile, "percentile=0", train, &two, NULL, CAUCE_E_DATA, "room for none");
    refused(&cauce_select_fpr, "score_func=mutual_info_classif", train, &two, NULL, CAUCE_E_PARAM,
            "score_func");
    frame_free(train);
}
END_TEST

START_TEST(broken_states) {
    frame *train = made_frame();
    frame_target target = made_target();
    fitted t;
    ck_assert_int_eq(fitted_learn(&t, &cauce_select_k_best, "k=2", train, &target, NULL), CAUCE_OK);
    uint8_t *support = fitted_array(&t, "support");
    support[0] = 2;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    ck_assert_int_eq(fitted_learn(&t, &cauce_select_k_best, "k=2", train, &target, NULL), CAUCE_OK);
    memset(fitted_array(&t, "support"), 0, 20);
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

TEST_MAIN("univariate", TEST(like_the_reference), TEST(cells_and_names), TEST(one_hot_like_the_reference),
          TEST(two_hundred_thousand_columns), TEST(refusals), TEST(broken_states))
