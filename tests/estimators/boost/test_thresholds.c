#include "boost/table.h"
#include "support/check_main.h"

static int32_t cuts_of(const double *values, int64_t n, int64_t bins, double *cuts) {
    return ca_thresholds_of(values, NULL, n, bins, cuts);
}

START_TEST(few_values_have_midpoints) {
    double values[] = { -2, -2, 0, 1, 1, 1, 4 }, cuts[10];
    ck_assert_int_eq(cuts_of(values, 7, 4, cuts), 3);
    ck_assert_double_eq(cuts[0], -1);
    ck_assert_double_eq(cuts[1], 0.5);
    ck_assert_double_eq(cuts[2], 2.5);
    ck_assert_int_eq(cuts_of(values, 2, 4, cuts), 0);
    ck_assert_int_eq(cuts_of(values, 0, 4, cuts), 0);
}
END_TEST

/* The middle of the two values around each place, k / bins of the way. */
START_TEST(many_values_have_percentiles) {
    double values[100], cuts[10];
    for (int i = 0; i < 100; i++) values[i] = i * i;
    ck_assert_int_eq(cuts_of(values, 100, 4, cuts), 3);
    ck_assert_double_eq(cuts[0], (24 * 24 + 25 * 25) / 2.0); /* place 24.75 */
    ck_assert_double_eq(cuts[1], (49 * 49 + 50 * 50) / 2.0);
    ck_assert_double_eq(cuts[2], (74 * 74 + 75 * 75) / 2.0);
    ck_assert_int_eq(cuts_of(values, 81, 4, cuts), 3); /* places 20, 40 and 60: the values themselves */
    for (int i = 0; i < 3; i++) ck_assert_double_eq(cuts[i], 400 * (i + 1) * (i + 1));
}
END_TEST

/* A value that fills several bins is one, and weights are repeated values. */
START_TEST(weights_repeat_values) {
    uint64_t noise = 9;
    for (int round = 0; round < 200; round++) {
        double values[60], many[300], a[20], b[20];
        int32_t times[60];
        int64_t n = 0;
        for (int i = 0; i < 60; i++) {
            noise = noise * 6364136223846793005u + 1442695040888963407u;
            values[i] = (i ? values[i - 1] : 0) + (double)(noise >> 62);
            times[i] = 1 + (int32_t)(noise >> 40 & 3) + (i == 30 ? 60 : 0);
            for (int32_t k = 0; k < times[i]; k++) many[n++] = values[i];
        }
        int32_t found = ca_thresholds_of(values, times, 60, 11, a);
        ck_assert_int_eq(found, ca_thresholds_of(many, NULL, n, 11, b));
        ck_assert(memcmp(a, b, (size_t)found * sizeof *a) == 0);
        for (int32_t i = 1; i < found; i++) ck_assert_double_lt(a[i - 1], a[i]);
        ck_assert_double_lt(a[found - 1], values[59]);
    }
}
END_TEST

START_TEST(extreme_values_are_parted) {
    double values[] = { -INFINITY, -1.7e308, 1.7e308, INFINITY }, cuts[4];
    ck_assert_int_eq(cuts_of(values, 4, 10, cuts), 3);
    for (int i = 0; i < 3; i++) ck_assert(cuts[i] >= values[i] && cuts[i] < values[i + 1]);
    double ends[] = { -INFINITY, INFINITY };
    ck_assert_int_eq(cuts_of(ends, 2, 10, cuts), 1);
    ck_assert_double_eq(cuts[0], 0);
    double close[] = { 1, nextafter(1, 2) };
    ck_assert_int_eq(cuts_of(close, 2, 10, cuts), 1);
    ck_assert_double_eq(cuts[0], 1);
}
END_TEST

/* ---- Edges --------------------------------------------------------------------------------------------- */

enum { MOST = 600 };

typedef struct column {
    int64_t n;
    double values[MOST], y[MOST];
    int32_t times[MOST], y_class[MOST], n_classes;
} column;

static uint64_t noise_state;
static double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

/* Ascending values, some of them several times; the target jumps at two of them, or nowhere. */
static column make_column(uint64_t seed, bool jumps, int32_t n_classes) {
    column c = { .n = 150 + (int64_t)(seed * 31 % 400), .n_classes = n_classes };
    noise_state = seed;
    int64_t first = (int64_t)(noise() * (double)c.n), second = (int64_t)(noise() * (double)c.n);
    for (int64_t i = 0; i < c.n; i++) {
        c.values[i] = (i ? c.values[i - 1] : 0) + (noise() < 0.2 ? 0 : noise());
        c.times[i] = 1 + (int32_t)(noise() * 3);
        c.y[i] = noise() + (jumps ? 2 * (i >= first) - (i >= second) : 0);
        c.y_class[i] = (int32_t)(noise() * 1.6 + (jumps ? (i >= first) + (i >= second) : 0)) %
                       (n_classes ? n_classes : 1);
    }
    return c;
}

static ca_edge_rows rows_of(const column *c, bool times) {
    return (ca_edge_rows){ .n = c->n,
                           .values = c->values,
                           .times = times ? c->times : NULL,
                           .y = c->n_classes ? NULL : c->y,
                           .y_class = c->n_classes ? c->y_class : NULL,
                           .n_classes = c->n_classes };
}

static void move_cuts(const ca_edge_rows *rows, double *cuts, int32_t n_cuts) {
    double scratch[3 * MOST] = { 0 };
    ca_thresholds_to_edges(rows, cuts, n_cuts, scratch);
}

/* How many rows of weight 1 are on a side of a cut, and the sum of their scores. */
typedef struct side {
    int64_t n;
    long double sum;
} side;

static long double score(const ca_edge_rows *rows, int32_t class, int64_t i) {
    return rows->y ? (long double)rows->y[i] : (long double)(rows->y_class[i] == class);
}

static side side_of(const ca_edge_rows *rows, int32_t class, int64_t from, int64_t to) {
    side s = { 0 };
    for (int64_t i = from; i < to; i++) s = (side){ s.n + 1, s.sum + score(rows, class, i) };
    return s;
}

/* The chi-squared of a cut in front of row i in rows from .. to - 1: squares between the sides over the
 * variance in the column; of classes, of each of them against the rest. */
static long double jump_at(const ca_edge_rows *rows, int64_t from, int64_t i, int64_t to) {
    long double total = 0;
    for (int32_t class = rows->n_classes == 2; class < (rows->y ? 1 : rows->n_classes); class ++) {
        side all = side_of(rows, class, 0, rows->n), left = side_of(rows, class, from, i),
             right = side_of(rows, class, i, to), both = side_of(rows, class, from, to);
        long double mean = all.sum / all.n, variance = 0;
        for (int64_t k = 0; k < rows->n; k++)
            variance += (score(rows, class, k) - mean) * (score(rows, class, k) - mean) / rows->n;
        long double a = left.sum / left.n - both.sum / both.n, b = right.sum / right.n - both.sum / both.n;
        if (variance > 0) total += (left.n * a * a + right.n * b * b) / variance;
    }
    return total;
}

/* The definition, on rows of weight 1. */
static void slow_edges(const ca_edge_rows *rows, double *cuts, int32_t n_cuts) {
    int64_t place[32] = { 0 };
    double moved[32];
    for (int32_t t = 0; t < n_cuts; t++)
        while (place[t + 1] < rows->n && rows->values[place[t + 1]] <= cuts[t]) place[t + 1]++;
    place[n_cuts + 1] = rows->n;
    for (int32_t t = 0; t < n_cuts; t++) {
        int64_t from = place[t], at = place[t + 1], to = place[t + 2];
        long double best = at - from >= 10 && to - at >= 10 ? jump_at(rows, from, at, to) : 0;
        best += rows->n_classes > 2 ? 20 + 3 * (rows->n_classes - 2) : 20;
        moved[t] = cuts[t];
        for (int64_t i = from + 10; i <= to - 10; i++) {
            bool nearest = 2 * i >= from + at && 2 * i < at + to;
            if (!nearest || rows->values[i - 1] >= rows->values[i]) continue;
            long double jump = jump_at(rows, from, i, to);
            if (jump <= best) continue;
            best = jump;
            moved[t] = (rows->values[i - 1] + rows->values[i]) * 0.5;
        }
    }
    memcpy(cuts, moved, (size_t)n_cuts * sizeof *cuts);
}

START_TEST(cuts_move_to_edges_as_defined) {
    int moved = 0;
    for (uint64_t seed = 1; seed <= 60; seed++)
        for (int32_t n_classes = 0; n_classes <= 4; n_classes += n_classes ? 1 : 2) {
            column c = make_column(seed, true, n_classes);
            ca_edge_rows rows = rows_of(&c, false);
            double cuts[20], expected[20], before[20];
            int32_t n = cuts_of(c.values, c.n, 3 + (int64_t)seed % 9, cuts);
            memcpy(expected, cuts, sizeof cuts);
            memcpy(before, cuts, sizeof cuts);
            move_cuts(&rows, cuts, n);
            slow_edges(&rows, expected, n);
            for (int32_t t = 0; t < n; t++) {
                ck_assert_double_eq(cuts[t], expected[t]);
                ck_assert(t == 0 || cuts[t - 1] < cuts[t]);
                moved += cuts[t] < before[t] || cuts[t] > before[t];
            }
        }
    ck_assert_int_gt(moved, 100);
}
END_TEST

START_TEST(weights_repeat_rows_at_edges) {
    for (uint64_t seed = 1; seed <= 60; seed++)
        for (int32_t n_classes = 0; n_classes <= 3; n_classes += n_classes ? 1 : 2) {
            column c = make_column(seed, true, n_classes);
            static double values[3 * MOST], y[3 * MOST];
            static int32_t y_class[3 * MOST];
            int64_t n = 0;
            for (int64_t i = 0; i < c.n; i++)
                for (int32_t k = 0; k < c.times[i]; k++, n++) {
                    values[n] = c.values[i];
                    y[n] = c.y[i];
                    y_class[n] = c.y_class[i];
                }
            ca_edge_rows few = rows_of(&c, true), many = few;
            many.n = n;
            many.values = values;
            many.times = NULL;
            if (few.y) many.y = y;
            if (few.y_class) many.y_class = y_class;
            double a[20], b[20];
            int32_t found = ca_thresholds_of(c.values, c.times, c.n, 6, a);
            memcpy(b, a, sizeof a);
            move_cuts(&few, a, found);
            move_cuts(&many, b, found);
            ck_assert(memcmp(a, b, (size_t)found * sizeof *a) == 0);
        }
}
END_TEST

/* Where nothing jumps hardly a cut moves: twenty thousand of them. */
START_TEST(noise_has_no_edges) {
    int moved = 0, all = 0;
    for (uint64_t seed = 1; seed <= 500; seed++)
        for (int32_t n_classes = 0; n_classes <= 4; n_classes += 2) {
            column c = make_column(seed, false, n_classes);
            ca_edge_rows rows = rows_of(&c, false);
            double cuts[20], before[20];
            int32_t n = cuts_of(c.values, c.n, 15, cuts);
            memcpy(before, cuts, sizeof cuts);
            move_cuts(&rows, cuts, n);
            for (int32_t t = 0; t < n; t++) moved += cuts[t] < before[t] || cuts[t] > before[t];
            all += n;
        }
    ck_assert_int_gt(all, 20000);
    ck_assert_int_le(moved, 4);
}
END_TEST

TEST_MAIN("boosting thresholds", TEST(few_values_have_midpoints), TEST(many_values_have_percentiles),
          TEST(weights_repeat_values), TEST(extreme_values_are_parted), TEST(cuts_move_to_edges_as_defined),
          TEST(weights_repeat_rows_at_edges), TEST(noise_has_no_edges))
