#include "reference/splines.h"
#include "support/scaler_harness.h"

extern const cauce_component cauce_spline_transformer;

static const cauce_component *splines = &cauce_spline_transformer;

/* The first n rows of two columns of `stride` numbers. */
static frame *two_columns(int64_t n, const double *x, int64_t stride) {
    frame *f = frame_new(n);
    frame_numbers(f, "x0", x);
    frame_numbers(f, "x1", x + stride);
    return f;
}

START_TEST(reference) {
    frame *train = two_columns(SPLINE_TRAIN, ref_spline_train, SPLINE_TRAIN);
    frame *rows = two_columns(SPLINE_ROWS, ref_spline_rows, SPLINE_ROWS);
    frame *inside = two_columns(SPLINE_INSIDE, ref_spline_rows, SPLINE_ROWS);
    size_t n_cases = sizeof ref_splines / sizeof *ref_splines;
    ck_assert_int_gt(n_cases, 20);
    for (size_t i = 0; i < n_cases; i++) {
        fitted t;
        must_start(&t, splines, ref_splines[i].params, train, NULL);
        must_apply(&t, ref_splines[i].n == SPLINE_ROWS ? rows : inside);
        for (int64_t j = 0; j < t.out.width; j++)
            for (int64_t r = 0; r < ref_splines[i].n; r++) {
                double expected = ref_splines[i].z[j * ref_splines[i].n + r], cell = fitted_cell(&t, r, j);
                ck_assert_msg(fabs(cell - expected) <=
                                  1e-12 * (1 + fabs(expected)) * pow(10, t.out.width / 6),
                              "%s: row %d, column %d: %.17g, not %.17g", ref_splines[i].params, (int)r,
                              (int)j, cell, expected);
            }
        fitted_end(&t);
    }
    fitted t;
    must_start(&t, splines,
               "knots=[[-3, 0, 1.5, 2, 9], [0, 1, 4, 11, 30]] degree=2 extrapolation=linear n_knots=9", train,
               NULL);
    must_apply(&t, rows);
    cells_are(&t, SPLINE_ROWS, ref_spline_list, 1e-12);
    ck_assert_str_eq(fitted_names(&t), "x0_sp_0, x0_sp_1, x0_sp_2, x0_sp_3, x0_sp_4, x0_sp_5, "
                                       "x1_sp_0, x1_sp_1, x1_sp_2, x1_sp_3, x1_sp_4, x1_sp_5");
    fitted_end(&t);
    frame_free(train);
    frame_free(rows);
    frame_free(inside);
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------------------- */

static double row_sum(const fitted *t, int64_t r) {
    double sum = 0;
    for (int64_t j = 0; j < t->out.width; j++) sum += fitted_cell(t, r, j);
    return sum;
}

/* Numbers that repeat make knots coincide; the splines still are 0 or more and sum to 1 everywhere. */
START_TEST(a_partition_of_one) {
    enum { N = 60 };
    double x[N];
    for (int r = 0; r < N; r++) x[r] = r < 25 ? 0 : r < 33 ? 1 : r < 45 ? r * 0.25 : 20;
    frame *train = one_column(N, x), *rows = frame_new(211);
    double grid[211];
    for (int r = 0; r < 211; r++) grid[r] = (r - 5) * 0.1;
    frame_numbers(rows, "price", grid);
    frame *ends = one_column(2, (const double[]){ 20 - 1e-12, 20 });
    const char *outside[] = { "constant", "periodic", "linear", "continue" };
    for (int degree = 0; degree <= 6; degree++)
        for (int i = 0; i < 4; i++)
            for (int quantile = 0; quantile < 2; quantile++) {
                char params[128];
                snprintf(params, sizeof params, "degree=%d extrapolation=%s knots=%s n_knots=11", degree,
                         outside[i], quantile ? "quantile" : "uniform");
                fitted t;
                must_start(&t, splines, params, train, NULL);
                must_apply(&t, rows);
                for (int64_t r = 0; r < 211; r++) {
                    double sum = row_sum(&t, r);
                    bool inside = grid[r] >= 0 && grid[r] <= 20;
                    ck_assert_msg(fabs(sum - 1) < (i < 3 || inside ? 1e-11 : 1e-6), "%s: %g at %g", params,
                                  sum, grid[r]);
                    for (int64_t j = 0; j < t.out.width && (i < 2 || inside); j++)
                        ck_assert(fitted_cell(&t, r, j) >= -1e-15);
                }
                must_apply(&t, ends); /* the last knot belongs to the interval before it */
                for (int64_t j = 0; j < t.out.width; j++)
                    ck_near(fitted_cell(&t, 0, j), fitted_cell(&t, 1, j), 1e-9);
                fitted_end(&t);
            }
    frame_free(train);
    frame_free(rows);
    frame_free(ends);
}
END_TEST

/* Marsden's identity: the splines with the means of their inner knots as coefficients are the line x. */
START_TEST(lines_are_splines) {
    frame *train = one_column(2, (const double[]){ -1, 3 });
    double grid[41];
    for (int r = 0; r < 41; r++) grid[r] = -2 + r * 0.15;
    frame *rows = one_column(41, grid);
    for (int degree = 1; degree <= 4; degree++) {
        char params[96];
        snprintf(params, sizeof params, "degree=%d extrapolation=linear", degree);
        fitted t;
        must_start(&t, splines, params, train, NULL);
        must_apply(&t, rows);
        for (int64_t r = 0; r < 41; r++) {
            double x = 0;
            for (int64_t j = 0; j < t.out.width; j++) {
                double mean = 0;
                for (int k = 1; k <= degree; k++) mean += (-1 + (double)(j + k - degree)) / degree;
                x += mean * fitted_cell(&t, r, j);
            }
            ck_near(x, grid[r], 1e-13);
        }
        fitted_end(&t);
    }
    frame_free(train);
    frame_free(rows);
}
END_TEST

START_TEST(missing_and_constant) {
    frame *train = frame_new(4);
    frame_numbers(train, "holes", (const double[]){ 1, NAN, 2, 5 });
    frame_numbers(train, "constant", (const double[]){ 7, 7, 7, 7 });
    frame_numbers(train, "empty", (const double[]){ NAN, NAN, NAN, NAN });
    fitted t;
    must_start(&t, splines, "handle_missing=zeros n_knots=3 degree=1", train, NULL);
    ck_assert(fitted_warned(&t, "constant_column", "'constant'"));
    ck_assert(fitted_warned(&t, "all_missing", "'empty'"));
    must_apply(&t, train);
    static const double expected[] = { 1, 0, 0.5, 0, 0, 0, 0.5, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
                                       0, 0, 0,   0, 0, 0, 0,   0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
    cells_are(&t, 4, expected, 1e-15);
    fitted_end(&t);
    must_start(&t, splines, "handle_missing=zeros extrapolation=periodic knots=quantile", train, NULL);
    must_apply(&t, train);
    ck_near(row_sum(&t, 0), 1, 1e-15);
    fitted_end(&t);
    fit_fails(splines, "", train, CAUCE_E_DATA, "column 'holes', row 2: a missing value; impute it");
    frame_free(train);
}
END_TEST

START_TEST(weights) {
    weight_repeats(splines, "knots=quantile", ref_full, 1e-12);
    weight_repeats(splines, "", ref_full, 0);
}
END_TEST

START_TEST(refusals) {
    frame *train = two_columns(SPLINE_TRAIN, ref_spline_train, SPLINE_TRAIN);
    const struct {
        const char *params, *piece;
    } bad[] = { { "n_knots=1", "n_knots" },
                { "degree=-1", "degree" },
                { "degree=33", "degree" },
                { "knots=even", "uniform" },
                { "knots=[1]", "1 knots" },
                { "knots=[1, 3, 2]", "2 comes after 3" },
                { "knots=[1, 1]", "must ascend" },
                { "knots=[1, x]", "item 2" },
                { "knots=[1, inf]", "item 2" },
                { "knots=[[1, 2], [1, 2, 3]]", "list 2 is not one of 2" },
                { "knots=[[1, 2], 3]", "list 2" },
                { "knots=[[1, 2]]", "knots has 1 lists, but there are 2 columns" },
                { "extrapolation=periodic n_knots=3", "needs more knots than the degree 3; there are 3" },
                { "extrapolation=periodic knots=[1, 2] degree=2 n_knots=9", "there are 2" },
                { "degree=0 n_knots=2 include_bias=false", "the only spline" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        fit_fails(splines, bad[i].params, train, CAUCE_E_PARAM, bad[i].piece);
    frame_free(train);
    train = one_column(2, (const double[]){ -1.5e308, 1.5e308 });
    fit_fails(splines, "", train, CAUCE_E_NUMERIC, "column 'price': its numbers are too large");
    frame_free(train);
    train = one_column(2, (const double[]){ 1, INFINITY });
    fit_fails(splines, "", train, CAUCE_E_DATA, "column 'price', row 2: inf");
    frame_free(train);
}
END_TEST

START_TEST(rows_that_do_not_fit) {
    frame *train = one_column(3, (const double[]){ 1, 2, 5 });
    const struct {
        const char *params;
        double x;
        const char *piece;
    } bad[] = { { "extrapolation=error", 5.5, "column 'price', row 43: 5.5 is beyond the knots 1 to 5" },
                { "extrapolation=error", 0, "0 is beyond" },
                { "extrapolation=linear", INFINITY, "row 43: inf is on no polynomial" },
                { "", NAN, "row 43: a missing value" } };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        frame *rows = one_column(2, (const double[]){ 5, bad[i].x });
        rows->batch.first_row = 41;
        fitted t;
        must_start(&t, splines, bad[i].params, train, NULL);
        ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_E_DATA);
        ck_assert_msg(strstr(t.run.error.message, bad[i].piece) != NULL, "%s", t.run.error.message);
        fitted_end(&t);
        frame_free(rows);
    }
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = reference_frame(ref_full);
    fitted t;
    must_start(&t, splines, "", train, NULL);
    const double *knots = fitted_array(&t, "knots");
    verify_refuses_at(&t, "knots", 1, (const double[]){ NAN, INFINITY, -1e300, 1e300 }, 4);
    verify_refuses_at(&t, "knots", 0, (const double[]){ NAN, knots[4] }, 2);
    verify_refuses_width(&t);
    int64_t *sizes = (int64_t *)(uintptr_t)t.f.state; /* columns, knots */
    sizes[1] = 4;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(splines, "knots=quantile extrapolation=linear", ref_full, ref_weight);
}
END_TEST

TEST_MAIN("spline_transformer", TEST(reference), TEST(a_partition_of_one), TEST(lines_are_splines),
          TEST(missing_and_constant), TEST(weights), TEST(refusals), TEST(rows_that_do_not_fit),
          TEST(verify_refuses), TEST(allocations))
