#include "estimators/forest_support.h"
#include "tree/sklearn.h"

enum { MOST = 60 };

typedef struct pool {
    double y[MOST], weight[MOST];
    int32_t n;
} pool;

/* The least target up to which there is half of the weight; when it is just half, halfway to the next one. */
static double slow_median(const pool *p) {
    double total = 0, best = HUGE_VAL, next = HUGE_VAL, below = 0;
    for (int32_t i = 0; i < p->n; i++) total += p->weight[i];
    for (int32_t i = 0; i < p->n; i++) {
        double sum = 0;
        for (int32_t j = 0; j < p->n; j++) sum += p->y[j] <= p->y[i] ? p->weight[j] : 0;
        if (2 * sum < total || p->y[i] >= best) continue;
        best = p->y[i];
        below = sum;
    }
    for (int32_t i = 0; i < p->n; i++)
        if (p->y[i] > best && p->y[i] < next) next = p->y[i];
    return 2 * below == total ? (best + next) / 2 : best;
}

static pool taken_from(pool *p) {
    pool one = { .n = (int32_t)(noise() * p->n) };
    one.y[0] = p->y[one.n];
    one.weight[0] = p->weight[one.n];
    p->n--;
    p->y[one.n] = p->y[p->n];
    p->weight[one.n] = p->weight[p->n];
    return one;
}

/* Rows of equal weight come and go; rows of several weights come. (What goes of these leaves traces.) */
START_TEST(medians_of_what_is_there) {
    double room[4][MOST + 1] = { { 0 } };
    for (uint64_t seed = 1; seed <= 20; seed++) {
        ca_sk_median m = { .y = room[0], .weight = room[1], .room = MOST },
                     other = { .y = room[2], .weight = room[3], .room = MOST };
        pool p = { .n = 0 };
        noise_state = seed;
        for (int step = 0; step < 400; step++) {
            bool equal = seed % 2;
            if (p.n == 0 || !equal || (p.n < MOST && noise() < 0.55)) {
                double y = floor(noise() * (seed % 3 ? 9 : 1e9)), weight = equal ? 1 : 1 + floor(noise() * 4);
                if (p.n == MOST) break;
                ca_sk_median_add(&m, y, weight);
                p.y[p.n] = y;
                p.weight[p.n++] = weight;
            } else {
                pool one = taken_from(&p);
                ca_sk_median_remove(&m, one.y[0], one.weight[0]);
            }
            ck_assert_int_eq(m.n, p.n);
            if (p.n) ck_assert_double_eq(ca_sk_median_value(&m), slow_median(&p));
            if (step % 50 || !p.n || !equal) continue;
            ca_sk_median_pour(&m, &other);
            ck_assert_int_eq(m.n, 0);
            ck_assert_double_eq(ca_sk_median_value(&other), slow_median(&p));
            ca_sk_median_pour(&other, &m);
        }
    }
}
END_TEST

TEST_MAIN("sklearn_median", TEST(medians_of_what_is_there))
