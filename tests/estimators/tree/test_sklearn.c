/* Forests of rng=sklearn against those of scikit-learn 1.2.1, and what rng=sklearn refuses. */
#include "estimators/failing_fits.h"
#include "estimators/sklearn_support.h"
#include "tree/sklearn.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor,
    cauce_extra_trees_classifier, cauce_extra_trees_regressor;

static const cauce_component *kind(bool classify, bool extra) {
    if (extra) return classify ? &cauce_extra_trees_classifier : &cauce_extra_trees_regressor;
    return classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor;
}

static void compare(const struct sklearn_forest *ref, sk_table *t) {
    const ca_forest *f = t->h.state;
    ck_assert_int_eq(f->n_offsets, ref->n_trees + 1);
    for (int i = 0; i < ref->n_trees; i++) {
        ck_assert_int_eq(f->tree_offset[i + 1] - f->tree_offset[i], ref->n_splits[i]);
        ck_assert_msg(sk_digest(f, i) == ref->digest[i], "%s %s: tree %d", ref->table, ref->options, i);
    }
    double *out = malloc((size_t)(t->csv.n * f->n_outputs) * sizeof *out);
    harness_apply(&t->h, t->h.blocks, t->csv.n, f->n_outputs, 4096, out);
    for (int64_t i = 0; i < 7; i++)
        for (int64_t c = 0; c < f->n_outputs; c++)
            ck_near(out[t->csv.n / 7 * i * f->n_outputs + c], ref->out[i * f->n_outputs + c], 1e-13);
    free(out);
    for (int64_t j = 0; j < f->n_features; j++) ck_near(f->feature_importances[j], ref->importance[j], 1e-13);
    ck_near(f->oob_score, ref->oob_score, 1e-13);
}

START_TEST(forests_are_scikit_learns) {
    for (size_t i = 0; i < sizeof sklearn_forests / sizeof *sklearn_forests; i++) {
        const struct sklearn_forest *ref = &sklearn_forests[i];
        sk_table t = sk_read(ref->table, ref->weights);
        sk_begin(&t, kind(t.k, ref->extra), ref->options);
        harness_fit(&t.h);
        compare(ref, &t);
        ck_assert_int_eq(t.h.component->verify(&t.h.run, &t.h.fitted), CAUCE_OK);
        harness_end(&t.h);
        sk_free(&t);
    }
}
END_TEST

/* Case 51: nodes, out-of-bag score, a probability and an importance, as they were published. */
START_TEST(published_classifier) {
    static const int nodes[5] = { 49, 51, 47, 51, 45 };
    static double out[569 * 2];
    sk_table t = sk_read("cancer", "none");
    sk_begin(&t, kind(true, false), "oob_score=true random_state=0");
    harness_fit(&t.h);
    const ca_forest *f = t.h.state;
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(2 * (f->tree_offset[i + 1] - f->tree_offset[i]) + 1, nodes[i]);
    ck_near(f->oob_score, .968365553603, 1e-12);
    harness_apply(&t.h, t.h.blocks, 569, 2, 100, out);
    ck_near(out[0], .98, 1e-12);
    ck_near(out[1], .02, 1e-12);
    for (int j = 0; j < 30; j++) ck_assert(f->feature_importances[j] <= f->feature_importances[22]);
    ck_near(f->feature_importances[22], .173987173608, 1e-12);
    harness_end(&t.h);
    sk_free(&t);
}
END_TEST

/* Case 52: the same of numbers. */
START_TEST(published_regressor) {
    static const int nodes[5] = { 543, 535, 539, 557, 549 };
    static const double predicted[3] = { 175.48, 80.84, 149.65 };
    static double out[442];
    sk_table t = sk_read("diabetes", "none");
    sk_begin(&t, kind(false, false), "oob_score=true random_state=0");
    harness_fit(&t.h);
    const ca_forest *f = t.h.state;
    for (int i = 0; i < 5; i++)
        ck_assert_int_eq(2 * (f->tree_offset[i + 1] - f->tree_offset[i]) + 1, nodes[i]);
    ck_near(f->oob_score, .420786541434, 1e-12);
    harness_apply(&t.h, t.h.blocks, 442, 1, 100, out);
    for (int r = 0; r < 3; r++) ck_close(out[r], predicted[r], 1e-12);
    harness_end(&t.h);
    sk_free(&t);
}
END_TEST

START_TEST(threads_do_not_change_a_bit) {
    static const char *const options[] = { "n_estimators=20 oob_score=true random_state=9",
                                           "n_estimators=9 max_leaf_nodes=9 bootstrap=true oob_score=true" };
    for (int32_t k = 0; k <= 3; k += 3)
        for (int extra = 0; extra < 2; extra++) {
            data d = make_data(5, 300, 9, k);
            char text[200];
            snprintf(text, sizeof text, "%s rng=sklearn", options[extra]);
            harness one, many;
            begin_on(&one, kind(k, extra), &d, text);
            one.run.threads = 1;
            harness_fit(&one);
            for (int threads = 2; threads <= 7; threads += 5) {
                begin_on(&many, kind(k, extra), &d, text);
                many.run.threads = threads;
                harness_fit(&many);
                same_forest(one.state, many.state);
                harness_end(&many);
            }
            harness_end(&one);
        }
}
END_TEST

/* Columns of a one-hot block are columns of 0 and 1. */
START_TEST(one_hot_blocks_are_columns) {
    data d = make_data(6, 200, 4, 0);
    int32_t codes[200];
    static double wide[200 * 9];
    memcpy(wide, d.x, 800 * sizeof(double));
    for (int r = 0; r < 200; r++) {
        codes[r] = (int32_t)(noise() * 6) - 1;
        if (codes[r] >= 0) wide[(4 + codes[r]) * 200 + r] = 1;
    }
    harness block, columns;
    begin_on(&block, kind(false, false), &d, "n_estimators=5 rng=sklearn max_features=3");
    block.fields[1] = (cauce_field){ .name = "c", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 5 };
    block.schema = (cauce_schema){ 2, block.fields, 9 };
    block.blocks[1] = (cauce_block){ .codes = codes, .stride = 200 };
    block.batch.n_blocks = 2;
    harness_fit(&block);
    harness_begin(&columns, kind(false, false), "n_estimators=5 rng=sklearn max_features=3", wide, 200, 9);
    columns.train.y = d.y;
    harness_fit(&columns);
    same_forest(block.state, columns.state);
    harness_end(&block);
    harness_end(&columns);
}
END_TEST

static void refuses_target(const cauce_component *component, const char *options, const double *x,
                           const double *y, cauce_status status, const char *say) {
    harness h;
    char text[200];
    snprintf(text, sizeof text, "rng=sklearn %s", options);
    harness_begin(&h, component, text, x, 4, 2);
    h.train.y = y;
    ck_assert_int_eq(harness_try(&h), status);
    ck_assert_msg(strstr(h.run.error.message, say) != NULL, "%s", h.run.error.message);
    harness_end(&h);
}

static void refuses(const cauce_component *component, const char *options, const double *x,
                    cauce_status status, const char *say) {
    static const double y[4] = { 1, 2, 3, 5 };
    refuses_target(component, options, x, y, status, say);
}

/* Of leaves that are no numbers no file can be read. */
START_TEST(targets_whose_sums_are_infinite) {
    const cauce_component *forest = kind(false, false);
    const double x[8] = { 1, 2, 3, 4, 4, 3, 2, 1 }, squares[4] = { 1, 2, 1e154, 3 },
                 sums[4] = { 1, 2, 3, -1e308 };
    refuses_target(forest, "", x, squares, CAUCE_E_DATA, "target 1e+154 in row 3 is too large for the sums");
    refuses_target(forest, "criterion=absolute_error", x, sums, CAUCE_E_DATA, "target -1e+308 in row 4");
    refuses_target(forest, "criterion=absolute_error", x, squares, CAUCE_OK, "");
}
END_TEST

START_TEST(refusals) {
    const cauce_component *forest = kind(false, false);
    const double x[8] = { 1, 2, 3, 4, 4, 3, 2, 1 };
    refuses(forest, "monotonic_cst=[1, 0]", x, CAUCE_E_PARAM, "monotonic_cst is not in scikit-learn 1.2.1");
    refuses(forest, "weighted_bootstrap=true", x, CAUCE_E_PARAM, "weighted_bootstrap=true is not in");
    refuses(forest, "corrected_importances=true", x, CAUCE_E_PARAM, "corrected_importances=true is not in");
    refuses(forest, "random_state=4294967296", x, CAUCE_E_PARAM, "random_state=4294967296 is more than");
    const double missing[8] = { 1, 2, 3, 4, 4, 3, (double)NAN, 1 }, large[8] = { 1, 2, -1e39, 4, 4, 3, 2, 1 };
    refuses(forest, "", missing, CAUCE_E_DATA, "column 'x1', row 3: the number is missing");
    refuses(forest, "", large, CAUCE_E_DATA, "column 'x0', row 3: -1e+39 is too large");
    int32_t codes[4] = { 0, 1, 0, 1 };
    harness h;
    harness_begin(&h, forest, "rng=sklearn", x, 4, 2);
    h.fields[0] = (cauce_field){ .name = "city", .kind = CAUCE_CATEGORY, .form = CAUCE_CODES, .width = 1 };
    h.schema.width = 1;
    h.blocks[0] = (cauce_block){ .codes = codes, .stride = 4 };
    h.train.y = x;
    ck_assert_int_eq(harness_try(&h), CAUCE_E_KIND);
    ck_assert(strstr(h.run.error.message, "column 'city' is a category") != NULL);
    harness_end(&h);
}
END_TEST

/* Nodes of many rows take long: each column asks whether to go on. */
START_TEST(cancelled_in_a_node) {
    enum { N = 50 };
    data d = make_data(4, N, 4, 0);
    ca_sk_row rows[N];
    float x[4 * N];
    double weight[N], sums[3];
    int32_t order[4] = { 0, 1, 2, 3 }, constants[4];
    for (int i = 0; i < 4 * N; i++) x[i] = (float)d.x[i];
    for (uint32_t r = 0; r < N; r++) {
        rows[r].row = r;
        weight[r] = 1;
    }
    ca_sk_search s = { .sums = { .criterion = CA_SQUARED_ERROR,
                                 .width = 1,
                                 .y = d.y,
                                 .weight = weight,
                                 .rows = rows,
                                 .tree_weight = N,
                                 .node = sums,
                                 .left = sums + 1,
                                 .right = sums + 2 },
                       .columns = x,
                       .n_rows = N,
                       .n_columns = 4,
                       .rows = rows,
                       .order = order,
                       .constants = constants,
                       .random = 1,
                       .max_features = 4,
                       .min_samples_leaf = 1 };
    cauce_context *context = cauce_context_new();
    cauce_context_use(context);
    cauce_run run;
    ca_run_begin(&run);
    ca_sk_cut cut;
    int64_t n_constants = 0;
    ca_sk_sums_enter(&s.sums, 0, N);
    ck_assert_int_eq(ca_sk_find(&run, &s, ca_sk_sums_impurity(&s.sums), &n_constants, &cut), CAUCE_OK);
    ck_assert(cut.feature >= 0 && cut.decrease > 0);
    cauce_context_cancel(context);
    ck_assert_int_eq(ca_sk_find(&run, &s, ca_sk_sums_impurity(&s.sums), &n_constants, &cut),
                     CAUCE_E_CANCELLED);
    ca_run_end(&run);
    cauce_context_use(NULL);
    cauce_context_free(context);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install(); /* this test comes first */
    static const char *const options[] = {
        "n_estimators=3 rng=sklearn oob_score=true", "n_estimators=2 max_leaf_nodes=40 rng=sklearn",
        "n_estimators=2 rng=sklearn class_weight=balanced_subsample ccp_alpha=0.001",
        "n_estimators=2 rng=sklearn"
    };
    for (int i = 0; i < 4; i++) {
        data d = make_data(8, 90, 5, i < 3 ? 3 : 0);
        harness h;
        begin_on(&h, kind(d.k, i == 3), &d, options[i]);
        h.train.weight = i ? d.w : NULL;
        fits_fail_cleanly(&h);
        harness_end(&h);
    }
}
END_TEST

TEST_MAIN("sklearn", TEST(every_allocation_may_fail), TEST(forests_are_scikit_learns),
          TEST(published_classifier), TEST(published_regressor), TEST(threads_do_not_change_a_bit),
          TEST(one_hot_blocks_are_columns), TEST(refusals), TEST(targets_whose_sums_are_infinite),
          TEST(cancelled_in_a_node))
