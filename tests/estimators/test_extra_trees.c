#include "support/failing.h"
#include "estimators/forest_support.h"
#include "reference/cases.h"
#include "reference/extra_trees.h"

extern const cauce_component cauce_extra_trees_classifier, cauce_extra_trees_regressor;

static const cauce_component *kind(bool classify) {
    return classify ? &cauce_extra_trees_classifier : &cauce_extra_trees_regressor;
}

START_TEST(as_good_as_the_reference) {
    for (size_t i = 0; i < sizeof extra_trees_reference / sizeof *extra_trees_reference; i++)
        compare_scores(kind, &extra_trees_reference[i]);
}
END_TEST

/* One column without noise: thresholds of the root are uniform between its ends. */
START_TEST(thresholds_are_uniform) {
    enum { N = 50, TREES = 4000 };
    double x[N], y[N];
    for (int r = 0; r < N; r++) x[r] = y[r] = r < N / 2 ? r * 0.01 : 10 + r; /* unevenly spaced */
    harness h;
    harness_begin(&h, kind(false), "n_estimators=4000 max_depth=1", x, N, 1);
    h.train.y = y;
    harness_fit(&h);
    const ca_forest *f = h.state;
    int64_t bins[10] = { 0 };
    ck_assert_int_eq(f->n_splits, TREES);
    for (int64_t t = 0; t < TREES; t++) {
        double u = f->split_threshold[t] / x[N - 1];
        ck_assert(u >= 0 && u < 1);
        bins[(int)(u * 10)]++;
    }
    double chi2 = 0;
    for (int i = 0; i < 10; i++) chi2 += pow((double)bins[i] - TREES / 10.0, 2) / (TREES / 10.0);
    ck_assert_msg(chi2 < 33.7, "chi2 %g, 9 degrees of freedom", chi2); /* 1 in 10,000 */
    harness_end(&h);
}
END_TEST

START_TEST(threads_do_not_change_a_bit) {
    static const char *const criteria[] = { "", "criterion=absolute_error", "", "criterion=entropy" };
    for (int i = 0; i < 4; i++) {
        data d = make_data(5, 200, 9, i < 2 ? 0 : i);
        harness one, many;
        char options[200];
        snprintf(options, sizeof options, "n_estimators=12 bootstrap=true oob_score=true max_features=0.5 %s",
                 criteria[i]);
        begin_on(&one, kind(d.k), &d, options);
        one.run.threads = 1;
        harness_fit(&one);
        for (int threads = 2; threads <= 7; threads += 5) {
            begin_on(&many, kind(d.k), &d, options);
            many.run.threads = threads;
            harness_fit(&many);
            same_forest(one.state, many.state);
            harness_end(&many);
        }
        harness_end(&one);
    }
}
END_TEST

/* The whole sample: a forest of distinct rows repeats its targets. */
START_TEST(all_rows_are_seen_without_bootstrap) {
    data d = make_data(31, 200, 9, 0);
    double out[400];
    harness h;
    begin_on(&h, kind(false), &d, "n_estimators=5");
    harness_fit(&h);
    harness_apply(&h, h.blocks, d.n, 1, 64, out);
    for (int64_t r = 0; r < d.n; r++) ck_near(out[r], d.y[r], 1e-12);
    harness_end(&h);
    begin_on(&h, kind(false), &d, "n_estimators=5 oob_score=true");
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    ck_assert(strstr(h.run.error.message, "bootstrap=true") != NULL);
    harness_end(&h);
}
END_TEST

START_TEST(limits_hold) {
    data d = make_data(3, 300, 9, 3);
    for (int task = 0; task < 2; task++) {
        d.k = task ? 3 : 0;
        harness h;
        begin_on(&h, kind(d.k), &d, "n_estimators=6 min_samples_leaf=20 max_features=null");
        harness_fit(&h);
        const ca_forest *f = h.state;
        for (int64_t t = 0; t < 6; t++) ck_assert_int_le(f->tree_offset[t + 1] - f->tree_offset[t], 14);
        harness_end(&h);
        begin_on(&h, kind(d.k), &d, "n_estimators=6 max_leaf_nodes=9");
        harness_fit(&h);
        f = h.state;
        for (int64_t t = 0; t < 6; t++) ck_assert_int_eq(f->tree_offset[t + 1] - f->tree_offset[t], 8);
        harness_end(&h);
    }
}
END_TEST

START_TEST(cancer_with_weights) {
    cancer_weights_are_rows(kind(true), "n_estimators=5");
}
END_TEST

START_TEST(folds_of_the_reference) {
    scores_over_seeds("extra_trees_classifier", "wine.csv", "stratified_k_fold n_splits=5", "accuracy", 6,
                      case_53_wine);
}
END_TEST

TEST_MAIN("extra_trees", TEST(as_good_as_the_reference), TEST(thresholds_are_uniform),
          TEST(threads_do_not_change_a_bit), TEST(all_rows_are_seen_without_bootstrap), TEST(limits_hold),
          TEST(cancer_with_weights), TEST(folds_of_the_reference))
