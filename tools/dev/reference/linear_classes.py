#!/usr/bin/python3
"""Writes tests/reference/linear_classes.h: linear classifiers of scikit-learn. The rows are those of
tests/reference/linear.h (breast cancer, wine), standardised."""
import warnings
import numpy as np
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV, RidgeClassifier
from sklearn.metrics import average_precision_score, roc_auc_score
from sklearn.preprocessing import StandardScaler

from numbers_header import Header

header = Header("linear_classes", "for each row of coefficients, the constant last.")
put = header.put

def coefficients(name, model):
    intercept = np.broadcast_to(model.intercept_, len(model.coef_))
    put(name, np.c_[model.coef_, intercept])


def on_the_face(X, y, C, ratio, w=None):
    """The optimum of an elastic net: the columns and signs that saga finds, then Newton steps on them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        saga = LogisticRegression(penalty="elasticnet", solver="saga", C=C, l1_ratio=ratio, tol=1e-9,
                                  max_iter=20000, random_state=0).fit(X, y, sample_weight=w)
    w = np.ones(len(y)) if w is None else w
    v, keep = np.r_[saga.coef_[0], saga.intercept_], saga.coef_[0] != 0
    A, sign, on = np.c_[X, np.ones(len(y))], np.r_[np.sign(saga.coef_[0]), 0], np.r_[keep, True]
    l1, l2 = np.r_[np.full(X.shape[1], ratio / C), 0], np.r_[np.full(X.shape[1], (1 - ratio) / C), 0]
    for _ in range(30):
        p = 1 / (1 + np.exp(-A @ v))
        g = A.T @ (w * (p - y)) + l2 * v + l1 * sign
        H = (A * (w * p * (1 - p))[:, None]).T @ A + np.diag(l2)
        v[on] -= np.linalg.solve(H[np.ix_(on, on)], g[on])
    slope = A.T @ (w * (1 / (1 + np.exp(-A @ v)) - y))
    assert (np.sign(v) == sign)[:-1].all() and (abs(slope[:-1][~keep]) < ratio / C).all()
    assert abs((slope + l2 * v + l1 * sign)[on]).max() < 1e-10
    return v


X, y = load_breast_cancer(return_X_y=True)
X = StandardScaler().fit_transform(X)
model = RidgeClassifier().fit(X, y)
coefficients("ridge_two", model)
score = model.decision_function(X)
put("ridge_two_metrics", [model.score(X, y), roc_auc_score(y, score), roc_auc_score(1 - y, -score),
                          average_precision_score(y, score)])
w = (7 * np.arange(len(y))) % 3 + 1.0
for name, scoring in (("accuracy", "accuracy"), ("loss", "neg_log_loss")):
    m = LogisticRegressionCV(Cs=[0.001, 0.03, 1.0, 30.0], scoring=scoring, solver="newton-cg", tol=1e-10,
                             max_iter=10000).fit(X, y)
    put("cv_two_" + name, np.r_[m.C_, m.scores_[1].mean(0)])
put("net_two", on_the_face(X, y, 0.1, 0.5))
put("l1_two", on_the_face(X, y, 0.1, 1.0))
put("net_two_weighted", on_the_face(X, y, 0.3, 0.8, w))
coefficients("ridge_two_weighted", RidgeClassifier(3.0).fit(X, y, sample_weight=w))
coefficients("ridge_two_balanced", RidgeClassifier(3.0, class_weight="balanced").fit(X, y))
X, y = load_wine(return_X_y=True)
X = StandardScaler().fit_transform(X)
coefficients("ridge_three", RidgeClassifier().fit(X, y))
coefficients("ridge_three_plain", RidgeClassifier(0.1, fit_intercept=False, class_weight={1: 2.5}).fit(X, y))
m = LogisticRegressionCV(Cs=[0.001, 0.03, 1.0], cv=3, scoring="neg_log_loss", solver="newton-cg", tol=1e-10, max_iter=10000).fit(X, y)
put("cv_three", np.r_[m.C_[0], m.scores_[0].mean(0)])
m = LogisticRegression(multi_class="ovr", solver="newton-cg", tol=1e-13, max_iter=10000).fit(X, y)
coefficients("ovr_three", m)
put("ovr_three_probabilities", m.predict_proba(X[::40]))
header.close()
