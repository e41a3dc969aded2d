/* Grids of parameters: from a text or JSON to a list of candidates. */
#ifndef CA_SELECT_GRID_H
#define CA_SELECT_GRID_H

#include "select/space.h"

/* All combinations of a grid: "key=[a, b] key=value", a JSON object, or a JSON list of objects. Every key is
 * replaced by its full path. PARAM when a key is not in the recipe, is there twice, or has no values; LIMIT
 * above 1,000,000. */
cauce_status ca_grid_parse(cauce_run *run, ca_arena *arena, const cauce_recipe *recipe, const char *text,
                           ca_candidate **candidates, int64_t *n);

#endif
