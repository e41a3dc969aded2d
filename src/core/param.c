#include "core/param.h"

#include <math.h>
#include <string.h>

#include "base/number.h"

int64_t ca_param_count(const cauce_param *rows) {
    int64_t n = 0;
    while (rows && rows[n].type != CAUCE_PARAM_END) n++;
    return n;
}

int64_t ca_param_find(const cauce_param *rows, const char *name) {
    for (int64_t i = 0; rows && rows[i].type != CAUCE_PARAM_END; i++)
        if (strcmp(rows[i].name, name) == 0) return i;
    return -1;
}

static const char *row_name(int64_t i, void *payload) {
    return ((const cauce_param *)payload)[i].name;
}

cauce_status ca_param_unknown(cauce_run *run, const char *owner, const cauce_param *rows, const char *name) {
    int64_t n = ca_param_count(rows);
    if (n == 0)
        return cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a parameter of %s, which has none", name, owner);
    const char *nearest = ca_text_nearest(name, n, row_name, (void *)(uintptr_t)rows);
    ca_text list = { 0 };
    for (int64_t i = 0; i < n; i++) ca_text_addf(&list, "%s%s", i ? ", " : "", rows[i].name);
    cauce_status status = cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a parameter of %s%s%s%s (it has: %s)",
                                     name, owner, nearest ? "; did you mean '" : "", nearest ? nearest : "",
                                     nearest ? "'?" : "", ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

/* Is `text` one of "a|b|c"? Its place, or -1. */
static int word_index(const char *words, const char *text) {
    size_t length = strlen(text);
    int index = 0;
    for (const char *word = words; word && *word; index++) {
        size_t n = strcspn(word, "|");
        if (n == length && memcmp(word, text, n) == 0) return index;
        word += n + (word[n] == '|');
    }
    return -1;
}

static void add_words(ca_text *out, const char *words, const char *separator) {
    for (const char *p = words; p && *p; p++) {
        if (*p == '|')
            ca_text_add(out, separator);
        else
            ca_text_add_n(out, p, 1);
    }
}

static void add_int_range(ca_text *out, double low, double high) {
    if (high >= 9e15)
        ca_text_addf(out, low <= -9e15 ? "integer" : "integer >= %.0f", low);
    else
        ca_text_addf(out, "integer %.0f .. %.0f", low, high);
}

static void add_real_range(ca_text *out, double low, double high, bool open_low) {
    char a[CA_NUMBER_SIZE], b[CA_NUMBER_SIZE];
    /* A bound just below a whole number is that number, left out. */
    const double above = nextafter(high, HUGE_VAL);
    const bool open_high = floor(high) < high && floor(above) >= above;
    ca_number_print(low, a);
    ca_number_print(open_high ? above : high, b);
    if (isinf(low) && isinf(high))
        ca_text_add(out, "number");
    else if (isinf(high))
        ca_text_addf(out, "number %s %s", open_low ? ">" : ">=", a);
    else
        ca_text_addf(out, "number in %s%s, %s%s", open_low ? "(" : "[", a, b, open_high ? ")" : "]");
}

void ca_param_accepts(const cauce_param *row, ca_text *out) {
    const char *separator = "";
    switch (row->type) {
    case CAUCE_PARAM_BOOL: ca_text_add(out, "true or false"); return;
    case CAUCE_PARAM_INT: add_int_range(out, row->low, row->high); return;
    case CAUCE_PARAM_REAL: add_real_range(out, row->low, row->high, row->open_low); return;
    case CAUCE_PARAM_CHOICE: add_words(out, row->words, ", "); return;
    case CAUCE_PARAM_TEXT: ca_text_add(out, "text"); return;
    case CAUCE_PARAM_LIST: ca_text_add(out, "list"); return;
    case CAUCE_PARAM_END: return;
    case CAUCE_PARAM_MIXED: break;
    }
    if (row->allowed & CAUCE_V_INT) add_int_range(out, row->low, row->high), separator = ", ";
    if (row->allowed & CAUCE_V_REAL) {
        ca_text_add(out, separator);
        add_real_range(out, row->real_low, row->real_high, row->open_low);
        separator = ", ";
    }
    if (row->allowed & CAUCE_V_BOOL)
        ca_text_add(out, separator), ca_text_add(out, "true or false"), separator = ", ";
    if (row->allowed & CAUCE_V_TEXT) {
        ca_text_add(out, separator);
        if (row->words)
            add_words(out, row->words, ", ");
        else
            ca_text_add(out, "text");
        separator = ", ";
    }
    if (row->allowed & CAUCE_V_LIST) ca_text_add(out, separator), ca_text_add(out, "list"), separator = ", ";
    if (row->allowed & CAUCE_V_NULL) ca_text_add(out, separator), ca_text_add(out, "null");
}

/* Integers that have no upper bound in descriptions end where doubles no longer hold them. */
static bool beyond_integers(const cauce_param *row, const cauce_value *value) {
    const bool takes =
        row->type == CAUCE_PARAM_INT || (row->type == CAUCE_PARAM_MIXED && (row->allowed & CAUCE_V_INT));
    const double number = value->type == CAUCE_V_INT    ? (double)value->integer
                          : value->type == CAUCE_V_REAL ? value->real
                                                        : 0;
    return takes && row->high >= 9e15 && number > 9e15;
}

static cauce_status refuse(cauce_run *run, const char *owner, const cauce_param *row,
                           const cauce_value *value) {
    ca_text accepts = { 0 }, given = { 0 };
    ca_param_accepts(row, &accepts);
    if (beyond_integers(row, value)) ca_text_add(&accepts, " (integers up to 9e15)");
    ca_value_print(&given, value);
    cauce_status status = cauce_fail(run, CAUCE_E_PARAM, "%s: %s=%s is not accepted; it takes: %s", owner,
                                     row->name, ca_text_get(&given), ca_text_get(&accepts));
    ca_text_free(&accepts);
    ca_text_free(&given);
    return status;
}

static bool is_whole(double value) {
    return value >= -9007199254740992.0 && value <= 9007199254740992.0 && floor(value) == value;
}

static bool to_int(cauce_value *value) {
    if (value->type == CAUCE_V_REAL && is_whole(value->real)) {
        value->type = CAUCE_V_INT;
        value->integer = (int64_t)value->real;
    }
    return value->type == CAUCE_V_INT;
}

static bool in_range(double value, double low, double high, bool open_low) {
    return (open_low ? value > low : value >= low) && value <= high;
}

static bool check_mixed(const cauce_param *row, cauce_value *value) {
    bool reals = row->allowed & CAUCE_V_REAL, ints = row->allowed & CAUCE_V_INT;
    if (value->type == CAUCE_V_INT && !ints && reals) value->type = CAUCE_V_REAL;
    if (value->type == CAUCE_V_REAL && ints && !reals) to_int(value);
    if (!(row->allowed & (unsigned)value->type)) return false;
    if (value->type == CAUCE_V_INT) return in_range((double)value->integer, row->low, row->high, false);
    if (value->type == CAUCE_V_REAL)
        return isnan(value->real) ? isinf(row->real_low) != 0
                                  : in_range(value->real, row->real_low, row->real_high,
                                             row->open_low && !isinf(row->real_low));
    if (value->type == CAUCE_V_TEXT && row->words) return word_index(row->words, value->text) >= 0;
    return true;
}

static bool check_choice(const cauce_param *row, cauce_value *value) {
    if (value->type == CAUCE_V_NULL)
        value->text = word_index(row->words, "none") >= 0 ? "none" : "null";
    else if (value->type == CAUCE_V_BOOL)
        value->text = value->integer ? "true" : "false";
    else if (value->type != CAUCE_V_TEXT)
        return false;
    if (word_index(row->words, value->text) < 0) return false;
    value->type = CAUCE_V_TEXT;
    return true;
}

static bool check_value(const cauce_param *row, cauce_value *value) {
    switch (row->type) {
    case CAUCE_PARAM_BOOL: return value->type == CAUCE_V_BOOL;
    case CAUCE_PARAM_INT:
        return to_int(value) && in_range((double)value->integer, row->low, row->high, false);
    case CAUCE_PARAM_REAL:
        if (value->type != CAUCE_V_INT && value->type != CAUCE_V_REAL) return false;
        value->type = CAUCE_V_REAL;
        return in_range(value->real, row->low, row->high, row->open_low);
    case CAUCE_PARAM_CHOICE: return check_choice(row, value);
    case CAUCE_PARAM_TEXT: return value->type == CAUCE_V_NULL || value->text != NULL;
    case CAUCE_PARAM_LIST: return value->type == CAUCE_V_LIST || value->type == CAUCE_V_NULL;
    case CAUCE_PARAM_MIXED: return check_mixed(row, value);
    case CAUCE_PARAM_END: break;
    }
    return false;
}

cauce_status ca_param_check(cauce_run *run, const char *owner, const cauce_param *row, cauce_value *value) {
    cauce_value given = *value;
    if (!check_value(row, value)) return refuse(run, owner, row, &given);
    /* A text parameter keeps what was written, whatever it reads as: 007 stays 007. */
    if (row->type == CAUCE_PARAM_TEXT && value->type != CAUCE_V_NULL) value->type = CAUCE_V_TEXT;
    return CAUCE_OK;
}

cauce_status ca_param_default(cauce_run *run, ca_arena *arena, const cauce_param *row, cauce_value *value) {
    memset(value, 0, sizeof *value);
    value->type = CAUCE_V_NULL;
    if (!row->fallback) return CAUCE_OK;
    if (row->type == CAUCE_PARAM_TEXT || row->type == CAUCE_PARAM_CHOICE) {
        value->type = CAUCE_V_TEXT;
        value->text = row->fallback;
        return CAUCE_OK;
    }
    CA_TRY(ca_value_parse(run, arena, row->fallback, value));
    return ca_param_check(run, row->name, row, value);
}

void ca_param_fill(const cauce_param *rows, const cauce_value *values, void *params) {
    for (int64_t i = 0; rows && rows[i].type != CAUCE_PARAM_END; i++) {
        void *at = (char *)params + rows[i].offset;
        const cauce_value *value = &values[i];
        switch (rows[i].type) {
        case CAUCE_PARAM_BOOL: *(bool *)at = value->integer != 0; break;
        case CAUCE_PARAM_INT: *(int64_t *)at = value->integer; break;
        case CAUCE_PARAM_REAL: *(double *)at = value->real; break;
        case CAUCE_PARAM_CHOICE: *(int *)at = word_index(rows[i].words, value->text); break;
        case CAUCE_PARAM_TEXT: *(const char **)at = value->type == CAUCE_V_NULL ? NULL : value->text; break;
        case CAUCE_PARAM_LIST:
        case CAUCE_PARAM_MIXED: *(cauce_value *)at = *value; break;
        case CAUCE_PARAM_END: break;
        }
    }
}

bool ca_value_equal(const cauce_value *a, const cauce_value *b) {
    if (a->type != b->type) return false;
    switch (a->type) {
    case CAUCE_V_NULL: return true;
    case CAUCE_V_BOOL:
    case CAUCE_V_INT: return a->integer == b->integer;
    case CAUCE_V_REAL: return a->real == b->real || (isnan(a->real) && isnan(b->real));
    case CAUCE_V_TEXT: return strcmp(a->text, b->text) == 0;
    case CAUCE_V_LIST: break;
    }
    if (a->n_items != b->n_items) return false;
    for (int64_t i = 0; i < a->n_items; i++)
        if (!ca_value_equal(&a->items[i], &b->items[i])) return false;
    return true;
}

cauce_status ca_value_copy(cauce_run *run, ca_arena *arena, const cauce_value *from, cauce_value *to) {
    *to = *from;
    if (from->text) {
        to->text = ca_arena_text(arena, from->text, strlen(from->text));
        if (!to->text) return CA_NOMEM(run);
    }
    if (from->type != CAUCE_V_LIST) return CAUCE_OK;
    cauce_value *items = ca_arena_alloc(arena, (size_t)from->n_items * sizeof *items);
    if (!items) return CA_NOMEM(run);
    for (int64_t i = 0; i < from->n_items; i++) CA_TRY(ca_value_copy(run, arena, &from->items[i], &items[i]));
    to->items = items;
    return CAUCE_OK;
}

cauce_status ca_options_parse(cauce_run *run, ca_arena *arena, const char *owner, const cauce_param *rows,
                              const char *text, void *params) {
    int64_t n = ca_param_count(rows);
    cauce_value *values = ca_arena_alloc(arena, (size_t)n * sizeof *values);
    ca_spec spec;
    if (!values) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) CA_TRY(ca_param_default(run, arena, &rows[i], &values[i]));
    CA_TRY(ca_spec_parse(run, arena, text, false, &spec));
    for (int64_t i = 0; i < spec.n_items; i++) {
        int64_t row = ca_param_find(rows, spec.items[i].key);
        if (row < 0) return ca_param_unknown(run, owner, rows, spec.items[i].key);
        values[row] = spec.items[i].value;
        CA_TRY(ca_param_check(run, owner, &rows[row], &values[row]));
    }
    ca_param_fill(rows, values, params);
    return CAUCE_OK;
}
