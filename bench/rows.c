/* One raw row at a time: texts looked up, numbers imputed and scaled, categories encoded, and a logistic
 * regression behind it; what a service does for each request. */
#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "job.h"

enum { ROWS = 1000000 };

static atomic_llong requests;

static void *counted_realloc(void *p, size_t size, void *payload) {
    (void)payload;
    atomic_fetch_add_explicit(&requests, 1, memory_order_relaxed);
    return realloc(p, size);
}

static void plain_free(void *p, void *payload) {
    (void)payload;
    free(p);
}

void count_allocations(void) {
    cauce_set_allocator(&(cauce_allocator){ counted_realloc, plain_free, NULL });
}

/* The cells of the table as they would come in, row after row: a text for each category, a number otherwise.
 */
struct cells {
    int64_t inputs, rows, shifted; /* the first input that is a number */
    const char **text;
    double *number;
    bool *is_text;
};

static struct cells read_cells(const cauce_model *model, const cauce_table *table) {
    struct cells c = { .inputs = cauce_model_inputs(model), .rows = cauce_table_rows(table), .shifted = -1 };
    c.text = need_memory((size_t)(c.inputs * c.rows), sizeof *c.text);
    c.number = need_memory((size_t)(c.inputs * c.rows), sizeof *c.number);
    c.is_text = need_memory((size_t)c.inputs, sizeof *c.is_text);
    for (int64_t i = 0; i < c.inputs; i++) {
        int64_t j = cauce_table_find(table, cauce_model_input_name(model, i));
        c.is_text[i] = cauce_table_kind(table, j) != CAUCE_NUMBER;
        if (!c.is_text[i] && c.shifted < 0) c.shifted = i;
        for (int64_t r = 0; r < c.rows; r++) {
            if (c.is_text[i])
                c.text[r * c.inputs + i] = cauce_table_text(table, r, j);
            else
                c.number[r * c.inputs + i] = cauce_table_number(table, r, j);
        }
    }
    return c;
}

/* Row k mod rows, its first number moved by a fraction of its own, which makes every k a row of its own. */
static const double *score(cauce_scorer *scorer, const struct cells *c, int64_t k) {
    int64_t at = k % c->rows * c->inputs;
    double shift = (double)k / (2.0 * ROWS);
    for (int64_t i = 0; i < c->inputs; i++) {
        if (c->is_text[i])
            cauce_scorer_set_text(scorer, i, c->text[at + i]);
        else
            cauce_scorer_set_number(scorer, i, c->number[at + i] + (i == c->shifted ? shift : 0));
    }
    return cauce_scorer_run(scorer);
}

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void run_rows(struct job *job, const cauce_model *model, const cauce_table *table) {
    struct cells c = read_cells(model, table);
    double *took = need_memory(ROWS, sizeof *took), sum = 0;
    cauce_scorer *scorer = cauce_scorer_new(model);
    must_be_fine();
    long long before = atomic_load(&requests);
    for (int64_t k = 0; k < ROWS; k++) {
        double start = seconds();
        const double *value = score(scorer, &c, k);
        took[k] = seconds() - start;
        sum += value ? value[0] : (double)NAN;
    }
    report_count(job, "allocations", atomic_load(&requests) - before);
    must_be_fine();
    qsort(took, ROWS, sizeof *took, compare_doubles);
    report_number(job, "single_p50_us", 1e6 * took[ROWS / 2]);
    report_number(job, "single_p99_us", 1e6 * took[ROWS / 100 * 99]);
    report_number(job, "single_sum", sum);
    cauce_scorer_free(scorer);
    free(took);
    free(c.is_text);
    free(c.number);
    free(c.text);
}
