#include "math/boxes.h"

#include "support/check_main.h"
#include "support/failing.h"

enum { TILE = 4 };

typedef struct made {
    int64_t n, width;
    double *rows;
    ca_boxes boxes;
} made;

/* The cells of every row of the tiles first .. end - 1 are in the box, and touch its sides. */
static void check_node(const made *m, int64_t node, int64_t first, int64_t end) {
    int64_t from = first * TILE, to = end * TILE < m->n ? end * TILE : m->n;
    for (int64_t j = 0; j < m->width; j++) {
        double low = INFINITY, high = -INFINITY;
        for (int64_t i = from; i < to; i++) {
            double x = m->rows[m->boxes.order[i] * m->width + j];
            if (x < low) low = x;
            if (x > high) high = x;
        }
        ck_assert(m->boxes.boxes[2 * node * m->width + j] == low);
        ck_assert(m->boxes.boxes[(2 * node + 1) * m->width + j] == high);
    }
    int64_t least = m->n;
    for (int64_t i = from; i < to; i++)
        if (m->boxes.order[i] < least) least = m->boxes.order[i];
    ck_assert_int_eq(m->boxes.least_rows[node], least);
    if (end - first == 1) return;
    int64_t middle = ca_box_middle(first, end);
    ck_assert(middle > first && middle < end);
    check_node(m, node + 1, first, middle);
    check_node(m, node + 2 * (middle - first), middle, end);
    /* The halves are apart in one column at least. */
    const double *a = m->boxes.boxes + 2 * (node + 1) * m->width,
                 *b = m->boxes.boxes + 2 * (node + 2 * (middle - first)) * m->width;
    bool apart = false;
    for (int64_t j = 0; j < m->width; j++) apart |= a[m->width + j] <= b[j];
    ck_assert(apart);
}

static void check(int64_t n, int64_t width, int kind) {
    cauce_run run;
    ca_keep keep = { 0 };
    made m = { .n = n, .width = width, .rows = malloc((size_t)(n * width) * sizeof *m.rows) };
    cauce_rng rng;
    cauce_rng_init(&rng, (uint64_t)kind, "boxes", (uint64_t)n);
    for (int64_t i = 0; i < n * width; i++)
        m.rows[i] = kind == 0   ? cauce_rng_uniform(&rng)
                    : kind == 1 ? (double)cauce_rng_below(&rng, 3)
                    : kind == 2 ? 7
                                : (double)i; /* in order already */
    ca_run_begin(&run);
    run.keep = &keep;
    ck_assert_int_eq(ca_boxes_make(&run, m.rows, n, width, TILE, &m.boxes), CAUCE_OK);
    char *seen = calloc((size_t)n, 1);
    for (int64_t i = 0; i < n; i++) {
        ck_assert(m.boxes.order[i] >= 0 && m.boxes.order[i] < n && !seen[m.boxes.order[i]]);
        seen[m.boxes.order[i]] = 1;
    }
    check_node(&m, 0, 0, (n + TILE - 1) / TILE);
    free(seen);
    free(m.rows);
    ca_arena_free(&keep.arena);
    ca_run_end(&run);
}

START_TEST(boxes) {
    for (int kind = 0; kind < 4; kind++)
        for (int64_t n = 1; n < 70; n++) check(n, 1 + n % 4, kind);
    check(5000, 3, 0);
    check(5000, 2, 1);
}
END_TEST

START_TEST(without_memory) {
    static const double rows[] = { 3, 1, 2, 5, 4, 9, 8, 7, 6, 0 };
    failing_install();
    FAILING_EACH(pass) {
        cauce_run run;
        ca_keep keep = { 0 };
        ca_boxes made;
        ca_run_begin(&run);
        run.keep = &keep;
        cauce_status status = ca_boxes_make(&run, rows, 10, 1, TILE, &made);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        ca_arena_free(&keep.arena);
        ca_run_end(&run);
    }
}
END_TEST

TEST_MAIN("boxes", TEST(boxes), TEST(without_memory))
