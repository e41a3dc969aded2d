/* The only file that knows OpenMP. cauce_parallel (sys/run.h) is implemented here. */
#ifndef CA_BASE_PARALLEL_H
#define CA_BASE_PARALLEL_H

#include "base/run.h"

/* Cores this process may use: its affinity mask, cut by the cgroup's CPU quota and by OMP_NUM_THREADS. */
int ca_cores(void);

/* Runs `body` with at most so many threads kept together: parallel loops on `run` itself start within a
 * microsecond then, instead of ten or more, for which the other threads spin and yield between them. For many
 * short loops one after the other. Tasks of these loops are on one thread. Within a parallel loop, and with
 * one thread, nothing but `body`. */
cauce_status ca_together(cauce_run *run, int most, cauce_status (*body)(cauce_run *run, void *payload),
                         void *payload);
/* Short loops are worth their tasks. */
static inline bool ca_is_together(const cauce_run *run) {
    return run->crew != NULL;
}

/* How many threads the next OpenMP region of the calling thread may have, for libraries that start their own
 * (OpenBLAS): sets it, returns what it was. A setting of the calling thread alone. */
int ca_team_size(int threads);

#endif
