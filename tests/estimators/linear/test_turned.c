#include "linear/turned.h"

#include <math.h>

#include "estimators/failing_fits.h"
#include "estimators/linear_support.h"
#include "linear/classes.h"
#include "linear/linear.h"

extern const cauce_component cauce_linear_svc, cauce_linear_svr;

enum { ROWS = 151, COLUMNS = 3 };

/* Numbers that keep all of their digits beside 1e9. */
static struct {
    double u[ROWS * COLUMNS], y[ROWS], weight[ROWS];
    int32_t y_class[ROWS];
} rows;

static void draw_rows(void) {
    uint64_t seed = 5;
    for (int i = 0; i < ROWS * COLUMNS; i++) rows.u[i] = floor(uniform(&seed) * 0x1p20) * 0x1p-20;
    for (int i = 0; i < ROWS; i++) {
        double level = 3 * rows.u[i] - 2 * rows.u[i + ROWS] + rows.u[i + 2 * ROWS];
        rows.y[i] = level + 0.3 * normal(&seed);
        rows.y_class[i] = level + 0.7 * normal(&seed) > 1;
        rows.weight[i] = 1 + i % 3;
    }
}

static const struct {
    const cauce_component *component;
    const char *loss;
} machines[] = { { &cauce_linear_svc, "loss=hinge" },
                 { &cauce_linear_svc, "loss=squared_hinge" },
                 { &cauce_linear_svr, "loss=epsilon_insensitive epsilon=0.1" },
                 { &cauce_linear_svr, "loss=squared_epsilon_insensitive epsilon=0.1" } };

static void fit_to(harness *h, int machine, const char *options, const double *x, int p) {
    char all[200];
    snprintf(all, sizeof all, "%s %s", machines[machine].loss, options);
    harness_begin(h, machines[machine].component, all, x, ROWS, p);
    h->train.weight = rows.weight;
    h->train.y = rows.y;
    h->train.y_class = rows.y_class;
    h->train.n_classes = 2;
    harness_fit(h);
    ck_assert_msg(!h->run.warnings, "%s: %s", all, h->run.warnings ? h->run.warnings->text : "");
}

static void model_of(const harness *h, int machine, double *coef, double *intercept, int p) {
    const ca_linear_classes *c = h->state;
    const ca_linear *r = h->state;
    memcpy(coef, machine < 2 ? c->coef : r->coef, (size_t)p * sizeof *coef);
    *intercept = machine < 2 ? c->intercept[0] : r->intercept;
}

/* The objective of a model for columns of the rows, the constant's square among the penalties. */
static double objective(const harness *h, int machine, double C, const double *x, int p, bool constant) {
    double coef[COLUMNS], intercept;
    model_of(h, machine, coef, &intercept, p);
    long double sum = constant ? 0.5L * intercept * intercept : 0;
    for (int j = 0; j < p; j++) sum += 0.5L * coef[j] * coef[j];
    for (int i = 0; i < ROWS; i++) {
        long double margin = intercept, beyond;
        for (int j = 0; j < p; j++) margin += (long double)coef[j] * x[i + j * ROWS];
        beyond = machine < 2 ? 1 - (rows.y_class[i] ? 1 : -1) * margin : fabsl(rows.y[i] - margin) - 0.1L;
        if (beyond > 0) sum += C * rows.weight[i] * (machine % 2 ? beyond * beyond : beyond);
    }
    return (double)sum;
}

/* Of columns of 1e9 and a little the coefficients have the sum 0, but for 1e-9, which is a constant that
 * costs nothing: they are a model of two columns, with a free constant. */
START_TEST(as_their_differences) {
    static double far[ROWS * COLUMNS], differences[ROWS * 2];
    static const char *const strengths[] = { "C=0.01", "C=1", "C=1000" };
    static const double C[] = { 0.01, 1, 1000 };
    draw_rows();
    for (int i = 0; i < ROWS; i++) {
        const double a = rows.u[i], b = rows.u[i + ROWS], c = rows.u[i + 2 * ROWS];
        differences[i] = (a - b) / sqrt(2);
        differences[i + ROWS] = (a + b - 2 * c) / sqrt(6);
    }
    for (int i = 0; i < ROWS * COLUMNS; i++) far[i] = 1e9 + rows.u[i];
    for (int m = 0; m < 4; m++)
        for (int s = 0; s < 3; s++)
            for (int constant = 0; constant < 2; constant++) {
                harness h, two;
                char options[100];
                snprintf(options, sizeof options, "%s fit_intercept=%s", strengths[s],
                         constant ? "true" : "false");
                fit_to(&h, m, options, far, COLUMNS);
                snprintf(options, sizeof options, "%s intercept_scaling=1e7", strengths[s]);
                fit_to(&two, m, options, differences, 2);
                const double mine = objective(&h, m, C[s], far, COLUMNS, constant),
                             expected = objective(&two, m, C[s], differences, 2, false);
                ck_assert_msg(fabs(mine - expected) <= 2e-6 * expected, "%s %s %d: %.12g, not %.12g",
                              machines[m].loss, strengths[s], constant, mine, expected);
                harness_end(&h);
                harness_end(&two);
            }
}
END_TEST

/* One far column, of which a slope costs 1e9 times as much as it seems: the constant moves against it. */
START_TEST(one_of_them) {
    static double far[ROWS * COLUMNS], dear[ROWS * COLUMNS];
    draw_rows();
    for (int i = 0; i < ROWS * COLUMNS; i++) {
        far[i] = rows.u[i] + (i < ROWS ? -1e9 : 0);
        dear[i] = i < ROWS ? rows.u[i] * 1e-9 : rows.u[i];
    }
    for (int m = 0; m < 4; m++) {
        harness h, as;
        fit_to(&h, m, "C=1e12", far, COLUMNS);
        fit_to(&as, m, "C=1e12 intercept_scaling=1e7", dear, COLUMNS);
        const double mine = objective(&h, m, 1e12, far, COLUMNS, true),
                     expected = objective(&as, m, 1e12, dear, COLUMNS, false);
        ck_assert_msg(fabs(mine - expected) <= 1e-8 * expected, "%s: %.12g, not %.12g", machines[m].loss,
                      mine, expected);
        harness_end(&h);
        harness_end(&as);
    }
}
END_TEST

/* Far columns that lie row by row, beside one of floats and levels: as columns of doubles. */
START_TEST(as_they_lie) {
    static double columns[ROWS * COLUMNS], by_rows[ROWS * 2];
    static float singles[ROWS];
    static int32_t codes[ROWS];
    draw_rows();
    for (int i = 0; i < ROWS; i++) {
        singles[i] = (float)rows.u[i + 2 * ROWS];
        columns[i + 2 * ROWS] = (double)singles[i];
        codes[i] = i % 4 - 1;
        for (int j = 0; j < 2; j++)
            columns[i + j * ROWS] = by_rows[2 * i + j] = 1e7 * (1 + j) + rows.u[i + j * ROWS];
    }
    const cauce_field city = { .name = "c", .kind = CAUCE_NUMBER, .form = CAUCE_ONEHOT, .width = 3 };
    const cauce_block hot = { .codes = codes };
    for (int m = 0; m < 4; m++) {
        harness h[2];
        for (int k = 0; k < 2; k++) {
            harness_begin(&h[k], machines[m].component, machines[m].loss, columns, ROWS, k ? 2 : COLUMNS);
            h[k].train.y = rows.y;
            h[k].train.y_class = rows.y_class;
            h[k].train.n_classes = 2;
            h[k].fields[1 + k] = city;
            h[k].blocks[1 + k] = hot;
            h[k].schema = (cauce_schema){ 2 + k, h[k].fields, COLUMNS + 3 };
            h[k].batch.n_blocks = 2 + k;
        }
        h[1].blocks[0] = (cauce_block){ .values = by_rows, .stride = 1, .step = 2 };
        h[1].blocks[1] = (cauce_block){ .singles = singles, .single = true, .stride = ROWS };
        h[1].fields[1] = (cauce_field){ .name = "z", .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = 1 };
        double coef[2][COLUMNS + 3], intercept[2];
        for (int k = 0; k < 2; k++) {
            harness_fit(&h[k]);
            ck_assert(!h[k].run.warnings);
            model_of(&h[k], m, coef[k], &intercept[k], COLUMNS + 3);
            harness_end(&h[k]);
        }
        ck_assert_mem_eq(coef[0], coef[1], sizeof coef[0]);
        ck_assert(intercept[0] == intercept[1]);
    }
}
END_TEST

START_TEST(sizes_do_not_turn) {
    static double far[ROWS * COLUMNS];
    draw_rows();
    for (int shift = 0; shift < 2; shift++) {
        harness h;
        for (int i = 0; i < ROWS * COLUMNS; i++) far[i] = rows.u[i] + (shift && i >= ROWS ? 1e6 : 0);
        harness_begin(&h, &cauce_linear_svc, "penalty=l1", far, ROWS, COLUMNS);
        h.train.y_class = rows.y_class;
        h.train.n_classes = 2;
        harness_fit(&h);
        const ca_warning *w = h.run.warnings;
        ck_assert_int_eq(w && strcmp(w->name, "far_column") == 0, shift);
        ck_assert(!shift || strstr(w->text, "column 'x' lies so far from 0"));
        harness_end(&h);
    }
}
END_TEST

START_TEST(no_memory) {
    static double far[ROWS * COLUMNS];
    draw_rows();
    for (int i = 0; i < ROWS * COLUMNS; i++) far[i] = 1e9 + rows.u[i];
    failing_install();
    harness h;
    harness_begin(&h, &cauce_linear_svc, "loss=hinge max_iter=2", far, 40, COLUMNS);
    h.blocks[0].stride = ROWS;
    h.train.y_class = rows.y_class;
    h.train.n_classes = 2;
    fits_fail_cleanly(&h);
    harness_end(&h);
}
END_TEST

TEST_MAIN("turned", TEST(no_memory), TEST(as_their_differences), TEST(one_of_them), TEST(as_they_lie),
          TEST(sizes_do_not_turn))
