/* A stream in windows. Each is cut into parts where rows seem to begin (csv_cut.h); the parts are read and
 * consumed at the same time, while one task reads the next window and one delivers what came of the window
 * before. As in csv_parallel.c, a part that begins with a record and is read to its very end shows that the
 * next begins with one. At the first that is not, the cuts were wrong or the text is: what was made of it and
 * of the parts behind it is forgotten, and from there on one reader goes over the stream, and says what is
 * wrong with it. */
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "data/csv_cut.h"
#include "data/csv_stream.h"

enum {
    READ_SIZE = 1 << 18,
    BLOCK_ROWS = 8192,
    PARTS = 16,
    MOST_PARTS = PARTS + 2,
    LEAST_WINDOW = 1 << 21,
    MOST_WINDOW = 1 << 23,
    BYTES_A_COLUMN = 1 << 14
};

static const double longest_wait = 0.1; /* seconds that rows wait for a window to be full */

typedef struct window {
    char *bytes;
    size_t size, used;
    bool last; /* nothing comes after it */
} window;

/* A part of the window, its columns (kept from window to window) and what became of it. */
typedef struct slot {
    ca_csv_part part;
    int64_t rows; /* that it should have; -1: not counted */
    ca_csv_columns columns;
    bool opened;
    bool whole; /* it is what it seemed, and was consumed ... */
    int64_t n_rows, end_line, n_bad;
    cauce_run told; /* ... with these warnings, or this failure */
    void *result;   /* kept from window to window */
} slot;

typedef struct finished {
    void *result;
    int64_t rows;
} finished;

typedef struct drain {
    ca_csv_stream *stream;
    const ca_csv_consumer *consumer;
    size_t window_size;
    window now, next;
    slot slots[MOST_PARTS];
    int64_t n;                    /* parts of the window */
    finished waiting[MOST_PARTS]; /* to be delivered */
    int64_t n_waiting;
    const char *end;  /* of the last one; what is behind it is the beginning of the next window */
    int64_t offset;   /* of the window in the stream */
    int64_t row;      /* rows consumed */
    int64_t n_bad;    /* cells taken as missing in them */
    ca_csv_rows rows; /* a reader at the beginning of the window */
} drain;

/* ---- Windows --------------------------------------------------------------------------------------------
 */

/* Room behind the first `used` bytes for some more to be read. */
static cauce_status make_room(cauce_run *run, const drain *d, window *w, size_t used) {
    if (w->size >= used + READ_SIZE) return CAUCE_OK;
    if (used > CA_CSV_LONGEST)
        return cauce_fail(run, CAUCE_E_LIMIT, "%.200s:%lld:1: a record of more than 1 GiB (byte %lld)",
                          d->stream->what, (long long)d->rows.scan.line, (long long)d->offset);
    size_t size = w->size ? w->size : d->window_size + READ_SIZE;
    while (size < used + READ_SIZE) size *= 2;
    char *bytes = ca_realloc(w->bytes, size);
    if (!bytes) return CA_NOMEM(run);
    w->bytes = bytes;
    w->size = size;
    return CAUCE_OK;
}

/* Reads on until the window is full, the stream ends, has nothing to give right now or gave too little for a
 * while; with `wait` it waits for some bytes. */
static cauce_status fill(cauce_run *run, const drain *d, window *w, bool wait) {
    size_t enough = w->used < d->window_size ? d->window_size : w->used + 1;
    double begun = 0;
    while (w->used < enough && !w->last) {
        bool ready = wait;
        if (!ready) CA_TRY(ca_csv_stream_ready(run, d->stream, &ready));
        if (!ready) return CAUCE_OK;
        wait = false;
        CA_TRY(make_room(run, d, w, w->used));
        size_t n;
        const size_t most = d->window_size < READ_SIZE ? d->window_size : READ_SIZE;
        CA_TRY(ca_csv_stream_read(run, d->stream, w->bytes + w->used, most, &n));
        w->last = n == 0;
        w->used += n;
        const double now = ca_clock();
        if (begun == 0)
            begun = now;
        else if (now - begun > longest_wait)
            return CAUCE_OK;
    }
    return CAUCE_OK;
}

/* The place behind the last line feed in [from, to); NULL: there is none. */
static const char *behind_feed(const char *from, const char *to) {
    while (to > from && to[-1] != '\n') to--;
    return to > from ? to : NULL;
}

/* The same, of those outside of quotes, as far as counting them can tell. */
static const char *last_end(const char *from, const char *to) {
    const char *end = NULL, *begin = from; /* begin: of what is outside */
    bool quoted = false;
    for (const char *p = from; (p = memchr(p, '"', (size_t)(to - p))); p++) {
        const char *found = quoted ? NULL : behind_feed(begin, p);
        if (found) end = found;
        quoted = !quoted;
        begin = p + 1;
    }
    const char *found = quoted ? NULL : behind_feed(begin, to);
    return found ? found : end;
}

/* Cuts the window into d->n parts (0: it holds no whole record). */
static cauce_status cut(cauce_run *run, drain *d) {
    const window *w = &d->now;
    /* A window that grew over a long record has no more parts for that. */
    const size_t whole = w->used > d->window_size ? w->used : d->window_size, part_size = whole / PARTS + 1;
    ca_csv_part parts[MOST_PARTS + 1];
    d->n = 0;
    d->end = w->bytes;
    if (w->used == 0) return CAUCE_OK;
    const ca_arena_mark mark = ca_arena_here(&run->scratch);
    CA_TRY(ca_csv_cut(run, w->bytes, w->used, part_size, parts, &d->n));
    ca_arena_back(&run->scratch, mark);
    for (int64_t i = 0; i < d->n; i++) {
        d->slots[i].part = parts[i];
        d->slots[i].rows = i + 1 < d->n ? parts[i + 1].row - parts[i].row : -1;
    }
    d->end = parts[d->n].start;
    if (w->last) return CAUCE_OK;
    const char *end = last_end(parts[d->n - 1].start, d->end);
    d->end = end ? end : parts[d->n - 1].start;
    if (!end) d->n--;
    return CAUCE_OK;
}

/* What is behind the parts begins the next window. */
static cauce_status carry(cauce_run *run, drain *d) {
    window *next = &d->next;
    size_t n = d->now.used - (size_t)(d->end - d->now.bytes);
    CA_TRY(make_room(run, d, next, n));
    memcpy(next->bytes, d->end, n);
    next->used = n;
    next->last = d->now.last;
    return CAUCE_OK;
}

/* ---- Parts ----------------------------------------------------------------------------------------------
 */

static cauce_status open_slot(cauce_run *run, const drain *d, slot *s) {
    if (!s->opened) CA_TRY(ca_csv_columns_like(run, &s->columns, &d->stream->columns));
    s->opened = true;
    if (!s->result) s->result = ca_calloc(1, d->consumer->result_size);
    return s->result ? CAUCE_OK : CA_NOMEM(run);
}

/* A row has a byte for each of its cells: more rows than fit are a wrong guess. */
static cauce_status make_rows(cauce_run *run, const drain *d, slot *s, const char *end) {
    const int64_t most = (end - s->part.start) / d->rows.n_columns + 1;
    return s->rows > 0 && s->rows <= most ? ca_csv_columns_room(run, &s->columns, s->rows) : CAUCE_OK;
}

static cauce_status read_rows(cauce_run *run, const drain *d, slot *s, const char *end, bool *whole) {
    ca_csv_rows rows;
    CA_TRY(make_rows(run, d, s, end));
    CA_TRY(ca_csv_rows_part(run, &d->rows, s->part.start, end, s->part.line, &rows));
    for (bool there = true; there;) {
        CA_TRY(ca_csv_rows_next(run, &rows, &there));
        if (there) CA_TRY(ca_csv_columns_add(run, &s->columns, &rows));
    }
    s->end_line = rows.scan.line;
    /* Blank lines may end a file; elsewhere what follows them decides what they are. */
    *whole = (s->rows < 0 || s->rows == s->columns.n_rows) &&
             (rows.blank_lines == 0 || (d->now.last && end == d->end));
    return CAUCE_OK;
}

/* The rows of part i, or NULL without a failure but for a call to stop: it cannot be read, which is no
 * failure yet. */
static cauce_table *read_part(cauce_run *run, const drain *d, slot *s, const char *end) {
    bool whole = false;
    cauce_table *table = NULL;
    if (read_rows(run, d, s, end, &whole) == CAUCE_OK && whole && s->columns.n_rows > 0) {
        s->n_bad = s->columns.n_bad;
        s->columns.n_bad = 0;
        table = ca_csv_columns_table(run, &s->columns, d->stream->what);
    }
    if (table || run->error.status == CAUCE_E_CANCELLED) return table;
    ca_csv_columns_close(&s->columns);
    s->opened = false;
    if (run->error.status != CAUCE_OK) ca_run_forgive(run);
    return NULL;
}

/* What consuming has to say is kept until it is known that the part is one. */
static cauce_status take_part(cauce_run *run, drain *d, int64_t i) {
    slot *s = &d->slots[i];
    CA_TRY(open_slot(run, d, s));
    cauce_table *table = read_part(run, d, s, i + 1 < d->n ? s[1].part.start : d->end);
    if (!table) return run->error.status;
    table->first_row = d->row + s->part.row - d->slots[0].part.row;
    s->whole = true;
    s->n_rows = table->n_rows;
    ca_run_child(&s->told, run);
    d->consumer->consume(&s->told, table, s->result, d->consumer->payload);
    ca_arena_free(&s->told.scratch);
    ca_table_drop(table);
    return CAUCE_OK;
}

static cauce_status deliver(cauce_run *run, drain *d) {
    const int64_t n = d->n_waiting;
    d->n_waiting = 0;
    for (int64_t i = 0; i < n; i++)
        CA_TRY(d->consumer->deliver(run, d->waiting[i].rows, d->waiting[i].result, d->consumer->payload));
    return CAUCE_OK;
}

enum { DELIVER, READ_ON, FIRST_PART };

static cauce_status window_task(cauce_run *run, int64_t index, void *payload) {
    drain *d = payload;
    switch (index) {
    case DELIVER: return deliver(run, d);
    case READ_ON: return fill(run, d, &d->next, false);
    default: return take_part(run, d, index - FIRST_PART);
    }
}

/* The parts up to the first that was not what it seemed, or could not be consumed, wait to be delivered. */
static cauce_status gather(cauce_run *run, drain *d, int64_t *n) {
    for (*n = 0; *n < d->n && d->slots[*n].whole; ++*n) {
        slot *s = &d->slots[*n];
        s->whole = false;
        CA_TRY(ca_run_join(run, &s->told));
        finished *done = &d->waiting[d->n_waiting++];
        void *other = done->result;
        *done = (finished){ s->result, s->n_rows };
        s->result = other;
        d->row += s->n_rows;
        d->n_bad += s->n_bad;
    }
    return CAUCE_OK;
}

static void forget(drain *d) {
    for (int64_t i = 0; i < d->n; i++) {
        if (d->slots[i].whole) ca_run_end(&d->slots[i].told);
        d->slots[i].whole = false;
    }
}

/* ---- Row by row -----------------------------------------------------------------------------------------
 */

/* Gives the stream back what was read and not delivered: from part i to the end of the next window. */
static cauce_status give_back(cauce_run *run, drain *d, int64_t i) {
    ca_csv_stream *stream = d->stream;
    const ca_csv_part *part = &d->slots[i].part;
    const size_t here = (size_t)(d->end - part->start), n = here + d->next.used;
    char *buffer = ca_malloc(n + READ_SIZE);
    if (!buffer) return CA_NOMEM(run);
    memcpy(buffer, part->start, here);
    memcpy(buffer + here, d->next.bytes, d->next.used);
    ca_free(stream->buffer);
    stream->buffer = buffer;
    stream->size = n + READ_SIZE;
    ca_csv_scan *scan = &stream->rows.scan;
    scan->line = d->rows.scan.line + part->line;
    scan->origin = scan->clean = buffer;
    scan->origin_offset = d->offset + (part->start - d->now.bytes);
    ca_csv_scan_window(scan, buffer, buffer + n, d->next.last);
    stream->columns.n_bad = d->n_bad;
    return CAUCE_OK;
}

static cauce_status row_by_row(cauce_run *run, drain *d, void *result) {
    const ca_csv_consumer *c = d->consumer;
    for (;;) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        CA_TRY(cauce_check_cancel(run));
        cauce_table *table = ca_csv_next(run, d->stream, BLOCK_ROWS);
        if (!table) return run->error.status;
        const int64_t rows = table->n_rows;
        table->first_row = d->row;
        d->row += rows;
        cauce_status status = c->consume(run, table, result, c->payload);
        ca_table_drop(table);
        if (status == CAUCE_OK) status = c->deliver(run, rows, result, c->payload);
        ca_arena_back(&run->scratch, mark);
        CA_TRY(status);
    }
}

static void drop_result(const drain *d, void *result) {
    if (!result) return;
    d->consumer->drop(result);
    ca_free(result);
}

static cauce_status go_on_row_by_row(cauce_run *run, drain *d) {
    void *result = ca_calloc(1, d->consumer->result_size);
    if (!result) return CA_NOMEM(run);
    cauce_status status = row_by_row(run, d, result);
    drop_result(d, result);
    return status;
}

/* ---- All of it ------------------------------------------------------------------------------------------
 */

/* Neither what a slow stream gave nor what comes before a failure waits for more. */
static cauce_status take_parts(cauce_run *run, drain *d, int64_t *read) {
    CA_TRY(cauce_parallel(run, d->n + FIRST_PART, window_task, d));
    cauce_status status = gather(run, d, read), delivered = CAUCE_OK;
    if (*read < d->n || d->next.used < d->window_size) delivered = deliver(run, d);
    return status == CAUCE_OK ? delivered : status;
}

static cauce_status take_window(cauce_run *run, drain *d, bool *cut_wrong) {
    int64_t read = 0;
    CA_TRY(carry(run, d));
    cauce_status status = take_parts(run, d, &read);
    forget(d);
    CA_TRY(status);
    if (d->stream->options.n_bad) *d->stream->options.n_bad = d->n_bad;
    *cut_wrong = read < d->n;
    if (*cut_wrong) return give_back(run, d, read);
    if (d->n > 0) d->rows.scan.line = d->slots[d->n - 1].end_line;
    d->offset += d->end - d->now.bytes;
    const window used = d->now;
    d->now = d->next;
    d->next = used;
    return CAUCE_OK;
}

static cauce_status begin(cauce_run *run, drain *d) {
    ca_csv_stream *stream = d->stream;
    if (!stream->selected)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "the columns of the stream are not selected");
    const ca_csv_scan *scan = &stream->rows.scan;
    d->rows = stream->rows;
    d->offset = scan->origin_offset + (scan->at - scan->origin);
    d->now.last = scan->last;
    const size_t n = (size_t)(scan->end - scan->at);
    CA_TRY(make_room(run, d, &d->now, n));
    memcpy(d->now.bytes, scan->at, n);
    d->now.used = n;
    return CAUCE_OK;
}

static cauce_status take_all(cauce_run *run, drain *d) {
    CA_TRY(begin(run, d));
    for (bool cut_wrong = false; !cut_wrong;) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(cut(run, d));
        if (d->n > 0) {
            CA_TRY(take_window(run, d, &cut_wrong));
            continue;
        }
        CA_TRY(deliver(run, d));
        if (d->now.last) return CAUCE_OK;
        CA_TRY(fill(run, d, &d->now, true));
    }
    return go_on_row_by_row(run, d);
}

cauce_status ca_csv_drain_by(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer,
                             size_t window_size) {
    drain *d = ca_calloc(1, sizeof *d);
    if (!d) return CA_NOMEM(run);
    d->stream = stream;
    d->consumer = consumer;
    d->window_size = window_size;
    cauce_status status = take_all(run, d);
    for (int64_t i = 0; i < MOST_PARTS; i++) {
        if (d->slots[i].opened) ca_csv_columns_close(&d->slots[i].columns);
        drop_result(d, d->slots[i].result);
        drop_result(d, d->waiting[i].result);
    }
    ca_free(d->now.bytes);
    ca_free(d->next.bytes);
    ca_free(d);
    return status;
}

/* Two megabytes stay in the caches from reading to writing; rows of many columns need more, for each part has
 * columns of its own. */
cauce_status ca_csv_drain(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer) {
    const int64_t by_columns = stream->rows.n_columns * BYTES_A_COLUMN;
    const int64_t size = by_columns < LEAST_WINDOW ? LEAST_WINDOW : by_columns;
    return ca_csv_drain_by(run, stream, consumer, (size_t)(size < MOST_WINDOW ? size : MOST_WINDOW));
}
