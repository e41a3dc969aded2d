/* The context behind include/cauce/context.h. */
#ifndef CA_BASE_CONTEXT_H
#define CA_BASE_CONTEXT_H

#include <stdatomic.h>

#include "cauce/context.h"

struct cauce_context {
    int threads; /* 0: all */
    cauce_warning_fn *on_warning;
    void *warning_payload;
    cauce_progress_fn *on_progress;
    void *progress_payload;
    atomic_int cancelled;
    atomic_flag progress_busy;
};

cauce_context *ca_context_current(void); /* never NULL */
int ca_context_threads(const cauce_context *context);

#endif
