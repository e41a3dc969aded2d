#!/usr/bin/python3
"""Expected values of tests/transformers from scikit-learn 1.2.1: writes tests/reference/transformers.h.

Data: every seventh row of data/titanic.csv, and a made column with missing cells and rare levels.
"""
import csv
import pathlib
import warnings

import numpy as np
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/transformers.py from scikit-learn 1.2.1; do not edit. */"]
includes = ["#include <math.h>", "#include <stddef.h>", ""]


def number(x):
    return "NAN" if np.isnan(x) else "INFINITY" if x == np.inf else "%.17g" % x


def numbers(name, values):
    values = np.asarray(values, dtype=float).ravel(order="F")
    lines.append("static const double %s[] = { %s };" % (name, ", ".join(number(x) for x in values)))


def texts(name, values):
    quoted = ", ".join("NULL" if isinstance(v, float) else '"%s"' % v for v in values)
    lines.append("static const char *const %s[] = { %s };" % (name, quoted))


def text(name, value):
    lines.append('static const char %s[] = "%s";' % (name, value))


with open(ROOT / "data" / "titanic.csv", newline="") as file:
    rows = list(csv.DictReader(file))[::7]
n = len(rows)
age = np.array([float(r["age"]) if r["age"] not in ("", "NA") else np.nan for r in rows])
sex = np.array([r["sex"] for r in rows], dtype=object)
level = np.array([r["passengerClass"] for r in rows], dtype=object)
made = np.random.RandomState(11)
deck = made.choice(["A", "B", "C", "D", "E", "F", "T"], n, p=[0.03, 0.1, 0.4, 0.3, 0.1, 0.05, 0.02]).astype(object)
deck[made.rand(n) < 0.08] = np.nan
parts = made.choice([0, 1, 2, 3.5, -4, 1000000], n, p=[0.5, 0.2, 0.15, 0.09, 0.04, 0.02])
lines.append("enum { REF_ROWS = %d };" % n)
numbers("ref_age", age)
texts("ref_sex", sex)
texts("ref_level", level)
texts("ref_deck", deck)
numbers("ref_parts", parts)

# standard_scaler: missing cells, a large offset, a tiny spread, weights.
x = np.column_stack([age, 1e6 + made.randn(n), 1e-9 * made.rand(n), np.full(n, 0.1)])
weight = made.randint(1, 5, n).astype(float)
numbers("ref_scaler_x", x)
numbers("ref_weight", weight)
for tag, w in (("", None), ("_weighted", weight)):
    s = StandardScaler().fit(x, sample_weight=w)
    numbers("ref_scaler_mean" + tag, s.mean_)
    numbers("ref_scaler_var" + tag, s.var_)
    numbers("ref_scaler_scale" + tag, s.scale_)
    numbers("ref_scaler_z" + tag, s.transform(x)[:, :3])

# simple_imputer.
repeated = np.repeat(age, weight.astype(int))
for strategy in ("mean", "median", "most_frequent"):
    numbers("ref_fill_" + strategy, SimpleImputer(strategy=strategy).fit(age[:, None]).statistics_)
    numbers("ref_fill_weighted_" + strategy, SimpleImputer(strategy=strategy).fit(repeated[:, None]).statistics_)
text("ref_fill_deck", SimpleImputer(strategy="most_frequent").fit(deck[:, None]).statistics_[0])

# one_hot_encoder: names and column sums of the four columns together.
frame = np.column_stack([sex, level, deck, parts.astype(object)])
columns = ["sex", "level", "deck", "parts"]


def one_hot(tag, lists=None, **options):
    names, sums, codes = [], [], []
    for j, column in enumerate(columns):
        values = frame[:, [j]] if column != "parts" else parts[:, None]
        own = {"categories": [lists[column]]} if lists else {}
        e = OneHotEncoder(sparse_output=False, **own, **options).fit(values)
        z = e.transform(values)
        # Numbers are written as we print them: 1, not 1.0.
        names += [c[:-2] if column == "parts" and c.endswith(".0") else c for c in e.get_feature_names_out([column])]
        sums += list(z.sum(axis=0))
        codes.append(np.where(z.sum(axis=1) > 0, z.argmax(axis=1) if z.shape[1] else 0, -1))
    text("ref_onehot_names_" + tag, ", ".join(names))
    numbers("ref_onehot_sums_" + tag, sums)
    numbers("ref_onehot_codes_" + tag, np.column_stack(codes))


one_hot("plain")
one_hot("first", drop="first")
one_hot("binary", drop="if_binary")
one_hot("count", min_frequency=12)
one_hot("part", min_frequency=0.06)
one_hot("most", max_categories=3)
one_hot("both", min_frequency=0.05, max_categories=3, drop="if_binary")
one_hot("all_rare", min_frequency=n + 1)
listed = {"sex": ["other", "male", "female"], "level": ["3rd", "1st", "2nd"], "deck": ["T", "A", "Z", "C", np.nan, "B", "D", "E", "F"],
          "parts": [-4, 0, 0.5, 1, 2, 3.5, 7, 1000000]}
some = {"sex": ["male", "other"], "level": ["3rd", "2nd"], "deck": ["T", "C"], "parts": [-1, 0, 1, 3.5]}
one_hot("listed", listed)
one_hot("listed_first", listed, drop="first")
one_hot("some", some, handle_unknown="ignore")
one_hot("some_binary", some, handle_unknown="ignore", drop="if_binary")

# ordinal_encoder.
for tag, values in (("deck", deck[:, None]), ("parts", parts[:, None])):
    e = OrdinalEncoder(encoded_missing_value=-2).fit(values)
    numbers("ref_ordinal_" + tag, e.transform(values))

(ROOT / "tests" / "reference" / "transformers.h").write_text(
    "\n".join(lines[:1] + ["/* clang-format off */"] + includes + lines[1:]) + "\n")
