/* Scores of columns, and the tails that turn them into p-values, against scikit-learn, scipy and by hand. */
#include "math/association.h"
#include "math/tails.h"
#include "reference/univariate.h"
#include "support/check_main.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static cauce_run run;

static void relative(double got, double expected, double tolerance) {
    ck_assert_msg(fabs(got - expected) <= tolerance * fabs(expected), "%.17g, not %.17g", got, expected);
}

START_TEST(tails) {
    for (size_t i = 0; i < COUNT(ref_fisher); i += 4)
        relative(ca_fisher_upper(ref_fisher[i], ref_fisher[i + 1], ref_fisher[i + 2]), ref_fisher[i + 3],
                 1e-10);
    for (size_t i = 0; i < COUNT(ref_chi_squared); i += 3)
        relative(ca_chi_squared_upper(ref_chi_squared[i], ref_chi_squared[i + 1]), ref_chi_squared[i + 2],
                 1e-10);
    ck_assert(ca_fisher_upper(0, 2, 3) == 1 && ca_fisher_upper(INFINITY, 2, 3) == 0);
    ck_assert(isnan(ca_fisher_upper(NAN, 2, 3)) && isnan(ca_fisher_upper(1, 0, 3)) &&
              isnan(ca_fisher_upper(1, 2, 0)));
    ck_assert(ca_chi_squared_upper(0, 2) == 1 && ca_chi_squared_upper(INFINITY, 2) == 0);
    ck_assert(isnan(ca_chi_squared_upper(NAN, 2)) && isnan(ca_chi_squared_upper(1, 0)));
    /* One degree of freedom is Student's square; two of chi-squared are the exponential. */
    for (double t = 0.01; t < 30; t *= 1.7) {
        relative(ca_fisher_upper(t * t, 1, 11), ca_student_two_sided(t, 11), 1e-11);
        relative(ca_chi_squared_upper(t, 2), exp(-t / 2), 1e-13);
    }
    relative(ca_fisher_upper(3, 1, 1e7), 0.083264547499616384, 1e-9); /* R 4: pf(3, 1, 1e7, lower = FALSE) */
    ck_near(ca_digamma(1), -0.57721566490153286, 1e-14);
    ck_near(ca_digamma(0.5), -1.9635100260214235, 1e-14);
    ck_near(ca_digamma(100), 4.6001618527380874, 1e-14);
}
END_TEST

static int32_t iris_y[150];

static ca_associated iris(void) {
    for (int r = 0; r < 150; r++) iris_y[r] = ref_iris_y[r];
    return (ca_associated){ 150, iris_y, 3, NULL, NULL };
}

static ca_associated diabetes(void) {
    return (ca_associated){ 442, NULL, 0, ref_dia_y, NULL };
}

START_TEST(like_the_reference) {
    ca_association a;
    ca_associated target = iris();
    for (int j = 0; j < 4; j++) {
        ck_assert_int_eq(ca_anova(&run, &target, ref_iris + 150 * j, &a), CAUCE_OK);
        relative(a.score, ref_iris_f[j], 1e-10);
        relative(a.pvalue, ref_iris_f_p[j], 1e-10);
        ck_assert_int_eq(ca_chi2(&run, &target, ref_iris + 150 * j, &a), CAUCE_OK);
        relative(a.score, ref_iris_chi2[j], 1e-12);
        relative(a.pvalue, ref_iris_chi2_p[j], 1e-10);
    }
    target = diabetes();
    for (int j = 0; j < 10; j++) {
        ck_assert_int_eq(ca_f_regression(&run, &target, ref_dia + 442 * j, &a), CAUCE_OK);
        relative(a.score, ref_dia_f[j], 1e-9);
        relative(a.pvalue, ref_dia_p[j], 1e-9);
    }
    int32_t high[442];
    for (int r = 0; r < 442; r++) high[r] = ref_spread_y[r];
    ca_associated classes = { 442, high, 2, NULL, NULL };
    target.y = ref_spread_target;
    for (int j = 0; j < 2; j++) {
        ck_assert_int_eq(ca_mutual_information(&run, &classes, ref_spread + 442 * j, 3, &a), CAUCE_OK);
        ck_near(a.score, ref_spread_classes[j], 1e-9);
        ck_assert_int_eq(ca_mutual_information(&run, &target, ref_spread + 442 * j, 3, &a), CAUCE_OK);
        ck_near(a.score, ref_spread_numbers[j], 1e-9);
    }
}
END_TEST

/* Where no two rows are equal there is nothing to choose: the definition by brute force. */
START_TEST(mutual_information_by_definition) {
    enum { N = 80, K = 4 };
    double x[N], y[N];
    int32_t c[N];
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "association", 0);
    for (int r = 0; r < N; r++) {
        x[r] = cauce_rng_uniform(&rng);
        c[r] = cauce_rng_uniform(&rng) < x[r];
        y[r] = x[r] * x[r] + 0.2 * cauce_rng_uniform(&rng);
    }
    double sizes[2] = { 0, 0 }, sum = 0;
    for (int r = 0; r < N; r++) sizes[c[r]]++;
    for (int r = 0; r < N; r++) {
        double radius = 0;
        for (int s = 0; s < N; s++) { /* the K-th smallest distance in the class */
            int below = 0, equal = 0;
            if (c[s] != c[r] || s == r) continue;
            for (int t = 0; t < N; t++)
                if (c[t] == c[r] && t != r)
                    below += fabs(x[t] - x[r]) < fabs(x[s] - x[r]),
                        equal += fabs(x[t] - x[r]) == fabs(x[s] - x[r]);
            if (below < K && below + equal >= K) radius = fabs(x[s] - x[r]);
        }
        int near = 0;
        for (int s = 0; s < N; s++) near += fabs(x[s] - x[r]) < radius;
        sum += ca_digamma(K) - ca_digamma(near) + ca_digamma(N) - ca_digamma(sizes[c[r]]);
    }
    ca_association a;
    ca_associated target = { N, c, 2, NULL, NULL };
    ck_assert_int_eq(ca_mutual_information(&run, &target, x, K, &a), CAUCE_OK);
    ck_near(a.score, fmax(0, sum / N), 1e-12);
    ck_assert(isnan(a.pvalue));

    double sx = 0, sy = 0, mx = 0, my = 0;
    for (int r = 0; r < N; r++) mx += x[r] / N, my += y[r] / N;
    for (int r = 0; r < N; r++) sx += (x[r] - mx) * (x[r] - mx) / N, sy += (y[r] - my) * (y[r] - my) / N;
    sx = sqrt(sx), sy = sqrt(sy), sum = 0;
    for (int r = 0; r < N; r++) {
        double distance[N], radius;
        int n = 0;
        for (int s = 0; s < N; s++)
            if (s != r) distance[n++] = fmax(fabs(x[s] - x[r]) / sx, fabs(y[s] - y[r]) / sy);
        for (int k = 0; k < K; k++)
            for (int s = k + 1; s < n; s++)
                if (distance[s] < distance[k])
                    radius = distance[s], distance[s] = distance[k], distance[k] = radius;
        radius = distance[K - 1] * (1 - 1e-12);
        int near_x = 0, near_y = 0;
        for (int s = 0; s < N; s++)
            near_x += fabs(x[s] - x[r]) / sx < radius, near_y += fabs(y[s] - y[r]) / sy < radius;
        sum += ca_digamma(K) + ca_digamma(N) - ca_digamma(near_x) - ca_digamma(near_y);
    }
    target = (ca_associated){ N, NULL, 0, y, NULL };
    ck_assert_int_eq(ca_mutual_information(&run, &target, x, K, &a), CAUCE_OK);
    ck_near(a.score, fmax(0, sum / N), 1e-9);
}
END_TEST

/* A column of few values: what is left is the information of a table of counts. */
START_TEST(mutual_information_of_counts) {
    enum { N = 400 };
    double x[N], y[N], table[2][2] = { { 0 } }, expected = 0;
    int32_t c[N];
    for (int r = 0; r < N; r++) {
        x[r] = r % 5 < 2;
        y[r] = c[r] = (r % 7 < 3) ^ (x[r] > 0 && r % 3 > 0);
        table[(int)x[r]][c[r]] += 1.0 / N;
    }
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 2; k++)
            expected +=
                table[i][k] * log(table[i][k] / (table[i][0] + table[i][1]) / (table[0][k] + table[1][k]));
    ca_association a;
    ca_associated target = { N, c, 2, NULL, NULL };
    ck_assert_int_eq(ca_mutual_information(&run, &target, x, 3, &a), CAUCE_OK);
    ck_near(a.score, expected, 1e-12);
    target = (ca_associated){ N, NULL, 0, y, NULL };
    ck_assert_int_eq(ca_mutual_information(&run, &target, x, 3, &a), CAUCE_OK);
    ck_near(a.score, expected, 1e-12);
}
END_TEST

START_TEST(constant_and_perfect) {
    static const double same[] = { 0.1, 0.1, 0.1, 0.1, 0.1, 0.1 }, split[] = { 0.1, 0.1, 0.1, 0.7, 0.7, 0.7 };
    static const double up[] = { 1e300, 2e300, 3e300, 4e300, 5e300, 6e300 }, zero[6] = { 0 };
    static const int32_t c[] = { 0, 0, 0, 1, 1, 1 };
    ca_associated classes = { 6, c, 2, NULL, NULL }, numbers = { 6, NULL, 0, up, NULL };
    ca_association a;
    ca_anova(&run, &classes, same, &a);
    ck_assert(isnan(a.score) && isnan(a.pvalue));
    ca_anova(&run, &classes, split, &a);
    ck_assert(isinf(a.score) && a.pvalue == 0);
    ca_anova(&run, &classes, up, &a);
    relative(a.score, 13.5, 1e-12);
    ca_f_regression(&run, &numbers, same, &a);
    ck_assert(a.score == 0 && a.pvalue == 1);
    ca_f_regression(&run, &numbers, up, &a);
    ck_assert(a.score > 1e25 && a.pvalue < 1e-40);
    ca_chi2(&run, &classes, zero, &a);
    ck_assert(isnan(a.score) && isnan(a.pvalue));
}
END_TEST

/* A row of weight 2 is the row given twice. */
START_TEST(weights) {
    double weight[150], x[300], twice[300];
    int32_t c[300];
    ca_associated target = iris();
    for (int j = 0; j < 4; j++) {
        int n = 0;
        for (int r = 0; r < 150; r++) {
            weight[r] = r % 3 == 0 ? 2 : 1;
            for (int k = 0; k < weight[r]; k++)
                c[n] = iris_y[r], twice[n] = ref_iris[150 * (j ^ 1) + r], x[n++] = ref_iris[150 * j + r];
        }
        ca_association a, b;
        target.weight = weight;
        ca_associated repeated = { n, c, 3, NULL, NULL };
        ca_anova(&run, &target, ref_iris + 150 * j, &a);
        ca_anova(&run, &repeated, x, &b);
        relative(a.score, b.score, 1e-12);
        relative(a.pvalue, b.pvalue, 1e-10);
        ca_chi2(&run, &target, ref_iris + 150 * j, &a);
        ca_chi2(&run, &repeated, x, &b);
        relative(a.score, b.score, 1e-12);
        ca_associated once = { 150, NULL, 0, ref_iris + 150 * (j ^ 1), weight };
        repeated = (ca_associated){ n, NULL, 0, twice, NULL };
        ca_f_regression(&run, &once, ref_iris + 150 * j, &a);
        ca_f_regression(&run, &repeated, x, &b);
        relative(a.score, b.score, 1e-11);
    }
}
END_TEST

START_TEST(begin) {
    ca_run_begin(&run);
}
END_TEST

START_TEST(end) {
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("association", TEST(begin), TEST(tails), TEST(like_the_reference),
          TEST(mutual_information_by_definition), TEST(mutual_information_of_counts),
          TEST(constant_and_perfect), TEST(weights), TEST(end))
