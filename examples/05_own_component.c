/* Components of your own: a transformer and a classifier that the library has never heard of, registered,
 * used by name in a pipeline, cross-validated, saved and loaded. Run from the project's root. Only public
 * headers are used; docs/extending.md walks through this file.
 *
 *   cc 05_own_component.c -lcauce -lm
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <cauce/cauce.h>
#include <cauce/sys/component.h>

/* ---- A transformer: numbers beyond two quantiles of the training rows are moved to them ---- */

typedef struct clip_params {
    double lower, upper;
} clip_params;

static const cauce_param clip_param_rows[] = {
    CAUCE_REAL(clip_params, lower, 0.01, 0, 0.5,
               "Numbers below this quantile of the training rows become it."),
    CAUCE_REAL(clip_params, upper, 0.99, 0.5, 1,
               "Numbers above this quantile of the training rows become it."),
    CAUCE_END
};

typedef struct clip_state {
    int64_t n_columns;
    double *low, *high;
} clip_state;

static const cauce_state clip_state_rows[] = {
    CAUCE_ARRAY(clip_state, low, CAUCE_F64, n_columns, "Least number of each column; nan without a number."),
    CAUCE_ARRAY(clip_state, high, CAUCE_F64, n_columns,
                "Largest number of each column; nan without a number."),
    CAUCE_STATE_END
};

typedef struct cell {
    double value, weight;
} cell;

static int by_value(const void *a, const void *b) {
    double x = ((const cell *)a)->value, y = ((const cell *)b)->value;
    return (x > y) - (x < y);
}

/* The least value that a share q of the weight does not exceed: a row of weight 2 counts as two rows. */
static double quantile(const cell *cells, int64_t n, double total, double q) {
    double below = 0;
    for (int64_t i = 0; i < n; i++) {
        below += cells[i].weight;
        if (below >= q * total) return cells[i].value;
    }
    return n ? cells[n - 1].value : (double)NAN;
}

static cauce_status clip_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    const clip_params *p = params;
    clip_state *s = state;
    s->n_columns = train->schema->width;
    s->low = cauce_keep(run, s->n_columns, sizeof *s->low);
    s->high = cauce_keep(run, s->n_columns, sizeof *s->high);
    cell *cells = cauce_scratch(run, train->n_rows, sizeof *cells);
    if (!s->low || !s->high || !cells) return CAUCE_E_NOMEM; /* recorded already */
    int64_t j = 0;
    for (int64_t b = 0; b < train->schema->n_fields; b++) {
        const cauce_block *block = &train->x->blocks[b];
        for (int64_t c = 0; c < train->schema->fields[b].width; c++, j++) {
            const double *x = block->values + c * block->stride;
            double total = 0;
            int64_t n = 0;
            for (int64_t r = 0; r < train->n_rows; r++) {
                if (isnan(x[r])) continue;
                cells[n] = (cell){ x[r], train->weight ? train->weight[r] : 1 };
                total += cells[n++].weight;
            }
            qsort(cells, (size_t)n, sizeof *cells, by_value);
            s->low[j] = quantile(cells, n, total, p->lower);
            s->high[j] = quantile(cells, n, total, p->upper);
        }
    }
    return CAUCE_OK;
}

static cauce_status clip_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                               cauce_batch *out, void *scratch) {
    (void)run, (void)scratch;
    const clip_state *s = self->state;
    int64_t j = 0;
    for (int64_t b = 0; b < in->n_blocks; b++) {
        double *values = cauce_block_values(&out->blocks[b]);
        for (int64_t c = 0; c < self->in->fields[b].width; c++, j++) {
            const double *x = in->blocks[b].values + c * in->blocks[b].stride;
            double *z = values + c * out->blocks[b].stride;
            for (int64_t r = 0; r < in->n_rows; r++) /* a missing number is neither below nor above */
                z[r] = x[r] < s->low[j] ? s->low[j] : x[r] > s->high[j] ? s->high[j] : x[r];
        }
    }
    return CAUCE_OK;
}

static cauce_status clip_verify(cauce_run *run, const cauce_fitted *self) {
    const clip_state *s = self->state;
    if (s->n_columns != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "limits of %lld columns, but the input has %lld",
                          (long long)s->n_columns, (long long)self->in->width);
    for (int64_t j = 0; j < s->n_columns; j++)
        if (s->low[j] > s->high[j])
            return cauce_fail(run, CAUCE_E_FORMAT, "limits %g and %g of column %lld", s->low[j], s->high[j],
                              (long long)j);
    return CAUCE_OK;
}

static const cauce_component quantile_clip = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "my_quantile_clip",
    .summary = "Moves numbers beyond two quantiles of the training rows to these quantiles.",
    .role = CAUCE_TRANSFORMER,
    .tags = CAUCE_TAG_MISSING,
    .params_size = sizeof(clip_params),
    .params = clip_param_rows,
    .state_size = sizeof(clip_state),
    .state = clip_state_rows,
    .state_version = 1,
    .fit = clip_fit,
    .apply = clip_apply,
    .verify = clip_verify,
};

/* ---- A classifier: the nearer the mean of a class, the more probable the class ----
 * Tibshirani et al. (2002), doi:10.1073/pnas.082099299, without their shrinking. */

typedef struct centroid_params {
    double width;
} centroid_params;

static const cauce_param centroid_param_rows[] = {
    CAUCE_REAL_ABOVE(centroid_params, width, 1.0, 0, 1e6,
                     "Distance over which the probability of a class falls: larger is less sure."),
    CAUCE_END
};

typedef struct centroid_state {
    int64_t n_classes, n_columns;
    double *centroids; /* class after class */
} centroid_state;

static const cauce_state centroid_state_rows[] = { CAUCE_MATRIX(centroid_state, centroids, CAUCE_F64,
                                                                n_classes, n_columns,
                                                                "Mean of each class in each column."),
                                                   CAUCE_STATE_END };

static cauce_status centroid_fit(cauce_run *run, const void *params, const cauce_train *train, void *state) {
    (void)params;
    centroid_state *s = state;
    s->n_classes = train->n_classes;
    s->n_columns = train->schema->width;
    s->centroids = cauce_keep(run, s->n_classes * s->n_columns, sizeof *s->centroids);
    double *total = cauce_scratch(run, s->n_classes, sizeof *total);
    if (!s->centroids || !total) return CAUCE_E_NOMEM; /* recorded already */
    for (int64_t r = 0; r < train->n_rows; r++)
        total[train->y_class[r]] += train->weight ? train->weight[r] : 1;
    int64_t j = 0;
    for (int64_t b = 0; b < train->schema->n_fields; b++) {
        const cauce_block *block = &train->x->blocks[b];
        for (int64_t c = 0; c < train->schema->fields[b].width; c++, j++)
            for (int64_t r = 0; r < train->n_rows; r++) {
                int32_t k = train->y_class[r];
                double share = (train->weight ? train->weight[r] : 1) / total[k];
                s->centroids[k * s->n_columns + j] += share * block->values[r + c * block->stride];
            }
    }
    return CAUCE_OK;
}

/* Each row's squared distances are gathered where its probabilities go: no other memory is needed. */
static cauce_status centroid_apply(cauce_run *run, const cauce_fitted *self, const cauce_batch *in,
                                   cauce_batch *out, void *scratch) {
    (void)run, (void)scratch;
    const centroid_params *p = self->params;
    const centroid_state *s = self->state;
    double *proba = cauce_block_values(&out->blocks[0]);
    int64_t stride = out->blocks[0].stride;
    for (int64_t r = 0; r < in->n_rows; r++) {
        double nearest = INFINITY, total = 0;
        for (int64_t k = 0; k < s->n_classes; k++) {
            double sum = 0;
            int64_t j = k * s->n_columns;
            for (int64_t b = 0; b < in->n_blocks; b++)
                for (int64_t c = 0; c < self->in->fields[b].width; c++, j++) {
                    double d =
                        (in->blocks[b].values[r + c * in->blocks[b].stride] - s->centroids[j]) / p->width;
                    sum += d * d;
                }
            proba[r + k * stride] = sum;
            if (sum < nearest) nearest = sum;
        }
        if (!isfinite(nearest))
            return cauce_fail(run, CAUCE_E_NUMERIC, "row %lld is too far from every class",
                              (long long)(in->first_row + r + 1));
        for (int64_t k = 0; k < s->n_classes; k++)
            total += proba[r + k * stride] = exp((nearest - proba[r + k * stride]) / 2);
        for (int64_t k = 0; k < s->n_classes; k++) proba[r + k * stride] /= total;
    }
    return CAUCE_OK;
}

static cauce_status centroid_verify(cauce_run *run, const cauce_fitted *self) {
    const centroid_state *s = self->state;
    if (s->n_classes != self->n_classes || s->n_columns != self->in->width)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld x %lld centroids for %d classes and %lld columns",
                          (long long)s->n_classes, (long long)s->n_columns, self->n_classes,
                          (long long)self->in->width);
    for (int64_t i = 0; i < s->n_classes * s->n_columns; i++)
        if (!isfinite(s->centroids[i]))
            return cauce_fail(run, CAUCE_E_FORMAT, "centroid %g", s->centroids[i]);
    return CAUCE_OK;
}

static const cauce_component nearest_centroid = {
    .size = sizeof(cauce_component),
    .abi = CAUCE_COMPONENT_ABI,
    .name = "my_nearest_centroid",
    .summary = "Gives a row to the class whose mean is nearest.",
    .reference = "Tibshirani et al. (2002), doi:10.1073/pnas.082099299",
    .role = CAUCE_CLASSIFIER,
    .params_size = sizeof(centroid_params),
    .params = centroid_param_rows,
    .state_size = sizeof(centroid_state),
    .state = centroid_state_rows,
    .state_version = 1,
    .fit = centroid_fit,
    .apply = centroid_apply,
    .verify = centroid_verify,
};

/* ---- Both at work ---- */

int main(void) {
    cauce_register(&quantile_clip); /* once, before a recipe or a model file names them */
    cauce_register(&nearest_centroid);

    cauce_table *wine = cauce_read_csv("data/wine.csv", "target=cultivar");
    cauce_recipe *recipe =
        cauce_pipeline(cauce_new("my_quantile_clip lower=0.02 upper=0.98"), cauce_new("standard_scaler"),
                       cauce_named("centroids", cauce_new("my_nearest_centroid width=2")));
    cauce_cv *cv = cauce_cross_validate(
        recipe, wine, "stratified_k_fold n_splits=5 shuffle=true random_state=1", "accuracy, log_loss", NULL);

    cauce_model *fitted = cauce_fit(recipe, wine);
    cauce_save(fitted, "build/wine.cauce");
    cauce_model *model = cauce_load("build/wine.cauce");
    double before = 0, after = 0;
    cauce_score(fitted, wine, "log_loss", &before);
    cauce_score(model, wine, "log_loss", &after);
    int64_t classes = 0, columns = 0;
    const double *centroid = cauce_get_array(model, "centroids__centroids", &classes, &columns);
    char *help = cauce_describe("my_quantile_clip"); /* made from the rows above */
    if (cauce_failed() == CAUCE_OK) {
        printf("%s\n5 folds: accuracy %.4f, log_loss %.4f\n", help, cauce_cv_mean(cv, 0),
               cauce_cv_mean(cv, 1));
        printf("log_loss on all rows: %.6f fitted, %.6f loaded\n", before, after);
        printf("%lld centroids of %lld columns, the first begins with %.4f\n", (long long)classes,
               (long long)columns, centroid[0]);
    }

    cauce_text_free(help);
    cauce_model_free(model);
    cauce_model_free(fitted);
    cauce_cv_free(cv);
    cauce_recipe_free(recipe);
    cauce_table_free(wine);
    int failed = cauce_report(stderr);
    return failed ? failed : before != after;
}
