/* How much worse a model becomes when it is shown one input in the wrong order: L. Breiman, Random Forests,
 * Machine Learning 45 (2001), doi:10.1023/A:1010933404324, for any model; A. Fisher, C. Rudin, F. Dominici,
 * All Models are Wrong, but Many are Useful, JMLR 20 (2019). */
#ifndef CA_INSPECT_PERMUTATION_H
#define CA_INSPECT_PERMUTATION_H

#include "core/model.h"

/* A row for each input of the model: "column", "importance" (mean of the repeats), "std" (population),
 * "repeat_1" ... . NULL: failure recorded. */
cauce_table *ca_permutation_importance(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                       const char *metric, const char *options);

#endif
