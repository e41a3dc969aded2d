#include "base/alloc.h"

#include <stdlib.h>
#include <string.h>

#include "base/run.h"
#include "cauce/context.h"

static void *libc_realloc(void *p, size_t size, void *payload) {
    (void)payload;
    return realloc(p, size);
}

static void libc_free(void *p, void *payload) {
    (void)payload;
    free(p);
}

static cauce_allocator allocator = { libc_realloc, libc_free, NULL };

cauce_status cauce_set_allocator(const cauce_allocator *given) {
    if (!given) return ca_null("allocator");
    if (!given->realloc_fn || !given->free_fn) return ca_null("a function of the allocator");
    allocator = *given;
    return CAUCE_OK;
}

void *ca_malloc(size_t size) {
    return allocator.realloc_fn(NULL, size ? size : 1, allocator.payload);
}

void *ca_calloc(size_t count, size_t size) {
    size_t bytes;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void *p = ca_malloc(bytes);
    if (p) memset(p, 0, bytes ? bytes : 1);
    return p;
}

void *ca_realloc(void *p, size_t size) {
    return allocator.realloc_fn(p, size ? size : 1, allocator.payload);
}

void ca_free(void *p) {
    if (p) allocator.free_fn(p, allocator.payload);
}
