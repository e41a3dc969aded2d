#include "select/grid.h"

cauce_status ca_grid_parse(cauce_run *run, ca_arena *arena, const cauce_recipe *recipe, const char *text,
                           ca_candidate **candidates, int64_t *n) {
    ca_space *spaces = NULL;
    int64_t n_spaces = 0, total = 0, at = 0;
    *candidates = NULL;
    *n = 0;
    CA_TRY(ca_spaces_parse(run, arena, recipe, text, false, &spaces, &n_spaces));
    for (int64_t s = 0; s < n_spaces; s++) {
        int64_t count = 0;
        CA_TRY(ca_space_count(run, &spaces[s], &count));
        if (__builtin_add_overflow(total, count, &total) || total > CA_MOST_CANDIDATES)
            return cauce_fail(run, CAUCE_E_LIMIT, "the grid has more than %d candidates",
                              (int)CA_MOST_CANDIDATES);
    }
    *candidates = ca_arena_alloc(arena, (size_t)total * sizeof **candidates);
    if (!*candidates) return CA_NOMEM(run);
    *n = total;
    for (int64_t s = 0; s < n_spaces; s++) {
        int64_t count = 0;
        CA_TRY(ca_space_count(run, &spaces[s], &count));
        for (int64_t i = 0; i < count; i++)
            CA_TRY(ca_space_pick(run, arena, &spaces[s], i, &(*candidates)[at++]));
    }
    return CAUCE_OK;
}
