#include "linear/streaming.h"

#define MOST_STEPS 9007199254740992.0

cauce_status ca_streaming_open(cauce_run *run, const ca_steps *steps, int64_t n_rows, int64_t n_features,
                               ca_streaming *s) {
    s->n_steps = n_rows;
    s->n_averaged = ca_steps_average(steps) ? n_rows : 0;
    s->n_due = ca_steps_sizes(steps) ? n_rows : 0;
    s->n_plain = s->n_averaged ? n_features : 0;
    s->n_paid = s->n_due ? n_features : 0;
    s->steps = cauce_keep(run, n_rows, sizeof *s->steps);
    if (!s->steps) return CA_NOMEM(run);
    if (s->n_averaged) {
        s->averaged_steps = cauce_keep(run, n_rows, sizeof *s->averaged_steps);
        s->plain_coef = cauce_keep(run, n_rows, (size_t)n_features * sizeof *s->plain_coef);
        s->plain_intercept = cauce_keep(run, n_rows, sizeof *s->plain_intercept);
        if (!s->averaged_steps || !s->plain_coef || !s->plain_intercept) return CA_NOMEM(run);
    }
    if (s->n_due) {
        s->penalty_due = cauce_keep(run, n_rows, sizeof *s->penalty_due);
        s->penalty_paid = cauce_keep(run, n_rows, (size_t)n_features * sizeof *s->penalty_paid);
        if (!s->penalty_due || !s->penalty_paid) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

/* From design order to that of the columns, and back. */
static void to_columns(const ca_design *d, const double *from, double *to) {
    for (int64_t j = 0; j < d->q; j++) to[d->feature[j]] = from[j];
}

static void to_design(const ca_design *d, const double *from, double *to) {
    for (int64_t j = 0; j < d->q; j++) to[j] = from[d->feature[j]];
}

static void read_memory(const ca_streaming *from, const ca_design *d, int64_t index, ca_step_memory *memory) {
    memory->steps = from->steps[index];
    if (from->n_averaged) {
        memory->averaged = from->averaged_steps[index];
        memory->plain_intercept = from->plain_intercept[index];
        to_design(d, from->plain_coef + index * from->n_plain, memory->plain);
    }
    if (from->n_due) {
        memory->due = from->penalty_due[index];
        to_design(d, from->penalty_paid + index * from->n_paid, memory->paid);
    }
}

static void write_memory(const ca_step_memory *memory, const ca_design *d, int64_t index, ca_streaming *s) {
    s->steps[index] = memory->steps;
    if (s->n_averaged) {
        s->averaged_steps[index] = memory->averaged;
        s->plain_intercept[index] = memory->plain_intercept;
        to_columns(d, memory->plain, s->plain_coef + index * s->n_plain);
    }
    if (s->n_due) {
        s->penalty_due[index] = memory->due;
        to_columns(d, memory->paid, s->penalty_paid + index * s->n_paid);
    }
}

cauce_status ca_streaming_fit(cauce_run *run, const ca_steps *steps, const ca_step_rows *rows,
                              const ca_target *target, int64_t index, const ca_streaming *from, double *coef,
                              double *intercept, ca_streaming *streaming, ca_step_fit *fit) {
    const ca_design *design = rows->design;
    *fit = (ca_step_fit){ .width = design->q, .intercept = *intercept };
    fit->coef = cauce_scratch(run, fit->width, sizeof *fit->coef);
    fit->memory.plain = cauce_scratch(run, fit->width, sizeof *fit->coef);
    fit->memory.paid = cauce_scratch(run, fit->width, sizeof *fit->coef);
    if (!fit->coef || !fit->memory.plain || !fit->memory.paid) return CA_NOMEM(run);
    to_design(design, coef, fit->coef);
    if (from) read_memory(from, design, index, &fit->memory);
    CA_TRY(ca_steps_fit(run, steps, rows, target, (uint64_t)index, fit));
    to_columns(design, fit->coef, coef);
    *intercept = fit->intercept;
    write_memory(&fit->memory, design, index, streaming);
    return CAUCE_OK;
}

cauce_status ca_streaming_verify(cauce_run *run, const ca_streaming *s, int64_t n_rows, int64_t n_features) {
    bool fits = (s->n_steps == 0 || s->n_steps == n_rows) &&
                (s->n_averaged == 0 || s->n_averaged == n_rows) && (s->n_due == 0 || s->n_due == n_rows) &&
                (s->n_averaged == 0 || s->n_plain == n_features) &&
                (s->n_due == 0 || s->n_paid == n_features);
    if (!fits)
        return cauce_fail(run, CAUCE_E_FORMAT,
                          "what is remembered of the steps does not fit %lld x %lld coefficients",
                          (long long)n_rows, (long long)n_features);
    for (int64_t i = 0; i < s->n_steps; i++) /* a whole number is made of it: the number of a random stream */
        if (!(s->steps[i] >= 0 && s->steps[i] <= MOST_STEPS))
            return cauce_fail(run, CAUCE_E_FORMAT, "steps is %g; 0 to 2^53", s->steps[i]);
    return CAUCE_OK;
}

cauce_status ca_streaming_check(cauce_run *run, const cauce_train *train, const ca_streaming *from) {
    if (train->validation)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                          "stochastic descent takes no validation table; early_stopping=true holds rows out");
    if (from && from->n_steps == 0)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                          "the model was saved before steps were counted, and cannot go on; fit it anew");
    return CAUCE_OK;
}
