/* What a recipe of recipes predicts is what its components predict one after the other, with a table of
 * copied cells between them: whatever is shared, left in scratch memory or cut into blocks on the way.
 *
 * CAUCE_NESTINGS=N runs N recipes; the first has the number CAUCE_NESTINGS_FROM. Left out is where tables say
 * less than blocks do: a category that was not there at fit, target_encoder (its training rows are encoded
 * out of fold), and missing_indicator features=all behind one-hot columns, which it takes for never missing.
 */
#include "support/one_by_one.h"

#include "cauce/scorer.h"
#include "support/check_main.h"
#include "support/tables.h"

/* Rows with every kind of column. The categories are those of rows of the first table, unless it is
 * `strange`: one that was not there at fit is unknown, which a table between two steps cannot say. */
static cauce_table *make_table(uint64_t seed, int64_t n, int64_t n_first, bool classes, bool strange) {
    static const char *const cities[] = { "Bern", "Oslo", "Rome", "Ulm" }, *const levels[] = { "low", "mid",
                                                                                               "top" };
    static const char *const plain[] = { "n1", "n2", "n3", "n4" };
    cauce_table *table = cauce_table_new(n);
    double *number[4], *y = NULL, *weight = NULL;
    const char **text[3];
    int32_t *flags = malloc((size_t)n * sizeof *flags);
    for (int i = 0; i < 4; i++) number[i] = add_numbers(table, plain[i], CAUCE_FEATURE);
    if (!classes) y = add_numbers(table, "y", CAUCE_TARGET);
    if (seed % 4 == 0) weight = add_numbers(table, "w", CAUCE_WEIGHT);
    for (int i = 0; i < 3; i++) text[i] = malloc((size_t)n * sizeof **text);
    for (int64_t r = 0; r < n; r++) {
        cauce_rng own, same;
        cauce_rng_init(&own, seed + (uint64_t)(n == n_first ? 0 : n), "cells", (uint64_t)r);
        cauce_rng_init(&same, seed, "levels", (uint64_t)(r % n_first));
        const int city = (int)cauce_rng_below(&same, 4), gap = (int)cauce_rng_below(&same, 6);
        number[0][r] = floor(cauce_rng_uniform(&own) * 4000) / 1000 - 2;
        number[1][r] = cauce_rng_below(&own, 6) == 0 ? (double)NAN : cauce_rng_uniform(&own);
        number[2][r] = (double)cauce_rng_below(&own, 3);
        number[3][r] = cauce_rng_below(&own, 9) == 0 ? -(double)cauce_rng_below(&own, 5) : 0.0;
        const double value = number[0][r] + number[2][r] + 0.5 * city + cauce_rng_uniform(&own);
        text[0][r] = strange && r > n / 2 && r % 3 == 0 ? "Aarhus" : cities[city];
        text[1][r] = gap == 0 ? NULL : cities[gap % 3];
        flags[r] = (int32_t)cauce_rng_below(&same, 2);
        text[2][r] = levels[value < 0.5 ? 0 : value < 2 ? 1 : 2];
        if (y) y[r] = value;
        if (weight) weight[r] = 0.5 * (double)(1 + cauce_rng_below(&own, 3));
    }
    ck_assert_int_eq(cauce_table_add_text(table, "c1", text[0]), CAUCE_OK);
    ck_assert_int_eq(cauce_table_add_text(table, "c2", text[1]), CAUCE_OK);
    add_flags(table, "b1", flags);
    free(flags);
    if (classes) {
        ck_assert_int_eq(cauce_table_add_text(table, "y", text[2]), CAUCE_OK);
        ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    }
    for (int i = 0; i < 3; i++) free(text[i]);
    return table;
}

typedef struct nesting {
    uint64_t seed;
    int64_t n, m; /* rows: to fit, to predict */
    bool classes;
    double apart; /* that is allowed */
    const char *json;
    cauce_context *one, *three; /* threads */
} nesting;

#define SHOW(x, what)                                                                                        \
    "recipe %llu: %s (%lld rows, then %lld)\n%.3500s", (unsigned long long)(x)->seed, what,                  \
        (long long)(x)->n, (long long)(x)->m, (x)->json

static void same(const nesting *x, const char *what, const cauce_table *got, const cauce_table *expected,
                 double allowed) {
    ck_assert_msg(!got == !expected, SHOW(x, what));
    if (!got) return;
    double most = 0, apart = tables_apart(got, expected);
    char text[400], *names = names_of(got), *wanted = names_of(expected);
    size_t at = 0;
    while (names[at] && names[at] == wanted[at]) at++;
    while (at && names[at - 1] != ' ') at--;
    for (int64_t j = 0; j < cauce_table_columns(expected); j++)
        for (int64_t r = 0; r < cauce_table_rows(expected); r++)
            most = fmax(most, fabs(cauce_table_number(expected, r, j)));
    snprintf(text, sizeof text, "%s: %g apart (columns %.100s, expected %.100s)", what, apart, names + at,
             wanted + at);
    ck_assert_msg(apart <= allowed * fmax(most, 1), SHOW(x, text));
    free(names);
    free(wanted);
}

static cauce_table *features_of(cauce_table *table) {
    if (!table) return NULL;
    cauce_table *some = cauce_table_new(cauce_table_rows(table));
    add_features(some, "", table);
    for (int64_t j = 0; columns_renamed && j < some->n_columns; j++) some->columns[j].name[0] = 0;
    cauce_table_free(table);
    return some;
}

/* One row at a time gives the bits that all give. */
static void check_rows(const nesting *x, const cauce_model *model, const cauce_table *table,
                       const cauce_table *expected) {
    cauce_scorer *scorer = cauce_scorer_new(model);
    ck_assert_msg(scorer != NULL, SHOW(x, cauce_error().message));
    const int64_t n = cauce_table_rows(table);
    for (int64_t r = 0; r < n; r += 1 + n / 7) {
        scorer_row(scorer, model, table, r);
        const double *got = cauce_scorer_run(scorer);
        ck_assert_msg(got != NULL, SHOW(x, cauce_error().message));
        for (int64_t k = 0; k < cauce_table_columns(expected); k++) {
            const double value = cauce_table_number(expected, r, k);
            ck_assert_msg(memcmp(&got[k], &value, sizeof value) == 0, SHOW(x, "one row at a time"));
        }
    }
    cauce_scorer_free(scorer);
}

/* Fitted by one thread and by three, written and read. */
static void check_copies(const nesting *x, const cauce_recipe *recipe, const cauce_table *train,
                         const cauce_model *model, const cauce_table *table, const cauce_table *expected) {
    cauce_context *before = cauce_context_use(x->one);
    cauce_model *again = cauce_fit(recipe, train);
    bytes_of bytes = saved(model), other = saved(again);
    ck_assert_msg(bytes.size == other.size && memcmp(bytes.data, other.data, bytes.size) == 0,
                  SHOW(x, "fitted by one thread"));
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, SHOW(x, cauce_error().message));
    cauce_table *got = x->classes ? cauce_predict_proba(loaded, table) : cauce_predict(loaded, table);
    same(x, "written and read", got, expected, 0);
    cauce_context_use(before);
    cauce_table_free(got);
    bytes_done(&bytes);
    bytes_done(&other);
    cauce_model_free(loaded);
    cauce_model_free(again);
}

static void check_table(const nesting *x, const cauce_model *model, const fitted *f,
                        const cauce_table *table) {
    cauce_table *expected = features_of(tree_apply(f->child[0], table)),
                *got = features_of(cauce_transform(model, table));
    same(x, "the columns that the estimator gets", got, expected, 0);
    cauce_table_free(got);
    cauce_table_free(expected);
    got = x->classes ? cauce_predict_proba(model, table) : cauce_predict(model, table);
    expected = tree_apply(f, table);
    same(x, "predictions", got, expected, x->apart);
    if (got) check_rows(x, model, table, got);
    cauce_table_free(got);
    cauce_table_free(expected);
}

/* Did anything come of it? */
static bool run_nesting(nesting *x, trees *t) {
    static const int64_t sizes[] = { 1, 7, 7, 255, 255, 256, 256, 257, 257, 257, 4096, 4100, 8200 };
    cauce_rng rng;
    cauce_rng_init(&rng, x->seed, "sizes", 0);
    x->n = sizes[cauce_rng_below(&rng, cauce_rng_below(&rng, 4) ? 10 : 13)];
    x->m = sizes[cauce_rng_below(&rng, cauce_rng_below(&rng, 4) ? 10 : 13)];
    x->classes = t->classes = cauce_rng_below(&rng, 2);
    t->many = x->n >= 255;
    t->large = x->n > 1000 || x->m > 1000;
    const tree *root = trees_draw(t, x->seed);
    x->apart = t->packed ? 1e-8 : 1e-12;
    ca_text text = { 0 };
    tree_write(root, x->classes, &text);
    x->json = ca_text_get(&text);
    cauce_table *train = make_table(x->seed, x->n, x->n, x->classes, false),
                *table = make_table(x->seed, x->m, x->n, x->classes, false),
                *strange = make_table(x->seed, x->m, x->n, x->classes, true);
    cauce_recipe *recipe = cauce_recipe_from_json(x->json);
    ck_assert_msg(recipe != NULL, SHOW(x, cauce_error().message));
    columns_renamed = false;
    cauce_context *before = cauce_context_use(x->three);
    cauce_model *model = cauce_fit(recipe, train);
    cauce_context_use(x->one);
    char why[200];
    snprintf(why, sizeof why, "%s", model ? "its steps alone fail" : cauce_error().message);
    fitted *f = tree_fit(root, x->classes, train, NULL);
    ck_assert_msg(!model == !f, SHOW(x, why));
    cauce_context_use(x->three);
    if (model) {
        check_table(x, model, f, train);
        check_table(x, model, f, table);
        cauce_table *got = x->classes ? cauce_predict_proba(model, strange) : cauce_predict(model, strange);
        if (got) {
            check_copies(x, recipe, train, model, strange, got);
            check_rows(x, model, strange, got);
        }
        cauce_table_free(got);
    }
    const bool ran = model != NULL;
    cauce_context_use(before);
    tree_free(f);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(train);
    cauce_table_free(table);
    cauce_table_free(strange);
    ca_text_free(&text);
    return ran;
}

static int64_t number_of(const char *variable, int64_t otherwise) {
    const char *text = getenv(variable);
    return text ? atoll(text) : otherwise;
}

START_TEST(whole_and_steps_agree) {
    const int64_t n = number_of("CAUCE_NESTINGS", 300), first = number_of("CAUCE_NESTINGS_FROM", 100);
    nesting x = { .one = cauce_context_new(), .three = cauce_context_new() };
    trees *t = calloc(1, sizeof *t);
    int64_t ran = 0;
    cauce_context_set_threads(x.one, 1);
    cauce_context_set_threads(x.three, 3);
    for (int64_t i = 0; i < n; i++) {
        x.seed = (uint64_t)(first + i);
        ran += run_nesting(&x, t);
    }
    if (getenv("CAUCE_NESTINGS"))
        printf("%lld of %lld recipes could be fitted\n", (long long)ran, (long long)n);
    ck_assert_int_gt(ran * 2, n);
    free(t);
    cauce_context_free(x.one);
    cauce_context_free(x.three);
}
END_TEST

/* Steps behind a branch that drops everything: products of no columns are the column of ones. */
START_TEST(no_columns) {
    cauce_table *table = table_of("a,b\n1,2\n3,4\n", NULL);
    for (int degree = 1; degree <= 60; degree += 59) {
        char text[200];
        snprintf(text, sizeof text,
                 "{\"steps\": [{\"branches\": [{\"on\": \"@all\", \"use\": \"drop\"}]}, "
                 "\"polynomial_features degree=%d\"]}",
                 degree);
        cauce_model *model = model_of(text, table);
        cauce_table *output = output_of(model, table);
        ck_assert_int_eq(cauce_table_columns(output), 1);
        ck_assert(cell(output, 1, "1") == 1);
        cauce_table_free(output);
        cauce_model_free(model);
    }
    cauce_recipe *recipe = recipe_of(
        "{\"steps\": [{\"branches\": [{\"on\": \"@all\", \"use\": \"drop\"}]}, \"variance_threshold\"]}");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_DATA, "no column is left");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("every_nesting", TEST(whole_and_steps_agree), TEST(no_columns))
