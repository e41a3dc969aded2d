/* cauce score: metrics of a model on a table; report, confusion matrix and curves. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models.h"
#include "plan.h"
#include "tables.h"

static bool metric_names(cli_program *program, const cauce_model *model, cli_list *names) {
    const cli_list *asked = &program->args.metric;
    if (asked->count) return cli_option_names(program, "metric", asked, names);
    cauce_recipe *recipe = cauce_model_recipe(model);
    char *list = cli_default_metrics(cauce_recipe_output(recipe), cauce_model_classes(model));
    cli_split_names(list, names);
    free(list);
    cauce_recipe_free(recipe);
    return true;
}

static int measure(cli_program *program, const cauce_model *model, const cauce_table *table,
                   const cli_list *names, json_t *metrics) {
    bool asked = program->args.metric.count > 0;
    for (int64_t i = 0; i < names->count; i++) {
        double value;
        cauce_status status = cauce_score(model, table, names->items[i], &value);
        if (status == CAUCE_E_UNSUPPORTED && !asked && i > 0) continue;
        if (status == CAUCE_E_DATA && !asked && i > 0) { /* nobody asked for what these rows do not define */
            cli_warn_text(program, "no_score", "%s", cauce_error().message);
            value = (double)NAN;
        } else if (status)
            return cli_failed(program);
        cli_put(metrics, names->items[i], cli_json_number(value));
    }
    return 0;
}

static void print_scores(cli_program *program, json_t *metrics) {
    cli_grid grid;
    cli_grid_begin(&grid, "lrl");
    cli_grid_cell(&grid, "metric");
    cli_grid_cell(&grid, "score");
    cli_grid_cell(&grid, "");
    const char *name;
    json_t *value;
    json_object_foreach(metrics, name, value) {
        char score[32];
        double number = json_number_value(value);
        cli_score(number, number, score);
        const char *text = json_string_value(value); /* "nan": not defined */
        cli_grid_cell(&grid, name);
        cli_grid_cell(&grid, !text ? score : strcmp(text, "nan") == 0 ? "-" : text);
        cli_grid_cell(&grid, cauce_metric_direction(name) == 0 ? "(less is better)" : "");
    }
    cli_grid_print(&grid, &program->out, 0);
    cli_grid_free(&grid);
}

static void print_all(cli_program *program, const cauce_model *model, const cauce_table *table,
                      json_t *metrics, const cli_tables *tables) {
    if (program->args.json) {
        json_t *result = json_object();
        if (json_object_size(metrics)) cli_put(result, "metrics", json_incref(metrics));
        cli_tables_put(result, tables);
        cli_put(result, "rows", json_integer(cauce_table_rows(table)));
        cli_print_json(result);
        return;
    }
    char rows[40], *answers = cli_model_answers(model), *targets = cli_model_targets(model);
    cli_rows(cauce_table_rows(table), rows);
    cli_note(program, "data", "%s: %s", program->args.files.items[1], rows);
    cli_note(program, "target", "%s: %s", targets, answers);
    free(targets);
    if (json_object_size(metrics)) print_scores(program, metrics);
    cli_tables_print(program, tables);
    free(answers);
}

int cli_score_command(cli_program *program) {
    const cli_list *files = &program->args.files;
    cli_tables tables = { 0 };
    int code = cli_tables_ask(program, &tables);
    if (code == 0 && strcmp(files->items[0], "-") == 0 && strcmp(files->items[1], "-") == 0)
        code = cli_misuse(program, "model and rows cannot both come from standard input");
    cli_list names = { 0 };
    json_t *metrics = json_object();
    cauce_model *model = code ? NULL : cli_model_load(program, files->items[0], &code);
    cauce_table *table = model ? cli_model_rows(program, model, files->items[1]) : NULL;
    if (model && !table) code = cli_failed(program);
    bool measured = program->args.metric.count || !cli_tables_asked(&tables);
    if (table && measured)
        code = metric_names(program, model, &names) ? measure(program, model, table, &names, metrics) : 2;
    if (table && code == 0) code = cli_tables_make(program, model, table, &tables);
    if (table && code == 0) print_all(program, model, table, metrics, &tables);
    cauce_table_free(table);
    cauce_model_free(model);
    cli_tables_free(&tables);
    json_decref(metrics);
    cli_list_free(&names);
    return code;
}
