#include "support/check_main.h"

#include <stdint.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/context.h"
#include "csv_dump.h"
#include "csv_files.h"

static void add_numbers(cauce_run *run, cauce_table *table, const char *name, const void *data,
                        ca_storage storage, ptrdiff_t stride) {
    ca_column *column = ca_column_new(CAUCE_NUMBER, storage, table->n_rows);
    column->data = data;
    column->stride = stride;
    ck_assert_int_eq(ca_table_add(run, table, name, CAUCE_FEATURE, column), CAUCE_OK);
}

/* `texts` sorted by bytes; `codes` borrowed. */
static void add_codes(cauce_run *run, cauce_table *table, const char *name, const int32_t *codes,
                      const char *const *texts, int32_t n) {
    ca_column *column = ca_column_new(CAUCE_CATEGORY, CA_CODES, table->n_rows);
    column->data = codes;
    column->levels = ca_levels_new(&column->arena, texts, NULL, n, true);
    ck_assert_int_eq(ca_table_add(run, table, name, CAUCE_FEATURE, column), CAUCE_OK);
}

static void path_for(char path[512]) {
    snprintf(path, 512, "%s/test_csv_write.csv", CAUCE_BINARY_DIR);
}

static void check_written(cauce_run *run, const cauce_table *table, const char *expected) {
    char path[512];
    path_for(path);
    ck_assert_msg(ca_csv_write(run, table, path) == CAUCE_OK, "%s", run->error.message);
    ca_file file;
    ck_assert_int_eq(ca_file_read(run, path, 1 << 22, &file), CAUCE_OK);
    ck_assert_str_eq(file.bytes, expected);
    ca_file_free(&file);
    remove(path);
}

START_TEST(cells) {
    static const struct {
        const char *text, *guarded, *bare;
    } examples[] = {
        { "x", "x", "x" },
        { "x y", "x y", "x y" },
        { "a,b", "\"a,b\"", "\"a,b\"" },
        { "a;b", "\"a;b\"", "\"a;b\"" },
        { "a|b", "\"a|b\"", "\"a|b\"" },
        { "a\tb", "\"a\tb\"", "\"a\tb\"" },
        { "a\"b", "\"a\"\"b\"", "\"a\"\"b\"" },
        { "\"", "\"\"\"\"", "\"\"\"\"" },
        { "a\nb", "\"a\nb\"", "\"a\nb\"" },
        { "a\rb", "\"a\rb\"", "\"a\rb\"" },
        { " a", "\" a\"", "\" a\"" },
        { "a ", "\"a \"", "\"a \"" },
        { "\xef\xbb\xbfz", "\"\xef\xbb\xbfz\"", "\"\xef\xbb\xbfz\"" },
        { "NA", "\"NA\"", "NA" },
        { "nan", "\"nan\"", "nan" },
        { "?", "\"?\"", "?" },
        { "", "\"\"", "" },
        { "na", "na", "na" },
    };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        ca_text out = { 0 };
        ca_csv_put_text(&out, examples[i].text, strlen(examples[i].text), true);
        ck_assert_str_eq(ca_text_get(&out), examples[i].guarded);
        ca_text_free(&out);
        ca_csv_put_text(&out, examples[i].text, strlen(examples[i].text), false);
        ck_assert_str_eq(ca_text_get(&out), examples[i].bare);
        ca_text_free(&out);
    }
    ca_text out = { 0 };
    ca_csv_put_number(&out, NAN);
    ca_text_add(&out, "|");
    ca_csv_put_number(&out, 0.1);
    ca_text_add(&out, "|");
    ca_csv_put_number(&out, -HUGE_VAL);
    ck_assert_str_eq(ca_text_get(&out), "|0.1|-inf");
    ca_text_free(&out);
}
END_TEST

START_TEST(tables) {
    cauce_run run;
    ca_run_begin(&run);
    cauce_table *table = ca_table_new(&run, 3);
    ck_assert_int_eq(ca_csv_write(&run, table, "unused"), CAUCE_E_SHAPE);
    ck_assert_str_eq(run.error.message, "a table without columns cannot be written as CSV");
    ca_run_forgive(&run);
    static const double numbers[] = { 1, 99, 0.1, 99, NAN };
    static const int64_t whole[] = { INT64_MAX, INT64_MIN, 0 };
    static const float half[] = { 0.5F, 1.5F, (float)NAN };
    static const int32_t codes[] = { 1, CAUCE_MISSING, 0 }, unknown[] = { CAUCE_UNKNOWN, 0, 0 };
    static const char *const texts[] = { "NA", "x\"y" };
    add_numbers(&run, table, "a,b", numbers, CA_F64, 2);
    add_numbers(&run, table, "i", whole, CA_I64, 1);
    add_numbers(&run, table, "f", half, CA_F32, 1);
    add_codes(&run, table, "c", codes, texts, 2);
    add_codes(&run, table, " d", unknown, texts, 2);
    check_written(&run, table,
                  "\"a,b\",i,f,c,\" d\"\n1,9223372036854775807,0.5,\"x\"\"y\",\n"
                  "0.1,-9223372036854775808,1.5,,\"NA\"\n,0,,\"NA\",\"NA\"\n");
    static const int64_t rows[] = { 2, 0, 0 };
    cauce_table *subset = ca_table_subset(&run, table, rows, 3);
    check_written(&run, subset,
                  "\"a,b\",i,f,c,\" d\"\n,0,,\"NA\",\"NA\"\n1,9223372036854775807,0.5,\"x\"\"y\",\n"
                  "1,9223372036854775807,0.5,\"x\"\"y\",\n");
    ca_table_drop(subset);
    ck_assert_int_eq(ca_csv_write(&run, table, "/nowhere/x.csv"), CAUCE_E_IO);
    ca_table_drop(table);
    ca_run_end(&run);

    ca_run_begin(&run);
    table = ca_table_new(&run, 3);
    static const double last[] = { NAN, 1, NAN };
    add_numbers(&run, table, "a", last, CA_F64, 1);
    check_written(&run, table, "a\n\"\"\n1\n\"\"\n");
    ca_table_drop(table);
    ca_run_end(&run);
}
END_TEST

/* ---- There and back ------------------------------------------------------------------------------------ */

enum { MOST_ROWS = 700, LEVELS = 12 };

static double random_number(cauce_rng *rng) {
    union {
        uint64_t bits;
        double value;
    } any = { ((uint64_t)cauce_rng_u32(rng) << 32) | cauce_rng_u32(rng) };
    switch (cauce_rng_below(rng, 6)) {
    case 0: return NAN;
    case 1: return (double)cauce_rng_below(rng, 100) - 50;
    case 2: return cauce_rng_uniform(rng);
    case 3: return (double)cauce_rng_below(rng, 100000) / 1000;
    case 4: return cauce_rng_below(rng, 20) ? -0.0 : (double)INFINITY;
    default: return isnan(any.value) ? 5e-324 : any.value;
    }
}

static bool same_cells(const cauce_table *a, const cauce_table *b) {
    if (a->n_rows != b->n_rows || a->n_columns != b->n_columns) return false;
    for (int64_t j = 0; j < a->n_columns; j++) {
        const ca_column *x = a->columns[j].column, *y = b->columns[j].column;
        if (strcmp(a->columns[j].name, b->columns[j].name) != 0 || x->kind != y->kind) return false;
        for (int64_t r = 0; r < a->n_rows; r++) {
            if (x->storage == CA_CODES) {
                int32_t p = ((const int32_t *)x->data)[r], q = ((const int32_t *)y->data)[r];
                if ((p < 0) != (q < 0)) return false;
                if (p >= 0 && strcmp(cauce_levels_text(x->levels, p), cauce_levels_text(y->levels, q)) != 0)
                    return false;
            } else {
                const double *p = x->data, *q = y->data;
                if (!(isnan(p[r]) && isnan(q[r])) && memcmp(&p[r], &q[r], sizeof(double)) != 0) return false;
            }
        }
    }
    return true;
}

START_TEST(there_and_back) {
    static const char *const sorted[LEVELS] = { "\n",     " ",   "\"",   ",;|\t", "007", "NA",
                                                "a\r\nb", "nan", "null", "x",     "x ",  "\xc3\xa9" };
    static const char *const names[] = { "a", "b;c;d", "e\"f", "g\nh", " i ", "\xef\xbb\xbf", "%PDF-1" };
    cauce_rng rng;
    cauce_rng_init(&rng, 4, "tables", 0);
    double *numbers = malloc(7 * MOST_ROWS * sizeof *numbers);
    int32_t *codes = malloc(7 * MOST_ROWS * sizeof *codes);
    for (int i = 0; i < 200; i++) {
        cauce_run run;
        ca_run_begin(&run);
        const int64_t rows = (int64_t)cauce_rng_below(&rng, i % 10 ? 20 : MOST_ROWS);
        const int64_t width = 1 + (int64_t)cauce_rng_below(&rng, 7);
        cauce_table *table = ca_table_new(&run, rows);
        for (int64_t j = 0; j < width; j++) {
            double *n = numbers + j * MOST_ROWS;
            int32_t *c = codes + j * MOST_ROWS;
            for (int64_t r = 0; r < rows; r++) {
                n[r] = random_number(&rng);
                c[r] = (int32_t)cauce_rng_below(&rng, LEVELS + 1) - 1;
            }
            const char *name = names[(j + i) % 7];
            if (cauce_rng_below(&rng, 2))
                add_numbers(&run, table, name, n, CA_F64, 1);
            else
                add_codes(&run, table, name, c, sorted, LEVELS);
        }
        char path[512];
        path_for(path);
        ck_assert_int_eq(ca_csv_write(&run, table, path), CAUCE_OK);
        ca_csv_column columns[128];
        const ca_csv_options options = { .columns = columns, .n_columns = columns_of(table, false, columns) };
        cauce_table *back = read_file(&run, path, &options);
        ck_assert_msg(back != NULL, "%s", run.error.message);
        ck_assert_msg(same_cells(table, back), "table %d is not the same after writing and reading", i);
        ca_table_drop(back);
        ca_table_drop(table);
        ca_run_end(&run);
        remove(path);
    }
    free(numbers);
    free(codes);
}
END_TEST

/* Many blocks: the same bytes by any number of threads, and as when the rows are written one by one. */
START_TEST(blocks) {
    enum { ROWS = 100000 };
    double *numbers = malloc(ROWS * sizeof *numbers);
    int32_t *codes = malloc(ROWS * sizeof *codes);
    static const char *const texts[] = { "NA", "x" };
    ca_text expected = { 0 };
    ca_text_add(&expected, "a,b\n");
    for (int r = 0; r < ROWS; r++) {
        numbers[r] = r % 7 ? r / 8.0 : NAN;
        codes[r] = r % 3 - 1;
        if (r % 7) ca_text_addf(&expected, "%.10g", numbers[r]);
        ca_text_add(&expected, codes[r] < 0 ? ",\n" : codes[r] ? ",x\n" : ",\"NA\"\n");
    }
    for (int threads = 1; threads <= 7; threads += 3) {
        cauce_run run;
        ca_run_begin(&run);
        run.threads = threads;
        cauce_table *table = ca_table_new(&run, ROWS);
        add_numbers(&run, table, "a", numbers, CA_F64, 1);
        add_codes(&run, table, "b", codes, texts, 2);
        check_written(&run, table, ca_text_get(&expected));
        run.context->cancelled = true;
        ck_assert_int_eq(ca_csv_write(&run, table, "unused"), CAUCE_E_CANCELLED);
        run.context->cancelled = false;
        ca_table_drop(table);
        ca_run_end(&run);
    }
    ca_text_free(&expected);
    free(numbers);
    free(codes);
}
END_TEST

/* ---- Without memory ------------------------------------------------------------------------------------ */

static long allocations_left;

static void *scarce_realloc(void *p, size_t size, void *payload) {
    (void)payload;
    return allocations_left-- > 0 ? realloc(p, size) : NULL;
}
static void scarce_free(void *p, void *payload) {
    (void)payload;
    free(p);
}
static void *plain_realloc(void *p, size_t size, void *payload) {
    (void)payload;
    return realloc(p, size);
}

/* Reads whole and as a stream, and writes. */
static cauce_status work(cauce_run *run, const char *text, const char *in, const char *out) {
    cauce_table *table = ca_csv_read(run, text, strlen(text), "t", NULL);
    cauce_status status = table ? ca_csv_write(run, table, out) : run->error.status;
    ca_table_drop(table);
    if (status != CAUCE_OK) return status;
    const char *const missing[] = { "-", "" };
    const ca_csv_column columns[] = { { "a", true, CAUCE_NUMBER, NULL }, { "c", true, CAUCE_TEXT, NULL } };
    const ca_csv_options options = { .columns = columns, .n_columns = 2, .missing = missing, .n_missing = 2 };
    ca_csv_stream *stream = ca_csv_open(run, in, &options);
    while (stream && (table = ca_csv_next(run, stream, 300)) != NULL) ca_table_drop(table);
    ca_csv_close(stream);
    return run->error.status;
}

START_TEST(each_allocation_fails) {
    ca_text text = { 0 };
    ca_text_add(&text, "a,b,c,d\n");
    for (int i = 0; i < 600; i++)
        ca_text_addf(&text, "%d,%s,\"x\"\"%d\",%d\n", i, i % 2 ? "yes" : "no", i, i);
    ca_text_add(&text, "1,no,last,text\n");
    char in[512], out[512];
    put_file(in, "test_csv_memory.csv", text.data, text.length);
    path_for(out);
    const cauce_allocator scarce = { scarce_realloc, scarce_free, NULL };
    const cauce_allocator plain = { plain_realloc, scarce_free, NULL };
    cauce_set_allocator(&scarce);
    bool done = false;
    long n = 0;
    for (; !done && n < 2000; n++) {
        cauce_run run;
        ca_run_begin(&run);
        allocations_left = n;
        cauce_status status = work(&run, text.data, in, out);
        done = status == CAUCE_OK;
        if (!done && status != CAUCE_E_NOMEM)
            ck_abort_msg("allocation %ld: %s %s", n, cauce_status_name(status), run.error.message);
        ca_run_end(&run);
    }
    cauce_set_allocator(&plain);
    ck_assert(done);
    ck_assert_int_gt(n, 50);
    ca_text_free(&text);
    remove(in);
    remove(out);
}
END_TEST

TEST_MAIN("csv_write", TEST(cells), TEST(tables), TEST(there_and_back), TEST(blocks),
          TEST(each_allocation_fails))
