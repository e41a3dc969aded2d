/* Scoring without walking: for each code of each column a word per tree says which leaves the code leaves
 * possible; the AND over the columns leaves one (the idea of QuickScorer, Lucchese et al., SIGIR 2015,
 * doi:10.1145/2766462.2767733, with a table in place of its lists). 16 trees have few of a column's cuts, so
 * that most of its codes have the same words: their table keeps each row of words once, and stays in the
 * first caches. Trees of more than 64 leaves, and tables that would be too large, are walked.
 *
 * A row's sum goes over groups of 16 trees in four lanes, in an order that does not depend on the other rows.
 */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "boost/boosting.h"
#include "boost/words.h"
#include "math/ranks.h"
#include "math/sort.h"
#include "tree/columns.h"

enum {
    GROUP = CA_WORDS,
    FEW_CODES = 16,  /* slots of more codes have entries of their own */
    MOST_JOINT = 256 /* entries of slots together */
};

#define MOST_TABLE_BYTES (INT64_C(1) << 28)
#define MOST_ENTRIES     65536 /* rows of a group are numbered in 16 bits */
#define DIRECT_BYTES     98304 /* groups of fewer bytes are in the cache as they are */

/* A column that some split looks at, or a one-hot block: a code of a row. */
typedef struct score_slot {
    int64_t field, place; /* of the schema; the column within a wide field */
    cauce_form form;
    int64_t n_codes; /* numbers and categories: the last is missing */
    ca_ranks cuts;   /* numbers: n_codes - 2 */
    int64_t joint, step;
} score_slot;

/* What a row is turned into: an entry for each slot, or for several with few codes together: the sum of their
 * codes times their steps, beginning at `first`. */
typedef struct score_joint {
    int64_t first, n_entries;
} score_joint;

typedef struct score_split {
    int32_t slot, left, right; /* children: a split of the tree, or ~leaf */
    int32_t cut;               /* numbers: codes <= cut go left; ONEHOT: the code in question, or -1 - it */
    uint8_t flags;
    const uint32_t *levels;
} score_split;

typedef struct ca_boost_scorer {
    const ca_boosting *model;
    score_slot *slots;
    int32_t *slot_of; /* of each column; -1: not used */
    score_joint *joints;
    int64_t n_slots, n_joints, n_entries;
    score_split *splits;
    bool walk, wide;  /* by walking; words of 64 bits */
    bool direct;      /* equal rows stay */
    int64_t n_groups; /* of trees, for each output */
    ca_word_group *groups;
    double *leaves; /* of each tree in the order of the groups, 32 or 64 */
    ca_words_add *add;
} ca_boost_scorer;

/* ---- Slots --------------------------------------------------------------------------------------------- */

static int64_t levels_of(const cauce_field *field) {
    return field->levels ? cauce_levels_count(field->levels) : 0;
}

/* Distinct thresholds of each column, ascending. `columns` sorted (column, threshold) of all number splits.
 */
static cauce_status add_cuts(cauce_run *run, ca_boost_scorer *s, const cauce_schema *in) {
    const ca_boosting *m = s->model;
    int64_t *count = cauce_scratch(run, m->n_features + 1, sizeof *count);
    double *cuts = cauce_scratch(run, m->n_splits, sizeof *cuts);
    if (!count || !cuts) return run->error.status;
    for (int64_t i = 0; i < m->n_splits; i++) count[m->split_feature[i] + 1]++;
    for (int64_t j = 0; j < m->n_features; j++) count[j + 1] += count[j];
    for (int64_t i = m->n_splits; i-- > 0;) cuts[--count[m->split_feature[i] + 1]] = m->split_threshold[i];
    /* count[j + 1] is now where column j begins */
    for (int64_t j = 0; j < m->n_features; j++) {
        int64_t begin = count[j + 1], end = j + 1 < m->n_features ? count[j + 2] : m->n_splits, n = 0, place;
        const cauce_field *field = &in->fields[ca_field_of(in, j, &place)];
        if (begin == end || field->form != CAUCE_DENSE) continue;
        CA_TRY(ca_sort(run, cuts + begin, end - begin));
        for (int64_t i = begin; i < end; i++)
            if (i == begin || cuts[i] != cuts[begin + n - 1]) cuts[begin + n++] = cuts[i];
        CA_TRY(ca_ranks_make(run, cuts + begin, n, &s->slots[s->slot_of[j]].cuts));
        s->slots[s->slot_of[j]].n_codes = n + 2;
    }
    return CAUCE_OK;
}

static cauce_status make_slots(cauce_run *run, ca_boost_scorer *s, const cauce_schema *in) {
    const ca_boosting *m = s->model;
    s->slot_of = cauce_keep(run, m->n_features, sizeof *s->slot_of);
    s->slots = cauce_keep(run, m->n_features, sizeof *s->slots);
    if (!s->slot_of || !s->slots) return run->error.status;
    for (int64_t j = 0; j < m->n_features; j++) s->slot_of[j] = -1;
    for (int64_t i = 0; i < m->n_splits; i++) s->slot_of[m->split_feature[i]] = 0;
    int64_t j = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_field *field = &in->fields[b];
        int32_t block = -1;
        for (int64_t k = 0; k < field->width; k++, j++) {
            if (s->slot_of[j] < 0) continue;
            if (field->form == CAUCE_ONEHOT && block >= 0) {
                s->slot_of[j] = block;
                continue;
            }
            block = s->slot_of[j] = (int32_t)s->n_slots++;
            s->slots[block] = (score_slot){ .field = b, .place = k, .form = field->form };
            s->slots[block].n_codes = 1 + (field->form == CAUCE_ONEHOT ? field->width : levels_of(field));
        }
    }
    return add_cuts(run, s, in);
}

/* Slots of few codes are joined while there are few combinations: the AND over them is done once. */
static cauce_status join_slots(cauce_run *run, ca_boost_scorer *s) {
    int64_t open = -1;
    s->joints = cauce_keep(run, s->n_slots, sizeof *s->joints);
    if (!s->joints) return run->error.status;
    for (int64_t i = 0; i < s->n_slots; i++) {
        score_slot *slot = &s->slots[i];
        bool few = slot->n_codes <= FEW_CODES && !s->walk;
        if (!few || open < 0 || s->joints[open].n_entries * slot->n_codes > MOST_JOINT) {
            s->joints[s->n_joints] = (score_joint){ .n_entries = 1 };
            slot->joint = s->n_joints++;
            if (few) open = slot->joint;
        } else {
            slot->joint = open;
        }
        slot->step = s->joints[slot->joint].n_entries;
        s->joints[slot->joint].n_entries *= slot->n_codes;
    }
    for (int64_t i = 0; i < s->n_joints; i++) {
        s->joints[i].first = s->n_entries;
        s->n_entries += s->joints[i].n_entries;
    }
    return s->n_entries > INT32_MAX ? cauce_fail(run, CAUCE_E_LIMIT, "too many levels to score") : CAUCE_OK;
}

/* ---- Splits -------------------------------------------------------------------------------------------- */

static bool goes_left(const score_slot *slot, const score_split *split, int64_t code) {
    bool missing_left = split->flags & CA_SPLIT_MISSING_GOES_LEFT;
    if (slot->form == CAUCE_ONEHOT) return split->cut >= 0 ? code == split->cut : code != -1 - split->cut;
    if (code == slot->n_codes - 1) return missing_left;
    if (slot->form == CAUCE_CODES) return split->levels[code / 32] >> code % 32 & 1;
    return code <= split->cut;
}

/* A one-hot column is 1 in one code and 0 in all others: the code that goes left, -1 - the code that goes
 * right, or one that is never there (all go the same way). */
static int32_t onehot_cut(int64_t place, int64_t n_codes, double threshold) {
    int32_t code = (int32_t)place + 1;
    bool one_left = 1 <= threshold, zero_left = 0 <= threshold;
    if (one_left == zero_left) return one_left ? -1 - (int32_t)n_codes : (int32_t)n_codes;
    return -1 - code; /* 0 <= threshold < 1 */
}

static cauce_status make_splits(cauce_run *run, ca_boost_scorer *s, const cauce_schema *in,
                                int64_t *most_leaves) {
    const ca_boosting *m = s->model;
    s->splits = cauce_keep(run, m->n_splits, sizeof *s->splits);
    int32_t *size = cauce_scratch(run, m->n_splits, sizeof *size); /* splits below and at */
    if (!s->splits || !size) return run->error.status;
    *most_leaves = 1;
    for (int64_t t = 0; t + 1 < m->n_offsets; t++) {
        int64_t first = m->tree_offset[t], n = m->tree_offset[t + 1] - first;
        if (n + 1 > *most_leaves) *most_leaves = n + 1;
        for (int64_t i = n; i-- > 0;) {
            score_split *split = &s->splits[first + i];
            uint8_t flags = m->split_flags[first + i];
            int32_t left = flags & CA_SPLIT_LEAF_LEFT ? 0 : size[first + i + 1];
            int32_t right = flags & CA_SPLIT_LEAF_RIGHT ? 0 : size[first + i + 1 + left];
            size[first + i] = 1 + left + right;
            int64_t j = m->split_feature[first + i], place;
            double threshold = m->split_threshold[first + i];
            *split = (score_split){ .slot = s->slot_of[j], .left = left, .right = right, .flags = flags };
            const score_slot *slot = &s->slots[split->slot];
            ca_field_of(in, j, &place);
            if (slot->form == CAUCE_CODES)
                split->levels = m->category_left + (int64_t)threshold;
            else if (slot->form == CAUCE_ONEHOT)
                split->cut = onehot_cut(place, slot->n_codes, threshold);
            else
                split->cut = (int32_t)ca_rank(&slot->cuts, threshold);
        }
        /* from sizes to numbers: a subtree of k splits has k + 1 leaves, numbered from left to right */
        int32_t *leaf = size; /* first leaf of each subtree, in place: parents come first */
        if (n) leaf[first] = 0;
        for (int64_t i = 0; i < n; i++) {
            score_split *split = &s->splits[first + i];
            int32_t left = split->left, right = split->right, at = leaf[first + i];
            split->left = left ? (int32_t)i + 1 : ~at;
            split->right = right ? (int32_t)i + 1 + left : ~(at + left + 1);
            if (left) leaf[first + i + 1] = at;
            if (right) leaf[first + i + 1 + left] = at + left + 1;
        }
    }
    return CAUCE_OK;
}

/* ---- The table ----------------------------------------------------------------------------------------- */

/* First leaf of a child, and the one after its last. */
static int32_t first_leaf(const score_split *splits, int32_t child) {
    while (child >= 0) child = splits[child].left;
    return ~child;
}
static int32_t end_leaf(const score_split *splits, int32_t child) {
    while (child >= 0) child = splits[child].right;
    return ~child + 1;
}

static uint64_t leaves_between(int32_t from, int32_t to) {
    return (to - from == 64 ? ~UINT64_C(0) : (UINT64_C(1) << (to - from)) - 1) << from;
}

/* Strikes the leaves that a split makes impossible out of its tree's word, 16 words apart, for all entries of
 * its joint. */
static void strike(const ca_boost_scorer *s, const score_split *splits, const score_split *split,
                   uint64_t *words) {
    const score_slot *slot = &s->slots[split->slot];
    const score_joint *joint = &s->joints[slot->joint];
    int32_t middle = end_leaf(splits, split->left);
    uint64_t without_left = ~leaves_between(first_leaf(splits, split->left), middle);
    uint64_t without_right = ~leaves_between(middle, end_leaf(splits, split->right));
    words += joint->first * GROUP;
    for (int64_t code = 0; code < slot->n_codes; code++) {
        uint64_t mask = goes_left(slot, split, code) ? without_right : without_left;
        for (int64_t at = code * slot->step; at < joint->n_entries; at += slot->step * slot->n_codes)
            for (int64_t i = 0; i < slot->step; i++) words[(at + i) * GROUP] &= mask;
    }
}

/* Memory to make a group in. */
typedef struct bench {
    uint64_t *words;           /* of all entries, 16 each */
    int32_t *row_with, n_keys; /* by hash of a row's words; -1: none */
    uint64_t *rows;            /* those that are different, one behind the other */
    int64_t n_rows;
} bench;

static int64_t key_of(const bench *b, const uint64_t *words) {
    uint64_t key = 0;
    for (int t = 0; t < GROUP; t++) key = (key ^ words[t]) * UINT64_C(0x9E3779B97F4A7C15) + (key >> 32);
    return (int64_t)(key >> 32) & (b->n_keys - 1);
}

/* Rows of one joint; a row is looked for among those of the joint alone. */
static void add_joint(bench *b, const score_joint *joint, uint16_t *row_of) {
    const uint64_t *words = b->words + joint->first * GROUP;
    for (int32_t i = 0; i < b->n_keys; i++) b->row_with[i] = -1;
    for (int64_t entry = 0; entry < joint->n_entries; entry++, words += GROUP) {
        if (entry && memcmp(words, words - GROUP, GROUP * sizeof *words) == 0) {
            row_of[joint->first + entry] = row_of[joint->first + entry - 1];
            continue;
        }
        int64_t key = key_of(b, words);
        while (b->row_with[key] >= 0 &&
               memcmp(b->rows + (int64_t)b->row_with[key] * GROUP, words, GROUP * sizeof *words) != 0)
            key = (key + 1) & (b->n_keys - 1);
        if (b->row_with[key] < 0) {
            b->row_with[key] = (int32_t)b->n_rows;
            memcpy(b->rows + b->n_rows++ * GROUP, words, GROUP * sizeof *words);
        }
        row_of[joint->first + entry] = (uint16_t)b->row_with[key];
    }
}

static bool asks_nothing(const uint64_t *words) {
    for (int t = 0; t < GROUP; t++)
        if (~words[t]) return false;
    return true;
}

static cauce_status begin_bench(cauce_run *run, const ca_boost_scorer *s, bench *b) {
    b->n_keys = 2;
    for (int64_t i = 0; i < s->n_joints; i++)
        while (b->n_keys < 2 * s->joints[i].n_entries) b->n_keys *= 2;
    b->words = cauce_scratch(run, s->n_entries * GROUP, sizeof *b->words);
    b->rows = cauce_scratch(run, s->n_entries * GROUP, sizeof *b->rows);
    b->row_with = cauce_scratch(run, b->n_keys, sizeof *b->row_with);
    if (!b->words || !b->rows || !b->row_with) return run->error.status;
    memset(b->words, 255, (size_t)(s->n_entries * GROUP) * sizeof *b->words);
    return CAUCE_OK;
}

static cauce_status keep_rows(cauce_run *run, const ca_boost_scorer *s, const uint64_t *rows, int64_t n_rows,
                              ca_word_group *group) {
    int64_t n = n_rows * GROUP;
    uint64_t *wide = s->wide ? cauce_keep(run, n, sizeof *wide) : NULL;
    uint32_t *narrow = s->wide ? NULL : cauce_keep(run, n, sizeof *narrow);
    if (!wide && !narrow) return run->error.status;
    if (wide && n) memcpy(wide, rows, (size_t)n * sizeof *wide);
    for (int64_t i = 0; i < n && narrow; i++) narrow[i] = (uint32_t)rows[i];
    group->rows = wide ? (const void *)wide : narrow;
    return CAUCE_OK;
}

/* Equal rows once, and no joints that say nothing. */
static cauce_status compact(cauce_run *run, const ca_boost_scorer *s, bench *b, ca_word_group *group) {
    uint16_t *row_of = cauce_keep(run, s->n_entries, sizeof *row_of);
    int32_t *joints = cauce_keep(run, s->n_joints, sizeof *joints);
    if (!row_of || !joints) return run->error.status;
    for (int64_t j = 0; j < s->n_joints; j++) {
        int64_t before = b->n_rows;
        add_joint(b, &s->joints[j], row_of);
        if (b->n_rows - before == 1 && asks_nothing(b->rows + before * GROUP))
            b->n_rows = before;
        else
            joints[group->n_joints++] = (int32_t)j;
    }
    group->row_of = row_of;
    group->joints = joints;
    return keep_rows(run, s, b->rows, b->n_rows, group);
}

static cauce_status make_group(cauce_run *run, int64_t index, void *payload) {
    const ca_boost_scorer *s = payload;
    const ca_boosting *m = s->model;
    int64_t output = index / s->n_groups, first = index % s->n_groups * GROUP, room = s->wide ? 64 : 32;
    ca_word_group *group = &s->groups[index];
    bench b = { 0 };
    CA_TRY(begin_bench(run, s, &b));
    for (int64_t i = first; i < first + GROUP && i < m->n_iter; i++) {
        int64_t t = i * m->n_outputs + output, begin = m->tree_offset[t], n = m->tree_offset[t + 1] - begin;
        for (int64_t k = 0; k < n; k++)
            strike(s, s->splits + begin, &s->splits[begin + k], b.words + (i - first));
        memcpy(s->leaves + (index * GROUP + (i - first)) * room, m->leaf_value + begin + t,
               (size_t)(n + 1) * sizeof *s->leaves);
    }
    return s->direct ? keep_rows(run, s, b.words, s->n_entries, group) : compact(run, s, &b, group);
}

static cauce_status make_table(cauce_run *run, ca_boost_scorer *s, int64_t most_leaves) {
    const ca_boosting *m = s->model;
    s->n_groups = (m->n_iter + GROUP - 1) / GROUP;
    s->wide = most_leaves > 32;
    int64_t n_groups = s->n_groups * m->n_outputs;
    s->walk = s->walk || s->n_entries > MOST_ENTRIES ||
              (s->n_entries && n_groups > MOST_TABLE_BYTES / (GROUP * (s->wide ? 8 : 4)) / s->n_entries);
    if (s->walk) return CAUCE_OK;
    s->direct = s->n_entries <= DIRECT_BYTES / (GROUP * (s->wide ? 8 : 4));
    s->groups = cauce_keep(run, n_groups, sizeof *s->groups);
    s->leaves = cauce_keep(run, n_groups * GROUP * (s->wide ? 64 : 32), sizeof *s->leaves);
    if (!s->groups || !s->leaves) return run->error.status;
    return cauce_parallel(run, n_groups, make_group, s);
}

/* No more than one for each column that a split looks at. */
static cauce_status most_joints(cauce_run *run, const ca_boosting *model, int64_t *n) {
    bool *used = cauce_scratch(run, model->n_features, sizeof *used);
    if (!used) return run->error.status;
    *n = 0;
    for (int64_t i = 0; i < model->n_splits; i++) {
        *n += !used[model->split_feature[i]];
        used[model->split_feature[i]] = true;
    }
    return CAUCE_OK;
}

cauce_status ca_boosting_bind(cauce_run *run, const ca_boosting *model, bool walk,
                              struct ca_boost_scorer **scorer, size_t *scratch) {
    int64_t joints = 0;
    ca_boost_scorer *s = cauce_keep(run, 1, sizeof *s);
    if (!s) return run->error.status;
    CA_TRY(most_joints(run, model, &joints));
    *s = (ca_boost_scorer){ .model = model, .walk = walk };
    *scorer = s;
    *scratch = (size_t)((joints + 1) * CA_BOOST_ROWS) * sizeof(int32_t);
    return CAUCE_OK;
}

cauce_status ca_boosting_ready(cauce_run *run, const cauce_schema *in, struct ca_boost_scorer *scorer) {
    int64_t most_leaves = 1;
    ca_boost_scorer s = *scorer;
    CA_TRY(make_slots(run, &s, in));
    CA_TRY(make_splits(run, &s, in, &most_leaves));
    s.walk = s.walk || most_leaves > 64;
    CA_TRY(join_slots(run, &s));
    CA_TRY(make_table(run, &s, most_leaves));
    s.add = ca_words_fastest(s.wide);
    *scorer = s;
    return CAUCE_OK;
}

/* ---- Rows ---------------------------------------------------------------------------------------------- */

static void code_slot(const score_slot *slot, const cauce_batch *batch, int32_t *codes) {
    const cauce_block *block = &batch->blocks[slot->field];
    int64_t n = batch->n_rows;
    int32_t missing = (int32_t)slot->n_codes - 1;
    if (slot->form == CAUCE_DENSE) {
        const double *x = block->values + slot->place * block->stride;
        ca_ranks_of(&slot->cuts, x, n, (uint32_t *)codes);
        for (int64_t r = 0; r < n; r++) codes[r] = isnan(x[r]) ? missing : codes[r];
    } else if (slot->form == CAUCE_CODES) {
        for (int64_t r = 0; r < n; r++) codes[r] = block->codes[r] < 0 ? missing : block->codes[r];
    } else {
        for (int64_t r = 0; r < n; r++) codes[r] = block->codes[r] + 1;
    }
}

/* The code of a slot in the first row of a batch. */
static int32_t code_one(const score_slot *slot, const cauce_batch *batch) {
    const cauce_block *block = &batch->blocks[slot->field];
    int32_t missing = (int32_t)slot->n_codes - 1;
    if (slot->form == CAUCE_DENSE) {
        double x = block->values[slot->place * block->stride];
        return isnan(x) ? missing : (int32_t)ca_rank(&slot->cuts, x);
    }
    if (slot->form == CAUCE_CODES) return block->codes[0] < 0 ? missing : block->codes[0];
    return block->codes[0] + 1;
}

/* Entries of each row, row by row. */
static void make_entries(const ca_boost_scorer *s, const cauce_batch *batch, int32_t *entries,
                         int32_t *codes) {
    int64_t n = batch->n_rows, n_joints = s->n_joints;
    for (int64_t j = 0; j < n_joints; j++)
        for (int64_t r = 0; r < n; r++) entries[r * n_joints + j] = (int32_t)s->joints[j].first;
    for (int64_t i = 0; i < s->n_slots; i++) {
        int32_t *to = entries + s->slots[i].joint, step = (int32_t)s->slots[i].step;
        if (n == 1) {
            *to += step * code_one(&s->slots[i], batch);
            continue;
        }
        code_slot(&s->slots[i], batch, codes);
        for (int64_t r = 0; r < n; r++) to[r * n_joints] += step * codes[r];
    }
}

/* A slot's code out of its entry. Without joints it is the entry. */
static int64_t code_of(const ca_boost_scorer *s, const score_slot *slot, const int32_t *entries) {
    const score_joint *joint = &s->joints[slot->joint];
    int64_t entry = entries[slot->joint] - joint->first;
    return joint->n_entries == slot->n_codes ? entry : entry / slot->step % slot->n_codes;
}

static double walk_tree(const ca_boost_scorer *s, int64_t t, const int32_t *entries) {
    const ca_boosting *m = s->model;
    int64_t first = m->tree_offset[t];
    int32_t at = m->tree_offset[t + 1] > first ? 0 : -1;
    while (at >= 0) {
        const score_split *split = &s->splits[first + at];
        const score_slot *slot = &s->slots[split->slot];
        at = goes_left(slot, split, code_of(s, slot, entries)) ? split->left : split->right;
    }
    return m->leaf_value[first + t + ~at];
}

void ca_boosting_score(const struct ca_boost_scorer *s, const cauce_batch *batch, double *out, int64_t stride,
                       void *scratch) {
    const ca_boosting *m = s->model;
    int64_t n = batch->n_rows, k = m->n_outputs;
    int32_t *codes = scratch, *entries = codes + CA_BOOST_ROWS;
    make_entries(s, batch, entries, codes);
    for (int64_t c = 0; c < k; c++)
        for (int64_t r = 0; r < n; r++) out[r + c * stride] = m->baseline[c];
    if (s->walk) {
        for (int64_t t = 0; t + 1 < m->n_offsets; t++)
            for (int64_t r = 0; r < n; r++)
                out[r + t % k * stride] += walk_tree(s, t, entries + r * s->n_joints);
        return;
    }
    for (int64_t g = 0; g < k * s->n_groups; g++) {
        const double *leaves = s->leaves + g * GROUP * (s->wide ? 64 : 32);
        s->add(&s->groups[g], leaves, entries, s->n_joints, n, out + g / s->n_groups * stride);
    }
}

/* ---- Stages -------------------------------------------------------------------------------------------- */

/* Sums of one output while its trees are added one by one, as the whole is added up: in lanes that are
 * emptied after each group, or without them when all is walked. */
typedef struct staged {
    double sum[CA_BOOST_ROWS], lanes[4][CA_BOOST_ROWS];
} staged;

static void add_tree(const ca_boost_scorer *s, int64_t iteration, int32_t output, const int32_t *entries,
                     int64_t n, staged *so_far) {
    int64_t t = iteration * s->model->n_outputs + output;
    double *to = s->walk ? so_far->sum : so_far->lanes[iteration % GROUP % 4];
    for (int64_t r = 0; r < n; r++) to[r] += walk_tree(s, t, entries + r * s->n_joints);
}

static double sum_of_row(const staged *so_far, int64_t r) {
    return so_far->sum[r] +
           ((so_far->lanes[0][r] + so_far->lanes[1][r]) + (so_far->lanes[2][r] + so_far->lanes[3][r]));
}

static void close_group(int64_t n, staged *so_far) {
    for (int64_t r = 0; r < n; r++) so_far->sum[r] = sum_of_row(so_far, r);
    memset(so_far->lanes, 0, sizeof so_far->lanes);
}

void ca_boosting_score_stages(const struct ca_boost_scorer *s, const cauce_batch *batch,
                              const int64_t *stages, int64_t n_stages, const cauce_block *out,
                              void *scratch) {
    int32_t *codes = scratch, *entries = codes + CA_BOOST_ROWS;
    int64_t n = batch->n_rows;
    staged so_far;
    make_entries(s, batch, entries, codes);
    for (int32_t c = 0; c < s->model->n_outputs; c++) {
        memset(so_far.lanes, 0, sizeof so_far.lanes);
        for (int64_t r = 0; r < n; r++) so_far.sum[r] = s->model->baseline[c];
        for (int64_t i = 0, done = 0; i < n_stages; i++) {
            for (; done < stages[i]; done++) {
                add_tree(s, done, c, entries, n, &so_far);
                if (done % GROUP == GROUP - 1) close_group(n, &so_far);
            }
            double *to = (double *)out[i].room + c * out[i].stride;
            for (int64_t r = 0; r < n; r++) to[r] = sum_of_row(&so_far, r);
        }
    }
}
