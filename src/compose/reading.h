/* What a composite reads of the classifiers in it. */
#ifndef CA_COMPOSE_READING_H
#define CA_COMPOSE_READING_H

#include "core/node.h"

/* The words of CA_READINGS, in their order. */
typedef enum ca_reading { CA_READ_AUTO, CA_READ_PROBA, CA_READ_DECISION, CA_READ_CLASS } ca_reading;
#define CA_READINGS "auto|predict_proba|decision_function|predict"

/* Are there decision values? Those with CAUCE_TAG_LOGIT have them beside their probabilities. */
bool ca_recipe_decides(const cauce_recipe *recipe);
/* PARAM for a classifier that does not give what `param` asks for. */
cauce_status ca_reading_check(cauce_run *run, const char *param, const cauce_recipe *classifier,
                              ca_reading what);
/* Turns the output of a classifier for n rows into it, in the block's own room: AUTO leaves it as it is, a
 * CLASS is its number, in the first column. */
void ca_reading_turn(const cauce_recipe *classifier, ca_reading what, int32_t n_classes, int64_t n,
                     cauce_block *block);
/* The columns to read: of two classes the second says all. */
static inline int64_t ca_reading_first(ca_reading what, int32_t n_classes) {
    return n_classes == 2 && what != CA_READ_CLASS ? 1 : 0;
}
static inline int64_t ca_reading_width(ca_reading what, int32_t n_classes) {
    return n_classes <= 2 || what == CA_READ_CLASS ? 1 : n_classes;
}

#endif
