#include "data/axes.h"
#include "reference/decomposition.h"
#include "support/scaler_harness.h"
#include "support/tables.h"

extern const cauce_component cauce_pca;

static const cauce_component *pca = &cauce_pca;

/* The reference columns in three blocks. */
static frame *wine_frame(void) {
    frame *f = frame_new(WINE_ROWS);
    frame_wide(f, "a", 5, ref_wine, NULL);
    frame_numbers(f, "b", ref_wine + 5 * WINE_ROWS);
    frame_wide(f, "c", WINE_COLUMNS - 6, ref_wine + 6 * WINE_ROWS, NULL);
    return f;
}

typedef struct expected {
    int64_t k, p;
    const double *components, *variance, *ratio, *singular, *noise, *z;
} expected;

/* tolerance: relative to the largest number of each array. */
static void compare(const char *params, const frame *train, const expected *e, double tolerance) {
    fitted t;
    must_start(&t, pca, params, train, NULL);
    ck_assert_int_eq(t.out.width, e->k);
    array_is(&t, "components", e->components, e->k * e->p, tolerance);
    const double *variance = fitted_array(&t, "explained_variance");
    const double *singular = fitted_array(&t, "singular_values");
    for (int64_t i = 0; i < e->k; i++) {
        ck_assert_msg(fabs(variance[i] - e->variance[i]) <= tolerance * e->variance[0], "%g", variance[i]);
        ck_assert_msg(fabs(singular[i] - e->singular[i]) <= tolerance * e->singular[0], "%g", singular[i]);
    }
    array_is(&t, "explained_variance_ratio", e->ratio, e->k, tolerance);
    ck_near(*(const double *)fitted_array(&t, "noise_variance"), *e->noise, tolerance);
    must_apply(&t, train);
    for (int64_t j = 0; j < e->k; j++)
        for (int64_t r = 0; r < 5; r++) ck_near(fitted_cell(&t, r, j), e->z[j * 5 + r], tolerance * 1e3);
    fitted_end(&t);
}

#define EXPECTED(tag, width)                                                                                 \
    (&(expected){ ref_##tag##_k, width, ref_##tag##_components, ref_##tag##_variance, ref_##tag##_ratio,     \
                  ref_##tag##_singular, ref_##tag##_noise, ref_##tag##_z })

START_TEST(reference) {
    frame *train = wine_frame();
    compare("", train, EXPECTED(all, WINE_COLUMNS), 1e-12);
    compare("svd_solver=full", train, EXPECTED(all, WINE_COLUMNS), 1e-12);
    compare("svd_solver=covariance_eigh", train, EXPECTED(all, WINE_COLUMNS), 1e-8);
    compare("n_components=3", train, EXPECTED(three, WINE_COLUMNS), 1e-12);
    compare("n_components=0.99995", train, EXPECTED(part, WINE_COLUMNS), 1e-12);
    compare("n_components=mle", train, EXPECTED(mle, WINE_COLUMNS), 1e-12);
    compare("n_components=4 whiten=true", train, EXPECTED(white, WINE_COLUMNS), 1e-12);
    frame_free(train);
    train = frame_new(WIDE_ROWS); /* more columns than rows */
    frame_wide(train, "p", WIDE_COLUMNS, ref_wide, NULL);
    compare("n_components=11", train, EXPECTED(wide, WIDE_COLUMNS), 1e-12);
    compare("n_components=11 svd_solver=covariance_eigh", train, EXPECTED(wide, WIDE_COLUMNS), 1e-12);
    fitted t;
    must_start(&t, pca, "", train, NULL);
    ck_assert_int_eq(t.out.width, WIDE_ROWS); /* the last one explains nothing */
    ck_assert(((const double *)fitted_array(&t, "explained_variance_ratio"))[11] < 1e-28);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* ---- Accuracy ------------------------------------------------------------------------------------------ */

/* Element of a Walsh-Hadamard matrix: its columns are at right angles, and all but column 0 have mean 0. */
static int walsh(uint64_t r, uint64_t c) {
    return __builtin_parityll(r & c) ? -1 : 1;
}

enum { P = 8 };

/* Rows whose principal components are known exactly: columns 1 .. P of a Walsh matrix, times 2^(-step k),
 * times a P x P Walsh matrix, plus an offset. Every number is exact; the deviations are sqrt(P) 2^(-step k),
 * the axes the rows of the P x P matrix. */
static double *known_rows(int64_t n, int step, double offset) {
    double *x = malloc((size_t)(n * P) * sizeof *x);
    for (int64_t j = 0; j < P; j++)
        for (int64_t r = 0; r < n; r++) {
            double sum = offset;
            for (int64_t k = 0; k < P; k++)
                sum += ldexp(walsh((uint64_t)r, (uint64_t)k + 1) * walsh((uint64_t)k, (uint64_t)j),
                             -step * (int)k);
            x[j * n + r] = sum;
        }
    return x;
}

/* eps times the largest singular value is as near as they can be had; so is the angle of an axis, relative to
 * the gap beside it. */
static void known_components(int64_t n, int step, double offset, const char *params, double accuracy) {
    double *x = known_rows(n, step, offset);
    frame *train = frame_new(n);
    frame_wide(train, "x", P, x, NULL);
    fitted t;
    must_start(&t, pca, params, train, NULL);
    const double *singular = fitted_array(&t, "singular_values"), *axes = fitted_array(&t, "components");
    double largest = sqrt((double)n * P);
    for (int k = 0; k < P; k++) {
        double true_value = largest * ldexp(1, -step * k), off = fabs(singular[k] - true_value);
        ck_assert_msg(off <= accuracy * largest, "%s, %d rows: value %d is %g, not %g", params, (int)n, k,
                      singular[k], true_value);
        if (true_value < 100 * accuracy * largest) continue;
        double allowed = 10 * accuracy * largest / true_value;
        /* All elements are equally large, so that the first one is above 0: where they are that exact. */
        double sign = allowed < 1e-9 || axes[k * P] > 0 ? 1 : -1;
        for (int j = 0; j < P; j++) {
            double difference = sign * axes[k * P + j] - walsh((uint64_t)k, (uint64_t)j) / sqrt(P);
            ck_assert_msg(fabs(difference) <= allowed, "%s, %d rows: axis %d is off by %g", params, (int)n, k,
                          difference);
        }
    }
    fitted_end(&t);
    frame_free(train);
    free(x);
}

START_TEST(ill_conditioned) {
    const double eps = 0x1p-52;
    known_components(16, 5, 0, "", 8 * eps);
    known_components(1 << 10, 5, 0, "", 8 * eps);
    known_components(1 << 13, 5, 0, "", 16 * eps); /* blocks and one level of triangles */
    known_components(1 << 13, 6, 0, "", 16 * eps); /* condition 4e12 */
    known_components(1 << 18, 5, 0, "", 64 * eps); /* two levels */
    known_components(1 << 13, 2, 1e9, "", 64 * eps);
    known_components(1 << 13, 5, 0, "svd_solver=covariance_eigh", 1e-7); /* by squares: half the digits */
    known_components(1 << 18, 3, 0, "svd_solver=covariance_eigh", 1e-7);
}
END_TEST

START_TEST(collinear_columns) {
    double x[3 * REF_N];
    for (int r = 0; r < REF_N; r++) {
        x[r] = ref_full[r];
        x[REF_N + r] = 2 * ref_full[r] - 7;
        x[2 * REF_N + r] = 5; /* constant */
    }
    frame *train = frame_new(REF_N);
    frame_wide(train, "x", 3, x, NULL);
    fitted t;
    must_start(&t, pca, "whiten=true", train, NULL);
    must_apply(&t, train);
    double sum = 0, squares = 0;
    for (int r = 0; r < REF_N; r++) {
        sum += fitted_cell(&t, r, 0);
        squares += fitted_cell(&t, r, 0) * fitted_cell(&t, r, 0);
        ck_assert(fitted_cell(&t, r, 1) == 0 && fitted_cell(&t, r, 2) == 0); /* not noise of variance 1 */
    }
    ck_near(sum, 0, 1e-11);
    ck_near(squares / (REF_N - 1), 1, 1e-12);
    fitted_end(&t);
    frame_free(train);
    double same[] = { 3, 3, 3, 1, 1, 1 };
    train = frame_new(3);
    frame_wide(train, "x", 2, same, NULL);
    must_start(&t, pca, "whiten=true n_components=0.5", train, NULL); /* nothing varies */
    must_apply(&t, train);
    for (int i = 0; i < 3; i++) ck_assert(fitted_cell(&t, i, 0) == 0);
    ck_assert(*(const double *)fitted_array(&t, "explained_variance_ratio") == 0);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

/* ---- Properties ---------------------------------------------------------------------------------------- */

/* Distances stay, and the components do not vary together. */
START_TEST(a_rotation) {
    frame *train = wine_frame();
    fitted t;
    must_start(&t, pca, "", train, NULL);
    must_apply(&t, train);
    for (int64_t a = 0; a < WINE_COLUMNS; a++)
        for (int64_t b = 0; b <= a; b++) {
            double sum = 0;
            for (int64_t r = 0; r < WINE_ROWS; r++) sum += fitted_cell(&t, r, a) * fitted_cell(&t, r, b);
            const double *singular = fitted_array(&t, "singular_values");
            double expected = a == b ? singular[a] * singular[a] : 0;
            ck_assert(fabs(sum - expected) <= 1e-11 * singular[a] * singular[b] + 1e-9);
        }
    for (int64_t r = 1; r < WINE_ROWS; r++) {
        double before = 0, after = 0;
        for (int64_t j = 0; j < WINE_COLUMNS; j++) {
            double x = ref_wine[j * WINE_ROWS + r] - ref_wine[j * WINE_ROWS];
            double z = fitted_cell(&t, r, j) - fitted_cell(&t, 0, j);
            before += x * x;
            after += z * z;
        }
        ck_near(after, before, 1e-12);
    }
    ck_assert_ptr_nonnull(strstr(fitted_names(&t), "pca0, pca1, pca2"));
    fitted_end(&t);
    must_start(&t, pca, "n_components=1", train, NULL);
    ck_assert_str_eq(fitted_names(&t), "pca");
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(weights) {
    weight_repeats(pca, "", ref_full, 1e-11);
    weight_repeats(pca, "whiten=true n_components=mle", ref_full, 1e-10);
    weight_repeats(pca, "svd_solver=covariance_eigh n_components=0.9", ref_full, 1e-10);
}
END_TEST

START_TEST(refusals) {
    frame *train = reference_frame(ref_full);
    fit_fails(pca, "n_components=5", train, CAUCE_E_PARAM, "n_components=5 is more than the 4 columns");
    fit_fails(pca, "n_components=0", train, CAUCE_E_PARAM, "n_components");
    fit_fails(pca, "n_components=1.5", train, CAUCE_E_PARAM, "n_components");
    fit_fails(pca, "n_components=most", train, CAUCE_E_PARAM, "mle");
    fitted t;
    double small[REF_N];
    for (int r = 0; r < REF_N; r++) small[r] = 1.0 / (2 * REF_N);
    ck_assert_int_eq(fitted_start(&t, pca, "", train, small), CAUCE_E_DATA);
    ck_assert_ptr_nonnull(strstr(t.run.error.message, "sum to 0.5"));
    fitted_end(&t);
    frame_free(train);
    train = frame_new(3);
    frame_wide(train, "x", 5, ref_full, NULL);
    fit_fails(pca, "n_components=4", train, CAUCE_E_PARAM, "n_components=4 is more than the 3 rows");
    fit_fails(pca, "n_components=mle", train, CAUCE_E_PARAM, "there are 3 and 5");
    frame_free(train);
    train = frame_new(1);
    frame_wide(train, "x", 2, ref_full, NULL);
    fit_fails(pca, "", train, CAUCE_E_SHAPE, "at least 2 rows");
    frame_free(train);
    train = frame_new(2);
    frame_wide(train, "x", 2, (const double[]){ 1e300, -1e300, 1, 2 }, NULL);
    fit_fails(pca, "", train, CAUCE_E_NUMERIC, "column 'x0': its numbers are too large");
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    frame *train = reference_frame(ref_full);
    fitted t;
    must_start(&t, pca, "n_components=2 whiten=true", train, NULL);
    verify_refuses_at(&t, "mean", 3, (const double[]){ NAN, INFINITY }, 2);
    verify_refuses_at(&t, "components", 7, (const double[]){ NAN, INFINITY }, 2);
    verify_refuses_at(&t, "explained_variance", 1, (const double[]){ NAN, INFINITY }, 2);
    verify_refuses_width(&t);
    int64_t *sizes = (int64_t *)(uintptr_t)t.f.state; /* columns, components */
    sizes[1] = 5;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    sizes[1] = 0;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    fitted_end(&t);
    frame_free(train);
}
END_TEST

START_TEST(allocations) {
    allocations_may_fail(pca, "n_components=mle whiten=true", ref_full, ref_weight);
    allocations_may_fail(pca, "svd_solver=covariance_eigh", ref_full, NULL);
}
END_TEST

TEST_MAIN("pca", TEST(reference), TEST(ill_conditioned), TEST(collinear_columns), TEST(a_rotation),
          TEST(weights), TEST(refusals), TEST(verify_refuses), TEST(allocations))
