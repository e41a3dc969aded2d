#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "boost/fit.h"

static int64_t room_for(int64_t n) {
    int64_t room = 64;
    while (room < n) room *= 2;
    return room;
}

/* Room for so many trees more, with so many splits. */
static cauce_status need_trees(cauce_run *run, ca_boost_builder *b, int64_t more, int64_t splits) {
    if (b->n_trees + more + 1 > b->tree_room || b->n_splits + splits > b->split_room) {
        int64_t trees = room_for(b->n_trees + more + 1), room = room_for(b->n_splits + splits);
        CA_MORE_ROOM(run, b->offset, trees, sizeof *b->offset);
        CA_MORE_ROOM(run, b->feature, room, sizeof *b->feature);
        CA_MORE_ROOM(run, b->flags, room, sizeof *b->flags);
        CA_MORE_ROOM(run, b->threshold, room, sizeof *b->threshold);
        CA_MORE_ROOM(run, b->gain, room, sizeof *b->gain);
        CA_MORE_ROOM(run, b->value, room + trees, sizeof *b->value);
        CA_MORE_ROOM(run, b->rows, room + trees, sizeof *b->rows);
        b->tree_room = trees;
        b->split_room = room;
    }
    return CAUCE_OK;
}

void ca_builder_free(ca_boost_builder *b) {
    ca_free(b->offset);
    ca_free(b->feature);
    ca_free(b->flags);
    ca_free(b->threshold);
    ca_free(b->gain);
    ca_free(b->value);
    ca_free(b->rows);
    ca_free(b->words);
    *b = (ca_boost_builder){ 0 };
}

static cauce_status need_words(cauce_run *run, ca_boost_builder *b, int64_t words) {
    if (b->n_words + words <= b->word_room) return CAUCE_OK;
    int64_t room = room_for(b->n_words + words);
    CA_MORE_ROOM(run, b->words, room, sizeof *b->words);
    b->word_room = room;
    return CAUCE_OK;
}

/* Which levels go left, as bits; levels that did not learn go with the missing. */
static cauce_status add_levels(cauce_run *run, ca_boost_builder *b, const ca_feature *feature,
                               const uint8_t *codes_left) {
    int64_t words = ca_level_words(feature->n_levels);
    CA_TRY(need_words(run, b, words));
    uint32_t *bits = b->words + b->n_words;
    memset(bits, 0, (size_t)words * sizeof *bits);
    for (int32_t l = 0; l < feature->n_levels; l++)
        bits[l / 32] |= (uint32_t)codes_left[feature->level_bins[l]] << l % 32;
    b->n_words += words;
    return CAUCE_OK;
}

static cauce_status add_split(cauce_run *run, ca_boost_builder *b, const ca_grower *grower, int32_t at) {
    const ca_grown_node *node = &grower->nodes[at];
    const ca_feature *feature = &grower->table->features[node->feature];
    const ca_boost_cut *cut = &node->cut;
    int64_t i = b->n_splits++;
    b->feature[i] = feature->column;
    b->gain[i] = cut->gain;
    b->importance[feature->column] += cut->gain;
    b->flags[i] = (uint8_t)((grower->nodes[node->left].feature < 0 ? CA_SPLIT_LEAF_LEFT : 0) |
                            (grower->nodes[node->right].feature < 0 ? CA_SPLIT_LEAF_RIGHT : 0) |
                            (cut->missing_left ? CA_SPLIT_MISSING_GOES_LEFT : 0));
    if (feature->kind == CA_FEATURE_CATEGORY) {
        b->flags[i] |= CA_SPLIT_CATEGORY;
        b->threshold[i] = (double)b->n_words;
        return add_levels(run, b, feature, node->codes_left);
    }
    /* beyond the last bin: all present values left, missing ones right */
    b->threshold[i] = cut->bin < feature->n_bins - 1 ? feature->thresholds[cut->bin] : HUGE_VAL;
    return CAUCE_OK;
}

static void copy(void *to, const void *from, int64_t n, size_t size) {
    if (n) memcpy(to, from, (size_t)n * size);
}

cauce_status ca_builder_begin(cauce_run *run, ca_boost_builder *b, const ca_boosting *start) {
    int64_t n_trees = start->n_offsets - 1;
    CA_TRY(need_trees(run, b, n_trees, start->n_splits));
    CA_TRY(need_words(run, b, start->n_words));
    copy(b->offset, start->tree_offset, start->n_offsets, sizeof *b->offset);
    copy(b->feature, start->split_feature, start->n_splits, sizeof *b->feature);
    copy(b->flags, start->split_flags, start->n_splits, sizeof *b->flags);
    copy(b->threshold, start->split_threshold, start->n_splits, sizeof *b->threshold);
    copy(b->gain, start->split_gain, start->n_splits, sizeof *b->gain);
    copy(b->value, start->leaf_value, start->n_leaves, sizeof *b->value);
    copy(b->rows, start->leaf_rows, start->n_leaves, sizeof *b->rows);
    copy(b->words, start->category_left, start->n_words, sizeof *b->words);
    for (int64_t i = 0; i < start->n_splits; i++)
        b->importance[start->split_feature[i]] += start->split_gain[i];
    b->n_trees = n_trees;
    b->n_splits = start->n_splits;
    b->n_words = start->n_words;
    return CAUCE_OK;
}

cauce_status ca_builder_add(cauce_run *run, ca_boost_builder *b, const ca_grower *grower) {
    int32_t *stack = grower->queue, n = 1; /* the queue has room for every node, and is not needed now */
    CA_TRY(need_trees(run, b, 1, grower->n_nodes));
    int64_t leaf = b->n_splits + b->n_trees;
    b->offset[b->n_trees++] = b->n_splits;
    stack[0] = 0;
    while (n) {
        int32_t at = stack[--n];
        const ca_grown_node *node = &grower->nodes[at];
        if (node->feature < 0) {
            b->value[leaf] = node->value;
            b->rows[leaf++] = node->sums.n;
            continue;
        }
        CA_TRY(add_split(run, b, grower, at));
        stack[n++] = node->right;
        stack[n++] = node->left;
    }
    b->offset[b->n_trees] = b->n_splits;
    return CAUCE_OK;
}

/* A copy that belongs to the model. */
static cauce_status keep_copy(cauce_run *run, const void *from, int64_t n, size_t size, void **to) {
    *to = cauce_keep(run, n, size);
    if (!*to) return run->error.status;
    if (n) memcpy(*to, from, (size_t)n * size);
    return CAUCE_OK;
}

#define KEEP(to, from, n)                                                                                    \
    do {                                                                                                     \
        void *copy_;                                                                                         \
        CA_TRY(keep_copy(run, from, n, sizeof *(from), &copy_));                                             \
        (to) = copy_;                                                                                        \
    } while (0)

cauce_status ca_builder_finish(cauce_run *run, const ca_boost_builder *b, ca_boosting *m) {
    static const int64_t none = 0;
    m->n_offsets = b->n_trees + 1;
    m->n_splits = b->n_splits;
    m->n_leaves = b->n_splits + b->n_trees;
    m->n_words = b->n_words;
    m->n_iter = b->n_trees / m->n_outputs;
    KEEP(m->tree_offset, b->n_trees ? b->offset : &none, m->n_offsets);
    KEEP(m->split_feature, b->feature, m->n_splits);
    KEEP(m->split_flags, b->flags, m->n_splits);
    KEEP(m->split_threshold, b->threshold, m->n_splits);
    KEEP(m->split_gain, b->gain, m->n_splits);
    KEEP(m->category_left, b->words, m->n_words);
    KEEP(m->leaf_value, b->value, m->n_leaves);
    KEEP(m->leaf_rows, b->rows, m->n_leaves);
    double total = 0;
    for (int64_t j = 0; j < m->n_features; j++) total += b->importance[j];
    KEEP(m->feature_importances, b->importance, m->n_features);
    for (int64_t j = 0; j < m->n_features && total > 0; j++) m->feature_importances[j] /= total;
    return CAUCE_OK;
}
