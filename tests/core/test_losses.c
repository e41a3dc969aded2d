/* Losses of one's own. */
#include "cauce/sys/component.h"
#include "support/check_main.h"
#include "support/tables.h"

static void squared(const void *payload, int64_t n, const double *y, const double *f, double *loss,
                    double *first, double *second) {
    double scale = *(const double *)payload;
    ck_assert_int_le(n, 256);
    for (int64_t r = 0; r < n; r++) {
        first[r] = scale * (f[r] - y[r]);
        second[r] = scale;
        loss[r] = scale * 0.5 * (f[r] - y[r]) * (f[r] - y[r]);
    }
}

static double mean(const void *payload, int64_t n, const double *y, const double *weight) {
    double sum = 0, total = 0;
    ck_assert_ptr_nonnull(payload);
    for (int64_t r = 0; r < n; r++) {
        sum += (weight ? weight[r] : 1) * y[r];
        total += weight ? weight[r] : 1;
    }
    return sum / total;
}

static void poisson(const void *payload, int64_t n, const double *y, const double *f, double *loss,
                    double *first, double *second) {
    ck_assert_ptr_null(payload);
    for (int64_t r = 0; r < n; r++) {
        second[r] = exp(f[r]);
        first[r] = second[r] - y[r];
        loss[r] = second[r] - y[r] * f[r];
    }
}

static double log_mean(const void *payload, int64_t n, const double *y, const double *weight) {
    return log(mean("", n, y, weight) + (payload ? 1 : 0));
}

static void concave(const void *payload, int64_t n, const double *y, const double *f, double *loss,
                    double *first, double *second) {
    poisson(payload, n, y, f, loss, first, second);
    second[n - 1] = -1;
}

static void endless(const void *payload, int64_t n, const double *y, const double *f, double *loss,
                    double *first, double *second) {
    poisson(payload, n, y, f, loss, first, second);
    first[0] = HUGE_VAL;
}

static double nowhere(const void *payload, int64_t n, const double *y, const double *weight) {
    return (double)NAN + mean("", n, y, weight) + (payload ? 1 : 0);
}

static const double three = 3;
static const cauce_loss losses[] = {
    { sizeof(cauce_loss), "thrice_squared", squared, mean, &three },
    { sizeof(cauce_loss), "my_poisson", poisson, log_mean, NULL },
    { sizeof(cauce_loss), "from_zero", poisson, NULL, NULL },
    { sizeof(cauce_loss), "concave", concave, NULL, NULL },
    { sizeof(cauce_loss), "endless", endless, NULL, NULL },
    { sizeof(cauce_loss), "nowhere", poisson, nowhere, NULL },
};

static void make_known(void) {
    static bool known;
    for (size_t i = 0; i < sizeof losses / sizeof *losses && !known; i++)
        ck_assert_int_eq(cauce_register_loss(&losses[i]), CAUCE_OK);
    known = true;
}

/* Mean squared difference of the predictions of a model from those of another loss, after `link`. */
static void same_as(const char *own, const char *built_in, bool logs, const char *roles) {
    cauce_table *table = table_from_data("diabetes.csv", roles);
    char text[200];
    snprintf(text, sizeof text, "hist_gradient_boosting_regressor max_iter=30 loss=custom custom_loss=%s",
             own);
    cauce_model *a = model_of(text, table);
    snprintf(text, sizeof text, "hist_gradient_boosting_regressor max_iter=30 loss=%s", built_in);
    cauce_model *b = model_of(text, table);
    cauce_table *x = output_of(a, table), *y = output_of(b, table);
    for (int64_t r = 0; r < cauce_table_rows(table); r++) {
        double expected = cauce_table_number(y, r, 0);
        ck_near(cauce_table_number(x, r, 0), logs ? log(expected) : expected, 1e-6);
    }
    /* the file names the loss */
    char *facts = cauce_model_inspect(a);
    ck_assert_ptr_nonnull(strstr(facts, own));
    cauce_text_free(facts);
    bytes_of bytes = saved(a);
    cauce_model *loaded = cauce_load_bytes(bytes.data, bytes.size);
    cauce_table *again = output_of(loaded, table);
    ck_assert(tables_same(x, again));
    cauce_table_free(again);
    cauce_model_free(loaded);
    bytes_done(&bytes);
    cauce_table_free(y);
    cauce_table_free(x);
    cauce_model_free(b);
    cauce_model_free(a);
    cauce_table_free(table);
}

START_TEST(what_is_built_in_written_by_hand) {
    make_known();
    same_as("thrice_squared", "squared_error", false, "target=progression");
    same_as("thrice_squared", "squared_error", false, "target=progression weight=bmi");
    same_as("my_poisson", "poisson", true, "target=progression");
    same_as("my_poisson", "poisson", true, "target=progression weight=age");
}
END_TEST

START_TEST(starts_from_zero) {
    make_known();
    static const int64_t none[] = { 0 };
    cauce_table *table = table_of("x,y\n1,2\n2,3\n", "y:target");
    cauce_model *model =
        model_of("hist_gradient_boosting_regressor loss=custom custom_loss=from_zero max_iter=2", table);
    cauce_table *out = cauce_predict_staged(model, table, none, 1);
    ck_assert_double_eq(cauce_table_number(out, 0, 0), 0);
    cauce_table_free(out);
    cauce_model *more = cauce_fit_more(model, table, table, "max_iter=5");
    ck_assert_int_eq(cauce_model_stages(more), 5);
    cauce_model_free(more);
    ck_assert_ptr_null(cauce_fit_more(model, table, NULL, "custom_loss=my_poisson max_iter=5"));
    failed_with(CAUCE_E_PARAM, "the loss that it began with");
    cauce_model_free(model);
    cauce_table_free(table);
}
END_TEST

static void refused(const char *options, cauce_status status, const char *piece) {
    char text[200];
    cauce_table *table = table_of("x,y\n1,2\n2,3\n", "y:target");
    snprintf(text, sizeof text, "hist_gradient_boosting_regressor min_samples_leaf=1 %s", options);
    cauce_recipe *recipe = recipe_of(text);
    ck_assert_ptr_null(cauce_fit(recipe, table));
    failed_with(status, piece);
    cauce_recipe_free(recipe);
    cauce_table_free(table);
}

START_TEST(losses_that_are_none) {
    make_known();
    refused("loss=custom", CAUCE_E_PARAM, "custom_loss=NAME");
    refused("custom_loss=my_poisson", CAUCE_E_PARAM, "belongs to loss=custom");
    refused("loss=custom custom_loss=my_poison", CAUCE_E_PARAM, "did you mean 'my_poisson'?");
    refused("loss=custom custom_loss=concave", CAUCE_E_NUMERIC, "custom_loss=concave gave");
    refused("loss=custom custom_loss=endless", CAUCE_E_NUMERIC, "custom_loss=endless gave");
    refused("loss=custom custom_loss=nowhere", CAUCE_E_NUMERIC, "custom_loss=nowhere starts from nan");
}
END_TEST

START_TEST(registering) {
    make_known();
    cauce_loss bad = losses[0];
    ck_assert_int_eq(cauce_register_loss(NULL), CAUCE_E_ARGUMENT);
    ck_assert_int_eq(cauce_register_loss(&bad), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, NULL);
    ck_assert_int_eq(cauce_register_loss(&bad), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "there is a loss 'thrice_squared' already");
    bad.name = "Two Words";
    ck_assert_int_eq(cauce_register_loss(&bad), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "Two Words");
    bad.name = "without_rows";
    bad.rows = NULL;
    ck_assert_int_eq(cauce_register_loss(&bad), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "no `rows`");
    bad.size = 8;
    ck_assert_int_eq(cauce_register_loss(&bad), CAUCE_E_ARGUMENT);
    failed_with(CAUCE_E_ARGUMENT, "8 bytes");
}
END_TEST

TEST_MAIN("losses", TEST(what_is_built_in_written_by_hand), TEST(starts_from_zero),
          TEST(losses_that_are_none), TEST(registering))
