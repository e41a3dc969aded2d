/* Growing texts, quoting for the library's grammar and JSON for people and programs. */
#ifndef CLI_TEXT_H
#define CLI_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define CLI_PRINTF(at, first) __attribute__((format(printf, at, first)))
#else
#define CLI_PRINTF(at, first)
#endif

/* Memory of the program: never NULL. Out of memory ends the program (exit code 1); no file is open for
 * writing then, since files are written inside calls of the library. */
void *cli_alloc(size_t size);
void *cli_realloc(void *p, size_t size);
char *cli_copy(const char *text);

/* A growing text; a zeroed struct is the empty one. Owned: free with cli_text_free. */
typedef struct cli_text {
    char *data; /* NUL-terminated; NULL while empty */
    size_t length, capacity;
} cli_text;

void cli_text_add(cli_text *text, const char *piece);
void cli_text_add_n(cli_text *text, const char *piece, size_t length);
void cli_text_addf(cli_text *text, const char *format, ...) CLI_PRINTF(2, 3);
const char *cli_text_get(const cli_text *text); /* never NULL */
void cli_text_free(cli_text *text);

/* Appends `piece` as a quoted text of the parameter grammar: "...", with \" \\ \n \t. */
void cli_text_add_quoted(cli_text *text, const char *piece);
/* Appends `piece` for a terminal: control characters (also C1 and a broken byte) as \xNN, so that data cannot
 * move the cursor or change colours. */
void cli_text_add_shown(cli_text *text, const char *piece);

/* The fewest digits that read back to the same double; NaN "nan", infinities "inf", "-inf". */
void cli_number(double value, char out[32]);
/* Appends a JSON value, reals with the fewest digits. indent 0: one line. */
void cli_json_add(cli_text *text, const json_t *value, int indent);
/* A number as JSON: "nan", "inf" and "-inf" are texts, since JSON has no word for them. Owned. */
json_t *cli_json_number(double value);
json_t *cli_json_text(const char *text); /* bytes that are not UTF-8 become U+FFFD. Owned. */

/* Columns a text takes on a terminal. */
int cli_width(const char *text);
/* Edit distance with transpositions of neighbours. */
int cli_distance(const char *a, const char *b);
/* The nearest of `count` names to `name`, near enough to be a slip, or NULL. */
const char *cli_nearest(const char *name, int64_t count, const char *(*get)(int64_t i, const void *payload),
                        const void *payload);

/* A list of texts (borrowed or owned by their maker). */
typedef struct cli_list {
    const char **items;
    int64_t count;
} cli_list;
void cli_list_add(cli_list *list, const char *item);
void cli_list_free(cli_list *list); /* with its texts, which are owned */

/* Options of the library's calls: key="value", key=["a", "b"]; nothing for NULL and empty lists. */
void cli_add_option(cli_text *options, const char *key, const char *value);
void cli_add_option_list(cli_text *options, const char *key, const cli_list *list);
void cli_add_separator(const char *separator, cli_text *options); /* a tab may be written \t */
void cli_add_named_separator(const char *key, const char *separator, cli_text *options);

/* Splits "a,b,\"c,d\"" at commas outside double quotes and adds every name, trimmed, without its quotes, as
 * an owned text. false: a quote is not closed or a name is empty. */
bool cli_split_names(const char *text, cli_list *names);
/* Appends a name as it stands among these. */
void cli_text_add_name(cli_text *text, const char *name);

#endif
