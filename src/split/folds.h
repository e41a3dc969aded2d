/* What the splitters share: lists of rows, shuffles, seeds. */
#ifndef CA_SPLIT_FOLDS_H
#define CA_SPLIT_FOLDS_H

#include "split/splitter.h"

#define SPLITTER(name) extern const ca_splitter ca_splitter_##name;
#include "split/splitters.def"
#undef SPLITTER

enum { CA_FOLD_ALWAYS_TRAINING = -1, CA_FOLD_UNUSED = -2 };

/* count zeroed items from the arena; NULL: LIMIT or NOMEM recorded. */
void *ca_folds_room(cauce_run *run, ca_arena *arena, int64_t count, size_t size);
/* n_folds empty folds. */
cauce_status ca_folds_new(cauce_run *run, ca_arena *arena, int64_t n_folds, ca_folds *folds);
/* Folds from the number of the fold (0 .. n_folds-1) in whose test part each row is, or one of the two
 * constants above. DATA when a part of a fold would be empty. */
cauce_status ca_folds_assign(cauce_run *run, ca_arena *arena, const int32_t *fold_of, int64_t n_rows,
                             int64_t n_folds, ca_folds *folds);
/* first, first + 1, ... first + n - 1. */
int64_t *ca_folds_range(cauce_run *run, ca_arena *arena, int64_t first, int64_t n);

/* Fisher-Yates: every order is equally likely. */
void ca_shuffle_i64(cauce_rng *rng, int64_t *items, int64_t n);
void ca_shuffle_i32(cauce_rng *rng, int32_t *items, int64_t n);
/* The seed behind a random_state parameter: null means 0. */
uint64_t ca_split_seed(const cauce_value *random_state);

/* Rows of the table must be enough for n_splits test parts: DATA otherwise. */
cauce_status ca_folds_check(cauce_run *run, int64_t n_splits, int64_t n_rows);

#define CA_SPLIT_N_SPLITS(T) CAUCE_INT(T, n_splits, 5, 2, 2147483647, "Number of folds.")
#define CA_SPLIT_RANDOM_STATE(T)                                                                             \
    CAUCE_MIXED(T, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 4294967295.0, 0, 0, NULL,            \
                "Seed of the shuffle; null is the same as 0. Not used without shuffle.")

#endif
