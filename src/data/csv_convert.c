#include "data/csv_convert.h"

#include <string.h>

#include "base/number.h"
#include "data/csv_infer.h"
#include "data/csv_stream.h"

enum { FLUSH_AT = 1 << 16, CANCEL_EVERY = 4096 };

typedef struct converting {
    const ca_csv_form *form;
    ca_csv_markers marks; /* of the numbers that are read */
    bool same_marks;      /* numbers need no look */
    int64_t *field;       /* of the record, for each column written */
    int64_t n;
    ca_text out;
} converting;

static cauce_status choose(cauce_run *run, const ca_csv_rows *rows, converting *c) {
    c->n = c->form->n_columns ? c->form->n_columns : rows->n_columns;
    c->field = cauce_scratch(run, c->n, sizeof *c->field);
    bool *taken = cauce_scratch(run, rows->n_columns, sizeof *taken);
    if (!c->field || !taken) return run->error.status;
    for (int64_t i = 0; i < c->n; i++) {
        const char *name = c->form->n_columns ? c->form->columns[i] : rows->names[i];
        c->field[i] = ca_map_find(&rows->index, name, strlen(name));
        if (c->field[i] < 0) return ca_csv_no_column(run, rows, name);
        if (taken[c->field[i]]) return cauce_fail(run, CAUCE_E_PARAM, "column '%s' is named twice", name);
        taken[c->field[i]] = true;
    }
    return CAUCE_OK;
}

/* The number with the marks of the new form; 0: the cell is no number. */
static size_t new_number(const converting *c, const ca_csv_cell *cell, char out[CA_CSV_NUMBER_SIZE]) {
    double value;
    if (c->same_marks || !ca_csv_number(&c->marks, cell, &value)) return 0;
    const size_t n = ca_csv_plain_number(&c->marks, cell->text, cell->length, out);
    char *point = memchr(out, '.', n);
    if (point) *point = c->form->decimal;
    return n;
}

/* A bare text that would be cut, or be taken for a quoted one. */
static bool needs_quotes(const converting *c, const char *text, size_t length) {
    return memchr(text, c->form->separator, length) || (length > 0 && text[0] == '"') ||
           (length > 0 && text[length - 1] == '\r');
}

static void put_cell(converting *c, const ca_csv_cell *cell) {
    char number[CA_CSV_NUMBER_SIZE];
    const size_t n = new_number(c, cell, number);
    const char *text = n ? number : cell->text;
    const size_t length = n ? n : cell->length;
    if (n == 0 && cell->quoted) { /* what is doubled stays doubled */
        ca_text_add_n(&c->out, "\"", 1);
        ca_text_add_n(&c->out, text, length);
        ca_text_add_n(&c->out, "\"", 1);
    } else if (length > 0 && needs_quotes(c, text, length))
        ca_csv_put_quoted(&c->out, text, length);
    else
        ca_text_add_n(&c->out, text, length);
}

static void put_row(converting *c, const ca_csv_cell *cells) {
    const size_t start = c->out.length;
    for (int64_t i = 0; i < c->n; i++) {
        if (i) ca_text_add_n(&c->out, &c->form->separator, 1);
        put_cell(c, &cells[c->field[i]]);
    }
    if (c->out.length == start) ca_text_add_n(&c->out, "\"\"", 2); /* not a blank line */
    ca_text_add_n(&c->out, "\n", 1);
}

static void put_header(converting *c, const ca_csv_rows *rows) {
    for (int64_t i = 0; i < c->n; i++) {
        const char *name = rows->names[c->field[i]];
        if (i) ca_text_add_n(&c->out, &c->form->separator, 1);
        if (i == 0 && ca_csv_binary(name, strlen(name)))
            ca_csv_put_quoted(&c->out, name, strlen(name));
        else
            ca_csv_put_text(&c->out, name, strlen(name), true);
    }
    ca_text_add_n(&c->out, "\n", 1);
}

static cauce_status hand_over(cauce_run *run, converting *c, ca_writer *writer) {
    if (c->out.failed) return CA_NOMEM(run);
    CA_TRY(ca_writer_put(run, writer, ca_text_get(&c->out), c->out.length));
    c->out.length = 0;
    return CAUCE_OK;
}

static cauce_status convert(cauce_run *run, ca_csv_rows *rows, converting *c, ca_writer *writer,
                            int64_t *count) {
    put_header(c, rows);
    for (*count = 0;; ++*count) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, rows, &there));
        if (!there) break;
        put_row(c, rows->cells);
        if (c->out.length >= FLUSH_AT) CA_TRY(hand_over(run, c, writer));
        if (*count % CANCEL_EVERY == 0) CA_TRY(cauce_check_cancel(run));
    }
    return hand_over(run, c, writer);
}

static cauce_status to_file(cauce_run *run, ca_csv_stream *stream, const char *to, converting *c,
                            int64_t *rows) {
    ca_writer writer = { 0 };
    CA_TRY(choose(run, &stream->rows, c));
    CA_TRY(ca_writer_open(run, &writer, to));
    cauce_status status = convert(run, &stream->rows, c, &writer, rows);
    if (status == CAUCE_OK) return ca_writer_commit(run, &writer);
    ca_writer_abort(&writer);
    return status;
}

cauce_status ca_csv_convert(cauce_run *run, const char *from, const char *to, const ca_csv_options *options,
                            const ca_csv_form *form, int64_t *rows) {
    converting c = { .form = form };
    ca_csv_markers_numbers(&c.marks, options->decimal, options->thousands);
    c.same_marks = c.marks.decimal == form->decimal && !c.marks.thousands;
    ca_csv_stream *stream = ca_csv_open(run, from, options);
    if (!stream) return run->error.status;
    cauce_status status = to_file(run, stream, to, &c, rows);
    ca_text_free(&c.out);
    ca_csv_close(stream);
    return status;
}
