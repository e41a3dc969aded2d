/* Models through the public header. */
#include "support/tables.h"

#include "support/check_main.h"

/* A row of weight 0 is the same as its absence, whatever it holds. */
START_TEST(scoring_without_rows_of_weight_0) {
    cauce_table *train = table_of("x,y,w\n1,a,1\n2,b,1\n3,a,1\n4,b,2\n", "y:target w:weight");
    cauce_table *test = table_of("x,y,w\n1,a,1\n,b,0\n3,,0\n4,c,0\n2,b,2\n", "y:target w:weight");
    const int64_t rows[] = { 0, 4 };
    cauce_table *counted = cauce_table_rows_of(test, rows, 2);
    cauce_model *model = model_of("logistic_regression", train);
    double score = 0, expected = 0;
    ck_assert_int_eq(cauce_score(model, counted, "log_loss", &expected), CAUCE_OK);
    ck_assert_msg(cauce_score(model, test, "log_loss", &score) == CAUCE_OK, "%s", cauce_error().message);
    ck_assert_double_eq(score, expected);
    cauce_model_free(model);
    cauce_table_free(counted);
    cauce_table_free(test);
    cauce_table_free(train);
}
END_TEST

/* Two long levels that differ at their end make two columns of two names. */
START_TEST(long_names) {
    char level[2][700];
    const char *texts[] = { level[0], level[1], level[0], level[1] };
    const double x[] = { 1, 2, 3, 4 };
    for (int i = 0; i < 2; i++) {
        memset(level[i], 'x', sizeof level[i]);
        strcpy(level[i] + sizeof level[i] - 2, i ? "b" : "a");
    }
    cauce_table *table = cauce_table_new(4);
    cauce_table_add_text(table, "c", texts);
    cauce_model *model = model_of("one_hot_encoder", table);
    cauce_table *out = cauce_transform(model, table);
    ck_assert_int_eq(cauce_table_columns(out), 2);
    ck_assert_int_eq(strlen(cauce_table_name(out, 0)), 2 + 699);
    ck_assert_str_ne(cauce_table_name(out, 0), cauce_table_name(out, 1));
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_set_role(table, "c", CAUCE_TARGET);
    cauce_table_add_f64(table, "x", x, 1);
    cauce_recipe *recipe = recipe_of("dummy_classifier");
    cauce_cv *cv = cauce_cross_validate(recipe, table, "k_fold n_splits=2", NULL, "predictions=true");
    ck_assert_msg(cv != NULL, "%s", cauce_error().message);
    cauce_table *predictions = cauce_cv_predictions(cv);
    ck_assert_int_eq(strlen(cauce_table_name(predictions, 2)), 6 + 699);
    cauce_table_free(predictions);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* What could be fitted and saved but not be loaded again is refused at the start. */
START_TEST(constants_are_finite) {
    cauce_table *table = table_of("x,y\n1,1\n2,3\n", "y:target");
    cauce_recipe *recipe = recipe_of("dummy_regressor strategy=constant constant=inf");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_PARAM, "constant=inf");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* "nan" is a text like others where texts are filled in; files know no difference to the number. */
START_TEST(what_is_fitted_can_be_loaded) {
    cauce_table *table = table_of("c,y\na,1e308\n,1e308\nb,1e308\n", "y:target");
    cauce_model *model = model_of("simple_imputer strategy=constant fill_value=\"nan\"", table);
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s", cauce_error().message);
    cauce_table *a = cauce_transform(model, table), *b = cauce_transform(loaded, table);
    ck_assert_str_eq(cauce_table_text(a, 1, 0), "nan");
    ck_assert(tables_same(a, b));
    cauce_recipe *recipe = recipe_of("dummy_regressor");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_NUMERIC, "mean");
    cauce_recipe_free(recipe);
    cauce_table_free(b);
    cauce_table_free(a);
    cauce_model_free(loaded);
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Rows that lie one after the other are read in pieces of some columns: none is left out, and the last number
 * is looked at like the first. */
START_TEST(wide_rows_are_read_in_pieces) {
    enum { ROWS = 3000, COLUMNS = 400 };
    double *by_rows = malloc(ROWS * COLUMNS * sizeof *by_rows), *by_columns = malloc(ROWS * COLUMNS * 8);
    cauce_table *table[2] = { cauce_table_new(ROWS), cauce_table_new(ROWS) };
    for (int i = 0; i < ROWS; i++)
        for (int j = 0; j < COLUMNS; j++)
            by_rows[i * COLUMNS + j] = by_columns[j * ROWS + i] = (i * 7 + j * 13) % 101 + j;
    for (int j = 0; j < COLUMNS; j++) {
        char name[16];
        snprintf(name, sizeof name, "x%d", j);
        cauce_table_add_f64(table[0], name, by_rows + j, COLUMNS);
        cauce_table_add_f64(table[1], name, by_columns + (ptrdiff_t)j * ROWS, 1);
    }
    const double *mean[2];
    cauce_model *model[2];
    int64_t rows, columns;
    for (int k = 0; k < 2; k++) {
        model[k] = model_of("standard_scaler", table[k]);
        mean[k] = cauce_get_array(model[k], "mean", &rows, &columns);
        ck_assert_int_eq(rows * columns, COLUMNS);
    }
    ck_assert_mem_eq(mean[0], mean[1], COLUMNS * sizeof **mean);
    double sum = 0;
    for (int i = 0; i < ROWS; i++) sum += by_columns[(COLUMNS - 1) * ROWS + i];
    ck_near(mean[0][COLUMNS - 1], sum / ROWS, 1e-10);
    by_rows[ROWS * COLUMNS - 1] = INFINITY;
    cauce_recipe *recipe = recipe_of("standard_scaler");
    ck_assert_ptr_null(cauce_fit(recipe, table[0]));
    failed_with(CAUCE_E_DATA, "x399");
    cauce_recipe_free(recipe);
    for (int k = 0; k < 2; k++) {
        cauce_model_free(model[k]);
        cauce_table_free(table[k]);
    }
    free(by_rows);
    free(by_columns);
}
END_TEST

START_TEST(messages_count_rows_from_1) {
    cauce_table *table = table_of("x,y\n1,1\n2,-3\n", "y:target");
    cauce_recipe *recipe = recipe_of("random_forest_regressor criterion=poisson");
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(CAUCE_E_DATA, "row 2");
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* Columns that no machine could hold dense are refused with what to do about it, and not tried: the system
 * would give the memory, and end the process later. Without a copy they are no trouble. */
START_TEST(too_wide_to_be_dense) {
    enum { N = 400000, ROOM = 8 }; /* 1280 GB */
    char *texts = malloc(N * ROOM);
    const char **levels = malloc(N * sizeof *levels);
    double *y = malloc(N * sizeof *y);
    ck_assert(texts && levels && y);
    for (int i = 0; i < N; i++) {
        levels[i] = texts + (size_t)i * ROOM;
        snprintf(texts + (size_t)i * ROOM, ROOM, "k%d", i);
        y[i] = i % 7;
    }
    cauce_table *table = cauce_table_new(N);
    ck_assert_int_eq(cauce_table_add_text(table, "id", levels), CAUCE_OK);
    ck_assert_int_eq(cauce_table_add_f64(table, "y", y, 1), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(table, "y", CAUCE_TARGET), CAUCE_OK);
    const char *const dense[] = { "k_neighbors_regressor",
                                  "voting_regressor estimators=[k_neighbors_regressor]" };
    for (int i = 0; i < 3; i++) {
        cauce_recipe *recipe =
            cauce_pipeline(cauce_columns(cauce_on("c", "id", cauce_new("one_hot_encoder"))),
                           cauce_new(i < 2 ? dense[i] : "ridge"));
        ck_assert_ptr_nonnull(recipe);
        cauce_model *model = cauce_fit(recipe, table);
        if (i < 2) {
            ck_assert_ptr_null(model);
            failed_with(CAUCE_E_LIMIT, "min_frequency");
        } else
            ck_assert_msg(model != NULL, "%s", cauce_error().message);
        cauce_model_free(model);
        cauce_recipe_free(recipe);
    }
    cauce_table_free(table);
    free(y);
    free(levels);
    free(texts);
}
END_TEST

/* A mapped model says what a read one says, and goes on when its file is replaced and removed; so does one
 * that was fitted from it. A damaged file is refused all the same. */
START_TEST(mapped) {
    static const char *const recipes[] = { "random_forest_classifier n_estimators=3",
                                           "hist_gradient_boosting_classifier max_iter=3 min_samples_leaf=1",
                                           "logistic_regression", "k_neighbors_classifier n_neighbors=2" };
    cauce_table *table = table_of("x,z,y\n1,5,a\n2,3,b\n3,8,a\n4,1,b\n5,2,b\n6,2,a\n", "y:target");
    const char *path = CAUCE_BINARY_DIR "/mapped.cauce";
    for (int i = 0; i < 4; i++) {
        cauce_model *model = model_of(recipes[i], table);
        ck_assert_int_eq(cauce_save(model, path), CAUCE_OK);
        cauce_model *seen = cauce_load_mapped(path);
        ck_assert_msg(seen != NULL, "%s", cauce_error().message);
        ck_assert_int_eq(cauce_save(seen, path), CAUCE_OK);
        ck_assert_int_eq(remove(path), 0);
        bytes_of one = saved(model), two = saved(seen);
        ck_assert(one.size == two.size && memcmp(one.data, two.data, one.size) == 0);
        cauce_table *expected = cauce_predict_proba(model, table), *got = cauce_predict_proba(seen, table);
        ck_assert(tables_same(got, expected));
        cauce_table_free(got);
        cauce_table_free(expected);
        if (i < 2) {
            cauce_model *more = cauce_fit_more(seen, table, NULL, i == 0 ? "n_estimators=5" : "max_iter=5");
            ck_assert_msg(more != NULL, "%s", cauce_error().message);
            cauce_model_free(more);
        }
        cauce_model_free(seen);
        ((char *)one.data)[one.size / 2] ^= 1;
        FILE *file = fopen(path, "wb");
        ck_assert(file && fwrite(one.data, 1, one.size, file) == one.size && fclose(file) == 0);
        ck_assert_ptr_null(cauce_load_mapped(path));
        failed_with(CAUCE_E_FORMAT, "");
        ck_assert_int_eq(remove(path), 0);
        bytes_done(&one);
        bytes_done(&two);
        cauce_model_free(model);
    }
    ck_assert_ptr_null(cauce_load_mapped("/no/such/file"));
    failed_with(CAUCE_E_IO, "/no/such/file");
    ck_assert_ptr_null(cauce_load_mapped("/dev/null"));
    failed_with(CAUCE_E_FORMAT, "");
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("model_api", TEST(messages_count_rows_from_1), TEST(what_is_fitted_can_be_loaded),
          TEST(scoring_without_rows_of_weight_0), TEST(long_names), TEST(constants_are_finite),
          TEST(wide_rows_are_read_in_pieces), TEST(too_wide_to_be_dense), TEST(mapped))
