#include "compose/reading.h"

#include <float.h>

#include "core/model.h"
#include "math/special.h"

bool ca_recipe_decides(const cauce_recipe *recipe) {
    const cauce_component *last = ca_recipe_last(recipe);
    return last->role == CAUCE_CLASSIFIER && (last->tags & (CAUCE_TAG_MARGIN | CAUCE_TAG_LOGIT));
}

cauce_status ca_reading_check(cauce_run *run, const char *param, const cauce_recipe *classifier,
                              ca_reading what) {
    if (what == CA_READ_PROBA && ca_recipe_margin(classifier))
        return cauce_fail(run, CAUCE_E_PARAM, "%s: '%s' gives decision values, no probabilities", param,
                          ca_recipe_name(classifier));
    if (what == CA_READ_DECISION && !ca_recipe_decides(classifier))
        return cauce_fail(run, CAUCE_E_PARAM, "%s: '%s' gives probabilities, no decision values", param,
                          ca_recipe_name(classifier));
    return CAUCE_OK;
}

/* Of two classes -d and d, where d is the log-odds of the second. Of more, logarithms with mean 0, which are
 * the linear functions of a logistic regression: their coefficients have the sum 0 too. */
static void take_logarithms(int32_t n_classes, int64_t n, cauce_block *block) {
    const double *p = block->values;
    int64_t from = block->stride;
    double *to = cauce_block_values(block);
    for (int32_t k = 0; k < n_classes; k++)
        for (int64_t r = 0; r < n; r++)
            to[r + k * block->stride] = ca_log(p[r + k * from] > DBL_MIN ? p[r + k * from] : DBL_MIN);
    for (int64_t r = 0; r < n; r++) {
        double *row = to + r, sum = 0;
        if (n_classes == 2) {
            row[block->stride] -= row[0];
            row[0] = -row[block->stride];
            continue;
        }
        for (int32_t k = 0; k < n_classes; k++) sum += row[k * block->stride];
        for (int32_t k = 0; k < n_classes; k++) row[k * block->stride] -= sum / n_classes;
    }
}

static void take_classes(int32_t n_classes, int64_t n, cauce_block *block) {
    const double *values = block->values;
    int64_t from = block->stride;
    double *to = cauce_block_values(block);
    for (int64_t r = 0; r < n; r++) {
        int32_t class;
        ca_decide(values + r, from, 1, n_classes, &class);
        to[r] = class;
    }
}

void ca_reading_turn(const cauce_recipe *classifier, ca_reading what, int32_t n_classes, int64_t n,
                     cauce_block *block) {
    if (what == CA_READ_CLASS)
        take_classes(n_classes, n, block);
    else if (what == CA_READ_DECISION && !ca_recipe_margin(classifier))
        take_logarithms(n_classes, n, block);
}
