#include "base/arena.h"

#include <string.h>

#include "base/alloc.h"

/* Where memory is watched, each piece has a gap behind it that nobody may touch. */
#ifndef __has_feature
#define __has_feature(name) 0
#endif
#if defined(__SANITIZE_ADDRESS__) || __has_feature(address_sanitizer)
#include <sanitizer/asan_interface.h>
enum { GAP = 16 };
#else
#define ASAN_POISON_MEMORY_REGION(from, size)   ((void)(from), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(from, size) ((void)(from), (void)(size))
enum { GAP = 0 };
#endif

typedef struct ca_chunk {
    struct ca_chunk *older;
    size_t size, used; /* of the bytes at `base` */
    size_t touched;    /* behind these, all bytes are 0 */
    char *base;        /* 64-byte aligned */
    void *owned;       /* a block from outside, given back with the chunk; NULL for most */
} ca_chunk;

/* Of chunks that pieces share: with its header, the largest one is large enough to go to a file (spill.h). */
enum { FIRST_CHUNK = 2048, LARGEST_CHUNK = 1 << 17, ALIGN = 64 };

static ca_chunk *chunk_new(size_t size) {
    size_t bytes;
    if (__builtin_add_overflow(size, sizeof(ca_chunk) + ALIGN, &bytes)) return NULL;
    bool zero;
    ca_chunk *chunk = ca_malloc_new(bytes, &zero);
    if (!chunk) return NULL;
    uintptr_t first = ((uintptr_t)(chunk + 1) + ALIGN - 1) & ~(uintptr_t)(ALIGN - 1);
    *chunk = (ca_chunk){ NULL, size, 0, zero ? 0 : size, (char *)first, NULL };
    ASAN_POISON_MEMORY_REGION(chunk->base, size);
    return chunk;
}

static void chunk_free(ca_chunk *chunk) {
    ASAN_UNPOISON_MEMORY_REGION(chunk->base, chunk->size);
    ca_free(chunk->owned);
    ca_free_large(chunk, sizeof *chunk + chunk->size);
}

/* The piece from `at` on, zeroed: fresh pages are so, and are not touched before they are needed. */
static void *take(ca_chunk *chunk, size_t at, size_t size) {
    const size_t end = at + size;
    chunk->used = end + GAP;
    ASAN_UNPOISON_MEMORY_REGION(chunk->base + at, size);
    if (at < chunk->touched) memset(chunk->base + at, 0, chunk->touched < end ? chunk->touched - at : size);
    if (end > chunk->touched) chunk->touched = end;
    return chunk->base + at;
}

void *ca_arena_alloc(ca_arena *arena, size_t size) {
    if (size == 0) size = 1;
    if (size > SIZE_MAX / 2) return NULL;
    const size_t need = size + GAP;
    size_t align = size < ALIGN ? 16 : ALIGN;
    ca_chunk *chunk = arena->chunk;
    if (chunk) {
        size_t at = (chunk->used + align - 1) & ~(align - 1);
        if (at <= chunk->size && chunk->size - at >= need) return take(chunk, at, size);
    }
    if (arena->next_size == 0) arena->next_size = FIRST_CHUNK;
    const bool shared = need < LARGEST_CHUNK; /* large pieces say nothing of how many small ones will come */
    ca_chunk *fresh = chunk_new(need > arena->next_size ? need : arena->next_size);
    if (!fresh) return NULL;
    if (shared && arena->next_size < LARGEST_CHUNK) arena->next_size *= 2;
    fresh->older = chunk;
    arena->chunk = fresh;
    return take(fresh, 0, size);
}

bool ca_arena_own(ca_arena *arena, void *block) {
    ca_chunk *chunk = chunk_new(0);
    if (!chunk) return false;
    chunk->owned = block;
    chunk->older = arena->chunk;
    arena->chunk = chunk;
    return true;
}

void *ca_arena_cells(ca_arena *arena, size_t size) {
    char *block = size < SIZE_MAX / 2 ? ca_malloc_large(size + ALIGN) : NULL;
    if (block && ca_arena_own(arena, block)) return block + (ALIGN - (uintptr_t)block % ALIGN) % ALIGN;
    ca_free(block);
    return NULL;
}

char *ca_arena_text(ca_arena *arena, const char *text, size_t length) {
    char *copy = ca_arena_alloc(arena, length + 1);
    if (copy && length) memcpy(copy, text, length);
    return copy;
}

ca_arena_mark ca_arena_here(const ca_arena *arena) {
    return (ca_arena_mark){ arena->chunk, arena->chunk ? arena->chunk->used : 0 };
}

void ca_arena_back(ca_arena *arena, ca_arena_mark mark) {
    while (arena->chunk && arena->chunk != mark.chunk) {
        ca_chunk *older = arena->chunk->older;
        const size_t size = arena->chunk->size;
        /* A loop that comes back here again and again is to get chunks of one size, not larger ones every
         * time; of 0 are the blocks from outside. */
        if (size > 0 && size < arena->next_size) arena->next_size = size;
        chunk_free(arena->chunk);
        arena->chunk = older;
    }
    if (!arena->chunk) {
        arena->next_size = 0;
        return;
    }
    ASAN_POISON_MEMORY_REGION(arena->chunk->base + mark.used, arena->chunk->size - mark.used);
    arena->chunk->used = mark.used;
}

void ca_arena_free(ca_arena *arena) {
    ca_arena_back(arena, (ca_arena_mark){ NULL, 0 });
}

void ca_arena_adopt(ca_arena *into, ca_arena *from) {
    if (!from->chunk) return;
    ca_chunk *last = from->chunk;
    while (last->older) last = last->older;
    last->older = into->chunk;
    into->chunk = from->chunk;
    *from = (ca_arena){ NULL, 0 };
}
