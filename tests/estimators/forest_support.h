/* Data, an oracle and cross-validation for tests of tree estimators. */
#ifndef TESTS_ESTIMATORS_FOREST_SUPPORT_H
#define TESTS_ESTIMATORS_FOREST_SUPPORT_H

#include "support/check_main.h"
#include "support/component_harness.h"
#include "support/numeric_csv.h"
#include "support/tables.h"
#include "estimators/same_forests.h"
#include "tree/tree.h"

/* A cheap generator for test data. */
static uint64_t noise_state;
static inline double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

typedef struct data {
    int64_t n, p;
    int32_t k;
    double x[4000], y[400], w[400];
    int32_t c[400];
} data;

/* Columns of few, several and many values, constants and duplicates. */
static inline data make_data(uint64_t seed, int64_t n, int64_t p, int32_t k) {
    data d = { .n = n, .p = p, .k = k };
    noise_state = seed;
    for (int64_t j = 0; j < p; j++) {
        double levels = j % 4 == 0 ? 2 : j % 4 == 1 ? 7 : j % 4 == 2 ? 1e9 : 1;
        for (int64_t r = 0; r < n; r++) d.x[j * n + r] = floor(noise() * levels) / 3;
        if (j == 6) memcpy(d.x + j * n, d.x + 2 * n, (size_t)n * sizeof(double));
    }
    for (int64_t r = 0; r < n; r++) {
        d.y[r] = floor(noise() * 20) * 0.7 + 3 * d.x[r] + d.x[(p > 1) * n + r];
        d.c[r] = !k ? 0 : (int32_t)(noise() < 0.3 ? noise() * k : fmod(d.x[(p > 1) * n + r] * 3, k));
        d.w[r] = 1 + floor(noise() * 3);
    }
    return d;
}

/* ---- A slow oracle: walks a fitted tree and tries every cut of every node in extended precision -------- */

typedef struct oracle {
    const data *d;
    const ca_forest *f;
    int criterion; /* 0 squares / gini, 1 entropy, 2 poisson, 3 absolute error */
    int64_t min_leaf;
    int32_t splits, leaves; /* visited */
} oracle;

static inline int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Median of some targets, the middle of the two in the middle when their number is even. */
static inline double median_of(const oracle *o, const int32_t *rows, int32_t n, const char *left, int want) {
    double y[400];
    int32_t m = 0;
    for (int32_t i = 0; i < n; i++)
        if (!left || left[i] == want) y[m++] = o->d->y[rows[i]];
    qsort(y, (size_t)m, sizeof *y, ascending);
    return m % 2 ? y[m / 2] : y[m / 2 - 1] / 2 + y[m / 2] / 2;
}

static inline long double distances(const oracle *o, const int32_t *rows, int32_t n, const char *left,
                                    int want) {
    double median = median_of(o, rows, n, left, want);
    long double sum = 0;
    for (int32_t i = 0; i < n; i++)
        if (left[i] == want) sum += fabsl((long double)o->d->y[rows[i]] - (long double)median);
    return -sum;
}

static inline long double side(const oracle *o, const int32_t *rows, int32_t n, const char *left, int want) {
    long double w = 0, s = 0, counts[8] = { 0 };
    if (o->criterion == 3) return distances(o, rows, n, left, want);
    for (int32_t i = 0; i < n; i++) {
        if (left[i] != want) continue;
        w += 1;
        if (o->d->k)
            counts[o->d->c[rows[i]]] += 1;
        else
            s += (long double)o->d->y[rows[i]];
    }
    if (!o->d->k) return o->criterion == 2 ? (s > 0 ? s * logl(s / w) : -HUGE_VALL) : s * s / w;
    long double sum = 0;
    for (int32_t c = 0; c < o->d->k; c++)
        sum += o->criterion == 1 ? (counts[c] > 0 ? counts[c] * logl(counts[c] / w) : 0)
                                 : counts[c] * counts[c] / w;
    return sum;
}

/* Best gain of all allowed cuts, and the lowest column of those that part the rows like `chosen`. */
static inline long double best_gain(const oracle *o, const int32_t *rows, int32_t n, const char *chosen,
                                    int32_t *lowest) {
    const data *d = o->d;
    long double best = -HUGE_VALL;
    for (int32_t j = 0; j < d->p; j++) {
        const double *x = d->x + j * d->n;
        for (int32_t at = 0; at < n; at++) {
            char left[400];
            int32_t n_left = 0, same = 0;
            for (int32_t i = 0; i < n; i++) {
                left[i] = x[rows[i]] <= x[rows[at]];
                n_left += left[i];
                same += chosen && left[i] == chosen[i];
            }
            if (n_left == n || n_left < o->min_leaf || n - n_left < o->min_leaf) continue;
            if (chosen && (same == n || same == 0) && j < *lowest) *lowest = j;
            long double gain = side(o, rows, n, left, 1) + side(o, rows, n, left, 0);
            if (gain > best) best = gain;
        }
    }
    return best;
}

/* The numbers of a split's children in the tree that begins at `first`: a split, or -1 - leaf. */
static inline void children_of(const ca_forest *f, int64_t first, int64_t at, int32_t child[2]) {
    int32_t splits = 1, leaves = 0;
    for (int64_t i = 0; i <= at; i++)
        for (int s = 0; s < 2; s++) child[s] = f->split_leaves[first + i] >> s & 1 ? ~leaves++ : splits++;
}

/* The leaf of one row of d->x in tree t, found step by step. */
static inline const double *slow_leaf(const ca_forest *f, int64_t t, const data *d, int64_t row) {
    int64_t first = f->tree_offset[t], n = f->tree_offset[t + 1] - first;
    int32_t at = n ? 0 : ~0;
    while (at >= 0) {
        int32_t child[2];
        double x = d->x[f->split_feature[first + at] * d->n + row];
        bool right = isnan(x) ? f->split_missing[first + at] : x > f->split_threshold[first + at];
        children_of(f, first, at, child);
        at = child[right];
    }
    return ca_forest_leaf(f, first + t + ~at);
}

/* The rows of d that tree t did not draw, of a forest that drew n_drawn for each with seed `seed`. */
static inline int64_t rows_left_out(const data *d, uint64_t seed, int64_t t, int64_t n_drawn, int64_t *rows) {
    bool drawn[400] = { false };
    int64_t n = 0;
    cauce_rng rng;
    cauce_rng_init(&rng, seed, "forest rows", (uint64_t)t);
    for (int64_t i = 0; i < n_drawn; i++) drawn[cauce_rng_below(&rng, (uint64_t)d->n)] = true;
    for (int64_t r = 0; r < d->n; r++)
        if (!drawn[r]) rows[n++] = r;
    return n;
}

/* Makes every third column lack about a fourth of its numbers, more of the rows with large targets than of
 * others; columns 1, 4, 7, ... keep theirs. */
static inline void lose(data *d) {
    for (int64_t j = 0; j < d->p; j += 3)
        for (int64_t r = 0; r < d->n; r++)
            if (noise() < (d->y[r] + d->c[r] > 7 ? 0.4 : 0.15)) d->x[j * d->n + r] = (double)NAN;
}

static inline void check_leaf(oracle *o, int32_t leaf, const int32_t *rows, int32_t n) {
    const data *d = o->d;
    double value[8] = { 0 };
    bool pure = true;
    for (int32_t i = 0; i < n; i++) {
        pure &= d->k ? d->c[rows[i]] == d->c[rows[0]] : d->y[rows[i]] == d->y[rows[0]];
        value[d->k ? d->c[rows[i]] : 0] += (d->k ? 1 : d->y[rows[i]]) / n;
    }
    if (o->criterion == 3) value[0] = median_of(o, rows, n, NULL, 0);
    for (int64_t c = 0; c < o->f->n_outputs; c++) ck_near(ca_forest_leaf(o->f, leaf)[c], value[c], 1e-13);
    if (!pure) ck_assert(best_gain(o, rows, n, NULL, NULL) == -HUGE_VALL);
    o->leaves++;
}

static inline void check_node(oracle *o, int32_t at, const int32_t *rows, int32_t n) {
    if (at < 0) {
        check_leaf(o, ~at, rows, n);
        return;
    }
    const data *d = o->d;
    int32_t feature = o->f->split_feature[at], lowest = feature, parts[2][400], size[2] = { 0 };
    const double *x = d->x + feature * d->n, threshold = o->f->split_threshold[at];
    double below = -HUGE_VAL, above = HUGE_VAL;
    char left[400];
    for (int32_t i = 0; i < n; i++) {
        double v = x[rows[i]];
        left[i] = v <= threshold;
        if (left[i] && v > below) below = v;
        if (!left[i] && v < above) above = v;
        parts[!left[i]][size[!left[i]]++] = rows[i];
    }
    ck_assert(size[0] >= o->min_leaf && size[1] >= o->min_leaf && size[0] && size[1]);
    ck_assert_double_eq(threshold, below / 2 + above / 2);
    long double gain = side(o, rows, n, left, 1) + side(o, rows, n, left, 0);
    long double best = best_gain(o, rows, n, left, &lowest);
    ck_assert_msg(gain >= best - 1e-12L * (1 + fabsl(best)), "split %d of %d rows: gain %.17Lg, best %.17Lg",
                  at, n, gain, best);
    ck_assert_int_eq(lowest, feature);
    o->splits++;
    int32_t child[2];
    children_of(o->f, 0, at, child);
    for (int s = 0; s < 2; s++) check_node(o, child[s], parts[s], size[s]);
}

static inline void begin_on(harness *h, const cauce_component *component, data *d, const char *options) {
    harness_begin(h, component, options, d->x, d->n, d->p);
    h->train.n_classes = d->k;
    h->train.y = d->k ? NULL : d->y;
    h->train.y_class = d->k ? d->c : NULL;
}

static inline void compare_with_oracle(const cauce_component *component, data *d, const char *options,
                                       int criterion, int64_t min_leaf) {
    harness h;
    begin_on(&h, component, d, options);
    harness_fit(&h);
    oracle o = { d, h.state, criterion, min_leaf, 0, 0 };
    int32_t rows[400];
    for (int32_t r = 0; r < d->n; r++) rows[r] = r;
    check_node(&o, o.f->n_splits ? 0 : -1, rows, (int32_t)d->n);
    ck_assert_int_eq(o.splits, o.f->n_splits);
    ck_assert_int_eq(o.leaves, ca_forest_leaves(o.f));
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    harness_end(&h);
}

/* A table of data/; its classes are whole numbers already. *k: how many, 0 for regression. */
static inline numeric_csv read_table(const char *name, int32_t *k) {
    char path[500];
    snprintf(path, sizeof path, "%s/data/%s.csv", CAUCE_SOURCE_DIR, name);
    numeric_csv csv = numeric_csv_read(path);
    *k = strcmp(name, "diabetes") == 0 ? 0 : 2;
    for (int64_t r = 0; r < csv.n && *k; r++)
        if (csv.y[r] + 1 > *k) *k = (int32_t)csv.y[r] + 1;
    return csv;
}

/* Mean score and loss over five folds, as the reference script computes them. */
static inline void cross_validate(const cauce_component *component, const numeric_csv *csv,
                                  const char *options, int32_t k, double *score, double *loss) {
    *score = *loss = 0;
    for (int64_t fold = 0; fold < 5; fold++) {
        int64_t n[2] = { 0 }, p = csv->p;
        for (int64_t r = 0; r < csv->n; r++) n[r % 5 == fold]++;
        double *x[2], *y[2];
        int32_t *c = malloc((size_t)csv->n * sizeof *c);
        for (int s = 0; s < 2; s++) {
            x[s] = malloc((size_t)(n[s] * p) * sizeof *x[s]);
            y[s] = malloc((size_t)n[s] * sizeof *y[s]);
            int64_t at = 0;
            for (int64_t r = 0; r < csv->n; r++) {
                if ((r % 5 == fold) != s) continue;
                for (int64_t j = 0; j < p; j++) x[s][j * n[s] + at] = csv->x[j * csv->n + r];
                y[s][at++] = csv->y[r];
            }
        }
        for (int64_t r = 0; r < n[0]; r++) c[r] = (int32_t)y[0][r];
        harness h;
        harness_begin(&h, component, options, x[0], n[0], p);
        h.train.y = k ? NULL : y[0];
        h.train.y_class = k ? c : NULL;
        h.train.n_classes = k;
        harness_fit(&h);
        int64_t width = k ? k : 1;
        double *out = malloc((size_t)(n[1] * width) * sizeof *out), right = 0, log_loss = 0, residual = 0,
               spread = 0;
        cauce_block block = { .values = x[1], .stride = n[1] };
        harness_apply(&h, &block, n[1], width, 4096, out);
        double mean = 0;
        for (int64_t r = 0; r < n[1]; r++) mean += y[1][r] / (double)n[1];
        for (int64_t r = 0; r < n[1]; r++) {
            const double *q = out + r * width;
            int32_t best = 0;
            double total = 0, own = 0;
            for (int32_t i = 0; i < k; i++) {
                if (q[i] > q[best]) best = i;
                double clipped = q[i] < 1e-3 ? 1e-3 : q[i];
                total += clipped;
                if (i == (int32_t)y[1][r]) own = clipped;
            }
            right += best == (int32_t)y[1][r];
            log_loss -= k ? log(own / total) : 0;
            residual += (q[0] - y[1][r]) * (q[0] - y[1][r]);
            spread += (mean - y[1][r]) * (mean - y[1][r]);
        }
        double rows = (double)n[1];
        *score += (k ? right / rows : 1 - residual / spread) / 5;
        *loss += (k ? log_loss / rows : sqrt(residual / rows)) / 5;
        harness_end(&h);
        free(out);
        free(c);
        for (int s = 0; s < 2; s++) {
            free(x[s]);
            free(y[s]);
        }
    }
}

/* What the reference reaches: see tools/dev/reference/forest.py. */
struct forest_reference {
    const char *table, *options;
    double score, score_sd, loss, loss_sd; /* accuracy and log loss; R2 and RMSE */
};

/* Scores of an estimator are the reference's up to the noise of seeds. */
static inline void compare_scores(const cauce_component *kind(bool classify),
                                  const struct forest_reference *ref) {
    enum { SEEDS = 2 };
    char options[300];
    int32_t k;
    numeric_csv csv = read_table(ref->table, &k);
    double mean[2] = { 0 };
    for (int seed = 0; seed < SEEDS; seed++) {
        double score, loss;
        snprintf(options, sizeof options, "n_estimators=50 random_state=%d %s", seed, ref->options);
        cross_validate(kind(k), &csv, options, k, &score, &loss);
        mean[0] += score / SEEDS;
        mean[1] += loss / SEEDS;
    }
    numeric_csv_free(&csv);
    double noise_of_mean = sqrt(1.0 / SEEDS + 1.0 / 6), limit = 4 * noise_of_mean;
    if (getenv("VERBOSE"))
        printf("%-14s %-45s score %.4f (%.4f, %+.1f sd) loss %.4f (%.4f, %+.1f sd)\n", ref->table,
               ref->options, mean[0], ref->score, (mean[0] - ref->score) / ref->score_sd / noise_of_mean,
               mean[1], ref->loss, (mean[1] - ref->loss) / ref->loss_sd / noise_of_mean);
    ck_assert_msg(fabs(mean[0] - ref->score) <= limit * ref->score_sd + 1e-3, "%s %s: score %g, reference %g",
                  ref->table, ref->options, mean[0], ref->score);
    ck_assert_msg(fabs(mean[1] - ref->loss) <= limit * ref->loss_sd + 5e-3 * ref->loss,
                  "%s %s: loss %g, reference %g", ref->table, ref->options, mean[1], ref->loss);
}

/* Case 54: on breast cancer with weights 0, 1, 2, 0, ... the forest is that of the rows as often. */
static inline void cancer_weights_are_rows(const cauce_component *component, const char *options) {
    int32_t k;
    numeric_csv csv = read_table("breast_cancer", &k);
    int64_t n = csv.n, p = csv.p, m = 0;
    int32_t *c = malloc((size_t)n * sizeof *c), *cc = malloc((size_t)(2 * n) * sizeof *cc);
    double *weight = malloc((size_t)n * sizeof *weight), *x = malloc((size_t)(2 * n * p) * sizeof *x);
    for (int64_t r = 0; r < n; r++) {
        c[r] = (int32_t)csv.y[r];
        weight[r] = (double)(7 * r % 3);
        for (int copy = 0; copy < (int)weight[r]; copy++) cc[m++] = c[r];
    }
    for (int64_t r = 0, at = 0; r < n; r++)
        for (int copy = 0; copy < (int)weight[r]; copy++, at++)
            for (int64_t j = 0; j < p; j++) x[j * m + at] = csv.x[j * n + r];
    harness a, b;
    harness_begin(&a, component, options, csv.x, n, p);
    harness_begin(&b, component, options, x, m, p);
    a.train.y_class = c;
    b.train.y_class = cc;
    a.train.n_classes = b.train.n_classes = k;
    a.train.weight = weight;
    harness_fit(&a);
    harness_fit(&b);
    ck_assert_int_gt(((ca_forest *)a.state)->n_splits, 3);
    same_forest(a.state, b.state);
    harness_end(&a);
    harness_end(&b);
    numeric_csv_free(&csv);
    free(c);
    free(cc);
    free(weight);
    free(x);
}

/* Case 53: 50 trees on scikit-learn's five folds. The mean over seeds is within three standard deviations (of
 * the reference, over its seeds) of the reference's mean. reference: mean, standard deviation. */
static inline void scores_over_seeds(const char *estimator, const char *file, const char *folds,
                                     const char *metric, int seeds, const double *reference) {
    char target[64];
    snprintf(target, sizeof target, "target=%s",
             strcmp(file, "wine.csv") == 0       ? "cultivar"
             : strcmp(file, "diabetes.csv") == 0 ? "progression kinds=[sex:number]"
                                                 : "diagnosis");
    cauce_table *table = table_from_data(file, target);
    double mean = 0;
    for (int seed = 0; seed < seeds; seed++) {
        char text[100];
        snprintf(text, sizeof text, "%s n_estimators=50 random_state=%d", estimator, seed);
        cauce_recipe *recipe = recipe_of(text);
        cauce_cv *cv = cauce_cross_validate(recipe, table, folds, metric, NULL);
        ck_assert_msg(cv != NULL, "%s", cauce_error().message);
        mean += cauce_cv_mean(cv, 0) / seeds;
        cauce_cv_free(cv);
        cauce_recipe_free(recipe);
    }
    ck_assert_msg(fabs(mean - reference[0]) <= 3 * reference[1], "%s of %s: %g, not %g", metric, file, mean,
                  reference[0]);
    cauce_table_free(table);
}

/* A state of the harness h that is wrong in one place is refused, and taken again when it is put right. */
#define BROKEN(place, wrong)                                                                                 \
    do {                                                                                                     \
        __typeof__(place) old = place;                                                                       \
        place = wrong;                                                                                       \
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);                            \
        place = old;                                                                                         \
        ca_run_forgive(&h.run);                                                                              \
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);                                  \
    } while (0)

#endif
