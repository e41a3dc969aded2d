/* Growing texts, quoting and JSON printing of the program. */
#include "text.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void no_memory(void) {
    fputs("cauce: out of memory\n", stderr);
    exit(1);
}

void *cli_realloc(void *p, size_t size) {
    void *q = realloc(p, size ? size : 1);
    if (!q) no_memory();
    return q;
}

void *cli_alloc(size_t size) {
    void *p = calloc(1, size ? size : 1);
    if (!p) no_memory();
    return p;
}

char *cli_copy(const char *text) {
    size_t size = strlen(text) + 1;
    return memcpy(cli_alloc(size), text, size);
}

void cli_text_add_n(cli_text *text, const char *piece, size_t length) {
    if (text->length + length + 1 > text->capacity) {
        text->capacity = 2 * text->capacity + length + 32;
        text->data = cli_realloc(text->data, text->capacity);
    }
    memcpy(text->data + text->length, piece, length);
    text->length += length;
    text->data[text->length] = 0;
}

void cli_text_add(cli_text *text, const char *piece) {
    cli_text_add_n(text, piece, strlen(piece));
}

void cli_text_addf(cli_text *text, const char *format, ...) {
    va_list list, again;
    va_start(list, format);
    va_copy(again, list);
    int length = vsnprintf(NULL, 0, format, list);
    if (length > 0) {
        char *piece = cli_alloc((size_t)length + 1);
        vsnprintf(piece, (size_t)length + 1, format, again);
        cli_text_add_n(text, piece, (size_t)length);
        free(piece);
    }
    va_end(again);
    va_end(list);
}

const char *cli_text_get(const cli_text *text) {
    return text->data ? text->data : "";
}

void cli_text_free(cli_text *text) {
    free(text->data);
    memset(text, 0, sizeof *text);
}

void cli_text_add_quoted(cli_text *text, const char *piece) {
    cli_text_add(text, "\"");
    for (; *piece; piece++) {
        if (*piece == '\n')
            cli_text_add(text, "\\n");
        else if (*piece == '\t')
            cli_text_add(text, "\\t");
        else {
            if (*piece == '"' || *piece == '\\') cli_text_add(text, "\\");
            cli_text_add_n(text, piece, 1);
        }
    }
    cli_text_add(text, "\"");
}

/* Reads one UTF-8 character; a broken byte counts as one of length 1 and code -1. */
static int read_character(const unsigned char *p, int32_t *code) {
    static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
    *code = -1;
    if (*p < 0x80) {
        *code = *p;
        return 1;
    }
    int length = *p >= 0xF0 && *p < 0xF5 ? 4 : *p >= 0xE0 ? 3 : *p >= 0xC2 ? 2 : 0;
    if (length == 0 || *p >= 0xF5) return 1;
    int32_t value = *p & (0x7F >> length);
    for (int i = 1; i < length; i++) {
        if ((p[i] & 0xC0) != 0x80) return 1;
        value = value * 64 + (p[i] & 0x3F);
    }
    if (value < least[length] || value > 0x10FFFF || (value >= 0xD800 && value < 0xE000)) return 1;
    *code = value;
    return length;
}

void cli_text_add_shown(cli_text *text, const char *piece) {
    for (const unsigned char *p = (const unsigned char *)piece; *p;) {
        int32_t code;
        int length = read_character(p, &code);
        if (code < 32 || (code >= 127 && code < 160))
            for (int i = 0; i < length; i++) cli_text_addf(text, "\\x%02x", p[i]);
        else
            cli_text_add_n(text, (const char *)p, (size_t)length);
        p += length;
    }
}

/* East Asian wide characters and emoji take two columns, combining marks none (Unicode 15, the big blocks).
 */
static int character_width(int32_t code) {
    static const int32_t none[][2] = {
        { 0x300, 0x36F }, { 0x200B, 0x200F }, { 0x20D0, 0x20FF }, { 0xFE00, 0xFE0F }
    };
    static const int32_t wide[][2] = { { 0x1100, 0x115F }, { 0x2E80, 0xA4CF },   { 0xAC00, 0xD7A3 },
                                       { 0xF900, 0xFAFF }, { 0xFE30, 0xFE6F },   { 0xFF00, 0xFF60 },
                                       { 0xFFE0, 0xFFE6 }, { 0x1F300, 0x1FAFF }, { 0x20000, 0x3FFFD } };
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        if (code >= none[i][0] && code <= none[i][1]) return 0;
    for (size_t i = 0; i < sizeof wide / sizeof *wide; i++)
        if (code >= wide[i][0] && code <= wide[i][1]) return 2;
    return 1;
}

int cli_width(const char *text) {
    int width = 0;
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        int32_t code;
        p += read_character(p, &code);
        width += code < 0 ? 1 : character_width(code);
    }
    return width;
}

void cli_number(double value, char out[32]) {
    if (!isfinite(value)) {
        snprintf(out, 32, "%s", isnan(value) ? "nan" : value > 0 ? "inf" : "-inf");
        return;
    }
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, 32, "%.*g", digits, value);
        if (strtod(out, NULL) == value) return;
    }
}

json_t *cli_json_number(double value) {
    char text[32];
    if (isfinite(value)) return json_real(value);
    cli_number(value, text);
    return json_string(text);
}

json_t *cli_json_text(const char *text) {
    json_t *value = json_string(text);
    if (value) return value;
    cli_text clean = { 0 };
    for (const unsigned char *p = (const unsigned char *)text; *p;) {
        int32_t code;
        int length = read_character(p, &code);
        if (code < 0)
            cli_text_add(&clean, "\xEF\xBF\xBD");
        else
            cli_text_add_n(&clean, (const char *)p, (size_t)length);
        p += length;
    }
    value = json_string(cli_text_get(&clean));
    cli_text_free(&clean);
    if (!value) no_memory();
    return value;
}

static void add_json_text(cli_text *text, const char *value) {
    cli_text_add(text, "\"");
    for (const unsigned char *p = (const unsigned char *)value; *p; p++) {
        if (*p == '"' || *p == '\\')
            cli_text_addf(text, "\\%c", *p);
        else if (*p == '\n')
            cli_text_add(text, "\\n");
        else if (*p == '\t')
            cli_text_add(text, "\\t");
        else if (*p < 32 || *p == 127)
            cli_text_addf(text, "\\u%04x", *p);
        else
            cli_text_add_n(text, (const char *)p, 1);
    }
    cli_text_add(text, "\"");
}

static void new_line(cli_text *text, int indent, int depth) {
    if (indent <= 0) return;
    cli_text_add(text, "\n");
    for (int i = 0; i < indent * depth; i++) cli_text_add(text, " ");
}

static void add_json(cli_text *text, const json_t *value, int indent, int depth);

static void add_json_array(cli_text *text, const json_t *value, int indent, int depth) {
    size_t i;
    const json_t *item;
    cli_text_add(text, "[");
    json_array_foreach(value, i, item) {
        if (i) cli_text_add(text, indent ? "," : ", ");
        new_line(text, indent, depth + 1);
        add_json(text, item, indent, depth + 1);
    }
    if (json_array_size(value)) new_line(text, indent, depth);
    cli_text_add(text, "]");
}

static void add_json_object(cli_text *text, const json_t *value, int indent, int depth) {
    const char *key;
    json_t *item;
    bool first = true;
    cli_text_add(text, "{");
    /* jansson's iterator wants a pointer to non-const, but only reads */
    union {
        const json_t *in;
        json_t *out;
    } object = { value };
    json_object_foreach(object.out, key, item) {
        if (!first) cli_text_add(text, indent ? "," : ", ");
        first = false;
        new_line(text, indent, depth + 1);
        add_json_text(text, key);
        cli_text_add(text, ": ");
        add_json(text, item, indent, depth + 1);
    }
    if (!first) new_line(text, indent, depth);
    cli_text_add(text, "}");
}

/* A list or an object that fits in what is left of a line stays on it. */
static bool add_on_a_line(cli_text *text, const json_t *value, int indent, int depth) {
    enum { LINE = 92 };
    cli_text flat = { 0 };
    add_json(&flat, value, 0, 0);
    bool fits = (int)flat.length + indent * depth <= LINE;
    if (fits) cli_text_add(text, flat.data);
    cli_text_free(&flat);
    return fits;
}

static void add_json(cli_text *text, const json_t *value, int indent, int depth) {
    char number[32];
    bool nested = json_is_object(value) || json_is_array(value);
    if (nested && indent && depth && add_on_a_line(text, value, indent, depth)) return;
    switch (json_typeof(value)) {
    case JSON_OBJECT: add_json_object(text, value, indent, depth); break;
    case JSON_ARRAY: add_json_array(text, value, indent, depth); break;
    case JSON_STRING: add_json_text(text, json_string_value(value)); break;
    case JSON_INTEGER: cli_text_addf(text, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL:
        cli_number(json_real_value(value), number);
        cli_text_add(text, number);
        if (!strpbrk(number, ".e")) cli_text_add(text, ".0"); /* stays a real for whoever reads it back */
        break;
    case JSON_TRUE: cli_text_add(text, "true"); break;
    case JSON_FALSE: cli_text_add(text, "false"); break;
    case JSON_NULL: cli_text_add(text, "null"); break;
    }
}

void cli_json_add(cli_text *text, const json_t *value, int indent) {
    add_json(text, value, indent, 0);
}

int cli_distance(const char *a, const char *b) {
    enum { MOST = 64 };
    int before[MOST + 1], above[MOST + 1], row[MOST + 1];
    size_t n = strlen(a), m = strlen(b);
    if (n > MOST || m > MOST) return strcmp(a, b) ? MOST : 0;
    for (size_t j = 0; j <= m; j++) above[j] = before[j] = (int)j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = (int)i;
        for (size_t j = 1; j <= m; j++) {
            int best = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < best) best = above[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && before[j - 2] + 1 < best)
                best = before[j - 2] + 1;
            row[j] = best;
        }
        memcpy(before, above, (m + 1) * sizeof *above);
        memcpy(above, row, (m + 1) * sizeof *above);
    }
    return above[m];
}

const char *cli_nearest(const char *name, int64_t count, const char *(*get)(int64_t i, const void *payload),
                        const void *payload) {
    const char *best = NULL;
    int least = (int)(strlen(name) + 2) / 3;
    for (int64_t i = 0; i < count; i++) {
        const char *candidate = get(i, payload);
        int distance = cli_distance(name, candidate);
        if (distance < least || (distance == least && !best)) {
            best = candidate;
            least = distance;
        }
    }
    return best;
}

void cli_list_add(cli_list *list, const char *item) {
    list->items = cli_realloc(list->items, (size_t)(list->count + 1) * sizeof *list->items);
    list->items[list->count++] = item;
}

void cli_list_free(cli_list *list) {
    union {
        const char *in;
        char *out;
    } item;
    for (int64_t i = 0; i < list->count; i++) {
        item.in = list->items[i];
        free(item.out);
    }
    free(list->items);
    *list = (cli_list){ 0 };
}

bool cli_split_names(const char *text, cli_list *names) {
    for (;; text++) {
        cli_text name = { 0 };
        while (*text == ' ') text++;
        bool quoted = *text == '"';
        if (quoted) {
            for (text++; *text && (*text != '"' || text[1] == '"'); text++) {
                if (*text == '"') text++;
                cli_text_add_n(&name, text, 1);
            }
            if (*text) text++;
            while (*text == ' ') text++;
        } else {
            for (; *text && *text != ','; text++) cli_text_add_n(&name, text, 1);
            while (name.length && name.data[name.length - 1] == ' ') name.data[--name.length] = 0;
        }
        bool good = name.length > 0 && (*text == ',' || !*text);
        if (good) cli_list_add(names, cli_copy(name.data));
        cli_text_free(&name);
        if (!good) return false;
        if (!*text) return true;
    }
}

void cli_text_add_name(cli_text *text, const char *name) {
    const size_t length = strlen(name);
    const bool trimmed = *name == ' ' || (length && name[length - 1] == ' ');
    if (!trimmed && !strpbrk(name, ",\"")) {
        cli_text_add(text, name);
        return;
    }
    cli_text_add(text, "\"");
    for (; *name; name++) {
        if (*name == '"') cli_text_add(text, "\"");
        cli_text_add_n(text, name, 1);
    }
    cli_text_add(text, "\"");
}

void cli_add_option(cli_text *options, const char *key, const char *value) {
    if (!value) return;
    cli_text_addf(options, "%s=", key);
    cli_text_add_quoted(options, value);
    cli_text_add(options, " ");
}

void cli_add_option_list(cli_text *options, const char *key, const cli_list *list) {
    if (!list->count) return;
    cli_text_addf(options, "%s=[", key);
    for (int64_t i = 0; i < list->count; i++) {
        if (i) cli_text_add(options, ", ");
        cli_text_add_quoted(options, list->items[i]);
    }
    cli_text_add(options, "] ");
}

void cli_add_separator(const char *separator, cli_text *options) {
    cli_add_named_separator("separator", separator, options);
}

void cli_add_named_separator(const char *key, const char *separator, cli_text *options) {
    if (!separator) return;
    bool tab = strcmp(separator, "\\t") == 0 || strcmp(separator, "\t") == 0;
    cli_add_option(options, key, tab ? "tab" : separator);
}
