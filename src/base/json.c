#include "base/json.h"

#include <inttypes.h>
#include <limits.h>
#include <pthread.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "base/utf8.h"

enum { MOST_DEPTH = 64, SHOWN = 256 };

/* ---- Reading ------------------------------------------------------------------------------------------- */

/* jansson 2.14 does not always say that memory was what it lacked. Worse, its lexer does not notice when the
 * buffer of the token it reads could not grow, and then runs past the end of it. So the first request that
 * fails is served from a reserve that is large enough for that buffer, and the text ends there (jansson gets
 * it byte by byte): no token grows any more. What the parser has made by then is given back. */
typedef struct parse {
    const char *text;
    size_t length, at;
    char *reserve;
    size_t reserve_size;
    bool lacked_memory;
} parse;
static _Thread_local parse *parsing;

static void *json_memory(size_t size) {
    void *p = ca_malloc(size);
    if (p || !parsing || parsing->lacked_memory) return p;
    parsing->lacked_memory = true;
    return size <= parsing->reserve_size ? parsing->reserve : NULL;
}

static void json_release(void *p) {
    if (!parsing || p != parsing->reserve) ca_free(p);
}

static void route_memory(void) {
    json_set_alloc_funcs(json_memory, json_release);
}

static size_t next_byte(void *buffer, size_t size, void *payload) {
    parse *p = payload;
    if (size == 0 || p->lacked_memory || p->at == p->length) return 0;
    *(char *)buffer = p->text[p->at++];
    return 1;
}

/* NULL: *error says why, or p->lacked_memory. */
static json_t *parse_bytes(parse *p, json_error_t *error) {
    /* The buffer doubles, from 16 bytes. */
    p->reserve_size = 2 * p->length + 64;
    p->reserve = ca_malloc(p->reserve_size);
    if (!p->reserve) {
        p->lacked_memory = true;
        return NULL;
    }
    parsing = p;
    json_t *value = json_load_callback(next_byte, p, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, error);
    if (p->lacked_memory) {
        json_decref(value);
        value = NULL;
    }
    parsing = NULL;
    ca_free(p->reserve);
    return value;
}

/* Place of byte `at`: lines and columns (in characters) from 1. */
static void place_of(const char *text, size_t at, long long *line, long long *column) {
    *line = 1;
    size_t start = 0;
    for (size_t i = 0; i < at; i++)
        if (text[i] == '\n') {
            ++*line;
            start = i + 1;
        }
    *column = 1 + (long long)ca_utf8_count(text + start, at - start);
}

/* jansson descends by recursion and knows only its own, much larger bound. Brackets inside strings do not
 * count; what else is wrong with the text is left to jansson. */
static cauce_status check_depth(cauce_run *run, const char *text, size_t length, const char *what,
                                cauce_status status) {
    int depth = 0;
    bool in_text = false;
    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (in_text) {
            if (c == '\\')
                i++;
            else if (c == '"')
                in_text = false;
        } else if (c == '"') {
            in_text = true;
        } else if (c == '[' || c == '{') {
            if (++depth <= MOST_DEPTH) continue;
            long long line, column;
            place_of(text, i, &line, &column);
            return cauce_fail(run, status,
                              "%s: line %lld, column %lld: JSON nested deeper than %d levels is not accepted",
                              what, line, column, (int)MOST_DEPTH);
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return CAUCE_OK;
}

static cauce_status fail_parse(cauce_run *run, const parse *p, const json_error_t *error, const char *what,
                               cauce_status status) {
    if (p->lacked_memory || json_error_code(error) == json_error_out_of_memory) return CA_NOMEM(run);
    if (json_error_code(error) == json_error_numeric_overflow) {
        bool integer = strstr(error->text, "integer") != NULL;
        const char *reason = integer ? "an integer beyond 64 bits (write it with a point or an exponent to "
                                       "have it read as a real number)"
                                     : "a number beyond the range of a double (at most 1.797e+308)";
        return cauce_fail(run, status, "%s: line %d, column %d: %s", what, error->line, error->column,
                          reason);
    }
    char shown[SHOWN];
    ca_text_show(error->text, strlen(error->text), shown, sizeof shown);
    return cauce_fail(run, status, "%s: line %d, column %d: not valid JSON: %s", what, error->line,
                      error->column, shown);
}

json_t *ca_json_parse(cauce_run *run, const char *text, size_t length, const char *what,
                      cauce_status status) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, route_memory);
    if (length >= INT_MAX) {
        cauce_fail(run, status, "%s: JSON of %zu bytes; at most %d are accepted", what, length, INT_MAX - 1);
        return NULL;
    }
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) { /* a byte order mark says nothing in UTF-8 */
        text += 3;
        length -= 3;
    }
    if (check_depth(run, text, length, what, status) != CAUCE_OK) return NULL;
    json_error_t error = { .line = 1, .column = 1 };
    parse p = { .text = text, .length = length };
    json_t *value = parse_bytes(&p, &error);
    if (!value) fail_parse(run, &p, &error, what, status);
    return value;
}

/* ---- Writing ------------------------------------------------------------------------------------------- */

static void put_escape(ca_text *out, unsigned char c) {
    switch (c) {
    case '"': ca_text_add(out, "\\\""); break;
    case '\\': ca_text_add(out, "\\\\"); break;
    case '\b': ca_text_add(out, "\\b"); break;
    case '\f': ca_text_add(out, "\\f"); break;
    case '\n': ca_text_add(out, "\\n"); break;
    case '\r': ca_text_add(out, "\\r"); break;
    case '\t': ca_text_add(out, "\\t"); break;
    default: ca_text_addf(out, "\\u%04x", c); break;
    }
}

static bool plain(unsigned char c) {
    return c >= 0x20 && c != '"' && c != '\\' && c != 0x7F;
}

static void put_valid(ca_text *out, const char *text, size_t length) {
    for (size_t i = 0; i < length;) {
        size_t start = i;
        while (i < length && plain((unsigned char)text[i])) i++;
        ca_text_add_n(out, text + start, i - start);
        if (i < length) put_escape(out, (unsigned char)text[i++]);
    }
}

void ca_json_text(ca_text *out, const char *text) {
    size_t length = strlen(text);
    ca_text_add(out, "\"");
    for (size_t at = 0; at < length;) {
        size_t valid = ca_utf8_valid(text + at, length - at);
        put_valid(out, text + at, valid);
        at += valid;
        if (at == length) break;
        ca_text_add(out, "\xEF\xBF\xBD");
        at++;
    }
    ca_text_add(out, "\"");
}

void ca_json_number(ca_text *out, double value) {
    char text[CA_NUMBER_SIZE];
    int n = ca_number_print(value, text);
    bool finite = value - value == 0;
    if (!finite) ca_text_add(out, "\"");
    ca_text_add_n(out, text, (size_t)n);
    if (!finite) ca_text_add(out, "\"");
}

/* A real stays a real when it is read again: 1.0, not 1. */
static void put_real(ca_text *out, double value) {
    char text[CA_NUMBER_SIZE];
    int n = ca_number_print(value, text);
    ca_text_add_n(out, text, (size_t)n);
    if (!strpbrk(text, ".en")) ca_text_add(out, ".0");
}

static void new_line(ca_text *out, int indent, int depth) {
    if (indent <= 0) return;
    ca_text_add(out, "\n");
    for (int i = 0; i < indent * depth; i++) ca_text_add_n(out, " ", 1);
}

static void separate(ca_text *out, bool first, int indent, int depth) {
    if (!first) ca_text_add(out, indent > 0 ? "," : ", ");
    new_line(out, indent, depth);
}

/* Recursion depth = depth of the value: at most MOST_DEPTH for what was read. */
static void put_value(ca_text *out, const json_t *value, int indent, int depth);

static void put_object(ca_text *out, const json_t *value, int indent, int depth) {
    ca_text_add(out, "{");
    json_t *object = (json_t *)(uintptr_t)value; /* jansson's iterators want it writable */
    bool first = true;
    for (void *it = json_object_iter(object); it; it = json_object_iter_next(object, it)) {
        separate(out, first, indent, depth + 1);
        first = false;
        ca_json_text(out, json_object_iter_key(it));
        ca_text_add(out, ": ");
        put_value(out, json_object_iter_value(it), indent, depth + 1);
    }
    if (!first) new_line(out, indent, depth);
    ca_text_add(out, "}");
}

static void put_array(ca_text *out, const json_t *value, int indent, int depth) {
    ca_text_add(out, "[");
    size_t n = json_array_size(value);
    for (size_t i = 0; i < n; i++) {
        separate(out, i == 0, indent, depth + 1);
        put_value(out, json_array_get(value, i), indent, depth + 1);
    }
    if (n) new_line(out, indent, depth);
    ca_text_add(out, "]");
}

static void put_value(ca_text *out, const json_t *value, int indent, int depth) {
    switch (json_typeof(value)) {
    case JSON_OBJECT: put_object(out, value, indent, depth); break;
    case JSON_ARRAY: put_array(out, value, indent, depth); break;
    case JSON_STRING: ca_json_text(out, json_string_value(value)); break;
    case JSON_INTEGER: ca_text_addf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value)); break;
    case JSON_REAL: put_real(out, json_real_value(value)); break;
    case JSON_TRUE: ca_text_add(out, "true"); break;
    case JSON_FALSE: ca_text_add(out, "false"); break;
    case JSON_NULL: ca_text_add(out, "null"); break;
    }
}

void ca_json_value(ca_text *out, const json_t *value, int indent) {
    put_value(out, value, indent, 0);
}
