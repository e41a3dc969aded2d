/* The iterations of boosting: gradients, a tree for each output, new raw predictions; held-out rows say when
 * to stop. */
#ifndef CA_BOOST_FIT_H
#define CA_BOOST_FIT_H

#include "boost/boosting.h"
#include "boost/grow.h"

typedef struct ca_boost_plan {
    ca_loss loss;
    ca_grow_rules rules; /* monotone and sets by column here */
    double learning_rate, subsample;
    bool one_side; /* rows are drawn by their gradients: */
    double top_rate, other_rate;
    int64_t max_iter, max_bins;
    bool edges; /* bins end where the target jumps */
    bool stop_early;
    double validation_fraction; /* 0: the training loss decides */
    bool sklearn_hold_out;      /* its random numbers say which rows */
    int64_t n_iter_no_change;
    double tol;
    uint64_t seed;
    const double *class_weight; /* NULL: all 1 */
    const ca_boosting *start;   /* an earlier fit to go on from; NULL: none */
} ca_boost_plan;

/* `model` zeroed; its arrays come from cauce_keep. */
cauce_status ca_boosting_fit(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                             ca_boosting *model);

/* ---- Rows (boost/rows.c) ------------------------------------------------------------------------------- */

/* Row order[i] of the training table is row i of the fit: first the n_learn that are learned from, then those
 * held out, which are the last n_given of the table, or a draw when the plan wants one. */
cauce_status ca_boosting_order(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                               int64_t n_given, int64_t **order, int64_t *n_learn);
/* The training rows with the validation rows below them. */
cauce_status ca_boosting_join(cauce_run *run, const cauce_train *train, cauce_train *joined);

/* Gradients of the rows of a fit: those of output c begin at pairs + 2 * c * stride. */
typedef struct ca_boost_rows {
    int64_t n_learn, n_outputs, stride;
    float *pairs;
    const int32_t *times; /* NULL: 1 */
} ca_boost_rows;
/* The rows for the trees of an iteration, ascending; drawn NULL: all. Rows that stand for others get larger
 * gradients, and sum_g, sum_h (as of ca_loss_sums) are made anew (boost/draw.c). */
cauce_status ca_boosting_draw(cauce_run *run, const ca_boost_plan *plan, int64_t iteration,
                              const ca_boost_rows *rows, uint32_t *drawn, int64_t *n_drawn, double *sum_g,
                              double *sum_h);

/* ---- An earlier fit (boost/start.c) -------------------------------------------------------------------- */

/* Raw predictions of the rows in order. */
cauce_status ca_boosting_resume(cauce_run *run, const ca_boosting *start, const cauce_train *train,
                                const int64_t *order, double *raw);
/* The first n losses of a curve that goes on; NaN where the earlier one has none. */
void ca_boosting_resume_curve(const double *from, int64_t n_from, int64_t n, double *to);

/* ---- Trees (boost/builder.c) --------------------------------------------------------------------------- */

/* Trees are put one after the other. */
typedef struct ca_boost_builder {
    int64_t n_trees, tree_room, n_splits, split_room, n_words, word_room;
    int64_t *offset;
    int32_t *feature;
    uint8_t *flags;
    double *threshold, *gain, *value; /* value, rows: of leaves, split_room + tree_room of them */
    int64_t *rows;
    uint32_t *words;
    double *importance; /* by column */
} ca_boost_builder;

/* The trees of an earlier fit come first. */
cauce_status ca_builder_begin(cauce_run *run, ca_boost_builder *builder, const ca_boosting *start);
cauce_status ca_builder_add(cauce_run *run, ca_boost_builder *builder, const ca_grower *grower);
/* Copies everything into the model. */
cauce_status ca_builder_finish(cauce_run *run, const ca_boost_builder *builder, ca_boosting *model);
void ca_builder_free(ca_boost_builder *builder);

#endif
