/* What the walks of all kinds of vectors have in common. Whoever includes this, once, has said
 *   WALK_HERE    the attribute of its functions is,
 *   row_part     is a register,
 *   IN_ONE       is the number of codes that it holds;
 * then come row_at and answers_of (clusters_walk.h), and after them LANES_WALKS. */
#include "tree/clusters.h"

#define LANES_INLINE WALK_HERE static inline __attribute__((always_inline))

/* Where the codes of a row are: in so many registers, or in memory. */
typedef enum row_form { READ = 0, NARROW = 1, WIDE = 2, WIDEST = 4 } row_form;

typedef struct row_codes {
    row_part part[WIDEST];
    const uint32_t *codes;
} row_codes;

/* The walks, and the function that hands out those for rows of so many codes where the processor is `here`.
 */
#define LANES_WALKS(function, here)                                                                          \
    WALKS(narrow, NARROW, false)                                                                             \
    WALKS(narrow_only, NARROW, true)                                                                         \
    WALKS(wide, WIDE, false)                                                                                 \
    WALKS(wide_only, WIDE, true)                                                                             \
    WALKS(widest, WIDEST, false)                                                                             \
    WALKS(widest_only, WIDEST, true)                                                                         \
    WALKS(read, READ, true)                                                                                  \
    ca_cluster_walks function(int64_t n_codes, bool has_only) {                                              \
        if (!(here)) return (ca_cluster_walks){ NULL, NULL };                                                \
        if (n_codes <= NARROW * IN_ONE) return has_only ? WALKS_OF(narrow_only) : WALKS_OF(narrow);          \
        if (n_codes <= WIDE * IN_ONE) return has_only ? WALKS_OF(wide_only) : WALKS_OF(wide);                \
        if (n_codes <= WIDEST * IN_ONE) return has_only ? WALKS_OF(widest_only) : WALKS_OF(widest);          \
        return WALKS_OF(read);                                                                               \
    }
