/* cauce convert: from one form of CSV to another. */
#include "say.h"

int cli_convert(cli_program *program) {
    const cli_args *args = &program->args;
    const char *from = args->files.items[0], *to = args->output.count ? args->output.items[0] : "-";
    cli_text options = { 0 };
    cli_list columns = { 0 };
    int code = 2;
    if (args->json && !args->output.count)
        return cli_misuse(program, "--json and the converted rows both want standard output; give -o FILE");
    if (cli_option_names(program, "columns", &args->columns, &columns)) {
        int64_t rows = 0;
        cli_add_option_list(&options, "columns", &columns);
        cli_add_separator(args->separator, &options);
        cli_add_option(&options, "decimal", args->decimal);
        cli_add_option(&options, "thousands", args->thousands);
        cli_add_named_separator("to_separator", args->to_separator, &options);
        cli_add_option(&options, "to_decimal", args->to_decimal);
        code = cauce_convert_csv(from, to, cli_text_get(&options), &rows) ? cli_failed(program) : 0;
        char count[40];
        cli_rows(rows, count);
        if (code == 0 && args->json) {
            json_t *result = json_object();
            cli_put(result, "rows", json_integer(rows));
            cli_print_json(result);
        } else if (code == 0)
            cli_note(program, "data", "%s: %s", from, count);
    }
    cli_list_free(&columns);
    cli_text_free(&options);
    return code;
}
