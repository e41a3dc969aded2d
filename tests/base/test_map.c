#include "base/map.h"
#include "support/check_main.h"
#include "support/failing.h"

START_TEST(empty) {
    ca_map map = { 0 };
    ck_assert_int_eq(ca_map_find(&map, "x", 1), -1);
    ck_assert_int_eq(ca_map_add(&map, "", 0, NULL), 0);
    ck_assert_int_eq(ca_map_find(&map, NULL, 0), 0); /* the empty text needs no address */
    ca_map_free(&map);
    ck_assert_int_eq(map.count, 0);
    ca_map_free(&map);
}
END_TEST

START_TEST(many) {
    enum { N = 200000 };
    char(*texts)[12] = calloc(N, sizeof *texts);
    ca_map map = { 0 };
    for (int i = 0; i < N; i++) {
        snprintf(texts[i], sizeof *texts, "t%d", i * 7);
        bool added = false;
        ck_assert_int_eq(ca_map_add(&map, texts[i], strlen(texts[i]), &added), i);
        ck_assert(added);
        char again[12];
        snprintf(again, sizeof again, "t%d", i / 2 * 7);
        ck_assert_int_eq(ca_map_add(&map, again, strlen(again), &added), i / 2);
        ck_assert(!added);
    }
    ck_assert_int_eq(map.count, N);
    for (int i = 0; i < N; i++) {
        ck_assert_ptr_eq(map.entries[i].text, texts[i]);
        ck_assert_int_eq(ca_map_find(&map, texts[i], strlen(texts[i])), i);
        ck_assert_int_eq(ca_map_find(&map, texts[i], strlen(texts[i]) + 1),
                         -1); /* with the NUL: another text */
    }
    ck_assert_int_eq(ca_map_find(&map, "t1", 2), -1);
    ck_assert_int_eq(ca_map_find(&map, "t", 1), -1);
    ca_map_free(&map);
    free(texts);
}
END_TEST

START_TEST(without_memory) {
    failing_install();
    static char texts[200][4];
    for (int i = 0; i < 200; i++) snprintf(texts[i], sizeof *texts, "%d", i);
    FAILING_EACH(pass) {
        ca_map map = { 0 };
        int failed = 0;
        for (int i = 0; i < 200; i++) {
            bool added = true;
            int64_t before = map.count, at = ca_map_add(&map, texts[i], strlen(texts[i]), &added);
            if (at >= 0) continue;
            failed++;
            ck_assert(pass.armed && !added && map.count == before);
            ck_assert_int_eq(ca_map_find(&map, texts[i], strlen(texts[i])), -1);
        }
        ck_assert_int_eq(map.count, 200 - failed); /* what is in it stays usable */
        for (int64_t i = 0; i < map.count; i++)
            ck_assert_int_eq(ca_map_find(&map, map.entries[i].text, map.entries[i].length), i);
        ca_map_free(&map);
    }
}
END_TEST

TEST_MAIN("map", TEST(empty), TEST(many), TEST(without_memory))
