#include "core/model_csv.h"

#include <math.h>
#include <string.h>

#include "base/map.h"
#include "core/param.h"
#include "data/csv.h"

enum { ERROR_STOP, ERROR_MISSING };

struct options {
    bool proba, decision, quantiles, strict, need_target;
    int on_error;
    cauce_value keep, missing;
    const char *separator, *decimal, *thousands, *weight;
};

#define COMMON_ROWS                                                                                          \
    CAUCE_CHOICE(struct options, on_error, "stop", "stop|missing",                                           \
                 "What a cell that does not fit its kind does."),                                            \
        CAUCE_LIST(struct options, keep, "[]", "Columns carried along."),                                    \
        CAUCE_LIST(struct options, missing, "null", "Markers of missing cells."),                            \
        CAUCE_TEXT_PARAM(struct options, separator, "auto", "Separator: auto , ; tab |"),                    \
        CAUCE_TEXT_PARAM(struct options, decimal, NULL, "Mark of the decimals: . or a comma."),              \
        CAUCE_TEXT_PARAM(struct options, thousands, NULL, "Mark of the thousands: none , . blank '")

static const cauce_param read_rows[] = {
    COMMON_ROWS, CAUCE_BOOL(struct options, need_target, false, "Fails when the target column is not there."),
    CAUCE_TEXT_PARAM(struct options, weight, NULL, "Column of row weights."), CAUCE_END
};

static const cauce_param predict_rows[] = {
    COMMON_ROWS,
    CAUCE_BOOL(struct options, proba, false, "Adds the probability of each class."),
    CAUCE_BOOL(struct options, decision, false, "Adds the decision value of each class."),
    CAUCE_BOOL(struct options, quantiles, false, "Writes all quantiles in place of the prediction."),
    CAUCE_BOOL(struct options, strict, false, "Columns the model does not know are errors."),
    CAUCE_END
};

static const cauce_param transform_rows[] = {
    COMMON_ROWS, CAUCE_BOOL(struct options, strict, false, "Columns the model does not know are errors."),
    CAUCE_END
};

/* What is read from one file. */
typedef struct reading {
    const cauce_model *model;
    bool classifies;
    struct options o;
    ca_csv_stream *stream;
    const char *const *header;
    int64_t n_header, n_bad;
    ca_map names; /* of the header */
    ca_csv_column *columns;
    int64_t n_columns;
    ca_map selected;        /* names of `columns` */
    ca_class_columns shown; /* written beside the prediction */
    int64_t n_numbers;      /* of a regressor: predictions in a row; 0: classes or quantiles are written */
    int64_t n_quantiles;    /* written in place of the prediction; 0: none */
    double *quantiles;
    const ca_text *labels;           /* of the classes, as they are written */
    const cauce_schema *columns_out; /* of a transformation; NULL: predictions */
} reading;

static int64_t in_header(const reading *r, const char *name) {
    return ca_map_find(&r->names, name, strlen(name));
}

static bool selected(const reading *r, const char *name) {
    return ca_map_find(&r->selected, name, strlen(name)) >= 0;
}

static cauce_status select_column(cauce_run *run, reading *r, ca_csv_column column) {
    if (ca_map_add(&r->selected, column.name, strlen(column.name), NULL) < 0) return CA_NOMEM(run);
    r->columns[r->n_columns++] = column;
    return CAUCE_OK;
}

static bool is_kept(const reading *r, const char *name) {
    for (int64_t i = 0; i < r->o.keep.n_items; i++)
        if (r->o.keep.items[i].text && strcmp(r->o.keep.items[i].text, name) == 0) return true;
    return false;
}

/* Inputs that the file has, in the model's kinds; a category that is also carried along keeps its own levels,
 * so that unseen ones can be written out again. */
static cauce_status select_inputs(cauce_run *run, reading *r) {
    for (int64_t i = 0; i < r->model->inputs.n_fields; i++) {
        const cauce_field *field = &r->model->inputs.fields[i];
        if (field->optional || in_header(r, field->name) < 0) continue;
        bool own = field->form == CAUCE_CODES && is_kept(r, field->name);
        ca_csv_column column = { field->name, true, own ? CAUCE_TEXT : field->kind,
                                 own ? NULL : field->levels };
        CA_TRY(select_column(run, r, column));
    }
    return CAUCE_OK;
}

static const char *header_at(int64_t i, void *payload) {
    return ((const reading *)payload)->header[i];
}

static cauce_status select_kept(cauce_run *run, reading *r) {
    for (int64_t i = 0; i < r->o.keep.n_items; i++) {
        const char *name = r->o.keep.items[i].text;
        if (!name || in_header(r, name) < 0) {
            const char *nearest = name ? ca_text_nearest(name, r->n_header, header_at, r) : NULL;
            return cauce_fail(run, CAUCE_E_SCHEMA, "no column '%s' to keep%s%s%s", name ? name : "",
                              nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
        }
        for (int64_t k = 0; k < i; k++)
            if (strcmp(r->o.keep.items[k].text, name) == 0)
                return cauce_fail(run, CAUCE_E_PARAM, "keep names column '%s' twice", name);
        if (!selected(r, name))
            CA_TRY(select_column(run, r, (ca_csv_column){ name, true, CAUCE_TEXT, NULL }));
    }
    return CAUCE_OK;
}

static cauce_status no_target(cauce_run *run, reading *r, const char *name) {
    const char *nearest = ca_text_nearest(name, r->n_header, header_at, r);
    return cauce_fail(run, CAUCE_E_SCHEMA, "no target column '%s'%s%s%s", name, nearest ? "; is it '" : "",
                      nearest ? nearest : "", nearest ? "'?" : "");
}

static cauce_status select_target(cauce_run *run, reading *r) {
    const cauce_model *model = r->model;
    if (r->o.weight) {
        if (in_header(r, r->o.weight) < 0)
            return cauce_fail(run, CAUCE_E_SCHEMA, "no weight column '%s'", r->o.weight);
        if (!selected(r, r->o.weight))
            CA_TRY(select_column(run, r, (ca_csv_column){ r->o.weight, true, CAUCE_NUMBER, NULL }));
    }
    for (int64_t t = 0; t < ca_model_targets(model); t++) {
        const char *name = ca_model_target(model, t);
        /* One level of a boolean alone does not read as one: classes are read as they stand. */
        cauce_kind kind = ca_model_target_kind(model, t);
        if (kind == CAUCE_BOOLEAN && ca_model_classifies(model)) kind = CAUCE_CATEGORY;
        if (in_header(r, name) < 0 && r->o.need_target) return no_target(run, r, name);
        if (in_header(r, name) >= 0 && !selected(r, name))
            CA_TRY(select_column(run, r, (ca_csv_column){ name, true, kind, NULL }));
    }
    if (!*model->target && r->o.need_target) return no_target(run, r, model->target);
    return CAUCE_OK;
}

static cauce_status check_inputs(cauce_run *run, reading *r) {
    ca_text list = { 0 };
    const char *nearest = NULL;
    int64_t n = 0;
    for (int64_t i = 0; i < r->model->inputs.n_fields; i++) {
        const cauce_field *field = &r->model->inputs.fields[i];
        if (field->optional || in_header(r, field->name) >= 0) continue;
        if (!n++) nearest = ca_text_nearest(field->name, r->n_header, header_at, r);
        if (list.length < 600) ca_text_addf(&list, "%s'%s'", n > 1 ? ", " : "", field->name);
    }
    cauce_status status = CAUCE_OK;
    if (n)
        status =
            cauce_fail(run, CAUCE_E_SCHEMA, "the model needs column%s %s, which the file does not have%s%s%s",
                       n > 1 ? "s" : "", ca_text_get(&list), n == 1 && nearest ? "; is it '" : "",
                       n == 1 && nearest ? nearest : "", n == 1 && nearest ? "'?" : "");
    ca_text_free(&list);
    return status;
}

static bool is_target(const reading *r, const char *name) {
    for (int64_t t = 0; t < ca_model_targets(r->model); t++)
        if (strcmp(name, ca_model_target(r->model, t)) == 0) return true;
    return false;
}

static cauce_status check_extra(cauce_run *run, const reading *r) {
    ca_text list = { 0 };
    ca_map inputs = { 0 }; /* the unused ones too: the model knows them */
    int64_t n = 0;
    for (int64_t k = 0; k < r->model->inputs.n_fields; k++) {
        const char *name = r->model->inputs.fields[k].name;
        if (ca_map_add(&inputs, name, strlen(name), NULL) >= 0) continue;
        ca_map_free(&inputs);
        return CA_NOMEM(run);
    }
    for (int64_t i = 0; i < r->n_header; i++) {
        const char *name = r->header[i];
        bool known = ca_map_find(&inputs, name, strlen(name)) >= 0 || is_target(r, name) ||
                     is_kept(r, name) || (r->o.weight && strcmp(name, r->o.weight) == 0);
        if (!known && ++n && list.length < 300) ca_text_addf(&list, "%s'%s'", n > 1 ? ", " : "", name);
    }
    ca_map_free(&inputs);
    cauce_status status = CAUCE_OK;
    if (n && r->o.strict)
        status = cauce_fail(run, CAUCE_E_SCHEMA, "%lld column%s that the model does not know: %s",
                            (long long)n, n > 1 ? "s" : "", ca_text_get(&list));
    else if (n)
        cauce_warn(run, "extra_column", "%lld column%s that the model does not know: %s", (long long)n,
                   n > 1 ? "s" : "", ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

/* The marks of numbers: those given, otherwise those of the files that the model was fitted to. */
static cauce_status set_marks(cauce_run *run, const reading *r, ca_csv_options *csv) {
    const char decimal[2] = { r->model->decimal }, thousands[2] = { r->model->thousands };
    const char *const known[2] = { *decimal ? decimal : NULL, *thousands ? thousands : NULL };
    return ca_csv_marks(run, r->o.decimal ? r->o.decimal : known[0],
                        r->o.thousands ? r->o.thousands : known[1], &csv->decimal, &csv->thousands);
}

static cauce_status start(cauce_run *run, reading *r, const char *path, const cauce_param *rows,
                          const char *owner, const char *options, bool with_target) {
    ca_csv_options csv = { .only_named = true };
    CA_TRY(ca_options_parse(run, &run->scratch, owner, rows, options, &r->o));
    CA_TRY(ca_csv_separator(run, "separator", r->o.separator, &csv.separator));
    CA_TRY(set_marks(run, r, &csv));
    if (r->o.missing.type != CAUCE_V_LIST && r->model->missing)
        CA_TRY(ca_value_parse(run, &run->scratch, r->model->missing, &r->o.missing));
    if (r->o.missing.type == CAUCE_V_LIST) {
        const char **markers = cauce_scratch(run, r->o.missing.n_items, sizeof *markers);
        if (!markers) return run->error.status;
        for (int64_t i = 0; i < r->o.missing.n_items; i++)
            markers[i] = r->o.missing.items[i].text ? r->o.missing.items[i].text : "";
        csv.missing = markers;
        csv.n_missing = r->o.missing.n_items;
    }
    csv.bad_is_missing = r->o.on_error == ERROR_MISSING;
    csv.n_bad = &r->n_bad;
    r->stream = ca_csv_open(run, path, &csv);
    if (!r->stream) return run->error.status;
    r->n_header = ca_csv_header(r->stream, &r->header);
    for (int64_t i = 0; i < r->n_header; i++)
        if (ca_map_add(&r->names, r->header[i], strlen(r->header[i]), NULL) < 0) return CA_NOMEM(run);
    r->columns =
        cauce_scratch(run, r->model->inputs.n_fields + r->o.keep.n_items + ca_model_targets(r->model) + 1,
                      sizeof *r->columns);
    if (!r->columns) return run->error.status;
    CA_TRY(check_inputs(run, r));
    CA_TRY(select_inputs(run, r));
    CA_TRY(select_kept(run, r));
    if (with_target) CA_TRY(select_target(run, r));
    CA_TRY(check_extra(run, r));
    return ca_csv_select(run, r->stream, r->columns, r->n_columns);
}

static void finish(reading *r) {
    ca_map_free(&r->names);
    ca_map_free(&r->selected);
    if (r->stream) ca_csv_close(r->stream);
}

static void note_bad(cauce_run *run, const reading *r) {
    if (r->n_bad)
        cauce_warn(run, "bad_cell",
                   "cells that did not fit the kind of their column and were taken as missing: %lld",
                   (long long)r->n_bad);
}

static cauce_status set_roles(cauce_run *run, const reading *r, cauce_table *table) {
    for (int64_t i = 0; i < r->o.keep.n_items; i++) {
        bool input = false;
        for (int64_t k = 0; k < r->model->inputs.n_fields; k++)
            input = input || strcmp(r->model->inputs.fields[k].name, r->o.keep.items[i].text) == 0;
        if (!input) CA_TRY(ca_table_set_role(run, table, r->o.keep.items[i].text, CAUCE_IGNORE));
    }
    if (r->o.weight) CA_TRY(ca_table_set_role(run, table, r->o.weight, CAUCE_WEIGHT));
    const int64_t n_targets = ca_model_targets(r->model);
    const char **targets = cauce_scratch(run, n_targets, sizeof *targets);
    int64_t there = 0;
    if (!targets) return run->error.status;
    for (int64_t t = 0; t < n_targets; t++)
        if (ca_table_find(table, ca_model_target(r->model, t)) >= 0)
            targets[there++] = ca_model_target(r->model, t);
    return there ? ca_table_set_targets(run, table, targets, there) : CAUCE_OK;
}

cauce_table *ca_model_read_csv(cauce_run *run, const cauce_model *model, const char *path,
                               const char *options) {
    reading r = { .model = model };
    cauce_table *table = NULL;
    cauce_status status = start(run, &r, path, read_rows, "cauce_model_read_csv", options, true);
    if (status == CAUCE_OK) {
        table = ca_csv_next(run, r.stream, INT64_MAX);
        if (!table && run->error.status == CAUCE_OK) cauce_fail(run, CAUCE_E_SHAPE, "%s has no rows", path);
    }
    if (table) {
        note_bad(run, &r);
        status = set_roles(run, &r, table);
    }
    finish(&r);
    if (status == CAUCE_OK) return table;
    ca_table_drop(table);
    return NULL;
}

/* ---- Predicting ---------------------------------------------------------------------------------------- */

/* Names are those of cauce_transform's table. */
static void print_columns(const cauce_schema *schema, ca_text *line) {
    for (int64_t i = 0, n = 0; i < schema->n_fields; i++)
        for (int64_t j = 0; j < schema->fields[i].width; j++) {
            ca_text name = { 0 };
            const int64_t length = ca_field_column_name(&schema->fields[i], j, NULL, 0);
            char *room = ca_text_room(&name, (size_t)length + 1);
            if (room) {
                ca_field_column_name(&schema->fields[i], j, room, (size_t)length + 1);
                if (n++) ca_text_add(line, ",");
                ca_csv_put_text(line, room, (size_t)length, true);
            }
            line->failed = line->failed || name.failed;
            ca_text_free(&name);
        }
    ca_text_add(line, "\n");
}

/* stem, or stem_of. */
static void print_stemmed(const char *stem, const char *of, ca_text *line) {
    ca_text name = { 0 };
    ca_text_addf(&name, "%s%s%s", stem, of ? "_" : "", of ? of : "");
    ca_csv_put_text(line, ca_text_get(&name), name.length, false);
    line->failed = line->failed || name.failed;
    ca_text_free(&name);
}

static void print_header(const reading *r, ca_text *line) {
    for (int64_t i = 0; i < r->o.keep.n_items; i++) {
        ca_csv_put_text(line, r->o.keep.items[i].text, strlen(r->o.keep.items[i].text), false);
        ca_text_add(line, ",");
    }
    if (r->columns_out) {
        print_columns(r->columns_out, line);
        return;
    }
    for (int64_t i = 0; i < r->n_quantiles; i++) {
        ca_text_add(line, i ? ",quantile_" : "quantile_");
        ca_csv_put_number(line, r->quantiles[i]);
    }
    for (int64_t t = 0; t < r->n_numbers; t++) {
        if (t) ca_text_add(line, ",");
        print_stemmed("prediction", r->model->targets ? ca_model_target(r->model, t) : NULL, line);
    }
    if (r->classifies) ca_text_add(line, "prediction");
    for (int32_t k = r->shown.first; k < r->shown.end; k++) {
        ca_text_add(line, ",");
        print_stemmed(r->shown.stem, cauce_levels_text(r->model->classes, k), line);
    }
    ca_text_add(line, "\n");
}

static void print_kept(const reading *r, const cauce_table *table, const int64_t *kept, int64_t row,
                       ca_text *line) {
    for (int64_t i = 0; i < r->o.keep.n_items; i++) {
        int64_t j = kept[i];
        if (table->columns[j].column->storage == CA_CODES) {
            const char *text = cauce_table_text(table, row, j);
            if (text) ca_csv_put_text(line, text, strlen(text), true);
        } else
            ca_csv_put_number(line, cauce_table_number(table, row, j));
        ca_text_add(line, ",");
    }
}

/* `output`: one block, or one for each quantile. */
static void print_row(const reading *r, const cauce_table *table, const int64_t *kept,
                      const cauce_block *output, int64_t row, int32_t class, ca_text *line) {
    print_kept(r, table, kept, row, line);
    for (int64_t i = 0; i < r->n_quantiles; i++) {
        if (i) ca_text_add_n(line, ",", 1);
        ca_csv_put_number(line, output[i].values[row]);
    }
    if (r->n_quantiles) {
        ca_text_add_n(line, "\n", 1);
        return;
    }
    if (r->labels) ca_text_add_n(line, ca_text_get(&r->labels[class]), r->labels[class].length);
    for (int64_t t = 0; t < r->n_numbers; t++) {
        if (t) ca_text_add_n(line, ",", 1);
        ca_csv_put_number(line, output->values[row + t * output->stride]);
    }
    for (int32_t k = r->shown.first; k < r->shown.end; k++) {
        ca_text_add_n(line, ",", 1);
        ca_csv_put_number(line, output->values[row + k * output->stride]);
    }
    ca_text_add_n(line, "\n", 1);
}

/* Cells are written as those of a table. */
static void print_cell(const cauce_field *field, const cauce_block *block, int64_t row, int64_t j,
                       ca_text *line) {
    const int32_t code = field->form == CAUCE_DENSE ? 0 : block->codes[row];
    if (field->form == CAUCE_DENSE)
        ca_csv_put_number(line, block->values[row + j * block->stride]);
    else if (field->form == CAUCE_ONEHOT)
        ca_text_add_n(line, code == j ? "1" : "0", 1);
    else if (code >= 0)
        ca_csv_put_text(line, cauce_levels_text(field->levels, code), ca_levels_length(field->levels, code),
                        true);
}

static void print_transformed(const reading *r, const cauce_table *table, const int64_t *kept,
                              const cauce_block *output, int64_t row, ca_text *line) {
    const size_t start = line->length;
    print_kept(r, table, kept, row, line);
    for (int64_t i = 0, n = 0; i < r->columns_out->n_fields; i++)
        for (int64_t j = 0; j < r->columns_out->fields[i].width; j++) {
            if (n++) ca_text_add_n(line, ",", 1);
            print_cell(&r->columns_out->fields[i], &output[i], row, j, line);
        }
    if (line->length == start) ca_text_add_n(line, "\"\"", 2); /* no blank line */
    ca_text_add_n(line, "\n", 1);
}

/* One prediction job, and the lines of one block of rows. */
typedef struct predicting {
    const reading *r;
    ca_writer *writer;
    int64_t rows;
} predicting;

static cauce_status predict_block(cauce_run *run, cauce_table *table, void *result, void *payload) {
    const reading *r = ((const predicting *)payload)->r;
    const cauce_model *model = r->model;
    ca_text *lines = result;
    int64_t n = table->n_rows;
    lines->length = 0;
    int32_t *classes = cauce_scratch(run, n, sizeof *classes);
    int64_t *kept = cauce_scratch(run, r->o.keep.n_items, sizeof *kept);
    ca_frame out;
    if (!classes || !kept) return run->error.status;
    for (int64_t i = 0; i < r->o.keep.n_items; i++) kept[i] = ca_table_find(table, r->o.keep.items[i].text);
    CA_TRY(set_roles(run, r, table));
    const cauce_schema *schema;
    CA_TRY(r->n_quantiles
               ? ca_model_apply_quantiles(run, model, table, &out, &schema)
               : ca_model_apply(run, model, table, r->columns_out ? CA_TRANSFORM : CA_PREDICT, &out, NULL));
    if (r->columns_out) {
        for (int64_t row = 0; row < n; row++) print_transformed(r, table, kept, out.batch.blocks, row, lines);
        ca_frame_free(&out);
        return lines->failed ? CA_NOMEM(run) : CAUCE_OK;
    }
    if (r->classifies)
        ca_decide(out.batch.blocks[0].values, out.batch.blocks[0].stride, n, model->n_classes, classes);
    for (int64_t row = 0; row < n; row++)
        print_row(r, table, kept, out.batch.blocks, row, classes[row], lines);
    ca_frame_free(&out);
    return lines->failed ? CA_NOMEM(run) : CAUCE_OK;
}

static cauce_status write_block(cauce_run *run, int64_t rows, void *result, void *payload) {
    predicting *job = payload;
    const ca_text *lines = result;
    CA_TRY(ca_writer_put(run, job->writer, ca_text_get(lines), lines->length));
    CA_TRY(ca_writer_flush(run, job->writer));
    job->rows += rows;
    cauce_progress(run, job->r->columns_out ? "transform" : "predict", job->rows, 0);
    return CAUCE_OK;
}

static void drop_block(void *result) {
    ca_text_free(result);
}

static cauce_status predict_blocks(cauce_run *run, reading *r, ca_writer *writer, int64_t *rows) {
    ca_text head = { 0 };
    print_header(r, &head);
    cauce_status status = head.failed ? CA_NOMEM(run) : ca_writer_put(run, writer, head.data, head.length);
    ca_text_free(&head);
    CA_TRY(status);
    predicting job = { r, writer, 0 };
    const ca_csv_consumer consumer = { sizeof(ca_text), predict_block, write_block, drop_block, &job };
    status = ca_csv_drain(run, r->stream, &consumer);
    *rows = job.rows;
    return status;
}

static cauce_status find_quantiles(cauce_run *run, reading *r) {
    CA_TRY(ca_model_has_quantiles(run, r->model, &r->n_quantiles));
    r->quantiles = cauce_scratch(run, r->n_quantiles, sizeof *r->quantiles);
    if (!r->quantiles) return run->error.status;
    ca_model_quantiles(r->model, r->quantiles, r->n_quantiles);
    return CAUCE_OK;
}

/* The predictions of a classifier. */
static cauce_status write_labels(cauce_run *run, ca_text *labels, const cauce_model *model) {
    for (int32_t k = 0; k < model->n_classes; k++) {
        const char *text = model->class_values ? NULL : cauce_levels_text(model->classes, k);
        if (text)
            ca_csv_put_text(&labels[k], text, strlen(text), true);
        else
            ca_csv_put_number(&labels[k], model->class_values[k]);
        if (labels[k].failed) return CA_NOMEM(run);
    }
    return CAUCE_OK;
}

static cauce_status predict_classes(cauce_run *run, reading *r, ca_writer *writer, int64_t *rows) {
    const int64_t n = r->model->n_classes;
    ca_text *labels = cauce_scratch(run, n, sizeof *labels);
    if (!labels) return run->error.status;
    cauce_status status = write_labels(run, labels, r->model);
    r->labels = labels;
    if (status == CAUCE_OK) status = predict_blocks(run, r, writer, rows);
    for (int64_t k = 0; k < n; k++) ca_text_free(&labels[k]);
    return status;
}

/* Opens the output, writes all rows and ends with the input; `status`: whether anything is to be done. */
static cauce_status write_all(cauce_run *run, reading *r, cauce_status status, const char *output,
                              int64_t *rows) {
    ca_writer writer = { 0 };
    if (status == CAUCE_OK) status = ca_writer_open(run, &writer, output);
    if (status == CAUCE_OK) {
        status =
            r->classifies ? predict_classes(run, r, &writer, rows) : predict_blocks(run, r, &writer, rows);
        if (status == CAUCE_OK)
            status = ca_writer_commit(run, &writer);
        else
            ca_writer_abort(&writer);
    }
    note_bad(run, r);
    finish(r);
    return status;
}

cauce_status ca_model_transform_csv(cauce_run *run, const cauce_model *model, const char *input,
                                    const char *output, const char *options, int64_t *rows) {
    reading r = { .model = model };
    *rows = 0;
    CA_TRY(ca_model_transformed(run, model, &r.columns_out));
    const cauce_status status = start(run, &r, input, transform_rows, "transform", options, false);
    return write_all(run, &r, status, output, rows);
}

cauce_status ca_model_predict_csv(cauce_run *run, const cauce_model *model, const char *input,
                                  const char *output, const char *options, int64_t *rows) {
    reading r = { .model = model, .classifies = ca_model_classifies(model) };
    *rows = 0;
    if (!ca_node_is_estimator(model->root))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no estimator: it transforms only");
    cauce_status status = start(run, &r, input, predict_rows, "predict", options, false);
    if (status == CAUCE_OK && r.o.proba) status = ca_model_gives(run, model, false);
    if (status == CAUCE_OK && r.o.decision) status = ca_model_gives(run, model, true);
    if (r.o.proba || r.o.decision) r.shown = ca_model_class_columns(model);
    if (status == CAUCE_OK && r.o.quantiles) status = find_quantiles(run, &r);
    if (!r.classifies && !r.n_quantiles) r.n_numbers = cauce_n_targets(model->targets);
    return write_all(run, &r, status, output, rows);
}
