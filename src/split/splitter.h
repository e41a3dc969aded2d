/* A splitter: parameter rows and one function that makes folds; one line in splitters.def. */
#ifndef CA_SPLIT_SPLITTER_H
#define CA_SPLIT_SPLITTER_H

#include "base/run.h"
#include "cauce/sys/component.h"
#include "split/draws.h"

/* In place of the number of a fold. */
enum { CA_FOLD_ALWAYS_TRAINING = -1, CA_FOLD_UNUSED = -2 };

/* What a splitter may look at. */
typedef struct ca_split_input {
    int64_t n_rows;
    const double *y;        /* NULL: classification or no target */
    int64_t n_targets;      /* numbers of y for each row, column by column; 0: 1 */
    const int32_t *y_class; /* NULL: regression or no target */
    int32_t n_classes;
    const cauce_levels *labels; /* of the classes; NULL: they are called by their numbers */
    const int32_t *group;       /* NULL: none */
    int32_t n_groups;
    const double *time; /* when each row happened: column of role TIME; NULL: none */
    const double *fold; /* fold column: NaN = row unused, -1 = always in training; NULL: none */
    bool dealt;         /* where every row is in the test part of one fold, its number is enough: no lists */
} ca_split_input;

/* What folds inside of a fit go by. */
static inline ca_split_input ca_split_input_of(const cauce_train *train) {
    return (ca_split_input){ .n_rows = train->n_rows,
                             .y = train->y,
                             .n_targets = cauce_n_targets(train->targets),
                             .y_class = train->y_class,
                             .n_classes = train->n_classes,
                             .labels = train->classes,
                             .group = train->group,
                             .n_groups = train->n_groups };
}

typedef struct ca_fold {
    const int64_t *train, *test; /* ascending row numbers */
    int64_t n_train, n_test;
} ca_fold;

typedef struct ca_folds {
    int64_t n_folds;
    ca_fold *folds;      /* all memory from the arena that was given */
    bool dealt;          /* the folds have no lists: ca_fold_of tells, see ca_folds_assign */
    const int8_t *few;   /* the number of each row's fold, in a byte where all fit, */
    const int32_t *many; /* otherwise here */
} ca_folds;

/* The fold that tests the row, or one of the two above; of folds that were dealt. */
static inline int32_t ca_fold_of(const ca_folds *folds, int64_t row) {
    return folds->few ? folds->few[row] : folds->many[row];
}

typedef struct ca_splitter {
    const char *name, *summary, *reference;
    size_t params_size;
    const cauce_param *params;
    /* Fills `folds` (memory from `arena`). Errors: PARAM, DATA (more folds than rows, ...). */
    cauce_status (*split)(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds);
} ca_splitter;

const ca_splitter *ca_splitter_at(int64_t i); /* NULL past the end */
/* "stratified_k_fold n_splits=5 shuffle=true": parses, checks, splits. */
cauce_status ca_split(cauce_run *run, const char *text, const ca_split_input *input, ca_arena *arena,
                      ca_folds *folds);

/* The rows of one hold-out split (behind cauce_split): drawn when `shuffle`; stratified by y_class when
 * `stratify`, whole groups when input->group, the latest rows when input->time. What scikit-learn draws is in
 * the order of its draws, everything else ascends. */
cauce_status ca_train_test(cauce_run *run, double test_size, bool shuffle, ca_draws *draws, bool stratify,
                           const ca_split_input *input, ca_arena *arena, ca_fold *fold);

#endif
