"""Writes tests/reference/metrics_params.h: metrics with parameters, and what is more than a number (confusion
matrices, reports, curves), by scikit-learn 1.2.1 without weights, with repeated rows for whole weights, and with
fractional weights.

    /usr/bin/python3 tools/dev/reference/metrics_params.py > tests/reference/metrics_params.h
"""
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

from metrics import NAN, array, number
from metrics_more import expected, three

warnings.filterwarnings("ignore")


def f(beta, average, zero=0):
    return lambda y, p, q, w: m.fbeta_score(y, p, beta=beta, average=average, sample_weight=w, zero_division=zero)


CLASSES = {
    "balanced_accuracy adjusted=true": lambda y, p, q, w: m.balanced_accuracy_score(y, p, adjusted=True, sample_weight=w),
    "top_k_accuracy": lambda y, p, q, w: (m.top_k_accuracy_score(y, q, k=2, labels=range(q.shape[1]), sample_weight=w)
                                          if q.shape[1] > 2 else NAN),
    "top_k_accuracy k=4": lambda y, p, q, w: (m.top_k_accuracy_score(y, q, k=4, labels=range(q.shape[1]), sample_weight=w)
                                              if q.shape[1] > 4 else NAN),
    "roc_auc_ovr_micro": lambda y, p, q, w: (m.roc_auc_score(y, q, multi_class="ovr", average="micro", sample_weight=w)
                                             if q.shape[1] > 2 and w is None else NAN),
    "precision_macro zero_division=1": lambda y, p, q, w: m.precision_score(y, p, average="macro", sample_weight=w, zero_division=1),
    "recall_macro zero_division=1": lambda y, p, q, w: m.recall_score(y, p, average="macro", sample_weight=w, zero_division=1),
    "jaccard_macro zero_division=1": lambda y, p, q, w: m.jaccard_score(y, p, average="macro", sample_weight=w, zero_division=1),
    "f1_weighted zero_division=1": f(1, "weighted", 1),
}
for average in "macro", "micro", "weighted":
    CLASSES[f"f2_{average}"] = f(2, average)
    CLASSES[f"fbeta_{average}"] = f(1, average)
    CLASSES[f"fbeta_{average} beta=0.5"] = f(.5, average)
    CLASSES[f"fbeta_{average} beta=3 zero_division=1"] = f(3, average, 1)
BINARY = {
    "f2": f(2, "binary"),
    "fbeta": f(1, "binary"),
    "fbeta beta=0": f(0, "binary"),
    "fbeta beta=0.5": f(.5, "binary"),
    "precision zero_division=1": lambda y, p, q, w: m.precision_score(y, p, sample_weight=w, zero_division=1),
    "roc_auc max_fpr=1": lambda y, p, q, w: m.roc_auc_score(y, q[:, 1], sample_weight=w),
    "roc_auc max_fpr=0.5": lambda y, p, q, w: m.roc_auc_score(y, q[:, 1], max_fpr=.5, sample_weight=w),
    "roc_auc max_fpr=0.13": lambda y, p, q, w: m.roc_auc_score(y, q[:, 1], max_fpr=.13, sample_weight=w),
}


def tweedie(power):
    return lambda y, p, w: (m.mean_tweedie_deviance(y, p, power=power, sample_weight=w)
                            if power < 2 or (y > 0).all() else NAN)


def d2_tweedie(power):
    return lambda y, p, w: (m.d2_tweedie_score(y, p, power=power, sample_weight=w)
                            if power < 2 or (y > 0).all() else NAN)


def pinball(alpha):
    return lambda y, p, w: m.mean_pinball_loss(y, p, alpha=alpha, sample_weight=w)


def d2_pinball(alpha):
    # the best constant is one of the targets; 1.2.1 interpolates between two when there are no weights, which is worse
    loss = pinball(alpha)
    return lambda y, p, w: 1 - loss(y, p, w) / min(loss(y, np.full(len(y), c), w) for c in y)


VALUES = {"mean_pinball": pinball(.5), "d2_pinball": d2_pinball(.5)}
for alpha in .1, .75, 1:
    VALUES[f"mean_pinball alpha={alpha}"] = pinball(alpha)
for alpha in .1, .75:
    VALUES[f"d2_pinball alpha={alpha}"] = d2_pinball(alpha)
for power in 0, 1, 2, 1.5, 3, -1.5:
    VALUES["mean_tweedie_deviance" + (f" power={power}" if power else "")] = tweedie(power)
    VALUES["d2_tweedie" + (f" power={power}" if power else "")] = d2_tweedie(power)


def confusion(normalize):
    return lambda y, p, q, w: m.confusion_matrix(y, p, labels=range(q.shape[1]), normalize=normalize, sample_weight=w)


def report(zero):
    def table(y, p, q, w):
        r = m.classification_report(y, p, labels=range(q.shape[1]), output_dict=True, zero_division=zero, sample_weight=w)
        total = len(y) if w is None else np.sum(w)
        rows = [list(r[str(k)].values()) for k in range(q.shape[1])]
        accuracy = m.accuracy_score(y, p, sample_weight=w)
        means = [list(r[name].values()) for name in ("macro avg", "weighted avg")]
        return np.array(rows + [[NAN, NAN, accuracy, total]] + means)
    return table


def roc(k, drop=True):
    def table(y, p, q, w):
        fpr, tpr, threshold = m.roc_curve(y == k, q[:, k], drop_intermediate=drop, sample_weight=w)
        threshold[0] = np.inf
        return np.c_[threshold, fpr, tpr]
    return table


def precision_recall(k):
    def table(y, p, q, w):
        precision, recall, threshold = m.precision_recall_curve(y == k, q[:, k], sample_weight=w)
        return np.c_[np.r_[threshold, np.inf], precision, recall]
    return table


def det(k):
    def table(y, p, q, w):
        fpr, fnr, threshold = m.det_curve(y == k, q[:, k], sample_weight=w)
        return np.c_[threshold, fpr, fnr]
    return table


def calibration(k, bins, strategy):
    def table(y, p, q, w):
        if w is not None:
            return np.zeros((0, 2))
        true, pred = calibration_curve(y == k, q[:, k], n_bins=bins, strategy=strategy)
        return np.c_[pred, true]
    return table


def tables_of(k):
    last = k - 1
    which = "" if k == 2 else f" class={last}"
    tables = {"confusion": confusion(None), "report": report(0), "report zero_division=1": report(1),
              f"roc{which}": roc(last), f"roc drop_intermediate=false{which}": roc(last, False),
              f"precision_recall{which}": precision_recall(last), f"det{which}": det(last),
              f"calibration{which}": calibration(last, 5, "uniform"),
              f"calibration n_bins=4 strategy=quantile{which}": calibration(last, 4, "quantile"), "roc class=0": roc(0)}
    for by in "true", "pred", "all":
        tables[f"confusion normalize={by}"] = confusion(by)
    return tables


def text(x):
    return "INFINITY" if np.isinf(x) else number(x)


def class_case(rng, i, n, k, ties):
    y = rng.randint(0, k, n)
    y[:k] = range(k)
    q = rng.dirichlet(np.ones(k), n) + .4 * np.eye(k)[np.where(rng.rand(n) < .6, y, rng.randint(0, k, n))]
    q /= q.sum(axis=1, keepdims=True)
    if ties:  # whole eighths
        q = np.array([np.bincount(rng.choice(k, 8, p=row / row.sum()), minlength=k) for row in q]) / 8
    p = q.argmax(axis=1)
    p[p == k - 1] = 0 if ties else k - 1  # a class that is never predicted
    whole, fractional = rng.randint(0, 4, n), rng.rand(n) * 2
    whole[:k] = 1
    names = dict(CLASSES, **(BINARY if k == 2 else {}))
    rows = [(name, three(score, whole, fractional, y, p, q)) for name, score in names.items() if not (ties and "top" in name)]
    rows = [row for row in rows if not np.isnan(row[1]).all()]
    array("int32_t", f"p_truth_{i}", y)
    array("int32_t", f"p_predicted_{i}", p)
    array("double", f"p_proba_{i}", q.ravel())
    array("double", f"p_whole_{i}", whole)
    array("double", f"p_fractional_{i}", fractional)
    expected(f"p_scores_{i}", rows)
    made = []
    for j, (what, table) in enumerate(tables_of(k).items()):
        sizes = []
        for weights, result in zip(("plain", "whole", "fractional"), three(table, whole, fractional, y, p, q)):
            if result.size:
                cells = ", ".join(text(v) for v in result.ravel())
                print(f"static const double table_{i}_{j}_{weights}[] = {{ {cells} }};")
            sizes.append(f"{{ {len(result)}, {f'table_{i}_{j}_{weights}' if result.size else 'NULL'} }}")
        made.append(f'{{ "{what}", {result.shape[1]}, {{ {", ".join(sizes)} }} }}')
    print(f"static const reference_table tables_{i}[] = {{ " + ",\n    ".join(made) + " };")
    case = (f"{{ {n}, {k}, p_truth_{i}, p_predicted_{i}, p_proba_{i}, NULL, NULL, p_whole_{i}, p_fractional_{i}, "
            f"{len(rows)}, p_scores_{i} }}")
    return case, f"{{ {i}, {len(made)}, tables_{i} }}"


def value_case(rng, i, n, zeros):
    y = rng.poisson(1.5, n).astype(float) if zeros else rng.gamma(2, 3, n)
    p = (y + .5) * np.exp(rng.randn(n) / 2)
    whole, fractional = rng.randint(0, 4, n), rng.rand(n) * 2
    whole[:2] = 1
    rows = [(name, three(score, whole, fractional, y, p)) for name, score in VALUES.items()]
    rows = [row for row in rows if not np.isnan(row[1]).all()]
    array("double", f"p_y_{i}", y)
    array("double", f"p_prediction_{i}", p)
    array("double", f"p_whole_{i}", whole)
    array("double", f"p_fractional_{i}", fractional)
    expected(f"p_scores_{i}", rows)
    return (f"{{ {n}, 0, NULL, NULL, NULL, p_y_{i}, p_prediction_{i}, p_whole_{i}, p_fractional_{i}, {len(rows)}, "
            f"p_scores_{i} }}")


if __name__ == "__main__":
    print("/* Expected values by scikit-learn 1.2.1; made by tools/dev/reference/metrics_params.py. After metrics.h. */")
    print("typedef struct reference_table {\n    const char *what;\n    int n_columns;\n"
          "    struct {\n        int n_rows;\n        const double *cells; /* row after row, numbers only */\n"
          "    } of[3];           /* plain, whole, fractional weights */\n} reference_table;\n"
          "typedef struct reference_tables {\n    int of, n;\n    const reference_table *tables;\n} reference_tables;")
    rng, cases, tables = np.random.RandomState(23), [], []
    for n, k, ties in (24, 2, False), (30, 2, True), (36, 3, True), (30, 5, False):
        case, made = class_case(rng, len(cases), n, k, ties)
        cases.append(case)
        tables.append(made)
    for n, zeros in (25, False), (21, True):
        cases.append(value_case(rng, len(cases), n, zeros))
    print("static const reference_metrics metrics_params_cases[] = {\n    " + ",\n    ".join(cases) + "\n};")
    print("static const reference_tables metrics_tables[] = {\n    " + ",\n    ".join(tables) + "\n};")
