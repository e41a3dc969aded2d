/* Nodes of few rows need no order: each lane of a vector is the cut after the code of one row, and a row adds
 * itself to all lanes whose code is not below its own: a comparison and a masked addition. Sums are whole
 * numbers, so the lanes hold integers until the gains are computed. */
#include "tree/few_rows.h"

#include <string.h>

#include "base/run.h"
#include "tree/lanes.h"

/* Copying pays when most columns will be looked at on the way to the leaves. */
static cauce_status need_copies(cauce_run *run, ca_search *s) {
    enum { LEVELS = 8 };
    const ca_grow_plan *plan = s->plan;
    ca_few_rows *few = s->few;
    int64_t p = plan->bins->n_columns;
    if (plan->max_leaf_nodes < INT64_MAX || p > LEVELS * plan->max_features) return CAUCE_OK;
    few->pick = ca_few_rows_pick();
    few->columns = cauce_scratch(run, p, sizeof *few->columns);
    few->column_codes = cauce_scratch(run, p, CA_FEW_ROWS * sizeof *few->column_codes);
    if (!few->columns || !few->column_codes) return CA_NOMEM(run);
    few->plain = true;
    for (int64_t j = 0; j < p; j++) {
        few->plain &= plan->bins->columns[j].type != CA_BIN_U32 && !plan->bins->columns[j].missing;
        few->columns[j] = plan->bins->columns[j];
        few->columns[j].type = few->columns[j].type == CA_BIN_U32 ? CA_BIN_U32 : CA_BIN_U16;
        few->columns[j].codes = few->column_codes + j * CA_FEW_ROWS;
    }
    return CAUCE_OK;
}

cauce_status ca_few_rows_begin(cauce_run *run, ca_search *s) {
    s->few = cauce_scratch(run, 1, sizeof *s->few);
    if (!s->few) return CA_NOMEM(run);
    if (s->scoring != CA_SCORE_SQUARES || s->constrained || s->plan->random_cuts || !s->whole)
        return CAUCE_OK;
    s->few->scan = ca_few_rows_fastest();
    s->few->scan_open = ca_few_rows_open();
    s->few->two_classes = s->plan->n_classes > 0;
    if (!s->few->scan) return CAUCE_OK;
    s->few->most = CA_FEW_ROWS;
    return need_copies(run, s);
}

/* A column of a copied part: its codes have a place of their own. */
static void copy_codes(const ca_search *s, const ca_bin_column *from, ca_bin_column *to) {
    uint16_t *short_codes = (uint16_t *)(uintptr_t)to->codes;
    uint32_t *long_codes = (uint32_t *)(uintptr_t)to->codes;
    for (int64_t i = 0; i < s->n; i++) {
        uint32_t row = s->rows[i];
        switch (from->type) {
        case CA_BIN_U8: short_codes[i] = ((const uint8_t *)from->codes)[row]; break;
        case CA_BIN_U16: short_codes[i] = ((const uint16_t *)from->codes)[row]; break;
        case CA_BIN_U32: long_codes[i] = ((const uint32_t *)from->codes)[row]; break;
        case CA_BIN_LEVEL: short_codes[i] = ((const int32_t *)from->codes)[row] == from->level; break;
        }
    }
}

void ca_few_rows_enter(ca_search *s, uint32_t *rows, int64_t n_constants) {
    enum { LEAST = 8 };
    ca_few_rows *few = s->few;
    if (!few->columns || few->copied || s->n > few->most || s->n <= LEAST || s->node_weight >= 0x1p16) return;
    for (int64_t j = 0; j < n_constants; j++) /* whatever they are, they are all the same */
        memset(few->column_codes + (int64_t)s->features[j] * CA_FEW_ROWS, 0,
               CA_FEW_ROWS * sizeof *few->column_codes);
    for (int64_t j = n_constants; j < s->plan->bins->n_columns; j++) {
        int32_t column = s->features[j];
        copy_codes(s, &s->data.columns[column], &few->columns[column]);
    }
    for (int64_t i = 0; i < s->n; i++) {
        if (s->data.y) few->y[i] = s->data.y[rows[i]];
        if (s->data.y_class) few->classes[i] = s->data.y_class[rows[i]];
        if (s->data.pairs) few->pairs[i] = s->data.pairs[rows[i]];
        if (s->data.packs) few->packs[i] = s->data.packs[rows[i]];
        few->weights[i] = s->data.weight[rows[i]];
    }
    for (int64_t i = 0; i < s->n; i++) rows[i] = (uint32_t)i;
    few->outside = s->data;
    s->data = (ca_row_data){ few->columns, few->weights, few->y, few->classes, few->pairs, few->packs };
    few->copied = true;
}

void ca_few_rows_leave(ca_search *s) {
    if (!s->few->copied) return;
    s->data = s->few->outside;
    s->few->copied = false;
}

void ca_few_rows_load(ca_search *s) {
    ca_few_rows *few = s->few;
    few->loaded = s->n <= few->most && s->total.w < 0x1p16;
    if (!few->loaded) return;
    few->n = (int32_t)s->n;
    few->n_columns = 0;
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
            codes[i] = all[s->rows[i]];                                                                      \
            differ |= codes[i] ^ codes[0];                                                                   \
        }                                                                                                    \
    } while (0)

/* Two rows part in one way only: the lowest column that tells them apart does it. */
static void offer_two_rows(ca_search *s, const uint16_t *codes, int32_t feature, ca_cut *best) {
    bool first = codes[0] < codes[1];
    ca_need_pairs(s);
    double gain = ca_squares(s->pairs[0], s->pairs[1]);
    if (gain < best->gain || (gain == best->gain && feature > best->feature)) return;
    *best = (ca_cut){ .gain = gain, .feature = feature, .code = codes[!first], .left = s->pairs[!first].w };
}

bool ca_few_rows_take(ca_search *s, const ca_bin_column *column, int32_t feature, ca_cut *best) {
    ca_few_rows *few = s->few;
    uint16_t *codes = few->codes[few->n_columns];
    int differ = 0;
    if (few->copied)
        differ = few->pick(column->codes, few->index, few->n, codes);
    else if (column->type == CA_BIN_U8)
        TAKE_CODES(uint8_t);
    else if (column->type == CA_BIN_U16)
        TAKE_CODES(uint16_t);
    else
        for (int32_t i = 0; i < few->n; i++) {
            codes[i] = ((const int32_t *)column->codes)[s->rows[i]] == column->level;
            differ |= codes[i] ^ codes[0];
        }
    if (!differ) return false;
    if (few->n == 2) {
        offer_two_rows(s, codes, feature, best);
        return true;
    }
    few->features[few->n_columns++] = feature;
    if (few->n_columns == CA_FEW_COLUMNS) ca_few_rows_finish(s, best);
    return true;
}

bool ca_few_rows_part(ca_search *s, ca_cut *best) {
    const ca_few_rows *few = s->few;
    const ca_grow_plan *plan = s->plan;
    if (s->n != 2 || !few->loaded || !few->copied || !few->plain ||
        plan->max_features < plan->bins->n_columns)
        return false;
    const uint16_t *codes = (const uint16_t *)few->column_codes;
    for (int32_t j = 0; j < plan->bins->n_columns; j++, codes += 2 * CA_FEW_ROWS) {
        uint16_t both[2] = { codes[few->index[0]], codes[few->index[1]] };
        if (both[0] == both[1]) continue;
        offer_two_rows(s, both, j, best);
        break;
    }
    return true;
}

void ca_few_rows_finish(ca_search *s, ca_cut *best) {
    if (!s->few->loaded || s->few->n_columns == 0) return;
    s->few->scan(s->few, s->total, best);
    s->few->n_columns = 0;
}

#ifdef CA_HAVE_LANES

CA_LANES_INLINE __m512i eight_of(__m512i words, int i) {
    __m128i part = i == 0   ? _mm512_castsi512_si128(words)
                   : i == 1 ? _mm512_extracti32x4_epi32(words, 1)
                   : i == 2 ? _mm512_extracti32x4_epi32(words, 2)
                            : _mm512_extracti32x4_epi32(words, 3);
    return _mm512_cvtepu16_epi64(part);
}

/* Lanes without a row have the largest code. */
CA_LANES_INLINE __m512i read_lanes(const uint16_t *codes, int n) {
    __mmask32 rows = n < 32 ? (1u << n) - 1 : UINT32_MAX;
    return _mm512_mask_loadu_epi16(_mm512_set1_epi16(-1), rows, codes);
}

/* Numbers, up to 8 * eights <= 32 * vectors <= 64 rows. */
CA_LANES_INLINE void scan_numbers(const ca_few_rows *few, ca_pair total, ca_cut *cut, int vectors, int eights,
                                  bool bases) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    ca_lanes best = ca_no_lanes();
    for (int k = 0; k < few->n_columns; k++) {
        const uint16_t *codes = few->codes[k];
        __m512i lane[2], weight[2], sum[8];
        for (int v = 0; v < vectors; v++) {
            lane[v] = read_lanes(codes + 32 * v, few->n - 32 * v);
            weight[v] = bases ? _mm512_loadu_si512(few->base_weight + 32 * v) : _mm512_setzero_si512();
        }
        for (int i = 0; i < eights; i++)
            sum[i] = bases ? _mm512_loadu_si512(few->base_sum + 8 * i) : _mm512_setzero_si512();
        for (int j = 0; j < few->n; j++) {
            __m512i code = _mm512_set1_epi16((int16_t)codes[j]), add = _mm512_set1_epi64(few->sum[j]);
            __m512i w = _mm512_set1_epi16((int16_t)few->weight[j]);
            __mmask32 in[2];
            for (int v = 0; v < vectors; v++) {
                in[v] = _mm512_cmple_epu16_mask(code, lane[v]);
                weight[v] = _mm512_mask_add_epi16(weight[v], in[v], weight[v], w);
            }
            for (int i = 0; i < eights; i++)
                sum[i] = _mm512_mask_add_epi64(sum[i], (__mmask8)(in[i / 4] >> (8 * (i & 3))), sum[i], add);
        }
        __m512i feature = _mm512_set1_epi64((int64_t)few->features[k] << 32);
        for (int i = 0; i < eights; i++)
            ca_lanes_offer(&best, _mm512_cvtepi64_pd(sum[i]),
                           _mm512_cvtepi64_pd(eight_of(weight[i / 4], i & 3)),
                           _mm512_or_si512(feature, eight_of(lane[i / 4], i & 3)), total_s, total_w);
    }
    ca_lanes_take(&best, cut);
}

/* Two classes, up to 32 * vectors <= 64 rows. */
CA_LANES_INLINE void scan_classes(const ca_few_rows *few, ca_pair total, ca_cut *cut, int vectors,
                                  int eights) {
    const __m512d total_s = _mm512_set1_pd(total.s), total_w = _mm512_set1_pd(total.w);
    ca_lanes best = ca_no_lanes();
    for (int k = 0; k < few->n_columns; k++) {
        const uint16_t *codes = few->codes[k];
        __m512i lane[2], weight[2], ones[2];
        for (int v = 0; v < vectors; v++) {
            lane[v] = read_lanes(codes + 32 * v, few->n - 32 * v);
            weight[v] = ones[v] = _mm512_setzero_si512();
        }
        for (int j = 0; j < few->n; j++) {
            __m512i code = _mm512_set1_epi16((int16_t)codes[j]);
            __m512i w = _mm512_set1_epi16((int16_t)few->weight[j]),
                    one = _mm512_set1_epi16((int16_t)few->ones[j]);
            for (int v = 0; v < vectors; v++) {
                __mmask32 in = _mm512_cmple_epu16_mask(code, lane[v]);
                weight[v] = _mm512_mask_add_epi16(weight[v], in, weight[v], w);
                ones[v] = _mm512_mask_add_epi16(ones[v], in, ones[v], one);
            }
        }
        __m512i feature = _mm512_set1_epi64((int64_t)few->features[k] << 32);
        for (int i = 0; i < eights; i++)
            ca_lanes_offer(&best, _mm512_cvtepi64_pd(eight_of(ones[i / 4], i & 3)),
                           _mm512_cvtepi64_pd(eight_of(weight[i / 4], i & 3)),
                           _mm512_or_si512(feature, eight_of(lane[i / 4], i & 3)), total_s, total_w);
    }
    ca_lanes_take(&best, cut);
}

CA_LANES static void scan_numbers_8(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 1, 1, false);
}

CA_LANES static void scan_numbers_16(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 1, 2, false);
}

CA_LANES static void scan_numbers_32(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 1, 4, false);
}

CA_LANES static void scan_numbers_64(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_numbers(few, total, cut, 2, 8, false);
}

CA_LANES static void scan_open_rows(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    if (few->n <= 8)
        scan_numbers(few, total, cut, 1, 1, true);
    else if (few->n <= 16)
        scan_numbers(few, total, cut, 1, 2, true);
    else if (few->n <= 32)
        scan_numbers(few, total, cut, 1, 4, true);
    else
        scan_numbers(few, total, cut, 2, 8, true);
}

CA_LANES static void scan_classes_8(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 1, 1);
}

CA_LANES static void scan_classes_16(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 1, 2);
}

CA_LANES static void scan_classes_32(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 1, 4);
}

CA_LANES static void scan_classes_64(const ca_few_rows *few, ca_pair total, ca_cut *cut) {
    scan_classes(few, total, cut, 2, 8);
}

static void scan_few_rows(const ca_few_rows *few, ca_pair total, ca_cut *best) {
    int size = few->n <= 8 ? 0 : few->n <= 16 ? 1 : few->n <= 32 ? 2 : 3;
    static ca_scan_few_rows *const numbers[] = { scan_numbers_8, scan_numbers_16, scan_numbers_32,
                                                 scan_numbers_64 };
    static ca_scan_few_rows *const classes[] = { scan_classes_8, scan_classes_16, scan_classes_32,
                                                 scan_classes_64 };
    (few->two_classes ? classes : numbers)[size](few, total, best);
}

CA_LANES static bool pick_codes(const uint16_t *from, const uint16_t *index, int32_t n, uint16_t *codes) {
    const __m512i low = _mm512_loadu_si512(from), high = _mm512_loadu_si512(from + 32);
    const __m512i first = _mm512_set1_epi16((int16_t)from[index[0]]);
    bool differ = false;
    for (int32_t i = 0; i < n; i += 32) {
        __mmask32 rows = n - i < 32 ? (1u << (n - i)) - 1 : UINT32_MAX;
        __m512i picked = _mm512_permutex2var_epi16(low, _mm512_loadu_si512(index + i), high);
        differ |= _mm512_mask_cmpneq_epi16_mask(rows, picked, first) != 0;
        _mm512_storeu_si512(codes + i, picked);
    }
    return differ;
}

ca_scan_few_rows *ca_few_rows_fastest(void) {
    return ca_lanes_here() ? scan_few_rows : NULL;
}

ca_scan_few_rows *ca_few_rows_open(void) {
    return ca_lanes_here() ? scan_open_rows : NULL;
}

ca_pick_few_rows *ca_few_rows_pick(void) {
    return ca_lanes_here() ? pick_codes : NULL;
}
#else
ca_scan_few_rows *ca_few_rows_fastest(void) {
    return NULL;
}

ca_scan_few_rows *ca_few_rows_open(void) {
    return NULL;
}

ca_pick_few_rows *ca_few_rows_pick(void) {
    return NULL;
}
#endif
