#include "compose/importance.h"

#include <math.h>
#include <string.h>

#include "core/arrays.h"

/* ---- Columns ------------------------------------------------------------------------------------------- */

cauce_status ca_some_columns(cauce_run *run, const cauce_train *train, const uint8_t *support,
                             ca_columns *columns) {
    const cauce_schema *in = train->schema;
    cauce_field *fields = cauce_keep(run, in->width, sizeof *fields);
    ca_selection *plan = NULL;
    int64_t n;
    if (!fields) return run->error.status;
    CA_TRY(ca_selection_plan(run, in, support, fields, &n, &plan));
    columns->schema = (cauce_schema){ n, fields, ca_schema_width(fields, n) };
    cauce_block *blocks = cauce_scratch(run, 1, ca_blocks_size(n));
    if (!blocks) return run->error.status;
    for (int64_t i = 0; i < n; i++)
        if (fields[i].form == CAUCE_ONEHOT) { /* may get codes of its own */
            blocks[i].room = cauce_scratch(run, train->n_rows, sizeof(int32_t));
            if (!blocks[i].room) return run->error.status;
        }
    columns->x = (cauce_batch){ train->n_rows, n, blocks, train->x->first_row, train->x->offset };
    ca_selection_take(plan, n, train->x, &columns->x);
    columns->train = *train;
    columns->train.schema = &columns->schema;
    columns->train.x = &columns->x;
    return CAUCE_OK;
}

/* ---- Importances --------------------------------------------------------------------------------------- */

static cauce_status no_array(cauce_run *run, const ca_node *node) {
    bool steps = ca_is_steps(node->f.component);
    return cauce_fail(
        run, CAUCE_E_PARAM, "%s says not what columns are worth: it has no feature_importances and no coef%s",
        node->f.component->name, steps ? "; importance_getter=STEP__coef names that of a step" : "");
}

/* The node and array that a path means: names of steps, joined by "__". */
static cauce_status find_array(cauce_run *run, const ca_node *node, const char *getter, ca_array *array) {
    if (strcmp(getter, "auto") == 0) {
        if (ca_node_array(node, "feature_importances", array) && array->data) return CAUCE_OK;
        return ca_node_array(node, "coef", array) && array->data ? CAUCE_OK : no_array(run, node);
    }
    const char *at = getter;
    for (const char *next = strstr(at, "__"); next; next = strstr(at, "__")) {
        const ca_node *child = NULL;
        for (int64_t i = 0; i < node->n_child; i++) {
            const char *name = node->child[i] ? node->child[i]->f.name : "";
            if (strlen(name) == (size_t)(next - at) && memcmp(name, at, (size_t)(next - at)) == 0)
                child = node->child[i];
        }
        if (!child)
            return cauce_fail(run, CAUCE_E_PARAM, "importance_getter=%s: there is no step '%.*s'", getter,
                              (int)(next - at), at);
        node = child;
        at = next + 2;
    }
    if (ca_node_array(node, at, array) && array->data && array->dtype == CAUCE_F64) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "importance_getter=%s: %s has no array '%s' of numbers", getter,
                      node->f.component->name, at);
}

static double norm(const double *column, int64_t n, int64_t stride, double order) {
    double sum = 0, most = 0;
    for (int64_t i = 0; i < n; i++) most = fmax(most, fabs(column[i * stride]));
    if (n == 1) return order == 0 ? column[0] * column[0] : most;
    if (isinf(order) || most == 0) return most;
    for (int64_t i = 0; i < n; i++) {
        double size = fabs(column[i * stride]);
        sum += order == 0 ? size * size : order == 1 ? size : pow(size / most, order);
    }
    return order <= 1 ? sum : most * pow(sum, 1 / order);
}

/* Importances have a sign: a column below 0 is worth less than one that says nothing. That of a coefficient
 * is only a direction. */
static bool is_importance(const ca_array *array) {
    const char *name = array->row->name, end[] = "_importances";
    size_t n = strlen(name);
    return array->dims == 1 && n >= sizeof end - 1 && strcmp(name + n - (sizeof end - 1), end) == 0;
}

static cauce_status read_importances(cauce_run *run, const ca_node *node, const char *getter, double order,
                                     int64_t width, double *importance) {
    ca_array array;
    CA_TRY(find_array(run, node, getter, &array));
    int64_t rows = array.dims == 2 ? array.n_rows : 1,
            columns = array.dims == 2 ? array.n_cols : array.n_rows;
    if (columns != width || rows < 1)
        return cauce_fail(run, CAUCE_E_PARAM, "'%s' of %s has %lld numbers for %lld columns", array.row->name,
                          array.node->f.component->name, (long long)columns, (long long)width);
    const double *values = array.data;
    for (int64_t j = 0; j < width; j++) {
        importance[j] = is_importance(&array) ? values[j] : norm(values + j, rows, columns, order);
        if (!isfinite(importance[j]))
            return cauce_fail(run, CAUCE_E_NUMERIC, "the importance of a column is %g", importance[j]);
    }
    return CAUCE_OK;
}

static cauce_status fit_and_read(cauce_run *run, const cauce_recipe *estimator, const char *getter,
                                 double order, const cauce_train *train, const uint8_t *support,
                                 ca_trial *trial, double *importance) {
    ca_columns columns;
    CA_TRY(ca_some_columns(run, train, support, &columns));
    CA_TRY(ca_trial_fit(run, estimator, &columns.train, trial));
    return read_importances(run, trial->node, getter, order, columns.schema.width, importance);
}

cauce_status ca_importances(cauce_run *run, const cauce_recipe *estimator, const char *getter, double order,
                            const cauce_train *train, const uint8_t *support, double *importance) {
    ca_trial trial = { .node = NULL };
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ca_keep *before = run->keep;
    run->keep = &trial.keep;
    cauce_status status =
        fit_and_read(run, estimator, getter ? getter : "auto", order, train, support, &trial, importance);
    run->keep = before;
    ca_trial_free(&trial);
    ca_arena_back(&run->scratch, mark);
    return status;
}

/* ---- What the selectors share -------------------------------------------------------------------------- */

const ca_slot ca_selector_slots[] = { { "estimator", CA_SLOT_ONE, CAUCE_CLASSIFIER | CAUCE_REGRESSOR, NULL,
                                        "Who says what the columns are worth; it is not kept." },
                                      CA_SLOTS_END };

static cauce_status check_train(cauce_run *run, const ca_node *node, const cauce_train *train) {
    bool classifier = ca_recipe_role(ca_recipe_child(node->recipe, "estimator")) == CAUCE_CLASSIFIER;
    if (train->schema->width == 0) return cauce_fail(run, CAUCE_E_SHAPE, "there is no column to select from");
    if (classifier ? train->y_class != NULL : train->y != NULL) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_KIND, "the estimator of %s needs a target of %s", node->f.component->name,
                      classifier ? "classes" : "numbers");
}

cauce_status ca_selector_begin(cauce_run *run, ca_node *node, const cauce_train *train, bool support) {
    ca_selector *selector = (ca_selector *)(uintptr_t)node->f.state;
    int64_t n = train->schema->width;
    CA_TRY(ca_node_children(run, node, 1));
    CA_TRY(check_train(run, node, train));
    selector->n_columns = n;
    selector->support = cauce_keep(run, n, sizeof *selector->support);
    if (!selector->support) return run->error.status;
    memset(selector->support, support, (size_t)n);
    return CAUCE_OK;
}

int64_t ca_selector_count(cauce_run *run, const cauce_value *value, int64_t n_columns) {
    if (value->type == CAUCE_V_INT && value->integer > n_columns)
        cauce_warn(run, "few_columns", "n_features_to_select=%lld of %lld columns: all are kept",
                   (long long)value->integer, (long long)n_columns);
    int64_t n = value->type == CAUCE_V_INT    ? value->integer
                : value->type == CAUCE_V_REAL ? (int64_t)floor(value->real * (double)n_columns)
                                              : n_columns / 2;
    return n < 1 ? 1 : n > n_columns ? n_columns : n;
}

cauce_status ca_selector_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    (void)run, (void)node, (void)i;
    part->input.n_fields = -1;
    return CAUCE_OK;
}

void ca_selector_mark_used(const ca_node *node, bool *used) {
    const uint8_t *support = ((const ca_selector *)node->f.state)->support;
    for (int64_t f = 0, j = 0; f < node->given->n_fields; f++)
        for (int64_t c = 0; c < node->given->fields[f].width; c++, j++) used[f] = used[f] || support[j];
}
