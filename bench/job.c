#define _POSIX_C_SOURCE 200809L
#include "job.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

_Noreturn void die(const char *format, ...) {
    va_list list;
    va_start(list, format);
    fputs("adapter: ", stderr);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    exit(1);
}

void must_be_fine(void) {
    int code = cauce_report(stderr);
    if (code) exit(code);
}

void *need_memory(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) die("out of memory");
    return memory;
}

double seconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

/* ---- The job ----------------------------------------------------------------------------------------- */

const char *text_of(const json_t *object, const char *key, const char *otherwise) {
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) ? json_string_value(value) : otherwise;
}

double number_of(const json_t *object, const char *key, double otherwise) {
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : otherwise;
}

void report_number(struct job *job, const char *key, double value) {
    json_object_set_new(job->result, key, isfinite(value) ? json_real(value) : json_null());
}

void report_count(struct job *job, const char *key, int64_t value) {
    json_object_set_new(job->result, key, json_integer(value));
}

void report_text(struct job *job, const char *key, const char *value) {
    json_object_set_new(job->result, key, json_string(value));
}

struct job read_job(const char *path) {
    json_error_t error;
    struct job job = { .root = json_load_file(path, 0, &error) };
    if (!job.root) die("%s: %s", path, error.text);
    job.params = json_object_get(job.root, "params");
    job.result = json_object();
    job.task = text_of(job.root, "task", "");
    job.kind = text_of(job.root, "kind", "");
    job.data = text_of(job.root, "data", "");
    job.data_dir = text_of(job.root, "data_dir", ".");
    job.threads = (long long)number_of(job.root, "threads", 0);
    job.seed = (long long)number_of(job.root, "seed", 1);
    return job;
}

bool is_classifier(const struct job *job) {
    return strcmp(job->kind, "clf") == 0;
}

/* ---- Data -------------------------------------------------------------------------------------------- */

/* Reads the body of a .npy file in C order with cells of `size` bytes; NULL when there is no such file. */
static void *read_npy(const char *path, const char *dtype, size_t size, int64_t *rows, int64_t *columns) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    unsigned char head[12];
    if (fread(head, 1, 10, file) != 10 || memcmp(head, "\x93NUMPY", 6) != 0) die("%s: not a .npy file", path);
    size_t length = (size_t)head[8] | (size_t)head[9] << 8;
    if (head[6] > 1) {
        if (fread(head + 10, 1, 2, file) != 2) die("%s: cut off", path);
        length |= (size_t)head[10] << 16 | (size_t)head[11] << 24;
    }
    char *header = need_memory(length + 1, 1);
    if (fread(header, 1, length, file) != length) die("%s: cut off", path);
    const char *shape = strstr(header, "'shape': (");
    if (!shape || !strstr(header, dtype) || !strstr(header, "'fortran_order': False")) {
        die("%s: not %s in C order", path, dtype);
    }
    char *end;
    *rows = strtoll(shape + strlen("'shape': ("), &end, 10);
    *columns = *end == ',' && end[1] != ')' ? strtoll(end + 1, NULL, 10) : 1;
    size_t count = (size_t)*rows * (size_t)*columns;
    void *body = need_memory(count, size);
    if (fread(body, size, count, file) != count) die("%s: cut off", path);
    fclose(file);
    free(header);
    return body;
}

static void data_path(const struct job *job, const char *suffix, char path[PATH_SIZE]) {
    if (snprintf(path, PATH_SIZE, "%s/%s%s", job->data_dir, job->data, suffix) >= PATH_SIZE)
        die("path too long");
}

/* Reads DATA_train.csv or DATA_test.csv: all columns but the last into a matrix, the last into *target. */
static struct matrix read_numeric_csv(const struct job *job, const char *suffix, double **target) {
    char path[PATH_SIZE];
    data_path(job, suffix, path);
    cauce_table *table = cauce_read_csv(path, NULL);
    must_be_fine();
    struct matrix x = { .rows = cauce_table_rows(table), .columns = cauce_table_columns(table) - 1 };
    x.f32 = need_memory((size_t)(x.rows * x.columns), sizeof *x.f32);
    *target = need_memory((size_t)x.rows, sizeof **target);
    for (int64_t i = 0; i < x.rows; i++) {
        for (int64_t j = 0; j < x.columns; j++) {
            x.f32[i * x.columns + j] = (float)cauce_table_number(table, i, j);
        }
        (*target)[i] = cauce_table_number(table, i, x.columns);
    }
    cauce_table_free(table);
    return x;
}

struct matrix read_matrix(const struct job *job, const char *part, double **target) {
    char path[PATH_SIZE], name[16];
    snprintf(name, sizeof name, "_X%s.npy", part);
    data_path(job, name, path);
    struct matrix x = { 0 };
    x.f32 = read_npy(path, "<f4", sizeof(float), &x.rows, &x.columns);
    if (!x.f32) {
        double *y;
        x = read_numeric_csv(job, strcmp(part, "tr") == 0 ? "_train.csv" : "_test.csv", &y);
        if (target)
            *target = y;
        else
            free(y);
    } else if (target) {
        int64_t rows, columns;
        snprintf(name, sizeof name, "_y%s.npy", part);
        data_path(job, name, path);
        *target = read_npy(path, "<f8", sizeof(double), &rows, &columns);
        if (!*target || rows != x.rows) die("%s: no target for %lld rows", path, (long long)x.rows);
    }
    return x;
}

void widen(struct matrix *x) {
    size_t count = (size_t)(x->rows * x->columns);
    x->f64 = need_memory(count, sizeof *x->f64);
    for (size_t i = 0; i < count; i++) x->f64[i] = (double)x->f32[i];
    free(x->f32);
    x->f32 = NULL;
}

void free_matrix(struct matrix *x) {
    free(x->f32);
    free(x->f64);
}

cauce_table *table_of(const struct matrix *x) {
    cauce_table *table = cauce_table_new(x->rows);
    for (int64_t j = 0; j < x->columns; j++) {
        char name[32];
        snprintf(name, sizeof name, "x%lld", (long long)j);
        if (x->f32)
            cauce_table_add_f32(table, name, x->f32 + j, (ptrdiff_t)x->columns);
        else
            cauce_table_add_f64(table, name, x->f64 + j, (ptrdiff_t)x->columns);
    }
    must_be_fine();
    return table;
}

void add_target(cauce_table *table, const struct job *job, const double *y) {
    if (is_classifier(job)) {
        enum { LABEL_SIZE = 24 };
        size_t rows = (size_t)cauce_table_rows(table);
        char *labels = need_memory(rows, LABEL_SIZE);
        const char **texts = need_memory(rows, sizeof *texts);
        for (size_t i = 0; i < rows; i++) {
            snprintf(labels + i * LABEL_SIZE, LABEL_SIZE, "%.0f", y[i]);
            texts[i] = labels + i * LABEL_SIZE;
        }
        cauce_table_add_text(table, "y", texts);
        free(texts);
        free(labels);
    } else {
        cauce_table_add_f64(table, "y", y, 1);
    }
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    must_be_fine();
}
