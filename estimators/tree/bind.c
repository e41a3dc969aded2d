/* The bound form of a forest: thresholds become codes, splits become 64 bits. */
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "data/column.h"
#include "tree/bins.h"
#include "tree/predict.h"

enum { GROUP_CODES = 1 << 16 }; /* codes of a group of rows: a quarter of a megabyte, to stay in the cache */

/* Whether column j has a second slot for its missing values. */
static bool has_twin(const ca_forest *forest, const cauce_field *field, int64_t j) {
    return field->form == CAUCE_CODES ||
           (field->form == CAUCE_DENSE && forest->n_seen && forest->missing_columns[j]);
}

typedef struct ca_scored_place place;

/* Returns the number of slots. */
static int64_t find_places(const ca_forest *forest, const cauce_schema *in, place *places) {
    int64_t j = 0, slot = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_field *field = &in->fields[b];
        bool onehot = field->form == CAUCE_ONEHOT;
        for (int64_t k = 0; k < field->width; k++, j++) {
            int64_t second = slot + has_twin(forest, field, j);
            places[j] = (place){ (uint32_t)slot, (uint32_t)second, onehot ? (int32_t)k : -1 };
            if (!onehot) slot = second + 1;
        }
        slot += onehot;
    }
    return slot;
}

typedef struct binding {
    const ca_forest *forest;
    const place *places;
    int64_t n_slots;
    ca_slot *slots;
    bool *numbers; /* of each slot: single precision may do */
    ca_scored_split *splits;
    uint32_t *codes;               /* of each split */
    uint32_t *by_slot;             /* dense splits, slot by slot */
    int64_t *first;                /* of each slot in by_slot; n_slots + 1 */
    uint32_t largest_code, beyond; /* beyond: a code that no row has */
} binding;

enum { FEWEST_SINGLES = 16 }; /* fewer thresholds are soon looked through */

/* Whether the thresholds suggest values of single precision, and none of them shares its code. */
static bool are_singles(const double *thresholds, int64_t n) {
    int64_t short_ones = 0;
    if (n < FEWEST_SINGLES) return false;
    for (int64_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &thresholds[i], sizeof bits);
        short_ones += bits % (1 << 16) == 0;
        if (i && ca_single_threshold(thresholds[i]) == ca_single_threshold(thresholds[i - 1])) return false;
    }
    return short_ones >= n - n / 8;
}

static uint32_t code_of_threshold(const ca_slot *slot, const ca_bin_column *column, uint32_t rank) {
    return slot->single ? ca_single_threshold(column->values[rank]) : rank + 1;
}

/* Codes count the thresholds below a value: a split's own makes one more. */
#define COUNT_CODES(T)                                                                                       \
    do {                                                                                                     \
        const T *codes = column->codes;                                                                      \
        for (int64_t i = 0; i < n; i++) bind->codes[ids[i]] = code_of_threshold(to, column, codes[i]);       \
    } while (0)

static cauce_status keep_slot(cauce_run *run, const binding *bind, int64_t slot, const uint32_t *ids,
                              int64_t n, const ca_bin_column *column) {
    ca_slot *to = &bind->slots[slot];
    CA_TRY(ca_ranks_make(run, column->values, column->n_values, &to->thresholds));
    to->single = bind->numbers[slot] && are_singles(column->values, column->n_values);
    if (column->type == CA_BIN_U8)
        COUNT_CODES(uint8_t);
    else if (column->type == CA_BIN_U16)
        COUNT_CODES(uint16_t);
    else
        COUNT_CODES(uint32_t);
    return CAUCE_OK;
}

/* The distinct thresholds of a slot, and each split's place among them. */
static cauce_status code_slot(cauce_run *run, int64_t slot, void *payload) {
    const binding *bind = payload;
    const uint32_t *ids = bind->by_slot + bind->first[slot];
    int64_t n = bind->first[slot + 1] - bind->first[slot];
    if (n == 0) return ca_ranks_make(run, NULL, 0, &bind->slots[slot].thresholds);
    double *x = cauce_scratch(run, n, sizeof *x);
    if (!x) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) x[i] = bind->forest->split_threshold[ids[i]];
    ca_bin_column column = { 0 };
    cauce_status status = ca_bins_code(run, x, n, &column);
    if (status == CAUCE_OK) status = keep_slot(run, bind, slot, ids, n, &column);
    ca_free(column.memory);
    return status;
}

/* Codes of the splits on dense columns. */
static cauce_status code_splits(cauce_run *run, binding *bind) {
    const ca_forest *forest = bind->forest;
    for (int64_t i = 0; i < forest->n_splits; i++) {
        place at = bind->places[forest->split_feature[i]];
        if (at.level < 0) bind->first[at.slot + 1]++;
    }
    for (int64_t s = 0; s < bind->n_slots; s++) bind->first[s + 1] += bind->first[s];
    int64_t *next = cauce_scratch(run, bind->n_slots, sizeof *next);
    if (!next) return CA_NOMEM(run);
    for (int64_t s = 0; s < bind->n_slots; s++) next[s] = bind->first[s];
    for (int64_t i = 0; i < forest->n_splits; i++) {
        place at = bind->places[forest->split_feature[i]];
        if (at.level < 0) bind->by_slot[next[at.slot]++] = (uint32_t)i;
    }
    CA_TRY(cauce_parallel(run, bind->n_slots, code_slot, bind));
    for (int64_t s = 0; s < bind->n_slots; s++)
        if (bind->slots[s].single)
            bind->largest_code = UINT32_MAX;
        else if (bind->slots[s].thresholds.n > bind->largest_code)
            bind->largest_code = (uint32_t)bind->slots[s].thresholds.n;
    return CAUCE_OK;
}

/* A split on a one-hot column compares 0 or 1 with the threshold. */
static uint32_t code_of_level(const binding *bind, int32_t level, double threshold, uint32_t *flags) {
    if (threshold < 0) return 0; /* both are above */
    *flags |= CA_SPLIT_ONLY;
    return threshold < 1 ? (uint32_t)level + 1 : bind->beyond;
}

static int bits_of(int64_t largest) {
    int bits = 0;
    while (largest >> bits) bits++;
    return bits;
}

static int64_t largest_tree(const ca_forest *forest) {
    int64_t largest = 0;
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++) {
        int64_t n = forest->tree_offset[t + 1] - forest->tree_offset[t];
        if (n > largest) largest = n;
    }
    return largest;
}

/* Columns of numbers, if a split has room for codes of 32 bits. */
static cauce_status find_numbers(cauce_run *run, binding *bind, const cauce_schema *in) {
    int64_t j = 0;
    int bits = CA_SPLIT_FLAGS + 32 + bits_of(bind->n_slots) + bits_of(largest_tree(bind->forest));
    bind->numbers = cauce_scratch(run, bind->n_slots, sizeof *bind->numbers);
    if (!bind->numbers) return CA_NOMEM(run);
    for (int64_t b = 0; b < in->n_fields && bits <= 64; b++)
        for (int64_t k = 0; k < in->fields[b].width; k++, j++)
            bind->numbers[bind->places[j].slot] = in->fields[b].form == CAUCE_DENSE;
    return CAUCE_OK;
}

static cauce_status find_shape(cauce_run *run, const binding *bind, ca_split_shape *shape) {
    int64_t largest = largest_tree(bind->forest);
    int code = bits_of(bind->largest_code), slot = bits_of(bind->n_slots), child = bits_of(largest);
    *shape = (ca_split_shape){ .slot_shift = CA_SPLIT_FLAGS + code,
                               .child_shift = CA_SPLIT_FLAGS + code + slot,
                               .code_mask = (uint32_t)((UINT64_C(1) << code) - 1),
                               .slot_mask = (uint32_t)((UINT64_C(1) << slot) - 1) };
    if (shape->child_shift + child <= 64) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_LIMIT,
                      "a forest with trees of %lld splits on %lld columns with %u thresholds: scoring has "
                      "64 bits for a split, this takes %d",
                      (long long)largest, (long long)bind->n_slots, bind->largest_code,
                      shape->child_shift + child);
}

static void pack_splits(binding *bind, const ca_split_shape *shape) {
    const ca_forest *forest = bind->forest;
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++) {
        int64_t child = forest->tree_offset[t] + 1;
        for (int64_t i = forest->tree_offset[t]; i < forest->tree_offset[t + 1]; i++) {
            place at = bind->places[forest->split_feature[i]];
            uint32_t leaves = forest->split_leaves[i], flags = leaves, code = bind->codes[i];
            bool missing_right = forest->n_sides && forest->split_missing[i];
            if (at.level >= 0) code = code_of_level(bind, at.level, forest->split_threshold[i], &flags);
            bind->splits[i] = flags | (uint64_t)code << CA_SPLIT_FLAGS |
                              (uint64_t)(missing_right ? at.second : at.slot) << shape->slot_shift |
                              (uint64_t)(child - i) << shape->child_shift;
            child += 2 - (leaves & 1) - (leaves >> 1);
        }
    }
}

static cauce_status check_limits(cauce_run *run, const ca_forest *forest, int64_t n_slots) {
    const int64_t most =
        INT32_MAX / 128; /* a group has at least 64 rows; its codes are numbered in 31 bits */
    if (forest->n_splits <= UINT32_MAX && n_slots <= most && forest->n_offsets <= INT32_MAX) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_LIMIT, "a forest of %lld splits on %lld columns; at most %u and %lld",
                      (long long)forest->n_splits, (long long)n_slots, UINT32_MAX, (long long)most);
}

/* The codes of the levels of a category: its numbers among the thresholds. In a model of an older version a
 * boolean is 0 or 1. */
static cauce_status code_levels(cauce_run *run, const ca_forest *forest, const cauce_field *field,
                                int64_t first_level, ca_slot *slot) {
    int32_t n = cauce_levels_count(field->levels), yes = -1;
    uint32_t *codes = cauce_keep(run, n, sizeof *codes);
    if (!codes) return CA_NOMEM(run);
    if (!forest->n_levels) ca_levels_boolean(field->levels, &yes);
    for (int32_t k = 0; k < n; k++)
        codes[k] =
            ca_rank(&slot->thresholds, forest->n_levels ? forest->level_rank[first_level + k] : k == yes);
    slot->level_codes = codes;
    return CAUCE_OK;
}

static cauce_status finish_slots(cauce_run *run, const binding *bind, const cauce_schema *in) {
    int64_t j = 0, first_level = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_field *field = &in->fields[b];
        for (int64_t k = 0; k < field->width; k++, j++)
            bind->slots[bind->places[j].slot].twin = bind->places[j].second != bind->places[j].slot;
        if (field->form != CAUCE_CODES) continue;
        CA_TRY(code_levels(run, bind->forest, field, first_level, &bind->slots[bind->places[j - 1].slot]));
        first_level += cauce_levels_count(field->levels);
    }
    return CAUCE_OK;
}

/* The leaves in the order of the clusters: numbers of rows, or the outputs if they are no longer than a
 * number of a leaf and what it would point to. */
static cauce_status order_leaves(cauce_run *run, const ca_forest *forest, const uint32_t *number,
                                 ca_scored_forest *bound) {
    const int64_t n = ca_forest_leaves(forest);
    ca_scored_leaves *leaves = &bound->leaves;
    if (forest->n_index) {
        uint16_t *index = cauce_keep(run, n, sizeof *index);
        if (!index) return CA_NOMEM(run);
        for (int64_t i = 0; i < n; i++) index[i] = forest->leaf_index[number[i]];
        leaves->index = index;
    } else if (forest->n_outputs == 1) {
        double *value = cauce_keep(run, n, sizeof *value);
        if (!value) return CA_NOMEM(run);
        for (int64_t i = 0; i < n; i++) value[i] = forest->leaf_value[number[i]];
        leaves->value = value;
    }
    leaves->by_number = !forest->n_index && forest->n_outputs > 1;
    if (!leaves->by_number && !forest->n_starts) return CAUCE_OK;
    uint32_t *kept = cauce_keep(run, n, sizeof *kept);
    if (!kept) return CA_NOMEM(run);
    memcpy(kept, number, (size_t)n * sizeof *kept);
    leaves->number = kept;
    return CAUCE_OK;
}

/* In clusters, or else one by one. */
static cauce_status lay_out_splits(cauce_run *run, const binding *bind, ca_scored_forest *bound) {
    const ca_forest *forest = bind->forest;
    const uint8_t *missing = forest->n_sides ? forest->split_missing : NULL;
    bound->leaves = (ca_scored_leaves){ .value = forest->leaf_value,
                                        .index = forest->n_index ? forest->leaf_index : NULL };
    if (ca_clusters_can(bind->n_slots)) {
        uint32_t *number = cauce_scratch(run, ca_forest_leaves(forest), sizeof *number);
        if (!number) return CA_NOMEM(run);
        CA_TRY(ca_clusters_make(run, bind->splits, bound->shape, missing, forest->tree_offset,
                                forest->n_offsets - 1, bind->n_slots, number, &bound->clusters));
        if (bound->clusters.items) {
            CA_TRY(order_leaves(run, forest, number, bound));
            const ca_scored_leaves *leaves = &bound->leaves;
            bound->clusters.leaves = leaves->index       ? (const char *)leaves->index
                                     : leaves->by_number ? (const char *)leaves->number
                                                         : (const char *)leaves->value;
            bound->clusters.leaf_size = leaves->index       ? sizeof *leaves->index
                                        : leaves->by_number ? sizeof *leaves->number
                                                            : sizeof *leaves->value;
            return CAUCE_OK;
        }
    }
    ca_scored_split *splits = cauce_keep(run, forest->n_splits, sizeof *splits);
    if (!splits) return CA_NOMEM(run);
    memcpy(splits, bind->splits, (size_t)forest->n_splits * sizeof *splits);
    bound->splits = splits;
    return CAUCE_OK;
}

cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch) {
    place *places = cauce_keep(run, in->width, sizeof *places);
    ca_scored_forest *bound = cauce_keep(run, 1, sizeof *bound);
    if (!places || !bound) return CA_NOMEM(run);
    int64_t n_slots = find_places(forest, in, places);
    CA_TRY(check_limits(run, forest, n_slots));
    int row_shift = 0;
    while (INT64_C(1) << row_shift < n_slots) row_shift++;
    int64_t group = GROUP_CODES >> row_shift;
    group = group < 64 ? 64 : group > CA_SCORE_ROWS ? CA_SCORE_ROWS : group;
    *bound = (ca_scored_forest){ .forest = forest,
                                 .places = places,
                                 .row_shift = row_shift,
                                 .n_slots = n_slots,
                                 .group = group,
                                 .takes_missing = forest->n_sides == forest->n_splits };
    *scored = bound;
    int64_t most = (group > forest->n_offsets ? group : forest->n_offsets) + CA_WALK_SLACK;
    *scratch = (size_t)((group << row_shift) + CA_CLUSTER_CODES_SLACK) * sizeof(uint32_t) +
               2 * (size_t)most * sizeof(uint64_t);
    return CAUCE_OK;
}

cauce_status ca_forest_ready(cauce_run *run, const cauce_schema *in, ca_scored_forest *scored) {
    const ca_forest *forest = scored->forest;
    ca_scored_forest ready = *scored;
    binding bind = { .forest = forest, .places = scored->places, .n_slots = scored->n_slots };
    bind.splits = cauce_scratch(run, forest->n_splits, sizeof *bind.splits);
    ca_arena_mark here = ca_arena_here(&run->scratch);
    bind.codes = cauce_scratch(run, forest->n_splits, sizeof *bind.codes);
    bind.by_slot = cauce_scratch(run, forest->n_splits, sizeof *bind.by_slot);
    bind.first = cauce_scratch(run, bind.n_slots + 1, sizeof *bind.first);
    bind.slots = cauce_keep(run, bind.n_slots, sizeof *bind.slots);
    if (!bind.codes || !bind.by_slot || !bind.first || !bind.splits || !bind.slots) return CA_NOMEM(run);
    for (int64_t b = 0; b < in->n_fields; b++)
        if (in->fields[b].form == CAUCE_ONEHOT && in->fields[b].width >= bind.beyond)
            bind.beyond = (uint32_t)in->fields[b].width + 1;
    bind.largest_code = bind.beyond;
    CA_TRY(find_numbers(run, &bind, in));
    CA_TRY(code_splits(run, &bind));
    CA_TRY(finish_slots(run, &bind, in));
    CA_TRY(find_shape(run, &bind, &ready.shape));
    pack_splits(&bind, &ready.shape);
    ca_arena_back(&run->scratch, here); /* only the splits are needed now */
    CA_TRY(lay_out_splits(run, &bind, &ready));
    ready.slots = bind.slots;
    ready.walk = ca_walk_fastest();
    ca_give_back_pages(); /* that clusters were put together in */
    *scored = ready;
    return CAUCE_OK;
}
