#include "compose/inside.h"

#include <float.h>
#include <string.h>

#include "base/arena.h"
#include "core/model.h"
#include "data/levels.h"

/* ---- Some rows ----------------------------------------------------------------------------------------- */

/* The levels of a category column that occur, and the code of each among them. */
static cauce_status present_levels(cauce_run *run, const cauce_field *field, const int32_t *codes,
                                   const int64_t *rows, int64_t n, int32_t **code, cauce_field *own) {
    int32_t count = field->levels->count, kept = 0;
    int32_t *map = cauce_scratch(run, count, sizeof *map);
    const char **texts = cauce_scratch(run, count, sizeof *texts);
    if (!map || !texts) return run->error.status;
    bool boolean = field->kind == CAUCE_BOOLEAN; /* keeps both: one alone could not be told from a category */
    for (int32_t i = 0; i < count; i++) map[i] = boolean ? 0 : CAUCE_UNKNOWN;
    for (int64_t i = 0; i < n; i++)
        if (codes[rows[i]] >= 0) map[codes[rows[i]]] = 0;
    for (int32_t i = 0; i < count; i++)
        if (map[i] == 0) {
            texts[kept] = cauce_levels_text(field->levels, i);
            map[i] = kept++;
        }
    own->levels = cauce_levels_keep(run, texts, kept);
    *code = map;
    return own->levels ? CAUCE_OK : run->error.status;
}

static cauce_status pick_numbers(cauce_run *run, const double *from, const int64_t *rows, int64_t n,
                                 const double **to) {
    double *picked = cauce_scratch(run, n, sizeof *picked);
    if (!picked) return run->error.status;
    for (int64_t i = 0; i < n; i++) picked[i] = from[rows[i]];
    *to = picked;
    return CAUCE_OK;
}

static cauce_status gather(cauce_run *run, const cauce_schema *schema, const cauce_batch *whole,
                           int32_t *const *code, const int64_t *rows, int64_t n, cauce_batch *x) {
    size_t size = ca_batch_size(schema, n);
    char *memory = size == SIZE_MAX ? NULL : cauce_scratch(run, 1, size);
    if (!memory) return run->error.status != CAUCE_OK ? run->error.status : CA_NOMEM(run);
    ca_batch_lay(x, schema, n, memory);
    x->first_row = whole->first_row;
    for (int64_t f = 0; f < schema->n_fields; f++) {
        const cauce_block *from = &whole->blocks[f];
        cauce_block *to = &x->blocks[f];
        if (schema->fields[f].form == CAUCE_DENSE) {
            double *values = cauce_block_values(to);
            for (int64_t j = 0; j < schema->fields[f].width; j++)
                for (int64_t i = 0; i < n; i++)
                    values[j * to->stride + i] = from->values[j * from->stride + rows[i]];
            continue;
        }
        int32_t *codes = cauce_block_codes(to);
        for (int64_t i = 0; i < n; i++) {
            int32_t c = from->codes[rows[i]];
            codes[i] = c >= 0 && code[f] ? code[f][c] : c;
        }
    }
    return whole->offset ? pick_numbers(run, whole->offset, rows, n, &x->offset) : CAUCE_OK;
}

/* The classes that occur. */
static cauce_status present_classes(cauce_run *run, const cauce_train *whole, const int64_t *rows, int64_t n,
                                    ca_some *some) {
    int32_t *y = cauce_scratch(run, n, sizeof *y), kept = 0;
    int32_t *number = cauce_scratch(run, whole->n_classes, sizeof *number);
    int32_t *class_of = cauce_scratch(run, whole->n_classes, sizeof *class_of);
    const char **texts = cauce_scratch(run, whole->n_classes, sizeof *texts);
    if (!y || !number || !class_of || !texts) return run->error.status;
    for (int64_t i = 0; i < n; i++) number[whole->y_class[rows[i]]] = 1;
    for (int32_t k = 0; k < whole->n_classes; k++)
        if (number[k]) {
            texts[kept] = cauce_levels_text(whole->classes, k);
            class_of[kept] = k;
            number[k] = kept++;
        }
    for (int64_t i = 0; i < n; i++) y[i] = number[whole->y_class[rows[i]]];
    some->train.y_class = y;
    some->train.n_classes = kept;
    some->class_of = class_of;
    some->train.classes = kept == whole->n_classes ? whole->classes : cauce_levels_keep(run, texts, kept);
    return some->train.classes ? CAUCE_OK : run->error.status;
}

/* The groups that occur, numbered from 0 without holes. */
static cauce_status present_groups(cauce_run *run, const cauce_train *whole, const int64_t *rows, int64_t n,
                                   cauce_train *train) {
    int32_t *group = cauce_scratch(run, n, sizeof *group), kept = 0;
    int32_t *number = cauce_scratch(run, whole->n_groups, sizeof *number);
    if (!group || !number) return run->error.status;
    for (int64_t i = 0; i < n; i++)
        if (whole->group[rows[i]] >= 0) number[whole->group[rows[i]]] = 1;
    for (int32_t g = 0; g < whole->n_groups; g++)
        if (number[g]) number[g] = kept++;
    for (int64_t i = 0; i < n; i++)
        group[i] = whole->group[rows[i]] >= 0 ? number[whole->group[rows[i]]] : whole->group[rows[i]];
    train->group = group;
    train->n_groups = kept;
    return CAUCE_OK;
}

cauce_status ca_some_rows(cauce_run *run, const cauce_train *whole, const int64_t *rows, int64_t n,
                          ca_some *some) {
    const cauce_schema *schema = whole->schema;
    *some = (ca_some){ .train = { .n_rows = n,
                                  .n_classes = whole->n_classes,
                                  .classes = whole->classes,
                                  .exposure = whole->exposure },
                       .whole = whole };
    cauce_field *fields = cauce_keep(run, schema->n_fields, sizeof *fields);
    some->code = cauce_scratch(run, schema->n_fields, sizeof *some->code);
    if (!fields || !some->code) return run->error.status;
    for (int64_t f = 0; f < schema->n_fields; f++) {
        fields[f] = schema->fields[f];
        if (fields[f].form == CAUCE_CODES)
            CA_TRY(present_levels(run, &schema->fields[f], whole->x->blocks[f].codes, rows, n, &some->code[f],
                                  &fields[f]));
    }
    some->schema = (cauce_schema){ schema->n_fields, fields, schema->width };
    CA_TRY(gather(run, &some->schema, whole->x, some->code, rows, n, &some->x));
    if (whole->y) CA_TRY(pick_numbers(run, whole->y, rows, n, &some->train.y));
    if (whole->weight) CA_TRY(pick_numbers(run, whole->weight, rows, n, &some->train.weight));
    if (whole->y_class) CA_TRY(present_classes(run, whole, rows, n, some));
    if (whole->group) CA_TRY(present_groups(run, whole, rows, n, &some->train));
    some->train.schema = &some->schema;
    some->train.x = &some->x;
    return CAUCE_OK;
}

cauce_status ca_other_rows(cauce_run *run, const ca_some *some, const int64_t *rows, int64_t n,
                           cauce_batch *x) {
    return gather(run, &some->schema, some->whole->x, some->code, rows, n, x);
}

/* ---- Trials -------------------------------------------------------------------------------------------- */

cauce_status ca_trial_fit(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                          ca_trial *trial) {
    ca_keep *before = run->keep;
    run->keep = &trial->keep;
    cauce_status status = ca_node_fit(run, recipe, train, NULL, &trial->node);
    run->keep = before;
    return status;
}

void ca_trial_free(ca_trial *trial) {
    ca_arena_free(&trial->keep.arena);
    trial->node = NULL;
}

static cauce_status fold_output(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                                const ca_fold *fold, ca_reading what, ca_trial *trial, double *out,
                                int64_t stride) {
    ca_some some;
    cauce_batch x;
    ca_frame frame = { 0 };
    CA_TRY(ca_some_rows(run, train, fold->train, fold->n_train, &some));
    CA_TRY(ca_other_rows(run, &some, fold->test, fold->n_test, &x));
    CA_TRY(ca_trial_fit(run, recipe, &some.train, trial));
    CA_TRY(ca_node_apply_all(run, trial->node, &x, &frame));
    cauce_block *block = &frame.batch.blocks[0];
    bool classes = train->n_classes > 0 && ca_recipe_role(recipe) == CAUCE_CLASSIFIER;
    double absent = ca_recipe_margin(recipe) || what == CA_READ_DECISION ? -DBL_MAX : 0;
    int64_t width = classes ? some.train.n_classes : 1;
    ca_reading_turn(recipe, what, some.train.n_classes, fold->n_test, block);
    if (what == CA_READ_CLASS) {
        for (int64_t i = 0; i < fold->n_test; i++) out[fold->test[i]] = some.class_of[(int)block->values[i]];
        ca_frame_free(&frame);
        return CAUCE_OK;
    }
    for (int64_t k = 0; classes && k < train->n_classes; k++)
        for (int64_t i = 0; i < fold->n_test; i++) out[k * stride + fold->test[i]] = absent;
    for (int64_t k = 0; k < width; k++) {
        double *to = out + (classes ? some.class_of[k] : k) * stride;
        for (int64_t i = 0; i < fold->n_test; i++) to[fold->test[i]] = block->values[k * block->stride + i];
    }
    ca_frame_free(&frame);
    return CAUCE_OK;
}

cauce_status ca_fold_output(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                            const ca_fold *fold, ca_reading what, double *out, int64_t stride) {
    ca_trial trial = { .node = NULL };
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ca_keep *before = run->keep;
    run->keep = &trial.keep; /* its levels go with it */
    cauce_status status = fold_output(run, recipe, train, fold, what, &trial, out, stride);
    run->keep = before;
    ca_trial_free(&trial);
    ca_arena_back(&run->scratch, mark);
    return status;
}

/* ---- Scores -------------------------------------------------------------------------------------------- */

cauce_status ca_inner_metric(cauce_run *run, const char *text, const cauce_recipe *estimator,
                             const ca_metric **metric) {
    bool classifier = ca_recipe_role(estimator) == CAUCE_CLASSIFIER;
    CA_TRY(ca_metric_parse(run, &run->scratch, text ? text : classifier ? "accuracy" : "r2", metric));
    if (((*metric)->needs != CA_NEEDS_VALUES) != classifier)
        return cauce_fail(run, CAUCE_E_PARAM, "metric '%s' is for %s; the estimator is a %s", (*metric)->name,
                          classifier ? "regression" : "classification",
                          ca_role_name(ca_recipe_role(estimator)));
    if (((*metric)->needs & CA_NEEDS_PROBA) && ca_recipe_margin(estimator))
        return cauce_fail(run, CAUCE_E_PARAM, "metric '%s' needs probabilities, and %s gives decision values",
                          (*metric)->name, ca_recipe_last(estimator)->name);
    return CAUCE_OK;
}

static cauce_status fold_score(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                               const ca_fold *fold, const ca_metric *metric, double *score) {
    int64_t n = fold->n_test, width = ca_output_width(train);
    double *all = cauce_scratch(run, train->n_rows * width, sizeof *all);
    double *output = cauce_scratch(run, n * width, sizeof *output), *y = cauce_scratch(run, n, sizeof *y);
    double *weight = cauce_scratch(run, n, sizeof *weight);
    int32_t *y_class = cauce_scratch(run, n, sizeof *y_class),
            *predicted = cauce_scratch(run, n, sizeof *y_class);
    if (!all || !output || !y || !weight || !y_class || !predicted) return run->error.status;
    CA_TRY(ca_fold_output(run, recipe, train, fold, CA_READ_AUTO, all, train->n_rows));
    for (int64_t i = 0; i < n; i++) {
        int64_t row = fold->test[i];
        for (int64_t k = 0; k < width; k++) output[k * n + i] = all[k * train->n_rows + row];
        y[i] = train->y ? train->y[row] : 0;
        y_class[i] = train->y_class ? train->y_class[row] : 0;
        weight[i] = train->weight ? train->weight[row] : 1;
    }
    ca_metric_input in = { .n = n, .weight = train->weight ? weight : NULL, .positive = -1 };
    if (train->n_classes) {
        ca_decide(output, n, n, train->n_classes, predicted);
        in.n_classes = train->n_classes;
        in.y_class = y_class;
        in.predicted = predicted;
        in.proba = output;
        in.proba_stride = n;
        in.positive = train->n_classes == 2 ? 1 : -1;
    } else {
        in.y = y;
        in.prediction = output;
    }
    CA_TRY(ca_metric_compute(run, metric, &in, score));
    if (!metric->greater_is_better) *score = -*score;
    return CAUCE_OK;
}

cauce_status ca_fold_score(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train,
                           const ca_fold *fold, const ca_metric *metric, double *score) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    cauce_status status = fold_score(run, recipe, train, fold, metric, score);
    ca_arena_back(&run->scratch, mark);
    return status;
}

/* ---- Folds --------------------------------------------------------------------------------------------- */

cauce_status ca_inner_folds(cauce_run *run, const char *owner, const cauce_value *cv,
                            const cauce_train *train, ca_folds *folds) {
    const ca_split_input input = ca_split_input_of(train);
    const char *text = cv->text;
    if (cv->type == CAUCE_V_INT)
        text = ca_run_text(run, "%s n_splits=%lld",
                           train->group     ? "group_k_fold"
                           : train->y_class ? "stratified_k_fold"
                                            : "k_fold",
                           (long long)cv->integer);
    ca_place place;
    ca_enter(run, &place, ca_run_text(run, "cv of %s", owner));
    cauce_status status = ca_split(run, text, &input, &run->scratch, folds);
    ca_leave(run, &place);
    return status;
}

cauce_status ca_folds_partition(cauce_run *run, const char *owner, const ca_folds *folds, int64_t n_rows) {
    uint8_t *tested = cauce_scratch(run, n_rows, 1);
    if (!tested) return run->error.status;
    for (int64_t f = 0; f < folds->n_folds; f++)
        for (int64_t i = 0; i < folds->folds[f].n_test; i++) {
            int64_t row = folds->folds[f].test[i];
            if (tested[row]++)
                return cauce_fail(
                    run, CAUCE_E_PARAM,
                    "cv of %s: row %lld is tested twice; it needs folds that test each row once, "
                    "such as k_fold",
                    owner, (long long)row + 1);
        }
    for (int64_t r = 0; r < n_rows; r++)
        if (!tested[r])
            return cauce_fail(run, CAUCE_E_PARAM,
                              "cv of %s: row %lld is never tested; it needs folds that test each row once, "
                              "such as k_fold",
                              owner, (long long)r + 1);
    return CAUCE_OK;
}
