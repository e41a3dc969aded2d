/* transformed_target: there and back against scikit-learn; inverses; refusals. */
#include "reference/compose.h"
#include "support/check_main.h"
#include "support/tables.h"

static cauce_table *diabetes;

START_TEST(start) {
    diabetes = table_from_data("diabetes.csv", "target=progression");
}
END_TEST

START_TEST(like_the_reference) {
    static const struct {
        const char *transformer;
        const double *expected;
        double tolerance;
    } rows[] = {
        { "\"standard_scaler\"", back_scaled, 1e-8 },
        { "\"robust_scaler\"", back_robust, 1e-8 },
        { "\"min_max_scaler\"", back_ranged, 1e-8 },
        { "\"function_transformer func=log\"", back_logged, 1e-8 },
        { "{\"steps\": [\"function_transformer func=sqrt\", \"standard_scaler\"]}", back_root, 1e-8 },
        { "\"power_transformer\"", back_power, 1e-4 },
        { "\"power_transformer method=box-cox\"", back_boxcox, 1e-4 },
        { "\"quantile_transformer n_quantiles=50\"", back_quantile, 1e-6 },
        { "\"quantile_transformer n_quantiles=50 output_distribution=normal\"", back_normal, 1e-5 }
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"steps\": [\"standard_scaler\", {\"use\": \"transformed_target check_inverse=false\", "
                 "\"regressor\": "
                 "\"ridge\", \"transformer\": %s}]}",
                 rows[i].transformer);
        cauce_model *model = model_of(text, diabetes);
        cauce_table *output = cauce_predict(model, diabetes);
        ck_assert_msg(output != NULL, "%s", cauce_error().message);
        for (int64_t r = 0, at = 0; r < 442; r += 20)
            ck_near(cauce_table_number(output, r, 0), rows[i].expected[at++], rows[i].tolerance);
        cauce_table_free(output);
        cauce_model_free(model);
    }
}
END_TEST

/* A regressor that predicts the target of each training row shows the inverse alone. */
START_TEST(back_again) {
    static const char *const transformers[] = {
        "\"passthrough\"",
        "\"max_abs_scaler\"",
        "\"function_transformer func=reciprocal\"",
        "\"function_transformer func=square\"",
        "\"function_transformer func=log1p\"",
        "\"power_transformer\"",
        "\"power_transformer standardize=false\"",
        "{\"steps\": [\"standard_scaler\", \"power_transformer\"]}",
        "{\"steps\": [{\"steps\": [\"min_max_scaler\"]}, \"passthrough\"]}"
    };
    char csv[3000] = "x,y\n";
    for (int r = 0; r < 80; r++) {
        char line[64];
        snprintf(line, sizeof line, "%d,%.3f\n", r, 0.5 + (r * 37 % 80) * 1.25);
        strcat(csv, line);
    }
    cauce_table *table = table_of(csv, "y:target");
    for (size_t i = 0; i < sizeof transformers / sizeof *transformers; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"use\": \"transformed_target\", \"regressor\": \"k_neighbors_regressor n_neighbors=1\", "
                 "\"transformer\": %s}",
                 transformers[i]);
        cauce_model *model = model_of(text, table);
        bytes_of bytes = saved(model);
        cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
        cauce_table *output = cauce_predict(loaded, table);
        for (int r = 0; r < 80; r++)
            ck_near(cauce_table_number(output, r, 0), cauce_table_number(table, r, 1), 1e-9);
        cauce_table_free(output);
        cauce_model_free(loaded);
        cauce_model_free(model);
        bytes_done(&bytes);
    }
    cauce_table_free(table);
}
END_TEST

static void refused(const char *transformer, cauce_status status, const char *piece) {
    char text[400];
    snprintf(text, sizeof text, "{\"use\": \"transformed_target\"%s%s}",
             *transformer ? ", \"transformer\": " : "", transformer);
    cauce_recipe *recipe = recipe_of(text);
    cauce_model *model = cauce_fit(recipe, diabetes);
    ck_assert_msg(model == NULL, "%s", text);
    failed_with(status, piece);
    cauce_recipe_free(recipe);
}

START_TEST(refusals) {
    refused("", CAUCE_E_PARAM, "transformed_target needs its \"transformer\": a transformer");
    refused("\"polynomial_features\"", CAUCE_E_PARAM, "polynomial_features has no inverse; these have one:");
    refused("\"polynomial_features\"", CAUCE_E_PARAM, "standard_scaler");
    refused("{\"steps\": [\"standard_scaler\", \"normalizer\"]}", CAUCE_E_PARAM, "normalizer has no inverse");
    refused("\"function_transformer func=abs\"", CAUCE_E_PARAM, "loses the signs");
    refused("\"ridge\"", CAUCE_E_PARAM, "it takes a transformer");
    cauce_table *wine = table_from_data("wine.csv", "target=cultivar");
    cauce_recipe *recipe = recipe_of("transformed_target transformer=standard_scaler");
    cauce_model *model = cauce_fit(recipe, wine);
    ck_assert_ptr_null(model);
    failed_with(CAUCE_E_KIND, "number");
    cauce_recipe_free(recipe);
    cauce_table_free(wine);
}
END_TEST

START_TEST(end) {
    cauce_table_free(diabetes);
}
END_TEST

TEST_MAIN("transformed_target", TEST(start), TEST(like_the_reference), TEST(back_again), TEST(refusals),
          TEST(end))
