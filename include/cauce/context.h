/* The context: threads, log sink, progress and cancelling of the calls made on a thread; and the allocator.
 *
 * Every thread has a current context. The default one uses all cores that the process may use, logs nothing,
 * shows no progress and is never cancelled. A context may be current on several threads at once.
 */
#ifndef CAUCE_CONTEXT_H
#define CAUCE_CONTEXT_H

#include <stddef.h>
#include <stdint.h>

#include "cauce/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_context cauce_context;

/* A structured warning: not an error, counted. Texts are borrowed for the length of the callback. */
typedef struct cauce_warning {
    const char *name;  /* "no_convergence", "constant_column", ... */
    const char *text;  /* one line */
    const char *place; /* "fit > 'prep' > ..." */
    int64_t count;     /* how often it happened */
} cauce_warning;

typedef void cauce_warning_fn(const cauce_warning *warning, void *payload);

/* Progress of a long call: what is done, how many steps of how many (total 0: unknown). May be called from
 * any worker thread, one call at a time. */
typedef void cauce_progress_fn(const char *what, int64_t done, int64_t total, void *payload);

/* New context with the defaults. Owned: free with cauce_context_free. NULL when out of memory. */
CAUCE_API cauce_context *cauce_context_new(void);
CAUCE_API void cauce_context_free(cauce_context *context);

/* Number of threads, 1 to 1024; 0 = all cores the process may use. */
CAUCE_API cauce_status cauce_context_set_threads(cauce_context *context, int threads);
CAUCE_API void cauce_context_on_warning(cauce_context *context, cauce_warning_fn *callback, void *payload);
CAUCE_API void cauce_context_on_progress(cauce_context *context, cauce_progress_fn *callback, void *payload);

/* Asks the calls running under `context` to stop; they return CAUCE_E_CANCELLED and leave nothing behind.
 * Async-signal-safe. cauce_context_resume makes the context usable again. */
CAUCE_API void cauce_context_cancel(cauce_context *context);
CAUCE_API void cauce_context_resume(cauce_context *context);

/* Makes `context` (borrowed; NULL = the default one) current on this thread; returns the one before. */
CAUCE_API cauce_context *cauce_context_use(cauce_context *context);

/* The process-wide allocator: set once, before any other call. `realloc_fn` follows C's realloc with p ==
 * NULL and never gets size 0; `free_fn` never gets NULL. ARGUMENT when a function is missing. */
typedef struct cauce_allocator {
    void *(*realloc_fn)(void *p, size_t size, void *payload);
    void (*free_fn)(void *p, void *payload);
    void *payload;
} cauce_allocator;
CAUCE_API cauce_status cauce_set_allocator(const cauce_allocator *allocator);

/* Tables larger than memory: from now on, pieces of memory of at least `least` bytes (0: 131072) are mapped
 * from files without a name in `folder`, of the whole process, in place of the allocator's memory. The system
 * writes their pages out and takes them back as it needs; results are the same bits. The folder should be on
 * a disk (a tmpfs is memory too) with room for a few times the table; nothing of it is left when the process
 * ends, however it ends. A full disk is NOMEM, naming the folder. NULL: no more (the default); pieces that
 * there are stay where they are. To be called while no other call is running. After a fork, parent and child
 * write into the same pieces. Errors: IO naming a folder in which no file can be made; UNSUPPORTED where the
 * system is not Linux. */
CAUCE_API cauce_status cauce_set_spill(const char *folder, size_t least);

#ifdef __cplusplus
}
#endif
#endif
