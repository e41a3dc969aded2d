#define _GNU_SOURCE
#include "base/spill.h"

#include <dirent.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/run.h"
#include "cauce/cauce.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { LEAST = 10000 };
static char folder[64];

static int files_in(const char *path) {
    DIR *dir = opendir(path);
    int n = 0;
    ck_assert_ptr_nonnull(dir);
    for (const struct dirent *entry; (entry = readdir(dir));)
        n += entry->d_name[0] != '.' || entry->d_name[1] > '.';
    closedir(dir);
    return n;
}

static void begin(void) {
    snprintf(folder, sizeof folder, "/tmp/cauce-spill-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(cauce_set_spill(folder, LEAST), CAUCE_OK);
}

static void end(void) {
    ck_assert_int_eq(files_in(folder), 0);
    ck_assert_int_eq(cauce_set_spill(NULL, 0), CAUCE_OK);
    ck_assert_int_eq(rmdir(folder), 0);
}

static bool all_zero(const unsigned char *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i]) return false;
    return true;
}

START_TEST(large_pieces_only) {
    ck_assert(!ca_spill_wants(SIZE_MAX / 8));
    begin();
    unsigned char *small = ca_malloc(LEAST - 1), *large = ca_malloc(LEAST), *zero = ca_calloc(LEAST, 3);
    ck_assert(!ca_spill_owns(small) && ca_spill_owns(large) && ca_spill_owns(zero));
    ck_assert(!ca_spill_owns(NULL) && !ca_spill_owns(large + 4096));
    ck_assert(all_zero(large, LEAST) && all_zero(zero, LEAST * 3));
    memset(large, 1, LEAST);
    ck_assert_int_eq(cauce_set_spill(NULL, 0), CAUCE_OK);
    unsigned char *after = ca_malloc(LEAST);
    ck_assert(!ca_spill_owns(after) && ca_spill_owns(large) && large[LEAST - 1] == 1);
    ca_free(small);
    ca_free(large);
    ca_free(zero);
    ca_free(after);
    ck_assert(!ca_spill_owns(large));
    end();
}
END_TEST

/* A loop of ck_assert writes a line of its own for each of them. */
static bool counts_by_seven(const uint32_t *p, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (p[i] != (uint32_t)i * 7) return false;
    return true;
}

START_TEST(grow_and_shrink) {
    begin();
    for (int by_malloc = 0; by_malloc < 2; by_malloc++) {
        uint32_t *p = by_malloc ? ca_malloc(40000) : ca_realloc(NULL, 100);
        size_t n = by_malloc ? 10000 : 25;
        for (size_t i = 0; i < n; i++) p[i] = (uint32_t)i * 7;
        while (n < 3000000) {
            const size_t larger = n + n / 2 + 13;
            p = ca_realloc(p, larger * sizeof *p);
            ck_assert_int_eq(ca_spill_owns(p), larger * sizeof *p >= LEAST);
            ck_assert(counts_by_seven(p, n));
            for (size_t i = n; i < larger; i++) p[i] = (uint32_t)i * 7;
            n = larger;
        }
        const uint32_t *before = p;
        p = ca_realloc(p, 5000 * sizeof *p);
        ck_assert_ptr_eq(p, before);
        p = ca_realloc(p, 9000 * sizeof *p);
        ck_assert(counts_by_seven(p, 5000));
        p = ca_realloc(p, 10);
        ck_assert_uint_eq(p[1], 7);
        p = ca_realloc(p, 0);
        ck_assert_uint_eq(p[0], 0);
        ca_free(p);
    }
    ck_assert_ptr_null(ca_malloc(SIZE_MAX - 5));
    ck_assert_ptr_null(ca_calloc(SIZE_MAX / 8, 7));
    void *p = ca_malloc(LEAST);
    ck_assert_ptr_null(ca_realloc(p, SIZE_MAX - 5));
    ca_free(p);
    end();
}
END_TEST

/* More than are kept open, in any order; what each holds is checked at its end. */
START_TEST(many_in_any_order) {
    enum { N = 400, STEPS = 2500 };
    static unsigned char *pieces[N];
    static size_t sizes[N];
    unsigned state = 1;
    bool good = true;
    begin();
    for (int step = 0; step < STEPS; step++) {
        state = state * 1664525u + 1013904223u;
        const int i = (int)(state >> 16) % N;
        const size_t size = LEAST - 3000 + (state >> 8) % 60000;
        if (pieces[i])
            for (size_t j = 0; j < sizes[i]; j += 997) good &= pieces[i][j] == i % 251;
        if (pieces[i] && step % 3 == 0) {
            ca_free(pieces[i]);
            pieces[i] = NULL;
            continue;
        }
        unsigned char *p = pieces[i] ? ca_realloc(pieces[i], size) : ca_malloc(size);
        if (!p) ck_abort_msg("no piece of %zu bytes", size);
        memset(p, i % 251, size);
        pieces[i] = p;
        sizes[i] = size;
    }
    for (int i = 0; i < N; i++) {
        ca_free(pieces[i]);
        pieces[i] = NULL;
    }
    ck_assert(good);
    end();
}
END_TEST

/* So many that their places collide; what is left is still found when others are gone. */
START_TEST(thousands) {
    enum { N = 3000 };
    static char *pieces[N];
    int lost = 0;
    begin();
    for (int i = 0; i < N; i++) {
        pieces[i] = ca_malloc(LEAST);
        if (pieces[i]) pieces[i][i % LEAST] = 1;
    }
    for (int i = 0; i < N; i += 2) ca_free(pieces[i]);
    for (int i = 1; i < N; i += 2) lost += !ca_spill_owns(pieces[i]) || pieces[i][i % LEAST] != 1;
    for (int i = 0; i < N; i += 2) lost += ca_spill_owns(pieces[i]);
    ck_assert_int_eq(lost, 0);
    for (int i = 1; i < N; i += 2) ca_free(pieces[i]);
    end();
}
END_TEST

/* Pieces of an arena are zeroed, whoever had their memory before. */
START_TEST(arenas) {
    begin();
    for (size_t size = 2000; size < LEAST; size += 100) { /* for ordinary chunks, too */
        void *dirt = ca_malloc(size);
        memset(dirt, 0xCC, size);
        ca_free(dirt);
    }
    ca_arena arena = { 0 };
    unsigned char *first = ca_arena_alloc(&arena, 100);
    memset(first, 9, 100);
    const ca_arena_mark mark = ca_arena_here(&arena);
    for (int pass = 0; pass < 3; pass++) {
        for (size_t size = 50; size < 300000; size = size * 2 + 1) {
            unsigned char *p = ca_arena_alloc(&arena, size);
            ck_assert_ptr_nonnull(p);
            ck_assert(all_zero(p, size));
            ck_assert_uint_eq((uintptr_t)p % (size < 64 ? 16 : 64), 0);
            memset(p, 0xAA, pass == 1 ? size / 2 : size);
            const ca_arena_mark inner = ca_arena_here(&arena);
            memset(ca_arena_alloc(&arena, 3000), 0xBB, 3000);
            ca_arena_back(&arena, inner);
        }
        ca_arena_back(&arena, mark);
    }
    for (int i = 0; i < 100; i++) ck_assert_int_eq(first[i], 9);
    ca_arena_free(&arena);
    end();
}
END_TEST

/* Small pieces of an arena are in files too when they are many: their chunks are large enough. */
START_TEST(many_small_pieces) {
    begin();
    ck_assert_int_eq(cauce_set_spill(folder, 0), CAUCE_OK); /* pieces of the usual size */
    ca_arena arena = { 0 };
    for (int i = 0; i < 20000; i++) ck_assert_ptr_nonnull(ca_arena_alloc(&arena, 100));
    ck_assert(ca_spill_owns(arena.chunk));
    ca_arena_free(&arena);
    end();
}
END_TEST

static cauce_status churn(cauce_run *run, int64_t index, void *payload) {
    (void)payload;
    for (int i = 0; i < 60; i++) {
        const size_t size = LEAST + (size_t)(index * 1000 + i * 500);
        unsigned char *p = ca_malloc(size);
        if (!p) return CA_NOMEM(run);
        memset(p, (int)index, size);
        unsigned char *q = ca_realloc(p, 3 * size);
        if (!q) return CA_NOMEM(run);
        const bool good = ca_spill_owns(q) && q[0] == index && q[size - 1] == index;
        ca_free(q);
        if (!good) return cauce_fail(run, CAUCE_E_INTERNAL, "a piece is another's");
    }
    return CAUCE_OK;
}

START_TEST(threads) {
    begin();
    cauce_context *context = cauce_context_new();
    cauce_context_set_threads(context, 7);
    cauce_context *before = cauce_context_use(context);
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_int_eq(cauce_parallel(&run, 40, churn, NULL), CAUCE_OK);
    ca_run_end(&run);
    cauce_context_use(before);
    cauce_context_free(context);
    end();
}
END_TEST

/* A limit on files stands for a full disk. Check writes down each assertion: none of them while it holds. */
static rlim_t limit_files(rlim_t most) {
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t before = limit.rlim_cur;
    limit.rlim_cur = most;
    setrlimit(RLIMIT_FSIZE, &limit);
    return before;
}

START_TEST(no_room) {
    begin();
    cauce_run run;
    ca_run_begin(&run);
    unsigned char *grown = ca_realloc(NULL, LEAST), *fixed = ca_malloc(LEAST);
    grown[7] = fixed[7] = 77;
    const rlim_t before = limit_files(100000);
    void *had[] = { ca_malloc(100001), ca_realloc(grown, 200000), ca_realloc(fixed, 200000),
                    cauce_scratch(&run, 1000, 1000) };
    limit_files(before);
    for (int i = 0; i < 4; i++) ck_assert_ptr_null(had[i]);
    ck_assert(grown[7] == 77 && fixed[7] == 77);
    ck_assert_int_eq(run.error.status, CAUCE_E_NOMEM);
    ck_assert_ptr_nonnull(strstr(run.error.message, "out of memory (1000000 bytes): no 10"));
    ck_assert_ptr_nonnull(strstr(run.error.message, folder));
    ck_assert_ptr_nonnull(strstr(run.error.message, "File too large"));
    ca_run_forgive(&run);
    ck_assert_int_eq(CA_NOMEM(&run), CAUCE_E_NOMEM); /* not again for another failure */
    ck_assert_str_eq(run.error.message, "out of memory");
    grown = ca_realloc(grown, 200000);
    fixed = ca_realloc(fixed, 200000);
    ck_assert(grown && fixed && grown[7] == 77 && fixed[7] == 77);
    ca_free(grown);
    ca_free(fixed);
    ca_run_end(&run);
    end();
}
END_TEST

START_TEST(folders_that_will_not_do) {
    char path[96];
    begin();
    snprintf(path, sizeof path, "%s/none", folder);
    ck_assert_int_eq(cauce_set_spill(path, 0), CAUCE_E_IO);
    ck_assert_ptr_nonnull(strstr(cauce_error().message, path));
    ck_assert_ptr_nonnull(strstr(cauce_error().message, "No such file"));
    cauce_error_clear();
    ck_assert_int_eq(cauce_set_spill("/dev/null", 0), CAUCE_E_IO);
    cauce_error_clear();
    ck_assert_int_eq(cauce_set_spill("", 0), CAUCE_E_IO);
    cauce_error_clear();
    const rlim_t before = limit_files(100);
    const cauce_status status = cauce_set_spill(folder, 0);
    limit_files(before);
    ck_assert_int_eq(status, CAUCE_E_IO);
    cauce_error_clear();
    if (geteuid() != 0) {
        ck_assert_int_eq(mkdir(path, 0500), 0);
        ck_assert_int_eq(cauce_set_spill(path, 0), CAUCE_E_IO);
        ck_assert_ptr_nonnull(strstr(cauce_error().message, "Permission denied"));
        cauce_error_clear();
        ck_assert_int_eq(rmdir(path), 0);
    }
    void *p = ca_malloc(LEAST); /* the one before is still the one */
    ck_assert(ca_spill_owns(p));
    ca_free(p);
    end();
}
END_TEST

/* A piece that becomes large needs the allocator once more. */
START_TEST(allocator_fails) {
    begin();
    FAILING_EACH(pass) {
        char *p = ca_malloc(100), *q = p;
        if (p) {
            p[99] = 5;
            q = ca_realloc(p, 3 * LEAST);
            if (q) p = q;
            ck_assert_int_eq(p[99], 5);
        }
        ck_assert(q || pass.armed);
        ca_free(p);
    }
    end();
}
END_TEST

START_TEST(install) {
    failing_install();
}
END_TEST

TEST_MAIN("spill", TEST(large_pieces_only), TEST(grow_and_shrink), TEST(many_in_any_order), TEST(thousands),
          TEST(arenas), TEST(many_small_pieces), TEST(threads), TEST(no_room), TEST(folders_that_will_not_do),
          TEST(install), TEST(allocator_fails))
