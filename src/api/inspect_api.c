/* include/cauce/inspect.h */
#include "cauce/inspect.h"

#include "inspect/importances.h"
#include "inspect/partial_dependence.h"
#include "inspect/permutation.h"

cauce_table *cauce_feature_importances(const cauce_model *model, const char *options) {
    if (!model) return ca_null("model"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, "importance");
    cauce_table *made = ca_feature_importances(run, model, options);
    ca_leave(run, &place);
    return ca_guard_leave(&guard), made;
}

cauce_table *cauce_permutation_importance(const cauce_model *model, const cauce_table *table,
                                          const char *metric, const char *options) {
    if (!model || !table) return ca_null(model ? "table" : "model"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, "importance");
    cauce_table *made = ca_permutation_importance(run, model, table, metric, options);
    ca_leave(run, &place);
    return ca_guard_leave(&guard), made;
}

cauce_table *cauce_partial_dependence(const cauce_model *model, const cauce_table *table, const char *column,
                                      const char *options) {
    if (!model || !table || !column) return ca_null(!model ? "model" : !table ? "table" : "column"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_place place;
    ca_enter(run, &place, "dependence");
    cauce_table *made = ca_partial_dependence(run, model, table, column, options);
    ca_leave(run, &place);
    return ca_guard_leave(&guard), made;
}
