/* rng=sklearn holds out the rows that scikit-learn does: boosting stops at its iteration, with its
 * predictions. */
#include "reference/folds_sklearn.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/tables.h"

START_TEST(stops_where_scikit_learn_does) {
    for (size_t i = 0; i < sizeof stopped_cases / sizeof *stopped_cases; i++) {
        const stopped_fit *c = &stopped_cases[i];
        char options[64], text[256];
        snprintf(options, sizeof options, "target=%s", c->target);
        snprintf(text, sizeof text, "%s early_stopping=true max_iter=200 rng=sklearn %s", c->model,
                 c->options);
        cauce_table *table = table_from_data(c->file, options);
        cauce_model *model = model_of(text, table);
        cauce_table *output = output_of(model, table);
        int64_t n = 0;
        cauce_get_array(model, "validation_loss", &n, NULL);
        ck_assert_msg(n == c->n_iter + 1, "%s: %d iterations, expected %d", text, (int)n - 1, c->n_iter);
        int64_t last = cauce_table_columns(output) - 1; /* the prediction, or the last class */
        for (int64_t r = 0; r < STOPPED_ROWS; r++)
            ck_near(cauce_table_number(output, r, last), c->predicted[r], 1e-12);
        cauce_table_free(output);
        cauce_model_free(model);
        cauce_table_free(table);
    }
}
END_TEST

/* Which rows are held out is all that it says. */
START_TEST(nothing_else_changes) {
    static const char *const texts[] = {
        "hist_gradient_boosting_regressor max_iter=10 subsample=0.5 max_features=0.5 random_state=3",
        "hist_gradient_boosting_regressor max_iter=10 early_stopping=true validation_fraction=null"
    };
    cauce_table *table = table_from_data("diabetes.csv", "target=progression");
    for (int i = 0; i < 2; i++) {
        char text[160];
        cauce_model *ours = model_of(texts[i], table), *theirs;
        snprintf(text, sizeof text, "%s rng=sklearn", texts[i]);
        theirs = model_of(text, table);
        cauce_table *a = output_of(ours, table), *b = output_of(theirs, table);
        ck_assert(tables_same(a, b));
        cauce_table_free(a);
        cauce_table_free(b);
        cauce_model_free(ours);
        cauce_model_free(theirs);
    }
    cauce_table_free(table);
}
END_TEST

static void refused(const char *text, const cauce_table *table, cauce_status status, const char *piece) {
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(refusals) {
    cauce_table *table = table_from_data("diabetes.csv", "target=progression"),
                *grouped = table_from_data("diabetes.csv", "target=progression groups=sex");
#define REGRESSOR "hist_gradient_boosting_regressor rng=sklearn early_stopping=true max_iter=2 "
    refused(REGRESSOR "random_state=4294967296", table, CAUCE_E_PARAM, "4294967295 at most");
    refused(REGRESSOR, grouped, CAUCE_E_PARAM, "would part the groups");
    refused(REGRESSOR "validation_fraction=0.999", table, CAUCE_E_DATA, "leaves no training row");
    cauce_table_free(grouped);
    cauce_table_free(table);
}
END_TEST

START_TEST(allocations) {
    failing_install();
    cauce_table *table = table_of("x,y\n1,a\n2,b\n3,a\n4,b\n5,a\n6,b\n7,a\n8,b\n9,a\n", "y:target");
    cauce_recipe *recipe = recipe_of("hist_gradient_boosting_classifier rng=sklearn early_stopping=true "
                                     "max_iter=2 validation_fraction=0.3 min_samples_leaf=1");
    FAILING_EACH(pass) {
        cauce_model *model = cauce_fit(recipe, table);
        if (!model) {
            ck_assert(pass.armed);
            failed_with(CAUCE_E_NOMEM, NULL);
        }
        cauce_model_free(model);
    }
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("boosting rows", TEST(stops_where_scikit_learn_does), TEST(nothing_else_changes), TEST(refusals),
          TEST(allocations))
