/* Boosting on a table as it is, categories and all: how good, how sure, and what it looks at. Run from the
 * project's root.
 *
 *   cc 06_boosting.c -lcauce
 */
#include <stdio.h>

#include <cauce/cauce.h>

/* A model of the price: its mean, or quantiles of it. */
static cauce_model *fit(const char *loss, const cauce_table *train) {
    char text[200];
    snprintf(text, sizeof text,
             "hist_gradient_boosting_regressor max_iter=300 early_stopping=true random_state=7 %s", loss);
    cauce_recipe *recipe = cauce_new(text);
    cauce_model *model = cauce_fit(recipe, train);
    cauce_recipe_free(recipe);
    return model;
}

static void print_importances(const cauce_model *model) {
    int64_t rows = 0, columns = 0;
    const double *share = cauce_get_array(model, "feature_importances", &rows, &columns);
    for (int64_t j = 0; share && j < rows; j++)
        if (share[j] >= 0.01) {
            char name[64];
            cauce_model_feature_name(model, j, name, sizeof name);
            printf("  %-8s %4.0f %%\n", name, 100 * share[j]);
        }
}

int main(void) {
    cauce_table *diamonds = cauce_read_csv("data/diamonds.csv", "target=price");
    cauce_table *train = NULL, *test = NULL;
    cauce_split(diamonds, "test_size=0.25 random_state=7", &train, &test);

    cauce_model *mean = fit("loss=squared_error", train);
    cauce_model *range = fit("loss=quantile quantile=[0.1, 0.9] min_samples_leaf=100", train);

    double r2 = 0, mae = 0;
    cauce_score(mean, test, "r2", &r2);
    cauce_score(mean, test, "mae", &mae);
    printf("%lld diamonds held out: r2 %.3f, off by %.0f dollars on average\n",
           (long long)cauce_table_rows(test), r2, mae);

    /* Eight of ten prices should lie between the two quantiles. */
    cauce_table *ends = cauce_predict_quantiles(range, test);
    int64_t inside = 0, n = cauce_table_rows(test), price = cauce_table_find(test, "price");
    for (int64_t i = 0; ends && i < n; i++) {
        double paid = cauce_table_number(test, i, price);
        inside += cauce_table_number(ends, i, 0) <= paid && paid <= cauce_table_number(ends, i, 1);
    }
    if (n > 0) printf("between the quantiles 0.1 and 0.9: %.1f %%\n", 100.0 * (double)inside / (double)n);
    if (mean) puts("what the price hangs on:");
    print_importances(mean);

    cauce_table_free(ends);
    cauce_model_free(range);
    cauce_model_free(mean);
    cauce_table_free(test);
    cauce_table_free(train);
    cauce_table_free(diamonds);
    return cauce_report(stderr);
}
