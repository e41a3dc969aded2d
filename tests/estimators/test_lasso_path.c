#include "estimators/linear_support.h"
#include "linear/net_path.h"
#include "reference/linear.h"
#include "reference/net_path.h"
#include "support/failing.h"

extern const cauce_component cauce_lasso, cauce_lasso_path, cauce_elastic_net_path;

enum { MOST_ALPHAS = 100 };

static ca_net_path_params defaults(void) {
    ca_net_path_params p = { .eps = 1e-3,
                             .n_alphas = 100,
                             .alphas = { .type = CAUCE_V_NULL },
                             .l1_ratio = 0.5,
                             .criterion = CA_PATH_AIC,
                             .noise_variance = { .type = CAUCE_V_NULL },
                             .alpha = { .type = CAUCE_V_NULL },
                             .fit_intercept = true,
                             .max_iter = 100000,
                             .tol = 1e-12 };
    return p;
}

static cauce_value real(double x) {
    return (cauce_value){ .type = CAUCE_V_REAL, .real = x };
}

/* List of numbers times `factor`; the items are the caller's. */
static cauce_value list(const double *x, int64_t n, double factor, cauce_value *items) {
    for (int64_t i = 0; i < n; i++) items[i] = real(x[i] * factor);
    return (cauce_value){ .type = CAUCE_V_LIST, .items = items, .n_items = n };
}

static cauce_status try_fit(struct problem *t, const cauce_component *component, ca_net_path_params p,
                            ca_net_path *s) {
    *s = (ca_net_path){ .alpha = 0 };
    ck_assert_uint_eq(sizeof p, component->params_size);
    cauce_status status = component->check(&t->run, &p);
    return status ? status : component->fit(&t->run, &p, &t->train, s);
}

static cauce_status verify(struct problem *t, const cauce_component *component, const ca_net_path *s) {
    const cauce_fitted self = { .component = component, .state = s, .in = &t->schema };
    return component->verify(&t->run, &self);
}

static ca_net_path fit(struct problem *t, const cauce_component *component, ca_net_path_params p) {
    ca_net_path s;
    cauce_status status = try_fit(t, component, p, &s);
    ck_assert_msg(status == CAUCE_OK, "%s", t->run.error.message);
    ck_assert_int_eq(verify(t, component, &s), CAUCE_OK);
    return s;
}

/* Coefficient of a column with penalty k. */
static double coef_at(const ca_net_path *s, int64_t k, int64_t column) {
    for (int64_t i = k ? s->path_end[k - 1] : 0; i < s->path_end[k]; i++)
        if (s->path_column[i] == column) return s->path_coef[i];
    return 0;
}

static double *diabetes(struct problem *t, int64_t n) {
    problem_begin(t, n);
    double *x = columns_of(ref_diabetes_x, 442, 10);
    add_dense(t, x, 10, 442);
    t->train.y = ref_diabetes_y;
    return x;
}

/* The columns of diabetes, their squares, and products: 30 for 20 rows. */
static double *wide(struct problem *t) {
    problem_begin(t, 20);
    double *x = malloc(20 * 30 * sizeof *x);
    for (int i = 0; i < 20; i++)
        for (int j = 0; j < 30; j++) {
            const double *row = ref_diabetes_x + i * 10;
            x[i + j * 20] = j < 10 ? row[j] : j < 20 ? row[j - 10] * row[j - 10] : row[29 - j] * row[j - 20];
        }
    add_dense(t, x, 30, 20);
    t->train.y = ref_diabetes_y;
    return x;
}

static void check_path(const ca_net_path *s, int64_t n, int64_t p, const double *alphas, const double *coef,
                       double tol) {
    ck_assert_int_eq(s->n_alphas, n);
    for (int64_t k = 0; k < n; k++) {
        int64_t nonzero = 0;
        if (alphas) ck_near(s->alphas[k], alphas[k], 1e-12);
        for (int64_t j = 0; j < p; j++) {
            double expected = coef[k * p + j], got = coef_at(s, k, j);
            ck_near(got, expected, tol);
            /* what stops at the very kink is 0 but for rounding */
            ck_assert_msg((got == 0) == (expected == 0) || k == 0, "%lld %lld: %g %g", (long long)k,
                          (long long)j, got, expected);
            nonzero += got != 0;
        }
        ck_assert_int_eq(s->df[k], nonzero);
    }
}

/* ---- scikit-learn's paths and criteria ----------------------------------------------------------------- */

START_TEST(paths) {
    struct problem t;
    double *x = diabetes(&t, 442);
    ca_net_path_params p = defaults();
    p.n_alphas = 20;
    ca_net_path s = fit(&t, &cauce_lasso_path, p);
    check_path(&s, 20, 10, ref_lasso_path_alphas, ref_lasso_path_coef, 1e-7);
    for (int k = 0; k < 20; k++) ck_near(s.path_intercept[k], ref_lasso_path_intercept[k], 1e-9);
    p.n_alphas = 12, p.eps = 0.01, p.l1_ratio = 0.3;
    s = fit(&t, &cauce_elastic_net_path, p);
    check_path(&s, 12, 10, ref_enet_path_alphas, ref_enet_path_coef, 1e-8);
    p = defaults();
    p.n_alphas = 10, p.fit_intercept = false, p.positive = true;
    s = fit(&t, &cauce_lasso_path, p);
    check_path(&s, 10, 10, NULL, ref_positive_path_coef, 1e-7);
    for (int k = 0; k < 10; k++) ck_assert(s.path_intercept[k] == 0);
    ck_assert(t.run.warnings == NULL);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(more_columns_than_rows) {
    struct problem t;
    double *x = wide(&t);
    ca_net_path_params p = defaults();
    p.eps = 0.02, p.n_alphas = 9, p.criterion = CA_PATH_LAST;
    ca_net_path s = fit(&t, &cauce_lasso_path, p);
    check_path(&s, 9, 30, ref_wide_path_alphas, ref_wide_path_coef, 1e-6);
    ck_assert(s.chosen == 8 && s.alpha == s.alphas[8] && isnan(s.noise_variance) && isnan(s.criteria[0]));
    for (int j = 0; j < 30; j++) ck_assert(s.linear.coef[j] == coef_at(&s, 8, j));
    /* the variance that a criterion needs can be given */
    p.criterion = CA_PATH_BIC;
    ca_net_path none;
    ck_assert_int_eq(try_fit(&t, &cauce_lasso_path, p, &none), CAUCE_E_DATA);
    ck_assert_msg(strstr(t.run.error.message, "20 rows") && strstr(t.run.error.message, "noise_variance"),
                  "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    p.noise_variance = real(100);
    s = fit(&t, &cauce_lasso_path, p);
    for (int k = 0; k < 9; k++) ck_assert(s.criteria[s.chosen] <= s.criteria[k]);
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(criteria) {
    struct problem t;
    double *x = diabetes(&t, 442);
    cauce_value items[MOST_ALPHAS];
    for (int bic = 0; bic < 2; bic++) {
        ca_net_path_params p = defaults();
        p.criterion = bic ? CA_PATH_BIC : CA_PATH_AIC;
        p.alphas = list(ref_path_middle, 12, 1, items);
        ca_net_path s = fit(&t, &cauce_lasso_path, p);
        const double *expected = bic ? ref_path_bic : ref_path_aic;
        int best = 0;
        ck_near(s.noise_variance, ref_path_noise[0], 1e-10);
        for (int k = 0; k < 12; k++) {
            ck_assert_int_eq(s.df[k], (int64_t)ref_path_df[k]);
            ck_near(s.criteria[k], expected[k], 1e-10);
            if (expected[k] < expected[best]) best = k;
        }
        ck_assert_int_eq(s.chosen, best);
        ck_assert(s.alpha == s.alphas[best]);
        for (int j = 0; j < 10; j++) ck_assert(s.linear.coef[j] == coef_at(&s, best, j));
        const double *knots = bic ? ref_lars_bic_knots : ref_lars_aic_knots;
        const double *at_knots = bic ? ref_lars_bic : ref_lars_aic;
        p.alphas = list(knots, 10, 1 + 1e-9, items);
        s = fit(&t, &cauce_lasso_path, p);
        for (int k = 0; k < 10; k++) ck_near(s.criteria[k], at_knots[k], 1e-9);
    }
    free(x);
    problem_end(&t);
}
END_TEST

/* ---- What predicts ------------------------------------------------------------------------------------- */

START_TEST(predicts_as_lasso_does) {
    struct problem t;
    double *x = diabetes(&t, 442), ours[442], theirs[442];
    ca_net_path_params p = defaults();
    p.tol = 1e-4, p.max_iter = 1000;
    for (int given = 0; given < 2; given++) {
        if (given) p.alpha = real(0.0321); /* between two of the path */
        ca_net_path s = fit(&t, &cauce_lasso_path, p);
        ca_net_params one = { s.alpha, 1, true, false, 1000, 1e-4 };
        ca_linear lasso = { 0 };
        if (given) {
            ck_assert(s.alpha == 0.0321);
            for (int k = 0; k < 100; k++)
                ck_assert(fabs(log(s.alphas[k] / 0.0321)) >= fabs(log(s.alphas[s.chosen] / 0.0321)));
        }
        ck_assert_int_eq(cauce_lasso.fit(&t.run, &one, &t.train, &lasso), CAUCE_OK);
        apply_all(&t, &cauce_lasso_path, &p, &s, 1, 100, ours);
        apply_all(&t, &cauce_lasso, &one, &lasso, 1, 100, theirs);
        for (int i = 0; i < 442; i++) ck_near(ours[i], theirs[i], 1e-11);
        ck_assert(s.linear.dual_gap <= 1e-9);
    }
    free(x);
    problem_end(&t);
}
END_TEST

/* Mean squares and penalties from the rows; the gap bounds the way to the objective of an exact fit. */
static void check_gaps(const struct problem *t, const ca_net_path *s, const ca_net_path *exact,
                       const double *x, double l1_ratio) {
    int64_t n = t->train.n_rows, p = t->schema.width;
    double y_mean = 0, total = 0;
    for (int64_t i = 0; i < n; i++) y_mean += t->train.y[i] / (double)n;
    for (int64_t i = 0; i < n; i++) total += (t->train.y[i] - y_mean) * (t->train.y[i] - y_mean);
    for (int64_t k = 0; k < s->n_alphas; k++) {
        double loss = 0, sizes = 0, squares = 0;
        for (int64_t i = 0; i < n; i++) {
            double off = t->train.y[i] - s->path_intercept[k];
            for (int64_t j = 0; j < p; j++) off -= coef_at(s, k, j) * x[i + j * n];
            loss += off * off;
        }
        for (int64_t j = 0; j < p; j++) {
            sizes += fabs(coef_at(s, k, j));
            squares += coef_at(s, k, j) * coef_at(s, k, j);
        }
        double objective =
            loss / (2 * (double)n) + s->alphas[k] * (l1_ratio * sizes + 0.5 * (1 - l1_ratio) * squares);
        ck_near(s->explained[k], 1 - loss / total, 1e-10);
        ck_near(s->objectives[k], objective, 1e-10);
        ck_assert(s->gaps[k] <= (l1_ratio < 1 ? 1e-7 : 1e-5) * total / (double)n);
        ck_assert_msg(objective - exact->objectives[k] <= s->gaps[k] + 1e-12 * total / (double)n,
                      "penalty %lld: %g above, gap %g", (long long)k, objective - exact->objectives[k],
                      s->gaps[k]);
        ck_assert_msg(objective <= exact->objectives[k] * (1 + 1e-6), "penalty %lld: %.10g, not %.10g",
                      (long long)k, objective, exact->objectives[k]);
    }
}

START_TEST(gaps) {
    for (int shape = 0; shape < 2; shape++) {
        struct problem t;
        double *x = shape ? wide(&t) : diabetes(&t, 442);
        ca_net_path_params p = defaults();
        p.n_alphas = 30, p.criterion = CA_PATH_LAST;
        ca_net_path lasso = fit(&t, &cauce_lasso_path, p), net = fit(&t, &cauce_elastic_net_path, p);
        p.tol = 1e-4;
        ca_net_path rough = fit(&t, &cauce_lasso_path, p);
        check_gaps(&t, &rough, &lasso, x, 1);
        rough = fit(&t, &cauce_elastic_net_path, p);
        check_gaps(&t, &rough, &net, x, 0.5);
        free(x);
        problem_end(&t);
    }
}
END_TEST

/* Sets of columns that grow and are looked ahead for, lines that are followed: every penalty is solved as
 * well as one alone is from the start, with the same bits on any number of threads. */
START_TEST(wide_paths_are_single_fits) {
    enum { ROWS = 70, COLUMNS = 300 };
    static double x[ROWS * COLUMNS], y[ROWS];
    uint64_t seed = 29;
    for (int i = 0; i < ROWS * COLUMNS; i++) x[i] = normal(&seed) + (i >= ROWS ? 0.4 * x[i - ROWS] : 0);
    for (int i = 0; i < ROWS; i++) {
        y[i] = normal(&seed);
        for (int j = 0; j < 12; j++) y[i] += x[i + 17 * j * ROWS] * (j % 3 - 1.2);
    }
    for (int net = 0; net < 2; net++) {
        double first[100];
        for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
            struct problem t;
            problem_begin(&t, ROWS);
            add_dense(&t, x, COLUMNS, ROWS);
            t.train.y = y;
            t.run.threads = threads;
            ca_net_path_params p = defaults();
            p.eps = 0.01, p.tol = 1e-4, p.criterion = CA_PATH_LAST;
            ca_net_path s = fit(&t, net ? &cauce_elastic_net_path : &cauce_lasso_path, p), exact = s;
            ck_assert_int_ge(s.df[99], 40);
            if (threads > 1) {
                ck_assert_mem_eq(s.objectives, first, sizeof first);
                problem_end(&t);
                continue;
            }
            memcpy(first, s.objectives, sizeof first);
            exact.objectives = malloc(100 * sizeof(double));
            for (int k = 0; k < 100; k++) {
                ca_net_params one = { s.alphas[k], net ? 0.5 : 1, true, false, 100000, 1e-8 };
                ca_linear alone = { 0 };
                ck_assert_int_eq(ca_coordinate_fit(&t.run, &one, &t.train, &alone), CAUCE_OK);
                double loss = 0, penalty = 0;
                for (int i = 0; i < ROWS; i++) {
                    double off = y[i] - alone.intercept;
                    for (int j = 0; j < COLUMNS; j++) off -= alone.coef[j] * x[i + j * ROWS];
                    loss += off * off / (2 * ROWS);
                }
                for (int j = 0; j < COLUMNS; j++)
                    penalty += one.l1_ratio * fabs(alone.coef[j]) +
                               0.5 * (1 - one.l1_ratio) * alone.coef[j] * alone.coef[j];
                exact.objectives[k] = loss + s.alphas[k] * penalty;
            }
            check_gaps(&t, &s, &exact, x, net ? 0.5 : 1);
            free(exact.objectives);
            problem_end(&t);
        }
    }
}
END_TEST

/* ---- Rows, weights, columns ---------------------------------------------------------------------------- */

enum { N = 60, LEVELS = 4 };

struct made {
    double x[N * 3], y[N], w[N];
    int32_t codes[N];
};

static struct made make(void) {
    struct made m;
    uint64_t seed = 11;
    for (int i = 0; i < N; i++) {
        m.codes[i] = (int32_t)(uniform(&seed) * LEVELS);
        for (int j = 0; j < 2; j++) m.x[i + j * N] = 10 + normal(&seed) * (1 + 4 * j);
        m.x[i + 2 * N] = 5; /* a constant */
        m.y[i] = m.x[i] - 0.2 * m.x[i + N] + 0.5 * m.codes[i] + normal(&seed);
        m.w[i] = (double)(int)(uniform(&seed) * 4);
    }
    return m;
}

/* The same path on one-hot codes, on dense 0 and 1, and with weights as with rows that many times. A level is
 * made of the others: it does not count against the degrees of freedom of the noise. */
START_TEST(codes_weights_and_constants) {
    struct made m = make();
    static double dense[4 * N * (LEVELS + 3)], y[4 * N];
    static int32_t codes[4 * N];
    int n = 0, each[4 * N];
    for (int i = 0; i < N; i++)
        for (int k = 0; k < (int)m.w[i]; k++) each[n++] = i;
    for (int r = 0; r < n; r++) {
        y[r] = m.y[each[r]];
        codes[r] = m.codes[each[r]];
        for (int j = 0; j < LEVELS; j++) dense[r + j * n] = codes[r] == j;
        for (int j = 0; j < 3; j++) dense[r + (LEVELS + j) * n] = m.x[each[r] + j * N];
    }
    for (int ratio = 1; ratio <= 2; ratio++) {
        struct problem a, b, c;
        problem_begin(&a, N);
        add_onehot(&a, m.codes, LEVELS);
        add_dense(&a, m.x, 3, N);
        a.train.y = m.y, a.train.weight = m.w;
        problem_begin(&b, n);
        add_onehot(&b, codes, LEVELS);
        add_dense(&b, dense + LEVELS * n, 3, n);
        problem_begin(&c, n);
        add_dense(&c, dense, LEVELS + 3, n);
        b.train.y = c.train.y = y;
        ca_net_path_params p = defaults();
        p.n_alphas = 15;
        const cauce_component *component = ratio == 1 ? &cauce_lasso_path : &cauce_elastic_net_path;
        ca_net_path weighed = fit(&a, component, p), repeated = fit(&b, component, p);
        ca_net_path plain = fit(&c, component, p);
        for (int k = 0; k < 15; k++) {
            ck_near(weighed.criteria[k], repeated.criteria[k], 1e-9);
            ck_near(plain.criteria[k], repeated.criteria[k], 1e-9);
            ck_assert_int_eq(weighed.df[k], repeated.df[k]);
            ck_assert(coef_at(&weighed, k, LEVELS + 2) == 0);
            for (int j = 0; j < LEVELS + 2; j++) {
                ck_near(coef_at(&weighed, k, j), coef_at(&repeated, k, j), 1e-8);
                ck_near(coef_at(&plain, k, j), coef_at(&repeated, k, j), 1e-6);
            }
        }
        ck_assert_int_eq(weighed.chosen, plain.chosen);
        /* least squares without one of the levels and without the constant: lassos of hardly any penalty */
        double least[] = { 1e-9 };
        cauce_value item[1];
        p.alphas = list(least, 1, 1, item);
        ca_net_path free_of = fit(&c, &cauce_lasso_path, p);
        double total = 0, mean = 0;
        for (int r = 0; r < n; r++) mean += y[r] / n;
        for (int r = 0; r < n; r++) total += (y[r] - mean) * (y[r] - mean);
        ck_near(weighed.noise_variance, (1 - free_of.explained[0]) * total / (n - LEVELS - 2), 1e-7);
        problem_end(&a);
        problem_end(&b);
        problem_end(&c);
    }
}
END_TEST

START_TEST(same_bits_with_any_threads) {
    for (int shape = 0; shape < 2; shape++) {
        ca_net_path first = { .alpha = 0 };
        struct problem kept;
        for (int threads = 1; threads <= 7; threads += threads == 1 ? 1 : 5) {
            struct problem t;
            double *x = shape ? wide(&t) : diabetes(&t, 442);
            t.run.threads = threads;
            ca_net_path_params p = defaults();
            p.criterion = CA_PATH_LAST, p.tol = 1e-4;
            ca_net_path s = fit(&t, &cauce_elastic_net_path, p);
            free(x);
            if (threads == 1) {
                first = s;
                kept = t;
                continue;
            }
            ck_assert_int_eq(s.n_nonzero, first.n_nonzero);
            ck_assert_mem_eq(s.path_coef, first.path_coef, (size_t)s.n_nonzero * sizeof(double));
            ck_assert_mem_eq(s.gaps, first.gaps, (size_t)s.n_alphas * sizeof(double));
            ck_assert_mem_eq(s.linear.coef, first.linear.coef, (size_t)s.linear.n_features * sizeof(double));
            problem_end(&t);
        }
        problem_end(&kept);
    }
}
END_TEST

/* ---- Refusals and damage ------------------------------------------------------------------------------- */

static void refused(struct problem *t, const cauce_component *component, ca_net_path_params p,
                    const char *text) {
    ca_net_path s;
    ck_assert_int_eq(try_fit(t, component, p, &s), CAUCE_E_PARAM);
    ck_assert_msg(strstr(t->run.error.message, text) != NULL, "%s", t->run.error.message);
    ca_run_forgive(&t->run);
}

START_TEST(refusals) {
    struct problem t;
    double *x = diabetes(&t, 442);
    ca_net_path_params p = defaults();
    p.l1_ratio = 0;
    refused(&t, &cauce_elastic_net_path, p, "l1_ratio=0");
    (void)fit(&t, &cauce_lasso_path, p); /* has no ratio */
    const double bad[] = { 1, -1 };
    cauce_value items[2];
    p = defaults();
    p.alphas = list(bad, 2, 1, items);
    refused(&t, &cauce_lasso_path, p, "alphas: item 2 is -1");
    p.alphas.n_items = 0;
    refused(&t, &cauce_lasso_path, p, "alphas is empty");
    p = defaults();
    p.tol = 1e-14, p.max_iter = 1, p.n_alphas = 5;
    (void)fit(&t, &cauce_elastic_net_path, p);
    ck_assert(warned(&t, "no_convergence"));
    free(x);
    problem_end(&t);
    /* a target without variance: nothing to choose by */
    const double three[] = { 1, 2, 4 }, same[] = { 7, 7, 7 };
    problem_begin(&t, 3);
    add_dense(&t, three, 1, 3);
    t.train.y = same;
    p = defaults();
    ca_net_path s;
    ck_assert_int_eq(try_fit(&t, &cauce_lasso_path, p, &s), CAUCE_E_DATA);
    ck_assert_msg(strstr(t.run.error.message, "the same in all rows"), "%s", t.run.error.message);
    ca_run_forgive(&t.run);
    p.criterion = CA_PATH_LAST;
    s = fit(&t, &cauce_lasso_path, p);
    ck_assert(s.linear.coef[0] == 0 && s.linear.intercept == 7 && s.n_nonzero == 0);
    problem_end(&t);
}
END_TEST

START_TEST(damaged_files) {
    struct problem t;
    double *x = diabetes(&t, 442);
    ca_net_path_params p = defaults();
    p.n_alphas = 6;
    ca_net_path good = fit(&t, &cauce_lasso_path, p);
    ck_assert_int_ge(good.n_nonzero, 10);
    for (int damage = 0; damage < 11; damage++) {
        ca_net_path s = good;
        int64_t end[6], column[60], df[6];
        double coef[60], alphas[6], intercept[6];
        memcpy(end, good.path_end, sizeof end);
        memcpy(df, good.df, sizeof df);
        memcpy(alphas, good.alphas, sizeof alphas);
        memcpy(intercept, good.path_intercept, sizeof intercept);
        memcpy(column, good.path_column, (size_t)good.n_nonzero * sizeof *column);
        memcpy(coef, good.path_coef, (size_t)good.n_nonzero * sizeof *coef);
        s.path_end = end, s.path_column = column, s.path_coef = coef, s.alphas = alphas, s.df = df;
        s.path_intercept = intercept;
        if (damage == 0) s.chosen = 6;
        if (damage == 1) s.chosen = -1;
        if (damage == 2) end[5]--, df[5]--;
        if (damage == 3) end[0] = INT64_MAX, df[0] = INT64_MAX;
        if (damage == 4) df[2]++;
        if (damage == 5) column[good.n_nonzero - 1] = 10;
        if (damage == 6) column[good.n_nonzero - 1] = column[good.n_nonzero - 2];
        if (damage == 7) coef[3] = NAN;
        if (damage == 8) intercept[1] = INFINITY;
        if (damage == 9) alphas[2] = NAN;
        if (damage == 10) column[0] = -1;
        ck_assert_msg(verify(&t, &cauce_lasso_path, &s) == CAUCE_E_FORMAT, "damage %d", damage);
        ca_run_forgive(&t.run);
    }
    free(x);
    problem_end(&t);
}
END_TEST

START_TEST(every_allocation_may_fail) {
    failing_install();
    for (int shape = 0; shape < 2; shape++) FAILING_EACH(pass) {
            struct problem t;
            double *x = shape ? wide(&t) : diabetes(&t, 60);
            t.run.threads = 1;
            ca_net_path_params p = defaults();
            p.n_alphas = 3;
            p.criterion = shape ? CA_PATH_LAST : CA_PATH_BIC;
            ca_net_path s = { .alpha = 0 };
            cauce_status status = cauce_lasso_path.fit(&t.run, &p, &t.train, &s);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            free(x);
            problem_end(&t);
        }
}
END_TEST

TEST_MAIN("lasso_path", TEST(paths), TEST(more_columns_than_rows), TEST(criteria),
          TEST(predicts_as_lasso_does), TEST(gaps), TEST(wide_paths_are_single_fits),
          TEST(codes_weights_and_constants), TEST(same_bits_with_any_threads), TEST(refusals),
          TEST(damaged_files), TEST(every_allocation_may_fail))
