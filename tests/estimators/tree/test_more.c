/* Forests that go on. */
#include "support/failing.h"
#include "estimators/forest_support.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor,
    cauce_extra_trees_regressor;

static bool same_bytes(const cauce_model *a, const cauce_model *b) {
    bytes_of x = saved(a), y = saved(b);
    bool same = x.size == y.size && memcmp(x.data, y.data, x.size) == 0;
    bytes_done(&x);
    bytes_done(&y);
    return same;
}

static cauce_model *more_of(const cauce_model *model, const cauce_table *table, const char *changes) {
    cauce_model *more = cauce_fit_more(model, table, NULL, changes);
    ck_assert_msg(more != NULL, "%s", cauce_error().message);
    return more;
}

#define FULL "oob_score=true corrected_importances=true permutation_importances=true "

/* Six trees, one more, and three: to the byte as ten at once. */
START_TEST(the_same_bytes_as_at_once) {
    static const struct {
        const char *file, *roles, *recipe;
    } cases[] = {
        { "credit.csv", "target=Status", "random_forest_classifier " FULL },
        { "credit.csv", "target=Status weight=Age", "random_forest_classifier max_depth=4 oob_score=true" },
        { "titanic.csv", "target=survived",
          "random_forest_classifier max_leaf_nodes=20 random_state=3 " FULL },
        { "titanic.csv", "target=survived",
          "random_forest_classifier class_weight=balanced_subsample max_samples=0.4 " FULL },
        { "titanic.csv", "target=survived",
          "{\"steps\": [\"simple_imputer strategy=most_frequent\", \"one_hot_encoder\", "
          "\"random_forest_classifier\"]}" },
        { "wine.csv", "target=cultivar", "extra_trees_classifier criterion=entropy" },
        { "wine.csv", "target=cultivar weight=ash", "extra_trees_classifier bootstrap=true " FULL },
        { "diabetes.csv", "target=progression", "random_forest_regressor quantile=[0.1, 0.5, 0.9] " FULL },
        { "diabetes.csv", "target=progression weight=age",
          "random_forest_regressor quantile=0.3 min_samples_leaf=4 oob_score=true" },
        { "diabetes.csv", "target=progression weight=age",
          "random_forest_regressor weighted_bootstrap=true quantile=0.3 ccp_alpha=20 " FULL },
        { "diabetes.csv", "target=progression",
          "extra_trees_regressor max_features=3 criterion=absolute_error" },
        { "credit.csv", "target=Status",
          "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"steps\": [\"simple_imputer\"]}]}, "
          "\"random_forest_classifier rng=sklearn max_samples=0.3 oob_score=true "
          "permutation_importances=true "
          "class_weight=balanced_subsample\"]}" },
        { "diabetes.csv", "target=progression", "extra_trees_regressor rng=sklearn quantile=0.4" },
        { "diabetes.csv", "target=progression", "random_forest_regressor max_depth=1 monotonic_cst=[bmi:1]" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cauce_table *table = table_from_data(cases[i].file, cases[i].roles);
        cauce_recipe *recipe = recipe_of(cases[i].recipe);
        ck_assert_int_eq(cauce_set(recipe, "n_estimators=6"), CAUCE_OK);
        cauce_model *some = model_fit(recipe, table);
        ck_assert_int_eq(cauce_set(recipe, "n_estimators=10"), CAUCE_OK);
        cauce_model *all = model_fit(recipe, table);
        cauce_context *context = cauce_context_new();
        ck_assert_int_eq(cauce_context_set_threads(context, 1 + (int)i % 3), CAUCE_OK);
        cauce_context_use(context);
        cauce_model *same = more_of(some, table, NULL), *one = more_of(some, table, "n_estimators=7");
        cauce_model *more = more_of(one, table, "n_estimators=10");
        ck_assert_msg(same_bytes(same, some), "%s", cases[i].recipe);
        ck_assert_msg(same_bytes(more, all), "%s", cases[i].recipe);
        ck_assert(!same_bytes(one, all));
        cauce_context_use(NULL);
        cauce_context_free(context);
        cauce_model_free(more);
        cauce_model_free(one);
        cauce_model_free(same);
        cauce_model_free(all);
        cauce_recipe_free(recipe);
        cauce_model_free(some);
        cauce_table_free(table);
    }
}
END_TEST

/* ---- Other rows ---------------------------------------------------------------------------------------- */

/* A fit of `from_trees` trees on a, and one that goes on from there on b. */
static void go_on(const cauce_component *component, data *a, data *b, const char *options, int from_trees,
                  int to_trees, harness *first, harness *more) {
    char text[300];
    snprintf(text, sizeof text, "%s random_state=5 n_estimators=%d", options, from_trees);
    begin_on(first, component, a, text);
    harness_fit(first);
    snprintf(text, sizeof text, "%s random_state=5 n_estimators=%d", options, to_trees);
    begin_on(more, component, b, text);
    more->train.start = &first->fitted;
    harness_fit(more);
    ck_assert_int_eq(component->verify(&more->run, &more->fitted), CAUCE_OK);
}

static void same_trees(const ca_forest *a, int64_t from_a, const ca_forest *b, int64_t from_b, int64_t n) {
    int64_t at = a->tree_offset[from_a], to = b->tree_offset[from_b], k = a->n_outputs;
    int64_t splits = a->tree_offset[from_a + n] - at;
    ck_assert_int_eq(splits, b->tree_offset[from_b + n] - to);
    ck_assert(memcmp(a->split_feature + at, b->split_feature + to, (size_t)splits * 4) == 0);
    ck_assert(memcmp(a->split_threshold + at, b->split_threshold + to, (size_t)splits * 8) == 0);
    ck_assert(memcmp(a->split_leaves + at, b->split_leaves + to, (size_t)splits) == 0);
    ck_assert(memcmp(a->split_missing + at, b->split_missing + to, (size_t)splits) == 0);
    for (int64_t i = 0; i < splits + n; i++)
        ck_assert(memcmp(ca_forest_leaf(a, at + from_a + i), ca_forest_leaf(b, to + from_b + i),
                         (size_t)k * 8) == 0);
}

/* The first trees stay; the others are those that grow when all grow on the second rows. Importances are of
 * all of them. */
START_TEST(every_tree_knows_its_own_rows) {
    for (int32_t k = 0; k < 4; k++) {
        if (k == 1) continue;
        const cauce_component *c = k ? &cauce_random_forest_classifier : &cauce_random_forest_regressor;
        data a = make_data(7, 200, 7, k), b = make_data(8, 150, 7, k);
        lose(&b);
        harness first, more, all, some;
        go_on(c, &a, &b, FULL, 6, 10, &first, &more);
        begin_on(&all, c, &b, FULL "random_state=5 n_estimators=10");
        harness_fit(&all);
        begin_on(&some, c, &b, FULL "random_state=5 n_estimators=6");
        harness_fit(&some);
        const ca_forest *f = first.state, *m = more.state, *w = all.state, *s = some.state;
        same_trees(f, 0, m, 0, 6);
        same_trees(w, 6, m, 6, 4);
        for (int64_t row = 0; row < 3; row++)
            for (int64_t j = 0; j <= m->n_features; j++) {
                int64_t i = row * m->n_sum_columns + j;
                double own = w->importance_sums[i] - s->importance_sums[i] + f->importance_sums[i];
                ck_near(m->importance_sums[i], own, 1e-12);
            }
        const double *sums = m->importance_sums + m->n_sum_columns;
        ck_assert_double_eq(sums[7], 10);
        for (int64_t j = 0; j < 7; j++) ck_near(m->corrected_importances[j], sums[j] / 10, 1e-15);
        harness_end(&some);
        harness_end(&all);
        harness_end(&more);
        harness_end(&first);
    }
}
END_TEST

static bool warned(const harness *h, const char *piece) {
    for (const ca_warning *w = h->run.warnings; w; w = w->next)
        if (strstr(w->text, piece)) return true;
    return false;
}

/* Of the trees that saw other rows nothing is known. */
START_TEST(out_of_bag_by_the_trees_that_are_known) {
    double sum[150] = { 0 };
    int64_t count[150] = { 0 }, rows[400];
    data a = make_data(7, 200, 7, 0), b = make_data(8, 150, 7, 0);
    harness first, more;
    go_on(&cauce_random_forest_regressor, &a, &b, "oob_score=true", 6, 30, &first, &more);
    const ca_forest *f = more.state;
    for (int64_t t = 6; t < 30; t++)
        for (int64_t i = rows_left_out(&b, 5, t, 150, rows) - 1; i >= 0; i--) {
            sum[rows[i]] += slow_leaf(f, t, &b, rows[i])[0];
            count[rows[i]]++;
        }
    ck_assert_int_eq(f->n_oob, 150);
    for (int64_t r = 0; r < 150; r++)
        if (count[r]) ck_near(f->oob_prediction[r], sum[r] / (double)count[r], 1e-13);
    ck_assert(warned(&more, "not the rows that the first 6 trees were grown on"));
    harness_end(&more);
    harness_end(&first);
}
END_TEST

/* One number in one row that was left out is enough to tell rows apart; without a new tree the score is that
 * of the old ones. */
START_TEST(rows_that_hardly_differ) {
    data a = make_data(8, 150, 7, 0), b = a;
    b.x[2 * b.n + 3] += 1e9;
    harness first, more;
    go_on(&cauce_random_forest_regressor, &a, &b, "oob_score=true", 30, 31, &first, &more);
    ck_assert(warned(&more, "not the rows"));
    harness_end(&more);
    harness_end(&first);
    go_on(&cauce_random_forest_regressor, &a, &a, "oob_score=true", 30, 31, &first, &more);
    ck_assert(!more.run.warnings);
    harness_end(&more);
    harness_end(&first);
    go_on(&cauce_random_forest_regressor, &a, &b, "oob_score=true", 30, 30, &first, &more);
    ck_assert(!more.run.warnings);
    same_forest(first.state, more.state);
    ck_assert_double_eq(((ca_forest *)first.state)->oob_score, ((ca_forest *)more.state)->oob_score);
    harness_end(&more);
    harness_end(&first);
}
END_TEST

/* Leaves keep the targets of the rows that they were made of. */
START_TEST(targets_of_both) {
    data a = make_data(7, 200, 7, 0), b = make_data(8, 150, 7, 0);
    for (int weights = 0; weights < 4; weights++) {
        harness first, more, all;
        begin_on(&first, &cauce_extra_trees_regressor, &a, "quantile=0.4 n_estimators=6 min_samples_leaf=5");
        if (weights & 1) first.train.weight = a.w;
        harness_fit(&first);
        begin_on(&more, &cauce_extra_trees_regressor, &b, "quantile=0.4 n_estimators=8 min_samples_leaf=5");
        begin_on(&all, &cauce_extra_trees_regressor, &b, "quantile=0.4 n_estimators=8 min_samples_leaf=5");
        more.train.start = &first.fitted;
        if (weights & 2) more.train.weight = all.train.weight = b.w;
        harness_fit(&more);
        harness_fit(&all);
        ck_assert_int_eq(more.component->verify(&more.run, &more.fitted), CAUCE_OK);
        const ca_forest *f = first.state, *m = more.state, *w = all.state;
        int64_t of_new = ca_forest_leaves(w) - (w->tree_offset[6] + 6);
        ck_assert_int_eq(m->n_starts, f->n_starts + of_new);
        for (int64_t i = 0; i < f->n_entries; i++) {
            ck_assert_double_eq(m->targets[m->leaf_target[i]], f->targets[f->leaf_target[i]]);
            if (weights) ck_assert_double_eq(m->leaf_weight[i], weights & 1 ? f->leaf_weight[i] : 1);
        }
        int64_t skip = w->leaf_start[w->tree_offset[6] + 6];
        ck_assert_int_eq(m->n_entries - f->n_entries, w->n_entries - skip);
        for (int64_t i = f->n_entries; i < m->n_entries; i++) {
            int64_t at = i - f->n_entries + skip;
            ck_assert_double_eq(m->targets[m->leaf_target[i]], w->targets[w->leaf_target[at]]);
            if (weights) ck_assert_double_eq(m->leaf_weight[i], weights & 2 ? w->leaf_weight[at] : 1);
        }
        harness_end(&all);
        harness_end(&more);
        harness_end(&first);
    }
}
END_TEST

/* Categories: the first trees part the levels as they did, whatever the second rows say of them. */
START_TEST(levels_keep_their_order) {
    cauce_table *first = table_of("k,x,y\na,1,1\nb,2,5\nc,3,9\na,4,2\nb,5,5\nc,6,8\n,7,3\n", "y:target");
    cauce_table *second = table_of("k,x,y\na,,9\nc,2,1\na,3,8\nc,,2\na,1,9\nc,5,0\n", "y:target");
    cauce_table *rows = table_of("k,x\na,1\nb,2\nc,3\n,4\nd,5\nb,\n", NULL);
    cauce_model *some = model_of("extra_trees_regressor n_estimators=4", first);
    cauce_model *more = more_of(some, second, "n_estimators=8");
    cauce_model *back = more_of(some, first, "n_estimators=8");
    cauce_table *a = output_of(some, rows), *b = output_of(more, rows), *c = output_of(back, rows);
    for (int64_t r = 0; r < 3; r++) { /* the other half says the contrary */
        double old = cell(a, r, "prediction"), both = cell(b, r, "prediction"), anew = 2 * both - old;
        if (r == 0) ck_assert(old < 4 && anew > 5);
        if (r == 2) ck_assert(old > 6 && anew < 4);
    }
    ck_assert(isfinite(cell(b, 5, "prediction")) && isfinite(cell(c, 5, "prediction")));
    int64_t n, m;
    const double *ranks = cauce_get_array(some, "level_rank", &n, &m);
    const double *later = cauce_get_array(more, "level_rank", &n, &m);
    ck_assert(n == 3 && memcmp(ranks, later, 3 * sizeof *ranks) == 0);
    const double *seen = cauce_get_array(more, "missing_columns", &n, &m);
    ck_assert(n == 2 && seen[0] == 1 && seen[1] == 1);
    cauce_table_free(c);
    cauce_table_free(b);
    cauce_table_free(a);
    cauce_model_free(back);
    cauce_model_free(more);
    cauce_model_free(some);
    cauce_table_free(rows);
    cauce_table_free(second);
    cauce_table_free(first);
}
END_TEST

/* ---- Refusals ------------------------------------------------------------------------------------------ */

static void refused(const cauce_model *model, const cauce_table *table, const char *changes,
                    const char *piece) {
    ck_assert_ptr_null(cauce_fit_more(model, table, NULL, changes));
    failed_with(CAUCE_E_PARAM, piece);
}

START_TEST(what_does_not_go_on) {
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    cauce_model *model = model_of("random_forest_regressor n_estimators=3", table);
    refused(model, table, "n_estimators=2", "n_estimators=2 is less than the 3 trees");
    refused(model, table, "criterion=poisson", "the criterion that it began with");
    refused(model, table, "oob_score=true", "the oob_score that");
    refused(model, table, "quantile=0.5 n_estimators=4", "the quantile, or without one, that");
    refused(model, table, "corrected_importances=true", "the corrected_importances that");
    refused(model, table, "permutation_importances=true", "the permutation_importances that");
    refused(model, table, "n_estimaters=9", "did you mean 'n_estimators'");
    ck_assert_ptr_null(cauce_fit_more(model, table, table, "n_estimators=4"));
    failed_with(CAUCE_E_UNSUPPORTED, "random_forest_regressor takes no validation table");
    cauce_model *tree = model_of("decision_tree_regressor", table);
    ck_assert_ptr_null(cauce_fit_more(tree, table, NULL, NULL));
    failed_with(CAUCE_E_UNSUPPORTED, "decision_tree_regressor does not go on");
    cauce_model *deeper = more_of(model, table, "n_estimators=4 max_depth=3 random_state=9");
    cauce_model_free(deeper);
    cauce_model_free(tree);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused_state(harness *first, data *d, cauce_status status, const char *piece) {
    harness more;
    begin_on(&more, &cauce_random_forest_classifier, d, "n_estimators=4");
    more.train.start = &first->fitted;
    ck_assert_int_eq(harness_try(&more), status);
    ck_assert_msg(strstr(more.run.error.message, piece) != NULL, "%s", more.run.error.message);
    harness_end(&more);
}

/* What scoring does not look at. */
START_TEST(hostile_states) {
    data d = make_data(3, 100, 4, 2);
    harness first;
    begin_on(&first, &cauce_random_forest_classifier, &d, "n_estimators=3");
    harness_fit(&first);
    ca_forest *f = first.state, good = *f;
    f->n_sums = 0;
    refused_state(&first, &d, CAUCE_E_UNSUPPORTED, "cannot go on; fit it anew");
    f->n_sums = 2;
    refused_state(&first, &d, CAUCE_E_FORMAT, "importance_sums has 2 rows");
    *f = good;
    f->n_sides = 0;
    refused_state(&first, &d, CAUCE_E_FORMAT, "split_missing has 0 entries");
    *f = good;
    f->n_sum_columns = 4;
    ck_assert_int_eq(first.component->verify(&first.run, &first.fitted), CAUCE_E_FORMAT);
    *f = good;
    harness_end(&first);
}
END_TEST

/* First of all tests. */
START_TEST(no_memory) {
    failing_install();
    cauce_table *table = table_of("x,k,y\n1,p,1\n2,q,4\n3,,2\n4,p,7\n5,q,1\n,p,3\n", "y:target");
    cauce_model *model = model_of("random_forest_regressor n_estimators=2 quantile=0.5 " FULL, table);
    FAILING_EACH(pass) {
        cauce_model *more = cauce_fit_more(model, table, NULL, "n_estimators=4");
        ck_assert_msg(more || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_model_free(more);
        cauce_error_clear();
    }
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("more", TEST(no_memory), TEST(the_same_bytes_as_at_once), TEST(every_tree_knows_its_own_rows),
          TEST(out_of_bag_by_the_trees_that_are_known), TEST(rows_that_hardly_differ), TEST(targets_of_both),
          TEST(levels_keep_their_order), TEST(what_does_not_go_on), TEST(hostile_states))
