/* Columns selected one by one, by what each says about the target: the best, a share of them, or those whose
 * score is too large for chance at a rate of false ones (Benjamini, Hochberg: Controlling the false discovery
 * rate, J. R. Stat. Soc. B 57 (1995), doi:10.1111/j.2517-6161.1995.tb02031.x). A score that is NaN, as of a
 * constant column, ranks below all others. */
#include <math.h>
#include <string.h>

#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/batch.h"
#include "data/kept.h"
#include "data/numeric.h"
#include "math/association_codes.h"
#include "math/quantile.h"
#include "math/sort.h"

enum { F_CLASSIF, F_REGRESSION, CHI2, MUTUAL_CLASSIF, MUTUAL_REGRESSION };

typedef struct univariate_params {
    int score_func;
    cauce_value k;
    double percentile, alpha;
    int64_t n_neighbors;
} univariate_params;

#define ANY_SCORE                                                                                            \
    CAUCE_CHOICE(univariate_params, score_func, "f_classif",                                                 \
                 "f_classif|f_regression|chi2|mutual_info_classif|mutual_info_regression",                   \
                 "How a column is scored: by the variance between classes against that within, by linear "   \
                 "regression, by chi-squared of counts, or by mutual information.")
#define NEIGHBORS                                                                                            \
    CAUCE_INT(univariate_params, n_neighbors, 3, 1, 1000000,                                                 \
              "Of mutual information: which nearest row tells how dense the rows lie.")
#define TESTED_SCORE                                                                                         \
    CAUCE_CHOICE(univariate_params, score_func, "f_classif", "f_classif|f_regression|chi2",                  \
                 "How a column is scored: by the variance between classes against that within, by linear "   \
                 "regression, or by chi-squared of counts.")
#define ALPHA(help) CAUCE_REAL(univariate_params, alpha, 0.05, 0, 1, help)

static const cauce_param best_rows[] = { ANY_SCORE,
                                         CAUCE_MIXED(univariate_params, k, "10", CAUCE_V_INT | CAUCE_V_TEXT,
                                                     1, 9007199254740991.0, 0, 0, "all",
                                                     "How many columns are kept; of equal scores those "
                                                     "further to the right."),
                                         NEIGHBORS, CAUCE_END };
static const cauce_param percentile_rows[] = {
    ANY_SCORE,
    CAUCE_REAL(univariate_params, percentile, 10, 0, 100,
               "Per cent of the columns that are kept, rounded down; of scores equal to the least one those "
               "further to the left."),
    NEIGHBORS, CAUCE_END
};
static const cauce_param fpr_rows[] = {
    TESTED_SCORE, ALPHA("Columns whose p-value is below are kept: the rate of false ones among the useless."),
    CAUCE_END
};
static const cauce_param fdr_rows[] = { TESTED_SCORE,
                                        ALPHA("The expected share of false ones among those that are kept, "
                                              "by the method of Benjamini and Hochberg."),
                                        CAUCE_END };
static const cauce_param fwe_rows[] = { TESTED_SCORE,
                                        ALPHA("The chance that a false one is among those that are kept, by "
                                              "Bonferroni's bound."),
                                        CAUCE_END };

typedef struct univariate_state {
    ca_selector kept;
    int64_t n_pvalues;
    double *scores, *pvalues;
} univariate_state;

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(univariate_state, scores, CAUCE_F64, kept.n_columns, "Score of each column."),
    CAUCE_ARRAY(univariate_state, pvalues, CAUCE_F64, n_pvalues,
                "Chance of such a score without a connection; empty for mutual information."),
    CA_SELECTOR_SUPPORT,
    CAUCE_STATE_END,
};

static const char *const score_names[] = { "f_classif", "f_regression", "chi2", "mutual_info_classif",
                                           "mutual_info_regression" };

/* ---- Scores -------------------------------------------------------------------------------------------- */

typedef struct score_job {
    const univariate_params *params;
    ca_associated target;
    univariate_state *state;
} score_job;

static cauce_status check_counts(cauce_run *run, const ca_numeric *column) {
    char name[CA_NUMERIC_NAME];
    for (int64_t r = 0; r < column->n_rows; r++)
        if (!(column->x[r] >= 0))
            return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: %g; chi2 takes counts, 0 or more",
                              ca_numeric_name(column, name), (long long)(column->first_row + r + 1),
                              column->x[r]);
    return CAUCE_OK;
}

static void keep_score(const score_job *job, int64_t j, const ca_association *found) {
    job->state->scores[j] = found->score;
    if (job->state->n_pvalues) job->state->pvalues[j] = found->pvalue;
}

static cauce_status score_column(cauce_run *run, const ca_numeric *column, const cauce_train *train,
                                 void *payload) {
    (void)train;
    const score_job *job = payload;
    const double *x = column->x;
    ca_association found = { 0, 0 };
    switch (job->params->score_func) {
    case F_CLASSIF: CA_TRY(ca_anova(run, &job->target, x, &found)); break;
    case F_REGRESSION: CA_TRY(ca_f_regression(run, &job->target, x, &found)); break;
    case CHI2:
        CA_TRY(check_counts(run, column));
        CA_TRY(ca_chi2(run, &job->target, x, &found));
        break;
    default: CA_TRY(ca_mutual_information(run, &job->target, x, job->params->n_neighbors, &found));
    }
    keep_score(job, column->j, &found);
    return CAUCE_OK;
}

/* By the codes: a column for each of a million levels is never there. */
static cauce_status score_block(cauce_run *run, const ca_coded *block, const cauce_train *train,
                                void *payload) {
    (void)train;
    const score_job *job = payload;
    static const ca_scoring scorings[] = { CA_SCORE_ANOVA, CA_SCORE_F_REGRESSION, CA_SCORE_CHI2,
                                           CA_SCORE_INFORMATION, CA_SCORE_INFORMATION };
    ca_association *found = cauce_scratch(run, block->field->width, sizeof *found);
    if (!found) return run->error.status;
    CA_TRY(ca_score_codes(run, scorings[job->params->score_func], &job->target, block->codes,
                          block->field->width, job->params->n_neighbors, found));
    for (int64_t c = 0; c < block->field->width; c++) keep_score(job, block->first + c, &found[c]);
    return CAUCE_OK;
}

static cauce_status check_target(cauce_run *run, const univariate_params *p, const cauce_train *train) {
    bool numbers = p->score_func == F_REGRESSION || p->score_func == MUTUAL_REGRESSION;
    const char *name = score_names[p->score_func];
    if (numbers ? !train->y : !train->y_class)
        return cauce_fail(run, CAUCE_E_KIND, "score_func=%s needs a target of %s%s", name,
                          numbers ? "numbers" : "classes",
                          train->y_class ? "; f_classif takes classes"
                          : train->y     ? "; f_regression takes numbers"
                                         : ", and the table has no target");
    if (train->weight && (p->score_func == MUTUAL_CLASSIF || p->score_func == MUTUAL_REGRESSION))
        return cauce_fail(run, CAUCE_E_UNSUPPORTED,
                          "score_func=%s counts neighbours and takes no row weights; %s does", name,
                          numbers ? "f_regression" : "f_classif");
    if (!numbers && train->n_classes < 2)
        return cauce_fail(run, CAUCE_E_DATA, "score_func=%s compares classes, and the target has one", name);
    return CAUCE_OK;
}

static cauce_status score_all(cauce_run *run, const univariate_params *p, const cauce_train *train,
                              univariate_state *s) {
    int64_t n = train->schema->width;
    CA_TRY(check_target(run, p, train));
    if (n == 0) return cauce_fail(run, CAUCE_E_SHAPE, "there is no column to select from");
    s->kept.n_columns = n;
    s->n_pvalues = p->score_func == MUTUAL_CLASSIF || p->score_func == MUTUAL_REGRESSION ? 0 : n;
    s->scores = cauce_keep(run, n, sizeof *s->scores);
    s->pvalues = cauce_keep(run, s->n_pvalues, sizeof *s->pvalues);
    s->kept.support = cauce_keep(run, n, sizeof *s->kept.support);
    if (!s->scores || !s->pvalues || !s->kept.support) return run->error.status;
    score_job job = { p, { train->n_rows, train->y_class, train->n_classes, train->y, train->weight }, s };
    CA_TRY(ca_numeric_fit_each(run, train, score_column, &job));
    return ca_coded_fit_each(run, train, score_block, &job);
}

static cauce_status none_kept(cauce_run *run, const cauce_train *train, const univariate_state *s,
                              const char *limit) {
    int64_t best = 0;
    char name[128];
    for (int64_t j = 1; j < s->kept.n_columns; j++)
        if (isnan(s->scores[best]) || s->scores[j] > s->scores[best]) best = j;
    ca_schema_column_name(train->schema, best, name, sizeof name);
    if (s->n_pvalues)
        return cauce_fail(
            run, CAUCE_E_DATA,
            "none of %lld columns is kept: the best, '%s', has the score %g (p-value %g), and %s",
            (long long)s->kept.n_columns, name, s->scores[best], s->pvalues[best], limit);
    return cauce_fail(run, CAUCE_E_DATA,
                      "none of %lld columns is kept: the best, '%s', has the score %g, and %s",
                      (long long)s->kept.n_columns, name, s->scores[best], limit);
}

/* NaN below everything. */
static cauce_status cleaned(cauce_run *run, const univariate_state *s, double **scores) {
    *scores = cauce_scratch(run, s->kept.n_columns, sizeof **scores);
    if (!*scores) return run->error.status;
    for (int64_t j = 0; j < s->kept.n_columns; j++)
        (*scores)[j] = isnan(s->scores[j]) ? -HUGE_VAL : s->scores[j];
    return CAUCE_OK;
}

/* ---- The ways of selecting ----------------------------------------------------------------------------- */

static cauce_status fit_best(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const univariate_params *p = params;
    univariate_state *s = state;
    double *scores;
    CA_TRY(score_all(run, p, train, s));
    CA_TRY(cleaned(run, s, &scores));
    int64_t n = s->kept.n_columns, k = p->k.type == CAUCE_V_INT ? p->k.integer : n;
    int64_t *order = cauce_scratch(run, n, sizeof *order);
    if (!order) return run->error.status;
    if (k > n) {
        cauce_warn(run, "few_columns", "k=%lld of %lld columns: all are kept", (long long)k, (long long)n);
        k = n;
    }
    CA_TRY(ca_argsort(run, scores, n, order)); /* stable: of equals the later ones are the last */
    for (int64_t i = n - k; i < n; i++) s->kept.support[order[i]] = 1;
    return CAUCE_OK;
}

/* Scores above the percentile; of those on it as many as there is room for. */
static cauce_status fit_percentile(cauce_run *run, const void *params, const cauce_train *train,
                                   void *state) {
    const univariate_params *p = params;
    univariate_state *s = state;
    double *scores;
    CA_TRY(score_all(run, p, train, s));
    CA_TRY(cleaned(run, s, &scores));
    int64_t n = s->kept.n_columns, kept = 0, room = (int64_t)floor((double)n * p->percentile / 100);
    double *sorted = cauce_scratch(run, n, sizeof *sorted);
    if (!sorted) return run->error.status;
    memcpy(sorted, scores, (size_t)n * sizeof *sorted);
    CA_TRY(ca_sort(run, sorted, n));
    /* The threshold lies between two scores: above it are those from the upper one on. */
    double place = (double)(n - 1) * ((100 - p->percentile) / 100);
    int64_t below = (int64_t)floor(place);
    double low = sorted[below], high = sorted[below + 1 < n ? below + 1 : below];
    bool between = place > (double)below && low < high;
    for (int64_t j = 0; j < n; j++)
        if (p->percentile >= 100 || (between ? scores[j] >= high : scores[j] > low))
            s->kept.support[j] = 1, kept++;
    for (int64_t j = 0; j < n && !between && kept < room; j++)
        if (!s->kept.support[j] && scores[j] == low) s->kept.support[j] = 1, kept++;
    return kept ? CAUCE_OK : none_kept(run, train, s, "percentile leaves room for none");
}

static cauce_status keep_pvalues(cauce_run *run, const cauce_train *train, univariate_state *s, double limit,
                                 bool closed, const char *rule) {
    int64_t kept = 0;
    for (int64_t j = 0; j < s->kept.n_columns; j++) {
        s->kept.support[j] = closed ? s->pvalues[j] <= limit : s->pvalues[j] < limit;
        kept += s->kept.support[j];
    }
    return kept ? CAUCE_OK : none_kept(run, train, s, rule);
}

static cauce_status fit_fpr(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const univariate_params *p = params;
    CA_TRY(score_all(run, p, train, state));
    return keep_pvalues(run, train, state, p->alpha, false, "its p-value must be below alpha");
}

static cauce_status fit_fwe(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const univariate_params *p = params;
    univariate_state *s = state;
    CA_TRY(score_all(run, p, train, s));
    return keep_pvalues(run, train, s, p->alpha / (double)s->kept.n_columns, false,
                        "its p-value must be below alpha / columns");
}

/* The largest p-value that is at most its rank's share of alpha. */
static cauce_status fit_fdr(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const univariate_params *p = params;
    univariate_state *s = state;
    CA_TRY(score_all(run, p, train, s));
    double *sorted = cauce_scratch(run, s->kept.n_columns, sizeof *sorted), limit = -1;
    if (!sorted) return run->error.status;
    for (int64_t j = 0; j < s->kept.n_columns; j++) sorted[j] = isnan(s->pvalues[j]) ? 2 : s->pvalues[j];
    CA_TRY(ca_sort(run, sorted, s->kept.n_columns));
    for (int64_t i = 0; i < s->kept.n_columns; i++)
        if (sorted[i] <= p->alpha / (double)s->kept.n_columns * (double)(i + 1)) limit = sorted[i];
    return keep_pvalues(run, train, s, limit, true, "no p-value is at most its rank's share of alpha");
}

#define UNIVARIATE(id, rows, fit_function, text, source)                                                     \
    const cauce_component cauce_##id = {                                                                     \
        .size = sizeof(cauce_component),                                                                     \
        .abi = CAUCE_COMPONENT_ABI,                                                                          \
        .name = #id,                                                                                         \
        .summary = text,                                                                                     \
        .reference = source,                                                                                 \
        .role = CAUCE_TRANSFORMER,                                                                           \
        .tags = CAUCE_TAG_ONEHOT | CAUCE_TAG_SUPERVISED,                                                     \
        .params_size = sizeof(univariate_params),                                                            \
        .params = rows,                                                                                      \
        .state_size = sizeof(univariate_state),                                                              \
        .state = state_rows,                                                                                 \
        .state_version = 1,                                                                                  \
        .fit = fit_function,                                                                                 \
        .bind = ca_selector_bind,                                                                            \
        .apply = ca_selector_apply,                                                                          \
        .verify = ca_selector_verify,                                                                        \
        .trace = ca_selector_trace,                                                                          \
    }

UNIVARIATE(select_k_best, best_rows, fit_best,
           "Keeps the columns that say most about the target, one by one.",
           "Ross (2014), doi:10.1371/journal.pone.0087357; Kraskov et al. (2004), "
           "doi:10.1103/PhysRevE.69.066138 (mutual information)");
UNIVARIATE(select_percentile, percentile_rows, fit_percentile,
           "Keeps a share of the columns, those that say most about the target, one by one.",
           "Ross (2014), doi:10.1371/journal.pone.0087357; Kraskov et al. (2004), "
           "doi:10.1103/PhysRevE.69.066138 (mutual information)");
UNIVARIATE(select_fpr, fpr_rows, fit_fpr,
           "Keeps the columns whose connection to the target has a small p-value.", NULL);
UNIVARIATE(select_fdr, fdr_rows, fit_fdr,
           "Keeps columns connected to the target, with a bound on the share of false ones.",
           "Benjamini and Hochberg (1995), doi:10.1111/j.2517-6161.1995.tb02031.x");
UNIVARIATE(select_fwe, fwe_rows, fit_fwe,
           "Keeps columns connected to the target, with a bound on the chance of a false one.", NULL);
