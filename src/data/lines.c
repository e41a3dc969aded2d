#include "data/lines.h"

#include "base/alloc.h"

enum { FIRST_ROOM = 4 };

ca_lines *ca_lines_hold(ca_lines *lines) {
    if (lines) atomic_fetch_add_explicit(&lines->references, 1, memory_order_relaxed);
    return lines;
}

void ca_lines_drop(ca_lines *lines) {
    if (lines && atomic_fetch_sub_explicit(&lines->references, 1, memory_order_acq_rel) == 1) ca_free(lines);
}

static cauce_status begin_run(cauce_run *run, ca_lines **lines, int64_t row, int64_t line) {
    ca_lines *l = *lines;
    if (!l || l->n == l->room) {
        const int64_t room = l ? 2 * l->room : FIRST_ROOM;
        l = ca_realloc(l, sizeof *l + (size_t)room * sizeof l->runs[0]);
        if (!l) return CA_NOMEM(run);
        if (!*lines) {
            atomic_init(&l->references, 1);
            l->n = 0;
        }
        l->room = room;
        *lines = l;
    }
    l->runs[l->n++] = (ca_line_run){ row, line };
    return CAUCE_OK;
}

cauce_status ca_lines_add(cauce_run *run, ca_lines **lines, int64_t row, int64_t line) {
    const ca_line_run *last = *lines ? &(*lines)->runs[(*lines)->n - 1] : NULL;
    if (last && line - row == last->line - last->row) return CAUCE_OK;
    return begin_run(run, lines, row, line);
}

cauce_status ca_lines_join(cauce_run *run, ca_lines **lines, int64_t first, const ca_lines *part) {
    for (int64_t i = 0; part && i < part->n; i++)
        CA_TRY(ca_lines_add(run, lines, first + part->runs[i].row, part->runs[i].line));
    return CAUCE_OK;
}

int64_t ca_lines_at(const ca_lines *lines, int64_t row) {
    int64_t low = 0, high = lines->n;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (lines->runs[middle].row <= row)
            low = middle;
        else
            high = middle;
    }
    return lines->runs[low].line + row - lines->runs[low].row;
}
