/* rfe: recursive feature elimination. An estimator is fitted, the least important columns are left out, and
 * so on until enough are (Guyon, Weston, Barnhill, Vapnik: Gene selection for cancer classification using
 * support vector machines, Machine Learning 46 (2002), doi:10.1023/A:1012487302797). Coefficients count by
 * their squares, summed over the classes; of equals the first column goes first. */
#include <math.h>

#include "compose/beside.h"
#include "compose/importance.h"
#include "math/sort.h"

struct params {
    cauce_value n_features_to_select, step;
    const char *importance_getter;
};

static const cauce_param param_rows[] = {
    CAUCE_MIXED(struct params, n_features_to_select, "null", CAUCE_V_NULL | CAUCE_V_INT | CAUCE_V_REAL, 1,
                9007199254740991.0, 0, 1, NULL, "How many columns are kept, or which share; null: half."),
    CAUCE_MIXED(struct params, step, "1", CAUCE_V_INT | CAUCE_V_REAL, 1, 9007199254740991.0, 0, 1, NULL,
                "How many columns are left out at a time, or which share of all of them."),
    CA_IMPORTANCE_GETTER(struct params), CAUCE_END
};

struct state {
    ca_selector kept;
    int64_t *ranking;
};

static const cauce_state state_rows[] = {
    CAUCE_ARRAY(struct state, ranking, CAUCE_I64, kept.n_columns,
                "1 for the columns that are kept; of the others, those left out last have 2."),
    CA_SELECTOR_SUPPORT,
    CAUCE_STATE_END,
};

/* ---- Fit ----------------------------------------------------------------------------------------------- */

static int64_t step_of(const cauce_value *step, int64_t n_columns) {
    int64_t n = step->type == CAUCE_V_INT ? step->integer : (int64_t)floor(step->real * (double)n_columns);
    return n < 1 ? 1 : n;
}

/* Leaves out the `drop` least important of the columns that are there. */
static cauce_status eliminate(cauce_run *run, const ca_node *node, const cauce_train *train, int64_t left,
                              int64_t drop, struct state *s) {
    const struct params *p = node->f.params;
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    double *importance = cauce_scratch(run, left, sizeof *importance);
    int64_t *order = cauce_scratch(run, left, sizeof *order),
            *column = cauce_scratch(run, left, sizeof *column);
    if (!importance || !order || !column) return run->error.status;
    CA_TRY(ca_importances(run, node->recipe->children[0], p->importance_getter, 0, train, s->kept.support,
                          importance));
    for (int64_t j = 0, n = 0; j < s->kept.n_columns; j++)
        if (s->kept.support[j]) column[n++] = j;
    CA_TRY(ca_argsort(run, importance, left, order));
    for (int64_t i = 0; i < drop; i++) s->kept.support[column[order[i]]] = 0;
    for (int64_t j = 0; j < s->kept.n_columns; j++) s->ranking[j] += !s->kept.support[j];
    ca_arena_back(&run->scratch, mark);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, ca_node *node, const cauce_train *train, ca_frame *out) {
    const struct params *p = node->f.params;
    struct state *s = (struct state *)(uintptr_t)node->f.state;
    int64_t n = train->schema->width;
    (void)out;
    CA_TRY(ca_selector_begin(run, node, train, true));
    s->ranking = cauce_keep(run, n, sizeof *s->ranking);
    if (!s->ranking) return run->error.status;
    for (int64_t j = 0; j < n; j++) s->ranking[j] = 1;
    int64_t step = step_of(&p->step, n), wanted = ca_selector_count(run, &p->n_features_to_select, n);
    for (int64_t left = n; left > wanted;) {
        int64_t drop = step < left - wanted ? step : left - wanted;
        CA_TRY(cauce_check_cancel(run));
        CA_TRY(eliminate(run, node, train, left, drop, s));
        left -= drop;
    }
    return CAUCE_OK;
}

CA_SELECTOR(rfe, "Leaves out the columns that an estimator calls least important, a few at a time.",
            "Guyon et al. (2002), doi:10.1023/A:1012487302797", NULL);
