#include "linear/numbers.h"

#include <math.h>

#include "base/run.h"

static bool is_number(const cauce_value *value) {
    return value->type == CAUCE_V_INT || value->type == CAUCE_V_REAL;
}

int64_t ca_numbers_count(const cauce_value *value) {
    return value->type == CAUCE_V_LIST ? value->n_items : is_number(value) ? 1 : 0;
}

double ca_number_at(const cauce_value *value, int64_t i) {
    return value->type == CAUCE_V_LIST ? value->items[i].real : value->real;
}

cauce_status ca_numbers_check(cauce_run *run, const char *name, const cauce_value *value, double low,
                              bool open, double high) {
    for (int64_t i = 0; i < ca_numbers_count(value); i++) {
        const cauce_value *item = value->type == CAUCE_V_LIST ? &value->items[i] : value;
        double x = item->real;
        bool good = is_number(item) && isfinite(x) && (open ? x > low : x >= low) && x <= high;
        if (good) continue;
        if (isinf(high))
            return cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is not a finite number %s %g", name,
                              (long long)i + 1, open ? "above" : "of at least", low);
        return cauce_fail(run, CAUCE_E_PARAM, "%s: item %lld is not a number from %s%g to %g", name,
                          (long long)i + 1, open ? "above " : "", low, high);
    }
    return CAUCE_OK;
}
