/* Columns of few values in nodes of many rows: one pass reads the codes and sums them up, over all values of
 * the column; which of them the node has is seen afterwards. */
#include <string.h>

#include "tree/coarse.h"
#include "tree/histogram.h"

bool ca_few_values(const ca_search *s, const ca_bin_column *column) {
    return s->scoring == CA_SCORE_SQUARES && !s->constrained && column->type == CA_BIN_U8 &&
           !column->missing && 2 * column->n_values <= s->n;
}

/* Neighbouring rows go to several sets of sums: they often have the same value, and an addition would wait
 * for the one before it. Sums are exact: their order does not matter. */
enum { SETS = 4 };

static void sum_values(const ca_search *s, const ca_bin_column *column, ca_pair *sums) {
    const uint8_t *codes = column->codes;
    int64_t k = column->n_values, i = 0;
    memset(sums, 0, (size_t)(SETS * k) * sizeof *sums);
    for (; i + SETS <= s->n; i += SETS)
        for (int j = 0; j < SETS; j++) {
            ca_pair *at = &sums[j * k + codes[s->rows[i + j]]];
            at->s += s->pairs[i + j].s;
            at->w += s->pairs[i + j].w;
        }
    for (; i < s->n; i++) {
        sums[codes[s->rows[i]]].s += s->pairs[i].s;
        sums[codes[s->rows[i]]].w += s->pairs[i].w;
    }
    for (i = 0; i < k; i++)
        for (int j = 1; j < SETS; j++) {
            sums[i].s += sums[j * k + i].s;
            sums[i].w += sums[j * k + i].w;
        }
}

static void sum_packs(const ca_search *s, const ca_bin_column *column, uint64_t *sums) {
    const uint8_t *codes = column->codes;
    int64_t k = column->n_values, i = 0;
    memset(sums, 0, (size_t)(SETS * k) * sizeof *sums);
    for (; i + SETS <= s->n; i += SETS)
        for (int j = 0; j < SETS; j++) sums[j * k + codes[s->rows[i + j]]] += s->packs[i + j];
    for (; i < s->n; i++) sums[codes[s->rows[i]]] += s->packs[i];
    for (i = 0; i < k; i++)
        for (int j = 1; j < SETS; j++) sums[i] += sums[j * k + i];
}

static bool scan_packs(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    uint64_t *sums = s->bins;
    uint32_t low = 0, high = (uint32_t)column->n_values - 1;
    sum_packs(s, column, sums);
    while (sums[low] == 0) low++;
    while (sums[high] == 0) high--;
    if (low == high) return false;
    ca_scan_packs_lanes(sums + low, s->total, low, high - low, cut);
    return true;
}

bool ca_scan_few_values(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    if (s->packed) return scan_packs(s, column, cut);
    ca_pair *sums = s->bins;
    uint32_t low = 0, high = (uint32_t)column->n_values - 1;
    sum_values(s, column, sums);
    while (sums[low].w == 0) low++;
    while (sums[high].w == 0) high--;
    if (low == high) return false;
    ca_scan_square_bins(s, sums + low, low, high - low, cut);
    return true;
}
