/* Columns that may meet on a path of a tree. */
#include "support/failing.h"
#include "estimators/forest_support.h"

extern const cauce_component cauce_decision_tree_classifier, cauce_decision_tree_regressor,
    cauce_random_forest_classifier, cauce_random_forest_regressor, cauce_extra_trees_classifier,
    cauce_extra_trees_regressor;

/* ---- Every path of every tree -------------------------------------------------------------------------- */

typedef struct walk {
    const ca_forest *f;
    const data *d;
    const uint32_t *sets; /* bit j: column j is in it */
    int64_t n_sets;
    bool complete; /* all rows are in the tree, which grows until nothing is left to ask */
    uint32_t met;  /* the union over paths of the columns, as set numbers */
    int64_t wrong; /* leaves whose path is in no set */
} walk;

static uint32_t allowed_with(const walk *w, uint32_t used) {
    uint32_t allowed = 0;
    for (int64_t i = 0; i < w->n_sets; i++)
        if ((used & w->sets[i]) == used) allowed |= w->sets[i];
    return allowed;
}

/* Whatever is left in a leaf cannot be told apart by the columns that the path allows. */
static void check_end(const walk *w, uint32_t used, const int32_t *rows, int32_t n) {
    const data *d = w->d;
    bool pure = true;
    for (int32_t i = 0; i < n; i++)
        pure = pure && (d->k ? d->c[rows[i]] == d->c[rows[0]] : d->y[rows[i]] == d->y[rows[0]]);
    if (pure) return;
    for (int64_t j = 0; j < d->p; j++)
        for (int32_t i = 0; i < n && (allowed_with(w, used) >> j & 1); i++) {
            double a = d->x[j * d->n + rows[0]], b = d->x[j * d->n + rows[i]];
            ck_assert_msg(a == b || (isnan(a) && isnan(b)), "column %d could part the leaf", (int)j);
        }
}

static void walk_down(walk *w, int64_t first, int32_t at, uint32_t used, const int32_t *rows, int32_t n) {
    if (at < 0) {
        uint32_t in = 0;
        for (int64_t i = 0; i < w->n_sets; i++)
            if ((used & w->sets[i]) == used) in |= UINT32_C(1) << i;
        w->wrong += !in;
        w->met |= used ? in : 0;
        if (w->complete) check_end(w, used, rows, n);
        return;
    }
    int32_t child[2], parts[2][400], size[2] = { 0 };
    int64_t feature = w->f->split_feature[first + at];
    for (int32_t i = 0; i < n; i++) {
        double x = w->d->x[feature * w->d->n + rows[i]];
        bool right = isnan(x) ? w->f->split_missing[first + at] : x > w->f->split_threshold[first + at];
        parts[right][size[right]++] = rows[i];
    }
    children_of(w->f, first, at, child);
    for (int side = 0; side < 2; side++)
        walk_down(w, first, child[side], used | UINT32_C(1) << feature, parts[side], size[side]);
}

static walk walk_all(const ca_forest *f, const data *d, const uint32_t *sets, int64_t n_sets, bool complete) {
    walk w = { f, d, sets, n_sets, complete, 0, 0 };
    int32_t rows[400];
    for (int32_t r = 0; r < d->n; r++) rows[r] = r;
    for (int64_t t = 0; t + 1 < f->n_offsets; t++)
        walk_down(&w, f->tree_offset[t], f->tree_offset[t + 1] > f->tree_offset[t] ? 0 : -1, 0, rows,
                  (int32_t)d->n);
    return w;
}

static const struct {
    const char *text;
    int64_t n;
    uint32_t sets[21];
} constraints[] = {
    { "[\"x0, x1\", \"x2, x3,x4\"]", 3, { 1 | 2, 4 | 8 | 16, 32 | 64 } },
    { "[\"x1, x2\", \"x2, x4\", \"x5\"]", 4, { 2 | 4, 4 | 16, 32, 1 | 8 | 64 } },
    { "[\"x1\"]", 2, { 2, 1 | 4 | 8 | 16 | 32 | 64 } },
    { "no_interactions", 7, { 1, 2, 4, 8, 16, 32, 64 } },
    { "pairwise", 21, { 3, 5, 9, 17, 33, 65, 6, 10, 18, 34, 66, 12, 20, 36, 68, 24, 40, 72, 48, 80, 96 } },
};
enum { CONSTRAINTS = sizeof constraints / sizeof *constraints };

/* Columns 3 is constant, 6 is column 2 again; some have missing values. */
START_TEST(paths_stay_in_a_set) {
    static const struct {
        const cauce_component *component;
        const char *options;
        int32_t k;
        bool complete;
    } cases[] = {
        { &cauce_decision_tree_regressor, "", 0, true },
        { &cauce_decision_tree_regressor, "max_features=1", 0, true },
        { &cauce_decision_tree_regressor, "max_features=2 criterion=absolute_error", 0, true },
        { &cauce_decision_tree_regressor, "criterion=poisson max_leaf_nodes=30", 0, false },
        { &cauce_decision_tree_classifier, "max_features=2", 2, true },
        { &cauce_decision_tree_classifier, "max_features=1 max_leaf_nodes=1000", 5, true },
        { &cauce_decision_tree_classifier, "criterion=entropy min_samples_leaf=4", 3, false },
        { &cauce_random_forest_classifier, "n_estimators=9", 2, false },
        { &cauce_random_forest_regressor, "n_estimators=40 bootstrap=false max_features=1", 0, true },
        { &cauce_random_forest_regressor, "n_estimators=5 corrected_importances=true ccp_alpha=0.1", 0,
          false },
        { &cauce_extra_trees_regressor, "n_estimators=40 max_features=1", 0, true },
        { &cauce_extra_trees_classifier, "n_estimators=9 max_features=2", 4, true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (int c = 0; c < CONSTRAINTS; c++) {
            char text[300];
            data d = make_data(i + 3, 160, 7, cases[i].k);
            if (i % 2) lose(&d);
            harness h, plain;
            begin_on(&plain, cases[i].component, &d, cases[i].options);
            harness_fit(&plain);
            walk w = walk_all(plain.state, &d, constraints[c].sets, constraints[c].n, false);
            ck_assert_int_gt(w.wrong, 0); /* without constraints they meet */
            harness_end(&plain);
            snprintf(text, sizeof text, "%s interaction_cst=%s", cases[i].options, constraints[c].text);
            begin_on(&h, cases[i].component, &d, text);
            harness_fit(&h);
            w = walk_all(h.state, &d, constraints[c].sets, constraints[c].n, cases[i].complete);
            ck_assert_msg(w.wrong == 0, "case %zu, %s: %d paths in no set", i, constraints[c].text,
                          (int)w.wrong);
            bool drawn =
                strstr(cases[i].options, "n_estimators=40") && strstr(cases[i].options, "features=1");
            for (int64_t s = 0; s < constraints[c].n && c < 3 && drawn; s++) /* each comes to its right */
                ck_assert(w.met >> s & 1);
            harness_end(&h);
        }
}
END_TEST

/* Where all may meet anyway, by whatever words, the tree is the same: to the bit where columns are not drawn.
 */
START_TEST(sets_of_all) {
    static const char *const options[] = { "interaction_cst=[]", "interaction_cst=[\"x0,x1,x2,x3,x4,x5,x6\"]",
                                           "interaction_cst=[\"x2\", \"x0, x6,x5,x4,x3,x2,x1\"]" };
    for (int32_t k = 0; k <= 4; k += 2)
        for (int i = 0; i < 3; i++) {
            const cauce_component *c = k ? &cauce_decision_tree_classifier : &cauce_decision_tree_regressor;
            data d = make_data(40 + (uint64_t)i, 300, 7, k);
            harness a, b;
            if (k == 2) lose(&d);
            begin_on(&a, c, &d, "");
            begin_on(&b, c, &d, options[i]);
            harness_fit(&a);
            harness_fit(&b);
            ck_assert_int_gt(((ca_forest *)a.state)->n_splits, 20);
            same_forest(a.state, b.state);
            harness_end(&b);
            harness_end(&a);
        }
}
END_TEST

/* What a set of columns alone can do, it does: below the root a tree of two sets is that of the one set. */
START_TEST(a_set_is_as_good_as_its_columns) {
    data d = make_data(77, 300, 7, 0), part = d;
    for (int64_t r = 0; r < d.n; r++) d.y[r] = 100 * d.x[r] + d.x[d.n + r] + 0.01 * noise();
    part = d;
    part.p = 2; /* x0, x1 */
    harness whole, alone;
    begin_on(&whole, &cauce_decision_tree_regressor, &d, "interaction_cst=[\"x0, x1\"]");
    begin_on(&alone, &cauce_decision_tree_regressor, &part, "");
    harness_fit(&whole);
    harness_fit(&alone);
    const ca_forest *a = whole.state, *b = alone.state;
    ck_assert_int_eq(a->split_feature[0], 0);
    ck_assert_int_eq(a->n_splits, b->n_splits);
    ck_assert(memcmp(a->split_feature, b->split_feature, (size_t)a->n_splits * 4) == 0);
    ck_assert(memcmp(a->split_threshold, b->split_threshold, (size_t)a->n_splits * 8) == 0);
    harness_end(&alone);
    harness_end(&whole);
}
END_TEST

#define HOT_RECIPE                                                                                           \
    "{\"steps\": [\"simple_imputer strategy=most_frequent\", \"one_hot_encoder\", "                          \
    "\"extra_trees_classifier n_estimators=5 interaction_cst=no_interactions\"]}"

/* Categories and one-hot columns have names too; more sets than a word has bits; any number of threads. */
START_TEST(tables) {
    static const char *const recipes[] = {
        "random_forest_classifier n_estimators=5 interaction_cst=[\"sex, age\", \"passengerClass\"]",
        HOT_RECIPE,
        "random_forest_classifier n_estimators=3 rng=native interaction_cst=pairwise oob_score=true",
    };
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    for (size_t i = 0; i < sizeof recipes / sizeof *recipes; i++) {
        bytes_of first = { NULL, 0 };
        for (int threads = 1; threads <= 7; threads += 3) {
            cauce_context *context = cauce_context_new();
            ck_assert_int_eq(cauce_context_set_threads(context, threads), CAUCE_OK);
            cauce_context_use(context);
            cauce_model *model = model_of(recipes[i], table);
            bytes_of bytes = saved(model);
            double score;
            ck_assert_int_eq(cauce_score(model, table, "roc_auc", &score), CAUCE_OK);
            ck_assert_double_gt(score, 0.6);
            if (first.data) {
                ck_assert(bytes.size == first.size && memcmp(bytes.data, first.data, bytes.size) == 0);
                bytes_done(&bytes);
            } else {
                first = bytes;
            }
            cauce_model_free(model);
            cauce_context_use(NULL);
            cauce_context_free(context);
        }
        bytes_done(&first);
    }
    cauce_table_free(table);
    table = table_from_data("wine.csv", "target=cultivar"); /* 13 columns: 78 pairs */
    cauce_model *model = model_of("random_forest_classifier interaction_cst=pairwise n_estimators=20", table);
    double score;
    ck_assert_int_eq(cauce_score(model, table, "accuracy", &score), CAUCE_OK);
    ck_assert_double_gt(score, 0.97);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(refusals) {
    static const struct {
        const char *recipe, *piece;
    } cases[] = {
        { "decision_tree_classifier interaction_cst=[\"sex, agee\"]",
          "interaction_cst: there is no column 'agee'; did you mean 'age'" },
        { "random_forest_classifier interaction_cst=[\"sex,\"]", "there is no column ''" },
        { "extra_trees_classifier interaction_cst=[1, 2]", "each item is a text of column names" },
        { "random_forest_classifier interaction_cst=triples", "pairwise" },
        { "{\"steps\": [\"simple_imputer strategy=most_frequent\", \"one_hot_encoder\", "
          "\"random_forest_classifier rng=sklearn interaction_cst=pairwise\"]}",
          "interaction_cst is not in scikit-learn 1.2.1" },
    };
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cauce_recipe *recipe =
            cases[i].recipe[0] == '{' ? cauce_recipe_from_json(cases[i].recipe) : cauce_new(cases[i].recipe);
        cauce_model *model = recipe ? cauce_fit(recipe, table) : NULL;
        ck_assert_ptr_null(model);
        failed_with(CAUCE_E_PARAM, cases[i].piece);
        cauce_recipe_free(recipe);
    }
    cauce_table_free(table);
}
END_TEST

/* First of all tests. */
START_TEST(no_memory) {
    failing_install();
    cauce_table *table =
        table_of("a,b,k,y\n1,2,p,1\n2,1,q,4\n3,1,,2\n4,3,p,7\n5,1,q,1\n,2,p,3\n", "y:target");
    cauce_recipe *recipe = recipe_of("random_forest_regressor n_estimators=2 interaction_cst=[\"a, k\"] "
                                     "corrected_importances=true max_features=1");
    FAILING_EACH(pass) {
        cauce_model *model = cauce_fit(recipe, table);
        ck_assert_msg(model || (pass.armed && cauce_error().status == CAUCE_E_NOMEM), "%s",
                      cauce_error().message);
        cauce_model_free(model);
        cauce_error_clear();
    }
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("interactions", TEST(no_memory), TEST(paths_stay_in_a_set), TEST(sets_of_all),
          TEST(a_set_is_as_good_as_its_columns), TEST(tables), TEST(refusals))
