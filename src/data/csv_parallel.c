/* A text is cut where rows seem to begin and its parts are read at the same time, each by the reader that
 * reads whole texts. A part that begins with a record and ends with one shows that the next begins with one:
 * if all of them are read to their ends, every cut was right, and the rows are those of the whole. If any is
 * not, a cut was wrong or the text is, and one reader goes over all of it. */
#include "data/csv_parallel.h"

#include "data/csv_cut.h"

/* Of a part; each part keeps builders of all columns. */
enum { CANCEL_EVERY = 4096, MOST_COLUMNS = 1024 };

typedef struct reading {
    const ca_csv_rows *rows; /* at the first record */
    ca_csv_columns *whole;
    const ca_csv_part *parts; /* n + 1 */
    int64_t n;
    ca_csv_columns *columns; /* of each part */
} reading;

/* Not a failure that anybody sees: the text is read row by row then. */
static cauce_status give_up(cauce_run *run) {
    return cauce_fail(run, CAUCE_E_DATA, "the text cannot be read in parts");
}

static cauce_status open_part(cauce_run *run, const reading *work, int64_t index, ca_csv_rows *rows) {
    const ca_csv_part *part = &work->parts[index];
    return ca_csv_rows_part(run, work->rows, part->start, part[1].start, part->line, rows);
}

static cauce_status read_part(cauce_run *run, int64_t index, void *payload) {
    const reading *work = payload;
    const ca_csv_part *part = &work->parts[index];
    ca_csv_columns *columns = &work->columns[index];
    const int64_t room = part[1].row - part->row;
    CA_TRY(ca_csv_columns_part(run, columns, work->whole, part->row, room));
    ca_csv_rows rows;
    CA_TRY(open_part(run, work, index, &rows));
    for (;;) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, &rows, &there));
        if (!there) break;
        if (columns->n_rows == room) return give_up(run);
        CA_TRY(ca_csv_columns_add(run, columns, &rows));
        if (columns->n_rows % CANCEL_EVERY == 0) CA_TRY(cauce_check_cancel(run));
    }
    /* Blank lines at the end of the text were counted as rows. */
    if (index + 1 < work->n && (columns->n_rows != room || rows.blank_lines > 0)) return give_up(run);
    return CAUCE_OK;
}

/* The cells that were numbers in columns that are none, by their part or by another. */
static cauce_status read_part_again(cauce_run *run, int64_t index, void *payload) {
    const reading *work = payload;
    ca_csv_columns *columns = &work->columns[index];
    CA_TRY(ca_csv_columns_turn(run, columns, work->whole));
    const int64_t wants = ca_csv_columns_wants(columns);
    if (wants == 0) return CAUCE_OK;
    ca_csv_rows rows;
    CA_TRY(open_part(run, work, index, &rows));
    for (int64_t r = 0; r < wants; r++) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, &rows, &there));
        CA_TRY(ca_csv_columns_again(run, columns, &rows, r));
        if (r % CANCEL_EVERY == 0) CA_TRY(cauce_check_cancel(run));
    }
    return CAUCE_OK;
}

/* A column that begins with a text is one of texts from the start: codes take half the room of numbers. */
static cauce_status look_at_first(cauce_run *run, const reading *work) {
    ca_csv_rows rows;
    bool there;
    CA_TRY(open_part(run, work, 0, &rows));
    CA_TRY(ca_csv_rows_next(run, &rows, &there));
    if (there) ca_csv_columns_look(work->whole, &rows);
    return CAUCE_OK;
}

static cauce_status read_all(cauce_run *run, reading *work) {
    CA_TRY(look_at_first(run, work));
    CA_TRY(ca_csv_columns_whole(run, work->whole, work->parts[work->n].row));
    CA_TRY(cauce_parallel(run, work->n, read_part, work));
    ca_csv_columns_agree(work->whole, work->columns, work->n);
    CA_TRY(cauce_parallel(run, work->n, read_part_again, work));
    return ca_csv_columns_join(run, work->whole, work->columns, work->n);
}

static cauce_status cut_and_read(cauce_run *run, reading *work, size_t part_size) {
    const ca_csv_scan *scan = &work->rows->scan;
    const size_t size = (size_t)(scan->end - scan->at);
    if (work->rows->n_columns > MOST_COLUMNS)
        part_size = part_size / MOST_COLUMNS * (size_t)work->rows->n_columns;
    if (part_size == 0 || size <= part_size) return give_up(run);
    ca_csv_part *parts = cauce_scratch(run, (int64_t)(size / part_size) + 2, sizeof *parts);
    if (!parts) return run->error.status;
    CA_TRY(ca_csv_cut(run, scan->at, size, part_size, parts, &work->n));
    work->parts = parts;
    /* A row has a byte for each of its cells: more rows than fit are a wrong guess, or a ragged file. */
    if (work->n < 2 || parts[work->n].row > (int64_t)size / work->rows->n_columns + 1) return give_up(run);
    work->columns = cauce_scratch(run, work->n, sizeof *work->columns);
    if (!work->columns) return run->error.status;
    cauce_status status = read_all(run, work);
    for (int64_t i = 0; i < work->n; i++) ca_csv_columns_close(&work->columns[i]);
    return status;
}

cauce_status ca_csv_read_parts(cauce_run *run, const ca_csv_rows *rows, ca_csv_columns *columns,
                               size_t part_size, bool *done) {
    reading work = { rows, columns, NULL, 0, NULL };
    const ca_arena_mark mark = ca_arena_here(&run->scratch);
    const cauce_status status = cut_and_read(run, &work, part_size);
    ca_arena_back(&run->scratch, mark);
    *done = status == CAUCE_OK;
    if (*done || status == CAUCE_E_CANCELLED) return status;
    ca_csv_columns_forget(columns);
    ca_run_forgive(run);
    return CAUCE_OK;
}
