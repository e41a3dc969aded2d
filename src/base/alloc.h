/* The one door to memory: every allocation of the library goes through these, so that cauce_set_allocator and
 * the tests that let each n-th allocation fail reach all of them. After cauce_set_spill, large pieces come
 * from files (base/spill.h) and not from the allocator. */
#ifndef CA_BASE_ALLOC_H
#define CA_BASE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* NULL when there is none; size 0 counts as 1. */
void *ca_malloc(size_t size);
/* For memory that is about to be filled from end to end: in large pages, if the system has them. */
void *ca_malloc_large(size_t size);
/* The same; *zero: all bytes are 0, and writing them again would only touch the pages. */
void *ca_malloc_new(size_t size, bool *zero);
void *ca_calloc(size_t count, size_t size);
void *ca_realloc(void *p, size_t size);
void ca_free(void *p); /* NULL allowed */

#endif
