/* Spreads categories over a fixed number of columns by a hash of "column=category".
 *
 * Weinberger, Dasgupta, Langford, Smola, Attenberg, Feature hashing for large scale multitask learning, ICML
 * 2009, doi:10.1145/1553374.1553516. The same columns and signs as FeatureHasher of scikit-learn makes of a
 * dictionary for each row: MurmurHash3 of 32 bits (Austin Appleby, public domain) with seed 0; a number
 * column adds its number at the hash of its name.
 *
 * Nothing is learned. All the same a category must have been in the table at fit: the text of another one is
 * not handed on to components (it arrives as unknown), and such a cell adds nothing. That makes it as good as
 * one that shares its column with nothing, and is what one_hot_encoder handle_unknown=ignore does. */
#include <string.h>

#include "base/run.h"
#include "base/text.h"
#include "cauce/sys/component.h"
#include "data/categories.h"
#include "data/trace.h"

typedef struct hashing_params {
    int64_t n_features;
    bool alternate_sign;
} hashing_params;

enum { MOST_FEATURES = 1 << 20 };

static const cauce_param param_rows[] = {
    CAUCE_INT(hashing_params, n_features, 64, 1, MOST_FEATURES,
              "Columns that are made in all; few make categories share one, many cost memory."),
    CAUCE_BOOL(hashing_params, alternate_sign, true,
               "Let the hash decide whether a category adds 1 or -1, so that those which share a column do "
               "not add up."),
    CAUCE_END,
};

typedef struct hashing_state {
    int64_t unused;
} hashing_state;

static const cauce_state state_rows[] = { CAUCE_STATE_END };

/* ---- The hash ------------------------------------------------------------------------------------------ */

static inline uint32_t rotate(uint32_t x, int by) {
    return x << by | x >> (32 - by);
}

static inline uint32_t scramble(uint32_t k) {
    return rotate(k * 0xcc9e2d51u, 15) * 0x1b873593u;
}

static uint32_t murmur3(const char *text, size_t length) {
    uint32_t h = 0, k = 0;
    size_t whole = length / 4 * 4;
    for (size_t i = 0; i < whole; i += 4) {
        for (size_t b = 4; b-- > 0;) k = k << 8 | (unsigned char)text[i + b];
        h = rotate(h ^ scramble(k), 13) * 5 + 0xe6546b64u;
        k = 0;
    }
    for (size_t i = length; i-- > whole;) k = k << 8 | (unsigned char)text[i];
    h ^= scramble(k) ^ (uint32_t)length;
    h = (h ^ h >> 16) * 0x85ebca6bu;
    h = (h ^ h >> 13) * 0xc2b2ae35u;
    return h ^ h >> 16;
}

/* Where a text is added, and what. The hash is read as a signed number; its size chooses the column. */
typedef struct hashed {
    int32_t column;
    double value; /* 0: nothing */
} hashed;

static hashed hash_of(const hashing_params *params, const char *text) {
    uint32_t h = murmur3(text, strlen(text));
    bool negative = h >> 31;
    uint32_t size = negative ? 0u - h : h;
    return (hashed){ (int32_t)(size % (uint32_t)params->n_features),
                     negative && params->alternate_sign ? -1 : 1 };
}

/* ---- The component ------------------------------------------------------------------------------------- */

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)params, (void)state;
    if (train->schema->width > 0) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_SHAPE, "hashing_encoder needs at least one column");
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    (void)run, (void)self;
    return CAUCE_OK;
}

/* An input column: categories by code + 2 (unknown, missing, then those of the dictionary), numbers by the
 * one entry. */
typedef struct hashing_column {
    int64_t block, column;
    hashed *by_code, number;
} hashing_column;

static cauce_status bind_codes(cauce_run *run, const hashing_params *params, const cauce_field *field,
                               hashing_column *out) {
    int32_t n = cauce_levels_count(field->levels);
    ca_text text = { 0 };
    out->by_code = cauce_keep(run, (int64_t)n + 2, sizeof *out->by_code);
    if (!out->by_code) return run->error.status;
    for (int32_t code = CAUCE_MISSING; code < n; code++) {
        text.length = 0;
        ca_text_addf(&text, "%s=%s", field->name, code < 0 ? "nan" : cauce_levels_text(field->levels, code));
        if (text.failed) break;
        out->by_code[code + 2] = hash_of(params, ca_text_get(&text));
    }
    cauce_status status = text.failed ? CA_NOMEM(run) : CAUCE_OK;
    ca_text_free(&text);
    return status;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const hashing_params *params = self->params;
    hashing_column *columns = cauce_keep(run, self->in->width, sizeof *columns);
    cauce_field *out = cauce_bind_fields(run, binding, 1);
    int64_t j = 0;
    if (!columns || !out) return run->error.status;
    for (int64_t f = 0; f < self->in->n_fields; f++)
        for (int64_t c = 0; c < self->in->fields[f].width; c++, j++) {
            const cauce_field *field = &self->in->fields[f];
            columns[j] = (hashing_column){ .block = f, .column = c };
            if (field->form == CAUCE_CODES) {
                CA_TRY(bind_codes(run, params, field, &columns[j]));
                continue;
            }
            const char *name = ca_field_column(run, field, c);
            if (!name) return run->error.status;
            columns[j].number = hash_of(params, name);
        }
    out->name = "hash";
    out->width = params->n_features;
    if (params->n_features > 4096) binding->block_rows = 16; /* a block of rows is to stay in the cache */
    binding->bound = columns;
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const hashing_params *params = self->params;
    const hashing_column *columns = self->bound;
    double *values = cauce_block_values(&out->blocks[0]);
    int64_t stride = out->blocks[0].stride;
    for (int64_t k = 0; k < params->n_features; k++)
        memset(values + k * stride, 0, (size_t)in->n_rows * sizeof *values);
    for (int64_t j = 0; j < self->in->width; j++) {
        const hashing_column *column = &columns[j];
        const cauce_block *from = &in->blocks[column->block];
        for (int64_t r = 0; r < in->n_rows; r++) {
            hashed h = column->by_code ? column->by_code[from->codes[r] + 2] : column->number;
            double x = column->by_code ? 1 : from->values[r + column->column * from->stride];
            values[r + h.column * stride] += h.value * x;
        }
    }
    return CAUCE_OK;
}

const cauce_component cauce_hashing_encoder = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "hashing_encoder",
    .summary = "Spreads the categories of all columns over a fixed number of columns by a hash.",
    .reference = "Weinberger and others 2009, doi:10.1145/1553374.1553516",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_CATEGORY,
    .params_size = sizeof(hashing_params),
    .params = param_rows,
    .state_size = sizeof(hashing_state),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = ca_trace_evenly,
};
