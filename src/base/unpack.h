/* Gzip and zstd data, told by their first bytes, unpacked as they are read. Everything else goes through
 * unchanged. The library is built with zlib and libzstd where they are found; without them such data is not
 * told from others. */
#ifndef CA_BASE_UNPACK_H
#define CA_BASE_UNPACK_H

#include "base/stream.h"

/* Gives some bytes (at most `size`), or none at the end. */
typedef cauce_status ca_unpack_source(cauce_run *run, void *payload, char *to, size_t size, size_t *n);

/* Of one source; what: its name in messages (borrowed). NULL: NOMEM recorded. */
typedef struct ca_unpacker ca_unpacker;
ca_unpacker *ca_unpacker_new(cauce_run *run, const char *what, ca_unpack_source *source, void *payload);
/* Some bytes, or none at the end. Errors: of the source; DATA for an archive that ends too soon or is broken;
 * NOMEM. Members of gzip and frames of zstd may follow each other. */
cauce_status ca_unpacker_read(cauce_run *run, ca_unpacker *unpacker, char *to, size_t size, size_t *n);
/* Is there something that has been read from the source, but not yet given? */
bool ca_unpacker_waits(const ca_unpacker *unpacker);
void ca_unpacker_free(ca_unpacker *unpacker); /* NULL allowed */

/* Replaces the bytes of a packed file by what was packed; others stay. LIMIT above `most` bytes. On failure
 * the file is as it was. */
cauce_status ca_file_unpack(cauce_run *run, const char *what, size_t most, ca_file *file);

#endif
