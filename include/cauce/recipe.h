/* Recipes: components with their parameters, not yet fitted. May be changed, copied, written as text and as
 * JSON.
 *
 * The grammar of parameters is one everywhere: `name key=value key=value`, commas optional, values bare,
 * "quoted" or [lists]. Paths join with __ (`prep__num__simple_imputer__strategy`); a bare parameter name that
 * fits exactly one place is accepted. A recipe belongs to one thread at a time.
 */
#ifndef CAUCE_RECIPE_H
#define CAUCE_RECIPE_H

#include <stddef.h>
#include <stdint.h>

#include "cauce/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_recipe cauce_recipe;

/* A component by name with parameters: "random_forest_classifier n_estimators=300". What it takes from other
 * components is given by cauce_with, or as a text: "select_from_model estimator=\"lasso alpha=0.1\"".
 * Pipelines and branches are made with cauce_pipeline and cauce_columns. Owned. Errors: PARAM for an unknown
 * component or parameter (with the nearest name) and for a value out of its range. */
CAUCE_API cauce_recipe *cauce_new(const char *text);

/* Gives a step or a branch its name (letters, digits, "_", ".", "-"; no "__"). Takes the recipe and returns
 * it. Without a name a step is called as its component, -2, -3 appended when that is taken. */
CAUCE_API cauce_recipe *cauce_named(const char *name, cauce_recipe *recipe);

/* A branch of cauce_columns: the columns it works on and what it does with them. `columns` is a list of
 * names, patterns (* and ?), @number @category @boolean @text @all, each with ! before it to exclude,
 * separated by commas; names with other characters are "quoted". @category takes booleans too. Takes the
 * recipe and returns it. */
CAUCE_API cauce_recipe *cauce_on(const char *name, const char *columns, cauce_recipe *recipe);

/* Steps one after the other; the last may be an estimator. Takes all of them, even on failure. */
CAUCE_API cauce_recipe *cauce_pipeline_n(cauce_recipe *const *steps, size_t count);
/* Branches side by side (each made by cauce_on): a column transformer. Parameters of its own are set with
 * cauce_set: remainder=drop|passthrough, verbose_feature_names_out=true. Takes all, even on failure. */
CAUCE_API cauce_recipe *cauce_columns_n(cauce_recipe *const *branches, size_t count);

/* Puts components into the places of a component that takes some: an estimator to select columns by, the
 * members of a vote. A component that is called (cauce_named) as a place for one, such as "estimator" or
 * "final_estimator", goes there; the others are the list in order, or, where there is no list, fill the
 * places in order. What stood there is replaced. Returns the recipe. Takes all, even on failure. Errors:
 * PARAM where there is no place; ARGUMENT for one given twice. */
CAUCE_API cauce_recipe *cauce_with_n(cauce_recipe *recipe, cauce_recipe *const *children, size_t count);

#ifndef __cplusplus
#define cauce_pipeline(...)                                                                                  \
    cauce_pipeline_n((cauce_recipe *[]){ __VA_ARGS__ },                                                      \
                     sizeof((cauce_recipe *[]){ __VA_ARGS__ }) / sizeof(cauce_recipe *))
#define cauce_columns(...)                                                                                   \
    cauce_columns_n((cauce_recipe *[]){ __VA_ARGS__ },                                                       \
                    sizeof((cauce_recipe *[]){ __VA_ARGS__ }) / sizeof(cauce_recipe *))
#define cauce_with(recipe, ...)                                                                              \
    cauce_with_n(recipe, (cauce_recipe *[]){ __VA_ARGS__ },                                                  \
                 sizeof((cauce_recipe *[]){ __VA_ARGS__ }) / sizeof(cauce_recipe *))
#endif

/* Sets parameters: "forest__max_depth=8 strategy=median". The path of a step takes another component in its
 * place, a text or JSON: "scaler=passthrough forest=\"ridge alpha=2\""; steps are replaced before parameters
 * are set. All or none. Errors: PARAM naming what would be accepted. */
CAUCE_API cauce_status cauce_set(cauce_recipe *recipe, const char *assignments);
/* The value of one parameter in the text grammar (borrowed until the recipe changes). NULL: PARAM. */
CAUCE_API const char *cauce_get(const cauce_recipe *recipe, const char *path);
CAUCE_API cauce_status cauce_get_int(const cauce_recipe *recipe, const char *path, int64_t *value);
CAUCE_API cauce_status cauce_get_real(const cauce_recipe *recipe, const char *path, double *value);

/* A deep copy. Owned. */
CAUCE_API cauce_recipe *cauce_recipe_clone(const cauce_recipe *recipe);
/* Reads a recipe from JSON: a whole document ({"cauce": 1, "model": ...}: the model part) or the model part
 * alone. The grammar is docs/recipe.md. Owned. Errors: PARAM, with line and column for broken JSON. */
CAUCE_API cauce_recipe *cauce_recipe_from_json(const char *json);
/* The canonical long form: every parameter, one value each. Owned: free with cauce_text_free. */
CAUCE_API char *cauce_recipe_to_json(const cauce_recipe *recipe);
/* The recipe with the parameters that differ from their defaults, as indented text for people. Free with
 * cauce_text_free. */
CAUCE_API char *cauce_recipe_to_text(const cauce_recipe *recipe);
/* "transformer", "classifier" or "regressor". Static text. */
CAUCE_API const char *cauce_recipe_role(const cauce_recipe *recipe);
/* What a fitted model gives for a row: "columns" (a transformer), "number", "probabilities", or "decision
 * values" (a classifier without probabilities, see cauce_decision). Static text. */
CAUCE_API const char *cauce_recipe_output(const cauce_recipe *recipe);
CAUCE_API void cauce_recipe_free(cauce_recipe *recipe);
CAUCE_API void cauce_text_free(char *text);

/* What there is: names of all components in order (i from 0; NULL past the end), and the description of one
 * as text for people or as JSON (parameters, defaults, ranges, meaning). Free with cauce_text_free. */
CAUCE_API const char *cauce_component_name(int64_t i);
CAUCE_API const char *cauce_component_summary(const char *name);
CAUCE_API char *cauce_describe(const char *name);
CAUCE_API char *cauce_describe_json(const char *name);

#ifdef __cplusplus
}
template <typename... R> inline cauce_recipe *cauce_pipeline(R... steps) {
    cauce_recipe *const list[] = { steps... };
    return cauce_pipeline_n(list, sizeof...(steps));
}
template <typename... R> inline cauce_recipe *cauce_columns(R... branches) {
    cauce_recipe *const list[] = { branches... };
    return cauce_columns_n(list, sizeof...(branches));
}
template <typename... R> inline cauce_recipe *cauce_with(cauce_recipe *recipe, R... children) {
    cauce_recipe *const list[] = { children... };
    return cauce_with_n(recipe, list, sizeof...(children));
}
#endif
#endif
