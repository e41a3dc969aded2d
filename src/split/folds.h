/* What the splitters share: lists of rows, shuffles, seeds. */
#ifndef CA_SPLIT_FOLDS_H
#define CA_SPLIT_FOLDS_H

#include "split/splitter.h"

#define SPLITTER(name) extern const ca_splitter ca_splitter_##name;
#include "split/splitters.def"
#undef SPLITTER

/* count zeroed items from the arena; NULL: LIMIT or NOMEM recorded. */
void *ca_folds_room(cauce_run *run, ca_arena *arena, int64_t count, size_t size);
/* n_folds empty folds. */
cauce_status ca_folds_new(cauce_run *run, ca_arena *arena, int64_t n_folds, ca_folds *folds);
/* Folds from the number of the fold (0 .. n_folds-1) in whose test part each row is, or
 * CA_FOLD_ALWAYS_TRAINING or CA_FOLD_UNUSED: lists, or with input->dealt a copy of these numbers. DATA when a
 * part of a fold would be empty. */
cauce_status ca_folds_assign(cauce_run *run, ca_arena *arena, const ca_split_input *input,
                             const int32_t *fold_of, int64_t n_folds, ca_folds *folds);
/* first, first + 1, ... first + n - 1. */
int64_t *ca_folds_range(cauce_run *run, ca_arena *arena, int64_t first, int64_t n);

/* Takes back what was scratch memory since `mark`, unless the folds themselves are made there. */
void ca_folds_back(cauce_run *run, const ca_arena *arena, ca_arena_mark mark);
/* Calls `deal` for each repeat, with draws from the stream of its number, and makes its folds. */
typedef cauce_status ca_deal_fn(cauce_run *run, const ca_split_input *input, int64_t n_splits,
                                ca_draws *draws, int32_t *fold_of);
cauce_status ca_folds_repeat(cauce_run *run, ca_arena *arena, const ca_split_input *input, ca_deal_fn *deal,
                             ca_draws *draws, int64_t n_splits, int64_t n_repeats, ca_folds *folds);

/* The fold of each row in k_fold and in stratified_k_fold; draws NULL: not shuffled. */
ca_deal_fn ca_deal_k_fold, ca_deal_stratified;
/* The input with a target of numbers turned to classes: bins between its quantiles, which equal targets
 * share. param: what asked for so many bins. In scratch memory. */
cauce_status ca_target_bins(cauce_run *run, const char *param, const ca_split_input *input, int32_t bins,
                            ca_split_input *binned);
/* What to call class k in messages: its label, or "number k". */
const char *ca_split_class(cauce_run *run, const ca_split_input *input, int32_t k);
/* What a splitter stratifies by: the classes, or with the parameter `bins` a target of numbers. */
cauce_status ca_strata_input(cauce_run *run, const char *name, const ca_split_input *input,
                             const cauce_value *bins, ca_split_input *strata);
/* Every row must have a class (there must be classes: ca_strata_input), and one class at least must have
 * n_splits rows: DATA otherwise; a warning when another one has fewer. */
cauce_status ca_strata_check(cauce_run *run, const ca_split_input *input, int64_t n_splits);
/* Every row must have a group: SCHEMA without groups, DATA for a hole. Counts the rows of each group
 * (n_groups numbers) and the groups that have some. */
cauce_status ca_groups_count(cauce_run *run, const char *name, const ca_split_input *input, int64_t **count,
                             int32_t *n_present);

/* How many of `n` rows or groups are tested, and how many train. */
typedef struct ca_split_sizes {
    int64_t n_test, n_train;
} ca_split_sizes;
/* From a share below 1 (for the test part rounded up, for training down) or a count; 0: what the other part
 * leaves. rng: whose rounding. `unit`: "row" or "group". DATA where a part would be empty, or both do not
 * fit. */
cauce_status ca_split_sizes_of(cauce_run *run, double test_size, double train_size, int rng, const char *unit,
                               int64_t n, ca_split_sizes *sizes);
/* From the parameters: without either `fallback` is tested. */
cauce_status ca_split_sizes_read(cauce_run *run, const cauce_value *test_size, const cauce_value *train_size,
                                 double fallback, int rng, const char *unit, int64_t n,
                                 ca_split_sizes *sizes);
/* One hold-out fold of so many rows, drawn, or (draws NULL) from the end of the table; with the same share of
 * each class when `stratify`. */
cauce_status ca_hold_out(cauce_run *run, const ca_split_sizes *sizes, bool stratify, ca_draws *draws,
                         const ca_split_input *input, ca_arena *arena, ca_fold *fold);
/* As many folds as there is room for in `folds`, each from the stream of its number. */
cauce_status ca_hold_outs(cauce_run *run, const ca_split_sizes *sizes, bool stratify, ca_draws *draws,
                          const ca_split_input *input, ca_arena *arena, ca_folds *folds);
/* Each row is in the part that is said; a row that is left out in none. */
typedef enum ca_side { CA_TRAINS, CA_TESTED, CA_LEFT_OUT } ca_side;
cauce_status ca_fold_of_sides(cauce_run *run, ca_arena *arena, const uint8_t *side, int64_t n, ca_fold *fold);

/* Rows of the table must be enough for n_splits test parts: DATA otherwise. */
cauce_status ca_folds_check(cauce_run *run, int64_t n_splits, int64_t n_rows);

#define CA_SPLIT_N_SPLITS(T) CAUCE_INT(T, n_splits, 5, 2, 2147483647, "Number of folds.")
#define CA_SPLIT_N_REPEATS(T)                                                                                \
    CAUCE_INT(T, n_repeats, 10, 1, 1000000, "How often the rows are shuffled and cut into folds.")
#define CA_SPLIT_N_SHUFFLES(T, fallback)                                                                     \
    CAUCE_INT(T, n_splits, fallback, 1, 1000000, "Number of folds, each drawn by itself.")
#define CA_SPLIT_SIZES(T, fallback, units)                                                                   \
    CAUCE_MIXED(T, test_size, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1, 9007199254740991.0, 0,   \
                1, NULL,                                                                                     \
                "Test " units " of a fold: a share below 1 (rounded up), or a count; null: those that do "   \
                "not train, or without train_size " fallback "."),                                           \
        CAUCE_MIXED(T, train_size, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1, 9007199254740991.0, \
                    0, 1, NULL,                                                                              \
                    "Training " units " of a fold: a share below 1 (rounded down), or a count; null: those " \
                    "that are not tested.")
#define CA_SPLIT_BINS(T)                                                                                     \
    CAUCE_MIXED(                                                                                             \
        T, bins, "null", CAUCE_V_NULL | CAUCE_V_INT, 2, 2147483647, 0, 0, NULL,                              \
        "For a target of numbers: stratify by this many bins between its quantiles; null: by classes.")
#define CA_SPLIT_SEED(T)                                                                                     \
    CAUCE_MIXED(T, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 4294967295.0, 0, 0, NULL,            \
                "Seed of the shuffles; null is the same as 0.")
#define CA_SPLIT_RANDOM_STATE(T)                                                                             \
    CAUCE_MIXED(T, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 4294967295.0, 0, 0, NULL,            \
                "Seed of the shuffle; null is the same as 0. Not used without shuffle.")
#define CA_SPLIT_RNG(T)                                                                                      \
    CAUCE_CHOICE(T, rng, "native", CA_RNG_WORDS,                                                             \
                 "Whose random numbers: sklearn makes the folds that scikit-learn makes of this "            \
                 "random_state.")

#endif
