#!/usr/bin/python3
"""Writes tests/reference/linear_family.h: optima of the linear regressors beside ridge, found by scikit-learn at
its tightest tolerance and polished where an active set makes the optimum a linear system. The rows are those of
tests/reference/linear.h (diabetes)."""
import sys
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression

warnings.simplefilter("error")
out = open(sys.argv[1] if len(sys.argv) > 1 else "tests/reference/linear_family.h", "w")
out.write("/* Written by tools/dev/reference/linear_family.py: coefficients, then the constant. */\n")
out.write("#ifndef TESTS_REFERENCE_LINEAR_FAMILY_H\n#define TESTS_REFERENCE_LINEAR_FAMILY_H\n\n")


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


X, y = load_diabetes(return_X_y=True)
w = (7 * np.arange(len(y))) % 3 + 1.0


def fitted(name, model, rows=slice(None), weight=None):
    model.fit(X[rows], y[rows], sample_weight=None if weight is None else weight[rows])
    put(name, np.r_[model.coef_, model.intercept_])
    return model


fitted("ols", LinearRegression())
fitted("ols_plain", LinearRegression(fit_intercept=False))
fitted("ols_weighted", LinearRegression(), weight=w)
fitted("ols_wide", LinearRegression(), slice(0, 6))
fitted("positive", LinearRegression(positive=True))
fitted("positive_plain", LinearRegression(positive=True, fit_intercept=False))
fitted("positive_weighted", LinearRegression(positive=True), weight=w)
tight = dict(tol=1e-14, max_iter=1000000)
fitted("lasso", Lasso(0.1, **tight))
fitted("lasso_plain", Lasso(0.1, fit_intercept=False, **tight))
fitted("lasso_positive", Lasso(0.1, positive=True, **tight))
fitted("lasso_weighted", Lasso(0.1, **tight), weight=w)
fitted("lasso_wide", Lasso(0.5, **tight), slice(0, 6))
fitted("net", ElasticNet(0.01, l1_ratio=0.5, **tight))
fitted("net_weighted", ElasticNet(0.01, l1_ratio=0.3, **tight), weight=w)
fitted("net_positive", ElasticNet(0.01, l1_ratio=0.5, positive=True, **tight))
model = Lasso(0.1).fit(X, y)
put("lasso_default", [model.dual_gap_, model.n_iter_])
out.write("#endif\n")
out.close()
