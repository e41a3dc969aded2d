#include "split/splitter.h"
#include "support/check_main.h"
#include "support/failing.h"
#include "support/harness.h"
#include "support/tables.h"

extern const cauce_component cauce_target_encoder;

static const cauce_component *encoder = &cauce_target_encoder;

/* ---- The slow definition ------------------------------------------------------------------------------- */

/* The formulas of scikit-learn's user guide, section "Target Encoder" (1.3 and later), one sum at a time, for
 * a category of an integer column and a target of numbers, over the rows for which use[r]:
 *
 * - fixed m: (sum of y in the category + m mean) / (n + m)
 * - auto: l mean of the category + (1 - l) mean, l = v n / (v n + s), s the variance in the category
 *
 * A category without rows, and l = 0 / 0, gives the mean. */
static double slow_encoding(int64_t n, const int *category, const double *y, const double *weight,
                            const bool *use, int wanted, double m) {
    double total = 0, mean = 0, variance = 0, count = 0, sum = 0, within = 0;
    for (int64_t r = 0; r < n; r++)
        if (use[r]) total += weight ? weight[r] : 1, mean += (weight ? weight[r] : 1) * y[r];
    mean /= total;
    for (int64_t r = 0; r < n; r++) {
        double w = weight ? weight[r] : 1;
        if (!use[r]) continue;
        variance += w * (y[r] - mean) * (y[r] - mean) / total;
        if (category[r] == wanted) count += w, sum += w * y[r];
    }
    if (!(count > 0)) return mean;
    if (m >= 0) return (sum + m * mean) / (count + m);
    for (int64_t r = 0; r < n; r++)
        if (use[r] && category[r] == wanted)
            within += (weight ? weight[r] : 1) * pow(y[r] - sum / count, 2) / count;
    double own = variance * count / (variance * count + within);
    return isnan(own) ? mean : own * sum / count + (1 - own) * mean;
}

/* ---- Data ---------------------------------------------------------------------------------------------- */

enum { N = 97 };

typedef struct data {
    int a[N], b[N]; /* categories; -1: missing (of a) */
    const char *text[N];
    double number[N], y[N], weight[N];
    int32_t y_class[N], group[N];
    frame *train;
} data;

static const char *const names[] = { "k0", "k1", "k2", "k3", "k4", "k5" };

static data *data_new(int32_t n_classes) {
    data *d = calloc(1, sizeof *d);
    cauce_rng rng;
    cauce_rng_init(&rng, 3, "target encoder test", 0);
    for (int r = 0; r < N; r++) {
        d->a[r] = (int)cauce_rng_below(&rng, 7) - 1;
        if (r == 50) d->a[r] = 5; /* in one row more or less */
        d->b[r] = (int)cauce_rng_below(&rng, 3);
        d->text[r] = d->a[r] < 0 ? NULL : names[d->a[r]];
        d->number[r] = d->b[r] == 2 ? (double)NAN : d->b[r] - 0.5;
        d->y[r] = 100 + d->a[r] - 3 * d->b[r] + 2 * cauce_rng_uniform(&rng);
        d->y_class[r] = (int32_t)(((uint64_t)d->b[r] + cauce_rng_below(&rng, 2)) % (uint64_t)n_classes);
        d->weight[r] = 1 + (double)cauce_rng_below(&rng, 3);
        d->group[r] = r / 9;
    }
    d->train = frame_new(N);
    frame_texts(d->train, "a", CAUCE_CATEGORY, d->text, (const char *const[]){ "Z", NULL });
    frame_numbers(d->train, "b", d->number);
    return d;
}

static void data_free(data *d) {
    frame_free(d->train);
    free(d);
}

static void must_learn(fitted *t, const char *params, const data *d, const frame_target *target,
                       const double *weight) {
    ck_assert_msg(fitted_learn(t, encoder, params, d->train, target, weight) == CAUCE_OK, "%s: %s", params,
                  t->run.error.message);
}

/* Both outputs of both columns for output k (of m) against the slow definition. y: what output k means. */
static void compare(const char *params, const data *d, const frame_target *target, const double *weight,
                    const double *y, int k, int m, double smooth, const char *split) {
    static const char *const outputs[] = { "apply", "fit_transform" };
    fitted t;
    must_learn(&t, params, d, target, weight);
    ck_assert_int_eq(t.out.width, 2 * m);
    ca_split_input input = { .n_rows = N,
                             .y = target->y,
                             .y_class = target->y_class,
                             .n_classes = t.f.n_classes,
                             .group = target->group,
                             .n_groups = target->n_groups };
    ca_folds folds;
    ck_assert_int_eq(ca_split(&t.run, split, &input, &t.arena, &folds), CAUCE_OK);
    for (int way = 0; way < 2; way++) {
        cauce_status status =
            way ? fitted_train_rows(&t, d->train, target, weight) : fitted_apply(&t, d->train);
        ck_assert_msg(status == CAUCE_OK, "%s: %s", params, t.run.error.message);
        for (int64_t f = 0; f < folds.n_folds; f++) {
            bool use[N];
            for (int r = 0; r < N; r++) use[r] = true;
            for (int64_t i = 0; way && i < folds.folds[f].n_test; i++) use[folds.folds[f].test[i]] = false;
            for (int64_t i = 0; i < folds.folds[f].n_test; i++)
                for (int j = 0; j < 2; j++) {
                    int64_t r = folds.folds[f].test[i];
                    const int *category = j ? d->b : d->a;
                    double expected = slow_encoding(N, category, y, weight, use, category[r], smooth);
                    double cell = fitted_cell(&t, r, j * m + k);
                    ck_assert_msg(fabs(cell - expected) <= 1e-12 * fabs(expected) + 1e-14,
                                  "%s, %s: row %d, column %d: %.17g, not %.17g", params, outputs[way], (int)r,
                                  j, cell, expected);
                }
        }
    }
    fitted_end(&t);
}

START_TEST(numbers_by_definition) {
    data *d = data_new(2);
    frame_target target = { .y = d->y };
    const struct {
        const char *params;
        double smooth;
        const char *split;
    } cases[] = {
        { "", -1, "k_fold n_splits=5 shuffle=true random_state=0" },
        { "smooth=auto random_state=4 cv=3", -1, "k_fold n_splits=3 shuffle=true random_state=4" },
        { "smooth=0 shuffle=false", 0, "k_fold n_splits=5" },
        { "smooth=2.5 shuffle=false cv=97", 2.5, "k_fold n_splits=97" },
        { "smooth=1000 target_type=continuous", 1000, "k_fold shuffle=true" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        compare(cases[i].params, d, &target, NULL, d->y, 0, 1, cases[i].smooth, cases[i].split);
        compare(cases[i].params, d, &target, d->weight, d->y, 0, 1, cases[i].smooth, cases[i].split);
    }
    data_free(d);
}
END_TEST

START_TEST(classes_by_definition) {
    for (int32_t n = 2; n <= 4; n++) {
        data *d = data_new(n);
        const char *classes[] = { "c0", "c1", n > 2 ? "c2" : NULL, n > 3 ? "c3" : NULL, NULL };
        frame_target target = { .y_class = d->y_class, .classes = classes };
        int m = n > 2 ? n : 1;
        double y[N];
        for (int k = 0; k < m; k++) {
            for (int r = 0; r < N; r++) y[r] = d->y_class[r] == (n > 2 ? k : 1);
            compare("random_state=9", d, &target, NULL, y, k, m, -1,
                    "stratified_k_fold shuffle=true random_state=9");
            compare("smooth=3", d, &target, d->weight, y, k, m, 3, "stratified_k_fold shuffle=true");
            compare("smooth=0 shuffle=false cv=2", d, &target, NULL, y, k, m, 0,
                    "stratified_k_fold n_splits=2");
        }
        data_free(d);
    }
}
END_TEST

START_TEST(a_splitter) {
    data *d = data_new(2);
    frame_target target = { .y = d->y, .group = d->group, .n_groups = 11 };
    compare("smooth=1 cv=\"group_k_fold n_splits=4\"", d, &target, NULL, d->y, 0, 1, 1,
            "group_k_fold n_splits=4");
    data_free(d);
}
END_TEST

/* Rows are encoded from the four other fifths of the table, which are blocks without a shuffle. */
static void encoded_by_folds(const char *smooth, double m, const frame *train, const double *y) {
    int category[88], fold[88];
    char params[64];
    frame_target target = { .y = y };
    fitted t;
    for (int r = 0; r < 88; r++) category[r] = r < 20 ? 0 : r < 50 ? 1 : 2;
    for (int r = 0; r < 88; r++) fold[r] = r < 54 ? r / 18 : 3 + (r - 54) / 17; /* 18 18 18 17 17 */
    snprintf(params, sizeof params, "shuffle=false %s", smooth);
    ck_assert_int_eq(fitted_learn(&t, encoder, params, train, &target, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_train_rows(&t, train, &target, NULL), CAUCE_OK);
    for (int r = 0; r < 88; r++) {
        bool use[88];
        for (int i = 0; i < 88; i++) use[i] = fold[i] != fold[r];
        ck_close(fitted_cell(&t, r, 0), slow_encoding(88, category, y, NULL, use, category[r], m), 1e-12);
    }
    fitted_end(&t);
}

/* Case 24 of the parity cases: the example of scikit-learn's documentation of the formulas. */
START_TEST(dogs_and_cats) {
    const struct {
        const char *animal;
        int n;
        double y;
    } parts[] = { { "dog", 5, 90.3 },  { "dog", 15, 80.1 },  { "cat", 5, 20.4 },
                  { "cat", 25, 20.1 }, { "snake", 8, 21.2 }, { "snake", 30, 49 } };
    const char *text[88], *seen[] = { "cat", "dog", "snake", "bird" };
    double y[88];
    int n = 0;
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < parts[i].n; k++, n++) text[n] = parts[i].animal, y[n] = parts[i].y;
    frame *train = frame_new(88), *rows = frame_new(4);
    frame_texts(train, "animal", CAUCE_CATEGORY, text, NULL);
    frame_texts_like(rows, &train->fields[0], seen);
    frame_target target = { .y = y };
    const struct {
        const char *params;
        double expected[4];
    } cases[] = {
        { "smooth=1", { 20.9285557185, 80.8231060606, 43.1765442890, 44.2852272727 } },
        { "", { 20.1500169424, 82.5870599442, 43.1538117179, 44.2852272727 } },
        { "smooth=5000",
          { (5 * 20.4 + 25 * 20.1 + 5000 * 44.285227272727276) / 5030,
            (5 * 90.3 + 15 * 80.1 + 5000 * 44.285227272727276) / 5020,
            (8 * 21.2 + 30 * 49 + 5000 * 44.285227272727276) / 5038, 44.285227272727276 } },
    };
    for (int i = 0; i < 3; i++) {
        fitted t;
        ck_assert_int_eq(fitted_learn(&t, encoder, cases[i].params, train, &target, NULL), CAUCE_OK);
        ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
        for (int r = 0; r < 4; r++) ck_near(fitted_cell(&t, r, 0), cases[i].expected[r], 1e-11);
        fitted_end(&t);
        encoded_by_folds(cases[i].params, i == 0 ? 1 : i == 1 ? -1 : 5000, train, y);
    }
    frame_free(train);
    frame_free(rows);
}
END_TEST

/* ---- Leaks --------------------------------------------------------------------------------------------- */

enum { MANY = 4000 };

static double correlation(const double *x, const double *y, int n) {
    double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
    for (int r = 0; r < n; r++) mx += x[r] / n, my += y[r] / n;
    for (int r = 0; r < n; r++) {
        xx += (x[r] - mx) * (x[r] - mx);
        yy += (y[r] - my) * (y[r] - my);
        xy += (x[r] - mx) * (y[r] - my);
    }
    return xy / sqrt(xx * yy);
}

/* Categories of about two rows each that know nothing of the target. Encodings that have seen the row agree
 * with the target; those of the training rows must not, for any kind of target and smoothing. */
START_TEST(noise_stays_noise) {
    double *category = calloc(MANY, sizeof *category), *y = calloc(MANY, sizeof *y);
    int32_t *y_class = calloc(MANY, sizeof *y_class);
    cauce_rng rng;
    cauce_rng_init(&rng, 1, "noise", 0);
    for (int r = 0; r < MANY; r++) {
        category[r] = (double)cauce_rng_below(&rng, MANY / 2);
        y[r] = cauce_rng_uniform(&rng);
        y_class[r] = (int32_t)cauce_rng_below(&rng, 2);
    }
    frame *train = frame_new(MANY);
    frame_numbers(train, "noise", category);
    frame_target targets[] = { { .y = y },
                               { .y_class = y_class, .classes = (const char *const[]){ "n", "y", NULL } } };
    for (int i = 0; i < 2; i++)
        for (int k = 0; k < 3; k++) {
            const char *params[] = { "", "smooth=0", "smooth=5 cv=10" };
            double expected[MANY];
            for (int r = 0; r < MANY; r++) expected[r] = i ? y_class[r] : y[r];
            fitted t;
            ck_assert_int_eq(fitted_learn(&t, encoder, params[k], train, &targets[i], NULL), CAUCE_OK);
            ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
            double seen = correlation(t.cells, expected, MANY);
            ck_assert_int_eq(fitted_train_rows(&t, train, &targets[i], NULL), CAUCE_OK);
            double unseen = correlation(t.cells, expected, MANY);
            ck_assert_msg(seen > 0.5, "%s: %g: the data would show no leak", params[k], seen);
            ck_assert_msg(fabs(unseen) < 0.07, "%s: correlation %g with the target", params[k], unseen);
            fitted_end(&t);
        }
    frame_free(train);
    free(category);
    free(y);
    free(y_class);
}
END_TEST

/* The same through a pipeline: the model behind the encoder must not trust it. */
START_TEST(pipelines_encode_fold_by_fold) {
    char *csv = calloc(1, 64 * 1200 + 64);
    size_t at = (size_t)sprintf(csv, "noise,signal,y\n");
    cauce_rng rng;
    cauce_rng_init(&rng, 2, "noise", 0);
    for (int r = 0; r < 1200; r++) {
        int signal = (int)cauce_rng_below(&rng, 4);
        at += (size_t)sprintf(csv + at, "%d,%d,%.17g\n", (int)cauce_rng_below(&rng, 600), signal,
                              signal + cauce_rng_uniform(&rng));
    }
    cauce_table *table = table_of(csv, "y:target");
    cauce_model *model = model_of("{\"steps\": [\"target_encoder smooth=0\", \"linear_regression\"]}", table);
    int64_t rows = 0, columns = 0;
    const double *coef = cauce_get_array(model, "linear_regression__coef", &rows, &columns);
    ck_assert_ptr_nonnull(coef);
    ck_assert_msg(fabs(coef[0]) < 0.05, "coefficient of noise: %g", coef[0]);
    ck_assert_msg(fabs(coef[1] - 1) < 0.02, "coefficient of the signal: %g", coef[1]);
    cauce_model_free(model);
    cauce_table_free(table);
    free(csv);
}
END_TEST

/* The training rows through folds on 1, 2 and 7 threads: the model behind the encoder is the same to the bit.
 */
START_TEST(any_number_of_threads) {
    cauce_table *table = table_from_data("titanic.csv", "target=survived");
    cauce_recipe *recipe =
        recipe_of("{\"steps\": [{\"branches\": [{\"on\": \"@category\", \"use\": \"target_encoder\"}]}, "
                  "\"gaussian_nb\"]}");
    bytes_of first = { NULL, 0 };
    static const int threads[] = { 1, 2, 7 };
    for (int i = 0; i < 3; i++) {
        cauce_context *context = cauce_context_new();
        ck_assert_int_eq(cauce_context_set_threads(context, threads[i]), CAUCE_OK);
        cauce_context_use(context);
        cauce_model *model = model_fit(recipe, table);
        bytes_of bytes = saved(model);
        if (i == 0)
            first = bytes;
        else {
            ck_assert(bytes.size == first.size && memcmp(bytes.data, first.data, bytes.size) == 0);
            bytes_done(&bytes);
        }
        cauce_model_free(model);
        cauce_context_use(NULL);
        cauce_context_free(context);
    }
    bytes_done(&first);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}
END_TEST

/* ---- The rest ------------------------------------------------------------------------------------------ */

START_TEST(names_and_missing) {
    data *d = data_new(3);
    frame_target target = { .y_class = d->y_class, .classes = (const char *const[]){ "p", "q", "r", NULL } };
    fitted t;
    must_learn(&t, "smooth=0", d, &target, NULL);
    ck_assert_str_eq(fitted_names(&t), "a_p, a_q, a_r, b_p, b_q, b_r");
    frame *rows = frame_new(3);
    frame_texts_like(rows, &d->train->fields[0], (const char *const[]){ NULL, "Z", "nobody knows" });
    frame_numbers(rows, "b", (const double[]){ NAN, 7, INFINITY });
    ck_assert_int_eq(fitted_apply(&t, rows), CAUCE_OK);
    const double *mean = fitted_array(&t, "target_mean");
    double shares[3] = { 0 }, missing = 0;
    for (int r = 0; r < N; r++)
        if (d->a[r] < 0) missing += 1, shares[d->y_class[r]] += 1;
    for (int k = 0; k < 3; k++) {
        ck_near(fitted_cell(&t, 0, k), shares[k] / missing, 1e-14); /* a level of its own */
        for (int r = 1; r < 3; r++)
            for (int j = 0; j < 2; j++) ck_assert(fitted_cell(&t, r, 3 * j + k) == mean[k]);
    }
    fitted_end(&t);
    must_learn(
        &t, "target_type=continuous", d,
        &(frame_target){ .y_class = d->y_class, .classes = (const char *const[]){ "1", "2", "4", NULL } },
        NULL);
    ck_assert_str_eq(fitted_names(&t), "a, b");
    double sum = 0;
    for (int r = 0; r < N; r++) sum += (const double[]){ 1, 2, 4 }[d->y_class[r]];
    ck_near(*(const double *)fitted_array(&t, "target_mean"), sum / N, 1e-14);
    fitted_end(&t);
    frame_free(rows);
    data_free(d);
}
END_TEST

START_TEST(weight_is_repetition) {
    data *d = data_new(2);
    int times[N];
    double y[3 * N];
    int64_t n = 0;
    for (int r = 0; r < N; r++) {
        times[r] = (int)d->weight[r];
        for (int k = 0; k < times[r]; k++) y[n++] = d->y[r];
    }
    frame *repeated = frame_repeat(d->train, times);
    fitted a, b;
    must_learn(&a, "", d, &(frame_target){ .y = d->y }, d->weight);
    ck_assert_int_eq(fitted_learn(&b, encoder, "", repeated, &(frame_target){ .y = y }, NULL), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&a, d->train), CAUCE_OK);
    ck_assert_int_eq(fitted_apply(&b, d->train), CAUCE_OK);
    for (int i = 0; i < 2 * N; i++) ck_near(a.cells[i], b.cells[i], 1e-13);
    fitted_end(&a);
    fitted_end(&b);
    frame_free(repeated);
    data_free(d);
}
END_TEST

static void fails(const char *params, const data *d, const frame_target *target, cauce_status expected,
                  const char *piece) {
    fitted t;
    cauce_status status = fitted_learn(&t, encoder, params, d->train, target, NULL);
    if (status == CAUCE_OK) status = fitted_train_rows(&t, d->train, target, NULL);
    ck_assert_msg(status == expected && strstr(t.run.error.message, piece), "%s: status %d: %s", params,
                  (int)status, t.run.error.message);
    fitted_end(&t);
}

START_TEST(refusals) {
    data *d = data_new(3);
    frame_target none = { 0 }, numbers = { .y = d->y, .group = d->group, .n_groups = 11 };
    frame_target three = { .y_class = d->y_class, .classes = (const char *const[]){ "a", "b", "c", NULL } };
    fails("", d, &none, CAUCE_E_SCHEMA, "target");
    fails("target_type=binary", d, &numbers, CAUCE_E_KIND, "target_type=binary needs a target of classes");
    fails("target_type=binary", d, &three, CAUCE_E_KIND, "the target has 3");
    fails("target_type=continuous", d, &three, CAUCE_E_KIND, "is 'a'");
    fails("smooth=-1", d, &numbers, CAUCE_E_PARAM, "smooth");
    fails("smooth=much", d, &numbers, CAUCE_E_PARAM, "smooth");
    fails("cv=1", d, &numbers, CAUCE_E_PARAM, "cv");
    fails("cv=98", d, &numbers, CAUCE_E_DATA, "cv=98 folds are more than the 97 training rows");
    fails("cv=90", d, &three, CAUCE_E_DATA, "the largest has");
    fails("cv=no_fold", d, &numbers, CAUCE_E_PARAM, "'no_fold' is not a splitter");
    fails("cv=k_fold random_state=1", d, &numbers, CAUCE_E_PARAM, "give it to the splitter");
    fails("cv=time_series_split", d, &numbers, CAUCE_E_PARAM, "is in no test part");
    fails("cv=repeated_k_fold", d, &numbers, CAUCE_E_PARAM, "two folds");
    d->y[5] = 1e300;
    fails("", d, &numbers, CAUCE_E_NUMERIC, "too large");
    data_free(d);
}
END_TEST

START_TEST(little_to_learn) {
    frame *train = frame_new(3);
    frame_texts(train, "k", CAUCE_CATEGORY, (const char *const[]){ "a", "a", "b" }, NULL);
    const frame_target targets[] = { { .y = (const double[]){ 4, 4, 4 } },
                                     { .y_class = (const int32_t[]){ 0, 0, 0 },
                                       .classes = (const char *const[]){ "one", NULL } } };
    for (int i = 0; i < 2; i++) { /* a target that does not vary: every encoding is its mean */
        fitted t;
        ck_assert_int_eq(fitted_learn(&t, encoder, "cv=3", train, &targets[i], NULL), CAUCE_OK);
        ck_assert_int_eq(fitted_apply(&t, train), CAUCE_OK);
        for (int r = 0; r < 3; r++) ck_assert(fitted_cell(&t, r, 0) == (i ? 0 : 4));
        ck_assert_int_eq(fitted_train_rows(&t, train, &targets[i], NULL), CAUCE_OK);
        for (int r = 0; r < 3; r++) ck_assert(fitted_cell(&t, r, 0) == (i ? 0 : 4));
        fitted_end(&t);
    }
    frame_free(train);
}
END_TEST

START_TEST(verify_refuses) {
    data *d = data_new(3);
    fitted t;
    must_learn(
        &t, "", d,
        &(frame_target){ .y_class = d->y_class, .classes = (const char *const[]){ "p", "q", "r", NULL } },
        NULL);
    double *encodings = fitted_array(&t, "encodings"), *mean = fitted_array(&t, "target_mean");
    double *category = fitted_array(&t, "category"), *broken[] = { &encodings[4], &mean[2], &category[0] };
    for (int i = 0; i < 3; i++) {
        double good = *broken[i];
        *broken[i] = (double)NAN;
        ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
        *broken[i] = good;
    }
    t.f.n_classes = 4;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_E_FORMAT);
    t.f.n_classes = 3;
    ck_assert_int_eq(fitted_verify(&t), CAUCE_OK);
    fitted_end(&t);
    data_free(d);
}
END_TEST

START_TEST(allocations_may_fail) {
    data *d = data_new(3);
    frame_target target = { .y_class = d->y_class, .classes = (const char *const[]){ "a", "b", "c", NULL } };
    failing_install();
    FAILING_EACH(pass) {
        fitted t;
        cauce_status status = fitted_learn(&t, encoder, "", d->train, &target, d->weight);
        if (status == CAUCE_OK) status = fitted_train_rows(&t, d->train, &target, d->weight);
        if (status == CAUCE_OK) status = fitted_apply(&t, d->train);
        ck_assert(status == CAUCE_OK || (pass.armed && status == CAUCE_E_NOMEM));
        fitted_end(&t);
    }
    data_free(d);
}
END_TEST

TEST_MAIN("target_encoder", TEST(numbers_by_definition), TEST(classes_by_definition), TEST(a_splitter),
          TEST(dogs_and_cats), TEST(noise_stays_noise), TEST(pipelines_encode_fold_by_fold),
          TEST(any_number_of_threads), TEST(names_and_missing), TEST(weight_is_repetition), TEST(refusals),
          TEST(little_to_learn), TEST(verify_refuses), TEST(allocations_may_fail))
