#include "core/node.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/alloc.h"
#include "core/adapt.h"
#include "core/finite.h"
#include "core/offset.h"
#include "core/registry.h"
#include "data/column.h"
#include "math/lanes.h"

static cauce_status set_label(cauce_run *run, ca_node *node) {
    const char *name = node->f.name, *component = node->f.component->name;
    size_t size = strlen(name) + strlen(component) + 8;
    char *label = cauce_keep(run, (int64_t)size, 1);
    if (!label) return run->error.status;
    if (strcmp(name, component) == 0)
        snprintf(label, size, "%s", name);
    else if (node->f.component->composite)
        snprintf(label, size, "'%s'", name);
    else
        snprintf(label, size, "'%s' (%s)", name, component);
    node->label = label;
    return CAUCE_OK;
}

cauce_status ca_node_new(cauce_run *run, const cauce_recipe *recipe, const char *name,
                         const cauce_schema *given, int32_t n_classes, const cauce_levels *classes,
                         const cauce_levels *targets, ca_node **out) {
    const cauce_component *component = recipe->component;
    ca_node *node = cauce_keep(run, 1, sizeof *node);
    if (!node) return run->error.status;
    void *params = cauce_keep(run, 1, component->params_size ? component->params_size : 1);
    void *state = cauce_keep(run, 1, component->state_size ? component->state_size : 1);
    if (!params || !state) return run->error.status;
    ca_param_fill(component->params, recipe->values, params);
    node->recipe = recipe;
    node->given = given;
    node->f = (cauce_fitted){ .component = component,
                              .name = name,
                              .params = params,
                              .state = state,
                              .n_classes = n_classes,
                              .classes = classes,
                              .targets = targets };
    CA_TRY(set_label(run, node));
    *out = node; /* adapted by the caller, who knows the place */
    return CAUCE_OK;
}

cauce_status ca_node_children(cauce_run *run, ca_node *node, int64_t n) {
    node->child = cauce_keep(run, n, sizeof *node->child);
    node->n_child = n;
    return node->child ? CAUCE_OK : run->error.status;
}

cauce_status ca_node_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    *part =
        (ca_part){ .n_classes = node->f.n_classes, .classes = node->f.classes, .targets = node->f.targets };
    if (i < node->recipe->n_children) {
        part->recipe = node->recipe->children[i];
        part->name = ca_recipe_name(part->recipe);
    }
    return node->f.component->composite->part(run, node, i, part);
}

int64_t ca_node_n_parts(const ca_node *node) {
    const cauce_composite *composite = node->f.component->composite;
    return composite->n_parts ? composite->n_parts(node) : node->recipe->n_children;
}

cauce_field *cauce_bind_fields(cauce_run *run, cauce_binding *binding, int64_t n) {
    cauce_field *fields = cauce_keep(run, n, sizeof *fields);
    if (!fields) return NULL;
    for (int64_t i = 0; i < n; i++) fields[i].width = 1;
    binding->fields = fields;
    binding->n_fields = n;
    return fields;
}

/* The output of a component that says nothing about it. */
static cauce_status default_fields(cauce_run *run, const ca_node *node, cauce_binding *binding) {
    const cauce_component *component = node->f.component;
    if (component->role == CAUCE_TRANSFORMER) {
        cauce_field *fields = cauce_bind_fields(run, binding, node->f.in->n_fields);
        if (!fields) return run->error.status;
        memcpy(fields, node->f.in->fields, (size_t)node->f.in->n_fields * sizeof *fields);
        return CAUCE_OK;
    }
    cauce_field *field = cauce_bind_fields(run, binding, 1);
    if (!field) return run->error.status;
    bool classifier = component->role == CAUCE_CLASSIFIER;
    field->name = !classifier ? "prediction" : component->tags & CAUCE_TAG_MARGIN ? "decision" : "proba";
    field->width = classifier ? node->f.n_classes : cauce_n_targets(node->f.targets);
    field->labels = classifier ? node->f.classes : node->f.targets;
    return CAUCE_OK;
}

cauce_status ca_node_bind(cauce_run *run, ca_node *node) {
    const cauce_component *component = node->f.component;
    cauce_binding binding = { .block_rows = 256 };
    if (component->bind) CA_TRY(component->bind(run, &node->f, &binding));
    bool composite = component->composite != NULL;
    if (!binding.fields && !(composite && component->role == CAUCE_TRANSFORMER))
        CA_TRY(default_fields(run, node, &binding));
    if (binding.block_rows < 1 || binding.block_rows > 65536)
        return cauce_fail(run, CAUCE_E_INTERNAL, "%s: block_rows %lld", component->name,
                          (long long)binding.block_rows);
    cauce_schema *schema = cauce_keep(run, 1, sizeof *schema);
    if (!schema) return run->error.status;
    *schema =
        (cauce_schema){ binding.n_fields, binding.fields, ca_schema_width(binding.fields, binding.n_fields) };
    node->f.out = schema;
    node->f.bound = binding.bound;
    CA_TRY(ca_ready_new(run, node));
    node->block_rows = binding.block_rows;
    node->adapt_size = node->adapt ? ca_adapt_size(node, node->block_rows) : 0;
    node->scratch = node->adapt_size + ca_align(binding.scratch) + ca_blocks_size(node->given->n_fields) +
                    ca_blocks_size(schema->n_fields);
    return CAUCE_OK;
}

void ca_node_mark_used(const ca_node *node, bool *used) {
    const cauce_composite *composite = node->f.component->composite;
    if (composite)
        composite->mark_used(node, used);
    else if (!(node->f.component->tags & CAUCE_TAG_ANY_INPUT))
        for (int64_t i = 0; i < node->given->n_fields; i++) used[i] = true;
}

static cauce_status apply_block(cauce_run *run, const ca_node *node, const cauce_batch *in, cauce_batch *out,
                                char *scratch) {
    cauce_batch adapted;
    if (node->adapt) {
        ca_adapt_batch(node, in, &adapted, scratch);
        scratch += node->adapt_size;
        in = &adapted;
    }
    if (!(node->f.component->tags & CAUCE_TAG_MISSING) && !node->f.component->composite)
        CA_TRY(ca_finite_check(run, node, in));
    return node->f.component->apply(run, &node->f, in, out, scratch);
}

static cauce_status apply_blocks(cauce_run *run, const ca_node *node, const cauce_batch *in, cauce_batch *out,
                                 char *scratch) {
    if (in->n_rows <= node->block_rows) return apply_block(run, node, in, out, scratch);
    cauce_block *in_blocks = ca_take(&scratch, ca_blocks_size(in->n_blocks));
    cauce_block *out_blocks = ca_take(&scratch, ca_blocks_size(out->n_blocks));
    for (int64_t first = 0; first < in->n_rows; first += node->block_rows) {
        int64_t n = in->n_rows - first < node->block_rows ? in->n_rows - first : node->block_rows;
        cauce_batch in_slice, out_slice;
        ca_batch_slice(node->given, in, first, n, in_blocks, &in_slice);
        ca_batch_slice(node->f.out, out, first, n, out_blocks, &out_slice);
        CA_TRY(apply_block(run, node, &in_slice, &out_slice, scratch));
        ca_batch_settle(node->f.out, &out_slice);
    }
    for (int64_t i = 0; i < out->n_blocks; i++) ca_block_home(&node->f.out->fields[i], &out->blocks[i]);
    return CAUCE_OK;
}

/* Scratch memory is the caller's again when apply is over: what was handed on from in there (by the last step
 * of a pipeline, or of adapted cells) moves to the output. */
static void leave_scratch(const ca_node *node, cauce_batch *out, const char *scratch) {
    const uintptr_t low = (uintptr_t)scratch, size = node->scratch;
    for (int64_t i = 0; i < out->n_blocks; i++) {
        cauce_block *block = &out->blocks[i];
        const cauce_field *field = &node->f.out->fields[i];
        const void *cells = field->form == CAUCE_DENSE ? (const void *)block->values : block->codes;
        if ((uintptr_t)cells - low < size) ca_block_settle(field, out->n_rows, block);
    }
}

cauce_status ca_node_apply(cauce_run *run, const ca_node *node, const cauce_batch *in, cauce_batch *out,
                           void *scratch) {
    ca_place place;
    ca_enter(run, &place, node->label);
    out->n_rows = in->n_rows;
    out->first_row = in->first_row;
    out->offset = in->offset;
    cauce_status status = ca_node_ready(run, node);
    if (status == CAUCE_OK && in->n_rows > 0) status = apply_blocks(run, node, in, out, scratch);
    if (status == CAUCE_OK)
        leave_scratch(node, out, scratch);
    else if (run->error.status == CAUCE_OK)
        status = cauce_fail(run, status, "%s", cauce_status_text(status));
    ca_leave(run, &place);
    return status;
}

static cauce_status deviate_block(cauce_run *run, const ca_node *node, const cauce_batch *in, double *out,
                                  char *scratch) {
    ca_deviation *deviation = ca_component_deviation(node->f.component);
    cauce_batch adapted;
    if (!deviation)
        return cauce_fail(run, CAUCE_E_FORMAT, "%s gives no standard deviations", node->f.component->name);
    if (node->adapt) {
        ca_adapt_batch(node, in, &adapted, scratch);
        scratch += node->adapt_size;
        in = &adapted;
    }
    if (!(node->f.component->tags & CAUCE_TAG_MISSING)) CA_TRY(ca_finite_check(run, node, in));
    return deviation(run, &node->f, in, out, scratch);
}

cauce_status ca_node_deviation(cauce_run *run, const ca_node *node, const cauce_batch *in, double *out,
                               void *scratch) {
    ca_place place;
    char *memory = scratch;
    cauce_block *blocks = ca_take(&memory, ca_blocks_size(in->n_blocks));
    cauce_status status = CAUCE_OK;
    if (in->n_rows <= node->block_rows) memory = scratch; /* there is no room for them */
    ca_enter(run, &place, node->label);
    for (int64_t first = 0; status == CAUCE_OK && first < in->n_rows; first += node->block_rows) {
        int64_t n = in->n_rows - first < node->block_rows ? in->n_rows - first : node->block_rows;
        cauce_batch slice = *in;
        if (n < in->n_rows) ca_batch_slice(node->given, in, first, n, blocks, &slice);
        status = deviate_block(run, node, &slice, out + first, memory);
    }
    ca_leave(run, &place);
    return status;
}

/* ---- All rows at once, in parallel --------------------------------------------------------------------- */

/* A component that hands a block on as it is does so for some rows at a time. Where it does for all rows, and
 * the block is one that lasts, the frame points there too: no copy. */
typedef struct sweep {
    const ca_node *node;
    const cauce_batch *in;
    cauce_batch *out;
    int64_t rows;    /* of a task */
    int64_t *source; /* of each output block in each task: the input block that it is; -1: its own cells */
} sweep;

static bool same_cells(const cauce_block *a, const cauce_block *b) {
    return a->values == b->values && a->codes == b->codes && a->stride == b->stride;
}

/* The input block that lasts where an output block was left; -1: the cells are at home now. Input and output
 * are mostly in the same order: the search begins behind the last block found, whether that one lasts or not,
 * so that it is short for thousands of columns. */
static int64_t find_source(const cauce_field *field, const cauce_batch *in, int64_t *next,
                           cauce_block *block) {
    if (ca_block_is_home(field, block)) return -1;
    int64_t k = *next;
    while (k < in->n_blocks && !same_cells(&in->blocks[k], block)) k++;
    if (k < in->n_blocks) *next = k + 1;
    if (k < in->n_blocks && in->blocks[k].lasts) return k;
    ca_block_settle(field, in->n_rows, block);
    return -1;
}

/* Copies n rows of an input block that was thought to be output block i. */
static void copy_rows(const sweep *s, int64_t source, int64_t i, int64_t first, int64_t n) {
    const cauce_field *field = &s->node->f.out->fields[i];
    const cauce_schema one = { 1, field, field->width };
    cauce_block from, to;
    cauce_batch piece;
    ca_batch_slice(&one, &(cauce_batch){ n, 1, &s->in->blocks[source], 0, NULL }, first, n, &from, &piece);
    ca_batch_slice(&one, &(cauce_batch){ n, 1, &s->out->blocks[i], 0, NULL }, first, n, &to, &piece);
    cauce_block_share(&to, &from);
    ca_block_settle(field, n, &to);
}

/* What became of a piece of a task that begins at row `first`, `before` rows into it. */
static void keep_piece(const sweep *s, const cauce_batch *in, cauce_batch *out, int64_t first, int64_t before,
                       int64_t *source) {
    int64_t next = 0;
    for (int64_t i = 0; i < out->n_blocks; i++) {
        const cauce_field *field = &s->node->f.out->fields[i];
        const int64_t found = find_source(field, in, &next, &out->blocks[i]);
        if (before == 0) source[i] = found;
        if (found == source[i]) continue;
        if (found >= 0) ca_block_settle(field, out->n_rows, &out->blocks[i]);
        if (source[i] >= 0) copy_rows(s, source[i], i, first, before);
        source[i] = -1;
    }
}

static int64_t rows_of_task(const sweep *s, int64_t index) {
    const int64_t left = s->in->n_rows - index * s->rows;
    return left < s->rows ? left : s->rows;
}

static cauce_status sweep_task(cauce_run *run, int64_t index, void *payload) {
    const sweep *s = payload;
    const ca_node *node = s->node;
    const int64_t first = index * s->rows, n = rows_of_task(s, index);
    char *scratch = cauce_scratch(run, 1, node->scratch);
    cauce_block *in_blocks = cauce_scratch(run, 1, ca_blocks_size(s->in->n_blocks));
    cauce_block *out_blocks = cauce_scratch(run, 1, ca_blocks_size(s->out->n_blocks));
    if (!scratch || !in_blocks || !out_blocks) return run->error.status;
    for (int64_t at = 0; at < n; at += node->block_rows) {
        const int64_t rows = n - at < node->block_rows ? n - at : node->block_rows;
        cauce_batch in, out;
        ca_batch_slice(node->given, s->in, first + at, rows, in_blocks, &in);
        ca_batch_slice(node->f.out, s->out, first + at, rows, out_blocks, &out);
        CA_TRY(ca_node_apply(run, node, &in, &out, scratch));
        keep_piece(s, &in, &out, first, at, s->source + index * out.n_blocks);
    }
    return CAUCE_OK;
}

/* Blocks that are in the input in some tasks, but not in all. */
static cauce_status settle_task(cauce_run *run, int64_t index, void *payload) {
    const sweep *s = payload;
    (void)run;
    for (int64_t i = 0; i < s->out->n_blocks; i++) {
        const int64_t source = s->source[index * s->out->n_blocks + i];
        if (source >= 0 && !s->out->blocks[i].lasts)
            copy_rows(s, source, i, index * s->rows, rows_of_task(s, index));
    }
    return CAUCE_OK;
}

/* Says where each block is; true: there are rows to settle. */
static bool place_blocks(const sweep *s, int64_t n_tasks) {
    const int64_t n_out = s->out->n_blocks;
    bool rest = false;
    for (int64_t i = 0; i < n_out; i++) {
        cauce_block *block = &s->out->blocks[i];
        const int64_t source = n_tasks > 0 ? s->source[i] : -1;
        int64_t same = 0, any = 0;
        for (int64_t t = 0; t < n_tasks; t++) {
            same += s->source[t * n_out + i] == source;
            any += s->source[t * n_out + i] >= 0;
        }
        ca_block_home(&s->node->f.out->fields[i], block);
        block->lasts = source >= 0 && same == n_tasks;
        if (block->lasts)
            cauce_block_share(block, &s->in->blocks[source]);
        else
            rest = rest || any > 0;
    }
    return rest;
}

static cauce_status sweep_all(cauce_run *run, sweep *s) {
    const int64_t n_tasks = (s->in->n_rows + s->rows - 1) / s->rows;
    s->source = cauce_scratch(run, n_tasks * s->out->n_blocks, sizeof *s->source);
    if (!s->source) return run->error.status;
    CA_TRY(cauce_parallel(run, n_tasks, sweep_task, s));
    return place_blocks(s, n_tasks) ? cauce_parallel(run, n_tasks, settle_task, s) : CAUCE_OK;
}

cauce_status ca_node_apply_all(cauce_run *run, const ca_node *node, const cauce_batch *in, ca_frame *out) {
    CA_TRY(ca_node_ready_all(run, node));
    CA_TRY(ca_frame_new(run, out, node->f.out, in->n_rows));
    out->batch.first_row = in->first_row;
    out->batch.offset = in->offset;
    const ca_arena_mark mark = ca_arena_here(&run->scratch);
    sweep s = { .node = node, .in = in, .out = &out->batch };
    s.rows = node->block_rows > 4096 ? node->block_rows : 4096;
    cauce_status status = sweep_all(run, &s);
    ca_arena_back(&run->scratch, mark);
    if (status != CAUCE_OK) ca_frame_free(out);
    return status;
}

cauce_status ca_node_replace(cauce_run *run, const ca_node *node, cauce_batch *batch) {
    ca_frame made;
    CA_TRY(ca_node_apply_all(run, node, batch, &made));
    ca_arena_adopt(&run->scratch, &made.arena);
    *batch = made.batch;
    return CAUCE_OK;
}

/* ---- Fitting ------------------------------------------------------------------------------------------- */

static cauce_status transform_train(cauce_run *run, const ca_node *node, const cauce_train *train,
                                    ca_frame *out) {
    const cauce_component *component = node->f.component;
    if (!component->fit_transform) return ca_node_apply_all(run, node, train->x, out);
    CA_TRY(ca_frame_new(run, out, node->f.out, train->n_rows));
    out->batch.first_row = train->x->first_row;
    out->batch.offset = train->x->offset;
    cauce_status status = component->fit_transform(run, &node->f, train, &out->batch);
    if (status == CAUCE_OK)
        ca_batch_settle(node->f.out, &out->batch);
    else
        ca_frame_free(out);
    return status;
}

/* The training rows as the component takes them. */
static cauce_status adapt_train(cauce_run *run, const ca_node *node, const cauce_train *train,
                                cauce_train *adapted, cauce_batch *batch) {
    *adapted = *train;
    adapted->schema = node->f.in;
    if (!node->adapt) return CAUCE_OK;
    const size_t size = ca_adapt_size(node, train->n_rows), most = ca_memory_most();
    if (size > most || size == SIZE_MAX)
        return cauce_fail(run, CAUCE_E_LIMIT,
                          "%s takes no one-hot columns as they are, and %lld dense columns of %lld rows are "
                          "%.4g GB, of %.4g GB that the machine has: encode fewer levels (max_categories, "
                          "min_frequency) or otherwise (target_encoder, ordinal_encoder), or take a linear "
                          "model or trees, which take them",
                          node->f.component->name, (long long)node->f.in->width, (long long)train->n_rows,
                          ca_gigabytes(size), ca_gigabytes(most));
    char *memory = cauce_scratch(run, 1, size);
    if (!memory) return run->error.status;
    ca_adapt_batch(node, train->x, batch, memory);
    adapted->x = batch;
    return CAUCE_OK;
}

/* Validation rows reach components that look at them, adapted as the training rows are; an earlier fit those
 * that go on from one. */
static cauce_status adapt_validation(cauce_run *run, const ca_node *node, cauce_train *train) {
    const cauce_train *given = train->validation;
    bool stepwise = node->f.component->tags & CAUCE_TAG_STEPWISE;
    train->validation = NULL;
    if (!stepwise && !(node->f.component->tags & CAUCE_TAG_GOES_ON)) train->start = NULL;
    if (!stepwise || !given) return CAUCE_OK;
    cauce_train *adapted = cauce_scratch(run, 1, sizeof *adapted);
    cauce_batch *batch = cauce_scratch(run, 1, sizeof *batch);
    if (!adapted || !batch) return run->error.status;
    CA_TRY(adapt_train(run, node, given, adapted, batch));
    if (!(node->f.component->tags & CAUCE_TAG_MISSING)) CA_TRY(ca_finite_check(run, node, adapted->x));
    train->validation = adapted;
    return CAUCE_OK;
}

/* The state is still ours; it turns read-only with the end of fit. */
static cauce_status fit_state(cauce_run *run, const ca_node *node, const cauce_train *train, bool seen) {
    const cauce_component *component = node->f.component;
    void *state = (void *)(uintptr_t)node->f.state;
    if (seen || !(component->tags & CAUCE_TAG_AS_IT_LIES))
        return component->fit(run, node->f.params, train, state);
    ca_unseen unseen = ca_finite_later(node, train->x), *outer = run->unseen;
    run->unseen = &unseen;
    cauce_status status = component->fit(run, node->f.params, train, state);
    if (status == CAUCE_OK) status = ca_run_look(run, train->x); /* a fit that never asked */
    run->unseen = outer;
    return status;
}

static cauce_status fit_simple(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const cauce_component *component = node->f.component;
    cauce_train adapted;
    cauce_batch batch;
    if (node->f.in->width == 0 && !(component->tags & CAUCE_TAG_ANY_INPUT) &&
        component->role != CAUCE_TRANSFORMER)
        return cauce_fail(run, CAUCE_E_SHAPE, "no feature column reaches %s", component->name);
    CA_TRY(adapt_train(run, node, train, &adapted, &batch));
    const bool seen = (component->tags & CAUCE_TAG_MISSING) || adapted.x == run->finite;
    if (!seen && !(component->tags & CAUCE_TAG_AS_IT_LIES)) CA_TRY(ca_finite_look(run, node, adapted.x));
    CA_TRY(adapt_validation(run, node, &adapted));
    if (component->role == CAUCE_CLASSIFIER && !adapted.y_class)
        return cauce_fail(run, CAUCE_E_KIND, "%s needs a target of classes", component->name);
    if (component->role == CAUCE_REGRESSOR && !adapted.y)
        return cauce_fail(run, CAUCE_E_KIND, "%s needs a target of numbers", component->name);
    CA_TRY(ca_offset_taken(run, component, adapted.x->offset != NULL, adapted.exposure));
    CA_TRY(cauce_check_cancel(run));
    CA_TRY(fit_state(run, node, &adapted, seen));
    CA_TRY(ca_node_bind(run, node));
    if (!out) return CAUCE_OK;
    if (!component->fit_transform) return transform_train(run, node, train, out);
    return transform_train(run, node, &adapted, out);
}

/* Only steps hand validation rows on: what other composites fit is not what the rows are for. */
static cauce_status fit_composite(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    cauce_train own = *train;
    if (!ca_is_steps(node->f.component)) own.validation = NULL;
    CA_TRY(node->f.component->composite->fit(run, node, &own, out));
    cauce_status status = ca_node_bind(run, node);
    if (status == CAUCE_OK && out && !out->batch.blocks) return ca_node_apply_all(run, node, train->x, out);
    if (status != CAUCE_OK && out) ca_frame_free(out);
    return status;
}

cauce_status ca_node_fit(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train, ca_frame *out,
                         ca_node **node) {
    return ca_node_fit_as(run, recipe, ca_recipe_name(recipe), train, out, node);
}

cauce_status ca_node_fit_as(cauce_run *run, const cauce_recipe *recipe, const char *name,
                            const cauce_train *train, ca_frame *out, ca_node **result) {
    ca_place place;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    if (out) memset(out, 0, sizeof *out);
    ca_node *node = NULL;
    CA_TRY(ca_node_new(run, recipe, name, train->schema, train->n_classes, train->classes, train->targets,
                       &node));
    ca_enter(run, &place, node->label);
    cauce_status status = ca_adapt_schema(run, node);
    if (status == CAUCE_OK)
        status = recipe->component->composite ? fit_composite(run, node, train, out)
                                              : fit_simple(run, node, train, out);
    if (status != CAUCE_OK && run->error.status == CAUCE_OK)
        status = cauce_fail(run, status, "%s", cauce_status_text(status));
    if (run->error.status != CAUCE_OK) status = run->error.status;
    ca_arena_back(&run->scratch, mark);
    ca_leave(run, &place);
    *result = node;
    return status;
}
