/* Applying a model to a table. */
#include <string.h>

#include "core/model.h"

/* ---- All rows, block by block -------------------------------------------------------------------------- */

typedef struct job {
    const cauce_model *model;
    const ca_node *node; /* of it, or of its first steps */
    const ca_input *input;
    const ca_change *change; /* or NULL */
    cauce_batch *out;
    int64_t first, rows; /* of the table; of a task */
} job;

static cauce_status apply_task(cauce_run *run, int64_t index, void *payload) {
    const job *j = payload;
    int64_t first = index * j->rows, total = j->out->n_rows;
    int64_t n = total - first < j->rows ? total - first : j->rows;
    char *memory = cauce_scratch(run, 1, ca_input_size(j->input, n));
    char *scratch = cauce_scratch(run, 1, j->node->scratch);
    cauce_block *blocks = cauce_scratch(run, 1, ca_blocks_size(j->out->n_blocks));
    double *offset = ca_model_offset_room(run, j->model, n);
    if (!memory || !scratch || !blocks || !offset) return run->error.status;
    cauce_batch in, out;
    ca_input_read(j->input, j->first + first, n, memory, &in);
    if (j->change) ca_input_change(j->input, j->change, j->first + first, &in);
    CA_TRY(ca_offset_take(run, &j->model->inputs, j->model->offset, offset, &in));
    ca_batch_slice(j->node->f.out, j->out, first, n, blocks, &out);
    CA_TRY(ca_node_apply(run, j->node, &in, &out, scratch));
    ca_batch_settle(j->node->f.out, &out);
    return CAUCE_OK;
}

/* All rows of `out`, those from `first` on of the table. Frees it on failure. */
static cauce_status apply_rows(cauce_run *run, const cauce_model *model, const ca_node *node,
                               const ca_input *input, const ca_change *change, int64_t first, ca_frame *out) {
    cauce_status status = ca_node_ready_all(run, node);
    job j = {
        model, node, input, change, &out->batch, first, node->block_rows > 2048 ? node->block_rows : 2048
    };
    if (status == CAUCE_OK)
        status = cauce_parallel(run, (out->batch.n_rows + j.rows - 1) / j.rows, apply_task, &j);
    for (int64_t i = 0; i < out->batch.n_blocks; i++)
        ca_block_home(&node->f.out->fields[i], &out->batch.blocks[i]);
    if (status != CAUCE_OK) ca_frame_free(out);
    return status;
}

/* A pipeline without its last step. Scratch sizes of the whole are enough for it. */
static cauce_status all_but_last(cauce_run *run, const cauce_model *model, ca_node *node) {
    *node = *model->root;
    if (!ca_node_is_estimator(node)) return CAUCE_OK;
    if (node->n_child < 2 || !ca_is_steps(node->f.component))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no transformers: it is %s alone",
                          node->f.name);
    node->n_child--;
    node->f.out = node->child[node->n_child - 1]->f.out;
    return CAUCE_OK;
}

cauce_status ca_model_transformed(cauce_run *run, const cauce_model *model, const cauce_schema **schema) {
    ca_node node;
    CA_TRY(all_but_last(run, model, &node));
    *schema = node.f.out;
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
    cauce_status status = apply_rows(run, model, &node, &input, NULL, 0, out);
    if (status == CAUCE_OK && what != CA_PREDICT_QUIETLY) ca_input_warn(run, &input);
    if (schema) *schema = node.f.out;
    return status;
}

cauce_status ca_model_apply_changed(cauce_run *run, const cauce_model *model, const ca_input *input,
                                    const ca_change *change, int64_t first, int64_t n, ca_frame *out) {
    CA_TRY(ca_frame_new(run, out, model->root->f.out, n));
    return apply_rows(run, model, model->root, input, change, first, out);
}

/* ---- Classes ------------------------------------------------------------------------------------------- */

void ca_decide(const double *values, int64_t stride, int64_t n, int32_t n_classes, int32_t *classes) {
    for (int64_t r = 0; r < n; r++) {
        int32_t best = 0;
        for (int32_t k = 1; k < n_classes; k++)
            if (values[r + k * stride] > values[r + best * stride]) best = k;
        classes[r] = best;
    }
}

cauce_status ca_model_gives(cauce_run *run, const cauce_model *model, bool decision) {
    if (!ca_model_classifies(model))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model is no classifier: it gives no %s",
                          decision ? "decision values" : "probabilities");
    if (ca_recipe_margin(model->recipe) == decision) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                      decision ? "%s gives no decision values: it gives probabilities"
                               : "%s gives no probabilities: it gives decision values",
                      ca_recipe_last(model->recipe)->name);
}

ca_class_columns ca_model_class_columns(const cauce_model *model) {
    if (!ca_recipe_margin(model->recipe)) return (ca_class_columns){ "proba", 0, model->n_classes };
    if (model->n_classes != 2) return (ca_class_columns){ "decision", 0, model->n_classes };
    return (ca_class_columns){ "decision", model->positive, model->positive + 1 };
}
