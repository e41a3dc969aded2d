#include "linear/shares.h"

cauce_status ca_shares_open(cauce_run *run, int64_t n, bool single, ca_shares *shares) {
    ca_shares *s = shares;
    s->n = n;
    if (single)
        s->near_single = cauce_scratch(run, n, sizeof *s->near_single);
    else
        s->near = cauce_scratch(run, n, sizeof *s->near);
    s->slack = cauce_scratch(run, n, sizeof *s->slack);
    return (s->near || s->near_single) && s->slack ? CAUCE_OK : CA_NOMEM(run);
}

static double nearer(double share, double rest) {
    return share > rest ? -rest : share;
}

static void set_near(ca_shares *s, int64_t i, double near) {
    if (s->near)
        s->near[i] = near;
    else
        s->near_single[i] = (float)near;
}

/* Where the dual unknown can be 0 within its bounds, it is; otherwise in the middle. */
void ca_shares_start(ca_shares *shares, double room) {
    ca_shares *s = shares;
    for (int64_t i = 0; i < s->n; i++) {
        const double quantile = ca_shares_quantile(s, i);
        const bool inside = quantile > 0 && quantile < 1;
        set_near(s, i, inside ? nearer(1 - quantile, quantile) : 0.5);
        s->slack[i] = (float)room;
    }
}

/* ---- One row ------------------------------------------------------------------------------------------- */

struct row {
    double share, rest, low, high;
};

static struct row row_at(const ca_shares *s, int64_t i, double margin) {
    const double near = ca_shares_near(s, i), slack = (double)s->slack[i],
                 residual = ca_shares_y(s, i) - margin;
    return (struct row){ .share = near > 0 ? near : 1 + near,
                         .rest = near > 0 ? 1 - near : -near,
                         .low = residual > 0 ? slack : slack - residual,
                         .high = residual > 0 ? slack + residual : slack };
}

/* A step of the row: by `share` (its rest by as much the other way) and by the slacks. */
struct step {
    double share, low, high;
};

/* The weight of the row in the least squares problem; both steps are to have the very one that is kept. */
static double theta_of(struct row row) {
    return (double)(float)(1 / (row.low / row.share + row.high / row.rest));
}

/* To products of shares and slacks that are less by `low` and `high` than they should be. */
static struct step step_to(struct row row, double theta, double low, double high, double along) {
    const double d = theta * (low / row.share - high / row.rest) - theta * along;
    return (struct step){ d, (low - row.low * d) / row.share, (high + row.high * d) / row.rest };
}

static struct step plain_step(struct row row, double theta, double along) {
    return step_to(row, theta, -row.share * row.low, -row.rest * row.high, along);
}

static struct step corrected_step(struct row row, double theta, double mu, double along_plain, double along) {
    const struct step plain = plain_step(row, theta, along_plain);
    return step_to(row, theta, mu - row.share * row.low - plain.share * plain.low,
                   mu - row.rest * row.high + plain.share * plain.high, along);
}

/* ---- Some rows ----------------------------------------------------------------------------------------- */

void ca_shares_go(ca_shares *shares, ca_shares_rows rows, ca_shares_move move) {
    ca_shares *s = shares;
    const double *plain = rows.margin + CA_SHARES_PLAIN * rows.ld,
                 *corrected = rows.margin + CA_SHARES_CORRECTED * rows.ld,
                 *next = rows.margin + CA_SHARES_NEXT * rows.ld;
    for (int64_t r = 0; r < rows.rows; r++) {
        const int64_t i = rows.row + r;
        const struct row row = row_at(s, i, rows.margin[r]);
        const struct step step = corrected_step(row, theta_of(row), move.mu, plain[r], corrected[r]);
        const double d = move.dual * step.share;
        const double low = row.low + move.primal * step.low, high = row.high + move.primal * step.high;
        set_near(s, i, nearer(row.share + d, row.rest - d));
        s->slack[i] = (float)(ca_shares_y(s, i) > next[r] ? low : high);
    }
}

void ca_shares_look(const ca_shares *shares, int64_t row, int64_t rows, const double *margin,
                    ca_shares_worth *worth) {
    const ca_shares *s = shares;
    for (int64_t i = row; i < row + rows; i++) {
        const struct row here = row_at(s, i, margin[i - row]);
        const double y = ca_shares_y(s, i);
        worth->cost += ca_shares_cost(s, i, y - margin[i - row]);
        worth->gap += ca_shares_weight(s, i) * (here.share * here.low + here.rest * here.high);
        worth->dual += y * (ca_shares_at_bound(s, i) + ca_shares_off_bound(s, i));
    }
}

void ca_shares_system(const ca_shares *shares, int64_t row, int64_t rows, const double *margin, float *theta,
                      double *target, double *at_bound, double *off_bound) {
    const ca_shares *s = shares;
    for (int64_t r = 0; r < rows; r++) {
        const struct row here = row_at(s, row + r, margin[r]);
        const double mine = theta_of(here);
        theta[r] += (float)mine;
        target[r] += ca_shares_weight(s, row + r) * (mine * (here.high - here.low));
        at_bound[r] += ca_shares_at_bound(s, row + r);
        off_bound[r] += ca_shares_off_bound(s, row + r);
    }
}

static double larger(double x, double y) {
    return x > y ? x : y;
}

static void reach_to(struct row row, struct step step, ca_shares_reach *reach) {
    reach->dual = larger(larger(-step.share / row.share, step.share / row.rest), reach->dual);
    reach->primal = larger(larger(-step.low / row.low, -step.high / row.high), reach->primal);
}

void ca_shares_plain(const ca_shares *shares, ca_shares_rows rows, double *fixed, double *by_mu,
                     ca_shares_reach *reach) {
    const ca_shares *s = shares;
    const double *along = rows.margin + CA_SHARES_PLAIN * rows.ld;
    for (int64_t r = 0; r < rows.rows; r++) {
        const struct row row = row_at(s, rows.row + r, rows.margin[r]);
        const double theta = theta_of(row), w = ca_shares_weight(s, rows.row + r);
        const struct step step = plain_step(row, theta, along[r]);
        const double low = step.share * step.low / row.share, high = step.share * step.high / row.rest;
        fixed[r] += w * (theta * (row.high - row.low - low - high));
        by_mu[r] += w * (theta * (1 / row.share - 1 / row.rest));
        reach_to(row, step, reach);
        reach->of_dual += w * (step.share * (row.low - row.high));
        reach->of_primal += w * (row.share * step.low + row.rest * step.high);
        reach->of_both += w * (step.share * (step.low - step.high));
    }
}

void ca_shares_corrected(const ca_shares *shares, ca_shares_rows rows, double mu, ca_shares_reach *reach) {
    const ca_shares *s = shares;
    const double *plain = rows.margin + CA_SHARES_PLAIN * rows.ld,
                 *corrected = rows.margin + CA_SHARES_CORRECTED * rows.ld;
    for (int64_t r = 0; r < rows.rows; r++) {
        const struct row row = row_at(s, rows.row + r, rows.margin[r]);
        reach_to(row, corrected_step(row, theta_of(row), mu, plain[r], corrected[r]), reach);
    }
}

bool ca_shares_met(const ca_shares *shares, int64_t i, double margin) {
    const struct row row = row_at(shares, i, margin);
    const double near = fabs(ca_shares_near(shares, i));
    return row.low < near && row.high < near;
}
