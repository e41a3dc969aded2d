/* Radix sort, least significant digit first, over the bits of the doubles: stable, the same for every input
 * order of equals, linear. Short arrays are sorted by insertion. */
#include "math/sort.h"

#include <string.h>

#include "base/arena.h"

typedef struct item {
    uint64_t key;
    int64_t index;
} item;

enum { SHORT = 48, DIGIT_BITS = 8, DIGITS = 8, BUCKETS = 1 << DIGIT_BITS };

/* Unsigned order of the keys = order of the numbers: flip all bits of negative ones, the sign of the others.
 */
static uint64_t key_of(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits >> 63 ? ~bits : bits | UINT64_C(1) << 63;
}

static double value_of(uint64_t key) {
    uint64_t bits = key >> 63 ? key ^ UINT64_C(1) << 63 : ~key;
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Equal numbers must have equal keys for stability: -0 is 0, and all NaN are one value after infinity. */
static uint64_t stable_key(double value) {
    if (value != value) return UINT64_MAX;
    return key_of(value == 0 ? 0.0 : value);
}

static size_t digit_of(uint64_t key, int digit) {
    return (size_t)(key >> (digit * DIGIT_BITS)) & (BUCKETS - 1);
}

/* Turns counts into first positions. False when all keys share this digit: the pass would move nothing. */
static bool positions(int64_t counts[BUCKETS], int64_t n) {
    int64_t at = 0;
    for (int b = 0; b < BUCKETS; b++) {
        int64_t count = counts[b];
        if (count == n) return false;
        counts[b] = at;
        at += count;
    }
    return true;
}

static void insertion_items(item *items, int64_t n) {
    for (int64_t i = 1; i < n; i++) {
        item moving = items[i];
        int64_t j = i;
        for (; j > 0 && items[j - 1].key > moving.key; j--) items[j] = items[j - 1];
        items[j] = moving;
    }
}

/* Returns the array (items or other) that holds the result. */
static item *radix_items(item *items, item *other, int64_t n, int64_t (*counts)[BUCKETS]) {
    for (int64_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++) counts[d][digit_of(items[i].key, d)]++;
    for (int d = 0; d < DIGITS; d++) {
        if (!positions(counts[d], n)) continue;
        for (int64_t i = 0; i < n; i++) other[counts[d][digit_of(items[i].key, d)]++] = items[i];
        item *swap = items;
        items = other;
        other = swap;
    }
    return items;
}

cauce_status ca_argsort(cauce_run *run, const double *values, int64_t n, int64_t *order) {
    if (n <= 0) return CAUCE_OK;
    item few[SHORT], *items = few, *other = NULL;
    int64_t(*counts)[BUCKETS] = NULL;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    if (n > SHORT) {
        items = cauce_scratch(run, n, sizeof *items);
        other = items ? cauce_scratch(run, n, sizeof *other) : NULL;
        counts = other ? cauce_scratch(run, DIGITS, sizeof *counts) : NULL;
        if (!counts) {
            ca_arena_back(&run->scratch, mark);
            return run->error.status;
        }
    }
    for (int64_t i = 0; i < n; i++) items[i] = (item){ stable_key(values[i]), i };
    if (counts)
        items = radix_items(items, other, n, counts);
    else
        insertion_items(items, n);
    for (int64_t i = 0; i < n; i++) order[i] = items[i].index;
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

static uint64_t *radix_keys(uint64_t *keys, uint64_t *other, int64_t n, int64_t (*counts)[BUCKETS]) {
    for (int64_t i = 0; i < n; i++)
        for (int d = 0; d < DIGITS; d++) counts[d][digit_of(keys[i], d)]++;
    for (int d = 0; d < DIGITS; d++) {
        if (!positions(counts[d], n)) continue;
        for (int64_t i = 0; i < n; i++) other[counts[d][digit_of(keys[i], d)]++] = keys[i];
        uint64_t *swap = keys;
        keys = other;
        other = swap;
    }
    return keys;
}

cauce_status ca_sort(cauce_run *run, double *values, int64_t n) {
    if (n <= SHORT) {
        for (int64_t i = 1; i < n; i++) {
            double moving = values[i];
            uint64_t key = key_of(moving);
            int64_t j = i;
            for (; j > 0 && key_of(values[j - 1]) > key; j--) values[j] = values[j - 1];
            values[j] = moving;
        }
        return CAUCE_OK;
    }
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    uint64_t *keys = cauce_scratch(run, n, sizeof *keys);
    uint64_t *other = keys ? cauce_scratch(run, n, sizeof *other) : NULL;
    int64_t(*counts)[BUCKETS] = other ? cauce_scratch(run, DIGITS, sizeof *counts) : NULL;
    if (counts) {
        for (int64_t i = 0; i < n; i++) keys[i] = key_of(values[i]);
        keys = radix_keys(keys, other, n, counts);
        for (int64_t i = 0; i < n; i++) values[i] = value_of(keys[i]);
    }
    ca_arena_back(&run->scratch, mark);
    return counts ? CAUCE_OK : run->error.status;
}
