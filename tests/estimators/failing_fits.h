/* Fits of a component by hand while one allocation after the other fails. */
#ifndef TESTS_ESTIMATORS_FAILING_FITS_H
#define TESTS_ESTIMATORS_FAILING_FITS_H

#include "support/component_harness.h"
#include "support/failing.h"

/* After failing_install and harness_begin; what h->keep held before is the caller's. */
static inline void fits_fail_cleanly(harness *h) {
    FAILING_EACH(pass) {
        ca_run_begin(&h->run);
        memset(&h->keep, 0, sizeof h->keep);
        h->run.keep = &h->keep;
        h->run.threads = 1;
        memset(h->state, 0, h->component->state_size);
        cauce_status status = harness_try(h);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_end(&h->run);
        ca_arena_free(&h->keep.arena);
    }
}

#endif
