/* Recipes as people write them: without what is at its default. */
#ifndef CLI_SHORTFORM_H
#define CLI_SHORTFORM_H

#include "say.h"

/* The declared form of a recipe: components with their own name are texts, "pipeline" and
 * "column_transformer" are implied by "steps" and "branches". NULL: the library failed. Owned. */
json_t *cli_short_recipe(const cauce_recipe *recipe);
/* A short node on one line: "a x=1 > b"; its branches as "(@number: a > b; @category: c)". */
void cli_short_text(const json_t *node, cli_text *out);

#endif
