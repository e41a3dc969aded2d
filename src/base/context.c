#include "base/context.h"

#include "base/alloc.h"
#include "base/parallel.h"
#include "base/run.h"

static cauce_context default_context = { .progress_busy = ATOMIC_FLAG_INIT };
static _Thread_local cauce_context *current;

cauce_context *ca_context_current(void) {
    return current ? current : &default_context;
}

int ca_context_threads(const cauce_context *context) {
    return context->threads > 0 ? context->threads : ca_cores();
}

cauce_context *cauce_context_new(void) {
    cauce_context *context = ca_calloc(1, sizeof *context);
    if (context) atomic_flag_clear(&context->progress_busy);
    return context;
}

void cauce_context_free(cauce_context *context) {
    if (!context) return;
    if (current == context) current = NULL;
    ca_free(context);
}

cauce_status cauce_context_set_threads(cauce_context *context, int threads) {
    if (!context) return ca_null("context");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    if (threads < 0 || threads > 1024)
        cauce_fail(run, CAUCE_E_ARGUMENT, "threads=%d is not one of 0 .. 1024", threads);
    else
        context->threads = threads;
    return ca_guard_leave(&guard);
}

void cauce_context_on_warning(cauce_context *context, cauce_warning_fn *callback, void *payload) {
    if (!context) context = &default_context;
    context->on_warning = callback;
    context->warning_payload = payload;
}

void cauce_context_on_progress(cauce_context *context, cauce_progress_fn *callback, void *payload) {
    if (!context) context = &default_context;
    context->on_progress = callback;
    context->progress_payload = payload;
}

void cauce_context_cancel(cauce_context *context) {
    atomic_store(&(context ? context : &default_context)->cancelled, 1);
}

void cauce_context_resume(cauce_context *context) {
    atomic_store(&(context ? context : &default_context)->cancelled, 0);
}

cauce_context *cauce_context_use(cauce_context *context) {
    cauce_context *before = current;
    current = context;
    return before;
}
