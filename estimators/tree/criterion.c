/* Gini and entropy: Breiman, Friedman, Olshen, Stone, "Classification and Regression Trees", 1984. Poisson
 * deviance: therein and in rpart's documentation. */
#include "tree/criterion.h"

#include <math.h>

#include "base/run.h"
#include "math/special.h"

double ca_xlogx_large(double x) {
    return x > 0 ? x * ca_log(x) : 0;
}

cauce_status ca_xlogx_make(cauce_run *run, int64_t n, ca_xlogx *logs) {
    double *table = cauce_scratch(run, n, sizeof *table);
    if (!table) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) table[i] = ca_xlogx_large((double)i);
    *logs = (ca_xlogx){ table, n };
    return CAUCE_OK;
}

static double entropy_side(const ca_xlogx *logs, ca_pair side) {
    return ca_xlogx_of(logs, side.s) + ca_xlogx_of(logs, side.w - side.s) - ca_xlogx_of(logs, side.w);
}

/* sum * log(mean): a side without events has no finite deviance and is refused, as is usual. */
static double poisson_side(ca_pair side) {
    return side.s > 0 ? side.s * ca_log(side.s / side.w) : -HUGE_VAL;
}

double ca_pair_gain(ca_scoring scoring, const ca_xlogx *logs, ca_pair l, ca_pair r) {
    switch (scoring) {
    case CA_SCORE_PAIR_ENTROPY: return entropy_side(logs, l) + entropy_side(logs, r);
    case CA_SCORE_POISSON: return poisson_side(l) + poisson_side(r);
    default: return ca_squares(l, r);
    }
}

double ca_pair_base(ca_scoring scoring, const ca_xlogx *logs, ca_pair node) {
    switch (scoring) {
    case CA_SCORE_PAIR_ENTROPY: return entropy_side(logs, node);
    case CA_SCORE_POISSON: return poisson_side(node);
    default: return node.s * node.s / node.w;
    }
}

double ca_class_side(ca_scoring scoring, const ca_xlogx *logs, const double *weights, int32_t k, double w) {
    double sum = 0;
    if (scoring == CA_SCORE_ENTROPY) {
        for (int32_t c = 0; c < k; c++) sum += ca_xlogx_of(logs, weights[c]);
        return sum - ca_xlogx_of(logs, w);
    }
    for (int32_t c = 0; c < k; c++) sum += weights[c] * weights[c];
    return sum / w;
}
