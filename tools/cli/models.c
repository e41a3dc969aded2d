/* Model files and standard streams. */
#define _POSIX_C_SOURCE 200809L
#include "models.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_NAMES = 12 };

static cauce_model *load_standard_input(cli_program *program, int *code) {
    cli_text bytes = { 0 };
    char piece[65536];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, stdin)) > 0) cli_text_add_n(&bytes, piece, n);
    cauce_model *model = NULL;
    if (ferror(stdin))
        *code = cli_error(program, CAUCE_E_IO, "standard input: %s", strerror(errno));
    else if (!(model = cauce_load_bytes(cli_text_get(&bytes), bytes.length)))
        *code = cli_failed(program);
    cli_text_free(&bytes);
    return model;
}

cauce_model *cli_model_load(cli_program *program, const char *path, int *code) {
    if (strcmp(path, "-") == 0) return load_standard_input(program, code);
    cauce_model *model = cauce_load(path);
    if (!model) *code = cli_failed(program);
    return model;
}

int cli_model_save(cli_program *program, const cauce_model *model, const char *path) {
    if (strcmp(path, "-") != 0) return cauce_save(model, path) ? cli_failed(program) : 0;
    void *bytes;
    size_t size;
    if (cauce_save_bytes(model, &bytes, &size)) return cli_failed(program);
    int code = 0;
    if (fwrite(bytes, 1, size, stdout) != size || fflush(stdout))
        code = cli_error(program, CAUCE_E_IO, "standard output: %s", strerror(errno));
    cauce_bytes_free(bytes);
    return code;
}

cauce_table *cli_model_rows(cli_program *program, const cauce_model *model, const char *path) {
    const cli_args *args = &program->args;
    cli_text options = { 0 };
    cli_add_option(&options, "on_error", args->on_error);
    cli_add_option(&options, "weight", args->weight);
    cli_add_option_list(&options, "missing", &args->missing);
    cli_add_separator(args->separator, &options);
    cli_add_option(&options, "decimal", args->decimal);
    cli_add_option(&options, "thousands", args->thousands);
    cauce_table *table = cauce_model_read_csv(model, path, cli_text_get(&options));
    cli_text_free(&options);
    return table;
}

char *cli_model_targets(const cauce_model *model) {
    const int64_t n = cauce_model_targets(model);
    cli_text text = { 0 };
    for (int64_t t = 0; t < n && t < MOST_NAMES; t++)
        cli_text_addf(&text, "%s%s", t ? ", " : "", cauce_model_target_at(model, t));
    if (n > MOST_NAMES) cli_text_add(&text, ", ...");
    return text.data ? text.data : cli_copy("");
}

const char *cli_model_outputs(const cauce_model *model) {
    return cauce_model_classes(model) ? "classes" : "targets";
}

char *cli_model_answers(const cauce_model *model) {
    int64_t classes = cauce_model_classes(model), positive = cauce_model_positive(model);
    cli_text text = { 0 };
    if (classes == 0)
        cli_text_add(&text, cauce_model_targets(model) > 1 ? "a number each"
                            : *cauce_model_target(model)   ? "a number"
                                                           : "nothing; it transforms");
    else {
        cli_text_addf(&text, "%lld classes: ", (long long)classes);
        for (int64_t i = 0; i < classes && i < MOST_NAMES; i++)
            cli_text_addf(&text, "%s%s%s", i ? ", " : "", cauce_model_class(model, i),
                          i == positive ? " (positive)" : "");
        if (classes > MOST_NAMES) cli_text_add(&text, ", ...");
    }
    return text.data;
}

json_t *cli_model_facts(cli_program *program, const cauce_model *model, int *code) {
    char *text = cauce_model_inspect(model);
    json_t *facts = NULL;
    if (!text)
        *code = cli_failed(program);
    else if (!(facts = json_loads(text, 0, NULL)))
        *code = cli_error(program, CAUCE_E_INTERNAL, "the model describes itself in broken JSON");
    cauce_text_free(text);
    return facts;
}

void cli_file_size(const char *path, char out[32]) {
    struct stat file;
    *out = 0;
    if (stat(path, &file) != 0 || !S_ISREG(file.st_mode)) return;
    double size = (double)file.st_size;
    if (size < 1000)
        snprintf(out, 32, "%.0f bytes", size);
    else if (size < 1e6)
        snprintf(out, 32, "%.1f kB", size / 1e3);
    else
        snprintf(out, 32, "%.1f MB", size / 1e6);
}
