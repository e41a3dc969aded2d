"""Writes tests/reference/folds_sklearn.h: the parts that scikit-learn 1.2.1 draws from a random_state, for rng=sklearn.

stratified_group_k_fold is scikit-learn's of 1.8, which shuffles the groups by name (1.2.1 shuffles their counts of
classes only, and places groups by the counts of others): that is the unshuffled one of 1.2.1 with the groups numbered in
shuffled order.

    /usr/bin/python3 tools/dev/reference/folds_sklearn.py > tests/reference/folds_sklearn.h
"""
import os
import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier as Classifier
from sklearn.ensemble import HistGradientBoostingRegressor as Regressor
from sklearn.ensemble import RandomForestClassifier
from sklearn.inspection import permutation_importance
from sklearn.linear_model import Ridge
from sklearn.model_selection import (GroupShuffleSplit, KFold, RepeatedKFold, RepeatedStratifiedKFold, ShuffleSplit,
                                     StratifiedGroupKFold, StratifiedKFold, StratifiedShuffleSplit, cross_val_score,
                                     train_test_split)
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from metrics import array

warnings.filterwarnings("ignore")
DATA = os.path.join(os.path.dirname(__file__), "..", "..", "..", "data")
LEAST, MOST = 0, 2 ** 32 - 1


def sides(n, parts):
    """A text of n letters for each fold: t tested, . trains, - neither."""
    texts = []
    for train, test in parts:
        side = np.full(n, "-")
        side[train], side[test] = ".", "t"
        assert set(train).isdisjoint(test) and len(test) and len(train)
        texts.append("".join(side))
    return texts


class GroupsByName(StratifiedGroupKFold):
    def split(self, X, y, groups):
        order = np.arange(len(np.unique(groups)))
        np.random.RandomState(self.random_state).shuffle(order)
        place = np.argsort(order)[np.unique(groups, return_inverse=True)[1]]
        return StratifiedGroupKFold(self.n_splits).split(X, y, place)


def options(of):
    return "".join(f" {name}={str(value).lower()}" for name, value in of.items())


# Published: cases 60, 61 and 63 of tests/reference/README.md.
y10 = np.array([0, 0, 1, 0, 1, 1, 2, 0, 2, 0])
assert sides(10, KFold(3, shuffle=True, random_state=0).split(y10)) == ["..t.t...tt", ".t....tt..", "t..t.t...."]
assert sides(10, StratifiedKFold(3, shuffle=True, random_state=0).split(y10, y10)) == ["." "ttt..t...", "t....t.t..", "....t...tt"]
train, test = train_test_split(range(10), random_state=0)
assert (train, test) == ([9, 1, 6, 7, 3, 0, 5], [2, 8, 4])
assert sorted(train_test_split(range(10), random_state=0, stratify=[0] * 6 + [1] * 4)[1]) == [0, 4, 7]

rng, tables, cases = np.random.RandomState(7), [], []
# Rows, shares of classes, groups. Ten equal classes have remainders that tie, twenty are added up by eights.
for n, shares, groups in ((10, (.6, .4), 5), (47, (.1, .2, .7), 12), (90, (1 / 3,) * 3, 30), (100, (.1,) * 10, 9),
                          (131, (.9, .1), 40), (200, (.05,) * 20, 60)):
    y = rng.permutation(np.searchsorted(np.cumsum(shares), (np.arange(n) + .5) / n))
    tables.append((y, np.r_[np.arange(groups), rng.randint(0, groups, n - groups)]))
for t, (y, group) in enumerate(tables):
    n, classes = len(y), len(set(y))
    k = {10: 3, 200: 7}.get(n, 5)
    for seed in LEAST, 42 + t, MOST:
        made = [("k_fold", KFold, {"n_splits": k, "shuffle": True}),
                ("stratified_k_fold", StratifiedKFold, {"n_splits": k, "shuffle": True}),
                ("stratified_group_k_fold", GroupsByName, {"n_splits": 2 if n == 10 else 3, "shuffle": True}),
                ("repeated_k_fold", RepeatedKFold, {"n_splits": 3, "n_repeats": 2}),
                ("repeated_stratified_k_fold", RepeatedStratifiedKFold, {"n_splits": 3, "n_repeats": 2}),
                ("shuffle_split", ShuffleSplit, {"n_splits": 3, "test_size": .07}),
                ("stratified_shuffle_split", StratifiedShuffleSplit, {"n_splits": 3, "test_size": .29}),
                ("stratified_shuffle_split", StratifiedShuffleSplit,
                 {"n_splits": 3, "test_size": max(classes, n // 7), "train_size": .55}),
                ("group_shuffle_split", GroupShuffleSplit, {"n_splits": 3, "test_size": .3, "train_size": .4})]
        if seed == LEAST:
            made += [("stratified_group_k_fold", StratifiedGroupKFold, {"n_splits": 2 if n == 10 else 3, "shuffle": False}),
                     ("shuffle_split", ShuffleSplit, {"n_splits": 2, "train_size": 3, "test_size": 4})]
        for name, kind, of in made if seed != MOST else made[:3] + made[5:7]:
            drawn = {} if of.get("shuffle") is False else {"random_state": seed}
            parts = sides(n, kind(**of, **drawn).split(y, y, group))
            cases.append(f'{{ {t}, {len(parts)}, "{name}{options(of)} random_state={seed} rng=sklearn",\n      "'
                         + '"\n      "'.join(parts) + '" }')

held = []
for t, (y, group) in enumerate(tables):
    for size in .25, .07 if t != 5 else .3, max(len(set(y)), len(y) // 3):
        for seed in LEAST, 3 + t, MOST:
            for stratify in 0, 1:
                if stratify and min(np.ceil(size * len(y)) if size < 1 else size, len(y)) < len(set(y)):
                    continue
                part = train_test_split(range(len(y)), test_size=size, random_state=seed, stratify=y if stratify else None)
                order = [sum((i + 1) * (row + 1) for i, row in enumerate(rows)) for rows in part]
                held.append(f'{{ {t}, {stratify}, {size}, {seed}u, "{sides(len(y), [part])[0]}", {order[0]}, {order[1]} }}')

print("/* Parts drawn by scikit-learn 1.2.1; made by tools/dev/reference/folds_sklearn.py. */\n/* clang-format off */")
print("#include <stdint.h>\n")
for t, (y, group) in enumerate(tables):
    array("int32_t", f"drawn_y_{t}", y)
    array("int32_t", f"drawn_group_{t}", group)
print("typedef struct drawn_table {\n    int n, n_classes, n_groups;\n    const int32_t *y, *group;\n} drawn_table;")
print("static const drawn_table drawn_tables[] = { " + ",\n    ".join(
    f"{{ {len(y)}, {max(y) + 1}, {max(g) + 1}, drawn_y_{t}, drawn_group_{t} }}" for t, (y, g) in enumerate(tables)) + " };")
print("/* A letter for each row of each fold: t tested, . trains, - neither. */")
print("typedef struct drawn_folds {\n    int table, n_folds;\n    const char *text, *sides;\n} drawn_folds;")
print("static const drawn_folds drawn_cases[] = { " + ",\n    ".join(cases) + " };")
print("typedef struct drawn_parts {\n    int table, stratify;\n    double test_size;\n    uint32_t seed;\n"
      "    const char *sides;\n    int64_t train, test; /* sums of place times row, both from 1: the order */\n} drawn_parts;")
print("static const drawn_parts drawn_hold_outs[] = { " + ",\n    ".join(held) + " };")

# The fold that tests each row of two tables of data/.
for name, target, splitter in ("titanic", "survived", StratifiedKFold), ("diabetes", "progression", KFold):
    y = pd.read_csv(os.path.join(DATA, name + ".csv"))[target].to_numpy()
    fold = np.zeros(len(y), int)
    for f, (_, test) in enumerate(splitter(5, shuffle=True, random_state=42).split(y, y)):
        fold[test] = f
    digits = "".join(map(str, fold))
    print(f"static const char drawn_{name}[] =\n    \"" + '"\n    "'.join(digits[i:i + 100] for i in range(0, len(y), 100)) + '";')

# Decreases of r2 and of the mean absolute error, column by column.
frame = pd.read_csv(os.path.join(DATA, "diabetes.csv"))
X, y = frame.iloc[:, :-1].to_numpy(float), frame.iloc[:, -1].to_numpy(float)
model = Ridge().fit(X, y)
for name, scoring, seed, repeats in ("r2", "r2", 0, 5), ("mae", "neg_mean_absolute_error", MOST, 35):
    found = permutation_importance(model, X, y, scoring=scoring, n_repeats=repeats, random_state=seed).importances
    keep = found if repeats == 5 else found[[1, 2, 8]]  # sex, bmi, s5
    array("double", f"permuted_{name}", keep.ravel())

# Case 68: of the accuracy of a small tree, which is equal to ours with rng=sklearn.
frame = pd.read_csv(os.path.join(DATA, "breast_cancer.csv"))
X, y = frame.iloc[:, :-1].to_numpy(float), frame.iloc[:, -1].to_numpy()
tree = DecisionTreeClassifier(max_depth=3, random_state=0).fit(X, y)
found = permutation_importance(tree, X, y, random_state=0).importances
assert np.allclose(found[20], [.1985940246, .2319859402, .216168717, .1985940246, .2126537786], 1e-9)
array("double", "permuted_tree", found.ravel())

# Boosting that stops on rows held out by random_state: iterations, and predictions (of the last class) of some rows.
stopped, SHOWN = [], 12
for name, target, kind, seed, more in (("diabetes", "progression", Regressor, 0, {}),
                                       ("diabetes", "progression", Regressor, MOST, {"validation_fraction": .07}),
                                       ("diabetes", "progression", Regressor, 5, {"loss": "poisson"}),
                                       ("breast_cancer", "diagnosis", Classifier, 0, {}),
                                       ("breast_cancer", "diagnosis", Classifier, 7, {"n_iter_no_change": 4}),
                                       ("wine", "cultivar", Classifier, 1, {"validation_fraction": .3})):
    frame = pd.read_csv(os.path.join(DATA, name + ".csv"))
    X, y = frame.drop(columns=[target]).to_numpy(float), frame[target].to_numpy()
    model = kind(early_stopping=True, max_iter=200, random_state=seed, **more).fit(X, y)
    assert model.n_iter_ < 200
    shown = model.predict(X[:SHOWN]) if kind is Regressor else model.predict_proba(X[:SHOWN])[:, -1]
    i, use = len(stopped), "regressor" if kind is Regressor else "classifier"
    array("double", f"stopped_{i}", shown)
    stopped.append(f'{{ "{name}.csv", "{target}", "hist_gradient_boosting_{use}", "random_state={seed}{options(more)}",'
                   f' {model.n_iter_}, stopped_{i} }}')
print(f"enum {{ STOPPED_ROWS = {SHOWN} }};")
print("typedef struct stopped_fit {\n    const char *file, *target, *model, *options;\n    int n_iter;\n"
      "    const double *predicted;\n} stopped_fit;")
print("static const stopped_fit stopped_cases[] = { " + ",\n    ".join(stopped) + " };")

# Whole ports: folds, models and what they hold out or draw, each from a random_state; scores fold by fold.
ports = []
for name, target, use, model, splitter, text, metric, scoring in (
        ("breast_cancer", "diagnosis", "random_forest_classifier n_estimators=10", RandomForestClassifier(10, random_state=3),
         StratifiedKFold(5, shuffle=True, random_state=42), "stratified_k_fold shuffle=true random_state=42", "accuracy", "accuracy"),
        ("diabetes", "progression", "hist_gradient_boosting_regressor early_stopping=true",
         Regressor(early_stopping=True, random_state=3), KFold(5, shuffle=True, random_state=7),
         "k_fold shuffle=true random_state=7", "r2", "r2"),
        ("diabetes", "progression", "decision_tree_regressor max_depth=4 max_features=3",
         DecisionTreeRegressor(max_depth=4, max_features=3, random_state=3),
         RepeatedKFold(n_splits=3, n_repeats=2, random_state=1), "repeated_k_fold n_splits=3 n_repeats=2 random_state=1", "r2", "r2")):
    frame = pd.read_csv(os.path.join(DATA, name + ".csv"))
    scores = cross_val_score(model, frame.drop(columns=[target]).to_numpy(float), frame[target], cv=splitter, scoring=scoring)
    array("double", f"port_{len(ports)}", scores)
    ports.append(f'{{ "{name}.csv", "target={target}", "{use} random_state=3 rng=sklearn", "{text} rng=sklearn", "{metric}",'
                 f' {len(scores)}, port_{len(ports)} }}')
print("typedef struct port_scores {\n    const char *file, *target, *model, *folds, *metric;\n    int n_folds;\n"
      "    const double *scores;\n} port_scores;")
print("static const port_scores port_cases[] = { " + ",\n    ".join(ports) + " };")

# Sums of 1/3, 1/4, ..., as numpy rounds them.
terms = 5, 7, 8, 9, 16, 77, 128, 129, 300
array("int64_t", "numpy_terms", terms)
array("double", "numpy_sums", [np.sum(1 / np.arange(3., 3 + n)) for n in terms])
