/* Quadratic functions with penalties on sizes, minimised by guesses of which columns are in the optimum and
 * on which side of 0: with them it solves a linear system, whose solution says where they were wrong
 * (primal-dual active sets; Hintermueller, Ito and Kunisch 2002, doi:10.1137/S1052623401383558). From one
 * penalty of a path to the next a guess has few mistakes, and the factor of the system few new columns. */
#ifndef CA_LINEAR_ACTIVE_H
#define CA_LINEAR_ACTIVE_H

#include "linear/face.h"

/* side: q->m, the guess (-1, 0, 1), which becomes that of the optimum; l1 > 0. What is left of the conditions
 * for columns that are in is so small that it leaves a duality gap of at most `enough`; infinity: as far as
 * numbers go. A system counts as a pass. *solved is false, with x no worse than it was, when guesses go on
 * being wrong, the columns are not independent or *passes reaches most_passes. `face` belongs to this matrix;
 * its memory is as old as the call that extends it. */
cauce_status ca_active_descend(cauce_run *run, ca_face *face, ca_quadratic *q, signed char *side,
                               double enough, int64_t most_passes, int64_t *passes, bool *solved);
/* out[i] = column list[i] of the matrix times x. */
cauce_status ca_active_products(cauce_run *run, const ca_quadratic *q, const int64_t *list, int64_t count,
                                const double *x, double *out);

#endif
