/* Selectors that ask an estimator: what it says about the columns, and fits on some of them. The estimator is
 * not kept. */
#ifndef CA_COMPOSE_IMPORTANCE_H
#define CA_COMPOSE_IMPORTANCE_H

#include "compose/beside.h"
#include "compose/inside.h"
#include "data/kept.h"

/* Fits to the columns of a training set that `support` has, and says how important each of these is:
 * feature_importances, or the coefficients of a column over the classes, their norm of `order` (0: the sum of
 * their squares). `getter`: "auto", or the path of the array in the estimator (step__coef). */
cauce_status ca_importances(cauce_run *run, const cauce_recipe *estimator, const char *getter, double order,
                            const cauce_train *train, const uint8_t *support, double *importance);
/* The columns of a training set that `support` has, as one of its own. Memory from the run. */
typedef struct ca_columns {
    cauce_train train;
    cauce_schema schema;
    cauce_batch x;
} ca_columns;
cauce_status ca_some_columns(cauce_run *run, const cauce_train *train, const uint8_t *support,
                             ca_columns *columns);

/* How a fit begins: `support` says of every column that it is (or is not) there. SHAPE without columns, KIND
 * for a target that the estimator cannot learn. */
cauce_status ca_selector_begin(cauce_run *run, ca_node *node, const cauce_train *train, bool support);
/* How many columns n_features_to_select keeps: null is half, a fraction is that share, rounded down; 1 at
 * least. A warning where there are not so many. */
int64_t ca_selector_count(cauce_run *run, const cauce_value *value, int64_t n_columns);
cauce_status ca_selector_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part);
void ca_selector_mark_used(const ca_node *node, bool *used);
extern const ca_slot ca_selector_slots[];
/* The component of a file that has params, param_rows, fit, and a state that begins with a ca_selector. */
#define CA_SELECTOR(id, text, source, check_function)                                                        \
    static const cauce_composite composite = {                                                               \
        .slots = ca_selector_slots, .fit = fit, .part = ca_selector_part, .mark_used = ca_selector_mark_used \
    };                                                                                                       \
    const cauce_component cauce_##id = {                                                                     \
        .size = sizeof(cauce_component),                                                                     \
        .abi = CAUCE_COMPONENT_ABI,                                                                          \
        .name = #id,                                                                                         \
        .summary = text,                                                                                     \
        .reference = source,                                                                                 \
        .role = CAUCE_TRANSFORMER,                                                                           \
        .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT | CAUCE_TAG_SUPERVISED,            \
        .params_size = sizeof(struct params),                                                                \
        .params = param_rows,                                                                                \
        .state_size = sizeof(struct state),                                                                  \
        .state = state_rows,                                                                                 \
        .state_version = 1,                                                                                  \
        .check = check_function,                                                                             \
        .fit = ca_fit_by_children,                                                                           \
        .bind = ca_selector_bind,                                                                            \
        .apply = ca_selector_apply,                                                                          \
        .verify = ca_selector_verify,                                                                        \
        .trace = ca_selector_trace,                                                                          \
        .composite = &composite,                                                                             \
    }
#define CA_IMPORTANCE_GETTER(T)                                                                              \
    CAUCE_TEXT_PARAM(T, importance_getter, "auto",                                                           \
                     "The array of the estimator that says it; auto: feature_importances or coef of the "    \
                     "estimator itself, a path such as ridge__coef for one in a pipeline.")

#endif
