#!/usr/bin/python3
"""Writes tests/reference/glm.h: optima of the generalised linear models, found by scikit-learn's Newton-Cholesky
solver and, as its tolerance is absolute, polished by Newton steps. The rows are those of tests/reference/linear.h (diabetes)."""
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import GammaRegressor, PoissonRegressor, TweedieRegressor

from numbers_header import Header

warnings.simplefilter("error")
header = Header("glm", "coefficients, then the constant.")
put = header.put

X, y = load_diabetes(return_X_y=True)
w = (7 * np.arange(len(y))) % 3 + 1.0
counts = np.round(y / 10)
zeros = np.where(y < 80, 0.0, y)
tight = dict(solver="newton-cholesky", tol=1e-12, max_iter=1000)


def polish(v, target, weight, power, log, alpha, constant):
    weight = np.ones(len(target)) / len(target) if weight is None else weight / weight.sum()
    Z = np.c_[X, np.ones(len(target))] if constant else X
    v, penalty = v[:Z.shape[1]], np.r_[np.full(X.shape[1], alpha), [0.0] * constant]
    for _ in range(3):
        mu = np.exp(Z @ v) if log else Z @ v
        if log:
            slope = (mu - target) * mu ** (1 - power)
            curvature = mu ** (1 - power) * ((2 - power) * mu - (1 - power) * target)
        else:
            slope = (mu - target) * mu ** -power
            curvature = mu ** -power - power * (mu - target) * mu ** (-power - 1)
        gradient = Z.T @ (weight * slope) + penalty * v
        v = v - np.linalg.solve(Z.T @ (Z * (weight * curvature)[:, None]) + np.diag(penalty), gradient)
    return v if constant else np.r_[v, 0]


def fitted(name, model, target, weight=None):
    model.set_params(**tight)
    model.fit(X, target, sample_weight=weight)
    power = {"PoissonRegressor": 1, "GammaRegressor": 2}.get(type(model).__name__, getattr(model, "power", None))
    log = getattr(model, "link", "log") == "log" or (getattr(model, "link", "log") == "auto" and power > 0)
    found = np.r_[model.coef_, model.intercept_]
    best = polish(found, target, weight, power, log, model.alpha, model.fit_intercept)
    assert np.abs(best - found).max() < 1e-4 * np.abs(best).max(), name
    put(name, best)


fitted("poisson", PoissonRegressor(), counts)
fitted("poisson_free", PoissonRegressor(alpha=0), counts)
fitted("poisson_weighted", PoissonRegressor(alpha=0.01), counts, w)
fitted("poisson_plain", PoissonRegressor(alpha=0.001, fit_intercept=False), counts)
fitted("gamma", GammaRegressor(), y)
fitted("gamma_free", GammaRegressor(alpha=0), y)
fitted("gamma_weighted", GammaRegressor(alpha=0.001), y, w)
fitted("tweedie", TweedieRegressor(), y)
fitted("tweedie_log", TweedieRegressor(alpha=0.001, link="log"), y)
fitted("tweedie_15", TweedieRegressor(power=1.5, alpha=0.1), zeros)
fitted("tweedie_15_weighted", TweedieRegressor(power=1.5, alpha=0.001), zeros, w)
fitted("tweedie_3", TweedieRegressor(power=3, alpha=1e-7), y)
fitted("tweedie_identity", TweedieRegressor(power=1, alpha=0.001, link="identity"), y)
header.close()
