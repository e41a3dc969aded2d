"""Writes tests/reference/forest.h and extra_trees.h: what scikit-learn 1.2.1's forests reach on the tables of
data/.

Folds are rows r with r % 5 == f; each score is the mean over the folds, its mean and standard deviation are
over seeds.

    /usr/bin/python3 tools/dev/reference/forest.py forest > tests/reference/forest.h
    /usr/bin/python3 tools/dev/reference/forest.py extra_trees > tests/reference/extra_trees.h
"""
import os
import sys

import numpy as np
import pandas as pd
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.metrics import accuracy_score, log_loss, r2_score

DATA = os.path.join(os.path.dirname(__file__), "..", "..", "..", "data")
FORESTS = [
    ("breast_cancer", {}),
    ("breast_cancer", {"criterion": "entropy"}),
    ("breast_cancer", {"class_weight": "balanced_subsample", "min_samples_leaf": 3}),
    ("breast_cancer", {"max_leaf_nodes": 8, "max_features": 0.3}),
    ("wine", {}),
    ("wine", {"max_depth": 2, "criterion": "entropy"}),
    ("digits", {}),
    ("digits", {"max_samples": 0.3, "min_samples_split": 8}),
    ("diabetes", {}),
    ("diabetes", {"criterion": "poisson", "min_samples_leaf": 5}),
    ("diabetes", {"min_samples_leaf": 5, "max_features": 0.33}),
    ("diabetes", {"max_depth": 5, "min_weight_fraction_leaf": 0.02, "min_impurity_decrease": 5.0}),
]
EXTRA = [
    ("breast_cancer", {}),
    ("breast_cancer", {"criterion": "entropy", "class_weight": "balanced", "bootstrap": True}),
    ("wine", {}),
    ("digits", {}),
    ("digits", {"max_features": 0.5, "min_samples_leaf": 3}),
    ("diabetes", {}),
    ("diabetes", {"criterion": "absolute_error", "min_samples_leaf": 5}),
    ("diabetes", {"max_features": 0.4, "max_leaf_nodes": 30, "bootstrap": True, "max_samples": 0.6}),
]
KINDS = {
    "forest": (FORESTS, RandomForestClassifier, RandomForestRegressor),
    "extra_trees": (EXTRA, ExtraTreesClassifier, ExtraTreesRegressor),
}
SEEDS = 6


def main():
    name = sys.argv[1]
    cases, classifier, regressor = KINDS[name]
    print("/* Written by tools/dev/reference/forest.py with scikit-learn 1.2.1. */")
    print(f"static const struct forest_reference {name}_reference[] = {{")
    for table, options in cases:
        frame = pd.read_csv(os.path.join(DATA, table + ".csv"))
        x, y = frame.iloc[:, :-1].to_numpy(float), frame.iloc[:, -1].to_numpy()
        regression = table == "diabetes"
        make = regressor if regression else classifier
        fold = np.arange(len(y)) % 5
        scores, losses = [], []
        for seed in range(SEEDS):
            score, loss = [], []
            for f in range(5):
                m = make(n_estimators=50, random_state=seed, **options).fit(x[fold != f], y[fold != f])
                p = m.predict(x[fold == f])
                if regression:
                    score.append(r2_score(y[fold == f], p))
                    loss.append(np.sqrt(np.mean((y[fold == f] - p) ** 2)))
                else:
                    score.append(accuracy_score(y[fold == f], p))
                    q = np.clip(m.predict_proba(x[fold == f]), 1e-3, 1)
                    loss.append(log_loss(y[fold == f], q / q.sum(1, keepdims=True)))
            scores.append(np.mean(score))
            losses.append(np.mean(loss))
        text = " ".join(f"{k}={str(v).lower() if v is True else v}" for k, v in options.items())
        numbers = np.mean(scores), np.std(scores, ddof=1), np.mean(losses), np.std(losses, ddof=1)
        print(f'    {{ "{table}", "{text}", ' + ", ".join("%.17g" % v for v in numbers) + " },")
    print("};")


main()
