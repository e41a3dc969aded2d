#!/usr/bin/python3
"""Expected values of the tests of partial dependence from scikit-learn 1.2.1: writes tests/reference/dependence.h.
Data: data/diabetes.csv and data/iris.csv. Percentiles 0 and 1: between, scikit-learn interpolates quantiles in another
way (scipy's mquantiles)."""
import pathlib

import numpy as np
from sklearn.inspection import partial_dependence
from sklearn.linear_model import LinearRegression, LogisticRegression

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/dependence.py from scikit-learn 1.2.1; do not edit. */",
         "/* clang-format off */"]


def numbers(name, values):
    values = np.asarray(values, dtype=float).ravel()
    lines.append("static const double %s[] = { %s };" % (name, ", ".join("%.17g" % x for x in values)))


def curve(name, model, x, column, resolution):
    found = partial_dependence(model, x, [column], percentiles=(0, 1), grid_resolution=resolution, method="brute",
                               kind="average")
    numbers("ref_%s_values" % name, found["values"][0])
    numbers("ref_%s_average" % name, found["average"])


diabetes = np.loadtxt(ROOT / "data/diabetes.csv", delimiter=",", skiprows=1)
x, y = diabetes[:, :-1], diabetes[:, -1]
model = LinearRegression().fit(x, y)
curve("bmi", model, x, 2, 10)
curve("sex", model, x, 1, 10)
rows = [line.split(",") for line in (ROOT / "data/iris.csv").read_text().split("\n")[1:] if line]
x = np.array([[float(v) for v in row[:4]] for row in rows])
model = LogisticRegression(solver="newton-cg", tol=1e-10, max_iter=10000).fit(x, [row[4] for row in rows])
curve("petal", model, x, 2, 12)
curve("width", model, x, 3, 100)
lines.append("/* clang-format on */")
(ROOT / "tests/reference/dependence.h").write_text("\n".join(lines) + "\n")
