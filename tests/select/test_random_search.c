/* Random search: what is drawn, that it can be drawn again, what is refused; the rule of one standard error.
 */
#include <math.h>
#include <stdlib.h>

#include "cauce/cauce.h"
#include "select/space.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;
static ca_arena arena;

static cauce_status draw(const char *recipe_text, const char *text, int64_t n_iter, uint64_t seed,
                         ca_candidate **candidates, int64_t *n) {
    cauce_recipe *recipe = cauce_new(recipe_text);
    ca_space *spaces = NULL;
    int64_t n_spaces = 0;
    cauce_status status =
        recipe ? ca_spaces_parse(&run, &arena, recipe, text, true, &spaces, &n_spaces) : CAUCE_E_NOMEM;
    if (status == CAUCE_OK)
        status = ca_spaces_draw(&run, &arena, spaces, n_spaces, n_iter, seed, candidates, n);
    cauce_recipe_free(recipe);
    return status;
}

static void begin(void) {
    ca_run_begin(&run);
    arena = (ca_arena){ 0 };
}

static void end(void) {
    ca_run_end(&run);
    ca_arena_free(&arena);
}

static int by_size(const void *a, const void *b) {
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* Largest distance between the distribution function of the sample and `f`. */
static double distance(double *x, int64_t n, double (*f)(double)) {
    double most = 0;
    qsort(x, (size_t)n, sizeof *x, by_size);
    for (int64_t i = 0; i < n; i++) {
        double low = fabs(f(x[i]) - (double)i / (double)n),
               high = fabs(f(x[i]) - (double)(i + 1) / (double)n);
        most = fmax(most, fmax(low, high));
    }
    return most;
}

static double cdf_uniform(double x) {
    return (x + 2) / 7;
}

static double cdf_log(double x) {
    return log(x / 1e-3) / log(1e6);
}

/* Kolmogorov: above 1.95 / sqrt(n) one time in a thousand; the draws are the same every time. */
START_TEST(distributions) {
    enum { N = 5000 };
    static double x[N];
    const struct {
        const char *text;
        double low, high;
        double (*cdf)(double);
    } cases[] = { { "alpha=uniform(-2, 5)", -2, 5, cdf_uniform },
                  { "alpha=log_uniform(1e-3,1e3)", 1e-3, 1e3, cdf_log },
                  { "{\"alpha\": \"log_uniform(0.001, 1000)\"}", 1e-3, 1e3, cdf_log } };
    for (int i = 0; i < 3; i++) {
        begin();
        ca_candidate *candidates = NULL;
        int64_t n = 0;
        ck_assert_int_eq(draw("ridge", cases[i].text, N, 1, &candidates, &n), CAUCE_OK);
        ck_assert_int_eq(n, N);
        for (int c = 0; c < N; c++) {
            ck_assert_int_eq(candidates[c].n, 1);
            ck_assert_str_eq(candidates[c].items[0].key, "alpha");
            ck_assert_int_eq(candidates[c].items[0].value.type, CAUCE_V_REAL);
            x[c] = candidates[c].items[0].value.real;
            ck_assert(x[c] >= cases[i].low && x[c] <= cases[i].high);
        }
        ck_assert(distance(x, N, cases[i].cdf) < 1.95 / sqrt(N));
        end();
    }
}
END_TEST

START_TEST(whole_numbers) {
    begin();
    ca_candidate *candidates = NULL;
    int64_t n = 0, count[2][9] = { { 0 } };
    ck_assert_int_eq(draw("random_forest_classifier",
                          "max_depth=integers(3, 6), n_estimators=log_integers(1, 8)", 4000, 0, &candidates,
                          &n),
                     CAUCE_OK);
    for (int64_t c = 0; c < n; c++)
        for (int i = 0; i < 2; i++) {
            const cauce_value *value = &candidates[c].items[i].value;
            ck_assert_int_eq(value->type, CAUCE_V_INT);
            ck_assert(value->integer >= (i ? 1 : 3) && value->integer <= (i ? 8 : 6));
            ck_assert(value->real == (double)value->integer);
            count[i][value->integer]++;
        }
    for (int v = 3; v <= 6; v++) ck_assert(labs((long)count[0][v] - 1000) < 110);
    for (int v = 1; v <= 8; v++) /* share log((v + 1) / v) / log 9 */
        ck_assert(fabs((double)count[1][v] - 4000 * log1p(1. / v) / log(9)) < 110);
    end();
}
END_TEST

/* Lists alone: no combination twice, all of them when there are no more. */
START_TEST(lists_without_replacement) {
    const char *lists = "max_depth=[1, 2, 3, 4, 5] min_samples_leaf=[1, 2, 3, 4] n_estimators=7";
    for (int64_t n_iter = 1; n_iter <= 25; n_iter++) {
        begin();
        ca_candidate *candidates = NULL;
        int64_t n = 0;
        bool seen[6][5] = { { false } }, in_order = true;
        ck_assert_int_eq(draw("random_forest_classifier", lists, n_iter, 4, &candidates, &n), CAUCE_OK);
        ck_assert_int_eq(n, n_iter < 20 ? n_iter : 20);
        ck_assert((run.warnings != NULL) == (n_iter > 20));
        for (int64_t c = 0; c < n; c++) {
            int64_t depth = candidates[c].items[0].value.integer, leaf = candidates[c].items[1].value.integer;
            ck_assert_int_eq(candidates[c].items[2].value.integer, 7);
            ck_assert(!seen[depth][leaf]);
            seen[depth][leaf] = true;
            in_order = in_order && (depth - 1) * 4 + leaf - 1 == c;
        }
        ck_assert(in_order == (n_iter >= 20));
        end();
    }
    /* A product of lists that no array could hold. */
    begin();
    ca_candidate *candidates = NULL;
    int64_t n = 0;
    ca_text text = { 0 };
    const char *keys[] = { "max_depth", "min_samples_leaf", "n_estimators", "max_leaf_nodes" };
    for (int k = 0; k < 4; k++) {
        ca_text_addf(&text, "%s=[", keys[k]);
        for (int v = 2; v < 1002; v++) ca_text_addf(&text, "%d ", v);
        ca_text_add(&text, "] ");
    }
    ck_assert_int_eq(draw("random_forest_classifier", ca_text_get(&text), 50, 0, &candidates, &n), CAUCE_OK);
    ck_assert_int_eq(n, 50);
    ca_text_free(&text);
    end();
}
END_TEST

static bool same(const ca_candidate *a, const ca_candidate *b) {
    for (int64_t i = 0; i < a->n; i++)
        if (a->n != b->n || strcmp(a->items[i].key, b->items[i].key) != 0 ||
            !ca_value_equal(&a->items[i].value, &b->items[i].value))
            return false;
    return true;
}

/* Candidate i is the same for any number of candidates; other seeds draw others. */
START_TEST(the_seed_decides) {
    const char *spaces[] = { "alpha=uniform(0, 1) fit_intercept=[true, false]",
                             "alpha=[1, 2, 3, 4, 5, 6, 7, 8, 9] fit_intercept=[true, false]",
                             "[{\"alpha\": \"uniform(0, 1)\"}, {\"fit_intercept\": [true, false]}]" };
    for (int s = 0; s < 3; s++) {
        begin();
        ca_candidate *few = NULL, *many = NULL, *other = NULL;
        int64_t n_few = 0, n_many = 0, n_other = 0, equal = 0;
        ck_assert_int_eq(draw("ridge", spaces[s], 6, 5, &few, &n_few), CAUCE_OK);
        ck_assert_int_eq(draw("ridge", spaces[s], 12, 5, &many, &n_many), CAUCE_OK);
        ck_assert_int_eq(draw("ridge", spaces[s], 6, 6, &other, &n_other), CAUCE_OK);
        for (int i = 0; i < 6; i++) {
            ck_assert(same(&few[i], &many[i]));
            equal += same(&few[i], &other[i]);
        }
        ck_assert_int_lt(equal, 6);
        end();
    }
}
END_TEST

START_TEST(refusals) {
    const struct {
        const char *text, *part;
    } cases[] = { { "alpha=uniform(1, 0)", "first bound must be less" },
                  { "alpha=log_uniform(0, 1)", "must be positive" },
                  { "alpha=uniform(1)", "it takes two numbers" },
                  { "alpha=uniform(a, 1)", "it takes two numbers" },
                  { "alpha=integers(0.5, 2)", "two whole numbers" },
                  { "alpha=uniform(0, inf)", "" },
                  { "alpha=unifrom(0, 1)", "did you mean 'uniform'" },
                  { "alpha=[]", "no values" },
                  { "alpa=uniform(0, 1)", "alpha" },
                  { "alpha=1 alpha=uniform(0, 1)", "twice" },
                  { "{\"alpha\": \"normal(0, 1)\"}", "is not a distribution" } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        begin();
        ca_candidate *candidates = NULL;
        int64_t n = 0;
        ck_assert_msg(draw("ridge", cases[i].text, 3, 0, &candidates, &n) == CAUCE_E_PARAM, "%s",
                      cases[i].text);
        ck_assert_msg(strstr(run.error.message, cases[i].part) != NULL, "'%s' is not in: %s", cases[i].part,
                      run.error.message);
        end();
    }
    for (int64_t n_iter = 0; n_iter <= 1000001; n_iter += 1000001) {
        begin();
        ca_candidate *candidates = NULL;
        int64_t n = 0;
        ck_assert_int_eq(draw("ridge", "alpha=uniform(0, 1)", n_iter, 0, &candidates, &n), CAUCE_E_PARAM);
        end();
    }
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    const char *spaces[] = {
        "alpha=uniform(0, 1) fit_intercept=[true, false]",
        "[{\"alpha\": [1, 2, 3]}, {\"alpha\": [4, 5], \"fit_intercept\": [true, false]}]",
        "alpha=unifrom(0, 1)"
    };
    for (int s = 0; s < 3; s++) FAILING_EACH(pass) {
            begin();
            ca_candidate *candidates = NULL;
            int64_t n = 0;
            cauce_status status = draw("ridge", spaces[s], 4, 0, &candidates, &n);
            ck_assert(status == (s < 2 ? CAUCE_OK : CAUCE_E_PARAM) ||
                      (pass.armed && status == CAUCE_E_NOMEM));
            end();
            cauce_error_clear();
        }
    failing_disarm();
}
END_TEST

/* ---- Whole searches ------------------------------------------------------------------------------------ */

static cauce_table *iris(void) {
    cauce_table *table = cauce_read_csv(CAUCE_SOURCE_DIR "/data/iris.csv", "target=species");
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    return table;
}

static cauce_search *search_with(int threads, const cauce_table *table, const char *options) {
    cauce_context *context = cauce_context_new(), *before;
    ck_assert_int_eq(cauce_context_set_threads(context, threads), CAUCE_OK);
    before = cauce_context_use(context);
    cauce_recipe *recipe = cauce_new("random_forest_classifier n_estimators=4 random_state=1");
    cauce_search *search =
        cauce_random_search_with(recipe, table, "max_depth=integers(1, 6) max_features=uniform(0.2, 1)", 5,
                                 "stratified_k_fold n_splits=3", "accuracy, log_loss", options);
    ck_assert_msg(search != NULL, "%s", cauce_error().message);
    cauce_recipe_free(recipe);
    cauce_context_use(before);
    cauce_context_free(context);
    return search;
}

START_TEST(same_bits_for_any_threads) {
    cauce_table *table = iris();
    cauce_search *one = search_with(1, table, "random_state=3"),
                 *four = search_with(4, table, "random_state=3");
    cauce_search *other = search_with(1, table, "random_state=4");
    ck_assert_int_eq(cauce_search_candidates(one), 5);
    ck_assert_int_eq(cauce_search_best_index(one), cauce_search_best_index(four));
    ck_assert_ptr_nonnull(cauce_search_best(one));
    for (int64_t c = 0; c < 5; c++) {
        ck_assert_str_eq(cauce_search_params(one, c), cauce_search_params(four, c));
        ck_assert_str_ne(cauce_search_params(one, c), cauce_search_params(other, c));
        for (int64_t m = 0; m < 2; m++)
            ck_assert(cauce_cv_mean(cauce_search_cv(one, c), m) ==
                      cauce_cv_mean(cauce_search_cv(four, c), m));
    }
    cauce_search_free(one);
    cauce_search_free(four);
    cauce_search_free(other);
    cauce_table_free(table);
}
END_TEST

START_TEST(one_standard_error) {
    cauce_table *table = iris();
    cauce_recipe *recipe = cauce_new("random_forest_classifier n_estimators=10 random_state=2");
    bool earlier = false;
    for (int m = 0; m < 2; m++) {
        cauce_search *best = cauce_grid_search_with(recipe, table, "max_depth=[1, 2, 3, 4, 5, 6]",
                                                    "k_fold shuffle=true", m ? "log_loss" : "accuracy", NULL);
        cauce_search *simple =
            cauce_grid_search_with(recipe, table, "max_depth=[1, 2, 3, 4, 5, 6]", "k_fold shuffle=true",
                                   m ? "log_loss" : "accuracy", "select=one_standard_error");
        ck_assert(best && simple);
        int64_t top = cauce_search_best_index(best), expected = 0;
        const cauce_cv *cv = cauce_search_cv(best, top);
        double slack = cauce_cv_std(cv, 0) / sqrt((double)cauce_cv_folds(cv) - 1);
        for (;; expected++) {
            double behind = cauce_cv_mean(cv, 0) - cauce_cv_mean(cauce_search_cv(best, expected), 0);
            if ((m ? -behind : behind) <= slack) break;
        }
        ck_assert_int_eq(cauce_search_best_index(simple), expected);
        ck_assert_int_gt(expected, 0); /* one split is not enough */
        earlier = earlier || expected < top;
        cauce_search_free(best);
        cauce_search_free(simple);
    }
    ck_assert(earlier);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

START_TEST(a_grid_does_not_draw) {
    cauce_table *table = iris();
    cauce_recipe *recipe = cauce_new("random_forest_classifier");
    ck_assert_ptr_null(cauce_grid_search(recipe, table, "max_depth=integers(1, 5)", NULL, NULL));
    ck_assert_int_eq(cauce_failed(), CAUCE_E_PARAM);
    ck_assert_ptr_nonnull(strstr(cauce_error().message, "is a distribution"));
    cauce_error_clear();
    ck_assert_ptr_null(cauce_random_search(recipe, table, "max_depth=uniform(1, 5)", 2, NULL, NULL));
    ck_assert_int_eq(cauce_failed(), CAUCE_E_PARAM); /* a fraction is no depth: before any work */
    cauce_error_clear();
    ck_assert_ptr_null(cauce_random_search(recipe, table, NULL, 2, NULL, NULL));
    ck_assert_int_eq(cauce_failed(), CAUCE_E_ARGUMENT);
    cauce_error_clear();
    /* Out-of-fold predictions of rows that are tested twice. */
    ck_assert_ptr_null(
        cauce_cross_validate(recipe, table, "shuffle_split n_splits=30", NULL, "predictions=true"));
    ck_assert_int_eq(cauce_failed(), CAUCE_E_PARAM);
    cauce_error_clear();
    cauce_cv *cv = cauce_cross_validate(recipe, table, "repeated_k_fold n_splits=2 n_repeats=2", NULL, NULL);
    ck_assert_int_eq(cauce_cv_rows(cv), 150);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("random_search", TEST(distributions), TEST(whole_numbers), TEST(lists_without_replacement),
          TEST(the_seed_decides), TEST(refusals), TEST(survives_failing_allocations),
          TEST(same_bits_for_any_threads), TEST(one_standard_error), TEST(a_grid_does_not_draw))
