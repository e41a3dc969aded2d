/* include/cauce/scorer.h: everything that a row needs is laid out when the scorer is made. */
#include "cauce/scorer.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "core/model.h"
#include "core/warm_up.h"

struct cauce_scorer {
    const cauce_model *model;
    cauce_batch in, out;
    char *scratch;
    double offset;  /* of the row, where it is made of an exposure */
    ca_arena arena; /* the memory of `in`, `out` and `scratch` */
    int64_t class;
    cauce_run run;
};

static void clear(cauce_scorer *s) {
    for (int64_t i = 0; i < s->in.n_blocks; i++) {
        if (s->model->inputs.fields[i].form == CAUCE_CODES)
            *(int32_t *)s->in.blocks[i].room = CAUCE_MISSING;
        else
            *(double *)s->in.blocks[i].room = NAN;
    }
}

static cauce_status lay_out(cauce_run *run, cauce_scorer *s) {
    const cauce_model *model = s->model;
    const cauce_schema *out = model->root->f.out;
    CA_TRY(ca_node_ready_all(run, model->root));
    char *in_memory = ca_arena_alloc(&s->arena, ca_batch_size(&model->inputs, 1));
    char *out_memory = ca_arena_alloc(&s->arena, ca_batch_size(out, 1));
    s->scratch = ca_arena_alloc(&s->arena, model->root->scratch > 64 ? model->root->scratch : 64);
    if (!in_memory || !out_memory || !s->scratch) return CA_NOMEM(run);
    ca_batch_lay(&s->in, &model->inputs, 1, in_memory);
    ca_batch_lay(&s->out, out, 1, out_memory);
    for (int64_t i = 0; i < s->in.n_blocks; i++)
        if (model->inputs.fields[i].form == CAUCE_CODES)
            cauce_block_codes(&s->in.blocks[i]);
        else
            cauce_block_values(&s->in.blocks[i]);
    clear(s);
    return CAUCE_OK;
}

static cauce_status apply(cauce_scorer *s) {
    s->in.n_rows = 1;
    cauce_batch in = s->in; /* of which an offset is taken */
    CA_TRY(ca_offset_take(&s->run, &s->model->inputs, s->model->offset, &s->offset, &in));
    return ca_node_apply(&s->run, s->model->root, &in, &s->out, s->scratch);
}

/* With a row whose inputs are missing. Some models refuse it, which is no failure of the scorer. */
static void warm_up(cauce_scorer *s) {
    s->in.first_row = CA_WARM_UP_ROW;
    (void)apply(s);
    s->in.first_row = 0;
    s->run.error.status = CAUCE_OK;
}

cauce_scorer *cauce_scorer_new(const cauce_model *model) {
    if (!model) return ca_null("model"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_scorer *s = NULL;
    if (!ca_node_is_estimator(model->root))
        cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no estimator: there is nothing to score");
    else if (!(s = ca_calloc(1, sizeof *s)))
        CA_NOMEM(run);
    if (s) {
        s->model = model;
        s->class = -1;
        lay_out(run, s);
    }
    if (ca_guard_leave(&guard) == CAUCE_OK) {
        ca_run_begin(&s->run);
        warm_up(s);
        return s;
    }
    cauce_scorer_free(s);
    return NULL;
}

void cauce_scorer_free(cauce_scorer *s) {
    if (!s) return;
    ca_run_end(&s->run);
    ca_arena_free(&s->arena);
    ca_free(s);
}

void cauce_scorer_clear(cauce_scorer *s) {
    if (s) clear(s);
}

/* A failure of the scorer's own run becomes this thread's. The run keeps nothing, so that the next row starts
 * clean. */
static cauce_status report(cauce_scorer *s) {
    ca_guard guard;
    ca_guard_enter(&guard);
    guard.run.error = s->run.error;
    s->run.error.status = CAUCE_OK;
    return ca_guard_leave(&guard);
}

static const cauce_field *field_of(cauce_scorer *s, int64_t i) {
    if (i >= 0 && i < s->in.n_blocks) return &s->model->inputs.fields[i];
    cauce_fail(&s->run, CAUCE_E_ARGUMENT, "input %lld is not one of 0 .. %lld", (long long)i,
               (long long)s->in.n_blocks - 1);
    return NULL;
}

cauce_status cauce_scorer_set_number(cauce_scorer *s, int64_t i, double value) {
    if (!s) return ca_null("scorer");
    const cauce_field *field = field_of(s, i);
    if (!field) return report(s);
    if (field->form == CAUCE_DENSE) {
        *(double *)s->in.blocks[i].room = value;
        return CAUCE_OK;
    }
    if (isnan(value)) {
        *(int32_t *)s->in.blocks[i].room = CAUCE_MISSING;
        return CAUCE_OK;
    }
    cauce_fail(&s->run, CAUCE_E_KIND, "input '%s' is a %s: set it with a text", field->name,
               cauce_kind_name(field->kind));
    return report(s);
}

cauce_status cauce_scorer_set_text(cauce_scorer *s, int64_t i, const char *text) {
    if (!s) return ca_null("scorer");
    const cauce_field *field = field_of(s, i);
    if (!field) return report(s);
    if (field->form == CAUCE_CODES) {
        int32_t code = text ? cauce_levels_find(field->levels, text, strlen(text)) : CAUCE_MISSING;
        *(int32_t *)s->in.blocks[i].room = text && code < 0 ? CAUCE_UNKNOWN : code;
        return CAUCE_OK;
    }
    double value = NAN;
    if (text && !ca_number_parse(text, strlen(text), &value)) {
        char shown[64];
        cauce_fail(&s->run, CAUCE_E_DATA, "input '%s': '%s' is no number", field->name,
                   ca_text_show(text, strlen(text), shown, sizeof shown));
        return report(s);
    }
    *(double *)s->in.blocks[i].room = value;
    return CAUCE_OK;
}

const double *cauce_scorer_run(cauce_scorer *s) {
    if (!s) return ca_null("scorer"), NULL;
    if (apply(s) != CAUCE_OK) return report(s), NULL;
    const cauce_block *output = &s->out.blocks[0];
    s->class = -1;
    if (s->model->n_classes) {
        int32_t class;
        ca_decide(output->values, output->stride, 1, s->model->n_classes, &class);
        s->class = class;
    }
    return output->values;
}

int64_t cauce_scorer_class(const cauce_scorer *s) {
    return s ? s->class : -1;
}
