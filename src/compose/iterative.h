/* What fitting and applying an iterative_imputer share: its parameters and state, and its columns at work. */
#ifndef CA_COMPOSE_ITERATIVE_H
#define CA_COMPOSE_ITERATIVE_H

#include "core/node.h"
#include "core/seed.h"
#include "data/missing.h"

enum { CA_ORDER_ASCENDING, CA_ORDER_DESCENDING, CA_ORDER_ROMAN, CA_ORDER_ARABIC, CA_ORDER_RANDOM };

typedef struct ca_iterative_params {
    cauce_value missing_values, n_nearest_features, min_value, max_value, random_state;
    int64_t max_iter;
    double tol;
    int initial_strategy, imputation_order;
    bool skip_complete, add_indicator, keep_empty_features, sample_posterior;
} ca_iterative_params;

typedef struct ca_iterative_state {
    int64_t n_columns, n_iter, n_models, n_chosen, n_starts, n_codes;
    double *fill;     /* n_columns: number or code; NaN: left out */
    uint8_t *missing; /* n_columns */
    int64_t *target;  /* n_models: the column that each predicts */
    uint8_t *chosen;  /* n_chosen x n_columns: may model m look at number column j? n_chosen: 0 or n_models */
    int64_t *first_class; /* n_columns + 1: first of the codes of each category column */
    int32_t *class_code;  /* code of each class of the classifiers */
} ca_iterative_state;

/* A column of the input: where its cells are, and which of the number columns, category columns or one-hot
 * blocks at work it is. */
typedef struct ca_iterative_column {
    int64_t block, place;
    cauce_form form;
    int64_t slot; /* -1: left out, or a later column of a one-hot block */
} ca_iterative_column;

typedef struct ca_iterative_layout {
    int64_t n_numbers, n_categories, n_onehots;
    ca_iterative_column *columns; /* of the input, n_columns */
} ca_iterative_layout;

/* From schema and state, in keep memory. */
cauce_status ca_iterative_lay_out(cauce_run *run, const cauce_schema *in, const ca_iterative_state *state,
                                  ca_iterative_layout *layout);
/* What the model of column t is given: the other number columns as one block, then the other category columns
 * and the one-hot blocks, as one-hot blocks. */
static inline bool ca_iterative_looks(const ca_iterative_state *state, int64_t m, int64_t j) {
    return state->target[m] != j && (!state->n_chosen || state->chosen[m * state->n_columns + j]);
}

/* Rows at work: number and category columns in which missing cells have been filled. */
typedef struct ca_iterative_rows {
    int64_t n;
    double *numbers; /* n_numbers columns of n */
    int32_t *codes;  /* n_categories columns of n */
    const cauce_batch *in;
} ca_iterative_rows;

/* Bytes of ca_iterative_read's memory for n rows, and of ca_iterative_gather's; SIZE_MAX: too many. */
size_t ca_iterative_rows_size(const ca_iterative_layout *layout, int64_t n);
size_t ca_iterative_gather_size(const ca_iterative_layout *layout, int64_t n);
/* Rows of a batch with the first fill. DATA for an infinite number. */
cauce_status ca_iterative_read(cauce_run *run, const ca_iterative_layout *layout, const cauce_schema *schema,
                               const ca_iterative_state *state, double sentinel, const cauce_batch *in,
                               char *memory, ca_iterative_rows *rows);
/* The input of model m for n of the rows. */
void ca_iterative_gather(const ca_iterative_layout *layout, const ca_iterative_state *state, int64_t m,
                         const ca_iterative_rows *rows, const int64_t *index, int64_t n, char *memory,
                         cauce_batch *batch);
/* The rows in which column j is missing (or is not): their numbers and how many. */
int64_t ca_iterative_find(const ca_iterative_column *column, double sentinel, const cauce_batch *in,
                          bool missing, int64_t *index);
/* Least and largest number that column j may be filled with. */
void ca_iterative_limits(const ca_iterative_params *params, int64_t j, double limits[2]);
/* Puts the output of model m for n of the rows in their place; with sample_posterior what is drawn from it,
 * of numbers with these standard deviations. A draw depends on the seed, the model, and the number of the
 * row. */
void ca_iterative_put(const ca_iterative_layout *layout, const ca_iterative_state *state,
                      const ca_iterative_params *params, int64_t m, const cauce_block *output,
                      const double *deviation, const int64_t *index, int64_t n,
                      const ca_iterative_rows *rows);
static inline uint64_t ca_iterative_seed(const ca_iterative_params *params) {
    return ca_seed_of(&params->random_state);
}

/* The composite's fit (src/compose/iterative_fit.c). */
cauce_status ca_iterative_fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out);

#endif
