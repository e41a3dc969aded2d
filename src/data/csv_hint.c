/* Columns of texts that would be numbers if their marks were read differently: the reader does not guess, it
 * tells. */
#include "data/csv_hint.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { SOME = 1000, MOST_NAMES = 3, LEAST_LEVELS = 2 };

typedef struct marks {
    char decimal, thousands;
} marks;

/* In the order in which they are believed when several read the same cells. */
static const marks known[] = { { '.', 0 },   { ',', 0 },   { '.', ',' },  { ',', '.' },
                               { '.', ' ' }, { ',', ' ' }, { '.', '\'' }, { ',', '\'' } };
enum { N_KNOWN = sizeof known / sizeof *known };

static marks marks_of(const ca_csv_options *options) {
    return (marks){ options->decimal ? options->decimal : '.', options->thousands };
}

static bool reads(const marks *m, const char *text, size_t length) {
    /* What begins with a letter is a word even where it is a number ("inf"). */
    if (length == 0 || !strchr("0123456789.,+-", text[0])) return false;
    ca_csv_markers markers = { 0 };
    char plain[CA_CSV_NUMBER_SIZE];
    double value;
    ca_csv_markers_numbers(&markers, m->decimal, m->thousands);
    const ca_csv_cell cell = { text, (uint32_t)length, false, false };
    if (!ca_csv_number(&markers, &cell, &value)) return false;
    const size_t n = ca_csv_plain_number(&markers, text, length, plain);
    return !ca_csv_leading_zero(plain, n); /* "007" stays a code */
}

/* How many of some levels, all over the dictionary, read as numbers; 0 when that is not nearly all of them.
 */
static int32_t count_numbers(const marks *m, const cauce_levels *levels) {
    const int32_t step = levels->count / SOME + 1, n = (levels->count + step - 1) / step;
    int32_t others = 0;
    for (int32_t i = 0; i < levels->count; i += step) {
        others += !reads(m, cauce_levels_text(levels, i), ca_levels_length(levels, i));
        if (others > n / 10) return 0;
    }
    return n - others;
}

static bool kind_is_given(const ca_csv_options *options, const char *name) {
    for (int64_t i = 0; i < options->n_columns; i++)
        if (options->columns[i].has_kind && strcmp(options->columns[i].name, name) == 0) return true;
    return false;
}

/* The levels of a column whose texts were to be understood and are no numbers, or NULL. */
static const cauce_levels *texts_of(const cauce_table *table, int64_t j, const ca_csv_options *options) {
    const ca_column *column = table->columns[j].column;
    if (column->kind != CAUCE_TEXT && column->kind != CAUCE_CATEGORY) return NULL;
    if (column->levels->count < LEAST_LEVELS || kind_is_given(options, table->columns[j].name)) return NULL;
    const marks now = marks_of(options);
    return count_numbers(&now, column->levels) == 0 ? column->levels : NULL;
}

/* Does some column hold fractions, read with the present mark? Then another one is less likely. */
static bool has_fractions(const cauce_table *table) {
    for (int64_t j = 0; j < table->n_columns; j++) {
        const ca_column *column = table->columns[j].column;
        if (column->kind != CAUCE_NUMBER || column->storage != CA_F64) continue;
        const double *values = column->data;
        for (int64_t r = 0; r < table->n_rows && r < SOME; r++)
            if (isfinite(values[r]) && floor(values[r]) < values[r]) return true;
    }
    return false;
}

/* The marks that read most, or NULL; *other: those that read as much and take the same mark for the other
 * one, or NULL. */
static const marks *best_marks(const cauce_table *table, const ca_csv_options *options, const marks *now,
                               const marks **other) {
    int64_t score[N_KNOWN] = { 0 };
    for (int64_t j = 0; j < table->n_columns; j++) {
        const cauce_levels *levels = texts_of(table, j, options);
        if (!levels) continue;
        for (int k = 0; k < N_KNOWN; k++) score[k] += count_numbers(&known[k], levels);
    }
    int best = 0;
    for (int k = 1; k < N_KNOWN; k++)
        if (score[k] > score[best]) best = k;
    *other = NULL;
    if (score[best] == 0) return NULL;
    for (int k = best + 1; k < N_KNOWN && !*other; k++)
        if (score[k] == score[best] && known[k].decimal != known[best].decimal &&
            known[k].thousands != known[best].thousands)
            *other = &known[k];
    if (!*other || known[best].decimal == now->decimal || !has_fractions(table)) return &known[best];
    const marks *likely = *other;
    *other = &known[best];
    return likely;
}

static void put_marks(ca_text *out, const marks *m, const marks *now) {
    const bool decimal = m->decimal != now->decimal;
    if (decimal) ca_text_add(out, m->decimal == ',' ? "decimal=\",\"" : "decimal=.");
    if (m->thousands == now->thousands) return;
    ca_text_addf(out, "%sthousands=", decimal ? " " : "");
    if (!m->thousands)
        ca_text_add(out, "none");
    else
        ca_text_addf(out, m->thousands == '.' ? "%c" : "\"%c\"", m->thousands);
}

void ca_csv_hint_cell(const ca_csv_markers *markers, const ca_csv_cell *cell, ca_text *hint) {
    const marks now = { markers->decimal, markers->thousands };
    for (int k = 0; k < N_KNOWN; k++)
        if (!cell->doubled && reads(&known[k], cell->text, cell->length)) {
            ca_text_add(hint, "; ");
            put_marks(hint, &known[k], &now);
            ca_text_add(hint, " reads it");
            return;
        }
}

/* The names of the columns that these marks read; *shown: the levels of the first. */
static int64_t put_names(ca_text *out, const cauce_table *table, const ca_csv_options *options,
                         const marks *best, const cauce_levels **shown) {
    char name[100];
    int64_t n = 0;
    for (int64_t j = 0; j < table->n_columns; j++) {
        const cauce_levels *levels = texts_of(table, j, options);
        if (!levels || count_numbers(best, levels) == 0) continue;
        if (n == 0) *shown = levels;
        if (n++ < MOST_NAMES)
            ca_text_addf(
                out, "%s'%s'", n > 1 ? ", " : "",
                ca_text_show(table->columns[j].name, strlen(table->columns[j].name), name, sizeof name));
    }
    if (n > MOST_NAMES) ca_text_addf(out, " and %lld more", (long long)(n - MOST_NAMES));
    return n;
}

/* A level that shows one of the marks, if there is one. */
static const char *example_of(const cauce_levels *levels, const marks *m) {
    int32_t i = 0;
    while (i + 1 < levels->count && !(strpbrk(cauce_levels_text(levels, i), ",.' ") &&
                                      reads(m, cauce_levels_text(levels, i), ca_levels_length(levels, i))))
        i++;
    return cauce_levels_text(levels, i);
}

void ca_csv_hint_marks(cauce_run *run, const cauce_table *table, const ca_csv_options *options) {
    const marks now = marks_of(options);
    const marks *other, *best = best_marks(table, options, &now, &other);
    if (!best) return;
    ca_text names = { 0 }, reading = { 0 };
    const cauce_levels *shown = NULL;
    char text[60];
    const int64_t n = put_names(&names, table, options, best, &shown);
    const char *example = example_of(shown, best);
    put_marks(&reading, best, &now);
    if (other) {
        ca_text_add(&reading, " or ");
        put_marks(&reading, other, &now);
    }
    cauce_warn(run, "number_marks", "column%s %s look%s like numbers, such as '%s': %s reads %s so%s",
               n > 1 ? "s" : "", ca_text_get(&names), n > 1 ? "" : "s",
               ca_text_show(example, strlen(example), text, sizeof text), ca_text_get(&reading),
               n > 1 ? "them" : "it", other ? ", whichever the mark is" : "");
    ca_text_free(&names);
    ca_text_free(&reading);
}
