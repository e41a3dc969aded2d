/* What the last estimator of a model gives after some of its stages (the iterations of boosting). */
#include <stdio.h>

#include "core/model.h"
#include "core/registry.h"

static const ca_node *last_of(const cauce_model *model) {
    const ca_node *node = model->root;
    while (ca_is_steps(node->f.component)) node = node->child[node->n_child - 1];
    return node;
}

int64_t ca_model_stages(const cauce_model *model) {
    const ca_node *last = last_of(model);
    return ca_component_has_stages(last->f.component) ? last->f.component->stages(&last->f) : 0;
}

static cauce_status check_stages(cauce_run *run, const cauce_model *model, const int64_t *stages, int64_t n) {
    int64_t most = ca_model_stages(model);
    if (!ca_component_has_stages(last_of(model)->f.component))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "%s has no stages; hist_gradient_boosting_* have",
                          ca_recipe_last(model->recipe)->name);
    if (n < 1) return cauce_fail(run, CAUCE_E_ARGUMENT, "n_stages is %lld; at least 1", (long long)n);
    for (int64_t i = 0; i < n; i++)
        if (stages[i] < 0 || stages[i] > most || (i && stages[i] <= stages[i - 1]))
            return cauce_fail(run, CAUCE_E_ARGUMENT,
                              "stages[%lld] is %lld; they ascend from 0 at least to %lld at most",
                              (long long)i, (long long)stages[i], (long long)most);
    return CAUCE_OK;
}

/* The estimator's output once for each stage, called prediction_after_10, or proba_after_10_<class>. */
static cauce_status staged_fields(cauce_run *run, const ca_node *last, const int64_t *stages, int64_t n,
                                  cauce_schema *schema) {
    enum { NAME = 64 };
    cauce_field *fields = cauce_scratch(run, n, sizeof *fields);
    char(*names)[NAME] = cauce_scratch(run, n, sizeof *names);
    if (!fields || !names) return run->error.status;
    for (int64_t i = 0; i < n; i++) {
        fields[i] = last->f.out->fields[0];
        snprintf(names[i], NAME, "%s_after_%lld", fields[i].name, (long long)stages[i]);
        fields[i].name = names[i];
    }
    *schema = (cauce_schema){ n, fields, ca_schema_width(fields, n) };
    return CAUCE_OK;
}

/* A node like the last one, but that its apply gives all the stages: adapting and cutting into blocks are as
 * they always are. */
static cauce_status staged_node(cauce_run *run, const ca_node *last, const int64_t *stages, int64_t n,
                                const cauce_schema *schema, ca_node *node) {
    cauce_component *component = cauce_scratch(run, 1, sizeof *component);
    if (!component) return run->error.status;
    *component = *last->f.component;
    component->apply = component->apply_stages;
    *node = *last;
    node->f.component = component;
    node->f.stages = stages;
    node->f.n_stages = n;
    node->f.out = schema;
    node->scratch += ca_blocks_size(n);
    return CAUCE_OK;
}

/* What reaches the last estimator. */
static cauce_status inputs_of(cauce_run *run, const cauce_model *model, const cauce_table *table,
                              cauce_batch *x) {
    ca_input input;
    CA_TRY(ca_input_match(run, &model->inputs, table, &input));
    size_t size = ca_input_size(&input, table->n_rows);
    char *memory = size == SIZE_MAX ? NULL : cauce_scratch(run, 1, size);
    if (!memory) return run->error.status != CAUCE_OK ? run->error.status : CA_NOMEM(run);
    CA_TRY(ca_input_read_all(run, &input, memory, x));
    run->finite = NULL;
    ca_input_warn(run, &input);
    for (const ca_node *node = model->root; ca_is_steps(node->f.component);
         node = node->child[node->n_child - 1])
        for (int64_t i = 0; i + 1 < node->n_child; i++) CA_TRY(ca_node_replace(run, node->child[i], x));
    return CAUCE_OK;
}

cauce_status ca_model_apply_stages(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                   const int64_t *stages, int64_t n_stages, ca_frame *out,
                                   const cauce_schema **result) {
    ca_node node;
    cauce_batch x;
    cauce_schema *schema = cauce_scratch(run, 1, sizeof *schema);
    if (!schema) return run->error.status;
    CA_TRY(check_stages(run, model, stages, n_stages));
    CA_TRY(staged_fields(run, last_of(model), stages, n_stages, schema));
    CA_TRY(staged_node(run, last_of(model), stages, n_stages, schema, &node));
    CA_TRY(inputs_of(run, model, table, &x));
    *result = schema;
    return ca_node_apply_all(run, &node, &x, out);
}
