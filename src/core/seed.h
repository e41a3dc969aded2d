/* The parameter random_state of components and searches. */
#ifndef CA_CORE_SEED_H
#define CA_CORE_SEED_H

#include "cauce/sys/component.h"

/* null means 0. */
static inline uint64_t ca_seed_of(const cauce_value *random_state) {
    return random_state->type == CAUCE_V_INT ? (uint64_t)random_state->integer : 0;
}

#endif
