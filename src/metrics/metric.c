/* The registry of metrics, and the checks that every metric relies on. */
#include "metrics/metric.h"

#include <string.h>

#include "base/text.h"
#include "core/param.h"
#include "metrics/functions.h"

static const ca_metric metrics[] = {
#define METRIC(name, greater_is_better, needs, summary)                                                      \
    { #name, greater_is_better, needs, summary, ca_metric_##name, NULL, 0, NULL },
#define METRIC_WITH(name, set, greater_is_better, needs, summary)                                            \
    { #name,                                                                                                 \
      greater_is_better,                                                                                     \
      needs,                                                                                                 \
      summary,                                                                                               \
      ca_metric_##name,                                                                                      \
      ca_metric_##set##_rows,                                                                                \
      sizeof(struct ca_metric_##set),                                                                        \
      NULL },
#include "metrics/metrics.def"
#undef METRIC_WITH
#undef METRIC
};
enum { N_METRICS = sizeof metrics / sizeof *metrics };

const ca_metric *ca_metric_at(int64_t i) {
    return i >= 0 && i < N_METRICS ? &metrics[i] : NULL;
}

static const char *name_at(int64_t i, void *payload) {
    (void)payload;
    return metrics[i].name;
}

/* Names that the same metrics have elsewhere. */
static const char *const other_names[][2] = { { "accuracy_score", "accuracy" },
                                              { "auprc", "average_precision" },
                                              { "brier_score_loss", "brier" },
                                              { "cross_entropy", "log_loss" },
                                              { "error_rate", "zero_one" },
                                              { "gini", "roc_auc" },
                                              { "hamming_loss", "hamming" },
                                              { "mcc", "matthews_corrcoef" },
                                              { "mean_absolute_error", "mae" },
                                              { "mean_absolute_percentage_error", "mape" },
                                              { "mean_squared_error", "mse" },
                                              { "mean_squared_log_error", "msle" },
                                              { "median_absolute_error", "median_ae" },
                                              { "r_squared", "r2" },
                                              { "root_mean_squared_error", "rmse" },
                                              { "root_mean_squared_log_error", "rmsle" },
                                              { "zero_one_loss", "zero_one" } };

/* The metric that a name which is none may mean: one that is called so elsewhere (with neg_ before it, too),
 * the nearest, or the shortest that has the name in it ("auc"); NULL: none. */
static const char *meant(const char *name) {
    if (strncmp(name, "neg_", 4) == 0) name += 4;
    for (int64_t i = 0; i < N_METRICS; i++)
        if (strcmp(metrics[i].name, name) == 0) return name_at(i, NULL);
    for (size_t i = 0; i < sizeof other_names / sizeof *other_names; i++)
        if (strcmp(other_names[i][0], name) == 0) return other_names[i][1];
    const char *nearest = ca_text_nearest(name, N_METRICS, name_at, NULL);
    for (int64_t i = 0; !nearest && strlen(name) > 2 && i < N_METRICS; i++)
        if (strstr(metrics[i].name, name)) nearest = metrics[i].name;
    return nearest;
}

const ca_metric *ca_metric_find(cauce_run *run, const char *name) {
    for (int64_t i = 0; i < N_METRICS; i++)
        if (strcmp(metrics[i].name, name) == 0) return &metrics[i];
    char shown[96];
    ca_text_show(name, strlen(name), shown, sizeof shown);
    const char *nearest = meant(name);
    if (nearest)
        return cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a metric; did you mean '%s'?", shown, nearest),
               NULL;
    ca_text list = { 0 };
    for (int64_t i = 0; i < N_METRICS; i++) {
        if (i) ca_text_add(&list, ", ");
        ca_text_add(&list, metrics[i].name);
    }
    cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a metric (there are: %s)", shown, ca_text_get(&list));
    ca_text_free(&list);
    return NULL;
}

/* ---- Parameters ---------------------------------------------------------------------------------------- */

/* The parameter struct of a metric: defaults, and what is assigned. */
static cauce_status fill(cauce_run *run, ca_arena *arena, const ca_metric *metric, const ca_spec *spec,
                         const void **params, ca_text *name) {
    int64_t n = ca_param_count(metric->rows);
    cauce_value *values = ca_arena_alloc(arena, (size_t)n * sizeof *values), standard;
    void *filled = ca_arena_alloc(arena, metric->params_size);
    if (!values || !filled) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        CA_TRY(ca_param_default(run, arena, &metric->rows[i], &values[i]));
        const cauce_value *given = NULL;
        standard = values[i];
        for (int64_t j = 0; spec && j < spec->n_items; j++) {
            if (strcmp(spec->items[j].key, metric->rows[i].name) != 0) continue;
            if (given)
                return cauce_fail(run, CAUCE_E_PARAM, "%s: '%s' is given twice", metric->name,
                                  metric->rows[i].name);
            given = &spec->items[j].value;
            values[i] = *given;
            CA_TRY(ca_param_check(run, metric->name, &metric->rows[i], &values[i]));
        }
        if (!given || ca_value_equal(&values[i], &standard)) continue;
        ca_text_addf(name, " %s=", metric->rows[i].name);
        ca_value_print(name, given); /* as it was written: 2, not 2.0 */
    }
    ca_param_fill(metric->rows, values, filled);
    *params = filled;
    return CAUCE_OK;
}

/* A metric of the registry with parameters of its own. */
static cauce_status with_params(cauce_run *run, ca_arena *arena, const ca_metric *plain, const ca_spec *spec,
                                ca_text *name, const ca_metric **metric) {
    ca_metric *own = ca_arena_alloc(arena, sizeof *own);
    if (!own) return CA_NOMEM(run);
    *own = *plain;
    ca_text_add(name, plain->name);
    CA_TRY(fill(run, arena, plain, spec, &own->params, name));
    if (name->failed) return CA_NOMEM(run);
    own->name = ca_arena_text(arena, ca_text_get(name), name->length);
    if (!own->name) return CA_NOMEM(run);
    *metric = own;
    return CAUCE_OK;
}

cauce_status ca_metric_parse(cauce_run *run, ca_arena *arena, const char *text, const ca_metric **metric) {
    ca_spec spec;
    if (!*text) return cauce_fail(run, CAUCE_E_PARAM, "no metric is named");
    CA_TRY(ca_spec_parse(run, arena, text, true, &spec));
    const ca_metric *plain = ca_metric_find(run, spec.name);
    if (!plain) return run->error.status;
    *metric = plain;
    if (spec.n_items == 0) return CAUCE_OK;
    for (int64_t i = 0; i < spec.n_items; i++)
        if (ca_param_find(plain->rows, spec.items[i].key) < 0)
            return ca_param_unknown(run, plain->name, plain->rows, spec.items[i].key);
    ca_text name = { 0 };
    cauce_status status = with_params(run, arena, plain, &spec, &name, metric);
    ca_text_free(&name);
    return status;
}

static const char blanks[] = " ,\t\r\n[]";

/* The end of the metric that begins at `text`: where a word stands that is not "key=value". */
static const char *metric_end(const char *text) {
    const char *end = text + strcspn(text, blanks);
    for (;;) {
        const char *word = end + strspn(end, blanks), *after = word + strcspn(word, " ,\t\r\n[]=");
        const char *equals = after + strspn(after, " \t\r\n");
        if (after == word || *equals != '=') return end;
        end = equals + 1;
        end += strspn(end, " \t\r\n");
        if (*end == '"') {
            for (end++; *end && *end != '"'; end++)
                if (*end == '\\' && end[1]) end++;
            if (*end) end++;
        } else
            end += strcspn(end, blanks);
    }
}

cauce_status ca_metric_list_read(cauce_run *run, ca_arena *arena, const char *text, ca_metric_list *list) {
    size_t most = strlen(text) / 2 + 1;
    list->metric = ca_arena_alloc(arena, most * sizeof *list->metric);
    list->n = 0;
    if (!list->metric) return CA_NOMEM(run);
    while (*(text += strspn(text, blanks))) {
        const char *end = metric_end(text);
        const char *one = ca_arena_text(arena, text, (size_t)(end - text));
        if (!one) return CA_NOMEM(run);
        CA_TRY(ca_metric_parse(run, arena, one, &list->metric[list->n]));
        list->n++;
        text = end;
    }
    return list->n ? CAUCE_OK : cauce_fail(run, CAUCE_E_PARAM, "no metric is named");
}

/* ---- Checks -------------------------------------------------------------------------------------------- */

double ca_metric_total_weight(const ca_metric_input *input) {
    if (!input->weight) return (double)input->n;
    ca_sum total = { 0 };
    for (int64_t r = 0; r < input->n; r++) ca_sum_add(&total, input->weight[r]);
    return ca_sum_get(&total);
}

cauce_status ca_metric_two_classes(cauce_run *run, const ca_metric_input *input, const char *name,
                                   const char *instead, int32_t *positive) {
    if (input->n_classes != 2)
        return cauce_fail(run, CAUCE_E_PARAM, "%s needs exactly two classes and there are %d%s%s", name,
                          (int)input->n_classes, input->n_classes > 2 ? "; for more use " : "",
                          input->n_classes > 2 ? instead : "");
    *positive = input->positive < 0 ? 1 : input->positive;
    return CAUCE_OK;
}

cauce_status ca_metric_check_proba(cauce_run *run, const ca_metric_input *input, const char *name) {
    const double slack = 1e-6;
    for (int64_t r = 0; r < input->n; r++) {
        if (ca_metric_weight(input, r) == 0) continue;
        double sum = 0;
        for (int32_t k = 0; k < input->n_classes; k++) {
            double p = input->proba[r + k * input->proba_stride];
            if (p < -slack || p > 1 + slack)
                return cauce_fail(run, CAUCE_E_DATA,
                                  "%s: row %lld has %.17g as the probability of class %s; probabilities lie "
                                  "between 0 and 1",
                                  name, (long long)r + 1, p, ca_metric_label(run, input, k));
            sum += p;
        }
        if (fabs(sum - 1) > slack)
            return cauce_fail(run, CAUCE_E_DATA,
                              "%s: the probabilities of row %lld sum to %.17g, not to 1 within 1e-6", name,
                              (long long)r + 1, sum);
    }
    return CAUCE_OK;
}

static cauce_status check_weights(cauce_run *run, const ca_metric *metric, const ca_metric_input *input) {
    if (!input->weight) return CAUCE_OK;
    for (int64_t r = 0; r < input->n; r++)
        if (!(input->weight[r] >= 0) || isinf(input->weight[r]))
            return cauce_fail(run, CAUCE_E_DATA,
                              "%s: the weight of row %lld is %g; weights are finite and >= 0", metric->name,
                              (long long)r + 1, input->weight[r]);
    double total = ca_metric_total_weight(input);
    if (!(total > 0) || isinf(total))
        return cauce_fail(run, CAUCE_E_DATA,
                          "%s: the weights of the %lld rows sum to %g; a sum above 0 is needed", metric->name,
                          (long long)input->n, total);
    return CAUCE_OK;
}

static cauce_status check_numbers(cauce_run *run, const ca_metric *metric, const ca_metric_input *input) {
    for (int64_t r = 0; r < input->n; r++) {
        if (ca_metric_weight(input, r) == 0) continue;
        if (!isfinite(input->y[r]))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the true value of row %lld is %g; it must be finite",
                              metric->name, (long long)r + 1, input->y[r]);
        if (!isfinite(input->prediction[r]))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the prediction for row %lld is %g; it must be finite",
                              metric->name, (long long)r + 1, input->prediction[r]);
    }
    return CAUCE_OK;
}

static cauce_status check_range(cauce_run *run, const ca_metric *metric, const ca_metric_input *input,
                                const int32_t *classes, const char *what) {
    for (int64_t r = 0; r < input->n; r++)
        if (ca_metric_weight(input, r) != 0 && (classes[r] < 0 || classes[r] >= input->n_classes))
            return cauce_fail(run, CAUCE_E_DATA, "%s: the %s class of row %lld is %d; classes are 0 .. %d",
                              metric->name, what, (long long)r + 1, (int)classes[r],
                              (int)input->n_classes - 1);
    return CAUCE_OK;
}

static cauce_status check_classes(cauce_run *run, const ca_metric *metric, const ca_metric_input *input) {
    if (!input->y_class) return cauce_fail(run, CAUCE_E_ARGUMENT, "%s needs the true classes", metric->name);
    if (input->positive >= input->n_classes)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "%s: the positive class is %d; classes are 0 .. %d",
                          metric->name, (int)input->positive, (int)input->n_classes - 1);
    CA_TRY(check_range(run, metric, input, input->y_class, "true"));
    if (metric->needs & CA_NEEDS_LABELS) {
        if (!input->predicted)
            return cauce_fail(run, CAUCE_E_ARGUMENT, "%s needs predicted classes", metric->name);
        CA_TRY(check_range(run, metric, input, input->predicted, "predicted"));
    }
    if (!(metric->needs & CA_NEEDS_NUMBERS)) return CAUCE_OK;
    if (!input->proba)
        return cauce_fail(run, CAUCE_E_PARAM, "%s needs probabilities, and there are none", metric->name);
    for (int32_t k = 0; k < input->n_classes; k++)
        for (int64_t r = 0; r < input->n; r++) {
            double p = input->proba[r + k * input->proba_stride];
            if (!isfinite(p) && ca_metric_weight(input, r) != 0)
                return cauce_fail(run, CAUCE_E_DATA, "%s: the probability of class %s in row %lld is %g",
                                  metric->name, ca_metric_label(run, input, k), (long long)r + 1, p);
        }
    return CAUCE_OK;
}

const char *ca_metric_label(cauce_run *run, const ca_metric_input *input, int32_t k) {
    return input->labels ? cauce_levels_text(input->labels, k) : ca_run_text(run, "%d", (int)k);
}

cauce_status ca_metric_check(cauce_run *run, const ca_metric *metric, const ca_metric_input *input) {
    bool values = (metric->needs & CA_NEEDS_VALUES) != 0;
    if (values && input->n_classes > 0)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "%s scores numbers, and the target has classes; use accuracy, roc_auc, log_loss or "
                          "another metric of classes",
                          metric->name);
    if (!values && input->n_classes <= 0)
        return cauce_fail(
            run, CAUCE_E_PARAM,
            "%s scores classes, and the target is a number; use r2, rmse, mae or another metric "
            "of numbers",
            metric->name);
    if (input->n < 1) return cauce_fail(run, CAUCE_E_DATA, "%s: there are no rows to score", metric->name);
    CA_TRY(check_weights(run, metric, input));
    if (values && (!input->y || !input->prediction))
        return cauce_fail(run, CAUCE_E_ARGUMENT, "%s needs true and predicted values", metric->name);
    return values ? check_numbers(run, metric, input) : check_classes(run, metric, input);
}

cauce_status ca_metric_compute(cauce_run *run, const ca_metric *metric, const ca_metric_input *input,
                               double *value) {
    CA_TRY(ca_metric_check(run, metric, input));
    ca_metric_input with = *input;
    with.params = metric->params;
    if (metric->rows && !metric->params) {
        ca_text name = { 0 };
        CA_TRY(fill(run, &run->scratch, metric, NULL, &with.params, &name));
    }
    return metric->compute(run, &with, value);
}
