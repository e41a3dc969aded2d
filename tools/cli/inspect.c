/* cauce inspect: what is inside a model. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models.h"

static void print_recipe(cli_program *program, const cauce_model *model) {
    cauce_recipe *recipe = cauce_model_recipe(model);
    char *text = recipe ? cauce_recipe_to_text(recipe) : NULL;
    const cli_term *term = &program->out;
    fprintf(term->file, "\n%srecipe%s\n", cli_style_on(term, CLI_STRONG), cli_style_off(term, CLI_STRONG));
    for (const char *line = text; line && *line;) {
        int length = (int)strcspn(line, "\n");
        fprintf(term->file, "  %.*s\n", length, line);
        line += length;
        line += *line == '\n';
    }
    cauce_text_free(text);
    cauce_recipe_free(recipe);
}

static void heading(const cli_term *term, const char *text) {
    fprintf(term->file, "\n%s%s%s\n", cli_style_on(term, CLI_STRONG), text, cli_style_off(term, CLI_STRONG));
}

static void print_inputs(cli_program *program, const cauce_model *model) {
    enum { MOST = 40 };
    cli_grid grid;
    int64_t inputs = cauce_model_inputs(model), shown = inputs > MOST ? MOST : inputs;
    heading(&program->out, "inputs");
    cli_grid_begin(&grid, "Lll");
    cli_grid_cell(&grid, "column");
    cli_grid_cell(&grid, "kind");
    cli_grid_cell(&grid, "");
    for (int64_t i = 0; i < shown; i++) {
        cli_grid_cell(&grid, cauce_model_input_name(model, i));
        cli_grid_cell(&grid, cauce_kind_name(cauce_model_input_kind(model, i)));
        cauce_role role = cauce_model_input_role(model, i);
        cli_grid_cell(&grid, role != CAUCE_FEATURE              ? cauce_role_name(role)
                             : cauce_model_input_used(model, i) ? ""
                                                                : "not used");
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
    if (shown < inputs) printf("  and %lld more (--json)\n", (long long)(inputs - shown));
}

static void shape_text(const json_t *shape, cli_text *text) {
    size_t i;
    const json_t *length;
    json_array_foreach(shape, i, length)
        cli_text_addf(text, "%s%" JSON_INTEGER_FORMAT, i ? " x " : "", json_integer_value(length));
    if (!json_array_size(shape)) cli_text_add(text, "a number");
}

/* The value of an array of one number, else nothing. */
static void value_text(const cauce_model *model, const char *path, const json_t *shape, cli_text *text) {
    int64_t rows = 0, columns = 0;
    size_t n = json_array_size(shape);
    if (n > 1 || (n == 1 && json_integer_value(json_array_get(shape, 0)) != 1)) return;
    const double *value = cauce_get_array(model, path, &rows, &columns);
    if (value) cli_text_addf(text, "%.10g", *value);
    cauce_error_clear();
}

static void print_arrays(cli_program *program, const cauce_model *model, const json_t *facts) {
    enum { MOST = 40 };
    const json_t *arrays = json_object_get(facts, "arrays"), *array;
    size_t i, shown = 0;
    if (!json_array_size(arrays)) return;
    cli_grid grid;
    heading(&program->out, "arrays");
    cli_grid_begin(&grid, "Llll");
    cli_grid_cell(&grid, "path");
    cli_grid_cell(&grid, "shape");
    cli_grid_cell(&grid, "type");
    cli_grid_cell(&grid, "value");
    json_array_foreach(arrays, i, array) {
        const char *path = json_string_value(json_object_get(array, "path"));
        if (!path || *path == '@') continue; /* of the file, not of a component */
        if (++shown > MOST) continue;
        const char *type = json_string_value(json_object_get(array, "dtype"));
        cli_text shape = { 0 }, value = { 0 };
        shape_text(json_object_get(array, "shape"), &shape);
        value_text(model, path, json_object_get(array, "shape"), &value);
        cli_grid_cell(&grid, path);
        cli_grid_cell(&grid, cli_text_get(&shape));
        cli_grid_cell(&grid, type ? type : "");
        cli_grid_cell(&grid, cli_text_get(&value));
        cli_text_free(&value);
        cli_text_free(&shape);
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
    if (shown > MOST) printf("  and %zu more (--json)\n", shown - MOST);
}

/* A feature and what the model makes of it. */
typedef struct weighed {
    int64_t feature;
    double value;
} weighed;

static int by_size(const void *a, const void *b) {
    double x = fabs(((const weighed *)a)->value), y = fabs(((const weighed *)b)->value);
    if (x > y || x < y) return x > y ? -1 : 1;
    return ((const weighed *)a)->feature < ((const weighed *)b)->feature ? -1 : 1;
}

static int64_t count_features(const cauce_model *model) {
    int64_t n = 0;
    char name[8];
    while (cauce_model_feature_name(model, n, name, sizeof name) >= 0) n++;
    return n;
}

static char *feature_name(const cauce_model *model, int64_t i) {
    int64_t length = cauce_model_feature_name(model, i, NULL, 0);
    char *name = cli_alloc((size_t)(length < 0 ? 0 : length) + 1);
    if (length >= 0) cauce_model_feature_name(model, i, name, (size_t)length + 1);
    return name;
}

enum { MOST_FEATURES = 10, MOST_CLASSES = 8 };

/* The numbers of the features, largest first; of several rows of numbers the largest counts. Owned. */
static weighed *sorted_by_size(const double *values, int64_t rows, int64_t n) {
    weighed *all = cli_alloc((size_t)n * sizeof *all);
    for (int64_t i = 0; i < n; i++) {
        all[i] = (weighed){ i, values[i] };
        for (int64_t k = 1; k < rows; k++)
            if (fabs(values[k * n + i]) > fabs(all[i].value)) all[i].value = values[k * n + i];
    }
    qsort(all, (size_t)n, sizeof *all, by_size);
    return all;
}

static void print_rest(int64_t n) {
    if (n > MOST_FEATURES) printf("  and %lld more (--json)\n", (long long)(n - MOST_FEATURES));
}

/* The largest of one row of numbers, with a bar for each: of the features of a model, or of the columns that
 * the first column of a table names. */
static void print_weighed(cli_program *program, const cauce_model *model, const cauce_table *columns,
                          const char *title, bool shares, const double *values, int64_t n,
                          const double *constant) {
    weighed *all = sorted_by_size(values, 1, n);
    heading(&program->out, title);
    cli_grid grid;
    cli_grid_begin(&grid, "Lrl");
    cli_grid_cell(&grid, columns ? "column" : "feature");
    cli_grid_cell(&grid, "");
    cli_grid_cell(&grid, "");
    for (int64_t k = 0; k < n && k < MOST_FEATURES; k++) {
        char *name = columns ? NULL : feature_name(model, all[k].feature);
        double share = fabs(all[0].value) > 0 ? fabs(all[k].value) / fabs(all[0].value) : 0;
        cli_grid_cell(&grid, name ? name : cauce_table_text(columns, all[k].feature, 0));
        cli_grid_cellf(&grid, shares ? "%.4f" : "%.6g", all[k].value);
        cli_grid_bar(&grid, share);
        free(name);
    }
    if (constant) {
        cli_grid_cell(&grid, "(constant)");
        cli_grid_cellf(&grid, "%.6g", *constant);
        cli_grid_cell(&grid, "");
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
    print_rest(n);
    free(all);
}

/* What row k of several rows of coefficients is of: a class, or a target. */
static const char *row_name(const cauce_model *model, int64_t k) {
    return cauce_model_classes(model) ? cauce_model_class(model, k) : cauce_model_target_at(model, k);
}

/* The coefficients of several classes, or of several targets, side by side. */
static void print_rows(cli_program *program, const cauce_model *model, const char *title, const double *coef,
                       const double *constant, int64_t rows, int64_t n) {
    int64_t shown = rows < MOST_CLASSES ? rows : MOST_CLASSES;
    weighed *all = sorted_by_size(coef, rows, n);
    char align[MOST_CLASSES + 2] = "L";
    memset(align + 1, 'r', (size_t)shown);
    heading(&program->out, title);
    cli_grid grid;
    cli_grid_begin(&grid, align);
    cli_grid_cell(&grid, "feature");
    for (int64_t k = 0; k < shown; k++) cli_grid_cell(&grid, row_name(model, k));
    for (int64_t i = 0; i < n && i < MOST_FEATURES; i++) {
        char *name = feature_name(model, all[i].feature);
        cli_grid_cell(&grid, name);
        for (int64_t k = 0; k < shown; k++) cli_grid_cellf(&grid, "%.6g", coef[k * n + all[i].feature]);
        free(name);
    }
    if (constant) {
        cli_grid_cell(&grid, "(constant)");
        for (int64_t k = 0; k < shown; k++) cli_grid_cellf(&grid, "%.6g", constant[k]);
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
    print_rest(n);
    if (shown < rows)
        printf("  and %lld more %s (--json)\n", (long long)(rows - shown), cli_model_outputs(model));
    free(all);
}

static bool is_last_part(const char *path, const char *name) {
    size_t n = strlen(path), m = strlen(name);
    if (n < m || strcmp(path + n - m, name) != 0) return false;
    return n == m || (n - m >= 2 && path[n - m - 1] == '_' && path[n - m - 2] == '_');
}

static bool tells_of_features(const char *path) {
    return is_last_part(path, "feature_importances") || is_last_part(path, "coef");
}

static bool tells_of_losses(const char *path) {
    return is_last_part(path, "train_loss");
}

static bool tells_of_a_path(const char *path) {
    return is_last_part(path, "path_end");
}

static bool tells_of_errors(const char *path) {
    return is_last_part(path, "std_error");
}

/* What `path` tells, as a heading: it names the step where several steps (one for each target, say) have
 * arrays that tell the same. Owned. */
static char *title_of(const json_t *arrays, const char *path, bool (*tells)(const char *), const char *what) {
    const json_t *array;
    cli_text title = { 0 };
    size_t i, n = 0;
    json_array_foreach(arrays, i, array) {
        const char *other = json_string_value(json_object_get(array, "path"));
        n += other && tells(other);
    }
    cli_text_add(&title, what);
    for (const char *at = path, *end; n > 1 && (end = strstr(at, "__")); at = end + 2)
        cli_text_addf(&title, "%s%.*s", at == path ? ": " : " > ", (int)(end - at), at);
    return title.data;
}

/* Prints, under this title, what the step knows that has the array `path`. */
typedef void print_step(cli_program *program, const cauce_model *model, const char *title, const char *path);

static void print_steps(cli_program *program, const cauce_model *model, const json_t *facts,
                        bool (*tells)(const char *), const char *what, print_step *print) {
    const json_t *arrays = json_object_get(facts, "arrays"), *array;
    size_t i;
    json_array_foreach(arrays, i, array) {
        const char *path = json_string_value(json_object_get(array, "path"));
        if (!path || !tells(path)) continue;
        char *title = title_of(arrays, path, tells, what);
        print(program, model, title, path);
        free(title);
    }
}

/* Importances of the columns of the table that the features come from, where these are others. */
static void print_sources(cli_program *program, const cauce_model *model, int64_t features) {
    cauce_table *sources = cauce_feature_importances(model, "by=source");
    int64_t n = cauce_table_rows(sources);
    if (sources && n != features) {
        double *values = cli_alloc((size_t)n * sizeof *values);
        for (int64_t i = 0; i < n; i++) values[i] = cauce_table_number(sources, i, 1);
        print_weighed(program, model, sources, "importance, summed by column", true, values, n, NULL);
        free(values);
    }
    cauce_error_clear();
    cauce_table_free(sources);
}

/* ---- Coefficients -------------------------------------------------------------------------------------- */

/* What stands beside `path`, which ends in `own`, in the same step; NULL: no such array. */
static const double *beside_of(const cauce_model *model, const char *path, const char *own, const char *name,
                               int64_t *n) {
    cli_text other = { 0 };
    int64_t rows = 0, columns = 0;
    cli_text_addf(&other, "%.*s%s", (int)(strlen(path) - strlen(own)), path, name);
    const double *values = cauce_get_array(model, cli_text_get(&other), &rows, &columns);
    cli_text_free(&other);
    *n = rows * columns;
    return values;
}

/* One row of coefficients for a number or for two classes, else one for each class or target. */
static void print_coefficients(cli_program *program, const cauce_model *model, const char *path,
                               const char *title, const double *coef, int64_t n, int64_t features) {
    int64_t classes = cauce_model_classes(model), targets = cauce_model_targets(model), n_constants = 0;
    int64_t rows = classes ? classes : targets > 1 ? targets : 0;
    const double *constant = beside_of(model, path, "coef", "intercept", &n_constants);
    if (n_constants != n / features) constant = NULL;
    if (rows && n == rows * features) {
        print_rows(program, model, title, coef, constant, rows, features);
    } else if (n == features) {
        cli_text of = { 0 };
        cli_text_add(&of, title);
        if (classes == 2) cli_text_addf(&of, " (of %s)", cauce_model_class(model, 1));
        print_weighed(program, model, NULL, cli_text_get(&of), false, coef, features, constant);
        cli_text_free(&of);
    }
}

/* Importances or coefficients with the names of the features, where the model has numbers for each. */
static void print_importance(cli_program *program, const cauce_model *model, const json_t *facts) {
    const json_t *arrays = json_object_get(facts, "arrays"), *array;
    int64_t features = count_features(model);
    size_t i;
    json_array_foreach(arrays, i, array) {
        const char *path = json_string_value(json_object_get(array, "path"));
        if (!path || !tells_of_features(path)) continue;
        const bool importance = is_last_part(path, "feature_importances");
        int64_t rows, columns;
        const double *values = cauce_get_array(model, path, &rows, &columns);
        if (!values || features == 0) continue;
        char *title = title_of(arrays, path, tells_of_features,
                               importance ? "importance (share of what the splits gained)" : "coefficients");
        if (!importance) {
            print_coefficients(program, model, path, title, values, rows * columns, features);
        } else if (rows * columns == features) {
            print_weighed(program, model, NULL, title, true, values, features, NULL);
            print_sources(program, model, features);
        }
        free(title);
    }
}

/* ---- Loss curves --------------------------------------------------------------------------------------- */

/* Mean losses after some of the iterations, the last one and the best of the validation rows among them. */
static void print_curve(cli_program *program, const char *title, const double *train, int64_t n,
                        const double *validation) {
    enum { LINES = 10 };
    int64_t best = -1, step = (n - 1 + LINES - 1) / LINES; /* 1 or more: n > 1 */
    for (int64_t i = 0; validation && i < n; i++)
        if (!isnan(validation[i]) && (best < 0 || validation[i] < validation[best])) best = i;
    cli_grid grid;
    heading(&program->out, title);
    cli_grid_begin(&grid, validation ? "rrrl" : "rr");
    cli_grid_cell(&grid, "iterations");
    cli_grid_cell(&grid, "training");
    if (validation) cli_grid_cell(&grid, "validation");
    if (validation) cli_grid_cell(&grid, "");
    for (int64_t i = 0; i < n; i++) {
        if (i % step && i != n - 1 && i != best) continue;
        cli_grid_cellf(&grid, "%lld", (long long)i);
        cli_grid_cellf(&grid, "%.6g", train[i]);
        if (!validation) continue;
        cli_grid_cellf(&grid, isnan(validation[i]) ? "-" : "%.6g", validation[i]);
        cli_grid_cell(&grid, i == best ? "lowest" : "");
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
}

static void print_losses(cli_program *program, const cauce_model *model, const char *title,
                         const char *path) {
    int64_t n, n_validation;
    const double *train = beside_of(model, path, "train_loss", "train_loss", &n);
    const double *validation = beside_of(model, path, "train_loss", "validation_loss", &n_validation);
    if (train && n > 1) print_curve(program, title, train, n, n_validation == n ? validation : NULL);
}

/* ---- Paths of penalties -------------------------------------------------------------------------------- */

/* Some of the penalties of a path, the last one and the one that predicts among them. */
static void print_path(cli_program *program, const cauce_model *model, const char *title, const char *path) {
    static const char *const arrays[] = { "alphas", "df", "explained", "criteria" };
    enum { ARRAYS = 4, LINES = 20 };
    const double *values[ARRAYS], *chosen;
    int64_t n = 0, length = 0;
    for (int k = 0; k < ARRAYS; k++) {
        values[k] = beside_of(model, path, "path_end", arrays[k], k ? &length : &n);
        if (!values[k] || (k && length != n)) return;
    }
    chosen = beside_of(model, path, "path_end", "chosen", &length);
    if (!chosen || length != 1) return;
    int64_t step = n > LINES ? (n - 1 + LINES - 1) / LINES : 1;
    cli_grid grid;
    heading(&program->out, title);
    cli_grid_begin(&grid, "rrrrl");
    cli_grid_cell(&grid, "alpha");
    cli_grid_cell(&grid, "df");
    cli_grid_cell(&grid, "explained");
    cli_grid_cell(&grid, "criterion");
    cli_grid_cell(&grid, "");
    for (int64_t i = 0; i < n; i++) {
        bool predicts = i == (int64_t)*chosen;
        if (i % step && i != n - 1 && !predicts) continue;
        cli_grid_cellf(&grid, "%.5g", values[0][i]);
        cli_grid_cellf(&grid, "%.0f", values[1][i]);
        cli_grid_cellf(&grid, "%.4f", values[2][i]);
        cli_grid_cellf(&grid, isnan(values[3][i]) ? "-" : "%.7g", values[3][i]);
        cli_grid_cell(&grid, predicts ? "chosen" : "");
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
    if (step > 1) printf("  of %lld penalties (--json)\n", (long long)n);
}

/* ---- Statistics of a linear model ---------------------------------------------------------------------- */

static const double *beside(const cauce_model *model, const char *path, const char *name, int64_t *n) {
    return beside_of(model, path, "std_error", name, n);
}

static void print_tests(cli_program *program, const cauce_model *model, const char *title, const char *path) {
    static const char *const arrays[] = { "std_error", "statistic", "p_value", "conf_low", "conf_high" };
    static const char *const heads[] = { "estimate", "std. error", "statistic", "p", "low", "high" };
    const double *values[5];
    int64_t n = 0, length = 0, features = count_features(model);
    for (int k = 0; k < 5; k++) {
        values[k] = beside(model, path, arrays[k], k ? &length : &n);
        if (!values[k] || (k && length != n)) return;
    }
    const double *coef = beside(model, path, "coef", &length);
    if (!coef || length != features || (n != features && n != features + 1)) return;
    const double *intercept = beside(model, path, "intercept", &length);
    if (!intercept || length != 1) return;
    cli_grid grid;
    heading(&program->out, title);
    cli_grid_begin(&grid, "Lrrrrrr");
    cli_grid_cell(&grid, "coefficient");
    for (int k = 0; k < 6; k++) cli_grid_cell(&grid, heads[k]);
    for (int64_t i = 0; i < n; i++) {
        int64_t j = n > features ? (i + n - 1) % n : i; /* the constant, the last one, first */
        char *name = j < features ? feature_name(model, j) : NULL;
        cli_grid_cell(&grid, name ? name : "(constant)");
        free(name);
        cli_grid_cellf(&grid, "%.6g", j < features ? coef[j] : *intercept);
        for (int k = 0; k < 5; k++)
            cli_grid_cellf(&grid, isnan(values[k][j]) ? "-" : k == 2 ? "%.3g" : "%.5g", values[k][j]);
    }
    cli_grid_print(&grid, &program->out, 2);
    cli_grid_free(&grid);
}

static void print_facts(cli_program *program, const cauce_model *model, const char *path) {
    static const struct {
        const char *name, *label;
    } facts[] = { { "deviance", "deviance" },
                  { "df_residual", "degrees of freedom" },
                  { "null_deviance", "null deviance" },
                  { "dispersion", "dispersion" },
                  { "log_likelihood", "log-likelihood" },
                  { "aic", "AIC" },
                  { "bic", "BIC" } };
    cli_text line = { 0 };
    for (size_t k = 0; k < sizeof facts / sizeof *facts; k++) {
        int64_t n = 0;
        const double *value = beside(model, path, facts[k].name, &n);
        if (!value || n != 1 || isnan(*value)) continue;
        cli_text_addf(&line, "%s%s %.7g", k ? ", " : "", facts[k].label, *value);
    }
    fprintf(program->out.file, "  %s\n", cli_text_get(&line));
    cli_text_free(&line);
}

static void print_statistics(cli_program *program, const cauce_model *model, const char *title,
                             const char *path) {
    print_tests(program, model, title, path);
    print_facts(program, model, path);
}

static int print_people(cli_program *program, const cauce_model *model) {
    const char *path = program->args.files.items[0];
    const cli_term *term = &program->out;
    int code = 0;
    json_t *facts = cli_model_facts(program, model, &code);
    if (!facts) return code;
    char *answers = cli_model_answers(model), size[32];
    cli_file_size(path, size);
    cli_field(term, "model", "%s%s%s%s", path, *size ? " (" : "", size, *size ? ")" : "");
    char *targets = cli_model_targets(model);
    if (*targets) cli_field(term, "target", "%s: %s", targets, answers);
    free(targets);
    json_int_t rows = json_integer_value(json_object_get(json_object_get(facts, "profile"), "rows"));
    char count[40];
    cli_rows(rows, count);
    if (rows) cli_field(term, "trained", "on %s", count);
    print_recipe(program, model);
    print_inputs(program, model);
    print_importance(program, model, facts);
    print_steps(program, model, facts, tells_of_losses, "loss", print_losses);
    print_steps(program, model, facts, tells_of_a_path, "path", print_path);
    print_steps(program, model, facts, tells_of_errors, "statistics", print_statistics);
    print_arrays(program, model, facts);
    free(answers);
    json_decref(facts);
    return 0;
}

/* ---- As JSON ------------------------------------------------------------------------------------------- */

/* The numbers of an array: one, a list, or a list for each row. NULL: none that can be read. Owned. */
static json_t *numbers_of(const cauce_model *model, const char *path, const json_t *shape) {
    int64_t rows = 0, columns = 0;
    const double *values = cauce_get_array(model, path, &rows, &columns);
    if (!values) {
        cauce_error_clear();
        return NULL;
    }
    if (json_array_size(shape) == 0) return cli_json_number(*values);
    json_t *list = json_array();
    if (json_array_size(shape) == 1) {
        for (int64_t i = 0; i < rows * columns; i++) json_array_append_new(list, cli_json_number(values[i]));
        return list;
    }
    for (int64_t r = 0; r < rows; r++) {
        json_t *row = json_array();
        for (int64_t i = 0; i < columns; i++)
            json_array_append_new(row, cli_json_number(values[r * columns + i]));
        json_array_append_new(list, row);
    }
    return list;
}

/* What a fit has found, by path: all arrays that are not long, or have a number for each feature. */
static json_t *fitted_numbers(const cauce_model *model, const json_t *facts, int64_t features) {
    enum { LONG = 1000 };
    const json_t *arrays = json_object_get(facts, "arrays"), *array, *length;
    json_t *fitted = json_object();
    size_t i, k;
    json_array_foreach(arrays, i, array) {
        const char *path = json_string_value(json_object_get(array, "path"));
        const json_t *shape = json_object_get(array, "shape");
        json_int_t count = 1, last = 1;
        if (!path || *path == '@') continue; /* of the file, not of a component */
        json_array_foreach(shape, k, length) count *= last = json_integer_value(length);
        if (count > LONG && last != features && last != features + 1) continue;
        json_t *numbers = numbers_of(model, path, shape);
        if (numbers) cli_put(fitted, path, numbers);
    }
    return fitted;
}

static int print_raw(cli_program *program, const cauce_model *model) {
    int code = 0;
    json_t *facts = cli_model_facts(program, model, &code);
    if (!facts) return code;
    json_t *names = json_array();
    int64_t features = count_features(model);
    for (int64_t i = 0; i < features; i++) {
        char *name = feature_name(model, i);
        json_array_append_new(names, cli_json_text(name));
        free(name);
    }
    cli_put(facts, "features", names);
    cli_put(facts, "fitted", fitted_numbers(model, facts, features));
    return cli_print_json(facts);
}

int cli_inspect(cli_program *program) {
    int code = 0;
    cauce_model *model = cli_model_load(program, program->args.files.items[0], &code);
    if (!model) return code;
    code = program->args.json ? print_raw(program, model) : print_people(program, model);
    cauce_model_free(model);
    return code;
}
