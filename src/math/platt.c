#include "math/platt.h"

#include <float.h>
#include <math.h>

#include "math/special.h"

/* A logistic regression of the other outcome, 1 - target, on x brought to -1 .. 1. */
typedef struct problem {
    const double *z, *target, *weight; /* target: of the other outcome */
    double *margin, *p, *loss;
    int64_t n;
} problem;

typedef struct point {
    double a, b, loss;
} point;

static double loss_at(const problem *all, double a, double b) {
    double sum = 0;
    for (int64_t i = 0; i < all->n; i++) all->margin[i] = a * all->z[i] + b;
    ca_logistic_many(all->n, all->margin, all->p, all->loss);
    for (int64_t i = 0; i < all->n; i++)
        sum += all->weight[i] * (all->loss[i] - all->target[i] * all->margin[i]);
    return sum;
}

/* The step to the minimum of the parabola in `at`, where loss_at has just been. False: it is there. */
static bool newton_step(const problem *all, const point *at, double *da, double *db, double *descent) {
    double ga = 0, gb = 0, haa = 0, hab = 0, hbb = 0;
    for (int64_t i = 0; i < all->n; i++) {
        double z = all->z[i], w = all->weight[i], r = w * (all->p[i] - all->target[i]);
        double h = w * all->p[i] * (1 - all->p[i]);
        ga += r * z;
        gb += r;
        haa += h * z * z;
        hab += h * z;
        hbb += h;
    }
    /* Where all z are equal (0), the slope says nothing and stays. */
    double mean = hbb > 0 ? hab / hbb : 0, left = haa - mean * hab;
    *da = left > 1e-14 * hbb ? -(ga - mean * gb) / left : 0;
    *db = hbb > 0 ? -gb / hbb - mean * *da : 0;
    *descent = ga * *da + gb * *db;
    return fabs(*da) + fabs(*db) > 1e-13 * (1 + fabs(at->a) + fabs(at->b)) && *descent < 0;
}

static void minimise(const problem *all, point *at) {
    enum { MOST_STEPS = 100, MOST_HALVINGS = 40 };
    at->loss = loss_at(all, at->a, at->b);
    for (int step = 0; step < MOST_STEPS; step++) {
        double da, db, descent, share = 1;
        if (!newton_step(all, at, &da, &db, &descent)) return;
        for (int halving = 0;; halving++, share /= 2) {
            point next = { at->a + share * da, at->b + share * db, 0 };
            next.loss = loss_at(all, next.a, next.b);
            /* So near the minimum the loss is all rounding, and the whole step right. */
            bool near = -descent < 1e-10 * (1 + at->loss);
            if (near || next.loss <= at->loss + 1e-4 * share * descent) {
                *at = next;
                break;
            }
            if (halving == MOST_HALVINGS) return;
        }
    }
}

/* x as z in -1 .. 1; halves, because the distance of two numbers may be too large for one. */
static void scale(const double *x, int64_t n, double *centre, double *half, double *z) {
    double low = x[0], high = x[0];
    for (int64_t i = 1; i < n; i++) {
        if (x[i] < low) low = x[i];
        if (x[i] > high) high = x[i];
    }
    *centre = low / 2 + high / 2;
    *half = high / 2 - low / 2;
    for (int64_t i = 0; i < n; i++) z[i] = *half > DBL_MIN ? (x[i] - *centre) / *half : 0;
}

cauce_status ca_platt_fit(cauce_run *run, const double *x, const double *y, const double *weight, int64_t n,
                          double *slope, double *constant) {
    double *z = cauce_scratch(run, n, sizeof *z), *target = cauce_scratch(run, n, sizeof *target);
    double *ones = cauce_scratch(run, n, sizeof *ones), *margin = cauce_scratch(run, n, sizeof *margin);
    double *p = cauce_scratch(run, n, sizeof *p), *loss = cauce_scratch(run, n, sizeof *loss);
    double n0 = 0, n1 = 0, centre, half;
    if (!z || !target || !ones || !margin || !p || !loss) return run->error.status;
    for (int64_t i = 0; i < n; i++) {
        ones[i] = weight ? weight[i] : 1;
        *(y[i] > 0 ? &n1 : &n0) += ones[i];
    }
    for (int64_t i = 0; i < n; i++) target[i] = y[i] > 0 ? 1 / (n1 + 2) : (n0 + 1) / (n0 + 2);
    scale(x, n, &centre, &half, z);
    problem all = { z, target, ones, margin, p, loss, n };
    point at = { 0, ca_log((n0 + 1) / (n1 + 1)), 0 };
    minimise(&all, &at);
    *slope = half > DBL_MIN ? at.a / half : 0;
    if (!isfinite(*slope)) *slope = 0;
    *constant = at.b - *slope * centre;
    return CAUCE_OK;
}
