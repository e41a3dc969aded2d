/* The options of all commands in one table; a command lists the names it takes. */
#include "opt.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define AT(f) offsetof(cli_args, f)
static const cli_opt options[] = {
    { "target", 't', CLI_TEXT, AT(target), "COL,...", 0, 0,
      "The column to predict; with commas several, for estimators that take them." },
    { "output", 'o', CLI_LIST, AT(output), "FILE", 0, 0,
      "Where to write; a file appears whole or not at all, - is standard output." },
    { "model", 'm', CLI_LIST, AT(model), "TEXT", 0, 0,
      "The estimator, for example \"logistic_regression C=0.5\", after automatic preparation of the "
      "columns." },
    { "set", 0, CLI_LIST, AT(set), "PATH=VALUE", 0, 0, "Sets a parameter of the recipe; may be repeated." },
    { "validation", 0, CLI_TEXT, AT(validation), "FILE", 0, 0,
      "Rows that are looked at and not learned from: boosting stops when its loss on them gets no better." },
    { "continue", 0, CLI_TEXT, AT(go_on), "MODEL.cauce", 0, 0,
      "Goes on where this model is, by its columns and with the parameters that --set gives to its boosting, "
      "forest or stochastic descent, such as max_iter=300 or n_estimators=300." },
    { "positive", 0, CLI_TEXT, AT(positive), "LABEL", 0, 0,
      "The class that precision, recall and ROC speak of; the last one unless given." },
    { "weight", 0, CLI_TEXT, AT(weight), "COL", 0, 0, "Column of row weights." },
    { "exposure", 0, CLI_TEXT, AT(exposure), "COL", 0, 0,
      "Column of numbers above 0 (time, area, people) to which the target is proportional; for Poisson, "
      "gamma and Tweedie regression. Needed at prediction too." },
    { "offset", 0, CLI_TEXT, AT(offset), "COL", 0, 0,
      "Column added to the linear part of Poisson, gamma and Tweedie regression, on the scale of the link. "
      "Needed at prediction too." },
    { "groups", 0, CLI_TEXT, AT(groups), "COL", 0, 0,
      "Rows with the same value here are never split apart." },
    { "time", 0, CLI_TEXT, AT(time), "COL", 0, 0, "Column that says when a row happened; not a feature." },
    { "task", 0, CLI_TEXT, AT(task), "classification|regression", 0, 0,
      "How to read the target when its values leave it open." },
    { "drop-missing-target", 0, CLI_FLAG, AT(drop_missing_target), NULL, 0, 0,
      "Leaves out rows without a target instead of refusing them." },
    { "drop", 0, CLI_LIST, AT(drop), "COL,...", 0, 0, "Columns to leave out, such as identifiers." },
    { "kind", 0, CLI_LIST, AT(kind), "COL:KIND", 0, 0,
      "Kind of a column (number, category, boolean, text, time) instead of what its values look like." },
    { "missing", 0, CLI_LIST, AT(missing), "TEXT", 0, 0,
      "A cell with this text is missing; may be repeated, and replaces the usual ones (empty, NA, N/A, NaN, "
      "null, ?)." },
    { "separator", 0, CLI_TEXT, AT(separator), "CHAR", 0, 0,
      "Between the cells: comma, semicolon, tab or |; found by itself unless given." },
    { "decimal", 0, CLI_TEXT, AT(decimal), "CHAR", 0, 0, "Mark of the decimals: . or a comma." },
    { "thousands", 0, CLI_TEXT, AT(thousands), "CHAR", 0, 0,
      "Mark between groups of three digits: none, comma, point, blank or '." },
    { "dates", 0, CLI_TEXT, AT(dates), "auto|iso|day_first|month_first", 0, 0,
      "How dates such as 5/3/2024 are read; auto (unless given) takes the order that leaves no doubt, iso "
      "knows "
      "2024-03-05 only." },
    { "spill", 0, CLI_TEXT, AT(spill), "DIR", 0, 0,
      "Keeps the table, and what is made of it, in files without a name in this folder, for tables larger "
      "than memory; room for a few times the table is needed there." },
    { "to-separator", 0, CLI_TEXT, AT(to_separator), "CHAR", 0, 0,
      "Between the cells that are written: comma (unless given), semicolon, tab or |." },
    { "to-decimal", 0, CLI_TEXT, AT(to_decimal), "CHAR", 0, 0,
      "Mark of the decimals that are written: . (unless given) or a comma." },
    { "columns", 0, CLI_LIST, AT(columns), "COL,...", 0, 0,
      "Columns to write, in this order; all unless given." },
    { "folds", 0, CLI_TEXT, AT(folds), "TEXT", 0, 0,
      "\"k_fold n_splits=5 shuffle=true\", column=NAME or file=PATH with fold numbers (-1: always in "
      "training, empty: row unused)." },
    { "metric", 0, CLI_LIST, AT(metric), "NAME", 0, 0,
      "What to measure, with its parameters when it has some (\"fbeta beta=2\"); may be repeated. `cauce "
      "describe` lists them." },
    { "report", 0, CLI_FLAG, AT(report), NULL, 0, 0, "Precision, recall, F1 and rows of each class." },
    { "confusion", 0, CLI_FLAG, AT(confusion), NULL, 0, 0,
      "How many rows of each class were predicted as which class." },
    { "normalize", 0, CLI_TEXT, AT(normalize), "true|pred|all", 0, 0,
      "Shares instead of counts in --confusion: of the true class, the predicted class, or all rows." },
    { "curve", 0, CLI_TEXT, AT(curve), "TEXT", 0, 0,
      "roc, precision_recall, det, or \"calibration n_bins=10 strategy=quantile\"; class=LABEL for one class "
      "against the rest." },
    { "grid", 0, CLI_TEXT, AT(grid), "TEXT|JSON", 0, 0,
      "Values to try: \"max_depth=[4, 8] min_samples_leaf=[1, 5]\", or JSON." },
    { "random", 0, CLI_INT, AT(random), "N", 1, 1000000,
      "Tries N candidates at random; values of --grid may be log_uniform(1e-3, 1e3), uniform(0, 1), "
      "integers(10, 500)." },
    { "halving", 0, CLI_FLAG, AT(halving), NULL, 0, 0,
      "Successive halving: few rows for all candidates, more for the best third, and so on." },
    { "halving-with", 0, CLI_TEXT, AT(halving_with), "TEXT", 0, 0,
      "Halving with other options: \"factor=4 resource=n_estimators max_resources=300\"." },
    { "table", 0, CLI_TEXT, AT(table), "OUT.csv", 0, 0, "Writes all candidates as CSV." },
    { "proba", 0, CLI_FLAG, AT(proba), NULL, 0, 0, "Adds a column proba_<class> for every class." },
    { "decision", 0, CLI_FLAG, AT(decision), NULL, 0, 0,
      "Adds the decision values of a classifier without probabilities, as columns decision_<class>." },
    { "quantiles", 0, CLI_FLAG, AT(quantiles), NULL, 0, 0,
      "Writes columns quantile_<level> in place of the prediction, of a model that was fitted to several." },
    { "keep", 0, CLI_LIST, AT(keep), "COL,...", 0, 0, "Columns of the input to carry along." },
    { "on-error", 0, CLI_TEXT, AT(on_error), "stop|missing", 0, 0,
      "What a cell that does not read as its column's kind does: stops, or counts as missing." },
    { "strict", 0, CLI_FLAG, AT(strict), NULL, 0, 0, "Refuses columns that the model does not know." },
    { "repeats", 0, CLI_INT, AT(repeats), "N", 1, 10000,
      "How many times each column is permuted; 5 unless given." },
    { "features", 0, CLI_FLAG, AT(features), NULL, 0, 0,
      "Shows the columns that reach the estimator, not those of the table they come from." },
    { "column", 0, CLI_TEXT, AT(column), "COL", 0, 0, "The column to look at." },
    { "points", 0, CLI_INT, AT(points), "N", 2, 100000,
      "Points for a number column that has at least as many different values; 20 unless given." },
    { "test", 0, CLI_TEXT, AT(test), "SIZE", 0, 0,
      "Size of the test part: a fraction, or a number of rows." },
    { "stratify", 0, CLI_TEXT, AT(stratify), "COL", 0, 0, "Both parts get the same shares of its values." },
    { "rng", 0, CLI_TEXT, AT(rng), "native|sklearn", 0, 0,
      "Whose random numbers: sklearn draws what scikit-learn draws from the same --seed." },
    { "seed", 0, CLI_INT, AT(seed), "N", 0, INT64_MAX, "Sets every random_state." },
    { "threads", 0, CLI_INT, AT(threads), "N", 0, 1024,
      "Threads to use; 0 means all cores. Results are the same bits for any number." },
    { "json", 0, CLI_FLAG, AT(json), NULL, 0, 0, "Results, warnings and errors as JSON." },
    { "quiet", 'q', CLI_FLAG, AT(quiet), NULL, 0, 0, "No messages, warnings or progress; errors only." },
    { "help", 'h', CLI_FLAG, AT(help), NULL, 0, 0, "Shows this help." },
    { "version", 0, CLI_FLAG, AT(version), NULL, 0, 0, "Shows the version." },
};
enum { OPTIONS = sizeof options / sizeof *options };

const cli_opt *cli_opt_find(const char *name) {
    for (int i = 0; i < OPTIONS; i++)
        if (strcmp(options[i].name, name) == 0) return &options[i];
    return NULL;
}

void cli_opt_each(const char *names, void (*each)(const cli_opt *opt, void *payload), void *payload) {
    while (*names) {
        size_t length = strcspn(names, " ");
        for (int i = 0; i < OPTIONS; i++)
            if (strlen(options[i].name) == length && strncmp(options[i].name, names, length) == 0)
                each(&options[i], payload);
        names += length;
        names += strspn(names, " ");
    }
}

/* The options of one command as a list. */
typedef struct taken {
    const cli_opt *items[OPTIONS];
    int64_t count;
} taken;

static void collect(const cli_opt *opt, void *payload) {
    taken *list = payload;
    if (list->count < OPTIONS) list->items[list->count++] = opt;
}

static const char *taken_name(int64_t i, const void *payload) {
    return ((const taken *)payload)->items[i]->name;
}

static const cli_opt *find_taken(const taken *list, const char *name, size_t length) {
    for (int64_t i = 0; i < list->count; i++) {
        const char *other = list->items[i]->name;
        if (strlen(other) == length && strncmp(other, name, length) == 0) return list->items[i];
    }
    return NULL;
}

static bool is_word_of(const char *words, const char *text) {
    size_t length = strlen(text);
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, "|");
        if (n == length && strncmp(p, text, n) == 0) return true;
        p += n + (p[n] == '|');
    }
    return false;
}

bool cli_opt_is_choice(const cli_opt *opt) {
    return opt->metavar && strchr(opt->metavar, '|') && islower((unsigned char)*opt->metavar);
}

static bool store(const cli_opt *opt, const char *text, cli_args *args, cli_text *error) {
    void *place = (char *)args + opt->offset;
    if (cli_opt_is_choice(opt) && !is_word_of(opt->metavar, text)) {
        cli_text_addf(error, "--%s is '%s', but must be one of %s", opt->name, text, opt->metavar);
        return false;
    }
    switch (opt->type) {
    case CLI_FLAG: *(bool *)place = true; return true;
    case CLI_LIST: cli_list_add(place, text); return true;
    case CLI_TEXT:
        if (*(const char **)place) {
            cli_text_addf(error, "--%s is given twice", opt->name);
            return false;
        }
        *(const char **)place = text;
        return true;
    case CLI_INT: break;
    }
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (errno || end == text || *end || value < opt->low || value > opt->high) {
        cli_text_addf(error, "--%s is '%s', but must be a whole number from %lld%s", opt->name, text,
                      (long long)opt->low, opt->high == INT64_MAX ? "" : " to ");
        if (opt->high != INT64_MAX) cli_text_addf(error, "%lld", (long long)opt->high);
        return false;
    }
    *(cli_int *)place = (cli_int){ true, value };
    return true;
}

static bool unknown(const taken *list, const char *argument, size_t length, cli_text *error) {
    cli_text name = { 0 };
    cli_text_add_n(&name, argument, length);
    const char *bare = name.data + strspn(name.data, "-");
    const char *near = cli_nearest(bare, list->count, taken_name, list);
    cli_text_addf(error, "'%s' is not an option here", name.data);
    if (near)
        cli_text_addf(error, "; did you mean '--%s'?", near);
    else if (cli_opt_find(bare))
        cli_text_add(error, "; another command takes it");
    cli_text_free(&name);
    return false;
}

/* A place in argv, and the values still to come. */
typedef struct reader {
    int argc, at;
    char **argv;
    int outputs;
    cli_args *args;
    cli_text *error;
} reader;

/* The value follows in the same argument (`joined`), or in the next ones. A lone "-" is a value. */
static bool take_values(reader *in, const cli_opt *opt, const char *joined) {
    int wanted = strcmp(opt->name, "output") == 0 && in->outputs > 1 ? in->outputs : 1;
    if (joined) {
        if (!store(opt, joined, in->args, in->error)) return false;
        wanted--;
    }
    for (bool first = !joined; wanted > 0; wanted--, first = false) {
        const char *next = in->at < in->argc ? in->argv[in->at] : NULL;
        if (!first && (!next || (next[0] == '-' && next[1]))) return true; /* counted by the command */
        if (!next) {
            cli_text_addf(in->error, "--%s needs a value (%s)", opt->name, opt->metavar);
            return false;
        }
        if (next[0] == '-' && next[1] == '-') {
            cli_text_addf(in->error,
                          "--%s needs a value (%s), but '%s' follows; if that is it, write --%s=%s",
                          opt->name, opt->metavar, next, opt->name, next);
            return false;
        }
        if (!store(opt, in->argv[in->at++], in->args, in->error)) return false;
    }
    return true;
}

static bool read_long(reader *in, const taken *list, const char *argument) {
    size_t length = strcspn(argument + 2, "=");
    const char *joined = argument[2 + length] == '=' ? argument + 3 + length : NULL;
    const cli_opt *opt = find_taken(list, argument + 2, length);
    if (!opt) return unknown(list, argument, 2 + length, in->error);
    if (opt->type == CLI_FLAG) {
        if (!joined) return store(opt, "", in->args, in->error);
        cli_text_addf(in->error, "--%s takes no value", opt->name);
        return false;
    }
    return take_values(in, opt, joined);
}

static bool read_short(reader *in, const taken *list, const char *argument) {
    for (const char *p = argument + 1; *p; p++) {
        const cli_opt *opt = NULL;
        for (int64_t i = 0; i < list->count && !opt; i++)
            if (list->items[i]->letter == *p) opt = list->items[i];
        if (!opt) return unknown(list, argument, strlen(argument), in->error);
        if (opt->type != CLI_FLAG) return take_values(in, opt, p[1] ? p + 1 : NULL);
        if (!store(opt, "", in->args, in->error)) return false;
    }
    return true;
}

bool cli_opt_parse(int argc, char **argv, const char *names, int outputs, cli_args *args, cli_text *error) {
    taken list = { .count = 0 };
    cli_opt_each(names, collect, &list);
    reader in = { argc, 0, argv, outputs, args, error };
    bool only_files = false;
    while (in.at < argc) {
        const char *argument = argv[in.at++];
        if (only_files || argument[0] != '-' || !argument[1])
            cli_list_add(&args->files, argument);
        else if (strcmp(argument, "--") == 0)
            only_files = true;
        else if (argument[1] == '-' ? !read_long(&in, &list, argument) : !read_short(&in, &list, argument))
            return false;
    }
    return true;
}

void cli_wrap(cli_text *out, const char *text, int left, int width) {
    int at = left;
    if (out->length == 0 || out->data[out->length - 1] == '\n') cli_text_addf(out, "%*s", left, "");
    while (*text) {
        int length = (int)strcspn(text, " ");
        if (at > left && at + 1 + length > width) {
            cli_text_addf(out, "\n%*s", left, "");
            at = left;
        } else if (at > left) {
            cli_text_add(out, " ");
            at++;
        }
        cli_text_add_n(out, text, (size_t)length);
        at += length;
        text += length;
        text += strspn(text, " ");
    }
    cli_text_add(out, "\n");
}

typedef struct help_page {
    cli_text *out;
    int width, outputs;
} help_page;

static void help_one(const cli_opt *opt, void *payload) {
    enum { LEFT = 26 };
    help_page *page = payload;
    if (!opt->help) return;
    cli_text head = { 0 };
    if (opt->letter)
        cli_text_addf(&head, "  -%c, --%s", opt->letter, opt->name);
    else
        cli_text_addf(&head, "      --%s", opt->name);
    bool split = strcmp(opt->name, "output") == 0 && page->outputs == 2;
    if (split)
        cli_text_add(&head, " A B");
    else if (opt->metavar)
        cli_text_addf(&head, " %s", opt->metavar);
    cli_text_add(page->out, head.data);
    if ((int)head.length + 1 >= LEFT)
        cli_text_addf(page->out, "\n%*s", LEFT, "");
    else
        cli_text_addf(page->out, "%*s", LEFT - (int)head.length, "");
    cli_wrap(page->out, opt->help, LEFT, page->width);
    cli_text_free(&head);
}

void cli_opt_help(const char *names, int outputs, int width, cli_text *out) {
    help_page page = { out, width < 60 ? 60 : width > 100 ? 100 : width, outputs };
    cli_opt_each(names, help_one, &page);
}

void cli_args_free(cli_args *args) {
    for (int i = 0; i < OPTIONS; i++)
        if (options[i].type == CLI_LIST) {
            cli_list *list = (cli_list *)(void *)((char *)args + options[i].offset);
            free(list->items);
        }
    free(args->files.items);
    memset(args, 0, sizeof *args);
}
