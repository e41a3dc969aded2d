/* Going on with a fit: a copy of the model, whose last estimator is fitted again from where it was. The steps
 * before it stay as they are: what they make of the rows is what its first part was fitted to. */
#include "core/archive.h"
#include "core/model.h"

static cauce_model *copy_of(cauce_run *run, const cauce_model *model) {
    ca_file file;
    if (ca_archive_bytes(run, model, &file) != CAUCE_OK) return NULL;
    return ca_archive_load(run, &file, "model");
}

/* ---- Parameters ---------------------------------------------------------------------------------------- */

static const cauce_recipe *last_of(const cauce_recipe *recipe) {
    while (ca_is_steps(recipe->component)) recipe = recipe->children[recipe->n_children - 1];
    return recipe;
}

static cauce_status change(cauce_run *run, cauce_recipe *recipe, const char *changes) {
    const cauce_recipe *last = last_of(recipe);
    ca_spec spec;
    if (!changes) return CAUCE_OK;
    CA_TRY(ca_spec_parse(run, &run->scratch, changes, false, &spec));
    for (int64_t i = 0; i < spec.n_items; i++) {
        ca_target target;
        CA_TRY(ca_path_find_any(run, recipe, spec.items[i].key, &target));
        if (target.recipe != last || target.row < 0)
            return cauce_fail(run, CAUCE_E_PARAM,
                              "'%s' is no parameter of %s: the steps before it stay as they were fitted",
                              spec.items[i].key, last->component->name);
    }
    CA_TRY(ca_recipe_assign(run, recipe, spec.items, spec.n_items));
    return ca_recipe_check(run, recipe);
}

/* ---- Steps --------------------------------------------------------------------------------------------- */

/* Fits the last estimator below `node` again; the pipelines around it see its new output. */
static cauce_status fit_last(cauce_run *run, ca_node **node, cauce_train *rows, cauce_batch *x,
                             ca_validation *held) {
    ca_node *whole = *node;
    if (!ca_is_steps(whole->f.component)) {
        rows->start = &whole->f;
        rows->validation = held->table ? &held->rows : NULL;
        return ca_node_fit_as(run, whole->recipe, whole->f.name, rows, NULL, node);
    }
    for (int64_t i = 0; i + 1 < whole->n_child; i++) {
        CA_TRY(ca_node_replace(run, whole->child[i], x));
        if (held->table) CA_TRY(ca_node_replace(run, whole->child[i], &held->x));
        rows->schema = held->rows.schema = whole->child[i]->f.out;
    }
    CA_TRY(fit_last(run, &whole->child[whole->n_child - 1], rows, x, held));
    return ca_node_bind(run, whole);
}

static cauce_status fit_rows(cauce_run *run, cauce_model *model, const cauce_table *table,
                             ca_validation *held) {
    cauce_train rows;
    cauce_batch x;
    ca_labels labels = { 0 };
    CA_TRY(ca_model_rows(run, model, table, &rows, &x));
    CA_TRY(ca_target_groups(run, table, &labels));
    rows.group = labels.group;
    rows.n_groups = labels.n_groups;
    CA_TRY(ca_model_validation(run, model, held));
    CA_TRY(fit_last(run, &model->root, &rows, &x, held));
    model->trained_rows = table->n_rows;
    return CAUCE_OK;
}

static cauce_status fit_more(cauce_run *run, cauce_model *model, const cauce_table *table,
                             const cauce_table *validation, const char *changes) {
    cauce_table *counted;
    ca_validation held = { .table = validation };
    CA_TRY(change(run, model->recipe, changes));
    CA_TRY(ca_model_counted(run, table, &counted));
    cauce_status status = fit_rows(run, model, counted, &held);
    ca_table_drop(counted);
    ca_table_drop(held.counted);
    return status;
}

static cauce_status check(cauce_run *run, const cauce_recipe *recipe, const cauce_table *validation) {
    CA_TRY(ca_check_last(run, recipe, CAUCE_TAG_STEPWISE | CAUCE_TAG_GOES_ON,
                         "does not go on with a fit; hist_gradient_boosting_*, random_forest_*, "
                         "extra_trees_*, sgd_classifier and sgd_regressor do"));
    return validation ? ca_check_validation(run, recipe) : CAUCE_OK;
}

cauce_model *ca_model_fit_more(cauce_run *run, const cauce_model *model, const cauce_table *table,
                               const cauce_table *validation, const char *changes) {
    ca_place place;
    cauce_model *more = NULL;
    ca_keep *before = run->keep;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ca_enter(run, &place, "fit");
    if (check(run, model->recipe, validation) == CAUCE_OK) more = copy_of(run, model);
    if (more) {
        run->keep = &more->keep;
        cauce_status status = fit_more(run, more, table, validation, changes);
        run->keep = before;
        if (status != CAUCE_OK) {
            ca_model_free(more);
            more = NULL;
        }
    }
    ca_arena_back(&run->scratch, mark);
    ca_leave(run, &place);
    return more;
}
