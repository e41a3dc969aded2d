/* From tables to batches: schemas of training tables, matching by name, reading blocks of rows. */
#include <math.h>
#include <string.h>

#include "base/map.h"
#include "base/text.h"
#include "core/model.h"
#include "math/lanes.h"

/* The levels of column j that occur, as a dictionary of the model. Both levels of a boolean stay: one alone
 * could not be told from a category. */
static const cauce_levels *present_levels(cauce_run *run, const cauce_table *table, int64_t j) {
    const ca_column *column = table->columns[j].column;
    const cauce_levels *levels = column->levels;
    bool *seen = cauce_scratch(run, levels->count, sizeof *seen);
    const char **texts = cauce_scratch(run, levels->count, sizeof *texts);
    size_t *lengths = cauce_scratch(run, levels->count, sizeof *lengths);
    int32_t block[1024];
    if (!seen || !texts || !lengths) return NULL;
    if (column->kind == CAUCE_BOOLEAN) memset(seen, 1, (size_t)levels->count);
    for (int64_t first = 0; first < table->n_rows; first += 1024) {
        int64_t n = table->n_rows - first < 1024 ? table->n_rows - first : 1024;
        const int32_t *codes = ca_table_read_codes(table, j, first, n, block);
        for (int64_t i = 0; i < n; i++)
            if (codes[i] >= 0) seen[codes[i]] = true;
    }
    int32_t n = 0;
    for (int32_t i = 0; i < levels->count; i++)
        if (seen[i]) {
            texts[n] = cauce_levels_text(levels, i);
            lengths[n++] = ca_levels_length(levels, i);
        }
    ca_arena arena = { NULL, 0 };
    const cauce_levels *present = ca_levels_new(&arena, texts, lengths, n, true);
    if (!present) CA_NOMEM(run);
    ca_keep_adopt(run->keep, &arena);
    return present;
}

static cauce_status learn_field(cauce_run *run, const cauce_table *table, int64_t j, cauce_field *field) {
    const ca_table_column *column = &table->columns[j];
    const char *name = ca_keep_text(run, column->name);
    if (!name) return run->error.status;
    *field = (cauce_field){ .name = name, .kind = column->column->kind, .width = 1 };
    if (column->column->storage != CA_CODES) return CAUCE_OK;
    field->form = CAUCE_CODES;
    field->levels = present_levels(run, table, j);
    return field->levels ? CAUCE_OK : run->error.status;
}

void ca_model_features(cauce_model *model) {
    bool offset = model->offset == CAUCE_OFFSET || model->offset == CAUCE_EXPOSURE;
    int64_t n = model->inputs.n_fields - (offset ? 1 : 0);
    model->features = (cauce_schema){ n, model->inputs.fields, n };
}

cauce_status ca_input_learn(cauce_run *run, cauce_model *model, const cauce_table *table, bool with_text) {
    cauce_field *fields = cauce_keep(run, table->n_columns, sizeof *fields);
    if (!fields) return run->error.status;
    int64_t n = 0, offset;
    CA_TRY(ca_offset_column(run, table, &offset));
    for (int64_t j = 0; j < table->n_columns; j++) {
        if (table->columns[j].role != CAUCE_FEATURE) continue;
        if (table->columns[j].column->kind == CAUCE_TEXT && !with_text) {
            cauce_warn(run, "text_column", "column '%s' is free text and is not used",
                       table->columns[j].name);
            continue;
        }
        if (table->columns[j].column->kind == CAUCE_DATETIME) {
            cauce_warn(
                run, "time_column",
                "column '%s' is a time and is not used; time=%s gives the rows its order, and columns of "
                "its year, month or weekday could be features",
                table->columns[j].name, table->columns[j].name);
            continue;
        }
        ca_arena_mark mark = ca_arena_here(&run->scratch);
        cauce_status status = learn_field(run, table, j, &fields[n++]);
        ca_arena_back(&run->scratch, mark);
        CA_TRY(status);
    }
    if (offset >= 0) {
        CA_TRY(learn_field(run, table, offset, &fields[n++]));
        model->offset = table->columns[offset].role;
    }
    model->inputs = (cauce_schema){ n, fields, n };
    ca_model_features(model);
    return CAUCE_OK;
}

static cauce_status match_field(cauce_run *run, const cauce_field *field, const cauce_table *table,
                                ca_input *input, int64_t i) {
    int64_t j = input->column[i];
    const ca_column *column = table->columns[j].column;
    if ((column->storage == CA_CODES) != (field->form == CAUCE_CODES))
        return cauce_fail(run, CAUCE_E_KIND, "column '%s' is a %s, the model was fitted to a %s", field->name,
                          cauce_kind_name(column->kind), cauce_kind_name(field->kind));
    if (field->form != CAUCE_CODES) return CAUCE_OK;
    int32_t *map = cauce_scratch(run, column->levels->count, sizeof *map);
    if (!map) return run->error.status;
    ca_levels_map(column->levels, field->levels, map);
    input->map[i] = map;
    int32_t same = 0;
    while (same < column->levels->count && map[same] == same) same++;
    input->same_codes[i] = same == column->levels->count;
    return CAUCE_OK;
}

static const char *column_at(int64_t i, void *payload) {
    return ((const cauce_table *)payload)->columns[i].name;
}

static cauce_status report_missing(cauce_run *run, const cauce_schema *schema, const cauce_table *table,
                                   const ca_input *input) {
    ca_text list = { 0 };
    const char *nearest = NULL;
    int64_t n = 0;
    for (int64_t i = 0; i < schema->n_fields; i++)
        if (input->column[i] < 0 && !schema->fields[i].optional) {
            if (!n++)
                nearest = ca_text_nearest(schema->fields[i].name, table->n_columns, column_at,
                                          (void *)(uintptr_t)table);
            if (list.length < 600) ca_text_addf(&list, "%s'%s'", n > 1 ? ", " : "", schema->fields[i].name);
        }
    cauce_status status = CAUCE_OK;
    if (n == 1 && nearest)
        status = cauce_fail(run, CAUCE_E_SCHEMA, "the column %s that the model needs is missing; is it '%s'?",
                            ca_text_get(&list), nearest);
    else if (n)
        status = cauce_fail(run, CAUCE_E_SCHEMA, "%lld column%s that the model needs %s missing: %s",
                            (long long)n, n > 1 ? "s" : "", n > 1 ? "are" : "is", ca_text_get(&list));
    ca_text_free(&list);
    return status;
}

/* Index of every column by its name: tables may have thousands. */
static cauce_status map_names(cauce_run *run, const cauce_table *table, ca_map *names) {
    for (int64_t j = 0; j < table->n_columns; j++)
        if (ca_map_add(names, table->columns[j].name, strlen(table->columns[j].name), NULL) < 0)
            return CA_NOMEM(run);
    return CAUCE_OK;
}

static cauce_status find_columns(cauce_run *run, const cauce_schema *schema, const cauce_table *table,
                                 ca_input *input) {
    ca_map names = { 0 };
    cauce_status status = map_names(run, table, &names);
    for (int64_t i = 0; status == CAUCE_OK && i < schema->n_fields; i++)
        input->column[i] = ca_map_find(&names, schema->fields[i].name, strlen(schema->fields[i].name));
    ca_map_free(&names);
    return status;
}

cauce_status ca_input_match(cauce_run *run, const cauce_schema *schema, const cauce_table *table,
                            ca_input *input) {
    int64_t n = schema->n_fields;
    *input = (ca_input){ schema,
                         table,
                         cauce_scratch(run, n, sizeof *input->column),
                         cauce_scratch(run, n, sizeof *input->map),
                         cauce_scratch(run, n, sizeof *input->same_codes),
                         cauce_scratch(run, n, sizeof *input->unknown),
                         false,
                         false };
    if (!input->column || !input->map || !input->same_codes || !input->unknown) return run->error.status;
    CA_TRY(find_columns(run, schema, table, input));
    CA_TRY(report_missing(run, schema, table, input));
    for (int64_t i = 0; i < n; i++) {
        if (schema->fields[i].optional) input->column[i] = -1;
        if (input->column[i] >= 0) CA_TRY(match_field(run, &schema->fields[i], table, input, i));
    }
    return CAUCE_OK;
}

static void warn_extra_columns(cauce_run *run, const cauce_schema *schema, const cauce_table *table) {
    ca_text list = { 0 };
    ca_map known = { 0 };
    int64_t n = 0;
    for (int64_t i = 0; i < schema->n_fields; i++)
        ca_map_add(&known, schema->fields[i].name, strlen(schema->fields[i].name), NULL);
    for (int64_t j = 0; j < table->n_columns; j++) {
        const char *name = table->columns[j].name;
        if (table->columns[j].role != CAUCE_FEATURE || ca_map_find(&known, name, strlen(name)) >= 0) continue;
        if (++n && list.length < 200) ca_text_addf(&list, "%s%s", n > 1 ? ", " : "", name);
    }
    if (n)
        cauce_warn(run, "extra_column", "%lld column%s that the model does not know: %s", (long long)n,
                   n > 1 ? "s" : "", ca_text_get(&list));
    ca_text_free(&list);
    ca_map_free(&known);
}

void ca_input_warn(cauce_run *run, const ca_input *input) {
    warn_extra_columns(run, input->schema, input->table);
    for (int64_t i = 0; i < input->schema->n_fields; i++)
        if (input->unknown[i])
            ca_warn_times(run, input->unknown[i], "unknown_level",
                          "column '%s': a level that was not there at fit", input->schema->fields[i].name);
}

size_t ca_input_size(const ca_input *input, int64_t n) {
    return (input->unread ? ca_batch_codes_size : ca_batch_size)(input->schema, n);
}

/* Can the cells be used where they are? */
static bool in_place(const ca_input *input, int64_t i) {
    const ca_column *column = input->table->columns[input->column[i]].column;
    const bool codes = input->schema->fields[i].form == CAUCE_CODES;
    const bool as_is = codes ? input->same_codes[i]
                             : column->storage == CA_F64 || (input->as_it_lies && column->storage == CA_F32);
    const bool near = input->as_it_lies && !codes ? column->stride >= 1 && column->stride <= INT32_MAX
                                                  : column->stride == 1;
    return as_is && near && !input->table->rows;
}

static void count_unknown(const ca_input *input, int64_t i, const int32_t *codes, int64_t n) {
    int64_t unknown = 0;
    for (int64_t r = 0; r < n; r++) unknown += codes[r] == CAUCE_UNKNOWN;
    if (unknown) __atomic_add_fetch(&input->unknown[i], unknown, __ATOMIC_RELAXED);
}

/* Codes of the table as codes of the field; `from` may be `codes` itself. */
static void map_codes(const ca_input *input, int64_t i, const int32_t *from, int64_t n, int32_t *codes) {
    const int32_t *map = input->map[i];
    for (int64_t r = 0; r < n; r++) codes[r] = from[r] < 0 ? from[r] : map[from[r]];
    count_unknown(input, i, codes, n);
}

static void read_codes(const ca_input *input, int64_t i, int64_t first, int64_t n, int32_t *codes) {
    map_codes(input, i, ca_table_read_codes(input->table, input->column[i], first, n, codes), n, codes);
}

static void read_cell_column(const ca_input *input, int64_t i, int64_t first, int64_t at, int64_t n,
                             cauce_batch *batch) {
    const bool codes = input->schema->fields[i].form == CAUCE_CODES;
    if (input->column[i] < 0 || (input->unread && !codes)) return;
    if (in_place(input, i)) {
        if (codes) count_unknown(input, i, batch->blocks[i].codes + at, n);
    } else if (codes)
        read_codes(input, i, first + at, n, (int32_t *)batch->blocks[i].room + at);
    else
        ca_table_read(input->table, input->column[i], first + at, n, (double *)batch->blocks[i].room + at);
}

/* A few rows of all columns at a time, so that the lines of a table that lies row after row are fetched once
 * and not once for each column; so few that those of eight columns stay in the first-level cache. */
enum { READ_ROWS = 128 };

/* Rows [from, to) of a batch whose first row is `first` of the table. */
static void read_cells(const ca_input *input, int64_t first, int64_t from, int64_t to, cauce_batch *batch) {
    for (int64_t at = from; at < to; at += READ_ROWS) {
        int64_t n = to - at < READ_ROWS ? to - at : READ_ROWS;
        for (int64_t i = 0; i < input->schema->n_fields; i++) read_cell_column(input, i, first, at, n, batch);
    }
}

/* A piece of a batch. */
struct piece {
    int64_t from, to; /* rows */
    int64_t first_field, end_field;
};

/* The same of a piece, and looks whether the numbers are finite while they are at hand: those that are not
 * moved are at hand for somebody else where they may lie as they are. */
static bool read_finite(const ca_input *input, const struct piece *piece, cauce_batch *batch) {
    bool finite = true;
    for (int64_t at = piece->from; at < piece->to; at += READ_ROWS) {
        int64_t n = piece->to - at < READ_ROWS ? piece->to - at : READ_ROWS;
        for (int64_t i = piece->first_field; i < piece->end_field; i++) {
            read_cell_column(input, i, 0, at, n, batch);
            if (input->column[i] >= 0 && input->schema->fields[i].form == CAUCE_DENSE)
                finite = !input->unread && !(input->as_it_lies && in_place(input, i)) &&
                         ca_all_finite(batch->blocks[i].values + at, n) && finite;
        }
    }
    return finite;
}

static void lay_out(const ca_input *input, int64_t first, int64_t n, char *memory, cauce_batch *batch) {
    (input->unread ? ca_batch_lay_codes : ca_batch_lay)(batch, input->schema, n, memory);
    batch->first_row = input->table->first_row + first;
    for (int64_t i = 0; i < input->schema->n_fields; i++) {
        cauce_block *block = &batch->blocks[i];
        if (input->column[i] < 0)
            block->room = NULL; /* nothing reads an unused input */
        else if (input->schema->fields[i].form == CAUCE_CODES) {
            cauce_block_codes(block);
            if (in_place(input, i))
                block->codes = ca_table_read_codes(input->table, input->column[i], first, n, NULL);
        } else if (!input->unread) {
            cauce_block_values(block);
            if (!in_place(input, i)) continue;
            const ca_column *column = input->table->columns[input->column[i]].column;
            block->single = column->storage == CA_F32;
            block->step = (int32_t)column->stride;
            if (block->single)
                block->singles = (const float *)column->data + first * column->stride;
            else
                block->values = (const double *)column->data + first * column->stride;
        }
    }
}

void ca_input_read(const ca_input *input, int64_t first, int64_t n, char *memory, cauce_batch *batch) {
    lay_out(input, first, n, memory, batch);
    read_cells(input, first, 0, n, batch);
}

static void show_value(const ca_change *change, bool codes, int64_t n, cauce_block *block) {
    double *numbers = codes ? NULL : cauce_block_values(block);
    int32_t *as_codes = codes ? cauce_block_codes(block) : NULL;
    for (int64_t r = 0; r < n; r++)
        if (codes)
            as_codes[r] = change->code;
        else
            numbers[r] = change->number;
}

void ca_input_change(const ca_input *input, const ca_change *change, int64_t first, cauce_batch *batch) {
    enum { ROWS = 512 };
    const int64_t i = change->field;
    const ca_column *column = input->table->columns[input->column[i]].column;
    const bool codes = input->schema->fields[i].form == CAUCE_CODES;
    cauce_block *block = &batch->blocks[i];
    if (!change->order) {
        show_value(change, codes, batch->n_rows, block);
        return;
    }
    double *numbers = codes ? NULL : cauce_block_values(block);
    int32_t *as_codes = codes ? cauce_block_codes(block) : NULL;
    int64_t rows[ROWS];
    for (int64_t at = 0; at < batch->n_rows; at += ROWS) {
        int64_t n = batch->n_rows - at < ROWS ? batch->n_rows - at : ROWS;
        for (int64_t r = 0; r < n; r++) rows[r] = ca_table_row(input->table, change->order[first + at + r]);
        if (codes)
            map_codes(input, i, ca_column_read_codes(column, rows, 0, n, as_codes + at), n, as_codes + at);
        else
            ca_column_read(column, rows, 0, n, numbers + at);
    }
}

typedef struct reading {
    const ca_input *input;
    cauce_batch *batch;
    bool *finite; /* one for each task */
    int64_t fields, groups;
} reading;

/* Of few rows with many columns there are tasks of some columns: as many as share the lines of a row. */
enum { TASK_ROWS = 16384, TASK_CELLS = 1 << 20, LEAST_FIELDS = 64 };

static int64_t fields_of_a_task(int64_t rows) {
    const int64_t height = rows < 1 ? 1 : rows < TASK_ROWS ? rows : TASK_ROWS;
    const int64_t fields = TASK_CELLS / height / LEAST_FIELDS * LEAST_FIELDS;
    return fields < LEAST_FIELDS ? LEAST_FIELDS : fields;
}

static cauce_status read_task(cauce_run *run, int64_t index, void *payload) {
    const reading *job = payload;
    const int64_t n = job->batch->n_rows, fields = job->input->schema->n_fields;
    struct piece piece = { .from = index / job->groups * TASK_ROWS,
                           .first_field = index % job->groups * job->fields };
    (void)run;
    piece.to = n - piece.from < TASK_ROWS ? n : piece.from + TASK_ROWS;
    piece.end_field = fields - piece.first_field < job->fields ? fields : piece.first_field + job->fields;
    job->finite[index] = read_finite(job->input, &piece, job->batch);
    return CAUCE_OK;
}

cauce_status ca_input_read_all(cauce_run *run, const ca_input *input, char *memory, cauce_batch *batch) {
    int64_t n = input->table->n_rows;
    lay_out(input, 0, n, memory, batch);
    reading job = { .input = input, .batch = batch, .fields = fields_of_a_task(n) };
    job.groups = (input->schema->n_fields + job.fields - 1) / job.fields;
    int64_t tasks = (n + TASK_ROWS - 1) / TASK_ROWS * job.groups;
    job.finite = cauce_scratch(run, tasks, sizeof *job.finite);
    if (!job.finite) return run->error.status;
    run->finite = NULL;
    CA_TRY(cauce_parallel(run, tasks, read_task, &job));
    bool finite = true;
    for (int64_t t = 0; t < tasks; t++) finite = finite && job.finite[t];
    for (int64_t i = 0; i < batch->n_blocks; i++) finite = finite && input->column[i] >= 0;
    if (finite) run->finite = batch;
    return CAUCE_OK;
}
