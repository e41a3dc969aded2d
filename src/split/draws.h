/* What splitters draw from: streams of our own, one for each repeat or fold, or the one generator that
 * scikit-learn draws all of them from (parameter rng). */
#ifndef CA_SPLIT_DRAWS_H
#define CA_SPLIT_DRAWS_H

#include "base/mt19937.h"
#include "base/run.h"
#include "cauce/sys/component.h"

/* In the order of the words. */
typedef enum ca_rng_kind { CA_RNG_NATIVE, CA_RNG_SKLEARN } ca_rng_kind;
#define CA_RNG_WORDS "native|sklearn"

typedef struct ca_draws {
    ca_rng_kind kind;
    uint64_t seed;
    const char *purpose;
    cauce_rng own;
    ca_mt19937 sklearn;
} ca_draws;

/* At stream 0. random_state: null means 0. PARAM when it is no seed of scikit-learn's and that is wanted. */
cauce_status ca_draws_begin(cauce_run *run, int rng, const cauce_value *random_state, const char *purpose,
                            ca_draws *draws);
/* At a stream of our own. */
void ca_draws_own(ca_draws *draws, uint64_t seed, const char *purpose, uint64_t index);
/* From here on the stream of this number; scikit-learn's generator goes on where it is. */
void ca_draws_at(ca_draws *draws, uint64_t index);
uint64_t ca_draws_below(ca_draws *draws, uint64_t n); /* uniform in 0 .. n-1; n >= 1 */

/* Fisher-Yates: every order is equally likely. */
void ca_shuffle_i64(ca_draws *draws, int64_t *items, int64_t n);
void ca_shuffle_i32(ca_draws *draws, int32_t *items, int64_t n);

#endif
