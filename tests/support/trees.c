#include "support/trees.h"

#include "support/check_main.h"

const char *const tree_names[TREE_CHILDREN] = { "a", "b", "c", "d" };

/* ---- What there is to draw ----------------------------------------------------------------------------- */

/* What columns may hold at a place of the tree; more than there is does no harm. */
typedef struct shape {
    bool category, missing, onehot;
    bool marked; /* a field "missingindicator" of many columns, whose names a pattern does not see */
    int width;
} shape;

enum {
    CATEGORY = 1, /* takes categories */
    MISSING = 2,  /* takes missing numbers */
    FREE = 4,     /* learns nothing from the rows */
    KEEPS = 8,    /* categories stay what they are */
    GAPS = 16,    /* missing ones too */
    ONEHOT = 32,
    WIDENS = 64,
    CLASSES = 128, /* for a target of classes, of numbers */
    NUMBERS = 256,
    MARKS = 1024,
    SLOW = 2048,
    COLUMNWISE =
        512 /* tells one-hot columns from other numbers: they are never missing, or summed in another order */
};

typedef struct entry {
    const char *use, *more;
    unsigned is;
} entry;

static const entry transformers[] = {
    { "passthrough", "", CATEGORY | MISSING | FREE | KEEPS | GAPS },
    { "simple_imputer", "", MISSING },
    { "simple_imputer strategy=median add_indicator=true", "", MISSING | WIDENS | MARKS },
    { "simple_imputer strategy=most_frequent", "", CATEGORY | MISSING | KEEPS },
    { "variance_threshold", "", MISSING | GAPS },
    { "variance_threshold threshold=0.2", "", MISSING | GAPS },
    { "select_k_best k=2", "", CLASSES },
    { "select_k_best k=2 score_func=f_regression", "", NUMBERS },
    { "select_percentile percentile=60", "", CLASSES },
    { "select_percentile percentile=60 score_func=f_regression", "", NUMBERS },
    { "select_from_model", ", \"estimator\": \"decision_tree_classifier max_depth=3\"",
      CLASSES | MISSING | GAPS },
    { "select_from_model", ", \"estimator\": \"decision_tree_regressor max_depth=3\"",
      NUMBERS | MISSING | GAPS },
    { "one_hot_encoder handle_unknown=ignore max_categories=5", "", CATEGORY | MISSING | ONEHOT | WIDENS },
    { "one_hot_encoder handle_unknown=ignore max_categories=4 drop=first", "",
      CATEGORY | MISSING | ONEHOT | WIDENS },
    { "ordinal_encoder handle_unknown=use_encoded_value unknown_value=-1", "", CATEGORY | MISSING | GAPS },
    { "count_encoder", "", CATEGORY | MISSING },
    { "missing_indicator features=all", "", CATEGORY | MISSING | COLUMNWISE | MARKS },
    { "missing_indicator error_on_new=false", "", CATEGORY | MISSING | MARKS },
    { "standard_scaler", "", MISSING | GAPS },
    { "min_max_scaler", "", MISSING | GAPS },
    { "robust_scaler", "", MISSING | GAPS },
    { "quantile_transformer n_quantiles=20", "", MISSING | GAPS },
    { "power_transformer", "", MISSING | GAPS | SLOW },
    { "function_transformer func=abs", "", MISSING | GAPS | FREE },
    { "binarizer", "", FREE },
    { "normalizer", "", FREE },
    { "polynomial_features", "", FREE | WIDENS },
    { "polynomial_features interaction_only=true include_bias=false", "", FREE | WIDENS },
    { "k_bins_discretizer n_bins=3", "", ONEHOT | WIDENS },
    { "k_bins_discretizer n_bins=4 encode=ordinal strategy=uniform", "", 0 },
    { "spline_transformer n_knots=3 degree=2 handle_missing=zeros", "", MISSING | WIDENS },
    { "pca n_components=2", "", 0 },
    { "truncated_svd n_components=2", "", 0 },
    { "iterative_imputer max_iter=1", "", MISSING | SLOW | COLUMNWISE },
    { "knn_imputer n_neighbors=2", "", MISSING | SLOW },
};
enum { TRANSFORMERS = sizeof transformers / sizeof *transformers };

static const entry estimators[] = {
    { "ridge", "", NUMBERS | ONEHOT },
    { "linear_regression", "", NUMBERS },
    { "k_neighbors_regressor n_neighbors=3", "", NUMBERS },
    { "random_forest_regressor n_estimators=3 max_depth=5", "", NUMBERS | CATEGORY | MISSING },
    { "hist_gradient_boosting_regressor max_iter=3 min_samples_leaf=3", "", NUMBERS | CATEGORY | MISSING },
    { "logistic_regression max_iter=20", "", CLASSES | ONEHOT },
    { "gaussian_nb", "", CLASSES },
    { "k_neighbors_classifier n_neighbors=3", "", CLASSES },
    { "random_forest_classifier n_estimators=3 max_depth=5", "", CLASSES | CATEGORY | MISSING },
    { "hist_gradient_boosting_classifier max_iter=3 min_samples_leaf=3", "", CLASSES | CATEGORY | MISSING },
};
enum { ESTIMATORS = sizeof estimators / sizeof *estimators };

/* Patterns choose the same columns of a one-hot field and of the table that it becomes. */
static const struct {
    const char *on;
    bool category;
} columns[] = { { "@all", true },
                { "@number", false },
                { "@category", true },
                { "@all, !@category", false }, /* by kind up to here */
                { "*n1*", false },
                { "*n2*, *n1*", false },
                { "!*n2*", true },
                { "*zz*", false },
                { "*c1*, *n3*", true },
                { "*b1*, *n4*", true },
                { "*c2*, *b1*", true },
                { "@category, *n2*, *n4*", true },
                { "*n4*, *n3*, !*n2*", false } };
enum { KINDS = 4, COLUMNS = sizeof columns / sizeof *columns };

/* ---- Transformers -------------------------------------------------------------------------------------- */

static int below(trees *t, int n) {
    return (int)cauce_rng_below(&t->rng, (uint64_t)n);
}

static tree *new_tree(trees *t, tree_kind kind) {
    ck_assert_int_lt(t->n, TREE_MOST);
    tree *one = &t->all[t->n++];
    *one = (tree){ .kind = kind };
    return one;
}

static tree *new_leaf(trees *t, tree_kind kind, const char *use, const char *more) {
    tree *leaf = new_tree(t, kind);
    leaf->use = use;
    leaf->more = more;
    return leaf;
}

static tree *two_steps(trees *t, tree *first, tree *second) {
    tree *both = new_tree(t, TREE_STEPS);
    both->child[both->n++] = first;
    both->child[both->n++] = second;
    return both;
}

static bool is_for(const entry *e, bool classes) {
    return !(e->is & (CLASSES | NUMBERS)) || (e->is & (classes ? CLASSES : NUMBERS));
}

static tree *draw_step(trees *t, shape *s, bool free) {
    for (;;) {
        const entry *e = &transformers[below(t, TRANSFORMERS)];
        if (!is_for(e, t->classes) || (free && !(e->is & FREE))) continue;
        if ((s->category && !(e->is & CATEGORY)) || (s->missing && !(e->is & MISSING))) continue;
        if ((e->is & WIDENS) && t->widened >= (t->large ? 1 : 2)) continue;
        if ((e->is & SLOW) && (t->large || s->width > 8)) continue;
        if (((e->is & WIDENS) && s->width > 8) || ((e->is & COLUMNWISE) && s->onehot)) continue;
        s->category = s->category && (e->is & KEEPS);
        s->missing = s->missing && (e->is & GAPS);
        s->onehot = s->onehot || (e->is & ONEHOT);
        s->marked = s->marked || (e->is & MARKS);
        if (e->is & WIDENS) {
            s->width *= 3 + s->width / 2;
            t->widened++;
        }
        return new_leaf(t, TREE_STEP, e->use, e->more);
    }
}

static tree *draw_transformer(trees *t, int depth, shape *s, bool free);

static void beside(shape *all, const shape *one) {
    all->category = all->category || one->category;
    all->missing = all->missing || one->missing;
    all->onehot = all->onehot || one->onehot;
    all->marked = all->marked || one->marked;
    all->width += one->width;
}

static tree *draw_branches(trees *t, int depth, shape *s, bool free) {
    tree *one = new_tree(t, TREE_BRANCHES);
    const int n = 1 + below(t, 3);
    shape all = { 0 };
    one->passes = below(t, 2);
    if (one->passes) all = *s;
    for (int i = 0; i < n; i++) {
        int k = below(t, COLUMNS);
        if (s->marked && strchr(columns[k].on, '*')) k = below(t, KINDS);
        shape branch = *s;
        branch.category = s->category && columns[k].category;
        if (columns[k].on[0] == '*' && s->width <= 8) branch.width = 4;
        one->on[one->n] = columns[k].on;
        if (below(t, 8))
            one->child[one->n++] = draw_transformer(t, depth - 1, &branch, free);
        else {
            one->child[one->n++] = new_leaf(t, TREE_STEP, "drop", "");
            continue;
        }
        beside(&all, &branch);
    }
    *s = all;
    return one;
}

static tree *draw_transformer(trees *t, int depth, shape *s, bool free) {
    const int what = depth > 0 && s->width < 30 ? below(t, 10) : 0;
    if (what < 2) return draw_step(t, s, free);
    if (what >= 6 && what < 9) return draw_branches(t, depth, s, free);
    tree *one = new_tree(t, what == 9 ? TREE_UNION : TREE_STEPS);
    const int n = 1 + below(t, 3);
    shape all = { 0 };
    for (int i = 0; i < n; i++) {
        shape branch = *s;
        one->child[one->n++] = draw_transformer(t, depth - 1, one->kind == TREE_UNION ? &branch : s, free);
        if (one->kind == TREE_UNION) beside(&all, &branch);
    }
    if (one->kind == TREE_UNION) *s = all;
    return one;
}

/* Steps around a tree until an estimator takes what comes out. */
static tree *make_fit(trees *t, tree *one, shape *s, const entry *e) {
    if (s->category && !(e->is & CATEGORY)) {
        const bool wide = below(t, 2) && s->width <= 20;
        one = two_steps(
            t, one,
            wide ? new_leaf(t, TREE_STEP, "one_hot_encoder handle_unknown=ignore max_categories=4", "")
                 : new_leaf(t, TREE_STEP, "ordinal_encoder handle_unknown=use_encoded_value unknown_value=-1",
                            ""));
        s->onehot = wide;
        s->category = false;
        s->missing = s->missing || !wide;
    }
    if (s->missing && !(e->is & MISSING)) {
        one = two_steps(t, one, new_leaf(t, TREE_STEP, "simple_imputer", ""));
        s->missing = false;
    }
    if (!s->onehot || s->category) return one;
    if ((e->is & ONEHOT) && below(t, 2))
        t->packed = true;
    else {
        one = two_steps(t, one, new_leaf(t, TREE_STEP, "min_max_scaler", ""));
        s->onehot = false;
    }
    return one;
}

/* ---- Estimators ---------------------------------------------------------------------------------------- */

static const entry *draw_entry(trees *t) {
    for (;;) {
        const entry *e = &estimators[below(t, ESTIMATORS)];
        if (is_for(e, t->classes)) return e;
    }
}

static tree *draw_last(trees *t, tree *before, shape *s) {
    const entry *e = draw_entry(t);
    tree *fit = make_fit(t, before, s, e);
    return two_steps(t, fit, new_leaf(t, TREE_ESTIMATOR, e->use, e->more));
}

static tree *draw_inner(trees *t, shape s, bool free) {
    tree *before = draw_transformer(t, t->large ? 1 : 2, &s, free);
    return draw_last(t, before, &s);
}

/* Around columns of numbers without gaps. */
static tree *draw_around(trees *t, const shape *s) {
    tree *one;
    switch (below(t, t->many ? 3 : 2)) {
    case 0: one = new_tree(t, TREE_VOTE); break;
    case 1:
        one = new_tree(t, t->classes ? TREE_CALIBRATED : TREE_TARGET);
        one->child[one->n++] = draw_inner(t, *s, t->classes);
        return one;
    default: one = new_tree(t, TREE_STACK); one->passes = below(t, 2);
    }
    one->child[one->n++] = draw_inner(t, *s, false);
    one->child[one->n++] = draw_inner(t, *s, false);
    if (one->kind == TREE_STACK) one->child[one->n++] = draw_inner(t, *s, false);
    return one;
}

tree *trees_draw(trees *t, uint64_t seed) {
    static const entry plain = { "", "", 0 };
    shape s = { .category = true, .missing = true, .width = 8 };
    cauce_rng_init(&t->rng, seed, "trees", 0);
    t->n = 0;
    t->packed = false;
    t->widened = 0;
    tree *before = draw_transformer(t, t->large ? 2 : 4, &s, false);
    if (below(t, 3)) return draw_last(t, before, &s);
    before = make_fit(t, before, &s, &plain);
    return two_steps(t, before, draw_around(t, &s));
}

/* ---- Text ---------------------------------------------------------------------------------------------- */

bool tree_predicts(const tree *t) {
    return t->kind == TREE_STEPS ? tree_predicts(t->child[t->n - 1]) : t->kind >= TREE_ESTIMATOR;
}

static void write_as(const tree *t, bool classes, const char *name, const char *on, ca_text *out);

static void write_list(const tree *t, int n, bool named, bool classes, ca_text *out) {
    ca_text_add(out, "[");
    for (int i = 0; i < n; i++) {
        if (i) ca_text_add(out, ", ");
        write_as(t->child[i], classes, named ? tree_names[i] : NULL, t->on[i], out);
    }
    ca_text_add(out, "]");
}

static void write_body(const tree *t, bool classes, ca_text *out) {
    const char *of = classes ? "classifier" : "regressor";
    switch (t->kind) {
    case TREE_STEP:
    case TREE_ESTIMATOR: ca_text_addf(out, "\"use\": \"%s\"%s", t->use, t->more); return;
    case TREE_STEPS:
        ca_text_add(out, "\"steps\": ");
        write_list(t, t->n, false, classes, out);
        return;
    case TREE_BRANCHES:
        ca_text_addf(out, "\"use\": \"column_transformer remainder=%s\", \"branches\": ",
                     t->passes ? "passthrough" : "drop");
        write_list(t, t->n, true, classes, out);
        return;
    case TREE_UNION:
        ca_text_add(out, "\"use\": \"feature_union\", \"transformers\": ");
        write_list(t, t->n, true, classes, out);
        return;
    case TREE_VOTE:
        ca_text_addf(out, "\"use\": \"voting_%s%s\", \"estimators\": ", of, classes ? " voting=soft" : "");
        write_list(t, t->n, true, classes, out);
        return;
    case TREE_STACK:
        ca_text_addf(out,
                     "\"use\": \"stacking_%s passthrough=%s\", \"with\": {\"cv\": \"k_fold n_splits=%d\"}, ",
                     of, t->passes ? "true" : "false", TREE_FOLDS);
        ca_text_add(out, "\"estimators\": ");
        write_list(t, t->n - 1, true, classes, out);
        ca_text_add(out, ", \"final_estimator\": ");
        write_as(t->child[t->n - 1], classes, NULL, NULL, out);
        return;
    case TREE_TARGET:
        ca_text_add(out,
                    "\"use\": \"transformed_target\", \"transformer\": \"standard_scaler\", \"regressor\": ");
        write_as(t->child[0], classes, NULL, NULL, out);
        return;
    case TREE_CALIBRATED:
        ca_text_add(out, "\"use\": \"calibrated_classifier cv=2\", \"estimator\": ");
        write_as(t->child[0], classes, NULL, NULL, out);
    }
}

static void write_as(const tree *t, bool classes, const char *name, const char *on, ca_text *out) {
    ca_text_add(out, "{");
    if (name) ca_text_addf(out, "\"name\": \"%s\", ", name);
    if (on) ca_text_addf(out, "\"on\": \"%s\", ", on);
    write_body(t, classes, out);
    ca_text_add(out, "}");
}

void tree_write(const tree *t, bool classes, ca_text *out) {
    write_as(t, classes, NULL, NULL, out);
}
