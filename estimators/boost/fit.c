#include "boost/fit.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/parallel.h"

enum {
    BLOCK_ROWS = 16 * CA_LOSS_ROWS,
    UPDATE_ROWS = 65536,
    QUICK_ROWS = 2048,          /* the same when threads are together, */
    TOGETHER_UPDATES = 1 << 22, /* which they are for fewer updates of a histogram than this, */
    THREAD_UPDATES = 32768,     /* one for so many of them, */
    MOST_TOGETHER = 8,          /* and no more than that */
    WORD_BITS = 16              /* fewest for the average gradient in a word that it shares with the count */
};

/* Everything of one fit. Rows are in an order of their own: first those that learn, then those held out. */
typedef struct fit {
    const ca_boost_plan *plan;
    const cauce_train *train;
    ca_loss loss;
    ca_table table;
    ca_grow_rules rules;
    int64_t n, n_learn, n_given, *order; /* n_given: validation rows, the last of the training rows */
    double *y, *weight;                  /* weight NULL: 1 */
    int32_t *y_class, *times;            /* times NULL: 1 */
    double *raw;
    float *pairs;
    int64_t n_drawn; /* rows of the iteration under way: all that learn, or `drawn` */
    uint32_t *drawn; /* these first, then all others; NULL: in order */
    int64_t n_growers;
    ca_grower *growers;
    double *sum_g, *sum_h; /* by output */
    int64_t count;         /* rows that learn, as often as they count */
    bool narrow;           /* bins of one word */
    int64_t iteration;
    int32_t first_class; /* of the trees being grown */
    ca_boost_builder builder;
    ca_boosting *model;
} fit;

/* ---- Rows ---------------------------------------------------------------------------------------------- */

/* How many binary digits are left for the average gradient in a word with the count. */
static int spare_bits(int64_t count, int64_t n_rows) {
    int bits = 62;
    for (; count; count /= 2) bits--;
    for (; n_rows; n_rows /= 2) bits--;
    return bits;
}

/* Whole numbers, and not so large that counts leave no room in words. */
static bool may_count(const double *weight, int64_t n) {
    double total = 0;
    for (int64_t r = 0; r < n; r++) {
        if (weight[r] != floor(weight[r]) || weight[r] > 1e9) return false;
        total += weight[r];
    }
    return total < 0x1p40 && spare_bits((int64_t)total, n) >= WORD_BITS;
}

/* Whole weights count rows, others and class weights weigh them. */
static cauce_status weigh_rows(cauce_run *run, fit *f) {
    const cauce_train *train = f->train;
    bool whole = train->weight && may_count(train->weight, f->n);
    bool real = (train->weight && !whole) || f->plan->class_weight;
    if (whole) f->times = cauce_scratch(run, f->n, sizeof *f->times);
    if (real) f->weight = cauce_scratch(run, f->n, sizeof *f->weight);
    if ((whole && !f->times) || (real && !f->weight)) return run->error.status;
    for (int64_t i = 0; i < f->n; i++) {
        int64_t row = f->order[i];
        if (whole) f->times[i] = (int32_t)train->weight[row];
        if (real)
            f->weight[i] = (whole || !train->weight ? 1 : train->weight[row]) *
                           (f->plan->class_weight ? f->plan->class_weight[train->y_class[row]] : 1);
        if (i < f->n_learn) f->count += whole ? f->times[i] : 1;
    }
    return CAUCE_OK;
}

static cauce_status copy_targets(cauce_run *run, fit *f) {
    bool classes = f->train->n_classes > 0;
    int64_t k = f->loss.n_outputs;
    if (classes)
        f->y_class = cauce_scratch(run, f->n, sizeof *f->y_class);
    else
        f->y = cauce_scratch(run, f->n, sizeof *f->y);
    f->raw = cauce_scratch(run, f->n * k, sizeof *f->raw);
    f->pairs = cauce_scratch(run, f->n * k, 2 * sizeof *f->pairs);
    f->drawn =
        f->plan->subsample < 1 || f->plan->one_side ? cauce_scratch(run, f->n, sizeof *f->drawn) : NULL;
    f->sum_g = cauce_scratch(run, k, sizeof *f->sum_g);
    f->sum_h = cauce_scratch(run, k, sizeof *f->sum_h);
    if (run->error.status != CAUCE_OK) return run->error.status;
    for (int64_t i = 0; i < f->n; i++)
        if (classes)
            f->y_class[i] = f->train->y_class[f->order[i]];
        else
            f->y[i] = f->train->y[f->order[i]];
    return CAUCE_OK;
}

static ca_loss_rows rows_of(const fit *f, int64_t from, int64_t n) {
    return (ca_loss_rows){ .n = n,
                           .y = f->y ? f->y + from : NULL,
                           .y_class = f->y_class ? f->y_class + from : NULL,
                           .times = f->times ? f->times + from : NULL,
                           .weight = f->weight ? f->weight + from : NULL,
                           .raw = f->raw + from,
                           .stride = f->n };
}

/* ---- Gradients ----------------------------------------------------------------------------------------- */

typedef struct pass {
    const fit *f;
    int64_t from, to;
    bool gradients;
    double *sums; /* of each block: loss, weight, and of each output |g|, h */
} pass;

static cauce_status pass_block(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const pass *p = payload;
    const fit *f = p->f;
    int64_t k = f->loss.n_outputs, first = p->from + index * BLOCK_ROWS;
    int64_t end = first + BLOCK_ROWS < p->to ? first + BLOCK_ROWS : p->to;
    double *mine = p->sums + index * (2 + 2 * k);
    ca_loss_sums sums = { .g = mine + 2, .h = mine + 2 + k };
    for (int64_t at = first; at < end; at += CA_LOSS_ROWS) {
        ca_loss_rows rows = rows_of(f, at, end - at < CA_LOSS_ROWS ? end - at : CA_LOSS_ROWS);
        ca_loss_block(&f->loss, &rows, p->gradients ? f->pairs + 2 * at : NULL, &sums);
    }
    mine[0] = sums.loss;
    mine[1] = sums.weight;
    return CAUCE_OK;
}

/* Mean loss of rows from..to-1; with their gradients, and the sums of these. */
static cauce_status pass_rows(cauce_run *run, fit *f, int64_t from, int64_t to, bool gradients,
                              double *loss) {
    int64_t k = f->loss.n_outputs, blocks = (to - from + BLOCK_ROWS - 1) / BLOCK_ROWS;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    pass p = { f, from, to, gradients, cauce_scratch(run, blocks, (size_t)(2 + 2 * k) * sizeof(double)) };
    if (!p.sums) return run->error.status;
    CA_TRY(cauce_parallel(run, blocks, pass_block, &p));
    double total = 0, weight = 0;
    if (gradients) {
        memset(f->sum_g, 0, (size_t)k * sizeof *f->sum_g);
        memset(f->sum_h, 0, (size_t)k * sizeof *f->sum_h);
    }
    for (int64_t b = 0; b < blocks; b++) {
        const double *sums = p.sums + b * (2 + 2 * k);
        total += sums[0];
        weight += sums[1];
        for (int64_t c = 0; c < k && gradients; c++) {
            f->sum_g[c] += sums[2 + c];
            f->sum_h[c] += sums[2 + k + c];
        }
    }
    ca_arena_back(&run->scratch, mark);
    *loss = total / weight;
    bool finite = isfinite(*loss);
    for (int64_t c = 0; c < k && gradients; c++)
        finite = finite && isfinite(f->sum_g[c]) && isfinite(f->sum_h[c]);
    if (finite) return CAUCE_OK;
    if (f->loss.kind == CA_LOSS_CUSTOM)
        return cauce_fail(run, CAUCE_E_NUMERIC,
                          "custom_loss=%s gave a number that is not finite, or a negative second derivative, "
                          "after %lld iterations",
                          f->loss.custom->name, (long long)f->iteration);
    if (weight > 1e30)
        return cauce_fail(
            run, CAUCE_E_NUMERIC,
            "the loss is not finite: the weights add up to %g; divided by the largest of them they "
            "say the same",
            weight);
    return cauce_fail(run, CAUCE_E_NUMERIC,
                      "the loss is not finite after %lld iterations: learning_rate=%g is too large for these "
                      "targets, or they are too large (beyond 1e38)",
                      (long long)f->iteration, f->plan->learning_rate);
}

/* ---- Trees --------------------------------------------------------------------------------------------- */

typedef struct update {
    const fit *f;
    ca_grower *grower;
    int32_t output;
    double *raw; /* of that output */
    const int32_t *leaves;
} update;

static cauce_status update_leaf(cauce_run *run, int64_t index, void *payload) {
    const update *u = payload;
    const fit *f = u->f;
    ca_grown_node *leaf = &u->grower->nodes[u->leaves[index]];
    const uint32_t *rows = u->grower->rows + leaf->begin;
    if (ca_loss_by_rows(&f->loss)) {
        ca_loss loss = ca_loss_of_output(&f->loss, u->output);
        ca_loss_rows all = rows_of(f, 0, f->n_learn);
        all.raw = u->raw;
        CA_TRY(ca_loss_leaf(run, &loss, &all, rows, leaf->n, &leaf->value));
        if (leaf->value < leaf->lower) leaf->value = leaf->lower;
        if (leaf->value > leaf->upper) leaf->value = leaf->upper;
    }
    leaf->value *= f->plan->learning_rate;
    for (int64_t i = 0; i < leaf->n; i++) u->raw[rows[i]] += leaf->value;
    return CAUCE_OK;
}

static cauce_status update_rest(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const update *u = payload;
    int64_t from = u->f->n_drawn + index * BLOCK_ROWS;
    ca_grown_add(u->grower, from, from + BLOCK_ROWS < u->f->n ? from + BLOCK_ROWS : u->f->n, u->raw);
    return CAUCE_OK;
}

/* Final values of the leaves, and what they add to the raw predictions. */
static cauce_status update_raw(cauce_run *run, const fit *f, ca_grower *grower, int32_t output) {
    int32_t *stack = grower->queue, n = 1, n_leaves = 0;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    int32_t *leaves = cauce_scratch(run, grower->n_nodes, sizeof *leaves);
    if (!leaves) return run->error.status;
    stack[0] = 0;
    while (n) {
        int32_t at = stack[--n];
        if (grower->nodes[at].feature < 0) {
            leaves[n_leaves++] = at;
            continue;
        }
        stack[n++] = grower->nodes[at].right;
        stack[n++] = grower->nodes[at].left;
    }
    update u = { f, grower, output, f->raw + output * f->n, leaves };
    if (f->n_drawn >= (ca_is_together(run) ? QUICK_ROWS : UPDATE_ROWS) || ca_loss_by_rows(&f->loss)) {
        CA_TRY(cauce_parallel(run, n_leaves, update_leaf, &u));
    } else {
        for (int32_t i = 0; i < n_leaves; i++) CA_TRY(update_leaf(run, i, &u));
    }
    int64_t rest = f->n - f->n_drawn;
    if (rest) CA_TRY(cauce_parallel(run, (rest + BLOCK_ROWS - 1) / BLOCK_ROWS, update_rest, &u));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

static cauce_status grow_class(cauce_run *run, int64_t index, void *payload) {
    fit *f = payload;
    ca_grower *grower = &f->growers[index];
    int64_t c = f->first_class + index;
    ca_gradients gradients = { .pairs = f->pairs + 2 * c * f->n, .times = f->times };
    gradients.units = ca_units_of(f->narrow, f->sum_g[c], f->sum_h[c], f->count);
    if (f->drawn)
        memcpy(grower->rows, f->drawn, (size_t)f->n * sizeof *f->drawn);
    else
        for (int64_t i = 0; i < f->n; i++) grower->rows[i] = (uint32_t)i;
    uint64_t tree = (uint64_t)(f->iteration * f->loss.n_outputs + c);
    CA_TRY(ca_grow(run, grower, &gradients, f->n_drawn, f->plan->seed, tree));
    return update_raw(run, f, grower, (int32_t)c);
}

/* The rows that were not drawn, behind those that were; both ascend. */
static void list_rest(fit *f) {
    int64_t at = 0, to = f->n_drawn;
    for (int64_t i = 0; i < f->n; i++)
        if (at < f->n_drawn && f->drawn[at] == i)
            at++;
        else
            f->drawn[to++] = (uint32_t)i;
}

static cauce_status grow_iteration(cauce_run *run, fit *f) {
    ca_boost_rows rows = { f->n_learn, f->loss.n_outputs, f->n, f->pairs, f->times };
    CA_TRY(ca_boosting_draw(run, f->plan, f->iteration, &rows, f->drawn, &f->n_drawn, f->sum_g, f->sum_h));
    if (f->drawn) list_rest(f);
    for (int64_t c = 0; c < f->loss.n_outputs; c += f->n_growers) {
        int64_t many = f->loss.n_outputs - c < f->n_growers ? f->loss.n_outputs - c : f->n_growers;
        f->first_class = (int32_t)c;
        if (many == 1)
            CA_TRY(grow_class(run, 0, f));
        else
            CA_TRY(cauce_parallel(run, many, grow_class, f));
        for (int64_t i = 0; i < many; i++) CA_TRY(ca_builder_add(run, &f->builder, &f->growers[i]));
    }
    return CAUCE_OK;
}

/* ---- Iterations ---------------------------------------------------------------------------------------- */

/* No loss of the last n_iter_no_change of n is better by more than tol than the one before them. */
static bool should_stop(const ca_boost_plan *plan, const double *curve, int64_t n) {
    if (!plan->stop_early || n <= plan->n_iter_no_change) return false;
    const double *recent = curve + n - plan->n_iter_no_change;
    for (int64_t i = 0; i < plan->n_iter_no_change; i++)
        if (recent[i] < recent[-1] - plan->tol) return false;
    return true;
}

static cauce_status iterate(cauce_run *run, void *payload) {
    fit *f = payload;
    ca_boosting *model = f->model;
    const ca_boost_plan *plan = f->plan;
    const ca_boosting *start = plan->start;
    bool validate = f->n > f->n_learn;
    model->train_loss = cauce_keep(run, plan->max_iter + 1, sizeof *model->train_loss);
    model->validation_loss =
        cauce_keep(run, validate ? plan->max_iter + 1 : 0, sizeof *model->validation_loss);
    if (!model->train_loss || !model->validation_loss) return run->error.status;
    if (start) {
        f->iteration = start->n_iter;
        ca_boosting_resume_curve(start->train_loss, start->n_train_loss, f->iteration, model->train_loss);
        if (validate)
            ca_boosting_resume_curve(start->validation_loss, start->n_validation_loss, f->iteration,
                                     model->validation_loss);
    }
    const double *curve = validate ? model->validation_loss : model->train_loss;
    for (int64_t first = f->iteration;; f->iteration++) {
        ca_loss_rows learning = rows_of(f, 0, f->n_learn);
        bool last = f->iteration == plan->max_iter;
        CA_TRY(cauce_check_cancel(run));
        if (f->iteration) CA_TRY(ca_loss_prepare(run, &f->loss, &learning));
        CA_TRY(pass_rows(run, f, 0, f->n_learn, !last, &model->train_loss[f->iteration]));
        if (validate)
            CA_TRY(pass_rows(run, f, f->n_learn, f->n, false, &model->validation_loss[f->iteration]));
        cauce_progress(run, "iterations", f->iteration, plan->max_iter);
        if (last || should_stop(plan, curve + first, f->iteration - first + 1)) break;
        CA_TRY(grow_iteration(run, f));
    }
    model->n_train_loss = f->iteration + 1;
    model->n_validation_loss = validate ? f->iteration + 1 : 0;
    return CAUCE_OK;
}

/* ---- Preparation --------------------------------------------------------------------------------------- */

/* A class so rare that a leaf of min_samples_leaf rows is expected to hold none of it (a share below
 * 1 / min_samples_leaf): the leaves of its trees have hardly any second derivative, and Newton steps explode
 * there. With two classes both trees are one, and only a class smaller than any leaf does harm. Classes that
 * are small because the table is do none: there the trees are scikit-learn's. */
static cauce_status look_for_rare_classes(cauce_run *run, const fit *f, bool *rare) {
    int64_t n_classes = f->train->n_classes, least = f->plan->rules.split.min_rows;
    int64_t *count = cauce_scratch(run, n_classes, sizeof *count);
    *rare = false;
    if (!count) return run->error.status;
    for (int64_t i = 0; i < f->n_learn; i++) count[f->y_class[i]] += f->times ? f->times[i] : 1;
    for (int64_t c = 0; c < n_classes; c++)
        if (count[c] < f->count / least && (n_classes > 2 || count[c] < least)) *rare = true;
    return CAUCE_OK;
}

/* Rules that are given by column, by feature. With rare classes XGBoost's defaults are added, which keep the
 * leaves from exploding: a second derivative of at least 1, and a penalty of 1. */
static cauce_status make_rules(cauce_run *run, fit *f) {
    const ca_split_rules *given = &f->plan->rules.split;
    int32_t n = f->table.n_features;
    int64_t words = given->set_words;
    f->rules = f->plan->rules;
    if (given->monotone) {
        int8_t *monotone = cauce_scratch(run, n, 1);
        if (!monotone) return run->error.status;
        for (int32_t i = 0; i < n; i++) monotone[i] = given->monotone[f->table.features[i].column];
        f->rules.split.monotone = monotone;
    }
    if (given->sets) {
        uint64_t *sets = cauce_scratch(run, n, (size_t)words * sizeof *sets);
        if (!sets) return run->error.status;
        for (int32_t i = 0; i < n; i++)
            memcpy(sets + i * words, given->sets + f->table.features[i].column * words,
                   (size_t)words * sizeof *sets);
        f->rules.split.sets = sets;
    }
    bool rare = false;
    if (f->y_class) CA_TRY(look_for_rare_classes(run, f, &rare));
    if (rare) {
        f->rules.split.l2 += 1;
        f->rules.split.min_hessian = 1;
    }
    return CAUCE_OK;
}

/* Constants and the raw predictions that they are, or those of the earlier fit. */
static cauce_status set_start(cauce_run *run, fit *f, ca_boosting *model) {
    const ca_boosting *start = f->plan->start;
    if (start) {
        memcpy(model->baseline, start->baseline, (size_t)model->n_outputs * sizeof *model->baseline);
        CA_TRY(ca_boosting_resume(run, start, f->train, f->order, f->raw));
        return ca_builder_begin(run, &f->builder, start);
    }
    ca_loss_rows learning = rows_of(f, 0, f->n_learn);
    CA_TRY(ca_loss_start(run, &f->loss, &learning, model->baseline));
    for (int64_t c = 0; c < model->n_outputs; c++)
        for (int64_t i = 0; i < f->n; i++) f->raw[c * f->n + i] = model->baseline[c];
    return CAUCE_OK;
}

static cauce_status prepare(cauce_run *run, fit *f, ca_boosting *model) {
    const ca_boost_plan *plan = f->plan;
    CA_TRY(ca_boosting_order(run, plan, f->train, f->n_given, &f->order, &f->n_learn));
    CA_TRY(weigh_rows(run, f));
    CA_TRY(copy_targets(run, f));
    ca_table_plan coding = { .train = f->train,
                             .order = f->order,
                             .n_learn = f->n_learn,
                             .times = f->times,
                             .max_bins = plan->max_bins,
                             .seed = plan->seed };
    if (plan->edges) {
        coding.y = f->y;
        coding.y_class = f->y_class;
    }
    CA_TRY(ca_table_make(run, &coding, &f->table));
    CA_TRY(make_rules(run, f));
    f->narrow = ca_loss_is_flat(&f->loss) && !f->weight && !plan->one_side &&
                spare_bits(f->count, f->n_learn) >= WORD_BITS;
    int64_t threads = cauce_threads(run);
    f->n_growers = f->loss.n_outputs < threads ? f->loss.n_outputs : threads;
    f->growers = cauce_scratch(run, f->n_growers, sizeof *f->growers);
    f->builder.importance = cauce_scratch(run, model->n_features, sizeof(double));
    if (!f->growers || !f->builder.importance) return run->error.status;
    for (int64_t i = 0; i < f->n_growers; i++)
        CA_TRY(ca_grower_begin(run, &f->growers[i], &f->table, &f->rules));
    return set_start(run, f, model);
}

/* Where a tree takes less than some milliseconds, starting and ending its many loops would take longer. */
static int threads_together(const fit *f) {
    int64_t updates = f->n * f->table.n_slots, threads = 1 + updates / THREAD_UPDATES;
    if (updates > TOGETHER_UPDATES) return 1;
    return threads < MOST_TOGETHER ? (int)threads : MOST_TOGETHER;
}

cauce_status ca_boosting_fit(cauce_run *run, const ca_boost_plan *plan, const cauce_train *train,
                             ca_boosting *model) {
    fit f = { .plan = plan, .train = train, .loss = plan->loss, .model = model };
    cauce_train joined;
    if (train->validation) {
        CA_TRY(ca_boosting_join(run, train, &joined));
        f.train = &joined;
        f.n_given = train->validation->n_rows;
    }
    f.n = f.train->n_rows;
    model->n_outputs = f.loss.n_outputs;
    model->n_features = train->schema->width;
    model->baseline = cauce_keep(run, model->n_outputs, sizeof *model->baseline);
    if (!model->baseline) return run->error.status;
    cauce_status status = prepare(run, &f, model);
    if (status == CAUCE_OK) status = ca_together(run, threads_together(&f), iterate, &f);
    if (status == CAUCE_OK) status = ca_builder_finish(run, &f.builder, model);
    for (int64_t i = 0; f.growers && i < f.n_growers; i++) ca_grower_free(&f.growers[i]);
    ca_builder_free(&f.builder);
    ca_table_free(&f.table);
    return status;
}
