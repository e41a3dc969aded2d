/* multi_output_regressor: any regressor for several targets, fitted once for each. As MultiOutputRegressor of
 * scikit-learn; one target is a list of one. */
#include <string.h>

#include "compose/beside.h"

static const cauce_param no_params[] = { CAUCE_END };

static cauce_status part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    part->recipe = node->recipe->children[0];
    part->input = *node->given;
    part->targets = NULL;
    return ca_beside_number(run, "estimator", i, part);
}

static int64_t n_parts(const ca_node *node) {
    return cauce_n_targets(node->f.targets);
}

typedef struct fitting {
    ca_node *node;
    const cauce_train *train;
} fitting;

static cauce_status fit_target(cauce_run *run, int64_t t, void *payload) {
    const fitting *f = payload;
    const cauce_train one = cauce_train_target(f->train, t);
    ca_part target;
    CA_TRY(ca_node_part(run, f->node, t, &target));
    return ca_node_fit_as(run, target.recipe, target.name, &one, NULL, &f->node->child[t]);
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    (void)out;
    fitting f = { node, train };
    CA_TRY(ca_beside_target(run, node, train));
    CA_TRY(ca_node_children(run, node, n_parts(node)));
    return cauce_parallel(run, node->n_child, fit_target, &f);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    size_t most = ca_beside_room(node, binding);
    CA_TRY(ca_beside_predict(run, node));
    binding->scratch = ca_batch_size(node->child[0]->f.out, binding->block_rows) + most;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    double *to = cauce_block_values(&out->blocks[0]);
    for (int64_t t = 0; t < node->n_child; t++, to += out->blocks[0].stride) {
        const ca_node *child = node->child[t];
        cauce_batch one;
        ca_batch_lay(&one, child->f.out, node->block_rows, scratch);
        CA_TRY(ca_node_apply(run, child, in, &one,
                             (char *)scratch + ca_batch_size(child->f.out, node->block_rows)));
        memcpy(to, one.blocks[0].values, (size_t)in->n_rows * sizeof *to);
    }
    return CAUCE_OK;
}

static const ca_slot slots[] = { { "estimator", CA_SLOT_ONE, CAUCE_REGRESSOR,
                                   "hist_gradient_boosting_regressor", "Who learns each target." },
                                 CA_SLOTS_END };
static const cauce_composite composite = {
    .slots = slots, .fit = fit, .part = part, .n_parts = n_parts, .mark_used = ca_beside_mark_used
};

const cauce_component cauce_multi_output_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "multi_output_regressor",
    .summary = "Fits a regressor for each of several targets.",
    .role = CAUCE_REGRESSOR,
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
