/* Options: one table from which parsing, usage lines, help, manual pages and completion are made. */
#ifndef CLI_OPT_H
#define CLI_OPT_H

#include "text.h"

typedef struct cli_int {
    bool given;
    int64_t value;
} cli_int;

/* What the command line said. Texts are borrowed from argv. */
typedef struct cli_args {
    cli_list files; /* what is not an option, in order */
    cli_list output, set, model, metric, keep, drop, kind, missing, columns;
    const char *target, *positive, *weight, *exposure, *offset, *groups, *time, *task, *separator, *decimal,
        *thousands, *dates;
    const char *to_separator, *to_decimal;
    const char *folds, *grid, *table, *test, *stratify, *on_error, *normalize, *curve, *halving_with, *column,
        *rng;
    const char *validation, *go_on, *spill;
    cli_int seed, threads, random, repeats, points;
    bool drop_missing_target, proba, decision, quantiles, strict, features, report, confusion, halving;
    bool json, quiet, help, version;
} cli_args;

typedef enum cli_opt_type { CLI_FLAG, CLI_TEXT, CLI_LIST, CLI_INT } cli_opt_type;

typedef struct cli_opt {
    const char *name; /* without -- */
    char letter;      /* 0: none */
    cli_opt_type type;
    size_t offset;
    const char *metavar; /* NULL for flags; "a|b" are the only words accepted */
    int64_t low, high;   /* CLI_INT */
    const char *help;    /* one sentence; NULL: known, but not offered */
} cli_opt;

/* The names of those that every command takes; a seed may be an option of its own. */
#define CLI_COMMON_UNSEEDED "threads json quiet help version"
#define CLI_COMMON          "seed " CLI_COMMON_UNSEEDED
/* Of how a file is written; of how a table is read that gets its kinds from its cells; of what a table is
 * fitted by. */
#define CLI_FORM    "separator decimal thousands"
#define CLI_TABLE   "drop kind missing " CLI_FORM " dates spill"
#define CLI_READING "positive weight exposure offset groups time task " CLI_TABLE " drop-missing-target"

/* The option called `name`, or NULL. */
const cli_opt *cli_opt_find(const char *name);
/* Does it take one of a few words, those of its metavar? */
bool cli_opt_is_choice(const cli_opt *opt);
/* Calls back for each option of a list of names separated by blanks, in its order. */
void cli_opt_each(const char *names, void (*each)(const cli_opt *opt, void *payload), void *payload);

/* Parses argv[0 .. argc-1] against the options in `names`; -o takes `outputs` values. false: `error` says
 * why. */
bool cli_opt_parse(int argc, char **argv, const char *names, int outputs, cli_args *args, cli_text *error);
/* Help of the options, wrapped at `width` columns. */
void cli_opt_help(const char *names, int outputs, int width, cli_text *out);
/* Appends words wrapped between the columns `left` and `width`, and ends the line. */
void cli_wrap(cli_text *out, const char *text, int left, int width);
void cli_args_free(cli_args *args);

#endif
