#include "base/map.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"
#include "base/words.h"

enum { FIRST_SLOTS = 32 };

/* A text that is looked for. */
typedef struct key {
    const char *text;
    size_t length;
    ca_words words; /* of a short one, otherwise 0 */
    uint32_t hash;
} key;

static inline key key_of(const char *text, size_t length, bool inside) {
    if (length > CA_WORDS_SIZE) return (key){ text, length, { 0, 0 }, (uint32_t)XXH3_64bits(text, length) };
    const ca_words words = inside ? ca_words_inside(text, length) : ca_words_of(text, length);
    return (key){ text, length, words, (uint32_t)ca_words_hash(words, length) };
}

/* The slot that holds the text, or the free one where it belongs. */
static inline uint64_t locate(const ca_map *map, const key *wanted) {
    uint64_t at = wanted->hash & map->mask;
    for (;; at = (at + 1) & map->mask) {
        uint32_t slot = map->slots[at];
        if (slot == 0) return at;
        const struct ca_map_entry *entry = &map->entries[slot - 1];
        if (entry->hash == wanted->hash && entry->length == wanted->length &&
            ca_words_equal(entry->words, wanted->words) &&
            (wanted->length <= CA_WORDS_SIZE || memcmp(entry->text, wanted->text, wanted->length) == 0))
            return at;
    }
}

int64_t ca_map_find(const ca_map *map, const char *text, size_t length) {
    if (map->count == 0 || length > UINT32_MAX) return -1;
    const key wanted = key_of(text, length, false);
    return (int64_t)map->slots[locate(map, &wanted)] - 1;
}

static bool grow_slots(ca_map *map) {
    uint64_t size = map->slots ? (map->mask + 1) * 2 : FIRST_SLOTS;
    uint32_t *slots = ca_calloc(size, sizeof *slots);
    if (!slots) return false;
    uint64_t mask = size - 1;
    for (int64_t i = 0; i < map->count; i++) { /* all texts differ: only a free slot is looked for */
        uint64_t at = map->entries[i].hash & mask;
        while (slots[at]) at = (at + 1) & mask;
        slots[at] = (uint32_t)(i + 1);
    }
    ca_free(map->slots);
    map->slots = slots;
    map->mask = mask;
    return true;
}

static bool grow_entries(ca_map *map) {
    int64_t room = map->room ? map->room * 2 : FIRST_SLOTS / 2;
    if (room > INT32_MAX) room = INT32_MAX;
    struct ca_map_entry *entries = ca_realloc(map->entries, (size_t)room * sizeof *entries);
    if (!entries) return false;
    map->entries = entries;
    map->room = room;
    return true;
}

/* A text that is not in the map. */
static int64_t add_new(ca_map *map, const key *wanted, bool *added) {
    if (map->count >= INT32_MAX) return -1;
    if (map->count == map->room && !grow_entries(map)) return -1;
    /* At most half full: unsuccessful searches end after two and a half slots on average. */
    if ((!map->slots || (uint64_t)map->count * 2 >= map->mask + 1) && !grow_slots(map)) return -1;
    map->entries[map->count] =
        (struct ca_map_entry){ wanted->text, (uint32_t)wanted->length, wanted->hash, wanted->words };
    map->slots[locate(map, wanted)] = (uint32_t)(map->count + 1);
    *added = true;
    return map->count++;
}

static inline int64_t add(ca_map *map, const char *text, size_t length, bool inside, bool *added) {
    bool unasked;
    if (!added) added = &unasked;
    *added = false;
    if (length > UINT32_MAX) return -1;
    const key wanted = key_of(text, length, inside);
    if (map->slots) {
        uint32_t slot = map->slots[locate(map, &wanted)];
        if (slot) return (int64_t)slot - 1;
    }
    return add_new(map, &wanted, added);
}

int64_t ca_map_add(ca_map *map, const char *text, size_t length, bool *added) {
    return add(map, text, length, false, added);
}

int64_t ca_map_add_inside(ca_map *map, const char *text, size_t length, bool *added) {
    return add(map, text, length, true, added);
}

void ca_map_free(ca_map *map) {
    ca_free(map->entries);
    ca_free(map->slots);
    *map = (ca_map){ NULL, NULL, 0, 0, 0 };
}
