/* The targets of a model, and the classes of one: what the header of its file says of them. */
#include <string.h>

#include "base/json.h"
#include "base/map.h"
#include "base/number.h"
#include "core/archive.h"

#define BAD(run, ...) cauce_fail(run, CAUCE_E_FORMAT, __VA_ARGS__)

/* ---- Writing ------------------------------------------------------------------------------------------- */

static void print_one(const cauce_model *model, int64_t i, ca_text *out) {
    ca_text_add(out, "{\"name\": ");
    ca_json_text(out, ca_model_target(model, i));
    ca_text_addf(out, ", \"kind\": \"%s\"", cauce_kind_name(ca_model_target_kind(model, i)));
}

void ca_archive_print_target(const cauce_model *model, ca_text *out) {
    if (!*model->target) {
        ca_text_add(out, "  \"target\": null,\n");
        return;
    }
    ca_text_add(out, "  \"target\": ");
    print_one(model, 0, out);
    if (model->n_classes) {
        ca_text_add(out, ", \"classes\": [");
        for (int32_t k = 0; k < model->n_classes; k++) {
            if (k) ca_text_add(out, ", ");
            ca_json_text(out, cauce_levels_text(model->classes, k));
        }
        ca_text_addf(out, "], \"positive\": %d", model->positive);
    }
    ca_text_add(out, "},\n");
    if (!model->targets) return;
    ca_text_add(out, "  \"targets\": [");
    for (int64_t i = 0; i < ca_model_targets(model); i++) {
        if (i) ca_text_add(out, ", ");
        print_one(model, i, out);
        ca_text_add(out, "}");
    }
    ca_text_add(out, "],\n");
}

/* ---- Reading ------------------------------------------------------------------------------------------- */

cauce_status ca_archive_kind(cauce_run *run, const json_t *json, cauce_kind *kind) {
    const char *name = json_string_value(json);
    for (int k = CAUCE_NUMBER; name && k <= CAUCE_TEXT; k++)
        if (strcmp(name, cauce_kind_name((cauce_kind)k)) == 0) {
            *kind = (cauce_kind)k;
            return CAUCE_OK;
        }
    return BAD(run, "unknown kind '%s' of a column", name ? name : "");
}

static cauce_status read_class_values(cauce_run *run, cauce_model *model) {
    double *values = cauce_keep(run, model->n_classes, sizeof *values);
    if (!values) return run->error.status;
    for (int32_t k = 0; k < model->n_classes; k++) {
        const char *text = cauce_levels_text(model->classes, k);
        if (!ca_number_parse(text, strlen(text), &values[k]) || (k && !(values[k] > values[k - 1])))
            return BAD(run, "class '%s' of a number target", text);
    }
    model->class_values = values;
    return CAUCE_OK;
}

static cauce_status read_classes(cauce_run *run, const json_t *target, cauce_model *model) {
    const json_t *classes = json_object_get(target, "classes");
    if (!classes) return CAUCE_OK;
    size_t n = json_array_size(classes);
    if (n == 0 || n > INT32_MAX / 2) return BAD(run, "the target has %zu classes", n);
    const char **texts = cauce_scratch(run, (int64_t)n, sizeof *texts);
    if (!texts) return run->error.status;
    for (size_t k = 0; k < n; k++) {
        texts[k] = json_string_value(json_array_get(classes, k));
        if (!texts[k]) return BAD(run, "class %zu is no text", k);
        if (k && model->target_kind != CAUCE_NUMBER && strcmp(texts[k - 1], texts[k]) >= 0)
            return BAD(run, "the classes are not sorted");
    }
    model->n_classes = (int32_t)n;
    model->classes = cauce_levels_keep(run, texts, (int32_t)n);
    if (!model->classes) return run->error.status;
    json_int_t positive = json_integer_value(json_object_get(target, "positive"));
    model->positive = n == 2 && (positive == 0 || positive == 1) ? (int32_t)positive : -1;
    return model->target_kind == CAUCE_NUMBER ? read_class_values(run, model) : CAUCE_OK;
}

/* Two targets of one name would be two columns of predictions of one name. */
static cauce_status check_names(cauce_run *run, const char *const *names, size_t n) {
    ca_map map = { 0 };
    cauce_status status = CAUCE_OK;
    for (size_t i = 0; status == CAUCE_OK && i < n; i++) {
        bool added;
        if (ca_map_add(&map, names[i], strlen(names[i]), &added) < 0)
            status = CA_NOMEM(run);
        else if (!added)
            status = BAD(run, "two targets are called '%s'", names[i]);
    }
    ca_map_free(&map);
    return status;
}

static cauce_status read_several(cauce_run *run, const json_t *targets, cauce_model *model) {
    const size_t n = json_array_size(targets);
    if (n < 2 || n > INT32_MAX / 2 || model->n_classes)
        return BAD(run, "there are %zu targets, and %d classes", n, model->n_classes);
    const char **names = cauce_scratch(run, (int64_t)n, sizeof *names);
    uint8_t *kinds = cauce_keep(run, (int64_t)n, sizeof *kinds);
    if (!names || !kinds) return run->error.status;
    for (size_t i = 0; i < n; i++) {
        const json_t *one = json_array_get(targets, i);
        cauce_kind kind = CAUCE_TEXT;
        names[i] = json_string_value(json_object_get(one, "name"));
        if (!names[i] || !*names[i]) return BAD(run, "target %zu has no name", i);
        CA_TRY(ca_archive_kind(run, json_object_get(one, "kind"), &kind));
        if (kind != CAUCE_NUMBER && kind != CAUCE_BOOLEAN)
            return BAD(run, "target '%s' of several is a %s", names[i], cauce_kind_name(kind));
        kinds[i] = (uint8_t)kind;
    }
    CA_TRY(check_names(run, names, n));
    if (strcmp(names[0], model->target) != 0 || kinds[0] != (uint8_t)model->target_kind)
        return BAD(run, "the target is not the first of the targets");
    model->target_kinds = kinds;
    model->targets = cauce_levels_keep(run, names, (int32_t)n);
    return model->targets ? CAUCE_OK : run->error.status;
}

cauce_status ca_archive_read_target(cauce_run *run, const json_t *header, cauce_model *model) {
    const json_t *target = json_object_get(header, "target"), *targets = json_object_get(header, "targets");
    if (json_is_null(target)) return CAUCE_OK;
    const char *name = json_string_value(json_object_get(target, "name"));
    if (!name || !*name) return BAD(run, "the target has no name");
    const char *copy = ca_keep_text(run, name);
    if (!copy) return run->error.status;
    model->target = copy;
    CA_TRY(ca_archive_kind(run, json_object_get(target, "kind"), &model->target_kind));
    CA_TRY(read_classes(run, target, model));
    return targets ? read_several(run, targets, model) : CAUCE_OK;
}
