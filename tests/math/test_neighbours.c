#include "math/neighbours.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/failing.h"

/* Rows of numbers that are all kinds of far apart. */
enum { LATTICE, GRID, SMOOTH, SHIFTED, OUTLIERS, VAST, TINY, CONSTANT, FAR_ROW, N_KINDS };

static double number_of(int kind, cauce_rng *rng, int64_t r) {
    double u = cauce_rng_uniform(rng) - 0.5;
    switch (kind) {
    case LATTICE: return floor(8 * u);
    case GRID: return floor(60 * u);
    case SHIFTED: return 1e9 + u * 1e-3;
    case OUTLIERS: return cauce_rng_below(rng, 400) == 0 ? 1e30 * u : u + (double)(r % 3);
    case VAST: return 1e150 * u;
    case TINY: return 1e-310 * u;
    case CONSTANT: return 3.25;
    case FAR_ROW: return r == 7 ? 1e4 : u; /* whole numbers are as coarse as the rest is apart */
    default: return u;
    }
}

static double *make_rows(int kind, int64_t n, int64_t width, bool holes, uint64_t seed) {
    double *rows = malloc((size_t)(n * width + 1) * sizeof *rows);
    for (int64_t r = 0; r < n; r++) {
        cauce_rng rng;
        cauce_rng_init(&rng, seed, "rows", (uint64_t)r);
        for (int64_t j = 0; j < width; j++) {
            double x = number_of(kind, &rng, r);
            rows[r * width + j] = holes && cauce_rng_below(&rng, 4) == 0 ? (double)NAN : x;
        }
    }
    return rows;
}

/* The definition, in more digits. */
static long double distance(ca_metric metric, double p, bool holes, const double *x, const double *y,
                            int64_t n) {
    long double sum = 0;
    int64_t common = 0;
    for (int64_t j = 0; j < n; j++) {
        if (holes && (isnan(x[j]) || isnan(y[j]))) continue;
        long double d = fabsl((long double)x[j] - (long double)y[j]);
        common++;
        switch (metric) {
        case CA_EUCLIDEAN: sum += d * d; break;
        case CA_MANHATTAN: sum += d; break;
        case CA_CHEBYSHEV: sum = d > sum ? d : sum; break;
        case CA_MINKOWSKI: sum += powl(d, (long double)p); break;
        }
    }
    if (holes) return common ? sqrtl(sum / (long double)common * (long double)n) : (long double)NAN;
    if (metric == CA_EUCLIDEAN) return sqrtl(sum);
    return metric == CA_MINKOWSKI ? powl(sum, 1 / (long double)p) : sum;
}

typedef struct setting {
    int64_t n, width, most, n_queries;
    ca_metric metric;
    double p;
    bool holes;
    int kind;
} setting;

typedef struct answer {
    ca_wish wish;
    ca_neighbour found[40];
} answer;

/* One wish for every query (with holes: for column q mod width), asked `step` queries at a time. */
static void answers(const setting *s, const double *rows, const double *queries, int64_t step, answer *out) {
    cauce_run run;
    ca_keep keep = { 0 };
    ca_points points;
    ca_run_begin(&run);
    run.keep = &keep;
    ck_assert_int_eq(ca_points_prepare(&run, &points, rows, s->n, s->width, s->metric, s->p, s->holes),
                     CAUCE_OK);
    for (int64_t first = 0; first < s->n_queries; first += step) {
        int64_t n = s->n_queries - first < step ? s->n_queries - first : step;
        ca_wish *wishes = calloc((size_t)n, sizeof *wishes);
        for (int64_t q = 0; q < n; q++)
            wishes[q] = (ca_wish){ .query = q,
                                   .column = s->holes ? (first + q) % s->width : -1,
                                   .most = s->most,
                                   .found = out[first + q].found };
        void *scratch = aligned_alloc(64, ca_points_scratch(&points, n));
        ca_points_find(&points, queries + first * s->width, n, wishes, n, scratch);
        for (int64_t q = 0; q < n; q++) out[first + q].wish = wishes[q];
        free(scratch);
        free(wishes);
    }
    ca_arena_free(&keep.arena);
    ca_run_end(&run);
}

static bool is_candidate(const setting *s, const double *rows, const double *x, int64_t r, int64_t column) {
    const double *y = rows + r * s->width;
    if (column >= 0 && isnan(y[column])) return false;
    return !isnan(distance(s->metric, s->p, s->holes, x, y, s->width));
}

/* Ascending, with the distances of the definition, and nothing nearer is left out. */
static void check_answer(const setting *s, const double *rows, const double *x, const answer *a,
                         double near) {
    bool taken[3000] = { false };
    int64_t candidates = 0;
    ck_assert(s->n <= 3000);
    for (int64_t r = 0; r < s->n; r++) candidates += is_candidate(s, rows, x, r, a->wish.column);
    ck_assert_int_eq(a->wish.n_found, candidates < s->most ? candidates : s->most);
    for (int64_t i = 0; i < a->wish.n_found; i++) {
        const ca_neighbour *f = &a->found[i];
        ck_assert(!taken[f->row] && is_candidate(s, rows, x, f->row, a->wish.column));
        taken[f->row] = true;
        double expected = (double)distance(s->metric, s->p, s->holes, x, rows + f->row * s->width, s->width);
        ck_assert_msg(fabs(f->distance - expected) <= near * expected + 1e-160 || f->distance == expected,
                      "row %lld: %.17g, not %.17g", (long long)f->row, f->distance, expected);
        if (i > 0)
            ck_assert(f[-1].distance < f->distance || (f[-1].distance == f->distance && f[-1].row < f->row));
    }
    if (a->wish.n_found < s->most) return;
    double last = a->found[s->most - 1].distance;
    for (int64_t r = 0; r < s->n; r++) {
        if (taken[r] || !is_candidate(s, rows, x, r, a->wish.column)) continue;
        double d = (double)distance(s->metric, s->p, s->holes, x, rows + r * s->width, s->width);
        ck_assert_msg(d >= last * (1 - near) - 1e-160, "row %lld at %.17g, the last found at %.17g",
                      (long long)r, d, last);
        /* On a lattice distances are exact: of equals the first rows are taken. */
        if (s->kind <= GRID && s->metric != CA_MINKOWSKI && !s->holes && d == last)
            ck_assert(r > a->found[s->most - 1].row);
    }
}

static void check_setting(const setting *s) {
    double *rows = make_rows(s->kind, s->n, s->width, s->holes, 1);
    double *queries = make_rows(s->kind, s->n_queries, s->width, s->holes, 2);
    /* Some rows are asked for themselves. */
    for (int64_t q = 0; q < s->n_queries && q < s->n; q += 5)
        memcpy(queries + q * s->width, rows + (q * 7 % s->n) * s->width, (size_t)s->width * sizeof *rows);
    answer *one = calloc((size_t)s->n_queries, sizeof *one), *all = calloc((size_t)s->n_queries, sizeof *all);
    answers(s, rows, queries, s->n_queries, all);
    for (int64_t q = 0; q < s->n_queries; q++)
        check_answer(s, rows, queries + q * s->width, &all[q], s->metric == CA_MINKOWSKI ? 1e-13 : 1e-14);
    for (int64_t step = 1; step <= 7; step += 2) {
        answers(s, rows, queries, step, one);
        for (int64_t q = 0; q < s->n_queries; q++) {
            ck_assert_int_eq(one[q].wish.n_found, all[q].wish.n_found);
            ck_assert(memcmp(one[q].found, all[q].found, (size_t)all[q].wish.n_found * sizeof *one->found) ==
                      0);
        }
    }
    free(one);
    free(all);
    free(rows);
    free(queries);
}

START_TEST(every_metric_on_every_kind) {
    static const struct {
        ca_metric metric;
        double p;
    } metrics[] = { { CA_EUCLIDEAN, 2 },   { CA_MANHATTAN, 2 }, { CA_CHEBYSHEV, 2 },
                    { CA_MINKOWSKI, 1.5 }, { CA_MINKOWSKI, 3 }, { CA_MINKOWSKI, 40.5 } };
    static const int64_t shapes[][3] = {
        { 1, 1, 1 }, { 31, 2, 5 }, { 33, 7, 33 }, { 200, 20, 5 }, { 700, 3, 40 }
    };
    for (size_t m = 0; m < sizeof metrics / sizeof *metrics; m++)
        for (int kind = 0; kind < N_KINDS; kind++)
            for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
                check_setting(&(setting){ .n = shapes[i][0],
                                          .width = shapes[i][1],
                                          .most = shapes[i][2],
                                          .n_queries = 23,
                                          .metric = metrics[m].metric,
                                          .p = metrics[m].p,
                                          .kind = kind });
}
END_TEST

/* Enough rows for the cheaper look to be given up where outliers leave it nothing to see. */
START_TEST(many_rows) {
    for (int kind = 0; kind < N_KINDS; kind++)
        check_setting(&(setting){ .n = 2500, .width = 20, .most = 2, .n_queries = 8, .kind = kind });
}
END_TEST

static bool boxed(int64_t n, int64_t width, int kind, bool holes) {
    cauce_run run;
    ca_keep keep = { 0 };
    ca_points points;
    double *rows = make_rows(kind, n, width, holes, 1);
    ca_run_begin(&run);
    run.keep = &keep;
    ck_assert_int_eq(ca_points_prepare(&run, &points, rows, n, width, CA_EUCLIDEAN, 2, holes), CAUCE_OK);
    bool boxes = points.boxes != NULL;
    ca_arena_free(&keep.arena);
    ca_run_end(&run);
    free(rows);
    return boxes;
}

/* Few columns: only the boxes that are near are opened. */
START_TEST(boxes) {
    ck_assert(boxed(3000, 2, SMOOTH, false) && boxed(3000, 2, LATTICE, false) && boxed(3000, 2, VAST, false));
    ck_assert(!boxed(3000, 12, SMOOTH, false) && !boxed(3000, 2, SMOOTH, true) &&
              !boxed(500, 2, SMOOTH, false));
    for (int kind = 0; kind < N_KINDS; kind++)
        for (int metric = CA_EUCLIDEAN; metric <= CA_MINKOWSKI; metric++)
            check_setting(&(setting){ .n = 2990,
                                      .width = 2,
                                      .most = 6,
                                      .n_queries = 6,
                                      .metric = (ca_metric)metric,
                                      .p = 3,
                                      .kind = kind });
}
END_TEST

/* Rows 0, 1, 2 ... of so many equal ones, without a look at the others: all of them for each of so many
 * queries would take minutes. */
static void check_equal(int64_t width, double from) {
    enum { ROWS = 150000, QUERIES = 20000, MOST = 3 };
    cauce_run run;
    ca_keep keep = { 0 };
    ca_points points;
    double *rows = make_rows(CONSTANT, ROWS, width, false, 1), *x = malloc((size_t)width * sizeof *x);
    ca_neighbour found[MOST];
    ca_run_begin(&run);
    run.keep = &keep;
    ck_assert_int_eq(ca_points_prepare(&run, &points, rows, ROWS, width, CA_EUCLIDEAN, 2, false), CAUCE_OK);
    void *scratch = cauce_scratch(&run, 1, ca_points_scratch(&points, 1));
    for (int64_t j = 0; j < width; j++) x[j] = rows[j] + (j == 0 ? from : 0);
    for (int64_t q = 0; q < QUERIES; q++) {
        ca_wish wish = { .column = -1, .most = MOST, .found = found };
        ca_points_find(&points, x, 1, &wish, 1, scratch);
        ck_assert_int_eq(wish.n_found, MOST);
        for (int64_t i = 0; i < MOST; i++) ck_assert(found[i].row == i && found[i].distance == from);
    }
    ca_arena_free(&keep.arena);
    ca_run_end(&run);
    free(rows);
    free(x);
}

START_TEST(equal_rows) {
    check_equal(2, 0);
    check_equal(2, 0.5);
    check_equal(16, 0);
}
END_TEST

START_TEST(missing_coordinates) {
    static const int64_t shapes[][3] = { { 1, 2, 1 }, { 50, 2, 5 }, { 300, 9, 5 }, { 500, 20, 40 } };
    for (int kind = 0; kind < N_KINDS; kind++)
        for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
            check_setting(&(setting){ .n = shapes[i][0],
                                      .width = shapes[i][1],
                                      .most = shapes[i][2],
                                      .n_queries = 23,
                                      .holes = true,
                                      .kind = kind });
}
END_TEST

/* A query far outside: its floats are infinite, its neighbours are right. */
START_TEST(far_away) {
    double rows[64], query[2] = { 1e300, -1e299 };
    cauce_rng rng;
    cauce_rng_init(&rng, 3, "far", 0);
    for (int i = 0; i < 64; i++) rows[i] = 1e290 * cauce_rng_uniform(&rng);
    for (int metric = CA_EUCLIDEAN; metric <= CA_MINKOWSKI; metric++) {
        if (metric == CA_EUCLIDEAN) continue; /* squares of 1e300 are infinite: every row is as far */
        setting s = { .n = 32, .width = 2, .most = 4, .n_queries = 1, .metric = (ca_metric)metric, .p = 1.5 };
        answer a;
        answers(&s, rows, query, 1, &a);
        check_answer(&s, rows, query, &a, 1e-13);
    }
    setting s = { .n = 32, .width = 2, .most = 4, .n_queries = 1 };
    answer a;
    answers(&s, rows, query, 1, &a);
    for (int i = 0; i < 4; i++) ck_assert_int_eq(a.found[i].row, i);
}
END_TEST

/* p = 1, 2 and infinity are what they are called. */
START_TEST(powers_with_names) {
    static const struct {
        double p;
        ca_metric metric;
    } names[] = { { 1, CA_MANHATTAN }, { 2, CA_EUCLIDEAN }, { HUGE_VAL, CA_CHEBYSHEV } };
    double *rows = make_rows(SMOOTH, 300, 5, false, 1), *queries = make_rows(SMOOTH, 20, 5, false, 2);
    for (int i = 0; i < 3; i++) {
        setting s = {
            .n = 300, .width = 5, .most = 6, .n_queries = 20, .metric = CA_MINKOWSKI, .p = names[i].p
        };
        answer by_power[20], by_name[20];
        answers(&s, rows, queries, 20, by_power);
        s.metric = names[i].metric;
        answers(&s, rows, queries, 20, by_name);
        for (int q = 0; q < 20; q++)
            ck_assert(memcmp(by_power[q].found, by_name[q].found, 6 * sizeof(ca_neighbour)) == 0);
    }
    free(rows);
    free(queries);
}
END_TEST

/* ---- Weights ------------------------------------------------------------------------------------------- */

START_TEST(rows_needed) {
    cauce_run run;
    int64_t most;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_neighbours_needed(&run, NULL, 10, 3, &most), CAUCE_OK);
    ck_assert_int_eq(most, 3);
    ck_assert_int_eq(ca_neighbours_needed(&run, NULL, 2, 3, &most), CAUCE_OK);
    ck_assert_int_eq(most, 2);
    const double weight[] = { 4, 0.5, 2, 0.5, 1 };
    ck_assert_int_eq(ca_neighbours_needed(&run, weight, 5, 2, &most), CAUCE_OK);
    ck_assert_int_eq(most, 3); /* 0.5 + 0.5 + 1 */
    ck_assert_int_eq(ca_neighbours_needed(&run, weight, 5, 3, &most), CAUCE_OK);
    ck_assert_int_eq(most, 4);
    ck_assert_int_eq(ca_neighbours_needed(&run, weight, 5, 100, &most), CAUCE_OK);
    ck_assert_int_eq(most, 5);
    ca_run_end(&run);
}
END_TEST

static void counts_are(const double *distance, const double *weight, int64_t k, bool by_distance,
                       const double expected[3]) {
    ca_neighbour found[3];
    double sum = 0;
    for (int i = 0; i < 3; i++) found[i] = (ca_neighbour){ distance[i], i };
    ca_wish wish = { .found = found, .n_found = 3, .most = 3 };
    double total = ca_neighbours_count(&wish, weight, k, by_distance);
    for (int i = 0; i < 3; i++) {
        ck_near(found[i].distance, expected[i], 1e-15);
        sum += expected[i];
    }
    ck_near(total, sum, 1e-15);
}

START_TEST(what_rows_count) {
    const double apart[] = { 1, 2, 4 }, touching[] = { 0, 0, 4 },
                 at_infinity[] = { INFINITY, INFINITY, INFINITY };
    const double weight[] = { 1, 2, 5 };
    counts_are(apart, NULL, 3, false, (double[]){ 1, 1, 1 });
    counts_are(apart, weight, 4, false, (double[]){ 1, 2, 1 });
    counts_are(apart, weight, 3, false, (double[]){ 1, 2, 0 });
    counts_are(apart, NULL, 3, true, (double[]){ 1, 0.5, 0.25 });
    counts_are(apart, weight, 5, true, (double[]){ 1, 1, 0.5 });
    counts_are(touching, NULL, 3, true, (double[]){ 1, 1, 0 });
    counts_are(at_infinity, NULL, 3, true, (double[]){ 1, 1, 1 });
    counts_are((double[]){ 1e-308, 2e-308, INFINITY }, NULL, 3, true, (double[]){ 1, 0.5, 0 });
}
END_TEST

START_TEST(without_memory) {
    double *rows = make_rows(SMOOTH, 100, 4, true, 1), weight[100];
    for (int i = 0; i < 100; i++) weight[i] = 1 + i % 3;
    failing_install();
    FAILING_EACH(pass) {
        cauce_run run;
        ca_keep keep = { 0 };
        ca_points points;
        int64_t most;
        ca_run_begin(&run);
        run.keep = &keep;
        cauce_status status = ca_points_prepare(&run, &points, rows, 100, 4, CA_EUCLIDEAN, 2, true);
        if (status == CAUCE_OK) status = ca_neighbours_needed(&run, weight, 100, 7, &most);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_arena_free(&keep.arena);
        ca_run_end(&run);
    }
    free(rows);
}
END_TEST

TEST_MAIN("neighbours", TEST(every_metric_on_every_kind), TEST(many_rows), TEST(boxes), TEST(equal_rows),
          TEST(missing_coordinates), TEST(far_away), TEST(powers_with_names), TEST(rows_needed),
          TEST(what_rows_count), TEST(without_memory))
