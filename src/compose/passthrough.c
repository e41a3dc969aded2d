/* passthrough: hands its columns on. drop: leaves them out. */
#include "cauce/sys/component.h"

#include "compose/beside.h"

static const cauce_param no_params[] = { CAUCE_END };

static cauce_status fit_nothing(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)run, (void)params, (void)train, (void)state;
    return CAUCE_OK;
}

static cauce_status pass(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                         void *scratch) {
    (void)run, (void)self, (void)scratch;
    for (int64_t i = 0; i < in->n_blocks; i++) cauce_block_share(&out->blocks[i], &in->blocks[i]);
    return CAUCE_OK;
}

static cauce_status pass_back(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                              cauce_batch *to) {
    return pass(run, self, from, to, NULL);
}

static cauce_status drop_all(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch) {
    (void)run, (void)self, (void)in, (void)out, (void)scratch;
    return CAUCE_OK;
}

static cauce_status bind_drop(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    (void)self;
    return cauce_bind_fields(run, binding, 0) ? CAUCE_OK : CAUCE_E_NOMEM;
}

const cauce_component cauce_passthrough = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "passthrough",
    .summary = "Hands its columns on unchanged.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,
    .params_size = sizeof(ca_nothing),
    .params = no_params,
    .state_size = sizeof(ca_nothing),
    .state = ca_no_state,
    .state_version = 1,
    .fit = fit_nothing,
    .apply = pass,
    .verify = ca_verify_nothing,
    .inverse = pass_back,
};

const cauce_component cauce_drop = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "drop",
    .summary = "Leaves its columns out.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_ANY_INPUT,
    .params_size = sizeof(ca_nothing),
    .params = no_params,
    .state_size = sizeof(ca_nothing),
    .state = ca_no_state,
    .state_version = 1,
    .fit = fit_nothing,
    .bind = bind_drop,
    .apply = drop_all,
    .verify = ca_verify_nothing,
};
