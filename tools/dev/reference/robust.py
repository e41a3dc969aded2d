#!/usr/bin/python3
"""Writes tests/reference/robust.h: huber_regressor, quantile_regressor and bayesian_ridge by scikit-learn. The rows are
those of tests/reference/linear.h (diabetes). Huber optima are polished by Newton steps in all unknowns, linear programs
solved by HiGHS."""
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import BayesianRidge, HuberRegressor, QuantileRegressor

from numbers_header import Header

warnings.simplefilter("error")
header = Header("robust", """coefficients, the constant, then (huber) the scale, (bayes) alpha,
 * lambda and the number of rounds, (quantile) the mean loss with its penalty.""")
put = header.put

X, y = load_diabetes(return_X_y=True)
w = (7 * np.arange(len(y))) % 3 + 1.0
ones = np.ones(len(y))


def huber(name, epsilon=1.35, alpha=1e-4, constant=True, weight=None):
    m = HuberRegressor(epsilon=epsilon, alpha=alpha, fit_intercept=constant, tol=1e-12, max_iter=100000)
    m.fit(X, y, sample_weight=weight)
    u = ones if weight is None else weight
    Z = np.c_[X, ones] if constant else X
    penalty = np.r_[np.full(X.shape[1], alpha), [0.0] * constant]
    v, s = (np.r_[m.coef_, m.intercept_] if constant else m.coef_), m.scale_
    for _ in range(20):
        r = Z @ v - y
        inside = np.abs(r) <= epsilon * s
        a, b = u * inside, u * ~inside
        gv = Z.T @ (2 * a * r / s + 2 * epsilon * b * np.sign(r)) + 2 * penalty * v
        gs = u.sum() - (a * r * r).sum() / s ** 2 - epsilon ** 2 * b.sum()
        c = -2 * Z.T @ (a * r) / s ** 2
        H = np.block([[Z.T @ (Z * (2 * a / s)[:, None]) + np.diag(2 * penalty), c[:, None]],
                      [c[None, :], np.array([[2 * (a * r * r).sum() / s ** 3]])]])
        step = np.linalg.solve(H, np.r_[gv, gs])
        v, s = v - step[:-1], s - step[-1]
    assert np.abs(step).max() < 1e-8, (name, step)
    put(name, np.r_[v if constant else np.r_[v, 0], s])


huber("huber")
huber("huber_small", epsilon=1.1, alpha=0.01)
huber("huber_plain", constant=False)
huber("huber_weighted", weight=w, alpha=0.01)


def quantile(name, q, alpha, constant=True, weight=None):
    m = QuantileRegressor(quantile=q, alpha=alpha, fit_intercept=constant, solver="highs").fit(X, y, sample_weight=weight)
    u = ones if weight is None else weight
    r = y - m.predict(X)
    loss = (u * np.maximum(q * r, (q - 1) * r)).sum() / u.sum() + alpha * np.abs(m.coef_).sum()
    put(name, np.r_[m.coef_, m.intercept_, loss])


quantile("median", 0.5, 0)
quantile("median_penalty", 0.5, 0.01)
quantile("quantile_9", 0.9, 0.001)
quantile("quantile_plain", 0.2, 0.01, constant=False)
quantile("quantile_weighted", 0.7, 0.01, weight=w)
quantile("quantile_default", 0.5, 1.0)


def bayes(name, rows=slice(None), weight=None, **params):
    m = BayesianRidge(**params).fit(X[rows], y[rows], sample_weight=weight)
    put(name, np.r_[m.coef_, m.intercept_, m.alpha_, m.lambda_, m.n_iter_])
    return m


bayes("bayes")
m = bayes("bayes_scores", compute_score=True, tol=1e-8)
put("bayes_score", m.scores_)
bayes("bayes_plain", fit_intercept=False, tol=1e-8)
bayes("bayes_start", alpha_init=1e-3, lambda_init=0.1, tol=1e-10)
m = bayes("bayes_wide", slice(0, 8), compute_score=True, tol=1e-8)
put("bayes_wide_score", m.scores_)
# A weight is so many rows: the rows repeated, not scikit-learn's count of rows.
times = np.repeat(np.arange(len(y)), w.astype(int))
m = BayesianRidge(tol=1e-10).fit(X[times], y[times])
put("bayes_weighted", np.r_[m.coef_, m.intercept_, m.alpha_, m.lambda_, m.n_iter_])
# Deviations of new rows.
at = X[:40] * 1.5 - 0.2
for name, options in (("bayes_deviation", {}), ("bayes_deviation_plain", {"fit_intercept": False})):
    put(name, BayesianRidge(tol=1e-10, **options).fit(X, y).predict(at, return_std=True)[1])
# Of more columns than rows all directions count, which scikit-learn 1.2 leaves out: from the definition.
m = BayesianRidge(tol=1e-10).fit(X[:8], y[:8])
centred = X[:8] - X[:8].mean(axis=0)
covariance = np.linalg.inv(m.lambda_ * np.eye(X.shape[1]) + m.alpha_ * centred.T @ centred)
away = at - X[:8].mean(axis=0)
put("bayes_deviation_wide", np.sqrt(1 / m.alpha_ + (away @ covariance * away).sum(axis=1)))
header.close()
