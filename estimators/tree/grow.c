#include "tree/grow.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "math/sort.h"
#include "tree/copies.h"
#include "tree/draws.h"
#include "tree/few_rows.h"
#include "tree/histogram.h"
#include "tree/orders.h"
#include "tree/partition.h"
#include "tree/random_rows.h"
#include "tree/team.h"
#include "tree/thresholds.h"

/* A part of the rows that waits to become a split or a leaf. */
typedef struct ca_part {
    int64_t start, n, depth, n_constants;
    uint64_t key;   /* see draws.h */
    int32_t parent; /* -1: the root */
    bool is_left;
    int64_t path;            /* what it may be split on, where not all columns may meet */
    double low, high;        /* monotonic columns: bounds of what it may predict */
    ca_cut cut;              /* best first: found when the part was made; feature -1: a leaf */
    double decrease, weight; /* known like the cut */
} ca_part;

/* A part that is to be grown as a tree of its own, by any thread: its rows, and what its nodes inherit. */
typedef struct piece {
    ca_part part;
    uint32_t *rows;
    int32_t *constants;
    uint64_t *sets; /* of its path, which own the constants too */
} piece;

/* Those of one tree, in their order. */
typedef struct pieces {
    piece *piece;
    ca_graft *graft;
    int64_t n, room;
} pieces;

enum { LEAST_ROWS = 512 };

typedef struct grower {
    const ca_grow_plan *plan;
    ca_search search;
    ca_random *random; /* what grows the parts that it takes; NULL: none */
    ca_tree *tree;
    ca_partition *partition; /* the fastest one that this machine has */
    uint32_t *rows;
    ca_paths paths;
    ca_part *parts; /* a stack, or a heap when best first */
    int64_t n_parts, room;
    int64_t most; /* rows of a piece, LEAST_ROWS or more; 0: the tree is grown in one */
    pieces aside;
    double *
        balance; /* of each split: weight of its left child less that of its right one; NaN: it has learned */
    int64_t balance_room;
} grower;

static void link_to_parent(grower *g, const ca_part *part, int32_t reference) {
    if (part->parent < 0) return;
    (part->is_left ? g->tree->left : g->tree->right)[part->parent] = reference;
}

/* The prediction of a part, inside its bounds. */
static void predict(grower *g, const ca_part *part, double *value) {
    ca_search_leaf(&g->search, g->rows + part->start, part->n, value);
    if (!g->plan->monotonic) return;
    double *bounded = value + (g->plan->n_classes == 2);
    *bounded = *bounded < part->low ? part->low : *bounded > part->high ? part->high : *bounded;
    if (g->plan->n_classes == 2) value[0] = 1 - value[1];
}

/* What the sides of a split on a monotonic column predict bounds all that lies below them. */
static void bound_children(grower *g, int direction, ca_part children[2]) {
    double value[2][2];
    int at = g->plan->n_classes == 2;
    if (direction == 0) return;
    for (int side = 0; side < 2; side++) predict(g, &children[side], value[side]);
    double middle = value[0][at] / 2 + value[1][at] / 2;
    children[direction < 0].high = middle;
    children[direction > 0].low = middle;
}

static cauce_status make_leaf(cauce_run *run, grower *g, const ca_part *part) {
    int32_t id;
    double *value;
    CA_TRY(ca_tree_add_leaf(run, g->tree, &id, &value));
    predict(g, part, value);
    link_to_parent(g, part, -1 - id);
    return CAUCE_OK;
}

/* Whether rows without a value go right. When there was none to learn from they go where most of the node's
 * weight goes. */
static bool missing_goes_right(const grower *g, const ca_part *part) {
    double left = part->cut.left;
    if (part->cut.missing != CA_MISSING_NOT_SEEN) return part->cut.missing == CA_MISSING_RIGHT;
    for (int64_t i = 0; i < part->n && part->cut.left == 0; i++)
        if (g->search.codes[i] <= part->cut.code) left += ca_row_weight(&g->search, g->rows[part->start + i]);
    return !(2 * left > part->weight);
}

/* By codes. *below, *above: those next to the cut. */
static int64_t partition_codes(grower *g, const ca_part *part, uint32_t *below, uint32_t *above,
                               bool *missing_right) {
    const ca_bin_column *column = &g->search.data.columns[part->cut.feature];
    uint32_t *rows = g->rows + part->start, *codes = g->search.codes, cut = part->cut.code, low, high;
    ca_read_codes(column, rows, part->n, codes, &low, &high);
    if (part->cut.missing == CA_MISSING_LEFT) { /* otherwise their code is above all others */
        uint32_t missing = (uint32_t)column->n_values;
        for (int64_t i = 0; i < part->n; i++) codes[i] = codes[i] == missing ? 0 : codes[i];
    }
    *missing_right = missing_goes_right(g, part);
    uint32_t *right = (uint32_t *)(void *)g->search.spare;
    int64_t n_left = g->partition(rows, codes, part->n, cut, right, below, above);
    memcpy(rows + n_left, right, (size_t)(part->n - n_left) * sizeof *rows);
    return n_left;
}

/* Moves the rows that go left to the front, both sides in their old order; returns how many, and the
 * threshold between the two codes next to the cut. */
static int64_t partition(grower *g, const ca_part *part, double *threshold, bool *missing_right) {
    const ca_bin_column *column = &g->search.data.columns[part->cut.feature];
    uint32_t below, above;
    int64_t n_left;
    if (ca_orders_made(&g->search)) {
        n_left = ca_orders_part(&g->search, &part->cut, g->rows + part->start, &below, &above);
        *missing_right = missing_goes_right(g, part);
    } else {
        n_left = partition_codes(g, part, &below, &above, missing_right);
    }
    if (g->plan->random_cuts)
        *threshold = part->cut.threshold;
    else if (column->bare)
        *threshold = ca_threshold_of_codes(below, above);
    else
        *threshold = ca_threshold_between(column, below, above);
    return n_left;
}

/* Whether a part is a leaf, whatever its rows are. */
static inline bool too_small(const ca_grow_plan *plan, const ca_part *part) {
    return part->depth >= plan->max_depth || part->n < plan->min_samples_split ||
           part->n < 2 * plan->min_samples_leaf;
}

/* Loads a part and finds its cut; false: it is to be a leaf. */
static bool evaluate(grower *g, ca_part *part) {
    const ca_grow_plan *plan = g->plan;
    ca_search *s = &g->search;
    if (too_small(plan, part)) return false;
    ca_search_load(s, g->rows + part->start, part->n);
    if (s->pure || s->node_weight < 2 * s->min_weight) return false;
    part->weight = s->node_weight;
    s->key = part->key;
    ca_constants_back(s, part->n_constants);
    if (part->n < LEAST_ROWS || !g->most) { /* the rows of pieces keep their numbers */
        ca_blocks_enter(s, g->rows + part->start);
        ca_orders_enter(s, g->rows + part->start);
        ca_few_rows_enter(s, g->rows + part->start);
    }
    s->low = part->low;
    s->high = part->high;
    s->allowed = g->paths.n ? ca_paths_columns(&g->paths, part->path) : NULL;
    part->cut = ca_search_find(s);
    part->n_constants = s->n_constants;
    if (part->cut.feature < 0) return false;
    double decrease = (part->cut.gain - s->base) * s->unit;
    part->decrease = decrease > 0 ? decrease : 0;
    return part->decrease + 0x1p-52 >= plan->min_impurity_decrease * g->tree->weight;
}

/* Turns an evaluated part into a split and its two children. */
static cauce_status make_split(cauce_run *run, grower *g, const ca_part *part, ca_part children[2]) {
    ca_tree *tree = g->tree;
    double threshold;
    bool missing;
    int64_t n_left = partition(g, part, &threshold, &missing);
    int32_t id;
    CA_TRY(ca_tree_add_split(run, tree, part->cut.feature, threshold, part->decrease, missing, &id));
    if (tree->keep_values) predict(g, part, tree->split_value + id * tree->n_outputs);
    link_to_parent(g, part, id);
    ca_part child = { .depth = part->depth + 1,
                      .n_constants = part->n_constants,
                      .parent = id,
                      .path = part->path,
                      .low = part->low,
                      .high = part->high };
    if (g->paths.n) CA_TRY(ca_paths_below(run, &g->paths, part->path, part->cut.feature, &child.path));
    children[0] = children[1] = child;
    children[0].is_left = true;
    for (int side = 0; side < 2; side++) children[side].key = ca_side_key(part->key, side == 0);
    children[0].start = part->start;
    children[0].n = n_left;
    children[1].start = part->start + n_left;
    children[1].n = part->n - n_left;
    if (g->plan->monotonic) bound_children(g, g->plan->monotonic[part->cut.feature], children);
    return CAUCE_OK;
}

static cauce_status need_room(cauce_run *run, grower *g) {
    if (g->n_parts + 2 <= g->room) return CAUCE_OK;
    int64_t room = g->room ? 2 * g->room : 64;
    ca_part *parts = ca_realloc(g->parts, (size_t)room * sizeof *parts);
    if (!parts) return CA_NOMEM(run);
    g->parts = parts;
    g->room = room;
    return CAUCE_OK;
}

static cauce_status room_for_pieces(cauce_run *run, pieces *aside) {
    if (aside->n < aside->room) return CAUCE_OK;
    int64_t room = aside->room ? 2 * aside->room : 64;
    piece *more = ca_realloc(aside->piece, (size_t)room * sizeof *more);
    if (!more) return CA_NOMEM(run);
    aside->piece = more;
    ca_graft *grafts = ca_realloc(aside->graft, (size_t)room * sizeof *grafts);
    if (!grafts) return CA_NOMEM(run);
    aside->graft = grafts;
    aside->room = room;
    return CAUCE_OK;
}

static void free_pieces(pieces *aside) {
    for (int64_t i = 0; i < aside->n; i++) {
        ca_free(aside->piece[i].sets);
        ca_tree_free(&aside->graft[i].tree);
    }
    ca_free(aside->piece);
    ca_free(aside->graft);
    *aside = (pieces){ 0 };
}

/* Keeps a part, and what the stacks have for it now, for later. */
static cauce_status set_aside(cauce_run *run, grower *g, const ca_part *part) {
    CA_TRY(room_for_pieces(run, &g->aside));
    const size_t words = g->paths.n ? (size_t)g->paths.rules->words : 0, n = (size_t)part->n_constants;
    piece p = { .part = *part, .rows = g->rows + part->start };
    p.sets = ca_malloc(words * sizeof *p.sets + n * sizeof *p.constants);
    if (!p.sets) return CA_NOMEM(run);
    p.constants = (int32_t *)(void *)(p.sets + words);
    if (words) memcpy(p.sets, g->paths.sets + (size_t)part->path * words, words * sizeof *p.sets);
    if (n) memcpy(p.constants, g->search.constants, n * sizeof *p.constants);
    g->aside.graft[g->aside.n] = (ca_graft){ .splits = g->tree->n_splits,
                                             .leaves = g->tree->n_leaves,
                                             .parent = part->parent,
                                             .is_left = part->is_left };
    g->aside.piece[g->aside.n++] = p;
    return CAUCE_OK;
}

/* The left child comes next; leaves need not wait for their turn when it has come. */
static cauce_status push_children(cauce_run *run, grower *g, const ca_part children[2]) {
    int done = 0;
    while (done < 2 && children[done].n < LEAST_ROWS && too_small(g->plan, &children[done]))
        CA_TRY(make_leaf(run, g, &children[done++]));
    CA_TRY(need_room(run, g));
    for (int side = 1; side >= done; side--) g->parts[g->n_parts++] = children[side];
    return CAUCE_OK;
}

static cauce_status grow_random(cauce_run *run, grower *g, const ca_part *part) {
    const ca_random_part root = { .start = part->start,
                                  .n = part->n,
                                  .depth = part->depth,
                                  .key = part->key,
                                  .parent = part->parent,
                                  .is_left = part->is_left };
    return ca_random_grow(run, g->random, &g->search, &root, g->rows, g->tree);
}

/* Copies that are inside of each other, and how many parts wait outside of each. */
typedef struct nest {
    ca_copies *copies[CA_BLOCKS + 1];
    int64_t waiting[CA_BLOCKS + 1];
} nest;

static nest nest_of(const ca_search *s) {
    nest n = { .copies[CA_BLOCKS] = s->orders ? &s->orders->copies : &s->few->copies };
    for (int k = 0; k < CA_BLOCKS; k++) n.copies[k] = &s->blocks[k].copies;
    return n;
}

/* The next part is the last one of n_parts: copies that it is not part of are left. */
static void leave_copies(ca_search *s, nest *n, int64_t n_parts) {
    for (int k = CA_BLOCKS; k >= 0; k--) {
        if (n_parts <= n->waiting[k]) ca_copies_leave(s, n->copies[k]);
        if (!n->copies[k]->made) n->waiting[k] = n_parts - 1;
    }
}

static cauce_status grow_depth_first(cauce_run *run, grower *g, const ca_part *root) {
    CA_TRY(need_room(run, g));
    g->parts[g->n_parts++] = *root;
    ca_search *s = &g->search;
    nest copies = nest_of(s);
    while (g->n_parts) {
        leave_copies(s, &copies, g->n_parts);
        ca_part part = g->parts[--g->n_parts], children[2];
        if (g->paths.n)
            ca_paths_back(&g->paths, part.path); /* parts that wait are older, and so are theirs */
        if (part.n <= g->most && part.n >= LEAST_ROWS) {
            CA_TRY(set_aside(run, g, &part));
            continue;
        }
        if (ca_random_takes(g->random, part.n) && (part.n < LEAST_ROWS || !g->most)) {
            CA_TRY(grow_random(run, g, &part));
            continue;
        }
        bool split = evaluate(g, &part);
        if (run->error.status != CAUCE_OK) return run->error.status; /* of the team */
        if (!split) {
            CA_TRY(make_leaf(run, g, &part));
            continue;
        }
        CA_TRY(make_split(run, g, &part, children));
        CA_TRY(push_children(run, g, children));
        if (part.n >= 4096) CA_TRY(cauce_check_cancel(run));
    }
    leave_copies(s, &copies, 0);
    return CAUCE_OK;
}

/* Largest decrease first, then the part further left: `start` tells parts apart. */
static bool before(const ca_part *a, const ca_part *b) {
    return a->decrease > b->decrease || (a->decrease == b->decrease && a->start < b->start);
}

static void push(grower *g, const ca_part *part) {
    int64_t i = g->n_parts++;
    for (; i > 0 && before(part, &g->parts[(i - 1) / 2]); i = (i - 1) / 2)
        g->parts[i] = g->parts[(i - 1) / 2];
    g->parts[i] = *part;
}

static ca_part pop(grower *g) {
    ca_part top = g->parts[0], last = g->parts[--g->n_parts];
    int64_t i = 0;
    for (int64_t child = 1; child < g->n_parts; child = 2 * i + 1) {
        if (child + 1 < g->n_parts && before(&g->parts[child + 1], &g->parts[child])) child++;
        if (!before(&g->parts[child], &last)) break;
        g->parts[i] = g->parts[child];
        i = child;
    }
    g->parts[i] = last;
    return top;
}

/* A part that cannot be split becomes its leaf at once; others wait. Constants are not handed down: the list
 * of them (see split.c) is a stack that only depth-first order keeps right. */
static cauce_status file_part(cauce_run *run, grower *g, ca_part *part) {
    part->n_constants = 0;
    bool split = evaluate(g, part);
    if (run->error.status != CAUCE_OK) return run->error.status; /* of the team */
    if (!split) return make_leaf(run, g, part);
    CA_TRY(need_room(run, g));
    push(g, part);
    return CAUCE_OK;
}

static cauce_status grow_best_first(cauce_run *run, grower *g, const ca_part *root) {
    ca_part part = *root, children[2];
    CA_TRY(file_part(run, g, &part));
    for (int64_t splits = 0; g->n_parts && splits < g->plan->max_leaf_nodes - 1; splits++) {
        part = pop(g);
        CA_TRY(make_split(run, g, &part, children));
        for (int side = 0; side < 2; side++) CA_TRY(file_part(run, g, &children[side]));
        CA_TRY(cauce_check_cancel(run));
    }
    while (g->n_parts) {
        part = pop(g);
        CA_TRY(make_leaf(run, g, &part));
    }
    return CAUCE_OK;
}

/* Numbers part nearly all rows, classes some of them. Room for more is found later; too much of it may lie on
 * pages that an earlier tree has touched. */
static int64_t expected_splits(const ca_grow_plan *plan, int64_t n) {
    bool limited =
        plan->max_depth < INT64_MAX || plan->max_leaf_nodes < INT64_MAX || plan->min_samples_leaf > 1;
    return limited ? 64 : plan->n_classes ? n / 8 + 1 : n;
}

/* Memory for growing n rows; the search has begun. random: of the whole tree, when this is for pieces. */
static cauce_status begin(cauce_run *run, grower *g, const ca_random *random, int64_t n) {
    CA_TRY(ca_orders_begin(run, &g->search));
    if (!g->search.orders) CA_TRY(ca_few_rows_copy(run, &g->search));
    CA_TRY(ca_blocks_begin(run, &g->search, !g->most));
    CA_TRY(ca_random_begin(run, &g->search, random, n, &g->random));
    g->partition = ca_partition_fastest();
    return CAUCE_OK;
}

/* What is known at the root of a piece, as in a tree that is grown in one. */
static void take_constants(const piece *p, ca_search *s) {
    const int64_t n = p->part.n_constants, columns = s->plan->bins->n_columns;
    ca_constants_back(s, 0);
    for (int64_t i = 0; i < n; i++) s->constant[s->constants[i] = p->constants[i]] = true;
    s->n_constants = n;
    if (s->plan->max_features < columns) return; /* all columns are in their places */
    memcpy(s->features, s->constants, (size_t)n * sizeof *s->features);
    int64_t at = n;
    for (int32_t j = 0; j < columns; j++)
        if (!s->constant[j]) s->features[at++] = j;
}

/* A piece in a round of them. */
typedef struct piece_turn {
    const piece *piece;
    ca_tree *tree;
    pieces *below; /* of it, for the next round; NULL: it is grown in one */
} piece_turn;

typedef struct piece_round {
    const grower *whole;
    piece_turn *turns;
    int64_t *order; /* the largest piece first */
    int64_t n, next;
    int64_t most; /* rows of a piece of the next round */
} piece_round;

static cauce_status grow_piece(cauce_run *run, grower *g, const piece_round *job, const piece_turn *turn) {
    const piece *p = turn->piece;
    const ca_tree *whole = job->whole->tree;
    ca_part root = p->part;
    root.start = root.path = 0;
    root.parent = -1;
    g->rows = p->rows;
    g->tree = turn->tree;
    g->tree->n_outputs = whole->n_outputs;
    g->tree->keep_values = whole->keep_values;
    g->tree->weight = whole->weight;
    g->most = turn->below && root.n > job->most ? job->most : 0;
    CA_TRY(ca_tree_reserve(run, g->tree, expected_splits(g->plan, g->most ? g->most : root.n)));
    take_constants(p, &g->search);
    cauce_status status = ca_paths_begin(run, &g->plan->interactions, p->sets, &g->paths);
    if (status == CAUCE_OK) status = grow_depth_first(run, g, &root);
    ca_paths_free(&g->paths);
    if (turn->below) *turn->below = g->aside;
    g->aside = (pieces){ 0 };
    return status;
}

/* Pieces, one after the other as long as there are any, in the same memory. */
static cauce_status grow_some(cauce_run *run, int64_t unused, void *payload) {
    (void)unused;
    piece_round *job = payload;
    const int64_t most = job->turns[job->order[0]].piece->part.n;
    grower g = { .plan = job->whole->plan };
    if (__atomic_load_n(&job->next, __ATOMIC_RELAXED) >= job->n) return CAUCE_OK;
    CA_TRY(ca_search_below(run, &job->whole->search, most, &g.search));
    CA_TRY(begin(run, &g, job->whole->random, most));
    cauce_status status = CAUCE_OK;
    while (status == CAUCE_OK) {
        int64_t i = __atomic_fetch_add(&job->next, 1, __ATOMIC_RELAXED);
        if (i >= job->n) break;
        status = cauce_check_cancel(run);
        if (status == CAUCE_OK) status = grow_piece(run, &g, job, &job->turns[job->order[i]]);
    }
    ca_free(g.parts);
    return status;
}

static cauce_status grow_round(cauce_run *run, piece_round *job) {
    double *rows = cauce_scratch(run, job->n, sizeof *rows);
    job->order = cauce_scratch(run, job->n, sizeof *job->order);
    if (!rows || !job->order) return CA_NOMEM(run);
    for (int64_t i = 0; i < job->n; i++) rows[i] = -(double)job->turns[i].piece->part.n;
    CA_TRY(ca_argsort(run, rows, job->n, job->order));
    int64_t tasks = cauce_threads(run) < job->n ? cauce_threads(run) : job->n;
    return cauce_parallel(run, tasks, grow_some, job);
}

/* First what is large of each piece, so that the second round has small ones: the threads end at about the
 * same time. */
static cauce_status grow_pieces(cauce_run *run, const grower *g, pieces *below, int64_t most) {
    const pieces *all = &g->aside;
    piece_round first = { .whole = g, .n = all->n, .most = most }, second = { .whole = g };
    first.turns = cauce_scratch(run, all->n, sizeof *first.turns);
    if (!first.turns) return CA_NOMEM(run);
    for (int64_t i = 0; i < all->n; i++)
        first.turns[i] = (piece_turn){ &all->piece[i], &all->graft[i].tree, &below[i] };
    CA_TRY(grow_round(run, &first));
    for (int64_t i = 0; i < all->n; i++) second.n += below[i].n;
    if (second.n == 0) return CAUCE_OK;
    second.turns = cauce_scratch(run, second.n, sizeof *second.turns);
    if (!second.turns) return CA_NOMEM(run);
    piece_turn *at = second.turns;
    for (int64_t i = 0; i < all->n; i++)
        for (int64_t k = 0; k < below[i].n; k++)
            *at++ = (piece_turn){ &below[i].piece[k], &below[i].graft[k].tree, NULL };
    return grow_round(run, &second);
}

static cauce_status join_pieces(cauce_run *run, const grower *g, pieces *below) {
    for (int64_t i = 0; i < g->aside.n; i++)
        if (below[i].n) CA_TRY(ca_tree_graft(run, &g->aside.graft[i].tree, below[i].graft, below[i].n));
    return ca_tree_graft(run, g->tree, g->aside.graft, g->aside.n);
}

static cauce_status grow_aside(cauce_run *run, const grower *g, int64_t most) {
    if (g->aside.n == 0) return CAUCE_OK;
    pieces *below = cauce_scratch(run, g->aside.n, sizeof *below);
    if (!below) return CA_NOMEM(run);
    cauce_status status = grow_pieces(run, g, below, most);
    if (status == CAUCE_OK) status = join_pieces(run, g, below);
    for (int64_t i = 0; i < g->aside.n; i++) free_pieces(&below[i]);
    return status;
}

/* Several threads grow pieces of a tree. Rows of the pieces of a round: 0 when there are none. */
static int64_t piece_rows(const cauce_run *run, const ca_grow_plan *plan, int64_t n, int each) {
    enum { LEAST_CODES = 1 << 16, LEAST = 1024 };
    int64_t columns = plan->bins->n_columns, rows = n / each / cauce_threads(run);
    if (cauce_threads(run) <= 1 || plan->max_leaf_nodes < INT64_MAX || n < 2 * LEAST ||
        (double)n * (double)columns < LEAST_CODES)
        return 0;
    return rows < LEAST ? LEAST : rows;
}

/* rows: becomes that of the tree. */
static cauce_status grow_rows(cauce_run *run, const ca_grow_plan *plan, uint64_t key, uint32_t *rows,
                              int64_t n, const double *weight, uint32_t *times, ca_tree *tree) {
    enum { FIRST = 2, SECOND = 8 }; /* pieces for each thread, about */
    grower g = { .plan = plan, .tree = tree, .rows = rows, .most = piece_rows(run, plan, n, FIRST) };
    const ca_part root = { .n = n, .key = key, .parent = -1, .low = -HUGE_VAL, .high = HUGE_VAL };
    tree->n_outputs = plan->n_classes ? plan->n_classes : 1;
    tree->keep_values = plan->keep_values;
    CA_TRY(ca_search_begin(run, &g.search, plan, rows, n, weight, times));
    tree->weight = g.search.total_weight / g.search.weight_scale;
    CA_TRY(begin(run, &g, NULL, n));
    CA_TRY(ca_tree_reserve(run, tree, expected_splits(plan, g.most ? g.most : n)));
    cauce_status status = ca_team_begin(run, &g.search);
    if (status == CAUCE_OK) status = ca_paths_begin(run, &plan->interactions, NULL, &g.paths);
    if (status == CAUCE_OK)
        status = (plan->max_leaf_nodes < INT64_MAX ? grow_best_first : grow_depth_first)(run, &g, &root);
    ca_team_free(&g.search);
    if (g.aside.n) ca_search_forget(&g.search);
    if (status == CAUCE_OK) status = grow_aside(run, &g, piece_rows(run, plan, n, SECOND));
    free_pieces(&g.aside);
    ca_paths_free(&g.paths);
    ca_free(g.parts);
    return status;
}

cauce_status ca_tree_grow(cauce_run *run, const ca_grow_plan *plan, uint64_t key, const uint32_t *rows,
                          int64_t n, const double *weight, ca_tree *tree) {
    uint32_t *own = cauce_scratch(run, n, sizeof *own);
    if (!own) return CA_NOMEM(run);
    memcpy(own, rows, (size_t)n * sizeof *own);
    return grow_rows(run, plan, key, own, n, weight, NULL, tree);
}

cauce_status ca_tree_grow_times(cauce_run *run, const ca_grow_plan *plan, uint64_t key, uint32_t *times,
                                ca_tree *tree) {
    int64_t n = 0;
    for (int64_t r = 0; r < plan->bins->n_rows; r++) n += times[r] > 0;
    uint32_t *rows = cauce_scratch(run, n + 1, sizeof *rows), *next = rows;
    if (!rows) return CA_NOMEM(run);
    for (int64_t r = 0; r < plan->bins->n_rows; r++) {
        *next = (uint32_t)r; /* written over by the next one, if this row is not drawn */
        next += times[r] > 0;
    }
    return grow_rows(run, plan, key, rows, n, NULL, times, tree);
}
