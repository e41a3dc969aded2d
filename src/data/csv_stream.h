/* The inside of a stream of records, for csv_drain.c and its test. */
#ifndef CA_DATA_CSV_STREAM_H
#define CA_DATA_CSV_STREAM_H

#include "base/stream.h"
#include "base/unpack.h"
#include "data/csv_columns.h"

struct ca_csv_stream {
    int fd;
    bool owns_fd;
    ca_file_look look;     /* of fd, at first */
    ca_unpacker *unpacker; /* of what comes from fd */
    char *what;
    char *buffer;
    size_t size; /* of the buffer */
    ca_csv_rows rows;
    ca_csv_columns columns;
    bool selected, failed;
    ca_error broken;        /* reading has failed: it will not be tried again */
    ca_arena arena;         /* `what`, missing markers */
    ca_csv_options options; /* without columns */
};

enum { CA_CSV_PATIENCE = 10 }; /* milliseconds that rows wait for more rows from a slow pipe */

/* Some bytes, or 0 at the end; waits for them. What has failed fails again, with the same message. */
cauce_status ca_csv_stream_read(cauce_run *run, ca_csv_stream *stream, char *to, size_t size, size_t *n);
/* Would reading give something (bytes, the end, a failure) without waiting? Waits CA_CSV_PATIENCE for that.
 */
cauce_status ca_csv_stream_ready(cauce_run *run, const ca_csv_stream *stream, bool *ready);
/* ca_csv_drain in pieces of some size. */
cauce_status ca_csv_drain_by(cauce_run *run, ca_csv_stream *stream, const ca_csv_consumer *consumer,
                             size_t piece_size);

#endif
