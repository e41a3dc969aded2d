#!/usr/bin/python3
"""Expected values of the tests of the naive Bayes classifiers from scikit-learn 1.2.1: writes
tests/reference/bayes.h. Data: scikit-learn's iris (150 x 4), and made counts, flags and categories."""
import pathlib

import numpy as np
from sklearn.datasets import load_iris
from sklearn.naive_bayes import BernoulliNB, CategoricalNB, ComplementNB, GaussianNB, MultinomialNB

ROOT = pathlib.Path(__file__).resolve().parents[3]
lines = ["/* Made by tools/dev/reference/bayes.py from scikit-learn 1.2.1; do not edit. */",
         "/* clang-format off */"]


def numbers(name, values, kind="double"):
    values = np.asarray(values, dtype=float).ravel(order="F")
    lines.append("static const %s %s[] = { %s };" % (kind, name, ", ".join("%.17g" % x for x in values)))


iris = load_iris()
x, y = iris.data, iris.target
made = np.random.RandomState(8)
weight = made.randint(1, 4, 150).astype(float)
lines.append("enum { BAYES_ROWS = 150, BAYES_COLUMNS = 4, BAYES_EVERY = 10, BAYES_SHOWN = 15 };")
numbers("ref_bayes_x", x)
numbers("ref_bayes_y", y, "int32_t")
numbers("ref_bayes_weight", weight)


def shown(name, model, z):
    """Probabilities of every tenth row."""
    numbers(name, model.predict_proba(z[::10]))


for tag, options, w in (("plain", {}, None), ("weighted", {}, weight), ("smooth", {"var_smoothing": 0.03}, None),
                        ("priors", {"priors": [0.2, 0.5, 0.3]}, None)):
    m = GaussianNB(**options).fit(x, y, sample_weight=w)
    shown("ref_gaussian_" + tag, m, x)
    numbers("ref_gaussian_theta_" + tag, m.theta_.T)
    numbers("ref_gaussian_var_" + tag, m.var_.T)
m = GaussianNB().fit(np.repeat(x, weight.astype(int), axis=0), np.repeat(y, weight.astype(int)))
shown("ref_gaussian_repeated", m, x)

counts = made.poisson(np.array([[1, 4, 2, 0.5], [3, 1, 2, 1], [0.3, 2, 5, 1]])[y]).astype(float)
numbers("ref_counts", counts)
for tag, kind, options, w in (
        ("multinomial", MultinomialNB, {}, None), ("multinomial_weighted", MultinomialNB, {"alpha": 0.25}, weight),
        ("multinomial_equal", MultinomialNB, {"fit_prior": False}, weight),
        ("complement", ComplementNB, {}, None), ("complement_norm", ComplementNB, {"norm": True, "alpha": 0.5}, weight),
        ("bernoulli", BernoulliNB, {}, None), ("bernoulli_two", BernoulliNB, {"binarize": 2.0, "alpha": 0.1}, weight),
        ("bernoulli_priors", BernoulliNB, {"class_prior": [0.2, 0.5, 0.3]}, None)):
    m = kind(**options).fit(counts, y, sample_weight=w)
    shown("ref_" + tag, m, counts)
    numbers("ref_%s_log" % tag, m.feature_log_prob_.T)

# Every category occurs, so that the codes are the categories.
codes = np.column_stack([made.permutation(np.arange(150) % 3), (y + made.randint(0, 2, 150)) % 4,
                         made.permutation(np.arange(150) % 5)])
numbers("ref_codes", codes)
for tag, options, w in (("categorical", {}, None), ("categorical_weighted", {"alpha": 0.5}, weight),
                        ("categorical_more", {"min_categories": 4, "fit_prior": False}, weight)):
    m = CategoricalNB(**options).fit(codes, y, sample_weight=w)
    shown("ref_" + tag, m, codes)
(ROOT / "tests" / "reference" / "bayes.h").write_text("\n".join(lines[:2] + ["#include <stdint.h>"] + lines[2:]) + "\n")
