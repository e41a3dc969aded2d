#define _XOPEN_SOURCE 700
#include "support/check_main.h"

#include <sys/wait.h>
#include <unistd.h>

#include "csv_dump.h"
#include "csv_files.h"

/* The dumps of all blocks, with " / " in between, and the message of a failure. */
static void dump_stream(const char *path, const ca_csv_options *options, int64_t rows, ca_text *out) {
    cauce_run run;
    ca_run_begin(&run);
    ca_csv_stream *stream = ca_csv_open(&run, path, options);
    cauce_table *table;
    while (stream && (table = ca_csv_next(&run, stream, rows)) != NULL) {
        if (out->length) ca_text_add(out, " / ");
        dump_table(out, table);
        ca_table_drop(table);
    }
    if (run.error.status != CAUCE_OK)
        ca_text_addf(out, "%s%s %s", out->length ? " / " : "", cauce_status_name(run.error.status),
                     run.error.message);
    ca_csv_close(stream);
    ca_run_end(&run);
}

static void check(const char *text, const ca_csv_options *options, int64_t rows, const char *expected) {
    char path[512];
    put_file(path, "test_csv_stream.csv", text, strlen(text));
    ca_text out = { 0 };
    dump_stream(path, options, rows, &out);
    /* Paths in messages are those of the build folder: only their end counts. */
    char *at = out.data ? strstr(out.data, CAUCE_BINARY_DIR "/") : NULL;
    if (at) memmove(at, at + sizeof CAUCE_BINARY_DIR, strlen(at + sizeof CAUCE_BINARY_DIR) + 1);
    ck_assert_str_eq(ca_text_get(&out), expected);
    ca_text_free(&out);
    remove(path);
}

START_TEST(blocks) {
    const ca_csv_column columns[] = { { "a", true, CAUCE_NUMBER, NULL }, { "b", true, CAUCE_TEXT, NULL } };
    const ca_csv_options options = { .columns = columns, .n_columns = 2 };
    check("a,b\n1,x\n2,y\n3,x\n", &options, 2, "a:number=1,2 b:text=x,y / a:number=3 b:text=x");
    check("a,b\n1,x\n2,y\n3,x\n", &options, 3, "a:number=1,2,3 b:text=x,y,x");
    check("a,b\n1,x\n2,y\n3,x", &options, 100, "a:number=1,2,3 b:text=x,y,x");
    check("a,b\n", &options, 2, "");
    check("a,b", &options, 2, "");
    check("b;c;a\n\"x\"\"y\";?;1\n", &options, 2, "b:text=x\"y a:number=1");
    /* failures come after the blocks before them */
    check(
        "a,b\n1,x\n2,y\nz,x\n", &options, 2,
        "a:number=1,2 b:text=x,y / DATA test_csv_stream.csv:4:1: column 'a': 'z' is not a number (byte 12)");
    check("a,b\n1,x\n2,y\n3\n", &options, 2,
          "a:number=1,2 b:text=x,y / DATA test_csv_stream.csv:4:2: 1 field, expected 2 (byte 13)");
    check("a,b\n1,x\n2,\"y\n3\n", &options, 1,
          "a:number=1 b:text=x / DATA test_csv_stream.csv:3:3: a quote that is never closed (byte 10)");
    check("", &options, 2, "DATA test_csv_stream.csv: the file is empty, expected a header line");
    check("a,c\n1,2\n", &options, 2, "SCHEMA test_csv_stream.csv: no column 'b' (columns: a, c)");
    const ca_csv_column one = { "a", true, CAUCE_NUMBER, NULL };
    check("a\n\n\n2\n\n3\n\n\n", &(ca_csv_options){ .columns = &one, .n_columns = 1 }, 2,
          "a:number=~,~ / a:number=2,~ / a:number=3");
    int64_t n_bad = 0;
    const char *const missing[] = { "-" };
    check("a\n1\nx\n-\ny\n",
          &(ca_csv_options){ .columns = &one,
                             .n_columns = 1,
                             .bad_is_missing = true,
                             .n_bad = &n_bad,
                             .missing = missing,
                             .n_missing = 1 },
          3, "a:number=1,~,~ / a:number=~");
    ck_assert_int_eq(n_bad, 2);
}
END_TEST

START_TEST(header_and_select) {
    char path[512];
    put_file(path, "test_csv_stream.csv", "a,b,c\n1,x,2\n3,y,4\n", 18);
    cauce_run run;
    ca_run_begin(&run);
    ca_csv_stream *stream = ca_csv_open(&run, path, NULL);
    ck_assert_ptr_nonnull(stream);
    const char *const *names;
    ck_assert_int_eq(ca_csv_header(stream, &names), 3);
    ck_assert_str_eq(names[0], "a");
    ck_assert_str_eq(names[2], "c");
    ck_assert_ptr_null(ca_csv_next(&run, stream, 1));
    ck_assert_str_eq(run.error.message, "the columns of the stream are not selected");
    ca_run_forgive(&run);
    const ca_csv_column columns[] = { { "c", true, CAUCE_NUMBER, NULL }, { "a", false, CAUCE_NUMBER, NULL } };
    ck_assert_int_eq(ca_csv_select(&run, stream, columns, 2), CAUCE_E_ARGUMENT);
    ck_assert_str_eq(run.error.message, "column 'a': a stream needs to be told the kind");
    ca_run_forgive(&run);
    ck_assert_int_eq(ca_csv_select(&run, stream, columns, 1), CAUCE_OK);
    ck_assert_ptr_null(ca_csv_next(&run, stream, 0));
    ck_assert_str_eq(run.error.message, "a block needs at least 1 row");
    ca_run_forgive(&run);
    cauce_table *table = ca_csv_next(&run, stream, 1);
    ck_assert_ptr_nonnull(table);
    ck_assert_int_eq(table->n_columns, 1);
    ca_table_drop(table);
    /* and other columns for the rest */
    const ca_csv_column other = { "b", true, CAUCE_CATEGORY, NULL };
    ck_assert_int_eq(ca_csv_select(&run, stream, &other, 1), CAUCE_OK);
    table = ca_csv_next(&run, stream, 10);
    ck_assert_ptr_nonnull(table);
    ck_assert_int_eq(table->n_rows, 1);
    ck_assert_str_eq(cauce_levels_text(table->columns[0].column->levels, 0), "y");
    ca_table_drop(table);
    ca_csv_close(stream);
    ca_csv_close(NULL);
    ca_run_end(&run);
    remove(path);
}
END_TEST

START_TEST(failures) {
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_ptr_null(ca_csv_open(&run, "/nowhere/x.csv", NULL));
    ck_assert_int_eq(run.error.status, CAUCE_E_IO);
    ck_assert_str_eq(run.error.message, "cannot open /nowhere/x.csv: No such file or directory");
    ca_run_forgive(&run);
    ck_assert_ptr_null(ca_csv_open(&run, "/", NULL));
    ck_assert_str_eq(run.error.message, "cannot read /: Is a directory");
    ca_run_forgive(&run);

    char path[512];
    put_file(path, "test_csv_stream.csv", "a,b\n1\n2,3\n", 10);
    const ca_csv_column one = { "a", true, CAUCE_NUMBER, NULL };
    ca_csv_stream *stream = ca_csv_open(&run, path, &(ca_csv_options){ .columns = &one, .n_columns = 1 });
    ck_assert_ptr_null(ca_csv_next(&run, stream, 1));
    ck_assert_int_eq(run.error.status, CAUCE_E_DATA);
    ca_run_forgive(&run);
    ck_assert_ptr_null(ca_csv_next(&run, stream, 1));
    ck_assert_int_eq(run.error.status, CAUCE_E_ARGUMENT);
    ca_csv_close(stream);
    ca_run_end(&run);
    remove(path);
}
END_TEST

/* Cells, records and quotes lie across every edge of the buffer, and some cells are longer than it. */
static void long_text(ca_text *text, int64_t rows) {
    cauce_rng rng;
    cauce_rng_init(&rng, 3, "long csv", 0);
    ca_text_add(text, "a,b,c\r\n");
    for (int64_t r = 0; r < rows; r++) {
        ca_text_addf(text, "%lld,\"", (long long)r);
        uint64_t n = r == rows / 2 ? 3000000 : r % 100 == 50 ? 70000 : cauce_rng_below(&rng, 60);
        while (n-- > 0) {
            static const char *const pieces[] = { "x", "y", "\xc3\xa9", "\"\"", "\n", "\r\n", "," };
            ca_text_add(text, pieces[cauce_rng_below(&rng, 7)]);
        }
        ca_text_addf(text, "\",%u\r\n", (unsigned)cauce_rng_u32(&rng) % 5);
    }
}

static void compare_with_whole(const char *path, const cauce_table *whole, int64_t rows) {
    cauce_run run;
    ca_run_begin(&run);
    ca_csv_column columns[128];
    const ca_csv_options options = { .columns = columns, .n_columns = columns_of(whole, true, columns) };
    ca_csv_stream *stream = ca_csv_open(&run, path, &options);
    ck_assert_msg(stream != NULL, "%s", run.error.message);
    int64_t row = 0;
    for (cauce_table *block; (block = ca_csv_next(&run, stream, rows)) != NULL; ca_table_drop(block)) {
        const size_t n = (size_t)block->n_rows;
        for (int64_t r = 0; r < block->n_rows; r++)
            ck_assert_int_eq(ca_lines_at(block->lines, r), ca_lines_at(whole->lines, row + r));
        for (int64_t j = 0; j < whole->n_columns; j++) {
            const ca_column *a = block->columns[j].column, *b = whole->columns[j].column;
            const size_t size = a->storage == CA_CODES ? sizeof(int32_t) : sizeof(double);
            ck_assert_mem_eq(a->data, (const char *)b->data + (size_t)row * size, n * size);
        }
        row += block->n_rows;
    }
    ck_assert_msg(run.error.status == CAUCE_OK, "%s", run.error.message);
    ck_assert_int_eq(row, whole->n_rows);
    ca_csv_close(stream);
    ca_run_end(&run);
}

START_TEST(long_records) {
    ca_text text = { 0 };
    long_text(&text, 3000);
    char path[512];
    put_file(path, "test_csv_stream.csv", text.data, text.length);
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *whole = ca_csv_read(&run, text.data, text.length, path, NULL);
    ck_assert_msg(whole != NULL, "%s", run.error.message);
    ck_assert_int_eq(whole->n_rows, 3000);
    ck_assert_int_eq(whole->columns[1].column->kind, CAUCE_TEXT);
    compare_with_whole(path, whole, 1);
    compare_with_whole(path, whole, 64);
    ca_table_drop(whole);
    ca_run_end(&run);
    ca_text_free(&text);
    remove(path);
}
END_TEST

/* The file is cut, or grows, after its first rows were read: whatever the last row looks like, it fails. */
START_TEST(changed_while_read) {
    for (int grows = 0; grows < 2; grows++) {
        ca_text text = { 0 };
        ca_text_add(&text, "a,b\n");
        for (int i = 0; i < 100000; i++) ca_text_addf(&text, "%d,x%d\n", i, i % 7);
        char path[512];
        put_file(path, "test_csv_stream.csv", text.data, text.length);
        cauce_run run;
        ca_run_begin(&run);
        const ca_csv_column column = { "a", true, CAUCE_NUMBER, NULL };
        const ca_csv_options options = { .columns = &column, .n_columns = 1 };
        ca_csv_stream *stream = ca_csv_open(&run, path, &options);
        ck_assert_msg(stream != NULL, "%s", run.error.message);
        cauce_table *table = ca_csv_next(&run, stream, 10);
        ck_assert_ptr_nonnull(table);
        ca_table_drop(table);
        if (grows) {
            FILE *file = fopen(path, "a");
            ck_assert(file && fputs("1,x1\n", file) >= 0 && fclose(file) == 0);
        } else
            ck_assert_int_eq(truncate(path, (off_t)text.length / 2), 0);
        while ((table = ca_csv_next(&run, stream, 1000)) != NULL) ca_table_drop(table);
        ck_assert_int_eq(run.error.status, CAUCE_E_IO);
        ck_assert_msg(strstr(run.error.message, "the file changed while it was read"), "%s",
                      run.error.message);
        ca_csv_close(stream);
        ca_run_end(&run);
        ca_text_free(&text);
        remove(path);
    }
}
END_TEST

/* Standard input is a pipe whose writer hands over a few bytes at a time. */
START_TEST(pipes) {
    ca_text text = { 0 };
    ca_text_add(&text, "a,b\n");
    for (int i = 0; i < 2000; i++) ca_text_addf(&text, "%d,\"x\n%d\"\n", i, i % 7);
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *whole = ca_csv_read(&run, text.data, text.length, "t", NULL);
    ck_assert_ptr_nonnull(whole);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) {
        close(ends[0]);
        for (size_t at = 0, n; at < text.length; at += n) {
            n = at % 13 + 1 < text.length - at ? at % 13 + 1 : text.length - at;
            if (write(ends[1], text.data + at, n) != (ssize_t)n) _exit(1);
        }
        _exit(0);
    }
    close(ends[1]);
    int before = dup(STDIN_FILENO);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    compare_with_whole("-", whole, 100);
    int result;
    ck_assert_int_eq(waitpid(child, &result, 0), child);
    ck_assert_int_eq(result, 0);
    dup2(before, STDIN_FILENO);
    close(before);
    ca_table_drop(whole);
    ca_run_end(&run);
    ca_text_free(&text);
}
END_TEST

TEST_MAIN("csv_stream", TEST(blocks), TEST(header_and_select), TEST(failures), TEST(long_records),
          TEST(changed_while_read), TEST(pipes))
