/* What cauce score says beside its metrics: report, confusion matrix, curve. */
#ifndef CLI_TABLES_H
#define CLI_TABLES_H

#include "say.h"

/* What was asked for: texts for cauce_score_table; owned, NULL: not asked. */
typedef struct cli_tables {
    char *report, *confusion, *curve;
    cauce_table *made[3];
} cli_tables;

/* From the options; exit code 2 for what does not go together. */
int cli_tables_ask(cli_program *program, cli_tables *tables);
bool cli_tables_asked(const cli_tables *tables);
/* Makes them, and writes the one of -o. */
int cli_tables_make(cli_program *program, const cauce_model *model, const cauce_table *rows,
                    cli_tables *tables);
void cli_tables_put(json_t *result, const cli_tables *tables);
void cli_tables_print(cli_program *program, const cli_tables *tables);
void cli_tables_free(cli_tables *tables);

#endif
