#include "support/tables.h"

#include <string.h>

#include "base/run.h"
#include "data/csv.h"
#include "support/check_main.h"

static const struct {
    const char *name;
    cauce_role role;
} role_names[] = { { "target", CAUCE_TARGET }, { "weight", CAUCE_WEIGHT },    { "group", CAUCE_GROUP },
                   { "fold", CAUCE_FOLD },     { "ignore", CAUCE_IGNORE },    { "feature", CAUCE_FEATURE },
                   { "offset", CAUCE_OFFSET }, { "exposure", CAUCE_EXPOSURE } };

static void set_role(cauce_table *table, const char *text, size_t length) {
    char name[128];
    snprintf(name, sizeof name, "%.*s", (int)length, text);
    char *colon = strrchr(name, ':');
    ck_assert_ptr_nonnull(colon);
    *colon = 0;
    for (size_t i = 0; i < sizeof role_names / sizeof *role_names; i++)
        if (strcmp(role_names[i].name, colon + 1) == 0) {
            cauce_status status = cauce_table_set_role(table, name, role_names[i].role);
            ck_assert_msg(status == CAUCE_OK, "%s: %s", text, cauce_error().message);
            return;
        }
    ck_abort_msg("no role '%s'", colon + 1);
}

cauce_table *table_of(const char *csv, const char *roles) {
    ca_guard guard;
    cauce_table *table = ca_csv_read(ca_guard_enter(&guard), csv, strlen(csv), "text", NULL);
    ca_guard_leave(&guard);
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    while (roles && *(roles += strspn(roles, " "))) {
        size_t n = strcspn(roles, " ");
        set_role(table, roles, n);
        roles += n;
    }
    return table;
}

cauce_table *table_from_data(const char *file, const char *options) {
    char path[512];
    snprintf(path, sizeof path, "%s/data/%s", CAUCE_SOURCE_DIR, file);
    cauce_table *table = cauce_read_csv(path, options);
    ck_assert_msg(table != NULL, "%s: %s", path, cauce_error().message);
    return table;
}

cauce_table *table_rows(const cauce_table *table, int64_t first, int64_t step, int64_t n) {
    int64_t *rows = malloc((size_t)(n ? n : 1) * sizeof *rows), total = cauce_table_rows(table);
    for (int64_t i = 0; i < n; i++) rows[i] = (first + i * step) % total;
    cauce_table *some = cauce_table_rows_of(table, rows, n);
    free(rows);
    ck_assert_msg(some != NULL, "%s", cauce_error().message);
    return some;
}

cauce_recipe *recipe_of(const char *text) {
    cauce_recipe *recipe = *text == '{' || *text == '[' ? cauce_recipe_from_json(text) : cauce_new(text);
    ck_assert_msg(recipe != NULL, "%s: %s", text, cauce_error().message);
    return recipe;
}

cauce_model *model_fit(const cauce_recipe *recipe, const cauce_table *table) {
    cauce_model *model = cauce_fit(recipe, table);
    ck_assert_msg(model != NULL, "%s: %s", cauce_error().place, cauce_error().message);
    return model;
}

cauce_model *model_of(const char *text, const cauce_table *table) {
    cauce_recipe *recipe = recipe_of(text);
    cauce_model *model = model_fit(recipe, table);
    cauce_recipe_free(recipe);
    return model;
}

void scorer_row(cauce_scorer *scorer, const cauce_model *model, const cauce_table *table, int64_t row) {
    for (int64_t i = 0; i < cauce_model_inputs(model); i++) {
        const int64_t j = cauce_table_find(table, cauce_model_input_name(model, i));
        const cauce_status status =
            cauce_table_kind(table, j) == CAUCE_NUMBER
                ? cauce_scorer_set_number(scorer, i, cauce_table_number(table, row, j))
                : cauce_scorer_set_text(scorer, i, cauce_table_text(table, row, j));
        ck_assert_int_eq(status, CAUCE_OK);
    }
}

cauce_table *try_output_of(const cauce_model *model, const cauce_table *table) {
    cauce_recipe *recipe = cauce_model_recipe(model);
    if (!recipe) return NULL;
    char output = *cauce_recipe_output(recipe);
    cauce_recipe_free(recipe);
    return output == 'p'   ? cauce_predict_proba(model, table)
           : output == 'd' ? cauce_decision(model, table)
           : output == 'n' ? cauce_predict(model, table)
                           : cauce_transform(model, table);
}

cauce_table *output_of(const cauce_model *model, const cauce_table *table) {
    cauce_table *output = try_output_of(model, table);
    ck_assert_msg(output != NULL, "%s: %s", cauce_error().place, cauce_error().message);
    return output;
}

bytes_of saved(const cauce_model *model) {
    bytes_of bytes;
    cauce_status status = cauce_save_bytes(model, &bytes.data, &bytes.size);
    ck_assert_msg(status == CAUCE_OK, "%s", cauce_error().message);
    return bytes;
}

void bytes_done(bytes_of *bytes) {
    cauce_bytes_free(bytes->data);
}

double tables_apart(const cauce_table *a, const cauce_table *b) {
    double most = 0;
    if (cauce_table_rows(a) != cauce_table_rows(b) || cauce_table_columns(a) != cauce_table_columns(b))
        return INFINITY;
    for (int64_t j = 0; j < cauce_table_columns(a); j++) {
        if (strcmp(cauce_table_name(a, j), cauce_table_name(b, j)) != 0) return INFINITY;
        if (cauce_table_kind(a, j) != cauce_table_kind(b, j)) return INFINITY;
        for (int64_t r = 0; r < cauce_table_rows(a); r++) {
            if (cauce_table_kind(a, j) != CAUCE_NUMBER) {
                const char *p = cauce_table_text(a, r, j), *q = cauce_table_text(b, r, j);
                if (!p != !q || (p && strcmp(p, q) != 0)) return INFINITY;
                continue;
            }
            double x = cauce_table_number(a, r, j), y = cauce_table_number(b, r, j);
            if (isnan(x) != isnan(y)) return INFINITY;
            if (memcmp(&x, &y, sizeof x) == 0 || isnan(x)) continue;
            /* The two zeros are apart by a hair: same bits are asked for. */
            double apart = x == y ? 5e-324 : fabs(x - y);
            if (apart > most) most = apart;
        }
    }
    return most;
}

bool tables_same(const cauce_table *a, const cauce_table *b) {
    return tables_apart(a, b) == 0;
}

double cell(const cauce_table *table, int64_t row, const char *column) {
    int64_t j = cauce_table_find(table, column);
    ck_assert_msg(j >= 0, "no column '%s'", column);
    return cauce_table_number(table, row, j);
}

void failed_with(cauce_status status, const char *piece) {
    cauce_failure failure = cauce_error();
    ck_assert_msg(failure.status == status, "%s (%s: %s) where %s was expected", failure.code, failure.place,
                  failure.message, cauce_status_name(status));
    ck_assert_msg(!piece || strstr(failure.message, piece), "'%s' is not in: %s", piece, failure.message);
    cauce_error_clear();
}

char *names_of(const cauce_table *table) {
    size_t size = 1;
    for (int64_t j = 0; j < cauce_table_columns(table); j++) size += strlen(cauce_table_name(table, j)) + 2;
    char *names = calloc(size, 1);
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        if (j) strcat(names, ", ");
        strcat(names, cauce_table_name(table, j));
    }
    return names;
}
