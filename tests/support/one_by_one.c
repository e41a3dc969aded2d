#include "support/one_by_one.h"

#include "support/check_main.h"
#include "support/tables.h"

/* ---- Tables of copies ---------------------------------------------------------------------------------- */

static void put_codes(cauce_table *to, const char *name, cauce_role role, ca_column *column,
                      const char *const *texts, int32_t n_levels, const int32_t *codes) {
    const size_t size = (size_t)to->n_rows * sizeof *codes;
    int32_t *own = ca_arena_alloc(&column->arena, size);
    column->levels = ca_levels_new(&column->arena, texts, NULL, n_levels, true);
    ck_assert(own && column->levels);
    memcpy(own, codes, size);
    column->data = own;
    column->stride = 1;
    ca_guard guard;
    ck_assert_int_eq(ca_table_add(ca_guard_enter(&guard), to, name, role, column), CAUCE_OK);
    ca_guard_leave(&guard);
}

static void add_codes(cauce_table *to, const char *name, cauce_role role, const cauce_table *from,
                      int64_t j) {
    const ca_column *source = from->columns[j].column;
    const cauce_levels *levels = source->levels;
    const char **texts = malloc((size_t)(levels->count + 1) * sizeof *texts);
    int32_t *codes = malloc((size_t)to->n_rows * sizeof *codes);
    for (int32_t k = 0; k < levels->count; k++) texts[k] = cauce_levels_text(levels, k);
    ca_column *column = ca_column_new(source->kind, CA_CODES, to->n_rows);
    column->true_code = source->true_code;
    put_codes(to, name, role, column, texts, levels->count,
              ca_table_read_codes(from, j, 0, to->n_rows, codes));
    free(codes);
    free(texts);
}

void add_flags(cauce_table *to, const char *name, const int32_t *codes) {
    static const char *const texts[] = { "false", "true" };
    ca_column *column = ca_column_new(CAUCE_BOOLEAN, CA_CODES, to->n_rows);
    column->true_code = 1;
    put_codes(to, name, CAUCE_FEATURE, column, texts, 2, codes);
}

double *add_numbers(cauce_table *to, const char *name, cauce_role role) {
    double *values;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    ca_column *column = ca_column_numbers(run, to->n_rows, &values);
    ck_assert_int_eq(ca_table_add(run, to, name, role, column), CAUCE_OK);
    ca_guard_leave(&guard);
    return values;
}

bool columns_renamed;

static void add_column(cauce_table *to, const char *prefix, const cauce_table *from, int64_t j) {
    char name[1000];
    snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? "__" : "", cauce_table_name(from, j));
    while (cauce_table_find(to, name) >= 0) {
        columns_renamed = true;
        strcat(name, "'");
    }
    const cauce_role role = cauce_table_role(from, j);
    if (cauce_table_kind(from, j) != CAUCE_NUMBER) {
        add_codes(to, name, role, from, j);
        return;
    }
    double *values = add_numbers(to, name, role);
    for (int64_t r = 0; r < to->n_rows; r++) values[r] = cauce_table_number(from, r, j);
}

void add_features(cauce_table *to, const char *prefix, const cauce_table *from) {
    for (int64_t j = 0; j < cauce_table_columns(from); j++)
        if (cauce_table_role(from, j) == CAUCE_FEATURE) add_column(to, prefix, from, j);
}

/* The target, the weights. */
static void add_rest(cauce_table *to, const cauce_table *from) {
    for (int64_t j = 0; j < cauce_table_columns(from); j++)
        if (cauce_table_role(from, j) != CAUCE_FEATURE) add_column(to, "", from, j);
}

static cauce_table *rest_of(const cauce_table *from) {
    cauce_table *to = cauce_table_new(cauce_table_rows(from));
    add_rest(to, from);
    return to;
}

static cauce_table *copy_of(const cauce_table *from) {
    cauce_table *to = rest_of(from);
    add_features(to, "", from);
    return to;
}

/* ---- Columns of a branch ------------------------------------------------------------------------------- */

static bool matches(const cauce_table *table, int64_t j, const char *term) {
    char inner[40];
    const bool number = cauce_table_kind(table, j) == CAUCE_NUMBER;
    if (cauce_table_role(table, j) != CAUCE_FEATURE) return false;
    if (*term == '@') return strcmp(term, "@all") == 0 || (strcmp(term, "@number") == 0) == number;
    snprintf(inner, sizeof inner, "%.*s", (int)strlen(term) - 2, term + 1); /* *inner* */
    return strstr(cauce_table_name(table, j), inner) != NULL;
}

/* The columns that `on` chooses, in the order in which it does. */
static int64_t choose(const cauce_table *table, const char *on, int64_t *chosen) {
    int64_t n = 0;
    char text[64];
    snprintf(text, sizeof text, "%s%s", *on == '!' ? "@all, " : "", on);
    for (char *term = text, *end; *term; term = end + strspn(end, ", ")) {
        end = term + strcspn(term, ",");
        if (*end) *end++ = 0;
        for (int64_t j = 0; j < cauce_table_columns(table); j++) {
            if (!matches(table, j, term + (*term == '!'))) continue;
            int64_t k = 0, left = 0;
            while (k < n && chosen[k] != j) k++;
            if (*term != '!' && k == n) chosen[n++] = j;
            for (int64_t i = 0; *term == '!' && i < n; i++)
                if (chosen[i] != j) chosen[left++] = chosen[i];
            if (*term == '!') n = left;
        }
    }
    return n;
}

static cauce_table *pick(const cauce_table *table, const char *on, bool *used) {
    int64_t *chosen = malloc((size_t)cauce_table_columns(table) * sizeof *chosen);
    const int64_t n = choose(table, on, chosen);
    cauce_table *some = rest_of(table);
    for (int64_t k = 0; k < n; k++) {
        add_column(some, "", table, chosen[k]);
        used[chosen[k]] = true;
    }
    free(chosen);
    if (n) return some;
    cauce_table_free(some);
    return NULL;
}

/* ---- One after the other ------------------------------------------------------------------------------- */

void tree_free(fitted *f) {
    if (!f) return;
    for (int i = 0; i < TREE_CHILDREN; i++) tree_free(f->child[i]);
    cauce_model_free(f->model);
    free(f);
}

static bool fit(fitted *f, const cauce_table *x, cauce_table **made);

fitted *tree_fit(const tree *t, bool classes, const cauce_table *x, cauce_table **made) {
    fitted *f = calloc(1, sizeof *f);
    f->t = t;
    f->classes = classes;
    if (made) *made = NULL;
    if (fit(f, x, made)) return f;
    tree_free(f);
    return NULL;
}

static cauce_model *fit_alone(const tree *t, bool classes, const cauce_table *x) {
    ca_text text = { 0 };
    tree_write(t, classes, &text);
    cauce_recipe *recipe = recipe_of(ca_text_get(&text));
    cauce_model *model = cauce_fit(recipe, x);
    cauce_recipe_free(recipe);
    ca_text_free(&text);
    return model;
}

static bool is_step(const tree *t, const char *use) {
    return t->kind == TREE_STEP && strcmp(t->use, use) == 0;
}

/* Each step sees the table that the one before made. */
static bool fit_steps(fitted *f, const cauce_table *x, cauce_table **made) {
    cauce_table *now = copy_of(x);
    bool good = true;
    for (int i = 0; good && i < f->t->n; i++) {
        const bool predicts = tree_predicts(f->t->child[i]);
        cauce_table *next = NULL;
        f->child[i] = tree_fit(f->t->child[i], f->classes, now, predicts ? NULL : &next);
        good = f->child[i] && (predicts || next);
        cauce_table_free(now);
        now = next;
    }
    if (good && made)
        *made = now;
    else
        cauce_table_free(now);
    return good;
}

static cauce_table *apply_steps(const fitted *f, const cauce_table *x) {
    cauce_table *now = copy_of(x);
    for (int i = 0; now && i < f->t->n; i++) {
        cauce_table *next = tree_apply(f->child[i], now);
        cauce_table_free(now);
        now = next;
    }
    return now;
}

/* Branches of a column_transformer or a union, fitted where they are not, and their tables side by side. */
static cauce_table *beside(fitted *f, const cauce_table *x, bool fitting) {
    bool *used = calloc((size_t)cauce_table_columns(x), sizeof *used), good = true;
    cauce_table *all = cauce_table_new(cauce_table_rows(x));
    for (int i = 0; good && i < f->t->n; i++) {
        cauce_table *some = f->t->kind == TREE_UNION ? copy_of(x) : pick(x, f->t->on[i], used), *out = NULL;
        if (!some) continue; /* a branch without columns is left out */
        if (fitting)
            f->child[i] = tree_fit(f->t->child[i], f->classes, some, &out);
        else
            out = tree_apply(f->child[i], some);
        good = out != NULL;
        if (good) add_features(all, tree_names[i], out);
        cauce_table_free(out);
        cauce_table_free(some);
    }
    for (int64_t j = 0; f->t->passes && j < cauce_table_columns(x); j++)
        if (cauce_table_role(x, j) == CAUCE_FEATURE && !used[j]) add_column(all, "remainder", x, j);
    free(used);
    add_rest(all, x);
    if (good) return all;
    cauce_table_free(all);
    return NULL;
}

/* ---- Estimators around others -------------------------------------------------------------------------- */

/* Rows of fold k, or the others: k_fold deals consecutive rows, and the first folds get one more. */
static cauce_table *rows_of_fold(const cauce_table *x, int k, bool inside) {
    const int64_t n = cauce_table_rows(x), more = n % TREE_FOLDS, size = n / TREE_FOLDS;
    const int64_t from = k * size + (k < more ? k : more), to = from + size + (k < more);
    int64_t *rows = malloc((size_t)n * sizeof *rows), m = 0;
    for (int64_t r = 0; r < n; r++)
        if ((r >= from && r < to) == inside) rows[m++] = r;
    cauce_table *some = cauce_table_rows_of(x, rows, m), *copy = copy_of(some);
    cauce_table_free(some);
    free(rows);
    return copy;
}

/* Adds the columns of a prediction, or writes them from row `at` of columns that are there. */
static int64_t put_prediction(cauce_table *to, const char *name, const cauce_table *prediction,
                              int64_t column, int64_t at) {
    for (int64_t k = 0; k < cauce_table_columns(prediction); k++) {
        char full[60];
        const char *of = strchr(cauce_table_name(prediction, k), '_');
        snprintf(full, sizeof full, "%s%s", name, of ? of : "");
        if (at == 0) add_numbers(to, full, CAUCE_FEATURE);
        double *values = (double *)(uintptr_t)to->columns[column + k].column->data;
        for (int64_t r = 0; r < cauce_table_rows(prediction); r++)
            values[at + r] = cauce_table_number(prediction, r, k);
    }
    return cauce_table_columns(prediction);
}

/* What child i says of rows that it was not fitted to; 0: it fails. */
static int64_t put_out_of_fold(const fitted *f, int i, const cauce_table *x, int64_t column,
                               cauce_table *to) {
    int64_t at = 0, width = 0;
    for (int k = 0; k < TREE_FOLDS; k++) {
        cauce_table *train = rows_of_fold(x, k, false), *test = rows_of_fold(x, k, true), *out = NULL;
        fitted *one = tree_fit(f->t->child[i], f->classes, train, NULL);
        if (one) out = tree_apply(one, test);
        width = out ? put_prediction(to, tree_names[i], out, column, at) : 0;
        at += cauce_table_rows(test);
        tree_free(one);
        cauce_table_free(out);
        cauce_table_free(train);
        cauce_table_free(test);
        if (!width) return 0;
    }
    return width;
}

static bool fit_stack(fitted *f, const cauce_table *x) {
    cauce_table *stacked = cauce_table_new(cauce_table_rows(x));
    bool good = true;
    for (int i = 0; good && i + 1 < f->t->n; i++) {
        good = put_out_of_fold(f, i, x, cauce_table_columns(stacked), stacked) > 0;
        if (good) f->child[i] = tree_fit(f->t->child[i], f->classes, x, NULL);
        good = good && f->child[i];
    }
    if (f->t->passes) add_features(stacked, "", x);
    add_rest(stacked, x);
    if (good) f->child[f->t->n - 1] = tree_fit(f->t->child[f->t->n - 1], f->classes, stacked, NULL);
    cauce_table_free(stacked);
    return good && f->child[f->t->n - 1];
}

static cauce_table *apply_stack(const fitted *f, const cauce_table *x) {
    cauce_table *stacked = cauce_table_new(cauce_table_rows(x)), *result = NULL;
    bool good = true;
    for (int i = 0; good && i + 1 < f->t->n; i++) {
        cauce_table *one = tree_apply(f->child[i], x);
        good = one != NULL;
        if (good) put_prediction(stacked, tree_names[i], one, cauce_table_columns(stacked), 0);
        cauce_table_free(one);
    }
    if (f->t->passes) add_features(stacked, "", x);
    if (good) result = tree_apply(f->child[f->t->n - 1], stacked);
    cauce_table_free(stacked);
    return result;
}

static cauce_table *apply_vote(const fitted *f, const cauce_table *x) {
    cauce_table *result = NULL;
    for (int i = 0; i < f->t->n; i++) {
        cauce_table *one = tree_apply(f->child[i], x),
                    *sum = one ? cauce_table_new(cauce_table_rows(x)) : NULL;
        for (int64_t k = 0; one && k < cauce_table_columns(one); k++) {
            double *values = add_numbers(sum, cauce_table_name(one, k), CAUCE_FEATURE);
            for (int64_t r = 0; r < cauce_table_rows(x); r++) {
                values[r] = (result ? cauce_table_number(result, r, k) : 0) + cauce_table_number(one, r, k);
                if (i + 1 == f->t->n) values[r] /= f->t->n;
            }
        }
        cauce_table_free(one);
        cauce_table_free(result);
        result = sum;
        if (!result) return NULL;
    }
    return result;
}

/* The target as a column of its own, with the weights. */
static bool fit_target(fitted *f, const cauce_table *x) {
    cauce_table *target = copy_of(x), *scaled = NULL, *turned = cauce_table_new(cauce_table_rows(x));
    static const tree scaler = { .kind = TREE_STEP, .use = "standard_scaler", .more = "" };
    for (int64_t j = 0; j < cauce_table_columns(target); j++)
        if (target->columns[j].role == CAUCE_FEATURE) target->columns[j].role = CAUCE_IGNORE;
    cauce_table_set_role(target, "y", CAUCE_FEATURE);
    f->model = fit_alone(&scaler, f->classes, target);
    if (f->model) scaled = cauce_transform(f->model, target);
    for (int64_t j = 0; scaled && j < cauce_table_columns(x); j++) {
        if (cauce_table_role(x, j) != CAUCE_TARGET) {
            add_column(turned, "", x, j);
            continue;
        }
        double *values = add_numbers(turned, "y", CAUCE_TARGET);
        for (int64_t r = 0; r < turned->n_rows; r++) values[r] = cauce_table_number(scaled, r, 0);
    }
    if (scaled) f->child[0] = tree_fit(f->t->child[0], f->classes, turned, NULL);
    cauce_table_free(target);
    cauce_table_free(scaled);
    cauce_table_free(turned);
    return f->child[0] != NULL;
}

static cauce_table *apply_target(const fitted *f, const cauce_table *x) {
    cauce_table *scaled = tree_apply(f->child[0], x);
    if (!scaled) return NULL;
    const double mean = *cauce_get_array(f->model, "mean", NULL, NULL),
                 scale = *cauce_get_array(f->model, "scale", NULL, NULL);
    cauce_table *result = cauce_table_new(cauce_table_rows(x));
    double *values = add_numbers(result, "prediction", CAUCE_FEATURE);
    for (int64_t r = 0; r < result->n_rows; r++) values[r] = cauce_table_number(scaled, r, 0) * scale + mean;
    cauce_table_free(scaled);
    return result;
}

/* Steps that learn nothing make of every fold what they make of the table: they may as well come first. */
static bool fit_calibrated(fitted *f, const cauce_table *x) {
    const tree *steps = f->t->child[0];
    tree around = { .kind = TREE_CALIBRATED, .n = 1, .child = { steps->child[1] } };
    cauce_table *made;
    f->child[0] = tree_fit(steps->child[0], f->classes, x, &made);
    if (made) f->model = fit_alone(&around, f->classes, made);
    cauce_table_free(made);
    return f->model != NULL;
}

static cauce_table *apply_calibrated(const fitted *f, const cauce_table *x) {
    cauce_table *made = tree_apply(f->child[0], x),
                *result = made ? cauce_predict_proba(f->model, made) : NULL;
    cauce_table_free(made);
    return result;
}

/* ---- Any tree ------------------------------------------------------------------------------------------ */

static bool fit(fitted *f, const cauce_table *x, cauce_table **made) {
    bool good = true;
    switch (f->t->kind) {
    case TREE_STEPS: return fit_steps(f, x, made);
    case TREE_BRANCHES:
    case TREE_UNION: *made = beside(f, x, true); return *made != NULL;
    case TREE_STACK: return fit_stack(f, x);
    case TREE_TARGET: return fit_target(f, x);
    case TREE_CALIBRATED: return fit_calibrated(f, x);
    case TREE_VOTE:
        for (int i = 0; good && i < f->t->n; i++)
            good = (f->child[i] = tree_fit(f->t->child[i], f->classes, x, NULL)) != NULL;
        return good;
    case TREE_STEP:
    case TREE_ESTIMATOR: break;
    }
    if (!is_step(f->t, "passthrough") && !is_step(f->t, "drop")) {
        f->model = fit_alone(f->t, f->classes, x);
        good = f->model != NULL;
    }
    if (good && made) *made = tree_apply(f, x);
    return good;
}

cauce_table *tree_apply(const fitted *f, const cauce_table *x) {
    switch (f->t->kind) {
    case TREE_STEPS: return apply_steps(f, x);
    case TREE_BRANCHES:
    case TREE_UNION: return beside((fitted *)(uintptr_t)f, x, false);
    case TREE_STACK: return apply_stack(f, x);
    case TREE_TARGET: return apply_target(f, x);
    case TREE_CALIBRATED: return apply_calibrated(f, x);
    case TREE_VOTE: return apply_vote(f, x);
    case TREE_ESTIMATOR: return f->classes ? cauce_predict_proba(f->model, x) : cauce_predict(f->model, x);
    case TREE_STEP: break;
    }
    if (is_step(f->t, "passthrough")) return copy_of(x);
    if (is_step(f->t, "drop")) return rest_of(x);
    cauce_table *made = cauce_transform(f->model, x), *all = made ? rest_of(x) : NULL;
    if (made) add_features(all, "", made);
    cauce_table_free(made);
    return all;
}
