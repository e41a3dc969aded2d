/* What every component of the registry must do, whoever wrote it. */
#include "support/subjects.h"

#include "base/json.h"
#include "base/text.h"
#include "core/recipe.h"
#include "core/registry.h"
#include "support/check_main.h"

/* ---- Parameters ---------------------------------------------------------------------------------------- */

static char *json_of(const cauce_recipe *recipe) {
    char *json = cauce_recipe_to_json(recipe);
    ck_assert_ptr_nonnull(json);
    return json;
}

static void takes(cauce_recipe *recipe, const char *name, const char *value) {
    char text[400];
    snprintf(text, sizeof text, "%s=%s", name, value);
    cauce_status status = cauce_set(recipe, text);
    ck_assert_msg(status == CAUCE_OK, "%s was refused: %s", text, cauce_error().message);
}

static void refuses(cauce_recipe *recipe, const char *name, const char *value) {
    char text[400], *before = json_of(recipe);
    snprintf(text, sizeof text, "%s=%s", name, value);
    ck_assert_msg(cauce_set(recipe, text) == CAUCE_E_PARAM, "%s was not refused", text);
    failed_with(CAUCE_E_PARAM, name);
    char *after = json_of(recipe);
    ck_assert_str_eq(before, after);
    cauce_text_free(before);
    cauce_text_free(after);
}

static void number_text(double value, bool whole, char out[64]) {
    if (whole)
        snprintf(out, 64, "%.0f", value);
    else {
        snprintf(out, 64, "%.17g", value);
        if (!strpbrk(out, ".eni")) strcat(out, ".0");
    }
}

static void int_bounds(cauce_recipe *recipe, const cauce_param *row) {
    char text[64];
    number_text(row->low, true, text);
    takes(recipe, row->name, text);
    /* Bounds that a double cannot hold to the unit stand for "no bound". */
    if (row->low > -9e15) number_text(row->low - 1, true, text), refuses(recipe, row->name, text);
    if (row->high >= 9e15) return;
    number_text(row->high, true, text);
    takes(recipe, row->name, text);
    number_text(row->high + 1, true, text);
    refuses(recipe, row->name, text);
}

static void real_bounds(cauce_recipe *recipe, const cauce_param *row, double low, double high, bool open) {
    char text[64];
    if (isfinite(low)) {
        number_text(open ? nextafter(low, INFINITY) : low, false, text);
        takes(recipe, row->name, text);
        number_text(open ? low : nextafter(low, -INFINITY), false, text);
        refuses(recipe, row->name, text);
    }
    if (isfinite(high)) {
        number_text(high, false, text);
        takes(recipe, row->name, text);
        number_text(nextafter(high, INFINITY), false, text);
        refuses(recipe, row->name, text);
    }
}

static void each_word(cauce_recipe *recipe, const cauce_param *row) {
    char word[64];
    for (const char *at = row->words; at && *at; at += *at == '|') {
        size_t n = strcspn(at, "|");
        snprintf(word, sizeof word, "%.*s", (int)n, at);
        takes(recipe, row->name, word);
        at += n;
    }
    if (row->words) refuses(recipe, row->name, "no_such_word");
}

static void mixed_bounds(cauce_recipe *recipe, const cauce_param *row) {
    const struct {
        cauce_value_type type;
        const char *example;
    } examples[] = { { CAUCE_V_NULL, "null" }, { CAUCE_V_BOOL, "true" }, { CAUCE_V_LIST, "[x]" } };
    for (int i = 0; i < 3; i++)
        if (row->allowed & examples[i].type)
            takes(recipe, row->name, examples[i].example);
        else
            refuses(recipe, row->name, examples[i].example);
    bool ints = row->allowed & CAUCE_V_INT, reals = row->allowed & CAUCE_V_REAL;
    if (ints) int_bounds(recipe, row);
    if (reals) real_bounds(recipe, row, row->real_low, row->real_high, row->open_low);
    if (!ints && !reals) refuses(recipe, row->name, "1");
    if (row->allowed & CAUCE_V_TEXT)
        each_word(recipe, row);
    else
        refuses(recipe, row->name, "no_such_word");
}

static void check_row(cauce_recipe *recipe, const cauce_param *row) {
    switch (row->type) {
    case CAUCE_PARAM_BOOL:
        takes(recipe, row->name, "true");
        takes(recipe, row->name, "false");
        refuses(recipe, row->name, "2");
        refuses(recipe, row->name, "null");
        break;
    case CAUCE_PARAM_INT:
        int_bounds(recipe, row);
        refuses(recipe, row->name, "1.5");
        refuses(recipe, row->name, "word");
        break;
    case CAUCE_PARAM_REAL:
        real_bounds(recipe, row, row->low, row->high, row->open_low);
        refuses(recipe, row->name, "nan");
        refuses(recipe, row->name, "word");
        break;
    case CAUCE_PARAM_CHOICE:
        each_word(recipe, row);
        refuses(recipe, row->name, "7");
        break;
    case CAUCE_PARAM_LIST:
        takes(recipe, row->name, "[a, b]");
        refuses(recipe, row->name, "5");
        break;
    case CAUCE_PARAM_MIXED: mixed_bounds(recipe, row); break;
    case CAUCE_PARAM_TEXT: takes(recipe, row->name, "\"any text\""); break;
    case CAUCE_PARAM_END: break;
    }
}

START_TEST(parameters_at_their_bounds) {
    const cauce_component *c;
    for (int64_t i = 0; (c = ca_registry_at(i)); i++) {
        ck_assert_str_eq(cauce_component_name(i), c->name);
        cauce_recipe *recipe = recipe_of(c->name);
        for (const cauce_param *row = c->params; row->type != CAUCE_PARAM_END; row++) check_row(recipe, row);
        refuses(recipe, "no_such_parameter", "1");
        cauce_recipe_free(recipe);
    }
    ck_assert_ptr_null(cauce_component_name(-1));
    ck_assert_ptr_null(cauce_component_name(1 << 20));
}
END_TEST

START_TEST(descriptions) {
    const cauce_component *c;
    for (int64_t i = 0; (c = ca_registry_at(i)); i++) {
        char *text = cauce_describe(c->name), *json = cauce_describe_json(c->name);
        ck_assert_ptr_nonnull(text);
        json_t *parsed = json_loads(json, 0, NULL);
        ck_assert_msg(json_is_object(parsed), "%s: %s", c->name, json);
        ck_assert_str_eq(cauce_component_summary(c->name), c->summary);
        ck_assert_str_eq(json_string_value(json_object_get(parsed, "name")), c->name);
        ck_assert_int_eq((int)json_array_size(json_object_get(parsed, "parameters")),
                         (int)ca_param_count(c->params));
        for (const cauce_param *row = c->params; row->type != CAUCE_PARAM_END; row++) {
            ck_assert_msg(strstr(text, row->name) != NULL, "%s says nothing of %s", c->name, row->name);
            size_t length = strlen(row->help);
            ck_assert_msg(length > 10 && row->help[length - 1] == '.', "%s: help of %s is no sentence",
                          c->name, row->name);
        }
        for (const cauce_state *row = c->state; row->dtype != CAUCE_STATE_LAST; row++)
            ck_assert_msg(row->help && *row->help && strstr(text, row->name), "%s: state %s", c->name,
                          row->name);
        json_decref(parsed);
        cauce_text_free(text);
        cauce_text_free(json);
    }
    ck_assert_ptr_null(cauce_describe("standard_scale"));
    failed_with(CAUCE_E_PARAM, "standard_scaler");
}
END_TEST

START_TEST(recipes_through_json_and_clone) {
    EACH_SUBJECT(s) {
        cauce_recipe *recipe = subject_recipe(&s);
        char *json = json_of(recipe);
        cauce_recipe *again = recipe_of(json), *clone = cauce_recipe_clone(recipe);
        char *second = json_of(again), *third = json_of(clone);
        ck_assert_str_eq(json, second);
        ck_assert_str_eq(json, third);
        cauce_text_free(json);
        cauce_text_free(second);
        cauce_text_free(third);
        cauce_recipe_free(recipe);
        cauce_recipe_free(again);
        cauce_recipe_free(clone);
    }
}
END_TEST

/* ---- Fit ----------------------------------------------------------------------------------------------- */

/* An estimator's numbers are numbers, probabilities are probabilities. */
static void check_output(const subject *s, const cauce_table *output) {
    bool estimator =
        strcmp(cauce_table_name(output, 0) ? cauce_table_name(output, 0) : "", "prediction") == 0 ||
        s->component->role == CAUCE_CLASSIFIER;
    bool probable = s->component->role == CAUCE_CLASSIFIER && !(s->component->tags & CAUCE_TAG_MARGIN);
    for (int64_t r = 0; r < cauce_table_rows(output); r++) {
        double sum = 0;
        for (int64_t j = 0; j < cauce_table_columns(output); j++) {
            double value = cauce_table_number(output, r, j);
            if (estimator) ck_assert_msg(isfinite(value), "%s: row %lld is %g", s->name, (long long)r, value);
            sum += value;
            if (probable) ck_assert_msg(value >= 0 && value <= 1, "%s", s->name);
        }
        if (probable) ck_near(sum, 1.0, 1e-12);
    }
}

/* The class that is predicted is the one of the largest decision value, or of the sign of the only one. */
static void check_decisions(const subject *s, const cauce_model *model, const cauce_table *table) {
    if (s->component->role != CAUCE_CLASSIFIER) return;
    bool margin = (s->component->tags & CAUCE_TAG_MARGIN) != 0;
    ck_assert_msg(!(margin ? cauce_predict_proba : cauce_decision)(model, table), "%s", s->name);
    failed_with(CAUCE_E_UNSUPPORTED, margin ? "decision values" : "probabilities");
    if (!margin) return;
    cauce_table *output = cauce_decision(model, table), *predicted = cauce_predict(model, table);
    int64_t k = cauce_table_columns(output);
    ck_assert_int_eq(k, cauce_model_classes(model) == 2 ? 1 : cauce_model_classes(model));
    for (int64_t r = 0; r < cauce_table_rows(output); r++) {
        int64_t best = k == 1 && cauce_table_number(output, r, 0) > 0;
        for (int64_t j = 1; j < k; j++)
            if (cauce_table_number(output, r, j) > cauce_table_number(output, r, best)) best = j;
        ck_assert_str_eq(cauce_table_text(predicted, r, 0), cauce_model_class(model, best));
    }
    cauce_table_free(output);
    cauce_table_free(predicted);
}

START_TEST(fit_leaves_its_arguments_alone) {
    EACH_SUBJECT(s) {
        cauce_table *table = subject_table(&s, NULL), *copy = subject_table(&s, NULL);
        cauce_recipe *recipe = subject_recipe(&s);
        char *before = json_of(recipe);
        cauce_model *one = model_fit(recipe, table), *two = model_fit(recipe, table);
        char *after = json_of(recipe);
        ck_assert_str_eq(before, after);
        ck_assert_msg(tables_same(table, copy), "%s", s.name);
        bytes_of a = saved(one), b = saved(two);
        ck_assert_msg(a.size == b.size && memcmp(a.data, b.data, a.size) == 0, "%s: two fits", s.name);
        cauce_recipe *inside = cauce_model_recipe(one);
        char *kept = json_of(inside);
        ck_assert_str_eq(before, kept);
        cauce_table *output = output_of(one, table);
        check_output(&s, output);
        check_decisions(&s, one, table);
        bytes_of c = saved(one); /* predicting leaves the model alone */
        ck_assert_msg(a.size == c.size && memcmp(a.data, c.data, a.size) == 0, "%s", s.name);
        bytes_done(&a);
        bytes_done(&b);
        bytes_done(&c);
        cauce_table_free(output);
        cauce_text_free(before);
        cauce_text_free(after);
        cauce_text_free(kept);
        cauce_recipe_free(inside);
        cauce_recipe_free(recipe);
        cauce_model_free(one);
        cauce_model_free(two);
        cauce_table_free(table);
        cauce_table_free(copy);
    }
}
END_TEST

START_TEST(same_bytes_for_any_number_of_threads) {
    static const int threads[] = { 1, 2, 7 };
    EACH_SUBJECT(s) {
        cauce_table *table = subject_table(&s, NULL), *many = table_rows(table, 0, 7, 3000);
        cauce_recipe *recipe = subject_recipe(&s);
        bytes_of first = { NULL, 0 };
        cauce_table *expected = NULL;
        for (int t = 0; t < 3; t++) {
            cauce_context *context = cauce_context_new();
            ck_assert_int_eq(cauce_context_set_threads(context, threads[t]), CAUCE_OK);
            cauce_context_use(context);
            cauce_model *model = model_fit(recipe, many);
            bytes_of bytes = saved(model);
            cauce_table *output = output_of(model, many);
            if (t == 0) {
                first = bytes;
                expected = output;
            } else {
                ck_assert_msg(bytes.size == first.size && memcmp(bytes.data, first.data, first.size) == 0,
                              "%s: %d threads give another model", s.name, threads[t]);
                ck_assert_msg(tables_same(output, expected), "%s: %d threads", s.name, threads[t]);
                bytes_done(&bytes);
                cauce_table_free(output);
            }
            cauce_model_free(model);
            cauce_context_use(NULL);
            cauce_context_free(context);
        }
        bytes_done(&first);
        cauce_table_free(expected);
        cauce_table_free(many);
        cauce_table_free(table);
        cauce_recipe_free(recipe);
    }
}
END_TEST

/* ---- Rows, columns, blocks ----------------------------------------------------------------------------- */

typedef struct fitted_subject {
    cauce_table *table, *output;
    cauce_model *model;
} fitted_subject;

static fitted_subject fitted_start(const subject *s) {
    fitted_subject f = { .table = subject_table(s, NULL) };
    f.model = model_of(s->recipe, f.table);
    f.output = output_of(f.model, f.table);
    ck_assert_int_eq(cauce_table_rows(f.output), SUBJECT_ROWS);
    return f;
}

static void fitted_end(fitted_subject *f) {
    cauce_table_free(f->table);
    cauce_table_free(f->output);
    cauce_model_free(f->model);
}

/* The output for some rows is those rows of the output. */
static void same_rows(const subject *s, const fitted_subject *f, int64_t first, int64_t step, int64_t n) {
    cauce_table *some = table_rows(f->table, first, step, n), *got = output_of(f->model, some);
    cauce_table *expected = table_rows(f->output, first, step, n);
    ck_assert_msg(tables_same(got, expected), "%s: rows %lld + i * %lld, %lld of them", s->name,
                  (long long)first, (long long)step, (long long)n);
    cauce_table_free(some);
    cauce_table_free(got);
    cauce_table_free(expected);
}

START_TEST(rows_do_not_know_each_other) {
    EACH_SUBJECT(s) {
        fitted_subject f = fitted_start(&s);
        same_rows(&s, &f, 0, 1, 0);
        same_rows(&s, &f, 59, 59, SUBJECT_ROWS); /* backwards */
        same_rows(&s, &f, 3, 7, SUBJECT_ROWS);
        for (int64_t r = 0; r < SUBJECT_ROWS; r++) same_rows(&s, &f, r, 1, 1);
        for (int64_t r = 0; r < SUBJECT_ROWS; r += 13) same_rows(&s, &f, r, 1, 13);
        same_rows(&s, &f, 0, 11, 4200); /* over the ends of blocks and of parallel pieces */
        fitted_end(&f);
    }
}
END_TEST

START_TEST(order_of_columns_at_predict) {
    EACH_SUBJECT(s) {
        fitted_subject f = fitted_start(&s);
        cauce_table *turned = subject_table(&s, s.mixed ? "flag d y b city a c" : "c y3 b a");
        cauce_table *got = output_of(f.model, turned);
        ck_assert_msg(tables_same(got, f.output), "%s", s.name);
        cauce_table_free(got);
        cauce_table_free(turned);
        fitted_end(&f);
    }
}
END_TEST

START_TEST(scorer_gives_the_same_bits) {
    EACH_SUBJECT(s) {
        fitted_subject f = fitted_start(&s);
        cauce_recipe *recipe = cauce_model_recipe(f.model);
        bool estimator = strcmp(cauce_recipe_role(recipe), "transformer") != 0;
        cauce_recipe_free(recipe);
        cauce_scorer *scorer = cauce_scorer_new(f.model);
        ck_assert_msg((scorer != NULL) == estimator, "%s", s.name);
        if (!scorer) failed_with(CAUCE_E_UNSUPPORTED, "no estimator");
        for (int64_t r = 0; scorer && r < SUBJECT_ROWS; r++) {
            scorer_row(scorer, f.model, f.table, r);
            const double *got = cauce_scorer_run(scorer);
            ck_assert_msg(got != NULL, "%s: %s", s.name, cauce_error().message);
            bool one_of_two = s.component->tags & CAUCE_TAG_MARGIN && cauce_table_columns(f.output) == 1;
            if (one_of_two) got += cauce_model_positive(f.model);
            for (int64_t j = 0; j < cauce_table_columns(f.output); j++) {
                double expected = cauce_table_number(f.output, r, j);
                ck_assert_msg(memcmp(&got[j], &expected, sizeof expected) == 0,
                              "%s: row %lld: %.17g, not %.17g", s.name, (long long)r, got[j], expected);
            }
        }
        cauce_scorer_free(scorer);
        fitted_end(&f);
    }
}
END_TEST

START_TEST(save_load_predict_save) {
    EACH_SUBJECT(s) {
        fitted_subject f = fitted_start(&s);
        bytes_of bytes = saved(f.model);
        cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
        ck_assert_msg(loaded != NULL, "%s: %s", s.name, cauce_error().message);
        bytes_of again = saved(loaded);
        ck_assert_msg(bytes.size == again.size && memcmp(bytes.data, again.data, again.size) == 0, "%s",
                      s.name);
        cauce_table *got = output_of(loaded, f.table);
        ck_assert_msg(tables_same(got, f.output), "%s", s.name);
        cauce_table_free(got);
        cauce_model_free(loaded);
        bytes_done(&again);
        bytes_done(&bytes);
        fitted_end(&f);
    }
}
END_TEST

START_TEST(output_names) {
    EACH_SUBJECT(s) {
        fitted_subject f = fitted_start(&s);
        for (int64_t i = 0; i < cauce_table_columns(f.output); i++)
            for (int64_t j = 0; j < i; j++)
                ck_assert_str_ne(cauce_table_name(f.output, i), cauce_table_name(f.output, j));
        cauce_recipe *recipe = cauce_model_recipe(f.model);
        if (strcmp(cauce_recipe_role(recipe), "transformer") == 0) {
            char name[128];
            for (int64_t i = 0; i < cauce_table_columns(f.output); i++) {
                ck_assert_int_gt(cauce_model_feature_name(f.model, i, name, sizeof name), 0);
                ck_assert_str_eq(name, cauce_table_name(f.output, i));
            }
            ck_assert_int_eq(
                cauce_model_feature_name(f.model, cauce_table_columns(f.output), name, sizeof name), -1);
        }
        cauce_recipe_free(recipe);
        fitted_end(&f);
    }
}
END_TEST

START_TEST(pipeline_of_one_step) {
    EACH_SUBJECT(s) {
        fitted_subject f = fitted_start(&s);
        char wrapped[1200];
        snprintf(wrapped, sizeof wrapped, "{\"steps\": [%s]}", s.recipe);
        cauce_model *model = model_of(wrapped, f.table);
        cauce_table *got = output_of(model, f.table);
        ck_assert_msg(tables_same(got, f.output), "%s", s.name);
        cauce_table_free(got);
        cauce_model_free(model);
        fitted_end(&f);
    }
}
END_TEST

/* ---- Weights ------------------------------------------------------------------------------------------- */

/* A child may have a cv of its own. */
static void fold_by_groups(const subject *s, cauce_recipe *recipe) {
    char set[120];
    bool step = strncmp(s->recipe, "{\"steps\"", 8) == 0;
    snprintf(set, sizeof set, "%s%scv=leave_one_group_out", step ? s->component->name : "", step ? "__" : "");
    ck_assert_msg(cauce_set(recipe, set) == CAUCE_OK, "%s: %s", s->name, cauce_error().message);
}

START_TEST(weights_are_repeated_rows) {
    EACH_SUBJECT(s) {
        if (subject_has(s.component, "learning_rate") && subject_has(s.component, "shuffle"))
            continue; /* one row after the other: a weight makes one step longer */
        cauce_table *weighted = subject_grouped(&s, true), *plain = subject_grouped(&s, false);
        int64_t rows[2 * SUBJECT_ROWS], n = 0;
        for (int64_t r = 0; r < SUBJECT_ROWS; r++)
            for (int64_t k = r % 4 == 0 ? 0 : r % 4 == 2 ? 2 : 1; k > 0; k--) rows[n++] = r;
        cauce_table *repeated = cauce_table_rows_of(plain, rows, n);
        cauce_recipe *recipe = subject_recipe(&s);
        if (subject_has(s.component, "bootstrap"))
            ck_assert_int_eq(cauce_set(recipe, "bootstrap=false"), CAUCE_OK);
        /* Folds are made of rows, and depend on how often each is given; but those of a group each do not. */
        if (subject_has(s.component, "cv")) fold_by_groups(&s, recipe);
        cauce_model *a = model_fit(recipe, weighted), *b = model_fit(recipe, repeated);
        cauce_table *x = output_of(a, repeated), *y = output_of(b, repeated);
        ck_assert_msg(tables_apart(x, y) <= 1e-9, "%s: %g apart", s.name, tables_apart(x, y));
        cauce_table_free(x);
        cauce_table_free(y);
        cauce_model_free(a);
        cauce_model_free(b);
        cauce_recipe_free(recipe);
        cauce_table_free(weighted);
        cauce_table_free(plain);
        cauce_table_free(repeated);
    }
}
END_TEST

/* ---- Tables with little in them ------------------------------------------------------------------------ */

static const struct {
    const char *what, *csv;
} poor[] = {
    { "no rows", "a,b,y2,y3,y\n" },
    { "one row", "a,b,y2,y3,y\n1,2,no,low,3\n" },
    { "two equal rows", "a,b,y2,y3,y\n1,2,no,low,3\n1,2,yes,low,3\n" },
    { "one column", "a,y2,y3,y\n1,no,low,3\n2,yes,mid,4\n3,no,top,6\n5,yes,low,1\n" },
    { "constant columns", "a,b,y2,y3,y\n1,0.1,no,low,3\n1,0.1,yes,mid,4\n1,0.1,no,top,6\n1,0.1,yes,low,1\n" },
    { "a missing column", "a,b,y2,y3,y\n1,,no,low,3\n2,,yes,mid,4\n3,,no,top,6\n5,,yes,low,1\n" },
    { "missing columns", "a,b,y2,y3,y\n,,no,low,3\n,,yes,mid,4\n,,no,top,6\n,,yes,low,1\n" },
    { "no columns", "y2,y3,y\nno,low,3\nyes,mid,4\nno,top,6\nyes,low,1\n" },
    { "one class", "a,b,y2,y3,y\n1,2,no,low,3\n2,1,no,low,3\n3,0,no,low,3\n" },
    { "huge numbers", "a,b,y2,y3,y\n1e300,2,no,low,3\n-1e300,1,yes,mid,4\n3,1e-300,no,top,5\n" },
    { "infinite numbers", "a,b,y2,y3,y\ninf,2,no,low,3\n2,1,yes,mid,4\n3,-inf,no,top,5\n" },
};

/* Before and after it was saved. Of huge numbers linear models may make what overflows: they say where. */
static void poor_output(const subject *s, const cauce_model *model, const cauce_table *table,
                        const char *what) {
    const bool huge = strcmp(what, "huge numbers") == 0;
    cauce_table *output = try_output_of(model, table);
    if (output && s->component->role != CAUCE_TRANSFORMER && !huge) check_output(s, output);
    if (!output) {
        ck_assert_msg(huge, "%s: %s: %s", s->name, what, cauce_error().message);
        failed_with(CAUCE_E_NUMERIC, "a', row 1: 1e+300 is so large that the prediction overflows");
    }
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_msg(loaded != NULL, "%s: %s: %s", s->name, what, cauce_error().message);
    cauce_table *again = try_output_of(loaded, table);
    ck_assert_msg(output ? again && tables_same(output, again) : !again, "%s: %s", s->name, what);
    cauce_table_free(again);
    cauce_table_free(output);
    cauce_model_free(loaded);
    bytes_done(&bytes);
}

static void poor_table(const subject *s, int i) {
    cauce_table *table = table_of(poor[i].csv, NULL);
    static const char *const all[] = { "y2", "y3", "y" };
    for (int k = 0; k < 3; k++)
        ck_assert_int_eq(
            cauce_table_set_role(table, all[k], strcmp(all[k], s->target) == 0 ? CAUCE_TARGET : CAUCE_IGNORE),
            CAUCE_OK);
    cauce_recipe *recipe = subject_recipe(s);
    cauce_model *model = cauce_fit(recipe, table);
    if (!model) {
        cauce_failure failure = cauce_error();
        ck_assert_msg(failure.status != CAUCE_E_INTERNAL && failure.status != CAUCE_E_NOMEM &&
                          *failure.message && *failure.place,
                      "%s: %s: %s", s->name, poor[i].what, failure.message);
        if (strstr(poor[i].what, "no rows")) ck_assert_int_eq(failure.status, CAUCE_E_SHAPE);
        if (strstr(poor[i].what, "missing") && !s->mixed)
            ck_assert_msg(strstr(failure.message, "'a'") || strstr(failure.message, "'b'"),
                          "%s: no column is named: %s", s->name, failure.message);
    } else {
        ck_assert_str_ne(poor[i].what, "no rows");
        poor_output(s, model, table, poor[i].what);
    }
    cauce_error_clear();
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

START_TEST(poor_tables) {
    EACH_SUBJECT(s) {
        if (s.component->composite) continue; /* their recipes name columns */
        for (size_t i = 0; i < sizeof poor / sizeof *poor; i++) poor_table(&s, (int)i);
    }
}
END_TEST

START_TEST(targets_of_the_wrong_kind) {
    EACH_SUBJECT(s) {
        if (s.component->role == CAUCE_TRANSFORMER) continue;
        cauce_table *table = subject_table(&s, NULL);
        bool classifier = s.component->role == CAUCE_CLASSIFIER;
        cauce_recipe *recipe = subject_recipe(&s);
        cauce_table_set_role(table, s.target, CAUCE_IGNORE);
        ck_assert_ptr_null(cauce_fit(recipe, table));
        failed_with(CAUCE_E_SCHEMA, "target");
        cauce_table_set_role(table, classifier ? "y" : "y3", CAUCE_TARGET);
        ck_assert_msg(cauce_fit(recipe, table) == NULL, "%s", s.name);
        failed_with(CAUCE_E_KIND, classifier ? "fractions" : "number");
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
}
END_TEST

TEST_MAIN("every component", TEST(parameters_at_their_bounds), TEST(descriptions),
          TEST(recipes_through_json_and_clone), TEST(fit_leaves_its_arguments_alone),
          TEST(same_bytes_for_any_number_of_threads), TEST(rows_do_not_know_each_other),
          TEST(order_of_columns_at_predict), TEST(scorer_gives_the_same_bits), TEST(save_load_predict_save),
          TEST(output_names), TEST(pipeline_of_one_step), TEST(weights_are_repeated_rows), TEST(poor_tables),
          TEST(targets_of_the_wrong_kind))
