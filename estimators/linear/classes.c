#include "linear/classes.h"

#include "base/run.h"
#include "linear/margin.h"
#include "math/lanes.h"

static cauce_status check_classes(cauce_run *run, const cauce_train *train) {
    if (train->n_classes >= 2) return CAUCE_OK;
    const char *only = train->n_classes == 1 && train->classes ? cauce_levels_text(train->classes, 0) : NULL;
    if (only)
        return cauce_fail(run, CAUCE_E_DATA,
                          "the target has a single class, '%s'; at least two are needed in the training rows",
                          only);
    return cauce_fail(run, CAUCE_E_DATA, "the target has %d classes; at least two are needed",
                      (int)train->n_classes);
}

cauce_status ca_linear_classes_open(cauce_run *run, const cauce_train *train, ca_linear_classes *s) {
    CA_TRY(check_classes(run, train));
    s->n_rows = train->n_classes > 2 ? train->n_classes : 1;
    s->n_features = train->schema->width;
    s->coef = cauce_keep(run, s->n_rows, (size_t)s->n_features * sizeof *s->coef);
    s->intercept = cauce_keep(run, s->n_rows, sizeof *s->intercept);
    return s->coef && s->intercept ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_class_row_weights(cauce_run *run, const cauce_value *class_weight, const cauce_train *train,
                                  const double **weight) {
    *weight = train->weight;
    if (class_weight->type == 0 || class_weight->type == CAUCE_V_NULL) return CAUCE_OK;
    double *per_class = cauce_scratch(run, train->n_classes, sizeof *per_class);
    double *product = cauce_scratch(run, train->n_rows, sizeof *product);
    if (!per_class || !product) return CA_NOMEM(run);
    CA_TRY(cauce_class_weights(run, class_weight, train, per_class));
    for (int64_t i = 0; i < train->n_rows; i++)
        product[i] = per_class[train->y_class[i]] * (train->weight ? train->weight[i] : 1);
    *weight = product;
    return CAUCE_OK;
}

cauce_status ca_linear_classes_finite(cauce_run *run, const ca_linear_classes *s) {
    if (ca_all_finite(s->intercept, s->n_rows) && ca_all_finite(s->coef, s->n_rows * s->n_features))
        return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "the numbers are so large that the coefficients overflow; scale the columns first");
}

cauce_status ca_linear_classes_decide(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                      cauce_batch *out, void *scratch) {
    (void)scratch;
    const ca_linear_classes *s = self->state;
    double *values = cauce_block_values(&out->blocks[0]);
    int64_t stride = out->blocks[0].stride;
    if (s->n_rows > 1) {
        for (int64_t c = 0; c < s->n_rows; c++) {
            ca_margin(self->in, in, s->coef + c * s->n_features, s->intercept[c], values + c * stride);
            CA_TRY(ca_margin_check(run, self->in, in, values + c * stride));
        }
        return CAUCE_OK;
    }
    ca_margin(self->in, in, s->coef, s->intercept[0], values + stride);
    for (int64_t r = 0; r < in->n_rows; r++) values[r] = -values[stride + r];
    return ca_margin_check(run, self->in, in, values);
}

cauce_status ca_linear_classes_verify(cauce_run *run, const cauce_fitted *self) {
    const ca_linear_classes *s = self->state;
    int64_t rows = self->n_classes > 2 ? self->n_classes : 1;
    if (self->n_classes < 2 || s->n_rows != rows || s->n_features != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT,
                          "coef is %lld x %lld; %d classes and %lld columns need %lld x %lld",
                          (long long)s->n_rows, (long long)s->n_features, (int)self->n_classes,
                          (long long)self->in->width, (long long)rows, (long long)self->in->width);
    CA_TRY(ca_verify_finite(run, "coef", s->coef, s->n_rows * s->n_features));
    return ca_verify_finite(run, "intercept", s->intercept, s->n_rows);
}
