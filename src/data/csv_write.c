#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "data/csv.h"
#include "data/csv_infer.h"

enum { BLOCKS = 16, MOST_ROWS = 4096, MOST_CELLS = 1 << 14 }; /* of a block */

static bool is_blank(char c) {
    return c == ' ' || c == '\t';
}

/* Would the reader take the bare text for something else? All separators count, not only the comma: the
 * reader finds the separator by counting them in the header. */
static bool needs_quotes(const char *text, size_t length, bool guard_missing) {
    if (length == 0) return guard_missing;
    if (is_blank(text[0]) || is_blank(text[length - 1])) return true;
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) return true; /* a byte-order mark */
    for (size_t i = 0; i < length; i++) switch (text[i]) {
        case ',':
        case ';':
        case '\t':
        case '|':
        case '"':
        case '\n':
        case '\r': return true;
        default: break;
        }
    return guard_missing && ca_csv_is_default_marker(text, length);
}

void ca_csv_put_quoted(ca_text *out, const char *text, size_t length) {
    ca_text_add_n(out, "\"", 1);
    const char *end = text + length;
    while (text < end) {
        const char *quote = memchr(text, '"', (size_t)(end - text));
        const char *stop = quote ? quote + 1 : end;
        ca_text_add_n(out, text, (size_t)(stop - text));
        if (quote) ca_text_add_n(out, "\"", 1);
        text = stop;
    }
    ca_text_add_n(out, "\"", 1);
}

void ca_csv_put_text(ca_text *out, const char *text, size_t length, bool guard_missing) {
    if (needs_quotes(text, length, guard_missing))
        ca_csv_put_quoted(out, text, length);
    else
        ca_text_add_n(out, text, length);
}

void ca_csv_put_number(ca_text *out, double value) {
    if (isnan(value)) return;
    char *room = ca_text_room(out, CA_NUMBER_SIZE);
    if (room) out->length += (size_t)ca_number_print(value, room);
}

/* The cells of some rows of one column, ready to be written. */
typedef struct cells {
    const cauce_levels *levels; /* codes; otherwise numbers or integers */
    const int32_t *codes;
    const double *numbers;
    const ca_column *integers; /* 64-bit integers, which a double may not hold */
    void *scratch;
} cells;

static void load(cells *c, const cauce_table *table, int64_t j, int64_t first, int64_t n) {
    const ca_column *column = table->columns[j].column;
    if (column->storage == CA_CODES) {
        c->levels = column->levels;
        c->codes = ca_table_read_codes(table, j, first, n, c->scratch);
    } else if (column->storage == CA_I64) {
        c->integers = column;
    } else {
        c->numbers = ca_table_read(table, j, first, n, c->scratch);
    }
}

static void put_cell(ca_text *out, const cells *c, const cauce_table *table, int64_t first, int64_t i) {
    if (c->codes) {
        const int32_t code = c->codes[i];
        if (code >= 0)
            ca_csv_put_text(out, cauce_levels_text(c->levels, code), ca_levels_length(c->levels, code), true);
    } else if (c->integers) {
        const int64_t *data = c->integers->data;
        char *room = ca_text_room(out, CA_NUMBER_SIZE);
        if (room)
            out->length +=
                (size_t)ca_integer_print(data[ca_table_row(table, first + i) * c->integers->stride], room);
    } else {
        ca_csv_put_number(out, c->numbers[i]);
    }
}

static void put_rows(ca_text *out, const cauce_table *table, cells *columns, int64_t first, int64_t n) {
    for (int64_t j = 0; j < table->n_columns; j++) load(&columns[j], table, j, first, n);
    for (int64_t i = 0; i < n; i++) {
        const size_t start = out->length;
        for (int64_t j = 0; j < table->n_columns; j++) {
            if (j) ca_text_add_n(out, ",", 1);
            put_cell(out, &columns[j], table, first, i);
        }
        /* The only cell of a row is missing: a blank line would be lost at the end of the file. */
        if (out->length == start) ca_text_add_n(out, "\"\"", 2);
        ca_text_add_n(out, "\n", 1);
    }
}

static void put_header(ca_text *out, const cauce_table *table) {
    for (int64_t j = 0; j < table->n_columns; j++) {
        const char *name = table->columns[j].name;
        const size_t length = strlen(name);
        if (j) ca_text_add_n(out, ",", 1);
        /* A file must not begin like another format. */
        if (j == 0 && ca_csv_binary(name, length))
            ca_csv_put_quoted(out, name, length);
        else
            ca_csv_put_text(out, name, length, true);
    }
    ca_text_add_n(out, "\n", 1);
}

/* A table in rounds of blocks: their texts are made at the same time, while those of the round before are
 * written. */
typedef struct writing {
    const cauce_table *table;
    ca_writer *writer;
    int64_t rows;  /* of a block */
    int64_t first; /* row of the round */
    ca_text texts[2][BLOCKS], *made, *written;
} writing;

static cauce_status write_texts(cauce_run *run, writing *w) {
    for (int64_t i = 0; i < BLOCKS; i++) {
        CA_TRY(ca_writer_put(run, w->writer, ca_text_get(&w->written[i]), w->written[i].length));
        w->written[i].length = 0;
    }
    return CAUCE_OK;
}

static cauce_status make_text(cauce_run *run, const writing *w, int64_t first, ca_text *out) {
    const int64_t width = w->table->n_columns, left = w->table->n_rows - first;
    const int64_t rows = left < w->rows ? left : w->rows;
    cells *columns = cauce_scratch(run, width, sizeof *columns);
    double *scratch = cauce_scratch(run, width * rows, sizeof *scratch);
    if (!columns || !scratch) return run->error.status;
    for (int64_t j = 0; j < width; j++) columns[j].scratch = scratch + j * rows;
    put_rows(out, w->table, columns, first, rows);
    return out->failed ? CA_NOMEM(run) : CAUCE_OK;
}

static cauce_status write_task(cauce_run *run, int64_t index, void *payload) {
    writing *w = payload;
    if (index == 0) return write_texts(run, w);
    return make_text(run, w, w->first + (index - 1) * w->rows, &w->made[index - 1]);
}

static cauce_status write_rows(cauce_run *run, writing *w) {
    const int64_t round = BLOCKS * w->rows;
    put_header(&w->written[0], w->table);
    if (w->written[0].failed) return CA_NOMEM(run);
    for (; w->first < w->table->n_rows; w->first += round) {
        const int64_t left = w->table->n_rows - w->first;
        const int64_t blocks = left < round ? (left + w->rows - 1) / w->rows : BLOCKS;
        CA_TRY(cauce_parallel(run, 1 + blocks, write_task, w));
        ca_text *other = w->made;
        w->made = w->written;
        w->written = other;
    }
    return write_texts(run, w);
}

static cauce_status write_table(cauce_run *run, const cauce_table *table, ca_writer *writer) {
    const int64_t rows = MOST_CELLS / table->n_columns;
    writing *w = ca_calloc(1, sizeof *w);
    if (!w) return CA_NOMEM(run);
    w->table = table;
    w->writer = writer;
    w->rows = rows < 1 ? 1 : rows > MOST_ROWS ? MOST_ROWS : rows;
    w->made = w->texts[0];
    w->written = w->texts[1];
    cauce_status status = write_rows(run, w);
    for (int i = 0; i < 2 * BLOCKS; i++) ca_text_free(&w->texts[i / BLOCKS][i % BLOCKS]);
    ca_free(w);
    return status;
}

cauce_status ca_csv_write(cauce_run *run, const cauce_table *table, const char *path) {
    if (table->n_columns == 0)
        return cauce_fail(run, CAUCE_E_SHAPE, "a table without columns cannot be written as CSV");
    ca_writer writer = { 0 };
    CA_TRY(ca_writer_open(run, &writer, path));
    cauce_status status = write_table(run, table, &writer);
    if (status != CAUCE_OK) {
        ca_writer_abort(&writer);
        return status;
    }
    return ca_writer_commit(run, &writer);
}
