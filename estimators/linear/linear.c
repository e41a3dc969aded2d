#include "linear/linear.h"

#include <math.h>

#include "base/run.h"
#include "linear/margin.h"
#include "math/lanes.h"

cauce_status ca_linear_open(cauce_run *run, const cauce_train *train, ca_linear *linear) {
    const int64_t n_targets = cauce_n_targets(train->targets);
    linear->n_features = train->schema->width;
    if (n_targets == 1) {
        linear->coef = cauce_keep(run, linear->n_features, sizeof *linear->coef);
        return linear->coef ? CAUCE_OK : CA_NOMEM(run);
    }
    linear->n_targets = n_targets;
    linear->target_coef = cauce_keep(run, n_targets, (size_t)linear->n_features * sizeof *linear->coef);
    linear->target_intercept = cauce_keep(run, n_targets, sizeof *linear->target_intercept);
    return linear->target_coef && linear->target_intercept ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_linear_finite(cauce_run *run, const ca_linear *linear) {
    const int64_t n = linear->n_targets ? linear->n_targets : 1;
    const double *intercept = linear->n_targets ? linear->target_intercept : &linear->intercept;
    if (ca_all_finite(intercept, n) && ca_all_finite(ca_linear_coef(linear), n * linear->n_features))
        return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "the numbers are so large that the coefficients overflow; scale the columns and "
                      "the target first");
}

cauce_status ca_linear_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch) {
    (void)scratch;
    const ca_linear *s = self->state;
    double *values = cauce_block_values(&out->blocks[0]);
    if (!s->n_targets) {
        ca_margin(self->in, in, s->coef, s->intercept, values);
        return ca_margin_check(run, self->in, in, values);
    }
    for (int64_t t = 0; t < s->n_targets; t++, values += out->blocks[0].stride) {
        ca_margin(self->in, in, s->target_coef + t * s->n_features, s->target_intercept[t], values);
        CA_TRY(ca_margin_check(run, self->in, in, values));
    }
    return CAUCE_OK;
}

static cauce_status verify_targets(cauce_run *run, const ca_linear *s, int64_t n_targets) {
    if (s->n_targets != n_targets || !s->target_coef || !s->target_intercept)
        return cauce_fail(run, CAUCE_E_FORMAT, "coef has %lld rows; there are %lld targets",
                          (long long)s->n_targets, (long long)n_targets);
    CA_TRY(ca_verify_finite(run, "coef", s->target_coef, n_targets * s->n_features));
    return ca_verify_finite(run, "intercept", s->target_intercept, n_targets);
}

cauce_status ca_linear_verify(cauce_run *run, const cauce_fitted *self) {
    const ca_linear *s = self->state;
    if (s->n_features != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "coef has %lld numbers; the input has %lld columns",
                          (long long)s->n_features, (long long)self->in->width);
    if (self->targets) return verify_targets(run, s, cauce_n_targets(self->targets));
    if (s->n_targets)
        return cauce_fail(run, CAUCE_E_FORMAT, "coef has %lld rows; there is one target",
                          (long long)s->n_targets);
    CA_TRY(ca_verify_finite(run, "coef", s->coef, s->n_features));
    return ca_verify_finite(run, "intercept", &s->intercept, 1);
}
