#include "compose/beside.h"

#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "data/categories.h"

/* ---- Names --------------------------------------------------------------------------------------------- */

cauce_status ca_beside_name(cauce_run *run, const char *branch, cauce_field *field) {
    size_t size = strlen(branch) + strlen(field->name) + 3;
    char *name = cauce_keep(run, (int64_t)size, 1);
    if (!name) return run->error.status;
    snprintf(name, size, "%s__%s", branch, field->name);
    field->name = name;
    return CAUCE_OK;
}

cauce_status ca_beside_number(cauce_run *run, const char *slot, int64_t i, ca_part *part) {
    size_t size = strlen(slot) + 24;
    char *name = cauce_keep(run, (int64_t)size, 1);
    if (!name) return run->error.status;
    snprintf(name, size, "%s-%lld", slot, (long long)i + 1);
    part->name = name;
    return CAUCE_OK;
}

static cauce_status add_names(cauce_run *run, const cauce_field *field, ca_map *names) {
    for (int64_t j = 0; j < field->width; j++) {
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        const char *name = ca_field_column(run, field, j);
        bool added = false;
        if (!name) return run->error.status;
        if (ca_map_add(names, name, strlen(name), &added) < 0) return CA_NOMEM(run);
        if (!added)
            return cauce_fail(
                run, CAUCE_E_SCHEMA,
                "two output columns are called '%s'; set verbose_feature_names_out=true or rename", name);
        ca_arena_back(&run->scratch, mark);
    }
    return CAUCE_OK;
}

/* Plain names must not collide, widened ones included: city_Rome may be a level or a column. */
cauce_status ca_beside_check(cauce_run *run, const cauce_field *fields, int64_t n) {
    ca_map names = { 0 };
    cauce_status status = CAUCE_OK;
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++) status = add_names(run, &fields[i], &names);
    ca_map_free(&names);
    return status;
}

/* ---- Children that all see the same -------------------------------------------------------------------- */

cauce_status ca_beside_part(cauce_run *run, const ca_node *node, int64_t i, ca_part *part) {
    (void)run, (void)i;
    part->input = *node->given;
    return CAUCE_OK;
}

void ca_beside_mark_used(const ca_node *node, bool *used) {
    for (int64_t i = 0; i < node->n_child; i++)
        if (node->child[i]) ca_node_mark_used(node->child[i], used);
}

size_t ca_beside_room(const ca_node *node, cauce_binding *binding) {
    size_t most = 0;
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        if (!child) continue;
        if (child->block_rows > binding->block_rows) binding->block_rows = child->block_rows;
        if (child->scratch > most) most = child->scratch;
    }
    return most;
}

typedef struct fit_job {
    ca_node *node;
    const cauce_train *train;
    ca_frame *frames;
} fit_job;

static cauce_status fit_child(cauce_run *run, int64_t i, void *payload) {
    const fit_job *job = payload;
    return ca_node_fit(run, job->node->recipe->children[i], job->train, job->frames ? &job->frames[i] : NULL,
                       &job->node->child[i]);
}

cauce_status ca_beside_fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *frames) {
    fit_job job = { node, train, frames };
    CA_TRY(ca_node_children(run, node, node->recipe->n_children));
    return cauce_parallel(run, node->n_child, fit_child, &job);
}

/* ---- Estimators ---------------------------------------------------------------------------------------- */

bool ca_is_dropped(const cauce_recipe *recipe) {
    return strcmp(recipe->component->name, "drop") == 0;
}

cauce_status ca_beside_some(cauce_run *run, const cauce_recipe *recipe, const char *key) {
    for (int64_t i = 0; i < recipe->n_children; i++)
        if (ca_recipe_slot(recipe, i)->kind == CA_SLOT_LIST && !ca_is_dropped(recipe->children[i]))
            return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM, "all %s of %s are dropped", key, recipe->component->name);
}

cauce_status ca_beside_predict(cauce_run *run, const ca_node *node) {
    for (int64_t i = 0; i < node->n_child; i++) {
        const ca_node *child = node->child[i];
        if (child && !ca_is_dropped(child->recipe) && !ca_node_predicts(child))
            return cauce_fail(run, CAUCE_E_FORMAT, "the output of '%s' does not fit the target",
                              child->f.name);
    }
    return CAUCE_OK;
}

cauce_status ca_beside_target(cauce_run *run, const ca_node *node, const cauce_train *train) {
    bool classifier = node->f.component->role == CAUCE_CLASSIFIER;
    if (classifier ? train->y_class != NULL : train->y != NULL) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_KIND, "%s needs a target of %s", node->f.component->name,
                      classifier ? "classes" : "numbers");
}

/* ---- What is not needed -------------------------------------------------------------------------------- */

const cauce_state ca_no_state[] = { CAUCE_STATE_END };

cauce_status ca_fit_by_children(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)params, (void)train, (void)state;
    return cauce_fail(run, CAUCE_E_INTERNAL, "a composite is fitted through its children");
}

cauce_status ca_verify_nothing(cauce_run *run, const cauce_fitted *self) {
    (void)run, (void)self;
    return CAUCE_OK;
}
