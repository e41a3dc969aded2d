/* Every component when it is interrupted: no memory left, or cancelled. Nothing may leak, the error says what
 * it is, and the same call afterwards gives what it would have given. */
#include "support/failing.h"
#include "support/subjects.h"

#include "support/check_main.h"

enum { PLACES = 300 }; /* allocations of a call that fail, spread over all of them */

typedef struct work {
    const subject *s;
    cauce_table *table;
    cauce_recipe *recipe;
    cauce_model *model; /* NULL while the call is fit */
    bytes_of bytes;
} work;

/* A call whose outcome can be compared. NULL: it failed. */
typedef void *call_fn(const work *w);
typedef bool same_fn(const work *w, const void *a);
typedef void drop_fn(void *a);

static void *call_fit(const work *w) {
    return cauce_fit(w->recipe, w->table);
}

/* Comparing allocates, so that it is done with the allocator in order. */
static bool same_model(const work *w, const void *a) {
    bytes_of bytes = saved(a);
    bool same = bytes.size == w->bytes.size && memcmp(bytes.data, w->bytes.data, bytes.size) == 0;
    bytes_done(&bytes);
    return same;
}

static void drop_model(void *a) {
    cauce_model_free(a);
}

static void *call_predict(const work *w) {
    return try_output_of(w->model, w->table);
}

static bool same_output(const work *w, const void *a) {
    cauce_table *expected = output_of(w->model, w->table);
    bool same = tables_same(expected, a);
    cauce_table_free(expected);
    return same;
}

static void drop_table(void *a) {
    cauce_table_free(a);
}

static void *call_save(const work *w) {
    bytes_of *bytes = malloc(sizeof *bytes);
    if (cauce_save_bytes(w->model, &bytes->data, &bytes->size) == CAUCE_OK) return bytes;
    ck_assert_ptr_null(bytes->data);
    free(bytes);
    return NULL;
}

static bool same_bytes(const work *w, const void *a) {
    const bytes_of *bytes = a;
    return bytes->size == w->bytes.size && memcmp(bytes->data, w->bytes.data, bytes->size) == 0;
}

static void drop_bytes(void *a) {
    bytes_done(a);
    free(a);
}

static void *call_load(const work *w) {
    return cauce_load_bytes(w->bytes.data, w->bytes.size);
}

static void *call_recipe(const work *w) {
    return cauce_recipe_from_json(w->s->recipe);
}

static bool same_recipe(const work *w, const void *a) {
    char *x = cauce_recipe_to_json(w->recipe), *y = cauce_recipe_to_json(a);
    bool same = strcmp(x, y) == 0;
    cauce_text_free(x);
    cauce_text_free(y);
    return same;
}

static void drop_recipe(void *a) {
    cauce_recipe_free(a);
}

static void *call_scorer(const work *w) {
    return cauce_scorer_new(w->model);
}

static bool any(const work *w, const void *a) {
    return true;
}

static void drop_scorer(void *a) {
    cauce_scorer_free(a);
}

static void fail_once(const work *w, const char *what, int64_t n, bool alone, call_fn *call, same_fn *same,
                      drop_fn *drop) {
    int64_t live = failing_live();
    failing_arm(n, alone);
    void *result = call(w);
    cauce_status status = cauce_error().status;
    failing_disarm();
    /* What does not need the memory may go on, but then to the same end. */
    ck_assert_msg(result ? same(w, result) : status == CAUCE_E_NOMEM,
                  "%s: %s: allocation %lld failed (%s): %s: %s", w->s->name, what, (long long)n,
                  alone ? "alone" : "and all after it", result ? "another result" : cauce_status_name(status),
                  cauce_error().message);
    if (result) drop(result);
    ck_assert_msg(failing_live() == live, "%s: %s: %lld blocks leaked after allocation %lld failed",
                  w->s->name, what, (long long)(failing_live() - live), (long long)n);
}

static void fail_at_places(const work *w, const char *what, call_fn *call, same_fn *same, drop_fn *drop) {
    void *result = call(w);
    ck_assert_msg(result != NULL, "%s: %s: %s", w->s->name, what, cauce_error().message);
    drop(result);
    failing_arm(0, true);
    result = call(w);
    int64_t total = failing_asked(), step = total / PLACES + 1;
    drop(result);
    for (int alone = 0; alone < 2; alone++)
        for (int64_t n = 1; n <= total; n += step) fail_once(w, what, n, alone, call, same, drop);
    result = call(w);
    ck_assert_msg(result && same(w, result), "%s: %s after all that", w->s->name, what);
    drop(result);
}

static work work_start(const subject *s) {
    work w = { .s = s, .table = subject_table(s, NULL), .recipe = subject_recipe(s) };
    w.model = model_fit(w.recipe, w.table);
    w.bytes = saved(w.model);
    return w;
}

static void work_end(work *w) {
    bytes_done(&w->bytes);
    cauce_model_free(w->model);
    cauce_recipe_free(w->recipe);
    cauce_table_free(w->table);
}

static void with_threads(int threads) {
    cauce_context *context = cauce_context_new();
    ck_assert_int_eq(cauce_context_set_threads(context, threads), CAUCE_OK);
    cauce_context_use(context);
    EACH_SUBJECT(s) {
        work w = work_start(&s);
        fail_at_places(&w, "fit", call_fit, same_model, drop_model);
        fail_at_places(&w, "predict", call_predict, same_output, drop_table);
        if (threads == 1) {
            fail_at_places(&w, "save", call_save, same_bytes, drop_bytes);
            fail_at_places(&w, "load", call_load, same_model, drop_model);
            fail_at_places(&w, "recipe", call_recipe, same_recipe, drop_recipe);
            cauce_scorer *scorer = cauce_scorer_new(w.model);
            cauce_scorer_free(scorer);
            if (scorer) fail_at_places(&w, "scorer", call_scorer, any, drop_scorer);
        }
        work_end(&w);
    }
    cauce_context_use(NULL);
    cauce_context_free(context);
}

START_TEST(no_memory) {
    with_threads(1);
}
END_TEST

START_TEST(no_memory_on_two_threads) {
    with_threads(2);
}
END_TEST

START_TEST(cancelled) {
    cauce_context *context = cauce_context_new();
    cauce_context_use(context);
    EACH_SUBJECT(s) {
        work w = work_start(&s);
        cauce_context_cancel(context);
        int64_t live = failing_live();
        ck_assert_msg(cauce_fit(w.recipe, w.table) == NULL, "%s: fit", s.name);
        failed_with(CAUCE_E_CANCELLED, NULL);
        ck_assert_msg(cauce_predict(w.model, w.table) == NULL && cauce_transform(w.model, w.table) == NULL,
                      "%s: predict", s.name);
        ck_assert_int_eq(failing_live(), live);
        cauce_context_resume(context);
        void *again = call_fit(&w);
        ck_assert_msg(again && same_model(&w, again), "%s: %s", s.name, cauce_error().message);
        cauce_model_free(again);
        cauce_table *output = output_of(w.model, w.table);
        cauce_table_free(output);
        work_end(&w);
    }
    cauce_context_use(NULL);
    cauce_context_free(context);
}
END_TEST

/* Cancels in the middle, at the n-th sign of progress, from inside of the call. */
typedef struct later {
    cauce_context *context;
    int64_t calls, at;
} later;

static void on_progress(const char *what, int64_t done, int64_t total, void *payload) {
    later *l = payload;
    if (++l->calls == l->at) cauce_context_cancel(l->context);
}

START_TEST(cancelled_on_the_way) {
    later l = { cauce_context_new(), 0, 0 };
    cauce_context_on_progress(l.context, on_progress, &l);
    cauce_context_use(l.context);
    int64_t stopped = 0;
    EACH_SUBJECT(s) {
        work w = work_start(&s);
        l.calls = l.at = 0;
        cauce_model_free(model_fit(w.recipe, w.table));
        int64_t calls = l.calls, live = failing_live();
        for (int64_t n = 1; n <= calls && n <= 5; n++) {
            l.calls = 0;
            l.at = n;
            cauce_model *model = cauce_fit(w.recipe, w.table);
            if (!model) {
                failed_with(CAUCE_E_CANCELLED, NULL);
                stopped++;
            } else
                ck_assert_msg(same_model(&w, model), "%s: cancelled too late, another model", s.name);
            cauce_model_free(model);
            cauce_context_resume(l.context);
        }
        l.at = 0;
        ck_assert_int_eq(failing_live(), live);
        work_end(&w);
    }
    ck_assert_int_gt(stopped, 0);
    cauce_context_use(NULL);
    cauce_context_free(l.context);
}
END_TEST

/* First of all tests: the allocator must be there before the library takes memory. */
START_TEST(allocator) {
    failing_install();
}
END_TEST

TEST_MAIN("every failure", TEST(allocator), TEST(no_memory), TEST(no_memory_on_two_threads), TEST(cancelled),
          TEST(cancelled_on_the_way))
