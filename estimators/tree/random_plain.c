/* The loops over the rows of a node (random_rows.h) for any processor. */
#include <math.h>
#include <string.h>

#include "base/wide.h"
#include "tree/draws.h"
#include "tree/offsets.h"
#include "tree/random_rows.h"

static inline const uint8_t *values_of(const ca_random_node *node, int64_t i, int32_t lane) {
    return node->keys + node->key_rows[i] * node->stride + lane * (int64_t)sizeof(float);
}

static void read_statistics(ca_random_node *node) {
    for (int64_t i = 0; i < node->n; i++) {
        const uint32_t row = node->rows[i];
        const uint8_t *from = node->statistics + row * node->step;
        if (node->offset)
            memcpy(&node->offset[i], from, sizeof *node->offset);
        else {
            uint64_t pack;
            memcpy(&pack, from, sizeof pack);
            if (node->ones)
                node->ones[i] = (uint8_t)pack;
            else
                node->pack[i] = pack;
        }
        if (node->row_weight) node->weights[i] = node->row_weight[row];
    }
}

/* Four lanes at a time stay in one register of any processor. */
enum { LANES = 4 };
typedef float some __attribute__((vector_size(16)));
typedef int32_t some_masks __attribute__((vector_size(16)));
#define CHOSEN(mask, a, b) ((some)(((mask) & (some_masks)(a)) | (~(mask) & (some_masks)(b))))

static uint64_t find_ranges(ca_random_node *node) {
    uint64_t varying = 0, some_missing = 0;
    for (int32_t l = 0; l < node->lanes; l += LANES) {
        some low, high, x;
        some_masks missing = { 0 };
        for (int k = 0; k < LANES; k++) {
            low[k] = HUGE_VALF;
            high[k] = -HUGE_VALF;
        }
        for (int64_t i = 0; i < node->n; i++) {
            memcpy(&x, values_of(node, i, l), sizeof x);
            low = CHOSEN(x < low, x, low);
            high = CHOSEN(x > high, x, high);
            missing |= x != x;
        }
        memcpy(node->low + l, &low, sizeof low);
        memcpy(node->high + l, &high, sizeof high);
        for (int k = 0; k < LANES; k++) {
            varying |= (uint64_t)(low[k] < high[k]) << (l + k);
            some_missing |= (uint64_t)(missing[k] && low[k] <= high[k]) << (l + k);
        }
    }
    node->with_missing = some_missing;
    return varying | some_missing;
}

static uint64_t range(ca_random_node *node) {
    read_statistics(node);
    return find_ranges(node);
}

static uint64_t pick(ca_random_node *node) {
    const int64_t width = ca_random_width(node->lanes);
    read_statistics(node);
    for (int64_t i = 0; i < node->n; i++) {
        float *to = node->picked + i * width;
        for (int32_t l = 0; l < node->lanes; l++) {
            uint32_t word;
            memcpy(&word, values_of(node, i, node->word[l]), sizeof word);
            memcpy(&to[l], node->bit[l] ? (const void *)&node->value[(word & node->bit[l]) != 0][l] : &word,
                   sizeof *to);
        }
    }
    node->keys = (const uint8_t *)node->picked;
    node->stride = width * (int64_t)sizeof *node->picked;
    node->key_rows = node->in_order;
    return find_ranges(node);
}

/* The largest number of single precision that is not above x, which is between two of them. */
static float single_below(double x) {
    float y = (float)x;
    return (double)y > x ? nextafterf(y, -HUGE_VALF) : y;
}

static void draw(ca_random_node *node, uint64_t lanes) {
    for (; lanes; lanes &= lanes - 1) {
        const int32_t l = __builtin_ctzll(lanes);
        const double a = (double)node->low[l], b = (double)node->high[l];
        const double x = a + ca_uniform_of(node->key, (uint64_t)node->column[l]) * (b - a);
        node->threshold[l] = x < b ? x : a; /* rounded up */
        node->cut[l] = single_below(node->threshold[l]);
    }
}

/* Of each row those of some lanes of a group that it is left of. */
static void find_sides_of(const ca_random_node *node, int32_t first, unsigned lanes, uint16_t *sides) {
    const bool missing_left = node->missing_left;
    int32_t list[CA_RANDOM_LANES], n = 0;
    for (; lanes; lanes &= lanes - 1) list[n++] = __builtin_ctz(lanes);
    for (int64_t i = 0; i < node->n; i++) {
        const uint8_t *from = values_of(node, i, first);
        unsigned bits = 0;
        for (int32_t k = 0; k < n; k++) {
            const float cut = node->cut[first + list[k]];
            float x;
            memcpy(&x, from + list[k] * (int64_t)sizeof x, sizeof x);
            bits |= (unsigned)(missing_left ? !(x > cut) : x <= cut) << list[k];
        }
        sides[i] = (uint16_t)bits;
    }
}

static uint16_t *sides_of(const ca_random_node *node, int32_t lane) {
    return node->sides + lane / CA_RANDOM_LANES * node->most;
}

static void find_sides(const ca_random_node *node, uint64_t lanes) {
    for (int32_t first = 0; first < node->lanes; first += CA_RANDOM_LANES)
        if (lanes >> first & 0xffff)
            find_sides_of(node, first, (unsigned)(lanes >> first & 0xffff), sides_of(node, first));
}

CA_WIDE static uint64_t sum_packs(const uint16_t *sides, int lane, const uint64_t *packs, int64_t n) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < n; i++) sum += packs[i] & (0 - (uint64_t)(sides[i] >> lane & 1));
    return sum;
}

/* Rows of weight 1. */
CA_WIDE static uint64_t count_rows(const uint16_t *sides, int lane, const uint8_t *ones, int64_t n) {
    uint32_t weight = 0, sum = 0;
    for (int64_t i = 0; i < n; i++) {
        const uint32_t left = sides[i] >> lane & 1;
        weight += left;
        sum += left & ones[i];
    }
    return (uint64_t)weight << 32 | sum;
}

static void classes(ca_random_node *node, uint64_t lanes) {
    find_sides(node, lanes);
    for (; lanes; lanes &= lanes - 1) {
        const int32_t l = __builtin_ctzll(lanes), lane = l % CA_RANDOM_LANES;
        const uint16_t *sides = sides_of(node, l);
        const uint64_t sum = node->ones ? count_rows(sides, lane, node->ones, node->n)
                                        : sum_packs(sides, lane, node->pack, node->n);
        node->sum[l] = (double)(uint32_t)sum;
        node->weight[l] = (double)(sum >> 32);
    }
}

static void more_classes(ca_random_node *node, uint64_t lanes) {
    find_sides(node, lanes);
    for (; lanes; lanes &= lanes - 1) {
        const int32_t l = __builtin_ctzll(lanes), lane = l % CA_RANDOM_LANES;
        const int64_t group = l / CA_RANDOM_LANES;
        const uint16_t *sides = sides_of(node, l);
        uint32_t *left = node->class_left + group * node->n_classes * CA_RANDOM_LANES + lane, weight = 0;
        for (int32_t i = 0; i < node->n_present; i++) left[node->present[i] * CA_RANDOM_LANES] = 0;
        for (int64_t i = 0; i < node->n; i++) {
            const uint64_t pack = node->ones ? UINT64_C(1) << 32 | node->ones[i] : node->pack[i];
            const uint32_t w = (uint32_t)(pack >> 32) & (0 - (uint32_t)(sides[i] >> lane & 1));
            left[(uint32_t)pack * CA_RANDOM_LANES] += w;
            weight += w;
        }
        node->weight[l] = weight;
    }
}

static void numbers(ca_random_node *node, uint64_t lanes) {
    find_sides(node, lanes);
    for (; lanes; lanes &= lanes - 1) {
        const int32_t l = __builtin_ctzll(lanes), lane = l % CA_RANDOM_LANES;
        const uint16_t *sides = sides_of(node, l);
        double sum = 0;
        uint32_t weight = 0;
        for (int64_t i = 0; i < node->n; i++) {
            const bool left = sides[i] >> lane & 1;
            sum += left ? node->offset[i] : 0;
            weight += left ? node->row_weight ? node->weights[i] : 1 : 0;
        }
        node->sum[l] = sum;
        node->weight[l] = weight;
    }
}

static void squares(ca_random_node *node) {
    for (int32_t l = 0; l < node->lanes; l++) {
        const ca_pair left = { node->sum[l], node->weight[l] };
        node->gain[l] = ca_squares(left, (ca_pair){ node->total.s - left.s, node->total.w - left.w });
    }
}

static void gini(ca_random_node *node) {
    for (int32_t l = 0; l < node->lanes; l++) {
        const int64_t group = l / CA_RANDOM_LANES, lane = l % CA_RANDOM_LANES;
        const uint32_t *left = node->class_left + group * node->n_classes * CA_RANDOM_LANES + lane;
        double lefts = 0, rights = 0;
        for (int32_t i = 0; i < node->n_present; i++) {
            const int32_t c = node->present[i];
            const double a = left[c * CA_RANDOM_LANES], b = node->class_total[c] - a;
            lefts += a * a;
            rights += b * b;
        }
        node->gain[l] = lefts / node->weight[l] + rights / (node->total.w - node->weight[l]);
    }
}

static inline double weight_of(const ca_random_node *node, int64_t i) {
    return node->row_weight ? (double)node->weights[i] : 1;
}

static double offsets(ca_random_node *node, ca_scoring scoring) {
    double *y = node->offset, low = y[0], high = y[0], weight = 0, sum = 0;
    for (int64_t i = 0; i < node->n; i++) {
        low = y[i] < low ? y[i] : low;
        high = y[i] > high ? y[i] : high;
        weight += weight_of(node, i);
    }
    if (low == high) return 0;
    const ca_offsets o = ca_find_offsets(scoring, low, high, weight);
    for (int64_t i = 0; i < node->n; i++) {
        y[i] = ca_whole_of((y[i] - o.centre) * o.scale);
        sum += weight_of(node, i) * y[i];
    }
    const double mean = scoring == CA_SCORE_POISSON ? 0 : ca_whole_of(sum / weight);
    sum = 0;
    for (int64_t i = 0; i < node->n; i++) sum += y[i] = weight_of(node, i) * (y[i] - mean);
    node->total = (ca_pair){ sum, weight };
    return o.scale;
}

static int64_t part(ca_random_node *node, int32_t lane) {
    const uint16_t *sides = sides_of(node, lane);
    int64_t n_left = 0, n_right = 0;
    for (int64_t i = 0; i < node->n; i++) {
        const uint32_t row = node->rows[i], left = sides[i] >> lane % CA_RANDOM_LANES & 1;
        node->rows[n_left] = row;
        node->spare[n_right] = row;
        n_left += left;
        n_right += !left;
    }
    memcpy(node->rows + n_left, node->spare, (size_t)n_right * sizeof *node->spare);
    return n_left;
}

const ca_random_kernels *ca_random_plain(void) {
    static const ca_random_kernels kernels = { range,   pick,    draw, classes, more_classes,
                                               numbers, squares, gini, offsets, part };
    return &kernels;
}
