#include "boosting_support.h"
#include "support/tables.h"

/* A handful of rows of a class, some of them where it never is otherwise. */
START_TEST(rare_classes_do_not_explode) {
    data d = make_data(51, 6000, 2);
    noise_state = 8;
    for (int64_t r = 0; r < d.n; r++) {
        d.c[r] = d.x[r] > 0;
        if (r % 600 == 0) d.c[r] = noise() < 0.5 ? 2 : d.c[r];
    }
    harness h;
    begin(&h, &d, 3, "max_iter=100");
    harness_fit(&h);
    const ca_boosting *m = h.state;
    for (int64_t i = 0; i < m->n_leaves; i++) ck_assert_double_lt(fabs(m->leaf_value[i]), 2);
    ck_assert_double_lt(m->train_loss[100], 0.01);
    harness_end(&h);
    data_free(&d);
}
END_TEST

START_TEST(refusals) {
    data d = make_data(1, 50, 3);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = fabs(d.y[r]) + 0.1;
    refused(&d, 0, "loss=quantile", CAUCE_E_PARAM, "needs a quantile");
    refused(&d, 0, "monotonic_cst=[\"x9:1\"]", CAUCE_E_PARAM, "no column 'x9'");
    refused(&d, 0, "monotonic_cst=[\"x1:2\"]", CAUCE_E_PARAM, "'x1:2'");
    refused(&d, 0, "monotonic_cst=[x1]", CAUCE_E_PARAM, "'x1'");
    refused(&d, 3, "monotonic_cst=[\"x1:1\"]", CAUCE_E_PARAM, "3 classes");
    refused(&d, 0, "interaction_cst=[\"x1,,x2\"]", CAUCE_E_PARAM, "no column ''");
    refused(&d, 0, "early_stopping=true validation_fraction=0.001", CAUCE_E_PARAM, "holds none out");
    refused(&d, 0, "sampling=goss subsample=0.5", CAUCE_E_PARAM, "subsample=0.5 is for sampling=uniform");
    refused(&d, 0, "sampling=goss top_rate=0.7 other_rate=0.4", CAUCE_E_PARAM, "more than all rows");
    refused(&d, 0, "sampling=goss loss=absolute_error", CAUCE_E_PARAM, "subsample=0.5");
    d.y[6] = -2;
    refused(&d, 0, "loss=poisson", CAUCE_E_DATA, "target -2 in row 7");
    refused(&d, 0, "loss=tweedie", CAUCE_E_DATA, "target -2 in row 7");
    d.y[6] = 0;
    refused(&d, 0, "loss=gamma", CAUCE_E_DATA, "target 0 in row 7");
    for (int64_t r = 0; r < d.n; r++) d.y[r] = 0;
    refused(&d, 0, "loss=poisson", CAUCE_E_DATA, "all targets are 0");
    for (int64_t r = 0; r < d.n; r++) d.y[r] = (r % 2 ? 1 : -1) * d.x[r] * 1e36;
    refused(&d, 0, "learning_rate=50 min_samples_leaf=5", CAUCE_E_NUMERIC, "learning_rate=50");
    data_free(&d);
}
END_TEST

/* Targets that are all the same leave nothing to learn: the constant is the optimum of each loss. */
START_TEST(constant_targets) {
    static const char *const losses[] = { "squared_error", "absolute_error", "quantile quantile=0.8",
                                          "huber",         "poisson",        "gamma",
                                          "tweedie" };
    data d = make_data(3, 500, 0);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = 3.25;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        for (int weighted = 0; weighted < 2; weighted++) {
            char options[100];
            snprintf(options, sizeof options, "max_iter=20 loss=%s", losses[i]);
            harness h;
            begin(&h, &d, 0, options);
            h.train.weight = weighted ? d.w : NULL;
            harness_fit(&h);
            const ca_boosting *m = h.state;
            double out[500];
            harness_apply(&h, h.blocks, d.n, 1, 500, out);
            for (int64_t r = 0; r < d.n; r++) ck_near(out[r], 3.25, 1e-14);
            for (int64_t l = 0; l < m->n_leaves; l++) ck_near(m->leaf_value[l], 0, 1e-14);
            ck_near(m->train_loss[20], m->train_loss[0], 1e-14);
            harness_end(&h);
        }
    data_free(&d);
}
END_TEST

/* Classes that no column tells apart: their shares. */
START_TEST(columns_that_say_nothing) {
    for (int32_t k = 2; k <= 4; k++) {
        data d = make_data(3, 1000, k);
        int64_t count[4] = { 0 };
        double out[4000];
        memset(d.x, 0, (size_t)(d.n * COLUMNS) * sizeof *d.x);
        for (int64_t r = 0; r < d.n; r++) count[d.c[r] = (int32_t)(r % 10 < 4 ? 0 : r % k)]++;
        harness h;
        begin(&h, &d, k, "max_iter=20");
        harness_fit(&h);
        harness_apply(&h, h.blocks, d.n, k, 1000, out);
        for (int64_t i = 0; i < k; i++) ck_near(out[i], (double)count[i] / (double)d.n, 1e-12);
        ck_assert_int_eq(((ca_boosting *)h.state)->n_splits, 0);
        harness_end(&h);
        data_free(&d);
    }
}
END_TEST

/* Steps that are far too large end in a refusal or, where probabilities saturate, in probabilities. */
START_TEST(steps_that_are_too_large) {
    static const char *const losses[] = { "squared_error", "poisson", "gamma", "tweedie", "huber" };
    data d = make_data(7, 600, 3);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = fabs(d.y[r]) + 0.5;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        char options[100];
        snprintf(options, sizeof options, "max_iter=200 learning_rate=1000 loss=%s", losses[i]);
        refused(&d, 0, options, CAUCE_E_NUMERIC, "learning_rate=1000 is too large");
    }
    for (int32_t k = 2; k <= 3; k++) {
        double out[3 * 600];
        harness h;
        for (int64_t r = 0; r < d.n; r++) d.c[r] %= k;
        begin(&h, &d, k, "max_iter=50 learning_rate=1000");
        harness_fit(&h);
        harness_apply(&h, h.blocks, d.n, k, 600, out);
        for (int64_t r = 0; r < d.n; r++) {
            double sum = 0;
            for (int64_t i = 0; i < k; i++) {
                ck_assert(out[r * k + i] >= 0 && out[r * k + i] <= 1);
                sum += out[r * k + i];
            }
            ck_near(sum, 1, 1e-12);
        }
        harness_end(&h);
    }
    data_free(&d);
}
END_TEST

START_TEST(weights_that_are_none) {
    static const struct {
        const char *csv, *piece;
    } bad[] = { { "x,y,w\n1,2,1\n2,3,-1\n", "row 2: -1" },
                { "x,y,w\n1,2,inf\n2,3,1\n", "row 1: inf" },
                { "x,y,w\n1,2,1\n2,3,\n", "row 2: nan" },
                { "x,y,w\n1,2,0\n2,3,0\n", "all weights are 0" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cauce_table *table = table_of(bad[i].csv, "y:target w:weight");
        cauce_recipe *recipe = recipe_of("hist_gradient_boosting_regressor");
        ck_assert_ptr_null(cauce_fit(recipe, table));
        failed_with(CAUCE_E_DATA, bad[i].piece);
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
    cauce_table *zero = table_of("x,y,w\n1,2,1\n9,900,0\n2,3,2\n", "y:target w:weight");
    cauce_table *without = table_of("x,y,w\n1,2,1\n2,3,2\n", "y:target w:weight");
    cauce_model *a = model_of("hist_gradient_boosting_regressor min_samples_leaf=1", zero);
    cauce_model *b = model_of("hist_gradient_boosting_regressor min_samples_leaf=1", without);
    bytes_of x = saved(a), y = saved(b);
    ck_assert(x.size == y.size && memcmp(x.data, y.data, x.size) == 0);
    bytes_done(&x);
    bytes_done(&y);
    cauce_model_free(a);
    cauce_model_free(b);
    cauce_table_free(without);
    cauce_table_free(zero);
}
END_TEST

#define BROKEN(change, back)                                                                                 \
    do {                                                                                                     \
        change;                                                                                              \
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);                            \
        h.run.error.status = CAUCE_OK;                                                                       \
        back;                                                                                                \
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);                                  \
    } while (0)

/* One member of the state is broken at a time. */
START_TEST(broken_models_are_refused) {
    data d = make_data(13, 400, 0);
    harness h;
    begin(&h, &d, 0, "max_iter=3 max_leaf_nodes=6");
    harness_fit(&h);
    ca_boosting *m = h.state, whole = *m;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    BROKEN(m->n_outputs = 2, *m = whole);
    BROKEN(m->n_features = 2, *m = whole);
    BROKEN(m->n_iter = 4, *m = whole);
    BROKEN(m->n_leaves--, *m = whole);
    BROKEN(m->n_splits--, *m = whole);
    BROKEN(m->tree_offset[0] = 1, m->tree_offset[0] = 0);
    BROKEN(m->tree_offset[1] = -3, m->tree_offset[1] = 5);
    BROKEN(m->tree_offset[1] = 6, m->tree_offset[1] = 5);
    BROKEN(m->split_feature[2] = COLUMNS, m->split_feature[2] = 0);
    BROKEN(m->split_feature[2] = -1, m->split_feature[2] = 0);
    BROKEN(m->split_flags[0] |= CA_SPLIT_CATEGORY, m->split_flags[0] &= 7);
    BROKEN(m->split_flags[0] |= 16, m->split_flags[0] &= 15);
    uint8_t flags = m->split_flags[0];
    BROKEN(m->split_flags[0] = 3, m->split_flags[0] = flags);
    flags = m->split_flags[4];
    BROKEN(m->split_flags[4] = 0, m->split_flags[4] = flags);
    double value = m->split_threshold[1];
    BROKEN(m->split_threshold[1] = (double)NAN, m->split_threshold[1] = value);
    value = m->leaf_value[1];
    BROKEN(m->leaf_value[1] = HUGE_VAL, m->leaf_value[1] = value);
    value = m->baseline[0];
    BROKEN(m->baseline[0] = (double)NAN, m->baseline[0] = value);
    harness_end(&h);
    data_free(&d);
}
END_TEST

START_TEST(broken_categories_are_refused) {
    enum { N = 400 };
    const char *texts[N];
    double y[N];
    for (int i = 0; i < N; i++) {
        texts[i] = level_name(i % 40);
        y[i] = i % 40 % 3;
    }
    frame *f = frame_new(N);
    frame_texts(f, "level", CAUCE_CATEGORY, texts, NULL);
    harness h;
    harness_begin(&h, &cauce_hist_gradient_boosting_regressor,
                  "max_iter=2 max_leaf_nodes=3 min_samples_leaf=1", y, N, 1);
    h.train.schema = &f->schema;
    h.train.x = &f->batch;
    h.schema = f->schema;
    h.train.y = y;
    harness_fit(&h);
    ca_boosting *m = h.state, whole = *m;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    ck_assert_int_eq(m->n_words, 2 * m->n_splits);
    BROKEN(m->split_flags[0] &= 7, m->split_flags[0] |= CA_SPLIT_CATEGORY);
    BROKEN(m->split_threshold[1] = 0.5, m->split_threshold[1] = 2);
    BROKEN(m->split_threshold[1] = -1, m->split_threshold[1] = 2);
    BROKEN(m->split_threshold[1] = (double)m->n_words - 1, m->split_threshold[1] = 2);
    BROKEN(m->n_words = 3, *m = whole);
    harness_end(&h);
    frame_free(f);
}
END_TEST

TEST_MAIN("hist_gradient_boosting_refusals", TEST(rare_classes_do_not_explode), TEST(refusals),
          TEST(constant_targets), TEST(columns_that_say_nothing), TEST(steps_that_are_too_large),
          TEST(weights_that_are_none), TEST(broken_models_are_refused), TEST(broken_categories_are_refused))
