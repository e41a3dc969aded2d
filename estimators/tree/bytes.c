/* Columns of few values in nodes of many rows: one pass reads the codes and sums them up, over all values of
 * the column; which of them the node has is seen afterwards. */
#include <string.h>

#include "tree/coarse.h"
#include "tree/histogram.h"

bool ca_few_values(const ca_search *s, const ca_bin_column *column) {
    if (s->constrained || column->type != CA_BIN_U8 || column->missing) return false;
    if (s->counted) return 2 * column->n_values * s->plan->n_classes <= s->n;
    return s->scoring == CA_SCORE_SQUARES && 2 * column->n_values <= s->n;
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

/* Cells of a set: a row of classes for each value. */
static void sum_classes(const ca_search *s, const ca_bin_column *column, uint32_t *sums) {
    const uint8_t *codes = column->codes;
    uint32_t k = (uint32_t)s->plan->n_classes, size = (uint32_t)column->n_values * k;
    int64_t i = 0;
    memset(sums, 0, SETS * size * sizeof *sums);
    for (; i + SETS <= s->n; i += SETS)
        for (uint32_t j = 0; j < SETS; j++) {
            uint64_t pack = s->packs[i + j];
            sums[j * size + codes[s->rows[i + j]] * k + (uint32_t)pack] += (uint32_t)(pack >> 32);
        }
    for (; i < s->n; i++) {
        uint64_t pack = s->packs[i];
        sums[codes[s->rows[i]] * k + (uint32_t)pack] += (uint32_t)(pack >> 32);
    }
    for (uint32_t c = 0; c < size; c++)
        for (uint32_t j = 1; j < SETS; j++) sums[c] += sums[j * size + c];
}

/* Two values: the rows of the second one, often few, are found first and counted alone. */
static void sum_two_values(ca_search *s, const ca_bin_column *column, uint32_t *sums) {
    const uint8_t *codes = column->codes;
    uint32_t k = (uint32_t)s->plan->n_classes, *found = s->codes;
    int64_t n = 0;
    for (int64_t i = 0; i < s->n; i++) {
        found[n] = (uint32_t)i;
        n += codes[s->rows[i]];
    }
    memset(sums, 0, 2 * k * sizeof *sums);
    for (int64_t i = 0; i < n; i++) {
        uint64_t pack = s->packs[found[i]];
        sums[k + (uint32_t)pack] += (uint32_t)(pack >> 32);
    }
    for (uint32_t c = 0; c < k; c++) sums[c] = (uint32_t)s->class_total[c] - sums[k + c];
}

static bool has_rows(const uint32_t *sums, int32_t k) {
    uint32_t any = 0;
    for (int32_t c = 0; c < k; c++) any |= sums[c];
    return any;
}

static bool scan_classes(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    uint32_t *sums = s->bins, low = 0, high = (uint32_t)column->n_values - 1;
    int32_t k = s->plan->n_classes;
    if (column->n_values == 2)
        sum_two_values(s, column, sums);
    else
        sum_classes(s, column, sums);
    while (!has_rows(sums + low * (uint32_t)k, k)) low++;
    while (!has_rows(sums + high * (uint32_t)k, k)) high--;
    if (low == high) return false;
    ca_scan_class_counts(s, sums + low * (uint32_t)k, low, high - low, cut);
    return true;
}

bool ca_scan_few_values(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    if (s->counted) return scan_classes(s, column, cut);
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
