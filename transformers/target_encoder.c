/* Replaces each category by the mean of the target over the rows that have it, drawn towards the mean of all.
 *
 * Micci-Barreca, A preprocessing scheme for high-cardinality categorical attributes in classification and
 * prediction problems, SIGKDD Explorations 3 (2001), doi:10.1145/507533.507538; as TargetEncoder of
 * scikit-learn 1.3 and later.
 *
 * A category of n rows whose mean target is d away from the mean of all is encoded as mean + s d, with
 * s = n / (n + smooth), or, for smooth=auto, s = v n / (v n + q / n): v is the variance of the target and q
 * the sum of squares within the category (the empirical Bayes estimate). A class is a target of 0 and 1.
 *
 * An encoding that has seen a row's own target tells it to what comes behind: so the training rows of a
 * pipeline get encodings that were learned without them, fold by fold. Rows that come later get those of all
 * training rows. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/categories.h"
#include "math/stats.h"
#include "split/folds.h"

typedef struct target_params {
    int target_type;
    cauce_value smooth, cv;
    bool shuffle;
    cauce_value random_state;
} target_params;

enum { TYPE_AUTO, TYPE_CONTINUOUS, TYPE_BINARY, TYPE_MULTICLASS };
static const char *const type_names[] = { "auto", "continuous", "binary", "multiclass" };

static const cauce_param param_rows[] = {
    CAUCE_CHOICE(target_params, target_type, "auto", "auto|continuous|binary|multiclass",
                 "What the target is: numbers (continuous; also for classes whose names are numbers), two "
                 "classes, more classes (one column for each), or what it looks like (auto)."),
    CAUCE_MIXED(target_params, smooth, "auto", CAUCE_V_TEXT | CAUCE_V_INT | CAUCE_V_REAL, 0, 1e15, 0, 1e15,
                "auto",
                "How much the encodings are drawn towards the mean of all rows: as much as this many rows of "
                "that mean would do, or by the variances (auto)."),
    CAUCE_MIXED(target_params, cv, "5", CAUCE_V_INT | CAUCE_V_TEXT, 2, 2147483647, 0, 0, NULL,
                "Folds that the training rows are encoded by: a number of them, or a splitter such as "
                "\"group_k_fold n_splits=5\"."),
    CAUCE_BOOL(target_params, shuffle, true,
               "Shuffle the training rows before they are cut into folds; only with a number of folds."),
    CA_SPLIT_RANDOM_STATE(target_params),
    CAUCE_END,
};

typedef struct target_state {
    ca_categories categories; /* first: its rows are those of ca_categories */
    int64_t n_outputs;        /* columns made of one */
    double *encodings, *target_mean;
} target_state;

static const cauce_state state_rows[] = {
    CA_CATEGORIES_STATE,
    CAUCE_MATRIX(target_state, encodings, CAUCE_F64, categories.n_categories, n_outputs,
                 "What each category becomes: one number, or one for each class."),
    CAUCE_ARRAY(target_state, target_mean, CAUCE_F64, n_outputs,
                "Mean of the target (share of the class), which unseen categories become."),
    CAUCE_STATE_END,
};

static cauce_status check(cauce_run *run, const void *params_in) {
    const target_params *params = params_in;
    if (params->cv.type == CAUCE_V_INT || params->random_state.type == CAUCE_V_NULL) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM,
                      "random_state is for a number of folds; give it to the splitter: cv=\"%s "
                      "random_state=%lld\"",
                      params->cv.text, (long long)params->random_state.integer);
}

/* ---- The target ---------------------------------------------------------------------------------------- */

/* Output k of a row is its number y, or whether its class is first_class + k. */
typedef struct goal {
    const target_params *params;
    int64_t n_rows, n_outputs;
    const double *y; /* NULL: classes */
    const int32_t *y_class;
    int32_t first_class;
    const double *weight;
} goal;

static cauce_status numbers_of_classes(cauce_run *run, const cauce_train *train, goal *g) {
    int32_t n = cauce_levels_count(train->classes);
    double *number = cauce_scratch(run, n, sizeof *number);
    double *y = cauce_scratch(run, train->n_rows, sizeof *y);
    if (!number || !y) return run->error.status;
    for (int32_t c = 0; c < n; c++) {
        const char *text = cauce_levels_text(train->classes, c);
        if (!ca_number_parse(text, strlen(text), &number[c]) || !isfinite(number[c]))
            return cauce_fail(run, CAUCE_E_KIND,
                              "target_type=continuous needs numbers, but a class of the target is '%s'",
                              text);
    }
    for (int64_t r = 0; r < train->n_rows; r++) y[r] = number[train->y_class[r]];
    g->y = y;
    return CAUCE_OK;
}

static cauce_status find_goal(cauce_run *run, const target_params *params, const cauce_train *train,
                              goal *g) {
    *g = (goal){ params, train->n_rows, 1, train->y, train->y_class, 0, train->weight };
    int type = params->target_type, n_classes = train->n_classes;
    if (!train->y && !train->y_class)
        return cauce_fail(run, CAUCE_E_SCHEMA,
                          "target_encoder needs a target, and the table has no target column");
    if (train->y) {
        if (type == TYPE_AUTO || type == TYPE_CONTINUOUS) return CAUCE_OK;
        return cauce_fail(run, CAUCE_E_KIND, "target_type=%s needs a target of classes, but it is numbers",
                          type_names[type]);
    }
    if (type == TYPE_AUTO) type = n_classes > 2 ? TYPE_MULTICLASS : TYPE_BINARY;
    if (type == TYPE_CONTINUOUS) return numbers_of_classes(run, train, g);
    if (type == TYPE_MULTICLASS) {
        g->n_outputs = n_classes;
        return CAUCE_OK;
    }
    g->first_class = 1;
    if (n_classes <= 2) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_KIND, "target_type=binary needs two classes, but the target has %d",
                      n_classes);
}

/* ---- Encodings of some rows ---------------------------------------------------------------------------- */

/* The rows that an encoding is learned from: those that fold `left_out` does not test; fold_of NULL: all. */
typedef struct part {
    const int32_t *fold_of;
    int32_t left_out;
    double *mean, *variance; /* of the target, n_outputs each */
} part;

static inline bool in_part(const part *p, int64_t r) {
    return !p->fold_of || p->fold_of[r] != p->left_out;
}

static inline double weight_of(const goal *g, int64_t r) {
    return g->weight ? g->weight[r] : 1;
}

static cauce_status part_moments(cauce_run *run, const goal *g, part *p) {
    p->mean = cauce_scratch(run, g->n_outputs, sizeof *p->mean);
    p->variance = cauce_scratch(run, g->n_outputs, sizeof *p->variance);
    double *room = cauce_scratch(run, g->y ? g->n_rows : 0, sizeof *room);
    if (!p->mean || !p->variance || !room) return run->error.status;
    if (g->y) {
        for (int64_t r = 0; r < g->n_rows; r++) room[r] = in_part(p, r) ? g->y[r] : (double)NAN;
        ca_moments moments = ca_moments_of(room, g->weight, g->n_rows);
        *p->mean = moments.mean;
        *p->variance = moments.var;
        if (isfinite(moments.mean) && isfinite(moments.var)) return CAUCE_OK;
        return cauce_fail(run, CAUCE_E_NUMERIC, "the numbers of the target are too large for a variance");
    }
    double total = 0;
    for (int64_t r = 0; r < g->n_rows; r++) {
        if (!in_part(p, r)) continue;
        int64_t k = g->y_class[r] - g->first_class;
        if (k >= 0) p->mean[k] += weight_of(g, r);
        total += weight_of(g, r);
    }
    for (int64_t k = 0; k < g->n_outputs; k++) {
        p->mean[k] /= total;
        p->variance[k] = p->mean[k] * (1 - p->mean[k]);
    }
    return CAUCE_OK;
}

/* Of each category: weight, and for each output the sum of the distances from the mean of all, and the sum of
 * squares around the mean of the category. */
typedef struct sums {
    double *count, *sum, *squares;
} sums;

static void add_numbers(const goal *g, const part *p, const int32_t *code, const sums *s) {
    double mean = *p->mean;
    for (int64_t r = 0; r < g->n_rows; r++) {
        if (code[r] < 0 || !in_part(p, r)) continue;
        s->count[code[r]] += weight_of(g, r);
        s->sum[code[r]] += weight_of(g, r) * (g->y[r] - mean);
    }
    for (int64_t r = 0; r < g->n_rows; r++) {
        if (code[r] < 0 || !in_part(p, r)) continue;
        double d = g->y[r] - mean - s->sum[code[r]] / s->count[code[r]];
        s->squares[code[r]] += weight_of(g, r) * d * d;
    }
}

static void add_classes(const goal *g, const part *p, const int32_t *code, int64_t n, const sums *s) {
    for (int64_t r = 0; r < g->n_rows; r++) {
        if (code[r] < 0 || !in_part(p, r)) continue;
        int64_t k = g->y_class[r] - g->first_class;
        s->count[code[r]] += weight_of(g, r);
        if (k >= 0) s->sum[code[r] * g->n_outputs + k] += weight_of(g, r);
    }
    for (int64_t c = 0; c < n; c++)
        for (int64_t k = 0; k < g->n_outputs; k++) {
            double *sum = &s->sum[c * g->n_outputs + k], count = s->count[c];
            s->squares[c * g->n_outputs + k] = count > 0 ? *sum * (count - *sum) / count : 0;
            *sum -= p->mean[k] * count;
        }
}

/* What is 0 / 0 says nothing of the category: a target that does not vary, a category without a row. */
static double share_of_own(const cauce_value *smooth, double count, double variance, double squares) {
    double share = smooth->type == CAUCE_V_TEXT ? variance * count / (variance * count + squares / count)
                                                : count / (count + smooth->real);
    return isnan(share) ? 0 : share;
}

/* n x n_outputs encodings of the categories of a column, learned from a part of its rows; scratch memory. */
static cauce_status encodings_of(cauce_run *run, const goal *g, const part *p, const int32_t *code, int64_t n,
                                 double *encoding) {
    sums s = { cauce_scratch(run, n, sizeof(double)), cauce_scratch(run, n * g->n_outputs, sizeof(double)),
               cauce_scratch(run, n * g->n_outputs, sizeof(double)) };
    if (!s.count || !s.sum || !s.squares) return run->error.status;
    if (g->y)
        add_numbers(g, p, code, &s);
    else
        add_classes(g, p, code, n, &s);
    for (int64_t c = 0; c < n; c++)
        for (int64_t k = 0; k < g->n_outputs; k++) {
            int64_t i = c * g->n_outputs + k;
            double count = s.count[c];
            encoding[i] = p->mean[k];
            if (count > 0)
                encoding[i] += share_of_own(&g->params->smooth, count, p->variance[k], s.squares[i]) *
                               (s.sum[i] / count);
        }
    return CAUCE_OK;
}

/* The category of each row of a column; -1: none. */
static void find_codes(const ca_encoder *encoder, const cauce_batch *x, int32_t *code) {
    for (int64_t r = 0; r < x->n_rows; r++) code[r] = ca_encode_cell(encoder, &x->blocks[encoder->block], r);
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

typedef struct fit_job {
    const goal *goal;
    const part *part;
    const cauce_train *train;
    const ca_encoder *encoders;
    target_state *state;
} fit_job;

static cauce_status fit_column(cauce_run *run, int64_t j, void *payload) {
    const fit_job *job = payload;
    const ca_encoder *encoder = &job->encoders[j];
    CA_TRY(cauce_check_cancel(run));
    int32_t *code = cauce_scratch(run, job->train->n_rows, sizeof *code);
    if (!code) return run->error.status;
    find_codes(encoder, job->train->x, code);
    return encodings_of(run, job->goal, job->part, code, encoder->n,
                        job->state->encodings + job->state->categories.first[j] * job->goal->n_outputs);
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state_out) {
    target_state *state = state_out;
    goal g;
    part all = { NULL, -1, NULL, NULL };
    ca_categories_options options = { .min_frequency = { .type = CAUCE_V_NULL },
                                      .max_categories = { .type = CAUCE_V_NULL } };
    CA_TRY(find_goal(run, params, train, &g));
    CA_TRY(part_moments(run, &g, &all));
    CA_TRY(ca_categories_fit(run, train, &options, &state->categories));
    state->n_outputs = g.n_outputs;
    state->encodings = cauce_keep(run, state->categories.n_categories * g.n_outputs, sizeof(double));
    state->target_mean = cauce_keep(run, g.n_outputs, sizeof(double));
    if (!state->encodings || !state->target_mean) return run->error.status;
    memcpy(state->target_mean, all.mean, (size_t)g.n_outputs * sizeof(double));
    ca_encoder *encoders = NULL;
    CA_TRY(ca_encoders_new(run, &state->categories, train->schema, &encoders));
    fit_job job = { &g, &all, train, encoders, state };
    return cauce_parallel(run, train->schema->width, fit_column, &job);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const target_state *state = self->state;
    CA_TRY(ca_categories_verify(run, &state->categories, self->in));
    if (state->n_outputs != 1 && state->n_outputs != self->n_classes)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld encodings of each category, but there are %d classes",
                          (long long)state->n_outputs, self->n_classes);
    for (int64_t k = 0; k < state->n_outputs; k++)
        if (!isfinite(state->target_mean[k]))
            return cauce_fail(run, CAUCE_E_FORMAT, "target_mean is %g", state->target_mean[k]);
    for (int64_t i = 0; i < state->categories.n_categories * state->n_outputs; i++)
        if (!isfinite(state->encodings[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "encoding %lld is %g", (long long)i, state->encodings[i]);
    return CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    CA_TRY(verify(run, self));
    const target_state *state = self->state;
    ca_encoder *encoders = NULL;
    cauce_field *fields = cauce_bind_fields(run, binding, self->in->width);
    if (!fields) return run->error.status;
    CA_TRY(ca_encoders_new(run, &state->categories, self->in, &encoders));
    for (int64_t j = 0; j < self->in->width; j++) {
        fields[j].name = ca_field_column(run, encoders[j].field, encoders[j].column);
        if (!fields[j].name) return run->error.status;
        if (state->n_outputs == 1) continue;
        fields[j].width = state->n_outputs;
        fields[j].labels = self->classes;
    }
    binding->bound = encoders;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const target_state *state = self->state;
    const ca_encoder *encoders = self->bound;
    int64_t m = state->n_outputs;
    for (int64_t j = 0; j < self->in->width; j++) {
        const cauce_block *from = &in->blocks[encoders[j].block];
        const double *encoding = state->encodings + state->categories.first[j] * m;
        double *values = cauce_block_values(&out->blocks[j]);
        for (int64_t r = 0; r < in->n_rows; r++) {
            int64_t c = ca_encode_cell(&encoders[j], from, r);
            const double *z = c < 0 ? state->target_mean : encoding + c * m;
            for (int64_t k = 0; k < m; k++) values[r + k * out->blocks[j].stride] = z[k];
        }
    }
    return CAUCE_OK;
}

/* ---- The training rows, fold by fold ------------------------------------------------------------------- */

static cauce_status enough_rows(cauce_run *run, const target_params *params, const goal *g,
                                int32_t n_classes) {
    long long cv = (long long)params->cv.integer;
    if (cv > g->n_rows)
        return cauce_fail(run, CAUCE_E_DATA, "cv=%lld folds are more than the %lld training rows", cv,
                          (long long)g->n_rows);
    if (g->y) return CAUCE_OK;
    int64_t *count = cauce_scratch(run, n_classes, sizeof *count), most = 0;
    if (!count) return run->error.status;
    for (int64_t r = 0; r < g->n_rows; r++)
        if (++count[g->y_class[r]] > most) most = count[g->y_class[r]];
    if (cv <= most) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA,
                      "cv=%lld folds are more than the training rows of every class (the largest has %lld)",
                      cv, (long long)most);
}

/* The fold that tests each row. Every row must be tested by one fold, and not be learned from by it. */
static cauce_status fold_of_rows(cauce_run *run, const ca_folds *folds, int64_t n, int32_t *fold_of) {
    for (int64_t r = 0; r < n; r++) fold_of[r] = -1;
    for (int64_t f = 0; f < folds->n_folds; f++)
        for (int64_t i = 0; i < folds->folds[f].n_test; i++) {
            int64_t r = folds->folds[f].test[i];
            if (fold_of[r] >= 0)
                return cauce_fail(run, CAUCE_E_PARAM,
                                  "cv: training row %lld is in the test part of two folds; it must be in one",
                                  (long long)r + 1);
            fold_of[r] = (int32_t)f;
        }
    for (int64_t r = 0; r < n; r++)
        if (fold_of[r] < 0)
            return cauce_fail(run, CAUCE_E_PARAM,
                              "cv: training row %lld is in no test part, so that nothing encodes it",
                              (long long)r + 1);
    return CAUCE_OK;
}

static cauce_status make_folds(cauce_run *run, const goal *g, const cauce_train *train, int32_t *fold_of,
                               int64_t *n_folds) {
    const target_params *params = g->params;
    ca_split_input input = ca_split_input_of(train);
    input.y = g->y;
    if (g->y) {
        input.y_class = NULL;
        input.n_classes = 0;
    }
    ca_folds folds;
    char text[160];
    const cauce_value *seed = &params->random_state;
    if (params->cv.type == CAUCE_V_INT) {
        CA_TRY(enough_rows(run, params, g, train->n_classes));
        snprintf(text, sizeof text, "%s n_splits=%lld shuffle=%s random_state=%lld",
                 g->y ? "k_fold" : "stratified_k_fold", (long long)params->cv.integer,
                 params->shuffle ? "true" : "false",
                 seed->type == CAUCE_V_INT ? (long long)seed->integer : 0LL);
    }
    CA_TRY(ca_split(run, params->cv.type == CAUCE_V_INT ? text : params->cv.text, &input, &run->scratch,
                    &folds));
    *n_folds = folds.n_folds;
    return fold_of_rows(run, &folds, g->n_rows, fold_of);
}

typedef struct cross_job {
    const goal *goal;
    const cauce_train *train;
    const ca_encoder *encoders;
    const int32_t *fold_of;
    int32_t *code; /* n_rows for each column */
    part *parts;   /* n_folds */
    int64_t n_folds;
    cauce_batch *out;
} cross_job;

static cauce_status find_part(cauce_run *run, int64_t f, void *payload) {
    const cross_job *job = payload;
    part p = { job->fold_of, (int32_t)f, NULL, NULL };
    CA_TRY(part_moments(run, job->goal, &p)); /* in the scratch memory of this task */
    memcpy(job->parts[f].mean, p.mean, (size_t)job->goal->n_outputs * sizeof(double));
    memcpy(job->parts[f].variance, p.variance, (size_t)job->goal->n_outputs * sizeof(double));
    return CAUCE_OK;
}

static cauce_status encode_column(cauce_run *run, int64_t j, void *payload) {
    const cross_job *job = payload;
    CA_TRY(cauce_check_cancel(run));
    find_codes(&job->encoders[j], job->train->x, job->code + j * job->goal->n_rows);
    return CAUCE_OK;
}

/* Column and fold: learns from the other folds and writes the rows of this one. */
static cauce_status cross_encode(cauce_run *run, int64_t index, void *payload) {
    const cross_job *job = payload;
    int64_t j = index / job->n_folds, f = index % job->n_folds, m = job->goal->n_outputs;
    const ca_encoder *encoder = &job->encoders[j];
    const part *p = &job->parts[f];
    CA_TRY(cauce_check_cancel(run));
    double *encoding = cauce_scratch(run, encoder->n * m, sizeof *encoding);
    const int32_t *code = job->code + j * job->goal->n_rows;
    if (!encoding) return run->error.status;
    CA_TRY(encodings_of(run, job->goal, p, code, encoder->n, encoding));
    cauce_block *to = &job->out->blocks[j];
    double *values = to->room;
    for (int64_t r = 0; r < job->goal->n_rows; r++) {
        if (in_part(p, r)) continue;
        const double *z = code[r] < 0 ? p->mean : encoding + (int64_t)code[r] * m;
        for (int64_t k = 0; k < m; k++) values[r + k * to->stride] = z[k];
    }
    return CAUCE_OK;
}

static cauce_status fit_transform(cauce_run *run, const cauce_fitted *self, const cauce_train *train,
                                  cauce_batch *out) {
    goal g;
    CA_TRY(find_goal(run, self->params, train, &g));
    cross_job job = { .goal = &g, .train = train, .encoders = self->bound, .out = out };
    int32_t *fold_of = cauce_scratch(run, g.n_rows, sizeof *fold_of);
    if (!fold_of) return run->error.status;
    CA_TRY(make_folds(run, &g, train, fold_of, &job.n_folds));
    job.fold_of = fold_of;
    job.code = cauce_scratch(run, g.n_rows * self->in->width, sizeof *job.code);
    job.parts = cauce_scratch(run, job.n_folds, sizeof *job.parts);
    if (!job.code || !job.parts) return run->error.status;
    for (int64_t f = 0; f < job.n_folds; f++) {
        job.parts[f] = (part){ fold_of, (int32_t)f, cauce_scratch(run, g.n_outputs, sizeof(double)),
                               cauce_scratch(run, g.n_outputs, sizeof(double)) };
        if (!job.parts[f].mean || !job.parts[f].variance) return run->error.status;
    }
    for (int64_t j = 0; j < self->in->width; j++) cauce_block_values(&out->blocks[j]);
    CA_TRY(cauce_parallel(run, job.n_folds, find_part, &job));
    CA_TRY(cauce_parallel(run, self->in->width, encode_column, &job));
    return cauce_parallel(run, self->in->width * job.n_folds, cross_encode, &job);
}

const cauce_component cauce_target_encoder = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "target_encoder",
    .summary =
        "Replaces each category by the mean target of its rows, learned without the row it is used on.",
    .reference = "Micci-Barreca 2001, doi:10.1145/507533.507538",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_RANDOM | CAUCE_TAG_SUPERVISED,
    .params_size = sizeof(target_params),
    .params = param_rows,
    .state_size = sizeof(target_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .fit_transform = fit_transform,
    .verify = verify,
};
