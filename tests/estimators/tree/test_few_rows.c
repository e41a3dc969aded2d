#include "support/check_main.h"
#include "support/noise.h"
#include <math.h>
#include <stdbool.h>

#include "tree/few_rows.h"

enum { LEAST = 65300 }; /* code */

/* Cut by cut, in the order of columns and codes, so that the first of equal cuts stays. */
static ca_cut slow_best(const ca_few_rows *few, ca_pair total, ca_cut best) {
    for (int32_t feature = 0; feature < 40; feature++)
        for (int k = 0; k < few->n_columns; k++)
            for (uint32_t code = LEAST; code < 65536 && few->features[k] == feature; code++) {
                ca_pair l = { 0, 0 };
                bool here = false;
                for (int i = 0; i < few->n; i++) {
                    here |= few->codes[k][i] == code;
                    l.s += few->codes[k][i] <= code ? (double)few->sum[i] : 0;
                    l.w += few->codes[k][i] <= code ? few->weight[i] : 0;
                }
                if (!here || l.w == total.w) continue;
                double gain = ca_squares(l, (ca_pair){ total.s - l.s, total.w - l.w });
                if (gain > best.gain || (gain == best.gain && feature < best.feature))
                    best = (ca_cut){ .gain = gain, .feature = feature, .code = code, .left = l.w };
            }
    return best;
}

static ca_pair fill(ca_few_rows *few, uint32_t range, int64_t reach) {
    ca_pair total = { 0, 0 };
    for (int i = 0; i < few->n; i++) {
        few->weight[i] = (uint16_t)(1 + noise(noise(8) ? 3 : 1000));
        few->ones[i] = noise(2) ? few->weight[i] : 0;
        int64_t offset = (int64_t)noise(1u << 30) % reach - reach / 2;
        few->sum[i] = few->two_classes ? few->ones[i] : offset * few->weight[i];
        total.s += (double)few->sum[i];
        total.w += few->weight[i];
    }
    for (int k = 0; k < few->n_columns; k++) {
        few->features[k] = few->n_columns * (k % 2) + 17 - k;
        for (int i = 0; i < few->n; i++) few->codes[k][i] = (uint16_t)(65535 - noise(range));
        few->codes[k][0] = (uint16_t)(few->codes[k][1] ^ 1); /* not constant */
    }
    return total;
}

/* The same columns with codes of 32 bits have the same cuts. */
static void check_long(ca_few_rows *few, ca_pair total) {
    enum { BEYOND = 1000000 };
    ca_cut none = { .gain = -HUGE_VAL, .feature = -1 }, best = none, other = none;
    few->scan(few, total, &best);
    few->n_long = few->n_columns;
    for (int k = 0; k < few->n_long; k++) {
        few->long_features[k] = few->features[k];
        for (int i = 0; i < few->n; i++) few->long_codes[k][i] = BEYOND + (uint32_t)few->codes[k][i];
    }
    few->n_columns = 0;
    few->scan(few, total, &other);
    few->n_columns = few->n_long;
    few->n_long = 0;
    ck_assert(other.gain == best.gain && other.left == best.left);
    ck_assert_int_eq(other.feature, best.feature);
    ck_assert_uint_eq(other.code, best.code + BEYOND);
}

static void check(ca_few_rows *few, uint32_t range, int64_t reach) {
    ca_pair total = fill(few, range, reach);
    ca_cut none = { .gain = -HUGE_VAL, .feature = -1 }, best = none, expected = slow_best(few, total, none);
    few->scan(few, total, &best);
    ck_assert(best.gain == expected.gain && best.left == expected.left);
    ck_assert_int_eq(best.feature, expected.feature);
    ck_assert_uint_eq(best.code, expected.code);

    /* What is as good already stays when its column is lower. */
    for (int lower = 0; lower < 2; lower++) {
        ca_cut other = { .gain = expected.gain, .feature = lower ? -1 : 1000, .code = 7 };
        few->scan(few, total, &other);
        ck_assert_int_eq(other.feature, lower ? -1 : expected.feature);
    }
    ca_cut better = { .gain = nextafter(expected.gain, HUGE_VAL), .feature = 1000, .code = 7 };
    few->scan(few, total, &better);
    ck_assert_int_eq(better.feature, 1000);
    check_long(few, total);
}

START_TEST(best_cuts_are_those_of_a_slow_search) {
    ca_few_rows few = { 0 };
    few.scan = ca_few_rows_fastest();
    if (!few.scan) return; /* not on this machine */
    for (int round = 0; round < 4; round++)
        for (int n = 2; n <= CA_FEW_ROWS; n++) {
            few.two_classes = round % 2;
            if (!few.two_classes && n > CA_FEW_ROWS / 2) break;
            few.n = n;
            few.n_columns = (int32_t)(1 + noise(CA_FEW_COLUMNS));
            check(&few, noise(3) ? 3 : 65536 - LEAST, noise(2) ? 4 : INT64_C(1) << 30);
        }
}
END_TEST

TEST_MAIN("few_rows", TEST(best_cuts_are_those_of_a_slow_search))
