/* Growing texts and small text tools. */
#ifndef CA_BASE_TEXT_H
#define CA_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/run.h"

/* A growing text. A zeroed struct is the empty text. After a failed allocation `failed` is set, later appends
 * do nothing, and `data` is still a valid (shorter) text or NULL: check once at the end. */
typedef struct ca_text {
    char *data; /* NUL-terminated; NULL while empty */
    size_t length, capacity;
    bool failed;
} ca_text;

void ca_text_add(ca_text *text, const char *piece);
void ca_text_add_n(ca_text *text, const char *piece, size_t length);
void ca_text_addf(ca_text *text, const char *format, ...) CAUCE_PRINTF(2, 3);
/* Room for `size` more bytes at the end, to be written there and counted in `length`; NULL: failed. */
char *ca_text_room(ca_text *text, size_t size);
void ca_text_free(ca_text *text);
const char *ca_text_get(const ca_text *text); /* never NULL */

/* Edit distance with transpositions (optimal string alignment), capped: anything above `most` is most + 1. */
int ca_text_distance(const char *a, const char *b, int most);
/* The candidate nearest to `name` (distance at most about a third of its length), or NULL. `get`(i) gives
 * candidate i. */
const char *ca_text_nearest(const char *name, int64_t count, const char *(*get)(int64_t i, void *payload),
                            void *payload);
/* Shell-like pattern: * and ?. */
bool ca_text_glob(const char *pattern, const char *text);
/* Copy for messages: control characters and bytes that are not UTF-8 are written as \xNN, cut at size with
 * "...". Always NUL-terminates. Returns out. */
char *ca_text_show(const char *text, size_t length, char *out, size_t size);
/* What errno says, also while other threads are failing. Returns out. */
char *ca_errno_text(int error, char *out, size_t size);

#endif
