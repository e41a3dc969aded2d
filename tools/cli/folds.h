/* Cross-validation results as JSON and as tables: shared by cv and search. */
#ifndef CLI_FOLDS_H
#define CLI_FOLDS_H

#include "plan.h"

/* {"roc_auc": {"mean", "std", "folds": [...]}, ...}. Owned. */
json_t *cli_cv_json(const cauce_cv *cv);
/* "0.7890 ± 0.0120"; "-" when nothing was scored. `like`: the number that sets the decimals, one for a
 * column.
 */
void cli_mean_and_std(const cauce_cv *cv, int64_t metric, double like, char out[72]);
/* The smaller of two sizes of scores, for `like`; NaN counts for nothing. */
double cli_smaller(double like, double score);
/* A warning for every fold that failed. `who`: the model, or "". */
void cli_warn_failed_folds(cli_program *program, const cauce_cv *cv, const char *who);
/* Name of a metric with an arrow when less is better. */
void cli_metric_head(const char *metric, char out[64]);

#endif
