/* Fits, saves, loads and predicts with the installed library. */
#include <math.h>
#include <stdio.h>

#include <cauce/cauce.h>

int main(int argc, char **argv) {
    if (argc != 3) return 64;
    cauce_table *table = cauce_read_csv(argv[1], "target=species");
    cauce_recipe *recipe =
        cauce_pipeline(cauce_new("standard_scaler"), cauce_new("random_forest_classifier n_estimators=20"));
    cauce_model *model = cauce_fit(recipe, table);
    cauce_save(model, argv[2]);
    cauce_model *again = cauce_load(argv[2]);
    double accuracy = NAN;
    cauce_score(again, table, "accuracy", &accuracy);
    printf("cauce %s: accuracy %.2f\n", CAUCE_VERSION, accuracy);
    cauce_model_free(again);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    return cauce_report(stderr) || !(accuracy > 0.9);
}
