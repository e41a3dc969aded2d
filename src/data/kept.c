#include "data/kept.h"

#include <string.h>

#include "base/run.h"
#include "data/batch.h"
#include "data/categories.h"

/* Where an output block comes from: a column of a block, or the block. */
struct ca_selection {
    int64_t block, column;
    const int32_t *code; /* ONEHOT: what becomes of each code; NULL: the block as it is ... */
    bool alone;          /* ... or the column alone */
};

cauce_status ca_selector_verify(cauce_run *run, const cauce_fitted *self) {
    const uint8_t *support = ((const ca_selector *)self->state)->support;
    int64_t n_columns = ((const ca_selector *)self->state)->n_columns, kept = 0;
    if (n_columns != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "a %s of %lld columns, but the input has %lld",
                          self->component->name, (long long)n_columns, (long long)self->in->width);
    for (int64_t j = 0; j < n_columns; j++) {
        if (support[j] > 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "support %d of column %lld is neither 0 nor 1",
                              (int)support[j], (long long)j);
        kept += support[j];
    }
    return kept > 0 ? CAUCE_OK : cauce_fail(run, CAUCE_E_FORMAT, "no column is kept");
}

/* One-hot columns that are left: codes of the others are none of them. */
static cauce_status keep_labels(cauce_run *run, const uint8_t *support, int64_t kept, cauce_field *field,
                                ca_selection *part) {
    int32_t *code = cauce_keep(run, field->width, sizeof *code), n = 0;
    const char **texts = cauce_scratch(run, kept, sizeof *texts);
    if (!code || !texts) return run->error.status;
    for (int64_t c = 0; c < field->width; c++) {
        code[c] = support[c] ? n : -1;
        if (support[c]) texts[n++] = cauce_levels_text(field->labels, (int32_t)c);
    }
    field->labels = cauce_levels_keep(run, texts, n);
    field->width = n;
    part->code = code;
    return field->labels ? CAUCE_OK : run->error.status;
}

static cauce_status keep_column(cauce_run *run, int64_t c, cauce_field *field, ca_selection *part) {
    const char *name = ca_field_column(run, field, c);
    if (!name) return run->error.status;
    part->alone = field->form == CAUCE_ONEHOT;
    field->name = name;
    field->width = 1;
    field->labels = NULL;
    part->column = c;
    return CAUCE_OK;
}

cauce_status ca_selection_plan(cauce_run *run, const cauce_schema *in, const uint8_t *support,
                               cauce_field *fields, int64_t *n, ca_selection **plan) {
    ca_selection *parts = cauce_keep(run, in->width, sizeof *parts);
    if (!parts) return run->error.status;
    *n = 0;
    *plan = parts;
    for (int64_t f = 0; f < in->n_fields; support += in->fields[f++].width) {
        const cauce_field *field = &in->fields[f];
        int64_t kept = 0;
        for (int64_t c = 0; c < field->width; c++) kept += support[c];
        bool whole = kept == field->width || (field->form == CAUCE_ONEHOT && field->labels);
        for (int64_t c = 0; kept && c < field->width; c++) {
            if (!support[c]) continue;
            fields[*n] = *field;
            parts[*n] = (ca_selection){ .block = f };
            if (!whole)
                CA_TRY(keep_column(run, c, &fields[*n], &parts[*n]));
            else if (kept < field->width)
                CA_TRY(keep_labels(run, support, kept, &fields[*n], &parts[*n]));
            ++*n;
            if (whole) break;
        }
    }
    return CAUCE_OK;
}

cauce_status ca_selector_bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_selector *selector = self->state;
    cauce_field *fields = cauce_scratch(run, self->in->width, sizeof *fields);
    ca_selection *plan = NULL;
    int64_t n;
    if (!fields) return run->error.status;
    CA_TRY(ca_selection_plan(run, self->in, selector->support, fields, &n, &plan));
    cauce_field *out = cauce_bind_fields(run, binding, n);
    if (!out) return run->error.status;
    for (int64_t i = 0; i < n; i++) out[i] = fields[i];
    binding->bound = plan;
    return CAUCE_OK;
}

void ca_selection_take(const ca_selection *plan, int64_t n_fields, const cauce_batch *in, cauce_batch *out) {
    for (int64_t i = 0; i < n_fields; i++) {
        const ca_selection *part = &plan[i];
        const cauce_block *from = &in->blocks[part->block];
        if (part->code || part->alone) {
            int32_t *codes = cauce_block_codes(&out->blocks[i]);
            for (int64_t r = 0; r < in->n_rows; r++)
                codes[r] = from->codes[r] < 0 ? -1
                           : part->code       ? part->code[from->codes[r]]
                                              : (from->codes[r] == part->column) - 1;
            continue;
        }
        cauce_block_share(&out->blocks[i], from);
        if (from->values) out->blocks[i].values = from->values + part->column * from->stride;
    }
}

void ca_selector_trace(const cauce_fitted *self, const double *out, double *in) {
    const uint8_t *support = ((const ca_selector *)self->state)->support;
    for (int64_t j = 0; j < self->in->width; j++)
        if (support[j]) in[j] += *out++;
}

cauce_status ca_selector_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                               cauce_batch *out, void *scratch) {
    (void)run, (void)scratch;
    ca_selection_take(self->bound, self->out->n_fields, in, out);
    return CAUCE_OK;
}
