"""Writes tests/reference/sklearn_trees.h: trees and forests that scikit-learn 1.2.1 grows from a seed, which
rng=sklearn grows again.

Trees of at most 40 splits are kept split by split, level by level; of larger ones and of forests, the number of
splits and a digest of splits and leaves. Thresholds are as they are stored here: the largest double that rounds, to 32 bits,
to a number that goes left.

    /usr/bin/python3 tools/dev/reference/sklearn_trees.py > tests/reference/sklearn_trees.h
"""
import math
import os

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer, load_diabetes
from sklearn.ensemble import (ExtraTreesClassifier, ExtraTreesRegressor, RandomForestClassifier,
                              RandomForestRegressor)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from tree_levels import levels

DATA = os.path.join(os.path.dirname(__file__), "..", "..", "..", "data")
TREES = {True: DecisionTreeClassifier, False: DecisionTreeRegressor}
FORESTS = {True: RandomForestClassifier, False: RandomForestRegressor}
EXTRA = {True: ExtraTreesClassifier, False: ExtraTreesRegressor}
WEIGHTS = {
    "none": lambda n: None,
    "thirds": lambda n: np.arange(n) % 3 + 0.0,  # the first row and every third one after it are left out
    "real": lambda n: 0.1 + np.arange(n) * 7919 % 997 / 997,
}
SEEDS = range(5)
CASES = [
    ("cancer", {"max_depth": 3}, "none"),
    ("cancer", {"criterion": "entropy", "max_depth": 2}, "none"),
    ("cancer", {"max_leaf_nodes": 8}, "none"),
    ("cancer", {}, "none"),
    ("cancer", {"criterion": "log_loss", "max_features": "sqrt"}, "real"),
    ("cancer", {"class_weight": "balanced", "max_leaf_nodes": 12}, "thirds"),
    ("cancer", {"min_samples_leaf": 5, "min_samples_split": 0.1, "max_features": 7}, "thirds"),
    ("cancer", {"min_impurity_decrease": 0.004, "min_weight_fraction_leaf": 0.02}, "real"),
    ("cancer", {"splitter": "random", "max_depth": 4}, "none"),
    ("cancer", {"splitter": "random", "criterion": "entropy", "max_features": 0.3}, "real"),
    ("iris", {}, "none"),
    ("iris", {"criterion": "entropy", "max_leaf_nodes": 6}, "none"),
    ("iris", {"splitter": "random", "max_leaf_nodes": 9}, "thirds"),
    ("wine", {"max_features": "log2"}, "none"),
    ("wine", {"ccp_alpha": 0.03, "criterion": "entropy"}, "real"),
    ("digits", {"max_features": "sqrt"}, "none"),
    ("digits", {"max_leaf_nodes": 60, "class_weight": "balanced"}, "real"),
    ("diabetes", {"max_depth": 3}, "none"),
    ("diabetes", {}, "none"),
    ("diabetes", {"max_features": 0.33, "min_samples_leaf": 12}, "real"),
    ("diabetes", {"max_leaf_nodes": 25}, "thirds"),
    ("diabetes", {"criterion": "friedman_mse", "max_leaf_nodes": 20, "min_weight_fraction_leaf": 0.01}, "real"),
    ("diabetes", {"criterion": "friedman_mse", "min_impurity_decrease": 0.5}, "none"),
    ("diabetes", {"criterion": "poisson", "max_depth": 4}, "none"),
    ("diabetes", {"criterion": "poisson", "max_features": 3}, "real"),
    ("diabetes", {"splitter": "random", "max_depth": 4}, "none"),
    ("diabetes", {"splitter": "random", "max_features": 4, "max_leaf_nodes": 30}, "real"),
    ("diabetes", {"criterion": "absolute_error"}, "none"),
    ("diabetes", {"criterion": "absolute_error", "max_leaf_nodes": 20, "max_features": 4}, "thirds"),
    ("diabetes", {"criterion": "absolute_error", "min_samples_leaf": 12}, "real"),
    ("diabetes", {"criterion": "absolute_error", "splitter": "random"}, "real"),
    ("deep", {}, "real"),
    ("bits", {"max_leaf_nodes": 23}, "none"),
    ("parity", {"max_leaf_nodes": 38}, "none"),
    ("parity", {"splitter": "random", "max_leaf_nodes": 14}, "none"),
]
ENSEMBLES = [
    ("cancer", FORESTS, {"oob_score": True}, "none", 0),
    ("diabetes", FORESTS, {"oob_score": True}, "none", 0),
    ("diabetes", FORESTS, {"n_estimators": 30, "max_features": 0.33, "min_samples_leaf": 5}, "none", 1),
    ("diabetes", FORESTS, {"n_estimators": 15, "max_samples": 0.4, "criterion": "poisson"}, "real", 2),
    ("diabetes", FORESTS, {"n_estimators": 10, "criterion": "absolute_error", "oob_score": True}, "none", 8),
    ("digits", FORESTS, {"n_estimators": 15, "max_samples": 300, "class_weight": "balanced_subsample"}, "real", 3),
    ("wine", FORESTS, {"n_estimators": 30, "class_weight": "balanced", "oob_score": True}, "thirds", 4),
    ("iris", FORESTS, {"n_estimators": 5, "oob_score": True, "max_leaf_nodes": 6}, "none", 4294967295),
    ("cancer", EXTRA, {"n_estimators": 30}, "none", 0),
    ("diabetes", EXTRA, {"n_estimators": 15, "max_leaf_nodes": 40}, "real", 5),
    ("digits", EXTRA, {"n_estimators": 15, "bootstrap": True, "class_weight": "balanced_subsample"}, "none", 6),
    ("wine", EXTRA, {"n_estimators": 15, "class_weight": "balanced_subsample"}, "thirds", 7),
]
MOST_SPLITS = 40


def quicksort(n, less):
    """Sorts 0 .. n-1 by three parts around the median of three as far as scikit-learn does; how many are left then."""
    rows, left = list(range(n)), 0

    def median(a, b, c):
        low, high = (a, b) if less(a, b) else (b, a)
        return low if less(c, low) else high if less(high, c) else c

    def part(first, n, depth):
        while n > 1:
            if depth == 0:
                return n
            depth -= 1
            pivot = median(rows[first], rows[first + n // 2], rows[first + n - 1])
            below, at, above = first, first, first + n
            while at < above:
                if less(rows[at], pivot):
                    rows[at], rows[below] = rows[below], rows[at]
                    at, below = at + 1, below + 1
                elif less(pivot, rows[at]):
                    above -= 1
                    rows[at], rows[above] = rows[above], rows[at]
                else:
                    at += 1
            deeper = part(first, below - first, depth)
            if deeper:
                return deeper
            first, n = above, first + n - above
        return 0

    return part(0, n, 2 * int(math.log(n) / math.log(2)))


def deep_keys(n=200):
    """Keys, each there twice, on which the sort goes so deep that heapsort takes over: M. D. McIlroy, "A killer adversary
    for quicksort", Software: Practice and Experience 29, 1999."""
    key, likely = {}, [0]

    def less(a, b):
        if a == b:
            return False
        if a not in key and b not in key:
            first = a if a == likely[0] else b
            key[first] = len(key)
        likely[0] = a if a not in key else b if b not in key else likely[0]
        return key.get(a, n) < key.get(b, n)

    quicksort(n, less)
    for row in range(n):
        key.setdefault(row, len(key))
    pairs = [key[row] // 2 for row in range(n)]
    assert quicksort(n, lambda a, b: pairs[a] < pairs[b]) > n / 2
    return pairs


def read(table):
    if table in ("bits", "parity"):  # of the row's number: all splits of a level are worth the same
        bits = np.arange(128)[:, None] >> np.arange(7) & 1
        ones = bits.sum(axis=1)
        return bits.astype(float), ones if table == "bits" else ones % 2
    if table == "deep":
        keys = deep_keys()
        return np.array([keys, keys[::-1]], float).T, np.arange(len(keys)) * 7919 % 997 / 997
    if table == "cancer":
        return load_breast_cancer(return_X_y=True)
    if table == "diabetes":
        return load_diabetes(return_X_y=True)
    frame = pd.read_csv(os.path.join(DATA, table + ".csv"), float_precision="round_trip")
    y = frame.iloc[:, -1]
    return frame.iloc[:, :-1].to_numpy(float), y.to_numpy() if y.dtype != object else pd.factorize(y)[0]


def stored(threshold):
    below = np.float32(threshold)
    if float(below) > threshold:
        below = np.nextafter(below, np.float32(-np.inf))
    middle = (float(below) + float(np.nextafter(below, np.float32(np.inf)))) / 2
    return middle if np.float32(middle) == below else float(np.nextafter(middle, -np.inf))


def digest(splits, leaves):
    """FNV-1a, 64 bits, over columns, bits of the thresholds, and flags; then bits of the values of the leaves."""
    state = 14695981039346656037
    split_bytes = (np.int32(f).tobytes() + np.float64(t).tobytes() + bytes([flags]) for f, t, flags in splits)
    for byte in b"".join(split_bytes) + leaves.tobytes():
        state = (state ^ byte) * 1099511628211 % 2**64
    return state


def numbers(values):
    return ", ".join("%.17g" % v for v in values)


def text(options):
    return " ".join(f"{k}={str(v).lower() if isinstance(v, bool) else v}" for k, v in options.items())


def classes_of(table):
    return table not in ("diabetes", "deep", "bits")


def rows_of(x):
    return [len(x) // 7 * i for i in range(7)]


def tree_case(table, options, weights, seed):
    x, y = read(table)
    model = TREES[classes_of(table)](random_state=seed, **options).fit(x, y, WEIGHTS[weights](len(y)))
    splits, leaves = levels(model.tree_, stored)
    kept = splits if len(splits) <= MOST_SPLITS else []
    print(f'    {{ "{table}", "{text(options)} random_state={seed}", "{weights}", {len(splits)}, '
          f"{digest(splits, leaves)}u,")
    print("      { " + ", ".join(str(s[0]) for s in kept or [(0,)]) + " },")
    print("      { " + numbers(s[1] for s in kept or [(0, 0)]) + " },")
    print("      { " + ", ".join(str(s[2]) for s in kept or [(0, 0, 0)]) + " },")
    print("      { " + numbers(leaves if kept else [0]) + " },")
    print("      { " + numbers(model.feature_importances_) + " } },")
    return model


def forest_case(table, kinds, options, weights, seed):
    x, y = read(table)
    classify = classes_of(table)
    model = kinds[classify](random_state=seed, **options).fit(x, y, WEIGHTS[weights](len(y)))
    trees = [levels(tree.tree_, stored) for tree in model.estimators_]
    shown = x[rows_of(x)]
    out = model.predict_proba(shown) if classify else model.predict(shown)
    extra = "true" if kinds is EXTRA else "false"
    print(f'    {{ "{table}", "{text(options)} random_state={seed}", "{weights}", {extra}, {len(trees)},')
    print("      { " + ", ".join(str(len(splits)) for splits, _ in trees) + " },")
    print("      { " + ", ".join(f"{digest(*tree)}u" for tree in trees) + " },")
    print("      { " + numbers(np.ravel(out)) + " },")
    print("      %.17g," % (model.oob_score_ if options.get("oob_score") else 0))
    print("      { " + numbers(model.feature_importances_) + " } },")
    return model


def published(cases):
    """Cases 48, 49, 51 and 52, to the digits that were published."""
    tree = cases["cancer", "max_depth=3"].tree_
    assert list(tree.feature[:9]) == [20, 27, 10, -2, -2, 21, -2, -2, 1]
    assert abs(tree.threshold[:3] - [16.7950000763, 0.135800004005, 1.0475499928]).max() < 1e-9
    tree = cases["cancer", "criterion=entropy max_depth=2"].tree_
    assert list(tree.feature) == [22, 27, -2, -2, 22, -2, -2] and abs(tree.threshold[0] - 105.950000763) < 1e-9
    tree = cases["cancer", "max_leaf_nodes=8"].tree_
    assert tree.node_count == 15 and list(tree.feature[:8]) == [20, 27, 21, -2, 21, 23, 7, 7]
    x, y = read("cancer")
    forest = cases["cancer", "oob_score=true"]
    assert [t.tree_.node_count for t in forest.estimators_[:5]] == [49, 51, 47, 51, 45]
    assert abs(forest.oob_score_ - 0.968365553603) < 1e-12
    assert abs(forest.predict_proba(x[:1]) - [0.98, 0.02]).max() < 1e-12
    worth = forest.feature_importances_
    assert worth.argmax() == 22 and abs(worth[22] - 0.173987173608) < 1e-12
    x, y = read("diabetes")
    forest = cases["diabetes", "oob_score=true"]
    assert [t.tree_.node_count for t in forest.estimators_[:5]] == [543, 535, 539, 557, 549]
    assert abs(forest.oob_score_ - 0.420786541434) < 1e-12
    assert abs(forest.predict(x[:3]) - [175.48, 80.84, 149.65]).max() < 1e-12


def main():
    fitted = {}
    print("/* Written by tools/dev/reference/sklearn_trees.py with scikit-learn 1.2.1. */")
    print("static const int sklearn_deep[200] = { " + ", ".join(map(str, deep_keys())) + " };")
    print("static const struct sklearn_tree {")
    print("    const char *table, *options, *weights;")
    print("    int n_splits;")
    print("    uint64_t digest;")
    print(f"    int feature[{MOST_SPLITS}];")
    print(f"    double threshold[{MOST_SPLITS}];")
    print(f"    int leaves[{MOST_SPLITS}];")
    print(f"    double value[{3 * (MOST_SPLITS + 1)}], importance[64];")
    print("} sklearn_trees[] = {")
    for table, options, weights in CASES:
        for seed in SEEDS:
            model = tree_case(table, options, weights, seed)
            fitted.setdefault((table, text(options)), model)
    print("};")
    print("static const struct sklearn_forest {")
    print("    const char *table, *options, *weights;")
    print("    bool extra;")
    print("    int n_trees, n_splits[100];")
    print("    uint64_t digest[100];")
    print("    double out[70], oob_score, importance[64];")
    print("} sklearn_forests[] = {")
    for table, kinds, options, weights, seed in ENSEMBLES:
        model = forest_case(table, kinds, options, weights, seed)
        fitted.setdefault((table, text(options)), model)
    print("};")
    published(fitted)


main()
