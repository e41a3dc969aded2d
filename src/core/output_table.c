/* Tables made of what a model gives. Columns lie in the memory of the frame that was computed: nothing is
 * copied, and one-hot blocks stay one column of codes however wide they are. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "core/model.h"

/* A column that owns the memory of a frame, for the columns that lie in it. Takes the frame, even on failure.
 */
static ca_column *owner_of(cauce_run *run, ca_frame *frame) {
    ca_column *owner = ca_column_new(CAUCE_NUMBER, CA_F64, frame->batch.n_rows);
    if (!owner) {
        ca_frame_free(frame);
        CA_NOMEM(run);
        return NULL;
    }
    ca_arena_adopt(&owner->arena, &frame->arena);
    return owner;
}

static ca_column *column_in(cauce_run *run, ca_column *owner, cauce_kind kind, ca_storage storage,
                            const void *data) {
    ca_column *column = ca_column_new(kind, storage, owner->n_rows);
    if (!column) {
        CA_NOMEM(run);
        return NULL;
    }
    column->data = data;
    column->source = ca_column_hold(owner);
    return column;
}

static cauce_status set_levels(cauce_run *run, ca_column *column, const cauce_levels *levels) {
    const char **texts = cauce_scratch(run, levels->count, sizeof *texts);
    if (!texts) return run->error.status;
    for (int32_t i = 0; i < levels->count; i++) texts[i] = cauce_levels_text(levels, i);
    column->levels = ca_levels_new(&column->arena, texts, NULL, levels->count, true);
    if (!column->levels) return CA_NOMEM(run);
    if (column->kind == CAUCE_BOOLEAN && !ca_levels_boolean(column->levels, &column->true_code))
        column->kind = CAUCE_CATEGORY;
    return CAUCE_OK;
}

static cauce_status add(cauce_run *run, cauce_table *table, const char *name, ca_column *column) {
    return column ? ca_table_add(run, table, name, CAUCE_FEATURE, column) : run->error.status;
}

/* ---- Predictions --------------------------------------------------------------------------------------- */

static ca_column *class_numbers(cauce_run *run, const cauce_model *model, const int32_t *classes, int64_t n) {
    double *data;
    ca_column *column = ca_column_numbers(run, n, &data);
    for (int64_t r = 0; column && r < n; r++)
        data[r] = classes[r] >= 0 ? model->class_values[classes[r]] : (double)NAN;
    return column;
}

ca_column *ca_model_label_column(cauce_run *run, const cauce_model *model, const int32_t *classes,
                                 int64_t n) {
    if (model->class_values) return class_numbers(run, model, classes, n);
    ca_column *column = ca_column_new(model->target_kind, CA_CODES, n);
    int32_t *data = column ? ca_arena_alloc(&column->arena, (size_t)n * sizeof *data) : NULL;
    if (!data)
        CA_NOMEM(run);
    else if (set_levels(run, column, model->classes) == CAUCE_OK) {
        for (int64_t r = 0; r < n; r++) data[r] = classes[r] >= 0 ? classes[r] : CAUCE_MISSING;
        column->data = data;
        return column;
    }
    ca_column_drop(column);
    return NULL;
}

static ca_column *decided(cauce_run *run, const cauce_model *model, const cauce_batch *output) {
    int32_t *classes = cauce_scratch(run, output->n_rows, sizeof *classes);
    if (!classes) return NULL;
    ca_decide(output->blocks[0].values, output->blocks[0].stride, output->n_rows, model->n_classes, classes);
    return ca_model_label_column(run, model, classes, output->n_rows);
}

const char *ca_model_prediction_name(cauce_run *run, const cauce_model *model, int64_t i) {
    return model->targets ? ca_run_text(run, "prediction_%s", ca_model_target(model, i)) : "prediction";
}

static cauce_status add_predictions(cauce_run *run, const cauce_model *model, const cauce_block *block,
                                    ca_column *owner, cauce_table *table) {
    for (int64_t t = 0; t < cauce_n_targets(model->targets); t++)
        CA_TRY(add(run, table, ca_model_prediction_name(run, model, t),
                   column_in(run, owner, CAUCE_NUMBER, CA_F64, block->values + t * block->stride)));
    return CAUCE_OK;
}

cauce_table *ca_model_prediction_table(cauce_run *run, const cauce_model *model, ca_frame *output) {
    const bool classifies = ca_model_classifies(model);
    cauce_batch batch = output->batch;
    cauce_block block = batch.blocks[0];
    cauce_table *table = ca_table_new(run, batch.n_rows);
    ca_column *classes = table && classifies ? decided(run, model, &batch) : NULL;
    ca_column *owner = owner_of(run, output);
    cauce_status status = table && owner ? CAUCE_OK : run->error.status;
    if (classifies)
        status = add(run, table, "prediction", classes);
    else if (status == CAUCE_OK)
        status = add_predictions(run, model, &block, owner, table);
    ca_column_drop(owner);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

static cauce_status add_classes(cauce_run *run, const cauce_model *model, const cauce_block *block,
                                ca_column *owner, cauce_table *table) {
    ca_class_columns columns = ca_model_class_columns(model);
    for (int32_t k = columns.first; k < columns.end; k++) {
        ca_text name = { 0 };
        ca_text_addf(&name, "%s_%s", columns.stem, cauce_levels_text(model->classes, k));
        cauce_status status = name.failed ? CA_NOMEM(run) : CAUCE_OK;
        if (status == CAUCE_OK)
            status = add(run, table, ca_text_get(&name),
                         column_in(run, owner, CAUCE_NUMBER, CA_F64, block->values + k * block->stride));
        ca_text_free(&name);
        CA_TRY(status);
    }
    return CAUCE_OK;
}

cauce_table *ca_model_classes_table(cauce_run *run, const cauce_model *model, ca_frame *output) {
    cauce_block block = output->batch.blocks[0];
    cauce_table *table = ca_table_new(run, output->batch.n_rows);
    ca_column *owner = owner_of(run, output);
    cauce_status status = table && owner ? add_classes(run, model, &block, owner, table) : run->error.status;
    ca_column_drop(owner);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

/* ---- Transformed columns ------------------------------------------------------------------------------- */

static ca_column *category(cauce_run *run, const cauce_field *field, const cauce_block *block,
                           ca_column *owner) {
    ca_column *column = column_in(run, owner, field->kind, CA_CODES, block->codes);
    if (!column || set_levels(run, column, field->levels) != CAUCE_OK) {
        ca_column_drop(column);
        return NULL;
    }
    int32_t *codes = block->room; /* a table has no word for levels that it does not know */
    for (int64_t r = 0; r < owner->n_rows; r++)
        if (codes[r] < 0) codes[r] = CAUCE_MISSING;
    return column;
}

static ca_column *one_column(cauce_run *run, const cauce_field *field, const cauce_block *block, int64_t j,
                             ca_column *owner) {
    if (field->form == CAUCE_CODES) return category(run, field, block, owner);
    if (field->form == CAUCE_DENSE)
        return column_in(run, owner, CAUCE_NUMBER, CA_F64, block->values + j * block->stride);
    ca_column *column = column_in(run, owner, CAUCE_NUMBER, CA_INDICATOR, block->codes);
    if (column) column->indicator = (int32_t)j;
    return column;
}

static cauce_status add_field(cauce_run *run, cauce_table *table, const cauce_field *field,
                              const cauce_block *block, ca_column *owner) {
    for (int64_t j = 0; j < field->width; j++) {
        int64_t length = ca_field_column_name(field, j, NULL, 0);
        char *name = cauce_scratch(run, length + 1, 1);
        if (!name) return run->error.status;
        ca_field_column_name(field, j, name, (size_t)length + 1);
        CA_TRY(add(run, table, name, one_column(run, field, block, j, owner)));
    }
    return CAUCE_OK;
}

cauce_table *ca_model_transform_table(cauce_run *run, const cauce_schema *schema, ca_frame *output) {
    cauce_block *blocks = output->batch.blocks; /* in the frame's memory, which the owner takes over */
    cauce_table *table = ca_table_new(run, output->batch.n_rows);
    ca_column *owner = owner_of(run, output);
    cauce_status status = table && owner ? CAUCE_OK : run->error.status;
    for (int64_t i = 0; status == CAUCE_OK && i < schema->n_fields; i++)
        status = add_field(run, table, &schema->fields[i], &blocks[i], owner);
    ca_column_drop(owner);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}
