/* Quantiles of forests against the empirical distribution of the training rows in the leaves. */
#include "estimators/failing_fits.h"
#include "estimators/forest_support.h"

extern const cauce_component cauce_random_forest_regressor, cauce_extra_trees_regressor;

/* Share of every training row for row r of `at`: that of each tree is spread over the rows in its leaf, in
 * proportion to how often they were drawn and what they weigh. */
static void shares_of(const ca_forest *f, const data *d, const data *at, int64_t r, int64_t n_trees,
                      int64_t n_drawn, bool bootstrap, const double *weight, double *share) {
    memset(share, 0, (size_t)d->n * sizeof *share);
    for (int64_t t = 0; t < n_trees; t++) {
        double times[400] = { 0 }, total = 0;
        const double *leaf = slow_leaf(f, t, at, r);
        cauce_rng rng;
        cauce_rng_init(&rng, 5, "forest rows", (uint64_t)t);
        for (int64_t i = 0; bootstrap && i < n_drawn; i++) times[cauce_rng_below(&rng, (uint64_t)d->n)] += 1;
        for (int64_t i = 0; i < d->n; i++) {
            if (!bootstrap) times[i] = 1;
            if (weight) times[i] *= weight[i];
            if (slow_leaf(f, t, d, i) != leaf) times[i] = 0;
            total += times[i];
        }
        for (int64_t i = 0; i < d->n; i++) share[i] += times[i] / total / (double)n_trees;
    }
}

/* The least target up to which the shares reach q. */
static double quantile_of(const data *d, const double *share, double q) {
    double best = HUGE_VAL, largest = -HUGE_VAL;
    for (int64_t i = 0; i < d->n; i++) {
        double sum = 0;
        if (share[i] == 0) continue;
        for (int64_t k = 0; k < d->n; k++)
            if (d->y[k] <= d->y[i]) sum += share[k];
        if (d->y[i] > largest) largest = d->y[i];
        if (sum >= q - 1e-9 && d->y[i] < best) best = d->y[i];
    }
    return best < HUGE_VAL ? best : largest;
}

static const double all_q[] = { 0.001, 0.05, 0.25, 0.4, 0.501, 0.75, 0.9, 0.99, 0.999 };
#define ALL "quantile=[0.001, 0.05, 0.25, 0.4, 0.501, 0.75, 0.9, 0.99, 0.999] "
enum { ALL_Q = sizeof all_q / sizeof *all_q, NEW_ROWS = 40 };

/* All quantiles of the rows of `at`, by the function of the component. */
static void apply_quantiles(harness *h, const data *at, int64_t step, double out[ALL_Q][NEW_ROWS]) {
    void *scratch = aligned_alloc(64, (h->binding.scratch + 127) & ~(size_t)63);
    double levels[ALL_Q];
    ck_assert_int_eq(h->component->quantiles(&h->fitted, levels, ALL_Q), ALL_Q);
    ck_assert(memcmp(levels, all_q, sizeof levels) == 0);
    for (int64_t first = 0; first < at->n; first += step) {
        int64_t n = at->n - first < step ? at->n - first : step;
        cauce_block in = { .values = at->x + first, .stride = at->n }, blocks[ALL_Q];
        for (int i = 0; i < ALL_Q; i++) blocks[i] = (cauce_block){ .stride = n, .room = &out[i][first] };
        cauce_batch from = { n, 1, &in, first, NULL }, to = { n, ALL_Q, blocks, first, NULL };
        ck_assert_int_eq(h->component->apply_quantiles(&h->run, &h->fitted, &from, &to, scratch), CAUCE_OK);
    }
    free(scratch);
}

static void compare(const cauce_component *component, data *d, const char *options, int64_t n_trees,
                    int64_t n_drawn, bool bootstrap, bool weighted) {
    static data at;
    double out[ALL_Q][NEW_ROWS], again[ALL_Q][NEW_ROWS], share[400], predicted[NEW_ROWS];
    char text[200];
    at = make_data(91, NEW_ROWS, d->p, 0);
    harness h;
    snprintf(text, sizeof text, ALL "random_state=5 n_estimators=%d %s", (int)n_trees, options);
    begin_on(&h, component, d, text);
    if (weighted) h.train.weight = d->w;
    harness_fit(&h);
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    apply_quantiles(&h, &at, NEW_ROWS, out);
    apply_quantiles(&h, &at, 7, again);
    ck_assert(memcmp(out, again, sizeof out) == 0);
    cauce_block block = { .values = at.x, .stride = at.n };
    harness_apply(&h, &block, at.n, 1, 11, predicted);
    for (int64_t r = 0; r < at.n; r++) {
        shares_of(h.state, d, &at, r, n_trees, n_drawn, bootstrap, weighted ? d->w : NULL, share);
        for (int i = 0; i < ALL_Q; i++) ck_assert_double_eq(out[i][r], quantile_of(d, share, all_q[i]));
        ck_assert_double_eq(predicted[r], quantile_of(d, share, 0.501));
    }
    harness_end(&h);
    /* the mean of the distribution is what a forest without quantile predicts, with the same trees */
    snprintf(text, sizeof text, "random_state=5 n_estimators=%d %s", (int)n_trees, options);
    begin_on(&h, component, d, text);
    if (weighted) h.train.weight = d->w;
    harness_fit(&h);
    harness_apply(&h, &block, at.n, 1, 11, predicted);
    for (int64_t r = 0; r < at.n; r++) {
        double mean = 0;
        shares_of(h.state, d, &at, r, n_trees, n_drawn, bootstrap, weighted ? d->w : NULL, share);
        for (int64_t i = 0; i < d->n; i++) mean += share[i] * d->y[i];
        ck_near(predicted[r], mean, 1e-10);
    }
    harness_end(&h);
}

START_TEST(as_the_empirical_distribution) {
    for (uint64_t seed = 1; seed <= 3; seed++) {
        static data d;
        d = make_data(seed, 120, 7, 0);
        const cauce_component *forest = &cauce_random_forest_regressor, *extra = &cauce_extra_trees_regressor;
        compare(forest, &d, "min_samples_leaf=4", 12, 120, true, false);
        compare(forest, &d, "max_samples=50 max_leaf_nodes=6", 9, 50, true, true);
        compare(extra, &d, "max_depth=4", 7, 120, false, true);
        compare(extra, &d, "ccp_alpha=0.5", 7, 120, false, false);
        compare(forest, &d, "max_depth=1 bootstrap=false max_features=null", 1, 120, false, false);
        lose(&d);
        compare(forest, &d, "min_samples_leaf=2", 5, 120, true, false);
    }
    static data one;
    one = make_data(1, 1, 3, 0);
    compare(&cauce_random_forest_regressor, &one, "", 3, 1, true, false);
}
END_TEST

/* Rows that lack numbers in columns that lacked none at fit take the sides of the splits. */
START_TEST(new_rows_that_lack) {
    static data d, at;
    double out[ALL_Q][NEW_ROWS], share[400];
    d = make_data(3, 100, 5, 0);
    at = make_data(91, NEW_ROWS, 5, 0);
    for (int64_t r = 0; r < at.n; r += 3) at.x[(r % 5) * at.n + r] = (double)NAN;
    harness h;
    begin_on(&h, &cauce_random_forest_regressor, &d, ALL "random_state=5 n_estimators=8");
    harness_fit(&h);
    apply_quantiles(&h, &at, NEW_ROWS, out);
    for (int64_t r = 0; r < at.n; r++) {
        shares_of(h.state, &d, &at, r, 8, 100, true, NULL, share);
        for (int i = 0; i < ALL_Q; i++) ck_assert_double_eq(out[i][r], quantile_of(&d, share, all_q[i]));
    }
    harness_end(&h);
    /* one alone is what is predicted */
    double predicted[NEW_ROWS];
    cauce_block block = { .values = at.x, .stride = at.n };
    begin_on(&h, &cauce_random_forest_regressor, &d, "quantile=0.9 random_state=5 n_estimators=8");
    harness_fit(&h);
    ck_assert_int_eq(h.component->quantiles(&h.fitted, NULL, 0), 0);
    harness_apply(&h, &block, at.n, 1, 13, predicted);
    for (int64_t r = 0; r < at.n; r++) ck_assert_double_eq(predicted[r], out[6][r]);
    harness_end(&h);
    begin_on(&h, &cauce_random_forest_regressor, &d, "quantile=[0.9, 0.5]");
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    ck_assert_ptr_nonnull(strstr(h.run.error.message, "item 2 of quantile"));
    harness_end(&h);
}
END_TEST

START_TEST(threads_do_not_change_a_bit) {
    static data d;
    d = make_data(5, 200, 9, 0);
    harness one, many;
    begin_on(&one, &cauce_random_forest_regressor, &d, "quantile=0.5 n_estimators=20");
    one.run.threads = 1;
    harness_fit(&one);
    begin_on(&many, &cauce_random_forest_regressor, &d, "quantile=0.5 n_estimators=20");
    many.run.threads = 7;
    harness_fit(&many);
    const ca_forest *a = one.state, *b = many.state;
    ck_assert(a->n_entries == 20 * 200 && b->n_entries == a->n_entries && a->n_starts == b->n_starts);
    ck_assert(memcmp(a->leaf_target, b->leaf_target, (size_t)a->n_entries * 4) == 0);
    ck_assert(memcmp(a->leaf_start, b->leaf_start, (size_t)a->n_starts * 8) == 0);
    harness_end(&many);
    harness_end(&one);
}
END_TEST

START_TEST(broken_states_are_refused) {
    static data d;
    d = make_data(4, 80, 5, 0);
    harness h;
    begin_on(&h, &cauce_random_forest_regressor, &d, "n_estimators=3 quantile=0.5");
    h.train.weight = d.w;
    harness_fit(&h);
    ca_forest *f = h.state;
    BROKEN(f->n_starts, 0);
    BROKEN(f->n_starts, f->n_starts - 1);
    BROKEN(f->n_entries, f->n_entries - 1);
    BROKEN(f->n_weights, 1);
    BROKEN(f->leaf_start[0], 1);
    BROKEN(f->leaf_start[1], 0);
    BROKEN(f->leaf_start[2], -5);
    BROKEN(f->leaf_start[f->n_starts - 1], f->n_entries + 1);
    BROKEN(f->leaf_target[3], (uint32_t)f->n_targets);
    BROKEN(f->leaf_weight[3], 0);
    BROKEN(f->leaf_weight[3], HUGE_VAL);
    BROKEN(f->targets[1], f->targets[0]);
    BROKEN(f->targets[0], (double)NAN);
    harness_end(&h);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install(); /* this test comes first */
    static data d;
    d = make_data(8, 40, 5, 0);
    harness h;
    begin_on(&h, &cauce_random_forest_regressor, &d, "n_estimators=2 quantile=0.5");
    h.train.weight = d.w;
    fits_fail_cleanly(&h);
    harness_end(&h);
}
END_TEST

TEST_MAIN("quantile", TEST(every_allocation_may_fail), TEST(as_the_empirical_distribution),
          TEST(new_rows_that_lack), TEST(threads_do_not_change_a_bit), TEST(broken_states_are_refused))
