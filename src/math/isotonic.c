#include "math/isotonic.h"

#include "math/sort.h"

/* Points that have one value. */
typedef struct pool {
    double sum, weight; /* of the values, weighted */
    int64_t end;        /* of its places */
} pool;

static inline bool descends(const pool *a, const pool *b) {
    return !(a->sum / a->weight < b->sum / b->weight);
}

/* Pools of the points in order, each with a larger value than the one before; how many. */
static int64_t join(const double *x, const double *y, const double *weight, const int64_t *order, int64_t n,
                    double *at, pool *pools) {
    int64_t n_pools = 0, n_places = 0;
    for (int64_t i = 0; i < n;) {
        pool next = { 0, 0, n_places + 1 };
        at[n_places++] = x[order[i]];
        for (; i < n && x[order[i]] == at[n_places - 1]; i++) {
            double w = weight ? weight[order[i]] : 1;
            next.sum += w * y[order[i]];
            next.weight += w;
        }
        while (n_pools && descends(&pools[n_pools - 1], &next)) {
            next.sum += pools[n_pools - 1].sum;
            next.weight += pools[--n_pools].weight;
        }
        pools[n_pools++] = next;
    }
    return n_pools;
}

cauce_status ca_isotonic_fit(cauce_run *run, const double *x, const double *y, const double *weight,
                             int64_t n, double *at, double *value, int64_t *n_points) {
    int64_t *order = cauce_scratch(run, n, sizeof *order), first = 0;
    pool *pools = cauce_scratch(run, n, sizeof *pools);
    if (!order || !pools) return run->error.status;
    CA_TRY(ca_argsort(run, x, n, order));
    int64_t n_pools = join(x, y, weight, order, n, at, pools);
    *n_points = 0;
    for (int64_t p = 0; p < n_pools; first = pools[p++].end) {
        double level = pools[p].sum / pools[p].weight;
        /* The ends of a pool say all. */
        for (int64_t i = first; i < pools[p].end; i = i + 1 < pools[p].end ? pools[p].end - 1 : i + 1) {
            at[*n_points] = at[i];
            value[(*n_points)++] = level;
        }
    }
    return CAUCE_OK;
}

double ca_isotonic_at(const double *at, const double *value, int64_t n_points, double x) {
    int64_t low = 0, high = n_points - 1;
    if (!(x > at[0])) return value[0];
    if (!(x < at[high])) return value[high];
    while (high - low > 1) {
        int64_t middle = low + (high - low) / 2;
        if (at[middle] < x)
            low = middle;
        else
            high = middle;
    }
    /* Halves: the distance of two numbers may be too large for one. */
    double width = at[high] / 2 - at[low] / 2;
    double share = width > 0 ? (x / 2 - at[low] / 2) / width : 1;
    double y = value[low] + share * (value[high] - value[low]);
    return y < value[high] ? y : value[high];
}
