/* Fitting an iterative_imputer: the first fill, then rounds of models until nothing changes much. */
#include <stdio.h>
#include <string.h>

#include "compose/iterative.h"
#include "core/registry.h"
#include "data/numeric.h"
#include "math/sort.h"

typedef struct fitting {
    ca_node *node;
    const ca_iterative_params *params;
    ca_iterative_state *state;
    const cauce_train *train;
    double sentinel, tolerance;
    ca_iterative_layout layout;
    ca_iterative_rows rows;
    int64_t *order; /* of the columns that get a model */
    int64_t n_order;
    double *correlation; /* n_numbers x n_numbers, with n_nearest_features */
    int64_t *index;      /* rows with or without a cell */
    int64_t room;        /* models that there is room for */
    char *gathered;      /* input of a model */
    double *y, *weight;  /* of its rows */
    int32_t *y_class;
} fitting;

static const cauce_schema *schema_of(const fitting *f) {
    return f->node->given;
}

/* ---- First fill ---------------------------------------------------------------------------------------- */

static cauce_status fill_numbers(cauce_run *run, fitting *f, int64_t j, const cauce_field *field, int64_t c,
                                 const double *x) {
    static const ca_fill fills[] = { CA_FILL_MEAN, CA_FILL_MEDIAN, CA_FILL_MODE };
    int64_t n = f->train->n_rows, present = 0;
    double *copy = cauce_scratch(run, n, sizeof *copy);
    if (!copy) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        bool missing = ca_is_missing(x[r], f->sentinel);
        copy[r] = missing ? (double)NAN : x[r];
        present += !missing;
    }
    f->state->missing[j] = present < n;
    if (present == 0) {
        f->state->fill[j] = f->params->keep_empty_features ? 0 : (double)NAN;
        if (!f->params->keep_empty_features) ca_kept_warn(run, field, c);
        return CAUCE_OK;
    }
    if (f->params->initial_strategy > CA_FILL_MODE) {
        f->state->fill[j] = 0;
        return CAUCE_OK;
    }
    CA_TRY(ca_fill_number(run, fills[f->params->initial_strategy], copy, f->train->weight, n,
                          &f->state->fill[j]));
    if (isfinite(f->state->fill[j])) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA,
                      "column '%s': numbers so large, or infinite, that they cannot fill a cell",
                      field->name);
}

/* A category column, and the classes of its classifier: the levels that occur. */
static cauce_status fill_codes(cauce_run *run, fitting *f, int64_t j, const cauce_field *field,
                               const int32_t *codes) {
    ca_iterative_state *state = f->state;
    int64_t n = f->train->n_rows, first = state->first_class[j];
    int32_t best, n_levels = cauce_levels_count(field->levels);
    bool *occurs = cauce_scratch(run, n_levels, sizeof *occurs);
    if (!occurs) return run->error.status;
    for (int64_t r = 0; r < n; r++) {
        if (codes[r] >= 0) occurs[codes[r]] = true;
        if (codes[r] == CAUCE_MISSING) state->missing[j] = 1;
    }
    for (int32_t i = 0; i < n_levels; i++)
        if (occurs[i]) state->class_code[first++] = i;
    state->first_class[j + 1] = first;
    CA_TRY(ca_fill_level(run, field->levels, codes, f->train->weight, n, &best));
    state->fill[j] = best < 0 ? (double)NAN : (double)best;
    if (best < 0) ca_kept_warn(run, field, 0);
    return CAUCE_OK;
}

static cauce_status first_fill(cauce_run *run, fitting *f) {
    const cauce_schema *schema = schema_of(f);
    ca_iterative_state *state = f->state;
    int64_t j = 0, levels = 0;
    for (int64_t b = 0; b < schema->n_fields; b++)
        if (schema->fields[b].form == CAUCE_CODES) levels += cauce_levels_count(schema->fields[b].levels);
    state->n_columns = schema->width;
    state->n_starts = schema->width + 1;
    state->fill = cauce_keep(run, schema->width, sizeof *state->fill);
    state->missing = cauce_keep(run, schema->width, sizeof *state->missing);
    state->first_class = cauce_keep(run, state->n_starts, sizeof *state->first_class);
    state->class_code = cauce_keep(run, levels, sizeof *state->class_code);
    if (run->error.status != CAUCE_OK) return run->error.status;
    for (int64_t b = 0; b < schema->n_fields; b++)
        for (int64_t c = 0; c < schema->fields[b].width; c++, j++) {
            const cauce_block *block = &f->train->x->blocks[b];
            ca_arena_mark mark = ca_arena_here(&run->scratch);
            state->first_class[j + 1] = state->first_class[j];
            if (schema->fields[b].form == CAUCE_CODES)
                CA_TRY(fill_codes(run, f, j, &schema->fields[b], block->codes));
            else if (schema->fields[b].form == CAUCE_DENSE)
                CA_TRY(fill_numbers(run, f, j, &schema->fields[b], c, block->values + c * block->stride));
            ca_arena_back(&run->scratch, mark);
        }
    state->n_codes = state->first_class[schema->width];
    return CAUCE_OK;
}

/* ---- Which columns, in which order --------------------------------------------------------------------- */

static bool gets_model(const fitting *f, int64_t j, double *missing) {
    const ca_iterative_column *column = &f->layout.columns[j];
    int64_t n = f->train->n_rows;
    if (column->slot < 0 || column->form == CAUCE_ONEHOT) return false;
    int64_t absent = ca_iterative_find(column, f->sentinel, f->train->x, true, f->index);
    *missing = (double)absent;
    if (absent == n || (absent == 0 && f->params->skip_complete)) return false;
    return column->form == CAUCE_DENSE || f->state->first_class[j + 1] - f->state->first_class[j] >= 2;
}

static void reverse(int64_t *order, int64_t n) {
    for (int64_t i = 0; i < n / 2; i++) {
        int64_t other = order[i];
        order[i] = order[n - 1 - i];
        order[n - 1 - i] = other;
    }
}

static cauce_status find_order(cauce_run *run, fitting *f) {
    int64_t width = f->state->n_columns, *column = cauce_scratch(run, width, sizeof *column);
    double *missing = cauce_scratch(run, width, sizeof *missing);
    int64_t *by_missing = cauce_scratch(run, width, sizeof *by_missing);
    f->order = cauce_scratch(run, width, sizeof *f->order);
    if (!column || !missing || !by_missing || !f->order) return run->error.status;
    for (int64_t j = 0; j < width; j++)
        if (gets_model(f, j, &missing[f->n_order])) column[f->n_order++] = j;
    int order = f->params->imputation_order;
    bool sorted = order == CA_ORDER_ASCENDING || order == CA_ORDER_DESCENDING;
    CA_TRY(ca_argsort(run, missing, f->n_order, by_missing));
    for (int64_t i = 0; i < f->n_order; i++) f->order[i] = column[sorted ? by_missing[i] : i];
    if (order == CA_ORDER_DESCENDING || order == CA_ORDER_ARABIC) reverse(f->order, f->n_order);
    return CAUCE_OK;
}

static void shuffle(const fitting *f, int64_t round) {
    cauce_rng rng;
    cauce_rng_init(&rng, ca_iterative_seed(f->params), "imputation order", (uint64_t)round);
    for (int64_t i = f->n_order - 1; i > 0; i--) {
        int64_t k = (int64_t)cauce_rng_below(&rng, (uint64_t)i + 1), other = f->order[i];
        f->order[i] = f->order[k];
        f->order[k] = other;
    }
}

/* ---- Nearest columns ----------------------------------------------------------------------------------- */

/* Sizes of the correlations of the filled number columns, at least 1e-6, as chances are. */
static void correlate(const fitting *f, double *centred) {
    int64_t p = f->layout.n_numbers, n = f->rows.n;
    for (int64_t k = 0; k < p; k++) {
        const double *x = f->rows.numbers + k * n;
        double *z = centred + k * n, sum = 0, total = 0, squares = 0;
        for (int64_t r = 0; r < n; r++) {
            double w = f->train->weight ? f->train->weight[r] : 1;
            sum += w * x[r];
            total += w;
        }
        for (int64_t r = 0; r < n; r++) {
            z[r] = (x[r] - sum / total) * (f->train->weight ? sqrt(f->train->weight[r]) : 1);
            squares += z[r] * z[r];
        }
        for (int64_t r = 0; r < n; r++) z[r] /= sqrt(squares);
    }
    for (int64_t k = 0; k < p; k++)
        for (int64_t i = 0; i <= k; i++) {
            double dot = 0;
            for (int64_t r = 0; r < n; r++) dot += centred[i * n + r] * centred[k * n + r];
            dot = fabs(dot) > 1e-6 ? fabs(dot) : 1e-6; /* NaN of a constant column too */
            f->correlation[i * p + k] = f->correlation[k * p + i] = i == k ? 0 : dot;
        }
}

static cauce_status prepare_nearest(cauce_run *run, fitting *f) {
    int64_t p = f->layout.n_numbers, cells;
    if (f->params->n_nearest_features.type != CAUCE_V_INT || f->params->n_nearest_features.integer >= p)
        return CAUCE_OK;
    if (__builtin_mul_overflow(p, f->rows.n > p ? f->rows.n : p, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld columns are too many", (long long)p);
    f->correlation = cauce_scratch(run, p * p, sizeof *f->correlation);
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *centred = cauce_scratch(run, p * f->rows.n, sizeof *centred);
    if (!f->correlation || !centred) return run->error.status;
    correlate(f, centred);
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* Draws columns one after the other from those that are left. For a category column all have the same chance.
 */
static cauce_status choose(cauce_run *run, fitting *f, int64_t m) {
    ca_iterative_state *state = f->state;
    int64_t p = f->layout.n_numbers, slot = f->layout.columns[state->target[m]].slot;
    bool number = f->layout.columns[state->target[m]].form == CAUCE_DENSE;
    uint8_t *chosen = state->chosen + m * state->n_columns;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *chance = cauce_scratch(run, p, sizeof *chance);
    if (!chance) return run->error.status;
    for (int64_t k = 0; k < p; k++) chance[k] = number ? f->correlation[slot * p + k] : 1;
    cauce_rng rng;
    cauce_rng_init(&rng, ca_iterative_seed(f->params), "nearest columns", (uint64_t)m);
    for (int64_t i = 0; i < f->params->n_nearest_features.integer; i++) {
        double sum = 0;
        int64_t drawn = -1;
        for (int64_t k = 0; k < p; k++) sum += chance[k];
        double left = cauce_rng_uniform(&rng) * sum;
        for (int64_t k = 0; k < p && left >= 0; k++) {
            if (chance[k] == 0) continue;
            drawn = k;
            left -= chance[k];
        }
        if (drawn < 0) break;
        chance[drawn] = 0;
        for (int64_t j = 0; j < state->n_columns; j++)
            if (f->layout.columns[j].form == CAUCE_DENSE && f->layout.columns[j].slot == drawn) chosen[j] = 1;
    }
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* ---- Rounds -------------------------------------------------------------------------------------------- */

static void *grown(cauce_run *run, const void *old, int64_t n, int64_t room, size_t size) {
    void *now = cauce_keep(run, room, size);
    if (now && n > 0) memcpy(now, old, (size_t)n * size);
    return now;
}

/* Room for the models of one more round. */
static cauce_status make_room(cauce_run *run, fitting *f) {
    ca_iterative_state *state = f->state;
    int64_t n = state->n_models, needed = n + f->n_order;
    if (needed <= f->room) return CAUCE_OK;
    f->room = needed > 2 * f->room ? needed : 2 * f->room;
    state->target = grown(run, state->target, n, f->room, sizeof *state->target);
    f->node->child = grown(run, f->node->child, n, f->room, sizeof *f->node->child);
    if (f->correlation) state->chosen = grown(run, state->chosen, n, f->room, (size_t)state->n_columns);
    return run->error.status;
}

/* The rows that have the column: their target, and weights. */
static void take_targets(fitting *f, int64_t m, int64_t n, cauce_train *train) {
    const ca_iterative_state *state = f->state;
    int64_t j = state->target[m], slot = f->layout.columns[j].slot;
    if (f->layout.columns[j].form == CAUCE_DENSE) {
        for (int64_t i = 0; i < n; i++) f->y[i] = f->rows.numbers[slot * f->rows.n + f->index[i]];
        train->y = f->y;
    } else {
        const int32_t *code = state->class_code + state->first_class[j];
        for (int64_t i = 0; i < n; i++) {
            int32_t k = 0, here = f->rows.codes[slot * f->rows.n + f->index[i]];
            while (code[k] != here) k++;
            f->y_class[i] = k;
        }
        train->y_class = f->y_class;
    }
    if (!f->train->weight) return;
    for (int64_t i = 0; i < n; i++) f->weight[i] = f->train->weight[f->index[i]];
    train->weight = f->weight;
}

static cauce_status fit_model(cauce_run *run, fitting *f, int64_t m) {
    ca_part *part = cauce_keep(run, 1, sizeof *part);
    if (!part) return run->error.status;
    CA_TRY(ca_node_part(run, f->node, m, part));
    int64_t n =
        ca_iterative_find(&f->layout.columns[f->state->target[m]], f->sentinel, f->train->x, false, f->index);
    cauce_batch x;
    ca_iterative_gather(&f->layout, f->state, m, &f->rows, f->index, n, f->gathered, &x);
    cauce_train train = {
        .n_rows = n, .schema = &part->input, .x = &x, .n_classes = part->n_classes, .classes = part->classes
    };
    take_targets(f, m, n, &train);
    train.deviation = f->params->sample_posterior && train.y;
    return ca_node_fit_as(run, part->recipe, part->name, &train, NULL, &f->node->child[m]);
}

static cauce_status predict_missing(cauce_run *run, fitting *f, int64_t m) {
    const ca_node *child = f->node->child[m];
    int64_t n =
        ca_iterative_find(&f->layout.columns[f->state->target[m]], f->sentinel, f->train->x, true, f->index);
    if (n == 0) return CAUCE_OK;
    cauce_batch x;
    ca_frame frame;
    ca_iterative_gather(&f->layout, f->state, m, &f->rows, f->index, n, f->gathered, &x);
    double *deviation = NULL;
    if (f->params->sample_posterior && child->f.component->role == CAUCE_REGRESSOR) {
        char *scratch = cauce_scratch(run, 1, child->scratch);
        deviation = cauce_scratch(run, n, sizeof *deviation);
        if (!scratch || !deviation) return run->error.status;
        CA_TRY(ca_node_deviation(run, child, &x, deviation, scratch));
    }
    CA_TRY(ca_node_apply_all(run, child, &x, &frame));
    ca_iterative_put(&f->layout, f->state, f->params, m, &frame.batch.blocks[0], deviation, f->index, n,
                     &f->rows);
    ca_frame_free(&frame);
    return CAUCE_OK;
}

static cauce_status impute(cauce_run *run, fitting *f, int64_t j) {
    int64_t m = f->state->n_models++;
    char name[128];
    ca_place place;
    f->state->target[m] = j;
    if (f->correlation) {
        f->state->n_chosen = f->state->n_models;
        CA_TRY(choose(run, f, m));
    }
    ca_schema_column_name(schema_of(f), j, name, sizeof name);
    ca_enter(run, &place, ca_run_text(run, "column '%s'", name));
    cauce_status status = fit_model(run, f, m);
    if (status == CAUCE_OK) {
        f->node->n_child = f->state->n_models;
        status = predict_missing(run, f, m);
    }
    ca_leave(run, &place);
    return status;
}

/* The largest change of a row in all, and whether a category has changed. */
static bool has_settled(const fitting *f, const ca_iterative_rows *before) {
    int64_t n = f->rows.n;
    double most = 0;
    for (int64_t r = 0; r < n; r++) {
        double sum = 0;
        for (int64_t k = 0; k < f->layout.n_numbers; k++)
            sum += fabs(f->rows.numbers[k * n + r] - before->numbers[k * n + r]);
        if (!(sum <= most)) most = sum;
        for (int64_t k = 0; k < f->layout.n_categories; k++)
            if (f->rows.codes[k * n + r] != before->codes[k * n + r]) return false;
    }
    return most < f->tolerance || most == 0;
}

static void copy_rows(const fitting *f, ca_iterative_rows *to) {
    size_t n = (size_t)f->rows.n;
    memcpy(to->numbers, f->rows.numbers, (size_t)f->layout.n_numbers * n * sizeof *to->numbers);
    memcpy(to->codes, f->rows.codes, (size_t)f->layout.n_categories * n * sizeof *to->codes);
}

static cauce_status make_rounds(cauce_run *run, fitting *f) {
    int64_t n = f->rows.n;
    ca_iterative_rows before = f->rows;
    before.numbers = cauce_scratch(run, n, (size_t)f->layout.n_numbers * sizeof *before.numbers);
    before.codes = cauce_scratch(run, n, (size_t)f->layout.n_categories * sizeof *before.codes);
    if (!before.numbers || !before.codes) return run->error.status;
    for (int64_t round = 0; round < f->params->max_iter; round++) {
        copy_rows(f, &before);
        if (f->params->imputation_order == CA_ORDER_RANDOM) shuffle(f, round);
        CA_TRY(make_room(run, f));
        for (int64_t i = 0; i < f->n_order; i++) {
            ca_arena_mark mark = ca_arena_here(&run->scratch);
            CA_TRY(cauce_check_cancel(run));
            CA_TRY(impute(run, f, f->order[i]));
            ca_arena_back(&run->scratch, mark);
        }
        f->state->n_iter = round + 1;
        if (!f->params->sample_posterior && has_settled(f, &before)) return CAUCE_OK;
    }
    if (f->params->max_iter > 0 && !f->params->sample_posterior)
        cauce_warn(run, "no_convergence",
                   "the cells still change after max_iter=%lld rounds; raise max_iter or tol",
                   (long long)f->params->max_iter);
    return CAUCE_OK;
}

/* ---- All ----------------------------------------------------------------------------------------------- */

/* Lists have an entry for each input column, and the least is below the largest. */
static cauce_status check_limits(cauce_run *run, const fitting *f) {
    const ca_iterative_params *p = f->params;
    const struct {
        const char *name;
        const cauce_value *value;
    } lists[] = { { "min_value", &p->min_value }, { "max_value", &p->max_value } };
    for (int i = 0; i < 2; i++)
        if (lists[i].value->type == CAUCE_V_LIST && lists[i].value->n_items != f->state->n_columns)
            return cauce_fail(run, CAUCE_E_PARAM, "%s has %lld numbers, but there are %lld input columns",
                              lists[i].name, (long long)lists[i].value->n_items,
                              (long long)f->state->n_columns);
    for (int64_t j = 0; j < f->state->n_columns; j++) {
        double limits[2];
        char name[128];
        ca_iterative_limits(p, j, limits);
        if (limits[0] < limits[1]) continue;
        ca_schema_column_name(schema_of(f), j, name, sizeof name);
        return cauce_fail(run, CAUCE_E_PARAM, "column '%s': min_value=%g is not below max_value=%g", name,
                          limits[0], limits[1]);
    }
    return CAUCE_OK;
}

/* The largest number that is there, times tol. */
static double tolerance_of(const fitting *f) {
    double most = 0;
    for (int64_t j = 0; j < f->state->n_columns; j++) {
        const ca_iterative_column *column = &f->layout.columns[j];
        if (column->form != CAUCE_DENSE || column->slot < 0) continue;
        int64_t n = ca_iterative_find(column, f->sentinel, f->train->x, false, f->index);
        for (int64_t i = 0; i < n; i++) {
            double size = fabs(f->rows.numbers[column->slot * f->rows.n + f->index[i]]);
            if (size > most) most = size;
        }
    }
    return f->params->tol * most;
}

static cauce_status take_memory(cauce_run *run, fitting *f) {
    int64_t n = f->train->n_rows;
    size_t rows = ca_iterative_rows_size(&f->layout, n), gathered = ca_iterative_gather_size(&f->layout, n);
    if (rows > SIZE_MAX / 16 || gathered > SIZE_MAX / 16)
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %lld columns do not fit into memory",
                          (long long)n, (long long)f->state->n_columns);
    char *cells = cauce_scratch(run, 1, rows);
    f->gathered = cauce_scratch(run, 1, gathered);
    f->index = cauce_scratch(run, n, sizeof *f->index);
    f->y = cauce_scratch(run, n, sizeof *f->y);
    f->y_class = cauce_scratch(run, n, sizeof *f->y_class);
    f->weight = cauce_scratch(run, n, sizeof *f->weight);
    if (!cells || !f->gathered || !f->index || !f->y || !f->y_class || !f->weight) return run->error.status;
    return ca_iterative_read(run, &f->layout, schema_of(f), f->state, f->sentinel, f->train->x, cells,
                             &f->rows);
}

cauce_status ca_iterative_fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    fitting f = { .node = node,
                  .params = node->f.params,
                  .state = (ca_iterative_state *)(uintptr_t)node->f.state,
                  .train = train };
    f.sentinel = ca_missing_sentinel(&f.params->missing_values);
    CA_TRY(first_fill(run, &f));
    CA_TRY(check_limits(run, &f));
    CA_TRY(ca_iterative_lay_out(run, schema_of(&f), f.state, &f.layout));
    CA_TRY(take_memory(run, &f));
    CA_TRY(find_order(run, &f));
    CA_TRY(prepare_nearest(run, &f));
    f.tolerance = tolerance_of(&f);
    /* A column alone has nothing to be predicted from. */
    if (f.n_order > 0 && f.layout.n_numbers + f.layout.n_categories + f.layout.n_onehots > 1)
        CA_TRY(make_rounds(run, &f));
    if (!out) return CAUCE_OK;
    /* The rows have been through all models already; what comes out is laid out as for any other rows. */
    CA_TRY(ca_node_bind(run, node));
    return ca_node_apply_all(run, node, train->x, out);
}
