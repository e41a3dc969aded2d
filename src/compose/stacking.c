/* stacking_classifier, stacking_regressor: an estimator that learns from what others predict. It is fitted to
 * predictions for rows that the others did not see (Wolpert, Stacked generalization, Neural Networks 5
 * (1992), doi:10.1016/S0893-6080(05)80023-1); then these are fitted to all rows. */
#include <string.h>

#include "compose/beside.h"
#include "compose/inside.h"

struct params {
    cauce_value cv;
    bool passthrough;
    int stack_method; /* a ca_reading; of regressors 0, what they predict */
};

#define SHARED_ROWS                                                                                          \
    CA_INNER_CV(struct params),                                                                              \
        CAUCE_BOOL(struct params, passthrough, false,                                                        \
                   "Whether the final estimator sees the columns themselves too, after the predictions.")
static const cauce_param classifier_rows[] = {
    SHARED_ROWS,
    CAUCE_CHOICE(struct params, stack_method, "auto", CA_READINGS,
                 "What the final estimator learns from: predict_proba, decision_function, the number of the "
                 "class (predict), or what each estimator gives by itself (auto)."),
    CAUCE_END,
};
static const cauce_param regressor_rows[] = { SHARED_ROWS, CAUCE_END };

/* ---- What the final estimator sees --------------------------------------------------------------------- */

static ca_reading reading_of(const ca_node *node) {
    return (ca_reading)((const struct params *)node->f.params)->stack_method;
}

static int64_t first_column(const ca_node *node) {
    return ca_reading_first(reading_of(node), node->f.n_classes);
}

static bool passes(const ca_node *node, int64_t f) {
    return ((const struct params *)node->f.params)->passthrough && node->given->fields[f].kind != CAUCE_TEXT;
}

/* A field for each estimator, then those of the input. */
static cauce_status stacked_schema(cauce_run *run, const ca_node *node, cauce_schema *schema) {
    int64_t most = node->recipe->n_children + node->given->n_fields, n = 0;
    int64_t width = ca_reading_width(reading_of(node), node->f.n_classes);
    cauce_field *fields = cauce_keep(run, most, sizeof *fields);
    if (!fields) return run->error.status;
    for (int64_t i = 0; i + 1 < node->recipe->n_children; i++) {
        const cauce_recipe *child = node->recipe->children[i];
        if (ca_is_dropped(child)) continue;
        fields[n] = (cauce_field){ .name = ca_recipe_name(child), .width = width };
        if (width > 1) fields[n].labels = node->f.classes;
        n++;
    }
    for (int64_t f = 0; f < node->given->n_fields; f++)
        if (passes(node, f)) fields[n++] = node->given->fields[f];
    *schema = (cauce_schema){ n, fields, ca_schema_width(fields, n) };
    return CAUCE_OK;
}

static cauce_status part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    if (i + 1 == node->recipe->n_children) return stacked_schema(run, node, &part->input);
    return ca_beside_part(run, node, i, part);
}

static void mark_used(const ca_node *node, bool *used) {
    for (int64_t i = 0; i + 1 < node->n_child; i++) ca_node_mark_used(node->child[i], used);
    for (int64_t f = 0; f < node->given->n_fields; f++) used[f] = used[f] || passes(node, f);
}

static cauce_status check(cauce_run *run, const cauce_recipe *recipe) {
    struct params p = { 0 };
    CA_TRY(ca_beside_some(run, recipe, "estimators"));
    ca_param_fill(recipe->component->params, recipe->values, &p);
    for (int64_t i = 0; i + 1 < recipe->n_children; i++)
        if (!ca_is_dropped(recipe->children[i]))
            CA_TRY(ca_reading_check(run, "stack_method", recipe->children[i], (ca_reading)p.stack_method));
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct stack_job {
    ca_node *node;
    const cauce_train *train;
    ca_folds folds;
    double *output; /* n_estimators x n_rows x width, column by column */
    int64_t width;
} stack_job;

/* Each estimator on each fold, and at the end each on all rows. */
static cauce_status fit_one(cauce_run *run, int64_t index, void *payload) {
    const stack_job *job = payload;
    int64_t n_folds = job->folds.n_folds, i = index / (n_folds + 1), f = index % (n_folds + 1);
    const cauce_recipe *child = job->node->recipe->children[i];
    if (f == n_folds) return ca_node_fit(run, child, job->train, NULL, &job->node->child[i]);
    if (ca_is_dropped(child)) return CAUCE_OK;
    ca_place place;
    ca_enter(run, &place, job->node->recipe->children[i]->name);
    cauce_status status =
        ca_fold_output(run, child, job->train, &job->folds.folds[f], reading_of(job->node),
                       job->output + i * job->width * job->train->n_rows, job->train->n_rows);
    ca_leave(run, &place);
    return status;
}

static cauce_status fit_final(cauce_run *run, const stack_job *job) {
    ca_node *node = job->node;
    int64_t last = node->recipe->n_children - 1, n_rows = job->train->n_rows, n = 0;
    cauce_schema *schema = cauce_keep(run, 1, sizeof *schema);
    cauce_train train = *job->train;
    if (!schema) return run->error.status;
    CA_TRY(stacked_schema(run, node, schema));
    cauce_block *blocks = cauce_scratch(run, 1, ca_blocks_size(schema->n_fields));
    if (!blocks) return run->error.status;
    for (int64_t i = 0; i < last; i++)
        if (!ca_is_dropped(node->recipe->children[i]))
            blocks[n++] =
                (cauce_block){ .values = job->output + (i * job->width + first_column(node)) * n_rows,
                               .stride = n_rows };
    for (int64_t f = 0; f < node->given->n_fields; f++)
        if (passes(node, f)) blocks[n++] = train.x->blocks[f];
    /* No offset: it is in the predictions already. */
    cauce_batch x = { n_rows, n, blocks, train.x->first_row, NULL };
    train.schema = schema;
    train.x = &x;
    return ca_node_fit(run, node->recipe->children[last], &train, NULL, &node->child[last]);
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const struct params *p = node->f.params;
    const char *name = node->f.component->name;
    int64_t n = node->recipe->n_children - 1, cells, all;
    stack_job job = { .node = node, .train = train, .width = ca_output_width(train) };
    (void)out;
    CA_TRY(ca_beside_target(run, node, train));
    CA_TRY(ca_node_children(run, node, n + 1));
    CA_TRY(ca_inner_folds(run, name, &p->cv, train, &job.folds));
    CA_TRY(ca_folds_partition(run, name, &job.folds, train->n_rows));
    if (__builtin_mul_overflow(n * job.width, train->n_rows, &cells) ||
        __builtin_mul_overflow(n, job.folds.n_folds + 1, &all))
        return cauce_fail(run, CAUCE_E_LIMIT, "there are too many predictions");
    job.output = cauce_scratch(run, cells, sizeof *job.output);
    if (!job.output) return run->error.status;
    CA_TRY(cauce_parallel(run, all, fit_one, &job));
    return fit_final(run, &job);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    size_t most = ca_beside_room(node, binding),
           outputs = ca_blocks_size(node->child[node->n_child - 1]->given->n_fields);
    CA_TRY(ca_beside_predict(run, node));
    for (int64_t i = 0; i + 1 < node->n_child; i++) {
        size_t size = ca_batch_size(node->child[i]->f.out, binding->block_rows);
        if (size == SIZE_MAX || __builtin_add_overflow(outputs, size, &outputs))
            return cauce_fail(run, CAUCE_E_LIMIT, "there are too many classes");
    }
    binding->scratch = outputs + most;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self), *last = node->child[node->n_child - 1];
    char *memory = scratch, *inner = scratch;
    cauce_batch stacked = { in->n_rows, 0, NULL, in->first_row, NULL };
    stacked.blocks = ca_take(&memory, ca_blocks_size(last->given->n_fields));
    inner += ca_blocks_size(last->given->n_fields);
    for (int64_t i = 0; i + 1 < node->n_child; i++)
        inner += ca_batch_size(node->child[i]->f.out, node->block_rows);
    for (int64_t i = 0; i + 1 < node->n_child; i++) {
        const ca_node *child = node->child[i];
        cauce_batch one;
        if (ca_is_dropped(child->recipe)) continue;
        ca_batch_lay(&one, child->f.out, node->block_rows, memory);
        memory += ca_batch_size(child->f.out, node->block_rows);
        CA_TRY(ca_node_apply(run, child, in, &one, inner));
        cauce_block *block = &one.blocks[0];
        ca_reading_turn(child->recipe, reading_of(node), node->f.n_classes, in->n_rows, block);
        stacked.blocks[stacked.n_blocks++] =
            (cauce_block){ .values = block->values + first_column(node) * block->stride,
                           .stride = block->stride };
    }
    for (int64_t f = 0; f < node->given->n_fields; f++)
        if (passes(node, f)) stacked.blocks[stacked.n_blocks++] = in->blocks[f];
    return ca_node_apply(run, last, &stacked, out, inner);
}

static const ca_slot classifiers[] = {
    { "estimators", CA_SLOT_LIST, CAUCE_CLASSIFIER, NULL, "Whose probabilities are learned from." },
    { "final_estimator", CA_SLOT_ONE, CAUCE_CLASSIFIER, "logistic_regression", "Who learns from them." },
    CA_SLOTS_END
};
static const ca_slot regressors[] = {
    { "estimators", CA_SLOT_LIST, CAUCE_REGRESSOR, NULL, "Whose predictions are learned from." },
    { "final_estimator", CA_SLOT_ONE, CAUCE_REGRESSOR, "ridge_cv", "Who learns from them." },
    CA_SLOTS_END
};
static const cauce_composite of_classes = {
    .slots = classifiers, .check = check, .fit = fit, .part = part, .mark_used = mark_used
};
static const cauce_composite of_numbers = {
    .slots = regressors, .check = check, .fit = fit, .part = part, .mark_used = mark_used
};

#define STACKING(id, text, what, rows, how)                                                                  \
    const cauce_component cauce_##id = {                                                                     \
        .size = sizeof(cauce_component),                                                                     \
        .abi = CAUCE_COMPONENT_ABI,                                                                          \
        .name = #id,                                                                                         \
        .summary = text,                                                                                     \
        .reference = "Wolpert (1992), doi:10.1016/S0893-6080(05)80023-1",                                    \
        .role = what,                                                                                        \
        .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,                                   \
        .params_size = sizeof(struct params),                                                                \
        .params = rows,                                                                                      \
        .state_size = sizeof(ca_nothing),                                                                    \
        .state = ca_no_state,                                                                                \
        .state_version = 1,                                                                                  \
        .fit = ca_fit_by_children,                                                                           \
        .bind = bind,                                                                                        \
        .apply = apply,                                                                                      \
        .verify = ca_verify_nothing,                                                                         \
        .composite = &how,                                                                                   \
    }

STACKING(stacking_classifier, "A classifier that learns from what several others predict.", CAUCE_CLASSIFIER,
         classifier_rows, of_classes);
STACKING(stacking_regressor, "A regressor that learns from what several others predict.", CAUCE_REGRESSOR,
         regressor_rows, of_numbers);
