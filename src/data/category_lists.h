/* Categories that a parameter lists, instead of those that the training rows have: their order, and which
 * there may be. The value is "auto", a list for all columns, or a list of lists, one for each. */
#ifndef CA_DATA_CATEGORY_LISTS_H
#define CA_DATA_CATEGORY_LISTS_H

#include "data/categories.h"

/* PARAM for an empty list, a category that is in it twice or is none (NaN is one where `missing` may be), and
 * for parameters that say which categories share a place beside a list. */
cauce_status ca_category_lists_check(cauce_run *run, const cauce_value *categories,
                                     const cauce_value *min_frequency, const cauce_value *max_categories,
                                     bool missing);
/* `status` unless there are as many lists as columns. */
cauce_status ca_category_lists_width(cauce_run *run, cauce_status status, const cauce_value *categories,
                                     int64_t n_columns);
/* The list for column j; NULL: none. */
const cauce_value *ca_category_list(const cauce_value *categories, int64_t j);
/* Which item of the list is the same category, or -1. */
int64_t ca_category_list_find(const cauce_value *list, const cauce_value *item);

/* Makes the items the categories of an encoder. item[k]: which of them category k is. With `missing_apart`
 * the missing cells of a column that had some are one more, which is no item (-1). In keep memory. */
cauce_status ca_category_list_encoder(cauce_run *run, const cauce_value *list, bool missing_apart,
                                      ca_encoder *encoder, int32_t **item);
/* DATA for a category of the training rows that is no item of its column's list. */
cauce_status ca_category_lists_cover(cauce_run *run, const cauce_value *categories,
                                     const ca_categories *state, const cauce_schema *schema,
                                     bool missing_apart, const char *advice);

#endif
