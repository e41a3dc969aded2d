/* Errors, warnings, messages and JSON results. */
#include "say.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static char *format_text(const char *format, va_list list) CLI_PRINTF(1, 0);
static char *format_text(const char *format, va_list list) {
    va_list again;
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    size_t size = (size_t)(length < 0 ? 0 : length) + 1;
    char *text = cli_alloc(size);
    vsnprintf(text, size, format, again);
    va_end(again);
    return text;
}

void cli_put(json_t *object, const char *key, json_t *value) {
    if (!value || json_object_set_new(object, key, value)) {
        fputs("cauce: out of memory\n", stderr);
        exit(1);
    }
}

static void print_json_line(json_t *value, FILE *file) {
    cli_text text = { 0 };
    cli_json_add(&text, value, 0);
    fprintf(file, "%s\n", text.data);
    cli_text_free(&text);
    json_decref(value);
}

int cli_print_json(json_t *value) {
    cli_text text = { 0 };
    cli_json_add(&text, value, 2);
    printf("%s\n", text.data);
    cli_text_free(&text);
    json_decref(value);
    return 0;
}

static int print_error(cli_program *program, cauce_status status, const char *message, const char *place) {
    cli_progress_clear(&program->progress);
    fflush(stdout);
    if (program->args.json) {
        json_t *error = json_object(), *outer = json_object();
        cli_put(error, "code", json_string(cauce_status_name(status)));
        cli_put(error, "message", cli_json_text(message));
        cli_put(error, "place", cli_json_text(place));
        cli_put(outer, "error", error);
        print_json_line(outer, stderr);
        return cauce_status_exit(status);
    }
    cli_text line = { 0 };
    if (*place) {
        cli_text_add_shown(&line, place);
        cli_text_add(&line, ": ");
    }
    cli_text_add_shown(&line, message);
    fprintf(stderr, "%scauce:%s %s\n", cli_style_on(&program->err, CLI_BAD),
            cli_style_off(&program->err, CLI_BAD), cli_text_get(&line));
    cli_text_free(&line);
    return cauce_status_exit(status);
}

int cli_error(cli_program *program, cauce_status status, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *message = format_text(format, list);
    va_end(list);
    int code = print_error(program, status, message, program->command ? program->command->name : "");
    free(message);
    return code;
}

int cli_misuse(cli_program *program, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *message = format_text(format, list);
    va_end(list);
    cli_text text = { 0 };
    const char *name = program->command ? program->command->name : "";
    cli_text_addf(&text, "%s (see: cauce %s%s--help)", message, name, *name ? " " : "");
    int code = print_error(program, CAUCE_E_ARGUMENT, text.data, name);
    cli_text_free(&text);
    free(message);
    return code;
}

bool cli_option_names(cli_program *program, const char *option, const cli_list *values, cli_list *names) {
    for (int64_t i = 0; i < values->count; i++)
        if (!cli_split_names(values->items[i], names)) {
            cli_misuse(program, "--%s '%s' is not a list of names", option, values->items[i]);
            return false;
        }
    return true;
}

/* Does the command take --spill, which was not given? */
static bool may_spill(const cli_program *program) {
    if (program->args.spill) return false;
    char *names = cli_command_options(program->command);
    const bool takes = strstr(names, " spill ");
    free(names);
    return takes;
}

int cli_failed(cli_program *program) {
    cauce_failure failure = cauce_error();
    if (failure.status == CAUCE_OK)
        return print_error(program, CAUCE_E_INTERNAL, "a call failed without saying why", "");
    const char *command = program->command->name;
    size_t length = strlen(command);
    cli_text place = { 0 }, message = { 0 };
    if (strncmp(failure.place, command, length) != 0 || !strchr(" :", failure.place[length]))
        cli_text_addf(&place, "%s%s", command, *failure.place ? " > " : "");
    cli_text_add(&place, failure.place);
    cli_text_add(&message, failure.message);
    if (failure.status == CAUCE_E_NOMEM && may_spill(program))
        cli_text_add(&message, "; --spill DIR keeps large tables in files of a folder");
    int code = print_error(program, failure.status, cli_text_get(&message), cli_text_get(&place));
    cli_text_free(&place);
    cli_text_free(&message);
    return code;
}

void cli_note(cli_program *program, const char *label, const char *format, ...) {
    if (program->args.quiet) return;
    va_list list;
    va_start(list, format);
    char *text = format_text(format, list);
    va_end(list);
    cli_progress_clear(&program->progress);
    cli_field(&program->err, label, "%s", text);
    free(text);
}

static void print_warning_json(const cauce_warning *warning) {
    json_t *inner = json_object(), *outer = json_object();
    cli_put(inner, "name", cli_json_text(warning->name));
    cli_put(inner, "message", cli_json_text(warning->text));
    cli_put(inner, "place", cli_json_text(warning->place ? warning->place : ""));
    cli_put(inner, "count", json_integer(warning->count));
    cli_put(outer, "warning", inner);
    print_json_line(outer, stderr);
}

/* Each model of a cross-validation meets the same columns: people are told once. */
static bool told_before(cli_program *program, const char *line) {
    for (int64_t i = 0; i < program->told.count; i++)
        if (strcmp(program->told.items[i], line) == 0) return true;
    cli_list_add(&program->told, cli_copy(line));
    return false;
}

/* The options of the program for the keys that a warning of the library speaks of, or NULL. */
static const char *options_for(const char *warning) {
    static const char *const known[][2] = { { "number_marks", "--decimal, --thousands" },
                                            { "date_order", "--dates" },
                                            { "almost_numbers", "--missing" },
                                            { "time_column", "--time, --drop" },
                                            { "text_column", "--kind, --drop" } };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(known[i][0], warning) == 0) return known[i][1];
    return NULL;
}

void cli_warn(const cauce_warning *warning, void *payload) {
    cli_program *program = payload;
    if (program->args.quiet) return;
    cli_progress_clear(&program->progress);
    if (program->args.json) {
        print_warning_json(warning);
        return;
    }
    cli_text line = { 0 };
    if (warning->place && *warning->place) {
        cli_text_add_shown(&line, warning->place);
        cli_text_add(&line, ": ");
    }
    cli_text_add_shown(&line, warning->text);
    const char *options = options_for(warning->name);
    if (options) cli_text_addf(&line, " (%s)", options);
    if (told_before(program, cli_text_get(&line))) {
        cli_text_free(&line);
        return;
    }
    char count[32];
    cli_count(warning->count, count);
    if (warning->count > 1) cli_text_addf(&line, " (%s times)", count);
    fprintf(stderr, "%swarning:%s %s\n", cli_style_on(&program->err, CLI_STRONG),
            cli_style_off(&program->err, CLI_STRONG), cli_text_get(&line));
    cli_text_free(&line);
}

void cli_warn_text(cli_program *program, const char *name, const char *format, ...) {
    va_list list;
    va_start(list, format);
    char *text = format_text(format, list);
    va_end(list);
    cauce_warning warning = { name, text, "", 1 };
    cli_warn(&warning, program);
    free(text);
}
