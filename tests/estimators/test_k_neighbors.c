#include "support/check_main.h"

#include "reference/neighbours.h"
#include "support/component_harness.h"

extern const cauce_component cauce_k_neighbors_classifier, cauce_k_neighbors_regressor;

static const cauce_component *const both[] = { &cauce_k_neighbors_classifier, &cauce_k_neighbors_regressor };

/* The reference rows, or the first n of them. */
static void begin(harness *h, const cauce_component *component, const char *params, int64_t n) {
    harness_begin(h, component, params, ref_x, n, REF_WIDTH);
    h->blocks[0].stride = REF_TRAIN;
    if (component->role == CAUCE_CLASSIFIER) {
        h->train.y_class = ref_label;
        h->train.n_classes = REF_CLASSES;
    } else
        h->train.y = ref_y;
}

static int64_t width_of(const harness *h) {
    return h->component->role == CAUCE_CLASSIFIER ? REF_CLASSES : 1;
}

static void predict(harness *h, int64_t step, double *out) {
    cauce_block block = { .values = ref_test, .stride = REF_TEST };
    harness_apply(h, &block, REF_TEST, width_of(h), step, out);
}

START_TEST(golden) {
    for (size_t c = 0; c < sizeof ref_cases / sizeof *ref_cases; c++)
        for (int k = 0; k < 2; k++) {
            harness h;
            double out[REF_TEST * REF_CLASSES], again[REF_TEST * REF_CLASSES];
            const double *expected = k == 0 ? ref_cases[c].proba : ref_cases[c].prediction;
            begin(&h, both[k], ref_cases[c].params, REF_TRAIN);
            harness_fit(&h);
            predict(&h, REF_TEST, out);
            for (int64_t i = 0; i < REF_TEST * width_of(&h); i++) ck_near(out[i], expected[i], 1e-12);
            for (int64_t step = 1; step < 8; step += 2) {
                predict(&h, step, again);
                ck_assert(memcmp(out, again, (size_t)(REF_TEST * width_of(&h)) * sizeof *out) == 0);
            }
            ck_assert_int_eq(both[k]->verify(&h.run, &h.fitted), CAUCE_OK);
            harness_end(&h);
        }
}
END_TEST

/* Weight k is the row given k times; rows of weight 1/2 count half. */
START_TEST(weights) {
    static const char *const params[] = { "n_neighbors=5", "n_neighbors=7 weights=distance",
                                          "n_neighbors=1" };
    double weight[REF_TRAIN], x[3 * REF_TRAIN * REF_WIDTH], y[3 * REF_TRAIN];
    int32_t label[3 * REF_TRAIN];
    int64_t n = 0;
    for (int r = 0; r < REF_TRAIN; r++) {
        weight[r] = 1 + 5 * r % 3;
        for (int i = 0; i < (int)weight[r]; i++, n++) {
            for (int j = 0; j < REF_WIDTH; j++) x[n * REF_WIDTH + j] = ref_x[r + j * REF_TRAIN];
            y[n] = ref_y[r];
            label[n] = ref_label[r];
        }
    }
    double *columns = malloc((size_t)(n * REF_WIDTH) * sizeof *columns);
    for (int64_t r = 0; r < n; r++)
        for (int j = 0; j < REF_WIDTH; j++) columns[r + j * n] = x[r * REF_WIDTH + j];
    for (int p = 0; p < 3; p++)
        for (int k = 0; k < 2; k++) {
            harness a, b;
            double one[REF_TEST * REF_CLASSES], two[REF_TEST * REF_CLASSES];
            begin(&a, both[k], params[p], REF_TRAIN);
            a.train.weight = weight;
            begin(&b, both[k], params[p], n);
            b.blocks[0] = (cauce_block){ .values = columns, .stride = n };
            if (k == 0)
                b.train.y_class = label;
            else
                b.train.y = y;
            harness_fit(&a);
            harness_fit(&b);
            predict(&a, REF_TEST, one);
            predict(&b, REF_TEST, two);
            for (int64_t i = 0; i < REF_TEST * width_of(&a); i++) ck_near(one[i], two[i], 1e-14);
            harness_end(&a);
            harness_end(&b);
        }
    free(columns);
}
END_TEST

START_TEST(fractions_of_rows) {
    static const double x[] = { 0, 1, 2 }, y[] = { 10, 20, 40 }, weight[] = { 0.5, 0.25, 3 }, at[] = { -1 };
    harness h;
    double out;
    harness_begin(&h, &cauce_k_neighbors_regressor, "n_neighbors=1", x, 3, 1);
    h.train.y = y;
    h.train.weight = weight;
    harness_fit(&h);
    cauce_block block = { .values = at, .stride = 1 };
    harness_apply(&h, &block, 1, 1, 1, &out);
    ck_near(out, 0.5 * 10 + 0.25 * 20 + 0.25 * 40, 1e-15);
    harness_end(&h);
}
END_TEST

/* Of rows at the same distance those that come first. */
START_TEST(ties) {
    static const double x[] = { 1, -1, 1, -1, 3 }, y[] = { 1, 2, 4, 8, 16 }, at[] = { 0 };
    static const double expected[] = { 1, 1.5, 7.0 / 3, 15.0 / 4, 31.0 / 5 };
    for (int k = 1; k <= 5; k++) {
        char params[64];
        harness h;
        double out;
        snprintf(params, sizeof params, "n_neighbors=%d", k);
        harness_begin(&h, &cauce_k_neighbors_regressor, params, x, 5, 1);
        h.train.y = y;
        harness_fit(&h);
        cauce_block block = { .values = at, .stride = 1 };
        harness_apply(&h, &block, 1, 1, 1, &out);
        ck_near(out, expected[k - 1], 1e-15);
        harness_end(&h);
    }
}
END_TEST

START_TEST(too_few_rows) {
    const double weight[] = { 1, 1, 0.5, 1, 1 };
    for (int weighted = 0; weighted < 2; weighted++)
        for (int k = 0; k < 2; k++) {
            harness h;
            begin(&h, both[k], weighted ? "n_neighbors=5" : "n_neighbors=6", 5);
            if (weighted) h.train.weight = weight;
            ck_assert_int_eq(harness_try(&h), CAUCE_E_PARAM);
            ck_assert_msg(strstr(h.run.error.message, weighted
                                                          ? "n_neighbors=5 is more than the 5 rows to learn "
                                                            "from weigh together"
                                                          : "n_neighbors=6 is more than the 5 rows") != NULL,
                          "%s", h.run.error.message);
            harness_end(&h);
        }
}
END_TEST

/* ---- Hostile states ------------------------------------------------------------------------------------ */

/* The layout of the state, as its rows tell it. */
struct state {
    int64_t n_rows, n_columns, n_labels, n_targets, n_weights;
    double *rows, *target, *weight;
    int32_t *label;
};

static void refused(harness *h) {
    ck_assert_int_eq(h->component->verify(&h->run, &h->fitted), CAUCE_E_FORMAT);
    ca_run_forgive(&h->run);
}

static void refuses_number(harness *h, double *at, bool positive) {
    static const double bad[] = { NAN, INFINITY, -INFINITY, 0, -1 };
    double good = *at;
    for (int i = 0; i < (positive ? 5 : 3); i++) {
        *at = bad[i];
        refused(h);
    }
    *at = good;
}

static void refuses_length(harness *h, int64_t *n) {
    ++*n;
    refused(h);
    --*n;
}

START_TEST(hostile_states) {
    double weight[REF_TRAIN];
    for (int r = 0; r < REF_TRAIN; r++) weight[r] = 1;
    for (int k = 0; k < 2; k++) {
        harness h;
        begin(&h, both[k], "n_neighbors=5", REF_TRAIN);
        h.train.weight = weight;
        harness_fit(&h);
        struct state *s = h.state;
        ck_assert_uint_eq(sizeof *s, both[k]->state_size);
        refuses_number(&h, &s->rows[7], false);
        refuses_number(&h, &s->weight[3], true);
        refuses_length(&h, &s->n_columns);
        refuses_length(&h, k == 0 ? &s->n_labels : &s->n_targets);
        s->n_weights = 1;
        refused(&h);
        s->n_weights = REF_TRAIN;
        if (k == 1) refuses_number(&h, &s->target[2], false);
        for (int i = 0; k == 0 && i < 2; i++) {
            int32_t good = s->label[4];
            s->label[4] = i ? -1 : REF_CLASSES;
            refused(&h);
            s->label[4] = good;
        }
        struct state whole = *s;
        *s = (struct state){ .n_columns = REF_WIDTH };
        refused(&h);
        *s = whole;
        ck_assert_int_eq(both[k]->verify(&h.run, &h.fitted), CAUCE_OK);
        harness_end(&h);
    }
}
END_TEST

TEST_MAIN("k_neighbors", TEST(golden), TEST(weights), TEST(fractions_of_rows), TEST(ties), TEST(too_few_rows),
          TEST(hostile_states))
