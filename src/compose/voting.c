/* voting_classifier, voting_regressor: the mean of what several estimators predict, or the class that most of
 * them do. */
#include <math.h>
#include <string.h>

#include "compose/beside.h"

enum { HARD, SOFT };

struct params {
    int voting;
    cauce_value weights;
};

#define WEIGHTS                                                                                              \
    CAUCE_MIXED(struct params, weights, "null", CAUCE_V_NULL | CAUCE_V_LIST, 0, 0, 0, 0, NULL,               \
                "A weight for each estimator, in order; null: all the same.")

static const cauce_param classifier_rows[] = {
    CAUCE_CHOICE(
        struct params, voting, "hard", "hard|soft",
        "hard: each estimator votes for its most probable class, and the probability of a class is its "
        "share of the votes; soft: the probabilities are averaged."),
    WEIGHTS, CAUCE_END
};
static const cauce_param regressor_rows[] = { WEIGHTS, CAUCE_END };

/* ---- Checks -------------------------------------------------------------------------------------------- */

static double weight_of(const struct params *p, int64_t i) {
    return p->weights.type == CAUCE_V_LIST ? p->weights.items[i].real : 1;
}

static cauce_status check_weights(cauce_run *run, const cauce_recipe *recipe, const cauce_value *weights) {
    double total = 0;
    if (weights->type != CAUCE_V_LIST) return CAUCE_OK;
    if (weights->n_items != recipe->n_children)
        return cauce_fail(run, CAUCE_E_PARAM, "weights has %lld numbers for %lld estimators",
                          (long long)weights->n_items, (long long)recipe->n_children);
    for (int64_t i = 0; i < weights->n_items; i++) {
        const cauce_value *w = &weights->items[i];
        if ((w->type != CAUCE_V_INT && w->type != CAUCE_V_REAL) || !(w->real >= 0 && w->real < 1e300))
            return cauce_fail(run, CAUCE_E_PARAM, "weights: item %lld is not a number of 0 or more",
                              (long long)i + 1);
        total += ca_is_dropped(recipe->children[i]) ? 0 : w->real;
    }
    return total > 0 ? CAUCE_OK : cauce_fail(run, CAUCE_E_PARAM, "weights: all of them are 0");
}

static cauce_status check(cauce_run *run, const cauce_recipe *recipe) {
    struct params p = { 0 };
    CA_TRY(ca_beside_some(run, recipe, "estimators"));
    ca_param_fill(recipe->component->params, recipe->values, &p);
    for (int64_t i = 0; p.voting == SOFT && i < recipe->n_children; i++)
        if (ca_recipe_margin(recipe->children[i]))
            return cauce_fail(run, CAUCE_E_PARAM,
                              "'%s' gives decision values, no probabilities to average; voting=hard takes it",
                              ca_recipe_name(recipe->children[i]));
    return check_weights(run, recipe, &p.weights);
}

/* ---- Fit, bind, apply ---------------------------------------------------------------------------------- */

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    (void)out;
    CA_TRY(ca_beside_target(run, node, train));
    return ca_beside_fit(run, node, train, NULL);
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    size_t most = ca_beside_room(node, binding);
    CA_TRY(ca_beside_predict(run, node));
    for (int64_t i = 0; i < node->n_child; i++) {
        size_t size = ca_batch_size(node->child[i]->f.out, binding->block_rows);
        if (size == SIZE_MAX) return cauce_fail(run, CAUCE_E_LIMIT, "there are too many classes");
        if (size > binding->scratch) binding->scratch = size;
    }
    binding->scratch += most;
    return CAUCE_OK;
}

/* One vote: to the class of the largest number, the first of several. */
static void add_votes(const cauce_block *from, double weight, int64_t n, int32_t n_classes, double *to,
                      int64_t stride) {
    for (int64_t r = 0; r < n; r++) {
        int64_t best = 0;
        for (int64_t k = 1; k < n_classes; k++)
            if (from->values[r + k * from->stride] > from->values[r + best * from->stride]) best = k;
        to[r + best * stride] += weight;
    }
}

static void add_numbers(const cauce_block *from, double weight, int64_t n, int64_t width, double *to,
                        int64_t stride) {
    for (int64_t k = 0; k < width; k++)
        for (int64_t r = 0; r < n; r++) to[r + k * stride] += weight * from->values[r + k * from->stride];
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    const struct params *p = self->params;
    int64_t n = in->n_rows, width = self->out->width, stride;
    double *to = cauce_block_values(&out->blocks[0]), total = 0;
    stride = out->blocks[0].stride;
    for (int64_t k = 0; k < width; k++) memset(to + k * stride, 0, (size_t)n * sizeof *to);
    for (int64_t i = 0; i < node->n_child; i++)
        if (!ca_is_dropped(node->child[i]->recipe)) total += weight_of(p, i);
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        cauce_batch one;
        if (ca_is_dropped(child->recipe) || !(weight_of(p, i) > 0)) continue;
        ca_batch_lay(&one, child->f.out, node->block_rows, scratch);
        CA_TRY(ca_node_apply(run, child, in, &one,
                             (char *)scratch + ca_batch_size(child->f.out, node->block_rows)));
        if (self->component->role == CAUCE_CLASSIFIER && p->voting == HARD)
            add_votes(&one.blocks[0], weight_of(p, i), n, self->n_classes, to, stride);
        else
            add_numbers(&one.blocks[0], weight_of(p, i), n, width, to, stride);
    }
    for (int64_t k = 0; k < width; k++)
        for (int64_t r = 0; r < n; r++) to[r + k * stride] /= total;
    return CAUCE_OK;
}

static const ca_slot classifiers[] = { { "estimators", CA_SLOT_LIST, CAUCE_CLASSIFIER, NULL, "Who votes." },
                                       CA_SLOTS_END };
static const ca_slot regressors[] = {
    { "estimators", CA_SLOT_LIST, CAUCE_REGRESSOR, NULL, "Whose predictions are averaged." }, CA_SLOTS_END
};
static const cauce_composite of_classes = {
    .slots = classifiers, .check = check, .fit = fit, .part = ca_beside_part, .mark_used = ca_beside_mark_used
};
static const cauce_composite of_numbers = {
    .slots = regressors, .check = check, .fit = fit, .part = ca_beside_part, .mark_used = ca_beside_mark_used
};

#define VOTING(id, text, what, rows, how)                                                                    \
    const cauce_component cauce_##id = {                                                                     \
        .size = sizeof(cauce_component),                                                                     \
        .abi = CAUCE_COMPONENT_ABI,                                                                          \
        .name = #id,                                                                                         \
        .summary = text,                                                                                     \
        .role = what,                                                                                        \
        .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,                                   \
        .params_size = sizeof(struct params),                                                                \
        .params = rows,                                                                                      \
        .state_size = sizeof(ca_nothing),                                                                    \
        .state = ca_no_state,                                                                                \
        .state_version = 1,                                                                                  \
        .fit = ca_fit_by_children,                                                                           \
        .bind = bind,                                                                                        \
        .apply = apply,                                                                                      \
        .verify = ca_verify_nothing,                                                                         \
        .composite = &how,                                                                                   \
    }

VOTING(voting_classifier, "The class that most of several classifiers predict, or their mean probabilities.",
       CAUCE_CLASSIFIER, classifier_rows, of_classes);
VOTING(voting_regressor, "The mean of what several regressors predict.", CAUCE_REGRESSOR, regressor_rows,
       of_numbers);
