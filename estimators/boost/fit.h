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
    int64_t max_iter, max_bins;
    bool stop_early;
    double validation_fraction; /* 0: the training loss decides */
    int64_t n_iter_no_change;
    double tol;
    uint64_t seed;
    const double *class_weight; /* NULL: all 1 */
} ca_boost_plan;

/* `model` zeroed; its arrays come from cauce_keep. */
cauce_status ca_boosting_fit(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                             ca_boosting *model);

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

cauce_status ca_builder_add(cauce_run *run, ca_boost_builder *builder, const ca_grower *grower);
/* Copies everything into the model. */
cauce_status ca_builder_finish(cauce_run *run, const ca_boost_builder *builder, ca_boosting *model);
void ca_builder_free(ca_boost_builder *builder);

#endif
