/* A fitted boosting model: the state struct of the components, its checking and its scoring.
 *
 * The trees of an iteration follow each other, one for each output; tree t has the splits tree_offset[t] ..
 * tree_offset[t+1]-1 and the leaves tree_offset[t] + t .. tree_offset[t+1] + t (one more than splits). Splits
 * are numbered depth first, left before right: the left child of split i, when it is a split, is i + 1, the
 * right one comes after all splits below the left. So it is enough to keep which children are leaves. Leaves
 * are numbered from left to right. */
#ifndef CA_BOOST_BOOSTING_H
#define CA_BOOST_BOOSTING_H

#include "boost/loss.h"

enum {
    CA_SPLIT_LEAF_LEFT = 1,
    CA_SPLIT_LEAF_RIGHT = 2,
    CA_SPLIT_MISSING_GOES_LEFT = 4,
    CA_SPLIT_CATEGORY = 8
};

typedef struct ca_boosting {
    int64_t n_outputs, n_offsets, n_splits, n_leaves, n_words, n_features, n_train_loss, n_validation_loss;
    int64_t n_iter;
    double *baseline;
    int64_t *tree_offset;
    int32_t *split_feature;
    uint8_t *split_flags;
    double *split_threshold; /* categories: the first of their words */
    double *split_gain;
    uint32_t *category_left; /* of each category split: a bit for each level, 32 in a word */
    double *leaf_value;
    int64_t *leaf_rows;
    double *feature_importances;
    double *train_loss, *validation_loss;
} ca_boosting;

#define CA_BOOSTING_STATE(T)                                                                                 \
    CAUCE_NUMBER_INT(T, n_iter, "Number of iterations; each has a tree for every output."),                  \
        CAUCE_ARRAY(T, baseline, CAUCE_F64, n_outputs, "Raw prediction that the trees start from."),         \
        CAUCE_ARRAY(T, tree_offset, CAUCE_I64, n_offsets,                                                    \
                    "First split of each tree, and the number of splits."),                                  \
        CAUCE_ARRAY(T, split_feature, CAUCE_I32, n_splits, "Column that a split looks at."),                 \
        CAUCE_ARRAY(T, split_flags, CAUCE_U8, n_splits,                                                      \
                    "1: the left child is a leaf, 2: the right one, 4: missing values go left, 8: a "        \
                    "category; splits go depth first."),                                                     \
        CAUCE_ARRAY(T, split_threshold, CAUCE_F64, n_splits,                                                 \
                    "Rows with value <= threshold go left; of a category: its place in category_left."),     \
        CAUCE_ARRAY(T, split_gain, CAUCE_F64, n_splits,                                                      \
                    "Decrease of the loss by a split, to second order."),                                    \
        CAUCE_ARRAY(T, category_left, CAUCE_U32, n_words, "Levels that go left, as bits."),                  \
        CAUCE_ARRAY(T, leaf_value, CAUCE_F64, n_leaves, "What a leaf adds to the raw prediction."),          \
        CAUCE_ARRAY(T, leaf_rows, CAUCE_I64, n_leaves, "Training rows of a leaf."),                          \
        CAUCE_ARRAY(T, feature_importances, CAUCE_F64, n_features,                                           \
                    "Share of each column in the decrease of the loss; sums to 1."),                         \
        CAUCE_ARRAY(T, train_loss, CAUCE_F64, n_train_loss,                                                  \
                    "Mean loss of the training rows before each iteration and after the last."),             \
        CAUCE_ARRAY(T, validation_loss, CAUCE_F64, n_validation_loss,                                        \
                    "Mean loss of the rows held out or of the validation table, likewise; empty without.")

/* Words of a category split on a column with so many levels. */
static inline int64_t ca_level_words(int64_t n_levels) {
    return (n_levels + 31) / 32;
}

/* Checks a model that came from a file: everything that scoring uses. Linear time, no recursion. */
cauce_status ca_boosting_verify(cauce_run *run, const ca_boosting *model, const cauce_schema *in,
                                int64_t n_outputs);

enum { CA_BOOST_ROWS = 1024 }; /* rows that are scored at a time */
struct ca_boost_scorer;
/* walk: trees are walked, and added up one after the other as fitting does it. */
cauce_status ca_boosting_bind(cauce_run *run, const ca_boosting *model, bool walk,
                              struct ca_boost_scorer **scorer, size_t *scratch);
/* Once before it is used: the tables. On failure it is as it was. */
cauce_status ca_boosting_ready(cauce_run *run, const cauce_schema *in, struct ca_boost_scorer *scorer);
/* Raw predictions of the batch: n_outputs columns. The same bits for any number of rows. */
void ca_boosting_score(const struct ca_boost_scorer *scorer, const cauce_batch *batch, double *out,
                       int64_t stride, void *scratch);

/* The same after the first stages[i] iterations, into block i; after all of them the bits are those above. */
void ca_boosting_score_stages(const struct ca_boost_scorer *scorer, const cauce_batch *batch,
                              const int64_t *stages, int64_t n_stages, const cauce_block *out, void *scratch);

#endif
