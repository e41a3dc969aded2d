#define _GNU_SOURCE
#include "base/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/text.h"

enum {
    BUFFER = 64 * 1024,
    PIECE = 4 << 20,   /* of a large file, read by one thread */
    SHOWN = 320,       /* bytes of a path in a message */
    MOST_LINKS = 40,   /* as the kernel */
    STEM = 200,        /* bytes of the name that are repeated in the temporary name: NAME_MAX is 255 */
    MOST_TRIES = 10000 /* temporary names */
};

/* ---- Messages ------------------------------------------------------------------------------------------ */

static cauce_status fail_path(cauce_run *run, const char *path, const char *reason) {
    char shown[SHOWN];
    return cauce_fail(run, CAUCE_E_IO, "%s: %s", ca_text_show(path, strlen(path), shown, sizeof shown),
                      reason);
}

/* "cannot VERB PATH: REASON" */
static cauce_status fail_errno(cauce_run *run, const char *verb, const char *path, int error) {
    char shown[SHOWN], reason[128];
    return cauce_fail(run, CAUCE_E_IO, "cannot %s %s: %s", verb,
                      ca_text_show(path, strlen(path), shown, sizeof shown),
                      ca_errno_text(error, reason, sizeof reason));
}

/* ---- Pipes --------------------------------------------------------------------------------------------- */

void ca_pipe_widen(int fd) {
#if defined(F_SETPIPE_SZ)
    enum { ROOM = 1 << 20 }; /* the most that everybody may have */
    if (fcntl(fd, F_GETPIPE_SZ) < ROOM) (void)fcntl(fd, F_SETPIPE_SZ, ROOM); /* fails for what is no pipe */
#else
    (void)fd;
#endif
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

static ssize_t read_some(cauce_run *run, int fd, char *bytes, size_t size) {
    for (;;) {
        ssize_t n = read(fd, bytes, size > SSIZE_MAX ? SSIZE_MAX : size);
        if (n >= 0) return n;
        const int error = errno;
        if (cauce_check_cancel(run) != CAUCE_OK) return -1; /* a signal may be what ended the wait */
        errno = error;
        if (error == EAGAIN)
            poll(&(struct pollfd){ .fd = fd, .events = POLLIN }, 1, -1);
        else if (error != EINTR)
            return -1;
    }
}

ca_file_look ca_file_looks(int fd) {
    struct stat about;
    if (fstat(fd, &about) != 0 || !S_ISREG(about.st_mode)) return (ca_file_look){ 0 };
    return (ca_file_look){ about.st_size, about.st_mtim.tv_sec, about.st_mtim.tv_nsec };
}

cauce_status ca_file_same(cauce_run *run, int fd, const char *path, const ca_file_look *before) {
    const ca_file_look now = ca_file_looks(fd);
    if (before->size == 0 || (now.size == before->size && now.seconds == before->seconds &&
                              now.nanoseconds == before->nanoseconds))
        return CAUCE_OK;
    char shown[SHOWN];
    return cauce_fail(run, CAUCE_E_IO,
                      "%s: the file changed while it was read (%lld bytes at first, %lld at last); read it "
                      "when nobody writes to it, or a copy",
                      ca_text_show(path, strlen(path), shown, sizeof shown), (long long)before->size,
                      (long long)now.size);
}

static cauce_status fail_limit(cauce_run *run, const char *path, size_t most) {
    char shown[SHOWN];
    return cauce_fail(run, CAUCE_E_LIMIT, "%s has more than the %zu bytes that are accepted",
                      ca_text_show(path, strlen(path), shown, sizeof shown), most);
}

typedef struct pieces {
    int fd;
    char *bytes;
    size_t size;
    off_t start;
    atomic_bool failed;
} pieces;

static cauce_status read_piece(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    pieces *work = payload;
    const size_t from = (size_t)index * PIECE;
    const size_t to = work->size - from < PIECE ? work->size : from + PIECE;
    for (size_t at = from; at < to;) {
        ssize_t n = pread(work->fd, work->bytes + at, to - at, work->start + (off_t)at);
        if (n > 0)
            at += (size_t)n;
        else if (n == 0 || errno != EINTR) {
            atomic_store(&work->failed, true);
            break;
        }
    }
    return CAUCE_OK;
}

/* The bytes that are left of a large regular file, on all threads: what takes time is the copying. Gives how
 * many were read, which may be none: nothing has happened then, and reading in order tells what is wrong. */
static cauce_status read_in_pieces(cauce_run *run, int fd, char *bytes, size_t size, size_t *used) {
    *used = 0;
    if (size < 2 * (size_t)PIECE || cauce_threads(run) < 2) return CAUCE_OK;
    const off_t start = lseek(fd, 0, SEEK_CUR); /* standard input may have been read from before */
    if (start < 0 || (uint64_t)start >= size) return CAUCE_OK;
    pieces work = { .fd = fd, .bytes = bytes, .size = size - (size_t)start, .start = start };
    const int64_t n = (int64_t)((work.size + PIECE - 1) / PIECE);
    cauce_status status = cauce_parallel(run, n, read_piece, &work);
    if (status == CAUCE_E_CANCELLED) return status;
    if (status != CAUCE_OK) {
        ca_run_forgive(run);
        return CAUCE_OK;
    }
    const off_t end = start + (off_t)work.size;
    if (!atomic_load(&work.failed) && lseek(fd, end, SEEK_SET) == end) *used = work.size;
    return CAUCE_OK;
}

/* Reads to the end. `expected` is only a hint: files change while they are read, and those under /proc have
 * no size. */
static cauce_status read_all(cauce_run *run, int fd, const char *path, size_t expected, size_t most,
                             ca_file *file) {
    size_t capacity = expected < SIZE_MAX / 4 ? expected + 2 : SIZE_MAX;
    char *bytes = ca_malloc_large(capacity);
    size_t used = 0;
    if (bytes && read_in_pieces(run, fd, bytes, expected, &used) != CAUCE_OK) {
        ca_free(bytes);
        return run->error.status;
    }
    for (;;) {
        if (!bytes) break;
        ssize_t n = read_some(run, fd, bytes + used, capacity - used - 1);
        if (n < 0) {
            int error = errno;
            ca_free(bytes);
            if (run->error.status == CAUCE_E_CANCELLED) return CAUCE_E_CANCELLED;
            return fail_errno(run, "read", path, error);
        }
        if (n == 0) {
            bytes[used] = 0;
            *file = (ca_file){ .bytes = bytes, .size = used };
            return CAUCE_OK;
        }
        used += (size_t)n;
        if (used > most) {
            ca_free(bytes);
            return fail_limit(run, path, most);
        }
        if (used + 1 < capacity) continue;
        size_t larger = capacity + capacity / 2 + 4096;
        char *moved = larger > capacity ? ca_realloc(bytes, larger) : NULL;
        if (!moved) ca_free(bytes);
        bytes = moved;
        capacity = larger;
    }
    char shown[SHOWN];
    return cauce_fail(run, CAUCE_E_NOMEM, "out of memory (reading %s)",
                      ca_text_show(path, strlen(path), shown, sizeof shown));
}

static cauce_status read_open(cauce_run *run, int fd, const char *path, size_t most, ca_file *file) {
    struct stat about;
    if (fstat(fd, &about) != 0) return fail_errno(run, "read", path, errno);
    const ca_file_look before = ca_file_looks(fd);
    if (S_ISDIR(about.st_mode)) return fail_path(run, path, "is a directory, not a file");
    size_t expected = BUFFER;
    ca_pipe_widen(fd);
    if (S_ISREG(about.st_mode)) {
        if ((uint64_t)about.st_size > most) return fail_limit(run, path, most);
        expected = (size_t)about.st_size;
    }
    CA_TRY(read_all(run, fd, path, expected, most, file));
    const cauce_status status = ca_file_same(run, fd, path, &before);
    if (status != CAUCE_OK) ca_file_free(file);
    return status;
}

/* Private, so that nobody can write to the file through it. */
static cauce_status map_open(cauce_run *run, int fd, const char *path, size_t most, ca_file *file) {
    struct stat about;
    if (fstat(fd, &about) != 0) return fail_errno(run, "read", path, errno);
    if (!S_ISREG(about.st_mode) || about.st_size == 0) return read_open(run, fd, path, most, file);
    if ((uint64_t)about.st_size > most) return fail_limit(run, path, most);
    void *at = mmap(NULL, (size_t)about.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED) return fail_errno(run, "map", path, errno);
    *file = (ca_file){ .bytes = at, .size = (size_t)about.st_size, .mapped = true };
    return CAUCE_OK;
}

typedef cauce_status get_open(cauce_run *run, int fd, const char *path, size_t most, ca_file *file);

static cauce_status get_file(cauce_run *run, const char *path, size_t most, get_open *get, ca_file *file) {
    *file = (ca_file){ 0 };
    if (strcmp(path, "-") == 0) return read_open(run, STDIN_FILENO, "standard input", most, file);
    int fd;
    do fd = open(path, O_RDONLY | O_CLOEXEC);
    while (fd < 0 && errno == EINTR);
    if (fd < 0) return fail_errno(run, "open", path, errno);
    cauce_status status = get(run, fd, path, most, file);
    close(fd);
    return status;
}

cauce_status ca_file_read(cauce_run *run, const char *path, size_t most, ca_file *file) {
    return get_file(run, path, most, read_open, file);
}

cauce_status ca_file_map(cauce_run *run, const char *path, size_t most, ca_file *file) {
    return get_file(run, path, most, map_open, file);
}

void ca_file_free(ca_file *file) {
    if (file->mapped)
        munmap(file->bytes, file->size);
    else
        ca_free(file->bytes);
    *file = (ca_file){ 0 };
}

/* ---- Temporary files that a signal must remove --------------------------------------------------------- */

/* A table of fixed size, because a signal handler can neither lock nor follow a list that is being changed.
 * With more writers open than it has places, the others are only cleaned up by ca_writer_abort. */
enum { PLACES = 64, FREE = 0, CHANGING, ARMED };
typedef struct pending {
    atomic_int state;
    int folder;
    pid_t owner; /* a forked child must not remove its parent's files */
    char name[NAME_MAX + 1];
} pending;
static pending table[PLACES];

static void arm(int folder, const char *name) {
    for (int i = 0; i < PLACES; i++) {
        int free_state = FREE;
        if (!atomic_compare_exchange_strong(&table[i].state, &free_state, CHANGING)) continue;
        table[i].folder = folder;
        table[i].owner = getpid();
        snprintf(table[i].name, sizeof table[i].name, "%s", name);
        atomic_store(&table[i].state, ARMED);
        return;
    }
}

/* Before the folder is closed, so that its number never means another folder here. */
static void disarm(int folder, const char *name) {
    for (int i = 0; i < PLACES; i++) {
        if (atomic_load(&table[i].state) != ARMED || table[i].folder != folder ||
            strcmp(table[i].name, name) != 0)
            continue;
        atomic_store(&table[i].state, FREE);
        return;
    }
}

void ca_writer_emergency(void) {
    int error = errno;
    for (int i = 0; i < PLACES; i++)
        if (atomic_load(&table[i].state) == ARMED && table[i].owner == getpid())
            unlinkat(table[i].folder, table[i].name, 0);
    errno = error;
}

/* ---- Opening ------------------------------------------------------------------------------------------- */

static char *copy_text(const char *text, size_t length) {
    char *copy = ca_malloc(length + 1);
    if (!copy) return NULL;
    memcpy(copy, text, length);
    copy[length] = 0;
    return copy;
}

/* Length of the folder part of a path with its last slash; 0: the current folder. */
static size_t folder_length(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* One step: when *path is a symbolic link, *path becomes what it says. *again tells. */
static cauce_status follow_once(cauce_run *run, char **path, bool *again) {
    char target[PATH_MAX];
    *again = false;
    ssize_t n = readlink(*path, target, sizeof target);
    if (n < 0) return CAUCE_OK; /* no link, or not there: opening it will tell */
    if (n == 0 || (size_t)n == sizeof target) return fail_errno(run, "write", *path, ENAMETOOLONG);
    size_t folder = target[0] == '/' ? 0 : folder_length(*path);
    char *joined = ca_malloc(folder + (size_t)n + 1);
    if (!joined) return CA_NOMEM(run);
    memcpy(joined, *path, folder);
    memcpy(joined + folder, target, (size_t)n);
    joined[folder + (size_t)n] = 0;
    ca_free(*path);
    *path = joined;
    *again = true;
    return CAUCE_OK;
}

/* realpath would do but for links whose target does not exist yet. */
static cauce_status follow_links(cauce_run *run, char **path) {
    bool again = true;
    for (int i = 0; again; i++) {
        if (i > MOST_LINKS) return fail_errno(run, "write", *path, ELOOP);
        CA_TRY(follow_once(run, path, &again));
    }
    return CAUCE_OK;
}

static cauce_status open_folder(cauce_run *run, ca_writer *writer) {
    size_t length = folder_length(writer->path);
    char *folder = length ? copy_text(writer->path, length) : copy_text(".", 1);
    if (!folder) return CA_NOMEM(run);
    writer->folder = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cauce_status status = CAUCE_OK;
    if (writer->folder < 0) {
        int error = errno;
        char shown[SHOWN], verb[SHOWN + 32];
        ca_text_show(writer->path, strlen(writer->path), shown, sizeof shown);
        snprintf(verb, sizeof verb, "write %s: cannot open the folder", shown);
        status = fail_errno(run, verb, folder, error);
    }
    ca_free(folder);
    return status;
}

static cauce_status open_temporary(cauce_run *run, ca_writer *writer, const struct stat *old) {
    CA_TRY(open_folder(run, writer));
    const char *name = writer->path + folder_length(writer->path);
    writer->temporary = ca_malloc(NAME_MAX + 1);
    if (!writer->temporary) return CA_NOMEM(run);
    mode_t mode = old ? S_IRUSR | S_IWUSR : 0666; /* the umask applies to new files only */
    for (int i = 0; i < MOST_TRIES; i++) {
        snprintf(writer->temporary, NAME_MAX + 1, ".%.*s.cauce-tmp-%ld-%d", (int)STEM, name, (long)getpid(),
                 i);
        writer->fd = openat(writer->folder, writer->temporary,
                            O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
        if (writer->fd >= 0 || (errno != EEXIST && errno != EINTR)) break;
    }
    if (writer->fd < 0) {
        int error = errno;
        ca_free(writer->temporary);
        writer->temporary = NULL;
        return fail_errno(run, "create a file beside", writer->path, error);
    }
    arm(writer->folder, writer->temporary);
    if (old && fchmod(writer->fd, old->st_mode & 0777) != 0)
        return fail_errno(run, "keep the mode of", writer->path, errno);
    return CAUCE_OK;
}

static cauce_status open_path(cauce_run *run, ca_writer *writer) {
    if (writer->path[0] == 0) return cauce_fail(run, CAUCE_E_IO, "an empty path names no file");
    CA_TRY(follow_links(run, &writer->path));
    const char *path = writer->path;
    struct stat old;
    bool exists = stat(path, &old) == 0;
    if (!exists && errno != ENOENT) return fail_errno(run, "write", path, errno);
    if ((exists && S_ISDIR(old.st_mode)) || path[strlen(path) - 1] == '/')
        return fail_path(run, path, "is a directory, not a file");
    if (!exists) return open_temporary(run, writer, NULL);
    if (S_ISREG(old.st_mode)) {
        /* Renaming would get past a write protection that the owner meant. */
        if (faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) != 0) return fail_errno(run, "write", path, errno);
        return open_temporary(run, writer, &old);
    }
    do writer->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    while (writer->fd < 0 && errno == EINTR);
    return writer->fd < 0 ? fail_errno(run, "write", path, errno) : CAUCE_OK;
}

cauce_status ca_writer_open(cauce_run *run, ca_writer *writer, const char *path) {
    *writer = (ca_writer){ .fd = -1, .folder = -1 };
    writer->to_standard_output = strcmp(path, "-") == 0;
    const char *name = writer->to_standard_output ? "standard output" : path;
    writer->buffer = ca_malloc(BUFFER);
    writer->path = writer->buffer ? copy_text(name, strlen(name)) : NULL;
    cauce_status status = CAUCE_OK;
    if (!writer->path)
        status = CA_NOMEM(run);
    else if (writer->to_standard_output)
        writer->fd = STDOUT_FILENO;
    else
        status = open_path(run, writer);
    if (status != CAUCE_OK) ca_writer_abort(writer);
    return status;
}

/* ---- Writing ------------------------------------------------------------------------------------------- */

/* Every byte, through short writes, interruptions and pipes that do not wait. 0 or errno. */
static int write_all(int fd, const char *bytes, size_t size) {
    while (size) {
        ssize_t n = write(fd, bytes, size > SSIZE_MAX ? SSIZE_MAX : size);
        if (n >= 0) {
            bytes += n;
            size -= (size_t)n;
        } else if (errno == EAGAIN) {
            poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1);
        } else if (errno != EINTR) {
            return errno;
        }
    }
    return 0;
}

/* A failed write ends the writer: a file with a hole in it must not be committed later. */
static cauce_status fail_write(cauce_run *run, ca_writer *writer, const char *verb, int error) {
    cauce_status status = fail_errno(run, verb, writer->path, error);
    ca_writer_abort(writer);
    return status;
}

static cauce_status check_open(cauce_run *run, const ca_writer *writer) {
    if (writer->buffer) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_INTERNAL, "the writer is not open");
}

cauce_status ca_writer_flush(cauce_run *run, ca_writer *writer) {
    CA_TRY(check_open(run, writer));
    int error = write_all(writer->fd, writer->buffer, writer->used);
    if (error) return fail_write(run, writer, "write", error);
    writer->used = 0;
    return CAUCE_OK;
}

cauce_status ca_writer_put(cauce_run *run, ca_writer *writer, const void *bytes, size_t size) {
    CA_TRY(check_open(run, writer));
    if (size > BUFFER - writer->used) CA_TRY(ca_writer_flush(run, writer));
    if (size > BUFFER) {
        int error = write_all(writer->fd, bytes, size);
        return error ? fail_write(run, writer, "write", error) : CAUCE_OK;
    }
    if (size) memcpy(writer->buffer + writer->used, bytes, size);
    writer->used += size;
    return CAUCE_OK;
}

/* ---- Completing ---------------------------------------------------------------------------------------- */

static int sync_fd(int fd) {
    while (fsync(fd) != 0) {
        if (errno == EINVAL || errno == ENOTSUP || errno == EROFS) return 0; /* nothing to sync here */
        if (errno != EINTR) return errno;
    }
    return 0;
}

/* After close the number is gone even when it was interrupted (Linux): it must not be tried again. */
static int close_fd(int *fd) {
    int n = *fd;
    *fd = -1;
    return close(n) == 0 || errno == EINTR ? 0 : errno;
}

static cauce_status commit_direct(cauce_run *run, ca_writer *writer) {
    int error = writer->to_standard_output ? 0 : close_fd(&writer->fd);
    if (error) return fail_write(run, writer, "write", error);
    ca_writer_abort(writer);
    return CAUCE_OK;
}

static cauce_status commit_renamed(cauce_run *run, ca_writer *writer) {
    int error = sync_fd(writer->fd);
    int closing = close_fd(&writer->fd);
    if (!error) error = closing;
    if (error) return fail_write(run, writer, "write", error);
    const char *name = writer->path + folder_length(writer->path);
    if (renameat(writer->folder, writer->temporary, writer->folder, name) != 0)
        return fail_write(run, writer, "put in place", errno);
    disarm(writer->folder, writer->temporary);
    ca_free(writer->temporary); /* from here on there is nothing to remove */
    writer->temporary = NULL;
    error = sync_fd(writer->folder);
    if (error) return fail_write(run, writer, "sync the folder of", error);
    ca_writer_abort(writer);
    return CAUCE_OK;
}

cauce_status ca_writer_commit(cauce_run *run, ca_writer *writer) {
    CA_TRY(ca_writer_flush(run, writer));
    return writer->temporary ? commit_renamed(run, writer) : commit_direct(run, writer);
}

void ca_writer_abort(ca_writer *writer) {
    if (!writer->buffer) return;
    if (writer->temporary) {
        unlinkat(writer->folder, writer->temporary, 0);
        disarm(writer->folder, writer->temporary);
    }
    if (writer->fd >= 0 && !writer->to_standard_output) close(writer->fd);
    if (writer->folder >= 0) close(writer->folder);
    ca_free(writer->temporary);
    ca_free(writer->path);
    ca_free(writer->buffer);
    *writer = (ca_writer){ .fd = -1, .folder = -1 };
}
