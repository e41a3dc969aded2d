/* A piece is a file without a name that is mapped whole and shared: its pages are the system's to write out
 * and to drop, where those of ordinary memory have nowhere to go. A file has its blocks before it is mapped,
 * so that a full disk is a failed allocation and no signal in the middle of a loop. */
#define _GNU_SOURCE
#include "base/spill.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/run.h"
#include "base/text.h"
#include "cauce/context.h"

#if defined(__linux__)
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

enum {
    LEAST = 1 << 17, /* bytes, unless told otherwise */
    SHOWN = 320,     /* of a path in a message */
    SLOTS = 1 << 16,
    MOST_PIECES = SLOTS / 4 * 3, /* a process has 65530 mappings, unless somebody has raised that */
    MOST_OPEN = 128,             /* files that are kept open to grow in place; others move when they grow */
    MOST_TRIES = 1000            /* names, where files cannot be made without one */
};

typedef struct piece {
    char *at; /* NULL: a free slot */
    size_t size;
    int fd; /* -1: closed */
} piece;

/* Why a piece could not be had. */
typedef struct failure {
    int error;
    size_t size;
} failure;

/* Of the process, like the allocator that it is a part of. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static atomic_size_t least; /* 0: nothing goes to files */
static atomic_int n_pieces;
static piece *pieces; /* open addressing by address, SLOTS of them */
static int folder = -1, n_open;
static char folder_name[SHOWN];
static _Thread_local failure last;

static size_t page_size(void) {
    return (size_t)sysconf(_SC_PAGESIZE);
}

static size_t whole_pages(size_t size) {
    const size_t page = page_size();
    return (size + page - 1) / page * page;
}

/* ---- Which pieces there are: all under the lock -------------------------------------------------------- */

static size_t home_of(const char *at) {
    return (size_t)((uint64_t)(uintptr_t)at / 4096 * UINT64_C(0x9E3779B97F4A7C15) >> 32) % SLOTS;
}

static piece *find(const char *at) {
    size_t i = home_of(at);
    while (pieces[i].at && pieces[i].at != at) i = (i + 1) % SLOTS;
    return &pieces[i];
}

static void insert(piece added) {
    *find(added.at) = added;
    n_open += added.fd >= 0;
    atomic_fetch_add(&n_pieces, 1);
}

/* What stands behind the hole and would be looked for from before it moves there. */
static void take_out(piece *removed) {
    size_t hole = (size_t)(removed - pieces);
    n_open -= removed->fd >= 0;
    atomic_fetch_sub(&n_pieces, 1);
    for (size_t i = (hole + 1) % SLOTS; pieces[i].at; i = (i + 1) % SLOTS) {
        const size_t from_home = (i + SLOTS - home_of(pieces[i].at)) % SLOTS;
        if (from_home < (i + SLOTS - hole) % SLOTS) continue;
        pieces[hole] = pieces[i];
        hole = i;
    }
    pieces[hole].at = NULL;
}

/* A copy of the piece; at == NULL: it is none. */
static piece look_up(const void *p) {
    pthread_mutex_lock(&lock);
    const piece found = *find(p);
    pthread_mutex_unlock(&lock);
    return found;
}

bool ca_spill_owns(const void *p) {
    /* Others rarely begin with a page: no lock for them. */
    if (atomic_load_explicit(&n_pieces, memory_order_acquire) == 0 || (uintptr_t)p % page_size())
        return false;
    return p && look_up(p).at;
}

/* ---- Files --------------------------------------------------------------------------------------------- */

/* Some file systems need a name for a moment. */
static int open_named(int in) {
    static atomic_uint counter;
    char name[64];
    for (int i = 0; i < MOST_TRIES; i++) {
        snprintf(name, sizeof name, ".cauce-spill-%ld-%u", (long)getpid(), atomic_fetch_add(&counter, 1));
        const int fd = openat(in, name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd >= 0) {
            unlinkat(in, name, 0);
            return fd;
        }
        if (errno != EEXIST && errno != EINTR) break;
    }
    return -1;
}

static int open_file(int in) {
    int fd;
    do fd = openat(in, ".", O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, 0600);
    while (fd < 0 && errno == EINTR);
    if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT)) return fd;
    return open_named(in);
}

/* Blocks for `size` bytes; 0 or errno. A file above the process's limit would be a signal. */
static int make_room(int fd, size_t size) {
    struct rlimit limit;
    if (size > INT64_MAX ||
        (getrlimit(RLIMIT_FSIZE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY && size > limit.rlim_cur))
        return EFBIG;
    int error;
    do error = posix_fallocate(fd, 0, (off_t)size);
    while (error == EINTR);
    return error;
}

/* A file of whole pages, mapped; 0 or errno. */
static int map_file(int in, size_t size, piece *made) {
    *made = (piece){ NULL, size, open_file(in) };
    if (made->fd < 0) return errno;
    int error = make_room(made->fd, size);
    if (!error) {
        void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, made->fd, 0);
        if (at == MAP_FAILED)
            error = errno;
        else
            made->at = at;
    }
    if (error) close(made->fd);
    return error;
}

static void unmap(const piece *gone) {
    munmap(gone->at, gone->size);
    if (gone->fd >= 0) close(gone->fd);
}

/* ---- Pieces -------------------------------------------------------------------------------------------- */

bool ca_spill_wants(size_t size) {
    const size_t from = atomic_load_explicit(&least, memory_order_acquire);
    return from && size >= from && atomic_load_explicit(&n_pieces, memory_order_relaxed) < MOST_PIECES;
}

void *ca_spill_new(size_t size, bool grows) {
    piece made = { NULL, 0, -1 };
    int error = size > SIZE_MAX / 4 ? ENOMEM : 0;
    pthread_mutex_lock(&lock); /* also so that the folder stays open */
    if (!error) error = map_file(folder, whole_pages(size), &made);
    if (!error) {
        if (!grows || n_open >= MOST_OPEN) {
            close(made.fd);
            made.fd = -1;
        }
        insert(made);
    }
    pthread_mutex_unlock(&lock);
    last = error ? (failure){ error, size } : (failure){ 0, 0 };
    return made.at;
}

/* The blocks behind the new end go back to the disk now, or, of a file that was closed, with the piece. */
static void *cut(piece p, size_t size) {
    munmap(p.at + size, p.size - size);
    if (p.fd >= 0) (void)!ftruncate(p.fd, (off_t)size);
    pthread_mutex_lock(&lock);
    find(p.at)->size = size;
    pthread_mutex_unlock(&lock);
    return p.at;
}

/* In place, or at another address with the same pages. */
static void *extend(piece p, size_t size) {
    int error = make_room(p.fd, size);
    void *at = MAP_FAILED;
    pthread_mutex_lock(&lock); /* nobody else may get the old address before it is forgotten here */
    if (!error) at = mremap(p.at, p.size, size, MREMAP_MAYMOVE);
    if (at != MAP_FAILED) {
        take_out(find(p.at));
        insert((piece){ at, size, p.fd });
    } else if (!error)
        error = errno;
    pthread_mutex_unlock(&lock);
    last = (failure){ error, size };
    if (!error) return at;
    (void)!ftruncate(p.fd, (off_t)p.size); /* what was had of the room */
    return NULL;
}

void *ca_spill_resize(void *p, size_t size) {
    const piece old = look_up(p);
    const size_t pages = size > SIZE_MAX / 4 ? size : whole_pages(size);
    if (pages == old.size) return p;
    if (pages < old.size) return cut(old, pages);
    if (old.fd >= 0 && pages <= SIZE_MAX / 4) return extend(old, pages);
    void *moved = ca_spill_new(size, true);
    if (!moved) return NULL;
    memcpy(moved, p, old.size);
    ca_spill_free(p);
    return moved;
}

void ca_spill_free(void *p) {
    pthread_mutex_lock(&lock);
    piece *found = find(p);
    const piece gone = *found;
    take_out(found); /* before the address can be another's */
    pthread_mutex_unlock(&lock);
    unmap(&gone);
}

const char *ca_spill_reason(char *text, size_t size) {
    char reason[128];
    const failure told = last;
    last = (failure){ 0, 0 };
    if (!told.error) return "";
    snprintf(text, size, ": no %zu bytes in a file of %s (%s)", told.size, folder_name,
             ca_errno_text(told.error, reason, sizeof reason));
    return text;
}

/* ---- Which folder -------------------------------------------------------------------------------------- */

static cauce_status fail_folder(cauce_run *run, const char *path, int error) {
    char shown[SHOWN], reason[128];
    return cauce_fail(run, CAUCE_E_IO, "cannot keep memory in files of %s: %s",
                      ca_text_show(path, strlen(path), shown, sizeof shown),
                      ca_errno_text(error, reason, sizeof reason));
}

/* A first file tells now what would otherwise fail in the middle of the work. */
static cauce_status open_folder(cauce_run *run, const char *path, int *fd) {
    do *fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
    while (*fd < 0 && errno == EINTR);
    if (*fd < 0) return fail_folder(run, path, errno);
    piece trial;
    const int error = map_file(*fd, page_size(), &trial);
    if (!error) {
        unmap(&trial);
        return CAUCE_OK;
    }
    close(*fd);
    return fail_folder(run, path, error);
}

static void hold(void) {
    pthread_mutex_lock(&lock);
}

static void let_go(void) {
    pthread_mutex_unlock(&lock);
}

/* Once for the process. A fork waits until nobody is in here, or the child would wait for ever. */
static cauce_status find_room(cauce_run *run) {
    if (pieces) return CAUCE_OK;
    void *room =
        mmap(NULL, SLOTS * sizeof *pieces, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED) return CA_NOMEM(run);
    pieces = room;
    pthread_atfork(hold, let_go, let_go);
    return CAUCE_OK;
}

static cauce_status set_folder(cauce_run *run, const char *path, size_t from) {
    int fd = -1;
    if (path) CA_TRY(open_folder(run, path, &fd));
    pthread_mutex_lock(&lock);
    const cauce_status status = path ? find_room(run) : CAUCE_OK;
    if (status == CAUCE_OK) {
        const int before = folder;
        folder = fd;
        fd = before;
        if (path) ca_text_show(path, strlen(path), folder_name, sizeof folder_name);
        atomic_store(&least, !path ? 0 : from ? from : LEAST);
    }
    pthread_mutex_unlock(&lock);
    if (fd >= 0) close(fd);
    return status;
}

#else

bool ca_spill_wants(size_t size) {
    (void)size;
    return false;
}

bool ca_spill_owns(const void *p) {
    (void)p;
    return false;
}

void *ca_spill_new(size_t size, bool grows) {
    (void)size, (void)grows;
    return NULL;
}

void *ca_spill_resize(void *p, size_t size) {
    (void)p, (void)size;
    return NULL;
}

void ca_spill_free(void *p) {
    (void)p;
}

const char *ca_spill_reason(char *text, size_t size) {
    (void)text, (void)size;
    return "";
}

static cauce_status set_folder(cauce_run *run, const char *path, size_t from) {
    (void)from;
    if (!path) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_UNSUPPORTED, "memory in files is for Linux");
}

#endif

cauce_status cauce_set_spill(const char *path, size_t from) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    set_folder(run, path, from);
    return ca_guard_leave(&guard);
}
