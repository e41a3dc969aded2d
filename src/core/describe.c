#include "core/describe.h"

#include <string.h>

#include "base/json.h"

/* Wraps a sentence at 78 columns. */
static void add_wrapped(ca_text *out, const char *text, size_t indent) {
    size_t column = indent;
    for (size_t i = 0; i < indent; i++) ca_text_add(out, " ");
    while (*text) {
        size_t n = strcspn(text, " ");
        if (column > indent && column + n + 1 > 78) {
            ca_text_add(out, "\n");
            for (size_t i = 0; i < indent; i++) ca_text_add(out, " ");
            column = indent;
        } else if (column > indent) {
            ca_text_add(out, " ");
            column++;
        }
        ca_text_add_n(out, text, n);
        column += n;
        text += n + strspn(text + n, " ");
    }
    ca_text_add(out, "\n");
}

static void add_params(const cauce_param *rows, ca_text *out) {
    if (!ca_param_count(rows)) ca_text_add(out, "\n  no parameters\n");
    for (const cauce_param *row = rows; row && row->type != CAUCE_PARAM_END; row++) {
        ca_text_addf(out, "\n  %s = %s\n      ", row->name, row->fallback ? row->fallback : "null");
        ca_param_accepts(row, out);
        ca_text_add(out, "\n");
        add_wrapped(out, row->help, 6);
    }
}

static void add_reference(const char *reference, ca_text *out) {
    if (!reference) return;
    ca_text_add(out, "\n  reference:\n");
    add_wrapped(out, reference, 6);
}

static void add_slots(const cauce_component *c, ca_text *out) {
    for (const ca_slot *slot = ca_slots(c); slot->key; slot++) {
        ca_text_addf(out, "\n  %s: %s%s%s%s\n", slot->key, ca_slot_accepts(slot), slot->fallback ? " (" : "",
                     slot->fallback ? slot->fallback : "", slot->fallback ? ")" : "");
        add_wrapped(out, slot->help, 6);
    }
}

void ca_describe(const cauce_component *c, ca_text *out) {
    ca_text_addf(out, "%s (%s)\n", c->name, ca_role_name(c->role));
    add_wrapped(out, c->summary, 2);
    ca_text_addf(out, "\n  takes: numbers%s%s%s\n", c->tags & CAUCE_TAG_CATEGORY ? ", categories" : "",
                 c->tags & CAUCE_TAG_MISSING ? ", missing values" : "",
                 c->tags & CAUCE_TAG_OFFSET ? ", an offset or exposure" : "");
    add_slots(c, out);
    add_params(c->params, out);
    bool any = false;
    for (const cauce_state *row = c->state; row->dtype != CAUCE_STATE_LAST; row++) {
        if (!any) ca_text_add(out, "\n  fitted:\n");
        any = true;
        ca_text_addf(out, "      %s: %s\n", row->name, row->help ? row->help : "");
    }
    add_reference(c->reference, out);
}

void ca_describe_row(const ca_described *d, ca_text *out) {
    ca_text_addf(out, "%s (%s)\n", d->name, d->role);
    add_wrapped(out, d->summary, 2);
    if (d->direction >= 0) ca_text_addf(out, "\n  %s is better.\n", d->direction ? "More" : "Less");
    add_params(d->params, out);
    add_reference(d->reference, out);
}

static void add_head(const char *name, const char *role, const char *summary, const char *reference,
                     ca_text *out) {
    ca_text_add(out, "{\"name\": ");
    ca_json_text(out, name);
    ca_text_addf(out, ", \"role\": \"%s\", \"summary\": ", role);
    ca_json_text(out, summary);
    ca_text_add(out, ", \"reference\": ");
    if (reference)
        ca_json_text(out, reference);
    else
        ca_text_add(out, "null");
}

static void add_params_json(const cauce_param *rows, ca_text *out) {
    ca_text accepts = { 0 };
    ca_text_add(out, ", \"parameters\": [");
    for (const cauce_param *row = rows; row && row->type != CAUCE_PARAM_END; row++) {
        ca_text_add(out, row == rows ? "\n  {\"name\": " : ",\n  {\"name\": ");
        ca_json_text(out, row->name);
        ca_text_add(out, ", \"default\": ");
        ca_json_text(out, row->fallback ? row->fallback : "null");
        accepts.length = 0;
        ca_param_accepts(row, &accepts);
        ca_text_add(out, ", \"accepts\": ");
        ca_json_text(out, ca_text_get(&accepts));
        ca_text_add(out, ", \"help\": ");
        ca_json_text(out, row->help);
        ca_text_add(out, "}");
    }
    ca_text_free(&accepts);
    ca_text_add(out, "]}\n");
}

static void add_slots_json(const cauce_component *c, ca_text *out) {
    ca_text_add(out, ", \"components\": [");
    for (const ca_slot *slot = ca_slots(c); slot->key; slot++) {
        ca_text_add(out, slot == ca_slots(c) ? "\n  {\"name\": " : ",\n  {\"name\": ");
        ca_json_text(out, slot->key);
        ca_text_addf(out, ", \"list\": %s, \"default\": ", slot->kind == CA_SLOT_ONE ? "false" : "true");
        if (slot->fallback)
            ca_json_text(out, slot->fallback);
        else
            ca_text_add(out, "null");
        ca_text_add(out, ", \"accepts\": ");
        ca_json_text(out, ca_slot_accepts(slot));
        ca_text_add(out, ", \"help\": ");
        ca_json_text(out, slot->help);
        ca_text_add(out, "}");
    }
    ca_text_add(out, "]");
}

void ca_describe_json(const cauce_component *c, ca_text *out) {
    add_head(c->name, ca_role_name(c->role), c->summary, c->reference, out);
    ca_text_addf(out, ", \"takes_missing\": %s, \"takes_categories\": %s, \"takes_offset\": %s",
                 c->tags & CAUCE_TAG_MISSING ? "true" : "false",
                 c->tags & CAUCE_TAG_CATEGORY ? "true" : "false",
                 c->tags & CAUCE_TAG_OFFSET ? "true" : "false");
    if (ca_slots(c)->key) add_slots_json(c, out);
    add_params_json(c->params, out);
}

void ca_describe_row_json(const ca_described *d, ca_text *out) {
    add_head(d->name, d->role, d->summary, d->reference, out);
    if (d->direction >= 0) ca_text_addf(out, ", \"greater_is_better\": %s", d->direction ? "true" : "false");
    add_params_json(d->params, out);
}

static void add_changed(cauce_run *run, const cauce_recipe *recipe, ca_text *out) {
    const cauce_param *rows = recipe->component->params;
    for (int64_t i = 0; i < ca_param_count(rows); i++) {
        cauce_value standard;
        if (ca_param_default(run, &run->scratch, &rows[i], &standard) != CAUCE_OK) return;
        if (ca_value_equal(&standard, &recipe->values[i])) continue;
        ca_text_addf(out, " %s=", rows[i].name);
        ca_value_print(out, &recipe->values[i]);
    }
}

static void add_recipe(cauce_run *run, const cauce_recipe *recipe, ca_text *out, int indent) {
    for (int i = 0; i < indent; i++) ca_text_add(out, "  ");
    const char *component = recipe->component->name;
    if (recipe->name && strcmp(recipe->name, component) != 0) ca_text_addf(out, "%s: ", recipe->name);
    ca_text_add(out, component);
    add_changed(run, recipe, out);
    if (recipe->columns) ca_text_addf(out, "  on %s", recipe->columns);
    ca_text_add(out, "\n");
    for (int64_t i = 0; i < recipe->n_children; i++) add_recipe(run, recipe->children[i], out, indent + 1);
}

void ca_describe_recipe(cauce_run *run, const cauce_recipe *recipe, ca_text *out) {
    add_recipe(run, recipe, out, 0);
}
