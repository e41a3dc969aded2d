/* From texts to numbers: an open hash over texts that live elsewhere, keeping the order of insertion. */
#ifndef CA_BASE_MAP_H
#define CA_BASE_MAP_H

#include <stdint.h>

#include "base/run.h"
#include "base/words.h"

typedef struct ca_map {
    struct ca_map_entry {
        const char *text;
        uint32_t length;
        uint32_t hash;
        ca_words words;  /* of a short text */
    } * entries;         /* in order of insertion */
    uint32_t *slots;     /* 1 + entry, 0 = free */
    int64_t count, room; /* entries used and allocated */
    uint64_t mask;       /* slots - 1 */
} ca_map;

/* A zeroed struct is an empty map. Index of the text, or -1. */
int64_t ca_map_find(const ca_map *map, const char *text, size_t length);
/* Index of the text, added when new (texts are borrowed: must stay where they are). -1: out of memory, or
 * 2^31 - 1 texts. *added (may be NULL) tells which. */
int64_t ca_map_add(ca_map *map, const char *text, size_t length, bool *added);
/* The same for a text from which CA_WORDS_SIZE bytes can be read (base/words.h). */
int64_t ca_map_add_inside(ca_map *map, const char *text, size_t length, bool *added);
void ca_map_free(ca_map *map);

#endif
