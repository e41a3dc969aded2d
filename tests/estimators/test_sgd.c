#include "estimators/diabetes_support.h"
#include "estimators/linear_support.h"
#include "reference/sgd.h"

extern const cauce_component cauce_sgd_classifier, cauce_sgd_regressor;

struct classes {
    double *coef, *intercept;
    int64_t n_rows, n_features, n_iter;
};

enum { CANCER = 569, WINE = 178, BODIES = DIABETES_ROWS };

static double cancer[CANCER * 30], wine[WINE * 13], bodies[BODIES * 10], weight[CANCER];

static void take(double *to, const double *rows, int64_t n, int64_t p) {
    double *x = columns_of(rows, n, p);
    standardise(x, n, p);
    memcpy(to, x, (size_t)(n * p) * sizeof *x);
    free(x);
}

static void load(void) {
    take(cancer, ref_cancer_x, CANCER, 30);
    take(wine, ref_wine_x, WINE, 13);
    take(bodies, ref_diabetes_x, BODIES, 10);
    for (int i = 0; i < CANCER; i++) weight[i] = (7 * i) % 3 + 1;
}

static void near_all(const char *what, const double *got, const double *expected, int64_t n) {
    double tol = strstr(what, "log_loss") ? 1e-4 : 1e-9; /* its logistic function is cut beyond 18 */
    for (int64_t j = 0; j < n; j++)
        ck_assert_msg(fabs(got[j] - expected[j]) <= tol * fmax(1, fabs(expected[j])),
                      "%s: [%lld] is %.12g, not %.12g", what, (long long)j, got[j], expected[j]);
}

/* Without shuffling nothing is left to chance: the same coefficients after the same steps. */
START_TEST(step_by_step) {
    load();
    for (size_t i = 0; i < sizeof ref_sgd_classes / sizeof *ref_sgd_classes; i++) {
        harness h;
        harness_begin(&h, &cauce_sgd_classifier, ref_sgd_classes[i].options, cancer, CANCER, 30);
        h.train.y_class = ref_cancer_y;
        h.train.n_classes = 2;
        h.train.weight = ref_sgd_classes[i].weighted ? weight : NULL;
        harness_fit(&h);
        const struct classes *s = h.state;
        near_all(ref_sgd_classes[i].options, s->coef, ref_sgd_classes[i].coef, 30);
        near_all(ref_sgd_classes[i].options, s->intercept, ref_sgd_classes[i].coef + 30, 1);
        ck_assert_int_eq((int)s->n_iter, (int)ref_sgd_classes[i].coef[31]);
        harness_end(&h);
    }
    for (size_t i = 0; i < sizeof ref_sgd_numbers / sizeof *ref_sgd_numbers; i++) {
        harness h;
        harness_begin(&h, &cauce_sgd_regressor, ref_sgd_numbers[i].options, bodies, BODIES, 10);
        h.train.y = ref_diabetes_y;
        h.train.weight = ref_sgd_numbers[i].weighted ? weight : NULL;
        harness_fit(&h);
        const struct linear_state *s = h.state;
        near_all(ref_sgd_numbers[i].options, s->coef, ref_sgd_numbers[i].coef, 10);
        near_all(ref_sgd_numbers[i].options, &s->intercept, ref_sgd_numbers[i].coef + 10, 1);
        ck_assert_int_eq((int)s->n_iter, (int)ref_sgd_numbers[i].coef[11]);
        harness_end(&h);
    }
}
END_TEST

START_TEST(each_class_against_the_others) {
    harness h;
    load();
    harness_begin(&h, &cauce_sgd_classifier, "shuffle=false max_iter=3 tol=null", wine, WINE, 13);
    h.train.y_class = ref_wine_y;
    h.train.n_classes = 3;
    harness_fit(&h);
    const struct classes *s = h.state;
    for (int k = 0; k < 3; k++) {
        near_all("wine", s->coef + 13 * k, ref_sgd_wine + 14 * k, 13);
        near_all("wine", s->intercept + k, ref_sgd_wine + 14 * k + 13, 1);
    }
    harness_end(&h);
}
END_TEST

/* ---- By chance ----------------------------------------------------------------------------------------- */

/* Rows 0, 2, 4, ... of columns. */
static void half(const double *x, int64_t n, int64_t p, int64_t first, double *out) {
    int64_t m = (n - first + 1) / 2;
    for (int64_t j = 0; j < p; j++)
        for (int64_t i = 0; i < m; i++) out[i + j * m] = x[first + 2 * i + j * n];
}

/* Mean of the accuracies, or R^2, of 40 seeds on the other half of the rows. */
static double mean_score(const cauce_component *component, const char *options, const double *x, int64_t n,
                         int64_t p, const int *y_class, int n_classes, const double *y) {
    int64_t m = (n + 1) / 2, t = n / 2, width = n_classes ? n_classes : 1;
    double *train = malloc((size_t)(m * p) * sizeof *train), *test = malloc((size_t)(t * p) * sizeof *test);
    double *targets = malloc((size_t)m * sizeof *targets), *out = malloc((size_t)(t * width) * sizeof *out);
    int32_t *classes = malloc((size_t)m * sizeof *classes);
    double total = 0;
    half(x, n, p, 0, train);
    half(x, n, p, 1, test);
    for (int64_t i = 0; i < m; i++) {
        classes[i] = y_class ? y_class[2 * i] : 0;
        targets[i] = y ? y[2 * i] : 0;
    }
    for (int seed = 0; seed < 40; seed++) {
        harness h;
        char all[200];
        snprintf(all, sizeof all, "%s random_state=%d", options, seed);
        harness_begin(&h, component, all, train, m, p);
        h.train.y = y ? targets : NULL;
        h.train.y_class = y_class ? classes : NULL;
        h.train.n_classes = n_classes;
        harness_fit(&h);
        cauce_block block = { .values = test, .stride = t };
        harness_apply(&h, &block, t, width, 64, out);
        double mean = 0, good = 0, spread = 0;
        for (int64_t i = 0; i < t && y; i++) mean += y[2 * i + 1] / (double)t;
        for (int64_t i = 0; i < t; i++) {
            int best = 0;
            for (int k = 1; k < n_classes; k++) best = out[i * width + k] > out[i * width + best] ? k : best;
            if (y_class) good += best == y_class[2 * i + 1];
            if (y) good += (y[2 * i + 1] - out[i]) * (y[2 * i + 1] - out[i]);
            if (y) spread += (y[2 * i + 1] - mean) * (y[2 * i + 1] - mean);
        }
        total += y_class ? good / (double)t : 1 - good / spread;
        harness_end(&h);
    }
    free(train), free(test), free(targets), free(out), free(classes);
    return total / 40;
}

/* Means of 40 runs each; they may be five standard errors apart (and a thousandth, for spreads of nearly 0).
 */
static void same_spread(int at, double got) {
    double mean = ref_sgd_spread[2 * at], deviation = ref_sgd_spread[2 * at + 1];
    ck_assert_msg(fabs(got - mean) <= 5 * deviation * sqrt(2 / 40.0) + 1e-3, "%d: %g, scikit-learn %g +- %g",
                  at, got, mean, deviation);
}

START_TEST(as_good_as_scikit_learn) {
    load();
    const cauce_component *c = &cauce_sgd_classifier, *r = &cauce_sgd_regressor;
    same_spread(0, mean_score(c, "", cancer, CANCER, 30, ref_cancer_y, 2, NULL));
    same_spread(
        1, mean_score(c, "loss=log_loss early_stopping=true", cancer, CANCER, 30, ref_cancer_y, 2, NULL));
    same_spread(2, mean_score(c, "loss=modified_huber penalty=l1", wine, WINE, 13, ref_wine_y, 3, NULL));
    same_spread(3, mean_score(r, "", bodies, BODIES, 10, NULL, 0, ref_diabetes_y));
    same_spread(4, mean_score(r, "early_stopping=true", bodies, BODIES, 10, NULL, 0, ref_diabetes_y));
}
END_TEST

static const struct classes *fit_cancer(harness *h, const char *options) {
    harness_begin(h, &cauce_sgd_classifier, options, cancer, CANCER, 30);
    h->train.y_class = ref_cancer_y;
    h->train.n_classes = 2;
    harness_fit(h);
    return h->state;
}

START_TEST(seeds) {
    harness a, b, c;
    load();
    const struct classes *s = fit_cancer(&a, ""), *t = fit_cancer(&b, "random_state=0");
    const struct classes *u = fit_cancer(&c, "random_state=1");
    ck_assert(memcmp(s->coef, t->coef, 30 * sizeof(double)) == 0);
    ck_assert(memcmp(s->coef, u->coef, 30 * sizeof(double)) != 0);
    harness_end(&a), harness_end(&b), harness_end(&c);
}
END_TEST

START_TEST(same_bits_for_any_threads) {
    harness h[3];
    load();
    for (int k = 0; k < 3; k++) {
        harness_begin(&h[k], &cauce_sgd_classifier, "loss=log_loss", wine, WINE, 13);
        h[k].run.threads = k == 0 ? 1 : k == 1 ? 2 : 7;
        h[k].train.y_class = ref_wine_y;
        h[k].train.n_classes = 3;
        harness_fit(&h[k]);
        const struct classes *s = h[0].state, *t = h[k].state;
        ck_assert(memcmp(s->coef, t->coef, 39 * sizeof(double)) == 0);
    }
    for (int k = 0; k < 3; k++) harness_end(&h[k]);
}
END_TEST

/* Of many rows blocks are mixed: steps that are next to nothing sum up each row of a pass once, by columns
 * and by rows, shuffled or not; with rows held out, those that are trained on. */
START_TEST(many_rows_each_once) {
    enum { MANY = 70003, WIDE = 6 };
    static double x[2][MANY * WIDE], y[MANY];
    static const char *const options[] = { "", " shuffle=false", " early_stopping=true", " random_state=5" };
    double sums[WIDE] = { 0 }, first[4][WIDE];
    for (int i = 0; i < MANY; i++) {
        y[i] = i * 37 % 101 + 1;
        for (int j = 0; j < WIDE; j++) {
            x[0][j * MANY + i] = x[1][i * WIDE + j] = (i * 13 + j * 29) % 71 + 1;
            sums[j] += y[i] * x[0][j * MANY + i];
        }
    }
    for (int o = 0; o < 4; o++)
        for (int by_rows = 0; by_rows < 2; by_rows++) {
            harness h;
            char text[200];
            snprintf(text, sizeof text,
                     "penalty=none learning_rate=constant eta0=1e-20 max_iter=1 tol=null%s", options[o]);
            harness_begin(&h, &cauce_sgd_regressor, text, x[by_rows], MANY, WIDE);
            if (by_rows) h.blocks[0].stride = 1, h.blocks[0].step = WIDE;
            h.train.y = y;
            harness_fit(&h);
            const struct linear_state *s = h.state;
            if (!by_rows) memcpy(first[o], s->coef, sizeof first[o]);
            ck_assert_mem_eq(first[o], s->coef, sizeof first[o]);
            const double part = o == 2 ? 0.9 : 1, tol = o == 2 ? 2e-3 : 1e-7;
            for (int j = 0; j < WIDE; j++) ck_near(s->coef[j] / (1e-20 * part * sums[j]), 1, tol);
            harness_end(&h);
        }
    ck_assert_mem_ne(first[0], first[1], sizeof *first); /* rounded in another order */
    ck_assert_mem_ne(first[0], first[3], sizeof *first);
}
END_TEST

/* A strong penalty on sizes leaves few coefficients; sizes that are not paid for yet do not count. */
START_TEST(penalties) {
    harness h;
    int zeros = 0;
    load();
    const struct classes *s = fit_cancer(&h, "loss=log_loss penalty=l1 alpha=0.05");
    for (int j = 0; j < 30; j++) zeros += s->coef[j] == 0;
    ck_assert_int_ge(zeros, 15);
    ck_assert_int_lt(zeros, 30);
    harness_end(&h);
    s = fit_cancer(&h, "loss=log_loss alpha=1e-4 learning_rate=constant eta0=1e4 max_iter=5 tol=null");
    for (int j = 0; j < 30; j++) ck_assert(isfinite(s->coef[j])); /* shrunk to 0 in each step */
    harness_end(&h);
}
END_TEST

START_TEST(onehot_as_numbers) {
    enum { N = 200 };
    double x[4 * N] = { 0 }, y[N];
    int32_t codes[N];
    for (int i = 0; i < N; i++) {
        x[i] = sin(i);
        codes[i] = i * 5 % 7 % 4 - 1;
        if (codes[i] >= 0) x[i + (1 + codes[i]) * N] = 1;
        y[i] = 2 * x[i] + codes[i] + cos(7 * i);
    }
    static const char *const options[] = { "", "penalty=l1 alpha=0.1", "average=true penalty=elasticnet" };
    for (int o = 0; o < 3; o++) {
        harness dense, hot;
        harness_begin(&dense, &cauce_sgd_regressor, options[o], x, N, 4);
        harness_begin(&hot, &cauce_sgd_regressor, options[o], x, N, 1);
        hot.fields[1] = hot.fields[0];
        hot.fields[0] =
            (cauce_field){ .name = "city", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 3 };
        hot.blocks[1] = hot.blocks[0];
        hot.blocks[0] = (cauce_block){ .codes = codes };
        hot.schema = (cauce_schema){ 2, hot.fields, 4 };
        hot.batch.n_blocks = 2;
        dense.train.y = hot.train.y = y;
        harness_fit(&dense);
        harness_fit(&hot);
        const struct linear_state *s = dense.state, *t = hot.state;
        for (int j = 0; j < 3; j++) ck_near(t->coef[j], s->coef[j + 1], 1e-9);
        ck_near(t->coef[3], s->coef[0], 1e-9);
        ck_near(s->intercept, t->intercept, 1e-9);
        harness_end(&dense);
        harness_end(&hot);
    }
}
END_TEST

static const struct linear_state *fit_numbers(harness *h, const char *options, const double *x, int64_t n,
                                              int64_t p, const double *y) {
    harness_begin(h, &cauce_sgd_regressor, options, x, n, p);
    h->train.y = y;
    harness_fit(h);
    return h->state;
}

/* The mean of the coefficients after every step, step by step without any trick. */
START_TEST(average_with_penalties) {
    enum { N = 12, P = 3, PASSES = 40, FROM = 7 };
    double x[N * P], y[N], w[P] = { 0 }, paid[P] = { 0 }, sum[P] = { 0 }, b = 0, b_sum = 0, due = 0;
    const double eta = 0.05, alpha = 0.4, ratio = 0.3;
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < P; j++) x[i + j * N] = sin(3 * i + 5 * j + 1);
        y[i] = 2 * x[i] - x[i + N] + 0.1 * cos(i);
    }
    for (int t = 1; t <= N * PASSES; t++) {
        int i = (t - 1) % N;
        double off = b - y[i];
        for (int j = 0; j < P; j++) off += w[j] * x[i + j * N];
        due += ratio * eta * alpha;
        b -= eta * off;
        for (int j = 0; j < P; j++) {
            w[j] = w[j] * (1 - (1 - ratio) * eta * alpha) - eta * off * x[i + j * N];
            double before = w[j];
            w[j] = before > 0 ? fmax(0, before - (due + paid[j])) : fmin(0, before + (due - paid[j]));
            paid[j] += w[j] - before;
            if (t >= FROM) sum[j] += w[j];
        }
        if (t >= FROM) b_sum += b;
    }
    harness h;
    const struct linear_state *s =
        fit_numbers(&h,
                    "penalty=elasticnet alpha=0.4 l1_ratio=0.3 learning_rate=constant eta0=0.05 "
                    "shuffle=false max_iter=40 tol=null average=7",
                    x, N, P, y);
    for (int j = 0; j < P; j++) ck_near(s->coef[j], sum[j] / (N * PASSES - FROM + 1), 1e-12);
    ck_near(s->intercept, b_sum / (N * PASSES - FROM + 1), 1e-12);
    harness_end(&h);
}
END_TEST

/* Rows of more than a megabyte each: still one of them at least is gone through at a time. */
START_TEST(rows_of_very_many_columns) {
    enum { N = 3, P = 140000 };
    static const double y[N] = { 2, -4, 6 };
    double *x = calloc((size_t)N * P, sizeof *x);
    for (int i = 0; i < N; i++) x[i + N * i] = 1;
    harness h;
    const struct linear_state *s =
        fit_numbers(&h,
                    "penalty=none fit_intercept=false learning_rate=constant eta0=0.5 shuffle=false "
                    "max_iter=1 tol=null",
                    x, N, P, y);
    for (int j = 0; j < P; j++) ck_near(s->coef[j], j < N ? y[j] / 2 : 0, 1e-15);
    harness_end(&h);
    free(x);
}
END_TEST

static void refused(const cauce_component *component, const char *options, const double *x, int64_t n,
                    cauce_status status, const char *piece) {
    harness h;
    harness_begin(&h, component, options, x, n, 1);
    h.train.y = ref_diabetes_y;
    h.train.y_class = ref_cancer_y;
    h.train.n_classes = 2;
    ck_assert_int_eq(harness_try(&h), status);
    ck_assert_msg(strstr(h.run.error.message, piece) != NULL, "%s", h.run.error.message);
    harness_end(&h);
}

START_TEST(refusals) {
    double x[100];
    for (int i = 0; i < 100; i++) x[i] = 1e4 * sin(i);
    refused(&cauce_sgd_classifier, "alpha=0", x, 100, CAUCE_E_PARAM, "learning_rate=optimal");
    refused(&cauce_sgd_classifier, "learning_rate=constant", x, 100, CAUCE_E_PARAM, "eta0");
    refused(&cauce_sgd_regressor, "eta0=0", x, 100, CAUCE_E_PARAM, "eta0");
    refused(&cauce_sgd_regressor, "", x, 100, CAUCE_E_NUMERIC, "scale the columns");
    refused(&cauce_sgd_regressor, "early_stopping=true", x, 3, CAUCE_E_SHAPE, "validation_fraction=0.1");
    harness h;
    load();
    fit_cancer(&h, "max_iter=2");
    ck_assert(harness_warned(&h, "no_convergence") && !harness_warned(&h, "large_steps"));
    harness_end(&h);
    fit_cancer(&h, "loss=squared_error");
    ck_assert(harness_warned(&h, "large_steps"));
    harness_end(&h);
}
END_TEST

START_TEST(no_memory) {
    static int32_t y[40];
    for (int i = 0; i < 40; i++) y[i] = i * 7 % 5 % 3;
    each_allocation_fails(&cauce_sgd_classifier, "class_weight=balanced early_stopping=true average=true", 40,
                          y, 3);
    each_allocation_fails(&cauce_sgd_regressor, "", 40, NULL, 0);
}
END_TEST

TEST_MAIN("sgd", TEST(no_memory), TEST(step_by_step), TEST(each_class_against_the_others),
          TEST(as_good_as_scikit_learn), TEST(seeds), TEST(same_bits_for_any_threads),
          TEST(many_rows_each_once), TEST(penalties), TEST(onehot_as_numbers), TEST(average_with_penalties),
          TEST(rows_of_very_many_columns), TEST(refusals))
