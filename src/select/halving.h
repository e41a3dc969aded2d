/* Successive halving: all candidates with few resources, the best of them with more, and so on (Jamieson,
 * Talwalkar: Non-stochastic best arm identification and hyperparameter optimization, AISTATS 2016,
 * arXiv:1502.07943). The resource is the number of rows, or a whole-number parameter. */
#ifndef CA_SELECT_HALVING_H
#define CA_SELECT_HALVING_H

#include "select/cross_validate.h"
#include "select/space.h"

/* Options of the searches. */
typedef struct ca_halving {
    bool halving, aggressive_elimination;
    double factor;
    const char *resource;
    cauce_value min_resources, max_resources;
} ca_halving;
#define CA_HALVING_ROWS(T, least)                                                                            \
    CAUCE_BOOL(T, halving, false, "Successive halving: few resources for all, more for the best."),          \
        CAUCE_REAL_ABOVE(                                                                                    \
            T, factor, 3, 1, 1e6,                                                                            \
            "Of halving: one of so many candidates goes on, with so many times the resources."),             \
        CAUCE_TEXT_PARAM(T, resource, "n_samples",                                                           \
                         "Of halving: n_samples (rows), or the path of a whole-number parameter."),          \
        CAUCE_MIXED(T, min_resources, least, CAUCE_V_INT | CAUCE_V_TEXT, 1, 9007199254740991.0, 0, 0,        \
                    "exhaust|smallest",                                                                      \
                    "Of halving: resources of the first round; exhaust: so many that the last round has "    \
                    "about all; smallest: as few as make sense."),                                           \
        CAUCE_MIXED(T, max_resources, "auto", CAUCE_V_INT | CAUCE_V_TEXT, 1, 9007199254740991.0, 0, 0,       \
                    "auto", "Of halving: most resources; auto: all rows."),                                  \
        CAUCE_BOOL(T, aggressive_elimination, false,                                                         \
                   "Of halving: rounds with the least resources until few enough candidates are left.")

/* The rounds: how many candidates with how many resources. */
typedef struct ca_schedule {
    int64_t n_rounds, total; /* total: candidates of all rounds */
    int64_t *candidates, *resources;
    const char *key; /* full path of the parameter that is the resource; NULL: rows */
} ca_schedule;
cauce_status ca_halving_plan(cauce_run *run, ca_arena *arena, const ca_halving *halving,
                             const cauce_recipe *recipe, const ca_cv_plan *plan, int64_t n_candidates,
                             ca_schedule *schedule);
/* The folds with a share of their rows: of each part the first of an order drawn by the seed, so that a later
 * round has the rows of an earlier one. */
cauce_status ca_halving_folds(cauce_run *run, ca_arena *arena, const ca_folds *whole, double share,
                              uint64_t seed, ca_folds *some);
/* The candidate with the resource as one more parameter. PARAM when it has that parameter. */
cauce_status ca_halving_candidate(cauce_run *run, ca_arena *arena, const ca_schedule *schedule, int64_t round,
                                  const ca_candidate *from, ca_candidate *to);

#endif
