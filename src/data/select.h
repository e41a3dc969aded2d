/* Column selectors: "age, @number, !id, x_*". */
#ifndef CA_DATA_SELECT_H
#define CA_DATA_SELECT_H

#include "base/run.h"
#include "cauce/sys/component.h"

/* Fields of `schema` that `text` selects, in the order of its terms, each once. chosen: room for n_fields.
 * Terms: a name, "a quoted name", a pattern with * and ?, @number @category (booleans too) @boolean @text
 * @all; ! before a term takes fields out; a text that begins with ! starts from @all without texts. A name
 * that is not there: SCHEMA with the nearest name. */
cauce_status ca_select(cauce_run *run, const cauce_schema *schema, const char *text, int64_t *chosen,
                       int64_t *n);

#endif
