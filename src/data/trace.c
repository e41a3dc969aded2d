#include "data/trace.h"

static double sum(const double *x, int64_t n) {
    double s = 0;
    for (int64_t i = 0; i < n; i++) s += x[i];
    return s;
}

/* What m columns are worth, shared out among the n that they are made of. */
static void share(const double *out, int64_t m, double *in, int64_t n) {
    double part = sum(out, m) / (double)n;
    for (int64_t j = 0; j < n; j++) in[j] += part;
}

void ca_trace_evenly(const cauce_fitted *self, const double *out, double *in) {
    if (self->in->width) share(out, self->out->width, in, self->in->width);
}

static void by_block(const cauce_fitted *self, const double *out, double *in) {
    for (int64_t f = 0; f < self->in->n_fields; f++) {
        int64_t n = self->in->fields[f].width, m = self->out->fields[f].width;
        for (int64_t c = 0; n == m && c < n; c++) in[c] += out[c];
        if (n != m) share(out, m, in, n);
        in += n;
        out += m;
    }
}

static void by_column(const cauce_fitted *self, const double *out, double *in) {
    for (int64_t j = 0; j < self->in->width; j++) {
        int64_t m = self->out->fields[j].width;
        in[j] += sum(out, m);
        out += m;
    }
}

void ca_trace_plainly(const cauce_fitted *self, const double *out, double *in) {
    if (self->out->n_fields == self->in->n_fields)
        by_block(self, out, in);
    else if (self->out->n_fields == self->in->width)
        by_column(self, out, in);
    else
        ca_trace_evenly(self, out, in);
}
