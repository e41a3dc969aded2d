/* Memory in files: large pieces are mapped from unnamed files of a folder, so that the system can write them
 * out and take their pages back. Below the allocator (base/alloc.c), which asks here first; nobody else does.
 */
#ifndef CA_BASE_SPILL_H
#define CA_BASE_SPILL_H

#include <stdbool.h>
#include <stddef.h>

/* Is a piece of this size to come from a file? */
bool ca_spill_wants(size_t size);
/* Is it a piece from a file? Then the two below take it. */
bool ca_spill_owns(const void *p);
/* A new piece, all bytes 0; NULL: none, and this thread's reason is kept. grows: its size will change. */
void *ca_spill_new(size_t size, bool grows);
/* As realloc: NULL leaves the piece as it is. */
void *ca_spill_resize(void *p, size_t size);
void ca_spill_free(void *p);

/* Why the last piece of this thread could not be had, as the end of a message (": ..."), or "". */
const char *ca_spill_reason(char *text, size_t size);

#endif
