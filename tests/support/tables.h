/* Tables, recipes and models in a line each, through the public headers; whatever fails, fails the test. */
#ifndef TESTS_SUPPORT_TABLES_H
#define TESTS_SUPPORT_TABLES_H

#include <stdbool.h>

#include "cauce/cauce.h"

/* A table of a CSV text. `roles` (NULL: none): "y:target w:weight ...". */
cauce_table *table_of(const char *csv, const char *roles);
/* A file below data/ of the source tree, with the options of cauce_read_csv. */
cauce_table *table_from_data(const char *file, const char *options);
/* The rows first, first + step, ... (n of them, modulo the rows of the table). */
cauce_table *table_rows(const cauce_table *table, int64_t first, int64_t step, int64_t n);
/* A recipe of a text, or of JSON when it begins with { or [. */
cauce_recipe *recipe_of(const char *text);
cauce_model *model_of(const char *recipe, const cauce_table *table);
cauce_model *model_fit(const cauce_recipe *recipe, const cauce_table *table);
/* What a model says of a table: probabilities, numbers, or what its transformers make of it. */
cauce_table *output_of(const cauce_model *model, const cauce_table *table);
/* Hands a row of the table to a scorer of the model. */
void scorer_row(cauce_scorer *scorer, const cauce_model *model, const cauce_table *table, int64_t row);
/* NULL for an output that could not be made. */
cauce_table *try_output_of(const cauce_model *model, const cauce_table *table);

typedef struct bytes_of {
    void *data;
    size_t size;
} bytes_of;
bytes_of saved(const cauce_model *model);
void bytes_done(bytes_of *bytes);

/* Same names, kinds, rows, and the same bits in every cell. */
bool tables_same(const cauce_table *a, const cauce_table *b);
/* Largest |a - b| of all number cells; infinity when shapes, names or other cells differ. */
double tables_apart(const cauce_table *a, const cauce_table *b);
/* A cell by the name of its column. */
double cell(const cauce_table *table, int64_t row, const char *column);
/* Checks the last failure and forgets it: its status, and a piece that must be in its message (NULL: any). */
void failed_with(cauce_status status, const char *piece);
/* "a, b, c": names of the columns; free with free(). */
char *names_of(const cauce_table *table);

#endif
