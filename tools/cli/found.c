/* A table in a few words. */
#include "found.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool cli_is_classifier(const cauce_recipe *recipe) {
    const char *role = cauce_recipe_role(recipe);
    return role && strcmp(role, "classifier") == 0;
}

static void note_columns(cli_program *program, const cli_plan *plan) {
    const cauce_table *table = plan->table;
    int64_t kinds[CAUCE_DATETIME + 1] = { 0 }, features = 0, missing = 0;
    for (int64_t j = 0; j < cauce_table_columns(table); j++) {
        if (cauce_table_role(table, j) != CAUCE_FEATURE) continue;
        kinds[cauce_table_kind(table, j)]++;
        features++;
        missing += cauce_table_missing(table, j);
    }
    char rows[40], cells[32];
    cli_rows(cauce_table_rows(table), rows);
    cli_count(missing, cells);
    cli_text text = { 0 };
    cli_text_addf(&text, "%s: %s, %lld feature%s", plan->data, rows, (long long)features,
                  features == 1 ? "" : "s");
    bool first = true;
    for (int k = 0; k <= CAUCE_DATETIME; k++)
        if (kinds[k]) {
            cli_text_addf(&text, "%s%lld %s%s", first ? " (" : ", ", (long long)kinds[k],
                          cauce_kind_name((cauce_kind)k),
                          k == CAUCE_TEXT       ? ", not used unless asked for"
                          : k == CAUCE_DATETIME ? ", not used"
                                                : "");
            first = false;
        }
    cli_text_addf(&text, "%s, %s missing cell%s", first ? "" : ")", missing ? cells : "no",
                  missing == 1 ? "" : "s");
    cli_note(program, "data", "%s", text.data);
    cli_text_free(&text);
}

/* A class of the target: its rank, its first row, its rows. */
typedef struct level {
    double rank;
    int64_t row, rows;
} level;

enum { MOST_LEVELS = 12 };

/* Classes in their order with their counts; false when there are more than MOST_LEVELS. */
static bool count_levels(const cauce_table *table, int64_t target, level *levels, int *count) {
    *count = 0;
    for (int64_t i = 0; i < cauce_table_rows(table); i++) {
        double rank = cauce_table_number(table, i, target);
        if (isnan(rank)) continue;
        int k = 0;
        while (k < *count && levels[k].rank < rank) k++;
        if (k < *count && levels[k].rank <= rank) {
            levels[k].rows++;
            continue;
        }
        if (*count == MOST_LEVELS) return false;
        memmove(levels + k + 1, levels + k, (size_t)(*count - k) * sizeof *levels);
        levels[k] = (level){ rank, i, 1 };
        ++*count;
    }
    return true;
}

static void add_level(cli_text *text, const cauce_table *table, int64_t target, const level *one) {
    const char *label = cauce_table_text(table, one->row, target);
    char number[32];
    if (!label) {
        cli_number(one->rank, number);
        label = number;
    }
    cli_text_add(text, label);
}

static void note_classes(cli_program *program, const cli_plan *plan, int64_t target) {
    const char *name = cauce_table_name(plan->table, target);
    level levels[MOST_LEVELS + 1];
    int count;
    if (!count_levels(plan->table, target, levels, &count)) {
        const int64_t classes = cli_plan_classes(plan, name);
        const bool all = classes <= CLI_MOST_VALUES || cauce_table_kind(plan->table, target) != CAUCE_NUMBER;
        cli_note(program, "target", "%s: %s%lld classes", name, all ? "" : "more than ",
                 (long long)(all ? classes : CLI_MOST_VALUES));
        return;
    }
    cli_text text = { 0 };
    for (int k = 0; k < count; k++) {
        cli_text label = { 0 };
        char rows[32];
        cli_count(levels[k].rows, rows);
        add_level(&label, plan->table, target, &levels[k]);
        bool positive =
            count == 2 && (plan->positive ? strcmp(plan->positive, cli_text_get(&label)) == 0 : k == 1);
        cli_text_addf(&text, "%s%s %s%s", k ? ", " : "", cli_text_get(&label), rows,
                      positive ? " (positive)" : "");
        cli_text_free(&label);
    }
    cli_note(program, "target", "%s: %s", name, cli_text_get(&text));
    cli_text_free(&text);
}

/* A regressor takes a boolean as 0 and 1. */
static void note_zero_one(cli_program *program, const cli_plan *plan, int64_t target) {
    const char *name = cauce_table_name(plan->table, target);
    level levels[MOST_LEVELS + 1];
    int count;
    cli_text text = { 0 };
    if (!count_levels(plan->table, target, levels, &count)) return;
    for (int k = 0; k < count; k++) {
        char rows[32], value[32];
        cli_count(levels[k].rows, rows);
        cli_number(levels[k].rank, value);
        cli_text_add(&text, k ? ", " : "");
        add_level(&text, plan->table, target, &levels[k]);
        cli_text_addf(&text, " %s as the number %s", rows, value);
    }
    cli_note(program, "target", "%s: %s; a classifier would make them classes", name, cli_text_get(&text));
    cli_text_free(&text);
}

static void note_range(cli_program *program, const cli_plan *plan, int64_t target) {
    const char *name = cauce_table_name(plan->table, target);
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int64_t i = 0; i < cauce_table_rows(plan->table); i++) {
        double value = cauce_table_number(plan->table, i, target);
        if (value < low) low = value;
        if (value > high) high = value;
    }
    if (low > high) return; /* no row has one: the fit will say so */
    char from[32], to[32];
    cli_number(low, from);
    cli_number(high, to);
    int64_t values = cli_plan_classes(plan, name);
    if (values <= 20 && !program->args.task && plan->targets.count == 1)
        cli_note(program, "target", "%s: a number of only %lld value%s; %s would make them classes", name,
                 (long long)values, values == 1 ? "" : "s",
                 program->args.model.count || plan->spec ? "a classifier" : "--task classification");
    else
        cli_note(program, "target", "%s: a number from %s to %s", name, from, to);
}

void cli_note_table(cli_program *program, const cli_plan *plan, bool classifier) {
    if (program->args.quiet) return;
    note_columns(program, plan);
    for (int64_t t = 0; t < plan->targets.count; t++) {
        const int64_t target = cauce_table_find(plan->table, plan->targets.items[t]);
        if (target < 0) continue;
        if (classifier)
            note_classes(program, plan, target);
        else if (cauce_table_kind(plan->table, target) == CAUCE_BOOLEAN)
            note_zero_one(program, plan, target);
        else if (cauce_table_kind(plan->table, target) == CAUCE_NUMBER)
            note_range(program, plan, target);
    }
}
