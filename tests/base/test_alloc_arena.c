#include <stdint.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "cauce/context.h"
#include "support/check_main.h"
#include "support/failing.h"

START_TEST(sizes) {
    void *p = ca_malloc(0);
    ck_assert_ptr_nonnull(p);
    p = ca_realloc(p, 0);
    ck_assert_ptr_nonnull(p);
    ca_free(p);
    ca_free(NULL);
    ck_assert_ptr_null(ca_calloc(SIZE_MAX / 2, 3));
    unsigned char *zero = ca_calloc(10, 10);
    for (int i = 0; i < 100; i++) ck_assert_int_eq(zero[i], 0);
    ca_free(zero);
    ck_assert_int_eq(cauce_set_allocator(NULL), CAUCE_E_ARGUMENT);
    ck_assert_int_eq(cauce_set_allocator(&(cauce_allocator){ 0 }), CAUCE_E_ARGUMENT);
}
END_TEST

/* Bytes that are not `value`. One assertion for each byte would take longer than what is asserted. */
static size_t others(const unsigned char *p, size_t size, unsigned char value) {
    size_t n = 0;
    for (size_t i = 0; i < size; i++) n += p[i] != value;
    return n;
}

START_TEST(aligned_zeroed_apart) {
    ca_arena arena = { 0 };
    enum { N = 2000 };
    static unsigned char *pieces[N];
    static size_t sizes[N];
    unsigned state = 1;
    for (int i = 0; i < N; i++) {
        state = state * 1664525u + 1013904223u;
        sizes[i] = i % 100 == 99 ? 100000 + state % 70000 : (state >> 16) % 300;
        pieces[i] = ca_arena_alloc(&arena, sizes[i]);
        ck_assert_ptr_nonnull(pieces[i]);
        ck_assert_uint_eq((uintptr_t)pieces[i] % (sizes[i] < 64 ? 16 : 64), 0);
        ck_assert_uint_eq(others(pieces[i], sizes[i], 0), 0);
        memset(pieces[i], 1 + i % 255, sizes[i]);
    }
    for (int i = 0; i < N; i++)
        ck_assert_uint_eq(others(pieces[i], sizes[i], (unsigned char)(1 + i % 255)), 0);
    ca_arena_free(&arena);
    ck_assert_ptr_null(arena.chunk);
    ck_assert_ptr_null(ca_arena_alloc(&arena, SIZE_MAX));
}
END_TEST

START_TEST(marks) {
    ca_arena arena = { 0 };
    ca_arena_mark empty = ca_arena_here(&arena);
    char *kept = ca_arena_text(&arena, "kept", 4);
    int64_t live = failing_live();
    ca_arena_mark mark = ca_arena_here(&arena);
    unsigned char *first = ca_arena_alloc(&arena, 100);
    memset(first, 7, 100);
    for (int i = 0; i < 50; i++) ca_arena_alloc(&arena, 5000);
    ck_assert(failing_live() > live);
    ca_arena_back(&arena, mark);
    ck_assert_int_eq(failing_live(), live);
    unsigned char *again = ca_arena_alloc(&arena, 100);
    ck_assert_ptr_eq(again, first); /* the same place, zeroed again */
    for (int i = 0; i < 100; i++) ck_assert_int_eq(again[i], 0);
    ck_assert_str_eq(kept, "kept");
    ca_arena_back(&arena, empty);
    ck_assert_int_eq(failing_live(), live - 1);
}
END_TEST

/* A loop that goes back each time asks for the same memory each time. */
START_TEST(marks_in_a_loop) {
    ca_arena arena = { 0 };
    ca_arena_alloc(&arena, 2000);
    ca_arena_mark mark = ca_arena_here(&arena);
    size_t next = 0;
    for (int i = 0; i < 30; i++) {
        for (int j = 0; j < 3; j++) ca_arena_alloc(&arena, 3000);
        ca_arena_alloc(&arena, 200000);
        ca_arena_own(&arena, ca_malloc(10));
        ca_arena_back(&arena, mark);
        ck_assert(i == 0 || arena.next_size == next);
        next = arena.next_size;
    }
    ck_assert_uint_le(next, 4096);
    ca_arena_free(&arena);
}
END_TEST

START_TEST(adopt) {
    ca_arena a = { 0 }, b = { 0 }, none = { 0 };
    char *x = ca_arena_text(&a, "x", 1);
    ca_arena_mark mark = ca_arena_here(&a);
    char *y = ca_arena_text(&b, "y", 1);
    ca_arena_alloc(&b, 10000);
    ca_arena_adopt(&a, &none);
    ca_arena_adopt(&a, &b);
    ck_assert_ptr_null(b.chunk);
    ck_assert_str_eq(y, "y");
    ca_arena_free(&b);
    ck_assert_str_eq(y, "y");
    ca_arena_back(&a, mark); /* what was adopted after the mark goes too */
    ck_assert_str_eq(x, "x");
    ca_arena_adopt(&b, &a); /* into an empty one */
    ck_assert_str_eq(x, "x");
    int64_t live = failing_live();
    ca_arena_free(&b);
    ck_assert_int_eq(failing_live(), live - 1);
}
END_TEST

START_TEST(no_memory) {
    FAILING_EACH(pass) {
        ca_arena arena = { 0 };
        bool all = true;
        for (int i = 0; i < 6; i++) all &= ca_arena_alloc(&arena, 3000) != NULL;
        ck_assert(all || pass.armed);
        ca_arena_free(&arena);
    }
}
END_TEST

/* Blocks of the C library that were used before and given back: bytes said to be 0 are. From one that begins
 * and ends with a page to those that do not. */
START_TEST(large_and_new) {
    enum { LARGE = 1 << 22 };
    for (size_t size = LARGE - 1; size < LARGE + 5000; size += 2501) {
        bool zero;
        unsigned char *p = ca_malloc_new(size, &zero);
        ck_assert_ptr_nonnull(p);
        ck_assert(!zero || others(p, size, 0) == 0);
        memset(p, 0xa5, size);
        ca_free_large(p, size);
        p = ca_calloc(1, size);
        ck_assert_uint_eq(others(p, size, 0), 0);
        memset(p, 0xa5, size);
        ca_free(p);
    }
    ca_free_large(NULL, 0);
    ca_give_back_pages();
}
END_TEST

/* Nothing is left of the second byte of a page in the middle. */
static bool page_is_kept(const unsigned char *p, size_t size) {
    enum { PAGE = 1 << 16 }; /* or less */
    const uintptr_t at = ((uintptr_t)p + PAGE - 1) / PAGE * PAGE;
    return at + PAGE <= (uintptr_t)p + size && ((const unsigned char *)at)[1] == 7;
}

/* What is forgotten is the block's own and nothing beside it, wherever its pages begin and end. */
START_TEST(forgotten) {
    enum { SIZE = 1 << 18 };
    unsigned char *p = ca_malloc(SIZE);
    ck_assert_ptr_nonnull(p);
    for (size_t from = 1; from < 3; from++)
        for (size_t size = 1; size < SIZE - 5000; size = size * 3 + 1000) {
            memset(p, 7, SIZE);
            ca_forget(p + from, size);
#if defined(__linux__)
            ck_assert(!page_is_kept(p + from, size));
#endif
            ck_assert_uint_eq(others(p, from, 7), 0);
            ck_assert_uint_eq(others(p + from + size, SIZE - from - size, 7), 0);
            memset(p + from, 8, size);
            ck_assert_uint_eq(others(p + from, size, 8), 0);
        }
    ca_free(p);
    ca_forget(NULL, SIZE);
}
END_TEST

/* Small pieces share chunks of a limited size, however large and many the others are. */
START_TEST(large_pieces_apart) {
    ca_arena arena = { 0 };
    enum { LARGE = 1 << 20 };
    ck_assert_ptr_nonnull(ca_arena_alloc(&arena, LARGE));
    const size_t first = arena.next_size;
    for (int i = 0; i < 20; i++) ck_assert_ptr_nonnull(ca_arena_alloc(&arena, LARGE));
    ck_assert_uint_eq(arena.next_size, first);
    for (int i = 0; i < 20000; i++) ck_assert_ptr_nonnull(ca_arena_alloc(&arena, 100));
    ck_assert(arena.next_size > 16 * first && arena.next_size < LARGE / 4);
    ca_arena_free(&arena);
}
END_TEST

START_TEST(install) {
    failing_install();
}
END_TEST

TEST_MAIN("alloc_arena", TEST(sizes), TEST(large_and_new), TEST(forgotten), TEST(install),
          TEST(aligned_zeroed_apart), TEST(marks), TEST(marks_in_a_loop), TEST(large_pieces_apart),
          TEST(adopt), TEST(no_memory))
