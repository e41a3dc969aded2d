/* Columns of two values of which no two are large in the same row: levels of a category that were made
 * columns before they came here, as in a table of 0 and 1 (or of these, standardised). A design takes them
 * for one-hot blocks again, whose products are sums over the rows of a level.
 *
 * That moves the constant and changes the units of the coefficients, so that it is for designs with a column
 * of ones that nobody penalises, and for optima that do not depend on the coordinates. */
#ifndef CA_LINEAR_DUMMIES_H
#define CA_LINEAR_DUMMIES_H

#include "linear/design.h"

typedef struct ca_dummies {
    const ca_design *from;
    ca_design design; /* with blocks of codes for groups of columns: as many columns in all */
    int64_t *place;   /* q: where in it a column of `from` stands */
    double *step;     /* q: what the larger value is more than the smaller, packed; 1 of other columns */
    double *low;      /* q: the smaller value, packed; 0 of other columns */
} ca_dummies;

/* Looks at a design that is standardised and whose last dense column are the ones. *found: whether there are
 * such groups; without any nothing else is set. Scratch memory. */
cauce_status ca_dummies_find(cauce_run *run, const ca_design *design, ca_dummies *dummies, bool *found);
/* Penalties on squares of the coefficients of `from`, as those of `design`: q numbers. */
void ca_dummies_penalty(const ca_dummies *dummies, const double *penalty, double *out);
/* Coefficients of `from` as those of `design`: q x vectors numbers. */
void ca_dummies_go(const ca_dummies *dummies, int64_t vectors, const double *v, double *out);
/* And back, with the gradient. */
void ca_dummies_back(const ca_dummies *dummies, int64_t vectors, const double *v, const double *gradient,
                     double *v_out, double *gradient_out);

#endif
