#include "core/registry.h"

#include <pthread.h>
#include <string.h>

#include "base/run.h"
#include "base/text.h"

#define COMPONENT(name) extern const cauce_component cauce_##name;
#include "core/registry.def"
#undef COMPONENT

static const cauce_component *const built_in[] = {
#define COMPONENT(name) &cauce_##name,
#include "core/registry.def"
#undef COMPONENT
};
enum { N_BUILT_IN = sizeof built_in / sizeof *built_in, MOST_OUTSIDE = 1024 };

/* Components from outside. Entries are only ever added: a reader that sees the count sees the entries. */
static const cauce_component *outside[MOST_OUTSIDE];
static int64_t n_outside;
static pthread_mutex_t outside_lock = PTHREAD_MUTEX_INITIALIZER;

const cauce_component *ca_registry_at(int64_t i) {
    if (i < 0) return NULL;
    if (i < N_BUILT_IN) return built_in[i];
    i -= N_BUILT_IN;
    return i < __atomic_load_n(&n_outside, __ATOMIC_ACQUIRE) ? outside[i] : NULL;
}

static int64_t count(void) {
    return N_BUILT_IN + __atomic_load_n(&n_outside, __ATOMIC_ACQUIRE);
}

static const char *name_at(int64_t i, void *payload) {
    (void)payload;
    return ca_registry_at(i)->name;
}

static const cauce_component *lookup(const char *name) {
    for (int64_t i = 0; i < count(); i++)
        if (strcmp(ca_registry_at(i)->name, name) == 0) return ca_registry_at(i);
    return NULL;
}

const cauce_component *ca_registry_find(cauce_run *run, const char *name) {
    const cauce_component *found = lookup(name);
    if (found) return found;
    const char *nearest = ca_text_nearest(name, count(), name_at, NULL);
    if (nearest)
        cauce_fail(run, CAUCE_E_PARAM, "no component '%s'; did you mean '%s'?", name, nearest);
    else
        cauce_fail(run, CAUCE_E_PARAM, "no component '%s' ('cauce describe' lists them)", name);
    return NULL;
}

ca_inverse *ca_component_inverse(const cauce_component *component) {
    return component->size > offsetof(cauce_component, inverse) ? component->inverse : NULL;
}

ca_trace *ca_component_trace(const cauce_component *component) {
    return component->size > offsetof(cauce_component, trace) ? component->trace : NULL;
}

bool ca_component_has_stages(const cauce_component *component) {
    return component->size > offsetof(cauce_component, stages) && component->stages;
}

bool ca_component_has_quantiles(const cauce_component *component) {
    return component->size > offsetof(cauce_component, quantiles) && component->quantiles;
}

ca_make_ready *ca_component_ready(const cauce_component *component) {
    return component->size > offsetof(cauce_component, ready) ? component->ready : NULL;
}

ca_deviation *ca_component_deviation(const cauce_component *component) {
    return component->size > offsetof(cauce_component, deviation) ? component->deviation : NULL;
}

bool ca_registry_good_name(const char *name) {
    if (!name || !(*name >= 'a' && *name <= 'z') || strlen(name) > 64) return false;
    for (const char *p = name; *p; p++) {
        if (!((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') || *p == '_')) return false;
        if (p[0] == '_' && p[1] == '_') return false;
    }
    return true;
}

static cauce_status check_rows(cauce_run *run, const cauce_component *c) {
    if (!c->params || !c->state)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s' has no %s rows", c->name,
                          c->params ? "state" : "parameter");
    for (const cauce_param *row = c->params; row->type != CAUCE_PARAM_END; row++)
        if (!row->name || row->offset >= c->params_size || !row->help)
            return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s': a parameter row is incomplete",
                              c->name);
    for (const cauce_state *row = c->state; row->dtype != CAUCE_STATE_LAST; row++)
        if (!row->name || row->offset >= c->state_size)
            return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s': a state row is incomplete", c->name);
    return CAUCE_OK;
}

static cauce_status check_component(cauce_run *run, const cauce_component *c) {
    if (!c) return cauce_fail(run, CAUCE_E_ARGUMENT, "the component is NULL");
    bool known = c->size == sizeof *c || c->size == offsetof(cauce_component, inverse) ||
                 c->size == offsetof(cauce_component, stages) ||
                 c->size == offsetof(cauce_component, trace) || c->size == offsetof(cauce_component, ready);
    if (!known || c->abi != CAUCE_COMPONENT_ABI)
        return cauce_fail(run, CAUCE_E_ARGUMENT,
                          "component of ABI %u and %u bytes; this library has ABI %d and %zu bytes", c->abi,
                          c->size, CAUCE_COMPONENT_ABI, sizeof *c);
    if (!ca_registry_good_name(c->name))
        return cauce_fail(run, CAUCE_E_ARGUMENT,
                          "bad component name '%s': at most 64 lower case letters, digits and single '_'",
                          c->name ? c->name : "");
    if (lookup(c->name))
        return cauce_fail(run, CAUCE_E_ARGUMENT, "there is a component '%s' already", c->name);
    if (c->role != CAUCE_TRANSFORMER && c->role != CAUCE_CLASSIFIER && c->role != CAUCE_REGRESSOR)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s' has no role", c->name);
    if (!c->summary || !c->fit || !c->apply || !c->verify || c->composite)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s' needs summary, fit, apply and verify",
                          c->name);
    if (ca_component_has_stages(c) && !c->apply_stages)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s' has stages and no apply_stages", c->name);
    if (ca_component_has_quantiles(c) && !c->apply_quantiles)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "component '%s' has quantiles and no apply_quantiles",
                          c->name);
    return check_rows(run, c);
}

cauce_status cauce_register(const cauce_component *component) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    pthread_mutex_lock(&outside_lock);
    if (check_component(run, component) == CAUCE_OK) {
        if (n_outside == MOST_OUTSIDE)
            cauce_fail(run, CAUCE_E_LIMIT, "more than %d components", MOST_OUTSIDE);
        else {
            outside[n_outside] = component;
            __atomic_store_n(&n_outside, n_outside + 1, __ATOMIC_RELEASE);
        }
    }
    pthread_mutex_unlock(&outside_lock);
    return ca_guard_leave(&guard);
}
