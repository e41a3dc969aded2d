#include "base/unpack.h"

#include <string.h>

#include "base/alloc.h"
#include "base/text.h"

#if defined(CAUCE_WITH_ZLIB)
#include <zlib.h>
#endif
#if defined(CAUCE_WITH_ZSTD)
#include <zstd.h>
#endif

enum { INPUT = 1 << 16, MAGIC = 4, SHOWN = 320 };

typedef enum format { UNKNOWN, PLAIN, GZIP, ZSTD } format;

struct ca_unpacker {
    const char *what;
    ca_unpack_source *source;
    void *payload;
    format format;
    char *in; /* of the source: bytes at .. end-1 have not been used */
    size_t at, end;
    bool ended;   /* the source has */
    bool inside;  /* a member or frame, which has to end */
    bool pending; /* more comes without any input */
    int64_t done; /* members and frames that ended */
#if defined(CAUCE_WITH_ZLIB)
    z_stream gzip;
#endif
#if defined(CAUCE_WITH_ZSTD)
    ZSTD_DStream *zstd;
#endif
};

/* ---- Beginning ----------------------------------------------------------------------------------------- */

static format format_of(const char *bytes, size_t n) {
#if defined(CAUCE_WITH_ZLIB)
    if (n >= 3 && memcmp(bytes, "\x1f\x8b\x08", 3) == 0) return GZIP;
#endif
#if defined(CAUCE_WITH_ZSTD)
    if (n >= 4 && memcmp(bytes, "\x28\xb5\x2f\xfd", 4) == 0) return ZSTD;
#endif
    (void)bytes, (void)n;
    return PLAIN;
}

#if defined(CAUCE_WITH_ZLIB)
static void *gzip_alloc(void *opaque, unsigned count, unsigned size) {
    (void)opaque;
    return ca_calloc(count, size);
}

static void gzip_free(void *opaque, void *p) {
    (void)opaque;
    ca_free(p);
}
#endif

static cauce_status begin_format(cauce_run *run, ca_unpacker *u) {
    switch (u->format) {
#if defined(CAUCE_WITH_ZLIB)
    case GZIP:
        u->gzip.zalloc = gzip_alloc;
        u->gzip.zfree = gzip_free;
        if (inflateInit2(&u->gzip, 15 + 16) == Z_OK)
            return CAUCE_OK; /* with a header of gzip, and only that */
        u->format = PLAIN;   /* there is nothing to end */
        return CA_NOMEM(run);
#endif
#if defined(CAUCE_WITH_ZSTD)
    case ZSTD: u->zstd = ZSTD_createDStream(); return u->zstd ? CAUCE_OK : CA_NOMEM(run);
#endif
    default: return CAUCE_OK;
    }
}

static cauce_status fill(cauce_run *run, ca_unpacker *u) {
    size_t n = 0;
    if (u->at == u->end) u->at = u->end = 0;
    CA_TRY(u->source(run, u->payload, u->in + u->end, INPUT - u->end, &n));
    u->end += n;
    u->ended = n == 0;
    return CAUCE_OK;
}

/* A slow pipe may give its first bytes one by one. */
static cauce_status find_format(cauce_run *run, ca_unpacker *u) {
    while (u->end < MAGIC && !u->ended) CA_TRY(fill(run, u));
    u->format = format_of(u->in, u->end);
    return begin_format(run, u);
}

ca_unpacker *ca_unpacker_new(cauce_run *run, const char *what, ca_unpack_source *source, void *payload) {
    ca_unpacker *u = ca_calloc(1, sizeof *u);
    if (u) u->in = ca_malloc(INPUT);
    if (u && u->in) {
        u->what = what;
        u->source = source;
        u->payload = payload;
        return u;
    }
    ca_unpacker_free(u);
    CA_NOMEM(run);
    return NULL;
}

void ca_unpacker_free(ca_unpacker *u) {
    if (!u) return;
#if defined(CAUCE_WITH_ZLIB)
    if (u->format == GZIP) inflateEnd(&u->gzip);
#endif
#if defined(CAUCE_WITH_ZSTD)
    ZSTD_freeDStream(u->zstd);
#endif
    ca_free(u->in);
    ca_free(u);
}

bool ca_unpacker_waits(const ca_unpacker *u) {
    return u->at < u->end || u->pending;
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

static cauce_status broken(cauce_run *run, const ca_unpacker *u, const char *why) {
    char shown[SHOWN];
    return cauce_fail(run, CAUCE_E_DATA, "%s: the %s data is broken: %s",
                      ca_text_show(u->what, strlen(u->what), shown, sizeof shown),
                      u->format == GZIP ? "gzip" : "zstd", why);
}

static cauce_status cut_short(cauce_run *run, const ca_unpacker *u) {
    char shown[SHOWN];
    return cauce_fail(run, CAUCE_E_DATA, "%s: the %s data ends too soon: the file has been cut short",
                      ca_text_show(u->what, strlen(u->what), shown, sizeof shown),
                      u->format == GZIP ? "gzip" : "zstd");
}

#if defined(CAUCE_WITH_ZLIB)
/* Between members: zeros are padding, as of tapes. */
static cauce_status next_member(cauce_run *run, ca_unpacker *u) {
    if (u->done == 0) {
        u->inside = true;
        return CAUCE_OK;
    }
    while (u->at < u->end && u->in[u->at] == 0) u->at++;
    if (u->at == u->end) return CAUCE_OK;
    if (u->in[u->at] != '\x1f') return broken(run, u, "something else follows its end");
    u->inside = inflateReset(&u->gzip) == Z_OK;
    return CAUCE_OK;
}

static cauce_status unpack_gzip(cauce_run *run, ca_unpacker *u, char *to, size_t size, size_t *n) {
    if (!u->inside) CA_TRY(next_member(run, u));
    if (!u->inside) return CAUCE_OK;
    const unsigned room = size > 1U << 30 ? 1U << 30 : (unsigned)size;
    u->gzip.next_in = (unsigned char *)u->in + u->at;
    u->gzip.avail_in = (unsigned)(u->end - u->at);
    u->gzip.next_out = (unsigned char *)to;
    u->gzip.avail_out = room;
    const int result = inflate(&u->gzip, Z_NO_FLUSH);
    u->at = u->end - u->gzip.avail_in;
    *n = room - u->gzip.avail_out;
    u->pending = u->gzip.avail_out == 0 && result == Z_OK;
    if (result == Z_OK || result == Z_BUF_ERROR) return CAUCE_OK;
    if (result == Z_MEM_ERROR) return CA_NOMEM(run);
    if (result != Z_STREAM_END) return broken(run, u, u->gzip.msg ? u->gzip.msg : "it is no deflate stream");
    u->inside = false;
    u->done++;
    return CAUCE_OK;
}
#endif

#if defined(CAUCE_WITH_ZSTD)
static cauce_status unpack_zstd(cauce_run *run, ca_unpacker *u, char *to, size_t size, size_t *n) {
    ZSTD_inBuffer in = { u->in, u->end, u->at };
    ZSTD_outBuffer out = { to, size, 0 };
    const size_t result = ZSTD_decompressStream(u->zstd, &out, &in);
    if (ZSTD_isError(result)) return broken(run, u, ZSTD_getErrorName(result));
    u->at = in.pos;
    *n = out.pos;
    u->inside = result != 0;
    u->pending = result != 0 && out.pos == out.size;
    return CAUCE_OK;
}
#endif

static cauce_status unpack(cauce_run *run, ca_unpacker *u, char *to, size_t size, size_t *n) {
    u->pending = false;
    switch (u->format) {
#if defined(CAUCE_WITH_ZLIB)
    case GZIP: return unpack_gzip(run, u, to, size, n);
#endif
#if defined(CAUCE_WITH_ZSTD)
    case ZSTD: return unpack_zstd(run, u, to, size, n);
#endif
    default: break;
    }
    const size_t waiting = u->end - u->at;
    *n = waiting < size ? waiting : size;
    memcpy(to, u->in + u->at, *n);
    u->at += *n;
    return CAUCE_OK;
}

cauce_status ca_unpacker_read(cauce_run *run, ca_unpacker *u, char *to, size_t size, size_t *n) {
    *n = 0;
    if (u->format == UNKNOWN) CA_TRY(find_format(run, u));
    /* What is not packed needs no copy but of the first bytes. */
    if (u->format == PLAIN && u->at == u->end)
        return u->ended ? CAUCE_OK : u->source(run, u->payload, to, size, n);
    while (*n == 0) {
        if (u->at == u->end && !u->pending) {
            if (!u->ended) CA_TRY(fill(run, u));
            if (u->at == u->end && u->ended) return u->inside ? cut_short(run, u) : CAUCE_OK;
        }
        CA_TRY(unpack(run, u, to, size, n));
    }
    return CAUCE_OK;
}

/* ---- Whole files --------------------------------------------------------------------------------------- */

typedef struct memory {
    const ca_file *file;
    size_t at;
} memory;

static cauce_status from_memory(cauce_run *run, void *payload, char *to, size_t size, size_t *n) {
    memory *m = payload;
    const size_t left = m->file->size - m->at;
    *n = left < size ? left : size;
    memcpy(to, m->file->bytes + m->at, *n);
    m->at += *n;
    return cauce_check_cancel(run);
}

/* Room for half as much again; one byte more is for the NUL. */
static cauce_status grow(cauce_run *run, ca_file *file, size_t *room) {
    const size_t larger = *room + *room / 2 + INPUT;
    char *bytes = ca_realloc(file->bytes, larger + 1);
    if (!bytes) return CA_NOMEM(run);
    file->bytes = bytes;
    *room = larger;
    return CAUCE_OK;
}

static cauce_status unpack_all(cauce_run *run, ca_unpacker *u, size_t most, size_t expected, ca_file *out) {
    size_t room = expected, n = 1;
    out->bytes = ca_malloc_large(room + 1);
    if (!out->bytes) return CA_NOMEM(run);
    while (n > 0) {
        if (out->size == room) CA_TRY(grow(run, out, &room));
        CA_TRY(ca_unpacker_read(run, u, out->bytes + out->size, room - out->size, &n));
        out->size += n;
        if (out->size > most)
            return cauce_fail(run, CAUCE_E_LIMIT,
                              "%.200s unpacks to more than the %zu bytes that are accepted", u->what, most);
    }
    out->bytes[out->size] = 0;
    return CAUCE_OK;
}

cauce_status ca_file_unpack(cauce_run *run, const char *what, size_t most, ca_file *file) {
    if (format_of(file->bytes, file->size) == PLAIN) return CAUCE_OK;
    memory source = { file, 0 };
    ca_file out = { 0 };
    ca_unpacker *u = ca_unpacker_new(run, what, from_memory, &source);
    /* Tables are packed to about a fifth. */
    const size_t expected = file->size < most / 8 ? 5 * file->size + INPUT : file->size;
    cauce_status status = u ? unpack_all(run, u, most, expected, &out) : run->error.status;
    ca_unpacker_free(u);
    ca_file_free(status == CAUCE_OK ? file : &out);
    if (status == CAUCE_OK) *file = out;
    return status;
}
