#include "linear/stochastic.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"
#include "core/seed.h"
#include "math/special.h"

/* First steps that are too large are cut: with decreasing ones they may come to their senses. */
#define MOST_SLOPE 1e12

enum {
    AHEAD = 12,           /* rows, that they are there when their turn comes */
    MOST_MIXED = 1 << 16, /* rows in any order at all; of more: */
    BLOCK = 16,           /* rows that follow each other, */
    WINDOWS = 8           /* of which this part is mixed at a time */
};

cauce_status ca_steps_check(cauce_run *run, const ca_steps *steps) {
    if (steps->learning_rate == CA_STEP_OPTIMAL && !(steps->alpha > 0))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "alpha=0: learning_rate=optimal takes its steps from alpha, which must be above 0");
    if (steps->learning_rate != CA_STEP_OPTIMAL && !(steps->eta0 > 0))
        return cauce_fail(run, CAUCE_E_PARAM, "eta0=0: only learning_rate=optimal does without eta0");
    return CAUCE_OK;
}

bool ca_steps_average(const ca_steps *steps) {
    return steps->average.type == CAUCE_V_INT || steps->average.integer != 0;
}

bool ca_steps_sizes(const ca_steps *steps) {
    return steps->penalty == CA_STEP_L1 || (steps->penalty == CA_STEP_NET && steps->l1_ratio > 0);
}

/* ---- Losses -------------------------------------------------------------------------------------------- */

static double loss_of(int loss, double epsilon, double p, double y) {
    double z = p * y, off = fabs(p - y);
    switch (loss) {
    case CA_STEP_HINGE: return z < 1 ? 1 - z : 0;
    case CA_STEP_LOG: return ca_log1pexp(-z);
    case CA_STEP_MODIFIED_HUBER: return z >= 1 ? 0 : z >= -1 ? (1 - z) * (1 - z) : -4 * z;
    case CA_STEP_SQUARED_HINGE: return z < 1 ? (1 - z) * (1 - z) : 0;
    case CA_STEP_PERCEPTRON: return z < 0 ? -z : 0;
    case CA_STEP_SQUARES: return 0.5 * off * off;
    case CA_STEP_HUBER: return off <= epsilon ? 0.5 * off * off : epsilon * off - 0.5 * epsilon * epsilon;
    case CA_STEP_TUBE: return off > epsilon ? off - epsilon : 0;
    default: return off > epsilon ? (off - epsilon) * (off - epsilon) : 0;
    }
}

static double slope_of(int loss, double epsilon, double p, double y) {
    double z = p * y, off = p - y, sign = off > 0 ? 1 : -1;
    switch (loss) {
    case CA_STEP_HINGE: return z <= 1 ? -y : 0;
    case CA_STEP_LOG: return -y * ca_expit(-z);
    case CA_STEP_MODIFIED_HUBER: return z >= 1 ? 0 : z >= -1 ? -2 * (1 - z) * y : -4 * y;
    case CA_STEP_SQUARED_HINGE: return z < 1 ? -2 * (1 - z) * y : 0;
    case CA_STEP_PERCEPTRON: return z <= 0 ? -y : 0;
    case CA_STEP_SQUARES: return off;
    case CA_STEP_HUBER: return fabs(off) <= epsilon ? off : epsilon * sign;
    case CA_STEP_TUBE: return fabs(off) > epsilon ? sign : 0;
    default: return fabs(off) > epsilon ? 2 * (off - epsilon * sign) : 0;
    }
}

/* ---- Coefficients -------------------------------------------------------------------------------------- */

/* The coefficients are scale * v, so that shrinking them all costs nothing. Their sum over the averaged steps
 * is kept as `sum` + share * v: adding scale * v to it is adding scale to `share`. */
struct state {
    const ca_steps *p;
    const ca_design *design;
    const ca_target *target;
    bool classify;
    ca_step_window window;
    int64_t width, n_dense, n_hot;
    double *v, *sum;
    double *paid; /* of the penalty on sizes, for each coefficient */
    double scale, share, intercept, intercept_sum;
    double due; /* of the penalty on sizes, for every coefficient, in its own units */
    double t, t0, eta, averaged;
    int64_t average_from;
    uint32_t *order;         /* the rows; NULL: as they follow each other */
    uint32_t *block, *mixed; /* of many rows: the order of the blocks, and of the rows of some of them */
    int64_t n_blocks, together;
    bool wild;               /* a step was absurdly large */
    int64_t n_train, n_held; /* the first of `order` are trained on, the rest is held out */
};

/* A row that is under way. */
struct row {
    const double *x;
    const int32_t *hot;
    double y, weight;
};

/* The i-th of the rows in the window. */
static struct row row_at(const struct state *s, int64_t i, uint32_t row) {
    const int64_t place = ca_step_place(&s->window, i, row);
    return (struct row){ ca_step_numbers(&s->window, place, row), ca_step_hot(&s->window, place),
                         ca_target_at(s->target, row), s->design->weight ? s->design->weight[row] : 1 };
}

static double margin_of(const struct state *s, const struct row *row) {
    const double *x = row->x;
    double lane[4] = { 0 };
    int64_t n = s->n_dense, whole = n / 4 * 4;
    for (int64_t j = 0; j < whole; j += 4)
        for (int l = 0; l < 4; l++) lane[l] += s->v[j + l] * x[j + l];
    for (int64_t j = whole; j < n; j++) lane[0] += s->v[j] * x[j];
    double sum = (lane[0] + lane[1]) + (lane[2] + lane[3]);
    for (int64_t a = 0; a < s->n_hot; a++)
        if (row->hot[a] >= 0) sum += s->v[row->hot[a]];
    return s->scale * sum + s->intercept;
}

static void add_to(struct state *s, int64_t j, double step) {
    s->v[j] += step;
    if (s->sum) s->sum[j] -= s->share * step;
}

static void add_row(struct state *s, const struct row *row, double step) {
    const double *x = row->x;
    step /= s->scale;
    for (int64_t j = 0; j < s->n_dense; j++) s->v[j] += step * x[j];
    for (int64_t j = 0; s->sum && j < s->n_dense; j++) s->sum[j] -= s->share * (step * x[j]);
    for (int64_t a = 0; a < s->n_hot; a++)
        if (row->hot[a] >= 0) add_to(s, row->hot[a], step);
}

static void shrink(struct state *s, double factor) {
    s->scale *= factor;
    if (s->scale >= 1e-9) return;
    for (int64_t j = 0; j < s->width; j++) { /* what is summed stays */
        if (s->sum) s->sum[j] += s->share * s->v[j];
        s->v[j] *= s->scale;
    }
    s->share = 0;
    s->scale = 1;
}

/* A coefficient goes towards 0 by what it has not paid yet, and not beyond. */
static void pay(struct state *s, int64_t j) {
    double before = s->v[j] * s->scale, after = before;
    if (before > 0) after = fmax(0, before - (s->due + s->paid[j]));
    if (before < 0) after = fmin(0, before + (s->due - s->paid[j]));
    s->paid[j] += after - before;
    add_to(s, j, (after - before) / s->scale);
}

static void pay_for_row(struct state *s, const struct row *row) {
    for (int64_t j = 0; j < s->n_dense; j++)
        if (row->x[j] != 0) pay(s, j);
    for (int64_t a = 0; a < s->n_hot; a++)
        if (row->hot[a] >= 0) pay(s, row->hot[a]);
}

/* ---- Steps --------------------------------------------------------------------------------------------- */

static double size_of_step(const struct state *s) {
    const ca_steps *p = s->p;
    if (p->learning_rate == CA_STEP_OPTIMAL) return 1 / (p->alpha * (s->t0 + s->t - 1));
    if (p->learning_rate == CA_STEP_INVSCALING) return p->eta0 * ca_exp(-p->power_t * ca_log(s->t));
    return s->eta;
}

/* Bottou's rule: the first step is about as large as coefficients can be expected to be. */
static double first_time(const ca_steps *p) {
    double typical = sqrt(1 / sqrt(p->alpha));
    return 1 / (typical / fmax(1, slope_of(p->loss, p->epsilon, -typical, 1)) * p->alpha);
}

/* The loss of the row before the step. */
static double one_step(struct state *s, const struct row *row) {
    const ca_steps *p = s->p;
    double margin = margin_of(s, row), y = row->y, w = row->weight, eta = size_of_step(s);
    double slope = slope_of(p->loss, p->epsilon, margin, y);
    if (fabs(slope) > MOST_SLOPE) {
        slope = slope > 0 ? MOST_SLOPE : -MOST_SLOPE;
        s->wild = true;
    }
    double ratio = p->penalty == CA_STEP_L1 ? 1 : p->penalty == CA_STEP_NET ? p->l1_ratio : 0;
    if (p->penalty != CA_STEP_NO_PENALTY && ratio < 1) shrink(s, fmax(0, 1 - (1 - ratio) * eta * p->alpha));
    if (slope != 0) {
        add_row(s, row, -eta * slope * w);
        if (p->fit_intercept) s->intercept -= eta * slope * w;
    }
    if (ratio > 0) {
        s->due += ratio * eta * p->alpha;
        pay_for_row(s, row);
    }
    if (s->sum && s->t >= (double)s->average_from) {
        s->share += s->scale;
        s->intercept_sum += s->intercept;
        s->averaged++;
    }
    s->t++;
    return loss_of(p->loss, p->epsilon, margin, y);
}

static bool in_hand(const struct state *s) {
    return isfinite(s->intercept) && isfinite(s->scale) && ca_all_finite(s->v, s->width);
}

/* Goes through n rows of `order`, a window of them at a time. */
typedef void visitor(struct state *s, const struct row *row, void *payload);

static cauce_status visit(cauce_run *run, struct state *s, const uint32_t *order, int64_t n, visitor *each,
                          void *payload) {
    const int64_t most = s->window.whole ? n : s->window.rows->most;
    for (int64_t first = 0; first < n; first += most) {
        const int64_t many = n - first < most ? n - first : most;
        CA_TRY(ca_step_window_fill(run, &s->window, order + first, many));
        for (int64_t i = 0; i < many; i++) {
            if (first + i + AHEAD < n) ca_step_soon(&s->window, order[first + i + AHEAD]);
            const struct row row = row_at(s, i, order[first + i]);
            each(s, &row, payload);
        }
    }
    return CAUCE_OK;
}

/* ---- Rows that are held out ---------------------------------------------------------------------------- */

static void shuffle(cauce_rng *rng, int64_t n, uint32_t *order) {
    for (int64_t i = n - 1; i > 0; i--) {
        const int64_t j = (int64_t)cauce_rng_below(rng, (uint64_t)i + 1);
        const uint32_t kept = order[i];
        order[i] = order[j];
        order[j] = kept;
    }
}

/* Back to the order of the table: only which ones are held out is left to chance. */
static void order_train(const struct state *s, uint32_t *held) {
    const int64_t n = s->design->n;
    memset(held, 0, (size_t)n * sizeof *held);
    for (int64_t i = s->n_train; i < n; i++) held[s->order[i]] = 1;
    for (int64_t row = 0, at = 0; row < n; row++)
        if (!held[row]) s->order[at++] = (uint32_t)row;
}

/* The last part of a random order is held out; of classes the same part of each of the two. */
static cauce_status hold_out(cauce_run *run, struct state *s, cauce_rng *rng) {
    int64_t n = s->design->n;
    s->n_train = n;
    if (!s->p->early_stopping && n > MOST_MIXED) return CAUCE_OK;
    s->order = cauce_scratch(run, n, sizeof *s->order);
    if (!s->order) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) s->order[i] = (uint32_t)i;
    if (!s->p->early_stopping) return CAUCE_OK;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    uint32_t *mixed = cauce_scratch(run, n, sizeof *mixed);
    if (!mixed) return CA_NOMEM(run);
    memcpy(mixed, s->order, (size_t)n * sizeof *mixed);
    shuffle(rng, n, mixed);
    int64_t first = 0, last = n;
    for (int side = 0; side < (s->classify ? 2 : 1); side++) {
        int64_t count = 0, held = 0;
        for (int64_t i = 0; i < n; i++) count += !s->classify || (ca_target_at(s->target, i) > 0) == side;
        held = (int64_t)(s->p->validation_fraction * (double)count + 0.5);
        for (int64_t i = 0; i < n; i++) {
            if (s->classify && (ca_target_at(s->target, mixed[i]) > 0) != side) continue;
            s->order[held-- > 0 ? --last : first++] = mixed[i];
        }
    }
    s->n_train = last;
    s->n_held = n - last;
    if (s->n_train > MOST_MIXED) order_train(s, mixed);
    ca_arena_back(&run->scratch, here);
    if (s->n_held > 0 && s->n_train > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_SHAPE,
                      "validation_fraction=%g of %lld rows leaves no row to train on, or none to stop by",
                      s->p->validation_fraction, (long long)n);
}

struct score {
    double mean, good, spread;
};

static void score_row(struct state *s, const struct row *row, void *payload) {
    struct score *score = payload;
    double w = row->weight, p = margin_of(s, row), y = row->y;
    score->good += w * (s->classify ? ((p > 0) == (y > 0) ? 1 : 0) : (y - p) * (y - p));
    score->spread += w * (y - score->mean) * (y - score->mean);
}

/* Accuracy, or R^2, of the rows that are held out. */
static cauce_status held_score(cauce_run *run, struct state *s, double *result) {
    const uint32_t *held = s->order + s->n_train;
    double total = 0, sum = 0;
    for (int64_t i = 0; i < s->n_held; i++) {
        double w = s->design->weight ? s->design->weight[held[i]] : 1;
        total += w;
        sum += w * ca_target_at(s->target, held[i]);
    }
    struct score score = { .mean = sum / total };
    CA_TRY(visit(run, s, held, s->n_held, score_row, &score));
    *result = s->classify        ? score.good / total
              : score.spread > 0 ? 1 - score.good / score.spread
                                 : -score.good;
    return CAUCE_OK;
}

/* ---- The fit ------------------------------------------------------------------------------------------- */

static cauce_status open_state(cauce_run *run, struct state *s) {
    bool averages = ca_steps_average(s->p);
    s->average_from = s->p->average.type == CAUCE_V_INT ? s->p->average.integer : 1;
    s->v = cauce_scratch(run, s->width, sizeof *s->v);
    s->paid = cauce_scratch(run, s->width, sizeof *s->paid);
    if (averages) s->sum = cauce_scratch(run, s->width, sizeof *s->sum);
    if (!s->v || !s->paid || (averages && !s->sum)) return CA_NOMEM(run);
    s->scale = s->t = 1;
    s->eta = s->p->eta0;
    if (s->p->learning_rate == CA_STEP_OPTIMAL) s->t0 = first_time(s->p);
    return CAUCE_OK;
}

/* From where an earlier fit was. A mean that begins now, or ends, begins with the coefficients. */
static void go_on(struct state *s, const ca_step_fit *fit) {
    const ca_step_memory *m = &fit->memory;
    if (!(m->steps > 0)) return;
    bool was_mean = m->averaged > 0;
    memcpy(s->v, was_mean ? m->plain : fit->coef, (size_t)s->width * sizeof *s->v);
    memcpy(s->paid, m->paid, (size_t)s->width * sizeof *s->paid);
    s->intercept = was_mean ? m->plain_intercept : fit->intercept;
    s->due = m->due;
    s->t = 1 + m->steps;
    if (!s->sum || !was_mean) return;
    s->averaged = m->averaged;
    s->intercept_sum = fit->intercept * m->averaged;
    for (int64_t j = 0; j < s->width; j++) s->sum[j] = fit->coef[j] * m->averaged;
}

static cauce_status out_of_hand(cauce_run *run) {
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "the steps grow out of hand; scale the columns and the target, or take a smaller eta0");
}

static void learn_row(struct state *s, const struct row *row, void *payload) {
    *(double *)payload += one_step(s, row);
}

/* Many rows that are mixed altogether would each be far from the one before: of columns, a line of the memory
 * for each number, again and again. Blocks in a random order, and the rows of as many of them as an eighth of
 * all mixed, do as well (Xu et al. 2022, CorgiPile, doi:10.1145/3514221.3526150), and hang on the number of
 * rows alone. */
static cauce_status open_blocks(cauce_run *run, struct state *s) {
    if (s->n_train <= MOST_MIXED) return CAUCE_OK;
    s->n_blocks = (s->n_train + BLOCK - 1) / BLOCK;
    s->together = (s->n_blocks + WINDOWS - 1) / WINDOWS;
    s->block = cauce_scratch(run, s->n_blocks, sizeof *s->block);
    s->mixed = cauce_scratch(run, s->together * BLOCK, sizeof *s->mixed);
    if (!s->block || !s->mixed) return CA_NOMEM(run);
    for (int64_t b = 0; b < s->n_blocks; b++) s->block[b] = (uint32_t)b;
    return CAUCE_OK;
}

/* The rows of `count` blocks from `first` on. */
static int64_t rows_of_blocks(const struct state *s, int64_t first, int64_t count, uint32_t *rows) {
    int64_t n = 0;
    for (int64_t b = first; b < first + count; b++) {
        const int64_t from = (int64_t)s->block[b] * BLOCK, to = from + BLOCK;
        for (int64_t i = from; i < to && i < s->n_train; i++)
            rows[n++] = s->order ? s->order[i] : (uint32_t)i;
    }
    return n;
}

static cauce_status visit_train(cauce_run *run, struct state *s, cauce_rng *rng, visitor *each,
                                void *payload) {
    if (!s->block) {
        if (s->p->shuffle) shuffle(rng, s->n_train, s->order);
        return visit(run, s, s->order, s->n_train, each, payload);
    }
    if (s->p->shuffle) shuffle(rng, s->n_blocks, s->block);
    for (int64_t first = 0; first < s->n_blocks; first += s->together) {
        const int64_t count = s->n_blocks - first < s->together ? s->n_blocks - first : s->together;
        const int64_t n = rows_of_blocks(s, first, count, s->mixed);
        if (s->p->shuffle) shuffle(rng, n, s->mixed);
        CA_TRY(visit(run, s, s->mixed, n, each, payload));
    }
    return CAUCE_OK;
}

/* One pass; *result: the mean loss of its rows, each before its step, or (negative) the score. */
static cauce_status one_pass(cauce_run *run, struct state *s, cauce_rng *rng, double *result) {
    double sum = 0, score = 0;
    CA_TRY(cauce_check_cancel(run));
    s->wild = false;
    CA_TRY(visit_train(run, s, rng, learn_row, &sum));
    if (s->n_held > 0) CA_TRY(held_score(run, s, &score));
    *result = s->n_held > 0 ? -score : sum / (double)s->n_train;
    return in_hand(s) ? CAUCE_OK : out_of_hand(run);
}

static void write_fit(const struct state *s, ca_step_fit *fit) {
    bool averaged = s->sum && s->averaged > 0;
    ca_step_memory *m = &fit->memory;
    m->steps = s->t - 1;
    m->averaged = s->averaged;
    m->plain_intercept = s->intercept;
    m->due = s->due;
    for (int64_t j = 0; j < s->width; j++) m->plain[j] = s->scale * s->v[j];
    memcpy(m->paid, s->paid, (size_t)s->width * sizeof *m->paid);
    fit->intercept = averaged ? s->intercept_sum / s->averaged : s->intercept;
    for (int64_t j = 0; j < s->width; j++)
        fit->coef[j] = averaged ? (s->sum[j] + s->share * s->v[j]) / s->averaged : m->plain[j];
}

cauce_status ca_steps_fit(cauce_run *run, const ca_steps *steps, const ca_step_rows *rows,
                          const ca_target *target, uint64_t stream, ca_step_fit *fit) {
    struct state s = { .p = steps,
                       .design = rows->design,
                       .target = target,
                       .classify = target->y_class != NULL,
                       .width = fit->width,
                       .n_dense = rows->n_dense,
                       .n_hot = rows->n_hot };
    uint64_t seed = ca_seed_of(&steps->random_state);
    cauce_rng rng;
    /* Another order for each fit of a stream of tables. */
    cauce_rng_init(&rng, seed, "stochastic gradient", stream + 65536 * (uint64_t)fit->memory.steps);
    CA_TRY(ca_step_window_open(run, rows, &s.window));
    CA_TRY(open_state(run, &s));
    go_on(&s, fit);
    CA_TRY(hold_out(run, &s, &rng));
    CA_TRY(open_blocks(run, &s));
    bool ends = steps->tol.type != CAUCE_V_NULL;
    double best = INFINITY, result;
    int64_t worse = 0;
    fit->converged = !ends;
    for (fit->n_iter = 0; fit->n_iter < steps->max_iter;) {
        CA_TRY(one_pass(run, &s, &rng, &result));
        fit->n_iter++;
        worse = ends && result > best - steps->tol.real ? worse + 1 : 0;
        best = fmin(best, result);
        if (worse < steps->n_iter_no_change) continue;
        if (steps->learning_rate == CA_STEP_ADAPTIVE && s.eta > 1e-6) {
            s.eta /= 5;
            worse = 0;
            continue;
        }
        fit->converged = true;
        break;
    }
    if (s.wild && !s.classify) return out_of_hand(run);
    fit->wild = s.wild;
    write_fit(&s, fit);
    return CAUCE_OK;
}
