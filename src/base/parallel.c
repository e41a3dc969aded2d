#define _GNU_SOURCE
#include "base/parallel.h"

#include <omp.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
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
    if (parent->crew) child.threads = 1;
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

static cauce_status join_all(cauce_run *run, const slot *slots, int64_t count, int64_t lowest_failure) {
    for (int64_t i = 0; i < count; i++) {
        if (!slots[i].child) continue;
        if (i <= lowest_failure)
            ca_run_join(run, slots[i].child);
        else
            ca_run_end(slots[i].child); /* whether it ran at all depends on the threads: nothing is told */
        ca_free(slots[i].child);
    }
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

/* ---- Loops of a crew ----------------------------------------------------------------------------------- */

/* Tasks of a loop are claimed through `open`: how many there are, above, and which is next, below. What else
 * is said of a loop is written before `open`, and not again before all of its tasks are done. */
typedef struct ca_crew {
    _Alignas(64) atomic_uint_fast64_t open;
    _Alignas(64) atomic_int_fast64_t done;
    _Alignas(64) atomic_bool over;
    const cauce_run *parent;
    cauce_task_fn *task;
    void *payload;
    slot *slots;
    int64_t *lowest_failure;
} ca_crew;

enum { FEW_TASKS = 64, SPINS = 2000 };

/* Some nanoseconds at first, then whoever else wants the core. */
static void wait_a_little(int *waited) {
    if (++*waited > SPINS) {
        sched_yield();
        return;
    }
#if defined(__x86_64__)
    __builtin_ia32_pause();
#endif
}

/* Claims tasks of the loop that is open and runs them; whether there were any. */
static bool work(ca_crew *crew) {
    bool any = false;
    uint64_t open = atomic_load_explicit(&crew->open, memory_order_relaxed);
    while ((open & UINT32_MAX) < open >> 32) {
        if (!atomic_compare_exchange_weak_explicit(&crew->open, &open, open + 1, memory_order_acquire,
                                                   memory_order_relaxed))
            continue;
        int64_t index = (int64_t)(open & UINT32_MAX);
        run_task(crew->parent, index, crew->task, crew->payload, &crew->slots[index], crew->lowest_failure);
        atomic_fetch_add_explicit(&crew->done, 1, memory_order_release);
        any = true;
        open = atomic_load_explicit(&crew->open, memory_order_relaxed);
    }
    return any;
}

static void help(ca_crew *crew) {
    for (int waited = 0; !atomic_load_explicit(&crew->over, memory_order_acquire);)
        if (work(crew))
            waited = 0;
        else
            wait_a_little(&waited);
}

static cauce_status run_loop(cauce_run *run, int64_t count, cauce_task_fn *task, void *payload) {
    slot few[FEW_TASKS] = { 0 }, *slots = few;
    int64_t lowest_failure = INT64_MAX;
    if (count > FEW_TASKS) slots = ca_calloc((size_t)count, sizeof *slots);
    if (!slots) return CA_NOMEM(run);
    ca_crew *crew = run->crew;
    crew->parent = run;
    crew->task = task;
    crew->payload = payload;
    crew->slots = slots;
    crew->lowest_failure = &lowest_failure;
    atomic_store_explicit(&crew->done, 0, memory_order_relaxed);
    atomic_store_explicit(&crew->open, (uint64_t)count << 32, memory_order_release);
    work(crew);
    for (int waited = 0; atomic_load_explicit(&crew->done, memory_order_acquire) < count;)
        wait_a_little(&waited);
    cauce_status status = join_all(run, slots, count, lowest_failure);
    if (slots != few) ca_free(slots);
    return status;
}

cauce_status ca_together(cauce_run *run, int most, cauce_status (*body)(cauce_run *run, void *payload),
                         void *payload) {
    int threads = run->threads < most ? run->threads : most;
    ca_cores();
    if (threads <= 1 || forked_child || omp_in_parallel()) return body(run, payload);
    ca_crew crew = { .over = false };
    cauce_status status = CAUCE_OK;
#pragma omp parallel num_threads(threads) default(shared)
    {
        if (omp_get_thread_num() == 0) {
            run->crew = &crew;
            status = body(run, payload);
            run->crew = NULL;
            atomic_store_explicit(&crew.over, true, memory_order_release);
        } else {
            help(&crew);
        }
    }
    return status;
}

/* ---- Any loop ------------------------------------------------------------------------------------------ */

cauce_status cauce_parallel(cauce_run *run, int64_t count, cauce_task_fn *task, void *payload) {
    if (count <= 0) return CAUCE_OK;
    ca_cores(); /* watches for forks from now on, also under a context that names its threads */
    if (count == 1 || run->threads <= 1 || forked_child) return run_serial(run, count, task, payload);
    if (run->crew && count < INT32_MAX) return run_loop(run, count, task, payload);
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
    cauce_status status = join_all(run, slots, count, lowest_failure);
    ca_free(slots);
    return status;
}
