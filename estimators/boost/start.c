/* Going on from an earlier fit: its trees, its loss curves, and what they make of the rows. */
#include <math.h>

#include "base/run.h"
#include "boost/fit.h"
#include "data/batch.h"

typedef struct scoring {
    const cauce_train *train;
    const struct ca_boost_scorer *scorer;
    size_t scratch;
    int64_t n_outputs;
    double *raw; /* by the number of the row in the training table, output by output */
} scoring;

static cauce_status score_rows(cauce_run *run, int64_t index, void *payload) {
    const scoring *s = payload;
    int64_t first = index * CA_BOOST_ROWS, n = s->train->n_rows - first;
    void *scratch = cauce_scratch(run, 1, s->scratch);
    cauce_block *blocks = cauce_scratch(run, 1, ca_blocks_size(s->train->x->n_blocks));
    if (!scratch || !blocks) return run->error.status;
    cauce_batch batch;
    ca_batch_slice(s->train->schema, s->train->x, first, n < CA_BOOST_ROWS ? n : CA_BOOST_ROWS, blocks,
                   &batch);
    ca_boosting_score(s->scorer, &batch, s->raw + first, s->train->n_rows, scratch);
    return CAUCE_OK;
}

/* Trees are walked one after the other, which is how fitting adds them: the same bits. */
static cauce_status score_all(cauce_run *run, const ca_boosting *model, scoring *s) {
    ca_keep temporary = { 0 }, *before = run->keep;
    struct ca_boost_scorer *scorer = NULL;
    run->keep = &temporary;
    cauce_status status = ca_boosting_bind(run, model, true, &scorer, &s->scratch);
    if (status == CAUCE_OK) status = ca_boosting_ready(run, s->train->schema, scorer);
    run->keep = before;
    s->scorer = scorer;
    int64_t blocks = (s->train->n_rows + CA_BOOST_ROWS - 1) / CA_BOOST_ROWS;
    if (status == CAUCE_OK) status = cauce_parallel(run, blocks, score_rows, s);
    ca_arena_free(&temporary.arena);
    return status;
}

cauce_status ca_boosting_resume(cauce_run *run, const ca_boosting *start, const cauce_train *train,
                                const int64_t *order, double *raw) {
    int64_t n = train->n_rows, k = start->n_outputs;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    scoring s = { .train = train, .n_outputs = k, .raw = cauce_scratch(run, n * k, sizeof *raw) };
    if (!s.raw) return run->error.status;
    CA_TRY(score_all(run, start, &s));
    for (int64_t c = 0; c < k; c++)
        for (int64_t i = 0; i < n; i++) raw[c * n + i] = s.raw[c * n + order[i]];
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

void ca_boosting_resume_curve(const double *from, int64_t n_from, int64_t n, double *to) {
    for (int64_t i = 0; i < n; i++) to[i] = i < n_from ? from[i] : (double)NAN;
}
