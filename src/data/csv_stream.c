/* Records from a file or a pipe, in constant memory: one buffer, in which the record that is cut at the end
 * moves to the front before more is read. */
#define _XOPEN_SOURCE 700
#include "data/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/stream.h"
#include "base/text.h"
#include "data/csv_stream.h"

enum { FIRST_BUFFER = 1 << 18, READ_SIZE = 1 << 16 };

static cauce_status fail_errno(cauce_run *run, const char *verb, const char *what, int error) {
    char reason[128];
    return cauce_fail(run, CAUCE_E_IO, "cannot %s %.200s: %s", verb, what,
                      ca_errno_text(error, reason, sizeof reason));
}

static cauce_status read_file(cauce_run *run, void *payload, char *to, size_t size, size_t *n) {
    const ca_csv_stream *stream = payload;
    for (;;) {
        CA_TRY(cauce_check_cancel(run));
        ssize_t got = read(stream->fd, to, size);
        if (got >= 0) {
            *n = (size_t)got;
            return got > 0 ? CAUCE_OK : ca_file_same(run, stream->fd, stream->what, &stream->look);
        }
        if (errno == EAGAIN)
            poll(&(struct pollfd){ .fd = stream->fd, .events = POLLIN }, 1, -1);
        else if (errno != EINTR)
            return fail_errno(run, "read", stream->what, errno);
    }
}

cauce_status ca_csv_stream_read(cauce_run *run, ca_csv_stream *stream, char *to, size_t size, size_t *n) {
    if (stream->broken.status != CAUCE_OK)
        return cauce_fail(run, stream->broken.status, "%s", stream->broken.message);
    const cauce_status status = ca_unpacker_read(run, stream->unpacker, to, size, n);
    if (status != CAUCE_OK && status != CAUCE_E_CANCELLED) stream->broken = run->error;
    return status;
}

cauce_status ca_csv_stream_ready(cauce_run *run, const ca_csv_stream *stream, bool *ready) {
    CA_TRY(cauce_check_cancel(run));
    *ready = ca_unpacker_waits(stream->unpacker);
    if (*ready) return CAUCE_OK;
    /* A file is always ready, and so is a pipe whose other end was closed. */
    *ready = poll(&(struct pollfd){ .fd = stream->fd, .events = POLLIN }, 1, CA_CSV_PATIENCE) != 0;
    return CAUCE_OK;
}

/* Room for more behind the `kept` bytes from scan->at on, which move to the front. */
static cauce_status make_room(cauce_run *run, ca_csv_stream *stream, size_t kept) {
    ca_csv_scan *scan = &stream->rows.scan;
    const size_t at = (size_t)(scan->at - stream->buffer);
    const size_t clean = scan->clean > scan->at ? (size_t)(scan->clean - scan->at) : 0;
    scan->origin_offset += scan->at - scan->origin;
    if (at > 0) memmove(stream->buffer, scan->at, kept);
    if (stream->size - kept < READ_SIZE) {
        if (kept > CA_CSV_LONGEST)
            return cauce_fail(run, CAUCE_E_LIMIT, "%.200s:%lld:1: a record of more than 1 GiB (byte %lld)",
                              scan->what, (long long)scan->line, (long long)scan->origin_offset);
        char *buffer = ca_realloc(stream->buffer, 2 * stream->size);
        if (!buffer) {
            scan->at = scan->origin = stream->buffer;
            return CA_NOMEM(run);
        }
        stream->buffer = buffer;
        stream->size *= 2;
    }
    scan->at = scan->origin = stream->buffer;
    scan->clean = stream->buffer + clean;
    return CAUCE_OK;
}

/* A record of n bytes that is still cut is not looked at again before it has grown by half: reading a long
 * one from a pipe stays linear. */
static cauce_status refill(cauce_run *run, ca_csv_scan *scan, void *payload) {
    ca_csv_stream *stream = payload;
    size_t kept = (size_t)(scan->end - scan->at);
    const size_t enough = kept < READ_SIZE ? kept + 1 : kept + kept / 2;
    bool last = false;
    while (kept < enough && !last) {
        CA_TRY(make_room(run, stream, kept));
        size_t n = 0;
        CA_TRY(ca_csv_stream_read(run, stream, stream->buffer + kept, stream->size - kept, &n));
        last = n == 0;
        kept += n;
    }
    ca_csv_scan_window(scan, stream->buffer, stream->buffer + kept, last);
    return CAUCE_OK;
}

static cauce_status open_file(cauce_run *run, ca_csv_stream *stream, const char *path) {
    if (strcmp(path, "-") == 0) {
        stream->fd = STDIN_FILENO;
        ca_pipe_widen(stream->fd);
        return CAUCE_OK;
    }
    do stream->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    while (stream->fd < 0 && errno == EINTR);
    if (stream->fd < 0) return fail_errno(run, "open", path, errno);
    stream->owns_fd = true;
    struct stat about;
    if (fstat(stream->fd, &about) == 0 && S_ISDIR(about.st_mode))
        return fail_errno(run, "read", path, EISDIR);
    ca_pipe_widen(stream->fd);
    return CAUCE_OK;
}

/* The options outlive the caller's. */
static cauce_status copy_options(cauce_run *run, ca_csv_stream *stream, const ca_csv_options *options) {
    stream->options = *options;
    stream->options.columns = NULL;
    stream->options.n_columns = 0;
    stream->options.drop = NULL;
    stream->options.n_drop = 0;
    stream->options.only_named = true;
    if (!options->missing) return CAUCE_OK;
    const char **copy = ca_arena_alloc(&stream->arena, (size_t)options->n_missing * sizeof *copy);
    if (!copy) return CA_NOMEM(run);
    for (int64_t i = 0; i < options->n_missing; i++) {
        copy[i] = ca_arena_text(&stream->arena, options->missing[i], strlen(options->missing[i]));
        if (!copy[i]) return CA_NOMEM(run);
    }
    stream->options.missing = copy;
    return CAUCE_OK;
}

static cauce_status start(cauce_run *run, ca_csv_stream *stream, const char *path,
                          const ca_csv_options *options) {
    const char *what = strcmp(path, "-") == 0 ? "standard input" : path;
    stream->what = ca_arena_text(&stream->arena, what, strlen(what));
    stream->buffer = ca_malloc(FIRST_BUFFER);
    if (!stream->what || !stream->buffer) return CA_NOMEM(run);
    stream->size = FIRST_BUFFER;
    CA_TRY(ca_csv_check_separator(run, options->separator));
    CA_TRY(copy_options(run, stream, options));
    CA_TRY(open_file(run, stream, path));
    stream->look = ca_file_looks(stream->fd);
    stream->unpacker = ca_unpacker_new(run, stream->what, read_file, stream);
    if (!stream->unpacker) return run->error.status;
    stream->rows = (ca_csv_rows){ .refill = refill, .payload = stream };
    ca_csv_scan *scan = &stream->rows.scan;
    scan->what = stream->what;
    scan->separator = options->separator;
    scan->origin = scan->clean = stream->buffer;
    ca_csv_scan_window(scan, stream->buffer, stream->buffer, false);
    CA_TRY(ca_csv_rows_open(run, &stream->rows));
    return options->n_columns > 0 ? ca_csv_select(run, stream, options->columns, options->n_columns)
                                  : CAUCE_OK;
}

ca_csv_stream *ca_csv_open(cauce_run *run, const char *path, const ca_csv_options *options) {
    static const ca_csv_options none = { 0 };
    ca_csv_stream *stream = ca_calloc(1, sizeof *stream);
    if (!stream) {
        CA_NOMEM(run);
        return NULL;
    }
    stream->fd = -1;
    if (start(run, stream, path, options ? options : &none) == CAUCE_OK) return stream;
    ca_csv_close(stream);
    return NULL;
}

int64_t ca_csv_header(const ca_csv_stream *stream, const char *const **names) {
    *names = stream->rows.names;
    return stream->rows.n_columns;
}

cauce_status ca_csv_select(cauce_run *run, ca_csv_stream *stream, const ca_csv_column *columns, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (!columns[i].has_kind)
            return cauce_fail(run, CAUCE_E_ARGUMENT, "column '%s': a stream needs to be told the kind",
                              columns[i].name);
    ca_csv_columns_close(&stream->columns);
    stream->columns = (ca_csv_columns){ .share_levels = true };
    ca_csv_options options = stream->options;
    options.columns = columns;
    options.n_columns = n;
    stream->selected = false;
    CA_TRY(ca_csv_columns_open(run, &stream->columns, &stream->rows, &options));
    stream->selected = true;
    return CAUCE_OK;
}

static cauce_status read_block(cauce_run *run, ca_csv_stream *stream, int64_t rows) {
    ca_csv_columns *columns = &stream->columns;
    if (!stream->selected)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "the columns of the stream are not selected");
    if (rows < 1) return cauce_fail(run, CAUCE_E_ARGUMENT, "a block needs at least 1 row");
    /* After a failure nobody knows where in the text the reader is. */
    if (stream->failed)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "%.200s: reading has failed before", stream->what);
    stream->failed = true;
    while (columns->n_rows < rows) {
        bool there;
        CA_TRY(ca_csv_rows_next(run, &stream->rows, &there));
        if (!there) break;
        CA_TRY(ca_csv_columns_add(run, columns, &stream->rows));
    }
    stream->failed = false;
    return CAUCE_OK;
}

cauce_table *ca_csv_next(cauce_run *run, ca_csv_stream *stream, int64_t rows) {
    ca_csv_columns *columns = &stream->columns;
    if (read_block(run, stream, rows) != CAUCE_OK) return NULL;
    if (stream->options.n_bad) *stream->options.n_bad = columns->n_bad;
    if (columns->n_rows == 0) return NULL;
    cauce_table *table = ca_csv_columns_table(run, columns, stream->what);
    if (!table) stream->failed = true;
    return table;
}

void ca_csv_close(ca_csv_stream *stream) {
    if (!stream) return;
    if (stream->owns_fd) close(stream->fd);
    ca_unpacker_free(stream->unpacker);
    ca_csv_columns_close(&stream->columns);
    ca_csv_rows_close(&stream->rows);
    ca_arena_free(&stream->arena);
    ca_free(stream->buffer);
    ca_free(stream);
}
