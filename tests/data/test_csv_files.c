/* Whole files: those of the project, and the same table written in every way. */
#include "support/check_main.h"

#include "csv_dump.h"
#include "csv_files.h"

/* ---- The files of data/ -------------------------------------------------------------------------------- */

typedef struct known_file {
    const char *name;
    int64_t rows, columns, missing;
} known_file;

/* From data/README.md. */
static const known_file files[] = {
    { "credit.csv", 4454, 14, 455 },  { "attrition.csv", 1470, 31, 0 }, { "titanic.csv", 1309, 4, 263 },
    { "iris.csv", 150, 5, 0 },        { "wine.csv", 178, 14, 0 },       { "breast_cancer.csv", 569, 31, 0 },
    { "digits.csv", 1797, 65, 0 },    { "diabetes.csv", 442, 11, 0 },   { "ames.csv", 2930, 74, 0 },
    { "diamonds.csv", 53940, 10, 0 },
};
enum { N_FILES = sizeof files / sizeof *files };

static const char *path_of(const known_file *file, char path[512]) {
    snprintf(path, 512, "%s/data/%s", CAUCE_SOURCE_DIR, file->name);
    return path;
}

static int64_t count_missing(const cauce_table *table) {
    int64_t missing = 0;
    for (int64_t j = 0; j < table->n_columns; j++) {
        const ca_column *column = table->columns[j].column;
        for (int64_t r = 0; r < table->n_rows; r++)
            missing += column->storage == CA_CODES ? ((const int32_t *)column->data)[r] == CAUCE_MISSING
                                                   : isnan(((const double *)column->data)[r]) != 0;
    }
    return missing;
}

START_TEST(project_files) {
    for (int f = 0; f < N_FILES; f++) {
        char path[512];
        cauce_run run;
        ca_run_begin(&run);
        cauce_table *table = read_file(&run, path_of(&files[f], path), NULL);
        ck_assert_msg(table != NULL, "%s", run.error.message);
        ck_assert_int_eq(table->n_rows, files[f].rows);
        ck_assert_int_eq(table->n_columns, files[f].columns);
        ck_assert_int_eq(count_missing(table), files[f].missing);
        ck_assert_int_eq(ca_lines_at(table->lines, table->n_rows - 1), files[f].rows + 1);
        ca_table_drop(table);
        ca_run_end(&run);
    }
}
END_TEST

/* Are these the rows first .. first+n-1 of `whole`? (No assertions: each of those writes to a file.) */
static bool same_rows(const cauce_table *whole, const cauce_table *block, int64_t first) {
    const size_t n = (size_t)block->n_rows;
    bool same = block->n_columns == whole->n_columns && first + block->n_rows <= whole->n_rows;
    for (int64_t r = 0; same && r < block->n_rows; r++)
        same = ca_lines_at(block->lines, r) == ca_lines_at(whole->lines, first + r);
    for (int64_t j = 0; same && j < whole->n_columns; j++) {
        const ca_column *a = block->columns[j].column, *b = whole->columns[j].column;
        const size_t size = a->storage == CA_CODES ? sizeof(int32_t) : sizeof(double);
        same = strcmp(block->columns[j].name, whole->columns[j].name) == 0 && a->kind == b->kind &&
               a->storage == b->storage && a->true_code == b->true_code &&
               memcmp(a->data, (const char *)b->data + (size_t)first * size, n * size) == 0;
    }
    return same;
}

START_TEST(streams_of_project_files) {
    static const int64_t blocks[] = { 1, 2, 7, 1000 };
    for (int f = 0; f < N_FILES; f++) {
        char path[512];
        cauce_run run;
        ca_run_begin(&run);
        cauce_table *whole = read_file(&run, path_of(&files[f], path), NULL);
        ck_assert_ptr_nonnull(whole);
        ca_csv_column columns[128];
        const int64_t n = columns_of(whole, true, columns);
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++) {
            ca_csv_stream *stream = ca_csv_open(&run, path, NULL);
            ck_assert_ptr_nonnull(stream);
            ck_assert_int_eq(ca_csv_select(&run, stream, columns, n), CAUCE_OK);
            int64_t row = 0;
            for (cauce_table *block; (block = ca_csv_next(&run, stream, blocks[b])) != NULL;) {
                const int64_t left = whole->n_rows - row;
                if (block->n_rows != (left < blocks[b] ? left : blocks[b]) || !same_rows(whole, block, row))
                    ck_abort_msg("%s differs at row %lld", path, (long long)row);
                row += block->n_rows;
                ca_table_drop(block);
            }
            ck_assert_int_eq(run.error.status, CAUCE_OK);
            ck_assert_int_eq(row, whole->n_rows);
            ca_csv_close(stream);
        }
        ca_table_drop(whole);
        ca_run_end(&run);
    }
}
END_TEST

/* ---- One table, written in every way ------------------------------------------------------------------- */

typedef struct form {
    char separator;
    const char *end;
    int quotes; /* 0: where needed, 1: everywhere, 2: now and then, with blanks around */
    bool mark, last_end;
} form;

static void put_cell(ca_text *out, const char *cell, const form *form, uint64_t chance) {
    bool needed = strpbrk(cell, ",;\t|\"\n\r") != NULL || cell[0] == ' ';
    bool may = *cell && strcmp(cell, "NA") != 0; /* quoted it would not be missing */
    if (!needed && !(may && (form->quotes == 1 || (form->quotes == 2 && chance % 2)))) {
        ca_text_add(out, cell);
        return;
    }
    const char *around = form->quotes == 2 && chance % 3 == 0 ? " " : "";
    ca_text_addf(out, "%s\"", around);
    for (const char *c = cell; *c; c++) ca_text_addf(out, *c == '"' ? "\"\"" : "%c", *c);
    ca_text_addf(out, "\"%s", around);
}

enum { WIDTH = 6 };

static void put_table(ca_text *out, uint64_t seed, int64_t rows, const form *form) {
    static const char *const pools[WIDTH][6] = {
        { "1", "2.5", "-3e-7", "NA", "", "1234567890.125" }, /* numbers */
        { "red", "green", "deep blue", "NA", "red", "" },    /* words */
        { "a,b", "c;d", "e|f", "g\th", "i\"j", "k\nl" },     /* everything that needs quotes */
        { "yes", "no", "yes", "no", "", "NA" },              /* booleans */
        { "1", "2", "3", "4", "5", "6" },                    /* numbers up to the last row */
        { "01", "7", "8", "9", "10", "" },                   /* codes with zeros */
    };
    cauce_rng cells, chances;
    cauce_rng_init(&cells, seed, "csv cells", 0);
    cauce_rng_init(&chances, seed, "csv chances", (uint64_t)(unsigned char)form->separator);
    if (form->mark) ca_text_add(out, "\xef\xbb\xbf");
    for (int j = 0; j < WIDTH; j++) ca_text_addf(out, "%.*sc%d", j > 0, &form->separator, j);
    for (int64_t r = 0; r < rows; r++) {
        ca_text_add(out, form->end);
        for (int j = 0; j < WIDTH; j++) {
            const char *cell = pools[j][cauce_rng_below(&cells, 6)];
            if (j == 4 && r == rows - 1) cell = "six";
            if (j) ca_text_add_n(out, &form->separator, 1);
            put_cell(out, cell, form, cauce_rng_u32(&chances));
        }
    }
    if (form->last_end) ca_text_add(out, form->end);
}

START_TEST(same_table_in_every_form) {
    static const char separators[] = ",;\t|";
    for (uint64_t seed = 0; seed < 40; seed++) {
        const int64_t rows = 1 + (int64_t)(seed * seed);
        ca_text expected = { 0 };
        for (int f = 0; f < 4 * 2 * 3 * 4; f++) {
            const form form = { separators[f % 4], f / 4 % 2 ? "\r\n" : "\n", f / 8 % 3, f / 24 % 2,
                                f / 48 % 2 };
            ca_text text = { 0 }, dump = { 0 };
            put_table(&text, seed, rows, &form);
            cauce_run run;
            ca_run_begin(&run);
            cauce_table *table = ca_csv_read(&run, text.data, text.length, "t", NULL);
            ck_assert_msg(table != NULL, "%s", run.error.message);
            ck_assert_int_eq(table->n_rows, rows);
            dump_table(f == 0 ? &expected : &dump, table);
            if (f) ck_assert_str_eq(dump.data, expected.data);
            ca_table_drop(table);
            ca_run_end(&run);
            ca_text_free(&text);
            ca_text_free(&dump);
        }
        if (rows > 30) {
            ck_assert_ptr_nonnull(strstr(expected.data, "c0:number="));
            ck_assert_ptr_nonnull(strstr(expected.data, "c1:category="));
            ck_assert_ptr_nonnull(strstr(expected.data, "c3:boolean="));
            ck_assert_ptr_nonnull(strstr(expected.data, "c4:category="));
            ck_assert_ptr_nonnull(strstr(expected.data, "c5:category="));
        }
        ca_text_free(&expected);
    }
}
END_TEST

TEST_MAIN("csv_files", TEST(project_files), TEST(streams_of_project_files), TEST(same_table_in_every_form))
