#include "data/axes.h"

#include <math.h>
#include <string.h>

#include "data/batch.h"
#include "data/numeric.h"
#include "math/blas.h"
#include "math/gram.h"
#include "math/stats.h"

/* ---- The training rows --------------------------------------------------------------------------------- */

typedef struct rows {
    int64_t n, p;
    const double **column; /* p */
    const double *weight;
    double *mean; /* p */
} rows;

typedef struct mean_job {
    const cauce_train *train;
    const rows *all;
} mean_job;

static cauce_status find_mean(cauce_run *run, int64_t j, void *payload) {
    const mean_job *job = payload;
    const rows *all = job->all;
    CA_TRY(cauce_check_cancel(run));
    ca_moments moments = ca_moments_of(all->column[j], all->weight, all->n);
    all->mean[j] = moments.mean;
    if (isfinite(moments.mean) && isfinite(moments.var)) return CAUCE_OK;
    char name[128];
    ca_schema_column_name(job->train->schema, j, name, sizeof name);
    return cauce_fail(run, CAUCE_E_NUMERIC, "column '%s': its numbers are too large for a variance", name);
}

static cauce_status rows_of(cauce_run *run, const cauce_train *train, rows *all) {
    const cauce_schema *schema = train->schema;
    *all = (rows){ .n = train->n_rows, .p = schema->width, .weight = train->weight };
    all->column = cauce_scratch(run, all->p, sizeof *all->column);
    all->mean = cauce_scratch(run, all->p, sizeof *all->mean);
    if (!all->column || !all->mean) return run->error.status;
    int64_t j = 0;
    for (int64_t f = 0; f < schema->n_fields; f++)
        for (int64_t c = 0; c < schema->fields[f].width; c++, j++)
            all->column[j] = train->x->blocks[f].values + c * train->x->blocks[f].stride;
    mean_job job = { train, all };
    return cauce_parallel(run, all->p, find_mean, &job);
}

/* Rows first .. first + n - 1 around the mean, each times the root of its weight, column by column. */
static void pack(const rows *all, int64_t first, int64_t n, double *out) {
    for (int64_t j = 0; j < all->p; j++) {
        const double *x = all->column[j] + first;
        double mean = all->mean[j], *z = out + j * n;
        for (int64_t r = 0; r < n; r++) z[r] = x[r] - mean;
        for (int64_t r = 0; r < n && all->weight; r++) z[r] *= sqrt(all->weight[first + r]);
    }
}

/* ---- The triangle by QR -------------------------------------------------------------------------------- */

/* One level of reduction: blocks of rows become triangles, one below the other. */
typedef struct level {
    const rows *all;         /* the first level reads the training rows, ... */
    const double *stack;     /* ... the others the triangles of the one before, n_rows x p */
    int64_t n_rows, p, most; /* most: rows of a block */
    double *out;
    int64_t n_out;
} level;

static int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

static cauce_status reduce_block(cauce_run *run, int64_t index, void *payload) {
    const level *l = payload;
    int64_t first = index * l->most, n = least(l->most, l->n_rows - first), p = l->p, m = least(n, p);
    double *tile = cauce_scratch(run, n * p, sizeof *tile);
    CA_TRY(cauce_check_cancel(run));
    if (!tile) return run->error.status;
    if (l->all)
        pack(l->all, first, n, tile);
    else
        for (int64_t j = 0; j < p; j++)
            memcpy(tile + j * n, l->stack + first + j * l->n_rows, (size_t)n * sizeof *tile);
    if (n > p && ca_qr(run, n, p, tile, n) != 0) {
        CA_TRY(run->error.status);
        return cauce_fail(run, CAUCE_E_NUMERIC, "the QR decomposition of %lld rows failed", (long long)n);
    }
    for (int64_t j = 0; j < p; j++)
        memcpy(l->out + index * p + j * l->n_out, tile + j * n, (size_t)m * sizeof *tile);
    return CAUCE_OK;
}

/* Tall enough to be worth stacking, and a function of the number of columns alone. */
static int64_t block_rows(int64_t p) {
    return 4 * p > 1024 ? 4 * p : 1024;
}

cauce_status ca_triangle_of(cauce_run *run, const cauce_train *train, ca_triangle *t) {
    rows all;
    CA_TRY(rows_of(run, train, &all));
    level l = { .all = &all, .n_rows = all.n, .p = all.p, .most = block_rows(all.p) };
    for (int64_t blocks = 0; blocks != 1;) {
        blocks = (l.n_rows + l.most - 1) / l.most;
        l.n_out = (blocks - 1) * l.p + least(l.n_rows - (blocks - 1) * l.most, l.p);
        l.out = cauce_scratch(run, l.n_out * l.p, sizeof *l.out);
        if (!l.out) return run->error.status;
        CA_TRY(cauce_parallel(run, blocks, reduce_block, &l));
        l.all = NULL;
        l.stack = l.out;
        l.n_rows = l.n_out;
    }
    *t = (ca_triangle){ all.n, all.p, l.n_out, ca_weight_sum(train->weight, all.n), all.mean, l.out };
    return CAUCE_OK;
}

/* ---- Axes ---------------------------------------------------------------------------------------------- */

/* The sign of a singular vector is arbitrary: the largest element decides, as in scikit-learn's svd_flip by
 * the right vectors. Elements of the same size would be told apart by rounding alone: then the first. */
static void turn(int64_t p, double *axis) {
    double most = 0;
    for (int64_t j = 0; j < p; j++)
        if (fabs(axis[j]) > most) most = fabs(axis[j]);
    int64_t j = 0;
    while (j < p - 1 && !(fabs(axis[j]) >= most * (1 - 1e-8))) j++;
    if (axis[j] >= 0) return;
    for (j = 0; j < p; j++) axis[j] = -axis[j];
}

cauce_status ca_axes_of(cauce_run *run, int64_t m, int64_t p, double *a, double **values, double **axes) {
    int64_t n = least(m, p);
    double *vt = cauce_scratch(run, n * p, sizeof *vt);
    *values = cauce_scratch(run, n, sizeof **values);
    *axes = cauce_scratch(run, n * p, sizeof **axes);
    if (!vt || !*values || !*axes) return run->error.status;
    if (ca_svd(run, m, p, a, m, *values, vt) != 0) {
        CA_TRY(run->error.status);
        return cauce_fail(run, CAUCE_E_NUMERIC, "the singular value decomposition did not converge");
    }
    for (int64_t k = 0; k < n; k++) {
        for (int64_t j = 0; j < p; j++) (*axes)[k * p + j] = vt[k + j * n];
        turn(p, *axes + k * p);
        if (!isfinite((*values)[k]))
            return cauce_fail(run, CAUCE_E_NUMERIC, "the numbers are too large for singular values");
    }
    return CAUCE_OK;
}

/* ---- Axes by products ---------------------------------------------------------------------------------- */

enum { MOST_CHUNKS = 32 };

typedef struct products {
    const rows *all;
    int64_t chunk; /* rows */
    double *sum;   /* p x p for each chunk */
} products;

static cauce_status add_products(cauce_run *run, int64_t index, void *payload) {
    const products *job = payload;
    int64_t p = job->all->p, last = least((index + 1) * job->chunk, job->all->n);
    double *tile = cauce_scratch(run, CA_GRAM_ROWS * p, sizeof *tile);
    CA_TRY(cauce_check_cancel(run));
    if (!tile) return run->error.status;
    for (int64_t first = index * job->chunk; first < last; first += CA_GRAM_ROWS) {
        int64_t n = least(CA_GRAM_ROWS, last - first);
        pack(job->all, first, n, tile);
        ca_gram_t(p, n, tile, n, 1, job->sum + index * p * p, p);
    }
    return CAUCE_OK;
}

cauce_status ca_axes_fast(cauce_run *run, const cauce_train *train, ca_triangle *t, double **values,
                          double **axes) {
    rows all;
    CA_TRY(rows_of(run, train, &all));
    int64_t p = all.p, n = least(all.n, p), chunk = (all.n + MOST_CHUNKS - 1) / MOST_CHUNKS;
    products job = { &all, chunk > 4096 ? chunk : 4096, NULL };
    int64_t n_chunks = (all.n + job.chunk - 1) / job.chunk;
    job.sum = cauce_scratch(run, n_chunks * p, (size_t)p * sizeof *job.sum);
    double *squares = cauce_scratch(run, p, sizeof *squares);
    *values = cauce_scratch(run, n, sizeof **values);
    *axes = cauce_scratch(run, n * p, sizeof **axes);
    if (!job.sum || !squares || !*values || !*axes) return run->error.status;
    CA_TRY(cauce_parallel(run, n_chunks, add_products, &job));
    for (int64_t c = 1; c < n_chunks; c++)
        for (int64_t i = 0; i < p * p; i++) job.sum[i] += job.sum[c * p * p + i];
    if (ca_syev(run, p, job.sum, p, squares) != 0) {
        CA_TRY(run->error.status);
        return cauce_fail(run, CAUCE_E_NUMERIC, "the products of the columns have no eigenvalues");
    }
    for (int64_t k = 0; k < n; k++) { /* ascending; below 0 they are rounding */
        (*values)[k] = squares[p - 1 - k] > 0 ? sqrt(squares[p - 1 - k]) : 0;
        memcpy(*axes + k * p, job.sum + (p - 1 - k) * p, (size_t)p * sizeof **axes);
        turn(p, *axes + k * p);
    }
    *t = (ca_triangle){ all.n, p, n, ca_weight_sum(train->weight, all.n), all.mean, NULL };
    return CAUCE_OK;
}

/* ---- Fitted axes --------------------------------------------------------------------------------------- */

cauce_status ca_axes_keep(cauce_run *run, const ca_triangle *t, const double *values, const double *axes,
                          int64_t n, ca_axes *out) {
    *out = (ca_axes){ .n_columns = t->p, .n_components = n };
    out->components = cauce_keep(run, n * t->p, sizeof *out->components);
    out->explained_variance = cauce_keep(run, n, sizeof *out->explained_variance);
    out->explained_variance_ratio = cauce_keep(run, n, sizeof *out->explained_variance_ratio);
    out->singular_values = cauce_keep(run, n, sizeof *out->singular_values);
    if (!out->components || !out->explained_variance || !out->explained_variance_ratio ||
        !out->singular_values)
        return run->error.status;
    memcpy(out->components, axes, (size_t)(n * t->p) * sizeof *axes);
    memcpy(out->singular_values, values, (size_t)n * sizeof *values);
    return CAUCE_OK;
}

cauce_status ca_axes_verify(cauce_run *run, const cauce_fitted *self, const ca_axes *axes) {
    CA_TRY(ca_numeric_verify(run, self, axes->n_columns));
    if (axes->n_components < 1 || axes->n_components > axes->n_columns)
        return cauce_fail(run, CAUCE_E_FORMAT, "%lld components of %lld columns",
                          (long long)axes->n_components, (long long)axes->n_columns);
    CA_TRY(ca_verify_finite(run, "explained_variance", axes->explained_variance, axes->n_components));
    return ca_verify_finite(run, "components", axes->components, axes->n_components * axes->n_columns);
}

cauce_status ca_axes_bind(cauce_run *run, cauce_binding *binding, const char *name, int64_t n) {
    cauce_field *field = cauce_bind_fields(run, binding, 1);
    if (!field) return run->error.status;
    field->name = name;
    field->width = n;
    return CAUCE_OK;
}

enum { TOGETHER = 4 }; /* axes that share a read of the row */

static void add_column(int64_t n_rows, const double *x, double mean, const double *axis, int64_t p,
                       int64_t n_axes, double *z, int64_t stride) {
    if (n_axes == TOGETHER) {
        double a = axis[0], b = axis[p], c = axis[2 * p], d = axis[3 * p];
        for (int64_t r = 0; r < n_rows; r++) {
            double from_mean = x[r] - mean;
            z[r] += from_mean * a;
            z[r + stride] += from_mean * b;
            z[r + 2 * stride] += from_mean * c;
            z[r + 3 * stride] += from_mean * d;
        }
        return;
    }
    for (int64_t k = 0; k < n_axes; k++)
        for (int64_t r = 0; r < n_rows; r++) z[r + k * stride] += (x[r] - mean) * axis[k * p];
}

void ca_axes_apply(const cauce_schema *schema, const cauce_batch *in, int64_t n, const double *axes,
                   const double *mean, const double *scale, cauce_block *out) {
    int64_t p = schema->width, n_rows = in->n_rows;
    double *values = cauce_block_values(out);
    for (int64_t first = 0; first < n; first += TOGETHER) {
        int64_t count = least(TOGETHER, n - first), j = 0;
        double *z = values + first * out->stride;
        for (int64_t k = 0; k < count; k++)
            for (int64_t r = 0; r < n_rows; r++) z[r + k * out->stride] = 0;
        for (int64_t f = 0; f < schema->n_fields; f++)
            for (int64_t c = 0; c < schema->fields[f].width; c++, j++)
                add_column(n_rows, in->blocks[f].values + c * in->blocks[f].stride, mean ? mean[j] : 0,
                           axes + first * p + j, p, count, z, out->stride);
        for (int64_t k = 0; k < count && scale; k++)
            for (int64_t r = 0; r < n_rows; r++) z[r + k * out->stride] *= scale[first + k];
    }
}
