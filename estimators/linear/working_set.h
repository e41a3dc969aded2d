/* Descent over the columns that matter, when there are more than a Gram matrix could hold: columns are added
 * while they violate the optimality conditions (working sets as in celer: Massias, Gramfort and Salmon, ICML
 * 2018). */
#ifndef CA_LINEAR_WORKING_SET_H
#define CA_LINEAR_WORKING_SET_H

#include "linear/coordinate.h"

/* An empty set. Scratch memory, here and below. */
cauce_status ca_working_set_open(cauce_run *run, ca_net *net);
/* Before a new penalty: makes room for the columns that it will probably take in (the sequential strong rule,
 * Tibshirani et al. 2012, doi:10.1111/j.1467-9868.2011.01004.x). net->l1 is still the penalty before. */
void ca_working_set_expect(ca_net *net, double l1);
/* Moves net->x and the residuals; see ca_quadratic_descend. */
cauce_status ca_working_set_descend(cauce_run *run, ca_net *net, double limit, int64_t most_passes,
                                    int64_t *passes);
/* Adds the columns outside that violate the conditions most. *grown: there were some. net->gradient is that
 * of net->x. */
cauce_status ca_working_set_grow(cauce_run *run, ca_net *net, bool *grown);

#endif
