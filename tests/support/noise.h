/* Numbers for tests that look random and are the same everywhere (Knuth's MMIX generator). */
#ifndef TESTS_SUPPORT_NOISE_H
#define TESTS_SUPPORT_NOISE_H

#include <stdint.h>

static uint64_t noise_state = 3; /* a test may begin anew */

/* 0 .. n - 1 */
static inline uint32_t noise(uint32_t n) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((noise_state >> 33) % n);
}

#endif
