/* Components and recipes for people: all from the parameter rows. */
#ifndef CA_CORE_DESCRIBE_H
#define CA_CORE_DESCRIBE_H

#include "core/recipe.h"

void ca_describe(const cauce_component *component, ca_text *out);
void ca_describe_json(const cauce_component *component, ca_text *out);
/* The recipe as indented lines with the parameters that are not at their defaults. */
void ca_describe_recipe(cauce_run *run, const cauce_recipe *recipe, ca_text *out);

#endif
