#!/usr/bin/python3
"""Writes tests/reference/linear_cv.h: linear regressions with the penalty chosen by cross-validation, by
scikit-learn. The rows are those of tests/reference/linear.h (diabetes)."""
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import ElasticNet, ElasticNetCV, Lasso, LassoCV, Ridge, RidgeCV
from sklearn.model_selection import KFold, cross_val_score

from numbers_header import Header

warnings.simplefilter("error")
header = Header("linear_cv", "what was chosen, its score or least error, coefficients, constant.")
put = header.put

X, y = load_diabetes(return_X_y=True)
alphas = [0.001, 0.01, 0.1, 1.0]
for name, plain in (("ridge_cv", False), ("ridge_cv_plain", True)):
    m = RidgeCV(alphas, fit_intercept=not plain).fit(X, y)
    put(name, np.r_[m.alpha_, m.best_score_, m.coef_, m.intercept_])
m = RidgeCV(alphas, store_cv_values=True).fit(X, y)
put("ridge_cv_errors", m.cv_values_.mean(0))
W = np.c_[X, X**2, X[:, ::-1] * X]  # more columns than the first 20 rows
m = RidgeCV(alphas, store_cv_values=True).fit(W[:20], y[:20])
put("ridge_cv_wide_errors", m.cv_values_.mean(0))
m = RidgeCV(alphas, cv=5).fit(X, y)
put("ridge_cv_folds", np.r_[m.alpha_, m.best_score_, m.coef_, m.intercept_])
put("ridge_cv_folds_scores", [cross_val_score(Ridge(a), X, y, cv=5).mean() for a in alphas])
put("ridge_cv_shuffled_scores", [cross_val_score(Ridge(a), W[:20], y[:20], cv=KFold(4)).mean() for a in alphas])

tight = dict(tol=1e-12, max_iter=1000000)
m = LassoCV(**tight).fit(X, y)
best = Lasso(m.alpha_, **tight).fit(X, y)
put("lasso_cv", np.r_[m.alpha_, m.mse_path_.mean(1).min(), best.coef_, best.intercept_])
put("lasso_cv_alphas", m.alphas_)
put("lasso_cv_path", m.mse_path_[::20])
m = LassoCV(eps=0.01, n_alphas=12, cv=3, positive=True, fit_intercept=False, **tight).fit(X, y)
put("lasso_cv_positive", np.r_[m.alpha_, m.mse_path_.mean(1).min(), m.coef_, m.intercept_])
m = ElasticNetCV(l1_ratio=[0.3, 0.7, 0.95], n_alphas=20, cv=4, **tight).fit(X, y)
put("net_cv", np.r_[m.alpha_, m.mse_path_.mean(2).min(), m.coef_, m.intercept_])
put("net_cv_ratio", [m.l1_ratio_])
put("net_cv_alphas", m.alphas_[:, ::5])
m = ElasticNetCV(l1_ratio=0.5, alphas=[0.01, 1.0, 0.1], cv=4, **tight).fit(W[:20], y[:20])
put("net_cv_wide", np.r_[m.alpha_, m.mse_path_.mean(-1).min()])
put("net_cv_wide_path", m.mse_path_)
header.close()
