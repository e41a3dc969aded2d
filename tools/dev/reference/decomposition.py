#!/usr/bin/python3
"""Expected values of tests/transformers/test_pca.c and test_truncated_svd.c from scikit-learn 1.2.1: writes
tests/reference/decomposition.h. Data: data/wine.csv (ref_wine of scalers.py); a wide piece of data/digits.csv.

Signs: the largest element of each direction is above 0 (scikit-learn 1.5 and later; 1.2.1 looks at the rows).
"""
import csv
import pathlib

import numpy as np
from sklearn.decomposition import PCA, TruncatedSVD

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/decomposition.py from scikit-learn 1.2.1; do not edit. */",
         "/* clang-format off */"]


def numbers(name, values):
    values = np.asarray(values, dtype=float).ravel()
    lines.append("static const double %s[] = { %s };" % (name, ", ".join("%.17g" % x for x in values)))


def table(name, target):
    with open(ROOT / "data" / name, newline="") as file:
        rows = list(csv.DictReader(file))
    return np.array([[float(v) for k, v in row.items() if k != target] for row in rows])


def turned(model):
    v = model.components_
    sign = np.sign(v[np.arange(len(v)), np.abs(v).argmax(axis=1)])
    model.components_ = v * sign[:, None]
    return model


def pca(tag, x, rows=5, **options):
    model = turned(PCA(**options).fit(x))
    lines.append("enum { ref_%s_k = %d };" % (tag, model.n_components_))
    numbers("ref_%s_components" % tag, model.components_)
    numbers("ref_%s_variance" % tag, model.explained_variance_)
    numbers("ref_%s_ratio" % tag, model.explained_variance_ratio_)
    numbers("ref_%s_singular" % tag, model.singular_values_)
    numbers("ref_%s_noise" % tag, model.noise_variance_)
    numbers("ref_%s_z" % tag, model.transform(x)[:rows].T)


wine = table("wine.csv", "cultivar")
digits = table("digits.csv", "digit")[:12, 2:32]
lines.append("enum { WINE_ROWS = %d, WINE_COLUMNS = %d, WIDE_ROWS = %d, WIDE_COLUMNS = %d };"
             % (wine.shape + digits.shape))
numbers("ref_wide", digits.T)
pca("all", wine)
pca("three", wine, n_components=3)
pca("part", wine, n_components=0.99995)
pca("mle", wine, n_components="mle")
pca("white", wine, n_components=4, whiten=True)
pca("wide", digits, n_components=11)

model = turned(TruncatedSVD(n_components=5, algorithm="arpack", tol=0).fit(wine))
z = model.transform(wine)
numbers("ref_svd_components", model.components_)
numbers("ref_svd_variance", np.var(z, axis=0))
numbers("ref_svd_ratio", np.var(z, axis=0) / np.var(wine, axis=0).sum())
numbers("ref_svd_singular", model.singular_values_)
numbers("ref_svd_z", z[:5].T)

(ROOT / "tests" / "reference" / "decomposition.h").write_text("\n".join(lines) + "\n")
