/* The failure slots of a thread and the guard around public calls. */
#include "cauce/error.h"

#include <string.h>

#include "base/context.h"
#include "base/run.h"

typedef struct slots {
    ca_error last, first;
} slots;
static _Thread_local slots thread_errors;

const char *cauce_status_name(cauce_status status) {
    switch (status) {
    case CAUCE_OK: return "OK";
#define X_NAME(name, value, exit_code, text)                                                                 \
    case value: return #name;
        CAUCE_STATUS_LIST(X_NAME)
#undef X_NAME
    default: return "INTERNAL";
    }
}

const char *cauce_status_text(cauce_status status) {
    switch (status) {
    case CAUCE_OK: return "ok";
#define X_TEXT(name, value, exit_code, text)                                                                 \
    case value: return text;
        CAUCE_STATUS_LIST(X_TEXT)
#undef X_TEXT
    default: return "internal error";
    }
}

int cauce_status_exit(cauce_status status) {
    switch (status) {
    case CAUCE_OK: return 0;
#define X_EXIT(name, value, exit_code, text)                                                                 \
    case value: return exit_code;
        CAUCE_STATUS_LIST(X_EXIT)
#undef X_EXIT
    default: return 1;
    }
}

static cauce_failure describe(const ca_error *error) {
    if (error->status == CAUCE_OK) return (cauce_failure){ CAUCE_OK, "OK", "", "" };
    return (cauce_failure){ error->status, cauce_status_name(error->status), error->message, error->place };
}

cauce_failure cauce_error(void) {
    return describe(&thread_errors.last);
}

cauce_status cauce_failed(void) {
    return thread_errors.first.status;
}

int cauce_report(FILE *out) {
    cauce_failure failure = describe(&thread_errors.first);
    if (failure.status == CAUCE_OK) return 0;
    if (out) {
        if (*failure.place)
            fprintf(out, "error: %s: %s\n", failure.place, failure.message);
        else
            fprintf(out, "error: %s\n", failure.message);
    }
    return cauce_status_exit(failure.status);
}

void cauce_error_clear(void) {
    thread_errors.last.status = thread_errors.first.status = CAUCE_OK;
}

static cauce_status record(const ca_error *error) {
    thread_errors.last = *error;
    if (error->status != CAUCE_OK && thread_errors.first.status == CAUCE_OK) thread_errors.first = *error;
    return error->status;
}

cauce_run *ca_guard_enter(ca_guard *guard) {
    ca_run_begin(&guard->run);
    return &guard->run;
}

cauce_status ca_guard_leave(ca_guard *guard) {
    cauce_run *run = &guard->run;
    const cauce_context *context = run->context;
    if (context->on_warning)
        for (const ca_warning *w = run->warnings; w; w = w->next) {
            cauce_warning warning = { w->name, w->text, w->place, w->count };
            context->on_warning(&warning, context->warning_payload);
        }
    if (run->error.status != CAUCE_OK)
        record(&run->error);
    else
        thread_errors.last.status = CAUCE_OK;
    cauce_status status = run->error.status;
    ca_run_end(run);
    return status;
}

cauce_status ca_null(const char *what) {
    if (thread_errors.first.status != CAUCE_OK) {
        thread_errors.last = thread_errors.first;
        return thread_errors.first.status;
    }
    ca_error error = { .status = CAUCE_E_ARGUMENT };
    snprintf(error.message, sizeof error.message, "%s is NULL", what);
    return record(&error);
}
