/* Places of training rows among the levels of a category with few rows in each. */
#ifndef CA_TREE_HELD_OUT_H
#define CA_TREE_HELD_OUT_H

#include "cauce/sys/component.h"

/* Whether a category has many levels, and few of the training rows in each. codes: below 0: missing. */
bool ca_levels_have_few_rows(const cauce_train *train, const int32_t *codes, int32_t n_levels);

/* rank[k]: place of level k by its shrunken mean, levels of the same mean having one; with `kept`, that of an
 * earlier fit. place[r]: that of row r, which is where its level would stand if the rows of r's fold were not
 * there: between two ranks, from -0.5 up; NaN where the level is missing. What decides the order is that of
 * levels.h. Errors: NOMEM.
 *
 * The shrunken mean is the best linear predictor of a random effect, (sum + m mean of all) / (n + m), with m
 * the variance within levels over that between them, both from the analysis of variance (Searle, Casella,
 * McCulloch, Variance Components, 1992, doi:10.1002/9780470316856, section 3.6); where there is none between
 * them all levels have one rank. Folds as in Pargent, Pfisterer, Thomas, Bischl, "Regularized target encoding
 * outperforms traditional methods in supervised machine learning with high cardinality features",
 * Computational Statistics 37, 2022, doi:10.1007/s00180-022-01207-6. */
cauce_status ca_place_rows(cauce_run *run, const cauce_train *train, const int32_t *codes, int32_t n_levels,
                           const int32_t *kept, int32_t *rank, double *place);

#endif
