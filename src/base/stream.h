/* Files: reading whole, writing all or nothing. */
#ifndef CA_BASE_STREAM_H
#define CA_BASE_STREAM_H

#include <stdbool.h>
#include <stdio.h>

#include "base/run.h"

/* How a file looks when reading begins, to be compared at its end: a file that is cut, or written to, in
 * between may give rows that never stood in it. Pipes, and files without a size (as under /proc), may change.
 * ca_file_same: IO, naming path and sizes. */
typedef struct ca_file_look {
    int64_t size, seconds, nanoseconds; /* size 0: not watched */
} ca_file_look;
ca_file_look ca_file_looks(int fd);
cauce_status ca_file_same(cauce_run *run, int fd, const char *path, const ca_file_look *before);

/* The bytes of a file (path "-": standard input to its end), NUL-terminated beyond `size`. Free with
 * ca_file_free. Errors: IO naming path and reason (not there, a directory, changed while it was read, ...);
 * LIMIT above `most` bytes. */
typedef struct ca_file {
    char *bytes;
    size_t size;
    bool mapped; /* bytes are the system's pages of the file */
} ca_file;
cauce_status ca_file_read(cauce_run *run, const char *path, size_t most, ca_file *file);
/* The same bytes where the system has them, shared with everybody who maps the file: for files that are
 * replaced and never written to, as whoever cuts one ends all readers (SIGBUS). Nothing is there beyond
 * `size`. What is no regular file, or empty, is read. */
cauce_status ca_file_map(cauce_run *run, const char *path, size_t most, ca_file *file);
void ca_file_free(ca_file *file);
/* Gives a pipe the room that lets its writer go on while we are busy; harmless for anything else. */
void ca_pipe_widen(int fd);

/* A file that appears under its name whole or not at all: written beside it under a temporary name, synced,
 * renamed over it, the folder synced. A symbolic link is followed, the mode bits of an existing file are
 * kept. Path "-" is standard output, written directly. Buffered. */
typedef struct ca_writer {
    char *path, *temporary; /* temporary NULL: written directly */
    int fd, folder;
    char *buffer;
    size_t used;
    bool to_standard_output;
} ca_writer;
cauce_status ca_writer_open(cauce_run *run, ca_writer *writer, const char *path);
cauce_status ca_writer_put(cauce_run *run, ca_writer *writer, const void *bytes, size_t size);
/* Hands over what was written (for pipes: whole lines are up to the caller). */
cauce_status ca_writer_flush(cauce_run *run, ca_writer *writer);
/* Completes the file. The writer is closed whatever the result; on failure nothing is left behind. */
cauce_status ca_writer_commit(cauce_run *run, ca_writer *writer);
/* Gives up: removes the temporary file. Harmless after commit and on a zeroed writer. */
void ca_writer_abort(ca_writer *writer);
/* Removes the temporary files of all open writers of the process; async-signal-safe, for signal handlers. */
void ca_writer_emergency(void);

#endif
