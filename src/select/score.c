#include "select/score.h"

#include <string.h>

#include "core/param.h"

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
    int64_t most = (int64_t)strlen(text) / 2 + 1;
    char *name = cauce_scratch(run, (int64_t)strlen(text) + 1, 1);
    list->metric = cauce_scratch(run, most, sizeof *list->metric);
    list->n = 0;
    if (!name || !list->metric) return run->error.status;
    while (*(text += strspn(text, " ,\t\n[]"))) {
        size_t n = strcspn(text, " ,\t\n[]");
        memcpy(name, text, n);
        name[n] = 0;
        text += n;
        const ca_metric *metric = ca_metric_find(run, name);
        if (!metric) return run->error.status;
        CA_TRY(check_metric(run, metric, recipe));
        list->metric[list->n++] = metric;
    }
    if (list->n == 0) return cauce_fail(run, CAUCE_E_PARAM, "no metric is named");
    return CAUCE_OK;
}

cauce_status ca_score(cauce_run *run, const ca_metric_list *metrics, const ca_labels *labels,
                      int32_t positive, const cauce_block *output, int64_t n, double *values) {
    ca_metric_input in = {
        .n = n, .weight = labels->weight, .n_classes = labels->n_classes, .positive = positive
    };
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    if (labels->n_classes) {
        int32_t *predicted = cauce_scratch(run, n, sizeof *predicted);
        if (!predicted) return run->error.status;
        for (int64_t r = 0; r < n; r++)
            if (labels->y_class[r] < 0)
                return cauce_fail(run, CAUCE_E_DATA, "row %lld has a class that the model does not know",
                                  (long long)r + 1);
        ca_decide(output->values, output->stride, n, labels->n_classes, predicted);
        in.y_class = labels->y_class;
        in.predicted = predicted;
        in.proba = output->values;
        in.proba_stride = output->stride;
    } else {
        in.y = labels->y;
        in.prediction = output->values;
    }
    for (int64_t m = 0; m < metrics->n; m++)
        CA_TRY(ca_metric_compute(run, metrics->metric[m], &in, &values[m]));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}
