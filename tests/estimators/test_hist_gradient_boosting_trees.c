#include "boosting_support.h"

START_TEST(threads_do_not_change_a_bit) {
    static const char *const options[] = {
        "max_iter=12 early_stopping=false", "max_iter=12 subsample=0.5 max_features=0.5 max_leaf_nodes=null",
        "max_iter=6 max_depth=3 interaction_cst=no_interactions",
        "max_iter=9 learning_rate=0.3 sampling=goss grow_policy=depth_wise max_leaf_nodes=9 binning=edges"
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

START_TEST(weight_two_is_the_row_twice) {
    static const char *const options[] = { "max_iter=15 binning=edges", "max_iter=15 loss=absolute_error",
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

TEST_MAIN("hist_gradient_boosting_trees", TEST(threads_do_not_change_a_bit), TEST(ties_are_broken_alike),
          TEST(any_cut_into_blocks_gives_the_same_bits), TEST(the_training_loss_is_that_of_the_predictions),
          TEST(level_by_level), TEST(one_side_sampling), TEST(weight_two_is_the_row_twice), TEST(heavy_rows),
          TEST(early_stopping), TEST(monotone_columns_only_rise), TEST(columns_that_may_not_meet_do_not),
          TEST(quantiles_cover))
