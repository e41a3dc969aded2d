#!/usr/bin/python3
"""Expected values of tests/transformers/test_univariate.c and of the tails in tests/math/test_association.c from
scikit-learn 1.2.1 and scipy: writes tests/reference/univariate.h."""
import pathlib

import numpy as np
from scipy import stats
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.feature_selection import (SelectFdr, SelectFpr, SelectFwe, SelectKBest, SelectPercentile, chi2, f_classif,
                                       f_regression, mutual_info_classif, mutual_info_regression)

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/univariate.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */"]


def numbers(name, values):
    text = ", ".join("INFINITY" if np.isinf(v) else "NAN" if np.isnan(v) else repr(float(v)) for v in np.ravel(values))
    lines.append("static const double ref_%s[] = { %s };" % (name, text))


def whole(name, values):
    lines.append("static const int ref_%s[] = { %s };" % (name, ", ".join(str(int(v)) for v in np.ravel(values))))


f_cases = [(0.5, 1, 1), (3.2, 2, 10), (1e-8, 3, 7), (25, 2, 147), (960.007, 2, 147), (5, 1, 440), (1.0001, 9, 100000),
           (700, 4, 50), (0.3, 40, 12)]
numbers("fisher", [[f, a, b, stats.f.sf(f, a, b)] for f, a, b in f_cases])
c_cases = [(0.01, 1), (3.84, 1), (10, 2), (116.3, 2), (0.5, 7), (60, 30), (400, 300), (1e-12, 2), (1200, 3)]
numbers("chi_squared", [[x, df, stats.chi2.sf(x, df)] for x, df in c_cases])

iris = load_iris()
numbers("iris", iris.data.T)
whole("iris_y", iris.target)
for name, (f, p) in (("iris_f", f_classif(iris.data, iris.target)), ("iris_chi2", chi2(iris.data, iris.target))):
    numbers(name, f)
    numbers(name + "_p", p)
dia = load_diabetes()
numbers("dia", np.round(dia.data, 6).T)
numbers("dia_y", dia.target)
dia.data = np.round(dia.data, 6)
f, p = f_regression(dia.data, dia.target)
numbers("dia_f", f)
numbers("dia_p", p)
# Mutual information, where no two rows are equal: scikit-learn parts them by noise.
spread = dia.data + 1e-4 * np.random.RandomState(1).uniform(size=dia.data.shape)
spread = np.round(spread[:, [2, 8]], 9)
numbers("spread", spread.T)
whole("spread_y", dia.target > 140)
numbers("spread_classes", mutual_info_classif(spread, dia.target > 140, random_state=0))
apart = np.round(dia.target + np.random.RandomState(2).uniform(size=442), 9)
numbers("spread_target", apart)
numbers("spread_numbers", mutual_info_regression(spread, apart, random_state=0))

# 40 columns, a few of them useful, some constant or equal
rng = np.random.RandomState(3)
n = 50
y = rng.randint(0, 3, n)
x = np.round(rng.normal(size=(n, 20)), 3)
x[:, 3] += y
x[:, 7] -= np.round(0.7 * y, 3)
x[:, 8] = x[:, 3]
x[:, 11] = 1.5
x[:, 12] = 0.1
x[:, 15] += 0.5 * (y == 1)
numbers("made", x.T)
whole("made_y", y)
for name, selector in (("k3", SelectKBest(k=3)), ("k18", SelectKBest(k=18)), ("k19", SelectKBest(k=19)),
                       ("k1", SelectKBest(k=1)), ("p10", SelectPercentile()), ("p5", SelectPercentile(percentile=5)),
                       ("p33", SelectPercentile(percentile=33)), ("p7", SelectPercentile(percentile=7)),
                       ("p95", SelectPercentile(percentile=95)),
                       ("fpr", SelectFpr()), ("fdr", SelectFdr()), ("fdr2", SelectFdr(alpha=0.2)), ("fwe", SelectFwe())):
    with np.errstate(all="ignore"):
        whole("made_" + name, selector.fit(x, y).get_support())
bc = load_breast_cancer()
whole("bc_k10", SelectKBest(k=10).fit(bc.data, bc.target).get_support(indices=True))
(ROOT / "tests" / "reference" / "univariate.h").write_text("\n".join(lines) + "\n")
