/* Targets, weights and groups: from the columns of a table to what estimators and metrics take. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/number.h"
#include "core/model.h"
#include "data/labels.h"
#include "math/sort.h"

enum { BLOCK = 1024, FEW_VALUES = 255 };
enum { DRAWN_AGAIN = 4096 }; /* a bootstrap counts no row more often */

cauce_status ca_target_weights(cauce_run *run, const cauce_table *table, const double **weight) {
    int64_t j = ca_table_with_role(table, CAUCE_WEIGHT);
    *weight = NULL;
    if (j < 0) return CAUCE_OK;
    CA_TRY(ca_table_read_all(run, table, j, weight));
    double total = 0;
    for (int64_t r = 0; r < table->n_rows; r++) {
        if (!((*weight)[r] >= 0 && isfinite((*weight)[r])))
            return cauce_fail(run, CAUCE_E_DATA,
                              "weight column '%s', row %lld: %g; weights are finite and not negative",
                              table->columns[j].name, (long long)r + 1, (*weight)[r]);
        total += (*weight)[r];
    }
    if (!isfinite(total * DRAWN_AGAIN))
        return cauce_fail(run, CAUCE_E_DATA,
                          "weight column '%s': the weights add up to more than a number can hold; divided by "
                          "the largest they say the same",
                          table->columns[j].name);
    return CAUCE_OK;
}

cauce_status ca_target_groups(cauce_run *run, const cauce_table *table, ca_labels *labels) {
    int64_t j = ca_table_with_role(table, CAUCE_GROUP);
    return j < 0 ? CAUCE_OK : ca_table_numbers(run, table, j, &labels->group, &labels->n_groups);
}

/* learning: tables that are read to be learned from may be read without these rows. */
static cauce_status missing_target(cauce_run *run, const char *name, bool learning, int64_t n,
                                   int64_t first) {
    return cauce_fail(run, CAUCE_E_DATA, "target '%s' is missing in %lld row%s (first: row %lld); %s", name,
                      (long long)n, n > 1 ? "s" : "", (long long)first + 1,
                      learning
                          ? "they can be dropped on request (--drop-missing-target, "
                            "missing_target=drop)"
                          : "predictions are compared with targets that are there: leave these rows out");
}

/* least: CAUCE_UNKNOWN where a class that is unknown is as good as none, in learning; CAUCE_MISSING where it
 * is not. */
static cauce_status check_codes(cauce_run *run, const char *name, const int32_t *codes, int64_t n,
                                int32_t least) {
    int64_t missing = 0, first = 0;
    for (int64_t r = n - 1; r >= 0; r--)
        if (codes[r] < 0 && codes[r] >= least) missing++, first = r;
    return missing ? missing_target(run, name, least == CAUCE_UNKNOWN, missing, first) : CAUCE_OK;
}

static cauce_status infinite_target(cauce_run *run, const char *name, int64_t row) {
    return cauce_fail(run, CAUCE_E_DATA, "target '%s', row %lld: an infinite value", name,
                      (long long)row + 1);
}

static cauce_status check_numbers(cauce_run *run, const char *name, bool learning, const double *y,
                                  int64_t n) {
    int64_t missing = 0, first = 0;
    for (int64_t r = n - 1; r >= 0; r--)
        if (isnan(y[r])) missing++, first = r;
    if (missing) return missing_target(run, name, learning, missing, first);
    for (int64_t r = 0; r < n; r++)
        if (isinf(y[r])) return infinite_target(run, name, r);
    return CAUCE_OK;
}

/* The class of a number, or -1. The values ascend. */
static int32_t class_of(const double *values, int32_t n, double y) {
    int32_t low = 0, high = n - 1;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (values[middle] < y)
            low = middle + 1;
        else
            high = middle;
    }
    return values[low] == y ? low : -1;
}

static cauce_status not_whole(cauce_run *run, const cauce_model *model, double value) {
    return cauce_fail(run, CAUCE_E_KIND,
                      "target '%s' has fractions (%g); a classifier needs classes: use a regressor, or read "
                      "the column as a category",
                      model->target, value);
}

/* What is seen of a number target, block by block. */
struct values {
    double seen[FEW_VALUES + 1]; /* distinct whole ones, ascending */
    int32_t n;
    bool many; /* there are more */
    int64_t missing, first_missing, infinite;
    double fraction; /* the least; NaN: none */
};

static void see(struct values *v, int64_t row, double y) {
    if (isnan(y)) {
        if (v->missing++ == 0) v->first_missing = row;
        return;
    }
    if (isinf(y)) {
        if (v->infinite < 0) v->infinite = row;
    } else if (y != floor(y)) {
        if (!(v->fraction <= y)) v->fraction = y;
    } else if (!v->many && (v->n == 0 || class_of(v->seen, v->n, y) < 0)) {
        int32_t at = v->n++;
        for (; at > 0 && v->seen[at - 1] > y; at--) v->seen[at] = v->seen[at - 1];
        v->seen[at] = y;
        v->many = v->n > FEW_VALUES;
    }
}

static cauce_status see_values(cauce_run *run, const cauce_model *model, const cauce_table *table, int64_t j,
                               struct values *v) {
    double room[BLOCK];
    *v = (struct values){ .infinite = -1, .fraction = NAN };
    for (int64_t first = 0; first < table->n_rows; first += BLOCK) {
        const int64_t n = table->n_rows - first < BLOCK ? table->n_rows - first : BLOCK;
        const double *y = ca_table_read(table, j, first, n, room);
        for (int64_t r = 0; r < n; r++)
            if (v->n == 0 || y[r] != v->seen[0]) see(v, first + r, y[r]);
    }
    if (v->missing) return missing_target(run, model->target, true, v->missing, v->first_missing);
    if (v->infinite >= 0) return infinite_target(run, model->target, v->infinite);
    return isnan(v->fraction) ? CAUCE_OK : not_whole(run, model, v->fraction);
}

/* Distinct values of more: by sorting them all. */
static cauce_status sort_values(cauce_run *run, const cauce_table *table, int64_t j, double **values,
                                int64_t *count) {
    const int64_t n = table->n_rows;
    double *sorted = cauce_scratch(run, n, sizeof *sorted);
    if (!sorted) return run->error.status;
    for (int64_t first = 0; first < n; first += BLOCK) {
        const int64_t many = n - first < BLOCK ? n - first : BLOCK;
        const double *y = ca_table_read(table, j, first, many, sorted + first);
        if (y != sorted + first) memcpy(sorted + first, y, (size_t)many * sizeof *sorted);
    }
    CA_TRY(ca_sort(run, sorted, n));
    int64_t k = 0;
    for (int64_t r = 0; r < n; r++)
        if (r == 0 || sorted[r] != sorted[k - 1]) sorted[k++] = sorted[r];
    *values = sorted;
    *count = k;
    return CAUCE_OK;
}

/* Classes of a number target: its distinct whole values in ascending order. */
static cauce_status number_classes(cauce_run *run, cauce_model *model, const cauce_table *table, int64_t j,
                                   int32_t *y_class) {
    struct values few;
    CA_TRY(see_values(run, model, table, j, &few));
    double *distinct = few.seen, room[BLOCK];
    int64_t k = few.n;
    if (few.many) CA_TRY(sort_values(run, table, j, &distinct, &k));
    const char **texts = cauce_scratch(run, k, sizeof *texts);
    char(*prints)[CA_NUMBER_SIZE] = cauce_scratch(run, k, sizeof *prints);
    double *values = cauce_keep(run, k, sizeof *values);
    if (!texts || !prints || !values) return run->error.status;
    for (int64_t i = 0; i < k; i++) {
        values[i] = distinct[i] + 0.0; /* -0 is 0 */
        ca_number_print(values[i], prints[i]);
        texts[i] = prints[i];
    }
    model->class_values = values;
    model->n_classes = (int32_t)k;
    model->classes = cauce_levels_keep(run, texts, (int32_t)k);
    if (!model->classes) return run->error.status;
    for (int64_t first = 0; first < table->n_rows; first += BLOCK) {
        const int64_t n = table->n_rows - first < BLOCK ? table->n_rows - first : BLOCK;
        const double *y = ca_table_read(table, j, first, n, room);
        for (int64_t r = 0; r < n; r++) y_class[first + r] = class_of(values, model->n_classes, y[r]);
    }
    return CAUCE_OK;
}

/* Classes of a category target: the levels that occur. Where all do, the codes of the column are the numbers
 * of the classes, and stay where they lie. */
static cauce_status category_classes(cauce_run *run, cauce_model *model, const cauce_table *table, int64_t j,
                                     int32_t *room, const int32_t **y_class) {
    const cauce_levels *levels = table->columns[j].column->levels;
    const int64_t n = table->n_rows;
    const int32_t *codes = ca_table_read_codes(table, j, 0, n, room);
    int32_t *number = cauce_scratch(run, levels->count, sizeof *number);
    const char **texts = cauce_scratch(run, levels->count, sizeof *texts);
    if (!number || !texts) return run->error.status;
    CA_TRY(check_codes(run, model->target, codes, n, CAUCE_UNKNOWN));
    for (int64_t r = 0; r < n; r++) number[codes[r]] = 1;
    int32_t k = 0;
    for (int32_t i = 0; i < levels->count; i++)
        if (number[i]) {
            texts[k] = cauce_levels_text(levels, i);
            number[i] = k++;
        }
    model->classes = cauce_levels_keep(run, texts, k);
    if (!model->classes) return run->error.status;
    model->n_classes = k;
    *y_class = codes;
    if (k == levels->count) return CAUCE_OK;
    for (int64_t r = 0; r < n; r++) room[r] = number[codes[r]];
    *y_class = room;
    return CAUCE_OK;
}

static void list_classes(const cauce_model *model, ca_text *list) {
    for (int32_t k = 0; k < model->n_classes && k < 20; k++)
        ca_text_addf(list, "%s%s", k ? ", " : "", cauce_levels_text(model->classes, k));
    if (model->n_classes > 20) ca_text_add(list, ", ...");
}

static cauce_status find_positive(cauce_run *run, cauce_model *model, const char *label) {
    model->positive = model->n_classes == 2 ? 1 : -1;
    if (!label) return CAUCE_OK;
    for (int32_t k = 0; k < model->n_classes; k++)
        if (strcmp(cauce_levels_text(model->classes, k), label) == 0) {
            if (model->n_classes == 2) model->positive = k;
            return CAUCE_OK;
        }
    ca_text list = { 0 };
    list_classes(model, &list);
    cauce_status status = cauce_fail(run, CAUCE_E_DATA, "target '%s' has no class '%s' (it has: %s)",
                                     model->target, label, ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

static cauce_status learn_classes(cauce_run *run, cauce_model *model, const cauce_table *table, int64_t j,
                                  ca_labels *labels) {
    int64_t n = table->n_rows;
    int32_t *y_class = ca_arena_cells(&run->scratch, (size_t)n * sizeof *y_class); /* often not needed */
    if (!y_class) return CA_NOMEM(run);
    if (model->target_kind == CAUCE_NUMBER) {
        const ca_arena_mark mark = ca_arena_here(&run->scratch);
        CA_TRY(number_classes(run, model, table, j, y_class));
        ca_arena_back(&run->scratch, mark);
        labels->y_class = y_class;
    } else {
        CA_TRY(category_classes(run, model, table, j, y_class, &labels->y_class));
    }
    labels->n_classes = model->n_classes;
    labels->classes = model->classes;
    return find_positive(run, model, table->positive);
}

/* The numbers of column j, for a regressor. */
static cauce_status read_numbers(cauce_run *run, const cauce_table *table, int64_t j, bool learning,
                                 const double **y) {
    const ca_table_column *column = &table->columns[j];
    const cauce_kind kind = column->column->kind;
    if (kind != CAUCE_NUMBER && kind != CAUCE_BOOLEAN)
        return cauce_fail(run, CAUCE_E_KIND, "target '%s' is a %s%s", column->name, cauce_kind_name(kind),
                          learning ? "; a regressor needs a number" : ", the model predicts a number");
    CA_TRY(ca_table_read_all(run, table, j, y));
    return check_numbers(run, column->name, learning, *y, table->n_rows);
}

/* Those of several columns, one below the other. */
static cauce_status read_several(cauce_run *run, const cauce_table *table, const int64_t *columns, int64_t n,
                                 bool learning, const double **y) {
    double *all = cauce_scratch(run, n, (size_t)table->n_rows * sizeof *all);
    if (!all) return run->error.status;
    for (int64_t t = 0; t < n; t++) {
        const ca_arena_mark mark = ca_arena_here(&run->scratch);
        const double *one;
        CA_TRY(read_numbers(run, table, columns[t], learning, &one));
        memcpy(all + t * table->n_rows, one, (size_t)table->n_rows * sizeof *all);
        ca_arena_back(&run->scratch, mark);
    }
    *y = all;
    return CAUCE_OK;
}

/* Names and kinds of several targets, and whether the recipe takes them, before any is read. */
static cauce_status learn_several(cauce_run *run, cauce_model *model, const cauce_table *table,
                                  const cauce_recipe *recipe, int64_t n, ca_labels *labels) {
    int64_t *columns = cauce_scratch(run, n, sizeof *columns);
    const char **names = cauce_scratch(run, n, sizeof *names);
    uint8_t *kinds = cauce_keep(run, n, sizeof *kinds);
    if (!columns || !names || !kinds) return run->error.status;
    ca_table_targets(table, columns, n);
    for (int64_t t = 0; t < n; t++) {
        names[t] = table->columns[columns[t]].name;
        kinds[t] = (uint8_t)table->columns[columns[t]].column->kind;
    }
    labels->targets = cauce_levels_keep(run, names, (int32_t)n);
    if (!labels->targets) return run->error.status;
    model->targets = labels->targets;
    model->target_kinds = kinds;
    CA_TRY(ca_recipe_targets(run, recipe, model->targets));
    return read_several(run, table, columns, n, true, &labels->y);
}

cauce_status ca_target_learn(cauce_run *run, cauce_model *model, const cauce_table *table,
                             const cauce_recipe *recipe, ca_labels *labels) {
    const cauce_component_role role = ca_recipe_role(recipe);
    memset(labels, 0, sizeof *labels);
    CA_TRY(ca_target_weights(run, table, &labels->weight));
    CA_TRY(ca_target_groups(run, table, labels));
    int64_t j = ca_table_with_role(table, CAUCE_TARGET), n = ca_table_targets(table, NULL, 0);
    model->target = "";
    model->positive = -1;
    if (j < 0) {
        if (role == CAUCE_TRANSFORMER) return CAUCE_OK;
        return cauce_fail(run, CAUCE_E_SCHEMA, "the table has no target column: name one with target=COLUMN");
    }
    const char *name = table->columns[j].name;
    const char *copy = ca_keep_text(run, name);
    if (!copy) return run->error.status;
    model->target = copy;
    model->target_kind = table->columns[j].column->kind;
    if (n > 1) return learn_several(run, model, table, recipe, n, labels);
    if (model->target_kind == CAUCE_DATETIME)
        return cauce_fail(run, CAUCE_E_KIND, "target '%s' is a time; a number or a category can be predicted",
                          name);
    /* A transformer alone (or a supervised one) gets the target as what it is. */
    bool classes =
        role == CAUCE_CLASSIFIER || (role == CAUCE_TRANSFORMER && model->target_kind != CAUCE_NUMBER);
    return classes ? learn_classes(run, model, table, j, labels)
                   : read_numbers(run, table, j, true, &labels->y);
}

/* ---- For metrics --------------------------------------------------------------------------------------- */

/* Classes by their labels: tables and models may have a hundred thousand of them. */
static cauce_status map_classes(cauce_run *run, const cauce_model *model, ca_map *map) {
    for (int32_t k = 0; k < model->n_classes; k++) {
        const char *label = cauce_levels_text(model->classes, k);
        if (ca_map_add(map, label, strlen(label), NULL) < 0) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

/* `label` is empty where the table does not say. */
static cauce_status unknown_class(cauce_run *run, const cauce_model *model, int64_t row, const char *label,
                                  size_t length) {
    char shown[100];
    ca_text list = { 0 };
    list_classes(model, &list);
    cauce_status status = cauce_fail(
        run, CAUCE_E_DATA, "target '%s', row %lld: %s%s%sa class that the model does not know (%s)",
        model->target, (long long)row + 1, length ? "'" : "",
        ca_text_show(label, length, shown, sizeof shown), length ? "' is " : "", ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

static cauce_status known_levels(cauce_run *run, const cauce_model *model, const ca_map *classes,
                                 const cauce_table *table, int64_t j, int32_t *y_class) {
    const cauce_levels *levels = table->columns[j].column->levels;
    int32_t *map = cauce_scratch(run, levels->count, sizeof *map);
    if (!map) return run->error.status;
    for (int32_t i = 0; i < levels->count; i++)
        map[i] = (int32_t)ca_map_find(classes, cauce_levels_text(levels, i), ca_levels_length(levels, i));
    const int32_t *codes = ca_table_read_codes(table, j, 0, table->n_rows, y_class);
    CA_TRY(check_codes(run, model->target, codes, table->n_rows, CAUCE_MISSING));
    for (int64_t r = 0; r < table->n_rows; r++) {
        const int32_t code = codes[r];
        if (code < 0 || map[code] < 0)
            return unknown_class(run, model, r, code < 0 ? "" : cauce_levels_text(levels, code),
                                 code < 0 ? 0 : ca_levels_length(levels, code));
        y_class[r] = map[code];
    }
    return CAUCE_OK;
}

static cauce_status known_numbers(cauce_run *run, const cauce_model *model, const ca_map *classes,
                                  const cauce_table *table, int64_t j, int32_t *y_class) {
    const double *y;
    CA_TRY(ca_table_read_all(run, table, j, &y));
    CA_TRY(check_numbers(run, model->target, false, y, table->n_rows));
    for (int64_t r = 0; r < table->n_rows; r++) {
        char print[CA_NUMBER_SIZE];
        const size_t length = (size_t)ca_number_print(y[r], print);
        y_class[r] = model->class_values ? class_of(model->class_values, model->n_classes, y[r])
                                         : (int32_t)ca_map_find(classes, print, length);
        if (y_class[r] < 0) return unknown_class(run, model, r, print, length);
    }
    return CAUCE_OK;
}

static cauce_status read_known_classes(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                       int64_t j, int32_t *y_class) {
    ca_map classes = { 0 };
    bool coded = table->columns[j].column->storage == CA_CODES;
    cauce_status status = map_classes(run, model, &classes);
    if (status == CAUCE_OK)
        status = coded ? known_levels(run, model, &classes, table, j, y_class)
                       : known_numbers(run, model, &classes, table, j, y_class);
    ca_map_free(&classes);
    return status;
}

cauce_status ca_target_read(cauce_run *run, const cauce_model *model, const cauce_table *table,
                            ca_labels *labels) {
    memset(labels, 0, sizeof *labels);
    CA_TRY(ca_target_weights(run, table, &labels->weight));
    const int64_t n = model->targets ? ca_model_targets(model) : 1;
    int64_t *columns = cauce_scratch(run, n, sizeof *columns);
    if (!columns) return run->error.status;
    for (int64_t t = 0; t < n; t++) {
        columns[t] = ca_table_find(table, ca_model_target(model, t));
        if (columns[t] < 0)
            return cauce_fail(run, CAUCE_E_SCHEMA, "the table has no target column '%s'",
                              ca_model_target(model, t));
    }
    labels->targets = model->targets;
    if (n > 1) return read_several(run, table, columns, n, false, &labels->y);
    const int64_t j = columns[0];
    if (!ca_model_classifies(model)) return read_numbers(run, table, j, false, &labels->y);
    int32_t *y_class = cauce_scratch(run, table->n_rows, sizeof *y_class);
    if (!y_class) return run->error.status;
    labels->y_class = y_class;
    labels->n_classes = model->n_classes;
    labels->classes = model->classes;
    return read_known_classes(run, model, table, j, y_class);
}
