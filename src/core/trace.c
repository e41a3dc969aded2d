/* What the columns of an output are worth, as a worth of the columns of the input. */
#include "core/node.h"
#include "core/registry.h"
#include "data/trace.h"

cauce_status ca_node_trace(cauce_run *run, const ca_node *node, const double *out, double *in) {
    const cauce_component *component = node->f.component;
    ca_trace *trace = ca_component_trace(component);
    if (component->composite && component->composite->trace)
        return component->composite->trace(run, node, out, in);
    if (!trace) trace = component->composite ? ca_trace_evenly : ca_trace_plainly;
    trace(&node->f, out, in);
    return CAUCE_OK;
}
