#include "linear/linear.h"

#include <math.h>

#include "base/run.h"
#include "linear/margin.h"
#include "math/lanes.h"

cauce_status ca_linear_open(cauce_run *run, const cauce_train *train, ca_linear *linear) {
    linear->n_features = train->schema->width;
    linear->coef = cauce_keep(run, linear->n_features, sizeof *linear->coef);
    return linear->coef ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_linear_finite(cauce_run *run, const ca_linear *linear) {
    if (isfinite(linear->intercept) && ca_all_finite(linear->coef, linear->n_features)) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "the numbers are so large that the coefficients overflow; scale the columns and "
                      "the target first");
}

cauce_status ca_linear_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                             cauce_batch *out, void *scratch) {
    (void)run;
    (void)scratch;
    const ca_linear *s = self->state;
    ca_margin(self->in, in, s->coef, s->intercept, cauce_block_values(&out->blocks[0]));
    return CAUCE_OK;
}

cauce_status ca_linear_verify(cauce_run *run, const cauce_fitted *self) {
    const ca_linear *s = self->state;
    if (s->n_features != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "coef has %lld numbers; the input has %lld columns",
                          (long long)s->n_features, (long long)self->in->width);
    CA_TRY(ca_verify_finite(run, "coef", s->coef, s->n_features));
    return ca_verify_finite(run, "intercept", &s->intercept, 1);
}
