/* Any bytes are a model file: refused, or a model that scores a row of missing cells and saves to bytes that
 * load. Most inputs die at the checksums, so seed build/fuzz/corpus/model with real files. */
#include <stdint.h>

#include "cauce/cauce.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    cauce_error_clear();
    cauce_model *model = cauce_load_bytes(data, size);
    if ((model == NULL) != (cauce_failed() != CAUCE_OK)) __builtin_trap();
    if (!model) return 0;
    cauce_scorer *scorer = cauce_scorer_new(model);
    if (scorer) {
        cauce_scorer_clear(scorer);
        (void)cauce_scorer_run(scorer);
        cauce_scorer_free(scorer);
    }
    void *bytes = NULL;
    size_t n = 0;
    if (cauce_save_bytes(model, &bytes, &n) == CAUCE_OK) {
        cauce_model *again = cauce_load_bytes(bytes, n);
        if (!again) __builtin_trap();
        cauce_model_free(again);
    }
    cauce_bytes_free(bytes);
    cauce_model_free(model);
    return 0;
}
