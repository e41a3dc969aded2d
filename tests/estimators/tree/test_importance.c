/* Corrected and permutation importances against slow definitions. */
#include "estimators/failing_fits.h"
#include "estimators/forest_support.h"

extern const cauce_component cauce_random_forest_classifier, cauce_random_forest_regressor,
    cauce_extra_trees_classifier, cauce_extra_trees_regressor;

static const cauce_component *forest(bool classify) {
    return classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor;
}

static const cauce_component *extra(bool classify) {
    return classify ? &cauce_extra_trees_classifier : &cauce_extra_trees_regressor;
}

static void shuffle(int64_t *order, int64_t n, const char *purpose, uint64_t index) {
    cauce_rng rng;
    cauce_rng_init(&rng, 5, purpose, index);
    for (int64_t i = n - 1; i > 0; i--) {
        int64_t j = (int64_t)cauce_rng_below(&rng, (uint64_t)i + 1), moved = order[i];
        order[i] = order[j];
        order[j] = moved;
    }
}

/* ---- Corrected ----------------------------------------------------------------------------------------- */

/* A table with a one-hot block and a category beside the numbers. */
typedef struct mixed {
    data d;
    int32_t codes[2][400];
    const cauce_levels *levels;
} mixed;

enum { HOT = 5, LEVELS = 12 };

static void add_fields(harness *h, mixed *m) {
    static const char *const texts[LEVELS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };
    h->fields[1] = (cauce_field){ .name = "h", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = HOT };
    h->fields[2] = (cauce_field){ .name = "c", .kind = CAUCE_CATEGORY, .form = CAUCE_CODES, .width = 1 };
    h->fields[2].levels = cauce_levels_keep(&h->run, texts, LEVELS);
    for (int b = 0; b < 2; b++) h->blocks[1 + b] = (cauce_block){ .codes = m->codes[b] };
    h->schema = (cauce_schema){ 3, h->fields, m->d.p + HOT + 1 };
    h->batch.n_blocks = 3;
}

/* Columns and shuffled copies as the fields of one table, in this order or the other. */
static void begin_doubled(harness *h, const cauce_component *component, mixed *m, const mixed *copy,
                          bool copies_first, const char *options) {
    begin_on(h, component, &m->d, options);
    add_fields(h, m);
    for (int f = 0; f < 3; f++) {
        h->fields[3 + f] = h->fields[f];
        h->blocks[3 + f] = f ? (cauce_block){ .codes = copy->codes[f - 1] }
                             : (cauce_block){ .values = copy->d.x, .stride = m->d.n };
    }
    for (int f = 0; f < 3 && copies_first; f++) {
        cauce_block moved = h->blocks[f];
        h->blocks[f] = h->blocks[3 + f];
        h->blocks[3 + f] = moved;
    }
    h->schema = (cauce_schema){ 6, h->fields, 2 * (m->d.p + HOT + 1) };
    h->batch.n_blocks = 6;
}

/* worth[j]: the importance of column j of a doubled table less that of its copy, times the number of trees:
 * the plain importances are shares of the decrease, averaged over the trees. */
static void sum_of_trees(const cauce_component *component, mixed *m, const mixed *copy, bool copies_first,
                         int n_trees, const char *options, double *worth) {
    harness h;
    char text[300];
    int64_t width = m->d.p + HOT + 1;
    memset(worth, 0, (size_t)width * sizeof *worth);
    if (n_trees == 0) return;
    snprintf(text, sizeof text, "n_estimators=%d random_state=5 %s", n_trees, options);
    begin_doubled(&h, component, m, copy, copies_first, text);
    harness_fit(&h);
    const double *share = ((const ca_forest *)h.state)->feature_importances;
    for (int64_t j = 0; j < width; j++) {
        double difference = share[j] - share[width + j];
        worth[j] = n_trees * (copies_first ? -difference : difference);
    }
    harness_end(&h);
}

/* Tree t alone is the forest of t + 1 trees without that of t. */
static void as_on_a_doubled_table(const cauce_component *component, mixed *m, const char *options) {
    enum { TREES = 5 };
    harness h, plain;
    char text[300];
    double expected[20] = { 0 }, with[20], without[20];
    mixed copy = *m;
    int64_t order[400], n = m->d.n, p = m->d.p, width = p + HOT + 1;
    for (int64_t r = 0; r < n; r++) order[r] = r;
    shuffle(order, n, "forest copies", 0);
    for (int64_t r = 0; r < n; r++) {
        for (int64_t j = 0; j < p; j++) copy.d.x[j * n + r] = m->d.x[j * n + order[r]];
        for (int b = 0; b < 2; b++) copy.codes[b][r] = m->codes[b][order[r]];
    }
    for (int t = 0; t < TREES; t++) {
        sum_of_trees(component, m, &copy, t % 2, t, options, without);
        sum_of_trees(component, m, &copy, t % 2, t + 1, options, with);
        for (int64_t j = 0; j < width; j++) expected[j] += (with[j] - without[j]) / TREES;
    }
    snprintf(text, sizeof text, "n_estimators=%d random_state=5 corrected_importances=true %s", TREES,
             options);
    begin_on(&h, component, &m->d, text);
    add_fields(&h, m);
    harness_fit(&h);
    const ca_forest *f = h.state;
    ck_assert_int_eq(f->n_corrected, width);
    for (int64_t j = 0; j < width; j++) ck_near(f->corrected_importances[j], expected[j], 1e-13);
    snprintf(text, sizeof text, "n_estimators=%d random_state=5 %s", TREES, options);
    begin_on(&plain, component, &m->d, text);
    add_fields(&plain, m);
    harness_fit(&plain); /* the forest itself is as without it */
    same_forest(h.state, plain.state);
    ck_assert_int_eq(((ca_forest *)plain.state)->n_corrected, 0);
    ck_assert_ptr_null(((ca_forest *)plain.state)->corrected_importances);
    harness_end(&plain);
    harness_end(&h);
}

START_TEST(corrected_as_on_a_doubled_table) {
    for (uint64_t seed = 1; seed <= 3; seed++)
        for (int32_t k = 0; k <= 3; k += k ? 1 : 2) {
            mixed m = { .d = make_data(seed, 150, 7, k) };
            for (int64_t r = 0; r < m.d.n; r++) {
                m.codes[0][r] = (int32_t)(noise() * (HOT + 1)) - 1;
                m.codes[1][r] = (int32_t)(noise() * (LEVELS + 1)) - 1;
                m.d.y[r] += m.codes[1][r] == 3 ? 5 : 0;
            }
            as_on_a_doubled_table(forest(k), &m, "max_features=6");
            as_on_a_doubled_table(forest(k), &m,
                                  k > 2 ? "max_features=3 max_leaf_nodes=9 criterion=entropy"
                                        : "max_features=3 max_depth=4");
            lose(&m.d);
            as_on_a_doubled_table(extra(k), &m, "max_features=5");
        }
}
END_TEST

/* A target that has nothing to do with the columns: the plain importance grows with the number of values, the
 * corrected one is 0 up to chance. A column that says something has most of it. */
START_TEST(columns_of_many_values_are_not_favoured) {
    enum { N = 200, P = 4, SEEDS = 60 };
    static const double values[P] = { 2, 4, 10, 1e6 };
    double plain[P] = { 0 }, mean[P] = { 0 }, squares[P] = { 0 }, told = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
        data d = { .n = N, .p = P, .k = 2 };
        noise_state = (uint64_t)seed + 77;
        for (int j = 0; j < P; j++)
            for (int r = 0; r < N; r++) d.x[j * N + r] = floor(noise() * values[j]);
        for (int r = 0; r < N; r++) d.c[r] = noise() < 0.5;
        harness h;
        begin_on(&h, forest(true), &d, "n_estimators=30 corrected_importances=true random_state=1");
        harness_fit(&h);
        const ca_forest *f = h.state;
        for (int j = 0; j < P; j++) {
            plain[j] += f->feature_importances[j] / SEEDS;
            mean[j] += f->corrected_importances[j] / SEEDS;
            squares[j] += f->corrected_importances[j] * f->corrected_importances[j] / SEEDS;
        }
        harness_end(&h);
        for (int r = 0; r < N; r++) d.c[r] = noise() < (d.x[r] > 0 ? 0.75 : 0.25);
        begin_on(&h, forest(true), &d, "n_estimators=30 corrected_importances=true random_state=1");
        harness_fit(&h);
        f = h.state;
        bool first = true;
        for (int j = 1; j < P; j++) first &= f->corrected_importances[0] > f->corrected_importances[j];
        told += first;
        harness_end(&h);
    }
    for (int j = 0; j < P; j++) {
        double error = sqrt((squares[j] - mean[j] * mean[j]) / SEEDS);
        ck_assert_msg(fabs(mean[j]) < 4 * error, "column %d: %g +- %g", j, mean[j], error);
        if (j) ck_assert_double_gt(plain[j], 1.2 * plain[j - 1]);
    }
    ck_assert_double_gt(plain[3], 4 * plain[0]);
    ck_assert_double_ge(told, 0.95 * SEEDS);
}
END_TEST

/* ---- Permutation --------------------------------------------------------------------------------------- */

static double error_of(const data *d, const double *leaf, int64_t row, bool absolute) {
    int32_t best = 0;
    if (!d->k) return absolute ? fabs(leaf[0] - d->y[row]) : pow(leaf[0] - d->y[row], 2);
    for (int32_t c = 1; c < d->k; c++)
        if (leaf[c] > leaf[best]) best = c;
    return best != d->c[row];
}

/* Every tree, every column, every row that the tree did not draw. */
static void recompute(const cauce_component *component, data *d, const char *options, int64_t n_trees,
                      int64_t n_drawn, bool weighted) {
    double expected[20] = { 0 };
    int64_t counted = 0, rows[400], other[400];
    char text[200];
    harness h;
    snprintf(text, sizeof text, "permutation_importances=true random_state=5 n_estimators=%d %s",
             (int)n_trees, options);
    begin_on(&h, component, d, text);
    if (weighted) h.train.weight = d->w;
    harness_fit(&h);
    const ca_forest *f = h.state;
    for (int64_t t = 0; t < n_trees; t++) {
        int64_t n = rows_left_out(d, 5, t, n_drawn, rows);
        memcpy(other, rows, sizeof rows);
        shuffle(other, n, "forest permutation", (uint64_t)t);
        counted += n > 0;
        for (int64_t j = 0; j < d->p; j++) {
            data moved = *d;
            double more = 0, total = 0;
            for (int64_t i = 0; i < n; i++) moved.x[j * d->n + rows[i]] = d->x[j * d->n + other[i]];
            for (int64_t i = 0; i < n; i++) {
                double w = weighted ? d->w[rows[i]] : 1;
                bool absolute = strstr(options, "absolute") != NULL;
                more += w * error_of(d, slow_leaf(f, t, &moved, rows[i]), rows[i], absolute);
                more -= w * error_of(d, slow_leaf(f, t, d, rows[i]), rows[i], absolute);
                total += w;
            }
            if (n) expected[j] += more / total;
        }
    }
    ck_assert_int_eq(f->n_permuted, d->p);
    for (int64_t j = 0; j < d->p; j++)
        ck_near(f->permutation_importances[j], counted ? expected[j] / (double)counted : 0, 1e-12);
    harness_end(&h);
}

START_TEST(permuted_as_recomputed) {
    for (uint64_t seed = 1; seed <= 3; seed++)
        for (int32_t k = 0; k <= 7; k += k ? 5 : 2) {
            data d = make_data(seed, 120, 7, k);
            lose(&d);
            recompute(forest(k), &d, "", 70, 120, false);
            recompute(forest(k), &d, k ? "max_depth=3" : "criterion=absolute_error max_depth=4", 5, 120,
                      true);
            recompute(extra(k), &d, "bootstrap=true max_samples=30", 9, 30, true);
        }
    data one = make_data(1, 1, 3, 0); /* no row is left out */
    recompute(forest(false), &one, "", 3, 1, false);
}
END_TEST

/* ---- Both ---------------------------------------------------------------------------------------------- */

#define BOTH "n_estimators=70 corrected_importances=true permutation_importances=true"

START_TEST(threads_do_not_change_a_bit) {
    for (int32_t k = 0; k <= 3; k += 3) {
        data d = make_data(5, 200, 9, k);
        harness one, many;
        begin_on(&one, forest(k), &d, BOTH);
        one.run.threads = 1;
        harness_fit(&one);
        const ca_forest *a = one.state;
        for (int threads = 2; threads <= 7; threads += 5) {
            begin_on(&many, forest(k), &d, BOTH);
            many.run.threads = threads;
            harness_fit(&many);
            const ca_forest *b = many.state;
            ck_assert(memcmp(a->corrected_importances, b->corrected_importances, 9 * sizeof(double)) == 0);
            ck_assert(memcmp(a->permutation_importances, b->permutation_importances, 9 * sizeof(double)) ==
                      0);
            harness_end(&many);
        }
        harness_end(&one);
    }
}
END_TEST

START_TEST(refusals) {
    data d = make_data(5, 50, 3, 2);
    harness h;
    begin_on(&h, forest(true), &d, "permutation_importances=true bootstrap=false");
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    ck_assert_ptr_nonnull(strstr(h.run.error.message, "permutation_importances=true needs bootstrap=true"));
    harness_end(&h);
    begin_on(&h, forest(true), &d, BOTH);
    harness_fit(&h);
    ca_forest *f = h.state;
    f->n_corrected = 2;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    ca_run_forgive(&h.run);
    f->n_corrected = 3;
    f->n_permuted = 4;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    harness_end(&h);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install(); /* this test comes first */
    data d = make_data(8, 40, 5, 2);
    harness h;
    begin_on(&h, forest(true), &d,
             "n_estimators=2 corrected_importances=true permutation_importances=true "
             "monotonic_cst=[\"x1:1\"]");
    fits_fail_cleanly(&h);
    harness_end(&h);
}
END_TEST

TEST_MAIN("importance", TEST(every_allocation_may_fail), TEST(corrected_as_on_a_doubled_table),
          TEST(columns_of_many_values_are_not_favoured), TEST(permuted_as_recomputed),
          TEST(threads_do_not_change_a_bit), TEST(refusals))
