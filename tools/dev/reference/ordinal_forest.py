#!/usr/bin/python3
"""Expected values of tests/compose/test_ordinal_forest.c from scikit-learn 1.2.1: writes tests/reference/ordinal_forest.h.

Data: data/credit.csv. Training rows: every 20th, without the job "others", so that it is unseen in the new rows (every
40th from the 8th on). Ordinal codes (unknown -1, missing -1) beside numbers with their mean for missing ones.
"""
import csv
import pathlib

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OrdinalEncoder

ROOT = pathlib.Path(__file__).resolve().parents[3]
CATEGORIES = ["Home", "Marital", "Records", "Job"]
NUMBERS = ["Seniority", "Time", "Age", "Expenses", "Income", "Assets", "Debt", "Amount", "Price"]

with open(ROOT / "data" / "credit.csv", newline="") as file:
    rows = list(csv.DictReader(file))
columns = CATEGORIES + NUMBERS


def table(chosen):
    x = np.empty((len(chosen), len(columns)), dtype=object)
    for i, row in enumerate(chosen):
        for j, name in enumerate(columns):
            x[i, j] = row[name] if name in CATEGORIES and row[name] else float(row[name]) if row[name] else np.nan
    return x


train = [r for i, r in enumerate(rows) if i % 20 == 0 and r["Job"] != "others"]
new = [r for i, r in enumerate(rows) if i % 40 == 7]
model = Pipeline([
    ("prep", ColumnTransformer(
        [("cat", OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-1),
          list(range(len(CATEGORIES)))),
         ("num", SimpleImputer(strategy="mean"), list(range(len(CATEGORIES), len(columns))))],
        verbose_feature_names_out=False)),
    ("forest", RandomForestClassifier(random_state=42)),
])
model.fit(table(train), [r["Status"] for r in train])
encoded = [np.asarray(model[:-1].transform(table(part)), dtype=float) for part in (train, new)]
assert (encoded[1][:, :4] == -1).sum() > 3 and sum(r["Job"] == "others" for r in new) > 1

out = ["/* Made by tools/dev/reference/ordinal_forest.py from scikit-learn 1.2.1; do not edit. */",
       "enum { ORDINAL_TRAIN = %d, ORDINAL_NEW = %d, ORDINAL_COLUMNS = %d };" % (len(train), len(new), len(columns)),
       'static const char ordinal_names[] = "%s";' % ", ".join(columns)]
for name, values in zip(("train", "new"), encoded):
    cells = ", ".join("%.17g" % v for v in values.ravel())
    out.append("static const double ordinal_%s[] = { %s };" % (name, cells))
out.append("static const double ordinal_accuracy = %.17g;" % model.score(table(new), [r["Status"] for r in new]))
path = ROOT / "tests" / "reference" / "ordinal_forest.h"
path.write_text("\n".join(out) + "\n")
print(path, len(train), len(new), model.score(table(new), [r["Status"] for r in new]))
