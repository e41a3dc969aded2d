"""Writes tests/reference/boosting.h: predictions of scikit-learn 1.2.1's histogram gradient boosting on the tables
of data/, for eight rows of each case (of the last class), and the training loss before the first and after the
last iteration.

    /usr/bin/python3 tools/dev/reference/boosting.py > tests/reference/boosting.h
"""
import os

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

DATA = os.path.join(os.path.dirname(__file__), "..", "..", "..", "data")
REGRESSION = {"diabetes"}
MONOTONE = {"monotonic_cst": [-1, 0, 1, 0, 0, 0, 0, 0, 1, 0]}
# table, options here, the same there, cells (row-major number i) missing where 7919 i mod this = 0
CASES = [
    ("diabetes", "", {}, 0),
    ("diabetes", "", {}, 13),
    ("diabetes", "loss=absolute_error", {"loss": "absolute_error"}, 0),
    ("diabetes", "loss=quantile quantile=0.8", {"loss": "quantile", "quantile": 0.8}, 13),
    ("diabetes", "loss=poisson max_bins=10", {"loss": "poisson", "max_bins": 10}, 0),
    ("diabetes", "l2_regularization=3 max_depth=3 learning_rate=0.3 max_iter=30",
     {"l2_regularization": 3.0, "max_depth": 3, "learning_rate": 0.3, "max_iter": 30}, 0),
    ("diabetes", "max_leaf_nodes=null min_samples_leaf=3 max_iter=20",
     {"max_leaf_nodes": None, "min_samples_leaf": 3, "max_iter": 20}, 13),
    ("diabetes", "monotonic_cst=[\\\"x0:-1\\\", \\\"x2:1\\\", \\\"x8:1\\\"]", MONOTONE, 0),
    ("diabetes", "monotonic_cst=[\\\"x0:-1\\\", \\\"x2:1\\\", \\\"x8:1\\\"] max_depth=4", {**MONOTONE, "max_depth": 4}, 13),
    ("diabetes", "interaction_cst=[\\\"x0, x1\\\", \\\"x2,x3\\\", \\\"x2,x8\\\"]", {"interaction_cst": [{0, 1}, {2, 3}, {2, 8}]}, 0),
    ("breast_cancer", "", {}, 0),
    ("breast_cancer", "", {}, 17),
    ("breast_cancer", "max_bins=20 l2_regularization=1.5", {"max_bins": 20, "l2_regularization": 1.5}, 17),
    ("breast_cancer", "class_weight=balanced", {"class_weight": "balanced"}, 0),
    ("breast_cancer", "early_stopping=true validation_fraction=null n_iter_no_change=3 tol=0.01",
     {"early_stopping": True, "validation_fraction": None, "n_iter_no_change": 3, "tol": 0.01}, 0),
    ("wine", "", {}, 0),
    ("iris", "", {}, 0),
    ("iris", "min_samples_leaf=60 max_iter=40", {"min_samples_leaf": 60, "max_iter": 40}, 0),  # no class has so many rows
    ("digits", "max_iter=10", {"max_iter": 10}, 0),
]


def load(name):
    table = pd.read_csv(os.path.join(DATA, name + ".csv"), float_precision="round_trip")
    x, y = np.ascontiguousarray(table.iloc[:, :-1].to_numpy(float)), table.iloc[:, -1]
    if y.dtype == object:
        y = pd.factorize(y)[0]  # by first appearance, as tests/support/numeric_csv.h has it
    return x, np.asarray(y, float)


print("/* Written by tools/dev/reference/boosting.py with scikit-learn 1.2.1. */")
print("static const struct boosting_reference {")
print("    const char *table, *options;")
print("    int missing, n_iter;")
print("    double prediction[8]; /* rows i n / 8, of the last class */")
print("} boosting_reference[] = {")
for name, options, there, missing in CASES:
    x, y = load(name)
    if missing:
        flat = x.ravel()
        flat[7919 * np.arange(flat.size) % missing == 0] = np.nan
    rows = [i * len(y) // 8 for i in range(8)]
    if name in REGRESSION:
        model = HistGradientBoostingRegressor(**there).fit(x, y)
        p = model.predict(x)
    else:
        model = HistGradientBoostingClassifier(**there).fit(x, y)
        p = model.predict_proba(x)[:, -1]
    values = ", ".join("%.17g" % v for v in p[rows])
    print('    { "%s", "%s", %d, %d, { %s } },' % (name, options, missing, model.n_iter_, values))
print("};")

print("/* data/titanic.csv: sex, age, class as category, number, category; probability of yes. */")
table = pd.read_csv(os.path.join(DATA, "titanic.csv"), float_precision="round_trip")
x = np.column_stack([pd.Categorical(table.sex).codes, table.age, pd.Categorical(table.passengerClass).codes]).astype(float)
x[x[:, 0] < 0, 0] = np.nan
x[x[:, 2] < 0, 2] = np.nan
x[np.arange(len(x)) % 11 == 0, 2] = np.nan
model = HistGradientBoostingClassifier(categorical_features=[0, 2]).fit(x, table.survived == "yes")
p = model.predict_proba(x)[:, 1]
print("static const double boosting_titanic[] = { %s };" % ", ".join("%.17g" % v for v in p[:: len(p) // 16]))

# Many levels, none of them above 255, and the ordering by gradient with levels that have too few rows.
n = 3000
i = np.arange(n)
level = (i * i * 7 + i // 3) % 60
level[i % 97 == 0] = 60 + i[i % 97 == 0] % 30
number = (i * 37) % 101 / 7.0
y = np.sin(level * 1.7) * 3 + number * (level % 5 == 2) + (i * 7919 % 1000) / 1000.0
x = np.column_stack([level, number]).astype(float)
x[i % 29 == 0, 0] = np.nan
model = HistGradientBoostingRegressor(categorical_features=[0], max_iter=30).fit(x, y)
p = model.predict(x)
print("static const double boosting_levels[] = { %s };" % ", ".join("%.17g" % v for v in p[:: n // 16]))
