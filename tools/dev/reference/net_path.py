#!/usr/bin/python3
"""Writes tests/reference/net_path.h: paths of lassos and elastic nets, and the criteria of LassoLarsIC, by
scikit-learn. The rows are those of tests/reference/linear.h (diabetes)."""
import warnings
import numpy as np
from sklearn.datasets import load_diabetes
from sklearn.linear_model import LassoLarsIC, enet_path, lars_path, lasso_path

from numbers_header import Header

warnings.simplefilter("error")
header = Header("net_path", "penalties, coefficients of each (row after row), criteria, variances of the noise.")
put = header.put

X, y = load_diabetes(return_X_y=True)
Z, t = X - X.mean(0), y - y.mean()
tight = dict(tol=1e-14, max_iter=10000000)
alphas, coef, _ = lasso_path(Z, t, n_alphas=20, **tight)
put("lasso_path_alphas", alphas)
put("lasso_path_coef", coef.T)
put("lasso_path_intercept", y.mean() - X.mean(0) @ coef)
alphas, coef, _ = enet_path(Z, t, l1_ratio=0.3, eps=0.01, n_alphas=12, **tight)
put("enet_path_alphas", alphas)
put("enet_path_coef", coef.T)
alphas, coef, _ = lasso_path(X, y, n_alphas=10, positive=True, **tight)
put("positive_path_coef", coef.T)

W = np.c_[X, X**2, X[:, ::-1] * X][:20]  # more columns than rows
alphas, coef, _ = lasso_path(W - W.mean(0), y[:20] - y[:20].mean(), eps=0.02, n_alphas=9, **tight)
put("wide_path_alphas", alphas)
put("wide_path_coef", coef.T)

# Criteria between the kinks of the path, where the numbers of coefficients are beyond doubt, with the formula
# and the noise variance of LassoLarsIC; and its own at the kinks, each seen from just before it. Where a
# column leaves there, it has not left yet: such kinks are left out.
for criterion, factor in (("aic", 2.0), ("bic", np.log(len(y)))):
    m = LassoLarsIC(criterion=criterion).fit(X, y)
    knots, _, path = lars_path(Z, t, method="lasso", alpha_min=0)
    middle = (knots[:-1] + knots[1:]) / 2
    coef = (path[:, :-1] + path[:, 1:]) / 2
    rss = ((t[:, None] - Z @ coef) ** 2).sum(0)
    df = (np.abs(coef) > 0).sum(0)
    n, s2 = len(y), m.noise_variance_
    if criterion == "aic":
        put("path_middle", middle)
        put("path_df", df)
        put("path_noise", [s2])
    put(f"path_{criterion}", n * np.log(2 * np.pi * s2) + rss / s2 + factor * df)
    entering = np.r_[False, [(np.abs(coef[:, k - 1]) > 0).sum() == (np.abs(path[:, k]) > 1e-12).sum()
                             for k in range(1, len(knots) - 1)], False]
    put(f"lars_{criterion}_knots", m.alphas_[entering])
    put(f"lars_{criterion}", m.criterion_[entering])
header.close()
