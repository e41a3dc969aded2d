/* Lists of texts and dictionaries, behind cauce_levels. */
#ifndef CA_DATA_LEVELS_H
#define CA_DATA_LEVELS_H

#include "base/arena.h"
#include "base/map.h"
#include "cauce/sys/component.h"

struct cauce_levels {
    int32_t count;
    const int64_t *offset; /* count + 1, into bytes; each text ends with a NUL, not counted in its length */
    const char *bytes;     /* CA_WORDS_SIZE of them behind the last text can be read */
    const uint64_t *slots; /* sorted dictionaries: open hash, upper half of the hash << 32 | 1 + code */
    uint32_t mask;
};

static inline size_t ca_levels_length(const cauce_levels *levels, int32_t i) {
    return (size_t)(levels->offset[i + 1] - levels->offset[i]) - 1;
}
/* Builds a list in `arena` from texts with lengths (copied). `dictionary`: texts must be strictly sorted by
 * bytes, and get a hash. NULL: out of memory. lengths NULL: strlen. */
cauce_levels *ca_levels_new(ca_arena *arena, const char *const *texts, const size_t *lengths, int32_t count,
                            bool dictionary);
/* cauce_levels_keep of texts in which nobody looks for one: names of columns. */
const cauce_levels *ca_labels_keep(cauce_run *run, const char *const *texts, int32_t count);
/* The texts of a map as a dictionary, and the code of each entry. NULL: out of memory. */
cauce_levels *ca_levels_of_map(ca_arena *arena, const ca_map *map, int32_t *code_of);
/* cauce_levels_find of a text from which CA_WORDS_SIZE bytes can be read (base/words.h). */
int32_t ca_levels_find_inside(const cauce_levels *levels, const char *text, size_t length);
/* memcmp order, shorter first. */
int ca_levels_compare(const char *a, size_t a_length, const char *b, size_t b_length);
/* For each code of `from` its code in `to` (CAUCE_UNKNOWN when it is not there). map: from->count. */
void ca_levels_map(const cauce_levels *from, const cauce_levels *to, int32_t *map);

#endif
