/* Files whose checksums are right and whose numbers are not: whatever stands in the arrays of a model, it is
 * refused, or it loads and predicts without touching memory that is not its own. */
#include "support/archives.h"

#include "base/run.h"
#include "support/check_main.h"
#include "support/subjects.h"

enum { FILES = 60 };

static const double odd_reals[] = {
    0, -1, 1, 0.5, 1e300, -1e300, 1e9, -1e-30, 1e-30, INFINITY, -INFINITY, NAN
};
static const int64_t odd_integers[] = {
    0, -1, 1, 2, -2, 3, 7, 64, 255, 65535, 65536, INT32_MAX, INT32_MIN, INT64_MAX, INT64_MIN, 1 << 20
};

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* One number of an array, made another. */
static void spoil(char *at, const char *dtype, size_t size, cauce_rng *rng) {
    const bool real = dtype[0] == 'f';
    const int64_t integer = odd_integers[cauce_rng_below(rng, COUNT(odd_integers))];
    const double number = odd_reals[cauce_rng_below(rng, COUNT(odd_reals))];
    if (cauce_rng_below(rng, 4) == 0) { /* a bit */
        at[cauce_rng_below(rng, size)] ^= (char)(1u << cauce_rng_below(rng, 8));
    } else if (real && size == 4) {
        float narrow = fabs(number) > 1e38 && isfinite(number) ? 1e38f : (float)number;
        memcpy(at, &narrow, size);
    } else {
        memcpy(at, real ? (const void *)&number : (const void *)&integer, size);
    }
}

static size_t size_of(const char *dtype) {
    const char *digits = dtype + strcspn(dtype, "123468");
    int bits = atoi(digits);
    ck_assert_msg(bits == 8 || bits == 16 || bits == 32 || bits == 64, "dtype %s", dtype);
    return (size_t)bits / 8;
}

/* Returns false when there is nothing to spoil. */
static bool spoil_some(archive *a, cauce_rng *rng) {
    json_t *arrays = json_object_get(a->header, "arrays");
    if (json_array_size(arrays) == 0) return false;
    for (uint64_t n = 1 + cauce_rng_below(rng, 3); n > 0; n--) {
        json_t *entry = json_array_get(arrays, cauce_rng_below(rng, json_array_size(arrays)));
        size_t offset = (size_t)json_integer_value(json_object_get(entry, "offset"));
        size_t bytes = (size_t)json_integer_value(json_object_get(entry, "bytes"));
        const char *dtype = json_string_value(json_object_get(entry, "dtype"));
        size_t size = size_of(dtype);
        if (bytes >= size)
            spoil(a->data + offset + size * cauce_rng_below(rng, bytes / size), dtype, size, rng);
    }
    return true;
}

/* The rows of training, which have missing cells and all levels, in bulk and one by one. */
static void use(const cauce_model *model, const cauce_table *table) {
    cauce_table *out = cauce_predict(model, table);
    if (!out) {
        cauce_error_clear();
        out = cauce_transform(model, table);
    }
    cauce_table_free(out);
    cauce_error_clear();
    cauce_scorer *scorer = cauce_scorer_new(model);
    if (scorer) {
        cauce_scorer_clear(scorer);
        (void)cauce_scorer_run(scorer);
    }
    cauce_scorer_free(scorer);
    cauce_error_clear();
}

START_TEST(odd_numbers) {
    int64_t loaded = 0, refused = 0;
    EACH_SUBJECT(s) {
        cauce_table *table = subject_table(&s, NULL);
        cauce_recipe *recipe = subject_recipe(&s);
        cauce_model *model = cauce_fit(recipe, table);
        ck_assert_msg(model != NULL, "%s: %s", s.name, cauce_error().message);
        bytes_of bytes = saved(model);
        for (uint64_t file = 0; file < FILES; file++) {
            cauce_rng rng;
            cauce_rng_init(&rng, 6, s.name, file);
            archive a = archive_of(&bytes);
            if (!spoil_some(&a, &rng)) file = FILES;
            bytes_of sealed = archive_seal(&a);
            cauce_model *odd = cauce_load_bytes(sealed.data, sealed.size);
            if (odd) {
                loaded++;
                use(odd, table);
            } else {
                refused++;
                cauce_status why = cauce_error().status;
                ck_assert_msg(why == CAUCE_E_FORMAT || why == CAUCE_E_LIMIT || why == CAUCE_E_VERSION,
                              "%s, file %d: %s %s", s.name, (int)file, cauce_error().code,
                              cauce_error().message);
                cauce_error_clear();
            }
            cauce_model_free(odd);
            free(sealed.data);
            archive_free(&a);
        }
        bytes_done(&bytes);
        cauce_model_free(model);
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
    ck_assert_int_gt(loaded, 100);
    ck_assert_int_gt(refused, 100);
}
END_TEST

TEST_MAIN("every_state", TEST(odd_numbers))
