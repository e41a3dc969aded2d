/* Recipes drawn at random: pipelines, column transformers and unions inside of each other, and an estimator,
 * or one around others, at the end. */
#ifndef TESTS_SUPPORT_TREES_H
#define TESTS_SUPPORT_TREES_H

#include <stdbool.h>

#include "base/text.h"
#include "cauce/sys/run.h"

typedef enum tree_kind {
    TREE_STEP, /* a transformer */
    TREE_STEPS,
    TREE_BRANCHES,
    TREE_UNION,
    TREE_ESTIMATOR,
    TREE_VOTE,
    TREE_STACK,     /* the last child learns from the others */
    TREE_TARGET,    /* learns from a target that is scaled */
    TREE_CALIBRATED /* around steps that learn nothing, and an estimator */
} tree_kind;

enum { TREE_CHILDREN = 4, TREE_MOST = 400, TREE_FOLDS = 2 };

typedef struct tree {
    tree_kind kind;
    const char *use, *more; /* STEP, ESTIMATOR: the component; what its object has besides */
    bool passes;            /* BRANCHES: the remainder; STACK: the columns */
    int n;
    struct tree *child[TREE_CHILDREN];
    const char *on[TREE_CHILDREN]; /* BRANCHES */
} tree;

typedef struct trees {
    cauce_rng rng;
    bool classes; /* what the target has */
    bool many;    /* rows enough for folds in which nothing is new */
    bool large;   /* thousands: only small trees */
    bool packed;  /* one-hot columns reach a linear model as they are: it adds in another order */
    int widened;  /* steps that made many columns of few */
    int n;
    tree all[TREE_MOST];
} trees;

/* Steps of two: a transformer and an estimator. */
tree *trees_draw(trees *t, uint64_t seed);
bool tree_predicts(const tree *t);
void tree_write(const tree *t, bool classes, ca_text *out);
/* Names of children: "a", "b", ... */
extern const char *const tree_names[TREE_CHILDREN];

#endif
