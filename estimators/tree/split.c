#include "tree/split.h"

#include <math.h>
#include <string.h>

#include "tree/few_rows.h"
#include "tree/histogram.h"
#include "tree/orders.h"
#include "tree/team.h"

/* The best cut of the codes that have been read. */
static void scan(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut, double best) {
    if (s->scoring == CA_SCORE_ABSOLUTE)
        ca_scan_absolute(s, low, high, cut);
    else if (s->scoring < CA_SCORE_GINI)
        ca_scan_pairs(s, low, high, cut, best);
    else
        ca_scan_classes(s, low, high, cut);
}

/* A node with missing values: these are put above all others, then below all others. That the missing ones
 * are alone on their side is tried the first time. */
static void scan_with_missing(ca_search *s, uint32_t missing, uint32_t low, uint32_t high, ca_cut *cut,
                              double best) {
    for (int64_t i = 0; i < s->n; i++) s->codes[i] = s->codes[i] == missing ? high + 1 : s->codes[i];
    scan(s, low, high + 1, cut, best);
    cut->missing = CA_MISSING_RIGHT;
    if (low == high) return;
    for (int64_t i = 0; i < s->n; i++) s->codes[i] = s->codes[i] == high + 1 ? low : s->codes[i] + 1;
    ca_cut other = { .gain = -HUGE_VAL, .feature = cut->feature };
    scan(s, low, high + 1, &other, cut->gain > best ? cut->gain : best);
    if (!(other.gain > cut->gain) || other.code == low) return;
    *cut = other;
    cut->code--;
    cut->missing = CA_MISSING_LEFT;
}

bool ca_present_codes(const ca_search *s, uint32_t missing, uint32_t *low, uint32_t *high) {
    uint32_t top = 0;
    if (*low == missing) return false; /* there are no others */
    for (int64_t i = 0; i < s->n; i++) top = s->codes[i] != missing && s->codes[i] > top ? s->codes[i] : top;
    *high = top;
    return true;
}

bool ca_try_column(ca_search *s, int32_t feature, ca_cut *best) {
    const ca_bin_column *column = &s->data.columns[feature];
    uint32_t low, high, missing = (uint32_t)column->n_values;
    double least = best->gain > s->least_gain ? best->gain : s->least_gain;
    if (column->n_values + column->missing < 2) return false;
    if (ca_few_rows_takes(s, column)) return ca_few_rows_take(s, column, feature, best);
    ca_cut cut = { .gain = -HUGE_VAL, .feature = feature };
    s->direction = s->plan->monotonic ? s->plan->monotonic[feature] : 0;
    if (s->plan->random_cuts) {
        if (!ca_draw_cut(s, column, &cut)) return false;
    } else if (ca_has_one_cut(s, column)) {
        if (!ca_scan_two_values(s, column, &cut)) return false;
    } else if (ca_few_values(s, column)) {
        if (!ca_scan_few_values(s, column, &cut)) return false;
    } else {
        ca_read_codes(column, s->rows, s->n, s->codes, &low, &high);
        if (low == high) return false;
        if (column->missing && high == missing) {
            if (!ca_present_codes(s, missing, &low, &high)) return false;
            scan_with_missing(s, missing, low, high, &cut, least);
        } else {
            scan(s, low, high, &cut, least);
        }
    }
    ca_take_better(&cut, best);
    return true;
}

static void swap(int32_t *features, int64_t i, int64_t j) {
    int32_t f = features[i];
    features[i] = features[j];
    features[j] = f;
}

/* All columns are candidates: no need to draw. Constants are collected behind the known ones. */
static int64_t try_all(ca_search *s, int64_t known, int64_t end, ca_cut *best) {
    int64_t constants = known;
    if (ca_orders_made(s)) return known + ca_orders_find(s, s->features + known, end - known, best);
    bool together = ca_team_takes(s, end - known);
    if (together) ca_team_try(s, s->features + known, end - known, best);
    for (int64_t i = known; i < end; i++) {
        int32_t feature = s->features[i];
        if (!(together ? ca_team_varies(s, feature) : ca_try_column(s, feature, best)))
            swap(s->features, i, constants++);
    }
    return constants;
}

#define DIFFER(T)                                                                                            \
    do {                                                                                                     \
        const T *codes = column->codes, first = codes[s->rows[0]];                                           \
        for (int64_t i = 1; i < s->n; i++)                                                                   \
            if (codes[s->rows[i]] != first) return true;                                                     \
        return false;                                                                                        \
    } while (0)

/* Whether a column is not constant in the node: in most of them two rows tell. */
static bool varies(const ca_search *s, const ca_bin_column *column) {
    switch (column->type) {
    case CA_BIN_U8: DIFFER(uint8_t);
    case CA_BIN_U16: DIFFER(uint16_t);
    case CA_BIN_U32: DIFFER(uint32_t);
    case CA_BIN_LEVEL: break;
    }
    const int32_t *codes = column->codes;
    bool first = codes[s->rows[0]] == column->level;
    for (int64_t i = 1; i < s->n; i++)
        if ((codes[s->rows[i]] == column->level) != first) return true;
    return false;
}

/* Draws columns without repeats until max_features of them were drawn and one was not constant. The
 * permutation reads: known constants (those drawn first) | constants found | not yet drawn | drawn. Known
 * constants count as drawn but cost nothing. A team looks at the columns when all of them are drawn. */
static int64_t try_drawn(ca_search *s, int64_t known, int64_t end, ca_cut *best) {
    int64_t found = 0, known_drawn = 0, last = end;
    bool together = ca_team_takes(s, s->plan->max_features);
    for (int64_t drawn = 0;
         end > known + found && (drawn < s->plan->max_features || drawn <= found + known_drawn); drawn++) {
        int64_t j = known_drawn + (int64_t)cauce_rng_below(s->rng, (uint64_t)(end - found - known_drawn));
        if (j < known) {
            swap(s->features, known_drawn++, j);
            continue;
        }
        j += found;
        int32_t feature = s->features[j];
        if (together ? varies(s, &s->data.columns[feature]) : ca_try_column(s, feature, best))
            swap(s->features, --end, j);
        else
            swap(s->features, known + found++, j);
    }
    if (together) ca_team_try(s, s->features + end, last - end, best);
    return known + found;
}

/* The columns that may be split on lie in front of s->features, known constants first. Returns how many there
 * are, and how many of the `known` constants are among them. */
static int64_t sort_out(ca_search *s, int64_t known, int64_t *held) {
    int64_t n = 0;
    *held = known;
    if (!s->allowed) return s->plan->bins->n_columns;
    for (int64_t i = 0; i < known; i++) s->constant[s->constants[i]] = true;
    for (int32_t i = 1; i <= s->allowed[0]; i++)
        if (s->constant[s->allowed[i]]) s->features[n++] = s->allowed[i];
    *held = n;
    for (int32_t i = 1; i <= s->allowed[0]; i++)
        if (!s->constant[s->allowed[i]]) s->features[n++] = s->allowed[i];
    for (int64_t i = 0; i < known; i++) s->constant[s->constants[i]] = false;
    return n;
}

ca_cut ca_search_find(ca_search *s, int64_t *n_constants) {
    ca_cut best = { .gain = -HUGE_VAL, .feature = -1 };
    int64_t known = *n_constants, held;
    s->node++;
    if (!ca_orders_made(s)) ca_few_rows_load(s);
    if (ca_few_rows_part(s, &best)) return best;
    size_t size = sizeof *s->features;
    int64_t end = sort_out(s, known, &held);
    int64_t found =
        s->plan->max_features >= end ? try_all(s, held, end, &best) : try_drawn(s, held, end, &best);
    found -= held;
    *n_constants = known + found;
    ca_few_rows_finish(s, &best);
    memcpy(s->constants + known, s->features + held, (size_t)found * size);
    memcpy(s->features, s->constants, (size_t)known * size);
    return best;
}
