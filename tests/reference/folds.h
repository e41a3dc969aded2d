/* Expected values by scikit-learn 1.2.1; made by tools/dev/reference/metrics.py folds. */
#include <math.h>
#include <stddef.h>
#include <stdint.h>

typedef struct reference_folds {
    int n, k, n_classes;
    const int32_t *y, *k_fold, *stratified;
} reference_folds;
static const int32_t fold_y_0[] = { 1, 0, 1, 1, 0, 0, 1, 1, 1, 1 };
static const int32_t k_fold_0[] = { 0, 0, 0, 0, 1, 1, 1, 2, 2, 2 };
static const int32_t stratified_0[] = { 0, 0, 0, 0, 1, 2, 1, 1, 2, 2 };
static const int32_t fold_y_1[] = { 2, 0, 2, 0, 0, 1, 1, 0, 2, 2, 2 };
static const int32_t k_fold_1[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1 };
static const int32_t stratified_1[] = { 0, 0, 0, 0, 1, 0, 1, 1, 0, 1, 1 };
static const int32_t fold_y_2[] = { 4, 2, 1, 1, 2, 1, 1, 1, 2, 0, 2, 0, 0, 4, 4, 1, 3, 3, 4, 4, 4, 4, 4 };
static const int32_t k_fold_2[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3 };
static const int32_t stratified_2[] = { 0, 0, 0, 0, 1, 1, 1, 2, 2, 0, 3, 2, 3, 0, 1, 3, 1, 2, 1, 2, 2, 3, 3 };
static const int32_t fold_y_3[] = { 0, 1, 1, 1, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1,
                                    1, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
static const int32_t k_fold_3[] = { 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3,
                                    3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 6, 6, 6, 6 };
static const int32_t stratified_3[] = { 0, 0, 0, 0, 1, 2, 0, 3, 4, 1, 1, 1, 5, 1, 2,
                                        2, 2, 6, 3, 3, 3, 4, 4, 4, 5, 5, 5, 6, 6, 6 };
static const int32_t fold_y_4[] = { 2, 3, 0, 1, 2, 1, 3, 0, 1, 2, 3, 0, 3, 0, 0, 0, 1, 2, 3,
                                    2, 2, 0, 3, 3, 2, 3, 0, 0, 0, 2, 0, 2, 1, 2, 3, 1, 1, 2,
                                    0, 1, 2, 0, 3, 1, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3 };
static const int32_t k_fold_4[] = { 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 3,
                                    3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 6, 6,
                                    6, 6, 6, 6, 7, 7, 7, 7, 7, 8, 8, 8, 8, 8, 9, 9, 9, 9, 9 };
static const int32_t stratified_4[] = { 0, 0, 0, 0, 0, 1, 0, 1, 2, 1, 1, 2, 1, 3, 3, 4, 3, 1, 2,
                                        2, 3, 4, 2, 2, 4, 3, 5, 5, 6, 5, 6, 6, 4, 7, 3, 5, 6, 8,
                                        7, 8, 9, 7, 4, 9, 8, 9, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9 };
static const int32_t fold_y_5[] = { 2, 5, 4, 3, 2, 4, 1, 2, 3, 4, 3, 4, 3, 1, 4, 2, 3, 4, 1, 4,
                                    0, 2, 4, 1, 2, 2, 1, 3, 0, 0, 0, 3, 1, 4, 4, 3, 0, 2, 4, 0,
                                    0, 5, 3, 3, 3, 4, 0, 2, 2, 1, 3, 1, 5, 1, 5, 5, 5, 5, 5, 5 };
static const int32_t k_fold_5[] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1,
                                    1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3,
                                    3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4 };
static const int32_t stratified_5[] = { 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 2, 1, 2,
                                        0, 2, 3, 1, 2, 3, 2, 2, 1, 2, 2, 2, 3, 3, 4, 2, 3, 3, 4, 3,
                                        4, 0, 3, 3, 4, 4, 4, 4, 4, 3, 4, 4, 1, 4, 1, 2, 2, 3, 3, 4 };
static const reference_folds folds_cases[] = {
    { 10, 3, 2, fold_y_0, k_fold_0, stratified_0 },  { 11, 2, 3, fold_y_1, k_fold_1, stratified_1 },
    { 23, 4, 5, fold_y_2, k_fold_2, stratified_2 },  { 30, 7, 2, fold_y_3, k_fold_3, stratified_3 },
    { 57, 10, 4, fold_y_4, k_fold_4, stratified_4 }, { 60, 5, 6, fold_y_5, k_fold_5, stratified_5 }
};
typedef struct reference_time {
    int n, n_splits, max_train_size, test_size, gap;
    const int32_t *bounds;
} reference_time;
static const int32_t time_0[] = { 0, 2, 4, 5, 0, 4, 6, 7, 0, 6, 8, 9 };
static const int32_t time_1[] = { 2, 3, 4, 5, 4, 5, 6, 7, 6, 7, 8, 9 };
static const int32_t time_2[] = { 0, 7, 8, 10, 0, 10, 11, 13, 0, 13, 14, 16, 0, 16, 17, 19, 0, 19, 20, 22 };
static const int32_t time_3[] = { 5, 13, 17, 21, 10, 18, 22, 26, 15, 23, 27, 31, 20, 28, 32, 36 };
static const int32_t time_4[] = { 0, 0, 1, 1, 0, 1, 2, 2, 0, 2, 3, 3, 0, 3, 4, 4, 0,  4,  5, 5,  0,  5,
                                  6, 6, 0, 6, 7, 7, 0, 7, 8, 8, 0, 8, 9, 9, 0, 9, 10, 10, 0, 10, 11, 11 };
static const reference_time time_cases[] = { { 10, 3, 0, 0, 1, time_0 },
                                             { 10, 3, 2, 2, 0, time_1 },
                                             { 23, 5, 0, 0, 0, time_2 },
                                             { 37, 4, 9, 5, 3, time_3 },
                                             { 12, 11, 0, 0, 0, time_4 } };
