/* What a search tries: axes of values to list or to draw, from a text or JSON. */
#ifndef CA_SELECT_SPACE_H
#define CA_SELECT_SPACE_H

#include "core/recipe.h"

enum { CA_MOST_CANDIDATES = 1000000 };

/* One candidate: what is set to what, keys in alphabetical order. */
typedef struct ca_candidate {
    ca_assignment *items;
    int64_t n;
} ca_candidate;

typedef enum ca_draw {
    CA_DRAW_LIST,        /* one of the values */
    CA_DRAW_UNIFORM,     /* a number in [low, high) */
    CA_DRAW_LOG_UNIFORM, /* a number in [low, high], uniform in its logarithm */
    CA_DRAW_INTEGERS,    /* a whole number from low to high, both included */
    CA_DRAW_LOG_INTEGERS /* the same, the more rarely the larger: about uniform in its logarithm */
} ca_draw;

typedef struct ca_axis {
    const char *key; /* full path */
    ca_draw draw;
    const cauce_value *values; /* LIST */
    int64_t n;
    double low, high; /* the others; whole numbers for INTEGERS */
} ca_axis;

/* Axes that vary together, by key. */
typedef struct ca_space {
    ca_axis *axes;
    int64_t n;
} ca_space;

/* "key=[a, b] key=value key=log_uniform(1e-3, 1e3)", a JSON object, or a JSON list of objects (a space each).
 * PARAM when a key is not in the recipe, is there twice, has no values, or has a distribution and `drawn` is
 * false. */
cauce_status ca_spaces_parse(cauce_run *run, ca_arena *arena, const cauce_recipe *recipe, const char *text,
                             bool drawn, ca_space **spaces, int64_t *n);
/* Combinations of a space that has lists only. LIMIT when they cannot be counted. */
cauce_status ca_space_count(cauce_run *run, const ca_space *space, int64_t *count);
/* Combination `index` of such a space, the last key running fastest. */
cauce_status ca_space_pick(cauce_run *run, ca_arena *arena, const ca_space *space, int64_t index,
                           ca_candidate *candidate);

/* n_iter candidates from a random stream. Where there are lists only, no combination comes twice, and all
 * come in the order of the grid when n_iter is not less than their number. Otherwise candidate i is a pure
 * function of (seed, i): of one of the spaces, each as likely, each axis drawn by itself. */
cauce_status ca_spaces_draw(cauce_run *run, ca_arena *arena, const ca_space *spaces, int64_t n_spaces,
                            int64_t n_iter, uint64_t seed, ca_candidate **candidates, int64_t *n);

#endif
