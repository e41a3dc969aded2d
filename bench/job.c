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

/* Opens a .npy file in C order of cells of `dtype` at its first cell; NULL when there is no such file. */
static FILE *open_npy(const char *path, const char *dtype, int64_t *rows, int64_t *columns) {
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
    free(header);
    return file;
}

static void read_cells(FILE *file, const char *path, size_t size, int64_t count, void *cells) {
    if (fread(cells, size, (size_t)count, file) != (size_t)count) die("%s: cut off", path);
}

static void make_cells(struct matrix *x, bool wide) {
    const size_t count = (size_t)(x->rows * x->columns);
    if (wide)
        x->f64 = need_memory(count, sizeof *x->f64);
    else
        x->f32 = need_memory(count, sizeof *x->f32);
}

/* The floats of a file, for `wide` as doubles: they never lie in memory a second time. */
static bool read_floats(const char *path, bool wide, struct matrix *x) {
    enum { CELLS = 1 << 14 };
    static float some[CELLS];
    FILE *file = open_npy(path, "<f4", &x->rows, &x->columns);
    if (!file) return false;
    make_cells(x, wide);
    const int64_t count = x->rows * x->columns;
    if (!wide) read_cells(file, path, sizeof *x->f32, count, x->f32);
    for (int64_t i = 0; wide && i < count; i += CELLS) {
        const int64_t here = count - i < CELLS ? count - i : CELLS;
        read_cells(file, path, sizeof *some, here, some);
        for (int64_t k = 0; k < here; k++) x->f64[i + k] = (double)some[k];
    }
    fclose(file);
    return true;
}

static void data_path(const struct job *job, const char *suffix, char path[PATH_SIZE]) {
    if (snprintf(path, PATH_SIZE, "%s/%s%s", job->data_dir, job->data, suffix) >= PATH_SIZE)
        die("path too long");
}

/* Reads DATA_train.csv or DATA_test.csv: all columns but the last into a matrix, the last into *target. */
static struct matrix read_numeric_csv(const struct job *job, const char *suffix, bool wide, double **target) {
    char path[PATH_SIZE];
    data_path(job, suffix, path);
    cauce_table *table = cauce_read_csv(path, NULL);
    must_be_fine();
    struct matrix x = { .rows = cauce_table_rows(table), .columns = cauce_table_columns(table) - 1 };
    make_cells(&x, wide);
    *target = need_memory((size_t)x.rows, sizeof **target);
    for (int64_t i = 0; i < x.rows; i++) {
        for (int64_t j = 0; j < x.columns; j++) {
            const float cell = (float)cauce_table_number(table, i, j);
            if (wide)
                x.f64[i * x.columns + j] = (double)cell;
            else
                x.f32[i * x.columns + j] = cell;
        }
        (*target)[i] = cauce_table_number(table, i, x.columns);
    }
    cauce_table_free(table);
    return x;
}

struct matrix read_matrix(const struct job *job, const char *part, bool wide, double **target) {
    char path[PATH_SIZE], name[16];
    snprintf(name, sizeof name, "_X%s.npy", part);
    data_path(job, name, path);
    struct matrix x = { 0 };
    if (!read_floats(path, wide, &x)) {
        double *y;
        x = read_numeric_csv(job, strcmp(part, "tr") == 0 ? "_train.csv" : "_test.csv", wide, &y);
        if (target)
            *target = y;
        else
            free(y);
    } else if (target) {
        int64_t rows, columns;
        snprintf(name, sizeof name, "_y%s.npy", part);
        data_path(job, name, path);
        FILE *file = open_npy(path, "<f8", &rows, &columns);
        if (!file || rows != x.rows) die("%s: no target for %lld rows", path, (long long)x.rows);
        *target = need_memory((size_t)rows, sizeof **target);
        read_cells(file, path, sizeof **target, rows, *target);
        fclose(file);
    }
    return x;
}

void free_matrix(struct matrix *x) {
    free(x->f32);
    free(x->f64);
    *x = (struct matrix){ 0 };
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
        static char labels[MAX_CLASSES][4];
        size_t rows = (size_t)cauce_table_rows(table);
        const char **texts = need_memory(rows, sizeof *texts);
        for (int k = 0; k < MAX_CLASSES; k++) snprintf(labels[k], sizeof labels[k], "%d", k);
        for (size_t i = 0; i < rows; i++) {
            const double k = rint(y[i]);
            if (!(k >= 0 && k < MAX_CLASSES)) die("class %g: from 0 to %d", y[i], MAX_CLASSES - 1);
            texts[i] = labels[(int)k];
        }
        cauce_table_add_text(table, "y", texts);
        free(texts);
    } else {
        cauce_table_add_f64(table, "y", y, 1);
    }
    cauce_table_set_role(table, "y", CAUCE_TARGET);
    must_be_fine();
}
