/* cauce importance: how much worse a model is with each of its columns in another order; without rows, what
 * it says itself. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models.h"

/* What was measured: the table of the library, most important first. */
typedef struct findings {
    const char *metric;
    double score;
    cauce_table *table;
    int64_t rows;
} findings;

/* Columns of the table. */
enum { COLUMN, IMPORTANCE, STD, REPEATS };

typedef struct ranked {
    int64_t row;
    double value;
} ranked;

/* The largest first, not-a-number last, equal ones in the order of the model. */
static int by_importance(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (isnan(x->value) != isnan(y->value)) return isnan(x->value) ? 1 : -1;
    if (x->value > y->value || x->value < y->value) return x->value > y->value ? -1 : 1;
    return x->row < y->row ? -1 : 1;
}

static cauce_table *sorted(const cauce_table *table) {
    int64_t n = cauce_table_rows(table);
    ranked *all = cli_alloc((size_t)n * sizeof *all);
    int64_t *rows = cli_alloc((size_t)n * sizeof *rows);
    for (int64_t i = 0; i < n; i++) all[i] = (ranked){ i, cauce_table_number(table, i, IMPORTANCE) };
    qsort(all, (size_t)n, sizeof *all, by_importance);
    for (int64_t i = 0; i < n; i++) rows[i] = all[i].row;
    cauce_table *result = cauce_table_rows_of(table, rows, n);
    free(rows);
    free(all);
    return result;
}

static int measure(cli_program *program, const cauce_model *model, const cauce_table *rows, findings *found) {
    const cli_args *args = &program->args;
    const char *metric = args->metric.count ? args->metric.items[0] : NULL;
    cli_text options = { 0 };
    found->metric = metric ? metric : cauce_model_classes(model) ? "accuracy" : "r2";
    found->rows = cauce_table_rows(rows);
    if (args->repeats.given) cli_text_addf(&options, "n_repeats=%lld ", (long long)args->repeats.value);
    if (args->seed.given) cli_text_addf(&options, "random_state=%lld ", (long long)args->seed.value);
    cli_add_option(&options, "rng", args->rng);
    cauce_table *table = NULL;
    if (cauce_score(model, rows, metric, &found->score) == CAUCE_OK)
        table = cauce_permutation_importance(model, rows, metric, cli_text_get(&options));
    cli_text_free(&options);
    found->table = table ? sorted(table) : NULL;
    cauce_table_free(table);
    return found->table ? 0 : cli_failed(program);
}

static int print_json(const findings *found) {
    json_t *result = json_object(), *columns = json_array();
    for (int64_t i = 0; i < cauce_table_rows(found->table); i++) {
        json_t *column = json_object(), *repeats = json_array();
        cli_put(column, "column", cli_json_text(cauce_table_text(found->table, i, COLUMN)));
        cli_put(column, "mean", cli_json_number(cauce_table_number(found->table, i, IMPORTANCE)));
        cli_put(column, "std", cli_json_number(cauce_table_number(found->table, i, STD)));
        for (int64_t j = REPEATS; j < cauce_table_columns(found->table); j++)
            json_array_append_new(repeats, cli_json_number(cauce_table_number(found->table, i, j)));
        cli_put(column, "repeats", repeats);
        json_array_append_new(columns, column);
    }
    cli_put(result, "metric", cli_json_text(found->metric));
    cli_put(result, "score", cli_json_number(found->score));
    cli_put(result, "columns", columns);
    cli_put(result, "rows", json_integer(found->rows));
    return cli_print_json(result);
}

static void print_grid(const cli_term *term, const findings *found) {
    int64_t n = cauce_table_rows(found->table);
    double most = n ? cauce_table_number(found->table, 0, IMPORTANCE) : 0;
    cli_grid grid;
    cli_grid_begin(&grid, "Lrrl");
    cli_grid_cell(&grid, "column");
    cli_grid_cell(&grid, "importance");
    cli_grid_cell(&grid, "std");
    cli_grid_cell(&grid, "");
    for (int64_t i = 0; i < n; i++) {
        double mean = cauce_table_number(found->table, i, IMPORTANCE);
        char text[2][32];
        cli_score(mean, most, text[0]);
        cli_score(cauce_table_number(found->table, i, STD), most, text[1]);
        cli_grid_cell(&grid, cauce_table_text(found->table, i, COLUMN));
        cli_grid_cell(&grid, text[0]);
        cli_grid_cell(&grid, text[1]);
        cli_grid_bar(&grid, mean > 0 ? mean / most : 0);
    }
    cli_grid_print(&grid, term, 0);
    cli_grid_free(&grid);
}

static void print_people(cli_program *program, const findings *found, bool taken) {
    const cli_term *term = taken ? &program->err : &program->out;
    char score[32], rows[40];
    cli_score(found->score, found->score, score);
    cli_rows(found->rows, rows);
    cli_note(program, "data", "%s: %s", program->args.files.items[1], rows);
    cli_note(program, "score", "%s %s%s; what is lost of it:", found->metric, score,
             cauce_metric_direction(found->metric) == 0 ? " (less is better)" : "");
    cli_progress_clear(&program->progress);
    if (!taken || !program->args.quiet) print_grid(term, found);
}

static int tell(cli_program *program, const findings *found) {
    const cli_list *output = &program->args.output;
    bool taken = output->count && strcmp(output->items[0], "-") == 0; /* standard output has the CSV */
    if (output->count && cauce_write_csv(found->table, output->items[0])) return cli_failed(program);
    if (program->args.json) return print_json(found);
    print_people(program, found, taken);
    return 0;
}

/* ---- What the model says itself ------------------------------------------------------------------------ */

static int print_said_json(const cauce_table *table, const char *of) {
    json_t *result = json_object(), *columns = json_array();
    for (int64_t i = 0; i < cauce_table_rows(table); i++) {
        json_t *column = json_object();
        cli_put(column, "column", cli_json_text(cauce_table_text(table, i, COLUMN)));
        for (int64_t j = 1; j < cauce_table_columns(table); j++)
            cli_put(column, cauce_table_name(table, j), cli_json_number(cauce_table_number(table, i, j)));
        json_array_append_new(columns, column);
    }
    cli_put(result, "of", cli_json_text(of));
    cli_put(result, "columns", columns);
    return cli_print_json(result);
}

/* A number as people like it, beside others of its kind up to `most`. */
static void add_said(cli_grid *grid, const char *kind, double value, double most) {
    char text[32];
    if (strcmp(kind, "splits") == 0)
        snprintf(text, sizeof text, "%.6g", value);
    else
        cli_score(value, most, text);
    cli_grid_cell(grid, text);
}

/* A bar for the first kind, by which the rows are sorted. */
static void print_said(const cli_term *term, const cauce_table *table, const char *of) {
    enum { MOST_KINDS = 8 };
    int64_t n = cauce_table_rows(table), kinds = cauce_table_columns(table) - 1;
    double most[MOST_KINDS] = { 0 };
    char layout[MOST_KINDS + 3];
    cli_grid grid;
    if (kinds > MOST_KINDS) kinds = MOST_KINDS;
    for (int64_t j = 0; j < kinds; j++)
        for (int64_t i = 0; i < n; i++) most[j] = fmax(most[j], cauce_table_number(table, i, 1 + j));
    snprintf(layout, sizeof layout, "L%.*sl", (int)kinds, "rrrrrrrr"); /* a column for each kind */
    cli_grid_begin(&grid, layout);
    cli_grid_cell(&grid, of);
    for (int64_t j = 0; j < kinds; j++) cli_grid_cell(&grid, cauce_table_name(table, 1 + j));
    cli_grid_cell(&grid, "");
    for (int64_t i = 0; i < n; i++) {
        cli_grid_cell(&grid, cauce_table_text(table, i, COLUMN));
        for (int64_t j = 0; j < kinds; j++)
            add_said(&grid, cauce_table_name(table, 1 + j), cauce_table_number(table, i, 1 + j), most[j]);
        cli_grid_bar(&grid, most[0] > 0 ? cauce_table_number(table, i, 1) / most[0] : 0);
    }
    cli_grid_print(&grid, term, 0);
    cli_grid_free(&grid);
}

static int say_importances(cli_program *program, const cauce_model *model) {
    const cli_args *args = &program->args;
    const cli_list *output = &args->output;
    bool taken = output->count && strcmp(output->items[0], "-") == 0;
    const char *of = args->features ? "feature" : "column";
    cauce_table *said = cauce_feature_importances(model, args->features ? "by=feature" : "by=source");
    cauce_table *table = said ? sorted(said) : NULL;
    int code = 0;
    cauce_table_free(said);
    if (!table || (output->count && cauce_write_csv(table, output->items[0])))
        code = cli_failed(program);
    else if (args->json)
        code = print_said_json(table, of);
    else if (!taken || !args->quiet)
        print_said(taken ? &program->err : &program->out, table, of);
    cauce_table_free(table);
    return code;
}

/* ---- The command --------------------------------------------------------------------------------------- */

static int check_use(cli_program *program) {
    const cli_args *args = &program->args;
    const cli_list *files = &args->files;
    bool rows = files->count == 2;
    if (rows && strcmp(files->items[0], "-") == 0 && strcmp(files->items[1], "-") == 0)
        return cli_misuse(program, "model and rows cannot both come from standard input");
    if (rows && args->features)
        return cli_misuse(program, "--features goes without rows: those are permuted as they are given");
    if (!rows && (args->metric.count || args->repeats.given || args->rng || args->weight))
        return cli_misuse(program, "--metric, --repeats, --rng and --weight need rows: MODEL.cauce DATA.csv");
    if (args->metric.count > 1) return cli_misuse(program, "one --metric at a time");
    if (args->json && args->output.count && strcmp(args->output.items[0], "-") == 0)
        return cli_misuse(program, "--json and -o - both want standard output");
    return 0;
}

static int measure_rows(cli_program *program, const cauce_model *model, const char *path) {
    findings found = { 0 };
    cauce_table *rows = cli_model_rows(program, model, path);
    int code = rows ? measure(program, model, rows, &found) : cli_failed(program);
    if (found.table) code = tell(program, &found);
    cauce_table_free(found.table);
    cauce_table_free(rows);
    return code;
}

int cli_importance(cli_program *program) {
    const cli_list *files = &program->args.files;
    int code = check_use(program);
    cauce_model *model = code ? NULL : cli_model_load(program, files->items[0], &code);
    if (!model) return code;
    code =
        files->count == 2 ? measure_rows(program, model, files->items[1]) : say_importances(program, model);
    cauce_model_free(model);
    return code;
}
