/* The SPEC document. Its top level belongs to the program; the model part to the library. */
#include "specfile.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_SPEC = 64 << 20 };

typedef enum accepted { TEXT, LABEL, TEXTS, KINDS, MODEL, SEARCH, ONE, WORDS, GRID } accepted;
typedef struct key_row {
    const char *name;
    accepted form;
    const char *accepts;
} key_row;

static const key_row top_keys[] = {
    { "cauce", ONE, "1, the version of this form" },
    { "target", WORDS, "the name of a column, or a list of names" },
    { "positive", LABEL, "a class label" },
    { "weight", TEXT, "the name of a column" },
    { "exposure", TEXT, "the name of a column" },
    { "offset", TEXT, "the name of a column" },
    { "groups", TEXT, "the name of a column" },
    { "time", TEXT, "the name of a column" },
    { "drop", TEXTS, "a list of column names" },
    { "kinds", KINDS, "an object of column: \"number\", \"category\", \"boolean\", \"text\" or \"time\"" },
    { "missing", TEXTS, "a list of texts" },
    { "separator", TEXT, "a text: , ; tab or |" },
    { "decimal", TEXT, "a text: . or a comma" },
    { "thousands", TEXT, "a text: none , . ' or a blank" },
    { "dates", TEXT, "a text: auto, iso, day_first or month_first" },
    { "model", MODEL, "a component: an object or a text" },
    { "search", SEARCH, "an object with grid, folds and metric" },
    { NULL, TEXT, NULL },
};
static const key_row search_keys[] = {
    { "grid", GRID, "an object of lists, a list of such objects, or a text" },
    { "folds", TEXT, "a text such as \"stratified_k_fold n_splits=5\"" },
    { "metric", WORDS, "the name of a metric, or a list of names" },
    { NULL, TEXT, NULL },
};

static const char *key_name(int64_t i, const void *payload) {
    return ((const key_row *)payload)[i].name;
}

static int64_t key_count(const key_row *rows) {
    int64_t n = 0;
    while (rows[n].name) n++;
    return n;
}

static bool all_texts(const json_t *value) {
    size_t i;
    const json_t *item;
    json_array_foreach(value, i, item) if (!json_is_string(item)) return false;
    return json_is_array(value);
}

static bool all_values_texts(json_t *value) {
    const char *key;
    json_t *item;
    if (!json_is_object(value)) return false;
    json_object_foreach(value, key, item) if (!json_is_string(item)) return false;
    return true;
}

static bool fits(accepted form, json_t *value) {
    switch (form) {
    case TEXT: return json_is_string(value);
    case LABEL: return json_is_string(value) || json_is_number(value) || json_is_boolean(value);
    case TEXTS: return all_texts(value);
    case KINDS: return all_values_texts(value);
    case MODEL: return json_is_object(value) || json_is_string(value);
    case SEARCH: return json_is_object(value);
    case ONE: return json_is_integer(value);
    case WORDS: return json_is_string(value) || all_texts(value);
    case GRID: return json_is_string(value) || json_is_object(value) || json_is_array(value);
    }
    return false;
}

static int check_keys(cli_program *program, const char *path, const char *where, json_t *object,
                      const key_row *rows) {
    const char *key;
    json_t *value;
    json_object_foreach(object, key, value) {
        const key_row *row = rows;
        while (row->name && strcmp(row->name, key) != 0) row++;
        if (!row->name) {
            const char *near = cli_nearest(key, key_count(rows), key_name, rows);
            cli_text names = { 0 };
            for (int64_t i = 0; rows[i].name; i++) cli_text_addf(&names, "%s%s", i ? ", " : "", rows[i].name);
            int code = cli_error(program, CAUCE_E_PARAM, "%s: \"%s\" is not a key%s%s%s%s (there are: %s)",
                                 path, key, where, near ? "; did you mean \"" : "", near ? near : "",
                                 near ? "\"?" : "", names.data);
            cli_text_free(&names);
            return code;
        }
        if (!fits(row->form, value))
            return cli_error(program, CAUCE_E_PARAM, "%s: \"%s\"%s must be %s", path, key, where,
                             row->accepts);
    }
    return 0;
}

static int check(cli_program *program, const char *path, json_t *spec) {
    if (!json_is_object(spec))
        return cli_error(program, CAUCE_E_PARAM, "%s: a SPEC is an object: {\"cauce\": 1, ...}", path);
    int code = check_keys(program, path, "", spec, top_keys);
    if (code) return code;
    const json_t *version = json_object_get(spec, "cauce");
    if (!version)
        return cli_error(program, CAUCE_E_PARAM, "%s: \"cauce\": 1 is missing, which says what this is",
                         path);
    if (json_integer_value(version) != 1)
        return cli_error(program, CAUCE_E_PARAM,
                         "%s: \"cauce\" is %" JSON_INTEGER_FORMAT ", but this program reads form 1", path,
                         json_integer_value(version));
    json_t *search = json_object_get(spec, "search");
    return search ? check_keys(program, path, " of \"search\"", search, search_keys) : 0;
}

static int read_file(cli_program *program, const char *path, cli_text *text) {
    FILE *file = fopen(path, "rb");
    if (!file) return cli_error(program, CAUCE_E_IO, "%s: %s", path, strerror(errno));
    char piece[8192];
    size_t n;
    while (text->length < LARGEST_SPEC && (n = fread(piece, 1, sizeof piece, file)) > 0)
        cli_text_add_n(text, piece, n);
    int failed = ferror(file) ? errno : 0;
    fclose(file);
    if (failed) return cli_error(program, CAUCE_E_IO, "%s: %s", path, strerror(failed));
    if (text->length >= LARGEST_SPEC)
        return cli_error(program, CAUCE_E_LIMIT, "%s: larger than 64 MiB", path);
    return 0;
}

int cli_spec_read(cli_program *program, const char *path, json_t **spec) {
    cli_text text = { 0 };
    *spec = NULL;
    int code = read_file(program, path, &text);
    if (code == 0) {
        json_error_t error;
        *spec = json_loadb(cli_text_get(&text), text.length, JSON_REJECT_DUPLICATES, &error);
        code = *spec ? check(program, path, *spec)
                     : cli_error(program, CAUCE_E_PARAM, "%s: line %d, column %d: %s", path, error.line,
                                 error.column, error.text);
    }
    cli_text_free(&text);
    return code;
}

const char *cli_spec_text(const json_t *object, const char *key) {
    return json_string_value(json_object_get(object, key));
}

char *cli_spec_label(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    if (!value) return NULL;
    if (json_is_string(value)) return cli_copy(json_string_value(value));
    char number[32];
    cli_text text = { 0 };
    if (json_is_real(value)) {
        cli_number(json_real_value(value), number);
        cli_text_add(&text, number);
    } else
        cli_json_add(&text, value, 0);
    return text.data;
}

char *cli_spec_words(const json_t *object, const char *key) {
    const json_t *value = json_object_get(object, key);
    if (!value) return NULL;
    if (json_is_string(value)) return cli_copy(json_string_value(value));
    cli_text text = { 0 };
    if (all_texts(value) && json_array_size(value)) {
        size_t i;
        const json_t *item;
        json_array_foreach(value, i, item)
            cli_text_addf(&text, "%s%s", i ? ", " : "", json_string_value(item));
    } else
        cli_json_add(&text, value, 0);
    return text.data;
}

void cli_spec_list(const json_t *object, const char *key, cli_list *list) {
    const json_t *value = json_object_get(object, key);
    size_t i;
    const json_t *item;
    if (json_is_string(value)) cli_list_add(list, cli_copy(json_string_value(value)));
    json_array_foreach(value, i, item) cli_list_add(list, cli_copy(json_string_value(item)));
}

void cli_spec_kinds(const json_t *spec, const cli_list *given, cli_list *list) {
    json_t *kinds = json_object_get(spec, "kinds");
    const char *column;
    json_t *kind;
    int64_t n = given->count;
    json_object_foreach(kinds, column, kind) {
        size_t length = strlen(column);
        bool replaced = false;
        for (int64_t i = 0; i < n; i++) {
            const char *item = list->items[i], *colon = strrchr(item, ':');
            replaced |= colon && (size_t)(colon - item) == length && strncmp(item, column, length) == 0;
        }
        if (replaced) continue;
        cli_text text = { 0 };
        cli_text_addf(&text, "%s:%s", column, json_string_value(kind));
        cli_list_add(list, text.data);
    }
}

char *cli_spec_model(const json_t *model) {
    cli_text text = { 0 };
    cli_text_add(&text, "{\"cauce\": 1, \"model\": ");
    cli_json_add(&text, model, 0);
    cli_text_add(&text, "}");
    return text.data;
}

/* Walks the canonical form: an object with a "random_state" among its parameters gives one assignment. */
static void find_random_states(json_t *node, const char *path, int64_t seed, cli_text *assignments) {
    static const char *const lists[] = { "steps", "branches" };
    json_t *with = json_object_get(node, "with"), *value;
    if (json_object_get(with, "random_state"))
        cli_text_addf(assignments, "%srandom_state=%lld ", path, (long long)seed);
    const char *key;
    json_object_foreach(with, key, value) {
        if (!json_is_object(value)) continue;
        cli_text inner = { 0 };
        cli_text_addf(&inner, "%s%s__", path, key);
        find_random_states(value, inner.data, seed, assignments);
        cli_text_free(&inner);
    }
    for (size_t k = 0; k < sizeof lists / sizeof *lists; k++) {
        size_t i;
        json_array_foreach(json_object_get(node, lists[k]), i, value) {
            const char *name = cli_spec_text(value, "name");
            if (!name) continue;
            cli_text inner = { 0 };
            cli_text_addf(&inner, "%s%s__", path, name);
            find_random_states(value, inner.data, seed, assignments);
            cli_text_free(&inner);
        }
    }
}

cauce_status cli_set_seed(cauce_recipe *recipe, int64_t seed) {
    char *text = cauce_recipe_to_json(recipe);
    if (!text) return cauce_error().status;
    json_t *document = json_loads(text, 0, NULL);
    json_t *model = json_object_get(document, "model");
    cli_text assignments = { 0 };
    find_random_states(model ? model : document, "", seed, &assignments);
    cauce_status status = assignments.length ? cauce_set(recipe, assignments.data) : CAUCE_OK;
    cli_text_free(&assignments);
    json_decref(document);
    cauce_text_free(text);
    return status;
}
