/* An allocator that fails on purpose, and counts what is alive.
 *
 *   failing_install();                       (once, before the library allocates anything)
 *   FAILING_EACH(pass) {                     (first without a failure; then the 1st, 2nd, ... allocation
 * fails, cauce_status s = something();         alone and with all after it, until a pass asks for fewer)
 *       ck_assert(s == CAUCE_OK || (pass.armed && s == CAUCE_E_NOMEM));
 *   }
 *
 * After each pass as many blocks must be alive as before it: what a pass makes, it gives back. What the
 * library makes once and keeps is made by the first pass, which is not checked. Leave the loop by its end
 * only. */
#ifndef TESTS_SUPPORT_FAILING_H
#define TESTS_SUPPORT_FAILING_H

#include <stdbool.h>
#include <stdint.h>

void failing_install(void);
/* The n-th allocation from now on fails (1: the next one): that one alone, or all from it on. */
void failing_arm(int64_t n, bool alone);
void failing_disarm(void);
/* Calls this once, before the next allocation: something that happens while a function is at work. */
void failing_before(void (*call)(void));
bool failing_happened(void); /* an allocation failed since failing_arm */
int64_t failing_live(void);  /* blocks alive */
int64_t failing_asked(void); /* allocations asked for since failing_arm or failing_install */

typedef struct failing_loop {
    bool armed; /* in this pass an allocation may fail */
    bool alone;
    int64_t n, live;
    bool started;
} failing_loop;
bool failing_next(failing_loop *loop);
#define FAILING_EACH(pass) for (failing_loop pass = { 0 }; failing_next(&pass);)

#endif
