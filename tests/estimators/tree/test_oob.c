/* Out-of-bag predictions and scores against a recomputation row by row. */
#include "estimators/forest_support.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor,
    cauce_extra_trees_classifier, cauce_extra_trees_regressor;

static int64_t most_likely(const double *share, int32_t k) {
    int64_t best = 0;
    for (int32_t c = 1; c < k; c++)
        if (share[c] > share[best]) best = c;
    return best;
}

/* The mean of the trees that did not draw a row; its accuracy, or r2 of the rows that have one. */
static void recompute(const cauce_component *component, data *d, const char *options, int64_t n_trees,
                      int64_t n_drawn) {
    double sum[400 * 7] = { 0 }, right = 0, scored = 0, mean = 0, residual = 0, spread = 0;
    int64_t count[400] = { 0 }, rows[400], k = d->k ? d->k : 1;
    char text[200];
    harness h;
    snprintf(text, sizeof text, "oob_score=true random_state=5 n_estimators=%d %s", (int)n_trees, options);
    begin_on(&h, component, d, text);
    harness_fit(&h);
    const ca_forest *f = h.state;
    for (int64_t t = 0; t < n_trees; t++)
        for (int64_t i = rows_left_out(d, 5, t, n_drawn, rows) - 1; i >= 0; i--) {
            const double *leaf = slow_leaf(f, t, d, rows[i]);
            for (int64_t c = 0; c < k; c++) sum[rows[i] * k + c] += leaf[c];
            count[rows[i]]++;
        }
    ck_assert_int_eq(f->n_oob, d->n);
    for (int64_t r = 0; r < d->n; r++) {
        for (int64_t c = 0; c < k; c++) {
            double got = f->oob_prediction[r * k + c];
            ck_assert_int_eq(isnan(got), count[r] == 0);
            if (count[r]) ck_near(got, sum[r * k + c] / (double)count[r], 1e-13);
        }
        if (!count[r]) continue;
        scored++;
        mean += d->y[r];
        right += most_likely(sum + r * k, d->k) == d->c[r];
    }
    for (int64_t r = 0; r < d->n; r++) {
        if (!count[r]) continue;
        residual += pow(d->y[r] - sum[r] / (double)count[r], 2);
        spread += pow(d->y[r] - mean / scored, 2);
    }
    ck_near(f->oob_score, d->k ? right / scored : 1 - residual / spread, 1e-12);
    harness_end(&h);
}

START_TEST(as_recomputed) {
    for (uint64_t seed = 1; seed <= 4; seed++)
        for (int32_t k = 0; k <= 7; k += k ? 5 : 2) {
            data d = make_data(seed, 180, 7, k);
            lose(&d);
            recompute(k ? &cauce_random_forest_classifier : &cauce_random_forest_regressor, &d, "", 25, 180);
            /* few trees: some rows are seen by all */
            recompute(k ? &cauce_random_forest_classifier : &cauce_random_forest_regressor, &d, "max_depth=3",
                      3, 180);
            recompute(k ? &cauce_extra_trees_classifier : &cauce_extra_trees_regressor, &d,
                      "bootstrap=true max_samples=60", 8, 60);
        }
}
END_TEST

TEST_MAIN("oob", TEST(as_recomputed))
