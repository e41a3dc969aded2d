/* Files with the right checksums over parts that do not belong together. */
#include "support/archives.h"

#include "support/check_main.h"

/* A regressor writes one number a row. A forest that was told of five classes would write five. */
START_TEST(regressor_with_classes) {
    cauce_table *table = table_of("x,y\n1,a\n2,b\n3,c\n4,d\n5,e\n1,a\n2,b\n3,c\n4,d\n5,e\n", "y:target");
    cauce_model *model = model_of("random_forest_classifier n_estimators=2", table);
    bytes_of bytes = saved(model);
    archive a = archive_of(&bytes);
    json_object_set_new(a.header, "recipe", json_pack("{s:s}", "use", "random_forest_regressor"));
    json_object_set_new(a.header, "states", json_pack("{s:i}", "random_forest_regressor", 1));
    bytes_of sealed = archive_seal(&a);
    cauce_model *loaded = cauce_load_bytes(sealed.data, sealed.size);
    cauce_table_free(loaded ? cauce_predict(loaded, table) : NULL);
    ck_assert_ptr_null(loaded);
    failed_with(CAUCE_E_FORMAT, "classes");
    free(sealed.data);
    archive_free(&a);
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Ten thousand steps that need names of their own: a matter of milliseconds. */
START_TEST(many_nameless_steps) {
    json_t *steps = json_array();
    for (int i = 0; i < 10000; i++) json_array_append_new(steps, json_string(i % 3 ? "passthrough" : "clip"));
    json_t *recipe = json_pack("{s:o}", "steps", steps);
    char *text = json_dumps(recipe, 0);
    cauce_recipe *read = cauce_recipe_from_json(text);
    ck_assert_msg(read != NULL, "%s", cauce_error().message);
    cauce_recipe_free(read);
    free(text);
    json_decref(recipe);
}
END_TEST

TEST_MAIN("archive_load", TEST(regressor_with_classes), TEST(many_nameless_steps))
