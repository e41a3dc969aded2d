/* The library as a contender in a benchmark: adapter --job JOB.json --out RESULT.json, once per run.
 *
 * Everything goes through the public headers, as in a user's program. JOB.json: task (rf, et, gbm, linear,
 * knn, impute, csv, prep, main, grid, row), kind (clf, reg), data, data_dir, params, threads, seed,
 * pred_path, coef_path, model_path. Learning sets are DATA_Xtr.npy (float32), DATA_ytr.npy (float64),
 * DATA_Xte.npy, or DATA_train.csv and DATA_test.csv (numeric, target last, called y). RESULT.json: the times,
 * and the paths of raw predictions and coefficients: quality is for the caller to compute, never for the
 * contender. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "job.h"

enum { TILED_ROWS = 100000 };

/* ---- Predictions ------------------------------------------------------------------------------------- */

static cauce_table *predict(const struct job *job, const cauce_model *model, const cauce_table *table) {
    cauce_table *out = is_classifier(job) ? cauce_predict_proba(model, table) : cauce_predict(model, table);
    must_be_fine();
    return out;
}

/* Where the columns of a prediction belong: class k at place[k]. Returns the width of a row, so that a class
 * absent from training has its place, with probability 0. */
static int64_t class_places(const cauce_model *model, int64_t classes, int64_t place[MAX_CLASSES]) {
    int64_t width = 1;
    if (classes > MAX_CLASSES) die("%lld classes: at most %d", (long long)classes, MAX_CLASSES);
    for (int64_t k = 0; k < classes; k++) {
        place[k] = strtoll(cauce_model_class(model, k), NULL, 10);
        if (place[k] < 0 || place[k] >= MAX_CLASSES) die("class %s", cauce_model_class(model, k));
        if (width <= place[k]) width = place[k] + 1;
    }
    return width;
}

static FILE *open_output(const char *path) {
    FILE *file = fopen(path, "wb");
    if (!file) die("cannot write %s", path);
    return file;
}

/* Writes the predictions of the test rows: a number a row, or one for each class up to the greatest. */
static void save_predictions(struct job *job, const cauce_model *model, const struct matrix *test) {
    cauce_table *table = table_of(test), *out = predict(job, model, table);
    int64_t place[MAX_CLASSES] = { 0 }, columns = cauce_table_columns(out);
    int64_t width = class_places(model, is_classifier(job) ? columns : 0, place);
    const char *path = text_of(job->root, "pred_path", "pred.bin");
    FILE *file = open_output(path);
    for (int64_t i = 0; i < cauce_table_rows(out); i++) {
        double row[MAX_CLASSES] = { 0 };
        for (int64_t k = 0; k < columns; k++) row[place[k]] = cauce_table_number(out, i, k);
        fwrite(row, sizeof *row, (size_t)width, file);
    }
    if (fclose(file)) die("cannot write %s", path);
    report_text(job, "pred", path);
    cauce_table_free(out);
    cauce_table_free(table);
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Linear interpolation between the order statistics, as numpy.percentile. */
static double percentile(const double *sorted, size_t n, double percent) {
    double position = percent / 100 * (double)(n - 1);
    size_t low = (size_t)position;
    size_t high = low + 1 < n ? low + 1 : low;
    return sorted[low] + (position - (double)low) * (sorted[high] - sorted[low]);
}

/* One row a call through the scorer; a call is the setting of all inputs and the scoring. */
static void time_single_rows(struct job *job, const cauce_model *model, const struct matrix *x) {
    size_t calls = (size_t)number_of(job->params, "single_calls", 200);
    int64_t inputs = cauce_model_inputs(model);
    int64_t *column = need_memory((size_t)inputs, sizeof *column);
    for (int64_t i = 0; i < inputs; i++) column[i] = strtoll(cauce_model_input_name(model, i) + 1, NULL, 10);
    double *times = need_memory(calls, sizeof *times), sum = 0;
    cauce_scorer *scorer = cauce_scorer_new(model);
    must_be_fine();
    for (size_t call = 0; call < calls; call++) {
        const float *row = x->f32 + (int64_t)(call % (size_t)x->rows) * x->columns;
        double start = seconds();
        for (int64_t i = 0; i < inputs; i++) cauce_scorer_set_number(scorer, i, (double)row[column[i]]);
        const double *value = cauce_scorer_run(scorer);
        times[call] = seconds() - start;
        must_be_fine();
        sum += *value;
    }
    qsort(times, calls, sizeof *times, compare_doubles);
    report_number(job, "single_p50_us", 1e6 * percentile(times, calls, 50));
    report_number(job, "single_p99_us", 1e6 * percentile(times, calls, 99));
    report_number(job, "single_sum", sum);
    cauce_scorer_free(scorer);
    free(times);
    free(column);
}

/* Repeats the rows until there are so many, where they lie. */
static void tile(struct matrix *x, int64_t rows) {
    const size_t row = (size_t)x->columns * sizeof *x->f32;
    x->f32 = realloc(x->f32, (size_t)rows * row);
    if (!x->f32) die("out of memory");
    for (int64_t i = x->rows; i < rows; i++)
        memcpy(x->f32 + i * x->columns, x->f32 + (i - x->rows) * x->columns, row);
    x->rows = rows;
}

/* The test rows repeated to 100,000, predicted in one call. */
static void time_predictions(struct job *job, const cauce_model *model, struct matrix *test) {
    tile(test, TILED_ROWS);
    cauce_table *table = table_of(test);
    double start = seconds();
    cauce_table *out = predict(job, model, table);
    report_number(job, "pred100k_s", seconds() - start);
    cauce_table_free(out);
    cauce_table_free(table);
    time_single_rows(job, model, test);
}

static void save_model(struct job *job, const cauce_model *model) {
    const char *path = text_of(job->root, "model_path", "model");
    struct stat about;
    cauce_save(model, path);
    must_be_fine();
    if (stat(path, &about) == 0) report_number(job, "model_mb", (double)about.st_size / 1e6);
}

/* ---- Learning tasks ---------------------------------------------------------------------------------- */

/* Fits a recipe to the training set on the clock; the set is freed. */
static cauce_model *timed_fit(struct job *job, const char *recipe_text, struct matrix *train, double *y) {
    cauce_table *table = table_of(train);
    add_target(table, job, y);
    cauce_recipe *recipe = cauce_new(recipe_text);
    must_be_fine();
    double start = seconds();
    cauce_model *model = cauce_fit(recipe, table);
    report_number(job, "fit_s", seconds() - start);
    must_be_fine();
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    free_matrix(train);
    free(y);
    return model;
}

/* Fits, predicts and times a model of trees. */
static void run_trees(struct job *job, const char *recipe) {
    double *y;
    struct matrix train = read_matrix(job, "tr", false, &y);
    cauce_model *model = timed_fit(job, recipe, &train, y);
    struct matrix test = read_matrix(job, "te", false, NULL);
    save_predictions(job, model, &test);
    if (!json_is_false(json_object_get(job->params, "predict"))) time_predictions(job, model, &test);
    if (json_is_true(json_object_get(job->params, "save"))) save_model(job, model);
    cauce_model_free(model);
    free_matrix(&test);
}

static void run_forest_of(struct job *job, const char *family) {
    const char *features = text_of(job->params, "max_features", "sqrt");
    if (strcmp(features, "third") == 0)
        features = "0.3333333333333333";
    else if (strcmp(features, "all") == 0)
        features = "1.0";
    char recipe[256];
    snprintf(recipe, sizeof recipe, "%s_%s n_estimators=%d max_features=%s random_state=%lld", family,
             is_classifier(job) ? "classifier" : "regressor", (int)number_of(job->params, "n_trees", 100),
             features, job->seed);
    run_trees(job, recipe);
}

static void run_forest(struct job *job) {
    run_forest_of(job, "random_forest");
}

static void run_extra_trees(struct job *job) {
    run_forest_of(job, "extra_trees");
}

static void run_boosting(struct job *job) {
    char recipe[256];
    snprintf(recipe, sizeof recipe,
             "hist_gradient_boosting_%s max_iter=%d early_stopping=false binning=edges random_state=%lld",
             is_classifier(job) ? "classifier" : "regressor", (int)number_of(job->params, "n_trees", 100),
             job->seed);
    run_trees(job, recipe);
}

/* One number a line: the coefficients and then the intercept, class after class when there are more than two.
 */
static void save_coefficients(struct job *job, const cauce_model *model, int64_t features) {
    int64_t rows, columns, many, one;
    const double *w = cauce_get_array(model, "coef", &rows, &columns);
    const double *b = cauce_get_array(model, "intercept", &many, &one);
    must_be_fine();
    int64_t outputs = many * one;
    if (rows * columns != outputs * features) die("coefficients of an unknown shape");
    const char *path = text_of(job->root, "coef_path", "coef.txt");
    FILE *file = open_output(path);
    for (int64_t k = 0; k < outputs; k++) {
        for (int64_t j = 0; j < features; j++) fprintf(file, "%.17g\n", w[k * features + j]);
        fprintf(file, "%.17g\n", b[k]);
    }
    if (fclose(file)) die("cannot write %s", path);
    report_text(job, "coef", path);
}

/* The objective of a job is mean loss + alpha * penalty (squared error halved); ours are those of
 * scikit-learn: a sum of squares + alpha |w|^2 for ridge, C * sum of losses + |w|^2 / 2 for logistic
 * regression. */
static void linear_recipe(const struct job *job, int64_t rows, char *recipe, size_t size) {
    const char *penalty = text_of(job->params, "penalty", "none");
    bool none = strcmp(penalty, "none") == 0, l1 = strcmp(penalty, "l1") == 0,
         net = strcmp(penalty, "enet") == 0;
    if (!none && !l1 && !net && strcmp(penalty, "l2") != 0) die("penalty %s is not supported", penalty);
    double alpha = number_of(job->params, "alpha", 0), strength = none ? 0 : alpha * (double)rows;
    /* Objectives are compared to six digits. The peers' tolerances of classifiers are of steps or gradients
     * in their own units; 0.01 of ours leaves ten digits or more. */
    double tol = is_classifier(job) ? 1e-2 : number_of(job->params, "tol", 0);
    int used;
    if (is_classifier(job))
        used = none ? snprintf(recipe, size, "logistic_regression penalty=none max_iter=2000")
                    : snprintf(recipe, size, "logistic_regression penalty=%s C=%.17g max_iter=2000",
                               net ? "elasticnet l1_ratio=0.5" : penalty, 1 / strength);
    else if (l1 || net)
        used = snprintf(recipe, size, "%s alpha=%.17g max_iter=100000", l1 ? "lasso" : "elastic_net", alpha);
    else
        used = snprintf(recipe, size, "ridge alpha=%.17g", strength);
    if (tol > 0 && (is_classifier(job) || l1 || net))
        snprintf(recipe + used, size - (size_t)used, " tol=%.17g", tol);
}

/* Half the mean squared error and the penalties of coefficients, added up over the rows. */
static double net_objective(const struct matrix *x, const double *y, const double *w, double intercept,
                            double alpha, double l1_ratio) {
    double loss = 0, sizes = 0, squares = 0;
    for (int64_t i = 0; i < x->rows; i++) {
        double off = y[i] - intercept;
        for (int64_t j = 0; j < x->columns; j++)
            if (w[j] != 0) off -= w[j] * x->f64[i * x->columns + j];
        loss += off * off;
    }
    for (int64_t j = 0; j < x->columns; j++) {
        sizes += fabs(w[j]);
        squares += w[j] * w[j];
    }
    return loss / (2 * (double)x->rows) + alpha * (l1_ratio * sizes + 0.5 * (1 - l1_ratio) * squares);
}

static const double *path_array(const cauce_model *model, const char *name) {
    int64_t rows, columns;
    const double *values = cauce_get_array(model, name, &rows, &columns);
    must_be_fine();
    return values;
}

/* All of a path of 100 penalties on the clock; what is reported is of penalty number params.check, as the
 * peers report theirs. The last penalty predicts, so that none is chosen, which the peers do not do. */
static void run_path(struct job *job) {
    const char *penalty = text_of(job->params, "penalty", "l1");
    bool l1 = strcmp(penalty, "l1") == 0;
    if (!l1 && strcmp(penalty, "enet") != 0) die("a path of penalty %s is not supported", penalty);
    int64_t check = (int64_t)number_of(job->params, "check", 0);
    if (check < 0 || check > 99) die("check=%lld: penalties of a path are 0 to 99", (long long)check);
    char recipe[256];
    int used = snprintf(recipe, sizeof recipe, "%s_path criterion=last eps=%.17g max_iter=100000",
                        l1 ? "lasso" : "elastic_net", number_of(job->params, "eps", 1e-3));
    double tol = number_of(job->params, "tol", 0), *y;
    if (tol > 0) snprintf(recipe + used, sizeof recipe - (size_t)used, " tol=%.17g", tol);
    struct matrix train = read_matrix(job, "tr", true, &y);
    cauce_model *model = timed_fit(job, recipe, &train, y);
    train = read_matrix(job, "tr", true, &y);
    double *w = need_memory((size_t)train.columns, sizeof *w);
    const double *end = path_array(model, "path_end"), *column = path_array(model, "path_column");
    const double *coef = path_array(model, "path_coef");
    memset(w, 0, (size_t)train.columns * sizeof *w);
    int64_t first = check ? (int64_t)end[check - 1] : 0, last = (int64_t)end[check];
    for (int64_t i = first; i < last; i++) w[(int64_t)column[i]] = coef[i];
    double alpha = path_array(model, "alphas")[check];
    report_number(job, "alpha_check", alpha);
    report_number(
        job, "obj_check",
        net_objective(&train, y, w, path_array(model, "path_intercept")[check], alpha, l1 ? 1 : 0.5));
    report_count(job, "nnz_check", last - first);
    free(w);
    cauce_model_free(model);
    free_matrix(&train);
    free(y);
}

static void run_linear(struct job *job) {
    char recipe[256];
    if (json_object_get(job->params, "path")) {
        run_path(job);
        return;
    }
    double *y;
    struct matrix train = read_matrix(job, "tr", true, &y);
    linear_recipe(job, train.rows, recipe, sizeof recipe);
    cauce_model *model = timed_fit(job, recipe, &train, y);
    struct matrix test = read_matrix(job, "te", true, NULL);
    save_coefficients(job, model, test.columns);
    save_predictions(job, model, &test);
    cauce_model_free(model);
    free_matrix(&test);
}

/* Fit, and the probabilities of the training rows; then those of the test rows, which are compared. */
static void run_nearest(struct job *job) {
    char text[128];
    double *y;
    struct matrix train = read_matrix(job, "tr", true, &y), test = read_matrix(job, "te", true, NULL);
    snprintf(text, sizeof text, "k_neighbors_classifier n_neighbors=%d",
             (int)number_of(job->params, "n_neighbors", 5));
    cauce_table *table = table_of(&train);
    add_target(table, job, y);
    cauce_recipe *recipe = cauce_new(text);
    must_be_fine();
    double start = seconds();
    cauce_model *model = cauce_fit(recipe, table);
    cauce_table *out = cauce_predict_proba(model, table);
    report_number(job, "fit_s", seconds() - start);
    must_be_fine();
    save_predictions(job, model, &test);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
    free_matrix(&train);
    free_matrix(&test);
    free(y);
}

/* ---- Tasks on CSV files ------------------------------------------------------------------------------ */

static void csv_path(const struct job *job, char path[PATH_SIZE]) {
    const char *file = text_of(job->params, "file", "");
    if (snprintf(path, PATH_SIZE, "%s/%s", job->data_dir, file) >= PATH_SIZE) die("path too long");
}

/* What was read, for a check against the peers: kind, missing cells, levels, and the sum of the numbers. */
static void report_columns(struct job *job, const cauce_table *table) {
    json_t *columns = json_object();
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        json_t *column = json_object();
        json_object_set_new(column, "kind", json_string(cauce_kind_name(cauce_table_kind(table, j))));
        json_object_set_new(column, "missing", json_integer(cauce_table_missing(table, j)));
        if (cauce_table_kind(table, j) == CAUCE_NUMBER) {
            double sum = 0;
            for (int64_t i = 0; i < cauce_table_rows(table); i++) {
                double cell = cauce_table_number(table, i, j);
                if (!isnan(cell)) sum += cell;
            }
            json_object_set_new(column, "sum", json_real(sum));
        } else {
            json_object_set_new(column, "levels", json_integer(cauce_table_levels(table, j)));
        }
        json_object_set_new(columns, cauce_table_name(table, j), column);
    }
    json_object_set_new(job->result, "columns", columns);
}

static void run_csv(struct job *job) {
    char path[PATH_SIZE];
    csv_path(job, path);
    double start = seconds();
    cauce_table *table = cauce_read_csv(path, NULL);
    double elapsed = seconds() - start;
    must_be_fine();
    struct stat about;
    if (stat(path, &about) == 0) report_number(job, "MBps", (double)about.st_size / 1e6 / elapsed);
    report_number(job, "fit_s", elapsed);
    report_count(job, "rows", cauce_table_rows(table));
    report_columns(job, table);
    cauce_table_free(table);
}

/* The table of a pipeline job; its target is the column params.target. */
static cauce_table *load_for_pipeline(struct job *job) {
    char path[PATH_SIZE], options[256];
    csv_path(job, path);
    snprintf(options, sizeof options, "target=\"%s\"", text_of(job->params, "target", "income"));
    double start = seconds();
    cauce_table *table = cauce_read_csv(path, options);
    report_number(job, "load_s", seconds() - start);
    must_be_fine();
    return table;
}

/* Median and scale for numbers, most frequent and one-hot for categories. */
static cauce_recipe *preparation(void) {
    cauce_recipe *numbers =
        cauce_pipeline(cauce_new("simple_imputer strategy=median"), cauce_new("standard_scaler"));
    cauce_recipe *categories = cauce_pipeline(cauce_new("simple_imputer strategy=most_frequent"),
                                              cauce_new("one_hot_encoder handle_unknown=ignore"));
    return cauce_columns(cauce_on("num", "@number", numbers), cauce_on("cat", "@category", categories));
}

static void run_preparation(struct job *job) {
    cauce_table *table = load_for_pipeline(job);
    cauce_recipe *recipe = preparation();
    must_be_fine();
    double start = seconds();
    cauce_model *model = cauce_fit(recipe, table);
    cauce_table *out = cauce_transform(model, table);
    report_number(job, "fit_s", seconds() - start);
    must_be_fine();
    json_t *shape = json_array();
    json_array_append_new(shape, json_integer(cauce_table_rows(out)));
    json_array_append_new(shape, json_integer(cauce_table_columns(out)));
    json_object_set_new(job->result, "shape", shape);
    cauce_table_free(out);
    start = seconds();
    out = cauce_transform(model, table);
    report_number(job, "transform_s", seconds() - start);
    must_be_fine();
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

/* Fit and transform of a table of numbers; what comes out is compared by its sums. */
static void run_imputer(struct job *job) {
    char path[PATH_SIZE], text[128];
    csv_path(job, path);
    snprintf(text, sizeof text, "knn_imputer n_neighbors=%d", (int)number_of(job->params, "n_neighbors", 5));
    cauce_table *table = cauce_read_csv(path, NULL);
    cauce_recipe *recipe = cauce_new(text);
    must_be_fine();
    double start = seconds(), sum = 0, squares = 0;
    cauce_model *model = cauce_fit(recipe, table);
    cauce_table *out = cauce_transform(model, table);
    report_number(job, "fit_s", seconds() - start);
    must_be_fine();
    for (int64_t j = 0; j < cauce_table_columns(out); j++)
        for (int64_t i = 0; i < cauce_table_rows(out); i++) {
            double cell = cauce_table_number(out, i, j);
            sum += cell;
            squares += cell * cell;
        }
    report_number(job, "sum", sum);
    report_number(job, "squares", squares);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

static cauce_recipe *forest_pipeline(const struct job *job) {
    char forest[128];
    snprintf(forest, sizeof forest, "random_forest_classifier n_estimators=%d random_state=%lld",
             (int)number_of(job->params, "n_trees", 100), job->seed);
    cauce_recipe *recipe =
        cauce_pipeline(cauce_named("prep", preparation()), cauce_named("rf", cauce_new(forest)));
    must_be_fine();
    return recipe;
}

/* The preparation and logistic regression, one raw row a call. */
static void run_single_rows(struct job *job) {
    cauce_table *table = load_for_pipeline(job);
    cauce_recipe *recipe = cauce_pipeline(cauce_named("prep", preparation()),
                                          cauce_named("lr", cauce_new("logistic_regression")));
    must_be_fine();
    cauce_model *model = cauce_fit(recipe, table);
    must_be_fine();
    run_rows(job, model, table);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

static const char folds_text[] = "stratified_k_fold n_splits=5 shuffle=true random_state=1";

/* Writes the out-of-fold probability of the last class of each row, as raw doubles. */
static void save_out_of_fold(struct job *job, const cauce_cv *cv) {
    cauce_table *out = cauce_cv_predictions(cv);
    must_be_fine();
    int64_t last = cauce_table_columns(out) - 1;
    const char *path = text_of(job->root, "pred_path", "oof.bin");
    FILE *file = open_output(path);
    for (int64_t i = 0; i < cauce_table_rows(out); i++) {
        double value = cauce_table_number(out, i, last);
        fwrite(&value, sizeof value, 1, file);
    }
    if (fclose(file)) die("cannot write %s", path);
    report_text(job, "oof", path);
    cauce_table_free(out);
}

static void run_cross_validation(struct job *job) {
    cauce_table *table = load_for_pipeline(job);
    cauce_recipe *recipe = forest_pipeline(job);
    double start = seconds();
    cauce_cv *cv = cauce_cross_validate(recipe, table, folds_text, "accuracy", "predictions=true");
    report_number(job, "fit_s", seconds() - start);
    must_be_fine();
    report_number(job, "cv_acc", cauce_cv_mean(cv, 0));
    save_out_of_fold(job, cv);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

static void run_grid(struct job *job) {
    static const char grid[] =
        "rf__max_depth=[8, 16, null] rf__min_samples_leaf=[1, 5] rf__max_features=[sqrt, 0.3]";
    cauce_table *table = load_for_pipeline(job);
    cauce_recipe *recipe = forest_pipeline(job);
    double start = seconds();
    cauce_search *search = cauce_grid_search(recipe, table, grid, folds_text, "accuracy");
    report_number(job, "fit_s", seconds() - start);
    must_be_fine();
    int64_t best = cauce_search_best_index(search);
    report_number(job, "cv_acc", cauce_cv_mean(cauce_search_cv(search, best), 0));
    report_text(job, "best", cauce_search_params(search, best));
    cauce_search_free(search);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

/* ---- Program ----------------------------------------------------------------------------------------- */

static const char *option(int argc, char **argv, const char *name) {
    for (int i = 1; i + 1 < argc; i++) {
        if (strcmp(argv[i], name) == 0) return argv[i + 1];
    }
    die("usage: %s --job JOB.json --out RESULT.json", argv[0]);
}

static void run_task(struct job *job) {
    static const struct {
        const char *name;
        void (*run)(struct job *job);
    } tasks[] = { { "rf", run_forest },      { "et", run_extra_trees },   { "gbm", run_boosting },
                  { "linear", run_linear },  { "csv", run_csv },          { "knn", run_nearest },
                  { "impute", run_imputer }, { "prep", run_preparation }, { "main", run_cross_validation },
                  { "grid", run_grid },      { "row", run_single_rows } };
    for (size_t i = 0; i < sizeof tasks / sizeof *tasks; i++) {
        if (strcmp(job->task, tasks[i].name) == 0) {
            tasks[i].run(job);
            return;
        }
    }
    die("task %s is not supported: rf, et, gbm, linear, knn, impute, csv, prep, main, grid, row", job->task);
}

int main(int argc, char **argv) {
    double start = seconds();
    struct job job = read_job(option(argc, argv, "--job"));
    const char *out = option(argc, argv, "--out");
    if (strcmp(job.task, "row") == 0) count_allocations();
    cauce_context *context = cauce_context_new();
    cauce_context_set_threads(context, (int)job.threads);
    cauce_context *before = cauce_context_use(context);
    must_be_fine();
    run_task(&job);
    cauce_context_use(before);
    cauce_context_free(context);
    report_number(&job, "total_s", seconds() - start);
    if (json_dump_file(job.result, out, JSON_INDENT(1))) die("cannot write %s", out);
    json_decref(job.result);
    json_decref(job.root);
    return 0;
}
