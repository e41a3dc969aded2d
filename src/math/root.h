/* Where a function of one number is 0. */
#ifndef CA_MATH_ROOT_H
#define CA_MATH_ROOT_H

typedef double ca_function(double x, void *payload);

/* A root of an ascending function between two bounds, to the last digits of a double; the bound, where the
 * function has one sign everywhere. Chandrupatla, A new hybrid quadratic/bisection algorithm for finding the
 * zero of a nonlinear function without using derivatives, Advances in Engineering Software 28 (1997),
 * doi:10.1016/S0965-9978(96)00051-8. */
double ca_root(ca_function *function, void *payload, double low, double high);

#endif
