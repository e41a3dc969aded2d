#include "select/ordered.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

/* Where chance alone hardly gets (five folds: once in ten million tables), and what is worth a word. */
static const double f_ratio_limit = 10, share_limit = 0.05;

static bool neighbours(const ca_fold *fold) {
    return fold->n_test > 0 && fold->test[fold->n_test - 1] - fold->test[0] == fold->n_test - 1;
}

static double mean_of(const ca_fold *fold, const double *y) {
    double sum = 0;
    for (int64_t i = 0; i < fold->n_test; i++) sum += y[fold->test[i]];
    return sum / (double)fold->n_test;
}

/* Analysis of variance with the folds as groups: Fisher, Statistical Methods for Research Workers (1925). */
static bool far_apart(const ca_folds *folds, const double *y, double *low, double *high) {
    double total = 0, n = 0, within = 0, between = 0;
    *low = INFINITY, *high = -INFINITY;
    for (int64_t f = 0; f < folds->n_folds; f++) {
        const ca_fold *fold = &folds->folds[f];
        double mean = mean_of(fold, y);
        for (int64_t i = 0; i < fold->n_test; i++) within += pow(y[fold->test[i]] - mean, 2);
        n += (double)fold->n_test;
        total += mean * (double)fold->n_test;
        *low = fmin(*low, mean);
        *high = fmax(*high, mean);
    }
    for (int64_t f = 0; f < folds->n_folds; f++)
        between += (double)folds->folds[f].n_test * pow(mean_of(&folds->folds[f], y) - total / n, 2);
    double groups = (double)folds->n_folds;
    return between > share_limit * (between + within) && n > groups &&
           between * (n - groups) > f_ratio_limit * within * (groups - 1);
}

/* " 'y2'" when there are several targets. */
static void print_name(const ca_labels *labels, int64_t t, char name[100]) {
    char shown[96];
    *name = 0;
    if (!labels->targets) return;
    const char *text = cauce_levels_text(labels->targets, (int32_t)t);
    snprintf(name, 100, " '%s'", ca_text_show(text, strlen(text), shown, sizeof shown));
}

void ca_warn_ordered(cauce_run *run, const ca_folds *folds, const ca_labels *labels, int64_t n) {
    for (int64_t f = 0; f < folds->n_folds; f++)
        if (!neighbours(&folds->folds[f])) return;
    for (int64_t t = 0; folds->n_folds > 1 && t < cauce_n_targets(labels->targets); t++) {
        double low, high;
        char name[100];
        if (!far_apart(folds, labels->y + t * n, &low, &high)) continue;
        print_name(labels, t, name);
        cauce_warn(run, "ordered_rows",
                   "the rows are in an order that tells the target%s: its mean is %.4g in one fold and %.4g "
                   "in another; k_fold shuffle=true deals them at random, time_series_split is for rows in "
                   "time (--folds)",
                   name, low, high);
        return;
    }
}
