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
#include <string.h>

#include "base/run.h"
#include "boost/fit.h"
#include "boost/rules.h"
#include "core/losses.h"
#include "split/draws.h"
#include "tree/interactions.h"
#include "core/seed.h"
#include "tree/quantile_list.h"

typedef struct boosting_params {
    int loss, scoring;
    cauce_value quantile;
    double alpha, tweedie_power, learning_rate;
    cauce_value custom_loss;
    int64_t max_iter, min_samples_leaf, max_bins, max_cat_to_onehot, n_iter_no_change;
    cauce_value max_leaf_nodes, max_depth;
    double l2_regularization, cat_smooth, max_features, subsample, top_rate, other_rate, tol;
    int binning, grow_policy, sampling, rng;
    cauce_value monotonic_cst, interaction_cst, early_stopping, validation_fraction, random_state,
        class_weight;
} boosting_params;

static const ca_loss_kind regression_losses[] = { CA_LOSS_SQUARED, CA_LOSS_ABSOLUTE, CA_LOSS_GAMMA,
                                                  CA_LOSS_POISSON, CA_LOSS_QUANTILE, CA_LOSS_HUBER,
                                                  CA_LOSS_TWEEDIE, CA_LOSS_CUSTOM };

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
        CAUCE_CHOICE(                                                                                        \
            T, binning, "quantile", "quantile|edges",                                                        \
            "How columns of more values are cut: at quantiles, or edges: with those cuts moved to where "    \
            "the target jumps near them, if it clearly does."),                                              \
        CAUCE_REAL(T, cat_smooth, 10, 0, 1e300,                                                              \
                   "How much second derivative each category gets added when a split orders categories by "  \
                   "their gradients: more pulls rare ones towards the middle."),                             \
        CAUCE_INT(T, max_cat_to_onehot, 0, 0, 1e9,                                                           \
                  "Categories of at most so many levels are split one level against the rest; others, and "  \
                  "with 0 all, into two groups of levels."),                                                 \
        CAUCE_MIXED(T, monotonic_cst, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,                 \
                    "Columns along which predictions only rise or only fall: a list of \"column:1\" and "    \
                    "\"column:-1\"."),                                                                       \
        CA_INTERACTION_PARAM(T),                                                                             \
        CAUCE_MIXED(T, early_stopping, "auto", CAUCE_V_BOOL | CAUCE_V_TEXT, 0, 0, 0, 0, "auto",              \
                    "Whether to stop when the loss gets no better; auto: with more than 10000 rows."),       \
        CAUCE_CHOICE(T, scoring, "loss", "loss", "What early stopping looks at."),                           \
        CAUCE_MIXED(                                                                                         \
            T, validation_fraction, "0.1", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, 0, CAUCE_BELOW_1, NULL,        \
            "Share of the rows held out for early stopping; null: the training rows are looked at."),        \
        CAUCE_INT(T, n_iter_no_change, 10, 1, 1e7,                                                           \
                  "Early stopping ends after so many iterations without a better loss."),                    \
        CAUCE_REAL(T, tol, 1e-7, 0, 1e300, "A loss is better when it is lower by more than this."),          \
        CAUCE_REAL_ABOVE(T, subsample, 1.0, 0, 1,                                                            \
                         "Share of the rows, drawn anew for each iteration, that "                           \
                         "trees are grown on."),                                                             \
        CAUCE_CHOICE(T, sampling, "uniform", "uniform|goss",                                                 \
                     "How rows are drawn: all alike, or goss: those with the largest gradients and some of " \
                     "the others, which count for more."),                                                   \
        CAUCE_REAL_ABOVE(T, top_rate, 0.2, 0, 1,                                                             \
                         "Of sampling=goss: share of the rows that is taken for its large gradients."),      \
        CAUCE_REAL_ABOVE(T, other_rate, 0.1, 0, 1,                                                           \
                         "Of sampling=goss: share of the rows that is drawn among the others."),             \
        CAUCE_CHOICE(T, grow_policy, "leaf_wise", "leaf_wise|depth_wise",                                    \
                     "Which node is split next: the one with the best gain, or level by level."),            \
        CAUCE_MIXED(T, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0, NULL,              \
                    "Seed of the random numbers; null means 0."),                                            \
        CAUCE_CHOICE(T, rng, "native", CA_RNG_WORDS,                                                         \
                     "Whose random numbers hold rows out for early stopping: sklearn stops where "           \
                     "scikit-learn 1.2.1 does with this random_state.")

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
                 "squared_error|absolute_error|gamma|poisson|quantile|huber|tweedie|custom",
                 "What is minimised; gamma, poisson and tweedie predict the exponential of the trees' sum."),
    CAUCE_MIXED(boosting_params, custom_loss, "null", CAUCE_V_NULL | CAUCE_V_TEXT, 0, 0, 0, 0, NULL,
                "Name of the loss=custom, which the program has registered (C API); predictions are raw "
                "sums of the trees."),
    CAUCE_MIXED(
        boosting_params, quantile, "null", CAUCE_V_NULL | CAUCE_V_REAL | CAUCE_V_LIST, 0, 0, 0, 1, NULL,
        "The quantile that loss=quantile predicts, or an ascending list of several: the middle one is "
        "the prediction, and all of them are kept in order."),
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
    if (p->sampling && p->subsample < 1)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "subsample=%g is for sampling=uniform; goss has top_rate and "
                          "other_rate",
                          p->subsample);
    if (p->sampling && p->top_rate + p->other_rate > 1)
        return cauce_fail(run, CAUCE_E_PARAM, "top_rate=%g and other_rate=%g are more than all rows together",
                          p->top_rate, p->other_rate);
    ca_draws draws;
    return ca_draws_begin(run, p->rng, &p->random_state, "boosting hold-out", &draws); /* is it a seed? */
}

static cauce_status check_regressor(cauce_run *run, const void *params) {
    const boosting_params *p = params;
    ca_loss_kind kind = regression_losses[p->loss];
    if (regression_losses[p->loss] == CA_LOSS_QUANTILE && p->quantile.type == CAUCE_V_NULL)
        return cauce_fail(run, CAUCE_E_PARAM, "loss=quantile needs a quantile, such as quantile=0.9");
    if (p->quantile.type == CAUCE_V_LIST) CA_TRY(ca_check_quantiles(run, &p->quantile));
    if ((kind == CA_LOSS_CUSTOM) != (p->custom_loss.type == CAUCE_V_TEXT))
        return cauce_fail(run, CAUCE_E_PARAM,
                          kind == CA_LOSS_CUSTOM ? "loss=custom needs the name of one: custom_loss=NAME"
                                                 : "custom_loss belongs to loss=custom");
    if (p->sampling && (kind == CA_LOSS_ABSOLUTE || kind == CA_LOSS_QUANTILE || kind == CA_LOSS_HUBER))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "sampling=goss ranks rows by their gradients, which absolute_error, quantile and "
                          "huber cut off; subsample=0.5 draws rows alike");
    return check_params(run, params);
}

static ca_loss loss_of(const boosting_params *p, int32_t n_classes) {
    ca_loss loss = { .n_outputs = n_classes > 2 ? n_classes : 1 };
    if (n_classes > 0) {
        loss.kind = n_classes > 2 ? CA_LOSS_CLASSES : CA_LOSS_BINARY;
        return loss;
    }
    loss.kind = regression_losses[p->loss];
    loss.quantile = loss.kind == CA_LOSS_HUBER         ? p->alpha
                    : p->quantile.type == CAUCE_V_REAL ? p->quantile.real
                                                       : 0;
    loss.power = p->tweedie_power;
    if (loss.kind == CA_LOSS_QUANTILE && p->quantile.type == CAUCE_V_LIST) {
        loss.several = p->quantile.items;
        loss.n_outputs = (int32_t)p->quantile.n_items;
    }
    return loss;
}

static int64_t limit_of(const cauce_value *value) {
    return value->type == CAUCE_V_INT ? value->integer : INT64_MAX;
}

static cauce_status read_rules(cauce_run *run, const boosting_params *p, const cauce_train *train,
                               ca_grow_rules *rules) {
    *rules =
        (ca_grow_rules){ .max_leaves = limit_of(&p->max_leaf_nodes), .max_depth = limit_of(&p->max_depth) };
    rules->by_level = p->grow_policy == 1;
    rules->split.l2 = p->l2_regularization;
    rules->split.min_hessian = 1e-3;
    rules->split.cat_smooth = p->cat_smooth;
    rules->split.one_level = p->max_cat_to_onehot;
    rules->split.min_rows = p->min_samples_leaf;
    rules->split.max_features = p->max_features;
    CA_TRY(ca_read_monotone(run, &p->monotonic_cst, train->schema, &rules->split.monotone));
    if (rules->split.monotone && train->n_classes > 2)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "monotonic_cst with %d classes; it takes two, or a number as target",
                          (int)train->n_classes);
    ca_interactions interactions;
    CA_TRY(ca_read_interactions(run, &p->interaction_cst, train->schema, &interactions));
    rules->split.set_words = interactions.words;
    rules->split.sets = interactions.sets;
    return CAUCE_OK;
}

static cauce_status check_targets(cauce_run *run, const boosting_params *p, const cauce_train *train,
                                  ca_boost_plan *plan) {
    ca_place place;
    if (plan->loss.kind == CA_LOSS_CUSTOM) {
        plan->loss.custom = ca_loss_find(run, p->custom_loss.text);
        if (!plan->loss.custom) return run->error.status;
    }
    if (!train->y) return CAUCE_OK;
    CA_TRY(ca_loss_check(run, &plan->loss, train->y, train->n_rows));
    if (!train->validation) return CAUCE_OK;
    ca_enter(run, &place, "validation");
    cauce_status status = ca_loss_check(run, &plan->loss, train->validation->y, train->validation->n_rows);
    ca_leave(run, &place);
    return status;
}

static bool other_quantiles(const ca_loss *a, const ca_loss *b) {
    if (!a->several || !b->several) return a->several != b->several;
    if (a->n_outputs != b->n_outputs) return true;
    for (int32_t i = 0; i < a->n_outputs; i++)
        if (a->several[i].real < b->several[i].real || a->several[i].real > b->several[i].real) return true;
    return false;
}

/* Trees go on only where the sum of the earlier ones means the same. */
static cauce_status check_start(cauce_run *run, const cauce_fitted *start, ca_boost_plan *plan) {
    const boosting_params *before = start->params;
    const ca_boosting *model = start->state;
    ca_loss loss = loss_of(before, start->n_classes);
    const char *name = before->custom_loss.type == CAUCE_V_TEXT ? before->custom_loss.text : NULL;
    if (loss.kind != plan->loss.kind || other_quantiles(&loss, &plan->loss) ||
        loss.quantile < plan->loss.quantile || loss.quantile > plan->loss.quantile ||
        loss.power < plan->loss.power || loss.power > plan->loss.power ||
        (name && strcmp(name, plan->loss.custom->name) != 0))
        return cauce_fail(run, CAUCE_E_PARAM, "a fit goes on with the loss that it began with");
    if (plan->max_iter < model->n_iter)
        return cauce_fail(run, CAUCE_E_PARAM, "max_iter=%lld is less than the %lld iterations that there are",
                          (long long)plan->max_iter, (long long)model->n_iter);
    plan->start = model;
    return CAUCE_OK;
}

static cauce_status fit_boosting(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const boosting_params *p = params;
    ca_boost_plan plan = { .loss = loss_of(p, train->n_classes),
                           .learning_rate = p->learning_rate,
                           .subsample = p->subsample,
                           .one_side = p->sampling == 1,
                           .top_rate = p->top_rate,
                           .other_rate = p->other_rate,
                           .max_iter =
                               train->n_classes == 1 ? 0 : p->max_iter, /* one class: nothing to learn */
                           .max_bins = p->max_bins,
                           .edges = p->binning == 1,
                           .n_iter_no_change = p->n_iter_no_change,
                           .tol = p->tol };
    plan.validation_fraction = p->validation_fraction.type == CAUCE_V_REAL ? p->validation_fraction.real : 0;
    plan.stop_early = p->early_stopping.type == CAUCE_V_BOOL ? p->early_stopping.integer
                                                             : train->validation || train->n_rows > 10000;
    if (train->n_classes == 1) plan.stop_early = false;
    plan.sklearn_hold_out = p->rng == CA_RNG_SKLEARN;
    plan.seed = ca_seed_of(&p->random_state);
    CA_TRY(check_targets(run, p, train, &plan));
    if (train->start) CA_TRY(check_start(run, train->start, &plan));
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
    int32_t middle; /* of several quantiles: the one nearest to the median */
} bound_boosting;

static cauce_status bind_boosting(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    bound_boosting *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    CA_TRY(ca_boosting_bind(run, self->state, false, &bound->scorer, &binding->scratch));
    bound->loss = loss_of(self->params, self->n_classes);
    if (bound->loss.several) {
        bound->middle = (int32_t)ca_middle_quantile(&((const boosting_params *)self->params)->quantile);
        binding->scratch += (size_t)bound->loss.n_outputs * CA_BOOST_ROWS * sizeof(double);
    }
    binding->block_rows = CA_BOOST_ROWS;
    binding->bound = bound;
    return CAUCE_OK;
}

static cauce_status ready_boosting(cauce_run *run, const cauce_fitted *self) {
    const bound_boosting *bound = self->bound;
    return ca_boosting_ready(run, self->in, bound->scorer);
}

/* All quantiles of each row, CA_BOOST_ROWS apart, in order: the trees of each know nothing of the others, and
 * where these cross, sorting only brings them nearer to the true ones (Chernozhukov, Fernandez-Val, Galichon,
 * "Quantile and probability curves without crossing", Econometrica 78, 2010, doi:10.3982/ECTA7880). */
static const double *score_quantiles(const bound_boosting *bound, const cauce_batch *in, void *scratch) {
    double *values = scratch;
    ca_boosting_score(bound->scorer, in, values, CA_BOOST_ROWS,
                      values + bound->loss.n_outputs * CA_BOOST_ROWS);
    for (int32_t i = 1; i < bound->loss.n_outputs; i++)
        for (int64_t r = 0; r < in->n_rows; r++) { /* insertion */
            double value = values[i * CA_BOOST_ROWS + r];
            int32_t at = i;
            for (; at > 0 && values[(at - 1) * CA_BOOST_ROWS + r] > value; at--)
                values[at * CA_BOOST_ROWS + r] = values[(at - 1) * CA_BOOST_ROWS + r];
            values[at * CA_BOOST_ROWS + r] = value;
        }
    return values;
}

static int64_t quantiles_of(const cauce_fitted *self, double *levels, int64_t most) {
    ca_loss loss = loss_of(self->params, self->n_classes);
    if (!loss.several) return 0;
    for (int32_t i = 0; i < loss.n_outputs && i < most; i++) levels[i] = loss.several[i].real;
    return loss.n_outputs;
}

static cauce_status apply_quantiles(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                    cauce_batch *out, void *scratch) {
    (void)run;
    const bound_boosting *bound = self->bound;
    const double *values = score_quantiles(bound, in, scratch);
    for (int32_t i = 0; i < bound->loss.n_outputs; i++)
        memcpy(cauce_block_values(&out->blocks[i]), values + i * CA_BOOST_ROWS,
               (size_t)in->n_rows * sizeof *values);
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
    if (bound->loss.several) {
        const double *all = score_quantiles(bound, in, scratch);
        memcpy(values, all + bound->middle * CA_BOOST_ROWS, (size_t)in->n_rows * sizeof *values);
        return CAUCE_OK;
    }
    ca_boosting_score(bound->scorer, in, values, out->blocks[0].stride, scratch);
    ca_loss_predict(&bound->loss, in->n_rows, values, out->blocks[0].stride);
    return CAUCE_OK;
}

static int64_t stages_of(const cauce_fitted *self) {
    return ((const ca_boosting *)self->state)->n_iter;
}

static cauce_status apply_stages(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, void *scratch) {
    const bound_boosting *bound = self->bound;
    if (bound->loss.several)
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "several quantiles have no stages; one alone has");
    for (int64_t i = 0; i < self->n_stages; i++) cauce_block_values(&out->blocks[i]);
    if (self->n_classes == 1) {
        for (int64_t i = 0; i < self->n_stages; i++) {
            cauce_batch one = { out->n_rows, 1, &out->blocks[i], out->first_row, NULL };
            CA_TRY(apply_boosting(run, self, in, &one, scratch));
        }
        return CAUCE_OK;
    }
    ca_boosting_score_stages(bound->scorer, in, self->stages, self->n_stages, out->blocks, scratch);
    for (int64_t i = 0; i < self->n_stages; i++)
        ca_loss_predict(&bound->loss, in->n_rows, cauce_block_values(&out->blocks[i]), out->blocks[i].stride);
    return CAUCE_OK;
}

static cauce_status verify_boosting(cauce_run *run, const cauce_fitted *self) {
    ca_loss loss = loss_of(self->params, self->n_classes);
    return ca_boosting_verify(run, self->state, self->in, loss.n_outputs);
}

#define BOOSTING_TAGS                                                                                        \
    (CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_RANDOM | CAUCE_TAG_STEPWISE)
#define BOOSTING_COMPONENT(param_rows, check_function)                                                       \
    .size = sizeof(cauce_component), .abi = CAUCE_COMPONENT_ABI,                                             \
    .reference = "Ke et al., LightGBM, NIPS 2017; Chen and Guestrin, XGBoost, KDD 2016, "                    \
                 "doi:10.1145/2939672.2939785",                                                              \
    .params_size = sizeof(boosting_params), .params = param_rows, .state_size = sizeof(ca_boosting),         \
    .state = state_rows, .state_version = 1, .check = check_function, .fit = fit_boosting,                   \
    .bind = bind_boosting, .apply = apply_boosting, .verify = verify_boosting, .stages = stages_of,          \
    .apply_stages = apply_stages, .quantiles = quantiles_of, .apply_quantiles = apply_quantiles,             \
    .ready = ready_boosting

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
