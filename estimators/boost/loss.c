#include "boost/loss.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "base/wide.h"
#include "math/quantile.h"
#include "math/special.h"

ca_loss ca_loss_of_output(const ca_loss *loss, int32_t output) {
    ca_loss one = *loss;
    if (!loss->several) return one;
    one.quantile = loss->several[output].real;
    one.several = NULL;
    one.n_outputs = 1;
    return one;
}

bool ca_loss_is_flat(const ca_loss *loss) {
    return loss->kind <= CA_LOSS_HUBER;
}

bool ca_loss_by_rows(const ca_loss *loss) {
    return loss->kind == CA_LOSS_ABSOLUTE || loss->kind == CA_LOSS_QUANTILE || loss->kind == CA_LOSS_HUBER;
}

bool ca_loss_is_log(const ca_loss *loss) {
    return loss->kind == CA_LOSS_POISSON || loss->kind == CA_LOSS_GAMMA || loss->kind == CA_LOSS_TWEEDIE;
}

static double factor_of(const ca_loss_rows *rows, int64_t r) {
    return rows->weight ? rows->weight[r] : 1;
}

static double weight_of(const ca_loss_rows *rows, int64_t r) {
    return factor_of(rows, r) * (rows->times ? (double)rows->times[r] : 1);
}

cauce_status ca_loss_check(cauce_run *run, const ca_loss *loss, const double *y, int64_t n) {
    const char *name = loss->kind == CA_LOSS_GAMMA     ? "gamma takes targets above 0"
                       : loss->kind == CA_LOSS_POISSON ? "poisson takes targets of 0 and above"
                                                       : "tweedie takes targets of 0 and above";
    double sum = 0;
    if (!ca_loss_is_log(loss)) return CAUCE_OK;
    for (int64_t r = 0; r < n; r++) {
        if (y[r] < 0 || (y[r] == 0 && loss->kind == CA_LOSS_GAMMA))
            return cauce_fail(run, CAUCE_E_DATA, "target %g in row %lld; loss=%s", y[r], (long long)r + 1,
                              name);
        sum += y[r];
    }
    if (sum > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "all targets are 0; loss=%s, and one that is not 0", name);
}

/* ---- Constants ----------------------------------------------------------------------------------------- */

/* Weighted mean, the sum in order. */
static double mean_of(const ca_loss_rows *rows) {
    double sum = 0, total = 0, lost = 0;
    for (int64_t r = 0; r < rows->n; r++) {
        double w = weight_of(rows, r), term = rows->y[r] * w - lost, next = sum + term;
        lost = (next - sum) - term; /* Kahan */
        sum = next;
        total += w;
    }
    return sum / total;
}

static cauce_status weights_of(cauce_run *run, const ca_loss_rows *rows, double **weights) {
    *weights = NULL;
    if (!rows->weight && !rows->times) return CAUCE_OK;
    *weights = cauce_scratch(run, rows->n, sizeof **weights);
    if (!*weights) return run->error.status;
    for (int64_t r = 0; r < rows->n; r++) (*weights)[r] = weight_of(rows, r);
    return CAUCE_OK;
}

/* Median plus the mean of what is left, cut at delta: one step of Huber's estimator (Friedman 2001,
 * algorithm 4). */
static double huber_constant(const double *values, const double *weights, int64_t n, double median,
                             double delta) {
    double sum = 0, total = 0;
    for (int64_t r = 0; r < n; r++) {
        double w = weights ? weights[r] : 1, x = values[r] - median;
        sum += w * (x > delta ? delta : x < -delta ? -delta : x);
        total += w;
    }
    return median + sum / total;
}

static cauce_status best_constant(cauce_run *run, const ca_loss *loss, const double *values,
                                  const double *weights, int64_t n, double *value) {
    ca_sorted sorted;
    CA_TRY(ca_sorted_of(run, values, weights, n, &sorted));
    *value = ca_sorted_quantile(&sorted, loss->kind == CA_LOSS_QUANTILE ? loss->quantile : 0.5);
    if (loss->kind == CA_LOSS_HUBER) *value = huber_constant(values, weights, n, *value, loss->delta);
    return CAUCE_OK;
}

/* delta: the alpha-quantile of the distances from `raw`, or from a constant. */
static cauce_status set_delta(cauce_run *run, ca_loss *loss, const ca_loss_rows *rows, const double *weights,
                              double constant) {
    double *distance = cauce_scratch(run, rows->n, sizeof *distance);
    ca_sorted sorted;
    if (!distance) return run->error.status;
    for (int64_t r = 0; r < rows->n; r++)
        distance[r] = fabs(rows->y[r] - (rows->raw ? rows->raw[r] : constant));
    CA_TRY(ca_sorted_of(run, distance, weights, rows->n, &sorted));
    loss->delta = ca_sorted_quantile(&sorted, loss->quantile);
    return CAUCE_OK;
}

cauce_status ca_loss_prepare(cauce_run *run, ca_loss *loss, const ca_loss_rows *rows) {
    double *weights;
    if (loss->kind != CA_LOSS_HUBER) return CAUCE_OK;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    CA_TRY(weights_of(run, rows, &weights));
    CA_TRY(set_delta(run, loss, rows, weights, 0));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* Log of the class shares, for more than two classes less their mean, as scikit-learn has it. */
static cauce_status start_classes(cauce_run *run, const ca_loss *loss, const ca_loss_rows *rows,
                                  double *start) {
    int32_t k = loss->kind == CA_LOSS_BINARY ? 2 : loss->n_outputs;
    double *share = cauce_scratch(run, k, sizeof *share), total = 0, mean = 0;
    if (!share) return run->error.status;
    for (int64_t r = 0; r < rows->n; r++) {
        share[rows->y_class[r]] += weight_of(rows, r);
        total += weight_of(rows, r);
    }
    for (int32_t c = 0; c < k; c++) {
        share[c] /= total;
        if (share[c] < 2.3e-16) share[c] = 2.3e-16;
    }
    if (k == 2) {
        start[0] = log(share[1] / share[0]);
        return CAUCE_OK;
    }
    for (int32_t c = 0; c < k; c++) mean += log(share[c]) / k;
    for (int32_t c = 0; c < k; c++) start[c] = log(share[c]) - mean;
    return CAUCE_OK;
}

static cauce_status start_custom(cauce_run *run, const cauce_loss *loss, const ca_loss_rows *rows,
                                 double *start) {
    double *weights;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    CA_TRY(weights_of(run, rows, &weights));
    start[0] = loss->start ? loss->start(loss->payload, rows->n, rows->y, weights) : 0;
    ca_arena_back(&run->scratch, mark);
    if (isfinite(start[0])) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC, "custom_loss=%s starts from %g, which is not finite", loss->name,
                      start[0]);
}

cauce_status ca_loss_start(cauce_run *run, ca_loss *loss, const ca_loss_rows *rows, double *start) {
    double *weights;
    for (int32_t c = 0; loss->several && c < loss->n_outputs; c++) {
        ca_loss one = ca_loss_of_output(loss, c);
        CA_TRY(ca_loss_start(run, &one, rows, start + c));
    }
    if (loss->several) return CAUCE_OK;
    if (loss->kind >= CA_LOSS_BINARY) return start_classes(run, loss, rows, start);
    if (loss->kind == CA_LOSS_CUSTOM) return start_custom(run, loss->custom, rows, start);
    if (!ca_loss_by_rows(loss)) {
        start[0] = mean_of(rows);
        if (ca_loss_is_log(loss)) start[0] = log(start[0]);
        return CAUCE_OK;
    }
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    CA_TRY(weights_of(run, rows, &weights));
    if (loss->kind == CA_LOSS_HUBER) {
        ca_loss median = { .kind = CA_LOSS_ABSOLUTE };
        ca_loss_rows without = *rows;
        without.raw = NULL;
        CA_TRY(best_constant(run, &median, rows->y, weights, rows->n, start));
        CA_TRY(set_delta(run, loss, &without, weights, start[0]));
    }
    CA_TRY(best_constant(run, loss, rows->y, weights, rows->n, start));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

cauce_status ca_loss_leaf(cauce_run *run, const ca_loss *loss, const ca_loss_rows *table,
                          const uint32_t *rows, int64_t n, double *value) {
    bool weighted = table->weight || table->times;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *rest = cauce_scratch(run, n, sizeof *rest);
    double *weights = weighted ? cauce_scratch(run, n, sizeof *weights) : NULL;
    if (!rest || (weighted && !weights)) return run->error.status;
    for (int64_t i = 0; i < n; i++) {
        rest[i] = table->y[rows[i]] - table->raw[rows[i]];
        if (weighted) weights[i] = weight_of(table, rows[i]);
    }
    CA_TRY(best_constant(run, loss, rest, weights, n, value));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* ---- Gradients ----------------------------------------------------------------------------------------- */

/* What is no loss becomes NaN, which the sums show. */
static void custom_block(const cauce_loss *loss, int64_t n, const double *y, const double *f, double *value,
                         double *g, double *h) {
    loss->rows(loss->payload, n, y, f, value, g, h);
    for (int64_t r = 0; r < n; r++)
        if (!(h[r] >= 0)) value[r] = (double)NAN;
}

/* Loss, gradient and second derivative of n rows of regression, unweighted. */
static void regression_block(const ca_loss *loss, int64_t n, const double *y, const double *f, double *value,
                             double *g, double *h) {
    double e[CA_LOSS_ROWS] = { 0 }, q = loss->quantile, p = loss->power, delta = loss->delta;
    switch (loss->kind) {
    case CA_LOSS_SQUARED:
        for (int64_t r = 0; r < n; r++) {
            g[r] = f[r] - y[r];
            h[r] = 1;
            value[r] = 0.5 * g[r] * g[r];
        }
        return;
    case CA_LOSS_ABSOLUTE:
        for (int64_t r = 0; r < n; r++) {
            g[r] = f[r] > y[r] ? 1 : -1;
            h[r] = 1;
            value[r] = fabs(f[r] - y[r]);
        }
        return;
    case CA_LOSS_QUANTILE:
        for (int64_t r = 0; r < n; r++) {
            g[r] = y[r] >= f[r] ? -q : 1 - q;
            h[r] = 1;
            value[r] = g[r] * (f[r] - y[r]);
        }
        return;
    case CA_LOSS_HUBER:
        for (int64_t r = 0; r < n; r++) {
            double x = f[r] - y[r];
            g[r] = x > delta ? delta : x < -delta ? -delta : x;
            h[r] = 1;
            value[r] = fabs(x) <= delta ? 0.5 * x * x : delta * (fabs(x) - 0.5 * delta);
        }
        return;
    case CA_LOSS_POISSON:
        ca_exp_many(n, f, e);
        for (int64_t r = 0; r < n; r++) {
            g[r] = e[r] - y[r];
            h[r] = e[r];
            value[r] = e[r] - y[r] * f[r];
        }
        return;
    case CA_LOSS_GAMMA:
        for (int64_t r = 0; r < n; r++) e[r] = -f[r];
        ca_exp_many(n, e, e);
        for (int64_t r = 0; r < n; r++) {
            h[r] = y[r] * e[r];
            g[r] = 1 - h[r];
            value[r] = f[r] + h[r];
        }
        return;
    default: {
        double first[CA_LOSS_ROWS];
        for (int64_t r = 0; r < n; r++) {
            e[r] = (1 - p) * f[r];
            first[r] = (2 - p) * f[r];
        }
        ca_exp_many(n, e, e);
        ca_exp_many(n, first, first);
        for (int64_t r = 0; r < n; r++) {
            g[r] = first[r] - y[r] * e[r];
            h[r] = (2 - p) * first[r] - (1 - p) * y[r] * e[r];
            value[r] = first[r] / (2 - p) - y[r] * e[r] / (1 - p);
        }
        return;
    }
    }
}

CA_WIDE static void binary_block(int64_t n, const int32_t *y, const double *f, double *value, double *g,
                                 double *h) {
    double p[CA_LOSS_ROWS];
    ca_logistic_many(n, f, p, value);
    for (int64_t r = 0; r < n; r++) {
        double target = (double)y[r];
        g[r] = p[r] - target;
        h[r] = p[r] * (1 - p[r]);
        value[r] -= target * f[r];
    }
}

/* The same for unweighted rows, whose losses are wanted as a sum only: value is all of a loss that is exact
 * without a logarithm; what the logarithms add up to is returned. */
CA_WIDE static double plain_binary_block(int64_t n, const int32_t *y, const double *f, double *value,
                                         double *g, double *h) {
    double p[CA_LOSS_ROWS], rest = ca_expit_sum(n, f, p);
    for (int64_t r = 0; r < n; r++) {
        double target = (double)y[r];
        g[r] = p[r] - target;
        h[r] = p[r] * (1 - p[r]);
        value[r] = (f[r] > 0 ? f[r] : 0) - target * f[r];
    }
    return rest;
}

/* Sum in four lanes. */
CA_WIDE static double sum_of(const double *x, int64_t n) {
    double lane[4] = { 0 };
    int64_t r = 0;
    for (; r + 4 <= n; r += 4)
        for (int l = 0; l < 4; l++) lane[l] += x[r + l];
    for (; r < n; r++) lane[0] += x[r];
    return (lane[0] + lane[1]) + (lane[2] + lane[3]);
}

/* Pairs in single precision; their sizes as often as rows count replace g and h. */
CA_WIDE static void put_plain(int64_t n, double *g, double *h, float *pairs) {
    for (int64_t r = 0; r < n; r++) {
        pairs[2 * r] = (float)g[r];
        pairs[2 * r + 1] = (float)h[r];
        g[r] = fabs((double)pairs[2 * r]);
        h[r] = (double)pairs[2 * r + 1];
    }
}

/* Weighs one output's gradients, writes them, and adds them up. g and h are used up. */
static void put_pairs(const ca_loss_rows *rows, double *g, double *h, float *pairs, double *sum_g,
                      double *sum_h) {
    for (int64_t r = 0; r < rows->n && rows->weight; r++) {
        g[r] *= rows->weight[r];
        h[r] *= rows->weight[r];
    }
    put_plain(rows->n, g, h, pairs);
    for (int64_t r = 0; r < rows->n && rows->times; r++) {
        g[r] *= rows->times[r];
        h[r] *= rows->times[r];
    }
    *sum_g += sum_of(g, rows->n);
    *sum_h += sum_of(h, rows->n);
}

/* `value` is used up. */
static void add_losses(const ca_loss_rows *rows, double *value, ca_loss_sums *sums) {
    double weight = (double)rows->n;
    if (rows->weight || rows->times) {
        weight = 0;
        for (int64_t r = 0; r < rows->n; r++) {
            double w = weight_of(rows, r);
            value[r] *= w;
            weight += w;
        }
    }
    sums->loss += sum_of(value, rows->n);
    sums->weight += weight;
}

/* Softmax: exponentials of the distances from the largest, class by class. */
static void classes_block(const ca_loss *loss, const ca_loss_rows *rows, float *pairs, ca_loss_sums *sums) {
    int64_t n = rows->n, stride = rows->stride;
    double most[CA_LOSS_ROWS], total[CA_LOSS_ROWS] = { 0 }, e[CA_LOSS_ROWS], value[CA_LOSS_ROWS];
    for (int64_t r = 0; r < n; r++) most[r] = rows->raw[r];
    for (int32_t k = 1; k < loss->n_outputs; k++)
        for (int64_t r = 0; r < n; r++)
            if (rows->raw[r + k * stride] > most[r]) most[r] = rows->raw[r + k * stride];
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        for (int64_t r = 0; r < n; r++) e[r] = rows->raw[r + k * stride] - most[r];
        ca_exp_many(n, e, e);
        for (int64_t r = 0; r < n; r++) total[r] += e[r];
    }
    for (int64_t r = 0; r < n; r++)
        value[r] = ca_log(total[r]) + most[r] - rows->raw[r + rows->y_class[r] * stride];
    add_losses(rows, value, sums);
    if (!pairs) return;
    for (int32_t k = 0; k < loss->n_outputs; k++) {
        double g[CA_LOSS_ROWS], h[CA_LOSS_ROWS];
        for (int64_t r = 0; r < n; r++) e[r] = rows->raw[r + k * stride] - most[r];
        ca_exp_many(n, e, e);
        for (int64_t r = 0; r < n; r++) {
            double p = e[r] / total[r];
            g[r] = p - (rows->y_class[r] == k ? 1 : 0);
            h[r] = p * (1 - p);
        }
        put_pairs(rows, g, h, pairs + 2 * k * stride, &sums->g[k], &sums->h[k]);
    }
}

/* The mean loss of several quantiles. */
static void quantiles_block(const ca_loss *loss, const ca_loss_rows *rows, float *pairs, ca_loss_sums *sums) {
    double total[CA_LOSS_ROWS] = { 0 }, value[CA_LOSS_ROWS], g[CA_LOSS_ROWS], h[CA_LOSS_ROWS];
    for (int32_t c = 0; c < loss->n_outputs; c++) {
        ca_loss one = ca_loss_of_output(loss, c);
        regression_block(&one, rows->n, rows->y, rows->raw + c * rows->stride, value, g, h);
        for (int64_t r = 0; r < rows->n; r++) total[r] += value[r] / loss->n_outputs;
        if (pairs) put_pairs(rows, g, h, pairs + 2 * c * rows->stride, &sums->g[c], &sums->h[c]);
    }
    add_losses(rows, total, sums);
}

void ca_loss_block(const ca_loss *loss, const ca_loss_rows *rows, float *pairs, ca_loss_sums *sums) {
    double value[CA_LOSS_ROWS], g[CA_LOSS_ROWS], h[CA_LOSS_ROWS];
    if (loss->kind == CA_LOSS_CLASSES) {
        classes_block(loss, rows, pairs, sums);
        return;
    }
    if (loss->several) {
        quantiles_block(loss, rows, pairs, sums);
        return;
    }
    if (loss->kind == CA_LOSS_CUSTOM)
        custom_block(loss->custom, rows->n, rows->y, rows->raw, value, g, h);
    else if (loss->kind == CA_LOSS_BINARY && !rows->weight && !rows->times)
        sums->loss += plain_binary_block(rows->n, rows->y_class, rows->raw, value, g, h);
    else if (loss->kind == CA_LOSS_BINARY)
        binary_block(rows->n, rows->y_class, rows->raw, value, g, h);
    else
        regression_block(loss, rows->n, rows->y, rows->raw, value, g, h);
    add_losses(rows, value, sums);
    if (pairs) put_pairs(rows, g, h, pairs, &sums->g[0], &sums->h[0]);
}

/* ---- Predictions --------------------------------------------------------------------------------------- */

/* Several classes of one row. */
static void softmax(int32_t k, double *values, int64_t stride) {
    double most = values[0], total = 0;
    for (int32_t c = 1; c < k; c++)
        if (values[c * stride] > most) most = values[c * stride];
    for (int32_t c = 0; c < k; c++) total += values[c * stride] = ca_exp(values[c * stride] - most);
    for (int32_t c = 0; c < k; c++) values[c * stride] /= total;
}

void ca_loss_predict(const ca_loss *loss, int64_t n, double *values, int64_t stride) {
    if (ca_loss_is_log(loss)) ca_exp_many(n, values, values);
    if (loss->kind == CA_LOSS_CLASSES)
        for (int64_t r = 0; r < n; r++) softmax(loss->n_outputs, values + r, stride);
    if (loss->kind != CA_LOSS_BINARY) return;
    ca_expit_many(n, values, values + stride);
    for (int64_t r = 0; r < n; r++) values[r] = 1 - values[r + stride];
}
