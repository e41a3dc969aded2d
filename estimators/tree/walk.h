/* Sending many walkers down their trees at once: rows through one tree, or the trees of a forest under one
 * row. One pass takes all that have not ended one level down, so that they do not wait for each other's
 * memory; the list shrinks from pass to pass, so that no one walks further than to its leaf. After Asadi,
 * Lin, de Vries, "Runtime optimizations for tree-based machine learning models", IEEE TKDE 26, 2014,
 * doi:10.1109/TKDE.2013.73, with compaction in place of padding. */
#ifndef CA_TREE_WALK_H
#define CA_TREE_WALK_H

#include <stdbool.h>
#include <stdint.h>

/* A split in 64 bits: the flags, then a code, a slot, and how far behind it the first of its children that is
 * a split stands. How wide the parts are depends on the forest. A row goes right when its code in that slot
 * is >= that of the split, or, with ONLY, when they are equal. */
typedef uint64_t ca_scored_split;
enum { CA_SPLIT_LEFT_LEAF = 1, CA_SPLIT_RIGHT_LEAF = 2, CA_SPLIT_ONLY = 4, CA_SPLIT_FLAGS = 3 };

typedef struct ca_split_shape {
    int slot_shift, child_shift;
    uint32_t code_mask, slot_mask;
} ca_split_shape;

enum { CA_WALK_SLACK = 8 }; /* items behind the end of `at` and `ended` that a walk may write */

/* at[0 .. n-1]: (name << 32 | number in `splits`) of where each walker begins, used up. ended: name << 32 |
 * (number of the tree's first split + number of the leaf in its tree), in any order. The codes of a walker
 * begin at codes[name & name_mask].
 *
 * Splits and leaves of a tree are numbered level by level (tree.h): 2 * i children come before those of split
 * i, and those of them that are not splits are leaves, so both numbers follow from one distance. */
typedef void ca_walk(const ca_scored_split *splits, ca_split_shape shape, const uint32_t *codes,
                     uint32_t name_mask, int32_t n, uint64_t *at, uint64_t *ended);

/* The same for one walker, with rows that may lack values: code CA_WALK_MISSING. missing: of each split,
 * whether these go right. */
enum { CA_WALK_MISSING = -1 };
uint64_t ca_walk_missing(const ca_scored_split *splits, ca_split_shape shape, const uint32_t *codes,
                         const uint8_t *missing, uint64_t at);

ca_walk ca_walk_plain;
ca_walk *ca_walk_fastest(void);

#endif
