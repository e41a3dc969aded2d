"""Writes tests/reference/metrics.h and folds.h: scores of random and degenerate cases by scikit-learn 1.2.1.

Each metric is scored three times: without weights; with whole-number weights (0 to 3), for which the rows are
repeated, so that the expected value does not lean on anybody's handling of weights; and with fractional
weights, where scikit-learn supports them (NaN where it does not).

    /usr/bin/python3 tools/dev/reference/metrics.py metrics > tests/reference/metrics.h
    /usr/bin/python3 tools/dev/reference/metrics.py folds > tests/reference/folds.h
"""
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.model_selection import KFold, StratifiedKFold, TimeSeriesSplit

warnings.filterwarnings("ignore")
NAN = float("nan")


def average(function, kind):
    return lambda y, p, q, w: function(y, p, average=kind, sample_weight=w, zero_division=0)


def auc(multi_class, kind):
    def score(y, p, q, w):
        if q.shape[1] == 2:  # a mean over two equal areas
            return m.roc_auc_score(y, q[:, 1], sample_weight=w)
        if multi_class == "ovo" and w is not None:
            return NAN
        return m.roc_auc_score(y, q, multi_class=multi_class, average=kind, sample_weight=w)
    return score


CLASSES = {
    "accuracy": lambda y, p, q, w: m.accuracy_score(y, p, sample_weight=w),
    "balanced_accuracy": lambda y, p, q, w: m.balanced_accuracy_score(y, p, sample_weight=w),
    "roc_auc_ovr": auc("ovr", "macro"),
    "roc_auc_ovr_weighted": auc("ovr", "weighted"),
    "roc_auc_ovo": auc("ovo", "macro"),
    "roc_auc_ovo_weighted": auc("ovo", "weighted"),
    "log_loss": lambda y, p, q, w: m.log_loss(y, q, sample_weight=w, labels=range(q.shape[1])),
}
for name, function in ("precision", m.precision_score), ("recall", m.recall_score), ("f1", m.f1_score):
    for kind in "macro", "micro", "weighted":
        CLASSES[name + "_" + kind] = average(function, kind)
BINARY = {
    "precision": average(m.precision_score, "binary"),
    "recall": average(m.recall_score, "binary"),
    "f1": average(m.f1_score, "binary"),
    "roc_auc": lambda y, p, q, w: m.roc_auc_score(y, q[:, 1], sample_weight=w),
    "average_precision": lambda y, p, q, w: m.average_precision_score(y, q[:, 1], sample_weight=w),
    "brier": lambda y, p, q, w: m.brier_score_loss(y, q[:, 1], sample_weight=w),
}
VALUES = {
    "r2": lambda y, p, w: m.r2_score(y, p, sample_weight=w),
    "rmse": lambda y, p, w: m.mean_squared_error(y, p, sample_weight=w, squared=False),
    "mse": lambda y, p, w: m.mean_squared_error(y, p, sample_weight=w),
    "mae": lambda y, p, w: m.mean_absolute_error(y, p, sample_weight=w),
    # 1.2.1 takes the lower weighted median; later versions and Cauce take the mean of the two in the middle
    "median_ae": lambda y, p, w: m.median_absolute_error(y, p) if w is None else NAN,
    "mape": lambda y, p, w: m.mean_absolute_percentage_error(y, p, sample_weight=w),
    "max_error": lambda y, p, w: m.max_error(y, p) if w is None else NAN,
}


def number(x):
    return "NAN" if np.isnan(x) else "%.17g" % x


def array(kind, name, values):
    text = ", ".join(number(v) if kind == "double" else str(int(v)) for v in values)
    print(f"static const {kind} {name}[] = {{ {text} }};")


def expected(name, rows):
    print(f"static const reference_score {name}[] = {{")
    for metric, scores in rows:
        print(f'    {{ "{metric}", {", ".join(number(s) for s in scores)} }},')
    print("};")


def class_case(rng, i, n, k, ties):
    while True:
        y = rng.randint(0, k, n)
        whole = rng.randint(0, 4, n)
        if len(np.unique(y[whole > 0])) == k:
            break
    q = rng.dirichlet(np.ones(k) * 0.7, n) * 0.6 + 0.4 * np.eye(k)[np.where(rng.rand(n) < 0.5, y, rng.randint(0, k, n))]
    if ties:  # whole eighths: many equal scores, and some exact zeros and ones
        q = np.array([np.bincount(rng.choice(k, 8, p=row / row.sum()), minlength=k) for row in q]) / 8.0
    p = q.argmax(1)
    fractional = rng.rand(n) * 2
    names = dict(CLASSES, **(BINARY if k == 2 else {}))
    again = np.repeat(np.arange(n), whole)
    rows = [(name, (f(y, p, q, None), f(y[again], p[again], q[again], None), f(y, p, q, fractional)))
            for name, f in names.items()]
    array("int32_t", f"truth_{i}", y)
    array("int32_t", f"predicted_{i}", p)
    array("double", f"proba_{i}", q.ravel())
    array("double", f"whole_{i}", whole)
    array("double", f"fractional_{i}", fractional)
    expected(f"scores_{i}", rows)
    return f"{{ {n}, {k}, truth_{i}, predicted_{i}, proba_{i}, NULL, NULL, whole_{i}, fractional_{i}, {len(rows)}, scores_{i} }}"


def value_case(rng, i, n, ties):
    y, e = rng.randn(n) * 3 + 1, rng.randn(n)
    if ties:
        y, e = np.round(y), np.round(e)
        y[0] = 2 if n == 1 else y[0]
    p = y + e
    while True:
        whole = rng.randint(0, 4, n)
        if whole.sum() >= 2:
            break
    fractional = rng.rand(n) * 2
    again = np.repeat(np.arange(n), whole)
    rows = [(name, (f(y, p, None), f(y[again], p[again], None), f(y, p, fractional)))
            for name, f in VALUES.items()]
    array("double", f"y_{i}", y)
    array("double", f"prediction_{i}", p)
    array("double", f"whole_{i}", whole)
    array("double", f"fractional_{i}", fractional)
    expected(f"scores_{i}", rows)
    return f"{{ {n}, 0, NULL, NULL, NULL, y_{i}, prediction_{i}, whole_{i}, fractional_{i}, {len(rows)}, scores_{i} }}"


def folds():
    """For each size: the fold in whose test part each row is."""
    print("typedef struct reference_folds {\n    int n, k, n_classes;\n    const int32_t *y, *k_fold, *stratified;\n} reference_folds;")
    rng, cases = np.random.RandomState(5), []
    for n, k, c in (10, 3, 2), (11, 2, 3), (23, 4, 5), (30, 7, 2), (57, 10, 4), (60, 5, 6):
        y = rng.randint(0, c, n)
        y[-k - 1:] = c - 1  # at least one class with more than k rows
        i = len(cases)
        array("int32_t", f"fold_y_{i}", y)
        for name, splitter in ("k_fold", KFold(k)), ("stratified", StratifiedKFold(k)):
            of = np.zeros(n, int)
            for f, (_, test) in enumerate(splitter.split(y, y)):
                of[test] = f
            array("int32_t", f"{name}_{i}", of)
        cases.append(f"{{ {n}, {k}, {c}, fold_y_{i}, k_fold_{i}, stratified_{i} }}")
    print("static const reference_folds folds_cases[] = { " + ",\n    ".join(cases) + " };")
    print("typedef struct reference_time {\n    int n, n_splits, max_train_size, test_size, gap;\n    const int32_t *bounds;\n} reference_time;")
    cases = []
    for n, k, most, size, gap in (10, 3, 0, 0, 1), (10, 3, 2, 2, 0), (23, 5, 0, 0, 0), (37, 4, 9, 5, 3), (12, 11, 0, 0, 0):
        bounds = []  # first and last training row, first and last test row
        for train, test in TimeSeriesSplit(k, max_train_size=most or None, test_size=size or None, gap=gap).split(np.zeros(n)):
            bounds += [train[0], train[-1], test[0], test[-1]]
        array("int32_t", f"time_{len(cases)}", bounds)
        cases.append(f"{{ {n}, {k}, {most}, {size}, {gap}, time_{len(cases)} }}")
    print("static const reference_time time_cases[] = { " + ",\n    ".join(cases) + " };")


def metrics():
    print("typedef struct reference_score {\n    const char *metric;\n    double plain, whole, fractional;\n} reference_score;")
    print("typedef struct reference_metrics {\n    int n, n_classes;\n    const int32_t *truth, *predicted;\n"
          "    const double *proba, *y, *prediction, *whole, *fractional;\n    int n_scores;\n"
          "    const reference_score *scores;\n} reference_metrics;")
    rng, cases = np.random.RandomState(7), []
    for n, k, ties in (40, 2, False), (60, 2, True), (12, 2, True), (50, 3, False), (80, 5, True), (60, 5, False):
        cases.append(class_case(rng, len(cases), n, k, ties))
    for n, ties in (50, False), (41, False), (40, True), (7, True), (2, False):
        cases.append(value_case(rng, len(cases), n, ties))
    print("static const reference_metrics metrics_cases[] = {\n    " + ",\n    ".join(cases) + "\n};")


if __name__ == "__main__":
    import sys
    topic = sys.argv[1] if len(sys.argv) > 1 else "metrics"
    print(f"/* Expected values by scikit-learn 1.2.1; made by tools/dev/reference/metrics.py {topic}. */")
    print("#include <math.h>\n#include <stddef.h>\n#include <stdint.h>\n")
    folds() if topic == "folds" else metrics()
