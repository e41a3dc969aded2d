#include "tree/prune.h"

#include <string.h>

#include "base/run.h"

/* What is left of each branch: its splits, and the decrease of impurity that they make. */
typedef struct branch {
    double gain;
    int64_t n_splits;
} branch;

static branch branch_of(const ca_tree *tree, const branch *branches, int64_t at) {
    branch sum = { tree->decrease[at], 1 };
    const int32_t child[2] = { tree->left[at], tree->right[at] };
    for (int side = 0; side < 2; side++) {
        if (child[side] < 0) continue;
        sum.gain += branches[child[side]].gain;
        sum.n_splits += branches[child[side]].n_splits;
    }
    return sum;
}

/* Both ways into pruning compare this number, rounded alike: an alpha of the path cuts what the path cut. */
static double alpha_of(const ca_tree *tree, const branch *b) {
    return b->gain / (double)b->n_splits / tree->weight;
}

/* ---- Pruning to an alpha ------------------------------------------------------------------------------- */

/* Where a kept split or leaf is to be linked. */
typedef struct link {
    int32_t reference, parent;
    bool is_left;
} link;

static cauce_status copy_leaf(cauce_run *run, ca_tree *pruned, const double *value, int32_t *reference) {
    int32_t id;
    double *to;
    CA_TRY(ca_tree_add_leaf(run, pruned, &id, &to));
    memcpy(to, value, (size_t)pruned->n_outputs * sizeof *to);
    *reference = ~id;
    return CAUCE_OK;
}

/* Copies what is kept, depth first. `stack` has room for n_splits + 1 links. */
static cauce_status copy_kept(cauce_run *run, const ca_tree *tree, const branch *branches, link *stack,
                              ca_tree *pruned) {
    int64_t n = 0, k = tree->n_outputs;
    stack[n++] = (link){ 0, -1, false };
    while (n) {
        link at = stack[--n];
        int32_t from = at.reference, to;
        if (from < 0) {
            CA_TRY(copy_leaf(run, pruned, tree->value + ~from * k, &to));
        } else if (branches[from].n_splits == 0) {
            CA_TRY(copy_leaf(run, pruned, tree->split_value + from * k, &to));
        } else {
            CA_TRY(ca_tree_add_split(run, pruned, tree->feature[from], tree->threshold[from],
                                     tree->decrease[from], tree->missing[from], &to));
            stack[n++] = (link){ tree->right[from], to, false };
            stack[n++] = (link){ tree->left[from], to, true };
        }
        if (at.parent >= 0) (at.is_left ? pruned->left : pruned->right)[at.parent] = to;
    }
    return CAUCE_OK;
}

cauce_status ca_tree_prune(cauce_run *run, ca_tree *tree, double alpha) {
    int64_t n = tree->n_splits;
    if (n == 0) return CAUCE_OK;
    branch *branches = cauce_scratch(run, n, sizeof *branches);
    link *stack = cauce_scratch(run, n + 2, sizeof *stack);
    if (!branches || !stack) return CA_NOMEM(run);
    for (int64_t i = n - 1; i >= 0; i--) { /* children come after their parents */
        branches[i] = branch_of(tree, branches, i);
        if (alpha_of(tree, &branches[i]) <= alpha) branches[i] = (branch){ 0, 0 };
    }
    ca_tree pruned = { .n_outputs = tree->n_outputs, .weight = tree->weight };
    cauce_status status = copy_kept(run, tree, branches, stack, &pruned);
    if (status == CAUCE_OK) {
        ca_tree whole = *tree;
        *tree = pruned;
        pruned = whole;
    }
    ca_tree_free(&pruned);
    return status;
}

/* ---- The path ------------------------------------------------------------------------------------------ */

/* The splits that are left, weakest first: a heap, with the place of each split in it. */
typedef struct weakest {
    const ca_tree *tree;
    branch *branches;
    double *alpha;
    int32_t *heap, *place, *parent;
    int64_t n;
} weakest;

static bool before(const weakest *w, int32_t a, int32_t b) {
    return w->alpha[a] < w->alpha[b] || (w->alpha[a] == w->alpha[b] && a < b);
}

static void put(weakest *w, int64_t at, int32_t id) {
    w->heap[at] = id;
    w->place[id] = (int32_t)at;
}

static void settle(weakest *w, int64_t at) {
    int32_t id = w->heap[at];
    for (; at > 0 && before(w, id, w->heap[(at - 1) / 2]); at = (at - 1) / 2)
        put(w, at, w->heap[(at - 1) / 2]);
    for (int64_t child = 2 * at + 1; child < w->n; child = 2 * at + 1) {
        if (child + 1 < w->n && before(w, w->heap[child + 1], w->heap[child])) child++;
        if (!before(w, w->heap[child], id)) break;
        put(w, at, w->heap[child]);
        at = child;
    }
    put(w, at, id);
}

static void take_out(weakest *w, int32_t id) {
    int64_t at = w->place[id];
    int32_t last = w->heap[--w->n];
    w->branches[id] = (branch){ 0, 0 };
    w->place[id] = -1;
    if (last == id) return;
    put(w, at, last);
    settle(w, at);
}

/* Takes a whole branch out of the heap. `stack` has room for its splits. */
static void cut_branch(weakest *w, int32_t id, int32_t *stack) {
    int64_t n = 0;
    stack[n++] = id;
    while (n) {
        int32_t at = stack[--n];
        const int32_t child[2] = { w->tree->left[at], w->tree->right[at] };
        take_out(w, at);
        for (int side = 0; side < 2; side++)
            if (child[side] >= 0 && w->place[child[side]] >= 0) stack[n++] = child[side];
    }
}

static cauce_status begin_path(cauce_run *run, const ca_tree *tree, weakest *w) {
    int64_t n = tree->n_splits;
    *w = (weakest){ .tree = tree };
    w->branches = cauce_scratch(run, n, sizeof *w->branches);
    w->alpha = cauce_scratch(run, n, sizeof *w->alpha);
    w->heap = cauce_scratch(run, n, sizeof *w->heap);
    w->place = cauce_scratch(run, n, sizeof *w->place);
    w->parent = cauce_scratch(run, n, sizeof *w->parent);
    if (!w->branches || !w->alpha || !w->heap || !w->place || !w->parent) return CA_NOMEM(run);
    if (n) w->parent[0] = -1;
    for (int64_t i = n - 1; i >= 0; i--) {
        w->branches[i] = branch_of(tree, w->branches, i);
        w->alpha[i] = alpha_of(tree, &w->branches[i]);
        if (tree->left[i] >= 0) w->parent[tree->left[i]] = (int32_t)i;
        if (tree->right[i] >= 0) w->parent[tree->right[i]] = (int32_t)i;
    }
    for (w->n = 1; w->n <= n; w->n++) {
        put(w, w->n - 1, (int32_t)w->n - 1);
        settle(w, w->n - 1);
    }
    w->n = n;
    return CAUCE_OK;
}

cauce_status ca_tree_pruning_path(cauce_run *run, const ca_tree *tree, double impurity, double *alphas,
                                  double *impurities, int64_t *n) {
    weakest w;
    CA_TRY(begin_path(run, tree, &w));
    int32_t *stack = cauce_scratch(run, tree->n_splits + 1, sizeof *stack);
    if (!stack) return CA_NOMEM(run);
    int64_t step = 0;
    alphas[0] = 0;
    impurities[0] = impurity - (w.n ? w.branches[0].gain / tree->weight : 0);
    while (w.n) {
        int32_t id = w.heap[0];
        double alpha = w.alpha[id];
        alphas[step + 1] = alpha > alphas[step] ? alpha : alphas[step]; /* ascending but for rounding */
        step++;
        cut_branch(&w, id, stack);
        for (int32_t up = w.parent[id]; up >= 0; up = w.parent[up]) {
            w.branches[up] = branch_of(tree, w.branches, up);
            w.alpha[up] = alpha_of(tree, &w.branches[up]);
            settle(&w, w.place[up]);
        }
        impurities[step] = impurity - (w.n ? w.branches[0].gain / tree->weight : 0);
    }
    *n = step + 1;
    return CAUCE_OK;
}
