/* cauce convert: from one form of CSV to another. */
#include <stdlib.h>

#include "say.h"

static void add_name(const char *name, void *payload) {
    cli_list_add(payload, cli_copy(name));
}

static void free_names(cli_list *names) {
    union {
        const char *in;
        char *out;
    } name;
    for (int64_t i = 0; i < names->count; i++) {
        name.in = names->items[i];
        free(name.out);
    }
    free(names->items);
}

static bool add_columns(cli_program *program, cli_text *options) {
    const cli_list *asked = &program->args.columns;
    cli_list names = { 0 };
    bool good = true;
    for (int64_t i = 0; good && i < asked->count; i++)
        if (!(good = cli_split_names(asked->items[i], add_name, &names)))
            cli_misuse(program, "--columns '%s' is not a list of names", asked->items[i]);
    cli_add_option_list(options, "columns", &names);
    free_names(&names);
    return good;
}

int cli_convert(cli_program *program) {
    const cli_args *args = &program->args;
    const char *from = args->files.items[0], *to = args->output.count ? args->output.items[0] : "-";
    cli_text options = { 0 };
    int code = 2;
    if (args->json && !args->output.count)
        return cli_misuse(program, "--json and the converted rows both want standard output; give -o FILE");
    if (add_columns(program, &options)) {
        int64_t rows = 0;
        cli_add_separator(args->separator, &options);
        cli_add_option(&options, "decimal", args->decimal);
        cli_add_option(&options, "thousands", args->thousands);
        cli_add_named_separator("to_separator", args->to_separator, &options);
        cli_add_option(&options, "to_decimal", args->to_decimal);
        code = cauce_convert_csv(from, to, cli_text_get(&options), &rows) ? cli_failed(program) : 0;
        char count[32];
        cli_count(rows, count);
        if (code == 0 && args->json) {
            json_t *result = json_object();
            cli_put(result, "rows", json_integer(rows));
            cli_print_json(result);
        } else if (code == 0)
            cli_note(program, "data", "%s: %s rows", from, count);
    }
    cli_text_free(&options);
    return code;
}
