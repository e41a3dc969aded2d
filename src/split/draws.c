#include "core/seed.h"
#include "split/draws.h"

void ca_draws_own(ca_draws *draws, uint64_t seed, const char *purpose, uint64_t index) {
    draws->kind = CA_RNG_NATIVE;
    draws->seed = seed;
    draws->purpose = purpose;
    cauce_rng_init(&draws->own, seed, purpose, index);
}

cauce_status ca_draws_begin(cauce_run *run, int rng, const cauce_value *random_state, const char *purpose,
                            ca_draws *draws) {
    uint64_t seed = ca_seed_of(random_state);
    ca_draws_own(draws, seed, purpose, 0);
    if (rng != CA_RNG_SKLEARN) return CAUCE_OK;
    if (seed > UINT32_MAX)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "random_state=%lld is more than rng=sklearn takes, which is 4294967295 at most",
                          (long long)seed);
    draws->kind = CA_RNG_SKLEARN;
    ca_mt19937_init(&draws->sklearn, (uint32_t)seed);
    return CAUCE_OK;
}

void ca_draws_at(ca_draws *draws, uint64_t index) {
    if (draws->kind == CA_RNG_NATIVE) cauce_rng_init(&draws->own, draws->seed, draws->purpose, index);
}

uint64_t ca_draws_below(ca_draws *draws, uint64_t n) {
    return draws->kind == CA_RNG_SKLEARN ? ca_mt19937_upto(&draws->sklearn, n - 1)
                                         : cauce_rng_below(&draws->own, n);
}

void ca_shuffle_i64(ca_draws *draws, int64_t *items, int64_t n) {
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)ca_draws_below(draws, (uint64_t)i + 1), item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}

void ca_shuffle_i32(ca_draws *draws, int32_t *items, int64_t n) {
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)ca_draws_below(draws, (uint64_t)i + 1);
        int32_t item = items[i];
        items[i] = items[j];
        items[j] = item;
    }
}
