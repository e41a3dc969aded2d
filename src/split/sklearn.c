/* Checked against scikit-learn 1.2.1 and numpy 1.24. Rows of one class, and ties between classes, are
 * shuffled as lists of their own, where scikit-learn draws a permutation of places and takes them from the
 * list: that is the same order. */
#include "split/sklearn.h"

#include <math.h>
#include <string.h>

/* Rows of each class in a part of n_part of the rows of `count`: its share rounded down, and one more for the
 * classes with the largest remainders, of equal ones those that are drawn. The remainders are rounded
 * numbers, and equal only when these are. */
static cauce_status share_out(cauce_run *run, ca_draws *draws, const int64_t *count, int32_t n_classes,
                              int64_t n_part, int64_t *take) {
    double *remainder = cauce_scratch(run, n_classes, sizeof *remainder);
    int32_t *tied = cauce_scratch(run, n_classes, sizeof *tied);
    if (!remainder || !tied) return run->error.status;
    int64_t n = 0, left = n_part;
    for (int32_t k = 0; k < n_classes; k++) n += count[k];
    for (int32_t k = 0; k < n_classes; k++) {
        double share = (double)count[k] / (double)n * (double)n_part;
        take[k] = (int64_t)floor(share);
        remainder[k] = share - floor(share);
        left -= take[k];
    }
    while (left > 0) {
        double most = -1;
        int32_t n_tied = 0;
        for (int32_t k = 0; k < n_classes; k++) most = fmax(most, remainder[k]);
        if (most < 0) break;
        for (int32_t k = 0; k < n_classes; k++) {
            if (remainder[k] < most) continue;
            tied[n_tied++] = k;
            remainder[k] = -1;
        }
        ca_shuffle_i32(draws, tied, n_tied);
        for (int32_t i = 0; i < n_tied && left > 0; i++, left--) take[tied[i]]++;
    }
    return CAUCE_OK;
}

/* The rows class by class, each class ascending; of class k from start[k] on. */
static cauce_status rows_by_class(cauce_run *run, const ca_split_input *input, const int64_t *count,
                                  int64_t **rows, int64_t **start) {
    int64_t *next = cauce_scratch(run, input->n_classes, sizeof *next);
    *start = cauce_scratch(run, input->n_classes, sizeof **start);
    *rows = cauce_scratch(run, input->n_rows, sizeof **rows);
    if (!next || !*start || !*rows) return run->error.status;
    for (int32_t k = 1; k < input->n_classes; k++) (*start)[k] = next[k] = next[k - 1] + count[k - 1];
    for (int64_t r = 0; r < input->n_rows; r++) (*rows)[next[input->y_class[r]]++] = r;
    return CAUCE_OK;
}

/* Class by class a shuffled share for each part; both parts are shuffled at last. */
static cauce_status draw_strata(cauce_run *run, ca_draws *draws, const ca_split_sizes *sizes,
                                const ca_split_input *input, const int64_t *count, int64_t *train_rows,
                                int64_t *test_rows) {
    int32_t n_classes = input->n_classes;
    int64_t *train = cauce_scratch(run, n_classes, sizeof *train),
            *test = cauce_scratch(run, n_classes, sizeof *test),
            *rest = cauce_scratch(run, n_classes, sizeof *rest), *rows, *start, n_train = 0, n_test = 0;
    if (!train || !test || !rest) return run->error.status;
    CA_TRY(rows_by_class(run, input, count, &rows, &start));
    CA_TRY(share_out(run, draws, count, n_classes, sizes->n_train, train));
    for (int32_t k = 0; k < n_classes; k++) rest[k] = count[k] - train[k];
    CA_TRY(share_out(run, draws, rest, n_classes, sizes->n_test, test));
    for (int32_t k = 0; k < n_classes; k++) {
        int64_t *of_class = rows + start[k];
        ca_shuffle_i64(draws, of_class, count[k]);
        for (int64_t i = 0; i < train[k]; i++) train_rows[n_train++] = of_class[i];
        for (int64_t i = 0; i < test[k]; i++) test_rows[n_test++] = of_class[train[k] + i];
    }
    ca_shuffle_i64(draws, train_rows, n_train);
    ca_shuffle_i64(draws, test_rows, n_test);
    return CAUCE_OK;
}

cauce_status ca_sklearn_hold_out(cauce_run *run, ca_draws *draws, const ca_split_sizes *sizes,
                                 const ca_split_input *input, const int64_t *count, ca_arena *arena,
                                 ca_fold *drawn) {
    int64_t *train = ca_folds_room(run, arena, sizes->n_train, sizeof *train),
            *test = ca_folds_room(run, arena, sizes->n_test, sizeof *test);
    if (!train || !test) return run->error.status;
    *drawn = (ca_fold){ train, test, sizes->n_train, sizes->n_test };
    if (count) return draw_strata(run, draws, sizes, input, count, train, test);
    int64_t *order = ca_folds_range(run, &run->scratch, 0, input->n_rows);
    if (!order) return run->error.status;
    ca_shuffle_i64(draws, order, input->n_rows);
    memcpy(test, order, (size_t)sizes->n_test * sizeof *test);
    memcpy(train, order + sizes->n_test, (size_t)sizes->n_train * sizeof *train);
    return CAUCE_OK;
}

/* Eight sums beside each other, of halves when there are more than 128 terms. */
double ca_sklearn_sum(const double *x, int64_t n) {
    double sum = 0, lane[8];
    int64_t i;
    if (n > 128) {
        int64_t half = n / 2 - n / 2 % 8;
        return ca_sklearn_sum(x, half) + ca_sklearn_sum(x + half, n - half);
    }
    if (n >= 8) {
        for (i = 0; i < 8; i++) lane[i] = x[i];
        for (i = 8; i < n - n % 8; i++) lane[i % 8] += x[i];
        sum = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
    }
    for (i = n < 8 ? 0 : n - n % 8; i < n; i++) sum += x[i];
    return sum;
}

double ca_sklearn_std(const double *x, int64_t n, double *work) {
    double mean = ca_sklearn_sum(x, n) / (double)n;
    for (int64_t i = 0; i < n; i++) work[i] = (x[i] - mean) * (x[i] - mean);
    return sqrt(ca_sklearn_sum(work, n) / (double)n);
}
