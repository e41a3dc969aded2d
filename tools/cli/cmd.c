/* The table of commands and their help. */
#include "cmd.h"

#include <stdlib.h>
#include <string.h>

/* How a table is read for a model. */
#define BY_MODEL "on-error missing " CLI_FORM " spill"

static const cli_command commands[] = {
    { .name = "fit",
      .summary = "Fits a recipe to a table and saves the model.",
      .files = "[SPEC.json] DATA.csv",
      .rest = "--target COL -o MODEL.cauce",
      .least_files = 1,
      .most_files = 2,
      .options = "target output model set validation continue " CLI_READING,
      .outputs = 1,
      .notes = "SPEC.json holds the recipe (docs/recipe.md); options win over it. Without one, a sound "
               "automatic recipe is built from the columns.",
      .example = "cauce fit data/credit.csv --target Status --positive bad -o credit.cauce\n"
                 "cauce fit data/diabetes.csv --target progression -m \"ridge alpha=0.5\" -o sugar.cauce\n"
                 "cauce fit train.csv --target y -m hist_gradient_boosting_regressor --validation test.csv "
                 "-o m.cauce",
      .run = cli_fit },
    { .name = "predict",
      .summary = "Predicts a CSV file or stream with a model, in constant memory.",
      .files = "MODEL.cauce DATA.csv|-",
      .rest = "[-o OUT.csv]",
      .least_files = 2,
      .most_files = 2,
      .options = "output proba decision quantiles keep on-error strict missing " CLI_FORM,
      .outputs = 1,
      .notes = "Columns are matched by name. The output has the kept columns, the prediction, and on request "
               "proba_<class> or decision_<class>.",
      .example = "cauce predict credit.cauce data/credit.csv --proba --keep Age -o scored.csv\n"
                 "zcat rows.csv.gz | cauce predict credit.cauce - | head",
      .run = cli_predict },
    { .name = "transform",
      .summary = "Writes what the transformers of a model make of a CSV file or stream.",
      .files = "MODEL.cauce DATA.csv|-",
      .rest = "[-o OUT.csv]",
      .least_files = 2,
      .most_files = 2,
      .options = "output keep on-error strict missing " CLI_FORM,
      .outputs = 1,
      .notes =
          "In constant memory: imputed, scaled and encoded columns, of a recipe of transformers alone (it "
          "needs no --target to be fitted) or of the steps before an estimator.",
      .example = "cauce fit steps.json data/credit.csv -o steps.cauce\n"
                 "cauce transform steps.cauce data/credit.csv --keep Status -o ready.csv",
      .run = cli_transform },
    { .name = "score",
      .summary = "Measures a model on a table that has the target.",
      .files = "MODEL.cauce DATA.csv|-",
      .rest = "[--metric NAME]... [--report]",
      .least_files = 2,
      .most_files = 2,
      .options = "metric report confusion normalize curve output weight " BY_MODEL,
      .outputs = 1,
      .notes = "-o writes the one of --report, --confusion and --curve as CSV.",
      .example = "cauce score credit.cauce data/credit.csv --metric roc_auc --metric \"fbeta beta=2\"\n"
                 "cauce score credit.cauce data/credit.csv --report --confusion --normalize true\n"
                 "cauce score credit.cauce data/credit.csv --curve roc -o roc.csv",
      .run = cli_score_command },
    { .name = "cv",
      .summary = "Cross-validates a recipe, or several models beside a baseline.",
      .files = "[SPEC.json] DATA.csv",
      .rest = "--target COL [-m TEXT]...",
      .least_files = 1,
      .most_files = 2,
      .options = "target folds metric model set output " CLI_READING,
      .outputs = 1,
      .notes = "With --model, each is a row beside the dummy that looks at nothing. -o writes the "
               "out-of-fold predictions of a single one.",
      .example =
          "cauce cv data/credit.csv --target Status -m logistic_regression -m random_forest_classifier\n"
          "cauce cv data/credit.csv --target Status --folds \"stratified_k_fold n_splits=10\" --metric "
          "roc_auc",
      .run = cli_cv },
    { .name = "search",
      .summary = "Tries combinations of parameter values, all or at random; fits the best.",
      .files = "[SPEC.json] DATA.csv",
      .rest = "--target COL --grid TEXT [-o BEST.cauce]",
      .least_files = 1,
      .most_files = 2,
      .options = "target grid random halving halving-with folds metric model set output table " CLI_READING,
      .outputs = 1,
      .notes =
          "The first metric chooses. The grid, folds and metric of SPEC.json hold unless options are given.",
      .example = "cauce search data/credit.csv --target Status --grid \"max_depth=[4, 8, 16]\" -o best.cauce",
      .run = cli_search },
    { .name = "split",
      .summary = "Splits a table into a training and a test part, at random or by time.",
      .files = "DATA.csv|-",
      .rest = "[--test 0.25] -o TRAIN.csv TEST.csv",
      .least_files = 1,
      .most_files = 1,
      .options = "test stratify groups time seed rng output " CLI_TABLE,
      .outputs = 2,
      .notes = "With --time the latest rows are the test part; rows of one time stay together. Rows keep "
               "their order inside of a part; --rng sklearn chooses the rows that scikit-learn's "
               "train_test_split does.",
      .example = "cauce split data/credit.csv --test 0.25 --stratify Status --seed 7 -o train.csv test.csv",
      .run = cli_split },
    { .name = "convert",
      .summary = "Writes a CSV file with another separator, decimal mark or choice of columns.",
      .files = "DATA.csv|-",
      .rest = "[-o OUT.csv]",
      .least_files = 1,
      .most_files = 1,
      .options = "output columns " CLI_FORM " to-separator to-decimal",
      .outputs = 1,
      .notes =
          "In constant memory and cell by cell: digits, texts, quotes, blanks and missing markers stay as "
          "they are. --separator, --decimal and --thousands tell of DATA.csv.",
      .example = "cauce convert sales.csv --decimal , --thousands . -o plain.csv\n"
                 "cauce convert data/credit.csv --columns Age,Status --to-separator ';' --to-decimal ,",
      .run = cli_convert },
    { .name = "inspect",
      .summary = "Shows what is inside a model.",
      .files = "MODEL.cauce",
      .rest = "",
      .least_files = 1,
      .most_files = 1,
      .options = "",
      .outputs = 0,
      .example = "cauce inspect credit.cauce\n"
                 "cauce inspect credit.cauce --json",
      .run = cli_inspect },
    { .name = "importance",
      .summary = "Shows how much worse a model is without what each column says.",
      .files = "MODEL.cauce [DATA.csv|-]",
      .rest = "[-o OUT.csv]",
      .least_files = 1,
      .most_files = 2,
      .options = "metric repeats rng features output weight " BY_MODEL,
      .outputs = 1,
      .notes =
          "The cells of one column are put in another order, and the loss of score is its importance "
          "(permutation importance). Give rows that the model was not fitted to. Of columns that say the "
          "same, each looks unimportant. Without DATA.csv, what trees, forests and boosting say of their "
          "columns from training; more with corrected_importances=true and permutation_importances=true of "
          "forests.",
      .example = "cauce importance credit.cauce test.csv --metric roc_auc --repeats 10\n"
                 "cauce importance credit.cauce",
      .run = cli_importance },
    { .name = "dependence",
      .summary = "Shows how a model's output moves with one column.",
      .files = "MODEL.cauce DATA.csv|-",
      .rest = "--column COL [-o OUT.csv]",
      .least_files = 2,
      .most_files = 2,
      .options = "column points output weight " BY_MODEL,
      .outputs = 1,
      .notes = "For each of several values, the mean of the model's output if all rows had that value "
               "(partial dependence). DATA.csv needs no target.",
      .example = "cauce dependence credit.cauce test.csv --column Age",
      .run = cli_dependence },
    { .name = "describe",
      .summary = "Describes a component or metric; without a name, lists them.",
      .files = "[NAME]",
      .rest = "",
      .least_files = 0,
      .most_files = 1,
      .options = "",
      .outputs = 0,
      .example = "cauce describe random_forest_classifier",
      .run = cli_describe },
    { .name = "schema",
      .summary = "Shows the columns of a table: kinds, missing cells, levels.",
      .files = "DATA.csv|-",
      .rest = "",
      .least_files = 1,
      .most_files = 1,
      .options = CLI_TABLE,
      .outputs = 0,
      .example = "cauce schema data/credit.csv",
      .run = cli_schema },
    { .name = "spec",
      .summary = "Prints the automatic recipe of a table, ready to be changed.",
      .files = "DATA.csv|-",
      .rest = "--target COL [-o SPEC.json]",
      .least_files = 1,
      .most_files = 1,
      .options = "target model set output " CLI_READING,
      .outputs = 1,
      .example = "cauce spec data/credit.csv --target Status > credit.json\n"
                 "cauce fit credit.json data/credit.csv -o credit.cauce",
      .run = cli_spec },
    { .name = "verify",
      .summary = "Checks every byte and every bound of a model file.",
      .files = "MODEL.cauce",
      .rest = "",
      .least_files = 1,
      .most_files = 1,
      .options = "",
      .outputs = 0,
      .example = "cauce verify credit.cauce",
      .run = cli_verify },
};
enum { COMMANDS = sizeof commands / sizeof *commands };

const cli_command *cli_command_at(int i) {
    return i >= 0 && i < COMMANDS ? &commands[i] : NULL;
}

const cli_command *cli_command_find(const char *name) {
    for (int i = 0; i < COMMANDS; i++)
        if (strcmp(commands[i].name, name) == 0) return &commands[i];
    return NULL;
}

static const char *command_name(int64_t i, const void *payload) {
    (void)payload;
    return commands[i].name;
}

const char *cli_command_nearest(const char *name) {
    return cli_nearest(name, COMMANDS, command_name, NULL);
}

static const char *common_of(const cli_command *command) {
    return strcmp(command->name, "split") == 0 ? CLI_COMMON_UNSEEDED : CLI_COMMON;
}

char *cli_command_options(const cli_command *command) {
    cli_text names = { 0 };
    cli_text_addf(&names, "%s %s", command->options, common_of(command));
    return names.data;
}

static void print_lines(const cli_term *term, const char *lines) {
    while (*lines) {
        int length = (int)strcspn(lines, "\n");
        fprintf(term->file, "  %.*s\n", length, lines);
        lines += length;
        lines += *lines == '\n';
    }
}

static void heading(const cli_term *term, const char *text) {
    fprintf(term->file, "\n%s%s%s\n", cli_style_on(term, CLI_STRONG), text, cli_style_off(term, CLI_STRONG));
}

static int help_width(const cli_term *term) {
    const int width = term->width ? term->width : 80;
    return width < 60 ? 60 : width > 100 ? 100 : width;
}

void cli_command_help(const cli_command *command, const cli_term *term) {
    fprintf(term->file, "%s\n", command->summary);
    heading(term, "usage");
    fprintf(term->file, "  cauce %s %s%s%s%s\n", command->name, command->files, *command->rest ? " " : "",
            command->rest, strlen(command->rest) > 36 ? "" : " [options]");
    int width = term->width ? term->width : 80;
    if (command->notes) {
        heading(term, "notes");
        cli_text notes = { 0 };
        cli_wrap(&notes, command->notes, 2, help_width(term));
        fputs(notes.data, term->file);
        cli_text_free(&notes);
    }
    heading(term, "options");
    cli_text options = { 0 };
    char *names = cli_command_options(command);
    cli_opt_help(names, command->outputs, width, &options);
    fputs(cli_text_get(&options), term->file);
    free(names);
    cli_text_free(&options);
    heading(term, "example");
    print_lines(term, command->example);
}

void cli_help(const cli_term *term) {
    enum { LEFT = 13 };
    fprintf(term->file, "cauce %s: tabular machine learning, from CSV to production\n", CAUCE_VERSION);
    heading(term, "usage");
    fputs("  cauce COMMAND FILES [options]\n", term->file);
    heading(term, "commands");
    for (int i = 0; i < COMMANDS; i++) {
        cli_text summary = { 0 };
        cli_wrap(&summary, commands[i].summary, LEFT, help_width(term));
        fprintf(term->file, "  %s%-10s%s %s", cli_style_on(term, CLI_STRONG), commands[i].name,
                cli_style_off(term, CLI_STRONG), summary.data + LEFT);
        cli_text_free(&summary);
    }
    heading(term, "start here");
    print_lines(term, "cauce schema data/credit.csv\n"
                      "cauce cv data/credit.csv --target Status --positive bad\n"
                      "cauce fit data/credit.csv --target Status --positive bad -o credit.cauce\n"
                      "cauce predict credit.cauce data/credit.csv --proba");
    fputs("\n`cauce COMMAND --help` shows the options of a command and an example.\n"
          "Exit codes: 0 done, 1 failed, 2 wrong use, 4 data, 5 model file, 130 interrupted.\n",
          term->file);
}
