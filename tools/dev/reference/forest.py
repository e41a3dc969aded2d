"""Writes tests/reference/forest.h: what scikit-learn 1.2.1's forests reach on the tables of data/.

Folds are rows r with r % 5 == f; each score is the mean over the folds, its mean and standard deviation are
over seeds.

    /usr/bin/python3 tools/dev/reference/forest.py > tests/reference/forest.h
"""
import os

import numpy as np
import pandas as pd
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.metrics import accuracy_score, log_loss, r2_score

DATA = os.path.join(os.path.dirname(__file__), "..", "..", "..", "data")
CASES = [
    ("breast_cancer", "gini", {}),
    ("breast_cancer", "entropy", {"criterion": "entropy"}),
    ("breast_cancer", "balanced", {"class_weight": "balanced_subsample", "min_samples_leaf": 3}),
    ("breast_cancer", "leaves", {"max_leaf_nodes": 8, "max_features": 0.3}),
    ("wine", "gini", {}),
    ("wine", "depth", {"max_depth": 2, "criterion": "entropy"}),
    ("digits", "gini", {}),
    ("digits", "samples", {"max_samples": 0.3, "min_samples_split": 8}),
    ("diabetes", "squared", {}),
    ("diabetes", "poisson", {"criterion": "poisson", "min_samples_leaf": 5}),
    ("diabetes", "leaf", {"min_samples_leaf": 5, "max_features": 0.33}),
    ("diabetes", "extra", {"max_depth": 5, "min_weight_fraction_leaf": 0.02, "min_impurity_decrease": 5.0}),
]
SEEDS = 6


def main():
    print("/* Written by tools/dev/reference/forest.py with scikit-learn 1.2.1. */")
    print("static const struct forest_reference {")
    print("    const char *table, *options;")
    print("    double score, score_sd, loss, loss_sd; /* accuracy and log loss; R2 and RMSE */")
    print("} forest_reference[] = {")
    for table, _, options in CASES:
        frame = pd.read_csv(os.path.join(DATA, table + ".csv"))
        x, y = frame.iloc[:, :-1].to_numpy(float), frame.iloc[:, -1].to_numpy()
        regression = table == "diabetes"
        make = RandomForestRegressor if regression else RandomForestClassifier
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
        text = " ".join(f"{k}={v}" for k, v in options.items())
        numbers = np.mean(scores), np.std(scores, ddof=1), np.mean(losses), np.std(losses, ddof=1)
        print(f'    {{ "{table}", "{text}", ' + ", ".join("%.17g" % v for v in numbers) + " },")
    print("};")


main()
