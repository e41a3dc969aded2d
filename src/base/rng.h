/* Random numbers in bulk. */
#ifndef CA_BASE_RNG_H
#define CA_BASE_RNG_H

#include "cauce/sys/run.h"

/* The next n numbers of cauce_rng_u32, several times as fast. */
void ca_rng_words(cauce_rng *rng, uint32_t *words, int64_t n);

#endif
