/* Descent over the columns that matter, when there are more than a Gram matrix could hold: columns are added
 * while they violate the optimality conditions (working sets as in celer: Massias, Gramfort and Salmon, ICML
 * 2018). */
#ifndef CA_LINEAR_WORKING_SET_H
#define CA_LINEAR_WORKING_SET_H

#include "linear/coordinate.h"

/* An empty set. Scratch memory, here and below. */
cauce_status ca_working_set_open(cauce_run *run, ca_net *net);
/* Before a new penalty, first: notes how far on from the last two solutions the next one is to be tried for.
 * net->l1_now is still the penalty before, here and below. */
void ca_working_set_lead(ca_net *net, double l1);
/* Then: takes in the columns that the penalty will probably ask for, by how gradients went from the penalty
 * before, or by the sequential strong rule (Tibshirani et al. 2012, doi:10.1111/j.1467-9868.2011.01004.x). */
cauce_status ca_working_set_expect(cauce_run *run, ca_net *net, double l1);
/* Moves net->x and the residuals; see ca_quadratic_descend. It goes on below `limit` until the gap over the
 * set is at most `enough`, where that can be known. */
cauce_status ca_working_set_descend(cauce_run *run, ca_net *net, double limit, double enough,
                                    int64_t most_passes, int64_t *passes);
/* Computes the gradients of the columns that may violate the conditions: of the others it is certain that
 * they do not, because the residuals have not gone far enough since they were looked at. *whole: of all
 * columns; otherwise of a pool, some of which violate. */
cauce_status ca_working_set_look(cauce_run *run, ca_net *net, bool *whole);
/* Adds the columns outside that violate the conditions most, of those whose gradient is that of net->x.
 * *grown: there were some. */
cauce_status ca_working_set_grow(cauce_run *run, ca_net *net, bool *grown);

#endif
