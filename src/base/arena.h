/* Memory that is given back all at once. Small pieces share chunks, large ones get a chunk of their own. */
#ifndef CA_BASE_ARENA_H
#define CA_BASE_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ca_arena {
    struct ca_chunk *chunk; /* newest first */
    size_t next_size;
} ca_arena;

/* A place to go back to. */
typedef struct ca_arena_mark {
    struct ca_chunk *chunk;
    size_t used;
} ca_arena_mark;

/* A zeroed struct is an empty arena. */
void *ca_arena_alloc(ca_arena *arena,
                     size_t size); /* zeroed, aligned to 64 bytes (16 when size < 64); NULL */
/* Memory for many cells, aligned to 64 bytes and not zeroed: its pages are touched by the threads that fill
 * them, and never if nobody does; NULL. */
void *ca_arena_cells(ca_arena *arena, size_t size);
/* Takes a block from ca_malloc or ca_realloc: from now on it is given back with the rest. false: out of
 * memory, and the block is still the caller's. */
bool ca_arena_own(ca_arena *arena, void *block);
char *ca_arena_text(ca_arena *arena, const char *text, size_t length); /* copy with a NUL; NULL */
ca_arena_mark ca_arena_here(const ca_arena *arena);
void ca_arena_back(ca_arena *arena, ca_arena_mark mark); /* gives back everything since the mark */
void ca_arena_free(ca_arena *arena);                     /* gives back everything; the arena is empty again */
/* Moves all of `from` into `into`; `from` is empty afterwards. */
void ca_arena_adopt(ca_arena *into, ca_arena *from);

#endif
