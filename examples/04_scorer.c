/* One row at a time: 100,000 distinct raw rows through a whole pipeline, without a single allocation. Run
 * from the project's root.
 *
 * A scorer has every piece of memory laid out when it is made. It takes raw texts and numbers as they come
 * from a form or a message, and gives the same bits as cauce_predict_proba.
 *
 *   cc 04_scorer.c -lcauce
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <cauce/cauce.h>

enum { ROWS = 100000 };

/* Counts what the library asks for; fitting may ask from several threads. */
static atomic_llong requests;

static void *counted_realloc(void *p, size_t size, void *payload) {
    (void)payload;
    atomic_fetch_add(&requests, 1);
    return realloc(p, size);
}

static void plain_free(void *p, void *payload) {
    (void)payload;
    free(p);
}

/* Where the inputs of the model stand in the table. */
typedef struct inputs {
    int64_t n, *column;
    int64_t amount, positive;
} inputs;

static double microseconds(void) {
    struct timespec t;
    timespec_get(&t, TIME_UTC);
    return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Sets a row of the table as it would come in, its Amount moved by `shift`, and returns the probability that
 * the model gives the positive class. */
static double score_row(cauce_scorer *scorer, const cauce_table *table, const inputs *in, int64_t row,
                        double shift) {
    for (int64_t i = 0; i < in->n; i++) {
        int64_t j = in->column[i];
        if (cauce_table_kind(table, j) == CAUCE_NUMBER)
            cauce_scorer_set_number(scorer, i,
                                    cauce_table_number(table, row, j) + (i == in->amount ? shift : 0));
        else
            cauce_scorer_set_text(scorer, i, cauce_table_text(table, row, j));
    }
    const double *proba = cauce_scorer_run(scorer);
    return proba ? proba[in->positive] : -1;
}

int main(void) {
    cauce_set_allocator(&(cauce_allocator){ counted_realloc, plain_free, NULL }); /* before any other call */
    cauce_table *credit = cauce_read_csv("data/credit.csv", "target=Status positive=bad");
    cauce_recipe *recipe = cauce_auto_recipe(credit, "logistic_regression");
    cauce_model *model = cauce_fit(recipe, credit);
    cauce_table *batch = cauce_predict_proba(model, credit);
    cauce_scorer *scorer = cauce_scorer_new(model);
    if (cauce_failed() != CAUCE_OK) return cauce_report(stderr);

    inputs in = { cauce_model_inputs(model), NULL, -1, cauce_model_positive(model) };
    in.column = calloc((size_t)in.n, sizeof *in.column);
    double *took = calloc(ROWS, sizeof *took);
    if (!in.column || !took) return 1;
    for (int64_t i = 0; i < in.n; i++) {
        in.column[i] = cauce_table_find(credit, cauce_model_input_name(model, i));
        if (in.column[i] == cauce_table_find(credit, "Amount")) in.amount = i;
    }

    int64_t n = cauce_table_rows(credit), different = 0;
    for (int64_t row = 0; row < n; row++) {
        double score = score_row(scorer, credit, &in, row, 0);
        different += score != cauce_table_number(batch, row, in.positive);
    }

    /* Amounts are whole numbers, so that rows whose fractions differ are different rows. */
    long long before = atomic_load(&requests);
    double sum = 0;
    for (int64_t k = 0; k < ROWS; k++) {
        double start = microseconds();
        sum += score_row(scorer, credit, &in, k % n, (double)k / (2.0 * ROWS));
        took[k] = microseconds() - start;
    }
    long long asked = atomic_load(&requests) - before;

    qsort(took, ROWS, sizeof *took, ascending);
    printf("%d rows of %lld inputs: p50 %.2f us, p99 %.2f us\n", ROWS, (long long)in.n, took[ROWS / 2],
           took[ROWS / 100 * 99]);
    printf("allocations while scoring: %lld\n", asked);
    printf("mean probability of '%s': %.4f\n", cauce_model_class(model, in.positive), sum / ROWS);
    printf("scores that differ from cauce_predict_proba: %lld of %lld\n", (long long)different, (long long)n);

    free(took);
    free(in.column);
    cauce_scorer_free(scorer);
    cauce_table_free(batch);
    cauce_model_free(model);
    cauce_recipe_free(recipe);
    cauce_table_free(credit);
    int failed = cauce_report(stderr);
    return failed ? failed : asked != 0 || different != 0;
}
