/* Several threads for one tree: the columns of a large node are searched side by side, each member of the
 * team with working memory of its own. Which cut is the best is decided by gain, column and code alone, so
 * that it does not matter who has looked at which column. */
#ifndef CA_TREE_TEAM_H
#define CA_TREE_TEAM_H

#include "tree/split.h"

/* When the search has begun: a team of the run's threads, which gets the tree's large nodes from now on. None
 * where it would not pay or there is one thread only: then search->team stays NULL. Free after failures too.
 */
cauce_status ca_team_begin(cauce_run *run, ca_search *search);
void ca_team_free(ca_search *search);

/* Whether the team is to search so many columns of the loaded node. */
bool ca_team_takes(const ca_search *search, int64_t n_columns);

/* Looks at each of the columns: *best as ca_try_column has it, and for ca_team_varies. What fails is recorded
 * in the run of the tree; *best is nothing then. */
void ca_team_try(ca_search *search, const int32_t *columns, int64_t n, ca_cut *best);
/* Whether a column that was looked at last time is not constant in the node. */
bool ca_team_varies(const ca_search *search, int32_t column);

#endif
