/* Seeds, samples, weights and columns of the forests that scikit-learn 1.2.1 grows: see sklearn.h. Numbers
 * are drawn in the order in which scikit-learn draws them from numpy's RandomState. */
#include "tree/sklearn.h"

#include <math.h>

#include "base/mt19937.h"
#include "base/run.h"
#include "data/batch.h"
#include "tree/columns.h"

/* ---- What is refused ----------------------------------------------------------------------------------- */

static cauce_status refuse(cauce_run *run, const char *what) {
    return cauce_fail(run, CAUCE_E_PARAM, "%s is not in scikit-learn 1.2.1; rng=sklearn does without it",
                      what);
}

/* Sums, of squares but for medians, are taken of the targets as they are: infinite ones would make leaves
 * that are no numbers. */
static cauce_status check_sums(cauce_run *run, const ca_forest_job *fit) {
    const cauce_train *train = fit->train;
    double weight = 1;
    for (int64_t r = 0; r < train->n_rows && fit->weight; r++) weight = fmax(weight, fit->weight[r]);
    for (int32_t k = 0; k < train->n_classes && fit->class_weight; k++)
        if (!isfinite(fit->class_weight[k] * weight * (double)train->n_rows))
            return cauce_fail(run, CAUCE_E_DATA,
                              "class_weight times the weights of the rows adds up to more than a number can "
                              "hold");
    for (int64_t r = 0; r < train->n_rows && !train->n_classes; r++) {
        double y = train->y[r], size = fit->plan.criterion == CA_ABSOLUTE_ERROR ? y : y * y;
        if (isfinite(size * weight * (double)train->n_rows)) continue;
        return cauce_fail(
            run, CAUCE_E_DATA,
            "target %g in row %lld is too large for the sums of rng=sklearn; divide the targets "
            "or the weights, or do without it",
            y, (long long)r + 1);
    }
    return CAUCE_OK;
}

cauce_status ca_sklearn_check(cauce_run *run, const ca_forest_job *fit) {
    const ca_forest_params *p = fit->params;
    const cauce_schema *schema = fit->train->schema;
    if (p->monotonic_cst.type == CAUCE_V_LIST) return refuse(run, "monotonic_cst");
    if (fit->plan.interactions.sets) return refuse(run, "interaction_cst");
    if (p->weighted_bootstrap) return refuse(run, "weighted_bootstrap=true");
    if (p->corrected_importances) return refuse(run, "corrected_importances=true");
    if (fit->seed > UINT32_MAX)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "random_state=%lld is more than rng=sklearn takes, which is 4294967295 at most",
                          (long long)fit->seed);
    for (int64_t j = 0; j < schema->width; j++) {
        if (!ca_is_category(schema, j)) continue;
        char name[256];
        ca_schema_column_name(schema, j, name, sizeof name);
        return cauce_fail(run, CAUCE_E_KIND,
                          "column '%s' is a category, which rng=sklearn does not split on; encode it before",
                          name);
    }
    return check_sums(run, fit);
}

bool ca_sklearn_friedman(const ca_forest_job *fit) {
    return fit->plan.n_classes == 0 && fit->params->criterion == 1;
}

/* ---- Columns ------------------------------------------------------------------------------------------- */

static cauce_status round_column(cauce_run *run, int64_t j, void *payload) {
    const ca_forest_job *fit = payload;
    int64_t n = fit->train->n_rows;
    const ca_bin_column *column = &fit->bins.columns[j];
    float *x = fit->sklearn->columns + j * n;
    for (int64_t r = 0; r < n; r++) {
        double value = ca_bins_value(column, r);
        x[r] = (float)value;
        if (isfinite(x[r])) continue;
        char name[256];
        ca_schema_column_name(fit->train->schema, j, name, sizeof name);
        if (isnan(value))
            return cauce_fail(
                run, CAUCE_E_DATA,
                "column '%s', row %lld: the number is missing; rng=sklearn takes none, impute it", name,
                (long long)r + 1);
        return cauce_fail(run, CAUCE_E_DATA,
                          "column '%s', row %lld: %g is too large for the 32 bits of rng=sklearn", name,
                          (long long)r + 1, value);
    }
    return CAUCE_OK;
}

/* ---- Weights ------------------------------------------------------------------------------------------- */

/* Pairs of halves down to 128 numbers, of which every eighth is added to the same sum: numpy's way. */
double ca_sk_sum(const double *x, int64_t n) {
    if (n > 128) {
        int64_t half = n / 2 - n / 2 % 8;
        return ca_sk_sum(x, half) + ca_sk_sum(x + half, n - half);
    }
    double part[8] = { 0 }, sum = 0;
    int64_t i = 0;
    if (n >= 8) {
        for (; i < 8; i++) part[i] = x[i];
        for (; i < n - n % 8; i++) part[i % 8] += x[i];
        sum = ((part[0] + part[1]) + (part[2] + part[3])) + ((part[4] + part[5]) + (part[6] + part[7]));
    }
    for (; i < n; i++) sum += x[i];
    return sum;
}

/* Weights of rows and classes; those of classes count rows, not weights. */
static cauce_status weigh_rows(cauce_run *run, const ca_forest_job *fit, double **weight) {
    const cauce_train *train = fit->train;
    if (!fit->weight && !fit->class_weight) return CAUCE_OK;
    *weight = cauce_scratch(run, train->n_rows, sizeof **weight);
    if (!*weight) return CA_NOMEM(run);
    for (int64_t r = 0; r < train->n_rows; r++) {
        (*weight)[r] = fit->weight ? fit->weight[r] : 1;
        if (fit->class_weight) (*weight)[r] *= fit->class_weight[train->y_class[r]];
    }
    return CAUCE_OK;
}

cauce_status ca_sklearn_begin(cauce_run *run, ca_forest_job *fit) {
    int64_t n = fit->train->n_rows, n_trees = fit->params->n_estimators;
    ca_sklearn *sk = cauce_scratch(run, 1, sizeof *sk);
    if (!sk) return CA_NOMEM(run);
    fit->sklearn = sk;
    sk->seeds = cauce_scratch(run, n_trees, sizeof *sk->seeds);
    sk->columns = cauce_scratch(run, fit->bins.n_columns, (size_t)n * sizeof *sk->columns);
    if (!sk->seeds || !sk->columns) return CA_NOMEM(run);
    CA_TRY(weigh_rows(run, fit, &sk->weight));
    ca_mt19937 mt;
    ca_mt19937_init(&mt, (uint32_t)fit->seed);
    for (int64_t t = 0; t < n_trees; t++)
        sk->seeds[t] =
            fit->params->alone ? (uint32_t)fit->seed : (uint32_t)ca_mt19937_upto(&mt, INT32_MAX - 1);
    return cauce_parallel(run, fit->bins.n_columns, round_column, fit);
}

/* ---- Trees --------------------------------------------------------------------------------------------- */

void ca_sklearn_draw(const ca_forest_job *fit, int64_t t, uint32_t *times) {
    uint64_t last = (uint64_t)fit->train->n_rows - 1;
    ca_mt19937 mt;
    ca_mt19937_init(&mt, fit->sklearn->seeds[t]);
    for (int64_t i = 0; i < fit->n_drawn; i++) times[ca_mt19937_upto(&mt, last)] += 1;
}

/* class_weight=balanced_subsample: of the rows drawn, each as often as it was drawn. */
static void balance(const ca_forest_job *fit, const double *times, double *per_class) {
    int64_t k = fit->train->n_classes, present = 0;
    double drawn = 0;
    for (int64_t r = 0; r < fit->train->n_rows; r++) {
        per_class[fit->train->y_class[r]] += times[r];
        drawn += times[r];
    }
    for (int64_t c = 0; c < k; c++) present += per_class[c] > 0;
    for (int64_t c = 0; c < k; c++)
        per_class[c] = per_class[c] > 0 ? drawn / ((double)present * per_class[c]) : 0;
}

cauce_status ca_sklearn_weigh(cauce_run *run, const ca_forest_job *fit, double *weight) {
    const cauce_train *train = fit->train;
    double *per_class = fit->balance_trees ? cauce_scratch(run, train->n_classes, sizeof *per_class) : NULL;
    if (fit->balance_trees) {
        if (!per_class) return CA_NOMEM(run);
        balance(fit, weight, per_class);
    }
    for (int64_t r = 0; r < train->n_rows; r++) {
        if (fit->sklearn->weight) weight[r] *= fit->sklearn->weight[r];
        if (per_class) weight[r] *= per_class[train->y_class[r]];
    }
    return CAUCE_OK;
}
