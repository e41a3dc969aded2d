/* The fitted arrays of a model, by path: prep__num__standard_scaler__mean. */
#ifndef CA_CORE_ARRAYS_H
#define CA_CORE_ARRAYS_H

#include "core/model.h"

/* One array (or scalar) of the state of a node. */
typedef struct ca_array {
    const ca_node *node;
    const cauce_state *row;
    void *data;        /* first element; of scalars the struct member */
    cauce_dtype dtype; /* scalars: CAUCE_I64 or CAUCE_F64 */
    int64_t n_rows, n_cols;
    int dims; /* 0, 1, 2 */
} ca_array;

/* Visits every array in a fixed order until visit fails. `path` is valid during the call. */
typedef cauce_status ca_array_visit(cauce_run *run, const char *path, const ca_array *array, void *payload);
cauce_status ca_arrays_each(cauce_run *run, const cauce_model *model, ca_array_visit *visit, void *payload);
/* The state array of a node by its name alone; false: there is none. */
bool ca_node_array(const ca_node *node, const char *name, ca_array *array);
size_t ca_dtype_size(cauce_dtype dtype);
const char *ca_dtype_name(cauce_dtype dtype); /* "f64", ... */
cauce_dtype ca_dtype_named(const char *name); /* CAUCE_STATE_LAST: unknown */
/* An array as doubles, row after row. */
const double *ca_array_doubles(cauce_run *run, cauce_model *model, const char *path, int64_t *n_rows,
                               int64_t *n_cols);
void ca_converted_free(cauce_model *model);

#endif
