/* What was found in a table, told in two or three lines before work starts. */
#ifndef CLI_FOUND_H
#define CLI_FOUND_H

#include "plan.h"

/* Notes rows, columns by kind, missing cells, and the target with its classes. `classifier`: the target is
 * told by its classes even when it is a number. */
void cli_note_table(cli_program *program, const cli_plan *plan, bool classifier);
/* "classifier" is what the role of a recipe says. */
bool cli_is_classifier(const cauce_recipe *recipe);

#endif
