/* Every component and the tables people bring: other types and layouts of the same numbers, other labels,
 * columns too few and too many, weights that say nothing, cells that are no numbers. */
#include "support/subjects.h"

#include "base/text.h"
#include "core/registry.h"
#include "support/check_main.h"

enum { N = 120 };

/* Three groups of rows that lie apart, in whole numbers; a target that is a line of them. */
typedef struct rows {
    double a[N], b[N], c[N], y[N];
    int k[N]; /* the group */
} rows;

static void make_rows(rows *x, int groups) {
    static const double centre[3][3] = { { 10, 40, 20 }, { 45, 12, 33 }, { 30, 70, 50 } };
    cauce_rng rng;
    cauce_rng_init(&rng, 11, "every table", 0);
    for (int r = 0; r < N; r++) {
        int k = x->k[r] = r % groups;
        x->a[r] = centre[k][0] + (double)cauce_rng_below(&rng, 7);
        x->b[r] = centre[k][1] + (double)cauce_rng_below(&rng, 7);
        x->c[r] = centre[k][2] + (double)cauce_rng_below(&rng, 7);
        x->y[r] = 100 + 3 * x->a[r] - x->b[r] + (double)cauce_rng_below(&rng, 9);
    }
}

static bool is(const subject *s, const char *name) {
    return strcmp(s->component->name, name) == 0;
}

/* The subjects that are components alone, on numbers. */
#define EACH_ALONE(s) EACH_SUBJECT(s) if (!s.component->composite && !s.mixed)

/* ---- Types and layouts --------------------------------------------------------------------------------- */

enum { PLAIN, SINGLE, LONG_LONG, LONG, STRIDED, BACKWARDS, LAYOUTS };

typedef struct column {
    double wide[2 * N], back[N];
    float single[N];
    int64_t ll[N];
    int32_t l[N];
} column;

static void add_column(cauce_table *table, const char *name, const double *x, int layout, column *kept) {
    for (int r = 0; r < N; r++) {
        kept->wide[2 * r] = x[r];
        kept->wide[2 * r + 1] = NAN;
        kept->back[N - 1 - r] = x[r];
        kept->single[r] = (float)x[r];
        if (layout == LONG_LONG) kept->ll[r] = (int64_t)x[r];
        if (layout == LONG) kept->l[r] = (int32_t)x[r];
    }
    cauce_status status = layout == PLAIN       ? cauce_table_add_f64(table, name, x, 1)
                          : layout == SINGLE    ? cauce_table_add_f32(table, name, kept->single, 1)
                          : layout == LONG_LONG ? cauce_table_add_i64(table, name, kept->ll, 1)
                          : layout == LONG      ? cauce_table_add_i32(table, name, kept->l, 1)
                          : layout == STRIDED   ? cauce_table_add_f64(table, name, kept->wide, 2)
                                                : cauce_table_add_f64(table, name, kept->back + N - 1, -1);
    ck_assert_int_eq(status, CAUCE_OK);
}

static cauce_table *laid_out(const subject *s, const rows *x, int layout, column kept[4]) {
    static const char *const labels[] = { "c0", "c1", "c2" };
    cauce_table *table = cauce_table_new(N);
    add_column(table, "a", x->a, layout, &kept[0]);
    add_column(table, "b", x->b, layout, &kept[1]);
    add_column(table, "c", x->c, layout, &kept[2]);
    if (strcmp(s->target, "y") == 0)
        add_column(table, s->target, x->y, layout, &kept[3]);
    else {
        const char *texts[N];
        for (int r = 0; r < N; r++) texts[r] = labels[x->k[r]];
        ck_assert_int_eq(cauce_table_add_text(table, s->target, texts), CAUCE_OK);
    }
    ck_assert_int_eq(cauce_table_set_role(table, s->target, CAUCE_TARGET), CAUCE_OK);
    return table;
}

START_TEST(types_and_layouts) {
    static column kept[2][4];
    rows x;
    EACH_ALONE(s) {
        make_rows(&x, strcmp(s.target, "y2") == 0 ? 2 : 3);
        cauce_recipe *recipe = subject_recipe(&s);
        cauce_table *plain = laid_out(&s, &x, PLAIN, kept[0]);
        cauce_model *model = model_fit(recipe, plain);
        cauce_table *expected = output_of(model, plain);
        bytes_of bytes = saved(model);
        for (int layout = SINGLE; layout < LAYOUTS; layout++) {
            cauce_table *table = laid_out(&s, &x, layout, kept[1]);
            cauce_model *other = model_fit(recipe, table);
            bytes_of again = saved(other);
            ck_assert_msg(again.size == bytes.size && memcmp(again.data, bytes.data, bytes.size) == 0,
                          "%s: another model of layout %d", s.name, layout);
            cauce_table *got = output_of(model, table);
            ck_assert_msg(tables_same(got, expected), "%s: layout %d", s.name, layout);
            cauce_table_free(got);
            bytes_done(&again);
            cauce_model_free(other);
            cauce_table_free(table);
        }
        bytes_done(&bytes);
        cauce_table_free(expected);
        cauce_model_free(model);
        cauce_table_free(plain);
        cauce_recipe_free(recipe);
    }
}
END_TEST

/* ---- Columns ------------------------------------------------------------------------------------------- */

START_TEST(columns_too_few_and_too_many) {
    EACH_SUBJECT(s) {
        static const char *const all[2][6] = { { "a", "b", "c" }, { "a", "b", "c", "d", "city", "flag" } };
        int n = s.mixed ? 6 : 3;
        cauce_table *table = subject_table(&s, NULL);
        cauce_model *model = model_of(s.recipe, table);
        cauce_table *expected = output_of(model, table);
        for (int64_t i = 0; i < cauce_model_inputs(model); i++) {
            char columns[100] = "", quoted[40];
            const char *name = cauce_model_input_name(model, i);
            for (int j = 0; j < n; j++)
                if (strcmp(all[s.mixed][j], name) != 0)
                    sprintf(columns + strlen(columns), "%s ", all[s.mixed][j]);
            strcat(columns, s.target);
            cauce_table *less = subject_table(&s, columns), *got = try_output_of(model, less);
            if (cauce_model_input_used(model, i)) {
                ck_assert_msg(got == NULL, "%s without column %s", s.name, name);
                snprintf(quoted, sizeof quoted, "'%s'", name);
                failed_with(CAUCE_E_SCHEMA, quoted);
            } else
                ck_assert_msg(got && tables_same(got, expected), "%s without column %s, which nothing uses",
                              s.name, name);
            cauce_table_free(got);
            cauce_table_free(less);
        }
        double extra[SUBJECT_ROWS];
        for (int r = 0; r < SUBJECT_ROWS; r++) extra[r] = r;
        cauce_table *more = subject_table(&s, NULL);
        ck_assert_int_eq(cauce_table_add_f64(more, "extra", extra, 1), CAUCE_OK);
        cauce_table *got = output_of(model, more);
        ck_assert_msg(tables_same(got, expected), "%s with one column more", s.name);
        cauce_table_free(got);
        cauce_table_free(more);
        cauce_table_free(expected);
        cauce_model_free(model);
        cauce_table_free(table);
    }
}
END_TEST

/* ---- Steps --------------------------------------------------------------------------------------------- */

/* The step after a transformer learns from what the transformer makes of the training rows, and that is what
 * it makes of any rows. One component is another by design: it encodes each row without knowing it. */
START_TEST(steps_learn_from_transformed_rows) {
    static column kept[4];
    int compared = 0;
    rows x;
    EACH_ALONE(s) {
        bool differs = s.component->fit_transform != NULL;
        ck_assert_msg(differs == (strcmp(s.component->name, "target_encoder") == 0), "%s", s.name);
        if (s.component->role != CAUCE_TRANSFORMER || differs) continue;
        char both[1200];
        make_rows(&x, strcmp(s.target, "y2") == 0 ? 2 : 3);
        cauce_table *table = laid_out(&s, &x, PLAIN, kept);
        cauce_model *first = model_of(s.recipe, table);
        cauce_table *between = output_of(first, table);
        if (cauce_table_columns(between) > 0 && cauce_table_kind(between, 0) == CAUCE_NUMBER) {
            snprintf(both, sizeof both, "{\"steps\": [%s, \"max_abs_scaler\"]}", s.recipe);
            cauce_model *pipeline = model_of(both, table), *second = model_of("max_abs_scaler", between);
            cauce_table *p = output_of(pipeline, table), *q = output_of(second, between);
            ck_assert_msg(tables_same(p, q), "%s", s.name);
            cauce_table_free(p), cauce_table_free(q);
            cauce_model_free(pipeline), cauce_model_free(second);
            compared++;
        }
        cauce_table_free(between);
        cauce_model_free(first);
        cauce_table_free(table);
    }
    ck_assert_int_gt(compared, 15);
}
END_TEST

/* ---- Cells that are no numbers, after fit -------------------------------------------------------------- */

START_TEST(missing_and_infinite_at_predict) {
    static const double odd[] = { NAN, INFINITY, -INFINITY };
    static column kept[4];
    rows x, y;
    EACH_ALONE(s) {
        make_rows(&x, strcmp(s.target, "y2") == 0 ? 2 : 3);
        cauce_table *train = laid_out(&s, &x, PLAIN, kept);
        cauce_model *model = model_of(s.recipe, train);
        for (int i = 0; i < 3; i++) {
            y = x;
            y.b[4] = odd[i];
            cauce_table *table = laid_out(&s, &y, PLAIN, kept), *got = try_output_of(model, table);
            if (!got) {
                ck_assert_msg(!(s.component->tags & CAUCE_TAG_MISSING) ||
                                  cauce_error().status == CAUCE_E_DATA,
                              "%s", s.name);
                ck_assert_msg(strstr(cauce_error().message, "'b'") && strstr(cauce_error().message, "row 5"),
                              "%s: %s", s.name, cauce_error().message);
                failed_with(CAUCE_E_DATA, NULL);
            } else if (s.component->role != CAUCE_TRANSFORMER) {
                for (int64_t j = 0; j < cauce_table_columns(got); j++)
                    ck_assert_msg(isfinite(cauce_table_number(got, 4, j)), "%s", s.name);
                /* a step before it may have taken the cell */
                bool taken = s.component->tags & (CAUCE_TAG_MISSING | CAUCE_TAG_ANY_INPUT) ||
                             strstr(s.recipe, "steps");
                ck_assert_msg(taken, "%s", s.name);
            }
            cauce_table_free(got);
            cauce_table_free(table);
        }
        cauce_model_free(model);
        cauce_table_free(train);
    }
}
END_TEST

/* ---- Weights ------------------------------------------------------------------------------------------- */

/* The same table with weights: fits both, compares what they say. */
static void weights_say(const subject *s, const rows *x, const char *set, const double *weight,
                        double apart) {
    static column kept[2][4];
    double copy[N];
    memcpy(copy, weight, sizeof copy);
    cauce_table *plain = laid_out(s, x, PLAIN, kept[0]), *weighted = laid_out(s, x, PLAIN, kept[1]);
    ck_assert_int_eq(cauce_table_add_f64(weighted, "w", weight, 1), CAUCE_OK);
    ck_assert_int_eq(cauce_table_set_role(weighted, "w", CAUCE_WEIGHT), CAUCE_OK);
    cauce_recipe *with = subject_recipe(s), *without = subject_recipe(s);
    if (set) ck_assert_int_eq(cauce_set(with, set), CAUCE_OK);
    cauce_model *a = model_fit(with, plain), *b = model_fit(without, weighted);
    cauce_table *p = output_of(a, plain), *q = output_of(b, plain);
    ck_assert_msg(tables_apart(p, q) <= apart, "%s: %g apart", s->name, tables_apart(p, q));
    ck_assert_int_eq(memcmp(copy, weight, sizeof copy), 0);
    cauce_table_free(p), cauce_table_free(q);
    cauce_model_free(a), cauce_model_free(b);
    cauce_recipe_free(with), cauce_recipe_free(without);
    cauce_table_free(plain), cauce_table_free(weighted);
}

START_TEST(weights_of_one_are_none) {
    double one[N];
    rows x;
    for (int r = 0; r < N; r++) one[r] = 1;
    EACH_ALONE(s) {
        make_rows(&x, strcmp(s.target, "y2") == 0 ? 2 : 3);
        weights_say(&s, &x, NULL, one, 1e-12);
    }
}
END_TEST

/* class_weight=balanced is n / (classes x rows of the class) as weights of the rows; and it moves the
 * answers. */
START_TEST(balanced_is_a_weight) {
    int compared = 0;
    rows x;
    EACH_ALONE(s) {
        /* what is chosen by scores of folds is chosen by weighted scores when the rows have weights */
        if (!subject_has(s.component, "class_weight") || subject_has(s.component, "cv")) continue;
        int groups = strcmp(s.target, "y2") == 0 ? 2 : 3;
        double weight[N], count[3] = { 0 };
        make_rows(&x, groups);
        for (int r = 0; r < N; r++) {
            if (r % 5) x.k[r] = 0; /* rows of the other groups, mostly called the first */
            count[x.k[r]]++;
        }
        for (int r = 0; r < N; r++) weight[r] = N / (groups * count[x.k[r]]);
        weights_say(&s, &x, "class_weight=balanced", weight, 1e-9);
        compared++;
    }
    ck_assert_int_ge(compared, 14);
}
END_TEST

/* ---- Labels and lines ---------------------------------------------------------------------------------- */

/* Labels as texts, as whole numbers, as booleans: in the order that their classes have. */
static const char *const labels[3][3] = { { "blue", "green", "red" },
                                          { "2", "10", "33" },
                                          { "false", "true", NULL } };

static cauce_table *labelled(const rows *x, const char *const *label) {
    ca_text csv = { 0 };
    ca_text_add(&csv, "a,b,c,y\n");
    for (int r = 0; r < N; r++)
        ca_text_addf(&csv, "%g,%g,%g,%s\n", x->a[r], x->b[r], x->c[r], label[x->k[r]]);
    cauce_table *table = table_of(ca_text_get(&csv), "y:target");
    ca_text_free(&csv);
    return table;
}

/* Answers that know nothing of the rows, and models of counts, to which these numbers mean little. */
static bool learns_little(const subject *s) {
    static const char *const names[] = { "dummy_classifier", "bernoulli_nb", "complement_nb",
                                         "categorical_nb", "dummy_regressor" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (is(s, names[i])) return true;
    return false;
}

START_TEST(classes_far_apart_are_told) {
    rows x;
    EACH_ALONE(s) {
        if (s.component->role != CAUCE_CLASSIFIER) continue;
        int groups = strcmp(s.target, "y2") == 0 ? 2 : 3;
        make_rows(&x, groups);
        for (int kind = 0; kind < (groups == 2 ? 3 : 2); kind++) {
            double accuracy;
            cauce_table *table = labelled(&x, labels[kind]);
            cauce_model *model = model_of(s.recipe, table);
            ck_assert_int_eq(cauce_model_classes(model), groups);
            for (int k = 0; k < groups; k++) ck_assert_str_eq(cauce_model_class(model, k), labels[kind][k]);
            ck_assert_int_eq(cauce_score(model, table, "accuracy", &accuracy), CAUCE_OK);
            ck_assert_msg(learns_little(&s) || accuracy > 0.83, "%s: accuracy %g", s.name, accuracy);
            cauce_model_free(model);
            cauce_table_free(table);
        }
    }
}
END_TEST

/* Half of the variance of a line at least; and nothing that belongs to classes. */
START_TEST(regressors_follow_a_line) {
    static column kept[4];
    rows x;
    make_rows(&x, 3);
    EACH_ALONE(s) {
        if (s.component->role != CAUCE_REGRESSOR) continue;
        double r2;
        cauce_table *table = laid_out(&s, &x, PLAIN, kept);
        cauce_model *model = model_of(s.recipe, table);
        ck_assert_int_eq(cauce_score(model, table, "r2", &r2), CAUCE_OK);
        ck_assert_msg(learns_little(&s) || r2 > 0.5, "%s: r2 %g", s.name, r2);
        ck_assert_msg(!cauce_predict_proba(model, table), "%s", s.name);
        failed_with(CAUCE_E_UNSUPPORTED, NULL);
        ck_assert_msg(!cauce_decision(model, table), "%s", s.name);
        failed_with(CAUCE_E_UNSUPPORTED, NULL);
        ck_assert_int_eq(cauce_model_classes(model), 0);
        cauce_model_free(model);
        cauce_table_free(table);
    }
}
END_TEST

/* ---- Iterations ---------------------------------------------------------------------------------------- */

static char warned[4000];

static void on_warning(const cauce_warning *warning, void *payload) {
    size_t used = strlen(warned);
    snprintf(warned + used, sizeof warned - used, "%s ", warning->name);
}

static bool has_state(const cauce_component *c, const char *name) {
    for (const cauce_state *row = c->state; row->dtype != CAUCE_STATE_LAST; row++)
        if (strcmp(row->name, name) == 0) return true;
    return false;
}

/* What counts its rounds says how many there were, no more than allowed; with one allowed it is done or
 * warns. */
START_TEST(rounds_are_counted) {
    static column kept[4];
    int counted = 0;
    rows x;
    cauce_context *context = cauce_context_new();
    cauce_context_on_warning(context, on_warning, NULL);
    cauce_context_use(context);
    EACH_ALONE(s) {
        if (!subject_has(s.component, "max_iter") || !has_state(s.component, "n_iter")) continue;
        make_rows(&x, strcmp(s.target, "y2") == 0 ? 2 : 3);
        cauce_table *table = laid_out(&s, &x, PLAIN, kept);
        cauce_recipe *recipe = subject_recipe(&s);
        for (int most = 1; most <= 1000; most += 999) {
            char set[40];
            int64_t n = 0;
            snprintf(set, sizeof set, "max_iter=%d", most);
            ck_assert_int_eq(cauce_set(recipe, set), CAUCE_OK);
            warned[0] = 0;
            cauce_model *model = model_fit(recipe, table);
            const double *rounds = cauce_get_array(model, "n_iter", &n, NULL);
            ck_assert_msg(rounds && n >= 1, "%s", s.name);
            ck_assert_msg(*rounds >= 0 && *rounds <= most, "%s: %g rounds of %d", s.name, *rounds, most);
            bool boosting = subject_has(s.component, "max_bins"); /* its rounds are trees */
            if (most == 1 && !boosting && !strstr(warned, "no_convergence")) {
                /* one round was enough, or as many as are needed without a search: more change nothing */
                ck_assert_msg(*rounds <= 1, "%s", s.name);
            }
            if (most > 1) ck_assert_msg(!strstr(warned, "no_convergence"), "%s: %s", s.name, warned);
            cauce_model_free(model);
            counted++;
        }
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
    ck_assert_int_gt(counted, 20);
    cauce_context_use(NULL);
    cauce_context_free(context);
}
END_TEST

TEST_MAIN("every table", TEST(types_and_layouts), TEST(columns_too_few_and_too_many),
          TEST(steps_learn_from_transformed_rows), TEST(missing_and_infinite_at_predict),
          TEST(weights_of_one_are_none), TEST(balanced_is_a_weight), TEST(classes_far_apart_are_told),
          TEST(regressors_follow_a_line), TEST(rounds_are_counted))
