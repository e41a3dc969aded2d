#include "boost/boosting.h"
#include "reference/boosting.h"
#include "reference/cases.h"
#include "reference/linear.h"
#include "support/check_main.h"
#include "support/component_harness.h"
#include "support/harness.h"
#include "support/numeric_csv.h"
#include "support/tables.h"

extern const cauce_component cauce_hist_gradient_boosting_classifier, cauce_hist_gradient_boosting_regressor;

enum { ROWS = 12000, COLUMNS = 6 };

static uint64_t noise_state;
static double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

/* Columns: many values, few values, rarely 1, many with missing cells, another rarely 1, constant. */
typedef struct data {
    int64_t n;
    double *x, *y, *w;
    int32_t *c;
} data;

static data make_data(uint64_t seed, int64_t n, int32_t k) {
    data d = { n, malloc((size_t)(n * COLUMNS) * sizeof *d.x), malloc((size_t)n * sizeof *d.y),
               malloc((size_t)n * sizeof *d.w), malloc((size_t)n * sizeof *d.c) };
    noise_state = seed;
    for (int64_t r = 0; r < n; r++) {
        double *x = d.x + r;
        x[0] = noise() * 10 - 5;
        x[n] = floor(noise() * 7);
        x[2 * n] = noise() < 0.1;
        x[3 * n] = noise() < 0.2 ? (double)NAN : noise();
        x[4 * n] = x[2 * n] == 0 && noise() < 0.1;
        x[5 * n] = 3;
        d.y[r] =
            sin(x[0]) + 0.3 * x[n] + 2 * x[2 * n] - x[4 * n] + (isnan(x[3 * n]) ? 0.5 : x[3 * n]) + noise();
        d.c[r] = k ? (int32_t)fmin(k - 1, fmax(0, d.y[r] * k / 4)) : 0;
        d.w[r] = 1 + floor(noise() * 3);
    }
    return d;
}

static void data_free(data *d) {
    free(d->x);
    free(d->y);
    free(d->w);
    free(d->c);
}

static void begin(harness *h, const data *d, int32_t k, const char *options) {
    harness_begin(h, k ? &cauce_hist_gradient_boosting_classifier : &cauce_hist_gradient_boosting_regressor,
                  options, d->x, d->n, COLUMNS);
    h->train.n_classes = k;
    h->train.y = k ? NULL : d->y;
    h->train.y_class = k ? d->c : NULL;
}

/* ---- scikit-learn -------------------------------------------------------------------------------------- */

START_TEST(predictions_are_scikit_learns) {
    for (size_t i = 0; i < sizeof boosting_reference / sizeof *boosting_reference; i++) {
        const struct boosting_reference *ref = &boosting_reference[i];
        char path[256];
        snprintf(path, sizeof path, "%s/data/%s.csv", CAUCE_SOURCE_DIR, ref->table);
        numeric_csv csv = numeric_csv_read(path);
        for (int64_t cell = 0; ref->missing && cell < csv.n * csv.p; cell++)
            if (7919 * cell % ref->missing == 0) csv.x[cell % csv.p * csv.n + cell / csv.p] = (double)NAN;
        bool regression = strcmp(ref->table, "diabetes") == 0;
        int32_t *c = calloc((size_t)csv.n, sizeof *c), k = 0;
        for (int64_t r = 0; r < csv.n; r++) {
            c[r] = regression ? 0 : (int32_t)csv.y[r];
            if (c[r] >= k) k = c[r] + 1;
        }
        harness h;
        harness_begin(&h,
                      regression ? &cauce_hist_gradient_boosting_regressor
                                 : &cauce_hist_gradient_boosting_classifier,
                      ref->options, csv.x, csv.n, csv.p);
        h.train.y = regression ? csv.y : NULL;
        h.train.y_class = regression ? NULL : c;
        h.train.n_classes = regression ? 0 : k;
        harness_fit(&h);
        ck_assert_int_eq(((ca_boosting *)h.state)->n_iter, ref->n_iter);
        int64_t width = regression ? 1 : k;
        double *out = malloc((size_t)(csv.n * width) * sizeof *out);
        harness_apply(&h, h.blocks, csv.n, width, 1024, out);
        for (int64_t v = 0; v < 8; v++) {
            double p = out[(v * csv.n / 8) * width + width - 1];
            ck_assert_msg(fabs(p - ref->prediction[v]) <= 1e-9 * (1 + fabs(p)),
                          "%s %s, row %lld: %.17g, expected %.17g", ref->table, ref->options,
                          (long long)(v * csv.n / 8), p, ref->prediction[v]);
        }
        free(out);
        free(c);
        numeric_csv_free(&csv);
        harness_end(&h);
    }
}
END_TEST

static const char *level_name(int64_t level) {
    static char names[100][8];
    snprintf(names[level], sizeof names[level], "l%02d", (int)level);
    return names[level];
}

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

/* Reads the titanic table: sex, age, class, with scikit-learn's missing cells of the reference. */
START_TEST(titanic_without_preparation) {
    enum { MOST = 2000 };
    static char sexes[MOST][16], classes[MOST][16];
    static const char *sex[MOST], *class[MOST];
    static double age[MOST];
    static int32_t survived[MOST];
    FILE *file = fopen(CAUCE_SOURCE_DIR "/data/titanic.csv", "r");
    char line[256];
    int64_t n = 0;
    ck_assert(file && fgets(line, sizeof line, file));
    for (; fgets(line, sizeof line, file); n++) {
        char *at = line, *cells[4];
        for (int i = 0; i < 4; i++) {
            cells[i] = at;
            at += strcspn(at, ",\r\n");
            *at++ = 0;
        }
        survived[n] = strcmp(cells[0], "yes") == 0;
        snprintf(sexes[n], sizeof sexes[n], "%.15s", cells[1]);
        snprintf(classes[n], sizeof classes[n], "%.15s", cells[3]);
        sex[n] = *sexes[n] ? sexes[n] : NULL;
        class[n] = *classes[n] && n % 11 ? classes[n] : NULL;
        age[n] = *cells[2] ? strtod(cells[2], NULL) : (double)NAN;
    }
    fclose(file);
    frame *train = frame_new(n);
    frame_texts(train, "sex", CAUCE_CATEGORY, sex, NULL);
    frame_numbers(train, "age", age);
    frame_texts(train, "class", CAUCE_CATEGORY, class, NULL);
    harness h;
    harness_begin(&h, &cauce_hist_gradient_boosting_classifier, "", age, n, 1);
    h.train.schema = &train->schema;
    h.train.x = &train->batch;
    h.schema = train->schema;
    h.train.y_class = survived;
    h.train.n_classes = 2;
    harness_fit(&h);
    static double out[2 * MOST];
    harness_apply(&h, train->blocks, n, 2, 1000, out);
    for (int64_t i = 0; i < n; i += n / 16) ck_near(out[2 * i + 1], boosting_titanic[i / (n / 16)], 1e-9);
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

/* ---- The same bits --------------------------------------------------------------------------------------
 */

static void same_model(const ca_boosting *a, const ca_boosting *b) {
    ck_assert_int_eq(a->n_splits, b->n_splits);
    ck_assert_int_eq(a->n_offsets, b->n_offsets);
    ck_assert_int_eq(a->n_train_loss, b->n_train_loss);
    size_t n = (size_t)a->n_splits;
    ck_assert(memcmp(a->tree_offset, b->tree_offset, (size_t)a->n_offsets * 8) == 0);
    ck_assert(memcmp(a->split_feature, b->split_feature, n * 4) == 0);
    ck_assert(memcmp(a->split_threshold, b->split_threshold, n * 8) == 0);
    ck_assert(memcmp(a->split_flags, b->split_flags, n) == 0);
    ck_assert(memcmp(a->leaf_value, b->leaf_value, (size_t)a->n_leaves * 8) == 0);
    ck_assert(memcmp(a->leaf_rows, b->leaf_rows, (size_t)a->n_leaves * 8) == 0);
}

START_TEST(threads_do_not_change_a_bit) {
    static const char *const options[] = {
        "max_iter=12 early_stopping=false", "max_iter=12 subsample=0.5 max_features=0.5 max_leaf_nodes=null",
        "max_iter=6 max_depth=3 interaction_cst=no_interactions",
        "max_iter=9 learning_rate=0.3 sampling=goss grow_policy=depth_wise max_leaf_nodes=9"
    };
    for (int32_t k = 0; k <= 4; k += 2) {
        data d = make_data(5, ROWS, k);
        for (int i = 0; i < 4; i++) {
            harness one;
            begin(&one, &d, k, options[i]);
            one.run.threads = 1;
            one.train.weight = i == 1 ? d.w : NULL;
            harness_fit(&one);
            for (int threads = 2; threads <= 7; threads += 5) {
                harness many;
                begin(&many, &d, k, options[i]);
                many.run.threads = threads;
                many.train.weight = one.train.weight;
                harness_fit(&many);
                same_model(one.state, many.state);
                harness_end(&many);
            }
            harness_end(&one);
        }
        data_free(&d);
    }
}
END_TEST

/* Every combination of four columns equally often, and targets that are the same from both ends: many nodes
 * have the same best gain, and not all of them are split. With the other columns, which say nothing, the
 * table is so large that threads do not stay together. */
START_TEST(ties_are_broken_alike) {
    enum { COMBINATIONS = 256, N = 40 * COMBINATIONS, MANY = 420 };
    double *x = calloc((size_t)N * MANY, sizeof *x), *y = malloc(N * sizeof *y);
    for (int wide = 0; wide < 2; wide++)
        for (uint64_t seed = 1; seed <= (wide ? 2 : 100); seed++) {
            double target[COMBINATIONS];
            noise_state = seed;
            for (int i = 0; i < COMBINATIONS; i++)
                target[i] = i < COMBINATIONS / 2 ? noise() < 0.3 : target[COMBINATIONS - 1 - i];
            for (int64_t r = 0; r < N; r++) {
                for (int j = 0; j < 4; j++) x[j * N + r] = (double)(r % COMBINATIONS >> 2 * j & 3);
                for (int64_t j = 4; j < MANY && wide; j++) x[j * N + r] = (double)(r / COMBINATIONS % 3);
                y[r] = target[r % COMBINATIONS];
            }
            harness h[3];
            for (int t = 0; t < 3; t++) {
                harness_begin(&h[t], &cauce_hist_gradient_boosting_regressor,
                              "max_iter=1 max_leaf_nodes=12 early_stopping=false", x, N, wide ? MANY : 4);
                h[t].train.y = y;
                h[t].run.threads = t == 0 ? 1 : t == 1 ? 2 : 7;
                harness_fit(&h[t]);
                same_model(h[0].state, h[t].state);
            }
            for (int t = 0; t < 3; t++) harness_end(&h[t]);
        }
    free(x);
    free(y);
}
END_TEST

START_TEST(any_cut_into_blocks_gives_the_same_bits) {
    static const char *const options[] = { "max_iter=20", "max_iter=20 max_leaf_nodes=60",
                                           "max_iter=20 max_leaf_nodes=200 min_samples_leaf=2" };
    for (int32_t k = 0; k <= 3; k++) {
        data d = make_data(8, 2000, k);
        int64_t width = k ? k : 1;
        double *a = malloc((size_t)(d.n * width) * sizeof *a), *b = malloc((size_t)(d.n * width) * sizeof *b);
        for (int i = 0; i < 3; i++) {
            harness h;
            begin(&h, &d, k, options[i]);
            harness_fit(&h);
            harness_apply(&h, h.blocks, d.n, width, 1024, a);
            for (int64_t step = 1; step <= 64; step *= 8) {
                harness_apply(&h, h.blocks, d.n, width, step, b);
                ck_assert(memcmp(a, b, (size_t)(d.n * width) * sizeof *a) == 0);
            }
            ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
            harness_end(&h);
        }
        free(a);
        free(b);
        data_free(&d);
    }
}
END_TEST

/* Table and walk agree: the same trees, with one more tree of many leaves, must be walked. */
START_TEST(the_training_loss_is_that_of_the_predictions) {
    static const char *const options[] = { "max_iter=15", "max_iter=15 max_leaf_nodes=50",
                                           "max_iter=15 max_leaf_nodes=null", "max_iter=15 subsample=0.7" };
    for (int i = 0; i < 4; i++) {
        data d = make_data(11, 3000, 0);
        harness h;
        begin(&h, &d, 0, options[i]);
        harness_fit(&h);
        const ca_boosting *m = h.state;
        double *p = malloc((size_t)d.n * sizeof *p), loss = 0;
        harness_apply(&h, h.blocks, d.n, 1, 1000, p);
        for (int64_t r = 0; r < d.n; r++) loss += 0.5 * (p[r] - d.y[r]) * (p[r] - d.y[r]) / (double)d.n;
        ck_assert_int_eq(m->n_train_loss, 16);
        ck_near(m->train_loss[15], loss, 1e-12);
        if (i < 3)
            for (int t = 1; t < 16; t++) ck_assert_double_lt(m->train_loss[t], m->train_loss[t - 1]);
        free(p);
        harness_end(&h);
        data_free(&d);
    }
}
END_TEST

/* Depth of each leaf of a tree; returns how many splits lie below and at split i. */
static int64_t leaf_depths(const ca_boosting *m, int64_t i, int depth, int *leaves) {
    int64_t size = 1;
    for (int side = 0; side < 2; side++)
        if (m->split_flags[i] & (side ? CA_SPLIT_LEAF_RIGHT : CA_SPLIT_LEAF_LEFT))
            leaves[depth + 1]++;
        else
            size += leaf_depths(m, i + size, depth + 1, leaves);
    return size;
}

/* Level by level: levels are full but for the last. Without a limit of leaves both orders end at the same
 * tree. */
START_TEST(level_by_level) {
    data d = make_data(19, 6000, 0);
    harness a, b;
    begin(&a, &d, 0, "max_iter=5 max_leaf_nodes=null max_depth=5");
    begin(&b, &d, 0, "max_iter=5 max_leaf_nodes=null max_depth=5 grow_policy=depth_wise");
    harness_fit(&a);
    harness_fit(&b);
    same_model(a.state, b.state);
    harness_end(&a);
    harness_end(&b);
    for (int leaves = 2; leaves <= 12; leaves++) { /* so many that every node above can be split */
        char options[100];
        snprintf(options, sizeof options, "max_iter=1 grow_policy=depth_wise max_leaf_nodes=%d", leaves);
        begin(&a, &d, 0, options);
        harness_fit(&a);
        int depths[32] = { 0 }, depth = 0;
        while (2 << depth <= leaves) depth++; /* this level is full */
        leaf_depths(a.state, 0, 0, depths);
        ck_assert_int_eq(depths[depth + 1], 2 * (leaves - (1 << depth)));
        ck_assert_int_eq(depths[depth], (1 << depth) - (leaves - (1 << depth)));
        harness_end(&a);
    }
    data_free(&d);
}
END_TEST

/* A third of the rows, chosen by their gradients, does nearly as well as all of them, and better than a third
 * that is drawn alike. */
START_TEST(one_side_sampling) {
    static const char *const options[] = { "max_iter=60 early_stopping=false",
                                           "max_iter=60 early_stopping=false sampling=goss" };
    for (int32_t k = 0; k <= 2; k += 2) {
        data d = make_data(23, ROWS, k);
        double loss[2];
        for (int i = 0; i < 2; i++) {
            harness h;
            begin(&h, &d, k, options[i]);
            harness_fit(&h);
            const ca_boosting *m = h.state;
            loss[i] = m->train_loss[60];
            if (i) { /* a tree of a later iteration has seen three tenths of the rows */
                int64_t rows = 0, t = 50;
                for (int64_t l = m->tree_offset[t] + t; l <= m->tree_offset[t + 1] + t; l++)
                    rows += m->leaf_rows[l];
                ck_assert_int_eq(rows, ROWS * 3 / 10);
            }
            harness_end(&h);
        }
        ck_near(loss[1], loss[0], 0.05 * loss[0]);
        data_free(&d);
    }
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

/* ---- Weights, stopping, constraints -------------------------------------------------------------------- */

START_TEST(weight_two_is_the_row_twice) {
    static const char *const options[] = { "max_iter=15", "max_iter=15 loss=absolute_error",
                                           "max_iter=15 loss=quantile quantile=0.3",
                                           "max_iter=15 loss=huber" };
    for (int32_t k = 0; k <= 3; k++) {
        data d = make_data(9, 700, k), twice = make_data(9, 1, 0);
        int64_t n = 0;
        for (int64_t r = 0; r < d.n; r++) n += (int64_t)d.w[r];
        data_free(&twice);
        twice = make_data(9, n, k);
        for (int64_t r = 0, at = 0; r < d.n; r++)
            for (int copies = 0; copies < (int)d.w[r]; copies++, at++) {
                for (int64_t j = 0; j < COLUMNS; j++) twice.x[j * n + at] = d.x[j * d.n + r];
                twice.y[at] = d.y[r];
                twice.c[at] = d.c[r];
            }
        for (int i = 0; i < (k ? 1 : 4); i++) {
            harness a, b;
            begin(&a, &d, k, options[i]);
            a.train.weight = d.w;
            harness_fit(&a);
            begin(&b, &twice, k, options[i]);
            harness_fit(&b);
            const ca_boosting *x = a.state, *y = b.state;
            ck_assert_int_eq(x->n_splits, y->n_splits);
            ck_assert(memcmp(x->split_threshold, y->split_threshold, (size_t)x->n_splits * 8) == 0);
            for (int64_t l = 0; l < x->n_leaves; l++) {
                ck_near(x->leaf_value[l], y->leaf_value[l], 1e-9);
                ck_assert_int_eq(x->leaf_rows[l], y->leaf_rows[l]);
            }
            harness_end(&a);
            harness_end(&b);
        }
        data_free(&d);
        data_free(&twice);
    }
}
END_TEST

/* So heavy rows that counts would leave no room for gradients: these weights do not count rows any more. */
START_TEST(heavy_rows) {
    data d = make_data(61, 2000, 0);
    for (int64_t r = 0; r < d.n; r++) d.w[r] = 1e8;
    harness a, b;
    begin(&a, &d, 0, "max_iter=20 min_samples_leaf=1");
    begin(&b, &d, 0, "max_iter=20 min_samples_leaf=1");
    b.train.weight = d.w;
    harness_fit(&a);
    harness_fit(&b);
    const ca_boosting *x = a.state, *y = b.state;
    ck_assert_int_eq(x->n_splits, y->n_splits);
    ck_assert(memcmp(x->split_threshold, y->split_threshold, (size_t)x->n_splits * 8) == 0);
    for (int64_t l = 0; l < x->n_leaves; l++) {
        ck_near(y->leaf_value[l], x->leaf_value[l], 1e-6);
        ck_assert_int_eq(y->leaf_rows[l], x->leaf_rows[l]);
    }
    harness_end(&a);
    harness_end(&b);
    data_free(&d);
}
END_TEST

START_TEST(early_stopping) {
    data d = make_data(2, ROWS, 0);
    noise_state = 77;
    for (int64_t r = 0; r < d.n; r++) d.y[r] = d.x[r] + 20 * noise(); /* little to learn */
    harness h;
    begin(&h, &d, 0, "max_iter=500 n_iter_no_change=5");
    harness_fit(&h);
    const ca_boosting *m = h.state;
    ck_assert_int_lt(m->n_iter, 200);
    ck_assert_int_eq(m->n_validation_loss, m->n_iter + 1);
    ck_assert_int_eq(m->n_train_loss, m->n_iter + 1);
    double before = m->validation_loss[m->n_iter - 5];
    for (int64_t i = m->n_iter - 4; i <= m->n_iter; i++)
        ck_assert_double_ge(m->validation_loss[i], before - 1e-7);
    int64_t rows = 0;
    for (int64_t l = 0; l <= m->tree_offset[1]; l++) rows += m->leaf_rows[l];
    ck_assert_int_eq(rows, d.n - d.n / 10); /* a tenth is held out */
    harness_end(&h);
    begin(&h, &d, 0, "max_iter=3 early_stopping=false");
    harness_fit(&h);
    ck_assert_int_eq(((ca_boosting *)h.state)->n_validation_loss, 0);
    harness_end(&h);
    /* whole groups are held out */
    int32_t *group = malloc(ROWS * sizeof *group);
    for (int64_t r = 0; r < d.n; r++) group[r] = (int32_t)(r % 10);
    begin(&h, &d, 0, "max_iter=3 validation_fraction=0.3");
    h.train.group = group;
    h.train.n_groups = 10;
    harness_fit(&h);
    m = h.state;
    rows = 0;
    for (int64_t l = 0; l <= m->tree_offset[1]; l++) rows += m->leaf_rows[l];
    ck_assert_int_eq(rows, d.n / 10 * 7);
    free(group);
    harness_end(&h);
    data_free(&d);
}
END_TEST

/* 10,000 random pairs that differ in one column. */
START_TEST(monotone_columns_only_rise) {
    enum { PAIRS = 10000 };
    for (int32_t k = 0; k <= 2; k += 2) {
        data d = make_data(21, 3000, k);
        harness h;
        begin(&h, &d, k, "max_iter=60 min_samples_leaf=5 monotonic_cst=[\"x0:1\", \"x3:-1\", \"x2:1\"]");
        harness_fit(&h);
        double *x = malloc(2 * PAIRS * COLUMNS * sizeof *x), *out = malloc(4 * PAIRS * sizeof *out);
        noise_state = 3;
        for (int64_t i = 0; i < PAIRS; i++)
            for (int64_t j = 0; j < COLUMNS; j++)
                for (int side = 0; side < 2; side++) {
                    double *cell = x + j * 2 * PAIRS + 2 * i;
                    int64_t changed = i % 3 == 0 ? 0 : i % 3 == 1 ? 3 : 2;
                    cell[side] = side && j != changed ? cell[0]
                                 : j == 0             ? noise() * 10 - 5
                                 : j == 3             ? noise()
                                                      : floor(noise() * 2);
                }
        cauce_block block = { .values = x, .stride = 2 * PAIRS };
        int64_t width = k ? 2 : 1, different = 0;
        harness_apply(&h, &block, 2 * PAIRS, width, 1000, out);
        for (int64_t i = 0; i < PAIRS; i++) {
            int64_t changed = i % 3 == 0 ? 0 : i % 3 == 1 ? 3 : 2;
            const double *cell = x + changed * 2 * PAIRS + 2 * i;
            double rise = out[(2 * i + 1) * width + width - 1] - out[2 * i * width + width - 1];
            double direction = (cell[1] - cell[0]) * (changed == 3 ? -1 : 1);
            ck_assert(direction >= 0 ? rise >= 0 : rise <= 0);
            different += rise != 0;
        }
        ck_assert_int_gt(different, PAIRS / 4);
        free(x);
        free(out);
        harness_end(&h);
        data_free(&d);
    }
}
END_TEST

/* Without interactions the effect of a column is the same whatever the others are. */
START_TEST(columns_that_may_not_meet_do_not) {
    enum { PAIRS = 10000 };
    data d = make_data(31, 3000, 0);
    harness h;
    begin(&h, &d, 0, "max_iter=40 min_samples_leaf=5 interaction_cst=[\"x0, x1\", \"x2\"]");
    harness_fit(&h);
    double *x = malloc(4 * PAIRS * COLUMNS * sizeof *x), *out = malloc(4 * PAIRS * sizeof *out);
    noise_state = 5;
    for (int64_t i = 0; i < PAIRS; i++)
        for (int64_t j = 0; j < COLUMNS; j++) { /* (x0, x1) takes two values, the others two: four rows */
            double *cell = x + j * 4 * PAIRS + 4 * i, a = noise() * 10 - 5, b = noise() * 10 - 5;
            if (j != 0) a = floor(a * a / 4), b = floor(b * b / 4);
            for (int side = 0; side < 4; side++) cell[side] = (j < 2 ? side & 1 : side & 2) ? a : b;
        }
    cauce_block block = { .values = x, .stride = 4 * PAIRS };
    harness_apply(&h, &block, 4 * PAIRS, 1, 1000, out);
    for (int64_t i = 0; i < PAIRS; i++)
        ck_assert_double_lt(fabs(out[4 * i + 1] - out[4 * i] - (out[4 * i + 3] - out[4 * i + 2])), 1e-12);
    free(x);
    free(out);
    harness_end(&h);
    data_free(&d);
}
END_TEST

/* A handful of rows of a class, some of them where it never is otherwise. */
START_TEST(rare_classes_do_not_explode) {
    data d = make_data(51, 6000, 2);
    noise_state = 8;
    for (int64_t r = 0; r < d.n; r++) {
        d.c[r] = d.x[r] > 0;
        if (r % 600 == 0) d.c[r] = noise() < 0.5 ? 2 : d.c[r];
    }
    harness h;
    begin(&h, &d, 3, "max_iter=100");
    harness_fit(&h);
    const ca_boosting *m = h.state;
    for (int64_t i = 0; i < m->n_leaves; i++) ck_assert_double_lt(fabs(m->leaf_value[i]), 2);
    ck_assert_double_lt(m->train_loss[100], 0.01);
    harness_end(&h);
    data_free(&d);
}
END_TEST

START_TEST(quantiles_cover) {
    for (int q = 1; q <= 9; q += 4) {
        data d = make_data(41, ROWS, 0);
        char options[100];
        snprintf(options, sizeof options, "loss=quantile quantile=0.%d early_stopping=false max_iter=60", q);
        harness h;
        begin(&h, &d, 0, options);
        harness_fit(&h);
        double *p = malloc((size_t)d.n * sizeof *p), below = 0;
        harness_apply(&h, h.blocks, d.n, 1, 1000, p);
        for (int64_t r = 0; r < d.n; r++) below += d.y[r] <= p[r];
        ck_near(below / (double)d.n, q / 10.0, 0.01);
        free(p);
        harness_end(&h);
        data_free(&d);
    }
}
END_TEST

/* ---- Refusals ------------------------------------------------------------------------------------------ */

static void refused(const data *d, int32_t k, const char *options, cauce_status status, const char *piece) {
    harness h;
    begin(&h, d, k, options);
    ck_assert_int_eq(harness_try(&h), status);
    ck_assert_msg(strstr(h.run.error.message, piece) != NULL, "%s", h.run.error.message);
    harness_end(&h);
}

START_TEST(refusals) {
    data d = make_data(1, 50, 3);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = fabs(d.y[r]) + 0.1;
    refused(&d, 0, "loss=quantile", CAUCE_E_PARAM, "needs a quantile");
    refused(&d, 0, "monotonic_cst=[\"x9:1\"]", CAUCE_E_PARAM, "no column 'x9'");
    refused(&d, 0, "monotonic_cst=[\"x1:2\"]", CAUCE_E_PARAM, "'x1:2'");
    refused(&d, 0, "monotonic_cst=[x1]", CAUCE_E_PARAM, "'x1'");
    refused(&d, 3, "monotonic_cst=[\"x1:1\"]", CAUCE_E_PARAM, "3 classes");
    refused(&d, 0, "interaction_cst=[\"x1,,x2\"]", CAUCE_E_PARAM, "no column ''");
    refused(&d, 0, "early_stopping=true validation_fraction=0.001", CAUCE_E_PARAM, "holds none out");
    refused(&d, 0, "sampling=goss subsample=0.5", CAUCE_E_PARAM, "subsample=0.5 is for sampling=uniform");
    refused(&d, 0, "sampling=goss top_rate=0.7 other_rate=0.4", CAUCE_E_PARAM, "more than all rows");
    refused(&d, 0, "sampling=goss loss=absolute_error", CAUCE_E_PARAM, "subsample=0.5");
    d.y[6] = -2;
    refused(&d, 0, "loss=poisson", CAUCE_E_DATA, "target -2 in row 7");
    refused(&d, 0, "loss=tweedie", CAUCE_E_DATA, "target -2 in row 7");
    d.y[6] = 0;
    refused(&d, 0, "loss=gamma", CAUCE_E_DATA, "target 0 in row 7");
    for (int64_t r = 0; r < d.n; r++) d.y[r] = 0;
    refused(&d, 0, "loss=poisson", CAUCE_E_DATA, "all targets are 0");
    for (int64_t r = 0; r < d.n; r++) d.y[r] = (r % 2 ? 1 : -1) * d.x[r] * 1e36;
    refused(&d, 0, "learning_rate=50 min_samples_leaf=5", CAUCE_E_NUMERIC, "learning_rate=50");
    data_free(&d);
}
END_TEST

/* Targets that are all the same leave nothing to learn: the constant is the optimum of each loss. */
START_TEST(constant_targets) {
    static const char *const losses[] = { "squared_error", "absolute_error", "quantile quantile=0.8",
                                          "huber",         "poisson",        "gamma",
                                          "tweedie" };
    data d = make_data(3, 500, 0);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = 3.25;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++)
        for (int weighted = 0; weighted < 2; weighted++) {
            char options[100];
            snprintf(options, sizeof options, "max_iter=20 loss=%s", losses[i]);
            harness h;
            begin(&h, &d, 0, options);
            h.train.weight = weighted ? d.w : NULL;
            harness_fit(&h);
            const ca_boosting *m = h.state;
            double out[500];
            harness_apply(&h, h.blocks, d.n, 1, 500, out);
            for (int64_t r = 0; r < d.n; r++) ck_near(out[r], 3.25, 1e-14);
            for (int64_t l = 0; l < m->n_leaves; l++) ck_near(m->leaf_value[l], 0, 1e-14);
            ck_near(m->train_loss[20], m->train_loss[0], 1e-14);
            harness_end(&h);
        }
    data_free(&d);
}
END_TEST

/* Classes that no column tells apart: their shares. */
START_TEST(columns_that_say_nothing) {
    for (int32_t k = 2; k <= 4; k++) {
        data d = make_data(3, 1000, k);
        int64_t count[4] = { 0 };
        double out[4000];
        memset(d.x, 0, (size_t)(d.n * COLUMNS) * sizeof *d.x);
        for (int64_t r = 0; r < d.n; r++) count[d.c[r] = (int32_t)(r % 10 < 4 ? 0 : r % k)]++;
        harness h;
        begin(&h, &d, k, "max_iter=20");
        harness_fit(&h);
        harness_apply(&h, h.blocks, d.n, k, 1000, out);
        for (int64_t i = 0; i < k; i++) ck_near(out[i], (double)count[i] / (double)d.n, 1e-12);
        ck_assert_int_eq(((ca_boosting *)h.state)->n_splits, 0);
        harness_end(&h);
        data_free(&d);
    }
}
END_TEST

/* Steps that are far too large end in a refusal or, where probabilities saturate, in probabilities. */
START_TEST(steps_that_are_too_large) {
    static const char *const losses[] = { "squared_error", "poisson", "gamma", "tweedie", "huber" };
    data d = make_data(7, 600, 3);
    for (int64_t r = 0; r < d.n; r++) d.y[r] = fabs(d.y[r]) + 0.5;
    for (size_t i = 0; i < sizeof losses / sizeof *losses; i++) {
        char options[100];
        snprintf(options, sizeof options, "max_iter=200 learning_rate=1000 loss=%s", losses[i]);
        refused(&d, 0, options, CAUCE_E_NUMERIC, "learning_rate=1000 is too large");
    }
    for (int32_t k = 2; k <= 3; k++) {
        double out[3 * 600];
        harness h;
        for (int64_t r = 0; r < d.n; r++) d.c[r] %= k;
        begin(&h, &d, k, "max_iter=50 learning_rate=1000");
        harness_fit(&h);
        harness_apply(&h, h.blocks, d.n, k, 600, out);
        for (int64_t r = 0; r < d.n; r++) {
            double sum = 0;
            for (int64_t i = 0; i < k; i++) {
                ck_assert(out[r * k + i] >= 0 && out[r * k + i] <= 1);
                sum += out[r * k + i];
            }
            ck_near(sum, 1, 1e-12);
        }
        harness_end(&h);
    }
    data_free(&d);
}
END_TEST

START_TEST(weights_that_are_none) {
    static const struct {
        const char *csv, *piece;
    } bad[] = { { "x,y,w\n1,2,1\n2,3,-1\n", "row 2: -1" },
                { "x,y,w\n1,2,inf\n2,3,1\n", "row 1: inf" },
                { "x,y,w\n1,2,1\n2,3,\n", "row 2: nan" },
                { "x,y,w\n1,2,0\n2,3,0\n", "all weights are 0" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        cauce_table *table = table_of(bad[i].csv, "y:target w:weight");
        cauce_recipe *recipe = recipe_of("hist_gradient_boosting_regressor");
        ck_assert_ptr_null(cauce_fit(recipe, table));
        failed_with(CAUCE_E_DATA, bad[i].piece);
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
    cauce_table *zero = table_of("x,y,w\n1,2,1\n9,900,0\n2,3,2\n", "y:target w:weight");
    cauce_table *without = table_of("x,y,w\n1,2,1\n2,3,2\n", "y:target w:weight");
    cauce_model *a = model_of("hist_gradient_boosting_regressor min_samples_leaf=1", zero);
    cauce_model *b = model_of("hist_gradient_boosting_regressor min_samples_leaf=1", without);
    bytes_of x = saved(a), y = saved(b);
    ck_assert(x.size == y.size && memcmp(x.data, y.data, x.size) == 0);
    bytes_done(&x);
    bytes_done(&y);
    cauce_model_free(a);
    cauce_model_free(b);
    cauce_table_free(without);
    cauce_table_free(zero);
}
END_TEST

/* One member of the state is broken at a time. */
START_TEST(broken_models_are_refused) {
    data d = make_data(13, 400, 0);
    harness h;
    begin(&h, &d, 0, "max_iter=3 max_leaf_nodes=6");
    harness_fit(&h);
    ca_boosting *m = h.state, whole = *m;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
#define BROKEN(change, back)                                                                                 \
    do {                                                                                                     \
        change;                                                                                              \
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);                            \
        h.run.error.status = CAUCE_OK;                                                                       \
        back;                                                                                                \
        ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);                                  \
    } while (0)
    BROKEN(m->n_outputs = 2, *m = whole);
    BROKEN(m->n_features = 2, *m = whole);
    BROKEN(m->n_iter = 4, *m = whole);
    BROKEN(m->n_leaves--, *m = whole);
    BROKEN(m->n_splits--, *m = whole);
    BROKEN(m->tree_offset[0] = 1, m->tree_offset[0] = 0);
    BROKEN(m->tree_offset[1] = -3, m->tree_offset[1] = 5);
    BROKEN(m->tree_offset[1] = 6, m->tree_offset[1] = 5);
    BROKEN(m->split_feature[2] = COLUMNS, m->split_feature[2] = 0);
    BROKEN(m->split_feature[2] = -1, m->split_feature[2] = 0);
    BROKEN(m->split_flags[0] |= CA_SPLIT_CATEGORY, m->split_flags[0] &= 7);
    BROKEN(m->split_flags[0] |= 16, m->split_flags[0] &= 15);
    uint8_t flags = m->split_flags[0];
    BROKEN(m->split_flags[0] = 3, m->split_flags[0] = flags);
    flags = m->split_flags[4];
    BROKEN(m->split_flags[4] = 0, m->split_flags[4] = flags);
    double value = m->split_threshold[1];
    BROKEN(m->split_threshold[1] = (double)NAN, m->split_threshold[1] = value);
    value = m->leaf_value[1];
    BROKEN(m->leaf_value[1] = HUGE_VAL, m->leaf_value[1] = value);
    value = m->baseline[0];
    BROKEN(m->baseline[0] = (double)NAN, m->baseline[0] = value);
    harness_end(&h);
    data_free(&d);
}
END_TEST

START_TEST(broken_categories_are_refused) {
    enum { N = 400 };
    const char *texts[N];
    double y[N];
    for (int i = 0; i < N; i++) {
        texts[i] = level_name(i % 40);
        y[i] = i % 40 % 3;
    }
    frame *f = frame_new(N);
    frame_texts(f, "level", CAUCE_CATEGORY, texts, NULL);
    harness h;
    harness_begin(&h, &cauce_hist_gradient_boosting_regressor,
                  "max_iter=2 max_leaf_nodes=3 min_samples_leaf=1", y, N, 1);
    h.train.schema = &f->schema;
    h.train.x = &f->batch;
    h.schema = f->schema;
    h.train.y = y;
    harness_fit(&h);
    ca_boosting *m = h.state, whole = *m;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    ck_assert_int_eq(m->n_words, 2 * m->n_splits);
    BROKEN(m->split_flags[0] &= 7, m->split_flags[0] |= CA_SPLIT_CATEGORY);
    BROKEN(m->split_threshold[1] = 0.5, m->split_threshold[1] = 2);
    BROKEN(m->split_threshold[1] = -1, m->split_threshold[1] = 2);
    BROKEN(m->split_threshold[1] = (double)m->n_words - 1, m->split_threshold[1] = 2);
    BROKEN(m->n_words = 3, *m = whole);
    harness_end(&h);
    frame_free(f);
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

/* Fits row-major values with the defaults; the answers, row after row. malloc. */
static double *answers(const double *rows, int64_t n, int64_t p, int missing, const double *y,
                       const int32_t *c) {
    double *x = malloc((size_t)(n * p) * sizeof *x), *out = malloc((size_t)(2 * n) * sizeof *out);
    for (int64_t i = 0; i < n * p; i++)
        x[i % p * n + i / p] = missing && 7919 * i % missing == 0 ? (double)NAN : rows[i];
    harness h;
    harness_begin(&h, c ? &cauce_hist_gradient_boosting_classifier : &cauce_hist_gradient_boosting_regressor,
                  "", x, n, p);
    h.train.y = y;
    h.train.y_class = c;
    h.train.n_classes = c ? 2 : 0;
    harness_fit(&h);
    harness_apply(&h, h.blocks, n, c ? 2 : 1, 1024, out);
    harness_end(&h);
    free(x);
    return out;
}

/* Case 55: every row, and the share of the variance. */
START_TEST(scaled_diabetes) {
    double *out = answers(ref_diabetes_x, 442, 10, 0, ref_diabetes_y, NULL), mean = 0, residual = 0,
           spread = 0;
    for (int i = 0; i < 442; i++) ck_close(out[i], case_55_predictions[i], 1e-8);
    for (int i = 0; i < 442; i++) mean += ref_diabetes_y[i] / 442;
    for (int i = 0; i < 442; i++) {
        residual += (ref_diabetes_y[i] - out[i]) * (ref_diabetes_y[i] - out[i]);
        spread += (ref_diabetes_y[i] - mean) * (ref_diabetes_y[i] - mean);
    }
    ck_close(1 - residual / spread, case_55_r2[0], 1e-8);
    free(out);
}
END_TEST

/* Case 56: probabilities that are small count by their digits; without and with missing cells. */
START_TEST(cancer) {
    for (int missing = 0; missing < 2; missing++) {
        double *out = answers(ref_cancer_x, 569, 30, missing ? 17 : 0, NULL, ref_cancer_y), loss = 0;
        for (int i = 0; i < 569; i++) {
            loss -= log(out[2 * i + ref_cancer_y[i]]) / 569;
            if (!missing) ck_close(out[2 * i + 1], case_56_predictions[i], 1e-7);
            if (missing && i % 3 == 0) ck_close(out[2 * i + 1], case_56_missing_predictions[i / 3], 1e-7);
        }
        ck_close(loss, missing ? case_56_missing_log_loss[0] : case_56_log_loss[0], 1e-7);
        free(out);
    }
}
END_TEST

/* Case 57, on data/titanic.csv: categories as they are, and as ordered numbers; loss and accuracy of five
 * folds. */
START_TEST(titanic_both_ways) {
    static const struct {
        const char *use;
        const double *expected;
    } ways[] = { { "passthrough", case_57_native }, { "ordinal_encoder", case_57_ordinal } };
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    for (int i = 0; i < 2; i++) {
        char text[400];
        snprintf(text, sizeof text,
                 "{\"steps\": [{\"branches\": [{\"on\": \"age\", \"use\": \"passthrough\"}, {\"on\": \"sex, "
                 "passengerClass\", \"use\": \"%s\"}]}, \"hist_gradient_boosting_classifier\"]}",
                 ways[i].use);
        cauce_recipe *recipe = recipe_of(text);
        cauce_model *model = model_fit(recipe, table);
        double loss;
        ck_assert_int_eq(cauce_score(model, table, "log_loss", &loss), CAUCE_OK);
        ck_close(loss, ways[i].expected[0], 1e-7);
        cauce_cv *cv = cauce_cross_validate(recipe, table, "stratified_k_fold n_splits=5", "accuracy", NULL);
        ck_assert_msg(cv != NULL, "%s", cauce_error().message);
        ck_close(cauce_cv_mean(cv, 0), ways[i].expected[1], 1e-7);
        cauce_cv_free(cv);
        cauce_model_free(model);
        cauce_recipe_free(recipe);
    }
    cauce_table_free(table);
}
END_TEST

/* Ties: a column that is there twice. Both give the same sums and the same gain; the first is taken, always,
 * and the answers are those without the second. (scikit-learn may take the second where rounding makes them
 * differ.) */
START_TEST(copies_of_columns_are_never_taken) {
    for (int classes = 0; classes < 2; classes++) {
        int64_t n = classes ? 569 : 442, p = classes ? 30 : 10;
        const double *rows = classes ? ref_cancer_x : ref_diabetes_x;
        double *twice = malloc((size_t)(2 * n * p) * sizeof *twice);
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j < 2 * p; j++) twice[i + j * n] = rows[i * p + j % p];
        harness h;
        harness_begin(
            &h, classes ? &cauce_hist_gradient_boosting_classifier : &cauce_hist_gradient_boosting_regressor,
            "", twice, n, 2 * p);
        h.train.y = classes ? NULL : ref_diabetes_y;
        h.train.y_class = classes ? ref_cancer_y : NULL;
        h.train.n_classes = classes ? 2 : 0;
        harness_fit(&h);
        const ca_boosting *m = h.state;
        for (int64_t s = 0; s < m->n_splits; s++) ck_assert_int_lt(m->split_feature[s], p);
        double *out = malloc((size_t)(2 * n) * sizeof *out);
        harness_apply(&h, h.blocks, n, classes ? 2 : 1, 1024, out);
        double *once = answers(rows, n, p, 0, h.train.y, h.train.y_class);
        ck_assert(memcmp(out, once, (size_t)(n * (classes ? 2 : 1)) * sizeof *out) == 0);
        harness_end(&h);
        free(twice);
        free(out);
        free(once);
    }
}
END_TEST

TEST_MAIN("hist_gradient_boosting", TEST(predictions_are_scikit_learns), TEST(categories_are_scikit_learns),
          TEST(titanic_without_preparation), TEST(smoothing_orders_rare_levels),
          TEST(threads_do_not_change_a_bit), TEST(ties_are_broken_alike),
          TEST(any_cut_into_blocks_gives_the_same_bits), TEST(the_training_loss_is_that_of_the_predictions),
          TEST(level_by_level), TEST(one_side_sampling), TEST(one_hot_blocks_are_their_columns),
          TEST(weight_two_is_the_row_twice), TEST(heavy_rows), TEST(early_stopping),
          TEST(monotone_columns_only_rise), TEST(columns_that_may_not_meet_do_not),
          TEST(rare_classes_do_not_explode), TEST(quantiles_cover), TEST(refusals), TEST(constant_targets),
          TEST(columns_that_say_nothing), TEST(steps_that_are_too_large), TEST(weights_that_are_none),
          TEST(broken_models_are_refused), TEST(broken_categories_are_refused), TEST(any_number_of_levels),
          TEST(scaled_diabetes), TEST(cancer), TEST(titanic_both_ways),
          TEST(copies_of_columns_are_never_taken))
