/* For two classes and for numbers, the best of all partitions of the levels into two is found among the cuts
 * of the levels sorted by mean (W. Fisher, "On grouping for maximum homogeneity", JASA 53, 1958,
 * doi:10.1080/01621459.1958.10501479; Breiman et al. 1984). For more classes the first principal component of
 * the class shares takes the place of the mean (Coppersmith, Hong, Hosking, "Partitioning nominal attributes
 * in decision trees", Data Mining and Knowledge Discovery 3, 1999, doi:10.1023/A:1009869804967).
 *
 * The order is found once, on all training rows, not anew in each node: forests are as good that way or
 * better, and any number of levels costs what a number costs (Wright, König, "Splitting on categorical
 * predictors in random forests", PeerJ 7, 2019, doi:10.7717/peerj.6339). */
#include "tree/levels.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "math/sort.h"

typedef struct ordering {
    const cauce_train *train;
    const int32_t *codes;
    int32_t n_levels;
    double *score, *weight; /* of each level */
    double *by_class;       /* the number that a class stands for; NULL: y is one */
} ordering;

static double weight_of(const cauce_train *train, int64_t row) {
    return train->weight ? train->weight[row] : 1;
}

/* The weighted mean of value(row) in each level; levels without a row get that of all rows. */
static void average(const ordering *o, const double *by_class) {
    const cauce_train *train = o->train;
    double total = 0, weight = 0;
    memset(o->score, 0, (size_t)o->n_levels * sizeof *o->score);
    for (int64_t r = 0; r < train->n_rows; r++) {
        if (o->codes[r] < 0) continue;
        double w = weight_of(train, r), value = by_class ? by_class[train->y_class[r]] : train->y[r];
        o->score[o->codes[r]] += w * value;
        total += w * value;
        weight += w;
    }
    for (int32_t k = 0; k < o->n_levels; k++)
        o->score[k] = o->weight[k] > 0 ? o->score[k] / o->weight[k] : weight > 0 ? total / weight : 0;
}

/* direction := covariance of the class shares of the levels, times direction; its length comes back. */
static double turn(const ordering *o, double *direction, double *turned) {
    const cauce_train *train = o->train;
    double mean = 0, weight = 0, length = 0;
    average(o, direction);
    for (int32_t k = 0; k < o->n_levels; k++) {
        mean += o->weight[k] * o->score[k];
        weight += o->weight[k];
    }
    mean /= weight;
    memset(turned, 0, (size_t)train->n_classes * sizeof *turned);
    for (int64_t r = 0; r < train->n_rows; r++)
        if (o->codes[r] >= 0)
            turned[train->y_class[r]] += weight_of(train, r) * (o->score[o->codes[r]] - mean);
    for (int32_t c = 0; c < train->n_classes; c++) length += turned[c] * turned[c];
    length = sqrt(length);
    return length;
}

/* Power iterations: the order settles long before the direction does. */
static cauce_status principal(cauce_run *run, const ordering *o, double *direction) {
    enum { MOST = 100 };
    int32_t k = o->train->n_classes;
    double *turned = cauce_scratch(run, k, sizeof *turned);
    if (!turned) return CA_NOMEM(run);
    for (int32_t c = 0; c < k; c++) direction[c] = c + 1;
    for (int i = 0; i < MOST; i++) {
        double length = turn(o, direction, turned), moved = 0;
        if (!(length > 0)) break; /* all levels have the same shares */
        for (int32_t c = 0; c < k; c++) {
            double to = turned[c] / length;
            moved = fmax(moved, fabs(to - direction[c]));
            direction[c] = to;
        }
        if (moved < 1e-9) break;
        CA_TRY(cauce_check_cancel(run));
    }
    return CAUCE_OK;
}

static cauce_status start(cauce_run *run, ordering *o) {
    int64_t present = 0;
    o->score = cauce_scratch(run, o->n_levels, sizeof *o->score);
    o->weight = cauce_scratch(run, o->n_levels, sizeof *o->weight);
    o->by_class = NULL;
    if (!o->score || !o->weight) return CA_NOMEM(run);
    for (int64_t r = 0; r < o->train->n_rows; r++) {
        if (o->codes[r] < 0) continue;
        o->weight[o->codes[r]] += weight_of(o->train, r);
        present++;
    }
    if (o->train->n_classes == 0) return CAUCE_OK;
    o->by_class = cauce_scratch(run, o->train->n_classes, sizeof *o->by_class);
    if (!o->by_class) return CA_NOMEM(run);
    o->by_class[o->train->n_classes - 1] = 1;
    return o->train->n_classes > 2 && present ? principal(run, o, o->by_class) : CAUCE_OK;
}

cauce_status ca_class_values(cauce_run *run, const cauce_train *train, const int32_t *codes, int32_t n_levels,
                             const double **by_class) {
    ordering o = { .train = train, .codes = codes, .n_levels = n_levels };
    CA_TRY(start(run, &o));
    *by_class = o.by_class;
    return CAUCE_OK;
}

cauce_status ca_order_levels(cauce_run *run, const cauce_train *train, const int32_t *codes, int32_t n_levels,
                             int32_t *rank) {
    ordering o = { .train = train, .codes = codes, .n_levels = n_levels };
    int64_t *order = cauce_scratch(run, n_levels, sizeof *order);
    if (!order) return CA_NOMEM(run);
    CA_TRY(start(run, &o));
    average(&o, o.by_class);
    CA_TRY(ca_argsort(run, o.score, n_levels, order));
    for (int32_t i = 0; i < n_levels; i++) rank[order[i]] = i;
    return CAUCE_OK;
}
