/* Constraints that are written by column name. */
#ifndef CA_BOOST_RULES_H
#define CA_BOOST_RULES_H

#include "boost/split.h"

/* ["age:1", "price:-1"]: by column of the schema 1 (rising), -1 (falling) or 0; null: NULL. */
cauce_status ca_read_monotone(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                              const int8_t **monotone);

#endif
