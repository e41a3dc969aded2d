/* feature_union: transformers side by side, each on all columns; their outputs in order. */
#include "compose/beside.h"

struct params {
    bool verbose_feature_names_out;
};

static const cauce_param param_rows[] = {
    CAUCE_BOOL(struct params, verbose_feature_names_out, true,
               "Puts the name of the transformer before the names of its columns (transformer__column)."),
    CAUCE_END
};

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    int64_t n = node->recipe->n_children;
    ca_frame *frames = cauce_scratch(run, n, sizeof *frames);
    if (!frames) return run->error.status;
    cauce_status status = ca_beside_fit(run, node, train, out ? frames : NULL);
    if (status == CAUCE_OK && out) status = ca_frames_join(run, frames, n, train->x, out);
    for (int64_t i = 0; i < n; i++) ca_frame_free(&frames[i]);
    return status;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    const struct params *p = self->params;
    int64_t n = 0;
    for (int64_t i = 0; i < node->n_child; i++) n += node->child[i]->f.out->n_fields;
    cauce_field *fields = cauce_bind_fields(run, binding, n);
    if (!fields) return run->error.status;
    n = 0;
    binding->scratch = ca_beside_room(node, binding);
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        for (int64_t k = 0; k < child->f.out->n_fields; k++) {
            fields[n] = child->f.out->fields[k];
            if (p->verbose_feature_names_out) CA_TRY(ca_beside_name(run, child->f.name, &fields[n]));
            n++;
        }
    }
    return p->verbose_feature_names_out ? CAUCE_OK : ca_beside_check(run, fields, n);
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    int64_t n = 0;
    for (int64_t i = 0; i < node->n_child; i++) {
        cauce_batch to = { in->n_rows, node->child[i]->f.out->n_fields, out->blocks + n, in->first_row,
                           NULL };
        CA_TRY(ca_node_apply(run, node->child[i], in, &to, scratch));
        n += to.n_blocks;
    }
    return CAUCE_OK;
}

static cauce_status trace(cauce_run *run, const ca_node *node, const double *out, double *in) {
    for (int64_t i = 0; i < node->n_child; i++) {
        CA_TRY(ca_node_trace(run, node->child[i], out, in));
        out += node->child[i]->f.out->width;
    }
    return CAUCE_OK;
}

static const ca_slot slots[] = { { "transformers", CA_SLOT_LIST, CAUCE_TRANSFORMER, NULL,
                                   "What is done to the columns, side by side." },
                                 CA_SLOTS_END };
static const cauce_composite composite = {
    .slots = slots, .fit = fit, .part = ca_beside_part, .mark_used = ca_beside_mark_used, .trace = trace
};

const cauce_component cauce_feature_union = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "feature_union",
    .summary = "Transformers side by side, each on all columns.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(struct params),
    .params = param_rows,
    .state_size = sizeof(ca_nothing),
    .state = ca_no_state,
    .state_version = 1,
    .fit = ca_fit_by_children,
    .bind = bind,
    .apply = apply,
    .verify = ca_verify_nothing,
    .composite = &composite,
};
