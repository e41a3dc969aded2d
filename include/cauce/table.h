/* Tables: named, typed, immutable, reference-counted columns with roles. CSV in and out, arrays in, subsets.
 *
 * A table may be used from any number of threads at once.
 */
#ifndef CAUCE_TABLE_H
#define CAUCE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cauce/error.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct cauce_table cauce_table;

/* What a column means. BOOLEAN is a category whose two levels read as false and true. TEXT is a category with
 * too many distinct values to be one; it is not used as a feature unless asked for by name or as @text.
 * DATETIME ("time") is dates, or dates with a time of day: numbers of seconds since 1970-01-01T00:00 (of UTC
 * where a zone is given) that are written as they were read; it is for the roles TIME and GROUP, and is not a
 * feature. */
typedef enum cauce_kind {
    CAUCE_NUMBER,
    CAUCE_CATEGORY,
    CAUCE_BOOLEAN,
    CAUCE_TEXT,
    CAUCE_DATETIME
} cauce_kind;

/* What a column is for. */
typedef enum cauce_role {
    CAUCE_FEATURE,
    CAUCE_TARGET,
    CAUCE_WEIGHT, /* number >= 0; 0 is the same as the row's absence */
    CAUCE_GROUP,  /* rows of one group stay together in grouped splits */
    CAUCE_TIME,
    CAUCE_FOLD,    /* fold numbers: -1 always in training, missing = row unused */
    CAUCE_IGNORE,  /* carried along, never used: identifiers, dropped columns */
    CAUCE_OFFSET,  /* number that an estimator adds to its linear part, with the coefficient 1 */
    CAUCE_EXPOSURE /* number > 0 (time, area, people) to which the target's mean is proportional: an offset of
                    * its logarithm; not beside an OFFSET */
} cauce_role;

/* "number", "category", "boolean", "text", "time"; "feature", "target", ... Static texts. */
CAUCE_API const char *cauce_kind_name(cauce_kind kind);
CAUCE_API const char *cauce_role_name(cauce_role role);

/* Reads a CSV file (path "-": standard input), RFC 4180: quotes, doubled quotes, line breaks inside quotes,
 * CRLF, byte-order mark; packed by gzip or zstd, told by the first bytes. Blanks at the ends of a cell do not
 * belong to it, those inside quotes do. Kinds are inferred from the whole file.
 * `options` (NULL: none) is "key=value ..." with:
 *  - target= weight= groups= time= fold= offset= exposure=: columns with these roles; target=[a, b]: several
 *    targets, in this order
 *  - positive=: label of the positive class
 *  - drop=[a, b]: columns left out
 *  - id=[a, b]: columns kept but not used
 *  - kinds=[a:category, ...]: kinds given, not inferred
 *  - missing=["", NA, ...]: markers of a missing cell (default: empty, NA, N/A, NaN, nan, NULL, null, ?)
 *  - separator=auto, or , ; tab |
 *  - decimal=. or ",": with a comma, 1,5 is a number
 *  - thousands=none, or "," "." " " "'": what groups of three digits are set apart by (the blank also as a
 *    no-break space); 1.234,5 is a number with thousands=. decimal=",". With neither of these two, a decimal
 *    comma is taken where the separator is no comma and every value of a column can only be read by it; the
 *    warning number_marks tells of it
 *  - dates=auto, iso, day_first or month_first: how 5/3/2024 and 05.03.2024 are read; 2024-03-05, 2024-03-05
 *    14:30 and 2024-03-05T14:30:05.25Z are always dates. auto: the order in which every value of a column is
 * a date, if only one is; the warning date_order tells of it
 *  - missing_target=error, or drop: rows without a target, or without one of several, are left out
 * Result: owned. Errors: IO (also when the file changes while it is read); DATA with line, column and byte
 * (ragged row, bad quote, invalid UTF-8, NUL, duplicate or empty header; an archive that is broken or ends
 * too soon); PARAM for an unknown option; SCHEMA for a column that is not there; NOMEM. */
CAUCE_API cauce_table *cauce_read_csv(const char *path, const char *options);

/* Writes a table as CSV (path "-": standard output): all or nothing for a file. Numbers are written with the
 * fewest digits that read back to the same double. Errors: IO, NOMEM. */
CAUCE_API cauce_status cauce_write_csv(const cauce_table *table, const char *path);

/* Writes a CSV file (path "-": standard input) in another form (path "-": standard output), in constant
 * memory. `options` (NULL: none): "separator=", "decimal=", "thousands=" as for cauce_read_csv, of what is
 * read; "to_separator=," (or ; tab |), "to_decimal=." (or ","), "columns=[a, b]" (which, in this order) of
 * what is written. Nothing is inferred: texts stay as they stand, quoted ones quoted, missing markers and the
 * blanks at the ends of cells too; a cell that reads as a number keeps its digits and gets the other marks.
 * Lines end in LF. *rows (may be NULL): rows written. Errors as of cauce_read_csv and cauce_write_csv. */
CAUCE_API cauce_status cauce_convert_csv(const char *input, const char *output, const char *options,
                                         int64_t *rows);

/* Names of the columns of a CSV file (as of cauce_read_csv), in their order, from its header alone: calls
 * `each`, which must not call the library, for every name (borrowed during the call). Errors: as of
 * cauce_read_csv, in the header. */
CAUCE_API cauce_status cauce_csv_names(const char *path, void (*each)(const char *name, void *payload),
                                       void *payload);

/* An empty table of n_rows rows, to be filled with the cauce_table_add_ functions before its first use
 * elsewhere. Owned. */
CAUCE_API cauce_table *cauce_table_new(int64_t n_rows);

/* Adds a number column that borrows the user's array: `values`[i * stride] for i in 0 .. n_rows-1 (stride in
 * elements, may be negative or more than 1; 0 means 1). The array must outlive the table and all tables made
 * from it. NaN is missing. Errors: ARGUMENT (no name, one that is taken or not UTF-8), NOMEM. */
CAUCE_API cauce_status cauce_table_add_f64(cauce_table *table, const char *name, const double *values,
                                           ptrdiff_t stride);
CAUCE_API cauce_status cauce_table_add_f32(cauce_table *table, const char *name, const float *values,
                                           ptrdiff_t stride);
CAUCE_API cauce_status cauce_table_add_i64(cauce_table *table, const char *name, const int64_t *values,
                                           ptrdiff_t stride);
CAUCE_API cauce_status cauce_table_add_i32(cauce_table *table, const char *name, const int32_t *values,
                                           ptrdiff_t stride);
/* Adds a category column from texts (copied; NULL = missing). Errors: also DATA for one that is not UTF-8. */
CAUCE_API cauce_status cauce_table_add_text(cauce_table *table, const char *name, const char *const *values);

/* Gives a column a role. TARGET, WEIGHT, GROUP, TIME, FOLD, OFFSET and EXPOSURE belong to one column at
 * most (but see cauce_table_set_targets): the one before becomes a feature again. Errors: SCHEMA with the
 * nearest name; KIND when a weight, an offset or an exposure is not a number. */
CAUCE_API cauce_status cauce_table_set_role(cauce_table *table, const char *column, cauce_role role);
/* Gives n >= 1 columns the role TARGET, in place of those that have it: of several, a regressor that takes
 * several targets learns them all, and predicts them in the order given here. All or none. Errors: SCHEMA
 * with the nearest name; PARAM for a name that is given twice; ARGUMENT. */
CAUCE_API cauce_status cauce_table_set_targets(cauce_table *table, const char *const *columns, int64_t n);
/* Names the positive class of the target (copied; NULL: the last class). */
CAUCE_API cauce_status cauce_table_set_positive(cauce_table *table, const char *label);

CAUCE_API void cauce_table_free(cauce_table *table);

CAUCE_API int64_t cauce_table_rows(const cauce_table *table);
CAUCE_API int64_t cauce_table_columns(const cauce_table *table);
/* Name of column j (borrowed), its kind and role. j in 0 .. columns-1; otherwise NULL, NUMBER, IGNORE. */
CAUCE_API const char *cauce_table_name(const cauce_table *table, int64_t j);
CAUCE_API cauce_kind cauce_table_kind(const cauce_table *table, int64_t j);
CAUCE_API cauce_role cauce_table_role(const cauce_table *table, int64_t j);
/* Index of the column called `name`, or -1 (not recorded as a failure). */
CAUCE_API int64_t cauce_table_find(const cauce_table *table, const char *name);
/* Missing cells, and distinct levels (category, boolean, text, time; 0 for numbers) of the table's rows. */
CAUCE_API int64_t cauce_table_missing(const cauce_table *table, int64_t j);
CAUCE_API int64_t cauce_table_levels(const cauce_table *table, int64_t j);
/* Cell (row, j) as a number: NaN when missing; for BOOLEAN 0 or 1; for categories the rank of the level; for
 * DATETIME seconds. */
CAUCE_API double cauce_table_number(const cauce_table *table, int64_t row, int64_t j);
/* Cell (row, j) of a category, boolean, text or time column as text (borrowed); NULL: missing, a number. */
CAUCE_API const char *cauce_table_text(const cauce_table *table, int64_t row, int64_t j);

/* The rows `rows`[0 .. n-1] (0-based, copied, any order, repeats allowed) as a new table that shares the
 * columns. Owned. Errors: ARGUMENT for a row out of range; NOMEM. */
CAUCE_API cauce_table *cauce_table_rows_of(const cauce_table *table, const int64_t *rows, int64_t n);

/* Splits the rows at random into a training and a test part (both owned by the caller).
 * `options`: "test_size=0.25" (fraction, or number of rows), "random_state=0", "stratify=COLUMN",
 * "groups=COLUMN", "time=COLUMN" (the latest rows are tested; rows of one time stay together),
 * "shuffle=true", "rng=sklearn" (the parts of scikit-learn's train_test_split of this random_state, in its
 * order; not with groups). Otherwise rows keep the order of the table inside of a part. Errors: PARAM; DATA
 * when a part would be empty or a class has fewer than 2 rows. */
CAUCE_API cauce_status cauce_split(const cauce_table *table, const char *options, cauce_table **train,
                                   cauce_table **test);

#ifdef __cplusplus
}
#endif
#endif
