#define _GNU_SOURCE
#include "support/archives.h"

#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "core/archive.h"
#include "support/check_main.h"

static size_t align(size_t n) {
    return (n + 63) / 64 * 64;
}

static uint64_t get_u64(const char *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static void put_u64(char *at, uint64_t value) {
    memcpy(at, &value, sizeof value);
}

static void put_u32(char *at, uint32_t value) {
    memcpy(at, &value, sizeof value);
}

archive archive_of(const bytes_of *bytes) {
    const char *b = bytes->data;
    archive a = { .version = CA_FORMAT_VERSION, .reader = CA_FORMAT_READER };
    a.text_size = get_u64(b + 16);
    a.text = malloc(a.text_size + 1);
    memcpy(a.text, b + CA_PREFIX, a.text_size);
    a.text[a.text_size] = 0;
    a.header = json_loadb(a.text, a.text_size, 0, NULL);
    ck_assert_ptr_nonnull(a.header);
    size_t start = CA_PREFIX + align(a.text_size);
    a.data_size = bytes->size - start;
    a.data = malloc(a.data_size + 1);
    memcpy(a.data, b + start, a.data_size);
    return a;
}

void archive_free(archive *a) {
    json_decref(a->header);
    free(a->text);
    free(a->data);
}

static void checksum_text(const archive *a, size_t offset, size_t size, char out[24]) {
    snprintf(out, 24, "%016llx", (unsigned long long)XXH3_64bits(a->data + offset, size));
}

static void sum_arrays(archive *a) {
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(a->header, "arrays"), i, entry) {
        json_int_t offset = json_integer_value(json_object_get(entry, "offset"));
        json_int_t size = json_integer_value(json_object_get(entry, "bytes"));
        char sum[24];
        if (!json_is_string(json_object_get(entry, "checksum")) || offset < 0 || size < 0 ||
            (size_t)offset > a->data_size || (size_t)size > a->data_size - (size_t)offset)
            continue;
        checksum_text(a, (size_t)offset, (size_t)size, sum);
        json_object_set_new(entry, "checksum", json_string(sum));
    }
}

void archive_reseal(bytes_of *bytes) {
    char *b = bytes->data;
    size_t length = get_u64(b + 16);
    if (length <= bytes->size - CA_PREFIX) put_u64(b + 32, XXH3_64bits(b + CA_PREFIX, length));
    put_u64(b + 40, 0);
    put_u64(b + 40, XXH3_64bits(b, bytes->size));
}

bytes_of archive_seal(archive *a) {
    if (a->header) {
        sum_arrays(a);
        char *dumped = json_dumps(a->header, JSON_INDENT(1));
        ck_assert_ptr_nonnull(dumped);
        free(a->text);
        a->text_size = strlen(dumped);
        a->text = malloc(a->text_size + 1);
        memcpy(a->text, dumped, a->text_size + 1);
        json_free_t give_back;
        json_get_alloc_funcs(NULL, &give_back);
        give_back(dumped);
    }
    bytes_of bytes = { NULL, CA_PREFIX + align(a->text_size) + a->data_size };
    char *b = bytes.data = calloc(bytes.size, 1);
    memcpy(b, CA_MAGIC, 8);
    put_u32(b + 8, a->version);
    put_u32(b + 12, a->reader);
    put_u64(b + 16, a->text_size);
    put_u64(b + 24, bytes.size);
    memcpy(b + CA_PREFIX, a->text, a->text_size);
    memcpy(b + CA_PREFIX + align(a->text_size), a->data, a->data_size);
    archive_reseal(&bytes);
    return bytes;
}

void archive_reseal_arrays(bytes_of *bytes, const archive *a) {
    static const char key[] = "\"checksum\": \"";
    char *at = (char *)bytes->data + CA_PREFIX, *start = at + align(a->text_size), sum[24];
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(a->header, "arrays"), i, entry) {
        size_t offset = (size_t)json_integer_value(json_object_get(entry, "offset"));
        size_t size = (size_t)json_integer_value(json_object_get(entry, "bytes"));
        at = memmem(at, (size_t)(start - at), key, sizeof key - 1);
        ck_assert_ptr_nonnull(at);
        at += sizeof key - 1;
        snprintf(sum, sizeof sum, "%016llx", (unsigned long long)XXH3_64bits(start + offset, size));
        memcpy(at, sum, 16);
    }
}
