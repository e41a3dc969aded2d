#define _POSIX_C_SOURCE 200809L
#include <stdio.h>

#include "base/run.h"
#include "support/check_main.h"

static cauce_status call(cauce_status status, const char *text) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, "fit");
    if (status != CAUCE_OK) cauce_fail(run, status, "%s", text);
    ca_leave(run, &place);
    return ca_guard_leave(&guard);
}

START_TEST(first_and_last) {
    cauce_error_clear();
    ck_assert_int_eq(cauce_error().status, CAUCE_OK);
    ck_assert_str_eq(cauce_error().code, "OK");
    ck_assert_str_eq(cauce_error().message, "");
    ck_assert_int_eq(call(CAUCE_E_DATA, "one"), CAUCE_E_DATA);
    ck_assert_int_eq(call(CAUCE_E_IO, "two"), CAUCE_E_IO);
    cauce_failure last = cauce_error();
    ck_assert_int_eq(last.status, CAUCE_E_IO);
    ck_assert_str_eq(last.code, "IO");
    ck_assert_str_eq(last.message, "two");
    ck_assert_str_eq(last.place, "fit");
    ck_assert_int_eq(cauce_failed(), CAUCE_E_DATA);
    ck_assert_int_eq(call(CAUCE_OK, ""), CAUCE_OK); /* agrees with the returned status */
    ck_assert_int_eq(cauce_error().status, CAUCE_OK);
    ck_assert_int_eq(cauce_failed(), CAUCE_E_DATA);
    cauce_error_clear();
    ck_assert_int_eq(cauce_failed(), CAUCE_OK);
}
END_TEST

START_TEST(null_handles) {
    cauce_error_clear();
    ck_assert_int_eq(ca_null("recipe"), CAUCE_E_ARGUMENT);
    ck_assert_str_eq(cauce_error().message, "recipe is NULL");
    ck_assert_int_eq(cauce_failed(), CAUCE_E_ARGUMENT);
    cauce_error_clear();
    call(CAUCE_E_PARAM, "the cause");
    call(CAUCE_E_IO, "in between");
    ck_assert_int_eq(ca_null("recipe"), CAUCE_E_PARAM); /* the NULL came from the first failure */
    ck_assert_str_eq(cauce_error().message, "the cause");
    cauce_error_clear();
}
END_TEST

START_TEST(report) {
    char text[200];
    cauce_error_clear();
    FILE *out = fmemopen(text, sizeof text, "w");
    ck_assert_int_eq(cauce_report(out), 0);
    call(CAUCE_E_SCHEMA, "column 'x'");
    call(CAUCE_E_IO, "later");
    ck_assert_int_eq(cauce_report(NULL), 4);
    ck_assert_int_eq(cauce_report(out), 4);
    fclose(out);
    ck_assert_str_eq(text, "error: fit: column 'x'\n");
    cauce_error_clear();
}
END_TEST

START_TEST(statuses) {
#define CHECK_ROW(name, value, exit_code, words)                                                             \
    ck_assert_int_eq(CAUCE_E_##name, value);                                                                 \
    ck_assert_str_eq(cauce_status_name(value), #name);                                                       \
    ck_assert_str_eq(cauce_status_text(value), words);                                                       \
    ck_assert_int_eq(cauce_status_exit(value), exit_code);
    CAUCE_STATUS_LIST(CHECK_ROW)
    ck_assert_str_eq(cauce_status_name(12345), "INTERNAL");
    ck_assert_int_eq(cauce_status_exit(-999), 1);
    ck_assert_str_eq(cauce_status_name(CAUCE_OK), "OK");
}
END_TEST

static void collect(const cauce_warning *warning, void *payload) {
    char *text = payload;
    snprintf(text + strlen(text), 200 - strlen(text), "%s/%s/%s/%d ", warning->place, warning->name,
             warning->text, (int)warning->count);
    call(CAUCE_E_IO, "a call made by the callback");
}

START_TEST(warnings_reach_the_context) {
    char text[200] = "";
    cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
    cauce_context_on_warning(context, collect, text);
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_warn(run, "a", "x");
    cauce_warn(run, "b", "y");
    cauce_warn(run, "a", "x");
    ck_assert_int_eq(ca_guard_leave(&guard), CAUCE_OK);
    ck_assert_str_eq(text, "/a/x/2 /b/y/1 ");
    ck_assert_int_eq(cauce_error().status, CAUCE_OK); /* of the outer call */
    cauce_context_use(before);
    cauce_context_free(context);
    cauce_error_clear();
}
END_TEST

TEST_MAIN("error", TEST(first_and_last), TEST(null_handles), TEST(report), TEST(statuses),
          TEST(warnings_reach_the_context))
