/* Scores of folds. */
#include "folds.h"

#include <math.h>

json_t *cli_cv_json(const cauce_cv *cv) {
    json_t *metrics = json_object();
    for (int64_t m = 0; m < cauce_cv_metrics(cv); m++) {
        json_t *one = json_object(), *folds = json_array();
        for (int64_t f = 0; f < cauce_cv_folds(cv); f++)
            json_array_append_new(folds, cli_json_number(cauce_cv_score(cv, m, f)));
        cli_put(one, "mean", cli_json_number(cauce_cv_mean(cv, m)));
        cli_put(one, "std", cli_json_number(cauce_cv_std(cv, m)));
        cli_put(one, "folds", folds);
        cli_put(metrics, cauce_cv_metric(cv, m), one);
    }
    return metrics;
}

double cli_smaller(double like, double score) {
    return !(fabs(score) >= fabs(like)) && isfinite(score) ? score : like;
}

void cli_mean_and_std(const cauce_cv *cv, int64_t metric, double like, char out[72]) {
    char mean[32], deviation[32];
    double value = cauce_cv_mean(cv, metric);
    cli_score(value, like, mean);
    cli_score(cauce_cv_std(cv, metric), like, deviation);
    if (isnan(value))
        snprintf(out, 72, "-");
    else
        snprintf(out, 72, "%s \xC2\xB1 %s", mean, deviation);
}

void cli_warn_failed_folds(cli_program *program, const cauce_cv *cv, const char *who) {
    for (int64_t f = 0; f < cauce_cv_folds(cv); f++) {
        const char *why = cauce_cv_error(cv, f);
        if (why)
            cli_warn_text(program, "fold_failed", "%s%sfold %lld of %lld has no score: %s", who,
                          *who ? ": " : "", (long long)f + 1, (long long)cauce_cv_folds(cv), why);
    }
}

void cli_metric_head(const char *metric, char out[64]) {
    snprintf(out, 64, "%s%s", metric, cauce_metric_direction(metric) == 0 ? " \xE2\x86\x93" : "");
}
