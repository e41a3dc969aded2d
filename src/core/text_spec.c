/* The one grammar of parameters: `name key=value, key=value`; values bare, "quoted", [lists] or word(a, b).
 */
#include <string.h>

#include "base/map.h"
#include "base/number.h"
#include "base/utf8.h"
#include "core/param.h"

typedef struct reader {
    cauce_run *run;
    ca_arena *arena;
    const char *text;
    size_t at;
    int depth;
} reader;

enum { DEEPEST_LIST = 16 };

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void skip(reader *in, bool commas) {
    while (is_blank(in->text[in->at]) || (commas && in->text[in->at] == ',')) in->at++;
}

static cauce_status bad(reader *in, const char *what) {
    char shown[120];
    ca_text_show(in->text, strlen(in->text), shown, sizeof shown);
    return cauce_fail(in->run, CAUCE_E_PARAM, "%s at character %zu of '%s'", what, in->at + 1, shown);
}

/* A quoted text: \" \\ \n \t, everything else as it stands. */
static cauce_status read_quoted(reader *in, const char **text) {
    size_t start = ++in->at, length = 0;
    for (; in->text[in->at] != '"'; in->at++, length++) {
        if (in->text[in->at] == '\\' && in->text[in->at + 1]) in->at++;
        if (!in->text[in->at]) return bad(in, "missing closing quote");
    }
    char *copy = ca_arena_alloc(in->arena, length + 1);
    if (!copy) return CA_NOMEM(in->run);
    size_t from = start;
    for (size_t i = 0; i < length; i++, from++) {
        char c = in->text[from];
        if (c == '\\') {
            c = in->text[++from];
            if (c == 'n')
                c = '\n';
            else if (c == 't')
                c = '\t';
        }
        copy[i] = c;
    }
    in->at++;
    *text = copy;
    return CAUCE_OK;
}

static size_t bare_length(const reader *in, const char *stops) {
    size_t length = 0;
    for (const char *p = in->text + in->at; *p && !is_blank(*p) && !strchr(stops, *p); p++) length++;
    return length;
}

/* log_uniform(1e-3, 1e3): what is in parentheses right after a word belongs to it, blanks and commas too. 0:
 * no such thing here; a parenthesis that is not closed is a character like any other. */
static size_t call_length(const reader *in) {
    const char *start = in->text + in->at, *p = start;
    while ((*p >= 'a' && *p <= 'z') || (*p >= 'A' && *p <= 'Z') || *p == '_') p++;
    if (p == start || *p != '(') return 0;
    p += 1 + strcspn(p + 1, "()[]\"=");
    return *p == ')' ? (size_t)(p + 1 - start) : 0;
}

static void type_bare(cauce_value *value, const char *text, size_t length) {
    value->text = text;
    value->type = CAUCE_V_TEXT;
    if (strcmp(text, "null") == 0)
        value->type = CAUCE_V_NULL;
    else if (strcmp(text, "true") == 0)
        value->type = CAUCE_V_BOOL, value->integer = 1;
    else if (strcmp(text, "false") == 0)
        value->type = CAUCE_V_BOOL;
    else if (ca_integer_parse(text, length, &value->integer)) {
        value->type = CAUCE_V_INT;
        value->real = (double)value->integer;
    } else if (ca_number_parse(text, length, &value->real))
        value->type = CAUCE_V_REAL;
}

static cauce_status read_value(reader *in, cauce_value *value);

typedef struct item {
    struct item *next;
    cauce_value value;
} item;

static cauce_status read_list(reader *in, cauce_value *value) {
    if (++in->depth > DEEPEST_LIST) return bad(in, "lists are nested too deep");
    in->at++;
    item *first = NULL, **last = &first;
    int64_t n = 0;
    for (skip(in, true); in->text[in->at] != ']'; skip(in, true)) {
        if (!in->text[in->at]) return bad(in, "missing ]");
        item *next = ca_arena_alloc(in->arena, sizeof *next);
        if (!next) return CA_NOMEM(in->run);
        CA_TRY(read_value(in, &next->value));
        *last = next;
        last = &next->next;
        n++;
    }
    in->at++;
    in->depth--;
    cauce_value *items = ca_arena_alloc(in->arena, (size_t)n * sizeof *items);
    if (!items) return CA_NOMEM(in->run);
    value->type = CAUCE_V_LIST;
    value->items = items;
    value->n_items = n;
    for (; first; first = first->next) *items++ = first->value;
    return CAUCE_OK;
}

static cauce_status read_value(reader *in, cauce_value *value) {
    memset(value, 0, sizeof *value);
    char c = in->text[in->at];
    if (c == '[') return read_list(in, value);
    if (c == '"') {
        value->type = CAUCE_V_TEXT;
        return read_quoted(in, &value->text);
    }
    size_t call = call_length(in);
    in->at += call;
    size_t length = call + bare_length(in, ",[]\"");
    in->at -= call;
    if (length == 0) return bad(in, "missing value");
    char *copy = ca_arena_text(in->arena, in->text + in->at, length);
    if (!copy) return CA_NOMEM(in->run);
    in->at += length;
    type_bare(value, copy, length);
    return CAUCE_OK;
}

cauce_status ca_value_parse(cauce_run *run, ca_arena *arena, const char *text, cauce_value *value) {
    reader in = { run, arena, text, 0, 0 };
    skip(&in, false);
    CA_TRY(read_value(&in, value));
    skip(&in, false);
    return in.text[in.at] ? bad(&in, "unexpected text") : CAUCE_OK;
}

static cauce_status read_key(reader *in, const char **key) {
    if (in->text[in->at] == '"') return read_quoted(in, key);
    size_t length = bare_length(in, "=,[]\"");
    if (length == 0) return bad(in, "missing name");
    *key = ca_arena_text(in->arena, in->text + in->at, length);
    if (!*key) return CA_NOMEM(in->run);
    in->at += length;
    return CAUCE_OK;
}

typedef struct link {
    struct link *next;
    ca_assignment item;
} link;

/* A key that is there twice is a slip, and which of the two was meant cannot be known. */
static cauce_status read_new_key(reader *in, ca_map *keys, const char **key) {
    const size_t start = in->at;
    CA_TRY(read_key(in, key));
    bool added;
    if (ca_map_add(keys, *key, strlen(*key), &added) < 0) return CA_NOMEM(in->run);
    if (added) return CAUCE_OK;
    in->at = start;
    char shown[60];
    return bad(in, ca_run_text(in->run, "'%s' is given twice, again",
                               ca_text_show(*key, strlen(*key), shown, sizeof shown)));
}

static cauce_status read_items(reader *in, ca_map *keys, link **first, int64_t *n) {
    link **last = first;
    for (skip(in, true); in->text[in->at]; skip(in, true)) {
        link *next = ca_arena_alloc(in->arena, sizeof *next);
        if (!next) return CA_NOMEM(in->run);
        CA_TRY(read_new_key(in, keys, &next->item.key));
        skip(in, false);
        if (in->text[in->at] != '=') return bad(in, "expected '='");
        in->at++;
        skip(in, false);
        CA_TRY(read_value(in, &next->item.value));
        *last = next;
        last = &next->next;
        ++*n;
    }
    return CAUCE_OK;
}

cauce_status ca_spec_parse(cauce_run *run, ca_arena *arena, const char *text, bool with_name, ca_spec *spec) {
    memset(spec, 0, sizeof *spec);
    reader in = { run, arena, text ? text : "", 0, 0 };
    in.at = ca_utf8_valid(in.text, strlen(in.text));
    if (in.text[in.at]) return bad(&in, "a byte that is not UTF-8");
    in.at = 0;
    skip(&in, true);
    if (with_name) {
        CA_TRY(read_key(&in, &spec->name));
        if (in.text[in.at] == '=') return bad(&in, "a component's name must come first");
    }
    link *first = NULL;
    ca_map keys = { 0 };
    const cauce_status status = read_items(&in, &keys, &first, &spec->n_items);
    ca_map_free(&keys);
    CA_TRY(status);
    spec->items = ca_arena_alloc(arena, (size_t)spec->n_items * sizeof *spec->items);
    if (!spec->items) return CA_NOMEM(run);
    for (int64_t i = 0; first; first = first->next, i++) spec->items[i] = first->item;
    return CAUCE_OK;
}

/* A text that read_value would give back as the same TEXT. */
static bool is_bare(const char *text) {
    if (!*text) return false;
    for (const char *p = text; *p; p++)
        if (is_blank(*p) || strchr(",[]()\"\\=", *p) || (unsigned char)*p < 32) return false;
    cauce_value value;
    memset(&value, 0, sizeof value);
    type_bare(&value, text, strlen(text));
    return value.type == CAUCE_V_TEXT;
}

static void print_text(ca_text *out, const char *text) {
    if (is_bare(text)) {
        ca_text_add(out, text);
        return;
    }
    ca_text_add(out, "\"");
    for (; *text; text++) {
        if (*text == '"' || *text == '\\') ca_text_add(out, "\\");
        if (*text == '\n')
            ca_text_add(out, "\\n");
        else if (*text == '\t')
            ca_text_add(out, "\\t");
        else
            ca_text_add_n(out, text, 1);
    }
    ca_text_add(out, "\"");
}

void ca_value_print(ca_text *out, const cauce_value *value) {
    char number[CA_NUMBER_SIZE];
    switch (value->type) {
    case CAUCE_V_NULL: ca_text_add(out, "null"); break;
    case CAUCE_V_BOOL: ca_text_add(out, value->integer ? "true" : "false"); break;
    case CAUCE_V_INT: ca_text_addf(out, "%lld", (long long)value->integer); break;
    case CAUCE_V_REAL:
        ca_number_print(value->real, number);
        ca_text_add(out, number);
        if (!strpbrk(number, ".einf")) ca_text_add(out, ".0"); /* 1.0 is a fraction, 1 a count */
        break;
    case CAUCE_V_TEXT: print_text(out, value->text); break;
    case CAUCE_V_LIST:
        ca_text_add(out, "[");
        for (int64_t i = 0; i < value->n_items; i++) {
            if (i) ca_text_add(out, ", ");
            ca_value_print(out, &value->items[i]);
        }
        ca_text_add(out, "]");
        break;
    default: ca_text_add(out, "null");
    }
}
