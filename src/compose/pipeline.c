/* pipeline: steps one after the other; all but the last transform. While fitting, each step sees what the
 * steps before it made of the training rows. */
#include <string.h>

#include "compose/beside.h"

static const cauce_param no_params[] = { CAUCE_END };

static cauce_status check(cauce_run *run, const cauce_recipe *recipe) {
    if (recipe->n_children == 0) return cauce_fail(run, CAUCE_E_PARAM, "a pipeline needs at least one step");
    for (int64_t i = 0; i + 1 < recipe->n_children; i++)
        if (ca_recipe_role(recipe->children[i]) != CAUCE_TRANSFORMER)
            return cauce_fail(run, CAUCE_E_PARAM,
                              "step '%s' is an estimator; only the last step of a pipeline may be one",
                              ca_recipe_name(recipe->children[i]));
    return CAUCE_OK;
}

/* The validation rows as the next step sees them. */
static cauce_status carry_on(cauce_run *run, const ca_node *step, cauce_train *validation, ca_frame *held) {
    ca_frame after = { 0 };
    CA_TRY(ca_node_apply_all(run, step, validation->x, &after));
    ca_frame_free(held);
    *held = after;
    validation->schema = step->f.out;
    validation->x = &held->batch;
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const cauce_recipe *recipe = node->recipe;
    CA_TRY(ca_node_children(run, node, recipe->n_children));
    cauce_train step = *train, validation = { 0 };
    ca_frame before = { 0 }, held = { 0 };
    cauce_status status = CAUCE_OK;
    if (train->validation) validation = *train->validation;
    for (int64_t i = 0; status == CAUCE_OK && i < recipe->n_children; i++) {
        bool last = i + 1 == recipe->n_children;
        ca_frame after = { 0 };
        step.validation = last && train->validation ? &validation : NULL;
        status = ca_node_fit(run, recipe->children[i], &step, last && !out ? NULL : &after, &node->child[i]);
        if (status == CAUCE_OK && train->validation && !last)
            status = carry_on(run, node->child[i], &validation, &held);
        ca_frame_free(&before);
        before = after;
        if (status != CAUCE_OK) break;
        step.schema = node->child[i]->f.out;
        step.x = &before.batch;
    }
    ca_frame_free(&held);
    if (status == CAUCE_OK && out)
        *out = before;
    else
        ca_frame_free(&before);
    return status;
}

static cauce_status part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    (void)run;
    part->input = i == 0 ? *node->given : *node->child[i - 1]->f.out;
    return CAUCE_OK;
}

static void mark_used(const ca_node *node, bool *used) {
    ca_node_mark_used(node->child[0], used);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    const cauce_schema *last = node->child[node->n_child - 1]->f.out;
    cauce_field *fields = cauce_bind_fields(run, binding, last->n_fields);
    if (!fields) return run->error.status;
    memcpy(fields, last->fields, (size_t)last->n_fields * sizeof *fields);
    size_t most = ca_beside_room(node, binding), between = 0;
    for (int64_t i = 0; i + 1 < node->n_child; i++) {
        size_t size = ca_batch_size(node->child[i]->f.out, binding->block_rows);
        if (size == SIZE_MAX || __builtin_add_overflow(between, size, &between))
            return cauce_fail(run, CAUCE_E_LIMIT, "the output of step '%s' is too wide",
                              node->child[i]->f.name);
    }
    binding->scratch = between + most;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    char *memory = scratch;
    cauce_batch between[2];
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        cauce_batch *to = out;
        if (i + 1 < node->n_child) {
            to = &between[i % 2];
            ca_batch_lay(to, child->f.out, node->block_rows, memory);
            memory += ca_batch_size(child->f.out, node->block_rows);
        }
        /* The rest of the memory serves every step: one is done with it when the next begins. */
        CA_TRY(ca_node_apply(run, child, in, to, memory));
        in = to;
    }
    return CAUCE_OK;
}

static cauce_status trace(cauce_run *run, const ca_node *node, const double *out, double *in) {
    for (int64_t i = node->n_child - 1; i > 0; i--) {
        double *before = cauce_scratch(run, node->child[i]->given->width, sizeof *before);
        if (!before) return run->error.status;
        CA_TRY(ca_node_trace(run, node->child[i], out, before));
        out = before;
    }
    return ca_node_trace(run, node->child[0], out, in);
}

static const ca_slot slots[] = { { "steps", CA_SLOT_STEPS, 0, NULL, "What is done, one after the other." },
                                 CA_SLOTS_END };
static const cauce_composite composite = {
    .slots = slots, .check = check, .fit = fit, .part = part, .mark_used = mark_used, .trace = trace
};

const cauce_component cauce_pipeline = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "pipeline",
    .summary = "Steps one after the other; the last may be an estimator.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(ca_nothing),
    .params = no_params,
    .state_size = sizeof(ca_nothing),
    .state = ca_no_state,
    .state_version = 1,
    .fit = ca_fit_by_children,
    .bind = bind,
    .apply = apply,
    .verify = ca_verify_nothing,
    .composite = &composite,
};
