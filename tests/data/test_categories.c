#include "data/categories.h"

#include "support/check_main.h"
#include "support/harness.h"

typedef struct found {
    cauce_run run;
    ca_keep keep;
    ca_categories categories;
    ca_encoder *encoders;
} found;

static void find(found *f, const frame *train, bool missing_apart) {
    memset(f, 0, sizeof *f);
    ca_run_begin(&f->run);
    f->run.keep = &f->keep;
    cauce_train all = { .n_rows = train->batch.n_rows, .schema = &train->schema, .x = &train->batch };
    ca_categories_options options = { { .type = CAUCE_V_NULL }, { .type = CAUCE_V_NULL }, missing_apart };
    ck_assert_int_eq(ca_categories_fit(&f->run, &all, &options, &f->categories), CAUCE_OK);
    ck_assert_int_eq(ca_categories_verify(&f->run, &f->categories, &train->schema), CAUCE_OK);
    ck_assert_int_eq(ca_encoders_new(&f->run, &f->categories, &train->schema, &f->encoders), CAUCE_OK);
}

static void found_end(found *f) {
    ca_run_end(&f->run);
    ca_arena_free(&f->keep.arena);
}

/* The search against a walk through all categories, for every number of them. */
START_TEST(numbers_are_found) {
    for (int n = 1; n <= 40; n++) {
        double x[40];
        for (int i = 0; i < n; i++) x[i] = (double)((i * 7) % n) * 1.5 - 10;
        frame *train = frame_new(n);
        frame_numbers(train, "x", x);
        found f;
        find(&f, train, false);
        int32_t count = f.encoders[0].n_numbers;
        ck_assert_int_eq(f.encoders[0].missing, -1);
        for (double at = -11; at < 51; at += 0.25) {
            int32_t expected = -1;
            for (int32_t k = 0; k < count; k++)
                if (f.categories.category[k] == at) expected = k;
            ck_assert_int_eq(ca_encode_number(&f.encoders[0], at), expected);
        }
        ck_assert_int_eq(ca_encode_number(&f.encoders[0], NAN), -1);
        ck_assert_int_eq(ca_encode_number(&f.encoders[0], INFINITY), -1);
        found_end(&f);
        frame_free(train);
    }
}
END_TEST

START_TEST(levels_without_a_row) {
    frame *train = frame_new(4);
    frame_texts(train, "t", CAUCE_CATEGORY, (const char *const[]){ "d", NULL, "b", "d" },
                (const char *const[]){ "a", "c", "e", NULL });
    found f;
    find(&f, train, false);
    ck_assert_int_eq(f.categories.n_categories, 3);
    ck_assert_int_eq(ca_categories_width(&f.categories, 0), 3);
    const int32_t expected[] = { -1, 2, -1, 0, -1, 1, -1 }; /* unknown, missing, a, b, c, d, e */
    for (int32_t code = CAUCE_UNKNOWN; code < 5; code++)
        ck_assert_int_eq(ca_encode_code(&f.encoders[0], code), expected[code + 2]);
    char room[32];
    ck_assert_str_eq(ca_category_text(&f.categories, &train->fields[0], 1, room), "d");
    ck_assert_str_eq(ca_category_text(&f.categories, &train->fields[0], 2, room), "nan");
    found_end(&f);
    find(&f, train, true);
    ck_assert_int_eq(f.categories.n_categories, 3);
    ck_assert_int_eq(ca_categories_width(&f.categories, 0), 2);
    ck_assert_int_eq(f.categories.place[2], -1);
    found_end(&f);
    frame_free(train);
}
END_TEST

START_TEST(names) {
    frame *train = frame_new(1);
    frame_numbers(train, "x", (const double[]){ 1 });
    frame_wide(train, "w", 3, (const double[]){ 1, 2, 3 }, NULL);
    frame_wide(train, "v", 2, (const double[]){ 1, 2 }, (const char *const[]){ "left", "right" });
    found f;
    find(&f, train, false);
    ck_assert_int_eq(f.categories.n_columns, 6);
    ck_assert_ptr_eq(ca_field_column(&f.run, &train->fields[0], 0), train->fields[0].name);
    ck_assert_str_eq(ca_field_column(&f.run, &train->fields[1], 2), "w2");
    ck_assert_str_eq(ca_field_column(&f.run, &train->fields[2], 1), "v_right");
    ck_assert_int_eq(f.encoders[4].block, 2);
    ck_assert_int_eq(f.encoders[5].column, 1);
    found_end(&f);
    frame_free(train);
}
END_TEST

TEST_MAIN("categories", TEST(numbers_are_found), TEST(levels_without_a_row), TEST(names))
