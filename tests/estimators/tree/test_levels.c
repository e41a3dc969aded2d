#include "support/check_main.h"
#include "base/run.h"
#include "tree/levels.h"

enum { N = 400, LEVELS = 7, CLASSES = 4 };

static uint64_t noise_state = 5;
static double noise(void) {
    noise_state = noise_state * 6364136223846793005u + 1442695040888963407u;
    return (double)(noise_state >> 11) * 0x1p-53;
}

static void ranks_follow(const double *score, const int32_t *rank) {
    bool taken[LEVELS] = { false };
    for (int k = 0; k < LEVELS; k++) {
        ck_assert(rank[k] >= 0 && rank[k] < LEVELS && !taken[rank[k]]);
        taken[rank[k]] = true;
        for (int l = 0; l < k; l++)
            ck_assert_msg((score[l] <= score[k]) == (rank[l] < rank[k]), "levels %d and %d", l, k);
    }
}

START_TEST(means_and_shares) {
    for (int round = 0; round < 20; round++) {
        int32_t codes[N], classes[N], rank[LEVELS];
        double y[N], w[N], sum[2][LEVELS] = { { 0 } }, weight[LEVELS] = { 0 };
        for (int r = 0; r < N; r++) {
            codes[r] = (int32_t)(noise() * (LEVELS + 1)) - 1;
            classes[r] = noise() < 0.1 + 0.1 * codes[r];
            y[r] = noise() - fabs(codes[r] - 3.0);
            w[r] = 1 + floor(noise() * 3);
            if (codes[r] < 0) continue;
            sum[0][codes[r]] += w[r] * y[r];
            sum[1][codes[r]] += w[r] * classes[r];
            weight[codes[r]] += w[r];
        }
        cauce_run run;
        ca_run_begin(&run);
        for (int task = 0; task < 2; task++) {
            double score[LEVELS];
            cauce_train train = { .n_rows = N, .weight = w, .n_classes = task ? 2 : 0 };
            train.y = task ? NULL : y;
            train.y_class = task ? classes : NULL;
            for (int k = 0; k < LEVELS; k++) score[k] = sum[task][k] / weight[k];
            ck_assert_int_eq(ca_order_levels(&run, &train, codes, LEVELS, rank), CAUCE_OK);
            ranks_follow(score, rank);
        }
        ca_run_end(&run);
    }
}
END_TEST

/* The first principal component from the covariance matrix of the class shares itself. */
START_TEST(more_classes_by_their_principal_component) {
    for (int round = 0; round < 20; round++) {
        int32_t codes[N], classes[N], rank[LEVELS];
        double share[LEVELS][CLASSES] = { { 0 } }, weight[LEVELS] = { 0 }, mean[CLASSES] = { 0 };
        for (int r = 0; r < N; r++) {
            codes[r] = (int32_t)(noise() * LEVELS);
            classes[r] = noise() < 0.6 ? codes[r] * CLASSES / LEVELS : (int32_t)(noise() * CLASSES);
            share[codes[r]][classes[r]] += 1;
            weight[codes[r]] += 1;
            mean[classes[r]] += 1.0 / N;
        }
        double cov[CLASSES][CLASSES] = { { 0 } }, v[CLASSES], score[LEVELS];
        for (int k = 0; k < LEVELS; k++)
            for (int c = 0; c < CLASSES; c++) share[k][c] /= weight[k];
        for (int k = 0; k < LEVELS; k++)
            for (int a = 0; a < CLASSES; a++)
                for (int b = 0; b < CLASSES; b++)
                    cov[a][b] += weight[k] * (share[k][a] - mean[a]) * (share[k][b] - mean[b]);
        for (int c = 0; c < CLASSES; c++) v[c] = c + 1;
        for (int i = 0; i < 5000; i++) {
            double next[CLASSES] = { 0 }, length = 0;
            for (int a = 0; a < CLASSES; a++)
                for (int b = 0; b < CLASSES; b++) next[a] += cov[a][b] * v[b];
            for (int a = 0; a < CLASSES; a++) length += next[a] * next[a];
            for (int a = 0; a < CLASSES; a++) v[a] = next[a] / sqrt(length);
        }
        for (int k = 0; k < LEVELS; k++) {
            score[k] = 0;
            for (int c = 0; c < CLASSES; c++) score[k] += share[k][c] * v[c];
        }
        cauce_run run;
        ca_run_begin(&run);
        cauce_train train = { .n_rows = N, .y_class = classes, .n_classes = CLASSES };
        ck_assert_int_eq(ca_order_levels(&run, &train, codes, LEVELS, rank), CAUCE_OK);
        ranks_follow(score, rank);
        ca_run_end(&run);
    }
}
END_TEST

START_TEST(nothing_to_order) {
    int32_t codes[4] = { -1, -1, -1, -1 }, classes[4] = { 0, 1, 2, 0 }, rank[3];
    cauce_run run;
    ca_run_begin(&run);
    cauce_train train = { .n_rows = 4, .y_class = classes, .n_classes = 3 };
    ck_assert_int_eq(ca_order_levels(&run, &train, codes, 3, rank), CAUCE_OK);
    for (int k = 0; k < 3; k++) ck_assert_int_eq(rank[k], k);
    for (int r = 0; r < 4; r++) codes[r] = r % 2; /* the same shares in both */
    classes[1] = classes[0] = 0;
    classes[2] = classes[3] = 2;
    ck_assert_int_eq(ca_order_levels(&run, &train, codes, 2, rank), CAUCE_OK);
    for (int k = 0; k < 2; k++) ck_assert_int_eq(rank[k], k);
    for (int r = 0; r < 4; r++) codes[r] = -1;
    ck_assert_int_eq(ca_order_levels(&run, &train, codes, 0, rank), CAUCE_OK);
    ca_run_end(&run);
}
END_TEST

TEST_MAIN("levels", TEST(means_and_shares), TEST(more_classes_by_their_principal_component),
          TEST(nothing_to_order))
