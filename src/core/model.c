#include "core/model.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/number.h"
#include "core/arrays.h"

cauce_model *ca_model_new(cauce_run *run) {
    cauce_model *model = ca_calloc(1, sizeof *model);
    if (!model) {
        CA_NOMEM(run);
        return NULL;
    }
    pthread_mutex_init(&model->converted_lock, NULL);
    model->target = "";
    model->positive = -1;
    return model;
}

void ca_model_free(cauce_model *model) {
    if (!model) return;
    ca_converted_free(model);
    ca_arena_free(&model->keep.arena);
    ca_recipe_free(model->recipe);
    ca_file_free(&model->file);
    pthread_mutex_destroy(&model->converted_lock);
    ca_free(model);
}

/* Does everything that is given the inputs pick columns by itself? Only then may free text be among them. */
static bool picks_columns(const cauce_recipe *recipe) {
    const ca_slot *slot = ca_slots(recipe->component);
    if (!slot->key || !recipe->n_children) return false;
    if (slot->kind == CA_SLOT_BRANCHES) return true;
    /* A selector hands on what it was given, whatever its estimator looks at. */
    if (slot->kind == CA_SLOT_ONE && recipe->component->role == CAUCE_TRANSFORMER) return false;
    if (slot->kind != CA_SLOT_LIST) return picks_columns(recipe->children[0]);
    for (int64_t i = 0; i < recipe->n_children; i++)
        if (ca_recipe_slot(recipe, i) == slot && !picks_columns(recipe->children[i])) return false;
    return true;
}

/* Rows of weight 0 count as absent: everything below sees a table without them. */
cauce_status ca_model_counted(cauce_run *run, const cauce_table *table, cauce_table **counted) {
    const double *weight;
    CA_TRY(ca_target_weights(run, table, &weight));
    int64_t n = 0;
    for (int64_t r = 0; weight && r < table->n_rows; r++) n += weight[r] > 0;
    if (!weight || n == table->n_rows) {
        *counted = ca_table_hold(table);
        return CAUCE_OK;
    }
    if (n == 0) return cauce_fail(run, CAUCE_E_DATA, "all weights are 0");
    int64_t *rows = cauce_scratch(run, n, sizeof *rows);
    if (!rows) return run->error.status;
    n = 0;
    for (int64_t r = 0; r < table->n_rows; r++)
        if (weight[r] > 0) rows[n++] = r;
    *counted = ca_table_subset(run, table, rows, n);
    return *counted ? CAUCE_OK : run->error.status;
}

/* Levels of inputs that nothing uses are not worth keeping. */
static cauce_status forget_unused(cauce_run *run, cauce_model *model) {
    bool *used = cauce_scratch(run, model->inputs.n_fields, sizeof *used);
    if (!used) return run->error.status;
    ca_node_mark_used(model->root, used);
    for (int64_t i = model->features.n_fields; i < model->inputs.n_fields; i++) used[i] = true;
    for (int64_t i = 0; i < model->inputs.n_fields; i++) {
        cauce_field *field = (cauce_field *)(uintptr_t)&model->inputs.fields[i];
        if (used[i]) continue;
        field->optional = true;
        if (field->form != CAUCE_CODES) continue;
        field->levels = cauce_levels_keep(run, NULL, 0);
        if (!field->levels) return run->error.status;
    }
    return CAUCE_OK;
}

/* An estimator that takes no offset is refused before any work, where it is known to be the last. */
static cauce_status check_offset(cauce_run *run, const cauce_model *model) {
    const cauce_component *last = ca_recipe_last(model->recipe);
    bool offset = model->features.n_fields < model->inputs.n_fields;
    if (last->composite) return CAUCE_OK;
    return ca_offset_taken(run, last, offset, model->offset == CAUCE_EXPOSURE);
}

cauce_status ca_model_cells(cauce_run *run, const cauce_model *model, const cauce_table *table, uint32_t tags,
                            ca_input *input, cauce_batch *x) {
    CA_TRY(ca_input_match(run, &model->inputs, table, input));
    input->as_it_lies = tags & CAUCE_TAG_AS_IT_LIES;
    input->unread = tags & CAUCE_TAG_UNREAD;
    size_t size = ca_input_size(input, table->n_rows);
    if (size == SIZE_MAX) return cauce_fail(run, CAUCE_E_LIMIT, "the table does not fit into memory");
    char *memory = ca_arena_cells(&run->scratch, size);
    if (!memory) return CA_NOMEM(run);
    CA_TRY(ca_input_read_all(run, input, memory, x));
    for (int64_t i = 0; i < x->n_blocks; i++) x->blocks[i].lasts = true;
    double *offset = ca_model_offset_room(run, model, table->n_rows);
    return offset ? ca_offset_take(run, &model->inputs, model->offset, offset, x) : run->error.status;
}

static cauce_train train_of(const cauce_model *model, const ca_labels *labels, const cauce_batch *x) {
    return (cauce_train){ .n_rows = x->n_rows,
                          .schema = &model->features,
                          .x = x,
                          .y = labels->y,
                          .y_class = labels->y_class,
                          .n_classes = labels->n_classes,
                          .classes = model->classes,
                          .weight = labels->weight,
                          .group = labels->group,
                          .n_groups = labels->n_groups,
                          .exposure = model->offset == CAUCE_EXPOSURE,
                          .targets = labels->targets };
}

cauce_status ca_model_rows(cauce_run *run, const cauce_model *model, const cauce_table *table,
                           cauce_train *rows, cauce_batch *x) {
    const void *finite = run->finite;
    ca_labels labels;
    ca_input input;
    if (table->n_rows == 0) return cauce_fail(run, CAUCE_E_SHAPE, "the table has no rows");
    CA_TRY(ca_target_read(run, model, table, &labels));
    CA_TRY(ca_model_cells(run, model, table, 0, &input, x));
    run->finite = finite;
    ca_input_warn(run, &input);
    *rows = train_of(model, &labels, x);
    return CAUCE_OK;
}

cauce_status ca_model_validation(cauce_run *run, const cauce_model *model, ca_validation *held) {
    ca_place place;
    if (!held->table) return CAUCE_OK;
    ca_enter(run, &place, "validation");
    cauce_status status = ca_model_counted(run, held->table, &held->counted);
    if (status == CAUCE_OK) status = ca_model_rows(run, model, held->counted, &held->rows, &held->x);
    ca_leave(run, &place);
    return status;
}

cauce_status ca_check_last(cauce_run *run, const cauce_recipe *recipe, uint32_t tags, const char *what) {
    const cauce_component *last = ca_recipe_last(recipe);
    if (last->tags & tags) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_UNSUPPORTED, "%s %s, alone or as the last step", last->name, what);
}

cauce_status ca_check_validation(cauce_run *run, const cauce_recipe *recipe) {
    return ca_check_last(run, recipe, CAUCE_TAG_STEPWISE,
                         "takes no validation table; hist_gradient_boosting_classifier and _regressor do");
}

static cauce_status fit_rows(cauce_run *run, cauce_model *model, const cauce_table *table,
                             ca_validation *held) {
    ca_labels labels;
    if (table->n_rows == 0) return cauce_fail(run, CAUCE_E_SHAPE, "the table has no rows");
    CA_TRY(ca_target_learn(run, model, table, model->recipe, &labels));
    CA_TRY(ca_input_learn(run, model, table, picks_columns(model->recipe)));
    CA_TRY(check_offset(run, model));
    ca_input input;
    cauce_batch x;
    CA_TRY(ca_model_cells(run, model, table, model->recipe->component->tags, &input, &x));
    CA_TRY(ca_model_validation(run, model, held));
    cauce_train train = train_of(model, &labels, &x);
    train.validation = held->table ? &held->rows : NULL;
    model->trained_rows = table->n_rows;
    model->decimal = table->decimal;
    model->thousands = table->thousands;
    if (table->missing) {
        model->missing = ca_keep_text(run, table->missing);
        if (!model->missing) return run->error.status;
    }
    const ca_unread unread = { &x, table, input.column }, *outer = run->unread;
    run->unread = input.unread ? &unread : NULL;
    cauce_status status = ca_node_fit(run, model->recipe, &train, NULL, &model->root);
    run->unread = outer;
    CA_TRY(status);
    run->finite = NULL; /* the batch ends here */
    return forget_unused(run, model);
}

static cauce_status fit_model(cauce_run *run, cauce_model *model, const cauce_recipe *recipe,
                              const cauce_table *table, const cauce_table *validation) {
    model->recipe = ca_recipe_clone(run, recipe);
    if (!model->recipe) return run->error.status;
    CA_TRY(ca_recipe_check(run, model->recipe));
    if (validation) CA_TRY(ca_check_validation(run, recipe));
    cauce_table *counted;
    ca_validation held = { .table = validation };
    CA_TRY(ca_model_counted(run, table, &counted));
    cauce_status status = fit_rows(run, model, counted, &held);
    ca_table_drop(counted);
    ca_table_drop(held.counted);
    return status;
}

cauce_model *ca_model_fit(cauce_run *run, const cauce_recipe *recipe, const cauce_table *table,
                          const cauce_table *validation) {
    cauce_model *model = ca_model_new(run);
    if (!model) return NULL;
    ca_keep *before = run->keep;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ca_place place;
    ca_enter(run, &place, "fit");
    run->keep = &model->keep;
    cauce_status status = fit_model(run, model, recipe, table, validation);
    run->keep = before;
    ca_arena_back(&run->scratch, mark);
    ca_leave(run, &place);
    if (status == CAUCE_OK) return model;
    ca_model_free(model);
    return NULL;
}

/* ---- Class weights ------------------------------------------------------------------------------------- */

static cauce_status balanced(cauce_run *run, const cauce_train *train, double *per_class) {
    double total = 0;
    for (int32_t k = 0; k < train->n_classes; k++) per_class[k] = 0;
    for (int64_t r = 0; r < train->n_rows; r++)
        per_class[train->y_class[r]] += train->weight ? train->weight[r] : 1.0;
    for (int32_t k = 0; k < train->n_classes; k++) total += per_class[k];
    for (int32_t k = 0; k < train->n_classes; k++) {
        if (!(per_class[k] > 0))
            return cauce_fail(run, CAUCE_E_DATA, "class '%s' has no rows",
                              cauce_levels_text(train->classes, k));
        per_class[k] = total / ((double)train->n_classes * per_class[k]);
    }
    return CAUCE_OK;
}

static cauce_status named_weight(cauce_run *run, const cauce_train *train, const char *text,
                                 double *per_class) {
    const char *colon = text ? strrchr(text, ':') : NULL;
    double weight;
    if (!colon || !ca_number_parse(colon + 1, strlen(colon + 1), &weight) || !(weight >= 0 && weight < 1e300))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "class_weight: '%s' is not label:weight with a finite weight of 0 or more",
                          text ? text : "");
    for (int32_t k = 0; k < train->n_classes; k++) {
        const char *label = cauce_levels_text(train->classes, k);
        if (strlen(label) == (size_t)(colon - text) && memcmp(label, text, (size_t)(colon - text)) == 0) {
            if (!isnan(per_class[k]))
                return cauce_fail(run, CAUCE_E_PARAM, "class_weight has class '%s' twice", label);
            per_class[k] = weight;
            return CAUCE_OK;
        }
    }
    ca_text list = { 0 };
    for (int32_t k = 0; k < train->n_classes && k < 20; k++)
        ca_text_addf(&list, "%s%s", k ? ", " : "", cauce_levels_text(train->classes, k));
    cauce_status status = cauce_fail(run, CAUCE_E_PARAM, "class_weight: no class '%.*s' (there are: %s)",
                                     (int)(colon - text), text, ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

/* Weights of rows and of classes, each finite, may be infinite together. */
static cauce_status check_products(cauce_run *run, const cauce_train *train, const double *per_class) {
    double total = 0;
    for (int64_t r = 0; r < train->n_rows; r++)
        total += (train->weight ? train->weight[r] : 1) * per_class[train->y_class[r]];
    if (isfinite(total)) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA,
                      "class_weight times the weights of the rows adds up to more than a number can hold");
}

cauce_status cauce_class_weights(cauce_run *run, const cauce_value *class_weight, const cauce_train *train,
                                 double *per_class) {
    if (class_weight->type == CAUCE_V_TEXT) return balanced(run, train, per_class);
    for (int32_t k = 0; k < train->n_classes; k++) per_class[k] = NAN; /* none yet */
    for (int64_t i = 0; class_weight->type == CAUCE_V_LIST && i < class_weight->n_items; i++)
        CA_TRY(named_weight(run, train, class_weight->items[i].text, per_class));
    for (int32_t k = 0; k < train->n_classes; k++)
        if (isnan(per_class[k])) per_class[k] = 1;
    return check_products(run, train, per_class);
}
