#include <math.h>

#include "reference/cases.h"
#include "reference/glm.h"
#include "reference/linear.h"
#include "support/check_main.h"
#include "support/component_harness.h"
#include "support/failing.h"

extern const cauce_component cauce_poisson_regressor, cauce_gamma_regressor, cauce_tweedie_regressor;

enum { N = 442, P = 10 };

static double columns[N * P], counts[N], zeros[N], weight[N];

static void diabetes(void) {
    for (int i = 0; i < N; i++) {
        for (int j = 0; j < P; j++) columns[i + j * N] = ref_diabetes_x[i * P + j];
        counts[i] = nearbyint(ref_diabetes_y[i] / 10);
        zeros[i] = ref_diabetes_y[i] < 80 ? 0 : ref_diabetes_y[i];
        weight[i] = (7 * i) % 3 + 1;
    }
}

/* The part of the state that these tests read. */
struct state {
    double *coef;
    int64_t n_features;
    double intercept;
    int64_t n_iter;
    double gradient_norm;
};

static const struct state *fit(harness *h, const cauce_component *component, const char *options,
                               const double *y, const double *w) {
    harness_begin(h, component, options, columns, N, P);
    h->train.y = y;
    h->train.weight = w;
    harness_fit(h);
    return h->state;
}

static bool warned(const harness *h, const char *name) {
    for (const ca_warning *w = h->run.warnings; w; w = w->next)
        if (strcmp(w->name, name) == 0) return true;
    return false;
}

static void golden(const cauce_component *component, const char *options, const double *y, const double *w,
                   const double *expected, double tol) {
    static const char *const solvers[] = { "auto", "newton-cholesky", "lbfgs" };
    for (int i = 0; i < 3; i++) {
        harness h;
        char all[200];
        snprintf(all, sizeof all, "%s solver=%s", options, solvers[i]);
        const struct state *s = fit(&h, component, all, y, w);
        double off = fabs(s->intercept - expected[P]);
        for (int j = 0; j < P; j++) off = fmax(off, fabs(s->coef[j] - expected[j]));
        ck_assert_msg(off <= tol, "%s: %g off after %d steps", all, off, (int)s->n_iter);
        ck_assert_int_gt((int)s->n_iter, 0);
        ck_assert_msg(!h.run.warnings, "%s: %s", all, h.run.warnings ? h.run.warnings->text : "");
        harness_end(&h);
    }
}

START_TEST(optima) {
    diabetes();
    const double *y = ref_diabetes_y;
    golden(&cauce_poisson_regressor, "", counts, NULL, ref_poisson, 1e-8);
    golden(&cauce_poisson_regressor, "alpha=0", counts, NULL, ref_poisson_free, 1e-7);
    golden(&cauce_poisson_regressor, "alpha=0.01", counts, weight, ref_poisson_weighted, 1e-8);
    golden(&cauce_poisson_regressor, "alpha=0.001 fit_intercept=false", counts, NULL, ref_poisson_plain,
           1e-7);
    golden(&cauce_gamma_regressor, "", y, NULL, ref_gamma, 1e-8);
    golden(&cauce_gamma_regressor, "alpha=0", y, NULL, ref_gamma_free, 1e-7);
    golden(&cauce_gamma_regressor, "alpha=0.001", y, weight, ref_gamma_weighted, 1e-7);
    golden(&cauce_tweedie_regressor, "", y, NULL, ref_tweedie, 1e-8);
    golden(&cauce_tweedie_regressor, "link=log alpha=0.001", y, NULL, ref_tweedie_log, 1e-7);
    golden(&cauce_tweedie_regressor, "power=1.5 alpha=0.1", zeros, NULL, ref_tweedie_15, 1e-8);
    golden(&cauce_tweedie_regressor, "power=1.5 alpha=0.001", zeros, weight, ref_tweedie_15_weighted, 1e-7);
    golden(&cauce_tweedie_regressor, "power=3 alpha=1e-7", y, NULL, ref_tweedie_3, 1e-7);
    golden(&cauce_tweedie_regressor, "power=1 alpha=0.001 link=identity", y, NULL, ref_tweedie_identity,
           1e-7);
}
END_TEST

/* Poisson and gamma are Tweedie models of power 1 and 2. */
START_TEST(special_cases) {
    diabetes();
    golden(&cauce_tweedie_regressor, "power=1 alpha=1", counts, NULL, ref_poisson, 1e-8);
    golden(&cauce_tweedie_regressor, "power=2 alpha=1 link=log", ref_diabetes_y, NULL, ref_gamma, 1e-8);
}
END_TEST

/* The unit in which the target is counted moves the constant (log link) or all coefficients (identity), and
 * nothing else. */
START_TEST(units_of_the_target) {
    static const double units[] = { 1e-9, 1e6, 1e12 };
    double y[N];
    harness a, b;
    diabetes();
    for (int u = 0; u < 3; u++) {
        for (int i = 0; i < N; i++) y[i] = units[u] * zeros[i];
        const struct state *s = fit(&a, &cauce_tweedie_regressor, "power=1.3 alpha=0", zeros, NULL);
        const struct state *t = fit(&b, &cauce_tweedie_regressor, "power=1.3 alpha=0", y, NULL);
        for (int j = 0; j < P; j++) ck_near(s->coef[j], t->coef[j], 1e-8);
        ck_near(s->intercept + log(units[u]), t->intercept, 1e-9);
        harness_end(&a);
        harness_end(&b);
        s = fit(&a, &cauce_tweedie_regressor, "alpha=0.01", zeros, NULL);
        t = fit(&b, &cauce_tweedie_regressor, "alpha=0.01", y, NULL);
        for (int j = 0; j < P; j++) ck_near(s->coef[j] * units[u], t->coef[j], 1e-9 * fabs(t->coef[j]));
        harness_end(&a);
        harness_end(&b);
    }
}
END_TEST

/* Groups alone: the mean of each, whatever the deviance; the one-hot block is read as codes. */
START_TEST(groups_have_their_means) {
    static const char *const options[] = { "alpha=0 power=1", "alpha=0 power=2", "alpha=0 power=1.7",
                                           "alpha=0 power=3", "alpha=0 power=2 link=identity" };
    double y[9000], none[9000], mean[3] = { 0 }, count[3] = { 0 }, out[9000];
    int32_t codes[9000];
    for (int i = 0; i < 9000; i++) {
        codes[i] = i * 7 % 11 % 3;
        y[i] = 1 + codes[i] + 0.5 * sin(i);
        none[i] = 3;
        mean[codes[i]] += y[i];
        count[codes[i]]++;
    }
    for (int o = 0; o < 5; o++) {
        harness h;
        harness_begin(&h, &cauce_tweedie_regressor, options[o], none, 9000, 1);
        h.fields[1] = (cauce_field){ .name = "city", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 3 };
        h.blocks[1] = (cauce_block){ .codes = codes };
        h.schema = (cauce_schema){ 2, h.fields, 4 };
        h.batch.n_blocks = 2;
        h.train.y = y;
        harness_fit(&h);
        harness_apply(&h, h.blocks, 9000, 1, 100, out);
        for (int i = 0; i < 9000; i += 13) ck_near(out[i], mean[codes[i]] / count[codes[i]], 1e-9);
        const struct state *s = h.state;
        ck_assert(s->coef[0] == 0); /* a constant column */
        harness_end(&h);
    }
}
END_TEST

/* A level whose counts are all 0 has no finite coefficient. */
START_TEST(zeros_without_penalty) {
    double x[40], y[40], out[40];
    for (int i = 0; i < 40; i++) x[i] = i % 4 == 0, y[i] = i % 4 ? 1 + i % 3 : 0;
    harness h;
    harness_begin(&h, &cauce_poisson_regressor, "alpha=0", x, 40, 1);
    h.train.y = y;
    harness_fit(&h);
    ck_assert(warned(&h, "separation"));
    harness_apply(&h, h.blocks, 40, 1, 7, out);
    for (int i = 0; i < 40; i++) ck_assert(isfinite(out[i]) && (i % 4 || out[i] < 1e-6));
    harness_end(&h);
    harness_begin(&h, &cauce_poisson_regressor, "alpha=0.01", x, 40, 1);
    h.train.y = y;
    harness_fit(&h);
    ck_assert(!h.run.warnings);
    harness_end(&h);
}
END_TEST

/* Equal columns share a coefficient; more columns than rows have an optimum with a penalty. */
START_TEST(collinear_and_wide) {
    diabetes();
    double twice[2 * N];
    for (int i = 0; i < N; i++) twice[i] = twice[i + N] = columns[i + 2 * N];
    harness one, two;
    harness_begin(&one, &cauce_poisson_regressor, "alpha=0", twice, N, 1);
    harness_begin(&two, &cauce_poisson_regressor, "alpha=0", twice, N, 2);
    one.train.y = two.train.y = counts;
    harness_fit(&one);
    harness_fit(&two);
    const struct state *s = one.state, *t = two.state;
    ck_near(t->coef[0], s->coef[0] / 2, 1e-7);
    ck_near(t->coef[1], s->coef[0] / 2, 1e-7);
    harness_end(&one);
    harness_end(&two);
    harness_begin(&one, &cauce_gamma_regressor, "alpha=0.1", columns, 5, P);
    one.blocks[0].stride = N;
    one.train.y = ref_diabetes_y;
    harness_fit(&one);
    s = one.state;
    ck_assert(s->gradient_norm < 1e-10);
    harness_end(&one);
}
END_TEST

static void refused(const cauce_component *component, const char *options, const double *y,
                    cauce_status status, const char *piece) {
    harness h;
    harness_begin(&h, component, options, columns, N, P);
    h.train.y = y;
    ck_assert_int_eq(harness_try(&h), status);
    ck_assert_msg(strstr(h.run.error.message, piece) != NULL, "%s", h.run.error.message);
    harness_end(&h);
}

START_TEST(refusals) {
    double y[N] = { 0 };
    diabetes();
    refused(&cauce_poisson_regressor, "", y, CAUCE_E_DATA, "mean");
    refused(&cauce_tweedie_regressor, "power=0.5", y, CAUCE_E_PARAM, "power=0.5");
    for (int i = 0; i < N; i++) y[i] = 1 + i % 3;
    y[6] = 0;
    refused(&cauce_gamma_regressor, "", y, CAUCE_E_DATA, "target 0 in row 7");
    refused(&cauce_tweedie_regressor, "power=3", y, CAUCE_E_DATA, "power 3 takes targets > 0");
    y[8] = -2.5;
    refused(&cauce_poisson_regressor, "", y, CAUCE_E_DATA, "target -2.5 in row 9");
    refused(&cauce_tweedie_regressor, "power=1.5", y, CAUCE_E_DATA, "takes targets >= 0");
    for (int i = 0; i < N; i++) y[i] = -1 - i;
    refused(&cauce_tweedie_regressor, "link=log", y, CAUCE_E_DATA, "log link");
    for (int i = 0; i < N; i++) y[i] = i % 3;
    refused(&cauce_tweedie_regressor, "power=1 link=identity fit_intercept=false", y, CAUCE_E_NUMERIC,
            "fit_intercept=true");
}
END_TEST

START_TEST(out_of_steps) {
    diabetes();
    harness h;
    const struct state *s = fit(&h, &cauce_gamma_regressor, "alpha=0 max_iter=1", ref_diabetes_y, NULL);
    ck_assert_int_eq((int)s->n_iter, 1);
    ck_assert(warned(&h, "no_convergence"));
    harness_end(&h);
    for (int most = 1; most <= 2; most++) { /* Newton steps: lbfgs takes fifty for one, and says so */
        char options[100];
        snprintf(options, sizeof options, "alpha=0 solver=lbfgs tol=1e-300 max_iter=%d", most);
        s = fit(&h, &cauce_poisson_regressor, options, counts, NULL);
        ck_assert_msg(s->n_iter > 1 && s->n_iter <= 50 * most, "%d", (int)s->n_iter);
        ck_assert(warned(&h, "no_convergence") == (s->n_iter == 50 * most));
        harness_end(&h);
    }
}
END_TEST

START_TEST(broken_states) {
    diabetes();
    harness h;
    fit(&h, &cauce_poisson_regressor, "", counts, NULL);
    struct state *s = h.state;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    s->coef[3] = NAN;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    ca_run_forgive(&h.run);
    s->coef[3] = 0;
    s->intercept = INFINITY;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    ca_run_forgive(&h.run);
    s->intercept = 0;
    s->n_features--;
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_E_FORMAT);
    harness_end(&h);
}
END_TEST

/* Mean half deviance of counts, up to what does not depend on the coefficients. */
static double poisson_loss(const double *coef, double constant) {
    double sum = 0;
    for (int i = 0; i < N; i++) {
        double margin = constant;
        for (int j = 0; j < P; j++) margin += coef[j] * columns[i + j * N];
        sum += exp(margin) - counts[i] * margin;
    }
    return sum / N;
}

/* Case 43. Without a penalty the published coefficients are where scikit-learn's lbfgs stops, which is not
 * the optimum: the loss is as small to eleven digits, the smallest coefficient a ten-thousandth away. */
START_TEST(counts_of_the_diabetes_data) {
    diabetes();
    const double published[] = { .0590423877, .0073355678, .1973884816 };
    harness h;
    const struct state *s = fit(&h, &cauce_poisson_regressor, "", counts, NULL);
    for (int j = 0; j < P; j++) ck_close(s->coef[j], ref_poisson[j], 1e-6);
    for (int j = 0; j < 3; j++) ck_close(s->coef[j], published[j], 1e-6);
    ck_close(s->intercept, 2.72046471869, 1e-6);
    harness_end(&h);
    s = fit(&h, &cauce_poisson_regressor, "alpha=0", counts, NULL);
    for (int j = 0; j < P; j++) ck_close(s->coef[j], ref_poisson_free[j], 1e-6);
    double loss = poisson_loss(s->coef, s->intercept), stop = poisson_loss(case_43_stop, case_43_stop[P]);
    ck_assert_msg(loss < stop && stop - loss < 1e-10, "%.17g, stopped at %.17g", loss, stop);
    for (int j = 1; j < P; j++) ck_close(s->coef[j], case_43_stop[j], 1e-4);
    ck_close(s->intercept, case_43_stop[P], 1e-6);
    harness_end(&h);
}
END_TEST

TEST_MAIN("glm", TEST(optima), TEST(special_cases), TEST(units_of_the_target), TEST(groups_have_their_means),
          TEST(zeros_without_penalty), TEST(collinear_and_wide), TEST(refusals), TEST(out_of_steps),
          TEST(broken_states), TEST(counts_of_the_diabetes_data))
