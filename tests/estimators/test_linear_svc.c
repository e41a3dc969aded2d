#include "estimators/diabetes_support.h"
#include "estimators/failing_fits.h"
#include "estimators/linear_support.h"
#include "reference/hinge.h"
#include "reference/support_vectors.h"

extern const cauce_component cauce_linear_svc;

struct state {
    double *coef, *intercept;
    int64_t n_rows, n_features, n_iter;
};

static double cancer[569 * 30], wine[178 * 13], weight[569];

static void load(void) {
    double *x = columns_of(ref_cancer_x, 569, 30), *z = columns_of(ref_wine_x, 178, 13);
    standardise(x, 569, 30);
    standardise(z, 178, 13);
    memcpy(cancer, x, sizeof cancer);
    memcpy(wine, z, sizeof wine);
    for (int i = 0; i < 569; i++) weight[i] = (7 * i) % 3 + 1;
    free(x);
    free(z);
}

static const struct state *fit(harness *h, const char *options, const double *x, int64_t n, int64_t p,
                               const int32_t *y, int32_t n_classes) {
    harness_begin(h, &cauce_linear_svc, options, x, n, p);
    h->train.y_class = y;
    h->train.n_classes = n_classes;
    harness_fit(h);
    return h->state;
}

static void golden(const char *options, const double *w, const double *expected, double tol) {
    harness h;
    harness_begin(&h, &cauce_linear_svc, options, cancer, 569, 30);
    h.train.y_class = ref_cancer_y;
    h.train.n_classes = 2;
    h.train.weight = w;
    harness_fit(&h);
    const struct state *s = h.state;
    for (int j = 0; j < 30; j++)
        ck_assert_msg(fabs(s->coef[j] - expected[j]) < tol, "%s: [%d] %.12g, not %.12g", options, j,
                      s->coef[j], expected[j]);
    ck_near(s->intercept[0], expected[30], tol);
    ck_assert_int_eq((int)s->n_rows, 1);
    ck_assert_msg(!h.run.warnings, "%s", h.run.warnings ? h.run.warnings->text : "");
    harness_end(&h);
}

START_TEST(as_liblinear_has_it) {
    load();
    golden("", NULL, ref_svc, 1e-9);
    const double published[] = { .2612341346, .0140460238, .2341503464 };
    for (int j = 0; j < 3; j++) ck_close(ref_svc[j], published[j], 1e-6);
    ck_close(ref_svc[30], -.21146207, 1e-6);
    golden("C=0.3", weight, ref_svc_weighted, 1e-9);
    golden("C=0.1 intercept_scaling=10", NULL, ref_svc_scaling, 1e-9);
    golden("fit_intercept=false", NULL, ref_svc_plain, 1e-9);
    golden("penalty=l1 C=0.1", NULL, ref_svc_sizes, 1e-8);
    golden("penalty=l1 C=0.02 intercept_scaling=5", weight, ref_svc_sizes_weighted, 1e-8);
    golden("loss=hinge", NULL, ref_svc_hinge, 1e-9);
    golden("loss=hinge C=0.3", weight, ref_svc_hinge_weighted, 1e-9);
}
END_TEST

START_TEST(each_class_against_the_others) {
    harness h;
    double out[178 * 3];
    load();
    const struct state *s = fit(&h, "", wine, 178, 13, ref_wine_y, 3);
    ck_assert_int_eq((int)s->n_rows, 3);
    for (int k = 0; k < 3; k++) {
        for (int j = 0; j < 13; j++) ck_near(s->coef[13 * k + j], ref_svc_wine[15 * k + j], 1e-9);
        ck_near(s->intercept[k], ref_svc_wine[15 * k + 13], 1e-9);
    }
    harness_apply(&h, h.blocks, 178, 3, 50, out);
    int right = 0;
    for (int i = 0; i < 178; i++) {
        int best = 0;
        for (int k = 1; k < 3; k++) best = out[3 * i + k] > out[3 * i + best] ? k : best;
        right += best == ref_wine_y[i];
    }
    ck_assert_int_eq(right, 178);
    harness_end(&h);
}
END_TEST

/* A class weight is a weight of its rows; two classes give -d and d. */
START_TEST(class_weights) {
    static const char *const losses[] = { "squared_hinge", "hinge" };
    harness a, b;
    double w[569], out[569 * 2];
    char options[100];
    int count = 0;
    load();
    for (int i = 0; i < 569; i++) count += ref_cancer_y[i];
    for (int i = 0; i < 569; i++) w[i] = 569 / (2.0 * (ref_cancer_y[i] ? count : 569 - count));
    for (int l = 0; l < 2; l++) {
        snprintf(options, sizeof options, "loss=%s class_weight=balanced C=0.05", losses[l]);
        const struct state *s = fit(&a, options, cancer, 569, 30, ref_cancer_y, 2);
        snprintf(options, sizeof options, "loss=%s C=0.05", losses[l]);
        harness_begin(&b, &cauce_linear_svc, options, cancer, 569, 30);
        b.train.y_class = ref_cancer_y;
        b.train.n_classes = 2;
        b.train.weight = w;
        harness_fit(&b);
        const struct state *t = b.state;
        for (int j = 0; j < 30; j++) ck_near(s->coef[j], t->coef[j], 1e-9);
        harness_apply(&a, a.blocks, 569, 2, 100, out);
        for (int i = 0; i < 569; i++) ck_assert(out[2 * i] == -out[2 * i + 1]);
        harness_end(&a);
        harness_end(&b);
    }
}
END_TEST

/* Rows twice are rows of weight 2, and one-hot codes are columns of 0 and 1. */
START_TEST(repetition_and_onehot) {
    enum { N = 120 };
    static const char *const options[] = { "loss=hinge", "loss=squared_hinge", "loss=hinge C=50" };
    double x[4 * 2 * N] = { 0 }, w[N];
    int32_t codes[2 * N], y[2 * N];
    for (int i = 0; i < 2 * N; i++) {
        int k = i % N;
        x[i] = sin(3.7 * k);
        codes[i] = k * 5 % 7 % 4 - 1;
        if (codes[i] >= 0) x[i + (1 + codes[i]) * 2 * N] = 1;
        y[i] = x[i] + 0.7 * codes[i] + 1.2 * cos(11.3 * k) > 0.5;
        w[k] = 2;
    }
    for (int o = 0; o < 3; o++) {
        harness dense, hot;
        const struct state *s = fit(&dense, options[o], x, 2 * N, 4, y, 2);
        harness_begin(&hot, &cauce_linear_svc, options[o], x, N, 1);
        hot.fields[1] =
            (cauce_field){ .name = "city", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 3 };
        hot.blocks[0].stride = 2 * N;
        hot.blocks[1] = (cauce_block){ .codes = codes };
        hot.schema = (cauce_schema){ 2, hot.fields, 4 };
        hot.batch.n_blocks = 2;
        hot.train.y_class = y;
        hot.train.n_classes = 2;
        hot.train.weight = w;
        harness_fit(&hot);
        const struct state *t = hot.state;
        for (int j = 0; j < 4; j++)
            ck_assert_msg(fabs(s->coef[j] - t->coef[j]) < 1e-9, "%s: [%d] %.15g and %.15g", options[o], j,
                          s->coef[j], t->coef[j]);
        ck_near(s->intercept[0], t->intercept[0], 1e-9);
        ck_assert(!dense.run.warnings && !hot.run.warnings);
        harness_end(&dense);
        harness_end(&hot);
    }
}
END_TEST

/* Of more columns than rows the span of the rows is enough; three times as many rows of a third of the weight
 * are the same problem, solved in the columns. */
START_TEST(wide) {
    enum { N = 20 };
    static const char *const options[] = { "", "loss=hinge", "loss=hinge C=0.01 intercept_scaling=3",
                                           "fit_intercept=false C=100" };
    double three[3 * N * 30], third[3 * N];
    int32_t y[3 * N];
    load();
    for (int i = 0; i < 3 * N; i++) {
        int from = 25 * (i % N);
        for (int j = 0; j < 30; j++) three[i + j * 3 * N] = cancer[from + j * 569] + 0.2;
        y[i] = ref_cancer_y[from];
        third[i] = 1 / 3.0;
    }
    for (int o = 0; o < 4; o++) {
        harness wide, tall;
        harness_begin(&wide, &cauce_linear_svc, options[o], three, N, 30);
        wide.blocks[0].stride = 3 * N;
        harness_begin(&tall, &cauce_linear_svc, options[o], three, 3 * N, 30);
        wide.train.y_class = tall.train.y_class = y;
        wide.train.n_classes = tall.train.n_classes = 2;
        tall.train.weight = third;
        harness_fit(&wide);
        harness_fit(&tall);
        const struct state *s = wide.state, *t = tall.state;
        for (int j = 0; j < 30; j++) ck_near(s->coef[j], t->coef[j], 1e-9);
        ck_near(s->intercept[0], t->intercept[0], 1e-9);
        ck_assert(!wide.run.warnings && !tall.run.warnings);
        harness_end(&wide);
        harness_end(&tall);
    }
}
END_TEST

/* More columns than rows, and as far apart in size as units are: what rational numbers find is found. */
enum { FEW = 7 };

static void columns_apart(int n, int shift, double unit, double offset, double *x, int32_t *y) {
    for (int i = 0; i < n; i++) {
        y[i] = i * (shift + 1) / 2 % 2;
        for (int j = 0; j < FEW; j++)
            x[i + j * n] = j % 3 == 0   ? offset + (i * 7 + j * 3) % 5 / 4.
                           : j % 3 == 1 ? ((i * 5 + j * shift) % 7 - 3) * unit
                                        : (i + j * j + shift) % 3;
    }
}

static double hinge_objective(const struct state *s, const double *x, const int32_t *y, int n) {
    double value = 0.5 * s->intercept[0] * s->intercept[0];
    for (int j = 0; j < FEW; j++) value += 0.5 * s->coef[j] * s->coef[j];
    for (int i = 0; i < n; i++) {
        double margin = s->intercept[0];
        for (int j = 0; j < FEW; j++) margin += s->coef[j] * x[i + j * n];
        value += fmax(0, 1 - (y[i] ? margin : -margin));
    }
    return value;
}

START_TEST(columns_of_different_units) {
    static const int shifts[] = { 0, 3, 5, 6, 8 };
    static const double units[][2] = { { 1e6, 1e9 }, { 1e9, 1e9 }, { 1e6, 0 }, { 1e12, 1e6 } };
    const double *expected = ref_hinge;
    for (int n = 3; n <= 6; n++)
        for (int k = 0; k < 5; k++)
            for (int u = 0; u < 4; u++) {
                double x[6 * FEW];
                int32_t y[6];
                harness h;
                columns_apart(n, shifts[k], units[u][0], units[u][1], x, y);
                const struct state *s = fit(&h, "loss=hinge", x, n, FEW, y, 2);
                double value = hinge_objective(s, x, y, n);
                ck_assert_msg(fabs(value - *expected) < 1e-5 * fmax(1, *expected),
                              "%d rows, shift %d, unit %g: %.9g, not %.9g", n, shifts[k], units[u][0], value,
                              *expected);
                expected++;
                harness_end(&h);
            }
    ck_assert_ptr_eq(expected, ref_hinge + sizeof ref_hinge / sizeof *ref_hinge);
}
END_TEST

START_TEST(poor_data) {
    double x[2 * 6] = { 1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7 };
    int32_t y[6] = { 0, 0, 0, 1, 1, 1 };
    harness h;
    for (int l = 0; l < 2; l++) {
        const char *options = l ? "loss=hinge" : "";
        fit(&h, options, x, 6, 2, y, 2); /* a constant column beside the constant */
        ck_assert(!h.run.warnings);
        harness_end(&h);
        fit(&h, l ? "loss=hinge C=1e6" : "C=1e6", x, 6, 1, y, 2); /* separable */
        const struct state *s = h.state;
        ck_near(s->coef[0], 2, 2e-2); /* the widest margin, but for the penalty on the constant */
        ck_assert(!h.run.warnings);
        harness_end(&h);
        fit(&h, options, cancer, 8, 30, ref_cancer_y, 2); /* more columns than rows */
        harness_end(&h);
    }
    fit(&h, "penalty=l1", cancer, 8, 30, ref_cancer_y, 2);
    ck_assert(!h.run.warnings);
    harness_end(&h);
    fit(&h, "penalty=l1", x, 6, 2, y, 2);
    ck_assert(!h.run.warnings);
    harness_end(&h);
    harness_begin(&h, &cauce_linear_svc, "penalty=l1 loss=hinge", x, 6, 1);
    ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
    harness_end(&h);
    harness_begin(&h, &cauce_linear_svc, "", x, 6, 1);
    h.train.y_class = y;
    h.train.n_classes = 1;
    ck_assert_int_eq(harness_try(&h), CAUCE_E_DATA);
    harness_end(&h);
    fit(&h, "loss=hinge max_iter=1", cancer, 569, 30, ref_cancer_y, 2);
    ck_assert(harness_warned(&h, "no_convergence"));
    harness_end(&h);
}
END_TEST

START_TEST(no_memory) {
    static int32_t y[40];
    for (int i = 0; i < 40; i++) y[i] = i * 7 % 5 < 2;
    each_allocation_fails(&cauce_linear_svc, "class_weight=balanced", 40, y, 2);
    each_allocation_fails(&cauce_linear_svc, "loss=hinge", 40, y, 2);
    each_allocation_fails(&cauce_linear_svc, "", 8, y, 2);
    each_allocation_fails(&cauce_linear_svc, "penalty=l1", 40, y, 2);
    double x[6 * FEW];
    harness h;
    columns_apart(6, 6, 1e6, 0, x, y);
    failing_install();
    harness_begin(&h, &cauce_linear_svc, "loss=hinge", x, 6, FEW);
    h.train.y_class = y;
    h.train.n_classes = 2;
    fits_fail_cleanly(&h);
    harness_end(&h);
}
END_TEST

TEST_MAIN("linear_svc", TEST(no_memory), TEST(columns_of_different_units), TEST(as_liblinear_has_it),
          TEST(each_class_against_the_others), TEST(class_weights), TEST(repetition_and_onehot), TEST(wide),
          TEST(poor_data))
