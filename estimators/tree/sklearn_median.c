/* Weighted medians as scikit-learn 1.2.1 keeps them while rows come and go: see sklearn.h.
 *
 * The least k whose targets have half of the weight is not looked for but moved from where it was, and its
 * weight is added to and taken from. So it is off where the median itself went and the next one has another
 * weight, or where sums are rounded, and what has come and gone before is part of the result. So is what
 * stands behind the last target after one was taken out: the one that stood last. */
#include <string.h>

#include "tree/sklearn.h"

double ca_sk_median_value(const ca_sk_median *m) {
    double last = m->y[m->k > 0 ? m->k - 1 : 0];
    if (m->below == m->total / 2) return (m->y[m->k] + last) / 2;
    return m->below > m->total / 2 ? last : 0;
}

static void lengthen(ca_sk_median *m) {
    while (m->k < m->n && m->below < m->total / 2) m->below += m->weight[m->k++];
}

static void shorten(ca_sk_median *m) {
    while (m->k > 1 && m->below - m->weight[m->k - 1] >= m->total / 2) m->below -= m->weight[--m->k];
}

/* The first target that is not below y, or, with `behind`, that is above it. */
static int64_t place_of(const ca_sk_median *m, double y, bool behind) {
    int64_t low = 0, high = m->n;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (m->y[middle] < y || (behind && m->y[middle] == y))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void move(double *x, int64_t to, int64_t from, int64_t n) {
    memmove(x + to, x + from, (size_t)n * sizeof *x);
}

void ca_sk_median_add(ca_sk_median *m, double y, double weight) {
    double before = m->n ? ca_sk_median_value(m) : 0;
    int64_t at = place_of(m, y, true);
    move(m->y, at + 1, at, m->n - at);
    move(m->weight, at + 1, at, m->n - at);
    m->y[at] = y;
    m->weight[at] = weight;
    m->total += weight;
    if (++m->n == 1) {
        m->k = 1;
        m->total = m->below = weight;
    } else if (y < before) {
        m->k += m->k < m->room; /* k may point behind the targets, but not behind the memory */
        m->below += weight;
        shorten(m);
    } else {
        lengthen(m);
    }
}

static void take_out(ca_sk_median *m, int64_t at) {
    double before = ca_sk_median_value(m), y = m->y[at], weight = m->weight[at];
    move(m->y, at, at + 1, m->n - at - 1);
    move(m->weight, at, at + 1, m->n - at - 1);
    m->total -= weight;
    if (--m->n == 0) {
        ca_sk_median_clear(m);
    } else if (m->n == 1) {
        m->k = 1;
        m->below = m->total;
    } else if (y < before) {
        m->k -= m->k > 0;
        m->below -= weight;
        lengthen(m);
    } else {
        shorten(m);
    }
}

void ca_sk_median_remove(ca_sk_median *m, double y, double weight) {
    int64_t at = place_of(m, y, false);
    while (m->weight[at] != weight) at++;
    take_out(m, at);
}

void ca_sk_median_pour(ca_sk_median *from, ca_sk_median *to) {
    while (from->n) {
        double y = from->y[0], weight = from->weight[0];
        take_out(from, 0);
        ca_sk_median_add(to, y, weight);
    }
}

void ca_sk_median_clear(ca_sk_median *m) {
    m->n = m->k = 0;
    m->total = m->below = 0;
}
