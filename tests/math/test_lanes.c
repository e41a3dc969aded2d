#include "math/lanes.h"

#include "support/check_main.h"

START_TEST(sums_and_updates) {
    double x[67] = { 0 }, y[67] = { 0 }, z[67], w[67];
    for (int n = 0; n <= 67; n++) {
        long double dot = 0, shifted = 0;
        for (int i = 0; i < n; i++) {
            x[i] = sin(i + 1);
            y[i] = z[i] = w[i] = cos(3 * i);
            dot += (long double)x[i] * y[i];
            shifted += ((long double)x[i] - 0.25L) * y[i];
        }
        ck_near(ca_dot(n, x, y), (double)dot, 1e-14);
        ck_near(ca_dot_shifted(n, x, 0.25, y), (double)shifted, 1e-14);
        ca_axpy(n, 2, x, z);
        ca_axpy_shifted(n, 2, x, 0.25, w);
        for (int i = 0; i < n; i++) ck_assert(z[i] == y[i] + 2 * x[i] && w[i] == y[i] + 2 * (x[i] - 0.25));
        ca_shift_scale(n, x, 0.25, 3, z);
        ca_times(n, x, y, w);
        for (int i = 0; i < n; i++) ck_assert(z[i] == (x[i] - 0.25) * 3 && w[i] == x[i] * y[i]);
    }
}
END_TEST

/* Whole numbers up to CA_COARSEST times a unit, which is exact for their inner products. */
START_TEST(coarse) {
    enum { MOST = 1500 };
    double x[MOST] = { 0 }, error, size;
    int16_t q[MOST], r[MOST];
    for (int n = 0; n <= MOST; n += n < 20 ? 1 : 137) {
        for (int i = 0; i < n; i++) x[i] = 5 + sin(3 * i) * (i % 11);
        double unit = ca_coarsen(n, x, 5, q, &error, &size), lost = 0, left = 0;
        int64_t sum = 0;
        for (int i = 0; i < n; i++) {
            double off = x[i] - 5 - unit * q[i];
            ck_assert(fabs(off) <= 0.5000001 * unit && abs(q[i]) <= CA_COARSEST);
            lost += off * off;
            left += unit * q[i] * (unit * q[i]);
            r[i] = i % 2 ? CA_COARSEST : (int16_t)-CA_COARSEST;
            sum += q[i] * r[i];
        }
        ck_near(error, lost, 1e-12 * (1 + left));
        ck_near(size, left, 1e-12 * (1 + left));
        ck_assert_int_eq(ca_dot_coarse(n, q, r), sum);
        ck_assert_int_eq(ca_dot_coarse(n, r, r), (int64_t)CA_COARSEST * CA_COARSEST * n);
    }
    for (int i = 0; i < 9; i++) x[i] = 2;
    ck_assert(ca_coarsen(9, x, 2, q, &error, &size) == 0 && error == 0 && size == 0 && q[8] == 0);
}
END_TEST

START_TEST(rotations) {
    double x[23], y[23], u[23], v[23], four[4 * 25], a[4] = { 1, -2, 3, 0.5 };
    for (int i = 0; i < 23; i++) x[i] = u[i] = sin(i), y[i] = v[i] = cos(2 * i);
    ca_rotate(23, 0.6, 0.8, u, v);
    for (int i = 0; i < 23; i++) {
        ck_near(u[i], 0.6 * x[i] + 0.8 * y[i], 1e-15);
        ck_near(v[i], 0.6 * y[i] - 0.8 * x[i], 1e-15);
    }
    for (int i = 0; i < 100; i++) four[i] = sin(7 * i);
    ca_minus_four(23, a, four, 25, x);
    for (int i = 0; i < 23; i++)
        ck_near(x[i], sin(i) - four[i] + 2 * four[25 + i] - 3 * four[50 + i] - 0.5 * four[75 + i], 1e-14);
}
END_TEST

/* Floats become the doubles that they are. */
START_TEST(singles) {
    enum { ROWS = 7, STEP = 11, MOST = 9 };
    float x[ROWS * STEP];
    double out[MOST * ROWS + 1], all[ROWS * STEP], shift[MOST], scale[MOST];
    for (int i = 0; i < ROWS * STEP; i++) x[i] = (float)sin(i + 1);
    for (int j = 0; j < MOST; j++) shift[j] = 0.5 * j, scale[j] = 1 + j;
    for (int rows = 0; rows <= ROWS; rows++)
        for (int columns = 0; columns <= MOST; columns++) {
            for (int i = 0; i <= MOST * ROWS; i++) out[i] = -7;
            ca_turn_single(rows, columns, x, STEP, NULL, NULL, out, ROWS);
            for (int j = 0; j < MOST; j++)
                for (int r = 0; r < ROWS; r++)
                    ck_assert(out[j * ROWS + r] == (r < rows && j < columns ? (double)x[r * STEP + j] : -7));
            ca_turn_single(rows, columns, x, STEP, shift, scale, out, ROWS);
            for (int j = 0; j < columns; j++)
                for (int r = 0; r < rows; r++)
                    ck_assert(out[j * ROWS + r] == ((double)x[r * STEP + j] - shift[j]) * scale[j]);
        }
    for (int n = 0; n <= ROWS * STEP; n++) {
        ca_shift_scale_single(n, x, 0.25, 3, all);
        for (int i = 0; i < n; i++) ck_assert(all[i] == ((double)x[i] - 0.25) * 3);
        ck_assert(ca_all_finite_single(x, n));
        for (int k = 0; k < 3 && n > 0; k++) {
            const int at = n * k / 3;
            const float kept = x[at];
            x[at] = k == 0 ? NAN : k == 1 ? INFINITY : -INFINITY;
            ck_assert(!ca_all_finite_single(x, n));
            x[at] = kept;
        }
    }
}
END_TEST

/* The lanes are those that are told, whatever the width of the registers. */
START_TEST(order) {
    double x[16] = { 0 }, one[16];
    for (int i = 0; i < 16; i++) one[i] = 1;
    x[0] = 1e16, x[8] = 1, x[4] = -1e16; /* 1e16 + 1 is rounded before the other lane comes in */
    ck_assert(ca_dot(16, x, one) == 0);
    x[8] = 0, x[9] = 1;
    ck_assert(ca_dot(16, x, one) == 1);
}
END_TEST

/* Rows become columns, shifted and scaled where that is asked for; nothing else is written. */
START_TEST(turned) {
    enum { MOST = 11, STEP = 13, LD = 12 };
    double x[LD * STEP], shift[MOST], scale[MOST], out[MOST * LD];
    for (int i = 0; i < LD * STEP; i++) x[i] = sin(i + 1);
    for (int j = 0; j < MOST; j++) shift[j] = cos(j), scale[j] = 1 + j / 7.;
    for (int rows = 0; rows <= MOST; rows++)
        for (int columns = 0; columns <= MOST; columns++)
            for (int plain = 0; plain < 2; plain++) {
                for (int i = 0; i < MOST * LD; i++) out[i] = 99;
                ca_turn(rows, columns, x, STEP, plain ? NULL : shift, plain ? NULL : scale, out, LD);
                for (int j = 0; j < MOST; j++)
                    for (int r = 0; r < LD; r++) {
                        const double at = x[r * STEP + j];
                        const double expected = plain ? at : (at - shift[j]) * scale[j];
                        ck_assert(out[r + j * LD] == (r < rows && j < columns ? expected : 99));
                    }
            }
}
END_TEST

START_TEST(finite) {
    double x[19];
    for (int n = 0; n <= 19; n++) {
        for (int i = 0; i < n; i++) x[i] = i % 2 ? -1e308 : 5e-324;
        ck_assert(ca_all_finite(x, n));
        for (int i = 0; i < n; i++) {
            double kept = x[i];
            x[i] = i % 3 == 0 ? (double)NAN : i % 3 == 1 ? INFINITY : -INFINITY;
            ck_assert(!ca_all_finite(x, n));
            x[i] = kept;
        }
    }
}
END_TEST

TEST_MAIN("lanes", TEST(finite), TEST(sums_and_updates), TEST(singles), TEST(order), TEST(turned),
          TEST(coarse), TEST(rotations))
