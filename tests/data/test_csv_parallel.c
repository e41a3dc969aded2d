/* Reading in parts must give what reading row by row gives: the same table to the last bit, or the same
 * message, however small the parts and however many the threads. */
#include "data/csv_parallel.h"

#include "data/levels.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { INPUTS = 4000, LARGE_ROWS = 330000 };

/* ---- Comparing ----------------------------------------------------------------------------------------- */

typedef struct outcome {
    cauce_table *table;
    cauce_status status;
    char message[1024];
    int64_t n_bad;
} outcome;

static outcome read_text(const ca_text *text, const ca_csv_options *given, size_t part_size, int threads) {
    outcome result = { 0 };
    ca_csv_options options = given ? *given : (ca_csv_options){ 0 };
    options.n_bad = &result.n_bad;
    cauce_run run;
    ca_run_begin(&run);
    run.threads = threads;
    char *copy = malloc(text->length + 1); /* of its exact size, for AddressSanitizer */
    char *start = copy + 1;                /* at an odd address */
    if (text->length) memcpy(start, text->data, text->length);
    result.table = ca_csv_read_by(&run, start, text->length, "t", &options, part_size);
    free(copy);
    result.status = run.error.status;
    if (result.status != CAUCE_OK) memcpy(result.message, run.error.message, sizeof result.message);
    ck_assert_int_eq(result.table == NULL, result.status != CAUCE_OK);
    ca_run_end(&run);
    return result;
}

static bool same_levels(const cauce_levels *a, const cauce_levels *b) {
    if (!a || !b) return a == b;
    if (a->count != b->count) return false;
    for (int32_t i = 0; i < a->count; i++)
        if (ca_levels_length(a, i) != ca_levels_length(b, i) ||
            memcmp(cauce_levels_text(a, i), cauce_levels_text(b, i), ca_levels_length(a, i)) != 0)
            return false;
    return true;
}

static bool same_column(const ca_column *a, const ca_column *b) {
    if (a->kind != b->kind || a->storage != b->storage || a->n_rows != b->n_rows) return false;
    if (a->kind == CAUCE_BOOLEAN && a->true_code != b->true_code) return false;
    const size_t cell = a->storage == CA_CODES ? sizeof(int32_t) : sizeof(double);
    return same_levels(a->levels, b->levels) &&
           (a->n_rows == 0 || memcmp(a->data, b->data, (size_t)a->n_rows * cell) == 0);
}

static bool same_table(const cauce_table *a, const cauce_table *b) {
    if (a->n_rows != b->n_rows || a->n_columns != b->n_columns) return false;
    for (int64_t j = 0; j < a->n_columns; j++)
        if (strcmp(a->columns[j].name, b->columns[j].name) != 0 ||
            !same_column(a->columns[j].column, b->columns[j].column))
            return false;
    for (int64_t r = 0; r < a->n_rows; r++)
        if (ca_lines_at(a->lines, r) != ca_lines_at(b->lines, r)) return false;
    return true;
}

static void compare(const ca_text *text, const ca_csv_options *options, const outcome *expected,
                    size_t part_size, int threads) {
    outcome got = read_text(text, options, part_size, threads);
    const bool same =
        got.status == expected->status && strcmp(got.message, expected->message) == 0 &&
        (!got.table || (same_table(got.table, expected->table) && got.n_bad == expected->n_bad));
    ck_assert_msg(same, "parts of %zu bytes, %d threads: '%s', row by row: '%s', on <<%.*s>>", part_size,
                  threads, got.message, expected->message, text->length < 3000 ? (int)text->length : 3000,
                  text->data);
    ca_table_drop(got.table);
}

/* Could it be read in parts? Otherwise the comparison says little. */
static bool reads_in_parts(const ca_text *text, const ca_csv_options *given, size_t part_size) {
    static const ca_csv_options none = { 0 };
    const ca_csv_options *options = given ? given : &none;
    cauce_run run;
    ca_run_begin(&run);
    run.threads = 1;
    ca_csv_rows rows = { .scan = { .what = "t", .separator = options->separator, .origin = text->data } };
    ca_csv_columns columns = { .in_place = true };
    ca_csv_scan_window(&rows.scan, text->data, text->data + text->length, true);
    bool done = false;
    if (ca_csv_rows_open(&run, &rows) == CAUCE_OK &&
        ca_csv_columns_open(&run, &columns, &rows, options) == CAUCE_OK)
        ck_assert_int_eq(ca_csv_read_parts(&run, &rows, &columns, part_size, &done), CAUCE_OK);
    ca_csv_columns_close(&columns);
    ca_csv_rows_close(&rows);
    ca_run_end(&run);
    return done;
}

/* ---- Inputs -------------------------------------------------------------------------------------------- */

static int64_t below(cauce_rng *rng, uint64_t n) {
    return (int64_t)cauce_rng_below(rng, n);
}

static bool one_in(cauce_rng *rng, uint64_t n) {
    return cauce_rng_below(rng, n) == 0;
}

static void put_quoted(cauce_rng *rng, ca_text *out) {
    static const char *const pieces[] = { "x", "a,b",      "\"\"",     "\n", "\r\n",
                                          " ", "\"\"\"\"", "\xc3\xa9", "17", "\n\n" };
    ca_text_add(out, one_in(rng, 8) ? " \"" : "\"");
    for (int64_t i = below(rng, 4); i > 0; i--) ca_text_add(out, pieces[below(rng, 10)]);
    ca_text_add(out, one_in(rng, 8) ? "\" " : "\"");
}

enum {
    WHOLE,
    DECIMAL,
    WORD,
    DIFFERENT,
    TRUTH,
    CODE,
    QUOTED,
    TURNS,
    ZEROS_LATE,
    WORD_EARLY,
    PIPES,
    CELL_TYPES
};

static void put_cell(cauce_rng *rng, ca_text *out, int type, int64_t row, int64_t rows, bool odd) {
    static const char *const words[] = { "red", "green", "blue", "NA x", "\xc3\xbc", "Red" };
    static const char *const missing[] = { "", "NA", "?", " ", "nan" };
    if (one_in(rng, 12)) {
        ca_text_add(out, missing[below(rng, 5)]);
        return;
    }
    switch (type) {
    case DECIMAL:
        ca_text_addf(out, "%.*g", (int)below(rng, 18) + 1, cauce_rng_uniform(rng) * 100 - 50);
        break;
    case WORD: ca_text_add(out, words[below(rng, 6)]); break;
    case DIFFERENT: ca_text_addf(out, "id%lld", (long long)cauce_rng_u32(rng)); break;
    case TRUTH: ca_text_add(out, one_in(rng, 2) ? "yes" : "no"); break;
    case CODE: ca_text_addf(out, "%03d", (int)below(rng, 200)); break;
    case QUOTED: put_quoted(rng, out); break;
    case TURNS:
        ca_text_addf(out, "%s%d", row * 4 > rows * 3 && one_in(rng, 6) ? "v" : "", (int)below(rng, 9));
        break;
    case ZEROS_LATE: ca_text_addf(out, row * 3 > rows * 2 ? "%02d" : "%d", (int)below(rng, 30)); break;
    case WORD_EARLY: ca_text_addf(out, row < 2 ? "w%d" : "%d", (int)below(rng, 30)); break;
    case PIPES:
        ca_text_add(out, odd && one_in(rng, 9) ? "5\" pipe" : one_in(rng, 3) ? "a \"b\" c" : "pipe");
        break;
    default: ca_text_addf(out, "%d", (int)below(rng, 2000) - 1000); break;
    }
}

static void put_rows(cauce_rng *rng, ca_text *out) {
    static const char *const ends[] = { "\n", "\n", "\r\n" };
    const int64_t columns = 1 + below(rng, 4), rows = below(rng, 40);
    const char *end = ends[below(rng, 3)];
    int type[4];
    for (int64_t j = 0; j < columns; j++) {
        type[j] = (int)below(rng, CELL_TYPES);
        ca_text_addf(out, "%sc%d", j ? "," : "", (int)j);
    }
    ca_text_add(out, end);
    const bool odd = one_in(rng, 3), blanks = one_in(rng, 4);
    for (int64_t r = 0; r < rows; r++) {
        for (int64_t j = 0; j < columns; j++) {
            if (j) ca_text_add(out, ",");
            put_cell(rng, out, type[j], r, rows, odd);
        }
        if (r + 1 < rows || !one_in(rng, 4)) ca_text_add(out, end);
        if (blanks && columns == 1)
            for (int64_t i = below(rng, 3); i > 0; i--) ca_text_add(out, one_in(rng, 3) ? " \n" : "\n");
    }
    for (int64_t i = one_in(rng, 4) ? below(rng, 80) : 0; i > 0; i--) ca_text_add(out, end);
}

/* Faults at any place: bytes changed, taken out or doubled. */
static void damage(cauce_rng *rng, ca_text *text) {
    static const char bytes[] = { '"', '"', ',', '\n', '\r', '\0', '\xff', '\xc3', 'x', ' ', '0' };
    for (int64_t i = 1 + below(rng, 2); i > 0 && text->length > 8; i--)
        text->data[8 + below(rng, text->length - 8)] = bytes[below(rng, sizeof bytes)];
}

/* One of some ways to ask. */
static const ca_csv_options *choose_options(cauce_rng *rng, const cauce_levels *levels,
                                            ca_csv_options *options, ca_csv_column *column) {
    static const char *const marks[] = { "-99", "7", "red" }, *const drop[] = { "c0" };
    *options = (ca_csv_options){ 0 };
    *column = (ca_csv_column){ .name = "c0", .has_kind = true };
    switch (below(rng, 10)) {
    case 0: column->kind = CAUCE_NUMBER; break;
    case 1: column->kind = CAUCE_CATEGORY; break;
    case 2: column->kind = CAUCE_BOOLEAN; break;
    case 3:
        column->kind = CAUCE_CATEGORY;
        column->levels = levels;
        break;
    case 4:
        column->kind = CAUCE_NUMBER;
        options->bad_is_missing = true;
        break;
    case 5:
        options->missing = marks;
        options->n_missing = 3;
        return options;
    case 6:
        options->drop = drop;
        options->n_drop = 1;
        return options;
    default: return NULL;
    }
    options->columns = column;
    options->n_columns = 1;
    options->only_named = one_in(rng, 3);
    return options;
}

static void same_with_threads(int threads, int inputs, int64_t *accepted, int64_t *in_parts,
                              int64_t *refused) {
    static const char *const texts[] = { "17", "blue", "red", "x" };
    ca_arena arena = { 0 };
    const cauce_levels *levels = ca_levels_new(&arena, texts, NULL, 4, true);
    cauce_rng rng;
    cauce_rng_init(&rng, 5, "csv parts", 0);
    for (int i = 0; i < inputs; i++) {
        ca_text text = { 0 };
        ca_csv_options room;
        ca_csv_column column;
        put_rows(&rng, &text);
        if (one_in(&rng, 3)) damage(&rng, &text);
        const ca_csv_options *options = choose_options(&rng, levels, &room, &column);
        const size_t part_size = (size_t)(1 + below(&rng, one_in(&rng, 2) ? 40 : 400));
        outcome expected = read_text(&text, options, 0, 1);
        compare(&text, options, &expected, part_size, threads);
        if (expected.table)
            ++*accepted;
        else
            ++*refused;
        if (expected.table && threads == 1) *in_parts += reads_in_parts(&text, options, part_size);
        ca_table_drop(expected.table);
        ca_text_free(&text);
    }
    ca_arena_free(&arena);
}

START_TEST(same_as_row_by_row) {
    static const struct {
        int threads, inputs;
    } teams[] = { { 1, INPUTS }, { 2, INPUTS / 4 }, { 7, INPUTS / 10 } };
    for (int t = 0; t < 3; t++) {
        int64_t accepted = 0, in_parts = 0, refused = 0;
        same_with_threads(teams[t].threads, teams[t].inputs, &accepted, &in_parts, &refused);
        /* Neither outcome may be rare, and reading in parts must not be what always falls back. */
        ck_assert_int_gt(accepted, teams[t].inputs / 4);
        ck_assert_int_gt(refused, teams[t].inputs / 10);
        if (teams[t].threads == 1) ck_assert_int_gt(in_parts, accepted / 2);
    }
}
END_TEST

/* Every byte of a text becomes each of these in turn. */
START_TEST(faults_everywhere) {
    static const char sample[] = "a,b,c\n1,x,\"p, q\"\r\n2,\"y\n\",r\n3,z,\"\"\"s\"\"\"\n07,x,t\nw,\"\",\n";
    static const char bytes[] = { '"', ',', '\n', '\r', '\0', '\xff', 'x' };
    for (size_t at = 0; at + 1 < sizeof sample; at++)
        for (size_t b = 0; b < sizeof bytes; b++) {
            ca_text text = { 0 };
            ca_text_add_n(&text, sample, sizeof sample - 1);
            text.data[at] = bytes[b];
            outcome expected = read_text(&text, NULL, 0, 1);
            for (size_t part_size = 1; part_size < 50; part_size += 4)
                compare(&text, NULL, &expected, part_size, 1);
            ca_table_drop(expected.table);
            ca_text_free(&text);
        }
}
END_TEST

/* A wrong guess about quotes is found out, a right one is used. */
START_TEST(quotes_and_guesses) {
    static const struct {
        const char *text;
        bool in_parts;
    } cases[] = {
        { "a,b\n1,2\n3,4\n5,6\n7,8\n", true },
        { "a,b\n1,2\n3,4\n5,6\n7,8", true },
        { "a,b\n1,\"x\ny\"\n3,\"\n\n\n\n\"\n5,z\n7,z\n", true },
        { "a,b\n1,5\" pipe\n3,x\n5,y\n7,\"8\n9\"\n9,z\n", false },
        { "a,b\n1,2\n3,4\n5,6\n7\n7,8\n", false },
        { "a,b\n1,2\n3,4\n5,6\n\n\n\n\n\n\n\n", true },
        { "a,b\n1,2\n3,4\n5,6\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n7,8\n", false },
        { "a\n1\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n\n2\n3\n", true },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ca_text text = { 0 };
        ca_text_add(&text, cases[i].text);
        ck_assert_msg(reads_in_parts(&text, NULL, 8) == cases[i].in_parts, "case %zu", i);
        outcome expected = read_text(&text, NULL, 0, 1);
        for (size_t part_size = 1; part_size < 70; part_size += 1 + part_size / 8)
            compare(&text, NULL, &expected, part_size, 2);
        ca_table_drop(expected.table);
        ca_text_free(&text);
    }
}
END_TEST

/* Long enough for the reader to take parts and threads of its own accord. */
START_TEST(large_file) {
    cauce_rng rng;
    cauce_rng_init(&rng, 6, "csv parts", 1);
    ca_text text = { 0 };
    ca_text_add(&text, "number,code,word,text,late\n");
    for (int r = 0; r < LARGE_ROWS; r++)
        ca_text_addf(&text, "%.6f,%s%d,w%d,\"t\n%d\",%s%d\n", cauce_rng_uniform(&rng), r > 200000 ? "00" : "",
                     (int)below(&rng, 50), (int)below(&rng, 1000), r, r == LARGE_ROWS - 2 ? "v" : "",
                     (int)below(&rng, 50));
    ck_assert(!text.failed && text.length > (size_t)9 << 20);
    ck_assert(reads_in_parts(&text, NULL, (size_t)1 << 22));
    outcome expected = read_text(&text, NULL, 0, 1);
    ck_assert_msg(expected.table != NULL, "%s", expected.message);
    for (int threads = 1; threads <= 3; threads++) {
        cauce_run run;
        ca_run_begin(&run);
        run.threads = threads;
        cauce_table *table = ca_csv_read(&run, text.data, text.length, "t", NULL);
        ck_assert(table && same_table(table, expected.table));
        ca_table_drop(table);
        ca_run_end(&run);
    }
    ca_table_drop(expected.table);
    text.data[text.length - 3] = '"'; /* the last row */
    expected = read_text(&text, NULL, 0, 1);
    ck_assert(!expected.table || expected.status == CAUCE_OK);
    compare(&text, NULL, &expected, (size_t)1 << 22, 2);
    ca_table_drop(expected.table);
    ca_text_free(&text);
}
END_TEST

/* Whatever cannot be allocated, the table is whole or there is none; reading in parts falls back on reading
 * row by row when it lacks memory. */
START_TEST(survives_failing_allocations) {
    static const char sample[] =
        "a,b,c\n1,x,\"p\"\"q\"\n2,\"y\n\",r\n3,z,\"\"\"s\"\"\"\n07,x,t\nw,\"\",\n4,x,u\n";
    failing_install();
    ca_text text = { 0 };
    ca_text_add(&text, sample);
    for (int threads = 1; threads <= 2; threads++) {
        outcome expected = read_text(&text, NULL, 0, 1);
        FAILING_EACH(pass) {
            outcome got = read_text(&text, NULL, 16, threads);
            ck_assert_msg(got.status == CAUCE_OK || (pass.armed && got.status == CAUCE_E_NOMEM), "%s",
                          got.message);
            ck_assert(!got.table || same_table(got.table, expected.table));
            ca_table_drop(got.table);
        }
        failing_disarm();
        ca_table_drop(expected.table);
    }
    ca_text_free(&text);
}
END_TEST

TEST_MAIN("csv_parallel", TEST(same_as_row_by_row), TEST(faults_everywhere), TEST(quotes_and_guesses),
          TEST(large_file), TEST(survives_failing_allocations))
