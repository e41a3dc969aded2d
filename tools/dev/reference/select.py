#!/usr/bin/python3
"""Expected values of tests/select and of compositions from scikit-learn 1.2.1: writes tests/reference/select.h."""
import csv
import pathlib
import warnings

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, KFold, StratifiedKFold, cross_val_predict, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.simplefilter("ignore")
ROOT = pathlib.Path(__file__).resolve().parents[3]
out = ["/* Made by tools/dev/reference/select.py from scikit-learn 1.2.1; do not edit. */"]


def numbers(name, values):
    values = np.asarray(values, dtype=float).ravel()
    out.append("static const double %s[] = { %s };" % (name, ", ".join("%.17g" % v for v in values)))


# Ridge on the diabetes data: scores of five folds in order, and those of the training rows.
x, y = load_diabetes(scaled=False, return_X_y=True)
result = cross_validate(Ridge(), x, y, cv=KFold(5), scoring=["r2", "neg_mean_squared_error"], return_train_score=True)
numbers("ridge_r2", result["test_r2"])
numbers("ridge_train_r2", result["train_r2"])
numbers("ridge_mse", -result["test_neg_mean_squared_error"])
numbers("ridge_oof", cross_val_predict(Ridge(), x, y, cv=KFold(5)))

# Logistic regression on the breast cancer data (positive: malignant), over C.
bc = load_breast_cancer()
malignant = 1 - bc.target
model = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cholesky", tol=1e-10))
grid = GridSearchCV(model, {"logisticregression__C": [0.01, 1, 100], "standardscaler__with_mean": [True, False]},
                    cv=StratifiedKFold(5), scoring=["roc_auc", "neg_log_loss"], refit="neg_log_loss")
grid.fit(bc.data, malignant)
numbers("grid_roc_auc", grid.cv_results_["mean_test_roc_auc"])
numbers("grid_log_loss", -grid.cv_results_["mean_test_neg_log_loss"])
numbers("grid_log_loss_std", grid.cv_results_["std_test_neg_log_loss"])
model.fit(bc.data, malignant)
numbers("cancer_coef", model[-1].coef_)
numbers("cancer_log_loss", log_loss(malignant, model.predict_proba(bc.data)))

# Cross-fitted probabilities on the wine data.
wine = load_wine()
softmax = make_pipeline(StandardScaler(), LogisticRegression(solver="newton-cg", tol=1e-10, max_iter=1000))
proba = cross_val_predict(softmax, wine.data, wine.target, cv=StratifiedKFold(5), method="predict_proba")
numbers("wine_oof_log_loss", log_loss(wine.target, proba))

# Medians and scales beside most frequent and one-hot on the Titanic.
with open(ROOT / "data" / "titanic.csv", newline="") as file:
    rows = list(csv.DictReader(file))
table = np.array([[float(r["age"]) if r["age"] else np.nan, r["sex"], r["passengerClass"]] for r in rows], dtype=object)
prep = ColumnTransformer([("num", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), [0]),
                          ("cat", make_pipeline(SimpleImputer(strategy="most_frequent"), OneHotEncoder()), [1, 2])])
z = np.asarray(prep.fit_transform(table), dtype=float)
numbers("titanic_sums", np.abs(z).sum(axis=0))
numbers("titanic_first", z[:20])
(ROOT / "tests" / "reference" / "select.h").write_text("\n".join(out) + "\n")
