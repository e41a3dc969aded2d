/* Absolute error: the impurity of rows is the sum of their distances from their weighted median. While the
 * rows of a node move from the right of a cut to the left, two sums of each side are kept by rank of the
 * target: weights, and weights times targets. Binary indexed trees (Fenwick, Software: Practice and
 * Experience 24, 1994, doi:10.1002/spe.4380240306) give the median of a side and both sums below it in log n
 * steps; what is right is all minus what is left, so one of them is enough. Whole weights and targets in
 * whole units make every sum exact. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "tree/histogram.h"

struct ca_ranks {
    uint32_t *rank; /* of the target of each row of the node */
    double *value;  /* by rank, in units */
    ca_pair *all, *left;
    int64_t n, top; /* ranks, and the largest power of two that is not more */
};

cauce_status ca_ranks_begin(cauce_run *run, ca_search *s, int64_t n) {
    ca_ranks *ranks = cauce_scratch(run, 1, sizeof *ranks);
    s->ranks = ranks;
    if (!ranks) return CA_NOMEM(run);
    ranks->rank = cauce_scratch(run, n, sizeof *ranks->rank);
    ranks->value = cauce_scratch(run, n, sizeof *ranks->value);
    ranks->all = cauce_scratch(run, n + 1, sizeof *ranks->all);
    ranks->left = cauce_scratch(run, n + 1, sizeof *ranks->left);
    return ranks->rank && ranks->value && ranks->all && ranks->left ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_ranks_share(cauce_run *run, const ca_search *s, int64_t n, ca_search *member) {
    ca_ranks *ranks = cauce_scratch(run, 1, sizeof *ranks);
    member->ranks = ranks;
    if (!ranks) return CA_NOMEM(run);
    *ranks = *s->ranks;
    ranks->left = cauce_scratch(run, n + 1, sizeof *ranks->left);
    return ranks->left ? CAUCE_OK : CA_NOMEM(run);
}

void ca_ranks_follow(const ca_search *s, ca_search *member) {
    member->ranks->n = s->ranks->n;
    member->ranks->top = s->ranks->top;
}

/* Sums over ranks are held from 1 on, as the method wants it. */
static inline void add(ca_pair *sums, int64_t n, uint32_t rank, ca_pair pair) {
    for (int64_t i = (int64_t)rank + 1; i <= n; i += i & -i) {
        sums[i].s += pair.s;
        sums[i].w += pair.w;
    }
}

/* Sum of the distances from the median of one side, *centre; `own` is what the side weighs. The median is
 * the first rank up to which more than half of the weight lies. */
static inline double distance(const ca_ranks *r, bool on_right, ca_pair own, double *centre) {
    ca_pair below = { 0, 0 };
    int64_t at = 0;
    for (int64_t step = r->top; step; step /= 2) {
        if (at + step > r->n) continue;
        ca_pair part = r->left[at + step];
        if (on_right) part = (ca_pair){ r->all[at + step].s - part.s, r->all[at + step].w - part.w };
        if (2 * (below.w + part.w) > own.w) continue;
        at += step;
        below.w += part.w;
        below.s += part.s;
    }
    double median = r->value[at < r->n ? at : r->n - 1];
    *centre = median;
    return (median * below.w - below.s) + ((own.s - below.s) - median * (own.w - below.w));
}

static void offer(const ca_search *s, ca_pair left, int64_t rows, uint32_t code, ca_cut *cut) {
    ca_pair right = { s->total.s - left.s, s->total.w - left.w };
    double of_left, of_right;
    double gain = -(distance(s->ranks, false, left, &of_left) + distance(s->ranks, true, right, &of_right));
    if (s->plan->monotonic && !ca_values_allowed(s, s->value_base + s->value_unit * of_left,
                                                 s->value_base + s->value_unit * of_right))
        return;
    ca_offer_gain(s, gain, left.w, rows, code, cut);
}

void ca_load_absolute(ca_search *s, double centre, double scale) {
    ca_ranks *r = s->ranks;
    const ca_bin_column *target = &s->plan->target;
    uint32_t low, high;
    ca_read_codes(target, s->rows, s->n, s->codes, &low, &high);
    ca_sort_codes(s, low, high);
    r->n = 0;
    for (int64_t i = 0; i < s->n; i++) {
        uint32_t at = (uint32_t)s->keys[i], code = (uint32_t)(s->keys[i] >> 32);
        double offset = (target->values[code] - centre) * scale;
        if (s->whole) offset = rint(offset);
        if (i == 0 || code != s->keys[i - 1] >> 32) r->value[r->n++] = offset;
        r->rank[at] = (uint32_t)(r->n - 1);
        s->pairs[at].s = s->pairs[at].w * offset;
    }
    for (r->top = 1; 2 * r->top <= r->n;) r->top *= 2;
    memset(r->all, 0, (size_t)(r->n + 1) * sizeof *r->all);
    s->total = (ca_pair){ 0, 0 };
    for (int64_t i = 0; i < s->n; i++) {
        add(r->all, r->n, r->rank[i], s->pairs[i]);
        s->total.s += s->pairs[i].s;
        s->total.w += s->pairs[i].w;
    }
    memset(r->left, 0, (size_t)(r->n + 1) * sizeof *r->left);
    double median;
    s->base = -distance(r, true, s->total, &median);
}

void ca_scan_absolute(ca_search *s, uint32_t low, uint32_t high, ca_cut *cut) {
    ca_ranks *r = s->ranks;
    ca_pair left = { 0, 0 };
    ca_sort_codes(s, low, high);
    memset(r->left, 0, (size_t)(r->n + 1) * sizeof *r->left);
    for (int64_t i = 0; i + 1 < s->n; i++) {
        uint32_t at = (uint32_t)s->keys[i], code = (uint32_t)(s->keys[i] >> 32);
        add(r->left, r->n, r->rank[at], s->pairs[at]);
        left.s += s->pairs[at].s;
        left.w += s->pairs[at].w;
        if (code != s->keys[i + 1] >> 32) offer(s, left, i + 1, code, cut);
    }
}

void ca_offer_absolute(ca_search *s, uint32_t code, ca_cut *cut) {
    ca_ranks *r = s->ranks;
    ca_pair left = { 0, 0 };
    int64_t rows = 0;
    memset(r->left, 0, (size_t)(r->n + 1) * sizeof *r->left);
    for (int64_t i = 0; i < s->n; i++) {
        if (s->codes[i] > code) continue;
        add(r->left, r->n, r->rank[i], s->pairs[i]);
        left.s += s->pairs[i].s;
        left.w += s->pairs[i].w;
        rows++;
    }
    offer(s, left, rows, code, cut);
}

/* Where exactly half of the weight lies on either side, the middle of the two targets next to it. */
double ca_median_target(ca_search *s, const uint32_t *rows, int64_t n) {
    const ca_bin_column *target = &s->plan->target;
    uint32_t low, high;
    double total = 0, below = 0;
    int64_t i = 0;
    s->n = n;
    ca_read_codes(target, rows, n, s->codes, &low, &high);
    if (low == high) return target->values[low];
    ca_sort_codes(s, low, high);
    for (int64_t r = 0; r < n; r++) total += ca_row_weight(s, rows[r]);
    for (; i < n; i++) {
        below += ca_row_weight(s, rows[(uint32_t)s->keys[i]]);
        if (2 * below >= total) break;
    }
    double middle = target->values[s->keys[i] >> 32];
    if (2 * below > total || i + 1 == n) return middle;
    return middle / 2 + target->values[s->keys[i + 1] >> 32] / 2;
}
