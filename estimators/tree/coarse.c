/* Wide ranges of codes: a coarse histogram, then only the bins that may hold the best cut.
 *
 * The gain is convex in the statistics (sum, weight) left of the cut, so inside a bin it is at most its
 * largest value at the corners of what the bin's rows can reach. Bins whose bound is below the best cut so
 * far are done; the rows of the others are sorted. After CLOUDS (Alsabti, Ranka, Singh, KDD 1998), but exact.
 */
#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "tree/coarse.h"
#include "tree/few_rows.h"
#include "tree/histogram.h"

static void sum_bins(ca_search *s, ca_coarse *c) {
    uint32_t low = c->low, width = c->width;
    int shift = c->shift;
    ca_coarse_bin *bins = s->bins;
    ca_pair l = { 0, 0 };
    int64_t rows = 0;
    memset(bins, 0, width * sizeof *bins);
    for (int64_t i = 0; i < s->n; i++) {
        ca_pair *bin = &bins[(s->codes[i] - low) >> shift].below + !(s->pairs[i].s < 0);
        bin->s += s->pairs[i].s;
        bin->w += s->pairs[i].w;
    }
    for (uint32_t b = 0; b < width; b++) {
        const ca_coarse_bin *bin = &bins[b];
        c->left_s[b] = l.s;
        c->left_w[b] = l.w;
        c->below[b] = bin->below.s;
        c->above[b] = bin->above.s;
        c->weight[b] = bin->below.w + bin->above.w;
        l.s += bin->below.s + bin->above.s;
        l.w += c->weight[b];
    }
    if (!s->constrained) return;
    memset(s->bin_rows, 0, width * sizeof *s->bin_rows);
    for (int64_t i = 0; i < s->n; i++) s->bin_rows[(s->codes[i] - low) >> shift]++;
    for (uint32_t b = 0; b < width; b++) {
        c->left_rows[b] = rows;
        rows += s->bin_rows[b];
    }
}

static inline double larger(double a, double b) {
    return a > b ? a : b;
}

/* Corners outside of the node (no weight on one side) are pulled in by one unit of weight, the least that a
 * row has. */
static inline double inside(double w, double total) {
    w = w < 1 ? 1 : w;
    return w > total - 1 ? total - 1 : w;
}

/* The gain times (left weight * right weight). */
static inline double gain_over(double s, double w, double total_s, double total_w) {
    double rest = total_s - s;
    return s * s * (total_w - w) + rest * rest * w;
}

/* Any part of a bin's rows with negative sums may be left of a cut, and any part of the others. */
CA_WIDE static void bound_numbers(ca_coarse *c, int n, double total_s, double total_w) {
    for (int b = 0; b < n; b++) {
        double low = c->left_s[b] + c->below[b], high = c->left_s[b] + c->above[b];
        double end = c->left_w[b] + c->weight[b], sum = low + c->above[b];
        double w0 = inside(c->left_w[b], total_w), w1 = inside(end, total_w);
        double at0 = larger(gain_over(low, w0, total_s, total_w), gain_over(high, w0, total_s, total_w));
        double at1 = larger(gain_over(low, w1, total_s, total_w), gain_over(high, w1, total_s, total_w));
        c->bound[b] = larger(at0 / (w0 * (total_w - w0)), at1 / (w1 * (total_w - w1)));
        c->gain[b] = gain_over(sum, end, total_s, total_w) / (end * (total_w - end));
    }
}

/* Two classes: all rows of one class come first. */
CA_WIDE static void bound_classes(ca_coarse *c, int n, double total_s, double total_w) {
    for (int b = 0; b < n; b++) {
        double ones = c->above[b], zeros = c->weight[b] - ones, end = c->left_w[b] + c->weight[b];
        double w0 = inside(c->left_w[b] + ones, total_w), w1 = inside(c->left_w[b] + zeros, total_w);
        double sum = c->left_s[b] + ones;
        c->bound[b] = larger(gain_over(sum, w0, total_s, total_w) / (w0 * (total_w - w0)),
                             gain_over(c->left_s[b], w1, total_s, total_w) / (w1 * (total_w - w1)));
        c->gain[b] = gain_over(sum, end, total_s, total_w) / (end * (total_w - end));
    }
}

/* The best of the cuts between bins. Behind the last row there is none: its gain is no number. */
static void offer_bins(const ca_search *s, const ca_coarse *c, ca_cut *cut) {
    for (uint32_t b = 0; b < c->width; b++) {
        ca_pair l = { c->left_s[b] + c->below[b] + c->above[b], c->left_w[b] + c->weight[b] };
        if (!(c->gain[b] > cut->gain) || c->weight[b] == 0 || !(l.w < s->total.w)) continue;
        int64_t rows = s->constrained ? c->left_rows[b] + s->bin_rows[b] : 0;
        ca_offer_pair(s, l, rows, c->low + ((b + 1) << c->shift) - 1, cut);
    }
}

void ca_scan_open_bins(ca_search *s, const ca_coarse *c, ca_cut *cut) {
    uint32_t low = c->low;
    int shift = c->shift;
    int64_t n = 0;
    for (int64_t i = 0; i < s->n; i++) {
        uint32_t code = s->codes[i];
        s->keys[n] = (uint64_t)code << 32 | (uint64_t)i;
        n += c->open[(code - low) >> shift];
    }
    ca_sort_keys_of(s, n);
    ca_pair l = { 0, 0 };
    uint32_t bin = UINT32_MAX;
    int64_t rows = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint32_t at = (uint32_t)s->keys[i];
        const ca_pair pair = s->packed ? ca_unpack(s->packs[at]) : s->pairs[at];
        uint32_t code = (uint32_t)(s->keys[i] >> 32);
        if ((code - low) >> shift != bin) {
            bin = (code - low) >> shift;
            l = (ca_pair){ c->left_s[bin], c->left_w[bin] };
            rows = s->constrained ? c->left_rows[bin] : 0;
        }
        l.s += pair.s;
        l.w += pair.w;
        rows++;
        if (l.w < s->total.w && (i + 1 == n || code != s->keys[i + 1] >> 32))
            ca_offer_pair(s, l, rows, code, cut);
    }
}

void ca_scan_coarse_pairs(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut, double best) {
    ca_coarse c;
    uint32_t room = s->n < 512 ? 64 : s->n < 2048 ? 128 : CA_COARSE_BINS;
    c.shift = 0;
    c.low = low;
    while ((high - low) >> c.shift >= room) c.shift++;
    c.width = ((high - low) >> c.shift) + 1;
    if (s->few->scan && (s->packed || !s->plan->n_classes)) {
        ca_scan_coarse_lanes(s, &c, cut, best);
        return;
    }
    sum_bins(s, &c);
    if (s->plan->n_classes)
        bound_classes(&c, (int)c.width, s->total.s, s->total.w);
    else
        bound_numbers(&c, (int)c.width, s->total.s, s->total.w);
    offer_bins(s, &c, cut);
    best = larger(best, cut->gain);
    bool any = false;
    for (uint32_t b = 0; b < c.width; b++) {
        /* A bin of one class is convex on a line: the best end is a cut between bins, if leaves may end
         * there. */
        bool one_class =
            s->plan->n_classes && !s->constrained && (c.above[b] == 0 || c.above[b] == c.weight[b]);
        c.open[b] = c.weight[b] > 0 && !one_class && c.bound[b] * (1 + 0x1p-40) >= best;
        any |= c.open[b];
    }
    if (any) ca_scan_open_bins(s, &c, cut);
}
