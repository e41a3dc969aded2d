#include "tree/leaves.h"

#include <string.h>

#include "base/run.h"

static bool same_bits(const double *a, const double *b, int64_t n) {
    uint64_t differ = 0;
    for (int64_t i = 0; i < n; i++) {
        uint64_t words[2];
        memcpy(&words[0], a + i, sizeof *words);
        memcpy(&words[1], b + i, sizeof *words);
        differ |= words[0] ^ words[1];
    }
    return differ == 0;
}

static size_t slot_of(const ca_leaf_table *table, const double *value) {
    size_t mask = ((size_t)1 << table->bits) - 1;
    uint64_t hash = 0;
    for (int64_t i = 0; i < table->width; i++) {
        uint64_t word;
        memcpy(&word, value + i, sizeof word);
        hash = (hash ^ word ^ word >> 32) * UINT64_C(0x9E3779B97F4A7C15);
    }
    size_t slot = (size_t)(hash >> (64 - table->bits));
    while (table->slots[slot] &&
           !same_bits(table->values + (table->slots[slot] - 1) * table->width, value, table->width))
        slot = (slot + 1) & mask;
    return slot;
}

bool ca_leaves_number(ca_leaf_table *table, const double *value, uint16_t *number) {
    size_t slot = slot_of(table, value);
    if (!table->slots[slot]) {
        if (table->n == table->most) return false;
        memcpy(table->values + table->n * table->width, value, (size_t)table->width * sizeof *value);
        table->slots[slot] = ++table->n;
    }
    *number = (uint16_t)(table->slots[slot] - 1);
    return true;
}

uint16_t ca_leaves_find(const ca_leaf_table *table, const double *value) {
    return (uint16_t)(table->slots[slot_of(table, value)] - 1);
}

cauce_status ca_leaves_begin(cauce_run *run, int64_t most, int64_t width, ca_leaf_table *table) {
    most = most < CA_MOST_LEAF_VALUES ? most : CA_MOST_LEAF_VALUES;
    *table = (ca_leaf_table){ .most = (uint32_t)most, .width = width, .bits = 1 };
    while ((INT64_C(1) << table->bits) < 2 * most) table->bits++;
    table->values = cauce_scratch(run, most + 1, (size_t)width * sizeof *table->values);
    table->slots = cauce_scratch(run, INT64_C(1) << table->bits, sizeof *table->slots);
    return table->values && table->slots ? CAUCE_OK : CA_NOMEM(run);
}
