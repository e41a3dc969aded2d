/* CSV files read by the schema of a model, and predicted in constant memory. */
#ifndef CA_CORE_MODEL_CSV_H
#define CA_CORE_MODEL_CSV_H

#include "core/model.h"

/* All rows as one table; options of cauce_model_read_csv. NULL: failure recorded. */
cauce_table *ca_model_read_csv(cauce_run *run, const cauce_model *model, const char *path,
                               const char *options);
/* Behind cauce_predict_csv. */
cauce_status ca_model_predict_csv(cauce_run *run, const cauce_model *model, const char *input,
                                  const char *output, const char *options, int64_t *rows);
/* Behind cauce_transform_csv. */
cauce_status ca_model_transform_csv(cauce_run *run, const cauce_model *model, const char *input,
                                    const char *output, const char *options, int64_t *rows);

#endif
