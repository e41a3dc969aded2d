/* Impurities of scikit-learn 1.2.1, in its order of operations: see sklearn.h. Criteria: Breiman, Friedman,
 * Olshen, Stone, "Classification and Regression Trees", 1984; Friedman, "Greedy function approximation",
 * Annals of Statistics 29, 2001, equation 35, doi:10.1214/aos/1013203451. */
#include <math.h>
#include <string.h>

#include "tree/sklearn.h"

/* Sums of targets up to this have no logarithm that means anything. */
#define NO_EVENTS (10 * 0x1p-52)

static size_t width_of(const ca_sk_sums *s) {
    return (size_t)s->width * sizeof *s->node;
}

/* Adds the row, times sign, to some sums of the node. */
static inline void add_row(const ca_sk_sums *s, int64_t i, double sign, double *sums, double *total) {
    uint32_t row = s->rows[i].row;
    double w = s->weight[row];
    if (s->y_class)
        sums[s->y_class[row]] += sign * w;
    else
        sums[0] += sign * (w * s->y[row]);
    *total += sign * w;
}

/* Absolute error: the row goes from one side to the other. */
static void hand_over(const ca_sk_sums *s, int64_t i, ca_sk_median *from, ca_sk_median *to) {
    uint32_t row = s->rows[i].row;
    ca_sk_median_remove(from, s->y[row], s->weight[row]);
    ca_sk_median_add(to, s->y[row], s->weight[row]);
}

static void enter_medians(ca_sk_sums *s) {
    ca_sk_median_clear(&s->left_median);
    ca_sk_median_clear(&s->right_median);
    for (int64_t i = s->start; i < s->end; i++)
        ca_sk_median_add(&s->right_median, s->y[s->rows[i].row], s->weight[s->rows[i].row]);
    s->median = ca_sk_median_value(&s->right_median);
}

static void move_medians(ca_sk_sums *s, int64_t at, bool from_end) {
    if (from_end) {
        ca_sk_median_pour(&s->right_median, &s->left_median);
        for (int64_t i = s->end; i-- > at;) hand_over(s, i, &s->left_median, &s->right_median);
    } else {
        for (int64_t i = s->at; i < at; i++) hand_over(s, i, &s->right_median, &s->left_median);
    }
}

void ca_sk_sums_enter(ca_sk_sums *s, int64_t start, int64_t end) {
    s->start = start;
    s->end = end;
    s->node_weight = s->squares = 0;
    memset(s->node, 0, width_of(s));
    for (int64_t i = start; i < end; i++) add_row(s, i, 1, s->node, &s->node_weight);
    for (int64_t i = start; i < end && !s->y_class; i++) {
        uint32_t row = s->rows[i].row;
        s->squares += s->weight[row] * s->y[row] * s->y[row];
    }
    if (s->criterion == CA_ABSOLUTE_ERROR) enter_medians(s);
    ca_sk_sums_reset(s);
}

void ca_sk_sums_reset(ca_sk_sums *s) {
    s->at = s->start;
    s->left_weight = 0;
    s->right_weight = s->node_weight;
    memset(s->left, 0, width_of(s));
    memcpy(s->right, s->node, width_of(s));
    if (s->criterion == CA_ABSOLUTE_ERROR) ca_sk_median_pour(&s->left_median, &s->right_median);
}

/* From where the cut is, or from the end, whichever is nearer. */
void ca_sk_sums_move(ca_sk_sums *s, int64_t at) {
    bool from_end = at - s->at > s->end - at;
    if (s->criterion == CA_ABSOLUTE_ERROR) move_medians(s, at, from_end);
    if (!from_end) {
        for (int64_t i = s->at; i < at; i++) add_row(s, i, 1, s->left, &s->left_weight);
    } else {
        s->left_weight = s->node_weight;
        memcpy(s->left, s->node, width_of(s));
        for (int64_t i = s->end; i-- > at;) add_row(s, i, -1, s->left, &s->left_weight);
    }
    s->right_weight = s->node_weight - s->left_weight;
    for (int32_t c = 0; c < s->width; c++) s->right[c] = s->node[c] - s->left[c];
    s->at = at;
}

static double gini(const ca_sk_sums *s, const double *classes, double weight) {
    double squares = 0;
    for (int32_t c = 0; c < s->width; c++) squares += classes[c] * classes[c];
    return 1 - squares / (weight * weight);
}

/* From the C library's logarithm, as it is there: the last bit is part of the result. */
static double log_of_base_2(double x) {
    return log(x) / log(2.0);
}

static double entropy(const ca_sk_sums *s, const double *classes, double weight) {
    double sum = 0;
    for (int32_t c = 0; c < s->width; c++) {
        if (!(classes[c] > 0)) continue;
        double share = classes[c] / weight;
        sum -= share * log_of_base_2(share);
    }
    return sum;
}

static double variance(double squares, double sum, double weight) {
    double mean = sum / weight;
    return squares / weight - mean * mean;
}

/* Mean half deviance of rows first .. end-1. */
static double deviance(const ca_sk_sums *s, int64_t first, int64_t end, double sum, double weight) {
    if (sum <= NO_EVENTS) return HUGE_VAL;
    double mean = sum / weight, loss = 0;
    for (int64_t i = first; i < end; i++) {
        double y = s->y[s->rows[i].row];
        loss += s->weight[s->rows[i].row] * (y == 0 ? 0 : y * log(y / mean));
    }
    return loss / weight;
}

/* Mean distance of rows first .. end-1 from their median. */
static double deviation(const ca_sk_sums *s, int64_t first, int64_t end, double median, double weight) {
    double sum = 0;
    for (int64_t i = first; i < end; i++) {
        uint32_t row = s->rows[i].row;
        sum += fabs(s->y[row] - median) * s->weight[row];
    }
    return sum / weight;
}

double ca_sk_sums_impurity(const ca_sk_sums *s) {
    switch (s->criterion) {
    case CA_GINI: return gini(s, s->node, s->node_weight);
    case CA_ENTROPY: return entropy(s, s->node, s->node_weight);
    case CA_POISSON: return deviance(s, s->start, s->end, s->node[0], s->node_weight);
    case CA_ABSOLUTE_ERROR: return deviation(s, s->start, s->end, s->median, s->node_weight);
    default: return variance(s->squares, s->node[0], s->node_weight);
    }
}

static void variances(const ca_sk_sums *s, double *left, double *right) {
    double squares = 0;
    for (int64_t i = s->start; i < s->at; i++) {
        uint32_t row = s->rows[i].row;
        squares += s->weight[row] * s->y[row] * s->y[row];
    }
    *left = variance(squares, s->left[0], s->left_weight);
    *right = variance(s->squares - squares, s->right[0], s->right_weight);
}

void ca_sk_sums_sides(const ca_sk_sums *s, double *left, double *right) {
    switch (s->criterion) {
    case CA_GINI:
        *left = gini(s, s->left, s->left_weight);
        *right = gini(s, s->right, s->right_weight);
        break;
    case CA_ENTROPY:
        *left = entropy(s, s->left, s->left_weight);
        *right = entropy(s, s->right, s->right_weight);
        break;
    case CA_POISSON:
        *left = deviance(s, s->start, s->at, s->left[0], s->left_weight);
        *right = deviance(s, s->at, s->end, s->right[0], s->right_weight);
        break;
    case CA_ABSOLUTE_ERROR:
        *left = deviation(s, s->start, s->at, ca_sk_median_value(&s->left_median), s->left_weight);
        *right = deviation(s, s->at, s->end, ca_sk_median_value(&s->right_median), s->right_weight);
        break;
    default: variances(s, left, right);
    }
}

/* Of sums: right weight times the left one's less the other way round. */
static double distance(const ca_sk_sums *s) {
    return s->right_weight * s->left[0] - s->left_weight * s->right[0];
}

double ca_sk_sums_gain(const ca_sk_sums *s) {
    double left, right;
    if (s->criterion == CA_POISSON) {
        if (s->left[0] <= NO_EVENTS || s->right[0] <= NO_EVENTS) return -HUGE_VAL;
        return s->left[0] * log_of_base_2(s->left[0] / s->left_weight) +
               s->right[0] * log_of_base_2(s->right[0] / s->right_weight);
    }
    if (s->friedman) return distance(s) * distance(s) / (s->left_weight * s->right_weight);
    if (s->criterion == CA_SQUARED_ERROR)
        return s->left[0] * s->left[0] / s->left_weight + s->right[0] * s->right[0] / s->right_weight;
    ca_sk_sums_sides(s, &left, &right);
    return -s->right_weight * right - s->left_weight * left;
}

double ca_sk_sums_decrease(const ca_sk_sums *s, double node, double left, double right) {
    if (s->friedman) return distance(s) * distance(s) / (s->left_weight * s->right_weight * s->node_weight);
    return s->node_weight / s->tree_weight *
           (node - s->right_weight / s->node_weight * right - s->left_weight / s->node_weight * left);
}
