/* Folds by scikit-learn 1.2.1; made by tools/dev/reference/folds_more.py. */
#include <stdint.h>

typedef struct reference_groups {
    int n, k, n_classes, n_groups;
    const int32_t *y, *group, *fold;
} reference_groups;
static const int32_t groups_y_0[] = { 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1 };
static const int32_t groups_group_0[] = { 0, 1, 2, 3, 4, 5, 6, 7, 5, 3, 2, 3, 1, 1, 2, 5, 7 };
static const int32_t groups_fold_0[] = { 2, 0, 1, 2, 2, 0, 0, 1, 0, 2, 1, 2, 0, 0, 1, 0, 1 };
static const int32_t groups_y_1[] = { 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 0, 0, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 1 };
static const int32_t groups_group_1[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 12, 4, 3, 11, 0, 0, 0, 0, 2, 2, 11, 7, 0, 5, 0, 1, 4, 1, 12, 2, 2, 12, 4, 10, 8, 12, 0 };
static const int32_t groups_fold_1[] = { 0, 2, 2, 1, 1, 3, 1, 3, 2, 0, 0, 1, 3, 3, 1, 1, 1, 0, 0, 0, 0, 2, 2, 1, 3, 0, 3, 0, 2, 1, 2, 3, 2, 2, 3, 1, 0, 2, 3, 0 };
static const int32_t groups_y_2[] = { 0, 1, 2, 0, 0, 1, 2, 2, 0, 2, 1, 1, 1, 1, 2, 2, 1, 1, 2, 1, 0, 0, 2, 2, 2, 2, 1, 1, 1, 0, 1, 2, 0, 1, 0, 2, 0, 2, 2, 2, 1, 2, 1, 0, 2, 2, 1, 1, 2, 2, 0, 1, 2, 2, 2, 2, 0, 1, 0, 2 };
static const int32_t groups_group_2[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 11, 3, 17, 8, 2, 11, 4, 0, 13, 7, 1, 2, 2, 14, 10, 7, 12, 11, 7, 17, 7, 12, 12, 9, 7, 2, 15, 13, 4, 8, 9, 19, 8, 5, 12, 3, 2, 11, 18, 18 };
static const int32_t groups_fold_2[] = { 1, 4, 0, 4, 3, 0, 3, 1, 3, 2, 3, 0, 1, 2, 4, 2, 3, 4, 2, 3, 0, 4, 4, 3, 0, 0, 3, 1, 2, 1, 4, 0, 0, 4, 3, 1, 1, 0, 1, 4, 1, 1, 1, 2, 1, 0, 2, 2, 3, 3, 2, 3, 3, 0, 1, 4, 0, 0, 2, 2 };
static const int32_t groups_y_3[] = { 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 1, 1 };
static const int32_t groups_group_3[] = { 0, 1, 2, 3, 4, 5, 6, 4, 1, 6, 5, 4, 6, 4, 3, 3, 0, 6, 3, 1, 4, 3, 6, 6, 1, 5, 1, 0, 1, 3, 0, 4, 1, 4, 0, 3, 5, 4, 4, 3, 5, 5, 0, 0, 2, 4, 3, 3, 6, 1, 1, 1, 5, 6, 4, 2, 4, 5, 4, 0, 1, 5, 2, 6, 2, 1, 3, 2, 3, 4, 4, 3, 2, 0, 6, 0, 6, 6, 0, 3, 1, 1, 6, 0, 4, 2, 4, 2, 0, 4, 0, 4, 0, 6, 0, 6, 4, 6, 3, 3 };
static const int32_t groups_fold_3[] = { 1, 2, 2, 1, 0, 0, 2, 0, 2, 2, 0, 0, 2, 0, 1, 1, 1, 2, 1, 2, 0, 1, 2, 2, 2, 0, 2, 1, 2, 1, 1, 0, 2, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 2, 0, 1, 1, 2, 2, 2, 2, 0, 2, 0, 2, 0, 0, 0, 1, 2, 0, 2, 2, 2, 2, 1, 2, 1, 0, 0, 1, 2, 1, 2, 1, 2, 2, 1, 1, 2, 2, 2, 1, 0, 2, 0, 2, 1, 0, 1, 0, 1, 2, 1, 2, 0, 2, 1, 1 };
static const int32_t groups_y_4[] = { 0, 1, 2, 3, 2, 1, 3, 1, 1, 2, 1, 3, 3, 0, 0, 2, 3, 3, 2, 3, 1, 0, 3, 2, 0, 1, 2, 2, 0, 1, 3, 0, 3, 1, 0, 3, 0, 1, 3, 1, 3, 0, 2, 0, 0, 1, 2, 0, 1, 3, 3, 3, 3, 1, 2, 3, 1, 3, 3, 1, 0, 0, 2, 1, 2, 3, 0, 1, 1, 3, 1, 3, 3, 0, 1, 2, 2, 2, 2, 2, 0, 3, 0, 3, 0, 3, 1, 1, 3, 1, 3, 1, 3, 3, 1, 2, 2, 2, 0, 1, 0, 2, 2, 3, 1, 2, 1, 1, 0, 3, 2, 1, 2, 1, 1, 0, 2, 3, 2, 0, 2, 2, 1, 1, 3, 2, 3, 3, 1, 2, 2, 3, 2, 2, 2, 3, 1, 0, 1, 2, 0, 0, 3, 1, 0, 3, 3, 0, 2, 1, 1, 1, 1, 2, 0, 2, 0, 2, 0, 2, 1, 0, 0, 1, 0, 1, 0, 3, 3, 2, 3, 3, 1, 0, 2, 2, 3, 2, 2, 1, 0, 3, 1, 3, 2, 2, 3, 1, 0, 2, 1, 2, 2, 2, 0, 1, 3, 0, 1, 2 };
static const int32_t groups_group_4[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48, 49, 35, 41, 10, 1, 18, 11, 21, 45, 35, 41, 26, 47, 18, 33, 49, 35, 6, 21, 16, 23, 18, 47, 15, 9, 13, 22, 27, 12, 13, 34, 4, 19, 4, 18, 44, 27, 19, 35, 38, 49, 42, 23, 33, 4, 46, 6, 38, 13, 25, 31, 44, 14, 22, 15, 47, 42, 9, 45, 14, 18, 13, 46, 36, 25, 37, 26, 42, 15, 3, 8, 43, 46, 25, 3, 15, 38, 38, 11, 13, 3, 26, 17, 42, 45, 46, 0, 5, 28, 13, 41, 24, 38, 19, 41, 12, 7, 15, 34, 44, 9, 0, 48, 31, 41, 0, 33, 20, 2, 16, 8, 49, 20, 12, 4, 42, 43, 25, 16, 47, 22, 39, 37, 49, 49, 22, 5, 37, 1, 0, 25, 9, 26, 25, 45, 16, 9, 27, 44, 5, 35, 7, 34, 22, 13, 12, 1, 45, 5, 30, 46 };
static const int32_t groups_fold_4[] = { 8, 8, 4, 9, 3, 6, 5, 2, 0, 4, 8, 7, 7, 3, 8, 0, 6, 3, 1, 9, 3, 5, 5, 7, 2, 1, 1, 2, 5, 5, 3, 4, 1, 7, 0, 4, 7, 5, 8, 9, 4, 9, 6, 4, 9, 6, 2, 2, 7, 0, 4, 9, 8, 8, 1, 7, 5, 6, 4, 9, 1, 2, 1, 7, 0, 4, 5, 5, 6, 7, 1, 2, 0, 4, 3, 5, 2, 7, 3, 0, 3, 9, 3, 1, 9, 2, 9, 4, 8, 0, 6, 7, 7, 3, 2, 5, 8, 3, 1, 4, 9, 8, 5, 0, 2, 6, 4, 6, 8, 1, 3, 2, 7, 1, 5, 1, 6, 0, 9, 0, 4, 2, 1, 9, 0, 8, 8, 7, 3, 9, 1, 3, 6, 6, 2, 8, 6, 5, 3, 9, 2, 8, 9, 9, 7, 2, 0, 0, 9, 4, 8, 7, 4, 9, 8, 7, 3, 4, 6, 0, 0, 3, 7, 3, 6, 4, 1, 6, 2, 5, 9, 5, 0, 0, 5, 6, 5, 8, 8, 1, 4, 1, 1, 6, 6, 4, 2, 9, 6, 4, 2, 0, 5, 3, 7, 8, 6, 6, 3, 2 };
static const int32_t groups_y_5[] = { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 1, 1, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 1, 1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 0, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0, 0, 1, 1, 1, 1, 1, 0, 1, 1 };
static const int32_t groups_group_5[] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 26, 15, 22, 10, 38, 1, 8, 15, 5, 8, 7, 24, 2, 32, 10, 17, 38, 33, 38, 24, 35, 31, 27, 6, 12, 32, 30, 39, 26, 23, 30, 8, 14, 3, 15, 1, 32, 35, 23, 34, 28, 9, 33, 24, 33, 17, 10, 37, 16, 17 };
static const int32_t groups_fold_5[] = { 0, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 0, 1, 1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0 };
typedef struct reference_sizes {
    const char *text;
    int n, train, test, train_of[3], test_of[3];
} reference_sizes;
static const reference_sizes sizes_cases[] = { { "shuffle_split n_splits=4 train_size=0.5", 50, 25, 25, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 train_size=0.5", 50, 25, 25, { 13, 8, 4 }, { 12, 8, 5 } },
    { "group_shuffle_split n_splits=4 train_size=0.5", 50, 25, 25, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 train_size=13", 50, 13, 37, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 train_size=13", 50, 13, 37, { 7, 4, 2 }, { 18, 12, 7 } },
    { "group_shuffle_split n_splits=4 train_size=13", 50, 13, 37, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.2 train_size=0.31", 50, 15, 10, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.2 train_size=0.31", 50, 15, 10, { 7, 5, 3 }, { 5, 3, 2 } },
    { "group_shuffle_split n_splits=4 test_size=0.2 train_size=0.31", 50, 15, 10, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=7 train_size=0.5", 50, 25, 7, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=7 train_size=0.5", 50, 25, 7, { 13, 8, 4 }, { 3, 2, 2 } },
    { "group_shuffle_split n_splits=4 test_size=7 train_size=0.5", 50, 25, 7, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.25 train_size=20", 50, 20, 13, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.25 train_size=20", 50, 20, 13, { 10, 6, 4 }, { 7, 4, 2 } },
    { "group_shuffle_split n_splits=4 test_size=0.25 train_size=20", 50, 20, 13, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=9 train_size=11", 50, 11, 9, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=9 train_size=11", 50, 11, 9, { 5, 4, 2 }, { 4, 3, 2 } },
    { "group_shuffle_split n_splits=4 test_size=9 train_size=11", 50, 11, 9, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.1 train_size=0.9", 50, 45, 5, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.1 train_size=0.9", 50, 45, 5, { 23, 14, 8 }, { 2, 2, 1 } },
    { "group_shuffle_split n_splits=4 test_size=0.1 train_size=0.9", 50, 45, 5, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 train_size=0.07", 50, 3, 47, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 train_size=0.07", 50, 3, 47, { 1, 1, 1 }, { 24, 15, 8 } },
    { "group_shuffle_split n_splits=4 train_size=0.07", 50, 3, 47, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.29", 50, 35, 15, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.29", 50, 35, 15, { 18, 11, 6 }, { 7, 5, 3 } },
    { "group_shuffle_split n_splits=4 test_size=0.29", 50, 35, 15, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 train_size=0.5", 97, 48, 49, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 train_size=0.5", 97, 48, 49, { 24, 16, 8 }, { 24, 16, 9 } },
    { "group_shuffle_split n_splits=4 train_size=0.5", 97, 48, 49, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 train_size=13", 97, 13, 84, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 train_size=13", 97, 13, 84, { 7, 4, 2 }, { 41, 28, 15 } },
    { "group_shuffle_split n_splits=4 train_size=13", 97, 13, 84, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.2 train_size=0.31", 97, 30, 20, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.2 train_size=0.31", 97, 30, 20, { 15, 10, 5 }, { 10, 6, 4 } },
    { "group_shuffle_split n_splits=4 test_size=0.2 train_size=0.31", 97, 30, 20, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=7 train_size=0.5", 97, 48, 7, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=7 train_size=0.5", 97, 48, 7, { 24, 16, 8 }, { 4, 2, 1 } },
    { "group_shuffle_split n_splits=4 test_size=7 train_size=0.5", 97, 48, 7, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.25 train_size=20", 97, 20, 25, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.25 train_size=20", 97, 20, 25, { 10, 7, 3 }, { 12, 8, 5 } },
    { "group_shuffle_split n_splits=4 test_size=0.25 train_size=20", 97, 20, 25, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=9 train_size=11", 97, 11, 9, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=9 train_size=11", 97, 11, 9, { 5, 4, 2 }, { 4, 3, 2 } },
    { "group_shuffle_split n_splits=4 test_size=9 train_size=11", 97, 11, 9, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.1 train_size=0.9", 97, 87, 10, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.1 train_size=0.9", 97, 87, 10, { 43, 29, 15 }, { 5, 3, 2 } },
    { "group_shuffle_split n_splits=4 test_size=0.1 train_size=0.9", 97, 87, 10, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 train_size=0.07", 97, 6, 91, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 train_size=0.07", 97, 6, 91, { 3, 2, 1 }, { 45, 30, 16 } },
    { "group_shuffle_split n_splits=4 train_size=0.07", 97, 6, 91, { 0, 0, 0 }, { 0, 0, 0 } },
    { "shuffle_split n_splits=4 test_size=0.29", 97, 68, 29, { 0, 0, 0 }, { 0, 0, 0 } },
    { "stratified_shuffle_split n_splits=4 test_size=0.29", 97, 68, 29, { 34, 22, 12 }, { 14, 10, 5 } },
    { "group_shuffle_split n_splits=4 test_size=0.29", 97, 68, 29, { 0, 0, 0 }, { 0, 0, 0 } } };
static const reference_groups groups_cases[] = { { 17, 3, 2, 8, groups_y_0, groups_group_0, groups_fold_0 },
    { 40, 4, 2, 13, groups_y_1, groups_group_1, groups_fold_1 },
    { 60, 5, 3, 20, groups_y_2, groups_group_2, groups_fold_2 },
    { 100, 3, 2, 7, groups_y_3, groups_group_3, groups_fold_3 },
    { 200, 10, 4, 50, groups_y_4, groups_group_4, groups_fold_4 },
    { 90, 2, 2, 40, groups_y_5, groups_group_5, groups_fold_5 } };
