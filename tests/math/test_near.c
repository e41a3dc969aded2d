/* Both forms of the inner loops, of which a CPU chooses one: on whole numbers their sums are exact, and the
 * same. */
#include "../../src/math/near.c"

#include "support/check_main.h"

#include "base/run.h"

enum { COLUMNS = 9 };

typedef struct cells {
    float query[2][COLUMNS], tile[COLUMNS * CA_TILE], masks[COLUMNS * CA_TILE];
    int16_t coarse[(COLUMNS + 1) * CA_TILE];
    int32_t pairs[2][(COLUMNS + 1) / 2], squares[CA_TILE];
} cells;

static void fill(cells *c, uint64_t seed) {
    static const uint32_t all = 0xffffffffu;
    cauce_rng rng;
    cauce_rng_init(&rng, seed, "near", 0);
    memset(c, 0, sizeof *c);
    for (int j = 0; j < COLUMNS; j++) {
        for (int q = 0; q < 2; q++) {
            int16_t x = (int16_t)((int)cauce_rng_below(&rng, 9) - 4);
            c->query[q][j] = x;
            memcpy((char *)&c->pairs[q][j / 2] + j % 2 * sizeof x, &x, sizeof x);
        }
        for (int i = 0; i < CA_TILE; i++) {
            int y = (int)cauce_rng_below(&rng, 9) - 4;
            c->tile[j * CA_TILE + i] = (float)y;
            c->coarse[j / 2 * 2 * CA_TILE + 2 * i + j % 2] = (int16_t)y;
            c->squares[i] += y * y;
            if (cauce_rng_below(&rng, 4)) memcpy(&c->masks[j * CA_TILE + i], &all, sizeof all);
        }
    }
}

static float sum_of(const cells *c, enum near_kind kind, int q, int i) {
    float sum = 0;
    for (int j = 0; j < COLUMNS; j++) {
        float d = fabsf(c->query[q][j] - c->tile[j * CA_TILE + i]);
        if (kind == SQUARES) sum += d * d;
        if (kind == SIZES) sum += d;
        if (kind == LARGEST) sum = d > sum ? d : sum;
    }
    return sum;
}

typedef uint64_t near_two(int64_t n, const float *const cells[2], const float *tile, const float limit[2],
                          float sums[2 * CA_TILE]);

static uint64_t plain_squares(int64_t n, const float *const rows[2], const float *tile, const float limit[2],
                              float sums[2 * CA_TILE]) {
    return near_plain(SQUARES, n, rows, tile, limit, sums);
}

static uint64_t plain_sizes(int64_t n, const float *const rows[2], const float *tile, const float limit[2],
                            float sums[2 * CA_TILE]) {
    return near_plain(SIZES, n, rows, tile, limit, sums);
}

static uint64_t plain_largest(int64_t n, const float *const rows[2], const float *tile, const float limit[2],
                              float sums[2 * CA_TILE]) {
    return near_plain(LARGEST, n, rows, tile, limit, sums);
}

START_TEST(two_rows) {
    static near_two *const forms[3][2] = { { plain_squares, ca_near_squares },
                                           { plain_sizes, ca_near_sizes },
                                           { plain_largest, ca_near_largest } };
    static const float limits[3][2] = { { 70, 0 }, { 22, INFINITY }, { 5, -1 } };
    for (uint64_t seed = 0; seed < 50; seed++)
        for (int kind = SQUARES; kind <= LARGEST; kind++)
            for (int form = 0; form < 2; form++) {
                cells c;
                float sums[2 * CA_TILE];
                fill(&c, seed);
                const float *rows[2] = { c.query[0], c.query[1] };
                uint64_t near = forms[kind][form](COLUMNS, rows, c.tile, limits[kind], sums);
                for (int i = 0; i < 2 * CA_TILE; i++) {
                    float expected = sum_of(&c, (enum near_kind)kind, i / CA_TILE, i % CA_TILE);
                    ck_assert(sums[i] == expected);
                    ck_assert_int_eq((int)(near >> i & 1), expected <= limits[kind][i / CA_TILE]);
                }
            }
}
END_TEST

START_TEST(holes) {
    static const int32_t columns[] = { 0, 2, 3, 7 };
    for (uint64_t seed = 0; seed < 50; seed++)
        for (int form = 0; form < 2; form++) {
            cells c;
            float sums[CA_TILE], query[4];
            fill(&c, seed);
            for (int k = 0; k < 4; k++) query[k] = c.query[0][columns[k]];
            uint32_t near =
                (form ? ca_near_holes : holes_plain)(4, query, columns, c.tile, c.masks, 20, sums);
            for (int i = 0; i < CA_TILE; i++) {
                float expected = 0;
                for (int k = 0; k < 4; k++) {
                    uint32_t there;
                    float d = query[k] - c.tile[columns[k] * CA_TILE + i];
                    memcpy(&there, &c.masks[columns[k] * CA_TILE + i], sizeof there);
                    if (there) expected += d * d;
                }
                ck_assert(sums[i] == expected);
                ck_assert_int_eq((int)(near >> i & 1), expected <= 20);
            }
        }
}
END_TEST

START_TEST(coarse) {
    for (uint64_t seed = 0; seed < 50; seed++)
        for (int form = 0; form < 2; form++) {
            cells c;
            int32_t left[2 * CA_TILE];
            fill(&c, seed);
            const int32_t *rows[2] = { c.pairs[0], c.pairs[1] }, limit[2] = { -3, INT32_MAX };
            uint64_t near = (form ? ca_near_coarse : coarse_plain)((COLUMNS + 1) / 2, rows, c.coarse,
                                                                   c.squares, limit, left);
            for (int i = 0; i < 2 * CA_TILE; i++) {
                float square = 0;
                for (int j = 0; j < COLUMNS; j++) square += c.query[i / CA_TILE][j] * c.query[i / CA_TILE][j];
                int expected = (int)(sum_of(&c, SQUARES, i / CA_TILE, i % CA_TILE) - square);
                ck_assert_int_eq(left[i], expected);
                ck_assert_int_eq((int)(near >> i & 1), expected <= limit[i / CA_TILE]);
            }
        }
}
END_TEST

/* What is not a number may be near: it is looked at again. */
START_TEST(no_number) {
    for (int kind = SQUARES; kind <= LARGEST; kind++) {
        cells c;
        float sums[2 * CA_TILE];
        fill(&c, 1);
        c.query[1][4] = INFINITY;
        c.tile[4 * CA_TILE + 3] = INFINITY;
        const float *rows[2] = { c.query[0], c.query[1] };
        const float limit[2] = { 1, INFINITY };
        uint64_t near = kind == SQUARES ? ca_near_squares(COLUMNS, rows, c.tile, limit, sums)
                                        : ca_near_sizes(COLUMNS, rows, c.tile, limit, sums);
        ck_assert((uint32_t)(near >> CA_TILE) == UINT32_MAX && !(near & 8));
    }
}
END_TEST

TEST_MAIN("near", TEST(two_rows), TEST(holes), TEST(coarse), TEST(no_number))
