#include "support/scaler_harness.h"

extern const cauce_component cauce_function_transformer;

static const cauce_component *transformer = &cauce_function_transformer;

static double identity(double x) {
    return x;
}
static double square(double x) {
    return x * x;
}
static double reciprocal(double x) {
    return 1 / x;
}

START_TEST(values) {
    const double x[] = { 0.25, 1.5, NAN, 3.7, 20, 1e-9 };
    frame *train = one_column(6, x);
    const struct {
        const char *params;
        double (*function)(double);
    } cases[] = { { "", identity },
                  { "func=log", log },
                  { "func=log1p", log1p },
                  { "func=sqrt", sqrt },
                  { "func=square", square },
                  { "func=exp", exp },
                  { "func=expm1", expm1 },
                  { "func=abs", fabs },
                  { "func=reciprocal", reciprocal },
                  { "func=identity", identity } };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        fitted t;
        must_start(&t, transformer, cases[i].params, train, NULL);
        must_apply(&t, train);
        for (int r = 0; r < 6; r++) {
            double expected = cases[i].function(x[r]);
            ck_near(fitted_cell(&t, r, 0) / expected, isnan(expected) ? NAN : 1, 2e-15);
        }
        fitted_end(&t);
    }
    frame_free(train);
    train = one_column(2, (const double[]){ -3, -0.5 });
    fitted t;
    must_start(&t, transformer, "func=abs", train, NULL);
    must_apply(&t, train);
    cells_are(&t, 2, (const double[]){ 3, 0.5 }, 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(undefined) {
    const struct {
        const char *params;
        double x;
        const char *piece;
    } cases[] = {
        { "func=log", 0, "row 3: 0 has no logarithm" },
        { "func=log", -2, "row 3: -2 has no logarithm" },
        { "func=log1p", -1, "row 3: -1 has no log1p" },
        { "func=sqrt", -0.5, "row 3: -0.5 has no square" },
        { "func=reciprocal", 0, "row 3: 0 has no finite" },
        { "func=exp", 710, "row 3: 710 is too large" },
        { "func=expm1", 800, "row 3: 800 is too large" },
        { "func=square", 1e200, "row 3: 1e+200 is too" },
        { "", INFINITY, "row 3: inf is infinite" },
        { "func=exp", -INFINITY, "row 3: -inf is infinite" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        frame *train = frame_new(3);
        frame_numbers(train, "a", (const double[]){ 1, 2, 3 });
        frame_wide(train, "w", 2, (const double[]){ 1, 2, 3, 1, NAN, cases[i].x }, NULL);
        fit_fails(transformer, cases[i].params, train, CAUCE_E_DATA, "column 'w1'");
        fit_fails(transformer, cases[i].params, train, CAUCE_E_DATA, cases[i].piece);
        frame_free(train);
    }
    frame *train = one_column(1, (const double[]){ 1 });
    fit_fails(transformer, "func=sin", train, CAUCE_E_PARAM, "func");
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(transformer, "", ref_x, NULL);
}
END_TEST

TEST_MAIN("function_transformer", TEST(values), TEST(undefined), TEST(allocations))
