/* What the last estimator of a model gives besides its predictions: those after some of its stages (the
 * iterations of boosting), and quantiles. */
#include <stdio.h>

#include "base/number.h"
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

/* A node like the last one, but for what its apply gives: adapting and cutting into blocks are as they always
 * are. */
typedef cauce_status other_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, void *scratch);
static cauce_status other_node(cauce_run *run, const ca_node *last, other_apply *apply,
                               const cauce_schema *schema, ca_node *node) {
    cauce_component *component = cauce_scratch(run, 1, sizeof *component);
    if (!component) return run->error.status;
    *component = *last->f.component;
    component->apply = apply;
    *node = *last;
    node->f.component = component;
    node->f.out = schema;
    node->scratch += ca_blocks_size(schema->n_fields);
    return CAUCE_OK;
}

/* What reaches the last estimator. */
static cauce_status inputs_of(cauce_run *run, const cauce_model *model, const cauce_table *table,
                              cauce_batch *x) {
    ca_input input;
    CA_TRY(ca_model_cells(run, model, table, 0, &input, x));
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
    const ca_node *last = last_of(model);
    cauce_schema *schema = cauce_scratch(run, 1, sizeof *schema);
    if (!schema) return run->error.status;
    CA_TRY(check_stages(run, model, stages, n_stages));
    CA_TRY(staged_fields(run, last, stages, n_stages, schema));
    CA_TRY(other_node(run, last, last->f.component->apply_stages, schema, &node));
    node.f.stages = stages;
    node.f.n_stages = n_stages;
    CA_TRY(inputs_of(run, model, table, &x));
    *result = schema;
    return ca_node_apply_all(run, &node, &x, out);
}

/* ---- Quantiles ----------------------------------------------------------------------------------------- */

int64_t ca_model_quantiles(const cauce_model *model, double *levels, int64_t most) {
    const ca_node *last = last_of(model);
    if (!ca_component_has_quantiles(last->f.component)) return 0;
    return last->f.component->quantiles(&last->f, levels, most);
}

cauce_status ca_model_has_quantiles(cauce_run *run, const cauce_model *model, int64_t *n) {
    *n = ca_model_quantiles(model, NULL, 0);
    if (*n) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                      "the model knows no quantiles; hist_gradient_boosting_regressor loss=quantile "
                      "quantile=[0.1, 0.5, 0.9] does, random_forest_regressor quantile=[0.1, 0.5, 0.9] too");
}

static cauce_status quantile_fields(cauce_run *run, const cauce_model *model, cauce_schema *schema) {
    enum { NAME = 16 + CA_NUMBER_SIZE };
    int64_t n;
    CA_TRY(ca_model_has_quantiles(run, model, &n));
    double *levels = cauce_scratch(run, n, sizeof *levels);
    cauce_field *fields = cauce_scratch(run, n, sizeof *fields);
    char(*names)[NAME] = cauce_scratch(run, n, sizeof *names);
    if (!levels || !fields || !names) return run->error.status;
    ca_model_quantiles(model, levels, n);
    for (int64_t i = 0; i < n; i++) {
        char print[CA_NUMBER_SIZE];
        ca_number_print(levels[i], print);
        snprintf(names[i], NAME, "quantile_%s", print);
        fields[i] = (cauce_field){ .name = names[i], .width = 1 };
    }
    *schema = (cauce_schema){ n, fields, n };
    return CAUCE_OK;
}

cauce_status ca_model_apply_quantiles(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                      ca_frame *out, const cauce_schema **result) {
    ca_node node;
    cauce_batch x;
    const ca_node *last = last_of(model);
    cauce_schema *schema = cauce_scratch(run, 1, sizeof *schema);
    if (!schema) return run->error.status;
    CA_TRY(quantile_fields(run, model, schema));
    CA_TRY(other_node(run, last, last->f.component->apply_quantiles, schema, &node));
    CA_TRY(inputs_of(run, model, table, &x));
    *result = schema;
    return ca_node_apply_all(run, &node, &x, out);
}
