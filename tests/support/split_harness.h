/* What tests of splitters share: a run, an arena for the folds, and a split that must or must not succeed. */
#ifndef TESTS_SUPPORT_SPLIT_HARNESS_H
#define TESTS_SUPPORT_SPLIT_HARNESS_H

#include "split/splitter.h"
#include "support/check_main.h"

static cauce_run run;
static ca_arena arena;

static inline void begin(void) {
    ca_run_begin(&run);
    arena = (ca_arena){ 0 };
}

static inline void end(void) {
    ca_run_end(&run);
    ca_arena_free(&arena);
}

static inline ca_folds split(const char *text, const ca_split_input *input) {
    ca_folds folds;
    ck_assert_msg(ca_split(&run, text, input, &arena, &folds) == CAUCE_OK, "%s: %s", text, run.error.message);
    return folds;
}

static inline void refuses(const char *text, const ca_split_input *input, cauce_status status,
                           const char *part) {
    begin();
    ca_folds folds;
    ck_assert_int_eq(ca_split(&run, text, input, &arena, &folds), status);
    ck_assert_msg(strstr(run.error.message, part) != NULL, "'%s' is not in: %s", part, run.error.message);
    end();
}

#endif
