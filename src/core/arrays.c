#include "core/arrays.h"

#include <stdio.h>
#include <string.h>

#include "base/alloc.h"

static const struct {
    cauce_dtype dtype;
    const char *name;
    size_t size;
} dtypes[] = { { CAUCE_F64, "f64", 8 }, { CAUCE_F32, "f32", 4 }, { CAUCE_I64, "i64", 8 },
               { CAUCE_I32, "i32", 4 }, { CAUCE_U32, "u32", 4 }, { CAUCE_U16, "u16", 2 },
               { CAUCE_U8, "u8", 1 } };
enum { N_DTYPES = sizeof dtypes / sizeof *dtypes };

size_t ca_dtype_size(cauce_dtype dtype) {
    for (int i = 0; i < N_DTYPES; i++)
        if (dtypes[i].dtype == dtype) return dtypes[i].size;
    return 0;
}

const char *ca_dtype_name(cauce_dtype dtype) {
    for (int i = 0; i < N_DTYPES; i++)
        if (dtypes[i].dtype == dtype) return dtypes[i].name;
    return "?";
}

cauce_dtype ca_dtype_named(const char *name) {
    for (int i = 0; i < N_DTYPES; i++)
        if (strcmp(dtypes[i].name, name) == 0) return dtypes[i].dtype;
    return CAUCE_STATE_LAST;
}

static int64_t length_at(const void *state, size_t offset) {
    if (offset == (size_t)-1) return 1;
    int64_t length;
    memcpy(&length, (const char *)state + offset, sizeof length);
    return length;
}

static ca_array describe(const ca_node *node, const cauce_state *row) {
    char *at = (char *)(uintptr_t)node->f.state + row->offset;
    ca_array array = { node, row, at, row->dtype, 1, 1, 0 };
    if (row->dtype == CAUCE_SCALAR_INT)
        array.dtype = CAUCE_I64;
    else if (row->dtype == CAUCE_SCALAR_REAL)
        array.dtype = CAUCE_F64;
    else {
        memcpy(&array.data, at, sizeof array.data);
        array.n_rows = length_at(node->f.state, row->rows);
        array.n_cols = length_at(node->f.state, row->cols);
        array.dims = row->cols == (size_t)-1 ? 1 : 2;
        if (!array.data) array.n_rows = 0;
    }
    return array;
}

/* Rows that share a name are forms of one array, of which one is there: a number gives way to an array that
 * was made, an array that was not to the others. */
static bool gives_way(const ca_node *node, const cauce_state *row) {
    const bool made = row->dtype != CAUCE_SCALAR_INT && row->dtype != CAUCE_SCALAR_REAL;
    for (const cauce_state *other = node->f.component->state; other->dtype != CAUCE_STATE_LAST; other++) {
        if (other == row || strcmp(other->name, row->name) != 0) continue;
        if (made ? !describe(node, row).data : describe(node, other).data != NULL) return true;
    }
    return false;
}

bool ca_node_array(const ca_node *node, const char *name, ca_array *array) {
    for (const cauce_state *row = node->f.component->state; row->dtype != CAUCE_STATE_LAST; row++) {
        if (strcmp(row->name, name) != 0 || gives_way(node, row)) continue;
        *array = describe(node, row);
        return true;
    }
    return false;
}

typedef struct walker {
    cauce_run *run;
    ca_array_visit *visit;
    void *payload;
    char path[512];
} walker;

static cauce_status walk(walker *w, const ca_node *node, size_t at) {
    for (const cauce_state *row = node->f.component->state; row->dtype != CAUCE_STATE_LAST; row++) {
        if (gives_way(node, row)) continue;
        ca_array array = describe(node, row);
        snprintf(w->path + at, sizeof w->path - at, "%s", row->name);
        CA_TRY(w->visit(w->run, w->path, &array, w->payload));
    }
    for (int64_t i = 0; i < node->n_child; i++) {
        if (!node->child[i]) continue;
        int n = snprintf(w->path + at, sizeof w->path - at, "%s__", node->child[i]->f.name);
        if (n < 0 || at + (size_t)n >= sizeof w->path - 64)
            return cauce_fail(w->run, CAUCE_E_LIMIT, "the path to step '%s' is too long",
                              node->child[i]->f.name);
        CA_TRY(walk(w, node->child[i], at + (size_t)n));
    }
    return CAUCE_OK;
}

cauce_status ca_arrays_each(cauce_run *run, const cauce_model *model, ca_array_visit *visit, void *payload) {
    walker w = { run, visit, payload, "" };
    return walk(&w, model->root, 0);
}

/* ---- As doubles ---------------------------------------------------------------------------------------- */

typedef struct ca_converted {
    struct ca_converted *next;
    const ca_node *node; /* which array it is: an empty one shares its address with the next of the file */
    const cauce_state *row;
    double values[];
} ca_converted;

void ca_converted_free(cauce_model *model) {
    while (model->converted) {
        ca_converted *next = model->converted->next;
        ca_free(model->converted);
        model->converted = next;
    }
}

static double element(const ca_array *array, int64_t i) {
    switch (array->dtype) {
    case CAUCE_F64: return ((const double *)array->data)[i];
    case CAUCE_F32: return (double)((const float *)array->data)[i];
    case CAUCE_I64: return (double)((const int64_t *)array->data)[i];
    case CAUCE_I32: return (double)((const int32_t *)array->data)[i];
    case CAUCE_U32: return (double)((const uint32_t *)array->data)[i];
    case CAUCE_U16: return (double)((const uint16_t *)array->data)[i];
    case CAUCE_U8: return (double)((const uint8_t *)array->data)[i];
    case CAUCE_STATE_LAST:
    case CAUCE_SCALAR_INT:
    case CAUCE_SCALAR_REAL: break;
    }
    return 0;
}

static const double *convert(cauce_run *run, cauce_model *model, const ca_array *array) {
    if (array->dtype == CAUCE_F64) return array->data;
    int64_t n = array->n_rows * array->n_cols;
    pthread_mutex_lock(&model->converted_lock);
    ca_converted *found = model->converted;
    while (found && (found->node != array->node || found->row != array->row)) found = found->next;
    if (!found) {
        found = ca_malloc(sizeof *found + (size_t)n * sizeof *found->values);
        if (!found)
            CA_NOMEM(run);
        else {
            found->node = array->node;
            found->row = array->row;
            for (int64_t i = 0; i < n; i++) found->values[i] = element(array, i);
            found->next = model->converted;
            model->converted = found;
        }
    }
    pthread_mutex_unlock(&model->converted_lock);
    return found ? found->values : NULL;
}

typedef struct lookup {
    const char *wanted;
    ca_array array;
    int64_t found;
    bool exact;
    ca_text list;
} lookup;

static cauce_status compare(cauce_run *run, const char *path, const ca_array *array, void *payload) {
    (void)run;
    lookup *look = payload;
    size_t n = strlen(path), m = strlen(look->wanted);
    bool exact = strcmp(path, look->wanted) == 0;
    bool ends = m + 2 <= n && strcmp(path + n - m, look->wanted) == 0 && path[n - m - 1] == '_' &&
                path[n - m - 2] == '_';
    if (exact || (ends && !look->exact)) look->array = *array;
    if (exact) look->exact = true;
    look->found += exact || ends;
    if (look->list.length < 500) ca_text_addf(&look->list, "%s%s", look->list.length ? ", " : "", path);
    return CAUCE_OK;
}

const double *ca_array_doubles(cauce_run *run, cauce_model *model, const char *path, int64_t *n_rows,
                               int64_t *n_cols) {
    lookup look = { .wanted = path };
    const double *values = NULL;
    if (ca_arrays_each(run, model, compare, &look) == CAUCE_OK) {
        if (look.exact || look.found == 1) {
            if (n_rows) *n_rows = look.array.n_rows;
            if (n_cols) *n_cols = look.array.n_cols;
            values = look.array.data ? convert(run, model, &look.array) : NULL;
            if (!look.array.data) cauce_fail(run, CAUCE_E_PARAM, "the model was fitted without '%s'", path);
        } else
            cauce_fail(run, CAUCE_E_PARAM,
                       look.found ? "'%s' fits several arrays (there are: %s)"
                                  : "no fitted array '%s' (there are: %s)",
                       path, ca_text_get(&look.list));
    }
    ca_text_free(&look.list);
    return values;
}
