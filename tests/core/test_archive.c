/* The model file: damage is found, files sealed with the right checksums over wrong contents do no harm. */
#define _GNU_SOURCE
#include <malloc.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cauce/scorer.h"
#include "core/archive.h"
#include "support/archives.h"
#include "support/subjects.h"

#include "support/check_main.h"

/* ---- An allocator that counts bytes -------------------------------------------------------------------- */

static atomic_size_t live, peak;

static void *counting_realloc(void *p, size_t size, void *payload) {
    size_t before = malloc_usable_size(p);
    void *block = realloc(p, size);
    if (!block) return NULL;
    size_t now =
        atomic_fetch_add(&live, malloc_usable_size(block) - before) + malloc_usable_size(block) - before;
    if (now > atomic_load(&peak)) atomic_store(&peak, now);
    return block;
}

static void counting_free(void *p, void *payload) {
    atomic_fetch_sub(&live, malloc_usable_size(p));
    free(p);
}

/* First of all tests. */
START_TEST(allocator) {
    cauce_allocator counting = { counting_realloc, counting_free, NULL };
    ck_assert_int_eq(cauce_set_allocator(&counting), CAUCE_OK);
}
END_TEST

/* Loads; the memory it took must be in proportion to the file, whatever the file says. */
static cauce_model *load(const void *data, size_t size) {
    size_t before = atomic_load(&live);
    atomic_store(&peak, before);
    cauce_model *model = cauce_load_bytes(data, size);
    size_t most = atomic_load(&peak) - before;
    ck_assert_msg(most < 64 * size + 65536, "%zu bytes of memory for a file of %zu bytes", most, size);
    ck_assert_msg(model || atomic_load(&live) == before, "%zu bytes leaked", atomic_load(&live) - before);
    return model;
}

static void refused(const void *data, size_t size, const char *name, const char *what, size_t at) {
    cauce_model *model = load(data, size);
    ck_assert_msg(!model, "%s: %s %zu was not noticed", name, what, at);
    cauce_status status = cauce_error().status;
    ck_assert_msg((status == CAUCE_E_FORMAT || status == CAUCE_E_VERSION) && *cauce_error().message,
                  "%s: %s %zu: %s: %s", name, what, at, cauce_status_name(status), cauce_error().message);
}

static bytes_of file_of(const subject *s) {
    cauce_table *table = subject_table(s, NULL), *few = table_rows(table, 0, 3, 20);
    cauce_model *model = model_of(s->recipe, few);
    bytes_of bytes = saved(model);
    cauce_model_free(model);
    cauce_table_free(few);
    cauce_table_free(table);
    return bytes;
}

/* ---- Damage -------------------------------------------------------------------------------------------- */

START_TEST(every_flipped_bit) {
    const cauce_component *before = NULL;
    EACH_SUBJECT(s) {
        if (s.component == before) continue; /* one model for each component */
        before = s.component;
        bytes_of bytes = file_of(&s);
        char *b = bytes.data;
        /* All of the first 128 bytes and of small files, every third bit of others. */
        size_t step = bytes.size < 2048 ? 1 : 3;
        for (size_t bit = 0; bit < bytes.size * 8; bit += bit < 1024 ? 1 : step) {
            b[bit / 8] = (char)(b[bit / 8] ^ (1 << bit % 8));
            refused(b, bytes.size, s.name, "bit", bit);
            b[bit / 8] = (char)(b[bit / 8] ^ (1 << bit % 8));
        }
        cauce_model *model = load(b, bytes.size);
        ck_assert_ptr_nonnull(model);
        cauce_model_free(model);
        bytes_done(&bytes);
    }
}
END_TEST

START_TEST(every_truncation_and_suffix) {
    const cauce_component *before = NULL;
    EACH_SUBJECT(s) {
        if (s.component == before) continue;
        before = s.component;
        bytes_of bytes = file_of(&s);
        char *longer = calloc(bytes.size + 128, 1);
        memcpy(longer, bytes.data, bytes.size);
        for (size_t n = 0; n < bytes.size; n++) refused(longer, n, s.name, "truncation to", n);
        for (size_t n = 1; n <= 128; n++) refused(longer, bytes.size + n, s.name, "zeros appended", n);
        longer[bytes.size] = 'x';
        refused(longer, bytes.size + 1, s.name, "bytes appended", 1);
        free(longer);
        bytes_done(&bytes);
    }
}
END_TEST

START_TEST(other_kinds_of_files) {
    static const struct {
        const char *bytes;
        size_t size;
        const char *named;
    } files[] = { { "PK\x03\x04\x14\x00", 6, "zip" },
                  { "\x80\x04\x95\x10\x00", 5, "pickle" },
                  { "\x1f\x8b\x08\x00", 4, "gzip" },
                  { "{\"model\": 1}", 12, "JSON" },
                  { "[1, 2]", 6, "JSON" },
                  { "<!DOCTYPE html>", 15, "HTML" },
                  { "", 0, "empty" },
                  { "\x28\xb5\x2f\xfd\x00", 5, "zstd" },
                  { "SQLite format 3", 16, "SQLite" },
                  { "tree\nversion=v4", 15, "LightGBM" },
                  { "GGUF\x03", 5, "GGUF" },
                  { "\x89HDF\r\n", 6, "HDF5" },
                  { "\x89"
                    "CAUCE\n",
                    7, "something else" }, /* CRLF turned into LF on the way */
                  { "age,city\n1,Rome\n", 16, "something else" } };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        ck_assert_ptr_null(load(files[i].bytes, files[i].size));
        failed_with(CAUCE_E_FORMAT, files[i].named);
    }
}
END_TEST

/* ---- Versions ------------------------------------------------------------------------------------------ */

typedef void change_fn(archive *a);

static void newer_reader(archive *a) {
    a->version = a->reader = CA_FORMAT_VERSION + 1;
}

static void newer_writer(archive *a) {
    a->version = 77;
}

static void no_version(archive *a) {
    a->version = a->reader = 0;
}

static json_t *last_step(archive *a) {
    json_t *steps = json_object_get(json_object_get(a->header, "recipe"), "steps");
    return json_array_get(steps, json_array_size(steps) - 1);
}

static void unknown_component(archive *a) {
    json_object_set_new(last_step(a), "use", json_string("quantum_forest"));
}

static void unknown_parameter(archive *a) {
    json_object_set_new(json_object_get(last_step(a), "with"), "wobble", json_integer(3));
}

static void newer_state(archive *a) {
    json_object_set_new(json_object_get(a->header, "states"), "ridge", json_integer(99));
}

static void add_array(archive *a, const char *dtype, bool critical) {
    json_array_append_new(json_object_get(a->header, "arrays"),
                          json_pack("{s:s, s:s, s:[i], s:I, s:i, s:s, s:b}", "path", "extra", "dtype", dtype,
                                    "shape", 0, "offset", (json_int_t)a->data_size, "bytes", 0, "checksum",
                                    "", "critical", (int)critical));
}

static void critical_array(archive *a) {
    add_array(a, "u8", true);
}

static void other_array(archive *a) {
    add_array(a, "u8", false);
}

static void unknown_dtype(archive *a) {
    add_array(a, "bf16", true);
}

static void unknown_key(archive *a) {
    json_object_set_new(a->header, "watermark", json_string("a later library wrote this"));
}

static void two_arrays_of_a_name(archive *a) {
    json_t *arrays = json_object_get(a->header, "arrays");
    add_array(a, "u8", false);
    add_array(a, "u8", false);
    ck_assert_int_gt((int)json_array_size(arrays), 2);
}

static void huge_shape(archive *a) {
    json_t *entry = json_array_get(json_object_get(a->header, "arrays"), 0);
    json_object_set_new(entry, "shape", json_pack("[I]", (json_int_t)1 << 60));
    json_object_set_new(entry, "bytes", json_integer((json_int_t)1 << 60));
}

static void hole(archive *a) {
    json_t *arrays = json_object_get(a->header, "arrays");
    json_t *entry = json_array_get(arrays, json_array_size(arrays) - 1);
    json_object_set_new(entry, "offset",
                        json_integer(json_integer_value(json_object_get(entry, "offset")) + 64));
}

static void overlap(archive *a) {
    json_t *arrays = json_object_get(a->header, "arrays");
    json_object_set_new(json_array_get(arrays, json_array_size(arrays) - 1), "offset", json_integer(0));
}

static void missing_array(archive *a) {
    json_object_del(a->header, "arrays");
    json_object_set_new(a->header, "arrays", json_array());
    a->data_size = 0;
}

static void deep_recipe(archive *a) {
    json_t *inner = json_string("ridge");
    for (int i = 0; i < 40; i++) inner = json_pack("{s:[o]}", "steps", inner);
    json_object_set_new(a->header, "recipe", inner);
}

static void no_steps(archive *a) {
    json_object_set_new(json_object_get(a->header, "recipe"), "steps", json_array());
}

START_TEST(versions_and_structure) {
    static const struct {
        change_fn *change;
        cauce_status status;
        const char *named;
    } changes[] = { { newer_reader, CAUCE_E_VERSION, "format 2" },
                    { no_version, CAUCE_E_VERSION, "format 0" },
                    { newer_writer, CAUCE_OK, NULL },
                    { unknown_component, CAUCE_E_VERSION, "quantum_forest" },
                    { unknown_parameter, CAUCE_E_VERSION, "wobble" },
                    { newer_state, CAUCE_E_VERSION, "99" },
                    { critical_array, CAUCE_E_VERSION, "extra" },
                    { unknown_dtype, CAUCE_E_VERSION, "bf16" },
                    { other_array, CAUCE_OK, NULL },
                    { unknown_key, CAUCE_OK, NULL },
                    { two_arrays_of_a_name, CAUCE_E_FORMAT, "two arrays" },
                    { huge_shape, CAUCE_E_FORMAT, NULL },
                    { hole, CAUCE_E_FORMAT, "lie" },
                    { overlap, CAUCE_E_FORMAT, "lie" },
                    { missing_array, CAUCE_E_FORMAT, "missing" },
                    { deep_recipe, CAUCE_E_FORMAT, "deep" },
                    { no_steps, CAUCE_E_VERSION, "step" } };
    cauce_table *table = table_of("a,c,y\n1,x,2\n2,y,3\n4,x,5\n3,x,3.5\n", "y:target");
    cauce_model *model =
        model_of("{\"steps\": [{\"branches\": [{\"on\": \"c\", \"use\": \"one_hot_encoder\"}, "
                 "{\"on\": \"a\", \"use\": \"standard_scaler\"}]}, \"ridge\"]}",
                 table);
    bytes_of bytes = saved(model);
    cauce_table *expected = cauce_predict(model, table);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        archive a = archive_of(&bytes);
        changes[i].change(&a);
        bytes_of sealed = archive_seal(&a);
        cauce_model *loaded = load(sealed.data, sealed.size);
        if (changes[i].status != CAUCE_OK) {
            ck_assert_msg(!loaded, "change %zu was not noticed", i);
            failed_with(changes[i].status, changes[i].named);
        } else {
            ck_assert_msg(loaded != NULL, "change %zu: %s", i, cauce_error().message);
            cauce_table *got = cauce_predict(loaded, table);
            ck_assert(tables_same(got, expected));
            cauce_table_free(got);
        }
        cauce_model_free(loaded);
        free(sealed.data);
        archive_free(&a);
    }
    cauce_table_free(expected);
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Lengths in the prefix that promise more than there is. */
START_TEST(declared_sizes) {
    subject s;
    ck_assert(subject_at(0, &s));
    bytes_of bytes = file_of(&s);
    static const uint64_t sizes[] = { 0, 1, 1u << 20, 1ull << 32, 1ull << 40, 1ull << 63, UINT64_MAX };
    for (size_t field = 16; field <= 24; field += 8)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            char *copy = malloc(bytes.size);
            memcpy(copy, bytes.data, bytes.size);
            memcpy(copy + field, &sizes[i], 8);
            refused(copy, bytes.size, s.name, "declared size", i);
            free(copy);
        }
    bytes_done(&bytes);
}
END_TEST

/* ---- Sealed mutations ---------------------------------------------------------------------------------- */

/* Whatever was loaded is used in every way; what comes out does not matter. */
static void use(const cauce_model *model, const cauce_table *table) {
    cauce_table *output = try_output_of(model, table);
    cauce_table_free(output);
    cauce_scorer *scorer = cauce_scorer_new(model);
    if (scorer) cauce_scorer_run(scorer);
    cauce_scorer_free(scorer);
    char *text = cauce_model_inspect(model), name[64];
    cauce_text_free(text);
    for (int64_t i = 0; i < 5; i++) cauce_model_feature_name(model, i, name, sizeof name);
    bytes_of bytes;
    if (cauce_save_bytes(model, &bytes.data, &bytes.size) == CAUCE_OK) bytes_done(&bytes);
    cauce_error_clear();
}

static int64_t rounds(int64_t usual) {
    const char *more = getenv("CAUCE_MUTATIONS");
    return more ? usual * atoll(more) : usual;
}

typedef struct outcome {
    int64_t loaded, refused;
} outcome;

static void try_file(const bytes_of *bytes, const cauce_table *rows, const char *name, outcome *o) {
    cauce_model *model = load(bytes->data, bytes->size);
    if (model)
        use(model, rows);
    else {
        cauce_status status = cauce_error().status;
        ck_assert_msg((status == CAUCE_E_FORMAT || status == CAUCE_E_VERSION) && *cauce_error().message,
                      "%s: %s: %s", name, cauce_status_name(status), cauce_error().message);
    }
    model ? o->loaded++ : o->refused++;
    cauce_model_free(model);
    cauce_error_clear();
}

/* Numbers that break things: extremes, one off, not a number. */
static void poke(char *at, size_t room, cauce_rng *rng) {
    static const int64_t bad[] = { 0,         1,         -1,  2,     INT32_MAX, INT32_MIN,
                                   INT64_MAX, INT64_MIN, 255, 65536, 1 << 20 };
    static const double reals[] = { NAN, INFINITY, -INFINITY, 1e308, -0.0, 0.5, 1e19 };
    size_t width = (size_t)1 << cauce_rng_below(rng, 4);
    if (width > room) width = 1;
    if (cauce_rng_below(rng, 3) == 0)
        for (size_t i = 0; i < width; i++) at[i] = (char)cauce_rng_u32(rng);
    else if (width == 8 && cauce_rng_below(rng, 2))
        memcpy(at, &reals[cauce_rng_below(rng, 7)], 8);
    else
        memcpy(at, &bad[cauce_rng_below(rng, 11)], width);
}

static void mutate_arrays(const subject *s, const bytes_of *bytes, const cauce_table *rows, outcome *o) {
    archive a = archive_of(bytes);
    cauce_rng rng;
    cauce_rng_init(&rng, 3, s->name, 0);
    size_t start = bytes->size - a.data_size;
    bytes_of copy = { malloc(bytes->size), bytes->size };
    for (int64_t n = 0; a.data_size && n < rounds(60); n++) {
        memcpy(copy.data, bytes->data, bytes->size);
        for (uint64_t k = cauce_rng_below(&rng, 3) + 1; k > 0; k--) {
            size_t at = cauce_rng_below(&rng, a.data_size) & ~(size_t)(cauce_rng_below(&rng, 2) ? 7 : 0);
            poke((char *)copy.data + start + at, a.data_size - at, &rng);
        }
        archive_reseal_arrays(&copy, &a);
        archive_reseal(&copy);
        try_file(&copy, rows, s->name, o);
    }
    free(copy.data);
    archive_free(&a);
}

static void mutate_text(const subject *s, const bytes_of *bytes, const cauce_table *rows, outcome *o) {
    static const char soup[] = "0123456789-.eE\"{}[],: \\utruefalsnN\x7f\x80\xff";
    archive a = archive_of(bytes);
    cauce_rng rng;
    cauce_rng_init(&rng, 4, s->name, 0);
    bytes_of copy = { malloc(bytes->size), bytes->size };
    for (int64_t n = 0; n < rounds(30); n++) {
        memcpy(copy.data, bytes->data, bytes->size);
        char *at = (char *)copy.data + CA_PREFIX + cauce_rng_below(&rng, a.text_size);
        *at = soup[cauce_rng_below(&rng, sizeof soup - 1)];
        archive_reseal(&copy);
        try_file(&copy, rows, s->name, o);
    }
    free(copy.data);
    archive_free(&a);
}

/* The n-th value below `json` (itself is 0), with its holder. */
typedef struct spot {
    json_t *holder, *value;
    const char *key;
    size_t index;
} spot;

static bool find_spot(json_t *json, int64_t *n, spot *found) {
    const char *key;
    size_t i;
    json_t *value;
    json_object_foreach(json, key, value) {
        if ((*n)-- == 0) return *found = (spot){ json, value, key, 0 }, true;
        if (find_spot(value, n, found)) return true;
    }
    json_array_foreach(json, i, value) {
        if ((*n)-- == 0) return *found = (spot){ json, value, NULL, i }, true;
        if (find_spot(value, n, found)) return true;
    }
    return false;
}

static json_t *strange(json_t *header, int64_t n_spots, cauce_rng *rng) {
    static const json_int_t numbers[] = {
        -1, 0, 1, 2, 3, 255, 1 << 20, INT32_MAX, (json_int_t)1 << 40, INT64_MAX, INT64_MIN
    };
    static const char *const texts[] = {
        "",      "x",        "nan",  "number", "category",          "f64", "u8", "i32",
        "ridge", "pipeline", "a__b", "@all",   "column_transformer"
    };
    int64_t at = (int64_t)cauce_rng_below(rng, (uint64_t)n_spots);
    spot other;
    switch (cauce_rng_below(rng, 8)) {
    case 0: return json_null();
    case 1: return json_boolean(cauce_rng_below(rng, 2));
    case 2:
    case 3: return json_integer(numbers[cauce_rng_below(rng, 11)]);
    case 4: return json_string(texts[cauce_rng_below(rng, 13)]);
    case 5: return cauce_rng_below(rng, 2) ? json_array() : json_object();
    case 6: return json_real(cauce_rng_uniform(rng) * 1e9);
    default: return find_spot(header, &at, &other) ? json_deep_copy(other.value) : json_null();
    }
}

static int64_t count_spots(json_t *header) {
    int64_t n = INT64_MAX;
    spot none;
    find_spot(header, &n, &none);
    return INT64_MAX - n;
}

static void mutate_header(const subject *s, const bytes_of *bytes, const cauce_table *rows, outcome *o) {
    cauce_rng rng;
    cauce_rng_init(&rng, 5, s->name, 0);
    for (int64_t n = 0; n < rounds(60); n++) {
        archive a = archive_of(bytes);
        int64_t n_spots = count_spots(a.header), at = (int64_t)cauce_rng_below(&rng, (uint64_t)n_spots);
        spot there;
        ck_assert(find_spot(a.header, &at, &there));
        json_t *value = strange(a.header, n_spots, &rng);
        bool remove = cauce_rng_below(&rng, 5) == 0;
        if (there.key && remove)
            json_object_del(there.holder, there.key);
        else if (there.key)
            json_object_set(there.holder, there.key, value);
        else if (remove)
            json_array_remove(there.holder, there.index);
        else
            json_array_set(there.holder, there.index, value);
        json_decref(value);
        bytes_of sealed = archive_seal(&a);
        try_file(&sealed, rows, s->name, o);
        free(sealed.data);
        archive_free(&a);
    }
}

START_TEST(sealed_mutations) {
    outcome arrays = { 0, 0 }, texts = { 0, 0 }, headers = { 0, 0 };
    EACH_SUBJECT(s) {
        cauce_table *table = subject_table(&s, NULL), *rows = table_rows(table, 0, 1, 5);
        bytes_of bytes = file_of(&s);
        mutate_arrays(&s, &bytes, rows, &arrays);
        mutate_text(&s, &bytes, rows, &texts);
        mutate_header(&s, &bytes, rows, &headers);
        bytes_done(&bytes);
        cauce_table_free(rows);
        cauce_table_free(table);
    }
    /* Both happen: the seals are right, and the checks behind them work. */
    ck_assert_int_gt(arrays.loaded, 100);
    ck_assert_int_gt(arrays.refused, 100);
    ck_assert_int_gt(texts.refused, 100);
    ck_assert_int_gt(headers.loaded, 10);
    ck_assert_int_gt(headers.refused, 100);
}
END_TEST

/* ---- Files --------------------------------------------------------------------------------------------- */

static size_t read_all(const char *path, char *out, size_t room) {
    FILE *file = fopen(path, "rb");
    ck_assert_ptr_nonnull(file);
    size_t n = fread(out, 1, room, file);
    fclose(file);
    return n;
}

START_TEST(saving_over_a_file) {
    char folder[256], path[300], wrong[300];
    snprintf(folder, sizeof folder, "%s/archive-XXXXXX", CAUCE_BINARY_DIR);
    ck_assert_ptr_nonnull(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model.cauce", folder);
    snprintf(wrong, sizeof wrong, "%s/none/model.cauce", folder);
    cauce_table *table = table_of("a,y\n1,2\n2,3\n4,5\n", "y:target");
    cauce_model *one = model_of("ridge", table), *two = model_of("ridge alpha=7", table);
    bytes_of a = saved(one), b = saved(two);
    static char found[65536];
    ck_assert_int_eq(cauce_save(one, path), CAUCE_OK);
    ck_assert_uint_eq(read_all(path, found, sizeof found), a.size);
    ck_assert_mem_eq(found, a.data, a.size);
    ck_assert_int_eq(chmod(path, 0640), 0);

    /* Cancelled: the file of before is there, whole, and nothing beside it. */
    cauce_context *context = cauce_context_new();
    cauce_context_use(context);
    cauce_context_cancel(context);
    ck_assert_int_eq(cauce_save(two, path), CAUCE_E_CANCELLED);
    cauce_context_use(NULL);
    cauce_context_free(context);
    ck_assert_uint_eq(read_all(path, found, sizeof found), a.size);
    ck_assert_mem_eq(found, a.data, a.size);

    ck_assert_int_eq(cauce_save(two, path), CAUCE_OK);
    ck_assert_uint_eq(read_all(path, found, sizeof found), b.size);
    ck_assert_mem_eq(found, b.data, b.size);
    struct stat status;
    ck_assert_int_eq(stat(path, &status), 0);
    ck_assert_int_eq(status.st_mode & 0777, 0640); /* a file that was there keeps its mode */

    ck_assert_int_eq(cauce_save(two, wrong), CAUCE_E_IO);
    ck_assert_int_eq(cauce_save(two, folder), CAUCE_E_IO);
    ck_assert_ptr_null(cauce_load(wrong));
    failed_with(CAUCE_E_IO, "model.cauce");
    cauce_model *loaded = cauce_load(path);
    ck_assert_ptr_nonnull(loaded);
    cauce_model_free(loaded);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_msg(rmdir(folder) == 0, "something was left in %s", folder);
    bytes_done(&a);
    bytes_done(&b);
    cauce_model_free(one);
    cauce_model_free(two);
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("archive", TEST(allocator), TEST(every_flipped_bit), TEST(every_truncation_and_suffix),
          TEST(other_kinds_of_files), TEST(versions_and_structure), TEST(declared_sizes),
          TEST(sealed_mutations), TEST(saving_over_a_file))
