/* Reading model files. Not one byte is believed: prefix, checksums, directory, schema, recipe, shapes, and
 * then every component checks its own state. Linear in the size of the file. */
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/json.h"
#include "base/map.h"
#include "core/adapt.h"
#include "core/archive.h"
#include "core/arrays.h"
#include "core/registry.h"
#include "data/csv.h"

/* One entry of the array directory. */
typedef struct entry {
    const char *path;
    char *data;
    cauce_dtype dtype;
    int64_t shape[2];
    int dims;
    size_t bytes;
    bool critical, taken;
} entry;

typedef struct loader {
    cauce_run *run;
    cauce_model *model;
    const char *bytes;
    size_t size;
    json_t *header;
    entry *entries;
    int64_t n_entries;
    ca_map paths;
} loader;

#define BAD(l, ...) cauce_fail((l)->run, CAUCE_E_FORMAT, __VA_ARGS__)

/* ---- Prefix -------------------------------------------------------------------------------------------- */

static bool begins(const char *bytes, size_t size, const char *with, size_t n) {
    return size >= n && memcmp(bytes, with, n) == 0;
}

/* What a file is that is no model of ours. */
static const char *other_kind(const char *b, size_t n) {
    if (n == 0) return "an empty file";
    if (begins(b, n, "PK\x03\x04", 4)) return "a zip file (a joblib, numpy, PyTorch or Keras archive?)";
    if (n >= 2 && b[0] == '\x80' && b[1] >= 2 && b[1] <= 5)
        return "a Python pickle, which is never opened here";
    if (begins(b, n, "\x1f\x8b", 2)) return "a gzip file";
    if (begins(b, n, "\x28\xb5\x2f\xfd", 4)) return "a zstd file";
    if (begins(b, n, "tree\n", 5)) return "a LightGBM text model";
    if (begins(b, n, "GGUF", 4)) return "a GGUF file";
    if (begins(b, n, "\x89HDF", 4)) return "an HDF5 file";
    if (begins(b, n, "SQLite format 3", 15)) return "an SQLite database";
    if (b[0] == '{' || b[0] == '[') return "a JSON text (a recipe, or an XGBoost model?)";
    if (b[0] == '<') return "an HTML or XML text";
    if (n >= 2 && b[0] == '\x08' && b[1] > 0 && b[1] < 20) return "perhaps an ONNX model";
    return "something else";
}

static uint32_t get_u32(const char *at) {
    uint32_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t get_u64(const char *at) {
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

static uint64_t whole_checksum(const char *bytes, size_t size, XXH3_state_t *state) {
    static const char zeros[8];
    XXH3_64bits_reset(state);
    XXH3_64bits_update(state, bytes, 40);
    XXH3_64bits_update(state, zeros, 8);
    XXH3_64bits_update(state, bytes + 48, size - 48);
    return XXH3_64bits_digest(state);
}

static cauce_status check_prefix(loader *l, size_t *header_length) {
    const char *b = l->bytes;
    if (!begins(b, l->size, CA_MAGIC, 8)) {
        if (l->size > 0 && l->size < 8 && memcmp(b, CA_MAGIC, l->size) == 0)
            return BAD(l, "the file is cut: %zu bytes", l->size);
        return BAD(l, "not a Cauce model: %s", other_kind(b, l->size));
    }
    if (l->size < CA_PREFIX) return BAD(l, "the file is cut: %zu bytes", l->size);
    if (get_u32(b + 12) > CA_FORMAT_VERSION || get_u32(b + 12) == 0 || get_u32(b + 8) < get_u32(b + 12))
        return cauce_fail(l->run, CAUCE_E_VERSION,
                          "format %u, readable from format %u on; this library reads up to %d",
                          get_u32(b + 8), get_u32(b + 12), CA_FORMAT_VERSION);
    uint64_t length = get_u64(b + 16), total = get_u64(b + 24);
    if (total > l->size)
        return BAD(l, "the file is cut: %zu of %llu bytes are there", l->size, (unsigned long long)total);
    if (total < l->size)
        return BAD(l, "%llu bytes follow the end of the model", (unsigned long long)(l->size - total));
    if (length < 2 || length > CA_LONGEST_HEADER || CA_PREFIX + ca_align((size_t)length) > l->size)
        return BAD(l, "the header cannot have %llu bytes", (unsigned long long)length);
    XXH3_state_t *state = cauce_scratch(l->run, 1, sizeof *state);
    if (!state) return l->run->error.status;
    if (XXH3_64bits(b + CA_PREFIX, (size_t)length) != get_u64(b + 32))
        return BAD(l, "the checksum of the header is wrong: the file is damaged");
    if (whole_checksum(b, l->size, state) != get_u64(b + 40))
        return BAD(l, "the checksum of the file is wrong: it is damaged");
    for (size_t i = 48; i < CA_PREFIX; i++)
        if (b[i]) return BAD(l, "byte %zu is not zero", i);
    *header_length = (size_t)length;
    return CAUCE_OK;
}

/* ---- Directory ----------------------------------------------------------------------------------------- */

static cauce_status only_zeros(loader *l, size_t from, size_t to) {
    for (size_t i = from; i < to; i++)
        if (l->bytes[i]) return BAD(l, "byte %zu between the arrays is not zero", i);
    return CAUCE_OK;
}

static cauce_status read_shape(loader *l, const json_t *shape, entry *e) {
    if (!json_is_array(shape) || json_array_size(shape) > 2)
        return BAD(l, "array '%s' has no shape", e->path);
    e->dims = (int)json_array_size(shape);
    e->shape[0] = e->shape[1] = 1;
    for (int d = 0; d < e->dims; d++) {
        json_int_t n = json_integer_value(json_array_get(shape, (size_t)d));
        if (!json_is_integer(json_array_get(shape, (size_t)d)) || n < 0)
            return BAD(l, "array '%s' has no shape", e->path);
        e->shape[d] = n;
    }
    return CAUCE_OK;
}

static cauce_status read_entry(loader *l, const json_t *json, size_t base, size_t *next, entry *e) {
    const json_t *path = json_object_get(json, "path"), *dtype = json_object_get(json, "dtype");
    const json_t *offset = json_object_get(json, "offset"), *bytes = json_object_get(json, "bytes");
    const json_t *checksum = json_object_get(json, "checksum");
    if (!json_is_string(path) || !json_is_string(dtype) || !json_is_integer(offset) ||
        !json_is_integer(bytes) || !json_is_string(checksum))
        return BAD(l, "an entry of the array directory is incomplete");
    e->path = json_string_value(path);
    e->dtype = ca_dtype_named(json_string_value(dtype));
    e->critical = !json_is_false(json_object_get(json, "critical"));
    if (e->dtype == CAUCE_STATE_LAST)
        return cauce_fail(l->run, CAUCE_E_VERSION,
                          "array '%s' is of type '%s', which this library does not know", e->path,
                          json_string_value(dtype));
    CA_TRY(read_shape(l, json_object_get(json, "shape"), e));
    size_t cells, size;
    if (__builtin_mul_overflow((size_t)e->shape[0], (size_t)e->shape[1], &cells) ||
        __builtin_mul_overflow(cells, ca_dtype_size(e->dtype), &size))
        return BAD(l, "array '%s' is too large", e->path);
    if (json_integer_value(bytes) < 0 || size != (size_t)json_integer_value(bytes))
        return BAD(l, "array '%s': shape and bytes do not agree", e->path);
    if (json_integer_value(offset) < 0 || (size_t)json_integer_value(offset) != *next ||
        *next > l->size - base || size > l->size - base - *next)
        return BAD(l, "array '%s' does not lie where it should", e->path);
    e->data = (char *)(uintptr_t)(l->bytes + base + *next);
    e->bytes = size;
    char expected[24];
    snprintf(expected, sizeof expected, "%016llx", (unsigned long long)XXH3_64bits(e->data, size));
    if (strcmp(expected, json_string_value(checksum)) != 0)
        return BAD(l, "the checksum of array '%s' is wrong: the file is damaged", e->path);
    *next += ca_align(size);
    if (*next > l->size - base) return BAD(l, "array '%s' is cut", e->path);
    return only_zeros(l, base + *next - ca_align(size) + size, base + *next);
}

static cauce_status read_directory(loader *l, size_t base) {
    const json_t *arrays = json_object_get(l->header, "arrays");
    if (!json_is_array(arrays)) return BAD(l, "the header has no array directory");
    size_t n = json_array_size(arrays), next = 0;
    l->entries = cauce_scratch(l->run, (int64_t)n, sizeof *l->entries);
    if (!l->entries) return l->run->error.status;
    for (size_t i = 0; i < n; i++) {
        entry *e = &l->entries[i];
        bool added;
        CA_TRY(read_entry(l, json_array_get(arrays, i), base, &next, e));
        if (ca_map_add(&l->paths, e->path, strlen(e->path), &added) < 0) return CA_NOMEM(l->run);
        if (!added) return BAD(l, "there are two arrays '%s'", e->path);
        l->n_entries++;
    }
    if (next != l->size - base) return BAD(l, "bytes after the last array");
    return CAUCE_OK;
}

static entry *take(loader *l, const char *path) {
    int64_t i = ca_map_find(&l->paths, path, strlen(path));
    if (i < 0) return NULL;
    l->entries[i].taken = true;
    return &l->entries[i];
}

/* ---- Inputs -------------------------------------------------------------------------------------------- */

static cauce_status read_levels(loader *l, int64_t input, cauce_field *field) {
    char path[64];
    snprintf(path, sizeof path, "@inputs/%lld/offsets", (long long)input);
    const entry *offsets = take(l, path);
    snprintf(path, sizeof path, "@inputs/%lld/bytes", (long long)input);
    const entry *bytes = take(l, path);
    if (!offsets || !bytes || offsets->dtype != CAUCE_I64 || bytes->dtype != CAUCE_U8 ||
        offsets->shape[0] < 1 || offsets->dims != 1 || bytes->dims != 1 || offsets->shape[0] - 1 > INT32_MAX)
        return BAD(l, "the levels of column '%s' are missing", field->name);
    int64_t n = offsets->shape[0] - 1;
    const int64_t *offset = (const int64_t *)(const void *)offsets->data;
    const char **texts = cauce_scratch(l->run, n, sizeof *texts);
    if (!texts) return l->run->error.status;
    if (offset[0] != 0 || offset[n] != bytes->shape[0])
        return BAD(l, "the levels of column '%s' are broken", field->name);
    for (int64_t i = 0; i < n; i++) {
        if (offset[i + 1] <= offset[i] || offset[i + 1] > bytes->shape[0] ||
            bytes->data[offset[i + 1] - 1] != 0 ||
            memchr(bytes->data + offset[i], 0, (size_t)(offset[i + 1] - offset[i])) !=
                bytes->data + offset[i + 1] - 1)
            return BAD(l, "level %lld of column '%s' is broken", (long long)i, field->name);
        texts[i] = bytes->data + offset[i];
        if (i && strcmp(texts[i - 1], texts[i]) >= 0)
            return BAD(l, "the levels of column '%s' are not sorted", field->name);
    }
    field->levels = cauce_levels_keep(l->run, texts, (int32_t)n);
    return field->levels ? CAUCE_OK : l->run->error.status;
}

static cauce_status read_input(loader *l, const json_t *json, int64_t i, cauce_field *field) {
    const char *name = json_string_value(json_object_get(json, "name"));
    if (!name || !*name) return BAD(l, "input %lld has no name", (long long)i);
    *field = (cauce_field){ .name = ca_keep_text(l->run, name), .width = 1 };
    if (!field->name) return l->run->error.status;
    CA_TRY(ca_archive_kind(l->run, json_object_get(json, "kind"), &field->kind));
    field->optional = json_is_false(json_object_get(json, "used"));
    field->form = field->kind == CAUCE_NUMBER ? CAUCE_DENSE : CAUCE_CODES;
    return field->form == CAUCE_CODES ? read_levels(l, i, field) : CAUCE_OK;
}

static cauce_status read_inputs(loader *l) {
    const json_t *inputs = json_object_get(l->header, "inputs");
    if (!json_is_array(inputs)) return BAD(l, "the header has no inputs");
    int64_t n = (int64_t)json_array_size(inputs);
    cauce_field *fields = cauce_keep(l->run, n, sizeof *fields);
    ca_map names = { 0 };
    cauce_status status = fields ? CAUCE_OK : l->run->error.status;
    for (int64_t i = 0; status == CAUCE_OK && i < n; i++) {
        bool added;
        status = read_input(l, json_array_get(inputs, (size_t)i), i, &fields[i]);
        if (status != CAUCE_OK) break;
        if (ca_map_add(&names, fields[i].name, strlen(fields[i].name), &added) < 0)
            status = CA_NOMEM(l->run);
        else if (!added)
            status = BAD(l, "two inputs are called '%s'", fields[i].name);
    }
    ca_map_free(&names);
    l->model->inputs = (cauce_schema){ n, fields, n };
    return status;
}

/* ---- States -------------------------------------------------------------------------------------------- */

/* Lengths that several arrays share must agree. */
typedef struct known_lengths {
    size_t offset[64];
    int n;
} known_lengths;

static cauce_status set_length(loader *l, char *state, known_lengths *known, size_t offset, int64_t length,
                               const char *path) {
    if (offset == (size_t)-1)
        return length == 1 ? CAUCE_OK : BAD(l, "array '%s' has one dimension too many", path);
    for (int i = 0; i < known->n; i++)
        if (known->offset[i] == offset) {
            int64_t before;
            memcpy(&before, state + offset, sizeof before);
            return before == length ? CAUCE_OK
                                    : BAD(l, "array '%s' has %lld rows or columns where %lld are expected",
                                          path, (long long)length, (long long)before);
        }
    if (known->n == 64) return BAD(l, "too many arrays");
    known->offset[known->n++] = offset;
    memcpy(state + offset, &length, sizeof length);
    return CAUCE_OK;
}

static bool is_scalar(const cauce_state *row) {
    return row->dtype == CAUCE_SCALAR_INT || row->dtype == CAUCE_SCALAR_REAL;
}

static int dims_of(const cauce_state *row) {
    return is_scalar(row) ? 0 : row->cols == (size_t)-1 ? 1 : 2;
}

/* Of rows that share a name, which of them stands in the file is told by its dimensions. */
static bool is_other_form(const cauce_component *component, const cauce_state *row, const entry *e) {
    if (e->dims == dims_of(row)) return false;
    for (const cauce_state *other = component->state; other->dtype != CAUCE_STATE_LAST; other++)
        if (other != row && strcmp(other->name, row->name) == 0 && dims_of(other) == e->dims) return true;
    return false;
}

static cauce_status read_row(loader *l, const cauce_component *component, const char *path,
                             const cauce_state *row, char *state, known_lengths *known) {
    entry *e = take(l, path);
    const bool scalar = is_scalar(row);
    if (e && is_other_form(component, row, e)) return CAUCE_OK;
    if (!e) return scalar ? BAD(l, "'%s' is missing", path) : CAUCE_OK;
    cauce_dtype dtype = row->dtype == CAUCE_SCALAR_INT    ? CAUCE_I64
                        : row->dtype == CAUCE_SCALAR_REAL ? CAUCE_F64
                                                          : row->dtype;
    if (e->dtype != dtype || e->dims != dims_of(row))
        return BAD(l, "array '%s' is of another type or shape than it should be", path);
    if (row->dtype == CAUCE_SCALAR_INT) {
        int64_t value;
        memcpy(&value, e->data, sizeof value);
        return set_length(l, state, known, row->offset, value, path);
    }
    if (scalar) {
        memcpy(state + row->offset, e->data, sizeof(double));
        return CAUCE_OK;
    }
    CA_TRY(set_length(l, state, known, row->rows, e->shape[0], path));
    CA_TRY(set_length(l, state, known, row->cols, e->shape[1], path));
    memcpy(state + row->offset, &e->data, sizeof e->data);
    return CAUCE_OK;
}

/* An array that is not in the file must be one that has nothing in it. */
static cauce_status check_absent(loader *l, const cauce_component *component, const char *path,
                                 const cauce_state *row, const char *state) {
    const entry *e = take(l, path);
    void *data;
    int64_t n_rows = 1, n_cols = 1;
    if (is_scalar(row) || (e && is_other_form(component, row, e))) return CAUCE_OK;
    memcpy(&data, state + row->offset, sizeof data);
    if (row->rows != (size_t)-1) memcpy(&n_rows, state + row->rows, sizeof n_rows);
    if (row->cols != (size_t)-1) memcpy(&n_cols, state + row->cols, sizeof n_cols);
    if (!data && n_rows != 0 && n_cols != 0) return BAD(l, "array '%s' is missing", path);
    return CAUCE_OK;
}

static cauce_status read_state(loader *l, const ca_node *node, char *path, size_t size, size_t at) {
    known_lengths known = { .n = 0 };
    char *state = (char *)(uintptr_t)node->f.state;
    for (const cauce_state *row = node->f.component->state; row->dtype != CAUCE_STATE_LAST; row++) {
        snprintf(path + at, size - at, "%s", row->name);
        CA_TRY(read_row(l, node->f.component, path, row, state, &known));
    }
    for (const cauce_state *row = node->f.component->state; row->dtype != CAUCE_STATE_LAST; row++) {
        snprintf(path + at, size - at, "%s", row->name);
        CA_TRY(check_absent(l, node->f.component, path, row, state));
    }
    return CAUCE_OK;
}

static cauce_status check_version(loader *l, const cauce_component *component) {
    const json_t *version = json_object_get(json_object_get(l->header, "states"), component->name);
    if (!json_is_integer(version)) return BAD(l, "the state version of %s is missing", component->name);
    json_int_t found = json_integer_value(version), newest = component->state_version;
    if (found == newest || (component->oldest_state && found >= component->oldest_state && found < newest))
        return CAUCE_OK;
    return cauce_fail(l->run, CAUCE_E_VERSION,
                      "the state of %s is of version %lld; this library has version %u", component->name,
                      (long long)json_integer_value(version), component->state_version);
}

static cauce_status load_node(loader *l, const ca_part *part, char *path, size_t size, size_t at,
                              ca_node **result);

static cauce_status load_children(loader *l, ca_node *node, char *path, size_t size, size_t at) {
    cauce_run *run = l->run;
    int64_t n_parts = ca_node_n_parts(node);
    CA_TRY(ca_node_children(run, node, n_parts));
    for (int64_t i = 0; i < n_parts; i++) {
        ca_part *part = cauce_keep(run, 1, sizeof *part); /* the node keeps its input schema */
        if (!part) return run->error.status;
        CA_TRY(ca_node_part(run, node, i, part));
        if (part->input.n_fields < 0) continue;
        int n = snprintf(path + at, size - at, "%s__", part->name);
        if (n < 0 || at + (size_t)n >= size - 64) return BAD(l, "the names of the steps are too long");
        CA_TRY(load_node(l, part, path, size, at + (size_t)n, &node->child[i]));
    }
    return CAUCE_OK;
}

static cauce_status load_node(loader *l, const ca_part *part, char *path, size_t size, size_t at,
                              ca_node **result) {
    cauce_run *run = l->run;
    const cauce_recipe *recipe = part->recipe;
    ca_node *node;
    ca_place place;
    CA_TRY(check_version(l, recipe->component));
    CA_TRY(ca_node_new(run, recipe, part->name, &part->input, part->n_classes, part->classes, part->targets,
                       &node));
    ca_enter(run, &place, node->label);
    cauce_status status = ca_adapt_schema(run, node);
    if (status == CAUCE_OK) status = read_state(l, node, path, size, at);
    if (status == CAUCE_OK) status = recipe->component->verify(run, &node->f);
    if (status == CAUCE_OK && recipe->component->composite) status = load_children(l, node, path, size, at);
    if (status == CAUCE_OK) status = ca_node_bind(run, node);
    ca_leave(run, &place);
    *result = node;
    return status;
}

/* ---- The whole ----------------------------------------------------------------------------------------- */

static cauce_status read_recipe(loader *l) {
    const json_t *recipe = json_object_get(l->header, "recipe");
    if (!json_is_object(recipe)) return BAD(l, "the header has no recipe");
    l->model->recipe = ca_recipe_from_json(l->run, recipe);
    if (l->model->recipe && ca_recipe_check(l->run, l->model->recipe) == CAUCE_OK) {
        cauce_component_role role = ca_recipe_role(l->model->recipe);
        if (role == CAUCE_CLASSIFIER && l->model->n_classes == 0)
            return BAD(l, "a classifier without classes");
        /* Estimators make room for as many numbers a row as there are classes, or for one. */
        if (role == CAUCE_REGRESSOR && l->model->n_classes > 0) return BAD(l, "a regressor with classes");
        return ca_recipe_targets(l->run, l->model->recipe, l->model->targets);
    }
    /* A component or parameter that is not there comes from a library that has more of them. */
    if (l->run->error.status == CAUCE_E_PARAM) l->run->error.status = CAUCE_E_VERSION;
    return l->run->error.status;
}

/* Markers of missing cells: a list in the text grammar, kept as it is once it has been read. */
static cauce_status read_missing(loader *l) {
    const json_t *missing = json_object_get(l->header, "missing");
    cauce_value list;
    if (!missing) return CAUCE_OK;
    if (!json_is_string(missing)) return BAD(l, "\"missing\" is no text");
    CA_TRY(ca_value_parse(l->run, &l->run->scratch, json_string_value(missing), &list));
    if (list.type != CAUCE_V_LIST) return BAD(l, "\"missing\" is no list");
    l->model->missing = ca_keep_text(l->run, json_string_value(missing));
    return l->model->missing ? CAUCE_OK : l->run->error.status;
}

/* Marks in the numbers of the files that the model reads. */
static cauce_status read_marks(loader *l) {
    const json_t *decimal = json_object_get(l->header, "decimal");
    const json_t *thousands = json_object_get(l->header, "thousands");
    if ((decimal && !json_is_string(decimal)) || (thousands && !json_is_string(thousands)))
        return BAD(l, "\"decimal\" and \"thousands\" are texts");
    if (ca_csv_marks(l->run, json_string_value(decimal), json_string_value(thousands), &l->model->decimal,
                     &l->model->thousands) == CAUCE_OK)
        return CAUCE_OK;
    ca_run_forgive(l->run);
    return BAD(l, "\"decimal\" or \"thousands\" is no mark of numbers");
}

/* The last input may be an offset, which an array says, so that readers that know of none refuse the file. */
static cauce_status read_offset(loader *l) {
    cauce_model *model = l->model;
    int64_t last = model->inputs.n_fields - 1;
    char path[64];
    snprintf(path, sizeof path, "@inputs/%lld/role", (long long)last);
    const entry *role = last >= 0 ? take(l, path) : NULL;
    if (role) {
        const cauce_field *field = &model->inputs.fields[last];
        if (role->dtype != CAUCE_U8 || role->dims != 1 || role->shape[0] != 1 ||
            field->kind != CAUCE_NUMBER || field->optional || (role->data[0] != 1 && role->data[0] != 2))
            return BAD(l, "the role of input '%s' is broken", field->name);
        model->offset = role->data[0] == 1 ? CAUCE_OFFSET : CAUCE_EXPOSURE;
    }
    ca_model_features(model);
    return CAUCE_OK;
}

/* An array says that there are several targets, so that readers that know of one alone refuse the file. */
static cauce_status read_several(loader *l) {
    const entry *kinds = take(l, "@targets/kinds");
    if (!kinds && !l->model->targets) return CAUCE_OK;
    if (!kinds || !l->model->targets || kinds->dtype != CAUCE_U8 || kinds->dims != 1 ||
        kinds->shape[0] != cauce_n_targets(l->model->targets) ||
        memcmp(kinds->data, l->model->target_kinds, (size_t)kinds->shape[0]) != 0)
        return BAD(l, "the kinds of the targets are broken");
    return CAUCE_OK;
}

/* Cells of an input that is said to be unused are never read from a table: nothing may look at them. */
static cauce_status check_unused(loader *l) {
    const cauce_schema *inputs = &l->model->inputs;
    bool *used = cauce_scratch(l->run, inputs->n_fields, sizeof *used);
    if (!used) return l->run->error.status;
    ca_node_mark_used(l->model->root, used);
    for (int64_t i = 0; i < inputs->n_fields; i++)
        if (used[i] && inputs->fields[i].optional)
            return BAD(l, "input '%s' is used by the model and marked as unused", inputs->fields[i].name);
    return CAUCE_OK;
}

static cauce_status load_all(loader *l) {
    char path[512] = "";
    size_t length = 0;
    CA_TRY(check_prefix(l, &length));
    l->header = ca_json_parse(l->run, l->bytes + CA_PREFIX, length, "header", CAUCE_E_FORMAT);
    if (!l->header) return l->run->error.status;
    CA_TRY(only_zeros(l, CA_PREFIX + length, CA_PREFIX + ca_align(length)));
    CA_TRY(read_directory(l, CA_PREFIX + ca_align(length)));
    CA_TRY(read_inputs(l));
    CA_TRY(read_offset(l));
    CA_TRY(ca_archive_read_target(l->run, l->header, l->model));
    CA_TRY(read_several(l));
    CA_TRY(read_missing(l));
    CA_TRY(read_marks(l));
    CA_TRY(read_recipe(l));
    l->model->trained_rows =
        json_integer_value(json_object_get(json_object_get(l->header, "profile"), "rows"));
    const cauce_model *model = l->model;
    ca_part *root = cauce_keep(l->run, 1, sizeof *root);
    if (!root) return l->run->error.status;
    *root = (ca_part){ model->recipe,   ca_recipe_name(model->recipe),
                       model->features, model->n_classes,
                       model->classes,  model->targets };
    CA_TRY(load_node(l, root, path, sizeof path, 0, &l->model->root));
    CA_TRY(check_unused(l));
    for (int64_t i = 0; i < l->n_entries; i++)
        if (l->entries[i].critical && !l->entries[i].taken)
            return cauce_fail(l->run, CAUCE_E_VERSION,
                              "the model needs array '%s', which this library does not know",
                              l->entries[i].path);
    if (ca_node_is_estimator(model->root) && !ca_node_predicts(model->root))
        return BAD(l, "the output of the model does not fit its target");
    return CAUCE_OK;
}

/* Whatever the contents make a component say (KIND, PARAM, SCHEMA, ...): it is the file that is wrong. */
static void blame_file(cauce_run *run) {
    switch (run->error.status) {
    case CAUCE_OK:
    case CAUCE_E_FORMAT:
    case CAUCE_E_VERSION:
    case CAUCE_E_CANCELLED:
    case CAUCE_E_LIMIT:
    case CAUCE_E_NOMEM:
    case CAUCE_E_INTERNAL: return;
    default: run->error.status = CAUCE_E_FORMAT;
    }
}

cauce_model *ca_archive_load(cauce_run *run, ca_file *file, const char *what) {
    cauce_model *model = ca_model_new(run);
    if (!model) {
        ca_file_free(file);
        return NULL;
    }
    model->file = *file;
    *file = (ca_file){ 0 };
    ca_keep *before = run->keep;
    ca_place place;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ca_enter(run, &place, what);
    run->keep = &model->keep;
    loader l = { .run = run, .model = model, .bytes = model->file.bytes, .size = model->file.size };
    cauce_status status = load_all(&l);
    if (status != CAUCE_OK && run->error.status == CAUCE_OK)
        cauce_fail(run, status, "%s", cauce_status_text(status));
    blame_file(run);
    json_decref(l.header);
    ca_map_free(&l.paths);
    run->keep = before;
    ca_arena_back(&run->scratch, mark);
    ca_leave(run, &place);
    if (status == CAUCE_OK) return model;
    ca_model_free(model);
    return NULL;
}
