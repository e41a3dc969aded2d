/* cauce split: a training and a test file, at random or by time. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "place.h"
#include "plan.h"

/* Both files or none: they are written beside their places and then moved there. */
static int write_parts(cli_program *program, cauce_table *const parts[2]) {
    const char *const *paths = program->args.output.items;
    cli_place places[2];
    bool stream[2];
    int code = 0;
    for (int i = 0; i < 2; i++) {
        cli_place_begin(&places[i], paths[i]);
        stream[i] = strcmp(paths[i], "-") == 0;
    }
    for (int i = 0; i < 2 && code == 0; i++)
        if (cauce_write_csv(parts[i], stream[i] ? "-" : places[i].waiting)) code = cli_failed(program);
    for (int i = 0; i < 2 && code == 0; i++)
        if (!stream[i] && !cli_place_commit(&places[i]))
            code = cli_error(program, CAUCE_E_IO, "%s: %s", paths[i], strerror(errno));
    for (int i = 0; i < 2; i++) cli_place_end(&places[i]);
    return code;
}

static int split(cli_program *program, const cauce_table *table) {
    const cli_args *args = &program->args;
    cli_text options = { 0 };
    cli_text_addf(&options, "test_size=%s random_state=%lld ", args->test ? args->test : "0.25",
                  (long long)args->seed.value);
    cli_add_option(&options, "stratify", args->stratify);
    cli_add_option(&options, "groups", args->groups);
    cli_add_option(&options, "time", args->time);
    cli_add_option(&options, "rng", args->rng);
    cauce_table *parts[2] = { NULL, NULL };
    int code = cauce_split(table, options.data, &parts[0], &parts[1]) ? cli_failed(program) : 0;
    if (code == 0) code = write_parts(program, parts);
    for (int i = 0; i < 2 && code == 0; i++) {
        char rows[40];
        cli_rows(cauce_table_rows(parts[i]), rows);
        cli_note(program, i ? "test" : "training", "%s: %s", args->output.items[i], rows);
    }
    if (code == 0 && args->json) {
        json_t *result = json_object();
        cli_put(result, "train", json_integer(cauce_table_rows(parts[0])));
        cli_put(result, "test", json_integer(cauce_table_rows(parts[1])));
        cli_print_json(result);
    }
    cauce_table_free(parts[0]);
    cauce_table_free(parts[1]);
    cli_text_free(&options);
    return code;
}

static bool is_number(const char *text) {
    char *end;
    strtod(text, &end);
    return end > text && !*end;
}

int cli_split(cli_program *program) {
    const cli_list *output = &program->args.output;
    const char *test = program->args.test;
    if (test && !is_number(test))
        return cli_misuse(program, "--test is '%s', but must be a fraction or a number of rows", test);
    if (output->count != 2)
        return cli_misuse(program, "-o TRAIN.csv TEST.csv is needed: where to write the parts");
    if (strcmp(output->items[0], output->items[1]) == 0)
        return cli_misuse(program, "both parts would be written to '%s'", output->items[0]);
    if (program->args.json && (strcmp(output->items[0], "-") == 0 || strcmp(output->items[1], "-") == 0))
        return cli_misuse(program, "--json and -o - both want standard output");
    cli_text options = { 0 };
    int code = 2;
    if (cli_reading_options(program, NULL, &options)) {
        cauce_table *table = cauce_read_csv(program->args.files.items[0], cli_text_get(&options));
        code = table ? split(program, table) : cli_failed(program);
        cauce_table_free(table);
    }
    cli_text_free(&options);
    return code;
}
