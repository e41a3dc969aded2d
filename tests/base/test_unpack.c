/* Packed data in pieces of any size, whole, several in a row, cut anywhere, broken anywhere. */
#include "base/unpack.h"

#include "support/check_main.h"
#include "support/failing.h"

#if defined(CAUCE_WITH_ZLIB)
#include <zlib.h>
#endif
#if defined(CAUCE_WITH_ZSTD)
#include <zstd.h>
#endif

enum { MOST = 400000 };

static cauce_run run;
static unsigned char packed[2 * MOST + 4096];
static char plain[MOST], out[MOST + 1];

/* Rows that pack well, and bytes that do not. */
static size_t make_plain(size_t size) {
    cauce_rng rng;
    cauce_rng_init(&rng, size, "unpack", 0);
    for (size_t i = 0; i < size; i++)
        plain[i] = i % 3000 < 1500 ? "1.25,red\n"[i % 9] : (char)cauce_rng_below(&rng, 256);
    return size;
}

#if defined(CAUCE_WITH_ZLIB)
static size_t pack_gzip(const char *bytes, size_t size, unsigned char *to) {
    z_stream z;
    memset(&z, 0, sizeof z);
    ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    z.next_in = (unsigned char *)(uintptr_t)bytes;
    z.avail_in = (unsigned)size;
    z.next_out = to;
    z.avail_out = 2 * MOST;
    ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
    size_t n = z.total_out;
    deflateEnd(&z);
    return n;
}
#endif

#if defined(CAUCE_WITH_ZSTD)
static size_t pack_zstd(const char *bytes, size_t size, unsigned char *to) {
    size_t n = ZSTD_compress(to, 2 * MOST, bytes, size, 3);
    ck_assert(!ZSTD_isError(n));
    return n;
}
#endif

static size_t pack_nothing(const char *bytes, size_t size, unsigned char *to) {
    memcpy(to, bytes, size);
    return size;
}

typedef size_t packer(const char *bytes, size_t size, unsigned char *to);
static const struct {
    packer *pack;
    const char *name;
} packers[] = {
    { pack_nothing, "" },
#if defined(CAUCE_WITH_ZLIB)
    { pack_gzip, "gzip" },
#endif
#if defined(CAUCE_WITH_ZSTD)
    { pack_zstd, "zstd" },
#endif
};
enum { N_PACKERS = sizeof packers / sizeof *packers };

/* A source that gives at most `step` bytes at a time. */
typedef struct pieces {
    const unsigned char *bytes;
    size_t size, at, step;
} pieces;

static cauce_status next_piece(cauce_run *unused, void *payload, char *to, size_t size, size_t *n) {
    (void)unused;
    pieces *p = payload;
    *n = p->size - p->at;
    if (*n > p->step) *n = p->step;
    if (*n > size) *n = size;
    memcpy(to, p->bytes + p->at, *n);
    p->at += *n;
    return CAUCE_OK;
}

/* Everything, in reads of at most `room` bytes; the status of the first failure. */
static cauce_status read_all(size_t size, size_t step, size_t room, size_t *got) {
    pieces source = { packed, size, 0, step };
    ca_unpacker *u = ca_unpacker_new(&run, "t.csv", next_piece, &source);
    cauce_status status = u ? CAUCE_OK : run.error.status;
    *got = 0;
    for (size_t n = 1; status == CAUCE_OK && n > 0; *got += n) {
        size_t most = MOST - *got < room ? MOST - *got + 1 : room;
        status = ca_unpacker_read(&run, u, out + *got, most, &n);
        ck_assert(n <= most);
    }
    ca_unpacker_free(u);
    return status;
}

START_TEST(comes_back) {
    static const size_t sizes[] = { 0, 1, 3, 5, 1000, 65536, 70000, MOST };
    static const size_t steps[] = { 1, 7, 5000, 1 << 20 };
    for (int k = 0; k < N_PACKERS; k++)
        for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
            for (size_t t = 0; t < 4; t++) {
                if (t == 0 && sizes[s] > 1000) continue;
                size_t size = make_plain(sizes[s]), n = packers[k].pack(plain, size, packed), got;
                ca_run_begin(&run);
                ck_assert_msg(read_all(n, steps[t], steps[3 - t], &got) == CAUCE_OK, "%s", run.error.message);
                ck_assert_uint_eq(got, size);
                ck_assert(memcmp(out, plain, size) == 0);
                ca_run_end(&run);
            }
}
END_TEST

/* Members, frames, and the zeros that tapes add. */
START_TEST(several_in_a_row) {
    for (int k = 1; k < N_PACKERS; k++) {
        size_t size = make_plain(3000), n = 0, got;
        for (int i = 0; i < 3; i++) n += packers[k].pack(plain + 1000 * i, 1000, packed + n);
        ca_run_begin(&run);
        ck_assert_int_eq(read_all(n, 11, 100, &got), CAUCE_OK);
        ck_assert_uint_eq(got, size);
        ck_assert(memcmp(out, plain, size) == 0);
        ca_run_end(&run);
        ca_run_begin(&run);
        memset(packed + n, 0, 600);
        bool gzip = strcmp(packers[k].name, "gzip") == 0;
        ck_assert_int_eq(read_all(n + 600, 11, 100, &got), gzip ? CAUCE_OK : CAUCE_E_DATA);
        ca_run_end(&run);
        ca_run_begin(&run);
        memcpy(packed + n, "more", 4);
        ck_assert_int_eq(read_all(n + 4, 11, 100, &got), CAUCE_E_DATA);
        ck_assert_ptr_nonnull(strstr(run.error.message, "is broken"));
        ca_run_end(&run);
    }
}
END_TEST

START_TEST(cut_anywhere) {
    for (int k = 1; k < N_PACKERS; k++) {
        size_t n = packers[k].pack(plain, make_plain(2000), packed), got;
        for (size_t cut = 4; cut < n; cut++) {
            ca_run_begin(&run);
            ck_assert_int_eq(read_all(cut, 500, 700, &got), CAUCE_E_DATA);
            ck_assert_msg(strstr(run.error.message, "t.csv: the ") &&
                              strstr(run.error.message, packers[k].name) &&
                              strstr(run.error.message, "cut short"),
                          "cut at %zu: %s", cut, run.error.message);
            ck_assert(memcmp(out, plain, got) == 0);
            ca_run_end(&run);
        }
    }
}
END_TEST

/* Changed bytes end in a failure or, where nothing depends on them, in the same bytes; never in more memory.
 */
START_TEST(broken_anywhere) {
    for (int k = 1; k < N_PACKERS; k++) {
        size_t n = packers[k].pack(plain, make_plain(2000), packed), got;
        int failed = 0;
        for (size_t at = 3; at < n; at++) {
            ca_run_begin(&run);
            packed[at] ^= 0x55;
            cauce_status status = read_all(n, 500, 700, &got);
            packed[at] ^= 0x55;
            ck_assert(status == CAUCE_OK || status == CAUCE_E_DATA);
            failed += status != CAUCE_OK;
            ca_run_end(&run);
        }
        ck_assert_int_gt(failed, 10);
    }
}
END_TEST

START_TEST(whole_files) {
    for (int k = 0; k < N_PACKERS; k++) {
        size_t size = make_plain(MOST), n = packers[k].pack(plain, size, packed);
        ca_run_begin(&run);
        ca_file file = { .bytes = malloc(n + 1),
                         .size = n }; /* from the library's allocator, which is malloc here */
        memcpy(file.bytes, packed, n);
        ck_assert_msg(ca_file_unpack(&run, "t.csv", SIZE_MAX / 4, &file) == CAUCE_OK, "%s",
                      run.error.message);
        ck_assert_uint_eq(file.size, size);
        ck_assert(memcmp(file.bytes, plain, size) == 0);
        if (k) ck_assert_int_eq(file.bytes[file.size], 0);
        ca_file_free(&file);
        ca_run_end(&run);
        if (k == 0) continue;
        ca_run_begin(&run);
        file = (ca_file){ .bytes = malloc(n), .size = n };
        memcpy(file.bytes, packed, n);
        ck_assert_int_eq(ca_file_unpack(&run, "t.csv", MOST - 1, &file), CAUCE_E_LIMIT);
        ck_assert_uint_eq(file.size, n); /* as it was */
        ck_assert(memcmp(file.bytes, packed, n) == 0);
        ca_file_free(&file);
        ca_run_end(&run);
    }
}
END_TEST

START_TEST(survives_failing_allocations) {
    failing_install();
    for (int k = 0; k < N_PACKERS; k++) {
        size_t n = packers[k].pack(plain, make_plain(5000), packed), got;
        FAILING_EACH(pass) {
            ca_run_begin(&run);
            cauce_status status = read_all(n, 700, 300, &got);
            ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
            ca_run_end(&run);
        }
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("unpack", TEST(comes_back), TEST(several_in_a_row), TEST(cut_anywhere), TEST(broken_anywhere),
          TEST(whole_files), TEST(survives_failing_allocations))
