/* cauce predict, cauce transform: a CSV file or stream through a model, in constant memory. */
#include <stdlib.h>
#include <string.h>

#include "models.h"

static bool make_options(cli_program *program, cli_text *options) {
    const cli_args *args = &program->args;
    cli_list keep = { 0 };
    bool good = cli_option_names(program, "keep", &args->keep, &keep);
    cli_text_addf(options, "strict=%s on_error=%s ", args->strict ? "true" : "false",
                  args->on_error ? args->on_error : "stop");
    if (args->proba) cli_text_add(options, "proba=true ");
    if (args->decision) cli_text_add(options, "decision=true ");
    if (args->quantiles) cli_text_add(options, "quantiles=true ");
    cli_add_option_list(options, "keep", &keep);
    cli_add_option_list(options, "missing", &args->missing);
    cli_add_separator(args->separator, options);
    cli_add_option(options, "decimal", args->decimal);
    cli_add_option(options, "thousands", args->thousands);
    cli_list_free(&keep);
    return good;
}

typedef cauce_status apply_fn(const cauce_model *model, const char *input, const char *output,
                              const char *options, int64_t *rows);

static int apply_to_file(cli_program *program, apply_fn *apply, const char *done) {
    const cli_list *files = &program->args.files;
    const char *output = program->args.output.count ? program->args.output.items[0] : "-";
    bool to_file = strcmp(output, "-") != 0;
    int code = 0;
    if (strcmp(files->items[0], "-") == 0 && strcmp(files->items[1], "-") == 0)
        return cli_misuse(program, "model and rows cannot both come from standard input");
    cli_text options = { 0 };
    if (!make_options(program, &options)) {
        cli_text_free(&options);
        return 2;
    }
    cauce_model *model = cli_model_load(program, files->items[0], &code);
    int64_t rows = 0;
    double start = cli_seconds();
    if (model && apply(model, files->items[1], output, cli_text_get(&options), &rows))
        code = cli_failed(program);
    else if (model && to_file) {
        char count[40], time[32];
        cli_rows(rows, count);
        cli_duration(cli_seconds() - start, time);
        cli_note(program, done, "%s in %s", count, time);
        cli_note(program, "saved", "%s", output);
        if (program->args.json) {
            json_t *result = json_object();
            cli_put(result, "rows", json_integer(rows));
            cli_put(result, "output", cli_json_text(output));
            cli_print_json(result);
        }
    }
    cauce_model_free(model);
    cli_text_free(&options);
    return code;
}

int cli_predict(cli_program *program) {
    return apply_to_file(program, cauce_predict_csv, "predicted");
}

int cli_transform(cli_program *program) {
    return apply_to_file(program, cauce_transform_csv, "done");
}
