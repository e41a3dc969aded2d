#include "boost/boosting.h"
#include "support/check_main.h"
#include "support/component_harness.h"

extern const cauce_component cauce_hist_gradient_boosting_regressor;

/* A first tree against a slow definition: every cut of every node, with missing values on either side, in
 * extended precision. */

enum { MOST = 300 };

typedef struct data {
    int64_t n, p;
    double x[8 * MOST], y[MOST];
} data;

static uint64_t noise_state;
static double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

/* Columns of few and many values, with and without missing ones, and rare indicators. */
static data make_data(uint64_t seed) {
    data d = { .n = 30 + (int64_t)(seed * 37 % (MOST - 30)), .p = 1 + (int64_t)(seed % 8) };
    noise_state = seed;
    for (int64_t j = 0; j < d.p; j++)
        for (int64_t r = 0; r < d.n; r++) {
            double u = noise(), *cell = &d.x[j * d.n + r];
            *cell = j % 4 == 3 ? u < 0.1 : floor(u * (j % 4 == 0 ? 1e6 : 9)) / 7;
            if (j % 4 == 1 && noise() < 0.3) *cell = (double)NAN;
        }
    for (int64_t r = 0; r < d.n; r++)
        d.y[r] = noise() + 2 * (d.x[r] > 5e4) + (isnan(d.x[(d.p > 1) * d.n + r]) ? 1 : 0);
    return d;
}

typedef struct oracle {
    const data *d;
    const ca_boosting *m;
    double mean, l2;
    int64_t min_rows;
    int32_t split, leaf; /* the next ones: splits depth first, leaves from left to right */
} oracle;

/* -G v - ... of the rows on one side: G^2 / (n + l2), G the sum of the gradients. */
static long double side(const oracle *o, const int32_t *rows, int32_t n, const char *left, int want,
                        int64_t *count) {
    long double g = 0;
    *count = 0;
    for (int32_t i = 0; i < n; i++)
        if (left[i] == want) {
            g += (long double)o->mean - (long double)o->d->y[rows[i]];
            ++*count;
        }
    return *count ? g * g / ((long double)*count + (long double)o->l2) : 0;
}

static long double worth(const oracle *o, const int32_t *rows, int32_t n, const char *left) {
    int64_t n_left, n_right;
    long double sum = side(o, rows, n, left, 1, &n_left) + side(o, rows, n, left, 0, &n_right);
    return n_left >= o->min_rows && n_right >= o->min_rows && n_left && n_right ? sum : -HUGE_VALL;
}

static long double best_worth(const oracle *o, const int32_t *rows, int32_t n) {
    long double best = -HUGE_VALL;
    for (int64_t j = 0; j < o->d->p; j++)
        for (int32_t at = 0; at <= n; at++) /* at n: all numbers left, the missing right */
            for (int missing = 0; missing < 2; missing++) {
                char left[MOST];
                for (int32_t i = 0; i < n; i++) {
                    double x = o->d->x[j * o->d->n + rows[i]];
                    left[i] = isnan(x) ? (char)missing : at == n || x <= o->d->x[j * o->d->n + rows[at]];
                }
                long double value = worth(o, rows, n, left);
                if (value > best) best = value;
            }
    return best;
}

static void check_leaf(oracle *o, const int32_t *rows, int32_t n) {
    long double g = 0;
    for (int32_t i = 0; i < n; i++) g += (long double)o->d->y[rows[i]] - (long double)o->mean;
    ck_near(o->m->leaf_value[o->leaf], (double)(g / (n + (long double)o->l2)), 1e-6); /* float gradients */
    ck_assert_int_eq(o->m->leaf_rows[o->leaf], n);
    o->leaf++;
}

static void check_node(oracle *o, const int32_t *rows, int32_t n) {
    const ca_boosting *m = o->m;
    int32_t at = o->split++, parts[2][MOST], size[2] = { 0 };
    char left[MOST];
    for (int32_t i = 0; i < n; i++) {
        double x = o->d->x[m->split_feature[at] * o->d->n + rows[i]];
        left[i] =
            isnan(x) ? !!(m->split_flags[at] & CA_SPLIT_MISSING_GOES_LEFT) : x <= m->split_threshold[at];
        parts[!left[i]][size[!left[i]]++] = rows[i];
    }
    long double mine = worth(o, rows, n, left), best = best_worth(o, rows, n);
    ck_assert_msg(mine >= best - 1e-6L * (1 + fabsl(best)), "split %d of %d rows: %.17Lg, best %.17Lg", at, n,
                  mine, best);
    for (int s = 0; s < 2; s++)
        if (m->split_flags[at] & (s ? CA_SPLIT_LEAF_RIGHT : CA_SPLIT_LEAF_LEFT))
            check_leaf(o, parts[s], size[s]);
        else
            check_node(o, parts[s], size[s]);
}

START_TEST(every_split_is_the_oracles) {
    static const struct {
        const char *options;
        double l2;
        int64_t min_rows;
    } cases[] = { { "max_leaf_nodes=null min_samples_leaf=1", 0, 1 },
                  { "max_leaf_nodes=12 min_samples_leaf=7", 0, 7 },
                  { "max_leaf_nodes=12 min_samples_leaf=3 l2_regularization=5", 5, 3 } };
    for (uint64_t seed = 1; seed <= 24; seed++)
        for (int i = 0; i < 3; i++) {
            data d = make_data(seed);
            char options[200];
            int32_t rows[MOST];
            snprintf(options, sizeof options, "max_iter=1 learning_rate=1 max_bins=255 %s", cases[i].options);
            for (int32_t r = 0; r < d.n; r++) rows[r] = r;
            if (d.n > 255) d.n = 255; /* so that every value has its bin */
            harness h;
            harness_begin(&h, &cauce_hist_gradient_boosting_regressor, options, d.x, d.n, d.p);
            h.train.y = d.y;
            harness_fit(&h);
            oracle o = { .d = &d, .m = h.state, .l2 = cases[i].l2, .min_rows = cases[i].min_rows };
            o.mean = o.m->baseline[0];
            if (o.m->n_splits) check_node(&o, rows, (int32_t)d.n);
            ck_assert_int_eq(o.split, o.m->n_splits);
            harness_end(&h);
        }
}
END_TEST

TEST_MAIN("boosting growth", TEST(every_split_is_the_oracles))
