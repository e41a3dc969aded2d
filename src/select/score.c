#include "select/score.h"

#include <string.h>

#include "core/param.h"

cauce_status ca_metric_list_parse(cauce_run *run, const char *text, bool classifier, ca_metric_list *list) {
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
        bool for_classes = metric->needs != CA_NEEDS_VALUES;
        if (for_classes != classifier)
            return cauce_fail(run, CAUCE_E_PARAM, "metric '%s' is for %s; the model is a %s", name,
                              for_classes ? "classification" : "regression",
                              classifier ? "classifier" : "regressor");
        list->metric[list->n++] = metric;
    }
    if (list->n == 0) return cauce_fail(run, CAUCE_E_PARAM, "no metric is named");
    return CAUCE_OK;
}

/* Rows of weight 0 count as absent. */
static cauce_status without_zero_weights(cauce_run *run, const ca_labels *labels, int64_t n, int64_t **rows,
                                         int64_t *kept) {
    int64_t *list = cauce_scratch(run, n, sizeof *list);
    if (!list) return run->error.status;
    *kept = 0;
    for (int64_t r = 0; r < n; r++)
        if (labels->weight[r] > 0) list[(*kept)++] = r;
    *rows = list;
    return CAUCE_OK;
}

#define GATHER(type, from, member)                                                                           \
    do {                                                                                                     \
        type *to_ = cauce_scratch(run, kept, sizeof *to_);                                                   \
        if (!to_) return run->error.status;                                                                  \
        for (int64_t i_ = 0; i_ < kept; i_++) to_[i_] = (from)[rows[i_]];                                    \
        (member) = to_;                                                                                      \
    } while (0)

static cauce_status drop_absent(cauce_run *run, ca_metric_input *in, const ca_labels *labels) {
    int64_t *rows = NULL, kept = 0;
    CA_TRY(without_zero_weights(run, labels, in->n, &rows, &kept));
    if (kept == in->n) return CAUCE_OK;
    if (in->y) GATHER(double, in->y, in->y);
    if (in->prediction) GATHER(double, in->prediction, in->prediction);
    if (in->y_class) GATHER(int32_t, in->y_class, in->y_class);
    if (in->predicted) GATHER(int32_t, in->predicted, in->predicted);
    if (in->proba) {
        double *proba = cauce_scratch(run, kept * in->n_classes, sizeof *proba);
        if (!proba) return run->error.status;
        for (int32_t k = 0; k < in->n_classes; k++)
            for (int64_t i = 0; i < kept; i++)
                proba[i + k * kept] = in->proba[rows[i] + k * in->proba_stride];
        in->proba = proba;
        in->proba_stride = kept;
    }
    GATHER(double, labels->weight, in->weight);
    in->n = kept;
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
    if (labels->weight) CA_TRY(drop_absent(run, &in, labels));
    for (int64_t m = 0; m < metrics->n; m++)
        CA_TRY(ca_metric_compute(run, metrics->metric[m], &in, &values[m]));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}
