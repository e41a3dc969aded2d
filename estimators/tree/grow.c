#include "tree/grow.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/copies.h"
#include "tree/few_rows.h"
#include "tree/histogram.h"
#include "tree/orders.h"
#include "tree/partition.h"

/* A part of the rows that waits to become a split or a leaf. */
typedef struct ca_part {
    int64_t start, n, depth, n_constants;
    int32_t parent; /* -1: the root */
    bool is_left;
    int64_t path;            /* what it may be split on, where not all columns may meet */
    double low, high;        /* monotonic columns: bounds of what it may predict */
    ca_cut cut;              /* best first: found when the part was made; feature -1: a leaf */
    double decrease, weight; /* known like the cut */
} ca_part;

typedef struct grower {
    const ca_grow_plan *plan;
    ca_search search;
    ca_tree *tree;
    ca_partition *partition; /* the fastest one that this machine has */
    uint32_t *rows, *spare;
    ca_paths paths;
    ca_part *parts; /* a stack, or a heap when best first */
    int64_t n_parts, room;
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

/* Between two values; never rounds up to the right one, which must stay right. */
static double midpoint(double a, double b) {
    double middle = a / 2 + b / 2;
    return middle < b ? middle : a;
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
    int64_t n_left = g->partition(rows, codes, part->n, cut, g->spare, below, above);
    memcpy(rows + n_left, g->spare, (size_t)(part->n - n_left) * sizeof *rows);
    return n_left;
}

/* Moves the rows that go left to the front, both sides in their old order; returns how many, and the
 * threshold between the two codes next to the cut. */
static int64_t partition(grower *g, const ca_part *part, double *threshold, bool *missing_right) {
    const ca_bin_column *column = &g->search.data.columns[part->cut.feature];
    uint32_t below, above;
    int64_t n_left;
    if (ca_orders_made(&g->search)) {
        n_left =
            ca_orders_part(&g->search, &part->cut, g->rows + part->start, part->n_constants, &below, &above);
        *missing_right = missing_goes_right(g, part);
    } else {
        n_left = partition_codes(g, part, &below, &above, missing_right);
    }
    if (g->plan->random_cuts)
        *threshold = part->cut.threshold;
    else if ((int64_t)above == column->n_values) /* whatever is there goes left */
        *threshold = HUGE_VAL;
    else
        *threshold = midpoint(column->values[below], column->values[above]);
    return n_left;
}

/* Loads a part and finds its cut; false: it is to be a leaf. */
static bool evaluate(grower *g, ca_part *part) {
    const ca_grow_plan *plan = g->plan;
    ca_search *s = &g->search;
    if (part->depth >= plan->max_depth || part->n < plan->min_samples_split ||
        part->n < 2 * plan->min_samples_leaf)
        return false;
    ca_search_load(s, g->rows + part->start, part->n);
    if (s->pure || s->node_weight < 2 * s->min_weight) return false;
    part->weight = s->node_weight;
    ca_block_enter(s, g->rows + part->start, part->n_constants);
    ca_orders_enter(s, g->rows + part->start, part->n_constants);
    ca_few_rows_enter(s, g->rows + part->start, part->n_constants);
    s->low = part->low;
    s->high = part->high;
    s->allowed = g->paths.n ? ca_paths_columns(&g->paths, part->path) : NULL;
    part->cut = ca_search_find(s, &part->n_constants);
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

static cauce_status grow_depth_first(cauce_run *run, grower *g, int64_t n) {
    CA_TRY(need_room(run, g));
    g->parts[g->n_parts++] = (ca_part){ .n = n, .parent = -1, .low = -HUGE_VAL, .high = HUGE_VAL };
    ca_search *s = &g->search;
    ca_copies *few = s->orders ? &s->orders->copies : &s->few->copies, *block = &s->block->copies;
    int64_t waiting = 0, outside = 0; /* parts outside of these */
    while (g->n_parts) {
        if (g->n_parts <= waiting) ca_copies_leave(s, few);
        if (g->n_parts <= outside) ca_copies_leave(s, block);
        ca_part part = g->parts[--g->n_parts], children[2];
        if (!few->made) waiting = g->n_parts;
        if (!block->made) outside = g->n_parts;
        if (g->paths.n)
            ca_paths_back(&g->paths, part.path); /* parts that wait are older, and so are theirs */
        if (!evaluate(g, &part)) {
            CA_TRY(make_leaf(run, g, &part));
            continue;
        }
        CA_TRY(make_split(run, g, &part, children));
        CA_TRY(need_room(run, g));
        g->parts[g->n_parts++] = children[1];
        g->parts[g->n_parts++] = children[0];
        if (part.n >= 4096) CA_TRY(cauce_check_cancel(run));
    }
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
    if (!evaluate(g, part)) return make_leaf(run, g, part);
    CA_TRY(need_room(run, g));
    push(g, part);
    return CAUCE_OK;
}

static cauce_status grow_best_first(cauce_run *run, grower *g, int64_t n) {
    ca_part part = { .n = n, .parent = -1, .low = -HUGE_VAL, .high = HUGE_VAL }, children[2];
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

/* Numbers part nearly all rows, classes some of them. What is never touched takes no memory. */
static int64_t expected_splits(const ca_grow_plan *plan, int64_t n) {
    bool limited =
        plan->max_depth < INT64_MAX || plan->max_leaf_nodes < INT64_MAX || plan->min_samples_leaf > 1;
    return limited ? 64 : plan->n_classes ? n / 4 + 1 : n;
}

cauce_status ca_tree_grow(cauce_run *run, const ca_grow_plan *plan, cauce_rng *rng, const uint32_t *rows,
                          int64_t n, const double *weight, ca_tree *tree) {
    grower g = { .plan = plan, .tree = tree, .partition = ca_partition_fastest() };
    tree->n_outputs = plan->n_classes ? plan->n_classes : 1;
    tree->keep_values = plan->keep_values;
    CA_TRY(ca_search_begin(run, &g.search, plan, rng, rows, n, weight));
    CA_TRY(ca_orders_begin(run, &g.search));
    if (!g.search.orders) CA_TRY(ca_few_rows_copy(run, &g.search));
    CA_TRY(ca_block_begin(run, &g.search));
    tree->weight = g.search.total_weight / g.search.weight_scale;
    g.rows = cauce_scratch(run, n, sizeof *g.rows);
    g.spare = cauce_scratch(run, n + CA_PARTITION_SLACK, sizeof *g.spare);
    if (!g.rows || !g.spare) return CA_NOMEM(run);
    memcpy(g.rows, rows, (size_t)n * sizeof *rows);
    CA_TRY(ca_tree_reserve(run, tree, expected_splits(plan, n)));
    cauce_status status = ca_paths_begin(run, &plan->interactions, &g.paths);
    if (status == CAUCE_OK)
        status =
            plan->max_leaf_nodes < INT64_MAX ? grow_best_first(run, &g, n) : grow_depth_first(run, &g, n);
    ca_paths_free(&g.paths);
    ca_free(g.parts);
    return status;
}
