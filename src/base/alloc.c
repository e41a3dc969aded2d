#define _DEFAULT_SOURCE
#include "base/alloc.h"

#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#if defined(__linux__)
#include <sys/mman.h>
#endif
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "base/run.h"
#include "base/spill.h"
#include "cauce/context.h"

/* Tools that watch every byte have it their own way. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer) || __has_feature(memory_sanitizer)
#define CA_WATCHED_MEMORY
#endif

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

/* zero: all bytes are 0. */
static void *obtain(size_t size, bool *zero) {
    *zero = ca_spill_wants(size);
    return *zero ? ca_spill_new(size, false) : allocator.realloc_fn(NULL, size ? size : 1, allocator.payload);
}

void *ca_malloc(size_t size) {
    bool zero;
    return obtain(size, &zero);
}

/* Blocks of less are used again as they are: touching a small page anew takes longer than clearing it. */
enum { LARGE = 1 << 22 };

/* Where the system gives large pages on request, 200 MB are a hundred page faults and not fifty thousand. */
static void ask_for_large_pages(void *p, size_t size) {
#if defined(MADV_HUGEPAGE)
    enum { PAGE = 1 << 21 };
    if (!p || size < LARGE) return;
    const uintptr_t from = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE, to = ((uintptr_t)p + size) / PAGE * PAGE;
    if (from < to)
        (void)madvise((void *)from, to - from, MADV_HUGEPAGE); /* advice: a refusal is no failure */
#else
    (void)p, (void)size;
#endif
}

/* Pages of a block whose contents nobody needs any more go back to the system, and are 0 when they are
 * touched again. false: they are as they were, as those of memory that is locked or shared with other
 * processes. Only what comes from the C library: an allocator of the caller's may have plans of its own. */
static bool drop_pages(void *p, size_t size) {
#if defined(__linux__) && defined(MADV_DONTNEED) && !defined(CA_WATCHED_MEMORY)
    if (!p || allocator.realloc_fn != libc_realloc) return false;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from = ((uintptr_t)p + page - 1) / page * page,
                    to = ((uintptr_t)p + size) / page * page;
    if (from >= to) return false;
    volatile char *probe = (volatile char *)from;
    *probe = 1;
    return madvise((void *)from, to - from, MADV_DONTNEED) == 0 && *probe == 0;
#else
    (void)p, (void)size;
    return false;
#endif
}

/* A block of the C library may have been used before: its pages are exchanged for fresh ones. */
static bool make_fresh(void *p, size_t size) {
    if (size < LARGE || !drop_pages(p, size)) return false;
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), at = (uintptr_t)p;
    const size_t head = (page - at % page) % page, tail = (at + size) % page;
    memset(p, 0, head);
    memset((char *)p + size - tail, 0, tail);
    return true;
}

void *ca_malloc_new(size_t size, bool *zero) {
    void *p = obtain(size, zero);
    if (*zero) return p; /* of a file */
    *zero = make_fresh(p, size);
    ask_for_large_pages(p, size);
    return p;
}

void *ca_malloc_large(size_t size) {
    bool zero;
    return ca_malloc_new(size, &zero);
}

void *ca_calloc(size_t count, size_t size) {
    size_t bytes;
    bool zero;
    if (__builtin_mul_overflow(count, size, &bytes)) return NULL;
    void *p = obtain(bytes, &zero);
    if (p && !zero && !make_fresh(p, bytes)) memset(p, 0, bytes ? bytes : 1);
    return p;
}

/* From ordinary memory into a file. How long the old piece was is known to its allocator alone, which is
 * therefore asked to make it as long as the new one: once for each piece, when it gets large. */
static void *move_to_file(void *p, size_t size) {
    void *piece = ca_spill_new(size, true);
    if (!piece || !p) return piece;
    void *longer = allocator.realloc_fn(p, size, allocator.payload);
    if (!longer) {
        ca_spill_free(piece);
        return NULL;
    }
    memcpy(piece, longer, size);
    allocator.free_fn(longer, allocator.payload);
    return piece;
}

void *ca_realloc(void *p, size_t size) {
    if (ca_spill_owns(p)) return ca_spill_resize(p, size ? size : 1);
    if (ca_spill_wants(size)) return move_to_file(p, size);
    return allocator.realloc_fn(p, size ? size : 1, allocator.payload);
}

void ca_free(void *p) {
    if (!p) return;
    if (ca_spill_owns(p))
        ca_spill_free(p);
    else
        allocator.free_fn(p, allocator.payload);
}

void ca_free_large(void *p, size_t size) {
    if (size >= LARGE) ca_forget(p, size);
    ca_free(p);
}

void ca_forget(void *p, size_t size) {
#ifdef CA_WATCHED_MEMORY
    if (p) memset(p, 0xa5, size); /* whoever counts on the old contents is found */
#else
    if (p && !ca_spill_owns(p)) drop_pages(p, size);
#endif
}

void ca_give_back_pages(void) {
#if defined(__GLIBC__)
    if (allocator.realloc_fn == libc_realloc) (void)malloc_trim(0);
#endif
}

/* ---- How much there is --------------------------------------------------------------------------------- */

static size_t memory_found = SIZE_MAX;

static void lower_to(unsigned long long bytes) {
    if (bytes > 0 && bytes < memory_found) memory_found = (size_t)bytes;
}

static void lower_to_file(const char *path) {
    FILE *file = fopen(path, "re");
    if (!file) return;
    unsigned long long bytes = 0; /* "max" is no number */
    if (fscanf(file, "%llu", &bytes) == 1) lower_to(bytes);
    fclose(file);
}

static void find_memory(void) {
#if defined(_SC_PHYS_PAGES)
    const long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    if (pages > 0 && page > 0) lower_to((unsigned long long)pages * (unsigned long long)page);
#endif
    lower_to_file("/sys/fs/cgroup/memory.max");                   /* control groups, version 2 */
    lower_to_file("/sys/fs/cgroup/memory/memory.limit_in_bytes"); /* version 1 */
}

size_t ca_memory_most(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    if (ca_spill_wants(SIZE_MAX)) return SIZE_MAX;
    pthread_once(&once, find_memory);
    return memory_found;
}

double ca_gigabytes(size_t bytes) {
    return (double)bytes / 1e9;
}
