#include "boost/split.h"

#include <math.h>
#include <string.h>

#include "base/parallel.h"
#include "base/wide.h"

/* A search through fewer bins is not worth a task; when threads are together. */
enum { TASK_BINS = 16384, QUICK_BINS = 1024 };

#define LEAST_PENALTY    1e-15
#define CATEGORY_SUPPORT 10.0 /* a category counts when it has so many rows */

static double hessian_of(const ca_units *units, ca_sums sums) {
    return units->narrow ? (double)sums.n : (double)sums.h * units->h_unit;
}

double ca_node_value(const ca_units *units, const ca_split_rules *rules, ca_sums sums, double lower,
                     double upper) {
    double value = -((double)sums.g * units->g_unit) / (hessian_of(units, sums) + rules->l2 + LEAST_PENALTY);
    if (value < lower) return lower;
    return value > upper ? upper : value;
}

/* ---- One feature --------------------------------------------------------------------------------------- */

/* A search: the node in plain numbers. */
typedef struct search {
    const ca_table *table;
    const ca_units *units;
    const ca_split_rules *rules;
    const ca_split_node *node;
    double g, h, base; /* base: G v */
    bool bounded;      /* values may meet a bound: monotone columns above */
} search;

/* The best of one feature. */
typedef struct find {
    double gain;
    ca_sums left;
    int32_t bin;
    bool missing_left;
} find;

/* Gain of a cut under bounds and a direction; -inf when the direction is wrong. */
static double bounded_gain(const search *s, ca_sums left, int direction) {
    ca_sums right = ca_sums_minus(s->node->sums, left);
    double l = ca_node_value(s->units, s->rules, left, s->node->lower, s->node->upper);
    double r = ca_node_value(s->units, s->rules, right, s->node->lower, s->node->upper);
    if ((direction > 0 && l > r) || (direction < 0 && l < r)) return -HUGE_VAL;
    return s->base - (double)left.g * s->units->g_unit * l - (double)right.g * s->units->g_unit * r;
}

static bool allowed(const search *s, ca_sums left) {
    ca_sums right = ca_sums_minus(s->node->sums, left);
    return left.n >= s->rules->min_rows && right.n >= s->rules->min_rows &&
           hessian_of(s->units, left) >= s->rules->min_hessian &&
           hessian_of(s->units, right) >= s->rules->min_hessian;
}

static void offer(const search *s, ca_sums left, int direction, int32_t bin, bool missing_left, find *best) {
    if (!allowed(s, left)) return;
    double gain = bounded_gain(s, left, direction);
    if (gain > best->gain) *best = (find){ gain, left, bin, missing_left };
}

/* Gains of n cuts without bounds, rounded as bounded_gain does it: whole gradients and equal second
 * derivatives make ties, which must not be broken by rounding in another way than elsewhere. */
CA_WIDE static void gains_of(const double *g_left, const double *h_left, int64_t n, double g, double h,
                             double l2, double base, double *gain) {
    for (int64_t i = 0; i < n; i++) {
        double gl = g_left[i], gr = g - gl;
        gain[i] = base + gl * (gl / (h_left[i] + l2 + LEAST_PENALTY)) +
                  gr * (gr / (h - h_left[i] + l2 + LEAST_PENALTY));
    }
}

/* The largest of n >= 1 numbers, in four lanes. */
CA_WIDE static double largest(const double *gain, int64_t n) {
    double most[4] = { gain[0], gain[0], gain[0], gain[0] };
    int64_t i = 0;
    for (; i + 4 <= n; i += 4)
        for (int l = 0; l < 4; l++) most[l] = gain[i + l] > most[l] ? gain[i + l] : most[l];
    for (; i < n; i++) most[0] = gain[i] > most[0] ? gain[i] : most[0];
    for (int l = 1; l < 4; l++) most[0] = most[l] > most[0] ? most[l] : most[0];
    return most[0];
}

static inline double from_bits(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* (double)(word >> bits) for a word without anything below these bits; compilers vectorise it for every CPU,
 * which have the instruction only sometimes. The word is moved above 0 and its halves are put into numbers
 * next to 2^52; all is exact but the last addition. */
static inline double number_above(uint64_t word, int bits, double moved) {
    uint64_t place = UINT64_C(0x4330000000000000), value = (word ^ UINT64_C(1) << 63) >> bits;
    double high = from_bits(place | value >> 32) - 0x1p52;
    double low = from_bits(place | (value & UINT32_MAX)) - 0x1p52;
    return (high * 0x1p32 - moved) + low;
}

/* Running sums as numbers; *from: how many are too small on the left, *to: how many are large enough on the
 * right. */
CA_WIDE static void read_narrow(const uint64_t *words, int64_t n_cuts, int bits, double unit, int64_t least,
                                int64_t most, double *g, double *h, int64_t *from, int64_t *to) {
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    double moved = from_bits((uint64_t)(1023 + 63 - bits) << 52);
    int64_t small = 0, fit = 0;
    for (int64_t b = 0; b < n_cuts; b++) {
        uint64_t n = words[b] & mask;
        g[b] = number_above(words[b] - n, bits, moved) * unit;
        h[b] = from_bits(UINT64_C(0x4330000000000000) | n) - 0x1p52;
        small += (int64_t)n < least;
        fit += (int64_t)n <= most;
    }
    *from = small;
    *to = fit;
}

CA_WIDE static void read_wide(const uint64_t *sum_g, const uint64_t *hn, int64_t n_cuts,
                              const ca_units *units, int64_t least, int64_t most, double min_hessian,
                              double all, double *g, double *h, int64_t *from, int64_t *to) {
    int bits = units->count_bits;
    uint64_t mask = (UINT64_C(1) << bits) - 1;
    double moved = from_bits((uint64_t)(1023 + 63 - bits) << 52), g_unit = units->g_unit,
           h_unit = units->h_unit;
    int64_t small = 0, fit = 0;
    for (int64_t b = 0; b < n_cuts; b++) {
        uint64_t n = hn[b] & mask;
        g[b] = number_above(sum_g[b], 0, 0x1p63) * g_unit;
        h[b] = number_above(hn[b] - n, bits, moved) * h_unit;
        small += ((int64_t)n < least) | (h[b] < min_hessian);
        fit += ((int64_t)n <= most) & (all - h[b] >= min_hessian);
    }
    *from = small;
    *to = fit;
}

/* Running sums over the bins of a column. Sums of words are words of sums. */
static void run_up_narrow(const search *s, const int64_t *bins, ca_sums start, int32_t n_cuts, double *g,
                          double *h, int64_t *from, int64_t *to) {
    uint64_t words[CA_BOOST_BINS + 1], one = UINT64_C(1) << s->units->count_bits;
    uint64_t word = (uint64_t)start.g * one + (uint64_t)start.n;
    int64_t least = s->rules->min_rows, whole = (int64_t)ceil(s->rules->min_hessian);
    if (least < whole) least = whole; /* a row's second derivative is 1 */
    for (int32_t b = 0; b < n_cuts; b++) words[b] = word += (uint64_t)bins[b];
    read_narrow(words, n_cuts, s->units->count_bits, s->units->g_unit, least, s->node->sums.n - least, g, h,
                from, to);
}

static void run_up_wide(const search *s, const ca_wide_bin *bins, ca_sums start, int32_t n_cuts, double *g,
                        double *h, int64_t *from, int64_t *to) {
    uint64_t sum_g[CA_BOOST_BINS + 1], hn[CA_BOOST_BINS + 1], one = UINT64_C(1) << s->units->count_bits;
    uint64_t word_g = (uint64_t)start.g, word_hn = (uint64_t)start.h * one + (uint64_t)start.n;
    int64_t least = s->rules->min_rows;
    for (int32_t b = 0; b < n_cuts; b++) {
        sum_g[b] = word_g += (uint64_t)bins[b].g;
        hn[b] = word_hn += (uint64_t)bins[b].hn;
    }
    read_wide(sum_g, hn, n_cuts, s->units, least, s->node->sums.n - least, s->rules->min_hessian, s->h, g, h,
              from, to);
}

/* Sums of the bins up to `bin`. */
static ca_sums sums_up_to(const search *s, const ca_feature *feature, ca_sums start, int32_t bin) {
    for (int32_t b = 0; b <= bin; b++)
        start = ca_sums_plus(start, ca_sums_read(s->units, s->node->histogram, feature->first + b));
    return start;
}

/* Cuts of a number column with the missing rows on one side. Those that leave both sides large enough are an
 * interval. */
static void scan_side(const search *s, const ca_feature *feature, bool missing_left, int direction,
                      find *best) {
    double g[CA_BOOST_BINS + 1], h[CA_BOOST_BINS + 1], gain[CA_BOOST_BINS + 1];
    int32_t n_cuts = feature->n_bins - 1 + (feature->missing && !missing_left);
    int64_t from, to;
    ca_sums start = { 0 };
    if (missing_left) start = ca_sums_read(s->units, s->node->histogram, feature->first + feature->n_bins);
    if (s->units->narrow)
        run_up_narrow(s, (const int64_t *)s->node->histogram + feature->first, start, n_cuts, g, h, &from,
                      &to);
    else
        run_up_wide(s, (const ca_wide_bin *)s->node->histogram + feature->first, start, n_cuts, g, h, &from,
                    &to);
    if (from >= to) return;
    if (s->bounded || direction) {
        ca_sums left = start;
        for (int64_t b = 0; b < to; b++) {
            left = ca_sums_plus(left, ca_sums_read(s->units, s->node->histogram, feature->first + b));
            if (b >= from) gain[b] = bounded_gain(s, left, direction);
        }
    } else {
        gains_of(g + from, h + from, to - from, s->g, s->h, s->rules->l2, s->base, gain + from);
    }
    double most = largest(gain + from, to - from);
    if (!(most > best->gain)) return;
    int32_t at = (int32_t)(missing_left ? to - 1 : from); /* the last of equals, or the first */
    while (gain[at] != most) at += missing_left ? -1 : 1;
    *best = (find){
        .gain = most, .left = sums_up_to(s, feature, start, at), .bin = at, .missing_left = missing_left
    };
}

static void scan_shared(const search *s, const ca_feature *feature, int direction, find *best) {
    ca_sums unusual = ca_sums_read(s->units, s->node->histogram, feature->first);
    ca_sums left = feature->unusual_is_low ? unusual : ca_sums_minus(s->node->sums, unusual);
    offer(s, left, direction, 0, false, best);
}

typedef struct category {
    double order;
    ca_sums sums;
    int32_t bin;
} category;

/* Categories with enough rows, ordered by their gradient over second derivative (equals by bin): for a convex
 * loss the best partition is a prefix of that order (Fisher, "On grouping for maximum homogeneity", JASA 53,
 * 1958, doi:10.1080/01621459.1958.10501479). */
static int32_t order_categories(const search *s, const ca_feature *feature, category *list) {
    int32_t n = 0;
    double support = (double)s->node->sums.n / s->h;
    for (int32_t b = 0; b < feature->n_bins + feature->missing; b++) {
        category c = { .sums = ca_sums_read(s->units, s->node->histogram, feature->first + b), .bin = b };
        double h = hessian_of(s->units, c.sums);
        if (!(h * support >= CATEGORY_SUPPORT)) continue;
        c.order = (double)c.sums.g * s->units->g_unit / (h + s->rules->cat_smooth);
        int32_t at = n++;
        for (; at > 0 && list[at - 1].order > c.order; at--) list[at] = list[at - 1];
        list[at] = c;
    }
    return n;
}

/* One level, or the missing rows, against the rest: LightGBM's and XGBoost's rule for few levels (their
 * parameter max_cat_to_onehot; https://lightgbm.readthedocs.io/en/v4.6.0/Parameters.html). */
static void scan_levels(const search *s, const ca_feature *feature, find *best, uint64_t left_bins[4]) {
    for (int32_t b = 0; b < feature->n_bins + feature->missing; b++)
        offer(s, ca_sums_read(s->units, s->node->histogram, feature->first + b), 0, b, b == feature->n_bins,
              best);
    if (best->gain > -HUGE_VAL) left_bins[best->bin / 64] |= UINT64_C(1) << best->bin % 64;
}

/* Prefixes from both ends, up to the middle, against the rest; categories without support are of the rest.
 * Which prefixes are tried is scikit-learn's choice. */
static void scan_category(const search *s, const ca_feature *feature, find *best, uint64_t left_bins[4]) {
    category list[CA_BOOST_BINS + 1];
    int32_t n = order_categories(s, feature, list), best_end = 0, best_count = 0;
    if (n < 2) return;
    for (int end = 0; end < 2; end++) {
        ca_sums left = { 0 };
        for (int32_t i = 0; i < (end ? n - 1 : n + 1) / 2; i++) {
            left = ca_sums_plus(left, list[end ? n - 1 - i : i].sums);
            double before = best->gain;
            offer(s, left, 0, 0, false, best);
            if (best->gain > before) {
                best_end = end;
                best_count = i + 1;
            }
        }
    }
    for (int32_t i = 0; i < best_count; i++) {
        int32_t bin = list[best_end ? n - 1 - i : i].bin;
        left_bins[bin / 64] |= UINT64_C(1) << bin % 64;
        if (bin == feature->n_bins) best->missing_left = true;
    }
}

/* ---- All features -------------------------------------------------------------------------------------- */

static void try_feature(const search *s, int32_t f, ca_boost_cut *cut) {
    const ca_feature *feature = &s->table->features[f];
    int direction = s->rules->monotone ? s->rules->monotone[f] : 0;
    uint64_t left_bins[4] = { 0 };
    find best = { .gain = -HUGE_VAL };
    if (feature->kind == CA_FEATURE_NUMBER) {
        scan_side(s, feature, false, direction, &best);
        if (feature->missing) scan_side(s, feature, true, direction, &best);
    } else if (feature->kind == CA_FEATURE_SHARED) {
        scan_shared(s, feature, direction, &best);
    } else if (feature->n_bins <= s->rules->one_level) {
        scan_levels(s, feature, &best, left_bins);
    } else {
        scan_category(s, feature, &best, left_bins);
    }
    if (!(best.gain > cut->gain)) return;
    *cut = (ca_boost_cut){
        .gain = best.gain, .feature = f, .bin = best.bin, .missing_left = best.missing_left, .left = best.left
    };
    memcpy(cut->left_bins, left_bins, sizeof left_bins);
}

static bool may_meet(const search *s, int32_t f) {
    if (!s->rules->sets) return true;
    for (int64_t w = 0; w < s->rules->set_words; w++)
        if (s->rules->sets[f * s->rules->set_words + w] & s->node->sets[w]) return true;
    return false;
}

/* The features that the node looks at, ascending: a draw among those that may meet on its path. */
static int32_t choose_features(const search *s, int32_t *features) {
    int32_t n = 0, kept = 0;
    for (int32_t f = 0; f < s->table->n_features; f++)
        if (may_meet(s, f)) features[n++] = f;
    if (s->rules->max_features >= 1 || n == 0) return n;
    int32_t most = (int32_t)ceil(s->rules->max_features * n), left = most > 1 ? most : 1;
    cauce_rng rng;
    cauce_rng_init(&rng, s->node->seed, "boosting columns", s->node->key);
    for (int32_t i = 0; i < n && left; i++)
        if (cauce_rng_below(&rng, (uint64_t)(n - i)) < (uint64_t)left) {
            features[kept++] = features[i];
            left--;
        }
    return kept;
}

typedef struct wide_search {
    const search *s;
    const int32_t *features;
    int32_t n, n_tasks;
    ca_boost_cut *cuts;
} wide_search;

static cauce_status search_some(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const wide_search *w = payload;
    int64_t from = w->n * index / w->n_tasks, to = w->n * (index + 1) / w->n_tasks;
    for (int64_t i = from; i < to; i++) try_feature(w->s, w->features[i], &w->cuts[index]);
    return CAUCE_OK;
}

/* Tasks take consecutive features; the first of equal gains wins, as without tasks. */
static cauce_status search_wide(cauce_run *run, wide_search *w, ca_boost_cut *cut) {
    w->cuts = cauce_scratch(run, w->n_tasks, sizeof *w->cuts);
    if (!w->cuts) return run->error.status;
    CA_TRY(cauce_parallel(run, w->n_tasks, search_some, w));
    for (int32_t i = 0; i < w->n_tasks; i++)
        if (w->cuts[i].gain > cut->gain) *cut = w->cuts[i];
    return CAUCE_OK;
}

cauce_status ca_best_cut(cauce_run *run, const ca_table *table, const ca_units *units,
                         const ca_split_rules *rules, const ca_split_node *node, ca_boost_cut *cut) {
    search s = { .table = table, .units = units, .rules = rules, .node = node };
    s.g = (double)node->sums.g * units->g_unit;
    s.h = hessian_of(units, node->sums);
    s.base = s.g * node->value;
    s.bounded = node->lower > -HUGE_VAL || node->upper < HUGE_VAL;
    *cut = (ca_boost_cut){ .gain = 0 };
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    int32_t *features = cauce_scratch(run, table->n_features, sizeof *features);
    if (!features) return run->error.status;
    wide_search w = { .s = &s, .features = features, .n = choose_features(&s, features) };
    w.n_tasks = table->n_bins / (ca_is_together(run) ? QUICK_BINS : TASK_BINS);
    if (w.n_tasks > cauce_threads(run)) w.n_tasks = cauce_threads(run);
    if (w.n_tasks > 1)
        CA_TRY(search_wide(run, &w, cut));
    else
        for (int32_t i = 0; i < w.n; i++) try_feature(&s, features[i], cut);
    ca_arena_back(&run->scratch, mark);
    if (!(cut->gain > 0)) return CAUCE_OK;
    cut->left_value = ca_node_value(units, rules, cut->left, node->lower, node->upper);
    cut->right_value =
        ca_node_value(units, rules, ca_sums_minus(node->sums, cut->left), node->lower, node->upper);
    return CAUCE_OK;
}

void ca_cut_codes(const ca_feature *feature, const ca_boost_cut *cut, uint8_t left[256]) {
    if (feature->kind == CA_FEATURE_SHARED) {
        memset(left, !feature->unusual_is_low, 256);
        left[feature->code] = feature->unusual_is_low;
        return;
    }
    memset(left, 0, 256);
    for (int32_t b = 0; b < feature->n_bins; b++)
        left[b] = feature->kind == CA_FEATURE_NUMBER ? b <= cut->bin
                                                     : (uint8_t)(cut->left_bins[b / 64] >> b % 64 & 1);
    left[feature->n_bins] = cut->missing_left;
}
