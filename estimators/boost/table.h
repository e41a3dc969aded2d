/* The training rows as small codes: what boosting counts and cuts.
 *
 * Each column that can be cut becomes a *feature*; the codes of a feature lie in a *slot*, one byte a row.
 * Number and category columns have a slot each. Columns of two values, of which hardly two are unusual in
 * the same row (one-hot blocks by construction, others when it turns out so), share one: its code says which
 * of them is unusual, 0: none. So forty indicator columns cost what one does. (Exclusive feature bundling: Ke
 * et al., "LightGBM", NIPS 2017; here without conflicts, hence without loss.)
 *
 * A node's histogram is one array: slot after slot, code after code. */
#ifndef CA_BOOST_TABLE_H
#define CA_BOOST_TABLE_H

#include "cauce/sys/component.h"

enum {
    CA_BOOST_BINS = 255, /* most bins of present values; one more for the missing */
    CA_TILE_SLOTS = 64   /* most slots of a tile */
};

typedef enum ca_feature_kind {
    CA_FEATURE_NUMBER,   /* bin b: thresholds[b-1] < x <= thresholds[b] */
    CA_FEATURE_CATEGORY, /* bins stand for levels */
    CA_FEATURE_SHARED    /* two values; code `code` of the slot is the unusual one */
} ca_feature_kind;

typedef struct ca_feature {
    ca_feature_kind kind;
    bool missing;        /* there are missing rows in training: bin n_bins */
    bool unusual_is_low; /* SHARED: the unusual value is the lower one */
    int32_t column;      /* of the schema, counting every column of wide blocks */
    int32_t slot, code;
    int32_t first;            /* its first bin in a histogram */
    int32_t n_bins;           /* of present values */
    const double *thresholds; /* NUMBER, SHARED: n_bins - 1 */
    int32_t n_levels;         /* CATEGORY: bin of each level */
    const uint8_t *level_bins;
} ca_feature;

typedef struct ca_slot {
    uint8_t *codes; /* by row */
    int32_t n_codes, first;
} ca_slot;

/* Slots side by side, row by row, for histograms: a tile is so narrow that its histogram stays in the cache.
 * In place of codes stand twice their places in the tile's part of a histogram, so that no address has to be
 * computed. */
typedef struct ca_tile {
    int32_t slot, n_slots; /* slot .. slot + n_slots - 1 */
    int32_t first;         /* its first bin in a histogram */
    int64_t stride;
    uint16_t *places; /* n_rows x stride */
} ca_tile;

typedef struct ca_table {
    int64_t n_rows;
    int32_t n_features, n_slots, n_tiles, n_bins; /* bins: length of a histogram */
    ca_feature *features;                         /* by column */
    ca_slot *slots;
    ca_tile *tiles;
    void **memory; /* owned */
    int64_t n_memory, memory_room;
} ca_table;

typedef struct ca_table_plan {
    const cauce_train *train;
    const int64_t *order; /* row order[i] of the training table is row i here */
    int64_t n_learn;      /* bins are made from the first n_learn rows here, */
    const int32_t *times; /* which count so often; NULL: 1 */
    int64_t max_bins;     /* 2 .. 255 */
    uint64_t seed;        /* for the sample of rows that long columns are cut by */
    /* The target of the rows here, where bins are to end at its jumps: one of them, or both NULL. */
    const double *y;
    const int32_t *y_class;
} ca_table_plan;

/* Codes the rows. `table` zeroed; give back with ca_table_free, also after a failure. */
cauce_status ca_table_make(cauce_run *run, const ca_table_plan *plan, ca_table *table);
void ca_table_free(ca_table *table);

/* Cuts between the values of a column: the midpoints of neighbours when there are at most max_bins distinct
 * ones, otherwise max_bins - 1 percentiles, each the middle of the two values around its place (values of
 * weight k stand k times). Writes at most max_bins - 1 ascending thresholds, returns how many. n values,
 * ascending, no NaN; times NULL: 1. */
int32_t ca_thresholds_of(const double *values, const int32_t *times, int64_t n, int64_t max_bins,
                         double *thresholds);

/* The rows of a column, by its value: what moves its cuts. */
typedef struct ca_edge_rows {
    int64_t n;
    const double *values; /* ascending, no NaN */
    const int32_t *times; /* NULL: 1 */
    const double *y;      /* or */
    const int32_t *y_class;
    int32_t n_classes;
} ca_edge_rows;

/* Moves ascending cuts between the values, each at most half a bin, to where the target jumps; a cut without
 * a clear jump near it stays where it is. scratch: n zeros. */
void ca_thresholds_to_edges(const ca_edge_rows *rows, double *thresholds, int32_t n_thresholds,
                            double *scratch);

#endif
