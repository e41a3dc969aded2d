/* Completion for shells. */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

/* Prints the candidates for the last of the words that stand after `cauce`. */
int cli_complete(int count, char **words);

#endif
