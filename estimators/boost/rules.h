/* Constraints that are written by column name. */
#ifndef CA_BOOST_RULES_H
#define CA_BOOST_RULES_H

#include "boost/split.h"

/* ["age:1", "price:-1"]: by column of the schema 1 (rising), -1 (falling) or 0; null: NULL. */
cauce_status ca_read_monotone(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                              const int8_t **monotone);

/* ["a, b", "b, c"]: sets of columns that may meet on one path; columns that are in none form one more.
 * "pairwise": all pairs; "no_interactions": each alone. Writes rules->sets (by column) and set_words. */
cauce_status ca_read_interactions(cauce_run *run, const cauce_value *value, const cauce_schema *schema,
                                  ca_split_rules *rules);

#endif
