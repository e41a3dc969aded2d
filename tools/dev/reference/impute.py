#!/usr/bin/python3
"""Expected values of the imputers' tests from scikit-learn 1.2.1: writes tests/reference/impute.h.

Data: numbers of four digits with a fifth of the cells missing, so that no two distances are the same; the last training
row has none at all. In the second set the third column is missing throughout.
"""
import pathlib

import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer
from sklearn.linear_model import LinearRegression, Ridge

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/impute.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */",
         "#include <math.h>", ""]


def numbers(name, values):
    text = ", ".join("NAN" if np.isnan(x) else "%.17g" % x for x in np.asarray(values, float).ravel(order="F"))
    lines.append(f"static const double {name}[] = {{ {text} }};")


def with_holes(rng, x, share):
    x = x.copy()
    x[rng.rand(*x.shape) < share] = np.nan
    return x


rng = np.random.RandomState(4)
mix = rng.randn(5, 5)
train = with_holes(rng, np.round(rng.randn(80, 5) @ mix, 4), 0.2)
train[-1] = np.nan
test = with_holes(rng, np.round(rng.randn(30, 5) @ mix, 4), 0.3)
test[0], test[1] = np.nan, train[2]
empty = train.copy()
empty[:, 2] = np.nan
lines.append("enum { REF_TRAIN = %d, REF_TEST = %d, REF_WIDTH = 5 };" % (len(train), len(test)))
numbers("ref_train", train)
numbers("ref_test", test)

lines.append("/* Outputs for the training rows and the test rows, column by column. */")
lines.append("static const struct { const char *params; double train[REF_TRAIN * REF_WIDTH], test[REF_TEST * REF_WIDTH]; } ref_knn[] = {")
for ours, theirs in (("", {}), ("n_neighbors=1", dict(n_neighbors=1)), ("n_neighbors=3 weights=distance", dict(n_neighbors=3, weights="distance")),
                     ("n_neighbors=20 weights=distance", dict(n_neighbors=20, weights="distance"))):
    imputer = KNNImputer(**theirs).fit(train)
    parts = [", ".join("%.17g" % v for v in imputer.transform(x).ravel(order="F")) for x in (train, test)]
    lines.append('    { "%s", { %s }, { %s } },' % (ours, *parts))
lines.append("};")
kept = KNNImputer(n_neighbors=4, add_indicator=True, keep_empty_features=True).fit(empty)
left = KNNImputer(n_neighbors=4).fit(empty)
saved = test.copy()
# A cell that a row has in an empty column stays as it is with us: scikit-learn makes it 0.
test[:, 2] = np.nan
numbers("ref_knn_kept", kept.transform(test))
numbers("ref_knn_left", left.transform(test))

# Rounds of models: the numbers above, and diabetes (as in tests/reference/linear.h) with cell i missing where 7919 i mod 13
# is 0, row after row.
cases = (("", "ridge alpha=0.5", Ridge(0.5), {}),
         ("max_iter=3 imputation_order=descending initial_strategy=median", "linear_regression", LinearRegression(),
          dict(max_iter=3, imputation_order="descending", initial_strategy="median")),
         ("max_iter=4 imputation_order=arabic min_value=-1 max_value=1.5 tol=0", "ridge", Ridge(),
          dict(max_iter=4, imputation_order="arabic", min_value=-1, max_value=1.5, tol=0)),
         ("max_iter=2 imputation_order=roman initial_strategy=constant min_value=[-1, -2, -3, -0.5, -1]", "bayesian_ridge", None,
          dict(max_iter=2, imputation_order="roman", initial_strategy="constant", min_value=[-1, -2, -3, -0.5, -1])),
         ("max_iter=0", "ridge", Ridge(), dict(max_iter=0)))
lines.append("static const struct { const char *params, *estimator; int n_iter; double train[REF_TRAIN * REF_WIDTH], test[REF_TEST * REF_WIDTH]; } ref_rounds[] = {")
test = saved
for ours, child, estimator, theirs in cases:
    imputer = IterativeImputer(estimator, **theirs).fit(train)
    parts = [", ".join("%.17g" % v for v in imputer.transform(x).ravel(order="F")) for x in (train, test)]
    lines.append('    { "%s", "%s", %d, { %s }, { %s } },' % (ours, child, imputer.n_iter_, *parts))
lines.append("};")
x = load_diabetes().data.copy()
x.ravel()[[i for i in range(x.size) if 7919 * i % 13 == 0]] = np.nan
imputer = IterativeImputer()
filled = imputer.fit_transform(x)
lines.append("enum { REF_DIABETES_ROUNDS = %d };" % imputer.n_iter_)
numbers("ref_diabetes_first", filled[:20])
lines.append("static const double ref_diabetes_sum = %.17g;" % filled.sum())
(ROOT / "tests" / "reference" / "impute.h").write_text("\n".join(lines) + "\n")
