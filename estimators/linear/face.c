#include "linear/face.h"

#include <math.h>
#include <string.h>

#include "math/blas.h"
#include "math/lanes.h"

enum {
    FIRST_ROOM = 256,
    STRIP = 64, /* columns that come in as a task; */
    FEW = 32,   /* up to so many */
    FEW_STRIP = 8,
    MOST_OUT = 64 /* columns that leave before all is computed again */
};

#define INDEPENDENT 1e-10

cauce_status ca_face_room(cauce_run *run, ca_face *face, int64_t m) {
    if (m <= face->room) return CAUCE_OK;
    int64_t room = face->room ? face->room : FIRST_ROOM;
    while (room < m) room += room / 2;
    int64_t *column = cauce_scratch(run, room, sizeof *column);
    double *added = cauce_scratch(run, room, sizeof *added);
    double *factor = ca_arena_cells(&run->scratch, (size_t)room * (size_t)room * sizeof *factor);
    if (!column || !added || !factor) return CA_NOMEM(run);
    for (int64_t k = 0; k < face->m; k++) {
        column[k] = face->column[k];
        added[k] = face->added[k];
        memcpy(factor + k * room + k, face->factor + k * face->room + k,
               (size_t)(face->m - k) * sizeof *factor);
    }
    face->column = column;
    face->added = added;
    face->factor = factor;
    face->room = room;
    return CAUCE_OK;
}

/* ---- Columns that leave -------------------------------------------------------------------------------- */

/* Rotates column `own` of the factor and what a column that left had below the diagonal, so that the first
 * number of the latter becomes 0: their squares are those of the matrix still. */
static void take_over(int64_t n, double *own, double *left) {
    double length = hypot(own[0], left[0]), c = own[0] / length, s = left[0] / length;
    ca_rotate(n, c, s, own, left);
    left[0] = 0;
}

/* Those of keep[0 .. kept) stay (ascending places). */
static cauce_status leave(cauce_run *run, ca_face *face, const int64_t *keep, int64_t kept) {
    const int64_t m = face->m, gone = m - kept;
    ca_arena_mark here = ca_arena_here(&run->scratch);
    double *left = cauce_scratch(run, gone, (size_t)(kept > 0 ? kept : 1) * sizeof *left);
    if (!left) return CA_NOMEM(run);
    int64_t same = 0; /* rows that stay where they are */
    while (same < kept && keep[same] == same) same++;
    for (int64_t j = 0, at = 0, n = 0; j < m; j++) {
        const double *from = face->factor + j * face->room;
        bool stays = at < kept && keep[at] == j;
        double *to = stays ? face->factor + at * face->room : left + n * kept;
        for (int64_t i = at > same ? at : same; i < kept; i++) to[i] = from[keep[i]];
        if (!stays) {
            n++;
            continue;
        }
        for (int64_t k = 0; k < n; k++) take_over(kept - at, to + at, left + k * kept + at);
        face->column[at] = face->column[j];
        face->added[at++] = face->added[j];
    }
    face->m = kept;
    ca_arena_back(&run->scratch, here);
    return CAUCE_OK;
}

/* ---- Columns that come in ------------------------------------------------------------------------------ */

struct arrival {
    ca_face *face;
    const ca_quadratic *q;
    int64_t n; /* columns face->column[face->m .. + n) come in */
    bool few;
};

/* b = L^-1 b, as often as there are columns of b, m apart: for few of them, by which BLAS would copy all of L
 * first. */
static void solve_few(const ca_face *f, int64_t many, double *b) {
    const int64_t m = f->m, ld = f->room;
    for (int64_t k = 0; k < m; k += 4) {
        const double *l = f->factor + k * ld;
        const int64_t wide = m - k < 4 ? m - k : 4;
        for (int64_t j = 0; j < many; j++) {
            double *y = b + j * m;
            for (int64_t c = 0; c < wide; c++) {
                for (int64_t e = 0; e < c; e++) y[k + c] -= l[k + c + e * ld] * y[k + e];
                y[k + c] /= l[k + c + c * ld];
            }
            if (wide == 4) ca_minus_four(m - k - 4, y + k, l + k + 4, ld, y + k + 4);
        }
    }
}

/* Rows of the factor for the columns that are there already. */
static cauce_status rows_task(cauce_run *run, int64_t index, void *payload) {
    const struct arrival *p = payload;
    const ca_face *f = p->face;
    const int64_t each = p->few ? FEW_STRIP : STRIP, first = index * each, m = f->m;
    int64_t rows = p->n - first < each ? p->n - first : each;
    double *out = f->factor + m + first, *turned = cauce_scratch(run, rows, (size_t)m * sizeof *turned);
    if (!turned) return CA_NOMEM(run);
    for (int64_t i = 0; i < rows; i++) {
        const double *a = p->q->a + f->column[m + first + i] * p->q->ld;
        for (int64_t k = 0; k < m; k++) turned[k + i * m] = a[f->column[k]];
    }
    if (p->few) solve_few(f, rows, turned);
    for (int64_t k = 0; k < m; k++)
        for (int64_t i = 0; i < rows; i++) out[i + k * f->room] = turned[k + i * m];
    if (!p->few) ca_trsm(rows, m, f->factor, f->room, out, f->room);
    return CAUCE_OK;
}

/* Among themselves. False: not independent. */
static bool corner(const struct arrival *p) {
    const ca_face *f = p->face;
    const ca_quadratic *q = p->q;
    const int64_t *column = f->column + f->m;
    double *out = f->factor + f->m * f->room + f->m;
    for (int64_t k = 0; k < p->n; k++) {
        for (int64_t i = k; i < p->n; i++) out[i + k * f->room] = q->a[column[i] + column[k] * q->ld];
        out[k + k * f->room] = q->size[column[k]] + f->added[f->m + k];
    }
    ca_syrk(p->n, f->m, -1, f->factor + f->m, f->room, 1, out, f->room);
    if (ca_potrf(p->n, out, f->room) != 0) return false;
    for (int64_t k = 0; k < p->n; k++) {
        double own = out[k + k * f->room], size = q->size[column[k]] + f->added[f->m + k];
        if (!(own * own >= INDEPENDENT * size)) return false;
    }
    return true;
}

static cauce_status come(cauce_run *run, struct arrival *p, bool *whole) {
    *whole = true;
    if (p->n == 0) return CAUCE_OK;
    const int64_t each = p->few ? FEW_STRIP : STRIP;
    if (p->face->m > 0) CA_TRY(cauce_parallel(run, (p->n + each - 1) / each, rows_task, p));
    *whole = corner(p);
    if (*whole) p->face->m += p->n;
    return CAUCE_OK;
}

/* ---- Both ---------------------------------------------------------------------------------------------- */

cauce_status ca_face_set(cauce_run *run, ca_face *face, const ca_quadratic *q, const signed char *in,
                         bool anew, bool *whole) {
    ca_arena_mark here = ca_arena_here(&run->scratch);
    int64_t *keep = cauce_scratch(run, face->m, sizeof *keep), kept = 0, m;
    bool *there = cauce_scratch(run, q->m, sizeof *there);
    if (!keep || !there) return CA_NOMEM(run);
    for (int64_t k = 0; k < face->m; k++) {
        if (!in[face->column[k]]) continue;
        there[face->column[k]] = true;
        keep[kept++] = k;
    }
    anew = anew || face->m - kept > MOST_OUT;
    if (!anew && kept < face->m) CA_TRY(leave(run, face, keep, kept));
    for (int64_t k = 0; k < kept && anew; k++) face->column[k] = face->column[keep[k]];
    m = kept;
    for (int64_t j = 0; j < q->m; j++)
        if (in[j] && !there[j]) face->column[m++] = j;
    for (int64_t k = anew ? 0 : kept; k < m; k++) face->added[k] = q->l2[face->column[k]];
    face->m = anew ? 0 : kept;
    struct arrival arrival = { face, q, m - face->m, m - face->m <= FEW };
    ca_arena_back(&run->scratch, here);
    return come(run, &arrival, whole);
}

void ca_face_solve(const ca_face *face, double *x) {
    ca_trsv(false, face->m, face->factor, face->room, x);
    ca_trsv(true, face->m, face->factor, face->room, x);
}
