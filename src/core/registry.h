/* What components there are: the built-in ones of registry.def and those registered from outside. */
#ifndef CA_CORE_REGISTRY_H
#define CA_CORE_REGISTRY_H

#include "cauce/sys/component.h"

/* The component's inverse; NULL: it has none. */
typedef cauce_status ca_inverse(cauce_run *run, const cauce_fitted *self, const cauce_batch *from,
                                cauce_batch *to);
ca_inverse *ca_component_inverse(const cauce_component *component);
/* Does it tell what it gives after some of its stages? */
bool ca_component_has_stages(const cauce_component *component);
/* Does it know several quantiles of the target? */
bool ca_component_has_quantiles(const cauce_component *component);
/* Lower case letters, digits and single '_'. */
bool ca_registry_good_name(const char *name);
/* The component's trace; NULL: it has none. */
typedef void ca_trace(const cauce_fitted *self, const double *out, double *in);
ca_trace *ca_component_trace(const cauce_component *component);
/* Its deviation; NULL: it has none. */
typedef cauce_status ca_deviation(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                  double *out, void *scratch);
ca_deviation *ca_component_deviation(const cauce_component *component);
/* Its ready; NULL: bind does all there is to do. */
typedef cauce_status ca_make_ready(cauce_run *run, const cauce_fitted *self);
ca_make_ready *ca_component_ready(const cauce_component *component);
/* The component called `name`; NULL: PARAM with the nearest name. */
const cauce_component *ca_registry_find(cauce_run *run, const char *name);
/* In order; NULL past the end. */
const cauce_component *ca_registry_at(int64_t i);

#endif
