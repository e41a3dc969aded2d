/* Metrics of predicted classes against chance and rank: correlation, kappa, error rate, the best k.
 *
 * With rows of true class i and predicted class j weighing n_ij, all of these are functions of the margins
 * and of sums over rows: the table of n_ij is never made, so that thousands of classes are no burden.
 */
#include "metrics/functions.h"

/* Weight of the rows of each class, by truth and by prediction, and of those predicted right. */
typedef struct margins {
    double *truth, *predicted, hit, total;
    int32_t n, true_classes, predicted_classes; /* classes, and how many of them occur */
} margins;

static cauce_status find_margins(cauce_run *run, const ca_metric_input *input, margins *m) {
    ca_sum hit = { 0 };
    *m = (margins){ .n = input->n_classes, .total = ca_metric_total_weight(input) };
    m->truth = cauce_scratch(run, m->n, sizeof *m->truth);
    m->predicted = cauce_scratch(run, m->n, sizeof *m->predicted);
    if (!m->truth || !m->predicted) return run->error.status;
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w == 0) continue; /* the classes of such a row have not been checked */
        m->truth[input->y_class[r]] += w;
        m->predicted[input->predicted[r]] += w;
        if (input->y_class[r] == input->predicted[r]) ca_sum_add(&hit, w);
    }
    m->hit = ca_sum_get(&hit);
    for (int32_t k = 0; k < m->n; k++) {
        m->true_classes += m->truth[k] > 0;
        m->predicted_classes += m->predicted[k] > 0;
    }
    return CAUCE_OK;
}

/* Gorodkin, "Comparing two K-category assignments by a K-category correlation coefficient", Computational
 * Biology and Chemistry 28 (2004), doi:10.1016/j.compbiolchem.2004.09.006; of two classes it is that of
 * Matthews (1975), doi:10.1016/0005-2795(75)90109-9. Shares instead of weights: squares of large weights
 * would overflow. */
cauce_status ca_metric_matthews_corrcoef(cauce_run *run, const ca_metric_input *input, double *value) {
    margins m;
    CA_TRY(find_margins(run, input, &m));
    *value = 0;
    if (m.true_classes < 2 || m.predicted_classes < 2) {
        cauce_warn(run, "undefined_metric",
                   "matthews_corrcoef is 0/0 and counted as 0: all rows are %s one class",
                   m.true_classes < 2 ? "truly of" : "predicted as");
        return CAUCE_OK;
    }
    ca_sum both = { 0 }, truth = { 0 }, predicted = { 0 };
    for (int32_t k = 0; k < m.n; k++) {
        double t = m.truth[k] / m.total, p = m.predicted[k] / m.total;
        ca_sum_add(&both, t * p);
        ca_sum_add(&truth, t * t);
        ca_sum_add(&predicted, p * p);
    }
    double above = m.hit / m.total - ca_sum_get(&both);
    *value = above / sqrt((1 - ca_sum_get(&truth)) * (1 - ca_sum_get(&predicted)));
    return CAUCE_OK;
}

/* What it costs to take one class for another that is `off` classes away. */
typedef double cost(double off);

static double cost_any(double off) {
    return off != 0;
}

static double cost_linear(double off) {
    return fabs(off);
}

static double cost_quadratic(double off) {
    return off * off;
}

/* Cohen, "A coefficient of agreement for nominal scales" (1960), doi:10.1177/001316446002000104, and, with
 * costs, "Weighted kappa" (1968), doi:10.1037/h0026256. How far classes are apart is told by their numbers: a
 * class that happens not to occur in these rows still lies between its neighbours. */
static cauce_status kappa(cauce_run *run, const ca_metric_input *input, const char *name, cost *of,
                          double *value) {
    margins m;
    CA_TRY(find_margins(run, input, &m));
    ca_sum seen = { 0 }, expected = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) ca_sum_add(&seen, w * of((double)input->y_class[r] - (double)input->predicted[r]));
    }
    for (int32_t i = 0; i < m.n; i++) {
        if (m.truth[i] == 0) continue;
        CA_TRY(cauce_check_cancel(run));
        for (int32_t j = 0; j < m.n; j++)
            ca_sum_add(&expected, m.truth[i] * (m.predicted[j] / m.total) * of((double)i - (double)j));
    }
    double chance = ca_sum_get(&expected);
    if (chance == 0)
        cauce_warn(run, "undefined_metric",
                   "%s is 0/0 and counted as 0: all rows are truly of and predicted as one class", name);
    *value = chance == 0 ? 0 : 1 - ca_sum_get(&seen) / chance;
    return CAUCE_OK;
}

cauce_status ca_metric_cohen_kappa(cauce_run *run, const ca_metric_input *input, double *value) {
    return kappa(run, input, "cohen_kappa", cost_any, value);
}

cauce_status ca_metric_cohen_kappa_linear(cauce_run *run, const ca_metric_input *input, double *value) {
    return kappa(run, input, "cohen_kappa_linear", cost_linear, value);
}

cauce_status ca_metric_cohen_kappa_quadratic(cauce_run *run, const ca_metric_input *input, double *value) {
    return kappa(run, input, "cohen_kappa_quadratic", cost_quadratic, value);
}

cauce_status ca_metric_zero_one(cauce_run *run, const ca_metric_input *input, double *value) {
    (void)run;
    ca_sum missed = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0 && input->y_class[r] != input->predicted[r]) ca_sum_add(&missed, w);
    }
    *value = ca_sum_get(&missed) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

cauce_status ca_metric_hamming(cauce_run *run, const ca_metric_input *input, double *value) {
    return ca_metric_zero_one(run, input, value);
}

/* Of equal probabilities the lower class comes first, as where the class is decided: the best 1 would be
 * accuracy. */
static cauce_status top(cauce_run *run, const ca_metric_input *input, int32_t most, double *value) {
    if (input->n_classes <= most)
        cauce_warn(run, "undefined_metric",
                   "top_%d_accuracy is 1 whatever is predicted: there are %d classes", (int)most,
                   (int)input->n_classes);
    ca_sum hit = { 0 };
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w == 0) continue;
        int32_t truth = input->y_class[r], before = 0;
        double own = input->proba[r + truth * input->proba_stride];
        for (int32_t k = 0; k < input->n_classes; k++) {
            double p = input->proba[r + k * input->proba_stride];
            before += p > own || (p == own && k < truth);
        }
        if (before < most) ca_sum_add(&hit, w);
    }
    *value = ca_sum_get(&hit) / ca_metric_total_weight(input);
    return CAUCE_OK;
}

const cauce_param ca_metric_k_rows[] = { CAUCE_INT(struct ca_metric_k, k, 2, 1, 2147483647,
                                                   "How many of the most probable classes count."),
                                         CAUCE_END };

cauce_status ca_metric_top_k_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_k *p = input->params;
    return top(run, input, (int32_t)p->k, value);
}

cauce_status ca_metric_top_2_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    return top(run, input, 2, value);
}

cauce_status ca_metric_top_3_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    return top(run, input, 3, value);
}

cauce_status ca_metric_top_5_accuracy(cauce_run *run, const ca_metric_input *input, double *value) {
    return top(run, input, 5, value);
}
