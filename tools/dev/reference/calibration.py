#!/usr/bin/python3
"""Expected values of calibrated_classifier and what it is made of from scikit-learn 1.2.1: writes
tests/reference/calibration.h. The tables are those of data/, in their order. Platt's method is let run to the end, which
scikit-learn does not."""
import pathlib
import warnings

import numpy as np
import scipy.optimize
from sklearn import calibration
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import load_breast_cancer, load_wine
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.naive_bayes import GaussianNB
from sklearn.preprocessing import StandardScaler

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
out = ["/* Made by tools/dev/reference/calibration.py from scikit-learn 1.2.1; do not edit. */", "/* clang-format off */"]


def minimise(function, start, fprime, disp):
    """BFGS stops early where losses are rounded: Newton's steps to where the derivatives are 0."""
    at = scipy.optimize.fmin_bfgs(function, start, fprime=fprime, disp=disp)
    for _ in range(40):
        hessian = np.array([(fprime(at + e) - fprime(at - e)) / 2e-6 for e in 1e-6 * np.eye(2)])
        at = at - np.linalg.solve(hessian, fprime(at))
    assert np.abs(fprime(at)).max() < 1e-9
    return at


calibration.fmin_bfgs = minimise


def numbers(name, values):
    out.append("static const double %s[] = { %s };" % (name, ", ".join("%.17g" % v for v in np.ravel(values))))


bc = load_breast_cancer()
bx, by = StandardScaler().fit_transform(bc.data), 1 - bc.target  # the file says B and M
wine = load_wine()
wx, wy = StandardScaler().fit_transform(wine.data), wine.target
lr = LogisticRegression(solver="newton-cg", tol=1e-8, max_iter=1000)
for name, estimator, x, y, step, options in (
        ("bayes_cancer", GaussianNB(), bx, by, 25, {}),
        ("bayes_cancer_isotonic", GaussianNB(), bx, by, 25, {"method": "isotonic", "cv": 3}),
        ("bayes_wine", GaussianNB(), wx, wy, 9, {"cv": 4}),
        ("logistic_cancer", lr, bx, by, 25, {"ensemble": False}),
        ("logistic_wine", lr, wx, wy, 9, {"ensemble": False, "method": "isotonic"}),
        ("ridge_wine", RidgeClassifier(), wx, wy, 9, {}),
        ("ridge_cancer", RidgeClassifier(), bx, by, 25, {"ensemble": False, "method": "isotonic", "cv": 4})):
    numbers(name, CalibratedClassifierCV(estimator, **options).fit(x, y).predict_proba(x)[::step])

# The functions by themselves, with equal places and weights.
made = np.random.RandomState(4)
x = np.round(made.randn(60), 1)
y = (made.rand(60) < 1 / (1 + np.exp(-2 * x + 0.5))).astype(float)
w = made.randint(1, 4, 60).astype(float)
numbers("curve_x", x)
numbers("curve_y", y)
numbers("curve_weight", w)
at = np.linspace(-3, 3, 41)
for name, weight in (("", None), ("_weighted", w)):
    numbers("platt" + name, calibration._sigmoid_calibration(x, y, weight))
    iso = IsotonicRegression(out_of_bounds="clip").fit(x, y, weight)
    numbers("isotonic_place" + name, iso.X_thresholds_)
    numbers("isotonic_value" + name, iso.y_thresholds_)
    numbers("isotonic_at" + name, iso.predict(at))
(ROOT / "tests" / "reference" / "calibration.h").write_text("\n".join(out) + "\n")
