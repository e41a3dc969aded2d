#!/usr/bin/python3
"""Expected values of one-hot columns for tests/transformers/test_univariate.c, test_variance_threshold.c and
tests/math/test_association_codes.c from scikit-learn 1.2.1: writes tests/reference/one_hot.h."""
import pathlib
import warnings

import numpy as np
from sklearn.feature_selection import (SelectKBest, SelectPercentile, VarianceThreshold, chi2, f_classif,
                                       f_regression)

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/one_hot.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */"]
warnings.simplefilter("error")


def numbers(name, values):
    lines.append("static const double ref_%s[] = { %s };" % (name, ", ".join(repr(float(v)) for v in np.ravel(values))))


def whole(name, values):
    lines.append("static const int ref_%s[] = { %s };" % (name, ", ".join(str(int(v)) for v in np.ravel(values))))


# 12 columns of a category, some of them nearly all that is seen of a class
rng = np.random.RandomState(3)
n = 320
kind = rng.randint(0, 4, n)
code = np.where(rng.uniform(size=n) < 0.4, 3 * kind, rng.randint(-1, 12, n))
onehot = (code[:, None] == np.arange(12)).astype(float)
y = np.round(rng.normal(size=n) + 0.3 * (code % 5), 3)
whole("coded", code)
whole("coded_class", kind)
numbers("coded_y", y)
for name, (f, p) in (("f", f_classif(onehot, kind)), ("chi2", chi2(onehot, kind)), ("regression", f_regression(onehot, y))):
    numbers("coded_" + name, f)
    numbers("coded_" + name + "_p", p)
numbers("coded_variances", VarianceThreshold().fit(onehot).variances_)
for name, selector, target in (("k5", SelectKBest(k=5), kind), ("chi2_k4", SelectKBest(chi2, k=4), kind),
                               ("p50", SelectPercentile(f_regression, percentile=50), y)):
    whole("coded_" + name, selector.fit(onehot, target).get_support())
whole("coded_variance_support", VarianceThreshold(0.06).fit(onehot).get_support())
(ROOT / "tests" / "reference" / "one_hot.h").write_text("\n".join(lines) + "\n")
