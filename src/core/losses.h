/* Losses registered from outside. */
#ifndef CA_CORE_LOSSES_H
#define CA_CORE_LOSSES_H

#include "cauce/sys/component.h"

/* The loss called `name`; NULL: PARAM with the nearest name. */
const cauce_loss *ca_loss_find(cauce_run *run, const char *name);

#endif
