/* Linear models by stochastic gradient descent: one row after the other, in a random order. */
#ifndef CA_LINEAR_STOCHASTIC_H
#define CA_LINEAR_STOCHASTIC_H

#include "linear/step_rows.h"
#include "linear/target.h"

typedef enum ca_step_loss {
    CA_STEP_HINGE,
    CA_STEP_LOG,
    CA_STEP_MODIFIED_HUBER,
    CA_STEP_SQUARED_HINGE,
    CA_STEP_PERCEPTRON,
    CA_STEP_SQUARES,
    CA_STEP_HUBER,
    CA_STEP_TUBE,
    CA_STEP_SQUARED_TUBE
} ca_step_loss;

enum { CA_STEP_L2, CA_STEP_L1, CA_STEP_NET, CA_STEP_NO_PENALTY };
enum { CA_STEP_CONSTANT, CA_STEP_OPTIMAL, CA_STEP_INVSCALING, CA_STEP_ADAPTIVE };

/* Parameters, as both components have them. */
typedef struct ca_steps {
    int loss; /* ca_step_loss, or its position in the component's own list before that is looked up */
    int penalty;
    double alpha, l1_ratio;
    bool fit_intercept;
    int64_t max_iter;
    cauce_value tol;
    bool shuffle;
    double epsilon;
    cauce_value random_state;
    int learning_rate;
    double eta0, power_t;
    bool early_stopping;
    double validation_fraction;
    int64_t n_iter_no_change;
    cauce_value average;
    cauce_value class_weight; /* of the classifier alone */
} ca_steps;

#define CA_STEPS_PARAMS(fallback_rate, fallback_eta0, fallback_power)                                        \
    CAUCE_CHOICE(ca_steps, penalty, "l2", "l2|l1|elasticnet|none",                                           \
                 "What is penalised: squares of the coefficients, their sizes, both, or nothing."),          \
        CAUCE_REAL(ca_steps, alpha, 1e-4, 0.0, 1e300,                                                        \
                   "Strength of the penalty, for each row; learning_rate=optimal takes its steps from it."), \
        CAUCE_REAL(ca_steps, l1_ratio, 0.15, 0.0, 1.0,                                                       \
                   "With elasticnet: the part of the penalty that is on the sizes."),                        \
        CAUCE_BOOL(ca_steps, fit_intercept, true,                                                            \
                   "Whether a constant, which is never penalised, is added."),                               \
        CAUCE_INT(ca_steps, max_iter, 1000, 1, 1000000, "Passes over the rows at most."),                    \
        CAUCE_MIXED(ca_steps, tol, "0.001", CAUCE_V_NULL | CAUCE_V_REAL | CAUCE_V_INT, 0, 1e15, 0.0, 1e300,  \
                    NULL,                                                                                    \
                    "Passes end when n_iter_no_change of them in a row improve the mean loss (the score, "   \
                    "with early_stopping) by less than this; null: never before max_iter."),                 \
        CAUCE_BOOL(ca_steps, shuffle, true, "Whether each pass takes the rows in a new order."),             \
        CAUCE_REAL(ca_steps, epsilon, 0.1, 0.0, 1e300,                                                       \
                   "Of the losses huber, epsilon_insensitive and squared_epsilon_insensitive: residuals up " \
                   "to this count by their square, or not at all."),                                         \
        CAUCE_MIXED(ca_steps, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0, NULL,       \
                    "Seed of the orders of the rows; null means 0."),                                        \
        CAUCE_CHOICE(ca_steps, learning_rate, fallback_rate, "constant|optimal|invscaling|adaptive",         \
                     "How large step t is: eta0; 1 / (alpha (t0 + t)), t0 by Bottou's rule; eta0 / "         \
                     "t^power_t; eta0, divided by 5 when the passes do not improve any more."),              \
        CAUCE_REAL(ca_steps, eta0, fallback_eta0, 0.0, 1e300,                                                \
                   "Size of the first step, but for learning_rate=optimal."),                                \
        CAUCE_REAL(ca_steps, power_t, fallback_power, -100.0, 100.0, "Exponent of invscaling."),             \
        CAUCE_BOOL(ca_steps, early_stopping, false,                                                          \
                   "Whether some rows are held out, and passes end when the score of these does not "        \
                   "improve."),                                                                              \
        CAUCE_REAL_ABOVE(ca_steps, validation_fraction, 0.1, 0.0, CAUCE_BELOW_1,                             \
                         "The part that is held out."),                                                      \
        CAUCE_INT(ca_steps, n_iter_no_change, 5, 1, 1000000, "Passes without improvement, see tol."),        \
        CAUCE_MIXED(ca_steps, average, "false", CAUCE_V_BOOL | CAUCE_V_INT, 1, 1e15, 0, 0, NULL,             \
                    "Whether the mean of the coefficients over all steps is kept, or from which step on.")

/* What the next step needs to know beside the coefficients. */
typedef struct ca_step_memory {
    double steps;            /* taken so far */
    double averaged, *plain; /* with average: steps in the mean; width: the coefficients themselves */
    double plain_intercept, due, *paid; /* with a penalty on sizes: what each owed, and (width) paid */
} ca_step_memory;

typedef struct ca_step_fit {
    ca_step_memory memory; /* zeros: from nothing; with steps: goes on from the coefficients */
    double *coef;          /* in design order: n_dense numbers, then the one-hot columns; `width` in all */
    int64_t width;
    double intercept;
    int64_t n_iter;
    bool converged;
    bool wild; /* of classes: steps were absurdly large to the end; the order of the values may still be good
                */
} ca_step_fit;

/* PARAM for parameters that do not go together. */
cauce_status ca_steps_check(cauce_run *run, const ca_steps *steps);
/* Is the mean of the coefficients kept? Is there a penalty on their sizes? */
bool ca_steps_average(const ca_steps *steps);
bool ca_steps_sizes(const ca_steps *steps);
/* Minimises the mean of the weighted losses and alpha times the penalty, as Bottou (2012,
 * doi:10.1007/978-3-642-35289-8_25) does it; sizes by the cumulative penalty of Tsuruoka, Tsujii and
 * Ananiadou (2009, doi:10.3115/1687878.1687946). A weight (of the design) stretches the steps of its row.
 * stream: number of the random stream. NUMERIC when the steps get out of hand. */
cauce_status ca_steps_fit(cauce_run *run, const ca_steps *steps, const ca_step_rows *rows,
                          const ca_target *target, uint64_t stream, ca_step_fit *fit);

#endif
