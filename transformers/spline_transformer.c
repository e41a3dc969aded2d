/* Turns each number column into the B-splines of a degree between knots: a linear model behind it can then
 * follow curves.
 *
 * de Boor, A Practical Guide to Splines (1978); Eilers and Marx, Flexible smoothing with B-splines and
 * penalties, Statistical Science 11 (1996), doi:10.1214/ss/1038425655, for the knots beyond the ends, which
 * are as far apart as the first two and the last two. At every place between the first and the last knot the
 * splines are 0 or more and sum to 1. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/categories.h"
#include "data/numeric.h"
#include "math/quantile.h"

typedef struct spline_params {
    int64_t n_knots, degree;
    cauce_value knots;
    int extrapolation, handle_missing;
    bool include_bias;
} spline_params;

enum { CONSTANT, LINEAR, CONTINUE, PERIODIC, ERROR };
enum { MISSING_ERROR, MISSING_ZEROS };
enum { HIGHEST = 32, MOST_KNOTS = 65536 };

static const cauce_param param_rows[] = {
    CAUCE_INT(spline_params, n_knots, 5, 2, MOST_KNOTS,
              "Knots of each column, the two ends included; a list of knots has its own number."),
    CAUCE_INT(spline_params, degree, 3, 0, HIGHEST, "Degree of the polynomials between two knots."),
    CAUCE_MIXED(spline_params, knots, "uniform", CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0, "uniform|quantile",
                "Where the knots are: evenly from the smallest number to the largest, at quantiles, a list "
                "of ascending numbers for every column, or a list of such lists, one for each column."),
    CAUCE_CHOICE(spline_params, extrapolation, "constant", "constant|linear|continue|periodic|error",
                 "Beyond the end knots: the values at the end, straight lines, the same polynomials, the "
                 "columns start again (periodic), or an error."),
    CAUCE_BOOL(spline_params, include_bias, true,
               "Keep the last spline of each column; the others determine it, as all sum to 1."),
    CAUCE_CHOICE(spline_params, handle_missing, "error", "error|zeros",
                 "What a missing number is: an error, or 0 in every spline."),
    CAUCE_END,
};

typedef struct spline_state {
    int64_t n_columns, n_knots;
    double *knots;
} spline_state;

static const cauce_state state_rows[] = {
    CAUCE_MATRIX(spline_state, knots, CAUCE_F64, n_columns, n_knots,
                 "Knots of each column, the two ends included; nan without a number."),
    CAUCE_STATE_END,
};

/* ---- Parameters ---------------------------------------------------------------------------------------- */

static cauce_status check_list(cauce_run *run, const cauce_value *list) {
    if (list->n_items < 2 || list->n_items > MOST_KNOTS)
        return cauce_fail(run, CAUCE_E_PARAM, "knots: a list has %lld knots; it takes 2 to %d",
                          (long long)list->n_items, MOST_KNOTS);
    for (int64_t i = 0; i < list->n_items; i++) {
        const cauce_value *item = &list->items[i];
        if ((item->type != CAUCE_V_INT && item->type != CAUCE_V_REAL) || !isfinite(item->real))
            return cauce_fail(run, CAUCE_E_PARAM, "knots: item %lld is not a finite number",
                              (long long)i + 1);
        if (i > 0 && !(item->real > item[-1].real))
            return cauce_fail(run, CAUCE_E_PARAM, "knots: %g comes after %g; they must ascend", item->real,
                              item[-1].real);
    }
    return CAUCE_OK;
}

static bool list_of_lists(const cauce_value *knots) {
    return knots->type == CAUCE_V_LIST && knots->n_items > 0 && knots->items[0].type == CAUCE_V_LIST;
}

/* The knots that a column will have. */
static int64_t count_knots(const spline_params *p) {
    if (p->knots.type != CAUCE_V_LIST) return p->n_knots;
    return list_of_lists(&p->knots) ? p->knots.items[0].n_items : p->knots.n_items;
}

/* Splines of a column: all there are, and how many of them are kept. */
static int64_t all_splines(const spline_params *p, int64_t n_knots) {
    return p->extrapolation == PERIODIC ? n_knots - 1 : n_knots + p->degree - 1;
}
static int64_t kept_splines(const spline_params *p, int64_t n_knots) {
    return all_splines(p, n_knots) - !p->include_bias;
}

static cauce_status check_knots(cauce_run *run, const spline_params *p, int64_t n_knots) {
    if (p->extrapolation == PERIODIC && n_knots <= p->degree)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "extrapolation=periodic needs more knots than the degree %lld; there are %lld",
                          (long long)p->degree, (long long)n_knots);
    if (kept_splines(p, n_knots) < 1)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "the only spline of each column is left out by "
                          "include_bias=false; take more knots or a higher degree");
    return CAUCE_OK;
}

static cauce_status check(cauce_run *run, const void *params_in) {
    const spline_params *p = params_in;
    const cauce_value *knots = &p->knots;
    if (list_of_lists(knots)) {
        for (int64_t i = 0; i < knots->n_items; i++) {
            if (knots->items[i].type != CAUCE_V_LIST || knots->items[i].n_items != knots->items[0].n_items)
                return cauce_fail(run, CAUCE_E_PARAM,
                                  "knots: list %lld is not one of %lld numbers as the first is",
                                  (long long)i + 1, (long long)knots->items[0].n_items);
            CA_TRY(check_list(run, &knots->items[i]));
        }
    } else if (knots->type == CAUCE_V_LIST)
        CA_TRY(check_list(run, knots));
    return check_knots(run, p, count_knots(p));
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const spline_params *params;
    spline_state *state;
} fit_job;

static void place_knots(const spline_params *p, const ca_sorted *sorted, int64_t n, double *knots) {
    double low = sorted->values[0], high = sorted->values[sorted->n - 1],
           step = (high - low) / (double)(n - 1);
    bool quantile = strcmp(p->knots.text, "quantile") == 0;
    for (int64_t i = 0; i < n; i++)
        knots[i] = quantile     ? ca_sorted_quantile(sorted, (double)i / (double)(n - 1))
                   : i == n - 1 ? high
                                : low + (double)i * step;
}

static cauce_status missing(cauce_run *run, const ca_numeric *column, int64_t r) {
    char name[CA_NUMERIC_NAME];
    return cauce_fail(run, CAUCE_E_DATA,
                      "column '%s', row %lld: a missing value; impute it, or set handle_missing=zeros",
                      ca_numeric_name(column, name), (long long)(column->first_row + r + 1));
}

static cauce_status fit_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                               void *payload) {
    const fit_job *job = payload;
    const spline_params *p = job->params;
    int64_t n = job->state->n_knots;
    double *knots = job->state->knots + column->j * n;
    char name[CA_NUMERIC_NAME];
    CA_TRY(ca_numeric_finite(run, column));
    for (int64_t r = 0; p->handle_missing == MISSING_ERROR && r < column->n_rows; r++)
        if (isnan(column->x[r])) return missing(run, column, r);
    if (p->knots.type == CAUCE_V_LIST) {
        const cauce_value *list = list_of_lists(&p->knots) ? &p->knots.items[column->j] : &p->knots;
        for (int64_t i = 0; i < n; i++) knots[i] = list->items[i].real;
    } else {
        ca_sorted sorted;
        CA_TRY(ca_sorted_of(run, column->x, train->weight, column->n_rows, &sorted));
        if (sorted.n == 0) {
            for (int64_t i = 0; i < n; i++) knots[i] = (double)NAN;
            ca_numeric_empty(run, column, "its splines are all 0");
            return CAUCE_OK;
        }
        place_knots(p, &sorted, n, knots);
        if (knots[0] == knots[n - 1])
            cauce_warn(run, "constant_column", "column '%s' is constant: its splines are all 0",
                       ca_numeric_name(column, name));
    }
    double reach = (double)p->degree * (knots[n - 1] - knots[0]);
    if (isfinite(reach) && isfinite(knots[n - 1] + reach) && isfinite(knots[0] - reach)) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for knots",
                      ca_numeric_name(column, name));
}

static cauce_status fit(cauce_run *run, const void *params_in, const cauce_train *train, void *state_out) {
    const spline_params *p = params_in;
    spline_state *state = state_out;
    int64_t n = train->schema->width;
    if (list_of_lists(&p->knots) && p->knots.n_items != n)
        return cauce_fail(run, CAUCE_E_PARAM, "knots has %lld lists, but there are %lld columns",
                          (long long)p->knots.n_items, (long long)n);
    state->n_columns = n;
    state->n_knots = count_knots(p);
    state->knots = cauce_keep(run, n * state->n_knots, sizeof *state->knots);
    if (!state->knots) return run->error.status;
    fit_job job = { p, state };
    return ca_numeric_fit_each(run, train, fit_column, &job);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const spline_state *s = self->state;
    CA_TRY(ca_numeric_verify(run, self, s->n_columns));
    if (s->n_knots != count_knots(self->params))
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld knots of each column, but the parameters say %lld",
                          (long long)s->n_knots, (long long)count_knots(self->params));
    for (int64_t j = 0; j < s->n_columns; j++) {
        const double *knots = s->knots + j * s->n_knots;
        bool empty = isnan(knots[0]);
        for (int64_t i = 0; i < s->n_knots; i++)
            if (empty ? !isnan(knots[i]) : !isfinite(knots[i]) || (i > 0 && !(knots[i] >= knots[i - 1])))
                return cauce_fail(run, CAUCE_E_FORMAT, "knot %lld of column %lld is %g", (long long)i,
                                  (long long)j, knots[i]);
    }
    return CAUCE_OK;
}

/* ---- The splines --------------------------------------------------------------------------------------- */

/* A column ready to be applied. `t` has `degree` knots more at either end: t[degree] is the first knot. */
typedef struct spline {
    const double *t; /* NULL: all splines are 0 */
    int64_t degree, n_knots;
    double low, high;                                    /* end knots */
    double ends[2][HIGHEST + 1], slopes[2][HIGHEST + 1]; /* at the ends, for straight lines */
    int64_t end_at[2];                                   /* the first spline of these */
} spline;

/* The interval of knots that holds x: the last of a length that begins at x or below; below all of them the
 * first. Knots may coincide (quantiles of repeated numbers). */
static int64_t interval_of(const spline *s, double x) {
    const double *t = s->t + s->degree;
    int64_t low = 0, n = s->n_knots - 1; /* intervals */
    while (n > 1) {
        int64_t half = n / 2;
        if (t[low + half] <= x) low += half;
        n -= half;
    }
    while (low > 0 && t[low] == t[low + 1]) low--;
    while (t[low] == t[low + 1]) low++;
    return low + s->degree;
}

/* The degree + 1 splines that are not 0 in an interval, by the recurrence of Cox and de Boor. The first of
 * them is number interval - degree. */
static void basis(const double *t, int64_t degree, int64_t interval, double x, double *values) {
    values[0] = 1;
    for (int64_t d = 1; d <= degree; d++) {
        double carried = 0;
        for (int64_t k = 0; k < d; k++) {
            double right = t[interval + k + 1], left = t[interval + k + 1 - d];
            double share = right == left ? 0 : values[k] / (right - left);
            values[k] = carried + (right - x) * share;
            carried = (x - left) * share;
        }
        values[d] = carried;
    }
}

/* Their slopes, from the splines of one degree less. */
static void slopes(const double *t, int64_t degree, int64_t interval, double x, double *values) {
    double lower[HIGHEST + 1], before = 0;
    if (degree > 0) basis(t, degree - 1, interval, x, lower);
    for (int64_t k = 0; k <= degree; k++) {
        double length = k < degree ? t[interval + k + 1] - t[interval + k + 1 - degree] : 0;
        double here = length > 0 ? (double)degree * lower[k] / length : 0;
        values[k] = before - here;
        before = here;
    }
}

/* The column's splines at x: their values, and the number of the first. */
static int64_t splines_at(const spline *s, int extrapolation, double x, double *values) {
    int64_t interval;
    if (x < s->low || x > s->high) {
        int end = x > s->high;
        double bound = end ? s->high : s->low;
        if (extrapolation == LINEAR) {
            for (int64_t k = 0; k <= s->degree; k++)
                values[k] = s->ends[end][k] + (x - bound) * s->slopes[end][k];
            return s->end_at[end];
        }
        if (extrapolation == CONSTANT) x = bound;
        if (extrapolation == PERIODIC) {
            double period = s->high - s->low, over = fmod(x - s->low, period);
            x = s->low + (over < 0 ? over + period : over);
        }
    }
    interval = interval_of(s, x);
    basis(s->t, s->degree, interval, x, values);
    return interval - s->degree;
}

/* ---- Bind ---------------------------------------------------------------------------------------------- */

static double *extend(cauce_run *run, const spline_params *p, const double *knots, int64_t n) {
    int64_t d = p->degree;
    double *t = cauce_keep(run, n + 2 * d, sizeof *t);
    if (!t) return NULL;
    memcpy(t + d, knots, (size_t)n * sizeof *t);
    double period = knots[n - 1] - knots[0], first = knots[1] - knots[0], last = knots[n - 1] - knots[n - 2];
    for (int64_t i = 0; i < d; i++) {
        bool around = p->extrapolation == PERIODIC;
        t[d - 1 - i] = around ? knots[n - 2 - i] - period : knots[0] - (double)(i + 1) * first;
        t[d + n + i] = around ? knots[i + 1] + period : knots[n - 1] + (double)(i + 1) * last;
    }
    return t;
}

static cauce_status bind_column(cauce_run *run, const spline_params *p, const double *knots, int64_t n,
                                spline *s) {
    *s = (spline){ NULL, p->degree, n, knots[0], knots[n - 1], { { 0 } }, { { 0 } }, { 0 } };
    if (!(knots[0] < knots[n - 1])) return CAUCE_OK;
    s->t = extend(run, p, knots, n);
    if (!s->t) return run->error.status;
    for (int end = 0; end < 2; end++) {
        double x = end ? s->high : s->low;
        int64_t interval = interval_of(s, x);
        basis(s->t, s->degree, interval, x, s->ends[end]);
        slopes(s->t, s->degree, interval, x, s->slopes[end]);
        s->end_at[end] = interval - s->degree;
    }
    return CAUCE_OK;
}

static const cauce_levels *make_labels(cauce_run *run, int64_t n) {
    const char **texts = cauce_scratch(run, n, sizeof *texts);
    char(*rooms)[16] = cauce_scratch(run, n, sizeof *rooms);
    if (!texts || !rooms) return NULL;
    for (int64_t k = 0; k < n; k++) {
        snprintf(rooms[k], sizeof rooms[k], "sp_%d", (int)k);
        texts[k] = rooms[k];
    }
    return cauce_levels_keep(run, texts, (int32_t)n);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const spline_params *p = self->params;
    const spline_state *state = self->state;
    int64_t n = state->n_columns, n_knots = state->n_knots, j = 0;
    CA_TRY(check_knots(run, p, n_knots));
    const cauce_levels *labels = make_labels(run, kept_splines(p, n_knots));
    spline *splines = cauce_keep(run, n, sizeof *splines);
    cauce_field *fields = cauce_bind_fields(run, binding, n);
    if (!labels || !splines || !fields) return run->error.status;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            fields[j].name = ca_field_column(run, &self->in->fields[f], c);
            fields[j].width = kept_splines(p, n_knots);
            fields[j].labels = labels;
            if (!fields[j].name) return run->error.status;
            CA_TRY(bind_column(run, p, state->knots + j * n_knots, n_knots, &splines[j]));
        }
    if (n * kept_splines(p, n_knots) > 4096) binding->block_rows = 16; /* a block is to stay in the cache */
    binding->bound = splines;
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static cauce_status refuse(cauce_run *run, const spline_params *p, const spline *s, const ca_numeric *column,
                           int64_t r) {
    double x = column->x[r];
    char what[160];
    if (isnan(x)) return p->handle_missing == MISSING_ZEROS ? CAUCE_OK : missing(run, column, r);
    if (isinf(x)) return ca_numeric_bad(run, column, r, "is on no polynomial; clip it or make it missing");
    snprintf(what, sizeof what, "is beyond the knots %g to %g; extrapolation=constant takes it", s->low,
             s->high);
    return ca_numeric_bad(run, column, r, what);
}

static cauce_status map_column(cauce_run *run, const spline_params *p, const spline *s,
                               const ca_numeric *column, double *out, int64_t stride) {
    int64_t all = all_splines(p, s->n_knots), kept = kept_splines(p, s->n_knots);
    double values[HIGHEST + 1];
    for (int64_t k = 0; k < kept; k++) memset(out + k * stride, 0, (size_t)column->n_rows * sizeof *out);
    for (int64_t r = 0; r < column->n_rows; r++) {
        double x = column->x[r];
        bool beyond = s->t && p->extrapolation == ERROR && (x < s->low || x > s->high);
        if (!isfinite(x) || beyond) {
            CA_TRY(refuse(run, p, s, column, r));
            continue;
        }
        if (!s->t) continue;
        int64_t first = splines_at(s, p->extrapolation, x, values);
        for (int64_t k = 0; k <= s->degree;
             k++) { /* periodic splines that leave at one end enter at the other */
            int64_t at = first + k < all ? first + k : first + k - all;
            if (at < kept) out[at * stride + r] += values[k];
        }
    }
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)scratch;
    const spline *splines = self->bound;
    int64_t j = 0;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            const cauce_block *from = &in->blocks[f];
            ca_numeric column = { j,          &self->in->fields[f], c, from->values + c * from->stride,
                                  in->n_rows, in->first_row };
            double *values = cauce_block_values(&out->blocks[j]);
            CA_TRY(map_column(run, self->params, &splines[j], &column, values, out->blocks[j].stride));
        }
    return CAUCE_OK;
}

const cauce_component cauce_spline_transformer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "spline_transformer",
    .summary = "Turns every number column into B-splines, so that a linear model can follow curves.",
    .reference = "Eilers and Marx 1996, doi:10.1214/ss/1038425655",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(spline_params),
    .params = param_rows,
    .state_size = sizeof(spline_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
};
