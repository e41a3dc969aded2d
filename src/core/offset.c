#include "core/offset.h"

#include <math.h>

#include "base/run.h"
#include "math/lanes.h"
#include "math/special.h"

cauce_status ca_offset_column(cauce_run *run, const cauce_table *table, int64_t *column) {
    int64_t offset = ca_table_with_role(table, CAUCE_OFFSET);
    int64_t exposure = ca_table_with_role(table, CAUCE_EXPOSURE);
    *column = offset >= 0 ? offset : exposure;
    if (offset < 0 || exposure < 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_SCHEMA,
                      "column '%s' is an offset and column '%s' an exposure; a model takes one of them",
                      table->columns[offset].name, table->columns[exposure].name);
}

cauce_status ca_offset_taken(cauce_run *run, const cauce_component *component, bool offset, bool exposure) {
    if (!offset || component->role == CAUCE_TRANSFORMER || (component->tags & CAUCE_TAG_OFFSET))
        return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                      "%s takes no %s; poisson_regressor, gamma_regressor and tweedie_regressor do",
                      component->name, exposure ? "exposure" : "offset");
}

/* Names the first number that will not do. */
static cauce_status refuse(cauce_run *run, const char *name, cauce_role role, const cauce_batch *batch,
                           const double *given) {
    int64_t r = 0;
    while (isfinite(given[r]) && (role == CAUCE_OFFSET || given[r] > 0)) r++;
    long long row = (long long)(batch->first_row + r + 1);
    if (isnan(given[r]))
        return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: a missing value; every row needs its %s",
                          name, row, cauce_role_name(role));
    return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: %.9g is no %s; it takes %s", name, row,
                      given[r], cauce_role_name(role),
                      role == CAUCE_OFFSET ? "finite numbers" : "finite numbers above 0");
}

cauce_status ca_offset_take(cauce_run *run, const cauce_schema *inputs, cauce_role role, double *room,
                            cauce_batch *batch) {
    if (role != CAUCE_OFFSET && role != CAUCE_EXPOSURE) return CAUCE_OK;
    const double *given = batch->blocks[--batch->n_blocks].values;
    bool good = ca_all_finite(given, batch->n_rows);
    for (int64_t r = 0; good && role == CAUCE_EXPOSURE && r < batch->n_rows; r++) good = given[r] > 0;
    if (!good) return refuse(run, inputs->fields[inputs->n_fields - 1].name, role, batch, given);
    batch->offset = given;
    if (role == CAUCE_OFFSET) return CAUCE_OK;
    for (int64_t r = 0; r < batch->n_rows; r++) room[r] = ca_log(given[r]);
    batch->offset = room;
    return CAUCE_OK;
}
