#include "inspect/permutation.h"

#include <math.h>
#include <stdio.h>

#include "inspect/view.h"
#include "metrics/functions.h"
#include "select/score.h"
#include "split/folds.h"

enum { ORDERS = 16 }; /* that are kept at a time */

struct options {
    int64_t n_repeats;
    cauce_value random_state;
    int rng;
};
static const cauce_param rows[] = {
    CAUCE_INT(struct options, n_repeats, 5, 1, 10000, "How many times each column is permuted."),
    CAUCE_MIXED(struct options, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9007199254740991.0, 0, 0,
                NULL, "Seed of the permutations; null is the same as 0."),
    CAUCE_CHOICE(struct options, rng, "native", CA_RNG_WORDS,
                 "Whose random numbers: sklearn permutes as scikit-learn does with this random_state."),
    CAUCE_END
};

typedef struct work {
    ca_view view;
    ca_metric_list metrics; /* one */
    ca_labels labels;
    ca_draws draws;
    int64_t repeats;
    int64_t at_once, from, to; /* the repeats under way: at most at_once */
    int64_t *walk, *order;     /* scikit-learn's: n rows, and n for each repeat under way */
    double base;               /* score of the rows as they are */
    double *decrease;          /* column by column, `repeats` of each */
    int64_t done, total;
} work;

/* Ours: one order of the rows for each column and repeat, whatever else is computed. */
static cauce_status draw_order(cauce_run *run, const work *w, int64_t column, int64_t repeat,
                               const int64_t **drawn) {
    int64_t *order = ca_folds_range(run, &run->scratch, 0, w->view.table->n_rows);
    ca_draws draws = w->draws;
    if (!order) return run->error.status;
    ca_draws_at(&draws, (uint64_t)(repeat * w->view.input.schema->n_fields + column));
    ca_shuffle_i64(&draws, order, w->view.table->n_rows);
    *drawn = order;
    return CAUCE_OK;
}

/* scikit-learn's are the same for every column. From one repeat to the next a list of rows is shuffled
 * further, and the cells that it puts in order are those that the repeat before left. */
static cauce_status draw_next_orders(cauce_run *run, work *w) {
    int64_t n = w->view.table->n_rows;
    if (!w->walk) { /* each column has a generator of its own, of this seed */
        ca_mt19937_init(&w->draws.sklearn, (uint32_t)ca_draws_below(&w->draws, (uint64_t)1 << 31));
        w->walk = ca_folds_range(run, &run->scratch, 0, n);
        w->order = cauce_scratch(run, w->at_once * n, sizeof *w->order);
        if (!w->walk || !w->order) return run->error.status;
    }
    const int64_t *before = w->from ? w->order + (w->at_once - 1) * n : NULL;
    for (int64_t repeat = w->from; repeat < w->to; repeat++) {
        int64_t *order = w->order + (repeat - w->from) * n;
        ca_shuffle_i64(&w->draws, w->walk, n);
        for (int64_t i = 0; i < n; i++) order[i] = before ? before[w->walk[i]] : w->walk[i];
        before = order;
    }
    return CAUCE_OK;
}

static cauce_status score_shown(cauce_run *run, const work *w, const ca_change *change, double *score) {
    ca_frame out;
    const int64_t n = w->view.table->n_rows;
    CA_TRY(ca_model_apply_changed(run, w->view.model, &w->view.input, change, 0, n, &out));
    cauce_status status =
        ca_score(run, &w->metrics, &w->labels, w->view.model->positive, &out.batch.blocks[0], n, score);
    ca_frame_free(&out);
    return status;
}

static cauce_status permute_task(cauce_run *run, int64_t index, void *payload) {
    work *w = payload;
    int64_t under_way = w->to - w->from, column = index / under_way, repeat = w->from + index % under_way;
    ca_change change = { .field = column };
    double score;
    if (w->view.input.column[column] < 0) return CAUCE_OK; /* nothing looks at it: 0 */
    if (w->draws.kind == CA_RNG_NATIVE)
        CA_TRY(draw_order(run, w, column, repeat, &change.order));
    else
        change.order = w->order + (repeat - w->from) * w->view.table->n_rows;
    CA_TRY(score_shown(run, w, &change, &score));
    w->decrease[column * w->repeats + repeat] =
        w->metrics.metric[0]->greater_is_better ? w->base - score : score - w->base;
    cauce_progress(run, "permutations", __atomic_add_fetch(&w->done, 1, __ATOMIC_RELAXED), w->total);
    return CAUCE_OK;
}

static void mean_and_std(const double *x, int64_t n, double *mean, double *std) {
    ca_sum sum = { 0 }, squares = { 0 };
    for (int64_t i = 0; i < n; i++) ca_sum_add(&sum, x[i]);
    *mean = ca_sum_get(&sum) / (double)n;
    for (int64_t i = 0; i < n; i++) ca_sum_add(&squares, (x[i] - *mean) * (x[i] - *mean));
    *std = sqrt(ca_sum_get(&squares) / (double)n);
}

static cauce_status fill_table(cauce_run *run, const work *w, cauce_table *table) {
    const cauce_schema *inputs = w->view.input.schema;
    const char **names = cauce_scratch(run, inputs->n_fields, sizeof *names);
    if (!names) return run->error.status;
    for (int64_t i = 0; i < inputs->n_fields; i++) names[i] = inputs->fields[i].name;
    CA_TRY(ca_metric_add_texts(run, table, "column", names));
    double *mean = ca_metric_add_numbers(run, table, "importance");
    double *std = ca_metric_add_numbers(run, table, "std");
    if (!mean || !std) return run->error.status;
    for (int64_t i = 0; i < inputs->n_fields; i++)
        mean_and_std(w->decrease + i * w->repeats, w->repeats, &mean[i], &std[i]);
    for (int64_t k = 0; k < w->repeats; k++) {
        char name[32];
        snprintf(name, sizeof name, "repeat_%lld", (long long)k + 1);
        double *column = ca_metric_add_numbers(run, table, name);
        if (!column) return run->error.status;
        for (int64_t i = 0; i < inputs->n_fields; i++) column[i] = w->decrease[i * w->repeats + k];
    }
    return CAUCE_OK;
}

static cauce_status permute_all(cauce_run *run, work *w, cauce_table **made) {
    CA_TRY(ca_target_read(run, w->view.model, w->view.table, &w->labels));
    w->total = w->view.input.schema->n_fields * w->repeats;
    w->decrease = cauce_scratch(run, w->total, sizeof *w->decrease);
    if (!w->decrease) return run->error.status;
    CA_TRY(score_shown(run, w, NULL, &w->base));
    ca_input_warn(run, &w->view.input);
    for (w->from = 0; w->from < w->repeats; w->from = w->to) {
        w->to = w->repeats - w->from > w->at_once ? w->from + w->at_once : w->repeats;
        if (w->draws.kind == CA_RNG_SKLEARN) CA_TRY(draw_next_orders(run, w));
        CA_TRY(cauce_parallel(run, w->view.input.schema->n_fields * (w->to - w->from), permute_task, w));
    }
    *made = ca_table_new(run, w->view.input.schema->n_fields);
    return *made ? fill_table(run, w, *made) : run->error.status;
}

static cauce_status prepare(cauce_run *run, const cauce_model *model, const cauce_table *table,
                            const char *metric, const char *options, work *w) {
    struct options o = { 0 };
    CA_TRY(ca_options_parse(run, &run->scratch, "cauce_permutation_importance", rows, options, &o));
    CA_TRY(ca_view_open(run, model, table, &w->view));
    CA_TRY(ca_metric_list_parse(run, metric, model->recipe, &w->metrics));
    if (w->metrics.n != 1) return cauce_fail(run, CAUCE_E_PARAM, "one metric at a time");
    w->repeats = o.n_repeats;
    w->at_once = o.rng == CA_RNG_SKLEARN && o.n_repeats > ORDERS ? ORDERS : o.n_repeats;
    return ca_draws_begin(run, o.rng, &o.random_state, "permutation", &w->draws);
}

cauce_table *ca_permutation_importance(cauce_run *run, const cauce_model *model, const cauce_table *table,
                                       const char *metric, const char *options) {
    work w = { 0 };
    cauce_table *made = NULL;
    cauce_status status = prepare(run, model, table, metric, options, &w);
    if (status == CAUCE_OK) status = permute_all(run, &w, &made);
    ca_view_close(&w.view);
    if (status == CAUCE_OK) return made;
    ca_table_drop(made);
    return NULL;
}
