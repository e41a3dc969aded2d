#include "select/halving.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "split/folds.h"

/* ---- The rounds ---------------------------------------------------------------------------------------- */

/* The largest k with factor^k <= n, which rounding must not lose. */
static int64_t powers_within(double factor, double n) {
    int64_t k = 0;
    for (double power = factor; power <= n * (1 + 1e-12); power *= factor) k++;
    return k;
}

static cauce_status find_resource(cauce_run *run, ca_arena *arena, const char *resource,
                                  const cauce_recipe *recipe, const char **key) {
    ca_target target;
    *key = NULL;
    if (strcmp(resource, "n_samples") == 0) return CAUCE_OK;
    CA_TRY(ca_path_find(run, recipe, resource, &target));
    const cauce_param *row = &target.recipe->component->params[target.row];
    if (row->type != CAUCE_PARAM_INT && !(row->type == CAUCE_PARAM_MIXED && (row->allowed & CAUCE_V_INT)))
        return cauce_fail(run, CAUCE_E_PARAM, "resource=%s: it takes n_samples, or a whole-number parameter",
                          resource);
    return ca_path_full(run, arena, recipe, &target, key);
}

/* As few rows as make sense: two of each class in each fold. */
static int64_t least_resources(const ca_cv_plan *plan, const char *key) {
    if (key) return 1;
    return 2 * plan->folds.n_folds * (plan->labels.n_classes ? plan->labels.n_classes : 1);
}

static cauce_status bounds(cauce_run *run, const ca_halving *h, const ca_cv_plan *plan, const char *key,
                           int64_t required, int64_t *least, int64_t *most) {
    if (h->max_resources.type == CAUCE_V_INT)
        *most = h->max_resources.integer;
    else if (key)
        return cauce_fail(run, CAUCE_E_PARAM, "resource=%s needs max_resources: a number", h->resource);
    else
        *most = plan->table->n_rows;
    if (!key && *most > plan->table->n_rows)
        return cauce_fail(run, CAUCE_E_PARAM, "max_resources=%lld is more than the %lld rows",
                          (long long)*most, (long long)plan->table->n_rows);
    *least = h->min_resources.type == CAUCE_V_INT ? h->min_resources.integer : least_resources(plan, key);
    if (h->min_resources.type == CAUCE_V_TEXT && strcmp(h->min_resources.text, "exhaust") == 0) {
        int64_t last = (int64_t)floor((double)*most / pow(h->factor, (double)required));
        if (last > *least) *least = last;
    }
    if (*least <= *most) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM,
                      "halving: the first round takes %lld %s, more than the %lld of max_resources",
                      (long long)*least, key ? h->resource : "rows", (long long)*most);
}

cauce_status ca_halving_plan(cauce_run *run, ca_arena *arena, const ca_halving *h, const cauce_recipe *recipe,
                             const ca_cv_plan *plan, int64_t n_candidates, ca_schedule *s) {
    int64_t least = 0, most = 0, required = powers_within(h->factor, (double)n_candidates);
    CA_TRY(find_resource(run, arena, h->resource, recipe, &s->key));
    CA_TRY(bounds(run, h, plan, s->key, required, &least, &most));
    int64_t possible = powers_within(h->factor, (double)(most / least)), n = n_candidates;
    s->n_rounds = 1 + (h->aggressive_elimination || required < possible ? required : possible);
    s->candidates = ca_arena_alloc(arena, (size_t)s->n_rounds * sizeof *s->candidates);
    s->resources = ca_arena_alloc(arena, (size_t)s->n_rounds * sizeof *s->resources);
    if (!s->candidates || !s->resources) return CA_NOMEM(run);
    s->total = 0;
    for (int64_t r = 0; r < s->n_rounds; r++) {
        int64_t power = h->aggressive_elimination ? r - required + possible : r;
        double resources = (double)least * pow(h->factor, (double)(power > 0 ? power : 0));
        s->resources[r] = resources * (1 + 1e-12) < (double)most ? (int64_t)(resources * (1 + 1e-12)) : most;
        s->candidates[r] = n;
        s->total += n;
        n = (int64_t)ceil((double)n / h->factor * (1 - 1e-12));
    }
    return CAUCE_OK;
}

/* ---- One round ----------------------------------------------------------------------------------------- */

static int ascending(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static cauce_status share_of(cauce_run *run, ca_arena *arena, const int64_t *rows, int64_t n, double share,
                             ca_draws *draws, const int64_t **some, int64_t *n_some) {
    int64_t *order = ca_folds_room(run, arena, n, sizeof *order);
    if (!order) return run->error.status;
    memcpy(order, rows, (size_t)n * sizeof *order);
    ca_shuffle_i64(draws, order, n);
    *n_some = (int64_t)floor((double)n * share * (1 + 1e-12));
    if (*n_some < 1) *n_some = 1;
    if (*n_some > n) *n_some = n;
    qsort(order, (size_t)*n_some, sizeof *order, ascending);
    *some = order;
    return CAUCE_OK;
}

cauce_status ca_halving_folds(cauce_run *run, ca_arena *arena, const ca_folds *whole, double share,
                              uint64_t seed, ca_folds *some) {
    CA_TRY(ca_folds_new(run, arena, whole->n_folds, some));
    for (int64_t f = 0; f < whole->n_folds; f++) {
        const ca_fold *from = &whole->folds[f];
        ca_fold *to = &some->folds[f];
        ca_draws draws;
        ca_draws_own(&draws, seed, "halving_train", (uint64_t)f);
        CA_TRY(share_of(run, arena, from->train, from->n_train, share, &draws, &to->train, &to->n_train));
        ca_draws_own(&draws, seed, "halving_test", (uint64_t)f);
        CA_TRY(share_of(run, arena, from->test, from->n_test, share, &draws, &to->test, &to->n_test));
    }
    return CAUCE_OK;
}

cauce_status ca_halving_candidate(cauce_run *run, ca_arena *arena, const ca_schedule *schedule, int64_t round,
                                  const ca_candidate *from, ca_candidate *to) {
    *to = *from;
    if (!schedule->key) return CAUCE_OK;
    /* In a later round the last parameter is the resource of the round before. */
    int64_t n = round > 0 ? from->n - 1 : from->n;
    for (int64_t i = 0; i < n; i++)
        if (strcmp(from->items[i].key, schedule->key) == 0)
            return cauce_fail(run, CAUCE_E_PARAM, "the grid names '%s', which is the resource",
                              schedule->key);
    to->items = ca_arena_alloc(arena, (size_t)(n + 1) * sizeof *to->items);
    if (!to->items) return CA_NOMEM(run);
    if (n) memcpy(to->items, from->items, (size_t)n * sizeof *to->items);
    to->n = n + 1;
    to->items[n].key = schedule->key;
    to->items[n].value = (cauce_value){ .type = CAUCE_V_INT,
                                        .integer = schedule->resources[round],
                                        .real = (double)schedule->resources[round] };
    return CAUCE_OK;
}
