#include "tables.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { REPORT, CONFUSION, CURVE, KINDS };

static const char *text_of(const cli_tables *tables, int kind) {
    return kind == REPORT ? tables->report : kind == CONFUSION ? tables->confusion : tables->curve;
}

bool cli_tables_asked(const cli_tables *tables) {
    return tables->report || tables->confusion || tables->curve;
}

int cli_tables_ask(cli_program *program, cli_tables *tables) {
    const cli_args *args = &program->args;
    if (args->normalize && !args->confusion) return cli_misuse(program, "--normalize needs --confusion");
    if (args->report) tables->report = cli_copy("report");
    if (args->confusion) {
        cli_text text = { 0 };
        cli_text_addf(&text, "confusion normalize=%s", args->normalize ? args->normalize : "none");
        tables->confusion = text.data;
    }
    if (args->curve) tables->curve = cli_copy(args->curve);
    int asked = args->report + args->confusion + (args->curve != NULL);
    if (args->output.count && asked != 1)
        return cli_misuse(program, "-o writes one of --report, --confusion and --curve");
    return 0;
}

int cli_tables_make(cli_program *program, const cauce_model *model, const cauce_table *rows,
                    cli_tables *tables) {
    for (int kind = 0; kind < KINDS; kind++) {
        if (!text_of(tables, kind)) continue;
        tables->made[kind] = cauce_score_table(model, rows, text_of(tables, kind));
        if (!tables->made[kind]) return cli_failed(program);
        if (program->args.output.count && cauce_write_csv(tables->made[kind], program->args.output.items[0]))
            return cli_failed(program);
    }
    return 0;
}

void cli_tables_free(cli_tables *tables) {
    for (int kind = 0; kind < KINDS; kind++) cauce_table_free(tables->made[kind]);
    free(tables->report);
    free(tables->confusion);
    free(tables->curve);
}

/* ---- JSON ---------------------------------------------------------------------------------------------- */

static json_t *row_json(const cauce_table *table, int64_t row) {
    json_t *one = json_object();
    for (int64_t j = 1; j < cauce_table_columns(table); j++)
        cli_put(one, cauce_table_name(table, j), cli_json_number(cauce_table_number(table, row, j)));
    return one;
}

/* The last three rows are accuracy and the two means. */
static json_t *report_json(const cauce_table *table) {
    int64_t n = cauce_table_rows(table) - 3;
    json_t *result = json_object(), *classes = json_object();
    for (int64_t r = 0; r < n; r++) cli_put(classes, cauce_table_text(table, r, 0), row_json(table, r));
    cli_put(result, "classes", classes);
    cli_put(result, "accuracy", cli_json_number(cauce_table_number(table, n, 3)));
    cli_put(result, "macro_avg", row_json(table, n + 1));
    cli_put(result, "weighted_avg", row_json(table, n + 2));
    return result;
}

static json_t *column_json(const cauce_table *table, int64_t j) {
    json_t *column = json_array();
    for (int64_t r = 0; r < cauce_table_rows(table); r++)
        json_array_append_new(column, cauce_table_kind(table, j) == CAUCE_NUMBER
                                          ? cli_json_number(cauce_table_number(table, r, j))
                                          : cli_json_text(cauce_table_text(table, r, j)));
    return column;
}

static json_t *confusion_json(const cauce_table *table) {
    json_t *result = json_object(), *cells = json_array();
    for (int64_t r = 0; r < cauce_table_rows(table); r++) {
        json_t *row = json_array();
        for (int64_t j = 1; j < cauce_table_columns(table); j++)
            json_array_append_new(row, cli_json_number(cauce_table_number(table, r, j)));
        json_array_append_new(cells, row);
    }
    cli_put(result, "classes", column_json(table, 0)); /* rows are the truth */
    cli_put(result, "cells", cells);
    return result;
}

static json_t *curve_json(const cauce_table *table, const char *text) {
    json_t *result = json_object();
    cli_put(result, "curve", cli_json_text(text));
    for (int64_t j = 0; j < cauce_table_columns(table); j++)
        cli_put(result, cauce_table_name(table, j), column_json(table, j));
    return result;
}

void cli_tables_put(json_t *result, const cli_tables *tables) {
    if (tables->made[REPORT]) cli_put(result, "report", report_json(tables->made[REPORT]));
    if (tables->made[CONFUSION]) cli_put(result, "confusion", confusion_json(tables->made[CONFUSION]));
    if (tables->made[CURVE]) cli_put(result, "curve", curve_json(tables->made[CURVE], tables->curve));
}

/* ---- For people ---------------------------------------------------------------------------------------- */

/* Counts are whole unless weights are not. */
static void number_text(double value, char out[32]) {
    if (isnan(value))
        out[0] = 0;
    else if (value == floor(value) && fabs(value) < 1e15)
        cli_count((int64_t)value, out);
    else
        cli_score(value, value, out);
}

static void share_text(double value, char out[32]) {
    if (isnan(value))
        out[0] = 0;
    else
        cli_score(value, 0.5, out);
}

static void print_report(cli_program *program, const cauce_table *table) {
    static const char *const heads[] = { "class", "precision", "recall", "f1", "rows" };
    cli_grid grid;
    char text[32];
    cli_grid_begin(&grid, "Lrrrr");
    for (int j = 0; j < 5; j++) cli_grid_cell(&grid, heads[j]);
    for (int64_t r = 0; r < cauce_table_rows(table); r++) {
        if (r == cauce_table_rows(table) - 3)
            for (int j = 0; j < 5; j++) cli_grid_cell(&grid, "");
        cli_grid_cell(&grid, cauce_table_text(table, r, 0));
        for (int64_t j = 1; j < 5; j++) {
            double value = cauce_table_number(table, r, j);
            (j == 4 ? number_text : share_text)(value, text);
            cli_grid_cell(&grid, text);
        }
    }
    cli_grid_print(&grid, &program->out, 0);
    cli_grid_free(&grid);
}

/* A true class, what it was taken for, and how often. */
typedef struct mistake {
    int64_t truth, predicted;
    double size;
} mistake;

static int by_size(const void *a, const void *b) {
    const mistake *x = a, *y = b;
    if (x->size < y->size || x->size > y->size) return x->size < y->size ? 1 : -1;
    if (x->truth != y->truth) return x->truth < y->truth ? -1 : 1;
    return (x->predicted > y->predicted) - (x->predicted < y->predicted);
}

enum { MOST_MISTAKES = 15, COLUMNS = 80 };

/* A matrix that is too wide is told by its largest cells off the diagonal. */
static void print_mistakes(cli_program *program, const cauce_table *table, bool shares) {
    int64_t k = cauce_table_rows(table), n = 0;
    mistake *all = cli_alloc((size_t)(k * k) * sizeof *all);
    for (int64_t i = 0; i < k; i++)
        for (int64_t j = 0; j < k; j++) {
            double size = cauce_table_number(table, i, j + 1);
            if (i != j && size > 0) all[n++] = (mistake){ i, j, size };
        }
    qsort(all, (size_t)n, sizeof *all, by_size);
    cli_grid grid;
    char text[32];
    cli_grid_begin(&grid, "LLr");
    cli_grid_cell(&grid, "true class");
    cli_grid_cell(&grid, "predicted as");
    cli_grid_cell(&grid, shares ? "share" : "rows");
    for (int64_t i = 0; i < n && i < MOST_MISTAKES; i++) {
        (shares ? share_text : number_text)(all[i].size, text);
        cli_grid_cell(&grid, cauce_table_text(table, all[i].truth, 0));
        cli_grid_cell(&grid, cauce_table_text(table, all[i].predicted, 0));
        cli_grid_cell(&grid, text);
    }
    cli_grid_print(&grid, &program->out, 0);
    cli_grid_free(&grid);
    free(all);
    cli_note(program, "confusion",
             "the %lld largest of %lld kinds of mistakes among %lld classes; -o FILE writes the matrix",
             (long long)(n < MOST_MISTAKES ? n : MOST_MISTAKES), (long long)n, (long long)k);
}

static void fill_confusion(cli_grid *grid, const cauce_table *table, bool shares) {
    char text[32];
    int64_t k = cauce_table_rows(table);
    cli_grid_cell(grid, "true \\ predicted");
    for (int64_t j = 0; j < k; j++) cli_grid_cell(grid, cauce_table_text(table, j, 0));
    for (int64_t i = 0; i < k; i++) {
        cli_grid_cell(grid, cauce_table_text(table, i, 0));
        for (int64_t j = 0; j < k; j++) {
            (shares ? share_text : number_text)(cauce_table_number(table, i, j + 1), text);
            cli_grid_cell(grid, text);
        }
    }
}

static void print_confusion(cli_program *program, const cauce_table *table, bool shares) {
    int64_t k = cauce_table_rows(table);
    int width = program->out.width ? program->out.width : COLUMNS;
    if (k > COLUMNS / 2) {
        print_mistakes(program, table, shares);
        return;
    }
    char align[COLUMNS / 2 + 2];
    align[0] = 'l';
    memset(align + 1, 'r', (size_t)k);
    align[k + 1] = 0;
    cli_grid grid;
    cli_grid_begin(&grid, align);
    fill_confusion(&grid, table, shares);
    if (cli_grid_width(&grid) <= width)
        cli_grid_print(&grid, &program->out, 0);
    else
        print_mistakes(program, table, shares);
    cli_grid_free(&grid);
}

/* All points when they are few, otherwise some of them, evenly, with both ends. */
static void print_curve(cli_program *program, const cauce_table *table) {
    enum { MOST_POINTS = 12 };
    int64_t n = cauce_table_rows(table), shown = n < MOST_POINTS ? n : MOST_POINTS;
    int64_t columns = cauce_table_columns(table);
    char text[32];
    cli_grid grid;
    cli_grid_begin(&grid, columns == 4 ? "Lrrr" : "rrr");
    for (int64_t j = 0; j < columns; j++) cli_grid_cell(&grid, cauce_table_name(table, j));
    for (int64_t i = 0; i < shown; i++) {
        int64_t r = shown == n ? i : i * (n - 1) / (shown - 1);
        for (int64_t j = 0; j < columns; j++) {
            double value = cauce_table_number(table, r, j);
            bool count = strcmp(cauce_table_name(table, j), "rows") == 0;
            if (cauce_table_kind(table, j) != CAUCE_NUMBER) {
                cli_grid_cell(&grid, cauce_table_text(table, r, j));
                continue;
            }
            (count ? number_text : share_text)(value, text);
            cli_grid_cell(&grid, text);
        }
    }
    cli_grid_print(&grid, &program->out, 0);
    cli_grid_free(&grid);
    if (shown < n)
        cli_note(program, "curve", "%lld of %lld points; -o FILE writes them all", (long long)shown,
                 (long long)n);
}

void cli_tables_print(cli_program *program, const cli_tables *tables) {
    bool first = program->args.metric.count == 0;
    if (program->args.output.count) return; /* it is in the file */
    for (int kind = 0; kind < KINDS; kind++) {
        if (!tables->made[kind]) continue;
        if (!first) fputc('\n', program->out.file);
        first = false;
        if (kind == REPORT) print_report(program, tables->made[kind]);
        if (kind == CONFUSION) print_confusion(program, tables->made[kind], program->args.normalize != NULL);
        if (kind == CURVE) print_curve(program, tables->made[kind]);
    }
}
