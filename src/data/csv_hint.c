/* Columns of texts that would be numbers or dates if they were read differently: where there is any doubt the
 * reader does not guess, it tells. */
#include "data/csv_hint.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

enum { SOME = 1000, MOST_NAMES = 3, LEAST_LEVELS = 2, MOST_STRAYS = 2, NUMBERS_FOR_A_STRAY = 10 };

/* How texts may be written: numbers with these marks, or (not ISO) dates. */
typedef struct form {
    char decimal, thousands;
    ca_date_order dates;
} form;

/* In the order in which they are believed when several read the same cells. */
static const form numbers[] = { { '.', 0, CA_DATES_ISO },    { ',', 0, CA_DATES_ISO },
                                { '.', ',', CA_DATES_ISO },  { ',', '.', CA_DATES_ISO },
                                { '.', ' ', CA_DATES_ISO },  { ',', ' ', CA_DATES_ISO },
                                { '.', '\'', CA_DATES_ISO }, { ',', '\'', CA_DATES_ISO } };
static const form dates[] = { { 0, 0, CA_DATES_DAY_FIRST }, { 0, 0, CA_DATES_MONTH_FIRST } };
enum { N_NUMBERS = sizeof numbers / sizeof *numbers, N_DATES = sizeof dates / sizeof *dates };

/* The marks that the file was read by. */
static form marks_of(char decimal, char thousands) {
    return (form){ decimal ? decimal : '.', thousands, CA_DATES_ISO };
}

static bool reads(const form *f, const char *text, size_t length) {
    /* What begins with a letter is a word even where it is a number ("inf"). */
    if (length == 0 || !strchr("0123456789.,+-", text[0])) return false;
    ca_csv_markers markers = { 0 };
    char plain[CA_CSV_NUMBER_SIZE];
    double value;
    if (f->dates != CA_DATES_ISO) return ca_time_parse(text, length, f->dates, &value);
    ca_csv_markers_numbers(&markers, f->decimal, f->thousands);
    const ca_csv_cell cell = { text, (uint32_t)length, false, false };
    if (!ca_csv_number(&markers, &cell, &value)) return false;
    const size_t n = ca_csv_plain_number(&markers, text, length, plain);
    return !ca_csv_leading_zero(plain, n); /* "007" stays a code */
}

/* How many of some levels, all over the dictionary, are read so; 0 when that is not nearly all of them.
 */
static int32_t count_read(const form *f, const cauce_levels *levels) {
    const int32_t step = levels->count / SOME + 1, n = (levels->count + step - 1) / step;
    int32_t others = 0;
    for (int32_t i = 0; i < levels->count; i += step) {
        others += !reads(f, cauce_levels_text(levels, i), ca_levels_length(levels, i));
        if (others > n / 10) return 0;
    }
    return n - others;
}

static bool kind_is_given(const ca_csv_options *options, const char *name) {
    for (int64_t i = 0; i < options->n_columns; i++)
        if (options->columns[i].has_kind && strcmp(options->columns[i].name, name) == 0) return true;
    return false;
}

static bool is_read_so(const form *f, const cauce_levels *levels) {
    return count_read(f, levels) > 0;
}

/* The levels of a column whose texts were to be understood, or NULL. */
static const cauce_levels *inferred_of(const cauce_table *table, int64_t j, const ca_csv_options *options) {
    const ca_column *column = table->columns[j].column;
    if (column->kind != CAUCE_TEXT && column->kind != CAUCE_CATEGORY) return NULL;
    return kind_is_given(options, table->columns[j].name) ? NULL : column->levels;
}

/* The same, when they are neither numbers nor dates. */
static const cauce_levels *texts_of(const cauce_table *table, int64_t j, const ca_csv_options *options) {
    const cauce_levels *levels = inferred_of(table, j, options);
    if (!levels || levels->count < LEAST_LEVELS) return NULL;
    const form now = marks_of(options->decimal, options->thousands), order = { 0, 0, options->dates };
    if (is_read_so(&now, levels)) return NULL;
    return options->dates != CA_DATES_ISO && is_read_so(&order, levels) ? NULL : levels;
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

/* The form that reads most, or NULL; *other: one that reads as much and takes the same marks for something
 * else, or NULL. */
static const form *best_form(const cauce_table *table, const ca_csv_options *options, const form *forms,
                             int n, const form **other) {
    int64_t score[N_NUMBERS] = { 0 };
    int best = 0;
    for (int64_t j = 0; j < table->n_columns; j++) {
        const cauce_levels *levels = texts_of(table, j, options);
        for (int k = 0; levels && k < n; k++) score[k] += count_read(&forms[k], levels);
    }
    for (int k = 1; k < n; k++)
        if (score[k] > score[best]) best = k;
    *other = NULL;
    if (score[best] == 0) return NULL;
    for (int k = best + 1; k < n && !*other; k++)
        if (score[k] == score[best] &&
            (forms[k].dates != forms[best].dates ||
             (forms[k].decimal != forms[best].decimal && forms[k].thousands != forms[best].thousands)))
            *other = &forms[k];
    const bool dates_only = forms[best].dates != CA_DATES_ISO;
    if (!*other || dates_only || forms[best].decimal == marks_of(options->decimal, 0).decimal ||
        !has_fractions(table))
        return &forms[best];
    const form *likely = *other;
    *other = &forms[best];
    return likely;
}

/* What to pass to read so. */
static void put_form(ca_text *out, const form *f, const form *now) {
    if (f->dates != CA_DATES_ISO) {
        ca_text_add(out, f->dates == CA_DATES_DAY_FIRST ? "dates=day_first" : "dates=month_first");
        return;
    }
    const bool decimal = f->decimal != now->decimal;
    if (decimal) ca_text_add(out, f->decimal == ',' ? "decimal=\",\"" : "decimal=.");
    if (f->thousands == now->thousands) return;
    ca_text_addf(out, "%sthousands=", decimal ? " " : "");
    if (!f->thousands)
        ca_text_add(out, "none");
    else
        ca_text_addf(out, f->thousands == '.' ? "%c" : "\"%c\"", f->thousands);
}

void ca_csv_hint_cell(const ca_csv_markers *markers, const ca_csv_cell *cell, ca_text *hint) {
    const form now = marks_of(markers->decimal, markers->thousands);
    for (int k = 0; k < N_NUMBERS; k++)
        if (!cell->doubled && reads(&numbers[k], cell->text, cell->length)) {
            ca_text_add(hint, "; ");
            put_form(hint, &numbers[k], &now);
            ca_text_add(hint, " reads it");
            return;
        }
}

/* The names of the columns that are read so; *shown: the levels of the first. */
static int64_t put_names(ca_text *out, const cauce_table *table, const ca_csv_options *options,
                         const form *best, const cauce_levels **shown) {
    char name[100];
    int64_t n = 0;
    for (int64_t j = 0; j < table->n_columns; j++) {
        const cauce_levels *levels = texts_of(table, j, options);
        if (!levels || !is_read_so(best, levels)) continue;
        if (n == 0) *shown = levels;
        if (n++ < MOST_NAMES)
            ca_text_addf(
                out, "%s'%s'", n > 1 ? ", " : "",
                ca_text_show(table->columns[j].name, strlen(table->columns[j].name), name, sizeof name));
    }
    if (n > MOST_NAMES) ca_text_addf(out, " and %lld more", (long long)(n - MOST_NAMES));
    return n;
}

/* A level that shows the form, if there is one. */
static const char *example_of(const cauce_levels *levels, const form *f) {
    const char own[3] = { f->decimal, f->thousands };
    const char *marks = f->dates == CA_DATES_ISO ? own : "./-";
    int32_t i = 0;
    while (i + 1 < levels->count && !(strpbrk(cauce_levels_text(levels, i), marks) &&
                                      reads(f, cauce_levels_text(levels, i), ca_levels_length(levels, i))))
        i++;
    return cauce_levels_text(levels, i);
}

static void hint(cauce_run *run, const cauce_table *table, const ca_csv_options *options, const form *forms,
                 int n_forms, const char *warning, const char *what) {
    const form now = marks_of(options->decimal, options->thousands);
    const form *other, *best = best_form(table, options, forms, n_forms, &other);
    if (!best) return;
    ca_text names = { 0 }, reading = { 0 };
    const cauce_levels *shown = NULL;
    char text[60];
    const int64_t n = put_names(&names, table, options, best, &shown);
    const char *example = example_of(shown, best);
    put_form(&reading, best, &now);
    if (other) {
        ca_text_add(&reading, " or ");
        put_form(&reading, other, &now);
    }
    cauce_warn(run, warning, "column%s %s look%s like %s, such as '%s': %s reads %s so%s", n > 1 ? "s" : "",
               ca_text_get(&names), n > 1 ? "" : "s", what,
               ca_text_show(example, strlen(example), text, sizeof text), ca_text_get(&reading),
               n > 1 ? "them" : "it", other ? ", whichever it is" : "");
    ca_text_free(&names);
    ca_text_free(&reading);
}

/* ---- Beyond doubt -------------------------------------------------------------------------------------- */

static bool reads_all(const form *f, const cauce_levels *levels) {
    int32_t i = 0;
    while (i < levels->count && reads(f, cauce_levels_text(levels, i), ca_levels_length(levels, i))) i++;
    return i == levels->count;
}

/* The best of some forms, if it reads all texts of every column that it reads at all and no other does. */
static const form *certain_form(const cauce_table *table, const ca_csv_options *options, const form *forms,
                                int n) {
    const form *other, *best = best_form(table, options, forms, n, &other);
    if (!best || other) return NULL;
    for (int64_t j = 0; j < table->n_columns; j++) {
        const cauce_levels *levels = texts_of(table, j, options);
        if (levels && is_read_so(best, levels) && !reads_all(best, levels)) return NULL;
    }
    return best;
}

/* Marks other than a decimal comma are left to people: "612 345 678" may be a number to call. */
bool ca_csv_certain(const cauce_table *table, const ca_csv_options *options, char separator,
                    ca_csv_options *sure) {
    const form *marks =
        options->find_marks && separator != ',' ? certain_form(table, options, numbers, N_NUMBERS) : NULL;
    const form *order = options->find_dates ? certain_form(table, options, dates, N_DATES) : NULL;
    *sure = *options;
    sure->find_marks = sure->find_dates = false;
    if (marks && (marks->decimal != ',' || (marks->thousands && marks->thousands != '.'))) marks = NULL;
    if (marks) {
        sure->decimal = marks->decimal;
        sure->thousands = marks->thousands;
    }
    if (order) sure->dates = order->dates;
    return marks || order;
}

bool ca_csv_same_numbers(const cauce_table *before, const cauce_table *after) {
    const size_t size = (size_t)before->n_rows * sizeof(double);
    for (int64_t j = 0; j < before->n_columns; j++) {
        const ca_column *x = before->columns[j].column, *y = after->columns[j].column;
        if (x->kind == CAUCE_NUMBER && (y->kind != CAUCE_NUMBER || memcmp(x->data, y->data, size) != 0))
            return false;
    }
    return true;
}

static void tell_taken(cauce_run *run, const cauce_table *before, const ca_csv_options *options,
                       const form *taken, const char *warning, const char *leave) {
    const form now = marks_of(options->decimal, options->thousands);
    const cauce_levels *shown = NULL;
    ca_text names = { 0 }, reading = { 0 };
    char text[60];
    const int64_t n = put_names(&names, before, options, taken, &shown);
    if (n > 0) {
        const char *example = example_of(shown, taken);
        put_form(&reading, taken, &now);
        cauce_warn(run, warning, "column%s %s, such as '%s', %s read by %s; %s leaves %s texts",
                   n > 1 ? "s" : "", ca_text_get(&names),
                   ca_text_show(example, strlen(example), text, sizeof text), n > 1 ? "are" : "is",
                   ca_text_get(&reading), leave, n > 1 ? "them" : "it");
    }
    ca_text_free(&names);
    ca_text_free(&reading);
}

void ca_csv_hint_taken(cauce_run *run, const cauce_table *before, const ca_csv_options *options,
                       const ca_csv_options *sure) {
    if (sure->decimal != options->decimal)
        tell_taken(run, before, options, &(form){ sure->decimal, sure->thousands, CA_DATES_ISO },
                   "number_marks", "decimal=.");
    if (sure->dates != options->dates)
        tell_taken(run, before, options, &(form){ 0, 0, sure->dates }, "date_order", "dates=iso");
}

/* ---- Strays -------------------------------------------------------------------------------------------- */

/* Numbers among which there is a word or two: perhaps one for what is missing. */
static void hint_strays(cauce_run *run, const cauce_table *table, int64_t j, const ca_csv_options *options,
                        const ca_csv_markers *markers) {
    const cauce_levels *levels = inferred_of(table, j, options);
    const form now = marks_of(options->decimal, options->thousands);
    if (!levels || levels->count < NUMBERS_FOR_A_STRAY || !is_read_so(&now, levels)) return;
    int32_t strays[MOST_STRAYS], n = 0;
    for (int32_t i = 0; i < levels->count; i++) {
        if (reads(&now, cauce_levels_text(levels, i), ca_levels_length(levels, i))) continue;
        if (n == MOST_STRAYS) return;
        strays[n++] = i;
    }
    if (n == 0) return;
    ca_text said = { 0 }, list = { 0 };
    char text[60], name[100];
    /* A list replaces the one that the file was read by: what that had is still needed. */
    for (int64_t i = 0; i < markers->n; i++) ca_text_addf(&list, "\"%s\", ", markers->texts[i]);
    for (int32_t i = 0; i < n; i++) {
        ca_text_show(cauce_levels_text(levels, strays[i]), ca_levels_length(levels, strays[i]), text,
                     sizeof text);
        ca_text_addf(&said, "%s'%s'", i ? " and " : "", text);
        ca_text_addf(&list, "%s\"%s\"", i ? ", " : "", text);
    }
    cauce_warn(run, "almost_numbers", "column '%s' would be numbers but for %s: missing=[%s] reads it so",
               ca_text_show(table->columns[j].name, strlen(table->columns[j].name), name, sizeof name),
               ca_text_get(&said), ca_text_get(&list));
    ca_text_free(&said);
    ca_text_free(&list);
}

void ca_csv_hints(cauce_run *run, const cauce_table *table, const ca_csv_options *options,
                  const ca_csv_markers *markers) {
    hint(run, table, options, numbers, N_NUMBERS, "number_marks", "numbers");
    hint(run, table, options, dates, N_DATES, "date_order", "dates");
    for (int64_t j = 0; j < table->n_columns; j++) hint_strays(run, table, j, options, markers);
}
