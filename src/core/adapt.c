#include "core/adapt.h"

#include <math.h>
#include <string.h>

#include "data/column.h"

static cauce_status adapt_field(cauce_run *run, const cauce_component *component, const cauce_field *given,
                                cauce_field *field, ca_adapt *how, int32_t *true_code) {
    *field = *given;
    *how = CA_AS_IS;
    if (given->form == CAUCE_ONEHOT && !(component->tags & CAUCE_TAG_ONEHOT)) {
        *how = CA_ONEHOT_DENSE;
        field->form = CAUCE_DENSE;
    }
    if (given->form != CAUCE_CODES || (component->tags & CAUCE_TAG_CATEGORY)) return CAUCE_OK;
    if (given->kind == CAUCE_BOOLEAN && ca_levels_boolean(given->levels, true_code)) {
        *how = CA_BOOLEAN_NUMBER;
        *field = (cauce_field){ .name = given->name, .kind = CAUCE_NUMBER, .form = CAUCE_DENSE, .width = 1 };
        return CAUCE_OK;
    }
    return cauce_fail(
        run, CAUCE_E_KIND,
        "column '%s' is a %s, which %s does not take; put one_hot_encoder or ordinal_encoder before it",
        given->name, cauce_kind_name(given->kind), component->name);
}

cauce_status ca_adapt_schema(cauce_run *run, ca_node *node) {
    const cauce_schema *given = node->given;
    const cauce_component *component = node->f.component;
    node->f.in = given;
    if (component->composite) return CAUCE_OK;
    cauce_field *fields = cauce_keep(run, given->n_fields, sizeof *fields);
    ca_adapt *how = cauce_keep(run, given->n_fields, sizeof *how);
    int32_t *true_code = cauce_keep(run, given->n_fields, sizeof *true_code);
    cauce_schema *schema = cauce_keep(run, 1, sizeof *schema);
    if (!fields || !how || !true_code || !schema) return run->error.status;
    bool any = false;
    for (int64_t i = 0; i < given->n_fields; i++) {
        CA_TRY(adapt_field(run, component, &given->fields[i], &fields[i], &how[i], &true_code[i]));
        any = any || how[i] != CA_AS_IS;
    }
    if (!any) return CAUCE_OK;
    *schema = (cauce_schema){ given->n_fields, fields, given->width };
    node->f.in = schema;
    node->adapt = how;
    node->true_code = true_code;
    return CAUCE_OK;
}

static size_t field_size(const ca_node *node, int64_t i, int64_t n) {
    size_t bytes = 0;
    if (node->adapt[i] == CA_AS_IS) return 0;
    if (__builtin_mul_overflow((size_t)node->given->fields[i].width, (size_t)n * sizeof(double), &bytes) ||
        bytes > SIZE_MAX / 8)
        return SIZE_MAX;
    return ca_align(bytes);
}

size_t ca_adapt_size(const ca_node *node, int64_t n) {
    size_t total = ca_blocks_size(node->given->n_fields);
    for (int64_t i = 0; i < node->given->n_fields; i++)
        if (__builtin_add_overflow(total, field_size(node, i, n), &total) || total > SIZE_MAX / 4)
            return SIZE_MAX;
    return total;
}

static void boolean_to_number(const int32_t *codes, int64_t n, int32_t true_code, double *values) {
    for (int64_t r = 0; r < n; r++) values[r] = codes[r] < 0 ? (double)NAN : (double)(codes[r] == true_code);
}

static void onehot_to_dense(const int32_t *codes, int64_t n, int64_t width, double *values) {
    memset(values, 0, (size_t)(n * width) * sizeof *values);
    for (int64_t r = 0; r < n; r++)
        if (codes[r] >= 0) values[codes[r] * n + r] = 1.0;
}

void ca_adapt_batch(const ca_node *node, const cauce_batch *given, cauce_batch *adapted, char *memory) {
    int64_t n = given->n_rows;
    cauce_block *blocks = ca_take(&memory, ca_blocks_size(given->n_blocks));
    for (int64_t i = 0; i < given->n_blocks; i++) {
        const cauce_block *from = &given->blocks[i];
        if (node->adapt[i] == CA_AS_IS) {
            blocks[i] = *from;
            continue;
        }
        double *values = (double *)(void *)memory;
        memory += field_size(node, i, n);
        if (node->adapt[i] == CA_BOOLEAN_NUMBER)
            boolean_to_number(from->codes, n, node->true_code[i], values);
        else
            onehot_to_dense(from->codes, n, node->given->fields[i].width, values);
        blocks[i] = (cauce_block){ .values = values, .stride = n, .room_stride = n };
    }
    *adapted = (cauce_batch){ n, given->n_blocks, blocks, given->first_row, given->offset };
}
