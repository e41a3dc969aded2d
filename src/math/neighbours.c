/* All distances, in two steps. A distance of floats, in tiles of rows that lie next to each other column by
 * column, says which rows cannot be among the nearest: it is wrong by no more than a bound that is taken off
 * first. The few rows that are left get their distance in doubles, as the sum of the differences of the cells
 * as they were given, in one order. Before the floats, whole numbers of 16 bits rule out most rows in half
 * the time, as long as they do: where most of what they leave is far away, a row is looked up with floats
 * from then on. So nothing cancels (as it does in |x|^2 + |y|^2 - 2xy), and what the first step is made of,
 * vectors of any width or fused operations, cannot be seen in the result. */
#include "math/neighbours.h"

#include <math.h>
#include <string.h>

#include "math/boxes.h"
#include "math/near.h"
#include "math/sort.h"

/* Of floats: twice the largest relative error, and the largest one. */
static const double rounding = 0x1p-23, largest_float = 0x1.fffffep127;

static inline size_t aligned(size_t bytes) {
    return (bytes + 63) & ~(size_t)63;
}

static inline double measure(const ca_points *points, const double *x, const double *y) {
    return ca_distance(points->metric, points->p, points->holes, x, y, points->width);
}

/* ---- The nearest so far: a heap with the farthest on top ----------------------------------------------- */

static inline bool farther(const ca_neighbour *a, const ca_neighbour *b) {
    return a->distance > b->distance || (a->distance == b->distance && a->row > b->row);
}

static void sink(ca_neighbour *heap, int64_t n, int64_t i) {
    ca_neighbour moved = heap[i];
    for (int64_t child; (child = 2 * i + 1) < n; i = child) {
        if (child + 1 < n && farther(&heap[child + 1], &heap[child])) child++;
        if (!farther(&heap[child], &moved)) break;
        heap[i] = heap[child];
    }
    heap[i] = moved;
}

/* Takes a row in, the farthest out. Is it among the nearest? */
static bool offer(ca_wish *wish, ca_neighbour row) {
    ca_neighbour *heap = wish->found;
    if (wish->n_found < wish->most) {
        int64_t i = wish->n_found++;
        for (; i > 0 && farther(&row, &heap[(i - 1) / 2]); i = (i - 1) / 2) heap[i] = heap[(i - 1) / 2];
        heap[i] = row;
        return true;
    }
    if (!farther(&heap[0], &row)) return false;
    heap[0] = row;
    sink(heap, wish->most, 0);
    return true;
}

/* May a row that measures `least` or more, none before `first`, be among the nearest? Of equals those that
 * come first are, without which every one of many equal rows would be measured. */
static inline bool may_enter(const ca_wish *wish, double least, int64_t first) {
    ca_neighbour best = { least, first };
    return wish->n_found < wish->most || farther(&wish->found[0], &best);
}

static void finish(const ca_points *points, ca_wish *wish) {
    for (int64_t n = wish->n_found; n > 1; n--) {
        ca_neighbour last = wish->found[0];
        wish->found[0] = wish->found[n - 1];
        wish->found[n - 1] = last;
        sink(wish->found, n - 1, 0);
    }
    for (int64_t i = 0; points->metric == CA_EUCLIDEAN && i < wish->n_found; i++)
        wish->found[i].distance = sqrt(wish->found[i].distance);
}

/* ---- Tiles --------------------------------------------------------------------------------------------- */

/* Centred, and scaled so that the longest row is about 2^40 long: squares of cells 2^100 times smaller are
 * not yet 0, those of cells 2^20 times larger not yet infinite. A row too long for that gets scale 0, with
 * which nothing is ever left out. */
enum { LONGEST = 40 };

static double length_of(ca_metric metric, const double *x, int64_t n) {
    double sum = 0;
    for (int64_t j = 0; j < n; j++) {
        double size = isnan(x[j]) ? 0 : fabs(x[j]);
        if (metric == CA_CHEBYSHEV)
            sum = size > sum ? size : sum;
        else
            sum += metric == CA_MANHATTAN ? size : size * size;
    }
    return metric == CA_MANHATTAN || metric == CA_CHEBYSHEV ? sum : sqrt(sum);
}

static inline int64_t tiles_of(const ca_points *points) {
    return (points->n + CA_TILE - 1) / CA_TILE;
}

/* The row in a place of a tile. */
static inline int64_t row_at(const ca_points *points, int64_t place) {
    return points->order ? points->order[place] : place;
}

static double middle_of(const ca_points *points, int64_t j) {
    double low = INFINITY, high = -INFINITY;
    for (int64_t r = 0; r < points->n; r++) {
        double x = points->rows[r * points->width + j];
        if (x < low) low = x;
        if (x > high) high = x;
    }
    return low <= high ? low / 2 + high / 2 : 0;
}

static double scale_for(double longest) {
    int exponent;
    if (!(longest > 0)) return 1;
    if (isinf(longest)) return 0;
    frexp(longest, &exponent);
    int power_of_two = LONGEST - exponent;
    return ldexp(1, power_of_two < 1000 ? power_of_two : 1000);
}

/* The lengths of the rows, centred, in `away`; then scaled, the longest of each tile. Returns the longest. */
static double measure_rows(ca_points *points, double *away, double *reach) {
    double longest = 0;
    memset(reach, 0, (size_t)tiles_of(points) * sizeof *reach);
    for (int64_t r = 0; r < points->n; r++) {
        const double *x = points->rows + row_at(points, r) * points->width;
        for (int64_t j = 0; j < points->width; j++) away[j] = x[j] - points->centre[j];
        double length = length_of(points->metric, away, points->width);
        if (length > longest) longest = length;
        if (length > reach[r / CA_TILE]) reach[r / CA_TILE] = length;
    }
    points->scale = scale_for(longest);
    for (int64_t t = 0; t * CA_TILE < points->n; t++) reach[t] *= points->scale;
    return longest;
}

static void fill_tiles(const ca_points *points, float *tiles, float *masks) {
    static const uint32_t all = 0xffffffffu;
    for (int64_t r = 0; r < points->n; r++) {
        const double *x = points->rows + row_at(points, r) * points->width;
        int64_t at = r / CA_TILE * CA_TILE * points->width + r % CA_TILE;
        for (int64_t j = 0; j < points->width; j++, at += CA_TILE) {
            bool there = !isnan(x[j]);
            tiles[at] = there ? (float)((x[j] - points->centre[j]) * points->scale) : 0;
            if (masks && there) memcpy(&masks[at], &all, sizeof all);
        }
    }
}

/* Lengths in whole numbers: products of two rows and all their parts stay below 2^29, a distance below 2^31.
 */
enum { LONGEST_COARSE = 23000, MOST_COARSE = 4096 };

static int32_t round_pair(const ca_points *points, const double *x, int64_t c) {
    int16_t pair[2] = { 0, 0 };
    int32_t both;
    for (int64_t i = 0; i < 2 && 2 * c + i < points->width; i++)
        pair[i] = (int16_t)rint((x[2 * c + i] - points->centre[2 * c + i]) * points->coarse_scale);
    memcpy(&both, pair, sizeof both);
    return both;
}

static int32_t square_of(int32_t both) {
    int16_t pair[2];
    memcpy(pair, &both, sizeof pair);
    return pair[0] * pair[0] + pair[1] * pair[1];
}

/* Where a sum of squares is a bound, and rounding to whole numbers leaves something of the distances. */
static bool may_be_coarse(const ca_points *points) {
    bool squares = points->metric == CA_EUCLIDEAN || points->metric == CA_MINKOWSKI;
    return squares && !points->holes && points->width <= MOST_COARSE;
}

typedef struct tile_memory {
    double *away, *sorted; /* scratch */
    double *reach;
    float *tiles, *masks;
    int16_t *coarse;
    int32_t *squares;
} tile_memory;

static void fill_coarse(ca_points *points, double longest, const tile_memory *memory) {
    int64_t n_pairs = (points->width + 1) / 2;
    points->coarse = NULL;
    if (!memory->coarse || points->scale == 0 || !(longest > 1e-280 && longest < 1e280)) return;
    points->coarse_scale = LONGEST_COARSE / longest;
    for (int64_t r = 0; r < points->n; r++) {
        memory->squares[r] = 0;
        for (int64_t c = 0; c < n_pairs; c++) {
            int32_t both = round_pair(points, points->rows + row_at(points, r) * points->width, c);
            memcpy(memory->coarse + ((r / CA_TILE * n_pairs + c) * CA_TILE + r % CA_TILE) * 2, &both,
                   sizeof both);
            memory->squares[r] += square_of(both);
        }
    }
    points->coarse = memory->coarse;
    points->squares = memory->squares;
}

/* The rows in their order. */
static cauce_status fill_all(cauce_run *run, ca_points *points, const tile_memory *memory) {
    int64_t n_tiles = tiles_of(points);
    double longest = measure_rows(points, memory->away, memory->reach);
    fill_tiles(points, memory->tiles, memory->masks);
    memcpy(memory->sorted, memory->reach, (size_t)n_tiles * sizeof *memory->sorted);
    CA_TRY(ca_sort(run, memory->sorted, n_tiles));
    points->usual = 2 * memory->sorted[n_tiles / 2];
    points->reach = memory->reach;
    points->tiles = memory->tiles;
    points->masks = memory->masks;
    fill_coarse(points, longest, memory);
    return CAUCE_OK;
}

static cauce_status take_memory(cauce_run *run, const ca_points *points, tile_memory *memory) {
    int64_t n_tiles = tiles_of(points), cells;
    if (__builtin_mul_overflow(n_tiles, CA_TILE, &cells) ||
        __builtin_mul_overflow(cells, points->width + 1, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %lld columns are too many", (long long)points->n,
                          (long long)points->width);
    memory->away = cauce_scratch(run, points->width, sizeof *memory->away);
    memory->sorted = cauce_scratch(run, n_tiles, sizeof *memory->sorted);
    memory->reach = cauce_keep(run, n_tiles, sizeof *memory->reach);
    memory->tiles = cauce_keep(run, cells, sizeof *memory->tiles);
    if (points->holes) memory->masks = cauce_keep(run, cells, sizeof *memory->masks);
    if (!may_be_coarse(points)) return run->error.status;
    memory->coarse = cauce_keep(run, cells, sizeof *memory->coarse);
    memory->squares = cauce_keep(run, n_tiles * CA_TILE, sizeof *memory->squares);
    return run->error.status;
}

/* ---- The search ---------------------------------------------------------------------------------------- */

/* One query: its cells as floats, those that it has first. */
typedef struct asked {
    const double *x;
    float *cells;
    int32_t *columns; /* of the cells, with holes; otherwise pairs of whole numbers */
    int64_t n_cells;
    double length, bound; /* bound: the largest of its wishes' radii; below 0 nothing is left to find */
    float limit;          /* of it, in a tile of usual reach */
    bool coarse;          /* looks at whole numbers first */
    int32_t coarse_limit, square;
    int64_t budget; /* distances in doubles until it gives that up */
    ca_wish *wishes;
    int64_t n_wishes;
} asked;

static size_t one_query(const ca_points *points) {
    size_t cells;
    if (__builtin_mul_overflow((size_t)points->width, sizeof(float), &cells) || cells > SIZE_MAX / 8)
        return SIZE_MAX / 2;
    return 2 * aligned(cells);
}

size_t ca_points_scratch(const ca_points *points, int64_t n_queries) {
    size_t total;
    if (__builtin_mul_overflow((size_t)n_queries, one_query(points) + aligned(sizeof(asked)), &total) ||
        total > SIZE_MAX / 4)
        return SIZE_MAX;
    return total;
}

static inline float rounded(double x) {
    return x < largest_float ? x > -largest_float ? (float)x : -INFINITY : INFINITY;
}

/* Beyond which sum of floats a row is farther than `measured`, but for the length of the row. Rounding moves
 * each end of a difference by 2^-24 of its length; below 2^-126 by 2^-149, for each coordinate. */
static double radius_of(const ca_points *points, const asked *query, double measured) {
    if (measured == 0 && !points->order) return -HUGE_VAL; /* rows come ascending: no other one is sooner */
    if (points->scale == 0) return HUGE_VAL;
    double distance = points->metric == CA_EUCLIDEAN ? sqrt(measured) : measured;
    if (points->holes) distance *= sqrt((double)query->n_cells / (double)points->width);
    double tiny = (double)points->width * 0x1p-120;
    return (1 + points->slack) * (points->stretch * points->scale * (distance * (1 + 1e-9) + 1e-150) +
                                  rounding * query->length) +
           tiny;
}

static inline double limit_of(const ca_points *points, double radius, double reach) {
    if (radius < 0) return radius;
    double r = radius + (1 + points->slack) * rounding * reach;
    bool squared = points->metric == CA_EUCLIDEAN || points->metric == CA_MINKOWSKI;
    return (squared ? r * r : r) * (1 + 4 * rounding);
}

/* After a wish has come nearer. */
static void set_limit(const ca_points *points, asked *query) {
    query->bound = -HUGE_VAL;
    for (int64_t w = 0; w < query->n_wishes; w++)
        if (query->wishes[w].radius > query->bound) query->bound = query->wishes[w].radius;
    query->limit = rounded(limit_of(points, query->bound, points->usual));
    if (!query->coarse) return;
    /* Rounding moves either end by half a unit in each coordinate. */
    double r = query->bound / points->scale * points->coarse_scale;
    r = (r + sqrt((double)points->width)) * (1 + 1e-7) + 1e-3;
    double limit = query->bound < 0 ? INT32_MIN : r * r - query->square;
    query->coarse_limit = limit < INT32_MAX ? (int32_t)floor(limit) : INT32_MAX;
}

static void ask(const ca_points *points, asked *query) {
    double length = 0;
    query->n_cells = 0;
    for (int64_t j = 0; j < points->width; j++) {
        if (points->holes && isnan(query->x[j])) continue;
        double cell = (query->x[j] - points->centre[j]) * points->scale;
        query->cells[query->n_cells] = rounded(cell);
        if (points->holes) query->columns[query->n_cells] = (int32_t)j;
        query->n_cells++;
        if (points->metric == CA_CHEBYSHEV)
            length = fabs(cell) > length ? fabs(cell) : length;
        else
            length += points->metric == CA_MANHATTAN ? fabs(cell) : cell * cell;
    }
    query->length = points->metric == CA_MANHATTAN || points->metric == CA_CHEBYSHEV ? length : sqrt(length);
    query->coarse = points->coarse && query->length / points->scale * points->coarse_scale < LONGEST_COARSE;
    for (int64_t c = 0; query->coarse && c < (points->width + 1) / 2; c++) {
        query->columns[c] = round_pair(points, query->x, c);
        query->square += square_of(query->columns[c]);
    }
    set_limit(points, query);
}

/* Shows a row to the wishes that it may be near enough for, by its sum of floats. */
static void meet(const ca_points *points, asked *query, int64_t place, double sum) {
    ca_neighbour row = { NAN, row_at(points, place) };
    const double *y = points->rows + row.row * points->width;
    bool nearer = false;
    for (int64_t w = 0; w < query->n_wishes; w++) {
        ca_wish *wish = &query->wishes[w];
        if (sum > limit_of(points, wish->radius, points->reach[place / CA_TILE])) continue;
        if (!may_enter(wish, 0, row.row)) continue;
        if (wish->column >= 0 && isnan(y[wish->column])) continue;
        if (isnan(row.distance)) row.distance = measure(points, query->x, y);
        if (isnan(row.distance)) break;
        if (!offer(wish, row) || wish->n_found < wish->most) continue;
        wish->radius = radius_of(points, query, wish->found[0].distance);
        nearer = true;
    }
    if (nearer) set_limit(points, query);
}

/* The rows of a tile that may be near, one after the other: the nearer the best, the fewer are left. */
static void look_at(const ca_points *points, asked *query, int64_t tile, uint32_t near, const float *sums) {
    for (; near; near &= near - 1) {
        int i = __builtin_ctz(near);
        meet(points, query, tile * CA_TILE + i, (double)sums[i]);
    }
}

static void look_at_coarse(const ca_points *points, asked *query, int64_t tile, uint32_t near,
                           const int32_t *left) {
    for (; near; near &= near - 1) {
        int i = __builtin_ctz(near);
        if (left[i] > query->coarse_limit) continue;
        meet(points, query, tile * CA_TILE + i, 0);
        query->budget--;
    }
    if (query->budget < 0) query->coarse = false;
}

static float limit_in(const ca_points *points, const asked *query, int64_t tile) {
    if (points->reach[tile] <= points->usual) return query->limit;
    return rounded(limit_of(points, query->bound, points->reach[tile]));
}

/* Bits of the rows that are there: the last tile may have fewer. */
static inline uint32_t rows_of(const ca_points *points, int64_t tile) {
    int64_t rows = points->n - tile * CA_TILE;
    return rows < CA_TILE ? ((uint32_t)1 << rows) - 1 : UINT32_MAX;
}

static void visit_coarse(const ca_points *points, asked *const pair[2], int64_t n, int64_t tile) {
    const int32_t *cells[2] = { pair[0]->columns, pair[1]->columns };
    const int32_t limits[2] = { pair[0]->coarse_limit, pair[1]->coarse_limit };
    int64_t n_pairs = (points->width + 1) / 2;
    int32_t left[2 * CA_TILE];
    uint64_t near = ca_near_coarse(n_pairs, cells, points->coarse + tile * n_pairs * 2 * CA_TILE,
                                   points->squares + tile * CA_TILE, limits, left);
    for (int64_t i = 0; near && i < n; i++, near >>= CA_TILE)
        look_at_coarse(points, pair[i], tile, (uint32_t)near & rows_of(points, tile), left + i * CA_TILE);
}

static void visit_floats(const ca_points *points, asked *const pair[2], int64_t n, int64_t tile) {
    const float *cells[2] = { pair[0]->cells, pair[1]->cells };
    const float limits[2] = { limit_in(points, pair[0], tile), limit_in(points, pair[1], tile) };
    const float *rows = points->tiles + tile * CA_TILE * points->width;
    float sums[2 * CA_TILE];
    uint64_t near;
    if (points->metric == CA_MANHATTAN)
        near = ca_near_sizes(points->width, cells, rows, limits, sums);
    else if (points->metric == CA_CHEBYSHEV)
        near = ca_near_largest(points->width, cells, rows, limits, sums);
    else
        near = ca_near_squares(points->width, cells, rows, limits, sums);
    for (int64_t i = 0; near && i < n; i++, near >>= CA_TILE)
        look_at(points, pair[i], tile, (uint32_t)near & rows_of(points, tile), sums + i * CA_TILE);
}

/* The query and the one after it, if there is one. */
static void visit_pair(const ca_points *points, asked *query, int64_t n_queries, int64_t tile) {
    int64_t n = n_queries > 1 ? 2 : 1;
    asked *const pair[2] = { query, query + n - 1 };
    if (pair[0]->bound < 0 && pair[1]->bound < 0) return;
    if (pair[0]->coarse && pair[1]->coarse)
        visit_coarse(points, pair, n, tile);
    else
        visit_floats(points, pair, n, tile);
}

static void visit_holes(const ca_points *points, asked *query, int64_t tile) {
    float sums[CA_TILE];
    int64_t first = tile * CA_TILE * points->width;
    uint32_t near = ca_near_holes(query->n_cells, query->cells, query->columns, points->tiles + first,
                                  points->masks + first, limit_in(points, query, tile), sums);
    near &= rows_of(points, tile);
    if (near) look_at(points, query, tile, near, sums);
}

/* ---- Boxes: tiles that are too far away as a whole ----------------------------------------------------- */

typedef struct branch {
    int64_t node, first, end; /* of its tiles */
    int64_t least_row;        /* of those in it */
    double away;              /* what is in it measures at least that */
} branch;

static branch branch_of(const ca_points *points, const asked *query, int64_t node, int64_t first,
                        int64_t end) {
    static const double nowhere[CA_BOX_COLUMNS];
    const double *low = points->boxes + 2 * node * points->width, *high = low + points->width, *x = query->x;
    double gap[CA_BOX_COLUMNS];
    for (int64_t j = 0; j < points->width; j++)
        gap[j] = x[j] < low[j] ? low[j] - x[j] : x[j] > high[j] ? x[j] - high[j] : 0;
    /* Differences, squares and sums are rounded in the order of what is rounded; powers need not be. */
    double slack = points->metric == CA_MINKOWSKI ? 1e-9 : 0;
    return (branch){ node, first, end, points->least_rows[node],
                     measure(points, gap, nowhere) * (1 - slack) };
}

static bool may_matter(const asked *query, const branch *at) {
    for (int64_t w = 0; w < query->n_wishes; w++)
        if (may_enter(&query->wishes[w], at->away, at->least_row)) return true;
    return false;
}

/* The nearer half first. Returns how many tiles were looked at. */
static int64_t descend(const ca_points *points, asked *query) {
    branch left[CA_BOX_DEPTH];
    int64_t n = 0, seen = 0;
    left[n++] = branch_of(points, query, 0, 0, tiles_of(points));
    while (n > 0) {
        branch at = left[--n];
        while (at.end - at.first > 1 && may_matter(query, &at)) {
            int64_t middle = ca_box_middle(at.first, at.end);
            branch a = branch_of(points, query, at.node + 1, at.first, middle);
            branch b = branch_of(points, query, at.node + 2 * (middle - at.first), middle, at.end);
            at = b.away < a.away ? b : a;
            left[n++] = b.away < a.away ? a : b;
        }
        if (!may_matter(query, &at)) continue;
        visit_pair(points, query, 1, at.first);
        seen++;
    }
    return seen;
}

/* Those with something to ask for, one after the other; how many. */
static int64_t prepare_queries(const ca_points *points, const double *queries, int64_t n_queries,
                               ca_wish *wishes, int64_t n_wishes, char *memory) {
    asked *all = (asked *)(void *)memory;
    int64_t n = 0, w = 0;
    memory += aligned((size_t)n_queries * sizeof *all);
    while (w < n_wishes) {
        asked *query = &all[n];
        int64_t q = wishes[w].query;
        *query = (asked){ .x = queries + q * points->width, .cells = (float *)(void *)memory };
        query->columns = (int32_t *)(void *)(memory + one_query(points) / 2);
        query->budget = 64 + points->n / 128;
        query->wishes = wishes + w;
        for (; w < n_wishes && wishes[w].query == q; w++, query->n_wishes++) {
            wishes[w].n_found = 0;
            wishes[w].radius = HUGE_VAL;
            query->budget += 16 * (wishes[w].most < points->n ? wishes[w].most : points->n);
        }
        ask(points, query);
        if (query->n_cells == 0) continue;
        memory += one_query(points);
        n++;
    }
    return n;
}

void ca_points_find(const ca_points *points, const double *queries, int64_t n_queries, ca_wish *wishes,
                    int64_t n_wishes, void *scratch) {
    asked *all = scratch;
    int64_t n = prepare_queries(points, queries, n_queries, wishes, n_wishes, scratch);
    for (int64_t q = 0; points->boxes && q < n; q++) descend(points, &all[q]);
    for (int64_t tile = 0; !points->boxes && tile < tiles_of(points); tile++)
        if (points->holes)
            for (int64_t q = 0; q < n; q++) visit_holes(points, &all[q], tile);
        else
            for (int64_t q = 0; q < n; q += 2) visit_pair(points, &all[q], n - q, tile);
    for (int64_t i = 0; i < n_wishes; i++) finish(points, &wishes[i]);
}

/* ---- Preparing ----------------------------------------------------------------------------------------- */

/* Boxes pay where few of them are near a row: with few columns, or columns that go together. Tried on some of
 * the rows themselves. */
enum { FEWEST_BOXED = 1024, TRIALS = 16, TRIAL_MOST = 8, PAYING = 12 };

static cauce_status boxes_pay(cauce_run *run, const ca_points *points, bool *pay) {
    ca_neighbour found[TRIAL_MOST];
    int64_t seen = 0;
    char *memory = cauce_scratch(run, 1, ca_points_scratch(points, 1));
    if (!memory) return run->error.status;
    for (int64_t i = 0; i < TRIALS; i++) {
        ca_wish wish = { .column = -1, .most = TRIAL_MOST, .found = found };
        const double *row = points->rows + points->n / TRIALS * i * points->width;
        prepare_queries(points, row, 1, &wish, 1, memory);
        seen += descend(points, (asked *)(void *)memory);
    }
    *pay = seen <= TRIALS * tiles_of(points) / PAYING;
    return CAUCE_OK;
}

static cauce_status try_boxes(cauce_run *run, ca_points *points, const tile_memory *memory) {
    bool pay = false;
    ca_boxes made;
    CA_TRY(ca_boxes_make(run, points->rows, points->n, points->width, CA_TILE, &made));
    points->order = made.order;
    points->boxes = made.boxes;
    points->least_rows = made.least_rows;
    CA_TRY(fill_all(run, points, memory));
    CA_TRY(boxes_pay(run, points, &pay));
    if (pay) return CAUCE_OK;
    points->order = points->least_rows = NULL;
    points->boxes = NULL;
    return CAUCE_OK;
}

cauce_status ca_points_prepare(cauce_run *run, ca_points *points, const double *rows, int64_t n,
                               int64_t width, ca_metric metric, double p, bool holes) {
    if (metric == CA_MINKOWSKI) metric = p == 1 ? CA_MANHATTAN : p == 2 ? CA_EUCLIDEAN : metric;
    if (metric == CA_MINKOWSKI && isinf(p)) metric = CA_CHEBYSHEV;
    *points = (ca_points){ .n = n, .width = width, .metric = metric, .p = p, .holes = holes, .rows = rows };
    /* Twice the rounding errors of a sum of `width` floats and of its terms. */
    points->slack = width < (1 << 22) ? (double)(width + 8) * rounding : HUGE_VAL;
    /* |x|_2 <= |x|_p for p < 2, and <= width^(1/2 - 1/p) |x|_p for p > 2. */
    points->stretch = metric == CA_MINKOWSKI && p > 2 ? ca_distance_power((double)width, 0.5 - 1 / p) : 1;
    tile_memory memory = { 0 };
    CA_TRY(take_memory(run, points, &memory));
    double *centre = cauce_keep(run, width, sizeof *centre);
    if (!centre) return run->error.status;
    for (int64_t j = 0; j < width; j++) centre[j] = middle_of(points, j);
    points->centre = centre;
    if (!holes && width <= CA_BOX_COLUMNS && n >= FEWEST_BOXED) CA_TRY(try_boxes(run, points, &memory));
    return points->boxes ? CAUCE_OK : fill_all(run, points, &memory);
}

/* ---- What is made of them ------------------------------------------------------------------------------ */

cauce_status ca_neighbours_needed(cauce_run *run, const double *weight, int64_t n, int64_t k, int64_t *most) {
    *most = k < n ? k : n;
    if (!weight) return CAUCE_OK;
    double *sorted = cauce_scratch(run, n, sizeof *sorted), sum = 0;
    if (!sorted) return run->error.status;
    memcpy(sorted, weight, (size_t)n * sizeof *sorted);
    CA_TRY(ca_sort(run, sorted, n));
    for (*most = 0; *most < n && sum < (double)k; ++*most) sum += sorted[*most];
    return CAUCE_OK;
}

/* In units of the nearest that is not at 0, so that no inverse is too large for a number. */
static double inverse(double distance, double nearest) {
    if (nearest == 0) return distance == 0;
    if (isinf(nearest)) return 1;
    return nearest / distance;
}

double ca_neighbours_count(ca_wish *wish, const double *weight, int64_t k, bool by_distance) {
    double left = (double)k, total = 0, nearest = wish->n_found > 0 ? wish->found[0].distance : 0;
    for (int64_t i = 0; i < wish->n_found; i++) {
        ca_neighbour *row = &wish->found[i];
        double count = weight ? weight[row->row] : 1;
        if (count > left) count = left;
        left -= count;
        row->distance = by_distance ? count * inverse(row->distance, nearest) : count;
        total += row->distance;
    }
    return total;
}
