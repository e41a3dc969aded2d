#include "tree/quantile_list.h"

#include <math.h>

cauce_status ca_check_quantiles(cauce_run *run, const cauce_value *list) {
    if (list->n_items < 1 || list->n_items > CA_MOST_QUANTILES)
        return cauce_fail(run, CAUCE_E_PARAM, "quantile is a list of %lld; 1 to %d", (long long)list->n_items,
                          CA_MOST_QUANTILES);
    for (int64_t i = 0; i < list->n_items; i++) {
        const cauce_value *item = &list->items[i];
        bool number = item->type == CAUCE_V_REAL || item->type == CAUCE_V_INT;
        if (!number || !(item->real > 0 && item->real < 1) || (i && !(item->real > list->items[i - 1].real)))
            return cauce_fail(run, CAUCE_E_PARAM,
                              "item %lld of quantile: its numbers ascend and lie between 0 and 1",
                              (long long)i + 1);
    }
    return CAUCE_OK;
}

int64_t ca_middle_quantile(const cauce_value *list) {
    int64_t best = 0;
    for (int64_t i = 1; i < list->n_items; i++)
        if (fabs(list->items[i].real - 0.5) < fabs(list->items[best].real - 0.5)) best = i;
    return best;
}
