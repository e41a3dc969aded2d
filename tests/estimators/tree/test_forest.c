/* Data as it is: missing numbers and categories in trees and forests. */
#include "estimators/failing_fits.h"
#include "estimators/forest_support.h"

extern const cauce_component cauce_decision_tree_classifier, cauce_decision_tree_regressor,
    cauce_random_forest_classifier, cauce_random_forest_regressor, cauce_extra_trees_classifier,
    cauce_extra_trees_regressor;

static const cauce_component *tree(bool classify) {
    return classify ? &cauce_decision_tree_classifier : &cauce_decision_tree_regressor;
}

static const cauce_component *forest(bool classify) {
    return classify ? &cauce_random_forest_classifier : &cauce_random_forest_regressor;
}

static bool goes_right(double x, double threshold, bool missing_right) {
    return isnan(x) ? missing_right : x > threshold;
}

/* ---- Every split against all cuts, with missing values on either side ---------------------------------- */

static long double best_of_all(const oracle *o, const int32_t *rows, int32_t n) {
    const data *d = o->d;
    long double best = -HUGE_VALL;
    for (int32_t j = 0; j < d->p; j++) {
        const double *x = d->x + j * d->n;
        for (int32_t at = 0; at < 2 * n; at++) {
            double threshold = x[rows[at / 2]];
            char left[400];
            int32_t n_left = 0;
            if (isnan(threshold)) threshold = HUGE_VAL;
            for (int32_t i = 0; i < n; i++) {
                left[i] = !goes_right(x[rows[i]], threshold, at % 2);
                n_left += left[i];
            }
            if (n_left < o->min_leaf || n - n_left < o->min_leaf || n_left == 0 || n_left == n) continue;
            long double gain = side(o, rows, n, left, 1) + side(o, rows, n, left, 0);
            best = gain > best ? gain : best;
        }
    }
    return best;
}

static void check_lossy(oracle *o, int32_t at, const int32_t *rows, int32_t n) {
    if (at < 0) return;
    const double *x = o->d->x + o->f->split_feature[at] * o->d->n;
    int32_t parts[2][400], size[2] = { 0 }, child[2];
    char left[400];
    for (int32_t i = 0; i < n; i++) {
        bool right = goes_right(x[rows[i]], o->f->split_threshold[at], o->f->split_missing[at]);
        left[i] = !right;
        parts[right][size[right]++] = rows[i];
    }
    ck_assert(size[0] >= o->min_leaf && size[1] >= o->min_leaf);
    long double gain = side(o, rows, n, left, 1) + side(o, rows, n, left, 0), best = best_of_all(o, rows, n);
    ck_assert_msg(gain >= best - 1e-12L * (1 + fabsl(best)), "split %d of %d rows: gain %.17Lg, best %.17Lg",
                  at, n, gain, best);
    children_of(o->f, 0, at, child);
    for (int s = 0; s < 2; s++) check_lossy(o, child[s], parts[s], size[s]);
    o->splits++;
}

static void compare_lossy(data *d, const char *options, int criterion, int64_t min_leaf) {
    harness h;
    begin_on(&h, tree(d->k), d, options);
    harness_fit(&h);
    oracle o = { d, h.state, criterion, min_leaf, 0, 0 };
    int32_t rows[400];
    for (int32_t r = 0; r < d->n; r++) rows[r] = r;
    check_lossy(&o, o.f->n_splits ? 0 : -1, rows, (int32_t)d->n);
    ck_assert_int_eq(o.splits, o.f->n_splits);
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    harness_end(&h);
}

START_TEST(missing_numbers_are_learned) {
    for (uint64_t seed = 1; seed <= 12; seed++) {
        int64_t n = 5 + (int64_t)(seed * 37 % 100), p = 1 + (int64_t)(seed % 8);
        data d = make_data(seed, n, p, 0);
        lose(&d);
        compare_lossy(&d, "", 0, 1);
        compare_lossy(&d, "min_samples_leaf=4", 0, 4);
        compare_lossy(&d, "criterion=absolute_error", 3, 1);
        for (int32_t k = 2; k <= 4; k += 2) {
            d = make_data(seed + 50, n, p, k);
            lose(&d);
            compare_lossy(&d, "", 0, 1);
            compare_lossy(&d, "criterion=entropy min_samples_leaf=3", 1, 3);
        }
    }
}
END_TEST

/* Whether a number is there tells all. */
START_TEST(absence_is_information) {
    double x[8] = { 1, (double)NAN, 1, (double)NAN, (double)NAN, 1, 1, (double)NAN }, y[8], out[8];
    for (int r = 0; r < 8; r++) y[r] = isnan(x[r]) ? 3 : 1;
    static const char *const options[] = { "", "splitter=random", "criterion=absolute_error" };
    for (int i = 0; i < 3; i++) {
        harness h;
        harness_begin(&h, tree(false), options[i], x, 8, 1);
        h.train.y = y;
        harness_fit(&h);
        const ca_forest *f = h.state;
        ck_assert_int_eq(f->n_splits, 1);
        ck_assert_double_eq(f->split_threshold[0], HUGE_VAL);
        harness_apply(&h, h.blocks, 8, 1, 3, out);
        for (int r = 0; r < 8; r++) ck_assert_double_eq(out[r], y[r]);
        double others[2] = { -HUGE_VAL, HUGE_VAL };
        cauce_block block = { .values = others, .stride = 2 };
        harness_apply(&h, &block, 2, 1, 2, out);
        for (int r = 0; r < 2; r++) ck_assert_double_eq(out[r], 1);
        harness_end(&h);
    }
}
END_TEST

/* A number that is missing for the first time goes where most of the weight went. */
START_TEST(the_heavier_side_takes_what_was_never_missing) {
    double x[6] = { 1, 2, 3, 4, 5, 6 }, y[6] = { 0, 0, 9, 9, 9, 9 }, w[6] = { 1, 1, 1, 1, 1, 1 }, out[1];
    double gap[1] = { (double)NAN };
    cauce_block block = { .values = gap, .stride = 1 };
    static const char *const options[] = { "", "max_leaf_nodes=2" };
    for (int i = 0; i < 4; i++) {
        harness h;
        w[0] = i % 2 ? 5 : 1;
        harness_begin(&h, tree(false), options[i / 2], x, 6, 1);
        h.train.y = y;
        h.train.weight = w;
        harness_fit(&h);
        harness_apply(&h, &block, 1, 1, 1, out);
        ck_assert_double_eq(out[0], i % 2 ? 0 : 9);
        harness_end(&h);
    }
}
END_TEST

/* ---- Scoring ------------------------------------------------------------------------------------------- */

/* The definition: one row down every tree, by values. */
static void score_slowly(const harness *h, const double *x, int64_t n, int64_t r, double *out) {
    const ca_forest *f = h->state;
    for (int64_t c = 0; c < f->n_outputs; c++) out[c] = 0;
    for (int64_t t = 0; t + 1 < f->n_offsets; t++) {
        int64_t first = f->tree_offset[t];
        int32_t at = f->tree_offset[t + 1] > first ? 0 : -1, child[2];
        while (at >= 0) {
            children_of(f, first, at, child);
            double value = x[f->split_feature[first + at] * n + r];
            at = child[goes_right(value, f->split_threshold[first + at], f->split_missing[first + at])];
        }
        for (int64_t c = 0; c < f->n_outputs; c++) out[c] += ca_forest_leaf(f, first + t + ~at)[c];
    }
    for (int64_t c = 0; c < f->n_outputs; c++) out[c] /= (double)(f->n_offsets - 1);
}

START_TEST(rows_with_gaps_are_scored_as_defined) {
    for (int32_t k = 0; k <= 4; k += 2) {
        data d = make_data(31, 300, 9, k), gaps = d;
        lose(&d);
        for (int64_t i = 0; i < gaps.n * gaps.p; i++)
            if (i % 7 == 0) gaps.x[i] = (double)NAN; /* also where nothing was missing at fit */
        harness h;
        double whole[1600], parts[1600], slow[4];
        begin_on(&h, forest(k), &d, "n_estimators=11");
        harness_fit(&h);
        int64_t width = k ? k : 1;
        cauce_block block = { .values = gaps.x, .stride = gaps.n };
        harness_apply(&h, &block, gaps.n, width, 4096, whole);
        for (int64_t r = 0; r < gaps.n; r++) {
            score_slowly(&h, gaps.x, gaps.n, r, slow);
            ck_assert(memcmp(slow, whole + r * width, (size_t)width * sizeof *slow) == 0);
        }
        for (int64_t step = 1; step < 300; step = step * 3 + 1) {
            harness_apply(&h, &block, gaps.n, width, step, parts);
            ck_assert(memcmp(whole, parts, (size_t)(gaps.n * width) * sizeof *whole) == 0);
        }
        harness_end(&h);
    }
}
END_TEST

/* Files of older versions do not say where missing values go. */
START_TEST(older_models_take_no_gaps) {
    data d = make_data(2, 100, 4, 0);
    harness h;
    double out[1], x[4] = { 1, 2, (double)NAN, 3 };
    begin_on(&h, forest(false), &d, "n_estimators=3");
    harness_fit(&h);
    ca_forest *f = h.state;
    f->n_sides = 0;
    f->split_missing = NULL;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    ck_assert_int_eq(h.component->bind(&h.run, &h.fitted, &h.binding), CAUCE_OK);
    h.fitted.bound = h.binding.bound;
    ck_assert_int_eq(h.component->ready(&h.run, &h.fitted), CAUCE_OK);
    void *scratch = aligned_alloc(64, (h.binding.scratch + 127) & ~(size_t)63);
    cauce_block block = { .values = x, .stride = 1 }, to = { .stride = 1, .room = out };
    cauce_batch in = { 1, 1, &block, 41, NULL }, result = { 1, 1, &to, 41, NULL };
    ck_assert_int_eq(h.component->apply(&h.run, &h.fitted, &in, &result, scratch), CAUCE_E_DATA);
    ck_assert(strstr(h.run.error.message, "row 42") != NULL);
    ca_run_forgive(&h.run);
    x[2] = 7;
    ck_assert_int_eq(h.component->apply(&h.run, &h.fitted, &in, &result, scratch), CAUCE_OK);
    free(scratch);
    harness_end(&h);
}
END_TEST

/* ---- Categories ---------------------------------------------------------------------------------------- */

enum { LEVELS = 12 };
static const char *const texts[LEVELS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l" };

typedef struct mixed {
    data d;             /* column 0 becomes the category */
    int32_t codes[400]; /* -1: missing */
    ca_keep keep;
} mixed;

static void make_mixed(mixed *m, uint64_t seed, int32_t k) {
    memset(m, 0, sizeof *m);
    m->d = make_data(seed, 300, 5, k);
    for (int64_t r = 0; r < m->d.n; r++) {
        m->codes[r] = noise() < 0.1 ? -1 : (int32_t)(noise() * LEVELS);
        m->d.y[r] += m->codes[r] % 3 * 4;
        if (k && noise() < 0.6) m->d.c[r] = (m->codes[r] + 1) % k;
    }
}

/* The category, then the numbers. */
static void begin_mixed(harness *h, mixed *m, const cauce_component *component, const char *options) {
    begin_on(h, component, &m->d, options);
    h->run.keep = &h->keep;
    h->fields[1] = h->fields[0];
    h->fields[1].width = m->d.p - 1;
    h->blocks[1] = (cauce_block){ .values = m->d.x + m->d.n, .stride = m->d.n };
    h->fields[0] = (cauce_field){ .name = "city",
                                  .kind = CAUCE_CATEGORY,
                                  .form = CAUCE_CODES,
                                  .width = 1,
                                  .levels = cauce_levels_keep(&h->run, texts, LEVELS) };
    h->blocks[0] = (cauce_block){ .codes = m->codes };
    h->schema = (cauce_schema){ 2, h->fields, m->d.p };
    h->batch.n_blocks = 2;
}

START_TEST(categories_are_cut_as_their_ranks) {
    static const struct {
        const cauce_component *component;
        int32_t k;
    } cases[] = { { &cauce_random_forest_regressor, 0 },
                  { &cauce_random_forest_classifier, 2 },
                  { &cauce_extra_trees_classifier, 4 },
                  { &cauce_decision_tree_regressor, 0 } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        mixed m;
        make_mixed(&m, i + 3, cases[i].k);
        harness h, ranks;
        begin_mixed(&h, &m, cases[i].component, "");
        harness_fit(&h);
        const ca_forest *f = h.state;
        ck_assert_int_eq(f->n_levels, LEVELS);
        data d = m.d;
        for (int64_t r = 0; r < d.n; r++) d.x[r] = m.codes[r] < 0 ? (double)NAN : f->level_rank[m.codes[r]];
        begin_on(&ranks, cases[i].component, &d, "");
        harness_fit(&ranks);
        same_forest(f, ranks.state);
        int64_t width = d.k ? d.k : 1;
        double a[1600], b[1600];
        for (int64_t r = 0; r < d.n; r += 3) { /* a level that was not there at fit is as good as none */
            m.codes[r] = CAUCE_UNKNOWN;
            d.x[r] = (double)NAN;
        }
        harness_apply(&ranks, ranks.blocks, d.n, width, 4096, b);
        for (int64_t step = 1; step < 4000; step = step * 9 + 5) {
            harness_apply(&h, h.blocks, d.n, width, step, a);
            ck_assert(memcmp(a, b, (size_t)(d.n * width) * sizeof *a) == 0);
        }
        harness_end(&h);
        harness_end(&ranks);
    }
}
END_TEST

START_TEST(broken_columns_are_refused) {
    mixed m;
    make_mixed(&m, 9, 3);
    m.d.x[m.d.n] = (double)NAN;
    harness h;
    begin_mixed(&h, &m, forest(true), "n_estimators=3");
    harness_fit(&h);
    ca_forest *f = h.state;
    ck_assert_int_eq(f->n_seen, m.d.p);
    BROKEN(f->n_levels, LEVELS - 1);
    BROKEN(f->n_levels, 0); /* its levels do not read as false and true */
    BROKEN(f->n_seen, 1);
    BROKEN(f->n_sides, f->n_splits - 1);
    BROKEN(f->split_missing[3], 2);
    harness_end(&h);
}
END_TEST

/* In models of older versions a boolean column is 0 or 1. */
START_TEST(older_models_read_booleans) {
    static const char *const yes_no[] = { "no", "yes" };
    double x[6] = { 0, 1, 1, 0, 1, 0 }, y[6] = { 2, 5, 5, 2, 5, 2 }, out[6];
    int32_t codes[6] = { 0, 1, 1, 0, 1, 0 };
    harness h;
    harness_begin(&h, tree(false), "", x, 6, 1);
    h.train.y = y;
    harness_fit(&h);
    h.fields[0] = (cauce_field){ .name = "flag", .kind = CAUCE_BOOLEAN, .form = CAUCE_CODES, .width = 1 };
    h.fields[0].levels = cauce_levels_keep(&h.run, yes_no, 2);
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    ck_assert_int_eq(h.component->bind(&h.run, &h.fitted, &h.binding), CAUCE_OK);
    h.fitted.bound = h.binding.bound;
    ck_assert_int_eq(h.component->ready(&h.run, &h.fitted), CAUCE_OK);
    cauce_block block = { .codes = codes };
    harness_apply(&h, &block, 6, 1, 6, out);
    for (int r = 0; r < 6; r++) ck_assert_double_eq(out[r], y[r]);
    harness_end(&h);
}
END_TEST

START_TEST(weight_two_is_the_row_twice) {
    for (int32_t k = 0; k <= 3; k += k ? 1 : 2) {
        data d = make_data(9, 150, 8, k), twice;
        lose(&d);
        for (int64_t r = 0; r < d.n; r++) d.w[r] = 1 + (double)(r % 2);
        twice = d;
        twice.n = d.n + d.n / 2;
        for (int64_t j = 0; j < d.p; j++)
            for (int64_t r = 0, at = 0; r < d.n; r++)
                for (int copies = 0; copies < (int)d.w[r]; copies++, at++) {
                    twice.x[j * twice.n + at] = d.x[j * d.n + r];
                    twice.y[at] = d.y[r];
                    twice.c[at] = d.c[r];
                }
        static const char *const options[] = { "", "max_leaf_nodes=12", "splitter=random" };
        for (int i = 0; i < 3; i++) {
            harness a, b;
            begin_on(&a, tree(k), &d, options[i]);
            a.train.weight = d.w;
            harness_fit(&a);
            begin_on(&b, tree(k), &twice, options[i]);
            harness_fit(&b);
            same_forest(a.state, b.state);
            harness_end(&a);
            harness_end(&b);
        }
    }
}
END_TEST

START_TEST(threads_do_not_change_a_bit) {
    mixed m;
    make_mixed(&m, 17, 4);
    harness one, many;
    begin_mixed(&one, &m, forest(true), "n_estimators=20 oob_score=true");
    one.run.threads = 1;
    harness_fit(&one);
    for (int threads = 2; threads <= 7; threads += 5) {
        begin_mixed(&many, &m, forest(true), "n_estimators=20 oob_score=true");
        many.run.threads = threads;
        harness_fit(&many);
        same_forest(one.state, many.state);
        harness_end(&many);
    }
    harness_end(&one);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install(); /* this test comes first */
    mixed m;
    make_mixed(&m, 8, 3);
    m.d.x[m.d.n + 5] = (double)NAN;
    harness h;
    begin_mixed(&h, &m, forest(true), "n_estimators=2 oob_score=true max_depth=3");
    static ca_keep levels; /* the schema's, which stay */
    levels = h.keep;
    fits_fail_cleanly(&h);
    harness_end(&h);
    ca_arena_free(&levels.arena);
}
END_TEST

/* Rows in proportion to their weights, which then count no more: the tree of the rows drawn by hand, by a
 * walk along the weights. */
START_TEST(weighted_bootstrap_draws_by_weight) {
    for (uint64_t seed = 1; seed <= 6; seed++) {
        int32_t k = seed % 2 ? 0 : 3;
        data d = make_data(seed, 150, 6, k);
        double times[400] = { 0 }, total = 0;
        cauce_rng rng;
        harness a, b;
        for (int64_t r = 0; r < d.n; r++) total += d.w[r] = noise() * noise() * 5 + 0.01;
        cauce_rng_init(&rng, seed, "forest rows", 0);
        for (int64_t i = 0; i < 90; i++) {
            double u = cauce_rng_uniform(&rng) * total, sum = d.w[0];
            int64_t r = 0;
            while (sum <= u) sum += d.w[++r];
            times[r]++;
        }
        char text[200];
        snprintf(text, sizeof text,
                 "n_estimators=1 max_features=3 weighted_bootstrap=true max_samples=90 random_state=%d",
                 (int)seed);
        begin_on(&a, forest(k), &d, text);
        a.train.weight = d.w;
        harness_fit(&a);
        snprintf(text, sizeof text, "n_estimators=1 max_features=3 bootstrap=false random_state=%d",
                 (int)seed);
        begin_on(&b, forest(k), &d, text);
        b.train.weight = times;
        harness_fit(&b);
        same_forest(a.state, b.state);
        harness_end(&a);
        harness_end(&b);
    }
}
END_TEST

/* Half of the rows weigh three times as much as the others, and are three quarters of those drawn; in the
 * leaves each counts as often as it was drawn. Without weights, nothing changes. */
START_TEST(weighted_bootstrap_shares) {
    data d = make_data(2, 400, 3, 0);
    double heavy = 0;
    harness h, plain;
    for (int64_t r = 0; r < d.n; r++) {
        d.y[r] = (double)r;
        d.w[r] = r % 2 ? 3 : 1;
    }
    begin_on(&h, forest(false), &d, "n_estimators=50 weighted_bootstrap=true quantile=0.5");
    h.train.weight = d.w;
    harness_fit(&h);
    const ca_forest *f = h.state;
    ck_assert_int_eq(f->n_entries, 50 * 400);
    ck_assert_int_eq(f->n_weights, 0);
    for (int64_t i = 0; i < f->n_entries; i++) heavy += f->leaf_target[i] % 2;
    ck_assert_double_lt(fabs(heavy / (50 * 400) - 0.75), 5 * sqrt(0.1875 / (50 * 400)));
    harness_end(&h);
    begin_on(&h, forest(false), &d, "n_estimators=5 weighted_bootstrap=true");
    begin_on(&plain, forest(false), &d, "n_estimators=5");
    harness_fit(&h);
    harness_fit(&plain);
    same_forest(h.state, plain.state);
    harness_end(&plain);
    harness_end(&h);
    begin_on(&h, forest(false), &d, "weighted_bootstrap=true bootstrap=false");
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    harness_end(&h);
}
END_TEST

TEST_MAIN("forest", TEST(every_allocation_may_fail), TEST(missing_numbers_are_learned),
          TEST(absence_is_information), TEST(the_heavier_side_takes_what_was_never_missing),
          TEST(rows_with_gaps_are_scored_as_defined), TEST(older_models_take_no_gaps),
          TEST(categories_are_cut_as_their_ranks), TEST(broken_columns_are_refused),
          TEST(older_models_read_booleans), TEST(weight_two_is_the_row_twice),
          TEST(threads_do_not_change_a_bit), TEST(weighted_bootstrap_draws_by_weight),
          TEST(weighted_bootstrap_shares))
