/* Columns far from 0 beside a constant whose square is penalised like those of the coefficients. */
#ifndef CA_LINEAR_TURNED_H
#define CA_LINEAR_TURNED_H

#include "linear/design.h"

/* Where a column is 1e9 and a little, the constant cannot be free of it as in other models: the penalty on it
 * stands between them, and in the columns as they are what tells the rows apart is beyond the rounding of
 * their products. Penalties and margins stay what they are when the coefficients of the far columns and of
 * the constant are reflected (Householder 1958, doi:10.1145/320941.320947) so that one coordinate has the
 * direction of the mean: the others have mean 0, and are computed from the numbers less their means. */
typedef struct ca_turned {
    ca_design design;  /* the other columns as they were */
    int64_t n;         /* coordinates that were turned; 0: no column is far, `design` is as it was given */
    int64_t *column;   /* n: their design columns, */
    double *mean;      /* n: the means of these, */
    double *direction; /* n: and the vector of length 1 that is turned round */
    double length;     /* of the means; */
    double base;       /* it with a sign is the mean of the last turned column: those of the others are 0 */
    double constant;   /* what the column of ones stands for; 0: there is none */
} ca_turned;

/* Of a design that was scaled by ca_design_scale, which gave the means. constant: the constant is penalised
 * like the coefficient of a column of this value; 0: there is none. Takes 8 bytes for each row and far column
 * (scratch). */
cauce_status ca_turned_open(cauce_run *run, const ca_design *design, const double *mean, double constant,
                            ca_turned *turned);
/* Penalties (q, scratch) that are `strength` on the squares of the coefficients of the data and on that of
 * intercept / constant, and 1 on a column of zeros. NULL: NOMEM recorded. */
double *ca_turned_penalty(cauce_run *run, const ca_turned *turned, double strength);
/* Coefficients of the data (in schema order) and constant from v. */
cauce_status ca_turned_back(cauce_run *run, const ca_turned *turned, const double *v, double *coef,
                            double *intercept);
/* The name of the first far column that is no constant; NULL: there is none. Where the sizes of coefficients
 * are penalised they cannot be turned. */
const char *ca_far_name(const ca_design *design, const double *mean);

#endif
