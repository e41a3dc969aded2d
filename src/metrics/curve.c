/* Curves over the threshold from which a row counts as positive, and calibration: what a probability promises
 * against what came true. With more than two classes, each class against the rest. */
#include <string.h>

#include "base/text.h"
#include "math/quantile.h"
#include "math/sort.h"
#include "metrics/functions.h"
#include "metrics/table.h"

/* One curve: its points, in three columns. */
typedef struct curve {
    int64_t n;
    double *column[3];
} curve;

/* From the highest score down: for each distinct one, what weighs at or above it. */
typedef struct steps {
    int64_t n;
    double *score, *hits, *misses;
    double all_hits, all_misses;
} steps;

static cauce_status find_steps(cauce_run *run, const ca_metric_input *input, int32_t positive, steps *s) {
    const double *score = input->proba + positive * input->proba_stride;
    int64_t *order = cauce_scratch(run, input->n, sizeof *order);
    s->score = cauce_scratch(run, input->n, sizeof *s->score);
    s->hits = cauce_scratch(run, input->n, sizeof *s->hits);
    s->misses = cauce_scratch(run, input->n, sizeof *s->misses);
    s->n = 0;
    if (!order || !s->score || !s->hits || !s->misses) return run->error.status;
    CA_TRY(ca_argsort(run, score, input->n, order));
    ca_sum hits = { 0 }, misses = { 0 };
    for (int64_t i = input->n - 1; i >= 0; i--) {
        const int64_t r = order[i];
        const double w = ca_metric_weight(input, r);
        if (w == 0) continue;
        ca_sum_add(input->y_class[r] == positive ? &hits : &misses, w);
        if (s->n == 0 || s->score[s->n - 1] != score[r]) s->score[s->n++] = score[r];
        s->hits[s->n - 1] = ca_sum_get(&hits);
        s->misses[s->n - 1] = ca_sum_get(&misses);
    }
    s->all_hits = ca_sum_get(&hits);
    s->all_misses = ca_sum_get(&misses);
    return CAUCE_OK;
}

static cauce_status make_room(cauce_run *run, int64_t n, curve *points) {
    points->n = 0;
    for (int i = 0; i < 3; i++)
        if (!(points->column[i] = cauce_scratch(run, n, sizeof **points->column))) return run->error.status;
    return CAUCE_OK;
}

static void put(curve *points, double a, double b, double c) {
    const int64_t i = points->n++;
    points->column[0][i] = a;
    points->column[1][i] = b;
    points->column[2][i] = c;
}

/* ---- Which classes ------------------------------------------------------------------------------------- */

typedef cauce_status one_curve(cauce_run *run, const ca_metric_input *rows, int32_t k, const void *params,
                               curve *points);
typedef struct curves {
    one_curve *of;
    const char *const *names; /* of the three columns */
    const void *params;
    const char *asked; /* label of the one class; NULL: the positive one of two, or all */
} curves;

static cauce_status find_class(cauce_run *run, const ca_metric_input *rows, const char *label, int32_t *k) {
    for (*k = 0; *k < rows->n_classes; ++*k)
        if (strcmp(ca_metric_label(run, rows, *k), label) == 0) return CAUCE_OK;
    ca_text list = { 0 };
    for (int32_t i = 0; i < rows->n_classes && list.length < 300; i++)
        ca_text_addf(&list, "%s%s", i ? ", " : "", ca_metric_label(run, rows, i));
    cauce_status status = cauce_fail(run, CAUCE_E_PARAM, "class=%s is not one of the classes: %s%s", label,
                                     ca_text_get(&list), list.length < 300 ? "" : ", ...");
    ca_text_free(&list);
    return status;
}

/* The curves of the classes first .. last in one table; with several, a first column says whose points. */
static cauce_status put_curves(cauce_run *run, const ca_metric_input *rows, const curves *all, int32_t first,
                               int32_t last, cauce_table *table) {
    const int64_t count = (int64_t)last - first + 1;
    curve *of_class = cauce_scratch(run, count, sizeof *of_class);
    if (!of_class) return run->error.status;
    int64_t n = 0;
    for (int64_t i = 0; i < count; i++) {
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(all->of(run, rows, first + (int32_t)i, all->params, &of_class[i]));
        n += of_class[i].n;
    }
    table->n_rows = n;
    if (count > 1) {
        const char **labels = cauce_scratch(run, n, sizeof *labels);
        if (!labels) return run->error.status;
        int64_t at = 0;
        for (int64_t i = 0; i < count; i++) {
            const char *label = ca_metric_label(run, rows, first + (int32_t)i);
            for (int64_t j = 0; j < of_class[i].n; j++) labels[at++] = label;
        }
        CA_TRY(ca_metric_add_texts(run, table, "class", labels));
    }
    for (int c = 0; c < 3; c++) {
        double *column = ca_metric_add_numbers(run, table, all->names[c]);
        if (!column) return run->error.status;
        for (int64_t i = 0; i < count; i++)
            for (int64_t j = 0; j < of_class[i].n; j++) *column++ = of_class[i].column[c][j];
    }
    return CAUCE_OK;
}

static cauce_status make_curves(cauce_run *run, const ca_metric_input *rows, const curves *all,
                                cauce_table *table) {
    int32_t first = 0, last = rows->n_classes - 1;
    if (all->asked) {
        CA_TRY(find_class(run, rows, all->asked, &first));
        last = first;
    } else if (rows->n_classes == 2)
        first = last = rows->positive < 0 ? 1 : rows->positive;
    return put_curves(run, rows, all, first, last, table);
}

#define CLASS_ROW(T)                                                                                         \
    CAUCE_TEXT_PARAM(T, class, NULL,                                                                         \
                     "The class against the rest; null: the positive one of two, every one of more.")

#define NO_ROWS_BUT "%s of class %s: %s rows are truly of it; there is nothing to take a share of"

/* ---- ROC: Fawcett, "An introduction to ROC analysis", Pattern Recognition Letters 27 (2006) ------------ */

struct roc_params {
    bool drop_intermediate;
    const char *class;
};

static const cauce_param roc_rows[] = { CAUCE_BOOL(
                                            struct roc_params, drop_intermediate, true,
                                            "Leaves out points on a straight line between their neighbours."),
                                        CLASS_ROW(struct roc_params), CAUCE_END };

/* A point between two equal steps lies on a line. */
static bool is_corner(const steps *s, int64_t i) {
    if (i == 0 || i == s->n - 1) return true;
    return s->hits[i + 1] - s->hits[i] != s->hits[i] - s->hits[i - 1] ||
           s->misses[i + 1] - s->misses[i] != s->misses[i] - s->misses[i - 1];
}

static cauce_status roc_of(cauce_run *run, const ca_metric_input *rows, int32_t k, const void *params,
                           curve *points) {
    const struct roc_params *p = params;
    steps s;
    CA_TRY(find_steps(run, rows, k, &s));
    CA_TRY(make_room(run, s.n + 1, points));
    if (s.all_hits == 0 || s.all_misses == 0)
        cauce_warn(run, "undefined_metric", NO_ROWS_BUT, "roc", ca_metric_label(run, rows, k),
                   s.all_hits == 0 ? "no" : "all");
    const double no_hits = s.all_hits == 0 ? (double)NAN : 0, no_misses = s.all_misses == 0 ? (double)NAN : 0;
    put(points, INFINITY, no_misses, no_hits); /* nothing is positive yet */
    for (int64_t i = 0; i < s.n; i++)
        if (!p->drop_intermediate || is_corner(&s, i))
            put(points, s.score[i], s.misses[i] / s.all_misses, s.hits[i] / s.all_hits);
    return CAUCE_OK;
}

static cauce_status make_roc(cauce_run *run, const ca_metric_input *rows, const void *params,
                             cauce_table *table) {
    static const char *const names[] = { "threshold", "fpr", "tpr" };
    const struct roc_params *p = params;
    return make_curves(run, rows, &(curves){ roc_of, names, p, p->class }, table);
}

const ca_metric_table ca_table_roc = {
    "roc",
    "Share of false and of true positives for each threshold, from above all scores (inf) downwards.",
    "Fawcett (2006), Pattern Recognition Letters 27, doi:10.1016/j.patrec.2005.10.010",
    CA_NEEDS_SCORES,
    sizeof(struct roc_params),
    roc_rows,
    make_roc
};

/* ---- Precision and recall ------------------------------------------------------------------------------ */

struct class_params {
    const char *class;
};

static const cauce_param class_rows[] = { CLASS_ROW(struct class_params), CAUCE_END };

static cauce_status precision_recall_of(cauce_run *run, const ca_metric_input *rows, int32_t k,
                                        const void *params, curve *points) {
    (void)params;
    steps s;
    CA_TRY(find_steps(run, rows, k, &s));
    CA_TRY(make_room(run, s.n + 1, points));
    if (s.all_hits == 0)
        cauce_warn(run, "undefined_metric",
                   "precision_recall of class %s: no row is truly of it; recall counts as 1",
                   ca_metric_label(run, rows, k));
    for (int64_t i = s.n - 1; i >= 0; i--)
        put(points, s.score[i], s.hits[i] / (s.hits[i] + s.misses[i]),
            s.all_hits == 0 ? 1 : s.hits[i] / s.all_hits);
    put(points, INFINITY, 1, 0); /* nothing is positive: where the curve ends by convention */
    return CAUCE_OK;
}

static cauce_status make_precision_recall(cauce_run *run, const ca_metric_input *rows, const void *params,
                                          cauce_table *table) {
    static const char *const names[] = { "threshold", "precision", "recall" };
    const struct class_params *p = params;
    return make_curves(run, rows, &(curves){ precision_recall_of, names, p, p->class }, table);
}

const ca_metric_table ca_table_precision_recall = {
    "precision_recall",
    "Precision and recall for each threshold, from the lowest score upwards to none positive (inf).",
    "Davis and Goadrich (2006), ICML, doi:10.1145/1143844.1143874",
    CA_NEEDS_SCORES,
    sizeof(struct class_params),
    class_rows,
    make_precision_recall
};

/* ---- Detection error tradeoff -------------------------------------------------------------------------- */

static cauce_status det_of(cauce_run *run, const ca_metric_input *rows, int32_t k, const void *params,
                           curve *points) {
    (void)params;
    steps s;
    CA_TRY(find_steps(run, rows, k, &s));
    CA_TRY(make_room(run, s.n, points));
    if (s.all_hits == 0 || s.all_misses == 0)
        return cauce_fail(run, CAUCE_E_DATA, NO_ROWS_BUT, "det", ca_metric_label(run, rows, k),
                          s.all_hits == 0 ? "no" : "all");
    int64_t first = 0, last = 0; /* the last of the fewest misses, the first with all hits */
    while (first + 1 < s.n && s.misses[first + 1] == s.misses[0]) first++;
    while (s.hits[last] < s.all_hits) last++;
    for (int64_t i = last; i >= first; i--)
        put(points, s.score[i], s.misses[i] / s.all_misses, (s.all_hits - s.hits[i]) / s.all_hits);
    return CAUCE_OK;
}

static cauce_status make_det(cauce_run *run, const ca_metric_input *rows, const void *params,
                             cauce_table *table) {
    static const char *const names[] = { "threshold", "fpr", "fnr" };
    const struct class_params *p = params;
    return make_curves(run, rows, &(curves){ det_of, names, p, p->class }, table);
}

const ca_metric_table ca_table_det = {
    "det",
    "Share of false positives and of false negatives for each threshold between which they trade.",
    "Martin et al. (1997), The DET curve in assessment of detection task performance, Eurospeech",
    CA_NEEDS_SCORES,
    sizeof(struct class_params),
    class_rows,
    make_det
};

/* ---- Calibration --------------------------------------------------------------------------------------- */

struct calibration_params {
    int64_t n_bins;
    int strategy;
    const char *class;
};
enum { UNIFORM, QUANTILE };

static const cauce_param calibration_rows[] = {
    CAUCE_INT(struct calibration_params, n_bins, 5, 1, 1000000, "Number of bins; empty ones are left out."),
    CAUCE_CHOICE(struct calibration_params, strategy, "uniform", "uniform|quantile",
                 "Bins of the same width, or with the same number of rows."),
    CLASS_ROW(struct calibration_params), CAUCE_END
};

/* The inner edges of the bins, ascending. */
static cauce_status find_edges(cauce_run *run, const ca_metric_input *input, const double *score,
                               const struct calibration_params *p, double *edges) {
    ca_sorted sorted;
    if (p->strategy == QUANTILE) CA_TRY(ca_sorted_of(run, score, input->weight, input->n, &sorted));
    for (int64_t i = 1; i < p->n_bins; i++) {
        const double share = (double)i / (double)p->n_bins;
        edges[i - 1] = p->strategy == QUANTILE ? ca_sorted_quantile(&sorted, share) : share;
    }
    return CAUCE_OK;
}

/* The first edge that is not below x: bins are closed above. */
static int64_t bin_of(const double *edges, int64_t n, double x) {
    int64_t low = 0, high = n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        if (edges[middle] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static cauce_status calibration_of(cauce_run *run, const ca_metric_input *rows, int32_t k, const void *params,
                                   curve *points) {
    const struct calibration_params *p = params;
    const ca_metric_input *input = rows;
    const double *score = input->proba + k * input->proba_stride;
    double *edges = cauce_scratch(run, p->n_bins, sizeof *edges);
    ca_sum *bins = cauce_scratch(run, 3 * p->n_bins, sizeof *bins); /* scores, hits, weight */
    if (!edges || !bins) return run->error.status;
    CA_TRY(make_room(run, p->n_bins, points));
    CA_TRY(find_edges(run, input, score, p, edges));
    for (int64_t r = 0; r < input->n; r++) {
        const double w = ca_metric_weight(input, r);
        if (w == 0) continue;
        ca_sum *bin = bins + 3 * bin_of(edges, p->n_bins - 1, score[r]);
        ca_sum_add(&bin[0], w * score[r]);
        if (input->y_class[r] == k) ca_sum_add(&bin[1], w);
        ca_sum_add(&bin[2], w);
    }
    for (int64_t b = 0; b < p->n_bins; b++) {
        const double weight = ca_sum_get(&bins[3 * b + 2]);
        if (weight > 0)
            put(points, ca_sum_get(&bins[3 * b]) / weight, ca_sum_get(&bins[3 * b + 1]) / weight, weight);
    }
    return CAUCE_OK;
}

static cauce_status make_calibration(cauce_run *run, const ca_metric_input *rows, const void *params,
                                     cauce_table *table) {
    static const char *const names[] = { "prob_pred", "prob_true", "rows" };
    const struct calibration_params *p = params;
    CA_TRY(ca_metric_check_proba(run, rows, "calibration"));
    return make_curves(run, rows, &(curves){ calibration_of, names, p, p->class }, table);
}

const ca_metric_table ca_table_calibration = {
    "calibration",
    "For each bin of probabilities: their mean, the share of rows that came true, and how many rows.",
    "Niculescu-Mizil and Caruana (2005), ICML, doi:10.1145/1102351.1102430",
    CA_NEEDS_PROBA,
    sizeof(struct calibration_params),
    calibration_rows,
    make_calibration
};
