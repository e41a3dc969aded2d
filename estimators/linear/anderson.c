#include "linear/anderson.h"

#include <math.h>
#include <string.h>

#include "math/lanes.h"

enum { STEPS = CA_ANDERSON_STEPS };

/* Points so far off each other that rounding would be seen in what is put together of them. */
#define MOST_WEIGHT 100

cauce_status ca_anderson_open(cauce_run *run, int64_t m, ca_anderson *anderson) {
    *anderson = (ca_anderson){ .m = m };
    anderson->point = cauce_scratch(run, m, (STEPS + 1) * sizeof(double));
    anderson->image = cauce_scratch(run, m, (STEPS + 1) * sizeof(double));
    anderson->to = cauce_scratch(run, m, sizeof(double));
    anderson->to_image = cauce_scratch(run, m, sizeof(double));
    return anderson->point && anderson->image && anderson->to && anderson->to_image ? CAUCE_OK
                                                                                    : CA_NOMEM(run);
}

/* a c = 1, c scaled to sum 1; a: products of the steps. False where they hardly differ. */
static bool weights(double a[STEPS][STEPS], double c[STEPS]) {
    double size[STEPS], sum = 0, sizes = 0;
    for (int j = 0; j < STEPS; j++) size[j] = a[j][j], c[j] = 1;
    for (int j = 0; j < STEPS; j++) { /* symmetric elimination */
        if (!(a[j][j] > 1e-12 * size[j])) return false;
        for (int i = j + 1; i < STEPS; i++) {
            double share = a[i][j] / a[j][j];
            for (int k = j; k < STEPS; k++) a[i][k] -= share * a[j][k];
            c[i] -= share * c[j];
        }
    }
    for (int j = STEPS - 1; j >= 0; j--) {
        for (int k = j + 1; k < STEPS; k++) c[j] -= a[j][k] * c[k];
        c[j] /= a[j][j];
    }
    for (int j = 0; j < STEPS; j++) sum += c[j];
    for (int j = 0; j < STEPS; j++) sizes += fabs(c[j] /= sum);
    return sizes <= MOST_WEIGHT; /* false of nan too */
}

static void combine(int64_t m, const double *from, const double c[STEPS], double *to) {
    memset(to, 0, (size_t)m * sizeof *to);
    for (int j = 0; j < STEPS; j++) ca_axpy(m, c[j], from + (j + 1) * m, to);
}

bool ca_anderson_add(ca_anderson *anderson, int64_t m, const double *point, const double *image) {
    ca_anderson *s = anderson;
    memcpy(s->point + s->count * m, point, (size_t)m * sizeof *point);
    memcpy(s->image + s->count * m, image, (size_t)m * sizeof *image);
    if (s->count++ < STEPS) return false;
    s->count = 0;
    double a[STEPS][STEPS], c[STEPS], *step[2] = { s->to, s->to_image };
    for (int i = 0; i < STEPS; i++)
        for (int j = 0; j <= i; j++) {
            for (int k = 0; k < 2; k++) {
                const double *at = s->point + (k ? j : i) * m;
                for (int64_t l = 0; l < m; l++) step[k][l] = at[l + m] - at[l];
            }
            a[i][j] = a[j][i] = ca_dot(m, step[0], step[1]);
        }
    if (!weights(a, c)) return false;
    combine(m, s->point, c, s->to);
    combine(m, s->image, c, s->to_image);
    return true;
}
