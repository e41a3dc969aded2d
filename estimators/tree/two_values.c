/* Columns of two values, dense or one-hot: there is one cut, so the sums over the rows of the upper value are
 * all that is needed. One pass over a one-hot block gives the sums of all its columns at once; they are kept
 * for the other columns of the block that are drawn in the node. */
#include <string.h>

#include "base/run.h"
#include "tree/histogram.h"

cauce_status ca_levels_begin(cauce_run *run, ca_search *s) {
    const ca_bins *bins = s->plan->bins;
    int64_t n = bins->n_columns + bins->n_blocks;
    s->level_sums = cauce_scratch(run, 2 * n, sizeof *s->level_sums);
    s->level_rows = cauce_scratch(run, s->constrained ? n : 0, sizeof *s->level_rows);
    s->block_node = cauce_scratch(run, bins->n_blocks, sizeof *s->block_node);
    return s->level_sums && s->level_rows && s->block_node ? CAUCE_OK : CA_NOMEM(run);
}

/* Sums of the rows whose code is `upper`. Sums are exact, so two at a time are the same as one. */
#define SUM_UPPER(T)                                                                                         \
    do {                                                                                                     \
        const T *codes = column->codes;                                                                      \
        for (int64_t i = 0; i < s->n; i++) {                                                                 \
            bool one = codes[s->rows[i]] == (T)upper;                                                        \
            sum.s += one ? s->pairs[i].s : 0;                                                                \
            sum.w += one ? s->pairs[i].w : 0;                                                                \
            count += one;                                                                                    \
        }                                                                                                    \
    } while (0)

static ca_pair sum_upper(const ca_search *s, const ca_bin_column *column, int64_t *rows) {
    ca_pair sum = { 0, 0 };
    int64_t count = 0;
    if (column->type == CA_BIN_LEVEL) {
        int32_t upper = column->level;
        SUM_UPPER(int32_t);
    } else {
        uint8_t upper = 1;
        SUM_UPPER(uint8_t);
    }
    *rows = count;
    return sum;
}

static ca_pair sum_upper_packs(const ca_search *s, const ca_bin_column *column) {
    const uint8_t *codes = column->codes;
    uint64_t sum = 0;
    for (int64_t i = 0; i < s->n; i++) sum += s->packs[i] & (uint64_t) - (int64_t)codes[s->rows[i]];
    return ca_unpack(sum);
}

/* The sums of all levels of a block. Neighbouring rows go to two sets of sums: they often have the same
 * level, and an addition would wait for the one before it. */
static void sum_levels(ca_search *s, const ca_bin_column *column) {
    int64_t width = column->width + 1, n = s->n, i = 0;
    ca_need_pairs(s);
    const int32_t *codes = column->codes;
    ca_pair *a = s->level_sums + 2 * column->place, *b = a + width;
    memset(a, 0, (size_t)(2 * width) * sizeof *a);
    for (; i + 1 < n; i += 2) {
        ca_pair *even = &a[codes[s->rows[i]] + 1], *odd = &b[codes[s->rows[i + 1]] + 1];
        even->s += s->pairs[i].s;
        even->w += s->pairs[i].w;
        odd->s += s->pairs[i + 1].s;
        odd->w += s->pairs[i + 1].w;
    }
    if (i < n) {
        a[codes[s->rows[i]] + 1].s += s->pairs[i].s;
        a[codes[s->rows[i]] + 1].w += s->pairs[i].w;
    }
    for (int64_t k = 0; k < width; k++) {
        a[k].s += b[k].s;
        a[k].w += b[k].w;
    }
    if (!s->constrained) return;
    uint32_t *rows = s->level_rows + column->place;
    memset(rows, 0, (size_t)width * sizeof *rows);
    for (i = 0; i < n; i++) rows[codes[s->rows[i]] + 1]++;
}

bool ca_scan_two_values(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    ca_pair upper;
    int64_t rows = 0;
    if (s->packed && column->type == CA_BIN_U8)
        upper = sum_upper_packs(s, column);
    else if (ca_sums_of_block(s, column)) {
        if (s->block_node[column->block] != s->node) sum_levels(s, column);
        s->block_node[column->block] = s->node;
        upper = s->level_sums[2 * column->place + column->level + 1];
        if (s->constrained) rows = s->level_rows[column->place + column->level + 1];
    } else {
        ca_need_pairs(s);
        upper = sum_upper(s, column, &rows);
    }
    if (upper.w == 0 || upper.w == s->total.w) return false;
    ca_pair lower = { s->total.s - upper.s, s->total.w - upper.w };
    ca_offer_pair(s, lower, s->n - rows, 0, cut);
    return true;
}
