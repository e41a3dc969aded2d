/* Applying a model to a table, and tables made of what comes out. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "core/model.h"

/* ---- All rows, block by block
 * -------------------------------------------------------------------------------- */

typedef struct job {
    const ca_node *node;
    const ca_input *input;
    cauce_batch *out;
    int64_t rows;
} job;

static cauce_status apply_task(cauce_run *run, int64_t index, void *payload) {
    const job *j = payload;
    int64_t first = index * j->rows, total = j->input->table->n_rows;
    int64_t n = total - first < j->rows ? total - first : j->rows;
    char *memory = cauce_scratch(run, 1, ca_input_size(j->input, n));
    char *scratch = cauce_scratch(run, 1, j->node->scratch);
    cauce_block *blocks = cauce_scratch(run, 1, ca_blocks_size(j->out->n_blocks));
    if (!memory || !scratch || !blocks) return run->error.status;
    cauce_batch in, out;
    ca_input_read(j->input, first, n, memory, &in);
    ca_batch_slice(j->node->f.out, j->out, first, n, blocks, &out);
    CA_TRY(ca_node_apply(run, j->node, &in, &out, scratch));
    ca_batch_settle(j->node->f.out, &out);
    return CAUCE_OK;
}

/* A pipeline without its last step. Scratch sizes of the whole are enough for it. */
static cauce_status all_but_last(cauce_run *run, const cauce_model *model, ca_node *node) {
    *node = *model->root;
    if (!ca_node_is_estimator(node)) return CAUCE_OK;
    if (node->n_child < 2 || node->f.component->composite->branches)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no transformers: it is %s alone",
                          node->f.name);
    node->n_child--;
    node->f.out = node->child[node->n_child - 1]->f.out;
    return CAUCE_OK;
}

cauce_status ca_model_apply(cauce_run *run, const cauce_model *model, const cauce_table *table, ca_apply what,
                            ca_frame *out, const cauce_schema **schema) {
    ca_node node = *model->root;
    ca_input input;
    if (what == CA_TRANSFORM)
        CA_TRY(all_but_last(run, model, &node));
    else if (!ca_node_is_estimator(&node))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no estimator: it transforms only");
    CA_TRY(ca_input_match(run, &model->inputs, table, &input));
    CA_TRY(ca_frame_new(run, out, node.f.out, table->n_rows));
    job j = { &node, &input, &out->batch, node.block_rows > 2048 ? node.block_rows : 2048 };
    cauce_status status = cauce_parallel(run, (table->n_rows + j.rows - 1) / j.rows, apply_task, &j);
    for (int64_t i = 0; i < out->batch.n_blocks; i++)
        if (node.f.out->fields[i].form == CAUCE_DENSE)
            cauce_block_values(&out->batch.blocks[i]);
        else
            cauce_block_codes(&out->batch.blocks[i]);
    if (status != CAUCE_OK)
        ca_frame_free(out);
    else if (what != CA_PREDICT_QUIETLY)
        ca_input_warn(run, &input);
    if (schema) *schema = node.f.out;
    return status;
}

void ca_decide(const double *proba, int64_t stride, int64_t n, int32_t n_classes, int32_t *classes) {
    for (int64_t r = 0; r < n; r++) {
        int32_t best = 0;
        for (int32_t k = 1; k < n_classes; k++)
            if (proba[r + k * stride] > proba[r + best * stride]) best = k;
        classes[r] = best;
    }
}

/* ---- Tables
 * -------------------------------------------------------------------------------------------------- */

static ca_column *number_column(cauce_run *run, const double *values, int64_t n) {
    ca_column *column = ca_column_new(CAUCE_NUMBER, CA_F64, n);
    double *data = column ? ca_arena_alloc(&column->arena, (size_t)n * sizeof *data) : NULL;
    if (!data) {
        ca_column_drop(column);
        CA_NOMEM(run);
        return NULL;
    }
    memcpy(data, values, (size_t)n * sizeof *data);
    column->data = data;
    return column;
}

static ca_column *coded_column(cauce_run *run, cauce_kind kind, const cauce_levels *levels,
                               const int32_t *codes, int64_t n) {
    ca_column *column = ca_column_new(kind, CA_CODES, n);
    int32_t *data = column ? ca_arena_alloc(&column->arena, (size_t)n * sizeof *data) : NULL;
    const char **texts =
        column ? ca_arena_alloc(&column->arena, (size_t)levels->count * sizeof *texts) : NULL;
    if (data && texts) {
        for (int32_t i = 0; i < levels->count; i++) texts[i] = cauce_levels_text(levels, i);
        column->levels = ca_levels_new(&column->arena, texts, NULL, levels->count, true);
    }
    if (!data || !texts || !column->levels) {
        ca_column_drop(column);
        CA_NOMEM(run);
        return NULL;
    }
    for (int64_t r = 0; r < n; r++) data[r] = codes[r] >= 0 ? codes[r] : CAUCE_MISSING;
    column->data = data;
    if (kind == CAUCE_BOOLEAN && !ca_levels_boolean(column->levels, &column->true_code))
        column->kind = CAUCE_CATEGORY;
    return column;
}

ca_column *ca_model_label_column(cauce_run *run, const cauce_model *model, const int32_t *classes,
                                 int64_t n) {
    if (!model->class_values) return coded_column(run, model->target_kind, model->classes, classes, n);
    ca_column *column = ca_column_new(CAUCE_NUMBER, CA_F64, n);
    double *data = column ? ca_arena_alloc(&column->arena, (size_t)n * sizeof *data) : NULL;
    if (!data) {
        ca_column_drop(column);
        CA_NOMEM(run);
        return NULL;
    }
    for (int64_t r = 0; r < n; r++) data[r] = classes[r] >= 0 ? model->class_values[classes[r]] : (double)NAN;
    column->data = data;
    return column;
}

cauce_table *ca_model_prediction_table(cauce_run *run, const cauce_model *model, const cauce_batch *output) {
    int64_t n = output->n_rows;
    cauce_table *table = ca_table_new(run, n);
    if (!table) return NULL;
    ca_column *column = NULL;
    if (ca_model_classifies(model)) {
        int32_t *classes = cauce_scratch(run, n, sizeof *classes);
        if (classes) {
            ca_decide(output->blocks[0].values, output->blocks[0].stride, n, model->n_classes, classes);
            column = ca_model_label_column(run, model, classes, n);
        }
    } else
        column = number_column(run, output->blocks[0].values, n);
    if (column && ca_table_add(run, table, "prediction", CAUCE_FEATURE, column) == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

cauce_table *ca_model_proba_table(cauce_run *run, const cauce_model *model, const cauce_batch *output) {
    cauce_table *table = ca_table_new(run, output->n_rows);
    ca_text name = { 0 };
    cauce_status status = table ? CAUCE_OK : run->error.status;
    for (int32_t k = 0; status == CAUCE_OK && k < model->n_classes; k++) {
        name.length = 0;
        ca_text_addf(&name, "proba_%s", cauce_levels_text(model->classes, k));
        ca_column *column =
            name.failed
                ? (CA_NOMEM(run), NULL)
                : number_column(run, output->blocks[0].values + k * output->blocks[0].stride, output->n_rows);
        status =
            column ? ca_table_add(run, table, ca_text_get(&name), CAUCE_FEATURE, column) : run->error.status;
    }
    ca_text_free(&name);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

static cauce_status add_field(cauce_run *run, cauce_table *table, const cauce_field *field,
                              const cauce_block *block, int64_t n) {
    char name[512];
    if (field->form == CAUCE_CODES) {
        ca_column *column = coded_column(run, field->kind, field->levels, block->codes, n);
        return column ? ca_table_add(run, table, field->name, CAUCE_FEATURE, column) : run->error.status;
    }
    double *one = field->form == CAUCE_ONEHOT ? cauce_scratch(run, n, sizeof *one) : NULL;
    if (field->form == CAUCE_ONEHOT && !one) return run->error.status;
    for (int64_t j = 0; j < field->width; j++) {
        const double *values = field->form == CAUCE_ONEHOT ? one : block->values + j * block->stride;
        if (one)
            for (int64_t r = 0; r < n; r++) one[r] = block->codes[r] == j;
        ca_field_column_name(field, j, name, sizeof name);
        ca_column *column = number_column(run, values, n);
        if (!column) return run->error.status;
        CA_TRY(ca_table_add(run, table, name, CAUCE_FEATURE, column));
    }
    return CAUCE_OK;
}

cauce_table *ca_model_transform_table(cauce_run *run, const cauce_schema *schema, const cauce_batch *output) {
    cauce_table *table = ca_table_new(run, output->n_rows);
    cauce_status status = table ? CAUCE_OK : run->error.status;
    for (int64_t i = 0; status == CAUCE_OK && i < schema->n_fields; i++)
        status = add_field(run, table, &schema->fields[i], &output->blocks[i], output->n_rows);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}
