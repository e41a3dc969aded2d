#include "data/csv_columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "data/csv_hint.h"

enum { FIRST_ROOM = 256, ENOUGH_FOR_THREADS = 1 << 14 };

/* ---- Which columns ------------------------------------------------------------------------------------- */

typedef struct choice {
    const ca_csv_column *given;
    bool dropped;
} choice;

static cauce_status choose(cauce_run *run, const ca_csv_rows *rows, const ca_csv_options *options,
                           choice *choices) {
    for (int64_t i = 0; i < options->n_columns; i++) {
        const ca_csv_column *given = &options->columns[i];
        int64_t j = ca_map_find(&rows->index, given->name, strlen(given->name));
        if (j < 0) return ca_csv_no_column(run, rows, given->name);
        if (choices[j].given)
            return cauce_fail(run, CAUCE_E_ARGUMENT, "column '%s' is named twice", given->name);
        choices[j].given = given;
    }
    for (int64_t i = 0; i < options->n_drop; i++) {
        int64_t j = ca_map_find(&rows->index, options->drop[i], strlen(options->drop[i]));
        if (j < 0) return ca_csv_no_column(run, rows, options->drop[i]);
        choices[j].dropped = true;
    }
    if (options->only_named)
        for (int64_t j = 0; j < rows->n_columns; j++)
            if (!choices[j].given) choices[j].dropped = true;
    return CAUCE_OK;
}

cauce_status ca_csv_columns_open(cauce_run *run, ca_csv_columns *columns, const ca_csv_rows *rows,
                                 const ca_csv_options *options) {
    columns->bad_is_missing = options->bad_is_missing;
    CA_TRY(ca_csv_markers_set(run, &columns->markers, options->missing, options->n_missing, &columns->arena));
    ca_csv_markers_numbers(&columns->markers, options->decimal, options->thousands);
    columns->dates = options->dates;
    choice *choices = ca_arena_alloc(&columns->arena, (size_t)rows->n_columns * sizeof *choices);
    columns->builders = ca_arena_alloc(&columns->arena, (size_t)rows->n_columns * sizeof *columns->builders);
    if (!choices || !columns->builders) return CA_NOMEM(run);
    CA_TRY(choose(run, rows, options, choices));
    for (int64_t j = 0; j < rows->n_columns; j++) {
        const ca_csv_column *given = choices[j].given;
        if (choices[j].dropped) continue;
        ca_csv_builder *b = &columns->builders[columns->n++];
        b->name = rows->names[j];
        b->field = j;
        b->given = given && given->has_kind;
        if (b->given) {
            b->kind = given->kind;
            b->levels = given->kind == CAUCE_NUMBER ? NULL : given->levels;
        }
        b->numeric = !b->given || b->kind == CAUCE_NUMBER;
    }
    return CAUCE_OK;
}

void ca_csv_columns_close(ca_csv_columns *columns) {
    for (int64_t i = 0; i < columns->n; i++) {
        ca_map_free(&columns->builders[i].map);
        if (columns->is_part) continue; /* the buffers are the whole's */
        ca_free(columns->builders[i].numbers);
        ca_free(columns->builders[i].codes);
    }
    ca_lines_drop(columns->lines);
    ca_arena_free(&columns->texts);
    ca_arena_free(&columns->arena);
}

/* ---- Cells --------------------------------------------------------------------------------------------- */

static cauce_status grow_builder(cauce_run *run, ca_csv_builder *b, int64_t room) {
    if (b->numeric) {
        double *numbers = ca_realloc(b->numbers, (size_t)room * sizeof *numbers);
        if (!numbers) return CA_NOMEM(run);
        b->numbers = numbers;
    } else {
        int32_t *codes = ca_realloc(b->codes, (size_t)room * sizeof *codes);
        if (!codes) return CA_NOMEM(run);
        b->codes = codes;
    }
    return CAUCE_OK;
}

cauce_status ca_csv_columns_room(cauce_run *run, ca_csv_columns *columns, int64_t rows) {
    if (rows <= columns->room) return CAUCE_OK;
    for (int64_t i = 0; i < columns->n; i++) CA_TRY(grow_builder(run, &columns->builders[i], rows));
    columns->room = rows;
    return CAUCE_OK;
}

static cauce_status grow(cauce_run *run, ca_csv_columns *columns) {
    return ca_csv_columns_room(run, columns, columns->room ? 2 * columns->room : FIRST_ROOM);
}

static cauce_status not_a_number(cauce_run *run, const ca_csv_columns *columns, const ca_csv_rows *rows,
                                 const ca_csv_builder *b, const ca_csv_cell *cell) {
    char name[100], text[60];
    ca_text hint = { 0 };
    ca_csv_hint_cell(&columns->markers, cell, &hint);
    const cauce_status status =
        ca_csv_fail(run, &rows->scan, CAUCE_E_DATA, cell->text, "column '%s': '%s' is not a number%s",
                    ca_text_show(b->name, strlen(b->name), name, sizeof name),
                    ca_text_show(cell->text, cell->length, text, sizeof text), ca_text_get(&hint));
    ca_text_free(&hint);
    return status;
}

/* A text that the dictionary did not have. */
static cauce_status keep_text(cauce_run *run, ca_csv_columns *columns, ca_csv_builder *b,
                              const ca_csv_cell *cell, const char *text, size_t length, int32_t code) {
    if (!columns->in_place && !cell->doubled) {
        text = ca_arena_text(&columns->texts, text, length);
        if (!text) return CA_NOMEM(run);
        b->map.entries[code].text = text;
    }
    double value;
    if (b->codes_only && !ca_csv_number(&columns->markers, cell, &value)) b->codes_only = false;
    return CAUCE_OK;
}

/* The code of a text with doubled quotes, new or not. */
static cauce_status intern_doubled(cauce_run *run, ca_csv_columns *columns, ca_csv_builder *b,
                                   const ca_csv_cell *cell, int32_t *code) {
    size_t length;
    const ca_arena_mark mark = ca_arena_here(&columns->texts);
    const char *text = ca_csv_undouble(&columns->texts, cell, &length);
    if (!text) return CA_NOMEM(run);
    bool added = false;
    if (b->levels) {
        const int32_t known = cauce_levels_find(b->levels, text, length);
        *code = known >= 0 ? known : CAUCE_UNKNOWN;
    } else {
        const int64_t entry = ca_map_add(&b->map, text, length, &added);
        if (entry < 0) return CA_NOMEM(run);
        *code = (int32_t)entry;
    }
    if (added) return keep_text(run, columns, b, cell, text, length, *code);
    ca_arena_back(&columns->texts, mark);
    return CAUCE_OK;
}

/* The code of a text, new or not. */
static inline cauce_status intern(cauce_run *run, ca_csv_columns *columns, ca_csv_builder *b,
                                  const ca_csv_rows *rows, const ca_csv_cell *cell, int32_t *code) {
    const char *text = cell->text;
    const size_t length = cell->length;
    /* An empty cell may be one that the text does not have: nothing lies behind it. */
    const bool inside = length > 0 && rows->scan.end - text >= CA_WORDS_SIZE;
    if (cell->doubled) return intern_doubled(run, columns, b, cell, code);
    if (b->levels) {
        const int32_t known = inside ? ca_levels_find_inside(b->levels, text, length)
                                     : cauce_levels_find(b->levels, text, length);
        *code = known >= 0 ? known : CAUCE_UNKNOWN;
        return CAUCE_OK;
    }
    bool added;
    const int64_t entry =
        inside ? ca_map_add_inside(&b->map, text, length, &added) : ca_map_add(&b->map, text, length, &added);
    if (entry < 0) return CA_NOMEM(run);
    *code = (int32_t)entry;
    return added ? keep_text(run, columns, b, cell, text, length, *code) : CAUCE_OK;
}

/* From here on the column holds texts. */
static cauce_status turn_to_codes(cauce_run *run, ca_csv_columns *columns, ca_csv_builder *b) {
    b->numeric = false;
    if (columns->is_part)
        b->codes = (int32_t *)(void *)b->numbers; /* there is room enough, and it is not ours to give back */
    else
        CA_TRY(grow_builder(run, b, columns->room));
    for (int64_t r = 0; r < columns->n_rows; r++) b->codes[r] = CAUCE_MISSING;
    if (b->present > 0) b->again = columns->n_rows;
    if (!columns->is_part) ca_free(b->numbers);
    b->numbers = NULL;
    return CAUCE_OK;
}

cauce_status ca_csv_columns_turn(cauce_run *run, ca_csv_columns *part, const ca_csv_columns *whole) {
    for (int64_t i = 0; i < part->n; i++) {
        ca_csv_builder *b = &part->builders[i];
        if (!b->numeric || whole->builders[i].numeric) continue;
        CA_TRY(turn_to_codes(run, part, b));
        b->codes_only = true; /* so far; it is all numbers */
    }
    return CAUCE_OK;
}

/* A cell that is there, for a column that is kept as numbers so far. */
static cauce_status add_number(cauce_run *run, ca_csv_columns *columns, ca_csv_builder *b,
                               const ca_csv_rows *rows, const ca_csv_cell *cell) {
    const int64_t row = columns->n_rows;
    double value;
    bool number = ca_csv_number(&columns->markers, cell, &value);
    if (number && (b->given || !ca_csv_leading_zero(cell->text, cell->length))) {
        b->numbers[row] = value;
        b->present++;
        return CAUCE_OK;
    }
    if (b->given) {
        if (!columns->bad_is_missing) return not_a_number(run, columns, rows, b, cell);
        columns->n_bad++;
        b->numbers[row] = (double)NAN;
        return CAUCE_OK;
    }
    CA_TRY(turn_to_codes(run, columns, b));
    b->codes_only = number;
    b->present++;
    return intern(run, columns, b, rows, cell, &b->codes[row]);
}

/* Numbers as most files have them; false: ask ca_csv_number. */
static inline bool read_number(const ca_csv_rows *rows, const ca_csv_cell *cell, double *value) {
    /* An empty cell may be one that the text does not have (a blank line): nothing lies behind it. */
    if (cell->length - 1 < 8 && rows->scan.end - cell->text >= 8 &&
        ca_csv_short_number(cell->text, cell->length, value))
        return true;
    return ca_csv_quick_number(cell->text, cell->length, value);
}

cauce_status ca_csv_columns_add(cauce_run *run, ca_csv_columns *columns, const ca_csv_rows *rows) {
    const int64_t row = columns->n_rows;
    if (row == 0 || rows->line - row != columns->line_of_row_0) {
        CA_TRY(ca_lines_add(run, &columns->lines, row, rows->line));
        columns->line_of_row_0 = rows->line - row;
    }
    if (row == columns->room) CA_TRY(grow(run, columns));
    const bool quick = columns->markers.quick;
    for (int64_t i = 0; i < columns->n; i++) {
        ca_csv_builder *b = &columns->builders[i];
        const ca_csv_cell *cell = &rows->cells[b->field];
        if (quick && b->numeric && read_number(rows, cell, &b->numbers[row])) {
            b->present++;
            continue;
        }
        bool missing = ca_csv_is_missing(&columns->markers, cell);
        if (b->numeric) {
            if (missing)
                b->numbers[row] = (double)NAN;
            else
                CA_TRY(add_number(run, columns, b, rows, cell));
        } else if (missing) {
            b->codes[row] = CAUCE_MISSING;
        } else {
            b->present++;
            CA_TRY(intern(run, columns, b, rows, cell, &b->codes[row]));
        }
    }
    columns->n_rows++;
    return CAUCE_OK;
}

int64_t ca_csv_columns_wants(const ca_csv_columns *columns) {
    int64_t wants = 0;
    for (int64_t i = 0; i < columns->n; i++)
        if (columns->builders[i].again > wants) wants = columns->builders[i].again;
    return wants;
}

cauce_status ca_csv_columns_again(cauce_run *run, ca_csv_columns *columns, const ca_csv_rows *rows,
                                  int64_t row) {
    for (int64_t i = 0; i < columns->n; i++) {
        ca_csv_builder *b = &columns->builders[i];
        const ca_csv_cell *cell = &rows->cells[b->field];
        if (row < b->again && !ca_csv_is_missing(&columns->markers, cell))
            CA_TRY(intern(run, columns, b, rows, cell, &b->codes[row]));
    }
    return CAUCE_OK;
}

/* ---- The table ----------------------------------------------------------------------------------------- */

static const cauce_levels *copy_levels(ca_arena *arena, const cauce_levels *levels) {
    const size_t n = (size_t)levels->count;
    const char **texts = ca_malloc(n * sizeof *texts);
    size_t *lengths = ca_malloc(n * sizeof *lengths);
    cauce_levels *copy = NULL;
    if (texts && lengths) {
        for (int32_t i = 0; i < levels->count; i++) {
            texts[i] = cauce_levels_text(levels, i);
            lengths[i] = ca_levels_length(levels, i);
        }
        copy = ca_levels_new(arena, texts, lengths, levels->count, true);
    }
    ca_free(lengths);
    ca_free(texts);
    return copy;
}

static cauce_status not_boolean(cauce_run *run, const char *what, const ca_csv_builder *b,
                                const cauce_levels *levels) {
    char name[100], text[60];
    ca_text list = { 0 };
    for (int32_t i = 0; i < levels->count && i < 4; i++)
        ca_text_addf(
            &list, "%s'%s'", i ? ", " : "",
            ca_text_show(cauce_levels_text(levels, i), ca_levels_length(levels, i), text, sizeof text));
    if (levels->count > 4) ca_text_add(&list, ", ...");
    cauce_status status = cauce_fail(
        run, CAUCE_E_DATA,
        "%.200s: column '%s' is given as boolean but holds %s; expected two values like true and false, "
        "yes and no, t and f or y and n",
        what, ca_text_show(b->name, strlen(b->name), name, sizeof name),
        levels->count ? ca_text_get(&list) : "nothing");
    ca_text_free(&list);
    return status;
}

/* The buffer of a builder, cut to its rows, becomes the column's. */
static cauce_status hand_over(cauce_run *run, ca_column *column, void *buffer, size_t size) {
    void *data = ca_realloc(buffer, size);
    if (!data) data = buffer; /* cutting failed: then it stays as long as it is */
    if (data && ca_arena_own(&column->arena, data)) {
        column->data = data;
        return CAUCE_OK;
    }
    ca_free(data);
    return CA_NOMEM(run);
}

static cauce_status finish_numbers(cauce_run *run, ca_csv_builder *b, ca_column *column) {
    double *numbers = b->numbers;
    b->numbers = NULL;
    return hand_over(run, column, numbers, (size_t)column->n_rows * sizeof *numbers);
}

/* The dictionary of the texts that were met; codes become those of its order. */
static cauce_status finish_dictionary(cauce_run *run, ca_csv_builder *b, ca_column *column) {
    int32_t *code_of = ca_malloc((size_t)b->map.count * sizeof *code_of);
    if (!code_of) return CA_NOMEM(run);
    column->levels = ca_levels_of_map(&column->arena, &b->map, code_of);
    if (column->levels)
        for (int64_t r = 0; r < column->n_rows; r++)
            if (b->codes[r] >= 0) b->codes[r] = code_of[b->codes[r]];
    ca_free(code_of);
    return column->levels ? CAUCE_OK : CA_NOMEM(run);
}

/* The first row that has the code, for the message. */
static cauce_status not_a_time(cauce_run *run, const ca_csv_columns *columns, const ca_csv_builder *b,
                               const ca_column *column, int32_t code, const char *what) {
    char name[100], text[60];
    const int32_t *codes = column->data;
    int64_t row = 0;
    while (row + 1 < column->n_rows && codes[row] != code) row++;
    return cauce_fail(run, CAUCE_E_DATA,
                      "%.200s:%lld: column '%s': '%s' is not a date or a time such as 2024-03-05 or "
                      "2024-03-05T14:30:05Z%s",
                      what, (long long)ca_lines_at(columns->lines, row),
                      ca_text_show(b->name, strlen(b->name), name, sizeof name),
                      ca_text_show(cauce_levels_text(column->levels, code),
                                   ca_levels_length(column->levels, code), text, sizeof text),
                      columns->dates == CA_DATES_ISO ? "; dates=day_first reads 5.3.2024" : "");
}

/* A column of times, if all levels are; one that must be is told where it is not. */
static cauce_status find_times(cauce_run *run, ca_csv_columns *columns, const ca_csv_builder *b,
                               ca_column *column, bool must, const char *what) {
    const int32_t n = column->levels->count;
    double first;
    if (!must && (n == 0 || !ca_time_parse(cauce_levels_text(column->levels, 0),
                                           ca_levels_length(column->levels, 0), columns->dates, &first)))
        return CAUCE_OK;
    double *times = ca_arena_alloc(&column->arena, (size_t)n * sizeof *times);
    if (!times) return CA_NOMEM(run);
    const int32_t bad = ca_csv_times(column->levels, columns->dates, times);
    if (bad < n && must) return not_a_time(run, columns, b, column, bad, what);
    if (bad < n) return CAUCE_OK;
    column->kind = CAUCE_DATETIME;
    column->times = times;
    return CAUCE_OK;
}

static cauce_status finish_codes(cauce_run *run, ca_csv_columns *columns, ca_csv_builder *b,
                                 ca_column *column, const char *what) {
    if (!b->levels)
        CA_TRY(finish_dictionary(run, b, column));
    else
        column->levels = columns->share_levels ? b->levels : copy_levels(&column->arena, b->levels);
    if (!column->levels) return CA_NOMEM(run);
    int32_t *codes = b->codes;
    b->codes = NULL;
    CA_TRY(hand_over(run, column, codes, (size_t)column->n_rows * sizeof *codes));
    if (!b->given) {
        column->kind = ca_csv_kind(column->levels, b->present, b->codes_only, &column->true_code);
        return column->kind == CAUCE_BOOLEAN || b->codes_only
                   ? CAUCE_OK
                   : find_times(run, columns, b, column, false, what);
    }
    if (b->kind == CAUCE_DATETIME) return find_times(run, columns, b, column, true, what);
    if (b->kind == CAUCE_BOOLEAN && !ca_levels_boolean(column->levels, &column->true_code))
        return not_boolean(run, what, b, column->levels);
    return CAUCE_OK;
}

typedef struct finishing {
    ca_csv_columns *columns;
    const char *what;
    ca_column **made;
} finishing;

static cauce_status finish_column(cauce_run *run, int64_t index, void *payload) {
    const finishing *work = payload;
    ca_csv_builder *b = &work->columns->builders[index];
    ca_column *column = ca_column_new(b->given ? b->kind : CAUCE_NUMBER, b->numeric ? CA_F64 : CA_CODES,
                                      work->columns->n_rows);
    if (!column) return CA_NOMEM(run);
    work->made[index] = column;
    return b->numeric ? finish_numbers(run, b, column)
                      : finish_codes(run, work->columns, b, column, work->what);
}

/* The blocks of a stream are not worth the start of threads. */
static cauce_status finish_columns(cauce_run *run, finishing *work) {
    if (work->columns->n_rows >= ENOUGH_FOR_THREADS)
        return cauce_parallel(run, work->columns->n, finish_column, work);
    for (int64_t i = 0; i < work->columns->n; i++) CA_TRY(finish_column(run, i, work));
    return CAUCE_OK;
}

static cauce_status add_columns(cauce_run *run, ca_csv_columns *columns, cauce_table *table,
                                const char *what) {
    finishing work = { columns, what, ca_calloc((size_t)columns->n + 1, sizeof *work.made) };
    if (!work.made) return CA_NOMEM(run);
    cauce_status status = finish_columns(run, &work);
    for (int64_t i = 0; i < columns->n; i++) {
        if (status == CAUCE_OK)
            status = ca_table_add(run, table, columns->builders[i].name, CAUCE_FEATURE, work.made[i]);
        else
            ca_column_drop(work.made[i]);
    }
    ca_free(work.made);
    return status;
}

cauce_table *ca_csv_columns_table(cauce_run *run, ca_csv_columns *columns, const char *what) {
    cauce_table *table = ca_table_new(run, columns->n_rows);
    if (!table) return NULL;
    if (add_columns(run, columns, table, what) != CAUCE_OK) {
        ca_table_drop(table);
        return NULL;
    }
    table->lines = columns->lines;
    columns->lines = NULL;
    for (int64_t i = 0; i < columns->n; i++) {
        ca_map_free(&columns->builders[i].map);
        columns->builders[i].present = 0;
    }
    ca_arena_free(&columns->texts);
    columns->n_rows = columns->room = 0; /* the buffers are the table's now */
    return table;
}
