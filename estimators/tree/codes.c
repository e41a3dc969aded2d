/* The codes that a forest reads instead of values (predict.h). */
#include <math.h>

#include "base/wide.h"
#include "tree/predict.h"

enum { PIECE = 128 }; /* rows that are searched for side by side */

/* The codes of n numbers, n <= PIECE, unless they are all of single precision. */
static void code_others(const ca_slot *slot, const double *x, int64_t n, uint32_t *codes) {
    ca_ranks_of(&slot->thresholds, x, n, codes);
    for (int64_t r = 0; r < n && slot->single; r++)
        if ((double)(float)x[r] >= x[r] && (double)(float)x[r] <= x[r])
            codes[r] = ca_single_code((float)x[r]);
        else if (codes[r])
            codes[r] = ca_single_threshold(slot->thresholds.numbers[codes[r] - 1]);
}

/* Without a look at the thresholds; false: some are not of single precision. NaN gets any code. */
CA_WIDEST static bool code_singles(const double *x, int64_t n, uint32_t *codes) {
    int64_t same = 0;
    for (int64_t r = 0; r < n; r++) {
        float single = (float)x[r];
        codes[r] = ca_single_code(single);
        same += !((double)single < x[r]) & !((double)single > x[r]);
    }
    return same == n;
}

static void code_piece(const ca_slot *slot, const double *x, int64_t n, uint32_t *codes) {
    if (!slot->single || !code_singles(x, n, codes)) code_others(slot, x, n, codes);
}

/* A column whose missing values have a slot of their own. */
static void code_twins(const ca_slot *slot, const double *x, int64_t n, int shift, uint32_t *codes) {
    uint32_t piece[PIECE];
    for (int64_t first = 0; first < n; first += PIECE) {
        int64_t many = n - first < PIECE ? n - first : PIECE;
        code_piece(slot, x + first, many, piece);
        for (int64_t r = 0; r < many; r++, codes += INT64_C(1) << shift) {
            bool is_missing = isnan(x[first + r]);
            codes[0] = is_missing ? 0 : piece[r];
            codes[1] = is_missing ? UINT32_MAX : piece[r];
        }
    }
}

static void code_levels(const ca_slot *slot, const int32_t *levels, int64_t n, int shift, uint32_t *codes) {
    for (int64_t r = 0; r < n; r++) {
        bool missing = levels[r] < 0;
        uint32_t code = missing ? 0 : slot->level_codes[levels[r]];
        codes[r << shift] = code;
        codes[(r << shift) + 1] = missing ? UINT32_MAX : code;
    }
}

/* Counts the missing ones, which get a code that no split expects. */
static int64_t code_numbers(const ca_slot *slot, const double *x, int64_t n, int shift, uint32_t *codes) {
    uint32_t piece[PIECE];
    int64_t missing = 0;
    for (int64_t first = 0; first < n; first += PIECE) {
        int64_t many = n - first < PIECE ? n - first : PIECE;
        code_piece(slot, x + first, many, piece);
        for (int64_t r = 0; r < many; r++, codes += INT64_C(1) << shift) {
            bool is_missing = isnan(x[first + r]);
            *codes = piece[r] | (is_missing ? UINT32_MAX : 0);
            missing += is_missing;
        }
    }
    return missing;
}

/* ---- Few rows ------------------------------------------------------------------------------------------ */

/* A number that has to be looked up, and where its codes belong. */
typedef struct wanted {
    const ca_slot *slot;
    double x;
    const uint32_t *step;
    uint32_t *codes, first;
} wanted;

static void write_code(const ca_slot *slot, uint32_t code, uint32_t *codes) {
    codes[0] = code;
    if (slot->twin) codes[1] = code;
}

static void look_up(wanted *list, int n) {
    for (int i = 0; i < n; i++) {
        const ca_ranks *ranks = &list[i].slot->thresholds;
        list[i].first = *list[i].step;
        __builtin_prefetch(ranks->numbers + list[i].first);
        __builtin_prefetch(ranks->numbers + list[i].first + 2 * ranks->half);
    }
    for (int i = 0; i < n; i++) {
        const ca_slot *slot = list[i].slot;
        uint32_t code = ca_rank_from(&slot->thresholds, list[i].first, list[i].x);
        if (slot->single && code) code = ca_single_threshold(slot->thresholds.numbers[code - 1]);
        write_code(slot, code, list[i].codes);
    }
}

/* One row. Looking up waits for memory twice: columns are asked for together. */
static int64_t code_row(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                        int64_t r, uint32_t *codes) {
    enum { TOGETHER = 32 };
    wanted list[TOGETHER];
    const ca_slot *slot = scored->slots;
    int64_t missing = 0;
    int n = 0;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_block *block = &batch->blocks[b];
        if (in->fields[b].form == CAUCE_ONEHOT) {
            *codes++ = (uint32_t)(block->codes[r] + 1);
            slot++;
            continue;
        }
        for (int64_t k = 0; k < in->fields[b].width; k++) {
            if (slot->level_codes) {
                code_levels(slot, block->codes + r, 1, 0, codes);
            } else {
                const double x = block->values[k * block->stride + r];
                const float single = (float)x;
                if (isnan(x)) {
                    codes[0] = slot->twin ? 0 : UINT32_MAX;
                    if (slot->twin) codes[1] = UINT32_MAX;
                    missing += !slot->twin;
                } else if (slot->single && !((double)single < x) && !((double)single > x)) {
                    write_code(slot, ca_single_code(single), codes);
                } else {
                    const uint32_t *step = slot->thresholds.first + ca_rank_step(&slot->thresholds, x);
                    __builtin_prefetch(step);
                    list[n++] = (wanted){ slot, x, step, codes, 0 };
                }
            }
            codes += 1 + slot->twin;
            slot += 1 + slot->twin;
            if (n < TOGETHER) continue;
            look_up(list, n);
            n = 0;
        }
    }
    look_up(list, n);
    return missing;
}

/* ---- Many rows ----------------------------------------------------------------------------------------- */

static int64_t code_rows(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                         int64_t first, int64_t n, uint32_t *codes) {
    int64_t slot = 0, missing = 0;
    int shift = scored->row_shift;
    for (int64_t b = 0; b < in->n_fields; b++) {
        const cauce_block *block = &batch->blocks[b];
        if (in->fields[b].form == CAUCE_ONEHOT) {
            for (int64_t r = 0; r < n; r++)
                codes[(r << shift) + slot] = (uint32_t)(block->codes[first + r] + 1);
            slot++;
            continue;
        }
        for (int64_t k = 0; k < in->fields[b].width; k++) {
            const ca_slot *to = &scored->slots[slot];
            if (to->level_codes)
                code_levels(to, block->codes + first, n, shift, codes + slot);
            else if (to->twin)
                code_twins(to, block->values + k * block->stride + first, n, shift, codes + slot);
            else
                missing +=
                    code_numbers(to, block->values + k * block->stride + first, n, shift, codes + slot);
            slot += 1 + to->twin;
        }
    }
    return missing;
}

int64_t ca_forest_code(const ca_scored_forest *scored, const cauce_schema *in, const cauce_batch *batch,
                       int64_t first, int64_t n, uint32_t *codes) {
    int64_t missing = 0;
    if (n >= CA_FEW_ROWS) return code_rows(scored, in, batch, first, n, codes);
    for (int64_t r = 0; r < n; r++)
        missing += code_row(scored, in, batch, first + r, codes + (r << scored->row_shift));
    return missing;
}
