/* cauce dependence: what a model says on average as one column takes its values. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models.h"

static const char *value_text(const cauce_table *table, int64_t row, char number[32]) {
    const char *text = cauce_table_text(table, row, 0);
    if (text) return text;
    snprintf(number, 32, "%.6g", cauce_table_number(table, row, 0));
    return number;
}

/* The output that the bars show: that of the positive class, or of numbers; the first of several. */
static int64_t bar_column(const cauce_model *model, const cauce_table *table) {
    int64_t positive = cauce_model_positive(model);
    return positive > 0 && cauce_table_columns(table) > 2 ? 1 + positive : 1;
}

static void extremes(const cauce_table *table, int64_t column, double *low, double *high) {
    *low = *high = cauce_table_number(table, 0, column);
    for (int64_t i = 1; i < cauce_table_rows(table); i++) {
        double x = cauce_table_number(table, i, column);
        if (x < *low) *low = x;
        if (x > *high) *high = x;
    }
}

enum { MOST = 8 };

/* Bars from the least output to the greatest: what moves is what is asked for. */
static void fill_grid(cli_grid *grid, const cauce_table *table, int64_t shown, int64_t barred) {
    double low, high;
    extremes(table, barred, &low, &high);
    for (int64_t j = 0; j < shown; j++) cli_grid_cell(grid, cauce_table_name(table, j));
    cli_grid_cell(grid, "");
    for (int64_t i = 0; i < cauce_table_rows(table); i++) {
        char number[32];
        cli_grid_cell(grid, value_text(table, i, number));
        for (int64_t j = 1; j < shown; j++) {
            cli_score(cauce_table_number(table, i, j), high, number);
            cli_grid_cell(grid, number);
        }
        cli_grid_bar(grid, high > low ? (cauce_table_number(table, i, barred) - low) / (high - low) : 0);
    }
}

/* As many outputs as fit, but one at least. */
static void print_grid(const cli_term *term, const cauce_model *model, const cauce_table *table) {
    int64_t columns = cauce_table_columns(table), shown = columns > MOST ? MOST : columns;
    int64_t barred = bar_column(model, table);
    char align[MOST + 2];
    cli_grid grid;
    for (;; shown--) {
        memcpy(align, "LRRRRRRRR", (size_t)shown);
        memcpy(align + shown, "l", 2);
        cli_grid_begin(&grid, align);
        fill_grid(&grid, table, shown, barred);
        if (!term->width || shown <= 2 || cli_grid_least(&grid) <= term->width) break;
        cli_grid_free(&grid);
    }
    cli_grid_print(&grid, term, 0);
    cli_grid_free(&grid);
    if (shown < columns)
        fprintf(term->file, "and %lld more %s (-o, --json)\n", (long long)(columns - shown),
                cli_model_outputs(model));
}

static int print_json(const char *column, const cauce_table *table, int64_t n_rows) {
    json_t *result = json_object(), *points = json_array();
    for (int64_t i = 0; i < cauce_table_rows(table); i++) {
        json_t *point = json_object();
        const char *text = cauce_table_text(table, i, 0);
        cli_put(point, "value",
                text ? cli_json_text(text) : cli_json_number(cauce_table_number(table, i, 0)));
        for (int64_t j = 1; j < cauce_table_columns(table); j++)
            cli_put(point, cauce_table_name(table, j), cli_json_number(cauce_table_number(table, i, j)));
        json_array_append_new(points, point);
    }
    cli_put(result, "column", cli_json_text(column));
    cli_put(result, "points", points);
    cli_put(result, "rows", json_integer(n_rows));
    return cli_print_json(result);
}

static int tell(cli_program *program, const cauce_model *model, const cauce_table *rows,
                const cauce_table *table) {
    const cli_list *output = &program->args.output;
    bool taken = output->count && strcmp(output->items[0], "-") == 0; /* standard output has the CSV */
    if (output->count && cauce_write_csv(table, output->items[0])) return cli_failed(program);
    if (program->args.json) return print_json(program->args.column, table, cauce_table_rows(rows));
    char count[40];
    cli_rows(cauce_table_rows(rows), count);
    cli_note(program, "data", "%s: %s", program->args.files.items[1], count);
    cli_note(program, "column", "%s; the mean output if all rows had this value:", program->args.column);
    cli_progress_clear(&program->progress);
    if (!taken || !program->args.quiet) print_grid(taken ? &program->err : &program->out, model, table);
    return 0;
}

static cauce_table *average(const cli_args *args, const cauce_model *model, const cauce_table *rows) {
    cli_text options = { 0 };
    cli_text_addf(&options, "grid_resolution=%lld",
                  (long long)(args->points.given ? args->points.value : 20));
    cauce_table *table = cauce_partial_dependence(model, rows, args->column, cli_text_get(&options));
    cli_text_free(&options);
    return table;
}

int cli_dependence(cli_program *program) {
    const cli_args *args = &program->args;
    const cli_list *files = &args->files;
    if (!args->column) return cli_misuse(program, "--column says which column to look at");
    if (strcmp(files->items[0], "-") == 0 && strcmp(files->items[1], "-") == 0)
        return cli_misuse(program, "model and rows cannot both come from standard input");
    if (args->json && args->output.count && strcmp(args->output.items[0], "-") == 0)
        return cli_misuse(program, "--json and -o - both want standard output");
    int code = 0;
    cauce_model *model = cli_model_load(program, files->items[0], &code);
    cauce_table *rows = model ? cli_model_rows(program, model, files->items[1]) : NULL;
    cauce_table *table = rows ? average(args, model, rows) : NULL;
    if (model && !table) code = cli_failed(program);
    if (table) code = tell(program, model, rows, table);
    cauce_table_free(table);
    cauce_table_free(rows);
    cauce_model_free(model);
    return code;
}
