/* One cut of a column, drawn uniformly between its least and largest value in the node (extra trees: Geurts,
 * Ernst, Wehenkel 2006, doi:10.1007/s10994-006-6226-1). */
#include <math.h>
#include <string.h>

#include "tree/histogram.h"

/* A threshold from the value of `low` to below that of `high`, and the largest code at or below it. Where the
 * distance of the two is not finite, codes are drawn instead. */
static double draw_between(ca_search *s, const ca_bin_column *column, uint32_t low, uint32_t high,
                           uint32_t *code) {
    double a = ca_bin_value(column, low), b = ca_bin_value(column, high), u = cauce_rng_uniform(s->rng);
    if (!isfinite(b - a)) {
        *code = low + (uint32_t)(u * (double)(high - low));
        return ca_bin_value(column, *code);
    }
    double threshold = a + u * (b - a);
    if (!(threshold < b)) threshold = a; /* rounded up */
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (ca_bin_value(column, middle) <= threshold)
            low = middle;
        else
            high = middle;
    }
    *code = low;
    return threshold;
}

static void offer_drawn_pair(const ca_search *s, uint32_t code, ca_cut *cut) {
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

static void offer_drawn_classes(const ca_search *s, uint32_t code, ca_cut *cut) {
    double *left = s->bins, weight = 0;
    int64_t rows = 0;
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
    uint32_t low, high, code, missing = (uint32_t)column->n_values;
    if (ca_has_one_cut(s, column)) { /* wherever the threshold falls */
        if (!ca_scan_two_values(s, column, cut)) return false;
        cut->threshold = draw_between(s, column, 0, 1, &code);
        return true;
    }
    ca_read_codes(column, s->rows, s->n, s->codes, &low, &high);
    if (low == high) return false;
    if (!column->missing || high != missing) {
        cut->threshold = draw_between(s, column, low, high, &code);
        offer_drawn(s, code, cut);
        return true;
    }
    if (!ca_present_codes(s, missing, &low, &high)) return false;
    if (low == high) { /* present or not is all there is to ask */
        offer_drawn(s, low, cut);
        cut->missing = CA_MISSING_RIGHT;
        cut->threshold = HUGE_VAL;
        return true;
    }
    cut->threshold = draw_between(s, column, low, high, &code);
    offer_both_sides(s, missing, code, cut);
    return true;
}
