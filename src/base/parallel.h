/* The only file that knows OpenMP. cauce_parallel (sys/run.h) is implemented here. */
#ifndef CA_BASE_PARALLEL_H
#define CA_BASE_PARALLEL_H

#include "base/run.h"

/* Cores this process may use: its affinity mask, cut by the cgroup's CPU quota and by OMP_NUM_THREADS. */
int ca_cores(void);

/* How many threads the next OpenMP region of the calling thread may have, for libraries that start their own
 * (OpenBLAS): sets it, returns what it was. A setting of the calling thread alone. */
int ca_team_size(int threads);

#endif
