#include "linear/dummies.h"

#include <string.h>

enum {
    MOST_GROUPS = 8,
    COLUMNS_A_GROUP = 4, /* the codes of all groups take an eighth of what the columns take */
    LEAST_LEVELS = 4     /* fewer are multiplied as fast as they are looked up */
};

struct search {
    const ca_design *design;
    double *low, *high; /* n_dense */
    bool *two;          /* n_dense: has two values */
    int64_t *group;     /* n_dense: -1: none */
    int32_t *level;     /* n_dense: in its group */
    int32_t *codes[MOST_GROUPS];
    int32_t levels[MOST_GROUPS];
    int64_t groups;
};

/* ---- Finding ------------------------------------------------------------------------------------------- */

static bool has_two_values(const ca_design *d, int64_t j, double *low, double *high) {
    double a = ca_design_number(d, j, 0), b = a;
    for (int64_t r = 1; r < d->n; r++) {
        const double x = ca_design_number(d, j, r);
        if (x == a || x == b) continue;
        if (a != b) return false;
        b = x;
    }
    *low = a < b ? a : b;
    *high = a < b ? b : a;
    return a != b;
}

static cauce_status look_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct search *s = payload;
    const ca_design *d = s->design;
    s->two[index] = d->inverse[index] > 0 && has_two_values(d, index, &s->low[index], &s->high[index]);
    return CAUCE_OK;
}

static bool is_apart(const ca_design *d, int64_t j, double high, const int32_t *codes) {
    for (int64_t r = 0; r < d->n; r++)
        if (ca_design_number(d, j, r) == high && codes[r] >= 0) return false;
    return true;
}

/* Into the first group where it fits, or one of its own. */
static cauce_status join(cauce_run *run, struct search *s, int64_t j) {
    const ca_design *d = s->design;
    const int64_t most = d->n_dense / COLUMNS_A_GROUP;
    int64_t g = 0;
    while (g < s->groups && !is_apart(d, j, s->high[j], s->codes[g])) g++;
    if (g == MOST_GROUPS || g == most) return CAUCE_OK;
    if (g == s->groups) {
        s->codes[g] = cauce_scratch(run, d->n, sizeof **s->codes);
        if (!s->codes[g]) return CA_NOMEM(run);
        for (int64_t r = 0; r < d->n; r++) s->codes[g][r] = -1;
        s->groups++;
    }
    s->group[j] = g;
    s->level[j] = s->levels[g]++;
    for (int64_t r = 0; r < d->n; r++)
        if (ca_design_number(d, j, r) == s->high[j]) s->codes[g][r] = s->level[j];
    return CAUCE_OK;
}

static bool is_taken(const struct search *s, int64_t j) {
    return j < s->design->n_dense && s->group[j] >= 0 && s->levels[s->group[j]] >= LEAST_LEVELS;
}

static cauce_status find_groups(cauce_run *run, struct search *s, int64_t *taken) {
    const ca_design *d = s->design;
    s->low = cauce_scratch(run, d->n_dense, sizeof *s->low);
    s->high = cauce_scratch(run, d->n_dense, sizeof *s->high);
    s->two = cauce_scratch(run, d->n_dense, sizeof *s->two);
    s->group = cauce_scratch(run, d->n_dense, sizeof *s->group);
    s->level = cauce_scratch(run, d->n_dense, sizeof *s->level);
    if (!s->low || !s->high || !s->two || !s->group || !s->level) return CA_NOMEM(run);
    CA_TRY(cauce_parallel(run, d->n_dense, look_task, s));
    int64_t two = 0;
    for (int64_t j = 0; j < d->n_dense; j++) {
        s->group[j] = -1;
        two += s->two[j];
    }
    for (int64_t j = 0; j < d->n_dense && two >= LEAST_LEVELS; j++)
        if (s->two[j]) CA_TRY(join(run, s, j));
    for (int64_t j = 0; j < d->n_dense; j++) *taken += is_taken(s, j);
    return CAUCE_OK;
}

/* ---- The design ---------------------------------------------------------------------------------------- */

static cauce_status open_design(cauce_run *run, const struct search *s, int64_t taken, ca_dummies *dummies) {
    const ca_design *d = s->design;
    ca_design *to = &dummies->design;
    *to = *d;
    to->n_packed -= taken;
    to->n_dense -= taken;
    to->dense = cauce_scratch(run, to->n_packed, sizeof *to->dense);
    to->dense_name = cauce_scratch(run, to->n_dense, sizeof *to->dense_name);
    if (d->step) to->step = cauce_scratch(run, to->n_packed, sizeof *to->step);
    if (d->single) to->single = cauce_scratch(run, to->n_packed, sizeof *to->single);
    to->shift = cauce_scratch(run, to->n_packed, sizeof *to->shift);
    to->inverse = cauce_scratch(run, to->n_packed, sizeof *to->inverse);
    to->onehot = cauce_scratch(run, d->n_onehot + s->groups, sizeof *to->onehot);
    to->feature = cauce_scratch(run, d->q, sizeof *to->feature);
    to->tile = ca_tile_rows(to->n_packed);
    *dummies = (ca_dummies){ .from = d, .design = *to };
    dummies->place = cauce_scratch(run, d->q, sizeof *dummies->place);
    dummies->step = cauce_scratch(run, d->q, sizeof *dummies->step);
    dummies->low = cauce_scratch(run, d->q, sizeof *dummies->low);
    return to->dense && to->dense_name && (!d->step || to->step) && (!d->single || to->single) && to->shift &&
                   to->inverse && to->onehot && to->feature && dummies->place && dummies->step && dummies->low
               ? CAUCE_OK
               : CA_NOMEM(run);
}

static void place_dense(const struct search *s, ca_dummies *dummies) {
    const ca_design *d = s->design;
    ca_design *to = &dummies->design;
    int64_t at = 0;
    for (int64_t j = 0; j < d->n_packed; j++) {
        if (is_taken(s, j)) continue;
        to->dense[at] = d->dense[j];
        if (d->step) to->step[at] = d->step[j];
        if (d->single) to->single[at] = d->single[j];
        to->shift[at] = d->shift[j];
        to->inverse[at] = d->inverse[j];
        if (j < d->n_dense) to->dense_name[at] = d->dense_name[j];
        dummies->place[j] = at++;
    }
}

/* The blocks that were there, and those of the groups. */
static void place_blocks(const struct search *s, ca_dummies *dummies) {
    const ca_design *d = s->design;
    ca_design *to = &dummies->design;
    int64_t at = to->n_packed, first[MOST_GROUPS];
    for (int64_t a = 0; a < d->n_onehot; a++) {
        to->onehot[a] = d->onehot[a];
        to->onehot[a].first = at;
        for (int64_t k = 0; k < d->onehot[a].width; k++) dummies->place[d->onehot[a].first + k] = at++;
    }
    for (int64_t g = 0; g < s->groups; g++) {
        if (s->levels[g] < LEAST_LEVELS) continue;
        first[g] = at;
        to->onehot[to->n_onehot++] = (ca_onehot){ s->codes[g], s->levels[g], at, "?" };
        at += s->levels[g];
    }
    for (int64_t j = 0; j < d->n_dense; j++) {
        if (!is_taken(s, j)) continue;
        dummies->place[j] = first[s->group[j]] + s->level[j];
        dummies->low[j] = (s->low[j] - d->shift[j]) * d->inverse[j];
        dummies->step[j] = (s->high[j] - s->low[j]) * d->inverse[j];
    }
}

cauce_status ca_dummies_find(cauce_run *run, const ca_design *design, ca_dummies *dummies, bool *found) {
    struct search s = { .design = design };
    int64_t taken = 0;
    CA_TRY(find_groups(run, &s, &taken));
    *found = taken > 0;
    if (!*found) return CAUCE_OK;
    CA_TRY(open_design(run, &s, taken, dummies));
    for (int64_t j = 0; j < design->q; j++) dummies->step[j] = 1;
    place_dense(&s, dummies);
    place_blocks(&s, dummies);
    for (int64_t j = 0; j < design->q; j++) dummies->design.feature[dummies->place[j]] = design->feature[j];
    return CAUCE_OK;
}

/* ---- From one to the other ----------------------------------------------------------------------------- */

void ca_dummies_penalty(const ca_dummies *dummies, const double *penalty, double *out) {
    const ca_dummies *s = dummies;
    for (int64_t j = 0; j < s->from->q; j++) out[s->place[j]] = penalty[j] / (s->step[j] * s->step[j]);
}

void ca_dummies_go(const ca_dummies *dummies, int64_t vectors, const double *v, double *out) {
    const ca_dummies *s = dummies;
    const int64_t q = s->from->q, ones = s->design.n_packed - 1;
    for (int64_t c = 0; c < vectors; c++, v += q, out += q) {
        double constant = 0;
        for (int64_t j = 0; j < q; j++) {
            out[s->place[j]] = v[j] * s->step[j];
            constant += v[j] * s->low[j];
        }
        out[ones] += constant;
    }
}

void ca_dummies_back(const ca_dummies *dummies, int64_t vectors, const double *v, const double *gradient,
                     double *v_out, double *gradient_out) {
    const ca_dummies *s = dummies;
    const int64_t q = s->from->q, ones = s->design.n_packed - 1;
    for (int64_t c = 0; c < vectors; c++) {
        const double *g = gradient + c * q;
        double *to = v_out + c * q, constant = 0;
        for (int64_t j = 0; j < q; j++) {
            to[j] = v[c * q + s->place[j]] / s->step[j];
            gradient_out[c * q + j] = g[s->place[j]] * s->step[j] + g[ones] * s->low[j];
            constant += to[j] * s->low[j];
        }
        to[s->from->n_packed - 1] -= constant;
    }
}
