/* Reads a CSV of numbers (no quotes, no missing cells) into columns; the last column is the target. */
#ifndef TESTS_SUPPORT_NUMERIC_CSV_H
#define TESTS_SUPPORT_NUMERIC_CSV_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct numeric_csv {
    int64_t n, p;
    double *x; /* column by column */
    double *y; /* texts: their rank of first appearance */
} numeric_csv;

static inline numeric_csv numeric_csv_read(const char *path) {
    enum { ROWS = 70000, LINE = 65536 };
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s", path);
    char *line = malloc(LINE);
    numeric_csv csv = { 0 };
    ck_assert(fgets(line, LINE, file) != NULL);
    for (const char *c = line; *c; c++) csv.p += *c == ',';
    double *rows = malloc(ROWS * (size_t)(csv.p + 1) * sizeof *rows);
    char names[16][64];
    int n_names = 0;
    while (fgets(line, LINE, file)) {
        char *at = line;
        for (int64_t j = 0; j <= csv.p; j++) {
            char *end;
            double value = strtod(at, &end);
            if (end == at) {
                size_t length = strcspn(at, ",\r\n");
                char name[64] = { 0 };
                memcpy(name, at, length);
                int i = 0;
                while (i < n_names && strcmp(names[i], name) != 0) i++;
                if (i == n_names) memcpy(names[n_names++], name, sizeof name);
                value = i;
                end = at + length;
            }
            rows[csv.n * (csv.p + 1) + j] = value;
            at = end + 1;
        }
        csv.n++;
    }
    fclose(file);
    free(line);
    csv.x = malloc((size_t)(csv.n * csv.p) * sizeof *csv.x);
    csv.y = malloc((size_t)csv.n * sizeof *csv.y);
    for (int64_t r = 0; r < csv.n; r++) {
        for (int64_t j = 0; j < csv.p; j++) csv.x[j * csv.n + r] = rows[r * (csv.p + 1) + j];
        csv.y[r] = rows[r * (csv.p + 1) + csv.p];
    }
    free(rows);
    return csv;
}

static inline void numeric_csv_free(numeric_csv *csv) {
    free(csv->x);
    free(csv->y);
}

#endif
