/* A recipe: a tree of components with their parameter values. */
#ifndef CA_CORE_RECIPE_H
#define CA_CORE_RECIPE_H

#include <jansson.h>

#include "base/text.h"
#include "cauce/recipe.h"
#include "core/param.h"

struct cauce_recipe {
    const cauce_component *component;
    char *name;          /* of the step or branch; NULL: not named yet */
    char *columns;       /* of a branch: which columns; NULL otherwise */
    cauce_value *values; /* one for each parameter row */
    cauce_recipe **children;
    int64_t n_children;
    ca_arena arena; /* values, texts, the child list */
    ca_text shown;  /* what cauce_get gave last */
};

/* Two levels of JSON each: with its parameters a recipe stays below what ca_json_parse takes, so that every
 * recipe that can be made can be loaded. */
enum { CA_DEEPEST_RECIPE = 30 };

struct ca_node;
struct ca_frame;

/* What a composite component adds to its descriptor. */
typedef struct cauce_composite {
    bool branches; /* children carry a column selector */
    /* Checks the structure of a recipe (children are there, estimators only where they may be). */
    cauce_status (*check)(cauce_run *run, const cauce_recipe *recipe);
    /* Fits the children into node->child and, when `out` is given, leaves the output for the training rows in
     * it. */
    cauce_status (*fit)(cauce_run *run, struct ca_node *node, const cauce_train *train, struct ca_frame *out);
    /* Schema that child i is given, once the children before it are there. n_fields < 0: child i is not
     * fitted. */
    cauce_status (*child_input)(cauce_run *run, const struct ca_node *node, int64_t i, cauce_schema *input);
    /* Marks the fields of the node's input that are used. */
    void (*mark_used)(const struct ca_node *node, bool *used);
} cauce_composite;

/* A component with its defaults. NULL: failure recorded. */
cauce_recipe *ca_recipe_new(cauce_run *run, const cauce_component *component);
/* "name key=value ...". */
cauce_recipe *ca_recipe_parse(cauce_run *run, const char *text);
void ca_recipe_free(cauce_recipe *recipe);
cauce_recipe *ca_recipe_clone(cauce_run *run, const cauce_recipe *recipe);
cauce_status ca_recipe_set_name(cauce_run *run, cauce_recipe *recipe, const char *name);
cauce_status ca_recipe_set_columns(cauce_run *run, cauce_recipe *recipe, const char *columns);
/* Gives a composite its children (taken, even on failure) and names those that have none. */
cauce_status ca_recipe_adopt(cauce_run *run, cauce_recipe *recipe, cauce_recipe *const *children, int64_t n);
const char *ca_recipe_name(const cauce_recipe *recipe); /* name, or the component's */
/* The component whose output is that of the whole: in a pipeline the last step's. */
const cauce_component *ca_recipe_last(const cauce_recipe *recipe);
/* Role of the whole: a pipeline has that of its last step. */
cauce_component_role ca_recipe_role(const cauce_recipe *recipe);
/* Does it classify by decision values (CAUCE_TAG_MARGIN), without probabilities? */
bool ca_recipe_margin(const cauce_recipe *recipe);
/* Structure and cross-parameter checks of the whole tree, before any work. */
cauce_status ca_recipe_check(cauce_run *run, const cauce_recipe *recipe);

/* One place found by a path: a node and the row of its parameter. */
typedef struct ca_target {
    cauce_recipe *recipe;
    int64_t row;
} ca_target;
/* Finds the parameter that `path` means: a full path, or the end of exactly one. */
cauce_status ca_path_find(cauce_run *run, const cauce_recipe *root, const char *path, ca_target *target);
/* Full path of a parameter that was found; in `arena`. */
cauce_status ca_path_full(cauce_run *run, ca_arena *arena, const cauce_recipe *root, const ca_target *target,
                          const char **path);
/* Full path of every parameter in order: calls visit until it returns false. */
typedef bool ca_path_visit(const char *path, cauce_recipe *recipe, int64_t row, void *payload);
void ca_path_each(const cauce_recipe *root, ca_path_visit *visit, void *payload);
/* Sets several parameters, all or none. */
cauce_status ca_recipe_assign(cauce_run *run, cauce_recipe *recipe, const ca_assignment *items, int64_t n);

/* JSON. */
cauce_recipe *ca_recipe_from_json(cauce_run *run, const json_t *json);
void ca_recipe_to_json(const cauce_recipe *recipe, ca_text *out, int indent);
cauce_status ca_value_from_json(cauce_run *run, ca_arena *arena, const json_t *json, cauce_value *value);
void ca_value_to_json(ca_text *out, const cauce_value *value);

#endif
