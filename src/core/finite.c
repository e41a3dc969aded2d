#include "core/finite.h"

#include <math.h>

#include "data/batch.h"
#include "math/lanes.h"

static bool all_finite(const cauce_block *block, int64_t at, int64_t n) {
    return block->single ? ca_all_finite_single(block->singles + at, n)
                         : ca_all_finite(block->values + at, n);
}

cauce_status ca_finite_check(cauce_run *run, const ca_node *node, const cauce_batch *in) {
    const cauce_schema *schema = node->f.in;
    for (int64_t i = 0; i < in->n_blocks; i++) {
        const cauce_block *block = &in->blocks[i];
        if (schema->fields[i].form != CAUCE_DENSE) continue;
        for (int64_t j = 0; j < schema->fields[i].width; j++) {
            if (ca_block_step(block) == 1 && all_finite(block, j * block->stride, in->n_rows)) continue;
            int64_t r = 0;
            while (r < in->n_rows && isfinite(ca_block_number(block, r, j))) r++;
            if (r == in->n_rows) continue;
            const double value = ca_block_number(block, r, j);
            char name[128];
            ca_field_column_name(&schema->fields[i], j, name, sizeof name);
            return cauce_fail(run, CAUCE_E_DATA, "column '%s', row %lld: %s, which %s does not take%s", name,
                              (long long)(in->first_row + r + 1),
                              isnan(value) ? "a missing value" : "an infinite value", node->f.component->name,
                              isnan(value) ? "; put simple_imputer before it"
                                           : "; clip or mark it as missing");
        }
    }
    return CAUCE_OK;
}

/* ---- All training rows --------------------------------------------------------------------------------- */

enum { TASK_ROWS = 16384, TASK_CELLS = 1 << 20, LEAST_FIELDS = 64 };

struct looking {
    const cauce_schema *schema;
    const cauce_batch *in;
    bool *finite;           /* one for each task */
    int64_t fields, groups; /* of a task; of fields */
};

/* How many blocks from i on lie side by side in the same rows. */
static int64_t side_by_side(const struct looking *l, int64_t i, int64_t end) {
    const cauce_block *first = &l->in->blocks[i];
    int64_t many = 1;
    while (many < first->step && i + many < end) {
        const cauce_block *next = &l->in->blocks[i + many];
        if (l->schema->fields[i + many].form != CAUCE_DENSE || next->step != first->step ||
            next->single != first->single)
            break;
        if (first->single ? next->singles != first->singles + many : next->values != first->values + many)
            break;
        many++;
    }
    return many;
}

/* `many` numbers in each row: those of all rows follow each other where there is nothing between. */
static bool finite_rows(const cauce_block *block, int64_t first, int64_t rows, int64_t many) {
    const int64_t step = ca_block_step(block);
    bool finite = true;
    if (many == step) return all_finite(block, first * step, rows * step);
    for (int64_t r = first; r < first + rows; r++) finite = all_finite(block, r * step, many) && finite;
    return finite;
}

static cauce_status look_task(cauce_run *run, int64_t index, void *payload) {
    (void)run;
    const struct looking *l = payload;
    const int64_t first = index / l->groups * TASK_ROWS, left = l->in->n_rows - first;
    const int64_t rows = left < TASK_ROWS ? left : TASK_ROWS, from = index % l->groups * l->fields;
    const int64_t end = l->in->n_blocks - from < l->fields ? l->in->n_blocks : from + l->fields;
    bool finite = true;
    for (int64_t i = from, many = 1; i < end; i += many) {
        const cauce_block *block = &l->in->blocks[i];
        many = 1;
        if (l->schema->fields[i].form != CAUCE_DENSE) continue;
        if (block->step > 1) {
            many = side_by_side(l, i, end);
            finite = finite_rows(block, first, rows, many) && finite;
            continue;
        }
        for (int64_t j = 0; j < l->schema->fields[i].width; j++)
            finite = all_finite(block, j * block->stride + first, rows) && finite;
    }
    l->finite[index] = finite;
    return CAUCE_OK;
}

cauce_status ca_finite_look(cauce_run *run, const ca_node *node, const cauce_batch *in) {
    const ca_arena_mark mark = ca_arena_here(&run->scratch);
    struct looking l = { .schema = node->f.in, .in = in };
    /* of few rows with many columns, tasks of some columns */
    const int64_t height = in->n_rows < 1 ? 1 : in->n_rows < TASK_ROWS ? in->n_rows : TASK_ROWS;
    l.fields = TASK_CELLS / height > LEAST_FIELDS ? TASK_CELLS / height : LEAST_FIELDS;
    l.groups = in->n_blocks > l.fields ? (in->n_blocks + l.fields - 1) / l.fields : 1;
    const int64_t tasks = (in->n_rows + TASK_ROWS - 1) / TASK_ROWS * l.groups;
    l.finite = cauce_scratch(run, tasks, sizeof *l.finite);
    if (!l.finite) return run->error.status;
    CA_TRY(cauce_parallel(run, tasks, look_task, &l));
    bool finite = true;
    for (int64_t t = 0; t < tasks; t++) finite = finite && l.finite[t];
    ca_arena_back(&run->scratch, mark);
    return finite ? CAUCE_OK : ca_finite_check(run, node, in);
}

static cauce_status look(cauce_run *run, const ca_unseen *unseen) {
    return ca_finite_look(run, unseen->payload, unseen->rows);
}

ca_unseen ca_finite_later(const ca_node *node, const cauce_batch *in) {
    return (ca_unseen){ in, look, node };
}
