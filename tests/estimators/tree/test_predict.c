/* Scoring sends every number where comparing it with the thresholds sends it: values of single precision,
 * which need no search, others beside them, and whatever lies between. */
#include <float.h>

#include "estimators/forest_support.h"
#include "tree/predict.h"

extern const cauce_component cauce_random_forest_regressor, cauce_random_forest_classifier,
    cauce_extra_trees_classifier;

enum { ROWS = 400, COLUMNS = 6 };

static double single(double x) {
    return (double)(float)x;
}

/* Numbers of single precision of many sizes and both signs; with gaps in some columns. */
static data make_singles(uint64_t seed, int32_t k, bool gaps) {
    data d = make_data(seed, ROWS, COLUMNS, k);
    for (int64_t j = 0; j < COLUMNS; j++)
        for (int64_t r = 0; r < ROWS; r++) {
            double u = noise();
            d.x[j * ROWS + r] = single(j == 0   ? u
                                       : j == 1 ? floor(200 * u)
                                       : j == 2 ? (u - 0.5) * 1e-3
                                       : j == 3 ? exp(60 * u - 30)
                                       : j == 4 ? floor(2000 * u - 1000) / 1000
                                                : floor(3 * u));
        }
    for (int64_t r = 0; r < ROWS; r++) d.y[r] = d.x[r] + noise();
    if (gaps) lose(&d);
    return d;
}

/* A value that is near a threshold of its column, or far from all. */
static double probe(const ca_forest *f, int64_t column) {
    double t = 0;
    for (int tries = 0; tries < 50; tries++) {
        int64_t i = (int64_t)(noise() * (double)f->n_splits);
        if (f->split_feature[i] != column) continue;
        t = f->split_threshold[i];
        break;
    }
    float near = (float)t;
    switch ((int)(noise() * 12)) {
    case 0: return t;
    case 1: return nextafter(t, HUGE_VAL);
    case 2: return nextafter(t, -HUGE_VAL);
    case 3: return (double)near;
    case 4: return (double)nextafterf(near, HUGE_VALF);
    case 5: return (double)nextafterf(near, -HUGE_VALF);
    case 6: return (double)near * (1 + (noise() - 0.5) * 0x1p-22);
    case 7: return noise() < 0.5 ? 0.0 : -0.0;
    case 8: return noise() < 0.5 ? HUGE_VAL : -HUGE_VAL;
    case 9: return noise() < 0.5 ? 1e300 : -1e-300;
    case 10: return (double)NAN;
    default: return single(noise());
    }
}

static void same_as_slow(harness *h, const data *d, int64_t step) {
    const ca_forest *f = h->state;
    int64_t k = f->n_outputs, n_trees = f->n_offsets - 1;
    double *out = malloc((size_t)(ROWS * k) * sizeof *out);
    cauce_block block = { .values = d->x, .stride = ROWS };
    harness_apply(h, &block, ROWS, k, step, out);
    for (int64_t r = 0; r < ROWS; r++)
        for (int64_t c = 0; c < k; c++) {
            double sum = 0;
            for (int64_t t = 0; t < n_trees; t++) sum += slow_leaf(f, t, d, r)[c];
            ck_assert_double_eq(out[r * k + c], sum / (double)n_trees);
        }
    free(out);
}

static bool any_single(const harness *h) {
    const ca_scored_forest *scored = h->fitted.bound;
    bool any = false;
    for (int64_t i = 0; i < scored->n_slots; i++) any |= scored->slots[i].single;
    return any;
}

static void check_probes(harness *h, bool expect_single) {
    data *d = calloc(1, sizeof *d);
    ck_assert_int_eq(h->component->ready(&h->run, &h->fitted), CAUCE_OK);
    ck_assert_int_eq(any_single(h), expect_single);
    d->n = ROWS;
    for (int64_t j = 0; j < COLUMNS; j++)
        for (int64_t r = 0; r < ROWS; r++) d->x[j * ROWS + r] = probe(h->state, j);
    same_as_slow(h, d, 1);
    same_as_slow(h, d, 256);
    for (int64_t i = 0; i < COLUMNS * ROWS; i++) d->x[i] = single(d->x[i]);
    same_as_slow(h, d, 256);
    free(d);
}

static void check_forest(const cauce_component *component, int32_t k, bool gaps, bool midpoints) {
    data *d = malloc(sizeof *d);
    harness h;
    *d = make_singles(3 + (uint64_t)k, k, gaps);
    begin_on(&h, component, d, "n_estimators=12");
    harness_fit(&h);
    ca_forest *f = h.state;
    check_probes(&h, midpoints);
    /* thresholds that no numbers of single precision have between them, some of them neighbours */
    for (int64_t i = 0; i < f->n_splits; i += 2)
        f->split_threshold[i] = nextafter(f->split_threshold[i], HUGE_VAL);
    check_probes(&h, false);
    harness_end(&h);
    free(d);
}

START_TEST(as_compared) {
    check_forest(&cauce_random_forest_regressor, 0, false, true);
    check_forest(&cauce_random_forest_regressor, 0, true, true);
    check_forest(&cauce_random_forest_classifier, 3, false, true);
    check_forest(&cauce_extra_trees_classifier, 3, true, false); /* thresholds are drawn */
}
END_TEST

START_TEST(singles_are_in_order) {
    static const float values[] = { -HUGE_VALF, -FLT_MAX, -1.5F, -1,   -FLT_MIN, -1e-45F,  0,
                                    1e-45F,     FLT_MIN,  1,     1.5F, FLT_MAX,  HUGE_VALF };
    const size_t n = sizeof values / sizeof *values;
    ck_assert_uint_eq(ca_single_code(-0.0F), ca_single_code(0.0F));
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            ck_assert_int_eq(ca_single_code(values[i]) < ca_single_code(values[j]), values[i] < values[j]);
            ck_assert_int_eq(ca_single_code(values[i]) < ca_single_threshold((double)values[j]),
                             values[i] <= values[j]);
        }
    ck_assert_uint_lt(ca_single_threshold(HUGE_VAL), UINT32_MAX);
    ck_assert_uint_eq(ca_single_threshold(1e300), ca_single_code(HUGE_VALF));
    ck_assert_uint_eq(ca_single_threshold(-1e-300), ca_single_code(0));
    ck_assert_uint_eq(ca_single_threshold(1 + 0x1p-40), ca_single_code(1 + 0x1p-23F));
}
END_TEST

TEST_MAIN("predict", TEST(as_compared), TEST(singles_are_in_order))
