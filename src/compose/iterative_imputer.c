/* iterative_imputer: each column with missing cells is predicted from the others, round after round, by
 * models that are kept: new rows go through the same sequence (van Buuren, Groothuis-Oudshoorn: mice, Journal
 * of Statistical Software 45 (2011), doi:10.18637/jss.v045.i03). Numbers by a regressor, categories by a
 * classifier; the models see categories as one-hot columns. As scikit-learn's for numbers; columns that are
 * kept without a value stay what they are filled with, and the others go on. */
#include <string.h>

#include "compose/beside.h"
#include "compose/iterative.h"
#include "core/registry.h"

static const cauce_param param_rows[] = {
    CAUCE_MIXED(ca_iterative_params, missing_values, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, -HUGE_VAL,
                HUGE_VAL, NULL,
                "A number that stands for a missing one (such as -999), besides empty cells."),
    CAUCE_INT(ca_iterative_params, max_iter, 10, 0, 10000,
              "Most rounds; 0 leaves every cell at its first fill."),
    CAUCE_REAL(ca_iterative_params, tol, 1e-3, 0, HUGE_VAL,
               "Rounds end when no row changes by more than this part of the largest number in all, and no "
               "category changes."),
    CAUCE_MIXED(ca_iterative_params, n_nearest_features, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 9e15, 0, 0,
                NULL,
                "How many other number columns a model sees, drawn with the size of their correlation as "
                "chance; null: all. It sees category columns in any case."),
    CAUCE_CHOICE(ca_iterative_params, initial_strategy, "mean", "mean|median|most_frequent|constant",
                 "What missing numbers are filled with before the first round (constant: 0); categories with "
                 "the most frequent one."),
    CAUCE_CHOICE(ca_iterative_params, imputation_order, "ascending",
                 "ascending|descending|roman|arabic|random",
                 "Columns with few missing cells first, or with many first, from left to right (roman), from "
                 "right to left (arabic), or in a new random order each round."),
    CAUCE_BOOL(
        ca_iterative_params, sample_posterior, false,
        "Fills a number with a draw from the normal distribution of what its model says, a category "
        "with one by its probabilities, in all max_iter rounds; a draw depends on random_state and the "
        "number of the row."),
    CAUCE_BOOL(
        ca_iterative_params, skip_complete, false,
        "Columns without missing cells at fit get no model: a cell that is missing later gets the first "
        "fill."),
    CAUCE_MIXED(
        ca_iterative_params, min_value, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_LIST,
        -9e15, 9e15, -HUGE_VAL, HUGE_VAL, NULL,
        "Least number that a cell is filled with: one for all columns, or a list of one for each input "
        "column."),
    CAUCE_MIXED(
        ca_iterative_params, max_value, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_LIST,
        -9e15, 9e15, -HUGE_VAL, HUGE_VAL, NULL,
        "Largest number that a cell is filled with: one for all columns, or a list of one for each input "
        "column."),
    CAUCE_MIXED(ca_iterative_params, random_state, "null", CAUCE_V_NULL | CAUCE_V_INT, 0, 9.2e18, 0, 0, NULL,
                "Seed of random orders and of the columns drawn; null means 0."),
    CAUCE_BOOL(ca_iterative_params, add_indicator, false,
               "Add a 0/1 column missingindicator_NAME for each column with missing cells at fit."),
    CAUCE_BOOL(ca_iterative_params, keep_empty_features, false,
               "Keep number columns without any value at fit (filled with 0) instead of leaving them out."),
    CAUCE_END
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(ca_iterative_state, fill, CAUCE_F64, n_columns,
                "First fill of each input column: a number, or a rank in its dictionary; nan: left out."),
    CAUCE_ARRAY(ca_iterative_state, missing, CAUCE_U8, n_columns,
                "1 where a column had missing cells at fit, otherwise 0."),
    CAUCE_NUMBER_INT(ca_iterative_state, n_iter, "Rounds that were made."),
    CAUCE_ARRAY(ca_iterative_state, target, CAUCE_I64, n_models,
                "Input column that each model predicts, in the order of their use."),
    CAUCE_MATRIX(ca_iterative_state, chosen, CAUCE_U8, n_chosen, n_columns,
                 "With n_nearest_features: 1 where a model sees a number column, otherwise 0."),
    CAUCE_ARRAY(ca_iterative_state, first_class, CAUCE_I64, n_starts,
                "First entry of each input column among the classes, and their number."),
    CAUCE_ARRAY(ca_iterative_state, class_code, CAUCE_I32, n_codes,
                "The classes of the category columns: ranks in their dictionaries."),
    CAUCE_STATE_END
};

static const ca_slot slots[] = {
    { "estimator", CA_SLOT_ONE, CAUCE_REGRESSOR, "bayesian_ridge",
      "Predicts the missing cells of a number column from the other columns." },
    { "classifier", CA_SLOT_ONE, CAUCE_CLASSIFIER, "logistic_regression",
      "Predicts the missing cells of a category column from the other columns." },
    CA_SLOTS_END
};

/* ---- Before work --------------------------------------------------------------------------------------- */

static cauce_status check_limit(cauce_run *run, const char *name, const cauce_value *limit) {
    for (int64_t i = 0; limit->type == CAUCE_V_LIST && i < limit->n_items; i++)
        if ((limit->items[i].type != CAUCE_V_INT && limit->items[i].type != CAUCE_V_REAL) ||
            isnan(limit->items[i].real))
            return cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is no number", name, (long long)i + 1);
    return CAUCE_OK;
}

/* What a child gives is drawn from: a number with its standard deviation, a class with its probability. */
static cauce_status check_draws(cauce_run *run, const cauce_recipe *recipe) {
    ca_iterative_params p = { 0 };
    const cauce_recipe *estimator = ca_recipe_child(recipe, "estimator"),
                       *classifier = ca_recipe_child(recipe, "classifier");
    ca_param_fill(recipe->component->params, recipe->values, &p);
    if (!p.sample_posterior) return CAUCE_OK;
    if (!ca_component_deviation(estimator->component))
        return cauce_fail(
            run, CAUCE_E_PARAM,
            "sample_posterior needs standard deviations, which %s does not give; bayesian_ridge "
            "does",
            estimator->component->name);
    if (ca_recipe_margin(classifier))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "sample_posterior needs probabilities; %s gives decision values",
                          ca_recipe_last(classifier)->name);
    return CAUCE_OK;
}

static cauce_status check(cauce_run *run, const void *params) {
    const ca_iterative_params *p = params;
    CA_TRY(check_limit(run, "min_value", &p->min_value));
    CA_TRY(check_limit(run, "max_value", &p->max_value));
    bool lists = p->min_value.type == CAUCE_V_LIST || p->max_value.type == CAUCE_V_LIST;
    double limits[2];
    if (lists) return CAUCE_OK; /* compared when the columns are known */
    ca_iterative_limits(p, 0, limits);
    if (limits[0] < limits[1]) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "min_value=%g is not below max_value=%g", limits[0], limits[1]);
}

/* ---- The models ---------------------------------------------------------------------------------------- */

static int64_t n_parts(const ca_node *node) {
    return ((const ca_iterative_state *)node->f.state)->n_models;
}

static cauce_status class_names(cauce_run *run, const ca_iterative_state *state, int64_t j,
                                const cauce_levels *levels, ca_part *part) {
    int64_t first = state->first_class[j], n = state->first_class[j + 1] - first;
    const char **names = cauce_scratch(run, n, sizeof *names);
    if (!names) return run->error.status;
    for (int64_t k = 0; k < n; k++) names[k] = cauce_levels_text(levels, state->class_code[first + k]);
    part->n_classes = (int32_t)n;
    part->classes = cauce_levels_keep(run, names, (int32_t)n);
    return part->classes ? CAUCE_OK : run->error.status;
}

/* The schema of what ca_iterative_gather gives. */
static cauce_status part_input(cauce_run *run, const ca_node *node, const ca_iterative_layout *layout,
                               int64_t m, ca_part *part) {
    const ca_iterative_state *state = node->f.state;
    cauce_field *fields = cauce_keep(run, 1 + layout->n_categories + layout->n_onehots, sizeof *fields);
    if (!fields) return run->error.status;
    int64_t n = 0, n_numbers = 0;
    for (int64_t j = 0; j < state->n_columns; j++)
        n_numbers += layout->columns[j].form == CAUCE_DENSE && layout->columns[j].slot >= 0 &&
                     ca_iterative_looks(state, m, j);
    if (n_numbers)
        fields[n++] =
            (cauce_field){ .name = "number", .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = n_numbers };
    for (int64_t j = 0; j < state->n_columns; j++) {
        const ca_iterative_column *column = &layout->columns[j];
        if (column->form == CAUCE_DENSE || column->slot < 0 || state->target[m] == j) continue;
        const cauce_field *field = &node->given->fields[column->block];
        fields[n] = *field;
        fields[n].optional = false;
        if (column->form == CAUCE_CODES)
            fields[n] = (cauce_field){ .name = field->name,
                                       .kind = CAUCE_NUMBER,
                                       .form = CAUCE_ONEHOT,
                                       .width = cauce_levels_count(field->levels),
                                       .labels = field->levels };
        n++;
    }
    part->input = (cauce_schema){ n, fields, ca_schema_width(fields, n) };
    return CAUCE_OK;
}

static cauce_status part_of(cauce_run *run, const ca_node *node, int64_t m, ca_part *part) {
    const ca_iterative_state *state = node->f.state;
    int64_t j = state->target[m];
    ca_iterative_layout layout;
    CA_TRY(ca_iterative_lay_out(run, node->given, state, &layout));
    const ca_iterative_column *column = &layout.columns[j];
    bool category = column->form == CAUCE_CODES;
    const char *slot = category ? "classifier" : "estimator";
    part->recipe = ca_recipe_child(node->recipe, slot);
    part->n_classes = 0;
    part->classes = NULL;
    CA_TRY(ca_beside_number(run, slot, m, part));
    if (category) CA_TRY(class_names(run, state, j, node->given->fields[column->block].levels, part));
    return part_input(run, node, &layout, m, part);
}

static void mark_used(const ca_node *node, bool *used) {
    for (int64_t i = 0; i < node->given->n_fields; i++) used[i] = true;
}

/* ---- States from files --------------------------------------------------------------------------------- */

static bool is_fill(const cauce_field *field, double fill) {
    if (isnan(fill)) return field->form != CAUCE_ONEHOT;
    if (field->form != CAUCE_CODES) return isfinite(fill);
    return fill >= 0 && fill < cauce_levels_count(field->levels) && fill == floor(fill);
}

static cauce_status verify_columns(cauce_run *run, const ca_iterative_state *state, const cauce_schema *in) {
    int64_t j = 0;
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < in->fields[f].width; c++, j++) {
            const cauce_field *field = &in->fields[f];
            int64_t first = state->first_class[j], end = state->first_class[j + 1];
            bool sound = is_fill(field, state->fill[j]) && state->missing[j] <= 1 && first >= 0 &&
                         first <= end && end <= state->n_codes &&
                         (field->form == CAUCE_CODES || first == end);
            for (int64_t k = first; sound && k < end; k++)
                sound = state->class_code[k] >= 0 &&
                        state->class_code[k] < cauce_levels_count(field->levels) &&
                        (k == first || state->class_code[k] > state->class_code[k - 1]);
            if (!sound)
                return cauce_fail(run, CAUCE_E_FORMAT, "column '%s' cannot be filled like that", field->name);
        }
    return CAUCE_OK;
}

/* Models are of columns that are there, with something to look at; those of categories have two classes. */
static cauce_status verify_models(cauce_run *run, const ca_iterative_state *state, const cauce_schema *in) {
    ca_iterative_layout layout;
    CA_TRY(ca_iterative_lay_out(run, in, state, &layout));
    for (int64_t i = 0; i < state->n_chosen * state->n_columns; i++)
        if (state->chosen[i] > 1)
            return cauce_fail(run, CAUCE_E_FORMAT, "a model that sees a column %d times", state->chosen[i]);
    for (int64_t m = 0; m < state->n_models; m++) {
        int64_t j = state->target[m], seen = 0;
        bool sound = j >= 0 && j < state->n_columns && layout.columns[j].slot >= 0 &&
                     layout.columns[j].form != CAUCE_ONEHOT;
        if (sound && layout.columns[j].form == CAUCE_CODES)
            sound = state->first_class[j + 1] - state->first_class[j] >= 2;
        for (int64_t k = 0; sound && k < state->n_columns; k++)
            seen += layout.columns[k].slot >= 0 &&
                    (layout.columns[k].form == CAUCE_DENSE ? ca_iterative_looks(state, m, k) : k != j);
        if (!sound || !seen)
            return cauce_fail(run, CAUCE_E_FORMAT, "model %lld is of no column", (long long)m);
    }
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const ca_node *node = ca_node_of(self);
    const ca_iterative_state *state = self->state;
    if (state->n_columns != node->given->width || state->n_iter < 0 ||
        state->n_starts != state->n_columns + 1 ||
        (state->n_chosen != 0 && state->n_chosen != state->n_models))
        return cauce_fail(run, CAUCE_E_FORMAT, "an imputer of %lld columns, but the input has %lld",
                          (long long)state->n_columns, (long long)node->given->width);
    CA_TRY(verify_columns(run, state, node->given));
    return verify_models(run, state, node->given);
}

/* ---- Bind and apply ------------------------------------------------------------------------------------ */

typedef struct imputer_bound {
    ca_iterative_layout layout;
    int64_t n_parts;
    ca_kept *parts;
    ca_indicator indicator;
    size_t output; /* bytes for what a model puts out */
} imputer_bound;

enum { BLOCK_ROWS = 256 };

static cauce_status bind_memory(cauce_run *run, const ca_node *node, imputer_bound *bound,
                                cauce_binding *binding) {
    size_t most = 0;
    for (int64_t m = 0; m < node->n_child; m++) {
        const ca_node *child = node->child[m];
        if (!child || !ca_node_predicts(child))
            return cauce_fail(run, CAUCE_E_FORMAT, "model %lld does not predict its column", (long long)m);
        size_t output = ca_batch_size(child->f.out, BLOCK_ROWS);
        if (output > bound->output) bound->output = output;
        if (child->scratch > most) most = child->scratch;
    }
    size_t rows = ca_iterative_rows_size(&bound->layout, BLOCK_ROWS),
           gathered = ca_iterative_gather_size(&bound->layout, BLOCK_ROWS);
    if (rows > SIZE_MAX / 16 || gathered > SIZE_MAX / 16 || bound->output > SIZE_MAX / 16)
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld columns are too many", (long long)node->given->width);
    binding->block_rows = BLOCK_ROWS;
    binding->scratch = rows + gathered + bound->output + ca_align(BLOCK_ROWS * sizeof(int64_t)) +
                       ca_align(BLOCK_ROWS * sizeof(double)) + most;
    return CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const ca_node *node = ca_node_of(self);
    const ca_iterative_params *params = self->params;
    const ca_iterative_state *state = self->state;
    imputer_bound *bound = cauce_keep(run, 1, sizeof *bound);
    if (!bound) return run->error.status;
    CA_TRY(ca_iterative_lay_out(run, node->given, state, &bound->layout));
    bound->parts = cauce_keep(run, state->n_columns, sizeof *bound->parts);
    if (!bound->parts) return run->error.status;
    ca_kept_find(node->given, state->fill, bound->parts, &bound->n_parts);
    if (params->add_indicator)
        CA_TRY(ca_indicator_make(run, node->given, state->missing, 1, &bound->indicator));
    cauce_field *fields = cauce_bind_fields(run, binding, bound->n_parts + (bound->indicator.n > 0));
    if (!fields) return run->error.status;
    for (int64_t i = 0; i < bound->n_parts; i++)
        CA_TRY(ca_kept_field(run, node->given, &bound->parts[i], &fields[i]));
    if (bound->indicator.n > 0)
        CA_TRY(ca_indicator_field(run, node->given, &bound->indicator, &fields[bound->n_parts]));
    binding->bound = bound;
    return bind_memory(run, node, bound, binding);
}

/* The rows through all models in the order in which they were made. */
static cauce_status replay(cauce_run *run, const ca_node *node, const imputer_bound *bound, double sentinel,
                           const ca_iterative_rows *rows, char *memory) {
    const ca_iterative_state *state = node->f.state;
    int64_t *index = ca_take(&memory, BLOCK_ROWS * sizeof *index);
    char *gathered = ca_take(&memory, ca_iterative_gather_size(&bound->layout, BLOCK_ROWS));
    char *room = ca_take(&memory, bound->output);
    double *deviation = ca_take(&memory, BLOCK_ROWS * sizeof *deviation);
    const ca_iterative_params *params = node->f.params;
    for (int64_t m = 0; m < node->n_child; m++) {
        const ca_node *child = node->child[m];
        int64_t n =
            ca_iterative_find(&bound->layout.columns[state->target[m]], sentinel, rows->in, true, index);
        if (n == 0) continue;
        cauce_batch in, out;
        ca_iterative_gather(&bound->layout, state, m, rows, index, n, gathered, &in);
        ca_batch_lay(&out, child->f.out, BLOCK_ROWS, room);
        if (params->sample_posterior && child->f.component->role == CAUCE_REGRESSOR)
            CA_TRY(ca_node_deviation(run, child, &in, deviation, memory));
        CA_TRY(ca_node_apply(run, child, &in, &out, memory));
        ca_iterative_put(&bound->layout, state, params, m, &out.blocks[0], deviation, index, n, rows);
    }
    return CAUCE_OK;
}

static void write_part(const ca_kept *part, const imputer_bound *bound, const ca_iterative_rows *rows,
                       cauce_block *to) {
    const ca_iterative_column *first = &bound->layout.columns[part->first];
    size_t n = (size_t)rows->n;
    if (first->form == CAUCE_ONEHOT)
        cauce_block_share(to, &rows->in->blocks[part->block]);
    else if (first->form == CAUCE_CODES)
        memcpy(cauce_block_codes(to), rows->codes + first->slot * rows->n, n * sizeof(int32_t));
    else {
        double *values = cauce_block_values(to);
        for (int64_t c = 0; c < part->width; c++)
            memcpy(values + c * to->stride, rows->numbers + (first->slot + c) * rows->n, n * sizeof(double));
    }
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const ca_node *node = ca_node_of(self);
    const imputer_bound *bound = self->bound;
    const ca_iterative_params *params = self->params;
    double sentinel = ca_missing_sentinel(&params->missing_values);
    char *memory = scratch;
    char *cells = ca_take(&memory, ca_iterative_rows_size(&bound->layout, BLOCK_ROWS));
    ca_iterative_rows rows;
    CA_TRY(ca_iterative_read(run, &bound->layout, node->given, self->state, sentinel, in, cells, &rows));
    CA_TRY(replay(run, node, bound, sentinel, &rows, memory));
    for (int64_t i = 0; i < bound->n_parts; i++) write_part(&bound->parts[i], bound, &rows, &out->blocks[i]);
    if (bound->indicator.n > 0)
        ca_indicator_write(&bound->indicator, node->given, in, sentinel, &out->blocks[bound->n_parts]);
    return CAUCE_OK;
}

static void trace(const cauce_fitted *self, const double *out, double *in) {
    const imputer_bound *bound = self->bound;
    for (int64_t i = 0; i < bound->n_parts; i++) out = ca_kept_trace(&bound->parts[i], out, in);
    ca_indicator_trace(&bound->indicator, self->in, out, in);
}

static const cauce_composite composite = { .slots = slots,
                                           .check = check_draws,
                                           .fit = ca_iterative_fit,
                                           .part = part_of,
                                           .n_parts = n_parts,
                                           .mark_used = mark_used };

const cauce_component cauce_iterative_imputer = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "iterative_imputer",
    .summary = "Fills missing cells with what models of each column say from the other columns, in rounds.",
    .reference = "van Buuren, Groothuis-Oudshoorn: mice: Multivariate Imputation by Chained Equations in R, "
                 "Journal of Statistical Software 45 (2011), doi:10.18637/jss.v045.i03",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING | CAUCE_TAG_CATEGORY | CAUCE_TAG_ONEHOT,
    .params_size = sizeof(ca_iterative_params),
    .params = param_rows,
    .state_size = sizeof(ca_iterative_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = ca_fit_by_children,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = trace,
    .composite = &composite,
};
