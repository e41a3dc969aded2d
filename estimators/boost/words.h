/* 16 trees under a row at once: the AND of words that say which leaves the row's codes leave possible. */
#ifndef CA_BOOST_WORDS_H
#define CA_BOOST_WORDS_H

#include <stdint.h>

enum { CA_WORDS = 16 };

/* The words of 16 trees for each entry, equal ones once. */
typedef struct ca_word_group {
    const uint16_t *row_of; /* by entry; NULL: an entry's row is its own */
    const void *rows;       /* of 16 words each; 32 bits or 64 */
    const int32_t *joints;  /* those where a tree asks */
    int64_t n_joints;
} ca_word_group;

/* Adds to out[r] the leaves of row r, whose entries begin at entries[r * n_entries]: four lanes, of the trees
 * whose numbers are equal modulo 4. A tree has room for 32 leaves (64 when `wide`). */
typedef void ca_words_add(const ca_word_group *group, const double *leaves, const int32_t *entries,
                          int64_t n_entries, int64_t n, double *out);
/* The fastest that this machine has; the same bits. */
ca_words_add *ca_words_fastest(int wide);

#endif
