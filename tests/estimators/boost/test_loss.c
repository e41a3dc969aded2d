#include "boost/loss.h"
#include "base/run.h"
#include "support/check_main.h"

enum { N = 200 };

static const struct {
    ca_loss loss;
    double low, high; /* targets */
} cases[] = {
    { { CA_LOSS_SQUARED, 0, 0, 0, 1, NULL, NULL }, -5, 5 },
    { { CA_LOSS_ABSOLUTE, 0, 0, 0, 1, NULL, NULL }, -5, 5 },
    { { CA_LOSS_QUANTILE, 0.3, 0, 0, 1, NULL, NULL }, -5, 5 },
    { { CA_LOSS_HUBER, 0.9, 0, 1.5, 1, NULL, NULL }, -5, 5 },
    { { CA_LOSS_POISSON, 0, 0, 0, 1, NULL, NULL }, 0, 6 },
    { { CA_LOSS_GAMMA, 0, 0, 0, 1, NULL, NULL }, 0.1, 6 },
    { { CA_LOSS_TWEEDIE, 0, 1.5, 0, 1, NULL, NULL }, 0, 6 },
    { { CA_LOSS_TWEEDIE, 0, 1.1, 0, 1, NULL, NULL }, 0, 6 },
    { { CA_LOSS_BINARY, 0, 0, 0, 1, NULL, NULL }, 0, 2 },
    { { CA_LOSS_CLASSES, 0, 0, 0, 4, NULL, NULL }, 0, 4 },
};
enum { CASES = sizeof cases / sizeof *cases };

static uint64_t noise_state;
static double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

typedef struct data {
    double y[N], weight[N], raw[4 * N];
    int32_t c[N], times[N];
    float pairs[8 * N];
    double g[4], h[4];
} data;

static ca_loss_rows make(data *d, int i, bool weighted) {
    noise_state = (uint64_t)i + 1;
    for (int r = 0; r < N; r++) {
        d->y[r] = cases[i].low + noise() * (cases[i].high - cases[i].low);
        d->c[r] = (int32_t)d->y[r];
        d->weight[r] = 0.5 + noise();
        d->times[r] = 1 + (int32_t)(noise() * 3);
    }
    for (int r = 0; r < 4 * N; r++) d->raw[r] = noise() * 4 - 2;
    bool classes = cases[i].loss.kind >= CA_LOSS_BINARY;
    return (ca_loss_rows){ N,
                           classes ? NULL : d->y,
                           classes ? d->c : NULL,
                           weighted ? d->times : NULL,
                           weighted ? d->weight : NULL,
                           d->raw,
                           N };
}

static double loss_of(const ca_loss *loss, const ca_loss_rows *rows, data *d, bool gradients) {
    ca_loss_sums sums = { .g = d->g, .h = d->h };
    memset(d->g, 0, sizeof d->g);
    memset(d->h, 0, sizeof d->h);
    ca_loss_block(loss, rows, gradients ? d->pairs : NULL, &sums);
    return sums.loss;
}

/* Gradients against differences of the loss, second derivatives against differences of gradients (flat losses
 * have 1 instead), row by row. */
START_TEST(gradients_are_those_of_the_loss) {
    static data d, other;
    for (int i = 0; i < CASES; i++)
        for (int weighted = 0; weighted < 2; weighted++) {
            const ca_loss *loss = &cases[i].loss;
            ca_loss_rows rows = make(&d, i, weighted);
            loss_of(loss, &rows, &d, true);
            double sum_g = 0, sum_h = 0;
            for (int r = 0; r < N; r++)
                for (int k = 0; k < loss->n_outputs; k++) {
                    ca_loss_rows one = rows;
                    double step = 1e-5, up, down, w = weighted ? d.weight[r] : 1,
                           t = weighted ? d.times[r] : 1;
                    float g = d.pairs[2 * (k * N + r)], h = d.pairs[2 * (k * N + r) + 1];
                    one.n = 1;
                    one.y = rows.y ? rows.y + r : NULL;
                    one.y_class = rows.y_class ? rows.y_class + r : NULL;
                    one.times = NULL;
                    one.weight = weighted ? rows.weight + r : NULL;
                    one.raw = rows.raw + r;
                    double before = d.raw[k * N + r];
                    d.raw[k * N + r] = before + step;
                    up = loss_of(loss, &one, &other, true);
                    double g_up = (double)other.pairs[2 * k * N];
                    d.raw[k * N + r] = before - step;
                    down = loss_of(loss, &one, &other, true);
                    d.raw[k * N + r] = before;
                    ck_near((double)g, (up - down) / (2 * step), 2e-6);
                    if (ca_loss_is_flat(loss)) {
                        ck_near((double)h, w, 1e-7);
                    } else {
                        ck_near((double)h, (g_up - (double)g) / step, 0.05);
                        ck_assert_float_gt(h, 0);
                    }
                    sum_g += fabs((double)g) * t;
                    sum_h += (double)h * t;
                }
            double all_g = 0, all_h = 0;
            loss_of(loss, &rows, &d, true);
            for (int k = 0; k < loss->n_outputs; k++) {
                all_g += d.g[k];
                all_h += d.h[k];
            }
            ck_near(all_g, sum_g, 1e-12);
            ck_near(all_h, sum_h, 1e-12);
        }
}
END_TEST

static double total_at(const ca_loss *loss, ca_loss_rows *rows, data *d, const double *constant) {
    for (int k = 0; k < loss->n_outputs; k++)
        for (int r = 0; r < N; r++) d->raw[k * N + r] = constant[k];
    return loss_of(loss, rows, d, false);
}

/* The start is the minimum among constants; nearly so for huber (one step from the median) and for quantiles
 * of weights that are no whole numbers (interpolated). */
START_TEST(the_start_is_the_best_constant) {
    static data d;
    cauce_run run;
    ca_run_begin(&run);
    for (int i = 0; i < CASES; i++)
        for (int weighted = 0; weighted < 2; weighted++) {
            ca_loss loss = cases[i].loss;
            ca_loss_rows rows = make(&d, i, weighted);
            double start[4], moved[4];
            rows.raw = NULL;
            ck_assert_int_eq(ca_loss_start(&run, &loss, &rows, start), CAUCE_OK);
            rows.raw = d.raw;
            double least = total_at(&loss, &rows, &d, start);
            for (int k = 0; k < loss.n_outputs; k++)
                for (int side = -1; side <= 1; side += 2) {
                    memcpy(moved, start, sizeof moved);
                    moved[k] += side * 0.05;
                    double more = total_at(&loss, &rows, &d, moved);
                    double slack =
                        loss.kind == CA_LOSS_HUBER || (weighted && ca_loss_by_rows(&loss)) ? 1e-3 : 1e-12;
                    ck_assert_double_ge(more, least - slack * fabs(least));
                }
        }
    ca_run_end(&run);
}
END_TEST

START_TEST(starts_in_closed_form) {
    double y[4] = { 1, 2, 3, 10 }, start[3], weight[4] = { 1, 1, 1, 0.5 };
    int32_t c[4] = { 0, 1, 2, 2 };
    cauce_run run;
    ca_run_begin(&run);
    ca_loss_rows rows = { .n = 4, .y = y };
    ca_loss loss = { .kind = CA_LOSS_SQUARED, .n_outputs = 1 };
    ca_loss_start(&run, &loss, &rows, start);
    ck_assert_double_eq(start[0], 4);
    loss.kind = CA_LOSS_ABSOLUTE;
    ca_loss_start(&run, &loss, &rows, start);
    ck_assert_double_eq(start[0], 2.5);
    loss.kind = CA_LOSS_QUANTILE;
    loss.quantile = 1;
    ca_loss_start(&run, &loss, &rows, start);
    ck_assert_double_eq(start[0], 10);
    loss.kind = CA_LOSS_GAMMA;
    rows.weight = weight;
    ca_loss_start(&run, &loss, &rows, start);
    ck_near(start[0], log(11 / 3.5), 1e-15);
    rows = (ca_loss_rows){ .n = 4, .y_class = c };
    loss = (ca_loss){ .kind = CA_LOSS_CLASSES, .n_outputs = 3 };
    ca_loss_start(&run, &loss, &rows, start);
    ck_near(start[2] - start[0], log(2), 1e-15);
    ck_near(start[0] + start[1] + start[2], 0, 1e-15);
    double p[3] = { start[0], start[1], start[2] };
    ca_loss_predict(&loss, 1, p, 1);
    ck_near(p[0], 0.25, 1e-15);
    ck_near(p[2], 0.5, 1e-15);
    ca_run_end(&run);
}
END_TEST

/* Each loss's best constant in closed form: the weighted mean, its logarithm, or the point that has the share
 * of the weight below it; huber's delta is the median of the distances from 3 here, and one step from 3 comes
 * to the mean of what is cut at it. */
START_TEST(every_optimum_in_closed_form) {
    enum { ROWS = 5 };
    double y[ROWS] = { 1, 2, 3, 4, 40 }, start[3];
    int32_t times[ROWS] = { 1, 1, 1, 1, 1 }, c[ROWS] = { 0, 1, 0, 2, 0 };
    const struct {
        ca_loss loss;
        double expected;
    } closed[] = {
        { { .kind = CA_LOSS_SQUARED, .n_outputs = 1 }, 10 },
        { { .kind = CA_LOSS_ABSOLUTE, .n_outputs = 1 }, 3 },
        { { .kind = CA_LOSS_QUANTILE, .quantile = 0.25, .n_outputs = 1 }, 2 },
        { { .kind = CA_LOSS_QUANTILE, .quantile = 0.75, .n_outputs = 1 }, 4 },
        { { .kind = CA_LOSS_HUBER, .quantile = 0.5, .n_outputs = 1 }, 3 }, /* -1 -1 0 1 1: delta 1 */
        { { .kind = CA_LOSS_HUBER, .quantile = 0.75, .n_outputs = 1 }, 3 + (-2 - 1 + 1 + 2) / 5.0 },
        { { .kind = CA_LOSS_HUBER, .quantile = 1, .n_outputs = 1 }, 10 }, /* all within: the mean */
        { { .kind = CA_LOSS_POISSON, .n_outputs = 1 }, log(10) },
        { { .kind = CA_LOSS_GAMMA, .n_outputs = 1 }, log(10) },
        { { .kind = CA_LOSS_TWEEDIE, .power = 1.7, .n_outputs = 1 }, log(10) },
    };
    cauce_run run;
    ca_run_begin(&run);
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
        ca_loss loss = closed[i].loss;
        ca_loss_rows rows = { .n = ROWS, .y = y, .times = times };
        ck_assert_int_eq(ca_loss_start(&run, &loss, &rows, start), CAUCE_OK);
        ck_assert_msg(fabs(start[0] - closed[i].expected) < 1e-14, "loss %d: %.17g, not %.17g",
                      (int)loss.kind, start[0], closed[i].expected);
    }
    ca_loss two = { .kind = CA_LOSS_BINARY, .n_outputs = 1 };
    ca_loss_rows rows = { .n = 3, .y_class = c, .times = times };
    ca_loss_start(&run, &two, &rows, start);
    ck_near(start[0], log(0.5), 1e-15); /* one of three */
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("boosting losses", TEST(gradients_are_those_of_the_loss), TEST(the_start_is_the_best_constant),
          TEST(starts_in_closed_form), TEST(every_optimum_in_closed_form))
