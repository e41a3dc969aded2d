/* Nodes of few rows: their rows and the codes of the drawn columns side by side, for few_lanes.c. */
#include "tree/few_rows.h"

#include <string.h>

#include "base/run.h"

static bool has_long_codes(const ca_bin_column *column) {
    return column->type == CA_BIN_U32 || column->type == CA_BIN_U24;
}

/* Copying pays when most columns will be looked at on the way to the leaves; which these are must not hang on
 * the way. */
cauce_status ca_few_rows_copy(cauce_run *run, ca_search *s) {
    enum { LEVELS = 8 };
    const ca_grow_plan *plan = s->plan;
    ca_few_rows *few = s->few;
    int64_t p = plan->bins->n_columns;
    if (!few->scan || plan->max_leaf_nodes < INT64_MAX || p > LEVELS * plan->max_features ||
        plan->interactions.sets)
        return CAUCE_OK;
    few->pick = ca_few_rows_pick();
    few->pick_long = ca_few_rows_pick_long();
    few->column_codes = cauce_scratch(run, p, CA_FEW_ROWS * sizeof *few->column_codes);
    if (!few->column_codes) return CA_NOMEM(run);
    CA_TRY(ca_copies_begin(run, s, CA_FEW_ROWS, &few->copies));
    few->plain = true;
    for (int64_t j = 0; j < p; j++) {
        ca_bin_column *column = &few->copies.columns[j];
        few->plain &= !has_long_codes(column) && !column->missing;
        column->type = has_long_codes(column) ? CA_BIN_U32 : CA_BIN_U16;
        column->codes = few->column_codes + j * CA_FEW_ROWS;
    }
    return CAUCE_OK;
}

cauce_status ca_few_rows_begin(cauce_run *run, ca_search *s) {
    s->few = cauce_scratch(run, 1, sizeof *s->few);
    if (!s->few) return CA_NOMEM(run);
    s->few->many_classes = s->scoring == CA_SCORE_GINI;
    s->few->two_classes = s->plan->n_classes > 0 && s->scoring == CA_SCORE_SQUARES;
    if ((s->scoring != CA_SCORE_SQUARES && !s->few->many_classes) || s->constrained || s->plan->random_cuts ||
        !s->whole)
        return CAUCE_OK;
    s->few->scan = ca_few_rows_fastest();
    s->few->scan_open = ca_few_rows_open();
    if (!s->few->scan) return CAUCE_OK;
    s->few->most = CA_FEW_ROWS;
    s->few->heaviest = s->few->many_classes ? 0x1p8 : 0x1p16;
    s->few->class_rows = cauce_scratch(run, s->plan->n_classes, sizeof *s->few->class_rows);
    return s->few->class_rows ? CAUCE_OK : CA_NOMEM(run);
}

#define COPY_CODES(to, code)                                                                                 \
    do {                                                                                                     \
        for (int64_t i = 0; i < n; i++) {                                                                    \
            const uint32_t row = rows[i];                                                                    \
            (to)[i] = (code);                                                                                \
        }                                                                                                    \
    } while (0)

/* A column of a copied part: its codes have a place of their own. */
static void copy_codes(const ca_search *s, const ca_bin_column *from, ca_bin_column *to) {
    uint16_t *short_codes = (uint16_t *)(uintptr_t)to->codes;
    uint32_t *long_codes = (uint32_t *)(uintptr_t)to->codes;
    const void *codes = from->codes;
    const uint32_t *rows = s->rows;
    const int64_t n = s->n;
    switch (from->type) {
    case CA_BIN_U8: COPY_CODES(short_codes, ((const uint8_t *)codes)[row]); break;
    case CA_BIN_U16: COPY_CODES(short_codes, ((const uint16_t *)codes)[row]); break;
    case CA_BIN_U32: COPY_CODES(long_codes, ((const uint32_t *)codes)[row]); break;
    case CA_BIN_U24: COPY_CODES(long_codes, ca_u24_read((const ca_u24 *)codes + row)); break;
    case CA_BIN_LEVEL: COPY_CODES(short_codes, ((const int32_t *)codes)[row] == from->level); break;
    }
}

void ca_few_rows_enter(ca_search *s, uint32_t *rows) {
    enum { LEAST = 8 };
    ca_few_rows *few = s->few;
    if (!few->copies.columns || few->copies.made || s->n > few->most || s->n <= LEAST ||
        s->node_weight >= few->heaviest)
        return;
    for (int64_t j = 0; j < s->plan->bins->n_columns; j++)
        if (s->constant[j]) /* whatever they are, they are all the same */
            memset(few->column_codes + j * CA_FEW_ROWS, 0, CA_FEW_ROWS * sizeof *few->column_codes);
        else
            copy_codes(s, &s->data.columns[j], &few->copies.columns[j]);
    ca_copies_enter(s, rows, &few->copies);
}

/* Class by class, so that a class is counted at a time. */
static void load_classes(ca_search *s) {
    ca_few_rows *few = s->few;
    int32_t k = s->plan->n_classes, end = 0;
    memset(few->class_rows, 0, (size_t)k * sizeof *few->class_rows);
    for (int32_t i = 0; i < few->n; i++) few->class_rows[s->classes[i]]++;
    few->n_runs = 0;
    for (int32_t c = 0; c < k; c++) {
        int32_t rows = few->class_rows[c];
        if (rows == 0) continue;
        few->class_rows[c] = end;
        end += rows;
        few->run_end[few->n_runs] = (uint16_t)end;
        few->run_weight[few->n_runs++] = (uint16_t)s->class_total[c];
    }
    for (int32_t i = 0; i < few->n; i++) {
        int32_t at = few->class_rows[s->classes[i]]++;
        few->by_class[at] = s->rows[i];
        few->index[at] = (uint16_t)s->rows[i];
        few->weight[at] = (uint16_t)s->weights[i];
    }
    few->rows = few->by_class;
}

void ca_few_rows_load(ca_search *s) {
    ca_few_rows *few = s->few;
    few->loaded = s->n <= few->most && s->node_weight < few->heaviest;
    if (!few->loaded) return;
    few->n = (int32_t)s->n;
    few->n_columns = few->n_long = 0;
    few->rows = s->rows;
    if (few->many_classes) {
        load_classes(s);
        return;
    }
    for (int32_t i = 0; i < few->n; i++) {
        few->index[i] = (uint16_t)s->rows[i];
        if (s->packed) {
            few->ones[i] = (uint16_t)s->packs[i];
            few->weight[i] = (uint16_t)(s->packs[i] >> 32);
        } else {
            few->sum[i] = (int64_t)s->pairs[i].s;
            few->weight[i] = (uint16_t)s->pairs[i].w;
            few->ones[i] = few->two_classes ? (uint16_t)few->sum[i] : 0;
        }
    }
}

/* Copies the codes; whether they differ. */
#define TAKE_CODES(T)                                                                                        \
    do {                                                                                                     \
        const T *all = column->codes;                                                                        \
        for (int32_t i = 0; i < few->n; i++) {                                                               \
            codes[i] = all[few->rows[i]];                                                                    \
            differ |= codes[i] != codes[0];                                                                  \
        }                                                                                                    \
    } while (0)

/* Two rows part in one way only: the lowest column that tells them apart does it. first: whether row 0 goes
 * left. */
static void offer_two_rows(ca_search *s, bool first, uint32_t code, int32_t feature, ca_cut *best) {
    const ca_few_rows *few = s->few;
    if (!few->many_classes) ca_need_pairs(s);
    double gain = few->many_classes ? s->node_weight : ca_squares(s->pairs[0], s->pairs[1]);
    if (gain < best->gain || (gain == best->gain && feature > best->feature)) return;
    *best = (ca_cut){ .gain = gain, .feature = feature, .code = code, .left = few->weight[!first] };
}

static bool take_long_codes(ca_search *s, const ca_bin_column *column, int32_t feature, ca_cut *best) {
    ca_few_rows *few = s->few;
    uint32_t *codes = few->long_codes[few->n_long];
    bool differ = false;
    if (few->copies.made)
        differ = few->pick_long(column->codes, few->index, few->n, codes);
    else if (column->type == CA_BIN_U32)
        TAKE_CODES(uint32_t);
    else
        for (int32_t i = 0; i < few->n; i++) {
            codes[i] = ca_u24_read((const ca_u24 *)column->codes + few->rows[i]);
            differ |= codes[i] != codes[0];
        }
    if (!differ) return false;
    if (few->n == 2) {
        bool first = codes[0] < codes[1];
        offer_two_rows(s, first, codes[!first], feature, best);
        return true;
    }
    few->long_features[few->n_long++] = feature;
    if (few->n_long == CA_FEW_COLUMNS) ca_few_rows_finish(s, best);
    return true;
}

static bool take_short_codes(ca_search *s, const ca_bin_column *column, int32_t feature, ca_cut *best) {
    ca_few_rows *few = s->few;
    uint16_t *codes = few->codes[few->n_columns];
    bool differ = false;
    if (few->copies.made)
        differ = few->pick(column->codes, few->index, few->n, codes);
    else if (column->type == CA_BIN_U8)
        TAKE_CODES(uint8_t);
    else if (column->type == CA_BIN_U16)
        TAKE_CODES(uint16_t);
    else
        for (int32_t i = 0; i < few->n; i++) {
            codes[i] = ((const int32_t *)column->codes)[few->rows[i]] == column->level;
            differ |= codes[i] != codes[0];
        }
    if (!differ) return false;
    if (few->n == 2) {
        bool first = codes[0] < codes[1];
        offer_two_rows(s, first, codes[!first], feature, best);
        return true;
    }
    few->features[few->n_columns++] = feature;
    if (few->n_columns == CA_FEW_COLUMNS) ca_few_rows_finish(s, best);
    return true;
}

bool ca_few_rows_take(ca_search *s, const ca_bin_column *column, int32_t feature, ca_cut *best) {
    return (has_long_codes(column) ? take_long_codes : take_short_codes)(s, column, feature, best);
}

bool ca_few_rows_part(ca_search *s, ca_cut *best) {
    const ca_few_rows *few = s->few;
    const ca_grow_plan *plan = s->plan;
    if (s->n != 2 || !few->loaded || !few->copies.made || !few->plain ||
        plan->max_features < plan->bins->n_columns)
        return false;
    const uint16_t *codes = (const uint16_t *)few->column_codes;
    for (int32_t j = 0; j < plan->bins->n_columns; j++, codes += 2 * CA_FEW_ROWS) {
        uint16_t both[2] = { codes[few->index[0]], codes[few->index[1]] };
        if (both[0] == both[1]) continue;
        bool first = both[0] < both[1];
        offer_two_rows(s, first, both[!first], j, best);
        break;
    }
    return true;
}

void ca_few_rows_finish(ca_search *s, ca_cut *best) {
    ca_few_rows *few = s->few;
    if (!few->loaded || few->n_columns + few->n_long == 0) return;
    few->scan(few, (ca_pair){ s->total.s, s->node_weight }, best);
    few->n_columns = few->n_long = 0;
}
