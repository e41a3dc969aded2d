/* Trees of rng=sklearn against those of scikit-learn 1.2.1, node by node. */
#include "estimators/sklearn_support.h"

extern const cauce_component cauce_decision_tree_classifier, cauce_decision_tree_regressor;

static const cauce_component *kind(bool classify) {
    return classify ? &cauce_decision_tree_classifier : &cauce_decision_tree_regressor;
}

static const struct sklearn_tree *reference_of(const char *table, const char *options) {
    for (size_t i = 0; i < sizeof sklearn_trees / sizeof *sklearn_trees; i++)
        if (strcmp(sklearn_trees[i].table, table) == 0 && strcmp(sklearn_trees[i].options, options) == 0)
            return &sklearn_trees[i];
    ck_abort_msg("no reference for %s %s", table, options);
    return NULL;
}

static void compare(const struct sklearn_tree *ref, const ca_forest *f) {
    ck_assert_int_eq(f->n_splits, ref->n_splits);
    bool kept = ref->n_splits <= (int)(sizeof ref->feature / sizeof *ref->feature);
    for (int s = 0; kept && s < ref->n_splits; s++) {
        ck_assert_int_eq(f->split_feature[s], ref->feature[s]);
        ck_assert_double_eq(f->split_threshold[s], ref->threshold[s]);
        ck_assert_int_eq(f->split_leaves[s], ref->leaves[s]);
    }
    for (int64_t v = 0; kept && v < (ref->n_splits + 1) * f->n_outputs; v++)
        ck_close(ca_forest_leaf(f, v / f->n_outputs)[v % f->n_outputs], ref->value[v], 1e-15);
    ck_assert_msg(sk_digest(f, 0) == ref->digest, "%s %s", ref->table, ref->options);
    for (int64_t j = 0; j < f->n_features; j++) ck_near(f->feature_importances[j], ref->importance[j], 1e-14);
}

START_TEST(trees_are_scikit_learns) {
    for (size_t i = 0; i < sizeof sklearn_trees / sizeof *sklearn_trees; i++) {
        const struct sklearn_tree *ref = &sklearn_trees[i];
        sk_table t = sk_read(ref->table, ref->weights);
        sk_begin(&t, kind(t.k), ref->options);
        harness_fit(&t.h);
        compare(ref, t.h.state);
        ck_assert_int_eq(t.h.component->verify(&t.h.run, &t.h.fitted), CAUCE_OK);
        harness_end(&t.h);
        sk_free(&t);
    }
}
END_TEST

/* The columns and thresholds of cases 48 and 49 as they were published, in scikit-learn's order: a node, all
 * below it on the left, all on the right. */
static int32_t depth_first(const ca_forest *f, int32_t at, int32_t *order, int32_t n) {
    int32_t child[2];
    order[n++] = at;
    if (at < 0) return n;
    children_of(f, 0, at, child);
    n = depth_first(f, child[0], order, n);
    return depth_first(f, child[1], order, n);
}

START_TEST(published_trees) {
    static const struct {
        const char *options;
        int n_nodes, n, feature[9];
        double threshold[9];
    } cases[] = {
        { "max_depth=3",
          15,
          9,
          { 20, 27, 10, -2, -2, 21, -2, -2, 1 },
          { 16.7950000763, .135800004005, 1.0475499928 } },
        { "criterion=entropy max_depth=2", 7, 7, { 22, 27, -2, -2, 22, -2, -2 }, { 105.950000763 } },
    };
    sk_table t = sk_read("cancer", "none");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t order[15];
        sk_begin(&t, kind(true), cases[i].options);
        harness_fit(&t.h); /* random_state=null is 0 */
        const ca_forest *f = t.h.state;
        ck_assert_int_eq(depth_first(f, 0, order, 0), cases[i].n_nodes);
        for (int s = 0; s < cases[i].n; s++) {
            ck_assert_int_eq(order[s] < 0 ? -2 : f->split_feature[order[s]], cases[i].feature[s]);
            if (cases[i].threshold[s] > 0)
                ck_close(f->split_threshold[order[s]], cases[i].threshold[s], 6e-8);
        }
        harness_end(&t.h);
    }
    const struct sklearn_tree *eight = reference_of("cancer", "max_leaf_nodes=8 random_state=0");
    ck_assert_int_eq(2 * eight->n_splits + 1, 15);
    /* best first, nodes are numbered as they are made: 20 27 21 . 21 23 7 7 */
    int count[30] = { 0 };
    for (int s = 0; s < 7; s++) count[eight->feature[s]]++;
    ck_assert(eight->feature[0] == 20 && eight->feature[1] == 27 && eight->feature[2] == 21);
    ck_assert(count[21] == 2 && count[7] == 2 && count[23] == 1);
    sk_free(&t);
}
END_TEST

/* Two values: any number goes where its rounding to 32 bits goes. */
START_TEST(numbers_go_where_their_roundings_go) {
    noise_state = 1;
    for (int i = 0; i < 2000; i++) {
        double scale = pow(10, floor(noise() * 60) - 30), y[2] = { 1, 2 }, x[2], probe[12], out[12];
        float a = (float)((noise() - 0.5) * scale), b = (float)((noise() - 0.5) * scale);
        if (i % 3 == 0) b = a; /* and a few steps of 32 bits from there */
        for (int steps = 0; i % 3 == 0 && steps <= i % 5; steps++) b = nextafterf(b, HUGE_VALF);
        if (fabsf(a - b) < 1e-6f) continue;
        x[0] = (double)(a < b ? a : b);
        x[1] = (double)(a < b ? b : a);
        harness h;
        harness_begin(&h, kind(false), "rng=sklearn", x, 2, 1);
        h.train.y = y;
        harness_fit(&h);
        double threshold = x[0] / 2 + x[1] / 2;
        if (threshold == x[1]) threshold = x[0];
        float near[3] = { (float)threshold, nextafterf((float)threshold, -HUGE_VALF),
                          nextafterf((float)threshold, HUGE_VALF) };
        for (int j = 0; j < 12; j += 4) {
            double middle = (double)near[j / 4] / 2 + (double)nextafterf(near[j / 4], HUGE_VALF) / 2;
            probe[j] = (double)near[j / 4];
            probe[j + 1] = middle;
            probe[j + 2] = nextafter(middle, HUGE_VAL);
            probe[j + 3] = nextafter(middle, -HUGE_VAL);
        }
        cauce_block block = { .values = probe, .stride = 12 };
        harness_apply(&h, &block, 12, 1, 12, out);
        for (int j = 0; j < 12; j++)
            ck_assert_double_eq(out[j], (double)(float)probe[j] <= threshold ? 1 : 2);
        harness_end(&h);
    }
}
END_TEST

/* Values as near as 1e-7 are one, in 32 bits: 0 and 1e-7 cannot be told, 0 and 2e-7 can. */
START_TEST(values_near_each_other_are_one) {
    double x[2] = { 0, 1e-7 }, y[2] = { 1, 2 };
    for (int i = 0; i < 2; i++, x[1] = 2e-7) {
        harness h;
        harness_begin(&h, kind(false), "rng=sklearn", x, 2, 1);
        h.train.y = y;
        harness_fit(&h);
        ck_assert_int_eq(((ca_forest *)h.state)->n_splits, i);
        harness_end(&h);
    }
}
END_TEST

TEST_MAIN("sklearn_grow", TEST(trees_are_scikit_learns), TEST(published_trees),
          TEST(numbers_go_where_their_roundings_go), TEST(values_near_each_other_are_one))
