#include "tree/team.h"

#include <math.h>
#include <stdatomic.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/few_rows.h"
#include "tree/histogram.h"

/* Fewer rows times columns are searched before a team has begun. Where columns are drawn they are few, and
 * each thread has to fetch the node's rows for them. */
static int64_t least_codes(const ca_search *s) {
    return s->plan->max_features < s->plan->bins->n_columns ? 1 << 18 : 1 << 17;
}

/* Working memory of a member; the rest of its search is that of the node under way. */
typedef struct member {
    ca_search search;
    ca_cut best;
} member;

struct ca_team {
    cauce_run *run;
    int64_t n_members;
    member *members;
    void *large; /* codes and keys of all members */
    const ca_search *node;
    ca_pairing pairing;
    int32_t *columns; /* to be looked at by the members, and those that cost nothing after these */
    int64_t n_columns, n_later;
    bool *varies;   /* of each column */
    int64_t *block; /* for which node a member looks at a column of the one-hot block */
    atomic_int_fast64_t next;
    _Atomic double gain; /* that somebody has found */
};

/* A column's codes and sort keys, of each row. Not touched, they take no memory. The first member has those
 * of the tree. */
static cauce_status take_large(cauce_run *run, ca_team *team, int64_t n) {
    const size_t rows = ((size_t)n + 63) / 64 * 64 + 64;
    const size_t size = rows * (sizeof(uint32_t) + 2 * sizeof(uint64_t));
    char *at = ca_malloc_large((size_t)(team->n_members - 1) * size);
    team->large = at;
    if (!at) return CA_NOMEM(run);
    for (int64_t i = 1; i < team->n_members; i++, at += size) {
        ca_search *s = &team->members[i].search;
        s->keys = (uint64_t *)(void *)at;
        s->spare = s->keys + rows;
        s->codes = (uint32_t *)(void *)(s->spare + rows);
    }
    return CAUCE_OK;
}

static cauce_status begin_member(cauce_run *run, const ca_search *from, int64_t n, ca_search *s) {
    int64_t k = from->plan->n_classes;
    size_t bin = from->scoring >= CA_SCORE_GINI ? (size_t)k * sizeof(double) : sizeof(ca_pair);
    s->bins = cauce_scratch(run, CA_LARGEST_HISTOGRAM, bin);
    s->bin_rows = cauce_scratch(run, CA_LARGEST_HISTOGRAM, sizeof *s->bin_rows);
    s->left = cauce_scratch(run, 2 * (k + 1), sizeof *s->left);
    s->few = cauce_scratch(run, 1, sizeof *s->few);
    if (!s->bins || !s->bin_rows || !s->left || !s->few) return CA_NOMEM(run);
    s->right = s->left + k + 1;
    *s->few = *from->few;
    return from->ranks ? ca_ranks_share(run, from, n, s) : CAUCE_OK;
}

cauce_status ca_team_begin(cauce_run *run, ca_search *s) {
    const ca_bins *bins = s->plan->bins;
    int64_t columns = s->plan->max_features, n = s->n_rows;
    int64_t members = columns < cauce_threads(run) ? columns : cauce_threads(run);
    if (members < 2 || n * columns < least_codes(s)) return CAUCE_OK;
    ca_team *team = cauce_scratch(run, 1, sizeof *team);
    s->team = team;
    if (!team) return CA_NOMEM(run);
    *team = (ca_team){ .run = run, .n_members = members };
    team->members = cauce_scratch(run, members, sizeof *team->members);
    team->columns = cauce_scratch(run, 2 * bins->n_columns, sizeof *team->columns);
    team->varies = cauce_scratch(run, bins->n_columns, sizeof *team->varies);
    team->block = cauce_scratch(run, bins->n_blocks, sizeof *team->block);
    if (!team->members || !team->columns || !team->varies || !team->block) return CA_NOMEM(run);
    for (int64_t i = 0; i < members; i++) CA_TRY(begin_member(run, s, n, &team->members[i].search));
    return take_large(run, team, n);
}

void ca_team_free(ca_search *s) {
    if (!s->team) return;
    ca_free(s->team->large);
    s->team = NULL;
}

bool ca_team_takes(const ca_search *s, int64_t n_columns) {
    return s->team && n_columns > 1 && s->n > CA_FEW_ROWS && s->n * n_columns >= least_codes(s);
}

/* The node as the member's, with its own memory. The first member sorts in that of the tree, which is left as
 * it is: that keys and spare change places does not matter to the others. */
static void enter(ca_team *team, ca_search *mine) {
    const ca_search *node = team->node;
    const ca_search own = *mine;
    *mine = *node;
    if (own.codes) {
        mine->codes = own.codes;
        mine->keys = own.keys;
        mine->spare = own.spare;
    }
    mine->bins = own.bins;
    mine->bin_rows = own.bin_rows;
    mine->left = own.left;
    mine->right = own.right;
    mine->few = own.few;
    mine->few->loaded = false;
    mine->pairing = &team->pairing;
    mine->ranks = own.ranks;
    if (mine->ranks) ca_ranks_follow(node, mine);
}

/* The gain only leaves out cuts that somebody else has a better one for: which they are does not show. */
static cauce_status look(cauce_run *run, int64_t i, void *payload) {
    ca_team *team = payload;
    member *me = &team->members[i];
    enter(team, &me->search);
    me->best = (ca_cut){ .gain = -HUGE_VAL, .feature = -1 };
    for (;;) {
        int64_t k = atomic_fetch_add_explicit(&team->next, 1, memory_order_relaxed);
        if (k >= team->n_columns) return CAUCE_OK;
        CA_TRY(cauce_check_cancel(run));
        me->search.least_gain = atomic_load_explicit(&team->gain, memory_order_relaxed);
        team->varies[team->columns[k]] = ca_try_column(&me->search, team->columns[k], &me->best);
        if (me->best.gain > atomic_load_explicit(&team->gain, memory_order_relaxed))
            atomic_store_explicit(&team->gain, me->best.gain, memory_order_relaxed);
    }
}

/* Columns of many values take the longest: they come first. */
static bool takes_long(const ca_bin_column *column) {
    return column->type != CA_BIN_U8 && column->type != CA_BIN_LEVEL;
}

/* One pass over a one-hot block serves all of its columns: somebody looks at one of them, then the others are
 * looked at for nothing. */
static void deal_out(ca_team *team, const ca_search *s, const int32_t *columns, int64_t n) {
    int32_t *later = team->columns + s->plan->bins->n_columns;
    team->n_columns = team->n_later = 0;
    for (int pass = 0; pass < 2; pass++)
        for (int64_t i = 0; i < n; i++) {
            const ca_bin_column *column = &s->data.columns[columns[i]];
            bool shared = ca_sums_of_block(s, column);
            if (takes_long(column) != (pass == 0)) continue;
            if (shared && team->block[column->block] == s->node) {
                later[team->n_later++] = columns[i];
                continue;
            }
            if (shared) team->block[column->block] = s->node;
            team->columns[team->n_columns++] = columns[i];
        }
}

void ca_team_try(ca_search *s, const int32_t *columns, int64_t n, ca_cut *best) {
    ca_team *team = s->team;
    const int32_t *later = team->columns + s->plan->bins->n_columns;
    deal_out(team, s, columns, n);
    team->node = s;
    team->pairing = (ca_pairing){ 0, s->paired };
    atomic_store_explicit(&team->next, 0, memory_order_relaxed);
    atomic_store_explicit(&team->gain, -HUGE_VAL, memory_order_relaxed);
    int64_t members = team->n_members < team->n_columns ? team->n_members : team->n_columns;
    if (cauce_parallel(team->run, members, look, team) != CAUCE_OK) return;
    for (int64_t i = 0; i < members; i++) ca_take_better(&team->members[i].best, best);
    s->paired = team->pairing.made;
    for (int64_t i = 0; i < team->n_later; i++) team->varies[later[i]] = ca_try_column(s, later[i], best);
}

bool ca_team_varies(const ca_search *s, int32_t column) {
    return s->team->varies[column];
}
