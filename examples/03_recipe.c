/* A recipe as JSON: read, changed by paths, fitted, and asked what its model found important. Run from the
 * project's root.
 *
 *   cc 03_recipe.c -lcauce
 */
#include <stdio.h>

#include <cauce/cauce.h>

/* The short form: only what differs from the defaults. docs/recipe.md is its grammar. */
static const char *const text =
    "{ \"steps\": ["
    "    { \"name\": \"prep\", \"branches\": ["
    "        { \"name\": \"num\", \"on\": \"@number\", \"use\": \"simple_imputer strategy=median\" },"
    "        { \"name\": \"cat\", \"on\": \"@category\", \"steps\": ["
    "            \"simple_imputer strategy=most_frequent\","
    "            { \"use\": \"one_hot_encoder\", \"with\": { \"handle_unknown\": \"ignore\" } } ] } ] },"
    "    { \"name\": \"forest\", \"use\": \"random_forest_classifier n_estimators=50 random_state=7\" } ] }";

static void print_most_important(const cauce_model *model, int most) {
    int64_t rows = 0, columns = 0;
    const double *importance = cauce_get_array(model, "forest__feature_importances", &rows, &columns);
    double before = 2; /* importances are at most 1 */
    int64_t last = -1;
    for (int place = 1; importance && place <= most && place <= rows; place++) {
        int64_t best = -1; /* the largest one not yet printed; of equals the first */
        for (int64_t i = 0; i < rows; i++) {
            int printed = importance[i] > before || (importance[i] == before && i <= last);
            if (!printed && (best < 0 || importance[i] > importance[best])) best = i;
        }
        char name[128];
        cauce_model_feature_name(model, best, name, sizeof name);
        printf("%2d. %.4f  %s\n", place, importance[best], name);
        before = importance[best];
        last = best;
    }
}

int main(void) {
    cauce_table *credit = cauce_read_csv("data/credit.csv", "target=Status positive=bad");
    cauce_table *train = NULL, *test = NULL;
    cauce_split(credit, "test_size=0.25 stratify=Status random_state=7", &train, &test);

    cauce_recipe *recipe = cauce_recipe_from_json(text);
    cauce_model *first = cauce_fit(recipe, train);

    /* All of these, or none if one is wrong. A model keeps the recipe that it was fitted by. */
    cauce_set(recipe, "forest__max_depth=12 forest__min_samples_leaf=2 prep__remainder=passthrough");
    cauce_model *second = cauce_fit(recipe, train);

    double before = 0, after = 0;
    cauce_score(first, test, "roc_auc", &before);
    cauce_score(second, test, "roc_auc", &after);
    char *outline = cauce_recipe_to_text(recipe); /* what differs from the defaults, for people */
    char *json = cauce_recipe_to_json(recipe);    /* every parameter, as the model file holds it */
    if (cauce_failed() == CAUCE_OK) {
        printf("%s\n%s\n", outline, json);
        printf("max_depth=%s; roc_auc %.4f before the change, %.4f after\n",
               cauce_get(recipe, "forest__max_depth"), before, after);
        print_most_important(second, 8);
    }

    cauce_text_free(json);
    cauce_text_free(outline);
    cauce_model_free(second);
    cauce_model_free(first);
    cauce_recipe_free(recipe);
    cauce_table_free(test);
    cauce_table_free(train);
    cauce_table_free(credit);
    return cauce_report(stderr); /* 0, or the program's exit code */
}
