/* transformed_target: a regressor of a target that is transformed before it learns, and whose predictions are
 * transformed back. Nothing is done about the bias that a curved inverse brings. */
#include <math.h>
#include <string.h>

#include "compose/beside.h"
#include "core/registry.h"

struct params {
    bool check_inverse;
};

static const cauce_param param_rows[] = {
    CAUCE_BOOL(struct params, check_inverse, true,
               "Warns when the training targets are not themselves again after there and back."),
    CAUCE_END
};

enum { REGRESSOR, TRANSFORMER, BLOCK_ROWS = 256 };

/* ---- There and back ------------------------------------------------------------------------------------ */

static cauce_status no_inverse(cauce_run *run, const char *name) {
    ca_text list = { 0 };
    for (int64_t i = 0; ca_registry_at(i); i++)
        if (ca_component_inverse(ca_registry_at(i)))
            ca_text_addf(&list, "%s%s", list.length ? ", " : "", ca_registry_at(i)->name);
    cauce_status status =
        cauce_fail(run, CAUCE_E_PARAM, "%s has no inverse; these have one: %s, and pipelines of them", name,
                   ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

static cauce_status check_inverses(cauce_run *run, const cauce_recipe *recipe) {
    if (!ca_is_steps(recipe->component))
        return ca_component_inverse(recipe->component) ? CAUCE_OK : no_inverse(run, recipe->component->name);
    for (int64_t i = 0; i < recipe->n_children; i++) CA_TRY(check_inverses(run, recipe->children[i]));
    return CAUCE_OK;
}

static cauce_status check(cauce_run *run, const cauce_recipe *recipe) {
    return check_inverses(run, ca_recipe_child(recipe, "transformer"));
}

/* One number in, one number out, at every step. */
static bool keeps_one(const ca_node *node) {
    const cauce_schema *out = node->f.out;
    if (out->n_fields != 1 || out->width != 1 || out->fields[0].form != CAUCE_DENSE) return false;
    for (int64_t i = 0; i < node->n_child; i++)
        if (!node->child[i] || !keeps_one(node->child[i])) return false;
    return true;
}

/* n numbers back, in place; `room` for as many. */
static cauce_status undo(cauce_run *run, const ca_node *node, double *z, double *room, int64_t n,
                         int64_t first_row) {
    if (node->n_child) {
        for (int64_t i = node->n_child - 1; i >= 0; i--)
            CA_TRY(undo(run, node->child[i], z, room, n, first_row));
        return CAUCE_OK;
    }
    cauce_block in = { .values = z, .stride = n }, out = { .room = room, .stride = n, .room_stride = n };
    cauce_batch from = { n, 1, &in, first_row, NULL }, to = { n, 1, &out, first_row, NULL };
    ca_place place;
    ca_enter(run, &place, node->label);
    cauce_status status = ca_component_inverse(node->f.component)(run, &node->f, &from, &to);
    ca_leave(run, &place);
    CA_TRY(status);
    if (out.values != z) memcpy(z, out.values, (size_t)n * sizeof *z);
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static const cauce_field target_field = {
    .name = "target", .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = 1
};
static const cauce_schema target_schema = { 1, &target_field, 1 };

static cauce_status part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    (void)run;
    part->input = i == TRANSFORMER ? target_schema : *node->given;
    return CAUCE_OK;
}

static void mark_used(const ca_node *node, bool *used) {
    ca_node_mark_used(node->child[REGRESSOR], used);
}

static cauce_status check_width(cauce_run *run, const ca_node *transformer, cauce_status status) {
    if (keeps_one(transformer)) return CAUCE_OK;
    return cauce_fail(run, status, "the transformer %s does not make one number of the target",
                      transformer->f.name);
}

static cauce_status check_back(cauce_run *run, const ca_node *transformer, const cauce_train *train,
                               const double *z) {
    int64_t n = train->n_rows, off = 0;
    double *back = cauce_scratch(run, n, sizeof *back), *room = cauce_scratch(run, n, sizeof *room);
    if (!back || !room) return run->error.status;
    memcpy(back, z, (size_t)n * sizeof *back);
    CA_TRY(undo(run, transformer, back, room, n, train->x->first_row));
    for (int64_t r = 0; r < n; r++) off += !(fabs(back[r] - train->y[r]) <= 1e-8 + 1e-5 * fabs(train->y[r]));
    if (off)
        cauce_warn(run, "inexact_inverse",
                   "%s and its inverse change the target in %lld of %lld rows; check_inverse=false "
                   "silences this",
                   transformer->f.component->name, (long long)off, (long long)n);
    return CAUCE_OK;
}

static cauce_status fit_target(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *frame) {
    const struct params *p = node->f.params;
    cauce_block block = { .values = train->y, .stride = train->n_rows };
    cauce_batch y = { train->n_rows, 1, &block, train->x->first_row, NULL };
    cauce_train of_target = {
        .n_rows = train->n_rows, .schema = &target_schema, .x = &y, .weight = train->weight
    };
    CA_TRY(
        ca_node_fit(run, node->recipe->children[TRANSFORMER], &of_target, frame, &node->child[TRANSFORMER]));
    CA_TRY(check_width(run, node->child[TRANSFORMER], CAUCE_E_PARAM));
    const double *z = frame->batch.blocks[0].values;
    for (int64_t r = 0; r < train->n_rows; r++)
        if (!isfinite(z[r]))
            return cauce_fail(run, CAUCE_E_DATA, "the target %g of row %lld becomes %g", train->y[r],
                              (long long)(train->x->first_row + r + 1), z[r]);
    return p->check_inverse ? check_back(run, node->child[TRANSFORMER], train, z) : CAUCE_OK;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    ca_frame frame = { 0 };
    (void)out;
    CA_TRY(ca_beside_target(run, node, train));
    CA_TRY(ca_node_children(run, node, 2));
    cauce_status status = fit_target(run, node, train, &frame);
    if (status == CAUCE_OK) {
        cauce_train transformed = *train;
        transformed.y = frame.batch.blocks[0].values;
        status =
            ca_node_fit(run, node->recipe->children[REGRESSOR], &transformed, NULL, &node->child[REGRESSOR]);
    }
    ca_frame_free(&frame);
    return status;
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self), *regressor = node->child[REGRESSOR];
    CA_TRY(check_width(run, node->child[TRANSFORMER], CAUCE_E_FORMAT));
    if (!ca_node_predicts(regressor))
        return cauce_fail(run, CAUCE_E_FORMAT, "the output of the regressor is not one number");
    binding->block_rows = regressor->block_rows > BLOCK_ROWS ? regressor->block_rows : BLOCK_ROWS;
    binding->scratch = ca_align((size_t)binding->block_rows * sizeof(double)) + regressor->scratch;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    char *memory = scratch;
    double *room = ca_take(&memory, (size_t)node->block_rows * sizeof *room);
    CA_TRY(ca_node_apply(run, node->child[REGRESSOR], in, out, memory));
    /* A prediction that is a column of the input is not ours to change. */
    const double *z = out->blocks[0].values;
    double *values = cauce_block_values(&out->blocks[0]);
    if (values != z) memcpy(values, z, (size_t)in->n_rows * sizeof *values);
    return undo(run, node->child[TRANSFORMER], values, room, in->n_rows, in->first_row);
}

static const ca_slot slots[] = {
    { "regressor", CA_SLOT_ONE, CAUCE_REGRESSOR, "linear_regression", "Who learns the transformed target." },
    { "transformer", CA_SLOT_ONE, CAUCE_TRANSFORMER, NULL,
      "What is done to the target before, and undone after: a scaler, a power, function_transformer." },
    CA_SLOTS_END
};
static const cauce_composite composite = {
    .slots = slots, .check = check, .fit = fit, .part = part, .mark_used = mark_used
};

const cauce_component cauce_transformed_target = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "transformed_target",
    .summary = "A regressor that learns a transformed target; predictions are transformed back.",
    .role = CAUCE_REGRESSOR,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,
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
