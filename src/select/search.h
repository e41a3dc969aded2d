/* Searches: candidates and folds as one list of tasks, then the refit. */
#ifndef CA_SELECT_SEARCH_H
#define CA_SELECT_SEARCH_H

#include "select/cross_validate.h"
#include "select/grid.h"

struct cauce_search {
    ca_arena arena;
    ca_candidate *candidates;
    int64_t n_candidates, best, n_metrics;
    const char **params, **params_json; /* of each candidate */
    cauce_cv **cv;
    int64_t *rank; /* n_metrics x n_candidates */
    /* Of successive halving; NULL otherwise: a candidate is listed once for each round that it is in. */
    int64_t *round, *resources;
    cauce_model *model;
};

cauce_search *ca_grid_search(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                             const char *grid, const char *folds, const char *metrics, const char *options);
/* n_iter candidates drawn from a space. */
cauce_search *ca_random_search(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                               const char *space, int64_t n_iter, const char *folds, const char *metrics,
                               const char *options);
void ca_search_free(cauce_search *search);
cauce_table *ca_search_table(cauce_run *run, const cauce_search *search);

#endif
