"""Writes tests/reference/metrics_more.h: the metrics that metrics.py does not know, by scikit-learn 1.2.1,
scored without weights, with repeated rows for whole weights, and with fractional weights.

    /usr/bin/python3 tools/dev/reference/metrics_more.py > tests/reference/metrics_more.h
"""
import numpy as np
from sklearn import metrics as m

from metrics import NAN, array, average, number


def kappa(weights):
    # all classes are named: how far two are apart must not depend on which ones occur
    return lambda y, p, q, w: m.cohen_kappa_score(y, p, weights=weights, labels=range(q.shape[1]), sample_weight=w)


def top(k):
    return lambda y, p, q, w: (m.top_k_accuracy_score(y, q, k=k, labels=range(q.shape[1]), sample_weight=w)
                               if q.shape[1] > k else NAN)


CLASSES = {
    "matthews_corrcoef": lambda y, p, q, w: m.matthews_corrcoef(y, p, sample_weight=w),
    "cohen_kappa": kappa(None),
    "cohen_kappa_linear": kappa("linear"),
    "cohen_kappa_quadratic": kappa("quadratic"),
    "zero_one": lambda y, p, q, w: m.zero_one_loss(y, p, sample_weight=w),
    "hamming": lambda y, p, q, w: m.hamming_loss(y, p, sample_weight=w),
    "jaccard_macro": average(m.jaccard_score, "macro"),
    "jaccard_micro": average(m.jaccard_score, "micro"),
    "jaccard_weighted": average(m.jaccard_score, "weighted"),
    "top_2_accuracy": top(2),
    "top_3_accuracy": top(3),
    "top_5_accuracy": top(5),
}
VALUES = {
    "msle": lambda y, p, w: m.mean_squared_log_error(y, p, sample_weight=w),
    "rmsle": lambda y, p, w: m.mean_squared_log_error(y, p, sample_weight=w, squared=False),
    "explained_variance": lambda y, p, w: m.explained_variance_score(y, p, sample_weight=w),
    "mean_poisson_deviance": lambda y, p, w: m.mean_poisson_deviance(y, p, sample_weight=w),
    "mean_gamma_deviance": lambda y, p, w: m.mean_gamma_deviance(y, p, sample_weight=w) if (y > 0).all() else NAN,
    "d2_absolute_error": lambda y, p, w: m.d2_absolute_error_score(y, p, sample_weight=w),
    "d2_poisson_deviance": lambda y, p, w: m.d2_tweedie_score(y, p, power=1, sample_weight=w),
    "d2_gamma_deviance": lambda y, p, w: m.d2_tweedie_score(y, p, power=2, sample_weight=w) if (y > 0).all() else NAN,
}


def expected(name, rows):
    text = ",\n    ".join(f'{{ "{r}", {", ".join(number(v) for v in values)} }}' for r, values in rows)
    print(f"static const reference_score {name}[] = {{\n    {text}\n}};")


def three(f, whole, fractional, *columns):
    again = np.repeat(np.arange(len(whole)), whole)
    return f(*columns, None), f(*(c[again] for c in columns), None), f(*columns, fractional)


def class_case(rng, i, n, k):
    y = rng.randint(0, k, n)
    y[:k] = range(k)
    q = rng.dirichlet(np.ones(k), n)
    q[np.arange(n), y] += .3  # no ties: scikit-learn and Cauce disagree on which of two equals comes first
    q /= q.sum(axis=1, keepdims=True)
    p = np.where(rng.rand(n) < .7, q.argmax(axis=1), rng.randint(0, k, n))
    whole, fractional = rng.randint(1, 4, n), rng.rand(n) * 2
    whole[k:] -= 1
    names = dict(CLASSES)
    if k == 2:
        names["jaccard"] = average(m.jaccard_score, "binary")
    rows = [(name, three(f, whole, fractional, y, p, q)) for name, f in names.items()]
    rows = [row for row in rows if not np.isnan(row[1]).all()]
    array("int32_t", f"more_truth_{i}", y)
    array("int32_t", f"more_predicted_{i}", p)
    array("double", f"more_proba_{i}", q.ravel())
    array("double", f"more_whole_{i}", whole)
    array("double", f"more_fractional_{i}", fractional)
    expected(f"more_scores_{i}", rows)
    return (f"{{ {n}, {k}, more_truth_{i}, more_predicted_{i}, more_proba_{i}, NULL, NULL, more_whole_{i}, "
            f"more_fractional_{i}, {len(rows)}, more_scores_{i} }}")


def value_case(rng, i, n, zeros):
    y = rng.gamma(2, 3, n)
    if zeros:
        y = rng.poisson(1.5, n).astype(float)
    p = (y + .5) * np.exp(rng.randn(n) / 2)
    whole, fractional = rng.randint(0, 4, n), rng.rand(n) * 2
    whole[:2] = 1
    rows = [(name, three(f, whole, fractional, y, p)) for name, f in VALUES.items()]
    # 1.2.1 takes the lower weighted median, Cauce the mean of the two in the middle: no matter, the absolute
    # error about any point between them is the same
    rows = [row for row in rows if not np.isnan(row[1]).all()]
    array("double", f"more_y_{i}", y)
    array("double", f"more_prediction_{i}", p)
    array("double", f"more_whole_{i}", whole)
    array("double", f"more_fractional_{i}", fractional)
    expected(f"more_scores_{i}", rows)
    return (f"{{ {n}, 0, NULL, NULL, NULL, more_y_{i}, more_prediction_{i}, more_whole_{i}, more_fractional_{i}, "
            f"{len(rows)}, more_scores_{i} }}")


if __name__ == "__main__":
    print("/* Expected values by scikit-learn 1.2.1; made by tools/dev/reference/metrics_more.py. After metrics.h. */")
    rng, cases = np.random.RandomState(11), []
    for n, k in (40, 2), (60, 3), (80, 6), (90, 8):
        cases.append(class_case(rng, len(cases), n, k))
    for n, zeros in (50, False), (41, True), (12, False):
        cases.append(value_case(rng, len(cases), n, zeros))
    print("static const reference_metrics metrics_more_cases[] = {\n    " + ",\n    ".join(cases) + "\n};")
