#include "core/losses.h"

#include <pthread.h>
#include <string.h>

#include "base/run.h"
#include "base/text.h"
#include "core/registry.h"

enum { MOST_LOSSES = 256 };

/* Entries are only ever added: a reader that sees the count sees the entries. */
static const cauce_loss *losses[MOST_LOSSES];
static int64_t n_losses;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *name_at(int64_t i, void *payload) {
    (void)payload;
    return losses[i]->name;
}

static const cauce_loss *lookup(const char *name, int64_t n) {
    for (int64_t i = 0; i < n; i++)
        if (strcmp(losses[i]->name, name) == 0) return losses[i];
    return NULL;
}

const cauce_loss *ca_loss_find(cauce_run *run, const char *name) {
    int64_t n = __atomic_load_n(&n_losses, __ATOMIC_ACQUIRE);
    const cauce_loss *found = lookup(name, n);
    char shown[128];
    if (found) return found;
    ca_text_show(name, strlen(name), shown, sizeof shown);
    const char *nearest = ca_text_nearest(name, n, name_at, NULL);
    cauce_fail(run, CAUCE_E_PARAM, "no loss '%s' has been registered with cauce_register_loss%s%s%s", shown,
               nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return NULL;
}

static cauce_status check(cauce_run *run, const cauce_loss *loss) {
    if (!loss) return cauce_fail(run, CAUCE_E_ARGUMENT, "the loss is NULL");
    if (loss->size != sizeof *loss)
        return cauce_fail(run, CAUCE_E_ARGUMENT, "a loss of %u bytes; this library has %zu", loss->size,
                          sizeof *loss);
    if (!ca_registry_good_name(loss->name))
        return cauce_fail(run, CAUCE_E_ARGUMENT,
                          "bad loss name '%s': at most 64 lower case letters, digits and single '_'",
                          loss->name ? loss->name : "");
    if (!loss->rows) return cauce_fail(run, CAUCE_E_ARGUMENT, "loss '%s' has no `rows`", loss->name);
    if (lookup(loss->name, n_losses))
        return cauce_fail(run, CAUCE_E_ARGUMENT, "there is a loss '%s' already", loss->name);
    if (n_losses == MOST_LOSSES) return cauce_fail(run, CAUCE_E_LIMIT, "more than %d losses", MOST_LOSSES);
    return CAUCE_OK;
}

cauce_status cauce_register_loss(const cauce_loss *loss) {
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    pthread_mutex_lock(&lock);
    if (check(run, loss) == CAUCE_OK) {
        losses[n_losses] = loss;
        __atomic_store_n(&n_losses, n_losses + 1, __ATOMIC_RELEASE);
    }
    pthread_mutex_unlock(&lock);
    return ca_guard_leave(&guard);
}
