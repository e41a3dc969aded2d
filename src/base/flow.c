#include "base/flow.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/alloc.h"

/* Pieces have numbers in the order in which they are made: those below `delivered` are gone, those from
 * `taken` on wait to be worked on. */
typedef struct flowing {
    const ca_flow *flow;
    cauce_run *run; /* what is told, in order */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t delivered, taken, made;
    int64_t place_of[CA_FLOW_PLACES]; /* of piece i, at i modulo their number */
    bool done[CA_FLOW_PLACES];        /* of places: worked on, not yet delivered */
    cauce_run *told;                  /* of places: what came of that */
    int64_t free[CA_FLOW_PLACES], n_free;
    bool making, delivering;
    bool closed;       /* nothing more is made for now */
    bool ended;        /* nor later */
    bool over;         /* nothing more is delivered */
    cauce_run failure; /* to make */
} flowing;

typedef enum job { MAKE, WORK, DELIVER, WAIT, LEAVE } job;

static int64_t *place_at(flowing *f, int64_t piece) {
    return &f->place_of[piece % CA_FLOW_PLACES];
}

static job next_job(flowing *f) {
    if (!f->over && !f->delivering && f->delivered < f->taken && f->done[*place_at(f, f->delivered)])
        return DELIVER;
    if (!f->over && f->taken < f->made) return WORK;
    if (f->over || f->closed) return LEAVE;
    return !f->making && f->n_free > 0 ? MAKE : WAIT;
}

/* ---- Jobs: begun and ended under the lock -------------------------------------------------------------- */

static void add_piece(flowing *f, int64_t place, ca_flow_made made) {
    *place_at(f, f->made++) = place;
    f->closed = made != CA_FLOW_FULL;
}

static void make(cauce_run *run, flowing *f) {
    const int64_t place = f->free[--f->n_free];
    ca_flow_made made = CA_FLOW_END;
    f->making = true;
    pthread_mutex_unlock(&f->lock);
    cauce_run child;
    ca_run_child(&child, run);
    const cauce_status status = f->flow->make(&child, place, &made, f->flow->payload);
    ca_arena_free(&child.scratch);
    pthread_mutex_lock(&f->lock);
    f->making = false;
    if (status == CAUCE_OK && made != CA_FLOW_END) {
        add_piece(f, place, made);
    } else {
        f->free[f->n_free++] = place;
        f->closed = f->ended = true;
    }
    if (status != CAUCE_OK)
        f->failure = child;
    else
        ca_run_join(f->run, &child);
}

static void work(cauce_run *run, flowing *f) {
    const int64_t place = *place_at(f, f->taken++);
    cauce_run *told = &f->told[place];
    pthread_mutex_unlock(&f->lock);
    ca_run_child(told, run);
    const cauce_status status = f->flow->work(told, place, f->flow->payload);
    if (status != CAUCE_OK) cauce_fail(told, status, "%s", cauce_status_text(status));
    ca_arena_free(&told->scratch);
    pthread_mutex_lock(&f->lock);
    f->done[place] = true;
}

static void deliver(cauce_run *run, flowing *f) {
    const int64_t place = *place_at(f, f->delivered);
    bool stop = false;
    f->delivering = true;
    f->done[place] = false;
    const cauce_status worked = ca_run_join(f->run, &f->told[place]);
    pthread_mutex_unlock(&f->lock);
    cauce_run child;
    ca_run_child(&child, run);
    if (worked == CAUCE_OK) f->flow->deliver(&child, place, &stop, f->flow->payload);
    pthread_mutex_lock(&f->lock);
    const cauce_status status = ca_run_join(f->run, &child);
    f->delivering = false;
    f->over = stop || worked != CAUCE_OK || status != CAUCE_OK;
    f->delivered++;
    if (!f->over) f->free[f->n_free++] = place;
}

static cauce_status take_part(cauce_run *run, int64_t index, void *payload) {
    (void)index;
    flowing *f = payload;
    pthread_mutex_lock(&f->lock);
    for (job next; (next = next_job(f)) != LEAVE;) {
        switch (next) {
        case MAKE: make(run, f); break;
        case WORK: work(run, f); break;
        case DELIVER: deliver(run, f); break;
        default: pthread_cond_wait(&f->changed, &f->lock); continue;
        }
        pthread_cond_broadcast(&f->changed);
    }
    pthread_mutex_unlock(&f->lock);
    return CAUCE_OK;
}

/* ---- All of it ----------------------------------------------------------------------------------------- */

/* From the piece at place 0, which was made, to the next that is not full. */
static cauce_status flow_on(cauce_run *run, flowing *f) {
    const int64_t threads = cauce_threads(run), most = 2 * threads + 2;
    const int64_t places = most < CA_FLOW_PLACES ? most : CA_FLOW_PLACES;
    f->delivered = f->taken = f->made = f->n_free = 0;
    for (int64_t i = places - 1; i > 0; i--) f->free[f->n_free++] = i;
    add_piece(f, 0, CA_FLOW_FULL);
    const cauce_status status =
        cauce_parallel(run, threads < CA_FLOW_PLACES ? threads : CA_FLOW_PLACES, take_part, f);
    for (int64_t i = 0; i < places; i++) {
        if (f->done[i]) ca_run_end(&f->told[i]);
        f->done[i] = false;
    }
    if (f->failure.error.status == CAUCE_OK) return status;
    if (status == CAUCE_OK && !f->over) return ca_run_join(run, &f->failure);
    ca_run_end(&f->failure);
    return status;
}

static cauce_status step(cauce_run *run, flowing *f) {
    cauce_run child;
    ca_run_child(&child, run);
    cauce_status status = f->flow->work(&child, 0, f->flow->payload);
    if (status == CAUCE_OK) f->flow->deliver(&child, 0, &f->over, f->flow->payload);
    return ca_run_join(run, &child);
}

static cauce_status run_flow(cauce_run *run, flowing *f) {
    while (!f->over && !f->ended) {
        ca_flow_made made = CA_FLOW_END;
        const ca_arena_mark mark = ca_arena_here(&run->scratch);
        CA_TRY(f->flow->make(run, 0, &made, f->flow->payload));
        ca_arena_back(&run->scratch, mark);
        if (made == CA_FLOW_END) return CAUCE_OK;
        CA_TRY(made == CA_FLOW_FULL && cauce_threads(run) > 1 ? flow_on(run, f) : step(run, f));
    }
    return CAUCE_OK;
}

cauce_status ca_flow_run(cauce_run *run, const ca_flow *flow) {
    flowing *f = ca_calloc(1, sizeof *f);
    cauce_run *told = ca_calloc(CA_FLOW_PLACES, sizeof *told);
    cauce_status status = CAUCE_OK;
    if (f && told) {
        f->flow = flow;
        f->run = run;
        f->told = told;
        pthread_mutex_init(&f->lock, NULL);
        pthread_cond_init(&f->changed, NULL);
        status = run_flow(run, f);
        pthread_cond_destroy(&f->changed);
        pthread_mutex_destroy(&f->lock);
    } else
        status = CA_NOMEM(run);
    ca_free(told);
    ca_free(f);
    return status;
}
