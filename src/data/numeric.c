#include "data/numeric.h"

#include <math.h>

#include "base/number.h"
#include "data/batch.h"

typedef struct fit_job {
    const cauce_train *train;
    const ca_numeric *columns;
    ca_numeric_fit *fit;
    const ca_coded *blocks;
    ca_coded_fit *fit_block;
    void *payload;
} fit_job;

static cauce_status fit_one(cauce_run *run, int64_t j, void *payload) {
    const fit_job *job = payload;
    CA_TRY(cauce_check_cancel(run));
    return job->fit(run, &job->columns[j], job->train, job->payload);
}

cauce_status ca_numeric_fit_each(cauce_run *run, const cauce_train *train, ca_numeric_fit *fit,
                                 void *payload) {
    const cauce_schema *schema = train->schema;
    ca_numeric *columns = cauce_scratch(run, schema->width, sizeof *columns);
    int64_t j = 0, n = 0;
    if (!columns) return run->error.status;
    for (int64_t f = 0; f < schema->n_fields; j += schema->fields[f++].width)
        for (int64_t c = 0; schema->fields[f].form == CAUCE_DENSE && c < schema->fields[f].width; c++) {
            const cauce_block *block = &train->x->blocks[f];
            columns[n++] =
                (ca_numeric){ j + c,         &schema->fields[f], c, block->values + c * block->stride,
                              train->n_rows, train->x->first_row };
        }
    fit_job job = { .train = train, .columns = columns, .fit = fit, .payload = payload };
    return cauce_parallel(run, n, fit_one, &job);
}

static cauce_status fit_block(cauce_run *run, int64_t i, void *payload) {
    const fit_job *job = payload;
    CA_TRY(cauce_check_cancel(run));
    return job->fit_block(run, &job->blocks[i], job->train, job->payload);
}

cauce_status ca_coded_fit_each(cauce_run *run, const cauce_train *train, ca_coded_fit *fit, void *payload) {
    const cauce_schema *schema = train->schema;
    ca_coded *blocks = cauce_scratch(run, schema->n_fields, sizeof *blocks);
    int64_t j = 0, n = 0;
    if (!blocks) return run->error.status;
    for (int64_t f = 0; f < schema->n_fields; j += schema->fields[f++].width)
        if (schema->fields[f].form == CAUCE_ONEHOT)
            blocks[n++] = (ca_coded){ j, &schema->fields[f], train->x->blocks[f].codes, train->n_rows };
    fit_job job = { .train = train, .blocks = blocks, .fit_block = fit, .payload = payload };
    return cauce_parallel(run, n, fit_block, &job);
}

cauce_status ca_numeric_map_each(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, ca_numeric_map *map) {
    int64_t j = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++) {
        const cauce_field *field = &self->in->fields[f];
        const cauce_block *from = &in->blocks[f];
        double *values = cauce_block_values(&out->blocks[f]);
        for (int64_t c = 0; c < field->width; c++, j++) {
            ca_numeric column = { j, field, c, from->values + c * from->stride, in->n_rows, in->first_row };
            CA_TRY(map(run, self, &column, values + c * out->blocks[f].stride));
        }
    }
    return CAUCE_OK;
}

void ca_numeric_rows(const cauce_schema *schema, const cauce_batch *batch, int64_t first, int64_t n,
                     double *rows) {
    double *at = rows;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, at++) {
            const double *x = batch->blocks[f].values + c * batch->blocks[f].stride + first;
            for (int64_t r = 0; r < n; r++) at[r * schema->width] = x[r];
        }
}

const char *ca_numeric_name(const ca_numeric *column, char room[CA_NUMERIC_NAME]) {
    ca_field_column_name(column->field, column->place, room, CA_NUMERIC_NAME);
    return room;
}

cauce_status ca_numeric_bad(cauce_run *run, const ca_numeric *column, int64_t r, const char *what) {
    char name[CA_NUMERIC_NAME], number[CA_NUMBER_SIZE];
    ca_number_print(column->x[r], number);
    return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: %s %s", ca_numeric_name(column, name),
                      (long long)(column->first_row + r + 1), number, what);
}

cauce_status ca_numeric_finite(cauce_run *run, const ca_numeric *column) {
    for (int64_t r = 0; r < column->n_rows; r++)
        if (isinf(column->x[r]))
            return ca_numeric_bad(run, column, r, "cannot be learned from; make it missing or finite");
    return CAUCE_OK;
}

void ca_numeric_empty(cauce_run *run, const ca_numeric *column, const char *then) {
    char name[CA_NUMERIC_NAME];
    cauce_warn(run, "all_missing", "column '%s' has no number: %s", ca_numeric_name(column, name), then);
}

cauce_status ca_numeric_verify(cauce_run *run, const cauce_fitted *self, int64_t n_columns) {
    if (n_columns == self->in->width) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_FORMAT, "a %s of %lld columns, but the input has %lld",
                      self->component->name, (long long)n_columns, (long long)self->in->width);
}

cauce_status ca_verify_finite(cauce_run *run, const char *name, const double *values, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(values[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "%s[%lld] is %g; it must be finite", name, (long long)i,
                              values[i]);
    return CAUCE_OK;
}

cauce_status ca_numeric_pair(cauce_run *run, const char *name, const cauce_value *list, double pair[2]) {
    if (list->type != CAUCE_V_LIST || list->n_items != 2)
        return cauce_fail(run, CAUCE_E_PARAM, "%s: expected a list of two numbers [low, high]", name);
    for (int64_t i = 0; i < 2; i++) {
        const cauce_value *item = &list->items[i];
        if ((item->type != CAUCE_V_INT && item->type != CAUCE_V_REAL) || !isfinite(item->real))
            return cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is not a finite number", name,
                              (long long)i + 1);
        pair[i] = item->real;
    }
    if (pair[0] < pair[1]) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "%s=[%g, %g]: the first must be below the second", name, pair[0],
                      pair[1]);
}
