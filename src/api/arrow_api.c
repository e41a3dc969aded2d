/* include/cauce/arrow.h: what is taken is released here, whatever happens. */
#include "cauce/arrow.h"

#include <errno.h>
#include <string.h>

#include "base/alloc.h"
#include "base/text.h"
#include "data/arrow.h"

static void release_schema(struct ArrowSchema *schema) {
    if (schema && schema->release) schema->release(schema);
}

static void release_array(struct ArrowArray *array) {
    if (array && array->release) array->release(array);
}

/* ---- In ------------------------------------------------------------------------------------------------ */

cauce_table *cauce_table_from_arrow(struct ArrowSchema *schema, struct ArrowArray *array) {
    cauce_table *table = NULL;
    if (!schema || !array) {
        release_schema(schema);
        release_array(array);
        return ca_null(schema ? "array" : "schema"), NULL;
    }
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    if (!schema->release || !array->release)
        cauce_fail(run, CAUCE_E_ARGUMENT, "the Arrow %s has been released",
                   schema->release ? "array" : "schema");
    else
        table = ca_arrow_import(run, schema, array, 1);
    release_schema(schema);
    release_array(array);
    return ca_guard_leave(&guard), table;
}

static cauce_status stream_failed(cauce_run *run, struct ArrowArrayStream *stream, int code) {
    const char *text = stream->get_last_error ? stream->get_last_error(stream) : NULL;
    char shown[300];
    return cauce_fail(run, code == ENOMEM ? CAUCE_E_NOMEM : CAUCE_E_IO, "the Arrow stream failed with %d: %s",
                      code,
                      text ? ca_text_show(text, strlen(text), shown, sizeof shown) : "no reason is given");
}

typedef struct batches {
    struct ArrowArray *items;
    int64_t n, room;
} batches;

static cauce_status next_batch(cauce_run *run, struct ArrowArrayStream *stream, batches *all, bool *there) {
    if (all->n == all->room) {
        const int64_t room = all->room ? 2 * all->room : 8;
        struct ArrowArray *items = ca_realloc(all->items, (size_t)room * sizeof *items);
        if (!items) return CA_NOMEM(run);
        all->items = items;
        all->room = room;
    }
    struct ArrowArray *batch = &all->items[all->n];
    memset(batch, 0, sizeof *batch);
    const int code = stream->get_next(stream, batch);
    if (code) return stream_failed(run, stream, code);
    *there = batch->release != NULL;
    all->n += *there;
    return CAUCE_OK;
}

static cauce_table *read_stream(cauce_run *run, struct ArrowArrayStream *stream, struct ArrowSchema *schema,
                                batches *all) {
    if (!stream->release || !stream->get_schema || !stream->get_next) {
        cauce_fail(run, CAUCE_E_ARGUMENT, "the Arrow stream has been released");
        return NULL;
    }
    const int code = stream->get_schema(stream, schema);
    if (code || !schema->release) {
        stream_failed(run, stream, code);
        return NULL;
    }
    for (bool there = true; there;)
        if (cauce_check_cancel(run) != CAUCE_OK || next_batch(run, stream, all, &there) != CAUCE_OK)
            return NULL;
    return ca_arrow_import(run, schema, all->items, all->n);
}

cauce_table *cauce_table_from_arrow_stream(struct ArrowArrayStream *stream) {
    if (!stream) return ca_null("stream"), NULL;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    struct ArrowSchema schema = { 0 };
    batches all = { 0 };
    cauce_table *table = read_stream(run, stream, &schema, &all);
    for (int64_t i = 0; i < all.n; i++) release_array(&all.items[i]);
    ca_free(all.items);
    release_schema(&schema);
    if (stream->release) stream->release(stream);
    return ca_guard_leave(&guard), table;
}

/* ---- Out ----------------------------------------------------------------------------------------------- */

cauce_status cauce_table_to_arrow(const cauce_table *table, struct ArrowSchema *schema,
                                  struct ArrowArray *array) {
    if (!table || !schema || !array) return ca_null(!table ? "table" : !schema ? "schema" : "array");
    ca_guard guard;
    ca_arrow_export(ca_guard_enter(&guard), table, schema, array);
    return ca_guard_leave(&guard);
}

/* A stream of one batch: the table, until the batch has been given. */
typedef struct streaming {
    cauce_table *table;
    bool given;
    char error[256];
} streaming;

/* Exports for a consumer, who gets what it asked for and not the other. */
static int export_for(streaming *s, struct ArrowSchema *schema, struct ArrowArray *array) {
    struct ArrowSchema own_schema;
    struct ArrowArray own_array;
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    cauce_status status =
        ca_arrow_export(run, s->table, schema ? schema : &own_schema, array ? array : &own_array);
    if (status != CAUCE_OK) memcpy(s->error, run->error.message, sizeof s->error - 1);
    ca_guard_leave(&guard);
    if (status != CAUCE_OK) return status == CAUCE_E_NOMEM ? ENOMEM : EIO;
    if (!schema) own_schema.release(&own_schema);
    if (!array) own_array.release(&own_array);
    return 0;
}

static int give_schema(struct ArrowArrayStream *stream, struct ArrowSchema *out) {
    return export_for(stream->private_data, out, NULL);
}

static int give_next(struct ArrowArrayStream *stream, struct ArrowArray *out) {
    streaming *s = stream->private_data;
    if (s->given) {
        memset(out, 0, sizeof *out); /* a released array: the end */
        return 0;
    }
    const int code = export_for(s, NULL, out);
    s->given = code == 0;
    return code;
}

static const char *give_error(struct ArrowArrayStream *stream) {
    const streaming *s = stream->private_data;
    return *s->error ? s->error : NULL;
}

static void release_stream(struct ArrowArrayStream *stream) {
    streaming *s = stream->private_data;
    ca_table_drop(s->table);
    ca_free(s);
    stream->release = NULL;
}

cauce_status cauce_table_to_arrow_stream(const cauce_table *table, struct ArrowArrayStream *stream) {
    if (!table || !stream) return ca_null(table ? "stream" : "table");
    ca_guard guard;
    cauce_run *run = ca_guard_enter(&guard);
    streaming *s = ca_calloc(1, sizeof *s);
    if (s) {
        s->table = ca_table_hold(table);
        *stream = (struct ArrowArrayStream){ .get_schema = give_schema,
                                             .get_next = give_next,
                                             .get_last_error = give_error,
                                             .release = release_stream,
                                             .private_data = s };
    } else
        CA_NOMEM(run);
    return ca_guard_leave(&guard);
}
