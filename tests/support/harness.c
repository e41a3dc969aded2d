#include "support/harness.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "core/param.h"
#include "data/batch.h"
#include "data/levels.h"
#include "support/check_main.h"

/* ---- Frames -------------------------------------------------------------------------------------------- */

frame *frame_new(int64_t n_rows) {
    frame *f = calloc(1, sizeof *f);
    ck_assert_ptr_nonnull(f);
    f->schema.fields = f->fields;
    f->batch.n_rows = n_rows;
    f->batch.blocks = f->blocks;
    return f;
}

void frame_free(frame *f) {
    ca_arena_free(&f->arena);
    free(f);
}

static int64_t add_field(frame *f, cauce_field field, cauce_block block) {
    int64_t at = f->schema.n_fields;
    ck_assert_int_lt(at, FRAME_FIELDS);
    f->fields[at] = field;
    f->blocks[at] = block;
    f->schema.n_fields = f->batch.n_blocks = at + 1;
    f->schema.width += field.width;
    return at;
}

static const void *copy(frame *f, const void *from, size_t bytes) {
    void *to = ca_arena_alloc(&f->arena, bytes);
    ck_assert_ptr_nonnull(to);
    return memcpy(to, from, bytes);
}

void frame_numbers(frame *f, const char *name, const double *values) {
    frame_wide(f, name, 1, values, NULL);
}

void frame_wide(frame *f, const char *name, int64_t width, const double *values, const char *const *labels) {
    int64_t n = f->batch.n_rows;
    const cauce_levels *list = labels ? ca_levels_new(&f->arena, labels, NULL, (int32_t)width, false) : NULL;
    add_field(f, (cauce_field){ .name = name, .width = width, .labels = list },
              (cauce_block){ .values = copy(f, values, (size_t)(n * width) * sizeof *values), .stride = n });
}

void frame_onehot_of(frame *f, const char *name, int64_t width, const int32_t *codes,
                     const char *const *labels) {
    const cauce_levels *list = labels ? ca_levels_new(&f->arena, labels, NULL, (int32_t)width, false) : NULL;
    add_field(f, (cauce_field){ .name = name, .width = width, .form = CAUCE_ONEHOT, .labels = list },
              (cauce_block){ .codes = copy(f, codes, (size_t)f->batch.n_rows * sizeof *codes) });
}

void frame_onehot(frame *f, const char *name, int64_t width, const int32_t *codes) {
    frame_onehot_of(f, name, width, codes, NULL);
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

void frame_texts_like(frame *f, const cauce_field *like, const char *const *texts) {
    int64_t n = f->batch.n_rows;
    int32_t *codes = ca_arena_alloc(&f->arena, (size_t)n * sizeof *codes);
    for (int64_t r = 0; r < n; r++) {
        codes[r] = CAUCE_MISSING;
        if (!texts[r]) continue;
        int32_t code = cauce_levels_find(like->levels, texts[r], strlen(texts[r]));
        codes[r] = code >= 0 ? code : CAUCE_UNKNOWN;
    }
    add_field(f, *like, (cauce_block){ .codes = codes });
}

void frame_texts(frame *f, const char *name, cauce_kind kind, const char *const *texts,
                 const char *const *more) {
    int64_t n = f->batch.n_rows, m = 0, distinct = 0, n_more = 0;
    while (more && more[n_more]) n_more++;
    const char **all = ca_arena_alloc(&f->arena, (size_t)(n + n_more) * sizeof *all);
    for (int64_t r = 0; r < n; r++)
        if (texts[r]) all[m++] = texts[r];
    for (int64_t i = 0; i < n_more; i++) all[m++] = more[i];
    qsort(all, (size_t)m, sizeof *all, by_text);
    for (int64_t i = 0; i < m; i++)
        if (i == 0 || strcmp(all[i], all[distinct - 1]) != 0) all[distinct++] = all[i];
    const cauce_levels *levels = ca_levels_new(&f->arena, all, NULL, (int32_t)distinct, true);
    cauce_field field = { .name = name, .kind = kind, .form = CAUCE_CODES, .width = 1, .levels = levels };
    frame_texts_like(f, &field, texts);
}

frame *frame_repeat(const frame *f, const int *times) {
    int64_t n = 0, m = f->batch.n_rows;
    for (int64_t r = 0; r < m; r++) n += times[r];
    frame *out = frame_new(n);
    for (int64_t i = 0; i < f->schema.n_fields; i++) {
        const cauce_field *field = &f->fields[i];
        const cauce_block *from = &f->blocks[i];
        bool dense = field->form == CAUCE_DENSE;
        int64_t columns = dense ? field->width : 1, at = 0;
        double *values = ca_arena_alloc(&out->arena, (size_t)(n * columns) * sizeof *values);
        int32_t *codes = ca_arena_alloc(&out->arena, (size_t)n * sizeof *codes);
        for (int64_t r = 0; r < m; r++)
            for (int k = 0; k < times[r]; k++, at++) {
                if (!dense) codes[at] = from->codes[r];
                for (int64_t c = 0; c < columns && dense; c++)
                    values[at + c * n] = from->values[r + c * from->stride];
            }
        add_field(out, *field,
                  dense ? (cauce_block){ .values = values, .stride = n } : (cauce_block){ .codes = codes });
    }
    return out;
}

/* ---- Fitting ------------------------------------------------------------------------------------------- */

static cauce_train train_of(const fitted *t, const frame *f, const frame_target *target,
                            const double *weight) {
    cauce_train train = { .n_rows = f->batch.n_rows, .schema = &f->schema, .x = &f->batch, .weight = weight };
    if (!target) return train;
    train.y = target->y;
    train.y_class = target->y_class;
    train.group = target->group;
    train.n_groups = target->n_groups;
    train.n_classes = t->f.n_classes;
    train.classes = t->f.classes;
    return train;
}

static cauce_status take_classes(fitted *t, const frame_target *target) {
    if (!target || !target->classes) return CAUCE_OK;
    while (target->classes[t->f.n_classes]) t->f.n_classes++;
    t->f.classes = ca_levels_new(&t->arena, target->classes, NULL, t->f.n_classes, true);
    return t->f.classes ? CAUCE_OK : CA_NOMEM(&t->run);
}

/* What a component makes that says nothing about it. */
static cauce_schema default_output(fitted *t, const frame *train) {
    if (t->f.component->role == CAUCE_TRANSFORMER) return train->schema;
    bool classifier = t->f.component->role == CAUCE_CLASSIFIER;
    t->answer = (cauce_field){ .name = classifier ? "proba" : "prediction",
                               .width = classifier ? t->f.n_classes : 1,
                               .labels = t->f.classes };
    return (cauce_schema){ 1, &t->answer, 0 };
}

static cauce_status start(fitted *t, const char *params, const frame *train, const frame_target *target,
                          const double *weight) {
    const cauce_component *c = t->f.component;
    cauce_run *run = &t->run;
    void *values = cauce_keep(run, 1, c->params_size), *state = cauce_keep(run, 1, c->state_size);
    if (!values || !state) return run->error.status;
    t->f.params = values;
    t->f.state = state;
    t->f.in = &train->schema;
    CA_TRY(ca_options_parse(run, &t->arena, c->name, c->params, params, values));
    if (c->check) CA_TRY(c->check(run, values));
    CA_TRY(take_classes(t, target));
    cauce_train all = train_of(t, train, target, weight);
    CA_TRY(c->fit(run, values, &all, state));
    t->binding.block_rows = 256;
    if (c->bind) CA_TRY(c->bind(run, &t->f, &t->binding));
    t->out = t->binding.fields ? (cauce_schema){ t->binding.n_fields, t->binding.fields, 0 }
                               : default_output(t, train);
    t->out.width = 0;
    for (int64_t i = 0; i < t->out.n_fields; i++) t->out.width += t->out.fields[i].width;
    t->f.out = &t->out;
    t->f.bound = t->binding.bound;
    if (c->ready) CA_TRY(c->ready(run, &t->f));
    return c->verify(run, &t->f);
}

cauce_status fitted_start(fitted *t, const cauce_component *component, const char *params, const frame *train,
                          const double *weight) {
    return fitted_learn(t, component, params, train, NULL, weight);
}

cauce_status fitted_learn(fitted *t, const cauce_component *component, const char *params, const frame *train,
                          const frame_target *target, const double *weight) {
    memset(t, 0, sizeof *t);
    ca_run_begin(&t->run);
    t->run.keep = &t->keep;
    t->f.component = component;
    t->f.name = component->name;
    return start(t, params, train, target, weight);
}

void fitted_end(fitted *t) {
    ca_run_end(&t->run);
    ca_arena_free(&t->keep.arena);
    ca_arena_free(&t->arena);
    ca_free(t->cells);
    memset(t, 0, sizeof *t);
}

/* ---- Applying ------------------------------------------------------------------------------------------ */

/* The cells of n output rows, from row `first` of n_rows on. */
static void take_cells(const fitted *t, const cauce_batch *out, int64_t first, int64_t n_rows,
                       double *cells) {
    int64_t column = 0;
    for (int64_t i = 0; i < t->out.n_fields; i++)
        for (int64_t c = 0; c < t->out.fields[i].width; c++, column++)
            for (int64_t r = 0; r < out->n_rows; r++) {
                const cauce_block *from = &out->blocks[i];
                double *cell = &cells[column * n_rows + first + r];
                switch (t->out.fields[i].form) {
                case CAUCE_DENSE: *cell = from->values[r + c * from->stride]; break;
                case CAUCE_CODES: *cell = from->codes[r]; break;
                case CAUCE_ONEHOT:
                    ck_assert_int_ge(from->codes[r], -1);
                    ck_assert_int_lt(from->codes[r], t->out.fields[i].width);
                    *cell = from->codes[r] == c;
                    break;
                }
            }
}

/* Blocks of n rows with room for their cells. */
static cauce_block *blocks_new(fitted *t, int64_t n) {
    cauce_block *out = cauce_scratch(&t->run, t->out.n_fields, sizeof *out);
    for (int64_t i = 0; out && i < t->out.n_fields; i++) {
        out[i].stride = out[i].room_stride = n;
        out[i].room = cauce_scratch(&t->run, n * t->out.fields[i].width, sizeof(double));
        if (!out[i].room) return NULL;
    }
    return out;
}

cauce_status fitted_train_rows(fitted *t, const frame *train, const frame_target *target,
                               const double *weight) {
    int64_t n = train->batch.n_rows;
    cauce_train all = train_of(t, train, target, weight);
    cauce_batch to = { n, t->out.n_fields, blocks_new(t, n), 0, NULL };
    ca_free(t->cells);
    t->n_rows = n;
    t->cells = ca_malloc((size_t)(n * t->out.width) * sizeof(double));
    if (!to.blocks || !t->cells) return t->cells ? t->run.error.status : CA_NOMEM(&t->run);
    CA_TRY(t->f.component->fit_transform(&t->run, &t->f, &all, &to));
    take_cells(t, &to, 0, n, t->cells);
    return CAUCE_OK;
}

/* Rows first .. first+n-1 into cells. */
static cauce_status apply_piece(fitted *t, const frame *rows, int64_t first, int64_t n, double *cells) {
    cauce_run *run = &t->run;
    int64_t n_in = rows->schema.n_fields;
    cauce_block *in = cauce_scratch(run, n_in, sizeof *in), *out = blocks_new(t, n);
    void *scratch = cauce_scratch(run, (int64_t)t->binding.scratch, 1);
    if (!in || !out || !scratch) return run->error.status;
    for (int64_t i = 0; i < n_in; i++) {
        in[i] = rows->blocks[i];
        if (in[i].values) in[i].values += first;
        if (in[i].codes) in[i].codes += first;
    }
    cauce_batch from = { n, n_in, in, rows->batch.first_row + first, NULL };
    cauce_batch to = { n, t->out.n_fields, out, 0, NULL };
    CA_TRY(t->f.component->apply(run, &t->f, &from, &to, scratch));
    take_cells(t, &to, first, rows->batch.n_rows, cells);
    return CAUCE_OK;
}

static cauce_status apply_pieces(fitted *t, const frame *rows, int64_t piece, double *cells) {
    for (int64_t first = 0; first < rows->batch.n_rows; first += piece) {
        int64_t left = rows->batch.n_rows - first;
        ca_arena_mark mark = ca_arena_here(&t->run.scratch);
        cauce_status status = apply_piece(t, rows, first, left < piece ? left : piece, cells);
        ca_arena_back(&t->run.scratch, mark);
        if (status != CAUCE_OK) return status;
    }
    return CAUCE_OK;
}

cauce_status fitted_apply(fitted *t, const frame *rows) {
    size_t bytes = (size_t)(rows->batch.n_rows * t->out.width) * sizeof(double);
    ca_free(t->cells);
    t->n_rows = rows->batch.n_rows;
    t->cells = ca_malloc(bytes);
    double *again = ca_malloc(bytes);
    cauce_status status = t->cells && again ? CAUCE_OK : CA_NOMEM(&t->run);
    if (status == CAUCE_OK) status = apply_pieces(t, rows, t->binding.block_rows, t->cells);
    const int64_t pieces[] = { 1, 3, 100 };
    for (int i = 0; i < 3 && status == CAUCE_OK; i++) {
        status = apply_pieces(t, rows, pieces[i], again);
        if (status == CAUCE_OK && memcmp(t->cells, again, bytes) != 0)
            status =
                cauce_fail(&t->run, CAUCE_E_INTERNAL, "pieces of %d rows give other bits", (int)pieces[i]);
    }
    ca_free(again);
    return status;
}

/* ---- Looking ------------------------------------------------------------------------------------------- */

double fitted_cell(const fitted *t, int64_t row, int64_t column) {
    ck_assert_int_lt(row, t->n_rows);
    ck_assert_int_lt(column, t->out.width);
    return t->cells[column * t->n_rows + row];
}

const char *fitted_names(fitted *t) {
    ca_text text = { 0 };
    char name[256];
    for (int64_t i = 0; i < t->out.n_fields; i++)
        for (int64_t c = 0; c < t->out.fields[i].width; c++) {
            ca_field_column_name(&t->out.fields[i], c, name, sizeof name);
            ca_text_addf(&text, "%s%s", text.length ? ", " : "", name);
        }
    const char *copy = ca_arena_text(&t->arena, ca_text_get(&text), strlen(ca_text_get(&text)));
    ca_text_free(&text);
    return copy;
}

const char *fitted_text(const fitted *t, int64_t row, int64_t field) {
    int64_t column = 0;
    for (int64_t i = 0; i < field; i++) column += t->out.fields[i].width;
    return cauce_levels_text(t->out.fields[field].levels, (int32_t)fitted_cell(t, row, column));
}

void *fitted_array(fitted *t, const char *name) {
    for (const cauce_state *row = t->f.component->state; row->dtype != CAUCE_STATE_LAST; row++)
        if (strcmp(row->name, name) == 0) {
            const char *at = (const char *)t->f.state + row->offset;
            if (row->dtype >= CAUCE_SCALAR_INT) return (void *)(uintptr_t)at;
            return *(void *const *)(const void *)at;
        }
    ck_abort_msg("no state array %s", name);
    return NULL;
}

cauce_status fitted_verify(fitted *t) {
    ca_run_forgive(&t->run);
    return t->f.component->verify(&t->run, &t->f);
}

bool fitted_warned(const fitted *t, const char *name, const char *piece) {
    for (const ca_warning *w = t->run.warnings; w; w = w->next)
        if (strcmp(w->name, name) == 0 && strstr(w->text, piece)) return true;
    return false;
}
