/* Makes the products of powers of the columns up to a degree: 1, a, b, a^2, a b, b^2, ...
 *
 * By degree, then in the order of the columns with repetition. Products are multiplied from the last factor
 * to the first: the same bits as scikit-learn's. */
#include <stdio.h>
#include <string.h>

#include "base/map.h"
#include "base/run.h"
#include "cauce/sys/component.h"
#include "data/categories.h"

typedef struct polynomial_params {
    cauce_value degree;
    bool interaction_only, include_bias;
} polynomial_params;

enum { HIGHEST = 64, MOST_COLUMNS = 1 << 18 };

static const cauce_param param_rows[] = {
    CAUCE_MIXED(polynomial_params, degree, "2", CAUCE_V_INT | CAUCE_V_LIST, 0, HIGHEST, 0, 0, NULL,
                "Highest degree of a product, or a list with the lowest and the highest."),
    CAUCE_BOOL(polynomial_params, interaction_only, false,
               "Only products of different columns: no column twice."),
    CAUCE_BOOL(polynomial_params, include_bias, true, "Add a column of ones."),
    CAUCE_END,
};

typedef struct polynomial_state {
    int64_t unused;
} polynomial_state;

static const cauce_state state_rows[] = { CAUCE_STATE_END };

static cauce_status degrees(cauce_run *run, const polynomial_params *params, int64_t *low, int64_t *high) {
    const cauce_value *degree = &params->degree;
    *low = 0;
    *high = degree->integer;
    if (degree->type == CAUCE_V_LIST) {
        if (degree->n_items != 2 || degree->items[0].type != CAUCE_V_INT ||
            degree->items[1].type != CAUCE_V_INT)
            return cauce_fail(run, CAUCE_E_PARAM, "degree: expected a whole number or a list of two");
        *low = degree->items[0].integer;
        *high = degree->items[1].integer;
    }
    if (*low < 0 || *low > *high || *high > HIGHEST)
        return cauce_fail(run, CAUCE_E_PARAM, "degree=[%lld, %lld]: expected 0 <= lowest <= highest <= %d",
                          (long long)*low, (long long)*high, HIGHEST);
    if (*high == 0 && !params->include_bias)
        return cauce_fail(run, CAUCE_E_PARAM, "degree 0 without include_bias=true makes no column");
    if (*low == 0) *low = 1; /* degree 0 is the column of ones */
    return CAUCE_OK;
}

static cauce_status check(cauce_run *run, const void *params) {
    int64_t low, high;
    return degrees(run, params, &low, &high);
}

/* ---- Counting ------------------------------------------------------------------------------------------ */

/* Products of d of n columns: choose(n + d - 1, d), or choose(n, d) without repetition; MOST_COLUMNS + 1 when
 * there are more. */
static int64_t count_of(int64_t n, int64_t d, bool different) {
    int64_t top = different ? n : n + d - 1, count = 1;
    if (d > top) return 0;
    if (d > top - d) d = top - d; /* choose(top, d) now only grows with every factor */
    for (int64_t i = 1; i <= d; i++) {
        if (top - d + i > INT64_MAX / (MOST_COLUMNS + 1)) return MOST_COLUMNS + 1;
        count = count * (top - d + i) / i;
        if (count > MOST_COLUMNS) return MOST_COLUMNS + 1;
    }
    return count;
}

static cauce_status count_all(cauce_run *run, const polynomial_params *params, int64_t n, int64_t *n_out,
                              int64_t *n_factors) {
    int64_t low, high;
    CA_TRY(degrees(run, params, &low, &high));
    *n_out = params->include_bias;
    *n_factors = 0;
    for (int64_t d = low; d <= high && *n_out <= MOST_COLUMNS; d++) {
        int64_t more = count_of(n, d, params->interaction_only);
        *n_out += more;
        *n_factors += d * more;
    }
    if (*n_out > MOST_COLUMNS)
        return cauce_fail(
            run, CAUCE_E_LIMIT,
            "degree %lld of %lld columns makes more than %d; lower the degree or choose columns",
            (long long)high, (long long)n, MOST_COLUMNS);
    if (*n_out == 0)
        return cauce_fail(run, CAUCE_E_PARAM,
                          "no product of %lld or more different columns can be made of %lld", (long long)low,
                          (long long)n);
    return CAUCE_OK;
}

static cauce_status fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)state;
    int64_t n_out, n_factors; /* nothing is learned, but too many columns are found before they are made */
    return count_all(run, params, train->schema->width, &n_out, &n_factors);
}

static cauce_status verify(cauce_run *run, const cauce_fitted *self) {
    int64_t n_out, n_factors;
    return count_all(run, self->params, self->in->width, &n_out, &n_factors);
}

/* ---- Bind ---------------------------------------------------------------------------------------------- */

typedef struct polynomial_bound {
    int64_t n_out;
    int64_t *first;          /* the factors of output i are first[i] .. first[i + 1] - 1 */
    int64_t *factor;         /* columns of the input, ascending */
    int64_t *block, *column; /* where each column of the input is */
} polynomial_bound;

/* The next choice of d of n columns in lexicographic order; false after the last. */
static bool next_choice(int64_t *choice, int64_t d, int64_t n, bool different) {
    for (int64_t i = d - 1; i >= 0; i--) {
        int64_t last = different ? n - d + i : n - 1;
        if (choice[i] >= last) continue;
        choice[i]++;
        for (int64_t k = i + 1; k < d; k++) choice[k] = choice[k - 1] + different;
        return true;
    }
    return false;
}

/* "a^2 b" in keep memory. */
static const char *product_name(cauce_run *run, const char *const *names, const int64_t *factor, int64_t d) {
    size_t size = 1, at = 0;
    for (int64_t i = 0; i < d; i++) size += strlen(names[factor[i]]) + 4; /* "^64 " */
    char *text = cauce_keep(run, (int64_t)size, 1);
    for (int64_t i = 0, k; text && i < d; i = k) {
        for (k = i; k < d && factor[k] == factor[i];) k++;
        int wrote = snprintf(text + at, size - at, "%s%s", i ? " " : "", names[factor[i]]);
        if (wrote > 0) at += (size_t)wrote;
        if (k - i > 1) wrote = snprintf(text + at, size - at, "^%d", (int)(k - i));
        if (k - i > 1 && wrote > 0) at += (size_t)wrote;
    }
    return text;
}

/* Names of polynomials of polynomials meet: a times "b^2" and the square of "a b" are both "a b^2". */
static cauce_status look_for_twins(cauce_run *run, const cauce_field *fields, int64_t n, bool *twins) {
    ca_map map = { 0 };
    *twins = false;
    cauce_status status = CAUCE_OK;
    for (int64_t i = 0; i < n && !*twins && status == CAUCE_OK; i++) {
        bool added;
        if (ca_map_add(&map, fields[i].name, strlen(fields[i].name), &added) < 0)
            status = CA_NOMEM(run);
        else
            *twins = !added;
    }
    ca_map_free(&map);
    return status;
}

/* "(a b)^2": what could be taken for a product, a power or the column of ones stands in brackets. */
static cauce_status bracket(cauce_run *run, int64_t n, const char **names) {
    for (int64_t j = 0; j < n; j++) {
        if (!strpbrk(names[j], " ^") && strcmp(names[j], "1") != 0) continue;
        const size_t size = strlen(names[j]) + 3;
        char *text = cauce_scratch(run, (int64_t)size, 1);
        if (!text) return run->error.status;
        snprintf(text, size, "(%s)", names[j]);
        names[j] = text;
    }
    return CAUCE_OK;
}

static cauce_status name_products(cauce_run *run, const polynomial_bound *bound, const char *const *names,
                                  cauce_field *fields) {
    for (int64_t i = 0; i < bound->n_out; i++) {
        int64_t first = bound->first[i], d = bound->first[i + 1] - first;
        fields[i].name = d ? product_name(run, names, bound->factor + first, d) : "1";
        if (!fields[i].name) return run->error.status;
    }
    return CAUCE_OK;
}

static void list_products(const polynomial_params *params, int64_t low, int64_t high, int64_t n,
                          polynomial_bound *bound) {
    int64_t i = params->include_bias, at = 0; /* the column of ones has no factor */
    for (int64_t d = low; d <= high; d++) {
        int64_t choice[HIGHEST];
        if (n == 0 || (params->interaction_only && d > n)) break;
        for (int64_t k = 0; k < d; k++) choice[k] = params->interaction_only ? k : 0;
        do {
            bound->first[i++] = at;
            memcpy(bound->factor + at, choice, (size_t)d * sizeof *choice);
            at += d;
        } while (next_choice(choice, d, n, params->interaction_only));
    }
    bound->first[i] = at;
}

static cauce_status bind_inputs(cauce_run *run, const cauce_schema *in, polynomial_bound *bound,
                                const char **names) {
    int64_t j = 0;
    for (int64_t f = 0; f < in->n_fields; f++)
        for (int64_t c = 0; c < in->fields[f].width; c++, j++) {
            bound->block[j] = f;
            bound->column[j] = c;
            names[j] = ca_field_column(run, &in->fields[f], c);
            if (!names[j]) return run->error.status;
        }
    return CAUCE_OK;
}

static cauce_status bind(cauce_run *run, const cauce_fitted *self, cauce_binding *binding) {
    const polynomial_params *params = self->params;
    int64_t n = self->in->width, low, high, n_out, n_factors;
    CA_TRY(count_all(run, params, n, &n_out, &n_factors));
    CA_TRY(degrees(run, params, &low, &high));
    polynomial_bound *bound = cauce_keep(run, 1, sizeof *bound);
    const char **names = cauce_scratch(run, n, sizeof *names);
    cauce_field *fields = cauce_bind_fields(run, binding, n_out);
    if (!bound || !names || !fields) return run->error.status;
    bound->n_out = n_out;
    bound->first = cauce_keep(run, n_out + 1, sizeof *bound->first);
    bound->factor = cauce_keep(run, n_factors, sizeof *bound->factor);
    bound->block = cauce_keep(run, n, sizeof *bound->block);
    bound->column = cauce_keep(run, n, sizeof *bound->column);
    if (!bound->first || !bound->factor || !bound->block || !bound->column) return run->error.status;
    CA_TRY(bind_inputs(run, self->in, bound, names));
    list_products(params, low, high, n, bound);
    bool twins;
    CA_TRY(name_products(run, bound, names, fields));
    CA_TRY(look_for_twins(run, fields, n_out, &twins));
    if (twins) {
        CA_TRY(bracket(run, n, names));
        CA_TRY(name_products(run, bound, names, fields));
    }
    if (n_out > 4096) binding->block_rows = 16; /* a block of rows is to stay in the cache */
    binding->bound = bound;
    return CAUCE_OK;
}

/* ---- Apply --------------------------------------------------------------------------------------------- */

static cauce_status apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in, cauce_batch *out,
                          void *scratch) {
    (void)run, (void)scratch;
    const polynomial_bound *bound = self->bound;
    for (int64_t i = 0; i < bound->n_out; i++) {
        double *z = cauce_block_values(&out->blocks[i]);
        int64_t first = bound->first[i], last = bound->first[i + 1];
        if (first == last)
            for (int64_t r = 0; r < in->n_rows; r++) z[r] = 1;
        for (int64_t k = last - 1; k >= first; k--) {
            int64_t j = bound->factor[k];
            const cauce_block *from = &in->blocks[bound->block[j]];
            const double *x = from->values + bound->column[j] * from->stride;
            if (k == last - 1)
                memcpy(z, x, (size_t)in->n_rows * sizeof *z);
            else
                for (int64_t r = 0; r < in->n_rows; r++) z[r] *= x[r];
        }
    }
    return CAUCE_OK;
}

/* A product is made of its factors, a^2 b of a twice. The column of ones comes from nowhere. */
static void trace(const cauce_fitted *self, const double *out, double *in) {
    const polynomial_bound *bound = self->bound;
    for (int64_t i = 0; i < bound->n_out; i++) {
        int64_t first = bound->first[i], n = bound->first[i + 1] - first;
        for (int64_t k = 0; k < n; k++) in[bound->factor[first + k]] += out[i] / (double)n;
    }
}

const cauce_component cauce_polynomial_features = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "polynomial_features",
    .summary = "Makes products and powers of the number columns up to a degree.",
    .role = CAUCE_TRANSFORMER,
    .params_size = sizeof(polynomial_params),
    .params = param_rows,
    .state_size = sizeof(polynomial_state),
    .state = state_rows,
    .state_version = 1,
    .check = check,
    .fit = fit,
    .bind = bind,
    .apply = apply,
    .verify = verify,
    .trace = trace,
};
