/* Losses of boosting: what is minimised, as a function of the target y and the raw prediction f.
 *
 *   squared_error   (f - y)^2 / 2: f is the mean
 *   absolute_error  |f - y|: f is the median
 *   quantile        q (y - f) above, (1 - q) (f - y) below: f is the quantile q; of several, the mean of
 * these huber           squared within delta, linear beyond; delta is the alpha-quantile of |f - y|, anew for
 *                   each iteration
 *   poisson         exp(f) - y f, y >= 0: exp(f) is the mean
 *   gamma           f + y exp(-f), y > 0: likewise
 *   tweedie         exp((2-p) f) / (2-p) - y exp((1-p) f) / (1-p), 1 < p < 2, y >= 0: likewise
 *   custom          somebody else's function of y and f, which is predicted as it is
 *   log_loss        log(1 + exp(f)) - y f for two classes; log sum exp(f) - f_y for more
 *
 * A row counts `times` times its weight. */
#ifndef CA_BOOST_LOSS_H
#define CA_BOOST_LOSS_H

#include "cauce/sys/component.h"

typedef enum ca_loss_kind {
    CA_LOSS_SQUARED,
    CA_LOSS_ABSOLUTE,
    CA_LOSS_QUANTILE,
    CA_LOSS_HUBER,
    CA_LOSS_POISSON,
    CA_LOSS_GAMMA,
    CA_LOSS_TWEEDIE,
    CA_LOSS_CUSTOM,
    CA_LOSS_BINARY,
    CA_LOSS_CLASSES
} ca_loss_kind;

typedef struct ca_loss {
    ca_loss_kind kind;
    double quantile; /* QUANTILE: q; HUBER: alpha */
    double power;    /* TWEEDIE: p */
    double delta;    /* HUBER: of the iteration under way */
    int32_t n_outputs;
    const cauce_loss *custom;   /* CUSTOM; for predicting it may be NULL */
    const cauce_value *several; /* QUANTILE: n_outputs of them, in place of q; NULL: one */
} ca_loss;

/* Targets and raw predictions of some rows. */
typedef struct ca_loss_rows {
    int64_t n;
    const double *y;        /* regression */
    const int32_t *y_class; /* classification */
    const int32_t *times;   /* NULL: 1 */
    const double *weight;   /* NULL: 1 */
    const double *raw;      /* n_outputs columns */
    int64_t stride;         /* between them */
} ca_loss_rows;

/* Of one output alone. */
ca_loss ca_loss_of_output(const ca_loss *loss, int32_t output);
/* The second derivative is 1 wherever a row's weight is. */
bool ca_loss_is_flat(const ca_loss *loss);
/* Leaves get their value from the rows instead of from gradients. */
bool ca_loss_by_rows(const ca_loss *loss);
/* exp is between raw prediction and mean. */
bool ca_loss_is_log(const ca_loss *loss);

/* Targets in the range of the loss. DATA, naming row and value, otherwise. */
cauce_status ca_loss_check(cauce_run *run, const ca_loss *loss, const double *y, int64_t n);

/* The best constants: n_outputs numbers. Also sets delta. */
cauce_status ca_loss_start(cauce_run *run, ca_loss *loss, const ca_loss_rows *rows, double *start);
/* What is done once per iteration before gradients (delta of huber). */
cauce_status ca_loss_prepare(cauce_run *run, ca_loss *loss, const ca_loss_rows *rows);

typedef struct ca_loss_sums {
    double loss, weight; /* summed over rows as often as they count */
    double *g, *h;       /* n_outputs: sums of |gradient| and of second derivatives; NULL: not wanted */
} ca_loss_sums;

enum { CA_LOSS_ROWS = 256 }; /* most rows of a block */
/* Adds the loss of at most CA_LOSS_ROWS rows to `sums`, and writes gradients and second derivatives, weighted
 * but not repeated, to pairs[k * 2 * stride + 2 * r]; pairs NULL: the loss alone. */
void ca_loss_block(const ca_loss *loss, const ca_loss_rows *rows, float *pairs, ca_loss_sums *sums);

/* The best constant to add to the predictions of some rows (losses by_rows): `rows` of the table. */
cauce_status ca_loss_leaf(cauce_run *run, const ca_loss *loss, const ca_loss_rows *table,
                          const uint32_t *rows, int64_t n, double *value);

/* Raw predictions become means or probabilities, in place: n rows, columns `stride` apart; n_classes 2: one
 * raw column becomes two. */
void ca_loss_predict(const ca_loss *loss, int64_t n, double *values, int64_t stride);

#endif
