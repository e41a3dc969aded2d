/* Status codes and the error of the current thread.
 *
 * Every fallible call returns NULL or a negative cauce_status. The text of the last failure on this
 * thread is cauce_error(); the first one since cauce_error_clear() is what cauce_failed() and
 * cauce_report() speak of, so a program may make many calls and look once at the end.
 */
#ifndef CAUCE_ERROR_H
#define CAUCE_ERROR_H

#include <stdio.h>

#include "cauce/version.h"

#ifdef __cplusplus
extern "C" {
#endif

/* X(name, value, exit code of the program, text) */
#define CAUCE_STATUS_LIST(X)                                                                                 \
    X(ARGUMENT, -1, 2, "bad argument")                                                                       \
    X(PARAM, -2, 2, "bad parameter")                                                                         \
    X(UNSUPPORTED, -3, 2, "not supported")                                                                   \
    X(SHAPE, -4, 4, "wrong shape")                                                                           \
    X(KIND, -5, 4, "wrong kind of column")                                                                   \
    X(SCHEMA, -6, 4, "table does not fit the schema")                                                        \
    X(DATA, -7, 4, "bad data")                                                                               \
    X(NUMERIC, -8, 4, "numeric failure")                                                                     \
    X(FORMAT, -9, 5, "not a valid model file")                                                               \
    X(VERSION, -10, 5, "model file of another version")                                                      \
    X(CANCELLED, -11, 130, "cancelled")                                                                      \
    X(LIMIT, -12, 1, "limit exceeded")                                                                       \
    X(IO, -13, 1, "input or output failed")                                                                  \
    X(NOMEM, -14, 1, "out of memory")                                                                        \
    X(INTERNAL, -15, 1, "internal error")

typedef int cauce_status;

enum {
    CAUCE_OK = 0,
#define CAUCE_STATUS_ENUM(name, value, exit_code, text) CAUCE_E_##name = value,
    CAUCE_STATUS_LIST(CAUCE_STATUS_ENUM)
#undef CAUCE_STATUS_ENUM
};

/* A failure. All texts are borrowed: valid until the next cauce call on this thread. */
typedef struct cauce_failure {
    cauce_status status; /* CAUCE_OK when there is none */
    const char *code;    /* "PARAM", "DATA", ...; "OK" */
    const char *message; /* one line, names the value and what is accepted */
    const char *place;   /* "fit > 'prep' > one_hot_encoder", or "" */
} cauce_failure;

/* The last failure on this thread. Never fails. */
CAUCE_API cauce_failure cauce_error(void);

/* The first failure on this thread since the last cauce_error_clear(): its status, or CAUCE_OK. */
CAUCE_API cauce_status cauce_failed(void);

/* Prints the first failure as one line on `out` (NULL: prints nothing) and returns the program's exit code
 * for it; 0 and no output when nothing failed. */
CAUCE_API int cauce_report(FILE *out);

/* Forgets both the first and the last failure of this thread. */
CAUCE_API void cauce_error_clear(void);

/* Name ("PARAM"), text ("bad parameter") and exit code of a status. Unknown values count as INTERNAL. */
CAUCE_API const char *cauce_status_name(cauce_status status);
CAUCE_API const char *cauce_status_text(cauce_status status);
CAUCE_API int cauce_status_exit(cauce_status status);

#ifdef __cplusplus
}
#endif
#endif
