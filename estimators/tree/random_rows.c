#include "tree/random_rows.h"

#include <math.h>
#include <string.h>

#include "base/run.h"
#include "tree/draws.h"
#include "tree/histogram.h"

/* Above so many bytes of all the rows of a part, columns one by one are faster than rows of which a few
 * columns are wanted. Where values are missing or more than two classes have to be counted, they are not, but
 * parts take memory. */
enum { BYTES = 8 << 20, MORE_BYTES = 64 << 20 };

/* Missing values: what lies left of the cuts when they are on the right, while the node has what lies there
 * when they are on the left. */
typedef struct other_way {
    double sum[CA_RANDOM_COLUMNS], weight[CA_RANDOM_COLUMNS], gain[CA_RANDOM_COLUMNS];
    uint16_t *sides;
    uint32_t *class_left;
} other_way;

struct ca_random {
    const ca_random_table *table;
    const ca_random_kernels *kernels;
    ca_random_node node;
    ca_random_part *waiting; /* a stack of parts, */
    int64_t room;            /* which has room for so many */
    uint32_t *counts;        /* more than two classes: of each part that waits, the weight of each class, */
    uint32_t *side_counts;   /* and of the two sides of a split */
    uint64_t *packs;         /* classes: of each row of the table; NULL: all weights are 1 */
    uint32_t *weights;       /* numbers: likewise */
    int32_t *places;         /* of the columns drawn: see draw_columns */
    uint64_t all;            /* bit j: column j, where all of them are lanes */
    double least;            /* weight of a side */
    other_way other;
    uint64_t missing_left; /* lanes of which missing values are left of the cut */
    int64_t rows;          /* of a part that is taken, at most */
};

/* ---- Working memory ------------------------------------------------------------------------------------ */

/* Of the rows of the table: what of it a tree takes more than once. */
static cauce_status weigh_rows(cauce_run *run, const ca_search *s, ca_random *r) {
    const int64_t n = s->plan->bins->n_rows;
    if (!s->plan->n_classes) {
        r->weights = cauce_scratch(run, n, sizeof *r->weights);
        if (!r->weights) return CA_NOMEM(run);
        for (int64_t i = 0; i < n; i++) r->weights[i] = (uint32_t)ca_given_weight(s, (uint32_t)i);
        return CAUCE_OK;
    }
    r->packs = cauce_scratch(run, n, sizeof *r->packs);
    if (!r->packs) return CA_NOMEM(run);
    for (int64_t i = 0; i < n; i++) {
        const uint64_t w = (uint64_t)ca_given_weight(s, (uint32_t)i), class = (uint64_t)s->plan->y_class[i];
        r->packs[i] = w << 32 | (s->plan->n_classes > 2 ? class : class * w);
    }
    return CAUCE_OK;
}

static cauce_status take_memory_of_classes(cauce_run *run, ca_random *r, int32_t n_classes, int64_t groups) {
    ca_random_node *node = &r->node;
    node->n_classes = n_classes;
    node->present = cauce_scratch(run, n_classes, sizeof *node->present);
    node->class_left = cauce_scratch(run, groups * n_classes, CA_RANDOM_LANES * sizeof *node->class_left);
    node->class_sets =
        cauce_scratch(run, CA_RANDOM_SETS * n_classes, CA_RANDOM_LANES * sizeof *node->class_sets);
    r->other.class_left = cauce_scratch(run, r->table->missing ? groups * n_classes : 0,
                                        CA_RANDOM_LANES * sizeof *node->class_left);
    return node->present && node->class_left && r->other.class_left && node->class_sets ? CAUCE_OK
                                                                                        : CA_NOMEM(run);
}

static cauce_status take_memory(cauce_run *run, ca_random *r, const ca_grow_plan *plan, int64_t n) {
    const int32_t n_classes = plan->n_classes;
    ca_random_node *node = &r->node;
    const bool numbers = n_classes == 0;
    const int64_t p = r->table->bins->n_columns;
    const bool picks = r->table->picks;
    const int64_t groups = picks ? 1 : (p + CA_RANDOM_LANES - 1) / CA_RANDOM_LANES;
    const int64_t room = (n + CA_RANDOM_LANES - 1) / CA_RANDOM_LANES * CA_RANDOM_LANES;
    node->most = room;
    node->words = r->table->words;
    node->spare = cauce_scratch(run, room + CA_RANDOM_LANES, sizeof *node->spare);
    const bool counts = !numbers && !r->packs;
    node->pack = cauce_scratch(run, numbers || counts ? 0 : room, sizeof *node->pack);
    node->ones = cauce_scratch(run, counts ? room : 0, sizeof *node->ones);
    node->offset = cauce_scratch(run, numbers ? room : 0, sizeof *node->offset);
    node->weights = cauce_scratch(run, r->weights ? room : 0, sizeof *node->weights);
    node->sides = cauce_scratch(run, groups * room, sizeof *node->sides);
    r->other.sides = cauce_scratch(run, r->table->missing ? groups * room : 0, sizeof *node->sides);
    node->picked = cauce_scratch(run, picks ? room : 0,
                                 (size_t)ca_random_width(plan->max_features) * sizeof *node->picked);
    node->in_order = cauce_scratch(run, picks ? room : 0, sizeof *node->in_order);
    r->places = cauce_scratch(run, p, sizeof *r->places);
    r->side_counts = cauce_scratch(run, n_classes > 2 ? 2 * n_classes : 0, sizeof *r->side_counts);
    if (!node->spare || !node->pack || !node->ones || !node->offset || !node->weights || !node->sides ||
        !r->other.sides || !node->picked || !node->in_order || !r->places || !r->side_counts)
        return CA_NOMEM(run);
    if (!numbers) node->offset = NULL;
    if (!counts) node->ones = NULL;
    for (int64_t i = 0; i < room && picks; i++) node->in_order[i] = (uint32_t)i;
    return n_classes > 2 ? take_memory_of_classes(run, r, n_classes, groups) : CAUCE_OK;
}

static bool weights_are_1(const ca_search *s) {
    return s->whole && s->total_weight == (double)s->n_rows;
}

cauce_status ca_random_begin(cauce_run *run, const ca_search *s, const ca_random *of, int64_t n,
                             ca_random **random) {
    const ca_random_table *table = s->plan->random;
    const int64_t p = s->plan->bins->n_columns;
    *random = NULL;
    if (!of) {
        if (!table || !table->rows || table->bins != s->plan->bins || !s->whole ||
            s->total_weight >= 0x1p31 || (s->plan->min_samples_leaf > 1 && !weights_are_1(s)))
            return CAUCE_OK;
    }
    ca_random *r = cauce_scratch(run, 1, sizeof *r);
    if (!r) return CA_NOMEM(run);
    r->table = table;
    r->kernels = ca_random_fastest();
    r->all = p < 64 ? (UINT64_C(1) << p) - 1 : UINT64_MAX;
    r->least = s->plan->min_samples_leaf > 1 ? (double)s->plan->min_samples_leaf : 0;
    if (s->min_weight > r->least) r->least = s->min_weight;
    const int64_t most = (s->plan->n_classes > 2 || table->missing ? MORE_BYTES : BYTES) / table->stride;
    r->rows = table->picks && most < n ? most : n;
    if (of) {
        r->packs = of->packs;
        r->weights = of->weights;
    } else if (!weights_are_1(s)) {
        CA_TRY(weigh_rows(run, s, r));
    }
    CA_TRY(take_memory(run, r, s->plan, r->rows));
    r->node.missing = table->missing;
    r->node.row_weight = r->weights;
    r->node.lanes = table->picks ? 0 : (int32_t)(p + 7) / 8 * 8;
    r->node.keys = table->rows;
    r->node.stride = table->stride;
    for (int32_t l = 0; l < r->node.lanes; l++) r->node.column[l] = l;
    r->node.statistics = r->packs ? (const uint8_t *)r->packs : table->rows + table->statistic;
    r->node.step = r->packs ? (int64_t)sizeof *r->packs : table->stride;
    *random = r;
    return CAUCE_OK;
}

bool ca_random_takes(const ca_random *r, int64_t n) {
    return r && n <= r->rows;
}

/* ---- More than two classes ----------------------------------------------------------------------------- */

/* What a part says of its classes. */
static uint64_t sum_counts(const uint32_t *counts, int32_t n_classes) {
    uint64_t sum = 0, most = 0;
    for (int32_t c = 0; c < n_classes; c++) {
        sum += counts[c];
        most = counts[c] > most ? counts[c] : most;
    }
    return sum << 32 | most;
}

static void count_rows(const ca_random_node *node, const uint32_t *rows, int64_t n, uint32_t *counts) {
    uint64_t pack;
    memset(counts, 0, (size_t)node->n_classes * sizeof *counts);
    for (int64_t i = 0; i < n; i++) {
        memcpy(&pack, node->statistics + rows[i] * node->step, sizeof pack);
        counts[(uint32_t)pack] += (uint32_t)(pack >> 32);
    }
}

static void find_present(ca_random_node *node, uint32_t *counts) {
    int32_t n = 0;
    node->class_total = counts;
    for (int32_t c = 0; c < node->n_classes; c++) {
        node->present[n] = c;
        n += counts[c] > 0;
    }
    node->n_present = n;
}

static const uint32_t *left_of_class(const ca_random_node *node, int32_t lane, int32_t class) {
    const int64_t group = lane / CA_RANDOM_LANES;
    return node->class_left + (group * node->n_classes + class) * CA_RANDOM_LANES + lane % CA_RANDOM_LANES;
}

static void count_sides(ca_random *r, int32_t lane, ca_random_part sides[2]) {
    const ca_random_node *node = &r->node;
    const int32_t k = node->n_classes;
    uint32_t *left = r->side_counts, *right = left + k;
    memset(left, 0, 2 * (size_t)k * sizeof *left);
    for (int32_t i = 0; i < node->n_present; i++) {
        const int32_t c = node->present[i];
        left[c] = *left_of_class(node, lane, c);
        right[c] = node->class_total[c] - left[c];
    }
    sides[0].total = sum_counts(left, k);
    sides[1].total = sum_counts(right, k);
}

/* ---- One node ------------------------------------------------------------------------------------------ */

/* Those of the varying columns that are drawn: see try_drawn in split.c. */
static uint64_t draw_columns(ca_random *r, ca_search *s, uint64_t key, uint64_t varying) {
    const int64_t p = s->plan->bins->n_columns, most = s->plan->max_features;
    ca_draws draws = { .key = key };
    uint64_t found = 0;
    int64_t drawn = 0;
    if (most >= p || varying == 0) return varying;
    for (; drawn < most || !found; drawn++)
        found |= UINT64_C(1) << ca_draw_column(&draws, s->features, r->places, drawn, p) & varying;
    ca_undraw_columns(s->features, r->places, drawn);
    return found;
}

/* All columns are lanes. */
static uint64_t range_all(ca_random *r, ca_search *s, const ca_random_part *part) {
    r->node.key_rows = r->node.rows;
    return draw_columns(r, s, part->key, r->kernels->range(&r->node) & r->all);
}

static void put_lane(ca_random *r, int32_t lane, int32_t column) {
    const ca_random_place *place = &r->table->places[column];
    ca_random_node *node = &r->node;
    node->column[lane] = column;
    node->word[lane] = place->word;
    node->bit[lane] = place->bit;
    for (int k = 0; k < 2; k++) node->value[k][lane] = place->value[k];
}

/* The drawn columns are lanes; when all of them are constant, the first other one that is not. */
static uint64_t range_drawn(ca_random *r, ca_search *s, const ca_random_part *part) {
    ca_random_node *node = &r->node;
    const int64_t p = s->plan->bins->n_columns, most = s->plan->max_features;
    ca_draws draws = { .key = part->key };
    uint64_t varying = 0;
    int64_t drawn = 0;
    while (!varying && drawn < p) {
        const int64_t end = drawn == 0 ? most : drawn + 1;
        int32_t lanes = 0;
        for (; drawn < end; drawn++)
            put_lane(r, lanes++, ca_draw_column(&draws, s->features, r->places, drawn, p));
        node->lanes = (lanes + 7) / 8 * 8;
        for (int32_t l = lanes; l < node->lanes; l++) put_lane(r, l, node->column[0]);
        node->keys = r->table->rows;
        node->stride = r->table->stride;
        node->key_rows = node->rows;
        varying = r->kernels->pick(node) & ((UINT64_C(1) << lanes) - 1);
    }
    ca_undraw_columns(s->features, r->places, drawn);
    return varying;
}

static float key_of(const ca_random_node *node, int64_t i, int32_t lane) {
    float key;
    memcpy(&key, node->keys + node->key_rows[i] * node->stride + lane * (int64_t)sizeof key, sizeof key);
    return key;
}

/* The cut of a column of codes, as the general search finds it. */
static void cut_codes(ca_random_node *node, const ca_bin_column *column, int32_t lane, ca_search *s) {
    const uint32_t low = (uint32_t)node->low[lane], high = (uint32_t)node->high[lane];
    const double u = ca_uniform_of(node->key, (uint64_t)node->column[lane]);
    const double threshold = ca_cut_between(u, column, low, high);
    for (int64_t i = 0; i < node->n; i++) {
        const float key = key_of(node, i, lane);
        s->codes[i] = key <= node->high[lane] ? (uint32_t)key : high; /* missing */
    }
    s->n = node->n;
    node->threshold[lane] = threshold;
    node->cut[lane] = (float)ca_code_below(s, column, low, high, threshold);
}

static bool is_allowed(const ca_random *r, double left) {
    return left >= r->least && r->node.total.w - left >= r->least;
}

/* The best of the cuts: the lowest column of the greatest gain. -1: none is allowed. */
static int32_t best_lane(const ca_random *r, uint64_t lanes) {
    const ca_random_node *node = &r->node;
    int32_t best = -1;
    double gain = -HUGE_VAL;
    for (; lanes; lanes &= lanes - 1) {
        int32_t l = __builtin_ctzll(lanes);
        if (!is_allowed(r, node->weight[l])) continue;
        if (node->gain[l] > gain ||
            (node->gain[l] == gain && best >= 0 && node->column[l] < node->column[best])) {
            best = l;
            gain = node->gain[l];
        }
    }
    return best;
}

static void find_entropy(ca_random_node *node, const ca_search *s, int32_t lane) {
    const int32_t k = node->n_classes;
    memset(s->left, 0, (size_t)k * sizeof *s->left);
    memset(s->right, 0, (size_t)k * sizeof *s->right);
    for (int32_t i = 0; i < node->n_present; i++) {
        const int32_t c = node->present[i];
        const uint32_t left = *left_of_class(node, lane, c);
        s->left[c] = left;
        s->right[c] = node->class_total[c] - left;
    }
    const double left = node->weight[lane], right = node->total.w - left;
    node->gain[lane] = ca_class_side(s->scoring, &s->plan->logs, s->left, k, left) +
                       ca_class_side(s->scoring, &s->plan->logs, s->right, k, right);
}

static void find_gains(ca_random *r, const ca_search *s, uint64_t lanes) {
    ca_random_node *node = &r->node;
    if (s->scoring == CA_SCORE_SQUARES || s->scoring == CA_SCORE_GINI) {
        (s->scoring == CA_SCORE_GINI ? r->kernels->gini : r->kernels->squares)(node);
        return;
    }
    for (; lanes; lanes &= lanes - 1) {
        int32_t l = __builtin_ctzll(lanes);
        if (s->scoring == CA_SCORE_ENTROPY) {
            find_entropy(node, s, l);
            continue;
        }
        ca_pair left = { node->sum[l], node->weight[l] };
        ca_pair right = { node->total.s - left.s, node->total.w - left.w };
        node->gain[l] = ca_pair_gain(s->scoring, &s->plan->logs, left, right);
    }
}

static void find_sums(ca_random *r, const ca_search *s, uint64_t lanes) {
    (r->node.n_classes    ? r->kernels->more_classes
     : s->plan->n_classes ? r->kernels->classes
                          : r->kernels->numbers)(&r->node, lanes);
    find_gains(r, s, lanes);
}

static void change_ways(ca_random *r) {
    uint16_t *sides = r->node.sides;
    uint32_t *class_left = r->node.class_left;
    r->node.sides = r->other.sides;
    r->node.class_left = r->other.class_left;
    r->other.sides = sides;
    r->other.class_left = class_left;
}

/* Missing values have been right of the cuts of these lanes, and are tried on their left: those where that is
 * better come back. */
static uint64_t try_missing_left(ca_random *r, const ca_search *s, uint64_t lanes) {
    ca_random_node *node = &r->node;
    const size_t size = (size_t)node->lanes * sizeof(double);
    uint64_t better = 0;
    memcpy(r->other.sum, node->sum, size);
    memcpy(r->other.weight, node->weight, size);
    memcpy(r->other.gain, node->gain, size);
    change_ways(r);
    node->missing_left = true;
    find_sums(r, s, lanes);
    node->missing_left = false;
    for (; lanes; lanes &= lanes - 1) {
        const int32_t l = __builtin_ctzll(lanes);
        const double right = is_allowed(r, r->other.weight[l]) ? r->other.gain[l] : -HUGE_VAL;
        const double left = is_allowed(r, node->weight[l]) ? node->gain[l] : -HUGE_VAL;
        if (left > right) better |= UINT64_C(1) << l;
    }
    for (int32_t l = 0; l < node->lanes; l++) {
        if (better >> l & 1) continue;
        node->sum[l] = r->other.sum[l];
        node->weight[l] = r->other.weight[l];
        node->gain[l] = r->other.gain[l];
    }
    return better;
}

/* The best of the cuts of these lanes: see best_lane. */
static int32_t best_cut(ca_random *r, const ca_search *s, uint64_t lanes) {
    ca_random_node *node = &r->node;
    uint64_t both = node->with_missing & lanes; /* have values on both sides */
    for (uint64_t rest = both; rest; rest &= rest - 1) {
        const int32_t l = __builtin_ctzll(rest);
        if (node->low[l] < node->high[l]) continue;
        node->threshold[l] = HUGE_VAL; /* present or not is all there is to ask */
        both &= ~(UINT64_C(1) << l);
    }
    find_sums(r, s, lanes);
    r->missing_left = both ? try_missing_left(r, s, both) : 0;
    const int32_t lane = best_lane(r, lanes);
    if (both && lane >= 0 && !(r->missing_left >> lane & 1)) change_ways(r);
    return lane;
}

/* The gain of no cut. */
static double base_of(const ca_random_node *node, const ca_search *s) {
    if (!node->n_classes) return ca_pair_base(s->scoring, &s->plan->logs, node->total);
    for (int32_t c = 0; c < node->n_classes; c++) s->class_total[c] = node->class_total[c];
    return ca_class_side(s->scoring, &s->plan->logs, s->class_total, node->n_classes, node->total.w);
}

/* The lane that the part is split on; -1: it is a leaf. *decrease: of the impurity. */
static int32_t find_cut(ca_random *r, ca_search *s, const ca_random_part *part, double *decrease) {
    ca_random_node *node = &r->node;
    const bool classes = s->plan->n_classes;
    double unit = s->scoring == CA_SCORE_SQUARES ? 2.0
                  : s->scoring == CA_SCORE_GINI  ? 1.0
                                                 : 1.0 / 0x1.62e42fefa39efp-1;
    uint64_t lanes = (r->table->picks ? range_drawn : range_all)(r, s, part);
    if (!lanes) return -1;
    if (!classes) {
        double scale = r->kernels->offsets(node, s->scoring);
        if (scale == 0) return -1;
        unit = s->scoring == CA_SCORE_POISSON ? 1 / scale : 1 / scale / scale;
    }
    if (node->total.w < 2 * s->min_weight) return -1;
    node->key = ca_columns_key(part->key);
    r->kernels->draw(node, lanes);
    for (uint64_t rest = r->table->ranked ? lanes : 0; rest; rest &= rest - 1) {
        int32_t l = __builtin_ctzll(rest);
        int32_t column = node->column[l];
        if (r->table->places[column].ranked && node->low[l] < node->high[l])
            cut_codes(node, &r->table->bins->columns[column], l, s);
    }
    const int32_t lane = best_cut(r, s, lanes);
    if (lane < 0) return -1;
    *decrease = (node->gain[lane] - base_of(node, s)) * unit;
    *decrease = *decrease > 0 ? *decrease : 0;
    return lane;
}

/* ---- Growing ------------------------------------------------------------------------------------------- */

/* counts: more than two classes: of the part. */
static cauce_status make_leaf(cauce_run *run, ca_search *s, const ca_random_part *part, const uint32_t *rows,
                              const uint32_t *counts, ca_tree *tree) {
    int32_t id;
    double *value;
    CA_TRY(ca_tree_add_leaf(run, tree, &id, &value));
    const double weight = (double)(part->total >> 32); /* of classes */
    if (s->plan->n_classes > 2) {
        for (int32_t c = 0; c < s->plan->n_classes; c++) value[c] = counts[c] / weight;
    } else if (s->plan->n_classes) {
        double ones = (double)(uint32_t)part->total;
        value[0] = (weight - ones) / weight;
        value[1] = ones / weight;
    } else if (part->n == 1) {
        value[0] = s->plan->y[rows[part->start]];
    } else {
        ca_search_leaf(s, rows + part->start, part->n, value);
    }
    if (part->parent >= 0) (part->is_left ? tree->left : tree->right)[part->parent] = ~id;
    return CAUCE_OK;
}

/* Whether a part is a leaf, which no look at its rows has to tell. */
static bool is_leaf(const ca_search *s, const ca_random_part *part) {
    const ca_grow_plan *plan = s->plan;
    if (part->depth >= plan->max_depth || part->n < plan->min_samples_split ||
        part->n < 2 * plan->min_samples_leaf)
        return true;
    uint64_t ones = (uint32_t)part->total;
    return plan->n_classes && (ones == 0 || ones == part->total >> 32);
}

static uint64_t total_of(const ca_random_node *node, const uint32_t *rows, int64_t n) {
    uint64_t total = 0, pack;
    for (int64_t i = 0; i < n; i++) {
        memcpy(&pack, node->statistics + rows[i] * node->step, sizeof pack);
        total += pack;
    }
    return total;
}

/* Makes the split and its two sides. */
static cauce_status make_split(cauce_run *run, ca_random *r, const ca_random_part *part, int32_t lane,
                               double decrease, bool classes, ca_tree *tree, ca_random_part sides[2]) {
    ca_random_node *node = &r->node;
    const double left = node->weight[lane];
    bool missing = !(2 * left > node->total.w); /* where there are none they go with most of the weight */
    if (node->with_missing >> lane & 1) missing = !(r->missing_left >> lane & 1);
    int32_t id;
    CA_TRY(ca_tree_add_split(run, tree, node->column[lane], node->threshold[lane], decrease, missing, &id));
    if (part->parent >= 0) (part->is_left ? tree->left : tree->right)[part->parent] = id;
    const int64_t n_left = r->kernels->part(node, lane);
    const uint64_t total = classes ? (uint64_t)left << 32 | (uint64_t)node->sum[lane] : 0;
    for (int side = 0; side < 2; side++)
        sides[side] = (ca_random_part){ .start = part->start + (side ? n_left : 0),
                                        .n = side ? part->n - n_left : n_left,
                                        .depth = part->depth + 1,
                                        .key = ca_side_key(part->key, side == 0),
                                        .total = side ? part->total - total : total,
                                        .parent = id,
                                        .is_left = side == 0 };
    if (node->n_classes) count_sides(r, lane, sides);
    return CAUCE_OK;
}

/* Room for two more than n parts that wait. What is outgrown is scratch memory until the tree is done. */
static cauce_status need_room(cauce_run *run, ca_random *r, int64_t n) {
    enum { FIRST = 128 };
    if (n + 2 <= r->room) return CAUCE_OK;
    const int64_t room = r->room ? 2 * r->room : FIRST;
    ca_random_part *waiting = cauce_scratch(run, room, sizeof *waiting);
    if (!waiting) return CA_NOMEM(run);
    if (n) memcpy(waiting, r->waiting, (size_t)n * sizeof *waiting);
    r->waiting = waiting;
    const int64_t k = r->node.n_classes;
    uint32_t *counts = cauce_scratch(run, room * k, sizeof *counts);
    if (!counts) return CA_NOMEM(run);
    if (n && k) memcpy(counts, r->counts, (size_t)(n * k) * sizeof *counts);
    r->counts = counts;
    r->room = room;
    return CAUCE_OK;
}

cauce_status ca_random_grow(cauce_run *run, ca_random *r, ca_search *s, const ca_random_part *root,
                            uint32_t *rows, ca_tree *tree) {
    enum { LARGE = 4096 };
    const ca_grow_plan *plan = s->plan;
    const double least = plan->min_impurity_decrease * tree->weight;
    const int32_t k = r->node.n_classes;
    int64_t n_waiting = 1;
    CA_TRY(need_room(run, r, 0));
    r->waiting[0] = *root;
    if (k) count_rows(&r->node, rows + root->start, root->n, r->counts);
    if (plan->n_classes)
        r->waiting[0].total = k ? sum_counts(r->counts, k) : total_of(&r->node, rows + root->start, root->n);
    while (n_waiting) {
        const ca_random_part part = r->waiting[--n_waiting];
        ca_random_part sides[2];
        double decrease;
        int32_t lane = -1;
        uint32_t *counts = r->counts + n_waiting * k;
        if (!is_leaf(s, &part)) {
            r->node.rows = rows + part.start;
            r->node.n = part.n;
            r->node.total = ca_unpack(part.total);
            if (k) find_present(&r->node, counts);
            lane = find_cut(r, s, &part, &decrease);
        }
        if (lane < 0 || decrease + 0x1p-52 < least) {
            CA_TRY(make_leaf(run, s, &part, rows, counts, tree));
            continue;
        }
        CA_TRY(make_split(run, r, &part, lane, decrease, plan->n_classes, tree, sides));
        /* the left side comes next; leaves need not wait for their turn when it has come */
        int done = 0;
        for (; done < 2 && is_leaf(s, &sides[done]); done++)
            CA_TRY(make_leaf(run, s, &sides[done], rows, r->side_counts + done * k, tree));
        CA_TRY(need_room(run, r, n_waiting));
        for (int side = 1; side >= done; side--) {
            if (k)
                memcpy(r->counts + n_waiting * k, r->side_counts + side * k, (size_t)k * sizeof *r->counts);
            r->waiting[n_waiting++] = sides[side];
        }
        if (part.n >= LARGE) CA_TRY(cauce_check_cancel(run));
    }
    return CAUCE_OK;
}
