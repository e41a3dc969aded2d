#ifndef CA_BASE_UTF8_H
#define CA_BASE_UTF8_H

#include <stddef.h>

/* Length of the longest valid UTF-8 prefix (RFC 3629: no overlong forms, no surrogates, nothing above
 * U+10FFFF). */
size_t ca_utf8_valid(const char *text, size_t length);
/* Number of code points of a valid text: width on a terminal, near enough for aligned tables. */
size_t ca_utf8_count(const char *text, size_t length);

#endif
