#include "linear/numbers.h"

#include <math.h>

#include "base/run.h"
#include "core/param.h"

static bool is_number(const cauce_value *value) {
    return value->type == CAUCE_V_INT || value->type == CAUCE_V_REAL;
}

int64_t ca_numbers_count(const cauce_value *value) {
    return value->type == CAUCE_V_LIST ? value->n_items : is_number(value) ? 1 : 0;
}

double ca_number_at(const cauce_value *value, int64_t i) {
    return value->type == CAUCE_V_LIST ? value->items[i].real : value->real;
}

static cauce_status refuse(cauce_run *run, const char *name, int64_t i, const cauce_value *item, double low,
                           bool open, double high) {
    ca_text given = { 0 };
    ca_value_print(&given, item);
    const char *shown = ca_text_get(&given);
    cauce_status status =
        isinf(high) ? cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is %s, not a finite number %s %g", name,
                                 (long long)i + 1, shown, open ? "above" : "of at least", low)
                    : cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is %s, not a number from %s%g to %g",
                                 name, (long long)i + 1, shown, open ? "above " : "", low, high);
    ca_text_free(&given);
    return status;
}

cauce_status ca_numbers_check(cauce_run *run, const char *name, const cauce_value *value, double low,
                              bool open, double high) {
    if (value->type == CAUCE_V_LIST && value->n_items == 0)
        return cauce_fail(run, CAUCE_E_PARAM, "%s is empty; at least one number is needed", name);
    for (int64_t i = 0; i < ca_numbers_count(value); i++) {
        const cauce_value *item = value->type == CAUCE_V_LIST ? &value->items[i] : value;
        double x = item->real;
        bool good = is_number(item) && isfinite(x) && (open ? x > low : x >= low) && x <= high;
        if (!good) return refuse(run, name, i, item, low, open, high);
    }
    return CAUCE_OK;
}
