/* include/cauce/table.h */
#include "cauce/table.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "base/unpack.h"
#include "base/utf8.h"
#include "base/stream.h"
#include "core/model.h"
#include "core/param.h"
#include "data/csv.h"
#include "data/csv_convert.h"
#include "data/labels.h"
#include "split/splitter.h"

/* ---- Reading CSV --------------------------------------------------------------------------------------- */

enum { TARGET_ERROR, TARGET_DROP };

struct csv_options {
    const char *weight, *groups, *time, *fold, *offset, *exposure, *positive, *separator, *decimal,
        *thousands;
    cauce_value target, drop, id, kinds, missing;
    int missing_target, dates;
};

enum { NAMES = CAUCE_V_NULL | CAUCE_V_BOOL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_TEXT | CAUCE_V_LIST };

static const cauce_param csv_rows[] = {
    CAUCE_MIXED(struct csv_options, target, "null", NAMES, -HUGE_VAL, HUGE_VAL, -HUGE_VAL, HUGE_VAL, NULL,
                "Target column, or several."),
    CAUCE_TEXT_PARAM(struct csv_options, positive, NULL, "Positive class of the target."),
    CAUCE_TEXT_PARAM(struct csv_options, weight, NULL, "Column of row weights."),
    CAUCE_TEXT_PARAM(struct csv_options, groups, NULL, "Column of groups."),
    CAUCE_TEXT_PARAM(struct csv_options, time, NULL, "Time column."),
    CAUCE_TEXT_PARAM(struct csv_options, fold, NULL, "Column of fold numbers."),
    CAUCE_TEXT_PARAM(struct csv_options, offset, NULL, "Column added to the linear part of a model."),
    CAUCE_TEXT_PARAM(struct csv_options, exposure, NULL, "Column to which the target is proportional."),
    CAUCE_LIST(struct csv_options, drop, "[]", "Columns left out."),
    CAUCE_LIST(struct csv_options, id, "[]", "Columns kept but not used."),
    CAUCE_LIST(struct csv_options, kinds, "[]", "Kinds given: [column:kind, ...]."),
    CAUCE_LIST(struct csv_options, missing, "null", "Markers of missing cells."),
    CAUCE_TEXT_PARAM(struct csv_options, separator, "auto", "Separator: auto , ; tab |"),
    CAUCE_TEXT_PARAM(struct csv_options, decimal, NULL, "Mark of the decimals: . or a comma; found."),
    CAUCE_TEXT_PARAM(struct csv_options, thousands, NULL, "Mark of the thousands: none , . blank '; found."),
    CAUCE_CHOICE(struct csv_options, dates, "auto", "auto|iso|day_first|month_first", "How dates are read."),
    CAUCE_CHOICE(struct csv_options, missing_target, "error", "error|drop", "Rows without a target."),
    CAUCE_END
};

static cauce_status text_list(cauce_run *run, const char *what, const cauce_value *list,
                              const char *const **texts, int64_t *n) {
    *n = list->type == CAUCE_V_LIST ? list->n_items : 0;
    const char **out = cauce_scratch(run, *n, sizeof *out);
    if (!out) return run->error.status;
    for (int64_t i = 0; i < *n; i++) {
        out[i] = list->items[i].text;
        if (!out[i])
            return cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is no text", what, (long long)i + 1);
    }
    *texts = out;
    return CAUCE_OK;
}

/* "column:kind", split at the last colon. */
static cauce_status read_kind(cauce_run *run, const char *text, ca_csv_column *column) {
    const char *colon = strrchr(text, ':');
    for (int k = CAUCE_NUMBER; colon && k <= CAUCE_DATETIME; k++)
        if (strcmp(colon + 1, cauce_kind_name((cauce_kind)k)) == 0) {
            column->name = ca_arena_text(&run->scratch, text, (size_t)(colon - text));
            column->has_kind = true;
            column->kind = (cauce_kind)k;
            return column->name ? CAUCE_OK : CA_NOMEM(run);
        }
    return cauce_fail(run, CAUCE_E_PARAM,
                      "kinds: '%s' is not column:kind with kind one of number, category, boolean, text, time",
                      text);
}

static cauce_status csv_options(cauce_run *run, const struct csv_options *o, ca_csv_options *csv) {
    const char *const *kinds = NULL;
    memset(csv, 0, sizeof *csv);
    CA_TRY(ca_csv_separator(run, "separator", o->separator, &csv->separator));
    CA_TRY(ca_csv_marks(run, o->decimal, o->thousands, &csv->decimal, &csv->thousands));
    csv->dates = o->dates == 0 ? CA_DATES_ISO : (ca_date_order)(o->dates - 1); /* behind auto */
    csv->find_marks = !o->decimal && !o->thousands;
    csv->find_dates = o->dates == 0;
    CA_TRY(text_list(run, "drop", &o->drop, &csv->drop, &csv->n_drop));
    CA_TRY(text_list(run, "kinds", &o->kinds, &kinds, &csv->n_columns));
    if (o->missing.type == CAUCE_V_LIST)
        CA_TRY(text_list(run, "missing", &o->missing, &csv->missing, &csv->n_missing));
    ca_csv_column *columns = cauce_scratch(run, csv->n_columns, sizeof *columns);
    if (!columns) return run->error.status;
    for (int64_t i = 0; i < csv->n_columns; i++) CA_TRY(read_kind(run, kinds[i], &columns[i]));
    csv->columns = columns;
    return CAUCE_OK;
}

static cauce_status copy_text(cauce_run *run, const char *text, char **copy) {
    size_t size = strlen(text) + 1;
    *copy = ca_malloc(size);
    if (!*copy) return CA_NOMEM(run);
    memcpy(*copy, text, size);
    return CAUCE_OK;
}

/* The target column, or the list of them: whatever a bare name reads as, it is a text. */
static cauce_status target_list(cauce_run *run, const cauce_value *target, const char *const **names,
                                int64_t *n) {
    if (target->type == CAUCE_V_LIST && target->n_items == 0)
        return cauce_fail(run, CAUCE_E_PARAM, "target=[] names no column");
    if (target->type == CAUCE_V_LIST || target->type == CAUCE_V_NULL)
        return text_list(run, "target", target, names, n);
    const char **one = cauce_scratch(run, 1, sizeof *one);
    if (!one) return run->error.status;
    *one = target->text;
    *names = one;
    *n = 1;
    return CAUCE_OK;
}

/* A column has one role. */
static cauce_status check_roles(cauce_run *run, const struct csv_options *o) {
    struct {
        const char *option, *const *columns;
        int64_t n;
    } given[] = { { "target", NULL, 0 },           { "weight", &o->weight, 1 }, { "groups", &o->groups, 1 },
                  { "time", &o->time, 1 },         { "fold", &o->fold, 1 },     { "offset", &o->offset, 1 },
                  { "exposure", &o->exposure, 1 }, { "id", NULL, 0 },           { "drop", NULL, 0 } };
    enum { N = sizeof given / sizeof *given };
    CA_TRY(target_list(run, &o->target, &given[0].columns, &given[0].n));
    CA_TRY(text_list(run, "id", &o->id, &given[N - 2].columns, &given[N - 2].n));
    CA_TRY(text_list(run, "drop", &o->drop, &given[N - 1].columns, &given[N - 1].n));
    for (int i = 0; i < N - 2; i++)
        for (int k = i + 1; k < N; k++)
            for (int64_t at = 0; at < given[i].n * given[k].n; at++) {
                const char *one = given[i].columns[at / given[k].n],
                           *other = given[k].columns[at % given[k].n];
                if (one && other && strcmp(one, other) == 0)
                    return cauce_fail(run, CAUCE_E_PARAM,
                                      "column '%s' is named by %s and by %s; it can be one of them", one,
                                      given[i].option, given[k].option);
            }
    return CAUCE_OK;
}

static cauce_status set_roles(cauce_run *run, cauce_table *table, const struct csv_options *o) {
    const struct {
        const char *column;
        cauce_role role;
    } roles[] = { { o->weight, CAUCE_WEIGHT }, { o->groups, CAUCE_GROUP },  { o->time, CAUCE_TIME },
                  { o->fold, CAUCE_FOLD },     { o->offset, CAUCE_OFFSET }, { o->exposure, CAUCE_EXPOSURE } };
    const char *const *targets = NULL;
    int64_t n = 0;
    CA_TRY(target_list(run, &o->target, &targets, &n));
    if (n) CA_TRY(ca_table_set_targets(run, table, targets, n));
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
        if (roles[i].column) CA_TRY(ca_table_set_role(run, table, roles[i].column, roles[i].role));
    const char *const *ids = NULL;
    CA_TRY(text_list(run, "id", &o->id, &ids, &n));
    for (int64_t i = 0; i < n; i++) CA_TRY(ca_table_set_role(run, table, ids[i], CAUCE_IGNORE));
    if (o->positive) CA_TRY(copy_text(run, o->positive, &table->positive));
    /* As marks of numbers do, markers of missing cells go with the table into the model, which reads its
     * files by them. */
    if (o->missing.type != CAUCE_V_LIST) return CAUCE_OK;
    ca_text markers = { 0 };
    ca_value_print(&markers, &o->missing);
    cauce_status status =
        markers.failed ? CA_NOMEM(run) : copy_text(run, ca_text_get(&markers), &table->missing);
    ca_text_free(&markers);
    return status;
}

static cauce_status with_target(cauce_run *run, cauce_table **table) {
    int64_t n_targets = ca_table_targets(*table, NULL, 0), n = 0, total = (*table)->n_rows;
    int64_t *rows = cauce_scratch(run, total, sizeof *rows);
    int64_t *columns = cauce_scratch(run, n_targets, sizeof *columns);
    const double **y = cauce_scratch(run, n_targets, sizeof *y);
    if (!rows || !columns || !y) return run->error.status;
    ca_table_targets(*table, columns, n_targets);
    for (int64_t t = 0; t < n_targets; t++) CA_TRY(ca_table_read_all(run, *table, columns[t], &y[t]));
    for (int64_t r = 0; r < total; r++) {
        bool missing = false;
        for (int64_t t = 0; t < n_targets; t++) missing = missing || isnan(y[t][r]);
        if (!missing) rows[n++] = r;
    }
    if (n == total) return CAUCE_OK;
    cauce_warn(run, "missing_target", "%lld rows without a target were left out", (long long)(total - n));
    cauce_table *subset = ca_table_subset(run, *table, rows, n);
    if (!subset) return run->error.status;
    ca_table_drop(*table);
    *table = subset;
    return CAUCE_OK;
}

static cauce_table *read_csv(cauce_run *run, const char *path, const char *options) {
    struct csv_options o;
    ca_csv_options csv;
    ca_file file;
    if (ca_options_parse(run, &run->scratch, "cauce_read_csv", csv_rows, options, &o) != CAUCE_OK ||
        csv_options(run, &o, &csv) != CAUCE_OK || check_roles(run, &o) != CAUCE_OK ||
        ca_file_read(run, path, SIZE_MAX / 4, &file) != CAUCE_OK)
        return NULL;
    const char *what = strcmp(path, "-") == 0 ? "standard input" : path; /* as streams call it */
    cauce_table *table = NULL;
    if (ca_file_unpack(run, what, SIZE_MAX / 4, &file) == CAUCE_OK)
        table = ca_csv_read(run, file.bytes, file.size, what, &csv);
    ca_file_free(&file);
    cauce_status status = table ? set_roles(run, table, &o) : run->error.status;
    if (status == CAUCE_OK && o.missing_target == TARGET_DROP) status = with_target(run, &table);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

cauce_table *cauce_read_csv(const char *path, const char *options) {
    if (!path) return ca_null("path"), NULL;
    ca_guard guard;
    cauce_table *table = read_csv(ca_guard_enter(&guard), path, options);
    return ca_guard_leave(&guard), table;
}

cauce_status cauce_write_csv(const cauce_table *table, const char *path) {
    if (!table || !path) return ca_null(table ? "path" : "table");
    ca_guard guard;
    ca_csv_write(ca_guard_enter(&guard), table, path);
    return ca_guard_leave(&guard);
}

/* ---- Converting ---------------------------------------------------------------------------------------- */

struct convert_options {
    const char *separator, *decimal, *thousands, *to_separator, *to_decimal;
    cauce_value columns;
};

static const cauce_param convert_rows[] = {
    CAUCE_TEXT_PARAM(struct convert_options, separator, "auto", "Separator: auto , ; tab |"),
    CAUCE_TEXT_PARAM(struct convert_options, decimal, ".", "Mark of the decimals: . or a comma."),
    CAUCE_TEXT_PARAM(struct convert_options, thousands, "none", "Mark of the thousands: none , . blank '"),
    CAUCE_TEXT_PARAM(struct convert_options, to_separator, ",", "Separator that is written: , ; tab |"),
    CAUCE_TEXT_PARAM(struct convert_options, to_decimal, ".", "Mark of the decimals that is written."),
    CAUCE_LIST(struct convert_options, columns, "[]", "Columns written, in this order; none: all."),
    CAUCE_END
};

static cauce_status convert_csv(cauce_run *run, const char *input, const char *output, const char *options,
                                int64_t *rows) {
    struct convert_options o;
    ca_csv_options csv = { 0 };
    ca_csv_form form = { 0 };
    char none;
    CA_TRY(ca_options_parse(run, &run->scratch, "cauce_convert_csv", convert_rows, options, &o));
    CA_TRY(ca_csv_separator(run, "separator", o.separator, &csv.separator));
    CA_TRY(ca_csv_marks(run, o.decimal, o.thousands, &csv.decimal, &csv.thousands));
    CA_TRY(ca_csv_separator(run, "to_separator", o.to_separator, &form.separator));
    CA_TRY(ca_csv_marks(run, o.to_decimal, NULL, &form.decimal, &none));
    CA_TRY(text_list(run, "columns", &o.columns, &form.columns, &form.n_columns));
    if (!form.separator)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "to_separator=auto is not accepted; it takes: \",\", ;, tab, |");
    return ca_csv_convert(run, input, output, &csv, &form, rows);
}

cauce_status cauce_convert_csv(const char *input, const char *output, const char *options, int64_t *rows) {
    int64_t count = 0;
    if (!input || !output) return ca_null(input ? "output" : "input");
    ca_guard guard;
    convert_csv(ca_guard_enter(&guard), input, output, options, &count);
    if (rows) *rows = count;
    return ca_guard_leave(&guard);
}

cauce_status cauce_csv_names(const char *path, void (*each)(const char *name, void *payload), void *payload) {
    if (!path || !each) return ca_null(path ? "each" : "path");
    ca_guard guard;
    ca_csv_stream *stream = ca_csv_open(ca_guard_enter(&guard), path, NULL);
    const char *const *names = NULL;
    const int64_t n = stream ? ca_csv_header(stream, &names) : 0;
    for (int64_t i = 0; i < n; i++) each(names[i], payload);
    ca_csv_close(stream);
    return ca_guard_leave(&guard);
}

/* ---- Building ------------------------------------------------------------------------------------------ */

cauce_table *cauce_table_new(int64_t n_rows) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_table *table = NULL;
    if (n_rows < 0)
        cauce_fail(run, CAUCE_E_ARGUMENT, "a table cannot have %lld rows", (long long)n_rows);
    else
        table = ca_table_new(run, n_rows);
    return ca_guard_leave(&guard), table;
}

void cauce_table_free(cauce_table *table) {
    ca_table_drop(table);
}

static bool is_utf8(const char *text) {
    size_t length = strlen(text);
    return ca_utf8_valid(text, length) == length;
}

static cauce_status check_name(cauce_run *run, const cauce_table *table, const char *name,
                               const void *values) {
    char shown[96];
    if (!name || !*name) return cauce_fail(run, CAUCE_E_ARGUMENT, "a column needs a name");
    if (!is_utf8(name))
        return cauce_fail(run, CAUCE_E_ARGUMENT, "column '%s': the name is not UTF-8",
                          ca_text_show(name, strlen(name), shown, sizeof shown));
    if (!values && table->n_rows)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "column '%s': the array is NULL", name);
    if (table->rows)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "a table made of rows of another takes no more columns");
    if (ca_table_find(table, name) >= 0)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "there is a column '%s' already", name);
    return CAUCE_OK;
}

static cauce_status add_borrowed(cauce_table *table, const char *name, const void *values, ptrdiff_t stride,
                                 ca_storage storage) {
    if (!table) return ca_null("table");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    if (check_name(run, table, name, values) == CAUCE_OK) {
        ca_column *column = ca_column_new(CAUCE_NUMBER, storage, table->n_rows);
        if (column) {
            column->data = values;
            column->stride = stride ? stride : 1;
        }
        ca_table_add(run, table, name, CAUCE_FEATURE, column);
    }
    return ca_guard_leave(&guard);
}

cauce_status cauce_table_add_f64(cauce_table *table, const char *name, const double *values,
                                 ptrdiff_t stride) {
    return add_borrowed(table, name, values, stride, CA_F64);
}

cauce_status cauce_table_add_f32(cauce_table *table, const char *name, const float *values,
                                 ptrdiff_t stride) {
    return add_borrowed(table, name, values, stride, CA_F32);
}

cauce_status cauce_table_add_i64(cauce_table *table, const char *name, const int64_t *values,
                                 ptrdiff_t stride) {
    return add_borrowed(table, name, values, stride, CA_I64);
}

cauce_status cauce_table_add_i32(cauce_table *table, const char *name, const int32_t *values,
                                 ptrdiff_t stride) {
    return add_borrowed(table, name, values, stride, CA_I32);
}

/* Model files hold names and classes as JSON: a text that is not UTF-8 would not come back as it went. */
static cauce_status check_texts(cauce_run *run, const char *name, const char *const *values, int64_t n) {
    char shown[96];
    for (int64_t r = 0; r < n; r++)
        if (values[r] && !is_utf8(values[r]))
            return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: '%s' is not UTF-8", name,
                              (long long)r + 1,
                              ca_text_show(values[r], strlen(values[r]), shown, sizeof shown));
    return CAUCE_OK;
}

cauce_status cauce_table_add_text(cauce_table *table, const char *name, const char *const *values) {
    if (!table) return ca_null("table");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    if (check_name(run, table, name, values) == CAUCE_OK &&
        check_texts(run, name, values, table->n_rows) == CAUCE_OK) {
        ca_column *column = ca_column_from_texts(run, values, table->n_rows);
        if (column) ca_table_add(run, table, name, CAUCE_FEATURE, column);
    }
    return ca_guard_leave(&guard);
}

cauce_status cauce_table_set_role(cauce_table *table, const char *column, cauce_role role) {
    if (!table || !column) return ca_null(table ? "column" : "table");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    if ((unsigned)role > CAUCE_EXPOSURE)
        cauce_fail(run, CAUCE_E_ARGUMENT, "unknown role %d", (int)role);
    else
        ca_table_set_role(run, table, column, role);
    return ca_guard_leave(&guard);
}

cauce_status cauce_table_set_targets(cauce_table *table, const char *const *columns, int64_t n) {
    if (!table || !columns) return ca_null(table ? "columns" : "table");
    for (int64_t i = 0; i < n; i++)
        if (!columns[i]) return ca_null("columns[i]");
    ca_guard guard;
    ca_table_set_targets(ca_guard_enter(&guard), table, columns, n);
    return ca_guard_leave(&guard);
}

cauce_status cauce_table_set_positive(cauce_table *table, const char *label) {
    if (!table) return ca_null("table");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    char *copy = NULL;
    if (!label || copy_text(run, label, &copy) == CAUCE_OK) {
        ca_free(table->positive);
        table->positive = copy;
    }
    return ca_guard_leave(&guard);
}

/* ---- Looking ------------------------------------------------------------------------------------------- */

int64_t cauce_table_rows(const cauce_table *table) {
    return table ? table->n_rows : 0;
}

int64_t cauce_table_columns(const cauce_table *table) {
    return table ? table->n_columns : 0;
}

static const ca_table_column *column_of(const cauce_table *table, int64_t j) {
    return table && j >= 0 && j < table->n_columns ? &table->columns[j] : NULL;
}

const char *cauce_table_name(const cauce_table *table, int64_t j) {
    const ca_table_column *column = column_of(table, j);
    return column ? column->name : NULL;
}

cauce_kind cauce_table_kind(const cauce_table *table, int64_t j) {
    const ca_table_column *column = column_of(table, j);
    return column ? column->column->kind : CAUCE_NUMBER;
}

cauce_role cauce_table_role(const cauce_table *table, int64_t j) {
    const ca_table_column *column = column_of(table, j);
    return column ? column->role : CAUCE_IGNORE;
}

int64_t cauce_table_find(const cauce_table *table, const char *name) {
    return table && name ? ca_table_find(table, name) : -1;
}

int64_t cauce_table_missing(const cauce_table *table, int64_t j) {
    if (!column_of(table, j)) return 0;
    double block[512];
    int64_t missing = 0;
    for (int64_t first = 0; first < table->n_rows; first += 512) {
        int64_t n = table->n_rows - first < 512 ? table->n_rows - first : 512;
        const double *values = ca_table_read(table, j, first, n, block);
        for (int64_t i = 0; i < n; i++) missing += isnan(values[i]);
    }
    return missing;
}

int64_t cauce_table_levels(const cauce_table *table, int64_t j) {
    const ca_table_column *column = column_of(table, j);
    if (!column || column->column->storage != CA_CODES) return 0;
    bool *seen = ca_calloc((size_t)column->column->levels->count + 1, sizeof *seen);
    int32_t block[512];
    int64_t levels = 0;
    if (!seen) return column->column->levels->count;
    for (int64_t first = 0; first < table->n_rows; first += 512) {
        int64_t n = table->n_rows - first < 512 ? table->n_rows - first : 512;
        const int32_t *codes = ca_table_read_codes(table, j, first, n, block);
        for (int64_t i = 0; i < n; i++)
            if (codes[i] >= 0 && !seen[codes[i]]) seen[codes[i]] = true, levels++;
    }
    ca_free(seen);
    return levels;
}

double cauce_table_number(const cauce_table *table, int64_t row, int64_t j) {
    double scratch;
    if (!column_of(table, j) || row < 0 || row >= table->n_rows) return NAN;
    return *ca_table_read(table, j, row, 1, &scratch);
}

const char *cauce_table_text(const cauce_table *table, int64_t row, int64_t j) {
    const ca_table_column *column = column_of(table, j);
    int32_t scratch;
    if (!column || column->column->storage != CA_CODES || row < 0 || row >= table->n_rows) return NULL;
    return cauce_levels_text(column->column->levels, *ca_table_read_codes(table, j, row, 1, &scratch));
}

cauce_table *cauce_table_rows_of(const cauce_table *table, const int64_t *rows, int64_t n) {
    if (!table || (!rows && n)) return ca_null(table ? "rows" : "table"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_table *subset = NULL;
    int64_t i = 0;
    while (i < n && rows[i] >= 0 && rows[i] < table->n_rows) i++;
    if (n < 0)
        cauce_fail(run, CAUCE_E_ARGUMENT, "a table cannot have %lld rows", (long long)n);
    else if (i < n)
        cauce_fail(run, CAUCE_E_ARGUMENT, "row %lld is not one of 0 .. %lld", (long long)rows[i],
                   (long long)table->n_rows - 1);
    else
        subset = ca_table_subset(run, table, rows, n);
    return ca_guard_leave(&guard), subset;
}

/* ---- Splitting ----------------------------------------------------------------------------------------- */

struct split_options {
    double test_size;
    bool shuffle;
    int rng;
    cauce_value random_state;
    const char *stratify, *groups, *time;
};

static const cauce_param split_rows[] = {
    CAUCE_REAL_ABOVE(struct split_options, test_size, 0.25, 0, 9e15,
                     "Fraction of the rows (below 1) or their number."),
    CAUCE_BOOL(struct split_options, shuffle, true, "Draws the test rows at random."),
    CAUCE_MIXED(struct split_options, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9e15, 0, 0, NULL,
                "Seed."),
    CAUCE_CHOICE(struct split_options, rng, "native", CA_RNG_WORDS,
                 "Whose random numbers: sklearn makes the parts of scikit-learn's train_test_split."),
    CAUCE_TEXT_PARAM(struct split_options, stratify, NULL, "Column whose classes are shared out evenly."),
    CAUCE_TEXT_PARAM(struct split_options, groups, NULL, "Column whose groups stay together."),
    CAUCE_TEXT_PARAM(struct split_options, time, NULL, "Column of times: the latest rows are tested."),
    CAUCE_END
};

static cauce_status column_numbers(cauce_run *run, const cauce_table *table, const char *name,
                                   const int32_t **numbers, int32_t *n) {
    int64_t j = ca_table_find(table, name);
    if (j < 0) return ca_table_no_column(run, table, name);
    return ca_table_numbers(run, table, j, numbers, n);
}

static cauce_status column_classes(cauce_run *run, const cauce_table *table, const char *name,
                                   ca_split_input *input) {
    CA_TRY(column_numbers(run, table, name, &input->y_class, &input->n_classes));
    input->labels =
        ca_table_number_texts(run, table, ca_table_find(table, name), input->y_class, input->n_classes);
    return input->labels ? CAUCE_OK : run->error.status;
}

static cauce_status column_time(cauce_run *run, const cauce_table *table, const char *name,
                                const double **time) {
    int64_t j = ca_table_find(table, name);
    if (j < 0) return ca_table_no_column(run, table, name);
    CA_TRY(ca_table_check_time(run, table, j));
    return ca_table_read_all(run, table, j, time);
}

static cauce_status split(cauce_run *run, const cauce_table *table, const char *options, cauce_table **train,
                          cauce_table **test) {
    struct split_options o;
    ca_split_input input = { .n_rows = table->n_rows };
    ca_draws draws;
    ca_fold fold;
    CA_TRY(ca_options_parse(run, &run->scratch, "cauce_split", split_rows, options, &o));
    if (o.stratify) CA_TRY(column_classes(run, table, o.stratify, &input));
    if (o.groups) CA_TRY(column_numbers(run, table, o.groups, &input.group, &input.n_groups));
    if (o.time) CA_TRY(column_time(run, table, o.time, &input.time));
    CA_TRY(ca_draws_begin(run, o.rng, &o.random_state, "train_test", &draws));
    CA_TRY(
        ca_train_test(run, o.test_size, o.shuffle, &draws, o.stratify != NULL, &input, &run->scratch, &fold));
    *train = ca_table_subset(run, table, fold.train, fold.n_train);
    *test = *train ? ca_table_subset(run, table, fold.test, fold.n_test) : NULL;
    if (*test) return CAUCE_OK;
    ca_table_drop(*train);
    *train = NULL;
    return run->error.status;
}

cauce_status cauce_split(const cauce_table *table, const char *options, cauce_table **train,
                         cauce_table **test) {
    if (train) *train = NULL;
    if (test) *test = NULL;
    if (!table || !train || !test) return ca_null(!table ? "table" : !train ? "train" : "test");
    ca_guard guard;
    split(ca_guard_enter(&guard), table, options, train, test);
    return ca_guard_leave(&guard);
}
