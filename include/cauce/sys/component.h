/* The extension API: how a transformer or an estimator is described. Built-in components use the same tables.
 *
 * A component is two tables (parameter rows, state rows) and a few functions. Defaults, parsing, ranges,
 * grids, help, JSON Schema, saving, loading, cloning and equality are derived from the tables. Register an
 * outside component with cauce_register before it is named anywhere. docs/extending.md walks through one.
 */
#ifndef CAUCE_SYS_COMPONENT_H
#define CAUCE_SYS_COMPONENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cauce/sys/run.h"
#include "cauce/table.h"

#ifdef __cplusplus
extern "C" {
#endif

#define CAUCE_COMPONENT_ABI 1

/* ---- What flows: schema and batches -------------------------------------------------------------------- */

/* A list of texts. As the dictionary of a category it is sorted by bytes, without repeats, and code i stands
 * for text i. */
typedef struct cauce_levels cauce_levels;
CAUCE_API int32_t cauce_levels_count(const cauce_levels *levels);
CAUCE_API const char *cauce_levels_text(const cauce_levels *levels, int32_t i); /* borrowed, NUL-terminated */
/* Code of `text` in a sorted dictionary, or -1. Constant time, allocates nothing. */
CAUCE_API int32_t cauce_levels_find(const cauce_levels *levels, const char *text, size_t length);
/* A list that belongs to the model under construction (texts are copied). NULL: NOMEM recorded. */
CAUCE_API const cauce_levels *cauce_levels_keep(cauce_run *run, const char *const *texts, int32_t count);

/* How the columns of a block are held. */
typedef enum cauce_form {
    CAUCE_DENSE, /* doubles, column by column; NaN = missing */
    CAUCE_CODES, /* one category column: int32 codes into `levels`; CAUCE_MISSING, CAUCE_UNKNOWN */
    CAUCE_ONEHOT /* `width` 0/1 columns of which at most one is 1: int32 index of that column; -1: none */
} cauce_form;

#define CAUCE_MISSING (-1) /* a missing category */
#define CAUCE_UNKNOWN (-2) /* a category that was not there at fit */

/* One block of columns in a schema. */
typedef struct cauce_field {
    const char *name; /* name of the column; for width > 1 the stem of the names */
    cauce_kind kind;  /* NUMBER for DENSE and ONEHOT */
    cauce_form form;
    int64_t width;              /* number of columns; 1 for CODES */
    const cauce_levels *levels; /* CODES: the dictionary */
    const cauce_levels *labels; /* width texts: column i is name_label; NULL: name, or name0, name1, ... */
    bool optional;              /* input of a model: nothing uses this column, it may be absent */
} cauce_field;

typedef struct cauce_schema {
    int64_t n_fields;
    const cauce_field *fields;
    int64_t width; /* sum of the widths */
} cauce_schema;

/* The cells of one block for some rows. */
typedef struct cauce_block {
    union {
        const double *values; /* DENSE: row r, column j is values[r + j * stride] */
        const float *singles; /* with `single`, in place of them */
    };
    const int32_t *codes; /* CODES, ONEHOT: row r is codes[r] */
    int64_t stride;       /* rows between the columns of a DENSE block, >= n_rows */
    void *room;           /* of an output block: memory for the cells, see cauce_block_values */
    int64_t room_stride;  /* rows between the columns of `room`; 0: stride */
    bool lasts;           /* at fit: the cells stay where they are until the fit of the model ends */
    /* of DENSE blocks at fit with CAUCE_TAG_AS_IT_LIES: */
    bool single;  /* the numbers are floats */
    int32_t step; /* numbers from row to row of a column; 0: 1 */
} cauce_block;

/* Some consecutive rows: one block for each field of a schema. */
typedef struct cauce_batch {
    int64_t n_rows;
    int64_t n_blocks;
    cauce_block *blocks;
    int64_t first_row; /* number of the first row in the table, from 0; messages count from 1 */
    /* n_rows finite numbers that an estimator with CAUCE_TAG_OFFSET adds to its linear part; NULL: none. Goes
     * from step to step by itself. */
    const double *offset;
} cauce_batch;

/* Inside apply: says that the block's cells are written to its own memory, and gives that memory (n_rows x
 * width doubles, column j at + j * block->stride; or n_rows codes). To hand an input block on unchanged, copy
 * its values, codes and stride instead: that costs nothing. */
static inline double *cauce_block_values(cauce_block *block) {
    block->values = (const double *)block->room;
    if (block->room_stride) block->stride = block->room_stride;
    return (double *)block->room;
}
static inline int32_t *cauce_block_codes(cauce_block *block) {
    block->codes = (const int32_t *)block->room;
    return (int32_t *)block->room;
}
static inline void cauce_block_share(cauce_block *out, const cauce_block *in) {
    out->values = in->values;
    out->codes = in->codes;
    out->stride = in->stride;
}

/* Everything that fit sees. Rows of weight 0 and levels without a row have been left out before. */
typedef struct cauce_train {
    int64_t n_rows;
    const cauce_schema *schema;
    const cauce_batch *x;        /* all n_rows rows, and their offsets */
    const double *y;             /* regression: the target, n_rows, finite (see targets); otherwise NULL */
    const int32_t *y_class;      /* classification: class 0 .. n_classes-1, n_rows; otherwise NULL */
    int32_t n_classes;           /* 0 for regression and without a target */
    const cauce_levels *classes; /* their names, in order */
    const double *weight;        /* n_rows, > 0; NULL: all 1 */
    const int32_t *group;        /* n_rows, 0 .. n_groups-1; NULL: none */
    int32_t n_groups;
    bool exposure; /* x->offset are logarithms of exposures */
    /* For components of CAUCE_TAG_STEPWISE only (start: of CAUCE_TAG_GOES_ON too), others need not look; both
     * since a later version. validation: rows to be looked at and not learned from: schema, classes and
     * n_classes are those of the training rows, levels that these do not have are CAUCE_UNKNOWN, there are no
     * groups; NULL: none. start: an earlier fit of the same component, for the same input and classes, to go
     * on from (its params may be others); NULL: from nothing. */
    const struct cauce_train *validation;
    const struct cauce_fitted *start;
    bool deviation; /* the fit has to keep what the component's deviation function needs */
    /* For components of CAUCE_TAG_MULTI_TARGET only, others need not look: the names of several targets, in
     * the order of the columns of y, which is n_rows x cauce_n_targets(targets) numbers then, column by
     * column. NULL: there is one. Since a later version still. */
    const cauce_levels *targets;
} cauce_train;

/* How many targets there are, of the `targets` of cauce_train and cauce_fitted. */
static inline int64_t cauce_n_targets(const cauce_levels *targets) {
    return targets ? cauce_levels_count(targets) : 1;
}
/* The same training rows with target t of several alone. */
static inline cauce_train cauce_train_target(const cauce_train *train, int64_t t) {
    cauce_train one = *train;
    if (one.targets) one.y += t * one.n_rows;
    one.targets = NULL;
    return one;
}

/* ---- Parameters ---------------------------------------------------------------------------------------- */

typedef enum cauce_value_type {
    CAUCE_V_NULL = 1,
    CAUCE_V_BOOL = 2,
    CAUCE_V_INT = 4,
    CAUCE_V_REAL = 8,
    CAUCE_V_TEXT = 16,
    CAUCE_V_LIST = 32
} cauce_value_type;

/* A parameter value as written. */
typedef struct cauce_value {
    cauce_value_type type;
    int64_t integer;  /* BOOL (0, 1), INT */
    double real;      /* REAL; also set for INT */
    const char *text; /* TEXT */
    const struct cauce_value *items;
    int64_t n_items; /* LIST */
} cauce_value;

typedef enum cauce_param_type {
    CAUCE_PARAM_END,
    CAUCE_PARAM_BOOL,   /* bool */
    CAUCE_PARAM_INT,    /* int64_t */
    CAUCE_PARAM_REAL,   /* double */
    CAUCE_PARAM_CHOICE, /* int: index into the words */
    CAUCE_PARAM_TEXT,   /* const char * */
    CAUCE_PARAM_LIST,   /* cauce_value of type LIST */
    CAUCE_PARAM_MIXED   /* cauce_value: one of the types in `allowed` */
} cauce_param_type;

typedef struct cauce_param {
    const char *name;
    cauce_param_type type;
    size_t offset;              /* in the component's parameter struct */
    const char *fallback;       /* the default, in the text grammar */
    double low, high;           /* INT, and the ints of MIXED: closed range; REAL: closed unless open_low */
    double real_low, real_high; /* the reals of MIXED: open at real_low with open_low, else closed */
    bool open_low;
    unsigned allowed;  /* MIXED: CAUCE_V_ bits */
    const char *words; /* CHOICE, MIXED: the words accepted, "a|b|c"; NULL with V_TEXT: any text */
    const char *help;  /* one sentence */
} cauce_param;

#define CAUCE_OFFSET_(T, f, type)                                                                            \
    (offsetof(T, f) + 0 * sizeof(char[_Generic(((T *)0)->f, type : 1, default : -1)]))
#define CAUCE_BOOL(T, f, fallback, help)                                                                     \
    { #f, CAUCE_PARAM_BOOL, CAUCE_OFFSET_(T, f, bool), #fallback, 0, 1, 0, 0, false, 0, NULL, help }
#define CAUCE_INT(T, f, fallback, low, high, help)                                                           \
    { #f, CAUCE_PARAM_INT, CAUCE_OFFSET_(T, f, int64_t), #fallback, low, high, 0, 0, false, 0, NULL, help }
#define CAUCE_REAL(T, f, fallback, low, high, help)                                                          \
    { #f, CAUCE_PARAM_REAL, CAUCE_OFFSET_(T, f, double), #fallback, low, high, 0, 0, false, 0, NULL, help }
/* A real that must be greater than `low`. */
#define CAUCE_REAL_ABOVE(T, f, fallback, low, high, help)                                                    \
    { #f, CAUCE_PARAM_REAL, CAUCE_OFFSET_(T, f, double), #fallback, low, high, 0, 0, true, 0, NULL, help }
#define CAUCE_CHOICE(T, f, fallback, words, help)                                                            \
    { #f, CAUCE_PARAM_CHOICE, CAUCE_OFFSET_(T, f, int), fallback, 0, 0, 0, 0, false, 0, words, help }
#define CAUCE_TEXT_PARAM(T, f, fallback, help)                                                               \
    { #f, CAUCE_PARAM_TEXT, CAUCE_OFFSET_(T, f, const char *), fallback, 0, 0, 0, 0, false, 0, NULL, help }
#define CAUCE_LIST(T, f, fallback, help)                                                                     \
    { #f, CAUCE_PARAM_LIST, CAUCE_OFFSET_(T, f, cauce_value), fallback, 0, 0, 0, 0, false, 0, NULL, help }
#define CAUCE_BELOW_1 0.99999999999999989 /* as an upper bound of reals: less than 1 */
/* `allowed`: CAUCE_V_ bits; ints in [low, high], reals in (real_low, real_high], words "a|b". */
#define CAUCE_MIXED(T, f, fallback, allowed, low, high, real_low, real_high, words, help)                    \
    {                                                                                                        \
#f, CAUCE_PARAM_MIXED, CAUCE_OFFSET_(T, f, cauce_value), fallback, low, high, real_low, real_high,   \
            true, allowed, words, help                                                                       \
    }
/* A real in [low, high], or a list, of which `check` knows more. */
#define CAUCE_REAL_OR_LIST(T, f, fallback, low, high, help)                                                  \
    {                                                                                                        \
#f, CAUCE_PARAM_MIXED, CAUCE_OFFSET_(T, f, cauce_value), #fallback, 0, 0, low, high, false,          \
            CAUCE_V_REAL | CAUCE_V_LIST, NULL, help                                                          \
    }
#define CAUCE_END                                                                                            \
    { NULL, CAUCE_PARAM_END, 0, NULL, 0, 0, 0, 0, false, 0, NULL, NULL }

/* ---- Fitted state -------------------------------------------------------------------------------------- */

typedef enum cauce_dtype {
    CAUCE_STATE_LAST,
    CAUCE_F64,
    CAUCE_F32,
    CAUCE_I64,
    CAUCE_I32,
    CAUCE_U32,
    CAUCE_U16,
    CAUCE_U8,
    CAUCE_SCALAR_INT, /* int64_t in the struct itself */
    CAUCE_SCALAR_REAL /* double in the struct itself */
} cauce_dtype;

/* One array or number of the fitted state. Rows of one name are forms of it that differ in their dimensions,
 * of which a fit makes one (a number and an array: the array, where it made one). Arrays come from
 * cauce_keep; their lengths are int64_t members of the same struct, which loading sets and checks against
 * each other. */
typedef struct cauce_state {
    const char *name; /* also the name for cauce_get_array: step__name */
    cauce_dtype dtype;
    size_t offset;
    size_t rows, cols; /* offsets of the lengths; (size_t)-1: 1 */
    const char *help;
} cauce_state;

#define CAUCE_ARRAY(T, f, dtype, n, help)                                                                    \
    { #f, dtype, offsetof(T, f), CAUCE_OFFSET_(T, n, int64_t), (size_t)-1, help }
#define CAUCE_MATRIX(T, f, dtype, n_rows, n_cols, help)                                                      \
    { #f, dtype, offsetof(T, f), CAUCE_OFFSET_(T, n_rows, int64_t), CAUCE_OFFSET_(T, n_cols, int64_t), help }
#define CAUCE_NUMBER_INT(T, f, help)                                                                         \
    { #f, CAUCE_SCALAR_INT, CAUCE_OFFSET_(T, f, int64_t), (size_t)-1, (size_t)-1, help }
#define CAUCE_NUMBER_REAL(T, f, help)                                                                        \
    { #f, CAUCE_SCALAR_REAL, CAUCE_OFFSET_(T, f, double), (size_t)-1, (size_t)-1, help }
#define CAUCE_STATE_END                                                                                      \
    { NULL, CAUCE_STATE_LAST, 0, 0, 0, NULL }

/* ---- The component ------------------------------------------------------------------------------------- */

typedef enum cauce_component_role {
    CAUCE_TRANSFORMER = 1,
    CAUCE_CLASSIFIER = 2,
    CAUCE_REGRESSOR = 4
} cauce_component_role;

enum {
    CAUCE_TAG_MISSING = 1,  /* takes missing and infinite numbers (otherwise refused before fit and apply) */
    CAUCE_TAG_CATEGORY = 2, /* takes CODES blocks (otherwise booleans become 0/1, categories are an error) */
    CAUCE_TAG_ONEHOT = 4,   /* takes ONEHOT blocks (otherwise they are made dense) */
    CAUCE_TAG_RANDOM = 8,   /* has a random_state */
    CAUCE_TAG_SUPERVISED = 16, /* a transformer that needs the target */
    CAUCE_TAG_ANY_INPUT = 32,  /* works without a single input column (dummy estimators) */
    CAUCE_TAG_MARGIN = 64,     /* a classifier whose numbers are decision values, not probabilities */
    CAUCE_TAG_LOGIT = 128,     /* a classifier of probabilities whose logarithms are its decision values */
    CAUCE_TAG_STEPWISE = 256,  /* fits step by step: takes validation rows, and goes on from an earlier fit */
    CAUCE_TAG_GOES_ON = 1024,  /* goes on from an earlier fit, and looks at no validation rows */
    CAUCE_TAG_OFFSET = 512,    /* an estimator that adds x->offset (otherwise one that is there is refused) */
    /* Of built-in estimators: fit takes DENSE blocks with a step and of floats, and says when it needs to
     * know that their numbers are finite. */
    CAUCE_TAG_AS_IT_LIES = 2048,
    /* Of built-in estimators: fit reads DENSE blocks that have no values from the table (ca_unread in
     * src/base/run.h). */
    CAUCE_TAG_UNREAD = 4096,
    /* A regressor that learns several targets at once, and puts out a number for each (otherwise they are
     * refused, as by transformers that need the target and have no such tag). */
    CAUCE_TAG_MULTI_TARGET = 8192
};

typedef struct cauce_component cauce_component;

/* A fitted component as bind, apply and verify see it. Everything is read-only and shared by threads. */
typedef struct cauce_fitted {
    const cauce_component *component;
    const char *name;        /* of the step */
    const void *params;      /* the component's parameter struct */
    const void *state;       /* its state struct */
    const void *bound;       /* what bind set up */
    const cauce_schema *in;  /* what apply reads */
    const cauce_schema *out; /* what apply writes (not yet set inside bind) */
    int32_t n_classes;       /* of the target; 0 for regression */
    const cauce_levels *classes;
    const struct cauce_fitted *const *children; /* of a composite */
    int64_t n_children;
    const int64_t *stages; /* for apply_stages: n_stages numbers of stages, ascending */
    int64_t n_stages;
    const cauce_levels *targets; /* the names of several targets; NULL: one, or none. Since the same version
                                  * as in cauce_train */
} cauce_fitted;

/* What bind decides. */
typedef struct cauce_binding {
    cauce_field *fields; /* output: set with cauce_bind_fields */
    int64_t n_fields;
    int64_t block_rows; /* most rows apply takes at a time: 256 unless set (1 .. 65536) */
    size_t scratch;     /* bytes of scratch memory that apply needs for block_rows rows, 64-byte aligned */
    void *bound;        /* handed to apply as self->bound; from cauce_keep */
} cauce_binding;

/* n zeroed output fields (form DENSE, width 1, kind NUMBER), to be filled in. NULL: NOMEM recorded. */
CAUCE_API cauce_field *cauce_bind_fields(cauce_run *run, cauce_binding *binding, int64_t n);

struct cauce_component {
    uint32_t size;         /* sizeof(cauce_component) */
    uint32_t abi;          /* CAUCE_COMPONENT_ABI */
    const char *name;      /* snake_case of the scikit-learn class */
    const char *summary;   /* one sentence */
    const char *reference; /* paper, DOI, or NULL */
    cauce_component_role role;
    uint32_t tags;
    size_t params_size;
    const cauce_param *params; /* ends with CAUCE_END */
    size_t state_size;
    const cauce_state *state; /* ends with CAUCE_STATE_END */
    uint32_t state_version;   /* 1, and more when the state rows change */
    uint32_t oldest_state; /* oldest version that verify, bind and apply still take; 0: none but this one */

    /* Optional: checks parameters against each other. Ranges have been checked. */
    cauce_status (*check)(cauce_run *run, const void *params);
    /* Learns `state` (zeroed, state_size bytes) from the training rows. On failure nothing is kept. */
    cauce_status (*fit)(cauce_run *run, const void *params, const cauce_train *train, void *state);
    /* Optional: after fit and after loading: the output fields and whatever apply wants to have ready.
     * Default: a transformer's output has the fields of its input; a classifier's is one block of n_classes
     * probabilities (with CAUCE_TAG_MARGIN: decision values, of which the largest decides; of two classes
     * -d and d), a regressor's one number for each target. Must be a pure function of self. */
    cauce_status (*bind)(cauce_run *run, const cauce_fitted *self, cauce_binding *binding);
    /* Computes out (n_rows rows, blocks as bind said, room provided) from in. Allocates nothing, any n_rows
     * from 1 to block_rows, same bits for every n_rows. A failure names the row as in->first_row + r + 1. */
    cauce_status (*apply)(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch);
    /* Optional: the output for the training rows, right after fit, where it is not apply (cross-fitted
     * encoders). */
    cauce_status (*fit_transform)(cauce_run *run, const cauce_fitted *self, const cauce_train *train,
                                  cauce_batch *out);
    /* Checks a state that came from a file: anything that apply uses as index, length or bound. That arrays
     * which share a length agree has been checked; lengths against self->in and n_classes have not. Comes
     * before bind: self->bound and self->out are not set. Failure status: FORMAT. */
    cauce_status (*verify)(cauce_run *run, const cauce_fitted *self);
    /* NULL for everything but the built-in composites. */
    const struct cauce_composite *composite;
    /* Optional, of transformers whose output has the fields of the input, all of them DENSE: back from it, as
     * far as that goes: `from` is laid out as the output, `to` as the input, room provided. Allocates
     * nothing. A failure names the row. Since a later version than the others: descriptors without it are
     * taken. */
    cauce_status (*inverse)(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                            cauce_batch *to);
    /* Optional, of estimators that add up stages (the iterations of boosting), both or none, since a later
     * version than `inverse`. stages: how many there are. apply_stages: block i of `out` gets what apply
     * gives after the first self->stages[i] of them; after all of them the bits are those of apply. */
    int64_t (*stages)(const cauce_fitted *self);
    cauce_status (*apply_stages)(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                 cauce_batch *out, void *scratch);
    /* Optional, of transformers: where the output comes from. out[k] says what column k of the output is
     * worth; adds to in[j] what column j of the input has of it: all of an output column that is made of it
     * alone, an equal part of one that is made of several. Without it, block k of the output is made of block
     * k of the input where there are as many, of column k where there are as many of these, and otherwise of
     * all. Since a later version still. */
    void (*trace)(const cauce_fitted *self, const double *out, double *in);
    /* Optional, of regressors that know several quantiles of the target, both or none, since the same version
     * as `trace`. quantiles: how many; writes them, ascending, to levels (room for `most`). apply_quantiles:
     * block i of `out` gets the i-th, never below the one before it. */
    int64_t (*quantiles)(const cauce_fitted *self, double *levels, int64_t most);
    cauce_status (*apply_quantiles)(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                    cauce_batch *out, void *scratch);
    /* Optional, of regressors: the standard deviations of the targets of n_rows rows about what apply says of
     * them. As apply, with its scratch memory. Since the same version as `trace`. */
    cauce_status (*deviation)(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, double *out,
                              void *scratch);
    /* Optional: completes what bind set up (through self->bound), where that is work which a model that is
     * fitted or loaded, and never applied, should not pay for. Once, on one thread, before the first apply of
     * any kind; cauce_keep as in bind. On failure nothing is kept, self->bound has to be as it was, and it
     * may come again. Since a later version than `trace`. */
    cauce_status (*ready)(cauce_run *run, const cauce_fitted *self);
};

/* Registers a component for the whole process (borrowed: must outlive its use; usually a static const).
 * Errors: ARGUMENT for an incomplete descriptor, another ABI, a bad or taken name. Thread-safe. */
CAUCE_API cauce_status cauce_register(const cauce_component *component);

/* A loss of one's own, for hist_gradient_boosting_regressor loss=custom custom_loss=NAME. A model that was
 * fitted with it names it and predicts raw numbers: applying the model needs the loss no more. */
typedef struct cauce_loss {
    uint32_t size;    /* sizeof(cauce_loss) */
    const char *name; /* lower case letters, digits and single '_' */
    /* For each of n rows, at most 256: the loss as a function of the target y and the prediction, and its
     * first and second derivative by the prediction, unweighted, all finite, the second one not negative. A
     * pure function of the row, called from several threads at once. */
    void (*rows)(const void *payload, int64_t n, const double *y, const double *prediction, double *loss,
                 double *first, double *second);
    /* Optional (NULL: 0): the constant that boosting starts from, for n targets of these weights (NULL: all
     * 1). */
    double (*start)(const void *payload, int64_t n, const double *y, const double *weight);
    const void *payload; /* handed to both; borrowed */
} cauce_loss;
/* Makes a loss known to the whole process (borrowed: must outlive its use; usually a static const). Errors:
 * ARGUMENT for an incomplete one, a bad or taken name; LIMIT for more than 256. Thread-safe. */
CAUCE_API cauce_status cauce_register_loss(const cauce_loss *loss);

/* Weight of each class from a class_weight parameter: null (all 1), "balanced" (n / (K * count), counts
 * weighted by `weight`), or a list of "label:weight" texts (others: 1). Writes n_classes numbers. */
CAUCE_API cauce_status cauce_class_weights(cauce_run *run, const cauce_value *class_weight,
                                           const cauce_train *train, double *per_class);

#ifdef __cplusplus
}
#endif
#endif
