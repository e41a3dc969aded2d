/* Out-of-bag scores: each training row by the trees that did not draw it. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "tree/forest.h"
#include "tree/offsets.h"

const double *ca_forest_leaf_of(const ca_forest_job *fit, const ca_tree *tree, int64_t row, int32_t moved,
                                int64_t other) {
    int32_t at = tree->n_splits ? 0 : -1;
    while (at >= 0) at = ca_forest_below(fit, tree, at, tree->feature[at] == moved ? other : row);
    return tree->value + (int64_t)~at * tree->n_outputs;
}

enum { OOB_ROWS = 4096 };

/* A power of two that makes the targets, and means of some, at most 1. */
static double unit_of(const cauce_train *train) {
    double largest = 0;
    for (int64_t r = 0; r < train->n_rows; r++) largest = fmax(largest, fabs(train->y[r]));
    return ca_power_of_two(-ca_exponent_of(largest));
}

/* The unit of sums over the trees, of which there are fewer than 2^30. */
static double unit_of_sums(const cauce_train *train) {
    return !train->n_classes && unit_of(train) < 0x1p-990 ? 0x1p-30 : 1;
}

typedef struct oob_task {
    const ca_forest_job *fit;
    int64_t tree;          /* its number, */
    const ca_tree *grown;  /* and the tree */
    const uint32_t *times; /* how often the tree drew each row */
    double *sum;           /* n_rows x n_outputs, in units of 1 / unit; the means in the end */
    double unit;           /* a power of two: the largest targets would add up to infinity */
    int64_t *count;        /* trees that did not draw the row */
} oob_task;

static cauce_status add_oob(cauce_run *run, int64_t block, void *payload) {
    (void)run;
    const oob_task *task = payload;
    const ca_tree *tree = task->grown;
    int64_t n = task->fit->train->n_rows, k = tree->n_outputs, end = (block + 1) * OOB_ROWS;
    for (int64_t r = block * OOB_ROWS; r < n && r < end; r++) {
        if (task->times[r] > 0) continue;
        const double *leaf = ca_forest_leaf_of(task->fit, tree, r, -1, r);
        for (int64_t c = 0; c < k; c++) task->sum[r * k + c] += leaf[c] * task->unit;
        task->count[r]++;
    }
    return CAUCE_OK;
}

/* Share of rows whose most likely class is theirs. */
static double oob_accuracy(const ca_forest_job *fit, const oob_task *task) {
    int64_t n = fit->train->n_rows, k = fit->train->n_classes, right = 0, scored = 0;
    for (int64_t r = 0; r < n; r++) {
        const double *share = task->sum + r * k;
        int32_t best = 0;
        if (!task->count[r]) continue;
        for (int32_t c = 1; c < k; c++)
            if (share[c] > share[best]) best = c;
        right += best == fit->train->y_class[r];
        scored++;
    }
    return scored ? (double)right / (double)scored : 0;
}

/* In these units no square is infinite, and the largest is not 0. */
static double oob_r2(const ca_forest_job *fit, const oob_task *task) {
    const double *y = fit->train->y, unit = unit_of(fit->train);
    int64_t n = fit->train->n_rows, scored = 0;
    double mean = 0, residual = 0, spread = 0;
    for (int64_t r = 0; r < n; r++)
        if (task->count[r]) {
            mean += y[r] * unit;
            scored++;
        }
    mean /= scored ? (double)scored : 1;
    for (int64_t r = 0; r < n; r++)
        if (task->count[r]) {
            double own = y[r] * unit, said = task->sum[r] * unit;
            residual += (own - said) * (own - said);
            spread += (own - mean) * (own - mean);
        }
    return spread > 0 ? 1 - residual / spread : 0;
}

/* Rows that every tree has seen have no out-of-bag prediction: missing in the array, left out of the score.
 * scikit-learn scores them as if 0 had been predicted. */
static double mean_of(const oob_task *task, int64_t k, int64_t i) {
    int64_t count = task->count[i / k];
    if (count == 0) return task->fit->sklearn ? 0 : (double)NAN;
    return task->sum[i] / (double)count / task->unit;
}

static void finish_oob(cauce_run *run, const ca_forest_job *fit, oob_task *task, int64_t k) {
    int64_t n = fit->train->n_rows, without = 0;
    for (int64_t i = 0; i < n * k; i++) task->sum[i] = mean_of(task, k, i);
    for (int64_t r = 0; r < n; r++) {
        bool unseen = task->count[r] == 0;
        without += unseen;
        task->count[r] += fit->sklearn && unseen;
    }
    if (without)
        cauce_warn(run, "out_of_bag",
                   "%lld of %lld rows were drawn by every tree and have no out-of-bag score",
                   (long long)without, (long long)n);
}

static cauce_status add_trees(cauce_run *run, oob_task *task, uint32_t *times, int64_t end) {
    int64_t n = task->fit->train->n_rows;
    cauce_status status = CAUCE_OK;
    for (; status == CAUCE_OK && task->tree < end; task->tree++) {
        ca_tree tree = { 0 };
        ca_forest_draw(task->fit, task->tree, times);
        status = ca_forest_tree(run, task->fit->forest, task->tree, &tree);
        task->grown = &tree;
        if (status == CAUCE_OK) status = cauce_parallel(run, (n + OOB_ROWS - 1) / OOB_ROWS, add_oob, task);
        ca_tree_free(&tree);
    }
    return status;
}

/* Nobody says whether the trees of an earlier fit were grown on these very rows. If they were, they say now
 * what they said then. */
static bool same_rows(const oob_task *task, int64_t k) {
    const ca_forest *start = task->fit->start;
    int64_t n = task->fit->train->n_rows;
    if (start->n_oob != n) return false;
    for (int64_t i = 0; i < n * k; i++) {
        double mean = mean_of(task, k, i), before = start->oob_prediction[i];
        if (memcmp(&mean, &before, sizeof mean) != 0 && !(isnan(mean) && isnan(before))) return false;
    }
    return true;
}

/* Without a new tree nothing is known of new rows: the scores are still those of the old ones. */
static cauce_status keep_scores(cauce_run *run, const ca_forest_job *fit) {
    const ca_forest *start = fit->start;
    ca_forest *forest = fit->forest;
    size_t size = (size_t)forest->n_outputs * sizeof *forest->oob_prediction;
    forest->oob_prediction = cauce_keep(run, start->n_oob, size);
    if (!forest->oob_prediction) return CA_NOMEM(run);
    memcpy(forest->oob_prediction, start->oob_prediction, (size_t)start->n_oob * size);
    forest->n_oob = start->n_oob;
    forest->oob_score = start->oob_score;
    return CAUCE_OK;
}

/* The trees of an earlier fit, if they are of these rows. */
static cauce_status add_earlier(cauce_run *run, oob_task *task, uint32_t *times, int64_t k) {
    const ca_forest_job *fit = task->fit;
    int64_t n = fit->train->n_rows;
    CA_TRY(add_trees(run, task, times, fit->n_start));
    if (same_rows(task, k)) return CAUCE_OK;
    memset(task->sum, 0, (size_t)(n * k) * sizeof *task->sum);
    memset(task->count, 0, (size_t)n * sizeof *task->count);
    cauce_warn(run, "out_of_bag",
               "these are not the rows that the first %lld trees were grown on: out-of-bag scores are those "
               "of the others",
               (long long)fit->n_start);
    return CAUCE_OK;
}

cauce_status ca_forest_score_oob(cauce_run *run, const ca_forest_job *fit) {
    ca_forest *forest = fit->forest;
    int64_t n = fit->train->n_rows, k = forest->n_outputs, n_trees = fit->params->n_estimators;
    if (fit->start && fit->n_start == n_trees) return keep_scores(run, fit);
    uint32_t *times = cauce_scratch(run, n, sizeof *times);
    int64_t *count = cauce_scratch(run, n, sizeof *count);
    forest->oob_prediction = cauce_keep(run, n, (size_t)k * sizeof(double));
    if (!times || !count || !forest->oob_prediction) return CA_NOMEM(run);
    forest->n_oob = n;
    oob_task task = { fit, 0, NULL, times, forest->oob_prediction, unit_of_sums(fit->train), count };
    if (fit->start) CA_TRY(add_earlier(run, &task, times, k));
    CA_TRY(add_trees(run, &task, times, n_trees));
    finish_oob(run, fit, &task, k);
    forest->oob_score = fit->train->n_classes ? oob_accuracy(fit, &task) : oob_r2(fit, &task);
    return CAUCE_OK;
}
