/* column_transformer: branches side by side, each on its own columns; the columns of the output are those of
 * the branches in order, then the remainder. */
#include <string.h>

#include "compose/beside.h"
#include "data/select.h"

enum { REMAINDER_DROP, REMAINDER_PASSTHROUGH };

struct params {
    int remainder;
    bool verbose_feature_names_out;
};

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(struct params, remainder, "drop", "drop|passthrough",
                 "What happens to columns that no branch uses."),
    CAUCE_BOOL(struct params, verbose_feature_names_out, true,
               "Puts the name of the branch before the names of its columns (branch__column)."),
    CAUCE_END
};

struct state {
    int64_t n_slots;   /* branches + 1 for the remainder */
    int64_t n_columns; /* of all slots together */
    int64_t n_starts;
    int64_t *start;  /* n_slots + 1: first entry of each slot */
    int64_t *column; /* fields of the input, slot after slot */
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct state, start, CAUCE_I64, n_starts,
                "First entry of each branch, then of the remainder."),
    CAUCE_ARRAY(struct state, column, CAUCE_I64, n_columns,
                "Input columns of the branches, one after the other."),
    CAUCE_NUMBER_INT(struct state, n_slots, "Branches and the remainder."), CAUCE_STATE_END
};

static const struct state *state_of(const ca_node *node) {
    return node->f.state;
}

static int64_t slot_width(const struct state *s, int64_t slot) {
    return s->start[slot + 1] - s->start[slot];
}

static cauce_status check(cauce_run *run, const cauce_recipe *recipe) {
    if (recipe->n_children == 0)
        return cauce_fail(run, CAUCE_E_PARAM, "a column_transformer needs at least one branch");
    for (int64_t i = 0; i < recipe->n_children; i++)
        if (ca_recipe_role(recipe->children[i]) != CAUCE_TRANSFORMER)
            return cauce_fail(run, CAUCE_E_PARAM,
                              "branch '%s' ends with an estimator; branches only transform",
                              ca_recipe_name(recipe->children[i]));
    return CAUCE_OK;
}

/* Which columns each branch takes is decided once, at fit. */
static cauce_status resolve(cauce_run *run, ca_node *node) {
    const cauce_recipe *recipe = node->recipe;
    const cauce_schema *given = node->given;
    struct state *s = (struct state *)(uintptr_t)node->f.state;
    const struct params *p = node->f.params;
    int64_t most;
    if (__builtin_mul_overflow(given->n_fields, recipe->n_children + 1, &most))
        return cauce_fail(run, CAUCE_E_LIMIT, "too many branches");
    s->n_slots = recipe->n_children + 1;
    s->n_starts = s->n_slots + 1;
    s->start = cauce_keep(run, s->n_starts, sizeof *s->start);
    int64_t *column = cauce_scratch(run, most, sizeof *column);
    bool *used = cauce_scratch(run, given->n_fields, sizeof *used);
    if (!s->start || !column || !used) return run->error.status;
    int64_t n = 0;
    for (int64_t i = 0; i < recipe->n_children; i++) {
        ca_place place;
        ca_enter(run, &place, ca_run_text(run, "branch '%s'", ca_recipe_name(recipe->children[i])));
        int64_t chosen = 0;
        cauce_status status = ca_select(run, given, recipe->children[i]->columns, column + n, &chosen);
        ca_leave(run, &place);
        CA_TRY(status);
        for (int64_t k = 0; k < chosen; k++) used[column[n + k]] = true;
        n += chosen;
        s->start[i + 1] = n;
    }
    if (p->remainder == REMAINDER_PASSTHROUGH)
        for (int64_t i = 0; i < given->n_fields; i++)
            if (!used[i] && given->fields[i].kind != CAUCE_TEXT) column[n++] = i;
    s->start[s->n_slots] = n;
    s->n_columns = n;
    s->column = cauce_keep(run, n, sizeof *s->column);
    if (!s->column) return run->error.status;
    memcpy(s->column, column, (size_t)n * sizeof *column);
    return CAUCE_OK;
}

static cauce_status child_input(cauce_run *run, const ca_node *node, int64_t i, cauce_schema *input) {
    const struct state *s = state_of(node);
    int64_t n = slot_width(s, i);
    if (n == 0) {
        input->n_fields = -1; /* a branch without columns is left out */
        return CAUCE_OK;
    }
    cauce_field *fields = cauce_keep(run, n, sizeof *fields);
    if (!fields) return run->error.status;
    for (int64_t k = 0; k < n; k++) fields[k] = node->given->fields[s->column[s->start[i] + k]];
    *input = (cauce_schema){ n, fields, ca_schema_width(fields, n) };
    return CAUCE_OK;
}

static void pick(const struct state *s, int64_t slot, const cauce_batch *in, cauce_block *blocks,
                 cauce_batch *picked) {
    int64_t n = slot_width(s, slot);
    for (int64_t k = 0; k < n; k++) blocks[k] = in->blocks[s->column[s->start[slot] + k]];
    *picked = (cauce_batch){ in->n_rows, n, blocks, in->first_row, in->offset };
}

/* ---- Fit: branches in parallel ------------------------------------------------------------------------- */

typedef struct branch_job {
    ca_node *node;
    const cauce_train *train;
    ca_frame *frames; /* one for each branch; NULL: no output wanted */
} branch_job;

static cauce_status fit_branch(cauce_run *run, int64_t i, void *payload) {
    branch_job *job = payload;
    const cauce_recipe *child = job->node->recipe->children[i];
    cauce_train train = *job->train;
    cauce_batch batch;
    cauce_schema *schema = cauce_keep(run, 1, sizeof *schema);
    cauce_block *blocks = cauce_scratch(run, 1, ca_blocks_size(job->node->given->n_fields));
    if (!schema || !blocks) return run->error.status;
    CA_TRY(child_input(run, job->node, i, schema));
    if (schema->n_fields < 0) return CAUCE_OK;
    pick(state_of(job->node), i, train.x, blocks, &batch);
    train.schema = schema;
    train.x = &batch;
    return ca_node_fit(run, child, &train, job->frames ? &job->frames[i] : NULL, &job->node->child[i]);
}

static int64_t output_fields(const ca_node *node) {
    int64_t n = slot_width(state_of(node), node->n_child);
    for (int64_t i = 0; i < node->n_child; i++)
        if (node->child[i]) n += node->child[i]->f.out->n_fields;
    return n;
}

/* Of the remainder, what does not last is copied: no frame holds on to another. */
static cauce_status keep_remainder(cauce_run *run, const ca_node *node, const cauce_train *train,
                                   ca_frame *frame) {
    const struct state *s = state_of(node);
    cauce_schema rest;
    CA_TRY(child_input(run, node, node->n_child, &rest));
    if (rest.n_fields < 0) rest = (cauce_schema){ 0, NULL, 0 };
    CA_TRY(ca_frame_new(run, frame, &rest, train->n_rows));
    for (int64_t k = 0; k < rest.n_fields; k++) {
        int64_t source = s->column[s->start[node->n_child] + k];
        cauce_block *block = &frame->batch.blocks[k];
        cauce_block_share(block, &train->x->blocks[source]);
        block->lasts = train->x->blocks[source].lasts;
        if (!block->lasts) ca_block_settle(&rest.fields[k], train->n_rows, block);
    }
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    int64_t n = node->recipe->n_children;
    CA_TRY(ca_node_children(run, node, n));
    CA_TRY(resolve(run, node));
    ca_frame *frames = cauce_scratch(run, n + 1, sizeof *frames); /* the last: the remainder */
    if (!frames) return run->error.status;
    branch_job job = { node, train, out ? frames : NULL };
    cauce_status status = cauce_parallel(run, n, fit_branch, &job);
    if (status == CAUCE_OK && out) status = keep_remainder(run, node, train, &frames[n]);
    if (status == CAUCE_OK && out) status = ca_frames_join(run, frames, n + 1, train->x, out);
    for (int64_t i = 0; i <= n; i++) ca_frame_free(&frames[i]);
    return status;
}

static void mark_used(const ca_node *node, bool *used) {
    const struct state *s = state_of(node);
    for (int64_t k = s->start[node->n_child]; k < s->start[s->n_slots]; k++) used[s->column[k]] = true;
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        /* `drop` on a column is no use of it. */
        if (!child || strcmp(child->f.component->name, "drop") == 0) continue;
        for (int64_t k = s->start[i]; k < s->start[i + 1]; k++) used[s->column[k]] = true;
    }
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

static cauce_status set_name(cauce_run *run, const ca_node *node, const char *branch, cauce_field *field) {
    const struct params *p = node->f.params;
    return p->verbose_feature_names_out ? ca_beside_name(run, branch, field) : CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    const struct state *s = state_of(node);
    cauce_field *fields = cauce_bind_fields(run, binding, output_fields(node));
    if (!fields) return run->error.status;
    int64_t n = 0;
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        if (!child) continue;
        for (int64_t k = 0; k < child->f.out->n_fields; k++) {
            fields[n] = child->f.out->fields[k];
            CA_TRY(set_name(run, node, child->f.name, &fields[n++]));
        }
    }
    for (int64_t k = s->start[node->n_child]; k < s->start[s->n_slots]; k++) {
        fields[n] = node->given->fields[s->column[k]];
        CA_TRY(set_name(run, node, "remainder", &fields[n++]));
    }
    const struct params *p = node->f.params;
    if (!p->verbose_feature_names_out) CA_TRY(ca_beside_check(run, fields, n));
    binding->scratch = ca_blocks_size(node->given->n_fields) + ca_beside_room(node, binding);
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    const struct state *s = state_of(node);
    char *memory = scratch;
    cauce_block *blocks = ca_take(&memory, ca_blocks_size(node->given->n_fields));
    int64_t n = 0;
    for (int64_t i = 0; i < node->n_child; i++) {
        if (!node->child[i]) continue;
        cauce_batch from,
            to = { in->n_rows, node->child[i]->f.out->n_fields, out->blocks + n, in->first_row, NULL };
        pick(s, i, in, blocks, &from);
        CA_TRY(ca_node_apply(run, node->child[i], &from, &to, memory));
        n += to.n_blocks;
    }
    for (int64_t k = s->start[node->n_child]; k < s->start[s->n_slots]; k++)
        cauce_block_share(&out->blocks[n++], &in->blocks[s->column[k]]);
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const ca_node *node = ca_node_of(self);
    const struct state *s = state_of(node);
    if (s->n_slots != node->recipe->n_children + 1 || s->n_starts != s->n_slots + 1 || s->start[0] != 0 ||
        s->start[s->n_slots] != s->n_columns)
        return cauce_fail(run, CAUCE_E_FORMAT, "the branches do not fit the recipe");
    for (int64_t i = 0; i < s->n_slots; i++)
        if (s->start[i] > s->start[i + 1])
            return cauce_fail(run, CAUCE_E_FORMAT, "branch %lld ends before it begins", (long long)i);
    for (int64_t k = 0; k < s->n_columns; k++)
        if (s->column[k] < 0 || s->column[k] >= node->given->n_fields)
            return cauce_fail(run, CAUCE_E_FORMAT, "column %lld is not there", (long long)s->column[k]);
    return CAUCE_OK;
}

/* The columns of each field of the input begin at first[field]. Adds the numbers of the columns of a slot. */
static void add_slot(const ca_node *node, int64_t slot, const int64_t *first, const double *worth,
                     double *in) {
    const struct state *s = state_of(node);
    for (int64_t k = s->start[slot]; k < s->start[slot + 1]; k++)
        for (int64_t c = 0; c < node->given->fields[s->column[k]].width; c++)
            in[first[s->column[k]] + c] += *worth++;
}

static cauce_status trace(cauce_run *run, const ca_node *node, const double *out, double *in) {
    int64_t *first = cauce_scratch(run, node->given->n_fields + 1, sizeof *first);
    if (!first) return run->error.status;
    for (int64_t f = 0; f < node->given->n_fields; f++)
        first[f + 1] = first[f] + node->given->fields[f].width;
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        if (!child) continue;
        double *worth = cauce_scratch(run, child->given->width, sizeof *worth);
        if (!worth) return run->error.status;
        CA_TRY(ca_node_trace(run, child, out, worth));
        add_slot(node, i, first, worth, in);
        out += child->f.out->width;
    }
    add_slot(node, node->n_child, first, out, in);
    return CAUCE_OK;
}

static cauce_status part_of(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    return child_input(run, node, i, &part->input);
}

static const ca_slot slots[] = {
    { "branches", CA_SLOT_BRANCHES, 0, NULL, "What is done to which columns, side by side." }, CA_SLOTS_END
};
static const cauce_composite composite = {
    .slots = slots, .check = check, .fit = fit, .part = part_of, .mark_used = mark_used, .trace = trace
};

const cauce_component cauce_column_transformer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "column_transformer",
    .summary = "Branches side by side, each on its own columns.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(struct params),
    .params = param_rows,
    .state_size = sizeof(struct state),
    .state = state_rows,
    .state_version = 1,
    .fit = ca_fit_by_children,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .composite = &composite,
};
