/* The Arrow C interfaces with arrays made by hand: what is borrowed, who releases, what is refused. */
#include "cauce/cauce.h"

#include "reference/decimals.h"
#include "support/check_main.h"
#include "support/failing.h"

enum { MOST = 8 };

static int released; /* arrays and schemas whose release was called */

static void release_schema(struct ArrowSchema *schema) {
    for (int64_t i = 0; i < schema->n_children; i++)
        if (schema->children && schema->children[i] && schema->children[i]->release)
            schema->children[i]->release(schema->children[i]);
    schema->release = NULL;
    released++;
}

static void release_array(struct ArrowArray *array) {
    for (int64_t i = 0; i < array->n_children; i++)
        if (array->children && array->children[i] && array->children[i]->release)
            array->children[i]->release(array->children[i]);
    if (array->dictionary && array->dictionary->release) array->dictionary->release(array->dictionary);
    array->release = NULL;
    released++;
}

/* A batch under construction; the structs lie here and nothing is allocated. */
typedef struct batch {
    struct ArrowSchema schema, schemas[MOST], dictionary_schema, *schema_list[MOST];
    struct ArrowArray array, arrays[MOST], dictionary, *array_list[MOST];
    const void *buffers[MOST][3], *dictionary_buffers[3], *none[1];
} batch;

static void begin(batch *b, int64_t rows) {
    memset(b, 0, sizeof *b);
    released = 0;
    b->schema = (struct ArrowSchema){
        .format = "+s", .name = "", .children = b->schema_list, .release = release_schema
    };
    b->array = (struct ArrowArray){ .length = rows,
                                    .n_buffers = 1,
                                    .buffers = b->none,
                                    .children = b->array_list,
                                    .release = release_array };
}

static struct ArrowArray *add(batch *b, const char *name, const char *format, const void *validity,
                              const void *values, const void *bytes) {
    const int64_t j = b->schema.n_children++;
    b->array.n_children++;
    b->schema_list[j] = &b->schemas[j];
    b->array_list[j] = &b->arrays[j];
    b->schemas[j] = (struct ArrowSchema){
        .format = format, .name = name, .flags = ARROW_FLAG_NULLABLE, .release = release_schema
    };
    b->buffers[j][0] = validity;
    b->buffers[j][1] = values;
    b->buffers[j][2] = bytes;
    b->arrays[j] = (struct ArrowArray){ .length = b->array.length,
                                        .null_count = validity ? -1 : 0,
                                        .n_buffers = strchr("uU", *format) ? 3
                                                     : *format == 'n'      ? 0
                                                                           : 2,
                                        .buffers = b->buffers[j],
                                        .release = release_array };
    return &b->arrays[j];
}

static void add_dictionary(batch *b, int64_t n, const int32_t *offsets, const char *bytes) {
    const int64_t j = b->array.n_children - 1;
    b->dictionary_schema = (struct ArrowSchema){ .format = "u", .release = release_schema };
    b->dictionary_buffers[1] = offsets;
    b->dictionary_buffers[2] = bytes;
    b->dictionary = (struct ArrowArray){
        .length = n, .n_buffers = 3, .buffers = b->dictionary_buffers, .release = release_array
    };
    b->schemas[j].dictionary = &b->dictionary_schema;
    b->arrays[j].dictionary = &b->dictionary;
}

static cauce_table *import(batch *b) {
    cauce_table *table = cauce_table_from_arrow(&b->schema, &b->array);
    ck_assert_ptr_null((void *)b->schema.release);
    ck_assert_ptr_null((void *)b->array.release);
    return table;
}

static const double doubles[] = { .5, 1.5, NAN, 3.5, 4.5 };
static const int32_t ints[] = { 10, 20, 30, 40, 50 };
static const int64_t longs[] = { 1, INT64_C(1) << 62, 3, 4, 5 };
static const uint8_t second_is_null[] = { 0xfd };
static const int32_t offsets[] = { 0, 3, 3, 8, 11, 14 };
static const char bytes[] = "redgreenredred";

START_TEST(numbers_are_borrowed) {
    batch b;
    const float floats[] = { .25F, 1, 2, 3, (float)NAN };
    begin(&b, 5);
    add(&b, "g", "g", NULL, doubles, NULL);
    add(&b, "f", "f", NULL, floats, NULL);
    add(&b, "i", "i", NULL, ints, NULL);
    add(&b, "l", "l", second_is_null, longs, NULL)->null_count = 0; /* marks that say nothing */
    cauce_table *table = import(&b);
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(released, 5); /* the schemas; the arrays wait for the table */
    ck_assert_int_eq(cauce_table_rows(table), 5);
    for (int64_t j = 0; j < 4; j++) ck_assert_int_eq(cauce_table_kind(table, j), CAUCE_NUMBER);
    ck_assert(cauce_table_number(table, 3, 0) == 3.5 && isnan(cauce_table_number(table, 2, 0)));
    ck_assert(cauce_table_number(table, 0, 1) == .25 && isnan(cauce_table_number(table, 4, 1)));
    ck_assert(cauce_table_number(table, 4, 2) == 50 && cauce_table_number(table, 4, 3) == 5);
    struct ArrowSchema schema;
    struct ArrowArray array; /* out again: the very memory */
    ck_assert_int_eq(cauce_table_to_arrow(table, &schema, &array), CAUCE_OK);
    ck_assert_ptr_eq(array.children[0]->buffers[1], doubles);
    ck_assert_ptr_eq(array.children[2]->buffers[1], ints);
    ck_assert_ptr_eq(array.children[3]->buffers[1], longs);
    ck_assert_str_eq(schema.children[3]->format, "l");
    const int64_t rows[] = { 4, 0 };
    cauce_table *subset = cauce_table_rows_of(table, rows, 2);
    cauce_table_free(table);
    ck_assert(cauce_table_number(subset, 0, 2) == 50);
    ck_assert_int_eq(released, 5);
    cauce_table_free(subset);
    ck_assert_int_eq(released, 5); /* the exported array still needs it */
    schema.release(&schema);
    array.release(&array);
    ck_assert_int_eq(released, 10);
}
END_TEST

/* Of each size at any place, to the nearest double. */
START_TEST(decimals_of_every_size) {
    for (size_t i = 0; i < sizeof decimals / sizeof *decimals; i++) {
        const reference_decimal *d = &decimals[i];
        const size_t size = (size_t)d->bits / 8;
        char format[40], cells[3 * 32 + 1] = { 0 };
        batch b;
        for (int r = 0; r < 3; r++) memcpy(cells + 1 + (size_t)r * size, d->limbs, size); /* not aligned */
        snprintf(format, sizeof format, d->bits == 128 ? "d:38,%d" : "d:9,%d,%d", d->scale, d->bits);
        begin(&b, 2);
        add(&b, "x", format, second_is_null, cells + 1, NULL)->length = 3;
        b.array.offset = i % 2; /* cell 1 is null */
        cauce_table *table = import(&b);
        ck_assert_msg(table != NULL, "%s: %s", format, cauce_error().message);
        ck_assert_int_eq(cauce_table_kind(table, 0), CAUCE_NUMBER);
        const double got = cauce_table_number(table, i % 2, 0);
        ck_assert_msg(got == d->expected, "%s: %.17g, not %.17g", format, got, d->expected);
        ck_assert(isnan(cauce_table_number(table, 1 - i % 2, 0)));
        cauce_table_free(table);
        ck_assert_int_eq(released, 4);
    }
}
END_TEST

START_TEST(offsets_and_nulls) {
    batch b;
    const uint8_t marks[] = { 0x1b }; /* cell 2 is null */
    const int8_t small[] = { -1, -2, -3, -4, -5 };
    const uint64_t large[] = { 1, UINT64_MAX, 3, 4, 5 };
    const uint16_t halves[] = { 0x3c00, 0xc000, 0x7e00, 0x0001, 0xfc00 };
    begin(&b, 2);
    b.array.offset = 1; /* of the batch, and one more of a column */
    add(&b, "g", "g", NULL, doubles, NULL)->length = 3;
    struct ArrowArray *i = add(&b, "i", "i", marks, ints, NULL);
    i->offset = 1;
    i->length = 3;
    add(&b, "c", "c", NULL, small, NULL)->length = 3;
    add(&b, "L", "L", NULL, large, NULL)->length = 3;
    struct ArrowArray *e = add(&b, "e", "e", NULL, halves, NULL);
    e->offset = 2;
    e->length = 3;
    add(&b, "n", "n", NULL, NULL, NULL)->length = 3;
    struct ArrowArray *l = add(&b, "l", "l", NULL, longs, NULL); /* borrowed from its third cell on */
    l->offset = 1;
    l->length = 3;
    cauce_table *table = import(&b);
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    ck_assert(cauce_table_number(table, 0, 0) == 1.5 && isnan(cauce_table_number(table, 1, 0)));
    ck_assert(cauce_table_number(table, 0, 6) == 3 && cauce_table_number(table, 1, 6) == 4);
    ck_assert(isnan(cauce_table_number(table, 0, 1)) && cauce_table_number(table, 1, 1) == 40);
    ck_assert(cauce_table_number(table, 0, 2) == -2);
    ck_assert(cauce_table_number(table, 0, 3) == 18446744073709551616.);
    ck_assert(cauce_table_number(table, 0, 4) == 0x1p-24 && cauce_table_number(table, 1, 4) == -HUGE_VAL);
    ck_assert_int_eq(cauce_table_missing(table, 5), 2);
    cauce_table_free(table);
    ck_assert_int_eq(released, 16);
}
END_TEST

START_TEST(texts_booleans_times) {
    batch b;
    const int64_t wide[] = { 0, 3, 3, 8, 11, 14 };
    const uint8_t bits[] = { 0x0a };
    const int8_t index[] = { 1, 0, 1, 1, 0 };
    const int32_t days[] = { 0, 19787, -1, 19787, 1 };
    const int64_t micros[] = { 0, 1709993109123456, -1, 5, 5 }, millis[] = { 86400000, 86400001, -1, 0, 5 };
    begin(&b, 5);
    add(&b, "u", "u", second_is_null, offsets, bytes);
    add(&b, "U", "U", NULL, wide, bytes);
    add(&b, "b", "b", second_is_null, bits, NULL);
    add(&b, "D", "tdD", NULL, days, NULL);
    add(&b, "t", "tsu:Europe/Oslo", second_is_null, micros, NULL);
    add(&b, "m", "tdm", NULL, millis, NULL);
    add(&b, "d", "c", NULL, index, NULL);
    add_dictionary(&b, 2, offsets + 2, bytes); /* "green", "red" */
    cauce_table *table = import(&b);
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(released, 17); /* nothing is borrowed */
    static const cauce_kind kinds[] = { CAUCE_CATEGORY, CAUCE_CATEGORY, CAUCE_BOOLEAN, CAUCE_DATETIME,
                                        CAUCE_DATETIME, CAUCE_DATETIME, CAUCE_CATEGORY };
    for (int64_t j = 0; j < 7; j++) ck_assert_int_eq(cauce_table_kind(table, j), kinds[j]);
    ck_assert_str_eq(cauce_table_text(table, 2, 0), "green");
    ck_assert_ptr_null(cauce_table_text(table, 1, 0));
    ck_assert_str_eq(cauce_table_text(table, 1, 1), "");
    ck_assert(cauce_table_number(table, 0, 2) == 0 && cauce_table_number(table, 3, 2) == 1);
    ck_assert(isnan(cauce_table_number(table, 1, 2)));
    ck_assert_str_eq(cauce_table_text(table, 1, 3), "2024-03-05");
    ck_assert_str_eq(cauce_table_text(table, 2, 3), "1969-12-31");
    ck_assert_ptr_null(cauce_table_text(table, 1, 4));
    ck_assert_str_eq(cauce_table_text(table, 2, 4), "1969-12-31T23:59:59.999999Z");
    ck_assert_str_eq(cauce_table_text(table, 1, 5), "1970-01-02");
    ck_assert_str_eq(cauce_table_text(table, 2, 5), "1969-12-31");
    ck_assert_str_eq(cauce_table_text(table, 0, 6), "red");
    ck_assert_str_eq(cauce_table_text(table, 1, 6), "green");

    struct ArrowSchema schema; /* out and in again: the same cells */
    struct ArrowArray array;
    ck_assert_int_eq(cauce_table_to_arrow(table, &schema, &array), CAUCE_OK);
    static const char *const formats[] = { "i", "i", "b", "tdD", "tsu:UTC", "tdD", "i" };
    for (int64_t j = 0; j < 7; j++) ck_assert_str_eq(schema.children[j]->format, formats[j]);
    ck_assert_str_eq(schema.children[0]->dictionary->format, "u");
    ck_assert_int_eq(array.children[0]->null_count, 1);
    ck_assert_int_eq(array.children[1]->null_count, 0);
    cauce_table *back = cauce_table_from_arrow(&schema, &array);
    ck_assert_msg(back != NULL, "%s", cauce_error().message);
    for (int64_t j = 0; j < 7; j++) {
        ck_assert_str_eq(cauce_table_name(back, j), cauce_table_name(table, j));
        ck_assert_int_eq(cauce_table_kind(back, j), cauce_table_kind(table, j));
        for (int64_t r = 0; r < 5; r++) {
            const char *a = cauce_table_text(table, r, j), *c = cauce_table_text(back, r, j);
            ck_assert(a == c || (a && c && strcmp(a, c) == 0));
        }
    }
    cauce_table_free(back);
    cauce_table_free(table);
}
END_TEST

/* A child that was moved out of the batch outlives it. */
START_TEST(children_live_by_themselves) {
    static const char *const texts[] = { "x", NULL, "y" };
    static const double values[] = { 1, NAN, 3 };
    cauce_table *table = cauce_table_new(3);
    cauce_table_add_text(table, "t", texts);
    cauce_table_add_f64(table, "v", values, 1);
    const int64_t rows[] = { 2, 1, 0, 2 };
    cauce_table *subset = cauce_table_rows_of(table, rows, 4);
    struct ArrowSchema schema;
    struct ArrowArray array;
    ck_assert_int_eq(cauce_table_to_arrow(subset, &schema, &array), CAUCE_OK);
    cauce_table_free(subset);
    cauce_table_free(table);
    struct ArrowArray moved[2];
    for (int j = 0; j < 2; j++) {
        moved[j] = *array.children[j];
        array.children[j]->release = NULL;
    }
    array.release(&array);
    schema.release(&schema);
    ck_assert_ptr_null((void *)array.release);
    ck_assert_ptr_null((void *)schema.release);
    const int32_t *codes = moved[0].buffers[1];
    const double *numbers = moved[1].buffers[1];
    const uint8_t *marks = moved[1].buffers[0];
    ck_assert_int_eq(moved[0].length, 4);
    ck_assert(codes[0] == 1 && codes[1] == 0 && codes[2] == 0 && codes[3] == 1);
    ck_assert(numbers[0] == 3 && isnan(numbers[1]) && numbers[3] == 3);
    ck_assert_uint_eq(*marks, 0x0d);
    ck_assert_int_eq(moved[1].null_count, 1);
    ck_assert_int_eq(((const int32_t *)moved[0].dictionary->buffers[1])[2], 2);
    moved[0].release(&moved[0]);
    moved[1].release(&moved[1]);
}
END_TEST

/* ---- Streams ------------------------------------------------------------------------------------------- */

typedef struct source {
    batch *batches;
    int given, n, fails_at; /* -1: never */
} source;

static int source_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    source *s = stream->private_data;
    if (s->fails_at == 0) return 5;
    *out = s->batches[0].schema;
    s->batches[0].schema.release = NULL;
    return 0;
}

static int source_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    source *s = stream->private_data;
    if (s->given + 1 == s->fails_at) return 5;
    memset(out, 0, sizeof *out);
    if (s->given < s->n) {
        *out = s->batches[s->given].array;
        s->batches[s->given++].array.release = NULL;
    }
    return 0;
}

static const char *source_error(struct ArrowArrayStream *stream) {
    (void)stream;
    return "the disk is full\x01";
}

static void source_release(struct ArrowArrayStream *stream) {
    source *s = stream->private_data;
    for (int i = 0; i < s->n; i++) {
        if (s->batches[i].schema.release) s->batches[i].schema.release(&s->batches[i].schema);
        if (s->batches[i].array.release) s->batches[i].array.release(&s->batches[i].array);
    }
    stream->release = NULL;
}

static void fill(batch *b) {
    int before = released;
    begin(b, 5);
    released = before;
    add(b, "g", "g", NULL, doubles, NULL);
    add(b, "u", "u", second_is_null, offsets, bytes);
    b->array.length = 3;
    b->array.offset = 2;
}

START_TEST(streams) {
    for (int n = 1; n <= 3; n++)
        for (int fails_at = -1; fails_at <= n; fails_at++) {
            batch b[3];
            released = 0;
            for (int i = 0; i < n; i++) fill(&b[i]);
            source s = { b, 0, n, fails_at };
            struct ArrowArrayStream stream = { source_schema, source_next, source_error, source_release, &s };
            cauce_table *table = cauce_table_from_arrow_stream(&stream);
            ck_assert_ptr_null((void *)stream.release);
            ck_assert_int_eq(table == NULL, fails_at >= 0);
            if (!table) {
                ck_assert_int_eq(cauce_error().status, CAUCE_E_IO);
                ck_assert_ptr_nonnull(strstr(cauce_error().message, "failed with 5: the disk is full\\x01"));
                cauce_error_clear();
            } else {
                ck_assert_int_eq(cauce_table_rows(table), 3 * n);
                for (int r = 0; r < 3 * n; r++) {
                    double value = cauce_table_number(table, r, 0), expected = doubles[2 + r % 3];
                    ck_assert((isnan(value) && isnan(expected)) || value == expected);
                    ck_assert_str_eq(cauce_table_text(table, r, 1), r % 3 ? "red" : "green");
                }
            }
            cauce_table_free(table);
            ck_assert_int_eq(released, 6 * n); /* each schema and each array once */
        }
    cauce_table *table = cauce_table_new(5);
    cauce_table_add_f64(table, "x", doubles, 1);
    struct ArrowArrayStream out;
    ck_assert_int_eq(cauce_table_to_arrow_stream(table, &out), CAUCE_OK);
    cauce_table_free(table);
    ck_assert_ptr_null(out.get_last_error(&out));
    cauce_table *back = cauce_table_from_arrow_stream(&out);
    ck_assert_ptr_null((void *)out.release);
    ck_assert_int_eq(cauce_table_rows(back), 5);
    ck_assert(cauce_table_number(back, 4, 0) == 4.5);
    cauce_table_free(back);
}
END_TEST

/* ---- What is refused ----------------------------------------------------------------------------------- */

static void refuse(batch *b, cauce_status status, const char *text) {
    cauce_table *table = import(b);
    ck_assert_ptr_null(table);
    ck_assert_int_eq(cauce_error().status, status);
    ck_assert_msg(strstr(cauce_error().message, text) != NULL, "'%s' is not in: %s", text,
                  cauce_error().message);
    cauce_error_clear();
}

#define BROKEN(name, format, values, bytes_, change, status, text)                                           \
    do {                                                                                                     \
        batch b;                                                                                             \
        begin(&b, 5);                                                                                        \
        struct ArrowArray *a = add(&b, name, format, NULL, values, bytes_);                                  \
        (void)a;                                                                                             \
        change;                                                                                              \
        refuse(&b, status, text);                                                                            \
        ck_assert_int_ge(released, 2);                                                                       \
    } while (0)

START_TEST(hostile_arrays) {
    const int32_t falling[] = { 0, 3, 2, 8, 11, 14 }, negative[] = { -1, 3, 3, 8, 11, 14 };
    const int8_t index[] = { 0, 1, 2, 0, 0 };
    const int64_t ages[] = { 0, INT64_MAX, 0, 0, 0 };
    BROKEN("x", "g", doubles, NULL, a->length = 4, CAUCE_E_DATA, "is shorter than the batch");
    BROKEN("x", "g", doubles, NULL, a->length = -1, CAUCE_E_DATA, "impossible length");
    BROKEN("x", "g", doubles, NULL, a->offset = INT64_MAX, CAUCE_E_DATA, "impossible length or offset");
    BROKEN("x", "g", doubles, NULL, a->null_count = 6, CAUCE_E_DATA, "more nulls");
    BROKEN("x", "g", doubles, NULL, a->null_count = 1, CAUCE_E_DATA, "counts nulls and marks none");
    BROKEN("x", "g", doubles, NULL, a->n_buffers = 1, CAUCE_E_DATA, "number of buffers");
    BROKEN("x", "g", doubles, NULL, a->buffers = NULL, CAUCE_E_DATA, "number of buffers");
    BROKEN("x", "g", NULL, NULL, (void)0, CAUCE_E_DATA, "lacks the buffer of its values");
    BROKEN("x", "g", doubles, NULL, a->release = NULL, CAUCE_E_DATA, "has been released");
    BROKEN("x", "g", doubles, NULL, b.array_list[0] = NULL, CAUCE_E_DATA, "is not there");
    BROKEN("x", "g", doubles, NULL, b.array.length = INT64_MAX, CAUCE_E_DATA, "impossible length");
    BROKEN("x", "g", doubles, NULL, b.array.offset = -1, CAUCE_E_DATA, "impossible length");
    BROKEN("x", "g", doubles, NULL, b.array.offset = 1, CAUCE_E_DATA, "is shorter than the batch");
    BROKEN("x", "g", doubles, NULL, b.array.null_count = 1, CAUCE_E_DATA, "whole rows");
    BROKEN("x", "g", doubles, NULL, b.array.n_children = 0, CAUCE_E_DATA, "has 0 columns, its schema 1");
    BROKEN("x", "g", doubles, NULL, b.schema.format = "g", CAUCE_E_SCHEMA, "is no struct");
    BROKEN("x", "g", doubles, NULL, b.schema.format = NULL, CAUCE_E_SCHEMA, "is no struct");
    BROKEN("x", "g", doubles, NULL, b.schema.children = NULL, CAUCE_E_SCHEMA, "lacks its children");
    BROKEN("x", "g", doubles, NULL, b.schema_list[0] = NULL, CAUCE_E_SCHEMA, "is not there");
    BROKEN("x", "g", doubles, NULL, b.schemas[0].format = NULL, CAUCE_E_SCHEMA, "is not there");
    BROKEN("", "g", doubles, NULL, (void)0, CAUCE_E_SCHEMA, "has no name");
    BROKEN(NULL, "g", doubles, NULL, (void)0, CAUCE_E_SCHEMA, "has no name");
    BROKEN("\xff", "g", doubles, NULL, (void)0, CAUCE_E_SCHEMA, "none in UTF-8");
    BROKEN("x", "g", doubles, NULL, add(&b, "x", "g", NULL, doubles, NULL), CAUCE_E_SCHEMA,
           "the same name 'x'");
    BROKEN("x", "vu", doubles, NULL, (void)0, CAUCE_E_KIND, "of the Arrow type 'vu'");
    BROKEN("x", "d:19", doubles, NULL, (void)0, CAUCE_E_KIND, "d:19");
    BROKEN("x", "d:19,10,96", doubles, NULL, (void)0, CAUCE_E_KIND, "d:19,10,96");
    BROKEN("x", "d:19,10,", doubles, NULL, (void)0, CAUCE_E_KIND, "d:19,10,");
    BROKEN("x", "d:0,1", doubles, NULL, (void)0, CAUCE_E_KIND, "d:0,1");
    BROKEN("x", "d:5,99999", doubles, NULL, (void)0, CAUCE_E_KIND, "d:5,99999");
    BROKEN("x", "d:5,1", NULL, NULL, (void)0, CAUCE_E_DATA, "lacks the buffer of its values");
    BROKEN("x", "+l", doubles, NULL, (void)0, CAUCE_E_KIND, "+l");
    BROKEN("x", "", doubles, NULL, (void)0, CAUCE_E_KIND, "''");
    BROKEN("x", "u", falling, bytes, (void)0, CAUCE_E_DATA, "row 2: the text is not UTF-8");
    BROKEN("x", "u", negative, bytes, (void)0, CAUCE_E_DATA, "row 1");
    BROKEN("x", "u", offsets, NULL, (void)0, CAUCE_E_DATA, "row 1");
    BROKEN("x", "u", offsets,
           "re\xff"
           "greenredred",
           (void)0, CAUCE_E_DATA, "row 1");
    BROKEN("x", "u", offsets, "redgre\0nredred", (void)0, CAUCE_E_DATA, "row 3");
    BROKEN("x", "tss:", ages, NULL, (void)0, CAUCE_E_DATA, "beyond the years");
    BROKEN("x", "c", index, NULL, add_dictionary(&b, 2, offsets, bytes), CAUCE_E_DATA,
           "row 3: an index beyond the dictionary");
    BROKEN("x", "c", index, NULL, (add_dictionary(&b, 3, offsets, bytes), b.dictionary.release = NULL),
           CAUCE_E_DATA, "dictionary of the Arrow array is broken");
    BROKEN("x", "c", index, NULL, (add_dictionary(&b, 3, offsets, bytes), b.arrays[0].dictionary = NULL),
           CAUCE_E_DATA, "dictionary of the Arrow array is broken");
    BROKEN("x", "c", index, NULL, (add_dictionary(&b, -3, offsets, bytes)), CAUCE_E_DATA, "is broken");
    BROKEN("x", "c", index, NULL, (add_dictionary(&b, 3, offsets, bytes), b.dictionary_schema.format = "g"),
           CAUCE_E_KIND, "'g'");
    BROKEN("x", "g", doubles, NULL, add_dictionary(&b, 3, offsets, bytes), CAUCE_E_KIND, "'g'");
    batch b;
    begin(&b, 5);
    b.array.release = NULL;
    refuse(&b, CAUCE_E_ARGUMENT, "array has been released");
    begin(&b, 5);
    ck_assert_ptr_null(cauce_table_from_arrow(NULL, &b.array));
    ck_assert_int_eq(released, 1);
    cauce_error_clear();
    struct ArrowArrayStream gone = { 0 };
    ck_assert_ptr_null(cauce_table_from_arrow_stream(&gone));
    ck_assert_int_eq(cauce_error().status, CAUCE_E_ARGUMENT);
    cauce_error_clear();
}
END_TEST

START_TEST(no_rows_and_no_columns) {
    batch b;
    begin(&b, 0);
    add(&b, "g", "g", NULL, NULL, NULL);
    add(&b, "u", "u", NULL, NULL, NULL);
    add(&b, "t", "tdD", NULL, NULL, NULL);
    cauce_table *table = import(&b);
    ck_assert_msg(table != NULL, "%s", cauce_error().message);
    ck_assert_int_eq(cauce_table_columns(table), 3);
    struct ArrowSchema schema;
    struct ArrowArray array;
    ck_assert_int_eq(cauce_table_to_arrow(table, &schema, &array), CAUCE_OK);
    cauce_table_free(table);
    table = cauce_table_from_arrow(&schema, &array);
    ck_assert_int_eq(cauce_table_rows(table), 0);
    cauce_table_free(table);
    begin(&b, 4);
    table = import(&b);
    ck_assert_int_eq(cauce_table_rows(table), 4);
    cauce_table_free(table);
}
END_TEST

START_TEST(survives_failing_allocations) {
    const int8_t index[] = { 1, 0, 1, 1, 0 };
    const int32_t days[] = { 0, 19787, -1, 19787, 1 };
    failing_install();
    FAILING_EACH(pass) {
        batch b;
        begin(&b, 5);
        add(&b, "g", "g", NULL, doubles, NULL);
        add(&b, "i", "i", second_is_null, ints, NULL);
        add(&b, "u", "u", NULL, offsets, bytes);
        add(&b, "D", "tdD", second_is_null, days, NULL);
        add(&b, "d", "c", NULL, index, NULL);
        add_dictionary(&b, 2, offsets + 2, bytes);
        cauce_table *table = import(&b), *back = NULL;
        ck_assert(table || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
        struct ArrowSchema schema = { 0 };
        struct ArrowArray array = { 0 };
        struct ArrowArrayStream stream;
        cauce_error_clear();
        if (table && cauce_table_to_arrow(table, &schema, &array) == CAUCE_OK)
            back = cauce_table_from_arrow(&schema, &array);
        ck_assert(back || (pass.armed && cauce_error().status == CAUCE_E_NOMEM) || !table);
        ck_assert(schema.release == NULL && array.release == NULL);
        cauce_table_free(back);
        cauce_error_clear();
        if (table && cauce_table_to_arrow_stream(table, &stream) == CAUCE_OK) {
            back = cauce_table_from_arrow_stream(&stream);
            ck_assert(back || (pass.armed && cauce_error().status == CAUCE_E_NOMEM));
            cauce_table_free(back);
        }
        cauce_table_free(table);
        ck_assert_int_eq(released, 13);
        cauce_error_clear();
    }
    failing_disarm();
}
END_TEST

TEST_MAIN("arrow", TEST(numbers_are_borrowed), TEST(decimals_of_every_size), TEST(offsets_and_nulls),
          TEST(texts_booleans_times), TEST(children_live_by_themselves), TEST(streams), TEST(hostile_arrays),
          TEST(no_rows_and_no_columns), TEST(survives_failing_allocations))
