/* Parameters: values, the text grammar, rows -> structs, checks, "did you mean". */
#ifndef CA_CORE_PARAM_H
#define CA_CORE_PARAM_H

#include "base/text.h"
#include "cauce/sys/component.h"

int64_t ca_param_count(const cauce_param *rows);
int64_t ca_param_find(const cauce_param *rows, const char *name); /* index or -1 */
/* PARAM failure "'x' is not a parameter of NAME; did you mean 'y'? (it has: ...)". */
cauce_status ca_param_unknown(cauce_run *run, const char *owner, const cauce_param *rows, const char *name);

/* One value in the text grammar: null, true, false, ints, reals, bare words, "quoted", [lists]. Memory from
 * `arena`. */
cauce_status ca_value_parse(cauce_run *run, ca_arena *arena, const char *text, cauce_value *value);
void ca_value_print(ca_text *out, const cauce_value *value); /* reads back to the same value */
bool ca_value_equal(const cauce_value *a, const cauce_value *b);
cauce_status ca_value_copy(cauce_run *run, ca_arena *arena, const cauce_value *from, cauce_value *to);

/* Checks a value against its row (type, range, words) and brings it to the row's type (int 3 -> real 3.0). */
cauce_status ca_param_check(cauce_run *run, const char *owner, const cauce_param *row, cauce_value *value);
/* The default of a row. */
cauce_status ca_param_default(cauce_run *run, ca_arena *arena, const cauce_param *row, cauce_value *value);
/* Writes values[0 .. count-1] (one for each row, checked) into a component's parameter struct. Texts and
 * lists are borrowed. */
void ca_param_fill(const cauce_param *rows, const cauce_value *values, void *params);
/* What a row accepts, for people: "integer 1 ..", "one of: mean, median". */
void ca_param_accepts(const cauce_param *row, ca_text *out);

/* "name key=value, key=value": calls back for every assignment. name NULL: no name expected. The name, keys
 * and values live in `arena`. PARAM failure with the column for bad grammar. */
typedef struct ca_assignment {
    const char *key;
    cauce_value value;
} ca_assignment;
typedef struct ca_spec {
    const char *name; /* NULL when none was expected */
    ca_assignment *items;
    int64_t n_items;
} ca_spec;
cauce_status ca_spec_parse(cauce_run *run, ca_arena *arena, const char *text, bool with_name, ca_spec *spec);

/* Parses "key=value ..." against rows straight into a struct: for options of public calls and splitters.
 * `owner` names them in messages. Texts and lists live in `arena`. */
cauce_status ca_options_parse(cauce_run *run, ca_arena *arena, const char *owner, const cauce_param *rows,
                              const char *text, void *params);

#endif
