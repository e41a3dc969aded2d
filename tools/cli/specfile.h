/* The SPEC document (docs/recipe.md): reading, checking, and its parts as texts for the library. */
#ifndef CLI_SPECFILE_H
#define CLI_SPECFILE_H

#include "say.h"

/* Reads and checks the top level. 0, or the exit code of a failure that has been reported. */
int cli_spec_read(cli_program *program, const char *path, json_t **spec);

const char *cli_spec_text(const json_t *object, const char *key); /* borrowed, or NULL */
/* A class label: a text, a number or true/false. Owned, or NULL. */
char *cli_spec_label(const json_t *object, const char *key);
/* A text as it is, a list of texts with commas between, an object or a list of objects as JSON. Owned, or
 * NULL. */
char *cli_spec_words(const json_t *object, const char *key);
/* Adds the texts of a list (owned copies). */
void cli_spec_list(const json_t *object, const char *key, cli_list *list);
/* Adds "name:kind" of every kind whose column is not yet in `given`. */
void cli_spec_kinds(const json_t *spec, const cli_list *given, cli_list *list);
/* The model part as a document for cauce_recipe_from_json. Owned. */
char *cli_spec_model(const json_t *model);

/* Sets every random_state in a recipe. */
cauce_status cli_set_seed(cauce_recipe *recipe, int64_t seed);

#endif
