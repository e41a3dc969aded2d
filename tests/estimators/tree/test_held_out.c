/* Places of rows among levels with few rows, and what forests make of them. */
#include <math.h>
#include <string.h>

#include "support/check_main.h"
#include "support/noise.h"
#include "support/tables.h"
#include "base/mix.h"
#include "base/run.h"
#include "core/model.h"
#include "tree/held_out.h"
#include "tree/tree.h"

enum { N = 300, LEVELS = 40, FOLDS = 5 };

typedef struct rows {
    int32_t codes[N], classes[N], rank[LEVELS];
    double y[N], w[N], place[N];
    cauce_train train;
} rows;

static void fill(rows *x, double effect, bool weights) {
    for (int r = 0; r < N; r++) {
        x->codes[r] = (int32_t)noise(LEVELS + 1) - 1;
        x->y[r] = effect * (x->codes[r] % 9) + (double)noise(1000) / 100;
        x->classes[r] = x->y[r] > 7;
        x->w[r] = weights ? 1 + (double)noise(3) : 1;
    }
    x->train = (cauce_train){ .n_rows = N, .y = x->y, .weight = weights ? x->w : NULL };
}

static void place(rows *x, const int32_t *kept) {
    cauce_run run;
    ca_run_begin(&run);
    ck_assert_int_eq(ca_place_rows(&run, &x->train, x->codes, LEVELS, kept, x->rank, x->place), CAUCE_OK);
    ca_run_end(&run);
}

static int fold_of(int r) {
    return (int)(ca_mix((uint64_t)(r + 1) * CA_MIX_STEP) % FOLDS);
}

/* The mean of a level without a fold, drawn to that of all rows by the textbook's estimate of m. */
static double mean_without(const rows *x, int32_t level, int fold, double middle, double m, double unit) {
    double sum = 0, count = 0;
    for (int r = 0; r < N; r++) {
        if (x->codes[r] != level || fold_of(r) == fold) continue;
        sum += x->w[r] * unit * x->y[r];
        count += x->w[r] * unit;
    }
    return count > 0 ? (sum + m * middle) / (count + m) : middle;
}

static void as_defined(const rows *x) {
    double all = 0, weight = 0, present = 0, within = 0, between = 0, squares = 0, groups = 0;
    for (int r = 0; r < N; r++)
        if (x->codes[r] >= 0) {
            all += x->w[r] * x->y[r];
            weight += x->w[r];
            present++;
        }
    double middle = all / weight, unit = present / weight;
    for (int32_t k = 0; k < LEVELS; k++) {
        double mean = mean_without(x, k, -1, 0, 0, unit), count = 0;
        for (int r = 0; r < N; r++)
            if (x->codes[r] == k) {
                count += x->w[r] * unit;
                within += x->w[r] * unit * pow(x->y[r] - mean, 2);
            }
        if (count == 0) continue;
        between += count * pow(mean - middle, 2);
        squares += count * count;
        groups++;
    }
    within /= present - groups;
    double m = within * (present - squares / present) / (between - (groups - 1) * within);
    double score[LEVELS];
    for (int32_t k = 0; k < LEVELS; k++) score[k] = mean_without(x, k, -1, middle, m, unit);
    for (int32_t k = 0; k < LEVELS; k++) {
        int below = 0;
        for (int32_t l = 0; l < LEVELS; l++) below += score[l] < score[k];
        ck_assert_int_eq(x->rank[k], below);
    }
    for (int r = 0; r < N; r++) {
        ck_assert_int_eq(isnan(x->place[r]), x->codes[r] < 0);
        if (x->codes[r] < 0) continue;
        double v = mean_without(x, x->codes[r], fold_of(r), middle, m, unit), low = -INFINITY,
               high = INFINITY;
        int below = 0;
        for (int32_t l = 0; l < LEVELS; l++) {
            below += score[l] < v;
            if (score[l] < v) low = fmax(low, score[l]);
            if (score[l] >= v) high = fmin(high, score[l]);
        }
        double expected = below == 0        ? -0.5
                          : below == LEVELS ? LEVELS - 0.5
                                            : below - (high - v) / (high - low);
        ck_near(x->place[r], high == v ? below : expected, 1e-7);
    }
}

START_TEST(places_are_as_defined) {
    rows x;
    for (int round = 0; round < 20; round++) {
        fill(&x, 1, round % 2);
        place(&x, NULL);
        as_defined(&x);
    }
}
END_TEST

START_TEST(classes_are_numbers) {
    rows x, z;
    fill(&x, 1, true);
    memcpy(&z, &x, sizeof x);
    z.train.y = NULL;
    z.train.y_class = z.classes;
    z.train.n_classes = 2;
    z.train.weight = z.w;
    x.train.y = x.y;
    x.train.weight = x.w;
    for (int r = 0; r < N; r++) x.y[r] = x.classes[r];
    place(&x, NULL);
    place(&z, NULL);
    ck_assert(memcmp(x.rank, z.rank, sizeof x.rank) == 0);
    for (int r = 0; r < N; r++) ck_assert(memcmp(&x.place[r], &z.place[r], sizeof(double)) == 0);
}
END_TEST

/* Units of the target and of the weights are nobody's business. */
START_TEST(units_change_nothing) {
    rows x, z;
    fill(&x, 1, true);
    place(&x, NULL);
    memcpy(&z, &x, sizeof x);
    z.train.y = z.y;
    z.train.weight = z.w;
    for (int r = 0; r < N; r++) {
        z.y[r] = ldexp(x.y[r], 1000);
        z.w[r] = ldexp(x.w[r], -600);
    }
    place(&z, NULL);
    ck_assert(memcmp(x.rank, z.rank, sizeof x.rank) == 0);
    for (int r = 0; r < N; r++)
        if (x.codes[r] >= 0) ck_near(x.place[r], z.place[r], 1e-9);
}
END_TEST

/* Where levels do not differ, or each has one row, there is nothing to cut. */
START_TEST(levels_that_say_nothing_are_one) {
    rows x;
    for (int how = 0; how < 3; how++) {
        fill(&x, 0, false);
        for (int r = 0; r < N; r++) {
            x.codes[r] = how == 0 && r < LEVELS ? r : how == 1 ? r % LEVELS : -1;
            if (how == 1) x.y[r] = r / LEVELS % 2;
        }
        place(&x, NULL);
        for (int32_t k = 0; k < LEVELS; k++) ck_assert_int_eq(x.rank[k], 0);
        for (int r = 0; r < N; r++) ck_assert(x.codes[r] < 0 ? isnan(x.place[r]) : x.place[r] == 0);
    }
}
END_TEST

/* The same rows again stand where they stood; with another order they move with their levels. */
START_TEST(an_earlier_order_is_kept) {
    rows x, z;
    int32_t turned[LEVELS];
    fill(&x, 1, false);
    place(&x, NULL);
    memcpy(&z, &x, sizeof x);
    z.train.y = z.y;
    place(&z, x.rank);
    ck_assert(memcmp(x.place, z.place, sizeof x.place) == 0 && memcmp(x.rank, z.rank, sizeof x.rank) == 0);
    for (int32_t k = 0; k < LEVELS; k++) turned[k] = LEVELS - 1 - x.rank[k];
    place(&z, turned);
    ck_assert(memcmp(z.rank, turned, sizeof turned) == 0);
    for (int r = 0; r < N; r++)
        if (x.codes[r] >= 0)
            ck_near(z.place[r], fmax(-0.5, x.place[r] - x.rank[x.codes[r]] + turned[x.codes[r]]), 1e-9);
}
END_TEST

START_TEST(only_many_levels_with_few_rows) {
    static int32_t codes[4000];
    cauce_train train = { .n_rows = 4000 };
    for (int r = 0; r < 4000; r++) codes[r] = r < 399 ? r % 20 : -1;
    ck_assert(ca_levels_have_few_rows(&train, codes, 20));
    ck_assert(!ca_levels_have_few_rows(&train, codes, 19));
    codes[399] = 3;
    ck_assert(!ca_levels_have_few_rows(&train, codes, 20));
}
END_TEST

/* Names of 400 shops, of no influence, beside a column of much. */
static cauce_table *shops(int rows) {
    static char text[200000];
    size_t n = (size_t)snprintf(text, sizeof text, "shop,x,y\n");
    for (int r = 0; r < rows; r++) {
        uint32_t shop = noise(400), x = noise(1000);
        double y = x / 100.0 + noise(1000) / 250.0;
        n += (size_t)snprintf(text + n, sizeof text - n, "s%u,%u,%.3f\n", shop, x, y);
    }
    return table_of(text, "y:target");
}

static double r2_of(const cauce_model *model, const cauce_table *table) {
    double value = 0;
    ck_assert_int_eq(cauce_score(model, table, "r2", &value), CAUCE_OK);
    return value;
}

START_TEST(forests_learn_no_names_by_heart) {
    cauce_table *table = shops(1600), *others = shops(1600);
    cauce_model *model = model_of("random_forest_regressor oob_score=true min_samples_leaf=5", table),
                *without = model_of("{\"steps\": [{\"branches\": [{\"on\": [\"x\"], \"steps\": "
                                    "[\"passthrough\"]}]}, \"random_forest_regressor min_samples_leaf=5\"]}",
                                    table);
    double oob = ((const ca_forest *)model->root->f.state)->oob_score, new_rows = r2_of(model, others);
    ck_assert_msg(fabs(oob - new_rows) < 0.03, "out of bag %g, on new rows %g", oob, new_rows);
    ck_assert_msg(new_rows > r2_of(without, others) - 0.02, "%g", new_rows);
    cauce_model_free(model);
    cauce_model_free(without);
    cauce_table_free(table);
    cauce_table_free(others);
}
END_TEST

TEST_MAIN("held_out", TEST(places_are_as_defined), TEST(classes_are_numbers), TEST(units_change_nothing),
          TEST(levels_that_say_nothing_are_one), TEST(an_earlier_order_is_kept),
          TEST(only_many_levels_with_few_rows), TEST(forests_learn_no_names_by_heart))
