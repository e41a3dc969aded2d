/* Random candidates.
 *
 * Bergstra and Bengio, "Random search for hyper-parameter optimization", J. Mach. Learn. Res. 13 (2012).
 */
#include <math.h>

#include "math/special.h"
#include "select/space.h"

static double between(double x, double low, double high) {
    return x < low ? low : x > high ? high : x;
}

static double log_uniform(cauce_rng *rng, double low, double high) {
    double from = ca_log(low), u = cauce_rng_uniform(rng);
    return between(ca_exp(from + u * (ca_log(high) - from)), low, high);
}

static cauce_value real(double x) {
    return (cauce_value){ .type = CAUCE_V_REAL, .real = x };
}

static cauce_value whole(double x) {
    return (cauce_value){ .type = CAUCE_V_INT, .integer = (int64_t)x, .real = x };
}

static cauce_value draw_one(cauce_rng *rng, const ca_axis *a) {
    switch (a->draw) {
    case CA_DRAW_LIST: break;
    case CA_DRAW_UNIFORM:
        return real(between(a->low + cauce_rng_uniform(rng) * (a->high - a->low), a->low, a->high));
    case CA_DRAW_LOG_UNIFORM: return real(log_uniform(rng, a->low, a->high));
    case CA_DRAW_INTEGERS:
        return whole(a->low + (double)cauce_rng_below(rng, (uint64_t)(a->high - a->low) + 1));
    case CA_DRAW_LOG_INTEGERS:
        return whole(between(floor(log_uniform(rng, a->low, a->high + 1)), a->low, a->high));
    }
    return a->values[cauce_rng_below(rng, (uint64_t)a->n)];
}

static cauce_status draw_candidate(cauce_run *run, ca_arena *arena, const ca_space *spaces, int64_t n_spaces,
                                   cauce_rng *rng, ca_candidate *candidate) {
    const ca_space *space = &spaces[n_spaces > 1 ? cauce_rng_below(rng, (uint64_t)n_spaces) : 0];
    candidate->n = space->n;
    candidate->items = ca_arena_alloc(arena, (size_t)space->n * sizeof *candidate->items);
    if (!candidate->items) return CA_NOMEM(run);
    for (int64_t i = 0; i < space->n; i++)
        candidate->items[i] = (ca_assignment){ space->axes[i].key, draw_one(rng, &space->axes[i]) };
    return CAUCE_OK;
}

/* A combination of all the spaces, counted through one after the other. */
static cauce_status pick(cauce_run *run, ca_arena *arena, const ca_space *spaces, int64_t index,
                         ca_candidate *candidate) {
    for (;; spaces++) {
        int64_t count = 0;
        CA_TRY(ca_space_count(run, spaces, &count));
        if (index < count) return ca_space_pick(run, arena, spaces, index, candidate);
        index -= count;
    }
}

/* Whether `number` is new in an open-addressing set of numbers >= 0, which then has it; slots hold number
 * + 1.
 */
static bool is_new(int64_t *slots, uint64_t mask, int64_t number) {
    uint64_t at = (uint64_t)number * 0x9E3779B97F4A7C15u >> 20 & mask;
    while (slots[at]) {
        if (slots[at] == number + 1) return false;
        at = (at + 1) & mask;
    }
    slots[at] = number + 1;
    return true;
}

/* n of the `total` combinations, none twice: what has been drawn is drawn again. n < total. */
static cauce_status without_replacement(cauce_run *run, ca_arena *arena, const ca_space *spaces, int64_t n,
                                        int64_t total, uint64_t seed, ca_candidate *candidates) {
    int64_t room = 16;
    while (room < 2 * n) room *= 2;
    int64_t *slots = cauce_scratch(run, room, sizeof *slots);
    if (!slots) return run->error.status;
    cauce_rng rng;
    cauce_rng_init(&rng, seed, "random_search_list", 0);
    for (int64_t i = 0; i < n;) {
        int64_t index = (int64_t)cauce_rng_below(&rng, (uint64_t)total);
        if (is_new(slots, (uint64_t)room - 1, index))
            CA_TRY(pick(run, arena, spaces, index, &candidates[i++]));
    }
    return CAUCE_OK;
}

static bool all_lists(const ca_space *spaces, int64_t n) {
    for (int64_t s = 0; s < n; s++)
        for (int64_t i = 0; i < spaces[s].n; i++)
            if (spaces[s].axes[i].draw != CA_DRAW_LIST) return false;
    return true;
}

/* How many combinations there are of lists. */
static cauce_status count_all(cauce_run *run, const ca_space *spaces, int64_t n, int64_t *total) {
    *total = 0;
    for (int64_t s = 0; s < n; s++) {
        int64_t count = 0;
        CA_TRY(ca_space_count(run, &spaces[s], &count));
        if (__builtin_add_overflow(*total, count, total))
            return cauce_fail(run, CAUCE_E_LIMIT, "the grid has more combinations than can be counted");
    }
    return CAUCE_OK;
}

cauce_status ca_spaces_draw(cauce_run *run, ca_arena *arena, const ca_space *spaces, int64_t n_spaces,
                            int64_t n_iter, uint64_t seed, ca_candidate **candidates, int64_t *n) {
    bool lists = all_lists(spaces, n_spaces);
    int64_t total = 0;
    *n = 0;
    if (n_iter < 1 || n_iter > CA_MOST_CANDIDATES)
        return cauce_fail(run, CAUCE_E_PARAM, "n_iter=%lld; 1 to %d candidates can be drawn",
                          (long long)n_iter, (int)CA_MOST_CANDIDATES);
    if (lists) CA_TRY(count_all(run, spaces, n_spaces, &total));
    if (lists && total < n_iter) {
        cauce_warn(run, "small_space",
                   "there are %lld combinations, fewer than the %lld to draw: all are tried",
                   (long long)total, (long long)n_iter);
        n_iter = total;
    }
    *candidates = ca_arena_alloc(arena, (size_t)n_iter * sizeof **candidates);
    if (!*candidates) return CA_NOMEM(run);
    *n = n_iter;
    if (lists && total > n_iter)
        return without_replacement(run, arena, spaces, n_iter, total, seed, *candidates);
    for (int64_t i = 0; i < n_iter; i++) {
        cauce_rng rng;
        cauce_rng_init(&rng, seed, "random_search", (uint64_t)i);
        CA_TRY(lists ? pick(run, arena, spaces, i, &(*candidates)[i])
                     : draw_candidate(run, arena, spaces, n_spaces, &rng, &(*candidates)[i]));
    }
    return CAUCE_OK;
}
