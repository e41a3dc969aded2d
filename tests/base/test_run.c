#include "base/run.h"
#include "support/check_main.h"
#include "support/failing.h"

START_TEST(places_and_first_failure) {
    cauce_run run;
    ca_run_begin(&run);
    ca_place fit, step, inner;
    ca_enter(&run, &fit, "fit");
    ca_enter(&run, &step, ca_run_text(&run, "'%s'", "prep"));
    ca_enter(&run, &inner, "scaler");
    ca_leave(&run, &inner);
    ck_assert_int_eq(cauce_fail(&run, CAUCE_E_DATA, "row %d", 7), CAUCE_E_DATA);
    ca_leave(&run, &step);
    ck_assert_int_eq(cauce_fail(&run, CAUCE_E_IO, "later"), CAUCE_E_DATA);
    ck_assert_str_eq(run.error.message, "row 7");
    ck_assert_str_eq(run.error.place, "fit > 'prep'");
    ck_assert_int_eq(cauce_check_cancel(&run), CAUCE_E_DATA);
    ca_run_forgive(&run);
    ck_assert_int_eq(cauce_check_cancel(&run), CAUCE_OK);
    ck_assert_int_eq(cauce_fail(&run, 5, "no such status"), CAUCE_E_INTERNAL);
    ck_assert_str_eq(run.error.place, "fit");
    ca_leave(&run, &fit);
    ca_run_end(&run);
}
END_TEST

START_TEST(long_texts_are_cut) {
    cauce_run run;
    ca_run_begin(&run);
    static char text[5000];
    memset(text, 'x', sizeof text - 1);
    ca_place a, b;
    ca_enter(&run, &a, text);
    ca_enter(&run, &b, text);
    cauce_fail(&run, CAUCE_E_DATA, "%s", text);
    ck_assert_uint_eq(strlen(run.error.message), sizeof run.error.message - 1);
    ck_assert_uint_eq(strlen(run.error.place), sizeof run.error.place - 1);
    cauce_warn(&run, "long", "%s", text);
    ck_assert_uint_lt(strlen(run.warnings->text), 1024);
    ca_run_end(&run);
}
END_TEST

START_TEST(warnings_are_counted) {
    cauce_run run;
    ca_run_begin(&run);
    ca_place place;
    for (int i = 0; i < 3; i++) cauce_warn(&run, "w", "text %d", i % 2);
    ca_enter(&run, &place, "there");
    cauce_warn(&run, "w", "text 0");
    cauce_run child;
    ca_run_child(&child, &run);
    cauce_warn(&child, "w", "text 0");
    cauce_fail(&child, CAUCE_E_NUMERIC, "of the child");
    ck_assert_int_eq(ca_run_join(&run, &child), CAUCE_E_NUMERIC);
    ck_assert_str_eq(run.error.place, "there");
    ca_leave(&run, &place);
    const ca_warning *w = run.warnings;
    ck_assert_str_eq(w->text, "text 0");
    ck_assert_str_eq(w->place, "");
    ck_assert_int_eq(w->count, 2);
    ck_assert_int_eq(w->next->count, 1);
    ck_assert_str_eq(w->next->next->place, "there");
    ck_assert_int_eq(w->next->next->count, 2);
    ck_assert_ptr_null(w->next->next->next);
    ca_run_end(&run);
}
END_TEST

START_TEST(memory) {
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_ptr_nonnull(cauce_scratch(&run, 0, 8));
    ck_assert_ptr_null(cauce_scratch(&run, INT64_MAX, 1000));
    ck_assert_int_eq(run.error.status, CAUCE_E_LIMIT);
    ca_run_forgive(&run);
    ck_assert_ptr_null(cauce_scratch(&run, -1, 1));
    ck_assert_int_eq(run.error.status, CAUCE_E_LIMIT);
    ca_run_forgive(&run);
    ck_assert_ptr_null(cauce_keep(&run, 1, 1));
    ck_assert_int_eq(run.error.status, CAUCE_E_INTERNAL);
    ca_run_forgive(&run);
    ca_keep keep = { 0 };
    run.keep = &keep;
    double *kept = cauce_keep(&run, 1000, sizeof *kept);
    ck_assert_ptr_nonnull(kept);
    ck_assert_uint_eq((uintptr_t)kept % 64, 0);
    ca_run_end(&run);
    for (int i = 0; i < 1000; i++) ck_assert(kept[i] == 0); /* outlives the run */
    ca_arena_free(&keep.arena);
}
END_TEST

START_TEST(cancelled) {
    cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_int_eq(cauce_check_cancel(&run), CAUCE_OK);
    cauce_context_cancel(context);
    ck_assert_int_eq(cauce_check_cancel(&run), CAUCE_E_CANCELLED);
    ca_run_end(&run);
    cauce_context_resume(context);
    ca_run_begin(&run);
    ck_assert_int_eq(cauce_check_cancel(&run), CAUCE_OK);
    ca_run_end(&run);
    ck_assert_ptr_eq(cauce_context_use(before), context);
    cauce_context_free(context);
}
END_TEST

START_TEST(no_memory) {
    failing_install();
    FAILING_EACH(pass) {
        cauce_run run;
        ca_run_begin(&run);
        cauce_warn(&run, "w", "text");
        cauce_warn(&run, "w", "other text");
        ck_assert_ptr_nonnull(ca_run_text(&run, "text"));
        bool ok = cauce_scratch(&run, 1000, 100) != NULL;
        ck_assert(ok == (run.error.status == CAUCE_OK));
        ck_assert(ok || (pass.armed && run.error.status == CAUCE_E_NOMEM));
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("run", TEST(places_and_first_failure), TEST(long_texts_are_cut), TEST(warnings_are_counted),
          TEST(memory), TEST(cancelled), TEST(no_memory))
