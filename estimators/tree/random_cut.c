/* One cut of a column, drawn uniformly between its least and largest value in the node (extra trees: Geurts,
 * Ernst, Wehenkel 2006, doi:10.1007/s10994-006-6226-1). */
#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "tree/draws.h"
#include "tree/histogram.h"

/* The threshold at share u of [values[low], values[high]). Where the distance of the two is not finite, it is
 * a share of the codes instead. */
double ca_cut_between(double u, const ca_bin_column *column, uint32_t low, uint32_t high) {
    double a = ca_bin_value(column, low), b = ca_bin_value(column, high);
    if (!isfinite(b - a)) return ca_bin_value(column, low + (uint32_t)(u * (double)(high - low)));
    double threshold = a + u * (b - a);
    return threshold < b ? threshold : a; /* rounded up */
}

/* The largest code of the node at or below the threshold. */
static uint32_t code_of_rows(const ca_search *s, const ca_bin_column *column, uint32_t low, uint32_t high,
                             double threshold) {
    for (int64_t i = 0; i < s->n; i++) {
        uint32_t code = s->codes[i];
        if (code <= low || code >= high) continue;
        if (ca_bin_value(column, code) <= threshold)
            low = code;
        else
            high = code;
    }
    return low;
}

/* The largest code at or below the threshold, or the largest one of the node. Many values are far apart in
 * memory, and are looked up for rows between the nearest ones on either side so far only, about 2 log(n) of
 * them; in the largest nodes, and among few values, halving is faster. */
uint32_t ca_code_below(const ca_search *s, const ca_bin_column *column, uint32_t low, uint32_t high,
                       double threshold) {
    enum { FEW_VALUES = 4096, MANY_ROWS = 256 };
    if (column->n_values > FEW_VALUES && s->n < MANY_ROWS)
        return code_of_rows(s, column, low, high, threshold);
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (ca_bin_value(column, middle) <= threshold)
            low = middle;
        else
            high = middle;
    }
    return low;
}

CA_WIDE static uint64_t sum_packs(const uint32_t *codes, const uint64_t *packs, int64_t n, uint32_t code) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < n; i++) sum += codes[i] <= code ? packs[i] : 0;
    return sum;
}

static void offer_drawn_pair(const ca_search *s, uint32_t code, ca_cut *cut) {
    if (s->packed) { /* nobody asks for rows */
        ca_offer_pair(s, ca_unpack(sum_packs(s->codes, s->packs, s->n, code)), 0, code, cut);
        return;
    }
    ca_pair l = { 0, 0 };
    int64_t rows = 0;
    for (int64_t i = 0; i < s->n; i++) {
        bool left = s->codes[i] <= code;
        l.s += left ? s->pairs[i].s : 0;
        l.w += left ? s->pairs[i].w : 0;
        rows += left;
    }
    ca_offer_pair(s, l, rows, code, cut);
}

enum { SETS = 4, MANY = 8 };

/* What is left of the cut of each class, where weights are counts. Neighbouring rows, often of the same
 * class, go to several sets of sums, and which side a row is on is no branch. */
static void count_left(const ca_search *s, uint32_t code, double *left) {
    const int64_t k = s->plan->n_classes;
    uint32_t *sums = (uint32_t *)(void *)(left + k);
    memset(sums, 0, (size_t)(SETS * k) * sizeof *sums);
    for (int64_t i = 0; i < s->n; i++) {
        const uint64_t pack = s->packs[i];
        sums[i % SETS * k + (uint32_t)pack] += s->codes[i] <= code ? (uint32_t)(pack >> 32) : 0;
    }
    for (int64_t c = 0; c < k; c++) {
        uint32_t sum = sums[c];
        for (int64_t set = 1; set < SETS; set++) sum += sums[set * k + c];
        left[c] = sum;
    }
}

static void offer_drawn_classes(const ca_search *s, uint32_t code, ca_cut *cut) {
    double *left = s->bins, weight = 0;
    int64_t rows = 0;
    if (s->counted && !s->constrained && s->n > MANY * s->plan->n_classes) { /* nobody asks for rows */
        count_left(s, code, left);
        for (int32_t c = 0; c < s->plan->n_classes; c++) weight += left[c];
        ca_offer_classes(s, left, weight, 0, code, cut);
        return;
    }
    memset(left, 0, (size_t)s->plan->n_classes * sizeof *left);
    for (int64_t i = 0; i < s->n; i++) {
        if (s->codes[i] > code) continue;
        left[s->classes[i]] += s->weights[i];
        weight += s->weights[i];
        rows++;
    }
    ca_offer_classes(s, left, weight, rows, code, cut);
}

/* Takes the cut at `code` of the codes that have been read. */
static void offer_drawn(ca_search *s, uint32_t code, ca_cut *cut) {
    if (s->scoring == CA_SCORE_ABSOLUTE)
        ca_offer_absolute(s, code, cut);
    else if (s->scoring < CA_SCORE_GINI)
        offer_drawn_pair(s, code, cut);
    else
        offer_drawn_classes(s, code, cut);
}

/* The missing values of the node are tried on either side. */
static void offer_both_sides(ca_search *s, uint32_t missing, uint32_t code, ca_cut *cut) {
    ca_cut other = *cut;
    offer_drawn(s, code, cut);
    cut->missing = CA_MISSING_RIGHT;
    for (int64_t i = 0; i < s->n; i++) s->codes[i] = s->codes[i] == missing ? 0 : s->codes[i];
    offer_drawn(s, code, &other);
    if (!(other.gain > cut->gain)) return;
    *cut = other;
    cut->missing = CA_MISSING_LEFT;
}

bool ca_draw_cut(ca_search *s, const ca_bin_column *column, ca_cut *cut) {
    uint32_t low, high, missing = (uint32_t)column->n_values;
    /* of the node and the column, whenever it is looked at */
    const double u = ca_uniform_of(ca_columns_key(s->key), (uint64_t)cut->feature);
    if (ca_has_one_cut(s, column)) { /* wherever the threshold falls */
        if (!ca_scan_two_values(s, column, cut)) return false;
        cut->threshold = ca_cut_between(u, column, 0, 1);
        return true;
    }
    ca_read_codes(column, s->rows, s->n, s->codes, &low, &high);
    if (low == high) return false;
    if (!column->missing || high != missing) {
        cut->threshold = ca_cut_between(u, column, low, high);
        offer_drawn(s, ca_code_below(s, column, low, high, cut->threshold), cut);
        return true;
    }
    if (!ca_present_codes(s, missing, &low, &high)) return false;
    if (low == high) { /* present or not is all there is to ask */
        offer_drawn(s, low, cut);
        cut->missing = CA_MISSING_RIGHT;
        cut->threshold = HUGE_VAL;
        return true;
    }
    cut->threshold = ca_cut_between(u, column, low, high);
    offer_both_sides(s, missing, ca_code_below(s, column, low, high, cut->threshold), cut);
    return true;
}
