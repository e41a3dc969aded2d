#include "tree/split.h"

#include <math.h>
#include <string.h>

#include "tree/histogram.h"

/* Looks at one column: false when it is constant in the node, otherwise *best is the better of itself and the
 * column's best cut. */
static bool try_column(ca_search *s, int32_t feature, ca_cut *best) {
    const ca_bin_column *column = &s->plan->bins->columns[feature];
    if (column->n_values < 2) return false;
    ca_cut cut = { -HUGE_VAL, feature, 0, 0 };
    bool pairs = s->scoring < CA_SCORE_GINI;
    if (s->plan->random_cuts) {
        if (!ca_draw_cut(s, column, &cut)) return false;
    } else if (pairs && column->n_values == 2 && s->scoring != CA_SCORE_ABSOLUTE) {
        if (!ca_scan_two_values(s, column, &cut)) return false;
    } else {
        uint32_t low, high;
        ca_read_codes(column, s->rows, s->n, s->codes, &low, &high);
        if (low == high) return false;
        if (s->scoring == CA_SCORE_ABSOLUTE)
            ca_scan_absolute(s, low, high, &cut);
        else if (pairs)
            ca_scan_pairs(s, low, high, &cut, best->gain);
        else
            ca_scan_classes(s, low, high, &cut);
    }
    if (cut.gain > best->gain || (cut.gain == best->gain && cut.gain > -HUGE_VAL && feature < best->feature))
        *best = cut;
    return true;
}

static void swap(int32_t *features, int64_t i, int64_t j) {
    int32_t f = features[i];
    features[i] = features[j];
    features[j] = f;
}

/* All columns are candidates: no need to draw. Constants are collected behind the known ones. */
static int64_t try_all(ca_search *s, int64_t known, ca_cut *best) {
    int64_t constants = known;
    for (int64_t i = known; i < s->plan->bins->n_columns; i++)
        if (!try_column(s, s->features[i], best)) swap(s->features, i, constants++);
    return constants;
}

/* Draws columns without repeats until max_features of them were drawn and one was not constant. The
 * permutation reads: known constants (those drawn first) | constants found | not yet drawn | drawn. Known
 * constants count as drawn but cost nothing. */
static int64_t try_drawn(ca_search *s, int64_t known, ca_cut *best) {
    int64_t end = s->plan->bins->n_columns, found = 0, known_drawn = 0;
    for (int64_t drawn = 0;
         end > known + found && (drawn < s->plan->max_features || drawn <= found + known_drawn); drawn++) {
        int64_t j = known_drawn + (int64_t)cauce_rng_below(s->rng, (uint64_t)(end - found - known_drawn));
        if (j < known) {
            swap(s->features, known_drawn++, j);
            continue;
        }
        j += found;
        if (try_column(s, s->features[j], best))
            swap(s->features, --end, j);
        else
            swap(s->features, known + found++, j);
    }
    return known + found;
}

ca_cut ca_search_find(ca_search *s, int64_t *n_constants) {
    ca_cut best = { -HUGE_VAL, -1, 0, 0 };
    int64_t known = *n_constants;
    s->node++;
    size_t size = sizeof *s->features;
    *n_constants = s->plan->max_features >= s->plan->bins->n_columns ? try_all(s, known, &best)
                                                                     : try_drawn(s, known, &best);
    memcpy(s->features, s->constants, (size_t)known * size);
    memcpy(s->constants + known, s->features + known, (size_t)(*n_constants - known) * size);
    return best;
}
