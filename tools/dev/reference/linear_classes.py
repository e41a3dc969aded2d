#!/usr/bin/python3
"""Writes tests/reference/linear_classes.h: linear classifiers of scikit-learn. The rows are those of
tests/reference/linear.h (breast cancer, wine), standardised."""
import sys
import numpy as np
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import RidgeClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

out = open(sys.argv[1] if len(sys.argv) > 1 else "tests/reference/linear_classes.h", "w")
out.write("/* Written by tools/dev/reference/linear_classes.py: for each row of coefficients, the constant last. */\n")
out.write("#ifndef TESTS_REFERENCE_LINEAR_CLASSES_H\n#define TESTS_REFERENCE_LINEAR_CLASSES_H\n\n")


def put(name, values):
    values = np.asarray(values).ravel()
    out.write("static const double ref_%s[%d] = {\n" % (name, len(values)))
    line = "   "
    for t in ["%.17g" % v for v in values]:
        if len(line) + len(t) > 105:
            out.write(line + "\n")
            line = "   "
        line += " " + t + ","
    out.write(line + "\n};\n\n")


def coefficients(name, model):
    intercept = np.broadcast_to(model.intercept_, len(model.coef_))
    put(name, np.c_[model.coef_, intercept])


X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
model = RidgeClassifier().fit(X, y)
coefficients("ridge_two", model)
score = model.decision_function(X)
put("ridge_two_metrics", [model.score(X, y), roc_auc_score(y, score), roc_auc_score(1 - y, -score),
                          average_precision_score(y, score)])
w = (7 * np.arange(len(y))) % 3 + 1.0
coefficients("ridge_two_weighted", RidgeClassifier(3.0).fit(X, y, sample_weight=w))
coefficients("ridge_two_balanced", RidgeClassifier(3.0, class_weight="balanced").fit(X, y))
X, y = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X)
coefficients("ridge_three", RidgeClassifier().fit(X, y))
coefficients("ridge_three_plain", RidgeClassifier(0.1, fit_intercept=False, class_weight={1: 2.5}).fit(X, y))
out.write("#endif\n")
out.close()
