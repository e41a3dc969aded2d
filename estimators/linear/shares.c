#include "linear/shares.h"

cauce_status ca_shares_open(cauce_run *run, int64_t n, ca_shares *shares) {
    ca_shares *s = shares;
    double **arrays[] = { &s->share,    &s->rest,   &s->low,  &s->high,
                          &s->residual, &s->dshare, &s->dlow, &s->dhigh };
    s->n = n;
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        if (!(*arrays[k] = cauce_scratch(run, n, sizeof(double)))) return CA_NOMEM(run);
    return CAUCE_OK;
}

/* Where the dual unknown can be 0 within its bounds, it is; otherwise in the middle. */
void ca_shares_start(ca_shares *shares, double room) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        double y = ca_shares_y(s, i), quantile = ca_shares_quantile(s, i);
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

/* low, high: right-hand sides. Computed twice in a step, and not kept: there are many rows. */
struct row_system {
    double theta, target, low, high;
};

static struct row_system system_of(const ca_shares *s, ca_shares_aim aim, int64_t i) {
    const double share = s->share[i], rest = s->rest[i];
    struct row_system row;
    row.low = aim.mu - share * s->low[i] - (aim.corrected ? s->dshare[i] * s->dlow[i] : 0);
    row.high = aim.mu - rest * s->high[i] + (aim.corrected ? s->dshare[i] * s->dhigh[i] : 0);
    row.theta = ca_shares_weight(s, i) / (s->low[i] / share + s->high[i] / rest);
    row.target = row.theta * (s->residual[i] + row.low / share - row.high / rest);
    return row;
}

void ca_shares_system(const ca_shares *shares, ca_shares_aim aim, double *theta, double *target) {
    for (int64_t i = 0; i < shares->n; i++) {
        const struct row_system row = system_of(shares, aim, i);
        theta[i] += row.theta;
        target[i] += row.target;
    }
}

void ca_shares_step(ca_shares *shares, ca_shares_aim aim, const double *along) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        const struct row_system row = system_of(s, aim, i);
        double d = (row.target - row.theta * along[i]) / ca_shares_weight(s, i);
        s->dshare[i] = d;
        s->dlow[i] = (row.low - s->low[i] * d) / s->share[i];
        s->dhigh[i] = (row.high + s->high[i] * d) / s->rest[i];
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
