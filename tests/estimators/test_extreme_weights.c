/* Only the proportions of weights count in trees, however large or small they are. */
#include <math.h>
#include <stdio.h>

#include "support/check_main.h"
#include "support/noise.h"
#include "support/tables.h"

enum { ROWS = 400 };

static double x[2][ROWS], y[ROWS], weight[ROWS];
static const char *label[ROWS];

static double share(void) {
    return noise(1 << 20) / (double)(1 << 20);
}

static void draw(void) {
    for (int r = 0; r < ROWS; r++) {
        for (int j = 0; j < 2; j++) x[j][r] = share();
        y[r] = 2 + sin(6 * x[0][r]) + x[1][r] + 0.3 * share();
        label[r] = y[r] > 3 ? "high" : "low";
    }
}

/* Weights `least` to almost twice that. */
static cauce_table *table_of_weights(double least, bool classes) {
    noise_state = 5;
    for (int r = 0; r < ROWS; r++) weight[r] = least * (1 + share());
    cauce_table *table = cauce_table_new(ROWS);
    cauce_table_add_f64(table, "a", x[0], 1);
    cauce_table_add_f64(table, "b", x[1], 1);
    cauce_table_add_f64(table, "w", weight, 1);
    if (classes)
        cauce_table_add_text(table, "y", label);
    else
        cauce_table_add_f64(table, "y", y, 1);
    cauce_table_set_role(table, "w", CAUCE_WEIGHT);
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    return table;
}

static const struct {
    const char *spec;
    bool classes;
} cases[] = {
    { "decision_tree_regressor max_depth=6", false },
    { "decision_tree_regressor max_depth=6 criterion=poisson", false },
    { "decision_tree_regressor max_depth=6 min_impurity_decrease=0.001", false },
    { "decision_tree_regressor max_leaf_nodes=20 ccp_alpha=0.001", false },
    { "decision_tree_regressor min_weight_fraction_leaf=0.02 monotonic_cst=[\"b:1\"]", false },
    { "random_forest_regressor max_depth=6 n_estimators=5", false },
    { "extra_trees_regressor max_depth=6 n_estimators=5", false },
    { "decision_tree_classifier max_depth=4", true },
    { "random_forest_classifier max_depth=4 n_estimators=5 criterion=entropy", true },
};
static const double sizes[] = { 1e3, 1e9, 1e13, 1e20, 1e100, 1e300, 1e-10, 1e-100, 1e-300 };

START_TEST(proportions_count) {
    draw();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cauce_table *table = table_of_weights(1, cases[i].classes);
        cauce_model *model = model_of(cases[i].spec, table);
        cauce_table *plain = output_of(model, table);
        for (size_t j = 0; j < sizeof sizes / sizeof *sizes; j++) {
            cauce_table *scaled = table_of_weights(sizes[j], cases[i].classes);
            cauce_model *same = model_of(cases[i].spec, scaled);
            cauce_table *out = output_of(same, scaled);
            double apart = tables_apart(out, plain);
            ck_assert_msg(apart < 1e-9, "%s, weights of %g: %g apart", cases[i].spec, sizes[j], apart);
            cauce_table_free(out);
            cauce_model_free(same);
            cauce_table_free(scaled);
        }
        cauce_table_free(plain);
        cauce_model_free(model);
        cauce_table_free(table);
    }
}
END_TEST

/* Rows that weigh nothing beside others still have a value among themselves. */
START_TEST(far_apart) {
    draw();
    cauce_table *table = table_of_weights(1, false);
    for (int r = 0; r < ROWS; r++) weight[r] = r % 2 ? 1e300 : 1e-300;
    cauce_model *model = model_of("random_forest_regressor n_estimators=5 min_samples_leaf=2", table);
    cauce_table *out = output_of(model, table);
    for (int r = 0; r < ROWS; r++) {
        double said = cauce_table_number(out, r, 0);
        ck_assert_msg(said > 1 && said < 5, "row %d: %g", r, said);
    }
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused(const char *spec, const cauce_table *table, const char *why) {
    cauce_recipe *recipe = recipe_of(spec);
    cauce_model *model = cauce_fit(recipe, table);
    ck_assert_msg(model == NULL, "%s was fitted", spec);
    failed_with(CAUCE_E_DATA, why);
    cauce_recipe_free(recipe);
}

/* What is finite by itself, and not when it is drawn again or multiplied. */
START_TEST(infinite_together) {
    draw();
    cauce_table *table = table_of_weights(1, true);
    weight[7] = 1.7e308;
    refused("random_forest_classifier n_estimators=20", table, "the weights add up to more than a number");
    for (int r = 0; r < ROWS; r++) weight[r] = 1e300;
    refused("random_forest_classifier class_weight=[\"low:1e10\"]", table,
            "class_weight times the weights of the rows adds up to more than a number can hold");
    refused("random_forest_classifier rng=sklearn class_weight=[\"low:1e10\"]", table,
            "class_weight times the weights of the rows adds up to more than a number can hold");
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("extreme_weights", TEST(proportions_count), TEST(far_apart), TEST(infinite_together))
