#include "data/numeric.h"
#include "support/check_main.h"
#include "support/harness.h"

/* What each call saw: name, first cell, rows. */
typedef struct seen {
    char name[CA_NUMERIC_NAME];
    double first;
    int64_t n_rows;
} seen;

static cauce_status look(cauce_run *run, const ca_numeric *column, const cauce_train *train, void *payload) {
    seen *at = (seen *)payload + column->j;
    ck_assert_int_eq(train->n_rows, column->n_rows);
    ca_numeric_name(column, at->name);
    at->first = column->x[0];
    at->n_rows = column->n_rows;
    return ca_numeric_finite(run, column);
}

static frame *three_columns(double last) {
    frame *f = frame_new(2);
    frame_numbers(f, "a", (const double[]){ 1, 2 });
    frame_wide(f, "w", 2, (const double[]){ 3, NAN, 5, last }, (const char *const[]){ "p", "q" });
    return f;
}

START_TEST(each_column) {
    cauce_run run;
    ca_run_begin(&run);
    frame *f = three_columns(6);
    cauce_train train = { .n_rows = 2, .schema = &f->schema, .x = &f->batch };
    seen all[3];
    ck_assert_int_eq(ca_numeric_fit_each(&run, &train, look, all), CAUCE_OK);
    const char *const names[] = { "a", "w_p", "w_q" };
    for (int j = 0; j < 3; j++) {
        ck_assert_str_eq(all[j].name, names[j]);
        ck_assert(all[j].first == 2 * j + 1 && all[j].n_rows == 2);
    }
    frame_free(f);
    f = three_columns(-INFINITY);
    train = (cauce_train){ .n_rows = 2, .schema = &f->schema, .x = &f->batch };
    ck_assert_int_eq(ca_numeric_fit_each(&run, &train, look, all), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(run.error.message, "column 'w_q', row 2: -inf "));
    frame_free(f);
    ca_run_end(&run);
}
END_TEST

static cauce_status pair_of(const cauce_value *list, const char *piece) {
    cauce_run run;
    ca_run_begin(&run);
    double pair[2] = { 0 };
    cauce_status status = ca_numeric_pair(&run, "range", list, pair);
    if (status == CAUCE_OK)
        ck_assert(pair[0] == -1 && pair[1] == 2.5);
    else
        ck_assert_msg(strstr(run.error.message, "range") && strstr(run.error.message, piece), "%s",
                      run.error.message);
    ca_run_end(&run);
    return status;
}

START_TEST(pairs) {
    cauce_value items[3] = { { .type = CAUCE_V_INT, .integer = -1, .real = -1 },
                             { .type = CAUCE_V_REAL, .real = 2.5 },
                             { .type = CAUCE_V_REAL, .real = 3 } };
    cauce_value list = { .type = CAUCE_V_LIST, .items = items, .n_items = 2 };
    ck_assert_int_eq(pair_of(&list, ""), CAUCE_OK);
    list.n_items = 3;
    ck_assert_int_eq(pair_of(&list, "two numbers"), CAUCE_E_PARAM);
    list.n_items = 2;
    items[1].real = -1;
    ck_assert_int_eq(pair_of(&list, "must be below"), CAUCE_E_PARAM);
    items[1].real = INFINITY;
    ck_assert_int_eq(pair_of(&list, "item 2"), CAUCE_E_PARAM);
    items[0].type = CAUCE_V_TEXT;
    ck_assert_int_eq(pair_of(&list, "item 1"), CAUCE_E_PARAM);
    list.type = CAUCE_V_NULL;
    ck_assert_int_eq(pair_of(&list, "two numbers"), CAUCE_E_PARAM);
}
END_TEST

TEST_MAIN("numeric", TEST(each_column), TEST(pairs))
