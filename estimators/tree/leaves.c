#include "tree/leaves.h"

#include <string.h>

#include "base/alloc.h"
#include "base/run.h"

enum { MOST_VALUES = 1 << 16 };

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

/* False: there are more than `most`. */
static bool add_leaves(ca_leaf_table *table, const ca_tree *tree, uint32_t most, uint16_t *index) {
    for (int64_t i = 0; i < tree->n_leaves; i++) {
        const double *value = tree->value + i * table->width;
        size_t slot = slot_of(table, value);
        if (!table->slots[slot]) {
            if (table->n == most) return false;
            memcpy(table->values + table->n * table->width, value, (size_t)table->width * sizeof *value);
            table->slots[slot] = ++table->n;
        }
        index[i] = (uint16_t)(table->slots[slot] - 1);
    }
    return true;
}

cauce_status ca_leaves_collect(cauce_run *run, const ca_tree *trees, int64_t n_trees, ca_leaf_table *table) {
    int64_t leaves = 0;
    for (int64_t t = 0; t < n_trees; t++) leaves += trees[t].n_leaves;
    uint32_t most = leaves / 2 < MOST_VALUES ? (uint32_t)(leaves / 2) : MOST_VALUES;
    *table = (ca_leaf_table){ .width = trees[0].n_outputs, .bits = 1 };
    while ((UINT32_C(1) << table->bits) < 2 * most) table->bits++;
    table->values = ca_calloc((size_t)most + 1, (size_t)table->width * sizeof *table->values);
    table->slots = ca_calloc((size_t)1 << table->bits, sizeof *table->slots);
    table->index = ca_calloc((size_t)leaves, sizeof *table->index);
    if (!table->values || !table->slots || !table->index) return CA_NOMEM(run);
    uint16_t *index = table->index;
    for (int64_t t = 0; t < n_trees; t++) {
        if (!add_leaves(table, &trees[t], most, index)) {
            table->n = 0;
            break;
        }
        index += trees[t].n_leaves;
    }
    return CAUCE_OK;
}

void ca_leaves_free(ca_leaf_table *table) {
    ca_free(table->values);
    ca_free(table->slots);
    ca_free(table->index);
    *table = (ca_leaf_table){ 0 };
}
