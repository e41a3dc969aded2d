/* Number columns one at a time, for transformers that treat each column alone and take DENSE blocks; those
 * that take ONEHOT blocks as well are handed each of these as a whole. */
#ifndef CA_DATA_NUMERIC_H
#define CA_DATA_NUMERIC_H

#include "base/run.h"
#include "cauce/sys/component.h"

/* The cells of one column for some rows. */
typedef struct ca_numeric {
    int64_t j;                /* its number among the columns of the input */
    const cauce_field *field; /* its block ... */
    int64_t place;            /* ... and which column of it */
    const double *x;          /* n_rows cells; NaN: missing */
    int64_t n_rows;
    int64_t first_row; /* number of the first row in the table */
} ca_numeric;

/* Calls fit for every column of the DENSE blocks of the training rows, in parallel where the context allows.
 */
typedef cauce_status ca_numeric_fit(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                                    void *payload);
cauce_status ca_numeric_fit_each(cauce_run *run, const cauce_train *train, ca_numeric_fit *fit,
                                 void *payload);

/* Calls fit for every ONEHOT block: its columns are first .. first + field->width - 1 of the input. */
typedef struct ca_coded {
    int64_t first;
    const cauce_field *field;
    const int32_t *codes; /* n_rows; negative: all columns are 0 */
    int64_t n_rows;
} ca_coded;
typedef cauce_status ca_coded_fit(cauce_run *run, const ca_coded *block, const cauce_train *train,
                                  void *payload);
cauce_status ca_coded_fit_each(cauce_run *run, const cauce_train *train, ca_coded_fit *fit, void *payload);

/* Calls map for every column of a batch, in order: it writes n_rows numbers to z, which is not x. The output
 * has the schema of the input. */
typedef cauce_status ca_numeric_map(cauce_run *run, const cauce_fitted *self, const ca_numeric *column,
                                    double *z);
cauce_status ca_numeric_map_each(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, ca_numeric_map *map);

/* Rows first .. first + n - 1 of a batch of DENSE blocks, row after row. */
void ca_numeric_rows(const cauce_schema *schema, const cauce_batch *batch, int64_t first, int64_t n,
                     double *rows);

/* The column's name, cut to fit. */
enum { CA_NUMERIC_NAME = 128 };
const char *ca_numeric_name(const ca_numeric *column, char room[CA_NUMERIC_NAME]);
/* A DATA failure for a cell: "column 'NAME', row N: VALUE " and what is wrong with it. */
cauce_status ca_numeric_bad(cauce_run *run, const ca_numeric *column, int64_t r, const char *what);
/* ... where a cell is infinite. */
cauce_status ca_numeric_finite(cauce_run *run, const ca_numeric *column);
/* The warning for a column without a number; then: what becomes of it ("it stays missing"). */
void ca_numeric_empty(cauce_run *run, const ca_numeric *column, const char *then);
/* A FORMAT failure unless the state is one of as many columns as the input has. */
cauce_status ca_numeric_verify(cauce_run *run, const cauce_fitted *self, int64_t n_columns);

/* For numbers that came from a file: FORMAT unless all n are finite. */
cauce_status ca_verify_finite(cauce_run *run, const char *name, const double *values, int64_t n);

/* The two finite numbers of a list parameter such as [0, 1], the first below the second; otherwise a PARAM
 * failure. */
cauce_status ca_numeric_pair(cauce_run *run, const char *name, const cauce_value *list, double pair[2]);

#endif
