#include "base/run.h"

#include <sched.h>
#include <stdarg.h>
#include <string.h>

#include "base/alloc.h"
#include "base/context.h"
#include "base/spill.h"

void ca_run_begin(cauce_run *run) {
    memset(run, 0, sizeof *run);
    run->context = ca_context_current();
    run->threads = ca_context_threads(run->context);
}

void ca_run_end(cauce_run *run) {
    ca_arena_free(&run->scratch);
    ca_arena_free(&run->warning_memory);
    run->warnings = run->last_warning = NULL;
}

void ca_run_child(cauce_run *child, const cauce_run *parent) {
    memset(child, 0, sizeof *child);
    child->keep = parent->keep;
    child->place = parent->place;
    child->context = parent->context;
    child->threads = parent->threads;
}

static void add_warning(cauce_run *run, const char *name, const char *text, const char *place,
                        int64_t count) {
    for (ca_warning *w = run->warnings; w; w = w->next)
        if (strcmp(w->name, name) == 0 && strcmp(w->text, text) == 0 && strcmp(w->place, place) == 0) {
            w->count += count;
            return;
        }
    ca_arena *memory = &run->warning_memory;
    ca_warning *w = ca_arena_alloc(memory, sizeof *w);
    if (!w) return;
    w->name = ca_arena_text(memory, name, strlen(name));
    w->text = ca_arena_text(memory, text, strlen(text));
    w->place = ca_arena_text(memory, place, strlen(place));
    w->count = count;
    if (!w->name || !w->text || !w->place) return;
    if (run->last_warning)
        run->last_warning->next = w;
    else
        run->warnings = w;
    run->last_warning = w;
}

cauce_status ca_run_join(cauce_run *parent, cauce_run *child) {
    for (const ca_warning *w = child->warnings; w; w = w->next)
        add_warning(parent, w->name, w->text, w->place, w->count);
    if (parent->error.status == CAUCE_OK && child->error.status != CAUCE_OK) parent->error = child->error;
    ca_run_end(child);
    return parent->error.status;
}

void ca_run_forgive(cauce_run *run) {
    run->error.status = CAUCE_OK;
}

static size_t append(char *out, size_t size, size_t at, const char *text) {
    while (*text && at + 1 < size) out[at++] = *text++;
    out[at] = 0;
    return at;
}

/* Outermost place first. Recursion depth = depth of the pipeline, bounded by the recipe reader. */
static size_t render_place(const ca_place *place, char *out, size_t size) {
    out[0] = 0;
    if (!place) return 0;
    size_t at = render_place(place->outer, out, size);
    if (at) at = append(out, size, at, " > ");
    return append(out, size, at, place->text);
}

cauce_status cauce_fail(cauce_run *run, cauce_status status, const char *format, ...) {
    if (run->error.status != CAUCE_OK) return run->error.status;
    run->error.status = status < 0 ? status : CAUCE_E_INTERNAL;
    va_list args;
    va_start(args, format);
    int length = vsnprintf(run->error.message, sizeof run->error.message, format, args);
    va_end(args);
    if (status == CAUCE_E_NOMEM && length >= 0 && (size_t)length < sizeof run->error.message) {
        char reason[512];
        snprintf(run->error.message + length, sizeof run->error.message - (size_t)length, "%s",
                 ca_spill_reason(reason, sizeof reason));
    }
    render_place(run->place, run->error.place, sizeof run->error.place);
    return run->error.status;
}

CAUCE_PRINTF(4, 0)
static void warn(cauce_run *run, int64_t count, const char *name, const char *format, va_list args) {
    char text[512], place[512];
    vsnprintf(text, sizeof text, format, args);
    render_place(run->place, place, sizeof place);
    add_warning(run, name, text, place, count);
}

void cauce_warn(cauce_run *run, const char *name, const char *format, ...) {
    va_list args;
    va_start(args, format);
    warn(run, 1, name, format, args);
    va_end(args);
}

void ca_warn_times(cauce_run *run, int64_t count, const char *name, const char *format, ...) {
    va_list args;
    va_start(args, format);
    warn(run, count, name, format, args);
    va_end(args);
}

static void *checked(cauce_run *run, int64_t count, size_t size, ca_keep *keep) {
    size_t bytes;
    if (count < 0 || __builtin_mul_overflow((size_t)count, size, &bytes) || bytes > SIZE_MAX / 4) {
        cauce_fail(run, CAUCE_E_LIMIT, "%lld items of %zu bytes are more than memory can hold",
                   (long long)count, size);
        return NULL;
    }
    if (bytes > ca_memory_most()) {
        cauce_fail(run, CAUCE_E_LIMIT, "%.4g GB are needed at once, and the machine has %.4g GB of memory",
                   ca_gigabytes(bytes), ca_gigabytes(ca_memory_most()));
        return NULL;
    }
    void *p = keep ? ca_keep_alloc(keep, bytes) : ca_arena_alloc(&run->scratch, bytes);
    if (!p) cauce_fail(run, CAUCE_E_NOMEM, "out of memory (%zu bytes)", bytes);
    return p;
}

void *cauce_scratch(cauce_run *run, int64_t count, size_t size) {
    return checked(run, count, size, NULL);
}

void *cauce_keep(cauce_run *run, int64_t count, size_t size) {
    if (!run->keep) {
        cauce_fail(run, CAUCE_E_INTERNAL, "cauce_keep outside of fit, bind and load");
        return NULL;
    }
    return checked(run, count, size, run->keep);
}

/* A spin lock is enough: it is held for the length of a bump allocation. */
void *ca_keep_alloc(ca_keep *keep, size_t size) {
    while (__atomic_exchange_n(&keep->lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
    void *p = ca_arena_alloc(&keep->arena, size);
    __atomic_store_n(&keep->lock, 0, __ATOMIC_RELEASE);
    return p;
}

void ca_keep_adopt(ca_keep *keep, ca_arena *arena) {
    while (__atomic_exchange_n(&keep->lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
    ca_arena_adopt(&keep->arena, arena);
    __atomic_store_n(&keep->lock, 0, __ATOMIC_RELEASE);
}

cauce_status cauce_check_cancel(cauce_run *run) {
    if (run->error.status != CAUCE_OK) return run->error.status;
    if (atomic_load_explicit(&run->context->cancelled, memory_order_relaxed))
        return cauce_fail(run, CAUCE_E_CANCELLED, "cancelled");
    return CAUCE_OK;
}

int cauce_threads(const cauce_run *run) {
    return run->threads;
}

const char *ca_run_text(cauce_run *run, const char *format, ...) {
    va_list args;
    va_start(args, format);
    int length = vsnprintf(NULL, 0, format, args);
    va_end(args);
    char *text = length < 0 ? NULL : ca_arena_alloc(&run->scratch, (size_t)length + 1);
    if (!text) return "";
    va_start(args, format);
    vsnprintf(text, (size_t)length + 1, format, args);
    va_end(args);
    return text;
}

char *ca_keep_text(cauce_run *run, const char *text) {
    const size_t size = strlen(text) + 1;
    char *copy = cauce_keep(run, (int64_t)size, 1);
    return copy ? memcpy(copy, text, size) : NULL;
}

void cauce_progress(cauce_run *run, const char *what, int64_t done, int64_t total) {
    cauce_context *context = run->context;
    if (!context->on_progress) return;
    if (atomic_flag_test_and_set(&context->progress_busy)) return; /* another worker is reporting */
    context->on_progress(what, done, total, context->progress_payload);
    atomic_flag_clear(&context->progress_busy);
}
