"""Writes tests/reference/decision_tree.h: trees of scikit-learn 1.2.1 on the tables of data/, level by level.

Columns are rounded to 32 bits first, as scikit-learn does, so that thresholds agree to the last bit. Kept are
trees that ten values of random_state agree on: no tie between columns decides.

    /usr/bin/python3 tools/dev/reference/decision_tree.py > tests/reference/decision_tree.h
"""
import os
import sys

import numpy as np
import pandas as pd
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tree_levels import levels

DATA = os.path.join(os.path.dirname(__file__), "..", "..", "..", "data")
CASES = [
    ("diabetes", {"max_depth": 3}),
    ("diabetes", {"max_depth": 4, "criterion": "friedman_mse", "min_samples_split": 40}),
    ("diabetes", {"max_depth": 4, "criterion": "poisson", "min_samples_leaf": 10}),
    ("diabetes", {"max_depth": 4, "criterion": "absolute_error"}),
    ("diabetes", {"criterion": "absolute_error", "max_leaf_nodes": 7, "min_weight_fraction_leaf": 0.03}),
    ("diabetes", {"max_leaf_nodes": 9}),
    ("diabetes", {"min_impurity_decrease": 60.0}),
    ("diabetes", {"ccp_alpha": 40.0, "min_samples_leaf": 4}),
    ("diabetes", {"ccp_alpha": 0.8, "criterion": "absolute_error", "min_samples_leaf": 4}),
    ("breast_cancer", {"criterion": "entropy", "max_depth": 2}),
    ("breast_cancer", {"max_leaf_nodes": 8}),
    ("breast_cancer", {"criterion": "log_loss", "ccp_alpha": 0.02, "min_samples_leaf": 4}),
    ("breast_cancer", {"ccp_alpha": 0.01, "min_samples_leaf": 7, "class_weight": "balanced"}),
    ("wine", {"max_depth": 2}),
    ("wine", {"criterion": "entropy", "max_leaf_nodes": 4}),
    ("digits", {"max_depth": 4}),
    ("digits", {"criterion": "entropy", "max_leaf_nodes": 20}),
]
PATHS = [
    ("diabetes", {"min_samples_leaf": 15}),
    ("diabetes", {"min_samples_leaf": 20, "criterion": "poisson"}),
    ("diabetes", {"min_samples_leaf": 20, "criterion": "absolute_error"}),
    ("breast_cancer", {"criterion": "entropy", "min_samples_leaf": 7}),
    ("digits", {"min_samples_leaf": 30}),
]


def read(table):
    frame = pd.read_csv(os.path.join(DATA, table + ".csv"))
    y = frame.iloc[:, -1]
    y = y.to_numpy() if y.dtype != object else pd.factorize(y)[0]  # classes in order of appearance
    return frame.iloc[:, :-1].to_numpy(np.float32), y


def make(table, options, seed):
    kind = DecisionTreeRegressor if table == "diabetes" else DecisionTreeClassifier
    return kind(random_state=seed, **options)


def numbers(values):
    return ", ".join("%.17g" % v for v in values)


def text(options):
    return " ".join(f"{k}={v}" for k, v in options.items())


def tree_case(table, options, weighted):
    x, y = read(table)
    weight = 1.0 + np.arange(len(y)) % 3 if weighted else None
    found = [make(table, options, seed).fit(x, y, weight) for seed in range(10)]
    splits, leaves = levels(found[0].tree_)
    for other in found[1:]:
        if levels(other.tree_)[0] != splits:
            print(f"{table} {text(options)} {weighted}: a tie decides", file=sys.stderr)
            return
    print(f'    {{ "{table}", "{text(options)}", {"true" if weighted else "false"}, {len(splits)},')
    print("      { " + ", ".join(str(s[0]) for s in splits) + " },")
    print("      { " + numbers(s[1] for s in splits) + " },")
    print("      { " + ", ".join(str(s[2]) for s in splits) + " },")
    print("      { " + numbers(leaves) + " },")
    print("      { " + numbers(found[0].feature_importances_) + " } },")


def path_case(table, options):
    x, y = read(table)
    path = make(table, options, 0).cost_complexity_pruning_path(x, y)
    again = make(table, options, 1).cost_complexity_pruning_path(x, y)
    if len(path.ccp_alphas) != len(again.ccp_alphas) or not np.allclose(path.ccp_alphas, again.ccp_alphas, 1e-12):
        print(f"path of {table} {text(options)}: a tie decides", file=sys.stderr)
        return
    print(f'    {{ "{table}", "{text(options)}", {len(path.ccp_alphas)},')
    print("      { " + numbers(path.ccp_alphas) + " },")
    print("      { " + numbers(path.impurities) + " } },")


def main():
    print("/* Written by tools/dev/reference/decision_tree.py with scikit-learn 1.2.1. */")
    print("static const struct tree_reference {")
    print("    const char *table, *options;")
    print("    bool weighted; /* row r has weight 1 + r % 3 */")
    print("    int n_splits, feature[64];")
    print("    double threshold[64];")
    print("    int leaves[64];")
    print("    double value[300], importance[64];")
    print("} tree_reference[] = {")
    for table, options in CASES:
        for weighted in (False, True):
            if weighted and "class_weight" in options:
                continue  # scikit-learn counts rows without their weights
            tree_case(table, options, weighted)
    print("};")
    print("static const struct path_reference {")
    print("    const char *table, *options;")
    print("    int n;")
    print("    double alphas[100], impurities[100];")
    print("} path_reference[] = {")
    for table, options in PATHS:
        path_case(table, options)
    print("};")


main()
