#include "inspect/importances.h"

#include <string.h>

#include "core/arrays.h"
#include "data/batch.h"
#include "metrics/table.h"

enum { BY_SOURCE, BY_FEATURE };

struct options {
    int by;
};
static const cauce_param rows[] = {
    CAUCE_CHOICE(struct options, by, "source", "source|feature",
                 "source: the inputs of the model; feature: the columns that reach its estimator."),
    CAUCE_END
};

/* The kinds: what the columns of the table are called, and the arrays that they come from. */
enum { MOST_KINDS = 5 };
typedef struct kind {
    const char *name;
    const double *worth; /* of each column that reaches the estimator */
} kind;

typedef struct work {
    const ca_node *estimator;
    kind kinds[MOST_KINDS];
    int64_t n_kinds, width;
} work;

/* ---- The estimator and what it says -------------------------------------------------------------------- */

static bool has_importances(const ca_node *node) {
    ca_array array;
    return ca_node_array(node, "feature_importances", &array) && array.data;
}

/* The only child that predicts; NULL: there is none, or there are several. */
static const ca_node *only_estimator(const ca_node *node) {
    const ca_node *found = NULL;
    for (int64_t i = 0; i < node->n_child; i++) {
        if (!ca_node_is_estimator(node->child[i])) continue;
        if (found) return NULL;
        found = node->child[i];
    }
    return found;
}

/* The one that `node` is, or leads to: its last step, or the only one that is given what it is. */
static const ca_node *next_estimator(const ca_node *node) {
    const ca_node *child = only_estimator(node);
    if (!child || ca_is_steps(node->f.component)) return child;
    return child->given->width == node->given->width ? child : NULL;
}

static cauce_status find_estimator(cauce_run *run, const cauce_model *model, const ca_node **found) {
    for (const ca_node *node = model->root; node; node = next_estimator(node)) {
        *found = node;
        if (has_importances(node)) return CAUCE_OK;
    }
    return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                      "%s says not how important its columns are; trees, forests and boosting do, and "
                      "permutation importance works with any model",
                      (*found)->f.component->name);
}

static void add_kind(work *w, const char *name, const double *worth) {
    w->kinds[w->n_kinds++] = (kind){ name, worth };
}

static cauce_status add_array(cauce_run *run, work *w, const char *name, const char *array_name) {
    ca_array array;
    if (!ca_node_array(w->estimator, array_name, &array) || !array.data) return CAUCE_OK;
    if (array.dtype != CAUCE_F64 || array.dims != 1 || array.n_rows != w->width)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "'%s' of %s are not %lld numbers, one for each column",
                          array_name, w->estimator->f.component->name, (long long)w->width);
    add_kind(w, name, array.data);
    return CAUCE_OK;
}

/* How many splits of the trees look at each column. */
static cauce_status count_splits(cauce_run *run, work *w) {
    ca_array array;
    if (!ca_node_array(w->estimator, "split_feature", &array) || array.dtype != CAUCE_I32) return CAUCE_OK;
    double *count = cauce_scratch(run, w->width, sizeof *count);
    if (!count) return run->error.status;
    const int32_t *feature = array.data;
    for (int64_t i = 0; i < array.n_rows; i++)
        if (feature[i] >= 0 && feature[i] < w->width) count[feature[i]]++;
    add_kind(w, "splits", count);
    return CAUCE_OK;
}

static cauce_status collect(cauce_run *run, work *w) {
    ca_array array;
    bool gain = ca_node_array(w->estimator, "split_gain", &array);
    bool trees = ca_node_array(w->estimator, "split_feature", &array);
    w->width = w->estimator->given->width;
    CA_TRY(add_array(run, w, gain ? "gain" : trees ? "impurity" : "importance", "feature_importances"));
    CA_TRY(add_array(run, w, "corrected", "corrected_importances"));
    CA_TRY(add_array(run, w, "permutation", "permutation_importances"));
    return trees ? count_splits(run, w) : CAUCE_OK;
}

/* ---- Back to the inputs -------------------------------------------------------------------------------- */

/* worth[]: of what `to` is given; becomes that of what `from`, above it, is given. */
static cauce_status trace_back(cauce_run *run, const ca_node *from, const ca_node *to, const double **worth) {
    if (from == to) return CAUCE_OK;
    CA_TRY(trace_back(run, next_estimator(from), to, worth));
    if (!ca_is_steps(from->f.component)) return CAUCE_OK;
    for (int64_t i = from->n_child - 2; i >= 0; i--) {
        double *before = cauce_scratch(run, from->child[i]->given->width, sizeof *before);
        if (!before) return run->error.status;
        CA_TRY(ca_node_trace(run, from->child[i], *worth, before));
        *worth = before;
    }
    return CAUCE_OK;
}

static cauce_status fill_table(cauce_run *run, const work *w, const cauce_schema *schema,
                               cauce_table *table) {
    const char **names = cauce_scratch(run, schema->width, sizeof *names);
    if (!names) return run->error.status;
    for (int64_t j = 0; j < schema->width; j++) {
        int64_t length = ca_schema_column_name(schema, j, NULL, 0);
        char *name = cauce_scratch(run, length + 1, 1);
        if (!name) return run->error.status;
        ca_schema_column_name(schema, j, name, (size_t)length + 1);
        names[j] = name;
    }
    CA_TRY(ca_metric_add_texts(run, table, "column", names));
    for (int64_t k = 0; k < w->n_kinds; k++) {
        double *column = ca_metric_add_numbers(run, table, w->kinds[k].name);
        if (!column) return run->error.status;
        memcpy(column, w->kinds[k].worth, (size_t)schema->width * sizeof *column);
    }
    return CAUCE_OK;
}

static cauce_status make_table(cauce_run *run, const cauce_model *model, const char *options,
                               cauce_table **made) {
    struct options o = { 0 };
    work w = { 0 };
    CA_TRY(ca_options_parse(run, &run->scratch, "cauce_feature_importances", rows, options, &o));
    CA_TRY(find_estimator(run, model, &w.estimator));
    CA_TRY(collect(run, &w));
    const cauce_schema *schema = o.by == BY_SOURCE ? model->root->given : w.estimator->given;
    for (int64_t k = 0; k < w.n_kinds && o.by == BY_SOURCE; k++)
        CA_TRY(trace_back(run, model->root, w.estimator, &w.kinds[k].worth));
    *made = ca_table_new(run, schema->width);
    return *made ? fill_table(run, &w, schema, *made) : run->error.status;
}

cauce_table *ca_feature_importances(cauce_run *run, const cauce_model *model, const char *options) {
    cauce_table *made = NULL;
    if (make_table(run, model, options, &made) == CAUCE_OK) return made;
    ca_table_drop(made);
    return NULL;
}
