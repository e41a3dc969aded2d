/* What is left to the first apply is done once, whoever comes first. */
#define _POSIX_C_SOURCE 200809L
#include <pthread.h>
#include <stdatomic.h>

#include "cauce/scorer.h"
#include "cauce/sys/component.h"
#include "support/check_main.h"
#include "support/tables.h"

/* ---- A regressor that counts --------------------------------------------------------------------------- */

static atomic_int calls, failures;

typedef struct nothing {
    int64_t n;
    double *mean;
} nothing;
static const cauce_param no_params[] = { CAUCE_END };
static const cauce_state state_rows[] = { CAUCE_ARRAY(nothing, mean, CAUCE_F64, n, "Mean."),
                                          CAUCE_STATE_END };

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    nothing *s = state;
    (void)params;
    s->n = 1;
    s->mean = cauce_keep(run, 1, sizeof *s->mean);
    if (!s->mean) return CAUCE_E_NOMEM;
    for (int64_t r = 0; r < train->n_rows; r++) *s->mean += train->y[r] / (double)train->n_rows;
    return CAUCE_OK;
}

typedef struct bound {
    const double *prepared;
} bound;

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    (void)self;
    binding->bound = cauce_keep(run, 1, sizeof(bound));
    return binding->bound ? CAUCE_OK : CAUCE_E_NOMEM;
}

static cauce_status ready(cauce_run *run, const cauce_fitted *self) {
    bound *b = (bound *)(uintptr_t)self->bound;
    double *copy = cauce_keep(run, 1000, sizeof *copy);
    if (!copy) return CAUCE_E_NOMEM;
    if (atomic_load(&failures) > 0) {
        atomic_fetch_sub(&failures, 1);
        return cauce_fail(run, CAUCE_E_NUMERIC, "not yet");
    }
    *copy = *((const nothing *)self->state)->mean;
    ck_assert_ptr_null(b->prepared);
    b->prepared = copy;
    atomic_fetch_add(&calls, 1);
    return CAUCE_OK;
}

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    const bound *b = self->bound;
    double *values = cauce_block_values(&out->blocks[0]);
    (void)scratch;
    if (!b->prepared) return cauce_fail(run, CAUCE_E_INTERNAL, "not ready");
    for (int64_t r = 0; r < in->n_rows; r++) values[r] = *b->prepared;
    return CAUCE_OK;
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    const nothing *s = self->state;
    return s->n == 1 ? CAUCE_OK : cauce_fail(run, CAUCE_E_FORMAT, "no mean");
}

static const cauce_component counting = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "counting_regressor",
    .summary = "Says how often it was made ready.",
    .role = CAUCE_REGRESSOR,
    .params_size = sizeof(nothing),
    .params = no_params,
    .state_size = sizeof(nothing),
    .state = state_rows,
    .state_version = 1,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .ready = ready,
};

static cauce_table *begin(void) {
    static bool known;
    if (!known) ck_assert_int_eq(cauce_register(&counting), CAUCE_OK);
    known = true;
    atomic_store(&calls, 0);
    atomic_store(&failures, 0);
    return table_of("x,y\n1,2\n2,4\n3,6\n", "y:target");
}

static void predicts(const cauce_model *model, const cauce_table *table) {
    cauce_table *out = output_of(model, table);
    ck_assert_double_eq(cauce_table_number(out, 2, 0), 4);
    cauce_table_free(out);
}

/* ---- Tests --------------------------------------------------------------------------------------------- */

START_TEST(not_by_fit_once_by_predict) {
    cauce_table *table = begin();
    cauce_model *model = model_of("{\"steps\": [\"standard_scaler\", \"counting_regressor\"]}", table);
    bytes_of bytes = saved(model);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    ck_assert_int_eq(calls, 0);
    predicts(model, table);
    predicts(model, table);
    ck_assert_int_eq(calls, 1);
    cauce_scorer *first = cauce_scorer_new(loaded), *second = cauce_scorer_new(loaded);
    ck_assert_int_eq(calls, 2);
    cauce_scorer_set_number(first, 0, 1);
    ck_assert_double_eq(*cauce_scorer_run(first), 4);
    predicts(loaded, table);
    ck_assert_int_eq(calls, 2);
    cauce_scorer_free(first);
    cauce_scorer_free(second);
    cauce_model_free(loaded);
    bytes_done(&bytes);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

START_TEST(a_failure_is_told_and_forgotten) {
    cauce_table *table = begin();
    cauce_model *model = model_of("{\"steps\": [\"standard_scaler\", \"counting_regressor\"]}", table);
    atomic_store(&failures, 2);
    ck_assert_ptr_null(try_output_of(model, table));
    failed_with(CAUCE_E_NUMERIC, "not yet");
    ck_assert_ptr_null(cauce_scorer_new(model));
    failed_with(CAUCE_E_NUMERIC, "not yet");
    predicts(model, table);
    ck_assert_int_eq(calls, 1);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

/* Composites apply what they have fitted while they fit, and the others when they are applied. */
START_TEST(below_composites) {
    cauce_table *table = begin();
    cauce_model *model = model_of("{\"use\": \"voting_regressor\", \"estimators\": "
                                  "[\"counting_regressor\", \"ridge\", \"counting_regressor\"]}",
                                  table);
    ck_assert_int_eq(calls, 0);
    cauce_table *out = output_of(model, table);
    ck_assert_int_eq(calls, 2);
    cauce_table_free(out);
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

typedef struct sharing {
    const cauce_model *model;
    const cauce_table *table;
    pthread_barrier_t *together;
} sharing;

static void *predict(void *payload) {
    const sharing *s = payload;
    pthread_barrier_wait(s->together);
    cauce_table *out = cauce_predict(s->model, s->table);
    bool fine = out && cauce_table_number(out, 0, 0) == 4;
    cauce_table_free(out);
    return fine ? payload : NULL;
}

START_TEST(threads_share_it) {
    enum { THREADS = 6, TIMES = 20 };
    cauce_table *table = begin();
    for (int time = 0; time < TIMES; time++) {
        pthread_t thread[THREADS];
        pthread_barrier_t together;
        cauce_model *model = model_of("counting_regressor", table);
        sharing s = { model, table, &together };
        atomic_store(&calls, 0);
        pthread_barrier_init(&together, NULL, THREADS);
        for (int i = 0; i < THREADS; i++) pthread_create(&thread[i], NULL, predict, &s);
        for (int i = 0; i < THREADS; i++) {
            void *fine;
            pthread_join(thread[i], &fine);
            ck_assert_ptr_nonnull(fine);
        }
        ck_assert_int_eq(calls, 1);
        pthread_barrier_destroy(&together);
        cauce_model_free(model);
    }
    cauce_table_free(table);
}
END_TEST

TEST_MAIN("ready", TEST(not_by_fit_once_by_predict), TEST(a_failure_is_told_and_forgotten),
          TEST(below_composites), TEST(threads_share_it))
