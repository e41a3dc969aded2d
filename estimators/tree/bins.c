#include "tree/bins.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "data/batch.h"
#include "tree/held_out.h"
#include "tree/keys.h"
#include "tree/levels.h"
#include "tree/numbers.h"

/* The distinct keys of a column in order of first appearance, found through an open-addressing table. */
typedef struct distinct {
    uint64_t *keys;
    uint32_t n, room;
    uint32_t *slots; /* 1 + number of the key, 0 = free */
    int bits;        /* the table has 1 << bits slots */
} distinct;

static size_t slot_of(const distinct *d, uint64_t key) {
    size_t mask = ((size_t)1 << d->bits) - 1;
    size_t slot = (size_t)(((key ^ key >> 32) * UINT64_C(0x9E3779B97F4A7C15)) >> (64 - d->bits));
    while (d->slots[slot] && d->keys[d->slots[slot] - 1] != key) slot = (slot + 1) & mask;
    return slot;
}

static cauce_status widen(cauce_run *run, distinct *d) {
    int bits = d->bits ? d->bits + 2 : 10;
    size_t size = (size_t)1 << bits;
    uint64_t *keys = ca_realloc(d->keys, size / 2 * sizeof *keys);
    if (!keys) return CA_NOMEM(run);
    d->keys = keys;
    uint32_t *slots = ca_calloc(size, sizeof *slots);
    if (!slots) return CA_NOMEM(run);
    ca_free(d->slots);
    d->slots = slots;
    d->bits = bits;
    d->room = (uint32_t)(size / 2);
    for (uint32_t i = 0; i < d->n; i++) d->slots[slot_of(d, d->keys[i])] = i + 1;
    return CAUCE_OK;
}

/* ids[r] = number of the value of row r among the distinct ones; a missing one has UINT32_MAX. */
static cauce_status number_some(cauce_run *run, const double *x, int64_t n, distinct *d, uint32_t *ids,
                                bool *missing) {
    for (int64_t r = 0; r < n; r++) {
        ids[r] = UINT32_MAX;
        if (isnan(x[r])) {
            *missing = true;
            continue;
        }
        uint64_t key = ca_key_of(x[r]);
        size_t slot = slot_of(d, key);
        if (!d->slots[slot]) {
            if (d->n == d->room) {
                CA_TRY(widen(run, d));
                slot = slot_of(d, key);
            }
            d->keys[d->n] = key;
            d->slots[slot] = ++d->n;
        }
        ids[r] = d->slots[slot] - 1;
    }
    return CAUCE_OK;
}

/* A table of values that are hardly ever met again is not worth its while: known after so many rows. */
enum { TRIED = 8 * CA_NUMBERS, MOST_NEW = TRIED / 8 * 7 };

/* The same of all rows; a missing one comes after the last. Gives up when it may (*all_new) and nearly all
 * are new; then *all_new stays true. */
static cauce_status number_values(cauce_run *run, const ca_numbers *x, int64_t n, distinct *d, uint32_t *ids,
                                  bool *missing, bool *all_new) {
    double room[CA_NUMBERS];
    CA_TRY(widen(run, d));
    *missing = false;
    for (int64_t r = 0; r < n; r += CA_NUMBERS) {
        int64_t most = n - r < CA_NUMBERS ? n - r : CA_NUMBERS;
        if (r == TRIED && *all_new && d->n > MOST_NEW) return CAUCE_OK;
        CA_TRY(number_some(run, ca_numbers_read(x, r, most, room), most, d, ids + r, missing));
    }
    *all_new = false;
    for (int64_t r = 0; r < n && *missing; r++)
        if (ids[r] == UINT32_MAX) ids[r] = d->n;
    return CAUCE_OK;
}

static void *codes_of(const ca_bin_column *column) {
    return (void *)(uintptr_t)column->codes;
}

#define WRITE_CODES(T, MADE_OF)                                                                              \
    do {                                                                                                     \
        for (int64_t r = 0; r < n; r++) ((T *)codes)[r] = MADE_OF(rank ? rank[ids[r]] : ids[r]);             \
    } while (0)

/* rank NULL: the ids are the codes. */
static void write_codes(const uint32_t *ids, const uint32_t *rank, int64_t n, ca_bin_column *column) {
    void *codes = codes_of(column);
    switch (column->type) {
    case CA_BIN_U8: WRITE_CODES(uint8_t, (uint8_t)); break;
    case CA_BIN_U16: WRITE_CODES(uint16_t, (uint16_t)); break;
    case CA_BIN_U24: WRITE_CODES(ca_u24, ca_u24_of); break;
    default: WRITE_CODES(uint32_t, (uint32_t)); break;
    }
}

/* What is kept of the values of a column. */
typedef enum keeping { ALL_AS_DOUBLES, ALL, FEW } keeping;

/* Columns of more values than MANY are bare where rows have them at most OFTEN times on the average: they
 * would take more memory than the codes. */
enum { MANY = 1 << 12, OFTEN = 8 };

static ca_bin_type type_of(int64_t n_codes, bool bare) {
    return n_codes <= 1 << 8            ? CA_BIN_U8
           : n_codes <= 1 << 16         ? CA_BIN_U16
           : bare && n_codes <= 1 << 24 ? CA_BIN_U24
                                        : CA_BIN_U32;
}

/* Memory for a column of n rows, n_values of them distinct, and its type. single: the values are of single
 * precision. */
static cauce_status take_column(cauce_run *run, int64_t n_values, int64_t n, bool single, keeping keep,
                                ca_bin_column *column) {
    const int64_t n_codes = n_values + column->missing;
    const bool many = n_values > MANY, bare = keep == FEW && many && n_values > n / OFTEN;
    column->type = type_of(n_codes, bare);
    single = single && many && keep != ALL_AS_DOUBLES;
    const int64_t doubles = bare ? 0 : single ? n_values / 2 + 1 : n_values + 1;
    const size_t in_front = (size_t)doubles * sizeof(double);
    column->memory = ca_malloc(in_front + (size_t)(n * ca_bin_size(column->type)) + 1);
    if (!column->memory) return CA_NOMEM(run);
    column->values = single || bare ? NULL : column->memory;
    column->singles = single && !bare ? column->memory : NULL;
    column->bare = bare;
    column->n_values = n_values;
    column->codes = (char *)column->memory + in_front;
    return CAUCE_OK;
}

/* While a column is made. */
static void set_value(const ca_bin_column *column, int64_t code, double x) {
    if (column->values)
        ((double *)column->memory)[code] = x;
    else if (column->singles)
        ((float *)column->memory)[code] = (float)x;
}

static cauce_status rank_values(cauce_run *run, const distinct *d, const uint32_t *ids, int64_t n,
                                keeping keep, ca_bin_column *column) {
    bool single = true;
    ca_key_id *a = cauce_scratch(run, d->n, sizeof *a), *b = cauce_scratch(run, d->n, sizeof *b);
    uint32_t *rank = cauce_scratch(run, (int64_t)d->n + 1, sizeof *rank);
    if (!a || !b || !rank) return CA_NOMEM(run);
    for (uint32_t i = 0; i < d->n; i++) {
        double value = ca_key_value(d->keys[i]);
        a[i] = (ca_key_id){ d->keys[i], i };
        single &= (double)(float)value == value;
    }
    CA_TRY(take_column(run, d->n, n, single, keep, column));
    if (d->n) ca_sort_keys(&a, &b, d->n);
    for (uint32_t i = 0; i < d->n; i++) {
        set_value(column, i, ca_key_value(a[i].key));
        rank[a[i].id] = i;
    }
    set_value(column, d->n, (double)NAN);
    rank[d->n] = d->n;
    write_codes(ids, rank, n, column);
    return CAUCE_OK;
}

/* The numbers of all rows in ascending order, with the rows. */
typedef struct sorted_rows {
    const ca_key_id *keys;
    const uint64_t *floats; /* all of single precision, in half the memory (ca_float_key); NULL: keys */
} sorted_rows;

static inline uint64_t key_at(const sorted_rows *s, int64_t i) {
    return s->floats ? s->floats[i] >> 32 : s->keys[i].key;
}

static inline double value_at(const sorted_rows *s, int64_t i) {
    return s->floats ? (double)ca_float_of(s->floats[i]) : ca_key_value(s->keys[i].key);
}

static inline uint32_t row_at(const sorted_rows *s, int64_t i) {
    return s->floats ? (uint32_t)s->floats[i] : s->keys[i].id;
}

/* ids: working memory. */
static cauce_status rank_sorted(cauce_run *run, const sorted_rows *sorted, int64_t n, keeping keep,
                                uint32_t *ids, ca_bin_column *column) {
    int64_t n_values = 1;
    for (int64_t i = 1; i < n; i++) n_values += key_at(sorted, i) != key_at(sorted, i - 1);
    CA_TRY(take_column(run, n_values, n, sorted->floats, keep, column));
    uint32_t rank = 0;
    set_value(column, 0, value_at(sorted, 0));
    for (int64_t i = 0; i < n; i++) {
        if (i && key_at(sorted, i) != key_at(sorted, i - 1)) set_value(column, ++rank, value_at(sorted, i));
        ids[row_at(sorted, i)] = rank;
    }
    set_value(column, n_values, (double)NAN);
    write_codes(ids, NULL, n, column);
    return CAUCE_OK;
}

/* Nearly all values differ: all rows are sorted. */
static cauce_status sort_values(cauce_run *run, const ca_numbers *x, int64_t n, bool single, keeping keep,
                                uint32_t *ids, ca_bin_column *column) {
    void *memory = ca_malloc(2 * (size_t)n * (single ? sizeof(uint64_t) : sizeof(ca_key_id)));
    uint64_t *floats = memory;
    ca_key_id *keys = memory, *spare = keys + n;
    double room[CA_NUMBERS];
    if (!memory) return CA_NOMEM(run);
    for (int64_t first = 0; first < n; first += CA_NUMBERS) {
        int64_t most = n - first < CA_NUMBERS ? n - first : CA_NUMBERS;
        const double *values = ca_numbers_read(x, first, most, room);
        for (int64_t i = 0; i < most && single; i++)
            floats[first + i] = ca_float_key((float)values[i], (uint32_t)(first + i));
        for (int64_t i = 0; i < most && !single; i++)
            keys[first + i] = (ca_key_id){ ca_key_of(values[i]), (uint32_t)(first + i) };
    }
    if (single)
        floats = ca_sort_floats(floats, floats + n, n);
    else
        ca_sort_keys(&keys, &spare, (uint32_t)n);
    const sorted_rows sorted = { keys, single ? floats : NULL };
    cauce_status status = rank_sorted(run, &sorted, n, keep, ids, column);
    ca_free(memory);
    return status;
}

/* Whether some are missing, and whether all are numbers of single precision. */
static void look_through(const ca_numbers *x, int64_t n, bool *missing, bool *single) {
    double room[CA_NUMBERS];
    *missing = false;
    *single = true;
    for (int64_t first = 0; first < n; first += CA_NUMBERS) {
        int64_t most = n - first < CA_NUMBERS ? n - first : CA_NUMBERS;
        const double *values = ca_numbers_read(x, first, most, room);
        for (int64_t i = 0; i < most; i++) {
            *missing |= isnan(values[i]);
            *single &= (double)(float)values[i] == values[i];
        }
    }
}

static cauce_status code_numbers(cauce_run *run, const ca_numbers *x, int64_t n, keeping keep,
                                 ca_bin_column *column) {
    uint32_t *ids = cauce_scratch(run, n, sizeof *ids);
    if (!ids) return CA_NOMEM(run);
    distinct d = { 0 };
    bool missing = true, single, all_new;
    if (n > 2 * TRIED) look_through(x, n, &missing, &single);
    all_new = !missing;
    column->missing = false;
    cauce_status status = number_values(run, x, n, &d, ids, &column->missing, &all_new);
    if (status == CAUCE_OK)
        status = all_new ? sort_values(run, x, n, single, keep, ids, column)
                         : rank_values(run, &d, ids, n, keep, column);
    ca_free(d.keys);
    ca_free(d.slots);
    return status;
}

cauce_status ca_bins_code(cauce_run *run, const double *x, int64_t n, ca_bin_column *column) {
    return code_numbers(run, &(ca_numbers){ .values = x }, n, ALL_AS_DOUBLES, column);
}

/* Where a column comes from: numbers, or codes of a category; neither for one-hot, nothing to do. */
typedef struct source {
    bool numbers;
    const int32_t *codes;
    int32_t n_levels;
    int64_t first_level; /* in level_rank */
} source;

typedef struct coding {
    const cauce_train *train;
    const ca_unread *unread; /* of these rows; NULL: they have been read */
    ca_bins *bins;
    source *sources;
    const int32_t *level_rank; /* that is to be kept; NULL: none */
    keeping keep;
} coding;

/* Few rows in each level: the codes are those of the rows' places. */
static cauce_status code_places(cauce_run *run, const coding *c, const source *from, int32_t *rank,
                                ca_bin_column *column) {
    const int32_t *kept = c->level_rank ? c->level_rank + from->first_level : NULL;
    double *place = cauce_scratch(run, c->bins->n_rows, sizeof *place);
    if (!place) return CA_NOMEM(run);
    CA_TRY(ca_place_rows(run, c->train, from->codes, from->n_levels, kept, rank, place));
    return ca_bins_code(run, place, c->bins->n_rows, column);
}

/* A category: its codes are the ranks of its levels, which stand for themselves as values. */
static cauce_status code_category(cauce_run *run, const coding *c, const source *from,
                                  ca_bin_column *column) {
    int64_t n = c->bins->n_rows;
    int32_t k = from->n_levels, *rank = c->bins->level_rank + from->first_level;
    if (ca_levels_have_few_rows(c->train, from->codes, k)) return code_places(run, c, from, rank, column);
    uint32_t *ids = cauce_scratch(run, n, sizeof *ids),
             *ranks = cauce_scratch(run, (int64_t)k + 1, sizeof *ranks);
    if (!ids || !ranks) return CA_NOMEM(run);
    if (c->level_rank)
        memcpy(rank, c->level_rank + from->first_level, (size_t)k * sizeof *rank);
    else
        CA_TRY(ca_order_levels(run, c->train, from->codes, k, rank));
    for (int64_t r = 0; r < n; r++) {
        bool missing = from->codes[r] < 0;
        column->missing |= missing;
        ids[r] = (uint32_t)(missing ? k : from->codes[r]);
    }
    CA_TRY(take_column(run, k, n, false, ALL, column));
    for (int32_t i = 0; i < k; i++) {
        set_value(column, i, i);
        ranks[i] = (uint32_t)rank[i];
    }
    set_value(column, k, (double)NAN);
    ranks[k] = (uint32_t)k;
    write_codes(ids, ranks, n, column);
    return CAUCE_OK;
}

/* x: its numbers. */
static cauce_status code_column(cauce_run *run, const coding *c, int64_t j, const ca_numbers *x) {
    const source *from = &c->sources[j];
    if (from->codes) return code_category(run, c, from, &c->bins->columns[j]);
    if (!from->numbers) return CAUCE_OK;
    return code_numbers(run, x, c->bins->n_rows, c->keep, &c->bins->columns[j]);
}

/* Neighbours in the rows of a table are read together, as many as a task may copy, and about as many in each
 * task. */
enum { GROUP = 8 };

static void group_columns(const coding *c) {
    enum { BYTES = 16 << 20 };
    ca_bins *bins = c->bins;
    int64_t p = bins->n_columns, room = BYTES / (int64_t)sizeof(float) / (bins->n_rows + 1);
    int64_t most = room < 1 ? 1 : room < GROUP ? room : GROUP;
    for (int64_t j = 0; j < p;) {
        int64_t together = 1;
        while (j + together < p && together < most && c->sources[j].numbers &&
               c->sources[j + together].numbers)
            together++;
        bins->group[bins->n_groups++] = j;
        j += c->sources[j].numbers ? ca_numbers_neighbours(bins->numbers + j, together) : 1;
    }
    bins->group[bins->n_groups] = p;
}

/* The numbers of group g, in x[0 .. GROUP-1], at hand for one column after the other. */
static cauce_status read_group(cauce_run *run, const ca_bins *bins, int64_t g, ca_numbers *x) {
    const int64_t first = bins->group[g], n = bins->group[g + 1] - first;
    memcpy(x, bins->numbers + first, (size_t)n * sizeof *x);
    return n > 1 ? ca_numbers_copy(run, x, n, bins->n_rows) : CAUCE_OK;
}

static cauce_status code_group(cauce_run *run, int64_t g, void *payload) {
    const coding *c = payload;
    const int64_t first = c->bins->group[g], end = c->bins->group[g + 1];
    ca_numbers x[GROUP];
    CA_TRY(read_group(run, c->bins, g, x));
    for (int64_t j = first; j < end; j++) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        CA_TRY(code_column(run, c, j, &x[j - first]));
        ca_arena_back(&run->scratch, mark);
    }
    return CAUCE_OK;
}

static const double zero_one[2] = { 0, 1 };

/* Says where each column comes from. */
static void lay_out(const cauce_train *train, const coding *c) {
    int64_t j = 0;
    for (int64_t b = 0; b < train->schema->n_fields; b++) {
        const cauce_field *field = &train->schema->fields[b];
        const cauce_block *block = &train->x->blocks[b];
        if (field->form == CAUCE_CODES) {
            int32_t k = cauce_levels_count(field->levels);
            c->sources[j++] =
                (source){ .codes = block->codes, .n_levels = k, .first_level = c->bins->n_levels };
            c->bins->n_levels += k;
            continue;
        }
        for (int64_t k = 0; k < field->width; k++, j++) {
            c->sources[j].numbers = field->form == CAUCE_DENSE;
            if (c->sources[j].numbers && c->unread)
                c->bins->numbers[j] = (ca_numbers){ .table = c->unread->table, .j = c->unread->column[b] };
            else if (c->sources[j].numbers)
                c->bins->numbers[j].values = block->values + k * block->stride;
            else
                c->bins->columns[j] = (ca_bin_column){ .type = CA_BIN_LEVEL,
                                                       .level = (int32_t)k,
                                                       .codes = block->codes,
                                                       .values = zero_one,
                                                       .n_values = 2,
                                                       .width = field->width,
                                                       .block = c->bins->n_blocks,
                                                       .place = j - k + c->bins->n_blocks };
        }
        c->bins->n_blocks += field->form == CAUCE_ONEHOT;
    }
}

cauce_status ca_bins_make(cauce_run *run, const cauce_train *train, const int32_t *level_rank,
                          ca_bins_form form, ca_bins *bins) {
    int64_t p = train->schema->width, n = train->n_rows;
    *bins = (ca_bins){ .n_rows = n };
    if (n > INT32_MAX || p > INT32_MAX)
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows and %lld columns; trees take up to %d of each",
                          (long long)n, (long long)p, INT32_MAX);
    bins->columns = cauce_scratch(run, p, sizeof *bins->columns);
    coding c = { .train = train, .bins = bins, .level_rank = level_rank };
    c.keep = form == CA_BINS_BARE ? FEW : ALL;
    c.sources = cauce_scratch(run, p, sizeof *c.sources);
    bins->numbers = cauce_scratch(run, p, sizeof *bins->numbers);
    bins->group = cauce_scratch(run, p + 1, sizeof *bins->group);
    if (!bins->columns || !c.sources || !bins->numbers || !bins->group) return CA_NOMEM(run);
    bins->n_columns = p;
    if (run->unread && run->unread->rows == train->x) c.unread = run->unread;
    lay_out(train, &c);
    group_columns(&c);
    if (bins->n_levels) bins->level_rank = cauce_keep(run, bins->n_levels, sizeof *bins->level_rank);
    if (bins->n_levels && !bins->level_rank) return CA_NOMEM(run);
    return cauce_parallel(run, bins->n_groups, code_group, &c);
}

void ca_bins_drop_codes(ca_bins *bins) {
    for (int64_t j = 0; j < bins->n_columns; j++) {
        ca_free(bins->columns[j].memory);
        bins->columns[j].memory = NULL;
    }
    ca_bins_drop_records(bins);
}

void ca_bins_drop_records(ca_bins *bins) {
    ca_free_large(bins->records, (size_t)(bins->n_rows * bins->record) + 1);
    bins->records = NULL;
}

void ca_bins_free(ca_bins *bins) {
    ca_bins_drop_codes(bins);
    bins->n_columns = 0;
}
