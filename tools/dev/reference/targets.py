#!/usr/bin/python3
"""Writes tests/reference/targets.h: regressions of several targets by scikit-learn. The rows are those of
tests/reference/linear.h (diabetes): the first eight columns, and as targets y and the last two columns."""
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV
from sklearn.metrics import (d2_absolute_error_score, explained_variance_score, mean_absolute_error,
                             mean_absolute_percentage_error, mean_pinball_loss, mean_squared_error,
                             median_absolute_error, r2_score)
from sklearn.model_selection import KFold, cross_val_predict, cross_val_score

from numbers_header import Header

warnings.simplefilter("error")
header = Header("targets", "a row of coefficients for each target, then the constants.")
put = header.put

X, y = load_diabetes(return_X_y=True)
Y = np.c_[y, 100 * X[:, 8], 100 * X[:, 9]]
X = X[:, :8]
w = (7 * np.arange(442)) % 3 + 1.0
alpha = np.array([0.01, 1.0, 0.3])


def coefficients(name, m):
    put(name, np.r_[m.coef_.ravel(), np.broadcast_to(m.intercept_, len(m.coef_))])


coefficients("targets_ols", LinearRegression().fit(X, Y))
coefficients("targets_ols_plain", LinearRegression(fit_intercept=False).fit(X, Y))
coefficients("targets_ols_weighted", LinearRegression().fit(X, Y, w))
coefficients("targets_ols_positive", LinearRegression(positive=True).fit(X, Y))
coefficients("targets_ols_wide", LinearRegression().fit(X[:6], Y[:6]))
C = np.c_[X, X[:, 0] - 2 * X[:, 2]]  # collinear: the solution of least norm, which rounding hides from LinearRegression
coef = (np.linalg.pinv(C - C.mean(0), rcond=1e-10) @ (Y - Y.mean(0))).T
put("targets_ols_collinear", np.r_[coef.ravel(), Y.mean(0) - coef @ C.mean(0)])
coefficients("targets_ridge", Ridge(0.5, solver="cholesky").fit(X, Y))
coefficients("targets_ridge_each", Ridge(alpha, solver="cholesky").fit(X, Y))
coefficients("targets_ridge_plain", Ridge(alpha, fit_intercept=False, solver="cholesky").fit(X, Y))
coefficients("targets_ridge_weighted", Ridge(alpha, solver="cholesky").fit(X, Y, w))
coefficients("targets_ridge_wide", Ridge(alpha, solver="cholesky").fit(X[:6], Y[:6]))
coefficients("targets_ridge_collinear", Ridge(alpha, solver="svd").fit(C, Y))

alphas = [0.001, 0.01, 0.1, 1.0]
for name, each in (("targets_cv", False), ("targets_cv_each", True)):
    m = RidgeCV(alphas, alpha_per_target=each).fit(X, Y)
    coefficients(name, m)
    put(name + "_choice", np.r_[np.atleast_1d(m.alpha_), np.atleast_1d(m.best_score_)])
m = RidgeCV(alphas, alpha_per_target=True, fit_intercept=False).fit(X[:7], Y[:7])
coefficients("targets_cv_wide", m)
put("targets_cv_wide_choice", np.r_[m.alpha_, m.best_score_])
m = RidgeCV(alphas, cv=5).fit(X, Y)
coefficients("targets_cv_folds", m)
put("targets_cv_folds_choice", np.r_[m.alpha_, m.best_score_])

put("targets_mean", DummyRegressor().fit(X, Y).constant_)
put("targets_median", DummyRegressor(strategy="median").fit(X, Y).constant_)
put("targets_weighted_mean", DummyRegressor().fit(X, Y, w).constant_)

P = Ridge(alpha, solver="cholesky").fit(X, Y).predict(X)
put("targets_scores", [r2_score(Y, P), np.sqrt(mean_squared_error(Y, P, multioutput="raw_values")).mean(),
                       mean_squared_error(Y, P), mean_absolute_error(Y, P), median_absolute_error(Y, P),
                       explained_variance_score(Y, P), mean_absolute_percentage_error(Y, P),
                       mean_pinball_loss(Y, P), d2_absolute_error_score(Y, P)])
put("targets_weighted_scores", [r2_score(Y, P, sample_weight=w), mean_squared_error(Y, P, sample_weight=w),
                                mean_absolute_error(Y, P, sample_weight=w)])
ridge = Ridge(alpha, solver="cholesky")
put("targets_cv_r2", cross_val_score(ridge, X, Y, cv=KFold(5), scoring="r2"))
put("targets_out_of_fold", cross_val_predict(ridge, X, Y, cv=KFold(5))[::40])
header.close()
