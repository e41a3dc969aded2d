#include "data/select.h"

#include <string.h>

#include "base/text.h"

typedef struct selection {
    const cauce_schema *schema;
    int64_t *chosen, n;
} selection;

static void put(selection *s, int64_t field, bool take_out) {
    int64_t at = 0;
    while (at < s->n && s->chosen[at] != field) at++;
    if (!take_out && at == s->n) s->chosen[s->n++] = field;
    if (take_out && at < s->n) {
        memmove(s->chosen + at, s->chosen + at + 1, (size_t)(s->n - at - 1) * sizeof *s->chosen);
        s->n--;
    }
}

static const char *const kind_terms[] = { "number", "category", "boolean", "text", "all" };

static bool is_of_kind(const cauce_field *field, int term) {
    switch (term) {
    case 0: return field->kind == CAUCE_NUMBER;
    case 1: return field->kind == CAUCE_CATEGORY || field->kind == CAUCE_BOOLEAN;
    case 2: return field->kind == CAUCE_BOOLEAN;
    case 3: return field->kind == CAUCE_TEXT;
    default: return true;
    }
}

static const char *kind_term_at(int64_t i, void *payload) {
    (void)payload;
    return kind_terms[i];
}

static cauce_status select_kind(cauce_run *run, selection *s, const char *name, bool take_out) {
    int term = 0;
    while (term < 5 && strcmp(kind_terms[term], name) != 0) term++;
    if (term == 5) {
        const char *nearest = ca_text_nearest(name, 5, kind_term_at, NULL);
        return cauce_fail(run, CAUCE_E_PARAM,
                          "no selector '@%s'%s%s%s (there are @number @category @boolean @text @all)", name,
                          nearest ? "; did you mean '@" : "", nearest ? nearest : "", nearest ? "'?" : "");
    }
    for (int64_t i = 0; i < s->schema->n_fields; i++)
        if (is_of_kind(&s->schema->fields[i], term)) put(s, i, take_out);
    return CAUCE_OK;
}

static const char *field_at(int64_t i, void *payload) {
    return ((const cauce_schema *)payload)->fields[i].name;
}

static cauce_status select_name(cauce_run *run, selection *s, const char *name, bool quoted, bool take_out) {
    const cauce_schema *schema = s->schema;
    for (int64_t i = 0; i < schema->n_fields; i++)
        if (strcmp(schema->fields[i].name, name) == 0) {
            put(s, i, take_out);
            return CAUCE_OK;
        }
    if (!quoted && strpbrk(name, "*?")) {
        for (int64_t i = 0; i < schema->n_fields; i++)
            if (ca_text_glob(name, schema->fields[i].name)) put(s, i, take_out);
        return CAUCE_OK;
    }
    const char *nearest = ca_text_nearest(name, schema->n_fields, field_at, (void *)(uintptr_t)schema);
    return cauce_fail(run, CAUCE_E_SCHEMA, "no feature column '%s'%s%s%s", name,
                      nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* Reads one term from *text into `name` (room for the whole text); false at the end. */
static bool next_term(const char **text, char *name, bool *quoted, bool *take_out) {
    const char *p = *text;
    while (*p == ' ' || *p == '\t' || *p == '\n' || *p == ',') p++;
    if (!*p) return false;
    *take_out = *p == '!';
    if (*take_out) do
            p++;
        while (*p == ' ');
    *quoted = *p == '"';
    size_t n = 0;
    if (*quoted) {
        for (p++; *p && *p != '"'; p++) {
            if (*p == '\\' && p[1]) p++;
            name[n++] = *p;
        }
        if (*p) p++;
    } else {
        while (*p && *p != ',') name[n++] = *p++;
        while (n && (name[n - 1] == ' ' || name[n - 1] == '\t' || name[n - 1] == '\n')) n--;
    }
    name[n] = 0;
    *text = p;
    return true;
}

cauce_status ca_select(cauce_run *run, const cauce_schema *schema, const char *text, int64_t *chosen,
                       int64_t *n) {
    selection s = { schema, chosen, 0 };
    char *name = cauce_scratch(run, (int64_t)strlen(text) + 1, 1);
    if (!name) return run->error.status;
    bool quoted, take_out, first = true;
    while (next_term(&text, name, &quoted, &take_out)) {
        if (first && take_out)
            for (int64_t i = 0; i < schema->n_fields; i++)
                if (schema->fields[i].kind != CAUCE_TEXT) put(&s, i, false);
        first = false;
        if (!quoted && name[0] == '@')
            CA_TRY(select_kind(run, &s, name + 1, take_out));
        else
            CA_TRY(select_name(run, &s, name, quoted, take_out));
    }
    *n = s.n;
    return CAUCE_OK;
}
