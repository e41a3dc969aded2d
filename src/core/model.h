/* A model: the fitted tree of a recipe, and what it knows of its inputs and its target. */
#ifndef CA_CORE_MODEL_H
#define CA_CORE_MODEL_H

#include <pthread.h>

#include "base/stream.h"
#include "cauce/model.h"
#include "core/node.h"
#include "core/offset.h"
#include "data/table.h"

struct cauce_model {
    ca_keep keep;         /* nodes, states, schemas */
    cauce_recipe *recipe; /* a clone of its own */
    ca_node *root;
    cauce_schema inputs;
    cauce_schema features; /* what the root is given: the inputs, but not an offset, which is the last one */
    cauce_role offset;     /* OFFSET, EXPOSURE; otherwise there is none */
    const char *target;    /* name of the target column, or of the first; "" without one */
    cauce_kind target_kind;
    const cauce_levels *targets; /* names of all, where there are several; otherwise NULL */
    const uint8_t *target_kinds; /* their kinds */
    int32_t n_classes;           /* 0: regression, or no target */
    int32_t positive;            /* of two classes; otherwise -1 */
    const cauce_levels *classes;
    const double *class_values; /* classes of a number target */
    const char *missing; /* markers of missing cells, as a list in the text grammar; NULL: the default ones */
    char decimal, thousands; /* marks in the numbers of its files; 0: a point, none */
    int64_t trained_rows;
    ca_file file;                   /* a loaded model's arrays lie in here */
    pthread_mutex_t converted_lock; /* arrays handed out as doubles */
    struct ca_converted *converted;
};

/* How many targets it has, their names and kinds. */
static inline int64_t ca_model_targets(const cauce_model *model) {
    return *model->target ? cauce_n_targets(model->targets) : 0;
}
static inline const char *ca_model_target(const cauce_model *model, int64_t i) {
    return model->targets ? cauce_levels_text(model->targets, (int32_t)i) : model->target;
}
static inline cauce_kind ca_model_target_kind(const cauce_model *model, int64_t i) {
    return model->targets ? (cauce_kind)model->target_kinds[i] : model->target_kind;
}

/* What fit and metrics want of a table's target, weights and groups. Memory from the run's scratch. */
typedef struct ca_labels {
    const double *y;             /* regression: rows x targets, column by column */
    const cauce_levels *targets; /* several of them, the model's; NULL: one */
    const int32_t *y_class;      /* classification */
    int32_t n_classes;
    const cauce_levels *classes; /* their labels; the model's */
    const double *weight;        /* or NULL */
    const int32_t *group;        /* or NULL */
    int32_t n_groups;
} ca_labels;

/* NULL: failure recorded. */
cauce_model *ca_model_new(cauce_run *run);
void ca_model_free(cauce_model *model);
/* Fits a clone of `recipe` to the rows of `table`; validation (NULL: none): rows that are only looked at.
 * NULL: failure recorded, nothing kept. */
cauce_model *ca_model_fit(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                          const cauce_table *validation);
/* A copy of the model whose last estimator, with other parameters (text grammar; NULL: none), has gone on
 * learning from where it was (src/core/fit_more.c). */
cauce_model *ca_model_fit_more(cauce_run *run, const cauce_model *model, const cauce_table *table,
                               const cauce_table *validation, const char *changes);
/* Rows of a table as the fitted model sees them: to be learned from, or to be looked at. DATA for a class it
 * does not know. `x` has to outlive `rows`. */
cauce_status ca_model_rows(cauce_run *run, const cauce_model *model, const cauce_table *table,
                           cauce_train *rows, cauce_batch *x);
/* A validation table (NULL: none) while something is fitted; `counted` is to be dropped afterwards. */
typedef struct ca_validation {
    const cauce_table *table;
    cauce_table *counted;
    cauce_train rows;
    cauce_batch x;
} ca_validation;
cauce_status ca_model_validation(cauce_run *run, const cauce_model *model, ca_validation *held);
/* UNSUPPORTED, with this text, unless the last estimator has one of the tags. */
cauce_status ca_check_last(cauce_run *run, const cauce_recipe *recipe, uint32_t tags, const char *what);
/* UNSUPPORTED unless it looks at validation rows. */
cauce_status ca_check_validation(cauce_run *run, const cauce_recipe *recipe);
/* The rows that count: a table without those of weight 0 (the same table when there are none), one reference
 * more. DATA when none is left. */
cauce_status ca_model_counted(cauce_run *run, const cauce_table *table, cauce_table **counted);
/* Does it predict classes? A supervised transformer may know classes and predict none. */
static inline bool ca_model_classifies(const cauce_model *model) {
    return model->n_classes > 0 && ca_recipe_role(model->recipe) == CAUCE_CLASSIFIER;
}

/* ---- src/core/target.c --------------------------------------------------------------------------------- */

/* Classes, target numbers, weights and groups of a table for fitting `recipe` in `model` (sets its target
 * members). */
cauce_status ca_target_learn(cauce_run *run, cauce_model *model, const cauce_table *table,
                             const cauce_recipe *recipe, ca_labels *labels);
/* The groups of a table, if it has any. */
cauce_status ca_target_groups(cauce_run *run, const cauce_table *table, ca_labels *labels);
/* The same columns of a table in terms of a fitted model, for metrics. */
cauce_status ca_target_read(cauce_run *run, const cauce_model *model, const cauce_table *table,
                            ca_labels *labels);
/* Weights of a table: NULL when it has none. DATA on negative, missing or infinite ones. */
cauce_status ca_target_weights(cauce_run *run, const cauce_table *table, const double **weight);

/* ---- src/core/input.c: from tables to batches ---------------------------------------------------------- */

/* How the fields of a schema are read from a table. */
typedef struct ca_input {
    const cauce_schema *schema;
    const cauce_table *table;
    int64_t *column;  /* of the table, for each field; -1: not read */
    int32_t **map;    /* CODES: code of the table -> code of the field ... */
    bool *same_codes; /* ... which are the same */
    int64_t *unknown; /* CODES: cells read so far whose level the field does not have */
    bool as_it_lies;  /* blocks of numbers may have a step, and whether those in place are finite is open */
    bool unread;      /* blocks of numbers have no values */
} ca_input;
/* Sets inputs, features and offset of `model`: the feature columns of a training table, with the levels that
 * occur in its rows, and its offsets. Belongs to run->keep. */
cauce_status ca_input_learn(cauce_run *run, cauce_model *model, const cauce_table *table, bool with_text);
/* The features of a model whose inputs and offset are set. */
void ca_model_features(cauce_model *model);
/* Memory for the offsets of n rows, for ca_offset_take. */
static inline double *ca_model_offset_room(cauce_run *run, const cauce_model *model, int64_t n) {
    return cauce_scratch(run, model->offset == CAUCE_EXPOSURE ? n : 0, sizeof(double));
}
/* The features and offsets of all rows of a table; the cells are in the run's scratch memory, or the
 * table's. tags: of the component that they are for, where it is known; 0: of any. */
cauce_status ca_model_cells(cauce_run *run, const cauce_model *model, const cauce_table *table, uint32_t tags,
                            ca_input *input, cauce_batch *x);
/* Matches a table to a schema by name. SCHEMA naming all columns that are missing, KIND for one of another
 * kind. */
cauce_status ca_input_match(cauce_run *run, const cauce_schema *schema, const cauce_table *table,
                            ca_input *input);
/* Warnings about feature columns that the schema does not have, and about levels that it did not have in what
 * was read. */
void ca_input_warn(cauce_run *run, const ca_input *input);
/* Bytes for ca_input_read of n rows. */
size_t ca_input_size(const ca_input *input, int64_t n);
/* Rows first .. first+n-1 as a batch laid out in that memory (cells are the table's own where they can be).
 */
void ca_input_read(const ca_input *input, int64_t first, int64_t n, char *memory, cauce_batch *batch);
/* What a model is shown in place of one of its inputs, which it uses. */
typedef struct ca_change {
    int64_t field;
    const int64_t *order; /* row r shows row order[r] of the table; NULL: each row shows the value below */
    double number;
    int32_t code; /* CODES: of the field */
} ca_change;
/* Puts the change into what ca_input_read made of the rows from `first` on. */
void ca_input_change(const ca_input *input, const ca_change *change, int64_t first, cauce_batch *batch);
/* All rows of the table, read in parallel. Sets run->finite when all numbers are. */
cauce_status ca_input_read_all(cauce_run *run, const ca_input *input, char *memory, cauce_batch *batch);

/* ---- src/core/predict.c -------------------------------------------------------------------------------- */

typedef enum ca_apply {
    CA_PREDICT,         /* the whole model */
    CA_PREDICT_QUIETLY, /* without warnings about the table: folds */
    CA_TRANSFORM        /* all steps but a last estimator */
} ca_apply;
/* Output for every row, in parallel row blocks; free with ca_frame_free. schema (may be NULL): of the output.
 */
cauce_status ca_model_apply(cauce_run *run, const cauce_model *model, const cauce_table *table, ca_apply what,
                            ca_frame *out, const cauce_schema **schema);
/* What CA_TRANSFORM gives; UNSUPPORTED for an estimator alone. */
cauce_status ca_model_transformed(cauce_run *run, const cauce_model *model, const cauce_schema **schema);
/* Stages of the last estimator; 0: it has none. */
int64_t ca_model_stages(const cauce_model *model);
/* Output of the last estimator after the first stages[0], stages[1], ... of its stages, for every row; a
 * field of `schema` for each. */
cauce_status ca_model_apply_stages(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                   const int64_t *stages, int64_t n_stages, ca_frame *out,
                                   const cauce_schema **schema);
/* Quantiles that the last estimator knows, and (levels: room for `most`) which; 0: none. */
int64_t ca_model_quantiles(const cauce_model *model, double *levels, int64_t most);
/* UNSUPPORTED unless there are any. */
cauce_status ca_model_has_quantiles(cauce_run *run, const cauce_model *model, int64_t *n);
/* All of them for every row: a field of `schema` for each. */
cauce_status ca_model_apply_quantiles(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                      ca_frame *out, const cauce_schema **schema);
/* Output of the whole model for the rows first .. first+n-1 of a matched table, of which one input is
 * changed.
 */
cauce_status ca_model_apply_changed(cauce_run *run, const cauce_model *model, const ca_input *input,
                                    const ca_change *change, int64_t first, int64_t n, ca_frame *out);
/* Class of the largest probability or decision value of each row, lowest on ties: n x n_classes numbers,
 * column by column with `stride`. */
void ca_decide(const double *values, int64_t stride, int64_t n, int32_t n_classes, int32_t *classes);
/* UNSUPPORTED unless the model gives what is asked for: decision values, or probabilities. */
cauce_status ca_model_gives(cauce_run *run, const cauce_model *model, bool decision);
/* The columns as which people see a classifier's output: proba_<class> for each class; decision_<class>, of
 * two classes for the positive one alone, as -d and d say the same. */
typedef struct ca_class_columns {
    const char *stem;
    int32_t first, end;
} ca_class_columns;
ca_class_columns ca_model_class_columns(const cauce_model *model);
/* What the predictions of target i of a regressor are called: "prediction", of several targets
 * prediction_<target>. Text of the run; "": no memory. */
const char *ca_model_prediction_name(cauce_run *run, const cauce_model *model, int64_t i);
/* Tables made of an output, whose memory they take over, even on failure (src/core/output_table.c). */
cauce_table *ca_model_prediction_table(cauce_run *run, const cauce_model *model, ca_frame *output);
cauce_table *ca_model_classes_table(cauce_run *run, const cauce_model *model, ca_frame *output);
cauce_table *ca_model_transform_table(cauce_run *run, const cauce_schema *schema, ca_frame *output);
/* A column of class labels (or class numbers, when the target was a number). */
ca_column *ca_model_label_column(cauce_run *run, const cauce_model *model, const int32_t *classes, int64_t n);

#endif
