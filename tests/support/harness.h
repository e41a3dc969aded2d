/* Components called directly, without recipe and table: small frames made by hand, fit, bind, apply.
 *
 *   frame *train = frame_new(4);
 *   frame_numbers(train, "age", (double[]){ 1, NAN, 3, 4 });
 *   fitted model;
 *   ck_assert_int_eq(fitted_start(&model, &cauce_simple_imputer, "strategy=mean", train, NULL), CAUCE_OK);
 *   ck_assert_int_eq(fitted_apply(&model, train), CAUCE_OK);
 *   ck_near(fitted_cell(&model, 1, 0), 8 / 3.0, 1e-15);
 *   fitted_end(&model);
 *   frame_free(train);
 */
#ifndef TESTS_SUPPORT_HARNESS_H
#define TESTS_SUPPORT_HARNESS_H

#include "base/run.h"
#include "cauce/sys/component.h"

enum { FRAME_FIELDS = 32 };

/* A schema and all rows of it. Arrays and texts are copied, names borrowed. */
typedef struct frame {
    cauce_schema schema;
    cauce_batch batch;
    cauce_field fields[FRAME_FIELDS];
    cauce_block blocks[FRAME_FIELDS];
    ca_arena arena;
} frame;
frame *frame_new(int64_t n_rows);
void frame_free(frame *f);
void frame_numbers(frame *f, const char *name, const double *values);
/* width columns one after the other; labels (may be NULL): width texts. */
void frame_wide(frame *f, const char *name, int64_t width, const double *values, const char *const *labels);
/* labels (may be NULL): width texts. */
void frame_onehot_of(frame *f, const char *name, int64_t width, const int32_t *codes,
                     const char *const *labels);
void frame_onehot(frame *f, const char *name, int64_t width, const int32_t *codes);
/* NULL: missing. The dictionary is that of the texts and of `more` (NULL-ended, may be NULL). */
void frame_texts(frame *f, const char *name, cauce_kind kind, const char *const *texts,
                 const char *const *more);
/* New rows for the field `like` of another frame: its dictionary; a text that is not in it is unknown. */
void frame_texts_like(frame *f, const cauce_field *like, const char *const *texts);
/* `times` copies of every row. */
frame *frame_repeat(const frame *f, const int *times);

/* A component at work. The run's failure is at run.error. */
typedef struct fitted {
    cauce_run run;
    ca_keep keep;
    ca_arena arena;
    cauce_fitted f;
    cauce_schema out;
    cauce_field answer; /* of an estimator */
    cauce_binding binding;
    int64_t n_rows;
    double *cells; /* n_rows x out.width, column by column: numbers, 0/1, or codes */
} fitted;
/* Parses and checks the parameters, fits, binds, verifies. */
cauce_status fitted_start(fitted *t, const cauce_component *component, const char *params, const frame *train,
                          const double *weight);
/* The target of the training rows: numbers, or classes by their names (sorted, NULL-ended). */
typedef struct frame_target {
    const double *y;
    const int32_t *y_class;
    const char *const *classes;
    const int32_t *group;
    int32_t n_groups;
} frame_target;
/* As fitted_start, with a target. */
cauce_status fitted_learn(fitted *t, const cauce_component *component, const char *params, const frame *train,
                          const frame_target *target, const double *weight);
/* The output for the training rows, by fit_transform. */
cauce_status fitted_train_rows(fitted *t, const frame *train, const frame_target *target,
                               const double *weight);
/* Applies to all rows at once (in pieces of block_rows), and again in pieces of 1, 3 and 100: INTERNAL unless
 * the bits are the same. */
cauce_status fitted_apply(fitted *t, const frame *rows);
double fitted_cell(const fitted *t, int64_t row, int64_t column);
/* "a, b_x, b_y" (in the arena). */
const char *fitted_names(fitted *t);
/* The text of a CODES cell; NULL: missing or unknown. */
const char *fitted_text(const fitted *t, int64_t row, int64_t field);
/* A state array by name, for reading and for breaking it. */
void *fitted_array(fitted *t, const char *name);
/* Runs verify on the state as it is now. */
cauce_status fitted_verify(fitted *t);
/* Is there a warning of this name whose text contains `piece`? */
bool fitted_warned(const fitted *t, const char *name, const char *piece);
void fitted_end(fitted *t);

#endif
