/* cauce schema: the columns of a table as the reader understands them. */
#define _POSIX_C_SOURCE 200809L
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "plan.h"

/* The most frequent levels of a category, or the range of a number or a time. */
enum { EXAMPLES = 3 };
typedef struct column_profile {
    double low, high;
    int64_t low_row, high_row;
    int64_t numbers;
    struct {
        const char *text; /* borrowed from the table */
        int64_t rows;
    } top[EXAMPLES];
    int n_top;
} column_profile;

static void profile_number(const cauce_table *table, int64_t j, column_profile *profile) {
    profile->low = HUGE_VAL;
    profile->high = -HUGE_VAL;
    for (int64_t i = 0; i < cauce_table_rows(table); i++) {
        double value = cauce_table_number(table, i, j);
        if (isnan(value)) continue;
        profile->numbers++;
        if (value < profile->low) profile->low = value, profile->low_row = i;
        if (value > profile->high) profile->high = value, profile->high_row = i;
    }
}

/* Ranks are small whole numbers: rows and a first row of each. */
typedef struct tally {
    int64_t rows, first;
} tally;

static void keep_top(const cauce_table *table, int64_t j, const tally *counts, size_t n,
                     column_profile *profile) {
    for (profile->n_top = 0; profile->n_top < EXAMPLES; profile->n_top++) {
        const tally *best = NULL;
        for (size_t k = 0; k < n; k++) {
            bool taken = false;
            const char *text = counts[k].rows ? cauce_table_text(table, counts[k].first, j) : NULL;
            for (int t = 0; t < profile->n_top; t++) taken |= profile->top[t].text == text;
            if (text && !taken && (!best || counts[k].rows > best->rows)) best = &counts[k];
        }
        if (!best) return;
        profile->top[profile->n_top].text = cauce_table_text(table, best->first, j);
        profile->top[profile->n_top].rows = best->rows;
    }
}

static void profile_levels(const cauce_table *table, int64_t j, column_profile *profile) {
    tally *counts = NULL;
    size_t n = 0;
    for (int64_t i = 0; i < cauce_table_rows(table); i++) {
        double rank = cauce_table_number(table, i, j);
        if (!(rank >= 0) || rank >= 1e9) continue;
        size_t k = (size_t)rank;
        if (k >= n) {
            size_t more = 2 * n > k + 1 ? 2 * n : k + 16;
            counts = cli_realloc(counts, more * sizeof *counts);
            memset(counts + n, 0, (more - n) * sizeof *counts);
            n = more;
        }
        if (counts[k].rows++ == 0) counts[k].first = i;
    }
    keep_top(table, j, counts, n, profile);
    free(counts);
}

static column_profile profile_of(const cauce_table *table, int64_t j) {
    column_profile profile;
    memset(&profile, 0, sizeof profile);
    cauce_kind kind = cauce_table_kind(table, j);
    if (kind == CAUCE_NUMBER || kind == CAUCE_DATETIME)
        profile_number(table, j, &profile);
    else
        profile_levels(table, j, &profile);
    return profile;
}

/* A level as far as it helps to recognise it: some cells are whole documents. */
static void add_level(cli_text *text, const char *level) {
    enum { LONGEST = 60 };
    size_t n = strnlen(level, LONGEST + 1);
    if (n > LONGEST)
        for (n = LONGEST; n > 0 && ((unsigned char)level[n] & 0xc0) == 0x80;) n--; /* whole characters */
    cli_text_add_n(text, level, n);
    if (level[n]) cli_text_add(text, "…");
}

static void add_values(cli_text *text, const cauce_table *table, int64_t j, const column_profile *profile) {
    if (cauce_table_kind(table, j) == CAUCE_NUMBER) {
        char low[32], high[32];
        if (!profile->numbers) return;
        cli_number(profile->low, low);
        cli_number(profile->high, high);
        cli_text_addf(text, "%s to %s", low, high);
        return;
    }
    if (cauce_table_kind(table, j) == CAUCE_DATETIME) {
        if (profile->numbers)
            cli_text_addf(text, "%s to %s", cauce_table_text(table, profile->low_row, j),
                          cauce_table_text(table, profile->high_row, j));
        return;
    }
    bool counted = cauce_table_kind(table, j) != CAUCE_TEXT;
    for (int t = 0; t < profile->n_top; t++) {
        if (t) cli_text_add(text, ", ");
        add_level(text, profile->top[t].text);
        if (counted) cli_text_addf(text, " %lld", (long long)profile->top[t].rows);
    }
    if (cauce_table_levels(table, j) > profile->n_top) cli_text_add(text, ", ...");
}

static void add_count(cli_grid *grid, bool told, int64_t count) {
    if (told)
        cli_grid_cellf(grid, "%lld", (long long)count);
    else
        cli_grid_cell(grid, "");
}

static void print_people(cli_program *program, const cauce_table *table) {
    char rows[40];
    const int64_t columns = cauce_table_columns(table);
    cli_rows(cauce_table_rows(table), rows);
    cli_note(program, "data", "%s: %s, %lld column%s", program->args.files.items[0], rows, (long long)columns,
             columns == 1 ? "" : "s");
    cli_grid grid;
    cli_grid_begin(&grid, "LlrrL");
    static const char *const head[] = { "column", "kind", "missing", "levels", "values" };
    for (int k = 0; k < 5; k++) cli_grid_cell(&grid, head[k]);
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        column_profile profile = profile_of(table, j);
        cli_text values = { 0 };
        int64_t missing = cauce_table_missing(table, j), levels = cauce_table_levels(table, j);
        add_values(&values, table, j, &profile);
        cli_grid_cell(&grid, cauce_table_name(table, j));
        cli_grid_cell(&grid, cauce_kind_name(cauce_table_kind(table, j)));
        add_count(&grid, missing > 0, missing);
        add_count(&grid, cauce_table_kind(table, j) != CAUCE_NUMBER, levels);
        cli_grid_cell(&grid, cli_text_get(&values));
        cli_text_free(&values);
    }
    cli_grid_print(&grid, &program->out, 0);
    cli_grid_free(&grid);
}

static json_t *column_json(const cauce_table *table, int64_t j) {
    column_profile profile = profile_of(table, j);
    json_t *column = json_object();
    cli_put(column, "name", cli_json_text(cauce_table_name(table, j)));
    cli_put(column, "kind", json_string(cauce_kind_name(cauce_table_kind(table, j))));
    cli_put(column, "missing", json_integer(cauce_table_missing(table, j)));
    if (cauce_table_kind(table, j) == CAUCE_NUMBER) {
        cli_put(column, "min", profile.numbers ? cli_json_number(profile.low) : json_null());
        cli_put(column, "max", profile.numbers ? cli_json_number(profile.high) : json_null());
        return column;
    }
    if (cauce_table_kind(table, j) == CAUCE_DATETIME) {
        const char *low = cauce_table_text(table, profile.low_row, j);
        const char *high = cauce_table_text(table, profile.high_row, j);
        cli_put(column, "min", profile.numbers ? cli_json_text(low) : json_null());
        cli_put(column, "max", profile.numbers ? cli_json_text(high) : json_null());
        cli_put(column, "levels", json_integer(cauce_table_levels(table, j)));
        return column;
    }
    json_t *top = json_array();
    for (int t = 0; t < profile.n_top; t++) {
        json_t *level = json_object();
        cli_put(level, "level", cli_json_text(profile.top[t].text));
        cli_put(level, "rows", json_integer(profile.top[t].rows));
        json_array_append_new(top, level);
    }
    cli_put(column, "levels", json_integer(cauce_table_levels(table, j)));
    cli_put(column, "most_frequent", top);
    return column;
}

static int print_json(const cauce_table *table) {
    json_t *result = json_object(), *columns = json_array();
    for (int64_t j = 0; j < cauce_table_columns(table); j++)
        json_array_append_new(columns, column_json(table, j));
    cli_put(result, "rows", json_integer(cauce_table_rows(table)));
    cli_put(result, "columns", columns);
    return cli_print_json(result);
}

int cli_schema(cli_program *program) {
    cli_text options = { 0 };
    int code = 2;
    if (cli_reading_options(program, NULL, &options)) {
        cauce_table *table = cauce_read_csv(program->args.files.items[0], cli_text_get(&options));
        code = table ? 0 : cli_failed(program);
        if (table && program->args.json)
            print_json(table);
        else if (table)
            print_people(program, table);
        cauce_table_free(table);
    }
    cli_text_free(&options);
    return code;
}
