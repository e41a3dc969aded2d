/* predefined_split: folds that were made elsewhere, from the column with role FOLD or from a file with one
 * number per line. Rows of equal number are the test part of one fold, and folds come in ascending order of
 * their numbers. -1: always in training. Missing (an empty line): the row is not used at all.
 */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/stream.h"
#include "base/text.h"
#include "math/sort.h"
#include "split/folds.h"

struct predefined_split_params {
    cauce_value file;
};

static const cauce_param param_rows[] = {
    CAUCE_MIXED(struct predefined_split_params, file, "null", CAUCE_V_NULL | CAUCE_V_TEXT, 0, 0, 0, 0, NULL,
                "File with one fold number per line, a line for each row; null: the table's fold column."),
    CAUCE_END
};

/* A fold number; NaN for an empty line. */
static cauce_status read_line(cauce_run *run, const char *path, int64_t line, const char *text, size_t length,
                              double *number) {
    while (length && (text[length - 1] == '\r' || text[length - 1] == ' ' || text[length - 1] == '\t'))
        length--;
    while (length && (*text == ' ' || *text == '\t')) text++, length--;
    *number = (double)NAN;
    if (length == 0 || (ca_number_parse(text, length, number) && isfinite(*number))) return CAUCE_OK;
    char shown[96];
    return cauce_fail(
        run, CAUCE_E_DATA,
        "%s, line %lld: '%s' is not a fold number (a whole number, -1 for always in training, or "
        "an empty line for a row that is not used)",
        path, (long long)line, ca_text_show(text, length, shown, sizeof shown));
}

static cauce_status read_lines(cauce_run *run, const char *path, const ca_file *file, int64_t n_rows,
                               double *numbers) {
    const char *at = file->bytes, *end = file->bytes + file->size;
    if (file->size >= 3 && memcmp(at, "\xEF\xBB\xBF", 3) == 0) at += 3;
    int64_t lines = 0;
    while (at < end) {
        const char *stop = memchr(at, '\n', (size_t)(end - at));
        if (!stop) stop = end;
        double number;
        CA_TRY(read_line(run, path, lines + 1, at, (size_t)(stop - at), &number));
        if (lines < n_rows) numbers[lines] = number;
        lines++;
        at = stop + (stop < end);
    }
    if (lines != n_rows)
        return cauce_fail(run, CAUCE_E_DATA, "%s has %lld lines, and the table has %lld rows", path,
                          (long long)lines, (long long)n_rows);
    return CAUCE_OK;
}

static cauce_status read_file(cauce_run *run, const char *path, int64_t n_rows, const double **numbers) {
    double *room = cauce_scratch(run, n_rows, sizeof *room);
    if (!room) return run->error.status;
    ca_file file = { 0 };
    CA_TRY(ca_file_read(run, path, SIZE_MAX / 4, &file));
    cauce_status status = read_lines(run, path, &file, n_rows, room);
    ca_file_free(&file);
    *numbers = room;
    return status;
}

/* The distinct fold numbers, ascending, into the front of `distinct`. */
static cauce_status find_distinct(cauce_run *run, const double *numbers, int64_t n_rows, double *distinct,
                                  int64_t *count) {
    int64_t n = 0;
    for (int64_t r = 0; r < n_rows; r++) {
        double number = numbers[r];
        if (isnan(number) || number == -1) continue;
        if (floor(number) != number || fabs(number) > 9007199254740992.0)
            return cauce_fail(run, CAUCE_E_DATA, "row %lld has fold number %.17g; whole numbers are accepted",
                              (long long)r + 1, number);
        distinct[n++] = number;
    }
    CA_TRY(ca_sort(run, distinct, n));
    *count = 0;
    for (int64_t i = 0; i < n; i++)
        if (i == 0 || distinct[i] != distinct[i - 1]) distinct[(*count)++] = distinct[i];
    return CAUCE_OK;
}

static int32_t rank(const double *distinct, int64_t n, double number) {
    int64_t low = 0, high = n;
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (distinct[middle] <= number)
            low = middle;
        else
            high = middle;
    }
    return (int32_t)low;
}

/* Speaks of the folds by the numbers their owner gave them. */
static cauce_status check_training(cauce_run *run, const int32_t *fold_of, int64_t n_rows,
                                   const double *distinct, int64_t n_folds) {
    for (int64_t r = 0; n_folds == 1 && r < n_rows; r++)
        if (fold_of[r] == CA_FOLD_ALWAYS_TRAINING) return CAUCE_OK;
    if (n_folds == 0)
        return cauce_fail(run, CAUCE_E_DATA,
                          "no row has a fold number other than -1: there is nothing to test");
    if (n_folds == 1)
        return cauce_fail(run, CAUCE_E_DATA,
                          "all rows that are used are in fold %.0f: there is nothing to train on",
                          distinct[0]);
    return CAUCE_OK;
}

static cauce_status split(cauce_run *run, const void *params, const ca_split_input *input, ca_arena *arena,
                          ca_folds *folds) {
    const struct predefined_split_params *p = params;
    int64_t n = input->n_rows, n_folds = 0;
    const double *numbers = input->fold;
    if (p->file.type == CAUCE_V_TEXT)
        CA_TRY(read_file(run, p->file.text, n, &numbers));
    else if (!numbers)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "predefined_split needs a column with role fold in the table, or file=PATH");
    double *distinct = cauce_scratch(run, n, sizeof *distinct);
    int32_t *fold_of = cauce_scratch(run, n, sizeof *fold_of);
    if (!distinct || !fold_of) return run->error.status;
    CA_TRY(find_distinct(run, numbers, n, distinct, &n_folds));
    if (n_folds > INT32_MAX)
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld folds are more than 2147483647", (long long)n_folds);
    for (int64_t r = 0; r < n; r++) {
        if (isnan(numbers[r]))
            fold_of[r] = CA_FOLD_UNUSED;
        else if (numbers[r] == -1)
            fold_of[r] = CA_FOLD_ALWAYS_TRAINING;
        else
            fold_of[r] = rank(distinct, n_folds, numbers[r]);
    }
    CA_TRY(check_training(run, fold_of, n, distinct, n_folds));
    return ca_folds_assign(run, arena, input, fold_of, n_folds, folds);
}

const ca_splitter ca_splitter_predefined_split = {
    "predefined_split",
    "Takes the folds from a column of fold numbers or from a file (-1: always in training, empty: not used).",
    NULL,
    sizeof(struct predefined_split_params),
    param_rows,
    split
};
