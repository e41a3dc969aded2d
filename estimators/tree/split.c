#include "tree/split.h"

#include <math.h>
#include <string.h>

#include "tree/draws.h"
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

static bool long_codes_differ(const ca_search *s, const ca_bin_column *column) {
    const uint32_t first = ca_bin_code(column, s->rows[0]);
    for (int64_t i = 1; i < s->n; i++)
        if (ca_bin_code(column, s->rows[i]) != first) return true;
    return false;
}

/* Whether a column is not constant in the node: in most of them two rows tell. */
static bool varies(const ca_search *s, const ca_bin_column *column) {
    switch (column->type) {
    case CA_BIN_U8: DIFFER(uint8_t);
    case CA_BIN_U16: DIFFER(uint16_t);
    case CA_BIN_U24:
    case CA_BIN_U32: return long_codes_differ(s, column);
    case CA_BIN_LEVEL: break;
    }
    const int32_t *codes = column->codes;
    bool first = codes[s->rows[0]] == column->level;
    for (int64_t i = 1; i < s->n; i++)
        if ((codes[s->rows[i]] == column->level) != first) return true;
    return false;
}

/* Draws columns until max_features of them were drawn and one was not constant. Known constants count as
 * drawn but cost nothing: the columns looked at are the same whether they are known or not. A team looks at
 * the columns when all of them are drawn. */
static int64_t try_drawn(ca_search *s, int64_t end, ca_cut *best) {
    ca_draws draws = { .key = s->key };
    const int64_t p = s->plan->bins->n_columns;
    int32_t *places = s->drawn, *varying = s->drawn + p, *constants = s->constants + s->n_constants;
    int64_t drawn = 0, n_varying = 0, found = 0;
    bool together = ca_team_takes(s, s->plan->max_features);
    for (; drawn < end && (drawn < s->plan->max_features || n_varying == 0); drawn++) {
        const int32_t feature = ca_draw_column(&draws, s->features, places, drawn, end);
        if (s->constant[feature]) continue;
        if (together ? varies(s, &s->data.columns[feature]) : ca_try_column(s, feature, best))
            varying[n_varying++] = feature;
        else
            constants[found++] = feature;
    }
    ca_undraw_columns(s->features, places, drawn);
    if (together) ca_team_try(s, varying, n_varying, best);
    return found;
}

/* The columns that may be split on lie in front of s->features. Returns how many there are. */
static int64_t sort_out(ca_search *s) {
    if (!s->allowed) return s->plan->bins->n_columns;
    memcpy(s->features, s->allowed + 1, (size_t)s->allowed[0] * sizeof *s->features);
    return s->allowed[0];
}

/* Known constants among the first `end` columns come to the front. Returns how many they are. */
static int64_t known_first(ca_search *s, int64_t end) {
    int64_t known = 0;
    if (!s->allowed) return s->n_constants;
    for (int64_t i = 0; i < end; i++)
        if (s->constant[s->features[i]]) swap(s->features, i, known++);
    return known;
}

ca_cut ca_search_find(ca_search *s) {
    ca_cut best = { .gain = -HUGE_VAL, .feature = -1 };
    s->node++;
    if (!ca_orders_made(s)) ca_few_rows_load(s);
    if (ca_few_rows_part(s, &best)) return best;
    int64_t end = sort_out(s), found;
    if (s->plan->max_features < end) {
        found = try_drawn(s, end, &best);
    } else {
        int64_t known = known_first(s, end);
        found = try_all(s, known, end, &best) - known;
        memcpy(s->constants + s->n_constants, s->features + known, (size_t)found * sizeof *s->features);
    }
    ca_few_rows_finish(s, &best);
    while (found-- > 0) s->constant[s->constants[s->n_constants++]] = true;
    return best;
}
