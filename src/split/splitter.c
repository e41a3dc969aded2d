/* The registry of splitters, and folds from a text. */
#include "split/splitter.h"

#include <string.h>

#include "base/text.h"
#include "core/param.h"
#include "split/folds.h"

static const ca_splitter *const splitters[] = {
#define SPLITTER(name) &ca_splitter_##name,
#include "split/splitters.def"
#undef SPLITTER
};
enum { N_SPLITTERS = sizeof splitters / sizeof *splitters };

const ca_splitter *ca_splitter_at(int64_t i) {
    return i >= 0 && i < N_SPLITTERS ? splitters[i] : NULL;
}

static const char *name_at(int64_t i, void *payload) {
    (void)payload;
    return splitters[i]->name;
}

static const ca_splitter *find(cauce_run *run, const char *name) {
    for (int64_t i = 0; i < N_SPLITTERS; i++)
        if (strcmp(splitters[i]->name, name) == 0) return splitters[i];
    char shown[96];
    ca_text_show(name, strlen(name), shown, sizeof shown);
    const char *nearest = ca_text_nearest(name, N_SPLITTERS, name_at, NULL);
    if (*name && strspn(name, "0123456789") == strlen(name))
        return cauce_fail(run, CAUCE_E_PARAM,
                          "'%s' is not a splitter; did you mean 'k_fold n_splits=%s' or 'stratified_k_fold "
                          "n_splits=%s'?",
                          shown, shown, shown),
               NULL;
    if (nearest)
        return cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a splitter; did you mean '%s'?", shown, nearest),
               NULL;
    ca_text list = { 0 };
    for (int64_t i = 0; i < N_SPLITTERS; i++) {
        if (i) ca_text_add(&list, ", ");
        ca_text_add(&list, splitters[i]->name);
    }
    cauce_fail(run, CAUCE_E_PARAM, "'%s' is not a splitter (there are: %s)", shown, ca_text_get(&list));
    ca_text_free(&list);
    return NULL;
}

/* The splitter's parameter struct: defaults, overwritten by what the text assigns. */
static cauce_status read_params(cauce_run *run, const ca_splitter *splitter, const ca_spec *spec,
                                void **params) {
    const cauce_param *rows = splitter->params;
    int64_t count = ca_param_count(rows);
    cauce_value *values = cauce_scratch(run, count, sizeof *values);
    bool *given = cauce_scratch(run, count, sizeof *given);
    *params = cauce_scratch(run, 1, splitter->params_size);
    if (!values || !given || !*params) return run->error.status;
    for (int64_t i = 0; i < count; i++) CA_TRY(ca_param_default(run, &run->scratch, &rows[i], &values[i]));
    for (int64_t i = 0; i < spec->n_items; i++) {
        int64_t at = ca_param_find(rows, spec->items[i].key);
        if (at < 0) return ca_param_unknown(run, splitter->name, rows, spec->items[i].key);
        if (given[at])
            return cauce_fail(run, CAUCE_E_PARAM, "%s: '%s' is given twice", splitter->name, rows[at].name);
        given[at] = true;
        values[at] = spec->items[i].value;
        CA_TRY(ca_param_check(run, splitter->name, &rows[at], &values[at]));
    }
    ca_param_fill(rows, values, *params);
    return CAUCE_OK;
}

cauce_status ca_split(cauce_run *run, const char *text, const ca_split_input *input, ca_arena *arena,
                      ca_folds *folds) {
    *folds = (ca_folds){ 0 };
    ca_arena_mark mark = ca_arena_here(&run->scratch);
    ca_spec spec;
    CA_TRY(ca_spec_parse(run, &run->scratch, text, true, &spec));
    const ca_splitter *splitter = find(run, spec.name);
    if (!splitter) return run->error.status;
    void *params = NULL;
    CA_TRY(read_params(run, splitter, &spec, &params));
    ca_place place;
    ca_enter(run, &place, splitter->name);
    cauce_status status = splitter->split(run, params, input, arena, folds);
    ca_leave(run, &place);
    /* A caller may want the folds themselves in scratch memory. */
    if (status == CAUCE_OK && arena != &run->scratch) ca_arena_back(&run->scratch, mark);
    return status;
}
