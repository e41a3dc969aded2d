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

typedef enum ca_slot_kind {
    CA_SLOT_END,
    CA_SLOT_STEPS,    /* a list, one after the other: the role of the whole is that of the last */
    CA_SLOT_BRANCHES, /* a list, each with a column selector */
    CA_SLOT_LIST,     /* a list */
    CA_SLOT_ONE       /* one child, which is called as the slot */
} ca_slot_kind;

/* Where children of a composite stand: each slot is a key of the JSON form. At most one is a list; it comes
 * first, and its children come before those of the others. */
typedef struct ca_slot {
    const char *key;
    ca_slot_kind kind;
    unsigned roles;       /* of its children; 0: `check` knows. `drop` may stand in every list */
    const char *fallback; /* ONE: what stands there unless another is given; NULL: one must be given */
    const char *help;     /* one sentence */
} ca_slot;
#define CA_SLOTS_END                                                                                         \
    { NULL, CA_SLOT_END, 0, NULL, NULL }

/* One fitted child of a composite. Before `part` is called it stands for the child of the same number: its
 * recipe, its name, the classes and targets of the composite. */
typedef struct ca_part {
    const cauce_recipe *recipe; /* what was fitted: a child, perhaps several times */
    const char *name;           /* in the paths of its arrays; from cauce_keep, or of a recipe */
    cauce_schema input;         /* n_fields < 0: is not kept fitted */
    int32_t n_classes;
    const cauce_levels *classes;
    const cauce_levels *targets; /* several of them; NULL: one, or none */
} ca_part;

/* What a composite component adds to its descriptor. */
typedef struct cauce_composite {
    const ca_slot *slots; /* ends with CA_SLOTS_END */
    /* Optional: checks the structure of a recipe further than the slots say. */
    cauce_status (*check)(cauce_run *run, const cauce_recipe *recipe);
    /* Fits the children into node->child and, when `out` is given, leaves the output for the training rows in
     * it; left empty, it is what apply gives. */
    cauce_status (*fit)(cauce_run *run, struct ca_node *node, const cauce_train *train, struct ca_frame *out);
    /* What fitted child i is, above all the schema that it is given, once the state and the children before
     * it are there. */
    cauce_status (*part)(cauce_run *run, const struct ca_node *node, int64_t i, ca_part *part);
    /* Optional: how many fitted children there are, where that is not one for each child of the recipe. Known
     * after verify, which has to bound it by the length of an array: it may come from a file. */
    int64_t (*n_parts)(const struct ca_node *node);
    /* Marks the fields of the node's input that are used. */
    void (*mark_used)(const struct ca_node *node, bool *used);
    /* Optional: where the columns of the output come from, as ca_node_trace says. */
    cauce_status (*trace)(cauce_run *run, const struct ca_node *node, const double *out, double *in);
} cauce_composite;

/* A component with its defaults. NULL: failure recorded. */
cauce_recipe *ca_recipe_new(cauce_run *run, const cauce_component *component);
/* "name key=value ...". */
cauce_recipe *ca_recipe_parse(cauce_run *run, const char *text);
void ca_recipe_free(cauce_recipe *recipe);
cauce_recipe *ca_recipe_clone(cauce_run *run, const cauce_recipe *recipe);
cauce_status ca_recipe_set_name(cauce_run *run, cauce_recipe *recipe, const char *name);
cauce_status ca_recipe_set_columns(cauce_run *run, cauce_recipe *recipe, const char *columns);
const char *ca_recipe_name(const cauce_recipe *recipe); /* name, or the component's */
/* The component whose output is that of the whole: in a pipeline the last step's. */
const cauce_component *ca_recipe_last(const cauce_recipe *recipe);
/* Role of the whole: a pipeline has that of its last step. */
cauce_component_role ca_recipe_role(const cauce_recipe *recipe);
/* Does it classify by decision values (CAUCE_TAG_MARGIN), without probabilities? */
bool ca_recipe_margin(const cauce_recipe *recipe);
const char *ca_role_name(cauce_component_role role);
/* UNSUPPORTED when something in the recipe that is given the targets takes one alone, and there are several
 * (`targets`: NULL, or their names). */
cauce_status ca_recipe_targets(cauce_run *run, const cauce_recipe *recipe, const cauce_levels *targets);

/* ---- Children (src/core/children.c) -------------------------------------------------------------------- */

/* The slots of a component; none when it is no composite. */
const ca_slot *ca_slots(const cauce_component *component);
const ca_slot *ca_slot_find(const cauce_component *component, const char *key); /* or NULL */
const char *ca_slot_accepts(const ca_slot *slot); /* for people: "classifiers", "a regressor" */
/* Are its children steps, one after the other? */
bool ca_is_steps(const cauce_component *component);
/* The slot in which child i stands. */
const ca_slot *ca_recipe_slot(const cauce_recipe *recipe, int64_t i);
/* The child in a slot for one; NULL: there is none. */
cauce_recipe *ca_recipe_child(const cauce_recipe *recipe, const char *key);
/* Gives a composite children (taken, even on failure) and names those that have none. A child that is called
 * as a slot for one goes there; the others are the list, or, without one, fill the slots in order. What stood
 * in these places is freed. */
cauce_status ca_recipe_adopt(cauce_run *run, cauce_recipe *recipe, cauce_recipe *const *children, int64_t n);
/* PARAM for one that is deeper than CA_DEEPEST_RECIPE. */
cauce_status ca_recipe_depth(cauce_run *run, const cauce_recipe *recipe);
/* The children that stand where nothing was given. */
cauce_status ca_recipe_fallbacks(cauce_run *run, cauce_recipe *recipe);
/* Are all slots filled, by children of the roles that belong there? */
cauce_status ca_children_check(cauce_run *run, const cauce_recipe *recipe);
/* Structure and cross-parameter checks of the whole tree, before any work. */
cauce_status ca_recipe_check(cauce_run *run, const cauce_recipe *recipe);

/* One place found by a path: a node and the row of its parameter; or (row < 0) the number of its child, or
 * -1 - the number of its slot, for a list as a whole and for a slot in which nothing stands. */
typedef struct ca_target {
    cauce_recipe *recipe;
    int64_t row, child;
} ca_target;
/* Finds the parameter that `path` means: a full path, or the end of exactly one. */
cauce_status ca_path_find(cauce_run *run, const cauce_recipe *root, const char *path, ca_target *target);
/* The same, for a child too. A full path wins over ends, a parameter over a child. */
cauce_status ca_path_find_any(cauce_run *run, const cauce_recipe *root, const char *path, ca_target *target);
/* Full path of what was found; in `arena`. */
cauce_status ca_path_full(cauce_run *run, ca_arena *arena, const cauce_recipe *root, const ca_target *target,
                          const char **path);
/* Full path of every parameter and every child in order: calls visit until it returns false. */
typedef bool ca_path_visit(const char *path, const ca_target *at, void *payload);
void ca_path_each(const cauce_recipe *root, ca_path_visit *visit, void *payload);
/* Sets several parameters, all or none. A path to a child takes another component in its place: its text, or
 * its JSON as a text; a path to a list (`estimators`) takes a list of them. Children are replaced first. */
cauce_status ca_recipe_assign(cauce_run *run, cauce_recipe *recipe, const ca_assignment *items, int64_t n);

/* JSON. */
cauce_recipe *ca_recipe_from_json(cauce_run *run, const json_t *json);
/* A component as a text or as JSON in a text. */
cauce_recipe *ca_recipe_read(cauce_run *run, const char *text);
void ca_recipe_to_json(const cauce_recipe *recipe, ca_text *out, int indent);
cauce_status ca_value_from_json(cauce_run *run, ca_arena *arena, const json_t *json, cauce_value *value);
void ca_value_to_json(ca_text *out, const cauce_value *value);

#endif
