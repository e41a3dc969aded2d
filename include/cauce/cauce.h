/* Cauce: tabular machine learning in C, from CSV to production.
 *
 * Conventions, stated once:
 *  - Calls that return a pointer return NULL on failure, others a cauce_status (0 or negative). See error.h.
 *  - owned: you free it with its _free function (NULL allowed). borrowed: valid while its parent lives.
 *    taken: the call owns it from now on, even on failure.
 *  - Const handles are not changed and may be shared by threads.
 *  - A call that is given NULL after a failure returns that first failure: a program may build, fit and save,
 *    and look once at the end.
 *  - Rows and columns are int64_t, sizes in bytes size_t, classes and category codes int32_t. Arithmetic is
 *    in double; a missing number is NaN.
 *  - Texts are UTF-8 and NUL-terminated. The library never calls setlocale, exits, aborts or prints.
 *  - Same data, recipe and random_state: same bits, for any number of threads.
 */
#ifndef CAUCE_CAUCE_H
#define CAUCE_CAUCE_H

#include "cauce/arrow.h"
#include "cauce/context.h"
#include "cauce/error.h"
#include "cauce/inspect.h"
#include "cauce/metrics.h"
#include "cauce/model.h"
#include "cauce/recipe.h"
#include "cauce/scorer.h"
#include "cauce/select.h"
#include "cauce/table.h"

#endif
