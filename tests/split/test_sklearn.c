/* rng=sklearn: every fold and every part is the one that scikit-learn draws from the same random_state. */
#include "split/sklearn.h"

#include "cauce/cauce.h"
#include "reference/folds_sklearn.h"
#include "support/failing.h"
#include "support/split_harness.h"
#include "support/tables.h"

static ca_split_input input_of(int table) {
    const drawn_table *t = &drawn_tables[table];
    return (ca_split_input){
        .n_rows = t->n, .y_class = t->y, .n_classes = t->n_classes, .group = t->group, .n_groups = t->n_groups
    };
}

/* Letters of a fold: t tested, . trains, - neither. */
static void check_sides(const ca_fold *fold, const char *sides, int64_t n, const char *what) {
    int64_t i = 0, j = 0;
    for (int64_t r = 0; r < n; r++) {
        char side = i < fold->n_train && fold->train[i] == r ? '.' : '-';
        if (j < fold->n_test && fold->test[j] == r) side = 't';
        ck_assert_msg(side == sides[r], "%s: row %d is %c, expected %c", what, (int)r, side, sides[r]);
        i += side == '.';
        j += side == 't';
    }
    ck_assert(i == fold->n_train && j == fold->n_test);
}

static void check_folds(const char *text, const ca_split_input *input, int64_t n_folds, const char *sides) {
    ca_folds folds;
    ck_assert_msg(ca_split(&run, text, input, &arena, &folds) == CAUCE_OK, "%s: %s", text, run.error.message);
    ck_assert_int_eq(folds.n_folds, n_folds);
    ck_assert_uint_eq(strlen(sides), (size_t)(n_folds * input->n_rows));
    for (int64_t f = 0; f < n_folds; f++)
        check_sides(&folds.folds[f], sides + f * input->n_rows, input->n_rows, text);
}

START_TEST(folds_are_scikit_learns) {
    for (size_t i = 0; i < sizeof drawn_cases / sizeof *drawn_cases; i++) {
        const drawn_folds *c = &drawn_cases[i];
        ca_split_input input = input_of(c->table);
        begin();
        check_folds(c->text, &input, c->n_folds, c->sides);
        end();
    }
}
END_TEST

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int64_t sum_in_order(const int64_t *rows, int64_t n) {
    int64_t sum = 0;
    for (int64_t i = 0; i < n; i++) sum += (i + 1) * (rows[i] + 1);
    return sum;
}

/* train, test: sums that tell the order of the rows. */
static void hold_out(double test_size, uint32_t seed, bool stratify, ca_split_input input, const char *sides,
                     int64_t train, int64_t test) {
    const cauce_value random_state = { .type = CAUCE_V_INT, .integer = seed };
    ca_draws draws;
    ca_fold fold;
    char what[64];
    snprintf(what, sizeof what, "test_size=%g random_state=%u", test_size, seed);
    begin();
    input.group = NULL;
    ck_assert_int_eq(ca_draws_begin(&run, CA_RNG_SKLEARN, &random_state, "train_test", &draws), CAUCE_OK);
    cauce_status status = ca_train_test(&run, test_size, true, &draws, stratify, &input, &arena, &fold);
    ck_assert_msg(status == CAUCE_OK, "%s: %s", what, run.error.message);
    ck_assert_msg(sum_in_order(fold.train, fold.n_train) == train &&
                      sum_in_order(fold.test, fold.n_test) == test,
                  "%s: another order", what);
    qsort((void *)fold.train, (size_t)fold.n_train, sizeof *fold.train, ascending);
    qsort((void *)fold.test, (size_t)fold.n_test, sizeof *fold.test, ascending);
    check_sides(&fold, sides, input.n_rows, what);
    end();
}

START_TEST(hold_outs_are_scikit_learns) {
    for (size_t i = 0; i < sizeof drawn_hold_outs / sizeof *drawn_hold_outs; i++) {
        const drawn_parts *c = &drawn_hold_outs[i];
        hold_out(c->test_size, c->seed, c->stratify, input_of(c->table), c->sides, c->train, c->test);
    }
}
END_TEST

START_TEST(published_cases) {
    const int32_t y[] = { 0, 0, 1, 0, 1, 1, 2, 0, 2, 0 }, six_and_four[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1 };
    ca_split_input input = { .n_rows = 10, .y_class = y, .n_classes = 3 };
    begin();
    check_folds("k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn", &input, 3,
                "..t.t...tt" /* 2 4 8 9 */ ".t....tt.." /* 1 6 7 */ "t..t.t...." /* 0 3 5 */);
    check_folds("stratified_k_fold n_splits=3 shuffle=true random_state=0 rng=sklearn", &input, 3,
                ".ttt..t..." /* 1 2 3 6 */ "t....t.t.." /* 0 5 7 */ "....t...tt" /* 4 8 9 */);
    end();
    hold_out(.25, 0, false, input, "..t.t...t.", 135, 36); /* 9 1 6 7 3 0 5 and 2 8 4 */
    input.y_class = six_and_four;
    input.n_classes = 2;
    hold_out(.25, 0, true, input, "t...t..t..", 190, 35); /* 3 2 1 9 6 5 8 and 0 4 7 */
}
END_TEST

/* null is 0; what nothing is drawn for does not look at rng. */
START_TEST(seeds) {
    ca_split_input input = input_of(2);
    begin();
    ca_folds a, b;
    ck_assert_int_eq(ca_split(&run, "shuffle_split rng=sklearn", &input, &arena, &a), CAUCE_OK);
    ck_assert_int_eq(ca_split(&run, "shuffle_split rng=sklearn random_state=0", &input, &arena, &b),
                     CAUCE_OK);
    for (int64_t f = 0; f < 10; f++)
        ck_assert_mem_eq(a.folds[f].test, b.folds[f].test,
                         (size_t)a.folds[f].n_test * sizeof *a.folds[f].test);
    ck_assert_int_eq(ca_split(&run, "k_fold rng=sklearn random_state=7", &input, &arena, &a), CAUCE_OK);
    for (int64_t i = 0; i < a.folds[0].n_test; i++) ck_assert_int_eq(a.folds[0].test[i], i);
    end();
}
END_TEST

/* Classes that a part of the table has no rows of (inside of folds) are not there. */
START_TEST(classes_without_rows) {
    const drawn_table *t = &drawn_tables[1];
    int32_t *y = malloc((size_t)t->n * sizeof *y), top = t->n_classes;
    for (int r = 0; r < t->n; r++) y[r] = 2 * t->y[r] + 1;
    int done = 0;
    for (size_t i = 0; i < sizeof drawn_cases / sizeof *drawn_cases; i++) {
        if (drawn_cases[i].table != 1) continue;
        ca_split_input input = input_of(1);
        input.y_class = y;
        input.n_classes = 2 * top + 1;
        begin();
        check_folds(drawn_cases[i].text, &input, drawn_cases[i].n_folds, drawn_cases[i].sides);
        end();
        done++;
    }
    ck_assert_int_gt(done, 20);
    free(y);
}
END_TEST

/* From a file to the folds of a cross-validation, and to the two parts of a table. */
static void table_has_folds(const char *file, const char *target, const char *model, const char *folds,
                            const char *fold_of) {
    cauce_table *table = table_from_data(file, target);
    cauce_recipe *recipe = recipe_of(model);
    cauce_cv *cv = cauce_cross_validate(recipe, table, folds, NULL, "predictions=true");
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    cauce_table *predictions = cauce_cv_predictions(cv);
    int64_t n = cauce_table_rows(table);
    ck_assert_int_eq((int64_t)strlen(fold_of), n);
    for (int64_t r = 0; r < n; r++) ck_assert_int_eq((int)cell(predictions, r, "fold"), fold_of[r] - '0');
    cauce_table_free(predictions);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

START_TEST(tables_of_files) {
    table_has_folds("titanic.csv", "target=survived", "dummy_classifier",
                    "stratified_k_fold n_splits=5 shuffle=true random_state=42 rng=sklearn", drawn_titanic);
    table_has_folds("diabetes.csv", "target=progression", "dummy_regressor",
                    "k_fold n_splits=5 shuffle=true random_state=42 rng=sklearn", drawn_diabetes);
    cauce_table *table = table_of("x,c\n0,a\n1,a\n2,a\n3,a\n4,a\n5,a\n6,b\n7,b\n8,b\n9,b\n", NULL), *parts[2];
    ck_assert_int_eq(cauce_split(table, "rng=sklearn", &parts[0], &parts[1]), CAUCE_OK);
    const double tested[] = { 2, 8, 4 }, strata[] = { 0, 4, 7 };
    for (int64_t i = 0; i < 3; i++) ck_assert_double_eq(cell(parts[1], i, "x"), tested[i]);
    cauce_table_free(parts[0]);
    cauce_table_free(parts[1]);
    ck_assert_int_eq(cauce_split(table, "rng=sklearn random_state=0 stratify=c", &parts[0], &parts[1]),
                     CAUCE_OK);
    for (int64_t i = 0; i < 3; i++) ck_assert_double_eq(cell(parts[1], i, "x"), strata[i]);
    ck_assert_int_eq(cauce_table_rows(parts[0]), 7);
    cauce_table_free(parts[0]);
    cauce_table_free(parts[1]);
    cauce_split(table, "rng=sklearn random_state=4294967296", &parts[0], &parts[1]);
    failed_with(CAUCE_E_PARAM, "random_state=4294967296 is more than rng=sklearn takes");
    cauce_split(table, "rng=sklearn groups=c", &parts[0], &parts[1]);
    failed_with(CAUCE_E_PARAM, "rng=sklearn and groups cannot be used together");
    cauce_split(table, "rng=numpy", &parts[0], &parts[1]);
    failed_with(CAUCE_E_PARAM, "native, sklearn");
    cauce_table_free(table);
}
END_TEST

/* Folds, models and what these draw are each scikit-learn's: so are the scores. */
START_TEST(scores_of_whole_ports) {
    for (size_t i = 0; i < sizeof port_cases / sizeof *port_cases; i++) {
        const port_scores *c = &port_cases[i];
        cauce_table *table = table_from_data(c->file, c->target);
        cauce_recipe *recipe = recipe_of(c->model);
        cauce_cv *cv = cauce_cross_validate(recipe, table, c->folds, c->metric, NULL);
        ck_assert_msg(cv != NULL, "%s: %s", c->model, cauce_error().message);
        ck_assert_int_eq(cauce_cv_folds(cv), c->n_folds);
        for (int64_t f = 0; f < c->n_folds; f++) ck_near(cauce_cv_score(cv, 0, f), c->scores[f], 1e-13);
        cauce_cv_free(cv);
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
}
END_TEST

START_TEST(refusals) {
    const int32_t y[] = { 0, 0, 0, 1, 1, 2 };
    ca_split_input input = { .n_rows = 6, .y_class = y, .n_classes = 3 };
    ca_folds folds;
    begin();
    ck_assert_int_eq(ca_split(&run, "stratified_shuffle_split rng=sklearn", &input, &arena, &folds),
                     CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(run.error.message, "has 1 row"));
    end();
    begin();
    ck_assert_int_eq(ca_split(&run, "group_k_fold rng=sklearn", &input, &arena, &folds), CAUCE_E_PARAM);
    ck_assert_ptr_nonnull(strstr(run.error.message, "'rng' is not a parameter of group_k_fold"));
    end();
}
END_TEST

/* numpy adds beside each other what stands eight apart: these sums differ from those in order. */
START_TEST(sums_are_numpys) {
    double x[300];
    for (int i = 0; i < 300; i++) x[i] = 1.0 / (i + 3);
    for (size_t i = 0; i < sizeof numpy_terms / sizeof *numpy_terms; i++)
        ck_assert_double_eq(ca_sklearn_sum(x, numpy_terms[i]), numpy_sums[i]);
}
END_TEST

START_TEST(allocations) {
    static const char *const texts[] = { "stratified_shuffle_split n_splits=2 rng=sklearn",
                                         "shuffle_split n_splits=2 rng=sklearn",
                                         "repeated_stratified_k_fold n_repeats=2 rng=sklearn",
                                         "stratified_group_k_fold n_splits=3 shuffle=true rng=sklearn" };
    ca_split_input input = input_of(1);
    failing_install();
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) FAILING_EACH(pass) {
            ca_folds folds;
            begin();
            cauce_status status = ca_split(&run, texts[i], &input, &arena, &folds);
            ck_assert_msg(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM), "%s: %s", texts[i],
                          run.error.message);
            end();
        }
}
END_TEST

TEST_MAIN("sklearn", TEST(folds_are_scikit_learns), TEST(hold_outs_are_scikit_learns), TEST(published_cases),
          TEST(seeds), TEST(classes_without_rows), TEST(tables_of_files), TEST(scores_of_whole_ports),
          TEST(refusals), TEST(sums_are_numpys), TEST(allocations))
