#include "inspect/partial_dependence.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "inspect/view.h"
#include "math/quantile.h"
#include "metrics/functions.h"
#include "metrics/table.h"

struct options {
    int64_t grid_resolution;
    cauce_value percentiles;
};
static const cauce_param rows[] = {
    CAUCE_INT(struct options, grid_resolution, 100, 2, 100000,
              "Points for a number column that has at least as many different values; others have each of "
              "theirs."),
    CAUCE_LIST(struct options, percentiles, "[0.05, 0.95]",
               "Quantiles of the column between which the points lie."),
    CAUCE_END
};

enum { TASK_ROWS = 16384 };

typedef struct work {
    ca_view view;
    const cauce_field *field;
    int64_t input; /* number of the field */
    const double *weight;
    int64_t n_points;
    const double *numbers; /* the points: numbers, or codes of the field */
    const int32_t *codes;
    ca_class_columns outputs; /* of a regressor: one, from 0 */
    int64_t n_tasks, n_outputs;
    ca_sum *sum; /* task by task, a number for each output; `n_tasks` of each point */
    int64_t done;
} work;

/* ---- The grid ------------------------------------------------------------------------------------------ */

static cauce_status read_percentiles(cauce_run *run, const cauce_value *list, double ends[2]) {
    bool good = list->n_items == 2;
    for (int i = 0; good && i < 2; i++) {
        ends[i] = list->items[i].real;
        good = (list->items[i].type & (CAUCE_V_INT | CAUCE_V_REAL)) && ends[i] >= 0 && ends[i] <= 1;
    }
    if (good && ends[0] < ends[1]) return CAUCE_OK;
    return cauce_fail(
        run, CAUCE_E_PARAM,
        "percentiles must be two numbers from 0 to 1, the smaller one first, as in [0.05, 0.95]");
}

/* The different ones of sorted values, in place. */
static int64_t distinct(const double *sorted, int64_t n, double *out) {
    int64_t m = 0;
    for (int64_t i = 0; i < n; i++)
        if (m == 0 || sorted[i] > out[m - 1]) out[m++] = sorted[i];
    return m;
}

static cauce_status even_points(cauce_run *run, work *w, const ca_sorted *sorted, const double ends[2],
                                int64_t n) {
    double low = ca_sorted_quantile(sorted, ends[0]), high = ca_sorted_quantile(sorted, ends[1]);
    if (!(low < high)) { /* most rows have one value: all of the range instead */
        low = sorted->values[0];
        high = sorted->values[sorted->n - 1];
    }
    if (!isfinite(low) || !isfinite(high))
        return cauce_fail(
            run, CAUCE_E_DATA,
            "column '%s' has infinite numbers between which no points lie; narrower percentiles "
            "leave them out",
            w->field->name);
    double *points = cauce_scratch(run, n, sizeof *points), step = (high - low) / (double)(n - 1);
    if (!points) return run->error.status;
    for (int64_t i = 0; i < n; i++) points[i] = low + step * (double)i;
    points[n - 1] = high;
    w->numbers = points;
    w->n_points = n;
    return CAUCE_OK;
}

static cauce_status number_points(cauce_run *run, work *w, const struct options *o, const double ends[2]) {
    const int64_t n = w->view.table->n_rows;
    double *cells = cauce_scratch(run, n, sizeof *cells), *points = cauce_scratch(run, n, sizeof *points);
    ca_sorted sorted;
    if (!cells || !points) return run->error.status;
    const double *column = ca_table_read(w->view.table, w->view.input.column[w->input], 0, n, cells);
    CA_TRY(ca_sorted_of(run, column, w->weight, n, &sorted));
    w->numbers = points;
    w->n_points = distinct(sorted.values, sorted.n, points);
    return w->n_points < o->grid_resolution ? CAUCE_OK
                                            : even_points(run, w, &sorted, ends, o->grid_resolution);
}

/* The levels among the rows that the model knows, in its order. */
static cauce_status code_points(cauce_run *run, work *w) {
    const int64_t n = w->view.table->n_rows;
    const int32_t count = w->field->levels->count;
    int32_t *cells = cauce_scratch(run, n, sizeof *cells),
            *points = cauce_scratch(run, count, sizeof *points);
    bool *seen = cauce_scratch(run, count, sizeof *seen);
    if (!cells || !points || !seen) return run->error.status;
    const int32_t *from = ca_table_read_codes(w->view.table, w->view.input.column[w->input], 0, n, cells);
    for (int64_t r = 0; r < n; r++) {
        int32_t code = from[r] < 0 ? from[r] : w->view.input.map[w->input][from[r]];
        if (code >= 0) seen[code] = true;
    }
    for (int32_t k = 0; k < count; k++)
        if (seen[k]) points[w->n_points++] = k;
    w->codes = points;
    return CAUCE_OK;
}

static const char *input_at(int64_t i, void *payload) {
    const cauce_schema *inputs = payload;
    return i < inputs->n_fields ? inputs->fields[i].name : NULL;
}

static cauce_status find_input(cauce_run *run, work *w, const char *name) {
    const cauce_schema *inputs = w->view.input.schema;
    int64_t i = 0;
    while (i < inputs->n_fields && strcmp(inputs->fields[i].name, name) != 0) i++;
    if (i == inputs->n_fields) {
        const char *nearest = ca_text_nearest(name, inputs->n_fields, input_at, (void *)(uintptr_t)inputs);
        return cauce_fail(run, CAUCE_E_SCHEMA, "the model has no input '%s'%s%s%s", name,
                          nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    }
    w->field = &inputs->fields[i];
    w->input = i;
    if (w->view.input.column[i] < 0)
        return cauce_fail(run, CAUCE_E_SCHEMA, "nothing in the model uses column '%s'", name);
    if (w->field->kind == CAUCE_TEXT)
        return cauce_fail(
            run, CAUCE_E_KIND,
            "column '%s' is free text, of which there is no grid; it takes a number, a category "
            "or a boolean",
            name);
    return CAUCE_OK;
}

/* ---- Averages ------------------------------------------------------------------------------------------ */

static cauce_status average_task(cauce_run *run, int64_t index, void *payload) {
    work *w = payload;
    const int64_t point = index / w->n_tasks, first = index % w->n_tasks * TASK_ROWS;
    const int64_t left = w->view.table->n_rows - first, n = left < TASK_ROWS ? left : TASK_ROWS;
    const ca_change change = { .field = w->input,
                               .number = w->numbers ? w->numbers[point] : 0,
                               .code = w->codes ? w->codes[point] : 0 };
    ca_frame out;
    CA_TRY(ca_model_apply_changed(run, w->view.model, &w->view.input, &change, first, n, &out));
    for (int64_t k = 0; k < w->n_outputs; k++) {
        const cauce_block *block = &out.batch.blocks[0];
        const double *values = block->values + (w->outputs.first + k) * block->stride;
        ca_sum *sum = &w->sum[index * w->n_outputs + k];
        for (int64_t r = 0; r < n; r++) ca_sum_add(sum, (w->weight ? w->weight[first + r] : 1) * values[r]);
    }
    ca_frame_free(&out);
    cauce_progress(run, "dependence", __atomic_add_fetch(&w->done, 1, __ATOMIC_RELAXED),
                   w->n_points * w->n_tasks);
    return CAUCE_OK;
}

static double total_weight(const work *w) {
    ca_sum total = { 0 };
    if (!w->weight) return (double)w->view.table->n_rows;
    for (int64_t r = 0; r < w->view.table->n_rows; r++) ca_sum_add(&total, w->weight[r]);
    return ca_sum_get(&total);
}

/* The column of an output: parts of the rows in their order. */
static cauce_status add_average(cauce_run *run, const work *w, int64_t k, double total, cauce_table *table) {
    const cauce_model *model = w->view.model;
    ca_text name = { 0 };
    if (ca_model_classifies(model))
        ca_text_addf(&name, "%s_%s", w->outputs.stem,
                     cauce_levels_text(model->classes, w->outputs.first + (int32_t)k));
    else
        ca_text_add(&name, ca_model_prediction_name(run, model, k));
    double *average = name.failed ? NULL : ca_metric_add_numbers(run, table, ca_text_get(&name));
    const cauce_status status = average ? CAUCE_OK : name.failed ? CA_NOMEM(run) : run->error.status;
    ca_text_free(&name);
    for (int64_t p = 0; average && p < w->n_points; p++) {
        ca_sum sum = { 0 };
        for (int64_t t = 0; t < w->n_tasks; t++)
            ca_sum_add(&sum, ca_sum_get(&w->sum[(p * w->n_tasks + t) * w->n_outputs + k]));
        average[p] = ca_sum_get(&sum) / total;
    }
    return status;
}

static cauce_status add_points(cauce_run *run, const work *w, cauce_table *table) {
    if (w->numbers) {
        double *values = ca_metric_add_numbers(run, table, "value");
        if (values && w->n_points) memcpy(values, w->numbers, (size_t)w->n_points * sizeof *values);
        return values ? CAUCE_OK : run->error.status;
    }
    const char **texts = cauce_scratch(run, w->n_points, sizeof *texts);
    if (!texts) return run->error.status;
    for (int64_t p = 0; p < w->n_points; p++) texts[p] = cauce_levels_text(w->field->levels, w->codes[p]);
    return ca_metric_add_texts(run, table, "value", texts);
}

static cauce_status average_all(cauce_run *run, work *w, cauce_table **made) {
    w->outputs =
        ca_model_classifies(w->view.model)
            ? ca_model_class_columns(w->view.model)
            : (ca_class_columns){ "prediction", 0, (int32_t)cauce_n_targets(w->view.model->targets) };
    w->n_outputs = w->outputs.end - w->outputs.first;
    w->n_tasks = (w->view.table->n_rows + TASK_ROWS - 1) / TASK_ROWS;
    w->sum = cauce_scratch(run, w->n_points * w->n_tasks * w->n_outputs, sizeof *w->sum);
    if (!w->sum) return run->error.status;
    ca_input_warn(run, &w->view.input);
    CA_TRY(cauce_parallel(run, w->n_points * w->n_tasks, average_task, w));
    *made = ca_table_new(run, w->n_points);
    if (!*made) return run->error.status;
    CA_TRY(add_points(run, w, *made));
    const double total = total_weight(w);
    for (int64_t k = 0; k < w->n_outputs; k++) CA_TRY(add_average(run, w, k, total, *made));
    return CAUCE_OK;
}

static cauce_status prepare(cauce_run *run, const cauce_model *model, const cauce_table *table,
                            const char *column, const char *options, work *w) {
    struct options o = { 0 };
    double ends[2];
    CA_TRY(ca_options_parse(run, &run->scratch, "cauce_partial_dependence", rows, options, &o));
    CA_TRY(read_percentiles(run, &o.percentiles, ends));
    CA_TRY(ca_view_open(run, model, table, &w->view));
    CA_TRY(find_input(run, w, column));
    CA_TRY(ca_target_weights(run, w->view.table, &w->weight));
    CA_TRY(w->field->form == CAUCE_CODES ? code_points(run, w) : number_points(run, w, &o, ends));
    if (w->n_points) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA, "column '%s' has no value that the model knows", column);
}

cauce_table *ca_partial_dependence(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                   const char *column, const char *options) {
    work w = { 0 };
    cauce_table *made = NULL;
    cauce_status status = prepare(run, model, table, column, options, &w);
    if (status == CAUCE_OK) status = average_all(run, &w, &made);
    ca_view_close(&w.view);
    if (status == CAUCE_OK) return made;
    ca_table_drop(made);
    return NULL;
}
