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

static void put_as_quoted(converting *c, const ca_csv_cell *cell) {
    ca_text_add_n(&c->out, "\"", 1);
    ca_text_add_n(&c->out, cell->text, cell->length); /* what is doubled stays doubled */
    ca_text_add_n(&c->out, "\"", 1);
}

static void put_cell(converting *c, const ca_csv_cell *cell) {
    char number[CA_CSV_NUMBER_SIZE];
    const size_t n = new_number(c, cell, number);
    const char *text = n ? number : cell->text;
    const size_t length = n ? n : cell->length;
    if (n == 0 && cell->quoted)
        put_as_quoted(c, cell);
    else if (length > 0 && needs_quotes(c, text, length))
        ca_csv_put_quoted(&c->out, text, length);
    else
        ca_text_add_n(&c->out, text, length);
}

/* A name is no number. The reader counts all separators in the header, so that a bare name with another one
 * in it is quoted too; and a file must not begin like another format. */
static void put_name(converting *c, const ca_csv_cell *cell, bool first) {
    if (cell->quoted)
        put_as_quoted(c, cell);
    else if (first && ca_csv_binary(cell->text, cell->length))
        ca_csv_put_quoted(&c->out, cell->text, cell->length);
    else
        ca_csv_put_text(&c->out, cell->text, cell->length, false);
}

/* Blanks at the ends of a cell do not belong to its text, but the file may be made for eyes. Those that would
 * be separators are left out. */
static void put_blanks(converting *c, const char *from, const char *to) {
    if (!memchr(from, c->form->separator, (size_t)(to - from)))
        ca_text_add_n(&c->out, from, (size_t)(to - from));
}

static bool is_blank(const ca_csv_scan *scan, char byte) {
    return (byte == ' ' || byte == '\t') && byte != scan->separator;
}

/* The record that was found last; the first is the header. */
static void put_record(converting *c, const ca_csv_scan *scan, bool header) {
    for (int64_t i = 0; i < c->n; i++) {
        const ca_csv_cell *cell = &scan->cells[c->field[i]];
        const char *from = cell->text - cell->quoted, *to = cell->text + cell->length + cell->quoted;
        const char *before = from, *after = to;
        while (before > scan->record && is_blank(scan, before[-1])) before--;
        while (after < scan->record_end && is_blank(scan, *after)) after++;
        if (i) ca_text_add_n(&c->out, &c->form->separator, 1);
        put_blanks(c, before, from);
        if (header)
            put_name(c, cell, i == 0);
        else
            put_cell(c, cell);
        put_blanks(c, to, after);
    }
    ca_text_add_n(&c->out, "\n", 1);
}

static void put_row(converting *c, const ca_csv_rows *rows) {
    const ca_csv_cell *only = &rows->cells[c->field[0]];
    if (c->n == 1 && only->length == 0 && !only->quoted)
        ca_text_add_n(&c->out, "\"\"\n", 3); /* not a blank line */
    else
        put_record(c, &rows->scan, false);
}

static cauce_status hand_over(cauce_run *run, converting *c, ca_writer *writer) {
    if (c->out.failed) return CA_NOMEM(run);
    CA_TRY(ca_writer_put(run, writer, ca_text_get(&c->out), c->out.length));
    c->out.length = 0;
    return CAUCE_OK;
}

static cauce_status convert(cauce_run *run, ca_csv_rows *rows, converting *c, ca_writer *writer,
                            int64_t *count) {
    put_record(c, &rows->scan, true);
    for (*count = 0;; ++*count) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, rows, &there));
        if (!there) break;
        put_row(c, rows);
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
