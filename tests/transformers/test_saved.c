/* The transformers inside recipes: through tables, the model file and back, with the same bits. */
#include "base/alloc.h"
#include "core/archive.h"
#include "data/csv.h"
#include "support/check_main.h"

static const char train_text[] = "city,flag,age,size,empty\n"
                                 "Rome,yes,30,1,\nOslo,no,,2,\n,yes,41.5,2,\nRome,,19,1,\nBern,no,60,3,\n"
                                 "Oslo,no,,-0,\nRome,yes,33,0,\nRome,yes,28,7,\n";
static const char new_text[] = "size,age,flag,city,empty\n"
                               "2,55,no,Paris,\n0,,,Rome,4\n3,31,yes,,\n7,1e3,no,Bern,\n";

static cauce_table *read_table(cauce_run *run, const char *text) {
    cauce_table *table = ca_csv_read(run, text, strlen(text), "text", NULL);
    ck_assert_msg(table != NULL, "%s", run->error.message);
    return table;
}

static cauce_status append(cauce_run *run, const void *bytes, size_t size, void *payload) {
    ca_text_add_n(payload, bytes, size);
    return ((ca_text *)payload)->failed ? CA_NOMEM(run) : CAUCE_OK;
}

static cauce_model *reload(cauce_run *run, const cauce_model *model) {
    ca_text bytes = { 0 };
    ck_assert_int_eq(ca_archive_save(run, model, append, &bytes, NULL), CAUCE_OK);
    ca_file file = { .bytes = ca_malloc(bytes.length + 1), .size = bytes.length };
    ck_assert_ptr_nonnull(file.bytes);
    memcpy(file.bytes, bytes.data, bytes.length);
    file.bytes[bytes.length] = 0;
    ca_text_free(&bytes);
    cauce_model *loaded = ca_archive_load(run, &file, "memory");
    ck_assert_msg(loaded != NULL, "%s", run->error.message);
    return loaded;
}

static void same_bits(const ca_frame *a, const cauce_schema *x, const ca_frame *b, const cauce_schema *y) {
    ck_assert_int_eq(x->n_fields, y->n_fields);
    ck_assert_int_eq(x->width, y->width);
    for (int64_t j = 0; j < x->width; j++) {
        char p[128], q[128];
        ca_schema_column_name(x, j, p, sizeof p);
        ca_schema_column_name(y, j, q, sizeof q);
        ck_assert_str_eq(p, q);
    }
    int64_t n = a->batch.n_rows;
    ck_assert_int_eq(n, b->batch.n_rows);
    for (int64_t i = 0; i < x->n_fields; i++) {
        const cauce_block *p = &a->batch.blocks[i], *q = &b->batch.blocks[i];
        ck_assert_int_eq(x->fields[i].form, y->fields[i].form);
        if (x->fields[i].form != CAUCE_DENSE) {
            ck_assert(memcmp(p->codes, q->codes, (size_t)n * sizeof *p->codes) == 0);
            continue;
        }
        for (int64_t c = 0; c < x->fields[i].width; c++)
            ck_assert(memcmp(p->values + c * p->stride, q->values + c * q->stride,
                             (size_t)n * sizeof *p->values) == 0);
    }
}

static void round_trip_of(const char *text, const char *old_rows, const char *new_rows) {
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *train = read_table(&run, old_rows), *rows = read_table(&run, new_rows);
    cauce_recipe *recipe = ca_recipe_parse(&run, text);
    ck_assert_msg(recipe != NULL, "%s: %s", text, run.error.message);
    cauce_model *model = ca_model_fit(&run, recipe, train, NULL);
    ck_assert_msg(model != NULL, "%s: %s", text, run.error.message);
    cauce_model *loaded = reload(&run, model);
    ca_frame a, b;
    const cauce_schema *x, *y;
    ck_assert_msg(ca_model_apply(&run, model, rows, CA_TRANSFORM, &a, &x) == CAUCE_OK, "%s: %s", text,
                  run.error.message);
    ck_assert_int_eq(ca_model_apply(&run, loaded, rows, CA_TRANSFORM, &b, &y), CAUCE_OK);
    same_bits(&a, x, &b, y);
    ca_frame_free(&a);
    ca_frame_free(&b);
    ca_model_free(model);
    ca_model_free(loaded);
    ca_recipe_free(recipe);
    ca_table_drop(train);
    ca_table_drop(rows);
    ca_run_end(&run);
}

static void round_trip(const char *text) {
    round_trip_of(text, train_text, new_text);
}

START_TEST(scaler) {
    const char *old_rows = "a,b,c\n1,0.1,\n2,0.1,\n,0.1,\n5,0.1,\n", *new_rows = "c,b,a\n1,2,3\n,,\n";
    round_trip_of("standard_scaler", old_rows, new_rows);
    round_trip_of("standard_scaler with_mean=false", old_rows, new_rows);
    round_trip_of("min_max_scaler feature_range=[-1, 1.5] clip=true", old_rows, new_rows);
    round_trip_of("max_abs_scaler", old_rows, new_rows);
    round_trip_of("robust_scaler quantile_range=[10, 90]", old_rows, new_rows);
    round_trip_of("clip upper_quantile=0.9", old_rows, new_rows);
    round_trip_of("power_transformer", old_rows, new_rows);
    round_trip_of("quantile_transformer output_distribution=normal", old_rows, new_rows);
    round_trip_of("variance_threshold", old_rows, new_rows);
    round_trip_of("function_transformer func=log1p", old_rows, new_rows);
    const char *whole = "a,b\n1,7\n2,7\n4,3\n5,1\n", *new_whole = "b,a\n2,3\n-1,9\n";
    round_trip_of("normalizer norm=l1", whole, new_whole);
    round_trip_of("binarizer threshold=2", whole, new_whole);
    round_trip_of("power_transformer method=box-cox", whole, "b,a\n2,3\n1,9\n");
    round_trip_of("polynomial_features degree=[2, 3]", whole, new_whole);
    round_trip_of("k_bins_discretizer n_bins=3", whole, new_whole);
    round_trip_of("k_bins_discretizer n_bins=3 strategy=kmeans encode=ordinal", whole, new_whole);
}
END_TEST

START_TEST(round_trips) {
    round_trip("simple_imputer strategy=most_frequent add_indicator=true");
    round_trip("simple_imputer strategy=most_frequent keep_empty_features=true");
    round_trip("simple_imputer strategy=constant missing_values=2");
    round_trip("one_hot_encoder handle_unknown=ignore");
    round_trip("one_hot_encoder handle_unknown=ignore drop=first");
    round_trip("one_hot_encoder handle_unknown=infrequent_if_exist max_categories=3 drop=if_binary");
    round_trip("one_hot_encoder handle_unknown=ignore min_frequency=0.3");
    round_trip("ordinal_encoder handle_unknown=use_encoded_value unknown_value=-1");
    round_trip("ordinal_encoder handle_unknown=use_encoded_value unknown_value=nan "
               "encoded_missing_value=-5 max_categories=2");
}
END_TEST

TEST_MAIN("saved transformers", TEST(round_trips), TEST(scaler))
