/* select_from_model: keeps the columns that an estimator, fitted to all of them, calls important. */
#include <math.h>
#include <string.h>

#include "base/number.h"
#include "compose/beside.h"
#include "compose/importance.h"
#include "math/sort.h"

struct params {
    cauce_value threshold, max_features;
    double norm_order;
    const char *importance_getter;
};

static const cauce_param param_rows[] = {
    CAUCE_MIXED(struct params, threshold, "null", CAUCE_V_NULL | CAUCE_V_REAL | CAUCE_V_TEXT, 0, 0, -HUGE_VAL,
                HUGE_VAL, NULL,
                "Columns whose importance is below it are left out: a number, mean, median, or such as "
                "1.25*mean; null: 1e-5 for lasso, lasso_cv and lasso_path, mean for others."),
    CAUCE_MIXED(struct params, max_features, "null", CAUCE_V_NULL | CAUCE_V_INT, 1, 9007199254740991.0, 0, 0,
                NULL, "Most columns that are kept, the most important ones; of equal ones the first."),
    CAUCE_REAL(struct params, norm_order, 1, 1, HUGE_VAL,
               "Which norm of the coefficients of a column over several classes is its importance: 1 is the "
               "sum of their sizes, inf the largest."),
    CA_IMPORTANCE_GETTER(struct params), CAUCE_END
};

struct state {
    ca_selector kept;
    double *importances;
    double threshold;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct state, importances, CAUCE_F64, kept.n_columns,
                "What the estimator says of each column."),
    CAUCE_NUMBER_REAL(struct state, threshold, "The least importance of a column that is kept."),
    CA_SELECTOR_SUPPORT,
    CAUCE_STATE_END,
};

/* ---- The threshold ------------------------------------------------------------------------------------- */

typedef struct limit {
    double factor;
    bool mean, median; /* of the importances, times the factor; neither: the factor itself */
} limit;

/* "mean", "median", or one of them after a number and "*". */
static bool read_limit(const char *text, limit *out) {
    const char *star = strchr(text, '*'), *word = star ? star + 1 : text;
    size_t length = star ? (size_t)(star - text) : 0;
    while (length && text[length - 1] == ' ') length--;
    word += strspn(word, " ");
    *out = (limit){ 1, strcmp(word, "mean") == 0, strcmp(word, "median") == 0 };
    if (!out->mean && !out->median) return false;
    return !star || (ca_number_parse(text, length, &out->factor) && isfinite(out->factor));
}

static cauce_status check_params(cauce_run *run, const void *params) {
    const cauce_value *t = &((const struct params *)params)->threshold;
    limit unused;
    if (t->type == CAUCE_V_TEXT ? read_limit(t->text, &unused) : t->type == CAUCE_V_NULL || !isnan(t->real))
        return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_PARAM,
                      "threshold=%s: it takes a number, mean, median, or such as 1.25*mean",
                      t->type == CAUCE_V_TEXT ? t->text : "nan");
}

static limit limit_of(const struct params *p, const cauce_recipe *estimator) {
    limit found = { 1, true, false };
    const char *name = ca_recipe_last(estimator)->name;
    if (p->threshold.type == CAUCE_V_TEXT)
        read_limit(p->threshold.text, &found);
    else if (p->threshold.type == CAUCE_V_REAL)
        found = (limit){ p->threshold.real, false, false };
    else if (strcmp(name, "lasso") == 0 || strcmp(name, "lasso_cv") == 0 || strcmp(name, "lasso_path") == 0)
        found = (limit){ 1e-5, false, false };
    return found;
}

static cauce_status compute_limit(cauce_run *run, const limit *l, const double *importances, int64_t n,
                                  double *threshold) {
    double *sorted = cauce_scratch(run, n, sizeof *sorted), sum = 0;
    if (!sorted) return run->error.status;
    memcpy(sorted, importances, (size_t)n * sizeof *sorted);
    CA_TRY(ca_sort(run, sorted, n));
    for (int64_t j = 0; j < n; j++) sum += importances[j];
    double median = n % 2 ? sorted[n / 2] : sorted[n / 2 - 1] / 2 + sorted[n / 2] / 2;
    *threshold = l->factor * (l->mean ? sum / (double)n : l->median ? median : 1);
    return CAUCE_OK;
}

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static cauce_status choose(cauce_run *run, const struct params *p, struct state *s) {
    int64_t n = s->kept.n_columns, kept = 0, most = n, *order = cauce_scratch(run, n, sizeof *order);
    double *minus = cauce_scratch(run, n, sizeof *minus);
    if (!order || !minus) return run->error.status;
    if (p->max_features.type == CAUCE_V_INT && p->max_features.integer < n) most = p->max_features.integer;
    for (int64_t j = 0; j < n; j++) minus[j] = -s->importances[j];
    CA_TRY(ca_argsort(run, minus, n, order)); /* stable: of equals the first comes first */
    for (int64_t i = 0; i < most; i++) {
        s->kept.support[order[i]] = s->importances[order[i]] >= s->threshold;
        kept += s->kept.support[order[i]];
    }
    if (kept) return CAUCE_OK;
    return cauce_fail(run, CAUCE_E_DATA,
                      "no column is kept: the largest importance is %g, below the threshold of %g",
                      s->importances[order[0]], s->threshold);
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const struct params *p = node->f.params;
    const cauce_recipe *estimator = node->recipe->children[0];
    struct state *s = (struct state *)(uintptr_t)node->f.state;
    int64_t n = train->schema->width;
    (void)out;
    CA_TRY(ca_selector_begin(run, node, train, true));
    s->importances = cauce_keep(run, n, sizeof *s->importances);
    if (!s->importances) return run->error.status;
    CA_TRY(ca_importances(run, estimator, p->importance_getter, p->norm_order, train, s->kept.support,
                          s->importances));
    memset(s->kept.support, 0, (size_t)n);
    limit l = limit_of(p, estimator);
    CA_TRY(compute_limit(run, &l, s->importances, n, &s->threshold));
    return choose(run, p, s);
}

CA_SELECTOR(select_from_model, "Keeps the columns that an estimator calls important.", NULL, check_params);
