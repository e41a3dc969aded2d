/* Grid search: every combination of two choices, cross-validated on the same folds, ranked by three metrics.
 * Run from the project's root.
 *
 * The preparation is part of what is searched, and of what is fitted in each fold: no test row has a part in
 * a median, a mean or a list of categories that its own prediction depends on.
 *
 *   cc 02_search.c -lcauce
 */
#include <stdio.h>

#include <cauce/cauce.h>

static cauce_recipe *numbers(void) {
    return cauce_pipeline(cauce_new("simple_imputer"), cauce_new("standard_scaler"));
}

static cauce_recipe *categories(void) {
    return cauce_pipeline(cauce_new("simple_imputer strategy=most_frequent"),
                          cauce_new("one_hot_encoder handle_unknown=ignore"));
}

/* Candidates from the best to the worst by the first metric; equal ones share a rank. */
static void print_ranked(const cauce_search *search) {
    int64_t n = cauce_search_candidates(search);
    printf("rank  roc_auc          log_loss  accuracy  parameters\n");
    for (int64_t rank = 1; rank <= n; rank++)
        for (int64_t i = 0; i < n; i++) {
            if (cauce_search_rank(search, 0, i) != rank) continue;
            const cauce_cv *cv = cauce_search_cv(search, i);
            printf("%4lld  %.4f (%.4f)  %8.4f  %8.4f  %s\n", (long long)rank, cauce_cv_mean(cv, 0),
                   cauce_cv_std(cv, 0), cauce_cv_mean(cv, 1), cauce_cv_mean(cv, 2),
                   cauce_search_params(search, i));
        }
}

int main(void) {
    cauce_table *credit = cauce_read_csv("data/credit.csv", "target=Status positive=bad");
    cauce_table *train = NULL, *test = NULL;
    cauce_split(credit, "test_size=0.25 stratify=Status random_state=7", &train, &test);

    cauce_recipe *recipe = cauce_pipeline(
        cauce_named("prep", cauce_columns(cauce_on("num", "@number", numbers()),
                                          cauce_on("cat", "@category", categories()))),
        cauce_named("forest", cauce_new("random_forest_classifier n_estimators=40 random_state=7")));

    /* A path may be cut short where its end fits one place only: forest__max_depth could be max_depth. */
    cauce_search *search = cauce_grid_search(
        recipe, train, "forest__max_depth=[4, 8, 16] prep__num__simple_imputer__strategy=[mean, median]",
        "stratified_k_fold n_splits=5", "roc_auc, log_loss, accuracy");

    /* The best recipe has been fitted again to all training rows; the rows held out were never seen. */
    double auc = 0;
    cauce_score(cauce_search_best(search), test, "roc_auc", &auc);
    cauce_table *table = cauce_search_table(search);
    cauce_write_csv(table, "build/search.csv");
    if (cauce_failed() == CAUCE_OK) {
        print_ranked(search);
        printf("best: %s\n", cauce_search_params(search, cauce_search_best_index(search)));
        printf("%lld rows held out: roc_auc %.4f\n", (long long)cauce_table_rows(test), auc);
    }

    cauce_table_free(table);
    cauce_search_free(search);
    cauce_recipe_free(recipe);
    cauce_table_free(test);
    cauce_table_free(train);
    cauce_table_free(credit);
    return cauce_report(stderr); /* 0, or the program's exit code */
}
