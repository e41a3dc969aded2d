#include "base/map.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"

enum { FIRST_SLOTS = 32 };

static uint32_t hash_of(const char *text, size_t length) {
    return (uint32_t)XXH3_64bits(text, length);
}

/* The slot that holds the text, or the free one where it belongs. */
static uint64_t locate(const ca_map *map, const char *text, size_t length, uint32_t hash) {
    uint64_t at = hash & map->mask;
    for (;; at = (at + 1) & map->mask) {
        uint32_t slot = map->slots[at];
        if (slot == 0) return at;
        const struct ca_map_entry *entry = &map->entries[slot - 1];
        if (entry->hash == hash && entry->length == length &&
            (length == 0 || memcmp(entry->text, text, length) == 0))
            return at;
    }
}

int64_t ca_map_find(const ca_map *map, const char *text, size_t length) {
    if (map->count == 0 || length > UINT32_MAX) return -1;
    return (int64_t)map->slots[locate(map, text, length, hash_of(text, length))] - 1;
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

int64_t ca_map_add(ca_map *map, const char *text, size_t length, bool *added) {
    if (added) *added = false;
    if (length > UINT32_MAX) return -1;
    uint32_t hash = hash_of(text, length);
    if (map->slots) {
        uint32_t slot = map->slots[locate(map, text, length, hash)];
        if (slot) return (int64_t)slot - 1;
    }
    if (map->count >= INT32_MAX) return -1;
    if (map->count == map->room && !grow_entries(map)) return -1;
    /* At most half full: unsuccessful searches end after two and a half slots on average. */
    if ((!map->slots || (uint64_t)map->count * 2 >= map->mask + 1) && !grow_slots(map)) return -1;
    map->entries[map->count] = (struct ca_map_entry){ text, (uint32_t)length, hash };
    map->slots[locate(map, text, length, hash)] = (uint32_t)(map->count + 1);
    if (added) *added = true;
    return map->count++;
}

void ca_map_free(ca_map *map) {
    ca_free(map->entries);
    ca_free(map->slots);
    *map = (ca_map){ NULL, NULL, 0, 0, 0 };
}
