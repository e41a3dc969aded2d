#include "base/flow.h"

#include "base/alloc.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { PIECES = 300, INNER = 5 };
static const int thread_counts[] = { 1, 2, 7 };

/* Numbers that are made, squared and collected. -1: nowhere. */
typedef struct line {
    int64_t in[CA_FLOW_PLACES], out[CA_FLOW_PLACES];
    int64_t made, collected, sum;
    int64_t fail_make, fail_work, fail_deliver, stop, pause_every;
} line;

static const line plain = {
    .fail_make = -1, .fail_work = -1, .fail_deliver = -1, .stop = -1, .pause_every = 50
};

static cauce_status make(cauce_run *run, int64_t place, ca_flow_made *made, void *payload) {
    line *l = payload;
    ck_assert(place >= 0 && place < CA_FLOW_PLACES);
    if (!cauce_scratch(run, 100, 1)) return run->error.status;
    if (l->made == l->fail_make) return cauce_fail(run, CAUCE_E_IO, "made no %lld", (long long)l->made);
    if (l->made == PIECES) return CAUCE_OK;
    l->in[place] = l->made++;
    *made = l->made % l->pause_every == 0 ? CA_FLOW_LAST : CA_FLOW_FULL;
    return CAUCE_OK;
}

typedef struct square {
    int64_t number, parts[INNER];
} square;

static cauce_status add_part(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    square *s = payload;
    s->parts[index] = index == 0 ? s->number * s->number : 0;
    return CAUCE_OK;
}

static cauce_status work(cauce_run *run, int64_t place, void *payload) {
    line *l = payload;
    square *s = cauce_scratch(run, 1, sizeof *s);
    if (!s) return run->error.status;
    s->number = l->in[place];
    CA_TRY(cauce_parallel(run, INNER, add_part, s));
    l->out[place] = 0;
    for (int i = 0; i < INNER; i++) l->out[place] += s->parts[i];
    if (s->number % 100 == 7) cauce_warn(run, "seven", "%lld", (long long)s->number);
    if (l->fail_work >= 0 && s->number >= l->fail_work)
        return cauce_fail(run, CAUCE_E_DATA, "worked no %lld", (long long)s->number);
    return CAUCE_OK;
}

static cauce_status deliver(cauce_run *run, int64_t place, bool *stop, void *payload) {
    line *l = payload;
    if (!cauce_scratch(run, 100, 1)) return run->error.status;
    ck_assert_int_eq(l->in[place], l->collected);
    ck_assert_int_eq(l->out[place], l->collected * l->collected);
    *stop = l->collected == l->stop;
    if (l->collected == l->fail_deliver)
        return cauce_fail(run, CAUCE_E_IO, "no %lld", (long long)l->collected);
    l->sum += l->out[place];
    l->collected++;
    return CAUCE_OK;
}

static cauce_status flow(line *l, int threads, cauce_run *run) {
    ca_run_begin(run);
    run->threads = threads;
    const cauce_status status = ca_flow_run(run, &(ca_flow){ make, work, deliver, l });
    ck_assert_int_eq(status, run->error.status);
    return status;
}

static int64_t count_warnings(const cauce_run *run) {
    int64_t n = 0, before = -1;
    for (const ca_warning *w = run->warnings; w; w = w->next, n++) {
        ck_assert(atoll(w->text) > before); /* in order */
        before = atoll(w->text);
    }
    return n;
}

START_TEST(all_in_order) {
    static const int64_t pauses[] = { 1, 2, 50, 1000 };
    for (int t = 0; t < 3; t++)
        for (int p = 0; p < 4; p++) {
            cauce_run run;
            line l = plain;
            l.pause_every = pauses[p];
            ck_assert_int_eq(flow(&l, thread_counts[t], &run), CAUCE_OK);
            ck_assert_int_eq(l.collected, PIECES);
            ck_assert_int_eq(l.sum, (int64_t)PIECES * (PIECES - 1) * (2 * PIECES - 1) / 6);
            ck_assert_int_eq(count_warnings(&run), 3);
            ca_run_end(&run);
        }
}
END_TEST

/* A line that ends early, after so many pieces and with this message. */
static void ends(const line *given, int64_t collected, cauce_status status, const char *message) {
    for (int repeat = 0; repeat < 20; repeat++)
        for (int t = 0; t < 3; t++) {
            cauce_run run;
            line l = *given;
            ck_assert_int_eq(flow(&l, thread_counts[t], &run), status);
            ck_assert_str_eq(run.error.message, message);
            ck_assert_int_eq(l.collected, collected);
            ck_assert_int_eq(count_warnings(&run), (collected > 7) + (collected > 107) + (collected > 207));
            ca_run_end(&run);
        }
}

START_TEST(early_ends) {
    line l = plain;
    l.fail_make = 120;
    ends(&l, 120, CAUCE_E_IO, "made no 120");
    l = plain;
    l.fail_work = 130; /* those behind it fail too */
    l.fail_make = 140;
    ends(&l, 130, CAUCE_E_DATA, "worked no 130");
    l.fail_work = 3;
    ends(&l, 3, CAUCE_E_DATA, "worked no 3");
    l = plain;
    l.fail_deliver = 210;
    ends(&l, 210, CAUCE_E_IO, "no 210");
    l = plain;
    l.stop = 99;
    l.fail_make = 101; /* nobody asks whether it came to that */
    ends(&l, 100, CAUCE_OK, "");
    l.fail_make = 0;
    ends(&l, 0, CAUCE_E_IO, "made no 0");
}
END_TEST

START_TEST(no_memory) {
    failing_install();
    for (int t = 0; t < 2; t++) FAILING_EACH(pass) {
            cauce_run run;
            line l = plain;
            l.made = l.collected = PIECES - 6;
            const cauce_status status = flow(&l, thread_counts[t], &run);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            ca_run_end(&run);
        }
}
END_TEST

TEST_MAIN("flow", TEST(all_in_order), TEST(early_ends), TEST(no_memory))
