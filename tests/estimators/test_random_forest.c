#include "support/failing.h"
#include "estimators/forest_support.h"
#include "reference/cases.h"
#include "reference/forest.h"
#include "math/sort.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor;

static const cauce_component *kind(bool classify) {
    return classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor;
}

static void begin(harness *h, data *d, const char *options) {
    begin_on(h, kind(d->k), d, options);
}

#define ONE_TREE "n_estimators=1 bootstrap=false max_features=null "

START_TEST(every_split_is_the_oracles) {
    for (uint64_t seed = 1; seed <= 30; seed++) {
        int64_t n = 1 + (int64_t)(seed * 37 % 200), p = 1 + (int64_t)(seed % 8);
        data d = make_data(seed, n, p, 0);
        compare_with_oracle(kind(d.k), &d, ONE_TREE, 0, 1);
        compare_with_oracle(kind(d.k), &d, ONE_TREE "min_samples_leaf=5", 0, 5);
        for (int64_t r = 0; r < n; r++) d.y[r] = floor(d.y[r] < 4 ? 0 : d.y[r]);
        double sum = 0;
        for (int64_t r = 0; r < n; r++) sum += d.y[r];
        if (sum > 0) compare_with_oracle(kind(d.k), &d, ONE_TREE "criterion=poisson", 2, 1);
        for (int32_t k = 2; k <= 7; k += seed % 2 ? 1 : 5) {
            d = make_data(seed + 100, n, p, k);
            compare_with_oracle(kind(d.k), &d, ONE_TREE, 0, 1);
            compare_with_oracle(kind(d.k), &d, ONE_TREE "criterion=entropy min_samples_leaf=3", 1, 3);
        }
    }
}
END_TEST

START_TEST(threads_do_not_change_a_bit) {
    for (int32_t k = 0; k <= 5; k += k ? 3 : 2) {
        data d = make_data(5, 300, 9, k);
        for (int weighted = 0; weighted < 2; weighted++) {
            harness one, many;
            begin(&one, &d, "n_estimators=20 oob_score=true");
            one.run.threads = 1;
            one.train.weight = weighted ? d.w : NULL;
            harness_fit(&one);
            for (int threads = 2; threads <= 7; threads += 5) {
                begin(&many, &d, "n_estimators=20 oob_score=true");
                many.run.threads = threads;
                many.train.weight = weighted ? d.w : NULL;
                harness_fit(&many);
                same_forest(one.state, many.state);
                harness_end(&many);
            }
            harness_end(&one);
        }
    }
}
END_TEST

START_TEST(weight_two_is_the_row_twice) {
    for (int32_t k = 0; k <= 5; k += k ? 3 : 2) {
        data d = make_data(9, 150, 8, k), twice = d;
        for (int64_t r = 0, at = 0; r < d.n; r++) d.w[r] = 1 + (double)(at++ % 2);
        twice.n = 0;
        for (int64_t r = 0; r < d.n; r++) twice.n += (int64_t)d.w[r];
        for (int64_t j = 0; j < d.p; j++)
            for (int64_t r = 0, at = 0; r < d.n; r++)
                for (int copies = 0; copies < (int)d.w[r]; copies++, at++) {
                    twice.x[j * twice.n + at] = d.x[j * d.n + r];
                    twice.y[at] = d.y[r];
                    twice.c[at] = d.c[r];
                }
        static const char *criteria[] = { "", "criterion=entropy", "criterion=poisson" };
        for (int i = 0; i < 2; i++) {
            char options[200];
            snprintf(options, sizeof options, "n_estimators=3 bootstrap=false max_features=0.5 %s",
                     criteria[k || !i ? i : 2]);
            harness a, b;
            begin(&a, &d, options);
            a.train.weight = d.w;
            harness_fit(&a);
            begin(&b, &twice, options);
            harness_fit(&b);
            same_forest(a.state, b.state);
            harness_end(&a);
            harness_end(&b);
        }
    }
}
END_TEST

START_TEST(small_and_constant_tables) {
    double x[6] = { 1, 1, 1, 1, 1, 1 }, y[3] = { 1, 2, 6 }, out[6];
    int32_t c[3] = { 0, 0, 0 };
    harness h;
    harness_begin(&h, &cauce_random_forest_regressor, "n_estimators=7", x, 1, 1);
    h.train.y = y;
    harness_fit(&h); /* one row */
    harness_apply(&h, h.blocks, 1, 1, 1, out);
    ck_assert_double_eq(out[0], 1);
    harness_end(&h);
    harness_begin(&h, &cauce_random_forest_regressor, "n_estimators=2 bootstrap=false", x, 3, 2);
    h.train.y = y;
    harness_fit(&h); /* constant columns */
    harness_apply(&h, h.blocks, 3, 1, 2, out);
    for (int i = 0; i < 3; i++) ck_near(out[i], 3, 1e-15);
    ck_assert_double_eq(((ca_forest *)h.state)->feature_importances[0], 0);
    harness_end(&h);
    for (int32_t k = 1; k <= 4; k++) { /* one class only */
        harness_begin(&h, &cauce_random_forest_classifier, "n_estimators=3", x, 3, 2);
        h.train.y_class = c;
        h.train.n_classes = k;
        harness_fit(&h);
        harness_apply(&h, h.blocks, 1, k, 1, out);
        for (int32_t i = 0; i < k; i++) ck_assert_double_eq(out[i], i == 0);
        harness_end(&h);
    }
}
END_TEST

/* Depth of a tree and rows of its leaves, by sending all rows down. */
static int64_t depth_of(const ca_forest *f, int64_t t) {
    int64_t first = f->tree_offset[t], n = f->tree_offset[t + 1] - first, deepest = 0;
    int64_t *depth = calloc((size_t)n + 1, sizeof *depth);
    for (int64_t i = 0; i < n; i++) {
        int32_t child[2];
        children_of(f, first, i, child);
        for (int s = 0; s < 2; s++)
            if (child[s] >= 0) depth[child[s]] = depth[i] + 1;
        if (depth[i] + 1 > deepest) deepest = depth[i] + 1;
    }
    free(depth);
    return deepest;
}

START_TEST(limits_hold) {
    data d = make_data(3, 400, 9, 3);
    for (int task = 0; task < 2; task++) {
        d.k = task ? 3 : 0;
        harness h;
        begin(&h, &d, "n_estimators=5 max_depth=4");
        harness_fit(&h);
        ca_forest *f = h.state;
        for (int64_t t = 0; t < 5; t++) ck_assert_int_eq(depth_of(f, t), 4);
        harness_end(&h);
        begin(&h, &d, "n_estimators=5 max_leaf_nodes=11");
        harness_fit(&h);
        f = h.state;
        for (int64_t t = 0; t < 5; t++) ck_assert_int_eq(f->tree_offset[t + 1] - f->tree_offset[t], 10);
        harness_end(&h);
        /* all leaves allowed: the same splits as depth first, in another order */
        harness all;
        begin(&h, &d, "n_estimators=1 bootstrap=false max_features=null max_leaf_nodes=1000");
        begin(&all, &d, "n_estimators=1 bootstrap=false max_features=null");
        harness_fit(&h);
        harness_fit(&all);
        double a[1200], b[1200];
        harness_apply(&h, h.blocks, d.n, task ? 3 : 1, 400, a);
        harness_apply(&all, h.blocks, d.n, task ? 3 : 1, 400, b);
        ck_assert_int_eq(((ca_forest *)h.state)->n_splits, ((ca_forest *)all.state)->n_splits);
        ck_assert(memcmp(a, b, (size_t)(d.n * (task ? 3 : 1)) * sizeof *a) == 0);
        harness_end(&h);
        harness_end(&all);
    }
}
END_TEST

START_TEST(blocks_of_any_size_and_one_hot_score_alike) {
    data d = make_data(21, 400, 9, 4);
    int32_t codes[400];
    for (int64_t r = 0; r < d.n; r++) codes[r] = (int32_t)(noise() * 6) - 1;
    double x[5600], whole[1600], parts[1600], dense[1600];
    memcpy(x, d.x, sizeof(double) * (size_t)(d.n * d.p));
    for (int64_t j = 0; j < 5; j++)
        for (int64_t r = 0; r < d.n; r++) x[(d.p + j) * d.n + r] = codes[r] == j;
    harness h, flat;
    begin(&h, &d, "n_estimators=9");
    h.fields[1] = (cauce_field){ .name = "hot", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 5 };
    h.schema = (cauce_schema){ 2, h.fields, d.p + 5 };
    h.blocks[1] = (cauce_block){ .codes = codes };
    h.batch.n_blocks = 2;
    harness_fit(&h);
    harness_begin(&flat, &cauce_random_forest_classifier, "n_estimators=9", x, d.n, d.p + 5);
    flat.train.y_class = d.c;
    flat.train.n_classes = 4;
    harness_fit(&flat);
    same_forest(h.state, flat.state);
    harness_apply(&h, h.blocks, d.n, 4, 400, whole);
    harness_apply(&flat, flat.blocks, d.n, 4, 400, dense);
    ck_assert(memcmp(whole, dense, sizeof whole) == 0);
    for (int64_t step = 1; step < 400; step = step * 3 + 1) {
        harness_apply(&h, h.blocks, d.n, 4, step, parts);
        ck_assert(memcmp(whole, parts, sizeof whole) == 0);
    }
    harness_end(&h);
    harness_end(&flat);
}
END_TEST

/* Two one-hot blocks and their columns as numbers give the same forest, whatever the statistics are. */
START_TEST(one_hot_grows_as_its_columns_do) {
    static const char *const options[] = { "", "min_samples_leaf=3", "criterion=entropy max_features=0.3",
                                           "min_weight_fraction_leaf=0.02 max_features=null" };
    for (uint64_t seed = 0; seed < 12; seed++) {
        int32_t k = seed % 3 == 0 ? 0 : 2, codes[2][400];
        data d = make_data(seed, 400, 4, k);
        const char *text = k || seed % 4 != 2 ? options[seed % 4] : "criterion=poisson";
        for (int64_t r = 0; r < d.n; r++) {
            codes[0][r] = (int32_t)(noise() * 6) - 1;
            codes[1][r] = (int32_t)(noise() * noise() * 30);
            if (k) d.c[r] ^= codes[1][r] == 2;
            d.y[r] += codes[1][r] == 2 ? 9 : 4;
        }
        static double x[400 * 40];
        memcpy(x, d.x, sizeof(double) * (size_t)(d.n * d.p));
        for (int64_t j = 0; j < 35; j++)
            for (int64_t r = 0; r < d.n; r++)
                x[(d.p + j) * d.n + r] = j < 5 ? codes[0][r] == j : codes[1][r] == j - 5;
        harness h, flat;
        begin(&h, &d, text);
        for (int b = 0; b < 2; b++) {
            h.fields[1 + b] = (cauce_field){
                .name = "hot", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = b ? 30 : 5
            };
            h.blocks[1 + b] = (cauce_block){ .codes = codes[b] };
        }
        h.schema = (cauce_schema){ 3, h.fields, d.p + 35 };
        h.batch.n_blocks = 3;
        harness_fit(&h);
        harness_begin(&flat, h.component, text, x, d.n, d.p + 35);
        flat.train = h.train;
        flat.train.schema = &flat.schema;
        flat.train.x = &flat.batch;
        harness_fit(&flat);
        same_forest(h.state, flat.state);
        harness_end(&h);
        harness_end(&flat);
    }
}
END_TEST

START_TEST(importances_and_oob) {
    data d = make_data(4, 400, 9, 3);
    for (int task = 0; task < 2; task++) {
        d.k = task ? 3 : 0;
        harness h;
        begin(&h, &d, "oob_score=true");
        harness_fit(&h);
        const ca_forest *f = h.state;
        double sum = 0;
        for (int64_t j = 0; j < d.p; j++) sum += f->feature_importances[j];
        ck_near(sum, 1, 1e-14);
        ck_assert_double_eq(f->feature_importances[3], 0); /* a constant */
        ck_assert(f->oob_score > -1 && f->oob_score < 1);
        if (task)
            for (int64_t r = 0; r < d.n; r++)
                ck_near(f->oob_prediction[3 * r] + f->oob_prediction[3 * r + 1] +
                            f->oob_prediction[3 * r + 2],
                        1, 1e-14);
        harness_end(&h);
    }
    harness h;
    begin(&h, &d, "oob_score=true bootstrap=false");
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    harness_end(&h);
}
END_TEST

static void check_oob(const char *table, bool classify, double expected, double tolerance) {
    char path[500];
    snprintf(path, sizeof path, "%s/data/%s.csv", CAUCE_SOURCE_DIR, table);
    numeric_csv csv = numeric_csv_read(path);
    int32_t *c = malloc((size_t)csv.n * sizeof *c);
    for (int64_t r = 0; r < csv.n; r++) c[r] = (int32_t)csv.y[r];
    double mean = 0;
    for (int seed = 0; seed < 6; seed++) {
        char text[100];
        snprintf(text, sizeof text, "oob_score=true random_state=%d", seed);
        harness h;
        harness_begin(&h, classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor, text,
                      csv.x, csv.n, csv.p);
        h.train.y = classify ? NULL : csv.y;
        h.train.y_class = classify ? c : NULL;
        h.train.n_classes = classify ? 2 : 0;
        harness_fit(&h);
        mean += ((const ca_forest *)h.state)->oob_score / 6;
        harness_end(&h);
    }
    ck_assert_msg(fabs(mean - expected) <= tolerance, "%s: out-of-bag score %g, expected %g", table, mean,
                  expected);
    free(c);
    numeric_csv_free(&csv);
}

/* scikit-learn 1.2.1, 100 trees, mean of eight seeds: .9631 and .4233, standard deviations .0030 and .0072 */
START_TEST(oob_scores_are_the_references) {
    check_oob("breast_cancer", true, 0.9631, 0.005);
    check_oob("diabetes", false, 0.4233, 0.012);
}
END_TEST

START_TEST(as_good_as_the_reference) {
    for (size_t i = 0; i < sizeof forest_reference / sizeof *forest_reference; i++)
        compare_scores(kind, &forest_reference[i]);
}
END_TEST

START_TEST(broken_states_are_refused) {
    data d = make_data(4, 200, 5, 3);
    harness h;
    begin(&h, &d, "n_estimators=3");
    harness_fit(&h);
    ca_forest *f = h.state;
    int64_t last = f->n_splits - 1;
    BROKEN(f->n_offsets, 1);
    BROKEN(f->n_outputs, 2);
    BROKEN(f->n_features, 4);
    ck_assert_int_gt(f->n_index, 0); /* few classes: leaves share their values */
    BROKEN(f->n_index, f->n_index - 1);
    BROKEN(f->n_index, 0);
    BROKEN(f->leaf_index[5], (uint16_t)f->n_values);
    BROKEN(f->n_values, 1);
    BROKEN(f->tree_offset[0], 1);
    BROKEN(f->tree_offset[1], -1);
    BROKEN(f->tree_offset[1], f->n_splits + 1);
    BROKEN(f->tree_offset[3], f->n_splits + 1);
    BROKEN(f->split_feature[1], -1);
    BROKEN(f->split_feature[last], 5);
    BROKEN(f->split_threshold[2], (double)NAN);
    BROKEN(f->split_leaves[0], 3);
    BROKEN(f->split_leaves[0], 4);
    BROKEN(f->split_leaves[last], 0);
    BROKEN(f->split_leaves[last], 255);
    BROKEN(f->leaf_value[7], HUGE_VAL);
    harness_end(&h);
}
END_TEST

START_TEST(class_weights_are_weights) {
    data d = make_data(17, 300, 8, 3);
    double count[3] = { 0 }, weight[400];
    for (int64_t r = 0; r < d.n; r++) count[d.c[r]]++;
    for (int64_t r = 0; r < d.n; r++) weight[r] = (double)d.n / (3 * count[d.c[r]]);
    harness named, given;
    begin(&named, &d, "n_estimators=10 class_weight=balanced");
    harness_fit(&named);
    begin(&given, &d, "n_estimators=10");
    given.train.weight = weight;
    harness_fit(&given);
    same_forest(named.state, given.state);
    harness_end(&named);
    harness_end(&given);
}
END_TEST

/* Wide columns, fractional weights and many rows: coarse histograms, with and without least leaf sizes, find
 * what sorting finds. max_leaf_nodes=2 makes stumps, whose one split is checked against all cuts. */
START_TEST(stumps_on_many_rows_are_optimal) {
    enum { N = 3000, P = 3 };
    double *x = malloc(N * P * sizeof *x), *y = malloc(N * sizeof *y), *w = malloc(N * sizeof *w);
    int64_t *order = malloc(N * sizeof *order);
    for (int round = 0; round < 24; round++) {
        bool classify = round % 2, weighted = round % 4 >= 2;
        int64_t least = round % 3 ? 1 : 40;
        noise_state = (uint64_t)round + 1;
        for (int i = 0; i < N * P; i++) x[i] = noise();
        int32_t c[N];
        for (int r = 0; r < N; r++) {
            y[r] = (x[r] > 0.37) * 0.4 + (x[r + N] > 0.8) * 0.5 + noise() * (round % 5);
            c[r] = y[r] > 0.2 * (1 + round % 5);
            if (classify) y[r] = c[r];
            w[r] = weighted ? 0.5 + noise() : 1;
        }
        double best = -HUGE_VAL, best_threshold = 0, total_s = 0, total_w = 0;
        int best_column = -1;
        for (int r = 0; r < N; r++) {
            total_s += w[r] * y[r];
            total_w += w[r];
        }
        harness h;
        char options[200];
        snprintf(options, sizeof options,
                 "n_estimators=1 bootstrap=false max_features=null max_depth=1 min_samples_leaf=%d",
                 (int)least);
        harness_begin(&h, classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor,
                      options, x, N, P);
        h.train.y = classify ? NULL : y;
        h.train.y_class = classify ? c : NULL;
        h.train.n_classes = classify ? 2 : 0;
        h.train.weight = weighted ? w : NULL;
        harness_fit(&h);
        for (int j = 0; j < P; j++) {
            ck_assert_int_eq(ca_argsort(&h.run, x + j * N, N, order), CAUCE_OK);
            double s = 0, weight = 0;
            for (int i = 0; i + 1 < N; i++) {
                s += w[order[i]] * y[order[i]];
                weight += w[order[i]];
                if (i + 1 < least || N - i - 1 < least) continue;
                double gain = s * s / weight + (total_s - s) * (total_s - s) / (total_w - weight);
                if (gain <= best + 1e-9 * fabs(best)) continue;
                best = gain;
                best_column = j;
                best_threshold = x[j * N + order[i]] / 2 + x[j * N + order[i + 1]] / 2;
            }
        }
        const ca_forest *f = h.state;
        ck_assert_int_eq(f->n_splits, 1);
        ck_assert_int_eq(f->split_feature[0], best_column);
        ck_assert_double_eq(f->split_threshold[0], best_threshold);
        harness_end(&h);
    }
    free(x);
    free(y);
    free(w);
    free(order);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install(); /* this test comes first */
    for (int32_t k = 0; k <= 3; k += 3) {
        data d = make_data(8, 60, 5, k);
        harness h;
        begin(&h, &d,
              k ? "n_estimators=2 oob_score=true max_leaf_nodes=40 class_weight=balanced_subsample"
                : "n_estimators=2 oob_score=true");
        FAILING_EACH(pass) {
            ca_run_begin(&h.run);
            h.run.keep = &h.keep;
            h.run.threads = 1;
            cauce_status status = harness_try(&h);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            ca_run_end(&h.run);
            ca_arena_free(&h.keep.arena);
        }
        harness_end(&h);
    }
}
END_TEST

START_TEST(cancer_with_weights) {
    cancer_weights_are_rows(kind(true), "n_estimators=5 bootstrap=false");
    cancer_weights_are_rows(kind(true), ONE_TREE "criterion=entropy");
}
END_TEST

START_TEST(folds_of_the_reference) {
    scores_over_seeds("random_forest_classifier", "breast_cancer.csv", "stratified_k_fold n_splits=5",
                      "accuracy", 6, case_53_cancer);
    scores_over_seeds("random_forest_regressor", "diabetes.csv", "k_fold n_splits=5", "r2", 3,
                      case_53_diabetes);
}
END_TEST

TEST_MAIN("random_forest", TEST(every_allocation_may_fail), TEST(every_split_is_the_oracles),
          TEST(threads_do_not_change_a_bit), TEST(weight_two_is_the_row_twice),
          TEST(small_and_constant_tables), TEST(limits_hold),
          TEST(blocks_of_any_size_and_one_hot_score_alike), TEST(one_hot_grows_as_its_columns_do),
          TEST(one_hot_grows_as_its_columns_do), TEST(importances_and_oob),
          TEST(oob_scores_are_the_references), TEST(as_good_as_the_reference),
          TEST(broken_states_are_refused), TEST(class_weights_are_weights),
          TEST(stumps_on_many_rows_are_optimal), TEST(cancer_with_weights), TEST(folds_of_the_reference))
