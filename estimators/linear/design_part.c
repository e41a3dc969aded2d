/* Designs of some of the rows, and of some of the columns, of another one. */
#include "base/mix.h"
#include "linear/design.h"

/* ---- A sample ------------------------------------------------------------------------------------------ */

struct sampling {
    const ca_design *from;
    int64_t every, n;
    double **columns; /* n_packed; NULL: */
    float **singles;  /* of floats */
    int32_t **codes;  /* n_onehot */
};

/* A row of each stretch, spread by hashing, so that rows in a regular order do not deceive. */
static int64_t sampled_row(const struct sampling *s, int64_t i) {
    return i * s->every + (int64_t)(ca_mix((uint64_t)i + CA_MIX_STEP) % (uint64_t)s->every);
}

static cauce_status sample_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct sampling *s = payload;
    const ca_design *d = s->from;
    if (index < d->n_packed) {
        for (int64_t i = 0; i < s->n && s->columns[index]; i++)
            s->columns[index][i] = ca_design_number(d, index, sampled_row(s, i));
        for (int64_t i = 0; i < s->n && s->singles[index]; i++)
            s->singles[index][i] = d->single[index][sampled_row(s, i) * d->step[index]];
        return CAUCE_OK;
    }
    index -= d->n_packed;
    for (int64_t i = 0; i < s->n; i++) s->codes[index][i] = d->onehot[index].codes[sampled_row(s, i)];
    return CAUCE_OK;
}

static cauce_status sample_weights(cauce_run *run, const struct sampling *s, ca_design *sample) {
    double *weight = cauce_scratch(run, s->n, sizeof *weight);
    if (!weight) return CA_NOMEM(run);
    sample->weight_sum = 0;
    for (int64_t i = 0; i < s->n; i++) {
        weight[i] = s->from->weight[sampled_row(s, i)];
        sample->weight_sum += weight[i];
    }
    sample->weight = weight;
    return CAUCE_OK;
}

static cauce_status sample_dense(cauce_run *run, struct sampling *s, ca_design *sample) {
    const ca_design *d = s->from;
    s->columns = cauce_scratch(run, d->n_packed, sizeof *s->columns);
    s->singles = cauce_scratch(run, d->n_packed, sizeof *s->singles);
    sample->dense = cauce_scratch(run, d->n_packed, sizeof *sample->dense);
    sample->single = d->single ? cauce_scratch(run, d->n_packed, sizeof *sample->single) : NULL;
    sample->step = d->single ? cauce_scratch(run, d->n_packed, sizeof *sample->step) : NULL;
    if (!s->columns || !s->singles || !sample->dense || (d->single && (!sample->single || !sample->step)))
        return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_packed; j++) {
        if (sample->step) sample->step[j] = 1;
        if (ca_design_is_ones(d, j)) continue;
        if (ca_design_single(d, j))
            sample->single[j] = s->singles[j] = cauce_scratch(run, s->n, sizeof(float));
        else
            sample->dense[j] = s->columns[j] = cauce_scratch(run, s->n, sizeof(double));
        if (!s->columns[j] && !s->singles[j]) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

cauce_status ca_design_sample(cauce_run *run, const ca_design *design, const int32_t *y, int64_t every,
                              ca_design *sample, int32_t **y_sample) {
    const ca_design *d = design;
    struct sampling s = { .from = d, .every = every, .n = d->n / every };
    *sample = *d;
    sample->n = s.n;
    sample->weight_sum = (double)s.n;
    CA_TRY(sample_dense(run, &s, sample));
    s.codes = cauce_scratch(run, d->n_onehot, sizeof *s.codes);
    sample->onehot = cauce_scratch(run, d->n_onehot, sizeof *sample->onehot);
    *y_sample = cauce_scratch(run, s.n, sizeof **y_sample);
    if (!s.codes || !sample->onehot || !*y_sample) return CA_NOMEM(run);
    for (int64_t a = 0; a < d->n_onehot; a++) {
        s.codes[a] = cauce_scratch(run, s.n, sizeof(int32_t));
        if (!s.codes[a]) return CA_NOMEM(run);
        sample->onehot[a] = d->onehot[a];
        sample->onehot[a].codes = s.codes[a];
    }
    for (int64_t i = 0; i < s.n; i++) (*y_sample)[i] = y[sampled_row(&s, i)];
    if (d->weight) CA_TRY(sample_weights(run, &s, sample));
    return cauce_parallel(run, d->n_packed + d->n_onehot, sample_task, &s);
}

/* ---- Some columns -------------------------------------------------------------------------------------- */

struct narrowing {
    const ca_design *from;
    const bool *in;
    int32_t **codes;
};

/* Codes of a block that count the levels which are in; -1 for the others. */
static cauce_status narrow_task(cauce_run *run, int64_t index, void *payload) {
    const struct narrowing *n = payload;
    const ca_onehot *hot = &n->from->onehot[index];
    int32_t *place = cauce_scratch(run, hot->width, sizeof *place), next = 0;
    if (!place) return CA_NOMEM(run);
    for (int64_t k = 0; k < hot->width; k++) place[k] = n->in[hot->first + k] ? next++ : -1;
    for (int64_t r = 0; r < n->from->n; r++)
        n->codes[index][r] = hot->codes[r] >= 0 ? place[hot->codes[r]] : -1;
    return CAUCE_OK;
}

cauce_status ca_design_columns(cauce_run *run, const ca_design *design, const bool *in, ca_design *some,
                               int64_t **column) {
    const ca_design *d = design;
    *some = (ca_design){ .n = d->n, .weight = d->weight, .weight_sum = d->weight_sum, .rows = d->rows };
    some->dense = cauce_scratch(run, d->n_packed, sizeof *some->dense);
    some->dense_name = cauce_scratch(run, d->n_packed, sizeof *some->dense_name);
    some->shift = cauce_scratch(run, d->n_packed, sizeof *some->shift);
    some->inverse = cauce_scratch(run, d->n_packed, sizeof *some->inverse);
    some->onehot = cauce_scratch(run, d->n_onehot, sizeof *some->onehot);
    if (d->step) some->step = cauce_scratch(run, d->n_packed, sizeof *some->step);
    if (d->single) some->single = cauce_scratch(run, d->n_packed, sizeof *some->single);
    some->feature = cauce_scratch(run, d->q, sizeof *some->feature);
    *column = cauce_scratch(run, d->q, sizeof **column);
    struct narrowing narrowing = { d, in, cauce_scratch(run, d->n_onehot, sizeof *narrowing.codes) };
    if (!some->dense || !some->dense_name || !some->shift || !some->inverse || !some->onehot ||
        !some->feature || !*column || !narrowing.codes || (d->step && !some->step) ||
        (d->single && !some->single))
        return CA_NOMEM(run);
    for (int64_t j = 0; j < d->n_packed; j++) {
        if (!ca_design_is_ones(d, j) && !in[j]) continue;
        int64_t at = some->n_packed++;
        some->dense[at] = d->dense[j];
        some->dense_name[at] = j < d->n_dense ? d->dense_name[j] : NULL;
        if (d->step) some->step[at] = d->step[j];
        if (d->single) some->single[at] = d->single[j];
        some->shift[at] = d->shift[j];
        some->inverse[at] = d->inverse[j];
        some->n_dense += j < d->n_dense;
        (*column)[some->q++] = j;
    }
    for (int64_t a = 0; a < d->n_onehot; a++) {
        narrowing.codes[a] = cauce_scratch(run, d->n, sizeof(int32_t));
        if (!narrowing.codes[a]) return CA_NOMEM(run);
        some->onehot[a] = (ca_onehot){ narrowing.codes[a], 0, some->q, d->onehot[a].name };
        for (int64_t k = 0; k < d->onehot[a].width; k++)
            if (in[d->onehot[a].first + k]) {
                (*column)[some->q++] = d->onehot[a].first + k;
                some->onehot[a].width++;
            }
    }
    some->n_onehot = d->n_onehot;
    for (int64_t j = 0; j < some->q; j++) some->feature[j] = -1;
    some->p = some->q;
    some->tile = ca_tile_rows(some->n_packed);
    return cauce_parallel(run, d->n_onehot, narrow_task, &narrowing);
}
