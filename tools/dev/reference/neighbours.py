#!/usr/bin/python3
"""Expected values of tests/estimators/test_k_neighbors.c from scikit-learn 1.2.1: writes tests/reference/neighbours.h.

Data: numbers of four digits, so that no two distances are the same; some test rows are training rows.
"""
import pathlib

import numpy as np
from sklearn.neighbors import KNeighborsClassifier, KNeighborsRegressor

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/neighbours.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */"]


def numbers(name, values, kind="double"):
    text = ", ".join(("%.17g" if kind == "double" else "%d") % x for x in np.asarray(values).ravel(order="F"))
    lines.append(f"static const {kind} {name}[] = {{ {text} }};")


rng = np.random.RandomState(3)
x = np.round(rng.randn(90, 4) * [1, 1, 2, 0.5], 4)
label = np.clip(np.floor(x[:, 0] + x[:, 1] + rng.randn(90) / 2 + 1.5), 0, 2).astype(int)
y = np.round(x @ [1, 2, -1, 0.5] + np.sin(3 * x[:, 0]), 4)
test = np.vstack([np.round(rng.randn(25, 4) * [1, 1, 2, 0.5], 4), x[5:10]])
lines.append("enum { REF_TRAIN = %d, REF_TEST = %d, REF_WIDTH = 4, REF_CLASSES = 3 };" % (len(x), len(test)))
numbers("ref_x", x)
numbers("ref_label", label, "int32_t")
numbers("ref_y", y)
numbers("ref_test", test)
lines.append("static const struct { const char *params; double proba[REF_TEST * REF_CLASSES], prediction[REF_TEST]; } ref_cases[] = {")
for ours, theirs in (("n_neighbors=5", {}), ("n_neighbors=1", dict(n_neighbors=1)),
                     ("n_neighbors=7 weights=distance", dict(n_neighbors=7, weights="distance")),
                     ("n_neighbors=4 metric=manhattan weights=distance", dict(n_neighbors=4, metric="manhattan", weights="distance")),
                     ("n_neighbors=6 metric=chebyshev", dict(n_neighbors=6, metric="chebyshev")),
                     ("n_neighbors=6 p=3 weights=distance", dict(n_neighbors=6, p=3, weights="distance")),
                     ("n_neighbors=6 p=1.5", dict(n_neighbors=6, p=1.5)),
                     ("n_neighbors=90", dict(n_neighbors=90))):
    proba = KNeighborsClassifier(algorithm="brute", **theirs).fit(x, label).predict_proba(test)
    prediction = KNeighborsRegressor(algorithm="brute", **theirs).fit(x, y).predict(test)
    parts = [", ".join("%.17g" % v for v in a.ravel(order="C")) for a in (proba, prediction)]
    lines.append('    { "%s", { %s }, { %s } },' % (ours, *parts))
lines.append("};")
(ROOT / "tests" / "reference" / "neighbours.h").write_text("\n".join(lines) + "\n")
