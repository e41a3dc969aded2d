/* In a level of one row or two the mean of the targets says what they are. Trees that may cut levels sorted
 * by it learn them by heart, and cut nothing else; so do trees that did not draw the row, for which the order
 * is the same. So a training row of such a category does not stand where its level does, but where the level
 * would stand without the rows of its fold: a tree then sees as much of the target as a new row will show it.
 * Of 4,000 rows with 1,000 levels that say nothing, beside four columns that do, the area under the curve of
 * a forest on new rows is 0.84 so, 0.71 by the order of all rows. */
#include "tree/held_out.h"

#include <math.h>

#include "base/mix.h"
#include "base/run.h"
#include "math/sort.h"
#include "tree/levels.h"

enum { FOLDS = 5, MANY_LEVELS = 20, FEW_ROWS = 20 };

typedef struct means {
    const cauce_train *train;
    const int32_t *codes;
    int32_t n_levels;
    const double *by_class;       /* the number that a class stands for; NULL: y is one */
    double middle, scale, weight; /* what is averaged is (value - middle) * scale; weight: for a mean of 1 */
    double *sum, *count;          /* of each level */
    double shrink;                /* m */
} means;

bool ca_levels_have_few_rows(const cauce_train *train, const int32_t *codes, int32_t n_levels) {
    int64_t present = 0;
    if (n_levels < MANY_LEVELS) return false;
    for (int64_t r = 0; r < train->n_rows; r++) present += codes[r] >= 0;
    return present < (int64_t)FEW_ROWS * n_levels;
}

static int fold_of(int64_t row) {
    return (int)(ca_mix((uint64_t)(row + 1) * CA_MIX_STEP) % FOLDS);
}

static double raw_value(const means *m, int64_t r) {
    return m->by_class ? m->by_class[m->train->y_class[r]] : m->train->y[r];
}

static double value_of(const means *m, int64_t r) {
    return raw_value(m, r) * m->scale - m->middle;
}

static double weight_of(const means *m, int64_t r) {
    return m->train->weight ? m->train->weight[r] * m->weight : m->weight;
}

/* Values of at most 1 around 0, and weights of 1 in the mean: no square overflows, and the weights count as
 * rows. */
static void centre(means *m) {
    double largest = 0, sum = 0, weight = 0, rows = 0;
    m->weight = 1;
    for (int64_t r = 0; r < m->train->n_rows; r++)
        if (m->codes[r] >= 0) largest = fmax(largest, fabs(raw_value(m, r)));
    m->scale = largest > 0 ? 0.5 / largest : 1;
    for (int64_t r = 0; r < m->train->n_rows; r++) {
        if (m->codes[r] < 0) continue;
        double w = weight_of(m, r);
        sum += w * (raw_value(m, r) * m->scale);
        weight += w;
        rows++;
    }
    m->middle = weight > 0 ? sum / weight : 0;
    m->weight = weight > 0 ? rows / weight : 1;
}

/* Sums and counts of the levels without the rows of a fold; -1: of all rows. */
static void add_up(const means *m, int fold) {
    for (int32_t k = 0; k < m->n_levels; k++) m->sum[k] = m->count[k] = 0;
    for (int64_t r = 0; r < m->train->n_rows; r++) {
        if (m->codes[r] < 0 || fold_of(r) == fold) continue;
        double w = weight_of(m, r);
        m->sum[m->codes[r]] += w * value_of(m, r);
        m->count[m->codes[r]] += w;
    }
}

/* Variance within levels over that between them; infinite where they do not differ. Of the sums of all rows.
 */
static double find_shrink(const means *m) {
    double within = 0, between = 0, rows = 0, squares = 0, groups = 0;
    for (int32_t k = 0; k < m->n_levels; k++) {
        if (!(m->count[k] > 0)) continue;
        groups++;
        rows += m->count[k];
        squares += m->count[k] * m->count[k];
        between += m->sum[k] * (m->sum[k] / m->count[k]);
    }
    for (int64_t r = 0; r < m->train->n_rows; r++) {
        if (m->codes[r] < 0) continue;
        double apart = value_of(m, r) - m->sum[m->codes[r]] / m->count[m->codes[r]];
        within += weight_of(m, r) * apart * apart;
    }
    if (!(rows > groups) || groups < 2) return INFINITY;
    double mean_within = within / (rows - groups), mean_between = between / (groups - 1);
    double per_level = (rows - squares / rows) / (groups - 1); /* rows of a level, on average */
    double variance = (mean_between - mean_within) / per_level;
    return variance > 0 ? mean_within / variance : (double)INFINITY;
}

/* A level without rows has the mean of all, which is 0. */
static double shrunken(const means *m, int32_t level) {
    return m->count[level] > 0 ? m->sum[level] / (m->count[level] + m->shrink) : 0;
}

/* The distinct means in ascending order, their number in *n, and each level's number among them. */
static cauce_status rank_levels(cauce_run *run, const means *m, int32_t *rank, double *sorted, int32_t *n) {
    double *score = cauce_scratch(run, m->n_levels, sizeof *score);
    int64_t *order = cauce_scratch(run, m->n_levels, sizeof *order);
    if (!score || !order) return CA_NOMEM(run);
    for (int32_t k = 0; k < m->n_levels; k++) score[k] = shrunken(m, k);
    CA_TRY(ca_argsort(run, score, m->n_levels, order));
    *n = 0;
    for (int32_t i = 0; i < m->n_levels; i++) {
        double x = score[order[i]];
        if (*n == 0 || x > sorted[*n - 1]) sorted[(*n)++] = x;
        rank[order[i]] = *n - 1;
    }
    return CAUCE_OK;
}

/* Where x stands among n ascending numbers: i for number i, halfway outside. */
static double stand(const double *sorted, int32_t n, double x) {
    int32_t low = 0, high = n;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (sorted[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == n) return n - 0.5;
    if (sorted[low] == x) return low;
    return low == 0 ? -0.5 : low - 1 + (x - sorted[low - 1]) / (sorted[low] - sorted[low - 1]);
}

static void place_fold(const means *m, int fold, const int32_t *kept, const int32_t *rank,
                       const double *sorted, int32_t n, double *place) {
    add_up(m, fold);
    for (int64_t r = 0; r < m->train->n_rows; r++) {
        int32_t level = m->codes[r];
        if (level < 0 || fold_of(r) != fold) continue;
        place[r] = stand(sorted, n, shrunken(m, level));
        if (kept) place[r] = fmax(place[r] + (kept[level] - rank[level]), -0.5);
    }
}

cauce_status ca_place_rows(cauce_run *run, const cauce_train *train, const int32_t *codes, int32_t n_levels,
                           const int32_t *kept, int32_t *rank, double *place) {
    means m = { .train = train, .codes = codes, .n_levels = n_levels };
    int32_t n = 0;
    double *sorted = cauce_scratch(run, n_levels, sizeof *sorted);
    m.sum = cauce_scratch(run, n_levels, sizeof *m.sum);
    m.count = cauce_scratch(run, n_levels, sizeof *m.count);
    if (!sorted || !m.sum || !m.count) return CA_NOMEM(run);
    CA_TRY(ca_class_values(run, train, codes, n_levels, &m.by_class));
    centre(&m);
    add_up(&m, -1);
    m.shrink = find_shrink(&m);
    CA_TRY(rank_levels(run, &m, rank, sorted, &n));
    for (int64_t r = 0; r < train->n_rows; r++) place[r] = codes[r] < 0 ? (double)NAN : 0;
    for (int fold = 0; fold < FOLDS; fold++) {
        CA_TRY(cauce_check_cancel(run));
        place_fold(&m, fold, kept, rank, sorted, n, place);
    }
    for (int32_t k = 0; k < n_levels && kept; k++) rank[k] = kept[k];
    return CAUCE_OK;
}
