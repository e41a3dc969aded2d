#include "select/score.h"

#include <math.h>

static cauce_status check_metric(cauce_run *run, const ca_metric *metric, const cauce_recipe *recipe) {
    bool for_classes = metric->needs != CA_NEEDS_VALUES;
    bool classifier = ca_recipe_role(recipe) == CAUCE_CLASSIFIER;
    if (for_classes != classifier)
        return cauce_fail(run, CAUCE_E_PARAM, "metric '%s' is for %s; the model is a %s", metric->name,
                          for_classes ? "classification" : "regression",
                          classifier ? "classifier" : "regressor");
    if ((metric->needs & CA_NEEDS_PROBA) && ca_recipe_margin(recipe))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                          "metric '%s' needs probabilities, and %s gives decision values; accuracy, f1, "
                          "roc_auc, average_precision and their kind do without",
                          metric->name, ca_recipe_last(recipe)->name);
    return CAUCE_OK;
}

cauce_status ca_metric_list_parse(cauce_run *run, const char *text, const cauce_recipe *recipe,
                                  ca_metric_list *list) {
    bool classifier = ca_recipe_role(recipe) == CAUCE_CLASSIFIER;
    if (!text || !*text) text = classifier ? "accuracy" : "r2";
    CA_TRY(ca_metric_list_read(run, &run->scratch, text, list));
    for (int64_t i = 0; i < list->n; i++) CA_TRY(check_metric(run, list->metric[i], recipe));
    return CAUCE_OK;
}

/* Labels and predictions as metrics look at them; in scratch memory. */
static cauce_status fill_input(cauce_run *run, const ca_labels *labels, int32_t positive,
                               const cauce_block *output, int64_t n, ca_metric_input *in) {
    *in = (ca_metric_input){ .n = n,
                             .weight = labels->weight,
                             .n_classes = labels->n_classes,
                             .positive = positive,
                             .labels = labels->classes };
    if (labels->n_classes) {
        int32_t *predicted = cauce_scratch(run, n, sizeof *predicted);
        if (!predicted) return run->error.status;
        ca_decide(output->values, output->stride, n, labels->n_classes, predicted);
        in->y_class = labels->y_class;
        in->predicted = predicted;
        in->proba = output->values;
        in->proba_stride = output->stride;
    } else {
        in->y = labels->y;
        in->prediction = output->values;
    }
    return CAUCE_OK;
}

/* Of several targets the metric is the mean of those of each: multioutput="uniform_average" of scikit-learn.
 */
static cauce_status compute(cauce_run *run, const ca_metric *metric, const ca_labels *labels,
                            const cauce_block *output, const ca_metric_input *in, double *value) {
    const int64_t n_targets = cauce_n_targets(labels->targets);
    double sum = 0;
    for (int64_t t = 0; t < n_targets; t++) {
        ca_metric_input one = *in;
        if (t) one.y = labels->y + t * in->n, one.prediction = output->values + t * output->stride;
        CA_TRY(ca_metric_compute(run, metric, &one, value));
        sum += *value;
    }
    if (n_targets > 1) *value = sum / (double)n_targets;
    return CAUCE_OK;
}

cauce_status ca_score(cauce_run *run, const ca_metric_list *metrics, const ca_labels *labels,
                      int32_t positive, const cauce_block *output, int64_t n, double *values) {
    ca_metric_input in;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    CA_TRY(fill_input(run, labels, positive, output, n, &in));
    for (int64_t m = 0; m < metrics->n; m++)
        CA_TRY(compute(run, metrics->metric[m], labels, output, &in, &values[m]));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* The failure that was recorded, as text; what would not go away with other rows stays a failure. */
static cauce_status take_reason(cauce_run *run, const char **why) {
    if (run->error.status == CAUCE_E_CANCELLED || run->error.status == CAUCE_E_NOMEM)
        return run->error.status;
    const char *text = ca_run_text(run, "%s", run->error.message);
    ca_run_forgive(run);
    *why = text;
    return *text ? CAUCE_OK : CA_NOMEM(run);
}

cauce_status ca_score_defined(cauce_run *run, const ca_metric_list *metrics, const ca_labels *labels,
                              int32_t positive, const cauce_block *output, int64_t n, double *values,
                              const char **why) {
    ca_metric_input in;
    CA_TRY(fill_input(run, labels, positive, output, n, &in));
    int64_t defined = 0;
    for (int64_t m = 0; m < metrics->n; m++) {
        why[m] = NULL;
        if (compute(run, metrics->metric[m], labels, output, &in, &values[m]) == CAUCE_OK) {
            defined++;
            continue;
        }
        values[m] = NAN;
        CA_TRY(take_reason(run, &why[m]));
    }
    return defined || !metrics->n ? CAUCE_OK : cauce_fail(run, CAUCE_E_DATA, "%s", why[0]);
}

cauce_table *ca_score_table(cauce_run *run, const char *what, const ca_labels *labels,
                            const cauce_model *model, const cauce_block *output, int64_t n) {
    const ca_metric_table *table;
    const void *params;
    ca_metric_input rows;
    if (ca_metric_table_parse(run, &run->scratch, what, &table, &params) != CAUCE_OK ||
        fill_input(run, labels, model->positive, output, n, &rows) != CAUCE_OK)
        return NULL;
    return ca_metric_table_make(run, table, params, &rows);
}
