#include "math/association.h"

#include <float.h>
#include <math.h>

#include "math/sort.h"
#include "math/special.h"
#include "math/stats.h"
#include "math/tails.h"

static double weight_of(const ca_associated *target, int64_t r) {
    return target->weight ? target->weight[r] : 1;
}

double ca_power_scale(const double *x, int64_t n) {
    double most = 0;
    for (int64_t r = 0; r < n; r++) most = fabs(x[r]) > most ? fabs(x[r]) : most;
    int exponent = 0;
    if (most > 0) frexp(most, &exponent);
    return ldexp(1, exponent > 1000 ? -1000 : exponent < -1000 ? 1000 : -exponent);
}

/* ---- Analysis of variance ------------------------------------------------------------------------------ */

typedef struct class_sums {
    double weight, mean, off; /* off: sum of the differences to the first mean */
    double first;             /* the first value; `differs`: there is another */
    bool differs;
} class_sums;

/* Means by two passes; whether a class, or the column, is constant is seen in the values, not in a sum. */
static void class_means(const ca_associated *target, const double *x, double scale, class_sums *c) {
    for (int64_t r = 0; r < target->n; r++) {
        class_sums *own = &c[target->y_class[r]];
        if (own->weight == 0) own->first = x[r];
        own->differs = own->differs || x[r] != own->first;
        own->weight += weight_of(target, r);
        own->mean += weight_of(target, r) * (x[r] * scale);
    }
    for (int32_t k = 0; k < target->n_classes; k++)
        if (c[k].weight > 0) c[k].mean /= c[k].weight;
    for (int64_t r = 0; r < target->n; r++) {
        class_sums *own = &c[target->y_class[r]];
        own->off += weight_of(target, r) * (x[r] * scale - own->mean);
    }
    for (int32_t k = 0; k < target->n_classes; k++) {
        if (!(c[k].weight > 0)) continue;
        c[k].mean += c[k].off / c[k].weight;
        if (!c[k].differs) c[k].mean = c[k].first * scale;
    }
}

cauce_status ca_anova(cauce_run *run, const ca_associated *target, const double *x, ca_association *out) {
    class_sums *c = cauce_scratch(run, target->n_classes, sizeof *c);
    if (!c) return run->error.status;
    double scale = ca_power_scale(x, target->n), total = 0, mean = 0, between = 0, within = 0, classes = 0;
    class_means(target, x, scale, c);
    for (int32_t k = 0; k < target->n_classes; k++) {
        total += c[k].weight;
        mean += c[k].weight * c[k].mean;
        classes += c[k].weight > 0;
    }
    mean /= total;
    for (int32_t k = 0; k < target->n_classes; k++)
        between += c[k].weight * (c[k].mean - mean) * (c[k].mean - mean);
    for (int64_t r = 0; r < target->n; r++) {
        double off = x[r] * scale - c[target->y_class[r]].mean;
        within += weight_of(target, r) * off * off;
    }
    bool constant = true;
    for (int64_t r = 1; r < target->n; r++) constant = constant && x[r] == x[0];
    double d1 = classes - 1, d2 = total - classes;
    double f = constant || d1 < 1 || !(d2 > 0) ? (double)NAN : (between / d1) / (within / d2);
    *out = (ca_association){ f, ca_fisher_upper(f, d1, d2) };
    return CAUCE_OK;
}

/* ---- Regression ---------------------------------------------------------------------------------------- */

cauce_status ca_f_regression(cauce_run *run, const ca_associated *target, const double *x,
                             ca_association *out) {
    double *u = cauce_scratch(run, target->n, sizeof *u), *v = cauce_scratch(run, target->n, sizeof *v);
    if (!u || !v) return run->error.status;
    double x_scale = ca_power_scale(x, target->n), y_scale = ca_power_scale(target->y, target->n);
    for (int64_t r = 0; r < target->n; r++) u[r] = x[r] * x_scale, v[r] = target->y[r] * y_scale;
    ca_moments of_x = ca_moments_of(u, target->weight, target->n);
    ca_moments of_y = ca_moments_of(v, target->weight, target->n);
    double slope = 0, rest = 0, left = 0, variance = of_x.weight * of_x.var, df = of_x.weight - 2;
    bool constant = true, flat = true;
    for (int64_t r = 0; r < target->n; r++) {
        constant = constant && x[r] == x[0];
        flat = flat && target->y[r] == target->y[0];
        slope += weight_of(target, r) * (u[r] - of_x.mean) * (v[r] - of_y.mean);
    }
    *out = (ca_association){ 0, 1 };
    if (constant || flat || !(df > 0)) return CAUCE_OK;
    /* What is left is summed from the residuals: 1 - r^2 would lose the digits of a good fit. */
    double explained = slope * (slope / variance);
    slope /= variance;
    for (int64_t r = 0; r < target->n; r++) {
        left = v[r] - of_y.mean - slope * (u[r] - of_x.mean);
        rest += weight_of(target, r) * left * left;
    }
    double f = explained / rest * df;
    if (!(f < DBL_MAX)) f = DBL_MAX;
    *out = (ca_association){ f, ca_fisher_upper(f, 1, df) };
    return CAUCE_OK;
}

/* ---- Chi-squared --------------------------------------------------------------------------------------- */

cauce_status ca_chi2(cauce_run *run, const ca_associated *target, const double *x, ca_association *out) {
    double *observed = cauce_scratch(run, target->n_classes, sizeof *observed);
    double *size = cauce_scratch(run, target->n_classes, sizeof *size);
    if (!observed || !size) return run->error.status;
    double total = 0, all = 0, classes = 0, chi2 = 0;
    for (int64_t r = 0; r < target->n; r++) {
        double weight = weight_of(target, r);
        observed[target->y_class[r]] += weight * x[r];
        size[target->y_class[r]] += weight;
        total += weight;
    }
    for (int32_t k = 0; k < target->n_classes; k++) all += observed[k], classes += size[k] > 0;
    for (int32_t k = 0; k < target->n_classes; k++) {
        double expected = size[k] / total * all, off = observed[k] - expected;
        if (size[k] > 0) chi2 += off * (off / expected); /* 0 / 0 for a column of zeros */
    }
    *out = (ca_association){ chi2, ca_chi_squared_upper(chi2, classes - 1) };
    return CAUCE_OK;
}

/* ---- Mutual information -------------------------------------------------------------------------------- */

int64_t ca_count_near(const double *sorted, int64_t n, int64_t i, double radius, bool closed) {
    int64_t low = 0, high = i, first, last;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        double off = sorted[i] - sorted[middle];
        if (closed ? off <= radius : off < radius)
            high = middle;
        else
            low = middle + 1;
    }
    first = low < i ? low : i;
    low = i, high = n - 1;
    while (low < high) {
        int64_t middle = low + (high - low + 1) / 2;
        double off = sorted[middle] - sorted[i];
        if (closed ? off <= radius : off < radius)
            low = middle;
        else
            high = middle - 1;
    }
    last = low;
    return last - first + 1;
}

double ca_kth_distance(const double *sorted, int64_t n, int64_t i, int64_t k) {
    int64_t low = i, high = i;
    double distance = 0;
    for (; k > 0; k--) {
        double left = low > 0 ? sorted[i] - sorted[low - 1] : (double)INFINITY;
        double right = high + 1 < n ? sorted[high + 1] - sorted[i] : (double)INFINITY;
        distance = left <= right ? left : right;
        if (left <= right)
            low--;
        else
            high++;
    }
    return distance;
}

static cauce_status with_classes(cauce_run *run, const ca_associated *target, const double *x,
                                 const int64_t *order, const double *sorted, int64_t k, double *information) {
    double *own = cauce_scratch(run, target->n, sizeof *own), sum = 0;
    int64_t *place = cauce_scratch(run, target->n, sizeof *place), counted = 0;
    int64_t *size = cauce_scratch(run, target->n_classes, sizeof *size);
    if (!own || !place || !size) return run->error.status;
    for (int64_t i = 0; i < target->n; i++) size[target->y_class[i]]++;
    for (int32_t c = 0; c < target->n_classes; c++)
        if (size[c] > 1) counted += size[c]; /* a row without a neighbour of its class is left out */
    for (int32_t c = 0; c < target->n_classes; c++) {
        int64_t n = 0;
        for (int64_t i = 0; i < target->n; i++)
            if (target->y_class[order[i]] == c) place[n] = i, own[n++] = x[order[i]];
        if (n < 2) continue;
        int64_t near = k < n - 1 ? k : n - 1;
        for (int64_t i = 0; i < n; i++) {
            double radius = ca_kth_distance(own, n, i, near);
            bool equal = radius == 0;
            double among = equal ? (double)ca_count_near(own, n, i, 0, true) : (double)near;
            double all = (double)ca_count_near(sorted, target->n, place[i], radius, equal);
            sum += equal ? ca_log(among) - ca_log(all) + ca_log((double)counted) - ca_log((double)n)
                         : ca_digamma(among) - ca_digamma(all) + ca_digamma((double)counted) -
                               ca_digamma((double)n);
        }
    }
    *information = counted ? sum / (double)counted : 0;
    return CAUCE_OK;
}

/* The k-th smallest of max(|dx|, |dy|) over the rows, found outwards from row i in the order of x, equals in
 * that of y: rows of the same x end where their y is too far. */
static double plane_distance(const double *sorted, const double *y, const int64_t *first, int64_t n,
                             int64_t i, int64_t k, double *best) {
    int64_t low = i - 1, high = i + 1, found = 0;
    while (low >= 0 || high < n) {
        double left = low >= 0 ? sorted[i] - sorted[low] : (double)INFINITY;
        double right = high < n ? sorted[high] - sorted[i] : (double)INFINITY;
        double dx = left <= right ? left : right;
        if (found == k && dx >= best[k - 1]) break;
        int64_t j = left <= right ? low-- : high++;
        double dy = fabs(y[j] - y[i]), distance = dx > dy ? dx : dy;
        int64_t at = found < k ? found++ : k;
        if (at == k && distance >= best[k - 1]) {
            if (dx == 0 && j < i) low = first[i] - 1;
            if (dx == 0 && j > i) high = first[n + i];
            continue;
        }
        if (at == k) at--;
        for (; at > 0 && best[at - 1] > distance; at--) best[at] = best[at - 1];
        best[at] = distance;
    }
    return best[k - 1];
}

double ca_power_scaled(double *x, int64_t n) {
    double scale = ca_power_scale(x, n);
    for (int64_t r = 0; r < n; r++) x[r] *= scale;
    return sqrt(ca_moments_of(x, NULL, n).var);
}

static cauce_status with_numbers(cauce_run *run, const ca_associated *target, const int64_t *order,
                                 double *sorted, int64_t k, double *information) {
    int64_t n = target->n;
    double *y = cauce_scratch(run, n, sizeof *y), *y_sorted = cauce_scratch(run, n, sizeof *y_sorted);
    double *best = cauce_scratch(run, k, sizeof *best), sum = 0;
    int64_t *y_order = cauce_scratch(run, n, sizeof *y_order);
    int64_t *y_place = cauce_scratch(run, n, sizeof *y_place);
    int64_t *first =
        cauce_scratch(run, 2 * n, sizeof *first); /* where the rows of the same x begin, and end */
    if (!y || !y_sorted || !best || !y_order || !y_place || !first) return run->error.status;
    for (int64_t i = 0; i < n; i++) y[i] = target->y[order[i]];
    CA_TRY(ca_argsort(run, y, n, y_order));
    for (int64_t i = 0; i < n; i++) y_sorted[i] = y[y_order[i]], y_place[y_order[i]] = i;
    /* Both directions of the plane count alike: x gets the standard deviation of y, so that numbers of y that
     * are equally far from a third one stay so. */
    double y_sd = ca_power_scaled(y_sorted, n), x_sd = ca_power_scaled(sorted, n);
    for (int64_t i = 0; x_sd > 0 && i < n; i++) sorted[i] *= (y_sd > 0 ? y_sd : 1) / x_sd;
    for (int64_t i = 0; i < n; i++) y[y_order[i]] = y_sorted[i];
    for (int64_t i = 0; i < n; i++) first[i] = i && sorted[i] == sorted[i - 1] ? first[i - 1] : i;
    for (int64_t i = n - 1; i >= 0; i--)
        first[n + i] = i + 1 < n && sorted[i] == sorted[i + 1] ? first[n + i + 1] : i + 1;
    for (int64_t i = 0; i < n; i++) {
        double radius = plane_distance(sorted, y, first, n, i, k, best);
        bool equal = radius == 0;
        double among = (double)k;
        if (equal) {
            int64_t last = i, before = i; /* rows equal in both lie side by side */
            while (last + 1 < first[n + i] && y[last + 1] == y[i]) last++;
            while (before > first[i] && y[before - 1] == y[i]) before--;
            among = (double)(last - before + 1);
        }
        double near_x = (double)ca_count_near(sorted, n, i, radius, equal);
        double near_y = (double)ca_count_near(y_sorted, n, y_place[i], radius, equal);
        sum += equal ? ca_log(among) + ca_log((double)n) - ca_log(near_x) - ca_log(near_y)
                     : ca_digamma(among) + ca_digamma((double)n) - ca_digamma(near_x) - ca_digamma(near_y);
    }
    *information = sum / (double)n;
    return CAUCE_OK;
}

/* By x, and by y among equals. */
static cauce_status sort_rows(cauce_run *run, const ca_associated *target, const double *x, int64_t *order) {
    int64_t n = target->n;
    if (!target->y) return ca_argsort(run, x, n, order);
    double *by_y = cauce_scratch(run, n, sizeof *by_y);
    int64_t *y_order = cauce_scratch(run, n, sizeof *y_order);
    if (!by_y || !y_order) return run->error.status;
    CA_TRY(ca_argsort(run, target->y, n, y_order));
    for (int64_t i = 0; i < n; i++) by_y[i] = x[y_order[i]];
    CA_TRY(ca_argsort(run, by_y, n, order));
    for (int64_t i = 0; i < n; i++) order[i] = y_order[order[i]];
    return CAUCE_OK;
}

cauce_status ca_mutual_information(cauce_run *run, const ca_associated *target, const double *x, int64_t k,
                                   ca_association *out) {
    int64_t n = target->n, *order = cauce_scratch(run, n, sizeof *order);
    double *sorted = cauce_scratch(run, n, sizeof *sorted), information = 0;
    if (!order || !sorted) return run->error.status;
    CA_TRY(sort_rows(run, target, x, order));
    for (int64_t i = 0; i < n; i++) sorted[i] = x[order[i]];
    if (k > n - 1) k = n - 1;
    if (k > 0)
        CA_TRY(target->y_class ? with_classes(run, target, x, order, sorted, k, &information)
                               : with_numbers(run, target, order, sorted, k, &information));
    *out = (ca_association){ information > 0 ? information : 0, (double)NAN };
    return CAUCE_OK;
}
