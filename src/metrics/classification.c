/* Metrics of predicted classes, and of probabilities taken one row at a time.
 *
 * Precision, recall and F1 of a class follow van Rijsbergen, Information Retrieval (1979). A class takes part
 * in a macro or weighted mean when it occurs in the truth or in the predictions.
 */
#include <float.h>

#include "math/special.h"
#include "metrics/functions.h"

/* Weight of the rows of each class: predicted right, predicted, true. */
typedef struct counts {
    double *hit, *predicted, *truth;
    int32_t n;
} counts;

static cauce_status count_rows(cauce_run *run, const ca_metric_input *input, counts *c) {
    c->n = input->n_classes;
    c->hit = cauce_scratch(run, c->n, sizeof(double));
    c->predicted = cauce_scratch(run, c->n, sizeof(double));
    c->truth = cauce_scratch(run, c->n, sizeof(double));
    if (!c->hit || !c->predicted || !c->truth) return run->error.status;
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w == 0) continue; /* the classes of such a row have not been checked */
        int32_t truth = input->y_class[r], predicted = input->predicted[r];
        c->truth[truth] += w;
        c->predicted[predicted] += w;
        if (truth == predicted) c->hit[truth] += w;
    }
    return CAUCE_OK;
}

cauce_status ca_metric_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    ca_sum hit = { 0 };
    for (int64_t r = 0; r < input->n; r++)
        if (input->y_class[r] == input->predicted[r]) ca_sum_add(&hit, ca_metric_weight(input, r));
    *value = ca_sum_get(&hit) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

cauce_status ca_metric_balanced_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    counts c;
    CA_TRY(count_rows(run, input, &c));
    ca_sum sum = { 0 };
    int32_t present = 0;
    for (int32_t k = 0; k < c.n; k++)
        if (c.truth[k] > 0) {
            ca_sum_add(&sum, c.hit[k] / c.truth[k]);
            present++;
        }
    *value = ca_sum_get(&sum) / present;
    return CAUCE_OK;
}

typedef enum measure { PRECISION, RECALL, F1, JACCARD } measure;
static const char *const measure_names[] = { "precision", "recall", "f1", "jaccard" };

/* What a class's hits are divided by; F1 is 2 hit / (predicted + truth), Jaccard's index (Bulletin de la
 * Societe vaudoise des sciences naturelles 37, 1901) the intersection over the union. */
static double divisor(const counts *c, measure m, int32_t k) {
    switch (m) {
    case PRECISION: return c->predicted[k];
    case RECALL: return c->truth[k];
    case JACCARD: return c->predicted[k] + (c->truth[k] - c->hit[k]);
    case F1: break;
    }
    return (c->predicted[k] + c->truth[k]) / 2;
}

static const char *nothing_to_divide_by(measure m) {
    switch (m) {
    case PRECISION: return "no row is predicted as";
    case RECALL: return "no row is truly of";
    case F1:
    case JACCARD: break;
    }
    return "no row is truly of or predicted as";
}

static cauce_status binary(cauce_run *run, const ca_metric_input *input, measure m, double *value) {
    static const char *const instead[] = { "precision_macro", "recall_macro", "f1_macro", "jaccard_macro" };
    int32_t positive = 0;
    CA_TRY(ca_metric_two_classes(run, input, measure_names[m], instead[m], &positive));
    counts c;
    CA_TRY(count_rows(run, input, &c));
    double below = divisor(&c, m, positive);
    if (below == 0)
        cauce_warn(run, "undefined_metric", "%s is 0/0 and counted as 0: %s the positive class",
                   measure_names[m], nothing_to_divide_by(m));
    *value = below == 0 ? 0 : c.hit[positive] / below;
    return CAUCE_OK;
}

static cauce_status mean_of_classes(cauce_run *run, const ca_metric_input *input, measure m, bool by_rows,
                                    double *value) {
    counts c;
    CA_TRY(count_rows(run, input, &c));
    ca_sum above = { 0 }, below = { 0 };
    int32_t undefined = 0, first = -1;
    for (int32_t k = 0; k < c.n; k++) {
        if (c.truth[k] == 0 && c.predicted[k] == 0) continue;
        double d = divisor(&c, m, k), weight = by_rows ? c.truth[k] : 1;
        if (d == 0 && undefined++ == 0) first = k;
        ca_sum_add(&above, d == 0 ? 0 : weight * (c.hit[k] / d));
        ca_sum_add(&below, weight);
    }
    if (undefined)
        cauce_warn(run, "undefined_metric", "%s is 0/0 and counted as 0 for %d of %d classes: %s class %d%s",
                   measure_names[m], (int)undefined, (int)c.n, nothing_to_divide_by(m), (int)first,
                   undefined > 1 ? ", for one" : "");
    *value = ca_sum_get(&above) / ca_sum_get(&below);
    return CAUCE_OK;
}

static cauce_status together(cauce_run *run, const ca_metric_input *input, measure m, double *value) {
    counts c;
    CA_TRY(count_rows(run, input, &c));
    ca_sum above = { 0 }, below = { 0 };
    for (int32_t k = 0; k < c.n; k++) {
        ca_sum_add(&above, c.hit[k]);
        ca_sum_add(&below, divisor(&c, m, k));
    }
    *value = ca_sum_get(&above) / ca_sum_get(&below);
    return CAUCE_OK;
}

#define FAMILY(name, m)                                                                                      \
    cauce_status ca_metric_##name(cauce_run *run, const ca_metric_input *input, double *value) {             \
        return binary(run, input, m, value);                                                                 \
    }                                                                                                        \
    cauce_status ca_metric_##name##_macro(cauce_run *run, const ca_metric_input *input, double *value) {     \
        return mean_of_classes(run, input, m, false, value);                                                 \
    }                                                                                                        \
    cauce_status ca_metric_##name##_micro(cauce_run *run, const ca_metric_input *input, double *value) {     \
        return together(run, input, m, value);                                                               \
    }                                                                                                        \
    cauce_status ca_metric_##name##_weighted(cauce_run *run, const ca_metric_input *input, double *value) {  \
        return mean_of_classes(run, input, m, true, value);                                                  \
    }
FAMILY(precision, PRECISION)
FAMILY(recall, RECALL)
FAMILY(f1, F1)
FAMILY(jaccard, JACCARD)
#undef FAMILY

/* Good, "Rational decisions" (1952). A probability of 0 for the true class would be infinitely bad: it is
 * raised to the machine epsilon, which costs 36.04. Rows are not renormalised: what does not sum to 1 is
 * refused instead of silently changed. */
cauce_status ca_metric_log_loss(cauce_run *run, const ca_metric_input *input, double *value) {
    CA_TRY(ca_metric_check_proba(run, input, "log_loss"));
    ca_sum loss = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w == 0) continue;
        double p = input->proba[r + input->y_class[r] * input->proba_stride];
        if (p < DBL_EPSILON) p = DBL_EPSILON;
        if (p > 1 - DBL_EPSILON) p = 1 - DBL_EPSILON;
        ca_sum_add(&loss, -w * ca_log(p));
    }
    *value = ca_sum_get(&loss) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

/* Brier, Monthly Weather Review 78 (1950). */
cauce_status ca_metric_brier(cauce_run *run, const ca_metric_input *input, double *value) {
    int32_t positive = 0;
    CA_TRY(ca_metric_two_classes(run, input, "brier", "log_loss", &positive));
    CA_TRY(ca_metric_check_proba(run, input, "brier"));
    const double *p = input->proba + positive * input->proba_stride;
    ca_sum loss = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r), off = (input->y_class[r] == positive ? 1.0 : 0.0) - p[r];
        if (w != 0) ca_sum_add(&loss, w * (off * off));
    }
    *value = ca_sum_get(&loss) / ca_metric_total_weight(input);
    return CAUCE_OK;
}
