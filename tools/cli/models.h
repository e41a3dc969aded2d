/* Models as the commands use them: read from a file or standard input, written, told about. */
#ifndef CLI_MODELS_H
#define CLI_MODELS_H

#include "say.h"

/* Loads a model (path "-": standard input). NULL: reported, *code is the exit code. Owned. */
cauce_model *cli_model_load(cli_program *program, const char *path, int *code);
/* Saves a model (path "-": standard output). 0 or the exit code, reported. */
int cli_model_save(cli_program *program, const cauce_model *model, const char *path);
/* Rows of a CSV file (path "-": standard input) by the schema of the model, with the options for it. NULL:
 * the library has failed. Owned. */
cauce_table *cli_model_rows(cli_program *program, const cauce_model *model, const char *path);
/* The names of the targets, "a, b"; of very many the first ones; "" without one. Owned. */
char *cli_model_targets(const cauce_model *model);
/* What several numbers for a row belong to: "classes" or "targets". */
const char *cli_model_outputs(const cauce_model *model);
/* "3 classes: a, b, c (positive: b)", "a number". Owned. */
char *cli_model_answers(const cauce_model *model);
/* The parts of cauce_model_inspect; NULL: reported. Free with json_decref. */
json_t *cli_model_facts(cli_program *program, const cauce_model *model, int *code);
/* "1.2 MB" of a file; "" when it cannot be told. */
void cli_file_size(const char *path, char out[32]);

#endif
