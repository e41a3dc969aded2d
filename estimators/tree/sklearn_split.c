/* The search for a cut as scikit-learn 1.2.1 makes it: see sklearn.h. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "tree/sklearn.h"

/* Values as near as this are one. */
static const float NEAR = 1e-7f;

/* ---- Sorting --------------------------------------------------------------------------------------------
 * Quicksort into three parts around the median of the first, middle and last value, heapsort where it goes
 * too deep: Musser, "Introspective sorting and selection algorithms", Software: Practice and Experience 27,
 * 1997; Bentley, McIlroy, "Engineering a sort function", ibid. 23, 1993. */

static inline void swap(ca_sk_row *rows, int64_t i, int64_t j) {
    ca_sk_row held = rows[i];
    rows[i] = rows[j];
    rows[j] = held;
}

static float middle_of(float a, float b, float c) {
    float low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

static void sift(ca_sk_row *rows, int64_t at, int64_t n) {
    for (;;) {
        int64_t largest = at;
        for (int64_t child = 2 * at + 1; child <= 2 * at + 2 && child < n; child++)
            if (rows[largest].x < rows[child].x) largest = child;
        if (largest == at) return;
        swap(rows, at, largest);
        at = largest;
    }
}

static void heap_sort(ca_sk_row *rows, int64_t n) {
    for (int64_t at = (n - 2) / 2; at >= 0; at--) sift(rows, at, n);
    for (int64_t end = n - 1; end > 0; end--) {
        swap(rows, 0, end);
        sift(rows, 0, end);
    }
}

/* The recursion is no deeper than `depth`, twice the logarithm of n. */
static void sort(ca_sk_row *rows, int64_t n, int depth) {
    while (n > 1) {
        if (depth-- <= 0) {
            heap_sort(rows, n);
            return;
        }
        float pivot = middle_of(rows[0].x, rows[n / 2].x, rows[n - 1].x);
        int64_t below = 0, at = 0, above = n;
        while (at < above)
            if (rows[at].x < pivot)
                swap(rows, at++, below++);
            else if (rows[at].x > pivot)
                swap(rows, at, --above);
            else
                at++;
        sort(rows, below, depth);
        rows += above;
        n -= above;
    }
}

void ca_sk_sort(ca_sk_row *rows, int64_t n) {
    if (n > 1) sort(rows, n, 2 * (int)(log((double)n) / log(2.0)));
}

/* ---- One column ---------------------------------------------------------------------------------------- */

static uint32_t next_random(ca_sk_search *s) {
    uint32_t x = s->random ? s->random : 1;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    s->random = x;
    return x & INT32_MAX;
}

static void load(const ca_sk_search *s, int32_t feature) {
    const float *x = s->columns + feature * s->n_rows;
    for (int64_t i = s->sums.start; i < s->sums.end; i++) s->rows[i].x = x[s->rows[i].row];
}

/* Whether the column has one value in the node. All its cuts: the rows are sorted; *low, *high: its ends. */
static bool is_constant(const ca_sk_search *s, float *low, float *high) {
    ca_sk_row *rows = s->rows + s->sums.start;
    int64_t n = s->sums.end - s->sums.start;
    if (!s->random_cuts) ca_sk_sort(rows, n);
    *low = rows[0].x;
    *high = rows[n - 1].x;
    for (int64_t i = 0; i < n && s->random_cuts; i++) {
        if (rows[i].x < *low) *low = rows[i].x;
        if (rows[i].x > *high) *high = rows[i].x;
    }
    return *high <= (float)(*low + NEAR);
}

/* Swaps rows above the threshold to the end; returns where they begin. */
static int64_t part(const ca_sk_search *s, double threshold) {
    int64_t at = s->sums.start, end = s->sums.end;
    while (at < end)
        if ((double)s->rows[at].x <= threshold)
            at++;
        else
            swap(s->rows, at, --end);
    return end;
}

/* What a cut before row `at` of the node is worth; -inf: not allowed. */
static double try_cut(ca_sk_search *s, int64_t at) {
    ca_sk_sums *sums = &s->sums;
    if (at - sums->start < s->min_samples_leaf || sums->end - at < s->min_samples_leaf) return -HUGE_VAL;
    ca_sk_sums_move(sums, at);
    if (sums->left_weight < s->min_weight || sums->right_weight < s->min_weight) return -HUGE_VAL;
    return ca_sk_sums_gain(sums);
}

static void try_all(ca_sk_search *s, int32_t feature, double *best, ca_sk_cut *cut) {
    const ca_sk_row *rows = s->rows;
    int64_t end = s->sums.end;
    ca_sk_sums_reset(&s->sums);
    for (int64_t at = s->sums.start + 1; at < end; at++) {
        double below = rows[at - 1].x, above = rows[at].x;
        if (rows[at].x <= (float)(rows[at - 1].x + NEAR)) continue;
        double gain = try_cut(s, at);
        if (!(gain > *best)) continue;
        double threshold = below / 2 + above / 2;
        *best = gain;
        *cut =
            (ca_sk_cut){ .feature = feature, .at = at, .threshold = threshold == above ? below : threshold };
    }
}

static void try_random(ca_sk_search *s, int32_t feature, double low, double high, double *best,
                       ca_sk_cut *cut) {
    double threshold = (high - low) * (double)next_random(s) / (double)INT32_MAX + low;
    if (threshold == high) threshold = low;
    int64_t at = part(s, threshold);
    ca_sk_sums_reset(&s->sums);
    double gain = try_cut(s, at);
    if (!(gain > *best)) return;
    *best = gain;
    *cut = (ca_sk_cut){ .feature = feature, .at = at, .threshold = threshold };
}

/* ---- The node ------------------------------------------------------------------------------------------ */

static inline void exchange(int32_t *order, int64_t i, int64_t j) {
    int32_t held = order[i];
    order[i] = order[j];
    order[j] = held;
}

/* Columns are drawn without replacement, max_features of them and then until one was not constant. s->order
 * has the constants known from above (the first `drawn` of them drawn), those found here, those that wait,
 * and from `waiting` on those that were tried. Tries each one that is not constant; *last: the column that
 * was looked at last. */
static cauce_status try_columns(cauce_run *run, ca_sk_search *s, int64_t known, int64_t *constants,
                                int32_t *last, ca_sk_cut *cut) {
    int64_t waiting = s->n_columns, visited = 0, found = 0, drawn = 0;
    int32_t *order = s->order;
    double best = -HUGE_VAL;
    while (waiting > known + found && (visited < s->max_features || visited <= found + drawn)) {
        float low, high;
        visited++;
        int64_t j = drawn + next_random(s) % (waiting - found - drawn);
        if (j < known) {
            exchange(order, drawn++, j);
            continue;
        }
        CA_TRY(cauce_check_cancel(run));
        j += found;
        int32_t feature = *last = order[j];
        load(s, feature);
        if (is_constant(s, &low, &high)) {
            exchange(order, j, known + found++);
            continue;
        }
        exchange(order, --waiting, j);
        if (s->random_cuts)
            try_random(s, feature, (double)low, (double)high, &best, cut);
        else
            try_all(s, feature, &best, cut);
    }
    *constants = known + found;
    return CAUCE_OK;
}

cauce_status ca_sk_find(cauce_run *run, ca_sk_search *s, double impurity, int64_t *n_constants,
                        ca_sk_cut *cut) {
    ca_sk_sums *sums = &s->sums;
    int64_t known = *n_constants;
    int32_t last = -1;
    *cut = (ca_sk_cut){ .feature = -1, .at = sums->end, .decrease = -HUGE_VAL };
    CA_TRY(try_columns(run, s, known, n_constants, &last, cut));
    if (cut->feature >= 0) {
        if (!s->random_cuts || last != cut->feature) { /* a cut that was drawn has parted them already */
            load(s, cut->feature);
            part(s, cut->threshold);
        }
        ca_sk_sums_reset(sums);
        ca_sk_sums_move(sums, cut->at);
        ca_sk_sums_sides(sums, &cut->impurity[0], &cut->impurity[1]);
        cut->decrease = ca_sk_sums_decrease(sums, impurity, cut->impurity[0], cut->impurity[1]);
    }
    /* nodes beside this one count on the order of the constants above them */
    memcpy(s->order, s->constants, (size_t)known * sizeof *s->order);
    memcpy(s->constants + known, s->order + known, (size_t)(*n_constants - known) * sizeof *s->order);
    return CAUCE_OK;
}
