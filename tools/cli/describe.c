/* cauce describe: what there is, and what each of it takes. */
#include <stdlib.h>
#include <string.h>

#include "say.h"

static const char *component_at(int64_t i, const void *payload) {
    (void)payload;
    return cauce_component_name(i);
}

static int64_t components(void) {
    int64_t n = 0;
    while (cauce_component_name(n)) n++;
    return n;
}

static json_t *named(const char *name, const char *summary) {
    json_t *one = json_object();
    cli_put(one, "name", cli_json_text(name));
    cli_put(one, "summary", cli_json_text(summary ? summary : ""));
    return one;
}

static int list_json(void) {
    json_t *result = json_object(), *list = json_array(), *metrics = json_array();
    const char *name;
    for (int64_t i = 0; (name = cauce_component_name(i)); i++)
        json_array_append_new(list, named(name, cauce_component_summary(name)));
    for (int64_t i = 0; (name = cauce_metric_name(i)); i++) {
        json_t *one = named(name, cauce_metric_summary(name));
        cli_put(one, "greater_is_better", json_boolean(cauce_metric_direction(name) == 1));
        json_array_append_new(metrics, one);
    }
    cli_put(result, "components", list);
    cli_put(result, "metrics", metrics);
    json_t *folds = json_array();
    for (int64_t i = 0; (name = cauce_splitter_name(i)); i++)
        json_array_append_new(folds, named(name, cauce_splitter_summary(name)));
    cli_put(result, "folds", folds);
    json_t *tables = json_array();
    for (int64_t i = 0; (name = cauce_metric_table_name(i)); i++)
        json_array_append_new(tables, named(name, cauce_metric_table_summary(name)));
    cli_put(result, "tables", tables);
    return cli_print_json(result);
}

/* Role of a component: "transformer", "classifier", "regressor" ("" when it does not say). */
static void role_of(const char *name, char out[32]) {
    char *text = cauce_describe_json(name);
    json_t *facts = text ? json_loads(text, 0, NULL) : NULL;
    const char *role = json_string_value(json_object_get(facts, "role"));
    snprintf(out, 32, "%s", role ? role : "");
    json_decref(facts);
    cauce_text_free(text);
}

static void print_heading(const cli_term *term, const char *text) {
    fprintf(term->file, "%s%s%s\n", cli_style_on(term, CLI_STRONG), text, cli_style_off(term, CLI_STRONG));
}

/* Name, then its sentence wrapped beside it. */
static void print_item(const cli_term *term, const char *name, const char *summary) {
    enum { LEFT = 36 }; /* the longest name and a blank */
    cli_text text = { 0 };
    int width = term->width ? term->width : 100;
    cli_text_addf(&text, "  %-*s", LEFT - 2, name);
    cli_wrap(&text, summary ? summary : "", LEFT, width < 60 ? 60 : width);
    fputs(text.data, term->file);
    cli_text_free(&text);
}

static int list_people(cli_program *program) {
    static const char *const roles[] = { "classifier", "regressor", "transformer" };
    static const char *const titles[] = { "classifiers", "regressors", "transformers" };
    const cli_term *term = &program->out;
    const char *name;
    char role[32];
    for (int k = 0; k < 3; k++) {
        print_heading(term, titles[k]);
        for (int64_t i = 0; (name = cauce_component_name(i)); i++) {
            role_of(name, role);
            if (strcmp(role, roles[k]) == 0) print_item(term, name, cauce_component_summary(name));
        }
        fputc('\n', term->file);
    }
    print_heading(term, "folds");
    for (int64_t i = 0; (name = cauce_splitter_name(i)); i++)
        print_item(term, name, cauce_splitter_summary(name));
    fputc('\n', term->file);
    print_heading(term, "tables of scores (cauce score --report --confusion --curve TEXT)");
    for (int64_t i = 0; (name = cauce_metric_table_name(i)); i++)
        print_item(term, name, cauce_metric_table_summary(name));
    fputc('\n', term->file);
    print_heading(term, "metrics");
    for (int64_t i = 0; (name = cauce_metric_name(i)); i++)
        print_item(term, name, cauce_metric_summary(name));
    fputs("\n`cauce describe NAME` shows parameters, defaults and ranges.\n", term->file);
    return 0;
}

static int describe_one(cli_program *program, const char *name) {
    char *text = program->args.json ? cauce_describe_json(name) : cauce_describe(name);
    if (!text) return cli_failed(program);
    size_t length = strlen(text);
    fputs(text, stdout);
    if (!length || text[length - 1] != '\n') fputc('\n', stdout);
    cauce_text_free(text);
    return 0;
}

int cli_describe(cli_program *program) {
    const cli_list *files = &program->args.files;
    if (!files->count) return program->args.json ? list_json() : list_people(program);
    const char *name = files->items[0];
    if (cauce_component_summary(name) || cauce_metric_direction(name) >= 0 ||
        cauce_metric_table_summary(name) || cauce_splitter_summary(name))
        return describe_one(program, name);
    const char *near = cli_nearest(name, components(), component_at, NULL);
    if (near)
        return cli_error(program, CAUCE_E_PARAM,
                         "'%s' is not a component, metric or splitter; did you mean '%s'?", name, near);
    cauce_error_clear();
    return cauce_component_summary(name) ? 0 : cli_failed(program); /* names that were cut short */
}
