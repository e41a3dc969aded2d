#include "boost/grow.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"

enum {
    MOST_AHEAD = 16,
    AHEAD_UPDATES = 32768, /* nodes with fewer updates are split one by one: waiting would cost more, */
    QUICK_UPDATES = 2048,  /* unless threads are together */
    PART_ROWS = 32768,
    QUICK_ROWS = 2048,
    MOST_PARTS = 16
};

/* Histograms beyond this are not kept for later: their nodes' children are both counted instead. */
#define MOST_HISTOGRAM_BYTES (UINT64_C(1) << 30)

/* ---- Memory -------------------------------------------------------------------------------------------- */

cauce_status ca_grower_begin(cauce_run *run, ca_grower *grower, const ca_table *table,
                             const ca_grow_rules *rules) {
    *grower = (ca_grower){ .table = table, .rules = rules };
    grower->rows = ca_calloc((size_t)table->n_rows, sizeof *grower->rows);
    grower->spare = ca_calloc((size_t)table->n_rows, sizeof *grower->spare);
    return grower->rows && grower->spare ? CAUCE_OK : CA_NOMEM(run);
}

/* All histograms go back to the pool: every tree of a fit has them of one size. */
static void reclaim(ca_grower *grower) {
    for (int32_t i = 0; i < grower->n_nodes; i++) {
        if (grower->nodes[i].histogram) grower->pool[grower->n_pool++] = grower->nodes[i].histogram;
        grower->nodes[i].histogram = NULL;
    }
    grower->n_nodes = grower->n_queue = 0;
}

static void drop_pool(ca_grower *grower) {
    for (int64_t i = 0; i < grower->n_pool; i++) ca_free(grower->pool[i]);
    grower->n_pool = grower->n_histograms = 0;
}

void ca_grower_free(ca_grower *grower) {
    reclaim(grower);
    drop_pool(grower);
    ca_free(grower->rows);
    ca_free(grower->spare);
    ca_free(grower->nodes);
    ca_free(grower->queue);
    ca_free(grower->sets);
    ca_free(grower->left);
    ca_free(grower->pool);
    *grower = (ca_grower){ 0 };
}

static cauce_status need_nodes(cauce_run *run, ca_grower *grower, int32_t more) {
    if (grower->n_nodes + more <= grower->node_room) return CAUCE_OK;
    if (grower->node_room > INT32_MAX / 4)
        return cauce_fail(run, CAUCE_E_LIMIT, "a tree of more than %d nodes; set max_leaf_nodes",
                          grower->node_room);
    int32_t room = grower->node_room ? 2 * grower->node_room : 128;
    size_t words = (size_t)(grower->rules->split.set_words ? grower->rules->split.set_words : 1);
    CA_MORE_ROOM(run, grower->nodes, room, sizeof *grower->nodes);
    CA_MORE_ROOM(run, grower->queue, room, sizeof *grower->queue);
    CA_MORE_ROOM(run, grower->sets, room, words * sizeof *grower->sets);
    CA_MORE_ROOM(run, grower->left, room, (size_t)256);
    grower->node_room = room;
    for (int32_t i = 0; i < grower->n_nodes; i++)
        if (grower->nodes[i].codes_left) grower->nodes[i].codes_left = grower->left + (int64_t)i * 256;
    return CAUCE_OK;
}

/* A histogram that a node far back in the queue has kept; NULL: nobody has one. */
static void *lost_histogram(ca_grower *grower) {
    for (int32_t i = grower->n_queue; i-- > 0;) {
        ca_grown_node *node = &grower->nodes[grower->queue[i]];
        void *histogram = node->histogram;
        node->histogram = NULL;
        if (histogram) return histogram;
    }
    return NULL;
}

/* Memory for a histogram. */
static cauce_status take_histogram(cauce_run *run, ca_grower *grower, void **histogram) {
    if (!grower->n_pool && (uint64_t)grower->n_histograms * grower->histogram_bytes > MOST_HISTOGRAM_BYTES) {
        *histogram = lost_histogram(grower);
        if (*histogram) return CAUCE_OK;
    }
    if (grower->n_pool) {
        *histogram = grower->pool[--grower->n_pool];
        return CAUCE_OK;
    }
    if (grower->n_histograms == grower->pool_room) {
        int64_t room = grower->pool_room ? 2 * grower->pool_room : 64;
        CA_MORE_ROOM(run, grower->pool, room, sizeof *grower->pool);
        grower->pool_room = room;
    }
    *histogram = ca_malloc(grower->histogram_bytes);
    if (!*histogram) return CA_NOMEM(run);
    grower->n_histograms++;
    return CAUCE_OK;
}

static void give_histogram(ca_grower *grower, void **histogram) {
    if (*histogram) grower->pool[grower->n_pool++] = *histogram;
    *histogram = NULL;
}

/* ---- Splitting one node -------------------------------------------------------------------------------- */

typedef struct growth {
    ca_grower *grower;
    const ca_gradients *gradients;
    uint64_t seed;
    int64_t n_taken; /* leaves of the tree so far */
    int32_t batch[MOST_AHEAD];
    void *fresh[MOST_AHEAD]; /* a histogram for each of the batch, or NULL: no children to look at */
    bool lost[MOST_AHEAD];   /* the node's own histogram has gone to somebody else */
    int32_t n_batch;
} growth;

static bool may_split(const ca_grower *grower, const ca_grown_node *node) {
    return node->n > 1 && node->sums.n >= 2 * grower->rules->split.min_rows &&
           node->depth < grower->rules->max_depth;
}

static cauce_status find_cut(cauce_run *run, const growth *g, ca_grown_node *node) {
    const ca_grower *grower = g->grower;
    const ca_split_rules *rules = &grower->rules->split;
    ca_split_node at = { .histogram = node->histogram,
                         .sums = node->sums,
                         .value = node->value,
                         .lower = node->lower,
                         .upper = node->upper,
                         .sets = grower->sets + (node - grower->nodes) * rules->set_words,
                         .seed = g->seed,
                         .key = node->key };
    CA_TRY(ca_best_cut(run, grower->table, &g->gradients->units, rules, &at, &node->cut));
    if (node->cut.gain <= 0) return CAUCE_OK;
    /* nothing is known about missing values here: they go where most rows go */
    const ca_feature *feature = &grower->table->features[node->cut.feature];
    if (!feature->missing) node->cut.missing_left = 2 * node->cut.left.n > node->sums.n;
    return CAUCE_OK;
}

/* Rows that go left first, the others behind, both in their order. */
static int64_t part(const uint8_t *codes, const uint8_t *left, uint32_t *rows, uint32_t *spare, int64_t n) {
    int64_t n_left = 0, n_right = 0;
    for (int64_t i = 0; i < n; i++) {
        uint32_t row = rows[i], goes_left = left[codes[row]];
        rows[n_left] = row;
        spare[n_right] = row;
        n_left += goes_left;
        n_right += 1 - goes_left;
    }
    return n_left;
}

typedef struct parting {
    const uint8_t *codes, *left;
    uint32_t *rows, *spare;
    int64_t n, n_parts, n_left[MOST_PARTS], begin_left[MOST_PARTS], begin_right[MOST_PARTS];
} parting;

static cauce_status part_some(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    parting *p = payload;
    int64_t from = p->n * index / p->n_parts, to = p->n * (index + 1) / p->n_parts;
    p->n_left[index] = part(p->codes, p->left, p->rows + from, p->spare + from, to - from);
    return CAUCE_OK;
}

/* The left rows of a part move down within `rows` (parts in order, so that none is overwritten before it has
 * moved), afterwards the right ones come from `spare`. */
static cauce_status part_rows(cauce_run *run, parting *p, int64_t *n_left) {
    int64_t parts = p->n / (ca_is_together(run) ? QUICK_ROWS : PART_ROWS), threads = cauce_threads(run);
    if (ca_is_together(run) && parts > threads) parts = threads;
    if (parts > MOST_PARTS) parts = MOST_PARTS;
    p->n_parts = parts < 1 || threads == 1 ? 1 : parts;
    if (p->n_parts == 1)
        CA_TRY(part_some(run, 0, p));
    else
        CA_TRY(cauce_parallel(run, p->n_parts, part_some, p));
    int64_t at = 0;
    for (int64_t k = 0; k < p->n_parts; k++) {
        memmove(p->rows + at, p->rows + p->n * k / p->n_parts, (size_t)p->n_left[k] * sizeof *p->rows);
        at += p->n_left[k];
    }
    *n_left = at;
    for (int64_t k = 0; k < p->n_parts; k++) {
        int64_t from = p->n * k / p->n_parts, many = p->n * (k + 1) / p->n_parts - from - p->n_left[k];
        memcpy(p->rows + at, p->spare + from, (size_t)many * sizeof *p->rows);
        at += many;
    }
    return CAUCE_OK;
}

/* Values below a cut on a monotone column stay on their side of the middle. */
static void set_bounds(const ca_grown_node *node, int direction, ca_grown_node *left, ca_grown_node *right) {
    left->lower = right->lower = node->lower;
    left->upper = right->upper = node->upper;
    double middle = (left->value + right->value) / 2;
    if (direction > 0) left->upper = right->lower = middle;
    if (direction < 0) left->lower = right->upper = middle;
}

static void make_children(const ca_grower *grower, const ca_grown_node *node, int64_t n_left) {
    const ca_split_rules *rules = &grower->rules->split;
    const ca_boost_cut *cut = &node->cut;
    ca_grown_node *left = &grower->nodes[node->left], *right = &grower->nodes[node->right];
    *left = (ca_grown_node){ .begin = node->begin,
                             .n = n_left,
                             .depth = node->depth + 1,
                             .feature = -1,
                             .sums = cut->left,
                             .value = cut->left_value,
                             .key = (2 * node->key + 1) * UINT64_C(0x9E3779B97F4A7C15) };
    *right = (ca_grown_node){ .begin = node->begin + n_left,
                              .n = node->n - n_left,
                              .depth = node->depth + 1,
                              .feature = -1,
                              .sums = ca_sums_minus(node->sums, cut->left),
                              .value = cut->right_value,
                              .key = (2 * node->key + 2) * UINT64_C(0x9E3779B97F4A7C15) };
    set_bounds(node, rules->monotone ? rules->monotone[cut->feature] : 0, left, right);
    for (int64_t w = 0; w < rules->set_words; w++)
        grower->sets[node->left * rules->set_words + w] = grower->sets[node->right * rules->set_words + w] =
            grower->sets[(node - grower->nodes) * rules->set_words + w] &
            rules->sets[cut->feature * rules->set_words + w];
}

static cauce_status count_node(cauce_run *run, const growth *g, ca_grown_node *node) {
    memset(node->histogram, 0, g->grower->histogram_bytes);
    return ca_histogram_add(run, g->grower->table, g->gradients, g->grower->rows + node->begin, node->n,
                            node->histogram);
}

/* Histograms and cuts of the children, where they may be split: the smaller is counted, the larger is what
 * remains of the parent, or counted too when the parent has lost its own. */
static cauce_status look_at_children(cauce_run *run, const growth *g, ca_grown_node *node, void *fresh,
                                     bool lost) {
    const ca_grower *grower = g->grower;
    ca_grown_node *small = &grower->nodes[node->left], *large = &grower->nodes[node->right];
    if (small->n > large->n) {
        ca_grown_node *swap = small;
        small = large;
        large = swap;
    }
    small->histogram = fresh;
    large->histogram = node->histogram;
    node->histogram = NULL;
    CA_TRY(count_node(run, g, small));
    if (may_split(grower, small)) CA_TRY(find_cut(run, g, small));
    if (!may_split(grower, large)) return CAUCE_OK;
    if (lost)
        CA_TRY(count_node(run, g, large));
    else
        ca_histogram_subtract(grower->table, &g->gradients->units, large->histogram, small->histogram);
    return find_cut(run, g, large);
}

static cauce_status split_node(cauce_run *run, int64_t index, void *payload) {
    growth *g = payload;
    ca_grower *grower = g->grower;
    ca_grown_node *node = &grower->nodes[g->batch[index]];
    const ca_feature *feature = &grower->table->features[node->cut.feature];
    node->codes_left = grower->left + (int64_t)g->batch[index] * 256;
    ca_cut_codes(feature, &node->cut, node->codes_left);
    parting p = { .codes = grower->table->slots[feature->slot].codes,
                  .left = node->codes_left,
                  .rows = grower->rows + node->begin,
                  .spare = grower->spare + node->begin,
                  .n = node->n };
    int64_t n_left;
    CA_TRY(part_rows(run, &p, &n_left));
    make_children(grower, node, n_left);
    if (!g->fresh[index]) return CAUCE_OK;
    void *fresh = g->fresh[index];
    g->fresh[index] = NULL;
    return look_at_children(run, g, node, fresh, g->lost[index]);
}

/* ---- The queue ----------------------------------------------------------------------------------------- */

/* Larger gain first, then the node that was taken in earlier (its number tells when it was made); level by
 * level, the upper node before all. */
static bool goes_first(const ca_grower *grower, int32_t a, int32_t b) {
    int64_t depth_a = grower->nodes[a].depth, depth_b = grower->nodes[b].depth;
    if (grower->rules->by_level && depth_a != depth_b) return depth_a < depth_b;
    double x = grower->nodes[a].cut.gain, y = grower->nodes[b].cut.gain;
    return x != y ? x > y : grower->nodes[a].turn < grower->nodes[b].turn;
}

static void push(ca_grower *grower, int32_t node) {
    int32_t at = grower->n_queue++;
    while (at && goes_first(grower, node, grower->queue[(at - 1) / 2])) {
        grower->queue[at] = grower->queue[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    grower->queue[at] = node;
}

static int32_t pop(ca_grower *grower) {
    int32_t top = grower->queue[0], last = grower->queue[--grower->n_queue], at = 0;
    for (;;) {
        int32_t child = 2 * at + 1;
        if (child >= grower->n_queue) break;
        if (child + 1 < grower->n_queue && goes_first(grower, grower->queue[child + 1], grower->queue[child]))
            child++;
        if (!goes_first(grower, grower->queue[child], last)) break;
        grower->queue[at] = grower->queue[child];
        at = child;
    }
    grower->queue[at] = last;
    return top;
}

/* ---- A tree -------------------------------------------------------------------------------------------- */

/* The k-th node in the queue has at least k splits before its own: its children are leaves if the tree is
 * full then. */
static bool children_split(const growth *g, int32_t k) {
    return g->n_taken + k + 1 < g->grower->rules->max_leaves;
}

/* Puts a node into the batch, with two numbers for its children and the histograms that these need. */
static cauce_status add_to_batch(cauce_run *run, growth *g, int32_t id, bool children_split) {
    ca_grower *grower = g->grower;
    ca_grown_node *node = &grower->nodes[id];
    int32_t place = g->n_batch++;
    g->batch[place] = id;
    g->fresh[place] = NULL;
    g->lost[place] = !node->histogram;
    node->left = grower->n_nodes++;
    node->right = grower->n_nodes++;
    grower->nodes[node->left].histogram = grower->nodes[node->right].histogram = NULL;
    if (!children_split || node->depth + 1 >= grower->rules->max_depth) return CAUCE_OK;
    CA_TRY(take_histogram(run, grower, &g->fresh[place]));
    return node->histogram ? CAUCE_OK : take_histogram(run, grower, &node->histogram);
}

/* How many nodes are split at a time. What becomes of them does not depend on it. */
static int32_t batch_size(cauce_run *run, const ca_grower *grower) {
    int32_t threads = cauce_threads(run);
    const ca_grown_node *first = &grower->nodes[grower->queue[0]];
    if (threads == 1) return 1;
    if (first->n * grower->table->n_slots < (ca_is_together(run) ? QUICK_UPDATES : AHEAD_UPDATES)) return 1;
    return threads < MOST_AHEAD ? threads : MOST_AHEAD;
}

/* The next nodes of the queue that have not been split yet: one, or several ahead of their turn when there
 * are threads for it. */
static cauce_status make_batch(cauce_run *run, growth *g) {
    ca_grower *grower = g->grower;
    int32_t most = batch_size(run, grower), taken[MOST_AHEAD], n_taken = 0;
    cauce_status status = need_nodes(run, grower, 2 * most);
    g->n_batch = 0;
    while (status == CAUCE_OK && n_taken < most && grower->n_queue &&
           g->n_taken + n_taken < grower->rules->max_leaves) {
        int32_t id = taken[n_taken++] = pop(grower);
        if (!grower->nodes[id].left) status = add_to_batch(run, g, id, children_split(g, n_taken - 1));
    }
    for (int32_t i = 0; i < n_taken; i++) push(grower, taken[i]);
    return status;
}

static cauce_status split_ahead(cauce_run *run, growth *g) {
    ca_grower *grower = g->grower;
    cauce_status status = make_batch(run, g);
    if (status == CAUCE_OK)
        status = g->n_batch == 1 ? split_node(run, 0, g) : cauce_parallel(run, g->n_batch, split_node, g);
    for (int32_t i = 0; i < g->n_batch; i++) give_histogram(grower, &g->fresh[i]);
    CA_TRY(status);
    for (int32_t i = 0; i < g->n_batch; i++) { /* what will not be asked again */
        ca_grown_node *node = &grower->nodes[g->batch[i]];
        ca_grown_node *left = &grower->nodes[node->left], *right = &grower->nodes[node->right];
        give_histogram(grower, &node->histogram);
        if (left->cut.gain <= 0) give_histogram(grower, &left->histogram);
        if (right->cut.gain <= 0) give_histogram(grower, &right->histogram);
    }
    return CAUCE_OK;
}

static cauce_status take_splits(cauce_run *run, growth *g) {
    ca_grower *grower = g->grower;
    while (grower->n_queue && g->n_taken < grower->rules->max_leaves) {
        CA_TRY(cauce_check_cancel(run));
        if (!grower->nodes[grower->queue[0]].left) CA_TRY(split_ahead(run, g));
        ca_grown_node *node = &grower->nodes[pop(grower)];
        node->feature = node->cut.feature;
        g->n_taken++;
        for (int side = 0; side < 2; side++) {
            int32_t child = side ? node->right : node->left;
            grower->nodes[child].turn = (int32_t)(2 * g->n_taken + side);
            if (grower->nodes[child].cut.gain > 0) push(grower, child);
        }
    }
    return CAUCE_OK;
}

/* Every row has one code in each slot: the bins of the first add up to the sums of the rows, which are whole
 * numbers and the same in any order. */
static ca_sums sums_of_root(const growth *g, const ca_grown_node *root) {
    const ca_slot *slot = &g->grower->table->slots[0];
    ca_sums sums = { 0 };
    for (int32_t code = 0; code < slot->n_codes; code++)
        sums = ca_sums_plus(sums, ca_sums_read(&g->gradients->units, root->histogram, slot->first + code));
    return sums;
}

static cauce_status grow_from_root(cauce_run *run, growth *g) {
    ca_grower *grower = g->grower;
    ca_grown_node *root = &grower->nodes[0];
    if (grower->table->n_features == 0) {
        root->sums = ca_sums_of(g->gradients, grower->rows, root->n);
        return CAUCE_OK;
    }
    CA_TRY(take_histogram(run, grower, &root->histogram));
    CA_TRY(count_node(run, g, root));
    root->sums = sums_of_root(g, root);
    if (!may_split(grower, root) || grower->rules->max_leaves < 2) return CAUCE_OK;
    CA_TRY(find_cut(run, g, root));
    if (root->cut.gain > 0) push(grower, 0);
    return take_splits(run, g);
}

/* The root's value is 0, in the gain of its cut too, as in scikit-learn: a tree without a split adds nothing.
 */
cauce_status ca_grow(cauce_run *run, ca_grower *grower, const ca_gradients *gradients, int64_t n,
                     uint64_t seed, uint64_t tree) {
    growth g = { .grower = grower, .gradients = gradients, .seed = seed, .n_taken = 1 };
    reclaim(grower);
    grower->histogram_bytes = ca_histogram_bytes(grower->table, &gradients->units);
    CA_TRY(need_nodes(run, grower, 1));
    ca_grown_node *root = &grower->nodes[0];
    *root = (ca_grown_node){ .n = n, .feature = -1, .lower = -HUGE_VAL, .upper = HUGE_VAL };
    grower->n_nodes = 1;
    root->key = (tree + 1) * UINT64_C(0xD1B54A32D192ED03);
    for (int64_t w = 0; w < grower->rules->split.set_words; w++) grower->sets[w] = ~UINT64_C(0);
    return grow_from_root(run, &g);
}

/* Rows on their way down the tree together. */
typedef struct flock {
    int32_t node;
    int64_t begin, n;
} flock;

/* The smaller part goes first: so few parts wait at a time (one for each halving of the rows). */
void ca_grown_add(const ca_grower *grower, int64_t from, int64_t to, double *raw) {
    flock waiting[64] = { { 0, from, to - from } };
    for (int n = from < to; n;) {
        flock at = waiting[--n];
        const ca_grown_node *node = &grower->nodes[at.node];
        uint32_t *rows = grower->rows + at.begin, *spare = grower->spare + at.begin;
        if (node->feature < 0) {
            for (int64_t i = 0; i < at.n; i++) raw[rows[i]] += node->value;
            continue;
        }
        const ca_slot *slot = &grower->table->slots[grower->table->features[node->feature].slot];
        int64_t n_left = part(slot->codes, node->codes_left, rows, spare, at.n), n_right = at.n - n_left;
        memcpy(rows + n_left, spare, (size_t)n_right * sizeof *rows);
        flock left = { node->left, at.begin, n_left }, right = { node->right, at.begin + n_left, n_right };
        bool left_first = n_left < n_right;
        if (left_first ? n_right : n_left) waiting[n++] = left_first ? right : left;
        if (left_first ? n_left : n_right) waiting[n++] = left_first ? left : right;
    }
}
