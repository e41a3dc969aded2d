/* What the program says: results on standard output; messages, warnings and errors on standard error. */
#ifndef CLI_SAY_H
#define CLI_SAY_H

#include "cmd.h"

/* An error of the program's own: "cauce: fit: message", or as JSON. Returns its exit code. */
int cli_error(cli_program *program, cauce_status status, const char *format, ...) CLI_PRINTF(3, 4);
/* Wrong use of a command: the same, ARGUMENT, with a pointer to its help. Returns 2. */
int cli_misuse(cli_program *program, const char *format, ...) CLI_PRINTF(2, 3);
/* The names in all values of a list option, as owned texts. false: one is no list of names, reported. */
bool cli_option_names(cli_program *program, const char *option, const cli_list *values, cli_list *names);
/* The library's last failure. Returns its exit code. */
int cli_failed(cli_program *program);

/* A line "label     text" on standard error; nothing with --quiet. */
void cli_note(cli_program *program, const char *label, const char *format, ...) CLI_PRINTF(3, 4);
/* A warning of the library: a line on standard error, or as JSON. */
void cli_warn(const cauce_warning *warning, void *program);
/* One more warning of the program's own. */
void cli_warn_text(cli_program *program, const char *name, const char *format, ...) CLI_PRINTF(3, 4);

/* Prints a JSON value (taken) on standard output. Returns 0. */
int cli_print_json(json_t *value);
/* Sets a key of a JSON object; the value is taken. */
void cli_put(json_t *object, const char *key, json_t *value);

#endif
