/* A tree of components, each fitted by itself through the public interface to a table of copied cells: what a
 * recipe of them has to predict. */
#ifndef TESTS_SUPPORT_ONE_BY_ONE_H
#define TESTS_SUPPORT_ONE_BY_ONE_H

#include "cauce/model.h"
#include "data/table.h"
#include "support/trees.h"

typedef struct fitted {
    const tree *t;
    bool classes;
    cauce_model *model; /* of one component; TARGET: of the scaler; CALIBRATED: of what is around */
    struct fitted *child[TREE_CHILDREN];
} fitted;

/* made (NULL: not wanted): what it makes of the rows it was fitted to. NULL where a component fails. */
fitted *tree_fit(const tree *t, bool classes, const cauce_table *x, cauce_table **made);
/* Columns (and what is no feature), or predictions. */
cauce_table *tree_apply(const fitted *f, const cauce_table *x);
void tree_free(fitted *f);

/* Products of products may have one name, which between steps does no harm; a table is read by names. Were
 * columns given other ones? */
extern bool columns_renamed;

/* The values are to be filled in. */
double *add_numbers(cauce_table *to, const char *name, cauce_role role);
/* A boolean column with both levels, whichever occur: one alone would make a category. */
void add_flags(cauce_table *to, const char *name, const int32_t *codes);
/* Copies of all features. */
void add_features(cauce_table *to, const char *prefix, const cauce_table *from);

#endif
