/* A fitted component with all that the core knows of it; fitting and applying trees of them. */
#ifndef CA_CORE_NODE_H
#define CA_CORE_NODE_H

#include "core/recipe.h"
#include "data/batch.h"

/* How a block is changed before a component sees it: what it does not take is brought to what it takes. */
typedef enum ca_adapt { CA_AS_IS, CA_BOOLEAN_NUMBER, CA_ONEHOT_DENSE } ca_adapt;

typedef struct ca_node {
    cauce_fitted f; /* first: a composite's apply gets its node back from it */
    const cauce_recipe *recipe;
    const char *label;      /* for places in messages: 'prep', one_hot_encoder, 'cat' (one_hot_encoder) */
    struct ca_node **child; /* of a composite; NULL where a branch has no columns */
    int64_t n_child;
    const cauce_schema *given; /* what the node is given; f.in is what it is after adaptation */
    const ca_adapt *adapt;     /* one for each field; NULL: nothing to adapt */
    const int32_t *true_code;  /* of the fields that are CA_BOOLEAN_NUMBER */
    int64_t block_rows;        /* most rows the component's apply takes */
    size_t adapt_size;         /* bytes of the adapted batch of block_rows rows */
    size_t scratch;            /* bytes that ca_node_apply needs in all */
    struct ca_ready *ready;    /* whether the component's `ready` has been called; NULL: it has none */
} ca_node;

/* Fits `recipe` (which must outlive the node) to the training rows. `out` (may be NULL): gets the output for
 * these rows; free with ca_frame_free. Node and state belong to run->keep. */
cauce_status ca_node_fit(cauce_run *run, const cauce_recipe *recipe, const cauce_train *train, ca_frame *out,
                         ca_node **node);
/* The same under another name than the recipe's: one of several fits of a child. It has to outlive the node,
 * and to be the one that the composite's `part` gives. */
cauce_status ca_node_fit_as(cauce_run *run, const cauce_recipe *recipe, const char *name,
                            const cauce_train *train, ca_frame *out, ca_node **node);
/* What fitted child i of a composite is. */
cauce_status ca_node_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part);
int64_t ca_node_n_parts(const ca_node *node);
/* src/core/ready.c: calls the component's `ready`, unless that has been done; with those of all nodes below.
 * Any number of threads may share the node. */
cauce_status ca_node_ready(cauce_run *run, const ca_node *node);
cauce_status ca_node_ready_all(cauce_run *run, const ca_node *node);
/* For a node that is bound: it is not ready. */
cauce_status ca_ready_new(cauce_run *run, ca_node *node);
/* Applies to any number of rows. scratch: node->scratch bytes, 64-byte aligned. Allocates nothing after
 * ca_node_ready_all. */
cauce_status ca_node_apply(cauce_run *run, const ca_node *node, const cauce_batch *in, cauce_batch *out,
                           void *scratch);
/* The standard deviations of the targets of any number of rows, of a regressor that has them (FORMAT for one
 * that was fitted without). scratch as for ca_node_apply. */
cauce_status ca_node_deviation(cauce_run *run, const ca_node *node, const cauce_batch *in, double *out,
                               void *scratch);
/* The output for all rows of a batch, in parallel row blocks, into a frame. */
cauce_status ca_node_apply_all(cauce_run *run, const ca_node *node, const cauce_batch *in, ca_frame *out);
/* The same in place of the batch, in scratch memory of the run. */
cauce_status ca_node_replace(cauce_run *run, const ca_node *node, cauce_batch *batch);
/* A node without children and state: parameters filled, input adapted. For fitting and loading. */
cauce_status ca_node_new(cauce_run *run, const cauce_recipe *recipe, const char *name,
                         const cauce_schema *given, int32_t n_classes, const cauce_levels *classes,
                         const cauce_levels *targets, ca_node **node);
/* Room for n children. */
cauce_status ca_node_children(cauce_run *run, ca_node *node, int64_t n);
/* After state and children are there: output schema, scratch sizes. */
cauce_status ca_node_bind(cauce_run *run, ca_node *node);
/* Marks the fields of node->given that something uses. */
void ca_node_mark_used(const ca_node *node, bool *used);
/* Adds to in[j], one for each column that the node is given, what it has of the numbers out[k] of the columns
 * that the node puts out (src/core/trace.c): see `trace` of cauce_component. */
cauce_status ca_node_trace(cauce_run *run, const ca_node *node, const double *out, double *in);
static inline const ca_node *ca_node_of(const cauce_fitted *self) {
    return (const ca_node *)(const void *)self;
}
static inline bool ca_node_is_estimator(const ca_node *node) {
    return node && ca_recipe_role(node->recipe) != CAUCE_TRANSFORMER;
}
/* Is the output what an estimator for its target puts out: a probability for each class, or a number for each
 * target? Not sure of one that was loaded. */
static inline bool ca_node_predicts(const ca_node *node) {
    const cauce_schema *out = node->f.out;
    return out->n_fields == 1 && out->fields[0].form == CAUCE_DENSE &&
           out->width == (ca_recipe_role(node->recipe) == CAUCE_CLASSIFIER
                              ? node->f.n_classes
                              : cauce_n_targets(node->f.targets));
}

#endif
