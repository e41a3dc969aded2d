/* Training rows of a regression with the means taken out, and their normal equations. */
#ifndef CA_LINEAR_CENTRED_H
#define CA_LINEAR_CENTRED_H

#include "linear/gram.h"

/* Columns are counted in schema order. The dense ones are scaled to standard deviation 1 (a constant column
 * counts as zeros), one-hot columns keep their scale: coef[j] = scale[j] * (coefficient of scaled column j).
 */
typedef struct ca_centred {
    ca_design design;
    int64_t p;
    int64_t *column; /* p: design column of a feature */
    double *scale;   /* p */
    double *mean;    /* p: of the columns as they are; zeros without a constant */
    double y_mean, weight_sum;
    double *a, *b, yy; /* where asked for: X'WX (p x p, both triangles), X'Wy, y'Wy */
    ca_gram gram;
} ca_centred;

/* centre: whether a constant is fitted. gram: whether the normal equations are wanted; otherwise columns that
 * lie apart are gathered, and b is that of the dense columns. Scratch memory. */
cauce_status ca_centred_open(cauce_run *run, const cauce_train *train, bool centre, bool gram,
                             ca_centred *centred);
/* Sets means and normal equations (a, b, yy: new memory) from a Gram matrix, in the coordinates of the
 * design, of all its rows or of some of them: g is q x q, its lower triangle. */
cauce_status ca_centred_equations(cauce_run *run, const double *g, bool centre, ca_centred *centred);
/* Coefficients of the scaled columns back to those of the data. */
void ca_centred_finish(const ca_centred *centred, const double *scaled, double *coef, double *intercept);

#endif
