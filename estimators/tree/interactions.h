/* Constraints on the columns that may meet: a path from the root to a leaf uses columns of one set only, so
 * that what the model says is a sum of functions of these sets. A node may split on the columns that share a
 * set with all columns above it. */
#ifndef CA_TREE_INTERACTIONS_H
#define CA_TREE_INTERACTIONS_H

#include "cauce/sys/component.h"

#define CA_INTERACTION_PARAM(T)                                                                              \
    CAUCE_MIXED(T, interaction_cst, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0,          \
                "pairwise|no_interactions",                                                                  \
                "Sets of columns that may meet on a path: a list of \"a, b\" texts (the other columns form " \
                "one more set), pairwise, no_interactions, or null: all may.")

/* As bits: column j is in set i when bit i of sets + j * words is set. sets NULL: all may meet. */
typedef struct ca_interactions {
    int64_t n_columns, words;
    const uint64_t *sets;
} ca_interactions;

/* ["a, b", "b, c"]: sets of columns; those that are in none form one more. "pairwise": all pairs;
 * "no_interactions": each alone. Memory of the run. Errors: PARAM, LIMIT. */
cauce_status ca_read_interactions(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                                  ca_interactions *interactions);

/* What the paths of a growing tree allow, by number; 0: the root. Nodes of equal rights share one. */
typedef struct ca_paths {
    const ca_interactions *rules;
    int64_t n, room;
    uint64_t *sets;   /* words of each */
    int32_t *columns; /* of each how many, then which, ascending: n_columns + 1 */
} ca_paths;

/* sets: what the root allows, as another tree's path has it; NULL: all. Free after failures too. */
cauce_status ca_paths_begin(cauce_run *run, const ca_interactions *rules, const uint64_t *sets,
                            ca_paths *paths);
void ca_paths_free(ca_paths *paths);
/* The path below a split on `column` of path `at`. */
cauce_status ca_paths_below(cauce_run *run, ca_paths *paths, int64_t at, int32_t column, int64_t *below);
/* Forgets those after `at`. */
static inline void ca_paths_back(ca_paths *paths, int64_t at) {
    paths->n = at + 1;
}
static inline const int32_t *ca_paths_columns(const ca_paths *paths, int64_t at) {
    return paths->columns + at * (paths->rules->n_columns + 1);
}

#endif
