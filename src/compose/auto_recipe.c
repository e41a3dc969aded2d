#include "compose/auto_recipe.h"

#include <math.h>

#include "core/param.h"
#include "data/labels.h"

enum { MOST_CLASSES_OF_NUMBERS = 10 };

/* Numbers are classes when they are few whole ones: 0 and 1, or 1, 2, 3. */
static cauce_status few_whole_numbers(cauce_run *run, const cauce_table *table, int64_t j, bool *few) {
    double seen[MOST_CLASSES_OF_NUMBERS], block[512];
    int n_seen = 0;
    (void)run;
    *few = false;
    for (int64_t first = 0; first < table->n_rows; first += 512) {
        int64_t n = table->n_rows - first < 512 ? table->n_rows - first : 512;
        const double *values = ca_table_read(table, j, first, n, block);
        for (int64_t i = 0; i < n; i++) {
            int k = 0;
            if (isnan(values[i])) continue;
            if (values[i] != floor(values[i])) return CAUCE_OK;
            while (k < n_seen && seen[k] != values[i]) k++;
            if (k < n_seen) continue;
            if (n_seen == MOST_CLASSES_OF_NUMBERS) return CAUCE_OK;
            seen[n_seen++] = values[i];
        }
    }
    *few = true;
    return CAUCE_OK;
}

static bool several_targets(const cauce_table *table) {
    return ca_table_targets(table, NULL, 0) > 1;
}

cauce_status ca_task_classes(cauce_run *run, const cauce_table *table, bool *classes) {
    int64_t j = ca_table_with_role(table, CAUCE_TARGET);
    if (j < 0)
        return cauce_fail(run, CAUCE_E_SCHEMA, "the table has no target column: name one with target=COLUMN");
    *classes = table->columns[j].column->kind != CAUCE_NUMBER && !several_targets(table);
    if (several_targets(table)) return CAUCE_OK; /* nobody learns several sets of classes */
    return *classes ? CAUCE_OK : few_whole_numbers(run, table, j, classes);
}

/* second: NULL for none. */
static cauce_recipe *branch(cauce_run *run, const char *name, const char *columns, const char *first,
                            const char *second) {
    cauce_recipe *steps[2] = { ca_recipe_parse(run, first), NULL }, *pipeline = NULL;
    if (steps[0] && second) steps[1] = ca_recipe_parse(run, second);
    if (steps[second ? 1 : 0]) pipeline = ca_recipe_parse(run, "pipeline");
    if (!pipeline) {
        ca_recipe_free(steps[0]);
        ca_recipe_free(steps[1]);
        return NULL;
    }
    if (ca_recipe_adopt(run, pipeline, steps, second ? 2 : 1) == CAUCE_OK &&
        ca_recipe_set_name(run, pipeline, name) == CAUCE_OK &&
        ca_recipe_set_columns(run, pipeline, columns) == CAUCE_OK)
        return pipeline;
    ca_recipe_free(pipeline);
    return NULL;
}

/* Takes the children. */
static cauce_recipe *compose(cauce_run *run, const char *component, const char *name, cauce_recipe **children,
                             int64_t n) {
    bool complete = true;
    for (int64_t i = 0; i < n; i++) complete = complete && children[i];
    cauce_recipe *recipe = complete ? ca_recipe_parse(run, component) : NULL;
    if (!recipe) {
        for (int64_t i = 0; i < n; i++) ca_recipe_free(children[i]);
        return NULL;
    }
    if (ca_recipe_adopt(run, recipe, children, n) == CAUCE_OK &&
        (!name || ca_recipe_set_name(run, recipe, name) == CAUCE_OK))
        return recipe;
    ca_recipe_free(recipe);
    return NULL;
}

static cauce_status count_features(cauce_run *run, const cauce_table *table, int64_t *numbers,
                                   int64_t *categories) {
    *numbers = *categories = 0;
    for (int64_t j = 0; j < table->n_columns; j++) {
        if (table->columns[j].role != CAUCE_FEATURE) continue;
        cauce_kind kind = table->columns[j].column->kind;
        *numbers += kind == CAUCE_NUMBER;
        *categories += kind == CAUCE_CATEGORY || kind == CAUCE_BOOLEAN;
    }
    if (*numbers + *categories > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_SHAPE, "the table has no feature columns of numbers or categories");
}

/* Coefficients that are to be tested are those of the columns in their own units, and of the levels against
 * the first one: beside all levels and a constant none would be determined. Such fits have no penalty, which
 * scaling would matter to. */
static cauce_recipe *preparation(cauce_run *run, int64_t numbers, int64_t categories, bool tested) {
    cauce_recipe *branches[2];
    int64_t n = 0;
    if (numbers)
        branches[n++] = branch(run, "num", "@number", "simple_imputer strategy=median",
                               tested ? NULL : "standard_scaler");
    if (categories)
        branches[n++] = branch(run, "cat", "@category", "simple_imputer strategy=most_frequent",
                               tested ? "one_hot_encoder drop=first handle_unknown=ignore"
                                      : "one_hot_encoder handle_unknown=ignore");
    return compose(run, "column_transformer", "prep", branches, n);
}

/* Estimators that take the columns as they are get them so. */
static bool needs_preparation(const cauce_recipe *estimator) {
    const uint32_t all = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY;
    return estimator->component->composite || (estimator->component->tags & all) != all;
}

/* Are standard errors asked for? */
static bool is_tested(const cauce_recipe *estimator) {
    int64_t i = ca_param_find(estimator->component->params, "statistics");
    return i >= 0 && estimator->values[i].type == CAUCE_V_BOOL && estimator->values[i].integer;
}

/* Few estimators take an offset; what has one is most often a count. */
static bool has_offset(const cauce_table *table) {
    return ca_table_with_role(table, CAUCE_OFFSET) >= 0 || ca_table_with_role(table, CAUCE_EXPOSURE) >= 0;
}

cauce_recipe *ca_auto_recipe(cauce_run *run, const cauce_table *table, const char *estimator) {
    bool classes;
    int64_t numbers, categories, n = 0;
    if (ca_task_classes(run, table, &classes) != CAUCE_OK) return NULL;
    if (count_features(run, table, &numbers, &categories) != CAUCE_OK) return NULL;
    if (!estimator && has_offset(table)) estimator = "poisson_regressor";
    if (!estimator && several_targets(table))
        estimator = "multi_output_regressor estimator=random_forest_regressor";
    if (!estimator) estimator = classes ? "random_forest_classifier" : "random_forest_regressor";
    cauce_recipe *steps[2], *last = ca_recipe_parse(run, estimator);
    if (!last) return NULL;
    if (ca_recipe_role(last) == CAUCE_TRANSFORMER)
        cauce_fail(run, CAUCE_E_PARAM, "'%s' is no estimator", last->component->name);
    else if (ca_recipe_set_name(run, last, "model") == CAUCE_OK) {
        if (needs_preparation(last)) steps[n++] = preparation(run, numbers, categories, is_tested(last));
        steps[n++] = last;
        return compose(run, "pipeline", NULL, steps, n);
    }
    ca_recipe_free(last);
    return NULL;
}
