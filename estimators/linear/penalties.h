/* Sequences of penalties for lasso and elastic net, the largest first. */
#ifndef CA_LINEAR_PENALTIES_H
#define CA_LINEAR_PENALTIES_H

#include "linear/coordinate.h"

/* Rows of a parameter struct with members eps, n_alphas and alphas. */
#define CA_NET_ALPHAS_ROWS(T)                                                                                \
    CAUCE_REAL_ABOVE(T, eps, 1e-3, 0.0, 1.0,                                                                 \
                     "Least penalty of a path, as a share of the one that makes all coefficients 0."),       \
        CAUCE_INT(T, n_alphas, 100, 1, 100000, "Number of penalties of a path."),                            \
        CAUCE_MIXED(T, alphas, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0.0, 0.0, NULL,                    \
                    "Penalties to try, instead of a path from eps and n_alphas.")

/* PARAM for alphas or ratios that are no penalties, and for a path without a start. other: what is to be
 * taken for squares alone. */
cauce_status ca_net_alphas_check(cauce_run *run, const cauce_value *alphas, const cauce_value *l1_ratio,
                                 const char *other);
/* How many there are. */
int64_t ca_net_alphas_count(const cauce_value *alphas, int64_t n_alphas);
/* out: n of them, those listed or evenly spaced on a logarithmic scale from the least one of `net` (not
 * solved yet) for which all coefficients are 0. */
cauce_status ca_net_alphas(cauce_run *run, const ca_net *net, const cauce_value *alphas, double eps,
                           double l1_ratio, int64_t n, double *out);
/* The errors of neighbouring penalties differ by less than those of fits that are only just solved: a choice
 * among these would be one by chance. This is the gap to aim at instead of tol. */
double ca_net_gap_for_a_choice(double tol);

#endif
