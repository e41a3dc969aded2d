/* What bind leaves to the first apply: a model that is fitted and saved, or loaded and described, never pays
 * for it. Threads share models, so one of them does it and the others wait. */
#include <sched.h>

#include "core/node.h"
#include "core/registry.h"

typedef struct ca_ready {
    ca_keep *keep; /* of the node: gets what was made */
    int lock, done;
} ca_ready;

cauce_status ca_ready_new(cauce_run *run, ca_node *node) {
    node->ready = NULL;
    if (!ca_component_ready(node->f.component)) return CAUCE_OK;
    node->ready = cauce_keep(run, 1, sizeof *node->ready);
    if (!node->ready) return run->error.status;
    node->ready->keep = run->keep;
    return CAUCE_OK;
}

/* In memory of its own until it has succeeded. */
static cauce_status make(cauce_run *run, const ca_node *node) {
    ca_keep own = { .lock = 0 }, *before = run->keep;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    run->keep = &own;
    cauce_status status = ca_component_ready(node->f.component)(run, &node->f);
    run->keep = before;
    ca_arena_back(&run->scratch, mark);
    if (status == CAUCE_OK)
        ca_keep_adopt(node->ready->keep, &own.arena);
    else
        ca_arena_free(&own.arena);
    return status;
}

cauce_status ca_node_ready(cauce_run *run, const ca_node *node) {
    ca_ready *ready = node->ready;
    cauce_status status = CAUCE_OK;
    if (!ready || __atomic_load_n(&ready->done, __ATOMIC_ACQUIRE)) return CAUCE_OK;
    while (__atomic_exchange_n(&ready->lock, 1, __ATOMIC_ACQUIRE)) sched_yield();
    if (!ready->done) {
        status = make(run, node);
        if (status == CAUCE_OK) __atomic_store_n(&ready->done, 1, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&ready->lock, 0, __ATOMIC_RELEASE);
    return status;
}

cauce_status ca_node_ready_all(cauce_run *run, const ca_node *node) {
    ca_place place;
    ca_enter(run, &place, node->label);
    cauce_status status = ca_node_ready(run, node);
    for (int64_t i = 0; i < node->n_child && status == CAUCE_OK; i++)
        if (node->child[i]) status = ca_node_ready_all(run, node->child[i]);
    ca_leave(run, &place);
    return status;
}
