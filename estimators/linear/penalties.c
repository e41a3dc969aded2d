#include "linear/penalties.h"

#include <math.h>

#include "linear/numbers.h"
#include "math/sort.h"

cauce_status ca_net_alphas_check(cauce_run *run, const cauce_value *alphas, const cauce_value *l1_ratio,
                                 const char *other) {
    CA_TRY(ca_numbers_check(run, "alphas", alphas, 0, true, INFINITY));
    CA_TRY(ca_numbers_check(run, "l1_ratio", l1_ratio, 0, false, 1));
    if (ca_numbers_count(alphas) > 0) return CAUCE_OK;
    for (int64_t i = 0; i < ca_numbers_count(l1_ratio); i++)
        if (ca_number_at(l1_ratio, i) == 0)
            return cauce_fail(
                run, CAUCE_E_PARAM,
                "l1_ratio=0 leaves coefficients of any size at any penalty, so that a path has no "
                "start: give alphas, or take %s",
                other);
    return CAUCE_OK;
}

int64_t ca_net_alphas_count(const cauce_value *alphas, int64_t n_alphas) {
    int64_t listed = ca_numbers_count(alphas);
    return listed > 0 ? listed : n_alphas;
}

cauce_status ca_net_alphas(cauce_run *run, const ca_net *net, const cauce_value *alphas, double eps,
                           double l1_ratio, int64_t n, double *out) {
    if (ca_numbers_count(alphas) > 0) {
        for (int64_t k = 0; k < n; k++) out[k] = -ca_number_at(alphas, k);
        CA_TRY(ca_sort(run, out, n));
        for (int64_t k = 0; k < n; k++) out[k] = -out[k];
        return CAUCE_OK;
    }
    double most = ca_net_alpha_max(net, l1_ratio), last = (double)(n - 1);
    for (int64_t k = 0; k < n; k++) /* a target without variance: any will do */
        out[k] = most > 1e-15 ? most * pow(eps, last > 0 ? (double)k / last : 0) : 1e-15;
    return CAUCE_OK;
}

double ca_net_gap_for_a_choice(double tol) {
    return fmin(tol, fmax(1e-3 * tol, 1e-10));
}
