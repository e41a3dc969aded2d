#define _GNU_SOURCE
#include "base/parallel.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/alloc.h"

/* libgomp's threads do not survive fork: a child of a process that has used them works alone. */
static int forked_child;

static void in_child(void) {
    forked_child = 1;
}

static void watch_fork(void) {
    pthread_atfork(NULL, NULL, in_child);
}

static int quota_cores(void) {
    FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
    if (!file) return 1 << 20;
    long long quota = 0, period = 0;
    int read = fscanf(file, "%lld %lld", &quota, &period);
    fclose(file);
    if (read != 2 || quota <= 0 || period <= 0) return 1 << 20;
    return (int)((quota + period - 1) / period);
}

static int count_cores(void) {
    cpu_set_t set;
    int cores = sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 1;
    int quota = quota_cores();
    if (quota < cores) cores = quota;
    const char *asked = getenv("OMP_NUM_THREADS");
    if (asked) {
        char *end;
        long n = strtol(asked, &end, 10);
        if (end != asked && n > 0 && n < cores) cores = (int)n;
    }
    return cores > 0 ? cores : 1;
}

static int cores_found;

static void find_cores(void) {
    cores_found = count_cores();
    watch_fork();
}

int ca_cores(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, find_cores);
    return cores_found;
}

int ca_team_size(int threads) {
    int before = omp_get_max_threads();
    if (threads != before) omp_set_num_threads(threads);
    return before;
}

static void run_body(cauce_run *child, int64_t index, cauce_task_fn *task, void *payload) {
    if (cauce_check_cancel(child) != CAUCE_OK) return;
    cauce_status status = task(child, index, payload);
    if (status != CAUCE_OK && child->error.status == CAUCE_OK)
        cauce_fail(child, status, "%s", cauce_status_text(status));
}

static cauce_status run_serial(cauce_run *run, int64_t count, cauce_task_fn *task, void *payload) {
    for (int64_t i = 0; i < count; i++) {
        cauce_run child;
        ca_run_child(&child, run);
        run_body(&child, i, task, payload);
        CA_TRY(ca_run_join(run, &child));
    }
    return CAUCE_OK;
}

/* What one task leaves behind: joined in index order, so that even failures are the same for any thread
 * count. */
typedef struct slot {
    cauce_run *child; /* only when it has something to say */
} slot;

static void run_task(const cauce_run *parent, int64_t index, cauce_task_fn *task, void *payload, slot *mine,
                     int64_t *lowest_failure) {
    int64_t failed;
#pragma omp atomic read
    failed = *lowest_failure;
    if (index > failed) return; /* a lower task failed: this one cannot change the outcome */
    cauce_run child;
    ca_run_child(&child, parent);
    run_body(&child, index, task, payload);
    if (child.error.status != CAUCE_OK) {
#pragma omp critical(ca_lowest)
        if (index < *lowest_failure) {
#pragma omp atomic write
            *lowest_failure = index;
        }
    }
    if (child.error.status != CAUCE_OK || child.warnings) {
        ca_arena_free(&child.scratch);
        mine->child = ca_malloc(sizeof child);
        if (mine->child) {
            *mine->child = child;
            return;
        }
    }
    ca_run_end(&child);
}

static cauce_status join_all(cauce_run *run, slot *slots, int64_t count, int64_t lowest_failure) {
    for (int64_t i = 0; i < count; i++) {
        if (!slots[i].child) continue;
        if (i <= lowest_failure)
            ca_run_join(run, slots[i].child);
        else
            ca_run_end(slots[i].child); /* whether it ran at all depends on the threads: nothing is told */
        ca_free(slots[i].child);
    }
    ca_free(slots);
    if (run->error.status == CAUCE_OK && lowest_failure < count) return CA_NOMEM(run);
    return run->error.status;
}

/* Waits for all of them. Tasks rather than a taskloop: the runtime then bounds how many are waiting, and
 * clang has no opinion on the sign of the counter. */
static void make_tasks(const cauce_run *run, int64_t count, cauce_task_fn *task, void *payload, slot *slots,
                       int64_t *lowest_failure) {
#pragma omp taskgroup
    for (int64_t i = 0; i < count; i++) {
#pragma omp task default(shared) firstprivate(i)
        run_task(run, i, task, payload, &slots[i], lowest_failure);
    }
}

cauce_status cauce_parallel(cauce_run *run, int64_t count, cauce_task_fn *task, void *payload) {
    if (count <= 0) return CAUCE_OK;
    ca_cores(); /* watches for forks from now on, also under a context that names its threads */
    if (count == 1 || run->threads <= 1 || forked_child) return run_serial(run, count, task, payload);
    slot *slots = ca_calloc((size_t)count, sizeof *slots);
    if (!slots) return CA_NOMEM(run);
    int64_t lowest_failure = INT64_MAX;
    if (omp_in_parallel()) {
        make_tasks(run, count, task, payload, slots, &lowest_failure);
    } else {
        int threads = run->threads < count * 64 ? run->threads : (int)count;
#pragma omp parallel num_threads(threads)
#pragma omp single
        make_tasks(run, count, task, payload, slots, &lowest_failure);
    }
    return join_all(run, slots, count, lowest_failure);
}
