/* From a CSV file to a trained, saved, reloaded and scored pipeline. Run from the project's root.
 *
 *   cc 01_csv_to_model.c -lcauce
 */
#include <stdio.h>

#include <cauce/cauce.h>

int main(void) {
    cauce_table *credit = cauce_read_csv("data/credit.csv", "target=Status positive=bad");
    cauce_table *train = NULL, *test = NULL;
    cauce_split(credit, "test_size=0.25 stratify=Status random_state=7", &train, &test);

    cauce_recipe *recipe = cauce_pipeline(
        cauce_named("prep", cauce_columns(cauce_on("num", "@number",
                                                   cauce_pipeline(cauce_new("simple_imputer strategy=median"),
                                                                  cauce_new("standard_scaler"))),
                                          cauce_on("cat", "@category",
                                                   cauce_pipeline(
                                                       cauce_new("simple_imputer strategy=most_frequent"),
                                                       cauce_new("one_hot_encoder handle_unknown=ignore"))))),
        cauce_named("forest", cauce_new("random_forest_classifier n_estimators=100 random_state=7")));

    cauce_model *fitted = cauce_fit(recipe, train);
    cauce_save(fitted, "build/credit.cauce");
    cauce_model *model = cauce_load("build/credit.cauce");

    double auc = 0, accuracy = 0;
    cauce_score(model, test, "roc_auc", &auc);
    cauce_score(model, test, "accuracy", &accuracy);
    if (cauce_failed() == CAUCE_OK)
        printf("%lld rows held out: roc_auc %.4f, accuracy %.4f (positive class: %s)\n",
               (long long)cauce_table_rows(test), auc, accuracy,
               cauce_model_class(model, cauce_model_positive(model)));

    cauce_model_free(model);
    cauce_model_free(fitted);
    cauce_recipe_free(recipe);
    cauce_table_free(test);
    cauce_table_free(train);
    cauce_table_free(credit);
    return cauce_report(stderr); /* 0, or the program's exit code */
}
