/* Growing a tree node by node as scikit-learn 1.2.1 does: see sklearn.h. */
#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/mt19937.h"
#include "base/run.h"
#include "tree/sklearn.h"

/* A node; its prediction is in grower.values. */
typedef struct node {
    int32_t feature, left, right; /* feature -1: a leaf */
    bool missing_right;
    double threshold, impurity, weight;
} node;

/* A part of the rows that waits: for its node, or, best first, for its children. */
typedef struct part {
    int64_t start, end, depth, n_constants;
    int32_t parent, node; /* parent -1: the root */
    bool is_left;
    double impurity;
    ca_sk_cut cut; /* best first: decrease 0 and feature -1 where there is none */
} part;

typedef struct grower {
    const ca_grow_plan *plan;
    ca_sk_search search;
    part *parts; /* a stack, or a heap when best first */
    int64_t n_parts, part_room;
    node *nodes;
    double *values; /* search.sums.width of each node */
    int64_t n_nodes, node_room;
} grower;

static cauce_status room_for_parts(cauce_run *run, grower *g) {
    if (g->n_parts + 2 <= g->part_room) return CAUCE_OK;
    int64_t room = g->part_room ? 2 * g->part_room : 64;
    part *parts = ca_realloc(g->parts, (size_t)room * sizeof *parts);
    if (!parts) return CA_NOMEM(run);
    g->parts = parts;
    g->part_room = room;
    return CAUCE_OK;
}

static cauce_status room_for_node(cauce_run *run, grower *g) {
    if (g->n_nodes < g->node_room) return CAUCE_OK;
    if (g->n_nodes > INT32_MAX / 2) return cauce_fail(run, CAUCE_E_LIMIT, "a tree has more than 2^30 nodes");
    int64_t room = g->node_room ? 2 * g->node_room : 64;
    node *nodes = ca_realloc(g->nodes, (size_t)room * sizeof *nodes);
    if (!nodes) return CA_NOMEM(run);
    g->nodes = nodes;
    size_t width = (size_t)g->search.sums.width * sizeof *g->values;
    double *values = ca_realloc(g->values, (size_t)room * width);
    if (!values) return CA_NOMEM(run);
    g->values = values;
    g->node_room = room;
    return CAUCE_OK;
}

/* ---- Nodes --------------------------------------------------------------------------------------------- */

/* What the node predicts: the shares of the classes, the mean or the median. */
static void predict(const ca_sk_sums *sums, double *value) {
    if (sums->criterion == CA_ABSOLUTE_ERROR) {
        *value = sums->median;
        return;
    }
    double all = sums->y_class ? ca_sk_sum(sums->node, sums->width) : sums->node_weight;
    for (int32_t c = 0; c < sums->width; c++) value[c] = sums->node[c] / all;
}

/* Rows without a value, which training has none of, go where most of the weight goes. */
static bool missing_goes_right(const ca_sk_sums *sums) {
    return !(2 * sums->left_weight > sums->node_weight);
}

/* Whether the node of a part may be split at all. */
static bool may_split(const grower *g, const part *p) {
    const ca_grow_plan *plan = g->plan;
    int64_t n = p->end - p->start, pair = 2 * plan->min_samples_leaf;
    return p->depth < plan->max_depth && n >= plan->min_samples_split && n >= pair &&
           !(g->search.sums.node_weight < 2 * g->search.min_weight) && !(p->impurity <= 0x1p-52);
}

/* Makes the node of a part and finds its cut. */
static cauce_status evaluate(cauce_run *run, grower *g, part *p) {
    ca_sk_sums *sums = &g->search.sums;
    CA_TRY(room_for_node(run, g));
    ca_sk_sums_enter(sums, p->start, p->end);
    if (p->parent < 0) p->impurity = ca_sk_sums_impurity(sums);
    p->cut = (ca_sk_cut){ .feature = -1 };
    if (may_split(g, p)) {
        CA_TRY(ca_sk_find(run, &g->search, p->impurity, &p->n_constants, &p->cut));
        if (p->cut.decrease + 0x1p-52 < g->plan->min_impurity_decrease) p->cut.feature = -1;
        if (p->cut.feature < 0) p->cut.decrease = 0;
    }
    p->node = (int32_t)g->n_nodes++;
    predict(sums, g->values + (int64_t)p->node * sums->width);
    g->nodes[p->node] = (node){ .feature = p->cut.feature,
                                .threshold = p->cut.threshold,
                                .missing_right = missing_goes_right(sums),
                                .impurity = p->impurity,
                                .weight = sums->node_weight };
    if (p->parent >= 0) *(p->is_left ? &g->nodes[p->parent].left : &g->nodes[p->parent].right) = p->node;
    return CAUCE_OK;
}

static void part_in_two(const part *p, part children[2]) {
    for (int side = 0; side < 2; side++)
        children[side] = (part){ .start = side ? p->cut.at : p->start,
                                 .end = side ? p->end : p->cut.at,
                                 .depth = p->depth + 1,
                                 .n_constants = p->n_constants,
                                 .parent = p->node,
                                 .is_left = !side,
                                 .impurity = p->cut.impurity[side] };
}

static cauce_status grow_depth_first(cauce_run *run, grower *g, int64_t n) {
    CA_TRY(room_for_parts(run, g));
    g->parts[g->n_parts++] = (part){ .end = n, .parent = -1 };
    while (g->n_parts) {
        part p = g->parts[--g->n_parts], children[2];
        CA_TRY(evaluate(run, g, &p));
        if (p.cut.feature < 0) continue;
        CA_TRY(room_for_parts(run, g));
        part_in_two(&p, children);
        g->parts[g->n_parts++] = children[1];
        g->parts[g->n_parts++] = children[0];
    }
    return CAUCE_OK;
}

/* ---- Best first -----------------------------------------------------------------------------------------
 * A heap by decrease. Which of equal ones comes out first is part of the result: it is the heap of the C++
 * library of GCC, where an item that is taken out leaves a gap that sinks to the bottom along the larger
 * children, the right one of equal ones, and the last item rises from there. */

static void rise(part *heap, int64_t at, const part *item) {
    for (; at > 0 && heap[(at - 1) / 2].cut.decrease < item->cut.decrease; at = (at - 1) / 2)
        heap[at] = heap[(at - 1) / 2];
    heap[at] = *item;
}

static part take(grower *g) {
    part *heap = g->parts, top = heap[0], last = heap[--g->n_parts];
    int64_t n = g->n_parts, at = 0;
    for (int64_t child = 1; child < n; child = 2 * at + 1) {
        if (child + 1 < n && !(heap[child + 1].cut.decrease < heap[child].cut.decrease)) child++;
        heap[at] = heap[child];
        at = child;
    }
    if (n) rise(heap, at, &last);
    return top;
}

/* Constants are looked for anew in each node. */
static cauce_status file_part(cauce_run *run, grower *g, part *p) {
    p->n_constants = 0;
    CA_TRY(room_for_parts(run, g));
    CA_TRY(evaluate(run, g, p));
    rise(g->parts, g->n_parts++, p);
    return CAUCE_OK;
}

static cauce_status grow_best_first(cauce_run *run, grower *g, int64_t n) {
    part p = { .end = n, .parent = -1 }, children[2];
    CA_TRY(file_part(run, g, &p));
    for (int64_t splits = 0; g->n_parts;) {
        p = take(g);
        if (splits == g->plan->max_leaf_nodes - 1) g->nodes[p.node].feature = -1;
        if (g->nodes[p.node].feature < 0) continue;
        splits++;
        part_in_two(&p, children);
        for (int side = 0; side < 2; side++) CA_TRY(file_part(run, g, &children[side]));
    }
    return CAUCE_OK;
}

/* ---- The tree ------------------------------------------------------------------------------------------ */

/* The largest number that rounds, to 32 bits and to even, to one that is at most t. */
static double threshold_of(double t) {
    float below = (float)t;
    if ((double)below > t) below = nextafterf(below, -HUGE_VALF);
    float above = nextafterf(below, HUGE_VALF);
    double middle = (double)below / 2 + (double)above / 2;
    return (float)middle == below ? middle : nextafter(middle, -HUGE_VAL);
}

static double decrease_of(const grower *g, const node *at) {
    const node *left = &g->nodes[at->left], *right = &g->nodes[at->right];
    return at->weight * at->impurity - left->weight * left->impurity - right->weight * right->impurity;
}

/* Nodes come after their parents, so their references are known when they are linked. */
static cauce_status copy_tree(cauce_run *run, const grower *g, ca_tree *tree) {
    int64_t k = tree->n_outputs;
    int32_t *reference = cauce_scratch(run, g->n_nodes, sizeof *reference);
    if (!reference) return CA_NOMEM(run);
    CA_TRY(ca_tree_reserve(run, tree, g->n_nodes / 2));
    for (int64_t i = 0; i < g->n_nodes; i++) {
        const node *at = &g->nodes[i];
        const double *from = g->values + i * k;
        double *to;
        if (at->feature < 0) {
            int32_t leaf;
            CA_TRY(ca_tree_add_leaf(run, tree, &leaf, &to));
            reference[i] = ~leaf;
        } else {
            CA_TRY(ca_tree_add_split(run, tree, at->feature, threshold_of(at->threshold), decrease_of(g, at),
                                     at->missing_right, &reference[i]));
            to = tree->keep_values ? tree->split_value + reference[i] * k : NULL;
        }
        if (to) memcpy(to, from, (size_t)k * sizeof *to);
    }
    for (int64_t i = 0; i < g->n_nodes; i++) {
        if (g->nodes[i].feature < 0) continue;
        tree->left[reference[i]] = reference[g->nodes[i].left];
        tree->right[reference[i]] = reference[g->nodes[i].right];
    }
    return CAUCE_OK;
}

static cauce_status begin_medians(cauce_run *run, ca_sk_sums *sums, int64_t n) {
    ca_sk_median *both[2] = { &sums->left_median, &sums->right_median };
    for (int side = 0; side < 2; side++) {
        both[side]->room = n;
        both[side]->y = cauce_scratch(run, n + 1, sizeof(double));
        both[side]->weight = cauce_scratch(run, n + 1, sizeof(double));
        if (!both[side]->y || !both[side]->weight) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

static cauce_status begin(cauce_run *run, grower *g, const ca_forest_job *fit, int64_t n) {
    ca_sk_search *s = &g->search;
    const ca_grow_plan *plan = &fit->plan;
    s->sums.width = plan->n_classes ? plan->n_classes : 1;
    s->n_rows = fit->train->n_rows;
    s->n_columns = fit->bins.n_columns;
    s->max_features = plan->max_features;
    s->min_samples_leaf = plan->min_samples_leaf;
    s->random_cuts = plan->random_cuts;
    s->rows = cauce_scratch(run, n, sizeof *s->rows);
    s->order = cauce_scratch(run, s->n_columns, sizeof *s->order);
    s->constants = cauce_scratch(run, s->n_columns, sizeof *s->constants);
    s->sums.node = cauce_scratch(run, 3 * (int64_t)s->sums.width, sizeof *s->sums.node);
    if (!s->rows || !s->order || !s->constants || !s->sums.node) return CA_NOMEM(run);
    s->sums.left = s->sums.node + s->sums.width;
    s->sums.right = s->sums.left + s->sums.width;
    for (int32_t j = 0; j < s->n_columns; j++) s->order[j] = j;
    return plan->criterion == CA_ABSOLUTE_ERROR ? begin_medians(run, &s->sums, s->n_rows) : CAUCE_OK;
}

cauce_status ca_sk_grow(cauce_run *run, const ca_forest_job *fit, int64_t t, const uint32_t *rows, int64_t n,
                        const double *weight, ca_tree *tree) {
    const ca_grow_plan *plan = &fit->plan;
    grower g = { .plan = plan };
    CA_TRY(begin(run, &g, fit, n));
    ca_sk_sums *sums = &g.search.sums;
    sums->criterion = plan->criterion;
    sums->friedman = ca_sklearn_friedman(fit);
    sums->y = plan->y;
    sums->y_class = plan->n_classes ? plan->y_class : NULL;
    sums->weight = weight;
    sums->rows = g.search.rows;
    g.search.columns = fit->sklearn->columns;
    g.search.min_weight = plan->min_weight_fraction_leaf * ca_sk_sum(weight, fit->train->n_rows);
    for (int64_t i = 0; i < n; i++) {
        g.search.rows[i].row = rows[i];
        sums->tree_weight += weight[rows[i]];
    }
    ca_mt19937 mt;
    ca_mt19937_init(&mt, fit->sklearn->seeds[t]);
    g.search.random = (uint32_t)ca_mt19937_upto(&mt, INT32_MAX - 1);
    tree->n_outputs = sums->width;
    tree->keep_values = plan->keep_values;
    tree->weight = sums->tree_weight;
    cauce_status status =
        plan->max_leaf_nodes < INT64_MAX ? grow_best_first(run, &g, n) : grow_depth_first(run, &g, n);
    if (status == CAUCE_OK) status = copy_tree(run, &g, tree);
    ca_free(g.parts);
    ca_free(g.nodes);
    ca_free(g.values);
    return status;
}
