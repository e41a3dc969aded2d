#include "bayes/prior.h"

#include <math.h>

#include "math/special.h"

cauce_status ca_prior_check(cauce_run *run, const char *name, const cauce_value *given) {
    double sum = 0;
    if (given->type != CAUCE_V_LIST) return CAUCE_OK;
    for (int64_t k = 0; k < given->n_items; k++) {
        const cauce_value *item = &given->items[k];
        bool number = item->type == CAUCE_V_INT || item->type == CAUCE_V_REAL;
        if (!number || !(item->real >= 0 && item->real <= 1))
            return cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is no probability between 0 and 1", name,
                              (long long)k + 1);
        sum += item->real;
    }
    if (fabs(sum - 1) <= 1e-8) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "%s sums to %g; it must be 1", name, sum);
}

cauce_status ca_prior_fit(cauce_run *run, const char *name, const cauce_value *given, bool learn,
                          const cauce_train *train, ca_prior *prior) {
    int32_t n = train->n_classes;
    double total = 0;
    if (given->type == CAUCE_V_LIST && given->n_items != n)
        return cauce_fail(run, CAUCE_E_PARAM, "%s has %lld probabilities, but the target has %d classes",
                          name, (long long)given->n_items, (int)n);
    prior->n_classes = n;
    prior->class_count = cauce_keep(run, n, sizeof *prior->class_count);
    prior->class_prior = cauce_keep(run, n, sizeof *prior->class_prior);
    if (!prior->class_count || !prior->class_prior) return run->error.status;
    for (int64_t r = 0; r < train->n_rows; r++) {
        double w = train->weight ? train->weight[r] : 1;
        prior->class_count[train->y_class[r]] += w;
        total += w;
    }
    for (int32_t k = 0; k < n; k++)
        prior->class_prior[k] = given->type == CAUCE_V_LIST ? given->items[k].real
                                : learn                     ? prior->class_count[k] / total
                                                            : 1.0 / n;
    return CAUCE_OK;
}

cauce_status ca_prior_verify(cauce_run *run, const cauce_fitted *self, const ca_prior *prior) {
    if (prior->n_classes != self->n_classes)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld classes, but the target has %d",
                          (long long)prior->n_classes, (int)self->n_classes);
    double sum = 0;
    for (int64_t k = 0; k < prior->n_classes; k++) {
        if (!(prior->class_prior[k] >= 0 && prior->class_prior[k] <= 1 && prior->class_count[k] >= 0))
            return cauce_fail(run, CAUCE_E_FORMAT, "class %lld has probability %g of %g rows", (long long)k,
                              prior->class_prior[k], prior->class_count[k]);
        sum += prior->class_prior[k];
    }
    if (fabs(sum - 1) <= 1e-6) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_FORMAT, "the probabilities of the classes sum to %g", sum);
}

/* The largest of a row, classes that cannot be aside. */
static double largest(const double *z, const double *constant, int64_t n, int64_t stride) {
    double most = -HUGE_VAL;
    for (int64_t k = 0; k < n; k++)
        if (constant[k] > -HUGE_VAL && z[k * stride] > most) most = z[k * stride];
    return most;
}

void ca_prior_finish(const ca_prior *prior, const double *constant, int64_t n_rows, double *values,
                     int64_t stride) {
    int64_t n = prior->n_classes;
    for (int64_t r = 0; r < n_rows; r++) {
        double *z = values + r, most = largest(z, constant, n, stride), sum = 0;
        bool far = most == -HUGE_VAL;
        for (int64_t k = 0; k < n; k++) /* inf - inf is 0 here: as large as any */
            z[k * stride] = !(constant[k] > -HUGE_VAL) ? -HUGE_VAL
                            : z[k * stride] == most    ? constant[k]
                                                       : constant[k] + (z[k * stride] - most);
        most = largest(z, constant, n, stride);
        for (int64_t k = 0; k < n; k++) {
            z[k * stride] = far ? prior->class_prior[k] : ca_exp(z[k * stride] - most);
            sum += z[k * stride];
        }
        for (int64_t k = 0; k < n; k++) z[k * stride] /= sum;
    }
}
