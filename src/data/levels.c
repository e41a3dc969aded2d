#include "data/levels.h"

#include <stdlib.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"
#include "base/run.h"
#include "base/words.h"

int32_t cauce_levels_count(const cauce_levels *levels) {
    return levels ? levels->count : 0;
}

const char *cauce_levels_text(const cauce_levels *levels, int32_t i) {
    return levels && i >= 0 && i < levels->count ? levels->bytes + levels->offset[i] : NULL;
}

static uint64_t hash_of(const char *text, size_t length) {
    return length <= CA_WORDS_SIZE ? ca_words_hash(ca_words_of(text, length), length)
                                   : XXH3_64bits(text, length);
}

static int32_t find_long(const cauce_levels *levels, const char *text, size_t length) {
    const uint64_t hash = XXH3_64bits(text, length);
    for (uint32_t at = (uint32_t)hash & levels->mask;; at = (at + 1) & levels->mask) {
        const uint64_t slot = levels->slots[at];
        if (slot == 0) return -1;
        if (slot >> 32 != hash >> 32) continue;
        const int32_t code = (int32_t)(uint32_t)slot - 1;
        if (ca_levels_length(levels, code) == length &&
            memcmp(levels->bytes + levels->offset[code], text, length) == 0)
            return code;
    }
}

static inline int32_t find_short(const cauce_levels *levels, ca_words words, size_t length) {
    const uint64_t hash = ca_words_hash(words, length);
    for (uint32_t at = (uint32_t)hash & levels->mask;; at = (at + 1) & levels->mask) {
        const uint64_t slot = levels->slots[at];
        if (slot == 0) return -1;
        if (slot >> 32 != hash >> 32) continue;
        const int32_t code = (int32_t)(uint32_t)slot - 1;
        if (ca_levels_length(levels, code) == length &&
            ca_words_equal(ca_words_inside(levels->bytes + levels->offset[code], length), words))
            return code;
    }
}

int32_t cauce_levels_find(const cauce_levels *levels, const char *text, size_t length) {
    if (!levels || !levels->slots) return -1;
    return length <= CA_WORDS_SIZE ? find_short(levels, ca_words_of(text, length), length)
                                   : find_long(levels, text, length);
}

int32_t ca_levels_find_inside(const cauce_levels *levels, const char *text, size_t length) {
    if (!levels->slots) return -1;
    return length <= CA_WORDS_SIZE ? find_short(levels, ca_words_inside(text, length), length)
                                   : find_long(levels, text, length);
}

int ca_levels_compare(const char *a, size_t a_length, const char *b, size_t b_length) {
    size_t common = a_length < b_length ? a_length : b_length;
    int order = common ? memcmp(a, b, common) : 0;
    if (order != 0) return order;
    return a_length < b_length ? -1 : a_length > b_length;
}

static bool add_hash(ca_arena *arena, cauce_levels *levels) {
    uint64_t slots = 4;
    while (slots < 2 * (uint64_t)levels->count) slots *= 2;
    uint64_t *table = ca_arena_alloc(arena, slots * sizeof *table);
    if (!table) return false;
    levels->mask = (uint32_t)(slots - 1);
    for (int32_t i = 0; i < levels->count; i++) {
        const uint64_t hash = hash_of(levels->bytes + levels->offset[i], ca_levels_length(levels, i));
        uint32_t at = (uint32_t)hash & levels->mask;
        while (table[at]) at = (at + 1) & levels->mask;
        table[at] = hash >> 32 << 32 | ((uint32_t)i + 1);
    }
    levels->slots = table;
    return true;
}

cauce_levels *ca_levels_new(ca_arena *arena, const char *const *texts, const size_t *lengths, int32_t count,
                            bool dictionary) {
    cauce_levels *levels = ca_arena_alloc(arena, sizeof *levels);
    int64_t *offset = ca_arena_alloc(arena, ((size_t)count + 1) * sizeof *offset);
    if (!levels || !offset) return NULL;
    for (int32_t i = 0; i < count; i++)
        offset[i + 1] = offset[i] + (int64_t)(lengths ? lengths[i] : strlen(texts[i])) + 1;
    char *bytes = ca_arena_alloc(arena, (size_t)offset[count] + CA_WORDS_SIZE);
    if (!bytes) return NULL;
    for (int32_t i = 0; i < count; i++)
        memcpy(bytes + offset[i], texts[i], (size_t)(offset[i + 1] - offset[i] - 1));
    *levels = (cauce_levels){ count, offset, bytes, NULL, 0 };
    return !dictionary || add_hash(arena, levels) ? levels : NULL;
}

static bool is_sorted(const char *const *texts, int32_t count) {
    for (int32_t i = 1; i < count; i++)
        if (strcmp(texts[i - 1], texts[i]) >= 0) return false;
    return true;
}

static const cauce_levels *keep(cauce_run *run, const char *const *texts, int32_t count, bool dictionary) {
    if (!run->keep) {
        cauce_fail(run, CAUCE_E_INTERNAL, "cauce_levels_keep outside of fit, bind and load");
        return NULL;
    }
    ca_arena arena = { NULL, 0 };
    cauce_levels *levels = ca_levels_new(&arena, texts, NULL, count, dictionary);
    if (!levels) {
        ca_arena_free(&arena);
        CA_NOMEM(run);
        return NULL;
    }
    ca_keep_adopt(run->keep, &arena);
    return levels;
}

const cauce_levels *cauce_levels_keep(cauce_run *run, const char *const *texts, int32_t count) {
    return keep(run, texts, count, is_sorted(texts, count));
}

const cauce_levels *ca_labels_keep(cauce_run *run, const char *const *texts, int32_t count) {
    return keep(run, texts, count, false);
}

void ca_levels_map(const cauce_levels *from, const cauce_levels *to, int32_t *map) {
    for (int32_t i = 0; i < from->count; i++) {
        int32_t code = cauce_levels_find(to, from->bytes + from->offset[i], ca_levels_length(from, i));
        map[i] = code >= 0 ? code : CAUCE_UNKNOWN;
    }
}

typedef struct level {
    const char *text;
    size_t length;
    int32_t entry;
} level;

static int compare_levels(const void *a, const void *b) {
    const level *x = a, *y = b;
    return ca_levels_compare(x->text, x->length, y->text, y->length);
}

cauce_levels *ca_levels_of_map(ca_arena *arena, const ca_map *map, int32_t *code_of) {
    const size_t n = (size_t)map->count;
    level *sorted = ca_malloc(n * sizeof *sorted);
    const char **texts = ca_malloc(n * sizeof *texts);
    size_t *lengths = ca_malloc(n * sizeof *lengths);
    cauce_levels *levels = NULL;
    if (sorted && texts && lengths) {
        for (size_t i = 0; i < n; i++)
            sorted[i] = (level){ map->entries[i].text, map->entries[i].length, (int32_t)i };
        qsort(sorted, n, sizeof *sorted, compare_levels);
        for (size_t i = 0; i < n; i++) {
            texts[i] = sorted[i].text;
            lengths[i] = sorted[i].length;
            code_of[sorted[i].entry] = (int32_t)i;
        }
        levels = ca_levels_new(arena, texts, lengths, (int32_t)n, true);
    }
    ca_free(lengths);
    ca_free(texts);
    ca_free(sorted);
    return levels;
}
