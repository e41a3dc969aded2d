/* Statistics of the rows of a node: whole numbers in doubles, so that every later sum is exact. */
#include <math.h>
#include <sched.h>
#include <string.h>

#include "base/alloc.h"
#include "base/run.h"
#include "base/wide.h"
#include "math/special.h"
#include "tree/few_rows.h"
#include "tree/histogram.h"
#include "tree/offsets.h"
#include "tree/partition.h"

static ca_scoring scoring_of(const ca_grow_plan *plan) {
    switch (plan->criterion) {
    case CA_GINI: return plan->n_classes <= 2 ? CA_SCORE_SQUARES : CA_SCORE_GINI;
    case CA_ENTROPY: return plan->n_classes <= 2 ? CA_SCORE_PAIR_ENTROPY : CA_SCORE_ENTROPY;
    case CA_POISSON: return CA_SCORE_POISSON;
    case CA_ABSOLUTE_ERROR: return CA_SCORE_ABSOLUTE;
    default: return CA_SCORE_SQUARES;
    }
}

static bool by_class(const ca_search *s) {
    return s->scoring >= CA_SCORE_GINI;
}

/* What the rows of a table count in a tree, before it is known how the tree reads it. */
typedef struct given {
    const double *weight;
    uint32_t *times; /* weight NULL: instead */
    double unit;     /* a weight counts so many times; 0: once */
    double sum, largest;
    bool whole;
} given;

static inline double given_weight(const given *g, int64_t row) {
    const double least = 0x1p-1000, w = g->weight ? g->weight[row] : g->times[row];
    if (g->unit == 0) return w;
    return w * g->unit > least ? w * g->unit : least;
}

static void add_up(const uint32_t *rows, int64_t n, given *g) {
    double sum = 0, largest = 0;
    bool whole = true;
    for (int64_t i = 0; i < n; i++) {
        double w = given_weight(g, rows[i]);
        sum += w;
        largest = w > largest ? w : largest;
        whole &= w == floor(w);
    }
    g->sum = sum;
    g->largest = largest;
    g->whole = whole;
}

/* Weights and targets share the bits of a sum. Weights that would take most of them, or that are too small to
 * be made whole, become at most 1: that changes no tree, for only their proportions count. */
static bool leave_bits(const given *g, int64_t n) {
    enum { BITS = 32 };
    return g->largest * (double)n <= ca_power_of_two(BITS) && g->largest >= ca_power_of_two(-BITS);
}

static void scale_weights(ca_search *s, const uint32_t *rows, int64_t n, given *g) {
    add_up(rows, n, g);
    if (!s->plan->n_classes && !leave_bits(g, n)) {
        g->unit = ca_power_of_two(-ca_exponent_of(g->largest));
        add_up(rows, n, g);
    }
    s->whole = g->whole && g->sum < 0x1p51;
    s->weight_scale = s->whole ? 1 : ca_power_of_two(CA_SUM_BITS - ca_exponent_of(g->sum));
    s->total_weight = g->sum;
    if (s->whole) return;
    s->total_weight = 0;
    for (int64_t i = 0; i < n; i++) s->total_weight += ca_whole_weight(s, given_weight(g, rows[i]));
}

enum { MANY = 1 << 14 }; /* rows, whose memory is worth going back to the system in the middle of a tree */

/* Not touched before they are needed: of packs only those of small nodes are. */
static ca_pair *take_pairs(cauce_run *run, int64_t n) {
    return n < MANY ? cauce_scratch(run, n, sizeof(ca_pair))
                    : ca_arena_cells(&run->scratch, (size_t)n * sizeof(ca_pair));
}

/* How long what a search has of each row is: what it scores decides which of these there are. */
typedef struct lengths {
    int64_t pairs, classes, weights, targets;
} lengths;

static lengths lengths_of(const ca_search *s, int64_t n) {
    const bool classes = by_class(s), numbers = s->plan->n_classes == 0;
    return (lengths){ .pairs = classes ? 0 : n + 3,
                      .classes = classes ? n : 0,
                      .weights = classes || numbers ? n + 3 : 0,
                      .targets = numbers ? n + 3 : 0 };
}

static cauce_status take_memory(cauce_run *run, ca_search *s, int64_t n) {
    const int64_t p = s->plan->bins->n_columns, k = s->plan->n_classes;
    const lengths of = lengths_of(s, n);
    s->codes = cauce_scratch(run, n, sizeof *s->codes);
    s->keys = cauce_scratch(run, n + CA_PARTITION_SLACK, sizeof *s->keys);
    s->spare = cauce_scratch(run, n + CA_PARTITION_SLACK, sizeof *s->spare);
    s->features = cauce_scratch(run, p, sizeof *s->features);
    s->constants = cauce_scratch(run, p, sizeof *s->constants);
    s->drawn = cauce_scratch(run, s->plan->max_features < p ? 2 * p : 0, sizeof *s->drawn);
    s->constant = cauce_scratch(run, p, sizeof *s->constant);
    s->class_total = cauce_scratch(run, 3 * (k + 1), sizeof *s->class_total);
    s->pairs = take_pairs(run, of.pairs);
    s->classes = cauce_scratch(run, of.classes, sizeof *s->classes);
    s->weights = cauce_scratch(run, of.weights, sizeof *s->weights);
    s->targets = cauce_scratch(run, of.targets, sizeof *s->targets);
    s->bins =
        cauce_scratch(run, CA_LARGEST_HISTOGRAM, by_class(s) ? (size_t)k * sizeof(double) : sizeof(ca_pair));
    s->bin_rows = cauce_scratch(run, CA_LARGEST_HISTOGRAM, sizeof *s->bin_rows);
    if (!s->codes || !s->keys || !s->spare || !s->features || !s->constants || !s->constant || !s->drawn ||
        !s->class_total || !s->pairs || !s->classes || !s->weights || !s->targets || !s->bins || !s->bin_rows)
        return CA_NOMEM(run);
    s->left = s->class_total + k + 1;
    s->right = s->left + k + 1;
    return CAUCE_OK;
}

static int bits_of_classes(int32_t n_classes) {
    int bits = 1;
    while (n_classes > INT64_C(1) << bits) bits++;
    return bits;
}

/* Whether the weight and the class of any row fit into 32 bits together, and all weights into 32. */
static bool packs_hold(const ca_search *s, const given *g) {
    return s->whole && s->total_weight < 0x1p32 && g->largest < (double)(UINT32_MAX >> s->pack_bits);
}

/* What a tree of classes reads of a row: one small place in memory. Times become it where they are. */
static cauce_status pack_rows(cauce_run *run, ca_search *s, int64_t n, const given *g) {
    const int64_t all = s->plan->bins->n_rows;
    const int32_t *y_class = s->plan->y_class;
    uint32_t *packs = g->weight ? cauce_scratch(run, all, sizeof *packs) : g->times;
    s->packs = cauce_scratch(run, n, sizeof *s->packs);
    if (!packs || !s->packs) return CA_NOMEM(run);
    for (int64_t r = 0; r < all && g->weight; r++) packs[r] = (uint32_t)g->weight[r];
    for (int64_t r = 0; r < all; r++) packs[r] = packs[r] << s->pack_bits | (uint32_t)y_class[r];
    s->data.packs = packs;
    if (s->packed && n >= MANY)
        ca_forget(s->pairs, (size_t)n * sizeof *s->pairs); /* as earlier trees left it */
    return CAUCE_OK;
}

/* What no pack holds: classes and weights apart. */
static cauce_status keep_weights(cauce_run *run, ca_search *s, const given *g) {
    const int64_t all = s->plan->bins->n_rows;
    s->data.y_class = s->plan->y_class;
    s->data.weight = g->weight;
    if (g->weight) return CAUCE_OK;
    double *weight = cauce_scratch(run, all, sizeof *weight);
    if (!weight) return CA_NOMEM(run);
    for (int64_t r = 0; r < all; r++) weight[r] = g->times[r];
    s->data.weight = weight;
    return CAUCE_OK;
}

static cauce_status pair_rows(cauce_run *run, ca_search *s, const given *g) {
    const int64_t all = s->plan->bins->n_rows;
    ca_pair *pairs = cauce_scratch(run, all, sizeof *pairs);
    if (!pairs) return CA_NOMEM(run);
    s->data.pairs = pairs;
    for (int64_t r = 0; r < all && !s->plan->n_classes; r++)
        pairs[r] = (ca_pair){ s->plan->y[r], given_weight(g, r) };
    if (!s->plan->n_classes) return CAUCE_OK;
    for (int64_t r = 0; r < all; r++) {
        double w = ca_whole_weight(s, given_weight(g, r));
        pairs[r] = (ca_pair){ s->plan->y_class[r] == 1 ? w : 0, w };
    }
    return keep_weights(run, s, g);
}

/* Working memory for n rows. */
static cauce_status begin(cauce_run *run, ca_search *s, int64_t n) {
    CA_TRY(take_memory(run, s, n));
    CA_TRY(ca_levels_begin(run, s));
    CA_TRY(ca_few_rows_begin(run, s));
    if (s->scoring == CA_SCORE_ABSOLUTE) CA_TRY(ca_ranks_begin(run, s, n));
    for (int64_t j = 0; j < s->plan->bins->n_columns; j++) s->features[j] = (int32_t)j;
    return CAUCE_OK;
}

cauce_status ca_search_begin(cauce_run *run, ca_search *s, const ca_grow_plan *plan, const uint32_t *rows,
                             int64_t n, const double *weight, uint32_t *times) {
    given g = { .weight = weight, .times = times };
    *s = (ca_search){ .plan = plan, .scoring = scoring_of(plan), .n_rows = n, .least_gain = -HUGE_VAL };
    s->data.columns = plan->bins->columns;
    scale_weights(s, rows, n, &g);
    s->min_weight = plan->min_weight_fraction_leaf * s->total_weight;
    s->constrained = plan->min_samples_leaf > 1 || s->min_weight > 0 || plan->monotonic;
    s->pack_bits = bits_of_classes(plan->n_classes);
    CA_TRY(begin(run, s, n));
    const bool hold = packs_hold(s, &g), drawn = plan->random_cuts && s->whole && !s->constrained;
    s->counted = by_class(s) && hold;
    s->packed = s->few->two_classes && (s->few->scan || drawn) && hold;
    if (s->counted || s->packed) return pack_rows(run, s, n, &g);
    return by_class(s) ? keep_weights(run, s, &g) : pair_rows(run, s, &g);
}

cauce_status ca_search_below(cauce_run *run, const ca_search *whole, int64_t n, ca_search *s) {
    *s = *whole;
    s->n_rows = n;
    s->node = s->n_constants = 0;
    s->team = NULL;
    CA_TRY(begin(run, s, n));
    if (!s->data.packs) return CAUCE_OK;
    s->packs = cauce_scratch(run, n, sizeof *s->packs);
    return s->packs ? CAUCE_OK : CA_NOMEM(run);
}

void ca_search_forget(ca_search *s) {
    const size_t n = (size_t)s->n_rows;
    const lengths of = lengths_of(s, s->n_rows);
    if (s->n_rows < MANY) return;
    ca_forget(s->codes, n * sizeof *s->codes);
    ca_forget(s->keys, n * sizeof *s->keys);
    ca_forget(s->spare, n * sizeof *s->spare);
    if (s->packs) ca_forget(s->packs, n * sizeof *s->packs);
    ca_forget(s->pairs, (size_t)of.pairs * sizeof *s->pairs);
    ca_forget(s->classes, (size_t)of.classes * sizeof *s->classes);
    ca_forget(s->weights, (size_t)of.weights * sizeof *s->weights);
    ca_forget(s->targets, (size_t)of.targets * sizeof *s->targets);
}

void ca_make_pairs(ca_search *s) {
    ca_pairing *all = s->pairing;
    while (all && __atomic_exchange_n(&all->taken, 1, __ATOMIC_ACQUIRE)) sched_yield();
    if (!all || !all->made)
        for (int64_t i = 0; i < s->n; i++) s->pairs[i] = ca_unpack(s->packs[i]);
    s->paired = true;
    if (!all) return;
    all->made = true;
    __atomic_store_n(&all->taken, 0, __ATOMIC_RELEASE);
}

static ca_pair load_packs(ca_search *s) {
    const uint32_t *packs = s->data.packs, *rows = s->rows;
    uint64_t *to = s->packs, total = 0;
    for (int64_t i = 0, n = s->n; i < n; i++) {
        const uint32_t pack = packs[rows[i]], w = pack >> 1; /* the class is one bit */
        to[i] = (uint64_t)w << 32 | (w & (0u - (pack & 1)));
        total += to[i];
    }
    s->paired = false;
    return ca_unpack(total);
}

static void load_two_classes(ca_search *s) {
    ca_pair total = { 0, 0 };
    if (s->packed) total = load_packs(s);
    for (int64_t i = 0; i < s->n && !s->packed; i++) {
        ca_pair pair = s->data.pairs[s->rows[i]];
        s->pairs[i] = pair;
        total.s += pair.s;
        total.w += pair.w;
    }
    s->total = total;
    s->value_unit = 1;
    s->node_weight = total.w;
    s->pure = total.s == 0 || total.s == total.w;
    s->unit = (s->scoring == CA_SCORE_SQUARES ? 2.0 : 1.0 / 0x1.62e42fefa39efp-1) / s->weight_scale;
    s->base = ca_pair_base(s->scoring, &s->plan->logs, total);
}

/* Neighbouring rows, often of the same class, go to several sets of sums: see bytes.c. */
static void load_counts(ca_search *s) {
    enum { SETS = 4 };
    const int64_t n = s->n, k = s->plan->n_classes, stride = n > SETS * k ? k : 0;
    const uint32_t *all = s->data.packs, *rows = s->rows;
    uint64_t *packs = s->packs;
    int32_t *classes = s->classes;
    double *weights = s->weights;
    uint32_t *sums = s->bins;
    const int bits = s->pack_bits;
    memset(sums, 0, (size_t)((SETS - 1) * stride + k) * sizeof *sums);
    for (int64_t i = 0; i < n; i++) {
        const uint32_t pack = all[rows[i]], w = pack >> bits, class = pack & ((UINT32_C(1) << bits) - 1);
        packs[i] = (uint64_t)w << 32 | class;
        classes[i] = (int32_t) class;
        weights[i] = w;
        sums[i % SETS * stride + class] += w;
    }
    for (int64_t c = 0; c < k; c++) {
        uint32_t sum = sums[c];
        for (int64_t j = 1; j < SETS && stride; j++) sum += sums[j * stride + c];
        s->class_total[c] = sum;
    }
}

static void load_classes(ca_search *s) {
    int32_t k = s->plan->n_classes, present = 0;
    memset(s->class_total, 0, (size_t)k * sizeof *s->class_total);
    if (s->counted) load_counts(s);
    for (int64_t i = 0; i < s->n && !s->counted; i++) {
        uint32_t row = s->rows[i];
        s->classes[i] = s->data.y_class[row];
        s->weights[i] = ca_row_weight(s, row);
        s->class_total[s->classes[i]] += s->weights[i];
    }
    double total = 0;
    for (int32_t c = 0; c < k; c++) {
        present += s->class_total[c] > 0;
        total += s->class_total[c];
    }
    s->node_weight = total;
    s->pure = present <= 1;
    s->unit = (s->scoring == CA_SCORE_GINI ? 1.0 : 1.0 / 0x1.62e42fefa39efp-1) / s->weight_scale;
    s->base = ca_class_side(s->scoring, &s->plan->logs, s->class_total, k, total);
}

/* Four numbers side by side. Sums of whole numbers are exact, so four of them are the same as one. */
typedef double four __attribute__((vector_size(32)));
typedef int64_t four_masks __attribute__((vector_size(32)));

/* Macros, for functions of vectors have no calling convention without AVX. */
#define CHOSEN(mask, a, b) ((four)(((mask) & (four_masks)(a)) | (~(mask) & (four_masks)(b))))
#define SUM_OF(v)          ((v)[0] + (v)[1] + (v)[2] + (v)[3])
#define WHOLE(v)           (((v) + 0x1.8p52) - 0x1.8p52)

/* Far places are read once: targets and weights of the node's rows, up to a multiple of four of them. */
static void read_targets(ca_search *s) {
    int64_t i = 0;
    for (; i < s->n; i++) {
        ca_pair row = s->data.pairs[s->rows[i]];
        s->targets[i] = row.s;
        s->weights[i] = row.w;
    }
    for (; i % 4; i++) {
        s->targets[i] = s->targets[0];
        s->weights[i] = 0;
    }
}

/* Most nodes have a few rows: for these it is not worth while to call what was compiled for wide vectors. */
enum { IN_PLACE_ROWS = 4 };
#define IN_PLACE static inline __attribute__((always_inline))

/* Returns the sum of the weights. */
IN_PLACE double find_spread(const double *y, const double *weights, int64_t n, double *low, double *high) {
    four least, most, sum, v, w;
    memcpy(&least, y, sizeof least);
    memcpy(&sum, weights, sizeof sum);
    most = least;
    for (int64_t i = 4; i < n; i += 4) {
        memcpy(&v, y + i, sizeof v);
        memcpy(&w, weights + i, sizeof w);
        least = CHOSEN(v < least, v, least);
        most = CHOSEN(v > most, v, most);
        sum += w;
    }
    *low = least[0];
    *high = most[0];
    for (int k = 1; k < 4; k++) {
        *low = least[k] < *low ? least[k] : *low;
        *high = most[k] > *high ? most[k] : *high;
    }
    return SUM_OF(sum);
}

/* Targets become whole offsets; their weighted sum comes back. */
IN_PLACE double make_whole(double *y, const double *weights, int64_t n, double centre, double scale) {
    four sum = { 0 }, v, w;
    for (int64_t i = 0; i < n; i += 4) {
        memcpy(&v, y + i, sizeof v);
        memcpy(&w, weights + i, sizeof w);
        v = WHOLE((v - centre) * scale);
        memcpy(y + i, &v, sizeof v);
        sum += WHOLE(w * v);
    }
    return SUM_OF(sum);
}

/* The offsets from their mean, weighted; their sum comes back. */
IN_PLACE double weigh_offsets(const double *y, const double *weights, int64_t n, double mean,
                              ca_pair *pairs) {
    four sum = { 0 }, v, w;
    for (int64_t i = 0; i < n; i += 4) {
        memcpy(&v, y + i, sizeof v);
        memcpy(&w, weights + i, sizeof w);
        v = WHOLE(w * (v - mean));
        for (int k = 0; k < 4; k++) pairs[i + k] = (ca_pair){ v[k], w[k] };
        sum += v;
    }
    return SUM_OF(sum);
}

CA_WIDE static double find_wide_spread(const double *y, const double *weights, int64_t n, double *low,
                                       double *high) {
    return find_spread(y, weights, n, low, high);
}

CA_WIDE static double make_wide_whole(double *y, const double *weights, int64_t n, double centre,
                                      double scale) {
    return make_whole(y, weights, n, centre, scale);
}

CA_WIDE static double weigh_wide_offsets(const double *y, const double *weights, int64_t n, double mean,
                                         ca_pair *pairs) {
    return weigh_offsets(y, weights, n, mean, pairs);
}

/* Whole offsets around their own mean: S_l^2 / W_l + S_r^2 / W_r then loses nothing by cancellation. */
static void load_targets(ca_search *s) {
    double low, high;
    read_targets(s);
    bool few = s->n <= IN_PLACE_ROWS;
    double total_weight = (few ? find_spread : find_wide_spread)(s->targets, s->weights, s->n, &low, &high);
    if (!s->whole) {
        total_weight = 0;
        for (int64_t i = 0; i < s->n; i++) total_weight += ca_row_weight(s, s->rows[i]);
    }
    s->node_weight = total_weight;
    s->pure = low == high;
    if (s->pure) return;
    ca_offsets o = ca_find_offsets(s->scoring, low, high, total_weight / s->weight_scale);
    if (s->scoring == CA_SCORE_ABSOLUTE) {
        for (int64_t i = 0; i < s->n; i++) s->pairs[i].w = ca_row_weight(s, s->rows[i]);
        ca_load_absolute(s, o.centre, o.scale);
        s->unit = 1 / o.scale / s->weight_scale;
        s->value_base = o.centre;
        s->value_unit = 1 / o.scale;
        return;
    }
    double sum = (few ? make_whole : make_wide_whole)(s->targets, s->weights, s->n, o.centre, o.scale);
    double mean = s->scoring == CA_SCORE_POISSON ? 0 : ca_whole_of(sum / (total_weight / s->weight_scale));
    sum = (few ? weigh_offsets : weigh_wide_offsets)(s->targets, s->weights, s->n, mean, s->pairs);
    s->total = (ca_pair){ sum, total_weight };
    for (int64_t i = 0; i < s->n && !s->whole; i++) s->pairs[i].w = ca_row_weight(s, s->rows[i]);
    s->value_base = o.centre + mean / o.scale;
    s->value_unit = s->weight_scale / o.scale;
    s->unit = s->scoring == CA_SCORE_POISSON ? 1 / o.scale : s->weight_scale / o.scale / o.scale;
    s->base = ca_pair_base(s->scoring, &s->plan->logs, s->total);
}

void ca_search_load(ca_search *s, const uint32_t *rows, int64_t n) {
    s->rows = rows;
    s->n = n;
    if (by_class(s))
        load_classes(s);
    else if (s->plan->n_classes)
        load_two_classes(s);
    else
        load_targets(s);
}

/* Sum of w * y * log(y / mean). */
static double poisson_of(const ca_grow_plan *plan, const uint32_t *rows, int64_t n, const double *weight,
                         double mean) {
    double sum = 0;
    for (int64_t i = 0; i < n; i++) {
        double y = plan->y[rows[i]];
        if (y > 0) sum += weight[rows[i]] * y * ca_log(y / mean);
    }
    return sum;
}

double ca_impurity_of(const ca_grow_plan *plan, const uint32_t *rows, int64_t n, const double *weight,
                      const double *value) {
    double sum = 0, total = 0;
    for (int32_t c = 0; c < plan->n_classes; c++) {
        double p = value[c];
        if (plan->criterion == CA_GINI)
            sum += p * (1 - p);
        else if (p > 0)
            sum -= p * ca_log(p) / 0x1.62e42fefa39efp-1;
    }
    if (plan->n_classes) return sum;
    for (int64_t i = 0; i < n; i++) {
        double off = plan->y[rows[i]] - value[0];
        total += weight[rows[i]];
        sum += weight[rows[i]] * (plan->criterion == CA_ABSOLUTE_ERROR ? fabs(off) : off * off);
    }
    if (plan->criterion == CA_POISSON) sum = poisson_of(plan, rows, n, weight, value[0]);
    return sum / total;
}

/* The mean as centre + mean offset; what rounding to whole offsets lost is added up apart. */
static double mean_target(const ca_search *s, const uint32_t *rows, int64_t n) {
    const ca_pair *pairs = s->data.pairs;
    double weight = 0, sum = 0, lost = 0, low = pairs[rows[0]].s, high = low;
    for (int64_t i = 0; i < n; i++) {
        const ca_pair row = pairs[rows[i]];
        weight += row.w;
        low = row.s < low ? row.s : low;
        high = row.s > high ? row.s : high;
    }
    if (low == high) return low;
    ca_offsets o = ca_find_offsets(s->scoring, low, high, weight);
    for (int64_t i = 0; i < n; i++) {
        const ca_pair row = pairs[rows[i]];
        double exact = (row.s - o.centre) * o.scale, q = ca_whole_of(exact);
        sum += row.w * q;
        lost += row.w * (exact - q);
    }
    double mean = o.centre + (sum + lost) / weight / o.scale;
    return mean < o.low ? o.low : mean > o.high ? o.high : mean;
}

static int32_t class_of(const ca_search *s, uint32_t row) {
    return s->data.packs ? (int32_t)ca_pack_class(s, s->data.packs[row]) : s->data.y_class[row];
}

void ca_search_leaf(ca_search *s, const uint32_t *rows, int64_t n, double *value) {
    int32_t k = s->plan->n_classes;
    if (k == 0) {
        value[0] = n == 1                            ? s->data.pairs[rows[0]].s
                   : s->scoring == CA_SCORE_ABSOLUTE ? ca_median_target(s, rows, n)
                                                     : mean_target(s, rows, n);
        return;
    }
    memset(value, 0, (size_t)k * sizeof *value);
    if (n == 1) {
        value[class_of(s, rows[0])] = 1;
        return;
    }
    double total = 0;
    for (int64_t i = 0; i < n; i++) {
        const double w = ca_given_weight(s, rows[i]);
        value[class_of(s, rows[i])] += w;
        total += w;
    }
    for (int32_t c = 0; c < k; c++) value[c] /= total;
}
