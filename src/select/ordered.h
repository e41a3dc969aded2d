/* Folds that are cut out of a table in its order, when that order says something about the target. */
#ifndef CA_SELECT_ORDERED_H
#define CA_SELECT_ORDERED_H

#include "core/model.h"
#include "split/splitter.h"

/* Warns when each test part is a run of neighbouring rows, and their means of a target lie further apart than
 * chance would put them: then the scores tell how well the model does on rows unlike those it was trained on,
 * which is what one wants of rows in time, and of hardly any others. Of several targets the first such is
 * named. labels: of all n rows, with numbers; classes are dealt evenly by stratified_k_fold. */
void ca_warn_ordered(cauce_run *run, const ca_folds *folds, const ca_labels *labels, int64_t n);

#endif
