/* Prints docs/components.md from the tables that the library itself works by: all components with their
 * parameters and fitted arrays, all splitters, all metrics and tables of scores. tools/dev/gen_docs.sh puts
 * it where it belongs.
 */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "cauce/recipe.h"
#include "core/arrays.h"
#include "core/param.h"
#include "core/recipe.h"
#include "core/registry.h"
#include "metrics/metric.h"
#include "metrics/table.h"
#include "split/splitter.h"

/* A cell of a Markdown table: bars would end it. */
static void print_cell(const char *text) {
    for (; *text; text++) {
        if (*text == '|') putchar('\\');
        putchar(*text);
    }
}

static const char *role_name(cauce_component_role role) {
    return role == CAUCE_CLASSIFIER ? "classifier" : role == CAUCE_REGRESSOR ? "regressor" : "transformer";
}

/* The cells of a parameter, and the end of the row. */
static void print_param(const cauce_param *row) {
    ca_text accepts = { 0 };
    ca_param_accepts(row, &accepts);
    printf("`%s` | `", row->name);
    print_cell(row->fallback ? row->fallback : "null");
    printf("` | ");
    print_cell(ca_text_get(&accepts));
    printf(" | ");
    print_cell(row->help);
    printf(" |\n");
    ca_text_free(&accepts);
}

static void print_params(const cauce_param *rows) {
    if (rows->type == CAUCE_PARAM_END) {
        printf("No parameters.\n\n");
        return;
    }
    printf("| parameter | default | accepts | meaning |\n|---|---|---|---|\n");
    for (const cauce_param *row = rows; row->type != CAUCE_PARAM_END; row++) {
        printf("| ");
        print_param(row);
    }
    printf("\n");
}

static void print_state(const cauce_state *rows) {
    if (rows->dtype == CAUCE_STATE_LAST) return;
    printf("| fitted | type | meaning |\n|---|---|---|\n");
    for (const cauce_state *row = rows; row->dtype != CAUCE_STATE_LAST; row++) {
        bool scalar = row->dtype == CAUCE_SCALAR_INT || row->dtype == CAUCE_SCALAR_REAL;
        cauce_dtype dtype = row->dtype == CAUCE_SCALAR_INT    ? CAUCE_I64
                            : row->dtype == CAUCE_SCALAR_REAL ? CAUCE_F64
                                                              : row->dtype;
        const char *shape = scalar ? "" : row->cols == (size_t)-1 ? " vector" : " matrix";
        printf("| `%s` | %s%s | ", row->name, ca_dtype_name(dtype), shape);
        print_cell(row->help ? row->help : "");
        printf(" |\n");
    }
    printf("\n");
}

static void print_slots(const cauce_component *c) {
    if (!ca_slots(c)->key) return;
    printf("| takes | what | default | meaning |\n|---|---|---|---|\n");
    for (const ca_slot *slot = ca_slots(c); slot->key; slot++) {
        printf("| `%s` | %s%s | ", slot->key, slot->kind == CA_SLOT_ONE ? "" : "list of ",
               ca_slot_accepts(slot));
        if (slot->fallback) printf("`%s`", slot->fallback);
        printf(" | ");
        print_cell(slot->help);
        printf(" |\n");
    }
    printf("\n");
}

static void print_component(const cauce_component *c) {
    printf("### %s\n\n%s\n\n", c->name, c->summary);
    printf("Takes numbers%s%s%s.", c->tags & CAUCE_TAG_CATEGORY ? ", categories" : "",
           c->tags & CAUCE_TAG_ONEHOT ? ", one-hot columns as they are" : "",
           c->tags & CAUCE_TAG_MISSING ? ", missing values" : "");
    if (c->tags & CAUCE_TAG_OFFSET) printf(" Takes an offset or exposure.");
    if (c->tags & CAUCE_TAG_ANY_INPUT) printf(" Works without any column.");
    if (c->tags & CAUCE_TAG_SUPERVISED) printf(" Needs the target.");
    printf("\n\n");
    print_slots(c);
    print_params(c->params);
    print_state(c->state);
    if (c->reference) printf("Reference: %s\n\n", c->reference);
}

static void print_components(cauce_component_role role) {
    for (int64_t i = 0; ca_registry_at(i); i++)
        if (ca_registry_at(i)->role == role) print_component(ca_registry_at(i));
}

static void print_list(void) {
    printf("| component | role | what it does |\n|---|---|---|\n");
    for (int64_t i = 0; ca_registry_at(i); i++) {
        const cauce_component *c = ca_registry_at(i);
        printf("| [%s](#%s) | %s | ", c->name, c->name, role_name(c->role));
        print_cell(c->summary);
        printf(" |\n");
    }
    printf("\n");
}

static void print_splitters(void) {
    for (int64_t i = 0; ca_splitter_at(i); i++) {
        const ca_splitter *s = ca_splitter_at(i);
        printf("### %s\n\n%s\n\n", s->name, s->summary);
        print_params(s->params);
        if (s->reference) printf("Reference: %s\n\n", s->reference);
    }
}

static void print_metrics(void) {
    static const struct {
        ca_metric_needs needs;
        const char *title;
    } groups[] = { { CA_NEEDS_LABELS, "predicted class" },
                   { CA_NEEDS_PROBA, "probabilities" },
                   { CA_NEEDS_SCORES, "probabilities or decision values" },
                   { CA_NEEDS_VALUES, "predicted number" } };
    printf("| metric | looks at | better | what it says |\n|---|---|---|---|\n");
    for (size_t g = 0; g < sizeof groups / sizeof *groups; g++)
        for (int64_t i = 0; ca_metric_at(i); i++) {
            const ca_metric *m = ca_metric_at(i);
            if (m->needs != groups[g].needs) continue;
            printf("| `%s` | %s | %s | ", m->name, groups[g].title, m->greater_is_better ? "more" : "less");
            print_cell(m->summary);
            printf(" |\n");
        }
    printf("\nWith parameters, written behind the name (`fbeta beta=2`):\n\n"
           "| metric | parameter | default | accepts | meaning |\n|---|---|---|---|---|\n");
    for (int64_t i = 0; ca_metric_at(i); i++)
        for (const cauce_param *row = ca_metric_at(i)->rows; row && row->type != CAUCE_PARAM_END; row++) {
            printf("| `%s` | ", ca_metric_at(i)->name);
            print_param(row);
        }
    printf("\n");
}

static void print_tables(void) {
    for (int64_t i = 0; ca_metric_table_at(i); i++) {
        const ca_metric_table *t = ca_metric_table_at(i);
        printf("### %s\n\n%s\n\n", t->name, t->summary);
        print_params(t->params);
        if (t->reference) printf("Reference: %s\n\n", t->reference);
    }
}

int main(void) {
    printf(
        "# Components\n\n"
        "Written by `tools/dev/gen_docs.sh` from the tables of the library; a test compares it with them. "
        "The "
        "same is shown by\n`cauce describe NAME`, and by `cauce_describe` and `cauce_describe_json` in C. "
        "How "
        "recipes are written: [recipe.md](recipe.md).\n"
        "`random_state=null` means 0. A path to a fitted array is the names of the steps and its own name: "
        "`prep__num__standard_scaler__mean`.\n\n");
    print_list();
    printf("## Transformers\n\n");
    print_components(CAUCE_TRANSFORMER);
    printf("## Classifiers\n\n");
    print_components(CAUCE_CLASSIFIER);
    printf("## Regressors\n\n");
    print_components(CAUCE_REGRESSOR);
    printf("## Splitters\n\n");
    print_splitters();
    printf("## Metrics\n\n");
    print_metrics();
    printf("## Tables of scores\n\n`cauce score --report --confusion --curve TEXT`, and `cauce_score_table` "
           "in C.\n\n");
    print_tables();
    return 0;
}
