/* A table with columns of all kinds, and trees that are to be the same. */
#ifndef TESTS_ESTIMATORS_TREE_SUPPORT_H
#define TESTS_ESTIMATORS_TREE_SUPPORT_H

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_main.h"
#include "support/noise.h"
#include "estimators/problem.h"
#include "estimators/same_trees.h"
#include "base/alloc.h"
#include "tree/tree.h"

enum { ROWS = 70000, WORDS = 12, NUMBERS = 6, LEVELS = 5, CLASSES = 4 };

/* Long codes, short ones, bytes, missing numbers, two values, and two one-hot blocks. */
typedef struct table {
    struct problem problem;
    double x[WORDS + NUMBERS][ROWS], y[ROWS], weight[ROWS], heavy[ROWS];
    int32_t levels[2][ROWS], two[ROWS], many[ROWS];
    uint32_t rows[ROWS];
    int64_t n;
} table;

static inline table *table_new(void) {
    static const uint32_t distinct[NUMBERS] = { 60000, 3000, 300, 90, 7, 2 };
    table *t = calloc(1, sizeof *t);
    for (int64_t r = 0; r < ROWS; r++) {
        for (int j = 0; j < WORDS; j++) t->x[j][r] = noise(1u << 30);
        for (int j = 0; j < NUMBERS; j++) t->x[WORDS + j][r] = noise(distinct[j]);
        if (noise(9) == 0) t->x[WORDS + 1][r] = t->x[WORDS + 3][r] = (double)NAN;
        for (int b = 0; b < 2; b++) t->levels[b][r] = (int32_t)noise(LEVELS + 1) - 1;
        double signal = t->x[0][r] / (1 << 28) + (isnan(t->x[WORDS + 1][r]) ? 2 : 0) + t->levels[1][r];
        t->y[r] = signal + noise(1000) / 500.0;
        t->two[r] = t->y[r] > 5;
        t->many[r] = noise(8) == 0 ? (int32_t)noise(CLASSES) : t->y[r] > 4;
        t->weight[r] = noise(3);
        t->heavy[r] = t->weight[r] * 0.37;
        if (t->weight[r] > 0) t->rows[t->n++] = (uint32_t)r;
    }
    problem_begin(&t->problem, ROWS);
    for (int j = 0; j < WORDS + NUMBERS; j++) {
        if (j == 3) add_onehot(&t->problem, t->levels[0], LEVELS);
        add_dense(&t->problem, t->x[j], 1, ROWS);
    }
    add_onehot(&t->problem, t->levels[1], LEVELS);
    t->problem.train.y = t->y;
    return t;
}

static inline void table_free(table *t) {
    problem_end(&t->problem);
    free(t);
}

#endif
