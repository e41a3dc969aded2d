/* Where files are put: looked at before long work, and filled whole or not at all when the program itself has
 * to see to that (several files at once, a text). Single tables and models are put in place by the library.
 */
#ifndef CLI_PLACE_H
#define CLI_PLACE_H

#include "say.h"

/* Can a file be written at `path` ("-": always)? 0, or the exit code of a failure that has been reported. */
int cli_place_check(cli_program *program, const char *path);

/* A file on its way: written at `waiting`, then moved to `path`. Devices and pipes are written directly. */
typedef struct cli_place {
    char *path, *waiting; /* the same text: written directly */
    int mode;             /* of the file that is replaced; -1: there is none */
} cli_place;

void cli_place_begin(cli_place *place, const char *path);
bool cli_place_commit(cli_place *place); /* false: errno says why */
/* Removes what is waiting, if it was not committed, and frees the texts. */
void cli_place_end(cli_place *place);

/* Writes a text ("-": standard output). 0 or exit code. */
int cli_place_text(cli_program *program, const char *path, const char *text);

#endif
