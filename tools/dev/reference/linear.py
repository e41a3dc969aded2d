#!/usr/bin/python3
"""Writes tests/reference/linear.h: data sets and the optima of linear models found by scikit-learn.

Optima of the logistic objective: scikit-learn's newton-cg to its limit, then polished by plain Newton steps in
extended precision here (numpy longdouble gradient, double Hessian), so that every digit is the objective's.
"""
import sys
import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.preprocessing import StandardScaler

out = open(sys.argv[1] if len(sys.argv) > 1 else "tests/reference/linear.h", "w")
out.write("/* Written by tools/dev/reference/linear.py. Matrices row by row. */\n")
out.write("#ifndef TESTS_REFERENCE_LINEAR_H\n#define TESTS_REFERENCE_LINEAR_H\n\n")


def put(name, values, kind="double"):
    values = np.asarray(values).ravel()
    text = [("%.17g" if kind == "double" else "%d") % v for v in values]
    out.write("static const %s ref_%s[%d] = {\n" % (kind, name, len(text)))
    line = "   "
    for t in text:
        if len(line) + len(t) > 105:
            out.write(line + "\n")
            line = "   "
        line += " " + t + ","
    out.write(line + "\n};\n\n")


def optimum(X, y, C, w=None):
    """Coefficients (rows x (p + 1), the intercept last) of the multinomial or binary optimum."""
    n, p = X.shape
    K = y.max() + 1
    w = np.ones(n) if w is None else w
    A = np.c_[X, np.ones(n)]
    pen = np.r_[np.ones(p) / C, 0.0]
    rows = 1 if K == 2 else K
    V = np.zeros((rows, p + 1))
    model = LogisticRegression(C=C, solver="newton-cg", tol=1e-12, max_iter=10000,
                               penalty="none" if np.isinf(C) else "l2").fit(X, y, sample_weight=w)
    V[:, :p], V[:, p] = model.coef_, model.intercept_
    Y = (y[:, None] == (np.arange(K)[None, :] if rows > 1 else 1)).astype(np.longdouble)
    V = V.astype(np.longdouble)
    for _ in range(8):
        M = A.astype(np.longdouble) @ V.T
        P = np.exp(M - M.max(1, keepdims=True)) if rows > 1 else 1 / (1 + np.exp(-M))
        if rows > 1:
            P /= P.sum(1, keepdims=True)
        G = (w[:, None] * (P - Y)).T @ A.astype(np.longdouble) + pen * V
        P = P.astype(float)
        H = np.zeros((rows * (p + 1),) * 2)
        for a in range(rows):
            for b in range(rows):
                h = w * P[:, a] * ((a == b) - P[:, b])
                s = (slice(a * (p + 1), (a + 1) * (p + 1)), slice(b * (p + 1), (b + 1) * (p + 1)))
                H[s] = (A * h[:, None]).T @ A + (np.diag(pen) if a == b else 0)
        V = V - np.linalg.lstsq(H, G.astype(float).ravel(), rcond=1e-13)[0].reshape(V.shape)
    if rows > 1:
        V -= V.mean(0)
    if rows > 1:
        loss = -np.log((P * Y.astype(float)).sum(1)).mean()
    else:
        loss = -np.log(np.where(y == 1, P[:, 0], 1 - P[:, 0])).mean()
    print("gradient", float(abs(G).max()), "log loss", float(loss), file=sys.stderr)
    return V.astype(float)


X, y = load_diabetes(return_X_y=True)
put("diabetes_x", X)
put("diabetes_y", y)
m = LinearRegression().fit(X, y)
put("diabetes_ols", np.r_[m.coef_, m.intercept_])
for alpha in (1.0, 0.01):
    m = Ridge(alpha=alpha, solver="cholesky").fit(X, y)
    put("diabetes_ridge%s" % ("1" if alpha == 1 else "_small"), np.r_[m.coef_, m.intercept_])
m = Ridge(fit_intercept=False).fit(X, y)
put("diabetes_ridge_plain", m.coef_)
w = (7 * np.arange(len(y))) % 3 + 1.0
m = Ridge().fit(X, y, sample_weight=w)
put("diabetes_ridge_weighted", np.r_[m.coef_, m.intercept_])
m = LinearRegression().fit(X[:6], y[:6])
put("diabetes_wide_ols", np.r_[m.coef_, m.intercept_])
m = Ridge(solver="svd").fit(X[:6], y[:6])
put("diabetes_wide_ridge", np.r_[m.coef_, m.intercept_])

X, y = load_breast_cancer(return_X_y=True)
put("cancer_x", X)  # not yet scaled: shorter
X = StandardScaler().fit_transform(X)
put("cancer_y", y, "int")
put("cancer_l2", optimum(X, y, 1.0))
put("cancer_none", optimum(X[:, :2], y, np.inf))
put("cancer_weighted", optimum(X, y, 0.5, (7 * np.arange(len(y))) % 3 + 1.0))
X, y = load_wine(return_X_y=True)
put("wine_x", X)
X = StandardScaler().fit_transform(X)
put("wine_y", y, "int")
put("wine_l2", optimum(X, y, 1.0))
out.write("#endif\n")
