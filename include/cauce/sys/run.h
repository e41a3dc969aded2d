/* The run: what a component is handed while it works (error slot, memory, threads, warnings, cancelling).
 *
 * Part of the extension API. A run belongs to one thread; parallel blocks get child runs.
 */
#ifndef CAUCE_SYS_RUN_H
#define CAUCE_SYS_RUN_H

#include <stddef.h>
#include <stdint.h>

#include "cauce/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_run cauce_run;

#if defined(__GNUC__)
#define CAUCE_PRINTF(text, first) __attribute__((__format__(__printf__, text, first)))
#else
#define CAUCE_PRINTF(text, first)
#endif

/* Records a failure (printf format; the text is cut at 1 KiB) with the current chain of places. Returns
 * `status`. Allocates nothing. The first failure of a run is the one that is kept. */
CAUCE_API cauce_status cauce_fail(cauce_run *run, cauce_status status, const char *format, ...)
    CAUCE_PRINTF(3, 4);

/* Records a warning under a fixed name; equal name + text are counted, not repeated. Losing one for lack of
 * memory is not an error. */
CAUCE_API void cauce_warn(cauce_run *run, const char *name, const char *format, ...) CAUCE_PRINTF(3, 4);

/* count * size bytes of zeroed memory, aligned to 64 (fewer than 64 bytes: to 16). NULL (with a NOMEM or
 * LIMIT failure recorded) when there is none or the product overflows; count 0 gives a valid pointer.
 *   cauce_scratch  is returned by itself when the component's function (or the parallel task) returns.
 *   cauce_keep     belongs to the fitted model and is freed with it: state arrays, and what bind prepares. */
CAUCE_API void *cauce_scratch(cauce_run *run, int64_t count, size_t size);
CAUCE_API void *cauce_keep(cauce_run *run, int64_t count, size_t size);

/* CAUCE_OK, or CAUCE_E_CANCELLED (recorded) when the caller asked to stop. Cheap: poll it in long loops. */
CAUCE_API cauce_status cauce_check_cancel(cauce_run *run);

/* Runs task(child, index, payload) for index 0 .. count-1, in parallel where the context allows; returns when
 * all are done. Nested calls share one team. Each task gets a child run with scratch memory of its own
 * (released after the task) and the same keep memory rules as cauce_keep (thread-safe). The failure of the
 * lowest index is adopted. Results must not depend on which thread runs a task. */
typedef cauce_status cauce_task_fn(cauce_run *run, int64_t index, void *payload);
CAUCE_API cauce_status cauce_parallel(cauce_run *run, int64_t count, cauce_task_fn *task, void *payload);

/* Number of threads that cauce_parallel may use now (at least 1). Never let a result depend on it. */
CAUCE_API int cauce_threads(const cauce_run *run);

/* A stream of random numbers, a pure function of (seed, purpose, index): same numbers on every machine and
 * for every thread count. Philox 4x32-10 (Salmon et al., SC 2011, doi:10.1145/2063384.2063405). */
typedef struct cauce_rng {
    uint32_t key[2], counter[4], buffer[4];
    int used;
} cauce_rng;
CAUCE_API void cauce_rng_init(cauce_rng *rng, uint64_t seed, const char *purpose, uint64_t index);
CAUCE_API uint32_t cauce_rng_u32(cauce_rng *rng);
CAUCE_API uint64_t cauce_rng_below(cauce_rng *rng, uint64_t n); /* uniform in 0 .. n-1, unbiased; n >= 1 */
CAUCE_API double cauce_rng_uniform(cauce_rng *rng);             /* uniform in [0, 1), 53 bits */

/* Reports progress of the step under way (see cauce_context_on_progress). */
CAUCE_API void cauce_progress(cauce_run *run, const char *what, int64_t done, int64_t total);

#ifdef __cplusplus
}
#endif
#endif
