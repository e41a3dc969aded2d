/* calibrated_classifier: what a classifier says, turned to probabilities by what it says of rows that it did
 * not see. One against the rest for three classes and more: the classes' probabilities are brought to the sum
 * 1 (Zadrozny and Elkan, Transforming classifier scores into accurate multiclass probability estimates, KDD
 * 2002, doi:10.1145/775047.775151). As scikit-learn's CalibratedClassifierCV. */
#include <math.h>
#include <string.h>

#include "compose/beside.h"
#include "compose/inside.h"
#include "data/numeric.h"
#include "math/isotonic.h"
#include "math/platt.h"
#include "math/special.h"

enum { SIGMOID, ISOTONIC };

struct params {
    int method;
    cauce_value cv;
    bool ensemble;
};

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(struct params, method, "sigmoid", "sigmoid|isotonic",
                 "A logistic function (Platt's method), or any ascending one, which needs many rows (1000)."),
    CA_INNER_CV(struct params),
    CAUCE_BOOL(
        struct params, ensemble, true,
        "The mean of a classifier for each fold, calibrated on its test rows; or one classifier of all "
        "rows, calibrated on what those of the folds say."),
    CAUCE_END,
};

/* A part is a fitted classifier, with a curve for each class, of two classes for the second. Classifiers of a
 * fold know the categories of its training rows only. */
struct state {
    int64_t n_fields, n_parts, n_levels, n_sigmoids, n_starts, n_points;
    int64_t *levels;
    uint8_t *seen;
    double *slope, *constant;
    int64_t *start;
    double *place, *probability;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct state, levels, CAUCE_I64, n_fields,
                "Categories of each block of input columns in the training rows; of numbers 0."),
    CAUCE_MATRIX(
        struct state, seen, CAUCE_U8, n_parts, n_levels,
        "1 where a classifier was fitted to rows with a category, column after column; otherwise 0."),
    CAUCE_ARRAY(
        struct state, slope, CAUCE_F64, n_sigmoids,
        "Of the logistic functions 1 / (1 + exp(slope * x + constant)), classifier after classifier."),
    CAUCE_ARRAY(struct state, constant, CAUCE_F64, n_sigmoids, "The constants of these."),
    CAUCE_ARRAY(struct state, start, CAUCE_I64, n_starts,
                "First point of each ascending function, classifier after classifier, and their number."),
    CAUCE_ARRAY(struct state, place, CAUCE_F64, n_points, "Points between which these are linear."),
    CAUCE_ARRAY(struct state, probability, CAUCE_F64, n_points, "Their values there."),
    CAUCE_STATE_END,
};

static const cauce_recipe *estimator_of(const ca_node *node) {
    return node->recipe->children[0];
}

/* Decision values where there are some: they are closer to a logistic function. */
static ca_reading reading_of(const ca_node *node) {
    return ca_recipe_decides(estimator_of(node)) ? CA_READ_DECISION : CA_READ_PROBA;
}

static int64_t curves_of_part(const ca_node *node) {
    return node->f.n_classes == 2 ? 1 : node->f.n_classes;
}

/* ---- Parts --------------------------------------------------------------------------------------------- */

static int64_t n_parts(const ca_node *node) {
    return ((const struct state *)node->f.state)->n_parts;
}

/* The levels that a part has seen; both of a boolean, which could not be told from a category with one. Those
 * of a column that nobody uses are forgotten after the fit. */
static cauce_status part_field(cauce_run *run, const uint8_t *seen, cauce_field *field) {
    int32_t count = cauce_levels_count(field->levels), kept = 0;
    const char **texts = cauce_scratch(run, count, sizeof *texts);
    if (!texts) return run->error.status;
    for (int32_t i = 0; i < count; i++)
        if (seen[i] || field->kind == CAUCE_BOOLEAN) texts[kept++] = cauce_levels_text(field->levels, i);
    if (kept == count) return CAUCE_OK;
    field->levels = cauce_levels_keep(run, texts, kept);
    return field->levels ? CAUCE_OK : run->error.status;
}

static cauce_status part_of(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    const struct state *state = node->f.state;
    const cauce_schema *in = node->given;
    const uint8_t *seen = state->seen + i * state->n_levels;
    cauce_field *fields = cauce_keep(run, in->n_fields, sizeof *fields);
    if (!fields) return run->error.status;
    for (int64_t f = 0; f < in->n_fields; f++) {
        fields[f] = in->fields[f];
        if (fields[f].form == CAUCE_CODES) CA_TRY(part_field(run, seen, &fields[f]));
        seen += state->levels[f];
    }
    part->recipe = estimator_of(node);
    part->input = (cauce_schema){ in->n_fields, fields, in->width };
    return ca_beside_number(run, "estimator", i, part);
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fitting {
    ca_node *node;
    struct state *state;
    const cauce_train *train;
    ca_folds folds;
    bool ensemble;
    int64_t n_rows;  /* that are predicted, part after part */
    int64_t *first;  /* of each part, and n_rows */
    double *output;  /* n_rows x classes, column by column */
    double *value;   /* like it: of the points of ascending functions, which stand where their x came from */
    int64_t *points; /* of each curve */
} fitting;

/* Row i of those that a part predicts. */
static int64_t row_of(const fitting *fit, int64_t part, int64_t i) {
    return fit->ensemble ? fit->folds.folds[part].test[i] : i;
}

static cauce_status fit_part(cauce_run *run, const fitting *fit, int64_t i, const cauce_train *seen) {
    ca_part *part = cauce_keep(run, 1, sizeof *part);
    cauce_train train = *seen;
    if (!part) return run->error.status;
    CA_TRY(ca_node_part(run, fit->node, i, part));
    train.schema = &part->input;
    train.classes = fit->train->classes;
    return ca_node_fit_as(run, part->recipe, part->name, &train, NULL, &fit->node->child[i]);
}

static void mark_seen(const fitting *fit, int64_t i, const ca_some *some) {
    const cauce_schema *in = fit->train->schema;
    uint8_t *seen = fit->state->seen + i * fit->state->n_levels;
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < fit->state->levels[f]; c++) *seen++ = some->code[f][c] >= 0;
}

/* A classifier of a fold's training rows, and what it says of its test rows. */
static cauce_status fit_fold(cauce_run *run, int64_t f, void *payload) {
    const fitting *fit = payload;
    const ca_fold *fold = &fit->folds.folds[f];
    int32_t n_classes = fit->train->n_classes;
    ca_keep levels = { 0 }, *before = run->keep; /* the part has its own */
    ca_some some;
    cauce_batch x;
    ca_frame frame = { 0 };
    run->keep = &levels;
    cauce_status status = ca_some_rows(run, fit->train, fold->train, fold->n_train, &some);
    if (status == CAUCE_OK) status = ca_other_rows(run, &some, fold->test, fold->n_test, &x);
    run->keep = before;
    if (status == CAUCE_OK) {
        mark_seen(fit, f, &some);
        status = fit_part(run, fit, f, &some.train);
    }
    if (status == CAUCE_OK) status = ca_node_apply_all(run, fit->node->child[f], &x, &frame);
    if (status == CAUCE_OK) {
        cauce_block *block = &frame.batch.blocks[0];
        ca_reading_turn(estimator_of(fit->node), reading_of(fit->node), n_classes, fold->n_test, block);
        for (int64_t k = 0; k < n_classes; k++)
            memcpy(fit->output + k * fit->n_rows + fit->first[f], block->values + k * block->stride,
                   (size_t)fold->n_test * sizeof *block->values);
    }
    ca_frame_free(&frame);
    ca_arena_free(&levels.arena);
    return status;
}

/* The classifier of all rows, after those of the folds, which are not kept. */
static cauce_status fit_alone(cauce_run *run, int64_t f, void *payload) {
    const fitting *fit = payload;
    if (f < fit->folds.n_folds)
        return ca_fold_output(run, estimator_of(fit->node), fit->train, &fit->folds.folds[f],
                              reading_of(fit->node), fit->output, fit->n_rows);
    memset(fit->state->seen, 1, (size_t)fit->state->n_levels);
    return fit_part(run, fit, 0, fit->train);
}

static cauce_status fit_curve(cauce_run *run, int64_t c, void *payload) {
    const fitting *fit = payload;
    struct state *state = fit->state;
    int64_t n_curves = curves_of_part(fit->node), i = c / n_curves, first = fit->first[i];
    int64_t n = fit->first[i + 1] - first;
    int64_t class = ca_reading_first(reading_of(fit->node), fit->train->n_classes) + c % n_curves;
    double *x = fit->output + class * fit->n_rows + first, *y = cauce_scratch(run, n, sizeof *y),
           *weight = fit->train->weight ? cauce_scratch(run, n, sizeof *weight) : NULL;
    if (!y || (fit->train->weight && !weight)) return run->error.status;
    CA_TRY(cauce_check_cancel(run));
    for (int64_t r = 0; r < n; r++) {
        y[r] = fit->train->y_class[row_of(fit, i, r)] == class;
        if (weight) weight[r] = fit->train->weight[row_of(fit, i, r)];
    }
    if (state->n_sigmoids) return ca_platt_fit(run, x, y, weight, n, &state->slope[c], &state->constant[c]);
    double *place = cauce_scratch(run, n, sizeof *place);
    if (!place) return run->error.status;
    CA_TRY(ca_isotonic_fit(run, x, y, weight, n, place, fit->value + (x - fit->output), &fit->points[c]));
    memcpy(x, place, (size_t)fit->points[c] * sizeof *x);
    return CAUCE_OK;
}

static cauce_status keep_points(cauce_run *run, const fitting *fit, int64_t n_curves) {
    struct state *state = fit->state;
    int64_t of_part = curves_of_part(fit->node),
            first_class = ca_reading_first(reading_of(fit->node), fit->train->n_classes);
    for (int64_t c = 0; c < n_curves; c++) state->start[c + 1] = state->start[c] + fit->points[c];
    state->n_points = state->start[n_curves];
    state->place = cauce_keep(run, state->n_points, sizeof *state->place);
    state->probability = cauce_keep(run, state->n_points, sizeof *state->probability);
    if (!state->place || !state->probability) return run->error.status;
    for (int64_t c = 0; c < n_curves; c++) {
        int64_t from = (first_class + c % of_part) * fit->n_rows + fit->first[c / of_part];
        size_t size = (size_t)fit->points[c] * sizeof(double);
        memcpy(state->place + state->start[c], fit->output + from, size);
        memcpy(state->probability + state->start[c], fit->value + from, size);
    }
    return CAUCE_OK;
}

static cauce_status fit_curves(cauce_run *run, fitting *fit) {
    const struct params *p = fit->node->f.params;
    struct state *state = fit->state;
    int64_t n_curves = state->n_parts * curves_of_part(fit->node);
    if (p->method == SIGMOID) {
        state->n_sigmoids = n_curves;
        state->slope = cauce_keep(run, n_curves, sizeof *state->slope);
        state->constant = cauce_keep(run, n_curves, sizeof *state->constant);
        if (!state->slope || !state->constant) return run->error.status;
        return cauce_parallel(run, n_curves, fit_curve, fit);
    }
    state->n_starts = n_curves + 1;
    state->start = cauce_keep(run, state->n_starts, sizeof *state->start);
    fit->points = cauce_scratch(run, n_curves, sizeof *fit->points);
    fit->value = cauce_scratch(run, fit->n_rows * fit->train->n_classes, sizeof *fit->value);
    if (!state->start || !fit->points || !fit->value) return run->error.status;
    CA_TRY(cauce_parallel(run, n_curves, fit_curve, fit));
    return keep_points(run, fit, n_curves);
}

/* What a fold's classifier does not know it cannot calibrate. */
static cauce_status check_folds(cauce_run *run, const ca_folds *folds, const cauce_train *train) {
    int64_t *seen_in = cauce_scratch(run, train->n_classes, sizeof *seen_in); /* the last fold, from 1 */
    if (!seen_in) return run->error.status;
    for (int64_t f = 0; f < folds->n_folds; f++) {
        for (int64_t i = 0; i < folds->folds[f].n_train; i++)
            seen_in[train->y_class[folds->folds[f].train[i]]] = f + 1;
        for (int32_t k = 0; k < train->n_classes; k++)
            if (seen_in[k] != f + 1)
                return cauce_fail(run, CAUCE_E_DATA,
                                  "cv of calibrated_classifier: class '%s' is not in the training rows of "
                                  "fold %lld; it has too few rows",
                                  cauce_levels_text(train->classes, k), (long long)f + 1);
    }
    return CAUCE_OK;
}

static cauce_status count_levels(cauce_run *run, const cauce_schema *in, struct state *state) {
    state->n_fields = in->n_fields;
    state->levels = cauce_keep(run, in->n_fields, sizeof *state->levels);
    if (!state->levels) return run->error.status;
    for (int64_t f = 0; f < in->n_fields; f++) {
        if (in->fields[f].form == CAUCE_CODES) state->levels[f] = cauce_levels_count(in->fields[f].levels);
        state->n_levels += state->levels[f];
    }
    return CAUCE_OK;
}

static cauce_status plan(cauce_run *run, fitting *fit) {
    const cauce_train *train = fit->train;
    const struct params *p = fit->node->f.params;
    struct state *state = fit->state;
    int64_t cells;
    if (train->n_classes < 2)
        return cauce_fail(run, CAUCE_E_DATA, "the target has a single class; at least two are needed");
    CA_TRY(ca_inner_folds(run, "calibrated_classifier", &p->cv, train, &fit->folds));
    CA_TRY(check_folds(run, &fit->folds, train));
    if (!p->ensemble) CA_TRY(ca_folds_partition(run, "calibrated_classifier", &fit->folds, train->n_rows));
    state->n_parts = p->ensemble ? fit->folds.n_folds : 1;
    CA_TRY(count_levels(run, train->schema, state));
    fit->first = cauce_scratch(run, state->n_parts + 1, sizeof *fit->first);
    if (!fit->first || __builtin_mul_overflow(state->n_parts, state->n_levels, &cells))
        return fit->first ? cauce_fail(run, CAUCE_E_LIMIT, "there are too many folds") : run->error.status;
    state->seen = cauce_keep(run, cells, 1);
    fit->first[1] = train->n_rows;
    for (int64_t f = 0; p->ensemble && f < fit->folds.n_folds; f++)
        fit->first[f + 1] = fit->first[f] + fit->folds.folds[f].n_test;
    fit->n_rows = fit->first[state->n_parts];
    if (__builtin_mul_overflow(fit->n_rows, train->n_classes, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "there are too many predictions");
    fit->output = cauce_scratch(run, cells, sizeof *fit->output);
    return state->seen && fit->output ? ca_node_children(run, fit->node, state->n_parts) : run->error.status;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const struct params *p = node->f.params;
    fitting fit = { .node = node,
                    .state = (struct state *)(uintptr_t)node->f.state,
                    .train = train,
                    .ensemble = p->ensemble };
    (void)out;
    CA_TRY(ca_beside_target(run, node, train));
    CA_TRY(plan(run, &fit));
    CA_TRY(cauce_parallel(run, fit.folds.n_folds + !p->ensemble, p->ensemble ? fit_fold : fit_alone, &fit));
    return fit_curves(run, &fit);
}

/* ---- States from files --------------------------------------------------------------------------------- */

static cauce_status verify_curves(cauce_run *run, const struct state *state) {
    CA_TRY(ca_verify_finite(run, "slope", state->slope, state->n_sigmoids));
    CA_TRY(ca_verify_finite(run, "constant", state->constant, state->n_sigmoids));
    CA_TRY(ca_verify_finite(run, "place", state->place, state->n_points));
    if (!state->n_starts) return CAUCE_OK;
    bool sound = state->start[0] == 0 && state->start[state->n_starts - 1] == state->n_points;
    for (int64_t c = 0; sound && c + 1 < state->n_starts; c++) sound = state->start[c] < state->start[c + 1];
    for (int64_t c = 0; sound && c + 1 < state->n_starts; c++)
        for (int64_t i = state->start[c]; sound && i < state->start[c + 1]; i++)
            sound = state->probability[i] >= 0 && state->probability[i] <= 1 &&
                    (i == state->start[c] || (state->place[i] > state->place[i - 1] &&
                                              state->probability[i] >= state->probability[i - 1]));
    return sound ? CAUCE_OK : cauce_fail(run, CAUCE_E_FORMAT, "the functions do not ascend from 0 to 1");
}

static cauce_status verify_levels(cauce_run *run, const struct state *state, const cauce_schema *in) {
    bool sound = state->n_fields == in->n_fields;
    int64_t total = 0;
    for (int64_t f = 0; sound && f < in->n_fields; f++) {
        int64_t now = in->fields[f].form == CAUCE_CODES ? cauce_levels_count(in->fields[f].levels) : 0;
        sound = state->levels[f] == now || (in->fields[f].form == CAUCE_CODES && now == 0 &&
                                            state->levels[f] >= 0 && state->levels[f] <= INT32_MAX);
        total += sound ? state->levels[f] : 0;
    }
    if (!sound || total != state->n_levels)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld categories are not those of the input",
                          (long long)state->n_levels);
    for (int64_t i = 0; i < state->n_parts * state->n_levels; i++)
        if (state->seen[i] > 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "a category that was seen %d times", state->seen[i]);
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const ca_node *node = ca_node_of(self);
    const struct params *p = self->params;
    const struct state *state = self->state;
    int64_t n = p->method == SIGMOID ? state->n_sigmoids : state->n_starts - 1;
    int64_t others = p->method == SIGMOID ? state->n_starts + state->n_points : state->n_sigmoids;
    bool sound = self->n_classes >= 2 && n > 0 && others == 0 && n % curves_of_part(node) == 0 &&
                 n / curves_of_part(node) == state->n_parts && (p->ensemble || state->n_parts == 1);
    if (!sound)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld functions of %lld classifiers do not fit %d classes",
                          (long long)n, (long long)state->n_parts, (int)self->n_classes);
    CA_TRY(verify_levels(run, state, node->given));
    return verify_curves(run, state);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

/* For each part and field the part's code of each code; NULL: as it is. */
typedef struct bound_maps {
    const int32_t **code;
    int64_t n_codes; /* fields that are CODES */
} bound_maps;

static cauce_status map_codes(cauce_run *run, const uint8_t *seen, const cauce_field *field,
                              const int32_t **code) {
    int32_t count = cauce_levels_count(field->levels), kept = 0;
    int32_t *map = cauce_keep(run, count, sizeof *map);
    if (!map) return run->error.status;
    for (int32_t c = 0; c < count; c++)
        map[c] = seen[c] || field->kind == CAUCE_BOOLEAN ? kept++ : CAUCE_UNKNOWN;
    *code = kept == count ? NULL : map;
    return CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    const struct state *state = self->state;
    const cauce_schema *in = node->given;
    bound_maps *bound = cauce_keep(run, 1, sizeof *bound);
    size_t most = ca_beside_room(node, binding), codes;
    CA_TRY(ca_beside_predict(run, node));
    if (!bound) return run->error.status;
    bound->code = cauce_keep(run, state->n_parts, (size_t)in->n_fields * sizeof *bound->code);
    if (!bound->code) return run->error.status;
    const uint8_t *seen = state->seen;
    for (int64_t i = 0; i < state->n_parts * in->n_fields; i++) {
        const cauce_field *field = &in->fields[i % in->n_fields];
        if (field->form == CAUCE_CODES) CA_TRY(map_codes(run, seen, field, &bound->code[i]));
        seen += state->levels[i % in->n_fields];
        bound->n_codes += i < in->n_fields && field->form == CAUCE_CODES;
    }
    size_t output = ca_batch_size(node->child[0]->f.out, binding->block_rows);
    if (output == SIZE_MAX ||
        __builtin_mul_overflow((size_t)bound->n_codes,
                               ca_align((size_t)binding->block_rows * sizeof(int32_t)), &codes))
        return cauce_fail(run, CAUCE_E_LIMIT, "there are too many classes");
    binding->scratch = ca_blocks_size(in->n_fields) + codes + output + most;
    binding->bound = bound;
    return CAUCE_OK;
}

/* The rows as part i knows them. */
static void translate(const ca_node *node, int64_t i, const cauce_batch *in, char *memory, cauce_batch *x) {
    const bound_maps *bound = node->f.bound;
    int64_t n_fields = node->given->n_fields;
    *x = (cauce_batch){ in->n_rows, n_fields, ca_take(&memory, ca_blocks_size(n_fields)), in->first_row,
                        in->offset };
    for (int64_t f = 0; f < n_fields; f++) {
        const int32_t *map = bound->code[i * n_fields + f], *from = in->blocks[f].codes;
        x->blocks[f] = in->blocks[f];
        if (!map) continue;
        int32_t *to = ca_take(&memory, (size_t)node->block_rows * sizeof *to);
        for (int64_t r = 0; r < in->n_rows; r++) to[r] = from[r] >= 0 ? map[from[r]] : from[r];
        x->blocks[f].codes = to;
    }
}

/* The probabilities of curve c for n numbers. */
static void follow(const struct state *state, int64_t c, const double *x, int64_t n, double *p) {
    if (state->n_sigmoids) {
        for (int64_t r = 0; r < n; r++) p[r] = -(state->slope[c] * x[r] + state->constant[c]);
        ca_expit_many(n, p, p);
        return;
    }
    int64_t first = state->start[c], n_points = state->start[c + 1] - first;
    for (int64_t r = 0; r < n; r++)
        p[r] = ca_isotonic_at(state->place + first, state->probability + first, n_points, x[r]);
}

/* Turns what a part says to probabilities, in their place. A row without any is as likely in every class. */
static void calibrate(const ca_node *node, int64_t i, int64_t n, double *values, int64_t stride) {
    int32_t n_classes = node->f.n_classes;
    int64_t of_part = curves_of_part(node);
    if (n_classes == 2) {
        follow(node->f.state, i, values + stride, n, values + stride);
        for (int64_t r = 0; r < n; r++) values[r] = 1 - values[r + stride];
        return;
    }
    for (int64_t k = 0; k < n_classes; k++)
        follow(node->f.state, i * of_part + k, values + k * stride, n, values + k * stride);
    for (int64_t r = 0; r < n; r++) {
        double sum = 0;
        for (int64_t k = 0; k < n_classes; k++) sum += values[r + k * stride];
        for (int64_t k = 0; k < n_classes; k++)
            values[r + k * stride] = sum > 0 ? values[r + k * stride] / sum : 1.0 / n_classes;
    }
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    const bound_maps *bound = self->bound;
    int64_t n = in->n_rows, n_parts = node->n_child;
    double *to = cauce_block_values(&out->blocks[0]);
    int64_t stride = out->blocks[0].stride;
    char *memory = (char *)scratch + ca_blocks_size(node->given->n_fields) +
                   (size_t)bound->n_codes * ca_align((size_t)node->block_rows * sizeof(int32_t));
    char *inner = memory + ca_batch_size(node->child[0]->f.out, node->block_rows);
    for (int64_t k = 0; k < self->n_classes; k++) memset(to + k * stride, 0, (size_t)n * sizeof *to);
    for (int64_t i = 0; i < n_parts; i++) {
        const ca_node *child = node->child[i];
        cauce_batch x, one;
        translate(node, i, in, scratch, &x);
        ca_batch_lay(&one, child->f.out, node->block_rows, memory);
        CA_TRY(ca_node_apply(run, child, &x, &one, inner));
        ca_batch_settle(child->f.out, &one);
        ca_reading_turn(child->recipe, reading_of(node), self->n_classes, n, &one.blocks[0]);
        double *values = cauce_block_values(&one.blocks[0]);
        calibrate(node, i, n, values, one.blocks[0].stride);
        for (int64_t k = 0; k < self->n_classes; k++)
            for (int64_t r = 0; r < n; r++) to[r + k * stride] += values[r + k * one.blocks[0].stride];
    }
    for (int64_t k = 0; n_parts > 1 && k < self->n_classes; k++)
        for (int64_t r = 0; r < n; r++) to[r + k * stride] /= (double)n_parts;
    return CAUCE_OK;
}

static const ca_slot slots[] = { { "estimator", CA_SLOT_ONE, CAUCE_CLASSIFIER, "linear_svc",
                                   "Whose probabilities are calibrated." },
                                 CA_SLOTS_END };
static const cauce_composite composite = {
    .slots = slots, .fit = fit, .part = part_of, .n_parts = n_parts, .mark_used = ca_beside_mark_used
};

const cauce_component cauce_calibrated_classifier = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "calibrated_classifier",
    .summary = "Turns what a classifier says to probabilities that hold, by cross-validation.",
    .reference = "Platt (2000); Zadrozny and Elkan (2002), doi:10.1145/775047.775151",
    .role = CAUCE_CLASSIFIER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,
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
