#include "boosting_support.h"
#include "reference/boosting.h"

START_TEST(categories_are_scikit_learns) {
    enum { N = 3000 };
    const char *texts[N];
    double number[N], y[N];
    for (int64_t i = 0; i < N; i++) {
        int64_t level = (i * i * 7 + i / 3) % 60;
        if (i % 97 == 0) level = 60 + i % 30;
        number[i] = (double)(i * 37 % 101) / 7.0;
        y[i] =
            sin((double)level * 1.7) * 3 + number[i] * (level % 5 == 2) + (double)(i * 7919 % 1000) / 1000.0;
        texts[i] = i % 29 == 0 ? NULL : level_name(level);
    }
    harness h;
    frame *train = frame_new(N);
    frame_texts(train, "level", CAUCE_CATEGORY, texts, NULL);
    frame_numbers(train, "number", number);
    harness_begin(&h, &cauce_hist_gradient_boosting_regressor, "max_iter=30", number, N, 1);
    h.train.schema = &train->schema;
    h.train.x = &train->batch;
    h.schema = train->schema;
    h.train.y = y;
    harness_fit(&h);
    double out[N];
    harness_apply(&h, train->blocks, N, 1, 100, out);
    for (int64_t i = 0; i < N; i += N / 16) ck_near(out[i], boosting_levels[i / (N / 16)], 1e-9);
    /* unknown levels are treated as missing ones */
    int32_t codes[2] = { CAUCE_UNKNOWN, CAUCE_MISSING };
    double same[2] = { 5, 5 }, two[2];
    cauce_block blocks[2] = { { .codes = codes }, { .values = same, .stride = 2 } };
    harness_apply(&h, blocks, 2, 1, 2, two);
    ck_assert_double_eq(two[0], two[1]);
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    harness_end(&h);
    frame_free(train);
}
END_TEST

/* A rare level with large targets beside two frequent ones: alone on its side without smoothing, between the
 * others with much of it. */
START_TEST(smoothing_orders_rare_levels) {
    enum { RARE = 12, N = RARE + 200 + 1000 };
    static const char *level[N];
    static double y[N], out[N];
    for (int i = 0; i < N; i++) {
        level[i] = i < RARE ? "rare" : i < RARE + 200 ? "some" : "many";
        y[i] = i < RARE ? 10 : i < RARE + 200 ? 1 : 0;
    }
    for (int smooth = 0; smooth < 2; smooth++) {
        frame *train = frame_new(N);
        frame_texts(train, "level", CAUCE_CATEGORY, level, NULL);
        harness h;
        harness_begin(&h, &cauce_hist_gradient_boosting_regressor,
                      smooth ? "max_iter=1 learning_rate=1 max_leaf_nodes=2 min_samples_leaf=1 cat_smooth=1e6"
                             : "max_iter=1 learning_rate=1 max_leaf_nodes=2 min_samples_leaf=1 cat_smooth=0",
                      y, N, 1);
        h.train.schema = &train->schema;
        h.train.x = &train->batch;
        h.schema = train->schema;
        h.train.y = y;
        harness_fit(&h);
        harness_apply(&h, train->blocks, N, 1, 1000, out);
        ck_near(out[0], smooth ? 320.0 / 212 : 10, 1e-6);
        harness_end(&h);
        frame_free(train);
    }
}
END_TEST

/* More levels than bins: the rare ones share one. */
START_TEST(any_number_of_levels) {
    enum { N = 6000, LEVELS = 1000 };
    static char names[LEVELS][8];
    static const char *texts[N];
    static double y[N], out[N];
    noise_state = 6;
    for (int i = 0; i < LEVELS; i++) snprintf(names[i], sizeof names[i], "v%03d", i);
    for (int i = 0; i < N; i++) {
        double u = noise();
        int level = (int)(u * u * LEVELS);
        texts[i] = names[level];
        y[i] = level % 10;
    }
    frame *f = frame_new(N);
    frame_texts(f, "level", CAUCE_CATEGORY, texts, NULL);
    harness h;
    harness_begin(&h, &cauce_hist_gradient_boosting_regressor, "max_iter=50 min_samples_leaf=5", y, N, 1);
    h.train.schema = &f->schema;
    h.train.x = &f->batch;
    h.schema = f->schema;
    h.train.y = y;
    harness_fit(&h);
    harness_apply(&h, f->blocks, N, 1, 1000, out);
    double wrong = 0, spread = 0;
    for (int i = 0; i < N; i++) {
        wrong += (out[i] - y[i]) * (out[i] - y[i]);
        spread += (y[i] - 4.5) * (y[i] - 4.5);
    }
    ck_assert_double_lt(wrong / spread, 0.7);
    harness_end(&h);
    frame_free(f);
}
END_TEST

START_TEST(one_hot_blocks_are_their_columns) {
    enum { N = 1500, WIDTH = 300 };
    static double dense[N * (WIDTH + 1)], number[N], y[N], a[N], b[N];
    static int32_t codes[N];
    noise_state = 4;
    memset(dense, 0, sizeof dense);
    for (int64_t r = 0; r < N; r++) {
        double u = noise();
        codes[r] = (int32_t)(u * u * u * (WIDTH + 1)) - 1;
        if (codes[r] >= 0) dense[(codes[r] + 1) * N + r] = 1;
        dense[r] = number[r] = noise();
        y[r] = codes[r] % 7 + number[r] * (codes[r] < 3);
    }
    harness one, two;
    frame *f = frame_new(N);
    frame_numbers(f, "number", number);
    frame_onehot(f, "level", WIDTH, codes);
    harness_begin(&one, &cauce_hist_gradient_boosting_regressor, "max_iter=20 min_samples_leaf=5", dense, N,
                  WIDTH + 1);
    harness_begin(&two, &cauce_hist_gradient_boosting_regressor, "max_iter=20 min_samples_leaf=5", number, N,
                  1);
    one.train.y = two.train.y = y;
    two.train.schema = &f->schema;
    two.train.x = &f->batch;
    two.schema = f->schema;
    harness_fit(&one);
    harness_fit(&two);
    same_model(one.state, two.state);
    harness_apply(&one, one.blocks, N, 1, 500, a);
    harness_apply(&two, f->blocks, N, 1, 500, b);
    ck_assert(memcmp(a, b, sizeof a) == 0);
    ck_assert_int_eq(two.component->verify(&two.run, &two.fitted), CAUCE_OK);
    harness_end(&one);
    harness_end(&two);
    frame_free(f);
}
END_TEST

/* ---- One level against the rest ------------------------------------------------------------------------ */

enum { SMALL = 400, LEVELS = 6 };

typedef struct one_level {
    const ca_boosting *m;
    const int32_t *level; /* LEVELS: missing */
    const double *y;
    double mean;
    int64_t min_rows;
    int32_t split, leaf;
} one_level;

/* Sums of squares over counts on both sides of the rows whose level is in `left`; -inf: a side is too small.
 */
static double worth(const one_level *o, const int32_t *rows, int32_t n, uint32_t left) {
    double sum[2] = { 0 }, count[2] = { 0 };
    for (int32_t i = 0; i < n; i++) {
        int side = (int)(left >> o->level[rows[i]] & 1);
        sum[side] += o->y[rows[i]] - o->mean;
        count[side]++;
    }
    if (count[0] < (double)o->min_rows || count[1] < (double)o->min_rows) return -HUGE_VAL;
    return sum[0] * sum[0] / count[0] + sum[1] * sum[1] / count[1];
}

/* A split sends one level, or the missing rows, to the left; none does better. */
static void check_levels(one_level *o, const int32_t *rows, int32_t n) {
    const ca_boosting *m = o->m;
    int32_t at = o->split++, parts[2][SMALL], size[2] = { 0 };
    uint32_t left = m->category_left[(int64_t)m->split_threshold[at]] |
                    (m->split_flags[at] & CA_SPLIT_MISSING_GOES_LEFT ? 1u << LEVELS : 0);
    ck_assert(left != 0 && (left & (left - 1)) == 0);
    double best = -HUGE_VAL, mine = worth(o, rows, n, left);
    for (int l = 0; l <= LEVELS; l++) best = fmax(best, worth(o, rows, n, 1u << l));
    ck_assert_msg(mine >= best - 1e-4 * (1 + best), "split %d: %.9g, best %.9g", at, mine, best);
    for (int32_t i = 0; i < n; i++) {
        int right = !(left >> o->level[rows[i]] & 1);
        parts[right][size[right]++] = rows[i];
    }
    for (int s = 0; s < 2; s++)
        if (m->split_flags[at] & (s ? CA_SPLIT_LEAF_RIGHT : CA_SPLIT_LEAF_LEFT))
            ck_assert_int_eq(m->leaf_rows[o->leaf++], size[s]);
        else
            check_levels(o, parts[s], size[s]);
}

typedef struct level_rows {
    const char *texts[SMALL];
    int32_t level[SMALL];
    double y[SMALL];
} level_rows;

static level_rows make_levels(uint64_t seed) {
    level_rows d;
    double effect[LEVELS + 1];
    noise_state = seed;
    for (int l = 0; l <= LEVELS; l++) effect[l] = noise();
    for (int i = 0; i < SMALL; i++) {
        double u = noise();
        d.level[i] = i <= LEVELS ? i : (int32_t)(u * u * (LEVELS + 1)); /* each is there */
        d.texts[i] = d.level[i] == LEVELS ? NULL : level_name(d.level[i]);
        d.y[i] = effect[d.level[i]] + noise();
    }
    return d;
}

static void fit_levels(harness *h, frame **f, const level_rows *d, const char *options) {
    *f = frame_new(SMALL);
    frame_texts(*f, "level", CAUCE_CATEGORY, d->texts, NULL);
    harness_begin(h, &cauce_hist_gradient_boosting_regressor, options, d->y, SMALL, 1);
    h->train.schema = &(*f)->schema;
    h->train.x = &(*f)->batch;
    h->schema = (*f)->schema;
    h->train.y = d->y;
    harness_fit(h);
}

START_TEST(few_levels_are_split_one_by_one) {
    for (uint64_t seed = 1; seed <= 40; seed++) {
        level_rows d = make_levels(seed);
        int32_t rows[SMALL];
        char options[120];
        int64_t least = seed % 2 ? 1 : 9;
        snprintf(options, sizeof options, "max_iter=1 min_samples_leaf=%d max_cat_to_onehot=%d", (int)least,
                 LEVELS);
        for (int32_t r = 0; r < SMALL; r++) rows[r] = r;
        harness h;
        frame *f;
        fit_levels(&h, &f, &d, options);
        one_level o = { .m = h.state, .level = d.level, .y = d.y, .min_rows = least };
        o.mean = o.m->baseline[0];
        ck_assert_int_gt(o.m->n_splits, 1);
        check_levels(&o, rows, SMALL);
        ck_assert_int_eq(o.split, o.m->n_splits);
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
        harness_end(&h);
        frame_free(f);
    }
}
END_TEST

/* Missing rows are no level. */
START_TEST(more_levels_are_split_in_groups) {
    level_rows d = make_levels(3);
    harness h[3];
    frame *f[3];
    static const char *const options[] = { "max_iter=5", "max_iter=5 max_cat_to_onehot=5",
                                           "max_iter=5 max_cat_to_onehot=6" };
    for (int i = 0; i < 3; i++) fit_levels(&h[i], &f[i], &d, options[i]);
    same_model(h[0].state, h[1].state);
    const ca_boosting *groups = h[0].state, *levels = h[2].state;
    ck_assert(groups->n_words != levels->n_words ||
              memcmp(groups->category_left, levels->category_left, (size_t)groups->n_words * 4) != 0);
    for (int i = 0; i < 3; i++) {
        harness_end(&h[i]);
        frame_free(f[i]);
    }
}
END_TEST

TEST_MAIN("hist_gradient_boosting_categories", TEST(categories_are_scikit_learns),
          TEST(smoothing_orders_rare_levels), TEST(any_number_of_levels),
          TEST(few_levels_are_split_one_by_one), TEST(more_levels_are_split_in_groups),
          TEST(one_hot_blocks_are_their_columns))
