/* Commands: one row each; usage, help and "did you mean" come from the table. */
#ifndef CLI_CMD_H
#define CLI_CMD_H

#include "cauce/cauce.h"
#include "opt.h"
#include "term.h"

typedef struct cli_program cli_program;

typedef struct cli_command {
    const char *name;
    const char *summary; /* one sentence */
    const char *files;   /* "[SPEC.json] DATA.csv" */
    const char *rest;    /* of the usage line: the options that are always or mostly there */
    int least_files, most_files;
    const char *options;              /* names, separated by blanks, without the common ones */
    int outputs;                      /* files that -o takes; 0: no -o */
    const char *notes;                /* more help, or NULL */
    const char *example;              /* lines */
    int (*run)(cli_program *program); /* exit code */
} cli_command;

struct cli_program {
    const cli_command *command;
    cli_args args;
    cauce_context *context;
    cli_term out, err;
    cli_progress progress;
    cli_list told; /* warnings that were shown; owned texts */
};

/* The commands, one file each. */
int cli_fit(cli_program *program);
int cli_predict(cli_program *program);
int cli_transform(cli_program *program);
int cli_score_command(cli_program *program);
int cli_cv(cli_program *program);
int cli_search(cli_program *program);
int cli_split(cli_program *program);
int cli_convert(cli_program *program);
int cli_importance(cli_program *program);
int cli_dependence(cli_program *program);
int cli_inspect(cli_program *program);
int cli_describe(cli_program *program);
int cli_schema(cli_program *program);
int cli_spec(cli_program *program);
int cli_verify(cli_program *program);

const cli_command *cli_command_at(int i);              /* in the order of the help; NULL after the last */
const cli_command *cli_command_find(const char *name); /* NULL: there is none */
const char *cli_command_nearest(const char *name);     /* or NULL */
/* Names of all options of a command, the common ones last. Owned text. */
char *cli_command_options(const cli_command *command);
void cli_command_help(const cli_command *command, const cli_term *term);
void cli_help(const cli_term *term);

#endif
