#include "support/failing.h"
#include "estimators/forest_support.h"

extern const cauce_component cauce_decision_tree_classifier, cauce_decision_tree_regressor,
    cauce_random_forest_classifier, cauce_random_forest_regressor, cauce_extra_trees_classifier,
    cauce_extra_trees_regressor;

/* A target that wiggles in every column. */
static data wiggly(uint64_t seed, int32_t k) {
    data d = make_data(seed, 400, 4, k);
    for (int64_t i = 0; i < d.n * d.p; i++) d.x[i] = floor(noise() * 40) / 8;
    for (int64_t r = 0; r < d.n; r++) {
        d.y[r] = 8;
        for (int64_t j = 0; j < d.p; j++) d.y[r] += sin(3 * d.x[j * d.n + r]) + 0.4 * noise();
        d.c[r] = k ? d.y[r] > 8.5 : 0;
    }
    return d;
}

/* Largest step of the prediction against the direction while one column runs through its values, from many
 * rows. */
static double worst_step(harness *h, const data *d, int64_t column, int direction) {
    enum { STEPS = 60 };
    static double x[4 * STEPS], out[2 * STEPS];
    int64_t k = d->k ? d->k : 1;
    double worst = 0;
    cauce_block block = { .values = x, .stride = STEPS };
    for (int64_t r = 0; r < d->n; r += 7) {
        for (int64_t i = 0; i < STEPS; i++)
            for (int64_t j = 0; j < d->p; j++)
                x[j * STEPS + i] = j == column ? -0.5 + (double)i * 0.1 : d->x[j * d->n + r];
        harness_apply(h, &block, STEPS, k, STEPS, out);
        for (int64_t i = 1; i < STEPS; i++) {
            double step = (out[i * k + k - 1] - out[(i - 1) * k + k - 1]) * direction;
            worst = step < worst ? step : worst;
        }
    }
    return worst;
}

START_TEST(predictions_go_one_way) {
    static const struct {
        const cauce_component *component;
        const char *options;
        int32_t k;
    } cases[] = {
        { &cauce_decision_tree_regressor, "", 0 },
        { &cauce_decision_tree_regressor, "criterion=absolute_error min_samples_leaf=3", 0 },
        { &cauce_decision_tree_regressor, "criterion=poisson", 0 },
        { &cauce_decision_tree_regressor, "max_leaf_nodes=40", 0 },
        { &cauce_decision_tree_regressor, "ccp_alpha=0.01", 0 },
        { &cauce_decision_tree_classifier, "", 2 },
        { &cauce_decision_tree_classifier, "criterion=entropy min_samples_leaf=2", 2 },
        { &cauce_random_forest_regressor, "n_estimators=15 max_features=0.5", 0 },
        { &cauce_random_forest_classifier, "n_estimators=15", 2 },
        { &cauce_extra_trees_regressor, "n_estimators=15", 0 },
        { &cauce_extra_trees_classifier, "n_estimators=15", 2 },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        data d = wiggly(i + 1, cases[i].k);
        harness free_one, bound;
        char options[200];
        begin_on(&free_one, cases[i].component, &d, cases[i].options);
        harness_fit(&free_one);
        snprintf(options, sizeof options, "monotonic_cst=[1, 0, -1, 0] %s", cases[i].options);
        begin_on(&bound, cases[i].component, &d, options);
        harness_fit(&bound);
        /* sums of many trees are rounded: a step of a unit in the last place is none */
        double rounding = 1e-14 * 12;
        ck_assert(worst_step(&free_one, &d, 0, 1) < -0.01 && worst_step(&free_one, &d, 2, -1) < -0.01);
        ck_assert_msg(worst_step(&bound, &d, 0, 1) >= -rounding, "case %zu: %g", i,
                      worst_step(&bound, &d, 0, 1));
        ck_assert_msg(worst_step(&bound, &d, 2, -1) >= -rounding, "case %zu", i);
        ck_assert(worst_step(&bound, &d, 1, 1) < -0.01); /* the others are free */
        ck_assert(((ca_forest *)bound.state)->n_splits > 5);
        harness_end(&free_one);
        harness_end(&bound);
    }
}
END_TEST

/* Where the data go that way by themselves, nothing changes. */
START_TEST(constraints_that_hold_anyway) {
    data d = wiggly(5, 0);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = exp(d.x[r]);
    for (int64_t i = d.n; i < 4 * d.n; i++) d.x[i] = 1;
    harness a, b;
    begin_on(&a, &cauce_decision_tree_regressor, &d, "max_depth=5");
    begin_on(&b, &cauce_decision_tree_regressor, &d, "max_depth=5 monotonic_cst=[x0:1, x1:-1, x3:0]");
    harness_fit(&a);
    harness_fit(&b);
    same_forest(a.state, b.state);
    harness_end(&a);
    harness_end(&b);
}
END_TEST

/* A cut that goes the wrong way is none, by whatever criterion. */
START_TEST(wrong_ways_are_not_cut) {
    static const char *const options[] = { "", "criterion=poisson", "criterion=absolute_error",
                                           "splitter=random", "min_samples_leaf=3" };
    enum { N = 60 };
    double x[2 * N], y[N];
    int32_t c[N];
    for (int r = 0; r < N; r++) {
        x[r] = r;
        x[N + r] = r % 2;
        y[r] = 100 - r + 3 * (r % 2);
        c[r] = r < 40;
    }
    for (int i = 0; i < 10; i++) {
        harness h;
        char text[200];
        snprintf(text, sizeof text, "monotonic_cst=[1, 0] max_depth=1 %s",
                 i < 5 ? options[i] : options[(i - 5) / 3 * 3]);
        harness_begin(&h, i < 5 ? &cauce_decision_tree_regressor : &cauce_decision_tree_classifier, text, x,
                      N, 2);
        h.train.y = i < 5 ? y : NULL;
        h.train.y_class = i < 5 ? NULL : c;
        h.train.n_classes = i < 5 ? 0 : 2;
        harness_fit(&h);
        const ca_forest *f = h.state;
        for (int64_t s = 0; s < f->n_splits; s++) ck_assert_int_eq(f->split_feature[s], 1);
        harness_end(&h);
    }
}
END_TEST

START_TEST(refusals) {
    static const struct {
        const char *list, *part;
        int32_t k;
        cauce_status status;
    } cases[] = {
        { "[1, 0]", "2 directions, there are 4 columns", 0, CAUCE_E_PARAM },
        { "[1, 0, 2, 0]", "2 for column 'x2'", 0, CAUCE_E_PARAM },
        { "[1, 0, x2, 0]", "list of column:1", 0, CAUCE_E_PARAM },
        { "[\"x1:1\", 0]", "list of column:1", 0, CAUCE_E_PARAM },
        { "[\"x1\"]", "'x1' is not column:1", 0, CAUCE_E_PARAM },
        { "[\"x1:1\", \"x0:1\", \"x1:-1\"]", "'x1' is to rise and to fall", 0, CAUCE_E_PARAM },
        { "[\"y:1\"]", "no column 'y' (there are: x0, x1, x2, x3)", 0, CAUCE_E_PARAM },
        { "[1, 0, 0, 0]", "the target has 3 classes", 3, CAUCE_E_PARAM },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        data d = make_data(1, 50, 4, cases[i].k);
        harness h;
        char options[200];
        snprintf(options, sizeof options, "monotonic_cst=%s", cases[i].list);
        begin_on(&h, d.k ? &cauce_random_forest_classifier : &cauce_random_forest_regressor, &d, options);
        ck_assert_int_eq(harness_try(&h), cases[i].status);
        ck_assert_msg(strstr(h.run.error.message, cases[i].part) != NULL, "%s", h.run.error.message);
        harness_end(&h);
    }
    static const char *const texts[] = { "a", "b" };
    int32_t codes[3] = { 0, 1, 0 };
    double y[3] = { 1, 2, 3 };
    harness h;
    harness_begin(&h, &cauce_decision_tree_regressor, "monotonic_cst=[x:1]", y, 3, 1);
    h.train.y = y;
    h.fields[0].form = CAUCE_CODES;
    h.fields[0].levels = cauce_levels_keep(&h.run, texts, 2);
    h.blocks[0] = (cauce_block){ .codes = codes };
    ck_assert_int_eq(harness_try(&h), CAUCE_E_KIND);
    harness_end(&h);
}
END_TEST

TEST_MAIN("monotone", TEST(predictions_go_one_way), TEST(constraints_that_hold_anyway),
          TEST(wrong_ways_are_not_cut), TEST(refusals))
