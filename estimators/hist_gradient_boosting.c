/* Histogram gradient boosting: trees one after the other, each fitted to the gradients that those before it
 * have left. Numbers are cut into at most 255 bins, categories and missing values are taken as they are.
 * G. Ke et al., "LightGBM: a highly efficient gradient boosting decision tree", NIPS 2017; the penalised
 * second-order step: T. Chen, C. Guestrin, "XGBoost", KDD 2016, doi:10.1145/2939672.2939785.
 *
 * Parameters, defaults and rules are those of scikit-learn's HistGradientBoosting; the same options give the
 * same trees unless gains are equal (see boost/split.h). What differs: whole weights count rows (a row of
 * weight 2 is the row given twice, also for min_samples_leaf and bins), categories may have any number of
 * levels, and where a class is so rare that its leaves would explode (boost/fit.c) XGBoost's defaults hold.
 */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "boost/fit.h"
#include "boost/rules.h"

typedef struct boosting_params {
    int loss, scoring;
    cauce_value quantile;
    double alpha, tweedie_power, learning_rate;
    int64_t max_iter, min_samples_leaf, max_bins, n_iter_no_change;
    cauce_value max_leaf_nodes, max_depth;
    double l2_regularization, max_features, subsample, tol;
    cauce_value monotonic_cst, interaction_cst, early_stopping, validation_fraction, random_state,
        class_weight;
} boosting_params;

static const ca_loss_kind regression_losses[] = { CA_LOSS_SQUARED, CA_LOSS_ABSOLUTE, CA_LOSS_GAMMA,
                                                  CA_LOSS_POISSON, CA_LOSS_QUANTILE, CA_LOSS_HUBER,
                                                  CA_LOSS_TWEEDIE };

#define SHARED_PARAMS(T)                                                                                     \
    CAUCE_REAL_ABOVE(T, learning_rate, 0.1, 0, 1000, "What each tree's prediction is multiplied with."),     \
        CAUCE_INT(T, max_iter, 100, 1, 1e7,                                                                  \
                  "Most iterations; each grows a tree, with more than two classes one for each class."),     \
        CAUCE_MIXED(T, max_leaf_nodes, "31", CAUCE_V_NULL | CAUCE_V_INT, 2, 1e9, 0, 0, NULL,                 \
                    "Most leaves of a tree, grown best split first; null: no limit."),                       \
        CAUCE_MIXED(T, max_depth, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 1e9, 0, 0, NULL,                    \
                    "Most splits between the root and a leaf; null: no limit."),                             \
        CAUCE_INT(T, min_samples_leaf, 20, 1, 1e9, "Fewest training rows of a leaf."),                       \
        CAUCE_REAL(T, l2_regularization, 0, 0, 1e300, "Penalty on the squares of the leaves."),              \
        CAUCE_REAL_ABOVE(T, max_features, 1.0, 0, 1,                                                         \
                         "Share of the columns, drawn anew for each node, that its split is chosen from."),  \
        CAUCE_INT(T, max_bins, 255, 2, 255, "Most bins that the present values of a column are cut into."),  \
        CAUCE_MIXED(T, monotonic_cst, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,                 \
                    "Columns along which predictions only rise or only fall: a list of \"column:1\" and "    \
                    "\"column:-1\"."),                                                                       \
        CAUCE_MIXED(T, interaction_cst, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0,      \
                    "pairwise|no_interactions",                                                              \
                    "Sets of columns that may meet on a path: a list of \"a, b\" texts (the other columns "  \
                    "form one more set), pairwise, no_interactions, or null: all may."),                     \
        CAUCE_MIXED(T, early_stopping, "auto", CAUCE_V_BOOL | CAUCE_V_TEXT, 0, 0, 0, 0, "auto",              \
                    "Whether to stop when the loss gets no better; auto: with more than 10000 rows."),       \
        CAUCE_CHOICE(T, scoring, "loss", "loss", "What early stopping looks at."),                           \
        CAUCE_MIXED(                                                                                         \
            T, validation_fraction, "0.1", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, 0, 1, NULL,                    \
            "Share of the rows held out for early stopping; null: the training rows are looked at."),        \
        CAUCE_INT(T, n_iter_no_change, 10, 1, 1e7,                                                           \
                  "Early stopping ends after so many iterations without a better loss."),                    \
        CAUCE_REAL(T, tol, 1e-7, 0, 1e300, "A loss is better when it is lower by more than this."),          \
        CAUCE_REAL_ABOVE(T, subsample, 1.0, 0, 1,                                                            \
                         "Share of the rows, drawn anew for each iteration, that "                           \
                         "trees are grown on."),                                                             \
        CAUCE_MIXED(T, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0, NULL,              \
                    "Seed of the random numbers; null means 0.")

static const cauce_param classifier_params[] = {
    CAUCE_CHOICE(boosting_params, loss, "log_loss", "log_loss", "What is minimised."),
    SHARED_PARAMS(boosting_params),
    CAUCE_MIXED(boosting_params, class_weight, "null", CAUCE_V_NULL | CAUCE_V_TEXT | CAUCE_V_LIST, 0, 0, 0, 0,
                "balanced",
                "Weights of the classes: null (all 1), balanced (inverse to their frequency), or a list of "
                "\"label:weight\" texts."),
    CAUCE_END
};

static const cauce_param regressor_params[] = {
    CAUCE_CHOICE(boosting_params, loss, "squared_error",
                 "squared_error|absolute_error|gamma|poisson|quantile|huber|tweedie",
                 "What is minimised; gamma, poisson and tweedie predict the exponential of the trees' sum."),
    CAUCE_MIXED(boosting_params, quantile, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, 0, 1, NULL,
                "The quantile that loss=quantile predicts."),
    CAUCE_REAL_ABOVE(boosting_params, alpha, 0.9, 0, 1,
                     "Share of the errors that loss=huber squares; larger ones count linearly."),
    CAUCE_REAL(boosting_params, tweedie_power, 1.5, 1.001, 1.999,
               "Of loss=tweedie: the variance grows with this power of the mean."),
    SHARED_PARAMS(boosting_params),
    CAUCE_END
};

static const cauce_state state_rows[] = { CA_BOOSTING_STATE(ca_boosting), CAUCE_STATE_END };

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status check_params(cauce_run *run, const void *params) {
    const boosting_params *p = params;
    const cauce_value *fraction = &p->validation_fraction;
    if (fraction->type == CAUCE_V_REAL && (fraction->real <= 0 || fraction->real >= 1))
        return cauce_fail(run, CAUCE_E_PARAM, "validation_fraction=%g; it lies between 0 and 1, or is null",
                          fraction->real);
    return CAUCE_OK;
}

static cauce_status check_regressor(cauce_run *run, const void *params) {
    const boosting_params *p = params;
    if (regression_losses[p->loss] == CA_LOSS_QUANTILE && p->quantile.type == CAUCE_V_NULL)
        return cauce_fail(run, CAUCE_E_PARAM, "loss=quantile needs a quantile, such as quantile=0.9");
    return check_params(run, params);
}

static ca_loss loss_of(const boosting_params *p, int32_t n_classes) {
    ca_loss loss = { .n_outputs = n_classes > 2 ? n_classes : 1 };
    if (n_classes > 0) {
        loss.kind = n_classes > 2 ? CA_LOSS_CLASSES : CA_LOSS_BINARY;
        return loss;
    }
    loss.kind = regression_losses[p->loss];
    loss.quantile = loss.kind == CA_LOSS_HUBER ? p->alpha : p->quantile.real;
    loss.power = p->tweedie_power;
    return loss;
}

static int64_t limit_of(const cauce_value *value) {
    return value->type == CAUCE_V_INT ? value->integer : INT64_MAX;
}

static cauce_status read_rules(cauce_run *run, const boosting_params *p, const cauce_train *train,
                               ca_grow_rules *rules) {
    *rules =
        (ca_grow_rules){ .max_leaves = limit_of(&p->max_leaf_nodes), .max_depth = limit_of(&p->max_depth) };
    rules->split.l2 = p->l2_regularization;
    rules->split.min_hessian = 1e-3;
    rules->split.min_rows = p->min_samples_leaf;
    rules->split.max_features = p->max_features;
    CA_TRY(ca_read_monotone(run, &p->monotonic_cst, train->schema, &rules->split.monotone));
    if (rules->split.monotone && train->n_classes > 2)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "monotonic_cst with %d classes; it takes two, or a number as target",
                          (int)train->n_classes);
    return ca_read_interactions(run, &p->interaction_cst, train->schema, &rules->split);
}

static cauce_status fit_boosting(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const boosting_params *p = params;
    ca_boost_plan plan = { .loss = loss_of(p, train->n_classes),
                           .learning_rate = p->learning_rate,
                           .subsample = p->subsample,
                           .max_iter =
                               train->n_classes == 1 ? 0 : p->max_iter, /* one class: nothing to learn */
                           .max_bins = p->max_bins,
                           .n_iter_no_change = p->n_iter_no_change,
                           .tol = p->tol };
    plan.validation_fraction = p->validation_fraction.type == CAUCE_V_REAL ? p->validation_fraction.real : 0;
    plan.stop_early =
        p->early_stopping.type == CAUCE_V_BOOL ? p->early_stopping.integer : train->n_rows > 10000;
    if (train->n_classes == 1) plan.stop_early = false;
    plan.seed = p->random_state.type == CAUCE_V_INT ? (uint64_t)p->random_state.integer : 0;
    if (train->y) CA_TRY(ca_loss_check(run, &plan.loss, train->y, train->n_rows));
    CA_TRY(read_rules(run, p, train, &plan.rules));
    if (train->n_classes > 0 && p->class_weight.type > CAUCE_V_NULL) {
        double *per_class = cauce_scratch(run, train->n_classes, sizeof *per_class);
        if (!per_class) return run->error.status;
        CA_TRY(cauce_class_weights(run, &p->class_weight, train, per_class));
        plan.class_weight = per_class;
    }
    return ca_boosting_fit(run, &plan, train, state);
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

typedef struct bound_boosting {
    struct ca_boost_scorer *scorer;
    ca_loss loss;
} bound_boosting;

static cauce_status bind_boosting(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    bound_boosting *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    CA_TRY(ca_boosting_bind(run, self->state, self->in, &bound->scorer, &binding->scratch));
    bound->loss = loss_of(self->params, self->n_classes);
    binding->block_rows = CA_BOOST_ROWS;
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status apply_boosting(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                   cauce_batch *out, void *scratch) {
    (void)run;
    const bound_boosting *bound = self->bound;
    double *values = cauce_block_values(&out->blocks[0]);
    if (self->n_classes == 1) {
        for (int64_t r = 0; r < in->n_rows; r++) values[r] = 1;
        return CAUCE_OK;
    }
    ca_boosting_score(bound->scorer, in, values, out->blocks[0].stride, scratch);
    ca_loss_predict(&bound->loss, in->n_rows, values, out->blocks[0].stride);
    return CAUCE_OK;
}

static cauce_status verify_boosting(cauce_run *run, const cauce_fitted *self) {
    return ca_boosting_verify(run, self->state, self->in, self->n_classes > 2 ? self->n_classes : 1);
}

#define BOOSTING_TAGS (CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_RANDOM)
#define BOOSTING_COMPONENT(param_rows, check_function)                                                       \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI,                                             \
    .reference = "Ke et al., LightGBM, NIPS 2017; Chen and Guestrin, XGBoost, KDD 2016, "                    \
                 "doi:10.1145/2939672.2939785",                                                              \
    .params_size = sizeof(boosting_params), .params = param_rows, .state_size = sizeof(ca_boosting),         \
    .state = state_rows, .state_version = 1, .check = check_function, .fit = fit_boosting,                   \
    .bind = bind_boosting, .apply = apply_boosting, .verify = verify_boosting

const cauce_component cauce_hist_gradient_boosting_classifier = {
    .name = "hist_gradient_boosting_classifier",
    .summary =
        "Boosted trees on binned columns for classes; takes categories and missing values as they are.",
    .role = CAUCE_CLASSIFIER,
    .tags = BOOSTING_TAGS | CAUCE_TAG_LOGIT,
    BOOSTING_COMPONENT(classifier_params, check_params),
};

const cauce_component cauce_hist_gradient_boosting_regressor = {
    .name = "hist_gradient_boosting_regressor",
    .summary =
        "Boosted trees on binned columns for numbers; takes categories and missing values as they are.",
    .role = CAUCE_REGRESSOR,
    .tags = BOOSTING_TAGS,
    BOOSTING_COMPONENT(regressor_params, check_regressor),
};
