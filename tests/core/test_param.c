/* Parameter rows: what each type takes, what it makes of it, how it is described. */
#include "core/param.h"
#include "support/check_main.h"

struct all {
    bool flag;
    int64_t count;
    double rate, above, share;
    int choice;
    const char *label;
    cauce_value list, mixed, real, many;
};

static const cauce_param rows[] = {
    CAUCE_BOOL(struct all, flag, true, "A flag."),
    CAUCE_INT(struct all, count, 5, 1, 10, "A count."),
    CAUCE_REAL(struct all, rate, 0.5, 0.0, 1.0, "A rate."),
    CAUCE_REAL_ABOVE(struct all, above, 1.0, 0.0, 1e300, "A positive number."),
    CAUCE_REAL_ABOVE(struct all, share, 0.1, 0.0, CAUCE_BELOW_1, "A part, but not all."),
    CAUCE_CHOICE(struct all, choice, "b", "a|b|none", "A choice."),
    CAUCE_TEXT_PARAM(struct all, label, NULL, "A text."),
    CAUCE_LIST(struct all, list, "[1, x]", "A list."),
    CAUCE_MIXED(struct all, mixed, "sqrt", CAUCE_V_INT | CAUCE_V_REAL | CAUCE_V_TEXT | CAUCE_V_NULL, 1, 100,
                0.0, 1.0, "sqrt|log2", "An int, a fraction, a word."),
    CAUCE_MIXED(struct all, real, "nan", CAUCE_V_REAL, 0, 0, -HUGE_VAL, HUGE_VAL, NULL, "Any number."),
    CAUCE_MIXED(struct all, many, "1", CAUCE_V_INT | CAUCE_V_REAL, 1, 9e15, 0.0, 1.0, NULL, "Any count."),
    CAUCE_END
};

static cauce_run run;
static ca_arena arena;

static cauce_status read_into(struct all *p, const char *text) {
    memset(p, 0x5a, sizeof *p);
    return ca_options_parse(&run, &arena, "thing", rows, text, p);
}

static struct all read_ok(const char *text) {
    struct all p;
    ca_run_begin(&run);
    ck_assert_msg(read_into(&p, text) == CAUCE_OK, "%s: %s", text, run.error.message);
    ca_run_end(&run);
    return p;
}

static void refused(const char *text, const char *piece) {
    struct all p;
    ca_run_begin(&run);
    ck_assert_msg(read_into(&p, text) == CAUCE_E_PARAM, "%s was taken", text);
    ck_assert_msg(strstr(run.error.message, piece) != NULL, "%s: '%s' is not in: %s", text, piece,
                  run.error.message);
    ck_assert_msg(strstr(run.error.message, "thing") != NULL, "%s", run.error.message);
    ca_run_end(&run);
}

START_TEST(defaults) {
    struct all p = read_ok(NULL);
    ck_assert(p.flag && p.count == 5 && p.rate == 0.5 && p.above == 1.0 && p.choice == 1);
    ck_assert_ptr_null(p.label);
    ck_assert_int_eq(p.list.n_items, 2);
    ck_assert_int_eq(p.mixed.type, CAUCE_V_TEXT);
    ck_assert_str_eq(p.mixed.text, "sqrt");
    ck_assert(p.real.type == CAUCE_V_REAL && isnan(p.real.real));
}
END_TEST

START_TEST(taken) {
    struct all p =
        read_ok("flag=false count=10 rate=1 above=1e-300 choice=none label=007 list=[] mixed=3 real=2");
    ck_assert(!p.flag && p.count == 10 && p.rate == 1.0 && p.above == 1e-300 && p.choice == 2);
    ck_assert_str_eq(p.label, "007"); /* a text stays what was written */
    ck_assert_int_eq(p.list.n_items, 0);
    ck_assert(p.mixed.type == CAUCE_V_INT && p.mixed.integer == 3);
    ck_assert(p.real.type == CAUCE_V_REAL &&
              p.real.real == 2.0); /* ints are numbers where only those are taken */
    p = read_ok("count=7.0 mixed=0.5 choice=null label=true real=-inf");
    ck_assert(p.count == 7 && p.mixed.type == CAUCE_V_REAL && p.mixed.real == 0.5 && p.choice == 2);
    ck_assert_str_eq(p.label, "true");
    p = read_ok("mixed=1.0"); /* all of it; 1 would be one */
    ck_assert(p.mixed.type == CAUCE_V_REAL);
    p = read_ok("mixed=null label=null list=null");
    ck_assert(p.mixed.type == CAUCE_V_NULL && !p.label && p.list.type == CAUCE_V_NULL);
    p = read_ok("share=0.9999999999999999"); /* the double below 1 */
    ck_assert(p.share < 1);
    ca_arena_free(&arena);
    arena = (ca_arena){ NULL, 0 };
}
END_TEST

START_TEST(not_taken) {
    refused("flag=1", "true or false");
    refused("flag=yes", "true or false");
    refused("count=0", "integer 1 .. 10");
    refused("count=11", "count=11");
    refused("count=2.5", "count=2.5");
    refused("count=true", "count=true");
    refused("rate=-0.1", "number in [0, 1]");
    refused("rate=1.0000001", "rate=1.0000001");
    refused("rate=nan", "rate=nan");
    refused("above=0", "number in (0, ");
    refused("share=1", "number in (0, 1)");
    refused("choice=c", "a, b, none");
    refused("choice=1", "choice=1");
    refused("list=5", "list");
    refused("label=[a]", "text");
    refused("mixed=0", "integer 1 .. 100, number in (0, 1], sqrt, log2, null");
    refused("mixed=101", "mixed=101");
    refused("mixed=0.0", "mixed=0.0");
    refused("mixed=1.5", "mixed=1.5");
    refused("mixed=cube", "mixed=cube");
    refused("mixed=[1]", "mixed=[1]");
    refused("mixed=true", "mixed=true");
    refused("real=null", "number");
    refused("cuont=3", "did you mean 'count'?");
    refused("zzzzzz=3", "it has: flag, count, rate, above, share, choice, label, list, mixed, real, many");
    refused("many=0", "takes: integer >= 1, number in (0, 1]");
    refused("many=9223372036854775807", "integer >= 1, number in (0, 1] (integers up to 9e15)");
    refused("many=9223372036854775808", "(integers up to 9e15)");
    ca_arena_free(&arena);
    arena = (ca_arena){ NULL, 0 };
}
END_TEST

TEST_MAIN("param", TEST(defaults), TEST(taken), TEST(not_taken))
