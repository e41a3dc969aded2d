#include "tree/predict.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "tree/keys.h"

#define ONLY (UINT32_C(1) << 31)
enum {
    FEW_ROWS = 8,         /* fewer rows go through the trees one by one, all trees at a time */
    GROUP_CODES = 1 << 16 /* codes of a group of rows: a quarter of a megabyte, to stay in the cache */
};

static int64_t count_slots(const cauce_schema *in) {
    int64_t n = 0;
    for (int64_t b = 0; b < in->n_fields; b++)
        n += in->fields[b].form == CAUCE_DENSE ? in->fields[b].width : 1;
    return n;
}

/* Slot and level (-1: dense) of each column. */
typedef struct place {
    uint32_t slot;
    int32_t level;
} place;

static void find_places(const cauce_schema *in, place *places) {
    int64_t j = 0;
    uint32_t slot = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        bool dense = in->fields[b].form == CAUCE_DENSE;
        for (int64_t k = 0; k < in->fields[b].width; k++)
            places[j++] = (place){ dense ? slot++ : slot, dense ? -1 : (int32_t)k };
        slot += !dense;
    }
}

/* A split on a one-hot column compares 0 or 1 with the threshold. */
static void bind_level(ca_scored_split *split, int32_t level, double threshold) {
    if (threshold < 0) {
        split->low = 0; /* both are above */
    } else {
        split->slot |= ONLY;
        split->low = threshold < 1 ? (uint32_t)level + 1 : UINT32_MAX;
    }
}

typedef struct binding {
    const ca_forest *forest;
    ca_scored_split *splits;
    ca_slot *slots;
    int64_t n_slots;
    uint32_t *by_slot; /* dense splits, slot by slot */
    int64_t *first;    /* of each slot in by_slot; n_slots + 1 */
    ca_key_id *a, *b;
} binding;

/* The distinct thresholds of a slot, and each split's place among them. */
static cauce_status bind_slot(cauce_run *run, binding *bind, int64_t slot) {
    const uint32_t *ids = bind->by_slot + bind->first[slot];
    uint32_t n = (uint32_t)(bind->first[slot + 1] - bind->first[slot]), distinct = 0;
    if (n == 0) return CAUCE_OK;
    for (uint32_t i = 0; i < n; i++)
        bind->a[i] = (ca_key_id){ ca_key_of(bind->forest->split_threshold[ids[i]]), ids[i] };
    ca_sort_keys(&bind->a, &bind->b, n);
    for (uint32_t i = 0; i < n; i++) {
        distinct += i == 0 || bind->a[i].key != bind->a[i - 1].key;
        bind->splits[bind->a[i].id].low =
            distinct; /* codes count thresholds below: this one makes `distinct` */
    }
    double *thresholds = cauce_keep(run, distinct, sizeof *thresholds);
    if (!thresholds) return CA_NOMEM(run);
    for (uint32_t i = 0; i < n; i++)
        thresholds[bind->splits[bind->a[i].id].low - 1] = ca_key_value(bind->a[i].key);
    bind->slots[slot] = (ca_slot){ thresholds, distinct };
    return CAUCE_OK;
}

static cauce_status bind_splits(cauce_run *run, binding *bind, const place *places) {
    const ca_forest *forest = bind->forest;
    int64_t largest = 0;
    for (int64_t i = 0; i < forest->n_splits; i++) {
        place at = places[forest->split_feature[i]];
        ca_scored_split *split = &bind->splits[i];
        *split = (ca_scored_split){ 0, at.slot, { forest->left_child[i], forest->right_child[i] } };
        if (at.level >= 0)
            bind_level(split, at.level, forest->split_threshold[i]);
        else
            bind->first[at.slot + 1]++;
    }
    for (int64_t s = 0; s < bind->n_slots; s++) {
        if (bind->first[s + 1] > largest) largest = bind->first[s + 1];
        bind->first[s + 1] += bind->first[s];
    }
    bind->a = cauce_scratch(run, largest, sizeof *bind->a);
    bind->b = cauce_scratch(run, largest, sizeof *bind->b);
    int64_t *next = cauce_scratch(run, bind->n_slots, sizeof *next);
    if (!bind->a || !bind->b || !next) return CA_NOMEM(run);
    for (int64_t s = 0; s < bind->n_slots; s++) next[s] = bind->first[s];
    for (int64_t i = 0; i < forest->n_splits; i++) {
        place at = places[forest->split_feature[i]];
        if (at.level < 0) bind->by_slot[next[at.slot]++] = (uint32_t)i;
    }
    for (int64_t s = 0; s < bind->n_slots; s++) CA_TRY(bind_slot(run, bind, s));
    return CAUCE_OK;
}

cauce_status ca_forest_bind(cauce_run *run, const ca_forest *forest, const cauce_schema *in,
                            ca_scored_forest **scored, size_t *scratch) {
    int64_t n_slots = count_slots(in), group = GROUP_CODES / (n_slots ? n_slots : 1);
    if (forest->n_splits > UINT32_MAX || n_slots > INT32_MAX || forest->n_offsets > INT32_MAX)
        return cauce_fail(run, CAUCE_E_LIMIT, "a forest of %lld splits on %lld columns; at most %u and %d",
                          (long long)forest->n_splits, (long long)n_slots, UINT32_MAX, INT32_MAX);
    binding bind = { .forest = forest, .n_slots = n_slots };
    place *places = cauce_scratch(run, in->width, sizeof *places);
    bind.by_slot = cauce_scratch(run, forest->n_splits, sizeof *bind.by_slot);
    bind.first = cauce_scratch(run, n_slots + 1, sizeof *bind.first);
    bind.splits = cauce_keep(run, forest->n_splits, sizeof *bind.splits);
    bind.slots = cauce_keep(run, n_slots, sizeof *bind.slots);
    ca_scored_forest *bound = cauce_keep(run, 1, sizeof *bound);
    if (!places || !bind.by_slot || !bind.first || !bind.splits || !bind.slots || !bound)
        return CA_NOMEM(run);
    find_places(in, places);
    CA_TRY(bind_splits(run, &bind, places));
    group = group < 64 ? 64 : group > CA_SCORE_ROWS ? CA_SCORE_ROWS : group;
    *bound = (ca_scored_forest){ forest, bind.splits, bind.slots, n_slots, group };
    *scored = bound;
    int64_t most = group > forest->n_offsets ? group : forest->n_offsets;
    *scratch = ((size_t)(group * n_slots) + 2 * (size_t)most) * sizeof(uint32_t);
    return CAUCE_OK;
}

/* How many thresholds are below x, without a branch on x: the length halves, the start moves or stays. */
static inline uint32_t code_of(const ca_slot *slot, double x) {
    const double *start = slot->thresholds;
    int64_t n = slot->n_thresholds;
    if (n == 0) return 0;
    while (n > 1) {
        int64_t half = n / 2;
        start += start[half - 1] < x ? half : 0;
        n -= half;
    }
    return (uint32_t)(start - slot->thresholds) + (*start < x);
}

/* Codes of rows first .. first+n-1 of the batch, row by row. */
static void code_rows(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                      int64_t first, int64_t n, uint32_t *codes) {
    int64_t slot = 0, n_slots = scored->n_slots;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_block *block = &batch->blocks[b];
        if (in->fields[b].form == CAUCE_DENSE) {
            for (int64_t k = 0; k < in->fields[b].width; k++, slot++) {
                const double *x = block->values + k * block->stride + first;
                for (int64_t r = 0; r < n; r++)
                    codes[r * n_slots + slot] = code_of(&scored->slots[slot], x[r]);
            }
        } else {
            for (int64_t r = 0; r < n; r++)
                codes[r * n_slots + slot] = (uint32_t)(block->codes[first + r] + 1);
            slot++;
        }
    }
}

/* right: low <= code, or code == low: the distance from low is at most all there is above it, or 0. */
static inline int32_t step(const ca_scored_split *s, const uint32_t *row) {
    uint32_t low = s->low, only = (uint32_t) - (int32_t)(s->slot >> 31);
    return s->child[row[s->slot & ~ONLY] - low <= (~low & ~only)];
}

/* Leaf (as ~leaf) of each row. One pass takes every unfinished row one level down: the rows do not wait for
 * each other's memory. */
static void walk_rows(const ca_scored_split *splits, const uint32_t *codes, int64_t n_slots, int32_t n,
                      int32_t *active, int32_t *at) {
    for (int32_t r = 0; r < n; r++) {
        active[r] = r;
        at[r] = 0;
    }
    while (n) {
        int32_t left = 0;
        for (int32_t i = 0; i < n; i++) {
            int32_t r = active[i], next = step(&splits[at[r]], codes + r * n_slots);
            at[r] = next;
            active[left] = r;
            left += next >= 0;
        }
        n = left;
    }
}

/* The same for one row and all trees. */
static void walk_trees(const ca_scored_forest *scored, const uint32_t *row, int32_t *active, int32_t *at) {
    const int64_t *offset = scored->forest->tree_offset;
    int32_t n = 0, n_trees = (int32_t)(scored->forest->n_offsets - 1);
    for (int32_t t = 0; t < n_trees; t++) {
        at[t] = offset[t + 1] > offset[t] ? 0 : -1;
        active[n] = t;
        n += at[t] == 0;
    }
    while (n) {
        int32_t left = 0;
        for (int32_t i = 0; i < n; i++) {
            int32_t t = active[i], next = step(&scored->splits[offset[t] + at[t]], row);
            __builtin_prefetch(&scored->splits[offset[t] + (next < 0 ? 0 : next)]);
            at[t] = next;
            active[left] = t;
            left += next >= 0;
        }
        n = left;
    }
}

static const double *leaf_at(const ca_forest *forest, int64_t t, int32_t at) {
    return forest->leaf_value + (forest->tree_offset[t] + t + (int64_t)~at) * forest->n_outputs;
}

static void score_row(const ca_scored_forest *scored, const uint32_t *row, int32_t *active, int32_t *at,
                      double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    walk_trees(scored, row, active, at);
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++) {
        const double *leaf = leaf_at(forest, t, at[t]);
        for (int64_t c = 0; c < forest->n_outputs; c++) out[c * stride] += leaf[c];
    }
}

static void score_rows(const ca_scored_forest *scored, const uint32_t *codes, int32_t n, int32_t *active,
                       int32_t *at, double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    for (int64_t t = 0; t + 1 < forest->n_offsets; t++) {
        int64_t first = forest->tree_offset[t];
        if (forest->tree_offset[t + 1] == first)
            for (int32_t r = 0; r < n; r++) at[r] = -1;
        else
            walk_rows(scored->splits + first, codes, scored->n_slots, n, active, at);
        for (int32_t r = 0; r < n; r++) {
            const double *leaf = leaf_at(forest, t, at[r]);
            for (int64_t c = 0; c < forest->n_outputs; c++) out[r + c * stride] += leaf[c];
        }
    }
}

static void score_group(const ca_scored_forest *scored, const uint32_t *codes, int32_t n, int32_t *active,
                        int32_t *at, double *out, int64_t stride) {
    const ca_forest *forest = scored->forest;
    double n_trees = (double)(forest->n_offsets - 1);
    for (int64_t c = 0; c < forest->n_outputs; c++) memset(out + c * stride, 0, (size_t)n * sizeof *out);
    if (n < FEW_ROWS)
        for (int32_t r = 0; r < n; r++)
            score_row(scored, codes + r * scored->n_slots, active, at, out + r, stride);
    else
        score_rows(scored, codes, n, active, at, out, stride);
    for (int64_t c = 0; c < forest->n_outputs; c++)
        for (int32_t r = 0; r < n; r++) out[r + c * stride] /= n_trees;
}

void ca_forest_score(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                     double *out, int64_t stride, void *scratch) {
    int64_t group = scored->group, n_offsets = scored->forest->n_offsets;
    uint32_t *codes = scratch;
    int32_t *active = (int32_t *)(codes + group * scored->n_slots);
    int32_t *at = active + (group > n_offsets ? group : n_offsets);
    for (int64_t first = 0; first < batch->n_rows; first += group) {
        int64_t n = batch->n_rows - first < group ? batch->n_rows - first : group;
        code_rows(scored, in, batch, first, n, codes);
        score_group(scored, codes, (int32_t)n, active, at, out + first, stride);
    }
}
