#!/usr/bin/python3
"""Writes tests/reference/streaming.h: partial_fit of scikit-learn, table after table without shuffling: coefficients, then
constants. The rows are the scaled ones of data/wine.csv and those of tests/reference/linear.h."""
import numpy as np
from sklearn.datasets import load_diabetes, load_wine
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.preprocessing import scale

out = open("tests/reference/streaming.h", "w")
out.write("/* Written by tools/dev/reference/streaming.py: coefficients, constants. */\n")
out.write("#ifndef TESTS_REFERENCE_STREAMING_H\n#define TESTS_REFERENCE_STREAMING_H\n\n")


def put(name, model, x, y, parts, **more):
    for part in np.array_split(np.arange(len(y)), parts):
        model.partial_fit(x[part], y[part], **more)
    show(name, model)


def show(name, model):
    values = np.concatenate([model.coef_.ravel(), np.atleast_1d(model.intercept_)])
    out.write("static const double ref_stream_%s[%d] = {\n" % (name, len(values)))
    for i in range(0, len(values), 5):
        out.write("    " + ", ".join("%.15g" % v for v in values[i:i + 5]) + ",\n")
    out.write("};\n\n")


X, y = load_diabetes(return_X_y=True)
put("squares", SGDRegressor(shuffle=False), X * 20, y, 5)
put("average", SGDRegressor(shuffle=False, average=True, learning_rate="constant", eta0=1e-3), X * 20, y, 5)
put("optimal", SGDRegressor(shuffle=False, loss="huber", epsilon=10, learning_rate="optimal", alpha=0.01), X * 20, y, 5)
W, w = load_wine(return_X_y=True)
order = np.arange(len(w)) * 53 % len(w)
W, w = scale(W)[order], w[order]
put("hinge", SGDClassifier(shuffle=False), W, w, 4, classes=[0, 1, 2])
# With average, partial_fit of several classes leaves the mean of scikit-learn's own fit; the mean is what is meant.
log = SGDClassifier(shuffle=False, loss="log_loss", average=40, max_iter=1, tol=None).fit(W, w)
show("log", log)
out.write("#endif\n")
