/* Writing model files: the directory is laid out first, then bytes are handed out in order, nothing is held
 * twice. */
#include <stdio.h>
#include <string.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"
#include "base/json.h"
#include "base/map.h"
#include "core/archive.h"
#include "core/arrays.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the arrays of model files are little-endian; this machine needs a byte-swapping writer"
#endif

typedef struct part {
    struct part *next;
    const char *path;
    const void *data;
    cauce_dtype dtype;
    int64_t shape[2];
    int dims;
    size_t offset, bytes;
    uint64_t checksum;
} part;

typedef struct layout {
    part *first, **last;
    size_t end; /* of the data section so far */
} layout;

static cauce_status add_part(cauce_run *run, layout *l, const char *path, const void *data, cauce_dtype dtype,
                             int dims, int64_t n_rows, int64_t n_cols) {
    part *p = cauce_scratch(run, 1, sizeof *p);
    if (!p) return run->error.status;
    p->path = ca_arena_text(&run->scratch, path, strlen(path));
    if (!p->path) return CA_NOMEM(run);
    p->data = data;
    p->dtype = dtype;
    p->dims = dims;
    p->shape[0] = n_rows;
    p->shape[1] = n_cols;
    p->offset = l->end;
    p->bytes = (size_t)(n_rows * n_cols) * ca_dtype_size(dtype);
    p->checksum = XXH3_64bits(data, p->bytes);
    l->end += ca_align(p->bytes);
    *l->last = p;
    l->last = &p->next;
    return CAUCE_OK;
}

static cauce_status add_array(cauce_run *run, const char *path, const ca_array *array, void *payload) {
    if (!array->data) return CAUCE_OK; /* fitted without it */
    return add_part(run, payload, path, array->data, array->dtype, array->dims, array->n_rows, array->n_cols);
}

static cauce_status lay_out(cauce_run *run, const cauce_model *model, layout *l) {
    char path[64];
    *l = (layout){ NULL, &l->first, 0 };
    for (int64_t i = 0; i < model->inputs.n_fields; i++) {
        const cauce_levels *levels = model->inputs.fields[i].levels;
        if (!levels) continue;
        snprintf(path, sizeof path, "@inputs/%lld/offsets", (long long)i);
        CA_TRY(add_part(run, l, path, levels->offset, CAUCE_I64, 1, levels->count + 1, 1));
        snprintf(path, sizeof path, "@inputs/%lld/bytes", (long long)i);
        CA_TRY(add_part(run, l, path, levels->bytes, CAUCE_U8, 1, levels->offset[levels->count], 1));
    }
    static const uint8_t roles[] = { 1, 2 }; /* an offset, an exposure */
    if (model->features.n_fields < model->inputs.n_fields) {
        snprintf(path, sizeof path, "@inputs/%lld/role", (long long)model->features.n_fields);
        CA_TRY(add_part(run, l, path, &roles[model->offset == CAUCE_EXPOSURE], CAUCE_U8, 1, 1, 1));
    }
    if (model->targets)
        CA_TRY(add_part(run, l, "@targets/kinds", model->target_kinds, CAUCE_U8, 1,
                        cauce_n_targets(model->targets), 1));
    return ca_arrays_each(run, model, add_array, l);
}

static void print_inputs(const cauce_model *model, ca_text *out) {
    ca_text_add(out, "  \"inputs\": [");
    for (int64_t i = 0; i < model->inputs.n_fields; i++) {
        const cauce_field *field = &model->inputs.fields[i];
        ca_text_add(out, i ? ",\n    {\"name\": " : "\n    {\"name\": ");
        ca_json_text(out, field->name);
        ca_text_addf(out, ", \"kind\": \"%s\", \"used\": %s", cauce_kind_name(field->kind),
                     field->optional ? "false" : "true");
        if (field->levels) ca_text_addf(out, ", \"levels\": %d", field->levels->count);
        if (i >= model->features.n_fields)
            ca_text_addf(out, ", \"role\": \"%s\"", cauce_role_name(model->offset));
        ca_text_add(out, "}");
    }
    ca_text_add(out, "],\n");
}

/* State versions of the components of the model, each once. */
static cauce_status print_versions(cauce_run *run, const ca_node *node, ca_map *seen, ca_text *out) {
    const cauce_component *component = node->f.component;
    bool added;
    if (ca_map_add(seen, component->name, strlen(component->name), &added) < 0) return CA_NOMEM(run);
    if (added)
        ca_text_addf(out, "%s\"%s\": %u", seen->count > 1 ? ", " : "", component->name,
                     component->state_version);
    for (int64_t i = 0; i < node->n_child; i++)
        if (node->child[i]) CA_TRY(print_versions(run, node->child[i], seen, out));
    return CAUCE_OK;
}

static void print_parts(const layout *l, ca_text *out) {
    ca_text_add(out, "  \"arrays\": [");
    for (const part *p = l->first; p; p = p->next) {
        ca_text_add(out, p == l->first ? "\n    {\"path\": " : ",\n    {\"path\": ");
        ca_json_text(out, p->path);
        ca_text_addf(out, ", \"dtype\": \"%s\", \"shape\": [", ca_dtype_name(p->dtype));
        for (int d = 0; d < p->dims; d++) ca_text_addf(out, "%s%lld", d ? ", " : "", (long long)p->shape[d]);
        ca_text_addf(out,
                     "], \"offset\": %zu, \"bytes\": %zu, \"checksum\": \"%016llx\", \"critical\": true}",
                     p->offset, p->bytes, (unsigned long long)p->checksum);
    }
    ca_text_add(out, "]\n");
}

static cauce_status print_header(cauce_run *run, const cauce_model *model, const layout *l, ca_text *out) {
    ca_map seen = { 0 };
    ca_text_addf(out, "{\n  \"cauce_model\": %d,\n  \"library\": \"%s\",\n", CA_FORMAT_VERSION,
                 CAUCE_VERSION);
    ca_text_addf(out, "  \"task\": \"%s\",\n",
                 ca_model_classifies(model)                         ? "classification"
                 : ca_recipe_role(model->recipe) == CAUCE_REGRESSOR ? "regression"
                                                                    : "transformation");
    ca_text_addf(out, "  \"profile\": {\"rows\": %lld},\n", (long long)model->trained_rows);
    ca_archive_print_target(model, out);
    if (model->missing) {
        ca_text_add(out, "  \"missing\": ");
        ca_json_text(out, model->missing);
        ca_text_add(out, ",\n");
    }
    if (model->decimal) ca_text_addf(out, "  \"decimal\": \"%c\",\n", model->decimal);
    if (model->thousands) ca_text_addf(out, "  \"thousands\": \"%c\",\n", model->thousands);
    print_inputs(model, out);
    ca_text_add(out, "  \"recipe\": ");
    ca_recipe_to_json(model->recipe, out, 1);
    ca_text_add(out, ",\n  \"states\": {");
    cauce_status status = print_versions(run, model->root, &seen, out);
    ca_map_free(&seen);
    CA_TRY(status);
    ca_text_add(out, "},\n");
    print_parts(l, out);
    ca_text_add(out, "}\n");
    return out->failed ? CA_NOMEM(run) : CAUCE_OK;
}

cauce_status ca_archive_header(cauce_run *run, const cauce_model *model, ca_text *out) {
    layout l;
    CA_TRY(lay_out(run, model, &l));
    return print_header(run, model, &l, out);
}

static void put_u32(unsigned char *at, uint32_t value) {
    memcpy(at, &value, sizeof value);
}

static void put_u64(unsigned char *at, uint64_t value) {
    memcpy(at, &value, sizeof value);
}

/* Hands every byte of the file to the sink, in order. */
static cauce_status pour(cauce_run *run, const unsigned char prefix[CA_PREFIX], const ca_text *header,
                         const layout *l, ca_sink *sink, void *payload) {
    static const unsigned char zeros[64];
    CA_TRY(sink(run, prefix, CA_PREFIX, payload));
    CA_TRY(sink(run, header->data, header->length, payload));
    CA_TRY(sink(run, zeros, ca_align(header->length) - header->length, payload));
    for (const part *p = l->first; p; p = p->next) {
        CA_TRY(sink(run, p->data, p->bytes, payload));
        CA_TRY(sink(run, zeros, ca_align(p->bytes) - p->bytes, payload));
    }
    return CAUCE_OK;
}

static cauce_status hash_sink(cauce_run *run, const void *bytes, size_t size, void *payload) {
    (void)run;
    XXH3_64bits_update(payload, bytes, size);
    return CAUCE_OK;
}

static cauce_status save(cauce_run *run, const cauce_model *model, ca_text *header, ca_sink *sink,
                         void *payload, size_t *size) {
    layout l;
    CA_TRY(lay_out(run, model, &l));
    CA_TRY(print_header(run, model, &l, header));
    if (header->length > CA_LONGEST_HEADER)
        return cauce_fail(run, CAUCE_E_LIMIT, "the header of the model has %zu bytes; the most is %d",
                          header->length, CA_LONGEST_HEADER);
    size_t total = CA_PREFIX + ca_align(header->length) + l.end;
    unsigned char prefix[CA_PREFIX] = { 0 };
    memcpy(prefix, CA_MAGIC, 8);
    put_u32(prefix + 8, CA_FORMAT_VERSION);
    put_u32(prefix + 12, CA_FORMAT_READER);
    put_u64(prefix + 16, header->length);
    put_u64(prefix + 24, total);
    put_u64(prefix + 32, XXH3_64bits(header->data, header->length));
    XXH3_state_t *state = cauce_scratch(run, 1, sizeof *state);
    if (!state) return run->error.status;
    XXH3_64bits_reset(state);
    CA_TRY(pour(run, prefix, header, &l, hash_sink, state));
    put_u64(prefix + 40, XXH3_64bits_digest(state));
    if (size) *size = total;
    return pour(run, prefix, header, &l, sink, payload);
}

cauce_status ca_archive_save(cauce_run *run, const cauce_model *model, ca_sink *sink, void *payload,
                             size_t *size) {
    ca_text header = { 0 };
    cauce_status status = save(run, model, &header, sink, payload, size);
    ca_text_free(&header);
    return status;
}

typedef struct memory {
    char *bytes;
    size_t size, used;
} memory;

static cauce_status to_memory(cauce_run *run, const void *bytes, size_t size, void *payload) {
    memory *m = payload;
    if (!m->bytes) m->bytes = ca_malloc(m->size + 1);
    if (!m->bytes) return CA_NOMEM(run);
    memcpy(m->bytes + m->used, bytes, size);
    m->used += size;
    return CAUCE_OK;
}

cauce_status ca_archive_bytes(cauce_run *run, const cauce_model *model, ca_file *bytes) {
    memory m = { 0 };
    cauce_status status = ca_archive_save(run, model, to_memory, &m, &m.size);
    if (status == CAUCE_OK) {
        m.bytes[m.used] = 0;
        *bytes = (ca_file){ .bytes = m.bytes, .size = m.used };
    } else
        ca_free(m.bytes);
    return status;
}
