#include "linear/shares.h"

cauce_status ca_shares_open(cauce_run *run, int64_t n, ca_shares *shares) {
    ca_shares *s = shares;
    double **arrays[] = { &s->share,  &s->rest, &s->low,   &s->high,  &s->residual,
                          &s->dshare, &s->dlow, &s->dhigh, &s->theta, &s->target };
    s->n = n;
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        if (!(*arrays[k] = cauce_scratch(run, n, sizeof(double)))) return CA_NOMEM(run);
    return CAUCE_OK;
}

/* Where the dual unknown can be 0 within its bounds, it is; otherwise in the middle. */
void ca_shares_start(ca_shares *shares, double room) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        double y = s->y ? s->y[i] : 0, quantile = ca_shares_quantile(s, i);
        bool inside = quantile > 0 && quantile < 1;
        s->share[i] = inside ? 1 - quantile : 0.5;
        s->rest[i] = inside ? quantile : 0.5;
        s->high[i] = (y > 0 ? y : 0) + room;
        s->low[i] = (y > 0 ? 0 : -y) + room;
    }
}

double ca_shares_gap(const ca_shares *shares) {
    const ca_shares *s = shares;
    double sum = 0;
    for (int64_t i = 0; i < s->n; i++)
        sum += ca_shares_weight(s, i) * (s->share[i] * s->low[i] + s->rest[i] * s->high[i]);
    return sum;
}

void ca_shares_system(ca_shares *shares, double mu, bool corrected) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        double share = s->share[i], rest = s->rest[i];
        double low = mu - share * s->low[i] - (corrected ? s->dshare[i] * s->dlow[i] : 0);
        double high = mu - rest * s->high[i] + (corrected ? s->dshare[i] * s->dhigh[i] : 0);
        s->theta[i] = ca_shares_weight(s, i) / (s->low[i] / share + s->high[i] / rest);
        s->target[i] = s->theta[i] * (s->residual[i] + low / share - high / rest);
        s->dlow[i] = low;
        s->dhigh[i] = high;
    }
}

void ca_shares_step(ca_shares *shares, const double *along) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        double d = (s->target[i] - s->theta[i] * along[i]) / ca_shares_weight(s, i);
        s->dshare[i] = d;
        s->dlow[i] = (s->dlow[i] - s->low[i] * d) / s->share[i];
        s->dhigh[i] = (s->dhigh[i] + s->high[i] * d) / s->rest[i];
    }
}

static double ratio(double value, double change, double most) {
    return change < 0 && -value / change < most ? -value / change : most;
}

void ca_shares_room(const ca_shares *shares, double *dual, double *primal) {
    const ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        *dual = ratio(s->share[i], s->dshare[i], *dual);
        *dual = ratio(s->rest[i], -s->dshare[i], *dual);
        *primal = ratio(s->low[i], s->dlow[i], *primal);
        *primal = ratio(s->high[i], s->dhigh[i], *primal);
    }
}

double ca_shares_gap_after(const ca_shares *shares, double dual, double primal) {
    const ca_shares *s = shares;
    double sum = 0;
    for (int64_t i = 0; i < s->n; i++) {
        double share = s->share[i] + dual * s->dshare[i], rest = s->rest[i] - dual * s->dshare[i];
        sum += ca_shares_weight(s, i) *
               (share * (s->low[i] + primal * s->dlow[i]) + rest * (s->high[i] + primal * s->dhigh[i]));
    }
    return sum;
}

void ca_shares_move(ca_shares *shares, double dual, double primal) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        s->share[i] += dual * s->dshare[i];
        s->rest[i] -= dual * s->dshare[i];
        s->low[i] += primal * s->dlow[i];
        s->high[i] += primal * s->dhigh[i];
    }
}
