#!/usr/bin/python3
"""Writes tests/reference/linear_family.h: optima of the linear regressors beside ridge, found by scikit-learn at
its tightest tolerance and polished where an active set makes the optimum a linear system. The rows are those of
tests/reference/linear.h (diabetes)."""
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression

from numbers_header import Header

warnings.simplefilter("error")
header = Header("linear_family", "coefficients, then the constant.")
put = header.put

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
header.close()
