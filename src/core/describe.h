/* Components and recipes for people: all from the parameter rows. */
#ifndef CA_CORE_DESCRIBE_H
#define CA_CORE_DESCRIBE_H

#include "core/recipe.h"

void ca_describe(const cauce_component *component, ca_text *out);
void ca_describe_json(const cauce_component *component, ca_text *out);
/* The same for what is no component: metrics, tables of scores, splitters. */
typedef struct ca_described {
    const char *name, *role, *summary, *reference;
    const cauce_param *params; /* NULL: none */
    int direction;             /* of a metric: 1 more is better, 0 less; otherwise -1 */
} ca_described;
void ca_describe_row(const ca_described *described, ca_text *out);
void ca_describe_row_json(const ca_described *described, ca_text *out);
/* The recipe as indented lines with the parameters that are not at their defaults. */
void ca_describe_recipe(cauce_run *run, const cauce_recipe *recipe, ca_text *out);

#endif
