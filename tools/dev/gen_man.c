/* Writes the manual pages of the program, in scdoc's language, from the tables that its parsing and help use.
 *
 *   gen_man DIRECTORY      cauce.1.scd and cauce-COMMAND.1.scd for every command
 */
#include <stdlib.h>
#include <string.h>

#include "cmd.h"

/* Text with scdoc's marks made plain. */
static void put_plain(FILE *page, const char *text) {
    for (; *text; text++) {
        if (strchr("\\_*#[]`<>~", *text)) fputc('\\', page);
        fputc(*text, page);
    }
}

static void put_literal(FILE *page, const char *lines) {
    fprintf(page, "```\n%s\n```\n", lines);
}

static void put_option(const cli_opt *opt, void *payload) {
    FILE *page = payload;
    if (!opt->help) return;
    if (opt->letter) fprintf(page, "*-%c*, ", opt->letter);
    fprintf(page, "*--%s*", opt->name);
    if (opt->metavar) {
        fputs(" _", page);
        for (const char *p = opt->metavar; *p; p++) {
            if (strchr("\\_*", *p)) fputc('\\', page);
            fputc(*p, page);
        }
        fputc('_', page);
    }
    fputs("\n\t", page);
    put_plain(page, opt->help);
    fputs("\n\n", page);
}

/* "fits a recipe ..." for the line of NAME, which has no full stop. */
static void put_summary(FILE *page, const char *summary) {
    char text[200];
    snprintf(text, sizeof text, "%s", summary);
    size_t length = strlen(text);
    if (length && text[length - 1] == '.') text[length - 1] = '\0';
    if (text[0] >= 'A' && text[0] <= 'Z') text[0] = (char)(text[0] + ('a' - 'A'));
    put_plain(page, text);
    fputc('\n', page);
}

static void put_exit_status(FILE *page) {
    fputs("# EXIT STATUS\n\n"
          "*0*\n\tDone.\n\n"
          "*1*\n\tFailed: a file that cannot be read or written, a limit, no memory.\n\n"
          "*2*\n\tWrong use: an unknown option, component, parameter or metric, or a value out of range.\n\n"
          "*4*\n\tThe data do not fit: a column that is missing or of another kind, a cell that cannot be "
          "read.\n\n"
          "*5*\n\tNot a valid model file, or one of a newer version.\n\n"
          "*130*\n\tInterrupted (another signal _n_: 128 + _n_). What was half written is removed.\n\n",
          page);
}

static void put_command_page(FILE *page, const cli_command *command) {
    fprintf(page, "cauce-%s(1)\n\n# NAME\n\ncauce-%s - ", command->name, command->name);
    put_summary(page, command->summary);
    fprintf(page, "\n# SYNOPSIS\n\n*cauce %s* ", command->name);
    put_plain(page, command->files);
    fputc(' ', page);
    put_plain(page, command->rest);
    put_plain(page, *command->rest ? " [options]" : "[options]");
    fputs("\n\n# DESCRIPTION\n\n", page);
    put_plain(page, command->summary);
    if (command->notes) {
        fputc(' ', page);
        put_plain(page, command->notes);
    }
    fputs("\n\nThe file - is standard input or, as output, standard output.\n\n# OPTIONS\n\n", page);
    char *names = cli_command_options(command);
    cli_opt_each(names, put_option, page);
    free(names);
    put_exit_status(page);
    fputs("# EXAMPLES\n\n", page);
    put_literal(page, command->example);
    fputs("\n# SEE ALSO\n\n*cauce*(1)\n", page);
}

static void put_program_page(FILE *page) {
    fputs("cauce(1)\n\n# NAME\n\ncauce - tabular machine learning, from CSV to production\n\n"
          "# SYNOPSIS\n\n*cauce* _COMMAND_ _FILES_ \\[options\\]\n\n# DESCRIPTION\n\n",
          page);
    fputs("*cauce* trains, measures and applies models of tables. A model is a whole pipeline: what fills "
          "missing cells, encodes categories and scales numbers is fitted with the estimator, inside every "
          "fold, and saved with it in one file. Loading a model executes nothing; a damaged file is an "
          "error.\n\n"
          "Columns have a kind (number, category, boolean, time, text), found from the whole file, and one "
          "of them "
          "is the target. Without a recipe, a sound one is built from the columns: *cauce spec* prints it as "
          "JSON, "
          "to be changed and given to *fit*, *cv* and *search* as their first file.\n\n"
          "Same data, recipe and seed: the same bits, for any number of threads.\n\n# COMMANDS\n\n",
          page);
    const cli_command *command;
    for (int i = 0; (command = cli_command_at(i)); i++) {
        fprintf(page, "*%s*\n\t", command->name);
        put_plain(page, command->summary);
        fprintf(page, " See *cauce-%s*(1).\n\n", command->name);
    }
    fputs(
        "*help* _COMMAND_\n\tShows the usage, options and examples of a command.\n\n"
        "# PARAMETERS\n\n"
        "A component is named with its parameters: *random_forest_classifier n_estimators=300 "
        "max_depth=null*. "
        "A place in a pipeline is a path of names joined by two underscores: "
        "*prep\\_\\_num\\_\\_simple\\_imputer\\_\\_strategy*; its end is enough when it fits one place only. "
        "A list, *\\[4, 8, 16\\]*, is a choice for *search*. *cauce describe* lists all components and "
        "metrics, *cauce describe* _NAME_ the parameters of one, their defaults and ranges.\n\n"
        "# OPTIONS OF EVERY COMMAND\n\n",
        page);
    cli_opt_each(CLI_COMMON, put_option, page);
    put_exit_status(page);
    fputs("# ENVIRONMENT\n\n"
          "*OMP_NUM_THREADS*\n\tThreads to use unless *--threads* says otherwise.\n\n"
          "*NO_COLOR*\n\tWhen set, no colours on a terminal.\n\n"
          "*COLUMNS*\n\tWidth of the terminal where it cannot be asked.\n\n# EXAMPLES\n\n",
          page);
    put_literal(page, "cauce schema data.csv\n"
                      "cauce cv data.csv --target y -m random_forest_classifier -m logistic_regression\n"
                      "cauce fit data.csv --target y -o model.cauce\n"
                      "cauce score model.cauce test.csv\n"
                      "cauce predict model.cauce - --proba < new.csv > predicted.csv");
    fputs("\n# SEE ALSO\n\n*cauce*(3)", page);
    for (int i = 0; (command = cli_command_at(i)); i++) fprintf(page, ", *cauce-%s*(1)", command->name);
    fputc('\n', page);
}

static FILE *open_page(const char *directory, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s.1.scd", directory, name);
    FILE *page = fopen(path, "w");
    if (page) return page;
    perror(path);
    exit(1);
}

static void close_page(FILE *page) {
    int failed = ferror(page);
    if (fclose(page) == 0 && !failed) return;
    perror("gen_man");
    exit(1);
}

int main(int argc, char **argv) {
    if (argc != 2) {
        fputs("usage: gen_man DIRECTORY\n", stderr);
        return 2;
    }
    FILE *page = open_page(argv[1], "cauce");
    put_program_page(page);
    close_page(page);
    const cli_command *command;
    for (int i = 0; (command = cli_command_at(i)); i++) {
        char name[64];
        snprintf(name, sizeof name, "cauce-%s", command->name);
        page = open_page(argv[1], name);
        put_command_page(page, command);
        close_page(page);
    }
    return 0;
}
