/* A stream in pieces of rows. Each is read into a buffer of its own, up to where a row seems to end; what is
 * behind that begins the next one. Pieces are parsed and consumed at the same time and delivered in order
 * (base/flow.h): who is free reads the next one, which is still in the caches when it is parsed. As in
 * csv_parallel.c, a piece that begins with a record and is read to its very end shows that the next begins
 * with one. At the first that is not, the cut was wrong or the text is: what was made of it and of the pieces
 * behind it is forgotten, and from there on one reader goes over the stream, and says what is wrong with it.
 */
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/flow.h"
#include "data/csv_cut.h"
#include "data/csv_stream.h"

enum {
    READ_SIZE = 1 << 18,
    BLOCK_ROWS = 8192,
    LEAST_PIECE = 1 << 17,
    MOST_PIECE = 1 << 19,
    BYTES_A_COLUMN = 1 << 10,
    MOST_GROWTH = 16 /* pieces that a record, or blank lines, may be as long as */
};

static const double longest_wait = 0.1; /* seconds that rows wait for a piece to be full */

typedef struct bytes {
    char *at;
    size_t size, used;
} bytes;

/* Some text, its columns and its result (kept from piece to piece), and what became of it. */
typedef struct piece {
    bytes text;
    ca_csv_counts counts;
    size_t counted;
    size_t cut;          /* what is before it seems to be rows: */
    int64_t rows, lines; /* that many, in so many lines */
    int64_t number;      /* of the piece ... */
    int64_t row, line;   /* ... rows and lines before it ... */
    int64_t offset;      /* ... and bytes, in the stream */
    bool last, cut_off;  /* it ends the stream; it ends anywhere */
    ca_csv_columns columns;
    bool opened;
    bool whole; /* it is what it seemed, and was consumed */
    int64_t n_rows, n_bad;
    void *result;
} piece;

typedef struct drain {
    ca_csv_stream *stream;
    const ca_csv_consumer *consumer;
    size_t piece_size;
    ca_csv_rows rows; /* a reader at the first piece */
    piece pieces[CA_FLOW_PLACES];
    const char *ahead, *ahead_end;   /* what was read of the stream before, ... */
    bool ended;                      /* ... and whether that was its end */
    bytes rest;                      /* of the piece made last; it begins the next one */
    bool last;                       /* the stream has ended */
    int64_t made, row, line, offset; /* of the next piece */
    int64_t delivered;               /* pieces */
    int64_t row_delivered, n_bad;
    bool cut_wrong;
} drain;

/* ---- Making pieces ------------------------------------------------------------------------------------- */

static cauce_status make_room(cauce_run *run, bytes *b, size_t more) {
    size_t size = b->size ? b->size : more;
    while (size - b->used < more) size *= 2;
    if (size == b->size) return CAUCE_OK;
    char *at = ca_realloc(b->at, size);
    if (!at) return CA_NOMEM(run);
    b->at = at;
    b->size = size;
    return CAUCE_OK;
}

static cauce_status append(cauce_run *run, bytes *b, const char *from, size_t n) {
    CA_TRY(make_room(run, b, n + 1));
    if (n > 0) memcpy(b->at + b->used, from, n);
    b->used += n;
    return CAUCE_OK;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r';
}

/* Cuts behind the last line that ends outside of quotes, as far as counting them can tell, and is not blank:
 * what follows blank lines decides what they are. */
static bool cut_rows(piece *p) {
    const char *text = p->text.at;
    bool quoted = p->counts.flips, found = false;
    int64_t even = 0, odd = 0; /* passed on the way back */
    p->cut = 0;
    for (size_t at = p->text.used; at > 0; at--) {
        const char c = text[at - 1];
        if (c == '\n' && !quoted) {
            p->cut = at;
            p->rows = p->counts.even - even++;
            p->lines = p->rows + p->counts.odd - odd;
            found = false;
        } else if (!is_blank(c)) {
            if (p->cut > 0) {
                found = true;
                break;
            }
            odd += c == '\n';
            quoted ^= c == '"';
        }
    }
    if (!found) p->cut = 0;
    return found;
}

/* Does it hold whole rows? */
static bool has_rows(piece *p) {
    ca_csv_count(&p->counts, p->text.at + p->counted, p->text.used - p->counted);
    p->counted = p->text.used;
    return p->counts.even > 0 && cut_rows(p);
}

/* Some bytes more, unless that fails or the stream has ended. What fails to be read does so for the next
 * piece too, if this one holds rows: *paused. */
static cauce_status read_some(cauce_run *run, drain *d, piece *p, size_t size, bool *paused) {
    size_t n = (size_t)(d->ahead_end - d->ahead);
    if (n > 0) {
        n = n < size ? n : size;
        d->ahead += n;
        return append(run, &p->text, d->ahead - n, n);
    }
    CA_TRY(make_room(run, &p->text, size));
    if (!d->ended && ca_csv_stream_read(run, d->stream, p->text.at + p->text.used, size, &n) != CAUCE_OK) {
        *paused = run->error.status != CAUCE_E_CANCELLED && has_rows(p);
        if (*paused) ca_run_forgive(run);
        return run->error.status;
    }
    d->last = n == 0;
    p->text.used += n;
    return CAUCE_OK;
}

/* Reads until the piece is about full, the stream ends, or it holds rows and the stream has nothing to give
 * right now or gave too little for a while: *paused. */
static cauce_status fill(cauce_run *run, drain *d, piece *p, bool *paused) {
    const double begun = ca_clock();
    const size_t most = MOST_GROWTH * d->piece_size;
    size_t room = d->piece_size;
    for (bool ready = !has_rows(p); !d->last && p->text.used < most; ready = false) {
        if (p->text.used >= room - room / 8) {
            if (has_rows(p)) return CAUCE_OK;
            room = p->text.used + p->text.used / 2 + d->piece_size;
        }
        ready = ready || d->ahead < d->ahead_end || d->ended;
        if (!ready) CA_TRY(ca_csv_stream_ready(run, d->stream, &ready));
        *paused = (!ready || ca_clock() - begun > longest_wait) && has_rows(p);
        const size_t wanted = room - p->text.used;
        if (!*paused) CA_TRY(read_some(run, d, p, wanted < READ_SIZE ? wanted : READ_SIZE, paused));
        if (*paused) return CAUCE_OK;
    }
    has_rows(p);
    return CAUCE_OK;
}

/* All of it belongs to the piece: the stream has ended, or no cut was found, and it is no use to look on. */
static void take_all(piece *p) {
    p->cut = p->text.used;
    p->lines = p->counts.even + p->counts.odd;
    p->rows = p->counts.even + (p->cut > 0 && p->text.at[p->cut - 1] != '\n');
}

static void begin_piece(const drain *d, piece *p) {
    p->counts = (ca_csv_counts){ 0 };
    p->counted = p->text.used = p->cut = 0;
    p->number = d->made;
    p->row = d->row;
    p->line = d->line;
    p->offset = d->offset;
    p->whole = false;
}

static cauce_status make_piece(cauce_run *run, int64_t place, ca_flow_made *made, void *payload) {
    drain *d = payload;
    piece *p = &d->pieces[place];
    bool paused = false;
    begin_piece(d, p);
    CA_TRY(make_room(run, &p->text, d->piece_size));
    CA_TRY(append(run, &p->text, d->rest.at, d->rest.used));
    if (fill(run, d, p, &paused) != CAUCE_OK) {
        const bytes read = p->text;
        p->text = d->rest;
        d->rest = read;
        return run->error.status;
    }
    p->last = d->last;
    p->cut_off = !d->last && p->cut == 0;
    if (d->last || p->cut_off) take_all(p);
    const size_t behind = p->text.used - p->cut;
    d->rest.used = 0;
    CA_TRY(append(run, &d->rest, p->text.at + p->cut, behind));
    if (p->cut == 0) return CAUCE_OK;
    *made = paused || d->last ? CA_FLOW_LAST : CA_FLOW_FULL;
    d->made++;
    d->row += p->rows;
    d->line += p->lines;
    d->offset += (int64_t)p->cut;
    return CAUCE_OK;
}

/* ---- Working on them ----------------------------------------------------------------------------------- */

static cauce_status open_piece(cauce_run *run, const drain *d, piece *p) {
    if (!p->opened) CA_TRY(ca_csv_columns_like(run, &p->columns, &d->stream->columns));
    p->opened = true;
    if (!p->result) p->result = ca_calloc(1, d->consumer->result_size);
    return p->result ? CAUCE_OK : CA_NOMEM(run);
}

/* A row has a byte for each of its cells: more rows than fit are a wrong guess. */
static cauce_status make_rows(cauce_run *run, const drain *d, piece *p) {
    const int64_t most = (int64_t)p->cut / d->rows.n_columns + 1;
    return p->rows <= most ? ca_csv_columns_room(run, &p->columns, p->rows) : CAUCE_OK;
}

static cauce_status read_rows(cauce_run *run, const drain *d, piece *p, bool *whole) {
    ca_csv_rows rows;
    CA_TRY(make_rows(run, d, p));
    CA_TRY(ca_csv_rows_part(run, &d->rows, p->text.at, p->text.at + p->cut, p->line, &rows));
    for (bool there = true; there;) {
        CA_TRY(ca_csv_rows_next(run, &rows, &there));
        if (there) CA_TRY(ca_csv_columns_add(run, &p->columns, &rows));
    }
    /* Blank lines may end a file; elsewhere what follows them decides what they are. */
    *whole = p->last || (p->rows == p->columns.n_rows && rows.blank_lines == 0);
    return CAUCE_OK;
}

/* The rows of the piece, or NULL without a failure but for a call to stop: it cannot be read, which is no
 * failure yet. */
static cauce_table *read_piece(cauce_run *run, const drain *d, piece *p) {
    bool whole = false;
    cauce_table *table = NULL;
    if (read_rows(run, d, p, &whole) == CAUCE_OK && whole && p->columns.n_rows > 0) {
        p->n_bad = p->columns.n_bad;
        p->columns.n_bad = 0;
        table = ca_csv_columns_table(run, &p->columns, d->stream->what);
    }
    if (table || run->error.status == CAUCE_E_CANCELLED) return table;
    ca_csv_columns_close(&p->columns);
    p->opened = false;
    if (run->error.status != CAUCE_OK) ca_run_forgive(run);
    return NULL;
}

static cauce_status take_piece(cauce_run *run, int64_t place, void *payload) {
    const drain *d = payload;
    piece *p = &((drain *)payload)->pieces[place];
    if (p->cut_off) return CAUCE_OK;
    CA_TRY(open_piece(run, d, p));
    cauce_table *table = read_piece(run, d, p);
    if (!table) return run->error.status;
    table->first_row = p->row;
    p->whole = true;
    p->n_rows = table->n_rows;
    const cauce_status status = d->consumer->consume(run, table, p->result, d->consumer->payload);
    ca_table_drop(table);
    return status;
}

static cauce_status deliver_piece(cauce_run *run, int64_t place, bool *stop, void *payload) {
    drain *d = payload;
    const piece *p = &d->pieces[place];
    *stop = d->cut_wrong = !p->whole;
    if (d->cut_wrong) return CAUCE_OK;
    d->delivered++;
    d->row_delivered += p->n_rows;
    d->n_bad += p->n_bad;
    if (d->stream->options.n_bad) *d->stream->options.n_bad = d->n_bad;
    return d->consumer->deliver(run, p->n_rows, p->result, d->consumer->payload);
}

/* ---- Row by row ---------------------------------------------------------------------------------------- */

static const piece *find_piece(const drain *d, int64_t number) {
    for (int64_t i = 0; i < CA_FLOW_PLACES; i++)
        if (d->pieces[i].text.at && d->pieces[i].number == number) return &d->pieces[i];
    return NULL;
}

/* Gives the stream back what was read and not delivered. */
static cauce_status give_back(cauce_run *run, drain *d) {
    ca_csv_stream *stream = d->stream;
    const piece *first = find_piece(d, d->delivered);
    bytes all = { 0 };
    cauce_status status = make_room(run, &all, READ_SIZE);
    for (int64_t i = d->delivered; i < d->made && status == CAUCE_OK; i++) {
        const piece *p = find_piece(d, i);
        status = append(run, &all, p->text.at, p->cut);
    }
    if (status == CAUCE_OK) status = append(run, &all, d->rest.at, d->rest.used);
    if (status == CAUCE_OK) status = append(run, &all, d->ahead, (size_t)(d->ahead_end - d->ahead));
    if (status != CAUCE_OK) {
        ca_free(all.at);
        return status;
    }
    ca_free(stream->buffer);
    stream->buffer = all.at;
    stream->size = all.size;
    ca_csv_scan *scan = &stream->rows.scan;
    scan->line = d->rows.scan.line + first->line;
    scan->origin = scan->clean = all.at;
    scan->origin_offset = first->offset;
    ca_csv_scan_window(scan, all.at, all.at + all.used, d->last || d->ended);
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
        table->first_row = d->row_delivered;
        d->row_delivered += rows;
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
    CA_TRY(give_back(run, d));
    void *result = ca_calloc(1, d->consumer->result_size);
    if (!result) return CA_NOMEM(run);
    cauce_status status = row_by_row(run, d, result);
    drop_result(d, result);
    return status;
}

/* ---- All of it ----------------------------------------------------------------------------------------- */

static cauce_status begin(cauce_run *run, drain *d) {
    ca_csv_stream *stream = d->stream;
    if (!stream->selected)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "the columns of the stream are not selected");
    const ca_csv_scan *scan = &stream->rows.scan;
    d->rows = stream->rows;
    d->offset = scan->origin_offset + (scan->at - scan->origin);
    d->ahead = scan->at;
    d->ahead_end = scan->end;
    d->ended = scan->last;
    return CAUCE_OK;
}

static cauce_status drain_pieces(cauce_run *run, drain *d) {
    const ca_flow flow = { make_piece, take_piece, deliver_piece, d };
    CA_TRY(begin(run, d));
    CA_TRY(ca_flow_run(run, &flow));
    return d->cut_wrong ? go_on_row_by_row(run, d) : CAUCE_OK;
}

cauce_status ca_csv_drain_by(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer,
                             size_t piece_size) {
    drain *d = ca_calloc(1, sizeof *d);
    if (!d) return CA_NOMEM(run);
    d->stream = stream;
    d->consumer = consumer;
    d->piece_size = piece_size;
    cauce_status status = drain_pieces(run, d);
    for (int64_t i = 0; i < CA_FLOW_PLACES; i++) {
        if (d->pieces[i].opened) ca_csv_columns_close(&d->pieces[i].columns);
        drop_result(d, d->pieces[i].result);
        ca_free(d->pieces[i].text.at);
    }
    ca_free(d->rest.at);
    ca_free(d);
    return status;
}

/* A piece stays in the caches from reading to writing; rows of many columns need more, for each piece has
 * columns of its own. */
cauce_status ca_csv_drain(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer) {
    const int64_t by_columns = stream->rows.n_columns * BYTES_A_COLUMN;
    const int64_t size = by_columns < LEAST_PIECE ? LEAST_PIECE : by_columns;
    return ca_csv_drain_by(run, stream, consumer, (size_t)(size < MOST_PIECE ? size : MOST_PIECE));
}
