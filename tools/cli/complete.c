/* What the shell offers when Tab is pressed. The scripts of bash, zsh and fish (completions/) hand the words
 * of the line to `cauce __complete`, which answers from the tables that parsing uses: one candidate on a
 * line, after a tab what it is. No candidate means that the shell offers files. */
#include "complete.h"

#include <stdlib.h>
#include <string.h>

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

/* ---- Names the library knows ----------------------------------------------------------------------------
 */

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

/* ---- Columns of the table on the line -------------------------------------------------------------------
 */

enum { HEADER_BYTES = 1 << 20 };

/* Reads up to the end of the first record; NULL: no such file, or nothing in it. Owned. */
static char *read_header(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    char *text = cli_alloc(HEADER_BYTES + 1);
    size_t n = fread(text, 1, HEADER_BYTES, file), end = 0;
    fclose(file);
    bool quoted = false;
    for (; end < n && (quoted || (text[end] != '\n' && text[end] != '\r')); end++)
        if (text[end] == '"') quoted = !quoted;
    text[end] = '\0';
    if (end > 0 && strlen(text) == end) return text;
    free(text);
    return NULL;
}

/* The separator that the header has most of, outside quotes. */
static char separator_of(const char *header) {
    static const char separators[] = ",;\t|";
    int count[sizeof separators - 1] = { 0 }, best = 0;
    bool quoted = false;
    for (const char *p = header; *p; p++) {
        if (*p == '"') quoted = !quoted;
        const char *at = quoted ? NULL : strchr(separators, *p);
        if (at) count[at - separators]++;
    }
    for (int i = 1; i < (int)sizeof separators - 1; i++)
        if (count[i] > count[best]) best = i;
    return separators[best];
}

/* The cell that begins at *from, without its quotes and the blanks around it; NULL after the last one. */
static const char *next_name(const char **from, char separator, cli_text *name) {
    const char *p = *from;
    if (!p) return NULL;
    cli_text_free(name);
    bool quoted = false;
    for (p += strspn(p, " "); *p && (quoted || *p != separator); p++) {
        if (*p == '"' && quoted && p[1] == '"')
            cli_text_add_n(name, p++, 1);
        else if (*p == '"')
            quoted = !quoted;
        else
            cli_text_add_n(name, p, 1);
    }
    while (name->length && name->data[name->length - 1] == ' ') name->data[--name->length] = '\0';
    *from = *p ? p + 1 : NULL;
    return cli_text_get(name);
}

static bool is_table(const char *word) {
    const char *dot = strrchr(word, '.');
    return dot && (strcmp(dot, ".csv") == 0 || strcmp(dot, ".tsv") == 0 || strcmp(dot, ".txt") == 0);
}

/* With `listed`, what stands before the last comma of the word stays. */
static void offer_columns(const line *in, const char *prefix, bool listed) {
    cli_text before = { 0 }, name = { 0 };
    const char *comma = listed ? strrchr(prefix, ',') : NULL;
    if (comma) {
        cli_text_add_n(&before, prefix, (size_t)(comma + 1 - prefix));
        prefix = comma + 1;
    }
    for (int i = 0; i < in->count - 1; i++) {
        char *header = is_table(in->words[i]) ? read_header(in->words[i]) : NULL;
        if (!header) continue;
        const char *at = begins(header, "\xEF\xBB\xBF") ? header + 3 : header, *found;
        char separator = separator_of(at);
        while ((found = next_name(&at, separator, &name)))
            if (*found && !strpbrk(found, "\t\n")) offer(cli_text_get(&before), prefix, found, NULL);
        free(header);
        break;
    }
    cli_text_free(&name);
    cli_text_free(&before);
}

/* ---- Options and their values ---------------------------------------------------------------------------
 */

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
        cli_opt_each("seed threads json quiet help version", offer_option, (void *)(uintptr_t)current(&in));
    else if (!first || strcmp(first, "help") == 0)
        offer_commands(current(&in));
    return 0;
}
