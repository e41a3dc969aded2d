/* Everything that scoring takes from a model file as an index or a bound is checked here once, so that
 * scoring need not. */
#include <math.h>

#include "base/run.h"
#include "boost/boosting.h"
#include "tree/columns.h"

static cauce_status verify_lengths(cauce_run *run, const ca_boosting *m, const cauce_schema *in,
                                   int64_t n_outputs) {
    if (m->n_outputs != n_outputs)
        return cauce_fail(run, CAUCE_E_FORMAT, "a baseline of %lld numbers, expected %lld",
                          (long long)m->n_outputs, (long long)n_outputs);
    if (m->n_features != in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "importances of %lld columns, the input has %lld",
                          (long long)m->n_features, (long long)in->width);
    int64_t n_trees = m->n_offsets - 1;
    if (m->n_offsets < 1 || n_trees % n_outputs || m->n_iter != n_trees / n_outputs)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld trees in %lld iterations of %lld", (long long)n_trees,
                          (long long)m->n_iter, (long long)n_outputs);
    if (m->n_splits > INT32_MAX || m->n_leaves - n_trees != m->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld splits and %lld leaves do not make %lld trees",
                          (long long)m->n_splits, (long long)m->n_leaves, (long long)n_trees);
    if (m->tree_offset[0] != 0 || m->tree_offset[n_trees] != m->n_splits)
        return cauce_fail(run, CAUCE_E_FORMAT, "the trees do not cover the splits");
    for (int64_t t = 0; t < n_trees; t++)
        if (m->tree_offset[t + 1] < m->tree_offset[t])
            return cauce_fail(run, CAUCE_E_FORMAT, "tree %lld goes from split %lld to %lld", (long long)t,
                              (long long)m->tree_offset[t], (long long)m->tree_offset[t + 1]);
    return CAUCE_OK;
}

static cauce_status bad(cauce_run *run, int64_t tree, int64_t split, const char *what) {
    return cauce_fail(run, CAUCE_E_FORMAT, "tree %lld, split %lld: %s", (long long)tree, (long long)split,
                      what);
}

static cauce_status verify_split(cauce_run *run, const ca_boosting *m, const cauce_schema *in, int64_t t,
                                 int64_t i) {
    int32_t feature = m->split_feature[i];
    int64_t at = i - m->tree_offset[t], place;
    double threshold = m->split_threshold[i];
    if (m->split_flags[i] > 15) return bad(run, t, at, "split_flags is 0 to 15");
    if (feature < 0 || feature >= m->n_features) return bad(run, t, at, "no such column");
    if (isnan(threshold)) return bad(run, t, at, "the threshold is not a number");
    const cauce_field *field = &in->fields[ca_field_of(in, feature, &place)];
    bool category = field->form == CAUCE_CODES;
    if (category != !!(m->split_flags[i] & CA_SPLIT_CATEGORY))
        return bad(run, t, at,
                   category ? "it takes a category for a number" : "it takes a number for a category");
    if (!category) return CAUCE_OK;
    int64_t words = ca_level_words(field->levels ? cauce_levels_count(field->levels) : 0);
    if (threshold != floor(threshold) || threshold < 0 || threshold > (double)(m->n_words - words))
        return bad(run, t, at, "its levels are not in category_left");
    return CAUCE_OK;
}

/* Each split but the first fills a place that an earlier one has left open, and none remains. */
static cauce_status verify_tree(cauce_run *run, const ca_boosting *m, const cauce_schema *in, int64_t t) {
    int64_t first = m->tree_offset[t], n = m->tree_offset[t + 1] - first, open = 1;
    for (int64_t i = 0; i < n; i++) {
        CA_TRY(verify_split(run, m, in, t, first + i));
        if (open == 0) return bad(run, t, i, "no split before it has it as a child");
        uint8_t flags = m->split_flags[first + i];
        open += 1 - !!(flags & CA_SPLIT_LEAF_LEFT) - !!(flags & CA_SPLIT_LEAF_RIGHT);
    }
    return n == 0 || open == 0 ? CAUCE_OK : bad(run, t, n - 1, "it has a child outside of the tree");
}

cauce_status ca_boosting_verify(cauce_run *run, const ca_boosting *m, const cauce_schema *in,
                                int64_t n_outputs) {
    CA_TRY(verify_lengths(run, m, in, n_outputs));
    for (int64_t t = 0; t + 1 < m->n_offsets; t++) CA_TRY(verify_tree(run, m, in, t));
    for (int64_t k = 0; k < n_outputs; k++)
        if (!isfinite(m->baseline[k])) return cauce_fail(run, CAUCE_E_FORMAT, "the baseline is not finite");
    for (int64_t i = 0; i < m->n_leaves; i++)
        if (!isfinite(m->leaf_value[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "leaf number %lld is not finite", (long long)i);
    return CAUCE_OK;
}
