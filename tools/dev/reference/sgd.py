#!/usr/bin/python3
"""Writes tests/reference/sgd.h: stochastic gradient descent by scikit-learn without shuffling, which is the same steps in
the same order, and the mean accuracy and R^2 of its shuffled runs. The rows are those of tests/reference/linear.h."""
import sys
import warnings
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import SGDClassifier, SGDRegressor
from sklearn.preprocessing import scale

warnings.simplefilter("ignore")
out = open(sys.argv[1] if len(sys.argv) > 1 else "tests/reference/sgd.h", "w")
out.write("/* Written by tools/dev/reference/sgd.py: coefficients, the constant. */\n")
out.write("#ifndef TESTS_REFERENCE_SGD_H\n#define TESTS_REFERENCE_SGD_H\n\n")
names = []


def put(name, values, options=None):
    values = np.asarray(values).ravel()
    out.write("static const double ref_%s[%d] = {\n" % (name, len(values)))
    line = "   "
    for t in ["%.15g" % v for v in values]:
        if len(line) + len(t) > 105:
            out.write(line + "\n")
            line = "   "
        line += " " + t + ","
    out.write(line + "\n};\n\n")


B, b = load_breast_cancer(return_X_y=True)
B = scale(B)
D, d = load_diabetes(return_X_y=True)
D = scale(D)
W, c = load_wine(return_X_y=True)
W = scale(W)
w = (7 * np.arange(len(b))) % 3 + 1.0
u = (7 * np.arange(len(d))) % 3 + 1.0


def text(params):
    words = {True: "true", False: "false", None: "null"}
    return " ".join("%s=%s" % (k, "none" if (k, v) == ("penalty", None) else words[v] if v is None or isinstance(v, bool) else v)
                    for k, v in params.items())


def table(kind, cases):
    out.write("static const struct {\n    const char *options;\n    bool weighted;\n    const double *coef;\n"
              "} ref_sgd_%s[] = {\n" % kind)
    for i, (params, weighted) in enumerate(cases):
        out.write('    { "%s", %s, ref_sgd_%s_%d },\n' % (text(params), "true" if weighted else "false", kind, i))
    out.write("};\n\n")


still = dict(shuffle=False, max_iter=3, tol=None)
cases = [(dict(loss=loss, **still), False) for loss in
         ("hinge", "log_loss", "modified_huber", "perceptron")]
cases += [(dict(loss="squared_error", learning_rate="constant", eta0=0.001, **still), False),
          (dict(loss="squared_hinge", learning_rate="invscaling", eta0=0.01, **still), True),
          (dict(loss="huber", learning_rate="constant", eta0=0.01, **still), True),
          (dict(loss="log_loss", penalty="l1", alpha=0.003, **still), False),
          (dict(loss="hinge", penalty="elasticnet", alpha=0.003, **still), True),
          (dict(loss="log_loss", penalty=None, learning_rate="constant", eta0=0.01, **still), False),
          (dict(loss="log_loss", learning_rate="invscaling", eta0=0.5, power_t=0.3, **still), True),
          (dict(loss="log_loss", average=True, alpha=0.01, **still), False),
          (dict(loss="log_loss", average=700, alpha=0.01, **still), False),
          (dict(loss="log_loss", fit_intercept=False, **still), False),
          (dict(loss="log_loss", learning_rate="adaptive", eta0=0.1, shuffle=False), False),
          (dict(loss="hinge", shuffle=False, alpha=0.01), False),
          (dict(loss="log_loss", alpha=0.5, learning_rate="constant", eta0=1.9, average=True, **still), False)]
for i, (params, weighted) in enumerate(cases):
    m = SGDClassifier(**params).fit(B, b, sample_weight=w if weighted else None)
    put("sgd_classes_%d" % i, np.r_[m.coef_[0], m.intercept_, m.n_iter_])
table("classes", cases)
cases2 = [(dict(loss=loss, epsilon=5.0, **still), False) for loss in
          ("squared_error", "huber", "epsilon_insensitive", "squared_epsilon_insensitive")]
cases2 += [(dict(penalty="l1", alpha=2.0, **still), True), (dict(average=100, shuffle=False), False),
           (dict(learning_rate="adaptive", shuffle=False), False), (dict(shuffle=False, alpha=0.1, eta0=0.001), False)]
for i, (params, weighted) in enumerate(cases2):
    m = SGDRegressor(**params).fit(D, d, sample_weight=u if weighted else None)
    put("sgd_numbers_%d" % i, np.r_[m.coef_, m.intercept_, m.n_iter_])
table("numbers", cases2)
m = SGDClassifier(**still).fit(W, c)
put("sgd_wine", np.c_[m.coef_, m.intercept_])


def spread(make, X, y):
    scores = [make(s).fit(X[::2], y[::2]).score(X[1::2], y[1::2]) for s in range(40)]
    return [np.mean(scores), np.std(scores)]


put("sgd_spread", spread(lambda s: SGDClassifier(random_state=s), B, b) +
    spread(lambda s: SGDClassifier(loss="log_loss", early_stopping=True, random_state=s), B, b) +
    spread(lambda s: SGDClassifier(loss="modified_huber", penalty="l1", random_state=s), W, c) +
    spread(lambda s: SGDRegressor(random_state=s), D, d) +
    spread(lambda s: SGDRegressor(early_stopping=True, random_state=s), D, d))
out.write("#endif\n")
out.close()
