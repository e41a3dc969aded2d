/* Categories of input columns, shared by the encoders: which values occur, which rare ones are grouped, and
 * the way from a cell to its category. Numbers are kept as numbers and texts as codes into the dictionary of
 * the input field, so that a fitted state holds no text. */
#ifndef CA_DATA_CATEGORIES_H
#define CA_DATA_CATEGORIES_H

#include <math.h>

#include "base/run.h"
#include "cauce/sys/component.h"

/* Name of column j of a field ("name", "name3", "name_label"): the field's own, or in keep memory. NULL:
 * NOMEM recorded. */
const char *ca_field_column(cauce_run *run, const cauce_field *field, int64_t j);

/* ---- The fitted categories: the state of the encoders -------------------------------------------------- */

typedef struct ca_categories {
    int64_t n_columns;    /* columns of the input, counted through its blocks */
    int64_t n_bounds;     /* n_columns + 1 */
    int64_t n_categories; /* of all columns */
    int64_t *first;       /* n_bounds: the categories of column j are first[j] .. first[j + 1] - 1 */
    double *category;     /* ascending numbers, or codes of the field's dictionary; missing (NaN) last */
    int32_t *place;       /* for each category its place in the output; -1: none */
    int32_t *infrequent;  /* n_columns: place of the rare categories' group; -1: no such group */
} ca_categories;

/* State rows of a struct that is ca_categories. */
#define CA_CATEGORIES_STATE                                                                                  \
    CAUCE_ARRAY(ca_categories, first, CAUCE_I64, n_bounds, "First category of each input column."),          \
        CAUCE_ARRAY(ca_categories, category, CAUCE_F64, n_categories,                                        \
                    "Categories by column: numbers, or ranks in the column's dictionary; missing is nan."),  \
        CAUCE_ARRAY(ca_categories, place, CAUCE_I32, n_categories,                                           \
                    "Place of each category in the output; -1: none."),                                      \
        CAUCE_ARRAY(ca_categories, infrequent, CAUCE_I32, n_columns,                                         \
                    "Place of the group of rare categories of each input column; -1: no group.")

typedef struct ca_categories_options {
    cauce_value min_frequency;  /* NULL; INT: rarer than that many rows; REAL: than that part of the rows */
    cauce_value max_categories; /* NULL or INT: places at most, the group's included */
    bool missing_apart;         /* missing has no place, is not counted and never grouped */
} ca_categories_options;

/* Finds the categories of every column of train and their places: the frequent ones in order from 0, then the
 * group. A level of a dictionary without a row is no category. */
cauce_status ca_categories_fit(cauce_run *run, const cauce_train *train, const ca_categories_options *options,
                               ca_categories *out);

/* FORMAT failure unless bounds, codes and places of a state from a file can be used with this input. Any
 * category may be without a place (one that was dropped; missing kept apart). */
cauce_status ca_categories_verify(cauce_run *run, const ca_categories *categories, const cauce_schema *in);
/* Places of column j: one more than the largest. */
int32_t ca_categories_width(const ca_categories *categories, int64_t j);
/* Text of category c of a column of `field`: the level, the shortest number, or "nan". `room` holds numbers.
 */
const char *ca_category_text(const ca_categories *categories, const cauce_field *field, int64_t c,
                             char room[32]);

/* Text of a category in a list of parameters; "" for null and lists. `room` holds numbers. */
const char *ca_item_text(const cauce_value *item, char room[32]);
/* Whether category c of a column of `field` is that item: a text, a number, or nan for missing. */
bool ca_category_is(const ca_categories *categories, const cauce_field *field, int64_t c,
                    const cauce_value *item);

/* ---- From cells to categories -------------------------------------------------------------------------- */

/* One input column, ready to be encoded. */
typedef struct ca_encoder {
    int64_t block, column; /* where its cells are */
    int64_t input;         /* its number among the columns of the input */
    const cauce_field *field;
    const int32_t *by_code; /* CODES: category of code c is by_code[c + 2]; NULL for numbers */
    const double *number;   /* numbers: the present categories, ascending */
    int32_t n_numbers;
    int32_t n;       /* categories */
    int32_t missing; /* the category of missing cells, -1 when there is none */
} ca_encoder;

/* n_columns encoders in keep memory, for a verified state. */
cauce_status ca_encoders_new(cauce_run *run, const ca_categories *categories, const cauce_schema *in,
                             ca_encoder **encoders);

/* Category of a number, or -1. */
static inline int32_t ca_encode_number(const ca_encoder *encoder, double x) {
    if (isnan(x)) return encoder->missing;
    const double *number = encoder->number;
    int32_t at = 0, n = encoder->n_numbers;
    if (n == 0) return -1;
    while (n > 1) {
        int32_t half = n / 2;
        at += (number[at + half] <= x) * half; /* no branch: which half is not to be guessed */
        n -= half;
    }
    return number[at] == x ? at : -1;
}
static inline int32_t ca_encode_code(const ca_encoder *encoder, int32_t code) {
    return encoder->by_code[code + 2];
}

/* Category of a cell of the column's block, or -1. */
static inline int32_t ca_encode_cell(const ca_encoder *encoder, const cauce_block *from, int64_t r) {
    return encoder->by_code ? ca_encode_code(encoder, from->codes[r])
                            : ca_encode_number(encoder, from->values[r + encoder->column * from->stride]);
}

/* DATA failure for a cell that is no category: names column, row, value and what to set. */
cauce_status ca_category_unknown(cauce_run *run, const ca_encoder *encoder, const cauce_batch *in, int64_t r,
                                 const char *advice);

#endif
