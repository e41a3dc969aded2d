/* cauce verify: loading checks every byte, shape and bound of a model file; this says that it went well. */
#include <stdlib.h>

#include "models.h"

int cli_verify(cli_program *program) {
    const char *path = program->args.files.items[0];
    int code = 0;
    cauce_model *model = cli_model_load(program, path, &code);
    if (!model) return code;
    if (program->args.json) {
        json_t *result = json_object();
        cli_put(result, "ok", json_true());
        cli_put(result, "model", cli_json_text(path));
        cli_print_json(result);
    } else {
        char *answers = cli_model_answers(model), *targets = cli_model_targets(model);
        cli_text shown = { 0 };
        cli_text_add_shown(&shown, path);
        cli_text_add(&shown, ": ");
        if (cauce_model_targets(model) > 1) {
            cli_text_add_shown(&shown, targets);
            cli_text_add(&shown, ": ");
        }
        cli_text_add_shown(&shown, answers);
        printf("ok  %s\n", shown.data);
        cli_text_free(&shown);
        free(targets);
        free(answers);
    }
    cauce_model_free(model);
    return 0;
}
