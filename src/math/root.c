#include "math/root.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>

/* The latest point, one of the other sign, and the one before. */
typedef struct points {
    double a, b, c, fa, fb, fc;
} points;

/* Where to go from a towards b, as a part of the way: by the inverse parabola through the three points where
 * it is sure to stay between a and b, otherwise half-way. */
static double part_of_way(const points *p) {
    double chi = (p->a - p->b) / (p->c - p->b), phi = (p->fa - p->fb) / (p->fc - p->fb);
    if (!(phi * phi < chi && (1 - phi) * (1 - phi) < 1 - chi)) return 0.5;
    return p->fa / (p->fb - p->fa) * (p->fc / (p->fb - p->fc)) +
           (p->c - p->a) / (p->b - p->a) * (p->fa / (p->fc - p->fa)) * (p->fb / (p->fc - p->fb));
}

double ca_root(ca_function *function, void *payload, double low, double high) {
    enum { ROUNDS = 200 };
    double at_low = function(low, payload), at_high = function(high, payload), part = 0.5;
    if (!(at_low < 0)) return low;
    if (!(at_high > 0)) return high;
    points p = { high, low, high, at_high, at_low, at_high };
    for (int round = 0; round < ROUNDS; round++) {
        double x = p.a + part * (p.b - p.a), fx = function(x, payload);
        if ((fx > 0) == (p.fa > 0)) {
            p.c = p.a, p.fc = p.fa;
        } else {
            p.c = p.b, p.fc = p.fb;
            p.b = p.a, p.fb = p.fa;
        }
        p.a = x, p.fa = fx;
        bool a_best = fabs(p.fa) < fabs(p.fb);
        double best = a_best ? p.a : p.b, tolerance = 2 * DBL_EPSILON * fabs(best) + 2 * DBL_MIN;
        double least = tolerance / fabs(p.b - p.a);
        if (!(least < 0.5) || p.fa == 0) break;
        part = part_of_way(&p);
        part = fmin(1 - least, fmax(least, part));
    }
    return fabs(p.fa) < fabs(p.fb) ? p.a : p.b;
}
