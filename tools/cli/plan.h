/* What fit, cv, search and spec work on: the SPEC document, the command line that wins over it, the table and
 * the recipe they name. */
#ifndef CLI_PLAN_H
#define CLI_PLAN_H

#include "say.h"

typedef struct cli_plan {
    const char *data;      /* path of the table; borrowed */
    const char *spec_path; /* NULL: no SPEC */
    json_t *spec;          /* NULL: no SPEC */
    const char *target;    /* borrowed; NULL: none */
    char *positive, *weight, *exposure, *offset, *groups, *time;
    cli_list targets;             /* owned texts; `target` is the first of them */
    cli_list drop;                /* likewise */
    char *folds, *metrics, *grid; /* of the search part or the command line; NULL: none */
    const char *fold_column;      /* --folds column=NAME */
    cauce_table *table;
} cli_plan;

/* Reads the SPEC and the table; notes on standard error what was found. 0, or the exit code of a failure that
 * has been reported. Whatever it returns, cli_plan_free is due. */
int cli_plan_open(cli_program *program, cli_plan *plan);
void cli_plan_free(cli_plan *plan);

/* Another file, read as the table of the plan was: its columns have the kinds that they have there. NULL: the
 * library has failed. Owned. */
cauce_table *cli_plan_validation(cli_program *program, const cli_plan *plan, const char *path);

/* Adds kinds, missing markers, dropped columns and separator of the command line to the options of
 * cauce_read_csv. false: reported. */
bool cli_reading_options(cli_program *program, const cli_plan *plan, cli_text *options);

/* The recipe: of `estimator` when given, otherwise of the SPEC, otherwise the automatic one; with --set and
 * --seed. NULL: reported, *code is the exit code. Owned. */
cauce_recipe *cli_plan_recipe(cli_program *program, const cli_plan *plan, const char *estimator, int *code);
/* Shows an automatic recipe and how to change it. */
void cli_plan_explain(cli_program *program, const cli_plan *plan, const cauce_recipe *recipe);
/* The only --model of a command that takes one, or NULL. false: several, reported. */
bool cli_one_model(cli_program *program, const char **estimator, int *code);

/* Metrics as "a, b": asked for, of the SPEC, or those of the task. Owned. */
char *cli_plan_metrics(const cli_program *program, const cli_plan *plan, const char *output, int64_t classes);
/* output: as of cauce_recipe_output. */
char *cli_default_metrics(const char *output, int64_t classes);
/* Distinct values of a target (a column of the table; 0 for NULL). Numbers are counted to CLI_MOST_VALUES;
 * one more stands for all that have more. */
enum { CLI_MOST_VALUES = 10000 };
int64_t cli_plan_classes(const cli_plan *plan, const char *name);

#endif
