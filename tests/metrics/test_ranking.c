/* Areas under curves against slow definitions: counting all pairs, walking all thresholds. */
#include "metrics/metric.h"
#include "support/check_main.h"

enum { MOST = 60 };
typedef struct sample {
    int64_t n;
    int32_t y[MOST], n_classes;
    double proba[MOST * 5], weight[MOST];
} sample;

static cauce_run run;

static double score(const char *name, const sample *s, bool weighted) {
    ca_metric_input input = { .n = s->n,
                              .weight = weighted ? s->weight : NULL,
                              .n_classes = s->n_classes,
                              .y_class = s->y,
                              .proba = s->proba,
                              .proba_stride = MOST,
                              .positive = s->n_classes == 2 ? 1 : -1 };
    double value = NAN;
    ca_run_begin(&run);
    cauce_status status = ca_metric_compute(&run, ca_metric_find(&run, name), &input, &value);
    ck_assert_msg(status == CAUCE_OK, "%s: %s", name, run.error.message);
    ca_run_end(&run);
    return value;
}

/* Rows of class `hit` against rows of class `miss` (-1: of any other) by the score of class `by`. */
static double pairs(const sample *s, int32_t hit, int32_t miss, int32_t by, bool weighted) {
    double won = 0, all = 0;
    for (int64_t i = 0; i < s->n; i++)
        for (int64_t j = 0; j < s->n; j++) {
            if (s->y[i] != hit || s->y[j] == hit || (miss >= 0 && s->y[j] != miss)) continue;
            double w = weighted ? s->weight[i] * s->weight[j] : 1;
            double a = s->proba[i + by * MOST], b = s->proba[j + by * MOST];
            won += w * (a > b ? 1 : a == b ? .5 : 0);
            all += w;
        }
    return won / all;
}

/* Precision and recall at each row's score, from scratch. */
static double steps(const sample *s, bool weighted) {
    double sum = 0, positives = 0;
    for (int64_t i = 0; i < s->n; i++) positives += (weighted ? s->weight[i] : 1) * s->y[i];
    for (int64_t i = 0; i < s->n; i++) {
        double at = s->proba[i + MOST], taken = 0, hits = 0;
        for (int64_t j = 0; j < s->n; j++)
            if (s->proba[j + MOST] >= at) {
                double w = weighted ? s->weight[j] : 1;
                taken += w;
                hits += w * s->y[j];
            }
        /* Each positive row brings its part of the step at its score. */
        if (s->y[i] && hits > 0) sum += (weighted ? s->weight[i] : 1) * hits / taken;
    }
    return sum / positives;
}

static void draw(cauce_rng *rng, sample *s, int64_t n, int32_t n_classes, int grid) {
    s->n = n;
    s->n_classes = n_classes;
    for (int64_t r = 0; r < n; r++) {
        s->y[r] = r < n_classes ? (int32_t)r : (int32_t)cauce_rng_below(rng, (uint64_t)n_classes);
        s->weight[r] = r < n_classes ? 1 : (double)cauce_rng_below(rng, 4) / 2;
        double sum = 0, cell[5];
        for (int32_t k = 0; k < n_classes; k++) {
            cell[k] = grid ? (double)cauce_rng_below(rng, (uint64_t)grid) : cauce_rng_uniform(rng);
            sum += cell[k] + (k == 0 ? 1e-3 : 0);
        }
        cell[0] += 1e-3;
        for (int32_t k = 0; k < n_classes; k++) s->proba[r + k * MOST] = cell[k] / sum;
    }
}

START_TEST(equals_counting_all_pairs) {
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "test", 0);
    sample s;
    for (int64_t n = 5; n <= MOST; n++)
        for (int trial = 0; trial < 4; trial++) {
            bool weighted = trial & 1;
            draw(&rng, &s, n, 2, trial & 2 ? 3 : 0);
            ck_near(score("roc_auc", &s, weighted), pairs(&s, 1, 0, 1, weighted), 1e-13);
            ck_near(score("average_precision", &s, weighted), steps(&s, weighted), 1e-13);
            draw(&rng, &s, n, 5, trial & 2 ? 3 : 0);
            double ovr = 0, ovr_by_rows = 0, ovo = 0, ovo_by_rows = 0, rows = 0, pair_rows = 0, of[5] = { 0 };
            for (int64_t r = 0; r < n; r++) of[s.y[r]] += weighted ? s.weight[r] : 1;
            for (int32_t a = 0; a < 5; a++) {
                double one = pairs(&s, a, -1, a, weighted);
                ovr += one / 5;
                ovr_by_rows += of[a] * one;
                rows += of[a];
                for (int32_t b = a + 1; b < 5; b++) {
                    one = (pairs(&s, a, b, a, weighted) + pairs(&s, b, a, b, weighted)) / 2;
                    ovo += one / 10;
                    ovo_by_rows += (of[a] + of[b]) * one;
                    pair_rows += of[a] + of[b];
                }
            }
            ck_near(score("roc_auc_ovr", &s, weighted), ovr, 1e-13);
            ck_near(score("roc_auc_ovr_weighted", &s, weighted), ovr_by_rows / rows, 1e-13);
            ck_near(score("roc_auc_ovo", &s, weighted), ovo, 1e-13);
            ck_near(score("roc_auc_ovo_weighted", &s, weighted), ovo_by_rows / pair_rows, 1e-13);
        }
}
END_TEST

START_TEST(published_case) {
    const int32_t y[] = { 0, 0, 1, 1, 1, 0, 1, 0 };
    const double p[] = { .1, .4, .35, .8, .4, .4, .9, .2 };
    sample s = { .n = 8, .n_classes = 2 };
    for (int r = 0; r < 8; r++) {
        s.y[r] = y[r];
        s.proba[r + MOST] = p[r];
        s.proba[r] = 1 - p[r];
    }
    ck_near(score("roc_auc", &s, false), .8125, 1e-15);
    ck_near(score("average_precision", &s, false), .816666666666666667, 1e-15);
    ck_near(score("brier", &s, false), .1503125, 1e-15);
}
END_TEST

START_TEST(extremes) {
    sample s = { .n = 6, .n_classes = 2, .y = { 0, 0, 0, 1, 1, 1 } };
    for (int r = 0; r < 6; r++) s.proba[r] = 1 - (s.proba[r + MOST] = r / 10.);
    ck_near(score("roc_auc", &s, false), 1, 0);
    ck_near(score("average_precision", &s, false), 1, 0);
    for (int r = 0; r < 6; r++) s.proba[r] = 1 - (s.proba[r + MOST] = .5);
    ck_near(score("roc_auc", &s, false), .5, 0);
    ck_near(score("average_precision", &s, false), .5, 0);
    for (int r = 0; r < 6; r++) s.proba[r] = 1 - (s.proba[r + MOST] = 1 - r / 10.);
    ck_near(score("roc_auc", &s, false), 0, 0);
}
END_TEST

START_TEST(no_positive_row) {
    sample s = { .n = 3, .n_classes = 2, .proba = { .5, .5, .5 } };
    for (int r = 0; r < 3; r++) s.proba[r + MOST] = .5;
    ca_metric_input input = {
        .n = 3, .n_classes = 2, .y_class = s.y, .proba = s.proba, .proba_stride = MOST, .positive = 1
    };
    ca_run_begin(&run);
    double value = 7;
    ck_assert_int_eq(ca_metric_compute(&run, ca_metric_find(&run, "average_precision"), &input, &value),
                     CAUCE_OK);
    ck_assert(value == 0 && !signbit(value));
    ck_assert_str_eq(run.warnings->name, "undefined_metric");
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("ranking", TEST(equals_counting_all_pairs), TEST(published_case), TEST(extremes),
          TEST(no_positive_row))
