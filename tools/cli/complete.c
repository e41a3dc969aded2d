/* What the shell offers when Tab is pressed. The scripts of bash, zsh and fish (completions/) hand the words
 * of the line to `cauce __complete`, which answers from the tables that parsing uses: one candidate on a
 * line, after a tab what it is. No candidate means that the shell offers files. */
#define _POSIX_C_SOURCE 200809L
#include "complete.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cmd.h"

/* The words of the line after `cauce`; the last one is under the cursor. */
typedef struct line {
    char **words;
    int count;
    const cli_command *command; /* NULL: not there yet */
} line;

static const char *current(const line *in) {
    return in->words[in->count - 1];
}

static bool begins(const char *text, const char *prefix) {
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* `before` is the part of the word that stays as it is. */
static void offer(const char *before, const char *prefix, const char *name, const char *summary) {
    if (!begins(name, prefix)) return;
    printf("%s%s", before, name);
    if (summary) printf("\t%s", summary);
    putchar('\n');
}

/* ---- Names the library knows --------------------------------------------------------------------------- */

static void offer_components(const char *prefix, bool estimators) {
    const char *name;
    for (int64_t i = 0; (name = cauce_component_name(i)); i++) {
        if (!begins(name, prefix)) continue;
        char *text = estimators ? cauce_describe_json(name) : NULL;
        json_t *facts = text ? json_loads(text, 0, NULL) : NULL;
        const char *role = json_string_value(json_object_get(facts, "role"));
        bool wanted = !estimators || (role && strcmp(role, "transformer") != 0);
        json_decref(facts);
        cauce_text_free(text);
        if (wanted) offer("", prefix, name, cauce_component_summary(name));
    }
}

static void offer_metrics(const char *prefix) {
    const char *name;
    for (int64_t i = 0; (name = cauce_metric_name(i)); i++)
        offer("", prefix, name, cauce_metric_summary(name));
}

static void offer_splitters(const char *prefix) {
    const char *name;
    for (int64_t i = 0; (name = cauce_splitter_name(i)); i++)
        offer("", prefix, name, cauce_splitter_summary(name));
}

static void offer_commands(const char *prefix) {
    const cli_command *command;
    for (int i = 0; (command = cli_command_at(i)); i++) offer("", prefix, command->name, command->summary);
    offer("", prefix, "help", "Shows the help of a command.");
}

/* ---- Columns of the table on the line ------------------------------------------------------------------ */

/* A file that can be looked into without waiting: no pipe, no terminal. */
static bool is_table(const char *word) {
    static const char *const ends[] = { ".csv", ".tsv", ".txt", ".csv.gz", ".csv.zst" };
    struct stat about;
    const size_t length = strlen(word);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        const size_t n = strlen(ends[i]);
        if (length > n && strcmp(word + length - n, ends[i]) == 0)
            return stat(word, &about) == 0 && S_ISREG(about.st_mode);
    }
    return false;
}

/* What stands before the last comma of a list stays as it is. */
typedef struct offering {
    cli_text before;
    const char *prefix;
} offering;

static void offer_column(const char *name, void *payload) {
    const offering *o = payload;
    if (!strpbrk(name, "\t\n")) offer(cli_text_get(&o->before), o->prefix, name, NULL);
}

static void offer_columns(const line *in, const char *prefix, bool listed) {
    offering o = { .prefix = prefix };
    const char *comma = listed ? strrchr(prefix, ',') : NULL;
    if (comma) {
        cli_text_add_n(&o.before, prefix, (size_t)(comma + 1 - prefix));
        o.prefix = comma + 1;
    }
    for (int i = 0; i < in->count - 1; i++)
        if (is_table(in->words[i])) {
            (void)cauce_csv_names(in->words[i], offer_column, &o); /* a file that cannot be read has none */
            break;
        }
    cli_text_free(&o.before);
}

/* ---- Options and their values -------------------------------------------------------------------------- */

static void offer_option(const cli_opt *opt, void *payload) {
    const char *prefix = payload;
    char name[80];
    snprintf(name, sizeof name, "--%s", opt->name);
    if (opt->help) offer("", prefix, name, opt->help);
    snprintf(name, sizeof name, "-%c", opt->letter);
    if (opt->help && opt->letter && strcmp(prefix, "-") == 0) offer("", prefix, name, opt->help);
}

static void offer_words(const char *words, const char *prefix) {
    char word[64];
    for (const char *p = words; *p;) {
        size_t n = strcspn(p, "|");
        snprintf(word, sizeof word, "%.*s", (int)n, p);
        offer("", prefix, word, NULL);
        p += n + (p[n] == '|');
    }
}

/* COL:KIND, in the order in which it is typed. */
static void offer_kinds(const line *in, const char *prefix) {
    const char *colon = strrchr(prefix, ':');
    if (!colon) {
        offer_columns(in, prefix, false);
        return;
    }
    static const cauce_kind kinds[] = { CAUCE_NUMBER, CAUCE_CATEGORY, CAUCE_BOOLEAN, CAUCE_TEXT,
                                        CAUCE_DATETIME };
    cli_text before = { 0 };
    cli_text_add_n(&before, prefix, (size_t)(colon + 1 - prefix));
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        offer(cli_text_get(&before), colon + 1, cauce_kind_name(kinds[i]), NULL);
    cli_text_free(&before);
}

static void offer_value(const line *in, const cli_opt *opt, const char *prefix) {
    if (cli_opt_is_choice(opt))
        offer_words(opt->metavar, prefix);
    else if (strcmp(opt->metavar, "COL") == 0)
        offer_columns(in, prefix, false);
    else if (strcmp(opt->metavar, "COL,...") == 0)
        offer_columns(in, prefix, true);
    else if (strcmp(opt->metavar, "COL:KIND") == 0)
        offer_kinds(in, prefix);
    else if (strcmp(opt->name, "model") == 0)
        offer_components(prefix, true);
    else if (strcmp(opt->name, "metric") == 0)
        offer_metrics(prefix);
    else if (strcmp(opt->name, "folds") == 0)
        offer_splitters(prefix);
}

/* The option of the command that `word` names, or NULL. */
typedef struct lookup {
    const char *word;
    const cli_opt *found;
} lookup;

static void match_option(const cli_opt *opt, void *payload) {
    lookup *look = payload;
    const char *word = look->word;
    bool is_long = begins(word, "--") && strcmp(word + 2, opt->name) == 0;
    bool is_short = word[0] == '-' && word[1] && word[1] == opt->letter && !word[2];
    if (is_long || is_short) look->found = opt;
}

/* The option whose value the last word is (NULL: it is none), and what there is of the value. */
static const cli_opt *value_under_cursor(const line *in, const char *options, const char **prefix) {
    *prefix = current(in);
    lookup look = { in->count > 1 ? in->words[in->count - 2] : "", NULL };
    cli_text head = { 0 };
    const char *equals = begins(*prefix, "--") ? strchr(*prefix, '=') : NULL;
    if (equals) {
        cli_text_add_n(&head, *prefix, (size_t)(equals - *prefix));
        look.word = head.data;
        *prefix = equals + 1;
    }
    cli_opt_each(options, match_option, &look);
    cli_text_free(&head);
    return look.found && look.found->type != CLI_FLAG ? look.found : NULL;
}

/* The first word before the cursor that is no option and no value of one; NULL: there is none yet. */
static const char *first_word(const line *in) {
    for (int i = 0; i < in->count - 1; i++) {
        const cli_opt *opt = begins(in->words[i], "--") ? cli_opt_find(in->words[i] + 2) : NULL;
        if (in->words[i][0] != '-') return in->words[i];
        if (opt && opt->type != CLI_FLAG) i++;
    }
    return NULL;
}

static void offer_after_command(const line *in) {
    char *options = cli_command_options(in->command);
    const char *prefix;
    const cli_opt *opt = value_under_cursor(in, options, &prefix);
    if (opt)
        offer_value(in, opt, prefix);
    else if (current(in)[0] == '-')
        cli_opt_each(options, offer_option, (void *)(uintptr_t)prefix);
    else if (strcmp(in->command->name, "describe") == 0) {
        offer_components(prefix, false);
        offer_splitters(prefix);
        offer_metrics(prefix);
    }
    free(options);
}

int cli_complete(int count, char **words) {
    line in = { words, count, NULL };
    if (count < 1) return 0;
    const char *first = first_word(&in);
    in.command = first ? cli_command_find(first) : NULL;
    if (in.command)
        offer_after_command(&in);
    else if (current(&in)[0] == '-')
        cli_opt_each(CLI_COMMON, offer_option, (void *)(uintptr_t)current(&in));
    else if (!first || strcmp(first, "help") == 0)
        offer_commands(current(&in));
    return 0;
}
