/* Where the columns of an output come from: what moves with an input is traced to it, for every transformer
 * of the registry; and traces by hand. */
#include "base/run.h"
#include "core/model.h"
#include "support/check_main.h"
#include "support/subjects.h"

/* ---- What moves ---------------------------------------------------------------------------------------- */

/* A cell of these depends on the other columns of its row, but is not made of them. */
static bool looks_aside(const cauce_component *c) {
    static const char *const names[] = { "normalizer", "knn_imputer", "iterative_imputer" };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(c->name, names[i]) == 0) return true;
    return false;
}

/* Does column c of a block (its field) have other cells than before? */
static bool differs(const cauce_field *field, const cauce_block *a, const cauce_block *b, int64_t c,
                    int64_t n) {
    for (int64_t r = 0; r < n; r++)
        if (field->form == CAUCE_DENSE
                ? memcmp(&a->values[r + c * a->stride], &b->values[r + c * b->stride], sizeof(double)) != 0
            : field->form == CAUCE_CODES ? a->codes[r] != b->codes[r]
                                         : (a->codes[r] == c) != (b->codes[r] == c))
            return true;
    return false;
}

/* Rotates the cells of one input; every column of the output that changes must be traced to it. Counts the
 * changes. */
static int64_t move_input(cauce_run *run, const subject *s, const cauce_model *model, const ca_input *input,
                          int64_t f, const ca_frame *before, const double *traced) {
    const cauce_schema *out = model->root->f.out;
    int64_t n = input->table->n_rows, *order = cauce_scratch(run, n, sizeof *order), k = 0, moved = 0;
    ca_change change = { .field = f, .order = order };
    ca_frame after;
    for (int64_t r = 0; r < n; r++) order[r] = (r + 7) % n;
    ck_assert_int_eq(ca_model_apply_changed(run, model, input, &change, 0, n, &after), CAUCE_OK);
    for (int64_t b = 0; b < out->n_fields; b++)
        for (int64_t c = 0; c < out->fields[b].width; c++, k++) {
            if (!differs(&out->fields[b], &before->batch.blocks[b], &after.batch.blocks[b], c, n)) continue;
            moved++;
            ck_assert_msg(traced[k * input->schema->width + f] > 0,
                          "%s: column %d of the output moves with input '%s' and is not traced to it",
                          s->name, (int)k, input->schema->fields[f].name);
        }
    ca_frame_free(&after);
    return moved;
}

static int64_t check_subject(const subject *s, const cauce_model *model, const cauce_table *table) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    const ca_node *root = model->root;
    int64_t width = root->f.out->width, inputs = root->given->width, moved = 0;
    double *unit = cauce_scratch(run, width, sizeof *unit);
    double *traced = cauce_scratch(run, width * inputs, sizeof *traced);
    for (int64_t k = 0; k < width; k++) {
        double sum = 0;
        unit[k] = 1;
        ck_assert_int_eq(ca_node_trace(run, root, unit, traced + k * inputs), CAUCE_OK);
        unit[k] = 0;
        for (int64_t j = 0; j < inputs; j++) {
            ck_assert(traced[k * inputs + j] >= 0);
            sum += traced[k * inputs + j];
        }
        /* nothing is lost, but what is made of nothing: a column of ones */
        ck_assert_msg(fabs(sum - 1) < 1e-12 || sum == 0, "%s: column %d has %g", s->name, (int)k, sum);
    }
    ca_input input;
    ca_frame before;
    ck_assert_int_eq(ca_input_match(run, &model->inputs, table, &input), CAUCE_OK);
    ck_assert_int_eq(ca_model_apply_changed(run, model, &input, NULL, 0, table->n_rows, &before), CAUCE_OK);
    for (int64_t f = 0; f < inputs && !looks_aside(s->component); f++)
        if (input.column[f] >= 0) moved += move_input(run, s, model, &input, f, &before, traced);
    ca_frame_free(&before);
    ck_assert_int_eq(ca_guard_leave(&guard), CAUCE_OK);
    return moved;
}

START_TEST(what_moves_is_traced) {
    int64_t checked = 0;
    EACH_SUBJECT(s) {
        if (s.component->role != CAUCE_TRANSFORMER) continue;
        cauce_table *table = subject_table(&s, NULL);
        cauce_recipe *recipe = subject_recipe(&s);
        cauce_model *model = model_fit(recipe, table);
        if (!ca_node_is_estimator(model->root)) {
            int64_t moved = check_subject(&s, model, table);
            ck_assert_msg(moved > 0 || looks_aside(s.component) || model->root->f.out->width == 0,
                          "%s: nothing moves", s.name);
            checked++;
        }
        cauce_model_free(model);
        cauce_recipe_free(recipe);
        cauce_table_free(table);
    }
    ck_assert_int_gt(checked, 40);
}
END_TEST

/* ---- By hand ------------------------------------------------------------------------------------------- */

/* What each input of a recipe on the table a, b, c, city gets of the numbers 1, 2, 4, 8, ... of the output.
 */
static void traces(const char *recipe_text, const double expected[4]) {
    cauce_table *table = table_of("a,b,c,city\n1,2,3,x\n2,,5,y\n4,1,2,x\n3,3,3,z\n5,2,7,y\n", NULL);
    cauce_recipe *recipe = recipe_of(recipe_text);
    cauce_model *model = model_fit(recipe, table);
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    int64_t width = model->root->f.out->width;
    double *out = cauce_scratch(run, width, sizeof *out), *in = cauce_scratch(run, 4, sizeof *in);
    for (int64_t k = 0; k < width; k++) out[k] = ldexp(1, (int)k);
    ck_assert_int_eq(model->root->given->width, 4);
    ck_assert_int_eq(ca_node_trace(run, model->root, out, in), CAUCE_OK);
    for (int j = 0; j < 4; j++)
        ck_assert_msg(fabs(in[j] - expected[j]) < 1e-12, "%s: input %d has %g, expected %g", recipe_text, j,
                      in[j], expected[j]);
    ca_guard_leave(&guard);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

#define ON(columns, steps) "{\"on\": \"" columns "\", \"steps\": [" steps "]}"

START_TEST(by_hand) {
    /* three levels of one column; its order among the branches counts, not that among the inputs */
    traces("{\"branches\": [" ON("city", "\"one_hot_encoder\"") ", " ON("c, a", "\"standard_scaler\"") "]}",
           (double[]){ 16, 0, 8, 7 });
    /* two branches on the same column, and what is left of the others */
    traces("{\"use\": \"column_transformer\", \"with\": {\"remainder\": \"passthrough\"}, \"branches\": [" ON(
               "a", "\"min_max_scaler\"") ", " ON("a, b", "\"simple_imputer\"") "]}",
           (double[]){ 1 + 2, 4, 8, 16 });
    /* c was never missing: a, b, c, then the indicator of b */
    traces("{\"branches\": [" ON("a, b, c", "\"simple_imputer add_indicator=true\"") "]}",
           (double[]){ 1, 2 + 8, 4, 0 });
    /* 1, a, c, a^2, a c, c^2 */
    traces("{\"branches\": [" ON("a, c", "\"polynomial_features\"") "]}",
           (double[]){ 2 + 8 + 16. / 2, 0, 4 + 32 + 16. / 2, 0 });
    /* each axis is made of all columns, these of two in turn */
    traces("{\"branches\": [" ON("a, c", "\"polynomial_features include_bias=false interaction_only=true\", "
                                         "\"pca n_components=2\"") "]}",
           (double[]){ 1.5, 0, 1.5, 0 });
    traces("{\"branches\": [" ON("a, c", "\"spline_transformer n_knots=3 degree=1\"") "]}",
           (double[]){ 7, 0, 56, 0 });
    traces(
        "{\"use\": \"feature_union\", \"transformers\": [{\"branches\": [" ON(
            "c",
            "\"max_abs_scaler\"") "]}, {\"name\": \"more\", \"branches\": [" ON("a, c",
                                                                                "\"robust_scaler\"") "]}]}",
        (double[]){ 2, 0, 1 + 4, 0 });
    traces("{\"branches\": [" ON("a, c", "\"variance_threshold threshold=2.5\"") "]}",
           (double[]){ 0, 0, 1, 0 });
    traces("{\"branches\": [" ON("city", "\"drop\"") ", " ON("b", "\"missing_indicator\"") "]}",
           (double[]){ 0, 1, 0, 0 });
}
END_TEST

TEST_MAIN("trace", TEST(what_moves_is_traced), TEST(by_hand))
