/* include/cauce/model.h */
#include "cauce/model.h"

#include <string.h>

#include "base/alloc.h"
#include "core/archive.h"
#include "core/arrays.h"
#include "core/model_csv.h"
#include "select/score.h"

cauce_model *cauce_fit(const cauce_recipe *recipe, const cauce_table *table) {
    if (!recipe || !table) return ca_null(recipe ? "table" : "recipe"), NULL;
    ca_guard guard;
    cauce_model *model = ca_model_fit(ca_guard_enter(&guard), recipe, table, NULL);
    return ca_guard_leave(&guard), model;
}

cauce_model *cauce_fit_validated(const cauce_recipe *recipe, const cauce_table *table,
                                 const cauce_table *validation) {
    if (!recipe || !table || !validation)
        return ca_null(!recipe ? "recipe" : !table ? "table" : "validation"), NULL;
    ca_guard guard;
    cauce_model *model = ca_model_fit(ca_guard_enter(&guard), recipe, table, validation);
    return ca_guard_leave(&guard), model;
}

cauce_model *cauce_fit_more(const cauce_model *model, const cauce_table *table, const cauce_table *validation,
                            const char *changes) {
    if (!model || !table) return ca_null(model ? "table" : "model"), NULL;
    ca_guard guard;
    cauce_model *more = ca_model_fit_more(ca_guard_enter(&guard), model, table, validation, changes);
    return ca_guard_leave(&guard), more;
}

void cauce_model_free(cauce_model *model) {
    ca_model_free(model);
}

/* ---- Predicting ---------------------------------------------------------------------------------------- */

typedef enum output_kind { PREDICTION, PROBA, DECISION, TRANSFORM } output_kind;

static cauce_table *output_table(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                 output_kind kind) {
    ca_frame out = { 0 };
    const cauce_schema *schema;
    cauce_table *result = NULL;
    bool by_class = kind == PROBA || kind == DECISION;
    if (by_class && ca_model_gives(run, model, kind == DECISION) != CAUCE_OK) return NULL;
    if (ca_model_apply(run, model, table, kind == TRANSFORM ? CA_TRANSFORM : CA_PREDICT, &out, &schema) !=
        CAUCE_OK)
        return NULL;
    if (kind == PREDICTION)
        result = ca_model_prediction_table(run, model, &out);
    else if (by_class)
        result = ca_model_classes_table(run, model, &out);
    else
        result = ca_model_transform_table(run, schema, &out);
    return result;
}

static cauce_table *guarded_output(const cauce_model *model, const cauce_table *table, output_kind kind,
                                   const char *place_text) {
    if (!model || !table) return ca_null(model ? "table" : "model"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, place_text);
    cauce_table *result = output_table(run, model, table, kind);
    ca_leave(run, &place);
    return ca_guard_leave(&guard), result;
}

cauce_table *cauce_predict(const cauce_model *model, const cauce_table *table) {
    return guarded_output(model, table, PREDICTION, "predict");
}

cauce_table *cauce_predict_proba(const cauce_model *model, const cauce_table *table) {
    return guarded_output(model, table, PROBA, "predict");
}

cauce_table *cauce_decision(const cauce_model *model, const cauce_table *table) {
    return guarded_output(model, table, DECISION, "predict");
}

cauce_table *cauce_transform(const cauce_model *model, const cauce_table *table) {
    return guarded_output(model, table, TRANSFORM, "transform");
}

int64_t cauce_model_stages(const cauce_model *model) {
    return model ? ca_model_stages(model) : 0;
}

static cauce_table *many_columns(const cauce_model *model, const cauce_table *table, const int64_t *stages,
                                 int64_t n_stages) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_frame out = { 0 };
    const cauce_schema *schema;
    cauce_table *result = NULL;
    ca_enter(run, &place, "predict");
    cauce_status status = stages ? ca_model_apply_stages(run, model, table, stages, n_stages, &out, &schema)
                                 : ca_model_apply_quantiles(run, model, table, &out, &schema);
    if (status == CAUCE_OK) result = ca_model_transform_table(run, schema, &out);
    ca_leave(run, &place);
    return ca_guard_leave(&guard), result;
}

cauce_table *cauce_predict_staged(const cauce_model *model, const cauce_table *table, const int64_t *stages,
                                  int64_t n_stages) {
    if (!model || !table || !stages) return ca_null(!model ? "model" : !table ? "table" : "stages"), NULL;
    return many_columns(model, table, stages, n_stages);
}

int64_t cauce_model_quantiles(const cauce_model *model, double *levels, int64_t most) {
    return model ? ca_model_quantiles(model, levels, levels ? most : 0) : 0;
}

cauce_table *cauce_predict_quantiles(const cauce_model *model, const cauce_table *table) {
    if (!model || !table) return ca_null(model ? "table" : "model"), NULL;
    return many_columns(model, table, NULL, 0);
}

/* What is asked of the rows: a metric, or a table. */
typedef struct scoring {
    const ca_metric_list *metrics;
    double *value;
    const char *what;
    cauce_table *made;
} scoring;

static cauce_status score_rows(cauce_run *run, const cauce_model *model, const cauce_table *table,
                               scoring *asked) {
    ca_labels labels;
    ca_frame out = { 0 };
    CA_TRY(ca_target_read(run, model, table, &labels));
    CA_TRY(ca_model_apply(run, model, table, CA_PREDICT, &out, NULL));
    const cauce_block *output = &out.batch.blocks[0];
    cauce_status status = CAUCE_OK;
    if (asked->metrics)
        status = ca_score(run, asked->metrics, &labels, model->positive, output, table->n_rows, asked->value);
    else if (!(asked->made = ca_score_table(run, asked->what, &labels, model, output, table->n_rows)))
        status = run->error.status;
    ca_frame_free(&out);
    return status;
}

static cauce_status score_counted(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                  scoring *asked) {
    cauce_table *counted;
    if (table->n_rows == 0) return cauce_fail(run, CAUCE_E_SHAPE, "the table has no rows");
    CA_TRY(ca_model_counted(run, table, &counted));
    cauce_status status = score_rows(run, model, counted, asked);
    ca_table_drop(counted);
    return status;
}

static cauce_status check_estimator(cauce_run *run, const cauce_model *model) {
    if (ca_node_is_estimator(model->root)) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no estimator: there is nothing to score");
}

static cauce_status score(cauce_run *run, const cauce_model *model, const cauce_table *table,
                          const char *metric, double *value) {
    ca_metric_list metrics;
    CA_TRY(check_estimator(run, model));
    CA_TRY(ca_metric_list_parse(run, metric, model->recipe, &metrics));
    if (metrics.n != 1) return cauce_fail(run, CAUCE_E_PARAM, "one metric at a time");
    return score_counted(run, model, table, &(scoring){ .metrics = &metrics, .value = value });
}

static cauce_status score_table(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                scoring *asked) {
    const ca_metric_table *what;
    const void *params;
    CA_TRY(check_estimator(run, model));
    CA_TRY(ca_metric_table_parse(run, &run->scratch, asked->what, &what, &params));
    if (!ca_model_classifies(model))
        return cauce_fail(run, CAUCE_E_PARAM, "%s is for classification; the model is a regressor",
                          what->name);
    if ((what->needs & CA_NEEDS_PROBA) && ca_recipe_margin(model->recipe))
        return cauce_fail(
            run, CAUCE_E_UNSUPPORTED,
            "%s needs probabilities, and the model gives decision values; roc, precision_recall "
            "and det do without",
            what->name);
    return score_counted(run, model, table, asked);
}

cauce_status cauce_score(const cauce_model *model, const cauce_table *table, const char *metric,
                         double *value) {
    if (!model || !table || !value) return ca_null(!model ? "model" : !table ? "table" : "value");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, "score");
    score(run, model, table, metric, value);
    ca_leave(run, &place);
    return ca_guard_leave(&guard);
}

cauce_table *cauce_score_table(const cauce_model *model, const cauce_table *table, const char *what) {
    if (!model || !table || !what) return ca_null(!model ? "model" : !table ? "table" : "what"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, "score");
    scoring asked = { .what = what };
    score_table(run, model, table, &asked);
    ca_leave(run, &place);
    return ca_guard_leave(&guard), asked.made;
}

/* ---- Files --------------------------------------------------------------------------------------------- */

static cauce_status to_writer(cauce_run *run, const void *bytes, size_t size, void *payload) {
    return size ? ca_writer_put(run, payload, bytes, size) : CAUCE_OK;
}

cauce_status cauce_save(const cauce_model *model, const char *path) {
    if (!model || !path) return ca_null(model ? "path" : "model");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_writer writer = { 0 };
    cauce_status status = ca_writer_open(run, &writer, path);
    if (status == CAUCE_OK) {
        status = ca_archive_save(run, model, to_writer, &writer, NULL);
        if (status == CAUCE_OK) status = cauce_check_cancel(run);
        if (status == CAUCE_OK)
            ca_writer_commit(run, &writer);
        else
            ca_writer_abort(&writer);
    }
    return ca_guard_leave(&guard);
}

typedef cauce_status get_file(cauce_run *run, const char *path, size_t most, ca_file *file);

static cauce_model *load_by(get_file *get, const char *path) {
    if (!path) return ca_null("path"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_file file;
    cauce_model *model = NULL;
    if (get(run, path, SIZE_MAX / 4, &file) == CAUCE_OK) model = ca_archive_load(run, &file, path);
    return ca_guard_leave(&guard), model;
}

cauce_model *cauce_load(const char *path) {
    return load_by(ca_file_read, path);
}

cauce_model *cauce_load_mapped(const char *path) {
    return load_by(ca_file_map, path);
}

cauce_status cauce_save_bytes(const cauce_model *model, void **bytes, size_t *size) {
    if (bytes) *bytes = NULL;
    if (!model || !bytes || !size) return ca_null(!model ? "model" : !bytes ? "bytes" : "size");
    ca_guard guard;
    ca_file file;
    if (ca_archive_bytes(ca_guard_enter(&guard), model, &file) == CAUCE_OK) {
        *bytes = file.bytes;
        *size = file.size;
    }
    return ca_guard_leave(&guard);
}

cauce_model *cauce_load_bytes(const void *bytes, size_t size) {
    if (!bytes) return ca_null("bytes"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_file file = { .bytes = ca_malloc(size + 1), .size = size };
    cauce_model *model = NULL;
    if (file.bytes) {
        memcpy(file.bytes, bytes, size);
        file.bytes[size] = 0;
        model = ca_archive_load(run, &file, "model");
    } else
        CA_NOMEM(run);
    return ca_guard_leave(&guard), model;
}

void cauce_bytes_free(void *bytes) {
    ca_free(bytes);
}

/* ---- Looking inside ------------------------------------------------------------------------------------ */

cauce_recipe *cauce_model_recipe(const cauce_model *model) {
    return model ? cauce_recipe_clone(model->recipe) : (ca_null("model"), NULL);
}

char *cauce_model_inspect(const cauce_model *model) {
    if (!model) return ca_null("model"), NULL;
    ca_guard guard;
    ca_text text = { 0 };
    ca_archive_header(ca_guard_enter(&guard), model, &text);
    if (ca_guard_leave(&guard) == CAUCE_OK) return text.data;
    ca_text_free(&text);
    return NULL;
}

int64_t cauce_model_inputs(const cauce_model *model) {
    return model ? model->inputs.n_fields : 0;
}

static const cauce_field *input_of(const cauce_model *model, int64_t i) {
    return model && i >= 0 && i < model->inputs.n_fields ? &model->inputs.fields[i] : NULL;
}

const char *cauce_model_input_name(const cauce_model *model, int64_t i) {
    const cauce_field *field = input_of(model, i);
    return field ? field->name : NULL;
}

cauce_kind cauce_model_input_kind(const cauce_model *model, int64_t i) {
    const cauce_field *field = input_of(model, i);
    return field ? field->kind : CAUCE_NUMBER;
}

int cauce_model_input_used(const cauce_model *model, int64_t i) {
    const cauce_field *field = input_of(model, i);
    return field && !field->optional;
}

cauce_role cauce_model_input_role(const cauce_model *model, int64_t i) {
    if (!input_of(model, i)) return CAUCE_IGNORE;
    return i < model->features.n_fields ? CAUCE_FEATURE : model->offset;
}

const char *cauce_model_target(const cauce_model *model) {
    return model ? model->target : "";
}

int64_t cauce_model_targets(const cauce_model *model) {
    return model ? ca_model_targets(model) : 0;
}

const char *cauce_model_target_at(const cauce_model *model, int64_t i) {
    return model && i >= 0 && i < ca_model_targets(model) ? ca_model_target(model, i) : NULL;
}

int64_t cauce_model_classes(const cauce_model *model) {
    return model ? model->n_classes : 0;
}

const char *cauce_model_class(const cauce_model *model, int64_t i) {
    return model && i >= 0 && i < model->n_classes ? cauce_levels_text(model->classes, (int32_t)i) : NULL;
}

int64_t cauce_model_positive(const cauce_model *model) {
    return model ? model->positive : -1;
}

int64_t cauce_model_feature_name(const cauce_model *model, int64_t i, char *name, size_t size) {
    if (size) *name = 0;
    if (!model || i < 0) return -1;
    const ca_node *node = model->root;
    /* Down to the last estimator, or what leaves the last transformer. */
    while (ca_node_is_estimator(node) && node->n_child && ca_is_steps(node->f.component))
        node = node->child[node->n_child - 1];
    const cauce_schema *schema = ca_node_is_estimator(node) ? node->f.in : node->f.out;
    return ca_schema_column_name(schema, i, name, size);
}

const double *cauce_get_array(const cauce_model *model, const char *path, int64_t *n_rows, int64_t *n_cols) {
    if (!model || !path) return ca_null(model ? "path" : "model"), NULL;
    ca_guard guard;
    /* The list of converted arrays is the one part of a model that grows, under its own lock. */
    const double *values =
        ca_array_doubles(ca_guard_enter(&guard), (cauce_model *)(uintptr_t)model, path, n_rows, n_cols);
    return ca_guard_leave(&guard) == CAUCE_OK ? values : NULL;
}

/* ---- CSV ----------------------------------------------------------------------------------------------- */

cauce_table *cauce_model_read_csv(const cauce_model *model, const char *path, const char *options) {
    if (!model || !path) return ca_null(model ? "path" : "model"), NULL;
    ca_guard guard;
    cauce_table *table = ca_model_read_csv(ca_guard_enter(&guard), model, path, options);
    return ca_guard_leave(&guard), table;
}

typedef cauce_status apply_csv_fn(cauce_run *run, const cauce_model *model, const char *input,
                                  const char *output, const char *options, int64_t *rows);

static cauce_status apply_csv(apply_csv_fn *apply, const cauce_model *model, const char *input,
                              const char *output, const char *options, int64_t *rows) {
    int64_t counted;
    if (!model || !input || !output) return ca_null(!model ? "model" : !input ? "input" : "output");
    ca_guard guard;
    apply(ca_guard_enter(&guard), model, input, output, options, rows ? rows : &counted);
    return ca_guard_leave(&guard);
}

cauce_status cauce_predict_csv(const cauce_model *model, const char *input, const char *output,
                               const char *options, int64_t *rows) {
    return apply_csv(ca_model_predict_csv, model, input, output, options, rows);
}

cauce_status cauce_transform_csv(const cauce_model *model, const char *input, const char *output,
                                 const char *options, int64_t *rows) {
    return apply_csv(ca_model_transform_csv, model, input, output, options, rows);
}
