/* Predictions that look at the target only: what every real model has to beat. As scikit-learn's Dummy*. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "core/seed.h"
#include "math/sort.h"

/* ---- Classifier ---------------------------------------------------------------------------------------- */

enum { PRIOR, MOST_FREQUENT, STRATIFIED, UNIFORM, CONSTANT };

typedef struct classifier_params {
    int strategy;
    cauce_value constant, random_state;
} classifier_params;

static const cauce_param classifier_rows[] = {
    CAUCE_CHOICE(classifier_params, strategy, "prior", "prior|most_frequent|stratified|uniform|constant",
                 "prior: class shares; most_frequent: always that class; stratified: classes drawn by their "
                 "shares; uniform: equal shares; constant: always the class named by constant."),
    CAUCE_MIXED(classifier_params, constant, "null",
                CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_BOOL, -9.2e18, 9.2e18,
                -HUGE_VAL, HUGE_VAL, NULL, "The class that strategy=constant predicts."),
    CAUCE_MIXED(classifier_params, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0, NULL,
                "Seed of the random numbers of strategy=stratified; null means 0."),
    CAUCE_END
};

typedef struct classifier_state {
    int64_t n_classes;
    double *class_prior; /* of the training rows */
    double *proba;       /* of every row, unless classes are drawn */
} classifier_state;

static const cauce_state classifier_state_rows[] = {
    CAUCE_ARRAY(classifier_state, class_prior, CAUCE_F64, n_classes, "Weighted share of each class."),
    CAUCE_ARRAY(classifier_state, proba, CAUCE_F64, n_classes, "Probabilities predicted for every row."),
    CAUCE_STATE_END
};

static cauce_status check_classifier(cauce_run *run, const void *params) {
    const classifier_params *p = params;
    bool given = p->constant.type != CAUCE_V_NULL;
    if (p->strategy == CONSTANT && !given)
        return cauce_fail(run, CAUCE_E_PARAM, "strategy=constant needs constant=CLASS");
    return CAUCE_OK;
}

/* The class that the parameter names: by its text, or by a number that reads the same. */
static int32_t find_class(const cauce_levels *classes, const cauce_value *constant) {
    if (constant->type == CAUCE_V_TEXT)
        return cauce_levels_find(classes, constant->text, strlen(constant->text));
    for (int32_t c = 0; c < cauce_levels_count(classes); c++) {
        const char *text = cauce_levels_text(classes, c);
        if (constant->type == CAUCE_V_BOOL) {
            if (strcmp(text, constant->integer ? "true" : "false") == 0) return c;
            continue;
        }
        double number;
        if (ca_number_parse(text, strlen(text), &number) && number == constant->real) return c;
    }
    return -1;
}

static cauce_status fit_classifier(cauce_run *run, const void *params, const cauce_train *train,
                                   void *state) {
    const classifier_params *p = params;
    classifier_state *s = state;
    int32_t k = train->n_classes, chosen = 0;
    s->n_classes = k;
    s->class_prior = cauce_keep(run, k, sizeof *s->class_prior);
    s->proba = cauce_keep(run, k, sizeof *s->proba);
    if (!s->class_prior || !s->proba) return CA_NOMEM(run);
    double total = 0;
    for (int64_t r = 0; r < train->n_rows; r++) {
        double w = train->weight ? train->weight[r] : 1;
        s->class_prior[train->y_class[r]] += w;
        total += w;
    }
    for (int32_t c = 0; c < k; c++) s->class_prior[c] /= total;
    for (int32_t c = 1; c < k; c++)
        if (s->class_prior[c] > s->class_prior[chosen]) chosen = c;
    if (p->strategy == CONSTANT) {
        chosen = find_class(train->classes, &p->constant);
        if (chosen < 0)
            return cauce_fail(run, CAUCE_E_PARAM, "constant=%s is not a class of the training rows",
                              p->constant.type == CAUCE_V_TEXT ? p->constant.text : "(number)");
    }
    for (int32_t c = 0; c < k; c++)
        s->proba[c] = p->strategy == PRIOR     ? s->class_prior[c]
                      : p->strategy == UNIFORM ? 1.0 / k
                                               : c == chosen;
    return CAUCE_OK;
}

/* The class of one row under strategy=stratified depends on the row's number only, not on how many rows are
 * asked for at a time. */
static int32_t draw_class(const classifier_state *s, uint64_t seed, int64_t row) {
    cauce_rng rng;
    cauce_rng_init(&rng, seed, "dummy class", (uint64_t)row);
    double left = cauce_rng_uniform(&rng);
    int32_t last = 0;
    for (int32_t c = 0; c < s->n_classes; c++) {
        if (s->class_prior[c] > 0) last = c;
        left -= s->class_prior[c];
        if (left < 0) return c;
    }
    return last;
}

static cauce_status apply_classifier(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                     cauce_batch *out, void *scratch) {
    (void)run;
    (void)scratch;
    const classifier_params *p = self->params;
    const classifier_state *s = self->state;
    uint64_t seed = ca_seed_of(&p->random_state);
    double *values = cauce_block_values(&out->blocks[0]);
    int64_t stride = out->blocks[0].stride;
    for (int64_t r = 0; r < in->n_rows; r++) {
        int32_t drawn = p->strategy == STRATIFIED ? draw_class(s, seed, in->first_row + r) : -1;
        for (int64_t c = 0; c < s->n_classes; c++)
            values[r + c * stride] = drawn < 0 ? s->proba[c] : c == drawn;
    }
    return CAUCE_OK;
}

static cauce_status verify_classifier(cauce_run *run, const cauce_fitted *self) {
    const classifier_state *s = self->state;
    if (s->n_classes != self->n_classes)
        return cauce_fail(run, CAUCE_E_FORMAT, "probabilities of %lld classes, the target has %d",
                          (long long)s->n_classes, self->n_classes);
    for (int64_t c = 0; c < s->n_classes; c++)
        if (!(s->proba[c] >= 0 && s->proba[c] <= 1 && s->class_prior[c] >= 0 && s->class_prior[c] <= 1))
            return cauce_fail(run, CAUCE_E_FORMAT, "class %lld has no probability between 0 and 1",
                              (long long)c);
    return CAUCE_OK;
}

const cauce_component cauce_dummy_classifier = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "dummy_classifier",
    .summary = "Predicts from the class shares of the training rows, whatever the input: a baseline.",
    .role = CAUCE_CLASSIFIER,
    .tags =
        CAUCE_TAG_ANY_INPUT | CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_RANDOM,
    .params_size = sizeof(classifier_params),
    .params = classifier_rows,
    .state_size = sizeof(classifier_state),
    .state = classifier_state_rows,
    .state_version = 1,
    .check = check_classifier,
    .fit = fit_classifier,
    .apply = apply_classifier,
    .verify = verify_classifier,
};

/* ---- Regressor ----------------------------------------------------------------------------------------- */

enum { MEAN, MEDIAN, QUANTILE, FIXED };

typedef struct regressor_params {
    int strategy;
    cauce_value constant, quantile;
} regressor_params;

static const cauce_param regressor_rows[] = {
    CAUCE_CHOICE(regressor_params, strategy, "mean", "mean|median|quantile|constant",
                 "What every row is predicted as: mean, median or a quantile of the target, or a constant."),
    CAUCE_MIXED(regressor_params, constant, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, -9.2e18,
                9.2e18, -HUGE_VAL, HUGE_VAL, NULL, "The number that strategy=constant predicts."),
    CAUCE_MIXED(regressor_params, quantile, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 0, 1, -1, 1,
                NULL,
                "The quantile of strategy=quantile: 0 the least target, 0.5 the median, 1 the largest."),
    CAUCE_END
};

typedef struct regressor_state {
    double constant;
    double *constants; /* of several targets, in its place */
    int64_t n_targets;
} regressor_state;

static const cauce_state regressor_state_rows[] = {
    CAUCE_NUMBER_REAL(regressor_state, constant, "The number predicted for every row."),
    { "constant", CAUCE_F64, offsetof(regressor_state, constants),
      CAUCE_OFFSET_(regressor_state, n_targets, int64_t), (size_t)-1,
      "Of several targets: the number predicted for each." },
    CAUCE_STATE_END
};

static cauce_status check_regressor(cauce_run *run, const void *params) {
    const regressor_params *p = params;
    if (p->strategy == FIXED && p->constant.type == CAUCE_V_NULL)
        return cauce_fail(run, CAUCE_E_PARAM, "strategy=constant needs constant=NUMBER");
    if (p->strategy == FIXED && !isfinite(p->constant.real))
        return cauce_fail(run, CAUCE_E_PARAM, "constant=%g is not a finite number", p->constant.real);
    if (p->strategy != QUANTILE) return CAUCE_OK;
    if (p->quantile.type == CAUCE_V_NULL)
        return cauce_fail(run, CAUCE_E_PARAM, "strategy=quantile needs quantile=NUMBER, from 0 to 1");
    if (!(p->quantile.real >= 0 && p->quantile.real <= 1))
        return cauce_fail(run, CAUCE_E_PARAM, "quantile=%g is not between 0 and 1", p->quantile.real);
    return CAUCE_OK;
}

static double mean_of(const cauce_train *train) {
    double sum = 0, total = 0;
    for (int64_t r = 0; r < train->n_rows; r++) {
        double w = train->weight ? train->weight[r] : 1;
        sum += w * train->y[r];
        total += w;
    }
    return sum / total;
}

/* Value at a place of the list in which every row stands as often as it weighs. */
static double value_at(const cauce_train *train, const int64_t *order, double place) {
    double before = 0;
    for (int64_t i = 0; i < train->n_rows; i++) {
        before += train->weight ? train->weight[order[i]] : 1;
        if (place < before) return train->y[order[i]];
    }
    return train->y[order[train->n_rows - 1]];
}

/* Linear interpolation between neighbours (Hyndman and Fan's type 7) of the rows, repeated by whole weights.
 * With other weights rows cannot be repeated: the least target that has the share q of all weight at or below
 * it. */
static cauce_status quantile_of(cauce_run *run, const cauce_train *train, double q, double *value) {
    int64_t *order = cauce_scratch(run, train->n_rows, sizeof *order);
    if (!order) return CA_NOMEM(run);
    CA_TRY(ca_argsort(run, train->y, train->n_rows, order));
    double total = 0;
    bool whole = true;
    for (int64_t r = 0; r < train->n_rows; r++) {
        double w = train->weight ? train->weight[r] : 1;
        total += w;
        whole &= w == floor(w);
    }
    if (!whole) {
        double below = 0, share = q * total;
        int64_t i = 0;
        for (; i < train->n_rows - 1; i++) {
            below += train->weight[order[i]];
            if (below >= share) break;
        }
        *value = train->y[order[i]];
        return CAUCE_OK;
    }
    double place = q * (total - 1), lower = floor(place);
    double a = value_at(train, order, lower), b = value_at(train, order, lower + 1);
    *value = a + (place - lower) * (b - a);
    return CAUCE_OK;
}

static cauce_status fit_target(cauce_run *run, const regressor_params *p, const cauce_train *train,
                               double *constant) {
    switch (p->strategy) {
    case MEAN:
        *constant = mean_of(train);
        return isfinite(*constant)
                   ? CAUCE_OK
                   : cauce_fail(run, CAUCE_E_NUMERIC, "the targets are so large that their mean overflows");
    case MEDIAN: return quantile_of(run, train, 0.5, constant);
    case QUANTILE: return quantile_of(run, train, p->quantile.real, constant);
    default: *constant = p->constant.real; return CAUCE_OK;
    }
}

static cauce_status fit_regressor(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    regressor_state *s = state;
    if (!train->targets) return fit_target(run, params, train, &s->constant);
    s->n_targets = cauce_n_targets(train->targets);
    s->constants = cauce_keep(run, s->n_targets, sizeof *s->constants);
    if (!s->constants) return CA_NOMEM(run);
    for (int64_t t = 0; t < s->n_targets; t++) {
        const cauce_train one = cauce_train_target(train, t);
        CA_TRY(fit_target(run, params, &one, &s->constants[t]));
    }
    return CAUCE_OK;
}

static cauce_status apply_regressor(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                    cauce_batch *out, void *scratch) {
    (void)run;
    (void)scratch;
    const regressor_state *s = self->state;
    double *values = cauce_block_values(&out->blocks[0]);
    for (int64_t t = 0; t < cauce_n_targets(self->targets); t++, values += out->blocks[0].stride)
        for (int64_t r = 0; r < in->n_rows; r++) values[r] = s->constants ? s->constants[t] : s->constant;
    return CAUCE_OK;
}

static cauce_status verify_regressor(cauce_run *run, const cauce_fitted *self) {
    const regressor_state *s = self->state;
    const int64_t n_targets = self->targets ? cauce_n_targets(self->targets) : 0;
    if (s->n_targets != n_targets || (n_targets && !s->constants))
        return cauce_fail(run, CAUCE_E_FORMAT, "constants of %lld targets, and there are %lld",
                          (long long)s->n_targets, (long long)n_targets);
    for (int64_t t = 0; t < cauce_n_targets(self->targets); t++) {
        const double constant = s->constants ? s->constants[t] : s->constant;
        if (!isfinite(constant))
            return cauce_fail(run, CAUCE_E_FORMAT, "the predicted number %g is not finite", constant);
    }
    return CAUCE_OK;
}

const cauce_component cauce_dummy_regressor = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "dummy_regressor",
    .summary = "Predicts one number (for each target), whatever the input: a baseline.",
    .role = CAUCE_REGRESSOR,
    /* An offset is taken and, as the columns are, not looked at: a baseline stands beside every model. */
    .tags = CAUCE_TAG_ANY_INPUT | CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT |
            CAUCE_TAG_OFFSET | CAUCE_TAG_MULTI_TARGET,
    .params_size = sizeof(regressor_params),
    .params = regressor_rows,
    .state_size = sizeof(regressor_state),
    .state = regressor_state_rows,
    .state_version = 1,
    .check = check_regressor,
    .fit = fit_regressor,
    .apply = apply_regressor,
    .verify = verify_regressor,
};
