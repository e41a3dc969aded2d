/* Metrics of the order in which the scores put the rows.
 *
 * The area under the ROC curve is computed as the Mann-Whitney statistic: Hanley and McNeil, Radiology 143
 * (1982), doi:10.1148/radiology.143.1.7063747. Tied scores count one half, as the trapezoid rule has it.
 */
#include "math/sort.h"
#include "metrics/functions.h"

/* The rows of one comparison; weight NULL: all 1. */
typedef struct ranked {
    int64_t n;
    const double *score, *weight;
    const uint8_t *hit; /* 1: row of the class that should score high */
} ranked;

/* Rows of the same score: how much the hits and the misses among order[i ...] weigh. Returns the next i. */
static int64_t next_tie(const ranked *rows, const int64_t *order, int64_t i, int64_t step, double *hits,
                        double *misses) {
    const double score = rows->score[order[i]];
    *hits = *misses = 0;
    do {
        int64_t r = order[i];
        double w = rows->weight ? rows->weight[r] : 1;
        if (rows->hit[r])
            *hits += w;
        else
            *misses += w;
        i += step;
    } while (i >= 0 && i < rows->n && rows->score[order[i]] == score);
    return i;
}

/* Both sides must weigh something. */
static cauce_status area(cauce_run *run, const ranked *rows, double *value) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    int64_t *order = cauce_scratch(run, rows->n, sizeof *order);
    if (!order) return run->error.status;
    CA_TRY(ca_argsort(run, rows->score, rows->n, order));
    ca_sum won = { 0 }, hits = { 0 }, misses = { 0 };
    for (int64_t i = 0; i < rows->n;) {
        double tied_hits, tied_misses;
        i = next_tie(rows, order, i, 1, &tied_hits, &tied_misses);
        ca_sum_add(&won, tied_hits * (ca_sum_get(&misses) + tied_misses / 2));
        ca_sum_add(&hits, tied_hits);
        ca_sum_add(&misses, tied_misses);
    }
    *value = ca_sum_get(&won) / (ca_sum_get(&hits) * ca_sum_get(&misses));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* The area left of a share of the misses, the highest scores first: between two scores the curve is a line.
 * McClish, "Analyzing a portion of the ROC curve", Medical Decision Making 9 (1989),
 * doi:10.1177/0272989X8900900307, from where also the scale is: chance 0.5, perfect 1. */
static cauce_status area_up_to(cauce_run *run, const ranked *rows, const double weights[2], double most,
                               double *value) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    int64_t *order = cauce_scratch(run, rows->n, sizeof *order);
    if (!order) return run->error.status;
    CA_TRY(ca_argsort(run, rows->score, rows->n, order));
    ca_sum won = { 0 }, hits = { 0 }, misses = { 0 };
    const double end = most * weights[0];
    for (int64_t i = rows->n - 1; i >= 0;) {
        double tied_hits, tied_misses;
        i = next_tie(rows, order, i, -1, &tied_hits, &tied_misses);
        const double left = end - ca_sum_get(&misses);
        if (tied_misses > left) {
            const double part = left / tied_misses;
            ca_sum_add(&won, left * (ca_sum_get(&hits) + part * tied_hits / 2));
            break;
        }
        ca_sum_add(&won, tied_misses * (ca_sum_get(&hits) + tied_hits / 2));
        ca_sum_add(&hits, tied_hits);
        ca_sum_add(&misses, tied_misses);
    }
    const double partial = ca_sum_get(&won) / (weights[0] * weights[1]), chance = most * most / 2;
    *value = (1 + (partial - chance) / (most - chance)) / 2;
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* Weight of each class in the truth. */
static cauce_status class_weights(cauce_run *run, const ca_metric_input *input, double **weights) {
    *weights = cauce_scratch(run, input->n_classes, sizeof **weights);
    if (!*weights) return run->error.status;
    for (int64_t r = 0; r < input->n; r++) {
        double w = ca_metric_weight(input, r);
        if (w != 0) (*weights)[input->y_class[r]] += w;
    }
    return CAUCE_OK;
}

/* Class k against all others, by the score of class k. */
static cauce_status rows_against_rest(cauce_run *run, const ca_metric_input *input, int32_t k, ranked *rows) {
    uint8_t *hit = cauce_scratch(run, input->n, 1);
    if (!hit) return run->error.status;
    for (int64_t r = 0; r < input->n; r++) hit[r] = input->y_class[r] == k;
    *rows = (ranked){ input->n, input->proba + k * input->proba_stride, input->weight, hit };
    return CAUCE_OK;
}

static cauce_status area_against_rest(cauce_run *run, const ca_metric_input *input, int32_t k,
                                      double *value) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ranked rows = { 0 };
    CA_TRY(rows_against_rest(run, input, k, &rows));
    CA_TRY(area(run, &rows, value));
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

const cauce_param ca_metric_max_fpr_rows[] = {
    CAUCE_MIXED(struct ca_metric_max_fpr, max_fpr, "null", CAUCE_V_NULL | CAUCE_V_REAL, 0, 0, 0, 1, NULL,
                "Only the curve up to this share of false positives counts, scaled so that chance is 0.5 and "
                "perfect 1; null: all of it."),
    CAUCE_END
};

cauce_status ca_metric_roc_auc(cauce_run *run, const ca_metric_input *input, double *value) {
    const struct ca_metric_max_fpr *p = input->params;
    int32_t positive = 0;
    CA_TRY(ca_metric_two_classes(run, input, "roc_auc", "roc_auc_ovr or roc_auc_ovo", &positive));
    double *weights = NULL;
    CA_TRY(class_weights(run, input, &weights));
    for (int32_t k = 0; k < 2; k++)
        if (weights[1 - k] == 0)
            return cauce_fail(
                run, CAUCE_E_DATA,
                "roc_auc is not defined: all rows are of class %s (the %s one), none of class %s",
                ca_metric_label(run, input, k), k == positive ? "positive" : "negative",
                ca_metric_label(run, input, 1 - k));
    double most = p->max_fpr.type == CAUCE_V_NULL ? 1 : p->max_fpr.real;
    if (most == 1) return area_against_rest(run, input, positive, value);
    ranked rows = { 0 };
    CA_TRY(rows_against_rest(run, input, positive, &rows));
    return area_up_to(run, &rows, (const double[]){ weights[1 - positive], weights[positive] }, most, value);
}

/* Means over classes or pairs need each class in the truth, and scores that are probabilities. */
static cauce_status check_many(cauce_run *run, const ca_metric_input *input, const char *name,
                               double **weights) {
    if (input->n_classes < 2)
        return cauce_fail(run, CAUCE_E_PARAM, "%s needs two classes or more, and there is one", name);
    CA_TRY(class_weights(run, input, weights));
    for (int32_t k = 0; k < input->n_classes; k++)
        if ((*weights)[k] == 0)
            return cauce_fail(run, CAUCE_E_DATA, "%s is not defined: no row is of class %s (of %d classes)",
                              name, ca_metric_label(run, input, k), (int)input->n_classes);
    return ca_metric_check_proba(run, input, name);
}

static cauce_status one_against_rest(cauce_run *run, const ca_metric_input *input, const char *name,
                                     bool by_rows, double *value) {
    double *weights = NULL;
    CA_TRY(check_many(run, input, name, &weights));
    ca_sum above = { 0 }, below = { 0 };
    for (int32_t k = 0; k < input->n_classes; k++) {
        CA_TRY(cauce_check_cancel(run));
        double one = 0, weight = by_rows ? weights[k] : 1;
        CA_TRY(area_against_rest(run, input, k, &one));
        ca_sum_add(&above, weight * one);
        ca_sum_add(&below, weight);
    }
    *value = ca_sum_get(&above) / ca_sum_get(&below);
    return CAUCE_OK;
}

cauce_status ca_metric_roc_auc_ovr(cauce_run *run, const ca_metric_input *input, double *value) {
    return one_against_rest(run, input, "roc_auc_ovr", false, value);
}

cauce_status ca_metric_roc_auc_ovr_weighted(cauce_run *run, const ca_metric_input *input, double *value) {
    return one_against_rest(run, input, "roc_auc_ovr_weighted", true, value);
}

/* Every row once for each class, by the score of that class: hits are the pairs that belong together. */
cauce_status ca_metric_roc_auc_ovr_micro(cauce_run *run, const ca_metric_input *input, double *value) {
    const int64_t n = input->n, k = input->n_classes;
    int64_t cells;
    double *weights = NULL;
    CA_TRY(check_many(run, input, "roc_auc_ovr_micro", &weights));
    if (__builtin_mul_overflow(n, k, &cells))
        return cauce_fail(run, CAUCE_E_LIMIT, "%lld rows of %lld classes are too many", (long long)n,
                          (long long)k);
    double *score = cauce_scratch(run, cells, sizeof *score);
    double *weight = cauce_scratch(run, cells, sizeof *weight);
    uint8_t *hit = cauce_scratch(run, cells, 1);
    if (!score || !weight || !hit) return run->error.status;
    int64_t at = 0;
    for (int32_t c = 0; c < k; c++)
        for (int64_t r = 0; r < n; r++) {
            if (ca_metric_weight(input, r) == 0) continue; /* such a row's scores may be anything */
            score[at] = input->proba[r + c * input->proba_stride];
            weight[at] = ca_metric_weight(input, r);
            hit[at++] = input->y_class[r] == c;
        }
    return area(run, &(ranked){ at, score, weight, hit }, value);
}

/* Rows sorted by class: those of class k are rows[start[k] .. start[k + 1] - 1]. */
typedef struct by_class {
    int64_t *rows, *start;
} by_class;

static cauce_status sort_by_class(cauce_run *run, const ca_metric_input *input, by_class *b) {
    b->rows = cauce_scratch(run, input->n, sizeof *b->rows);
    b->start = cauce_scratch(run, (int64_t)input->n_classes + 2, sizeof *b->start);
    if (!b->rows || !b->start) return run->error.status;
    for (int64_t r = 0; r < input->n; r++)
        if (ca_metric_weight(input, r) != 0) b->start[input->y_class[r] + 2]++;
    for (int32_t k = 0; k < input->n_classes; k++) b->start[k + 2] += b->start[k + 1];
    for (int64_t r = 0; r < input->n; r++) /* start[k + 1] walks from the start of class k to its end */
        if (ca_metric_weight(input, r) != 0) b->rows[b->start[input->y_class[r] + 1]++] = r;
    return CAUCE_OK;
}

/* Among the rows of classes a and b: the mean of telling a by its score and b by its score. */
static cauce_status area_of_pair(cauce_run *run, const ca_metric_input *input, const by_class *rows,
                                 const int32_t pair[2], double *value) {
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    int64_t size[2], n = 0;
    for (int side = 0; side < 2; side++) {
        size[side] = rows->start[pair[side] + 1] - rows->start[pair[side]];
        n += size[side];
    }
    double *score = cauce_scratch(run, n, sizeof *score);
    double *weight = cauce_scratch(run, n, sizeof *weight);
    uint8_t *hit = cauce_scratch(run, n, 1);
    if (!score || !weight || !hit) return run->error.status;
    double both[2] = { 0, 0 };
    for (int target = 0; target < 2; target++) {
        int64_t at = 0;
        for (int side = 0; side < 2; side++)
            for (int64_t i = 0; i < size[side]; i++, at++) {
                int64_t r = rows->rows[rows->start[pair[side]] + i];
                score[at] = input->proba[r + pair[target] * input->proba_stride];
                weight[at] = ca_metric_weight(input, r);
                hit[at] = side == target;
            }
        ranked compared = { n, score, weight, hit };
        CA_TRY(area(run, &compared, &both[target]));
    }
    *value = (both[0] + both[1]) / 2;
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

/* Hand and Till, Machine Learning 45 (2001), doi:10.1023/A:1010920819831. */
static cauce_status one_against_one(cauce_run *run, const ca_metric_input *input, const char *name,
                                    bool by_rows, double *value) {
    double *weights = NULL;
    CA_TRY(check_many(run, input, name, &weights));
    by_class rows;
    CA_TRY(sort_by_class(run, input, &rows));
    ca_sum above = { 0 }, below = { 0 };
    for (int32_t a = 0; a < input->n_classes; a++)
        for (int32_t b = a + 1; b < input->n_classes; b++) {
            CA_TRY(cauce_check_cancel(run));
            double one = 0, weight = by_rows ? weights[a] + weights[b] : 1;
            CA_TRY(area_of_pair(run, input, &rows, (const int32_t[2]){ a, b }, &one));
            ca_sum_add(&above, weight * one);
            ca_sum_add(&below, weight);
        }
    *value = ca_sum_get(&above) / ca_sum_get(&below);
    return CAUCE_OK;
}

cauce_status ca_metric_roc_auc_ovo(cauce_run *run, const ca_metric_input *input, double *value) {
    return one_against_one(run, input, "roc_auc_ovo", false, value);
}

cauce_status ca_metric_roc_auc_ovo_weighted(cauce_run *run, const ca_metric_input *input, double *value) {
    return one_against_one(run, input, "roc_auc_ovo_weighted", true, value);
}

/* Sum over the distinct scores, from the highest: precision there times the gain in recall. No interpolation,
 * which would be too kind (Davis and Goadrich, ICML 2006, doi:10.1145/1143844.1143874). */
cauce_status ca_metric_average_precision(cauce_run *run, const ca_metric_input *input, double *value) {
    int32_t positive = 0;
    CA_TRY(ca_metric_two_classes(run, input, "average_precision", "roc_auc_ovr or roc_auc_ovo", &positive));
    const double *score = input->proba + positive * input->proba_stride;
    int64_t *order = cauce_scratch(run, input->n, sizeof *order);
    if (!order) return run->error.status;
    CA_TRY(ca_argsort(run, score, input->n, order));
    ca_sum taken = { 0 }, hits = { 0 }, gained = { 0 };
    for (int64_t i = input->n - 1; i >= 0;) {
        double tied = 0, tied_hits = 0, here = score[order[i]];
        do {
            int64_t r = order[i--];
            double w = ca_metric_weight(input, r);
            tied += w;
            if (input->y_class[r] == positive) tied_hits += w;
        } while (i >= 0 && score[order[i]] == here);
        ca_sum_add(&taken, tied);
        ca_sum_add(&hits, tied_hits);
        if (tied_hits > 0) ca_sum_add(&gained, tied_hits * (ca_sum_get(&hits) / ca_sum_get(&taken)));
    }
    double all = ca_sum_get(&hits);
    if (all == 0)
        cauce_warn(run, "undefined_metric",
                   "average_precision is 0/0 and counted as 0: no row is truly of the positive class");
    *value = all == 0 ? 0 : ca_sum_get(&gained) / all;
    return CAUCE_OK;
}
