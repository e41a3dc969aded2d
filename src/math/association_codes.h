/* The scores of math/association.h for all columns of a one-hot block at once, from its codes: what a column
 * of 0 and 1 says about a target follows from the rows where it is 1. */
#ifndef CA_MATH_ASSOCIATION_CODES_H
#define CA_MATH_ASSOCIATION_CODES_H

#include "math/association.h"

typedef enum ca_scoring {
    CA_SCORE_ANOVA,
    CA_SCORE_F_REGRESSION,
    CA_SCORE_CHI2,
    CA_SCORE_INFORMATION /* with the classes or the numbers of the target */
} ca_scoring;

/* out[j]: what the function for one column gives for the column that is 1 where codes[r] is j, and 0
 * elsewhere (a negative code is in no column), for j below `width`; k is that of mutual information.
 * Chi-squared has the same bits; the others agree to rounding, because they do not add up n terms for each
 * column: here columns of the same counts have the same score. Time: rows + width * classes; of mutual
 * information with numbers, at most k * k * rows. Parallel inside. */
cauce_status ca_score_codes(cauce_run *run, ca_scoring scoring, const ca_associated *target,
                            const int32_t *codes, int64_t width, int64_t k, ca_association *out);

/* The population variance of each of these columns, and whether it has both a 0 and a 1. */
cauce_status ca_variance_codes(cauce_run *run, const int32_t *codes, const double *weight, int64_t n,
                               int64_t width, double *variance, bool *differs);

/* ---- For the files that score -------------------------------------------------------------------------- */

enum { CA_COLUMNS_AT_ONCE = 512 }; /* one task */
/* Counts the rows of each code; first (width + 1 of 0) says then where those of code j begin in a list by
 * code. */
void ca_codes_count(const int32_t *codes, int64_t n, int64_t width, int64_t *first);
/* Such a list is filled by `list[first[codes[r]]++] = ...`; puts the beginnings back. */
void ca_codes_filled(int64_t width, int64_t *first);
/* The column as numbers. */
void ca_codes_column(const int32_t *codes, int64_t n, int64_t j, double *x);
/* Mutual information with numbers. */
cauce_status ca_information_codes(cauce_run *run, const ca_associated *target, const int32_t *codes,
                                  int64_t width, int64_t k, ca_association *out);

#endif
