#!/usr/bin/python3
"""Writes tests/reference/support_vectors.h: optima of linear support vector machines. scikit-learn's liblinear at its
tightest tolerance, polished by Newton steps (squared losses) or by the linear equations of the rows on the margin. The
rows are those of tests/reference/linear.h (breast cancer, standardised; wine, standardised; diabetes)."""
import warnings
import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.preprocessing import scale
from sklearn.svm import LinearSVC, LinearSVR

from numbers_header import Header

warnings.simplefilter("ignore")
header = Header("support_vectors", "coefficients, the constant, the objective.")
put = header.put

def augmented(X, constant, scaling):
    return np.c_[X, np.full(len(X), scaling)] if constant else X


def hinge(Z, t, v, C, w):
    return 0.5 * v @ v + C * (w * np.maximum(0, 1 - t * (Z @ v))).sum()


def squared_hinge(Z, t, v, C, w):
    return 0.5 * v @ v + C * (w * np.maximum(0, 1 - t * (Z @ v)) ** 2).sum()


def svc(X, t, loss="squared_hinge", C=1.0, constant=True, scaling=1.0, w=None):
    w = np.ones(len(t)) if w is None else w
    Z = augmented(X, constant, scaling)
    m = LinearSVC(loss=loss, C=C, fit_intercept=constant, intercept_scaling=scaling, tol=1e-10, max_iter=10000000,
                  dual=loss == "hinge").fit(X, t, sample_weight=w)
    v = np.r_[m.coef_[0], m.intercept_[0] / scaling] if constant else m.coef_[0]
    if loss == "squared_hinge":
        for _ in range(30):
            on = w * (t * (Z @ v) < 1)
            H = np.eye(len(v)) + 2 * C * Z.T @ (Z * on[:, None])
            v = np.linalg.solve(H, 2 * C * Z.T @ (on * t))
        value = squared_hinge(Z, t, v, C, w)
    else:
        before = v
        margin = t * (Z @ v)
        met, short = np.abs(margin - 1) < 1e-5, margin < 1 - 1e-5
        base = C * Z[short].T @ (w[short] * t[short])
        B = Z[met] * t[met, None]
        a = np.linalg.lstsq(B @ B.T, 1 - B @ base, rcond=None)[0]
        assert (a > 0).all() and (a < C * w[met]).all()
        v = base + B.T @ a
        assert np.abs(v - before).max() < 1e-4
        value = hinge(Z, t, v, C, w)
    return np.r_[v[:X.shape[1]], v[-1] * scaling if constant else 0, value]


def svc_sizes(X, t, C, scaling=1.0, w=None):
    w = np.ones(len(t)) if w is None else w
    Z = augmented(X, True, scaling)

    def split(u):  # positive and negative parts: smooth within bounds
        short = np.maximum(0, 1 - t * (Z @ (u[:Z.shape[1]] - u[Z.shape[1]:])))
        g = -2 * C * Z.T @ (w * t * short)
        return u.sum() + C * (w * short * short).sum(), np.r_[1 + g, 1 - g]

    u = minimize(split, np.zeros(2 * Z.shape[1]), jac=True, method="L-BFGS-B", bounds=[(0, None)] * (2 * Z.shape[1]),
                 options=dict(maxiter=100000, maxfun=200000, ftol=1e-16, gtol=1e-10)).x
    v = u[:Z.shape[1]] - u[Z.shape[1]:]
    on = np.abs(v) > 1e-6  # polished: the signs and the rows short of the margin are known
    for _ in range(20):
        short = w * (t * (Z @ v) < 1)
        A = Z[:, on]
        u = np.linalg.solve(2 * C * A.T @ (A * short[:, None]), 2 * C * A.T @ (short * t) - np.sign(v[on]))
        v = np.zeros(len(v))
        v[on] = u
    slope = -2 * C * Z.T @ (w * t * np.maximum(0, 1 - t * (Z @ v)))
    assert np.abs(slope[on] + np.sign(v[on])).max() < 1e-9 and np.abs(slope[~on]).max() < 1
    value = np.abs(v).sum() + C * (w * np.maximum(0, 1 - t * (Z @ v)) ** 2).sum()
    return np.r_[v[:-1], v[-1] * scaling, value]


def svr(X, y, loss="epsilon_insensitive", epsilon=0.0, C=1.0, constant=True, scaling=1.0, w=None):
    w = np.ones(len(y)) if w is None else w
    Z = augmented(X, constant, scaling)
    m = LinearSVR(loss=loss, epsilon=epsilon, C=C, fit_intercept=constant, intercept_scaling=scaling, tol=1e-10,
                  max_iter=10000000, dual=loss == "epsilon_insensitive").fit(X, y, sample_weight=w)
    v = np.r_[m.coef_, m.intercept_ / scaling] if constant else m.coef_
    if loss == "squared_epsilon_insensitive":
        for _ in range(30):
            r = Z @ v - y
            on = w * (np.abs(r) > epsilon)
            H = np.eye(len(v)) + 2 * C * Z.T @ (Z * on[:, None])
            v = np.linalg.solve(H, 2 * C * Z.T @ (on * (y + epsilon * np.sign(r))))
        value = 0.5 * v @ v + C * (w * np.maximum(0, np.abs(y - Z @ v) - epsilon) ** 2).sum()
    else:
        # Rows near the edge of the tube are on it, or (where their multiplier has the wrong sign) inside, or beyond.
        r = y - Z @ v
        near = np.abs(np.abs(r) - epsilon) < 1e-2
        beyond = (np.abs(r) > epsilon) & ~near
        sign = np.where(r > 0, 1.0, -1.0)
        for _ in range(100):
            base = C * Z[beyond].T @ (w[beyond] * sign[beyond])
            B, goal = Z[near], y[near] - epsilon * sign[near]
            a = np.linalg.lstsq(B @ B.T, goal - B @ base, rcond=None)[0]
            v = base + B.T @ a
            a = a * sign[near] if epsilon > 0 else np.abs(a)
            r = y - Z @ v
            wrong, many = np.where(near)[0][a < 0], np.where(near)[0][a > C * w[near]]
            crossed = np.where(~beyond & ~near & (np.abs(r) > epsilon + 1e-9))[0]
            fallen = np.where(beyond & (r * sign < epsilon - 1e-9))[0]
            if len(wrong) + len(many) + len(crossed) + len(fallen) == 0:
                break
            near[wrong], near[many], beyond[many] = False, False, True
            near[crossed], near[fallen], beyond[fallen] = True, True, False
            sign[crossed] = np.where(r[crossed] > 0, 1.0, -1.0)
        else:
            raise AssertionError("no active set")
        value = 0.5 * v @ v + C * (w * np.maximum(0, np.abs(y - Z @ v) - epsilon)).sum()
    return np.r_[v[:X.shape[1]], v[-1] * scaling if constant else 0, value]


B, b = load_breast_cancer(return_X_y=True)
B, b = scale(B), 2.0 * b - 1
W, c = load_wine(return_X_y=True)
W = scale(W)
D, d = load_diabetes(return_X_y=True)
w = (7 * np.arange(len(b))) % 3 + 1.0
u = (7 * np.arange(len(d))) % 3 + 1.0
put("svc", svc(B, b))
put("svc_weighted", svc(B, b, C=0.3, w=w))
put("svc_scaling", svc(B, b, C=0.1, scaling=10.0))
put("svc_plain", svc(B, b, constant=False))
put("svc_wine", [svc(W, np.where(c == k, 1.0, -1.0)) for k in range(3)])
put("svc_sizes", svc_sizes(B, b, 0.1))
put("svc_sizes_weighted", svc_sizes(B, b, 0.02, 5.0, w))
put("svc_hinge", svc(B, b, "hinge"))
put("svc_hinge_weighted", svc(B, b, "hinge", C=0.3, w=w))
put("svr", svr(D, d))
put("svr_tube", svr(D, d, epsilon=20.0, C=10.0))
put("svr_weighted", svr(D, d, epsilon=5.0, w=u, C=2.0))
put("svr_squared", svr(D, d, "squared_epsilon_insensitive", epsilon=10.0))
put("svr_squared_plain", svr(D, d, "squared_epsilon_insensitive", C=0.5, constant=False))
header.close()
