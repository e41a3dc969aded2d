/* The model file. docs/model-format.md is its description; this is its constants.
 *
 *   0  8  magic 89 'C' 'A' 'U' 'C' 'E' 0D 0A
 *   8  4  format version of the writer          12  4  oldest format version that can read the file
 *  16  8  length of the header text             24  8  length of the file
 *  32  8  XXH3-64 of the header text            40  8  XXH3-64 of the whole file, with these 8 bytes zero
 *  48 16  zero
 *  64     header: JSON, UTF-8; zero bytes to the next multiple of 64
 *         arrays, little-endian, each on a multiple of 64, zero bytes between
 */
#ifndef CA_CORE_ARCHIVE_H
#define CA_CORE_ARCHIVE_H

#include "core/model.h"

enum { CA_FORMAT_VERSION = 1, CA_FORMAT_READER = 1, CA_PREFIX = 64, CA_LONGEST_HEADER = 64 << 20 };
#define CA_MAGIC                                                                                             \
    "\x89"                                                                                                   \
    "CAUCE\r\n"

/* Where the bytes of a model go. */
typedef cauce_status ca_sink(cauce_run *run, const void *bytes, size_t size, void *payload);
/* Writes the model; *size (may be NULL) is set before the first byte is handed out. */
cauce_status ca_archive_save(cauce_run *run, const cauce_model *model, ca_sink *sink, void *payload,
                             size_t *size);
/* The same in memory, as if read from a file; ca_file_free. */
cauce_status ca_archive_bytes(cauce_run *run, const cauce_model *model, ca_file *bytes);
/* Makes a model of the bytes of a file (taken, even on failure). `what` names it in messages. */
cauce_model *ca_archive_load(cauce_run *run, ca_file *file, const char *what);
/* What the header says of the targets and their classes (src/core/archive_target.c). FORMAT. */
cauce_status ca_archive_read_target(cauce_run *run, const json_t *header, cauce_model *model);
void ca_archive_print_target(const cauce_model *model, ca_text *out);
/* The kind of a column by its name. FORMAT. */
cauce_status ca_archive_kind(cauce_run *run, const json_t *json, cauce_kind *kind);
/* Everything about a model as JSON: the header of its file. */
cauce_status ca_archive_header(cauce_run *run, const cauce_model *model, ca_text *out);

#endif
