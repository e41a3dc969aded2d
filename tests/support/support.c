#include "support/check_main.h"

/* Keeps the support library non-empty; helpers shared by several tests go here. */
const char *test_source_dir(void);
const char *test_source_dir(void) {
    return CAUCE_SOURCE_DIR;
}
