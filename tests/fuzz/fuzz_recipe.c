/* Any text is a recipe, in the text grammar or in JSON: it is refused, or writing it and reading it again
 * gives the same text. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cauce/cauce.h"

static void round_trip(cauce_recipe *recipe) {
    if ((recipe == NULL) != (cauce_failed() != CAUCE_OK)) __builtin_trap();
    if (!recipe) return;
    char *first = cauce_recipe_to_json(recipe);
    cauce_recipe *again = first ? cauce_recipe_from_json(first) : NULL;
    char *second = again ? cauce_recipe_to_json(again) : NULL;
    if (!second || strcmp(first, second) != 0) __builtin_trap();
    cauce_text_free(first);
    cauce_text_free(second);
    cauce_recipe_free(again);
    cauce_recipe_free(recipe);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *text = malloc(size + 1);
    if (!text) return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    cauce_error_clear();
    round_trip(cauce_new(text));
    cauce_error_clear();
    round_trip(cauce_recipe_from_json(text));
    free(text);
    return 0;
}
