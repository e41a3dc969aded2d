/* From splits, level by level, to clusters. */
#include <stddef.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/clusters.h"

enum { SPLITS = CA_CLUSTER_SPLITS, ENDS = CA_TRUNK_ENDS, LEAF = -1 };

enum {
    PER_CLUSTER = 5, /* splits, or a few more */
    MOVED = 16       /* trees that are moved before their old memory goes back to the system */
};

typedef struct forest {
    const ca_scored_split *splits;
    ca_split_shape shape;
    const uint8_t *missing;
    const int64_t *offset;
    uint32_t *leaf_number;
    struct tree *trees;
    ca_cluster *items;
} forest;

/* What becomes of a tree: clusters in memory of their own, numbered from 0, until it is known how many the
 * trees before it have. */
typedef struct tree {
    const forest *f;
    const uint32_t *size; /* of each split: how many there are from it down, itself included */
    int64_t first_split, next_leaf;
    ca_cluster *items;
    int64_t n, room, first; /* first: cluster of the forest */
    bool has_only;
} tree;

/* ---- The tree as it is --------------------------------------------------------------------------------- */

/* The split that is a child, or LEAF. */
static int64_t child_of(const forest *f, int64_t i, int side) {
    const ca_scored_split split = f->splits[i];
    if (split >> side & 1) return LEAF;
    return i + (int64_t)(split >> f->shape.child_shift) + (side && !(split & CA_SPLIT_LEFT_LEAF));
}

/* The leaf that is a child, as the forest counts them. */
static int64_t leaf_of(const forest *f, int64_t t, int64_t i, int side) {
    const ca_scored_split split = f->splits[i];
    return i + 1 - (int64_t)(split >> f->shape.child_shift) + (side && split & CA_SPLIT_LEFT_LEAF) + t;
}

static uint32_t size_of(const tree *at, int64_t split) {
    return split == LEAF ? 0 : at->size[split - at->first_split];
}

static const uint32_t *find_sizes(cauce_run *run, const forest *f, int64_t t) {
    const int64_t first = f->offset[t], n = f->offset[t + 1] - first;
    uint32_t *size = cauce_scratch(run, n, sizeof *size);
    for (int64_t i = n; size && i-- > 0;) {
        size[i] = 1;
        for (int side = 0; side < 2; side++) {
            const int64_t child = child_of(f, first + i, side);
            if (child != LEAF) size[i] += size[child - first];
        }
    }
    return size;
}

/* ---- One cluster --------------------------------------------------------------------------------------- */

/* While a cluster is filled: how many splits and ends it has so far. Where a split is not chosen, its place
 * is an end; what is there is written to `below`. */
typedef struct filling {
    const tree *at;
    int64_t t;
    ca_cluster *cluster;
    const int64_t *chosen; /* SPLITS of them; NULL: all */
    int64_t *below;        /* of each end of a trunk: the split, or LEAF */
    int splits, ends;
    int64_t next_leaf;
} filling;

static bool is_chosen(const filling *fill, int64_t split) {
    bool found = !fill->chosen;
    for (int k = 0; k < SPLITS && !found; k++) found = fill->chosen[k] == split;
    return found;
}

static void add_split(filling *fill, int64_t split);

/* What a split has on one side. */
static void add_child(filling *fill, int64_t split, int side) {
    const forest *f = fill->at->f;
    const int64_t child = child_of(f, split, side);
    if (child != LEAF && is_chosen(fill, child)) {
        add_split(fill, child);
        return;
    }
    if (child == LEAF) f->leaf_number[fill->next_leaf++] = (uint32_t)leaf_of(f, fill->t, split, side);
    if (fill->below) fill->below[fill->ends] = child;
    fill->ends++;
}

/* A split and what is below it, ends from left to right; at most SPLITS deep. */
static void add_split(filling *fill, int64_t split) {
    const forest *f = fill->at->f;
    const ca_scored_split packed = f->splits[split];
    ca_cluster *cluster = fill->cluster;
    const int k = fill->splits++, first = fill->ends;
    const uint8_t bit = (uint8_t)(1 << k);
    cluster->code[k] = (uint32_t)(packed >> CA_SPLIT_FLAGS) & f->shape.code_mask;
    cluster->slot[k] = (uint8_t)((uint32_t)(packed >> f->shape.slot_shift) & f->shape.slot_mask);
    if (packed & CA_SPLIT_ONLY) cluster->only |= bit;
    if (f->missing && f->missing[split]) cluster->missing |= bit;
    add_child(fill, split, 0);
    for (int end = first; end < fill->ends; end++) cluster->left[end] |= bit;
    add_child(fill, split, 1);
}

/* A tree without splits is a leafy cluster of one end, too. */
static void add_subtree(tree *at, int64_t t, int64_t root, ca_cluster *cluster, int *splits, int *ends) {
    filling fill = {
        .at = at, .t = t, .cluster = cluster, .splits = *splits, .ends = *ends, .next_leaf = at->next_leaf
    };
    if (!fill.ends) cluster->leaf = (uint32_t)fill.next_leaf;
    if (root == LEAF)
        at->f->leaf_number[fill.next_leaf++] = (uint32_t)(at->first_split + t);
    else
        add_split(&fill, root);
    at->has_only |= cluster->only != 0;
    at->next_leaf = fill.next_leaf;
    *splits = fill.splits;
    *ends = fill.ends;
}

/* ---- What hangs below a trunk -------------------------------------------------------------------------- */

/* The splits from the root down that the most leaves are under: of those that could be next, the largest. */
static void choose(const tree *at, int64_t root, int64_t chosen[SPLITS]) {
    int64_t open[SPLITS + 1] = { root };
    int n = 1;
    for (int k = 0; k < SPLITS; k++) {
        int best = 0;
        for (int i = 1; i < n; i++)
            if (size_of(at, open[i]) > size_of(at, open[best])) best = i;
        chosen[k] = open[best];
        open[best] = open[--n];
        for (int side = 0; side < 2; side++) {
            const int64_t child = child_of(at->f, chosen[k], side);
            if (child != LEAF) open[n++] = child;
        }
    }
}

static cauce_status make_room(tree *at, int64_t more) {
    if (at->n + more <= at->room) return CAUCE_OK;
    const int64_t room = at->room + at->room / 4 + more + 2 * ENDS;
    ca_cluster *items = ca_realloc(at->items, (size_t)room * sizeof *items);
    if (!items) return CAUCE_E_NOMEM;
    at->items = items;
    at->room = room;
    return CAUCE_OK;
}

/* The ends that subtrees of at most SPLITS splits hang below, the largest first. */
static int find_small(const tree *at, const int64_t below[ENDS], int small[ENDS]) {
    int n = 0;
    for (int end = 0; end < ENDS; end++) {
        const uint32_t size = size_of(at, below[end]);
        if (size == 0 || size > SPLITS) continue;
        int i = n++;
        for (; i > 0 && size_of(at, below[small[i - 1]]) < size; i--) small[i] = small[i - 1];
        small[i] = end;
    }
    return n;
}

/* Puts these subtrees into leafy clusters behind those that there are, each into the first that has room. */
static void add_leafy(tree *at, int64_t t, const int64_t below[ENDS], int64_t first, uint8_t link[ENDS]) {
    int small[ENDS], bin[ENDS], full[ENDS] = { 0 }, n_bins = 0;
    const int n = find_small(at, below, small);
    for (int i = 0; i < n; i++) {
        const int size = (int)size_of(at, below[small[i]]);
        bin[i] = 0;
        while (full[bin[i]] + size > SPLITS) bin[i]++;
        full[bin[i]] += size;
        if (bin[i] == n_bins) n_bins++;
    }
    for (int b = 0; b < n_bins; b++) {
        const int64_t number = at->n++;
        int splits = 0, ends = 0;
        at->items[number] = (ca_cluster){ .leafy = 1 };
        for (int i = 0; i < n; i++) {
            if (bin[i] != b) continue;
            link[small[i]] = (uint8_t)((number - first) * CA_CLUSTER_ENDS + ends);
            add_subtree(at, t, below[small[i]], &at->items[number], &splits, &ends);
        }
    }
}

/* A trunk that is to be filled, from its first split down, and the cluster that is kept for it. */
typedef struct trunk {
    int64_t split, cluster;
} trunk;

/* Trunks below it are added to the list. */
static cauce_status fill_trunk(tree *at, int64_t t, trunk it, trunk *trunks, int64_t *n_trunks) {
    int64_t chosen[SPLITS], below[ENDS];
    if (make_room(at, ENDS) != CAUCE_OK) return CAUCE_E_NOMEM;
    ca_cluster *cluster = &at->items[it.cluster];
    *cluster = (ca_cluster){ .below = (uint32_t)(at->n * CA_CLUSTER_ENDS), .leaf = (uint32_t)at->next_leaf };
    choose(at, it.split, chosen);
    filling fill = {
        .at = at, .t = t, .cluster = cluster, .chosen = chosen, .below = below, .next_leaf = at->next_leaf
    };
    add_split(&fill, it.split);
    at->has_only |= cluster->only != 0;
    at->next_leaf = fill.next_leaf;
    const int64_t first = at->n;
    uint8_t *link = cluster->left + ENDS, leaves = 0;
    for (int end = 0; end < ENDS; end++) {
        if (below[end] != LEAF)
            cluster->on |= (uint8_t)(1 << end);
        else
            link[end] = leaves++;
        if (size_of(at, below[end]) <= SPLITS) continue;
        link[end] = (uint8_t)((at->n - first) * CA_CLUSTER_ENDS);
        trunks[(*n_trunks)++] = (trunk){ below[end], at->n++ };
    }
    add_leafy(at, t, below, first, link);
    return CAUCE_OK;
}

/* ---- Trees --------------------------------------------------------------------------------------------- */

/* Level by level: what most rows visit lies side by side. */
static cauce_status lay_tree(cauce_run *run, int64_t t, void *payload) {
    const forest *f = payload;
    tree *at = &f->trees[t];
    const int64_t n_splits = f->offset[t + 1] - f->offset[t];
    *at = (tree){ .f = f, .first_split = f->offset[t], .next_leaf = f->offset[t] + t };
    trunk *trunks = cauce_scratch(run, n_splits / SPLITS + 1, sizeof *trunks);
    at->size = find_sizes(run, f, t);
    if (!trunks || !at->size || make_room(at, n_splits / PER_CLUSTER + 1) != CAUCE_OK) return CA_NOMEM(run);
    const int64_t root = n_splits ? at->first_split : LEAF;
    int64_t n_trunks = 0;
    int splits = 0, ends = 0;
    at->items[0] = (ca_cluster){ .leafy = 1 }; /* but where it becomes a trunk */
    at->n = 1;
    if (size_of(at, root) > SPLITS)
        trunks[n_trunks++] = (trunk){ root, 0 };
    else
        add_subtree(at, t, root, &at->items[0], &splits, &ends);
    for (int64_t i = 0; i < n_trunks; i++)
        if (fill_trunk(at, t, trunks[i], trunks, &n_trunks) != CAUCE_OK) return CA_NOMEM(run);
    ca_cluster *fitting = ca_realloc(at->items, (size_t)at->n * sizeof *fitting);
    if (!fitting) return CA_NOMEM(run);
    at->items = fitting;
    return CAUCE_OK;
}

typedef struct moving {
    const forest *f;
    int64_t first; /* tree of the task 0 */
} moving;

/* To its place in the forest. */
static cauce_status move_tree(cauce_run *run, int64_t i, void *payload) {
    const moving *task = payload;
    const forest *f = task->f;
    tree *at = &f->trees[task->first + i];
    ca_cluster *items = f->items + at->first;
    (void)run;
    memcpy(items, at->items, (size_t)at->n * sizeof *items);
    for (int64_t k = 0; k < at->n; k++)
        if (items[k].on) items[k].below += (uint32_t)(at->first * CA_CLUSTER_ENDS);
    ca_free(at->items);
    at->items = NULL;
    return CAUCE_OK;
}

static cauce_status join_trees(cauce_run *run, forest *f, int64_t n_trees, ca_clusters *clusters) {
    uint32_t *roots = cauce_keep(run, n_trees, sizeof *roots);
    int64_t n = 0;
    if (!roots) return CA_NOMEM(run);
    for (int64_t t = 0; t < n_trees; t++) {
        f->trees[t].first = n;
        roots[t] = (uint32_t)(n * CA_CLUSTER_ENDS);
        clusters->has_only |= f->trees[t].has_only;
        n += f->trees[t].n;
    }
    f->items = cauce_keep(run, n, sizeof *f->items);
    if (!f->items) return CA_NOMEM(run);
    for (moving task = { f, 0 }; task.first < n_trees; task.first += MOVED) {
        const int64_t rest = n_trees - task.first;
        CA_TRY(cauce_parallel(run, rest < MOVED ? rest : MOVED, move_tree, &task));
        ca_give_back_pages();
    }
    clusters->roots = roots;
    clusters->n_items = n;
    clusters->walk = ca_cluster_walks_fastest(clusters->n_codes, clusters->has_only);
    clusters->items = f->items;
    clusters->leaves = (const char *)f->items; /* until somebody says where they are */
    return CAUCE_OK;
}

cauce_status ca_clusters_make(cauce_run *run, const ca_scored_split *splits, ca_split_shape shape,
                              const uint8_t *missing, const int64_t *offset, int64_t n_trees, int64_t n_codes,
                              uint32_t *leaf_number, ca_clusters *clusters) {
    *clusters = (ca_clusters){ .n_trees = (int32_t)n_trees, .n_codes = (int32_t)n_codes };
    if (!ca_clusters_can(n_codes) || offset[n_trees] + n_trees >= UINT32_MAX / CA_CLUSTER_ENDS)
        return CAUCE_OK;
    forest f = { splits, shape, missing, offset, leaf_number, NULL, NULL };
    f.trees = cauce_scratch(run, n_trees, sizeof *f.trees);
    if (!f.trees) return CA_NOMEM(run);
    cauce_status status = cauce_parallel(run, n_trees, lay_tree, &f);
    if (status == CAUCE_OK) status = join_trees(run, &f, n_trees, clusters);
    for (int64_t t = 0; t < n_trees; t++) ca_free(f.trees[t].items);
    return status;
}
