#include "support/failing.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "cauce/context.h"
#include "support/check_main.h"

static atomic_llong live, asked, fail_at; /* fail_at 0: never */
static atomic_bool fail_alone, happened;
static void (*_Atomic call_before)(void);

static void *failing_realloc(void *p, size_t size, void *payload) {
    (void)payload;
    void (*call)(void) = atomic_exchange(&call_before, (void (*)(void))NULL);
    if (call) call();
    long long number = atomic_fetch_add(&asked, 1) + 1, at = atomic_load(&fail_at);
    if (at && (number == at || (number > at && !atomic_load(&fail_alone)))) {
        atomic_store(&happened, true);
        return NULL;
    }
    void *block = realloc(p, size);
    if (!block) return NULL;
    if (!p) {
        atomic_fetch_add(&live, 1);
        memset(block, 0xA5, size < 1 << 20 ? size : 1 << 20); /* what nobody set is not zero by chance */
    }
    return block;
}

static void failing_free(void *p, void *payload) {
    (void)payload;
    atomic_fetch_sub(&live, 1);
    free(p);
}

void failing_install(void) {
    cauce_allocator allocator = { failing_realloc, failing_free, NULL };
    ck_assert_int_eq(cauce_set_allocator(&allocator), CAUCE_OK);
    failing_disarm();
}

void failing_arm(int64_t n, bool alone) {
    atomic_store(&happened, false);
    atomic_store(&asked, 0);
    atomic_store(&fail_alone, alone);
    atomic_store(&fail_at, n);
}

void failing_disarm(void) {
    atomic_store(&fail_at, 0);
}

void failing_before(void (*call)(void)) {
    atomic_store(&call_before, call);
}

bool failing_happened(void) {
    return atomic_load(&happened);
}

int64_t failing_live(void) {
    return atomic_load(&live);
}

int64_t failing_asked(void) {
    return atomic_load(&asked);
}

bool failing_next(failing_loop *loop) {
    failing_disarm();
    if (!loop->started) {
        loop->started = true;
        failing_arm(0, true);
        return true;
    }
    if (loop->armed) {
        ck_assert_msg(failing_live() == loop->live, "%lld blocks are left after allocation %lld failed (%s)",
                      (long long)(failing_live() - loop->live), (long long)loop->n,
                      loop->alone ? "alone" : "and all after it");
        if (!failing_happened()) {
            if (!loop->alone) return false;
            loop->alone = false;
            loop->n = 0;
        }
    } else {
        loop->armed = loop->alone = true;
    }
    loop->live = failing_live();
    failing_arm(++loop->n, loop->alone);
    return true;
}
