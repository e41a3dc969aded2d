#define _XOPEN_SOURCE 700
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/stream.h"
#include "support/check_main.h"
#include "support/failing.h"

static cauce_run run;
static char folder[64];

/* Each test works in a folder of its own. */
static void enter(void) {
    ca_run_begin(&run);
    strcpy(folder, "/tmp/cauce-stream-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    ck_assert_int_eq(chdir(folder), 0);
}

static int entries(void) {
    DIR *dir = opendir(folder);
    int count = -2; /* . and .. */
    while (readdir(dir)) count++;
    closedir(dir);
    return count;
}

static void leave(void) {
    ck_assert_int_eq(chdir("/"), 0);
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    ck_assert_int_eq(system(command), 0);
    ca_run_end(&run);
}

static void failed(cauce_status status, cauce_status expected, const char *words) {
    ck_assert_int_eq(status, expected);
    ck_assert_msg(strstr(run.error.message, words), "%s", run.error.message);
    ca_run_forgive(&run);
}

static cauce_status save(const char *path, const char *text) {
    ca_writer writer;
    CA_TRY(ca_writer_open(&run, &writer, path));
    CA_TRY(ca_writer_put(&run, &writer, text, strlen(text)));
    return ca_writer_commit(&run, &writer);
}

static void holds(const char *path, const char *text) {
    ca_file file;
    ck_assert_msg(ca_file_read(&run, path, 1 << 20, &file) == CAUCE_OK, "%s", run.error.message);
    ck_assert_str_eq(file.bytes, text);
    ck_assert_uint_eq(file.size, strlen(text));
    ca_file_free(&file);
}

static mode_t mode_of(const char *path) {
    struct stat about;
    ck_assert_int_eq(stat(path, &about), 0);
    return about.st_mode & 07777;
}

START_TEST(saves) {
    enter();
    mode_t before = umask(027);
    ck_assert_int_eq(save("new", "first"), CAUCE_OK);
    holds("new", "first");
    ck_assert_uint_eq(mode_of("new"), 0640);
    chmod("new", 0604); /* kept, whatever the umask says */
    ck_assert_int_eq(save("./new", "second"), CAUCE_OK);
    holds("new", "second");
    ck_assert_uint_eq(mode_of("new"), 0604);
    umask(before);
    char path[100];
    snprintf(path, sizeof path, "%s/absolute", folder);
    ck_assert_int_eq(save(path, ""), CAUCE_OK);
    holds(path, "");
    static char name[256]; /* the longest name there is */
    memset(name, 'n', 255);
    ck_assert_int_eq(save(name, "x"), CAUCE_OK);
    ck_assert_int_eq(entries(), 3);
    leave();
}
END_TEST

START_TEST(large) {
    enter();
    enum { N = 1000000 };
    char *bytes = malloc(N);
    for (int i = 0; i < N; i++) bytes[i] = (char)(i * 7 + i / 1000);
    ca_writer writer;
    ck_assert_int_eq(ca_writer_open(&run, &writer, "large"), CAUCE_OK);
    size_t at = 0;
    for (size_t step = 1; at < N; step = step * 3 + 1) { /* pieces smaller and larger than the buffer */
        size_t n = step < N - at ? step : N - at;
        ck_assert_int_eq(ca_writer_put(&run, &writer, bytes + at, n), CAUCE_OK);
        at += n;
    }
    ck_assert_int_eq(access("large", F_OK), -1); /* not there until it is whole */
    ck_assert_int_eq(ca_writer_commit(&run, &writer), CAUCE_OK);
    ca_file file;
    ck_assert_int_eq(ca_file_read(&run, "large", N, &file), CAUCE_OK);
    ck_assert_uint_eq(file.size, N);
    ck_assert_mem_eq(file.bytes, bytes, N);
    ck_assert_int_eq(file.bytes[N], 0);
    ca_file_free(&file);
    failed(ca_file_read(&run, "large", N - 1, &file), CAUCE_E_LIMIT, "999999");
    free(bytes);
    leave();
}
END_TEST

/* So large that several threads read it, each its pieces. */
START_TEST(in_pieces) {
    enter();
    enum { N = (9 << 20) + 12345, SKIP = 77777 };
    char *bytes = malloc(N);
    for (int i = 0; i < N; i++) bytes[i] = (char)(i * 7 + i / 1000 + i / 1000000);
    FILE *out = fopen("pieces", "wb");
    ck_assert_uint_eq(fwrite(bytes, 1, N, out), N);
    ck_assert_int_eq(fclose(out), 0);
    const int in = dup(0), threads = run.threads;
    for (int t = 1; t <= 4; t += 3) {
        run.threads = t;
        ca_file file;
        ck_assert_int_eq(ca_file_read(&run, "pieces", N, &file), CAUCE_OK);
        ck_assert_uint_eq(file.size, N);
        ck_assert_mem_eq(file.bytes, bytes, N);
        ck_assert_int_eq(file.bytes[N], 0);
        ca_file_free(&file);
        failed(ca_file_read(&run, "pieces", N - 1, &file), CAUCE_E_LIMIT, "accepted");
        /* Of standard input only what nobody has read yet. */
        const int redirected = open("pieces", O_RDONLY);
        ck_assert_int_eq(lseek(redirected, SKIP, SEEK_SET), SKIP);
        dup2(redirected, 0);
        close(redirected);
        ck_assert_int_eq(ca_file_read(&run, "-", N, &file), CAUCE_OK);
        ck_assert_uint_eq(file.size, N - SKIP);
        ck_assert_mem_eq(file.bytes, bytes + SKIP, N - SKIP);
        ck_assert_int_eq(read(0, bytes, 1), 0); /* and nothing is left */
        ca_file_free(&file);
        dup2(in, 0);
    }
    run.threads = threads;
    close(in);
    free(bytes);
    leave();
}
END_TEST

START_TEST(links) {
    enter();
    mkdir("sub", 0777);
    ck_assert_int_eq(symlink("sub/target", "link"), 0); /* relative to the link, not there yet */
    ck_assert_int_eq(save("link", "one"), CAUCE_OK);
    holds("sub/target", "one");
    ck_assert_int_eq(symlink("../link", "sub/again"), 0);
    ck_assert_int_eq(save("sub/again", "two"), CAUCE_OK);
    holds("sub/target", "two");
    struct stat about;
    ck_assert(lstat("link", &about) == 0 && S_ISLNK(about.st_mode));
    ck_assert_int_eq(symlink("round", "round"), 0);
    failed(save("round", "x"), CAUCE_E_IO, "round");
    leave();
}
END_TEST

START_TEST(abandoned) {
    enter();
    save("kept", "old");
    ca_writer writer;
    ck_assert_int_eq(ca_writer_open(&run, &writer, "kept"), CAUCE_OK);
    ca_writer_put(&run, &writer, "new", 3);
    ca_writer_flush(&run, &writer);
    ck_assert_int_eq(entries(), 2);
    ca_writer_abort(&writer);
    ca_writer_abort(&writer);
    ck_assert_int_eq(entries(), 1);
    holds("kept", "old");
    failed(ca_writer_commit(&run, &writer), CAUCE_E_INTERNAL, "not open");
    ca_writer zero = { 0 };
    ca_writer_abort(&zero); /* must not close standard input */
    ck_assert_int_ne(fcntl(0, F_GETFD), -1);
    leave();
}
END_TEST

START_TEST(refusals) {
    enter();
    ca_file file;
    mkdir("dir", 0777);
    failed(save("dir", "x"), CAUCE_E_IO, "dir: is a directory");
    failed(save("dir/", "x"), CAUCE_E_IO, "is a directory");
    failed(save("none/", "x"), CAUCE_E_IO, "is a directory");
    failed(save("", "x"), CAUCE_E_IO, "empty path");
    failed(save("none/x", "x"), CAUCE_E_IO, "No such file");
    failed(save("/dev/full", "x"), CAUCE_E_IO, "/dev/full: No space left");
    failed(ca_file_read(&run, "none", 100, &file), CAUCE_E_IO, "cannot open none: No such file");
    failed(ca_file_read(&run, "dir", 100, &file), CAUCE_E_IO, "dir: is a directory");
    failed(ca_file_read(&run, "a\nb", 100, &file), CAUCE_E_IO,
           "a\\x0a"
           "b");
    failed(ca_file_read(&run, "/dev/zero", 100000, &file), CAUCE_E_LIMIT, "100000");
    ck_assert_ptr_null(file.bytes);
    ck_assert_int_eq(save("/dev/null", "x"), CAUCE_OK);
    struct stat about;
    ck_assert(stat("/dev/null", &about) == 0 && S_ISCHR(about.st_mode));
    ck_assert_int_eq(ca_file_read(&run, "/proc/self/status", 1 << 20, &file), CAUCE_OK); /* of size 0 */
    ck_assert_uint_gt(file.size, 100);
    ca_file_free(&file);
    if (geteuid() != 0) {
        save("locked", "x");
        chmod("locked", 0444);
        failed(save("locked", "y"), CAUCE_E_IO, "Permission denied");
        unlink("locked");
    }
    ck_assert_int_eq(entries(), 1);
    leave();
}
END_TEST

/* A disk that is full in the middle: the limit of file sizes fails in the same way. */
START_TEST(full) {
    enter();
    save("kept", "old");
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    small = before;
    small.rlim_cur = 100000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &small);
    ca_writer writer;
    ck_assert_int_eq(ca_writer_open(&run, &writer, "kept"), CAUCE_OK);
    static char bytes[50000];
    cauce_status status = CAUCE_OK;
    for (int i = 0; i < 4 && status == CAUCE_OK; i++)
        status = ca_writer_put(&run, &writer, bytes, sizeof bytes);
    cauce_status committed = ca_writer_commit(&run, &writer);
    setrlimit(RLIMIT_FSIZE, &before);
    signal(SIGXFSZ, handler);
    ck_assert_int_eq(committed, CAUCE_E_IO);
    failed(status, CAUCE_E_IO, "File too large");
    holds("kept", "old");
    ck_assert_int_eq(entries(), 1);
    leave();
}
END_TEST

static void *feed(void *payload) {
    FILE *out = fopen(payload, "w");
    for (int i = 0; i < 50000; i++) fprintf(out, "%09d\n", i);
    fclose(out);
    return NULL;
}

START_TEST(pipes) {
    enter();
    ck_assert_int_eq(mkfifo("pipe", 0600), 0);
    pthread_t thread;
    pthread_create(&thread, NULL, feed, "pipe");
    ca_file file;
    ck_assert_int_eq(ca_file_read(&run, "pipe", 1 << 20, &file), CAUCE_OK);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(file.size, 500000);
    ck_assert_str_eq(file.bytes + 499990, "000049999\n");
    ca_file_free(&file);
    int reader = open("pipe", O_RDONLY | O_NONBLOCK);
    ck_assert_int_eq(save("pipe", "through"), CAUCE_OK); /* written directly, still a pipe */
    char text[20] = "";
    ck_assert_int_eq(read(reader, text, sizeof text), 7);
    ck_assert_str_eq(text, "through");
    close(reader);
    struct stat about;
    ck_assert(stat("pipe", &about) == 0 && S_ISFIFO(about.st_mode));
    leave();
}
END_TEST

START_TEST(standard_streams) {
    enter();
    fflush(stdout);
    int in = dup(0), out = dup(1), file = open("out", O_RDWR | O_CREAT, 0600);
    dup2(file, 1);
    cauce_status status = save("-", "to standard output\n");
    int still_open = fcntl(1, F_GETFD);
    dup2(out, 1);
    ck_assert_int_eq(status, CAUCE_OK);
    ck_assert_int_ne(still_open, -1);
    holds("out", "to standard output\n");
    lseek(file, 0, SEEK_SET);
    dup2(file, 0);
    holds("-", "to standard output\n");
    int full = open("/dev/full", O_WRONLY);
    dup2(full, 1);
    status = save("-", "x");
    dup2(out, 1);
    failed(status, CAUCE_E_IO, "standard output: No space left");
    dup2(in, 0);
    close(in), close(out), close(file), close(full);
    leave();
}
END_TEST

static void on_signal(int number) {
    (void)number;
    ca_writer_emergency();
    _exit(7);
}

START_TEST(emergency) {
    enter();
    save("kept", "old");
    ca_writer mine;
    ck_assert_int_eq(ca_writer_open(&run, &mine, "of the parent"), CAUCE_OK);
    pid_t child = fork();
    if (child == 0) {
        signal(SIGTERM, on_signal);
        ca_writer writers[3];
        static const char *const names[] = { "kept", "a", "b" };
        for (int i = 0; i < 3; i++)
            if (ca_writer_open(&run, &writers[i], names[i]) != CAUCE_OK) _exit(1);
        if (entries() != 5) _exit(2);
        if (ca_writer_commit(&run, &writers[2]) != CAUCE_OK) _exit(3);
        raise(SIGTERM);
        _exit(4);
    }
    int status;
    waitpid(child, &status, 0);
    ck_assert_int_eq(WEXITSTATUS(status), 7);
    holds("kept", "old");
    ck_assert_int_eq(entries(), 3); /* kept, b, and the parent's temporary file, which is not the child's */
    ck_assert_int_eq(ca_writer_commit(&run, &mine), CAUCE_OK);
    leave();
}
END_TEST

START_TEST(many_writers) {
    enter();
    enum { N = 100 }; /* more than the table for signals holds, all of the same name */
    static ca_writer writers[N];
    for (int i = 0; i < N; i++) ck_assert_int_eq(ca_writer_open(&run, &writers[i], "same"), CAUCE_OK);
    ck_assert_int_eq(entries(), N);
    for (int i = 0; i < N; i++) {
        char text[8];
        ca_writer_put(&run, &writers[i], text, (size_t)snprintf(text, sizeof text, "%d", i));
        if (i % 2)
            ck_assert_int_eq(ca_writer_commit(&run, &writers[i]), CAUCE_OK);
        else
            ca_writer_abort(&writers[i]);
    }
    holds("same", "99");
    ck_assert_int_eq(entries(), 1);
    leave();
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    enter();
    ck_assert_int_eq(symlink("target", "link"), 0);
    FAILING_EACH(pass) {
        ca_run_forgive(&run);
        cauce_status status = save("link", "x");
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_run_forgive(&run);
        ca_file file;
        status = ca_file_read(&run, "/proc/self/maps", 1 << 24, &file);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_file_free(&file);
    }
    ca_run_forgive(&run);
    ck_assert_int_eq(entries(), 2);
    holds("target", "x");
    leave();
}
END_TEST

static void cut(void) {
    ck_assert_int_eq(truncate("rows", 4), 0);
}

static void write_over(void) {
    const struct timespec past[2] = { { .tv_sec = 1000 }, { .tv_sec = 1000 } };
    ck_assert_int_eq(utimensat(AT_FDCWD, "rows", past, 0), 0);
}

static void append(void) {
    FILE *file = fopen("rows", "a");
    ck_assert(file && fputs("more\n", file) >= 0 && fclose(file) == 0);
}

/* Somebody writes to a file between the first look at it and its end. */
START_TEST(changed_while_read) {
    failing_install();
    enter();
    void (*const changes[])(void) = { cut, write_over, append };
    const char *const says[] = { "(12 bytes at first, 4 at last)", "(12 bytes at first, 12 at last)",
                                 "(12 bytes at first, 17 at last)" };
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(save("rows", "a,b\n1,2\n3,4\n"), CAUCE_OK);
        ca_file file;
        failing_before(changes[i]);
        failed(ca_file_read(&run, "rows", 1 << 20, &file), CAUCE_E_IO, "rows: the file changed while it was");
        ck_assert_ptr_null(file.bytes);
        ck_assert_int_eq(save("rows", "a,b\n1,2\n3,4\n"), CAUCE_OK);
        failing_before(changes[i]);
        failed(ca_file_read(&run, "rows", 1 << 20, &file), CAUCE_E_IO, says[i]);
        ck_assert_int_eq(save("rows", "a,b\n1,2\n3,4\n"), CAUCE_OK);
        holds("rows", "a,b\n1,2\n3,4\n");
    }
    leave();
}
END_TEST

TEST_MAIN("stream", TEST(saves), TEST(large), TEST(in_pieces), TEST(links), TEST(abandoned), TEST(refusals),
          TEST(full), TEST(pipes), TEST(standard_streams), TEST(emergency), TEST(many_writers),
          TEST(without_memory), TEST(changed_while_read))
