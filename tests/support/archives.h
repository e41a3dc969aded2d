/* Model files taken apart and sealed again: with every checksum right, what is left to find a fault are the
 * checks of meaning. The layout is that of src/core/archive.h.
 */
#ifndef TESTS_SUPPORT_ARCHIVES_H
#define TESTS_SUPPORT_ARCHIVES_H

#include <jansson.h>

#include "support/tables.h"

typedef struct archive {
    unsigned version, reader;
    json_t *header; /* NULL: text is used as it is */
    char *text;
    size_t text_size;
    char *data; /* the arrays */
    size_t data_size;
} archive;

archive archive_of(const bytes_of *bytes);
void archive_free(archive *a);
/* A file of the parts: checksums of arrays (in the header as JSON), header and whole are computed. Free with
 * free(). */
bytes_of archive_seal(archive *a);
/* Corrects the checksums of header and whole in a file whose bytes were changed. */
void archive_reseal(bytes_of *bytes);
/* Corrects the checksums of the arrays in the header text, whose places are those of `a`. */
void archive_reseal_arrays(bytes_of *bytes, const archive *a);

#endif
