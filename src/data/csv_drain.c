/* A stream in windows. Each is cut into parts where rows seem to begin (csv_cut.h); the parts are read at the
 * same time, while one task reads the next window, and then consumed at the same time. As in csv_parallel.c,
 * a part that begins with a record and is read to its very end shows that the next begins with one. At the
 * first that is not, the cuts were wrong or the text is: from there on one reader goes over the stream, and
 * says what is wrong with it. */
#include <string.h>

#include "base/alloc.h"
#include "data/csv_cut.h"
#include "data/csv_stream.h"

enum { READ_SIZE = 1 << 20, BLOCK_ROWS = 8192, PARTS = 16, MOST_PARTS = PARTS + 2 };

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
    cauce_table *table; /* NULL after reading: the part is not what it seemed */
    int64_t end_line, n_bad;
    void *result;
    bool has_result, consumed;
} slot;

typedef struct drain {
    ca_csv_stream *stream;
    const ca_csv_consumer *consumer;
    size_t window_size;
    window now, next;
    slot slots[MOST_PARTS];
    int64_t n;        /* parts of the window */
    const char *end;  /* of the last one; what is behind it is the beginning of the next window */
    int64_t offset;   /* of the window in the stream */
    int64_t row;      /* rows delivered */
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

/* Reads on until the window is full, the stream ends or has nothing to give right now; with `wait` it waits
 * for some bytes. */
static cauce_status fill(cauce_run *run, const drain *d, window *w, bool wait) {
    size_t enough = w->used < d->window_size ? d->window_size : w->used + 1;
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

static cauce_status read_rows(cauce_run *run, const drain *d, slot *s, const char *end, bool *whole) {
    ca_csv_rows rows;
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

/* Task 0 reads on, task i + 1 reads part i. A part that cannot be read is no failure yet. */
static cauce_status read_task(cauce_run *run, int64_t index, void *payload) {
    drain *d = payload;
    if (index == 0) return fill(run, d, &d->next, false);
    slot *s = &d->slots[index - 1];
    CA_TRY(open_slot(run, d, s));
    bool whole = false;
    cauce_status status = read_rows(run, d, s, index < d->n ? s[1].part.start : d->end, &whole);
    if (status == CAUCE_OK && whole && s->columns.n_rows > 0) {
        s->n_bad = s->columns.n_bad;
        s->columns.n_bad = 0;
        s->table = ca_csv_columns_table(run, &s->columns, d->stream->what);
    }
    if (s->table || run->error.status == CAUCE_E_CANCELLED) return run->error.status;
    ca_csv_columns_close(&s->columns);
    s->opened = false;
    if (run->error.status != CAUCE_OK) ca_run_forgive(run);
    return CAUCE_OK;
}

static cauce_status consume_task(cauce_run *run, int64_t index, void *payload) {
    const drain *d = payload;
    slot *s = &((drain *)payload)->slots[index];
    memset(s->result, 0, d->consumer->result_size);
    s->has_result = true;
    CA_TRY(d->consumer->consume(run, s->table, s->result, d->consumer->payload));
    s->consumed = true;
    return CAUCE_OK;
}

/* How many of the parts were what they seemed, counted from the first; they get their places in the stream.
 */
static int64_t count_read(drain *d) {
    int64_t n = 0, row = d->row;
    for (; n < d->n && d->slots[n].table; n++) {
        d->slots[n].table->first_row = row;
        row += d->slots[n].table->n_rows;
    }
    return n;
}

/* Those before one that could not be consumed are delivered. */
static cauce_status deliver(cauce_run *run, drain *d) {
    for (int64_t i = 0; i < d->n && d->slots[i].consumed; i++) {
        slot *s = &d->slots[i];
        CA_TRY(d->consumer->deliver(run, s->table, s->result, d->consumer->payload));
        d->row += s->table->n_rows;
        d->n_bad += s->n_bad;
    }
    return CAUCE_OK;
}

static void drop_results(drain *d) {
    for (int64_t i = 0; i < d->n; i++) {
        slot *s = &d->slots[i];
        if (s->has_result) d->consumer->drop(s->result);
        ca_table_drop(s->table);
        s->has_result = s->consumed = false;
        s->table = NULL;
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

static cauce_status consume_block(cauce_run *run, drain *d, cauce_table *table, void *result) {
    const ca_csv_consumer *c = d->consumer;
    memset(result, 0, c->result_size);
    cauce_status status = c->consume(run, table, result, c->payload);
    if (status == CAUCE_OK) status = c->deliver(run, table, result, c->payload);
    c->drop(result);
    return status;
}

static cauce_status row_by_row(cauce_run *run, drain *d) {
    void *result = cauce_scratch(run, 1, d->consumer->result_size);
    if (!result) return run->error.status;
    for (;;) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        CA_TRY(cauce_check_cancel(run));
        cauce_table *table = ca_csv_next(run, d->stream, BLOCK_ROWS);
        if (!table) return run->error.status;
        table->first_row = d->row;
        d->row += table->n_rows;
        cauce_status status = consume_block(run, d, table, result);
        ca_table_drop(table);
        ca_arena_back(&run->scratch, mark);
        CA_TRY(status);
    }
}

/* ---- All of it ------------------------------------------------------------------------------------------
 */

static cauce_status take_window(cauce_run *run, drain *d, bool *cut_wrong) {
    CA_TRY(carry(run, d));
    CA_TRY(cauce_parallel(run, d->n + 1, read_task, d));
    const int64_t read = count_read(d);
    cauce_status status = cauce_parallel(run, read, consume_task, d);
    cauce_status delivered = deliver(run, d);
    CA_TRY(status);
    CA_TRY(delivered);
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
    for (bool cut_wrong = false;;) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(cut(run, d));
        if (d->n == 0) {
            if (d->now.last) return CAUCE_OK;
            CA_TRY(fill(run, d, &d->now, true));
            continue;
        }
        cauce_status status = take_window(run, d, &cut_wrong);
        drop_results(d);
        CA_TRY(status);
        if (cut_wrong) return row_by_row(run, d);
    }
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
        ca_free(d->slots[i].result);
    }
    ca_free(d->now.bytes);
    ca_free(d->next.bytes);
    ca_free(d);
    return status;
}

cauce_status ca_csv_drain(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer) {
    return ca_csv_drain_by(run, stream, consumer, (size_t)1 << 23);
}
