/* The rows that the trees of an iteration are grown on. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "boost/fit.h"

/* `wanted` of n numbers, each with the same chance, ascending (Knuth's algorithm S). */
static int64_t draw_some(cauce_rng *rng, int64_t n, int64_t wanted, uint32_t *drawn) {
    int64_t found = 0;
    for (int64_t i = 0; i < n && found < wanted; i++)
        if (cauce_rng_below(rng, (uint64_t)(n - i)) < (uint64_t)(wanted - found))
            drawn[found++] = (uint32_t)i;
    return found;
}

static int64_t share_of(double share, int64_t n) {
    int64_t wanted = (int64_t)rint(share * (double)n);
    return wanted < 1 ? 1 : wanted;
}

static int64_t draw_uniform(const ca_boost_plan *plan, int64_t iteration, int64_t n, uint32_t *drawn) {
    cauce_rng rng;
    cauce_rng_init(&rng, plan->seed, "boosting rows", (uint64_t)iteration);
    return draw_some(&rng, n, share_of(plan->subsample, n), drawn);
}

/* ---- By the size of the gradients ---------------------------------------------------------------------- */

/* |gradient x second derivative| of the rows, over all outputs, as LightGBM ranks them. As whole numbers:
 * those of floats that are not negative are ordered as the floats are. */
static void rank_rows(const ca_boost_rows *rows, uint32_t *rank) {
    for (int64_t i = 0; i < rows->n_learn; i++) {
        float sum = 0;
        for (int64_t c = 0; c < rows->n_outputs; c++) {
            const float *pair = rows->pairs + 2 * (c * rows->stride + i);
            sum += fabsf(pair[0] * pair[1]);
        }
        memcpy(&rank[i], &sum, sizeof sum);
    }
}

/* The rank that `top` of n have at least, and how many of those of exactly this rank belong to them: by the
 * upper half of the number, then by the lower. */
static cauce_status nth_rank(cauce_run *run, const uint32_t *rank, int64_t n, int64_t top, uint32_t *least,
                             int64_t *of_these) {
    enum { HALF = 65536 };
    int64_t *count = cauce_scratch(run, 2 * HALF, sizeof *count);
    if (!count) return run->error.status;
    int64_t *low = count + HALF;
    for (int64_t i = 0; i < n; i++) count[rank[i] / HALF]++;
    uint32_t high = HALF - 1, rest = HALF - 1;
    while (top > count[high]) top -= count[high--];
    for (int64_t i = 0; i < n; i++)
        if (rank[i] / HALF == high) low[rank[i] % HALF]++;
    while (top > low[rest]) top -= low[rest--];
    *least = high * HALF + rest;
    *of_these = top;
    return CAUCE_OK;
}

/* Gradients of rows that stand for more than themselves. */
static void enlarge(const ca_boost_rows *rows, int64_t row, double factor) {
    for (int64_t c = 0; c < rows->n_outputs; c++) {
        float *pair = rows->pairs + 2 * (c * rows->stride + row);
        pair[0] = (float)((double)pair[0] * factor);
        pair[1] = (float)((double)pair[1] * factor);
    }
}

static void add_up(const ca_boost_rows *rows, const uint32_t *drawn, int64_t n, double *sum_g,
                   double *sum_h) {
    for (int64_t c = 0; c < rows->n_outputs; c++) {
        sum_g[c] = sum_h[c] = 0;
        for (int64_t i = 0; i < n; i++) {
            const float *pair = rows->pairs + 2 * (c * rows->stride + (int64_t)drawn[i]);
            double times = rows->times ? rows->times[drawn[i]] : 1;
            sum_g[c] += fabs((double)pair[0]) * times;
            sum_h[c] += (double)pair[1] * times;
        }
    }
}

/* Gradient-based one-side sampling (LightGBM 2017, section 3): the top_rate rows with the largest gradients,
 * and of the others a draw of other_rate of all, which stand for these. Equal ones go by their number. */
static cauce_status draw_one_side(cauce_run *run, const ca_boost_plan *plan, int64_t iteration,
                                  const ca_boost_rows *rows, uint32_t *drawn, int64_t *n_drawn) {
    int64_t n = rows->n_learn, top = share_of(plan->top_rate, n), equal = 0, taken = 0, other = 0, seen = 0;
    uint32_t *rank = cauce_scratch(run, n, sizeof *rank), least = 0;
    if (!rank) return run->error.status;
    rank_rows(rows, rank);
    CA_TRY(nth_rank(run, rank, n, top, &least, &equal));
    int64_t rest = n - top, wanted = share_of(plan->other_rate, n);
    if (wanted > rest) wanted = rest;
    cauce_rng rng;
    cauce_rng_init(&rng, plan->seed, "boosting one-side rows", (uint64_t)iteration);
    for (int64_t i = 0; i < n; i++) {
        bool large = rank[i] > least || (rank[i] == least && equal-- > 0);
        bool chosen = !large && other < wanted &&
                      cauce_rng_below(&rng, (uint64_t)(rest - seen)) < (uint64_t)(wanted - other);
        seen += !large;
        other += chosen;
        if (chosen) enlarge(rows, i, (double)rest / (double)wanted);
        if (large || chosen) drawn[taken++] = (uint32_t)i;
    }
    *n_drawn = taken;
    return CAUCE_OK;
}

cauce_status ca_boosting_draw(cauce_run *run, const ca_boost_plan *plan, int64_t iteration,
                              const ca_boost_rows *rows, uint32_t *drawn, int64_t *n_drawn, double *sum_g,
                              double *sum_h) {
    *n_drawn = rows->n_learn;
    if (!drawn) return CAUCE_OK;
    if (!plan->one_side) {
        *n_drawn = draw_uniform(plan, iteration, rows->n_learn, drawn);
        return CAUCE_OK;
    }
    /* the first gradients say little about the rows: LightGBM samples from 1 / learning_rate on */
    if ((double)iteration < 1 / plan->learning_rate) {
        for (int64_t i = 0; i < rows->n_learn; i++) drawn[i] = (uint32_t)i;
        return CAUCE_OK;
    }
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    CA_TRY(draw_one_side(run, plan, iteration, rows, drawn, n_drawn));
    add_up(rows, drawn, *n_drawn, sum_g, sum_h);
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}
