/* The scanner and the rows against a slow reader written by other means, on many small inputs, whole and cut
 * into pieces. */
#include "support/check_main.h"

#include "csv_dump.h"
#include "data/csv.h"
#include "data/csv_rows.h"

enum { INPUTS = 20000, MOST = 400 };

/* ---- The reference: one byte at a time, everything as text --------------------------------------------- */

typedef struct reference {
    char sep;
    int columns, rows; /* rows without the header */
    char cell[MOST][64];
    bool quoted[MOST];
    int cells, in_record[MOST], records;
} reference;

static char reference_separator(const char *t, size_t n) {
    int counts[256] = { 0 };
    char before = ','; /* last character that is no blank */
    bool in = false;
    for (size_t i = 0; i < n && (in || t[i] != '\n'); i++) {
        if (in && t[i] == '"' && i + 1 < n && t[i + 1] == '"')
            i++;
        else if (t[i] == '"' && (in || strchr(",;\t|", before) != NULL)) {
            in = !in;
            before = '"';
        } else if (!in) {
            counts[(unsigned char)t[i]]++;
            if (t[i] != ' ' && t[i]) before = t[i];
        }
    }
    char best = ',';
    for (const char *s = ";\t|"; *s; s++)
        if (counts[(unsigned char)*s] > counts[(unsigned char)best]) best = *s;
    return best;
}

static bool reference_blank(const reference *r, char c) {
    return (c == ' ' || c == '\t') && c != r->sep;
}

static void reference_end(reference *r, char *cell, int *n, bool *quoted, int *count) {
    while (!*quoted && *n > 0 && reference_blank(r, cell[*n - 1])) --*n;
    memcpy(r->cell[r->cells], cell, (size_t)*n);
    r->cell[r->cells][*n] = 0;
    r->quoted[r->cells++] = *quoted;
    ++*count;
    *n = 0;
    *quoted = false;
}

/* false: refused. */
static bool reference_records(reference *r, const char *t, size_t size) {
    enum { START, BARE, INSIDE, SEEN, AFTER } state = START;
    char cell[128];
    int n = 0, count = 0;
    bool quoted = false, fresh = true;
    for (size_t i = 0; i <= size; i++) {
        bool end = i == size;
        if (end && fresh) break;
        if (end && state == INSIDE) return false;
        char c = end ? '\n' : t[i];
        fresh = false;
        if (state == INSIDE) {
            if (c == '"')
                state = SEEN;
            else
                cell[n++] = c;
        } else if (state == SEEN && c == '"') {
            cell[n++] = c;
            state = INSIDE;
        } else if (c == '\r' && i + 1 < size && t[i + 1] == '\n') {
            if (state == SEEN) state = AFTER;
        } else if (c == r->sep || c == '\n') {
            reference_end(r, cell, &n, &quoted, &count);
            state = START;
            if (c == '\n') {
                r->in_record[r->records++] = count;
                count = 0;
                fresh = true;
            }
        } else if (state == SEEN || state == AFTER) {
            if (!reference_blank(r, c)) return false;
            state = AFTER;
        } else if (state == START && c == '"') {
            state = INSIDE;
            quoted = true;
        } else if (state == BARE || !reference_blank(r, c)) {
            state = BARE;
            cell[n++] = c;
        }
    }
    return true;
}

static bool reference_header(const reference *r, const char *t, size_t size) {
    for (int j = 0; j < r->columns; j++) {
        if (!r->cell[j][0]) return false;
        for (int i = 0; i < j; i++)
            if (strcmp(r->cell[i], r->cell[j]) == 0) return false;
        if (r->records == 1 && t[size - 1] != '\n' && !r->quoted[j] && strchr(r->cell[j], '\r')) return false;
    }
    return true;
}

static bool reference_read(reference *r, const char *t, size_t size) {
    memset(r, 0, sizeof *r);
    bool something = false;
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)t[i];
        if (c == 0 || c == 0xff || (c == 0xc3 && (i + 1 == size || (unsigned char)t[i + 1] != 0xa9)) ||
            (c == 0xa9 && (i == 0 || (unsigned char)t[i - 1] != 0xc3)))
            return false;
        something = something || !strchr(" \t\r\n", c);
    }
    if (!something) return false;
    r->sep = reference_separator(t, size);
    if (!reference_records(r, t, size)) return false;
    r->columns = r->in_record[0];
    if (!reference_header(r, t, size)) return false;
    int at = r->cells;
    while (r->records > 1 && r->in_record[r->records - 1] == 1 && !r->quoted[at - 1] && !r->cell[at - 1][0])
        at--, r->records--;
    r->rows = r->records - 1;
    for (int i = 1; i < r->records; i++)
        if (r->in_record[i] != r->columns) return false;
    return true;
}

static bool is_missing(const char *cell, bool quoted) {
    static const char *const markers[] = { "NA", "N/A", "NaN", "nan", "NULL", "null", "?" };
    if (!*cell) return true;
    for (size_t i = 0; i < sizeof markers / sizeof *markers; i++)
        if (!quoted && strcmp(cell, markers[i]) == 0) return true;
    return false;
}

/* ---- Inputs -------------------------------------------------------------------------------------------- */

static const char *pick(cauce_rng *rng, const char *const *from, uint64_t n) {
    return from[cauce_rng_below(rng, n)];
}
#define PICK(rng, list) pick(rng, list, sizeof list / sizeof *list)

/* Half of them nearly well-formed, half of them bytes at random. */
static void make_input(cauce_rng *rng, ca_text *out) {
    static const char *const bytes[] = { "a",  "1",  "b",  " ",    ",",  ",", ";",        "\"",   "\"",
                                         "\n", "\n", "\r", "\r\n", "\t", "|", "\xc3\xa9", "\"\"", "?" };
    static const char *const cells[] = { "a",        "1",      "2.5",        "",         " x ",     "NA",
                                         "\"q\"",    "\"\"",   "\"a\"\"b\"", "x\"y",     " \"z\" ", "?",
                                         "nan",      "\"NA\"", "\"\n\"",     "\xc3\xa9", "\"a,b\"", "007",
                                         "\"\r\n\"", "\r",     "\t" };
    static const char *const names[] = { "a", "b", "c", "\"d\"", " e ", "\"f,g\"", "h;i" };
    static const char *const ends[] = { "\n", "\n", "\r\n" };
    static const char *const separators[] = { ",", ",", ";", "\t", "|" };
    if (cauce_rng_below(rng, 2)) {
        uint64_t n = cauce_rng_below(rng, 24);
        for (uint64_t i = 0; i < n; i++) ca_text_add(out, PICK(rng, bytes));
    } else {
        const char *sep = PICK(rng, separators), *end = PICK(rng, ends);
        uint64_t columns = 1 + cauce_rng_below(rng, 3), rows = cauce_rng_below(rng, 6);
        for (uint64_t r = 0; r <= rows; r++) {
            for (uint64_t j = 0; j < columns; j++) {
                if (j) ca_text_add(out, sep);
                if (r)
                    ca_text_add(out, PICK(rng, cells));
                else
                    ca_text_add(out, names[(j + cauce_rng_below(rng, 3) * 2) % 7]);
            }
            if (r < rows || cauce_rng_below(rng, 4)) ca_text_add(out, end);
        }
        while (cauce_rng_below(rng, 8) == 0) ca_text_add(out, PICK(rng, ends));
        if (cauce_rng_below(rng, 3) == 0 && out->length > 0) { /* one change */
            const char *piece = PICK(rng, bytes);
            out->data[cauce_rng_below(rng, out->length)] = piece[0];
        }
    }
    if (cauce_rng_below(rng, 50) == 0 && out->length > 0)
        out->data[cauce_rng_below(rng, out->length)] = cauce_rng_below(rng, 2) ? '\0' : '\xff';
}

/* ---- Comparisons --------------------------------------------------------------------------------------- */

static void compare_cells(const reference *r, const cauce_table *table, const char *input) {
    ck_assert_int_eq(table->n_columns, r->columns);
    ck_assert_msg(table->n_rows == r->rows, "%lld rows, expected %d, in <<%s>>", (long long)table->n_rows,
                  r->rows, input);
    for (int j = 0; j < r->columns; j++) {
        const ca_column *column = table->columns[j].column;
        ck_assert_str_eq(table->columns[j].name, r->cell[j]);
        for (int i = 0; i < r->rows; i++) {
            const int at = (i + 1) * r->columns + j;
            const int32_t code = ((const int32_t *)column->data)[i];
            const bool missing = is_missing(r->cell[at], r->quoted[at]);
            ck_assert_msg((code == CAUCE_MISSING) == missing &&
                              (missing || strcmp(cauce_levels_text(column->levels, code), r->cell[at]) == 0),
                          "cell %d,%d is '%s', expected '%s', in <<%s>>", i, j,
                          code < 0 ? "(missing)" : cauce_levels_text(column->levels, code), r->cell[at],
                          input);
        }
    }
}

START_TEST(same_as_reference) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "csv inputs", 0);
    reference *r = malloc(sizeof *r);
    int accepted = 0;
    for (int i = 0; i < INPUTS; i++) {
        ca_text input = { 0 };
        make_input(&rng, &input);
        char *copy = malloc(input.length + !input.length); /* of its exact size, for AddressSanitizer */
        if (input.length) memcpy(copy, input.data, input.length);
        const bool good = reference_read(r, copy, input.length);
        ca_csv_column columns[64];
        for (int j = 0; good && j < r->columns; j++)
            columns[j] = (ca_csv_column){ r->cell[j], true, CAUCE_CATEGORY, NULL };
        const ca_csv_options options = { .columns = columns, .n_columns = good ? r->columns : 0 };
        cauce_run run;
        ca_run_begin(&run);
        cauce_table *table = ca_csv_read(&run, copy, input.length, "t", &options);
        ck_assert_msg((table != NULL) == good, "reader: %s, reference: %s, on <<%s>>", run.error.message,
                      good ? "accepts" : "refuses", ca_text_get(&input));
        if (table) compare_cells(r, table, ca_text_get(&input));
        ca_table_drop(table);
        /* with inferred kinds the same files are accepted */
        if (good) table = ca_csv_read(&run, copy, input.length, "t", NULL);
        ck_assert_int_eq(table != NULL, good);
        ca_table_drop(table);
        ca_run_end(&run);
        accepted += good;
        free(copy);
        ca_text_free(&input);
    }
    free(r);
    ck_assert_int_gt(accepted, INPUTS / 5); /* neither side may refuse everything */
    ck_assert_int_lt(accepted, INPUTS * 4 / 5);
}
END_TEST

/* A text that comes in pieces, each time in fresh memory of its exact size: nothing may point into the old.
 */
typedef struct pieces {
    const char *text;
    size_t size, given, step;
    char *window;
} pieces;

static cauce_status next_piece(cauce_run *run, ca_csv_scan *scan, void *payload) {
    pieces *p = payload;
    size_t kept = (size_t)(scan->end - scan->at), n = p->size - p->given;
    if (n > p->step) n = p->step;
    char *window = malloc(kept + n + !(kept + n));
    if (kept) memcpy(window, scan->at, kept);
    if (n) memcpy(window + kept, p->text + p->given, n);
    p->given += n;
    size_t clean = scan->clean > scan->at ? (size_t)(scan->clean - scan->at) : 0;
    scan->origin_offset += scan->at - scan->origin;
    scan->origin = window;
    scan->clean = window + clean;
    free(p->window);
    p->window = window;
    ca_csv_scan_window(scan, window, window + kept + n, n == 0);
    return CAUCE_OK;
}

static void dump_rows(cauce_run *run, ca_csv_rows *rows, ca_text *out) {
    bool there = true;
    if (ca_csv_rows_open(run, rows) != CAUCE_OK) there = false;
    for (int64_t j = 0; there && j < rows->n_columns; j++) ca_text_addf(out, "%s|", rows->names[j]);
    while (there && ca_csv_rows_next(run, rows, &there) == CAUCE_OK && there) {
        ca_text_addf(out, "\n%lld: ", (long long)rows->line);
        for (int64_t j = 0; j < rows->n_columns; j++) {
            ca_text_addf(out, "%d%d", rows->cells[j].quoted, rows->cells[j].doubled);
            ca_text_add_n(out, rows->cells[j].text, rows->cells[j].length);
            ca_text_add(out, "|");
        }
    }
    /* A message shows what is left of the line, and how much of it was in the window differs. */
    const char *after = strstr(run->error.message, "' after a closing quote");
    if (after)
        ca_text_addf(out, "%.*s %s", (int)strcspn(run->error.message, "'"), run->error.message,
                     strstr(after, "(byte"));
    else
        ca_text_add(out, run->error.message);
    ca_csv_rows_close(rows);
}

START_TEST(same_in_pieces) {
    static const size_t steps[] = { 1, 2, 3, 7, 30 };
    cauce_rng rng;
    cauce_rng_init(&rng, 2, "csv inputs", 0);
    for (int i = 0; i < INPUTS / 4; i++) {
        ca_text input = { 0 }, whole = { 0 };
        if (cauce_rng_below(&rng, 10) == 0) ca_text_add(&input, "\xef\xbb\xbf");
        make_input(&rng, &input);
        cauce_run run;
        ca_run_begin(&run);
        const char *text = input.data ? input.data : "";
        ca_csv_rows rows = { .scan = { .what = "t", .origin = text } };
        ca_csv_scan_window(&rows.scan, text, text + input.length, true);
        dump_rows(&run, &rows, &whole);
        ca_run_end(&run);
        for (size_t s = 0; s < sizeof steps / sizeof *steps; s++) {
            pieces p = { text, input.length, 0, steps[s], malloc(1) };
            ca_text out = { 0 };
            ca_run_begin(&run);
            ca_csv_rows cut = { .scan = { .what = "t", .origin = p.window, .clean = p.window },
                                .refill = next_piece,
                                .payload = &p };
            ca_csv_scan_window(&cut.scan, p.window, p.window, false);
            dump_rows(&run, &cut, &out);
            ck_assert_msg(strcmp(ca_text_get(&out), ca_text_get(&whole)) == 0,
                          "in steps of %zu: <<%s>>\nwhole: <<%s>>\nof <<%s>>", steps[s], ca_text_get(&out),
                          ca_text_get(&whole), text);
            ca_run_end(&run);
            free(p.window);
            ca_text_free(&out);
        }
        ca_text_free(&input);
        ca_text_free(&whole);
    }
}
END_TEST

START_TEST(separators) {
    static const struct {
        const char *text;
        char separator;
    } examples[] = { { "a", ',' },
                     { "a,b", ',' },
                     { "a;b", ';' },
                     { "a\tb", '\t' },
                     { "a|b", '|' },
                     { "a|b|c,d", '|' },
                     { "a,b;c", ',' },
                     { "a;b\tc|d", ';' },
                     { "a\nb;c;d", ',' },
                     { "\"a;b;c\",d", ',' },
                     { "\"a\n;;\",d", ',' },
                     { "a\";\";b", ';' },
                     { "\"a\"\";;\",b", ',' },
                     { "a, \";;\" ", ',' } };
    for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
        const char *text = examples[i].text;
        ck_assert_int_eq(ca_csv_sniff(text, text + strlen(text), true), examples[i].separator);
    }
    static const char cut[] = "a;b";
    ck_assert_int_eq(ca_csv_sniff(cut, cut + 3, false), 0);
}
END_TEST

TEST_MAIN("csv_scan", TEST(same_as_reference), TEST(same_in_pieces), TEST(separators))
