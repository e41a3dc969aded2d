#include "inspect/view.h"

cauce_status ca_view_open(cauce_run *run, const cauce_model *model, const cauce_table *table, ca_view *view) {
    *view = (ca_view){ .model = model };
    if (!ca_node_is_estimator(model->root))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED, "the model has no estimator: it predicts nothing");
    if (table->n_rows == 0) return cauce_fail(run, CAUCE_E_SHAPE, "the table has no rows");
    CA_TRY(ca_model_counted(run, table, &view->table));
    return ca_input_match(run, &model->inputs, view->table, &view->input);
}

void ca_view_close(ca_view *view) {
    ca_table_drop(view->table);
    view->table = NULL;
}
