#include "linear/inference.h"

#include <math.h>

#include "reference/inference.h"
#include "support/check_main.h"
#include "support/component_harness.h"
#include "support/failing.h"

extern const cauce_component cauce_linear_regression, cauce_logistic_regression, cauce_poisson_regressor,
    cauce_gamma_regressor, cauce_tweedie_regressor;

enum { CARS = 32 };

static double numbers[2 * CARS];
static int32_t cylinders[CARS], manual[CARS];

/* Weight and power as numbers, cylinders (4, 6, 8) as an encoder that drops the first gives them. */
static void cars(harness *h, const cauce_component *component, const char *options, bool with_cylinders) {
    for (int i = 0; i < CARS; i++) {
        numbers[i] = ref_cars_wt[i];
        numbers[CARS + i] = ref_cars_hp[i];
        cylinders[i] = ref_cars_cyl[i] > 7 ? 1 : ref_cars_cyl[i] > 5 ? 0 : -1;
        manual[i] = ref_cars_am[i] > 0;
    }
    harness_begin(h, component, options, numbers, CARS, 2);
    if (!with_cylinders) return;
    h->fields[1] = (cauce_field){ .name = "cyl", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 2 };
    h->blocks[1] = (cauce_block){ .codes = cylinders };
    h->schema = (cauce_schema){ 2, h->fields, 4 };
    h->batch.n_blocks = 2;
}

static const double *array(const harness *h, const char *name) {
    for (const cauce_state *row = h->component->state; row->dtype != CAUCE_STATE_LAST; row++)
        if (strcmp(row->name, name) == 0) {
            if (row->dtype == CAUCE_SCALAR_REAL)
                return (const double *)((const char *)h->state + row->offset);
            double *values;
            memcpy(&values, (const char *)h->state + row->offset, sizeof values);
            return values;
        }
    ck_abort_msg("no state '%s'", name);
    return NULL;
}

static void same(const char *what, const char *part, double got, double expected) {
    bool near = isinf(expected) ? got == expected : fabs(got - expected) <= 1e-6 * fabs(expected) + 1e-300;
    ck_assert_msg(near, "%s: %s is %.12g, R has %.12g", what, part, got, expected);
}

static void compare(const char *what, const harness *h, const double *expected, int64_t columns,
                    bool constant) {
    static const char *const tests[] = { "std_error", "statistic", "p_value", "conf_low", "conf_high" };
    static const char *const facts[] = { "log_likelihood", "aic",        "bic",        "deviance",
                                         "null_deviance",  "dispersion", "df_residual" };
    int64_t n = columns + (constant ? 1 : 0);
    for (int64_t j = 0; j < n; j++) {
        same(what, "coefficient", j < columns ? array(h, "coef")[j] : *array(h, "intercept"),
             expected[6 * j]);
        for (int k = 0; k < 5; k++) same(what, tests[k], array(h, tests[k])[j], expected[6 * j + 1 + k]);
    }
    for (int k = 0; k < 7; k++) same(what, facts[k], *array(h, facts[k]), expected[6 * n + k]);
    ck_assert_msg(!h->run.warnings, "%s: %s", what, h->run.warnings ? h->run.warnings->text : "");
}

static void regression(const cauce_component *component, const char *options, const double *y,
                       const double *weight, const double *expected) {
    harness h;
    char all[160];
    bool plain = strstr(options, "fit_intercept=false") != NULL;
    snprintf(all, sizeof all, "%s statistics=true", options);
    cars(&h, component, all, !plain);
    h.train.y = y;
    h.train.weight = weight;
    harness_fit(&h);
    compare(options, &h, expected, plain ? 2 : 4, !plain);
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    harness_end(&h);
}

static void classification(const char *options, const double *weight, const double *expected) {
    harness h;
    char all[160];
    bool plain = strstr(options, "fit_intercept=false") != NULL;
    snprintf(all, sizeof all, "%s penalty=none tol=1e-8 statistics=true", options);
    cars(&h, &cauce_logistic_regression, all, false);
    h.train.y_class = manual;
    h.train.n_classes = 2;
    h.train.weight = weight;
    harness_fit(&h);
    int64_t n = plain ? 2 : 3;
    for (int64_t j = 0; j < n; j++)
        same(options, "coefficient", j < 2 ? array(&h, "coef")[j] : *array(&h, "intercept"), expected[6 * j]);
    compare(options, &h, expected, 2, !plain);
    harness_end(&h);
}

/* Every allocation of a fit fails once: NOMEM, and nothing is left behind. */
START_TEST(no_memory) {
    static const cauce_component *const components[] = { &cauce_linear_regression, &cauce_gamma_regressor };
    failing_install();
    for (int k = 0; k < 4; k++) {
        harness h;
        cars(&h, components[k % 2], k % 2 ? "statistics=true alpha=0" : "statistics=true", true);
        h.train.y = ref_cars_mpg;
        if (k >= 2) { /* all levels beside the constant: by the eigenvectors */
            for (int i = 0; i < CARS; i++) cylinders[i]++;
            h.fields[1].width = 3;
            h.schema.width = 5;
        }
        FAILING_EACH(pass) {
            cauce_run run;
            ca_keep keep = { 0 };
            ca_run_begin(&run);
            run.keep = &keep;
            run.threads = 1;
            memset(h.state, 0, h.component->state_size);
            cauce_status status = h.component->fit(&run, h.params, &h.train, h.state);
            ck_assert_msg(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM), "%s",
                          run.error.message);
            ca_run_end(&run);
            ca_arena_free(&keep.arena);
        }
        harness_end(&h);
    }
}
END_TEST

START_TEST(as_R_has_it) {
    regression(&cauce_linear_regression, "", ref_cars_mpg, NULL, ref_lm);
    regression(&cauce_linear_regression, "", ref_cars_mpg, ref_cars_w, ref_lm_weighted);
    regression(&cauce_linear_regression, "fit_intercept=false", ref_cars_mpg, NULL, ref_lm_plain);
    regression(&cauce_tweedie_regressor, "alpha=0", ref_cars_mpg, NULL, ref_normal);
    regression(&cauce_tweedie_regressor, "alpha=0", ref_cars_mpg, NULL, ref_lm);
    regression(&cauce_poisson_regressor, "alpha=0", ref_cars_carb, NULL, ref_poisson_carb);
    regression(&cauce_poisson_regressor, "alpha=0", ref_cars_carb, ref_cars_w, ref_poisson_carb_weighted);
    regression(&cauce_gamma_regressor, "alpha=0", ref_cars_mpg, NULL, ref_gamma_mpg);
    regression(&cauce_gamma_regressor, "alpha=0", ref_cars_mpg, ref_cars_w, ref_gamma_mpg_weighted);
    regression(&cauce_tweedie_regressor, "alpha=0 power=2 link=identity", ref_cars_mpg, NULL,
               ref_gamma_identity);
    regression(&cauce_tweedie_regressor, "alpha=0 power=3", ref_cars_mpg, NULL, ref_inverse);
    regression(&cauce_tweedie_regressor, "alpha=0 link=log", ref_cars_mpg, NULL, ref_log_normal);
    classification("", NULL, ref_binomial);
    classification("", ref_cars_w, ref_binomial_weighted);
    classification("fit_intercept=false", NULL, ref_binomial_plain);
}
END_TEST

START_TEST(wider_when_surer) {
    harness a, b;
    cars(&a, &cauce_linear_regression, "statistics=true confidence=0.5", true);
    cars(&b, &cauce_linear_regression, "statistics=true confidence=0.99", true);
    a.train.y = b.train.y = ref_cars_mpg;
    harness_fit(&a);
    harness_fit(&b);
    double half = array(&a, "conf_high")[0] - array(&a, "coef")[0];
    ck_near(half / array(&a, "std_error")[0], 0.6836849791, 1e-9); /* qt(0.75, 27) */
    half = array(&b, "coef")[0] - array(&b, "conf_low")[0];
    ck_near(half / array(&b, "std_error")[0], 2.7706829571, 1e-9); /* qt(0.995, 27) */
    harness_end(&a);
    harness_end(&b);
}
END_TEST

START_TEST(nothing_unless_asked_for) {
    harness h;
    cars(&h, &cauce_linear_regression, "", true);
    h.train.y = ref_cars_mpg;
    harness_fit(&h);
    ck_assert_ptr_null(array(&h, "std_error"));
    ck_assert_ptr_null(array(&h, "aic"));
    ck_assert_int_eq(h.component->verify(&h.run, &h.fitted), CAUCE_OK);
    harness_end(&h);
}
END_TEST

/* ---- What the rows do not determine -------------------------------------------------------------------- */

static bool warned(const harness *h, const char *name, const char *piece) {
    for (const ca_warning *w = h->run.warnings; w; w = w->next)
        if (strcmp(w->name, name) == 0 && strstr(w->text, piece)) return true;
    return false;
}

/* All levels and a constant: the levels have no errors of their own, the other columns have those of R. */
START_TEST(all_levels) {
    harness h;
    cars(&h, &cauce_linear_regression, "statistics=true", true);
    for (int i = 0; i < CARS; i++) cylinders[i]++;
    h.fields[1].width = 3;
    h.schema.width = 5;
    h.train.y = ref_cars_mpg;
    harness_fit(&h);
    for (int k = 0; k < 2; k++) {
        same("all levels", "coef", array(&h, "coef")[k], ref_lm[6 * k]);
        same("all levels", "std_error", array(&h, "std_error")[k], ref_lm[6 * k + 1]);
        same("all levels", "p_value", array(&h, "p_value")[k], ref_lm[6 * k + 3]);
    }
    for (int k = 2; k < 6; k++)
        ck_assert(isnan(array(&h, "std_error")[k]) && isnan(array(&h, "p_value")[k]) &&
                  isnan(array(&h, "conf_low")[k]));
    same("all levels", "aic", *array(&h, "aic"), ref_lm[6 * 5 + 1]);
    same("all levels", "df", *array(&h, "df_residual"), 27);
    ck_assert(warned(&h, "not_determined", "for 4 of the 6 coefficients (the first: cyl0)"));
    harness_end(&h);
}
END_TEST

START_TEST(constant_column) {
    double x[2 * CARS];
    harness h;
    for (int i = 0; i < CARS; i++) x[i] = ref_cars_wt[i], x[CARS + i] = 7;
    harness_begin(&h, &cauce_poisson_regressor, "alpha=0 statistics=true", x, CARS, 2);
    h.train.y = ref_cars_carb;
    harness_fit(&h);
    ck_assert(isfinite(array(&h, "std_error")[0]) && isnan(array(&h, "std_error")[1]) &&
              isfinite(array(&h, "std_error")[2]));
    ck_assert(warned(&h, "not_determined", "for 1 of the 3 coefficients (the first: x1)"));
    harness_end(&h);
}
END_TEST

START_TEST(as_many_coefficients_as_rows) {
    harness h;
    cars(&h, &cauce_linear_regression, "statistics=true", false);
    h.batch.n_rows = h.train.n_rows = 3;
    h.train.y = ref_cars_mpg;
    harness_fit(&h);
    ck_assert(*array(&h, "df_residual") == 0);
    ck_assert(isnan(array(&h, "std_error")[0]) && isnan(*array(&h, "dispersion")));
    ck_assert(warned(&h, "no_degrees_of_freedom", "as many"));
    harness_end(&h);
}
END_TEST

/* R warns too ("essentially perfect fit"); a target of one value has tests of 0 / 0. */
START_TEST(met_exactly) {
    double y[CARS];
    for (int constant = 0; constant < 3; constant++) {
        for (int i = 0; i < CARS; i++)
            y[i] = constant == 1 ? 7 : 2 * ref_cars_wt[i] + (constant == 2 ? 1e-9 * ref_cars_mpg[i] : 0);
        harness h;
        cars(&h, &cauce_linear_regression, "statistics=true", false);
        h.train.y = y;
        harness_fit(&h);
        ck_assert_int_eq(warned(&h, "exact_fit", "rounding errors"), constant < 2);
        harness_end(&h);
    }
}
END_TEST

/* Squares that no number holds are not called exact. */
START_TEST(targets_beyond_squares) {
    static const double units[] = { 1e-200, 1e-100, 1, 1e100, 1e200 };
    double y[CARS];
    for (int k = 0; k < 5; k++) {
        for (int i = 0; i < CARS; i++) y[i] = units[k] * ref_cars_mpg[i];
        harness h;
        cars(&h, &cauce_linear_regression, "statistics=true", true);
        h.train.y = y;
        harness_fit(&h);
        ck_assert_int_eq(warned(&h, "extreme_target", "scale the target"), k == 0 || k == 4);
        ck_assert(!warned(&h, "exact_fit", ""));
        if (k > 0 && k < 4) same("units", "p_value", array(&h, "p_value")[0], ref_lm[3]);
        harness_end(&h);
    }
}
END_TEST

static void refused(const cauce_component *component, const char *options, int n_classes, cauce_status status,
                    const char *piece) {
    harness h;
    cars(&h, component, options, false);
    h.train.y = ref_cars_mpg;
    h.train.y_class = manual;
    h.train.n_classes = n_classes;
    ck_assert_int_eq(harness_try(&h), status);
    ck_assert_msg(strstr(h.run.error.message, piece) != NULL, "%s", h.run.error.message);
    harness_end(&h);
}

START_TEST(refusals) {
    refused(&cauce_linear_regression, "statistics=true positive=true", 0, CAUCE_E_PARAM, "positive=true");
    refused(&cauce_logistic_regression, "statistics=true", 2, CAUCE_E_PARAM, "penalty=none");
    refused(&cauce_logistic_regression, "statistics=true penalty=none", 3, CAUCE_E_DATA, "has 3");
    refused(&cauce_gamma_regressor, "statistics=true", 0, CAUCE_E_PARAM, "alpha=0");
    refused(&cauce_tweedie_regressor, "statistics=true", 0, CAUCE_E_PARAM, "alpha=0");
}
END_TEST

START_TEST(broken_states) {
    harness h;
    cars(&h, &cauce_linear_regression, "statistics=true", true);
    h.train.y = ref_cars_mpg;
    harness_fit(&h);
    ca_inference inference = { .n_tests = 5, .n_facts = 1 };
    ck_assert_int_eq(ca_inference_verify(&h.run, &inference, 4), CAUCE_OK);
    ck_assert_int_eq(ca_inference_verify(&h.run, &inference, 5), CAUCE_OK);
    ck_assert_int_eq(ca_inference_verify(&h.run, &inference, 3), CAUCE_E_FORMAT);
    ca_run_forgive(&h.run);
    inference.n_facts = 2;
    ck_assert_int_eq(ca_inference_verify(&h.run, &inference, 4), CAUCE_E_FORMAT);
    harness_end(&h);
}
END_TEST

TEST_MAIN("inference", TEST(no_memory), TEST(as_R_has_it), TEST(wider_when_surer),
          TEST(nothing_unless_asked_for), TEST(all_levels), TEST(constant_column),
          TEST(as_many_coefficients_as_rows), TEST(met_exactly), TEST(targets_beyond_squares), TEST(refusals),
          TEST(broken_states))
