/* Columns of a schema: the field that one lies in, and the one that a parameter names. */
#ifndef CA_TREE_COLUMNS_H
#define CA_TREE_COLUMNS_H

#include "cauce/sys/component.h"

/* The number of the field that column j is in, and j's place within it. */
static inline int64_t ca_field_of(const cauce_schema *schema, int64_t j, int64_t *place) {
    int64_t b = 0;
    while (j >= schema->fields[b].width) j -= schema->fields[b++].width;
    *place = j;
    return b;
}

/* Categories have no order that a constraint could follow. */
static inline bool ca_is_category(const cauce_schema *schema, int64_t j) {
    int64_t place;
    return schema->fields[ca_field_of(schema, j, &place)].form == CAUCE_CODES;
}

/* The column called text[0 .. length-1] without the blanks around it. PARAM, naming the parameter, the
 * nearest name and those there are, when there is none. */
cauce_status ca_find_column(cauce_run *run, const char *param, const cauce_schema *schema, const char *text,
                            size_t length, int64_t *column);

#endif
