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
/* The same; *zero: all bytes are 0, and writing them again would only touch the pages. What is never touched
 * takes no memory then. */
void *ca_malloc_new(size_t size, bool *zero);
void *ca_calloc(size_t count, size_t size);
void *ca_realloc(void *p, size_t size);
void ca_free(void *p); /* NULL allowed */
/* As ca_free for a block of so many bytes, or of more. The C library keeps what it gets back, for whoever
 * asks next; the pages of large blocks go back to the system at once. */
void ca_free_large(void *p, size_t size);
/* Whatever so many bytes, of a block or a part of one, hold is not needed any more, but the bytes are: their
 * pages go back to the system at once, and come again when they are touched. */
void ca_forget(void *p, size_t size);
/* The same for all that the C library keeps: after work that has filled it with small pieces. */
void ca_give_back_pages(void);

/* Bytes that the machine, or the container that the process runs in, has at all; SIZE_MAX where nobody says,
 * and where large pieces go to files. More than that is refused and not tried: the system gives it, and ends
 * the process when it is written to. */
size_t ca_memory_most(void);
/* The same for people: 1e9 bytes. */
double ca_gigabytes(size_t bytes);

#endif
