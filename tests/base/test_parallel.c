#define _POSIX_C_SOURCE 200809L
#include <sys/wait.h>
#include <unistd.h>

#include "base/parallel.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { TASKS = 37, INNER = 11 };
static const int thread_counts[] = { 1, 2, 7 };

/* Runs body under a context of so many threads. */
static cauce_status with_threads(int threads, cauce_task_fn *task, void *payload, cauce_run *run) {
    cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
    ck_assert_int_eq(cauce_context_set_threads(context, threads), CAUCE_OK);
    ca_run_begin(run);
    ck_assert_int_eq(cauce_threads(run), threads);
    cauce_status status = cauce_parallel(run, TASKS, task, payload);
    ck_assert_int_eq(status, run->error.status);
    cauce_context_use(before);
    cauce_context_free(context);
    run->context = NULL;
    return status;
}

typedef struct nest {
    double cell[TASKS][INNER];
    int64_t outer;
} nest;
typedef struct inner {
    nest *all;
    int64_t outer;
} inner;

static cauce_status inner_task(cauce_run *run, int64_t index, void *payload) {
    inner *in = payload;
    double *room = cauce_scratch(run, 100, sizeof *room);
    if (!room) return run->error.status;
    cauce_rng rng;
    cauce_rng_init(&rng, 3, "parallel test", (uint64_t)(in->outer * INNER + index));
    for (int i = 0; i < 100; i++) room[i] = cauce_rng_uniform(&rng);
    double sum = 0;
    for (int i = 0; i < 100; i++) sum += room[i];
    in->all->cell[in->outer][index] = sum;
    if (index % 4 == 0) cauce_warn(run, "fourth", "index %lld", (long long)index);
    return CAUCE_OK;
}

static cauce_status outer_task(cauce_run *run, int64_t index, void *payload) {
    inner in = { payload, index };
    return cauce_parallel(run, INNER, inner_task, &in);
}

START_TEST(same_for_any_thread_count) {
    static nest first, other;
    for (int t = 0; t < 3; t++) {
        cauce_run run;
        nest *target = t == 0 ? &first : &other;
        memset(target, 0, sizeof *target);
        ck_assert_int_eq(with_threads(thread_counts[t], outer_task, target, &run), CAUCE_OK);
        ck_assert_mem_eq(&first, target, sizeof first);
        int64_t seen = 0;
        for (const ca_warning *w = run.warnings; w; w = w->next, seen++) {
            char text[32];
            snprintf(text, sizeof text, "index %d", (int)seen * 4);
            ck_assert_str_eq(w->text, text); /* in order of the index */
            ck_assert_int_eq(w->count, TASKS);
        }
        ck_assert_int_eq(seen, 3);
        ca_run_end(&run);
    }
}
END_TEST

static cauce_status failing_task(cauce_run *run, int64_t index, void *payload) {
    (void)payload;
    cauce_warn(run, "seen", "%lld", (long long)index);
    if (index == 30) return CAUCE_E_DATA; /* without a text */
    if (index == 5 || index == 6 || index == 20)
        return cauce_fail(run, CAUCE_E_NUMERIC, "task %d", (int)index);
    return CAUCE_OK;
}

START_TEST(lowest_failure) {
    for (int repeat = 0; repeat < 50; repeat++)
        for (int t = 0; t < 3; t++) {
            cauce_run run;
            ck_assert_int_eq(with_threads(thread_counts[t], failing_task, NULL, &run), CAUCE_E_NUMERIC);
            ck_assert_str_eq(run.error.message, "task 5");
            int seen = 0;
            for (const ca_warning *w = run.warnings; w; w = w->next) seen++;
            ck_assert_int_eq(seen, 6); /* tasks 0 to 5, whatever else has run */
            ca_run_end(&run);
        }
}
END_TEST

static cauce_status bare_failure(cauce_run *run, int64_t index, void *payload) {
    (void)run, (void)payload;
    return index == 3 ? CAUCE_E_SHAPE : CAUCE_OK;
}

START_TEST(status_without_text) {
    cauce_run run;
    ck_assert_int_eq(with_threads(2, bare_failure, NULL, &run), CAUCE_E_SHAPE);
    ck_assert_str_eq(run.error.message, "wrong shape");
    ca_run_end(&run);
}
END_TEST

typedef struct stop {
    cauce_context *context;
    int ran;
} stop;

static cauce_status stopping_task(cauce_run *run, int64_t index, void *payload) {
    (void)run, (void)index;
    stop *s = payload;
    /* by the tenth to run: no index is sure to run early */
    if (__atomic_add_fetch(&s->ran, 1, __ATOMIC_RELAXED) == 10) cauce_context_cancel(s->context);
    return CAUCE_OK;
}

START_TEST(cancelled) {
    for (int t = 0; t < 3; t++) {
        cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
        cauce_context_set_threads(context, thread_counts[t]);
        stop s = { context, 0 };
        cauce_run run;
        ca_run_begin(&run);
        ck_assert_int_eq(cauce_parallel(&run, 100000, stopping_task, &s), CAUCE_E_CANCELLED);
        ck_assert_int_lt(s.ran, 100000);
        ca_run_end(&run);
        cauce_context_use(before);
        cauce_context_free(context);
    }
}
END_TEST

START_TEST(works_in_a_forked_child) {
    static nest mine;
    cauce_run run;
    ck_assert_int_eq(with_threads(4, outer_task, &mine, &run), CAUCE_OK);
    ca_run_end(&run);
    pid_t child = fork();
    if (child == 0) {
        static nest theirs;
        alarm(60);
        int ok = with_threads(4, outer_task, &theirs, &run) == CAUCE_OK &&
                 memcmp(&mine, &theirs, sizeof mine) == 0;
        _exit(ok ? 0 : 1);
    }
    int status = -1;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

START_TEST(no_memory) {
    failing_install();
    static nest room;
    static const int counts[] = { 1, 3 };
    for (int t = 0; t < 2; t++) {
        cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
        cauce_context_set_threads(context, counts[t]);
        FAILING_EACH(pass) {
            cauce_run run;
            ca_run_begin(&run);
            inner in = { &room, 0 };
            cauce_status status = cauce_parallel(&run, INNER, inner_task, &in);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            ca_run_end(&run);
        }
        cauce_context_use(before);
        cauce_context_free(context);
    }
}
END_TEST

/* ---- Threads that stay together ------------------------------------------------------------------------ */

typedef struct together {
    cauce_task_fn *task;
    void *payload;
    int64_t count, loops;
} together;

static cauce_status many_loops(cauce_run *run, void *payload) {
    together *t = payload;
    for (int64_t i = 0; i < t->loops; i++) CA_TRY(cauce_parallel(run, t->count, t->task, t->payload));
    return CAUCE_OK;
}

/* The loops of many_loops under so many threads; the caller ends the run. */
static cauce_status stay_together(int threads, together *t, cauce_run *run) {
    cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
    cauce_context_set_threads(context, threads);
    ca_run_begin(run);
    cauce_status status = ca_together(run, 5, many_loops, t);
    ck_assert_int_eq(status, run->error.status);
    ck_assert(!ca_is_together(run));
    cauce_context_use(before);
    cauce_context_free(context);
    run->context = NULL;
    return status;
}

START_TEST(together_same_for_any_thread_count) {
    static nest first, other;
    for (int t = 0; t < 3; t++) {
        cauce_run run;
        nest *target = t == 0 ? &first : &other;
        memset(target, 0, sizeof *target);
        together all = { .task = outer_task, .payload = target, .count = TASKS, .loops = 3 };
        ck_assert_int_eq(stay_together(thread_counts[t], &all, &run), CAUCE_OK);
        ck_assert_mem_eq(&first, target, sizeof first);
        int64_t seen = 0;
        for (const ca_warning *w = run.warnings; w; w = w->next, seen++)
            ck_assert_int_eq(w->count, 3 * TASKS);
        ck_assert_int_eq(seen, 3);
        ca_run_end(&run);
    }
}
END_TEST

static cauce_status count_up(cauce_run *run, int64_t index, void *payload) {
    ck_assert(!ca_is_together(run));
    int64_t *cells = payload;
    cells[index]++; /* each loop has ended before the next begins */
    return CAUCE_OK;
}

START_TEST(together_loops_end_in_turn) {
    for (int t = 0; t < 3; t++)
        for (int64_t count = 1; count <= 129; count *= 2) {
            int64_t cells[129] = { 0 };
            cauce_run run;
            together all = { .task = count_up, .payload = cells, .count = count, .loops = 300 };
            ck_assert_int_eq(stay_together(thread_counts[t], &all, &run), CAUCE_OK);
            for (int64_t i = 0; i < count; i++) ck_assert_int_eq(cells[i], 300);
            ca_run_end(&run);
        }
}
END_TEST

START_TEST(together_fails_and_stops) {
    for (int t = 0; t < 3; t++) {
        cauce_run run;
        together all = { .task = failing_task, .count = TASKS, .loops = 2 };
        ck_assert_int_eq(stay_together(thread_counts[t], &all, &run), CAUCE_E_NUMERIC);
        ck_assert_str_eq(run.error.message, "task 5");
        ca_run_end(&run);
        cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
        cauce_context_set_threads(context, thread_counts[t]);
        stop s = { context, 0 };
        together stopped = { .task = stopping_task, .payload = &s, .count = 100, .loops = 1000 };
        ca_run_begin(&run);
        ck_assert_int_eq(ca_together(&run, 7, many_loops, &stopped), CAUCE_E_CANCELLED);
        ck_assert_int_lt(s.ran, 100000);
        ca_run_end(&run);
        cauce_context_use(before);
        cauce_context_free(context);
    }
}
END_TEST

START_TEST(together_without_memory) {
    failing_install();
    static nest room;
    cauce_context *context = cauce_context_new(), *before = cauce_context_use(context);
    cauce_context_set_threads(context, 3);
    FAILING_EACH(pass) {
        cauce_run run;
        ca_run_begin(&run);
        inner in = { &room, 0 };
        together all = { .task = inner_task, .payload = &in, .count = INNER, .loops = 2 };
        cauce_status status = ca_together(&run, 3, many_loops, &all);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_end(&run);
    }
    cauce_context_use(before);
    cauce_context_free(context);
}
END_TEST

START_TEST(cores) {
    ck_assert_int_ge(ca_cores(), 1);
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_int_eq(cauce_parallel(&run, 0, failing_task, NULL), CAUCE_OK);
    ck_assert_int_eq(cauce_parallel(&run, -1, failing_task, NULL), CAUCE_OK);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("parallel", TEST(cores), TEST(same_for_any_thread_count), TEST(lowest_failure),
          TEST(status_without_text), TEST(cancelled), TEST(works_in_a_forked_child), TEST(no_memory),
          TEST(together_same_for_any_thread_count), TEST(together_loops_end_in_turn),
          TEST(together_fails_and_stops), TEST(together_without_memory))
