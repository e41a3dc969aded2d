/* JSON: jansson parses, we print (shortest numbers; non-finite ones as "nan", "inf", "-inf" texts). */
#ifndef CA_BASE_JSON_H
#define CA_BASE_JSON_H

#include <jansson.h>

#include "base/run.h"
#include "base/text.h"

/* Parses UTF-8 text; duplicate keys, depth above 64 and anything after the value are refused. NULL: failure
 * `status` recorded with line and column. Free with json_decref. `what` names the text in messages ("recipe",
 * path). */
json_t *ca_json_parse(cauce_run *run, const char *text, size_t length, const char *what, cauce_status status);

/* Writers: append to `out`. */
void ca_json_text(ca_text *out, const char *text); /* quoted and escaped; invalid UTF-8 bytes as U+FFFD */
void ca_json_number(ca_text *out, double value);   /* non-finite: "nan", "inf", "-inf" in quotes */
void ca_json_value(ca_text *out, const json_t *value,
                   int indent); /* indent 0: one line; keys keep their order */

#endif
