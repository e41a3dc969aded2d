/* What every task of the adapter needs: the job, the result, the data as matrices and as tables. A failure
 * ends the program: a benchmark has nothing to recover. */
#ifndef CAUCE_BENCH_JOB_H
#define CAUCE_BENCH_JOB_H

#include <stddef.h>
#include <stdint.h>

#include <jansson.h>

#include "cauce/cauce.h"

enum { PATH_SIZE = 4096, MAX_CLASSES = 256 };

struct job {
    json_t *root, *params, *result;
    const char *task, *kind, *data, *data_dir;
    long long threads, seed;
};

/* A matrix of the job: `columns` numbers a row, row after row; floats when `f32` is not NULL. */
struct matrix {
    int64_t rows, columns;
    float *f32;
    double *f64;
};

/* Prints a line on standard error and ends the program. */
__attribute__((format(printf, 1, 2))) _Noreturn void die(const char *format, ...);
/* Ends the program when a call of the library has failed. */
void must_be_fine(void);
void *need_memory(size_t count, size_t size);
double seconds(void);

struct job read_job(const char *path);
bool is_classifier(const struct job *job);
const char *text_of(const json_t *object, const char *key, const char *otherwise);
double number_of(const json_t *object, const char *key, double otherwise);
void report_number(struct job *job, const char *key, double value);
void report_count(struct job *job, const char *key, int64_t value);
void report_text(struct job *job, const char *key, const char *value);

/* The features of part "tr" or "te", and its target unless `target` is NULL. wide: the linear models of the
 * peers get doubles, so does ours, before the clock starts. */
struct matrix read_matrix(const struct job *job, const char *part, bool wide, double **target);
void free_matrix(struct matrix *x);
/* The matrix as a table that borrows it: columns x0, x1, ... */
cauce_table *table_of(const struct matrix *x);
/* Adds the target as "y": numbers (borrowed), or for a classifier the labels "0", "1", ... */
void add_target(cauce_table *table, const struct job *job, const double *y);

/* rows.c: a million raw rows through a scorer, one by one, timed; allocations are counted when
 * count_allocations was called before anything else of the library. */
void count_allocations(void);
void run_rows(struct job *job, const cauce_model *model, const cauce_table *table);

#endif
