#include "tree/orders.h"

#include <string.h>

#include "base/run.h"
#include "tree/histogram.h"

/* Orders of all columns are handed down, whichever are looked at: that pays when at least one of so many is.
 */
enum { MOST_COLUMNS = 512, DRAWN = 1, SLACK = 16 };

/* Squared errors and two classes, without what only few trees ask for. */
static bool takes(const ca_search *s) {
    const ca_grow_plan *plan = s->plan;
    const ca_bins *bins = plan->bins;
    if (s->scoring != CA_SCORE_SQUARES || s->constrained || plan->random_cuts || plan->interactions.sets ||
        plan->max_leaf_nodes < INT64_MAX || bins->n_columns > DRAWN * plan->max_features ||
        bins->n_columns > MOST_COLUMNS || !ca_orders_lanes())
        return false;
    for (int64_t j = 0; j < bins->n_columns; j++)
        if (bins->columns[j].missing) return false;
    return true;
}

cauce_status ca_orders_begin(cauce_run *run, ca_search *s) {
    int64_t p = s->plan->bins->n_columns;
    s->orders = NULL;
    if (!takes(s)) return CAUCE_OK;
    ca_orders *o = cauce_scratch(run, 1, sizeof *o);
    if (!o) return CA_NOMEM(run);
    o->stride = CA_ORDER_ROWS + SLACK;
    o->keys = cauce_scratch(run, p * o->stride, sizeof *o->keys);
    o->codes = cauce_scratch(run, p * o->stride, sizeof *o->codes);
    if (!o->keys || !o->codes) return CA_NOMEM(run);
    CA_TRY(ca_copies_begin(run, s, CA_ORDER_ROWS, &o->copies));
    s->orders = o;
    return CAUCE_OK;
}

/* A column's key before codes become ranks: code - low << ROW_BITS | row. */
enum { ROW_BITS = 9, LEAST_RADIX = 64, MOST_DIGITS = 3 };
_Static_assert(CA_ORDER_ROWS == 1 << ROW_BITS, "rows of a part");

/* Sorts by the bits above the rows, which ascend; `bits` of them. In keys or in spare, which is returned. */
static uint32_t *radix_sort(uint32_t *keys, uint32_t *spare, int64_t n, int bits) {
    uint16_t count[MOST_DIGITS][256];
    int digits = (bits + 7) / 8, width = (bits + digits - 1) / digits;
    uint32_t mask = (1u << width) - 1;
    for (int d = 0; d < digits; d++) memset(count[d], 0, (size_t)(mask + 1) * sizeof *count[d]);
    for (int64_t i = 0; i < n; i++)
        for (int d = 0; d < digits; d++) count[d][keys[i] >> (ROW_BITS + d * width) & mask]++;
    for (int d = 0; d < digits; d++) {
        int shift = ROW_BITS + d * width;
        uint16_t at = 0;
        for (uint32_t k = 0; k <= mask; k++) {
            uint16_t c = count[d][k];
            count[d][k] = at;
            at = (uint16_t)(at + c);
        }
        for (int64_t i = 0; i < n; i++) spare[count[d][keys[i] >> shift & mask]++] = keys[i];
        uint32_t *swap = keys;
        keys = spare;
        spare = swap;
    }
    return keys;
}

static void rank_codes(ca_orders *o, int32_t feature, const uint32_t *sorted, int64_t n, uint32_t low) {
    uint32_t *keys = o->keys + feature * o->stride, *codes = o->codes + feature * o->stride, rank = 0;
    codes[0] = low;
    for (int64_t i = 0; i < n; i++) {
        uint32_t code = low + (sorted[i] >> ROW_BITS), row = sorted[i] & (CA_ORDER_ROWS - 1);
        rank += code != codes[rank];
        codes[rank] = code;
        keys[i] = rank << 16 | row * CA_ORDER_STEP;
    }
}

/* From search->keys. */
static void rank_keys(ca_orders *o, int32_t feature, const uint64_t *sorted, int64_t n) {
    uint32_t *keys = o->keys + feature * o->stride, *codes = o->codes + feature * o->stride, rank = 0;
    codes[0] = (uint32_t)(sorted[0] >> 32);
    for (int64_t i = 0; i < n; i++) {
        uint32_t code = (uint32_t)(sorted[i] >> 32);
        rank += code != codes[rank];
        codes[rank] = code;
        keys[i] = rank << 16 | (uint32_t)sorted[i] * CA_ORDER_STEP;
    }
}

static void sort_column(ca_search *s, int32_t feature) {
    ca_orders *o = s->orders;
    uint32_t low, high, *keys = (uint32_t *)s->keys, *spare = (uint32_t *)s->spare;
    ca_read_codes(&s->data.columns[feature], s->rows, s->n, s->codes, &low, &high);
    int bits = low == high ? 0 : 32 - __builtin_clz(high - low);
    if (bits == 0) {
        memset(o->keys + feature * o->stride, 0, (size_t)s->n * sizeof *o->keys);
    } else if (s->n <= LEAST_RADIX || bits + ROW_BITS > 32) {
        ca_sort_codes(s, low, high);
        rank_keys(o, feature, s->keys, s->n);
    } else {
        for (int64_t i = 0; i < s->n; i++) keys[i] = (s->codes[i] - low) << ROW_BITS | (uint32_t)i;
        rank_codes(o, feature, radix_sort(keys, spare, s->n, bits), s->n, low);
    }
}

void ca_orders_enter(ca_search *s, uint32_t *rows) {
    enum { LEAST = 3 };
    ca_orders *o = s->orders;
    if (!o || o->copies.made || s->n > CA_ORDER_ROWS || s->n < LEAST) return;
    for (int64_t j = s->n_constants; j < s->plan->bins->n_columns; j++) sort_column(s, s->features[j]);
    ca_copies_enter(s, rows, &o->copies);
    o->start = rows;
}

int64_t ca_orders_find(ca_search *s, int32_t *features, int64_t n, ca_cut *best) {
    return ca_orders_find_lanes(s, features, n, best);
}

int64_t ca_orders_part(ca_search *s, const ca_cut *cut, uint32_t *rows, uint32_t *below, uint32_t *above) {
    ca_orders *o = s->orders;
    const uint32_t *codes = o->codes + cut->feature * o->stride;
    const uint32_t *keys = o->keys + cut->feature * o->stride + (rows - o->start);
    *below = codes[keys[o->n_left - 1] >> 16];
    *above = codes[keys[o->n_left] >> 16];
    ca_orders_part_lanes(s, cut, rows);
    return o->n_left;
}
