#include <math.h>

#include "boost/table.h"

/* A cut between two neighbours: low <= cut < high, and finite or -inf. */
static double between(double low, double high) {
    double cut = (low + high) * 0.5;
    if (isinf(cut) && isfinite(low) && isfinite(high)) cut = low * 0.5 + high * 0.5;
    if (isnan(cut)) cut = 0;
    if (cut > 1e300) cut = 1e300; /* what is above everything is +inf only */
    return cut >= low && cut < high ? cut : low;
}

static int32_t cut_all(const double *values, int64_t n, double *thresholds) {
    int32_t found = 0;
    for (int64_t i = 1; i < n; i++)
        if (values[i] != values[i - 1]) thresholds[found++] = between(values[i - 1], values[i]);
    return found;
}

static int64_t count_distinct(const double *values, int64_t n, int64_t most) {
    int64_t distinct = n > 0;
    for (int64_t i = 1; i < n && distinct <= most; i++) distinct += values[i] != values[i - 1];
    return distinct;
}

int32_t ca_thresholds_of(const double *values, const int32_t *times, int64_t n, int64_t max_bins,
                         double *thresholds) {
    if (count_distinct(values, n, max_bins) <= max_bins) return cut_all(values, n, thresholds);
    int64_t total = n;
    if (times) {
        total = 0;
        for (int64_t i = 0; i < n; i++) total += times[i];
    }
    int32_t found = 0;
    int64_t at = 0, before = 0; /* `before` rows are in front of values[at] */
    for (int64_t b = 1; b < max_bins; b++) {
        double place = (double)b * (100 / (double)max_bins) / 100 * (double)(total - 1); /* as numpy rounds */
        int64_t k = (int64_t)place;
        while (before + (times ? times[at] : 1) <= k) before += times ? times[at++] : (at++, 1);
        int64_t next = before + (times ? times[at] : 1) <= k + 1 && place > (double)k ? at + 1 : at;
        double cut = next == at ? values[at] : values[next] - (values[next] - values[at]) * 0.5;
        if (!isfinite(cut) && next != at) cut = between(values[at], values[next]);
        if (cut > 1e300) cut = 1e300;
        if (cut >= values[n - 1]) break; /* nothing is above it */
        if (found == 0 || cut > thresholds[found - 1]) thresholds[found++] = cut;
    }
    return found;
}
