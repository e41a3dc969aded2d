/* The run behind include/cauce/sys/run.h: one per public call, children for parallel tasks. */
#ifndef CA_BASE_RUN_H
#define CA_BASE_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "cauce/context.h"
#include "cauce/sys/run.h"

/* One link of the chain of places; lives on the C stack of the function that entered the place. */
typedef struct ca_place {
    const struct ca_place *outer;
    const char *text;
} ca_place;

typedef struct ca_error {
    cauce_status status;
    char message[1024];
    char place[512];
} ca_error;

typedef struct ca_warning {
    struct ca_warning *next;
    const char *name, *text, *place;
    int64_t count;
} ca_warning;

/* Training rows (a cauce_batch) of whose numbers it is not known whether they are finite. What is fitted asks
 * with ca_run_look before it relies on that, or says with ca_run_looked that it has seen it. */
typedef struct ca_unseen {
    const void *rows; /* NULL: they are */
    cauce_status (*look)(cauce_run *run, const struct ca_unseen *unseen);
    const void *payload;
} ca_unseen;

/* Training rows (a cauce_batch) whose numbers have not been read from the table: block i is its column
 * column[i]. For components of CAUCE_TAG_UNREAD. */
typedef struct ca_unread {
    const void *rows;
    const struct cauce_table *table;
    const int64_t *column;
} ca_unread;

struct cauce_run {
    ca_error error;
    ca_arena scratch;
    struct ca_keep *keep; /* where cauce_keep takes from; NULL outside of fit and load */
    const ca_place *place;
    cauce_context *context;
    ca_arena warning_memory;
    ca_warning *warnings, *last_warning;
    int threads;
    /* Training rows (a cauce_batch) whose numbers were found finite when they were read; NULL: none. */
    const void *finite;
    ca_unseen *unseen;       /* of the fit under way; NULL: none */
    const ca_unread *unread; /* of the fit of a model; NULL: all has been read */
    struct ca_crew *crew;    /* threads that wait for the next loop (ca_together); NULL: none */
};

/* Memory of a model under construction, shared by the tasks that build it. */
typedef struct ca_keep {
    ca_arena arena;
    int lock;
} ca_keep;
void *ca_keep_alloc(ca_keep *keep, size_t size);
void ca_keep_adopt(ca_keep *keep, ca_arena *arena); /* takes over the memory of an arena */

/* Starts a run under the thread's current context. Ends with ca_run_end, which frees everything but the keep.
 */
void ca_run_begin(cauce_run *run);
void ca_run_end(cauce_run *run);
/* A child of `parent` for one parallel task. ca_run_join adopts its warnings and, if the parent has none yet,
 * its failure, then ends it. */
void ca_run_child(cauce_run *child, const cauce_run *parent);
cauce_status ca_run_join(cauce_run *parent, cauce_run *child);
/* Forgets a failure (a failed candidate of a search is not a failed search). */
void ca_run_forgive(cauce_run *run);

/* Enters a place: `text` must outlive the matching ca_leave. */
static inline void ca_enter(cauce_run *run, ca_place *place, const char *text) {
    *place = (ca_place){ run->place, text };
    run->place = place;
}
static inline void ca_leave(cauce_run *run, const ca_place *place) {
    run->place = place->outer;
}

/* DATA where a number of these rows is not finite, unless that is known. */
static inline cauce_status ca_run_look(cauce_run *run, const void *rows) {
    ca_unseen *unseen = run->unseen;
    if (!unseen || unseen->rows != rows) return CAUCE_OK;
    const cauce_status status = unseen->look(run, unseen);
    if (status == CAUCE_OK) unseen->rows = NULL;
    return status;
}
static inline void ca_run_looked(cauce_run *run, const void *rows) {
    if (run->unseen && run->unseen->rows == rows) run->unseen->rows = NULL;
}

/* cauce_warn for something that happened `count` times. */
void ca_warn_times(cauce_run *run, int64_t count, const char *name, const char *format, ...)
    CAUCE_PRINTF(4, 5);

/* snprintf into scratch memory that lives as long as the run: for place texts. Never NULL ("" without
 * memory). */
const char *ca_run_text(cauce_run *run, const char *format, ...) CAUCE_PRINTF(2, 3);
/* A copy of the text that lives as long as the model (cauce_keep); NULL: NOMEM recorded. */
char *ca_keep_text(cauce_run *run, const char *text);

#define CA_NOMEM(run) cauce_fail(run, CAUCE_E_NOMEM, "out of memory")
#define CA_TRY(call)                                                                                         \
    do {                                                                                                     \
        cauce_status ca_status_ = (call);                                                                    \
        if (ca_status_ != CAUCE_OK) return ca_status_;                                                       \
    } while (0)

/* ---- The public guard (src/api): one per public call --------------------------------------------------- */

/* Starts a public call on this thread; ca_guard_leave records the run's failure as this thread's last (and
 * first) failure, hands its warnings to the context, and ends the run. Returns the status. */
typedef struct ca_guard {
    cauce_run run;
} ca_guard;
cauce_run *ca_guard_enter(ca_guard *guard);
cauce_status ca_guard_leave(ca_guard *guard);
/* A failure outside of any run: a NULL handle. Returns the first failure's status when there is one (the NULL
 * came from there), otherwise records ARGUMENT "<what> is NULL". */
cauce_status ca_null(const char *what);

#endif
