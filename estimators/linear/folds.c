#include "linear/folds.h"

#include <stdio.h>
#include <string.h>

#include "data/batch.h"

/* What a splitter needs on the way is forgotten with a run of its own. */
static cauce_status split(cauce_run *run, const char *text, const ca_split_input *input, ca_folds *folds) {
    cauce_run child;
    ca_run_child(&child, run);
    const cauce_status status = ca_split(&child, text, input, &run->scratch, folds);
    const cauce_status joined = ca_run_join(run, &child);
    return status == CAUCE_OK ? joined : status;
}

cauce_status ca_linear_folds(cauce_run *run, const cauce_value *cv, const cauce_train *train, bool dealt,
                             ca_folds *folds) {
    ca_split_input input = ca_split_input_of(train);
    char text[64];
    input.dealt = dealt;
    snprintf(text, sizeof text, "%s n_splits=%lld", train->y_class ? "stratified_k_fold" : "k_fold",
             (long long)cv->integer);
    CA_TRY(split(run, cv->type == CAUCE_V_TEXT ? cv->text : text, &input, folds));
    for (int64_t f = 0; f < folds->n_folds; f++)
        if (folds->folds[f].n_train == 0 || folds->folds[f].n_test == 0)
            return cauce_fail(run, CAUCE_E_DATA, "fold %lld of the cross-validation inside has no %s rows",
                              (long long)f + 1, folds->folds[f].n_train ? "test" : "training");
    return CAUCE_OK;
}

int64_t ca_fold_next(const ca_folds *folds, int64_t n_rows, int64_t f, bool test, int64_t *at, int64_t most,
                     int64_t *rows) {
    const ca_fold *fold = &folds->folds[f];
    int64_t n = 0;
    if (!folds->dealt) {
        const int64_t *list = test ? fold->test : fold->train, all = test ? fold->n_test : fold->n_train;
        while (n < most && *at < all) rows[n++] = list[(*at)++];
        return n;
    }
    for (; n < most && *at < n_rows; ++*at) {
        const int32_t of = ca_fold_of(folds, *at);
        if (test ? of == f : of != f && of != CA_FOLD_UNUSED) rows[n++] = *at;
    }
    return n;
}

cauce_status ca_fold_rows(cauce_run *run, const ca_folds *folds, int64_t n_rows, int64_t f, bool test,
                          const int64_t **rows, int64_t *n) {
    const ca_fold *fold = &folds->folds[f];
    *rows = test ? fold->test : fold->train;
    *n = test ? fold->n_test : fold->n_train;
    if (!folds->dealt) return CAUCE_OK;
    int64_t *found = cauce_scratch(run, *n, sizeof *found), at = 0;
    if (!found) return CA_NOMEM(run);
    *n = ca_fold_next(folds, n_rows, f, test, &at, *n, found);
    *rows = found;
    return CAUCE_OK;
}

void ca_fold_weights(const cauce_train *train, const ca_folds *folds, double *weight) {
    int64_t rows[64];
    for (int64_t f = 0; f < folds->n_folds; f++) {
        weight[f] = 0;
        int64_t at = 0, most = (int64_t)(sizeof rows / sizeof *rows);
        for (int64_t n; (n = ca_fold_next(folds, train->n_rows, f, true, &at, most, rows)) > 0;)
            for (int64_t i = 0; i < n; i++) weight[f] += train->weight ? train->weight[rows[i]] : 1;
    }
}

/* ---- Some rows ----------------------------------------------------------------------------------------- */

struct gather {
    const cauce_train *train;
    const int64_t *rows;
    int64_t n;
    bool run; /* they follow each other: nothing is copied */
    cauce_block *blocks;
    double **values; /* one for each block */
    int32_t **codes;
};

static cauce_status gather_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct gather *g = payload;
    const cauce_block *from = &g->train->x->blocks[index];
    int64_t width = g->train->schema->fields[index].width;
    if (g->train->schema->fields[index].form != CAUCE_DENSE) {
        for (int64_t i = 0; i < g->n; i++) g->codes[index][i] = from->codes[g->rows[i]];
        return CAUCE_OK;
    }
    for (int64_t j = 0; j < width; j++)
        for (int64_t i = 0; i < g->n; i++)
            g->values[index][j * g->n + i] = ca_block_number(from, g->rows[i], j);
    return CAUCE_OK;
}

static cauce_status gather_blocks(cauce_run *run, struct gather *g) {
    int64_t n_blocks = g->train->x->n_blocks;
    g->values = cauce_scratch(run, n_blocks, sizeof *g->values);
    g->codes = cauce_scratch(run, n_blocks, sizeof *g->codes);
    if (!g->values || !g->codes) return CA_NOMEM(run);
    for (int64_t b = 0; b < n_blocks; b++) {
        const cauce_field *field = &g->train->schema->fields[b];
        g->blocks[b] = g->train->x->blocks[b];
        if (g->run) {
            ca_block_from(&g->blocks[b], &g->train->x->blocks[b], g->rows[0]);
            if (g->blocks[b].codes) g->blocks[b].codes += g->rows[0];
        } else if (field->form == CAUCE_DENSE) {
            g->blocks[b].values = g->values[b] =
                cauce_scratch(run, g->n, (size_t)field->width * sizeof(double));
            g->blocks[b].stride = g->n;
            g->blocks[b].step = 0;
            g->blocks[b].single = false;
            if (!g->values[b]) return CA_NOMEM(run);
        } else {
            g->blocks[b].codes = g->codes[b] = cauce_scratch(run, g->n, sizeof(int32_t));
            if (!g->codes[b]) return CA_NOMEM(run);
        }
    }
    return g->run ? CAUCE_OK : cauce_parallel(run, n_blocks, gather_task, g);
}

cauce_status ca_train_rows(cauce_run *run, const cauce_train *train, const int64_t *rows, int64_t n,
                           cauce_train *some) {
    struct gather g = { .train = train, .rows = rows, .n = n, .run = rows[n - 1] - rows[0] == n - 1 };
    cauce_batch *batch = cauce_scratch(run, 1, sizeof *batch);
    g.blocks = cauce_scratch(run, train->x->n_blocks, sizeof *g.blocks);
    double *y = cauce_scratch(run, train->y ? n : 0, sizeof *y);
    double *weight = cauce_scratch(run, train->weight ? n : 0, sizeof *weight);
    int32_t *y_class = cauce_scratch(run, train->y_class ? n : 0, sizeof *y_class);
    if (!batch || !g.blocks || !y || !weight || !y_class) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        if (train->y) y[i] = train->y[rows[i]];
        if (train->weight) weight[i] = train->weight[rows[i]];
        if (train->y_class) y_class[i] = train->y_class[rows[i]];
    }
    CA_TRY(gather_blocks(run, &g));
    *batch = (cauce_batch){ n, train->x->n_blocks, g.blocks, 0, NULL };
    *some = *train;
    some->n_rows = n;
    some->x = batch;
    some->y = train->y ? y : NULL;
    some->weight = train->weight ? weight : NULL;
    some->y_class = train->y_class ? y_class : NULL;
    some->group = NULL;
    return CAUCE_OK;
}

cauce_status ca_fold_part(cauce_run *run, const ca_folds *folds, const cauce_train *train, int64_t f,
                          bool test, cauce_train *part) {
    const int64_t *rows;
    int64_t n;
    CA_TRY(ca_fold_rows(run, folds, train->n_rows, f, test, &rows, &n));
    return ca_train_rows(run, train, rows, n, part);
}
