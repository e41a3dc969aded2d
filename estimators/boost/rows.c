/* Which rows boosting learns from and which it only looks at. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "boost/fit.h"
#include "data/batch.h"
#include "split/folds.h"

/* ---- Held out of the training rows --------------------------------------------------------------------- */

/* Marks a share of the n rows or groups whose stratum (NULL: all the same) is `which`, each with the same
 * chance (Knuth's algorithm S); one at least stays. */
static int64_t draw_held_out(const ca_boost_plan *plan, const int32_t *stratum, int32_t which, int64_t n,
                             bool *held_out) {
    int64_t count = 0, seen = 0, taken = 0;
    for (int64_t i = 0; i < n; i++) count += !stratum || stratum[i] == which;
    int64_t wanted = (int64_t)rint(plan->validation_fraction * (double)count);
    if (wanted > count - 1) wanted = count - 1;
    cauce_rng rng;
    cauce_rng_init(&rng, plan->seed, "boosting hold-out", (uint64_t)which);
    for (int64_t i = 0; i < n; i++) {
        if (stratum && stratum[i] != which) continue;
        held_out[i] =
            taken < wanted && cauce_rng_below(&rng, (uint64_t)(count - seen)) < (uint64_t)(wanted - taken);
        taken += held_out[i];
        seen++;
    }
    return taken;
}

/* The test part of scikit-learn's train_test_split, whose seed is the first that random_state draws. */
static cauce_status hold_out_as_sklearn(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                                        bool *held_out) {
    ca_split_input input = ca_split_input_of(train);
    cauce_value seed = { .type = CAUCE_V_INT, .integer = (int64_t)plan->seed };
    ca_split_sizes sizes;
    ca_draws draws;
    ca_fold fold;
    if (train->group)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "early_stopping with rng=sklearn holds out single rows, and would part the groups");
    CA_TRY(
        ca_split_sizes_of(run, plan->validation_fraction, 0, CA_RNG_SKLEARN, "row", train->n_rows, &sizes));
    CA_TRY(ca_draws_begin(run, CA_RNG_SKLEARN, &seed, "boosting hold-out", &draws));
    seed.integer = (int64_t)ca_draws_below(&draws, UINT32_MAX);
    CA_TRY(ca_draws_begin(run, CA_RNG_SKLEARN, &seed, "boosting hold-out", &draws));
    CA_TRY(ca_hold_out(run, &sizes, train->y_class, &draws, &input, &run->scratch, &fold));
    for (int64_t i = 0; i < fold.n_test; i++) held_out[fold.test[i]] = true;
    return CAUCE_OK;
}

/* Whole groups when there are any, otherwise of each class the same share. */
static cauce_status hold_out(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                             bool *held_out) {
    if (plan->sklearn_hold_out) return hold_out_as_sklearn(run, plan, train, held_out);
    int64_t taken = 0, n = train->n_rows;
    if (train->group)
        taken = draw_held_out(plan, NULL, 0, train->n_groups, held_out);
    else if (train->y_class)
        for (int32_t c = 0; c < train->n_classes; c++)
            taken += draw_held_out(plan, train->y_class, c, n, held_out);
    else
        taken = draw_held_out(plan, NULL, 0, n, held_out);
    if (taken > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM,
                      "validation_fraction=%g of %lld rows holds none out; early_stopping needs at least one",
                      plan->validation_fraction, (long long)n);
}

cauce_status ca_boosting_order(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                               int64_t n_given, int64_t **order, int64_t *n_learn) {
    int64_t n = train->n_rows, last = 0;
    *order = cauce_scratch(run, n, sizeof **order);
    bool *held_out = cauce_scratch(run, n > train->n_groups ? n : train->n_groups, sizeof *held_out);
    if (!*order || !held_out) return run->error.status;
    if (n_given)
        for (int64_t r = n - n_given; r < n; r++) held_out[r] = true;
    else if (plan->stop_early && plan->validation_fraction > 0)
        CA_TRY(hold_out(run, plan, train, held_out));
    *n_learn = 0;
    for (int64_t r = 0; r < n; r++) {
        if (held_out[train->group ? train->group[r] : r])
            last++;
        else
            (*order)[(*n_learn)++] = r;
    }
    for (int64_t r = n; r-- > 0 && last;)
        if (held_out[train->group ? train->group[r] : r]) (*order)[*n_learn + --last] = r;
    return CAUCE_OK;
}

/* ---- Given rows ---------------------------------------------------------------------------------------- */

/* Cells of two batches of a schema, one below the other. */
static cauce_status join_cells(cauce_run *run, const cauce_schema *schema, const cauce_batch *a,
                               const cauce_batch *b, cauce_batch *joined) {
    int64_t n = a->n_rows + b->n_rows;
    size_t size = ca_batch_size(schema, n);
    if (size == SIZE_MAX) return cauce_fail(run, CAUCE_E_LIMIT, "the tables do not fit into memory together");
    char *memory = cauce_scratch(run, 1, size);
    if (!memory) return run->error.status;
    ca_batch_lay(joined, schema, n, memory);
    for (int64_t i = 0; i < schema->n_fields; i++) {
        const cauce_block *parts[2] = { &a->blocks[i], &b->blocks[i] };
        cauce_block *to = &joined->blocks[i];
        for (int64_t k = 0, at = 0; k < 2; k++) {
            int64_t rows = k ? b->n_rows : a->n_rows;
            if (schema->fields[i].form == CAUCE_DENSE)
                for (int64_t j = 0; j < schema->fields[i].width; j++)
                    memcpy(cauce_block_values(to) + j * to->stride + at,
                           parts[k]->values + j * parts[k]->stride, (size_t)rows * sizeof(double));
            else
                memcpy(cauce_block_codes(to) + at, parts[k]->codes, (size_t)rows * sizeof(int32_t));
            at += rows;
        }
    }
    return CAUCE_OK;
}

static void join_numbers(double *to, const double *a, int64_t n_a, const double *b, int64_t n_b) {
    for (int64_t r = 0; r < n_a; r++) to[r] = a ? a[r] : 1;
    for (int64_t r = 0; r < n_b; r++) to[n_a + r] = b ? b[r] : 1;
}

cauce_status ca_boosting_join(cauce_run *run, const cauce_train *train, cauce_train *joined) {
    const cauce_train *given = train->validation;
    int64_t n_a = train->n_rows, n_b = given->n_rows, n = n_a + n_b;
    cauce_batch *x = cauce_scratch(run, 1, sizeof *x);
    double *y = train->y ? cauce_scratch(run, n, sizeof *y) : NULL;
    int32_t *y_class = train->y_class ? cauce_scratch(run, n, sizeof *y_class) : NULL;
    bool weighted = train->weight || given->weight;
    double *weight = weighted ? cauce_scratch(run, n, sizeof *weight) : NULL;
    if (run->error.status != CAUCE_OK) return run->error.status;
    if (y) join_numbers(y, train->y, n_a, given->y, n_b);
    if (y_class) {
        memcpy(y_class, train->y_class, (size_t)n_a * sizeof *y_class);
        memcpy(y_class + n_a, given->y_class, (size_t)n_b * sizeof *y_class);
    }
    if (weight) join_numbers(weight, train->weight, n_a, given->weight, n_b);
    *joined = *train;
    joined->n_rows = n;
    joined->x = x;
    joined->y = y;
    joined->y_class = y_class;
    joined->weight = weight;
    joined->group = NULL; /* they told what may be held out together */
    joined->n_groups = 0;
    return join_cells(run, train->schema, train->x, given->x, x);
}
