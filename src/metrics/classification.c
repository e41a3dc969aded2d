/* Metrics of predicted classes, and of probabilities taken one row at a time.
 *
 * Precision, recall and F of a class follow van Rijsbergen, Information Retrieval (1979). A class takes part
 * in a macro or weighted mean when it occurs in the truth or in the predictions.
 */
#include <float.h>

#include "math/special.h"
#include "metrics/functions.h"

cauce_status ca_metric_count(cauce_run *run, const ca_metric_input *input, ca_counts *c) {
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

const cauce_param ca_metric_adjusted_rows[] = {
    CAUCE_BOOL(struct ca_metric_adjusted, adjusted, false,
               "Chance, 1 over the number of classes that occur, becomes 0; perfect stays 1."),
    CAUCE_END
};

cauce_status ca_metric_balanced_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_adjusted *p = input->params;
    ca_counts c;
    CA_TRY(ca_metric_count(run, input, &c));
    ca_sum sum = { 0 };
    int32_t present = 0;
    for (int32_t k = 0; k < c.n; k++)
        if (c.truth[k] > 0) {
            ca_sum_add(&sum, c.hit[k] / c.truth[k]);
            present++;
        }
    *value = ca_sum_get(&sum) / present;
    if (p->adjusted && present == 1)
        return cauce_fail(run, CAUCE_E_DATA,
                          "balanced_accuracy adjusted=true is not defined: all rows are of one class, which "
                          "chance predicts too");
    if (p->adjusted) *value = (*value - 1.0 / present) / (1 - 1.0 / present);
    return CAUCE_OK;
}

#define ZERO_DIVISION(T)                                                                                     \
    CAUCE_MIXED(T, zero_division, "warn", CAUCE_V_INT | CAUCE_V_TEXT, 0, 1, 0, 0, "warn",                    \
                "What 0/0 counts as; warn: 0, with a warning.")

const cauce_param ca_metric_zero_rows[] = { ZERO_DIVISION(struct ca_metric_zero), CAUCE_END };
const cauce_param ca_metric_beta_rows[] = {
    CAUCE_REAL(struct ca_metric_beta, beta, 1, 0, 1e6,
               "Recall counts beta times as much as precision: 1 the same, 2 more, 0.5 less."),
    ZERO_DIVISION(struct ca_metric_beta), CAUCE_END
};

/* What a share is of: hits divided by a mean of what is predicted and what is true. */
typedef struct measure {
    const char *name, *instead; /* what to use for more than two classes */
    enum { PRECISION, RECALL, F, JACCARD } kind;
    double beta; /* F */
    const cauce_value *zero;
} measure;

/* What a class's hits are divided by; F is (1 + b^2) hit / (predicted + b^2 truth), Jaccard's index (Bulletin
 * de la Societe vaudoise des sciences naturelles 37, 1901) the intersection over the union. */
static double divisor(const ca_counts *c, const measure *m, int32_t k) {
    switch (m->kind) {
    case PRECISION: return c->predicted[k];
    case RECALL: return c->truth[k];
    case JACCARD: return c->predicted[k] + (c->truth[k] - c->hit[k]);
    case F: break;
    }
    const double squared = m->beta * m->beta;
    return (c->predicted[k] + squared * c->truth[k]) / (1 + squared);
}

static const char *nothing_to_divide_by(const measure *m) {
    switch (m->kind) {
    case PRECISION: return "no row is predicted as";
    case RECALL: return "no row is truly of";
    case F:
        if (m->beta == 0) return "no row is predicted as";
        break;
    case JACCARD: break;
    }
    return "no row is truly of or predicted as";
}

static bool is_warned_of(const measure *m) {
    return m->zero->type == CAUCE_V_TEXT;
}

static double zero_division(const measure *m) {
    return is_warned_of(m) ? 0 : m->zero->real;
}

static cauce_status binary(cauce_run *run, const ca_metric_input *input, const measure *m, double *value) {
    int32_t positive = 0;
    CA_TRY(ca_metric_two_classes(run, input, m->name, m->instead, &positive));
    ca_counts c;
    CA_TRY(ca_metric_count(run, input, &c));
    double below = divisor(&c, m, positive);
    if (below == 0 && is_warned_of(m))
        cauce_warn(run, "undefined_metric", "%s is 0/0 and counted as 0: %s the positive class", m->name,
                   nothing_to_divide_by(m));
    *value = below == 0 ? zero_division(m) : c.hit[positive] / below;
    return CAUCE_OK;
}

static cauce_status mean_of_classes(cauce_run *run, const ca_metric_input *input, const measure *m,
                                    bool by_rows, double *value) {
    ca_counts c;
    CA_TRY(ca_metric_count(run, input, &c));
    ca_sum above = { 0 }, below = { 0 };
    int32_t undefined = 0, first = -1;
    for (int32_t k = 0; k < c.n; k++) {
        if (c.truth[k] == 0 && c.predicted[k] == 0) continue;
        double d = divisor(&c, m, k), weight = by_rows ? c.truth[k] : 1;
        if (d == 0 && undefined++ == 0) first = k;
        ca_sum_add(&above, weight * (d == 0 ? zero_division(m) : c.hit[k] / d));
        ca_sum_add(&below, weight);
    }
    if (undefined && is_warned_of(m))
        cauce_warn(run, "undefined_metric", "%s is 0/0 and counted as 0 for %d of %d classes: %s class %s%s",
                   m->name, (int)undefined, (int)c.n, nothing_to_divide_by(m),
                   ca_metric_label(run, input, first), undefined > 1 ? ", for one" : "");
    *value = ca_sum_get(&above) / ca_sum_get(&below);
    return CAUCE_OK;
}

static cauce_status together(cauce_run *run, const ca_metric_input *input, const measure *m, double *value) {
    ca_counts c;
    CA_TRY(ca_metric_count(run, input, &c));
    ca_sum above = { 0 }, below = { 0 };
    for (int32_t k = 0; k < c.n; k++) {
        ca_sum_add(&above, c.hit[k]);
        ca_sum_add(&below, divisor(&c, m, k));
    }
    *value = ca_sum_get(&above) / ca_sum_get(&below);
    return CAUCE_OK;
}

/* The four means of a measure with the parameters `set`, which are `p`. */
#define FAMILY(name, set, kind, beta)                                                                        \
    static measure measure_##name(const ca_metric_input *input) {                                            \
        const struct ca_metric_##set *p = input->params;                                                     \
        return (measure){ #name, #name "_macro", kind, beta, &p->zero_division };                            \
    }                                                                                                        \
    cauce_status ca_metric_##name(cauce_run *run, const ca_metric_input *input, double *value) {             \
        const measure m = measure_##name(input);                                                             \
        return binary(run, input, &m, value);                                                                \
    }                                                                                                        \
    cauce_status ca_metric_##name##_macro(cauce_run *run, const ca_metric_input *input, double *value) {     \
        const measure m = measure_##name(input);                                                             \
        return mean_of_classes(run, input, &m, false, value);                                                \
    }                                                                                                        \
    cauce_status ca_metric_##name##_micro(cauce_run *run, const ca_metric_input *input, double *value) {     \
        const measure m = measure_##name(input);                                                             \
        return together(run, input, &m, value);                                                              \
    }                                                                                                        \
    cauce_status ca_metric_##name##_weighted(cauce_run *run, const ca_metric_input *input, double *value) {  \
        const measure m = measure_##name(input);                                                             \
        return mean_of_classes(run, input, &m, true, value);                                                 \
    }
FAMILY(precision, zero, PRECISION, 0)
FAMILY(recall, zero, RECALL, 0)
FAMILY(f1, zero, F, 1)
FAMILY(f2, zero, F, 2)
FAMILY(fbeta, beta, F, p->beta)
FAMILY(jaccard, zero, JACCARD, 0)
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
