#include "linear/shares.h"

cauce_status ca_shares_open(cauce_run *run, int64_t n, ca_shares *shares) {
    ca_shares *s = shares;
    float **singles[] = { &s->low, &s->high, &s->residual, &s->dshare, &s->dlow, &s->dhigh };
    s->n = n;
    if (!(s->near = cauce_scratch(run, n, sizeof *s->near))) return CA_NOMEM(run);
    for (size_t k = 0; k < sizeof singles / sizeof *singles; k++)
        if (!(*singles[k] = cauce_scratch(run, n, sizeof(float)))) return CA_NOMEM(run);
    return CAUCE_OK;
}

static double nearer(double share, double rest) {
    return share > rest ? -rest : share;
}

/* Where the dual unknown can be 0 within its bounds, it is; otherwise in the middle. */
void ca_shares_start(ca_shares *shares, double room) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        double y = ca_shares_y(s, i), quantile = ca_shares_quantile(s, i);
        bool inside = quantile > 0 && quantile < 1;
        s->near[i] = inside ? nearer(1 - quantile, quantile) : 0.5;
        s->high[i] = (float)((y > 0 ? y : 0) + room);
        s->low[i] = (float)((y > 0 ? 0 : -y) + room);
    }
}

double ca_shares_gap(const ca_shares *shares) {
    const ca_shares *s = shares;
    double sum = 0;
    for (int64_t i = 0; i < s->n; i++)
        sum += ca_shares_weight(s, i) *
               (ca_shares_share(s, i) * (double)s->low[i] + ca_shares_rest(s, i) * (double)s->high[i]);
    return sum;
}

/* theta: without the weight of the row. low, high: right-hand sides. Computed twice in a step, and not kept:
 * there are many rows. */
struct row_system {
    double share, rest, theta, target, low, high;
};

static struct row_system system_of(const ca_shares *s, ca_shares_aim aim, int64_t i) {
    struct row_system row = { .share = ca_shares_share(s, i), .rest = ca_shares_rest(s, i) };
    row.low = aim.mu - row.share * (double)s->low[i];
    row.high = aim.mu - row.rest * (double)s->high[i];
    if (aim.corrected) {
        row.low -= (double)s->dshare[i] * (double)s->dlow[i];
        row.high += (double)s->dshare[i] * (double)s->dhigh[i];
    }
    row.theta = (double)(float)(1 / ((double)s->low[i] / row.share + (double)s->high[i] / row.rest));
    row.target = row.theta * ((double)s->residual[i] + row.low / row.share - row.high / row.rest);
    return row;
}

void ca_shares_system(const ca_shares *shares, ca_shares_aim aim, int64_t row, int64_t rows, float *theta,
                      double *target) {
    for (int64_t r = 0; r < rows; r++) {
        const struct row_system system = system_of(shares, aim, row + r);
        if (theta) theta[r] += (float)system.theta;
        target[r] += ca_shares_weight(shares, row + r) * system.target;
    }
}

void ca_shares_step(ca_shares *shares, ca_shares_aim aim, int64_t row, int64_t rows, const double *along) {
    ca_shares *s = shares;
    for (int64_t i = row; i < row + rows; i++) {
        const struct row_system system = system_of(s, aim, i);
        const double d = system.target - system.theta * along[i - row];
        s->dshare[i] = (float)d;
        s->dlow[i] = (float)((system.low - (double)s->low[i] * d) / system.share);
        s->dhigh[i] = (float)((system.high + (double)s->high[i] * d) / system.rest);
    }
}

static double ratio(double value, double change, double most) {
    return change < 0 && -value / change < most ? -value / change : most;
}

void ca_shares_room(const ca_shares *shares, double *dual, double *primal) {
    const ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        *dual = ratio(ca_shares_share(s, i), (double)s->dshare[i], *dual);
        *dual = ratio(ca_shares_rest(s, i), -(double)s->dshare[i], *dual);
        *primal = ratio((double)s->low[i], (double)s->dlow[i], *primal);
        *primal = ratio((double)s->high[i], (double)s->dhigh[i], *primal);
    }
}

double ca_shares_gap_after(const ca_shares *shares, double dual, double primal) {
    const ca_shares *s = shares;
    double sum = 0;
    for (int64_t i = 0; i < s->n; i++) {
        const double d = dual * (double)s->dshare[i];
        sum += ca_shares_weight(s, i) *
               ((ca_shares_share(s, i) + d) * ((double)s->low[i] + primal * (double)s->dlow[i]) +
                (ca_shares_rest(s, i) - d) * ((double)s->high[i] + primal * (double)s->dhigh[i]));
    }
    return sum;
}

void ca_shares_move(ca_shares *shares, double dual, double primal) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        const double d = dual * (double)s->dshare[i];
        s->near[i] = nearer(ca_shares_share(s, i) + d, ca_shares_rest(s, i) - d);
        s->low[i] = (float)((double)s->low[i] + primal * (double)s->dlow[i]);
        s->high[i] = (float)((double)s->high[i] + primal * (double)s->dhigh[i]);
    }
}
