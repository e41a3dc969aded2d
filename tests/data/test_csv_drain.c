#include "support/check_main.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "csv_dump.h"
#include "csv_files.h"
#include "data/csv_stream.h"

/* Everything that a consumer sees, as text: rows with their numbers and lines. */
typedef struct seen {
    ca_text text;
    int64_t rows;
    int64_t refuse;       /* row that cannot be consumed, or -1 */
    double refuse_number; /* in the first column; 0: none */
    int tell;             /* where each delivery is told; 0: nowhere */
} seen;

static void put_rows(ca_text *out, const cauce_table *table) {
    for (int64_t r = 0; r < table->n_rows; r++) {
        ca_text_addf(out, "%lld@%lld", (long long)(table->first_row + r),
                     (long long)ca_lines_at(table->lines, r));
        for (int64_t j = 0; j < table->n_columns; j++) {
            const char *text =
                table->columns[j].column->storage == CA_CODES ? cauce_table_text(table, r, j) : NULL;
            if (table->columns[j].column->storage == CA_CODES)
                ca_text_addf(out, " %s", text ? text : "~");
            else
                ca_text_addf(out, " %.17g", cauce_table_number(table, r, j));
        }
        ca_text_add(out, "\n");
    }
}

static cauce_status consume(cauce_run *run, cauce_table *table, void *result, void *payload) {
    const seen *s = payload;
    ((ca_text *)result)->length = 0;
    put_rows(result, table);
    if (s->refuse >= table->first_row && s->refuse < table->first_row + table->n_rows)
        return cauce_fail(run, CAUCE_E_DATA, "row %lld is refused", (long long)s->refuse + 1);
    for (int64_t r = 0; s->refuse_number != 0 && r < table->n_rows; r++)
        if (cauce_table_number(table, r, 0) == s->refuse_number)
            return cauce_fail(run, CAUCE_E_DATA, "%g is refused", s->refuse_number);
    return CAUCE_OK;
}

static cauce_status deliver(cauce_run *run, int64_t rows, void *result, void *payload) {
    (void)run;
    seen *s = payload;
    s->rows += rows;
    if (s->tell) ck_assert_int_eq(write(s->tell, "", 1), 1);
    ca_text_add(&s->text, ca_text_get(result));
    return CAUCE_OK;
}

static void drop(void *result) {
    ca_text_free(result);
}

static const ca_csv_column two[] = { { "a", true, CAUCE_NUMBER, NULL }, { "b", true, CAUCE_TEXT, NULL } };

/* By windows of `window` bytes; 0: by ca_csv_next, the slow way. Ends with the message of a failure. */
static void go_through(const char *path, const ca_csv_options *given, size_t window, int threads, seen *s) {
    cauce_run run;
    ca_run_begin(&run);
    run.threads = threads;
    int64_t n_bad = 0;
    ca_csv_options options = *given;
    options.n_bad = &n_bad;
    ca_csv_stream *stream = ca_csv_open(&run, path, &options);
    const ca_csv_consumer consumer = { sizeof(ca_text), consume, deliver, drop, s };
    if (stream && window)
        ca_csv_drain_by(&run, stream, &consumer, window);
    else if (stream)
        for (cauce_table *table; (table = ca_csv_next(&run, stream, 7)) != NULL; ca_table_drop(table)) {
            table->first_row = s->rows;
            put_rows(&s->text, table);
            s->rows += table->n_rows;
        }
    ca_text_addf(&s->text, "bad %lld\n", (long long)n_bad);
    if (run.error.status != CAUCE_OK) ca_text_addf(&s->text, "%s\n", run.error.message);
    ca_csv_close(stream);
    ca_run_end(&run);
}

/* What was delivered before a failure may end earlier than row by row, never elsewhere. */
static void compare(const char *text, size_t length, const ca_csv_options *options) {
    char path[512];
    put_file(path, "test_csv_drain.csv", text, length);
    seen slow = { .refuse = -1 };
    go_through(path, options, 0, 1, &slow);
    static const size_t windows[] = { 16, 64, 1000, 1 << 16 };
    static const int threads[] = { 1, 2, 7 };
    for (int w = 0; w < 4; w++)
        for (int t = 0; t < 3; t++) {
            seen fast = { .refuse = -1 };
            go_through(path, options, windows[w], threads[t], &fast);
            ck_assert_msg(strcmp(slow.text.data, fast.text.data) == 0,
                          "window %zu, threads %d, text:\n%s\n%s\n%s", windows[w], threads[t], text,
                          slow.text.data, fast.text.data);
            ca_text_free(&fast.text);
        }
    ca_text_free(&slow.text);
    remove(path);
}

static void same(const char *text) {
    compare(text, strlen(text), &(ca_csv_options){ .columns = two, .n_columns = 2 });
}

START_TEST(as_row_by_row) {
    same("a,b\n");
    same("a,b");
    same("a,b\n1,x");
    same("a,b\r\n1,x\r\n2,y\r\n3,z\r\n4,\r\n,\r\n");
    same("a,b\n1,x\n2,y\n\n\n");
    same("c,b,a\n\"1,2\",\"x\ny\",3\n,\"\"\"\n\"\"\",4\n9,\"a,b\n,\n\",5\n");
    same(
        "a,b\n1,5\" pipe\n2,y\n3,\"z\n4,\"\n4,\"q\"\n5,w\"\n6,w\n7,w\n8,w\n9,w\n"); /* quotes that are data */
    compare("a\n100000\n200000\n\n\n\n\n300000\n\n\n\n\n\n\n\n\n\n\n4\n\n", 40,
            &(ca_csv_options){ .columns = two, .n_columns = 1 });
    compare("a\n1\n\n\n2\n\n3\n\n\n", 13, &(ca_csv_options){ .columns = two, .n_columns = 1 });
    compare("a\n1\nx\n2\ny\n3\nz\n4\n", 16,
            &(ca_csv_options){ .columns = two, .n_columns = 1, .bad_is_missing = true });
}
END_TEST

/* Random cells with everything that could be taken for a row's end. */
START_TEST(random_texts) {
    static const char *const pieces[] = { "x", "y,", "\"\"", "\n", "\r\n", "\xc3\xa9", " " };
    cauce_rng rng;
    cauce_rng_init(&rng, 11, "drain", 0);
    for (int i = 0; i < 60; i++) {
        ca_text text = { 0 };
        ca_text_add(&text, "a,b\n");
        int64_t rows = (int64_t)cauce_rng_below(&rng, 40);
        for (int64_t r = 0; r < rows; r++) {
            bool bare = cauce_rng_below(&rng, 4) == 0;
            ca_text_addf(&text, "%lld,%s", (long long)r, bare ? "z" : "\"");
            for (uint64_t n = bare ? 0 : cauce_rng_below(&rng, 12); n > 0; n--)
                ca_text_add(&text, pieces[cauce_rng_below(&rng, 7)]);
            ca_text_add(&text, bare && cauce_rng_below(&rng, 20) == 0 ? "\"\n" : bare ? "\n" : "\"\n");
        }
        same(ca_text_get(&text));
        ca_text_free(&text);
    }
}
END_TEST

/* Whatever is delivered before a failure is right, and the message is that of the slow reader. */
static void fails(const char *text, const char *message) {
    char path[512];
    put_file(path, "test_csv_drain.csv", text, strlen(text));
    seen slow = { .refuse = -1 };
    const ca_csv_options options = { .columns = two, .n_columns = 2 };
    go_through(path, &options, 0, 1, &slow);
    for (size_t window = 16; window <= 1024; window *= 4) {
        seen fast = { .refuse = -1 };
        go_through(path, &options, window, 2, &fast);
        const char *slow_end = strstr(slow.text.data, "bad "), *fast_end = strstr(fast.text.data, "bad ");
        ck_assert_str_eq(fast_end, slow_end);
        ck_assert_msg(strstr(fast_end, message) != NULL, "%s", fast_end);
        size_t common = (size_t)(fast_end - fast.text.data);
        if (common > (size_t)(slow_end - slow.text.data)) common = (size_t)(slow_end - slow.text.data);
        ck_assert_mem_eq(fast.text.data, slow.text.data, common);
        ca_text_free(&fast.text);
    }
    ca_text_free(&slow.text);
    remove(path);
}

START_TEST(failures) {
    fails("a,b\n1,x\n2,y\n3,z\n4,w\n5\n6,x\n7,y\n", ".csv:6:2: 1 field, expected 2 (byte 21)");
    fails("a,b\n1,x\n2,y\n3,z\n4,w\nq,x\n6,x\n7,y\n", ".csv:6:1: column 'a': 'q' is not a number (byte 20)");
    fails("a,b\n1,x\n2,y\n3,z\n4,w\n5,\"x\n6,x\n7,y\n", ".csv:6:3: a quote that is never closed (byte 22)");
    fails("a,b\n1,x\n2,y\n3,z\n4,w\n\n6,x\n7,y\n", ".csv:6:1: a blank line, expected 2 fields (byte 20)");
    fails("a,b\n1,x\n2,y\n3,z\n4,w\n5,\xff\n6,x\n7,y\n", ".csv:6:3: invalid UTF-8");
}
END_TEST

/* Records and blank lines that are longer than what is looked through for the end of one. */
START_TEST(longer_than_a_piece) {
    static const char *const fillers[] = { "x", "\n", "\"\"", " " };
    for (int i = 0; i < 4; i++)
        for (int quoted = 0; quoted < 2; quoted++)
            for (int n = 200; n < 20000; n *= 5) {
                ca_text text = { 0 };
                ca_text_add(&text, quoted ? "a,b\n1,x\n2,\"y" : "a,b\n1,x\n2,y");
                for (int k = 0; k < n; k++) ca_text_add(&text, fillers[i]);
                ca_text_add(&text, quoted ? "\"\n3,z\n4,\n" : "\n3,z\n4,\n");
                if (i == 1 && !quoted)
                    fails(ca_text_get(&text), ".csv:4:1: a blank line, expected 2 fields");
                else
                    same(ca_text_get(&text));
                ca_text_free(&text);
            }
    compare("a\n1\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n2\n", 26,
            &(ca_csv_options){ .columns = two, .n_columns = 1 });
}
END_TEST

START_TEST(blocks_before_a_refused_one_are_delivered) {
    char path[512];
    ca_text text = { 0 };
    ca_text_add(&text, "a,b\n");
    for (int r = 0; r < 1000; r++) ca_text_addf(&text, "%d,x%d\n", r, r % 7);
    put_file(path, "test_csv_drain.csv", text.data, text.length);
    const ca_csv_options options = { .columns = two, .n_columns = 2 };
    for (int threads = 1; threads <= 7; threads += 3) {
        seen s = { .refuse = 900 };
        go_through(path, &options, 1 << 10, threads, &s);
        ck_assert_msg(s.rows > 800 && s.rows <= 900, "%lld rows", (long long)s.rows);
        ck_assert_msg(strstr(s.text.data, "row 901 is refused") != NULL, "%s", s.text.data);
        ca_text_free(&s.text);
    }
    ca_text_free(&text);
    remove(path);
}
END_TEST

/* A quote that is data makes the lines of the quoted cell after it look like rows. */
START_TEST(rows_that_are_not_there) {
    char path[512];
    ca_text text = { 0 };
    ca_text_add(&text, "a,b\n1,5\" pipe\n2,\"\n");
    for (int i = 0; i < 200; i++) ca_text_add(&text, "666,x\n");
    ca_text_add(&text, "\"\n3,y\n");
    put_file(path, "test_csv_drain.csv", text.data, text.length);
    const ca_csv_options options = { .columns = two, .n_columns = 2 };
    for (int threads = 1; threads <= 2; threads++) {
        seen s = { .refuse = -1, .refuse_number = 666 };
        go_through(path, &options, 1 << 10, threads, &s);
        ck_assert_msg(s.rows == 3 && strstr(s.text.data, "refused") == NULL, "%s", s.text.data);
        ca_text_free(&s.text);
        s = (seen){ .refuse = -1, .refuse_number = 3 };
        go_through(path, &options, 1 << 10, threads, &s);
        ck_assert_msg(strstr(s.text.data, "3 is refused") != NULL, "%s", s.text.data);
        ca_text_free(&s.text);
    }
    ca_text_free(&text);
    remove(path);
}
END_TEST

/* A writer that goes on only when the rows it has written are delivered: a reader that waits for more of them
 * would wait for ever. */
static void write_step_by_step(const char *path, int told) {
    static const char *const pieces[] = { "a,b\n1,x\n2,\"y\n", "z\"\n3,", "w\n", "4,v\n5,u" };
    FILE *out = fopen(path, "w");
    for (int i = 0; out && i < 4; i++) {
        char byte;
        if (i > 0 && read(told, &byte, 1) != 1) _exit(1);
        fputs(pieces[i], out);
        fflush(out);
    }
    _exit(out && fclose(out) == 0 ? 0 : 1);
}

/* A writer that never pauses for long, and never writes enough for a window. */
static void write_steadily(const char *path, int told) {
    FILE *out = fopen(path, "w");
    if (!out) _exit(1);
    fputs("a,b\n", out);
    for (int i = 0; i < 5000; i++) {
        fputs("1,x\n", out);
        fflush(out);
        if (poll(&(struct pollfd){ .fd = told, .events = POLLIN }, 1, 2) > 0) _exit(fclose(out) == 0 ? 0 : 1);
    }
    _exit(1);
}

static void read_from(void (*writer)(const char *path, int told), seen *s) {
    char path[512];
    snprintf(path, sizeof path, "%s/test_csv_drain.fifo", CAUCE_BINARY_DIR);
    remove(path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    int tell[2];
    ck_assert_int_eq(pipe(tell), 0);
    pid_t child = fork();
    if (child == 0) writer(path, tell[0]);
    const ca_csv_options options = { .columns = two, .n_columns = 2 };
    s->tell = tell[1];
    go_through(path, &options, 1 << 16, 2, s);
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
    close(tell[0]), close(tell[1]);
    remove(path);
}

START_TEST(slow_pipe) {
    seen s = { .refuse = -1 };
    read_from(write_step_by_step, &s);
    ck_assert_str_eq(s.text.data, "0@2 1 x\n1@3 2 y\nz\n2@5 3 w\n3@6 4 v\n4@7 5 u\nbad 0\n");
    ca_text_free(&s.text);
    s = (seen){ .refuse = -1 };
    read_from(write_steadily, &s);
    ca_text_free(&s.text);
}
END_TEST

TEST_MAIN("csv_drain", TEST(as_row_by_row), TEST(random_texts), TEST(longer_than_a_piece), TEST(failures),
          TEST(blocks_before_a_refused_one_are_delivered), TEST(rows_that_are_not_there), TEST(slow_pipe))
