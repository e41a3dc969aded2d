/* Fills the missing cells of each column with one value: mean, median, most frequent or a constant. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/missing.h"

typedef struct imputer_params {
    cauce_value missing_values, fill_value;
    int strategy;
    bool add_indicator, keep_empty_features;
} imputer_params;

enum { MEAN, MEDIAN, MOST_FREQUENT, CONSTANT };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(imputer_params, missing_values, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL,
                HUGE_VAL, NULL,
                "A number that stands for a missing one (such as -999), besides empty cells."),
    CAUCE_CHOICE(imputer_params, strategy, "mean", "mean|median|most_frequent|constant",
                 "What missing cells become; mean and median are for number columns only."),
    CAUCE_MIXED(imputer_params, fill_value, "null",
                CAUCE_V_NULL | CAUCE_V_BOOL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_TEXT, -9e15, 9e15,
                -HUGE_VAL, HUGE_VAL, NULL,
                "For strategy=constant: the value; null is 0 for numbers and missing_value for categories."),
    CAUCE_BOOL(imputer_params, add_indicator, false,
               "Add a 0/1 column missingindicator_NAME for each column with missing cells at fit."),
    CAUCE_BOOL(imputer_params, keep_empty_features, false,
               "Keep columns without any value at fit (filled with 0, or missing_value) instead of leaving "
               "them out."),
    CAUCE_END,
};

typedef struct imputer_state {
    int64_t n_columns;
    double *statistic;
    uint8_t *missing;
} imputer_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(
        imputer_state, statistic, CAUCE_F64, n_columns,
        "Fill of each input column: a number, or the rank in the column's dictionary (its size: a text "
        "that is not in it); nan: the column is left out."),
    CAUCE_ARRAY(imputer_state, missing, CAUCE_U8, n_columns,
                "1 where a column had missing cells at fit, otherwise 0."),
    CAUCE_STATE_END,
};

/* The text that fills a category column where its own levels do not. */
static const char *fill_text(const imputer_params *params, char room[CA_NUMBER_SIZE]) {
    const cauce_value *fill = &params->fill_value;
    if (params->strategy != CONSTANT || fill->type == CAUCE_V_NULL) return "missing_value";
    if (fill->type == CAUCE_V_TEXT) return fill->text;
    if (fill->type == CAUCE_V_BOOL) return fill->integer ? "true" : "false";
    if (fill->type == CAUCE_V_INT)
        snprintf(room, CA_NUMBER_SIZE, "%lld", (long long)fill->integer);
    else
        ca_number_print(fill->real, room);
    return room;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const imputer_params *params;
    const cauce_train *train;
    imputer_state *state;
    const int64_t *block, *column; /* of each input column */
} fit_job;

static cauce_status fit_codes(cauce_run *run, const fit_job *job, int64_t j, const cauce_field *field,
                              const int32_t *codes) {
    const cauce_train *train = job->train;
    int32_t n_levels = cauce_levels_count(field->levels), best = -1;
    if (job->params->strategy < MOST_FREQUENT)
        return cauce_fail(run, CAUCE_E_KIND,
                          "column '%s' is a %s column, which has no %s; use strategy=most_frequent or "
                          "strategy=constant",
                          field->name, cauce_kind_name(field->kind),
                          job->params->strategy == MEAN ? "mean" : "median");
    for (int64_t r = 0; r < train->n_rows; r++)
        if (codes[r] == CAUCE_MISSING) job->state->missing[j] = 1;
    CA_TRY(ca_fill_level(run, field->levels, codes, train->weight, train->n_rows, &best));
    bool fill = job->params->strategy == CONSTANT || (best < 0 && job->params->keep_empty_features);
    if (fill) {
        char room[CA_NUMBER_SIZE];
        const char *text = fill_text(job->params, room);
        best = cauce_levels_find(field->levels, text, strlen(text));
        if (best < 0) best = n_levels;
    }
    job->state->statistic[j] = best < 0 ? (double)NAN : (double)best;
    return CAUCE_OK;
}

static cauce_status constant_number(cauce_run *run, const fit_job *job, const char *name, double *statistic) {
    const cauce_value *fill = &job->params->fill_value;
    char room[CA_NUMBER_SIZE];
    *statistic = 0;
    if (fill->type == CAUCE_V_NULL) return CAUCE_OK;
    if (fill->type != CAUCE_V_INT && fill->type != CAUCE_V_REAL)
        return cauce_fail(run, CAUCE_E_KIND,
                          "column '%s' is a number column; fill_value='%s' is a text and cannot fill it",
                          name, fill_text(job->params, room));
    if (!isfinite(fill->real))
        return cauce_fail(run, CAUCE_E_PARAM, "fill_value=%g is not a finite number", fill->real);
    *statistic = fill->real;
    return CAUCE_OK;
}

static cauce_status fit_numbers(cauce_run *run, const fit_job *job, int64_t j, const cauce_field *field,
                                const double *x) {
    static const ca_fill fills[] = { CA_FILL_MEAN, CA_FILL_MEDIAN, CA_FILL_MODE };
    int64_t n = job->train->n_rows, present = 0;
    double sentinel = ca_missing_sentinel(&job->params->missing_values),
           *statistic = &job->state->statistic[j];
    char name[128];
    ca_field_column_name(field, job->column[j], name, sizeof name);
    for (int64_t r = 0; r < n; r++) present += !ca_is_missing(x[r], sentinel);
    job->state->missing[j] = present < n;
    if (job->params->strategy == CONSTANT) return constant_number(run, job, name, statistic);
    if (present == 0) {
        *statistic = job->params->keep_empty_features ? 0 : (double)NAN;
        return CAUCE_OK;
    }
    if (!isnan(sentinel)) {
        double *copy = cauce_scratch(run, n, sizeof *copy);
        if (!copy) return run->error.status;
        for (int64_t r = 0; r < n; r++) copy[r] = ca_is_missing(x[r], sentinel) ? (double)NAN : x[r];
        x = copy;
    }
    CA_TRY(ca_fill_number(run, fills[job->params->strategy], x, job->train->weight, n, statistic));
    if (isfinite(*statistic)) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA,
                      "column '%s': its %s is not finite; make infinite numbers missing or finite", name,
                      job->params->strategy == MEAN     ? "mean"
                      : job->params->strategy == MEDIAN ? "median"
                                                        : "most frequent number");
}

static cauce_status fit_column(cauce_run *run, int64_t j, void *payload) {
    const fit_job *job = payload;
    int64_t f = job->block[j];
    const cauce_field *field = &job->train->schema->fields[f];
    const cauce_block *cells = &job->train->x->blocks[f];
    CA_TRY(cauce_check_cancel(run));
    if (field->form == CAUCE_ONEHOT) return CAUCE_OK; /* never missing */
    if (field->form == CAUCE_CODES)
        CA_TRY(fit_codes(run, job, j, field, cells->codes));
    else
        CA_TRY(fit_numbers(run, job, j, field, cells->values + job->column[j] * cells->stride));
    if (!isnan(job->state->statistic[j])) return CAUCE_OK;
    ca_kept_warn(run, field, job->column[j]);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    imputer_state *state = state_out;
    const cauce_schema *schema = train->schema;
    int64_t n = schema->width, j = 0;
    int64_t *block = cauce_scratch(run, n, sizeof *block), *column = cauce_scratch(run, n, sizeof *column);
    state->n_columns = n;
    state->statistic = cauce_keep(run, n, sizeof *state->statistic);
    state->missing = cauce_keep(run, n, sizeof *state->missing);
    if (!block || !column || !state->statistic || !state->missing) return run->error.status;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++) {
            block[j] = f;
            column[j] = c;
        }
    fit_job job = { params, train, state, block, column };
    return cauce_parallel(run, n, fit_column, &job);
}

static bool is_statistic(const imputer_state *state, const cauce_field *field, int64_t j) {
    double x = state->statistic[j];
    if (state->missing[j] > 1) return false;
    if (isnan(x)) return field->form != CAUCE_ONEHOT;
    if (field->form != CAUCE_CODES) return isfinite(x);
    return x >= 0 && x <= cauce_levels_count(field->levels) && x == floor(x);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const imputer_state *state = self->state;
    if (state->n_columns != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "an imputer of %lld columns, but the input has %lld",
                          (long long)state->n_columns, (long long)self->in->width);
    int64_t j = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++)
            if (!is_statistic(state, &self->in->fields[f], j))
                return cauce_fail(run, CAUCE_E_FORMAT, "column '%s' cannot be filled with %g",
                                  self->in->fields[f].name, state->statistic[j]);
    return CAUCE_OK;
}

/* ---- Bind ---------------------------------------------------------------------------------------------- */

typedef struct imputer_part {
    ca_kept kept;
    int32_t fill_code;      /* CODES, of the output's dictionary */
    const int32_t *recoded; /* CODES: code of each input code; NULL: the same */
} imputer_part;

typedef struct imputer_bound {
    int64_t n_parts;
    imputer_part *parts;
    ca_indicator indicator;
} imputer_bound;

/* The dictionary with one more text in its place. */
static cauce_status add_level(cauce_run *run, const cauce_levels *levels, const char *text,
                              imputer_part *part, cauce_field *out) {
    int32_t n = cauce_levels_count(levels), at = 0;
    const char **texts = cauce_scratch(run, (int64_t)n + 1, sizeof *texts);
    int32_t *recoded = cauce_keep(run, n, sizeof *recoded);
    if (!texts || !recoded) return run->error.status;
    while (at < n && strcmp(cauce_levels_text(levels, at), text) < 0) at++;
    for (int32_t i = 0; i < n; i++) {
        recoded[i] = i + (i >= at);
        texts[recoded[i]] = cauce_levels_text(levels, i);
    }
    texts[at] = text;
    part->fill_code = at;
    part->recoded = recoded;
    out->levels = cauce_levels_keep(run, texts, n + 1);
    /* A third level: no longer false and true. */
    if (out->kind == CAUCE_BOOLEAN) out->kind = CAUCE_CATEGORY;
    return out->levels ? CAUCE_OK : run->error.status;
}

static cauce_status bind_part(cauce_run *run, const cauce_fitted *self, imputer_part *part,
                              cauce_field *out) {
    const imputer_state *state = self->state;
    CA_TRY(ca_kept_field(run, self->in, &part->kept, out));
    if (out->form != CAUCE_CODES) return CAUCE_OK;
    char room[CA_NUMBER_SIZE];
    part->fill_code = (int32_t)state->statistic[part->kept.first];
    if (part->fill_code < cauce_levels_count(out->levels)) return CAUCE_OK;
    return add_level(run, out->levels, fill_text(self->params, room), part, out);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    const imputer_params *params = self->params;
    const imputer_state *state = self->state;
    imputer_bound *bound = cauce_keep(run, 1, sizeof *bound);
    ca_kept *kept = cauce_scratch(run, state->n_columns, sizeof *kept);
    if (!bound || !kept) return run->error.status;
    ca_kept_find(self->in, state->statistic, kept, &bound->n_parts);
    if (params->add_indicator) CA_TRY(ca_indicator_make(run, self->in, state->missing, 1, &bound->indicator));
    bound->parts = cauce_keep(run, bound->n_parts, sizeof *bound->parts);
    cauce_field *fields = cauce_bind_fields(run, binding, bound->n_parts + (bound->indicator.n > 0));
    if (!bound->parts || !fields) return run->error.status;
    for (int64_t i = 0; i < bound->n_parts; i++) {
        bound->parts[i].kept = kept[i];
        CA_TRY(bind_part(run, self, &bound->parts[i], &fields[i]));
    }
    if (bound->indicator.n > 0)
        CA_TRY(ca_indicator_field(run, self->in, &bound->indicator, &fields[bound->n_parts]));
    binding->bound = bound;
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static void fill_codes(const imputer_part *part, const cauce_block *from, int64_t n, cauce_block *to) {
    bool any = part->recoded != NULL;
    for (int64_t r = 0; r < n; r++) any |= from->codes[r] == CAUCE_MISSING;
    if (!any) {
        cauce_block_share(to, from);
        return;
    }
    int32_t *codes = cauce_block_codes(to);
    for (int64_t r = 0; r < n; r++) {
        int32_t code = from->codes[r];
        if (code >= 0)
            codes[r] = part->recoded ? part->recoded[code] : code;
        else
            codes[r] = code == CAUCE_MISSING ? part->fill_code : CAUCE_UNKNOWN;
    }
}

static void fill_numbers(const ca_kept *part, const double *fill, const cauce_block *from, int64_t n,
                         double sentinel, cauce_block *to) {
    const double *x = from->values + part->column * from->stride;
    bool any = false;
    for (int64_t c = 0; c < part->width; c++)
        for (int64_t r = 0; r < n; r++) any |= ca_is_missing(x[c * from->stride + r], sentinel);
    if (!any) {
        cauce_block_share(to, from);
        to->values = x;
        return;
    }
    double *values = cauce_block_values(to);
    for (int64_t c = 0; c < part->width; c++) {
        const double *column = x + c * from->stride;
        double *z = values + c * to->stride;
        for (int64_t r = 0; r < n; r++) z[r] = ca_is_missing(column[r], sentinel) ? fill[c] : column[r];
    }
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const imputer_bound *bound = self->bound;
    const imputer_state *state = self->state;
    double sentinel = ca_missing_sentinel(&((const imputer_params *)self->params)->missing_values);
    for (int64_t i = 0; i < bound->n_parts; i++) {
        const imputer_part *part = &bound->parts[i];
        const ca_kept *kept = &part->kept;
        const cauce_block *from = &in->blocks[kept->block];
        cauce_block *to = &out->blocks[i];
        switch (self->in->fields[kept->block].form) {
        case CAUCE_ONEHOT: cauce_block_share(to, from); break;
        case CAUCE_CODES: fill_codes(part, from, in->n_rows, to); break;
        case CAUCE_DENSE:
            fill_numbers(kept, state->statistic + kept->first, from, in->n_rows, sentinel, to);
            break;
        }
    }
    if (bound->indicator.n > 0)
        ca_indicator_write(&bound->indicator, self->in, in, sentinel, &out->blocks[bound->n_parts]);
    return CAUCE_OK;
}

static void trace(const cauce_fitted *self, const double *out, double *in) {
    const imputer_bound *bound = self->bound;
    for (int64_t i = 0; i < bound->n_parts; i++) out = ca_kept_trace(&bound->parts[i].kept, out, in);
    ca_indicator_trace(&bound->indicator, self->in, out, in);
}

const cauce_component cauce_simple_imputer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "simple_imputer",
    .summary =
        "Fills the missing cells of each column with its mean, median, most frequent value or a constant.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,
    .params_size = sizeof(imputer_params),
    .params = param_rows,
    .state_size = sizeof(imputer_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = trace,
};
