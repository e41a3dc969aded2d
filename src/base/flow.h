/* Pieces that are made one after the other, worked on at the same time, and delivered in the order in which
 * they were made. */
#ifndef CA_BASE_FLOW_H
#define CA_BASE_FLOW_H

#include "base/run.h"

typedef enum ca_flow_made {
    CA_FLOW_END,  /* nothing, and nothing will come */
    CA_FLOW_LAST, /* a piece, but the next one is not to be had soon */
    CA_FLOW_FULL  /* a piece, and more behind it */
} ca_flow_made;

/* A piece under way has a place, a number below CA_FLOW_PLACES, in which its maker leaves what the others
 * need. */
enum { CA_FLOW_PLACES = 32 };

typedef struct ca_flow {
    /* One at a time. */
    cauce_status (*make)(cauce_run *run, int64_t place, ca_flow_made *made, void *payload);
    /* Many at the same time. A failure, like a warning, is told when it is the turn of the piece. */
    cauce_status (*work)(cauce_run *run, int64_t place, void *payload);
    /* One at a time, in order. *stop: this was the last one, whatever has been made since. */
    cauce_status (*deliver)(cauce_run *run, int64_t place, bool *stop, void *payload);
    void *payload;
} ca_flow;

/* Until the end, a stop or a failure; a failure to make comes after the pieces that were made. Whoever is
 * free delivers, works or makes, in this order: as long as pieces are full, all threads are busy and nobody
 * waits for a slower one. Pieces that come slowly are worked on by the calling thread alone, which has the
 * others for loops inside. */
cauce_status ca_flow_run(cauce_run *run, const ca_flow *flow);

#endif
