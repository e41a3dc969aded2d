#include "boost/table.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "tree/keys.h"

enum {
    MOST_SAMPLED = 200000, /* rows that the percentiles of a column are taken from */
    TILE_ROWS = 2048,      /* that are put side by side at a time */
    LINE = 64,             /* bytes of the cache */
    OPEN_SLOTS = 8         /* shared slots that an unusual column is tried on */
};

/* A column while it is coded. */
typedef struct draft {
    int64_t block;         /* of the batch */
    int32_t column, index; /* of the schema; within its block */
    cauce_form form;
    uint8_t *codes;
    double *thresholds;
    uint8_t *level_bins;
    int32_t n_bins, n_levels, n_shared; /* ONEHOT: columns with a row */
    int32_t *shared;                    /* ONEHOT: of each code, its place among them; -1: none */
    bool learn_missing, any_missing, rare_is_low;
    int64_t n_rare; /* two values: rows of the unusual one, learning or not */
} draft;

typedef struct coding {
    const ca_table_plan *plan;
    const int64_t *sample; /* rows for percentiles; NULL: all that learn */
    int64_t n_sample;
    draft *drafts;
    ca_table *table;
} coding;

static void *own(cauce_run *run, ca_table *table, int64_t n, size_t size) {
    if (table->n_memory == table->memory_room) {
        int64_t room = table->memory_room ? 2 * table->memory_room : 64;
        void **grown = ca_realloc(table->memory, (size_t)room * sizeof *grown);
        if (!grown) return (void)CA_NOMEM(run), NULL;
        table->memory = grown;
        table->memory_room = room;
    }
    void *memory = ca_calloc((size_t)(n ? n : 1), size);
    if (!memory) return (void)CA_NOMEM(run), NULL;
    return table->memory[table->n_memory++] = memory;
}

void ca_table_free(ca_table *table) {
    for (int64_t i = 0; i < table->n_memory; i++) ca_free(table->memory[i]);
    ca_free(table->memory);
    *table = (ca_table){ 0 };
}

/* ---- Numbers ------------------------------------------------------------------------------------------- */

static int64_t times_of(const ca_table_plan *plan, int64_t i) {
    return plan->times ? plan->times[i] : 1;
}

/* The distinct values among the learning rows, unless there are more than `most`: then most + 1. A column of
 * few values is not sorted. */
static int64_t few_values(const coding *c, const double *x, double *values, int64_t most) {
    enum { SIZE = 1024 };
    int16_t table[SIZE];
    int64_t n = 0;
    memset(table, -1, sizeof table);
    for (int64_t i = 0; i < c->plan->n_learn; i++) {
        double value = x[c->plan->order[i]] + 0.0; /* -0.0 becomes 0.0 */
        if (isnan(value)) continue;
        uint64_t key = ca_key_of(value) * UINT64_C(0x9E3779B97F4A7C15) >> 54;
        while (table[key] >= 0 && values[table[key]] != value) key = (key + 1) % SIZE;
        if (table[key] >= 0) continue;
        if (n == most) return most + 1;
        table[key] = (int16_t)n;
        values[n++] = value;
    }
    for (int64_t i = 1; i < n; i++) { /* insertion: at most 255 */
        double value = values[i];
        int64_t j = i;
        for (; j > 0 && values[j - 1] > value; j--) values[j] = values[j - 1];
        values[j] = value;
    }
    return n;
}

/* The sorted rows of a column. */
typedef struct sorted_rows {
    ca_key_id *keys; /* ids: rows of the fit */
    int64_t n;
    double *values;
    int32_t *times; /* NULL: 1 */
} sorted_rows;

static cauce_status sort_values(cauce_run *run, const coding *c, const double *x, sorted_rows *sorted) {
    const ca_table_plan *plan = c->plan;
    int64_t n = c->sample ? c->n_sample : plan->n_learn;
    ca_key_id *spare = cauce_scratch(run, n, sizeof *spare);
    sorted->keys = cauce_scratch(run, n, sizeof *sorted->keys);
    sorted->values = cauce_scratch(run, n, sizeof *sorted->values);
    sorted->times = plan->times ? cauce_scratch(run, n, sizeof *sorted->times) : NULL;
    if (run->error.status != CAUCE_OK) return run->error.status;
    for (int64_t s = 0; s < n; s++) {
        int64_t i = c->sample ? c->sample[s] : s;
        double value = x[plan->order[i]];
        if (!isnan(value)) sorted->keys[sorted->n++] = (ca_key_id){ ca_key_of(value), (uint32_t)i };
    }
    if (sorted->n > 0) ca_sort_keys(&sorted->keys, &spare, (uint32_t)sorted->n);
    for (int64_t s = 0; s < sorted->n; s++) {
        sorted->values[s] = ca_key_value(sorted->keys[s].key);
        if (sorted->times) sorted->times[s] = plan->times[sorted->keys[s].id];
    }
    return CAUCE_OK;
}

static cauce_status move_to_edges(cauce_run *run, const coding *c, const sorted_rows *sorted, draft *d) {
    const ca_table_plan *plan = c->plan;
    double *y = plan->y ? cauce_scratch(run, sorted->n, sizeof *y) : NULL;
    int32_t *y_class = plan->y ? NULL : cauce_scratch(run, sorted->n, sizeof *y_class);
    double *scratch = cauce_scratch(run, sorted->n, sizeof *scratch);
    if (!scratch || (plan->y ? !y : !y_class)) return run->error.status;
    for (int64_t s = 0; s < sorted->n; s++)
        if (y)
            y[s] = plan->y[sorted->keys[s].id];
        else
            y_class[s] = plan->y_class[sorted->keys[s].id];
    ca_edge_rows rows = { sorted->n, sorted->values, sorted->times, y, y_class, plan->train->n_classes };
    ca_thresholds_to_edges(&rows, d->thresholds, d->n_bins - 1, scratch);
    return CAUCE_OK;
}

static cauce_status many_values(cauce_run *run, const coding *c, const double *x, draft *d) {
    const ca_table_plan *plan = c->plan;
    sorted_rows sorted = { 0 };
    CA_TRY(sort_values(run, c, x, &sorted));
    if (sorted.n == 0) return CAUCE_OK;
    d->n_bins = 1 + ca_thresholds_of(sorted.values, sorted.times, sorted.n, plan->max_bins, d->thresholds);
    return plan->y || plan->y_class ? move_to_edges(run, c, &sorted, d) : CAUCE_OK;
}

/* Bin = number of thresholds below x; `cuts` is filled up to 255 with +inf. Eight searches go side by side
 * without branches: each waits for its own loads. Missing rows (no comparison holds) get bin 0 here. */
static void code_numbers(const double *x, const int64_t *order, int64_t n, const double *cuts,
                         uint8_t *codes) {
    enum { SIDE = 8 };
    for (int64_t first = 0; first < n; first += SIDE) {
        double value[SIDE];
        uint64_t bin[SIDE] = { 0 };
        int64_t many = n - first < SIDE ? n - first : SIDE;
        for (int64_t i = 0; i < SIDE; i++) value[i] = x[order[first + (i < many ? i : 0)]];
        for (uint64_t step = 128; step; step /= 2)
            for (int64_t i = 0; i < SIDE; i++) bin[i] += step * (cuts[bin[i] + step - 1] < value[i]);
        for (int64_t i = 0; i < many; i++) codes[first + i] = (uint8_t)bin[i];
    }
}

static cauce_status code_number(cauce_run *run, coding *c, draft *d, const double *x) {
    const ca_table_plan *plan = c->plan;
    int64_t n = c->table->n_rows, most = plan->max_bins;
    double values[CA_BOOST_BINS + 1], cuts[256];
    int64_t distinct = few_values(c, x, values, most);
    d->n_bins = distinct > 0;
    if (distinct > most)
        CA_TRY(many_values(run, c, x, d));
    else if (distinct > 0)
        d->n_bins = 1 + ca_thresholds_of(values, NULL, distinct, most, d->thresholds);
    for (int i = 0; i < 256; i++) cuts[i] = i + 1 < d->n_bins ? d->thresholds[i] : (double)INFINITY;
    code_numbers(x, plan->order, n, cuts, d->codes);
    int64_t low = 0;
    for (int64_t i = 0; i < n; i++) {
        if (isnan(x[plan->order[i]])) {
            d->codes[i] = (uint8_t)d->n_bins;
            d->any_missing = true;
            if (i < plan->n_learn) d->learn_missing = true;
        }
        low += d->codes[i] == 0;
    }
    d->rare_is_low = low <= n / 2;
    d->n_rare = d->rare_is_low ? low : n - low;
    return CAUCE_OK;
}

/* ---- Categories ---------------------------------------------------------------------------------------- */

/* Which count is larger; equals: the lower level. */
static bool before(const int64_t *count, int32_t a, int32_t b) {
    return count[a] != count[b] ? count[a] > count[b] : a < b;
}

/* The k-th of the levels in that order, by quick select: a level belongs to the first k when it is not after
 * it. `levels` is reordered. */
static int32_t nth_level(const int64_t *count, int32_t *levels, int32_t n, int32_t k) {
    int32_t low = 0, high = n - 1;
    while (low < high) {
        int32_t pivot = levels[low + (high - low) / 2], i = low, j = high;
        while (i <= j) {
            while (before(count, levels[i], pivot)) i++;
            while (before(count, pivot, levels[j])) j--;
            if (i > j) break;
            int32_t swap = levels[i];
            levels[i++] = levels[j];
            levels[j--] = swap;
        }
        if (k <= j)
            high = j;
        else if (k >= i)
            low = i;
        else
            break;
    }
    return levels[k];
}

/* A bin for each level that learns; with more of them than max_bins the most frequent max_bins - 1 keep one
 * of their own and the others share the last. */
static cauce_status code_category(cauce_run *run, coding *c, draft *d, const cauce_levels *levels,
                                  const int32_t *codes) {
    const ca_table_plan *plan = c->plan;
    int64_t most = plan->max_bins;
    int32_t n_levels = levels ? cauce_levels_count(levels) : 0, present = 0, last = -1;
    int64_t *count = cauce_scratch(run, n_levels, sizeof *count);
    int32_t *seen = cauce_scratch(run, n_levels, sizeof *seen);
    if (!count || !seen) return run->error.status;
    for (int64_t i = 0; i < plan->n_learn; i++) {
        int32_t code = codes[plan->order[i]];
        if (code >= 0)
            count[code] += times_of(plan, i);
        else
            d->learn_missing = true;
    }
    for (int32_t l = 0; l < n_levels; l++)
        if (count[l] > 0) seen[present++] = l;
    if (present > most) last = nth_level(count, seen, present, (int32_t)most - 2);
    d->n_levels = n_levels;
    d->n_bins = present > most ? (int32_t)most : present;
    int32_t bin = 0;
    for (int32_t l = 0; l < n_levels; l++) {
        bool own_bin = count[l] > 0 && (last < 0 || l == last || before(count, l, last));
        d->level_bins[l] = (uint8_t)(own_bin ? bin++ : count[l] > 0 ? d->n_bins - 1 : d->n_bins);
    }
    for (int64_t i = 0; i < c->table->n_rows; i++) {
        int32_t code = codes[plan->order[i]];
        d->codes[i] = code >= 0 ? d->level_bins[code] : (uint8_t)d->n_bins;
        d->any_missing |= d->codes[i] == d->n_bins;
    }
    return CAUCE_OK;
}

/* Which columns of a one-hot block have a learning row. */
static cauce_status code_onehot(const coding *c, draft *d, int64_t width, const int32_t *codes) {
    for (int64_t k = 0; k < width; k++) d->shared[k] = -1;
    for (int64_t i = 0; i < c->plan->n_learn; i++) {
        int32_t code = codes[c->plan->order[i]];
        if (code >= 0) d->shared[code] = 0;
    }
    for (int64_t k = 0; k < width; k++)
        if (d->shared[k] == 0) d->shared[k] = d->n_shared++;
    return CAUCE_OK;
}

static cauce_status code_draft(cauce_run *run, int64_t index, void *payload) {
    coding *c = payload;
    draft *d = &c->drafts[index];
    const cauce_train *train = c->plan->train;
    const cauce_block *block = &train->x->blocks[d->block];
    const cauce_field *field = &train->schema->fields[d->block];
    if (d->form == CAUCE_DENSE) return code_number(run, c, d, block->values + d->index * block->stride);
    if (d->form == CAUCE_CODES) return code_category(run, c, d, field->levels, block->codes);
    return code_onehot(c, d, field->width, block->codes);
}

/* ---- Slots --------------------------------------------------------------------------------------------- */

static bool may_share(const ca_table *table, const draft *d) {
    return d->form == CAUCE_DENSE && d->n_bins == 2 && !d->any_missing && d->n_rare <= table->n_rows / 4;
}

static bool unusual(const draft *d, int64_t row) {
    return (d->codes[row] == 0) == d->rare_is_low;
}

/* Puts the column's unusual rows into the slot unless one is taken. */
static bool share(const ca_table *table, ca_slot *slot, const draft *d) {
    if (slot->n_codes > CA_BOOST_BINS) return false;
    for (int64_t i = 0; i < table->n_rows; i++)
        if (unusual(d, i) && slot->codes[i]) return false;
    for (int64_t i = 0; i < table->n_rows; i++)
        if (unusual(d, i)) slot->codes[i] = (uint8_t)slot->n_codes;
    slot->n_codes++;
    return true;
}

static cauce_status open_slot(cauce_run *run, ca_table *table, ca_slot **slot) {
    uint8_t *codes = own(run, table, table->n_rows, 1);
    if (!codes) return run->error.status;
    *slot = &table->slots[table->n_slots++];
    **slot = (ca_slot){ .codes = codes, .n_codes = 1 };
    return CAUCE_OK;
}

/* A shared slot for a column of two values: one of those opened last, or a new one. */
static cauce_status place_shared(cauce_run *run, ca_table *table, const draft *d, int32_t *open,
                                 int *n_open) {
    ca_slot *slot = NULL;
    for (int i = *n_open - 1; i >= 0 && i >= *n_open - OPEN_SLOTS && !slot; i--)
        if (share(table, &table->slots[open[i]], d)) slot = &table->slots[open[i]];
    if (!slot) {
        CA_TRY(open_slot(run, table, &slot));
        open[(*n_open)++] = (int32_t)(slot - table->slots);
        share(table, slot, d);
    }
    table->features[table->n_features++] = (ca_feature){ .kind = CA_FEATURE_SHARED,
                                                         .column = d->column,
                                                         .slot = (int32_t)(slot - table->slots),
                                                         .code = slot->n_codes - 1,
                                                         .n_bins = 2,
                                                         .unusual_is_low = d->rare_is_low,
                                                         .thresholds = d->thresholds };
    return CAUCE_OK;
}

static void place_own(ca_table *table, const draft *d) {
    table->slots[table->n_slots] = (ca_slot){ .codes = d->codes, .n_codes = d->n_bins + d->any_missing };
    table->features[table->n_features++] =
        (ca_feature){ .kind = d->form == CAUCE_DENSE ? CA_FEATURE_NUMBER : CA_FEATURE_CATEGORY,
                      .column = d->column,
                      .slot = table->n_slots++,
                      .n_bins = d->n_bins,
                      .missing = d->learn_missing,
                      .thresholds = d->thresholds,
                      .n_levels = d->n_levels,
                      .level_bins = d->level_bins };
}

/* A one-hot block: up to 255 of its columns in a slot. */
static cauce_status place_onehot(cauce_run *run, ca_table *table, const ca_table_plan *plan, const draft *d) {
    static const double half = 0.5;
    const int32_t *codes = plan->train->x->blocks[d->block].codes;
    int64_t width = plan->train->schema->fields[d->block].width;
    int32_t first = table->n_slots;
    for (int32_t k = 0; k < d->n_shared; k += CA_BOOST_BINS) {
        ca_slot *slot = NULL;
        CA_TRY(open_slot(run, table, &slot));
        slot->n_codes += d->n_shared - k < CA_BOOST_BINS ? d->n_shared - k : CA_BOOST_BINS;
    }
    for (int64_t k = 0; k < width; k++)
        if (d->shared[k] >= 0)
            table->features[table->n_features++] = (ca_feature){ .kind = CA_FEATURE_SHARED,
                                                                 .column = d->column + (int32_t)k,
                                                                 .slot = first + d->shared[k] / CA_BOOST_BINS,
                                                                 .code = 1 + d->shared[k] % CA_BOOST_BINS,
                                                                 .n_bins = 2,
                                                                 .thresholds = &half };
    for (int64_t i = 0; i < table->n_rows; i++) {
        int32_t code = codes[plan->order[i]], place = code < 0 ? -1 : d->shared[code];
        if (place >= 0)
            table->slots[first + place / CA_BOOST_BINS].codes[i] = (uint8_t)(1 + place % CA_BOOST_BINS);
    }
    return CAUCE_OK;
}

/* Columns in order; those that cannot be cut are left out. */
static cauce_status place_all(cauce_run *run, coding *c, int64_t n_drafts) {
    ca_table *table = c->table;
    const cauce_schema *schema = c->plan->train->schema;
    int64_t most = n_drafts + schema->width / CA_BOOST_BINS + 1;
    int32_t *open = cauce_scratch(run, n_drafts, sizeof *open);
    int n_open = 0;
    table->features = own(run, table, schema->width, sizeof *table->features);
    table->slots = own(run, table, most, sizeof *table->slots);
    if (!table->features || !table->slots || !open) return run->error.status;
    for (int64_t k = 0; k < n_drafts; k++) {
        const draft *d = &c->drafts[k];
        if (d->form == CAUCE_ONEHOT)
            CA_TRY(place_onehot(run, table, c->plan, d));
        else if (may_share(table, d))
            CA_TRY(place_shared(run, table, d, open, &n_open));
        else if (d->n_bins + d->learn_missing > 1)
            place_own(table, d);
    }
    for (int32_t s = 0; s < table->n_slots; s++) {
        table->slots[s].first = table->n_bins;
        table->n_bins += table->slots[s].n_codes;
    }
    for (int32_t f = 0; f < table->n_features; f++)
        table->features[f].first = table->slots[table->features[f].slot].first + table->features[f].code;
    return CAUCE_OK;
}

/* ---- Tiles --------------------------------------------------------------------------------------------- */

static cauce_status fill_tiles(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    ca_table *table = payload;
    int64_t first = index * TILE_ROWS,
            n = table->n_rows - first < TILE_ROWS ? table->n_rows - first : TILE_ROWS;
    for (int32_t t = 0; t < table->n_tiles; t++) {
        const ca_tile *tile = &table->tiles[t];
        for (int32_t s = 0; s < tile->n_slots; s++) {
            const uint8_t *from = table->slots[tile->slot + s].codes + first;
            uint16_t *to = tile->places + first * tile->stride + s;
            int32_t base = table->slots[tile->slot + s].first - tile->first;
            for (int64_t i = 0; i < n; i++) to[i * tile->stride] = (uint16_t)(2 * (base + from[i]));
        }
    }
    return CAUCE_OK;
}

/* Places from one row to the next: rows begin where a line of the cache does, or where an even part of it
 * does, so that none touches a line more than it must. */
static int64_t stride_of(int32_t n_slots) {
    int64_t stride = 8;
    while (stride < n_slots && stride < LINE / 2) stride *= 2;
    return stride < n_slots ? (n_slots + LINE / 2 - 1) / (LINE / 2) * (LINE / 2) : stride;
}

static uint16_t *own_places(cauce_run *run, ca_table *table, int64_t stride) {
    char *memory = own(run, table, table->n_rows * stride + LINE / 2, sizeof(uint16_t));
    return memory ? (void *)(memory + (LINE - (uintptr_t)memory % LINE) % LINE) : NULL;
}

static cauce_status make_tiles(cauce_run *run, ca_table *table) {
    table->n_tiles = (table->n_slots + CA_TILE_SLOTS - 1) / CA_TILE_SLOTS;
    table->tiles = own(run, table, table->n_tiles, sizeof *table->tiles);
    if (!table->tiles) return run->error.status;
    int32_t at = 0;
    for (int32_t t = 0; t < table->n_tiles; t++) {
        int32_t n = (table->n_slots - at) / (table->n_tiles - t);
        int64_t stride = stride_of(n);
        uint16_t *places = own_places(run, table, stride);
        if (!places) return run->error.status;
        table->tiles[t] = (ca_tile){
            .slot = at, .n_slots = n, .first = table->slots[at].first, .stride = stride, .places = places
        };
        at += n;
    }
    return cauce_parallel(run, (table->n_rows + TILE_ROWS - 1) / TILE_ROWS, fill_tiles, table);
}

/* ---- All ----------------------------------------------------------------------------------------------- */

/* Rows for percentiles, ascending: each learning row with the same chance (Knuth's algorithm S). */
static cauce_status draw_sample(cauce_run *run, coding *c) {
    int64_t n = c->plan->n_learn;
    if (n <= MOST_SAMPLED) return CAUCE_OK;
    int64_t *sample = cauce_scratch(run, MOST_SAMPLED, sizeof *sample), found = 0;
    if (!sample) return run->error.status;
    cauce_rng rng;
    cauce_rng_init(&rng, c->plan->seed, "boosting bins", 0);
    for (int64_t i = 0; i < n && found < MOST_SAMPLED; i++)
        if (cauce_rng_below(&rng, (uint64_t)(n - i)) < (uint64_t)(MOST_SAMPLED - found)) sample[found++] = i;
    c->sample = sample;
    c->n_sample = found;
    return CAUCE_OK;
}

/* One draft for each number column, category and one-hot block, with the memory that coding fills. */
static cauce_status begin_drafts(cauce_run *run, coding *c, int64_t *n_drafts) {
    const cauce_schema *schema = c->plan->train->schema;
    ca_table *table = c->table;
    int32_t column = 0;
    c->drafts = cauce_scratch(run, schema->width, sizeof *c->drafts);
    if (!c->drafts) return run->error.status;
    for (int64_t b = 0; b < schema->n_fields; b++) {
        const cauce_field *field = &schema->fields[b];
        bool onehot = field->form == CAUCE_ONEHOT;
        for (int32_t k = 0; k < (onehot ? 1 : field->width); k++) {
            draft *d = &c->drafts[(*n_drafts)++];
            *d = (draft){ .block = b, .column = column + k, .index = k, .form = field->form };
            if (onehot)
                d->shared = own(run, table, field->width, sizeof *d->shared);
            else
                d->codes = own(run, table, table->n_rows, 1);
            if (field->form == CAUCE_DENSE) d->thresholds = own(run, table, CA_BOOST_BINS, sizeof(double));
            if (field->form == CAUCE_CODES)
                d->level_bins = own(run, table, field->levels ? cauce_levels_count(field->levels) : 0, 1);
            if (run->error.status != CAUCE_OK) return run->error.status;
        }
        column += (int32_t)field->width;
    }
    return CAUCE_OK;
}

cauce_status ca_table_make(cauce_run *run, const ca_table_plan *plan, ca_table *table) {
    int64_t n = plan->train->n_rows, n_drafts = 0;
    if (n > INT32_MAX || plan->train->schema->width > INT32_MAX / 256)
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %lld columns; boosting takes at most %d of %d",
                          (long long)n, (long long)plan->train->schema->width, INT32_MAX, INT32_MAX / 256);
    table->n_rows = n;
    coding c = { .plan = plan, .table = table };
    CA_TRY(draw_sample(run, &c));
    CA_TRY(begin_drafts(run, &c, &n_drafts));
    CA_TRY(cauce_parallel(run, n_drafts, code_draft, &c));
    CA_TRY(place_all(run, &c, n_drafts));
    return make_tiles(run, table);
}
