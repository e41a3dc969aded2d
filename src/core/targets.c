/* Several targets at once: who takes them. */
#include "base/text.h"
#include "core/recipe.h"
#include "core/registry.h"

static void list_takers(ca_text *list) {
    const cauce_component *component;
    for (int64_t i = 0; (component = ca_registry_at(i)); i++)
        if (component->role == CAUCE_REGRESSOR && (component->tags & CAUCE_TAG_MULTI_TARGET))
            ca_text_addf(list, "%s%s", list->length ? ", " : "", component->name);
}

static cauce_status refuse(cauce_run *run, const cauce_component *component, const cauce_levels *targets) {
    ca_text list = { 0 };
    list_takers(&list);
    const cauce_status status = cauce_fail(
        run, CAUCE_E_UNSUPPORTED,
        "%s takes one target, and there are %lld, '%s' the first; several are taken by: %s", component->name,
        (long long)cauce_n_targets(targets), cauce_levels_text(targets, 0), ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

/* Composites of transformers that have the tag hand the targets on, estimators that have it answer for those
 * below them; what fits children to something else than the target has neither tag nor need. */
cauce_status ca_recipe_targets(cauce_run *run, const cauce_recipe *recipe, const cauce_levels *targets) {
    const cauce_component *component = recipe->component;
    const bool takes = component->tags & CAUCE_TAG_MULTI_TARGET;
    const bool estimator = component->role != CAUCE_TRANSFORMER;
    if (!targets) return CAUCE_OK;
    if (!takes && (estimator || (component->tags & CAUCE_TAG_SUPERVISED)))
        return refuse(run, component, targets);
    for (int64_t i = 0; takes && !estimator && i < recipe->n_children; i++)
        CA_TRY(ca_recipe_targets(run, recipe->children[i], targets));
    return CAUCE_OK;
}
