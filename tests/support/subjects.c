#include "support/subjects.h"

#include <stdlib.h>
#include <string.h>

#include "cauce/sys/run.h"
#include "base/text.h"
#include "core/recipe.h"
#include "core/registry.h"
#include "support/check_main.h"

static const char *const targets[] = { "y2", "y3", "y" };

bool subject_has(const cauce_component *component, const char *param) {
    return ca_param_find(component->params, param) >= 0;
}

/* Parameters that a component needs on the mixed table. */
static const struct {
    const char *component, *params;
} for_mixed[] = { { "simple_imputer", " strategy=most_frequent add_indicator=true" },
                  { "one_hot_encoder", " handle_unknown=ignore" },
                  { "spline_transformer", " handle_missing=zeros" } };

/* Components that take no number below 0. */
static const char *const counting[] = { "multinomial_nb", "complement_nb" };

static bool counts(const cauce_component *c) {
    for (size_t i = 0; i < sizeof counting / sizeof *counting; i++)
        if (strcmp(counting[i], c->name) == 0) return true;
    return false;
}

/* The component as a step, small where its default is large. */
static void step_of(const subject *s, char *out, size_t size) {
    const char *params = subject_has(s->component, "n_estimators") ? " n_estimators=4"
                         : subject_has(s->component, "max_bins")   ? " max_iter=4 min_samples_leaf=3"
                         : subject_has(s->component, "Cs")         ? " Cs=[0.1, 10] cv=2"
                         : subject_has(s->component, "eta0") ? " eta0=1e-4" /* the columns are not scaled */
                                                             : "";
    for (size_t i = 0; s->mixed && i < sizeof for_mixed / sizeof *for_mixed; i++)
        if (strcmp(for_mixed[i].component, s->component->name) == 0) params = for_mixed[i].params;
    snprintf(out, size, "%s\"%s%s\"", counts(s->component) ? "\"min_max_scaler clip=true\", " : "",
             s->component->name, params);
}

/* Recipes for composites, on the mixed table. */
static const struct {
    const char *component, *recipe, *target;
} by_hand[] = {
    { "pipeline",
      "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}]}, "
      "\"standard_scaler\", \"ridge\"]}",
      "y" },
    { "pipeline",
      "{\"steps\": [{\"branches\": [{\"on\": \"city, flag\", \"steps\": [\"simple_imputer "
      "strategy=most_frequent\", {\"steps\": [\"one_hot_encoder\"]}]}]}, "
      "\"logistic_regression\"]}",
      "y3" },
    { "column_transformer",
      "{\"use\": \"column_transformer\", \"with\": {\"remainder\": \"passthrough\"}, \"branches\": "
      "[{\"name\": "
      "\"n\", \"on\": \"d, a\", \"use\": \"standard_scaler\"}, {\"name\": \"none\", \"on\": \"zz*\", "
      "\"use\": "
      "\"standard_scaler\"}, {\"name\": \"again\", \"on\": \"a, city\", \"use\": \"passthrough\"}]}",
      "y2" },
    { "column_transformer",
      "{\"branches\": [{\"name\": \"c\", \"on\": \"@category\", \"use\": \"one_hot_encoder "
      "handle_unknown=ignore\"}, {\"name\": \"gone\", \"on\": \"@number\", \"use\": \"drop\"}]}",
      "y" },
    { "feature_union",
      "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}]}, {\"use\": "
      "\"feature_union\", \"transformers\": [\"standard_scaler\", {\"name\": \"again\", \"use\": "
      "\"quantile_transformer n_quantiles=7\"}]}]}",
      "y2" },
    { "feature_union",
      "{\"use\": \"feature_union\", \"transformers\": [{\"name\": \"n\", \"branches\": [{\"on\": "
      "\"@number\", "
      "\"use\": \"simple_imputer\"}]}, {\"name\": \"all\", \"use\": \"passthrough\"}, \"drop\"]}",
      "y3" },
    { "iterative_imputer",
      "{\"steps\": [\"iterative_imputer max_iter=1 add_indicator=true skip_complete=true\"]}", "y2" },
    { "iterative_imputer",
      "{\"steps\": [{\"use\": \"iterative_imputer max_iter=2 skip_complete=true n_nearest_features=2 "
      "imputation_order=random min_value=0\", \"estimator\": \"k_neighbors_regressor n_neighbors=3\", "
      "\"classifier\": "
      "{\"steps\": [\"standard_scaler\", \"k_neighbors_classifier n_neighbors=3\"]}}, {\"branches\": "
      "[{\"on\": "
      "\"@number\", \"use\": \"standard_scaler\"}]}, \"ridge\"]}",
      "y" },
    { "calibrated_classifier",
      "{\"use\": \"calibrated_classifier cv=3\", \"estimator\": {\"steps\": [{\"branches\": [{\"on\": "
      "\"@number\", \"use\": \"simple_imputer\"}, {\"on\": \"city\", \"use\": \"one_hot_encoder "
      "handle_unknown=ignore\"}]}, \"gaussian_nb\"]}}",
      "y3" },
    { "calibrated_classifier",
      "{\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": \"standard_scaler\"}]}, {\"use\": "
      "\"calibrated_classifier method=isotonic ensemble=false cv=3\", \"estimator\": \"ridge_classifier\"}]}",
      "y2" },
    { "voting_classifier",
      "{\"use\": \"voting_classifier voting=soft weights=[1, 2, 5]\", \"estimators\": [{\"name\": \"a\", "
      "\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}]}, "
      "\"logistic_regression\"]}, {\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": "
      "\"passthrough\"}]}, \"decision_tree_classifier\"]}, \"drop\"]}",
      "y3" },
    { "voting_classifier",
      "{\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": \"standard_scaler\"}]}, {\"use\": "
      "\"voting_classifier\", \"estimators\": [\"logistic_regression\", \"ridge_classifier\", "
      "\"k_neighbors_classifier\"]}]}",
      "y2" },
    { "voting_regressor",
      "{\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": \"standard_scaler\"}]}, {\"use\": "
      "\"voting_regressor\", \"estimators\": [\"ridge\", \"linear_regression\"]}]}",
      "y" },
    { "stacking_classifier",
      "{\"use\": \"stacking_classifier cv=3 stack_method=decision_function\", \"estimators\": [{\"name\": "
      "\"a\", "
      "\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}]}, "
      "\"logistic_regression\"]}, {\"steps\": [{\"branches\": [{\"on\": \"city, flag\", \"use\": "
      "\"one_hot_encoder handle_unknown=ignore\"}]}, \"logistic_regression\"]}, \"drop\"]}",
      "y3" },
    { "stacking_classifier",
      "{\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": \"standard_scaler\"}]}, {\"use\": "
      "\"stacking_classifier cv=4 passthrough=true\", \"estimators\": [\"ridge_classifier\", "
      "\"decision_tree_classifier\"], \"final_estimator\": \"gaussian_nb\"}]}",
      "y2" },
    { "stacking_regressor",
      "{\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": \"standard_scaler\"}]}, {\"use\": "
      "\"stacking_regressor cv=3\", \"estimators\": [\"ridge\", \"decision_tree_regressor\"]}]}",
      "y" },
    { "transformed_target",
      "{\"steps\": [{\"branches\": [{\"on\": \"a, b, c\", \"use\": \"standard_scaler\"}]}, {\"use\": "
      "\"transformed_target\", \"regressor\": \"ridge\", \"transformer\": {\"steps\": "
      "[\"power_transformer\", "
      "\"min_max_scaler\"]}}]}",
      "y" },
    { "multi_output_regressor",
      "{\"use\": \"multi_output_regressor\", \"estimator\": \"hist_gradient_boosting_regressor max_iter=5\"}",
      "y" },
    { "multi_output_regressor",
      "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}, {\"on\": \"city\", "
      "\"use\": \"one_hot_encoder handle_unknown=ignore\"}]}, {\"use\": \"multi_output_regressor\", "
      "\"estimator\": \"bayesian_ridge\"}]}",
      "y" },
    { "select_from_model",
      "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}, {\"on\": \"city\", "
      "\"use\": \"one_hot_encoder handle_unknown=ignore\"}]}, {\"use\": \"select_from_model\", \"with\": "
      "{\"threshold\": \"0.5*mean\"}, \"estimator\": \"logistic_regression\"}]}",
      "y3" },
    { "rfe",
      "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}, {\"on\": \"city\", "
      "\"use\": \"one_hot_encoder handle_unknown=ignore\"}]}, {\"use\": \"rfe n_features_to_select=3\", "
      "\"estimator\": \"ridge\"}, \"linear_regression\"]}",
      "y" },
    { "sequential_feature_selector",
      "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"simple_imputer\"}]}, {\"use\": "
      "\"sequential_feature_selector n_features_to_select=2 cv=3\", \"estimator\": \"logistic_regression\"}, "
      "\"logistic_regression\"]}",
      "y2" },
};
enum { BY_HAND = sizeof by_hand / sizeof *by_hand };

/* Numbers imputed unless the component takes missing ones, categories one-hot unless it takes them, then the
 * component. */
static void mixed_recipe(subject *s, const char *step) {
    const cauce_component *c = s->component;
    const char *numbers = c->tags & CAUCE_TAG_MISSING ? "passthrough" : "simple_imputer strategy=median";
    const char *texts =
        c->tags & CAUCE_TAG_CATEGORY ? "passthrough" : "one_hot_encoder handle_unknown=ignore";
    if (c->tags & CAUCE_TAG_CATEGORY && c->tags & CAUCE_TAG_MISSING)
        snprintf(s->recipe, sizeof s->recipe, "{\"steps\": [%s]}", step);
    else
        snprintf(s->recipe, sizeof s->recipe,
                 "{\"steps\": [{\"branches\": [{\"on\": \"@number\", \"use\": \"%s\"}, {\"on\": "
                 "\"@category\", \"use\": \"%s\"}]}, %s]}",
                 numbers, texts, step);
}

/* Variants of one component: how many, and the v-th. */
static int64_t variants(const cauce_component *c) {
    if (c->composite) {
        int64_t n = 0;
        for (int i = 0; i < BY_HAND; i++) n += strcmp(by_hand[i].component, c->name) == 0;
        ck_assert_msg(n > 0, "write a recipe for the composite '%s' into tests/support/subjects.c", c->name);
        return n;
    }
    return c->role == CAUCE_CLASSIFIER ? 4 : 2;
}

static void hand_made(const cauce_component *c, int64_t v, subject *s) {
    int i = 0;
    for (;; i++)
        if (strcmp(by_hand[i].component, c->name) == 0 && v-- == 0) break;
    snprintf(s->recipe, sizeof s->recipe, "%s", by_hand[i].recipe);
    s->target = by_hand[i].target;
    s->mixed = true;
}

bool subject_at(int64_t i, subject *s) {
    int64_t at = 0, v = i;
    for (; ca_registry_at(at) && v >= variants(ca_registry_at(at)); at++) v -= variants(ca_registry_at(at));
    const cauce_component *c = ca_registry_at(at);
    if (!c) return false;
    *s = (subject){ .component = c };
    if (c->composite)
        hand_made(c, v, s);
    else {
        char step[128];
        s->mixed = v % 2;
        step_of(s, step, sizeof step);
        s->target = c->role == CAUCE_REGRESSOR ? "y" : targets[v / 2];
        if (s->mixed)
            mixed_recipe(s, step);
        else
            snprintf(s->recipe, sizeof s->recipe, counts(c) ? "{\"steps\": [%s]}" : "{\"use\": %s}", step);
    }
    snprintf(s->name, sizeof s->name, "%s %lld (%s, target %s)", c->name, (long long)v,
             s->mixed ? "mixed" : "numbers", s->target);
    return true;
}

cauce_recipe *subject_recipe(const subject *s) {
    cauce_recipe *recipe = cauce_recipe_from_json(s->recipe);
    ck_assert_msg(recipe != NULL, "%s: %s", s->name, cauce_error().message);
    return recipe;
}

/* ---- Tables -------------------------------------------------------------------------------------------- */

typedef struct row {
    double a, b, c, d, y;
    int city, flag, y2, y3;
} row;

static row make_row(int64_t r) {
    static const double steps[] = { -1, 0, 0.5, 2 };
    cauce_rng rng;
    cauce_rng_init(&rng, 7, "subjects", (uint64_t)r);
    row x;
    x.a = floor(cauce_rng_uniform(&rng) * 1000) / 100;
    x.b = cauce_rng_uniform(&rng) * 4 - 2;
    x.c = steps[cauce_rng_below(&rng, 4)];
    x.d = cauce_rng_below(&rng, 5) == 0 ? (double)NAN : floor(cauce_rng_uniform(&rng) * 90);
    x.city = (int)cauce_rng_below(&rng, 5) - 1;
    x.flag = (int)cauce_rng_below(&rng, 2);
    x.y = 2 * x.a - 3 * x.b + x.c + 0.5 * x.city + cauce_rng_uniform(&rng);
    x.y2 = x.a + 2 * cauce_rng_uniform(&rng) > 6;
    x.y3 = x.y < 5 ? 0 : x.y < 12 ? 1 : 2;
    x.y += 10; /* some regressors take positive targets only */
    return x;
}

static void add_cell(ca_text *out, const row *x, int64_t r, const char *column) {
    static const char *const cities[] = { "Bern", "Oslo", "Rome", "\"Sao, Paulo\"" };
    static const char *const levels[] = { "low", "mid", "top" };
    const struct {
        const char *name;
        double value;
    } numbers[] = { { "a", x->a }, { "b", x->b }, { "c", x->c }, { "d", x->d }, { "y", x->y } };
    for (int i = 0; i < 5; i++)
        if (strcmp(numbers[i].name, column) == 0 && !isnan(numbers[i].value))
            ca_text_addf(out, "%.17g", numbers[i].value);
    if (strcmp(column, "city") == 0 && x->city >= 0) ca_text_add(out, cities[x->city]);
    if (strcmp(column, "flag") == 0) ca_text_add(out, x->flag ? "true" : "false");
    if (strcmp(column, "y2") == 0) ca_text_add(out, x->y2 ? "yes" : "no");
    if (strcmp(column, "y3") == 0) ca_text_add(out, levels[x->y3]);
    if (strcmp(column, "g") == 0) ca_text_addf(out, "%lld", (long long)r % 3);
    if (strcmp(column, "w") == 0) ca_text_add(out, r % 4 == 0 ? "0" : r % 4 == 2 ? "2" : "1");
}

static cauce_table *make_table(const subject *s, const char *columns, const char *roles) {
    ca_text csv = { 0 };
    for (int64_t r = -1; r < SUBJECT_ROWS; r++) {
        row x = make_row(r);
        for (const char *at = columns; *at; at += strspn(at, " ")) {
            char name[16];
            size_t n = strcspn(at, " ");
            snprintf(name, sizeof name, "%.*s", (int)n, at);
            if (at != columns) ca_text_add(&csv, ",");
            if (r < 0)
                ca_text_add(&csv, name);
            else
                add_cell(&csv, &x, r, name);
            at += n;
        }
        ca_text_add(&csv, "\n");
    }
    cauce_table *table = table_of(ca_text_get(&csv), roles);
    ca_text_free(&csv);
    for (int i = 0; i < 3; i++)
        if (cauce_table_find(table, targets[i]) >= 0)
            cauce_table_set_role(table, targets[i],
                                 strcmp(targets[i], s->target) == 0 ? CAUCE_TARGET : CAUCE_IGNORE);
    return table;
}

cauce_table *subject_table(const subject *s, const char *columns) {
    return make_table(s, columns ? columns : s->mixed ? "a b c d city flag y2 y3 y" : "a b c y2 y3 y", NULL);
}

cauce_table *subject_grouped(const subject *s, bool weighted) {
    return make_table(s, s->mixed ? "a b c d city flag y2 y3 y w g" : "a b c y2 y3 y w g",
                      weighted ? "w:weight g:group" : "w:ignore g:group");
}
