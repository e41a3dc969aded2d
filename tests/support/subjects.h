/* Every component of the registry at work: each one alone on a table of numbers, and in recipes that take a
 * table of numbers, categories and missing cells; composites in recipes written by hand. A component that is
 * added to the registry is a subject by itself: what it is given follows from its role and tags.
 */
#ifndef TESTS_SUPPORT_SUBJECTS_H
#define TESTS_SUPPORT_SUBJECTS_H

#include "cauce/sys/component.h"
#include "support/tables.h"

enum { SUBJECT_ROWS = 60 };

typedef struct subject {
    char name[160]; /* for messages */
    const cauce_component *component;
    char recipe[1024]; /* JSON */
    bool mixed;        /* table of numbers, categories, missing cells; otherwise numbers alone */
    const char *target;
} subject;

/* All of them, one after the other; false at the end. i counts from 0. */
bool subject_at(int64_t i, subject *s);
/* Is there a parameter of this name? */
bool subject_has(const cauce_component *component, const char *param);

/* Training table of a subject: columns a, b, c (numbers), for mixed ones d (number with missing cells), city
 * (category with missing cells), flag (boolean); then the targets y2 (no, yes), y3 (low, mid, top), y
 * (number) of which s->target has the role and the others are ignored. columns: order of the columns as a
 * list of their names ("d c b a y"); NULL: as above. */
cauce_table *subject_table(const subject *s, const char *columns);
/* The same in three groups, by a column "g", and with a column "w" in the role of weights: 0, 1, 2, 1, 0, 1,
 * 2, 1, ..., or without weights. */
cauce_table *subject_grouped(const subject *s, bool weighted);
cauce_recipe *subject_recipe(const subject *s);

#define EACH_SUBJECT(s)                                                                                      \
    for (subject s, *once_ = &s; once_; once_ = NULL)                                                        \
        for (int64_t i_ = 0; subject_at(i_, &s); i_++)

#endif
