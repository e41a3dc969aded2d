/* Columns of few values in nodes of many rows: one pass reads the codes and sums them up, over all values of
 * the column; which of them the node has is seen afterwards. */
#include <string.h>

#include "tree/histogram.h"

bool ca_few_values(const ca_search *s, const ca_bin_column *column) {
    return s->scoring == CA_SCORE_SQUARES && !s->constrained && column->type == CA_BIN_U8 &&
           !column->missing && 2 * column->n_values <= s->n;
}

/* Neighbouring rows go to two sets of sums: they often have the same value, and an addition would wait for
 * the one before it. Sums are exact: their order does not matter. */
static void sum_values(const ca_search *s, const ca_bin_column *column, ca_pair *sums) {
    const uint8_t *codes = column->codes;
    ca_pair *other = sums + column->n_values;
    int64_t i = 0;
    memset(sums, 0, (size_t)(2 * column->n_values) * sizeof *sums);
    for (; i + 1 < s->n; i += 2) {
        ca_pair *even = &sums[codes[s->rows[i]]], *odd = &other[codes[s->rows[i + 1]]];
        even->s += s->pairs[i].s;
        even->w += s->pairs[i].w;
        odd->s += s->pairs[i + 1].s;
        odd->w += s->pairs[i + 1].w;
    }
    if (i < s->n) {
        sums[codes[s->rows[i]]].s += s->pairs[i].s;
        sums[codes[s->rows[i]]].w += s->pairs[i].w;
    }
    for (int64_t k = 0; k < column->n_values; k++) {
        sums[k].s += other[k].s;
        sums[k].w += other[k].w;
    }
}

bool ca_scan_few_values(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    ca_pair *sums = s->bins;
    uint32_t low = 0, high = (uint32_t)column->n_values - 1;
    sum_values(s, column, sums);
    while (sums[low].w == 0) low++;
    while (sums[high].w == 0) high--;
    if (low == high) return false;
    ca_scan_square_bins(s, sums + low, low, high - low, cut);
    return true;
}
