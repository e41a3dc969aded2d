#include <math.h>

#include "boost/table.h"

/* A cut between two neighbours: low <= cut < high, and finite or -inf. */
static double between(double low, double high) {
    double cut = (low + high) * 0.5;
    if (isinf(cut) && isfinite(low) && isfinite(high)) cut = low * 0.5 + high * 0.5;
    if (isnan(cut)) cut = 0;
    if (cut > 1e300) cut = 1e300; /* what is above everything is +inf only */
    return cut >= low && cut < high ? cut : low;
}

static int32_t cut_all(const double *values, int64_t n, double *thresholds) {
    int32_t found = 0;
    for (int64_t i = 1; i < n; i++)
        if (values[i] != values[i - 1]) thresholds[found++] = between(values[i - 1], values[i]);
    return found;
}

static int64_t count_distinct(const double *values, int64_t n, int64_t most) {
    int64_t distinct = n > 0;
    for (int64_t i = 1; i < n && distinct <= most; i++) distinct += values[i] != values[i - 1];
    return distinct;
}

int32_t ca_thresholds_of(const double *values, const int32_t *times, int64_t n, int64_t max_bins,
                         double *thresholds) {
    if (count_distinct(values, n, max_bins) <= max_bins) return cut_all(values, n, thresholds);
    int64_t total = n;
    if (times) {
        total = 0;
        for (int64_t i = 0; i < n; i++) total += times[i];
    }
    int32_t found = 0;
    int64_t at = 0, before = 0; /* `before` rows are in front of values[at] */
    for (int64_t b = 1; b < max_bins; b++) {
        double place = (double)b * (100 / (double)max_bins) / 100 * (double)(total - 1); /* as numpy rounds */
        int64_t k = (int64_t)place;
        while (before + (times ? times[at] : 1) <= k) before += times ? times[at++] : (at++, 1);
        int64_t next = before + (times ? times[at] : 1) <= k + 1 && place > (double)k ? at + 1 : at;
        double cut = next == at ? values[at] : values[next] - (values[next] - values[at]) * 0.5;
        if (!isfinite(cut) && next != at) cut = between(values[at], values[next]);
        if (cut > 1e300) cut = 1e300;
        if (cut >= values[n - 1]) break; /* nothing is above it */
        if (found == 0 || cut > thresholds[found - 1]) thresholds[found++] = cut;
    }
    return found;
}

/* ---- Edges --------------------------------------------------------------------------------------------- */

/* A jump has so many rows on either side. */
enum { LEAST_SIDE = 10 };

/* Where there is no jump, a test of one place exceeds 20 once in 130,000 times (chi-squared), and a column
 * has some thousand places that know little of each other. The tests of several classes are added up; each
 * takes 3 more, or less, for the sum to exceed it as rarely. */
static double clear_jump(int32_t n_classes) {
    return n_classes > 2 ? 20 + 3.0 * (n_classes - 2) : 20;
}

/* A cut with the bins beside it: rows begin .. at - 1 on its left, at .. end - 1 on its right. */
typedef struct window {
    int64_t begin, at, end;
    double left, all; /* weights of the rows on its left and on both sides */
} window;

/* The target as a number, itself or whether it is that class (such sums are exact), and its mean and variance
 * in the column. */
typedef struct score {
    const ca_edge_rows *rows;
    int32_t class;
    double mean, variance;
} score;

static double weight_of(const ca_edge_rows *rows, int64_t i) {
    return rows->times ? rows->times[i] : 1;
}

static double value_of(const score *s, int64_t i) {
    return s->rows->y ? s->rows->y[i] - s->mean : s->rows->y_class[i] == s->class;
}

static score score_of(const ca_edge_rows *rows, int32_t class) {
    score s = { .rows = rows, .class = class };
    double weight = 0, sum = 0, squares = 0;
    for (int64_t i = 0; i < rows->n; i++) {
        weight += weight_of(rows, i);
        sum += weight_of(rows, i) * value_of(&s, i);
    }
    if (rows->y) s.mean = sum / weight;
    for (int64_t i = 0; i < rows->n && rows->y; i++)
        squares += weight_of(rows, i) * value_of(&s, i) * value_of(&s, i);
    s.variance = rows->y ? squares / weight : sum / weight * (1 - sum / weight);
    return s;
}

/* A cut may move to the places between different values that are nearer to it than to the cuts beside it, so
 * that no two meet; `left`: weight of the rows begin .. i - 1. */
static bool may_move(const ca_edge_rows *rows, const window *w, int64_t i, double left) {
    return rows->values[i - 1] < rows->values[i] && left >= LEAST_SIDE && w->all - left >= LEAST_SIDE &&
           2 * left >= w->left && 2 * left < w->left + w->all;
}

/* Adds to each place of the window how much of the score's variance a cut there explains. */
static void add_jumps(const score *s, const window *w, double *jump) {
    double total = 0, left = 0, sum = 0;
    for (int64_t i = w->begin; i < w->end; i++) total += weight_of(s->rows, i) * value_of(s, i);
    for (int64_t i = w->begin; i < w->end; i++) {
        if (i > w->begin && may_move(s->rows, w, i, left)) {
            double apart = sum * w->all - total * left;
            jump[i] += apart * apart / (left * (w->all - left) * w->all * s->variance);
        }
        left += weight_of(s->rows, i);
        sum += weight_of(s->rows, i) * value_of(s, i);
    }
}

static void find_windows(const ca_edge_rows *rows, const double *thresholds, int32_t n_thresholds,
                         window *windows) {
    int64_t i = 0, begin = 0;
    double before = 0; /* weight of the bin on the left */
    for (int32_t t = 0; t <= n_thresholds; t++) {
        double weight = 0;
        int64_t from = i;
        for (; i < rows->n && (t == n_thresholds || rows->values[i] <= thresholds[t]); i++)
            weight += weight_of(rows, i);
        if (t > 0) windows[t - 1] = (window){ begin, from, i, before, before + weight };
        begin = from;
        before = weight;
    }
}

void ca_thresholds_to_edges(const ca_edge_rows *rows, double *thresholds, int32_t n_thresholds,
                            double *scratch) {
    window windows[CA_BOOST_BINS];
    find_windows(rows, thresholds, n_thresholds, windows);
    for (int32_t class = rows->n_classes == 2; class < (rows->y ? 1 : rows->n_classes); class ++) {
        score s = score_of(rows, class);
        for (int32_t t = 0; t < n_thresholds && s.variance > 0; t++) add_jumps(&s, &windows[t], scratch);
    }
    for (int32_t t = 0; t < n_thresholds; t++) {
        int64_t best = windows[t].at;
        double clear = scratch[best] + clear_jump(rows->y ? 0 : rows->n_classes), left = 0;
        for (int64_t i = windows[t].begin; i < windows[t].end; i++) {
            if (i > windows[t].begin && may_move(rows, &windows[t], i, left) && scratch[i] > clear) {
                best = i;
                clear = scratch[i];
            }
            left += weight_of(rows, i);
        }
        if (best != windows[t].at) thresholds[t] = between(rows->values[best - 1], rows->values[best]);
    }
}
